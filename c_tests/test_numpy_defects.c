/* What NumPy 2.4 gets wrong, or leaves to the layout in memory, holds here. Each test says in a
 * line what NumPy does. */
#include <math.h>
#include <stdlib.h>

#include "model.h"

static bool equal(const ndv_array *a, const ndv_array *b) {
    bool same = false;
    CHECK_OK(ndv_equal(a, b, &same));
    return same;
}

/* NumPy: a[::2] = a[:5] reads what it has written, when strides go the same way and differ. */
static void an_assignment_reads_its_right_side_first_whatever_the_strides(void) {
    enum { N = 10 };
    int64_t from, to, from_step, to_step, count;
    ndv_array *a, *start, *source, *target;
    CHECK_OK(ndv_arange(0, N, 1, &start));
    CHECK_OK(ndv_copy(start, NDV_ORDER_C, &a));
    CHECK_OK(ndv_slice(a, "::2", &target));
    CHECK_OK(ndv_slice(a, ":5", &source));
    CHECK_OK(ndv_set(target, source, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 1, 1, 3, 2, 5, 3, 7, 4, 9);
    ndv_release(target);
    ndv_release(source);
    for (count = 2; count <= 5; count++)
        for (from_step = -3; from_step <= 3; from_step++)
            for (to_step = -3; to_step <= 3; to_step++)
                for (from = 0; from < N; from++)
                    for (to = 0; to < N; to++) {
                        const int64_t from_last = from + (count - 1) * from_step;
                        const int64_t to_last = to + (count - 1) * to_step;
                        int64_t n, wrong = 0, expected[N];
                        int64_t strides[1];
                        if (to_step == 0 || from_last < 0 || from_last >= N || to_last < 0 ||
                            to_last >= N)
                            continue;
                        CHECK_OK(ndv_set(a, start, NDV_CAST_NO));
                        for (n = 0; n < N; n++) expected[n] = n;
                        for (n = 0; n < count; n++)
                            expected[to + n * to_step] = from + n * from_step;
                        {
                            void *data = NULL;
                            CHECK_OK(ndv_data_mut(a, &data));
                            strides[0] = 8 * from_step;
                            CHECK_OK(ndv_wrap(data, 8 * N, 8 * from, NDV_INT64, 1, &count,
                                              strides, 0, NULL, NULL, &source));
                            strides[0] = 8 * to_step;
                            CHECK_OK(ndv_wrap(data, 8 * N, 8 * to, NDV_INT64, 1, &count,
                                              strides, 0, NULL, NULL, &target));
                        }
                        CHECK_OK(ndv_set(target, source, NDV_CAST_NO));
                        for (n = 0; n < N; n++)
                            wrong += model_int64(a, n, NDV_ORDER_C) != expected[n];
                        CHECK(wrong == 0);
                        ndv_release(source);
                        ndv_release(target);
                    }
    ndv_release(a);
    ndv_release(start);
}

/* NumPy: a.view(float64)[:] = a[:n] of float32 overwrites elements before it has read them. */
static void elements_widen_and_narrow_in_place(void) {
    enum { N = 100 };
    static float narrow[2 * N];
    ndv_array *a, *low, *high, *wide;
    int i, bad = 0;
    for (i = 0; i < 2 * N; i++) narrow[i] = (float)i + 0.5F;
    CHECK_OK(ndv_wrap(narrow, sizeof narrow, 0, NDV_FLOAT32, NDV_DIMS(2 * N), NULL, 0, NULL, NULL,
                      &a));
    CHECK_OK(ndv_view_as(a, NDV_FLOAT64, &wide));
    CHECK_OK(ndv_slice(a, ":100", &low));
    CHECK_OK(ndv_slice(a, "100:", &high));
    CHECK_OK(ndv_set(wide, low, NDV_CAST_SAFE));
    for (i = 0; i < N; i++) {
        double value = 0;
        CHECK_OK(ndv_get_double(wide, NDV_DIMS(i), &value));
        bad += value < i + 0.5 || value > i + 0.5;
    }
    CHECK(bad == 0);
    CHECK_OK(ndv_set(high, wide, NDV_CAST_SAME_KIND));
    for (i = 0; i < N; i++) {
        const float value = (float)i + 0.5F;
        bad += narrow[N + i] < value || narrow[N + i] > value;
    }
    CHECK(bad == 0);
    ndv_release(high);
    ndv_release(low);
    ndv_release(wide);
    ndv_release(a);
}

/* NumPy: of one element that lies across two of the target, the second half has been overwritten
 * when it is read again. */
static void one_element_that_overlaps_its_target_in_part_is_broadcast_whole(void) {
    static int64_t memory[5];
    ndv_array *a, *one;
    int i;
    for (i = 0; i < 5; i++) memory[i] = INT64_C(0x0101010101010101) * i;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(5), NULL, 0, NULL, NULL, &a));
    CHECK_OK(ndv_wrap(memory, sizeof memory, 4, NDV_INT64, NDV_DIMS(1), NULL, 0, NULL, NULL, &one));
    {
        int64_t across;
        memcpy(&across, (const char *)memory + 4, sizeof across);
        CHECK_OK(ndv_set(a, one, NDV_CAST_NO));
        for (i = 0; i < 5; i++) CHECK(memory[i] == across);
    }
    ndv_release(one);
    ndv_release(a);
}

