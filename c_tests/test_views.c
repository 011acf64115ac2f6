/* Every function of the section Views: what the view shows, whose bytes it shows, and what is
 * refused. */
#include "model.h"

/* ---- What holds of every view ---- */

/* That `view` is a new handle on the bytes of `owner`, made from `source`. */
static void check_is_view(const ndv_array *view, const ndv_array *source, const ndv_array *owner) {
    CHECK(view != NULL && view != source && view != owner);
    CHECK(ndv_base(view) == owner);
    CHECK(!ndv_owns_data(view) && ndv_buffer_kind(view) == NDV_BUFFER_HEAP);
    CHECK(ndv_relation(view, owner) == NDV_VIEW);
    CHECK(ndv_use_count(view) == 1 && ndv_view_count(view) == 0);
    if (source != owner) CHECK(ndv_relation(view, source) == NDV_SIBLINGS);
}

enum operation { SLICE, VIEW, TRANSPOSE, PERMUTE, SWAP, MOVE, SQUEEZE, EXPAND, FLIP, DIAGONAL,
                 BROADCAST, ROT90, SPLIT, ARRAY_SPLIT, SPLIT_AT, UNSTACK, WINDOWS, WINDOWS_ALONG,
                 AS_STRIDED };

typedef struct {
    const char *text; /* the index of a slice, else a name */
    model_source source;
    enum operation operation;
    int32_t count;
    int64_t arguments[6];
    int32_t ndim;
    int64_t shape[8], strides[8], offset;
} view_case;

static const view_case view_cases[] = {
#include "numpy/views.inc"
};

/* Of an operation that makes several views, the one that the case is about. */
static ndv_status run_splitting(const view_case *c, const ndv_array *array, ndv_array **view) {
    const int64_t *arguments = c->arguments;
    int32_t first = (int32_t)arguments[0], second = (int32_t)arguments[1], which = second, i;
    ndv_array *views[16] = {NULL};
    ndv_status status = NDV_E_INTERNAL;
    *view = NULL;
    if (c->operation == SPLIT || c->operation == ARRAY_SPLIT) which = (int32_t)arguments[2];
    if (c->operation == SPLIT) status = ndv_split(array, first, second, views);
    if (c->operation == ARRAY_SPLIT) status = ndv_array_split(array, first, second, views);
    if (c->operation == SPLIT_AT)
        status = ndv_split_at(array, c->count - 2, c->count == 2 ? NULL : arguments + 2, first,
                              views);
    if (c->operation == UNSTACK) {
        int64_t extent = ndv_shape(array)[first < 0 ? first + ndv_ndim(array) : first];
        status = ndv_unstack(array, first, (int32_t)extent, views);
    }
    for (i = 0; i < (int32_t)COUNT(views); i++)
        if (i == which) *view = views[i];
        else ndv_release(views[i]);
    return status;
}

static ndv_status run_operation(const view_case *c, const ndv_array *array, ndv_array **view) {
    const int64_t *arguments = c->count == 0 ? NULL : c->arguments;
    int32_t first = (int32_t)c->arguments[0], second = (int32_t)c->arguments[1];
    switch (c->operation) {
    case SLICE: return ndv_slice(array, c->text, view);
    case VIEW: return ndv_view(array, view);
    case TRANSPOSE: return ndv_transpose(array, view);
    case PERMUTE: return ndv_permute(array, c->count, arguments, view);
    case SWAP: return ndv_swap_axes(array, first, second, view);
    case MOVE: return ndv_move_axis(array, first, second, view);
    case SQUEEZE: return ndv_squeeze(array, c->count, arguments, view);
    case EXPAND: return ndv_expand_dims(array, first, view);
    case FLIP: return ndv_flip(array, c->count, arguments, view);
    case DIAGONAL:
        return ndv_diagonal(array, c->arguments[0], second, (int32_t)c->arguments[2], view);
    case BROADCAST: return ndv_broadcast_to(array, c->count, arguments, view);
    case ROT90:
        return ndv_rot90(array, c->arguments[0], second, (int32_t)c->arguments[2], view);
    case SPLIT:
    case ARRAY_SPLIT:
    case SPLIT_AT:
    case UNSTACK: return run_splitting(c, array, view);
    case WINDOWS: return ndv_windows(array, c->count, arguments, NULL, 0, view);
    case WINDOWS_ALONG:
        return ndv_windows(array, c->count / 2, c->arguments, c->arguments + c->count / 2, 0, view);
    case AS_STRIDED:
        return ndv_as_strided(array, c->count / 2, c->arguments + 1,
                              c->arguments + 1 + c->count / 2, c->arguments[0], 0, view);
    }
    return NDV_E_INTERNAL;
}

/* The contiguity flags that the shape and strides call for. */
static int32_t contiguity(const ndv_array *array) {
    int32_t flags = 0, order, step;
    for (order = 0; order < 2; order++) {
        int64_t expected = (int64_t)ndv_itemsize(array);
        bool dense = true;
        for (step = 0; step < ndv_ndim(array); step++) {
            int32_t axis = order == 0 ? ndv_ndim(array) - 1 - step : step;
            int64_t extent = ndv_shape(array)[axis];
            if (extent != 1 && ndv_strides(array)[axis] != expected) dense = false;
            expected *= extent;
        }
        if (dense || ndv_size(array) == 0)
            flags |= order == 0 ? NDV_C_CONTIGUOUS : NDV_F_CONTIGUOUS;
    }
    return flags;
}

/* Whether a view shows some elements more than once, and so cannot be written unless told. */
static bool repeats(enum operation operation) {
    return operation == BROADCAST || operation == WINDOWS || operation == WINDOWS_ALONG;
}

static void views_have_the_shape_strides_and_elements_of_numpys(void) {
    size_t i;
    for (i = 0; i < COUNT(view_cases); i++) {
        const view_case *c = &view_cases[i];
        int64_t failures = check_state.failures;
        ndv_array *owner, *array, *view = NULL, *readonly, *of_readonly;
        int32_t flags;
        make_source(&c->source, &owner, &array);
        CHECK_OK(run_operation(c, array, &view));
        check_is_view(view, array, owner);
        CHECK(ndv_use_count(owner) == 1 && ndv_view_count(owner) == 2);
        CHECK(has_layout(view, c->ndim, c->shape, c->strides));
        CHECK(ndv_dtype(view) == NDV_INT64 && ndv_itemsize(view) == 8);
        flags = ndv_flags(view);
        CHECK((flags & (NDV_C_CONTIGUOUS | NDV_F_CONTIGUOUS)) == contiguity(view));
        CHECK((flags & NDV_ALIGNED) != 0);
        CHECK(((flags & NDV_WRITEABLE) != 0) == !repeats(c->operation));
        if (!repeats(c->operation)) CHECK((flags & NDV_OVERLAPPING) == 0);
        if (ndv_size(view) > 0) {
            CHECK(model_data(view) == model_data(owner) + c->offset);
            CHECK(model_int64(view, 0, NDV_ORDER_C) == c->offset / 8);
        } else { /* points nowhere else */
            CHECK(model_data(view) >= model_data(owner));
            CHECK(model_data(view) <= model_data(owner) + ndv_nbytes(owner));
        }
        if (!repeats(c->operation) && ndv_size(view) > 0) {
            int64_t changed;
            CHECK_OK(ndv_fill_int64(view, -1));
            memcpy(&changed, model_data(owner) + c->offset, sizeof changed);
            CHECK(changed == -1);
        }

        CHECK_OK(ndv_readonly(array, &readonly));
        CHECK_OK(run_operation(c, readonly, &of_readonly));
        CHECK(ndv_base(of_readonly) == owner);
        CHECK(ndv_flags(of_readonly) == (flags & ~NDV_WRITEABLE));
        CHECK(has_layout(of_readonly, c->ndim, c->shape, c->strides));
        ndv_release(readonly);
        ndv_release(of_readonly);
        ndv_release(owner); /* the views keep the bytes */
        ndv_release(array);
        CHECK(has_layout(view, c->ndim, c->shape, c->strides));
        ndv_release(view);
        if (check_state.failures != failures)
            printf("    in case %d: \"%s\", operation %d\n", (int)i, c->text, (int)c->operation);
    }
}

