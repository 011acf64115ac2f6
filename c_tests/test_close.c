/* ndv_close(): memory goes back when it is closed, unless somebody else may use it; the handle stays
 * and says so. */
#if !defined(_WIN32)
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#endif

#include "model.h"

typedef struct {
    int calls;
    void *data;
    ndv_array *array; /* released by the deleter, unless NULL */
} owner;

static void give_back(void *data, void *context) {
    owner *o = (owner *)context;
    o->calls++;
    o->data = data;
    if (o->array != NULL) ndv_release(o->array);
}

static void closing_an_array_frees_its_bytes(void) {
    ndv_array *a;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(4, 5), &a));
    CHECK(check_statistics().bytes_alive == 160);
    CHECK_OK(ndv_close(a));
    CHECK(check_statistics().bytes_alive == 0 && check_statistics().buffers_alive == 0);
    CHECK(check_statistics().arrays_alive == 1);
    CHECK_OK(ndv_release(a));
}

static void closing_wrapped_memory_calls_the_deleter_once(void) {
    static int64_t memory[6];
    owner o = {0, NULL, NULL};
    ndv_array *a;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 8, NDV_INT64, NDV_DIMS(5), NULL, 0, give_back, &o, &a));
    CHECK_OK(ndv_close(a));
    CHECK(o.calls == 1 && o.data == memory);
    CHECK_OK(ndv_release(a));
    CHECK(o.calls == 1);
}

static void a_deleter_may_release_the_array_that_is_closed(void) {
    static int64_t memory[6];
    owner o = {0, NULL, NULL};
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(6), NULL, 0, give_back, &o,
                      &o.array));
    CHECK_OK(ndv_close(o.array));
    CHECK(o.calls == 1 && check_statistics().arrays_alive == 0);
}

static void a_closed_array_says_what_it_was_and_has_no_memory(void) {
    ndv_array *a, *b, *r, *again;
    ndv_description d = NDV_DESCRIPTION_INIT;
    const ndv_array *list[1];
    const void *low, *high;
    void *data;
    int64_t value;
    bool answer;
    CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(2, 3), &b));
    CHECK_OK(ndv_close(a));
    CHECK(ndv_dtype(a) == NDV_INT16 && ndv_ndim(a) == 2 && ndv_size(a) == 6);
    CHECK(ndv_shape(a)[1] == 3 && ndv_strides(a)[0] == 6 && ndv_nbytes(a) == 12);
    CHECK(ndv_itemsize(a) == 2 && ndv_owns_data(a) && ndv_base(a) == NULL);
    CHECK(ndv_flags(a) == ndv_flags(b) && ndv_buffer_kind(a) == NDV_BUFFER_HEAP);
    CHECK(ndv_use_count(a) == 1 && ndv_view_count(a) == 0);
    CHECK(ndv_relation(a, a) == NDV_SAME && ndv_relation(a, b) == NDV_UNRELATED);
    CHECK(ndv_data(a) == NULL && !ndv_may_share_memory(a, a) && !ndv_may_share_memory(b, a));
    CHECK_STATUS(NDV_E_CLOSED, ndv_data_mut(a, &data));
    CHECK_MESSAGE("array is closed: its memory has been given back");
    CHECK(data == NULL);
    CHECK_REFUSED(NDV_E_CLOSED, r, ndv_view(a, &r));
    CHECK_REFUSED(NDV_E_CLOSED, r, ndv_copy(a, NDV_ORDER_C, &r));
    CHECK_REFUSED(NDV_E_CLOSED, r, ndv_zeros_like(a, &r));
    list[0] = a;
    CHECK_REFUSED(NDV_E_CLOSED, r, ndv_stack(1, list, 0, NDV_INT16, NDV_CAST_SAFE, &r));
    CHECK_STATUS(NDV_E_CLOSED, ndv_describe(a, &d));
    CHECK_STATUS(NDV_E_CLOSED, ndv_byte_bounds(a, &low, &high));
    CHECK_STATUS(NDV_E_CLOSED, ndv_set(b, a, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_CLOSED, ndv_set(a, b, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_CLOSED, ndv_get_int64(a, NDV_DIMS(0, 0), &value));
    CHECK_STATUS(NDV_E_CLOSED, ndv_equal(a, b, &answer));
    CHECK_STATUS(NDV_E_CLOSED, ndv_print(a));
    CHECK_STATUS(NDV_E_CLOSED, ndv_close(a));
    again = ndv_retain(a);
    CHECK(again == a && ndv_use_count(a) == 2);
    CHECK_OK(ndv_release(again));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_release(b));
}

static int32_t nothing_to_do(char **data, const int64_t *dimensions, const int64_t *strides,
                             void *context) {
    (void)data, (void)dimensions, (void)strides, (void)context;
    return 0;
}

