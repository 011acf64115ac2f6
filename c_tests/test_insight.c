/* The section Insight: arrays as text, and what the library counts. */
#if !defined(_WIN32)
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <float.h>
#include <math.h>

#include "model.h"

/* ---- format ---- */

typedef struct {
    const char *name;
    int32_t dtype, ndim;
    const int64_t *shape;
    int32_t count; /* of values; 0 for 0, 1, 2 and so on */
    const double *values;
    const char *text; /* an index, or NULL */
    bool transposed;
    const ndv_format_options *options;
    const char *expected;
} format_case;

#define NO_VALUES 0, NULL
#define VALUES(...)                                                                                \
    (int32_t)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)), (const double[]){__VA_ARGS__}
#define OPTIONS(precision, digits, suppress, sign, threshold, edge, width)                         \
    &(const ndv_format_options){sizeof(ndv_format_options), precision, digits, suppress, sign,    \
                                threshold, edge, width}

/* What NumPy 2.4.6 prints, with floatmode='unique'. */
static const format_case format_cases[] = {
#include "numpy/format.inc"
};

static ndv_array *array_of(const format_case *c) {
    ndv_array *a, *v;
    if (c->count == 0) {
        int64_t size = 1;
        int32_t i;
        for (i = 0; i < c->ndim; i++) size *= c->shape[i];
        CHECK_OK(ndv_arange(0, size, 1, &a));
        CHECK_OK(ndv_reshape(a, c->ndim, c->shape, NDV_ORDER_C, NDV_COPY_NEVER, &v));
    } else {
        int32_t type = ndv_dtype_kind(c->dtype) == 'c' ? NDV_COMPLEX128 : NDV_FLOAT64;
        CHECK_OK(ndv_from_data(type, c->ndim, c->shape, c->values, &a));
        CHECK_OK(ndv_view(a, &v));
    }
    ndv_release(a);
    CHECK_OK(ndv_astype(v, c->dtype, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_IF_NEEDED, &a));
    ndv_release(v);
    if (c->text != NULL) {
        CHECK_OK(ndv_slice(a, c->text, &v));
        ndv_release(a);
        a = v;
    }
    if (c->transposed) {
        CHECK_OK(ndv_transpose(a, &v));
        ndv_release(a);
        a = v;
    }
    return a;
}

static void check_format(const char *name, const ndv_array *a, const ndv_format_options *options,
                         const char *expected) {
    static char text[8192];
    size_t length = 0;
    bool good;
    memset(text, 'x', sizeof text);
    CHECK_OK(ndv_format(a, options, text, sizeof text, &length));
    good = strcmp(text, expected) == 0;
    CHECK(good && "the text is NumPy's");
    if (!good) printf("    %s: it is\n%s\n    and not\n%s\n", name, text, expected);
    CHECK(length == strlen(text));
}

static void arrays_are_formatted_as_numpy_prints_them(void) {
    size_t i;
    for (i = 0; i < COUNT(format_cases); i++) {
        const format_case *c = &format_cases[i];
        ndv_array *a = array_of(c);
        const ndv_format_options defaults = NDV_FORMAT_OPTIONS_INIT;
        check_format(c->name, a, c->options, c->expected);
        if (c->options == NULL) check_format(c->name, a, &defaults, c->expected);
        ndv_release(a);
    }
}

static void integers_of_64_bits_are_formatted_whole(void) {
    static const int64_t ends[] = {INT64_MIN, 0, INT64_MAX};
    static const uint64_t all[] = {UINT64_MAX, 1};
    static const uint8_t bytes[] = {0, 1, 2, 255};
    ndv_array *a;
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(3), ends, &a));
    check_format("int64", a, NULL,
                 "[-9223372036854775808                    0  9223372036854775807]");
    ndv_release(a);
    CHECK_OK(ndv_from_data(NDV_UINT64, NDV_DIMS(2), all, &a));
    check_format("uint64", a, NULL, "[18446744073709551615                    1]");
    ndv_release(a);
    CHECK_OK(ndv_from_data(NDV_BOOL, NDV_DIMS(4), bytes, &a)); /* any byte but 0 is true */
    check_format("bool", a, NULL, "[False  True  True  True]");
    ndv_release(a);
}

