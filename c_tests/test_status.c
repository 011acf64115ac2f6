/* The section Status and version: codes and their names, the last error message, versions. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdlib.h>

#ifndef _WIN32
#include <pthread.h>
#endif

/* ------------------------------------------------------------------------- names and versions */

static void every_code_has_the_name_of_the_header(void) {
#define CODE(code, number) {code, number, #code}
    static const struct {
        int32_t code, number;
        const char *name;
    } codes[] = {
        CODE(NDV_OK, 0),
        CODE(NDV_E_NULL, 1),
        CODE(NDV_E_HANDLE, 2),
        CODE(NDV_E_ARGUMENT, 3),
        CODE(NDV_E_RELEASED, 4),
        CODE(NDV_E_CLOSED, 5),
        CODE(NDV_E_DTYPE, 10),
        CODE(NDV_E_CAST, 11),
        CODE(NDV_E_VALUE, 12),
        CODE(NDV_E_VIEW_AS, 13),
        CODE(NDV_E_FIELD, 14),
        CODE(NDV_E_SHAPE, 20),
        CODE(NDV_E_NDIM, 21),
        CODE(NDV_E_OVERFLOW, 22),
        CODE(NDV_E_BROADCAST, 23),
        CODE(NDV_E_BOUNDS, 24),
        CODE(NDV_E_BUFFER_SIZE, 25),
        CODE(NDV_E_LAYOUT, 26),
        CODE(NDV_E_INDEX, 30),
        CODE(NDV_E_AXIS, 31),
        CODE(NDV_E_STEP, 32),
        CODE(NDV_E_SYNTAX, 33),
        CODE(NDV_E_INDEX_ITEMS, 34),
        CODE(NDV_E_NOMEM, 40),
        CODE(NDV_E_READONLY, 41),
        CODE(NDV_E_WOULD_COPY, 42),
        CODE(NDV_E_BUSY, 43),
        CODE(NDV_E_OVERLAP, 44),
        CODE(NDV_E_LEASED, 45),
        CODE(NDV_E_DEADLOCK, 46),
        CODE(NDV_E_TOO_HARD, 50),
        CODE(NDV_E_LIMIT, 51),
        CODE(NDV_E_UNSUPPORTED, 52),
        CODE(NDV_E_IO, 60),
        CODE(NDV_E_FORMAT, 61),
        CODE(NDV_E_TRUNCATED, 62),
        CODE(NDV_E_CALLBACK, 70),
        CODE(NDV_E_OVERRUN, 71),
        CODE(NDV_E_INTERNAL, 90),
    };
#undef CODE
    const size_t count = sizeof codes / sizeof codes[0];
    size_t i;
    int32_t number;
    for (i = 0; i < count; i++) {
        CHECK(codes[i].code == codes[i].number);
        CHECK(strcmp(ndv_status_name(codes[i].code), codes[i].name) == 0);
    }
    /* Every number that is no code, and there are no codes but those above. */
    for (number = -1000; number <= 1000; number++) {
        bool known = false;
        for (i = 0; i < count; i++) known = known || codes[i].code == number;
        if (!known) CHECK(strcmp(ndv_status_name(number), "unknown status") == 0);
    }
    CHECK(strcmp(ndv_status_name(INT32_MAX), "unknown status") == 0);
    CHECK(strcmp(ndv_status_name(INT32_MIN), "unknown status") == 0);
}

static void the_library_has_the_version_of_the_header(void) {
    char text[64];
    CHECK(strcmp(ndv_version(), NDV_VERSION_STRING) == 0);
    CHECK(ndv_version_number() == NDV_VERSION_NUMBER);
    CHECK(NDV_VERSION_NUMBER ==
          NDV_VERSION_MAJOR * 10000 + NDV_VERSION_MINOR * 100 + NDV_VERSION_PATCH);
    snprintf(text, sizeof text, "%d.%d.%d", NDV_VERSION_MAJOR, NDV_VERSION_MINOR,
             NDV_VERSION_PATCH);
    CHECK(strcmp(text, NDV_VERSION_STRING) == 0);
}

/* -------------------------------------------------------------------------------- the message */

/* The first test to run: no call has failed yet. */
static void the_message_is_empty_before_the_first_error(void) {
    CHECK(ndv_last_error_message() != NULL);
    CHECK(strcmp(ndv_last_error_message(), "") == 0);
}

