/* The copy audit: asked beforehand, told of each copy, counted by thread and in total, forbidden. */
#include <pthread.h>
#include <string.h>

#include "model.h"

/* ---- told ---- */

enum { MOST = 8 };
static struct {
    int count;
    const char *operations[MOST], *reasons[MOST];
    size_t bytes[MOST];
} told;

static void note(const ndv_copy_event *event, void *context) {
    CHECK(context == &told && event->struct_size >= sizeof *event);
    if (told.count < MOST) {
        told.operations[told.count] = event->operation;
        told.reasons[told.count] = event->reason;
        told.bytes[told.count] = event->bytes;
    }
    told.count++;
}

static void listen(void) {
    memset(&told, 0, sizeof told);
    CHECK_OK(ndv_set_copy_hook(note, &told));
}

/* Exactly one copy, of an operation, hidden or not. */
static bool heard(const char *operation, bool hidden, size_t bytes) {
    bool right = told.count == 1 && strcmp(told.operations[0], operation) == 0 &&
                 (told.reasons[0] != NULL) == hidden && told.bytes[0] == bytes;
    if (!right)
        printf("    %d copies, the first: %s, %s, %d bytes\n", told.count,
               told.count > 0 ? told.operations[0] : "-",
               told.count > 0 && told.reasons[0] != NULL ? told.reasons[0] : "asked for",
               told.count > 0 ? (int)told.bytes[0] : 0);
    return right;
}

#define HEARD(operation, hidden, bytes, call)                                                       \
    do {                                                                                            \
        listen();                                                                                   \
        CHECK_OK(call);                                                                             \
        CHECK(heard(operation, hidden, bytes));                                                     \
        ndv_release(r);                                                                             \
        r = NULL;                                                                                   \
    } while (0)

