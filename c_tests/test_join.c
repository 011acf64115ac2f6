/* Every function of the section on joining: the elements that NumPy gives, in a new array or in
 * one of the caller's, whatever that shares with what is read. tests/differential/joining.py has
 * NumPy's answers for arrays of every kind; the small cases here are after NumPy's manual. */
#include "model.h"

static void check_is_new(const ndv_array *array) {
    CHECK(ndv_base(array) == NULL && ndv_owns_data(array));
    CHECK((ndv_flags(array) & NDV_WRITEABLE) != 0 && (ndv_flags(array) & NDV_OVERLAPPING) == 0);
    CHECK(ndv_use_count(array) == 1);
}

/* An int64 array of some numbers. */
static ndv_array *array_of(int32_t ndim, const int64_t *shape, const int64_t *numbers) {
    ndv_array *array = NULL;
    CHECK_OK(ndv_from_data(NDV_INT64, ndim, shape, numbers, &array));
    return array;
}

#define NUMBERS(...) (const int64_t[]){__VA_ARGS__}

/* ---- What NumPy makes of one array ---- */

enum operation {
    CONCATENATE, CONCATENATE_ALL, STACK, BLOCK, REPEAT, REPEAT_ALL, ROLL, ROLL_ALL, TILE, RESIZE,
    WHERE
};

typedef struct {
    model_source source;
    enum operation operation;
    int32_t count;
    int64_t arguments[6], axes[2];
    int32_t ndim;
    int64_t shape[6], strides[6];
    int64_t size, values[32];
} join_case;

static const join_case join_cases[] = {
#include "numpy/joins.inc"
};

static ndv_status run_case(const join_case *c, const ndv_array *x, ndv_array **r) {
    const ndv_array *list[4];
    ndv_array *odd = NULL, *negative = NULL;
    ndv_status status;
    void *marks = NULL, *numbers = NULL;
    int64_t n;
    list[0] = list[1] = list[2] = list[3] = x;
    switch (c->operation) {
    case CONCATENATE:
        return ndv_concatenate(2, list, (int32_t)c->axes[0], 0, NDV_CAST_SAFE, r);
    case CONCATENATE_ALL: return ndv_concatenate(2, list, NDV_ALL_AXES, 0, NDV_CAST_SAFE, r);
    case STACK: return ndv_stack(2, list, (int32_t)c->axes[0], 0, NDV_CAST_SAFE, r);
    case BLOCK: return ndv_block(c->count, c->arguments, list, r);
    case REPEAT: return ndv_repeat(x, c->count, c->arguments, (int32_t)c->axes[0], r);
    case REPEAT_ALL: return ndv_repeat(x, c->count, c->arguments, NDV_ALL_AXES, r);
    case ROLL: return ndv_roll(x, c->count, c->arguments, c->axes, r);
    case ROLL_ALL: return ndv_roll(x, c->count, c->arguments, NULL, r);
    case TILE: return ndv_tile(x, c->count, c->arguments, r);
    case RESIZE: return ndv_resize(x, c->count, c->arguments, r);
    case WHERE: break;
    }
    /* Where the numbers are odd, themselves; else their negatives. Both laid out as the array is. */
    CHECK_OK(ndv_astype(x, NDV_BOOL, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &odd));
    CHECK_OK(ndv_copy(x, NDV_ORDER_K, &negative));
    CHECK_OK(ndv_data_mut(odd, &marks));
    CHECK_OK(ndv_data_mut(negative, &numbers));
    for (n = 0; n < ndv_size(x); n++) {
        int64_t number;
        memcpy(&number, (char *)numbers + 8 * n, sizeof number);
        ((bool *)marks)[n] = number % 2 == 1;
        number = -number;
        memcpy((char *)numbers + 8 * n, &number, sizeof number);
    }
    status = ndv_where(odd, x, negative, r);
    ndv_release(odd);
    ndv_release(negative);
    return status;
}

