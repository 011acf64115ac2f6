/* overlap.c: what it costs to know, exactly, whether two arrays share a byte, and where.
 *
 * Each class of pairs is answered by ndv_shares_memory(), by ndv_overlap(), which also names a
 * witness, and its first arrays by ndv_overlaps_itself(). Printed are nanoseconds a call: the mean
 * over the pairs of a class, and the slowest pair. The arrays lie over addresses that nobody reads.
 *
 * QUICK=1 in the environment makes shorter rounds. With --layouts, prints each pair for
 * bench/overlap.py, which asks NumPy the same.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <ndview_c99.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_PAIRS = 4000, RANDOM_PAIRS = 1000, MOST_ROUNDS = 15 };

static const double GOAL = 100, AIM = 40, DIAGONAL_GOAL = 1e6; /* nanoseconds */

static void must(ndv_status status) {
    if (status == NDV_OK) return;
    fprintf(stderr, "overlap: %s: %s\n", ndv_status_name(status), ndv_last_error_message());
    exit(EXIT_FAILURE);
}

/* ---- The pairs ---- */

/* A view is told by steps, "diagonal 0 0 3; slice 1::2, :": each of transpose, real, imag, field
 * NAME, slice TEXT, diagonal OFFSET AXIS AXIS, windows LENGTH AXIS, and strided OFFSET NDIM SHAPE
 * STRIDES. */
typedef struct {
    const char *class_name;
    int32_t dtype; /* 0: the record */
    int64_t shape[6];
    const char *a, *b;
    int32_t relation;
    bool hard;
} told;

#define NO NDV_OVERLAP_DISJOINT, false
#define YES NDV_OVERLAP_PARTIAL, false
#define HARD_NO NDV_OVERLAP_DISJOINT, true
#define HARD_YES NDV_OVERLAP_PARTIAL, true

