/* Functions that make several views at once, and views of the parts of complex numbers. Which
 * layouts they make is compared with NumPy in test_views.c. */
#include "model.h"

/* That a call fails with a status and sets `count` results to NULL, and no pointer behind them. */
#define CHECK_ALL_REFUSED(expected, count, results, call)                                          \
    do {                                                                                           \
        fill_with_poison(results);                                                                 \
        CHECK_STATUS(expected, call);                                                              \
        CHECK(null_pointers(results) == (count));                                                  \
    } while (0)

enum { ROOM = 12 };

static void fill_with_poison(ndv_array **results) {
    int i;
    for (i = 0; i < ROOM; i++) results[i] = model_poison();
}

/* How many pointers are NULL, which the first ones must be; -1 if others are. */
static int null_pointers(ndv_array *const *results) {
    int count = 0, i;
    while (count < ROOM && results[count] == NULL) count++;
    for (i = count; i < ROOM; i++)
        if (results[i] != model_poison()) return -1;
    return count;
}

static void release_all(ndv_array **results, int count) {
    int i;
    for (i = 0; i < count; i++) CHECK_OK(ndv_release(results[i]));
}

/* ---- Splitting ---- */

static void sections_are_views_of_the_owner_that_share_nothing(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 7)), *t, *v[ROOM];
    int i, j;
    bool shares;
    CHECK_OK(ndv_transpose(a, &t));
    fill_with_poison(v);
    CHECK_OK(ndv_array_split(t, 3, 0, v));
    CHECK(v[3] == model_poison());
    CHECK_INT64S(v[0], 0, 7, 1, 8, 2, 9);
    CHECK_INT64S(v[1], 3, 10, 4, 11);
    CHECK_INT64S(v[2], 5, 12, 6, 13);
    CHECK(ndv_view_count(a) == 4);
    for (i = 0; i < 3; i++) {
        CHECK(ndv_base(v[i]) == a && ndv_use_count(v[i]) == 1);
        CHECK(ndv_relation(v[i], t) == NDV_SIBLINGS && ndv_relation(v[i], a) == NDV_VIEW);
        CHECK(ndv_flags(v[i]) == (NDV_ALIGNED | NDV_WRITEABLE));
        for (j = 0; j < 3; j++) {
            CHECK(ndv_may_share_memory(v[i], v[j])); /* by their bounds */
            CHECK_OK(ndv_shares_memory(v[i], v[j], NDV_BUDGET_DEFAULT, &shares));
            CHECK(shares == (i == j));
        }
        CHECK_OK(ndv_fill_int64(v[i], -i));
    }
    ndv_release(t);
    CHECK_INT64S(a, 0, 0, 0, -1, -1, -2, -2, 0, 0, 0, -1, -1, -2, -2);
    ndv_release(a); /* the sections keep the bytes */
    CHECK_INT64S(v[1], -1, -1, -1, -1);
    release_all(v, 3);
}

static void sections_of_readonly_arrays_are_readonly(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4)), *r, *v[ROOM];
    const int64_t one[1] = {1};
    int i;
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_OK(ndv_split(r, 2, 0, v));
    CHECK_OK(ndv_array_split(r, 3, 0, v + 2));
    CHECK_OK(ndv_split_at(r, 1, one, 0, v + 5));
    CHECK_OK(ndv_unstack(r, 0, 4, v + 7));
    for (i = 0; i < 11; i++) CHECK((ndv_flags(v[i]) & NDV_WRITEABLE) == 0 && ndv_base(v[i]) == a);
    release_all(v, 11);
    ndv_release(r);
    ndv_release(a);
}

static void an_unstacked_element_is_a_view_without_axes(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3)), *empty = numbered(NDV_INT64, NDV_DIMS(2, 0)),
              *v[ROOM];
    CHECK_OK(ndv_unstack(a, 0, 3, v));
    CHECK(ndv_ndim(v[2]) == 0 && ndv_size(v[2]) == 1);
    CHECK_OK(ndv_fill_int64(v[2], 9));
    CHECK_INT64S(a, 0, 1, 9);
    release_all(v, 3);
    CHECK_OK(ndv_unstack(empty, 1, 0, NULL));
    fill_with_poison(v);
    CHECK_OK(ndv_unstack(empty, 1, 0, v));
    CHECK(v[0] == model_poison());
    CHECK_OK(ndv_unstack(empty, 0, 2, v));
    CHECK_SHAPE(v[1], 0);
    release_all(v, 2);
    CHECK(ndv_view_count(empty) == 0);
    ndv_release(empty);
    ndv_release(a);
}

