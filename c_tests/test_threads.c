/* One array used by many threads at once; counts and statistics are exact afterwards. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#ifdef _WIN32
int main(void) {
    puts("skipped: needs POSIX threads");
    return 77;
}
#else

#include <pthread.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, TIMES = 100000, ROWS = 4, COLUMNS = 50 };

typedef struct {
    ndv_array *array;
    int number, times;
    int64_t faults; /* what went wrong in this thread */
} worker;

/* Fewer under valgrind, which runs one thread at a time and slowly, and shows in LD_PRELOAD. */
static int rounds(void) {
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL ? TIMES / 100 : TIMES;
}

static ndv_array *table(void) {
    ndv_array *flat, *a;
    CHECK_OK(ndv_arange(0, ROWS * COLUMNS, 1, &flat));
    CHECK_OK(ndv_reshape(flat, NDV_DIMS(ROWS, COLUMNS), NDV_ORDER_C, NDV_COPY_ALWAYS, &a));
    CHECK_OK(ndv_release(flat));
    return a;
}

/* Runs one function in every thread at once, and returns the faults. */
static int64_t run_all(void *(*body)(void *), worker *workers) {
    pthread_t threads[THREADS];
    int64_t faults = 0;
    int i;
    for (i = 0; i < THREADS; i++) {
        workers[i].number = i;
        workers[i].times = rounds();
        workers[i].faults = 0;
        if (pthread_create(&threads[i], NULL, body, &workers[i]) != 0) abort();
    }
    for (i = 0; i < THREADS; i++) {
        if (pthread_join(threads[i], NULL) != 0) abort();
        faults += workers[i].faults;
    }
    return faults;
}

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition) && w->faults++ == 0)                                                      \
            printf("thread %d: %s: %s\n", w->number, #condition, ndv_last_error_message());        \
    } while (0)

static void *use_one_array(void *context) {
    worker *w = (worker *)context;
    int i;
    for (i = 0; i < w->times; i++) {
        ndv_array *mine = ndv_retain(w->array), *view = NULL, *part = NULL;
        const int64_t row = (i + w->number) % ROWS, column = i % COLUMNS;
        int64_t value = -1;
        EXPECT(mine == w->array);
        EXPECT(ndv_use_count(mine) >= 2);
        EXPECT(ndv_view(mine, &view) == NDV_OK);
        EXPECT(ndv_index_items(view, NDV_ITEMS(NDV_AT(row), NDV_BY(-1)), &part) == NDV_OK);
        EXPECT(ndv_base(part) == w->array && ndv_size(part) == COLUMNS);
        EXPECT(ndv_release(view) == NDV_OK);
        EXPECT(ndv_get_int64(part, NDV_DIMS(column), &value) == NDV_OK);
        EXPECT(value == row * COLUMNS + COLUMNS - 1 - column);
        EXPECT(ndv_retain(part) == part);
        EXPECT(ndv_release(part) == NDV_OK);
        EXPECT(ndv_release(mine) == NDV_OK);
        EXPECT(ndv_release(part) == NDV_OK);
    }
    return NULL;
}

static void many_threads_share_one_array(void) {
    worker workers[THREADS];
    ndv_array *a = table();
    const ndv_statistics before = check_statistics();
    ndv_statistics after;
    int i;
    for (i = 0; i < THREADS; i++) workers[i].array = a;
    CHECK(run_all(use_one_array, workers) == 0);
    after = check_statistics();
    CHECK(memcmp(&before, &after, sizeof before) == 0);
    CHECK(ndv_use_count(a) == 1);
    CHECK(ndv_view_count(a) == 0);
    CHECK_OK(ndv_release(a));
}

