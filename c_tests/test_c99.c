/* ndview_c99.h from C: lists in place, index items, structs with defaults, NDV_AUTO, windows. */
#include "check.h"

/* The same header twice, and the plain one after it, is no trouble. */
#include "ndview.h"
#include "ndview_c99.h"

/* ---------------------------------------------------------------------------- lists in place */

static int32_t count_of(int32_t count, const int64_t *numbers) {
    return numbers == NULL && count != 0 ? -1 : count;
}

static int64_t sum_of(int32_t count, const int64_t *numbers) {
    int64_t sum = 0;
    while (count-- > 0) sum += numbers[count];
    return sum;
}

static void dims_are_a_count_and_an_array(void) {
    const int narrow = 3;
    int64_t runs = 0;
    CHECK(count_of(NDV_NO_DIMS) == 0);
    CHECK(count_of(NDV_DIMS(5)) == 1 && sum_of(NDV_DIMS(5)) == 5);
    CHECK(count_of(NDV_DIMS(1, 2, 3, 4)) == 4 && sum_of(NDV_DIMS(1, 2, 3, 4)) == 10);
    CHECK(sum_of(NDV_DIMS(narrow, -1, INT64_MAX - 2)) == INT64_MAX);
    CHECK(sum_of(NDV_DIMS(narrow > 2 ? 10 : 20, 1)) == 11);
    CHECK(count_of(NDV_DIMS(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)) == 64);
    for (; runs < 3; runs++) CHECK(sum_of(NDV_DIMS(runs, 1)) == runs + 1);
}

static void dims_write_shapes_axes_and_indices(void) {
    ndv_array *a, *v;
    int64_t value;
    CHECK_OK(ndv_arange(0, 24, 1, &v));
    CHECK_OK(ndv_reshape(v, NDV_DIMS(2, 3, -1), NDV_ORDER_C, NDV_COPY_NEVER, &a));
    CHECK_OK(ndv_release(v));
    CHECK_SHAPE(a, 2, 3, 4);
    CHECK_OK(ndv_permute(a, NDV_DIMS(2, 0, 1), &v));
    CHECK_SHAPE(v, 4, 2, 3);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_flip(a, NDV_DIMS(1, -1), &v));
    CHECK_STRIDES(v, 96, -32, -8);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_take(a, NDV_DIMS(3, 0), -1, &v));
    CHECK_INT64S(v, 3, 0, 7, 4, 11, 8, 15, 12, 19, 16, 23, 20);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_get_int64(a, NDV_DIMS(1, 2, 3), &value));
    CHECK(value == 23);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_NO_DIMS, &a));
    CHECK_OK(ndv_get_int64(a, NDV_NO_DIMS, &value));
    CHECK(value == 0);
    CHECK_OK(ndv_release(a));
}

/* -------------------------------------------------------------------------------- index items */

static bool same_view(const ndv_array *x, const ndv_array *y) {
    const size_t axes = (size_t)ndv_ndim(x);
    return x != NULL && y != NULL && ndv_ndim(x) == ndv_ndim(y) && ndv_data(x) == ndv_data(y) &&
           memcmp(ndv_shape(x), ndv_shape(y), axes * sizeof(int64_t)) == 0 &&
           memcmp(ndv_strides(x), ndv_strides(y), axes * sizeof(int64_t)) == 0 &&
           ndv_flags(x) == ndv_flags(y) && ndv_base(x) == ndv_base(y);
}

/* That items and their text give the same view. */
#define SAME(text, ...)                                                                            \
    do {                                                                                           \
        ndv_array *by_text, *by_items;                                                             \
        CHECK_OK(ndv_slice(a, text, &by_text));                                                    \
        CHECK_OK(ndv_index_items(a, NDV_ITEMS(__VA_ARGS__), &by_items));                           \
        CHECK(same_view(by_text, by_items));                                                       \
        CHECK_OK(ndv_release(by_text));                                                            \
        CHECK_OK(ndv_release(by_items));                                                           \
    } while (0)