static void every_copy_is_told_with_what_it_was_for(void) {
    static const int64_t places[] = {2, 0, 1};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3, 4)), *t, *list, *flat, *ends, *middle, *r = NULL;
    const ndv_array *both[2];
    char room[96];
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(3), places, &list));
    CHECK_OK(ndv_ravel(a, NDV_ORDER_C, NDV_COPY_NEVER, &flat));
    CHECK_OK(ndv_slice(flat, ":10:2", &ends));
    CHECK_OK(ndv_slice(flat, "4::-1", &middle));
    both[0] = both[1] = a;
    HEARD("copy", false, 96, ndv_copy(a, NDV_ORDER_C, &r));
    HEARD("reshape", true, 96, ndv_reshape(t, NDV_DIMS(12), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    HEARD("reshape", false, 96, ndv_reshape(a, NDV_DIMS(12), NDV_ORDER_C, NDV_COPY_ALWAYS, &r));
    HEARD("ravel", true, 96, ndv_ravel(t, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    HEARD("ravel", false, 96, ndv_flatten(a, NDV_ORDER_C, &r));
    HEARD("contiguous", true, 96, ndv_contiguous(t, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    HEARD("astype", true, 48,
          ndv_astype(a, NDV_INT32, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_IF_NEEDED, &r));
    HEARD("astype", false, 48,
          ndv_astype(a, NDV_INT32, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &r));
    HEARD("select", false, 96, ndv_take_array(a, list, 0, NDV_MODE_RAISE, &r));
    HEARD("join", false, 192, ndv_concatenate(2, both, 0, 0, NDV_CAST_NO, &r));
    HEARD("scramble", false, 96, ndv_scramble(a, 1, 0, &r));
    HEARD("to_buffer", false, 96, ndv_to_buffer(a, room, sizeof room, NDV_ORDER_C));
    HEARD("write", true, 40, ndv_set(ends, middle, NDV_CAST_NO));
    listen();
    CHECK_OK(ndv_slice(flat, "10:11", &r));
    CHECK_OK(ndv_set(ends, r, NDV_CAST_NO)); /* apart */
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_reshape(a, NDV_DIMS(12), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_contiguous(a, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_OK(ndv_release(r));
    CHECK(told.count == 0);
    CHECK_OK(ndv_set_copy_hook(NULL, NULL));
    CHECK_OK(ndv_copy(a, NDV_ORDER_C, &r));
    CHECK(told.count == 0);
    CHECK_OK(ndv_release(r));
    ndv_release(middle);
    ndv_release(ends);
    ndv_release(flat);
    ndv_release(list);
    ndv_release(t);
    ndv_release(a);
}

static void copy_again(const ndv_copy_event *event, void *context) {
    ndv_array *r;
    int *depth = context;
    CHECK(event->bytes > 0);
    if (++*depth < 3) {
        CHECK_OK(ndv_full_int64(NDV_INT8, NDV_DIMS(4), 1, &r));
        CHECK_OK(ndv_release(r));
    }
}

static void a_hook_may_call_the_library(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3)), *r;
    int calls = 0;
    CHECK_OK(ndv_set_copy_hook(copy_again, &calls));
    CHECK_OK(ndv_copy(a, NDV_ORDER_C, &r));
    CHECK_OK(ndv_set_copy_hook(NULL, NULL));
    CHECK(calls == 1);
    CHECK_OK(ndv_release(r));
    ndv_release(a);
}

/* ---- asked beforehand ---- */

static void would_copy_says_what_never_says(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3, 4)), *t, *r;
    ndv_copy_report report = NDV_COPY_REPORT_INIT, small = NDV_COPY_REPORT_INIT;
    ndv_statistics before;
    small.struct_size = 16;
    CHECK_OK(ndv_transpose(a, &t));
    before = check_statistics();
    CHECK_OK(ndv_would_copy_reshape(a, NDV_DIMS(-1, 6), NDV_ORDER_C, &report));
    CHECK(report.copies == 0 && report.bytes == 0);
    CHECK_OK(ndv_would_copy_reshape(t, NDV_DIMS(2, 6), NDV_ORDER_C, &report));
    CHECK(report.copies == 1 && report.bytes == 96 && report.axis == 0);
    CHECK(report.first_axis == 0 && report.last_axis == 1);
    CHECK(report.stride == 8 && report.needed_stride == 96);
    CHECK_OK(ndv_would_copy_ravel(t, NDV_ORDER_C, &report));
    CHECK(report.copies == 1 && report.bytes == 96);
    CHECK_OK(ndv_would_copy_ravel(t, NDV_ORDER_F, &report));
    CHECK(report.copies == 0);
    CHECK_OK(ndv_would_copy_contiguous(t, NDV_ORDER_C, &report));
    CHECK(report.copies == 1 && report.axis == 1 && report.stride == 32);
    CHECK(report.needed_stride == 8);
    CHECK_OK(ndv_would_copy_contiguous(t, NDV_ORDER_A, &report));
    CHECK(report.copies == 0);
    CHECK_OK(ndv_would_copy_astype(a, NDV_INT64, NDV_ORDER_K, NDV_CAST_NO, &report));
    CHECK(report.copies == 0);
    CHECK_OK(ndv_would_copy_astype(a, NDV_INT16, NDV_ORDER_K, NDV_CAST_UNSAFE, &report));
    CHECK(report.copies == 1 && report.axis == -1 && report.bytes == 24);
    CHECK(check_statistics().copies == before.copies);
    CHECK(check_statistics().arrays_alive == before.arrays_alive);
    CHECK_REFUSED(NDV_E_WOULD_COPY, r,
                  ndv_reshape(t, NDV_DIMS(2, 6), NDV_ORDER_C, NDV_COPY_NEVER, &r));
    CHECK_STATUS(NDV_E_SHAPE, ndv_would_copy_reshape(t, NDV_DIMS(5), NDV_ORDER_C, &report));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_would_copy_reshape(t, NDV_DIMS(12), 'K', &report));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_would_copy_ravel(t, 0, &report));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_would_copy_contiguous(t, 'K', &report));
    CHECK_STATUS(NDV_E_CAST,
                 ndv_would_copy_astype(a, NDV_INT16, NDV_ORDER_K, NDV_CAST_SAFE, &report));
    CHECK_STATUS(NDV_E_DTYPE,
                 ndv_would_copy_astype(a, 0, NDV_ORDER_K, NDV_CAST_SAFE, &report));
    CHECK_STATUS(NDV_E_NULL, ndv_would_copy_ravel(NULL, NDV_ORDER_C, &report));
    CHECK_STATUS(NDV_E_NULL, ndv_would_copy_ravel(a, NDV_ORDER_C, NULL));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_would_copy_ravel(a, NDV_ORDER_C, &small));
    ndv_release(t);
    ndv_release(a);
}

/* ---- forbidden ---- */

