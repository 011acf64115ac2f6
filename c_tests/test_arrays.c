/* Section 3 of the header, but for ndv_wrap(): making arrays, holding them, asking them. */
#include "check.h"

static const int32_t dtypes[] = {
    NDV_BOOL,   NDV_INT8,    NDV_INT16,    NDV_INT32,   NDV_INT64,   NDV_UINT8,     NDV_UINT16,
    NDV_UINT32, NDV_UINT64,  NDV_FLOAT16,  NDV_BFLOAT16, NDV_FLOAT32, NDV_FLOAT64,  NDV_COMPLEX64,
    NDV_COMPLEX128,
};
enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

/* Memory that is no array, and what results are set to before a call that fails. */
static int64_t no_array_memory[64];
static ndv_array *no_array(void) { return (ndv_array *)(void *)no_array_memory; }

/* That a call which makes an array fails, and sets its result to NULL. */
#define REFUSED(status, result, call)                                                              \
    do {                                                                                           \
        (result) = no_array();                                                                     \
        CHECK_STATUS(status, call);                                                                \
        CHECK((result) == NULL);                                                                   \
    } while (0)

static bool zeros(const void *bytes, size_t count) {
    const unsigned char *at = (const unsigned char *)bytes;
    while (count-- > 0)
        if (*at++ != 0) return false;
    return true;
}

static bool is_new(const ndv_array *a) {
    return ndv_base(a) == NULL && ndv_owns_data(a) && ndv_use_count(a) == 1 &&
           ndv_view_count(a) == 0 && ndv_buffer_kind(a) == NDV_BUFFER_HEAP &&
           (ndv_flags(a) & NDV_WRITEABLE) != 0 && (ndv_flags(a) & NDV_ALIGNED) != 0 &&
           (ndv_flags(a) & NDV_OVERLAPPING) == 0 && (uintptr_t)ndv_data(a) % 64 == 0;
}

static bool doubles(const ndv_array *a, int64_t count, const double *expected) {
    const double *found = (const double *)ndv_data(a);
    int64_t i;
    if (ndv_dtype(a) != NDV_FLOAT64 || ndv_ndim(a) != 1 || ndv_size(a) != count || !is_new(a))
        return false;
    for (i = 0; i < count; i++)
        if (found[i] < expected[i] || found[i] > expected[i] || found[i] != found[i]) {
            printf("element %d is %.17g, not %.17g\n", (int)i, found[i], expected[i]);
            return false;
        }
    return true;
}

/* ------------------------------------------------------------------- empty, zeros, full, data */

static void a_new_array_is_dense_in_c_order_and_owns_its_bytes(void) {
    int i;
    for (i = 0; i < DTYPES; i++) {
        const size_t itemsize = ndv_dtype_itemsize(dtypes[i]);
        const int64_t step = (int64_t)itemsize;
        ndv_array *made[3];
        int m;
        CHECK_OK(ndv_empty(dtypes[i], NDV_DIMS(2, 3, 4), &made[0]));
        CHECK_OK(ndv_zeros(dtypes[i], NDV_DIMS(2, 3, 4), &made[1]));
        CHECK_OK(ndv_empty_in_order(dtypes[i], NDV_DIMS(2, 3, 4), NDV_ORDER_C, &made[2]));
        for (m = 0; m < 3; m++) {
            CHECK(is_new(made[m]));
            CHECK(ndv_dtype(made[m]) == dtypes[i]);
            CHECK(ndv_itemsize(made[m]) == itemsize);
            CHECK(ndv_size(made[m]) == 24);
            CHECK(ndv_nbytes(made[m]) == 24 * itemsize);
            CHECK_SHAPE(made[m], 2, 3, 4);
            CHECK_STRIDES(made[m], 12 * step, 4 * step, step);
            CHECK(ndv_flags(made[m]) == (NDV_C_CONTIGUOUS | NDV_ALIGNED | NDV_WRITEABLE));
            if (m == 1) CHECK(zeros(ndv_data(made[m]), 24 * itemsize));
            CHECK(check_statistics().arrays_alive == 3 - m);
            CHECK(check_statistics().buffers_alive == 3 - m);
            CHECK(check_statistics().bytes_alive == (3 - m) * 24 * step);
            CHECK_OK(ndv_release(made[m]));
        }
    }
}

static void fortran_order_has_the_first_axis_fastest(void) {
    ndv_array *a;
    CHECK_OK(ndv_empty_in_order(NDV_INT32, NDV_DIMS(2, 3, 4), NDV_ORDER_F, &a));
    CHECK(is_new(a));
    CHECK_STRIDES(a, 4, 8, 24);
    CHECK(ndv_flags(a) == (NDV_F_CONTIGUOUS | NDV_ALIGNED | NDV_WRITEABLE));
    CHECK_OK(ndv_release(a));
    REFUSED(NDV_E_ARGUMENT, a, ndv_empty_in_order(NDV_INT32, NDV_DIMS(2), 0, &a));
    REFUSED(NDV_E_ARGUMENT, a, ndv_empty_in_order(NDV_INT32, NDV_DIMS(2), NDV_ORDER_A, &a));
    REFUSED(NDV_E_ARGUMENT, a, ndv_empty_in_order(NDV_INT32, NDV_DIMS(2), NDV_ORDER_K, &a));
    REFUSED(NDV_E_ARGUMENT, a, ndv_empty_in_order(NDV_INT32, NDV_DIMS(2), -1, &a));
}

static void an_array_without_axes_has_one_element(void) {
    ndv_array *a;
    const double value = 2.5;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_NO_DIMS, &a));
    CHECK(is_new(a));
    CHECK(ndv_ndim(a) == 0);
    CHECK(ndv_size(a) == 1);
    CHECK(ndv_nbytes(a) == 8);
    CHECK((ndv_flags(a) & NDV_C_CONTIGUOUS) && (ndv_flags(a) & NDV_F_CONTIGUOUS));
    CHECK_INT64S(a, 0);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_from_data(NDV_FLOAT64, NDV_NO_DIMS, &value, &a));
    CHECK(ndv_ndim(a) == 0 && memcmp(ndv_data(a), &value, sizeof value) == 0);
    CHECK_OK(ndv_release(a));
}