/* That both fail in the same way. */
#define SAME_ERROR(status, text, ...)                                                              \
    do {                                                                                           \
        ndv_array *none = a;                                                                       \
        CHECK_STATUS(status, ndv_slice(a, text, &none));                                           \
        CHECK(none == NULL);                                                                       \
        none = a;                                                                                  \
        CHECK_STATUS(status, ndv_index_items(a, NDV_ITEMS(__VA_ARGS__), &none));                   \
        CHECK(none == NULL);                                                                       \
    } while (0)

static void items_mean_what_their_text_means(void) {
    ndv_array *a;
    const int64_t far = INT64_MAX, before = INT64_MIN;
    CHECK_OK(ndv_zeros(NDV_INT32, NDV_DIMS(5, 6, 7), &a));
    SAME("3", NDV_AT(3));
    SAME("-1", NDV_AT(-1));
    SAME("-5, 5", NDV_AT(-5), NDV_AT(5));
    SAME("1, 2, 3", NDV_AT(1), NDV_AT(2), NDV_AT(3));
    SAME(":", NDV_ALL);
    SAME(":, :, :", NDV_ALL, NDV_ALL, NDV_ALL);
    SAME("1:4", NDV_RANGE(1, 4));
    SAME("-3:-1", NDV_RANGE(-3, -1));
    SAME("4:1", NDV_RANGE(4, 1));
    SAME("0:0", NDV_RANGE(0, 0));
    SAME("-100:100", NDV_RANGE(-100, 100));
    SAME("1:9:2", NDV_STEPS(1, 9, 2));
    SAME("4:0:-2", NDV_STEPS(4, 0, -2));
    SAME("4:-6:-1", NDV_STEPS(4, -6, -1));
    SAME("9:0:-3", NDV_STEPS(9, 0, -3));
    SAME("2:", NDV_FROM(2));
    SAME("-2:", NDV_FROM(-2));
    SAME("5:", NDV_FROM(5));
    SAME(":-1", NDV_UNTIL(-1));
    SAME(":0", NDV_UNTIL(0));
    SAME(":3", NDV_UNTIL(3));
    SAME("::-1", NDV_BY(-1));
    SAME("::2", NDV_BY(2));
    SAME("::1", NDV_BY(1));
    SAME("::100", NDV_BY(100));
    SAME("::-100", NDV_BY(-100));
    SAME("...", NDV_REST);
    SAME("..., 2", NDV_REST, NDV_AT(2));
    SAME("2, ...", NDV_AT(2), NDV_REST);
    SAME("1, ..., ::-1", NDV_AT(1), NDV_REST, NDV_BY(-1));
    SAME("1, 2, 3, ...", NDV_AT(1), NDV_AT(2), NDV_AT(3), NDV_REST);
    SAME("newaxis", NDV_NEW_AXIS);
    SAME("None", NDV_NEW_AXIS);
    SAME("newaxis, 2, newaxis, 1:3, newaxis", NDV_NEW_AXIS, NDV_AT(2), NDV_NEW_AXIS,
         NDV_RANGE(1, 3), NDV_NEW_AXIS);
    SAME("..., newaxis", NDV_REST, NDV_NEW_AXIS);
    SAME("newaxis, ...", NDV_NEW_AXIS, NDV_REST);
    SAME("1:3, ::-1, ..., newaxis", NDV_RANGE(1, 3), NDV_BY(-1), NDV_REST, NDV_NEW_AXIS);
    SAME("9223372036854775807:", NDV_FROM(far));
    SAME("-9223372036854775808:", NDV_FROM(before));
    SAME("::9223372036854775807", NDV_BY(far));
    SAME("::-9223372036854775808", NDV_BY(before));
    SAME("-9223372036854775808:9223372036854775807:9223372036854775807",
         NDV_STEPS(before, far, far));
    SAME("[ 1 : 3 , +0 ]", NDV_RANGE(1, 3), NDV_AT(0));

    SAME_ERROR(NDV_E_INDEX, "5", NDV_AT(5));
    SAME_ERROR(NDV_E_INDEX, "-6", NDV_AT(-6));
    SAME_ERROR(NDV_E_INDEX, "..., 9223372036854775807", NDV_REST, NDV_AT(far));
    SAME_ERROR(NDV_E_STEP, "::0", NDV_BY(0));
    SAME_ERROR(NDV_E_STEP, "1:2:0", NDV_STEPS(1, 2, 0));
    SAME_ERROR(NDV_E_INDEX_ITEMS, "0, 0, 0, 0", NDV_AT(0), NDV_AT(0), NDV_AT(0), NDV_AT(0));
    SAME_ERROR(NDV_E_INDEX_ITEMS, "..., 0, ...", NDV_REST, NDV_AT(0), NDV_REST);
    CHECK_OK(ndv_release(a));
}