static const told TOLD[] = {
    {"slices of a row", NDV_FLOAT64, {1000}, "slice ::2", "slice 1::2", NO},
    {"slices of a row", NDV_FLOAT64, {1000}, "slice :500", "slice 500:", NO},
    {"slices of a row", NDV_FLOAT64, {1000}, "slice :-1", "slice 1:", YES},
    {"slices of a row", NDV_FLOAT64, {1000}, "slice ::2", "slice 1::3", YES},
    {"slices of a row", NDV_FLOAT64, {1000}, "slice ::-1", "slice 1::3", YES},
    {"slices of a row", NDV_FLOAT64, {1000}, "slice ::-4", "slice 2::4", NO},
    {"halves and quarters", NDV_FLOAT32, {512, 512}, "slice :, :256", "slice :, 256:", NO},
    {"halves and quarters", NDV_FLOAT32, {512, 512}, "slice :256, 256:", "slice 256:, :256", NO},
    {"halves and quarters", NDV_FLOAT32, {512, 512}, "slice :256, 256:", "slice :256, :256", NO},
    {"tiles", NDV_FLOAT64, {1024, 1024}, "slice 64:128, 64:128", "slice 64:128, 128:192", NO},
    {"tiles", NDV_FLOAT64, {1024, 1024}, "slice 64:128, 64:128", "slice 100:200, 100:200", YES},
    {"tiles", NDV_FLOAT64, {64, 64, 64}, "slice :32, :32, :32", "slice 16:48, 32:, 16:", NO},
    {"tiles", NDV_FLOAT64, {64, 64, 64}, "slice :32, :32, :32", "slice 16:48, 31:, 16:", YES},
    {"tiles", NDV_INT8, {1080, 1920, 3}, "slice :540, :960, :", "slice 540:, 960:, :", NO},
    {"columns", NDV_FLOAT64, {1000, 50}, "slice :, 3", "slice :, 4", NO},
    {"columns", NDV_FLOAT64, {1000, 50}, "slice :, ::2", "slice :, 1::2", NO},
    {"columns", NDV_FLOAT64, {1000, 50}, "slice :, 3", "slice 7", YES},
    {"columns", NDV_INT8, {1080, 1920, 3}, "slice ..., 0", "slice ..., 2", NO},
    {"checker boards", NDV_INT32, {100, 100}, "slice ::2, ::2", "slice 1::2, 1::2", NO},
    {"checker boards", NDV_INT32, {100, 100}, "slice ::2, 1::2", "slice 1::2, ::2", NO},
    {"checker boards", NDV_INT32, {100, 100}, "slice ::3, 1::2", "slice 1::2, ::3", YES},
    {"transposes", NDV_FLOAT64, {100, 80}, "slice :", "transpose", YES},
    {"transposes", NDV_FLOAT64, {100, 100}, "slice :50, 50:", "slice 50:, :50; transpose", NO},
    {"fields", 0, {1000, 10}, "field key", "field weight", NO},
    {"fields", 0, {1000, 10}, "field key", "field mark", NO},
    {"fields", 0, {1000, 10}, "slice :, 3; field weight", "slice 10:", YES},
    {"real and imag", NDV_COMPLEX128, {100, 100}, "real", "imag", NO},
    {"real and imag", NDV_COMPLEX128, {100, 100}, "imag", "slice 3:5", YES},
    {"windows", NDV_FLOAT64, {1000}, "windows 10 0", "slice 1::2", YES},
    {"windows", NDV_FLOAT64, {1000}, "windows 10 0; slice :400", "windows 10 0; slice 500:", NO},
    {"windows", NDV_FLOAT64, {1000}, "windows 10 0; slice ::20", "windows 10 0; slice 10::20", NO},
    {"windows", NDV_FLOAT64, {200, 200}, "windows 5 1; slice :100", "windows 5 1; slice 50:", YES},
    {"diagonals", NDV_FLOAT64, {100, 100}, "diagonal 0 0 1", "diagonal 1 0 1", NO},
    {"diagonals", NDV_FLOAT64, {100, 100}, "diagonal 0 0 1", "slice 5", YES},
    {"diagonals", NDV_FLOAT64, {50, 60, 70}, "diagonal 0 0 2", "slice 1::2, :, ::2", NO},
    {"diagonals", NDV_FLOAT64, {50, 60, 70}, "diagonal 0 0 1", "diagonal 0 1 2", YES},
    {"hard 1: knapsack", NDV_INT8, {192163377}, "strided 0 3 1049 1049 1049 36674 61119 85569",
     "strided 64023025 3 1049 1049 1 12223 12224 1", NDV_OVERLAP_UNKNOWN, true},
    {"hard 2: diagonal", NDV_FLOAT64, {104, 98, 102, 102}, "diagonal 0 0 3",
     "slice 2::3, ::-3, ::-2, 1::3", HARD_NO},
    {"hard 3: diagonal", NDV_FLOAT64, {104, 98, 102, 102}, "diagonal -1 3 0; transpose",
     "slice 3::4, 93::-3, 100::-2, 5::4", HARD_NO},
    {"hard 4: diagonal", NDV_INT8, {34, 34, 34, 34, 34, 34}, "diagonal 0 0 5",
     "slice 1::2, ..., ::2", HARD_NO},
    {"hard 5: two diagonals", NDV_FLOAT64, {150, 150, 150, 150}, "diagonal 0 0 3; diagonal 0 0 1",
     "slice 1::2, ..., ::2", HARD_NO},
    {"hard 6: diagonal", NDV_INT8, {80, 80, 80, 80, 80}, "diagonal 0 0 4", "slice 1::2, ..., ::2",
     HARD_NO},
    {"hard 7: diagonal", NDV_INT8, {300, 300, 300, 300}, "diagonal 0 0 3", "slice 1::2, ..., ::2",
     HARD_NO},
    {"hard 8: diagonal", NDV_FLOAT64, {25, 28, 29, 29, 28}, "diagonal 0 0 4",
     "transpose; slice 26::-1, 5::2, 25::-1, 3::1, 23::-2; transpose", HARD_YES},
    {"hard 9: 2^63 bytes", NDV_INT8, {INT64_MAX - 64},
     "strided 0 2 2147483648 2147483648 2147483647 2147483649",
     "strided 1 2 2147483648 2147483647 2147483643 2147483655", HARD_YES},
};
enum { TOLD_COUNT = sizeof TOLD / sizeof TOLD[0] };