static void an_array_without_elements_is_contiguous_in_both_orders(void) {
    static const int64_t shapes[][3] = {{0, 0, 0}, {2, 0, 3}, {0, 5, 7}, {3, 4, 0}};
    size_t i;
    for (i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        ndv_array *made[5];
        int m;
        const int64_t value = 1;
        CHECK_OK(ndv_empty(NDV_INT64, 3, shapes[i], &made[0]));
        CHECK_OK(ndv_zeros(NDV_INT64, 3, shapes[i], &made[1]));
        CHECK_OK(ndv_from_data(NDV_INT64, 3, shapes[i], NULL, &made[2]));
        CHECK_OK(ndv_full(NDV_INT64, 3, shapes[i], NDV_INT64, &value, &made[3]));
        CHECK_OK(ndv_empty_in_order(NDV_INT64, 3, shapes[i], NDV_ORDER_F, &made[4]));
        for (m = 0; m < 5; m++) {
            CHECK(ndv_base(made[m]) == NULL);
            CHECK(ndv_size(made[m]) == 0);
            CHECK(ndv_nbytes(made[m]) == 0);
            CHECK_SHAPE(made[m], shapes[i][0], shapes[i][1], shapes[i][2]);
            CHECK(ndv_flags(made[m]) ==
                  (NDV_C_CONTIGUOUS | NDV_F_CONTIGUOUS | NDV_ALIGNED | NDV_WRITEABLE));
            CHECK_OK(ndv_release(made[m]));
        }
    }
}

static void sixty_four_axes_are_the_most(void) {
    int64_t shape[65];
    int axis;
    ndv_array *a;
    const int64_t value = 3;
    for (axis = 0; axis < 65; axis++) shape[axis] = 1;
    shape[63] = 2;
    CHECK_OK(ndv_zeros(NDV_INT16, 64, shape, &a));
    CHECK(ndv_ndim(a) == 64);
    CHECK(memcmp(ndv_shape(a), shape, 64 * sizeof shape[0]) == 0);
    CHECK_INT64S(a, 0, 0);
    CHECK_OK(ndv_release(a));
    REFUSED(NDV_E_NDIM, a, ndv_zeros(NDV_INT16, 65, shape, &a));
    REFUSED(NDV_E_NDIM, a, ndv_empty(NDV_INT16, 65, shape, &a));
    REFUSED(NDV_E_NDIM, a, ndv_empty_in_order(NDV_INT16, 65, shape, NDV_ORDER_F, &a));
    REFUSED(NDV_E_NDIM, a, ndv_full(NDV_INT16, 65, shape, NDV_INT64, &value, &a));
    REFUSED(NDV_E_NDIM, a, ndv_full_int64(NDV_INT16, 65, shape, 3, &a));
    REFUSED(NDV_E_NDIM, a, ndv_full_double(NDV_INT16, 65, shape, 3, &a));
    REFUSED(NDV_E_NDIM, a, ndv_from_data(NDV_INT16, 65, shape, &value, &a));
    REFUSED(NDV_E_NDIM, a, ndv_zeros(NDV_INT16, -1, shape, &a));
    REFUSED(NDV_E_NDIM, a, ndv_empty(NDV_INT16, INT32_MAX, shape, &a));
    REFUSED(NDV_E_NDIM, a, ndv_empty(NDV_INT16, INT32_MIN, shape, &a));
    REFUSED(NDV_E_NDIM, a, ndv_empty(NDV_INT16, 65, NULL, &a));
}

static void a_shape_that_cannot_be_is_refused(void) {
    const int64_t huge = (int64_t)1 << 40, most = INT64_MAX / 2;
    static const struct {
        int32_t dtype;
        int64_t shape[3];
        ndv_status status;
    } cases[] = {
        {NDV_INT8, {-1, 2, 3}, NDV_E_SHAPE},
        {NDV_INT8, {2, -1, 0}, NDV_E_SHAPE},
        {NDV_INT8, {0, 3, INT64_MIN}, NDV_E_SHAPE},
        {NDV_INT8, {(int64_t)1 << 40, (int64_t)1 << 40, 1}, NDV_E_OVERFLOW},
        /* As in NumPy, where an extent is 0 the product of the others still counts. */
        {NDV_INT8, {(int64_t)1 << 40, (int64_t)1 << 40, 0}, NDV_E_OVERFLOW},
        {NDV_INT8, {0, (int64_t)1 << 40, (int64_t)1 << 40}, NDV_E_OVERFLOW},
        {NDV_INT8, {INT64_MAX, 2, 1}, NDV_E_OVERFLOW},
        {NDV_INT64, {(int64_t)1 << 60, 1, 1}, NDV_E_OVERFLOW},
        {NDV_INT64, {(int64_t)1 << 60, 0, 1}, NDV_E_OVERFLOW},
        {NDV_COMPLEX128, {1, 1, (int64_t)1 << 59}, NDV_E_OVERFLOW},
        {NDV_INT8, {INT64_MAX, INT64_MAX, INT64_MAX}, NDV_E_OVERFLOW},
        /* It fits in 64 bits and in no memory. */
        {NDV_INT8, {(int64_t)1 << 61, 1, 1}, NDV_E_NOMEM},
        {NDV_INT64, {1, (int64_t)1 << 58, 1}, NDV_E_NOMEM},
    };
    size_t i;
    ndv_array *a;
    int64_t value = 1;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int32_t dtype = cases[i].dtype;
        const int64_t *shape = cases[i].shape;
        REFUSED(cases[i].status, a, ndv_empty(dtype, 3, shape, &a));
        REFUSED(cases[i].status, a, ndv_zeros(dtype, 3, shape, &a));
        REFUSED(cases[i].status, a, ndv_empty_in_order(dtype, 3, shape, NDV_ORDER_F, &a));
        REFUSED(cases[i].status, a, ndv_full(dtype, 3, shape, NDV_INT64, &value, &a));
        REFUSED(cases[i].status, a, ndv_full_int64(dtype, 3, shape, 1, &a));
        REFUSED(cases[i].status, a, ndv_full_double(dtype, 3, shape, 1, &a));
        if (cases[i].status != NDV_E_NOMEM) /* data would have to be that large */
            REFUSED(cases[i].status, a, ndv_from_data(dtype, 3, shape, &value, &a));
    }
    /* Large extents that a zero makes harmless are fine. */
    CHECK_OK(ndv_zeros(NDV_INT8, 3, (const int64_t[]){huge, 0, 1000}, &a));
    CHECK(ndv_size(a) == 0);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_zeros(NDV_INT8, 2, (const int64_t[]){most, 0}, &a));
    CHECK_SHAPE(a, most, 0);
    CHECK_OK(ndv_release(a));
}

