/* Views whose elements may share bytes: ndv_windows() and ndv_as_strided(). Which layouts they make
 * is compared with NumPy in test_views.c; here is what may be written, and what is refused. */
#include "model.h"

static bool writeable(const ndv_array *array) { return (ndv_flags(array) & NDV_WRITEABLE) != 0; }

static bool overlapping(const ndv_array *array) {
    return (ndv_flags(array) & NDV_OVERLAPPING) != 0;
}

/* ---- ndv_as_strided ---- */

typedef struct {
    int32_t ndim;
    int64_t shape[3], strides[3], offset;
    int32_t inside, overlapping;
} strided_case;

static const strided_case strided_cases[] = {
#include "numpy/strided.inc"
};

/* The same layout from arrays that begin at other places of one buffer, of ten int64. */
static void a_layout_is_taken_exactly_if_it_stays_inside_the_buffer(void) {
    ndv_array *owner = numbered(NDV_INT64, NDV_DIMS(10)), *readonly, *parts[3], *v;
    size_t i, which;
    CHECK_OK(ndv_view(owner, &parts[0]));
    CHECK_OK(ndv_slice(owner, "4:6", &parts[1]));
    CHECK_OK(ndv_slice(owner, "::-1", &parts[2]));
    CHECK_OK(ndv_readonly(parts[1], &readonly));
    for (i = 0; i < COUNT(strided_cases); i++)
        for (which = 0; which < COUNT(parts); which++) {
            const strided_case *c = &strided_cases[i];
            const int64_t begins = model_data(parts[which]) - model_data(owner);
            const int64_t failures = check_state.failures, offset = c->offset - begins;
            if (!c->inside) {
                CHECK_REFUSED(NDV_E_BOUNDS, v, ndv_as_strided(parts[which], c->ndim, c->shape,
                                                              c->strides, offset, 0, &v));
                CHECK_MESSAGE("80 bytes");
            } else {
                CHECK_OK(ndv_as_strided(parts[which], c->ndim, c->shape, c->strides, offset, 0,
                                        &v));
                CHECK(ndv_base(v) == owner && ndv_relation(v, parts[which]) == NDV_SIBLINGS);
                CHECK(has_layout(v, c->ndim, c->shape, c->strides));
                CHECK(model_data(v) == model_data(owner) + c->offset);
                CHECK(overlapping(v) == (c->overlapping != 0));
                CHECK(writeable(v) == (c->overlapping == 0));
                ndv_release(v);
                CHECK_OK(ndv_as_strided(parts[which], c->ndim, c->shape, c->strides, offset,
                                        NDV_WRITE_OVERLAPPING, &v));
                CHECK(writeable(v) && overlapping(v) == (c->overlapping != 0));
                ndv_release(v);
            }
            if (check_state.failures != failures) printf("    in case %d\n", (int)i);
        }
    for (which = 0; which < 2; which++) { /* whoever insists */
        CHECK_OK(ndv_as_strided(readonly, NDV_DIMS(3), ((const int64_t[]){8}), -16,
                                which == 0 ? 0 : NDV_WRITE_OVERLAPPING, &v));
        CHECK(!writeable(v) && !overlapping(v));
        CHECK_INT64S(v, 2, 3, 4);
        ndv_release(v);
    }
    for (which = 0; which < COUNT(parts); which++) ndv_release(parts[which]);
    ndv_release(readonly);
    ndv_release(owner);
}

