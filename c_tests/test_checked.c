/* Checked mode: what is no live array is told for certain, and what is alive is listed. Which functions
 * tell it is tested by tests/checked, for all of them. */
#if !defined(_WIN32)
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "model.h"

static int32_t mode_before;

static void begin(void) {
    mode_before = ndv_checked();
    CHECK_OK(ndv_set_checked(NDV_CHECKED_OFF)); /* so that nothing is kept from before */
    CHECK_OK(ndv_set_checked(NDV_CHECKED_ON));
}

static void end(void) {
    CHECK_OK(ndv_set_checked(NDV_CHECKED_OFF));
    CHECK_OK(ndv_set_checked(mode_before));
}

static void the_mode_is_set_while_no_array_is_alive(void) {
    const int32_t before = ndv_checked();
    ndv_array *a;
    CHECK_OK(ndv_set_checked(NDV_CHECKED_OFF));
    CHECK(ndv_checked() == NDV_CHECKED_OFF);
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_set_checked(3));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_set_checked(-1));
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(1), &a));
    CHECK_STATUS(NDV_E_BUSY, ndv_set_checked(NDV_CHECKED_ON));
    CHECK_MESSAGE("1 array is alive; checked mode can only be set while none is");
    CHECK(ndv_checked() == NDV_CHECKED_OFF);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_set_checked(NDV_CHECKED_ON));
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(1), &a));
    CHECK_OK(ndv_set_checked(NDV_CHECKED_ON)); /* which it is */
    CHECK_STATUS(NDV_E_BUSY, ndv_set_checked(NDV_CHECKED_OFF));
    CHECK(ndv_checked() == NDV_CHECKED_ON);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_set_checked(before));
}

static void a_released_handle_is_no_array_whatever_is_made_later(void) {
    enum { LATER = 1000 };
    static ndv_array *later[LATER];
    ndv_array *stale, *v;
    int i;
    begin();
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &stale));
    CHECK_OK(ndv_release(stale));
    for (i = 0; i < LATER; i++)
        if (ndv_zeros(NDV_INT64, NDV_DIMS(3), &later[i]) != NDV_OK || later[i] == stale) break;
    CHECK(i == LATER);
    CHECK_REFUSED(NDV_E_HANDLE, v, ndv_slice(stale, "1:", &v));
    CHECK_STATUS(NDV_E_HANDLE, ndv_release(stale));
    CHECK(ndv_retain(stale) == NULL && ndv_shape(stale) == NULL && ndv_size(stale) == 0);
    for (i = 0; i < LATER; i++)
        if (ndv_size(later[i]) != 3 || ndv_release(later[i]) != NDV_OK) break;
    CHECK(i == LATER);
    end();
}

static void a_pointer_to_anything_else_is_no_array(void) {
    static int64_t memory[64];
    ndv_array *a;
    begin();
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &a));
    memcpy(memory, a, 64); /* looks like an array */
    CHECK_STATUS(NDV_E_HANDLE, ndv_fill_int64((ndv_array *)(void *)memory, 1));
    CHECK(ndv_ndim((ndv_array *)(void *)memory) == 0);
    CHECK_STATUS(NDV_E_HANDLE, ndv_print((const ndv_array *)(uintptr_t)4096));
    CHECK_OK(ndv_release(a));
    end();
}

static void many_arrays_come_and_go_in_any_order(void) {
    enum { MANY = 3000 };
    static ndv_array *arrays[MANY];
    uint32_t random = 1;
    int i, round, wrong = 0;
    begin();
    for (round = 0; round < 20 * MANY; round++) {
        random = random * 1664525u + 1013904223u;
        i = (int)((random >> 8) % MANY);
        if (arrays[i] == NULL) {
            if (ndv_zeros(NDV_INT8, NDV_DIMS(1), &arrays[i]) != NDV_OK) wrong++;
        } else {
            ndv_array *gone = arrays[i];
            if (ndv_size(gone) != 1 || ndv_release(gone) != NDV_OK || ndv_size(gone) != 0) wrong++;
            arrays[i] = NULL;
        }
    }
    for (i = 0; i < MANY; i++)
        if (arrays[i] != NULL && (ndv_size(arrays[i]) != 1 || ndv_release(arrays[i]) != NDV_OK)) wrong++;
    CHECK(wrong == 0);
    end();
}

