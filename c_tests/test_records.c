/* Raw bytes of any size, and records: their types, their fields as views, and their elements moved,
 * converted and compared. */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#include "model.h"

/* What the tests of aligned records compare with. */
typedef struct {
    int8_t kind;
    double value;
    int16_t corner[2][3];
    float scale;
} sample;

typedef struct {
    const char *name;
    int32_t dtype;
} named;

static int32_t record_of(int32_t flags, int32_t count, const named *fields) {
    ndv_record_field list[8];
    int32_t i, dtype = 0;
    for (i = 0; i < count; i++) {
        const ndv_record_field field = NDV_RECORD_FIELD_INIT;
        list[i] = field;
        list[i].name = fields[i].name;
        list[i].dtype = fields[i].dtype;
    }
    CHECK_OK(ndv_dtype_record(count, list, 0, flags, &dtype));
    return dtype;
}

/* x int32, y float64, without gaps. */
static int32_t point_type(void) {
    const named fields[] = {{"x", NDV_INT32}, {"y", NDV_FLOAT64}};
    return record_of(NDV_RECORD_PACKED, 2, fields);
}

static int32_t sample_type(void) {
    static const int64_t corner[2] = {2, 3};
    ndv_record_field fields[4] = {NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT,
                                  NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT};
    int32_t dtype = 0;
    fields[0].name = "kind", fields[0].dtype = NDV_INT8;
    fields[1].name = "value", fields[1].dtype = NDV_FLOAT64;
    fields[2].name = "corner", fields[2].dtype = NDV_INT16;
    fields[2].ndim = 2, fields[2].shape = corner;
    fields[3].name = "scale", fields[3].dtype = NDV_FLOAT32;
    CHECK_OK(ndv_dtype_record(4, fields, 0, NDV_RECORD_ALIGNED, &dtype));
    return dtype;
}

static void raw_bytes_have_any_size(void) {
    static const size_t sizes[] = {1, 2, 3, 7, 16, 17, 255, 65536, 1u << 30, 2147483647};
    static const size_t no_sizes[] = {0, 2147483648u, SIZE_MAX};
    size_t i;
    int32_t dtype, again;
    for (i = 0; i < COUNT(sizes); i++) {
        char name[32];
        CHECK_OK(ndv_dtype_bytes(sizes[i], &dtype));
        CHECK(ndv_dtype_itemsize(dtype) == sizes[i]);
        CHECK(ndv_dtype_alignment(dtype) == 1);
        CHECK(ndv_dtype_kind(dtype) == 'V');
        CHECK(strcmp(ndv_dtype_name(dtype), "bytes") == 0);
        CHECK(ndv_dtype_field_count(dtype) == 0);
        snprintf(name, sizeof name, "V%lu", (unsigned long)sizes[i]);
        CHECK_OK(ndv_dtype_from_name(name, &again));
        CHECK(again == dtype);
    }
    for (i = 0; i < COUNT(no_sizes); i++) {
        dtype = 5;
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_dtype_bytes(no_sizes[i], &dtype));
        CHECK(dtype == 0);
    }
    CHECK_MESSAGE("the number of raw bytes");
    CHECK_STATUS(NDV_E_NULL, ndv_dtype_bytes(3, NULL));
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_from_name("V0", &dtype));
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_from_name("V2147483648", &dtype));
}

static void an_aligned_record_is_laid_out_as_the_struct(void) {
    const int32_t dtype = sample_type();
    static const struct {
        const char *name;
        size_t offset;
        int32_t dtype, ndim;
    } members[] = {{"kind", offsetof(sample, kind), NDV_INT8, 0},
                   {"value", offsetof(sample, value), NDV_FLOAT64, 0},
                   {"corner", offsetof(sample, corner), NDV_INT16, 2},
                   {"scale", offsetof(sample, scale), NDV_FLOAT32, 0}};
    int32_t i, position;
    CHECK(ndv_dtype_itemsize(dtype) == sizeof(sample));
    CHECK(ndv_dtype_alignment(dtype) == offsetof(sample, value));
    CHECK(ndv_dtype_kind(dtype) == 'V');
    CHECK(strcmp(ndv_dtype_name(dtype), "record") == 0);
    CHECK(ndv_dtype_field_count(dtype) == 4);
    for (i = 0; i < 4; i++) {
        ndv_record_field field = NDV_RECORD_FIELD_INIT;
        CHECK_OK(ndv_dtype_field(dtype, i, &field));
        CHECK(strcmp(field.name, members[i].name) == 0);
        CHECK(field.offset == (int64_t)members[i].offset);
        CHECK(field.dtype == members[i].dtype && field.ndim == members[i].ndim);
        CHECK((field.shape == NULL) == (field.ndim == 0));
        if (field.ndim == 2) CHECK(field.shape[0] == 2 && field.shape[1] == 3);
        CHECK_OK(ndv_dtype_find_field(dtype, members[i].name, &position));
        CHECK(position == i);
    }
}

static void equal_layouts_are_one_type(void) {
    const named fields[] = {{"x", NDV_INT32}, {"y", NDV_FLOAT64}};
    const named swapped[] = {{"y", NDV_FLOAT64}, {"x", NDV_INT32}};
    const named renamed[] = {{"x", NDV_INT32}, {"z", NDV_FLOAT64}};
    const int32_t point = point_type();
    CHECK(point == point_type());
    CHECK(point == record_of(NDV_RECORD_PACKED, 2, fields));
    CHECK(point != record_of(NDV_RECORD_ALIGNED, 2, fields));
    CHECK(point != record_of(NDV_RECORD_PACKED, 2, swapped));
    CHECK(point != record_of(NDV_RECORD_PACKED, 2, renamed));
    CHECK(sample_type() == sample_type());
    CHECK(ndv_dtype_itemsize(point) == 12 && ndv_dtype_alignment(point) == 1);
}