/* NumPy: a[mask] = a[:k] does not look whether they overlap. */
static void a_masked_assignment_reads_its_right_side_first(void) {
    static const uint8_t marks[] = {0, 1, 0, 1, 1, 0, 1, 1};
    ndv_array *a, *mask, *all, *source, *back;
    CHECK_OK(ndv_arange(0, 8, 1, &a));
    FROM(NDV_BOOL, marks, &mask);
    CHECK_OK(ndv_slice(a, ":5", &source));
    CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(mask)), source, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 0, 2, 1, 2, 5, 3, 4);
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(8), 1, &all));
    CHECK_OK(ndv_flip(a, 0, NULL, &back));
    CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(all)), back, NDV_CAST_NO));
    CHECK_INT64S(a, 4, 3, 5, 2, 1, 2, 0, 0);
    ndv_release(back);
    ndv_release(all);
    ndv_release(source);
    ndv_release(mask);
    ndv_release(a);
}

/* NumPy: b[1:][b[:-1]] = True marks everything, as it reads the mask that it writes. */
static void a_mask_that_is_written_through_is_read_first(void) {
    static const uint8_t one[] = {1, 0, 0, 0, 0, 0};
    ndv_array *b, *later, *earlier, *yes;
    FROM(NDV_BOOL, one, &b);
    CHECK_OK(ndv_slice(b, "1:", &later));
    CHECK_OK(ndv_slice(b, ":-1", &earlier));
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_NO_DIMS, 1, &yes));
    CHECK_OK(ndv_set_at(later, NDV_ITEMS(NDV_PICK(earlier)), yes, NDV_CAST_NO));
    CHECK_INT64S(b, 1, 1, 0, 0, 0, 0);
    ndv_release(yes);
    ndv_release(earlier);
    ndv_release(later);
    ndv_release(b);
}