static void strides_and_offsets_near_the_ends_of_64_bits_are_refused(void) {
    static const struct {
        int32_t ndim;
        int64_t shape[3], strides[3], offset;
        ndv_status status;
    } cases[] = {
        {1, {2}, {INT64_MAX}, 0, NDV_E_BOUNDS},
        {1, {2}, {INT64_MIN}, 0, NDV_E_BOUNDS},
        {2, {2, 2}, {INT64_MAX, INT64_MIN}, 0, NDV_E_BOUNDS},
        {2, {2, 2}, {INT64_MAX, -INT64_MAX}, 0, NDV_E_BOUNDS},
        {3, {3, 3, 3}, {INT64_MAX, INT64_MAX, INT64_MAX}, 0, NDV_E_BOUNDS},
        {3, {3, 3, 3}, {INT64_MIN, INT64_MIN, INT64_MIN}, INT64_MAX, NDV_E_BOUNDS},
        {1, {INT64_MAX / 16}, {INT64_MAX}, 0, NDV_E_BOUNDS},
        {1, {INT64_C(1) << 59}, {INT64_C(1) << 59}, 0, NDV_E_BOUNDS},
        {2, {INT64_C(1) << 32, 2}, {INT64_C(1) << 32, 8}, 0, NDV_E_BOUNDS}, /* 0 modulo 2^64 */
        {0, {0}, {0}, INT64_MAX, NDV_E_BOUNDS},
        {0, {0}, {0}, INT64_MIN, NDV_E_BOUNDS},
        {1, {0}, {8}, INT64_MAX, NDV_E_BOUNDS},
        {1, {0}, {8}, INT64_MIN, NDV_E_BOUNDS},
        {1, {0}, {8}, 81, NDV_E_BOUNDS},
        {1, {0}, {8}, -1, NDV_E_BOUNDS},
        {1, {INT64_MAX}, {0}, 0, NDV_E_OVERFLOW},
        {2, {INT64_C(1) << 62, 4}, {0, 0}, 0, NDV_E_OVERFLOW},
        {2, {INT64_C(1) << 62, 0}, {0, 0}, 0, NDV_E_OVERFLOW},
        {1, {-1}, {8}, 0, NDV_E_SHAPE},
        {2, {0, INT64_MIN}, {8, 8}, 0, NDV_E_SHAPE},
        /* what does not reach anywhere may be anything */
        {1, {1}, {INT64_MAX}, 0, NDV_OK},
        {2, {1, 10}, {INT64_MIN, 8}, 0, NDV_OK},
        {2, {0, 10}, {INT64_MIN, INT64_MAX}, 80, NDV_OK},
        {2, {INT64_C(1) << 59, 1}, {0, INT64_MIN}, 72, NDV_OK},
    };
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(10)), *v;
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        int64_t failures = check_state.failures;
        if (cases[i].status != NDV_OK) {
            CHECK_REFUSED(cases[i].status, v,
                          ndv_as_strided(a, cases[i].ndim, cases[i].shape, cases[i].strides,
                                         cases[i].offset, NDV_WRITE_OVERLAPPING, &v));
        } else {
            CHECK_OK(ndv_as_strided(a, cases[i].ndim, cases[i].shape, cases[i].strides,
                                    cases[i].offset, 0, &v));
            ndv_release(v);
        }
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
    ndv_release(a);
}

static void views_of_strange_strides_are_as_safe_as_any(void) {
    /* Along axes of one element a stride is anything, whatever is made of the view. */
    static const int64_t shape[3] = {1, 3, 1}, strides[3] = {INT64_MIN, -8, INT64_MAX};
    static const char *const texts[] = {"::-1, ::-1, ::-1", "0, :, 0", "::9, ::2, ::-9",
                                        "..., 0, newaxis", "-1:, -1:, -1:", "0:0, :, ::-1"};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(10)), *v, *w;
    size_t i;
    int32_t quarters;
    CHECK_OK(ndv_as_strided(a, 3, shape, strides, 72, 0, &v));
    CHECK_INT64S(v, 9, 8, 7);
    for (i = 0; i < COUNT(texts); i++) {
        CHECK_OK(ndv_slice(v, texts[i], &w));
        CHECK(ndv_size(w) == 0 || (model_int64(w, 0, NDV_ORDER_C) >= 7 &&
                                   model_int64(w, ndv_size(w) - 1, NDV_ORDER_C) >= 7));
        ndv_release(w);
    }
    for (quarters = 0; quarters < 4; quarters++) {
        CHECK_OK(ndv_rot90(v, quarters, 0, 1, &w));
        if (quarters == 1 || quarters == 2) CHECK_INT64S(w, 7, 8, 9);
        else CHECK_INT64S(w, 9, 8, 7);
        ndv_release(w);
        CHECK_OK(ndv_rot90(v, quarters, 2, 0, &w));
        CHECK_INT64S(w, 9, 8, 7);
        ndv_release(w);
    }
    CHECK_OK(ndv_flip(v, NDV_NO_DIMS, &w));
    CHECK_INT64S(w, 7, 8, 9);
    ndv_release(w);
    CHECK_OK(ndv_diagonal(v, -1, 1, 2, &w));
    CHECK_INT64S(w, 8);
    ndv_release(w);
    CHECK_OK(ndv_windows(v, NDV_DIMS(1, 2, 1), NULL, 0, &w));
    CHECK_INT64S(w, 9, 8, 8, 7);
    ndv_release(w);
    CHECK_OK(ndv_expand_dims(v, 0, &w));
    CHECK_INT64S(w, 9, 8, 7);
    ndv_release(w);
    CHECK_OK(ndv_reshape(v, NDV_DIMS(3), NDV_ORDER_C, NDV_COPY_NEVER, &w));
    CHECK_INT64S(w, 9, 8, 7);
    ndv_release(w);
    ndv_release(v);
    ndv_release(a);
}

