/* Elements picked by lists of positions and by masks, and writing over them: what NumPy picks, what
 * is refused, and everything that may share memory. */
#include <stdlib.h>

#include "model.h"

/* ---- What NumPy picks ---- */

typedef struct {
    char letter;
    int32_t dtype, ndim;
    int64_t shape[3], values[24];
} list_case;

static const list_case list_cases[] = {
#include "numpy/lists.inc"
};

typedef enum { GET, OUTER, TAKE, TAKE_WRAP, TAKE_CLIP, ALONG, COMPRESS, WHERE } operation;

/* `items`: a letter is a list, a digit an integer (9: -1), the others ':', '-' for '::-1', '2' for
 * '1::2', '.' for the ellipsis, '+' for newaxis. `values` are positions in the owner's memory. */
typedef struct {
    model_source source;
    operation operation;
    const char *items;
    int32_t axis, ndim;
    int64_t shape[6], count, values[48];
} picked_case;

static const picked_case picked_cases[] = {
#include "numpy/select.inc"
};

static ndv_array *list_of(char letter) {
    ndv_array *numbers = NULL, *list = NULL;
    size_t i;
    for (i = 0; i < COUNT(list_cases) && list_cases[i].letter != letter; i++) {}
    CHECK(i < COUNT(list_cases));
    CHECK_OK(ndv_from_data(NDV_INT64, list_cases[i].ndim, list_cases[i].shape, list_cases[i].values,
                           &numbers));
    CHECK_OK(ndv_astype(numbers, list_cases[i].dtype, NDV_ORDER_C, NDV_CAST_UNSAFE,
                        NDV_COPY_ALWAYS, &list));
    ndv_release(numbers);
    return list;
}

typedef struct {
    int32_t count;
    ndv_index items[8];
    ndv_array *lists[8];
} expression;

static expression make_expression(const char *text) {
    expression e;
    memset(&e, 0, sizeof e);
    for (; text[e.count] != '\0'; e.count++) {
        ndv_index *item = &e.items[e.count];
        const char c = text[e.count];
        switch (c) {
        case ':': *item = NDV_ALL; break;
        case '-': *item = NDV_BY(-1); break;
        case '2': *item = NDV_STEPS(1, INT64_MAX, 2); break;
        case '.': *item = NDV_REST; break;
        case '+': *item = NDV_NEW_AXIS; break;
        case '0':
        case '1': *item = NDV_AT(c - '0'); break;
        case '9': *item = NDV_AT(-1); break;
        default:
            e.lists[e.count] = list_of(c);
            *item = NDV_PICK(e.lists[e.count]);
        }
    }
    return e;
}

static void release_expression(const expression *e) {
    int32_t i;
    for (i = 0; i < e->count; i++) ndv_release(e->lists[i]);
}

static int32_t mode_of(operation how) {
    return how == TAKE_WRAP   ? NDV_MODE_WRAP
           : how == TAKE_CLIP ? NDV_MODE_CLIP
                              : NDV_MODE_RAISE;
}

static ndv_status pick(const picked_case *c, const ndv_array *a, const expression *e,
                       ndv_array **copy) {
    switch (c->operation) {
    case GET: return ndv_get(a, e->count, e->items, copy);
    case OUTER: return ndv_get_outer(a, e->count, e->items, copy);
    case ALONG: return ndv_take_along_axis(a, e->lists[0], c->axis, NDV_MODE_RAISE, copy);
    case COMPRESS: return ndv_compress(a, e->lists[0], c->axis, copy);
    default: return ndv_take_array(a, e->lists[0], c->axis, mode_of(c->operation), copy);
    }
}

static ndv_status pick_into(const picked_case *c, const ndv_array *a, const expression *e,
                            int32_t casting, ndv_array *to) {
    switch (c->operation) {
    case GET: return ndv_get_into(a, e->count, e->items, casting, to);
    case OUTER: return ndv_get_outer_into(a, e->count, e->items, casting, to);
    case ALONG:
        return ndv_take_along_axis_into(a, e->lists[0], c->axis, NDV_MODE_RAISE, casting, to);
    case COMPRESS: return ndv_compress_into(a, e->lists[0], c->axis, casting, to);
    default:
        return ndv_take_array_into(a, e->lists[0], c->axis, mode_of(c->operation), casting, to);
    }
}

static bool has_elements(const ndv_array *array, const picked_case *c) {
    int32_t axis;
    if (array == NULL || ndv_ndim(array) != c->ndim) return false;
    for (axis = 0; axis < c->ndim; axis++)
        if (ndv_shape(array)[axis] != c->shape[axis]) return false;
    return true;
}

static bool has_values(const ndv_array *array, int64_t count, const int64_t *values) {
    int64_t n;
    if (ndv_size(array) != count) return false;
    for (n = 0; n < count; n++)
        if (model_int64(array, n, NDV_ORDER_C) != values[n]) return false;
    return true;
}

static void report(int64_t failures, size_t i, const picked_case *c) {
    if (check_state.failures != failures)
        printf("    in case %d: \"%s\", axis %d\n", (int)i, c->items, (int)c->axis);
}

static void every_expression_picks_what_numpy_picks(void) {
    size_t i;
    for (i = 0; i < COUNT(picked_cases); i++) {
        const picked_case *c = &picked_cases[i];
        const int64_t failures = check_state.failures;
        expression e;
        ndv_array *owner, *a, *copy = NULL;
        if (c->operation == WHERE) continue;
        e = make_expression(c->items);
        make_source(&c->source, &owner, &a);
        CHECK_OK(pick(c, a, &e, &copy));
        check_is_copy(copy, a);
        CHECK(has_elements(copy, c) && has_values(copy, c->count, c->values));
        CHECK((ndv_flags(copy) & NDV_C_CONTIGUOUS) != 0 && ndv_dtype(copy) == NDV_INT64);
        ndv_release(copy);
        ndv_release(a);
        ndv_release(owner);
        release_expression(&e);
        report(failures, i, c);
    }
}

static void destinations_of_any_layout_and_type_get_the_same(void) {
    size_t i;
    for (i = 0; i < COUNT(picked_cases); i++) {
        const picked_case *c = &picked_cases[i];
        const int64_t failures = check_state.failures;
        expression e;
        ndv_array *owner, *a, *to, *wide;
        if (c->operation == WHERE) continue;
        e = make_expression(c->items);
        make_source(&c->source, &owner, &a);

        CHECK_OK(ndv_empty_in_order(NDV_INT64, c->ndim, c->shape, NDV_ORDER_F, &to));
        CHECK_OK(pick_into(c, a, &e, NDV_CAST_NO, to));
        CHECK(has_values(to, c->count, c->values));
        CHECK_OK(ndv_fill_int64(to, -1));
        CHECK_OK(pick_into(c, a, &e, NDV_CAST_SAME_VALUE, to));
        CHECK(has_values(to, c->count, c->values));
        ndv_release(to);

        CHECK_OK(ndv_zeros(NDV_INT8, c->ndim, c->shape, &to));
        CHECK_STATUS(NDV_E_CAST, pick_into(c, a, &e, NDV_CAST_SAFE, to));
        CHECK_OK(pick_into(c, a, &e, NDV_CAST_SAME_KIND, to));
        CHECK_OK(ndv_astype(to, NDV_INT64, NDV_ORDER_C, NDV_CAST_SAFE, NDV_COPY_ALWAYS, &wide));
        CHECK(has_values(wide, c->count, c->values));
        ndv_release(wide);
        ndv_release(to);
        ndv_release(a);
        ndv_release(owner);
        release_expression(&e);
        report(failures, i, c);
    }
}

/* The last of the values of a position, in C order, is the one that stays. */
static void writing_over_what_is_picked_writes_in_c_order(void) {
    size_t i;
    for (i = 0; i < COUNT(picked_cases); i++) {
        const picked_case *c = &picked_cases[i];
        const int64_t failures = check_state.failures;
        expression e;
        ndv_array *owner, *a, *values, *source;
        int64_t expected[64], n;
        bool flat = c->axis == NDV_ALL_AXES;
        if (c->operation == WHERE || c->operation == COMPRESS) continue;
        if ((c->operation == TAKE || mode_of(c->operation) != NDV_MODE_RAISE) && !flat) continue;
        e = make_expression(c->items);
        make_source(&c->source, &owner, &a);
        for (n = 0; n < ndv_size(owner); n++) expected[n] = n;
        for (n = 0; n < c->count; n++) expected[c->values[n]] = 1000 + n;
        CHECK_OK(ndv_arange(1000, 1000 + c->count, 1, &values));
        CHECK_OK(ndv_reshape(values, c->ndim, c->shape, NDV_ORDER_C, NDV_COPY_NEVER, &source));
        if (c->operation == GET)
            CHECK_OK(ndv_set_at(a, e.count, e.items, source, NDV_CAST_NO));
        else if (c->operation == OUTER)
            CHECK_OK(ndv_set_at_outer(a, e.count, e.items, source, NDV_CAST_NO));
        else if (c->operation == ALONG)
            CHECK_OK(ndv_put_along_axis(a, e.lists[0], source, c->axis, NDV_MODE_RAISE,
                                        NDV_CAST_NO));
        else
            CHECK_OK(ndv_put(a, e.lists[0], source, mode_of(c->operation), NDV_CAST_NO));
        CHECK(has_values(owner, ndv_size(owner), expected));
        ndv_release(source);
        ndv_release(values);
        ndv_release(a);
        ndv_release(owner);
        release_expression(&e);
        report(failures, i, c);
    }
}

static void nonzero_and_argwhere_list_the_places(void) {
    size_t i;
    for (i = 0; i < COUNT(picked_cases); i++) {
        const picked_case *c = &picked_cases[i];
        const int64_t failures = check_state.failures;
        ndv_array *list, *rows, *columns[3];
        int64_t count = -1, n;
        int32_t axis;
        if (c->operation != WHERE) continue;
        list = list_of(c->items[0]);
        CHECK_OK(ndv_argwhere(list, &rows));
        check_is_copy(rows, list);
        CHECK(has_elements(rows, c) && has_values(rows, c->count, c->values));
        CHECK(ndv_dtype(rows) == NDV_INT64);
        CHECK_OK(ndv_count_nonzero(list, &count));
        CHECK(count == c->shape[0]);
        CHECK_OK(ndv_nonzero(list, columns));
        for (axis = 0; axis < ndv_ndim(list); axis++) {
            check_is_copy(columns[axis], list);
            CHECK(ndv_dtype(columns[axis]) == NDV_INT64);
            CHECK_SHAPE(columns[axis], count);
            for (n = 0; n < count && n < ndv_size(columns[axis]); n++)
                CHECK(model_int64(columns[axis], n, NDV_ORDER_C) ==
                      c->values[n * ndv_ndim(list) + axis]);
            ndv_release(columns[axis]);
        }
        ndv_release(rows);
        ndv_release(list);
        report(failures, i, c);
    }
}

