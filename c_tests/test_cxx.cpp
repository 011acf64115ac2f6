// ndview.h and ndview_c99.h from C++11.
#include "check.h"

#include <cstring>
#include <vector>

namespace {

void dims_live_for_the_whole_call() {
    ndv_array *a, *v;
    int64_t value;
    CHECK_OK(ndv_arange(0, 24, 1, &v));
    CHECK_OK(ndv_reshape(v, NDV_DIMS(2, 3, -1), NDV_ORDER_C, NDV_COPY_NEVER, &a));
    CHECK_OK(ndv_release(v));
    CHECK_SHAPE(a, 2, 3, 4);
    CHECK_OK(ndv_permute(a, NDV_DIMS(2, 0, 1), &v));
    CHECK_STRIDES(v, 8, 96, 32);
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

bool same_view(const ndv_array *x, const ndv_array *y) {
    if (x == nullptr || y == nullptr || ndv_ndim(x) != ndv_ndim(y)) return false;
    for (int32_t axis = 0; axis < ndv_ndim(x); axis++)
        if (ndv_shape(x)[axis] != ndv_shape(y)[axis] ||
            ndv_strides(x)[axis] != ndv_strides(y)[axis])
            return false;
    return ndv_data(x) == ndv_data(y) && ndv_base(x) == ndv_base(y);
}

#define SAME(text, ...)                                                                            \
    do {                                                                                           \
        ndv_array *by_text, *by_items;                                                             \
        CHECK_OK(ndv_slice(a, text, &by_text));                                                    \
        CHECK_OK(ndv_index_items(a, NDV_ITEMS(__VA_ARGS__), &by_items));                           \
        CHECK(same_view(by_text, by_items));                                                       \
        CHECK_OK(ndv_release(by_text));                                                            \
        CHECK_OK(ndv_release(by_items));                                                           \
    } while (0)

void items_mean_what_their_text_means() {
    ndv_array *a;
    CHECK_OK(ndv_zeros(NDV_INT32, NDV_DIMS(5, 6, 7), &a));
    SAME("3", NDV_AT(3));
    SAME(":, 1:4", NDV_ALL, NDV_RANGE(1, 4));
    SAME("1:9:2, 2:, :-1", NDV_STEPS(1, 9, 2), NDV_FROM(2), NDV_UNTIL(-1));
    SAME("::-1, ..., newaxis", NDV_BY(-1), NDV_REST, NDV_NEW_AXIS);
    CHECK_OK(ndv_release(a));
}

void macros_of_windows_take_a_span() {
    ndv_array *a;
    ndv_span s = NDV_SPAN_INIT;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_span_of_mut(a, &s));
    CHECK_OK(ndv_span_permute(&s, NDV_DIMS(1, 0), &s));
    NDV_REF2(int64_t, s, 2, 0) = 7;
    CHECK(NDV_GET2(int64_t, s, 2, 0) == 7);
    CHECK_INT64S(a, 0, 0, 7, 0, 0, 0);
    CHECK_OK(ndv_release(a));
}

int32_t twice(char **data, const int64_t *dimensions, const int64_t *strides, void *context) {
    int64_t i;
    ++*static_cast<int *>(context);
    for (i = 0; i < dimensions[0]; i++) {
        double value;
        std::memcpy(&value, data[0] + i * strides[0], sizeof value);
        value *= 2;
        std::memcpy(data[1] + i * strides[1], &value, sizeof value);
    }
    return 0;
}

void operands_live_for_the_whole_call() {
    ndv_array *a, *b;
    int calls = 0;
    ndv_run_nest runs = NDV_RUN_NEST_INIT;
    CHECK_OK(ndv_arange(0, 4, 1, &a));
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(4), &b));
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS_AS(a, NDV_FLOAT64, NDV_CAST_SAFE), NDV_WRITES(b)), 0,
                       twice, &calls));
    CHECK(calls == 1);
    CHECK_INT64S(b, 0, 2, 4, 6);
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(b), NDV_UPDATES(b)), 0, twice, &calls));
    CHECK_INT64S(b, 0, 4, 8, 12);
    CHECK_OK(ndv_runs(b, NDV_ORDER_C, &runs));
    CHECK(runs.run_bytes == 32 && ndv_run_offset(&runs, 0) == 0);
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(a));
}

void lists_and_masks_stand_among_the_items() {
    ndv_array *a, *grid, *list, *mask, *copy;
    CHECK_OK(ndv_arange(0, 12, 1, &a));
    CHECK_OK(ndv_reshape(a, NDV_DIMS(3, 4), NDV_ORDER_C, NDV_COPY_NEVER, &grid));
    CHECK_OK(ndv_arange(2, -1, -2, &list));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(4), &mask));
    CHECK_OK(ndv_set_int64(mask, NDV_DIMS(3), 1));
    CHECK_OK(ndv_get(grid, NDV_ITEMS(NDV_PICK(list), NDV_RANGE(1, 3)), &copy));
    CHECK_INT64S(copy, 9, 10, 1, 2);
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_get(grid, NDV_ITEMS(NDV_PICK(list), NDV_PICK(mask)), &copy));
    CHECK_INT64S(copy, 11, 3);
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_release(mask));
    CHECK_OK(ndv_release(list));
    CHECK_OK(ndv_release(grid));
    CHECK_OK(ndv_release(a));
}