static void check_report(const char *expected) {
    char text[2000] = "", part[21];
    size_t length = 0;
    CHECK_OK(ndv_report_alive(text, sizeof text, &length));
    CHECK(length == strlen(text) && strcmp(text, expected) == 0);
    if (strcmp(text, expected) != 0) printf("it reports:\n%s", text);
    CHECK_OK(ndv_report_alive(part, sizeof part, &length));
    CHECK(length == strlen(expected) && strlen(part) == 20 && memcmp(part, expected, 20) == 0);
    CHECK_OK(ndv_report_alive(NULL, 0, NULL));
}

static void what_is_alive_is_reported(void) {
    static float memory[5];
    ndv_array *small, *large, *v, *w, *wrapped;
    const int32_t before = ndv_checked();
    CHECK_OK(ndv_set_checked(NDV_CHECKED_OFF));
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(3), &small));
    check_report("1 array, 1 buffer, 3 bytes\nwhich they are is told in checked mode: NDV_CHECKED=1\n");
    CHECK_OK(ndv_release(small));
    CHECK_OK(ndv_set_checked(NDV_CHECKED_ON));
    check_report("0 arrays, 0 buffers, 0 bytes\n");
    CHECK_OK(ndv_full_int64(NDV_INT8, NDV_DIMS(3), 1, &small));
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(100, 100), &large));
    CHECK_OK(ndv_slice(large, "7, ::2", &v));
    CHECK_OK(ndv_transpose(v, &w));
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_FLOAT32, NDV_DIMS(5), NULL, 0, NULL, NULL,
                      &wrapped));
    CHECK(ndv_retain(small) == small);
    check_report("5 arrays, 3 buffers, 80023 bytes\n"
                 "80000 bytes: ndv_zeros float64 (100, 100), 1 reference, 2 views\n"
                 "    ndv_slice float64 (50,), 1 reference, spans 792 bytes\n"
                 "    ndv_transpose float64 (50,), 1 reference, spans 792 bytes\n"
                 "20 bytes: ndv_wrap float32 (5,), 1 reference, 0 views, wrapped\n"
                 "3 bytes: ndv_full_int64 int8 (3,), 2 references, 0 views\n");
    CHECK_OK(ndv_release(large));
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_close(wrapped));
    CHECK_OK(ndv_release(small));
    CHECK_OK(ndv_release(small));
    check_report("3 arrays, 1 buffer, 80000 bytes\n"
                 "80000 bytes: ndv_zeros float64 (100, 100), 0 references, 1 view, kept by views alone\n"
                 "    ndv_transpose float64 (50,), 1 reference, spans 792 bytes\n"
                 "20 bytes: ndv_wrap float32 (5,), 1 reference, 0 views, closed\n");
    CHECK_OK(ndv_release(w));
    CHECK_OK(ndv_release(wrapped));
    CHECK_STATUS(NDV_E_NULL, ndv_report_alive(NULL, 1, NULL));
    CHECK_OK(ndv_set_checked(before));
}

static int32_t nothing_to_do(char **data, const int64_t *dimensions, const int64_t *strides,
                             void *context) {
    ndv_array *inner;
    (void)data, (void)dimensions, (void)strides;
    if (ndv_arange(0, 3, 1, &inner) != NDV_OK) return 1;
    *(ndv_array **)context = inner;
    return 0;
}

/* Functions that share a helper have their own names, and a call within a call has its own. */
static void arrays_are_named_by_the_function_that_made_them(void) {
    ndv_array *made[12];
    char text[2000];
    int i, n = 0;
    static const char *const names[] = {
        "ndv_zeros ",     "ndv_empty ", "ndv_empty_in_order ", "ndv_zeros_like ", "ndv_full_double ",
        "ndv_empty_like", "ndv_split ", "ndv_nonzero ",        "ndv_arange ",     "ndv_take "};
    begin();
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(1), &made[n++]));
    CHECK_OK(ndv_empty(NDV_INT8, NDV_DIMS(2), &made[n++]));
    CHECK_OK(ndv_empty_in_order(NDV_INT8, NDV_DIMS(3), NDV_ORDER_F, &made[n++]));
    CHECK_OK(ndv_zeros_like(made[0], &made[n++]));
    CHECK_OK(ndv_full_double(NDV_INT8, NDV_DIMS(1), 1, &made[n++]));
    CHECK_OK(ndv_empty_like(made[0], &made[n++]));
    CHECK_OK(ndv_split(made[0], 1, 0, &made[n++]));
    CHECK_OK(ndv_nonzero(made[0], &made[n++]));
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(made[0])), 0, nothing_to_do, &made[n++]));
    CHECK_OK(ndv_take(made[0], 1, (const int64_t[]){0}, 0, &made[n++]));
    CHECK_OK(ndv_report_alive(text, sizeof text, NULL));
    for (i = 0; i < n; i++) {
        CHECK(strstr(text, names[i]) != NULL);
        if (strstr(text, names[i]) == NULL) printf("no %s in\n%s", names[i], text);
    }
    while (n > 0) CHECK_OK(ndv_release(made[--n]));
    end();
}