static void as_strided_reaches_all_bytes_of_wrapped_memory_and_no_others(void) {
    static int16_t memory[12];
    ndv_array *a, *part, *v;
    int i;
    for (i = 0; i < 12; i++) memory[i] = (int16_t)i;
    /* the array has four elements of a buffer of ten */
    CHECK_OK(ndv_wrap(memory + 1, 20, 8, NDV_INT16, NDV_DIMS(4), NULL, 0, NULL, NULL, &a));
    CHECK_OK(ndv_slice(a, "1:2", &part));
    CHECK_OK(ndv_as_strided(part, NDV_DIMS(10), ((const int64_t[]){2}), -10, 0, &v));
    CHECK_INT64S(v, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    CHECK(ndv_base(v) == a && ndv_buffer_kind(v) == NDV_BUFFER_FOREIGN && writeable(v));
    CHECK_OK(ndv_set_int64(v, NDV_DIMS(9), -1));
    CHECK(memory[10] == -1 && memory[0] == 0 && memory[11] == 11);
    ndv_release(v);
    CHECK_REFUSED(NDV_E_BOUNDS, v,
                  ndv_as_strided(part, NDV_DIMS(10), ((const int64_t[]){2}), -12, 0, &v));
    CHECK_MESSAGE("byte -2 to byte 18 of a buffer of 20");
    CHECK_REFUSED(NDV_E_BOUNDS, v,
                  ndv_as_strided(part, NDV_DIMS(10), ((const int64_t[]){2}), -9, 0, &v));
    CHECK_MESSAGE("byte 1 to byte 21");
    ndv_release(part);
    ndv_release(a);
    CHECK_OK(ndv_wrap(NULL, 0, 0, NDV_INT16, NDV_DIMS(0), NULL, 0, NULL, NULL, &a));
    CHECK_OK(ndv_as_strided(a, NDV_DIMS(3, 0), ((const int64_t[]){2, 2}), 0, 0, &v));
    ndv_release(v);
    CHECK_REFUSED(NDV_E_BOUNDS, v, ndv_as_strided(a, NDV_NO_DIMS, NULL, 0, 0, &v));
    ndv_release(a);
}

static void misaligned_strides_are_told_and_can_be_used(void) {
    ndv_array *a = numbered(NDV_UINT8, NDV_DIMS(12)), *pairs, *v;
    CHECK_OK(ndv_view_as(a, NDV_UINT16, &pairs));
    CHECK_OK(ndv_as_strided(pairs, NDV_DIMS(3), ((const int64_t[]){3}), 1, 0, &v));
    CHECK((ndv_flags(v) & NDV_ALIGNED) == 0 && writeable(v) && !overlapping(v));
    CHECK_OK(ndv_fill_int64(v, 0x0101));
    CHECK_INT64S(v, 0x0101, 0x0101, 0x0101);
    CHECK_INT64S(a, 0, 1, 1, 3, 1, 1, 6, 1, 1, 9, 10, 11);
    ndv_release(v);
    ndv_release(pairs);
    ndv_release(a);
}

static void writes_through_shared_elements_go_in_c_order_and_the_last_one_stays(void) {
    static const struct {
        int64_t shape[2], strides[2], offset, expected[6];
    } cases[] = {
        {{4, 3}, {8, 8}, 0, {0, 3, 6, 9, 10, 11}},     /* windows */
        {{4, 3}, {8, -8}, 16, {2, 5, 8, 11, 10, 9}},   /* each of them backwards */
        {{4, 3}, {-8, 8}, 24, {9, 10, 11, 8, 5, 2}},   /* from the last one to the first */
        {{3, 2}, {16, 0}, 0, {1, -1, 3, -1, 5, -1}},   /* repeated within a row */
        {{3, 2}, {0, 40}, 0, {4, -1, -1, -1, -1, 5}},  /* repeated rows */
        {{2, 3}, {-8, 16}, 8, {3, 0, 4, 1, 5, 2}},     /* nothing is shared */
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        const int64_t failures = check_state.failures, *e = cases[i].expected;
        ndv_array *a = numbered(NDV_INT64, NDV_DIMS(6)), *values, *v;
        CHECK_OK(ndv_fill_int64(a, -1));
        values = numbered(NDV_INT64, 2, cases[i].shape);
        CHECK_OK(ndv_as_strided(a, 2, cases[i].shape, cases[i].strides, cases[i].offset,
                                NDV_WRITE_OVERLAPPING, &v));
        CHECK_OK(ndv_set(v, values, NDV_CAST_NO));
        CHECK_INT64S(a, e[0], e[1], e[2], e[3], e[4], e[5]);
        ndv_release(v);
        ndv_release(values);
        ndv_release(a);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

/* ---- ndv_windows ---- */

static void windows_are_readonly_unless_the_caller_insists(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(6)), *r, *w, *part, *values;
    CHECK_OK(ndv_windows(a, NDV_DIMS(3), NULL, 0, &w));
    CHECK_SHAPE(w, 4, 3);
    CHECK_INT64S(w, 0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5);
    CHECK(!writeable(w) && overlapping(w) && ndv_base(w) == a);
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(w, 1));
    CHECK_OK(ndv_set_int64(a, NDV_DIMS(2), 20));
    CHECK_INT64S(w, 0, 1, 20, 1, 20, 3, 20, 3, 4, 3, 4, 5);
    CHECK_OK(ndv_slice(w, "1", &part)); /* one window shares nothing, and stays read-only */
    CHECK(!writeable(part));
    ndv_release(part);
    ndv_release(w);

    CHECK_OK(ndv_windows(a, NDV_DIMS(3), NULL, NDV_WRITE_OVERLAPPING, &w));
    CHECK(writeable(w) && overlapping(w));
    values = numbered(NDV_INT64, NDV_DIMS(4, 3));
    CHECK_OK(ndv_set(w, values, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 3, 6, 9, 10, 11);
    CHECK_OK(ndv_slice(w, "1", &part));
    CHECK_OK(ndv_fill_int64(part, -1));
    CHECK_INT64S(a, 0, -1, -1, -1, 10, 11);
    ndv_release(part);
    /* read first, also from itself */
    CHECK_OK(ndv_slice(w, "::-1", &part));
    CHECK_OK(ndv_set(w, part, NDV_CAST_NO));
    CHECK_INT64S(a, -1, -1, -1, 0, -1, -1);
    ndv_release(part);
    ndv_release(values);
    ndv_release(w);

    /* windows of one element, or at one position, share nothing; still only who insists writes */
    CHECK_OK(ndv_windows(a, NDV_DIMS(1), NULL, 0, &w));
    CHECK(!writeable(w) && !overlapping(w));
    ndv_release(w);
    CHECK_OK(ndv_windows(a, NDV_DIMS(6), NULL, NDV_WRITE_OVERLAPPING, &w));
    CHECK(writeable(w) && !overlapping(w));
    ndv_release(w);

    CHECK_OK(ndv_readonly(a, &r));
    CHECK_OK(ndv_windows(r, NDV_DIMS(3), NULL, NDV_WRITE_OVERLAPPING, &w));
    CHECK(!writeable(w) && overlapping(w));
    ndv_release(w);
    ndv_release(r);
    ndv_release(a);
}

static void windows_share_memory_where_they_meet(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(6, 6)), *w, *near, *far, *beside;
    bool shares = false;
    CHECK_OK(ndv_windows(a, NDV_DIMS(2, 3), NULL, 0, &w));
    CHECK_SHAPE(w, 5, 4, 2, 3);
    CHECK_STRIDES(w, 48, 8, 48, 8);
    CHECK_OK(ndv_slice(w, "0, 0", &near));
    CHECK_INT64S(near, 0, 1, 2, 6, 7, 8);
    CHECK_OK(ndv_slice(w, "0, 3", &beside));
    CHECK_OK(ndv_slice(w, "1, 2", &far));
    CHECK(ndv_may_share_memory(near, beside)); /* by their bounds */
    CHECK_OK(ndv_shares_memory(near, beside, NDV_BUDGET_DEFAULT, &shares));
    CHECK(!shares);
    CHECK_OK(ndv_shares_memory(near, far, NDV_BUDGET_DEFAULT, &shares));
    CHECK(shares);
    CHECK_OK(ndv_shares_memory(w, a, NDV_BUDGET_DEFAULT, &shares));
    CHECK(shares);
    ndv_release(near);
    ndv_release(beside);
    ndv_release(far);
    ndv_release(w);
    ndv_release(a);
}

static void windows_that_do_not_fit_are_refused(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4, 6)), *one = numbered(NDV_INT8, NDV_NO_DIMS), *w;
    const int64_t first[1] = {0}, twice[2] = {1, 1}, beyond[1] = {2};
    CHECK_REFUSED(NDV_E_SHAPE, w, ndv_windows(a, NDV_DIMS(5, 1), NULL, 0, &w));
    CHECK_MESSAGE("window of 5 elements does not fit in axis 0, which has room for 4");
    CHECK_REFUSED(NDV_E_SHAPE, w, ndv_windows(a, NDV_DIMS(1, -1), NULL, 0, &w));
    CHECK_REFUSED(NDV_E_SHAPE, w, ndv_windows(a, NDV_DIMS(1, INT64_MIN), NULL, 0, &w));
    CHECK_REFUSED(NDV_E_SHAPE, w, ndv_windows(a, NDV_DIMS(1, INT64_MAX), NULL, 0, &w));
    CHECK_REFUSED(NDV_E_SHAPE, w, ndv_windows(a, NDV_DIMS(4, 4), twice, 0, &w));
    CHECK_MESSAGE("axis 1, which has room for 3");
    CHECK_REFUSED(NDV_E_AXIS, w, ndv_windows(a, NDV_DIMS(2), NULL, 0, &w));
    CHECK_MESSAGE("1 windows for 2 axes");
    CHECK_REFUSED(NDV_E_AXIS, w, ndv_windows(a, NDV_DIMS(2, 2, 2), NULL, 0, &w));
    CHECK_REFUSED(NDV_E_AXIS, w, ndv_windows(a, NDV_NO_DIMS, NULL, 0, &w));
    CHECK_REFUSED(NDV_E_AXIS, w, ndv_windows(a, NDV_DIMS(2), beyond, 0, &w));
    CHECK_REFUSED(NDV_E_AXIS, w, ndv_windows(one, NDV_DIMS(1), first, 0, &w));
    CHECK_REFUSED(NDV_E_AXIS, w, ndv_windows(one, NDV_DIMS(1), NULL, 0, &w));
    CHECK_REFUSED(NDV_E_NDIM, w, ndv_windows(a, -1, first, first, 0, &w));
    CHECK_REFUSED(NDV_E_ARGUMENT, w, ndv_windows(a, NDV_DIMS(2), first, 1, &w));
    CHECK_REFUSED(NDV_E_ARGUMENT, w, ndv_windows(a, NDV_DIMS(2), first, -1, &w));
    CHECK_REFUSED(NDV_E_NULL, w, ndv_windows(a, 1, NULL, first, 0, &w));
    CHECK_REFUSED(NDV_E_NULL, w, ndv_windows(NULL, NDV_DIMS(2), first, 0, &w));
    CHECK_STATUS(NDV_E_NULL, ndv_windows(a, NDV_DIMS(2), first, 0, NULL));
    ndv_release(a);

    /* so many windows that no array can have their elements */
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS(INT64_C(1) << 40), &a));
    CHECK_REFUSED(NDV_E_OVERFLOW, w, ndv_windows(a, NDV_DIMS(INT64_C(1) << 39), NULL, 0, &w));
    CHECK_OK(ndv_windows(a, NDV_DIMS(INT64_C(1) << 20), NULL, 0, &w));
    CHECK_SHAPE(w, (INT64_C(1) << 40) - (INT64_C(1) << 20) + 1, INT64_C(1) << 20);
    ndv_release(w);
    ndv_release(a);
    /* empty windows have one position more than there are elements */
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS(INT64_MAX - 64), &a));
    CHECK_REFUSED(NDV_E_OVERFLOW, w,
                  ndv_windows(a, NDV_DIMS(0, 0), ((const int64_t[]){0, 0}), 0, &w));
    ndv_release(a);
    ndv_release(one);
}

