/* The section Exchange: .npy files, from and to the file system and memory. */
#if defined(__linux__)
#define _GNU_SOURCE /* syscall, to stand in the way of the library's system calls */
#elif !defined(_WIN32)
#define _XOPEN_SOURCE 700
#endif

#include <stdlib.h>

#include "check.h"

#if !defined(_WIN32)
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>
#endif
#if defined(__linux__)
#include <stdarg.h>
#include <sys/syscall.h>
#endif

/* ------------------------------------------------------------------------------- files by hand */

typedef struct {
    unsigned char bytes[16384];
    size_t nbytes;
} file_image;

/* A file of some version: prefix, header text, elements. */
static file_image image_of(int major, const char *header, const void *data, size_t nbytes) {
    file_image image;
    const size_t length = strlen(header), prefix = major == 1 ? 10u : 12u;
    memset(&image, 0, sizeof image);
    memcpy(image.bytes, "\x93NUMPY", 6);
    image.bytes[6] = (unsigned char)major;
    image.bytes[8] = (unsigned char)(length & 255);
    image.bytes[9] = (unsigned char)(length >> 8);
    memcpy(image.bytes + prefix, header, length);
    if (nbytes > 0) memcpy(image.bytes + prefix + length, data, nbytes);
    image.nbytes = prefix + length + nbytes;
    return image;
}

static void write_file(const char *path, const void *bytes, size_t nbytes) {
    FILE *f = fopen(path, "wb");
    CHECK(f != NULL);
    if (f == NULL) return;
    CHECK(fwrite(bytes, 1, nbytes, f) == nbytes);
    CHECK(fclose(f) == 0);
}

/* Whether a file has exactly these bytes. */
static bool file_is(const char *path, const void *bytes, size_t nbytes) {
    FILE *f = fopen(path, "rb");
    unsigned char *found = (unsigned char *)malloc(nbytes + 1);
    bool same = false;
    if (f != NULL && found != NULL)
        same = fread(found, 1, nbytes + 1, f) == nbytes && memcmp(found, bytes, nbytes) == 0;
    free(found);
    if (f != NULL) fclose(f);
    return same;
}

static ndv_npy_info new_info(void) {
    ndv_npy_info info;
    memset(&info, 0xee, sizeof info);
    info.struct_size = sizeof info;
    return info;
}

static bool all_equal(const ndv_array *a, const ndv_array *b) {
    bool equal = false;
    CHECK_OK(ndv_equal(a, b, &equal));
    return equal;
}

/* Memory that holds what an array's file would. */
static unsigned char *saved(const ndv_array *a, size_t *nbytes) {
    unsigned char *bytes;
    CHECK_OK(ndv_npy_save_memory(a, NULL, 0, nbytes));
    bytes = (unsigned char *)malloc(*nbytes);
    if (bytes == NULL) abort();
    memset(bytes, 0xcd, *nbytes);
    CHECK_OK(ndv_npy_save_memory(a, bytes, *nbytes, nbytes));
    return bytes;
}

static ndv_array *grid(void) { /* int64 (2, 3): 0 to 5 */
    ndv_array *line, *a;
    CHECK_OK(ndv_arange(0, 6, 1, &line));
    CHECK_OK(ndv_reshape(line, NDV_DIMS(2, 3), NDV_ORDER_C, NDV_COPY_ALWAYS, &a));
    CHECK_OK(ndv_release(line));
    return a;
}

static bool little_endian(void) {
    const uint16_t one = 1;
    return *(const unsigned char *)&one == 1;
}

/* ------------------------------------------------------------------------------ what is written */

/* What numpy.save() of NumPy 2.4.6 writes before the elements. */
static const struct {
    int32_t dtype, ndim;
    int64_t shape[3];
    int32_t order;
    const char *dict;
    size_t blanks, nbytes; /* after the dict; of the header with its prefix */
} headers[] = {
    {NDV_BOOL, 0, {0}, 'C', "{'descr': '|b1', 'fortran_order': False, 'shape': (), }", 62, 128},
    {NDV_INT8, 1, {5}, 'C', "{'descr': '|i1', 'fortran_order': False, 'shape': (5,), }", 60, 128},
    {NDV_UINT8, 1, {5}, 'F', "{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }", 60, 128},
    {NDV_FLOAT64, 2, {3, 4}, 'C',
     "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }", 58, 128},
    {NDV_FLOAT64, 2, {3, 4}, 'F',
     "{'descr': '<f8', 'fortran_order': True, 'shape': (3, 4), }", 59, 128},
    {NDV_COMPLEX128, 3, {1, 1, 7}, 'F',
     "{'descr': '<c16', 'fortran_order': False, 'shape': (1, 1, 7), }", 54, 128},
    {NDV_UINT16, 2, {3, 0}, 'F',
     "{'descr': '<u2', 'fortran_order': False, 'shape': (3, 0), }", 58, 128},
};

static void headers_are_numpys(void) {
    size_t i, blank;
    for (i = 0; i < sizeof headers / sizeof headers[0] && little_endian(); i++) {
        const size_t length = strlen(headers[i].dict), header = headers[i].nbytes;
        unsigned char *file;
        size_t nbytes = 0;
        ndv_array *a;
        CHECK_OK(ndv_empty_in_order(headers[i].dtype, headers[i].ndim, headers[i].shape,
                                    headers[i].order, &a));
        CHECK_OK(ndv_fill_int64(a, 1));
        file = saved(a, &nbytes);
        CHECK(nbytes == header + ndv_nbytes(a));
        CHECK(10 + length + headers[i].blanks + 1 == header);
        CHECK(memcmp(file, "\x93NUMPY\x01\x00", 8) == 0);
        CHECK(file[8] == header - 10 && file[9] == 0);
        CHECK(memcmp(file + 10, headers[i].dict, length) == 0);
        for (blank = 10 + length; blank < header - 1; blank++) CHECK(file[blank] == ' ');
        CHECK(file[header - 1] == '\n');
        CHECK(memcmp(file + header, ndv_data(a), ndv_nbytes(a)) == 0);
        free(file);
        CHECK_OK(ndv_release(a));
    }
}

static void a_file_is_what_memory_is(void) {
    ndv_array *a = grid();
    size_t nbytes = 0;
    unsigned char *bytes = saved(a, &nbytes);
    CHECK_OK(ndv_npy_save(a, "grid.npy"));
    CHECK(file_is("grid.npy", bytes, nbytes));
    free(bytes);
    CHECK_OK(ndv_release(a));
}

static void memory_tells_its_size_and_is_not_overrun(void) {
    ndv_array *a = grid(), *odd;
    unsigned char room[300], before[300];
    size_t nbytes = 7, capacity;
    memset(room, 0xab, sizeof room);
    memcpy(before, room, sizeof room);
    CHECK_OK(ndv_npy_save_memory(a, NULL, 0, &nbytes));
    CHECK(nbytes == 128 + 48);
    for (capacity = 0; capacity < 128 + 48; capacity++) {
        nbytes = 7;
        CHECK_STATUS(NDV_E_BUFFER_SIZE, ndv_npy_save_memory(a, room, capacity, &nbytes));
        CHECK(nbytes == 128 + 48);
    }
    CHECK_MESSAGE("175 bytes, 176 are needed");
    CHECK(memcmp(room, before, sizeof room) == 0);
    CHECK_OK(ndv_npy_save_memory(a, room, sizeof room, &nbytes));
    CHECK(nbytes == 176 && memcmp(room + 176, before, sizeof room - 176) == 0);
    nbytes = 7;
    CHECK_STATUS(NDV_E_NULL, ndv_npy_save_memory(a, NULL, 1, &nbytes));
    CHECK_MESSAGE("buffer is NULL");
    CHECK(nbytes == 176);
    CHECK_STATUS(NDV_E_NULL, ndv_npy_save_memory(a, room, sizeof room, NULL));
    nbytes = 7;
    CHECK_STATUS(NDV_E_NULL, ndv_npy_save_memory(NULL, room, sizeof room, &nbytes));
    CHECK(nbytes == 0);
    nbytes = 7;
    CHECK_OK(ndv_empty(NDV_BFLOAT16, NDV_DIMS(3), &odd));
    CHECK_STATUS(NDV_E_UNSUPPORTED, ndv_npy_save_memory(odd, room, sizeof room, &nbytes));
    CHECK_MESSAGE("bfloat16");
    CHECK(nbytes == 0);
    CHECK_STATUS(NDV_E_UNSUPPORTED, ndv_npy_save(odd, "bfloat16.npy"));
    CHECK(fopen("bfloat16.npy", "rb") == NULL);
    CHECK_OK(ndv_release(odd));
    CHECK_OK(ndv_release(a));
}