static void results_are_laid_out_as_numpys(void) {
    size_t i;
    for (i = 0; i < COUNT(join_cases); i++) {
        const join_case *c = &join_cases[i];
        int64_t failures = check_state.failures, n;
        ndv_array *owner, *x, *r = NULL;
        ndv_statistics before;
        make_source(&c->source, &owner, &x);
        before = check_statistics();
        CHECK_OK(run_case(c, x, &r));
        if (c->operation != WHERE) CHECK_COPIED(before, 1, 8 * c->size);
        check_is_new(r);
        CHECK(has_layout(r, c->ndim, c->shape, c->strides));
        CHECK(ndv_size(r) == c->size);
        for (n = 0; n < c->size && n < ndv_size(r); n++)
            CHECK(model_int64(r, n, NDV_ORDER_C) == c->values[n]);
        ndv_release(r);
        ndv_release(x);
        ndv_release(owner);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

/* ---- Joining ---- */

static void concatenate_puts_arrays_behind_one_another(void) {
    ndv_array *a = array_of(NDV_DIMS(2, 2), NUMBERS(1, 2, 3, 4));
    ndv_array *b = array_of(NDV_DIMS(1, 2), NUMBERS(5, 6)), *t, *r;
    const ndv_array *both[2];
    ndv_statistics before = check_statistics();
    both[0] = a, both[1] = b;
    CHECK_OK(ndv_concatenate(2, both, 0, 0, NDV_CAST_SAME_KIND, &r));
    CHECK_COPIED(before, 1, 48);
    check_is_new(r);
    CHECK_SHAPE(r, 3, 2);
    CHECK_INT64S(r, 1, 2, 3, 4, 5, 6);
    ndv_release(r);
    CHECK_OK(ndv_transpose(b, &t));
    both[1] = t;
    CHECK_OK(ndv_concatenate(2, both, -1, 0, NDV_CAST_SAME_KIND, &r));
    CHECK_SHAPE(r, 2, 3);
    CHECK_INT64S(r, 1, 2, 5, 3, 4, 6);
    ndv_release(r);
    CHECK_OK(ndv_concatenate(2, both, NDV_ALL_AXES, NDV_FLOAT32, NDV_CAST_SAME_KIND, &r));
    CHECK(ndv_dtype(r) == NDV_FLOAT32);
    CHECK_SHAPE(r, 6);
    CHECK_INT64S(r, 1, 2, 3, 4, 5, 6);
    ndv_release(r);
    ndv_release(t);
    ndv_release(b);
    ndv_release(a);
}

static void joined_arrays_promote_and_keep_an_order_they_agree_on(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *b = numbered(NDV_UINT64, NDV_DIMS(2, 3));
    ndv_array *at, *bt, *r;
    const ndv_array *both[2];
    CHECK_OK(ndv_transpose(a, &at));
    CHECK_OK(ndv_transpose(b, &bt));
    both[0] = at, both[1] = bt;
    CHECK_OK(ndv_concatenate(2, both, 0, 0, NDV_CAST_SAFE, &r));
    CHECK(ndv_dtype(r) == NDV_FLOAT64);
    CHECK_SHAPE(r, 6, 2);
    CHECK_STRIDES(r, 8, 48);
    ndv_release(r);
    CHECK_OK(ndv_stack(2, both, 0, 0, NDV_CAST_SAFE, &r));
    CHECK_SHAPE(r, 2, 3, 2);
    CHECK_STRIDES(r, 48, 8, 24);
    ndv_release(r);
    CHECK_REFUSED(NDV_E_CAST, r, ndv_concatenate(2, both, 0, 0, NDV_CAST_NO, &r));
    both[1] = b;
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_stack(2, both, 0, 0, NDV_CAST_SAFE, &r));
    CHECK_MESSAGE("array 1 has shape (2, 3), which does not fit beside shape (3, 2): axis 0");
    ndv_release(at);
    ndv_release(bt);
    ndv_release(a);
    ndv_release(b);
}

static void stack_makes_a_new_axis(void) {
    ndv_array *a = array_of(NDV_DIMS(3), NUMBERS(1, 2, 3));
    ndv_array *b = array_of(NDV_DIMS(3), NUMBERS(4, 5, 6)), *r;
    const ndv_array *both[2];
    both[0] = a, both[1] = b;
    CHECK_OK(ndv_stack(2, both, 0, 0, NDV_CAST_SAME_KIND, &r));
    CHECK_SHAPE(r, 2, 3);
    CHECK_INT64S(r, 1, 2, 3, 4, 5, 6);
    ndv_release(r);
    CHECK_OK(ndv_stack(2, both, -1, 0, NDV_CAST_SAME_KIND, &r));
    check_is_new(r);
    CHECK_SHAPE(r, 3, 2);
    CHECK_INT64S(r, 1, 4, 2, 5, 3, 6);
    CHECK_OK(ndv_stack_into(2, both, 1, NDV_CAST_NO, r));
    CHECK_INT64S(r, 1, 4, 2, 5, 3, 6);
    CHECK_STATUS(NDV_E_SHAPE, ndv_stack_into(2, both, 0, NDV_CAST_NO, r));
    CHECK_MESSAGE("the destination has shape (3, 2), the result has shape (2, 3)");
    ndv_release(r);
    ndv_release(a);
    ndv_release(b);
}

static void block_joins_a_grid(void) {
    ndv_array *a = array_of(NDV_DIMS(2, 2), NUMBERS(1, 2, 3, 4));
    ndv_array *one = array_of(NDV_DIMS(1), NUMBERS(9));
    ndv_array *row = array_of(NDV_DIMS(2), NUMBERS(7, 8)), *column, *r;
    const ndv_array *cells[4];
    CHECK_OK(ndv_reshape(row, NDV_DIMS(2, 1), NDV_ORDER_C, NDV_COPY_NEVER, &column));
    cells[0] = a, cells[1] = column, cells[2] = one, cells[3] = row;
    CHECK_OK(ndv_block(NDV_DIMS(2, 2), cells, &r));
    check_is_new(r);
    CHECK_SHAPE(r, 3, 3);
    CHECK_INT64S(r, 1, 2, 7, 3, 4, 8, 9, 7, 8);
    CHECK_OK(ndv_block_into(NDV_DIMS(2, 2), cells, NDV_CAST_NO, r));
    CHECK_INT64S(r, 1, 2, 7, 3, 4, 8, 9, 7, 8);
    ndv_release(r);
    CHECK_OK(ndv_block(0, NULL, cells, &r)); /* a copy */
    CHECK_SHAPE(r, 2, 2);
    CHECK_INT64S(r, 1, 2, 3, 4);
    ndv_release(r);
    cells[1] = cells[2];
    CHECK_OK(ndv_block(NDV_DIMS(2, 1, 1), cells + 1, &r)); /* more axes than any array */
    CHECK_SHAPE(r, 2, 1, 1);
    CHECK_INT64S(r, 9, 9);
    ndv_release(r);
    cells[1] = row;
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_block(NDV_DIMS(2, 2), cells, &r));
    CHECK_MESSAGE("array 1 has shape (1, 2), which does not fit beside shape (2, 2): axis 0");
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_block(NDV_DIMS(2, 0), cells, &r));
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_block(NDV_DIMS(-1), cells, &r));
    CHECK_REFUSED(NDV_E_LIMIT, r, ndv_block(NDV_DIMS(1 << 20, 1 << 20), cells, &r));
    CHECK_REFUSED(NDV_E_NDIM, r, ndv_block(-1, NULL, cells, &r));
    CHECK_REFUSED(NDV_E_NDIM, r, ndv_block(65, NULL, cells, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_block(1, NULL, cells, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_block(NDV_DIMS(2), NULL, &r));
    ndv_release(column);
    ndv_release(row);
    ndv_release(one);
    ndv_release(a);
}

/* ---- Rearranging ---- */

static void repeat_repeats_each_position(void) {
    ndv_array *a = array_of(NDV_DIMS(2, 2), NUMBERS(1, 2, 3, 4)), *r;
    CHECK_OK(ndv_repeat(a, NDV_DIMS(2), NDV_ALL_AXES, &r));
    check_is_new(r);
    CHECK_INT64S(r, 1, 1, 2, 2, 3, 3, 4, 4);
    ndv_release(r);
    CHECK_OK(ndv_repeat(a, NDV_DIMS(3), 1, &r));
    CHECK_SHAPE(r, 2, 6);
    CHECK_INT64S(r, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4);
    ndv_release(r);
    CHECK_OK(ndv_repeat(a, NDV_DIMS(1, 2), 0, &r));
    CHECK_SHAPE(r, 3, 2);
    CHECK_INT64S(r, 1, 2, 3, 4, 3, 4);
    ndv_release(r);
    CHECK_OK(ndv_repeat(a, NDV_DIMS(0, 1, 2, 0), NDV_ALL_AXES, &r));
    CHECK_INT64S(r, 2, 3, 3);
    CHECK_OK(ndv_repeat_into(a, NDV_DIMS(2, 0, 0, 1), NDV_ALL_AXES, NDV_CAST_NO, r));
    CHECK_INT64S(r, 1, 1, 4);
    ndv_release(r);
    CHECK_OK(ndv_repeat(a, NDV_DIMS(0), 0, &r));
    CHECK_SHAPE(r, 0, 2);
    ndv_release(r);
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_repeat(a, NDV_DIMS(1, 2, 3), 0, &r));
    CHECK_MESSAGE("3 counts for 2 positions");
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_repeat(a, NDV_DIMS(1, -2), 0, &r));
    CHECK_MESSAGE("the number of repetitions is -2");
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_repeat(a, -1, NULL, 0, &r));
    CHECK_REFUSED(NDV_E_OVERFLOW, r, ndv_repeat(a, NDV_DIMS(INT64_MAX), 0, &r));
    CHECK_REFUSED(NDV_E_OVERFLOW, r, ndv_repeat(a, NDV_DIMS(INT64_MAX, INT64_MAX), 0, &r));
    CHECK_REFUSED(NDV_E_AXIS, r, ndv_repeat(a, NDV_DIMS(1), 2, &r));
    ndv_release(a);
}

