/* Leases: who may read or write which bytes, alone and in many threads. With NDVIEW_SOAK=60 in the
 * environment the test of random views runs for 60 seconds instead of two. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static ndv_array *slice(const ndv_array *a, const char *text) {
    ndv_array *view = NULL;
    CHECK_OK(ndv_slice(a, text, &view));
    return view;
}

static ndv_lease take(const ndv_array *a, int32_t mode, const char *tag) {
    ndv_lease lease = 0;
    CHECK_OK(ndv_try_borrow(a, mode, tag, &lease));
    CHECK(lease != 0);
    return lease;
}

/* Whether a second lease can be had beside a first one, and the other way round: 1 or 0. */
static int go_together(const ndv_array *a, int32_t mode_a, const ndv_array *b, int32_t mode_b) {
    ndv_lease first = take(a, mode_a, "first"), second = 0, third = 0;
    const ndv_status status = ndv_try_borrow(b, mode_b, "second", &second);
    CHECK(status == NDV_OK || status == NDV_E_LEASED);
    CHECK((second != 0) == (status == NDV_OK));
    if (status == NDV_E_LEASED) CHECK_MESSAGE("\"first\"");
    CHECK_OK(ndv_return(first));
    if (second == 0) second = take(b, mode_b, "second");
    CHECK(ndv_try_borrow(a, mode_a, "first", &third) == status);
    CHECK_OK(ndv_return(third));
    CHECK_OK(ndv_return(second));
    return status == NDV_OK;
}

static ndv_array *grid(int64_t rows, int64_t columns) {
    ndv_array *a = NULL;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(rows, columns), &a));
    return a;
}

static void bytes_have_many_readers_or_one_writer(void) {
    ndv_array *a = grid(8, 10), *row = slice(a, "2"), *other = slice(a, "3");
    CHECK(go_together(a, NDV_READ, a, NDV_READ));
    CHECK(go_together(a, NDV_READ, row, NDV_READ));
    CHECK(!go_together(a, NDV_READ, row, NDV_WRITE));
    CHECK(!go_together(a, NDV_WRITE, row, NDV_WRITE));
    CHECK(!go_together(row, NDV_WRITE, row, NDV_WRITE));
    CHECK(go_together(row, NDV_WRITE, other, NDV_WRITE));
    CHECK(go_together(row, NDV_WRITE, other, NDV_READ));
    CHECK_OK(ndv_release(other));
    CHECK_OK(ndv_release(row));
    CHECK_OK(ndv_release(a));
}

static void conflicts_are_judged_byte_by_byte(void) {
    static const struct {
        const char *a, *b;
        int together;
    } cases[] = {
        {":4, :4", ":4, 4:", 1},        /* tiles side by side */
        {":4, :5", ":4, 4:", 0},        /* one column in common */
        {":, ::3", ":, 1::3", 1},       /* columns that take turns, in ten */
        {":, ::3", ":, 2::3", 1},
        {":, ::3", ":, ::2", 0},
        {"::2", "1::2", 1},             /* rows that take turns */
        {"::-1, ::-1", "0, 0", 0},      /* backwards */
        {"::-1, ::-2", ":, ::2", 1},
        {"2, 3", "2, 3", 0},            /* one element */
        {"2, 3", "2, 4", 1},
        {"2, :0", "2", 1},              /* nothing */
        {":, newaxis", "7, 9", 0},
    };
    ndv_array *a = grid(8, 10);
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ndv_array *x = slice(a, cases[i].a), *y = slice(a, cases[i].b);
        const int together = go_together(x, NDV_WRITE, y, NDV_WRITE);
        if (together != cases[i].together) printf("%s and %s:\n", cases[i].a, cases[i].b);
        CHECK(together == cases[i].together);
        CHECK(go_together(y, NDV_READ, x, NDV_WRITE) == cases[i].together);
        CHECK_OK(ndv_release(y));
        CHECK_OK(ndv_release(x));
    }
    CHECK_OK(ndv_release(a));
}

/* The four holes of rust-numpy's borrow checker, where two could write one byte. */

static void bytes_of_an_element_conflict_with_the_element(void) {
    ndv_array *a = NULL, *bytes = NULL, *eighth;
    CHECK_OK(ndv_zeros(NDV_UINT64, NDV_DIMS(4), &a));
    CHECK_OK(ndv_view_as(a, NDV_UINT8, &bytes));
    eighth = slice(bytes, "1::8");
    CHECK(!go_together(a, NDV_WRITE, eighth, NDV_WRITE));
    CHECK_OK(ndv_release(eighth));
    CHECK_OK(ndv_release(bytes));
    CHECK_OK(ndv_release(a));
}