static void the_instruction_set_is_the_one_asked_for_or_one_that_the_processor_has(void) {
    const char *names[] = {"portable", "avx2", "avx512", "neon"};
    const char *asked = getenv("NDV_ISA"), *isa = ndv_isa();
    size_t i, known = 0;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) known += strcmp(isa, names[i]) == 0;
    CHECK(known == 1);
    CHECK(ndv_isa() == isa); /* it does not change */
    /* Every processor has the portable set; of the others only the library knows. */
    if (asked != NULL && strcmp(asked, "portable") == 0) CHECK(strcmp(isa, asked) == 0);
}

static void success_leaves_the_message_alone(void) {
    ndv_array *a, *v;
    int64_t value;
    char before[2048] = "";
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 5), &a));
    CHECK_STATUS(NDV_E_INDEX, ndv_slice(a, "0, 7", &v));
    strncpy(before, ndv_last_error_message(), sizeof before - 1);
    CHECK_OK(ndv_slice(a, "0, 4", &v));
    CHECK_OK(ndv_get_int64(a, NDV_DIMS(1, 1), &value));
    CHECK(ndv_size(NULL) == 0); /* what cannot fail does not touch it either */
    CHECK(ndv_dtype_itemsize(-1) == 0);
    CHECK(ndv_retain(NULL) == NULL);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(NULL));
    CHECK(strcmp(before, ndv_last_error_message()) == 0);
    CHECK_OK(ndv_release(a));
}

static void a_later_error_replaces_the_message(void) {
    ndv_array *a, *v;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(5), &a));
    CHECK_STATUS(NDV_E_INDEX, ndv_slice(a, "7", &v));
    CHECK_MESSAGE("index 7");
    CHECK_STATUS(NDV_E_INDEX, ndv_slice(a, "8", &v));
    CHECK_MESSAGE("index 8");
    CHECK(strstr(ndv_last_error_message(), "index 7") == NULL);
    CHECK_OK(ndv_release(a));
}

#ifndef _WIN32
typedef struct {
    bool empty_at_first, sees_its_own;
} other_thread;

static void *fail_in_another_thread(void *context) {
    other_thread *other = (other_thread *)context;
    ndv_array *a;
    int64_t extent = -123;
    ndv_status status;
    other->empty_at_first = ndv_last_error_message()[0] == '\0';
    status = ndv_empty(NDV_INT8, 1, &extent, &a);
    other->sees_its_own =
        status == NDV_E_SHAPE && strstr(ndv_last_error_message(), "-123") != NULL;
    return NULL;
}

static void each_thread_has_a_message_of_its_own(void) {
    other_thread other = {false, false};
    pthread_t thread;
    ndv_array *a, *v;
    char before[2048] = "";
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(5), &a));
    CHECK_STATUS(NDV_E_INDEX, ndv_slice(a, "7", &v));
    strncpy(before, ndv_last_error_message(), sizeof before - 1);
    CHECK(pthread_create(&thread, NULL, fail_in_another_thread, &other) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(other.empty_at_first);
    CHECK(other.sees_its_own);
    CHECK(strcmp(before, ndv_last_error_message()) == 0);
    CHECK_OK(ndv_release(a));
}
#else
static void each_thread_has_a_message_of_its_own(void) {}
#endif

/* The last of many: the message has a fixed size, whatever it would name. */
static void a_long_message_is_cut_and_ends(void) {
    static char text[100001];
    ndv_array *a, *r;
    int64_t wide[64], none;
    int32_t dtype, axis;
    memset(text, 'x', sizeof text - 1);
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_from_name(text, &dtype));
    CHECK(strlen(ndv_last_error_message()) < sizeof text - 1);
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(5), &a));
    CHECK_STATUS(NDV_E_SYNTAX, ndv_slice(a, text, &r));
    for (axis = 0; axis < 64; axis++) wide[axis] = INT64_MAX;
    CHECK_STATUS(NDV_E_OVERFLOW, ndv_zeros(NDV_INT64, 64, wide, &r));
    CHECK(strlen(ndv_last_error_message()) > 0);
    for (axis = 0; axis < 64; axis++) wide[axis] = INT64_MIN;
    CHECK_STATUS(NDV_E_SHAPE, ndv_zeros(NDV_INT64, 64, wide, &r));
    for (axis = 0; axis < 64; axis++) wide[axis] = axis < 63 ? 1 : INT64_MAX / 16;
    CHECK_STATUS(NDV_E_BROADCAST, ndv_broadcast_to(a, 64, wide, &r));
    none = -9;
    CHECK_STATUS(NDV_E_SHAPE, ndv_zeros(NDV_INT64, 1, &none, &r));
    CHECK_MESSAGE("-9");
    /* Not UTF-8, and control characters: only that nothing breaks. */
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_from_name("\xff\xfe\n\x01%s%n", &dtype));
    CHECK_STATUS(NDV_E_SYNTAX, ndv_slice(a, "\xff\xc3\x28%s", &r));
    CHECK_OK(ndv_release(a));
}