static void what_is_not_zero_counts_in_every_type(void) {
    static const int32_t types[] = {NDV_BOOL,    NDV_INT8,     NDV_UINT64,  NDV_FLOAT16,
                                    NDV_FLOAT32, NDV_BFLOAT16, NDV_FLOAT64, NDV_COMPLEX64,
                                    NDV_COMPLEX128};
    const double nan_value = strtod("nan", NULL);
    size_t i;
    for (i = 0; i < COUNT(types); i++) {
        ndv_array *a, *back;
        int64_t count;
        CHECK_OK(ndv_zeros(types[i], NDV_DIMS(3, 300), &a));
        CHECK_OK(ndv_set_int64(a, NDV_DIMS(1, 299), 1));
        CHECK_OK(ndv_set_int64(a, NDV_DIMS(2, 0), 3));
        if (ndv_itemsize(a) >= 2 && types[i] != NDV_UINT64) {
            CHECK_OK(ndv_set_double(a, NDV_DIMS(0, 1), -0.0));
            CHECK_OK(ndv_set_double(a, NDV_DIMS(0, 2), nan_value));
        } else {
            CHECK_OK(ndv_set_int64(a, NDV_DIMS(0, 2), 1));
        }
        if (types[i] == NDV_COMPLEX64) CHECK_OK(ndv_set_complex(a, NDV_DIMS(0, 2), 0, -1));
        CHECK_OK(ndv_count_nonzero(a, &count));
        CHECK(count == 3);
        CHECK_OK(ndv_argwhere(a, &back));
        CHECK_INT64S(back, 0, 2, 1, 299, 2, 0);
        ndv_release(back);
        CHECK_OK(ndv_flip(a, 0, NULL, &back));
        CHECK_OK(ndv_count_nonzero(back, &count));
        CHECK(count == 3);
        ndv_release(back);
        ndv_release(a);
    }
}

static void an_array_without_axes_has_rows_of_no_columns(void) {
    ndv_array *one, *rows, *none = model_poison();
    int64_t count = -1;
    CHECK_OK(ndv_full_int64(NDV_INT16, NDV_NO_DIMS, 5, &one));
    CHECK_OK(ndv_argwhere(one, &rows));
    CHECK_SHAPE(rows, 1, 0);
    ndv_release(rows);
    CHECK_OK(ndv_count_nonzero(one, &count));
    CHECK(count == 1);
    CHECK_STATUS(NDV_E_SHAPE, ndv_nonzero(one, &none));
    CHECK_MESSAGE("nonzero needs an array of at least one axis");
    CHECK(none == model_poison()); /* there is no axis whose place to set */
    CHECK_OK(ndv_fill_int64(one, 0));
    CHECK_OK(ndv_argwhere(one, &rows));
    CHECK_SHAPE(rows, 0, 0);
    ndv_release(rows);
    ndv_release(one);
}

/* ---- take and compress ---- */

/* The element that the result must have at `n` in C order, if `positions` are taken from `axis`. */
static int64_t taken(const ndv_array *a, const int64_t *positions, int64_t count, int32_t axis,
                     int64_t n) {
    int64_t offset = 0, value;
    int32_t i;
    for (i = ndv_ndim(a) - 1; i >= 0; i--) {
        int64_t extent = i == axis ? count : ndv_shape(a)[i], at = n % extent;
        n /= extent;
        if (i == axis) {
            at = positions[at];
            if (at < 0) at += ndv_shape(a)[i];
        }
        offset += at * ndv_strides(a)[i];
    }
    memcpy(&value, model_data(a) + offset, sizeof value);
    return value;
}

static void take_copies_positions_of_each_axis(void) {
    static const int64_t lists[][5] = {{0}, {1, 0}, {-1, 0, -1, 1, 1}, {0, 0, 0}, {-2, 1, 0, 1}};
    static const int64_t counts[] = {1, 2, 5, 3, 4, 0};
    const model_source sources[] = {{3, {2, 3, 4}, NULL, NULL},
                                    {3, {4, 2, 3}, NULL, "201"},
                                    {3, {4, 3, 5}, "::-2, :, ::2", "120"},
                                    {3, {3, 3, 5}, "1:, ::-1", "210"}};
    size_t s, l;
    int32_t axis;
    for (s = 0; s < COUNT(sources); s++) {
        ndv_array *owner, *a, *copy;
        make_source(&sources[s], &owner, &a);
        for (axis = -3; axis < 3; axis++)
            for (l = 0; l < COUNT(counts); l++) {
                const int64_t *list = counts[l] == 0 ? NULL : lists[l];
                int32_t real_axis = axis < 0 ? axis + 3 : axis, i;
                int64_t failures = check_state.failures, n;
                ndv_statistics before = check_statistics();
                copy = NULL;
                CHECK_OK(ndv_take(a, counts[l], list, axis, &copy));
                check_is_copy(copy, a);
                CHECK_COPIED(before, 1, (int64_t)ndv_nbytes(copy));
                CHECK((ndv_flags(copy) & NDV_C_CONTIGUOUS) != 0 && ndv_ndim(copy) == 3);
                for (i = 0; i < 3; i++)
                    CHECK(ndv_shape(copy)[i] == (i == real_axis ? counts[l] : ndv_shape(a)[i]));
                for (n = 0; n < ndv_size(copy); n++)
                    CHECK(model_int64(copy, n, NDV_ORDER_C) ==
                          taken(a, list, counts[l], real_axis, n));
                ndv_release(copy);
                if (check_state.failures != failures)
                    printf("    source %d, axis %d, list %d\n", (int)s, axis, (int)l);
            }
        ndv_release(a);
        ndv_release(owner);
    }
}

static void take_of_all_axes_counts_in_c_order(void) {
    static const int64_t list[] = {0, 5, -1, 1, 5};
    const model_source source = {2, {3, 2}, NULL, "10"};
    ndv_array *owner, *a, *copy, *zero = numbered(NDV_INT64, NDV_NO_DIMS);
    make_source(&source, &owner, &a); /* [[0 2 4] [1 3 5]] */
    CHECK_OK(ndv_take(a, 5, list, NDV_ALL_AXES, &copy));
    CHECK_SHAPE(copy, 5);
    CHECK_INT64S(copy, 0, 5, 5, 2, 5);
    ndv_release(copy);
    CHECK_OK(ndv_take(a, 0, NULL, NDV_ALL_AXES, &copy));
    CHECK_SHAPE(copy, 0);
    ndv_release(copy);
    CHECK_OK(ndv_take(zero, 1, list, NDV_ALL_AXES, &copy));
    CHECK_SHAPE(copy, 1);
    CHECK_INT64S(copy, 0);
    ndv_release(copy);
    ndv_release(zero);
    ndv_release(a);
    ndv_release(owner);
}

static void take_refuses_what_is_out_of_range(void) {
    static const int64_t high[] = {0, 1, 3}, low[] = {0, -4}, flat[] = {6}, first[] = {0},
                         huge[] = {INT64_MAX}, tiny[] = {INT64_MIN};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *empty, *copy;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(0, 3), &empty));
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(a, 3, high, 1, &copy));
    CHECK_MESSAGE("index 3 is out of bounds for axis 1 with size 3");
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(a, 2, low, 1, &copy));
    CHECK_MESSAGE("-4");
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(a, 1, flat, NDV_ALL_AXES, &copy));
    CHECK_MESSAGE("6");
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(a, 1, huge, 0, &copy));
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(a, 1, tiny, 0, &copy));
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(a, 1, tiny, NDV_ALL_AXES, &copy));
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(empty, 1, first, 0, &copy));
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(empty, 1, first, NDV_ALL_AXES, &copy));
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take(empty, 3, high, 1, &copy));
    CHECK_REFUSED(NDV_E_SHAPE, copy, ndv_take(a, -1, high, 0, &copy));
    CHECK_REFUSED(NDV_E_SHAPE, copy, ndv_take(a, INT64_MIN, high, 0, &copy));
    CHECK_REFUSED(NDV_E_SHAPE, copy, ndv_take(a, INT64_MAX, high, 0, &copy));
    CHECK_MESSAGE("the number of positions is 9223372036854775807");
    CHECK_REFUSED(NDV_E_AXIS, copy, ndv_take(a, 1, first, 2, &copy));
    CHECK_REFUSED(NDV_E_AXIS, copy, ndv_take(a, 1, first, -3, &copy));
    CHECK_REFUSED(NDV_E_AXIS, copy, ndv_take(a, 1, first, INT32_MIN, &copy));
    CHECK_OK(ndv_take(empty, 1, first, 1, &copy));
    CHECK_SHAPE(copy, 0, 1);
    ndv_release(copy);
    ndv_release(empty);
    ndv_release(a);
}

static void compress_copies_what_the_mask_marks(void) {
    static const uint8_t masks[][5] = {{1, 0, 1}, {0, 0, 0}, {1, 1, 1}, {0, 1}, {1}, {0, 1, 1, 0,
                                                                                      0},
                                       {0, 2, 255}, {0}};
    static const int64_t lengths[] = {3, 3, 3, 2, 1, 5, 3, 0};
    const model_source sources[] = {{3, {3, 3, 3}, NULL, NULL}, {3, {3, 6, 3}, ":, ::-2", "201"}};
    size_t s, m;
    int32_t axis;
    for (s = 0; s < COUNT(sources); s++) {
        ndv_array *owner, *a, *copy, *mask;
        make_source(&sources[s], &owner, &a);
        for (axis = -3; axis < 3; axis++)
            for (m = 0; m < COUNT(lengths); m++) {
                int64_t marked[5] = {0}, count = 0, n, failures = check_state.failures;
                int32_t real_axis = axis < 0 ? axis + 3 : axis;
                ndv_statistics before;
                for (n = 0; n < lengths[m]; n++)
                    if (masks[m][n] != 0) marked[count++] = n;
                CHECK_OK(ndv_from_data(NDV_BOOL, NDV_DIMS(lengths[m]), masks[m], &mask));
                before = check_statistics();
                copy = NULL;
                CHECK_OK(ndv_compress(a, mask, axis, &copy));
                check_is_copy(copy, a);
                CHECK_COPIED(before, 1, (int64_t)ndv_nbytes(copy));
                CHECK((ndv_flags(copy) & NDV_C_CONTIGUOUS) != 0 && ndv_ndim(copy) == 3);
                CHECK(ndv_size(copy) == 9 * count && ndv_shape(copy)[real_axis] == count);
                for (n = 0; n < ndv_size(copy); n++)
                    CHECK(model_int64(copy, n, NDV_ORDER_C) ==
                          taken(a, marked, count, real_axis, n));
                ndv_release(copy);
                ndv_release(mask);
                if (check_state.failures != failures)
                    printf("    source %d, axis %d, mask %d\n", (int)s, axis, (int)m);
            }
        ndv_release(a);
        ndv_release(owner);
    }
}

