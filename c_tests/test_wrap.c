/* ndv_wrap(): memory of the caller's, and who gives it back when. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#ifndef _WIN32
#include <pthread.h>
#endif

static int64_t memory[16];

typedef struct {
    int calls;
    void *data;
    void *context;
#ifndef _WIN32
    pthread_t thread;
#endif
} deletion;

static deletion last;

static void deleter(void *data, void *context) {
    last.calls++;
    last.data = data;
    last.context = context;
#ifndef _WIN32
    last.thread = pthread_self();
#endif
}

static void setup(void) {
    int i;
    memset(&last, 0, sizeof last);
    for (i = 0; i < 16; i++) memory[i] = i;
}

/* Wraps `memory` for tests that look at one thing. */
static ndv_array *wrapped(int32_t dtype, int64_t offset, int32_t ndim, const int64_t *shape,
                          const int64_t *strides, int32_t flags) {
    ndv_array *a;
    setup();
    CHECK_OK(ndv_wrap(memory, sizeof memory, offset, dtype, ndim, shape, strides, flags, deleter,
                      &last, &a));
    return a;
}

/* That wrapping fails, sets the result to NULL, and does not call the deleter. */
#define REFUSED(status, ...)                                                                       \
    do {                                                                                           \
        ndv_array *refused = (ndv_array *)(void *)memory;                                          \
        last.calls = 0;                                                                            \
        CHECK_STATUS(status, ndv_wrap(__VA_ARGS__, deleter, &last, &refused));                     \
        CHECK(refused == NULL);                                                                    \
        CHECK(last.calls == 0);                                                                    \
    } while (0)

static void wrapped_memory_is_shared_and_not_copied(void) {
    ndv_array *a;
    ndv_statistics s;
    a = wrapped(NDV_INT64, 0, NDV_DIMS(2, 3), NULL, 0);
    CHECK(ndv_data(a) == memory);
    CHECK(ndv_base(a) == NULL && ndv_owns_data(a));
    CHECK(ndv_buffer_kind(a) == NDV_BUFFER_FOREIGN);
    CHECK(ndv_use_count(a) == 1 && ndv_view_count(a) == 0);
    CHECK_STRIDES(a, 24, 8);
    CHECK((ndv_flags(a) & ~NDV_ALIGNED) == (NDV_C_CONTIGUOUS | NDV_WRITEABLE));
    CHECK(ndv_flags(a) & NDV_ALIGNED);
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5);
    s = check_statistics();
    CHECK(s.arrays_alive == 1 && s.buffers_alive == 1);
    CHECK(s.bytes_alive == (int64_t)sizeof memory); /* "bytes of those buffers" */
    memory[4] = 44;
    CHECK_INT64S(a, 0, 1, 2, 3, 44, 5);
    CHECK_OK(ndv_fill_int64(a, 7));
    CHECK(memory[0] == 7 && memory[5] == 7 && memory[6] == 6);
    CHECK(last.calls == 0);
    CHECK_OK(ndv_release(a));
    CHECK(last.calls == 1);
}

static void the_deleter_gets_the_start_of_the_buffer_and_the_context(void) {
    int64_t shape = 2, stride = -16;
    ndv_array *a = wrapped(NDV_INT64, 40, 1, &shape, &stride, 0);
    CHECK(ndv_data(a) == memory + 5);
    CHECK_INT64S(a, 5, 3);
    CHECK_OK(ndv_release(a));
    CHECK(last.calls == 1 && last.data == memory && last.context == &last);
    /* A context of NULL is passed on as it is. */
    setup();
    last.context = &last;
    CHECK_OK(ndv_wrap(memory, 16, 8, NDV_INT64, NDV_DIMS(1), NULL, 0, deleter, NULL, &a));
    CHECK_OK(ndv_release(a));
    CHECK(last.calls == 1 && last.data == memory && last.context == NULL);
}