static void tile_repeats_the_whole_array(void) {
    ndv_array *a = array_of(NDV_DIMS(3), NUMBERS(0, 1, 2)), *r;
    CHECK_OK(ndv_tile(a, NDV_DIMS(2), &r));
    check_is_new(r);
    CHECK_INT64S(r, 0, 1, 2, 0, 1, 2);
    ndv_release(r);
    CHECK_OK(ndv_tile(a, NDV_DIMS(2, 2), &r));
    CHECK_SHAPE(r, 2, 6);
    CHECK_INT64S(r, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2);
    CHECK_OK(ndv_fill_int64(r, 7));
    CHECK_OK(ndv_tile_into(a, NDV_DIMS(2, 2), NDV_CAST_NO, r));
    CHECK_INT64S(r, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2);
    ndv_release(r);
    CHECK_OK(ndv_tile(a, NDV_DIMS(2, 1, 0), &r));
    CHECK_SHAPE(r, 2, 1, 0);
    ndv_release(r);
    CHECK_OK(ndv_tile(a, 0, NULL, &r));
    CHECK_INT64S(r, 0, 1, 2);
    ndv_release(r);
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_tile(a, NDV_DIMS(-1), &r));
    CHECK_REFUSED(NDV_E_OVERFLOW, r, ndv_tile(a, NDV_DIMS(INT64_MAX), &r));
    CHECK_REFUSED(NDV_E_NDIM, r, ndv_tile(a, 65, NULL, &r));
    ndv_release(a);
}