/* --------------------------------------------------------------------------------- round trips */

/* Through memory and through a file, and nothing differs but the strides. */
static void round_trip(const ndv_array *a) {
    size_t nbytes = 0;
    unsigned char *bytes = saved(a, &nbytes);
    ndv_array *b, *c;
    ndv_npy_info info = new_info();
    int32_t axis;
    CHECK_OK(ndv_npy_load_memory(bytes, nbytes, &b));
    CHECK_OK(ndv_npy_read_info_memory(bytes, nbytes, &info));
    CHECK_OK(ndv_npy_save(a, "round.npy"));
    CHECK(file_is("round.npy", bytes, nbytes));
    CHECK_OK(ndv_npy_load("round.npy", &c));
    CHECK(ndv_dtype(b) == ndv_dtype(a) && ndv_dtype(c) == ndv_dtype(a));
    CHECK(all_equal(a, b) && all_equal(a, c));
    CHECK(ndv_base(b) == NULL && ndv_owns_data(b) && ndv_base(c) == NULL);
    CHECK((ndv_flags(b) & NDV_WRITEABLE) != 0);
    CHECK((ndv_flags(b) & (info.order == NDV_ORDER_F ? NDV_F_CONTIGUOUS : NDV_C_CONTIGUOUS)) != 0);
    CHECK(info.struct_size == sizeof info && info.major == 1 && info.minor == 0);
    CHECK(info.dtype == ndv_dtype(a) && info.ndim == ndv_ndim(a) && info.size == ndv_size(a));
    CHECK(info.nbytes == ndv_nbytes(a) && info.data_offset + info.nbytes == nbytes);
    CHECK(info.data_offset % 64 == 0 && info.swapped == 0);
    for (axis = 0; axis < 64; axis++)
        CHECK(info.shape[axis] == (axis < info.ndim ? ndv_shape(a)[axis] : 0));
    free(bytes);
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(c));
}

static void every_type_goes_and_comes_back(void) {
    int32_t dtype;
    int empty;
    ndv_array *a;
    for (dtype = NDV_BOOL; dtype <= NDV_COMPLEX128; dtype++)
        for (empty = 0; empty < 2 && dtype != NDV_BFLOAT16; empty++) {
            ndv_array *line;
            CHECK_OK(ndv_arange(0, empty ? 0 : 60, 1, &line));
            CHECK_OK(ndv_astype(line, dtype, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &a));
            round_trip(a);
            CHECK_OK(ndv_release(a));
            CHECK_OK(ndv_release(line));
        }
    CHECK_OK(ndv_full_int64(NDV_FLOAT32, NDV_NO_DIMS, 3, &a));
    round_trip(a);
    CHECK_OK(ndv_release(a));
}

static const char *const views[] = {
    "...",          "::-1",          ":, ::2",           "1:, :, ::-3",        ":, 2",
    "..., newaxis", "newaxis, 1:3",  "0:0",              "::-1, ::-1, ::-1",   "3, 4, 5",
    ":, 5:1:-2, 2:", "..., 7:3",      "newaxis, ::-1, newaxis, 0:1"};

static void every_layout_goes_and_comes_back(void) {
    size_t i;
    ndv_array *line, *cube, *view, *turned, *wide;
    CHECK_OK(ndv_arange(0, 5 * 6 * 8, 1, &line));
    CHECK_OK(ndv_reshape(line, NDV_DIMS(5, 6, 8), NDV_ORDER_C, NDV_COPY_NEVER, &cube));
    for (i = 0; i < sizeof views / sizeof views[0]; i++) {
        CHECK_OK(ndv_slice(cube, views[i], &view));
        CHECK_OK(ndv_transpose(view, &turned));
        round_trip(view);
        round_trip(turned);
        CHECK_OK(ndv_release(turned));
        CHECK_OK(ndv_release(view));
    }
    CHECK_OK(ndv_broadcast_to(cube, NDV_DIMS(3, 5, 6, 8), &wide));
    round_trip(wide);
    CHECK_OK(ndv_release(wide));
    CHECK_OK(ndv_release(cube));
    CHECK_OK(ndv_release(line));
}

/* Arrays that are written in more than one piece, cut along every axis. */
static void large_layouts_are_written_in_pieces(void) {
    static const int64_t shapes[][4] = {
        {4, 100000, 1, 1}, {3, 7, 20011, 1}, {300007, 2, 1, 1}, {2, 3, 5, 13331}, {1, 1, 1, 400009}};
    size_t i;
    for (i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const int64_t size = shapes[i][0] * shapes[i][1] * shapes[i][2] * shapes[i][3];
        ndv_array *line, *box, *even, *turned;
        CHECK_OK(ndv_arange(0, size, 1, &line));
        CHECK_OK(ndv_reshape(line, 4, shapes[i], NDV_ORDER_C, NDV_COPY_NEVER, &box));
        CHECK_OK(ndv_slice(box, "..., ::-1", &even));
        CHECK_OK(ndv_swap_axes(even, 0, 2, &turned));
        round_trip(even);
        round_trip(turned);
        round_trip(box);
        CHECK_OK(ndv_release(turned));
        CHECK_OK(ndv_release(even));
        CHECK_OK(ndv_release(box));
        CHECK_OK(ndv_release(line));
    }
}

static void sixty_four_axes_go_and_come_back(void) {
    int64_t shape[64];
    int axis;
    ndv_array *a, *t;
    for (axis = 0; axis < 64; axis++) shape[axis] = 1 + (axis % 16 == 3);
    CHECK_OK(ndv_zeros(NDV_INT32, 64, shape, &a));
    CHECK_OK(ndv_set_int64(a, 64, (const int64_t[64]){0}, 7));
    CHECK_OK(ndv_transpose(a, &t));
    round_trip(a);
    round_trip(t);
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(a));
}

/* --------------------------------------------------------------------------------- what is read */

static void other_orders_are_read(void) {
    const unsigned char big[12] = {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6};
    file_image f = image_of(
        2, "{'shape': (2L, 3L), 'fortran_order': True, \"descr\": \">u2\"}\n", big, sizeof big);
    ndv_npy_info info = new_info();
    ndv_array *a;
    CHECK_OK(ndv_npy_load_memory(f.bytes, f.nbytes, &a));
    CHECK_INT64S(a, 1, 3, 5, 2, 4, 6);
    CHECK_SHAPE(a, 2, 3);
    CHECK_STRIDES(a, 2, 4);
    CHECK(ndv_dtype(a) == NDV_UINT16 && ndv_base(a) == NULL && ndv_owns_data(a));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_npy_read_info_memory(f.bytes, f.nbytes - sizeof big, &info));
    CHECK(info.major == 2 && info.minor == 0 && info.order == NDV_ORDER_F);
    CHECK(info.swapped == little_endian() && info.ndim == 2 && info.size == 6);
    CHECK(info.data_offset == f.nbytes - sizeof big && info.nbytes == 12);
    CHECK(info.shape[0] == 2 && info.shape[1] == 3 && info.shape[2] == 0 && info.shape[63] == 0);
}