static void an_array_without_axes_conflicts_with_its_parent(void) {
    ndv_array *a = grid(2, 2), *element = slice(a, "0, 0");
    CHECK(ndv_ndim(element) == 0);
    CHECK(!go_together(a, NDV_WRITE, element, NDV_WRITE));
    CHECK_OK(ndv_release(element));
    CHECK_OK(ndv_release(a));
}

static void an_array_that_overlaps_itself_is_written_only_where_its_maker_insisted(void) {
    static const int64_t strides[2] = {8, 8};
    ndv_array *a = NULL, *view = NULL, *insisted = NULL;
    ndv_lease lease = 7;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(6), &a));
    CHECK_OK(ndv_as_strided(a, NDV_DIMS(3, 4), strides, 0, 0, &view));
    CHECK_STATUS(NDV_E_READONLY, ndv_try_borrow(view, NDV_WRITE, "windows", &lease));
    CHECK(lease == 0);
    CHECK_OK(ndv_as_strided(a, NDV_DIMS(3, 4), strides, 0, NDV_WRITE_OVERLAPPING, &insisted));
    CHECK(!go_together(insisted, NDV_WRITE, view, NDV_READ));
    CHECK_OK(ndv_release(insisted));
    CHECK_OK(ndv_release(view));
    CHECK_OK(ndv_release(a));
}

static void memory_that_is_wrapped_twice_is_one(void) {
    static int64_t memory[8];
    ndv_array *a = NULL, *b = NULL, *back;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(8), NULL, 0, NULL, NULL, &a));
    CHECK_OK(ndv_wrap(memory + 2, 48, 0, NDV_INT32, NDV_DIMS(12), NULL, 0, NULL, NULL, &b));
    CHECK(ndv_relation(a, b) == NDV_UNRELATED);
    CHECK(!go_together(a, NDV_WRITE, b, NDV_WRITE));
    back = slice(a, ":2");
    CHECK(go_together(back, NDV_WRITE, b, NDV_WRITE));
    CHECK_OK(ndv_release(back));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

static void the_message_names_the_other_lease_and_a_byte_of_both(void) {
    ndv_array *a = grid(4, 4), *row = slice(a, "1"), *column = slice(a, ":, 2");
    const uintptr_t byte = (uintptr_t)ndv_data(a) + 6 * 8;
    char text[40];
    ndv_lease lease = take(row, NDV_WRITE, "histogram"), other = 9;
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(column, NDV_READ, "mine", &other));
    CHECK(other == 0);
    CHECK_MESSAGE("a read lease needs byte 0x");
    sprintf(text, "0x%" PRIxPTR ", of element (1,)", byte);
    CHECK_MESSAGE(text);
    CHECK_MESSAGE("element (2,) of the write lease \"histogram\"");
    CHECK_OK(ndv_return(lease));
    lease = take(a, NDV_READ, NULL);
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(a, NDV_WRITE, "mine", &other));
    CHECK_MESSAGE("of element (0, 0), which is in element (0, 0) of the read lease without a tag");
    CHECK_OK(ndv_return(lease));
    lease = take(a, NDV_READ, "a tag that is longer than what is kept of it");
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(a, NDV_WRITE, "mine", &other));
    CHECK_MESSAGE("\"a tag that is longer tha\"");
    CHECK_OK(ndv_return(lease));
    CHECK_OK(ndv_release(column));
    CHECK_OK(ndv_release(row));
    CHECK_OK(ndv_release(a));
}

/* The pair that ndv_shares_memory() is too short of steps for, in test_sharing.c. */
static void what_is_too_hard_to_tell_counts_as_a_conflict(void) {
    static const int64_t a_shape[] = {1049, 1049, 1049}, a_strides[] = {36674, 61119, 85569};
    static const int64_t b_shape[] = {1049, 1049, 1}, b_strides[] = {12223, 12224, 1};
    static const int64_t nbytes = 192163377;
    ndv_array *buffer = NULL, *a = NULL, *b = NULL;
    void *data = NULL;
    ndv_lease lease, other;
    CHECK_OK(ndv_empty(NDV_INT8, NDV_DIMS(nbytes), &buffer));
    CHECK_OK(ndv_data_mut(buffer, &data));
    CHECK_OK(ndv_wrap(data, (size_t)nbytes, 0, NDV_INT8, 3, a_shape, a_strides,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_wrap(data, (size_t)nbytes, 64023025, NDV_INT8, 3, b_shape, b_strides,
                      NDV_WRAP_READONLY, NULL, NULL, &b));
    lease = take(a, NDV_WRITE, "knapsack");
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(b, NDV_READ, "sum", &other));
    CHECK_MESSAGE("a read lease is taken to conflict with the write lease \"knapsack\"");
    CHECK_MESSAGE("more than 10000 steps");
    CHECK_STATUS(NDV_E_DEADLOCK, ndv_borrow(b, NDV_READ, "sum", &other));
    CHECK_OK(ndv_return(lease));
    lease = take(a, NDV_READ, "knapsack");
    CHECK_OK(ndv_borrow(b, NDV_READ, "sum", &other));
    CHECK_OK(ndv_return(other));
    CHECK_OK(ndv_return(lease));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_release(buffer));
}