static void offsets_and_itemsize_can_be_given(void) {
    ndv_record_field fields[2] = {NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT};
    int32_t dtype;
    fields[0].name = "low", fields[0].dtype = NDV_UINT16, fields[0].offset = 6;
    fields[1].name = "all", fields[1].dtype = NDV_UINT32, fields[1].offset = 4;
    CHECK_OK(ndv_dtype_record(2, fields, 11, NDV_RECORD_PACKED, &dtype));
    CHECK(ndv_dtype_itemsize(dtype) == 11);
    CHECK_OK(ndv_dtype_record(2, fields, 0, NDV_RECORD_PACKED, &dtype));
    CHECK(ndv_dtype_itemsize(dtype) == 8);
    CHECK_OK(ndv_dtype_record(2, fields, 12, NDV_RECORD_ALIGNED, &dtype));
    CHECK(ndv_dtype_alignment(dtype) == 4);
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_record(2, fields, 7, NDV_RECORD_PACKED, &dtype));
    CHECK_MESSAGE("an item of 7 bytes cannot hold fields that need 8");
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_record(2, fields, 11, NDV_RECORD_ALIGNED, &dtype));
    fields[1].offset = 5;
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_record(2, fields, 0, NDV_RECORD_ALIGNED, &dtype));
    CHECK_MESSAGE("field 1, \"all\": the offset is no multiple of the type's alignment");
    CHECK(dtype == 0);
}

static void a_wrong_field_is_refused_by_name(void) {
    static char long_name[257];
    static const int64_t shape[2] = {3, -1}, huge[2] = {65536, 65536};
    ndv_record_field good = NDV_RECORD_FIELD_INIT, fields[2];
    int32_t dtype;
    size_t i;
    memset(long_name, 'n', 256);
    good.name = "a", good.dtype = NDV_INT32;
#define REFUSED(expected, message, ...)                                                            \
    do {                                                                                           \
        fields[0] = fields[1] = good;                                                              \
        fields[1].name = "b";                                                                      \
        __VA_ARGS__;                                                                               \
        dtype = 5;                                                                                 \
        CHECK_STATUS(expected, ndv_dtype_record(2, fields, 0, NDV_RECORD_PACKED, &dtype));         \
        CHECK_MESSAGE(message);                                                                    \
        CHECK(dtype == 0);                                                                         \
    } while (0)
    REFUSED(NDV_E_DTYPE, "field 1, \"a\": the name is another field's too", fields[1].name = "a");
    REFUSED(NDV_E_DTYPE, "field 1, \"\": the name is empty", fields[1].name = "");
    REFUSED(NDV_E_DTYPE, "longer than 255 bytes", fields[0].name = long_name);
    REFUSED(NDV_E_DTYPE, "is not UTF-8", fields[0].name = "\xff");
    REFUSED(NDV_E_NULL, "the name of a field is NULL", fields[1].name = NULL);
    REFUSED(NDV_E_DTYPE, "16 is not the code of an element type", fields[1].dtype = 16);
    REFUSED(NDV_E_DTYPE, "the offset is negative", fields[1].offset = -2);
    REFUSED(NDV_E_DTYPE, "2147483647", fields[1].offset = 2147483645);
    REFUSED(NDV_E_DTYPE, "2147483647", fields[1].offset = INT64_MAX);
    REFUSED(NDV_E_NDIM, "65 axes", fields[1].ndim = 65);
    REFUSED(NDV_E_NDIM, "-1 axes", fields[1].ndim = -1);
    REFUSED(NDV_E_NULL, "the shape of a field is NULL", fields[1].ndim = 1);
    REFUSED(NDV_E_DTYPE, "an extent is negative", fields[1].ndim = 2, fields[1].shape = shape);
    REFUSED(NDV_E_DTYPE, "2147483647", fields[1].ndim = 2, fields[1].shape = huge);
    REFUSED(NDV_E_ARGUMENT, "struct_size", fields[0].struct_size = 8);
    REFUSED(NDV_E_ARGUMENT, "struct_size", fields[1].struct_size = 48);
#undef REFUSED
    fields[0] = good;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_dtype_record(0, NULL, 0, NDV_RECORD_PACKED, &dtype));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_dtype_record(-1, fields, 0, NDV_RECORD_PACKED, &dtype));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_dtype_record(1, fields, 0, 2, &dtype));
    CHECK_STATUS(NDV_E_NULL, ndv_dtype_record(1, NULL, 0, NDV_RECORD_PACKED, &dtype));
    CHECK_STATUS(NDV_E_NULL, ndv_dtype_record(1, fields, 0, NDV_RECORD_PACKED, NULL));
    CHECK_STATUS(NDV_E_DTYPE,
                 ndv_dtype_record(1, fields, (size_t)1 << 31, NDV_RECORD_PACKED, &dtype));
    for (i = 0; i < 2; i++) {
        const int32_t no_record = i == 0 ? NDV_INT32 : 77;
        CHECK(ndv_dtype_field_count(no_record) == 0);
        CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_field(no_record, 0, &good));
        CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_find_field(no_record, "a", &dtype));
    }
    CHECK_STATUS(NDV_E_FIELD, ndv_dtype_field(point_type(), 2, &good));
    CHECK_MESSAGE("record (x, y) has 2 fields, none at position 2");
    CHECK_STATUS(NDV_E_FIELD, ndv_dtype_field(point_type(), -1, &good));
    CHECK_STATUS(NDV_E_NULL, ndv_dtype_field(point_type(), 0, NULL));
    good.struct_size = 39;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_dtype_field(point_type(), 0, &good));
    CHECK_STATUS(NDV_E_FIELD, ndv_dtype_find_field(point_type(), "z", &dtype));
    CHECK_MESSAGE("record (x, y) has no field \"z\"");
    CHECK_STATUS(NDV_E_NULL, ndv_dtype_find_field(point_type(), NULL, &dtype));
    CHECK_STATUS(NDV_E_NULL, ndv_dtype_find_field(point_type(), "x", NULL));
}