static void bfloat16_is_formatted_with_the_digits_that_it_needs(void) {
    static const uint16_t bits[] = {0x3F80, 0x4020, 0x3DCD, 0xC040}; /* 1, 2.5, about 0.1, -3 */
    ndv_array *a;
    CHECK_OK(ndv_from_data(NDV_BFLOAT16, NDV_DIMS(4), bits, &a));
    check_format("bfloat16", a, NULL, "[ 1.   2.5  0.1 -3. ]");
    ndv_release(a);
}

static void a_misaligned_and_a_broadcast_view_are_formatted(void) {
    ndv_array *a = numbered(NDV_INT8, NDV_DIMS(9)), *s, *v;
    CHECK_OK(ndv_slice(a, "1:", &s));
    CHECK_OK(ndv_fill_int64(s, 0));
    CHECK_OK(ndv_view_as(s, NDV_FLOAT32, &v));
    check_format("misaligned", v, NULL, "[0. 0.]");
    ndv_release(v);
    ndv_release(s);
    CHECK_OK(ndv_slice(a, ":3", &s));
    CHECK_OK(ndv_broadcast_to(s, NDV_DIMS(2, 3), &v));
    check_format("broadcast", v, NULL, "[[0 0 0]\n [0 0 0]]");
    ndv_release(v);
    ndv_release(s);
    CHECK_OK(ndv_slice(a, "0", &s));
    CHECK_OK(ndv_broadcast_to(s, NDV_DIMS(INT64_C(1) << 40), &v)); /* only the ends are read */
    check_format("broadcast far", v, NULL, "[0 0 0 ... 0 0 0]");
    ndv_release(v);
    ndv_release(s);
    ndv_release(a);
}

static void text_that_does_not_fit_is_cut_and_its_length_told(void) {
    static const char whole[] = "[[0 1 2]\n [3 4 5]]";
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3));
    char text[32];
    size_t capacity, length;
    for (capacity = 0; capacity <= sizeof whole + 2; capacity++) {
        size_t kept = capacity == 0 ? 0 : capacity <= sizeof whole - 1 ? capacity - 1
                                                                       : sizeof whole - 1;
        memset(text, '#', sizeof text);
        length = 0;
        CHECK_OK(ndv_format(a, NULL, text, capacity, &length));
        CHECK(length == sizeof whole - 1);
        CHECK(memcmp(text, whole, kept) == 0);
        CHECK(capacity == 0 || text[kept] == '\0');
        CHECK(text[capacity] == '#'); /* nothing beyond */
    }
    length = 0;
    CHECK_OK(ndv_format(a, NULL, NULL, 0, &length));
    CHECK(length == sizeof whole - 1);
    CHECK_OK(ndv_format(a, NULL, NULL, 0, NULL));
    CHECK_OK(ndv_format(a, NULL, text, sizeof text, NULL)); /* the length is not wanted */
    CHECK(strcmp(text, whole) == 0);
    ndv_release(a);
}

static void format_refuses_null_and_options_that_are_none(void) {
    static const struct {
        int32_t precision, digits, sign;
        int64_t threshold, edge_items, line_width;
    } bad[] = {{-1, NDV_DIGITS_UNIQUE, '-', 1000, 3, 75},
               {1001, NDV_DIGITS_UNIQUE, '-', 1000, 3, 75},
               {INT32_MAX, NDV_DIGITS_FIXED, '-', 1000, 3, 75},
               {8, 0, '-', 1000, 3, 75},
               {8, 29, '-', 1000, 3, 75},
               {8, 34, '-', 1000, 3, 75},
               {8, NDV_DIGITS_UNIQUE, 0, 1000, 3, 75},
               {8, NDV_DIGITS_UNIQUE, 'x', 1000, 3, 75}};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3));
    ndv_format_options options = NDV_FORMAT_OPTIONS_INIT;
    char text[16] = "as it was";
    size_t length = 99, i;
    CHECK_STATUS(NDV_E_NULL, ndv_format(NULL, NULL, text, sizeof text, &length));
    CHECK_STATUS(NDV_E_NULL, ndv_format(a, NULL, NULL, 1, &length));
    for (i = 0; i < COUNT(bad); i++) {
        int64_t failures = check_state.failures;
        options.precision = bad[i].precision;
        options.digits = bad[i].digits;
        options.sign = bad[i].sign;
        options.threshold = bad[i].threshold;
        options.edge_items = bad[i].edge_items;
        options.line_width = bad[i].line_width;
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_format(a, &options, text, sizeof text, &length));
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
    options = (ndv_format_options)NDV_FORMAT_OPTIONS_INIT;
    options.struct_size = 0;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_format(a, &options, text, sizeof text, &length));
    options.struct_size = sizeof options - 1;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_format(a, &options, text, sizeof text, &length));
    CHECK(strcmp(text, "as it was") == 0);
    options.struct_size = sizeof options;
    options.precision = 1000; /* the most */
    options.suppress_small = -7; /* anything but 0 */
    CHECK_OK(ndv_format(a, &options, text, sizeof text, &length));
    CHECK(strcmp(text, "[0 1 2]") == 0);
    ndv_release(a);
}