static void a_lease_is_returned_once(void) {
    ndv_array *a = grid(2, 2);
    ndv_lease lease = take(a, NDV_WRITE, "once"), next;
    CHECK_OK(ndv_return(lease));
    CHECK_STATUS(NDV_E_RELEASED, ndv_return(lease));
    CHECK_MESSAGE("not held");
    next = take(a, NDV_WRITE, "next");
    CHECK(next != lease);
    CHECK_STATUS(NDV_E_RELEASED, ndv_return(lease));
    CHECK_STATUS(NDV_E_RELEASED, ndv_return(12345));
    CHECK_STATUS(NDV_E_RELEASED, ndv_return(UINT64_MAX));
    CHECK_STATUS(NDV_E_RELEASED, ndv_return(1));
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(a, NDV_READ, NULL, &lease));
    CHECK_OK(ndv_return(next));
    CHECK_OK(ndv_return(0));
    CHECK_OK(ndv_release(a));
}

static void arguments_are_checked_in_their_order(void) {
    ndv_array *a = grid(2, 2), *fixed = NULL;
    ndv_lease lease = 5;
    CHECK_OK(ndv_readonly(a, &fixed));
    CHECK_STATUS(NDV_E_NULL, ndv_borrow(NULL, 0, NULL, &lease));
    CHECK_MESSAGE("array is NULL");
    CHECK(lease == 0);
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_borrow(a, 0, NULL, &lease));
    CHECK_MESSAGE("the mode of the lease 0");
    CHECK_STATUS(NDV_E_NULL, ndv_borrow(a, NDV_READ, NULL, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_try_borrow(NULL, NDV_READ, NULL, &lease));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_try_borrow(a, 3, NULL, &lease));
    CHECK_STATUS(NDV_E_NULL, ndv_try_borrow(a, NDV_READ, NULL, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_borrow_timed(NULL, NDV_READ, 1, NULL, &lease));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_borrow_timed(a, 82, -1, NULL, &lease));
    CHECK_MESSAGE("the mode of the lease 82");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_borrow_timed(a, NDV_READ, -1, NULL, &lease));
    CHECK_MESSAGE("the time to wait -1");
    CHECK_STATUS(NDV_E_NULL, ndv_borrow_timed(a, NDV_READ, 1, NULL, NULL));
    CHECK_STATUS(NDV_E_READONLY, ndv_borrow(fixed, NDV_WRITE, NULL, &lease));
    CHECK_STATUS(NDV_E_READONLY, ndv_borrow_timed(fixed, NDV_WRITE, 1, NULL, &lease));
    CHECK(lease == 0);
    CHECK(go_together(fixed, NDV_READ, a, NDV_READ));
    CHECK(!go_together(fixed, NDV_READ, a, NDV_WRITE));
    CHECK_OK(ndv_release(fixed));
    CHECK_OK(ndv_release(a));
}

static void a_thread_does_not_wait_for_itself(void) {
    ndv_array *a = grid(4, 4), *row = slice(a, "0"), *rest = slice(a, "1:");
    ndv_lease lease = 0, reader = 0, other = 0;
    CHECK_OK(ndv_borrow(row, NDV_WRITE, "outer", &lease));
    CHECK_OK(ndv_borrow(rest, NDV_READ, "rest", &reader));
    CHECK_STATUS(NDV_E_DEADLOCK, ndv_borrow(a, NDV_READ, "inner", &other));
    CHECK_MESSAGE("write lease \"outer\", which this thread holds");
    CHECK_STATUS(NDV_E_DEADLOCK, ndv_borrow(row, NDV_WRITE, "inner", &other));
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(row, NDV_WRITE, "inner", &other));
    CHECK_STATUS(NDV_E_LEASED, ndv_borrow_timed(row, NDV_WRITE, 1000000, "inner", &other));
    CHECK_OK(ndv_return(lease));
    /* No lease for reading becomes one for writing. */
    CHECK_STATUS(NDV_E_DEADLOCK, ndv_borrow(a, NDV_WRITE, "inner", &other));
    CHECK_OK(ndv_return(reader));
    CHECK_OK(ndv_borrow(a, NDV_WRITE, "inner", &other));
    CHECK_OK(ndv_return(other));
    CHECK_OK(ndv_release(rest));
    CHECK_OK(ndv_release(row));
    CHECK_OK(ndv_release(a));
}

