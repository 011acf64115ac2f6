/* Spans: views without handles. What a span shows is compared with what the same call makes of an
 * array, which the other tests compare with NumPy. */
#include <stdlib.h>

#include "check.h"

static uint64_t state = 1;

static int64_t below(int64_t limit) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((state >> 33) % (uint64_t)limit);
}

/* An array of 0, 1, 2 ... */
static ndv_array *counting(int32_t ndim, const int64_t *shape) {
    ndv_array *flat, *shaped;
    int64_t size = 1;
    int32_t axis;
    for (axis = 0; axis < ndim; axis++) size *= shape[axis];
    CHECK_OK(ndv_arange(0, size, 1, &flat));
    CHECK_OK(ndv_reshape(flat, ndim, shape, NDV_ORDER_C, NDV_COPY_NEVER, &shaped));
    CHECK_OK(ndv_release(flat));
    return shaped;
}

/* Whether a span and an array see the same elements in the same order. */
static bool shows(const ndv_span *span, const ndv_array *array) {
    const size_t axes = (size_t)ndv_ndim(array) * sizeof(int64_t);
    return span->ndim == ndv_ndim(array) && span->dtype == ndv_dtype(array) &&
           span->itemsize == ndv_itemsize(array) &&
           (ndv_size(array) == 0 || (const void *)span->data == ndv_data(array)) &&
           span->flags == (ndv_flags(array) & NDV_OVERLAPPING) && span->reserved == 0 &&
           memcmp(span->shape, ndv_shape(array), axes) == 0 &&
           memcmp(span->strides, ndv_strides(array), axes) == 0;
}

/* A span of which every byte is set, so that it shows which ones a call leaves alone. */
static void smear(ndv_span *span) {
    memset(span, 0xa5, sizeof *span);
    span->struct_size = sizeof *span;
}

static bool is_smeared(const ndv_span *span, int32_t from_axis) {
    int32_t axis;
    for (axis = from_axis; axis < 64; axis++)
        if (span->shape[axis] != (int64_t)UINT64_C(0xa5a5a5a5a5a5a5a5) ||
            span->strides[axis] != (int64_t)UINT64_C(0xa5a5a5a5a5a5a5a5))
            return false;
    return true;
}

/* ------------------------------------------------------------------------------- of an array */

static void a_span_says_what_its_array_is(void) {
    ndv_array *a = counting(NDV_DIMS(2, 3, 4)), *readonly, *scalar, *repeated;
    ndv_span s;
    void *data;
    smear(&s);
    CHECK_OK(ndv_span_of(a, &s));
    CHECK(shows(&s, a) && s.data_mut == NULL && s.struct_size == sizeof s && is_smeared(&s, 3));
    CHECK_OK(ndv_data_mut(a, &data));
    CHECK_OK(ndv_span_of_mut(a, &s));
    CHECK(shows(&s, a) && s.data_mut == data && is_smeared(&s, 3));
    CHECK_OK(ndv_readonly(a, &readonly));
    CHECK_OK(ndv_span_of(readonly, &s));
    CHECK(shows(&s, readonly) && s.data_mut == NULL);
    smear(&s);
    CHECK_STATUS(NDV_E_READONLY, ndv_span_of_mut(readonly, &s));
    CHECK(is_smeared(&s, 0) && s.data_mut == (uint8_t *)(uintptr_t)UINT64_C(0xa5a5a5a5a5a5a5a5));
    CHECK_OK(ndv_slice(a, "1, 2, 3", &scalar));
    CHECK_OK(ndv_span_of(scalar, &s));
    CHECK(shows(&s, scalar) && is_smeared(&s, 0));
    CHECK_OK(ndv_broadcast_to(scalar, NDV_DIMS(5, 5), &repeated));
    CHECK_OK(ndv_span_of(repeated, &s));
    CHECK(shows(&s, repeated) && s.flags == NDV_OVERLAPPING);
    CHECK_OK(ndv_release(repeated));
    CHECK_OK(ndv_release(scalar));
    CHECK_OK(ndv_release(readonly));
    CHECK_OK(ndv_release(a));
}

static void a_span_may_have_64_axes(void) {
    int64_t shape[64], axes[64];
    ndv_array *a, *v;
    ndv_span s = NDV_SPAN_INIT, t = NDV_SPAN_INIT;
    int i;
    for (i = 0; i < 64; i++) shape[i] = i % 13 == 0 ? 2 : 1, axes[i] = (i * 5 + 3) % 64;
    a = counting(64, shape);
    CHECK_OK(ndv_span_of(a, &s));
    CHECK(shows(&s, a));
    CHECK_OK(ndv_permute(a, 64, axes, &v));
    CHECK_OK(ndv_span_permute(&s, 64, axes, &t));
    CHECK(shows(&t, v));
    CHECK_STATUS(NDV_E_NDIM, ndv_span_expand_dims(&s, 0, &t));
    CHECK(shows(&t, v));
    CHECK_OK(ndv_span_index(&t, 63, 0, &t));
    CHECK_OK(ndv_span_expand_dims(&t, -1, &t));
    CHECK(t.ndim == 64 && t.shape[63] == 1);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));
}

