/* Threads that help with large transfers: none unless asked for, the same results with any number,
 * and a clean end. */
#define _GNU_SOURCE
#include "check.h"

#ifdef _WIN32
static void there_are_no_threads(void) {
    CHECK(ndv_threads() == 1);
    CHECK_OK(ndv_set_threads(1));
    CHECK_STATUS(NDV_E_UNSUPPORTED, ndv_set_threads(2));
    CHECK_STATUS(NDV_E_VALUE, ndv_set_threads(0));
    CHECK(ndv_threads() == 1);
}
CHECK_MAIN(TEST(there_are_no_threads))
#else

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIDE = 1100, MOST = 256 }; /* as float32 4.6 MiB, more than what is shared from */

/* What this program keeps for each thread is more than the stack of the library's, from where some
 * systems take it. */
static __thread volatile char kept_for_each_thread[400 << 10];

/* The threads of this process; -1 where the system does not list them, or a sanitizer has some of its
 * own. The list may still show one that has been joined a moment ago. */
static int listed_threads(int expected) {
    int count = -1, tries;
#ifdef __SANITIZE_THREAD__
    return -1;
#endif
    for (tries = 0; tries < 200; tries++) {
        DIR *const folder = opendir("/proc/self/task");
        if (folder == NULL) return -1;
        count = -2; /* . and .. */
        while (readdir(folder) != NULL) count++;
        closedir(folder);
        if (count == expected) break;
        usleep(5000);
    }
    return count;
}

static void check_threads(int count) {
    const int listed = listed_threads(count);
    CHECK(ndv_threads() == count);
    CHECK(listed < 0 || listed == count);
}

/* Everything that may be shared: a checksum of each result. */
enum { RESULTS = 12 };
typedef struct {
    uint64_t sums[RESULTS];
} results;

/* Of dense arrays of 4 or 8 bytes an element. */
static uint64_t sum_of(const ndv_array *array) {
    const char *bytes = (const char *)ndv_data(array);
    const size_t count = (size_t)ndv_size(array) * ndv_dtype_itemsize(ndv_dtype(array));
    uint64_t sum = 1469598103934665603u;
    size_t at;
    for (at = 0; at + 8 <= count; at += 8) {
        uint64_t word;
        memcpy(&word, bytes + at, sizeof word);
        sum = (sum ^ word) * 1099511628211u;
        sum ^= sum >> 29;
    }
    return sum;
}

/* Of arrays that this thread alone uses; counts what fails, as checks are for the main thread. */
typedef struct {
    ndv_array *numbers, *turned, *marks, *positions, *out;
    int failures;
} material;

#define DO(call)                                                                                   \
    do {                                                                                           \
        if ((call) != NDV_OK) m->failures++;                                                       \
    } while (0)

static void make_material(material *m) {
    ndv_array *line = NULL, *whole = NULL, *small = NULL;
    memset(m, 0, sizeof *m);
    DO(ndv_arange(0, SIDE * SIDE, 1, &line));
    DO(ndv_reshape(line, NDV_DIMS(SIDE, SIDE), NDV_ORDER_C, NDV_COPY_NEVER, &whole));
    DO(ndv_astype(whole, NDV_FLOAT64, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &m->numbers));
    DO(ndv_transpose(m->numbers, &m->turned));
    DO(ndv_astype(whole, NDV_UINT8, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &small));
    DO(ndv_astype(small, NDV_BOOL, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &m->marks));
    DO(ndv_astype(small, NDV_INT64, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &m->positions));
    DO(ndv_empty(NDV_FLOAT64, NDV_DIMS(SIDE, SIDE), &m->out));
    ndv_release(small);
    ndv_release(whole);
    ndv_release(line);
}

static void release_material(material *m) {
    ndv_release(m->out);
    ndv_release(m->positions);
    ndv_release(m->marks);
    ndv_release(m->turned);
    ndv_release(m->numbers);
}