static int deleted;
static ndv_lease returned_by_deleter;

static void delete_and_return(void *data, void *context) {
    (void)data, (void)context;
    deleted++;
    if (ndv_return(returned_by_deleter) != NDV_OK) deleted += 100;
}

static void a_lease_keeps_the_memory_alive(void) {
    static int64_t memory[4];
    ndv_array *a = NULL, *other = grid(1, 1), *tail;
    ndv_lease lease;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(4), NULL, 0, delete_and_return,
                      NULL, &a));
    tail = slice(a, "2:");
    lease = take(tail, NDV_WRITE, "last");
    CHECK(ndv_view_count(a) == 2);
    CHECK_OK(ndv_release(tail));
    CHECK(ndv_view_count(a) == 1);
    CHECK_OK(ndv_release(a));
    CHECK(deleted == 0 && check_statistics().buffers_alive == 2);
    returned_by_deleter = take(other, NDV_WRITE, "by the deleter");
    CHECK_OK(ndv_return(lease));
    CHECK(deleted == 1);
    CHECK_STATUS(NDV_E_RELEASED, ndv_return(returned_by_deleter));
    CHECK_OK(ndv_release(other));
}

static void thousands_of_leases_stand_side_by_side(void) {
    enum { MANY = 3000 };
    static ndv_lease leases[MANY];
    ndv_array *a = grid(MANY, 3), *row = NULL, *middle = slice(a, "1000:1002");
    ndv_lease other;
    int64_t i;
    for (i = 0; i < MANY; i++) {
        const int64_t place = i * 7 % MANY;
        if (ndv_index_items(a, NDV_ITEMS(NDV_AT(place)), &row) != NDV_OK) row = NULL;
        leases[place] = 0;
        if (ndv_try_borrow(row, NDV_WRITE, place == 1001 ? "this one" : "row", &leases[place])) break;
        ndv_release(row);
    }
    CHECK(i == MANY);
    CHECK_OK(ndv_return(leases[1000]));
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(middle, NDV_READ, NULL, &other));
    CHECK_MESSAGE("element (1, 0), which is in element (0,) of the write lease \"this one\"");
    CHECK_OK(ndv_return(leases[1001]));
    CHECK_OK(ndv_try_borrow(middle, NDV_READ, NULL, &other));
    CHECK_OK(ndv_return(other));
    for (i = 0; i < MANY; i++)
        if (i != 1000 && i != 1001 && ndv_return(leases[i]) != NDV_OK) break;
    CHECK(i == MANY);
    CHECK_OK(ndv_release(middle));
    CHECK_OK(ndv_release(a));
}

#ifdef _WIN32
#define TESTS_OF_THREADS
#else

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void nap(long milliseconds) {
    struct timespec time;
    time.tv_sec = milliseconds / 1000;
    time.tv_nsec = milliseconds % 1000 * 1000000;
    nanosleep(&time, NULL);
}

typedef struct {
    const ndv_array *array;
    int32_t mode;
    const char *tag;
    ndv_lease lease;
    ndv_status status;
    pthread_mutex_t lock;
    bool done;
} borrower;