static void complex_numbers_are_swapped_by_halves(void) {
    const unsigned char big[16] = {0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0};
    file_image f =
        image_of(3, "{'descr': '>c16', 'fortran_order': False, 'shape': ()}", big, sizeof big);
    ndv_array *a;
    CHECK_OK(ndv_npy_load_memory(f.bytes, f.nbytes, &a));
    CHECK(ndv_ndim(a) == 0);
    CHECK(((const double *)ndv_data(a))[0] == 1.0 && ((const double *)ndv_data(a))[1] == 2.0);
    CHECK_OK(ndv_release(a));
}

static void bytes_behind_the_elements_are_ignored(void) {
    file_image f =
        image_of(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "abcdefg", 7);
    ndv_array *a;
    CHECK_OK(ndv_npy_load_memory(f.bytes, f.nbytes, &a));
    CHECK_INT64S(a, 'a', 'b', 'c');
    CHECK_OK(ndv_release(a));
    write_file("tail.npy", f.bytes, f.nbytes);
    CHECK_OK(ndv_npy_load("tail.npy", &a));
    CHECK_INT64S(a, 'a', 'b', 'c');
    CHECK_OK(ndv_release(a));
}

#define DICT(descr, shape) "{'descr': " descr ", 'fortran_order': False, 'shape': " shape ", }"

static const struct {
    const char *header;
    ndv_status status;
    const char *message;
} refused[] = {
    {"", NDV_E_FORMAT, "byte 10: a dict is expected"},
    {"(1, 2)", NDV_E_FORMAT, "byte 10: a dict is expected"},
    {"{}", NDV_E_FORMAT, "byte 11: the key descr is missing"},
    {DICT("'<f8'", "(3,)") "}", NDV_E_FORMAT, "something follows the dict"},
    {DICT("'<f8'", "(3"), NDV_E_FORMAT, "byte 64: an integer is expected"},
    {DICT("'<f8'", "3"), NDV_E_FORMAT, "a tuple is expected"},
    {DICT("'<f8'", "(3)"), NDV_E_FORMAT, "needs a comma"},
    {DICT("'<f8'", "(-3,)"), NDV_E_FORMAT, "byte 61: an extent is negative"},
    {DICT("'<f8'", "(99999999999999999999,)"), NDV_E_FORMAT, "does not fit in 64 bits"},
    {DICT("'<f8'", "(4611686018427387904,)"), NDV_E_FORMAT, "byte 60: the shape needs more bytes"},
    {DICT("'<f8'", "(0, 9223372036854775807)"), NDV_E_FORMAT, "the shape needs more bytes"},
    {DICT("'<x8'", "(3,)"), NDV_E_FORMAT, "byte 20: the descr names no element type"},
    {DICT("'<f8', 'descr': '<f8'", "(3,)"), NDV_E_FORMAT, "byte 27: a key is repeated"},
    {DICT("'<f8', 'more': '<f8'", "(3,)"), NDV_E_FORMAT, "byte 27: a key other than"},
    {DICT("'|O'", "(3,)"), NDV_E_UNSUPPORTED, "\"|O\""},
    {DICT("'<U7'", "(3,)"), NDV_E_UNSUPPORTED, "\"<U7\""},
    {DICT("'<M8[ns]'", "(3,)"), NDV_E_UNSUPPORTED, "\"<M8[ns]\""},
    {DICT("[('x', '<f8'), ('y', '|O')]", "(3,)"), NDV_E_UNSUPPORTED, "\"|O\""},
    {DICT("[(('title', 'x'), '<f8')]", "(3,)"), NDV_E_UNSUPPORTED, "(\\'title\\', \\'x\\')"},
    {DICT("[('x', ('<f8', (2,)))]", "(3,)"), NDV_E_UNSUPPORTED, "(\\'<f8\\', (2,))"},
    {DICT("[]", "(3,)"), NDV_E_UNSUPPORTED, "\"[]\""},
    {DICT("[('', '|V8')]", "(3,)"), NDV_E_UNSUPPORTED, "\"[]\""},
    {DICT("'|V0'", "(3,)"), NDV_E_UNSUPPORTED, "\"|V0\""},
    {DICT("'|V2147483648'", "(3,)"), NDV_E_UNSUPPORTED, "\"|V2147483648\""},
    {DICT("[('x', '<f8'), ('x', '<f8')]", "(3,)"), NDV_E_FORMAT,
     "byte 20: the name is another field's too"},
    {DICT("[('', '<f8')]", "(3,)"), NDV_E_FORMAT, "byte 20: the name is empty"},
    {DICT("[('x', '<f8'", "(3,)"), NDV_E_FORMAT, "the end of the field is expected"},
    {DICT("[('x', '<f8')", "(3,)"), NDV_E_FORMAT, "a field is a tuple"},
    {DICT("[('x')]", "(3,)"), NDV_E_FORMAT, "byte 25: a comma is expected"},
    {DICT("['x']", "(3,)"), NDV_E_FORMAT, "byte 21: a field is a tuple"},
    {DICT("[('x', '<f8', 3)]", "(3,)"), NDV_E_FORMAT, "byte 34: the end of the field is expected"},
    {DICT("[('x', '<f8', (-3,))]", "(3,)"), NDV_E_FORMAT, "byte 35: an extent is negative"},
    {DICT("[('x', '<f8', (2147483647,))]", "(3,)"), NDV_E_FORMAT, "byte 20: it needs more bytes"},
    {DICT("[('x', '<f8', (9223372036854775807,))]", "(3,)"), NDV_E_FORMAT,
     "byte 21: a field needs more bytes"},
    {DICT("[('a', '|V2147483647'), ('b', '|V2147483647')]", "(3,)"), NDV_E_FORMAT,
     "byte 20: it needs more bytes"},
    {DICT("[('x', '<f8'), ('', '|V2147483647')]", "(3,)"), NDV_E_FORMAT, "an item needs more bytes"},
    {DICT("'<f8'", "(3,)"), NDV_E_TRUNCATED, "ends after 67 bytes, 91 are expected"},
    {DICT("'<f8'", "(1000000000000000000,)"), NDV_E_TRUNCATED, "8000000000000000085 are expected"},
    {DICT("'|u1'", "(1152921504606846976,)"), NDV_E_TRUNCATED, "1152921504606847061 are expected"},
};

static void what_is_no_npy_file_is_refused(void) {
    size_t i;
    ndv_array *a;
    for (i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const file_image f = image_of(1, refused[i].header, NULL, 0);
        ndv_npy_info info = new_info(), before = info;
        CHECK_STATUS(refused[i].status, ndv_npy_load_memory(f.bytes, f.nbytes, &a));
        CHECK(a == NULL);
        CHECK_MESSAGE(refused[i].message);
        write_file("refused.npy", f.bytes, f.nbytes);
        CHECK_STATUS(refused[i].status, ndv_npy_load("refused.npy", &a));
        CHECK(a == NULL);
        CHECK_MESSAGE(refused[i].message);
        if (refused[i].status == NDV_E_TRUNCATED) continue; /* the header is whole */
        CHECK_STATUS(refused[i].status, ndv_npy_read_info("refused.npy", &info));
        CHECK_STATUS(refused[i].status, ndv_npy_read_info_memory(f.bytes, f.nbytes, &info));
        CHECK(memcmp(&info, &before, sizeof info) == 0);
    }
    CHECK_STATUS(NDV_E_FORMAT, ndv_npy_load_memory("PK\3\4 and so on", 13, &a));
    CHECK_MESSAGE("byte 0: a .npy file begins with \\x93NUMPY");
    CHECK_STATUS(NDV_E_FORMAT, ndv_npy_load_memory("\x93NUMPY\4\0 and so on", 18, &a));
    CHECK_MESSAGE("byte 6: the version is not 1.0, 2.0 or 3.0");
}