static void roll_goes_round(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 5)), *r;
    CHECK_OK(ndv_roll(a, NDV_DIMS(1), NULL, &r));
    check_is_new(r);
    CHECK_SHAPE(r, 2, 5);
    CHECK_INT64S(r, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    ndv_release(r);
    CHECK_OK(ndv_roll(a, NDV_DIMS(-1), NUMBERS(0), &r));
    CHECK_INT64S(r, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4);
    ndv_release(r);
    CHECK_OK(ndv_roll(a, NDV_DIMS(1, 1), NUMBERS(1, 0), &r));
    CHECK_INT64S(r, 9, 5, 6, 7, 8, 4, 0, 1, 2, 3);
    ndv_release(r);
    CHECK_OK(ndv_roll(a, NDV_DIMS(INT64_MAX, INT64_MIN, 2), NUMBERS(1, 1, -1), &r));
    CHECK_INT64S(r, 4, 0, 1, 2, 3, 9, 5, 6, 7, 8); /* by 1 in all */
    ndv_release(r);
    CHECK_OK(ndv_roll(a, 0, NULL, NULL, &r));
    CHECK_INT64S(r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    CHECK_OK(ndv_roll_into(a, NDV_DIMS(5), NULL, NDV_CAST_NO, r));
    CHECK_INT64S(r, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4);
    ndv_release(r);
    CHECK_REFUSED(NDV_E_AXIS, r, ndv_roll(a, NDV_DIMS(1), NUMBERS(2), &r));
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_roll(a, -1, NULL, NULL, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_roll(a, 1, NULL, NULL, &r));
    ndv_release(a);
}

static void resize_begins_again(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 2)), *r;
    ndv_array *none = numbered(NDV_INT64, NDV_DIMS(0));
    CHECK_OK(ndv_resize(a, NDV_DIMS(2, 3), &r));
    check_is_new(r);
    CHECK_INT64S(r, 0, 1, 2, 3, 0, 1);
    ndv_release(r);
    CHECK_OK(ndv_resize(a, NDV_DIMS(3), &r));
    CHECK_INT64S(r, 0, 1, 2);
    CHECK_OK(ndv_resize_into(none, NDV_CAST_NO, r));
    CHECK_INT64S(r, 0, 0, 0);
    ndv_release(r);
    CHECK_OK(ndv_resize(none, NDV_DIMS(2), &r));
    CHECK_INT64S(r, 0, 0);
    ndv_release(r);
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_resize(a, NDV_DIMS(-1), &r));
    CHECK_REFUSED(NDV_E_OVERFLOW, r, ndv_resize(a, NDV_DIMS(INT64_MAX), &r));
    CHECK_REFUSED(NDV_E_NDIM, r, ndv_resize(a, -1, NULL, &r));
    ndv_release(none);
    ndv_release(a);
}

