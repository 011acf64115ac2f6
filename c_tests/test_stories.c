/* The four stories that the model is told by: a view shows, a copy does not. */
#include "model.h"

static void a_view_and_an_alias_see_a_write_and_a_copy_does_not(void) {
    static const int64_t numbers[] = {2, 4, 6, 8, 10};
    ndv_array *arr, *view, *copy, *alias;
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(5), numbers, &arr));
    CHECK_OK(ndv_view(arr, &view));
    CHECK_OK(ndv_copy(arr, NDV_ORDER_C, &copy));
    alias = ndv_retain(arr);

    CHECK_OK(ndv_set_int64(arr, NDV_DIMS(0), 12));
    CHECK_INT64S(arr, 12, 4, 6, 8, 10);
    CHECK_INT64S(view, 12, 4, 6, 8, 10);
    CHECK_INT64S(alias, 12, 4, 6, 8, 10);
    CHECK_INT64S(copy, 2, 4, 6, 8, 10);

    CHECK(ndv_base(arr) == NULL);
    CHECK(ndv_base(view) == arr);
    CHECK(ndv_base(copy) == NULL);
    CHECK(alias == arr && view != arr && copy != arr);
    CHECK(ndv_use_count(arr) == 2 && ndv_view_count(arr) == 1);
    CHECK(ndv_relation(arr, alias) == NDV_SAME);
    CHECK(ndv_relation(arr, view) == NDV_VIEW);
    CHECK(ndv_relation(arr, copy) == NDV_UNRELATED);
    CHECK(ndv_owns_data(arr) && !ndv_owns_data(view) && ndv_owns_data(copy));
    CHECK(numbers[0] == 2); /* ndv_from_data() has copied */

    ndv_release(alias);
    ndv_release(arr); /* the view keeps the bytes */
    CHECK_INT64S(view, 12, 4, 6, 8, 10);
    ndv_release(view);
    ndv_release(copy);
}

static void check_sharing(const ndv_array *a, const ndv_array *b, bool might, bool does,
                          int32_t relation) {
    bool shares = !does;
    CHECK(ndv_may_share_memory(a, b) == might && ndv_may_share_memory(b, a) == might);
    CHECK_OK(ndv_shares_memory(a, b, NDV_BUDGET_DEFAULT, &shares));
    CHECK(shares == does);
    CHECK_OK(ndv_shares_memory(b, a, NDV_BUDGET_DEFAULT, &shares));
    CHECK(shares == does);
    CHECK(ndv_relation(a, b) == relation && ndv_relation(b, a) == relation);
}

static void a_slice_shows_writes_both_ways_and_its_copy_stands_alone(void) {
    ndv_array *arr, *first, *copy;
    CHECK_OK(ndv_arange(0, 6, 1, &arr));
    CHECK_OK(ndv_slice(arr, ":3", &first));
    CHECK_OK(ndv_copy(first, NDV_ORDER_C, &copy));

    CHECK_OK(ndv_set_int64(arr, NDV_DIMS(1), 11));
    CHECK_INT64S(arr, 0, 11, 2, 3, 4, 5);
    CHECK_INT64S(first, 0, 11, 2);
    CHECK_INT64S(copy, 0, 1, 2);
    CHECK_OK(ndv_set_int64(first, NDV_DIMS(-1), 22));
    CHECK_INT64S(arr, 0, 11, 22, 3, 4, 5);
    CHECK_INT64S(first, 0, 11, 22);
    CHECK_INT64S(copy, 0, 1, 2);
    CHECK_OK(ndv_set_int64(copy, NDV_DIMS(0), 33));
    CHECK_INT64S(arr, 0, 11, 22, 3, 4, 5);
    CHECK_INT64S(first, 0, 11, 22);
    CHECK_INT64S(copy, 33, 1, 2);
    CHECK_OK(ndv_set_int64(arr, NDV_DIMS(5), 44)); /* beyond the slice */
    CHECK_INT64S(first, 0, 11, 22);

    CHECK(ndv_base(arr) == NULL && ndv_base(first) == arr && ndv_base(copy) == NULL);
    check_sharing(arr, first, true, true, NDV_VIEW);
    check_sharing(arr, copy, false, false, NDV_UNRELATED);
    check_sharing(first, copy, false, false, NDV_UNRELATED);
    check_sharing(arr, arr, true, true, NDV_SAME);
    ndv_release(first);
    ndv_release(copy);
    ndv_release(arr);
}