void structs_begin_with_their_defaults() {
    ndv_description d = NDV_DESCRIPTION_INIT;
    ndv_statistics s = NDV_STATISTICS_INIT;
    ndv_format_options o = NDV_FORMAT_OPTIONS_INIT;
    ndv_record_field f = NDV_RECORD_FIELD_INIT;
    CHECK(f.struct_size == sizeof f && f.name == nullptr && f.offset == -1);
    ndv_npy_info n = NDV_NPY_INFO_INIT;
    ndv_overlap_report p = NDV_OVERLAP_REPORT_INIT;
    ndv_index i = NDV_INDEX_INIT;
    ndv_allocator m = NDV_ALLOCATOR_INIT;
    ndv_footprint_info q = NDV_FOOTPRINT_INFO_INIT;
    ndv_draw_options w = NDV_DRAW_OPTIONS_INIT;
    ndv_span t = NDV_SPAN_INIT;
    CHECK(t.struct_size == sizeof t && t.data_mut == nullptr && t.shape[63] == 0);
    CHECK(q.struct_size == sizeof q && q.holders == 0);
    CHECK(w.struct_size == sizeof w && w.form == NDV_DRAW_TEXT && w.pairs == 6);
    CHECK(n.struct_size == sizeof n && n.shape[63] == 0);
    CHECK(p.struct_size == sizeof p && p.address == nullptr && p.b_index[63] == 0);
    CHECK(i.struct_size == sizeof i && i.kind == NDV_INDEX_SLICE && i.array == nullptr);
    CHECK(m.struct_size == sizeof m && m.release == nullptr && m.context == nullptr);
    CHECK(d.struct_size == sizeof d && d.data == nullptr);
    CHECK(s.struct_size == sizeof s && s.copies == 0);
    CHECK(o.struct_size == sizeof o && o.precision == 8 && o.line_width == 75);
    CHECK_OK(ndv_get_statistics(&s));
    CHECK(s.arrays_alive == 0);
}

#if NDV_HAS_AUTO
void auto_releases_at_the_end_of_the_scope() {
    for (int i = 0; i < 4; i++) {
        NDV_AUTO ndv_array *a = nullptr;
        CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(3), &a));
        if (i == 1) continue;
        if (i == 2) break;
        CHECK(check_statistics().arrays_alive == 1);
    }
    try {
        NDV_AUTO ndv_array *a = nullptr;
        CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(3), &a));
        throw 1;
    } catch (int) {
    }
    CHECK(check_statistics().arrays_alive == 0);
}
#else
void auto_releases_at_the_end_of_the_scope() {}
#endif

void a_window_reads_and_writes_elements() {
    ndv_array *a, *r;
    ndv_window w = {};
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(3, 4), &a));
    CHECK_OK(ndv_open_mut(a, NDV_FLOAT64, 2, &w));
    for (int64_t i = 0; i < w.shape[0]; i++)
        for (int64_t j = 0; j < w.shape[1]; j++)
            NDV_REF2(double, w, i, j) = NDV_GET2(double, w, i, j) + static_cast<double>(10 * i + j);
    CHECK_INT64S(a, 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23);
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_OK(ndv_open(r, NDV_FLOAT64, 2, &w));
    CHECK(w.data_mut == nullptr);
    CHECK_STATUS(NDV_E_READONLY, ndv_open_mut(r, NDV_FLOAT64, 2, &w));
    CHECK_STATUS(NDV_E_DTYPE, ndv_open(a, NDV_FLOAT32, 2, &w));
    CHECK_STATUS(NDV_E_NDIM, ndv_open(a, NDV_FLOAT64, 5, &w));
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_release(a));
}

void delete_vector(void *, void *context) { delete static_cast<std::vector<float> *>(context); }

void an_array_can_own_a_vector() {
    std::vector<float> *numbers = new std::vector<float>{1, 2, 3, 4};
    ndv_array *a, *v;
    CHECK_OK(ndv_wrap(numbers->data(), 4 * sizeof(float), 0, NDV_FLOAT32, NDV_DIMS(4), nullptr, 0,
                      delete_vector, numbers, &a));
    CHECK_OK(ndv_slice(a, "::-1", &v));
    CHECK_OK(ndv_release(a));
    CHECK_INT64S(v, 4, 3, 2, 1);
    CHECK_OK(ndv_release(v)); // valgrind would see a vector that is left
}

} // namespace

CHECK_MAIN(TEST(dims_live_for_the_whole_call), TEST(macros_of_windows_take_a_span),
           TEST(items_mean_what_their_text_means),
           TEST(operands_live_for_the_whole_call),
           TEST(lists_and_masks_stand_among_the_items), TEST(structs_begin_with_their_defaults),
           TEST(auto_releases_at_the_end_of_the_scope),
           TEST(a_window_reads_and_writes_elements), TEST(an_array_can_own_a_vector))