static void *borrow_in_a_thread(void *context) {
    borrower *b = (borrower *)context;
    const ndv_status status = ndv_borrow(b->array, b->mode, b->tag, &b->lease);
    pthread_mutex_lock(&b->lock);
    b->status = status;
    b->done = true;
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

static bool is_done(borrower *b) {
    bool done;
    pthread_mutex_lock(&b->lock);
    done = b->done;
    pthread_mutex_unlock(&b->lock);
    return done;
}

static pthread_t start(borrower *b, const ndv_array *array, int32_t mode, const char *tag) {
    pthread_t thread;
    memset(b, 0, sizeof *b);
    if (pthread_mutex_init(&b->lock, NULL) != 0) abort();
    b->array = array, b->mode = mode, b->tag = tag;
    if (pthread_create(&thread, NULL, borrow_in_a_thread, b) != 0) abort();
    return thread;
}

static void finish(pthread_t thread, borrower *b) {
    if (pthread_join(thread, NULL) != 0) abort();
    pthread_mutex_destroy(&b->lock);
    CHECK(b->status == NDV_OK && b->lease != 0);
}

/* Waits until a request of another thread stands in the queue. */
static void wait_until_queued(const ndv_array *probe, const char *tag) {
    char text[64];
    ndv_lease lease;
    sprintf(text, "\"%s\", which a thread waits for", tag);
    for (;;) {
        if (ndv_try_borrow(probe, NDV_READ, "probe", &lease) == NDV_OK) ndv_return(lease);
        else if (strstr(ndv_last_error_message(), text) != NULL) return;
        nap(1);
    }
}

static void a_lease_is_waited_for_and_returned_by_any_thread(void) {
    ndv_array *a = grid(4, 4), *row = slice(a, "2");
    ndv_lease lease = take(a, NDV_WRITE, "first");
    borrower b;
    pthread_t thread = start(&b, row, NDV_WRITE, "second");
    nap(20);
    CHECK(!is_done(&b));
    CHECK_OK(ndv_return(lease));
    finish(thread, &b);
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(a, NDV_READ, NULL, &lease));
    CHECK_MESSAGE("element (2, 0), which is in element (0,) of the write lease \"second\"");
    CHECK_OK(ndv_return(b.lease)); /* taken in a thread that is gone */
    CHECK_OK(ndv_release(row));
    CHECK_OK(ndv_release(a));
}

static void a_time_limit_ends_the_wait_and_leaves_nothing(void) {
    ndv_array *a = grid(4, 4);
    ndv_lease lease = take(a, NDV_READ, "reader"), other = 1;
    double begin = seconds(), passed;
    CHECK_STATUS(NDV_E_LEASED, ndv_borrow_timed(a, NDV_WRITE, 30000000, "writer", &other));
    passed = seconds() - begin;
    CHECK_MESSAGE("read lease \"reader\"");
    CHECK(other == 0 && passed >= 0.03);
    CHECK_STATUS(NDV_E_LEASED, ndv_borrow_timed(a, NDV_WRITE, 0, "writer", &other));
    CHECK_OK(ndv_borrow_timed(a, NDV_READ, INT64_MAX, "reader", &other));
    CHECK_OK(ndv_return(other));
    CHECK_OK(ndv_return(lease));
    CHECK_OK(ndv_release(a));
}

static void later_readers_wait_for_a_writer_that_waits(void) {
    ndv_array *a = grid(4, 4), *top = slice(a, "0"), *tile = slice(a, "2:");
    ndv_array *left = slice(tile, ":, :2");
    ndv_lease lease = 0, far = 0;
    borrower first, writer, late;
    pthread_t threads[3];
    threads[0] = start(&first, a, NDV_READ, "first");
    while (!is_done(&first)) nap(1);
    threads[1] = start(&writer, tile, NDV_WRITE, "writer");
    wait_until_queued(tile, "writer");
    CHECK_STATUS(NDV_E_LEASED, ndv_try_borrow(left, NDV_READ, "late", &lease));
    CHECK_MESSAGE("write lease \"writer\", which a thread waits for");
    /* Where the two do not conflict nobody waits, and a thread with a lease goes ahead. */
    CHECK_OK(ndv_borrow(top, NDV_READ, "far", &far));
    CHECK_OK(ndv_borrow(left, NDV_READ, "ahead", &lease));
    threads[2] = start(&late, left, NDV_READ, "late");
    nap(20);
    CHECK(!is_done(&writer) && !is_done(&late));
    CHECK_OK(ndv_return(far));
    CHECK_OK(ndv_return(lease));
    CHECK_OK(ndv_return(first.lease));
    finish(threads[1], &writer);
    CHECK(!is_done(&late));
    CHECK_OK(ndv_return(writer.lease));
    finish(threads[2], &late);
    CHECK_OK(ndv_return(late.lease));
    finish(threads[0], &first);
    CHECK_OK(ndv_release(left));
    CHECK_OK(ndv_release(tile));
    CHECK_OK(ndv_release(top));
    CHECK_OK(ndv_release(a));
}

static void readers_behind_a_writer_that_gives_up_go_on(void) {
    ndv_array *a = grid(4, 4);
    borrower first, late;
    ndv_lease lease;
    pthread_t threads[2];
    threads[0] = start(&first, a, NDV_READ, "first");
    while (!is_done(&first)) nap(1);
    /* The reader queues behind this thread, which waits, and gives up. */
    threads[1] = start(&late, a, NDV_READ, "late");
    CHECK(ndv_borrow_timed(a, NDV_WRITE, 50000000, "writer", &lease) == NDV_E_LEASED);
    finish(threads[1], &late);
    finish(threads[0], &first);
    CHECK_OK(ndv_return(first.lease));
    CHECK_OK(ndv_return(late.lease));
    CHECK_OK(ndv_release(a));
}

