/* Numbers that nobody means, places that are two things at once: nothing crashes, and what comes out
 * is an array. */
#include <stdlib.h>

#include "model.h"

/* What must hold of every array, whatever it was made from. */
static void check_sound(const ndv_array *a) {
    const int32_t ndim = ndv_ndim(a);
    uint64_t bytes = ndv_itemsize(a);
    bool empty = false;
    int32_t axis;
    for (axis = 0; axis < ndim; axis++) {
        const int64_t extent = ndv_shape(a)[axis];
        CHECK(extent >= 0);
        if (extent == 0) empty = true;
        else {
            CHECK(bytes <= (uint64_t)INT64_MAX / (uint64_t)extent);
            bytes *= (uint64_t)extent;
        }
    }
    CHECK(ndv_nbytes(a) == (empty ? 0 : bytes));
    CHECK((uint64_t)ndv_size(a) == (empty ? 0 : bytes / ndv_itemsize(a)));
}

static const int64_t hostile[] = {INT64_MIN,          INT64_MIN + 1,      -2,
                                  -1,                 0,                  1,
                                  2,                  INT64_C(1) << 31,   INT64_C(1) << 32,
                                  INT64_C(1) << 59,   INT64_C(1) << 60,   INT64_C(1) << 61,
                                  INT64_C(1) << 62,   INT64_MAX - 64,     INT64_MAX - 1,
                                  INT64_MAX};
enum { HOSTILE = sizeof hostile / sizeof hostile[0] };

/* Tries views and counting functions on an array, whatever they say. */
static void try_everything(ndv_array *a) {
    static const int32_t types[] = {NDV_UINT8, NDV_INT16, NDV_FLOAT64, NDV_COMPLEX128};
    static const int64_t first_axis = 0;
    ndv_array *v, *parts[2];
    size_t i, j;
    bool answer;
    const void *low, *high;
    check_sound(a);
    CHECK_OK(ndv_byte_bounds(a, &low, &high));
    CHECK_OK(ndv_shares_memory(a, a, NDV_BUDGET_DEFAULT, &answer));
    for (i = 0; i < sizeof types / sizeof types[0]; i++)
        if (ndv_view_as(a, types[i], &v) == NDV_OK) {
            check_sound(v);
            CHECK_OK(ndv_release(v));
        }
    for (i = 0; i < HOSTILE; i++) {
        if (ndv_reshape(a, NDV_DIMS(hostile[i]), NDV_ORDER_C, NDV_COPY_NEVER, &v) == NDV_OK) {
            check_sound(v);
            CHECK_OK(ndv_release(v));
        }
        if (ndv_diagonal(a, hostile[i], 0, 1, &v) == NDV_OK) {
            check_sound(v);
            CHECK_OK(ndv_release(v));
        }
        if (ndv_rot90(a, hostile[i], 0, 1, &v) == NDV_OK) {
            check_sound(v);
            CHECK_OK(ndv_release(v));
        }
        if (ndv_windows(a, NDV_DIMS(hostile[i]), &first_axis, NDV_WRITE_OVERLAPPING, &v) == NDV_OK) {
            check_sound(v);
            CHECK_OK(ndv_release(v));
        }
        if (ndv_split_at(a, 1, &hostile[i], -1, parts) == NDV_OK) {
            check_sound(parts[0]);
            check_sound(parts[1]);
            CHECK_OK(ndv_release(parts[0]));
            CHECK_OK(ndv_release(parts[1]));
        }
        for (j = 0; j < HOSTILE; j++) {
            if (ndv_as_strided(a, NDV_DIMS(hostile[i]), &hostile[j], hostile[(i + j) % HOSTILE], 0,
                               &v) == NDV_OK) {
                check_sound(v);
                CHECK_OK(ndv_release(v));
            }
            if (ndv_reshape(a, NDV_DIMS(hostile[i], hostile[j]), NDV_ORDER_F, NDV_COPY_NEVER, &v) ==
                NDV_OK) {
                check_sound(v);
                CHECK_OK(ndv_release(v));
            }
            if (ndv_index_items(a, NDV_ITEMS(NDV_STEPS(hostile[i], hostile[j], hostile[(i + j) % HOSTILE])),
                                &v) == NDV_OK) {
                check_sound(v);
                CHECK_OK(ndv_release(v));
            }
        }
    }
}

static void views_of_hostile_shapes_are_sound(void) {
    static const int32_t types[] = {NDV_INT8, NDV_FLOAT64, NDV_COMPLEX128};
    size_t i, j, type;
    for (type = 0; type < sizeof types / sizeof types[0]; type++) {
        ndv_array *one;
        CHECK_OK(ndv_zeros(types[type], NDV_NO_DIMS, &one));
        for (i = 0; i < HOSTILE; i++)
            for (j = 0; j < HOSTILE; j++) {
                ndv_array *v;
                if (ndv_broadcast_to(one, NDV_DIMS(hostile[i], hostile[j]), &v) == NDV_OK) {
                    try_everything(v);
                    CHECK_OK(ndv_release(v));
                }
                if (ndv_zeros(types[type], NDV_DIMS(0, hostile[i], hostile[j]), &v) == NDV_OK) {
                    try_everything(v);
                    CHECK_OK(ndv_release(v));
                }
            }
        CHECK_OK(ndv_release(one));
    }
}