static results everything(material *m) {
    results r;
    ndv_array *made = NULL, *flat = NULL, *part = NULL, *value = NULL;
    int64_t row = SIDE - 1;
    int n = 0;
    bool equal = false;
    memset(&r, 0, sizeof r);
    DO(ndv_set(m->out, m->numbers, NDV_CAST_NO));
    r.sums[n++] = sum_of(m->out);
    DO(ndv_set(m->out, m->turned, NDV_CAST_NO));
    r.sums[n++] = sum_of(m->out);
    DO(ndv_fill_double(m->out, 2.5));
    r.sums[n++] = sum_of(m->out);
    DO(ndv_copy_where(m->out, m->turned, m->marks, NDV_CAST_NO));
    r.sums[n++] = sum_of(m->out);
    DO(ndv_full_double(NDV_FLOAT64, 0, NULL, -1, &value));
    DO(ndv_copy_where(m->out, value, m->marks, NDV_CAST_NO));
    r.sums[n++] = sum_of(m->out);
    DO(ndv_astype(m->turned, NDV_FLOAT32, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &made));
    r.sums[n++] = sum_of(made);
    ndv_release(made);
    DO(ndv_astype(m->numbers, NDV_INT32, NDV_ORDER_F, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &made));
    r.sums[n++] = sum_of(made);
    ndv_release(made);
    DO(ndv_reshape(m->numbers, NDV_DIMS(SIDE * SIDE), NDV_ORDER_C, NDV_COPY_NEVER, &flat));
    DO(ndv_take_array_into(flat, m->positions, 0, NDV_MODE_RAISE, NDV_CAST_NO, m->out));
    r.sums[n++] = sum_of(m->out);
    DO(ndv_slice(m->positions, "0", &part));
    DO(ndv_take_array_into(m->turned, part, 0, NDV_MODE_RAISE, NDV_CAST_NO, m->out));
    r.sums[n++] = sum_of(m->out);
    DO(ndv_take_array_into(m->turned, part, 1, NDV_MODE_RAISE, NDV_CAST_NO, m->out));
    r.sums[n++] = sum_of(m->out);
    DO(ndv_copy(m->turned, NDV_ORDER_C, &made));
    DO(ndv_equal(made, m->turned, &equal));
    r.sums[n++] = equal;
    DO(ndv_set_double(made, NDV_DIMS(row, row), 0.5));
    DO(ndv_equal(made, m->turned, &equal));
    r.sums[n++] = !equal;
    ndv_release(made);
    ndv_release(part);
    ndv_release(flat);
    ndv_release(value);
    return r;
}

static bool same(const results *a, const results *b) { return memcmp(a, b, sizeof *a) == 0; }

static void no_thread_is_started_unless_asked(void) {
    material m;
    kept_for_each_thread[0] = 1;
    check_threads(1);
    make_material(&m);
    everything(&m);
    check_threads(1);
    CHECK_OK(ndv_set_threads(1));
    check_threads(1);
    CHECK(m.failures == 0);
    release_material(&m);
}

static void there_are_as_many_threads_as_are_set(void) {
    static const int counts[] = {2, 5, 3, 3, 1, 8, 2, 1};
    size_t i;
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        CHECK_OK(ndv_set_threads(counts[i]));
        check_threads(counts[i]);
    }
}

static void a_number_that_cannot_be_changes_nothing(void) {
    static const int wrong[] = {0, -1, INT32_MIN, MOST + 1, INT32_MAX};
    size_t i;
    CHECK_OK(ndv_set_threads(3));
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char number[20];
        snprintf(number, sizeof number, "%d threads", wrong[i]);
        CHECK_STATUS(NDV_E_VALUE, ndv_set_threads(wrong[i]));
        CHECK_MESSAGE(number);
        CHECK_MESSAGE("between 1 and 256");
        check_threads(3);
    }
    CHECK_OK(ndv_set_threads(1));
}

static void results_are_the_same_with_any_number(void) {
    material m;
    results alone, shared;
    int threads;
    make_material(&m);
    alone = everything(&m);
    CHECK(alone.sums[RESULTS - 2] == 1 && alone.sums[RESULTS - 1] == 1);
    for (threads = 2; threads <= 7; threads++) {
        CHECK_OK(ndv_set_threads(threads));
        shared = everything(&m);
        CHECK(same(&alone, &shared));
    }
    CHECK(m.failures == 0);
    CHECK_OK(ndv_set_threads(1));
    release_material(&m);
}

/* ------------------------------------------------------------------------------ several callers */

typedef struct {
    results expected;
    int rounds, faults;
} caller;

static void *use_threads(void *context) {
    caller *c = (caller *)context;
    material m;
    int i;
    make_material(&m);
    for (i = 0; i < c->rounds; i++) {
        const results found = everything(&m);
        if (!same(&c->expected, &found)) c->faults++;
    }
    c->faults += m.failures;
    release_material(&m);
    return NULL;
}