static void compress_of_all_axes_and_strided_masks(void) {
    static const uint8_t marks[] = {1, 9, 0, 9, 1, 9, 0, 9, 0, 9, 1};
    const model_source source = {2, {3, 2}, NULL, "10"};
    ndv_array *owner, *a, *copy, *mask, *odd, *every_other;
    make_source(&source, &owner, &a); /* [[0 2 4] [1 3 5]] */
    FROM(NDV_BOOL, marks, &mask);
    CHECK_OK(ndv_slice(mask, "::2", &every_other)); /* 1 0 1 0 0 1 */
    CHECK_OK(ndv_compress(a, every_other, NDV_ALL_AXES, &copy));
    CHECK_INT64S(copy, 0, 4, 5);
    ndv_release(copy);
    CHECK_OK(ndv_slice(mask, "::-2", &odd)); /* 1 0 0 1 0 1 */
    CHECK_OK(ndv_compress(a, odd, NDV_ALL_AXES, &copy));
    CHECK_INT64S(copy, 0, 1, 5);
    ndv_release(copy);
    CHECK_OK(ndv_compress(mask, mask, 0, &copy)); /* a mask over itself */
    CHECK(ndv_dtype(copy) == NDV_BOOL && ndv_size(copy) == 8);
    ndv_release(copy);
    ndv_release(odd);
    ndv_release(every_other);
    ndv_release(mask);
    ndv_release(a);
    ndv_release(owner);
}

static void compress_refuses_what_is_no_mask(void) {
    static const uint8_t marks[] = {0, 0, 0, 1};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *mask, *wrong, *copy;
    FROM(NDV_BOOL, marks, &mask);
    CHECK_REFUSED(NDV_E_SHAPE, copy, ndv_compress(a, mask, 1, &copy));
    CHECK_MESSAGE("position 3");
    CHECK_MESSAGE("size 3");
    CHECK_REFUSED(NDV_E_SHAPE, copy, ndv_compress(a, mask, 0, &copy));
    CHECK_REFUSED(NDV_E_AXIS, copy, ndv_compress(a, mask, 2, &copy));
    CHECK_REFUSED(NDV_E_AXIS, copy, ndv_compress(a, mask, -3, &copy));
    CHECK_OK(ndv_compress(a, mask, NDV_ALL_AXES, &copy));
    CHECK_INT64S(copy, 3);
    ndv_release(copy);
    CHECK_OK(ndv_view_as(mask, NDV_UINT8, &wrong));
    CHECK_REFUSED(NDV_E_CAST, copy, ndv_compress(a, wrong, 1, &copy));
    CHECK_MESSAGE("uint8");
    ndv_release(wrong);
    CHECK_OK(ndv_reshape(mask, NDV_DIMS(2, 2), NDV_ORDER_C, NDV_COPY_NEVER, &wrong));
    CHECK_REFUSED(NDV_E_SHAPE, copy, ndv_compress(a, wrong, 1, &copy));
    ndv_release(wrong);
    CHECK_OK(ndv_slice(mask, "0", &wrong));
    CHECK_REFUSED(NDV_E_SHAPE, copy, ndv_compress(a, wrong, 1, &copy));
    ndv_release(wrong);
    ndv_release(mask);
    ndv_release(a);
}

/* ---- Positions beyond the ends ---- */

static void positions_far_beyond_the_ends_wrap_and_clip_at_once(void) {
    static const int64_t far[] = {INT64_C(1000000000000), INT64_MIN, INT64_MAX, -1, 7};
    static const uint64_t unsigned_far[] = {UINT64_MAX, UINT64_C(1) << 63, 7};
    ndv_array *a, *list, *copy, *values;
    int i;
    CHECK_OK(ndv_arange(0, 7, 1, &a));
    FROM(NDV_INT64, far, &list);
    for (i = 0; i < 1000; i++) { /* a division by repeated subtraction would never end */
        CHECK_OK(ndv_take_array(a, list, 0, NDV_MODE_WRAP, &copy));
        ndv_release(copy);
    }
    CHECK_OK(ndv_take_array(a, list, 0, NDV_MODE_WRAP, &copy));
    CHECK_INT64S(copy, 1, 6, 0, 6, 0); /* as Python's % says */
    ndv_release(copy);
    CHECK_OK(ndv_take_along_axis(a, list, -1, NDV_MODE_WRAP, &copy));
    CHECK_INT64S(copy, 1, 6, 0, 6, 0);
    ndv_release(copy);
    CHECK_OK(ndv_take_array(a, list, NDV_ALL_AXES, NDV_MODE_CLIP, &copy));
    CHECK_INT64S(copy, 6, 0, 6, 0, 6);
    ndv_release(copy);
    CHECK_OK(ndv_arange(10, 15, 1, &values));
    CHECK_OK(ndv_put(a, list, values, NDV_MODE_WRAP, NDV_CAST_NO));
    CHECK_INT64S(a, 14, 10, 2, 3, 4, 5, 13);
    CHECK_OK(ndv_put_along_axis(a, list, values, 0, NDV_MODE_CLIP, NDV_CAST_NO));
    CHECK_INT64S(a, 13, 10, 2, 3, 4, 5, 14);
    ndv_release(values);
    ndv_release(list);

    FROM(NDV_UINT64, unsigned_far, &list); /* none of them is negative */
    CHECK_OK(ndv_take_array(a, list, 0, NDV_MODE_CLIP, &copy));
    CHECK_INT64S(copy, 14, 14, 14);
    ndv_release(copy);
    CHECK_OK(ndv_take_array(a, list, 0, NDV_MODE_WRAP, &copy)); /* 2**64 - 1 is 1 modulo 7 */
    CHECK_INT64S(copy, 10, 10, 13);
    ndv_release(copy);
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take_array(a, list, 0, NDV_MODE_RAISE, &copy));
    CHECK_MESSAGE("index 18446744073709551615 is out of bounds for axis 0 with size 7");
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_get(a, NDV_ITEMS(NDV_PICK(list)), &copy));
    CHECK_MESSAGE("18446744073709551615");
    CHECK_STATUS(NDV_E_INDEX, ndv_set_at(a, NDV_ITEMS(NDV_PICK(list)), list, NDV_CAST_UNSAFE));
    CHECK_STATUS(NDV_E_INDEX, ndv_put(a, list, list, NDV_MODE_RAISE, NDV_CAST_UNSAFE));
    CHECK_MESSAGE("position 18446744073709551615 is out of bounds for 7 elements");
    CHECK_INT64S(a, 13, 10, 2, 3, 4, 5, 14);
    ndv_release(list);
    ndv_release(a);
}

static void no_mode_finds_a_position_where_there_are_no_elements(void) {
    static const int32_t modes[] = {NDV_MODE_RAISE, NDV_MODE_WRAP, NDV_MODE_CLIP};
    ndv_array *empty, *list, *copy;
    size_t i;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3, 0), &empty));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(1, 2), &list));
    for (i = 0; i < COUNT(modes); i++) {
        CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take_array(empty, list, 1, modes[i], &copy));
        CHECK_MESSAGE("axis 1 with size 0");
        CHECK_REFUSED(NDV_E_INDEX, copy,
                      ndv_take_array(empty, list, NDV_ALL_AXES, modes[i], &copy));
        CHECK_MESSAGE("position 0 is out of bounds for 0 elements");
        CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take_along_axis(empty, list, 1, modes[i], &copy));
        CHECK_STATUS(NDV_E_INDEX, ndv_put(empty, list, list, modes[i], NDV_CAST_NO));
        CHECK_STATUS(NDV_E_INDEX, ndv_put_along_axis(empty, list, list, 1, modes[i], NDV_CAST_NO));
    }
    CHECK_OK(ndv_take_array(empty, list, 0, NDV_MODE_RAISE, &copy));
    CHECK_SHAPE(copy, 1, 2, 0);
    ndv_release(copy);
    ndv_release(list);
    ndv_release(empty);
}

static void a_bad_position_leaves_every_destination_as_it_was(void) {
    static const int64_t bad[] = {0, 1, 2, 3}; /* the last one is */
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3)), *to, *list, *column, *values, *kept, *copy;
    FROM(NDV_INT64, bad, &list);
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_DIMS(4), -5, &to));
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_DIMS(4), 9, &values));
    CHECK_OK(ndv_copy(a, NDV_ORDER_C, &kept));
    CHECK_STATUS(NDV_E_INDEX, ndv_get_into(a, NDV_ITEMS(NDV_PICK(list)), NDV_CAST_NO, to));
    CHECK_MESSAGE("index 3 is out of bounds for axis 0 with size 3");
    CHECK_STATUS(NDV_E_INDEX, ndv_get_outer_into(a, NDV_ITEMS(NDV_PICK(list)), NDV_CAST_NO, to));
    CHECK_STATUS(NDV_E_INDEX, ndv_take_array_into(a, list, 0, NDV_MODE_RAISE, NDV_CAST_NO, to));
    CHECK_STATUS(NDV_E_INDEX,
                 ndv_take_along_axis_into(a, list, 0, NDV_MODE_RAISE, NDV_CAST_NO, to));
    CHECK_INT64S(to, -5, -5, -5, -5);
    CHECK_STATUS(NDV_E_INDEX, ndv_set_at(a, NDV_ITEMS(NDV_PICK(list)), values, NDV_CAST_NO));
    CHECK_MESSAGE("index 3 is out of bounds for axis 0 with size 3");
    CHECK_STATUS(NDV_E_INDEX, ndv_set_at_outer(a, NDV_ITEMS(NDV_PICK(list)), values, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_INDEX, ndv_put(a, list, values, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_MESSAGE("position 3 is out of bounds for 3 elements");
    CHECK_STATUS(NDV_E_INDEX,
                 ndv_put_along_axis(a, list, values, 0, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK(same_elements(a, kept));
    /* Also where nothing would be written, and where positions are bad in the second list alone. */
    CHECK_OK(ndv_reshape(list, NDV_DIMS(4, 1), NDV_ORDER_C, NDV_COPY_NEVER, &column));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(1, 0), &copy));
    CHECK_STATUS(NDV_E_INDEX, ndv_set_at(copy, NDV_ITEMS(NDV_PICK(column)), copy, NDV_CAST_NO));
    ndv_release(copy);
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4, 3), &copy));
    CHECK_STATUS(NDV_E_INDEX, ndv_set_at(copy, NDV_ITEMS(NDV_PICK(column), NDV_PICK(list)), values,
                                         NDV_CAST_NO));
    CHECK_MESSAGE("index 3 is out of bounds for axis 1 with size 3");
    ndv_release(copy);
    ndv_release(column);
    ndv_release(kept);
    ndv_release(values);
    ndv_release(to);
    ndv_release(list);
    ndv_release(a);
}