/* NumPy: a.flat[1:] = a[:-1], a.flat = a.T, a.flat[list] = a[...] read what they have written. */
static void writing_by_flat_positions_reads_its_values_first(void) {
    ndv_array *a, *shifted, *list, *square, *turned, *all;
    CHECK_OK(ndv_arange(0, 6, 1, &a));
    CHECK_OK(ndv_slice(a, ":-1", &shifted));
    CHECK_OK(ndv_arange(1, 6, 1, &list));
    CHECK_OK(ndv_put(a, list, shifted, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 0, 1, 2, 3, 4);
    square = numbered(NDV_INT64, NDV_DIMS(3, 3));
    CHECK_OK(ndv_transpose(square, &turned));
    CHECK_OK(ndv_arange(0, 9, 1, &all));
    CHECK_OK(ndv_put(square, all, turned, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_INT64S(square, 0, 3, 6, 1, 4, 7, 2, 5, 8);
    ndv_release(all);
    ndv_release(turned);
    ndv_release(square);
    ndv_release(list);
    ndv_release(shifted);
    ndv_release(a);
}

/* NumPy: take(x, a[:9], out=a[1:], mode='clip') and 'wrap' write over positions that are still to
 * be read. */
static void taking_into_the_list_of_positions_reads_the_list_first(void) {
    static const int32_t modes[] = {NDV_MODE_RAISE, NDV_MODE_WRAP, NDV_MODE_CLIP};
    ndv_array *x, *a, *list, *to;
    size_t i;
    CHECK_OK(ndv_arange(9, -1, -1, &x));
    for (i = 0; i < COUNT(modes); i++) {
        CHECK_OK(ndv_arange(0, 10, 1, &a));
        CHECK_OK(ndv_slice(a, ":9", &list));
        CHECK_OK(ndv_slice(a, "1:", &to));
        CHECK_OK(ndv_take_array_into(x, list, 0, modes[i], NDV_CAST_NO, to));
        CHECK_INT64S(a, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        ndv_release(to);
        ndv_release(list);
        ndv_release(a);
    }
    ndv_release(x);
}

/* NumPy: put writes [1, 2, 0, 0] before it finds the bad position. */
static void put_writes_nothing_if_a_position_is_bad(void) {
    static const int64_t positions[] = {0, 1, 9, 2};
    ndv_array *a, *list, *values;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &a));
    FROM(NDV_INT64, positions, &list);
    CHECK_OK(ndv_arange(1, 5, 1, &values));
    CHECK_STATUS(NDV_E_INDEX, ndv_put(a, list, values, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_MESSAGE("position 9 is out of bounds for 4 elements");
    CHECK_INT64S(a, 0, 0, 0, 0);
    ndv_release(values);
    ndv_release(list);
    ndv_release(a);
}

/* NumPy: mode='wrap' subtracts until it arrives: position 10**12 takes minutes. */
static void a_position_far_away_wraps_at_once(void) {
    ndv_array *a, *list, *copy;
    int64_t i, bad = 0;
    CHECK_OK(ndv_arange(0, 3, 1, &a));
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_DIMS(100000), INT64_C(1000000000000), &list));
    CHECK_OK(ndv_set_int64(list, NDV_DIMS(0), INT64_MIN));
    CHECK_OK(ndv_take_array(a, list, 0, NDV_MODE_WRAP, &copy));
    CHECK(model_int64(copy, 0, NDV_ORDER_C) == 1); /* -2**63 modulo 3 */
    for (i = 1; i < 100000; i++) bad += model_int64(copy, i, NDV_ORDER_C) != 1;
    CHECK(bad == 0);
    CHECK_OK(ndv_put(a, list, list, NDV_MODE_WRAP, NDV_CAST_NO));
    CHECK_INT64S(a, 0, INT64_C(1000000000000), 2);
    ndv_release(copy);
    ndv_release(list);
    ndv_release(a);
}

/* NumPy: position 2**64 - 1 in a uint64 array becomes -1 and picks the last element. */
static void an_unsigned_position_is_never_negative(void) {
    static const uint64_t positions[] = {0, UINT64_MAX};
    ndv_array *a, *list, *copy, *seven;
    CHECK_OK(ndv_arange(0, 3, 1, &a));
    FROM(NDV_UINT64, positions, &list);
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_NO_DIMS, 7, &seven));
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_get(a, NDV_ITEMS(NDV_PICK(list)), &copy));
    CHECK_MESSAGE("index 18446744073709551615 is out of bounds for axis 0 with size 3");
    CHECK_REFUSED(NDV_E_INDEX, copy, ndv_take_array(a, list, 0, NDV_MODE_RAISE, &copy));
    CHECK_STATUS(NDV_E_INDEX, ndv_set_at(a, NDV_ITEMS(NDV_PICK(list)), seven, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_INDEX, ndv_put(a, list, seven, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 1, 2);
    ndv_release(seven);
    ndv_release(list);
    ndv_release(a);
}

/* NumPy: a[::2**62] has stride 0, as 8 * 2**62 wraps; with large strides such products lead out of
 * the buffer. */
static void no_stride_times_a_step_or_a_position_leads_out_of_the_array(void) {
    static const int64_t steps[] = {INT64_C(1) << 62, INT64_C(1) << 61, INT64_MAX, INT64_MIN,
                                    -(INT64_C(1) << 62)};
    static const int64_t vast[] = {INT64_C(1) << 62, 8};
    static int64_t memory[3] = {5, 6, 7};
    ndv_array *a, *v, *w;
    size_t i, j;
    CHECK_OK(ndv_arange(0, 10, 1, &a));
    for (i = 0; i < COUNT(steps); i++) {
        CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_BY(steps[i])), &v));
        CHECK_SHAPE(v, 1);
        CHECK_INT64S(v, steps[i] < 0 ? 9 : 0);
        CHECK_OK(ndv_fill_int64(v, steps[i] < 0 ? 9 : 0));
        for (j = 0; j < COUNT(steps); j++) {
            CHECK_OK(ndv_index_items(v, NDV_ITEMS(NDV_BY(steps[j])), &w));
            CHECK_INT64S(w, steps[i] < 0 ? 9 : 0);
            ndv_release(w);
        }
        ndv_release(v);
    }
    ndv_release(a);
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(1, 3), vast, 0, NULL, NULL,
                      &a));
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_AT(-1), NDV_BY(-1)), &v));
    CHECK_INT64S(v, 7, 6, 5);
    ndv_release(v);
    CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_BY(4)), &v));
    CHECK_INT64S(v, 5, 6, 7);
    ndv_release(v);
    ndv_release(a);
    a = model_poison();
    CHECK_STATUS(NDV_E_BOUNDS, ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3, 1), vast,
                                        0, NULL, NULL, &a));
    CHECK(a == NULL);
}