/* Records in records as deep as a header can hold, and fields as many. */
static void a_record_is_read_as_far_as_its_limits(void) {
    static char header[10001];
    static const char end[] = ", 'fortran_order': False, 'shape': (1,)}";
    int depth, field;
    for (depth = 15; depth <= 1000; depth += depth < 18 ? 1 : 491) {
        char *at = header + sprintf(header, "{'descr': ");
        file_image f;
        ndv_array *a;
        int i;
        for (i = 0; i < depth; i++) at += sprintf(at, "[('a',");
        at += sprintf(at, "'b1'");
        for (i = 0; i < depth; i++) at += sprintf(at, ")]");
        strcpy(at, end);
        f = image_of(1, header, "x", 1);
        if (depth <= 16) {
            CHECK_OK(ndv_npy_load_memory(f.bytes, f.nbytes, &a));
            CHECK(ndv_itemsize(a) == 1);
            CHECK_OK(ndv_release(a));
        } else {
            CHECK_STATUS(NDV_E_FORMAT, ndv_npy_load_memory(f.bytes, f.nbytes, &a));
            CHECK_MESSAGE("records nest more than 16 deep");
        }
    }
    {
        char *at = header + sprintf(header, "{'descr':[");
        file_image f;
        ndv_array *a;
        for (field = 0; at < header + 9900; field++) at += sprintf(at, "('%x','V1'),", field);
        strcpy(at, "], 'fortran_order': False, 'shape': (0,)}");
        f = image_of(1, header, "", 0);
        CHECK_OK(ndv_npy_load_memory(f.bytes, f.nbytes, &a));
        CHECK(ndv_dtype_field_count(ndv_dtype(a)) == field);
        CHECK_OK(ndv_release(a));
    }
}

/* Each number of a record is turned round if its field says so, the bytes between never. */
static void fields_of_the_other_order_are_turned_round(void) {
    static const unsigned char bytes[2 * 20] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                                11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                                                21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
                                                31, 32, 33, 34, 35, 36, 37, 38, 39, 40};
    const file_image f = image_of(
        1, DICT("[('a', '>i2'), ('', '>V1'), ('b', '<i2'), ('c', [('x', '>u2'), ('v', '>V2')], (3,)),"
                " ('d', '|i1'), ('', '|V2')]", "(2,)"), bytes, sizeof bytes);
    static const int turned[] = {0, 5, 9, 13};
    unsigned char expected[sizeof bytes];
    ndv_npy_info info = new_info();
    ndv_array *a;
    size_t item, i;
    if (!little_endian()) return;
    memcpy(expected, bytes, sizeof bytes);
    for (item = 0; item < 2; item++)
        for (i = 0; i < 4; i++) {
            unsigned char *number = expected + item * 20 + turned[i], first = number[0];
            number[0] = number[1];
            number[1] = first;
        }
    CHECK_OK(ndv_npy_read_info_memory(f.bytes, f.nbytes, &info));
    CHECK(info.swapped == 1 && ndv_dtype_field_count(info.dtype) == 4);
    CHECK_OK(ndv_npy_load_memory(f.bytes, f.nbytes, &a));
    CHECK(ndv_dtype(a) == info.dtype && ndv_itemsize(a) == 20);
    CHECK(memcmp(ndv_data(a), expected, sizeof expected) == 0);
    CHECK_OK(ndv_release(a));
}

/* What a header does not spell is refused before a file is there. */
static void records_that_no_header_spells_are_not_saved(void) {
    static const struct {
        const char *names[2];
        int64_t second;
        int32_t dtype;
    } records[] = {{{"a", "b"}, 2, NDV_INT32},   {{"a", "b"}, -1, NDV_BFLOAT16},
                   {{"a\\", "b"}, -1, NDV_INT32}, {{"a", "'\""}, -1, NDV_INT32},
                   {{"a\n", "b"}, -1, NDV_INT32}};
    size_t i, nbytes;
    for (i = 0; i < sizeof records / sizeof records[0]; i++) {
        ndv_record_field fields[2] = {NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT};
        ndv_array *a;
        int32_t dtype;
        fields[0].name = records[i].names[0], fields[0].dtype = NDV_INT32;
        fields[1].name = records[i].names[1], fields[1].dtype = records[i].dtype;
        fields[1].offset = records[i].second;
        CHECK_OK(ndv_dtype_record(2, fields, 0, NDV_RECORD_PACKED, &dtype));
        CHECK_OK(ndv_zeros(dtype, NDV_DIMS(2), &a));
        CHECK_STATUS(NDV_E_UNSUPPORTED, ndv_npy_save_memory(a, NULL, 0, &nbytes));
        CHECK_STATUS(NDV_E_UNSUPPORTED, ndv_npy_save(a, "unspelled.npy"));
        CHECK_MESSAGE("a .npy file cannot hold elements of type record (");
        CHECK_OK(ndv_release(a));
    }
}

static void a_header_has_at_most_10000_bytes(void) {
    char header[10002];
    const char *dict = DICT("'|u1'", "(1,)");
    file_image f;
    ndv_array *a;
    memset(header, ' ', sizeof header);
    memcpy(header, dict, strlen(dict));
    header[10000] = '\0';
    f = image_of(1, header, "x", 1);
    CHECK_OK(ndv_npy_load_memory(f.bytes, f.nbytes, &a));
    CHECK_OK(ndv_release(a));
    header[10000] = ' ';
    header[10001] = '\0';
    f = image_of(1, header, "x", 1);
    CHECK_STATUS(NDV_E_FORMAT, ndv_npy_load_memory(f.bytes, f.nbytes, &a));
    CHECK_MESSAGE("byte 8: the header is longer than 10000 bytes");
    f = image_of(2, header, "x", 1);
    memset(f.bytes + 8, 0xff, 4);
    CHECK_STATUS(NDV_E_FORMAT, ndv_npy_load_memory(f.bytes, f.nbytes, &a));
}

/* Wherever a file ends, it is told from a whole one. */
static void every_cut_is_told(void) {
    ndv_array *a = grid(), *b;
    size_t nbytes = 0, cut;
    unsigned char *bytes = saved(a, &nbytes);
    for (cut = 0; cut < nbytes; cut++) {
        CHECK_STATUS(NDV_E_TRUNCATED, ndv_npy_load_memory(bytes, cut, &b));
        write_file("cut.npy", bytes, cut);
        CHECK_STATUS(NDV_E_TRUNCATED, ndv_npy_load("cut.npy", &b));
    }
    CHECK_MESSAGE("ends after 175 bytes, 176 are expected");
    free(bytes);
    CHECK_OK(ndv_release(a));
}