typedef struct {
    const char *class_name;
    ndv_array *a, *b;
    int32_t relation;
    bool hard;
    double shares, overlap, itself; /* nanoseconds */
} pair;

static pair pairs[MOST_PAIRS];
static int pair_count;

static int32_t the_record(void) {
    static int32_t dtype;
    if (dtype == 0) {
        ndv_record_field fields[] = {NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT,
                                     NDV_RECORD_FIELD_INIT};
        fields[0].name = "key", fields[0].dtype = NDV_INT64;
        fields[1].name = "weight", fields[1].dtype = NDV_FLOAT32;
        fields[2].name = "mark", fields[2].dtype = NDV_UINT8;
        must(ndv_dtype_record(3, fields, 0, 0, &dtype));
    }
    return dtype;
}

/* An array over addresses that are never read. */
static ndv_array *parent_of(int32_t dtype, const int64_t *shape) {
    void *nowhere = (void *)(uintptr_t)((uint64_t)1 << 32);
    int64_t nbytes;
    int32_t ndim = 0;
    ndv_array *parent;
    if (dtype == 0) dtype = the_record();
    nbytes = (int64_t)ndv_dtype_itemsize(dtype);
    for (; ndim < 6 && shape[ndim] > 0; ndim++) nbytes *= shape[ndim];
    must(ndv_wrap(nowhere, (size_t)nbytes, 0, dtype, ndim, shape, NULL, NDV_WRAP_READONLY, NULL,
                  NULL, &parent));
    return parent;
}

static int numbers_of(const char *text, int64_t *numbers) {
    int count = 0;
    char *end;
    for (;; text = end, count++) {
        numbers[count] = strtoll(text, &end, 10);
        if (end == text) return count;
    }
}

static ndv_array *take_step(const ndv_array *from, const char *step) {
    ndv_array *to = NULL;
    int64_t n[16];
    const char *rest = strchr(step, ' ');
    rest = rest ? rest + 1 : "";
#define STEP(word) (strncmp(step, word, strlen(word)) == 0)
    if (STEP("slice")) {
        must(ndv_slice(from, rest, &to));
    } else if (STEP("transpose")) {
        must(ndv_transpose(from, &to));
    } else if (STEP("real")) {
        must(ndv_real(from, &to));
    } else if (STEP("imag")) {
        must(ndv_imag(from, &to));
    } else if (STEP("field")) {
        must(ndv_field(from, rest, &to));
    } else if (STEP("diagonal") && numbers_of(rest, n) == 3) {
        must(ndv_diagonal(from, n[0], (int32_t)n[1], (int32_t)n[2], &to));
    } else if (STEP("windows") && numbers_of(rest, n) == 2) {
        must(ndv_windows(from, 1, n, n + 1, 0, &to));
    } else if (STEP("strided") && numbers_of(rest, n) == 2 + 2 * n[1]) {
        must(ndv_as_strided(from, (int32_t)n[1], n + 2, n + 2 + n[1], n[0], 0, &to));
    } else {
        fprintf(stderr, "overlap: no such step: %s\n", step);
        exit(EXIT_FAILURE);
    }
#undef STEP
    return to;
}

static ndv_array *view_of(const ndv_array *parent, const char *steps) {
    char text[200], *step = text, *next;
    ndv_array *view, *taken;
    must(ndv_view(parent, &view));
    snprintf(text, sizeof text, "%s", steps);
    for (; step; step = next) {
        next = strchr(step, ';');
        if (next) {
            *next = '\0';
            next += 2; /* "; " */
        }
        taken = take_step(view, step);
        ndv_release(view);
        view = taken;
    }
    return view;
}