/* ------------------------------------------------------------ messages that name the values */

#define NAMES(...)                                                                                 \
    do {                                                                                           \
        static const char *const parts[] = {__VA_ARGS__};                                          \
        size_t part;                                                                               \
        for (part = 0; part < sizeof parts / sizeof parts[0]; part++) CHECK_MESSAGE(parts[part]);  \
    } while (0)

static void an_index_out_of_bounds_is_named_with_its_axis_and_size(void) {
    ndv_array *a, *v;
    int64_t value;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"0, 7", "index 7 is out of bounds for axis 1 with size 5"},
        {"0, 5", "index 5 is out of bounds for axis 1 with size 5"},
        {"0, -6", "index -6 is out of bounds for axis 1 with size 5"},
        {"2", "index 2 is out of bounds for axis 0 with size 2"},
        {"-3, 0", "index -3 is out of bounds for axis 0 with size 2"},
        {"newaxis, 9", "index 9 is out of bounds for axis 0 with size 2"},
        {"..., 5", "index 5 is out of bounds for axis 1 with size 5"},
        {"9223372036854775807",
         "index 9223372036854775807 is out of bounds for axis 0 with size 2"},
        {"-9223372036854775808",
         "index -9223372036854775808 is out of bounds for axis 0 with size 2"},
    };
    size_t i;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 5), &a));
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_STATUS(NDV_E_INDEX, ndv_slice(a, cases[i].text, &v));
        CHECK(v == NULL);
        CHECK(strcmp(ndv_last_error_message(), cases[i].message) == 0);
    }
    CHECK_STATUS(NDV_E_INDEX, ndv_get_int64(a, NDV_DIMS(1, 7), &value));
    CHECK_MESSAGE("index 7 is out of bounds for axis 1 with size 5");
    CHECK_STATUS(NDV_E_INDEX, ndv_index_items(a, NDV_ITEMS(NDV_ALL, NDV_AT(7)), &v));
    CHECK_MESSAGE("index 7 is out of bounds for axis 1 with size 5");
    CHECK_OK(ndv_release(a));
}

static void messages_of_shapes_name_the_shapes(void) {
    ndv_array *a, *b, *t, *r;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4, 7), &b));
    CHECK_STATUS(NDV_E_BROADCAST, ndv_broadcast_to(a, NDV_DIMS(4, 7), &r));
    NAMES("2, 3", "4, 7");
    CHECK_STATUS(NDV_E_BROADCAST, ndv_set(a, b, NDV_CAST_UNSAFE));
    NAMES("2, 3", "4, 7");
    CHECK_STATUS(NDV_E_SHAPE,
                 ndv_reshape(a, NDV_DIMS(4, 5), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    NAMES("6", "2, 3", "4, 5");
    /* 6 int64 by columns of strides 8 and 24: to merge, the first had to be 2 * 24. */
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_STATUS(NDV_E_WOULD_COPY,
                 ndv_reshape(t, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_NEVER, &r));
    NAMES("48 bytes", "axes 0 to 1", "stride 8", "48 is needed");
    CHECK_STATUS(NDV_E_WOULD_COPY, ndv_ravel(t, NDV_ORDER_C, NDV_COPY_NEVER, &r));
    NAMES("48 bytes", "axis");
    CHECK_STATUS(NDV_E_WOULD_COPY, ndv_contiguous(t, NDV_ORDER_C, NDV_COPY_NEVER, &r));
    NAMES("48 bytes", "axis");
    CHECK_STATUS(NDV_E_SHAPE, ndv_zeros(NDV_INT64, NDV_DIMS(2, -5), &r));
    NAMES("-5", "axis 1");
    CHECK_STATUS(NDV_E_NDIM, ndv_zeros(NDV_INT64, 65, NULL, &r));
    NAMES("65", "64");
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

static void messages_of_syntax_name_the_byte(void) {
    /* Positions count from 0: the byte at which the fault stands. */
    static const struct {
        const char *text, *position;
    } cases[] = {
        {"1:x", "byte 2"},
        {"x", "byte 0"},
        {"0, , 1", "byte 3"},
        {"0, 1, y", "byte 6"},
        {"..", "byte "},
        {"1:2:3:4", "byte 5"},
        {"[0", "byte 2"},
        {"0]", "byte 1"},
        {"0 1", "byte 2"},
        {"newaxi", "byte 0"},
        {"3.5", "byte 1"},
        {"0, 99999999999999999999", "byte 3"},
        {"9223372036854775808", "byte 0"},
        {"-9223372036854775809", "byte "},
    };
    ndv_array *a, *v;
    size_t i;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 5), &a));
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_STATUS(NDV_E_SYNTAX, ndv_slice(a, cases[i].text, &v));
        CHECK(v == NULL);
        CHECK_MESSAGE(cases[i].position);
    }
    CHECK_OK(ndv_release(a));
}