static void a_field_is_a_view(void) {
    static sample samples[3];
    ndv_array *a, *value, *corner, *both;
    bool shares;
    int32_t i, j, k;
    for (i = 0; i < 3; i++) {
        samples[i].value = i;
        for (j = 0; j < 2; j++)
            for (k = 0; k < 3; k++) samples[i].corner[j][k] = (int16_t)(i * 100 + j * 10 + k);
    }
    CHECK_OK(ndv_wrap(samples, sizeof samples, 0, sample_type(), NDV_DIMS(3), NULL, 0, NULL, NULL,
                      &a));
    CHECK((ndv_flags(a) & NDV_ALIGNED) != 0);
    CHECK_OK(ndv_field(a, "value", &value));
    CHECK(ndv_base(value) == a && ndv_dtype(value) == NDV_FLOAT64);
    CHECK_STRIDES(value, sizeof(sample));
    CHECK_INT64S(value, 0, 1, 2);
    CHECK_OK(ndv_fill_int64(value, 7));
    CHECK(samples[2].value > 6.5 && samples[2].kind == 0);
    CHECK_OK(ndv_field(a, "corner", &corner));
    CHECK_SHAPE(corner, 3, 2, 3);
    CHECK_STRIDES(corner, sizeof(sample), 6, 2);
    CHECK_INT64S(corner, 0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112, 200, 201, 202, 210, 211,
                 212);
    CHECK_OK(ndv_shares_memory(value, corner, NDV_BUDGET_DEFAULT, &shares));
    CHECK(!shares && ndv_may_share_memory(value, corner));
    CHECK_OK(ndv_shares_memory(a, corner, NDV_BUDGET_DEFAULT, &shares));
    CHECK(shares);
    CHECK_REFUSED(NDV_E_FIELD, both, ndv_field(a, "nothing", &both));
    CHECK_REFUSED(NDV_E_NULL, both, ndv_field(a, NULL, &both));
    CHECK_REFUSED(NDV_E_NULL, both, ndv_field(NULL, "value", &both));
    CHECK_REFUSED(NDV_E_DTYPE, both, ndv_field(value, "value", &both));
    CHECK_MESSAGE("float64 is no record");
    CHECK_STATUS(NDV_E_NULL, ndv_field(a, "value", NULL));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_release(value));
    CHECK_OK(ndv_release(corner));
}

static void some_fields_are_a_view_with_items_of_the_same_size(void) {
    static const char *const names[] = {"scale", "kind"}, *const twice[] = {"kind", "kind"},
                             *const none[] = {"kind", "nothing"}, *const null[] = {NULL};
    ndv_array *a, *some, *kind, *wrong;
    ndv_record_field field = NDV_RECORD_FIELD_INIT;
    int32_t dtype;
    CHECK_OK(ndv_zeros(sample_type(), NDV_DIMS(2, 2), &a));
    CHECK_OK(ndv_fields(a, 2, names, &some));
    dtype = ndv_dtype(some);
    CHECK(ndv_base(some) == a && ndv_data(some) == ndv_data(a));
    CHECK_SHAPE(some, 2, 2);
    CHECK(ndv_dtype_itemsize(dtype) == sizeof(sample) && ndv_dtype_field_count(dtype) == 2);
    CHECK(ndv_dtype_alignment(dtype) == 1); /* as in NumPy */
    CHECK_OK(ndv_dtype_field(dtype, 0, &field));
    CHECK(strcmp(field.name, "scale") == 0 && field.offset == offsetof(sample, scale));
    CHECK_OK(ndv_field(some, "kind", &kind));
    CHECK(ndv_base(kind) == a);
    CHECK_REFUSED(NDV_E_FIELD, wrong, ndv_fields(a, 2, none, &wrong));
    CHECK_REFUSED(NDV_E_DTYPE, wrong, ndv_fields(a, 2, twice, &wrong));
    CHECK_REFUSED(NDV_E_DTYPE, wrong, ndv_fields(kind, 2, names, &wrong));
    CHECK_REFUSED(NDV_E_ARGUMENT, wrong, ndv_fields(a, 0, names, &wrong));
    CHECK_REFUSED(NDV_E_ARGUMENT, wrong, ndv_fields(a, -1, names, &wrong));
    CHECK_REFUSED(NDV_E_NULL, wrong, ndv_fields(a, 1, NULL, &wrong));
    CHECK_REFUSED(NDV_E_NULL, wrong, ndv_fields(a, 1, null, &wrong));
    CHECK_REFUSED(NDV_E_NULL, wrong, ndv_fields(NULL, 2, names, &wrong));
    CHECK_STATUS(NDV_E_NULL, ndv_fields(a, 2, names, NULL));
    CHECK_OK(ndv_release(kind));
    CHECK_OK(ndv_release(some));
    CHECK_OK(ndv_release(a));
}