/* ---- Masks ---- */

/* Every third place of `n` is marked, in a mask of `step` bytes from mark to mark. */
static ndv_array *long_mask(int64_t n, int64_t step, ndv_array **owner) {
    ndv_array *mask;
    int64_t i;
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(n * step), 1, owner));
    CHECK_OK(ndv_index_items(*owner, NDV_ITEMS(NDV_BY(-step)), &mask));
    for (i = 0; i < n; i++) CHECK_OK(ndv_set_int64(mask, NDV_DIMS(i), i % 3 == 0));
    return mask;
}

static void masks_of_any_length_and_stride_pick_every_mark(void) {
    static const int64_t lengths[] = {1, 255, 256, 257, 511, 512, 513, 2000};
    static const int64_t steps[] = {1, 3};
    size_t i, s;
    for (i = 0; i < COUNT(lengths); i++)
        for (s = 0; s < COUNT(steps); s++) {
            const int64_t n = lengths[i], marks = (n + 2) / 3, failures = check_state.failures;
            ndv_array *owner, *mask = long_mask(n, steps[s], &owner);
            ndv_array *a, *copy, *columns[1], *by_list;
            int64_t count, k;
            CHECK_OK(ndv_arange(0, n, 1, &a));
            CHECK_OK(ndv_get(a, NDV_ITEMS(NDV_PICK(mask)), &copy));
            CHECK_SHAPE(copy, marks);
            for (k = 0; k < marks; k++) CHECK(model_int64(copy, k, NDV_ORDER_C) == 3 * k);
            CHECK_OK(ndv_count_nonzero(mask, &count));
            CHECK(count == marks);
            CHECK_OK(ndv_nonzero(mask, columns));
            CHECK(same_elements(columns[0], copy));
            CHECK_OK(ndv_get(a, NDV_ITEMS(NDV_PICK(columns[0])), &by_list));
            CHECK(same_elements(by_list, copy));
            ndv_release(by_list);
            CHECK_OK(ndv_compress(a, mask, 0, &by_list));
            CHECK(same_elements(by_list, copy));
            ndv_release(by_list);

            CHECK_OK(ndv_full_int64(NDV_INT64, NDV_NO_DIMS, -1, &by_list));
            CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(mask)), by_list, NDV_CAST_NO));
            for (k = 0; k < n; k++)
                CHECK(model_int64(a, k, NDV_ORDER_C) == (k % 3 == 0 ? -1 : k));
            CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(mask)), copy, NDV_CAST_NO));
            for (k = 0; k < n; k++) CHECK(model_int64(a, k, NDV_ORDER_C) == k);
            ndv_release(by_list);
            ndv_release(columns[0]);
            ndv_release(copy);
            ndv_release(a);
            ndv_release(mask);
            ndv_release(owner);
            if (check_state.failures != failures)
                printf("    %d marks, step %d\n", (int)n, (int)steps[s]);
        }
}

/* a[m, m] of a square is its diagonal where the mask marks; each for itself, the marked rows and
 * columns. */
static void two_long_masks_are_walked_together_or_each_for_itself(void) {
    const int64_t n = 700, marks = 234;
    ndv_array *owner, *mask = long_mask(n, 2, &owner), *one, *a, *copy, *list, *column;
    int64_t i, j, bad = 0;
    one = numbered(NDV_INT64, NDV_DIMS(n, n));
    CHECK_OK(ndv_transpose(one, &a));
    CHECK_OK(ndv_get(a, NDV_ITEMS(NDV_PICK(mask), NDV_PICK(mask)), &copy));
    CHECK_SHAPE(copy, marks);
    for (i = 0; i < marks; i++) bad += model_int64(copy, i, NDV_ORDER_C) != 3 * i * (n + 1);
    CHECK(bad == 0);
    ndv_release(copy);
    CHECK_OK(ndv_get_outer(a, NDV_ITEMS(NDV_PICK(mask), NDV_PICK(mask)), &copy));
    CHECK_SHAPE(copy, marks, marks);
    for (i = 0; i < marks; i++)
        for (j = 0; j < marks; j++)
            bad += model_int64(copy, i * marks + j, NDV_ORDER_C) != 3 * i + 3 * j * n;
    CHECK(bad == 0);
    ndv_release(copy);

    /* One list of marks for each of two lines of positions. */
    CHECK_OK(ndv_arange(0, 2, 1, &list));
    CHECK_OK(ndv_expand_dims(list, 1, &column));
    CHECK_OK(ndv_get(a, NDV_ITEMS(NDV_PICK(column), NDV_PICK(mask)), &copy));
    CHECK_SHAPE(copy, 2, marks);
    for (i = 0; i < 2; i++)
        for (j = 0; j < marks; j++)
            bad += model_int64(copy, i * marks + j, NDV_ORDER_C) != i + 3 * j * n;
    CHECK(bad == 0);
    ndv_release(copy);
    ndv_release(column);
    ndv_release(list);
    ndv_release(a);
    ndv_release(one);
    ndv_release(mask);
    ndv_release(owner);
}

static void a_mask_without_axes_picks_the_whole_array_or_nothing(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 2)), *zero = numbered(NDV_INT64, NDV_NO_DIMS);
    ndv_array *yes, *no, *copy, *seven;
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_NO_DIMS, 1, &yes));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_NO_DIMS, &no));
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_NO_DIMS, 7, &seven));
    CHECK_OK(ndv_get(zero, NDV_ITEMS(NDV_PICK(yes)), &copy));
    CHECK_SHAPE(copy, 1);
    CHECK_INT64S(copy, 0);
    ndv_release(copy);
    CHECK_OK(ndv_get(zero, NDV_ITEMS(NDV_PICK(no)), &copy));
    CHECK_SHAPE(copy, 0);
    ndv_release(copy);
    CHECK_OK(ndv_get(zero, NDV_ITEMS(NDV_PICK(yes), NDV_PICK(no)), &copy));
    CHECK_SHAPE(copy, 0);
    ndv_release(copy);
    CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(no)), seven, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 1, 2, 3);
    CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_REST, NDV_PICK(yes)), seven, NDV_CAST_NO));
    CHECK_INT64S(a, 7, 7, 7, 7);
    CHECK_OK(ndv_put(zero, zero, seven, NDV_MODE_RAISE, NDV_CAST_NO)); /* position 0 of itself */
    CHECK_INT64S(zero, 7);
    ndv_release(seven);
    ndv_release(no);
    ndv_release(yes);
    ndv_release(zero);
    ndv_release(a);
}

static void any_byte_but_zero_marks(void) {
    static const uint8_t bytes[] = {0, 1, 2, 128, 0, 255};
    ndv_array *raw, *mask, *a = numbered(NDV_INT64, NDV_DIMS(6)), *copy;
    int64_t count;
    FROM(NDV_UINT8, bytes, &raw);
    CHECK_OK(ndv_view_as(raw, NDV_BOOL, &mask));
    CHECK_OK(ndv_get(a, NDV_ITEMS(NDV_PICK(mask)), &copy));
    CHECK_INT64S(copy, 1, 2, 3, 5);
    CHECK_OK(ndv_count_nonzero(mask, &count));
    CHECK(count == 4);
    ndv_release(copy);
    ndv_release(mask);
    ndv_release(raw);
    ndv_release(a);
}

/* ---- put takes its values in turn ---- */