/* For ever, but that it may be cancelled here. */
static void *use_threads_until_cancelled(void *context) {
    material *m = (material *)context;
    for (;;) {
        DO(ndv_set(m->out, m->turned, NDV_CAST_NO));
        DO(ndv_set_threads(3));
        DO(ndv_set_threads(4));
        pthread_testcancel();
    }
    return NULL;
}

/* A thread waits for others in a transfer, and would end there with all it holds. */
static void a_thread_is_not_cancelled_within_a_transfer(void) {
    material m;
    int i;
    make_material(&m);
    CHECK_OK(ndv_set_threads(4));
    for (i = 0; i < 5; i++) {
        pthread_t thread;
        void *ended = NULL;
        CHECK(pthread_create(&thread, NULL, use_threads_until_cancelled, &m) == 0);
        usleep(20000);
        CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &ended) == 0);
        CHECK(ended == PTHREAD_CANCELED);
        everything(&m);
    }
    CHECK(m.failures == 0);
    CHECK_OK(ndv_set_threads(1));
    check_threads(1);
    release_material(&m);
}

static void *set_numbers(void *context) {
    caller *c = (caller *)context;
    int i;
    for (i = 0; i < 50 * c->rounds; i++)
        if (ndv_set_threads(1 + i % 4) != NDV_OK) c->faults++;
    return NULL;
}

/* Transfers of two threads at once, while two more change the number. */
static void threads_may_transfer_and_change_the_number_at_once(void) {
    void *(*const bodies[4])(void *) = {use_threads, use_threads, set_numbers, set_numbers};
    caller callers[4];
    pthread_t threads[4];
    material m;
    int i;
    make_material(&m);
    CHECK_OK(ndv_set_threads(3));
    memset(callers, 0, sizeof callers);
    callers[0].expected = everything(&m);
    for (i = 0; i < 4; i++) {
        callers[i].expected = callers[0].expected;
        callers[i].rounds = 4;
        CHECK(pthread_create(&threads[i], NULL, bodies[i], &callers[i]) == 0);
    }
    for (i = 0; i < 4; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(callers[i].faults == 0);
    }
    release_material(&m);
    CHECK_OK(ndv_set_threads(1));
    check_threads(1);
}

/* --------------------------------------------------------------------------------------- memory */

static struct {
    int64_t asked, alive;
} memory;

static void *allocate(size_t size, void *context) {
    (void)context;
    memory.asked++;
    memory.alive++;
    return malloc(size);
}

static void *allocate_zeroed(size_t size, void *context) {
    (void)context;
    memory.asked++;
    memory.alive++;
    return calloc(1, size);
}

static void give_back(void *block, size_t size, void *context) {
    (void)size;
    (void)context;
    memory.alive--;
    free(block);
}

static void a_transfer_with_threads_takes_no_memory(void) {
    const ndv_allocator counting = {sizeof counting, allocate, allocate_zeroed, give_back, NULL};
    material m;
    CHECK_OK(ndv_set_allocator(&counting));
    memory.asked = 0;
    CHECK_OK(ndv_set_threads(3));
    CHECK(memory.asked == 0); /* nor do the threads */
    make_material(&m);
    memory.asked = 0;
    CHECK_OK(ndv_set(m.out, m.turned, NDV_CAST_NO));
    CHECK_OK(ndv_fill_double(m.out, 3));
    CHECK_OK(ndv_copy_where(m.out, m.numbers, m.marks, NDV_CAST_NO));
    CHECK(memory.asked == 0);
    CHECK(m.failures == 0);
    release_material(&m);
    CHECK(memory.alive == 0);
    CHECK_OK(ndv_set_allocator(NULL)); /* while threads are there */
    CHECK_OK(ndv_set_threads(1));
}

/* ----------------------------------------------------------------------------------------- fork */

static int child_of_threads(material *m, const results *expected) {
    const results alone = everything(m);
    int faults = ndv_threads() != 1 || m->failures != 0 || !same(expected, &alone);
#ifndef __SANITIZE_THREAD__ /* whose runtime cannot start threads in such a child */
    {
        results shared;
        faults += ndv_set_threads(2) != NDV_OK || ndv_threads() != 2;
        shared = everything(m);
        faults += !same(expected, &shared);
    }
#endif
    return faults;
}

/* Whether a child ends by itself, with 0. */
static bool ends_well(pid_t child) {
    int result = -1;
    return child > 0 && waitpid(child, &result, 0) == child && result == 0;
}