/* NumPy: which of the values of a repeated position stays depends on the memory order of the list
 * and the values. */
static void the_last_value_in_c_order_stays_whatever_the_layout(void) {
    static const int64_t positions[] = {0, 1, 1, 0}, values[] = {1, 2, 3, 4};
    static const int32_t orders[] = {NDV_ORDER_C, NDV_ORDER_F};
    ndv_array *a, *flat, *list, *source, *laid_list, *laid_source, *back;
    size_t i, j;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2), &a));
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(2, 2), positions, &list));
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(2, 2), values, &source));
    for (i = 0; i < 2; i++)
        for (j = 0; j < 2; j++) {
            CHECK_OK(ndv_copy(list, orders[i], &laid_list));
            CHECK_OK(ndv_copy(source, orders[j], &laid_source));
            CHECK_OK(ndv_fill_int64(a, 0));
            CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(laid_list)), laid_source, NDV_CAST_NO));
            CHECK_INT64S(a, 4, 3);
            CHECK_OK(ndv_fill_int64(a, 0));
            CHECK_OK(ndv_put(a, laid_list, laid_source, NDV_MODE_RAISE, NDV_CAST_NO));
            CHECK_INT64S(a, 4, 3);
            ndv_release(laid_source);
            ndv_release(laid_list);
        }
    /* Two lists that run backwards in memory: NumPy keeps the first value. */
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &flat));
    CHECK_OK(ndv_flip(flat, 0, NULL, &laid_list));
    CHECK_OK(ndv_arange(3, 0, -1, &laid_source));
    CHECK_OK(ndv_flip(laid_source, 0, NULL, &back)); /* 1 2 3 */
    CHECK_OK(ndv_set_at(a, NDV_ITEMS(NDV_PICK(laid_list)), back, NDV_CAST_NO));
    CHECK_INT64S(a, 3, 3);
    ndv_release(back);
    ndv_release(laid_source);
    ndv_release(laid_list);
    ndv_release(flat);
    ndv_release(source);
    ndv_release(list);
    ndv_release(a);
}