static void arguments_are_checked(void) {
    static unsigned char nothing[64];
    ndv_array *const poison = (ndv_array *)(void *)nothing;
    ndv_array *a = grid(), *b = poison;
    ndv_npy_info info = new_info();
    size_t n = 5;
    CHECK_STATUS(NDV_E_NULL, ndv_npy_load(NULL, &b));
    CHECK(b == NULL);
    CHECK_STATUS(NDV_E_NULL, ndv_npy_load("grid.npy", NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_npy_load_memory(NULL, 5, &b));
    CHECK_STATUS(NDV_E_TRUNCATED, ndv_npy_load_memory(NULL, 0, &b));
    CHECK_STATUS(NDV_E_NULL, ndv_npy_load_memory("x", 1, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_npy_save(NULL, "x.npy"));
    CHECK_STATUS(NDV_E_NULL, ndv_npy_save(a, NULL));
    CHECK_STATUS(NDV_E_HANDLE, ndv_npy_save(poison, "x.npy"));
    CHECK_STATUS(NDV_E_HANDLE, ndv_npy_save_memory(poison, NULL, 0, &n));
    CHECK(n == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_npy_read_info(NULL, &info));
    CHECK_STATUS(NDV_E_NULL, ndv_npy_read_info("grid.npy", NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_npy_read_info_memory(NULL, 3, &info));
    CHECK_STATUS(NDV_E_NULL, ndv_npy_read_info_memory("x", 1, NULL));
    info.struct_size = sizeof info - 1;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_npy_read_info("grid.npy", &info));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_npy_read_info_memory("x", 1, &info));
    CHECK_STATUS(NDV_E_IO, ndv_npy_load("no such folder/nor file.npy", &b));
    CHECK_MESSAGE("opening \"such folder/nor file.npy\": No such file or directory");
    CHECK_STATUS(NDV_E_IO, ndv_npy_load("", &b));
    CHECK_STATUS(NDV_E_IO, ndv_npy_save(a, ""));
    CHECK_STATUS(NDV_E_IO, ndv_npy_save(a, "no such folder/file.npy"));
    CHECK_MESSAGE("creating a temporary file beside \"no such folder/file.npy\": No such");
    info = new_info();
    CHECK_STATUS(NDV_E_IO, ndv_npy_read_info("no such file", &info));
    CHECK(info.major == new_info().major);
    CHECK_OK(ndv_release(a));
}

/* --------------------------------------------------------------------- memory that is not there */

static struct {
    int64_t asked, fail_at, alive;
    size_t bytes, most; /* at once */
} books;

static void *take(size_t size, void *context) {
    void *block;
    (void)context;
    if (++books.asked == books.fail_at) return NULL;
    block = malloc(size);
    if (block == NULL) return NULL;
    memset(block, 0xcd, size);
    books.alive++;
    books.bytes += size;
    if (books.bytes > books.most) books.most = books.bytes;
    return block;
}

static void give_back(void *block, size_t size, void *context) {
    (void)context;
    books.alive--;
    books.bytes -= size;
    free(block);
}

static void install(void) {
    const ndv_allocator allocator = {sizeof allocator, take, take, give_back, NULL};
    memset(&books, 0, sizeof books);
    CHECK_OK(ndv_set_allocator(&allocator));
}

static ndv_array *whole, *holed; /* a contiguous array, and one that is not */
static size_t length;
static unsigned char room[1024], image[176];

static ndv_status call_load(ndv_array **result) { return ndv_npy_load("memory.npy", result); }
static ndv_status call_load_memory(ndv_array **result) {
    return ndv_npy_load_memory(image, sizeof image, result);
}
static ndv_status call_load_records(ndv_array **result) {
    const file_image f =
        image_of(1, DICT("[('a', '>i2'), ('b', [('c', '<f8', (2,))])]", "(1,)"), room, 18);
    return ndv_npy_load_memory(f.bytes, f.nbytes, result);
}
static ndv_status call_save(ndv_array **result) {
    (void)result;
    return ndv_npy_save(whole, "out.npy");
}
static ndv_status call_save_holed(ndv_array **result) {
    (void)result;
    return ndv_npy_save(holed, "out.npy");
}
static ndv_status call_save_memory(ndv_array **result) {
    (void)result;
    return ndv_npy_save_memory(holed, room, sizeof room, &length);
}
static ndv_status call_info(ndv_array **result) {
    ndv_npy_info info = new_info();
    (void)result;
    return ndv_npy_read_info("memory.npy", &info);
}
static ndv_status call_info_memory(ndv_array **result) {
    ndv_npy_info info = new_info();
    (void)result;
    return ndv_npy_read_info_memory(image, sizeof image, &info);
}

static void a_call_without_memory_changes_nothing(void) {
    static const struct {
        const char *name;
        ndv_status (*call)(ndv_array **result);
    } calls[] = {{"load", call_load},           {"load_memory", call_load_memory},
                 {"load_records", call_load_records},
                 {"save", call_save},           {"save_holed", call_save_holed},
                 {"save_memory", call_save_memory}, {"info", call_info},
                 {"info_memory", call_info_memory}};
    size_t i;
    int64_t injected = 0;
    install();
    whole = grid();
    CHECK_OK(ndv_slice(whole, ":, ::2", &holed));
    CHECK_OK(ndv_npy_save(whole, "memory.npy"));
    CHECK_OK(ndv_npy_save_memory(whole, image, sizeof image, &length));
    for (i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        int64_t nth;
        for (nth = 1;; nth++) {
            const int64_t alive = books.alive;
            ndv_array *result = NULL;
            ndv_status status;
            write_file("out.npy", "old", 3);
            memset(room, 0xab, sizeof room);
            books.asked = 0;
            books.fail_at = nth;
            status = calls[i].call(&result);
            books.fail_at = 0;
            if (books.asked < nth) {
                CHECK_OK(status);
                CHECK_OK(ndv_release(result));
                CHECK(books.alive == alive);
                break;
            }
            injected++;
            CHECK(status == NDV_E_NOMEM);
            CHECK(result == NULL && books.alive == alive);
            CHECK(file_is("out.npy", "old", 3));
            CHECK(room[0] == 0xab);
            if (status != NDV_E_NOMEM) printf("    %s, allocation %d\n", calls[i].name, (int)nth);
        }
    }
    CHECK(injected >= 10);
    CHECK_OK(ndv_release(holed));
    CHECK_OK(ndv_release(whole));
    CHECK(books.alive == 0);
    CHECK_OK(ndv_set_allocator(NULL));
}

/* A claim takes no memory: the file is looked at first. */
static void a_claim_takes_no_memory(void) {
    const file_image f = image_of(1, DICT("'|u1'", "(1152921504606846976,)"), "abc", 3);
    ndv_array *a;
    write_file("hostile.npy", f.bytes, f.nbytes);
    install();
    CHECK_STATUS(NDV_E_TRUNCATED, ndv_npy_load_memory(f.bytes, f.nbytes, &a));
    CHECK_STATUS(NDV_E_TRUNCATED, ndv_npy_load("hostile.npy", &a));
    CHECK(books.most <= 200);
    CHECK_OK(ndv_set_allocator(NULL));
}

/* Whatever its layout, an array is saved with a mebibyte. */
static void saving_takes_a_mebibyte_at_most(void) {
    ndv_array *a, *t;
    CHECK_OK(ndv_zeros(NDV_COMPLEX128, NDV_DIMS(5, 300, 500), &a));
    CHECK_OK(ndv_release(a));
    install();
    CHECK_OK(ndv_zeros(NDV_COMPLEX128, NDV_DIMS(5, 300, 500), &a));
    CHECK_OK(ndv_swap_axes(a, 0, 1, &t));
    books.most = 0;
    books.bytes = 0;
    CHECK_OK(ndv_npy_save(t, "large.npy"));
    CHECK(books.most > 0 && books.most < (1 << 20) + 200);
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_set_allocator(NULL));
    CHECK(remove("large.npy") == 0);
}