static void makers_refuse_null(void) {
    ndv_array *a, *r;
    const int64_t value = 1;
    REFUSED(NDV_E_NULL, a, ndv_empty(NDV_INT8, 1, NULL, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_empty(NDV_INT8, NDV_DIMS(1), NULL));
    REFUSED(NDV_E_NULL, a, ndv_empty_in_order(NDV_INT8, 1, NULL, NDV_ORDER_C, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_empty_in_order(NDV_INT8, NDV_DIMS(1), NDV_ORDER_C, NULL));
    REFUSED(NDV_E_NULL, a, ndv_zeros(NDV_INT8, 1, NULL, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_zeros(NDV_INT8, NDV_DIMS(1), NULL));
    REFUSED(NDV_E_NULL, a, ndv_full(NDV_INT8, 1, NULL, NDV_INT64, &value, &a));
    REFUSED(NDV_E_NULL, a, ndv_full(NDV_INT8, NDV_DIMS(1), NDV_INT64, NULL, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_full(NDV_INT8, NDV_DIMS(1), NDV_INT64, &value, NULL));
    REFUSED(NDV_E_NULL, a, ndv_full_int64(NDV_INT8, 1, NULL, 1, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_full_int64(NDV_INT8, NDV_DIMS(1), 1, NULL));
    REFUSED(NDV_E_NULL, a, ndv_full_double(NDV_INT8, 1, NULL, 1, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_full_double(NDV_INT8, NDV_DIMS(1), 1, NULL));
    REFUSED(NDV_E_NULL, a, ndv_empty_like(NULL, &a));
    REFUSED(NDV_E_NULL, a, ndv_zeros_like(NULL, &a));
    REFUSED(NDV_E_NULL, a, ndv_full_like(NULL, NDV_INT64, &value, &a));
    REFUSED(NDV_E_NULL, a, ndv_from_data(NDV_INT8, 1, NULL, &value, &a));
    REFUSED(NDV_E_NULL, a, ndv_from_data(NDV_INT8, NDV_DIMS(1), NULL, &a));
    REFUSED(NDV_E_NULL, a, ndv_from_data(NDV_INT8, NDV_NO_DIMS, NULL, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_from_data(NDV_INT8, NDV_DIMS(1), &value, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_arange(0, 1, 1, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_arange_double(0, 1, 1, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_linspace(0, 1, 1, 1, NULL));
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(1), &a));
    CHECK_STATUS(NDV_E_NULL, ndv_empty_like(a, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_zeros_like(a, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_full_like(a, NDV_INT64, &value, NULL));
    REFUSED(NDV_E_NULL, r, ndv_full_like(a, NDV_INT64, NULL, &r));
    CHECK_OK(ndv_release(a));
}

static void full_has_one_value_everywhere(void) {
    ndv_array *a;
    const int32_t seven = 7;
    const double fraction = -2.75;
    const uint64_t large = UINT64_MAX;
    const unsigned char two = 2;
    CHECK_OK(ndv_full(NDV_INT16, NDV_DIMS(2, 2), NDV_INT32, &seven, &a));
    CHECK(is_new(a) && ndv_dtype(a) == NDV_INT16);
    CHECK_INT64S(a, 7, 7, 7, 7);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_full_int64(NDV_FLOAT32, NDV_DIMS(3), -4, &a));
    CHECK_INT64S(a, -4, -4, -4);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_full(NDV_INT8, NDV_DIMS(2), NDV_FLOAT64, &fraction, &a)); /* truncated */
    CHECK_INT64S(a, -2, -2);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_full_double(NDV_BOOL, NDV_DIMS(2), 0.25, &a)); /* all but 0 is true */
    CHECK_INT64S(a, 1, 1);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_full(NDV_UINT64, NDV_NO_DIMS, NDV_UINT64, &large, &a));
    CHECK(memcmp(ndv_data(a), &large, sizeof large) == 0);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_full(NDV_BOOL, NDV_DIMS(2), NDV_BOOL, &two, &a)); /* any byte is true */
    CHECK(((const unsigned char *)ndv_data(a))[0] != 0);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_full_int64(NDV_COMPLEX64, NDV_DIMS(2), 3, &a));
    {
        const float expected[4] = {3, 0, 3, 0};
        CHECK(memcmp(ndv_data(a), expected, sizeof expected) == 0);
    }
    CHECK_OK(ndv_release(a));
    {
        const double complex_value[2] = {1.5, 2};
        const float nan_bits_value[1] = {0};
        REFUSED(NDV_E_VALUE, a,
                ndv_full(NDV_FLOAT64, NDV_DIMS(2), NDV_COMPLEX128, complex_value, &a));
        CHECK_OK(ndv_full(NDV_COMPLEX128, NDV_DIMS(1), NDV_COMPLEX128, complex_value, &a));
        CHECK(memcmp(ndv_data(a), complex_value, sizeof complex_value) == 0);
        CHECK_OK(ndv_release(a));
        CHECK_OK(ndv_full(NDV_FLOAT64, NDV_DIMS(1), NDV_FLOAT32, nan_bits_value, &a));
        CHECK_INT64S(a, 0);
        CHECK_OK(ndv_release(a));
    }
}

static void full_refuses_a_value_that_does_not_fit(void) {
    static const struct {
        int32_t dtype;
        int64_t value;
        bool fits;
    } cases[] = {
        {NDV_INT8, 127, true},          {NDV_INT8, 128, false},
        {NDV_INT8, -128, true},         {NDV_INT8, -129, false},
        {NDV_UINT8, 255, true},         {NDV_UINT8, 256, false},
        {NDV_UINT8, -1, false},         {NDV_INT16, 32767, true},
        {NDV_INT16, 32768, false},      {NDV_UINT16, 65535, true},
        {NDV_UINT16, 65536, false},     {NDV_INT32, INT32_MIN, true},
        {NDV_INT32, 2147483648, false}, {NDV_UINT32, 4294967295, true},
        {NDV_UINT32, -1, false},        {NDV_UINT32, 4294967296, false},
        {NDV_INT64, INT64_MIN, true},   {NDV_UINT64, INT64_MAX, true},
        {NDV_UINT64, -1, false},        {NDV_FLOAT16, 65504, true},
        {NDV_FLOAT16, 65520, false},    {NDV_BOOL, -5, true},
        {NDV_FLOAT32, INT64_MAX, true}, {NDV_BFLOAT16, INT64_MAX, true},
    };
    size_t i;
    ndv_array *a, *like;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_OK(ndv_empty(cases[i].dtype, NDV_DIMS(2), &like));
        if (cases[i].fits) {
            CHECK_OK(ndv_full_int64(cases[i].dtype, NDV_DIMS(2), cases[i].value, &a));
            CHECK_OK(ndv_release(a));
            CHECK_OK(ndv_full_like(like, NDV_INT64, &cases[i].value, &a));
            CHECK_OK(ndv_release(a));
        } else {
            REFUSED(NDV_E_VALUE, a,
                    ndv_full_int64(cases[i].dtype, NDV_DIMS(2), cases[i].value, &a));
            REFUSED(NDV_E_VALUE, a,
                    ndv_full(cases[i].dtype, NDV_DIMS(2), NDV_INT64, &cases[i].value, &a));
            REFUSED(NDV_E_VALUE, a, ndv_full_like(like, NDV_INT64, &cases[i].value, &a));
            /* Also where no element would hold it. */
            REFUSED(NDV_E_VALUE, a,
                    ndv_full_int64(cases[i].dtype, NDV_DIMS(0), cases[i].value, &a));
        }
        CHECK_OK(ndv_release(like));
    }
    REFUSED(NDV_E_VALUE, a, ndv_full_double(NDV_INT32, NDV_DIMS(2), 1e10, &a));
    REFUSED(NDV_E_VALUE, a, ndv_full_double(NDV_FLOAT32, NDV_DIMS(2), 1e39, &a));
    REFUSED(NDV_E_VALUE, a, ndv_full_double(NDV_FLOAT16, NDV_DIMS(2), -1e5, &a));
    REFUSED(NDV_E_VALUE, a, ndv_full_double(NDV_INT64, NDV_DIMS(2), 9223372036854775808.0, &a));
    CHECK_OK(ndv_full_double(NDV_INT64, NDV_DIMS(1), -9223372036854775808.0, &a));
    CHECK_INT64S(a, INT64_MIN);
    CHECK_OK(ndv_release(a));
    {
        const double zero = 0, infinity = 1 / zero, nan = zero / zero;
        REFUSED(NDV_E_VALUE, a, ndv_full_double(NDV_INT64, NDV_DIMS(2), infinity, &a));
        REFUSED(NDV_E_VALUE, a, ndv_full_double(NDV_UINT8, NDV_DIMS(2), -infinity, &a));
        REFUSED(NDV_E_VALUE, a, ndv_full_double(NDV_INT64, NDV_DIMS(2), nan, &a));
        CHECK_OK(ndv_full_double(NDV_FLOAT16, NDV_DIMS(1), infinity, &a));
        CHECK(memcmp(ndv_data(a), &(const uint16_t){0x7c00}, 2) == 0);
        CHECK_OK(ndv_release(a));
    }
}

/* Strides as NumPy 2.4.6 has them. */
static void like_takes_shape_type_and_order_of_axes(void) {
    ndv_array *a, *v, *w, *made[3];
    static const struct {
        const char *text;
        int64_t axes[3], shape[3], strides[3];
    } cases[] = {
        {"...", {0, 1, 2}, {2, 3, 4}, {96, 32, 8}},
        {"...", {2, 1, 0}, {4, 3, 2}, {8, 32, 96}},
        {"...", {1, 2, 0}, {3, 4, 2}, {32, 8, 96}},
        {":, ::-1, ::-2", {0, 1, 2}, {2, 3, 2}, {48, 16, 8}},
        {":, :, ::-1", {2, 1, 0}, {4, 3, 2}, {8, 32, 96}},
    };
    const int64_t six = 6;
    size_t i;
    int m;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 3, 4), &a));
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_OK(ndv_slice(a, cases[i].text, &w));
        CHECK_OK(ndv_permute(w, 3, cases[i].axes, &v));
        CHECK_OK(ndv_empty_like(v, &made[0]));
        CHECK_OK(ndv_zeros_like(v, &made[1]));
        CHECK_OK(ndv_full_like(v, NDV_INT64, &six, &made[2]));
        for (m = 0; m < 3; m++) {
            CHECK(is_new(made[m]));
            CHECK(ndv_dtype(made[m]) == NDV_INT64);
            CHECK(ndv_relation(made[m], v) == NDV_UNRELATED);
            CHECK_SHAPE(made[m], cases[i].shape[0], cases[i].shape[1], cases[i].shape[2]);
            CHECK_STRIDES(made[m], cases[i].strides[0], cases[i].strides[1], cases[i].strides[2]);
            if (m == 1) CHECK(zeros(ndv_data(made[m]), ndv_nbytes(made[m])));
            if (m == 2) CHECK(((const int64_t *)ndv_data(made[m]))[ndv_size(made[m]) - 1] == 6);
        }
        for (m = 0; m < 3; m++) CHECK_OK(ndv_release(made[m]));
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_release(w));
    }
    CHECK_OK(ndv_release(a));
}