/* Every THREADS-th byte of one array is this thread's; its neighbours are the others'. */
static void *write_ones_own_elements(void *context) {
    worker *w = context;
    ndv_array *own = NULL, *source = NULL;
    bool equal = false;
    int i;
    EXPECT(ndv_index_items(w->array, NDV_ITEMS(NDV_STEPS(w->number, INT64_MAX, THREADS)), &own) ==
           NDV_OK);
    for (i = 0; i < w->times / 100; i++) {
        EXPECT(ndv_full_int64(NDV_INT16, NDV_DIMS(64), (i + w->number) % 100, &source) == NDV_OK);
        EXPECT(ndv_set(own, source, NDV_CAST_UNSAFE) == NDV_OK);
        EXPECT(ndv_equal(own, source, &equal) == NDV_OK && equal);
        EXPECT(ndv_release(source) == NDV_OK);
        EXPECT(ndv_fill_int64(own, w->number) == NDV_OK);
    }
    EXPECT(ndv_release(own) == NDV_OK);
    return NULL;
}

static void writers_of_different_elements_may_run_at_once(void) {
    worker workers[THREADS];
    ndv_array *a;
    int64_t i, found, wrong = 0;
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(THREADS * 64), &a));
    for (i = 0; i < THREADS; i++) workers[i].array = a;
    CHECK(run_all(write_ones_own_elements, workers) == 0);
    for (i = 0; i < ndv_size(a); i++)
        if (ndv_get_int64(a, NDV_DIMS(i), &found) != NDV_OK || found != i % THREADS) wrong++;
    CHECK(wrong == 0);
    CHECK_OK(ndv_release(a));
}

static void *copy_and_release(void *context) {
    worker *w = (worker *)context;
    int i;
    for (i = 0; i < w->times / 10; i++) {
        ndv_array *copy = NULL;
        EXPECT(ndv_copy(w->array, NDV_ORDER_F, &copy) == NDV_OK);
        EXPECT(ndv_fill_int64(copy, w->number) == NDV_OK);
        EXPECT(ndv_release(copy) == NDV_OK);
    }
    return NULL;
}

static void copies_of_all_threads_are_counted(void) {
    worker workers[THREADS];
    ndv_array *a = table();
    const ndv_statistics before = check_statistics();
    ndv_statistics after;
    const int64_t copies = (int64_t)THREADS * (rounds() / 10);
    int i;
    for (i = 0; i < THREADS; i++) workers[i].array = a;
    CHECK(run_all(copy_and_release, workers) == 0);
    after = check_statistics();
    CHECK(after.arrays_alive == before.arrays_alive && after.bytes_alive == before.bytes_alive);
    CHECK(after.copies - before.copies == copies);
    CHECK(after.bytes_copied - before.bytes_copied == copies * ROWS * COLUMNS * 8);
    CHECK_OK(ndv_release(a));
}

/* ------------------------------------------------- the base goes while views live elsewhere */

static int64_t buffer[8];
static int deleted; /* guarded by the joins */

static void count_deletion(void *data, void *context) {
    if (data == buffer && context == &deleted) deleted++;
}

static void *release_what_is_given(void *context) {
    worker *w = (worker *)context;
    int64_t value = -1;
    EXPECT(ndv_get_int64(w->array, NDV_DIMS(w->number), &value) == NDV_OK);
    EXPECT(value == w->number * 3);
    EXPECT(ndv_release(w->array) == NDV_OK);
    return NULL;
}

static void the_base_may_go_while_views_live_in_other_threads(void) {
    const int times = rounds() / 100;
    int i, t, wrong = 0;
    for (i = 0; i < 8; i++) buffer[i] = i * 3;
    for (t = 0; t < times && wrong == 0; t++) {
        worker workers[THREADS];
        ndv_array *a;
        deleted = 0;
        if (ndv_wrap(buffer, sizeof buffer, 0, NDV_INT64, NDV_DIMS(8), NULL, 0, count_deletion,
                     &deleted, &a) != NDV_OK)
            wrong++;
        workers[0].array = a; /* one thread releases the base, the others a view each */
        for (i = 1; i < THREADS; i++)
            if (ndv_view(a, &workers[i].array) != NDV_OK) wrong++;
        if (run_all(release_what_is_given, workers) != 0 || deleted != 1) wrong++;
        if (check_statistics().arrays_alive != 0) wrong++;
    }
    CHECK(wrong == 0);
}