static void every_function_refuses_a_null_array(void) {
    const ndv_array *none = NULL;
    ndv_array *v;
    CHECK_REFUSED(NDV_E_NULL, v, ndv_view(none, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_view_as(none, NDV_INT8, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_view_as(none, 99, &v)); /* the first fault is told */
    CHECK_REFUSED(NDV_E_NULL, v, ndv_readonly(none, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_slice(none, "...", &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_slice(none, "no slice", &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_index_items(none, NDV_ITEMS(NDV_REST), &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_transpose(none, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_permute(none, NDV_DIMS(0), &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_swap_axes(none, 0, 0, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_move_axis(none, 0, 0, &v));
    CHECK_REFUSED(NDV_E_NULL, v,
                  ndv_reshape(none, NDV_DIMS(1), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_ravel(none, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_squeeze(none, NDV_NO_DIMS, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_expand_dims(none, 0, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_broadcast_to(none, NDV_DIMS(1), &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_flip(none, NDV_NO_DIMS, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_diagonal(none, 0, 0, 1, &v));
}

static void every_function_refuses_a_null_result(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(1, 1));
    CHECK_STATUS(NDV_E_NULL, ndv_view(a, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_view_as(a, NDV_INT8, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_readonly(a, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_slice(a, "...", NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_index_items(a, NDV_ITEMS(NDV_REST), NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_transpose(a, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_permute(a, NDV_DIMS(0, 1), NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_swap_axes(a, 0, 0, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_move_axis(a, 0, 0, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_reshape(a, NDV_DIMS(1), NDV_ORDER_C, NDV_COPY_IF_NEEDED, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_ravel(a, NDV_ORDER_C, NDV_COPY_IF_NEEDED, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_squeeze(a, NDV_NO_DIMS, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_expand_dims(a, 0, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_broadcast_to(a, NDV_DIMS(1, 1), NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_flip(a, NDV_NO_DIMS, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_diagonal(a, 0, 0, 1, NULL));
    CHECK(ndv_view_count(a) == 0 && ndv_use_count(a) == 1);
    ndv_release(a);
}

static void every_function_refuses_null_lists_and_texts(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(1, 1)), *v;
    CHECK_REFUSED(NDV_E_NULL, v, ndv_slice(a, NULL, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_index_items(a, 1, NULL, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_permute(a, 2, NULL, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_reshape(a, 1, NULL, NDV_ORDER_C, NDV_COPY_NEVER, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_squeeze(a, 1, NULL, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_broadcast_to(a, 2, NULL, &v));
    CHECK_REFUSED(NDV_E_NULL, v, ndv_flip(a, 1, NULL, &v));
    ndv_release(a);
}

static void every_function_refuses_what_is_no_array(void) {
    union {
        int64_t numbers[64];
        double alignment;
    } memory;
    const ndv_array *no_array = (const ndv_array *)(const void *)&memory;
    ndv_array *v;
    memset(&memory, 0, sizeof memory);
    CHECK_REFUSED(NDV_E_HANDLE, v, ndv_view(no_array, &v));
    CHECK_REFUSED(NDV_E_HANDLE, v, ndv_slice(no_array, "...", &v));
    CHECK_REFUSED(NDV_E_HANDLE, v, ndv_transpose(no_array, &v));
    CHECK_REFUSED(NDV_E_HANDLE, v, ndv_ravel(no_array, NDV_ORDER_C, NDV_COPY_ALWAYS, &v));
    memset(&memory, 0x5A, sizeof memory);
    CHECK_REFUSED(NDV_E_HANDLE, v, ndv_view(no_array, &v));
}

static void a_view_outlives_its_base(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(6)), *b, *c, *base;
    CHECK_OK(ndv_slice(a, "1:", &b));
    CHECK_OK(ndv_slice(b, "1::2", &c));
    CHECK(ndv_base(c) == a && ndv_view_count(a) == 2 && ndv_view_count(b) == 0);
    ndv_release(b);
    CHECK(ndv_view_count(a) == 1);
    ndv_release(a);
    CHECK_INT64S(c, 2, 4);
    base = ndv_retain(ndv_base(c)); /* the owner again, by way of the view */
    CHECK_INT64S(base, 0, 1, 2, 3, 4, 5);
    ndv_release(base);
    ndv_release(c);
}

static void readonly_views_cannot_be_written_nor_their_views(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4)), *r, *v;
    void *data = &data;
    CHECK_OK(ndv_readonly(a, &r));
    check_is_view(r, a, a);
    CHECK_OK(ndv_slice(r, "1:3", &v));
    CHECK((ndv_flags(a) & NDV_WRITEABLE) != 0);
    CHECK((ndv_flags(r) & NDV_WRITEABLE) == 0 && (ndv_flags(v) & NDV_WRITEABLE) == 0);
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(v, 1));
    CHECK_STATUS(NDV_E_READONLY, ndv_data_mut(v, &data));
    CHECK(data == NULL);
    /* the array stays writeable, and the view shows it */
    CHECK_OK(ndv_set_int64(a, NDV_DIMS(1), 9));
    CHECK_INT64S(v, 9, 2);
    ndv_release(v);
    ndv_release(r);
    ndv_release(a);
}

/* ---- Other types ---- */

typedef struct {
    int32_t dtype, ndim;
    int64_t shape[3];
    const char *text, *axes;
    int32_t as, result_ndim;
    int64_t result_shape[3], result_strides[3];
} view_as_case;

static void bytes_are_seen_as_another_type(void) {
    static const view_as_case cases[] = {
        /* one size: any strides */
        {NDV_INT64, 2, {2, 3}, "", NULL, NDV_FLOAT64, 2, {2, 3}, {24, 8}},
        {NDV_INT64, 0, {0}, "", NULL, NDV_UINT64, 0, {0}, {0}},
        {NDV_INT64, 2, {2, 3}, "", "10", NDV_FLOAT64, 2, {3, 2}, {8, 24}},
        {NDV_INT64, 1, {9}, "::-2", NULL, NDV_COMPLEX64, 1, {5}, {-16}},
        {NDV_INT16, 1, {6}, "1::2", NULL, NDV_BFLOAT16, 1, {3}, {4}},
        {NDV_INT16, 1, {6}, "", NULL, NDV_INT16, 1, {6}, {2}},
        {NDV_INT8, 1, {6}, "", NULL, NDV_BOOL, 1, {6}, {1}},
        /* smaller: the last axis grows */
        {NDV_INT64, 2, {2, 3}, "", NULL, NDV_INT32, 2, {2, 6}, {24, 4}},
        {NDV_INT64, 2, {2, 3}, "", NULL, NDV_INT8, 2, {2, 24}, {24, 1}},
        {NDV_FLOAT64, 1, {3}, "1:", NULL, NDV_FLOAT16, 1, {8}, {2}},
        {NDV_INT64, 2, {4, 3}, "::-1", NULL, NDV_INT32, 2, {4, 6}, {-24, 4}},
        {NDV_INT64, 2, {4, 3}, "::2", NULL, NDV_INT32, 2, {2, 6}, {48, 4}},
        {NDV_INT64, 2, {2, 3}, ":, :1", NULL, NDV_INT32, 2, {2, 2}, {24, 4}},
        {NDV_INT64, 2, {2, 3}, ":, ::3", NULL, NDV_INT32, 2, {2, 2}, {24, 4}},
        {NDV_INT64, 2, {2, 1}, "", "10", NDV_INT64, 2, {1, 2}, {0, 8}},
        {NDV_INT64, 2, {1, 4}, "", "10", NDV_INT32, 2, {4, 2}, {8, 4}},
        {NDV_INT64, 1, {5}, "2:3", NULL, NDV_INT16, 1, {4}, {2}},
        {NDV_INT64, 1, {5}, "2:3:-1", NULL, NDV_INT16, 1, {0}, {2}},
        /* larger: it shrinks */
        {NDV_INT32, 2, {2, 4}, "", NULL, NDV_INT64, 2, {2, 2}, {16, 8}},
        {NDV_INT32, 2, {2, 4}, ":, 1:3", NULL, NDV_INT64, 2, {2, 1}, {16, 8}},
        {NDV_INT8, 1, {32}, "", NULL, NDV_COMPLEX128, 1, {2}, {16}},
        {NDV_INT16, 2, {4, 4}, "::-2", NULL, NDV_FLOAT32, 2, {2, 2}, {-16, 4}},
        /* no elements */
        {NDV_INT32, 2, {3, 0}, "", NULL, NDV_INT64, 2, {3, 0}, {0}},
        {NDV_INT64, 2, {3, 0}, "", NULL, NDV_INT32, 2, {3, 0}, {0}},
        {NDV_INT32, 2, {0, 4}, "", NULL, NDV_INT64, 2, {0, 2}, {0}},
        {NDV_INT64, 2, {0, 3}, "", NULL, NDV_INT32, 2, {0, 6}, {0}},
        {NDV_INT64, 2, {0, 6}, ":, ::2", NULL, NDV_INT32, 2, {0, 6}, {0}},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        const view_as_case *c = &cases[i];
        int64_t failures = check_state.failures;
        ndv_array *a = numbered(c->dtype, c->ndim, c->shape), *s, *v = NULL;
        CHECK_OK(ndv_slice(a, c->text, &s));
        if (c->axes != NULL) {
            ndv_array *t;
            CHECK_OK(ndv_transpose(s, &t));
            ndv_release(s);
            s = t;
        }
        CHECK_OK(ndv_view_as(s, c->as, &v));
        check_is_view(v, s, a);
        CHECK(ndv_dtype(v) == c->as && ndv_itemsize(v) == ndv_dtype_itemsize(c->as));
        CHECK(has_layout(v, c->result_ndim, c->result_shape, c->result_strides));
        CHECK(ndv_size(s) == 0 || ndv_data(v) == ndv_data(s));
        CHECK((ndv_flags(v) & NDV_WRITEABLE) != 0);
        CHECK((ndv_flags(v) & (NDV_C_CONTIGUOUS | NDV_F_CONTIGUOUS)) == contiguity(v));
        ndv_release(v);
        ndv_release(s);
        ndv_release(a);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

static void bytes_that_do_not_fit_another_type_are_refused(void) {
    static const view_as_case cases[] = {
        {NDV_INT64, 0, {0}, "", NULL, NDV_INT32, 0, {0}, {0}},       /* no axis */
        {NDV_INT32, 0, {0}, "", NULL, NDV_INT64, 0, {0}, {0}},       /* no axis */
        {NDV_INT32, 2, {2, 3}, "", NULL, NDV_INT64, 0, {0}, {0}},    /* no whole number */
        {NDV_INT32, 2, {2, 1}, "", NULL, NDV_INT64, 0, {0}, {0}},    /* no whole number */
        {NDV_INT32, 2, {0, 3}, "", NULL, NDV_INT64, 0, {0}, {0}},    /* also without elements */
        {NDV_INT64, 2, {2, 3}, "", "10", NDV_INT32, 0, {0}, {0}},    /* not contiguous */
        {NDV_INT64, 1, {6}, "::2", NULL, NDV_INT32, 0, {0}, {0}},    /* not contiguous */
        {NDV_INT64, 1, {6}, "::-1", NULL, NDV_INT32, 0, {0}, {0}},   /* not contiguous */
        {NDV_INT32, 2, {4, 4}, "", "10", NDV_INT64, 0, {0}, {0}},    /* not contiguous */
        {NDV_INT8, 1, {8}, "::-1", NULL, NDV_INT16, 0, {0}, {0}},    /* not contiguous */
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        const view_as_case *c = &cases[i];
        int64_t failures = check_state.failures;
        ndv_array *a = numbered(c->dtype, c->ndim, c->shape), *s, *v;
        CHECK_OK(ndv_slice(a, c->text, &s));
        if (c->axes != NULL) {
            ndv_array *t;
            CHECK_OK(ndv_transpose(s, &t));
            ndv_release(s);
            s = t;
        }
        CHECK_REFUSED(NDV_E_VIEW_AS, v, ndv_view_as(s, c->as, &v));
        CHECK_MESSAGE(ndv_dtype_name(c->dtype));
        CHECK_MESSAGE(ndv_dtype_name(c->as));
        CHECK_REFUSED(NDV_E_DTYPE, v, ndv_view_as(s, 0, &v));
        CHECK_REFUSED(NDV_E_DTYPE, v, ndv_view_as(s, -1, &v));
        CHECK_REFUSED(NDV_E_DTYPE, v, ndv_view_as(s, 9999, &v));
        CHECK_MESSAGE("9999");
        ndv_release(s);
        ndv_release(a);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

static void bytes_seen_as_another_type_are_not_converted(void) {
    static const double one = 1.0;
    ndv_array *a, *v, *r, *b;
    uint64_t bits = 0;
    CHECK_OK(ndv_full(NDV_FLOAT64, NDV_DIMS(2), NDV_FLOAT64, &one, &a));
    CHECK_OK(ndv_view_as(a, NDV_UINT64, &v));
    CHECK_OK(ndv_get_uint64(v, NDV_DIMS(1), &bits));
    CHECK(bits == UINT64_C(0x3FF0000000000000));
    CHECK_OK(ndv_set_uint64(v, NDV_DIMS(1), UINT64_C(0x4000000000000000)));
    CHECK_INT64S(a, 1, 2);
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_OK(ndv_view_as(r, NDV_INT8, &b));
    CHECK((ndv_flags(b) & NDV_WRITEABLE) == 0 && ndv_base(b) == a);
    ndv_release(b);
    ndv_release(r);
    ndv_release(v);
    ndv_release(a);
}

static void a_misaligned_view_is_told_and_can_be_used(void) {
    ndv_array *a = numbered(NDV_UINT8, NDV_DIMS(17)), *bytes, *v, *back;
    int64_t value = 0, expected;
    CHECK_OK(ndv_slice(a, "1:", &bytes));
    CHECK((ndv_flags(bytes) & NDV_ALIGNED) != 0);
    CHECK_OK(ndv_view_as(bytes, NDV_INT64, &v));
    check_is_view(v, bytes, a);
    CHECK_SHAPE(v, 2);
    CHECK((ndv_flags(v) & NDV_ALIGNED) == 0);
    CHECK((ndv_flags(v) & NDV_C_CONTIGUOUS) != 0);
    memcpy(&expected, model_data(a) + 9, sizeof expected);
    CHECK_OK(ndv_get_int64(v, NDV_DIMS(1), &value));
    CHECK(value == expected);
    CHECK_OK(ndv_set_int64(v, NDV_DIMS(0), -1));
    CHECK_INT64S(a, 0, 255, 255, 255, 255, 255, 255, 255, 255, 9, 10, 11, 12, 13, 14, 15, 16);
    CHECK_STATUS(NDV_E_LAYOUT, ndv_expect(v, NDV_INT64, 1, NDV_ALIGNED));
    CHECK_OK(ndv_view_as(v, NDV_UINT8, &back));
    CHECK_SHAPE(back, 16);
    CHECK((ndv_flags(back) & NDV_ALIGNED) != 0);
    ndv_release(back);
    ndv_release(v);
    ndv_release(bytes);
    ndv_release(a);
}

static void views_of_writeable_overlapping_memory_stay_writeable(void) {
    static int16_t memory[4];
    ndv_array *a, *v, *s;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT16, NDV_DIMS(3, 2),
                      ((const int64_t[]){2, 2}), NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK((ndv_flags(a) & NDV_OVERLAPPING) != 0 && (ndv_flags(a) & NDV_WRITEABLE) != 0);
    CHECK_OK(ndv_transpose(a, &v));
    CHECK((ndv_flags(v) & NDV_OVERLAPPING) != 0 && (ndv_flags(v) & NDV_WRITEABLE) != 0);
    CHECK(ndv_buffer_kind(v) == NDV_BUFFER_FOREIGN && ndv_base(v) == a);
    CHECK_OK(ndv_slice(a, "0", &s));
    CHECK((ndv_flags(s) & NDV_WRITEABLE) != 0);
    ndv_release(s);
    ndv_release(v);
    ndv_release(a);
}

/* ---- Slice text ---- */

static void slice_text_that_cannot_be_read_names_the_byte(void) {
    static const struct {
        const char *text;
        int byte;
    } cases[] = {
        {"x", 0}, {" x", 1}, {",", 0}, {" ,", 1}, {"1,,2", 2}, {"1, ,2", 3}, {",1", 0}, {"1 2", 2},
        {"1:2:3:4", 5}, {":::", 2}, {".", 0}, {"..", 0}, {"1, ..", 3}, {"....", 3}, {"...1", 3},
        {"... ...", 4}, {"[1", 2}, {"[1, 2", 5}, {"[", 1}, {"[1,", 3}, {"1]", 1}, {"]", 0},
        {"[1]]", 3}, {"[1],", 3}, {"[1] 2", 4}, {"[[1]]", 1}, {"[1][2]", 3}, {"(1)", 0},
        {"1.5", 1}, {"1e3", 1}, {"0x10", 1}, {"1_0", 1}, {"1;2", 1}, {"1-2", 1}, {"1+2", 1},
        {"none", 0}, {"NEWAXIS", 0}, {"new axis", 0}, {"newaxis1", 7}, {"newaxis newaxis", 8},
        {"Nonee", 4}, {"None:", 4}, {"newaxis:", 7}, {"True", 0}, {"1:a", 2}, {"::a", 2},
        {"1:2a", 3}, {":,x", 2}, {"1, 2, 3, what", 9}, {"1:2, 3 4", 7}, {"\"1\"", 0}, {"\xC3\xA9",
        0},
        {"1\xE2\x80\xA6", 1}, {"0,\xFF", 2}, {"/", 0}, {"0:/", 2},
        /* an integer beyond 64 bits is a fault where it begins */
        {"9223372036854775808", 0}, {"0, 9223372036854775808", 3}, {":9223372036854775808", 1},
        {"::9223372036854775808", 2}, {"99999999999999999999999999999999999999999:", 0},
    };
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3, 4)), *v;
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        int64_t failures = check_state.failures;
        char position[32];
        snprintf(position, sizeof position, "byte %d:", cases[i].byte);
        CHECK_REFUSED(NDV_E_SYNTAX, v, ndv_slice(a, cases[i].text, &v));
        CHECK_MESSAGE(position);
        if (check_state.failures != failures) printf("    in \"%s\"\n", cases[i].text);
    }
    ndv_release(a);
}

static void a_sign_needs_digits_right_behind_it(void) {
    static const char *const texts[] = {"-", "+", "- 1", "+ 1", "--1", "+-1", "1:-", "1:-:", "::-",
                                        "-9223372036854775809", "+9223372036854775808"};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4)), *v;
    size_t i;
    for (i = 0; i < COUNT(texts); i++) {
        CHECK_REFUSED(NDV_E_SYNTAX, v, ndv_slice(a, texts[i], &v));
        CHECK_MESSAGE("byte ");
    }
    ndv_release(a);
}

static void an_index_that_does_not_suit_the_array_is_refused(void) {
    static const struct {
        const char *text;
        ndv_status status;
        const char *message;
    } cases[] = {
        {"2", NDV_E_INDEX, "index 2 is out of bounds for axis 0 with size 2"},
        {"-3", NDV_E_INDEX, "index -3 is out of bounds for axis 0 with size 2"},
        {"0, 3", NDV_E_INDEX, "index 3 is out of bounds for axis 1 with size 3"},
        {"..., 4", NDV_E_INDEX, "index 4 is out of bounds for axis 2 with size 4"},
        {"newaxis, :, newaxis, -4", NDV_E_INDEX,
        "index -4 is out of bounds for axis 1 with size 3"},
        {"9223372036854775807", NDV_E_INDEX, "9223372036854775807"},
        {"-9223372036854775808", NDV_E_INDEX, "-9223372036854775808"},
        {"0, 0, 0, 0", NDV_E_INDEX_ITEMS, "4"},
        {":, :, :, :", NDV_E_INDEX_ITEMS, "4"},
        {"..., :, :, :, :", NDV_E_INDEX_ITEMS, "4"},
        {"..., ...", NDV_E_INDEX_ITEMS, "ellipsis"},
        {"0, ..., 0, ...", NDV_E_INDEX_ITEMS, "ellipsis"},
        {"::0", NDV_E_STEP, "zero"},
        {"0, 1:2:0", NDV_E_STEP, "1"},
        {"::-0", NDV_E_STEP, "zero"},
    };
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3, 4)), *zero = numbered(NDV_INT64, NDV_NO_DIMS),
              *empty = numbered(NDV_INT64, NDV_DIMS(0, 3)), *v;
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        int64_t failures = check_state.failures;
        CHECK_REFUSED(cases[i].status, v, ndv_slice(a, cases[i].text, &v));
        CHECK_MESSAGE(cases[i].message);
        if (check_state.failures != failures) printf("    in \"%s\"\n", cases[i].text);
    }
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, v, ndv_slice(zero, "0", &v));
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, v, ndv_slice(zero, ":", &v));
    CHECK_REFUSED(NDV_E_INDEX, v, ndv_slice(empty, "0", &v));
    CHECK_REFUSED(NDV_E_INDEX, v, ndv_slice(empty, ":, 3", &v)); /* also where nothing is left */
    CHECK_REFUSED(NDV_E_INDEX, v, ndv_slice(empty, "-1", &v));
    CHECK(ndv_view_count(a) == 0);
    ndv_release(zero);
    ndv_release(empty);
    ndv_release(a);
}

static void slices_are_cut_as_python_cuts_them(void) {
    /* Every start, stop and step around an axis of five, and none of each. */
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(5)), *v;
    int start, stop, step;
    for (start = -8; start <= 8; start++)
        for (stop = -8; stop <= 8; stop++)
            for (step = -7; step <= 7; step++) {
                const int n = 5;
                int64_t expected[5], count = 0;
                int flags = (start < 8 ? NDV_INDEX_HAS_START : 0) |
                            (stop < 8 ? NDV_INDEX_HAS_STOP : 0) | NDV_INDEX_HAS_STEP;
                int first = start < 8 ? start : step > 0 ? 0 : n - 1;
                int end = stop < 8 ? stop : step > 0 ? n : -n - 1;
                int at;
                bool good;
                if (step == 0) continue;
                if (first < 0) first += n;
                if (end < 0) end += n;
                /* the definition: first, first + step, ... while before the end, inside the axis */
                if (step > 0 && first < 0) first = 0;
                if (step < 0 && first >= n) first = n - 1;
                for (at = first; step > 0 ? at < end && at < n : at > end && at >= 0; at += step)
                    if (at >= 0 && at < n) expected[count++] = at;
                CHECK_OK(ndv_index_items(
                    a, NDV_ITEMS(NDV_ITEM(NDV_INDEX_SLICE, flags, start, stop, step)), &v));
                good = ndv_size(v) == count;
                for (at = 0; good && at < count; at++)
                    good = model_int64(v, at, NDV_ORDER_C) == expected[at];
                CHECK(good);
                if (!good) printf("    at %d:%d:%d\n", start, stop, step);
                ndv_release(v);
            }
    ndv_release(a);
}

/* ---- Index items ---- */

static void items_say_what_text_says(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3, 4)), *v;
    CHECK_OK(ndv_index_items(a, 0, NULL, &v));
    check_is_view(v, a, a);
    CHECK_SHAPE(v, 2, 3, 4);
    ndv_release(v);
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_AT(-1), NDV_RANGE(1, 3), NDV_BY(-2)), &v));
    CHECK_SHAPE(v, 2, 2);
    CHECK_STRIDES(v, 32, -16);
    CHECK_INT64S(v, 19, 17, 23, 21);
    ndv_release(v);
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_REST, NDV_STEPS(0, 4, 3)), &v));
    CHECK_SHAPE(v, 2, 3, 2);
    ndv_release(v);
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_NEW_AXIS, NDV_ALL, NDV_AT(0), NDV_NEW_AXIS), &v));
    CHECK_SHAPE(v, 1, 2, 1, 4);
    ndv_release(v);
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_FROM(1), NDV_UNTIL(-2), NDV_AT(2)), &v));
    CHECK_SHAPE(v, 1, 1);
    CHECK_INT64S(v, 14);
    ndv_release(v);
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_AT(1), NDV_AT(2), NDV_AT(3)), &v));
    CHECK(ndv_ndim(v) == 0 && model_int64(v, 0, NDV_ORDER_C) == 23);
    ndv_release(v);
    ndv_release(a);
}

static void numbers_whose_flag_is_not_set_do_not_count(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(5)), *v;
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_ITEM(NDV_INDEX_SLICE, 0, 3, 1, 0)), &v));
    CHECK_INT64S(v, 0, 1, 2, 3, 4);
    ndv_release(v);
    CHECK_OK(ndv_index_items(
        a, NDV_ITEMS(NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_STEP, 3, 1, -2)), &v));
    CHECK_INT64S(v, 4, 2, 0);
    ndv_release(v);
    CHECK_OK(ndv_index_items(
        a, NDV_ITEMS(NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_STOP, 3, 1, 0)), &v));
    CHECK_INT64S(v, 0);
    ndv_release(v);
    CHECK_OK(ndv_index_items(
        a, NDV_ITEMS(NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_START, 3, 1, 0)), &v));
    CHECK_INT64S(v, 3, 4);
    ndv_release(v);
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_STEPS(INT64_MAX, INT64_MIN, INT64_MIN)), &v));
    CHECK_INT64S(v, 4);
    ndv_release(v);
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_STEPS(INT64_MIN, INT64_MAX, INT64_MAX)), &v));
    CHECK_INT64S(v, 0);
    ndv_release(v);
    ndv_release(a);
}