static void like_a_broadcast_has_elements_of_its_own(void) {
    ndv_array *a, *v, *r;
    const int64_t six = 6;
    CHECK_OK(ndv_arange(0, 3, 1, &a));
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(2, 3), &v));
    CHECK_OK(ndv_full_like(v, NDV_INT64, &six, &r));
    CHECK(is_new(r));
    CHECK_STRIDES(r, 8, 16); /* the larger stride was the last axis's: as NumPy */
    CHECK_INT64S(r, 6, 6, 6, 6, 6, 6);
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));

    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3, 1), &a));
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(3, 4), &v));
    CHECK_OK(ndv_zeros_like(v, &r));
    CHECK_STRIDES(r, 32, 8);
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));

    /* One byte shown 2^61 times: as a view fine, not as elements. */
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_NO_DIMS, &a));
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS((int64_t)1 << 61), &v));
    REFUSED(NDV_E_NOMEM, r, ndv_empty_like(v, &r));
    REFUSED(NDV_E_NOMEM, r, ndv_zeros_like(v, &r));
    REFUSED(NDV_E_NOMEM, r, ndv_full_like(v, NDV_INT64, &six, &r));
    REFUSED(NDV_E_DTYPE, r, ndv_full_like(v, 0, &six, &r));
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));
}

static void from_data_copies_at_any_alignment(void) {
    unsigned char bytes[1 + 6 * sizeof(int64_t)];
    int64_t values[6] = {1, -2, 3, -4, 5, INT64_MIN};
    ndv_array *a;
    int i;
    memcpy(bytes + 1, values, sizeof values);
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(2, 3), bytes + 1, &a));
    memset(bytes, 0, sizeof bytes); /* the array has its own */
    CHECK(is_new(a));
    CHECK_STRIDES(a, 24, 8);
    CHECK_INT64S(a, 1, -2, 3, -4, 5, INT64_MIN);
    CHECK_OK(ndv_release(a));
    for (i = 0; i < DTYPES; i++) {
        CHECK_OK(ndv_from_data(dtypes[i], NDV_DIMS(3), values, &a));
        CHECK(ndv_nbytes(a) == 3 * ndv_dtype_itemsize(dtypes[i]));
        CHECK(memcmp(ndv_data(a), values, ndv_nbytes(a)) == 0);
        CHECK_OK(ndv_release(a));
    }
}

/* --------------------------------------------------------------------------------- sequences */