/* ------------------------------------------------------------------- errors, many threads */

static void *fail_in_ones_own_way(void *context) {
    worker *w = (worker *)context;
    const int64_t index = 1000 + w->number;
    char expected[100];
    int i;
    snprintf(expected, sizeof expected, "index %d is out of bounds for axis 0 with size %d",
             (int)index, ROWS);
    EXPECT(strcmp(ndv_last_error_message(), "") == 0);
    for (i = 0; i < w->times / 10; i++) {
        ndv_array *view = w->array;
        EXPECT(ndv_index_items(w->array, NDV_ITEMS(NDV_AT(index)), &view) == NDV_E_INDEX);
        EXPECT(view == NULL);
        EXPECT(strcmp(ndv_last_error_message(), expected) == 0);
        EXPECT(ndv_view(w->array, &view) == NDV_OK);
        EXPECT(ndv_release(view) == NDV_OK);
        EXPECT(strcmp(ndv_last_error_message(), expected) == 0);
    }
    return NULL;
}

static void an_error_in_one_thread_does_not_show_in_another(void) {
    worker workers[THREADS];
    ndv_array *a = table(), *v;
    char before[1000] = "";
    int i;
    CHECK_STATUS(NDV_E_SYNTAX, ndv_slice(a, "here", &v));
    strncpy(before, ndv_last_error_message(), sizeof before - 1);
    for (i = 0; i < THREADS; i++) workers[i].array = a;
    CHECK(run_all(fail_in_ones_own_way, workers) == 0);
    CHECK(strcmp(before, ndv_last_error_message()) == 0);
    CHECK_OK(ndv_release(a));
}

/* ------------------------------------------- more threads than the library has counters for */

static void *leave_a_view(void *context) {
    worker *w = (worker *)context;
    ndv_array *copy = NULL, *view = NULL;
    EXPECT(ndv_copy(w->array, NDV_ORDER_C, &copy) == NDV_OK);
    EXPECT(ndv_view(copy, &view) == NDV_OK);
    EXPECT(ndv_release(copy) == NDV_OK);
    w->array = view;
    return NULL;
}

static void *release_the_view(void *context) {
    worker *w = (worker *)context;
    EXPECT(ndv_release(w->array) == NDV_OK);
    return NULL;
}

static void statistics_are_exact_over_many_threads(void) {
    enum { MANY = 300 };
    static worker workers[MANY];
    static pthread_t threads[MANY];
    ndv_array *a = table();
    const ndv_statistics before = check_statistics();
    ndv_statistics after;
    int i, at_once;
    for (at_once = 0; at_once <= 1; at_once++) { /* one after another; then all together */
        const ndv_statistics start = check_statistics();
        for (i = 0; i < MANY; i++) {
            workers[i].array = a;
            workers[i].number = i;
            workers[i].faults = 0;
            if (pthread_create(&threads[i], NULL, leave_a_view, &workers[i]) != 0) abort();
            if (at_once) continue;
            if (pthread_join(threads[i], NULL) != 0) abort();
            after = check_statistics();
            CHECK(after.arrays_alive == start.arrays_alive + 2 * (i + 1));
            CHECK(after.copies == start.copies + i + 1);
        }
        for (i = 0; at_once && i < MANY; i++)
            if (pthread_join(threads[i], NULL) != 0) abort();
        after = check_statistics();
        CHECK(after.arrays_alive == start.arrays_alive + 2 * MANY);
        CHECK(after.buffers_alive == start.buffers_alive + MANY);
        CHECK(after.bytes_alive == start.bytes_alive + (int64_t)MANY * ROWS * COLUMNS * 8);
        CHECK(after.copies == start.copies + MANY);
        CHECK(after.bytes_copied == start.bytes_copied + (int64_t)MANY * ROWS * COLUMNS * 8);
        for (i = 0; i < MANY; i++) { /* given back by other threads than took them */
            if (pthread_create(&threads[i], NULL, release_the_view, &workers[i]) != 0) abort();
            if (!at_once && pthread_join(threads[i], NULL) != 0) abort();
        }
        for (i = 0; at_once && i < MANY; i++)
            if (pthread_join(threads[i], NULL) != 0) abort();
        for (i = 0; i < MANY; i++) CHECK(workers[i].faults == 0);
    }
    after = check_statistics();
    CHECK(after.arrays_alive == before.arrays_alive);
    CHECK(after.buffers_alive == before.buffers_alive);
    CHECK(after.bytes_alive == before.bytes_alive);
    CHECK(after.copies == before.copies + 2 * MANY);
    CHECK_OK(ndv_release(a));
}