/* Elements of one type move bit for bit, padding included, whatever their size. */
static void items_of_any_size_are_copied_whole(void) {
    size_t size;
    for (size = 1; size < 70; size += size < 40 ? 1 : 7) {
        unsigned char memory[70 * 12], *found;
        ndv_array *a, *t, *c;
        void *data;
        size_t i, j, k;
        int32_t dtype;
        CHECK_OK(ndv_dtype_bytes(size, &dtype));
        for (i = 0; i < sizeof memory; i++) memory[i] = (unsigned char)(i * 7 + i / 256);
        CHECK_OK(ndv_from_data(dtype, NDV_DIMS(3, 4), memory, &a));
        CHECK_OK(ndv_transpose(a, &t));
        CHECK_OK(ndv_copy(t, NDV_ORDER_C, &c));
        CHECK_OK(ndv_data_mut(c, &data));
        found = (unsigned char *)data;
        for (i = 0; i < 4; i++)
            for (j = 0; j < 3; j++)
                for (k = 0; k < size; k++)
                    CHECK(found[(i * 3 + j) * size + k] == memory[(j * 4 + i) * size + k]);
        CHECK_OK(ndv_set(a, a, NDV_CAST_NO));
        CHECK_OK(ndv_release(c));
        CHECK_OK(ndv_release(t));
        CHECK_OK(ndv_release(a));
    }
}

static void one_record_goes_in_and_out(void) {
    sample in, out;
    ndv_array *a, *line, *f;
    bool equal;
    double number;
    const int32_t dtype = sample_type();
    memset(&in, 0x5a, sizeof in); /* the gaps, too */
    in.kind = 3, in.value = 2.5, in.scale = -1;
    CHECK_OK(ndv_full(dtype, NDV_DIMS(2, 3), dtype, &in, &a));
    memset(&out, 0, sizeof out);
    CHECK_OK(ndv_get_item(a, NDV_DIMS(1, 2), dtype, &out));
    CHECK(memcmp(&in, &out, sizeof in) == 0);
    in.value = -8;
    CHECK_OK(ndv_set_item(a, NDV_DIMS(0, 1), dtype, &in));
    CHECK_OK(ndv_field(a, "kind", &f));
    CHECK_INT64S(f, 3, 3, 3, 3, 3, 3);
    CHECK_OK(ndv_release(f));
    /* One element of the array over all of it: read first. */
    CHECK_OK(ndv_fill(a, dtype, (const char *)ndv_data(a) + sizeof(sample)));
    CHECK_OK(ndv_field(a, "value", &f));
    CHECK_INT64S(f, -8, -8, -8, -8, -8, -8);
    CHECK_OK(ndv_release(f));

    CHECK_STATUS(NDV_E_CAST, ndv_fill_int64(a, 1));
    CHECK_MESSAGE("elements of type record (kind, value, corner, scale) are no numbers");
    CHECK_STATUS(NDV_E_CAST, ndv_set_double(a, NDV_DIMS(0, 0), 1));
    CHECK_STATUS(NDV_E_CAST, ndv_get_double(a, NDV_DIMS(0, 0), &number));
    CHECK_REFUSED(NDV_E_CAST, line, ndv_full_int64(dtype, NDV_DIMS(2), 1, &line));
    number = 1;
    CHECK_STATUS(NDV_E_CAST, ndv_set_item(a, NDV_DIMS(0, 0), NDV_FLOAT64, &number));
    CHECK_STATUS(NDV_E_CAST, ndv_fill(a, point_type(), &in));
    CHECK_REFUSED(NDV_E_CAST, line, ndv_full(NDV_FLOAT64, NDV_DIMS(2), dtype, &in, &line));

    CHECK_OK(ndv_reshape(a, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_NEVER, &line));
    CHECK_OK(ndv_flip(line, 0, NULL, &f));
    CHECK_OK(ndv_set_item(line, NDV_DIMS(0), dtype, &out));
    CHECK_OK(ndv_set(line, f, NDV_CAST_NO));
    CHECK_OK(ndv_get_item(a, NDV_DIMS(1, 2), dtype, &in));
    CHECK(memcmp(&in, &out, sizeof in) == 0);
    CHECK_OK(ndv_equal(line, f, &equal));
    CHECK(!equal);
    CHECK_OK(ndv_release(f));
    CHECK_OK(ndv_release(line));
    CHECK_OK(ndv_release(a));
}

static void check_rules(int32_t from, int32_t to, char level) {
    static const int32_t rules[] = {NDV_CAST_NO, NDV_CAST_EQUIV, NDV_CAST_SAFE, NDV_CAST_SAME_KIND,
                                    NDV_CAST_UNSAFE, NDV_CAST_SAME_VALUE};
    static const char levels[] = "NESKU";
    const char *first = strchr(levels, level);
    int i;
    for (i = 0; i < 6; i++) {
        const int rank = i == 5 ? 4 : i;
        bool allowed;
        CHECK_OK(ndv_can_cast(from, to, rules[i], &allowed));
        CHECK(allowed == (first != NULL && rank >= first - levels));
    }
}

