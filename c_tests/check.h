/* check.h: what the tests are written with.
 *
 *     static void a_view_stands_on_its_base(void) {
 *         ndv_array *a, *v;
 *         CHECK_OK(ndv_arange(0, 6, 1, &a));
 *         CHECK_OK(ndv_slice(a, "1:4", &v));
 *         CHECK(ndv_base(v) == a);
 *         CHECK_INT64S(v, 1, 2, 3);
 *         CHECK_STATUS(NDV_E_INDEX, ndv_slice(a, "7", &v));
 *         CHECK_MESSAGE("index 7");
 *         ...
 *     }
 *     CHECK_MAIN(TEST(a_view_stands_on_its_base))
 *
 * A check that fails is printed and counted, and the test goes on; the program then returns 1. A
 * test that leaves an array alive has failed. Arguments name the tests to run; without, all run.
 * For the main thread: other threads count their own failures.
 */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ndview_c99.h"

/* That a condition holds. */
#define CHECK(condition) check_that(__FILE__, __LINE__, #condition, (condition) ? 1 : 0)

/* That a call succeeds, and leaves the last error message alone. */
#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        check_begin_success();                                                                     \
        check_success(__FILE__, __LINE__, #call, (call));                                          \
    } while (0)

/* That a call fails with a status, sets a message, and leaves the statistics as they were. */
#define CHECK_STATUS(expected, call)                                                               \
    do {                                                                                           \
        check_begin_failure();                                                                     \
        check_failure(__FILE__, __LINE__, #call, (expected), (call));                              \
    } while (0)

/* That the last error message contains a text. */
#define CHECK_MESSAGE(text) check_message(__FILE__, __LINE__, text)

/* That an array of integers (or bool, float32, float64) has these elements, in C order. */
#define CHECK_INT64S(array, ...) check_int64s(__FILE__, __LINE__, array, NDV_DIMS(__VA_ARGS__))

/* That an array has this shape, these strides; CHECK(ndv_ndim(a) == 0) where there are none. */
#define CHECK_SHAPE(array, ...)                                                                    \
    check_axes(__FILE__, __LINE__, "shape", array, ndv_shape(array), NDV_DIMS(__VA_ARGS__))
#define CHECK_STRIDES(array, ...)                                                                  \
    check_axes(__FILE__, __LINE__, "strides", array, ndv_strides(array), NDV_DIMS(__VA_ARGS__))

typedef struct {
    const char *name;
    void (*run)(void);
} check_test;

#define TEST(function) {#function, function}

#define CHECK_MAIN(...)                                                                            \
    int main(int argc, char **argv) {                                                              \
        const check_test tests[] = {__VA_ARGS__};                                                  \
        return check_run(tests, sizeof tests / sizeof tests[0], argc, argv);                       \
    }

static struct {
    int64_t checks, failures;
    ndv_statistics statistics;
    char message[2048];
} check_state;

/* The library's counts now. */
static inline ndv_statistics check_statistics(void) {
    ndv_statistics statistics = NDV_STATISTICS_INIT;
    if (ndv_get_statistics(&statistics) != NDV_OK) {
        printf("ndv_get_statistics: %s\n", ndv_last_error_message());
        check_state.failures++;
    }
    return statistics;
}

/* Counts a check; prints where it stands, what it is and the last error if it fails. */
static inline void check_that(const char *file, int line, const char *expression, int holds) {
    check_state.checks++;
    if (holds) return;
    check_state.failures++;
    printf("%s:%d: %s\n    last error: %s\n", file, line, expression, ndv_last_error_message());
    fflush(stdout);
}

static inline void check_remember_message(void) {
    strncpy(check_state.message, ndv_last_error_message(), sizeof check_state.message - 1);
}

static inline void check_begin_success(void) { check_remember_message(); }

static inline void check_success(const char *file, int line, const char *call, ndv_status status) {
    if (status != NDV_OK) printf("%s instead of NDV_OK:\n", ndv_status_name(status));
    check_that(file, line, call, status == NDV_OK);
    if (status == NDV_OK && strcmp(check_state.message, ndv_last_error_message()) != 0) {
        printf("it succeeds and sets a message:\n");
        check_that(file, line, call, 0);
    }
}

static inline void check_begin_failure(void) {
    int32_t none;
    /* So that a message left over from before is not taken for the call's. */
    if (ndv_dtype_from_name("check.h", &none) == NDV_OK) check_state.failures++;
    check_remember_message();
    check_state.statistics = check_statistics();
}

static inline void check_failure(const char *file, int line, const char *call, ndv_status expected,
                                 ndv_status status) {
    ndv_statistics before = check_state.statistics, after = check_statistics();
    const char *message = ndv_last_error_message();
    if (status != expected)
        printf("%s instead of %s:\n", ndv_status_name(status), ndv_status_name(expected));
    check_that(file, line, call, status == expected);
    if (status != expected || expected == NDV_OK) return;
    if (message[0] == '\0' || strcmp(check_state.message, message) == 0) {
        printf("it fails and sets no message:\n");
        check_that(file, line, call, 0);
    }
    if (memcmp(&before, &after, sizeof before) != 0) {
        printf("it fails and changes the statistics:\n");
        check_that(file, line, call, 0);
    }
}

static inline void check_message(const char *file, int line, const char *text) {
    check_that(file, line, text, strstr(ndv_last_error_message(), text) != NULL);
}

#ifdef __cplusplus
#define CHECK_CAST(type, value) static_cast<type>(value)
#else
#define CHECK_CAST(type, value) ((type)(value))
#endif

/* One element as an int64_t; false if it is none. */
static inline bool check_read(int32_t dtype, const unsigned char *at, int64_t *value) {
#define CHECK_READ(code, type)                                                                     \
    case code: {                                                                                   \
        type element;                                                                              \
        memcpy(&element, at, sizeof element);                                                      \
        *value = CHECK_CAST(int64_t, element);                                                     \
        return true;                                                                               \
    }
#define CHECK_READ_FLOAT(code, type)                                                               \
    case code: {                                                                                   \
        type element, rounded;                                                                     \
        memcpy(&element, at, sizeof element);                                                      \
        if (!(element > -1e15 && element < 1e15)) return false;                                    \
        *value = CHECK_CAST(int64_t, element);                                                     \
        rounded = CHECK_CAST(type, *value);                                                        \
        return rounded >= element && rounded <= element;                                           \
    }
    switch (dtype) {
        CHECK_READ(NDV_BOOL, uint8_t)
        CHECK_READ(NDV_INT8, int8_t)
        CHECK_READ(NDV_INT16, int16_t)
        CHECK_READ(NDV_INT32, int32_t)
        CHECK_READ(NDV_INT64, int64_t)
        CHECK_READ(NDV_UINT8, uint8_t)
        CHECK_READ(NDV_UINT16, uint16_t)
        CHECK_READ(NDV_UINT32, uint32_t)
        CHECK_READ(NDV_UINT64, uint64_t)
        CHECK_READ_FLOAT(NDV_FLOAT32, float)
        CHECK_READ_FLOAT(NDV_FLOAT64, double)
    default: return false;
    }
#undef CHECK_READ
#undef CHECK_READ_FLOAT
}

/* Walks the array by its own strides, so that it needs no other function of the library. */
static inline void check_int64s(const char *file, int line, const ndv_array *array, int32_t count,
                                const int64_t *expected) {
    const unsigned char *data = CHECK_CAST(const unsigned char *, ndv_data(array));
    const int64_t *shape = ndv_shape(array), *strides = ndv_strides(array);
    int64_t index[64] = {0}, n;
    int32_t axis;
    check_that(file, line, "the number of elements", ndv_size(array) == count && array != NULL);
    if (ndv_size(array) != count || array == NULL) return;
    for (n = 0; n < count; n++) {
        int64_t offset = 0, found = 0;
        bool read;
        for (axis = 0; axis < ndv_ndim(array); axis++) offset += index[axis] * strides[axis];
        read = check_read(ndv_dtype(array), data + offset, &found);
        if (!read || found != expected[n]) {
            printf("element %" PRId64 " is %" PRId64 ", not %" PRId64 "%s:\n", n, found,
                   expected[n], read ? "" : " (or no integer)");
            check_that(file, line, "the elements", 0);
            return;
        }
        for (axis = ndv_ndim(array) - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            index[axis] = 0;
    }
    check_that(file, line, "the elements", 1);
}

static inline void check_axes(const char *file, int line, const char *what, const ndv_array *array,
                              const int64_t *found, int32_t count, const int64_t *expected) {
    int32_t axis, good = array != NULL && ndv_ndim(array) == count;
    for (axis = 0; good && axis < count; axis++) good = found[axis] == expected[axis];
    if (!good) {
        printf("%s is", what);
        for (axis = 0; axis < ndv_ndim(array); axis++) printf(" %" PRId64, found[axis]);
        printf(", not");
        for (axis = 0; axis < count; axis++) printf(" %" PRId64, expected[axis]);
        printf(":\n");
    }
    check_that(file, line, what, good);
}

static inline int check_run(const check_test *tests, size_t count, int argc, char **argv) {
    size_t i;
    int argument, functions = 0;
    for (i = 0; i < count; i++) {
        ndv_statistics after;
        int wanted = argc < 2;
        for (argument = 1; argument < argc; argument++)
            if (strcmp(argv[argument], tests[i].name) == 0) wanted = 1;
        if (!wanted) continue;
        functions++;
        printf("%s\n", tests[i].name);
        fflush(stdout);
        tests[i].run();
        after = check_statistics();
        if (after.arrays_alive != 0 || after.buffers_alive != 0 || after.bytes_alive != 0) {
            printf("left alive: %" PRId64 " arrays, %" PRId64 " buffers, %" PRId64 " bytes:\n",
                   after.arrays_alive, after.buffers_alive, after.bytes_alive);
            check_that(__FILE__, __LINE__, tests[i].name, 0);
        }
    }
    printf("%d tests, %" PRId64 " checks, %" PRId64 " failures\n", functions, check_state.checks,
           check_state.failures);
    return check_state.failures == 0 && functions > 0 ? 0 : 1;
}

#endif /* CHECK_H */
