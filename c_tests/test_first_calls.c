/* The library needs no initialisation: the very first calls of a process may come from many threads
 * at once. A process has one first call, so that every round is a process of its own, and neither it
 * nor its parent has called anything before. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#ifdef _WIN32
int main(void) {
    puts("skipped: needs POSIX threads and fork");
    return 77;
}
#else

#include <pthread.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 50 };

static pthread_barrier_t start;

/* A kind of first call for each thread: an error, a name, the counts, or arrays. */
static bool calls(int thread) {
    ndv_statistics statistics = NDV_STATISTICS_INIT;
    ndv_array *a = NULL, *b = NULL;
    char text[100] = "";
    switch (thread % 4) {
    case 0:
        return ndv_slice(NULL, "0", &a) == NDV_E_NULL && ndv_last_error_message()[0] != '\0';
    case 1:
        return strcmp(ndv_status_name(NDV_OK), "NDV_OK") == 0 &&
               strcmp(ndv_last_error_message(), "") == 0;
    case 2: return ndv_get_statistics(&statistics) == NDV_OK;
    default:
        return ndv_full_int64(NDV_INT16, NDV_DIMS(2, 3), 7, &a) == NDV_OK &&
               ndv_astype(a, NDV_FLOAT64, NDV_ORDER_K, NDV_CAST_SAFE, NDV_COPY_ALWAYS, &b) ==
                   NDV_OK &&
               ndv_format(b, NULL, text, sizeof text, NULL) == NDV_OK &&
               strcmp(text, "[[7. 7. 7.]\n [7. 7. 7.]]") == 0 && ndv_release(a) == NDV_OK &&
               ndv_release(b) == NDV_OK;
    }
}

static void *first_calls(void *thread) {
    const int waited = pthread_barrier_wait(&start);
    const bool good = waited == 0 || waited == PTHREAD_BARRIER_SERIAL_THREAD;
    return good && calls(*(const int *)thread) ? NULL : thread;
}

/* The life of a process: 0 if all went well in it. */
static int threads_that_all_begin_at_once(void) {
    pthread_t threads[THREADS];
    int numbers[THREADS], i, faults = 0;
    if (pthread_barrier_init(&start, NULL, THREADS) != 0) return 1;
    for (i = 0; i < THREADS; i++) {
        numbers[i] = i;
        if (pthread_create(&threads[i], NULL, first_calls, &numbers[i]) != 0) return 1;
    }
    for (i = 0; i < THREADS; i++) {
        void *fault = NULL;
        if (pthread_join(threads[i], &fault) != 0 || fault != NULL) faults++;
    }
    return faults != 0 || check_statistics().arrays_alive != 0 ||
           check_statistics().bytes_alive != 0;
}

static void the_first_calls_of_a_process_may_come_from_many_threads(void) {
    int round, wrong = 0;
    fflush(stdout);
    for (round = 0; round < ROUNDS; round++) {
        int result = -1;
        const pid_t child = fork();
        if (child == 0) _exit(threads_that_all_begin_at_once());
        if (child < 0 || waitpid(child, &result, 0) != child || result != 0) wrong++;
    }
    CHECK(wrong == 0);
}

CHECK_MAIN(TEST(the_first_calls_of_a_process_may_come_from_many_threads))

#endif