/* np.can_cast of the same types says the same. */
static void records_convert_field_by_field(void) {
    const named A[] = {{"f0", NDV_INT32}, {"f1", NDV_FLOAT64}},
                B[] = {{"a", NDV_INT32}, {"b", NDV_FLOAT64}},
                D[] = {{"f0", NDV_INT64}, {"f1", NDV_FLOAT64}},
                E[] = {{"f0", NDV_INT16}, {"f1", NDV_FLOAT32}},
                R[] = {{"f1", NDV_FLOAT64}, {"f0", NDV_INT32}};
    const int32_t a = record_of(0, 2, A), b = record_of(0, 2, B), c = record_of(1, 2, A),
                  d = record_of(0, 2, D), e = record_of(0, 2, E), r = record_of(0, 2, R),
                  one = record_of(0, 1, A);
    int32_t v12, v8, promoted;
    CHECK_OK(ndv_dtype_bytes(12, &v12));
    CHECK_OK(ndv_dtype_bytes(8, &v8));
    check_rules(a, a, 'N');
    check_rules(a, c, 'E');
    check_rules(a, b, 'S');
    check_rules(a, d, 'S');
    check_rules(d, a, 'K');
    check_rules(e, a, 'S');
    check_rules(a, e, 'K');
    check_rules(a, r, 'U');
    check_rules(a, one, '-');
    /* Where NumPy pads, stretches or reads the bytes as something else, nothing is allowed. */
    check_rules(v12, v12, 'N');
    check_rules(v12, v8, '-');
    check_rules(v12, a, '-');
    check_rules(a, v12, '-');
    check_rules(NDV_INT32, a, '-');
    check_rules(a, NDV_INT32, '-');
    check_rules(NDV_FLOAT64, v8, '-');

    CHECK_OK(ndv_promote(a, d, &promoted));
    CHECK(promoted == d);
    CHECK_OK(ndv_promote(e, a, &promoted));
    CHECK(promoted == a);
    CHECK_OK(ndv_promote(a, c, &promoted));
    CHECK(promoted == c);
    CHECK_OK(ndv_promote(v8, v8, &promoted));
    CHECK(promoted == v8);
    CHECK_STATUS(NDV_E_DTYPE, ndv_promote(a, b, &promoted));
    CHECK_STATUS(NDV_E_DTYPE, ndv_promote(a, v12, &promoted));
    CHECK_STATUS(NDV_E_DTYPE, ndv_promote(v12, v8, &promoted));
    CHECK_STATUS(NDV_E_DTYPE, ndv_promote(a, NDV_INT32, &promoted));
}

static void converting_records_writes_no_gap(void) {
    struct {
        int32_t x;
        double y;
    } wide[2] = {{1, 2.5}, {-3, 4}};
    unsigned char memory[48];
    ndv_record_field fields[2] = {NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT};
    const named C[] = {{"x", NDV_INT32}, {"y", NDV_FLOAT64}};
    const int32_t from = record_of(NDV_RECORD_ALIGNED, 2, C);
    int32_t to;
    int i, j;
    ndv_array *a, *b, *back, *field;
    bool equal;
    fields[0].name = "m", fields[0].dtype = NDV_INT16, fields[0].offset = 3;
    fields[1].name = "n", fields[1].dtype = NDV_FLOAT32, fields[1].offset = 9;
    CHECK_OK(ndv_dtype_record(2, fields, 24, NDV_RECORD_PACKED, &to));
    memset(memory, 0xee, sizeof memory);
    CHECK_OK(ndv_from_data(from, NDV_DIMS(2), wide, &a));
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, to, NDV_DIMS(2), NULL, 0, NULL, NULL, &b));
    CHECK_STATUS(NDV_E_CAST, ndv_set(b, a, NDV_CAST_SAFE));
    CHECK_MESSAGE("casting record (x, y) to record (m, n) is not allowed under the rule safe");
    CHECK_OK(ndv_set(b, a, NDV_CAST_SAME_KIND));
    for (i = 0; i < 2; i++)
        for (j = 0; j < 24; j++)
            if (j < 3 || (j > 4 && j < 9) || j > 12) CHECK(memory[i * 24 + j] == 0xee);
    CHECK_OK(ndv_field(b, "m", &field));
    CHECK_INT64S(field, 1, -3);
    CHECK_OK(ndv_release(field));
    CHECK_OK(ndv_astype(b, from, NDV_ORDER_C, NDV_CAST_SAFE, NDV_COPY_IF_NEEDED, &back));
    CHECK_OK(ndv_equal(back, a, &equal));
    CHECK(equal); /* although the gaps differ */
    CHECK_OK(ndv_equal(b, a, &equal));
    CHECK(!equal); /* other names: NumPy does not compare them */
    wide[0].x = 100000;
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_from_data(from, NDV_DIMS(2), wide, &a));
    CHECK_STATUS(NDV_E_VALUE, ndv_set(b, a, NDV_CAST_SAME_VALUE));
    CHECK_MESSAGE("element 0 in C order: the value 100000");
    CHECK_OK(ndv_release(back));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

/* The same bytes as two types, the one read before the other is written. */
static void converting_in_place_reads_first(void) {
    const named narrow[] = {{"x", NDV_INT16}, {"y", NDV_INT16}},
                swapped[] = {{"y", NDV_UINT16}, {"x", NDV_UINT16}};
    int16_t memory[4] = {1, 2, 3, 4};
    ndv_array *a, *b;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, record_of(0, 2, narrow), NDV_DIMS(2), NULL, 0, NULL,
                      NULL, &a));
    CHECK_OK(ndv_view_as(a, record_of(0, 2, swapped), &b));
    CHECK_OK(ndv_set(b, a, NDV_CAST_UNSAFE));
    CHECK(memory[0] == 1 && memory[1] == 2 && memory[2] == 3 && memory[3] == 4);
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_flip(a, 0, NULL, &b));
    CHECK_OK(ndv_set(b, a, NDV_CAST_NO));
    CHECK(memory[0] == 3 && memory[1] == 4 && memory[2] == 1 && memory[3] == 2);
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