/* ---- Picking ---- */

static void where_picks_by_a_mask_of_any_true_byte(void) {
    static const unsigned char marks[4] = {1, 0, 255, 0};
    ndv_array *mask, *a = numbered(NDV_INT64, NDV_DIMS(4)), *r;
    ndv_array *b = array_of(NDV_NO_DIMS, NUMBERS(-1));
    CHECK_OK(ndv_from_data(NDV_BOOL, NDV_DIMS(4), marks, &mask));
    CHECK_OK(ndv_where(mask, a, b, &r));
    check_is_new(r);
    CHECK_INT64S(r, 0, -1, 2, -1);
    CHECK_OK(ndv_where_into(mask, b, a, NDV_CAST_NO, r));
    CHECK_INT64S(r, -1, 1, -1, 3);
    ndv_release(r);
    CHECK_REFUSED(NDV_E_CAST, r, ndv_where(a, a, b, &r));
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(3));
    CHECK_REFUSED(NDV_E_BROADCAST, r, ndv_where(mask, a, b, &r));
    ndv_release(mask);
    ndv_release(a);
    ndv_release(b);
}

static void choose_picks_by_numbers_that_wrap_in_one_step(void) {
    static const uint64_t far_out[4] = {0, 2, UINT64_MAX, 7};
    ndv_array *index, *a = numbered(NDV_INT64, NDV_DIMS(4)), *r;
    ndv_array *b = array_of(NDV_NO_DIMS, NUMBERS(-1));
    ndv_array *own = array_of(NDV_DIMS(4), NUMBERS(1, 0, 1, 0)), *halves;
    const ndv_array *both[2];
    both[0] = a, both[1] = b;
    CHECK_OK(ndv_choose(own, 2, both, NDV_MODE_RAISE, &r));
    check_is_new(r);
    CHECK_INT64S(r, -1, 1, -1, 3);
    CHECK_OK(ndv_choose_into(own, 2, both, NDV_MODE_RAISE, NDV_CAST_NO, own)); /* itself */
    CHECK_INT64S(own, -1, 1, -1, 3);
    CHECK_OK(ndv_choose_into(own, 2, both, NDV_MODE_WRAP, NDV_CAST_NO, r));
    CHECK_INT64S(r, -1, -1, -1, -1);
    CHECK_STATUS(NDV_E_INDEX, ndv_choose_into(own, 2, both, NDV_MODE_RAISE, NDV_CAST_NO, r));
    CHECK_MESSAGE("index -1, at position 0 in C order, is out of bounds for 2 choices");
    CHECK_INT64S(r, -1, -1, -1, -1);
    ndv_release(r);
    CHECK_OK(ndv_from_data(NDV_UINT64, NDV_DIMS(4), far_out, &index));
    CHECK_OK(ndv_choose(index, 2, both, NDV_MODE_WRAP, &r));
    CHECK_INT64S(r, 0, 1, -1, -1);
    ndv_release(r);
    CHECK_OK(ndv_choose(index, 2, both, NDV_MODE_CLIP, &r));
    CHECK_INT64S(r, 0, -1, -1, -1);
    ndv_release(r);
    CHECK_REFUSED(NDV_E_INDEX, r, ndv_choose(index, 2, both, NDV_MODE_RAISE, &r));
    CHECK_MESSAGE("index 2, at position 1");
    CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_choose(index, 2, both, 0, &r));
    CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_choose(index, 2, both, NDV_MODE_CLIP + 1, &r));
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_choose(index, 0, both, NDV_MODE_CLIP, &r));
    CHECK_OK(ndv_full_double(NDV_FLOAT64, NDV_DIMS(4), 0.5, &halves));
    CHECK_REFUSED(NDV_E_CAST, r, ndv_choose(halves, 2, both, NDV_MODE_CLIP, &r));
    ndv_release(halves);
    ndv_release(a);
    both[0] = a = numbered(NDV_INT64, NDV_DIMS(3));
    CHECK_REFUSED(NDV_E_BROADCAST, r, ndv_choose(index, 2, both, NDV_MODE_CLIP, &r));
    ndv_release(index);
    ndv_release(own);
    ndv_release(a);
    ndv_release(b);
}