static void format_stays_in_bounds_with_extreme_numbers(void) {
    /* No number is said to be wrong here; none may do harm. */
    static const int64_t extremes[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    ndv_array *a = numbered(NDV_FLOAT64, NDV_DIMS(4, 3));
    size_t t, e, w;
    for (t = 0; t < COUNT(extremes); t++)
        for (e = 0; e < COUNT(extremes); e++)
            for (w = 0; w < COUNT(extremes); w++) {
                ndv_format_options options = NDV_FORMAT_OPTIONS_INIT;
                char text[33];
                size_t length = 0;
                ndv_status status;
                options.threshold = extremes[t];
                options.edge_items = extremes[e];
                options.line_width = extremes[w];
                memset(text, '#', sizeof text);
                status = ndv_format(a, &options, text, 32, &length);
                CHECK(status == NDV_OK || status == NDV_E_ARGUMENT);
                CHECK(text[32] == '#' && (status != NDV_OK || memchr(text, 0, 32) != NULL));
            }
    ndv_release(a);
}

/* ---- print ---- */

#if !defined(_WIN32)
/* What a child process writes to its standard output when it prints an array between two lines. */
static void print_goes_to_standard_output_among_what_else_is_printed(void) {
    static const char expected[] = "before\n[[0 1 2]\n [3 4 5]]\nafter\n";
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3));
    char found[128] = "";
    ssize_t length;
    int ends[2] = {-1, -1}, result = -1;
    pid_t child;
    fflush(stdout);
    CHECK(pipe(ends) == 0);
    child = fork();
    if (child == 0) {
        int good = dup2(ends[1], STDOUT_FILENO) >= 0;
        good = printf("before\n") > 0 && good;
        good = ndv_print(a) == NDV_OK && good;
        good = printf("after\n") > 0 && good;
        good = fflush(stdout) == 0 && good;
        _exit(good ? 0 : 1);
    }
    CHECK(child > 0);
    close(ends[1]);
    length = read(ends[0], found, sizeof found - 1);
    CHECK(length == (ssize_t)sizeof expected - 1 && strcmp(found, expected) == 0);
    if (strcmp(found, expected) != 0) printf("    it printed: %s\n", found);
    CHECK(waitpid(child, &result, 0) == child && WIFEXITED(result) && WEXITSTATUS(result) == 0);
    close(ends[0]);
    ndv_release(a);
}

static void print_tells_when_the_stream_refuses(void) {
    /* More text than any buffer of the stream takes, and nowhere to put it. */
    ndv_array *a = NULL;
    int result = -1, full = open("/dev/full", O_WRONLY);
    pid_t child;
    if (full < 0) return;
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_DIMS(1000), INT64_MIN, &a));
    fflush(stdout);
    child = fork();
    if (child == 0) {
        int good = dup2(full, STDOUT_FILENO) >= 0;
        good = ndv_print(a) == NDV_E_IO && good;
        good = ndv_last_error_message()[0] != '\0' && good;
        _exit(good ? 0 : 1);
    }
    CHECK(child > 0);
    CHECK(waitpid(child, &result, 0) == child && WIFEXITED(result) && WEXITSTATUS(result) == 0);
    close(full);
    ndv_release(a);
}
#endif

#if !defined(_WIN32)
/* Calls of every kind but those that print, some of which fail. */
static bool use_the_library(void) {
    ndv_array *a = NULL, *v = NULL, *loaded = NULL;
    char text[64];
    bool good = ndv_arange(0, 6, 1, &a) == NDV_OK;
    good = ndv_slice(a, "::2", &v) == NDV_OK && good;
    good = ndv_slice(a, "no slice", &loaded) == NDV_E_SYNTAX && good;
    good = ndv_set(v, a, NDV_CAST_NO) == NDV_E_BROADCAST && good;
    good = ndv_fill_double(v, 0.5) == NDV_OK && good;
    good = ndv_format(a, NULL, text, sizeof text, NULL) == NDV_OK && good;
    good = ndv_npy_load("no-such-file.npy", &loaded) == NDV_E_IO && good;
    good = ndv_npy_save(a, "/dev/full") == NDV_E_IO && good;
    good = ndv_release(v) == NDV_OK && good;
    return ndv_release(a) == NDV_OK && good;
}

