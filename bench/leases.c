/* leases.c: what a lease costs, in nanoseconds for ndv_try_borrow() or ndv_borrow() and ndv_return()
 * together: alone, among other leases, and when two threads ask at once. Printed are medians.
 *
 * QUICK=1 in the environment makes fewer and shorter rounds.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <ndview_c99.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SIDE = 1002, OTHERS = 1000, MOST_ROUNDS = 15 };

static ndv_array *a; /* int64 (1002, 1002) */
static int rounds = MOST_ROUNDS;
static int64_t repeats = 100000;

static void must(ndv_status status) {
    if (status == NDV_OK) return;
    fprintf(stderr, "leases: %s: %s\n", ndv_status_name(status), ndv_last_error_message());
    exit(EXIT_FAILURE);
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

static ndv_array *row(int64_t number) {
    ndv_array *view;
    must(ndv_index_items(a, NDV_ITEMS(NDV_AT(number)), &view));
    return view;
}

static ndv_array *column(int64_t number) {
    ndv_array *view;
    must(ndv_index_items(a, NDV_ITEMS(NDV_ALL, NDV_AT(number)), &view));
    return view;
}

typedef struct {
    ndv_array *view;
    int32_t mode;
    int64_t count;
    bool waits;
} work;

static void *borrow_and_return(void *context) {
    const work *w = context;
    for (int64_t i = 0; i < w->count; i++) {
        ndv_lease lease;
        must(w->waits ? ndv_borrow(w->view, w->mode, "bench", &lease)
                      : ndv_try_borrow(w->view, w->mode, "bench", &lease));
        must(ndv_return(lease));
    }
    return NULL;
}

/* The median time of one borrow and return, each of the threads doing `count`. */
static void measure(const char *name, int threads, work *works) {
    double times[MOST_ROUNDS];
    for (int round = -1; round < rounds; round++) { /* round -1 warms up */
        pthread_t others[2];
        const double start = nanoseconds();
        for (int i = 1; i < threads; i++)
            if (pthread_create(&others[i], NULL, borrow_and_return, &works[i]) != 0) abort();
        borrow_and_return(&works[0]);
        for (int i = 1; i < threads; i++)
            if (pthread_join(others[i], NULL) != 0) abort();
        if (round >= 0) times[round] = (nanoseconds() - start) / (double)works[0].count;
    }
    qsort(times, (size_t)rounds, sizeof times[0], by_value);
    printf("%-56s %10.0f\n", name, times[rounds / 2]);
}

/* Beside other leases, each of a view of its own. */
static void measure_among(const char *name, ndv_array *(*other)(int64_t), int32_t mode,
                          ndv_array *view, int64_t count) {
    static ndv_lease leases[OTHERS];
    work alone = {view, NDV_WRITE, count, false};
    for (int i = 0; i < OTHERS; i++) {
        ndv_array *taken = other(i);
        must(ndv_try_borrow(taken, mode, "other", &leases[i]));
        must(ndv_release(taken));
    }
    measure(name, 1, &alone);
    for (int i = 0; i < OTHERS; i++) must(ndv_return(leases[i]));
}

int main(void) {
    const char *quick = getenv("QUICK");
    if (quick && *quick && *quick != '0') rounds = 3, repeats = 10000;

    must(ndv_zeros(NDV_INT64, NDV_DIMS(SIDE, SIDE), &a));
    ndv_array *last_row = row(SIDE - 1), *last_column = column(SIDE - 1), *near_row = row(SIDE - 2);
    ndv_array *made;
    const double start = nanoseconds();
    for (int64_t i = 0; i < repeats; i++) {
        must(ndv_view(last_row, &made));
        must(ndv_release(made));
    }
    const double view = (nanoseconds() - start) / (double)repeats;

    printf("Leases of rows and columns of int64 (%d, %d), ndview %s, %d rounds\n\n", SIDE, SIDE,
           ndv_version(), rounds);
    printf("%-56s %10s\n", "borrow and return", "ns");
    printf("%-56s %10.0f\n", "(ndv_view and ndv_release, for comparison)", view);
    work reads[2] = {{last_row, NDV_READ, repeats, false}, {last_row, NDV_READ, repeats, false}};
    measure("read, nothing else leased", 1, reads);
    work writes[2] = {{last_row, NDV_WRITE, repeats, true}, {near_row, NDV_WRITE, repeats, true}};
    measure("write, nothing else leased", 1, writes);
    measure_among("write a row, 1000 other rows written", row, NDV_WRITE, last_row, repeats / 2);
    measure_among("write a row, 1000 other rows read", row, NDV_READ, last_row, repeats / 2);
    measure_among("write a column, 1000 other columns written", column, NDV_WRITE, last_column,
                  repeats / 100);
    measure("read, two threads, the same row", 2, reads);
    measure("write, two threads, a row each", 2, writes);
    writes[1].view = last_row;
    writes[0].count = writes[1].count = repeats / 10;
    measure("write, two threads, the same row in turns", 2, writes);

    must(ndv_release(near_row));
    must(ndv_release(last_column));
    must(ndv_release(last_row));
    must(ndv_release(a));
    return EXIT_SUCCESS;
}