static void items_that_make_no_view_are_refused(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *v;
    ndv_index item = NDV_AT(0);
    ndv_index many[140];
    size_t i;
    CHECK_REFUSED(NDV_E_INDEX, v, ndv_index_items(a, NDV_ITEMS(NDV_AT(2)), &v));
    CHECK_REFUSED(NDV_E_INDEX, v, ndv_index_items(a, NDV_ITEMS(NDV_ALL, NDV_AT(INT64_MIN)), &v));
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, v,
                  ndv_index_items(a, NDV_ITEMS(NDV_AT(0), NDV_AT(0), NDV_AT(0)), &v));
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, v, ndv_index_items(a, NDV_ITEMS(NDV_REST, NDV_REST), &v));
    CHECK_REFUSED(NDV_E_STEP, v, ndv_index_items(a, NDV_ITEMS(NDV_ALL, NDV_BY(0)), &v));

    item.kind = NDV_INDEX_ARRAY;
    item.array = a;
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, v, ndv_index_items(a, 1, &item, &v));
    item.array = NULL;
    item.kind = 0;
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, 1, &item, &v));
    item.kind = 6;
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, 1, &item, &v));
    item.kind = -1;
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, 1, &item, &v));
    item.kind = NDV_INDEX_SLICE;
    item.flags = 8;
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, 1, &item, &v));
    item.flags = -1;
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, 1, &item, &v));
    item.flags = 0;
    item.struct_size = 0;
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, 1, &item, &v));
    item.struct_size = sizeof item - 1;
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, 1, &item, &v));

    for (i = 0; i < COUNT(many); i++) many[i] = NDV_ALL;
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, v, ndv_index_items(a, 130, many, &v));
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, v, ndv_index_items(a, 140, many, &v));
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, -1, many, &v));
    CHECK_REFUSED(NDV_E_ARGUMENT, v, ndv_index_items(a, INT32_MIN, many, &v));
    CHECK(ndv_view_count(a) == 0);
    ndv_release(a);
}

