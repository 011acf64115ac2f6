/* The writers that a mask directs, and those that exchange elements or turn their bytes round. What they share memory with is also brute-forced in test_join.c. */
#include "model.h"

#define NUMBERS(...) (const int64_t[]){__VA_ARGS__}

static ndv_array *array_of(int32_t ndim, const int64_t *shape, const int64_t *numbers) {
    ndv_array *array = NULL;
    CHECK_OK(ndv_from_data(NDV_INT64, ndim, shape, numbers, &array));
    return array;
}

static ndv_array *mask_of(int32_t ndim, const int64_t *shape, const unsigned char *marks) {
    ndv_array *array = NULL;
    CHECK_OK(ndv_from_data(NDV_BOOL, ndim, shape, marks, &array));
    return array;
}

static void copy_where_writes_what_the_mask_marks(void) {
    static const unsigned char marks[3] = {1, 0, 128};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *mask = mask_of(NDV_DIMS(3), marks);
    ndv_array *row = array_of(NDV_DIMS(1, 1, 3), NUMBERS(10, 300, 30)), *narrow, *wrong;
    CHECK_OK(ndv_copy_where(a, row, mask, NDV_CAST_NO)); /* leading ones are dropped */
    CHECK_INT64S(a, 10, 1, 30, 10, 4, 30);
    CHECK_OK(ndv_copy_where(a, a, mask, NDV_CAST_NO));
    CHECK_INT64S(a, 10, 1, 30, 10, 4, 30);
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(3), &narrow));
    CHECK_STATUS(NDV_E_CAST, ndv_copy_where(narrow, row, mask, NDV_CAST_SAFE));
    CHECK_OK(ndv_copy_where(narrow, row, mask, NDV_CAST_SAME_VALUE)); /* 300 is not marked */
    CHECK_INT64S(narrow, 10, 0, 30);
    CHECK_OK(ndv_set_int64(row, NDV_DIMS(0, 0, 2), -129));
    CHECK_STATUS(NDV_E_VALUE, ndv_copy_where(narrow, row, mask, NDV_CAST_SAME_VALUE));
    CHECK_MESSAGE("element 2 in C order: the value -129 does not keep its value as int8");
    CHECK_INT64S(narrow, 10, 0, 30);
    CHECK_STATUS(NDV_E_CAST, ndv_copy_where(a, row, row, NDV_CAST_NO));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(1, 2, 3), &wrong)); /* of a mask they are not */
    CHECK_STATUS(NDV_E_BROADCAST, ndv_copy_where(a, row, wrong, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_BROADCAST, ndv_copy_where(narrow, a, mask, NDV_CAST_UNSAFE));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_copy_where(a, row, mask, 0));
    CHECK_STATUS(NDV_E_NULL, ndv_copy_where(NULL, row, mask, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_NULL, ndv_copy_where(a, NULL, mask, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_NULL, ndv_copy_where(a, row, NULL, NDV_CAST_NO));
    ndv_release(wrong);
    ndv_release(narrow);
    ndv_release(row);
    ndv_release(mask);
    ndv_release(a);
}

/* NumPy floods this: each mark it reads has just been written. */
static void a_mask_is_read_before_the_array_it_lies_in_is_written(void) {
    static const unsigned char marks[6] = {1, 0, 0, 0, 0, 0};
    ndv_array *b = mask_of(NDV_DIMS(6), marks), *ahead, *behind, *yes;
    CHECK_OK(ndv_slice(b, "1:", &ahead));
    CHECK_OK(ndv_slice(b, ":-1", &behind));
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_NO_DIMS, 1, &yes));
    CHECK_OK(ndv_copy_where(ahead, yes, behind, NDV_CAST_NO));
    CHECK_INT64S(b, 1, 1, 0, 0, 0, 0);
    CHECK_OK(ndv_place(ahead, behind, yes, NDV_CAST_NO));
    CHECK_INT64S(b, 1, 1, 1, 0, 0, 0);
    CHECK_OK(ndv_put_mask(ahead, behind, yes, NDV_CAST_NO));
    CHECK_INT64S(b, 1, 1, 1, 1, 0, 0);
    ndv_release(yes);
    ndv_release(ahead);
    ndv_release(behind);
    ndv_release(b);
}