/* ---- Destinations ---- */

/* Twelve numbers as bytes, windows of four of them, and the bytes as they must be after a call: as
 * they are after one that reads copies. */
enum { ROOM = 12, COUNT_OF_WINDOW = 4 };

static ndv_array *window(unsigned char *bytes, int32_t dtype, int64_t start, int64_t step) {
    ndv_array *array = NULL;
    const int64_t strides[1] = {step};
    CHECK_OK(ndv_wrap(bytes, ROOM, start, dtype, NDV_DIMS(COUNT_OF_WINDOW), strides, 0, NULL, NULL,
                      &array));
    return array;
}

typedef ndv_status (*window_call)(const ndv_array *a, const ndv_array *b, const ndv_array *mask,
                                  ndv_array *destination);

static ndv_status roll_call(const ndv_array *a, const ndv_array *b, const ndv_array *mask,
                            ndv_array *destination) {
    (void)b, (void)mask;
    return ndv_roll_into(a, NDV_DIMS(1), NULL, NDV_CAST_NO, destination);
}
static ndv_status join_call(const ndv_array *a, const ndv_array *b, const ndv_array *mask,
                            ndv_array *destination) {
    ndv_array *left = NULL, *right = NULL;
    const ndv_array *both[2];
    ndv_status status;
    (void)mask;
    CHECK_OK(ndv_slice(a, "2:", &left));
    CHECK_OK(ndv_slice(b, ":2", &right));
    both[0] = left, both[1] = right;
    status = ndv_concatenate_into(2, both, 0, NDV_CAST_NO, destination);
    ndv_release(left);
    ndv_release(right);
    return status;
}
static ndv_status where_call(const ndv_array *a, const ndv_array *b, const ndv_array *mask,
                             ndv_array *destination) {
    return ndv_where_into(mask, a, b, NDV_CAST_NO, destination);
}
static ndv_status choose_call(const ndv_array *a, const ndv_array *b, const ndv_array *mask,
                              ndv_array *destination) {
    const ndv_array *both[2];
    both[0] = a, both[1] = b;
    return ndv_choose_into(mask, 2, both, NDV_MODE_CLIP, NDV_CAST_NO, destination);
}
static ndv_status copy_where_call(const ndv_array *a, const ndv_array *b, const ndv_array *mask,
                                  ndv_array *destination) {
    (void)b;
    return ndv_copy_where(destination, a, mask, NDV_CAST_NO);
}
static ndv_status put_mask_call(const ndv_array *a, const ndv_array *b, const ndv_array *mask,
                                ndv_array *destination) {
    (void)b;
    return ndv_put_mask(destination, mask, a, NDV_CAST_NO);
}
static ndv_status place_call(const ndv_array *a, const ndv_array *b, const ndv_array *mask,
                             ndv_array *destination) {
    (void)b;
    return ndv_place(destination, mask, a, NDV_CAST_NO);
}