/* ---- Reshape and ravel ---- */

typedef struct {
    model_source source;
    int32_t count;
    int64_t asked[6];
    int32_t order;
    bool view;
    int32_t ndim;
    int64_t shape[6], strides[6];
} reshape_case;

static const reshape_case reshape_cases[] = {
#include "numpy/reshape.inc"
};

/* The order in which a reshape reads: A is F for what is only F-contiguous. */
static int32_t order_of(const ndv_array *array, int32_t order) {
    int32_t dense = contiguity(array);
    if (order != NDV_ORDER_A) return order;
    return dense == NDV_F_CONTIGUOUS ? NDV_ORDER_F : NDV_ORDER_C;
}

static void check_reshaped(const ndv_array *result, const ndv_array *source, int32_t order) {
    int64_t n;
    bool good = ndv_size(result) == ndv_size(source);
    for (n = 0; good && n < ndv_size(source); n++)
        good = model_int64(result, n, order) == model_int64(source, n, order);
    CHECK(good);
}

static void reshape_is_a_view_exactly_where_numpys_is(void) {
    size_t i;
    for (i = 0; i < COUNT(reshape_cases); i++) {
        const reshape_case *c = &reshape_cases[i];
        int64_t failures = check_state.failures, bytes;
        ndv_array *owner, *a, *r = NULL, *copy = NULL;
        ndv_statistics before;
        int32_t order;
        make_source(&c->source, &owner, &a);
        order = order_of(a, c->order);
        bytes = (int64_t)ndv_nbytes(a);

        before = check_statistics();
        CHECK_OK(ndv_reshape(a, c->count, c->asked, c->order, NDV_COPY_IF_NEEDED, &r));
        CHECK_COPIED(before, c->view ? 0 : 1, c->view ? 0 : bytes);
        CHECK(has_layout(r, c->ndim, c->shape, c->strides));
        CHECK((ndv_base(r) == owner) == c->view && (ndv_base(r) == NULL) == !c->view);
        CHECK((ndv_flags(r) & NDV_WRITEABLE) != 0 && r != a);
        check_reshaped(r, a, order);
        ndv_release(r);

        if (c->view) {
            CHECK_OK(ndv_reshape(a, c->count, c->asked, c->order, NDV_COPY_NEVER, &r));
            check_is_view(r, a, owner);
            CHECK(has_layout(r, c->ndim, c->shape, c->strides));
            ndv_release(r);
        } else {
            CHECK_REFUSED(NDV_E_WOULD_COPY, r,
                          ndv_reshape(a, c->count, c->asked, c->order, NDV_COPY_NEVER, &r));
            CHECK_MESSAGE("axis");
        }

        before = check_statistics();
        CHECK_OK(ndv_reshape(a, c->count, c->asked, c->order, NDV_COPY_ALWAYS, &copy));
        CHECK_COPIED(before, 1, bytes);
        CHECK(ndv_base(copy) == NULL && ndv_owns_data(copy));
        CHECK(ndv_relation(copy, a) == NDV_UNRELATED);
        CHECK((ndv_flags(copy) & NDV_WRITEABLE) != 0);
        CHECK((ndv_flags(copy) &
               (order == NDV_ORDER_F ? NDV_F_CONTIGUOUS : NDV_C_CONTIGUOUS)) != 0);
        CHECK(ndv_ndim(copy) == c->ndim &&
              (c->ndim == 0 ||
               memcmp(ndv_shape(copy), c->shape, (size_t)c->ndim * sizeof(int64_t)) == 0));
        check_reshaped(copy, a, order);
        ndv_release(copy);
        ndv_release(a);
        ndv_release(owner);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

static void a_refused_reshape_names_the_axes_the_strides_and_the_bytes(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3, 4)), *s, *r;
    CHECK_OK(ndv_slice(a, "..., ::-1", &s)); /* (6, 4) would be a view; strides 96, 32, -8 */
    CHECK_REFUSED(NDV_E_WOULD_COPY, r,
                  ndv_reshape(s, NDV_DIMS(2, 12), NDV_ORDER_C, NDV_COPY_NEVER, &r));
    CHECK_MESSAGE("192 bytes");
    CHECK_MESSAGE("axes 1 to 2 ");
    CHECK_MESSAGE("axis 1 ");
    CHECK_MESSAGE("stride 32 ");
    CHECK_MESSAGE("-32 ");
    CHECK_MESSAGE("(2, 3, 4)");
    CHECK_MESSAGE("(2, 12)");
    ndv_release(s);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(4, 3, 5));
    CHECK_OK(ndv_slice(a, "::2", &s)); /* strides 240, 40, 8 */
    CHECK_REFUSED(NDV_E_WOULD_COPY, r,
                  ndv_reshape(s, NDV_DIMS(6, 5), NDV_ORDER_C, NDV_COPY_NEVER, &r));
    CHECK_MESSAGE("240 bytes");
    CHECK_MESSAGE("axes 0 to 1 ");
    CHECK_MESSAGE("axis 0 ");
    CHECK_MESSAGE("stride 240 ");
    CHECK_MESSAGE("120 ");
    ndv_release(s);
    CHECK_OK(ndv_slice(a, ":, :, ::2", &s));
    CHECK_REFUSED(NDV_E_WOULD_COPY, r, ndv_ravel(s, NDV_ORDER_C, NDV_COPY_NEVER, &r));
    CHECK_MESSAGE("axis 2 ");
    CHECK_MESSAGE("288 bytes");
    ndv_release(s);
    ndv_release(a);
}