static void memory_that_was_an_arrays_is_known(void) {
    ndv_array *a, *wrapped, *r;
    unsigned char *data;
    void *start;
    char text[500];
    begin();
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(8), &a));
    CHECK_OK(ndv_data_mut(a, &start));
    CHECK_OK(ndv_wrap(start, 8, 0, NDV_UINT8, NDV_DIMS(8), NULL, 0, NULL, NULL, &wrapped));
    CHECK_OK(ndv_release(a));
    data = (unsigned char *)start;
    CHECK(data[0] == 0xdb && data[7] == 0xdb);
    CHECK_REFUSED(NDV_E_CLOSED, r,
                  ndv_wrap(start, 8, 0, NDV_UINT8, NDV_DIMS(8), NULL, 0, NULL, NULL, &r));
    CHECK_MESSAGE("was an array's, which has been released");
    CHECK_OK(ndv_report_alive(text, sizeof text, NULL));
    CHECK(strstr(text, "wrapped, over memory that was released") != NULL);
    CHECK(strstr(text, "written after") == NULL);
    data[3] = 1;
    CHECK_OK(ndv_report_alive(text, sizeof text, NULL));
    CHECK(strstr(text, "1 block written after the release") != NULL);
    CHECK_OK(ndv_release(wrapped));
    end();
}

static void a_large_buffer_goes_at_once_and_many_small_ones_push_out_the_oldest(void) {
    ndv_array *a;
    int i, wrong = 0;
    begin();
    for (i = 0; i < 40000; i++)
        if (ndv_zeros(NDV_UINT8, NDV_DIMS(700), &a) != NDV_OK || ndv_release(a) != NDV_OK) wrong++;
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(1 << 24), &a));
    CHECK_OK(ndv_release(a));
    CHECK(wrong == 0);
    end();
}

/* Handles, buffers and temporaries go back to the allocator that gave them, also those kept. */
typedef struct {
    int64_t alive;
} counter;

static void *allocate(size_t size, void *context) {
    ((counter *)context)->alive++;
    return malloc(size);
}

static void *allocate_zeroed(size_t size, void *context) {
    ((counter *)context)->alive++;
    return calloc(1, size);
}

static void free_block(void *block, size_t size, void *context) {
    (void)size;
    ((counter *)context)->alive--;
    free(block);
}

static void what_is_kept_goes_back_before_another_allocator_is_set(void) {
    counter count = {0};
    ndv_allocator allocator = {sizeof allocator, allocate, allocate_zeroed, free_block, NULL};
    ndv_array *a;
    allocator.context = &count;
    begin();
    CHECK_OK(ndv_set_allocator(&allocator));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &a));
    CHECK_OK(ndv_release(a));
    CHECK(count.alive == 2);
    CHECK_OK(ndv_set_allocator(NULL));
    CHECK(count.alive == 0);
    end();
}

#if !defined(_WIN32)
enum { THREADS = 8, TIMES = 3000 };

static ndv_array *shared;

static void *come_and_go(void *failed) {
    int i;
    char text[100];
    for (i = 0; i < TIMES; i++) {
        ndv_array *a, *v;
        if (ndv_zeros(NDV_INT32, NDV_DIMS(2, 2), &a) != NDV_OK) return failed;
        if (ndv_transpose(i % 2 ? a : shared, &v) != NDV_OK) return failed;
        if (ndv_release(a) != NDV_OK || ndv_ndim(v) != 2) return failed;
        if (ndv_release(v) != NDV_OK || ndv_release(v) != NDV_E_HANDLE) return failed;
        if (i % 100 == 0 && ndv_report_alive(text, sizeof text, NULL) != NDV_OK) return failed;
    }
    return NULL;
}

static void threads_share_the_registry(void) {
    pthread_t threads[THREADS];
    void *failed;
    int i, wrong = 0;
    begin();
    CHECK_OK(ndv_zeros(NDV_INT32, NDV_DIMS(2, 2), &shared));
    for (i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, come_and_go, &threads) != 0) wrong++;
    for (i = 0; i < THREADS; i++)
        if (pthread_join(threads[i], &failed) != 0 || failed != NULL) wrong++;
    CHECK(wrong == 0);
    CHECK_OK(ndv_release(shared));
    end();
}