static void a_destination_may_share_memory_with_all_that_is_read(void) {
    static const window_call calls[] = {roll_call, join_call, where_call, choose_call,
                                        copy_where_call, put_mask_call, place_call};
    static const struct {
        int64_t start, step;
    } windows[] = {{0, 1}, {1, 1}, {3, 1}, {0, 2}, {1, 3}, {6, -1}, {11, -2}, {9, -3}};
    static const unsigned char before[ROOM] = {0, 1, 2, 0, 3, 4, 0, 0, 5, 6, 0, 7};
    size_t call, to, from, mark;
    for (call = 0; call < COUNT(calls); call++)
        for (to = 0; to < COUNT(windows); to++)
            for (from = 0; from < COUNT(windows); from++)
                for (mark = 0; mark < COUNT(windows); mark++) {
                    unsigned char apart[ROOM], shared[ROOM];
                    ndv_array *a, *b, *mask, *ac = NULL, *bc = NULL, *mc = NULL, *destination;
                    memcpy(apart, before, ROOM);
                    memcpy(shared, before, ROOM);
                    /* The oracle: copies are read. */
                    a = window(apart, NDV_UINT8, windows[from].start, windows[from].step);
                    b = window(apart, NDV_UINT8, windows[mark].start, windows[mark].step);
                    mask = window(apart, NDV_BOOL, windows[mark].start, windows[mark].step);
                    destination = window(apart, NDV_UINT8, windows[to].start, windows[to].step);
                    CHECK_OK(ndv_copy(a, NDV_ORDER_C, &ac));
                    CHECK_OK(ndv_copy(b, NDV_ORDER_C, &bc));
                    CHECK_OK(ndv_copy(mask, NDV_ORDER_C, &mc));
                    CHECK_OK(calls[call](ac, bc, mc, destination));
                    ndv_release(ac), ndv_release(bc), ndv_release(mc);
                    ndv_release(a), ndv_release(b), ndv_release(mask), ndv_release(destination);

                    a = window(shared, NDV_UINT8, windows[from].start, windows[from].step);
                    b = window(shared, NDV_UINT8, windows[mark].start, windows[mark].step);
                    mask = window(shared, NDV_BOOL, windows[mark].start, windows[mark].step);
                    destination = window(shared, NDV_UINT8, windows[to].start, windows[to].step);
                    CHECK_OK(calls[call](a, b, mask, destination));
                    ndv_release(a), ndv_release(b), ndv_release(mask), ndv_release(destination);
                    CHECK(memcmp(apart, shared, ROOM) == 0);
                }
}

/* Numbers that say how often, the extents of a grid and the list of arrays may stand in the elements of
 * the destination themselves. */
static void a_destination_may_hold_what_says_how_it_is_made(void) {
    ndv_array *a = array_of(NDV_DIMS(2), NUMBERS(1000000, 2)), *r;
    const ndv_array *list[2];
    void *memory;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &r));
    CHECK_OK(ndv_set_int64(r, NDV_DIMS(0), 1));
    CHECK_OK(ndv_set_int64(r, NDV_DIMS(1), 3));
    CHECK_OK(ndv_data_mut(r, &memory));
    CHECK_OK(ndv_repeat_into(a, 2, (const int64_t *)memory, 0, NDV_CAST_NO, r));
    CHECK_INT64S(r, 1000000, 2, 2, 2);
    CHECK_OK(ndv_set_int64(r, NDV_DIMS(0), 2));
    list[0] = list[1] = a;
    CHECK_OK(ndv_block_into(1, (const int64_t *)memory, list, NDV_CAST_NO, r));
    CHECK_INT64S(r, 1000000, 2, 1000000, 2);
    memcpy(memory, list, sizeof list);
    CHECK_OK(ndv_concatenate_into(2, (const ndv_array *const *)memory, 0, NDV_CAST_NO, r));
    CHECK_INT64S(r, 1000000, 2, 1000000, 2);
    ndv_release(r);
    ndv_release(a);
}

static void a_destination_is_written_whole_or_not_at_all(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4)), *r, *narrow, *frozen;
    const ndv_array *list[1];
    list[0] = a;
    CHECK_OK(ndv_fill_int64(a, 300));
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(4), &narrow));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &r));
    CHECK_OK(ndv_readonly(r, &frozen));
#define CHECK_DESTINATIONS(call)                                                                   \
    do {                                                                                           \
        CHECK_STATUS(NDV_E_READONLY, call(NDV_CAST_NO, frozen));                                   \
        CHECK_STATUS(NDV_E_CAST, call(NDV_CAST_SAFE, narrow));                                     \
        CHECK_STATUS(NDV_E_VALUE, call(NDV_CAST_SAME_VALUE, narrow));                              \
        CHECK_MESSAGE("the value 300 does not keep its value as int8");                            \
        CHECK_STATUS(NDV_E_NULL, call(NDV_CAST_NO, NULL));                                         \
        CHECK_STATUS(NDV_E_ARGUMENT, call(0, r));                                                  \
        CHECK_INT64S(narrow, 0, 0, 0, 0);                                                          \
    } while (0)