static void the_deleter_is_called_after_the_last_view(void) {
    ndv_array *a = wrapped(NDV_INT64, 0, NDV_DIMS(6), NULL, 0), *v, *w, *b;
    CHECK_OK(ndv_slice(a, "1:4", &v));
    CHECK_OK(ndv_slice(v, "::-1", &w));
    CHECK(ndv_buffer_kind(w) == NDV_BUFFER_FOREIGN && ndv_base(w) == a && !ndv_owns_data(w));
    b = ndv_retain(a);
    CHECK_OK(ndv_release(a));
    CHECK(last.calls == 0);
    CHECK_OK(ndv_release(v));
    CHECK(last.calls == 0);
    CHECK_OK(ndv_release(b));
    CHECK(last.calls == 0);
    CHECK_STATUS(NDV_E_RELEASED, ndv_release(b));
    CHECK(last.calls == 0);
    CHECK_INT64S(w, 3, 2, 1);
    CHECK_OK(ndv_release(w));
    CHECK(last.calls == 1);
}

#ifndef _WIN32
static void *release_in_another_thread(void *array) {
    return ndv_release((ndv_array *)array) == NDV_OK ? NULL : array;
}

static void the_deleter_is_called_by_the_thread_that_lets_go_last(void) {
    ndv_array *a = wrapped(NDV_INT64, 0, NDV_DIMS(6), NULL, 0), *v;
    pthread_t thread;
    void *failed;
    CHECK_OK(ndv_view(a, &v));
    CHECK_OK(ndv_release(a));
    CHECK(pthread_create(&thread, NULL, release_in_another_thread, v) == 0);
    CHECK(pthread_join(thread, &failed) == 0 && failed == NULL);
    CHECK(last.calls == 1 && !pthread_equal(last.thread, pthread_self()));

    a = wrapped(NDV_INT64, 0, NDV_DIMS(6), NULL, 0);
    CHECK_OK(ndv_view(a, &v));
    CHECK(pthread_create(&thread, NULL, release_in_another_thread, a) == 0);
    CHECK(pthread_join(thread, &failed) == 0 && failed == NULL);
    CHECK(last.calls == 0);
    CHECK_OK(ndv_release(v));
    CHECK(last.calls == 1 && pthread_equal(last.thread, pthread_self()));
}
#else
static void the_deleter_is_called_by_the_thread_that_lets_go_last(void) {}
#endif

static void without_a_deleter_nothing_is_called(void) {
    ndv_array *a, *v;
    setup();
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3), NULL, 0, NULL, &last, &a));
    CHECK_OK(ndv_view(a, &v));
    CHECK_OK(ndv_release(a));
    CHECK_INT64S(v, 0, 1, 2);
    CHECK_OK(ndv_release(v));
    CHECK(last.calls == 0);
}

static void no_error_calls_the_deleter(void) {
    const int64_t three = 3, minus = -3, stride = 8, sixty_five[65] = {0};
    setup();
    REFUSED(NDV_E_NULL, NULL, 8, 0, NDV_INT64, 1, &three, &stride, 0);
    REFUSED(NDV_E_DTYPE, memory, sizeof memory, 0, 0, 1, &three, &stride, 0);
    REFUSED(NDV_E_DTYPE, memory, sizeof memory, 0, 777, 1, &three, &stride, 0);
    REFUSED(NDV_E_NDIM, memory, sizeof memory, 0, NDV_INT64, -1, &three, &stride, 0);
    REFUSED(NDV_E_NDIM, memory, sizeof memory, 0, NDV_INT64, 65, sixty_five, sixty_five, 0);
    REFUSED(NDV_E_NULL, memory, sizeof memory, 0, NDV_INT64, 1, NULL, &stride, 0);
    REFUSED(NDV_E_SHAPE, memory, sizeof memory, 0, NDV_INT64, 1, &minus, &stride, 0);
    REFUSED(NDV_E_SHAPE, memory, sizeof memory, 0, NDV_INT64, 1, &minus, NULL, 0);
    REFUSED(NDV_E_ARGUMENT, memory, sizeof memory, 0, NDV_INT64, 1, &three, &stride, 4);
    REFUSED(NDV_E_ARGUMENT, memory, sizeof memory, 0, NDV_INT64, 1, &three, &stride, -1);
    REFUSED(NDV_E_BOUNDS, memory, 23, 0, NDV_INT64, 1, &three, &stride, 0);
    CHECK_STATUS(NDV_E_NULL, ndv_wrap(memory, sizeof memory, 0, NDV_INT64, 1, &three, &stride, 0,
                                      deleter, &last, NULL));
    CHECK(last.calls == 0);
}