/* ---------------------------------------------------------------------------- of another span */

/* One call on a span, and the same on an array; numbers decides which. */
static ndv_status change_span(const int64_t *numbers, const ndv_span *span, ndv_span *result) {
    const int32_t axis = (int32_t)numbers[1], ndim = span->ndim;
    switch (numbers[0]) {
    case 0: return ndv_span_slice(span, axis, numbers[2], numbers[3], numbers[4], result);
    case 1: return ndv_span_index(span, axis, numbers[2], result);
    case 2: return ndv_span_transpose(span, result);
    case 3: return ndv_span_swap_axes(span, axis, (int32_t)numbers[2], result);
    case 4: return ndv_span_permute(span, ndim, numbers + 5, result);
    case 5: return ndv_span_squeeze(span, 0, NULL, result);
    case 6: return ndv_span_squeeze(span, 1, numbers + 1, result);
    case 7: return ndv_span_expand_dims(span, axis, result);
    default:
        return ndv_span_reshape(span, (int32_t)numbers[2], numbers + 5,
                                numbers[3] < 0 ? NDV_ORDER_C : NDV_ORDER_F, result);
    }
}

static ndv_status change_array(const int64_t *numbers, const ndv_array *array, ndv_array **view) {
    const int32_t axis = (int32_t)numbers[1], ndim = ndv_ndim(array);
    ndv_index items[2] = {NDV_REST, NDV_REST};
    switch (numbers[0]) {
    case 0:
    case 1:
        if (axis < -ndim || axis >= ndim) {
            *view = NULL;
            return NDV_E_AXIS;
        } else {
            ndv_index all[9];
            const int32_t at = axis < 0 ? axis + ndim : axis;
            int32_t i;
            for (i = 0; i < at; i++) all[i] = NDV_ALL;
            all[at] = numbers[0] == 0 ? NDV_STEPS(numbers[2], numbers[3], numbers[4])
                                      : NDV_AT(numbers[2]);
            all[at + 1] = items[0];
            return ndv_index_items(array, at + 2, all, view);
        }
    case 2: return ndv_transpose(array, view);
    case 3: return ndv_swap_axes(array, axis, (int32_t)numbers[2], view);
    case 4: return ndv_permute(array, ndim, numbers + 5, view);
    case 5: return ndv_squeeze(array, 0, NULL, view);
    case 6: return ndv_squeeze(array, 1, numbers + 1, view);
    case 7: return ndv_expand_dims(array, axis, view);
    default:
        return ndv_reshape(array, (int32_t)numbers[2], numbers + 5,
                           numbers[3] < 0 ? NDV_ORDER_C : NDV_ORDER_F, NDV_COPY_NEVER, view);
    }
}

/* The kind of call, an axis or beyond, three numbers, then a list of axes or extents. */
static void draw_numbers(int64_t *numbers, const ndv_span *span) {
    static const int64_t ends[] = {INT64_MIN, INT64_MAX, 0, -1};
    int64_t left = 1;
    int32_t i;
    numbers[0] = below(9);
    numbers[1] = below(2 * span->ndim + 2) - span->ndim - below(2);
    for (i = 2; i < 4; i++) numbers[i] = below(4) == 0 ? ends[below(4)] : below(12) - 5;
    numbers[4] = below(3) == 0 ? below(7) - 3 : 1;
    for (i = 0; i < span->ndim && i < 8; i++) numbers[5 + i] = i;
    for (i = 0; i + 1 < span->ndim && i < 7; i++) {
        const int64_t other = i + below(span->ndim - i), kept = numbers[5 + i];
        numbers[5 + i] = numbers[5 + other];
        numbers[5 + other] = kept - (below(3) == 0 ? span->ndim : 0);
    }
    if (numbers[0] == 3) numbers[2] = below(2 * span->ndim + 1) - span->ndim;
    if (numbers[0] != 8) return;
    /* Two extents of the right size, or nearly. */
    for (i = 0; i < span->ndim; i++) left *= span->shape[i];
    numbers[2] = 2;
    numbers[5] = below(3) == 0 ? below(5) : span->ndim > 0 ? span->shape[0] : 1;
    numbers[6] = below(2) == 0 || numbers[5] == 0 ? -1 : left / numbers[5];
}