static void put_takes_values_in_c_order_and_from_the_first_again(void) {
    static const int64_t where[] = {5, 0, -2, 3, 3};
    const model_source source = {2, {3, 2}, NULL, "10"};
    ndv_array *owner, *a, *list, *values, *none, *square, *t;
    make_source(&source, &owner, &a); /* [[0 2 4] [1 3 5]] */
    FROM(NDV_INT64, where, &list);
    CHECK_OK(ndv_arange(10, 12, 1, &values));
    CHECK_OK(ndv_put(a, list, values, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_INT64S(a, 11, 2, 4, 10, 10, 10);
    CHECK_OK(ndv_slice(values, "0:0", &none));
    CHECK_OK(ndv_put(a, list, none, NDV_MODE_RAISE, NDV_CAST_NO)); /* no values: nothing */
    CHECK_INT64S(a, 11, 2, 4, 10, 10, 10);
    square = numbered(NDV_INT64, NDV_DIMS(2, 2));
    CHECK_OK(ndv_transpose(square, &t)); /* 0 2 1 3 */
    CHECK_OK(ndv_put(a, list, t, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_INT64S(a, 2, 2, 4, 0, 1, 0);
    ndv_release(t);
    ndv_release(square);
    ndv_release(none);
    ndv_release(values);
    ndv_release(list);
    ndv_release(a);
    ndv_release(owner);
}

/* ---- Whatever shares memory ---- */

enum { ARENA = 7, PART = 3 };

/* Every view of three elements of an arena of seven. */
static int32_t parts_of(const ndv_array *arena, ndv_array **parts) {
    int64_t start, step;
    int32_t count = 0;
    ndv_index item;
    for (step = -3; step <= 3; step++)
        for (start = 0; start < ARENA; start++) {
            const int64_t last = start + (PART - 1) * step, stop = last + (step < 0 ? -1 : 1);
            if (step == 0 || last < 0 || last >= ARENA) continue;
            item = NDV_STEPS(start, stop, step);
            if (stop < 0) item.flags &= ~NDV_INDEX_HAS_STOP; /* -1 would be the last one */
            CHECK_OK(ndv_index_items(arena, 1, &item, &parts[count++]));
        }
    return count;
}

static const int64_t scrambled[ARENA] = {3, 0, 6, 1, 5, 2, 4};

static ndv_status write_shared(int way, ndv_array *a, const ndv_array *list, ndv_array *part) {
    switch (way) {
    case 0: return ndv_set_at(a, NDV_ITEMS(NDV_PICK(list)), part, NDV_CAST_NO);
    case 1: return ndv_set_at_outer(a, NDV_ITEMS(NDV_PICK(list)), part, NDV_CAST_NO);
    case 2: return ndv_put(a, list, part, NDV_MODE_RAISE, NDV_CAST_NO);
    case 3: return ndv_put_along_axis(a, list, part, 0, NDV_MODE_CLIP, NDV_CAST_SAME_VALUE);
    case 4: return ndv_get_into(a, NDV_ITEMS(NDV_PICK(list)), NDV_CAST_NO, part);
    case 5: return ndv_get_outer_into(a, NDV_ITEMS(NDV_PICK(list)), NDV_CAST_SAME_VALUE, part);
    case 6: return ndv_take_array_into(a, list, 0, NDV_MODE_CLIP, NDV_CAST_NO, part);
    case 7: return ndv_take_array_into(a, list, NDV_ALL_AXES, NDV_MODE_WRAP, NDV_CAST_NO, part);
    default: return ndv_take_along_axis_into(a, list, 0, NDV_MODE_RAISE, NDV_CAST_NO, part);
    }
}

/* Array, positions and values, or positions and destination, are parts of the same seven numbers,
 * whose values are positions of each other. */
static void lists_values_and_destinations_may_share_memory_with_the_array(void) {
    ndv_array *arena, *parts[64], *list, *value, *before, *whole[2];
    int32_t count, i, j;
    int way, turned;
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(ARENA), scrambled, &arena));
    count = parts_of(arena, parts);
    CHECK(count == 18);
    CHECK_OK(ndv_view(arena, &whole[0]));
    CHECK_OK(ndv_flip(arena, 0, NULL, &whole[1]));
    CHECK_OK(ndv_copy(arena, NDV_ORDER_C, &before));
    for (i = 0; i < count; i++)
        for (j = 0; j < count; j++)
            for (turned = 0; turned < 2; turned++)
                for (way = 0; way < 9; way++) {
                    int64_t positions[PART], values[PART], expected[ARENA], n;
                    const int64_t failures = check_state.failures;
                    CHECK_OK(ndv_set(arena, before, NDV_CAST_NO));
                    for (n = 0; n < PART; n++) {
                        positions[n] = model_int64(parts[i], n, NDV_ORDER_C);
                        values[n] = way < 4
                                        ? model_int64(parts[j], n, NDV_ORDER_C)
                                        : model_int64(whole[turned], positions[n], NDV_ORDER_C);
                    }
                    memcpy(expected, scrambled, sizeof expected);
                    for (n = 0; n < PART; n++) {
                        const unsigned char *at =
                            way < 4 ? model_element(whole[turned], positions[n], NDV_ORDER_C)
                                    : model_element(parts[j], n, NDV_ORDER_C);
                        expected[(at - model_data(arena)) / 8] = values[n];
                    }
                    list = parts[i];
                    value = parts[j];
                    CHECK_OK(write_shared(way, whole[turned], list, value));
                    CHECK(has_values(arena, ARENA, expected));
                    if (check_state.failures != failures)
                        printf("    way %d, parts %d and %d, turned %d\n", way, i, j, turned);
                }
    for (i = 0; i < count; i++) ndv_release(parts[i]);
    ndv_release(before);
    ndv_release(whole[0]);
    ndv_release(whole[1]);
    ndv_release(arena);
}

/* The same with bools, where the mask, the array and one value share memory. */
static void masks_may_share_memory_with_the_array(void) {
    static const uint8_t start[ARENA] = {1, 0, 1, 1, 0, 0, 1};
    ndv_array *arena, *parts[64], *before, *one, *a;
    int32_t count, i, j, k;
    CHECK_OK(ndv_from_data(NDV_BOOL, NDV_DIMS(ARENA), start, &arena));
    CHECK_OK(ndv_copy(arena, NDV_ORDER_C, &before));
    count = parts_of(arena, parts);
    for (i = 0; i < count; i++)
        for (j = 0; j < count; j++)
            for (k = 0; k < ARENA; k++) {
                const int64_t failures = check_state.failures;
                uint8_t expected[ARENA];
                int64_t n, marks = 0;
                a = parts[i];
                CHECK_OK(ndv_set(arena, before, NDV_CAST_NO));
                CHECK_OK(ndv_index_items(arena, NDV_ITEMS(NDV_AT(k)), &one));
                memcpy(expected, start, sizeof expected);
                for (n = 0; n < PART; n++)
                    if (*model_element(parts[j], n, NDV_ORDER_C) != 0)
                        expected[model_element(a, n, NDV_ORDER_C) - model_data(arena)] = start[k];
                CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(parts[j])), one, NDV_CAST_NO));
                CHECK(memcmp(model_data(arena), expected, ARENA) == 0);
                ndv_release(one);

                /* The marked ones to the first places of the arena. */
                CHECK_OK(ndv_set(arena, before, NDV_CAST_NO));
                memcpy(expected, start, sizeof expected);
                for (n = 0; n < PART; n++)
                    if (*model_element(parts[j], n, NDV_ORDER_C) != 0)
                        expected[marks++] = *model_element(a, n, NDV_ORDER_C);
                CHECK_OK(ndv_index_items(arena, NDV_ITEMS(NDV_UNTIL(marks)), &one));
                if (k % 2 == 0)
                    CHECK_OK(ndv_compress_into(a, parts[j], 0, NDV_CAST_NO, one));
                else
                    CHECK_OK(ndv_get_into(a, NDV_ITEMS(NDV_PICK(parts[j])), NDV_CAST_NO, one));
                CHECK(memcmp(model_data(arena), expected, ARENA) == 0);
                ndv_release(one);
                if (check_state.failures != failures)
                    printf("    parts %d and %d, value %d\n", i, j, k);
            }
    for (i = 0; i < count; i++) ndv_release(parts[i]);
    ndv_release(before);
    ndv_release(arena);
}

/* Two axes over seven numbers: element (i, j) lies at i + j. */
static void targets_that_overlap_themselves_are_written_in_c_order(void) {
    static const int64_t strides[] = {8, 8}, rows[] = {1, 0, 1};
    int64_t memory[8] = {0};
    ndv_array *a, *list, *mask, *values, *row;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3, 4), strides,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK((ndv_flags(a) & NDV_OVERLAPPING) != 0);
    FROM(NDV_INT64, rows, &list);
    values = numbered(NDV_INT64, NDV_DIMS(3, 4));
    CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(list)), values, NDV_CAST_NO));
    /* row 1: 0 1 2 3; row 0: 4 5 6 7; row 1 again: 8 9 10 11 */
    CHECK(memory[0] == 4 && memory[1] == 8 && memory[2] == 9 && memory[3] == 10 && memory[4] == 11);
    CHECK(memory[5] == 0);
    ndv_release(values);

    /* The lists' axis is the second: row by row, whatever the lists pick. */
    values = numbered(NDV_INT64, NDV_DIMS(3, 3));
    CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_ALL, NDV_PICK(list)), values, NDV_CAST_NO));
    /* (0, 1) (0, 0) (0, 1) are at 1 0 1; then 2 1 2; then 3 2 3 */
    CHECK(memory[0] == 1 && memory[1] == 4 && memory[2] == 7 && memory[3] == 8 && memory[4] == 11);
    ndv_release(values);

    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(4), 1, &mask));
    CHECK_OK(ndv_set_int64(mask, NDV_DIMS(2), 0));
    values = numbered(NDV_INT64, NDV_DIMS(3, 3));
    CHECK_OK(ndv_set_at_outer(a, NDV_ITEMS(NDV_ALL, NDV_PICK(mask)), values, NDV_CAST_NO));
    /* at 0 1 3, 1 2 4, 2 3 5 */
    CHECK(memory[0] == 0 && memory[1] == 3 && memory[2] == 6 && memory[3] == 7 && memory[4] == 5 &&
          memory[5] == 8);
    ndv_release(values);

    /* A destination that overlaps itself. */
    values = numbered(NDV_INT64, NDV_DIMS(4, 3));
    CHECK_OK(ndv_transpose(values, &row));
    CHECK_OK(ndv_take_array_into(row, list, 0, NDV_MODE_RAISE, NDV_CAST_NO, a));
    /* rows 1 0 1 of [[0 3 6 9] [1 4 7 10] ...] */
    CHECK(memory[0] == 1 && memory[1] == 0 && memory[2] == 1 && memory[3] == 4 && memory[4] == 7 &&
          memory[5] == 10);
    ndv_release(row);
    ndv_release(values);
    ndv_release(mask);
    ndv_release(list);
    ndv_release(a);
}

/* ---- 64 axes ---- */

static void lists_and_masks_work_on_64_axes_and_refuse_more(void) {
    static const int64_t first[] = {0};
    ndv_index items[130];
    int64_t shape[64];
    ndv_array *a, *list, *mask, *copy, *pair, *columns[64];
    int i;
    for (i = 0; i < 64; i++) shape[i] = i == 63 ? 3 : 1;
    a = numbered(NDV_INT64, 64, shape);
    FROM(NDV_INT64, first, &list);
    for (i = 0; i < 130; i++) items[i] = NDV_PICK(list);
    items[63] = NDV_BY(-2);
    CHECK_OK(ndv_get(a, 64, items, &copy));
    CHECK_SHAPE(copy, 1, 2);
    CHECK_INT64S(copy, 2, 0);
    ndv_release(copy);
    CHECK_OK(ndv_get_outer(a, 64, items, &copy));
    CHECK(ndv_ndim(copy) == 64);
    CHECK_INT64S(copy, 2, 0);
    ndv_release(copy);
    CHECK_OK(ndv_take_array(a, list, 63, NDV_MODE_RAISE, &copy));
    CHECK(ndv_ndim(copy) == 64 && ndv_size(copy) == 1);
    ndv_release(copy);
    CHECK_OK(ndv_expand_dims(list, 0, &pair));
    CHECK_REFUSED(NDV_E_NDIM, copy, ndv_take_array(a, pair, 0, NDV_MODE_RAISE, &copy));
    CHECK_MESSAGE("65 axes");
    CHECK_REFUSED(NDV_E_NDIM, copy, ndv_get(a, NDV_ITEMS(NDV_PICK(pair)), &copy));
    CHECK_REFUSED(NDV_E_NDIM, copy, ndv_get_outer(a, NDV_ITEMS(NDV_PICK(pair)), &copy));
    CHECK_STATUS(NDV_E_NDIM, ndv_set_at(a, NDV_ITEMS(NDV_PICK(pair)), list, NDV_CAST_NO));
    CHECK_REFUSED(NDV_E_NDIM, copy, ndv_get(a, NDV_ITEMS(NDV_NEW_AXIS, NDV_REST), &copy));
    CHECK_OK(ndv_take_array(a, pair, NDV_ALL_AXES, NDV_MODE_RAISE, &copy));
    CHECK_SHAPE(copy, 1, 1);
    ndv_release(copy);
    ndv_release(pair);
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, copy, ndv_get(a, 65, items, &copy));
    CHECK_MESSAGE("65 indices for an array of 64 axes");
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, copy, ndv_get(a, 130, items, &copy));
    CHECK_MESSAGE("130 items");

    /* Masks of no axes, and more of them than there can be lists. */
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_NO_DIMS, 1, &mask));
    for (i = 0; i < 130; i++) items[i] = NDV_PICK(mask);
    CHECK_OK(ndv_get(list, 64, items, &copy));
    CHECK_SHAPE(copy, 1, 1);
    ndv_release(copy);
    CHECK_REFUSED(NDV_E_INDEX_ITEMS, copy, ndv_get(list, 65, items, &copy));
    ndv_release(mask);

    CHECK_OK(ndv_zeros(NDV_BOOL, 64, shape, &mask));
    CHECK_OK(ndv_fill_int64(mask, 1));
    CHECK_OK(ndv_get(a, NDV_ITEMS(NDV_PICK(mask)), &copy));
    CHECK_INT64S(copy, 0, 1, 2);
    ndv_release(copy);
    CHECK_OK(ndv_nonzero(mask, columns));
    CHECK_INT64S(columns[63], 0, 1, 2);
    for (i = 0; i < 64; i++) ndv_release(columns[i]);
    CHECK_OK(ndv_argwhere(mask, &copy));
    CHECK_SHAPE(copy, 3, 64);
    ndv_release(copy);
    CHECK_OK(ndv_zeros(NDV_INT8, 64, shape, &copy));
    CHECK_OK(ndv_take_along_axis(a, copy, 63, NDV_MODE_RAISE, &pair));
    CHECK_INT64S(pair, 0, 0, 0);
    ndv_release(pair);
    ndv_release(copy);
    ndv_release(mask);
    ndv_release(list);
    ndv_release(a);
}