/* NumPy: 1e10 as uint32 is 0 in a long array, 1410065408 in one element; NaN, 2147483648 or 0. */
static void a_float_becomes_the_same_integer_whatever_the_length_and_layout(void) {
    static const int64_t lengths[] = {1, 2, 3, 4, 7, 8, 16, 33, 1000};
    static const double numbers[] = {1e10, -1.5, 4294967295.0, 4294967296.0, 300.7, 0};
    static const int64_t expected[] = {4294967295, 0, 4294967295, 4294967295, 300, 0};
    size_t i, n, number;
    for (i = 0; i < COUNT(lengths); i++)
        for (n = 1; n <= 3; n++)
            for (number = 0; number <= COUNT(numbers); number++) {
                const double value = number < COUNT(numbers) ? numbers[number] : (double)NAN;
                const int64_t outcome = number < COUNT(numbers) ? expected[number] : 0;
                ndv_array *wide, *a, *cast;
                int64_t k, found, bad = 0;
                CHECK_OK(ndv_full_double(NDV_FLOAT64, NDV_DIMS(lengths[i] * (int64_t)n), value,
                                         &wide));
                CHECK_OK(ndv_index_items(wide, NDV_ITEMS(NDV_BY((int64_t)n)), &a));
                CHECK_OK(ndv_astype(a, NDV_UINT32, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS,
                                    &cast));
                for (k = 0; k < lengths[i]; k++) {
                    CHECK_OK(ndv_get_int64(cast, NDV_DIMS(k), &found));
                    bad += found != outcome;
                }
                CHECK(bad == 0 && ndv_size(cast) == lengths[i]);
                ndv_release(cast);
                ndv_release(a);
                ndv_release(wide);
            }
}

/* NumPy: copies between unaligned, strided arrays are right, but go byte by byte at a third of the
 * speed; only that they are right can be tested here. */
static void unaligned_elements_are_copied_bit_for_bit(void) {
    static unsigned char from[1000], to[1000];
    static const int32_t types[] = {NDV_INT16, NDV_FLOAT32, NDV_FLOAT64, NDV_COMPLEX128};
    size_t type, i, j, k;
    for (k = 0; k < sizeof from; k++) from[k] = (unsigned char)(k * 7 + k / 256);
    for (type = 0; type < COUNT(types); type++)
        for (i = 1; i < 4; i++)
            for (j = 1; j < 4; j++) {
                const size_t item = ndv_dtype_itemsize(types[type]);
                const int64_t strides[] = {(int64_t)(2 * item + i)};
                ndv_array *source, *target;
                memset(to, 0, sizeof to);
                CHECK_OK(ndv_wrap(from, sizeof from, (int64_t)i, types[type], NDV_DIMS(20), strides, 0,
                                  NULL, NULL, &source));
                CHECK_OK(ndv_wrap(to, sizeof to, (int64_t)j, types[type], NDV_DIMS(20), strides, 0,
                                  NULL, NULL, &target));
                CHECK(i % 2 == 0 || (ndv_flags(source) & NDV_ALIGNED) == 0);
                CHECK_OK(ndv_set(target, source, NDV_CAST_NO));
                CHECK(same_elements(target, source));
                for (k = 0; k < j; k++) CHECK(to[k] == 0);
                ndv_release(target);
                ndv_release(source);
            }
}

/* NumPy: a.resize(n, refcheck=False) frees the memory under its views. No function here moves the
 * elements of an array, and a view keeps them. */
static void a_view_outlives_whatever_becomes_of_its_array(void) {
    ndv_array *a, *v;
    CHECK_OK(ndv_arange(0, 1000, 1, &a));
    CHECK_OK(ndv_slice(a, "-1:-4:-1", &v));
    CHECK_OK(ndv_release(a));
    CHECK_INT64S(v, 999, 998, 997);
    CHECK_OK(ndv_fill_int64(v, 1));
    CHECK(ndv_base(v) == a); /* the owner's block stays as long as the view */
    ndv_release(v);
}

/* NumPy: b[:, ::2] = b[:, 1::2] copies all of the right side, as only bounds are compared. */
static void arrays_that_share_no_byte_are_assigned_without_a_temporary(void) {
    static const char *const pairs[][2] = {{":, ::2", ":, 1::2"},
                                           {":, :50", ":, 50:"},
                                           {"::2", "1::2"},
                                           {"::2, ::2", "1::2, 1::2"},
                                           {":50, :50", "50:, 50:"}};
    ndv_array *b = numbered(NDV_INT64, NDV_DIMS(100, 100)), *target, *source, *copy;
    size_t i;
    for (i = 0; i < COUNT(pairs); i++) {
        ndv_statistics before;
        CHECK_OK(ndv_slice(b, pairs[i][0], &target));
        CHECK_OK(ndv_slice(b, pairs[i][1], &source));
        CHECK_OK(ndv_copy(source, NDV_ORDER_C, &copy));
        before = check_statistics();
        CHECK_OK(ndv_set(target, source, NDV_CAST_NO));
        CHECK_COPIED(before, 0, 0);
        CHECK(equal(target, copy));
        ndv_release(copy);
        ndv_release(source);
        ndv_release(target);
    }
    ndv_release(b);
}