static void a_reshape_to_another_size_is_refused(void) {
    static const struct {
        int32_t ndim;
        int64_t shape[4];
    } cases[] = {{1, {23}}, {2, {5, 5}}, {0, {0}}, {1, {0}}, {2, {-1, 5}}, {2, {-1, -1}},
                 {2, {0, -1}}, {2, {-2, 12}}, {1, {-2}}, {2, {INT64_MIN, 1}}, {2, {-24, -1}},
                 {3, {-1, INT64_MAX, INT64_MAX}}, {2, {INT64_MAX, INT64_MAX}},
                 {4, {INT64_C(1) << 32, INT64_C(1) << 32, 1, 24}},
                 {3, {-1, INT64_C(1) << 32, INT64_C(1) << 32}}};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3, 4)), *r;
    ndv_array *empty = numbered(NDV_INT64, NDV_DIMS(0, 3));
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        int64_t failures = check_state.failures;
        CHECK_REFUSED(NDV_E_SHAPE, r, ndv_reshape(a, cases[i].ndim, cases[i].shape, NDV_ORDER_C,
                                                  NDV_COPY_IF_NEEDED, &r));
        CHECK_REFUSED(NDV_E_SHAPE, r, ndv_reshape(a, cases[i].ndim, cases[i].shape, NDV_ORDER_F,
                                                  NDV_COPY_ALWAYS, &r));
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
    CHECK_REFUSED(NDV_E_SHAPE, r,
                  ndv_reshape(empty, NDV_DIMS(0, -1), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_REFUSED(NDV_E_SHAPE, r,
                  ndv_reshape(empty, NDV_DIMS(1), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_REFUSED(NDV_E_NDIM, r, ndv_reshape(a, -1, NULL, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    ndv_release(empty);
    ndv_release(a);
}

static void reshape_and_ravel_check_order_and_policy(void) {
    static const int32_t no_orders[] = {0, -1, 'B', 'c', NDV_COPY_NEVER, INT32_MAX};
    static const int32_t no_policies[] = {0, 1, 2, 9, 13, -1, NDV_ORDER_C};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(6)), *r;
    size_t i;
    for (i = 0; i < COUNT(no_orders); i++) {
        CHECK_REFUSED(NDV_E_ARGUMENT, r,
                      ndv_reshape(a, NDV_DIMS(6), no_orders[i], NDV_COPY_IF_NEEDED, &r));
        CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_ravel(a, no_orders[i], NDV_COPY_IF_NEEDED, &r));
    }
    CHECK_REFUSED(NDV_E_ARGUMENT, r,
                  ndv_reshape(a, NDV_DIMS(6), NDV_ORDER_K, NDV_COPY_IF_NEEDED, &r));
    for (i = 0; i < COUNT(no_policies); i++) {
        CHECK_REFUSED(NDV_E_ARGUMENT, r,
                      ndv_reshape(a, NDV_DIMS(6), NDV_ORDER_C, no_policies[i], &r));
        CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_ravel(a, NDV_ORDER_C, no_policies[i], &r));
    }
    ndv_release(a);
}

typedef struct {
    model_source source;
    int32_t order;
    bool view;
    int64_t count, values[24];
} ravel_case;

static const ravel_case ravel_cases[] = {
#include "numpy/ravel.inc"
};

static bool reads(const ndv_array *array, int64_t count, const int64_t *values) {
    int64_t n;
    if (array == NULL || ndv_ndim(array) != 1 || ndv_size(array) != count) return false;
    for (n = 0; n < count; n++)
        if (model_int64(array, n, NDV_ORDER_C) != values[n]) return false;
    return true;
}

static void ravel_is_a_view_only_of_dense_elements(void) {
    size_t i;
    for (i = 0; i < COUNT(ravel_cases); i++) {
        const ravel_case *c = &ravel_cases[i];
        int64_t failures = check_state.failures, bytes = 8 * c->count;
        ndv_array *owner, *a, *r = NULL;
        ndv_statistics before;
        make_source(&c->source, &owner, &a);
        before = check_statistics();
        CHECK_OK(ndv_ravel(a, c->order, NDV_COPY_IF_NEEDED, &r));
        CHECK_COPIED(before, c->view ? 0 : 1, c->view ? 0 : bytes);
        CHECK(reads(r, c->count, c->values));
        CHECK(ndv_base(r) == (c->view ? owner : NULL) && r != a);
        CHECK((ndv_flags(r) & NDV_C_CONTIGUOUS) != 0 && (ndv_flags(r) & NDV_WRITEABLE) != 0);
        ndv_release(r);
        if (c->view) {
            CHECK_OK(ndv_ravel(a, c->order, NDV_COPY_NEVER, &r));
            check_is_view(r, a, owner);
            CHECK(reads(r, c->count, c->values));
            ndv_release(r);
        } else {
            CHECK_REFUSED(NDV_E_WOULD_COPY, r, ndv_ravel(a, c->order, NDV_COPY_NEVER, &r));
            CHECK_MESSAGE("axis");
        }
        before = check_statistics();
        CHECK_OK(ndv_ravel(a, c->order, NDV_COPY_ALWAYS, &r));
        CHECK_COPIED(before, 1, bytes);
        CHECK(reads(r, c->count, c->values) && ndv_base(r) == NULL);
        ndv_release(r);
        ndv_release(a);
        ndv_release(owner);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

static void reshape_and_ravel_pass_readonly_on_to_views_and_not_to_copies(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *r, *t, *v;
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_OK(ndv_transpose(r, &t));
    CHECK_OK(ndv_reshape(r, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &v));
    CHECK(ndv_base(v) == a && (ndv_flags(v) & NDV_WRITEABLE) == 0);
    ndv_release(v);
    CHECK_OK(ndv_reshape(t, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &v));
    CHECK(ndv_base(v) == NULL && (ndv_flags(v) & NDV_WRITEABLE) != 0);
    CHECK_INT64S(v, 0, 3, 1, 4, 2, 5);
    ndv_release(v);
    CHECK_OK(ndv_ravel(r, NDV_ORDER_K, NDV_COPY_IF_NEEDED, &v));
    CHECK(ndv_base(v) == a && (ndv_flags(v) & NDV_WRITEABLE) == 0);
    ndv_release(v);
    ndv_release(t);
    ndv_release(r);
    ndv_release(a);
}

static void a_broadcast_array_reshapes_within_its_repeated_axes(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3)), *b, *r;
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(2, 4, 3), &b));
    CHECK_OK(ndv_reshape(b, NDV_DIMS(8, 3), NDV_ORDER_C, NDV_COPY_NEVER, &r));
    CHECK_STRIDES(r, 0, 8);
    CHECK(ndv_base(r) == a && (ndv_flags(r) & NDV_WRITEABLE) == 0);
    ndv_release(r);
    CHECK_REFUSED(NDV_E_WOULD_COPY, r,
                  ndv_reshape(b, NDV_DIMS(2, 12), NDV_ORDER_C, NDV_COPY_NEVER, &r));
    CHECK_MESSAGE("axes 1 to 2 ");
    CHECK_MESSAGE("192 bytes");
    CHECK_OK(ndv_reshape(b, NDV_DIMS(24), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK(ndv_base(r) == NULL && (ndv_flags(r) & NDV_WRITEABLE) != 0);
    CHECK_INT64S(r, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2);
    ndv_release(r);
    ndv_release(b);
    ndv_release(a);
}

/* ---- Axes ---- */

static void axes_out_of_range_or_named_twice_are_refused(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 1, 4)), *zero = numbered(NDV_INT64, NDV_NO_DIMS),
              *v;
    static const int32_t bad[] = {3, -4, INT32_MAX, INT32_MIN, NDV_ALL_AXES};
    size_t i;
    for (i = 0; i < COUNT(bad); i++) {
        int32_t axis = bad[i];
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_swap_axes(a, axis, 0, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_swap_axes(a, 0, axis, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_move_axis(a, axis, 0, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_move_axis(a, 0, axis, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_flip(a, NDV_DIMS(axis), &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_squeeze(a, NDV_DIMS(axis), &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, NDV_DIMS(0, 1, axis), &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_diagonal(a, 0, axis, 0, &v));
        CHECK_REFUSED(NDV_E_AXIS, v, ndv_diagonal(a, 0, 0, axis, &v));
    }
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_expand_dims(a, 4, &v));
    CHECK_MESSAGE("4");
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_expand_dims(a, -5, &v));
    CHECK_MESSAGE("-5");
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, NDV_DIMS(0, 1, 1), &v));
    CHECK_MESSAGE("axis 1");
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, NDV_DIMS(0, 1, -2), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, NDV_DIMS(0, 1), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, NDV_DIMS(0, 1, 2, 3), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, NDV_NO_DIMS, &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, NDV_DIMS(0, 1, INT64_MAX), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, NDV_DIMS(0, 1, INT64_MIN), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_flip(a, NDV_DIMS(0, 0), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_flip(a, NDV_DIMS(2, -1), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_flip(a, NDV_DIMS(INT64_MIN), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_flip(a, NDV_DIMS(INT64_C(1) << 32), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_squeeze(a, NDV_DIMS(1, 1), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_squeeze(a, NDV_DIMS(1, -2), &v));
    CHECK_REFUSED(NDV_E_SHAPE, v, ndv_squeeze(a, NDV_DIMS(0), &v));
    CHECK_MESSAGE("axis 0");
    CHECK_REFUSED(NDV_E_SHAPE, v, ndv_squeeze(a, NDV_DIMS(1, -1), &v));
    CHECK_MESSAGE("size 4");
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_diagonal(a, 0, 1, 1, &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_diagonal(a, 0, 1, -2, &v));

    CHECK_REFUSED(NDV_E_AXIS, v, ndv_swap_axes(zero, 0, 0, &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_move_axis(zero, 0, 0, &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_flip(zero, NDV_DIMS(0), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_squeeze(zero, NDV_DIMS(0), &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_expand_dims(zero, 1, &v));
    CHECK_REFUSED(NDV_E_SHAPE, v, ndv_diagonal(zero, 0, 0, 1, &v));
    ndv_release(zero);
    zero = numbered(NDV_INT64, NDV_DIMS(3));
    CHECK_REFUSED(NDV_E_SHAPE, v, ndv_diagonal(zero, 0, 0, 1, &v));
    ndv_release(zero);
    ndv_release(a);
}

static void a_diagonal_can_be_written(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3, 3)), *d;
    CHECK_OK(ndv_diagonal(a, 1, 0, 1, &d));
    CHECK_INT64S(d, 1, 5);
    CHECK_OK(ndv_fill_int64(d, -1));
    CHECK_INT64S(a, 0, -1, 2, 3, 4, -1, 6, 7, 8);
    ndv_release(d);
    ndv_release(a);
}

/* ---- Broadcasting ---- */

static void a_broadcast_view_repeats_and_is_readonly(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3)), *b, *v;
    void *data = &data;
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(2, 3), &b));
    CHECK_INT64S(b, 0, 1, 2, 0, 1, 2);
    CHECK_STRIDES(b, 0, 8);
    CHECK((ndv_flags(b) & NDV_OVERLAPPING) != 0);
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(b, 1));
    CHECK_STATUS(NDV_E_READONLY, ndv_data_mut(b, &data));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_int64(b, NDV_DIMS(0, 0), 1));
    CHECK_OK(ndv_set_int64(a, NDV_DIMS(1), 9));
    CHECK_INT64S(b, 0, 9, 2, 0, 9, 2);
    CHECK(ndv_nbytes(b) == 48);
    CHECK_OK(ndv_slice(b, "0", &v)); /* no longer repeated, and still read-only */
    CHECK((ndv_flags(v) & NDV_WRITEABLE) == 0);
    ndv_release(v);
    ndv_release(b);
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(3), &b)); /* nothing repeats, and still read-only */
    CHECK((ndv_flags(b) & NDV_WRITEABLE) == 0);
    ndv_release(b);
    ndv_release(a);
}