/* ------------------------------------------------------------------- one loop in many threads */

static int32_t add_three_times(char **data, const int64_t *dimensions, const int64_t *strides,
                               void *context) {
    int64_t i;
    (void)context;
    for (i = 0; i < dimensions[0]; i++) {
        int64_t a, b, sum;
        memcpy(&a, data[0] + i * strides[0], sizeof a);
        memcpy(&b, data[1] + i * strides[1], sizeof b);
        memcpy(&sum, data[2] + i * strides[2], sizeof sum);
        sum += a + 3 * b; /* an element that is visited twice shows */
        memcpy(data[2] + i * strides[2], &sum, sizeof sum);
    }
    return 0;
}

typedef struct {
    ndv_array *a, *b, *sum;
    int64_t start, stop;
    ndv_status status;
} range_of_a_loop;

#define SUM_OF(r)                                                                                  \
    NDV_OPERANDS(NDV_READS_AS((r)->a, NDV_INT64, NDV_CAST_SAFE), NDV_READS((r)->b),                \
                 NDV_UPDATES_AS((r)->sum, NDV_INT64, NDV_CAST_UNSAFE))

static void *run_a_range(void *context) {
    range_of_a_loop *r = (range_of_a_loop *)context;
    r->status =
        ndv_apply_range(SUM_OF(r), 0, r->start, r->stop, add_three_times, NULL);
    return NULL;
}

static void ranges_of_a_loop_run_in_many_threads(void) {
    enum { HIGH = 301, WIDE = 203 };
    ndv_array *whole, *short_, *a, *b, *sum;
    pthread_t threads[THREADS];
    range_of_a_loop ranges[THREADS];
    const int times = rounds() / 2000 + 1;
    int64_t size = 0, row, column, found = 0, wrong = 0;
    int t, i;
    CHECK_OK(ndv_arange(0, HIGH * WIDE, 1, &whole));
    CHECK_OK(ndv_astype(whole, NDV_INT32, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &short_));
    CHECK_OK(ndv_reshape(short_, NDV_DIMS(HIGH, WIDE), NDV_ORDER_F, NDV_COPY_ALWAYS, &a));
    CHECK_OK(ndv_arange(0, WIDE, 1, &b));
    CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(HIGH, WIDE), &sum)); /* neighbours share cache lines */
    for (i = 0; i < THREADS; i++) ranges[i].a = a, ranges[i].b = b, ranges[i].sum = sum;
    CHECK_OK(ndv_apply_size(SUM_OF(&ranges[0]), &size));
    CHECK(size == HIGH * WIDE);
    for (t = 0; t < times; t++) {
        CHECK_OK(ndv_fill_int64(sum, 0));
        for (i = 0; i < THREADS; i++) {
            ranges[i].start = size * i / THREADS + (i > 0 ? t % 7 : 0);
            ranges[i].stop = i == THREADS - 1 ? size : size * (i + 1) / THREADS + t % 7;
            if (pthread_create(&threads[i], NULL, run_a_range, &ranges[i]) != 0) abort();
        }
        for (i = 0; i < THREADS; i++) {
            if (pthread_join(threads[i], NULL) != 0) abort();
            CHECK(ranges[i].status == NDV_OK);
        }
        for (row = 0; row < HIGH; row++)
            for (column = 0; column < WIDE; column++) {
                const int64_t wide = row + column * HIGH + 3 * column;
                if (ndv_get_int64(sum, NDV_DIMS(row, column), &found) != NDV_OK) wrong++;
                wrong += found != (int16_t)wide;
            }
    }
    CHECK(wrong == 0);
    CHECK_OK(ndv_release(sum));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_release(short_));
    CHECK_OK(ndv_release(whole));
}