static void elements_must_lie_inside_to_the_byte(void) {
    static const struct {
        size_t nbytes;
        int64_t offset, extent, stride;
        bool fits;
    } cases[] = {
        {24, 0, 3, 8, true},    {23, 0, 3, 8, false}, /* one byte short at the end */
        {25, 1, 3, 8, true},    {24, 1, 3, 8, false}, /* one byte further along */
        {24, 16, 3, -8, true},  {24, 15, 3, -8, false}, /* one byte before the start */
        {24, 17, 3, -8, false}, {25, 17, 3, -8, true},
        {24, -1, 3, 8, false},  {24, -8, 3, 8, false},
        {24, -1, 1, 8, false},  {8, 0, 1, 8, true},
        {8, 1, 1, 8, false},    {7, 0, 1, 8, false},
        {8, 0, 100, 0, true},   {8, 1, 100, 0, false},
        {9, 0, 2, 1, true},     {8, 0, 2, 1, false},
        {9, 1, 2, -1, true},    {9, 0, 2, -1, false},
        {0, 0, 1, 8, false},    {128, INT64_MAX, 1, 8, false},
        {128, INT64_MIN, 1, 8, false},
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ndv_array *a;
        setup();
        if (cases[i].fits) {
            CHECK_OK(ndv_wrap(memory, cases[i].nbytes, cases[i].offset, NDV_INT64, 1,
                              &cases[i].extent, &cases[i].stride, 0, deleter, &last, &a));
            CHECK(ndv_data(a) == (const char *)memory + cases[i].offset);
            CHECK_OK(ndv_release(a));
            CHECK(last.calls == 1);
        } else {
            REFUSED(NDV_E_BOUNDS, memory, cases[i].nbytes, cases[i].offset, NDV_INT64, 1,
                    &cases[i].extent, &cases[i].stride, 0);
        }
    }
    { /* two axes that only together leave the buffer */
        const int64_t shape[2] = {2, 3}, strides[2] = {-24, 8}, out[2] = {-25, 8};
        ndv_array *a = wrapped(NDV_INT64, 24, 2, shape, strides, 0);
        CHECK_INT64S(a, 3, 4, 5, 0, 1, 2);
        CHECK_OK(ndv_release(a));
        REFUSED(NDV_E_BOUNDS, memory, 48, 24, NDV_INT64, 2, shape, out, 0);
        REFUSED(NDV_E_BOUNDS, memory, 47, 24, NDV_INT64, 2, shape, strides, 0);
        REFUSED(NDV_E_BOUNDS, memory, 48, 23, NDV_INT64, 2, shape, strides, 0);
    }
}