static void shapes_that_do_not_broadcast_are_refused(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *one = numbered(NDV_INT8, NDV_NO_DIMS), *b;
    CHECK_REFUSED(NDV_E_BROADCAST, b, ndv_broadcast_to(a, NDV_DIMS(2, 4), &b));
    CHECK_MESSAGE("(2, 3)");
    CHECK_MESSAGE("(2, 4)");
    CHECK_REFUSED(NDV_E_BROADCAST, b, ndv_broadcast_to(a, NDV_DIMS(3, 3), &b));
    CHECK_REFUSED(NDV_E_BROADCAST, b, ndv_broadcast_to(a, NDV_DIMS(2, 3, 1), &b));
    CHECK_REFUSED(NDV_E_BROADCAST, b, ndv_broadcast_to(a, NDV_DIMS(3), &b));
    CHECK_REFUSED(NDV_E_BROADCAST, b, ndv_broadcast_to(a, NDV_NO_DIMS, &b));
    CHECK_REFUSED(NDV_E_BROADCAST, b, ndv_broadcast_to(a, NDV_DIMS(2, 1), &b));
    CHECK_REFUSED(NDV_E_BROADCAST, b, ndv_broadcast_to(a, NDV_DIMS(2, 0), &b));
    CHECK_REFUSED(NDV_E_SHAPE, b, ndv_broadcast_to(a, NDV_DIMS(-1, 2, 3), &b));
    CHECK_REFUSED(NDV_E_SHAPE, b, ndv_broadcast_to(one, NDV_DIMS(INT64_MIN), &b));
    CHECK_REFUSED(NDV_E_NDIM, b, ndv_broadcast_to(a, -1, NULL, &b));
    CHECK_REFUSED(NDV_E_OVERFLOW, b, ndv_broadcast_to(a, NDV_DIMS(INT64_MAX, 2, 3), &b));
    CHECK_REFUSED(NDV_E_OVERFLOW, b,
                  ndv_broadcast_to(one, NDV_DIMS(INT64_C(1) << 32, INT64_C(1) << 32), &b));
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS(INT64_C(1) << 30, INT64_C(1) << 30), &b));
    CHECK(ndv_size(b) == INT64_C(1) << 60 && ndv_data(b) == ndv_data(one));
    ndv_release(b);
    ndv_release(one);
    ndv_release(a);
}