/* Values as NumPy 2.4.6 has them. */
static void arange_counts_from_start_to_before_stop(void) {
    ndv_array *a;
    static const struct {
        int64_t start, stop, step;
    } none[] = {{0, 0, 1}, {5, 0, 1}, {0, 5, -1}, {INT64_MAX, INT64_MIN, 1}};
    size_t i;
    CHECK_OK(ndv_arange(0, 6, 1, &a));
    CHECK(is_new(a) && ndv_dtype(a) == NDV_INT64 && ndv_ndim(a) == 1);
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_arange(0, 10, 3, &a));
    CHECK_INT64S(a, 0, 3, 6, 9);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_arange(10, 0, -3, &a));
    CHECK_INT64S(a, 10, 7, 4, 1);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_arange(-5, 5, 4, &a));
    CHECK_INT64S(a, -5, -1, 3);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_arange(INT64_MIN, INT64_MAX, (int64_t)1 << 62, &a));
    CHECK_INT64S(a, INT64_MIN, -((int64_t)1 << 62), 0, (int64_t)1 << 62);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_arange(INT64_MAX, INT64_MIN, INT64_MIN, &a)); /* by hand */
    CHECK_INT64S(a, INT64_MAX, -1);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_arange(INT64_MAX - 1, INT64_MAX, INT64_MAX, &a));
    CHECK_INT64S(a, INT64_MAX - 1);
    CHECK_OK(ndv_release(a));
    for (i = 0; i < sizeof none / sizeof none[0]; i++) {
        CHECK_OK(ndv_arange(none[i].start, none[i].stop, none[i].step, &a));
        CHECK(ndv_size(a) == 0 && ndv_ndim(a) == 1 && ndv_dtype(a) == NDV_INT64);
        CHECK_OK(ndv_release(a));
    }
    REFUSED(NDV_E_SHAPE, a, ndv_arange(0, 5, 0, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange(0, 0, 0, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange(INT64_MIN, INT64_MAX, 1, &a)); /* 2^64 - 1 numbers */
    REFUSED(NDV_E_OVERFLOW, a, ndv_arange(0, INT64_MAX, 1, &a));      /* 2^63 - 1 times 8 bytes */
    REFUSED(NDV_E_OVERFLOW, a, ndv_arange(0, (int64_t)1 << 61, 2, &a)); /* 2^63 bytes */
    REFUSED(NDV_E_NOMEM, a, ndv_arange(0, (int64_t)1 << 58, 1, &a));
}

#define DOUBLES(call, ...)                                                                         \
    do {                                                                                           \
        static const double expected[] = {__VA_ARGS__};                                            \
        CHECK_OK(call);                                                                            \
        CHECK(doubles(a, (int64_t)(sizeof expected / sizeof expected[0]), expected));              \
        CHECK_OK(ndv_release(a));                                                                  \
    } while (0)

/* Values as NumPy 2.4.6 has them, to the last bit. */
static void arange_of_doubles_is_numpys(void) {
    ndv_array *a;
    const double zero = 0, infinity = 1 / zero, nan = zero / zero;
    DOUBLES(ndv_arange_double(0, 1, .1, &a), 0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5,
            0.6000000000000001, 0.7000000000000001, 0.8, 0.9);
    DOUBLES(ndv_arange_double(1, 1.3, .1, &a), 1.0, 1.1, 1.2000000000000002, 1.3000000000000003);
    DOUBLES(ndv_arange_double(0, -1, -.25, &a), 0.0, -0.25, -0.5, -0.75);
    DOUBLES(ndv_arange_double(.5, 3, 1, &a), 0.5, 1.5, 2.5);
    DOUBLES(ndv_arange_double(-1.5, 1.5, .5, &a), -1.5, -1.0, -0.5, 0.0, 0.5, 1.0);
    DOUBLES(ndv_arange_double(0, .3, .1, &a), 0.0, 0.1, 0.2);
    DOUBLES(ndv_arange_double(1e300, 1e301, 5e300, &a), 1e300, 6e300);
    CHECK_OK(ndv_arange_double(0, 1, -1, &a));
    CHECK(doubles(a, 0, NULL) || (ndv_size(a) == 0 && ndv_dtype(a) == NDV_FLOAT64));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_arange_double(3, 3, 1, &a));
    CHECK(ndv_size(a) == 0);
    CHECK_OK(ndv_release(a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange_double(0, 1, 0, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange_double(0, infinity, 1, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange_double(infinity, 0, -1, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange_double(nan, 1, 1, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange_double(0, nan, 1, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange_double(0, 1, nan, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_arange_double(0, 1e300, 1, &a)); /* more than 2^63 numbers */
    REFUSED(NDV_E_OVERFLOW, a, ndv_arange_double(0, 4e18, 1, &a));
    REFUSED(NDV_E_NOMEM, a, ndv_arange_double(0, 2e17, 1, &a));
}

/* Values as NumPy 2.4.6 has them, to the last bit. */
static void linspace_is_numpys(void) {
    ndv_array *a;
    DOUBLES(ndv_linspace(0, 1, 5, 1, &a), 0.0, 0.25, 0.5, 0.75, 1.0);
    DOUBLES(ndv_linspace(0, 1, 5, 0, &a), 0.0, 0.2, 0.4, 0.6000000000000001, 0.8);
    DOUBLES(ndv_linspace(2, -3, 4, -1, &a), 2.0, 0.33333333333333326, -1.3333333333333335, -3.0);
    DOUBLES(ndv_linspace(0, 1, 10, 1, &a), 0.0, 0.1111111111111111, 0.2222222222222222,
            0.3333333333333333, 0.4444444444444444, 0.5555555555555556, 0.6666666666666666,
            0.7777777777777777, 0.8888888888888888, 1.0);
    DOUBLES(ndv_linspace(0, 1, 7, INT32_MAX, &a), 0.0, 0.16666666666666666, 0.3333333333333333, 0.5,
            0.6666666666666666, 0.8333333333333333, 1.0);
    DOUBLES(ndv_linspace(.1, .7, 7, 1, &a), 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7);
    DOUBLES(ndv_linspace(3, 3, 3, 1, &a), 3.0, 3.0, 3.0);
    DOUBLES(ndv_linspace(1, 10, 10, 0, &a), 1.0, 1.9, 2.8, 3.7, 4.6, 5.5, 6.4, 7.3, 8.2, 9.1);
    DOUBLES(ndv_linspace(5, 6, 1, 1, &a), 5.0);
    DOUBLES(ndv_linspace(5, 6, 1, 0, &a), 5.0);
    CHECK_OK(ndv_linspace(0, 1, 0, 1, &a));
    CHECK(ndv_size(a) == 0 && ndv_ndim(a) == 1 && ndv_dtype(a) == NDV_FLOAT64);
    CHECK_OK(ndv_release(a));
    REFUSED(NDV_E_SHAPE, a, ndv_linspace(0, 1, -1, 1, &a));
    REFUSED(NDV_E_SHAPE, a, ndv_linspace(0, 1, INT64_MIN, 1, &a));
    REFUSED(NDV_E_OVERFLOW, a, ndv_linspace(0, 1, INT64_MAX, 1, &a));
    REFUSED(NDV_E_NOMEM, a, ndv_linspace(0, 1, (int64_t)1 << 58, 1, &a));
}

/* ------------------------------------------------------------------------- asking an array */

static void getters_of_null_are_nothing(void) {
    CHECK(ndv_retain(NULL) == NULL);
    CHECK(ndv_use_count(NULL) == 0);
    CHECK(ndv_view_count(NULL) == 0);
    CHECK(ndv_dtype(NULL) == 0);
    CHECK(ndv_ndim(NULL) == 0);
    CHECK(ndv_shape(NULL) == NULL);
    CHECK(ndv_strides(NULL) == NULL);
    CHECK(ndv_size(NULL) == 0);
    CHECK(ndv_itemsize(NULL) == 0);
    CHECK(ndv_nbytes(NULL) == 0);
    CHECK(ndv_flags(NULL) == 0);
    CHECK(ndv_data(NULL) == NULL);
    CHECK(ndv_base(NULL) == NULL);
    CHECK(!ndv_owns_data(NULL));
    CHECK(ndv_buffer_kind(NULL) == 0);
    CHECK(ndv_relation(NULL, NULL) == 0);
    CHECK(!ndv_may_share_memory(NULL, NULL));
}

static void describe_says_what_the_getters_say(void) {
    ndv_array *a, *t, *r;
    ndv_description d = NDV_DESCRIPTION_INIT;
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_readonly(t, &r));
    CHECK_OK(ndv_describe(a, &d));
    CHECK(d.struct_size == sizeof d);
    CHECK(d.dtype == NDV_FLOAT32 && d.ndim == 2 && d.flags == ndv_flags(a));
    CHECK(d.buffer_kind == NDV_BUFFER_HEAP && d.itemsize == 4 && d.size == 6 && d.nbytes == 24);
    CHECK(d.data == ndv_data(a) && d.data_mut == ndv_data(a));
    CHECK(d.shape == ndv_shape(a) && d.strides == ndv_strides(a) && d.base == NULL);
    CHECK_OK(ndv_describe(t, &d));
    CHECK(d.base == a && d.data_mut == ndv_data(a));
    CHECK(d.shape[0] == 3 && d.shape[1] == 2 && d.strides[0] == 4 && d.strides[1] == 12);
    CHECK(d.flags == (NDV_F_CONTIGUOUS | NDV_ALIGNED | NDV_WRITEABLE));
    CHECK_OK(ndv_describe(r, &d));
    CHECK(d.base == a && d.data == ndv_data(a) && d.data_mut == NULL);
    CHECK(d.flags == (NDV_F_CONTIGUOUS | NDV_ALIGNED));
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(a));
}

static void describe_minds_the_size_of_the_struct(void) {
    static const size_t too_small[] = {0, 1, sizeof(size_t), sizeof(ndv_description) / 2,
                                       sizeof(ndv_description) - sizeof(void *),
                                       sizeof(ndv_description) - 1};
    ndv_description before, d;
    struct {
        ndv_description d;
        unsigned char later[64]; /* fields that a later version might have */
    } larger;
    ndv_array *a;
    size_t i;
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(2, 3), &a));
    for (i = 0; i < sizeof too_small / sizeof too_small[0]; i++) {
        memset(&d, 0x5a, sizeof d);
        d.struct_size = too_small[i];
        before = d;
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_describe(a, &d));
        CHECK(memcmp(&before, &d, sizeof d) == 0);
    }
    memset(&larger, 0x5a, sizeof larger);
    larger.d.struct_size = sizeof larger;
    CHECK_OK(ndv_describe(a, &larger.d));
    CHECK(larger.d.struct_size == sizeof larger);
    CHECK(larger.d.size == 6 && larger.d.base == NULL && larger.d.ndim == 2);
    for (i = 0; i < sizeof larger.later; i++) CHECK(larger.later[i] == 0x5a);
    CHECK_STATUS(NDV_E_NULL, ndv_describe(a, NULL));
    memset(&d, 0x5a, sizeof d);
    d.struct_size = sizeof d;
    before = d;
    CHECK_STATUS(NDV_E_NULL, ndv_describe(NULL, &d));
    CHECK(memcmp(&before, &d, sizeof d) == 0);
    CHECK_STATUS(NDV_E_HANDLE, ndv_describe(no_array(), &d));
    CHECK(memcmp(&before, &d, sizeof d) == 0);
    CHECK_OK(ndv_release(a));
}

static void data_mut_is_refused_by_a_read_only_array(void) {
    ndv_array *a, *r, *v;
    void *data;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &a));
    CHECK_OK(ndv_data_mut(a, &data));
    CHECK(data == ndv_data(a) && data != NULL);
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_OK(ndv_slice(r, "1:", &v));
    data = no_array();
    CHECK_STATUS(NDV_E_READONLY, ndv_data_mut(r, &data));
    CHECK(data == NULL);
    data = no_array();
    CHECK_STATUS(NDV_E_READONLY, ndv_data_mut(v, &data));
    CHECK(data == NULL);
    CHECK((const char *)ndv_data(v) == (const char *)ndv_data(a) + 8);
    CHECK_STATUS(NDV_E_NULL, ndv_data_mut(a, NULL));
    data = no_array();
    CHECK_STATUS(NDV_E_NULL, ndv_data_mut(NULL, &data));
    CHECK(data == NULL);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_release(a));
}