static void a_list_or_a_mask_is_an_item(void) {
    ndv_array *a, *grid, *list, *mask, *copy, *none = NULL;
    CHECK_OK(ndv_arange(0, 12, 1, &a));
    CHECK_OK(ndv_reshape(a, NDV_DIMS(3, 4), NDV_ORDER_C, NDV_COPY_NEVER, &grid));
    CHECK_OK(ndv_arange(2, -1, -2, &list));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(4), &mask));
    CHECK_OK(ndv_set_int64(mask, NDV_DIMS(3), 1));
    CHECK_OK(ndv_get(grid, NDV_ITEMS(NDV_PICK(list), NDV_RANGE(1, 3)), &copy));
    CHECK_SHAPE(copy, 2, 2);
    CHECK_INT64S(copy, 9, 10, 1, 2);
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_get(grid, NDV_ITEMS(NDV_PICK(list), NDV_PICK(mask)), &copy));
    CHECK_INT64S(copy, 11, 3);
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_get(grid, 0, NULL, &copy));
    CHECK_SHAPE(copy, 3, 4);
    CHECK_OK(ndv_release(copy));
    CHECK_STATUS(NDV_E_INDEX_ITEMS, ndv_index_items(grid, NDV_ITEMS(NDV_PICK(list)), &none));
    CHECK_MESSAGE("item 0 is an array");
    CHECK(none == NULL && ndv_use_count(list) == 1);
    CHECK_OK(ndv_release(mask));
    CHECK_OK(ndv_release(list));
    CHECK_OK(ndv_release(grid));
    CHECK_OK(ndv_release(a));
}

static void no_items_are_the_whole_array(void) {
    ndv_array *a, *v, *w;
    CHECK_OK(ndv_zeros(NDV_INT32, NDV_DIMS(5, 6), &a));
    CHECK_OK(ndv_slice(a, "", &v));
    CHECK_OK(ndv_index_items(a, 0, NULL, &w));
    CHECK(same_view(v, w));
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(w));
    CHECK_OK(ndv_release(a));
}

static void an_item_may_be_made_at_run_time(void) {
    ndv_array *a, *v;
    ndv_index items[2];
    int64_t i;
    CHECK_OK(ndv_arange(0, 10, 1, &a));
    for (i = 0; i < 9; i++) {
        items[0] = NDV_RANGE(i, i + 2);
        items[1] = NDV_NEW_AXIS;
        CHECK_OK(ndv_index_items(a, 2, items, &v));
        CHECK_SHAPE(v, 2, 1);
        CHECK_INT64S(v, i, i + 1);
        CHECK_OK(ndv_release(v));
    }
    CHECK_OK(ndv_release(a));
}

/* ------------------------------------------------------------------------------------ structs */