static void put_mask_counts_positions_and_place_counts_marks(void) {
    static const unsigned char marks[6] = {0, 1, 0, 1, 0, 1};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *mask = mask_of(NDV_DIMS(6), marks);
    ndv_array *values = array_of(NDV_DIMS(2), NUMBERS(10, 20)), *none, *few, *clear;
    CHECK_OK(ndv_put_mask(a, mask, values, NDV_CAST_SAFE));
    CHECK_INT64S(a, 0, 20, 2, 20, 4, 20);
    CHECK_OK(ndv_place(a, mask, values, NDV_CAST_SAFE));
    CHECK_INT64S(a, 0, 10, 2, 20, 4, 10);
    CHECK_OK(ndv_slice(values, ":0", &none));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(3, 2), &clear));
    CHECK_STATUS(NDV_E_SHAPE, ndv_put_mask(a, mask, none, NDV_CAST_SAFE));
    CHECK_MESSAGE("there are no values for the elements that the mask marks");
    CHECK_STATUS(NDV_E_SHAPE, ndv_place(a, mask, none, NDV_CAST_SAFE));
    CHECK_OK(ndv_put_mask(a, clear, none, NDV_CAST_SAFE));
    CHECK_OK(ndv_place(a, clear, none, NDV_CAST_SAFE));
    CHECK_OK(ndv_slice(mask, "1:", &few));
    CHECK_STATUS(NDV_E_SHAPE, ndv_put_mask(a, few, values, NDV_CAST_SAFE));
    CHECK_MESSAGE("the mask has 5 elements, the array has 6");
    CHECK_STATUS(NDV_E_SHAPE, ndv_place(a, few, values, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_CAST, ndv_place(a, a, values, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_CAST, ndv_put_mask(mask, mask, values, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_VALUE, ndv_put_mask(mask, mask, values, NDV_CAST_SAME_VALUE));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_put_mask(a, mask, values, 0));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_place(a, mask, values, 0));
    CHECK_STATUS(NDV_E_NULL, ndv_put_mask(NULL, mask, values, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_NULL, ndv_put_mask(a, NULL, values, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_NULL, ndv_put_mask(a, mask, NULL, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_NULL, ndv_place(NULL, mask, values, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_NULL, ndv_place(a, NULL, values, NDV_CAST_SAFE));
    CHECK_STATUS(NDV_E_NULL, ndv_place(a, mask, NULL, NDV_CAST_SAFE));
    CHECK_INT64S(a, 0, 10, 2, 20, 4, 10);
    ndv_release(few);
    ndv_release(clear);
    ndv_release(none);
    ndv_release(values);
    ndv_release(mask);
    ndv_release(a);
}

static void long_masks_are_moved_by_runs(void) {
    enum { N = 300 };
    unsigned char marks[N];
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(N)), *zero = array_of(NDV_NO_DIMS, NUMBERS(-1));
    ndv_array *mask, *backwards, *back_mask;
    int64_t i, period;
    for (period = 1; period < 150; period += 7) {
        for (i = 0; i < N; i++) marks[i] = (unsigned char)(i / period % 2 ? i % 255 + 1 : 0);
        mask = mask_of(NDV_DIMS(N), marks);
        CHECK_OK(ndv_slice(a, "::-1", &backwards));
        CHECK_OK(ndv_slice(mask, "::-1", &back_mask));
        CHECK_OK(ndv_copy_where(backwards, zero, back_mask, NDV_CAST_NO));
        for (i = 0; i < N; i++) CHECK(model_int64(a, i, NDV_ORDER_C) == (marks[i] ? -1 : i));
        ndv_release(back_mask);
        ndv_release(backwards);
        ndv_release(mask);
        ndv_release(a);
        a = numbered(NDV_INT64, NDV_DIMS(N));
    }
    ndv_release(zero);
    ndv_release(a);
}

static void swap_exchanges_elements_that_lie_apart(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 4)), *left, *right, *turned, *r, *other, *again;
    char text[64];
    const int64_t half[1] = {4};
    unsigned char memory[20] = {0};
    CHECK_OK(ndv_slice(a, ":, :2", &left));
    CHECK_OK(ndv_slice(a, ":, :1:-1", &right));
    CHECK_OK(ndv_swap(left, right));
    CHECK_INT64S(a, 3, 2, 1, 0, 7, 6, 5, 4);
    CHECK_OK(ndv_swap(a, a));
    CHECK_OK(ndv_view(left, &again));
    CHECK_OK(ndv_swap(left, again)); /* the same elements */
    CHECK_INT64S(a, 3, 2, 1, 0, 7, 6, 5, 4);
    CHECK_OK(ndv_transpose(left, &turned));
    CHECK_STATUS(NDV_E_OVERLAP, ndv_swap(left, turned));
    snprintf(text, sizeof text, "byte 0x%" PRIx64, (uint64_t)(uintptr_t)model_data(a));
    CHECK_MESSAGE(text);
    CHECK_INT64S(a, 3, 2, 1, 0, 7, 6, 5, 4);
    CHECK_STATUS(NDV_E_SHAPE, ndv_swap(a, left));
    CHECK_MESSAGE("shapes (2, 4) and (2, 2)");
    CHECK_OK(ndv_view_as(a, NDV_FLOAT64, &other));
    CHECK_STATUS(NDV_E_DTYPE, ndv_swap(a, other));
    CHECK_MESSAGE("types int64 and float64");
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_STATUS(NDV_E_READONLY, ndv_swap(a, r));
    CHECK_STATUS(NDV_E_READONLY, ndv_swap(r, a));
    CHECK_STATUS(NDV_E_NULL, ndv_swap(NULL, a));
    CHECK_STATUS(NDV_E_NULL, ndv_swap(a, NULL));
    ndv_release(r);
    ndv_release(other);
    ndv_release(turned);
    ndv_release(again);
    ndv_release(right);
    ndv_release(left);
    ndv_release(a);
    /* Elements of one array meet: eight bytes each, four apart. */
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(4), half,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &other));
    CHECK_STATUS(NDV_E_OVERLAP, ndv_swap(other, a));
    ndv_release(other);
    ndv_release(a);
}