static void a_refused_split_leaves_no_result(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4, 6)), *zero = numbered(NDV_INT64, NDV_NO_DIMS),
              *v[ROOM];
    const int64_t position[1] = {1};
    const ndv_array *none = NULL;
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 4, v, ndv_split(a, 4, 1, v));
    CHECK_MESSAGE("axis 1 has size 6, which does not divide into 4 equal sections");
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 8, v, ndv_split(a, 8, 0, v));
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 0, v, ndv_split(a, 0, 0, v));
    CHECK_MESSAGE("sections is 0");
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 0, v, ndv_split(a, -2, 0, v));
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 0, v, ndv_split(a, INT32_MIN, 0, v));
    CHECK_ALL_REFUSED(NDV_E_AXIS, 2, v, ndv_split(a, 2, 2, v));
    CHECK_ALL_REFUSED(NDV_E_AXIS, 2, v, ndv_split(a, 2, INT32_MIN, v));
    CHECK_ALL_REFUSED(NDV_E_AXIS, 1, v, ndv_split(zero, 1, 0, v));
    CHECK_ALL_REFUSED(NDV_E_NULL, 2, v, ndv_split(none, 2, 0, v));
    CHECK_ALL_REFUSED(NDV_E_HANDLE, 2, v, ndv_split((const ndv_array *)(const void *)v, 2, 0, v));
    CHECK_STATUS(NDV_E_NULL, ndv_split(a, 2, 0, NULL));
    CHECK_STATUS(NDV_E_SHAPE, ndv_split(a, 0, 0, NULL));

    CHECK_ALL_REFUSED(NDV_E_SHAPE, 0, v, ndv_array_split(a, 0, 0, v));
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 0, v, ndv_array_split(a, -1, 0, v));
    CHECK_ALL_REFUSED(NDV_E_AXIS, 3, v, ndv_array_split(a, 3, -3, v));
    CHECK_ALL_REFUSED(NDV_E_AXIS, 3, v, ndv_array_split(zero, 3, 0, v));
    CHECK_ALL_REFUSED(NDV_E_NULL, 3, v, ndv_array_split(none, 3, 0, v));
    CHECK_STATUS(NDV_E_NULL, ndv_array_split(a, 2, 0, NULL));

    CHECK_ALL_REFUSED(NDV_E_SHAPE, 0, v, ndv_split_at(a, -1, position, 0, v));
    CHECK_MESSAGE("positions is -1");
    CHECK_ALL_REFUSED(NDV_E_AXIS, 2, v, ndv_split_at(a, 1, position, 2, v));
    CHECK_ALL_REFUSED(NDV_E_AXIS, 1, v, ndv_split_at(zero, 0, NULL, 0, v));
    CHECK_ALL_REFUSED(NDV_E_NULL, 2, v, ndv_split_at(a, 1, NULL, 0, v));
    CHECK_ALL_REFUSED(NDV_E_NULL, 2, v, ndv_split_at(none, 1, position, 0, v));
    CHECK_STATUS(NDV_E_NULL, ndv_split_at(a, 1, position, 0, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_split_at(a, 0, NULL, 0, NULL));

    CHECK_ALL_REFUSED(NDV_E_SHAPE, 3, v, ndv_unstack(a, 0, 3, v));
    CHECK_MESSAGE("axis 0 has size 4");
    CHECK_MESSAGE("not 3");
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 5, v, ndv_unstack(a, 0, 5, v));
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 0, v, ndv_unstack(a, 0, -4, v));
    CHECK_ALL_REFUSED(NDV_E_AXIS, 4, v, ndv_unstack(a, 2, 4, v));
    CHECK_ALL_REFUSED(NDV_E_AXIS, 0, v, ndv_unstack(zero, 0, 0, v));
    CHECK_ALL_REFUSED(NDV_E_NULL, 4, v, ndv_unstack(none, 0, 4, v));
    CHECK_STATUS(NDV_E_NULL, ndv_unstack(a, 0, 4, NULL));
    CHECK(ndv_view_count(a) == 0);
    ndv_release(zero);
    ndv_release(a);
}