/* What a child process prints to its standard error at its exit. */
static void check_exit(int32_t mode, int arrays, const char *expected) {
    char found[500] = "";
    size_t length = 0;
    ssize_t more;
    int ends[2] = {-1, -1}, result = -1;
    pid_t child;
    fflush(NULL);
    CHECK(pipe(ends) == 0);
    child = fork();
    if (child == 0) {
        static ndv_array *a; /* where a leak sanitizer finds it */
        int good = dup2(ends[1], STDERR_FILENO) >= 0 && ndv_set_checked(mode) == NDV_OK;
        while (arrays-- > 0) good = ndv_zeros(NDV_INT32, NDV_DIMS(2), &a) == NDV_OK && good;
        exit(good ? 0 : 1);
    }
    close(ends[1]);
    while ((more = read(ends[0], found + length, sizeof found - 1 - length)) > 0)
        length += (size_t)more;
    CHECK(strcmp(found, expected) == 0);
    if (strcmp(found, expected) != 0) printf("it printed:\n%s", found);
    CHECK(waitpid(child, &result, 0) == child && result == 0);
    close(ends[0]);
}

/* Takes a lease on what is given, and keeps it; NULL if it gets none. */
static void *lease_for_writing(void *array) {
    static ndv_lease lease;
    return ndv_borrow(array, NDV_WRITE, "the other thread", &lease) == NDV_OK ? &lease : NULL;
}

static void a_write_into_what_another_thread_has_leased_is_refused(void) {
    ndv_array *a, *left, *right;
    const int64_t zero = 0;
    ndv_span span = NDV_SPAN_INIT;
    void *data, *lease;
    pthread_t thread;
    begin();
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(8), &a));
    CHECK_OK(ndv_slice(a, ":4", &left));
    CHECK_OK(ndv_slice(a, "4:", &right));
    CHECK(pthread_create(&thread, NULL, lease_for_writing, left) == 0);
    CHECK(pthread_join(thread, &lease) == 0 && lease != NULL);
    CHECK_STATUS(NDV_E_LEASED, ndv_fill_int64(a, 1));
    CHECK_MESSAGE("the other thread");
    CHECK_STATUS(NDV_E_LEASED, ndv_set(left, right, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_LEASED, ndv_set_item(left, 1, &zero, NDV_INT64, &zero));
    CHECK_STATUS(NDV_E_LEASED, ndv_data_mut(left, &data));
    CHECK_STATUS(NDV_E_LEASED, ndv_span_of_mut(left, &span));
    CHECK_OK(ndv_span_of(left, &span));
    CHECK_OK(ndv_span_of_mut(right, &span));
    CHECK_OK(ndv_fill_int64(right, 2));
    CHECK_INT64S(a, 0, 0, 0, 0, 2, 2, 2, 2);
    CHECK_OK(ndv_return(*(ndv_lease *)lease));
    CHECK_OK(ndv_fill_int64(a, 1));
    CHECK_OK(ndv_release(left));
    CHECK_OK(ndv_release(right));
    CHECK_OK(ndv_release(a));
    end();
}

static void leaks_are_listed_at_exit_when_asked_for(void) {
    check_exit(NDV_CHECKED_LEAKS, 1, "ndview: not released: 1 array, 1 buffer, 8 bytes\n"
                                     "8 bytes: ndv_zeros int32 (2,), 1 reference, 0 views\n");
    check_exit(NDV_CHECKED_LEAKS, 0, "");
    check_exit(NDV_CHECKED_ON, 1, "");
    check_exit(NDV_CHECKED_OFF, 1, "");
}
#else
static void threads_share_the_registry(void) {}
static void a_write_into_what_another_thread_has_leased_is_refused(void) {}
static void leaks_are_listed_at_exit_when_asked_for(void) {}
#endif

CHECK_MAIN(TEST(the_mode_is_set_while_no_array_is_alive),
           TEST(a_released_handle_is_no_array_whatever_is_made_later),
           TEST(a_pointer_to_anything_else_is_no_array), TEST(many_arrays_come_and_go_in_any_order),
           TEST(what_is_alive_is_reported), TEST(arrays_are_named_by_the_function_that_made_them),
           TEST(memory_that_was_an_arrays_is_known),
           TEST(a_large_buffer_goes_at_once_and_many_small_ones_push_out_the_oldest),
           TEST(what_is_kept_goes_back_before_another_allocator_is_set),
           TEST(threads_share_the_registry),
           TEST(a_write_into_what_another_thread_has_leased_is_refused),
           TEST(leaks_are_listed_at_exit_when_asked_for))