static void add(const char *class_name, ndv_array *a, ndv_array *b, int32_t relation, bool hard) {
    pairs[pair_count++] = (pair){class_name, a, b, relation, hard, 0, 0, 0};
}

static uint64_t random_state = 1;
static int64_t random_below(int64_t limit) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((random_state >> 33) % (uint64_t)limit);
}

/* Starts, stops and steps of either sign along every axis. */
static ndv_array *random_slice(const ndv_array *parent) {
    ndv_index items[6];
    const int32_t ndim = ndv_ndim(parent);
    ndv_array *slice;
    for (int32_t axis = 0; axis < ndim; axis++) {
        const int64_t extent = ndv_shape(parent)[axis];
        const int64_t start = random_below(extent / 2), step = 1 + random_below(3);
        items[axis] = NDV_STEPS(start, start + 1 + random_below(extent - start), step);
        if (random_below(3) == 0) {
            items[axis] = NDV_STEPS(start + random_below(extent - start), 0, -step);
            items[axis].flags &= ~NDV_INDEX_HAS_STOP;
        }
    }
    must(ndv_index_items(parent, ndim, items, &slice));
    return slice;
}

/* What is right of these, the differential tests say. */
static void add_random(const char *class_name, const int64_t *shape) {
    ndv_array *parent = parent_of(NDV_FLOAT64, shape);
    for (int i = 0; i < RANDOM_PAIRS; i++)
        add(class_name, random_slice(parent), random_slice(parent), 0, false);
    ndv_release(parent);
}

static void make_pairs(void) {
    for (int i = 0; i < TOLD_COUNT; i++) {
        const told *t = &TOLD[i];
        ndv_array *parent = parent_of(t->dtype, t->shape);
        add(t->class_name, view_of(parent, t->a), view_of(parent, t->b), t->relation, t->hard);
        ndv_release(parent);
        if (i + 1 < TOLD_COUNT && !t->hard && TOLD[i + 1].hard) {
            add_random("random slices, 4-D", (const int64_t[6]){40, 30, 50, 20});
            add_random("random slices, 6-D", (const int64_t[6]){12, 9, 14, 10, 8, 11});
        }
    }
}

/* ---- Time ---- */

static int32_t shares(const pair *p) {
    bool answer;
    const ndv_status status = ndv_shares_memory(p->a, p->b, NDV_BUDGET_DEFAULT, &answer);
    if (status == NDV_E_TOO_HARD) return NDV_OVERLAP_UNKNOWN;
    must(status);
    return answer ? NDV_OVERLAP_PARTIAL : NDV_OVERLAP_DISJOINT;
}

static int32_t overlap(const pair *p) {
    static ndv_overlap_report report = NDV_OVERLAP_REPORT_INIT;
    must(ndv_overlap(p->a, p->b, NDV_BUDGET_DEFAULT, &report));
    return report.relation;
}