/* ------------------------------------------------------------------------------ random views */

enum { THREADS = 8, SIDE = 48 };

typedef struct {
    const ndv_array *array;
    uint64_t state;
    double end;
    int64_t writes, reads, tries, faults;
} worker;

static int64_t below(worker *w, int64_t limit) {
    w->state ^= w->state << 13;
    w->state ^= w->state >> 7;
    w->state ^= w->state << 17;
    return (int64_t)(w->state % (uint64_t)limit);
}

/* A range with a step of either sign, of at least one position. */
static ndv_index range(worker *w) {
    const int64_t step = 1 + below(w, 4), start = below(w, SIDE);
    const int64_t stop = start + 1 + below(w, SIDE - start < 16 ? SIDE - start : 16);
    ndv_index item = NDV_INDEX_INIT;
    item.flags = NDV_INDEX_HAS_START | NDV_INDEX_HAS_STOP | NDV_INDEX_HAS_STEP;
    if (below(w, 3) != 0 || start == 0) {
        item.start = start, item.stop = stop, item.step = step;
    } else {
        item.start = stop - 1, item.stop = start - 1, item.step = -step;
    }
    return item;
}

/* A view of up to two axes: tiles, rows and columns that take turns, elements, backwards,
 * transposed, or the bytes of numbers. */
static ndv_array *random_view(worker *w) {
    ndv_index items[2];
    ndv_array *view = NULL, *made = NULL;
    int axis;
    for (axis = 0; axis < 2; axis++) {
        items[axis] = range(w);
        if (below(w, 6) == 0) {
            items[axis].kind = NDV_INDEX_INTEGER, items[axis].flags = 0;
            items[axis].stop = items[axis].step = 0;
            items[axis].start = below(w, SIDE);
        }
    }
    if (ndv_index_items(w->array, 2, items, &view) != NDV_OK) abort();
    if (below(w, 4) == 0) {
        if (ndv_transpose(view, &made) != NDV_OK) abort();
        ndv_release(view);
        view = made;
    }
    return view;
}

/* Writes one number over a view by hand, or answers whether all its numbers are one. */
static bool all_numbers(const ndv_array *view, char *data, uint64_t number, bool write) {
    const int64_t *shape = ndv_shape(view), *strides = ndv_strides(view);
    const int32_t ndim = ndv_ndim(view);
    const int64_t rows = ndim > 0 ? shape[0] : 1, columns = ndim > 1 ? shape[1] : 1;
    int64_t i, j;
    for (i = 0; i < rows; i++)
        for (j = 0; j < columns; j++) {
            uint64_t *at = (uint64_t *)(void *)(data + (ndim > 0 ? i * strides[0] : 0) +
                                                (ndim > 1 ? j * strides[1] : 0));
            if (write) *at = number;
            else if (*at != number) return false;
        }
    return true;
}

/* Sums up what a view shows. */
static uint64_t sum_numbers(const ndv_array *view) {
    const char *data = (const char *)ndv_data(view);
    const int64_t *shape = ndv_shape(view), *strides = ndv_strides(view);
    const int32_t ndim = ndv_ndim(view);
    const int64_t rows = ndim > 0 ? shape[0] : 1, columns = ndim > 1 ? shape[1] : 1;
    uint64_t sum = 0, number;
    int64_t i, j;
    for (i = 0; i < rows; i++)
        for (j = 0; j < columns; j++) {
            memcpy(&number, data + (ndim > 0 ? i * strides[0] : 0) + (ndim > 1 ? j * strides[1] : 0),
                   sizeof number);
            sum = sum * 31 + number;
        }
    return sum;
}

static void *use_random_views(void *context) {
    worker *w = (worker *)context;
    const uint64_t own = w->state << 32;
    uint64_t stamp = 0;
    do {
        ndv_array *view = random_view(w);
        const bool writes = below(w, 2) == 0;
        const int32_t mode = writes ? NDV_WRITE : NDV_READ;
        const int64_t way = below(w, 3);
        ndv_lease lease = 0;
        ndv_status status;
        if (way == 0) status = ndv_try_borrow(view, mode, "try", &lease);
        else if (way == 1) status = ndv_borrow_timed(view, mode, 1 + below(w, 200000), "timed", &lease);
        else status = ndv_borrow(view, mode, "borrow", &lease);
        w->tries++;
        if (status == NDV_OK && writes) {
            const uint64_t number = own + ++stamp;
            void *data = NULL;
            if (ndv_data_mut(view, &data) != NDV_OK) w->faults++;
            all_numbers(view, (char *)data, number, true);
            if (below(w, 8) == 0) sched_yield();
            if (!all_numbers(view, (char *)data, number, false)) w->faults++;
            w->writes++;
        } else if (status == NDV_OK) {
            const uint64_t sum = sum_numbers(view);
            if (below(w, 8) == 0) sched_yield();
            if (sum_numbers(view) != sum) w->faults++;
            w->reads++;
        } else if (status != NDV_E_LEASED || way == 2) {
            if (w->faults++ == 0) printf("%s\n", ndv_last_error_message());
        }
        if (ndv_return(lease) != NDV_OK) w->faults++;
        if (ndv_release(view) != NDV_OK) w->faults++;
    } while (seconds() < w->end);
    return NULL;
}