static bool same_handler(int number, void (*handler)(int)) {
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && now.sa_handler == handler;
}

/* What a child process has of its streams, its locale and its handlers after some calls. */
static void other_calls_print_nothing_and_keep_locale_and_handlers(void) {
    char found[2];
    int ends[2] = {-1, -1}, result = -1;
    pid_t child;
    fflush(stdout);
    CHECK(pipe(ends) == 0);
    child = fork();
    if (child == 0) {
        bool good = dup2(ends[1], STDOUT_FILENO) >= 0 && dup2(ends[1], STDERR_FILENO) >= 0;
        good = use_the_library() && good;
        good = fflush(NULL) == 0 && good;
        good = strcmp(setlocale(LC_ALL, NULL), "C") == 0 && good;
        good = same_handler(SIGPIPE, SIG_DFL) && same_handler(SIGABRT, SIG_DFL) && good;
        _exit(good ? 0 : 1);
    }
    CHECK(child > 0);
    close(ends[1]);
    CHECK(read(ends[0], found, sizeof found) == 0);
    CHECK(waitpid(child, &result, 0) == child && WIFEXITED(result) && WEXITSTATUS(result) == 0);
    close(ends[0]);
}
#endif

static void print_refuses_null(void) { CHECK_STATUS(NDV_E_NULL, ndv_print(NULL)); }

/* ---- statistics ---- */

static void check_alive(const char *file, int line, ndv_statistics before, int64_t arrays,
                        int64_t buffers, int64_t bytes, int64_t copies, int64_t copied) {
    const ndv_statistics after = check_statistics();
    const int64_t found[] = {after.arrays_alive - before.arrays_alive,
                             after.buffers_alive - before.buffers_alive,
                             after.bytes_alive - before.bytes_alive, after.copies - before.copies,
                             after.bytes_copied - before.bytes_copied};
    const int64_t expected[] = {arrays, buffers, bytes, copies, copied};
    static const char *const names[] = {"arrays", "buffers", "bytes", "copies", "bytes copied"};
    size_t i;
    for (i = 0; i < COUNT(found); i++) {
        if (found[i] != expected[i])
            printf("%" PRId64 " %s instead of %" PRId64 ":\n", found[i], names[i], expected[i]);
        check_that(file, line, names[i], found[i] == expected[i]);
    }
}

/* Runs a call that makes `r`, and checks what that and the release of `r` change. */
#define CHECK_COUNTS(arrays, buffers, bytes, copies, copied, call)                                 \
    do {                                                                                           \
        const ndv_statistics before_ = check_statistics();                                         \
        CHECK_OK(call);                                                                            \
        check_alive(__FILE__, __LINE__, before_, arrays, buffers, bytes, copies, copied);          \
        ndv_release(r);                                                                            \
        check_alive(__FILE__, __LINE__, before_, 0, 0, 0, copies, copied);                         \
    } while (0)

static void new_arrays_are_counted_and_are_no_copies(void) {
    static const int64_t numbers[] = {1, 2, 3};
    const double value = 1;
    int64_t memory[10] = {0};
    ndv_array *a = numbered(NDV_INT32, NDV_DIMS(2, 3)), *r;
    CHECK_COUNTS(1, 1, 48, 0, 0, ndv_empty(NDV_INT64, NDV_DIMS(2, 3), &r));
    CHECK_COUNTS(1, 1, 6, 0, 0, ndv_empty_in_order(NDV_INT8, NDV_DIMS(2, 3), NDV_ORDER_F, &r));
    CHECK_COUNTS(1, 1, 16, 0, 0, ndv_zeros(NDV_COMPLEX128, NDV_NO_DIMS, &r));
    CHECK_COUNTS(1, 1, 0, 0, 0, ndv_zeros(NDV_INT64, NDV_DIMS(0, 3), &r));
    CHECK_COUNTS(1, 1, 24, 0, 0, ndv_full_double(NDV_FLOAT32, NDV_DIMS(6), 1.5, &r));
    CHECK_COUNTS(1, 1, 24, 0, 0, ndv_full(NDV_FLOAT32, NDV_DIMS(6), NDV_FLOAT64, &value, &r));
    CHECK_COUNTS(1, 1, 24, 0, 0, ndv_empty_like(a, &r));
    CHECK_COUNTS(1, 1, 24, 0, 0, ndv_zeros_like(a, &r));
    CHECK_COUNTS(1, 1, 24, 0, 0, ndv_full_like(a, NDV_FLOAT64, &value, &r));
    CHECK_COUNTS(1, 1, 24, 0, 0, ndv_from_data(NDV_INT64, NDV_DIMS(3), numbers, &r));
    CHECK_COUNTS(1, 1, 80, 0, 0, ndv_arange(0, 10, 1, &r));
    CHECK_COUNTS(1, 1, 40, 0, 0, ndv_linspace(0, 1, 5, 1, &r));
    CHECK_COUNTS(1, 1, (int64_t)sizeof memory, 0, 0,
                 ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(10), NULL, 0, NULL, NULL,
                          &r));
    ndv_release(a);
}