static void negative_strides_count_from_the_offset(void) {
    const int64_t shape[2] = {2, 3}, strides[2] = {24, -8};
    const void *low, *high;
    ndv_array *a = wrapped(NDV_INT64, 16, 2, shape, strides, 0), *b;
    CHECK(ndv_data(a) == memory + 2);
    CHECK_INT64S(a, 2, 1, 0, 5, 4, 3);
    CHECK_OK(ndv_byte_bounds(a, &low, &high));
    CHECK(low == memory && high == memory + 6);
    CHECK(!(ndv_flags(a) & (NDV_C_CONTIGUOUS | NDV_F_CONTIGUOUS | NDV_OVERLAPPING)));
    CHECK_OK(ndv_copy(a, NDV_ORDER_C, &b));
    CHECK_INT64S(b, 2, 1, 0, 5, 4, 3);
    CHECK_OK(ndv_set_int64(a, NDV_DIMS(1, -1), 33));
    CHECK(memory[3] == 33);
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

static void misaligned_elements_are_read_and_written_right(void) {
    static const int32_t dtypes[] = {NDV_INT16,   NDV_INT32,    NDV_INT64,  NDV_UINT16,
                                     NDV_UINT32,  NDV_UINT64,   NDV_FLOAT32, NDV_FLOAT64};
    unsigned char raw[8 + 1 + 6 * 8];
    unsigned char *start = raw + (8 - (uintptr_t)raw % 8) % 8; /* a multiple of 8 */
    size_t t;
    for (t = 0; t < sizeof dtypes / sizeof dtypes[0]; t++) {
        const size_t itemsize = ndv_dtype_itemsize(dtypes[t]);
        ndv_array *a, *b, *c, *v;
        int64_t value;
        memset(raw, 0, sizeof raw);
        CHECK_OK(ndv_wrap(start, 1 + 6 * itemsize, 1, dtypes[t], NDV_DIMS(2, 3), NULL, 0, NULL,
                          NULL, &a));
        CHECK(!(ndv_flags(a) & NDV_ALIGNED));
        CHECK((ndv_flags(a) & NDV_C_CONTIGUOUS) && (ndv_flags(a) & NDV_WRITEABLE));
        CHECK_OK(ndv_arange(10, 16, 1, &b));
        CHECK_OK(ndv_reshape(b, NDV_DIMS(2, 3), NDV_ORDER_C, NDV_COPY_NEVER, &v));
        CHECK_OK(ndv_set(a, v, NDV_CAST_UNSAFE));
        CHECK_INT64S(a, 10, 11, 12, 13, 14, 15);
        CHECK(start[0] == 0);
        CHECK_OK(ndv_set_int64(a, NDV_DIMS(1, 2), 99));
        CHECK_OK(ndv_get_int64(a, NDV_DIMS(1, 2), &value));
        CHECK(value == 99);
        CHECK_OK(ndv_copy(a, NDV_ORDER_F, &c));
        CHECK(ndv_flags(c) & NDV_ALIGNED);
        CHECK_INT64S(c, 10, 11, 12, 13, 14, 99);
        CHECK_OK(ndv_release(c));
        CHECK_OK(ndv_transpose(a, &c));
        CHECK(!(ndv_flags(c) & NDV_ALIGNED));
        CHECK_INT64S(c, 10, 13, 11, 14, 12, 99);
        CHECK_OK(ndv_release(c));
        CHECK_OK(ndv_fill_int64(a, 4));
        CHECK_INT64S(a, 4, 4, 4, 4, 4, 4);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_release(b));
        CHECK_OK(ndv_release(a));
    }
    { /* aligned at the start, and not after one odd stride */
        const int64_t two = 2, odd = 9;
        ndv_array *a;
        memset(raw, 0, sizeof raw);
        CHECK_OK(ndv_wrap(start, 17, 0, NDV_INT64, 1, &two, &odd, 0, NULL, NULL, &a));
        CHECK(!(ndv_flags(a) & NDV_ALIGNED));
        CHECK_OK(ndv_set_int64(a, NDV_DIMS(1), -5));
        CHECK_INT64S(a, 0, -5);
        CHECK_OK(ndv_release(a));
    }
}

static void overlapping_elements_are_read_only_unless_asked_for(void) {
    const int64_t window_shape[2] = {3, 3}, window_strides[2] = {8, 8}; /* a sliding window */
    const int64_t row_shape = 4, row_stride = 4;                        /* each shares half */
    const int64_t zero_shape = 3, zero_stride = 0;
    ndv_array *a, *b, *s;
    a = wrapped(NDV_INT64, 0, 2, window_shape, window_strides, 0);
    CHECK(ndv_flags(a) & NDV_OVERLAPPING);
    CHECK(!(ndv_flags(a) & NDV_WRITEABLE));
    CHECK_INT64S(a, 0, 1, 2, 1, 2, 3, 2, 3, 4);
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(a, 1));
    CHECK(memory[0] == 0 && memory[1] == 1);
    CHECK_OK(ndv_release(a));
    CHECK(last.calls == 1);

    a = wrapped(NDV_INT64, 0, 1, &row_shape, &row_stride, 0);
    CHECK((ndv_flags(a) & NDV_OVERLAPPING) && !(ndv_flags(a) & NDV_WRITEABLE));
    CHECK_OK(ndv_release(a));
    a = wrapped(NDV_INT64, 0, 1, &zero_shape, &zero_stride, 0);
    CHECK((ndv_flags(a) & NDV_OVERLAPPING) && !(ndv_flags(a) & NDV_WRITEABLE));
    CHECK_OK(ndv_release(a));

    /* The last write in C order stays: memory[i + j] is that of the last (i, j). */
    a = wrapped(NDV_INT64, 0, 2, window_shape, window_strides, NDV_WRITE_OVERLAPPING);
    CHECK((ndv_flags(a) & NDV_OVERLAPPING) && (ndv_flags(a) & NDV_WRITEABLE));
    CHECK_OK(ndv_arange(100, 109, 1, &b));
    CHECK_OK(ndv_reshape(b, NDV_DIMS(3, 3), NDV_ORDER_C, NDV_COPY_NEVER, &s));
    CHECK_OK(ndv_set(a, s, NDV_CAST_SAFE));
    CHECK(memory[0] == 100 && memory[1] == 103 && memory[2] == 106 && memory[3] == 107 &&
          memory[4] == 108 && memory[5] == 5);
    CHECK_OK(ndv_release(s));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));

    a = wrapped(NDV_INT64, 0, 1, &zero_shape, &zero_stride, NDV_WRITE_OVERLAPPING);
    CHECK_OK(ndv_arange(1, 4, 1, &b));
    CHECK_OK(ndv_set(a, b, NDV_CAST_SAFE));
    CHECK(memory[0] == 3 && memory[1] == 1);
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