static void an_array_splits_into_more_sections_than_it_has_elements(void) {
    enum { MANY = 5000 };
    static ndv_array *v[MANY];
    ndv_array *a = numbered(NDV_INT8, NDV_DIMS(3));
    int i;
    CHECK_OK(ndv_array_split(a, MANY, 0, v));
    CHECK_INT64S(v[2], 2);
    CHECK(ndv_size(v[3]) == 0 && ndv_size(v[MANY - 1]) == 0 && ndv_view_count(a) == MANY);
    CHECK(model_data(v[MANY - 1]) >= model_data(a) && model_data(v[MANY - 1]) <= model_data(a) + 3);
    for (i = 0; i < MANY; i++) ndv_release(v[i]);
    ndv_release(a);
}

/* ---- Broadcasting together ---- */

static void arrays_broadcast_together_as_readonly_views(void) {
    ndv_array *row = numbered(NDV_INT64, NDV_DIMS(3)), *column, *full, *v[ROOM];
    const ndv_array *arrays[4];
    int i;
    column = numbered(NDV_INT16, NDV_DIMS(2, 1));
    full = numbered(NDV_FLOAT64, NDV_DIMS(2, 3));
    arrays[0] = arrays[3] = row;
    arrays[1] = column;
    arrays[2] = full;
    fill_with_poison(v);
    CHECK_OK(ndv_broadcast_arrays(4, arrays, v));
    CHECK(v[4] == model_poison());
    CHECK_INT64S(v[0], 0, 1, 2, 0, 1, 2);
    CHECK_INT64S(v[1], 0, 0, 0, 1, 1, 1);
    CHECK_INT64S(v[2], 0, 1, 2, 3, 4, 5);
    CHECK_STRIDES(v[0], 0, 8);
    CHECK_STRIDES(v[1], 2, 0);
    CHECK_STRIDES(v[2], 24, 8);
    for (i = 0; i < 4; i++) {
        CHECK_SHAPE(v[i], 2, 3);
        CHECK(v[i] != arrays[i] && ndv_base(v[i]) == arrays[i]);
        CHECK(ndv_dtype(v[i]) == ndv_dtype(arrays[i]));
        CHECK((ndv_flags(v[i]) & (NDV_WRITEABLE | NDV_OVERLAPPING)) == NDV_OVERLAPPING);
    }
    CHECK(v[0] != v[3] && ndv_view_count(row) == 2);
    CHECK_OK(ndv_set_int64(row, NDV_DIMS(1), 9));
    CHECK_INT64S(v[3], 0, 9, 2, 0, 9, 2);
    release_all(v, 4);

    CHECK_OK(ndv_broadcast_arrays(0, NULL, NULL));
    CHECK_OK(ndv_broadcast_arrays(1, arrays, v));
    CHECK_SHAPE(v[0], 3);
    release_all(v, 1);
    ndv_release(row);
    ndv_release(column);
    ndv_release(full);
}

static void arrays_that_do_not_broadcast_together_are_refused(void) {
    ndv_array *a = numbered(NDV_INT8, NDV_DIMS(2, 3)), *b = numbered(NDV_INT8, NDV_DIMS(2)),
              *one = numbered(NDV_INT8, NDV_NO_DIMS), *number = numbered(NDV_INT64, NDV_DIMS(1)),
              *v[ROOM];
    const ndv_array *arrays[3], *hole[2], *wide[2];
    arrays[0] = one;
    arrays[1] = a;
    arrays[2] = b;
    hole[0] = a;
    hole[1] = NULL;
    CHECK_ALL_REFUSED(NDV_E_BROADCAST, 3, v, ndv_broadcast_arrays(3, arrays, v));
    CHECK_MESSAGE("item 2, of shape (2,), does not broadcast with shape (2, 3)");
    CHECK_MESSAGE("axis 1 of the result is 3, not 2");
    CHECK_ALL_REFUSED(NDV_E_NULL, 2, v, ndv_broadcast_arrays(2, hole, v));
    CHECK_ALL_REFUSED(NDV_E_NULL, 2, v, ndv_broadcast_arrays(2, NULL, v));
    CHECK_ALL_REFUSED(NDV_E_SHAPE, 0, v, ndv_broadcast_arrays(-1, arrays, v));
    CHECK_STATUS(NDV_E_NULL, ndv_broadcast_arrays(2, arrays, NULL));
    v[0] = v[1] = a; /* which the results would replace */
    CHECK_STATUS(NDV_E_NULL, ndv_broadcast_arrays(2, (const ndv_array *const *)v, v));
    ndv_release(b);

    /* each is fine alone; what they make together is too large for the second */
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS(INT64_C(1) << 61), &b));
    wide[0] = b;
    wide[1] = number;
    CHECK_ALL_REFUSED(NDV_E_OVERFLOW, 2, v, ndv_broadcast_arrays(2, wide, v));
    CHECK(ndv_view_count(one) == 1);
    ndv_release(number);
    ndv_release(b);
    ndv_release(one);
    ndv_release(a);
}