/* 2**64 elements wrap to none. */
static void writes_of_more_elements_than_there_are_numbers_are_refused(void) {
    const int64_t many = 1 << 16;
    ndv_array *a = numbered(NDV_INT8, NDV_DIMS(2, 2, 2, 2)), *zero, *lists[4], *copy;
    int i;
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_NO_DIMS, &zero));
    for (i = 0; i < 4; i++) {
        int64_t shape[4] = {1, 1, 1, 1};
        shape[i] = many;
        CHECK_OK(ndv_broadcast_to(zero, 4, shape, &lists[i]));
    }
    CHECK_REFUSED(NDV_E_OVERFLOW, copy,
                  ndv_get(a, NDV_ITEMS(NDV_PICK(lists[0]), NDV_PICK(lists[1]), NDV_PICK(lists[2]),
                                       NDV_PICK(lists[3])),
                          &copy));
    CHECK_STATUS(NDV_E_OVERFLOW,
                 ndv_set_at(a, NDV_ITEMS(NDV_PICK(lists[0]), NDV_PICK(lists[1]), NDV_PICK(lists[2]),
                                         NDV_PICK(lists[3])),
                            zero, NDV_CAST_NO));
    CHECK_MESSAGE("(65536, 65536, 65536, 65536)");
    for (i = 0; i < 4; i++) ndv_release(lists[i]);
    ndv_release(zero);
    ndv_release(a);
}

/* ---- What is refused ---- */

/* Everything that a call may be given, in one place. */
static struct {
    ndv_array *a, *flat, *readonly, *list, *two, *mask, *square_mask, *floats, *values, *to, *wrong,
        *narrow;
    ndv_index of_list, of_nothing;
} given;

static void make_given(void) {
    static const int64_t positions[] = {1, 0, 1};
    given.a = numbered(NDV_INT64, NDV_DIMS(2, 3));
    given.flat = numbered(NDV_INT64, NDV_DIMS(3));
    CHECK_OK(ndv_readonly(given.a, &given.readonly));
    FROM(NDV_INT64, positions, &given.list);
    CHECK_OK(ndv_expand_dims(given.list, 0, &given.two));
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(2), 1, &given.mask));
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(2, 2), 1, &given.square_mask));
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(3), &given.floats));
    CHECK_OK(ndv_full_double(NDV_FLOAT64, NDV_DIMS(3), 0.5, &given.values));
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_DIMS(3, 3), -1, &given.to));
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_DIMS(7), -1, &given.wrong));
    CHECK_OK(ndv_full_int64(NDV_INT8, NDV_DIMS(3, 3), -1, &given.narrow));
    given.of_list = NDV_PICK(given.list);
    given.of_nothing = NDV_PICK(NULL);
}

static void release_given(void) {
    ndv_array **const all[] = {&given.a,      &given.flat,        &given.readonly, &given.list,
                               &given.two,    &given.mask,        &given.square_mask,
                               &given.floats, &given.values,      &given.to,       &given.wrong,
                               &given.narrow};
    size_t i;
    CHECK_INT64S(given.a, 0, 1, 2, 3, 4, 5); /* nothing has been written */
    CHECK_INT64S(given.to, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    CHECK_INT64S(given.wrong, -1, -1, -1, -1, -1, -1, -1);
    CHECK_INT64S(given.narrow, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    for (i = 0; i < COUNT(all); i++) ndv_release(*all[i]);
}

#define LIST NDV_ITEMS(NDV_PICK(given.list))

static void every_pointer_is_checked_in_its_turn(void) {
    ndv_array *r, *many[2];
    const int64_t zero = 0;
    int64_t count = 7;
    make_given();
#define TAKES_NULL(what, result, call)                                                             \
    do {                                                                                           \
        CHECK_REFUSED(NDV_E_NULL, result, call);                                                   \
        CHECK_MESSAGE(what " is NULL");                                                            \
    } while (0)
#define FAILS_ON_NULL(what, call)                                                                  \
    do {                                                                                           \
        CHECK_STATUS(NDV_E_NULL, call);                                                            \
        CHECK_MESSAGE(what " is NULL");                                                            \
    } while (0)
    TAKES_NULL("array", r, ndv_get(NULL, LIST, &r));
    TAKES_NULL("items", r, ndv_get(given.a, 1, NULL, &r));
    TAKES_NULL("the array of an index item", r, ndv_get(given.a, 1, &given.of_nothing, &r));
    FAILS_ON_NULL("the place for the result", ndv_get(given.a, LIST, NULL));
    TAKES_NULL("array", r, ndv_get_outer(NULL, LIST, &r));
    TAKES_NULL("items", r, ndv_get_outer(given.a, 1, NULL, &r));
    TAKES_NULL("the array of an index item", r, ndv_get_outer(given.a, 1, &given.of_nothing, &r));
    FAILS_ON_NULL("the place for the result", ndv_get_outer(given.a, LIST, NULL));
    FAILS_ON_NULL("array", ndv_get_into(NULL, LIST, NDV_CAST_NO, given.to));
    FAILS_ON_NULL("items", ndv_get_into(given.a, 1, NULL, NDV_CAST_NO, given.to));
    FAILS_ON_NULL("destination", ndv_get_into(given.a, LIST, NDV_CAST_NO, NULL));
    FAILS_ON_NULL("array", ndv_get_outer_into(NULL, LIST, NDV_CAST_NO, given.to));
    FAILS_ON_NULL("items", ndv_get_outer_into(given.a, 1, NULL, NDV_CAST_NO, given.to));
    FAILS_ON_NULL("destination", ndv_get_outer_into(given.a, LIST, NDV_CAST_NO, NULL));
    TAKES_NULL("array", r, ndv_take(NULL, 1, &zero, 0, &r));
    TAKES_NULL("positions", r, ndv_take(given.a, 1, NULL, 0, &r));
    FAILS_ON_NULL("the place for the result", ndv_take(given.a, 1, &zero, 0, NULL));
    TAKES_NULL("array", r, ndv_take_array(NULL, given.list, 0, NDV_MODE_RAISE, &r));
    TAKES_NULL("positions", r, ndv_take_array(given.a, NULL, 0, NDV_MODE_RAISE, &r));
    FAILS_ON_NULL("the place for the result",
                  ndv_take_array(given.a, given.list, 0, NDV_MODE_RAISE, NULL));
    FAILS_ON_NULL("array", ndv_take_array_into(NULL, given.list, 0, NDV_MODE_RAISE, NDV_CAST_NO,
                                               given.to));
    FAILS_ON_NULL("positions",
                  ndv_take_array_into(given.a, NULL, 0, NDV_MODE_RAISE, NDV_CAST_NO, given.to));
    FAILS_ON_NULL("destination", ndv_take_array_into(given.a, given.list, 0, NDV_MODE_RAISE,
                                                     NDV_CAST_NO, NULL));
    TAKES_NULL("array", r, ndv_take_along_axis(NULL, given.two, 0, NDV_MODE_RAISE, &r));
    TAKES_NULL("positions", r, ndv_take_along_axis(given.a, NULL, 0, NDV_MODE_RAISE, &r));
    FAILS_ON_NULL("the place for the result",
                  ndv_take_along_axis(given.a, given.two, 0, NDV_MODE_RAISE, NULL));
    FAILS_ON_NULL("array", ndv_take_along_axis_into(NULL, given.two, 0, NDV_MODE_RAISE,
                                                    NDV_CAST_NO, given.to));
    FAILS_ON_NULL("positions", ndv_take_along_axis_into(given.a, NULL, 0, NDV_MODE_RAISE,
                                                        NDV_CAST_NO, given.to));
    FAILS_ON_NULL("destination", ndv_take_along_axis_into(given.a, given.two, 0, NDV_MODE_RAISE,
                                                          NDV_CAST_NO, NULL));
    TAKES_NULL("array", r, ndv_compress(NULL, given.mask, 0, &r));
    TAKES_NULL("mask", r, ndv_compress(given.a, NULL, 0, &r));
    FAILS_ON_NULL("the place for the result", ndv_compress(given.a, given.mask, 0, NULL));
    FAILS_ON_NULL("array", ndv_compress_into(NULL, given.mask, 0, NDV_CAST_NO, given.to));
    FAILS_ON_NULL("mask", ndv_compress_into(given.a, NULL, 0, NDV_CAST_NO, given.to));
    FAILS_ON_NULL("destination", ndv_compress_into(given.a, given.mask, 0, NDV_CAST_NO, NULL));
    FAILS_ON_NULL("array", ndv_count_nonzero(NULL, &count));
    CHECK(count == 0);
    FAILS_ON_NULL("the place for the result", ndv_count_nonzero(given.a, NULL));
    many[0] = many[1] = model_poison();
    FAILS_ON_NULL("array", ndv_nonzero(NULL, many)); /* and so nothing says how many to set */
    FAILS_ON_NULL("positions", ndv_nonzero(given.a, NULL));
    TAKES_NULL("array", r, ndv_argwhere(NULL, &r));
    FAILS_ON_NULL("the place for the result", ndv_argwhere(given.a, NULL));

    FAILS_ON_NULL("array", ndv_set_at(NULL, LIST, given.flat, NDV_CAST_NO));
    FAILS_ON_NULL("items", ndv_set_at(given.a, 1, NULL, given.flat, NDV_CAST_NO));
    FAILS_ON_NULL("the array of an index item",
                  ndv_set_at(given.a, 1, &given.of_nothing, given.flat, NDV_CAST_NO));
    FAILS_ON_NULL("source", ndv_set_at(given.a, LIST, NULL, NDV_CAST_NO));
    FAILS_ON_NULL("array", ndv_set_at_outer(NULL, LIST, given.flat, NDV_CAST_NO));
    FAILS_ON_NULL("items", ndv_set_at_outer(given.a, 1, NULL, given.flat, NDV_CAST_NO));
    FAILS_ON_NULL("source", ndv_set_at_outer(given.a, LIST, NULL, NDV_CAST_NO));
    FAILS_ON_NULL("array", ndv_put(NULL, given.list, given.flat, NDV_MODE_RAISE, NDV_CAST_NO));
    FAILS_ON_NULL("positions", ndv_put(given.a, NULL, given.flat, NDV_MODE_RAISE, NDV_CAST_NO));
    FAILS_ON_NULL("values", ndv_put(given.a, given.list, NULL, NDV_MODE_RAISE, NDV_CAST_NO));
    FAILS_ON_NULL("array", ndv_put_along_axis(NULL, given.two, given.flat, 0, NDV_MODE_RAISE,
                                              NDV_CAST_NO));
    FAILS_ON_NULL("positions", ndv_put_along_axis(given.a, NULL, given.flat, 0, NDV_MODE_RAISE,
                                                  NDV_CAST_NO));
    FAILS_ON_NULL("source",
                  ndv_put_along_axis(given.a, given.two, NULL, 0, NDV_MODE_RAISE, NDV_CAST_NO));
    release_given();
}

static void modes_and_rules_are_checked(void) {
    static const int32_t no_modes[] = {0, -1, 59, 63, NDV_CAST_NO, INT32_MIN};
    static const int32_t no_rules[] = {0, 19, 26, NDV_MODE_RAISE, INT32_MAX};
    ndv_array *r;
    size_t i;
    make_given();
    for (i = 0; i < COUNT(no_modes); i++) {
        const int32_t mode = no_modes[i];
        CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_take_array(given.a, given.list, 0, mode, &r));
        CHECK_MESSAGE("the mode ");
        CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_take_along_axis(given.a, given.two, 0, mode, &r));
        CHECK_STATUS(NDV_E_ARGUMENT,
                     ndv_take_array_into(given.a, given.list, 0, mode, NDV_CAST_NO, given.to));
        CHECK_STATUS(NDV_E_ARGUMENT,
                     ndv_take_along_axis_into(given.a, given.two, 0, mode, NDV_CAST_NO, given.to));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_put(given.a, given.list, given.flat, mode, NDV_CAST_NO));
        CHECK_STATUS(NDV_E_ARGUMENT,
                     ndv_put_along_axis(given.a, given.two, given.flat, 0, mode, NDV_CAST_NO));
    }
    for (i = 0; i < COUNT(no_rules); i++) {
        const int32_t rule = no_rules[i];
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_get_into(given.a, LIST, rule, given.to));
        CHECK_MESSAGE("the casting rule ");
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_get_outer_into(given.a, LIST, rule, given.to));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_take_array_into(given.a, given.list, 0, NDV_MODE_RAISE,
                                                         rule, given.to));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_take_along_axis_into(given.a, given.two, 0,
                                                              NDV_MODE_RAISE, rule, given.to));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_compress_into(given.a, given.mask, 0, rule, given.to));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_set_at(given.a, LIST, given.flat, rule));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_set_at_outer(given.a, LIST, given.flat, rule));
        CHECK_STATUS(NDV_E_ARGUMENT,
                     ndv_put(given.a, given.list, given.flat, NDV_MODE_RAISE, rule));
        CHECK_STATUS(NDV_E_ARGUMENT,
                     ndv_put_along_axis(given.a, given.two, given.flat, 0, NDV_MODE_RAISE, rule));
    }
    release_given();
}