static void expect_names_the_property_that_is_missing(void) {
    ndv_array *a, *t, *r, *b, *m;
    unsigned char bytes[17] = {0};
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(4, 2, 3), &b));
    CHECK_OK(ndv_wrap(bytes, sizeof bytes, (uintptr_t)bytes % 2 == 0, NDV_INT64, NDV_DIMS(2), NULL,
                      0, NULL, NULL, &m));

    CHECK_OK(ndv_expect(a, 0, -1, 0));
    CHECK_OK(ndv_expect(a, NDV_INT64, 2, NDV_C_CONTIGUOUS | NDV_ALIGNED | NDV_WRITEABLE));
    CHECK_OK(ndv_expect(t, NDV_INT64, 2, NDV_F_CONTIGUOUS));
    CHECK_OK(ndv_expect(b, 0, 3, NDV_OVERLAPPING));
    CHECK_OK(ndv_expect(r, NDV_INT64, -1, 0));

    CHECK_STATUS(NDV_E_DTYPE, ndv_expect(a, NDV_UINT64, -1, 0));
    CHECK_STATUS(NDV_E_NDIM, ndv_expect(a, NDV_INT64, 3, 0));
    CHECK_STATUS(NDV_E_NDIM, ndv_expect(a, 0, 0, 0));
    CHECK_STATUS(NDV_E_NDIM, ndv_expect(a, 0, 65, 0));
    CHECK_STATUS(NDV_E_READONLY, ndv_expect(r, 0, -1, NDV_WRITEABLE));
    CHECK_STATUS(NDV_E_READONLY, ndv_expect(b, 0, -1, NDV_WRITEABLE));
    CHECK_STATUS(NDV_E_LAYOUT, ndv_expect(a, 0, -1, NDV_F_CONTIGUOUS));
    CHECK_MESSAGE("contiguous");
    CHECK_STATUS(NDV_E_LAYOUT, ndv_expect(t, 0, -1, NDV_C_CONTIGUOUS));
    CHECK_STATUS(NDV_E_LAYOUT, ndv_expect(m, 0, -1, NDV_ALIGNED));
    CHECK_MESSAGE("aligned");
    CHECK_STATUS(NDV_E_LAYOUT, ndv_expect(a, 0, -1, NDV_OVERLAPPING));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_expect(a, 0, -1, 32));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_expect(a, 0, -1, -1));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_expect(a, 0, -1, INT32_MIN));
    CHECK_STATUS(NDV_E_NULL, ndv_expect(NULL, 0, -1, 0));
    CHECK_STATUS(NDV_E_HANDLE, ndv_expect(no_array(), 0, -1, 0));

    CHECK_OK(ndv_release(m));
    CHECK_OK(ndv_release(b));
    CHECK_OK(ndv_release(r));
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(a));
}