/* NumPy: copyto(a[::2], a[:5], where=mask) reads what it has written, as the assignment does. */
static void a_copy_under_a_mask_reads_its_right_side_first(void) {
    ndv_array *a, *target, *source, *all;
    CHECK_OK(ndv_arange(0, 10, 1, &a));
    CHECK_OK(ndv_slice(a, "::2", &target));
    CHECK_OK(ndv_slice(a, ":5", &source));
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_DIMS(5), 1, &all));
    CHECK_OK(ndv_copy_where(target, source, all, NDV_CAST_SAME_KIND));
    CHECK_INT64S(a, 0, 1, 1, 3, 2, 5, 3, 7, 4, 9);
    ndv_release(all);
    ndv_release(source);
    ndv_release(target);
    ndv_release(a);
}

/* NumPy: place(a, mask, a[:k]) and copyto(b[1:], True, where=b[:-1]) read what they have written. */
static void place_and_copy_where_read_values_and_mask_first(void) {
    static const uint8_t marks[] = {0, 1, 0, 1, 1, 0, 1, 1}, one[] = {1, 0, 0, 0, 0, 0};
    ndv_array *a, *mask, *source, *b, *later, *earlier, *yes;
    CHECK_OK(ndv_arange(0, 8, 1, &a));
    FROM(NDV_BOOL, marks, &mask);
    CHECK_OK(ndv_slice(a, ":5", &source));
    CHECK_OK(ndv_place(a, mask, source, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 0, 2, 1, 2, 5, 3, 4);
    FROM(NDV_BOOL, one, &b);
    CHECK_OK(ndv_slice(b, "1:", &later));
    CHECK_OK(ndv_slice(b, ":-1", &earlier));
    CHECK_OK(ndv_full_int64(NDV_BOOL, NDV_NO_DIMS, 1, &yes));
    CHECK_OK(ndv_copy_where(later, yes, earlier, NDV_CAST_NO));
    CHECK_INT64S(b, 1, 1, 0, 0, 0, 0);
    CHECK_OK(ndv_place(later, earlier, yes, NDV_CAST_NO));
    CHECK_INT64S(b, 1, 1, 1, 0, 0, 0);
    ndv_release(yes);
    ndv_release(earlier);
    ndv_release(later);
    ndv_release(b);
    ndv_release(source);
    ndv_release(mask);
    ndv_release(a);
}

/* NumPy: concatenate([a[5:], a[:5]], out=a) writes over the second part before it reads it. */
static void parts_of_an_array_may_be_joined_into_it(void) {
    ndv_array *a, *late, *early;
    const ndv_array *parts[2];
    CHECK_OK(ndv_arange(0, 10, 1, &a));
    CHECK_OK(ndv_slice(a, "5:", &late));
    CHECK_OK(ndv_slice(a, ":5", &early));
    parts[0] = late, parts[1] = early;
    CHECK_OK(ndv_concatenate_into(2, parts, 0, NDV_CAST_NO, a));
    CHECK_INT64S(a, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4);
    ndv_release(early);
    ndv_release(late);
    ndv_release(a);
}

/* NumPy: choose(a[::-1], choices, out=a, mode='clip') writes over what says which to choose. */
static void choosing_into_what_says_which_reads_it_first(void) {
    static const int64_t which[] = {0, 1, 2, 2};
    ndv_array *a, *back, *choices[3];
    const ndv_array *list[3];
    int i;
    FROM(NDV_INT64, which, &a);
    CHECK_OK(ndv_flip(a, 0, NULL, &back)); /* 2 2 1 0 */
    for (i = 0; i < 3; i++) {
        CHECK_OK(ndv_arange(10 * i, 10 * i + 4, 1, &choices[i]));
        list[i] = choices[i];
    }
    CHECK_OK(ndv_choose_into(back, 3, list, NDV_MODE_CLIP, NDV_CAST_NO, a));
    CHECK_INT64S(a, 20, 21, 12, 3);
    for (i = 0; i < 3; i++) ndv_release(choices[i]);
    ndv_release(back);
    ndv_release(a);
}

/* NumPy: choose wraps a number by subtracting again and again, which for 10**12 takes minutes, and
 * takes 2**64 - 1 for -1. */
static void a_choice_far_away_wraps_at_once(void) {
    static const int64_t far[] = {INT64_C(1000000000000), INT64_MIN, -1};
    static const uint64_t most[] = {UINT64_MAX};
    ndv_array *which, *choices[3], *chosen;
    const ndv_array *list[3];
    int i;
    for (i = 0; i < 3; i++) {
        CHECK_OK(ndv_full_int64(NDV_INT64, NDV_NO_DIMS, 10 * i, &choices[i]));
        list[i] = choices[i];
    }
    FROM(NDV_INT64, far, &which);
    CHECK_OK(ndv_choose(which, 3, list, NDV_MODE_WRAP, &chosen));
    CHECK_INT64S(chosen, 10, 10, 20);
    ndv_release(chosen);
    ndv_release(which);
    FROM(NDV_UINT64, most, &which);
    CHECK_REFUSED(NDV_E_INDEX, chosen, ndv_choose(which, 3, list, NDV_MODE_RAISE, &chosen));
    CHECK_MESSAGE("index 18446744073709551615");
    ndv_release(which);
    for (i = 0; i < 3; i++) ndv_release(choices[i]);
}

/* NumPy: a.resize() may take the memory away from under its views. */
static void a_view_keeps_its_elements_when_its_array_is_resized(void) {
    ndv_array *a, *v, *grown;
    CHECK_OK(ndv_arange(0, 1000, 1, &a));
    CHECK_OK(ndv_slice(a, ":-4:-1", &v));
    CHECK_OK(ndv_resize(a, NDV_DIMS(2000), &grown));
    CHECK(ndv_base(grown) == NULL && ndv_relation(grown, a) == NDV_UNRELATED);
    CHECK_OK(ndv_release(a));
    CHECK_INT64S(v, 999, 998, 997);
    ndv_release(grown);
    ndv_release(v);
}

/* NumPy: byteswap(inplace=True) of a view whose elements meet swaps some of them again and again. */
static void each_element_is_swapped_once(void) {
    static const int64_t still[] = {0};
    uint32_t memory[2] = {0x01020304, 0x05060708};
    ndv_array *a;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT32, NDV_DIMS(4), still,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_byteswap(a));
    CHECK(memory[0] == 0x04030201 && memory[1] == 0x05060708);
    ndv_release(a);
}