#if !defined(_WIN32)
/* ------------------------------------------------------------------------- what stands on a disk */

static int temporaries(const char *folder) {
    DIR *d = opendir(folder);
    const struct dirent *entry;
    int found = 0;
    CHECK(d != NULL);
    while (d != NULL && (entry = readdir(d)) != NULL)
        found += strncmp(entry->d_name, ".ndview-", 8) == 0;
    if (d != NULL) closedir(d);
    return found;
}

static mode_t mode_of(const char *path) {
    struct stat s;
    CHECK(stat(path, &s) == 0);
    return s.st_mode & 07777;
}

static void permissions_are_the_umasks_or_the_old_files(void) {
    static const mode_t modes[] = {0600, 0640, 0644, 0666, 0755};
    ndv_array *a = grid();
    const mode_t mask = umask(027);
    size_t i;
    remove("mode.npy");
    CHECK_OK(ndv_npy_save(a, "mode.npy"));
    CHECK(mode_of("mode.npy") == 0640);
    for (i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        CHECK(chmod("mode.npy", modes[i]) == 0);
        CHECK_OK(ndv_npy_save(a, "mode.npy"));
        CHECK(mode_of("mode.npy") == modes[i]);
    }
    umask(mask);
    CHECK_OK(ndv_release(a));
}

static void a_file_that_may_not_be_written_is_not_replaced(void) {
    ndv_array *a = grid();
    if (geteuid() != 0) { /* who may write everything */
        write_file("fixed.npy", "old", 3);
        CHECK(chmod("fixed.npy", 0444) == 0);
        CHECK_STATUS(NDV_E_IO, ndv_npy_save(a, "fixed.npy"));
        CHECK(file_is("fixed.npy", "old", 3));
        CHECK(remove("fixed.npy") == 0);
    }
    mkdir("folder", 0755);
    CHECK_STATUS(NDV_E_IO, ndv_npy_save(a, "folder"));
    CHECK_MESSAGE("opening \"folder\": Is a directory");
    CHECK_STATUS(NDV_E_IO, ndv_npy_save(a, "folder/"));
    CHECK_STATUS(NDV_E_IO, ndv_npy_save(a, "grid.npy/file"));
    CHECK(temporaries("folder") == 0 && temporaries(".") == 0);
    CHECK_OK(ndv_release(a));
}

static void a_folder_is_no_file(void) {
    ndv_array *a;
    mkdir("folder", 0755);
    CHECK_STATUS(NDV_E_IO, ndv_npy_load("folder", &a));
    CHECK_MESSAGE("reading \"folder\": Is a directory");
}

static void a_link_stays_and_what_it_leads_to_is_replaced(void) {
    ndv_array *a = grid();
    size_t nbytes = 0;
    unsigned char *bytes = saved(a, &nbytes);
    struct stat s;
    mkdir("elsewhere", 0755);
    remove("link.npy");
    remove("dangling.npy");
    write_file("elsewhere/real.npy", "old", 3);
    CHECK(symlink("elsewhere/real.npy", "link.npy") == 0);
    CHECK(symlink("elsewhere/nothing.npy", "dangling.npy") == 0);
    CHECK_OK(ndv_npy_save(a, "link.npy"));
    CHECK(lstat("link.npy", &s) == 0 && S_ISLNK(s.st_mode));
    CHECK(file_is("elsewhere/real.npy", bytes, nbytes));
    CHECK_STATUS(NDV_E_IO, ndv_npy_save(a, "dangling.npy"));
    CHECK_MESSAGE("resolving");
    CHECK(temporaries(".") == 0 && temporaries("elsewhere") == 0);
    free(bytes);
    CHECK_OK(ndv_release(a));
}

/* A reader sees the old file or the new one: who opened the old one keeps it. */
static void an_open_file_is_not_written_into(void) {
    ndv_array *a = grid();
    char found[8] = {0};
    FILE *f;
    write_file("open.npy", "old", 3);
    f = fopen("open.npy", "rb");
    CHECK_OK(ndv_npy_save(a, "open.npy"));
    CHECK(f != NULL && fread(found, 1, sizeof found, f) == 3 && memcmp(found, "old", 3) == 0);
    if (f != NULL) fclose(f);
    CHECK_OK(ndv_release(a));
}

/* The file system takes so many bytes and no more, for every number of bytes. */
static void a_file_that_cannot_grow_leaves_the_old_one(void) {
    ndv_array *a = grid(), *t, *large, *holes;
    struct rlimit limits, full;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    rlim_t most;
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(600, 1000), &large));
    CHECK_OK(ndv_slice(large, ":, ::2", &holes));
    CHECK(getrlimit(RLIMIT_FSIZE, &limits) == 0);
    full = limits;
    write_file("full.npy", "old", 3);
    for (most = 0; most < 128 + 48; most++) {
        ndv_status status;
        full.rlim_cur = most;
        CHECK(setrlimit(RLIMIT_FSIZE, &full) == 0);
        status = ndv_npy_save(most % 2 ? a : t, "full.npy");
        CHECK(setrlimit(RLIMIT_FSIZE, &limits) == 0);
        CHECK(status == NDV_E_IO);
        CHECK(file_is("full.npy", "old", 3));
    }
    CHECK_MESSAGE("writing \"full.npy\": File too large");
    for (most = 1; most < 128 + 2400000; most += 399983) {
        ndv_status status;
        full.rlim_cur = most;
        CHECK(setrlimit(RLIMIT_FSIZE, &full) == 0);
        status = ndv_npy_save(holes, "full.npy");
        CHECK(setrlimit(RLIMIT_FSIZE, &limits) == 0);
        CHECK(status == NDV_E_IO);
        CHECK(file_is("full.npy", "old", 3));
    }
    CHECK(temporaries(".") == 0);
    CHECK_OK(ndv_npy_save(holes, "full.npy"));
    signal(SIGXFSZ, handler);
    CHECK_OK(ndv_release(holes));
    CHECK_OK(ndv_release(large));
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(a));
}

/* ------------------------------------------------------------------------------ pipes and devices */

typedef struct {
    const char *path;
    const unsigned char *bytes;
    size_t nbytes, step;
} writer;

/* Writes to a pipe, a few bytes at a time. */
static void *write_slowly(void *argument) {
    const writer *w = (const writer *)argument;
    sigset_t alarms;
    size_t done = 0;
    int pipe_end;
    sigemptyset(&alarms); /* they are for the reader */
    sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarms, NULL);
    pipe_end = open(w->path, O_WRONLY);
    while (pipe_end >= 0 && done < w->nbytes) {
        const size_t step = w->nbytes - done < w->step ? w->nbytes - done : w->step;
        const ssize_t written = write(pipe_end, w->bytes + done, step);
        if (written < 0 && errno != EINTR) break; /* the reader has gone */
        if (written > 0) done += (size_t)written;
    }
    if (pipe_end >= 0) close(pipe_end);
    return NULL;
}

static ndv_status load_through_pipe(const unsigned char *bytes, size_t nbytes, size_t step,
                                    ndv_array **array) {
    writer w = {"pipe", bytes, nbytes, step};
    pthread_t thread;
    ndv_status status;
    remove("pipe");
    if (mkfifo("pipe", 0600) != 0 || pthread_create(&thread, NULL, write_slowly, &w) != 0) abort();
    status = ndv_npy_load("pipe", array);
    pthread_join(thread, NULL);
    return status;
}