#define CONCATENATE(casting, to) ndv_concatenate_into(1, list, 0, casting, to)
#define REPEAT(casting, to) ndv_repeat_into(a, NDV_DIMS(1), 0, casting, to)
#define TILE(casting, to) ndv_tile_into(a, NDV_DIMS(1), casting, to)
#define ROLL(casting, to) ndv_roll_into(a, NDV_DIMS(1), NULL, casting, to)
#define RESIZE(casting, to) ndv_resize_into(a, casting, to)
    CHECK_DESTINATIONS(CONCATENATE);
    CHECK_DESTINATIONS(REPEAT);
    CHECK_DESTINATIONS(TILE);
    CHECK_DESTINATIONS(ROLL);
    CHECK_DESTINATIONS(RESIZE);
    CHECK_STATUS(NDV_E_SHAPE, ndv_repeat_into(a, NDV_DIMS(2), 0, NDV_CAST_NO, r));
    ndv_release(frozen);
    ndv_release(r);
    ndv_release(narrow);
    ndv_release(a);
}

static void every_function_refuses_null_and_what_is_no_array(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2)), *mask, *r;
    const ndv_array *list[2], *none[1];
    list[0] = a, list[1] = NULL, none[0] = a;
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(2), &mask));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_concatenate(2, list, 0, 0, NDV_CAST_NO, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_concatenate(1, NULL, 0, 0, NDV_CAST_NO, &r));
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_concatenate(0, NULL, 0, 0, NDV_CAST_NO, &r));
    CHECK_MESSAGE("the number of arrays is 0");
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_concatenate(-1, list, 0, 0, NDV_CAST_NO, &r));
    CHECK_REFUSED(NDV_E_AXIS, r, ndv_concatenate(1, none, 1, 0, NDV_CAST_NO, &r));
    CHECK_REFUSED(NDV_E_DTYPE, r, ndv_concatenate(1, none, 0, -1, NDV_CAST_NO, &r));
    CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_concatenate(1, none, 0, 0, 0, &r));
    CHECK_REFUSED(NDV_E_CAST, r, ndv_concatenate(1, none, 0, NDV_INT8, NDV_CAST_SAFE, &r));
    CHECK_REFUSED(NDV_E_AXIS, r, ndv_stack(1, none, 2, 0, NDV_CAST_NO, &r));
    CHECK_REFUSED(NDV_E_SHAPE, r, ndv_stack(0, none, 0, 0, NDV_CAST_NO, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_stack(2, list, 0, 0, NDV_CAST_NO, &r));
    CHECK_STATUS(NDV_E_NULL, ndv_concatenate(1, none, 0, 0, NDV_CAST_NO, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_stack(1, none, 0, 0, NDV_CAST_NO, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_block(0, NULL, none, NULL));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_repeat(NULL, NDV_DIMS(1), 0, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_repeat(a, 1, NULL, 0, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_tile(NULL, NDV_DIMS(1), &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_tile(a, 1, NULL, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_roll(NULL, NDV_DIMS(1), NULL, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_resize(NULL, NDV_DIMS(1), &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_where(NULL, a, a, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_where(mask, NULL, a, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_where(mask, a, NULL, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_choose(NULL, 1, none, NDV_MODE_CLIP, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_choose(a, 2, list, NDV_MODE_CLIP, &r));
    CHECK_STATUS(NDV_E_NULL, ndv_stack_into(1, none, 0, NDV_CAST_NO, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_block_into(0, NULL, none, NDV_CAST_NO, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_where_into(mask, a, a, NDV_CAST_NO, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_choose_into(a, 1, none, NDV_MODE_CLIP, NDV_CAST_NO, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_resize_into(a, NDV_CAST_NO, NULL));
    ndv_release(mask);
    ndv_release(a);
}

CHECK_MAIN(TEST(results_are_laid_out_as_numpys),
           TEST(concatenate_puts_arrays_behind_one_another),
           TEST(joined_arrays_promote_and_keep_an_order_they_agree_on),
           TEST(stack_makes_a_new_axis), TEST(block_joins_a_grid), TEST(repeat_repeats_each_position),
           TEST(tile_repeats_the_whole_array), TEST(roll_goes_round), TEST(resize_begins_again),
           TEST(where_picks_by_a_mask_of_any_true_byte),
           TEST(choose_picks_by_numbers_that_wrap_in_one_step),
           TEST(a_destination_may_share_memory_with_all_that_is_read),
           TEST(a_destination_may_hold_what_says_how_it_is_made),
           TEST(a_destination_is_written_whole_or_not_at_all),
           TEST(every_function_refuses_null_and_what_is_no_array))