static void a_broadcast_of_more_bytes_than_can_be_addressed_is_refused(void) {
    ndv_array *one, *v;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_NO_DIMS, &one));
    CHECK_STATUS(NDV_E_OVERFLOW, ndv_broadcast_to(one, NDV_DIMS(INT64_C(1) << 61), &v));
    CHECK(v == NULL);
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS(INT64_C(1) << 59), &v));
    CHECK(ndv_nbytes(v) == (size_t)1 << 62);
    CHECK_STATUS(NDV_E_BUFFER_SIZE, ndv_to_buffer(v, one, 0, NDV_ORDER_C));
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(one));
}

static void an_extent_of_zero_excuses_no_other(void) {
    ndv_array *none, *v;
    CHECK_OK(ndv_zeros(NDV_COMPLEX128, NDV_DIMS(0), &none));
    CHECK_STATUS(NDV_E_OVERFLOW,
                 ndv_reshape(none, NDV_DIMS(0, INT64_C(1) << 60), NDV_ORDER_C, NDV_COPY_NEVER, &v));
    CHECK_STATUS(NDV_E_OVERFLOW, ndv_reshape(none, NDV_DIMS(INT64_C(1) << 62, 4, -1), NDV_ORDER_C,
                                             NDV_COPY_NEVER, &v));
    CHECK_OK(ndv_release(none));
}

static void an_index_may_be_the_place_for_its_own_element(void) {
    ndv_array *a;
    int64_t i = 3;
    uint64_t u = 3;
    CHECK_OK(ndv_arange(10, 20, 1, &a));
    CHECK_OK(ndv_get_int64(a, 1, &i, &i));
    CHECK(i == 13);
    CHECK_OK(ndv_get_uint64(a, 1, (const int64_t *)(const void *)&u, &u));
    CHECK(u == 13);
    CHECK_OK(ndv_release(a));
}

static void an_array_can_be_written_into_its_own_bytes(void) {
    ndv_array *a, *backwards;
    void *data;
    CHECK_OK(ndv_arange(0, 6, 1, &a));
    CHECK_OK(ndv_flip(a, NDV_NO_DIMS, &backwards));
    CHECK_OK(ndv_data_mut(a, &data));
    CHECK_OK(ndv_to_buffer(backwards, data, ndv_nbytes(a), NDV_ORDER_C));
    CHECK_INT64S(a, 5, 4, 3, 2, 1, 0);
    CHECK_OK(ndv_release(backwards));
    CHECK_OK(ndv_release(a));
}

/* ndv_index as a later version of the library might know it. */
typedef struct {
    ndv_index item;
    int64_t more[2];
} larger_index;

static void items_may_be_larger_than_the_library_knows_them(void) {
    ndv_array *a, *v;
    larger_index items[2];
    const ndv_index slice = NDV_RANGE(1, 3), at = NDV_AT(2);
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4, 5), &a));
    memset(items, 0x5a, sizeof items);
    items[0].item = slice;
    items[1].item = at;
    items[0].item.struct_size = items[1].item.struct_size = sizeof(larger_index);
    CHECK_OK(ndv_index_items(a, 2, &items[0].item, &v));
    CHECK_SHAPE(v, 2);
    CHECK_OK(ndv_release(v));
    items[1].item.struct_size = sizeof(ndv_index);
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_index_items(a, 2, &items[0].item, &v));
    items[0].item.struct_size = 1;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_index_items(a, 2, &items[0].item, &v));
    CHECK_OK(ndv_release(a));
}

static void a_buffer_beyond_the_address_space_is_refused(void) {
    int64_t element = 7;
    ndv_array *a;
    CHECK_STATUS(NDV_E_OVERFLOW, ndv_wrap(&element, SIZE_MAX, 0, NDV_INT64, NDV_NO_DIMS, NULL, 0, NULL,
                                          NULL, &a));
    CHECK_STATUS(NDV_E_OVERFLOW, ndv_wrap(&element, (size_t)INT64_MAX + 1, 0, NDV_INT64, NDV_NO_DIMS,
                                          NULL, 0, NULL, NULL, &a));
    CHECK(a == NULL);
}

static void release_another(void *data, void *context) {
    free(data);
    ndv_release((ndv_array *)context);
}

static void a_deleter_may_release_another_array(void) {
    ndv_array *inner, *outer, *view;
    int64_t *memory = (int64_t *)malloc(3 * sizeof *memory);
    CHECK_OK(ndv_arange(0, 3, 1, &inner));
    CHECK_OK(ndv_wrap(memory, 3 * sizeof *memory, 0, NDV_INT64, NDV_DIMS(3), NULL, 0, release_another,
                      inner, &outer));
    CHECK_OK(ndv_view(outer, &view));
    CHECK_OK(ndv_release(outer));
    CHECK(check_statistics().arrays_alive == 3);
    CHECK_OK(ndv_release(view));
    CHECK(check_statistics().arrays_alive == 0);
}

static void places_for_answers_are_checked_before_the_work(void) {
    ndv_array *a, *b;
    CHECK_OK(ndv_arange(0, 4, 1, &a));
    CHECK_OK(ndv_view(a, &b));
    CHECK_STATUS(NDV_E_NULL, ndv_shares_memory(a, b, 0, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_equal(a, b, NULL));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(views_of_hostile_shapes_are_sound),
           TEST(a_broadcast_of_more_bytes_than_can_be_addressed_is_refused),
           TEST(an_extent_of_zero_excuses_no_other),
           TEST(an_index_may_be_the_place_for_its_own_element),
           TEST(an_array_can_be_written_into_its_own_bytes),
           TEST(items_may_be_larger_than_the_library_knows_them),
           TEST(a_buffer_beyond_the_address_space_is_refused),
           TEST(a_deleter_may_release_another_array),
           TEST(places_for_answers_are_checked_before_the_work))