static void a_closed_array_is_no_operand(void) {
    ndv_array *a;
    CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(2), &a));
    CHECK_OK(ndv_close(a));
    CHECK_STATUS(NDV_E_CLOSED, ndv_apply(NDV_OPERANDS(NDV_READS(a)), 0, nothing_to_do, NULL));
    CHECK_MESSAGE("operand 0: closed");
    CHECK_OK(ndv_release(a));
}

static void memory_that_others_use_is_not_given_back(void) {
    owner o = {0, NULL, NULL};
    static int64_t memory[6];
    ndv_array *a, *v, *w, *again;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(6), NULL, 0, give_back, &o, &a));
    CHECK_OK(ndv_slice(a, "1:", &v));
    CHECK_OK(ndv_slice(v, "::-1", &w));
    again = ndv_retain(a);
    CHECK_STATUS(NDV_E_BUSY, ndv_close(a));
    CHECK_MESSAGE("2 views and 1 other reference use the memory of the array");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_close(v));
    CHECK_MESSAGE("a view has no memory of its own");
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(w));
    CHECK_STATUS(NDV_E_BUSY, ndv_close(a));
    CHECK_MESSAGE("0 views and 1 other reference");
    CHECK_OK(ndv_release(again));
    CHECK(o.calls == 0);
    CHECK_OK(ndv_fill_int64(a, 7));
    CHECK_OK(ndv_close(a));
    CHECK(o.calls == 1 && memory[5] == 7);
    CHECK_OK(ndv_release(a));
    CHECK_STATUS(NDV_E_NULL, ndv_close(NULL));
}

static void in_checked_mode_the_message_names_who_made_the_views(void) {
    ndv_array *a, *views[4];
    const int32_t mode = ndv_checked();
    int i;
    CHECK_OK(ndv_set_checked(NDV_CHECKED_ON));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(6), &a));
    CHECK_OK(ndv_split(a, 3, 0, views));
    CHECK_OK(ndv_transpose(views[0], &views[3]));
    CHECK_STATUS(NDV_E_BUSY, ndv_close(a));
    CHECK_MESSAGE("4 views and 0 other references use the memory of the array; views were made by ndv_");
    for (i = 0; i < 3; i++) CHECK_OK(ndv_release(views[i]));
    CHECK_STATUS(NDV_E_BUSY, ndv_close(a));
    CHECK(strstr(ndv_last_error_message(), "views were made by ndv_transpose") != NULL);
    CHECK_OK(ndv_release(views[3]));
    CHECK_OK(ndv_close(a));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_set_checked(mode));
}

#if !defined(_WIN32)
enum { ROUNDS = 2000 };

static pthread_barrier_t turn;
static ndv_array *contested;
static ndv_status viewed;

static void *make_views(void *context) {
    int i;
    for (i = 0; i < ROUNDS; i++) {
        ndv_array *v = NULL;
        pthread_barrier_wait(&turn);
        viewed = ndv_view(contested, &v);
        pthread_barrier_wait(&turn);
        ndv_release(v);
        pthread_barrier_wait(&turn);
    }
    return context;
}

static void of_a_view_and_a_closing_at_the_same_time_one_fails(void) {
    pthread_t thread;
    int i, wrong = 0, closings = 0;
    CHECK(pthread_barrier_init(&turn, NULL, 2) == 0);
    CHECK(pthread_create(&thread, NULL, make_views, NULL) == 0);
    for (i = 0; i < ROUNDS; i++) {
        ndv_status closed;
        if (ndv_zeros(NDV_INT64, NDV_DIMS(3), &contested) != NDV_OK) wrong++;
        pthread_barrier_wait(&turn);
        closed = ndv_close(contested);
        pthread_barrier_wait(&turn);
        if (!(closed == NDV_OK && viewed == NDV_E_CLOSED) &&
            !(closed == NDV_E_BUSY && viewed == NDV_OK))
            wrong++;
        if (closed == NDV_OK) closings++;
        pthread_barrier_wait(&turn);
        ndv_release(contested);
    }
    CHECK(pthread_join(thread, NULL) == 0);
    pthread_barrier_destroy(&turn);
    printf("    closed %d times of %d\n", closings, (int)ROUNDS);
    CHECK(wrong == 0);
}
#else
static void of_a_view_and_a_closing_at_the_same_time_one_fails(void) {}
#endif

CHECK_MAIN(TEST(closing_an_array_frees_its_bytes),
           TEST(closing_wrapped_memory_calls_the_deleter_once),
           TEST(a_deleter_may_release_the_array_that_is_closed),
           TEST(a_closed_array_says_what_it_was_and_has_no_memory),
           TEST(a_closed_array_is_no_operand), TEST(memory_that_others_use_is_not_given_back),
           TEST(in_checked_mode_the_message_names_who_made_the_views),
           TEST(of_a_view_and_a_closing_at_the_same_time_one_fails))