static void no_two_threads_touch_a_byte_that_one_writes(void) {
    const char *soak = getenv("NDVIEW_SOAK");
    const double length = soak != NULL && atof(soak) > 0 ? atof(soak) : 2;
    const double end = seconds() + length;
    worker workers[THREADS];
    pthread_t threads[THREADS];
    int64_t reads = 0, writes = 0, tries = 0;
    ndv_array *a = NULL;
    int i;
    CHECK_OK(ndv_zeros(NDV_UINT64, NDV_DIMS(SIDE, SIDE), &a));
    for (i = 0; i < THREADS; i++) {
        memset(&workers[i], 0, sizeof workers[i]);
        workers[i].array = a, workers[i].end = end;
        workers[i].state = (uint64_t)i * 7919 + 88172645;
        if (pthread_create(&threads[i], NULL, use_random_views, &workers[i]) != 0) abort();
    }
    for (i = 0; i < THREADS; i++) {
        if (pthread_join(threads[i], NULL) != 0) abort();
        CHECK(workers[i].faults == 0);
        CHECK(workers[i].tries > 0); /* everybody had a turn */
        reads += workers[i].reads, writes += workers[i].writes, tries += workers[i].tries;
    }
    printf("%d threads, %.0f s: %" PRId64 " requests, %" PRId64 " reads, %" PRId64 " writes\n",
           THREADS, length, tries, reads, writes);
    CHECK(ndv_view_count(a) == 0);
    CHECK_OK(ndv_release(a));
}

/* A writer of the whole beside readers that always overlap: each gets its turns. */
static void *read_again_and_again(void *context) {
    worker *w = (worker *)context;
    do {
        ndv_lease lease = 0;
        if (ndv_borrow(w->array, NDV_READ, "reader", &lease) != NDV_OK) w->faults++;
        nap(1);
        if (ndv_return(lease) != NDV_OK) w->faults++;
        w->reads++;
    } while (seconds() < w->end);
    return NULL;
}

static void a_writer_is_not_kept_waiting_by_readers(void) {
    enum { READERS = 4 };
    worker workers[READERS];
    pthread_t threads[READERS];
    ndv_array *a = grid(2, 2);
    ndv_lease lease;
    int i, turns;
    for (i = 0; i < READERS; i++) {
        memset(&workers[i], 0, sizeof workers[i]);
        workers[i].array = a, workers[i].end = seconds() + 0.3;
        if (pthread_create(&threads[i], NULL, read_again_and_again, &workers[i]) != 0) abort();
    }
    for (turns = 0; turns < 10; turns++) {
        CHECK_OK(ndv_borrow(a, NDV_WRITE, "writer", &lease));
        CHECK_OK(ndv_return(lease));
        nap(5);
    }
    for (i = 0; i < READERS; i++) {
        if (pthread_join(threads[i], NULL) != 0) abort();
        CHECK(workers[i].faults == 0 && workers[i].reads > 0);
    }
    CHECK_OK(ndv_release(a));
}

/* --------------------------------------------------------------------------------------- fork */