/* ---- 64 axes ---- */

static void no_view_has_more_than_64_axes(void) {
    int64_t ones[65], axes[65];
    ndv_index new_axes[65];
    char text[65 * 8 + 8] = "";
    ndv_array *a, *v, *scalar;
    int i;
    for (i = 0; i < 65; i++) {
        ones[i] = 1;
        axes[i] = 63 - i;
        new_axes[i] = NDV_NEW_AXIS;
        strcat(text, "newaxis,");
    }
    scalar = numbered(NDV_INT64, NDV_NO_DIMS);
    CHECK_OK(ndv_reshape(scalar, 64, ones, NDV_ORDER_C, NDV_COPY_NEVER, &a));
    CHECK(ndv_ndim(a) == 64 && ndv_base(a) == scalar);
    CHECK_REFUSED(NDV_E_NDIM, v,
                  ndv_reshape(scalar, 65, ones, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &v));
    CHECK_REFUSED(NDV_E_NDIM, v, ndv_broadcast_to(scalar, 65, ones, &v));
    CHECK_REFUSED(NDV_E_NDIM, v, ndv_expand_dims(a, 0, &v));
    CHECK_REFUSED(NDV_E_NDIM, v, ndv_expand_dims(a, -1, &v));
    CHECK_REFUSED(NDV_E_NDIM, v, ndv_slice(a, "newaxis", &v));
    CHECK_REFUSED(NDV_E_NDIM, v, ndv_slice(a, "..., None", &v));
    CHECK_REFUSED(NDV_E_NDIM, v, ndv_slice(a, "0, newaxis, newaxis", &v));
    CHECK_REFUSED(NDV_E_NDIM, v, ndv_slice(scalar, text, &v));
    CHECK_REFUSED(NDV_E_NDIM, v, ndv_index_items(scalar, 65, new_axes, &v));

#define CHECK_ONE_ELEMENT(call, axes_left)                                                         \
    do {                                                                                           \
        CHECK_OK(call);                                                                            \
        CHECK(ndv_ndim(v) == (axes_left) && ndv_size(v) == 1 && ndv_base(v) == scalar);            \
        ndv_release(v);                                                                            \
    } while (0)
    text[64 * 8] = '\0';
    CHECK_ONE_ELEMENT(ndv_slice(scalar, text, &v), 64);
    CHECK_ONE_ELEMENT(ndv_index_items(scalar, 64, new_axes, &v), 64);
    CHECK_ONE_ELEMENT(ndv_view(a, &v), 64);
    CHECK_ONE_ELEMENT(ndv_transpose(a, &v), 64);
    CHECK_ONE_ELEMENT(ndv_permute(a, 64, axes, &v), 64);
    CHECK_ONE_ELEMENT(ndv_swap_axes(a, 0, 63, &v), 64);
    CHECK_ONE_ELEMENT(ndv_move_axis(a, -64, 63, &v), 64);
    CHECK_ONE_ELEMENT(ndv_flip(a, NDV_NO_DIMS, &v), 64);
    CHECK_ONE_ELEMENT(ndv_flip(a, 64, axes, &v), 64);
    CHECK_ONE_ELEMENT(ndv_squeeze(a, NDV_NO_DIMS, &v), 0);
    CHECK_ONE_ELEMENT(ndv_squeeze(a, 64, axes, &v), 0);
    CHECK_ONE_ELEMENT(ndv_diagonal(a, 0, 0, 63, &v), 63);
    CHECK_ONE_ELEMENT(ndv_ravel(a, NDV_ORDER_K, NDV_COPY_NEVER, &v), 1);
    CHECK_ONE_ELEMENT(ndv_broadcast_to(a, 64, ones, &v), 64);
    CHECK_ONE_ELEMENT(ndv_slice(a, "0, newaxis", &v), 64);
    CHECK_ONE_ELEMENT(ndv_view_as(a, NDV_FLOAT64, &v), 64);
    CHECK_OK(ndv_view_as(a, NDV_INT8, &v));
    CHECK(ndv_ndim(v) == 64 && ndv_shape(v)[63] == 8);
    ndv_release(v);
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, 65, axes, &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_flip(a, 65, axes, &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_squeeze(a, 65, axes, &v));
    ndv_release(a);
    ndv_release(scalar);
}