static void shapes_broadcast_as_numpys(void) {
    static const struct {
        int32_t first_ndim, second_ndim, ndim;
        int64_t first[3], second[3], shape[3];
    } cases[] = {
        {0, 0, 0, {0}, {0}, {0}},          {1, 0, 1, {3}, {0}, {3}},
        {0, 2, 2, {0}, {4, 1}, {4, 1}},    {2, 1, 2, {3, 1}, {4}, {3, 4}},
        {1, 3, 3, {4}, {2, 1, 1}, {2, 1, 4}}, {2, 2, 2, {2, 3}, {2, 3}, {2, 3}},
        {1, 1, 1, {1}, {0}, {0}},          {2, 2, 2, {0, 1}, {1, 5}, {0, 5}},
        {1, 1, 1, {1}, {1}, {1}},          {3, 2, 3, {1, 1, 7}, {6, 1}, {1, 6, 7}},
    };
    int64_t shape[64];
    int32_t ndim;
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        int64_t failures = check_state.failures;
        CHECK_OK(ndv_broadcast_shapes(cases[i].first_ndim, cases[i].first, cases[i].second_ndim,
                                      cases[i].second, &ndim, shape));
        CHECK(ndim == cases[i].ndim);
        CHECK(memcmp(shape, cases[i].shape, (size_t)ndim * sizeof *shape) == 0);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
    /* the result may take the place of an argument */
    CHECK_OK(ndv_broadcast_shapes(NDV_DIMS(3, 1), NDV_DIMS(4), &ndim, shape));
    CHECK_OK(ndv_broadcast_shapes(ndim, shape, NDV_DIMS(5, 1, 1), &ndim, shape));
    CHECK(ndim == 3 && shape[0] == 5 && shape[1] == 3 && shape[2] == 4);
    CHECK_OK(ndv_broadcast_shapes(NDV_NO_DIMS, NDV_NO_DIMS, &ndim, NULL));
    CHECK(ndim == 0);
}

static void shapes_that_do_not_broadcast_together_are_refused(void) {
    const int64_t many[65] = {0};
    int64_t shape[3] = {7, 7, 7};
    int32_t ndim = 9;
#define CHECK_SHAPES_REFUSED(status, ...)                                                          \
    do {                                                                                           \
        ndim = 9;                                                                                  \
        CHECK_STATUS(status, ndv_broadcast_shapes(__VA_ARGS__, &ndim, shape));                     \
        CHECK(ndim == 0 && shape[0] == 7 && shape[2] == 7);                                        \
    } while (0)
    CHECK_SHAPES_REFUSED(NDV_E_BROADCAST, NDV_DIMS(4, 2, 3), NDV_DIMS(2));
    CHECK_MESSAGE("item 1, of shape (2,)");
    CHECK_MESSAGE("axis 2 of the result is 3, not 2");
    CHECK_SHAPES_REFUSED(NDV_E_BROADCAST, NDV_DIMS(2), NDV_DIMS(4, 3, 1, 3));
    CHECK_MESSAGE("axis 3 of the result is 2, not 3");
    CHECK_SHAPES_REFUSED(NDV_E_BROADCAST, NDV_DIMS(0), NDV_DIMS(2));
    CHECK_SHAPES_REFUSED(NDV_E_SHAPE, NDV_DIMS(-1), NDV_DIMS(1));
    CHECK_SHAPES_REFUSED(NDV_E_SHAPE, NDV_DIMS(1), NDV_DIMS(1, INT64_MIN));
    CHECK_SHAPES_REFUSED(NDV_E_NDIM, 65, many, NDV_DIMS(1));
    CHECK_SHAPES_REFUSED(NDV_E_NDIM, NDV_DIMS(1), -1, many);
    CHECK_SHAPES_REFUSED(NDV_E_NULL, 1, NULL, NDV_DIMS(1));
    CHECK_SHAPES_REFUSED(NDV_E_NULL, NDV_DIMS(1), 1, NULL);
    CHECK_SHAPES_REFUSED(NDV_E_OVERFLOW, NDV_DIMS(INT64_C(1) << 40), NDV_DIMS(INT64_C(1) << 40, 1));
    CHECK_STATUS(NDV_E_NULL, ndv_broadcast_shapes(NDV_DIMS(1), NDV_DIMS(1), NULL, shape));
    CHECK_STATUS(NDV_E_NULL, ndv_broadcast_shapes(NDV_DIMS(1), NDV_DIMS(1), &ndim, NULL));
    CHECK(ndim == 0);
}