static void spans_go_where_views_go(void) {
    int64_t numbers[16] = {0};
    int64_t tries, fine = 0, refused = 0;
    for (tries = 0; tries < 20000; tries++) {
        ndv_array *array = counting(NDV_DIMS(below(4), 1 + below(5), below(7), 1)), *view;
        ndv_span span = NDV_SPAN_INIT, other;
        int step;
        if (below(20) != 0) {
            CHECK_OK(ndv_release(array));
            array = counting(NDV_DIMS(3, 1 + below(5), 6));
        }
        CHECK_OK(ndv_span_of_mut(array, &span));
        for (step = 0; step < 4 && span.ndim < 7; step++) {
            const ndv_span before = span;
            ndv_status expected, found;
            draw_numbers(numbers, &span);
            expected = change_array(numbers, array, &view);
            smear(&other);
            found = change_span(numbers, &span, &other);
            CHECK(found == expected && memcmp(&before, &span, sizeof span) == 0);
            if (found != expected) return;
            if (found != NDV_OK) {
                CHECK(is_smeared(&other, 0) && other.reserved != 0);
                found = change_span(numbers, &span, &span);
                CHECK(found == expected && memcmp(&before, &span, sizeof span) == 0);
                refused++;
                continue;
            }
            CHECK(shows(&other, view) && other.data == other.data_mut && other.struct_size == sizeof other);
            CHECK(is_smeared(&other, other.ndim > span.ndim ? other.ndim : span.ndim));
            found = change_span(numbers, &span, &span); /* in place */
            CHECK(found == NDV_OK && shows(&span, view) && span.data == span.data_mut);
            CHECK(span.data == other.data);
            CHECK_OK(ndv_release(array));
            array = view;
            fine++;
        }
        CHECK_OK(ndv_release(array));
    }
    CHECK(fine > 20000 && refused > 2000);
}

static void a_span_for_reading_makes_no_other(void) {
    const int64_t axes[] = {1, 0}, shape[] = {6};
    ndv_array *a = counting(NDV_DIMS(2, 3));
    ndv_span s = NDV_SPAN_INIT, t = NDV_SPAN_INIT;
    CHECK_OK(ndv_span_of(a, &s));
    CHECK_OK(ndv_span_slice(&s, 1, 1, 3, 1, &t));
    CHECK(t.data_mut == NULL && t.data == s.data + 8);
    CHECK_OK(ndv_span_permute(&s, 2, axes, &t));
    CHECK(t.data_mut == NULL);
    CHECK_OK(ndv_span_index(&s, 0, -1, &t));
    CHECK(t.data_mut == NULL && t.data == s.data + 24);
    CHECK_OK(ndv_span_reshape(&s, 1, shape, NDV_ORDER_A, &t));
    CHECK(t.data_mut == NULL && t.ndim == 1);
    CHECK_OK(ndv_release(a));
}