static void even_and_odd_elements_might_share_and_do_not(void) {
    ndv_array *arr, *even, *odd;
    CHECK_OK(ndv_arange(0, 6, 1, &arr));
    CHECK_OK(ndv_slice(arr, "::2", &even));
    CHECK_OK(ndv_slice(arr, "1::2", &odd));
    CHECK_INT64S(even, 0, 2, 4);
    CHECK_INT64S(odd, 1, 3, 5);
    check_sharing(even, odd, true, false, NDV_SIBLINGS);
    check_sharing(arr, even, true, true, NDV_VIEW);
    CHECK(ndv_base(even) == arr && ndv_base(odd) == arr);
    CHECK_OK(ndv_fill_int64(even, -1));
    CHECK_INT64S(odd, 1, 3, 5);
    CHECK_INT64S(arr, -1, 1, -1, 3, -1, 5);
    ndv_release(even);
    ndv_release(odd);
    ndv_release(arr);
}

static void writing_to_a_copy_leaves_the_array_and_writing_to_a_view_does_not(void) {
    static const int64_t numbers[] = {1, 2, 3, 4, 5};
    ndv_array *a, *b;
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(5), numbers, &a));
    CHECK_OK(ndv_copy(a, NDV_ORDER_C, &b));
    CHECK_OK(ndv_set_int64(b, NDV_DIMS(0), 13));
    CHECK_INT64S(a, 1, 2, 3, 4, 5);
    CHECK_INT64S(b, 13, 2, 3, 4, 5);
    ndv_release(b);

    CHECK_OK(ndv_view(a, &b));
    CHECK_OK(ndv_set_int64(b, NDV_DIMS(0), 13));
    CHECK_INT64S(a, 13, 2, 3, 4, 5);
    CHECK_INT64S(b, 13, 2, 3, 4, 5);
    ndv_release(b);
    ndv_release(a);
}

/* One garden, two windows: an 8 x 5 matrix in which element (i, j) is 10 * i + j. */
static ndv_array *garden(void) {
    ndv_array *matrix;
    int64_t i, j;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(8, 5), &matrix));
    for (i = 0; i < 8; i++)
        for (j = 0; j < 5; j++) CHECK_OK(ndv_set_int64(matrix, NDV_DIMS(i, j), 10 * i + j));
    return matrix;
}

static int64_t planted(const ndv_array *matrix, int64_t i, int64_t j) {
    int64_t value = -1;
    CHECK_OK(ndv_get_int64(matrix, NDV_DIMS(i, j), &value));
    return value;
}

static void rows_two_to_five_are_a_window_on_the_garden(void) {
    ndv_array *matrix = garden(), *rows;
    CHECK_OK(ndv_slice(matrix, "2:6", &rows));
    CHECK_SHAPE(rows, 4, 5);
    CHECK(ndv_base(rows) == matrix && ndv_relation(rows, matrix) == NDV_VIEW);
    CHECK(planted(rows, 0, 0) == 20 && planted(rows, 3, 4) == 54);
    CHECK_OK(ndv_set_int64(rows, NDV_DIMS(0, 3), -1));
    CHECK(planted(matrix, 2, 3) == -1 && planted(matrix, 2, 2) == 22 &&
          planted(matrix, 2, 4) == 24);
    CHECK_OK(ndv_set_int64(matrix, NDV_DIMS(5, 4), -2));
    CHECK(planted(rows, 3, 4) == -2);
    ndv_release(rows);
    ndv_release(matrix);
}