static void a_forked_child_has_leases_of_its_own(void) {
    ndv_array *a = grid(4, 4), *top = slice(a, "0"), *rest = slice(a, "1:");
    borrower other, waiting;
    ndv_lease own, more;
    pthread_t threads[2];
    int result = -1;
    pid_t child;
    threads[0] = start(&other, rest, NDV_WRITE, "other");
    while (!is_done(&other)) nap(1);
    threads[1] = start(&waiting, a, NDV_WRITE, "waiting");
    wait_until_queued(top, "waiting");
    CHECK(ndv_try_borrow(top, NDV_WRITE, "own", &own) == NDV_E_LEASED);
    fflush(stdout);
    child = fork();
    if (child == 0) { /* nobody waits here, and the other thread's lease stays */
        bool good = ndv_borrow(top, NDV_WRITE, "own", &own) == NDV_OK;
        good = good && ndv_borrow(a, NDV_READ, NULL, &more) == NDV_E_DEADLOCK;
        good = good && ndv_return(own) == NDV_OK;
        good = good && ndv_borrow(a, NDV_READ, NULL, &more) == NDV_E_DEADLOCK;
        good = good && strstr(ndv_last_error_message(), "stayed behind") != NULL;
        good = good && ndv_borrow_timed(a, NDV_READ, 1000, NULL, &more) == NDV_E_LEASED;
        good = good && ndv_return(other.lease) == NDV_OK;
        good = good && ndv_borrow(a, NDV_WRITE, NULL, &more) == NDV_OK;
        good = good && ndv_return(more) == NDV_OK && ndv_release(top) == NDV_OK;
        good = good && ndv_release(rest) == NDV_OK && ndv_release(a) == NDV_OK;
        good = good && check_statistics().arrays_alive == 0;
        if (!good) printf("in the child: %s\n", ndv_last_error_message());
        fflush(stdout);
        _exit(good ? 0 : 1);
    }
    CHECK(child > 0);
    CHECK(waitpid(child, &result, 0) == child);
    CHECK(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    CHECK_OK(ndv_return(other.lease));
    finish(threads[1], &waiting);
    finish(threads[0], &other);
    CHECK_OK(ndv_return(waiting.lease));
    CHECK_OK(ndv_release(rest));
    CHECK_OK(ndv_release(top));
    CHECK_OK(ndv_release(a));
}

/* Forks while other threads fight over the registry: no child finds it locked. */
static void children_of_a_busy_process_can_borrow(void) {
    worker workers[2];
    pthread_t threads[2];
    ndv_array *a = NULL;
    ndv_lease lease;
    int i, forks, good = 0;
    CHECK_OK(ndv_zeros(NDV_UINT64, NDV_DIMS(SIDE, SIDE), &a));
    fflush(stdout);
    for (i = 0; i < 2; i++) {
        memset(&workers[i], 0, sizeof workers[i]);
        workers[i].array = a, workers[i].end = seconds() + 0.4;
        workers[i].state = 99 + (uint64_t)i;
        if (pthread_create(&threads[i], NULL, use_random_views, &workers[i]) != 0) abort();
    }
    for (forks = 0; forks < 20; forks++) {
        const pid_t child = fork();
        int result = -1;
        if (child == 0) {
            alarm(60);
            i = ndv_try_borrow(a, NDV_READ, "child", &lease);
            _exit(i == NDV_OK || i == NDV_E_LEASED ? ndv_return(lease) : 1);
        }
        if (waitpid(child, &result, 0) == child && WIFEXITED(result) && WEXITSTATUS(result) == 0)
            good++;
    }
    CHECK(good == forks);
    for (i = 0; i < 2; i++) {
        if (pthread_join(threads[i], NULL) != 0) abort();
        CHECK(workers[i].faults == 0);
    }
    CHECK_OK(ndv_release(a));
}

#define TESTS_OF_THREADS                                                                           \
    , TEST(a_lease_is_waited_for_and_returned_by_any_thread),                                      \
        TEST(a_time_limit_ends_the_wait_and_leaves_nothing),                                       \
        TEST(later_readers_wait_for_a_writer_that_waits),                                          \
        TEST(readers_behind_a_writer_that_gives_up_go_on),                                         \
        TEST(no_two_threads_touch_a_byte_that_one_writes),                                         \
        TEST(a_writer_is_not_kept_waiting_by_readers), TEST(a_forked_child_has_leases_of_its_own), \
        TEST(children_of_a_busy_process_can_borrow)
#endif

CHECK_MAIN(TEST(bytes_have_many_readers_or_one_writer), TEST(conflicts_are_judged_byte_by_byte),
           TEST(bytes_of_an_element_conflict_with_the_element),
           TEST(an_array_without_axes_conflicts_with_its_parent),
           TEST(an_array_that_overlaps_itself_is_written_only_where_its_maker_insisted),
           TEST(memory_that_is_wrapped_twice_is_one),
           TEST(the_message_names_the_other_lease_and_a_byte_of_both),
           TEST(what_is_too_hard_to_tell_counts_as_a_conflict), TEST(a_lease_is_returned_once),
           TEST(arguments_are_checked_in_their_order), TEST(a_thread_does_not_wait_for_itself),
           TEST(a_lease_keeps_the_memory_alive),
           TEST(thousands_of_leases_stand_side_by_side) TESTS_OF_THREADS)