static void errors_name_values(void) {
    const int64_t twice[] = {0, 0}, six[] = {6}, seven[] = {7};
    ndv_array *a = counting(NDV_DIMS(2, 3));
    ndv_span s = NDV_SPAN_INIT, t = NDV_SPAN_INIT;
    CHECK_OK(ndv_span_of(a, &s));
    CHECK_STATUS(NDV_E_AXIS, ndv_span_slice(&s, 2, 0, 1, 1, &t));
    CHECK_MESSAGE("axis 2");
    CHECK_STATUS(NDV_E_STEP, ndv_span_slice(&s, 1, 0, 1, 0, &t));
    CHECK_MESSAGE("axis 1");
    CHECK_STATUS(NDV_E_INDEX, ndv_span_index(&s, -1, 3, &t));
    CHECK_MESSAGE("index 3 is out of bounds for axis 1 with size 3");
    CHECK_STATUS(NDV_E_INDEX, ndv_span_index(&s, 1, INT64_MIN, &t));
    CHECK_STATUS(NDV_E_AXIS, ndv_span_permute(&s, 2, twice, &t));
    CHECK_STATUS(NDV_E_AXIS, ndv_span_permute(&s, 1, twice, &t));
    CHECK_STATUS(NDV_E_AXIS, ndv_span_permute(&s, -1, twice, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_permute(&s, 2, NULL, &t));
    CHECK_STATUS(NDV_E_AXIS, ndv_span_swap_axes(&s, 0, -3, &t));
    CHECK_STATUS(NDV_E_SHAPE, ndv_span_squeeze(&s, 1, twice, &t));
    CHECK_MESSAGE("axis 0 has size 2");
    CHECK_STATUS(NDV_E_AXIS, ndv_span_expand_dims(&s, 3, &t));
    CHECK_STATUS(NDV_E_SHAPE, ndv_span_reshape(&s, 1, seven, NDV_ORDER_C, &t));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_reshape(&s, 1, six, NDV_ORDER_K, &t));
    CHECK_STATUS(NDV_E_NDIM, ndv_span_reshape(&s, 65, six, NDV_ORDER_C, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_reshape(&s, 1, NULL, NDV_ORDER_C, &t));
    CHECK_OK(ndv_span_transpose(&s, &s));
    CHECK_STATUS(NDV_E_WOULD_COPY, ndv_span_reshape(&s, 1, six, NDV_ORDER_C, &t));
    CHECK_MESSAGE("axes 0 to 1 do not merge");
    CHECK(t.ndim == 0 && t.data == NULL && t.shape[0] == 0); /* never set */
    CHECK_OK(ndv_release(a));
}

/* ---------------------------------------------------------------------- what is no span at all */

static void nothing_is_done_with_null(void) {
    ndv_array *a = counting(NDV_DIMS(2, 3)), *view;
    ndv_span s = NDV_SPAN_INIT, t = NDV_SPAN_INIT;
    CHECK_OK(ndv_span_of_mut(a, &s));
    CHECK_STATUS(NDV_E_NULL, ndv_span_of(NULL, &s));
    CHECK_STATUS(NDV_E_NULL, ndv_span_of_mut(NULL, &s));
    CHECK_STATUS(NDV_E_NULL, ndv_span_of(a, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_of_mut(a, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_slice(NULL, 0, 0, 1, 1, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_slice(&s, 0, 0, 1, 1, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_index(NULL, 0, 0, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_index(&s, 0, 0, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_transpose(NULL, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_transpose(&s, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_permute(NULL, NDV_DIMS(1, 0), &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_permute(&s, NDV_DIMS(1, 0), NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_swap_axes(NULL, 0, 1, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_swap_axes(&s, 0, 1, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_reshape(NULL, NDV_DIMS(6), NDV_ORDER_C, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_reshape(&s, NDV_DIMS(6), NDV_ORDER_C, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_squeeze(NULL, 0, NULL, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_squeeze(&s, 0, NULL, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_expand_dims(NULL, 0, &t));
    CHECK_STATUS(NDV_E_NULL, ndv_span_expand_dims(&s, 0, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_span_set(NULL, &s, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_NULL, ndv_span_set(&s, NULL, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_NULL, ndv_span_view(NULL, &s, 0, &view));
    CHECK_STATUS(NDV_E_NULL, ndv_span_view(a, NULL, 0, &view));
    CHECK_STATUS(NDV_E_NULL, ndv_span_view(a, &s, 0, NULL));
    CHECK_OK(ndv_release(a));
}

static void the_struct_has_its_size(void) {
    struct {
        ndv_span span;
        char later[64];
    } s = {NDV_SPAN_INIT, {0}};
    ndv_array *a = counting(NDV_DIMS(2, 3));
    ndv_span t = NDV_SPAN_INIT;
    size_t size;
    CHECK_OK(ndv_span_of(a, &t));
    for (size = 0; size < sizeof t; size += 21) {
        s.span.struct_size = size;
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_of(a, &s.span));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_transpose(&t, &s.span));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_transpose(&s.span, &t));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_set(&s.span, &t, NDV_CAST_NO));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_set(&t, &s.span, NDV_CAST_NO));
    }
    memset(s.later, 'x', sizeof s.later);
    s.span.struct_size = sizeof s; /* of a later version */
    CHECK_OK(ndv_span_of(a, &s.span));
    CHECK_OK(ndv_span_transpose(&s.span, &s.span));
    CHECK_OK(ndv_span_transpose(&s.span, &t));
    CHECK(shows(&t, a) && s.span.struct_size == sizeof s && s.later[0] == 'x');
    CHECK_OK(ndv_release(a));
}

/* Whatever stands in a span, nothing is worse than an error. Elements are not touched. */
static void a_span_of_nonsense_does_no_harm(void) {
    static const int64_t numbers[] = {0,  1,         -1,        2,           INT64_MAX,
                                      -2, INT64_MIN, INT32_MAX, INT64_MAX / 2, 3};
    static const int32_t codes[] = {NDV_FLOAT64, NDV_INT8, 0, -1, 16, 70000, INT32_MAX, INT32_MIN};
    static const int32_t counts[] = {0, 1, 2, 3, 64, 65, -1, INT32_MAX, INT32_MIN};
    int64_t shape[4], tries, fine = 0;
    ndv_array *a = counting(NDV_DIMS(2, 3)), *view;
    for (tries = 0; tries < 20000; tries++) {
        ndv_span s = NDV_SPAN_INIT, t = NDV_SPAN_INIT;
        int axis, op;
        s.dtype = codes[below(8)];
        s.ndim = counts[below(9)];
        s.flags = (int32_t)below(64);
        s.itemsize = below(3) == 0 ? (size_t)below(20) : ndv_dtype_itemsize(s.dtype);
        for (axis = 0; axis < 64; axis++)
            s.shape[axis] = numbers[below(10)], s.strides[axis] = numbers[below(10)];
        for (axis = 0; axis < 4; axis++) shape[axis] = numbers[below(10)];
        for (op = 0; op < 10; op++) {
            const int64_t *n = shape;
            const int32_t at = (int32_t)below(5) - 2;
            ndv_status status = NDV_OK;
            switch (op) {
            case 0: status = ndv_span_slice(&s, at, n[0], n[1], n[2], &t); break;
            case 1: status = ndv_span_index(&s, at, n[0], &t); break;
            case 2: status = ndv_span_transpose(&s, &t); break;
            case 3: status = ndv_span_swap_axes(&s, at, (int32_t)below(5) - 2, &t); break;
            case 4: status = ndv_span_permute(&s, (int32_t)below(4), n, &t); break;
            case 5: status = ndv_span_squeeze(&s, (int32_t)below(2), n, &t); break;
            case 6: status = ndv_span_expand_dims(&s, at, &t); break;
            case 7: status = ndv_span_reshape(&s, (int32_t)below(5), n, NDV_ORDER_A, &t); break;
            case 8: status = ndv_span_set(&s, &s, (int32_t)below(8)); break;
            default:
                status = ndv_span_view(a, &s, 0, &view);
                if (status == NDV_OK) CHECK_OK(ndv_release(view));
            }
            CHECK(status != NDV_E_INTERNAL);
            fine += status == NDV_OK;
        }
    }
    CHECK(fine > 5000);
    CHECK_OK(ndv_release(a));
}

static void what_cannot_be_is_named(void) {
    ndv_array *a = counting(NDV_DIMS(2, 3)), *view;
    ndv_span s = NDV_SPAN_INIT, t;
    CHECK_OK(ndv_span_of_mut(a, &s));
    t = s;
    t.ndim = 65;
    CHECK_STATUS(NDV_E_NDIM, ndv_span_transpose(&t, &t));
    t.ndim = -1;
    CHECK_STATUS(NDV_E_NDIM, ndv_span_transpose(&t, &t));
    CHECK_STATUS(NDV_E_NDIM, ndv_span_set(&t, &s, NDV_CAST_NO));
    t = s;
    t.shape[1] = -4;
    CHECK_STATUS(NDV_E_SHAPE, ndv_span_slice(&t, 1, 0, 1, 1, &t));
    CHECK_MESSAGE("extent -4 of axis 1");
    CHECK_STATUS(NDV_E_SHAPE, ndv_span_index(&t, 1, 0, &t));
    CHECK_STATUS(NDV_E_SHAPE, ndv_span_set(&t, &s, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_SHAPE, ndv_span_set(&s, &t, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_SHAPE, ndv_span_view(a, &t, 0, &view));
    t = s;
    t.dtype = 4711;
    CHECK_STATUS(NDV_E_DTYPE, ndv_span_set(&t, &s, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_DTYPE, ndv_span_set(&s, &t, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_DTYPE, ndv_span_view(a, &t, 0, &view));
    CHECK_STATUS(NDV_E_DTYPE, ndv_span_reshape(&t, NDV_DIMS(6), NDV_ORDER_C, &t));
    t = s;
    t.itemsize = 4;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_set(&t, &s, NDV_CAST_NO));
    CHECK_MESSAGE("itemsize of the span 4");
    t = s;
    t.data = NULL;
    CHECK_STATUS(NDV_E_NULL, ndv_span_set(&s, &t, NDV_CAST_NO));
    CHECK_MESSAGE("source.data");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_set(&s, &s, 99));
    t.shape[0] = INT64_MAX;
    CHECK_STATUS(NDV_E_OVERFLOW, ndv_span_set(&s, &t, NDV_CAST_NO));
    CHECK_OK(ndv_release(a));
}

/* -------------------------------------------------------------------------------------- to set */

static void setting_is_assignment(void) {
    ndv_array *a, *row = counting(NDV_DIMS(4));
    ndv_span to = NDV_SPAN_INIT, from = NDV_SPAN_INIT;
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(3, 4), &a));
    CHECK_OK(ndv_span_of_mut(a, &to));
    CHECK_OK(ndv_span_of(row, &from));
    CHECK_STATUS(NDV_E_CAST, ndv_span_set(&to, &from, NDV_CAST_SAFE));
    CHECK_OK(ndv_span_slice(&to, 0, 1, INT64_MAX, 1, &to));
    CHECK_OK(ndv_span_set(&to, &from, NDV_CAST_SAME_KIND));
    CHECK_INT64S(a, 0, 0, 0, 0, 0, 1, 2, 3, 0, 1, 2, 3);
    CHECK_OK(ndv_span_slice(&from, 0, 2, 0, -1, &from));
    CHECK_STATUS(NDV_E_BROADCAST, ndv_span_set(&to, &from, NDV_CAST_UNSAFE));
    CHECK_OK(ndv_span_index(&from, 0, 0, &from));
    CHECK_OK(ndv_span_slice(&to, 1, -1, INT64_MIN, -2, &to));
    CHECK_OK(ndv_span_set(&to, &from, NDV_CAST_SAME_VALUE)); /* one element, everywhere */
    CHECK_INT64S(a, 0, 0, 0, 0, 0, 2, 2, 2, 0, 2, 2, 2);
    to.data_mut = NULL;
    CHECK_STATUS(NDV_E_READONLY, ndv_span_set(&to, &from, NDV_CAST_UNSAFE));
    CHECK_OK(ndv_fill_int64(row, (int64_t)1 << 24 | 1));
    CHECK_OK(ndv_span_of_mut(a, &to));
    CHECK_OK(ndv_span_of(row, &from));
    CHECK_STATUS(NDV_E_VALUE, ndv_span_set(&to, &from, NDV_CAST_SAME_VALUE));
    CHECK_INT64S(a, 0, 0, 0, 0, 0, 2, 2, 2, 0, 2, 2, 2);
    CHECK_OK(ndv_release(row));
    CHECK_OK(ndv_release(a));
}

/* a[1:] = a[:-1], a = a.T and the like, against a copy made first. */
static void setting_reads_its_source_first(void) {
    int64_t tries;
    for (tries = 0; tries < 2000; tries++) {
        const int64_t n = 2 + below(6), rows = below(2) ? n : 1 + below(n);
        ndv_array *a = counting(NDV_DIMS(n, n)), *expected, *source, *copy, *target;
        ndv_span to = NDV_SPAN_INIT, from = NDV_SPAN_INIT;
        bool same;
        CHECK_OK(ndv_copy(a, NDV_ORDER_C, &expected));
        CHECK_OK(ndv_span_of_mut(a, &to));
        from = to;
        CHECK_OK(ndv_span_slice(&to, 0, n - rows, n, 1, &to));
        CHECK_OK(ndv_span_slice(&from, 0, 0, rows, 1, &from));
        if (below(2)) CHECK_OK(ndv_span_slice(&from, 0, INT64_MAX, INT64_MIN, -1, &from));
        if (below(2)) CHECK_OK(ndv_span_slice(&from, 1, INT64_MAX, INT64_MIN, -1, &from));
        if (rows == n && below(2)) CHECK_OK(ndv_span_transpose(&from, &from));
        CHECK_OK(ndv_span_view(a, &from, 0, &source));
        CHECK_OK(ndv_copy(source, NDV_ORDER_C, &copy));
        CHECK_OK(ndv_index_items(expected, NDV_ITEMS(NDV_RANGE(n - rows, n)), &target));
        CHECK_OK(ndv_set(target, copy, NDV_CAST_NO));
        CHECK_OK(ndv_span_set(&to, &from, NDV_CAST_NO));
        CHECK_OK(ndv_equal(a, expected, &same));
        CHECK(same);
        CHECK_OK(ndv_release(target));
        CHECK_OK(ndv_release(copy));
        CHECK_OK(ndv_release(source));
        CHECK_OK(ndv_release(expected));
        CHECK_OK(ndv_release(a));
        if (!same) return;
    }
}

static void the_last_of_overlapping_elements_stays(void) {
    ndv_array *a, *windows, *numbers = counting(NDV_DIMS(3, 2));
    ndv_span to = NDV_SPAN_INIT, from = NDV_SPAN_INIT;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &a));
    CHECK_OK(ndv_windows(a, NDV_DIMS(2), NULL, NDV_WRITE_OVERLAPPING, &windows));
    CHECK_OK(ndv_span_of_mut(windows, &to));
    CHECK(to.flags == NDV_OVERLAPPING);
    CHECK_OK(ndv_span_of(numbers, &from));
    CHECK_OK(ndv_span_set(&to, &from, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 2, 4, 5);
    CHECK_OK(ndv_release(windows));
    CHECK_OK(ndv_release(numbers));
    CHECK_OK(ndv_release(a));
}

/* The bytes from the first element of a span of two axes to the one at i, j. */
static int64_t way_to(const ndv_span *span, int64_t i, int64_t j) {
    return i * span->strides[0] + j * span->strides[1];
}

/* Spans set by hand over the middle of some memory, with any strides and no flag, against a loop over
 * a source that was copied first. */
static void that_elements_overlap_need_not_be_told(void) {
    enum { MIDDLE = 300 };
    int16_t source[36];
    uint8_t memory[2 * MIDDLE], expected[2 * MIDDLE];
    int64_t tries, i, j;
    for (tries = 0; tries < 20000; tries++) {
        ndv_span to = NDV_SPAN_INIT, from;
        for (i = 0; i < (int64_t)sizeof memory; i++) memory[i] = expected[i] = (uint8_t)below(256);
        to.dtype = NDV_INT16, to.itemsize = sizeof(int16_t), to.ndim = 2;
        to.data = to.data_mut = memory + MIDDLE;
        from = to;
        from.data += below(5) * below(5);
        for (i = 0; i < 2; i++) {
            from.shape[i] = to.shape[i] = 1 + below(6);
            from.strides[i] = below(3) == 0 ? below(41) - 20 : 2 * (below(12) - 5);
            to.strides[i] = below(3) == 0 ? below(41) - 20 : 2 * (below(12) - 5);
        }
        for (i = 0; i < to.shape[0]; i++)
            for (j = 0; j < to.shape[1]; j++)
                memcpy(&source[i * 6 + j], from.data + way_to(&from, i, j), sizeof source[0]);
        for (i = 0; i < to.shape[0]; i++)
            for (j = 0; j < to.shape[1]; j++)
                memcpy(expected + MIDDLE + way_to(&to, i, j), &source[i * 6 + j], sizeof source[0]);
        CHECK_OK(ndv_span_set(&to, &from, NDV_CAST_NO));
        CHECK(memcmp(memory, expected, sizeof memory) == 0);
        if (memcmp(memory, expected, sizeof memory) != 0) return;
    }
}

static void a_span_may_be_of_any_memory(void) {
    const int16_t numbers[2][3] = {{1, 2, 3}, {4, 5, 6}};
    double results[3][2] = {{0}};
    ndv_span from = NDV_SPAN_INIT, to = NDV_SPAN_INIT, nothing = NDV_SPAN_INIT;
    from.dtype = NDV_INT16, from.itemsize = sizeof(int16_t), from.ndim = 2;
    from.data = (const uint8_t *)numbers;
    from.shape[0] = 2, from.strides[0] = sizeof numbers[0];
    from.shape[1] = 3, from.strides[1] = sizeof numbers[0][0];
    to.dtype = NDV_FLOAT64, to.itemsize = sizeof(double), to.ndim = 2;
    to.data = to.data_mut = (uint8_t *)results;
    to.shape[0] = 3, to.strides[0] = sizeof results[0];
    to.shape[1] = 2, to.strides[1] = sizeof results[0][0];
    CHECK_OK(ndv_span_transpose(&from, &from));
    CHECK_OK(ndv_span_set(&to, &from, NDV_CAST_SAFE));
    CHECK(results[0][1] >= 4 && results[0][1] <= 4 && results[2][0] >= 3 && results[2][0] <= 3);
    CHECK(NDV_GET2(double, to, 2, 1) >= 6 && NDV_GET2(double, to, 2, 1) <= 6);
    NDV_REF2(double, to, 2, 1) = 0.5;
    CHECK(results[2][1] >= 0.5 && results[2][1] <= 0.5);
    nothing.dtype = NDV_INT8, nothing.itemsize = 1, nothing.ndim = 1;
    nothing.data_mut = (uint8_t *)results;
    CHECK_OK(ndv_span_set(&nothing, &nothing, NDV_CAST_NO)); /* no elements, no data */
}

/* --------------------------------------------------------------------------------- to an array */

static void a_view_of_a_span_keeps_its_array(void) {
    ndv_array *a = counting(NDV_DIMS(4, 6)), *view;
    ndv_span s = NDV_SPAN_INIT;
    CHECK_OK(ndv_span_of_mut(a, &s));
    CHECK_OK(ndv_span_slice(&s, 0, 1, 3, 1, &s));
    CHECK_OK(ndv_span_slice(&s, 1, INT64_MAX, INT64_MIN, -2, &s));
    CHECK_OK(ndv_span_view(a, &s, 0, &view));
    CHECK(shows(&s, view) && ndv_base(view) == ndv_base(a) && ndv_use_count(view) == 1);
    CHECK((ndv_flags(view) & NDV_WRITEABLE) != 0);
    CHECK_OK(ndv_release(a));
    CHECK_INT64S(view, 11, 9, 7, 17, 15, 13);
    s.data_mut = NULL;
    CHECK_OK(ndv_span_view(view, &s, 0, &a)); /* of a view of the same buffer */
    CHECK(shows(&s, a) && (ndv_flags(a) & NDV_WRITEABLE) == 0 && ndv_base(a) == ndv_base(view));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_release(view));
}

static void a_view_of_a_span_stays_in_the_buffer(void) {
    ndv_array *a, *b, *view, *bytes, *windows, *readonly;
    ndv_span s = NDV_SPAN_INIT, t = NDV_SPAN_INIT;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(6), &a));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(6), &b));
    CHECK_OK(ndv_span_of_mut(a, &s));
    view = a;
    CHECK_STATUS(NDV_E_BOUNDS, ndv_span_view(b, &s, 0, &view));
    CHECK(view == NULL);
    s.shape[0] = 7;
    CHECK_STATUS(NDV_E_BOUNDS, ndv_span_view(a, &s, 0, &view));
    s.shape[0] = 6, s.strides[0] = -8;
    CHECK_STATUS(NDV_E_BOUNDS, ndv_span_view(a, &s, 0, &view));
    CHECK_MESSAGE("48 bytes");
    s.data = NULL;
    CHECK_STATUS(NDV_E_BOUNDS, ndv_span_view(a, &s, 0, &view));
    CHECK_OK(ndv_span_of(a, &s));
    CHECK_OK(ndv_view_as(a, NDV_INT8, &bytes));
    CHECK_STATUS(NDV_E_DTYPE, ndv_span_view(bytes, &s, 0, &view));
    CHECK_MESSAGE("int8, int64 is expected");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_span_view(a, &s, 77, &view));
    CHECK_OK(ndv_span_slice(&s, 0, 6, 6, 1, &s)); /* no elements */
    CHECK_OK(ndv_span_view(a, &s, 0, &view));
    CHECK(ndv_size(view) == 0 && ndv_base(view) == a);
    CHECK_OK(ndv_release(view));
    CHECK_OK(ndv_windows(a, NDV_DIMS(2), NULL, NDV_WRITE_OVERLAPPING, &windows));
    CHECK_OK(ndv_span_of_mut(windows, &t));
    CHECK_OK(ndv_span_view(a, &t, 0, &view));
    CHECK((ndv_flags(view) & (NDV_WRITEABLE | NDV_OVERLAPPING)) == NDV_OVERLAPPING);
    CHECK_OK(ndv_release(view));
    CHECK_OK(ndv_span_view(a, &t, NDV_WRITE_OVERLAPPING, &view));
    CHECK((ndv_flags(view) & NDV_WRITEABLE) != 0);
    CHECK_OK(ndv_release(view));
    CHECK_OK(ndv_readonly(a, &readonly));
    CHECK_OK(ndv_span_of_mut(a, &t));
    CHECK_OK(ndv_span_view(readonly, &t, 0, &view)); /* what the array forbids, no span allows */
    CHECK((ndv_flags(view) & NDV_WRITEABLE) == 0);
    CHECK_OK(ndv_release(view));
    CHECK_OK(ndv_release(readonly));
    CHECK_OK(ndv_release(windows));
    CHECK_OK(ndv_release(bytes));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

static void a_list_may_lie_in_the_span_that_is_made(void) {
    ndv_array *a = counting(NDV_DIMS(1, 2, 3)), *other = counting(NDV_DIMS(6, 4));
    ndv_span s = NDV_SPAN_INIT, t = NDV_SPAN_INIT;
    CHECK_OK(ndv_span_of(a, &t));
    CHECK_OK(ndv_span_reshape(&t, 2, t.shape + 1, NDV_ORDER_C, &t));
    CHECK(t.ndim == 2 && t.shape[0] == 2 && t.shape[1] == 3 && t.strides[0] == 24 && t.strides[1] == 8);
    CHECK_OK(ndv_span_of(other, &s));
    t.shape[1] = 4, t.shape[2] = 6;
    CHECK_OK(ndv_span_reshape(&s, 2, t.shape + 1, NDV_ORDER_C, &t));
    CHECK(t.ndim == 2 && t.shape[0] == 4 && t.shape[1] == 6 && t.strides[0] == 48 && t.strides[1] == 8);
    t.shape[1] = 1, t.shape[2] = 0;
    CHECK_OK(ndv_span_permute(&s, 2, t.shape + 1, &t));
    CHECK(t.shape[0] == 4 && t.shape[1] == 6 && t.strides[0] == 8 && t.strides[1] == 32);
    CHECK_OK(ndv_release(other));
    CHECK_OK(ndv_release(a));
}

static void a_closed_array_has_no_spans(void) {
    ndv_array *a, *view;
    ndv_span s = NDV_SPAN_INIT;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(6), &a));
    CHECK_OK(ndv_span_of(a, &s));
    CHECK_OK(ndv_close(a));
    CHECK_STATUS(NDV_E_CLOSED, ndv_span_of(a, &s));
    CHECK_STATUS(NDV_E_CLOSED, ndv_span_of_mut(a, &s));
    CHECK_STATUS(NDV_E_CLOSED, ndv_span_view(a, &s, 0, &view));
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(a_span_says_what_its_array_is), TEST(a_span_may_have_64_axes),
           TEST(spans_go_where_views_go), TEST(a_span_for_reading_makes_no_other),
           TEST(errors_name_values), TEST(nothing_is_done_with_null),
           TEST(the_struct_has_its_size), TEST(a_span_of_nonsense_does_no_harm),
           TEST(what_cannot_be_is_named), TEST(setting_is_assignment),
           TEST(setting_reads_its_source_first), TEST(the_last_of_overlapping_elements_stays),
           TEST(that_elements_overlap_need_not_be_told),
           TEST(a_span_may_be_of_any_memory), TEST(a_view_of_a_span_keeps_its_array),
           TEST(a_view_of_a_span_stays_in_the_buffer),
           TEST(a_list_may_lie_in_the_span_that_is_made), TEST(a_closed_array_has_no_spans))