static void views_are_counted_as_arrays_alone(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *r;
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_view(a, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_view_as(a, NDV_INT8, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_readonly(a, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_slice(a, "1, ::2", &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_index_items(a, NDV_ITEMS(NDV_AT(0)), &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_transpose(a, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_permute(a, NDV_DIMS(1, 0), &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_swap_axes(a, 0, 1, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_move_axis(a, 0, 1, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0,
                 ndv_reshape(a, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_ravel(a, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_squeeze(a, NDV_NO_DIMS, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_expand_dims(a, 0, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_broadcast_to(a, NDV_DIMS(5, 2, 3), &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_flip(a, NDV_NO_DIMS, &r));
    CHECK_COUNTS(1, 0, 0, 0, 0, ndv_diagonal(a, 0, 0, 1, &r));
    ndv_release(a);
}

static void copies_are_counted_with_the_bytes_that_they_wrote(void) {
    static const int64_t positions[] = {0, 0, 1};
    static const uint8_t marks[] = {0, 1};
    char room[48];
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *mask, *r, *t, *b;
    ndv_statistics before;
    CHECK_OK(ndv_from_data(NDV_BOOL, NDV_DIMS(2), marks, &mask));
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(4, 2, 3), &b));
    CHECK_COUNTS(1, 1, 48, 1, 48, ndv_copy(a, NDV_ORDER_C, &r));
    CHECK_COUNTS(1, 1, 192, 1, 192, ndv_copy(b, NDV_ORDER_K, &r));
    CHECK_COUNTS(1, 1, 48, 1, 48, ndv_flatten(a, NDV_ORDER_F, &r));
    CHECK_COUNTS(1, 1, 48, 1, 48, ndv_contiguous(t, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(0, 0, 0, 0, 0, ndv_contiguous(a, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(1, 1, 12, 1, 12, ndv_astype(a, NDV_INT16, NDV_ORDER_K, NDV_CAST_UNSAFE,
                                             NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(1, 1, 48, 1, 48, ndv_astype(a, NDV_FLOAT64, NDV_ORDER_K, NDV_CAST_SAME_VALUE,
                                             NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(0, 0, 0, 0, 0, ndv_astype(a, NDV_INT64, NDV_ORDER_K, NDV_CAST_UNSAFE,
                                           NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(1, 1, 48, 1, 48, ndv_take(a, 3, positions, -1, &r));
    CHECK_COUNTS(1, 1, 24, 1, 24, ndv_compress(a, mask, 0, &r));
    CHECK_COUNTS(1, 1, 48, 1, 48,
                 ndv_reshape(t, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(1, 1, 48, 1, 48, ndv_ravel(t, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_COUNTS(1, 1, 48, 1, 48, ndv_ravel(a, NDV_ORDER_C, NDV_COPY_ALWAYS, &r));
    before = check_statistics();
    CHECK_OK(ndv_to_buffer(t, room, sizeof room, NDV_ORDER_C));
    check_alive(__FILE__, __LINE__, before, 0, 0, 0, 1, 48);
    ndv_release(b);
    ndv_release(t);
    ndv_release(mask);
    ndv_release(a);
}

static void writing_counts_only_its_temporaries(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(10)), *even, *odd, *head, *tail, *text;
    ndv_statistics before, after;
    char room[64];
    int64_t value = 0;
    bool answer = false;
    CHECK_OK(ndv_slice(a, "::2", &even));
    CHECK_OK(ndv_slice(a, "1::2", &odd));
    CHECK_OK(ndv_slice(a, ":9", &head));
    CHECK_OK(ndv_slice(a, "1:", &tail));
    text = ndv_retain(a);
    before = check_statistics();
    CHECK_OK(ndv_set(even, odd, NDV_CAST_NO)); /* share nothing: no temporary */
    CHECK_OK(ndv_set(a, a, NDV_CAST_NO));
    CHECK_OK(ndv_fill_int64(even, 5));
    CHECK_OK(ndv_set_int64(a, NDV_DIMS(0), 1));
    CHECK_OK(ndv_get_int64(a, NDV_DIMS(0), &value));
    CHECK_OK(ndv_equal(a, even, &answer));
    CHECK_OK(ndv_shares_memory(a, even, 10, &answer));
    CHECK_OK(ndv_format(a, NULL, room, sizeof room, NULL));
    check_alive(__FILE__, __LINE__, before, 0, 0, 0, 0, 0);
    ndv_release(text);
    check_alive(__FILE__, __LINE__, before, 0, 0, 0, 0, 0); /* a reference is no array */
    /* where both share memory, a temporary if there is one, and no larger than the source */
    CHECK_OK(ndv_set(head, tail, NDV_CAST_NO));
    after = check_statistics();
    CHECK(after.copies - before.copies >= 0 && after.copies - before.copies <= 1);
    CHECK((after.copies == before.copies) == (after.bytes_copied == before.bytes_copied));
    CHECK(after.bytes_copied - before.bytes_copied <= 72);
    CHECK(after.arrays_alive == before.arrays_alive && after.bytes_alive == before.bytes_alive);
    ndv_release(tail);
    ndv_release(head);
    ndv_release(odd);
    ndv_release(even);
    ndv_release(a);
}

static void a_buffer_lives_until_its_last_view_goes(void) {
    const ndv_statistics before = check_statistics();
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4)), *v;
    CHECK_OK(ndv_slice(a, ":1", &v));
    check_alive(__FILE__, __LINE__, before, 2, 1, 32, 0, 0);
    ndv_release(a);
    {
        const ndv_statistics now = check_statistics();
        CHECK(now.buffers_alive - before.buffers_alive == 1);
        CHECK(now.bytes_alive - before.bytes_alive == 32);
    }
    ndv_release(v);
    check_alive(__FILE__, __LINE__, before, 0, 0, 0, 0, 0);
}

static void statistics_need_their_size(void) {
    struct {
        ndv_statistics known;
        int64_t newer[4];
    } larger;
    ndv_statistics statistics = NDV_STATISTICS_INIT, untouched;
    memset(&statistics, 0x11, sizeof statistics);
    statistics.struct_size = 0;
    untouched = statistics;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_get_statistics(&statistics));
    CHECK(memcmp(&statistics, &untouched, sizeof statistics) == 0);
    statistics.struct_size = untouched.struct_size = sizeof statistics - 1;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_get_statistics(&statistics));
    CHECK(memcmp(&statistics, &untouched, sizeof statistics) == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_get_statistics(NULL));
    memset(&larger, 0x11, sizeof larger);
    larger.known.struct_size = sizeof larger; /* a caller of a newer library */
    CHECK_OK(ndv_get_statistics(&larger.known));
    CHECK(larger.known.struct_size == sizeof larger && larger.known.arrays_alive == 0);
}

#if defined(_WIN32)
#define PRINT_TESTS TEST(print_refuses_null)
#else
#define PRINT_TESTS                                                                                \
    TEST(print_refuses_null), TEST(print_goes_to_standard_output_among_what_else_is_printed),      \
        TEST(print_tells_when_the_stream_refuses),                                                 \
        TEST(other_calls_print_nothing_and_keep_locale_and_handlers)
#endif

CHECK_MAIN(TEST(arrays_are_formatted_as_numpy_prints_them),
           TEST(integers_of_64_bits_are_formatted_whole),
           TEST(bfloat16_is_formatted_with_the_digits_that_it_needs),
           TEST(a_misaligned_and_a_broadcast_view_are_formatted),
           TEST(text_that_does_not_fit_is_cut_and_its_length_told),
           TEST(format_refuses_null_and_options_that_are_none),
           TEST(format_stays_in_bounds_with_extreme_numbers), PRINT_TESTS,
           TEST(new_arrays_are_counted_and_are_no_copies), TEST(views_are_counted_as_arrays_alone),
           TEST(copies_are_counted_with_the_bytes_that_they_wrote),
           TEST(writing_counts_only_its_temporaries),
           TEST(a_buffer_lives_until_its_last_view_goes), TEST(statistics_need_their_size))
