/* views.c: what metadata costs, as multiples of malloc(128) + free() in the same run.
 *
 * Every operation is verified, then timed in rounds that take turns with all the others, so that a
 * machine that speeds up or slows down does so for all. Printed are medians. Each time includes
 * what a caller pays: looking at the status, and releasing what was made.
 *
 * QUICK=1 in the environment makes fewer and shorter rounds.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <ndview_c99.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS = 100, COLUMNS = 100, DEPTH = 10, ELEMENTS = ROWS * COLUMNS * DEPTH };
enum { MOST_ROUNDS = 31 };

static const double GOAL = 5, AIM = 2; /* multiples of malloc + free: slice, transpose, reshape */

static float plain[ROWS][COLUMNS][DEPTH]; /* 0, 1, 2 ... in C order */
static ndv_array *a;                      /* the same numbers: float32, (100, 100, 10) */
static ndv_array *even, *odd;             /* a[:, :, ::2] and a[:, :, 1::2] */
static ndv_array *upper;                  /* a[2:50] */

static void *volatile kept_pointer; /* what a compiler must not leave out */
static volatile double kept_number;

static void must(ndv_status status) {
    if (status == NDV_OK) return;
    fprintf(stderr, "views: %s: %s\n", ndv_status_name(status), ndv_last_error_message());
    exit(EXIT_FAILURE);
}

/* A function `name` that repeats some statements. */
#define REPEAT(name, ...)                                                                          \
    static void name(int64_t count) {                                                              \
        for (int64_t i = 0; i < count; i++) { __VA_ARGS__ }                                        \
    }

