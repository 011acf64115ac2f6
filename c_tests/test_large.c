/* Moves of sizes and pitches at which other ways are taken than for small ones, against the layout of the
 * source, element by element. How large that is depends on the machine's caches. */
#include "check.h"
#include "model.h"

#include <string.h>

/* A new array of numbers of which no two neighbours, in any direction, are equal. */
static ndv_array *numbers(int32_t dtype, int32_t ndim, const int64_t *shape) {
    ndv_array *a;
    unsigned char *data;
    uint32_t x = 1;
    CHECK_OK(ndv_empty(dtype, ndim, shape, &a));
    CHECK_OK(ndv_data_mut(a, (void **)&data));
    for (size_t i = 0; i < ndv_nbytes(a); i++) data[i] = (unsigned char)((x = x * 1664525 + 1013904223) >> 24);
    return a;
}

/* Row by row, along the last axis. */
static bool equal(const ndv_array *result, const ndv_array *expected) {
    const size_t itemsize = (size_t)ndv_itemsize(expected);
    const int32_t last = ndv_ndim(expected) - 1;
    const int64_t extent = ndv_shape(expected)[last], size = ndv_size(expected);
    for (int64_t first = 0; first < size; first += extent) {
        const unsigned char *a = model_element(result, first, NDV_ORDER_C);
        const unsigned char *b = model_element(expected, first, NDV_ORDER_C);
        for (int64_t i = 0; i < extent; i++, a += ndv_strides(result)[last], b += ndv_strides(expected)[last])
            if (memcmp(a, b, itemsize)) return false;
    }
    return true;
}

static void lines_that_lie_a_multiple_of_4096_bytes_apart_are_transposed(void) {
    const int64_t sides[][2] = {{1024, 1024}, {128, 64}, {64, 128}, {127, 200}, {200, 127}, {129, 65}, {256, 100}, {300, 300}};
    ndv_array *from = numbers(NDV_FLOAT32, NDV_DIMS(1024, 1024)), *to, *before;
    for (size_t i = 0; i < COUNT(sides); i++) {
        const int64_t rows = sides[i][0], columns = sides[i][1];
        ndv_array *source, *turned, *target;
        to = numbers(NDV_FLOAT32, NDV_DIMS(1024, 1024));
        CHECK_OK(ndv_copy(to, NDV_ORDER_C, &before));
        CHECK_OK(ndv_index_items(from, NDV_ITEMS(NDV_UNTIL(rows), NDV_UNTIL(columns)), &source));
        CHECK_OK(ndv_transpose(source, &turned));
        CHECK_OK(ndv_index_items(to, NDV_ITEMS(NDV_UNTIL(columns), NDV_UNTIL(rows)), &target));
        CHECK_OK(ndv_set(target, turned, NDV_CAST_NO));
        CHECK(equal(target, turned));
        for (int64_t line = 0; line < 1024; line++) { /* and what lies beside it is as it was */
            const size_t written = line < columns ? (size_t)rows * 4 : 0, at = (size_t)line * 4096 + written;
            CHECK(!memcmp(model_data(to) + at, model_data(before) + at, 4096 - written));
        }
        CHECK_OK(ndv_release(target));
        CHECK_OK(ndv_release(turned));
        CHECK_OK(ndv_release(source));
        CHECK_OK(ndv_release(before));
        CHECK_OK(ndv_release(to));
    }
    CHECK_OK(ndv_release(from));
}