static void a_forbidden_copy_has_done_nothing(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(9)), *ends, *middle, *square, *t, *r, *list,
              *three;
    ndv_statistics before;
    CHECK_OK(ndv_slice(a, "::2", &ends));
    CHECK_OK(ndv_slice(a, "4::-1", &middle));
    CHECK_OK(ndv_slice(a, ":3", &list));
    CHECK_OK(ndv_slice(a, "2:5", &three));
    CHECK_OK(ndv_reshape(a, NDV_DIMS(3, 3), NDV_ORDER_C, NDV_COPY_NEVER, &square));
    CHECK_OK(ndv_transpose(square, &t));
    CHECK_OK(ndv_forbid_hidden_copies());
    CHECK_OK(ndv_forbid_hidden_copies());
    before = check_statistics();
    CHECK_STATUS(NDV_E_WOULD_COPY, ndv_set(ends, middle, NDV_CAST_NO));
    CHECK_MESSAGE("40 bytes");
    CHECK_MESSAGE("shares memory");
    CHECK_REFUSED(NDV_E_WOULD_COPY, r,
                  ndv_reshape(t, NDV_DIMS(9), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_REFUSED(NDV_E_WOULD_COPY, r, ndv_ravel(t, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_REFUSED(NDV_E_WOULD_COPY, r, ndv_contiguous(t, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_STATUS(NDV_E_WOULD_COPY,
                 ndv_take_array_into(a, list, 0, NDV_MODE_RAISE, NDV_CAST_NO, three));
    CHECK_STATUS(NDV_E_WOULD_COPY, ndv_put(a, list, middle, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    CHECK(check_statistics().copies == before.copies);
    CHECK(check_statistics().arrays_alive == before.arrays_alive);
    CHECK_OK(ndv_copy(t, NDV_ORDER_C, &r)); /* asked for */
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_allow_hidden_copies());
    CHECK_STATUS(NDV_E_WOULD_COPY, ndv_set(ends, middle, NDV_CAST_NO));
    CHECK_OK(ndv_allow_hidden_copies());
    CHECK_OK(ndv_set(ends, middle, NDV_CAST_NO));
    CHECK_INT64S(ends, 4, 3, 2, 1, 0);
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_allow_hidden_copies());
    ndv_release(t);
    ndv_release(square);
    ndv_release(three);
    ndv_release(list);
    ndv_release(middle);
    ndv_release(ends);
    ndv_release(a);
}

/* ---- counted ---- */

static void *copy_on_another_thread(void *array) {
    ndv_copy_counts counts = NDV_COPY_COUNTS_INIT;
    ndv_array *r;
    CHECK_OK(ndv_get_thread_copies(&counts));
    CHECK(counts.copies == 0 && counts.hidden_copies == 0);
    CHECK_OK(ndv_copy(array, NDV_ORDER_C, &r));
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_contiguous(array, NDV_ORDER_F, NDV_COPY_IF_NEEDED, &r));
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_get_thread_copies(&counts));
    CHECK(counts.copies == 2 && counts.bytes == 192);
    CHECK(counts.hidden_copies == 1 && counts.hidden_bytes == 96);
    return NULL;
}

static void copies_are_counted_by_thread_and_in_total(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3, 4));
    ndv_copy_counts own = NDV_COPY_COUNTS_INIT, all = own, own_after = own, all_after = own;
    ndv_copy_counts small = own;
    pthread_t thread;
    CHECK_OK(ndv_get_thread_copies(&own));
    CHECK_OK(ndv_get_all_copies(&all));
    CHECK_OK(ndv_forbid_hidden_copies()); /* on this thread alone */
    CHECK(pthread_create(&thread, NULL, copy_on_another_thread, a) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_OK(ndv_allow_hidden_copies());
    CHECK_OK(ndv_get_thread_copies(&own_after));
    CHECK_OK(ndv_get_all_copies(&all_after));
    CHECK(own_after.copies == own.copies && own_after.bytes == own.bytes);
    CHECK(all_after.copies == all.copies + 2 && all_after.bytes == all.bytes + 192);
    CHECK(all_after.hidden_copies == all.hidden_copies + 1);
    CHECK(all_after.hidden_bytes == all.hidden_bytes + 96);
    small.struct_size = 8;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_get_thread_copies(&small));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_get_all_copies(&small));
    CHECK_STATUS(NDV_E_NULL, ndv_get_thread_copies(NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_get_all_copies(NULL));
    ndv_release(a);
}

CHECK_MAIN(TEST(every_copy_is_told_with_what_it_was_for), TEST(a_hook_may_call_the_library),
           TEST(would_copy_says_what_never_says), TEST(a_forbidden_copy_has_done_nothing),
           TEST(copies_are_counted_by_thread_and_in_total))