/* ------------------------------------------------------------------------------- references */

static void counts_follow_references_and_views(void) {
    ndv_array *a, *b, *v, *w;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &a));
    CHECK(ndv_use_count(a) == 1 && ndv_view_count(a) == 0);
    b = ndv_retain(a);
    CHECK(b == a);
    CHECK(ndv_use_count(a) == 2 && ndv_view_count(a) == 0);
    CHECK_OK(ndv_slice(a, "1:", &v));
    CHECK(ndv_use_count(a) == 2 && ndv_view_count(a) == 1);
    CHECK_OK(ndv_slice(v, "1:", &w)); /* stands on the owner, not on v */
    CHECK(ndv_base(w) == a);
    CHECK(ndv_use_count(a) == 2 && ndv_view_count(a) == 2);
    CHECK(ndv_use_count(v) == 1 && ndv_view_count(v) == 0);
    CHECK(check_statistics().arrays_alive == 3 && check_statistics().buffers_alive == 1);
    CHECK_OK(ndv_release(v));
    CHECK(ndv_view_count(a) == 1);
    CHECK(ndv_retain(w) == w);
    CHECK(ndv_use_count(w) == 2 && ndv_view_count(a) == 1);
    CHECK_OK(ndv_release(w));
    CHECK_OK(ndv_release(w));
    CHECK(ndv_use_count(a) == 2 && ndv_view_count(a) == 0);
    CHECK_OK(ndv_release(b));
    CHECK(ndv_use_count(a) == 1);
    CHECK_OK(ndv_release(a));
}

static void a_released_base_lives_while_its_view_does(void) {
    ndv_array *a, *v, *again, *w;
    const ndv_array *base;
    CHECK_OK(ndv_arange(0, 6, 1, &a));
    CHECK_OK(ndv_slice(a, "1:4", &v));
    CHECK_OK(ndv_release(a));
    CHECK(check_statistics().arrays_alive == 2 && check_statistics().bytes_alive == 48);
    CHECK_INT64S(v, 1, 2, 3);
    base = ndv_base(v);
    CHECK(base == a);
    CHECK(ndv_use_count(base) == 0 && ndv_view_count(base) == 1);
    CHECK_INT64S(base, 0, 1, 2, 3, 4, 5); /* borrowed: valid while the view lives */
    again = ndv_retain(base);             /* and can be held anew */
    CHECK(again == a && ndv_use_count(again) == 1);
    CHECK_OK(ndv_release(v));
    CHECK_INT64S(again, 0, 1, 2, 3, 4, 5);
    CHECK_OK(ndv_slice(again, "5", &w));
    CHECK_OK(ndv_release(again));
    CHECK_INT64S(w, 5);
    CHECK_OK(ndv_release(w));
    CHECK(check_statistics().arrays_alive == 0 && check_statistics().bytes_alive == 0);
}

static void a_release_too_many_is_caught_while_views_live(void) {
    ndv_array *a, *v;
    CHECK_OK(ndv_arange(0, 3, 1, &a));
    CHECK_OK(ndv_view(a, &v));
    CHECK_OK(ndv_release(a));
    CHECK_STATUS(NDV_E_RELEASED, ndv_release(a));
    CHECK_STATUS(NDV_E_RELEASED, ndv_release(a));
    CHECK(ndv_use_count(a) == 0 && ndv_view_count(a) == 1);
    CHECK_INT64S(v, 0, 1, 2);
    CHECK_OK(ndv_release(v));
}

static void release_of_null_does_nothing(void) {
    const ndv_statistics before = check_statistics();
    ndv_statistics after;
    CHECK_OK(ndv_release(NULL));
    after = check_statistics();
    CHECK(memcmp(&before, &after, sizeof before) == 0);
}