/* Every shape and stride of two small axes: elements share bytes exactly when two of them do,
 * and the last write stays. */
static void overlap_and_last_write_are_right_for_all_small_strides(void) {
    int64_t shape[2], strides[2];
    int failures = 0, cases = 0;
    for (shape[0] = 1; shape[0] <= 4; shape[0]++)
    for (shape[1] = 1; shape[1] <= 4; shape[1]++)
    for (strides[0] = -5; strides[0] <= 5; strides[0]++)
    for (strides[1] = -5; strides[1] <= 5; strides[1]++) {
        unsigned char bytes[64], expected[64], values[32];
        bool seen[64] = {false}, overlap = false;
        int64_t i, j, n = 0;
        ndv_array *a, *s;
        memset(bytes, 0, sizeof bytes);
        memset(expected, 0, sizeof expected);
        for (i = 0; i < shape[0]; i++)
            for (j = 0; j < shape[1]; j++) { /* two bytes each */
                const int64_t at = 31 + i * strides[0] + j * strides[1];
                overlap = overlap || seen[at] || seen[at + 1];
                seen[at] = seen[at + 1] = true;
                values[2 * n] = (unsigned char)(2 * n + 1);
                values[2 * n + 1] = (unsigned char)(2 * n + 2);
                memcpy(expected + at, values + 2 * n, 2);
                n++;
            }
        CHECK_OK(ndv_wrap(bytes, sizeof bytes, 31, NDV_INT16, 2, shape, strides,
                          NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
        CHECK_OK(ndv_from_data(NDV_INT16, 2, shape, values, &s));
        CHECK_OK(ndv_set(a, s, NDV_CAST_NO));
        cases++;
        if (((ndv_flags(a) & NDV_OVERLAPPING) != 0) != overlap ||
            memcmp(bytes, expected, sizeof bytes) != 0) {
            if (failures++ == 0)
                printf("shape %d, %d, strides %d, %d of int16: flags %d, overlap %d, bytes %s\n",
                       (int)shape[0], (int)shape[1], (int)strides[0], (int)strides[1],
                       (int)ndv_flags(a), overlap,
                       memcmp(bytes, expected, sizeof bytes) ? "wrong" : "right");
        }
        CHECK_OK(ndv_release(s));
        CHECK_OK(ndv_release(a));
    }
    CHECK(failures == 0);
    CHECK(cases == 16 * 121);
}

static void read_only_memory_is_never_written(void) {
    static const int64_t constant[3] = {1, 2, 3};
    union { /* the promise is the flag's: without it this cast would be a lie */
        const int64_t *read;
        void *given;
    } pointer;
    ndv_array *a, *v;
    void *data;
    pointer.read = constant;
    CHECK_OK(ndv_wrap(pointer.given, sizeof constant, 0, NDV_INT64, NDV_DIMS(3), NULL,
                      NDV_WRAP_READONLY, NULL, NULL, &a));
    CHECK(!(ndv_flags(a) & NDV_WRITEABLE));
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(a, 1));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_int64(a, NDV_DIMS(0), 1));
    CHECK_STATUS(NDV_E_READONLY, ndv_set(a, a, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_READONLY, ndv_data_mut(a, &data));
    CHECK_OK(ndv_slice(a, "1:", &v));
    CHECK(!(ndv_flags(v) & NDV_WRITEABLE));
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(v, 1));
    CHECK_INT64S(a, 1, 2, 3);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));
}

/* Both flags at once: the header does not name the pair; whatever comes, nothing is written. */
static void read_only_and_write_overlapping_do_not_write(void) {
    const int64_t three = 3, zero = 0;
    ndv_array *a = NULL;
    ndv_status status;
    setup();
    status = ndv_wrap(memory, sizeof memory, 0, NDV_INT64, 1, &three, &zero,
                      NDV_WRAP_READONLY | NDV_WRITE_OVERLAPPING, deleter, &last, &a);
    CHECK(status == NDV_E_ARGUMENT ? a == NULL
                                   : status == NDV_OK && !(ndv_flags(a) & NDV_WRITEABLE));
    CHECK_OK(ndv_release(a));
    CHECK(last.calls == (status == NDV_OK));
}