static void large_permutes_arrive(void) {
    const struct {
        int32_t dtype, ndim;
        int64_t shape[6], order[6];
    } cases[] = {
        {NDV_FLOAT32, 4, {64, 64, 33, 32}, {0, 2, 3, 1}}, {NDV_FLOAT32, 4, {64, 33, 32, 64}, {0, 3, 1, 2}},
        {NDV_FLOAT64, 4, {32, 64, 33, 32}, {0, 2, 3, 1}}, {NDV_FLOAT32, 4, {64, 64, 32, 32}, {3, 2, 1, 0}},
        {NDV_FLOAT32, 6, {16, 12, 16, 16, 8, 16}, {0, 2, 5, 1, 4, 3}}, {NDV_FLOAT64, 6, {8, 12, 16, 16, 8, 12}, {5, 2, 0, 4, 1, 3}},
        {NDV_FLOAT32, 5, {16, 24, 16, 64, 12}, {3, 1, 0, 2, 4}}, {NDV_UINT8, 2, {4097, 4097}, {1, 0}},
        {NDV_UINT16, 2, {3000, 2999}, {1, 0}}, {NDV_COMPLEX128, 2, {1100, 1024}, {1, 0}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ndv_array *a = numbers(cases[i].dtype, cases[i].ndim, cases[i].shape), *view, *copy;
        CHECK_OK(ndv_permute(a, cases[i].ndim, cases[i].order, &view));
        CHECK_OK(ndv_copy(view, NDV_ORDER_C, &copy));
        CHECK(equal(copy, view));
        CHECK_OK(ndv_release(copy));
        CHECK_OK(ndv_release(view));
        CHECK_OK(ndv_release(a));
    }
}

static void large_planes_are_transposed_within_their_memory(void) {
    const struct {
        int32_t dtype;
        int64_t side;
    } cases[] = {{NDV_UINT8, 1100}, {NDV_UINT8, 2048}, {NDV_UINT16, 900}, {NDV_FLOAT32, 701}, {NDV_FLOAT32, 1025}, {NDV_COMPLEX128, 257}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const int64_t n = cases[i].side;
        for (int exchanged = 0; exchanged < 2; exchanged++) { /* a[:] = a.transpose(0, 2, 1), or of a[::-1] */
            ndv_array *a = numbers(cases[i].dtype, NDV_DIMS(2, n, n)), *before, *planes, *turned, *source;
            ndv_plan plan = NDV_PLAN_INIT;
            CHECK_OK(ndv_copy(a, NDV_ORDER_C, &before));
            CHECK_OK(ndv_slice(a, exchanged ? "::-1" : ":", &planes));
            CHECK_OK(ndv_swap_axes(planes, 1, 2, &turned));
            CHECK_OK(ndv_set_plan(a, turned, NDV_CAST_NO, &plan));
            CHECK(plan.plan == NDV_PLAN_SWAP && plan.temporary_bytes == 0);
            CHECK_OK(ndv_set(a, turned, NDV_CAST_NO));
            CHECK_OK(ndv_release(turned));
            CHECK_OK(ndv_release(planes));
            CHECK_OK(ndv_slice(before, exchanged ? "::-1" : ":", &planes));
            CHECK_OK(ndv_swap_axes(planes, 1, 2, &source));
            CHECK(equal(a, source));
            CHECK_OK(ndv_release(source));
            CHECK_OK(ndv_release(planes));
            CHECK_OK(ndv_release(before));
            CHECK_OK(ndv_release(a));
        }
    }
}

static void elements_apart_are_converted_from_memory(void) {
    enum { N = 300000 };
    ndv_array *a, *apart, *narrow;
    double *numbers_of;
    CHECK_OK(ndv_empty(NDV_FLOAT64, NDV_DIMS(2 * N), &a));
    CHECK_OK(ndv_data_mut(a, (void **)&numbers_of));
    for (int i = 0; i < 2 * N; i++) numbers_of[i] = i / 3.0;
    CHECK_OK(ndv_slice(a, "1::2", &apart));
    CHECK_OK(ndv_astype(apart, NDV_FLOAT32, NDV_ORDER_C, NDV_CAST_SAME_KIND, NDV_COPY_ALWAYS, &narrow));
    for (int i = 0; i < N; i++) CHECK(((const float *)ndv_data(narrow))[i] == (float)numbers_of[2 * i + 1]);
    CHECK_OK(ndv_release(narrow));
    CHECK_OK(ndv_release(apart));
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(lines_that_lie_a_multiple_of_4096_bytes_apart_are_transposed), TEST(large_permutes_arrive),
           TEST(large_planes_are_transposed_within_their_memory), TEST(elements_apart_are_converted_from_memory))