static void byteswap_turns_every_number_round(void) {
    static const unsigned char before[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    static const struct {
        int32_t dtype;
        size_t number;
    } cases[] = {{NDV_BOOL, 1},     {NDV_INT8, 1},       {NDV_UINT8, 1},    {NDV_INT16, 2},
                 {NDV_UINT16, 2},   {NDV_FLOAT16, 2},    {NDV_BFLOAT16, 2}, {NDV_INT32, 4},
                 {NDV_UINT32, 4},   {NDV_FLOAT32, 4},    {NDV_INT64, 8},    {NDV_UINT64, 8},
                 {NDV_FLOAT64, 8},  {NDV_COMPLEX64, 4},  {NDV_COMPLEX128, 8}};
    const int64_t zero[1] = {0};
    size_t i, at;
    ndv_array *a, *copy, *r;
    int32_t number = 0x01020304;
    for (i = 0; i < COUNT(cases); i++) {
        unsigned char bytes[16];
        const unsigned char *made;
        memcpy(bytes, before, sizeof bytes);
        CHECK_OK(ndv_wrap(bytes, 16, 0, cases[i].dtype,
                          NDV_DIMS(16 / (int64_t)ndv_dtype_itemsize(cases[i].dtype)), NULL, 0, NULL,
                          NULL, &a));
        CHECK_OK(ndv_byteswapped(a, &copy));
        CHECK(ndv_base(copy) == NULL && ndv_dtype(copy) == cases[i].dtype);
        CHECK(memcmp(bytes, before, sizeof bytes) == 0);
        CHECK_OK(ndv_byteswap(a));
        made = model_data(copy);
        for (at = 0; at < 16; at++) {
            size_t number_start = at / cases[i].number * cases[i].number;
            size_t from = number_start + cases[i].number - 1 - (at - number_start);
            CHECK(bytes[at] == before[from] && made[at] == before[from]);
        }
        CHECK_OK(ndv_readonly(a, &r));
        CHECK_STATUS(NDV_E_READONLY, ndv_byteswap(r));
        ndv_release(r);
        ndv_release(copy);
        ndv_release(a);
    }
    /* One element seen four times is turned once. */
    CHECK_OK(ndv_wrap(&number, sizeof number, 0, NDV_INT32, NDV_DIMS(4), zero,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_byteswap(a));
    CHECK(number == 0x04030201);
    ndv_release(a);
    CHECK_STATUS(NDV_E_NULL, ndv_byteswap(NULL));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_byteswapped(NULL, &r));
}

static void readonly_arrays_are_not_written(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2)), *r, *mask;
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(2), 1, &mask));
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_STATUS(NDV_E_READONLY, ndv_copy_where(r, a, mask, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_READONLY, ndv_put_mask(r, mask, a, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_READONLY, ndv_place(r, mask, a, NDV_CAST_NO));
    ndv_release(mask);
    ndv_release(r);
    ndv_release(a);
}

CHECK_MAIN(TEST(copy_where_writes_what_the_mask_marks),
           TEST(a_mask_is_read_before_the_array_it_lies_in_is_written),
           TEST(put_mask_counts_positions_and_place_counts_marks),
           TEST(long_masks_are_moved_by_runs), TEST(swap_exchanges_elements_that_lie_apart),
           TEST(byteswap_turns_every_number_round), TEST(readonly_arrays_are_not_written))