static void memory_without_elements_can_be_wrapped(void) {
    static const struct {
        size_t nbytes;
        int64_t offset;
        int64_t shape[2];
        bool null;
    } cases[] = {
        {0, 0, {0, 3}, true},
        {0, 0, {3, 0}, false},
        {16, 8, {0, 0}, false},
        {16, 16, {0, 1}, false},
    };
    const int64_t strides[2] = {800, -800}; /* lead nowhere, as there are no elements */
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        void *const buffer = cases[i].null ? NULL : memory;
        ndv_array *a;
        bool equal;
        setup();
        CHECK_OK(ndv_wrap(buffer, cases[i].nbytes, cases[i].offset, NDV_INT64, 2, cases[i].shape,
                          NULL, 0, deleter, &last, &a));
        CHECK(ndv_size(a) == 0 && ndv_nbytes(a) == 0);
        CHECK((ndv_flags(a) & NDV_C_CONTIGUOUS) && (ndv_flags(a) & NDV_F_CONTIGUOUS));
        CHECK(!(ndv_flags(a) & NDV_OVERLAPPING) && (ndv_flags(a) & NDV_WRITEABLE));
        CHECK_OK(ndv_fill_int64(a, 1));
        CHECK_OK(ndv_equal(a, a, &equal));
        CHECK(equal);
        CHECK_OK(ndv_release(a));
        CHECK(last.calls == 1 && last.data == buffer);
        setup();
        CHECK_OK(ndv_wrap(buffer, cases[i].nbytes, cases[i].offset, NDV_INT64, 2, cases[i].shape,
                          strides, 0, deleter, &last, &a));
        CHECK_OK(ndv_release(a));
        CHECK(last.calls == 1);
    }
    REFUSED(NDV_E_BOUNDS, NULL, 0, 0, NDV_INT64, NDV_DIMS(1), NULL, 0);
    REFUSED(NDV_E_NULL, NULL, 8, 0, NDV_INT64, NDV_DIMS(0), NULL, 0);
}

static void a_stride_of_an_axis_of_one_element_leads_nowhere(void) {
    static const int64_t far[] = {INT64_MAX, INT64_MIN, INT64_MAX - 7, (int64_t)1 << 62,
                                  -((int64_t)1 << 62), 1};
    size_t i;
    for (i = 0; i < sizeof far / sizeof far[0]; i++) {
        const int64_t shape[3] = {1, 3, 1};
        int64_t strides[3];
        ndv_array *a, *v, *c;
        strides[0] = far[i];
        strides[1] = 8;
        strides[2] = far[(i + 1) % 6];
        a = wrapped(NDV_INT64, 0, 3, shape, strides, 0);
        CHECK_INT64S(a, 0, 1, 2);
        CHECK((ndv_flags(a) & NDV_C_CONTIGUOUS) && (ndv_flags(a) & NDV_F_CONTIGUOUS));
        CHECK((ndv_flags(a) & NDV_WRITEABLE) && !(ndv_flags(a) & NDV_OVERLAPPING));
        /* Whatever multiplies strides must not stumble over these. */
        CHECK_OK(ndv_flip(a, 0, NULL, &v));
        CHECK_INT64S(v, 2, 1, 0);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_transpose(a, &v));
        CHECK_OK(ndv_copy(v, NDV_ORDER_K, &c));
        CHECK_INT64S(c, 0, 1, 2);
        CHECK_OK(ndv_release(c));
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_slice(a, "::-9223372036854775807, ::-1, -1", &v));
        CHECK_INT64S(v, 2, 1, 0);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_slice(a, "::-9223372036854775808", &v));
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_slice(a, "::9223372036854775807, 1:2, ::9223372036854775807", &v));
        CHECK_INT64S(v, 1);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_squeeze(a, 0, NULL, &v));
        CHECK_STRIDES(v, 8);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(4, 3, 5), &v));
        CHECK_STRIDES(v, 0, 8, 0);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_reshape(a, NDV_DIMS(3), NDV_ORDER_C, NDV_COPY_NEVER, &v));
        CHECK_INT64S(v, 0, 1, 2);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_diagonal(a, 0, 0, 2, &v));
        CHECK_INT64S(v, 0, 1, 2);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_view_as(a, NDV_UINT64, &v));
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_set(a, a, NDV_CAST_NO));
        CHECK_OK(ndv_release(a));
    }
}