static int32_t itself(const pair *p) {
    static ndv_overlap_report report = NDV_OVERLAP_REPORT_INIT;
    must(ndv_overlaps_itself(p->a, NDV_BUDGET_DEFAULT, &report));
    return report.relation;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_value(const void *x, const void *y) {
    const double p = *(const double *)x, q = *(const double *)y;
    return (p > q) - (p < q);
}

/* The median of several rounds, each of as many calls as take a while. */
static double nanoseconds(int32_t (*ask)(const pair *), const pair *p, bool quick) {
    const double while_ns = quick ? 2e3 : 2e4;
    const int rounds = quick ? 3 : MOST_ROUNDS;
    double times[MOST_ROUNDS], start = now();
    ask(p);
    int64_t calls = (int64_t)(while_ns / (now() - start + 1)) + 1;
    for (int round = 0; round < rounds; round++) {
        start = now();
        for (int64_t call = 0; call < calls; call++) ask(p);
        times[round] = (now() - start) / (double)calls;
    }
    qsort(times, (size_t)rounds, sizeof times[0], by_value);
    return times[rounds / 2];
}

static bool is_right(const pair *p) {
    const int32_t found = overlap(p);
    const bool same = shares(p) == (found == NDV_OVERLAP_IDENTICAL ? NDV_OVERLAP_PARTIAL : found);
    if (same && (p->relation == 0 || found == p->relation)) return true;
    fprintf(stderr, "overlap: %s: the answer is wrong\n", p->class_name);
    return false;
}

/* ---- What is printed ---- */

static void print_layout(const ndv_array *array) {
    printf("|%" PRIu64 "|%zu|", (uint64_t)(uintptr_t)ndv_data(array), ndv_itemsize(array));
    for (int32_t i = 0; i < ndv_ndim(array); i++) printf("%" PRId64 ",", ndv_shape(array)[i]);
    printf("|");
    for (int32_t i = 0; i < ndv_ndim(array); i++) printf("%" PRId64 ",", ndv_strides(array)[i]);
}

static void print_layouts(void) {
    for (const pair *p = pairs; p < pairs + pair_count; p++) {
        printf("%s|%.1f|%" PRId32, p->class_name, p->shares, shares(p));
        print_layout(p->a);
        print_layout(p->b);
        printf("\n");
    }
}

static void print_class(const pair *first, const pair *end) {
    double mean[3] = {0, 0, 0}, worst[3] = {0, 0, 0};
    for (const pair *p = first; p < end; p++) {
        const double times[] = {p->shares, p->overlap, p->itself};
        for (int i = 0; i < 3; i++) {
            mean[i] += times[i] / (double)(end - first);
            if (times[i] > worst[i]) worst[i] = times[i];
        }
    }
    const char *verdict = "";
    if (first->relation == NDV_OVERLAP_UNKNOWN) {
        verdict = "unknown: the budget ran out";
    } else if (first->hard) {
        verdict = mean[0] <= DIAGONAL_GOAL ? "goal met" : "GOAL MISSED";
    } else {
        verdict = mean[0] <= AIM ? "aim met" : mean[0] <= GOAL ? "goal met" : "GOAL MISSED";
    }
    printf("%-22s %5d", first->class_name, (int)(end - first));
    for (int i = 0; i < 3; i++) printf(" %10.0f %9.0f", mean[i], worst[i]);
    printf("  %s\n", verdict);
}

static void print_table(void) {
    printf("Exact overlap, ndview %s: nanoseconds a call, mean and slowest pair\n\n", ndv_version());
    printf("%-22s %5s %20s %20s %20s  %s\n", "class", "pairs", "ndv_shares_memory", "ndv_overlap",
           "ndv_overlaps_itself", "goal for the first mean: 100, aim 40; hard: 1 ms");
    for (const pair *first = pairs, *p = pairs; p <= pairs + pair_count; p++) {
        if (p < pairs + pair_count && strcmp(p->class_name, first->class_name) == 0) continue;
        print_class(first, p);
        first = p;
    }
}

int main(int argc, char **argv) {
    const char *environment = getenv("QUICK");
    const bool quick = environment && *environment && strcmp(environment, "0") != 0;
    bool right = true;

    make_pairs();
    for (pair *p = pairs; p < pairs + pair_count; p++) {
        right = is_right(p) && right;
        p->shares = nanoseconds(shares, p, quick);
        p->overlap = nanoseconds(overlap, p, quick);
        p->itself = nanoseconds(itself, p, quick);
    }
    if (argc > 1 && strcmp(argv[1], "--layouts") == 0) {
        print_layouts();
    } else {
        print_table();
    }
    for (pair *p = pairs; p < pairs + pair_count; p++) {
        ndv_release(p->a);
        ndv_release(p->b);
    }
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