/* ---- Parts of complex numbers ---- */

static void real_and_imaginary_parts_are_views(void) {
    static const double numbers[12] = {0, 100, 1, 101, 2, 102, 3, 103, 4, 104, 5, 105};
    static const float floats[12] = {0, 100, 1, 101, 2, 102, 3, 103, 4, 104, 5, 105};
    int wide;
    for (wide = 0; wide < 2; wide++) {
        const int32_t dtype = wide ? NDV_COMPLEX128 : NDV_COMPLEX64;
        const int64_t size = wide ? 16 : 8;
        ndv_array *a, *t, *re, *im, *readonly, *v;
        bool shares = true;
        double value = 0;
        CHECK_OK(ndv_from_data(dtype, NDV_DIMS(2, 3), wide ? (const void *)numbers : floats, &a));
        CHECK_OK(ndv_slice(a, "::-1, ::2", &t));
        CHECK_OK(ndv_real(t, &re));
        CHECK_OK(ndv_imag(t, &im));
        CHECK(ndv_base(re) == a && ndv_base(im) == a && ndv_view_count(a) == 3);
        CHECK(ndv_dtype(re) == (wide ? NDV_FLOAT64 : NDV_FLOAT32));
        CHECK(ndv_dtype(im) == ndv_dtype(re));
        CHECK_SHAPE(re, 2, 2);
        CHECK_STRIDES(re, -3 * size, 2 * size);
        CHECK_STRIDES(im, -3 * size, 2 * size);
        CHECK(ndv_flags(im) == (NDV_ALIGNED | NDV_WRITEABLE));
        CHECK(model_data(im) == model_data(t) + size / 2);
        CHECK_INT64S(re, 3, 5, 0, 2);
        CHECK_INT64S(im, 103, 105, 100, 102);
        CHECK(ndv_may_share_memory(re, im)); /* by their bounds */
        CHECK_OK(ndv_shares_memory(re, im, NDV_BUDGET_DEFAULT, &shares));
        CHECK(!shares);
        CHECK_OK(ndv_set(re, im, NDV_CAST_NO));
        CHECK_OK(ndv_fill_int64(im, -1));
        ndv_release(re);
        ndv_release(im);
        ndv_release(t);
        CHECK_OK(ndv_real(a, &re));
        CHECK_OK(ndv_imag(a, &im));
        CHECK_INT64S(re, 100, 1, 102, 103, 4, 105);
        CHECK_INT64S(im, -1, 101, -1, -1, 104, -1);
        ndv_release(im);
        CHECK_OK(ndv_real(re, &v)); /* a real array is its own real part */
        CHECK(v != re && ndv_base(v) == a && ndv_dtype(v) == ndv_dtype(re));
        CHECK_INT64S(v, 100, 1, 102, 103, 4, 105);
        ndv_release(v);
        ndv_release(re);

        CHECK_OK(ndv_slice(a, "1, 1", &t)); /* without axes */
        CHECK_OK(ndv_imag(t, &im));
        CHECK(ndv_ndim(im) == 0);
        CHECK_OK(ndv_get_double(im, NDV_NO_DIMS, &value));
        CHECK(value >= 104 && value <= 104);
        ndv_release(im);
        ndv_release(t);
        CHECK_OK(ndv_slice(a, "2:, ...", &t)); /* without elements: it points nowhere else */
        CHECK_OK(ndv_imag(t, &im));
        CHECK_SHAPE(im, 0, 3);
        CHECK(model_data(im) == model_data(t));
        ndv_release(im);
        ndv_release(t);
        CHECK_OK(ndv_readonly(a, &readonly));
        CHECK_OK(ndv_real(readonly, &re));
        CHECK_OK(ndv_imag(readonly, &im));
        CHECK((ndv_flags(re) & NDV_WRITEABLE) == 0 && (ndv_flags(im) & NDV_WRITEABLE) == 0);
        ndv_release(re);
        ndv_release(im);
        ndv_release(readonly);
        ndv_release(a);
    }
}