static void an_index_that_means_nothing_is_refused(void) {
    const struct {
        const char *message;
        ndv_status status;
        int32_t count;
        ndv_index items[3];
    } *c, cases[] = {
        {"the number of items -1", NDV_E_ARGUMENT, -1, {NDV_ALL}},
        {"the number of items -2147483648", NDV_E_ARGUMENT, INT32_MIN, {NDV_ALL}},
        {"3 indices for an array of 2 axes", NDV_E_INDEX_ITEMS, 3, {NDV_ALL, NDV_ALL, NDV_AT(0)}},
        {"an index may hold one ellipsis, not 2", NDV_E_INDEX_ITEMS, 2, {NDV_REST, NDV_REST}},
        {"index 2 is out of bounds for axis 0 with size 2", NDV_E_INDEX, 1, {NDV_AT(2)}},
        {"the step of the slice of axis 1 is zero", NDV_E_STEP, 2, {NDV_ALL, NDV_BY(0)}},
        {"item 1: kind 9", NDV_E_ARGUMENT, 2, {NDV_ALL, NDV_ITEM(9, 0, 0, 0, 0)}},
        {"item 0: flags 64", NDV_E_ARGUMENT, 1, {NDV_ITEM(NDV_INDEX_SLICE, 64, 0, 0, 0)}},
    };
    ndv_array *a, *list, *pair, *floats, *mask, *square, *r;
    static const int64_t three[] = {0, 1, 0};
    size_t i;
    ndv_index item;
    a = numbered(NDV_INT64, NDV_DIMS(2, 3));
    FROM(NDV_INT64, three, &list);
    CHECK_OK(ndv_slice(list, ":2", &pair));
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(3), &floats));
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(3), 1, &mask));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(2, 2), &square));
    for (i = 0; i < COUNT(cases); i++) {
        c = &cases[i];
        CHECK_REFUSED(c->status, r, ndv_get(a, c->count, c->items, &r));
        CHECK_MESSAGE(c->message);
        CHECK_REFUSED(c->status, r, ndv_get_outer(a, c->count, c->items, &r));
        CHECK_MESSAGE(c->message);
        CHECK_STATUS(c->status, ndv_get_into(a, c->count, c->items, NDV_CAST_NO, list));
        CHECK_STATUS(c->status, ndv_get_outer_into(a, c->count, c->items, NDV_CAST_NO, list));
        CHECK_STATUS(c->status, ndv_set_at(a, c->count, c->items, list, NDV_CAST_NO));
        CHECK_STATUS(c->status, ndv_set_at_outer(a, c->count, c->items, list, NDV_CAST_NO));
    }
    item = NDV_PICK(list);
    item.struct_size--;
    CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_get(a, 1, &item, &r));
    CHECK_MESSAGE("struct_size");

#define REFUSES(status, message, ...)                                                              \
    do {                                                                                           \
        CHECK_REFUSED(status, r, ndv_get(a, NDV_ITEMS(__VA_ARGS__), &r));                          \
        CHECK_MESSAGE(message);                                                                    \
        CHECK_STATUS(status, ndv_get_into(a, NDV_ITEMS(__VA_ARGS__), NDV_CAST_NO, list));          \
        CHECK_STATUS(status, ndv_set_at(a, NDV_ITEMS(__VA_ARGS__), list, NDV_CAST_NO));            \
        CHECK_MESSAGE(message);                                                                    \
    } while (0)
#define REFUSES_OUTER(status, message, ...)                                                        \
    do {                                                                                           \
        CHECK_REFUSED(status, r, ndv_get_outer(a, NDV_ITEMS(__VA_ARGS__), &r));                    \
        CHECK_MESSAGE(message);                                                                    \
        CHECK_STATUS(status, ndv_get_outer_into(a, NDV_ITEMS(__VA_ARGS__), NDV_CAST_NO, list));    \
        CHECK_STATUS(status, ndv_set_at_outer(a, NDV_ITEMS(__VA_ARGS__), list, NDV_CAST_NO));      \
        CHECK_MESSAGE(message);                                                                    \
    } while (0)
    REFUSES(NDV_E_DTYPE, "float32", NDV_PICK(floats));
    REFUSES_OUTER(NDV_E_DTYPE, "float32", NDV_ALL, NDV_PICK(floats));
    REFUSES(NDV_E_SHAPE, "the mask has 3 elements along axis 0, which has 2", NDV_PICK(mask));
    REFUSES_OUTER(NDV_E_SHAPE, "3 elements along axis 0, which has 2", NDV_PICK(mask));
    REFUSES(NDV_E_SHAPE, "the mask has 2 elements along axis 1, which has 3", NDV_PICK(square));
    REFUSES(NDV_E_INDEX_ITEMS, "3 indices for an array of 2 axes", NDV_PICK(square), NDV_AT(0));
    REFUSES_OUTER(NDV_E_INDEX_ITEMS, "3 indices", NDV_PICK(square), NDV_AT(0));
    REFUSES(NDV_E_BROADCAST, "axis 0", NDV_PICK(list), NDV_PICK(pair));
    REFUSES(NDV_E_BROADCAST, "axis 0", NDV_PICK(pair), NDV_PICK(mask));
    REFUSES(NDV_E_INDEX, "index 3 is out of bounds for axis 1 with size 3", NDV_PICK(list),
            NDV_AT(3));
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5);
    CHECK_INT64S(list, 0, 1, 0);
    ndv_release(square);
    ndv_release(mask);
    ndv_release(floats);
    ndv_release(pair);
    ndv_release(list);
    ndv_release(a);
}