/* Nothing to compare but the status: that numbers near the end of the range do not crash. */
static void numbers_near_the_end_of_the_range_are_refused(void) {
    const int64_t half = (int64_t)1 << 62;
    const int64_t numbers[] = {0,        1,    2,        3,     8,         -1,
                               -8,       half, half - 1, -half, half + 1,  (int64_t)1 << 31,
                               half / 2, 4096, -4096,    -half / 2, INT64_MIN, INT64_MIN + 1,
                               INT64_MAX, INT64_MAX - 8, (int64_t)1 << 32};
    enum { NUMBERS = sizeof numbers / sizeof numbers[0] };
    int extent, stride, second, offset, wrong = 0, made = 0;
    setup();
    for (extent = 0; extent < NUMBERS; extent++)
    for (stride = 0; stride < NUMBERS; stride++)
    for (second = 0; second < NUMBERS; second++)
    for (offset = 0; offset < NUMBERS; offset += 3) {
        int64_t shape[2], strides[2];
        ndv_array *a = NULL;
        ndv_status status;
        shape[0] = numbers[extent];
        shape[1] = numbers[(extent * 7 + second) % NUMBERS];
        strides[0] = numbers[stride];
        strides[1] = numbers[second];
        last.calls = 0;
        status = ndv_wrap(memory, sizeof memory, numbers[offset], NDV_INT64, 2, shape, strides,
                          NDV_WRITE_OVERLAPPING, deleter, &last, &a);
        if (status == NDV_OK) {
            const char *low, *high;
            const void *l, *h;
            made++;
            if (ndv_byte_bounds(a, &l, &h) != NDV_OK) wrong++;
            low = (const char *)l;
            high = (const char *)h;
            if (ndv_size(a) > 0 &&
                (low < (const char *)memory || high > (const char *)memory + sizeof memory))
                wrong++;
            if (ndv_release(a) != NDV_OK || last.calls != 1) wrong++;
        } else {
            if (a != NULL || last.calls != 0) wrong++;
            if (status != NDV_E_BOUNDS && status != NDV_E_SHAPE && status != NDV_E_OVERFLOW)
                wrong++;
            if ((shape[0] < 0 || shape[1] < 0) && status != NDV_E_SHAPE) wrong++;
        }
        status = ndv_wrap(memory, sizeof memory, numbers[offset], NDV_COMPLEX128, 2, shape, NULL, 0,
                          NULL, NULL, &a);
        if (status == NDV_OK && ndv_release(a) != NDV_OK) wrong++;
    }
    CHECK(wrong == 0);
    CHECK(made > 0);
    { /* an extent that only a stride of 0 can serve */
        const int64_t many = (int64_t)1 << 58, zero = 0;
        ndv_array *a = wrapped(NDV_INT64, 0, 1, &many, &zero, 0), *v;
        CHECK(ndv_size(a) == many);
        CHECK_OK(ndv_slice(a, "-1", &v));
        CHECK_INT64S(v, 0);
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_release(a));
    }
}

CHECK_MAIN(TEST(wrapped_memory_is_shared_and_not_copied),
           TEST(the_deleter_gets_the_start_of_the_buffer_and_the_context),
           TEST(the_deleter_is_called_after_the_last_view),
           TEST(the_deleter_is_called_by_the_thread_that_lets_go_last),
           TEST(without_a_deleter_nothing_is_called), TEST(no_error_calls_the_deleter),
           TEST(elements_must_lie_inside_to_the_byte), TEST(negative_strides_count_from_the_offset),
           TEST(misaligned_elements_are_read_and_written_right),
           TEST(overlapping_elements_are_read_only_unless_asked_for),
           TEST(overlap_and_last_write_are_right_for_all_small_strides),
           TEST(read_only_memory_is_never_written),
           TEST(read_only_and_write_overlapping_do_not_write),
           TEST(memory_without_elements_can_be_wrapped),
           TEST(a_stride_of_an_axis_of_one_element_leads_nowhere),
           TEST(numbers_near_the_end_of_the_range_are_refused))