static void structs_begin_with_their_defaults(void) {
    ndv_description d = NDV_DESCRIPTION_INIT;
    ndv_statistics s = NDV_STATISTICS_INIT;
    ndv_format_options o = NDV_FORMAT_OPTIONS_INIT;
    ndv_npy_info n = NDV_NPY_INFO_INIT;
    ndv_overlap_report p = NDV_OVERLAP_REPORT_INIT;
    ndv_index i = NDV_INDEX_INIT;
    ndv_allocator m = NDV_ALLOCATOR_INIT;
    ndv_record_field f = NDV_RECORD_FIELD_INIT;
    ndv_footprint_info q = NDV_FOOTPRINT_INFO_INIT;
    ndv_draw_options w = NDV_DRAW_OPTIONS_INIT;
    ndv_span t = NDV_SPAN_INIT;
    ndv_array *a, *v;
    char with[200], without[200];
    CHECK(f.struct_size == sizeof f && f.name == NULL && f.offset == -1 && f.dtype == 0);
    CHECK(n.struct_size == sizeof n && n.ndim == 0 && n.shape[63] == 0);
    CHECK(p.struct_size == sizeof p && p.relation == 0 && p.address == NULL && p.b_index[63] == 0);
    CHECK(d.struct_size == sizeof d && d.dtype == 0 && d.data == NULL && d.base == NULL);
    CHECK(s.struct_size == sizeof s && s.arrays_alive == 0 && s.bytes_copied == 0);
    CHECK(o.struct_size == sizeof o && o.precision == 8 && o.digits == NDV_DIGITS_UNIQUE);
    CHECK(o.suppress_small == 0 && o.sign == '-' && o.threshold == 1000 && o.edge_items == 3);
    CHECK(o.line_width == 75);
    CHECK(m.struct_size == sizeof m && m.allocate == NULL && m.allocate_zeroed == NULL);
    CHECK(m.release == NULL && m.context == NULL);
    CHECK(i.struct_size == sizeof i && i.step == 0 && i.array == NULL);
    CHECK(q.struct_size == sizeof q && q.touched_bytes == 0 && q.exact == 0);
    CHECK(w.struct_size == sizeof w && w.form == NDV_DRAW_TEXT && w.subject == NDV_DRAW_BYTES);
    CHECK(t.struct_size == sizeof t && t.data == NULL && t.data_mut == NULL && t.ndim == 0);
    CHECK(t.dtype == 0 && t.flags == 0 && t.itemsize == 0 && t.strides[63] == 0);
    CHECK(w.width == 0 && w.pairs == 6 && w.first_byte == 0 && w.byte_count == 0);
    CHECK_OK(ndv_get_statistics(&s));
    CHECK_OK(ndv_linspace(0, 1, 4, 1, &a));
    CHECK_OK(ndv_describe(a, &d));
    CHECK(d.size == 4);
    CHECK_OK(ndv_index_items(a, 1, &i, &v)); /* the whole axis */
    CHECK_SHAPE(v, 4);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_format(a, &o, with, sizeof with, NULL));
    CHECK_OK(ndv_format(a, NULL, without, sizeof without, NULL));
    CHECK(strcmp(with, without) == 0);
    CHECK_OK(ndv_release(a));
}

/* A field in the middle has no gap, and the whole is what a 64-bit ABI makes of it. */
static void structs_have_the_layout_of_the_header(void) {
    if (sizeof(void *) != 8) return;
    CHECK(offsetof(ndv_description, dtype) == 8 && offsetof(ndv_description, itemsize) == 24);
    CHECK(offsetof(ndv_description, base) == 80 && sizeof(ndv_description) == 88);
    CHECK(offsetof(ndv_index, start) == 16 && offsetof(ndv_index, array) == 40);
    CHECK(sizeof(ndv_index) == 48);
    CHECK(sizeof(ndv_statistics) == 48 && offsetof(ndv_statistics, bytes_copied) == 40);
    CHECK(sizeof(ndv_allocator) == 40 && offsetof(ndv_allocator, context) == 32);
    CHECK(sizeof(ndv_format_options) == 48 && offsetof(ndv_format_options, threshold) == 24);
}

/* ----------------------------------------------------------------------------------- NDV_AUTO */