static void windows_take_up_to_64_axes(void) {
    int64_t ones[64], axes[64];
    ndv_array *scalar = numbered(NDV_INT64, NDV_NO_DIMS), *a, *w;
    int i;
    for (i = 0; i < 64; i++) {
        ones[i] = 1;
        axes[i] = 0;
    }
    CHECK_OK(ndv_reshape(scalar, 32, ones, NDV_ORDER_C, NDV_COPY_NEVER, &a));
    CHECK_OK(ndv_windows(a, 32, ones, NULL, 0, &w));
    CHECK(ndv_ndim(w) == 64 && ndv_size(w) == 1 && ndv_base(w) == scalar);
    CHECK(!overlapping(w));
    ndv_release(w);
    CHECK_OK(ndv_windows(a, 32, ones, axes, 0, &w));
    ndv_release(w);
    CHECK_REFUSED(NDV_E_NDIM, w, ndv_windows(a, 33, ones, axes, 0, &w));
    CHECK_REFUSED(NDV_E_NDIM, w, ndv_windows(a, 64, ones, axes, 0, &w));
    CHECK_REFUSED(NDV_E_NDIM, w, ndv_windows(a, 65, ones, axes, 0, &w));
    CHECK_OK(ndv_as_strided(scalar, 64, ones, axes, 0, 0, &w));
    CHECK(ndv_ndim(w) == 64);
    ndv_release(a);
    CHECK_OK(ndv_rot90(w, 1, 0, 63, &a));
    ndv_release(a);
    CHECK_OK(ndv_real(w, &a));
    ndv_release(a);
    ndv_release(w);
    CHECK_REFUSED(NDV_E_NDIM, w, ndv_as_strided(scalar, 65, ones, axes, 0, 0, &w));
    CHECK_REFUSED(NDV_E_NDIM, w, ndv_as_strided(scalar, -1, ones, axes, 0, 0, &w));
    ndv_release(scalar);
}