static void pipes_are_read_as_they_come(void) {
    static const size_t steps[] = {1, 7, 64, 65536};
    ndv_array *a = grid(), *b;
    size_t nbytes = 0, i;
    unsigned char *bytes = saved(a, &nbytes);
    for (i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        CHECK_OK(load_through_pipe(bytes, nbytes, steps[i], &b));
        CHECK(all_equal(a, b));
        CHECK_OK(ndv_release(b));
        CHECK_STATUS(NDV_E_TRUNCATED, load_through_pipe(bytes, nbytes - 1, steps[i], &b));
        CHECK_MESSAGE("ends after 175 bytes, 176 are expected");
        CHECK_STATUS(NDV_E_TRUNCATED, load_through_pipe(bytes, 100, steps[i], &b));
        CHECK_MESSAGE("ends after 100 bytes, 128 are expected");
    }
    free(bytes);
    CHECK_OK(ndv_release(a));
}

/* Memory for twice what has arrived, wherever the pipe ends. */
static void pipes_take_no_more_memory_than_arrives(void) {
    static const int64_t sizes[] = {131072, 131073, 262144, 262145, 400001, 524288, 1000003};
    const file_image f = image_of(1, DICT("'|u1'", "(1152921504606846976,)"), "abc", 3);
    ndv_array *a, *b;
    size_t i;
    install();
    CHECK_STATUS(NDV_E_TRUNCATED, load_through_pipe(f.bytes, f.nbytes, 64, &a));
    CHECK(books.most < (1 << 20) + 200);
    CHECK_OK(ndv_set_allocator(NULL));
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t nbytes = 0;
        unsigned char *bytes;
        CHECK_OK(ndv_arange(0, sizes[i], 1, &a));
        bytes = saved(a, &nbytes);
        CHECK_OK(load_through_pipe(bytes, nbytes, 65536, &b));
        CHECK(all_equal(a, b));
        CHECK_OK(ndv_release(b));
        CHECK_OK(ndv_release(a));
        install();
        CHECK_STATUS(NDV_E_TRUNCATED, load_through_pipe(bytes, nbytes - 1, 65536, &b));
        CHECK(books.alive == 0 && books.most < 2 * nbytes + (1 << 20));
        CHECK_STATUS(NDV_E_TRUNCATED, load_through_pipe(bytes, nbytes / 2, 65536, &b));
        CHECK(books.alive == 0);
        CHECK_OK(ndv_set_allocator(NULL));
        free(bytes);
    }
}

static void ignore(int number) { (void)number; }

/* A signal that interrupts a call does not end it. */
static void signals_interrupt_nothing(void) {
    struct sigaction action;
    const struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    ndv_array *a = grid(), *b;
    size_t nbytes = 0, i;
    unsigned char *bytes = saved(a, &nbytes);
    memset(&action, 0, sizeof action);
    action.sa_handler = ignore;
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
    for (i = 0; i < 20; i++) {
        ndv_status status = load_through_pipe(bytes, nbytes, 1, &b);
        CHECK(status == NDV_OK);
        if (status == NDV_OK) CHECK_OK(ndv_release(b));
        CHECK_OK(ndv_npy_save(a, "signals.npy"));
    }
    CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
    CHECK(signal(SIGALRM, SIG_IGN) == ignore); /* one may be on its way */
    free(bytes);
    CHECK_OK(ndv_release(a));
}

static void *read_pipe(void *argument) {
    file_image *f = (file_image *)argument;
    const int pipe_end = open("pipe", O_RDONLY);
    ssize_t got = 1;
    while (pipe_end >= 0 && got > 0) {
        got = read(pipe_end, f->bytes + f->nbytes, sizeof f->bytes - f->nbytes);
        if (got > 0) f->nbytes += (size_t)got;
    }
    if (pipe_end >= 0) close(pipe_end);
    return NULL;
}