/* For a call that makes an array `made`: make_NAME() to verify it, time_NAME() to repeat it. */
#define MAKES(name, ...)                                                                           \
    static ndv_array *make_##name(void) {                                                          \
        ndv_array *made;                                                                           \
        must(__VA_ARGS__);                                                                         \
        return made;                                                                               \
    }                                                                                              \
    REPEAT(time_##name, ndv_array *made; must(__VA_ARGS__); ndv_release(made);)

MAKES(view, ndv_view(a, &made))
MAKES(items, ndv_index_items(a, NDV_ITEMS(NDV_RANGE(2, 50), NDV_ALL, NDV_BY(2)), &made))
MAKES(range, ndv_index_items(a, NDV_ITEMS(NDV_RANGE(2, 50)), &made))
MAKES(item, ndv_index_items(a, NDV_ITEMS(NDV_AT(5)), &made))
MAKES(slice, ndv_slice(a, "2:50, :, ::2", &made))
MAKES(slice_one, ndv_slice(a, "5", &made))
MAKES(transpose, ndv_transpose(a, &made))
MAKES(permute, ndv_permute(a, NDV_DIMS(2, 0, 1), &made))
MAKES(reshape, ndv_reshape(a, NDV_DIMS(1000, 100), NDV_ORDER_C, NDV_COPY_NEVER, &made))
MAKES(reshape_strided, ndv_reshape(even, NDV_DIMS(-1, 5), NDV_ORDER_C, NDV_COPY_NEVER, &made))
MAKES(expand, ndv_expand_dims(a, 1, &made))
MAKES(empty, ndv_empty(NDV_FLOAT64, NDV_DIMS(3, 4), &made))

REPEAT(time_malloc, kept_pointer = malloc(128); free(kept_pointer);)

REPEAT(time_retain, ndv_release(ndv_retain(a));)
static bool retain_is_right(void) {
    const int64_t before = ndv_use_count(a);
    ndv_array *again = ndv_retain(a);
    const bool right = again == a && ndv_use_count(a) == before + 1;
    ndv_release(again);
    return right && ndv_use_count(a) == before;
}

REPEAT(time_may_share, if (!ndv_may_share_memory(even, odd)) abort();)
static bool may_share_is_right(void) {
    return ndv_may_share_memory(even, odd);
}

static bool shares(const ndv_array *x, const ndv_array *y) {
    bool answer;
    must(ndv_shares_memory(x, y, NDV_BUDGET_DEFAULT, &answer));
    return answer;
}
REPEAT(time_shares_not, if (shares(even, odd)) abort();)
static bool shares_not_is_right(void) {
    return !shares(even, odd);
}
REPEAT(time_shares, if (!shares(even, upper)) abort();)
static bool shares_is_right(void) {
    return shares(even, upper);
}

REPEAT(time_get, double value; must(ndv_get_double(a, NDV_DIMS(50, 60, 7), &value));
       kept_number = value;)
static bool get_is_right(void) {
    double value;
    must(ndv_get_double(a, NDV_DIMS(50, 60, 7), &value));
    return value == 50607;
}

REPEAT(time_set, must(ndv_set_double(a, NDV_DIMS(50, 60, 7), 50607));)
static bool set_is_right(void) {
    double before, after;
    must(ndv_set_double(a, NDV_DIMS(50, 60, 7), 0.5));
    must(ndv_get_double(a, NDV_DIMS(50, 60, 7), &before));
    must(ndv_set_double(a, NDV_DIMS(50, 60, 7), 50607));
    must(ndv_get_double(a, NDV_DIMS(50, 60, 7), &after));
    return before == 0.5 && after == 50607;
}

/* Spans: nothing is allocated, the result goes to storage of the caller's. */
static ndv_span whole = NDV_SPAN_INIT, part = NDV_SPAN_INIT;

REPEAT(time_span_of, must(ndv_span_of(a, &part));)
REPEAT(time_span_slice, must(ndv_span_slice(&whole, 0, 2, 50, 1, &part));)
REPEAT(time_span_index, must(ndv_span_index(&whole, 0, 5, &part));)
REPEAT(time_span_transpose, must(ndv_span_transpose(&whole, &part));)
REPEAT(time_span_turn, must(ndv_span_transpose(&part, &part));)
REPEAT(time_span_permute, must(ndv_span_permute(&whole, NDV_DIMS(2, 0, 1), &part));)
REPEAT(time_span_reshape,
       must(ndv_span_reshape(&whole, NDV_DIMS(1000, 100), NDV_ORDER_C, &part));)

/* That a span shows what a view does, which it releases. */
static bool shows(const ndv_span *span, ndv_array *view) {
    const size_t axes = (size_t)span->ndim * sizeof(int64_t);
    const bool same = span->ndim == ndv_ndim(view) && (const void *)span->data == ndv_data(view) &&
                      memcmp(span->shape, ndv_shape(view), axes) == 0 &&
                      memcmp(span->strides, ndv_strides(view), axes) == 0;
    ndv_release(view);
    return same;
}
static bool spans_are_right(void) {
    must(ndv_span_of(a, &whole));
    time_span_of(1);
    bool right = shows(&part, make_view());
    time_span_slice(1);
    right = right && shows(&part, make_range());
    time_span_index(1);
    right = right && shows(&part, make_item());
    time_span_transpose(1);
    right = right && shows(&part, make_transpose());
    time_span_turn(1);
    right = right && shows(&part, make_view());
    time_span_permute(1);
    right = right && shows(&part, make_permute());
    time_span_reshape(1);
    return right && shows(&part, make_reshape());
}

/* A loop over all elements: one operation is one element. Counting, unlike a sum, does not make one
 * element wait for another, so that the cost of reaching it shows. */
static const float LIMIT = 25000;

static int64_t count_in_window(void) {
    int64_t large = 0;
    ndv_window w;
    must(ndv_open(a, NDV_FLOAT32, 3, &w));
    for (int64_t i = 0; i < w.shape[0]; i++)
        for (int64_t j = 0; j < w.shape[1]; j++)
            for (int64_t k = 0; k < w.shape[2]; k++) large += NDV_GET3(float, w, i, j, k) > LIMIT;
    return large;
}

static int64_t count_in_plain(void) {
    int64_t large = 0;
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t j = 0; j < COLUMNS; j++)
            for (int64_t k = 0; k < DEPTH; k++) large += plain[i][j][k] > LIMIT;
    return large;
}

static void time_window(int64_t count) {
    for (int64_t i = 0; i < count; i += ELEMENTS) kept_number = (double)count_in_window();
}
static void time_plain(int64_t count) {
    for (int64_t i = 0; i < count; i += ELEMENTS) kept_number = (double)count_in_plain();
}
static bool loops_are_right(void) {
    return count_in_window() == count_in_plain() && count_in_plain() == ELEMENTS - 25001;
}