static void lists_of_a_wrong_type_or_rank_are_refused(void) {
    ndv_array *r;
    make_given();
    CHECK_REFUSED(NDV_E_DTYPE, r, ndv_take_array(given.a, given.floats, 0, NDV_MODE_RAISE, &r));
    CHECK_MESSAGE("the list of positions is of type float32");
    CHECK_REFUSED(NDV_E_DTYPE, r, ndv_take_array(given.a, given.mask, 0, NDV_MODE_WRAP, &r));
    CHECK_MESSAGE("bool"); /* a mask is no list of positions here */
    CHECK_REFUSED(NDV_E_DTYPE, r,
                  ndv_take_along_axis(given.a, given.square_mask, 0, NDV_MODE_RAISE, &r));
    CHECK_STATUS(NDV_E_DTYPE, ndv_take_array_into(given.a, given.floats, 0, NDV_MODE_RAISE,
                                                  NDV_CAST_NO, given.to));
    CHECK_STATUS(NDV_E_DTYPE, ndv_put(given.a, given.floats, given.flat, NDV_MODE_RAISE,
                                      NDV_CAST_NO));
    CHECK_STATUS(NDV_E_DTYPE, ndv_put_along_axis(given.flat, given.floats, given.flat, 0,
                                                 NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_take_along_axis(given.a, given.list, 0, NDV_MODE_RAISE, &r));
    CHECK_MESSAGE("the list of positions has 1 axes, it must have 2");
    CHECK_STATUS(NDV_E_SHAPE, ndv_take_along_axis_into(given.a, given.list, 0, NDV_MODE_RAISE,
                                                       NDV_CAST_NO, given.to));
    CHECK_STATUS(NDV_E_SHAPE, ndv_put_along_axis(given.a, given.list, given.flat, 0,
                                                 NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_compress(given.a, given.square_mask, 0, &r));
    CHECK_MESSAGE("the mask has 2 axes, it must have 1");
    CHECK_REFUSED(NDV_E_CAST, r, ndv_compress(given.a, given.list, 0, &r));
    CHECK_STATUS(NDV_E_CAST, ndv_compress_into(given.a, given.list, 0, NDV_CAST_NO, given.to));

    CHECK_REFUSED(NDV_E_AXIS, r, ndv_take_array(given.a, given.list, 2, NDV_MODE_RAISE, &r));
    CHECK_MESSAGE("axis 2 is out of range for 2 axes");
    CHECK_REFUSED(NDV_E_AXIS, r, ndv_take_array(given.a, given.list, -3, NDV_MODE_RAISE, &r));
    CHECK_REFUSED(NDV_E_AXIS, r, ndv_take_along_axis(given.a, given.two, 2, NDV_MODE_RAISE, &r));
    CHECK_REFUSED(NDV_E_AXIS, r,
                  ndv_take_along_axis(given.a, given.two, NDV_ALL_AXES, NDV_MODE_RAISE, &r));
    CHECK_STATUS(NDV_E_AXIS, ndv_put_along_axis(given.a, given.two, given.flat, -3,
                                                NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_AXIS, ndv_compress_into(given.a, given.mask, 2, NDV_CAST_NO, given.to));
    CHECK_STATUS(NDV_E_AXIS, ndv_take_array_into(given.a, given.list, 2, NDV_MODE_RAISE,
                                                 NDV_CAST_NO, given.to));
    CHECK_STATUS(NDV_E_AXIS, ndv_take_along_axis_into(given.a, given.two, 2, NDV_MODE_RAISE,
                                                      NDV_CAST_NO, given.to));
    /* The axes that are not picked from are broadcast, or are not. */
    CHECK_REFUSED(NDV_E_BROADCAST, r,
                  ndv_take_along_axis(given.a, given.to, 1, NDV_MODE_RAISE, &r));
    CHECK_MESSAGE("axis 0");
    CHECK_STATUS(NDV_E_BROADCAST, ndv_put_along_axis(given.a, given.to, given.flat, 1,
                                                     NDV_MODE_RAISE, NDV_CAST_NO));
    release_given();
}

static void destinations_and_sources_are_checked(void) {
    ndv_array *readonly;
    make_given();
    CHECK_OK(ndv_readonly(given.to, &readonly));
#define REFUSES_INTO(status, message, casting, to)                                                 \
    do {                                                                                           \
        CHECK_STATUS(status, ndv_get_into(given.a, LIST, casting, to));                            \
        CHECK_MESSAGE(message);                                                                    \
        CHECK_STATUS(status, ndv_get_outer_into(given.a, LIST, casting, to));                      \
        CHECK_STATUS(status, ndv_take_array_into(given.a, given.list, 0, NDV_MODE_RAISE, casting,  \
                                                 to));                                             \
        CHECK_MESSAGE(message);                                                                    \
    } while (0)
    REFUSES_INTO(NDV_E_READONLY, "read-only", NDV_CAST_NO, readonly);
    REFUSES_INTO(NDV_E_SHAPE, "the destination has shape (7,), the result has shape (3, 3)",
                 NDV_CAST_NO, given.wrong);
    REFUSES_INTO(NDV_E_SHAPE, "(3,)", NDV_CAST_NO, given.flat); /* it is not broadcast */
    REFUSES_INTO(NDV_E_CAST, "int64", NDV_CAST_SAFE, given.narrow);
    CHECK_STATUS(NDV_E_READONLY, ndv_take_along_axis_into(given.a, given.two, 0, NDV_MODE_RAISE,
                                                          NDV_CAST_NO, readonly));
    CHECK_STATUS(NDV_E_SHAPE, ndv_take_along_axis_into(given.a, given.two, 0, NDV_MODE_RAISE,
                                                       NDV_CAST_NO, given.wrong));
    CHECK_STATUS(NDV_E_READONLY,
                 ndv_compress_into(given.a, given.mask, 0, NDV_CAST_NO, readonly));
    CHECK_STATUS(NDV_E_SHAPE, ndv_compress_into(given.a, given.mask, 0, NDV_CAST_NO, given.wrong));
    CHECK_STATUS(NDV_E_CAST, ndv_compress_into(given.values, given.list, 0, NDV_CAST_NO, given.to));
    ndv_release(readonly);

    CHECK_STATUS(NDV_E_READONLY, ndv_set_at(given.readonly, LIST, given.flat, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_at_outer(given.readonly, LIST, given.flat, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_READONLY,
                 ndv_put(given.readonly, given.list, given.flat, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_READONLY, ndv_put_along_axis(given.readonly, given.two, given.flat, 0,
                                                    NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_CAST, ndv_set_at(given.a, LIST, given.values, NDV_CAST_SAME_KIND));
    CHECK_MESSAGE("casting float64 to int64 is not allowed");
    CHECK_STATUS(NDV_E_CAST, ndv_set_at_outer(given.a, LIST, given.values, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_CAST,
                 ndv_put(given.a, given.list, given.values, NDV_MODE_RAISE, NDV_CAST_EQUIV));
    CHECK_STATUS(NDV_E_CAST, ndv_put_along_axis(given.a, given.two, given.values, 0,
                                                NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_VALUE, ndv_set_at(given.a, LIST, given.values, NDV_CAST_SAME_VALUE));
    CHECK_MESSAGE("0.5");
    CHECK_STATUS(NDV_E_VALUE, ndv_set_at_outer(given.a, LIST, given.values, NDV_CAST_SAME_VALUE));
    CHECK_STATUS(NDV_E_VALUE, ndv_put(given.a, given.list, given.values, NDV_MODE_RAISE,
                                      NDV_CAST_SAME_VALUE));
    CHECK_STATUS(NDV_E_VALUE, ndv_put_along_axis(given.a, given.two, given.values, 0,
                                                 NDV_MODE_RAISE, NDV_CAST_SAME_VALUE));
    CHECK_STATUS(NDV_E_BROADCAST, ndv_set_at(given.a, LIST, given.wrong, NDV_CAST_NO));
    CHECK_MESSAGE("cannot broadcast shape (7,) to shape (3, 3)");
    CHECK_STATUS(NDV_E_BROADCAST, ndv_set_at_outer(given.a, LIST, given.wrong, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_BROADCAST, ndv_put_along_axis(given.a, given.two, given.wrong, 0,
                                                     NDV_MODE_RAISE, NDV_CAST_NO));
    release_given();
}

static void values_that_do_not_keep_their_value_are_not_written_into(void) {
    ndv_array *a, *list, *mask, *to;
    static const int64_t positions[] = {0, 1};
    CHECK_OK(ndv_arange_double(0, 1, 0.5, &a)); /* 0, 0.5 */
    FROM(NDV_INT64, positions, &list);
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(2), 1, &mask));
    CHECK_OK(ndv_full_int64(NDV_INT32, NDV_DIMS(2), -1, &to));
    CHECK_STATUS(NDV_E_VALUE,
                 ndv_get_into(a, NDV_ITEMS(NDV_PICK(list)), NDV_CAST_SAME_VALUE, to));
    CHECK_STATUS(NDV_E_VALUE,
                 ndv_get_outer_into(a, NDV_ITEMS(NDV_PICK(mask)), NDV_CAST_SAME_VALUE, to));
    CHECK_STATUS(NDV_E_VALUE,
                 ndv_take_array_into(a, list, 0, NDV_MODE_RAISE, NDV_CAST_SAME_VALUE, to));
    CHECK_STATUS(NDV_E_VALUE,
                 ndv_take_along_axis_into(a, list, 0, NDV_MODE_RAISE, NDV_CAST_SAME_VALUE, to));
    CHECK_STATUS(NDV_E_VALUE, ndv_compress_into(a, mask, 0, NDV_CAST_SAME_VALUE, to));
    CHECK_MESSAGE("0.5");
    CHECK_INT64S(to, -1, -1);
    CHECK_OK(ndv_compress_into(a, mask, 0, NDV_CAST_UNSAFE, to));
    CHECK_INT64S(to, 0, 0);
    ndv_release(to);
    ndv_release(mask);
    ndv_release(list);
    ndv_release(a);
}

static void values_that_keep_their_type_are_not_judged_aside(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(6)), *list, *to;
    ndv_statistics before, after;
    CHECK_OK(ndv_arange(0, 3, 1, &list));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &to));
    before = check_statistics();
    CHECK_OK(ndv_take_array_into(a, list, 0, NDV_MODE_RAISE, NDV_CAST_SAME_VALUE, to));
    after = check_statistics();
    CHECK(after.copies == before.copies);
    CHECK_INT64S(to, 0, 1, 2);
    ndv_release(to);
    ndv_release(list);
    ndv_release(a);
}

CHECK_MAIN(TEST(values_that_keep_their_type_are_not_judged_aside),
           TEST(every_expression_picks_what_numpy_picks),
           TEST(destinations_of_any_layout_and_type_get_the_same),
           TEST(writing_over_what_is_picked_writes_in_c_order),
           TEST(nonzero_and_argwhere_list_the_places), TEST(what_is_not_zero_counts_in_every_type),
           TEST(an_array_without_axes_has_rows_of_no_columns),
           TEST(take_copies_positions_of_each_axis), TEST(take_of_all_axes_counts_in_c_order),
           TEST(take_refuses_what_is_out_of_range), TEST(compress_copies_what_the_mask_marks),
           TEST(compress_of_all_axes_and_strided_masks), TEST(compress_refuses_what_is_no_mask),
           TEST(positions_far_beyond_the_ends_wrap_and_clip_at_once),
           TEST(no_mode_finds_a_position_where_there_are_no_elements),
           TEST(a_bad_position_leaves_every_destination_as_it_was),
           TEST(masks_of_any_length_and_stride_pick_every_mark),
           TEST(two_long_masks_are_walked_together_or_each_for_itself),
           TEST(a_mask_without_axes_picks_the_whole_array_or_nothing),
           TEST(any_byte_but_zero_marks),
           TEST(put_takes_values_in_c_order_and_from_the_first_again),
           TEST(lists_values_and_destinations_may_share_memory_with_the_array),
           TEST(masks_may_share_memory_with_the_array),
           TEST(targets_that_overlap_themselves_are_written_in_c_order),
           TEST(lists_and_masks_work_on_64_axes_and_refuse_more),
           TEST(writes_of_more_elements_than_there_are_numbers_are_refused),
           TEST(every_pointer_is_checked_in_its_turn), TEST(modes_and_rules_are_checked),
           TEST(an_index_that_means_nothing_is_refused),
           TEST(lists_of_a_wrong_type_or_rank_are_refused),
           TEST(destinations_and_sources_are_checked),
           TEST(values_that_do_not_keep_their_value_are_not_written_into))