static pthread_mutex_t forking = PTHREAD_MUTEX_INITIALIZER; /* held as long as there are forks */

static void *transfer_while_forking(void *context) {
    material m;
    make_material(&m);
    while (pthread_mutex_trylock(&forking) != 0) everything(&m);
    *(int *)context = m.failures;
    release_material(&m);
    return NULL;
}

static void the_child_of_a_fork_has_no_threads_and_may_set_its_own(void) {
    material m;
    results expected;
    pthread_t other;
    int i, bad = 0, failures = -1;
    make_material(&m);
    expected = everything(&m);
    CHECK_OK(ndv_set_threads(3));
    CHECK(pthread_mutex_lock(&forking) == 0);
    /* It holds locks at most of the forks. */
    CHECK(pthread_create(&other, NULL, transfer_while_forking, &failures) == 0);
    for (i = 0; i < 6; i++) {
        const pid_t child = fork();
        if (child == 0) { /* exit() runs what is to be done at the exit; nothing is flushed twice */
            const int faults = child_of_threads(&m, &expected);
#ifdef __SANITIZE_ADDRESS__
            _exit(faults); /* exit() takes what the parent's other thread holds for a leak. */
#endif
            if (i % 2 == 0) _exit(faults);
            if (freopen("/dev/null", "w", stdout) == NULL) _exit(2);
            exit(faults);
        }
        if (!ends_well(child)) bad++;
    }
    CHECK(pthread_mutex_unlock(&forking) == 0);
    CHECK(pthread_join(other, NULL) == 0);
    CHECK(bad == 0 && failures == 0);
    expected = everything(&m);
    CHECK(m.failures == 0);
    check_threads(3);
    CHECK_OK(ndv_set_threads(1));
    release_material(&m);
}

/* ----------------------------------------------------------------------------------------- exit */

static void *transfer_for_ever(void *context) {
    material m;
    make_material(&m);
    for (;;) everything(&m);
    return context;
}

/* At the exit of a process with threads, in the midst of a transfer or not. */
static void a_process_with_threads_exits(void) {
    int i, bad = 0;
    fflush(stdout);
    for (i = 0; i < 10; i++) {
        const pid_t child = fork();
        if (child == 0) {
            pthread_t other;
            if (ndv_set_threads(4) != NDV_OK) _exit(2);
            if (i % 2 == 1 && pthread_create(&other, NULL, transfer_for_ever, NULL) != 0) _exit(3);
            usleep(20000);
            exit(0);
        }
        if (!ends_well(child)) bad++;
    }
    CHECK(bad == 0);
}

/* -------------------------------------------------------------------------------------- signals */

static volatile sig_atomic_t caught;
static pthread_t main_thread;

static void on_signal(int number) {
    (void)number;
    caught += pthread_equal(pthread_self(), main_thread) ? 1 : 1000;
}

static void signals_go_to_the_programs_own_threads(void) {
    struct sigaction action, before;
    sigset_t usr1, old;
    int i;
    main_thread = pthread_self();
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    CHECK(sigaction(SIGUSR1, &action, &before) == 0);
    CHECK_OK(ndv_set_threads(4));
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    for (i = 0; i < 50; i++) { /* blocked here, a signal would go to whichever thread takes it */
        CHECK(pthread_sigmask(SIG_BLOCK, &usr1, &old) == 0);
        CHECK(kill(getpid(), SIGUSR1) == 0);
        usleep(100);
        CHECK(caught == i);
        CHECK(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0);
        CHECK(caught == i + 1);
    }
    CHECK_OK(ndv_set_threads(1));
    CHECK(sigaction(SIGUSR1, &before, NULL) == 0);
}

CHECK_MAIN(TEST(a_process_with_threads_exits), /* first, as it starts threads in a child */
           TEST(no_thread_is_started_unless_asked),
           TEST(there_are_as_many_threads_as_are_set),
           TEST(a_number_that_cannot_be_changes_nothing),
           TEST(results_are_the_same_with_any_number),
           TEST(a_thread_is_not_cancelled_within_a_transfer),
           TEST(threads_may_transfer_and_change_the_number_at_once),
           TEST(a_transfer_with_threads_takes_no_memory),
           TEST(the_child_of_a_fork_has_no_threads_and_may_set_its_own),
           TEST(signals_go_to_the_programs_own_threads))

#endif