/* Elements of the target overlap, their fields too: the last element stays, whole. */
static void overlapping_records_are_written_in_logical_order(void) {
    const named wide[] = {{"x", NDV_INT16}, {"y", NDV_INT16}},
                narrow[] = {{"x", NDV_INT8}, {"y", NDV_INT8}};
    static const int8_t from[6] = {1, 2, 3, 4, 5, 6};
    static const int64_t one_on[1] = {2};
    int16_t memory[4] = {0, 0, 0, 0};
    ndv_array *a, *b;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, record_of(0, 2, wide), NDV_DIMS(3), one_on,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_from_data(record_of(0, 2, narrow), NDV_DIMS(3), from, &b));
    CHECK_OK(ndv_set(a, b, NDV_CAST_UNSAFE));
    CHECK(memory[0] == 1 && memory[1] == 3 && memory[2] == 5 && memory[3] == 6);
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

/* A loop that looks at the bytes between the fields of what it reads: items of 8 bytes, m at 2 and n
 * at 5. It writes the first field of the second operand. */
static int32_t look_between(char **data, const int64_t *dimensions, const int64_t *strides,
                            void *context) {
    static const int32_t gaps[] = {0, 1, 4, 7};
    int64_t i;
    size_t j;
    for (i = 0; i < dimensions[0]; i++, data[0] += strides[0], data[1] += strides[1]) {
        for (j = 0; j < COUNT(gaps); j++) *(int *)context |= data[0][gaps[j]];
        data[1][0] = data[0][2];
    }
    return 0;
}

/* What is converted by way of a temporary leaves the gaps of its destination alone, too; those of new
 * memory are 0, and not what stood there before. */
static void gaps_are_never_what_stood_in_memory_before(void) {
    const named C[] = {{"x", NDV_INT32}, {"y", NDV_INT32}};
    const int32_t from = record_of(NDV_RECORD_PACKED, 2, C);
    static const int64_t strides[1] = {8};
    ndv_record_field fields[2] = {NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT};
    unsigned char memory[40], expected[40];
    ndv_array *a, *target, *r;
    const ndv_array *list[1];
    ndv_operand operands[2];
    int32_t to;
    int i, j, between = 0;
    fields[0].name = "m", fields[0].dtype = NDV_INT16, fields[0].offset = 2;
    fields[1].name = "n", fields[1].dtype = NDV_INT16, fields[1].offset = 5;
    CHECK_OK(ndv_dtype_record(2, fields, 8, NDV_RECORD_PACKED, &to));
    for (i = 0; i < 40; i++) memory[i] = (unsigned char)(i + 1);
    memcpy(expected, memory, 40);
    for (i = 0; i < 4; i++) { /* little-endian or not: the source's bytes are read as its numbers */
        int32_t x, y;
        int16_t m, n;
        memcpy(&x, memory + 8 * i, 4), memcpy(&y, memory + 8 * i + 4, 4);
        m = (int16_t)(uint16_t)(uint32_t)x, n = (int16_t)(uint16_t)(uint32_t)y;
        memcpy(expected + 8 * i + 10, &m, 2), memcpy(expected + 8 * i + 13, &n, 2);
    }
    CHECK_OK(ndv_wrap(memory, 40, 0, from, NDV_DIMS(4), strides, 0, NULL, NULL, &a));
    CHECK_OK(ndv_wrap(memory, 40, 8, to, NDV_DIMS(4), strides, 0, NULL, NULL, &target));
    list[0] = a;
    CHECK_OK(ndv_concatenate_into(1, list, 0, NDV_CAST_UNSAFE, target));
    CHECK(memcmp(memory, expected, 40) == 0);

    for (i = 0; i < 20; i++) { /* memory that has been used before */
        const unsigned char *bytes;
        unsigned char full[8];
        memset(full, 0xee, 8);
        CHECK_OK(ndv_full(to, NDV_DIMS(4), to, full, &r));
        ndv_release(r);
        CHECK_OK(i % 2 ? ndv_concatenate(1, list, 0, to, NDV_CAST_UNSAFE, &r)
                       : ndv_astype(a, to, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &r));
        bytes = (const unsigned char *)ndv_data(r);
        for (j = 0; j < 32; j++)
            if (j % 8 < 2 || j % 8 == 4 || j % 8 == 7) CHECK(bytes[j] == 0);
        ndv_release(r);
    }
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(4), &r));
    operands[0] = NDV_READS_AS(a, to, NDV_CAST_UNSAFE);
    operands[1] = NDV_WRITES(r);
    CHECK_OK(ndv_apply(2, operands, 0, look_between, &between));
    CHECK(between == 0);
    ndv_release(r);
    ndv_release(target);
    ndv_release(a);
}