static int64_t memory[8];

static void messages_of_buffers_name_the_bytes(void) {
    ndv_array *a;
    int64_t shape = 3, stride = 32;
    /* The elements take bytes 0 to 72 of 64. */
    CHECK_STATUS(NDV_E_BOUNDS, ndv_wrap(memory, sizeof memory, 0, NDV_INT64, 1, &shape, &stride,
                                        0, NULL, NULL, &a));
    NAMES("72", "64 bytes");
    stride = -8;
    CHECK_STATUS(NDV_E_BOUNDS, ndv_wrap(memory, sizeof memory, 8, NDV_INT64, 1, &shape, &stride,
                                        0, NULL, NULL, &a));
    NAMES("-8", "64 bytes");
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 3), &a));
    CHECK_STATUS(NDV_E_BUFFER_SIZE, ndv_to_buffer(a, memory, 47, NDV_ORDER_C));
    NAMES("47", "48");
    CHECK_OK(ndv_release(a));
}

static void messages_of_types_name_the_types(void) {
    ndv_array *a, *b, *r;
    int32_t dtype;
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(3), &a));
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(3), &b));
    CHECK_STATUS(NDV_E_CAST, ndv_set(a, b, NDV_CAST_SAME_KIND));
    NAMES("float64", "uint8");
    CHECK_STATUS(NDV_E_CAST,
                 ndv_astype(b, NDV_UINT8, NDV_ORDER_K, NDV_CAST_SAFE, NDV_COPY_ALWAYS, &r));
    NAMES("float64", "uint8", "safe");
    CHECK_STATUS(NDV_E_WOULD_COPY,
                 ndv_astype(b, NDV_UINT8, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_NEVER, &r));
    NAMES("float64", "uint8", "3 bytes");
    CHECK_STATUS(NDV_E_VALUE, ndv_fill_int64(a, 256));
    NAMES("256", "uint8");
    CHECK_STATUS(NDV_E_DTYPE, ndv_zeros(777, NDV_DIMS(3), &r));
    NAMES("777");
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_from_name("flaot64", &dtype));
    NAMES("flaot64");
    CHECK_STATUS(NDV_E_DTYPE, ndv_expect(a, NDV_FLOAT32, -1, 0));
    NAMES("uint8", "float32");
    CHECK_STATUS(NDV_E_NDIM, ndv_expect(a, 0, 2, 0));
    NAMES("1", "2");
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

static void other_messages_say_what_is_wrong(void) {
    ndv_array *a, *v, *r;
    void *data;
    const int64_t twice[2] = {1, 1};
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_readonly(a, &v));
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(v, 1));
    NAMES("read-only");
    CHECK_STATUS(NDV_E_READONLY, ndv_data_mut(v, &data));
    NAMES("read-only");
    CHECK_STATUS(NDV_E_NULL, ndv_fill_int64(NULL, 1));
    NAMES("array", "NULL");
    CHECK_STATUS(NDV_E_NULL, ndv_slice(a, NULL, &r));
    NAMES("text", "NULL");
    CHECK_STATUS(NDV_E_NULL, ndv_slice(a, "0", NULL));
    NAMES("result", "NULL");
    CHECK_STATUS(NDV_E_AXIS, ndv_swap_axes(a, 0, 2, &r));
    NAMES("2");
    CHECK_STATUS(NDV_E_AXIS, ndv_permute(a, 2, twice, &r));
    NAMES("1", "twice");
    CHECK_STATUS(NDV_E_INDEX_ITEMS, ndv_slice(a, "0, 0, 0", &r));
    NAMES("3", "2");
    CHECK_STATUS(NDV_E_STEP, ndv_slice(a, "::0", &r));
    NAMES("step", "zero");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_copy(a, 99, &r));
    NAMES("99");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_set(a, a, -7));
    NAMES("-7");
    CHECK_STATUS(NDV_E_BUSY, ndv_set_allocator(NULL));
    NAMES("2 arrays");
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));
}

/* ---------------------------------------------------------------- results of calls that fail */