/* What an operation must make. Strides and offset count elements. */
typedef struct {
    int32_t dtype, ndim;
    int64_t shape[4], strides[4], offset;
    ndv_array *const *base; /* NULL: none */
} expected;

typedef struct {
    const char *name;
    void (*repeat)(int64_t count);
    ndv_array *(*make)(void);
    expected made;
    bool (*check)(void); /* for what makes no array */
    bool has_goal;
} operation;

#define FLOATS(ndim, ...) {NDV_FLOAT32, ndim, __VA_ARGS__, &a}
#define WITH_GOAL NULL, true

static const operation OPERATIONS[] = {
    {"malloc(128), free", time_malloc, NULL, {0}, NULL, false},
    {"ndv_view", time_view, make_view, FLOATS(3, {100, 100, 10}, {1000, 10, 1}, 0), NULL, false},
    {"ndv_index_items [2:50, :, ::2]", time_items, make_items,
     FLOATS(3, {48, 100, 5}, {1000, 10, 2}, 2000), WITH_GOAL},
    {"ndv_index_items [2:50]", time_range, make_range,
     FLOATS(3, {48, 100, 10}, {1000, 10, 1}, 2000), WITH_GOAL},
    {"ndv_index_items [5]", time_item, make_item, FLOATS(2, {100, 10}, {10, 1}, 5000), WITH_GOAL},
    {"ndv_slice \"2:50, :, ::2\"", time_slice, make_slice,
     FLOATS(3, {48, 100, 5}, {1000, 10, 2}, 2000), WITH_GOAL},
    {"ndv_slice \"5\"", time_slice_one, make_slice_one, FLOATS(2, {100, 10}, {10, 1}, 5000),
     WITH_GOAL},
    {"ndv_transpose", time_transpose, make_transpose,
     FLOATS(3, {10, 100, 100}, {1, 10, 1000}, 0), WITH_GOAL},
    {"ndv_permute (2, 0, 1)", time_permute, make_permute,
     FLOATS(3, {10, 100, 100}, {1, 1000, 10}, 0), WITH_GOAL},
    {"ndv_reshape (1000, 100)", time_reshape, make_reshape, FLOATS(2, {1000, 100}, {100, 1}, 0),
     WITH_GOAL},
    {"ndv_reshape (-1, 5), strided", time_reshape_strided, make_reshape_strided,
     FLOATS(2, {10000, 5}, {10, 2}, 0), WITH_GOAL},
    {"ndv_expand_dims", time_expand, make_expand,
     FLOATS(4, {100, 1, 100, 10}, {1000, 0, 10, 1}, 0), NULL, false},
    {"ndv_retain, ndv_release", time_retain, NULL, {0}, retain_is_right, false},
    {"ndv_may_share_memory", time_may_share, NULL, {0}, may_share_is_right, false},
    {"ndv_shares_memory: no", time_shares_not, NULL, {0}, shares_not_is_right, false},
    {"ndv_shares_memory: yes", time_shares, NULL, {0}, shares_is_right, false},
    {"ndv_get_double", time_get, NULL, {0}, get_is_right, false},
    {"ndv_set_double", time_set, NULL, {0}, set_is_right, false},
    {"ndv_span_of", time_span_of, NULL, {0}, spans_are_right, false},
    {"ndv_span_slice [2:50]", time_span_slice, NULL, {0}, spans_are_right, false},
    {"ndv_span_index [5]", time_span_index, NULL, {0}, spans_are_right, false},
    {"ndv_span_transpose", time_span_transpose, NULL, {0}, spans_are_right, false},
    {"ndv_span_transpose, in place", time_span_turn, NULL, {0}, spans_are_right, false},
    {"ndv_span_permute (2, 0, 1)", time_span_permute, NULL, {0}, spans_are_right, false},
    {"ndv_span_reshape (1000, 100)", time_span_reshape, NULL, {0}, spans_are_right, false},
    {"NDV_GET3, an element of a loop", time_window, NULL, {0}, loops_are_right, false},
    {"plain C array, an element", time_plain, NULL, {0}, loops_are_right, false},
    {"ndv_empty float64 (3, 4)", time_empty, make_empty, {NDV_FLOAT64, 2, {3, 4}, {4, 1}, 0, NULL},
     NULL, false},
};
enum { COUNT = sizeof OPERATIONS / sizeof OPERATIONS[0] };