static void as_strided_checks_its_arguments(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4)), *v;
    const int64_t two[1] = {2};
    CHECK_REFUSED(NDV_E_NULL, v, ndv_as_strided(NULL, 1, two, two, 0, 0, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_as_strided(a, 1, NULL, two, 0, 0, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_as_strided(a, 1, two, NULL, 0, 0, &v));
    CHECK_STATUS(NDV_E_NULL, ndv_as_strided(a, 1, two, two, 0, 0, NULL));
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_as_strided(a, 1, two, two, 0, 1, &v));
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_as_strided(a, 1, two, two, 0, 6, &v));
    CHECK_OK(ndv_as_strided(a, ndv_ndim(a), ndv_shape(a), ndv_strides(a), 0, 0, &v));
    CHECK_INT64S(v, 0, 1, 2, 3);
    ndv_release(v);
    ndv_release(a);
}

CHECK_MAIN(TEST(a_layout_is_taken_exactly_if_it_stays_inside_the_buffer),
           TEST(strides_and_offsets_near_the_ends_of_64_bits_are_refused),
           TEST(views_of_strange_strides_are_as_safe_as_any),
           TEST(as_strided_reaches_all_bytes_of_wrapped_memory_and_no_others),
           TEST(misaligned_strides_are_told_and_can_be_used),
           TEST(writes_through_shared_elements_go_in_c_order_and_the_last_one_stays),
           TEST(windows_are_readonly_unless_the_caller_insists),
           TEST(windows_share_memory_where_they_meet),
           TEST(windows_that_do_not_fit_are_refused), TEST(windows_take_up_to_64_axes),
           TEST(as_strided_checks_its_arguments))