static void a_result_of_one_value_is_zero_after_an_error(void) {
    int64_t i64 = 5;
    uint64_t u64 = 5;
    int32_t dtype = 5;
    double real = 5, imag = 5;
    size_t length = 5, nbytes = 5;
    bool allowed = true, equal = true, shares = true;
    void *data = &i64;
    const void *low = &i64, *high = &i64;
    CHECK_STATUS(NDV_E_NULL, ndv_get_int64(NULL, NDV_NO_DIMS, &i64));
    CHECK_STATUS(NDV_E_NULL, ndv_get_uint64(NULL, NDV_NO_DIMS, &u64));
    CHECK(i64 == 0 && u64 == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_get_complex(NULL, NDV_NO_DIMS, &real, &imag));
    CHECK(real == 0 && imag == 0);
    real = 5;
    CHECK_STATUS(NDV_E_NULL, ndv_get_double(NULL, NDV_NO_DIMS, &real));
    CHECK(real == 0);
    CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_from_name("float65", &dtype));
    CHECK(dtype == 0);
    dtype = 5;
    CHECK_STATUS(NDV_E_DTYPE, ndv_promote(NDV_INT8, 99, &dtype));
    CHECK(dtype == 0);
    CHECK_STATUS(NDV_E_DTYPE, ndv_can_cast(NDV_INT8, 99, NDV_CAST_SAFE, &allowed));
    CHECK_STATUS(NDV_E_NULL, ndv_equal(NULL, NULL, &equal));
    CHECK_STATUS(NDV_E_NULL, ndv_shares_memory(NULL, NULL, 1, &shares));
    CHECK(!allowed && !equal && !shares);
    CHECK_STATUS(NDV_E_NULL, ndv_format(NULL, NULL, NULL, 0, &length));
    CHECK_STATUS(NDV_E_NULL, ndv_npy_save_memory(NULL, NULL, 0, &nbytes));
    CHECK(length == 0 && nbytes == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_data_mut(NULL, &data));
    CHECK_STATUS(NDV_E_NULL, ndv_byte_bounds(NULL, &low, &high));
    CHECK(data == NULL && low == NULL && high == NULL);
}

static void other_memory_of_the_callers_is_left_alone_after_an_error(void) {
    const int64_t five = 5;
    int64_t element = 5;
    char text[4] = "abc";
    ndv_description description = NDV_DESCRIPTION_INIT;
    ndv_statistics statistics = NDV_STATISTICS_INIT;
    ndv_npy_info info = NDV_NPY_INFO_INIT;
    ndv_array *a;
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_NO_DIMS, &five, &a));
    description.dtype = 5;
    statistics.struct_size = 1;
    statistics.copies = -5;
    info.dtype = 5;
    CHECK_STATUS(NDV_E_DTYPE, ndv_get_item(a, NDV_NO_DIMS, 99, &element));
    CHECK_STATUS(NDV_E_BUFFER_SIZE, ndv_to_buffer(a, text, 3, NDV_ORDER_C));
    CHECK_STATUS(NDV_E_NULL, ndv_format(NULL, NULL, text, sizeof text, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_describe(NULL, &description));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_get_statistics(&statistics));
    CHECK_STATUS(NDV_E_TRUNCATED, ndv_npy_read_info_memory("\x93NUMPY", 6, &info));
    CHECK(element == 5 && strcmp(text, "abc") == 0);
    CHECK(description.dtype == 5 && statistics.copies == -5 && info.dtype == 5);
    CHECK_OK(ndv_release(a));
}


int main(int argc, char **argv) {
    static const check_test tests[] = {
        TEST(every_code_has_the_name_of_the_header),
        TEST(the_library_has_the_version_of_the_header),
        TEST(the_instruction_set_is_the_one_asked_for_or_one_that_the_processor_has),
        TEST(success_leaves_the_message_alone),
        TEST(a_later_error_replaces_the_message),
        TEST(each_thread_has_a_message_of_its_own),
        TEST(a_long_message_is_cut_and_ends),
        TEST(an_index_out_of_bounds_is_named_with_its_axis_and_size),
        TEST(messages_of_shapes_name_the_shapes),
        TEST(messages_of_syntax_name_the_byte),
        TEST(messages_of_buffers_name_the_bytes),
        TEST(messages_of_types_name_the_types),
        TEST(other_messages_say_what_is_wrong),
        TEST(a_result_of_one_value_is_zero_after_an_error),
        TEST(other_memory_of_the_callers_is_left_alone_after_an_error),
    };
    the_message_is_empty_before_the_first_error();
    return check_run(tests, sizeof tests / sizeof tests[0], argc, argv);
}