static void every_axis_can_be_dropped_while_as_many_are_new(void) {
    /* 64 integers, 64 new axes and an ellipsis: the most items that can mean anything. */
    int64_t ones[64];
    ndv_index items[129];
    ndv_array *scalar = numbered(NDV_INT64, NDV_NO_DIMS), *a, *v;
    int i;
    for (i = 0; i < 64; i++) {
        ones[i] = 1;
        items[2 * i] = NDV_AT(0);
        items[2 * i + 1] = NDV_NEW_AXIS;
    }
    items[128] = NDV_REST;
    CHECK_OK(ndv_reshape(scalar, 64, ones, NDV_ORDER_C, NDV_COPY_NEVER, &a));
    CHECK_OK(ndv_index_items(a, 129, items, &v));
    CHECK(ndv_ndim(v) == 64 && ndv_base(v) == scalar);
    ndv_release(v);
    ndv_release(a);
    ndv_release(scalar);
}

static void axis_lists_with_a_negative_count_are_refused(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 1)), *v;
    const int64_t axis = 1;
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_permute(a, -1, &axis, &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_flip(a, -1, &axis, &v));
    CHECK_REFUSED(NDV_E_AXIS, v, ndv_squeeze(a, -1, &axis, &v));
    ndv_release(a);
}

CHECK_MAIN(TEST(views_have_the_shape_strides_and_elements_of_numpys),
           TEST(every_function_refuses_a_null_array), TEST(every_function_refuses_a_null_result),
           TEST(every_function_refuses_null_lists_and_texts),
           TEST(every_function_refuses_what_is_no_array), TEST(a_view_outlives_its_base),
           TEST(readonly_views_cannot_be_written_nor_their_views),
           TEST(bytes_are_seen_as_another_type),
           TEST(bytes_that_do_not_fit_another_type_are_refused),
           TEST(bytes_seen_as_another_type_are_not_converted),
           TEST(a_misaligned_view_is_told_and_can_be_used),
           TEST(views_of_writeable_overlapping_memory_stay_writeable),
           TEST(slice_text_that_cannot_be_read_names_the_byte),
           TEST(a_sign_needs_digits_right_behind_it),
           TEST(an_index_that_does_not_suit_the_array_is_refused),
           TEST(slices_are_cut_as_python_cuts_them), TEST(items_say_what_text_says),
           TEST(numbers_whose_flag_is_not_set_do_not_count),
           TEST(items_that_make_no_view_are_refused),
           TEST(reshape_is_a_view_exactly_where_numpys_is),
           TEST(a_refused_reshape_names_the_axes_the_strides_and_the_bytes),
           TEST(a_reshape_to_another_size_is_refused),
           TEST(reshape_and_ravel_check_order_and_policy),
           TEST(ravel_is_a_view_only_of_dense_elements),
           TEST(reshape_and_ravel_pass_readonly_on_to_views_and_not_to_copies),
           TEST(a_broadcast_array_reshapes_within_its_repeated_axes),
           TEST(axes_out_of_range_or_named_twice_are_refused), TEST(a_diagonal_can_be_written),
           TEST(a_broadcast_view_repeats_and_is_readonly),
           TEST(shapes_that_do_not_broadcast_are_refused), TEST(no_view_has_more_than_64_axes),
           TEST(every_axis_can_be_dropped_while_as_many_are_new),
           TEST(axis_lists_with_a_negative_count_are_refused))