/* --------------------------------------------------------------------------------------- fork */

static int32_t fork_within(char **data, const int64_t *dimensions, const int64_t *strides,
                           void *context) {
    pid_t *child = (pid_t *)context;
    int64_t i;
    *child = fork();
    for (i = 0; i < dimensions[0]; i++) {
        const int64_t value = *child == 0 ? 2 : 1;
        memcpy(data[1] + i * strides[1], &value, sizeof value);
    }
    return 0;
}

static void parent_and_child_of_a_fork_within_a_loop_go_on(void) {
    int64_t memory[3] = {0, 0, 0};
    ndv_array *a, *back;
    pid_t child = -1;
    int result = -1;
    ndv_status status;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3), NULL, 0, NULL, NULL, &a));
    CHECK_OK(ndv_flip(a, NDV_NO_DIMS, &back));
    fflush(stdout);
    status = ndv_apply(NDV_OPERANDS(NDV_READS(back), NDV_WRITES(a)), 0, fork_within, &child);
    if (child == 0) { /* with a temporary of its own */
        const bool good = status == NDV_OK && memory[1] == 2 && ndv_release(back) == NDV_OK &&
                          ndv_release(a) == NDV_OK && check_statistics().arrays_alive == 0;
        _exit(good ? 0 : 1);
    }
    CHECK(status == NDV_OK && child > 0);
    CHECK_INT64S(a, 1, 1, 1);
    CHECK(waitpid(child, &result, 0) == child);
    CHECK(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    CHECK_OK(ndv_release(back));
    CHECK_OK(ndv_release(a));
}

static void a_forked_child_uses_its_copies(void) {
    ndv_array *a = table(), *v;
    int result = -1;
    pid_t child;
    CHECK_OK(ndv_slice(a, "1, ::-1", &v));
    fflush(stdout);
    child = fork();
    if (child == 0) {
        ndv_array *copy = NULL, *part = NULL;
        int64_t value = -1;
        bool good = ndv_get_int64(v, NDV_DIMS(0), &value) == NDV_OK && value == 2 * COLUMNS - 1;
        good = good && ndv_copy(v, NDV_ORDER_C, &copy) == NDV_OK;
        good = good && ndv_fill_int64(a, 5) == NDV_OK; /* the parent does not see it */
        good = good && ndv_view(v, &part) == NDV_OK && ndv_view_count(a) == 2;
        good = good && ndv_release(a) == NDV_OK && ndv_release(v) == NDV_OK;
        good = good && ndv_release(part) == NDV_OK && ndv_release(copy) == NDV_OK;
        good = good && check_statistics().arrays_alive == 0;
        _exit(good ? 0 : 1);
    }
    CHECK(child > 0);
    CHECK(waitpid(child, &result, 0) == child);
    CHECK(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    CHECK_INT64S(v, 99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 89, 88, 87, 86, 85, 84, 83, 82, 81, 80,
                 79, 78, 77, 76, 75, 74, 73, 72, 71, 70, 69, 68, 67, 66, 65, 64, 63, 62, 61, 60, 59,
                 58, 57, 56, 55, 54, 53, 52, 51, 50);
    CHECK(ndv_view_count(a) == 1);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(many_threads_share_one_array),
           TEST(writers_of_different_elements_may_run_at_once),
           TEST(copies_of_all_threads_are_counted),
           TEST(the_base_may_go_while_views_live_in_other_threads),
           TEST(an_error_in_one_thread_does_not_show_in_another),
           TEST(statistics_are_exact_over_many_threads), TEST(ranges_of_a_loop_run_in_many_threads),
           TEST(parent_and_child_of_a_fork_within_a_loop_go_on),
           TEST(a_forked_child_uses_its_copies))

#endif