#if NDV_HAS_AUTO
static int64_t returns_from_the_middle(int where) {
    NDV_AUTO ndv_array *a = NULL;
    NDV_AUTO ndv_array *v = NULL;
    int64_t value = -1;
    if (where == 0) return 0;
    if (ndv_arange(0, 5, 1, &a) != NDV_OK) return -1;
    if (where == 1) return 1;
    if (ndv_slice(a, "2", &v) != NDV_OK) return -2;
    if (ndv_get_int64(v, NDV_NO_DIMS, &value) != NDV_OK) return -3;
    return value;
}

static void auto_releases_at_the_end_of_the_scope(void) {
    int i, where;
    CHECK(returns_from_the_middle(0) == 0);
    CHECK(returns_from_the_middle(1) == 1);
    CHECK(returns_from_the_middle(2) == 2);
    CHECK(check_statistics().arrays_alive == 0);
    for (i = 0; i < 5; i++) {
        NDV_AUTO ndv_array *a = NULL;
        CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(3), &a));
        CHECK(check_statistics().arrays_alive == 1);
        where = i;
        if (where == 2) continue;
        if (where == 3) break;
    }
    CHECK(check_statistics().arrays_alive == 0);
}
#else
static void auto_releases_at_the_end_of_the_scope(void) {}
#endif

/* ------------------------------------------------------------------------------------ windows */

static void a_window_reads_and_writes_elements(void) {
    ndv_array *a, *t, *v;
    static ndv_window w, r; /* static: zeroed, should opening fail */
    int64_t i, j;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(3, 4), &a));
    CHECK_OK(ndv_open_mut(a, NDV_FLOAT64, 2, &w));
    CHECK(w.shape[0] == 3 && w.shape[1] == 4 && w.shape[2] == 1 && w.shape[3] == 1);
    CHECK(w.strides[0] == 32 && w.strides[1] == 8 && w.strides[2] == 0);
    for (i = 0; i < w.shape[0]; i++)
        for (j = 0; j < w.shape[1]; j++) NDV_REF2(double, w, i, j) = (double)(10 * i + j);
    CHECK_INT64S(a, 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23);
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_open(t, NDV_FLOAT64, 2, &r));
    CHECK(r.data_mut == NULL && r.data == w.data);
    CHECK(NDV_GET2(double, r, 3, 1) >= 13 && NDV_GET2(double, r, 3, 1) <= 13);
    NDV_REF2(double, w, 1, 3) += 100; /* shows in the other */
    CHECK(NDV_GET2(double, r, 3, 1) >= 113 && NDV_GET2(double, r, 3, 1) <= 113);
    CHECK_OK(ndv_slice(a, "::-1, 1", &v));
    CHECK_OK(ndv_open(v, NDV_FLOAT64, 1, &r));
    CHECK(NDV_GET1(double, r, 0) >= 21 && NDV_GET1(double, r, 0) <= 21);
    CHECK(NDV_GET1(double, r, 2) >= 1 && NDV_GET1(double, r, 2) <= 1);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(a));
}

static void windows_have_up_to_four_axes(void) {
    ndv_array *flat, *a;
    static ndv_window w;
    int64_t i, j, k, l;
    int wrong = 0;
    CHECK_OK(ndv_arange(0, 120, 1, &flat));
    CHECK_OK(ndv_reshape(flat, NDV_DIMS(2, 3, 4, 5), NDV_ORDER_C, NDV_COPY_NEVER, &a));
    CHECK_OK(ndv_open_mut(a, NDV_INT64, 4, &w));
    for (i = 0; i < 2; i++)
    for (j = 0; j < 3; j++)
    for (k = 0; k < 4; k++)
    for (l = 0; l < 5; l++) {
        if (NDV_GET4(int64_t, w, i, j, k, l) != i * 60 + j * 20 + k * 5 + l) wrong++;
        NDV_REF4(int64_t, w, i, j, k, l) *= 2;
    }
    CHECK(wrong == 0);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_reshape(flat, NDV_DIMS(2, 3, 20), NDV_ORDER_C, NDV_COPY_NEVER, &a));
    CHECK_OK(ndv_open_mut(a, NDV_INT64, 3, &w));
    CHECK(NDV_GET3(int64_t, w, 1, 2, 19) == 238);
    NDV_REF3(int64_t, w, 1, 2, 19) = 1;
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_open_mut(flat, NDV_INT64, 1, &w));
    CHECK(NDV_GET1(int64_t, w, 119) == 1 && NDV_GET1(int64_t, w, 118) == 236);
    NDV_REF1(int64_t, w, 118) = 7;
    CHECK(NDV_GET1(int64_t, w, 118) == 7);
    CHECK_OK(ndv_slice(flat, "118", &a)); /* no axes: the element is at data */
    CHECK_OK(ndv_open(a, NDV_INT64, 0, &w));
    CHECK(NDV_READ_AT(int64_t, w, 0) == 7);
    CHECK(NDV_GET1(int64_t, w, 0) == 7);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_release(flat));
}