static void a_transpose_is_a_window_on_the_garden(void) {
    ndv_array *matrix = garden(), *turned;
    CHECK_OK(ndv_transpose(matrix, &turned));
    CHECK_SHAPE(turned, 5, 8);
    CHECK(ndv_base(turned) == matrix);
    CHECK(planted(turned, 3, 7) == 73);
    CHECK_OK(ndv_set_int64(turned, NDV_DIMS(3, 7), -1));
    CHECK(planted(matrix, 7, 3) == -1);
    ndv_release(turned);
    ndv_release(matrix);
}

static void a_reshape_is_a_window_on_the_garden(void) {
    ndv_array *matrix = garden(), *row;
    CHECK_OK(ndv_reshape(matrix, NDV_DIMS(-1), NDV_ORDER_C, NDV_COPY_NEVER, &row));
    CHECK_SHAPE(row, 40);
    CHECK(ndv_base(row) == matrix);
    CHECK_OK(ndv_set_int64(row, NDV_DIMS(2 * 5 + 1), -1));
    CHECK(planted(matrix, 2, 1) == -1);
    CHECK_OK(ndv_set_int64(matrix, NDV_DIMS(7, 4), -2));
    CHECK(model_int64(row, 39, NDV_ORDER_C) == -2);
    ndv_release(row);
    ndv_release(matrix);
}

static void a_list_of_positions_and_a_mask_are_cut_flowers(void) {
    static const int64_t positions[] = {2, 3, 4, 5};
    static const uint8_t marks[] = {0, 0, 1, 1, 1, 1};
    ndv_array *matrix = garden(), *rows, *taken, *mask, *masked;
    bool equal = false;
    CHECK_OK(ndv_slice(matrix, "2:6", &rows));
    CHECK_OK(ndv_take(matrix, 4, positions, 0, &taken));
    CHECK_OK(ndv_from_data(NDV_BOOL, NDV_DIMS(6), marks, &mask));
    CHECK_OK(ndv_compress(matrix, mask, 0, &masked));
    CHECK(same_elements(taken, rows) && same_elements(masked, rows));
    CHECK_OK(ndv_equal(taken, rows, &equal));
    CHECK(equal);
    CHECK(ndv_base(taken) == NULL && ndv_base(masked) == NULL);
    check_sharing(matrix, taken, false, false, NDV_UNRELATED);
    check_sharing(matrix, masked, false, false, NDV_UNRELATED);
    check_sharing(taken, masked, false, false, NDV_UNRELATED);
    CHECK_OK(ndv_set_int64(taken, NDV_DIMS(0, 0), -1));
    CHECK_OK(ndv_set_int64(masked, NDV_DIMS(0, 0), -2));
    CHECK(planted(matrix, 2, 0) == 20 && planted(rows, 0, 0) == 20);
    CHECK_OK(ndv_fill_int64(matrix, 7));
    CHECK(planted(taken, 3, 4) == 54 && planted(masked, 3, 4) == 54);
    ndv_release(rows);
    ndv_release(taken);
    ndv_release(mask);
    ndv_release(masked);
    ndv_release(matrix);
}

CHECK_MAIN(TEST(a_view_and_an_alias_see_a_write_and_a_copy_does_not),
           TEST(a_slice_shows_writes_both_ways_and_its_copy_stands_alone),
           TEST(even_and_odd_elements_might_share_and_do_not),
           TEST(writing_to_a_copy_leaves_the_array_and_writing_to_a_view_does_not),
           TEST(rows_two_to_five_are_a_window_on_the_garden),
           TEST(a_transpose_is_a_window_on_the_garden),
           TEST(a_reshape_is_a_window_on_the_garden),
           TEST(a_list_of_positions_and_a_mask_are_cut_flowers))