static bool is_as_expected(const ndv_array *array, const expected *e) {
    const int64_t itemsize = (int64_t)ndv_dtype_itemsize(e->dtype);
    if (ndv_dtype(array) != e->dtype || ndv_ndim(array) != e->ndim) return false;
    for (int axis = 0; axis < e->ndim; axis++) {
        if (ndv_shape(array)[axis] != e->shape[axis]) return false;
        if (e->shape[axis] > 1 && ndv_strides(array)[axis] != e->strides[axis] * itemsize)
            return false;
    }
    if (!e->base) return ndv_base(array) == NULL;
    return ndv_base(array) == *e->base &&
           ndv_data(array) == (const char *)ndv_data(*e->base) + e->offset * itemsize;
}

static bool is_right(const operation *op) {
    bool right = !op->check || op->check();
    if (op->make) {
        ndv_array *made = op->make();
        right = right && is_as_expected(made, &op->made);
        ndv_release(made);
    }
    if (!right) fprintf(stderr, "views: %s: the result is wrong\n", op->name);
    return right;
}

static double nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_value(const void *x, const void *y) {
    const double p = *(const double *)x, q = *(const double *)y;
    return (p > q) - (p < q);
}

static double median(const double *values, int count) {
    double sorted[MOST_ROUNDS];
    memcpy(sorted, values, (size_t)count * sizeof sorted[0]);
    qsort(sorted, (size_t)count, sizeof sorted[0], by_value);
    return sorted[count / 2];
}

static void set_up(void) {
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            for (int k = 0; k < DEPTH; k++) plain[i][j][k] = (float)(1000 * i + 10 * j + k);
    must(ndv_from_data(NDV_FLOAT32, NDV_DIMS(ROWS, COLUMNS, DEPTH), plain, &a));
    must(ndv_slice(a, "..., ::2", &even));
    must(ndv_slice(a, "..., 1::2", &odd));
    must(ndv_slice(a, "2:50", &upper));
}

int main(void) {
    static double times[COUNT][MOST_ROUNDS], multiples[COUNT][MOST_ROUNDS];
    const char *quick = getenv("QUICK");
    const int rounds = quick && *quick && strcmp(quick, "0") != 0 ? 3 : MOST_ROUNDS;
    bool right = true;

    set_up();
    for (int op = 0; op < COUNT; op++) right = is_right(&OPERATIONS[op]) && right;
    if (!right) return EXIT_FAILURE;

    for (int round = -1; round < rounds; round++) { /* round -1 warms up */
        for (int op = 0; op < COUNT; op++) {
            const double start = nanoseconds();
            OPERATIONS[op].repeat(ELEMENTS);
            if (round < 0) continue;
            times[op][round] = (nanoseconds() - start) / ELEMENTS;
            multiples[op][round] = times[op][round] / times[0][round];
        }
    }

    printf("Metadata calls on float32 (100, 100, 10), ndview %s, %d rounds of %d\n\n",
           ndv_version(), rounds, ELEMENTS);
    printf("%-32s %8s %10s  %s\n", "operation", "ns", "x malloc", "goal: at most 5, aim 2");
    for (int op = 0; op < COUNT; op++) {
        const double multiple = median(multiples[op], rounds);
        const char *verdict = multiple <= AIM    ? "aim met"
                              : multiple <= GOAL ? "goal met"
                                                 : "GOAL MISSED";
        printf("%-32s %8.2f %10.2f  %s\n", OPERATIONS[op].name, median(times[op], rounds), multiple,
               OPERATIONS[op].has_goal ? verdict : "");
    }

    ndv_release(upper);
    ndv_release(odd);
    ndv_release(even);
    ndv_release(a);
    return EXIT_SUCCESS;
}
