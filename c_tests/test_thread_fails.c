/* What ndv_set_threads() does when the system refuses to start a thread. The program defines
 * pthread_create, which then serves the library too. */
#define _GNU_SOURCE
#include "check.h"

#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
int main(void) {
    puts("skipped: needs glibc, and pthread_create not replaced by a sanitizer");
    return 77;
}
#else

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>

static struct {
    int asked, fail_at, code;
    bool unblocked;   /* a thread was to be started that would get signals */
    size_t stack_size; /* of the last one */
} starts;

static int next_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                               void *(*body)(void *), void *context) {
    int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
    return next(thread, attributes, body, context);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *),
                   void *context) {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (!sigismember(&blocked, SIGINT) || !sigismember(&blocked, SIGALRM) ||
        sigismember(&blocked, SIGSEGV))
        starts.unblocked = true;
    starts.stack_size = 0;
    if (attributes != NULL) pthread_attr_getstacksize(attributes, &starts.stack_size);
    if (++starts.asked == starts.fail_at) return starts.code;
    return next_pthread_create(thread, attributes, body, context);
}

static void fail(int nth, int code) {
    starts.asked = 0;
    starts.fail_at = nth;
    starts.code = code;
}

/* That copies are right, with the threads there are. */
static void check_a_copy(void) {
    ndv_array *a, *t, *copy;
    bool equal = false;
    CHECK_OK(ndv_full_double(NDV_FLOAT64, NDV_DIMS(800, 700), 2.5, &a));
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_copy(t, NDV_ORDER_C, &copy));
    CHECK_OK(ndv_equal(copy, t, &equal));
    CHECK(equal);
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(a));
}

static void a_thread_that_cannot_be_started_changes_nothing(void) {
    static const int before[] = {1, 2, 4};
    size_t i;
    int nth;
    for (i = 0; i < sizeof before / sizeof before[0]; i++) {
        fail(0, 0);
        CHECK_OK(ndv_set_threads(before[i]));
        for (nth = 1; nth <= 8 - before[i]; nth++) {
            char text[60];
            fail(nth, nth % 2 == 0 ? EAGAIN : EPERM);
            CHECK_STATUS(NDV_E_LIMIT, ndv_set_threads(8));
            snprintf(text, sizeof text, "starts %d of %d more threads", nth - 1, 8 - before[i]);
            CHECK_MESSAGE(text);
            CHECK(starts.asked == nth);
            CHECK(ndv_threads() == before[i]);
            check_a_copy();
        }
        fail(nth, EAGAIN);
        CHECK_OK(ndv_set_threads(8));
        CHECK(ndv_threads() == 8);
        check_a_copy();
        CHECK_OK(ndv_set_threads(1));
    }
    CHECK(!starts.unblocked);
}

static void a_stack_that_is_too_small_for_the_program_is_replaced_by_an_ordinary_one(void) {
    fail(1, EINVAL);
    CHECK_OK(ndv_set_threads(2));
    CHECK(starts.asked == 2 && starts.stack_size == 0);
    fail(0, 0);
    CHECK_OK(ndv_set_threads(3));
    CHECK(starts.asked == 1 && starts.stack_size > 0 && starts.stack_size < 1 << 20);
    check_a_copy();
    CHECK_OK(ndv_set_threads(1));
}

static void the_mask_of_signals_of_the_caller_stays(void) {
    sigset_t before, after;
    int number;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    fail(2, EAGAIN);
    CHECK_STATUS(NDV_E_LIMIT, ndv_set_threads(4));
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (number = 1; number < 32; number++)
        CHECK(sigismember(&before, number) == sigismember(&after, number));
}

CHECK_MAIN(TEST(a_thread_that_cannot_be_started_changes_nothing),
           TEST(a_stack_that_is_too_small_for_the_program_is_replaced_by_an_ordinary_one),
           TEST(the_mask_of_signals_of_the_caller_stays))

#endif