static void memory_that_is_no_array_is_told_from_one(void) {
    ndv_array *r, *a;
    void *data;
    bool answer;
    const void *low, *high;
    const int64_t one = 1, zero = 0;
    int64_t count;
    int fill;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(1), &a));
    for (fill = 0; fill < 256; fill += 51) {
        memset(no_array_memory, fill, sizeof no_array_memory);
        CHECK(ndv_retain(no_array()) == NULL);
        CHECK_STATUS(NDV_E_HANDLE, ndv_release(no_array()));
        REFUSED(NDV_E_HANDLE, r, ndv_empty_like(no_array(), &r));
        REFUSED(NDV_E_HANDLE, r, ndv_zeros_like(no_array(), &r));
        REFUSED(NDV_E_HANDLE, r, ndv_full_like(no_array(), NDV_INT64, &one, &r));
        CHECK_STATUS(NDV_E_HANDLE, ndv_data_mut(no_array(), &data));
        REFUSED(NDV_E_HANDLE, r, ndv_view(no_array(), &r));
        REFUSED(NDV_E_HANDLE, r, ndv_slice(no_array(), "0", &r));
        REFUSED(NDV_E_HANDLE, r, ndv_reshape(no_array(), 1, &one, NDV_ORDER_C, NDV_COPY_NEVER, &r));
        REFUSED(NDV_E_HANDLE, r, ndv_copy(no_array(), NDV_ORDER_C, &r));
        REFUSED(NDV_E_HANDLE, r, ndv_take(no_array(), 1, &zero, 0, &r));
        REFUSED(NDV_E_HANDLE, r, ndv_compress(a, no_array(), 0, &r));
        REFUSED(NDV_E_HANDLE, r, ndv_compress(no_array(), a, 0, &r));
        REFUSED(NDV_E_HANDLE, r, ndv_get(no_array(), NDV_ITEMS(NDV_ALL), &r));
        REFUSED(NDV_E_HANDLE, r, ndv_get(a, NDV_ITEMS(NDV_PICK(no_array())), &r));
        REFUSED(NDV_E_HANDLE, r, ndv_get_outer(a, NDV_ITEMS(NDV_PICK(no_array())), &r));
        CHECK_STATUS(NDV_E_HANDLE, ndv_get_into(a, NDV_ITEMS(NDV_ALL), NDV_CAST_NO, no_array()));
        CHECK_STATUS(NDV_E_HANDLE,
                     ndv_get_outer_into(a, NDV_ITEMS(NDV_ALL), NDV_CAST_NO, no_array()));
        REFUSED(NDV_E_HANDLE, r, ndv_take_array(no_array(), a, 0, NDV_MODE_RAISE, &r));
        REFUSED(NDV_E_HANDLE, r, ndv_take_array(a, no_array(), 0, NDV_MODE_RAISE, &r));
        CHECK_STATUS(NDV_E_HANDLE,
                     ndv_take_array_into(a, a, 0, NDV_MODE_RAISE, NDV_CAST_NO, no_array()));
        REFUSED(NDV_E_HANDLE, r, ndv_take_along_axis(no_array(), a, 0, NDV_MODE_RAISE, &r));
        REFUSED(NDV_E_HANDLE, r, ndv_take_along_axis(a, no_array(), 0, NDV_MODE_RAISE, &r));
        CHECK_STATUS(NDV_E_HANDLE,
                     ndv_take_along_axis_into(a, a, 0, NDV_MODE_RAISE, NDV_CAST_NO, no_array()));
        CHECK_STATUS(NDV_E_HANDLE, ndv_compress_into(a, no_array(), 0, NDV_CAST_NO, a));
        CHECK_STATUS(NDV_E_HANDLE, ndv_count_nonzero(no_array(), &count));
        CHECK_STATUS(NDV_E_HANDLE, ndv_nonzero(no_array(), &r));
        REFUSED(NDV_E_HANDLE, r, ndv_argwhere(no_array(), &r));
        CHECK_STATUS(NDV_E_HANDLE, ndv_set_at(no_array(), NDV_ITEMS(NDV_ALL), a, NDV_CAST_NO));
        CHECK_STATUS(NDV_E_HANDLE, ndv_set_at(a, NDV_ITEMS(NDV_PICK(no_array())), a, NDV_CAST_NO));
        CHECK_STATUS(NDV_E_HANDLE, ndv_set_at_outer(a, NDV_ITEMS(NDV_ALL), no_array(), NDV_CAST_NO));
        CHECK_STATUS(NDV_E_HANDLE, ndv_put(no_array(), a, a, NDV_MODE_RAISE, NDV_CAST_NO));
        CHECK_STATUS(NDV_E_HANDLE, ndv_put(a, no_array(), a, NDV_MODE_RAISE, NDV_CAST_NO));
        CHECK_STATUS(NDV_E_HANDLE, ndv_put(a, a, no_array(), NDV_MODE_RAISE, NDV_CAST_NO));
        CHECK_STATUS(NDV_E_HANDLE,
                     ndv_put_along_axis(a, no_array(), a, 0, NDV_MODE_RAISE, NDV_CAST_NO));
        CHECK_STATUS(NDV_E_HANDLE, ndv_set(a, no_array(), NDV_CAST_UNSAFE));
        CHECK_STATUS(NDV_E_HANDLE, ndv_set(no_array(), a, NDV_CAST_UNSAFE));
        CHECK_STATUS(NDV_E_HANDLE, ndv_fill_int64(no_array(), 1));
        CHECK_STATUS(NDV_E_HANDLE, ndv_set_int64(no_array(), 1, &zero, 1));
        CHECK_STATUS(NDV_E_HANDLE, ndv_equal(a, no_array(), &answer));
        CHECK_STATUS(NDV_E_HANDLE, ndv_byte_bounds(no_array(), &low, &high));
        CHECK_STATUS(NDV_E_HANDLE, ndv_shares_memory(no_array(), a, 1000, &answer));
        CHECK_STATUS(NDV_E_HANDLE, ndv_print(no_array()));
    }
    CHECK_INT64S(a, 0);
    CHECK_OK(ndv_release(a));
}

/* "in the order of the parameters": the first that is wrong is named. */
static void arguments_are_checked_in_their_order(void) {
    ndv_array *r, *a;
    void *data;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(1), &a));
    REFUSED(NDV_E_DTYPE, r, ndv_zeros(0, -1, NULL, &r));
    REFUSED(NDV_E_NDIM, r, ndv_zeros(NDV_INT8, -1, NULL, &r));
    REFUSED(NDV_E_DTYPE, r, ndv_full(0, NDV_DIMS(-1), 0, NULL, &r));
    REFUSED(NDV_E_NULL, r, ndv_full_like(NULL, 0, NULL, &r));
    REFUSED(NDV_E_DTYPE, r, ndv_full_like(a, 0, NULL, &r));
    CHECK_STATUS(NDV_E_NULL, ndv_expect(NULL, 777, -1, -1));
    CHECK_STATUS(NDV_E_NULL, ndv_data_mut(NULL, NULL));
    data = no_array();
    CHECK_STATUS(NDV_E_HANDLE, ndv_data_mut(no_array(), &data));
    CHECK(data == NULL);
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(a_new_array_is_dense_in_c_order_and_owns_its_bytes),
           TEST(fortran_order_has_the_first_axis_fastest),
           TEST(an_array_without_axes_has_one_element),
           TEST(an_array_without_elements_is_contiguous_in_both_orders),
           TEST(sixty_four_axes_are_the_most), TEST(a_shape_that_cannot_be_is_refused),
           TEST(makers_refuse_null), TEST(full_has_one_value_everywhere),
           TEST(full_refuses_a_value_that_does_not_fit),
           TEST(like_takes_shape_type_and_order_of_axes),
           TEST(like_a_broadcast_has_elements_of_its_own), TEST(from_data_copies_at_any_alignment),
           TEST(arange_counts_from_start_to_before_stop), TEST(arange_of_doubles_is_numpys),
           TEST(linspace_is_numpys), TEST(getters_of_null_are_nothing),
           TEST(describe_says_what_the_getters_say), TEST(describe_minds_the_size_of_the_struct),
           TEST(data_mut_is_refused_by_a_read_only_array),
           TEST(expect_names_the_property_that_is_missing),
           TEST(counts_follow_references_and_views),
           TEST(a_released_base_lives_while_its_view_does),
           TEST(a_release_too_many_is_caught_while_views_live), TEST(release_of_null_does_nothing),
           TEST(memory_that_is_no_array_is_told_from_one),
           TEST(arguments_are_checked_in_their_order))