static void a_window_of_something_else_is_refused(void) {
    ndv_array *a, *r, *m, *five;
    ndv_window w, before;
    unsigned char bytes[17] = {0};
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_OK(ndv_wrap(bytes, sizeof bytes, (uintptr_t)bytes % 2 == 0, NDV_INT64, NDV_DIMS(2), NULL,
                      0, NULL, NULL, &m));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(1, 1, 1, 1, 1), &five));
    memset(&w, 0x5a, sizeof w);
    before = w;
    CHECK_STATUS(NDV_E_DTYPE, ndv_open(a, NDV_FLOAT64, 2, &w));
    CHECK_STATUS(NDV_E_DTYPE, ndv_open_mut(a, NDV_UINT64, 2, &w));
    CHECK_STATUS(NDV_E_NDIM, ndv_open(a, NDV_INT64, 1, &w));
    CHECK_STATUS(NDV_E_NDIM, ndv_open(a, NDV_INT64, 3, &w));
    CHECK_STATUS(NDV_E_NDIM, ndv_open(a, NDV_INT64, -1, &w));
    CHECK_STATUS(NDV_E_NDIM, ndv_open(five, NDV_INT64, 5, &w));
    CHECK_STATUS(NDV_E_NDIM, ndv_open_mut(five, NDV_INT64, 5, &w));
    CHECK_STATUS(NDV_E_NDIM, ndv_open_mut(a, NDV_INT64, INT32_MIN, &w));
    CHECK_STATUS(NDV_E_READONLY, ndv_open_mut(r, NDV_INT64, 2, &w));
    CHECK_STATUS(NDV_E_LAYOUT, ndv_open(m, NDV_INT64, 1, &w));
    CHECK_STATUS(NDV_E_LAYOUT, ndv_open_mut(m, NDV_INT64, 1, &w));
    CHECK_STATUS(NDV_E_NULL, ndv_open(NULL, NDV_INT64, 1, &w));
    CHECK_STATUS(NDV_E_NULL, ndv_open_mut(NULL, NDV_INT64, 1, &w));
    CHECK(memcmp(&w, &before, sizeof w) == 0); /* not set by any of them */
    CHECK_OK(ndv_open(r, NDV_INT64, 2, &w));
    CHECK(w.data_mut == NULL);
    CHECK_OK(ndv_release(five));
    CHECK_OK(ndv_release(m));
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(dims_are_a_count_and_an_array), TEST(dims_write_shapes_axes_and_indices),
           TEST(items_mean_what_their_text_means), TEST(a_list_or_a_mask_is_an_item),
           TEST(no_items_are_the_whole_array),
           TEST(an_item_may_be_made_at_run_time), TEST(structs_begin_with_their_defaults),
           TEST(structs_have_the_layout_of_the_header),
           TEST(auto_releases_at_the_end_of_the_scope), TEST(a_window_reads_and_writes_elements),
           TEST(windows_have_up_to_four_axes), TEST(a_window_of_something_else_is_refused))