CHECK_MAIN(TEST(an_assignment_reads_its_right_side_first_whatever_the_strides),
           TEST(elements_widen_and_narrow_in_place),
           TEST(one_element_that_overlaps_its_target_in_part_is_broadcast_whole),
           TEST(a_masked_assignment_reads_its_right_side_first),
           TEST(a_mask_that_is_written_through_is_read_first),
           TEST(writing_by_flat_positions_reads_its_values_first),
           TEST(taking_into_the_list_of_positions_reads_the_list_first),
           TEST(put_writes_nothing_if_a_position_is_bad), TEST(a_position_far_away_wraps_at_once),
           TEST(an_unsigned_position_is_never_negative),
           TEST(no_stride_times_a_step_or_a_position_leads_out_of_the_array),
           TEST(the_last_value_in_c_order_stays_whatever_the_layout),
           TEST(a_float_becomes_the_same_integer_whatever_the_length_and_layout),
           TEST(unaligned_elements_are_copied_bit_for_bit),
           TEST(a_view_outlives_whatever_becomes_of_its_array),
           TEST(arrays_that_share_no_byte_are_assigned_without_a_temporary),
           TEST(a_copy_under_a_mask_reads_its_right_side_first),
           TEST(place_and_copy_where_read_values_and_mask_first),
           TEST(parts_of_an_array_may_be_joined_into_it),
           TEST(choosing_into_what_says_which_reads_it_first),
           TEST(a_choice_far_away_wraps_at_once),
           TEST(a_view_keeps_its_elements_when_its_array_is_resized),
           TEST(each_element_is_swapped_once))