static void what_is_not_complex_has_a_real_part_and_no_imaginary_one(void) {
    static const int32_t dtypes[] = {NDV_BOOL,   NDV_INT8,   NDV_INT16,   NDV_INT32,    NDV_INT64,
                                     NDV_UINT8,  NDV_UINT16, NDV_UINT32,  NDV_UINT64,   NDV_FLOAT16,
                                     NDV_BFLOAT16, NDV_FLOAT32, NDV_FLOAT64};
    size_t i;
    ndv_array *a, *v;
    for (i = 0; i < COUNT(dtypes); i++) {
        CHECK_OK(ndv_zeros(dtypes[i], NDV_DIMS(2, 3), &a));
        CHECK_OK(ndv_real(a, &v));
        CHECK(v != a && ndv_base(v) == a && ndv_dtype(v) == dtypes[i]);
        CHECK(ndv_data(v) == ndv_data(a) && ndv_flags(v) == ndv_flags(a));
        CHECK(has_layout(v, 2, ndv_shape(a), ndv_strides(a)));
        ndv_release(v);
        CHECK_REFUSED(NDV_E_DTYPE, v, ndv_imag(a, &v));
        CHECK_MESSAGE(ndv_dtype_name(dtypes[i]));
        ndv_release(a);
    }
    CHECK_REFUSED(NDV_E_NULL, v, ndv_real(NULL, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_imag(NULL, &v));
    CHECK_OK(ndv_zeros(NDV_COMPLEX64, NDV_DIMS(2), &a));
    CHECK_STATUS(NDV_E_NULL, ndv_real(a, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_imag(a, NULL));
    ndv_release(a);
}

/* ---- Turning ---- */

static void an_array_cannot_be_turned_about_one_axis(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *row = numbered(NDV_INT64, NDV_DIMS(3)), *v;
    int32_t quarters;
    for (quarters = 0; quarters < 4; quarters++) {
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_rot90(a, quarters, 0, 0, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_rot90(a, quarters, 1, -1, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_rot90(a, quarters, 0, 2, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_rot90(a, quarters, -3, 0, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_rot90(row, quarters, 0, 1, &v));
    }
    CHECK_REFUSED(NDV_E_NULL, v, ndv_rot90(NULL, 1, 0, 1, &v));
    CHECK_STATUS(NDV_E_NULL, ndv_rot90(a, 1, 0, 1, NULL));
    CHECK_OK(ndv_rot90(a, 1, 0, 1, &v));
    CHECK_INT64S(v, 2, 5, 1, 4, 0, 3);
    CHECK_OK(ndv_set_int64(v, NDV_DIMS(0, 0), 20));
    CHECK_INT64S(a, 0, 1, 20, 3, 4, 5);
    ndv_release(v);
    ndv_release(row);
    ndv_release(a);
}

CHECK_MAIN(TEST(sections_are_views_of_the_owner_that_share_nothing),
           TEST(sections_of_readonly_arrays_are_readonly),
           TEST(an_unstacked_element_is_a_view_without_axes),
           TEST(a_refused_split_leaves_no_result),
           TEST(an_array_splits_into_more_sections_than_it_has_elements),
           TEST(arrays_broadcast_together_as_readonly_views),
           TEST(arrays_that_do_not_broadcast_together_are_refused),
           TEST(shapes_broadcast_as_numpys),
           TEST(shapes_that_do_not_broadcast_together_are_refused),
           TEST(real_and_imaginary_parts_are_views),
           TEST(what_is_not_complex_has_a_real_part_and_no_imaginary_one),
           TEST(an_array_cannot_be_turned_about_one_axis))