static void pipes_and_devices_are_written_straight(void) {
    ndv_array *a = grid(), *b;
    file_image f;
    pthread_t thread;
    struct stat s;
    f.nbytes = 0;
    remove("pipe");
    if (mkfifo("pipe", 0600) != 0 || pthread_create(&thread, NULL, read_pipe, &f) != 0) abort();
    CHECK_OK(ndv_npy_save(a, "pipe"));
    pthread_join(thread, NULL);
    CHECK_OK(ndv_npy_load_memory(f.bytes, f.nbytes, &b));
    CHECK(all_equal(a, b));
    CHECK(lstat("pipe", &s) == 0 && S_ISFIFO(s.st_mode));
    CHECK_OK(ndv_npy_save(a, "/dev/null"));
    CHECK(stat("/dev/null", &s) == 0 && S_ISCHR(s.st_mode));
    if (access("/dev/full", W_OK) == 0) {
        CHECK_STATUS(NDV_E_IO, ndv_npy_save(a, "/dev/full"));
        CHECK_MESSAGE("writing \"/dev/full\": No space left on device");
    }
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

/* -------------------------------------------------------------------------------------- threads */

enum { THREADS = 8, ROUNDS = 25 };

typedef struct {
    int number, faults;
} worker;

static void *save_and_load(void *argument) {
    worker *w = (worker *)argument;
    char path[32];
    int round;
    snprintf(path, sizeof path, "thread-%d.npy", w->number);
    for (round = 0; round < ROUNDS; round++) {
        ndv_array *a, *t, *b = NULL;
        bool equal = false;
        if (ndv_full_int64(NDV_INT32, NDV_DIMS(30, 40), w->number * 1000 + round, &a) != NDV_OK ||
            ndv_slice(a, ":, ::2", &t) != NDV_OK || ndv_npy_save(t, path) != NDV_OK ||
            ndv_npy_load(path, &b) != NDV_OK || ndv_equal(t, b, &equal) != NDV_OK || !equal)
            w->faults++;
        else if (ndv_release(t) != NDV_OK || ndv_release(a) != NDV_OK || ndv_release(b) != NDV_OK)
            w->faults++;
        /* One path for all: whole, by whomever. */
        if (ndv_full_int64(NDV_INT32, NDV_DIMS(50), w->number, &a) != NDV_OK ||
            ndv_npy_save(a, "common.npy") != NDV_OK || ndv_npy_load("common.npy", &b) != NDV_OK ||
            ndv_size(b) != 50)
            w->faults++;
        else if (ndv_release(a) != NDV_OK || ndv_release(b) != NDV_OK)
            w->faults++;
    }
    return NULL;
}

static void threads_work_on_files_at_once(void) {
    worker workers[THREADS];
    pthread_t threads[THREADS];
    int i;
    for (i = 0; i < THREADS; i++) {
        workers[i].number = i;
        workers[i].faults = 0;
        if (pthread_create(&threads[i], NULL, save_and_load, &workers[i]) != 0) abort();
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(workers[i].faults == 0);
    }
    CHECK(temporaries(".") == 0);
}
#endif

#if defined(__linux__)
/* ---------------------------------------------------------------------- system calls that fail
 *
 * The library's calls come here first, as the program's functions go before the C library's. */

static struct {
    bool on;      /* the library is called */
    int calls, fail_at, failed;
    int descriptors; /* opened and not closed */
    int code;     /* the error */
    size_t most;  /* that one call may move; 0: all */
    bool stutter; /* every second call is interrupted */
    const char *cut; /* a file that is cut at 150 bytes after its size was asked for */
} calls;

/* Whether this call is to fail. */
static bool fails(void) {
    if (!calls.on) return false;
    calls.calls++;
    if (calls.stutter && calls.calls % 2 == 1) {
        errno = EINTR;
        return true;
    }
    if (calls.calls != calls.fail_at) return false;
    calls.failed++;
    errno = calls.code;
    return true;
}

static size_t piece(size_t n) { return calls.on && calls.most && n > calls.most ? calls.most : n; }

int open(const char *path, int flags, ...) {
    va_list arguments;
    int mode, file;
    va_start(arguments, flags);
    mode = flags & O_CREAT ? va_arg(arguments, int) : 0;
    va_end(arguments);
    if (fails()) return -1;
    file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (calls.on && file >= 0) calls.descriptors++;
    return file;
}

int close(int file) {
    const bool broken = calls.on && !calls.stutter && fails();
    const int result = (int)syscall(SYS_close, file); /* it is closed in any case */
    if (calls.on && result == 0) calls.descriptors--;
    if (broken) errno = calls.code;
    return broken ? -1 : result;
}

ssize_t read(int file, void *to, size_t n) {
    if (calls.on && calls.cut != NULL && truncate(calls.cut, 150) != 0) abort();
    return fails() ? -1 : (ssize_t)syscall(SYS_read, file, to, piece(n));
}

ssize_t write(int file, const void *from, size_t n) {
    return fails() ? -1 : (ssize_t)syscall(SYS_write, file, from, piece(n));
}

int fsync(int file) { return fails() ? -1 : (int)syscall(SYS_fsync, file); }

int fchmod(int file, mode_t mode) { return fails() ? -1 : (int)syscall(SYS_fchmod, file, mode); }

int rename(const char *from, const char *to) {
    return fails() ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static void begin_calls(int fail_at, int code) {
    memset(&calls, 0, sizeof calls);
    calls.fail_at = fail_at;
    calls.code = code;
    calls.on = true;
}

/* Every system call of a save fails in turn: the old file stands, or the new one does. */
static void a_save_that_fails_leaves_the_old_file(void) {
    static const int codes[] = {EIO, ENOSPC, EACCES, EDQUOT};
    ndv_array *a = grid(), *holes;
    size_t nbytes = 0, code;
    unsigned char *bytes;
    int refusals = 0;
    CHECK_OK(ndv_slice(a, ":, ::2", &holes));
    bytes = saved(holes, &nbytes);
    for (code = 0; code < sizeof codes / sizeof codes[0]; code++) {
        int nth, existing;
        for (existing = 0; existing < 2; existing++)
            for (nth = 1;; nth++) {
                ndv_status status;
                remove("calls.npy");
                if (existing) write_file("calls.npy", "old", 3);
                begin_calls(nth, codes[code]);
                calls.most = 100;
                status = ndv_npy_save(holes, "calls.npy");
                calls.on = false;
                CHECK(calls.descriptors == 0);
                CHECK(temporaries(".") == 0);
                if (status == NDV_OK) {
                    CHECK(file_is("calls.npy", bytes, nbytes));
                    if (calls.failed == 0) break;
                    continue; /* where it did not matter */
                }
                refusals++;
                CHECK(status == NDV_E_IO && calls.failed == 1);
                CHECK_MESSAGE(strerror(codes[code]));
                if (existing) CHECK(file_is("calls.npy", "old", 3));
                else CHECK(access("calls.npy", F_OK) != 0);
            }
        CHECK(nth > 6); /* open, write ..., fsync, close, rename, and the folder's three */
    }
    CHECK(refusals > 40);
    free(bytes);
    CHECK_OK(ndv_release(holes));
    CHECK_OK(ndv_release(a));
}

static void a_load_that_fails_leaves_nothing(void) {
    ndv_array *a = grid(), *b;
    int nth;
    CHECK_OK(ndv_npy_save(a, "calls.npy"));
    for (nth = 1;; nth++) {
        ndv_status status;
        begin_calls(nth, EIO);
        calls.most = 40;
        b = a;
        status = ndv_npy_load("calls.npy", &b);
        calls.on = false;
        CHECK(calls.descriptors == 0);
        if (status == NDV_OK) {
            CHECK(all_equal(a, b));
            CHECK_OK(ndv_release(b));
            if (calls.failed == 0) break;
            continue; /* closing */
        }
        CHECK(status == NDV_E_IO && b == NULL);
    }
    CHECK(nth > 6);
    CHECK_OK(ndv_release(a));
}

static void short_and_interrupted_calls_go_on(void) {
    static const size_t steps[] = {1, 3, 64, 127};
    ndv_array *a = grid(), *b;
    size_t nbytes = 0, i;
    unsigned char *bytes = saved(a, &nbytes);
    for (i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        ndv_status status;
        remove("short.npy");
        begin_calls(0, 0);
        calls.most = steps[i];
        calls.stutter = true;
        status = ndv_npy_save(a, "short.npy");
        CHECK(status == NDV_OK);
        status = ndv_npy_load("short.npy", &b);
        calls.on = false;
        CHECK(status == NDV_OK);
        CHECK(file_is("short.npy", bytes, nbytes));
        CHECK(all_equal(a, b));
        CHECK_OK(ndv_release(b));
    }
    free(bytes);
    CHECK_OK(ndv_release(a));
}

/* A file that is cut while it is read: its size promised more. */
static void a_file_cut_while_it_is_read_is_truncated(void) {
    ndv_array *a = grid(), *b = a;
    ndv_status status;
    CHECK_OK(ndv_npy_save(a, "shrinking.npy"));
    begin_calls(0, 0);
    calls.cut = "shrinking.npy";
    status = ndv_npy_load("shrinking.npy", &b);
    calls.on = false;
    CHECK(status == NDV_E_TRUNCATED && b == NULL);
    CHECK_MESSAGE("ends after 150 bytes, 176 are expected");
    CHECK(calls.descriptors == 0);
    CHECK_OK(ndv_release(a));
}
#endif

#if defined(__linux__)
#define LINUX_TESTS                                                                                \
    , TEST(a_save_that_fails_leaves_the_old_file), TEST(a_load_that_fails_leaves_nothing),         \
        TEST(short_and_interrupted_calls_go_on), TEST(a_file_cut_while_it_is_read_is_truncated)
#else
#define LINUX_TESTS
#endif
#if !defined(_WIN32)
#define POSIX_TESTS                                                                                \
    , TEST(permissions_are_the_umasks_or_the_old_files),                                           \
        TEST(a_file_that_may_not_be_written_is_not_replaced), TEST(a_folder_is_no_file),           \
        TEST(a_link_stays_and_what_it_leads_to_is_replaced),                                       \
        TEST(an_open_file_is_not_written_into), TEST(a_file_that_cannot_grow_leaves_the_old_one),  \
        TEST(pipes_are_read_as_they_come), TEST(pipes_take_no_more_memory_than_arrives),           \
        TEST(signals_interrupt_nothing), TEST(pipes_and_devices_are_written_straight),             \
        TEST(threads_work_on_files_at_once)
#else
#define POSIX_TESTS
#endif

CHECK_MAIN(TEST(headers_are_numpys), TEST(a_file_is_what_memory_is),
           TEST(memory_tells_its_size_and_is_not_overrun), TEST(every_type_goes_and_comes_back),
           TEST(every_layout_goes_and_comes_back), TEST(large_layouts_are_written_in_pieces),
           TEST(sixty_four_axes_go_and_come_back), TEST(other_orders_are_read),
           TEST(complex_numbers_are_swapped_by_halves),
           TEST(bytes_behind_the_elements_are_ignored), TEST(what_is_no_npy_file_is_refused),
           TEST(a_header_has_at_most_10000_bytes), TEST(a_record_is_read_as_far_as_its_limits),
           TEST(fields_of_the_other_order_are_turned_round),
           TEST(records_that_no_header_spells_are_not_saved), TEST(every_cut_is_told),
           TEST(arguments_are_checked), TEST(a_call_without_memory_changes_nothing),
           TEST(a_claim_takes_no_memory),
           TEST(saving_takes_a_mebibyte_at_most) POSIX_TESTS LINUX_TESTS)