static void bytes_records_and_numbers_are_views_of_each_other(void) {
    const int32_t point = point_type();
    int32_t v4, v12, v5;
    ndv_array *a, *b, *c;
    CHECK_OK(ndv_dtype_bytes(4, &v4));
    CHECK_OK(ndv_dtype_bytes(5, &v5));
    CHECK_OK(ndv_dtype_bytes(12, &v12));
    CHECK_OK(ndv_zeros(point, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_view_as(a, v4, &b));
    CHECK_SHAPE(b, 2, 9);
    CHECK_STRIDES(b, 36, 4);
    CHECK_OK(ndv_view_as(b, v12, &c));
    CHECK_SHAPE(c, 2, 3);
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_view_as(c, NDV_FLOAT32, &b));
    CHECK_SHAPE(b, 2, 9);
    CHECK_OK(ndv_release(c));
    CHECK_OK(ndv_view_as(b, point, &c));
    CHECK_SHAPE(c, 2, 3);
    CHECK(ndv_base(c) == a);
    CHECK_OK(ndv_release(c));
    CHECK_REFUSED(NDV_E_VIEW_AS, c, ndv_view_as(a, v5, &c));
    CHECK_MESSAGE("viewing record (x, y) as V5");
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

static void raw_bytes_are_equal_if_all_are(void) {
    static const char text[] = "abcabcabd";
    ndv_array *a, *b, *c;
    int32_t v3, v9;
    bool equal;
    CHECK_OK(ndv_dtype_bytes(3, &v3));
    CHECK_OK(ndv_dtype_bytes(9, &v9));
    CHECK_OK(ndv_from_data(v3, NDV_DIMS(3), text, &a));
    CHECK_OK(ndv_slice(a, "0:2", &b));
    CHECK_OK(ndv_slice(a, "1:3", &c));
    CHECK_OK(ndv_equal(a, a, &equal));
    CHECK(equal);
    CHECK_OK(ndv_equal(b, c, &equal));
    CHECK(!equal);
    CHECK_OK(ndv_release(c));
    CHECK_OK(ndv_slice(a, "1::-1", &c));
    CHECK_OK(ndv_equal(b, c, &equal));
    CHECK(equal);
    CHECK_OK(ndv_release(c));
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(2), &c));
    CHECK_OK(ndv_equal(b, c, &equal));
    CHECK(!equal);
    CHECK_OK(ndv_release(c));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

static void check_text(const ndv_array *array, const char *expected) {
    char text[400];
    size_t length = 0;
    CHECK_OK(ndv_format(array, NULL, text, sizeof text, &length));
    CHECK(length == strlen(expected) && strcmp(text, expected) == 0);
    if (strcmp(text, expected) != 0) printf("%s\n  not\n%s\n", text, expected);
}

/* The texts are those of NumPy. */
static void records_and_raw_bytes_print_as_in_numpy(void) {
    static const int64_t two[1] = {2};
    static const unsigned char points[24] = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4,    0x40,
                                             3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x40};
    ndv_record_field fields[2] = {NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT};
    ndv_array *a, *one;
    int32_t v3, dtype;
    CHECK_OK(ndv_from_data(point_type(), NDV_DIMS(2), points, &a));
    check_text(a, "[(1, 2.5) (3, 4. )]");
    CHECK_OK(ndv_slice(a, "1", &one));
    check_text(one, "(3, 4.0)");
    CHECK_OK(ndv_release(one));
    CHECK_OK(ndv_slice(a, "2:", &one));
    check_text(one, "[]");
    CHECK_OK(ndv_release(one));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_dtype_bytes(3, &v3));
    CHECK_OK(ndv_from_data(v3, NDV_DIMS(3), "ab\\'\"\nxyz", &a));
    check_text(a, "[b'\\x61\\x62\\x5C' b'\\x27\\x22\\x0A' b'\\x78\\x79\\x7A']");
    CHECK_OK(ndv_slice(a, "0", &one));
    check_text(one, "b'\\x61\\x62\\x5C'");
    CHECK_OK(ndv_release(one));
    CHECK_OK(ndv_release(a));
    fields[0].name = "a", fields[0].dtype = point_type(), fields[0].ndim = 1, fields[0].shape = two;
    CHECK_OK(ndv_dtype_record(1, fields, 0, NDV_RECORD_PACKED, &dtype));
    CHECK_OK(ndv_zeros(dtype, NDV_DIMS(2), &a));
    check_text(a, "[([(0, 0.), (0, 0.)],) ([(0, 0.), (0, 0.)],)]");
    CHECK_OK(ndv_release(a));
    fields[0].dtype = NDV_BOOL, fields[0].ndim = 0;
    fields[1].name = "b", fields[1].dtype = NDV_COMPLEX64;
    CHECK_OK(ndv_dtype_record(2, fields, 0, NDV_RECORD_PACKED, &dtype));
    CHECK_OK(ndv_zeros(dtype, NDV_DIMS(1, 2), &a));
    check_text(a, "[[(False, 0.+0.j) (False, 0.+0.j)]]");
    CHECK_OK(ndv_release(a));
}

/* Threads that make the same records at the same time get the same codes. */
enum { THREADS = 4, TYPES = 300 };

static void *make_types(void *codes) {
    int32_t *made = (int32_t *)codes;
    int i;
    for (i = 0; i < TYPES; i++) {
        ndv_record_field field = NDV_RECORD_FIELD_INIT;
        char name[16];
        snprintf(name, sizeof name, "thread %d", i);
        field.name = name, field.dtype = NDV_INT32, field.offset = i;
        if (ndv_dtype_record(1, &field, 0, NDV_RECORD_PACKED, &made[i]) != NDV_OK) made[i] = -1;
        if (ndv_dtype_itemsize(made[i]) != (size_t)i + 4) made[i] = -1;
    }
    return NULL;
}

static void threads_make_the_same_types(void) {
    static int32_t codes[THREADS][TYPES];
    pthread_t threads[THREADS];
    int t, i;
    for (t = 0; t < THREADS; t++)
        CHECK(pthread_create(&threads[t], NULL, make_types, codes[t]) == 0);
    for (t = 0; t < THREADS; t++) CHECK(pthread_join(threads[t], NULL) == 0);
    for (t = 0; t < THREADS; t++)
        for (i = 0; i < TYPES; i++) CHECK(codes[t][i] > 0 && codes[t][i] == codes[0][i]);
}

static void records_nest_to_a_depth_of_16(void) {
    int32_t depth, dtype = NDV_INT32, deeper;
    ndv_record_field field = NDV_RECORD_FIELD_INIT;
    static const int64_t two[1] = {2};
    ndv_array *a, *v, *next;
    field.name = "in", field.ndim = 1, field.shape = two;
    for (depth = 1; depth <= 16; depth++) {
        field.dtype = dtype;
        CHECK_OK(ndv_dtype_record(1, &field, 0, NDV_RECORD_PACKED, &dtype));
    }
    CHECK(ndv_dtype_itemsize(dtype) == (size_t)4 << 16);
    field.dtype = dtype;
    CHECK_STATUS(NDV_E_LIMIT, ndv_dtype_record(1, &field, 0, NDV_RECORD_PACKED, &deeper));
    CHECK_MESSAGE("records in records: the limit of 16");
    CHECK_OK(ndv_zeros(dtype, 0, NULL, &a));
    v = a;
    CHECK(ndv_retain(a) == a);
    for (depth = 1; depth <= 16; depth++) {
        CHECK_OK(ndv_field(v, "in", &next));
        CHECK_OK(ndv_release(v));
        v = next;
        CHECK(ndv_ndim(v) == depth && ndv_base(v) == a);
    }
    CHECK(ndv_size(v) == 65536 && ndv_dtype(v) == NDV_INT32);
    CHECK((ndv_flags(v) & NDV_C_CONTIGUOUS) != 0);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));
}

static void the_number_of_fields_has_limits(void) {
    enum { MANY = 4097 };
    static ndv_record_field fields[MANY];
    static char names[MANY][8];
    const ndv_record_field init = NDV_RECORD_FIELD_INIT;
    int32_t i, dtype, more;
    for (i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "f%d", (int)i);
        fields[i] = init;
        fields[i].name = names[i];
        fields[i].dtype = NDV_INT8;
    }
    CHECK_STATUS(NDV_E_LIMIT, ndv_dtype_record(4097, fields, 0, NDV_RECORD_PACKED, &dtype));
    CHECK_MESSAGE("fields of a record: the limit of 4096");
    CHECK_OK(ndv_dtype_record(1000, fields, 0, NDV_RECORD_PACKED, &dtype));
    for (i = 0; i < 65; i++) fields[i].dtype = dtype;
    CHECK_OK(ndv_dtype_record(65, fields, 0, NDV_RECORD_PACKED, &more));
    fields[65].dtype = dtype;
    CHECK_STATUS(NDV_E_LIMIT, ndv_dtype_record(66, fields, 0, NDV_RECORD_PACKED, &more));
    CHECK_MESSAGE("fields of all depths: the limit of 65536");
}

/* The last test of this program: afterwards no new record can be made. */
static void the_number_of_records_has_a_limit(void) {
    ndv_record_field field = NDV_RECORD_FIELD_INIT;
    ndv_array *a, *v;
    static const char *const y[] = {"y"};
    const int32_t point = point_type();
    int32_t dtype = 0, made = 0;
    ndv_status status;
    field.name = "x", field.dtype = NDV_INT8;
    for (;; made++) {
        field.offset = made;
        status = ndv_dtype_record(1, &field, 0, NDV_RECORD_PACKED, &dtype);
        if (status != NDV_OK || made > 70000) break;
        if (dtype == 0 || ndv_dtype_itemsize(dtype) != (size_t)made + 1) {
            CHECK(ndv_dtype_itemsize(dtype) == (size_t)made + 1);
            break;
        }
    }
    CHECK(status == NDV_E_LIMIT && dtype == 0);
    CHECK_MESSAGE("record types of a process: the limit of 65536 is reached");
    CHECK(made > 65000 && made < 65536);
    CHECK(point_type() == point); /* one that is there can still be had */
    CHECK_OK(ndv_zeros(point, NDV_DIMS(3), &a));
    CHECK_REFUSED(NDV_E_LIMIT, v, ndv_fields(a, 1, y, &v));
    CHECK_OK(ndv_field(a, "y", &v));
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(raw_bytes_have_any_size), TEST(an_aligned_record_is_laid_out_as_the_struct),
           TEST(equal_layouts_are_one_type), TEST(offsets_and_itemsize_can_be_given),
           TEST(a_wrong_field_is_refused_by_name), TEST(a_field_is_a_view),
           TEST(some_fields_are_a_view_with_items_of_the_same_size),
           TEST(items_of_any_size_are_copied_whole), TEST(one_record_goes_in_and_out),
           TEST(records_convert_field_by_field), TEST(converting_records_writes_no_gap),
           TEST(converting_in_place_reads_first),
           TEST(overlapping_records_are_written_in_logical_order),
           TEST(gaps_are_never_what_stood_in_memory_before),
           TEST(bytes_records_and_numbers_are_views_of_each_other),
           TEST(raw_bytes_are_equal_if_all_are),
           TEST(records_and_raw_bytes_print_as_in_numpy), TEST(threads_make_the_same_types),
           TEST(records_nest_to_a_depth_of_16),
           TEST(the_number_of_fields_has_limits), TEST(the_number_of_records_has_a_limit))
