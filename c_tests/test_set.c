/* Every function of the section Set: what is written, what is refused, and that a refused write has
 * written nothing. */
#include <float.h>
#include <math.h>

#include "model.h"

static const int32_t all_types[] = {NDV_BOOL,    NDV_INT8,     NDV_INT16,   NDV_INT32,
                                    NDV_INT64,   NDV_UINT8,    NDV_UINT16,  NDV_UINT32,
                                    NDV_UINT64,  NDV_FLOAT16,  NDV_BFLOAT16, NDV_FLOAT32,
                                    NDV_FLOAT64, NDV_COMPLEX64, NDV_COMPLEX128};

/* ---- set ---- */

static void set_broadcasts_its_source(void) {
    static const struct {
        int32_t ndim;
        int64_t shape[4];
        int64_t expected[6]; /* in a destination of shape (2, 3) */
    } cases[] = {
        {2, {2, 3}, {0, 1, 2, 3, 4, 5}},       {1, {3}, {0, 1, 2, 0, 1, 2}},
        {2, {1, 3}, {0, 1, 2, 0, 1, 2}},       {2, {2, 1}, {0, 0, 0, 1, 1, 1}},
        {1, {1}, {0, 0, 0, 0, 0, 0}},          {0, {0}, {0, 0, 0, 0, 0, 0}},
        {3, {1, 2, 3}, {0, 1, 2, 3, 4, 5}},    {4, {1, 1, 2, 1}, {0, 0, 0, 1, 1, 1}},
        {4, {1, 1, 1, 3}, {0, 1, 2, 0, 1, 2}},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        ndv_array *a, *s = numbered(NDV_INT64, cases[i].ndim, cases[i].shape);
        const int64_t *e = cases[i].expected;
        CHECK_OK(ndv_full_int64(NDV_INT64, NDV_DIMS(2, 3), -1, &a));
        CHECK_OK(ndv_set(a, s, NDV_CAST_NO));
        CHECK_INT64S(a, e[0], e[1], e[2], e[3], e[4], e[5]);
        ndv_release(s);
        ndv_release(a);
    }
}

static void set_refuses_shapes_that_do_not_broadcast(void) {
    static const struct {
        int32_t ndim;
        int64_t shape[4];
    } cases[] = {{1, {2}},       {1, {4}},       {1, {0}},       {2, {3, 2}},    {2, {3, 3}},
                 {3, {2, 2, 3}}, {3, {2, 1, 3}}, {3, {2, 3, 1}}, {3, {0, 2, 3}}, {4, {1, 2, 1, 3}},
                 {2, {2, 0}}};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *zero = numbered(NDV_INT64, NDV_NO_DIMS),
        *s;
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        s = numbered(NDV_INT64, cases[i].ndim, cases[i].shape);
        CHECK_STATUS(NDV_E_BROADCAST, ndv_set(a, s, NDV_CAST_UNSAFE));
        CHECK_MESSAGE("(2, 3)");
        CHECK_INT64S(a, 0, 1, 2, 3, 4, 5);
        ndv_release(s);
    }
    s = numbered(NDV_INT64, NDV_DIMS(2));
    CHECK_STATUS(NDV_E_BROADCAST, ndv_set(zero, s, NDV_CAST_UNSAFE));
    ndv_release(s);
    s = numbered(NDV_INT64, NDV_DIMS(1, 1));
    CHECK_OK(ndv_set(zero, s, NDV_CAST_UNSAFE));
    ndv_release(s);
    ndv_release(zero);
    ndv_release(a);
}

static void set_of_no_elements_writes_nothing(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *e, *s;
    CHECK_OK(ndv_slice(a, ":, 1:1", &e));
    s = numbered(NDV_INT64, NDV_DIMS(2, 0));
    CHECK_OK(ndv_set(e, s, NDV_CAST_NO));
    ndv_release(s);
    s = numbered(NDV_INT64, NDV_DIMS(1));
    CHECK_OK(ndv_set(e, s, NDV_CAST_NO));
    ndv_release(s);
    s = numbered(NDV_INT64, NDV_DIMS(3));
    CHECK_STATUS(NDV_E_BROADCAST, ndv_set(e, s, NDV_CAST_NO)); /* 3 does not stretch to 0 */
    ndv_release(s);
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5);
    ndv_release(e);
    ndv_release(a);
}

static void set_converts_as_its_rule_allows(void) {
    static const int32_t rules[] = {NDV_CAST_NO,        NDV_CAST_EQUIV,  NDV_CAST_SAFE,
                                    NDV_CAST_SAME_KIND, NDV_CAST_UNSAFE, NDV_CAST_SAME_VALUE};
    size_t from, to, rule;
    for (from = 0; from < COUNT(all_types); from++)
        for (to = 0; to < COUNT(all_types); to++) {
            ndv_array *s, *d;
            double found = -1;
            CHECK_OK(ndv_full_int64(all_types[from], NDV_DIMS(3), 1, &s));
            CHECK_OK(ndv_zeros(all_types[to], NDV_DIMS(2, 3), &d));
            for (rule = 0; rule < COUNT(rules); rule++) {
                bool allowed = false;
                CHECK_OK(ndv_can_cast(all_types[from], all_types[to], rules[rule], &allowed));
                CHECK_OK(ndv_fill_int64(d, 0));
                if (allowed) {
                    CHECK_OK(ndv_set(d, s, rules[rule]));
                } else {
                    CHECK_STATUS(NDV_E_CAST, ndv_set(d, s, rules[rule]));
                    CHECK_MESSAGE(ndv_dtype_name(all_types[from]));
                    CHECK_MESSAGE(ndv_dtype_name(all_types[to]));
                }
                CHECK_OK(ndv_get_double(d, NDV_DIMS(1, 2), &found));
                CHECK(found == (allowed ? 1 : 0));
            }
            ndv_release(d);
            ndv_release(s);
        }
}

static void set_under_same_value_writes_all_or_nothing(void) {
    static const double numbers[] = {1, 2, 3.5, 4};
    ndv_array *s, *d = numbered(NDV_INT32, NDV_DIMS(2, 4)), *strided;
    CHECK_OK(ndv_from_data(NDV_FLOAT64, NDV_DIMS(4), numbers, &s));
    CHECK_STATUS(NDV_E_VALUE, ndv_set(d, s, NDV_CAST_SAME_VALUE));
    CHECK_MESSAGE("3.5");
    CHECK_MESSAGE("int32");
    CHECK_INT64S(d, 0, 1, 2, 3, 4, 5, 6, 7);
    CHECK_OK(ndv_slice(d, ":, ::-1", &strided));
    CHECK_STATUS(NDV_E_VALUE, ndv_set(strided, s, NDV_CAST_SAME_VALUE));
    CHECK_INT64S(d, 0, 1, 2, 3, 4, 5, 6, 7);
    CHECK_OK(ndv_set_double(s, NDV_DIMS(2), 3));
    CHECK_OK(ndv_set(strided, s, NDV_CAST_SAME_VALUE));
    CHECK_INT64S(d, 4, 3, 2, 1, 4, 3, 2, 1);
    ndv_release(strided);
    ndv_release(d);
    ndv_release(s);
}

static void an_array_set_to_itself_stays_as_it_is(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *v, *t, *w;
    ndv_statistics before = check_statistics();
    CHECK_OK(ndv_view(a, &v));
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_transpose(t, &w));
    CHECK_OK(ndv_set(a, a, NDV_CAST_NO));
    CHECK_OK(ndv_set(a, v, NDV_CAST_NO));
    CHECK_OK(ndv_set(v, a, NDV_CAST_NO));
    CHECK_OK(ndv_set(w, v, NDV_CAST_SAME_VALUE));
    CHECK_OK(ndv_set(t, t, NDV_CAST_UNSAFE));
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5);
    CHECK_COPIED(before, 0, 0);
    ndv_release(w);
    ndv_release(t);
    ndv_release(v);
    ndv_release(a);
}

static void a_readonly_array_is_not_written(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *r, *s = numbered(NDV_INT8, NDV_DIMS(7)),
              *empty;
    const int64_t nine = 9;
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_STATUS(NDV_E_READONLY, ndv_set(r, a, NDV_CAST_NO));
    CHECK_MESSAGE("read-only");
    CHECK_STATUS(NDV_E_READONLY, ndv_set(r, s, NDV_CAST_NO)); /* told before the wrong shape */
    CHECK_STATUS(NDV_E_READONLY, ndv_fill(r, NDV_INT64, &nine));
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(r, 9));
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_double(r, 9));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_item(r, NDV_DIMS(0, 0), NDV_INT64, &nine));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_int64(r, NDV_DIMS(0, 0), 9));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_uint64(r, NDV_DIMS(0, 0), 9));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_double(r, NDV_DIMS(0, 0), 9));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_complex(r, NDV_DIMS(0, 0), 9, 0));
    CHECK_OK(ndv_slice(r, "0:0", &empty)); /* also where there is nothing to write */
    CHECK_STATUS(NDV_E_READONLY, ndv_fill_int64(empty, 9));
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5);
    CHECK_OK(ndv_set(a, r, NDV_CAST_NO)); /* it can be read */
    ndv_release(empty);
    ndv_release(s);
    ndv_release(r);
    ndv_release(a);
}

static void every_function_refuses_null_and_unknown_numbers(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2));
    const int64_t one = 1;
    int64_t i64 = 5;
    uint64_t u64 = 5;
    double real = 5, imag = 5;
    CHECK_STATUS(NDV_E_NULL, ndv_set(NULL, a, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_NULL, ndv_set(a, NULL, NDV_CAST_NO));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_set(a, a, 0));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_set(a, a, 26));
    CHECK_STATUS(NDV_E_NULL, ndv_fill(NULL, NDV_INT64, &one));
    CHECK_STATUS(NDV_E_NULL, ndv_fill(a, NDV_INT64, NULL));
    CHECK_STATUS(NDV_E_DTYPE, ndv_fill(a, 0, &one));
    CHECK_STATUS(NDV_E_DTYPE, ndv_fill(a, 16, &one));
    CHECK_STATUS(NDV_E_NULL, ndv_fill_int64(NULL, 1));
    CHECK_STATUS(NDV_E_NULL, ndv_fill_double(NULL, 1));
    CHECK_STATUS(NDV_E_NULL, ndv_set_item(NULL, NDV_DIMS(0), NDV_INT64, &one));
    CHECK_STATUS(NDV_E_NULL, ndv_set_item(a, 1, NULL, NDV_INT64, &one));
    CHECK_STATUS(NDV_E_NULL, ndv_set_item(a, NDV_DIMS(0), NDV_INT64, NULL));
    CHECK_STATUS(NDV_E_DTYPE, ndv_set_item(a, NDV_DIMS(0), 99, &one));
    CHECK_STATUS(NDV_E_NULL, ndv_set_int64(NULL, NDV_DIMS(0), 1));
    CHECK_STATUS(NDV_E_NULL, ndv_set_int64(a, 1, NULL, 1));
    CHECK_STATUS(NDV_E_NULL, ndv_set_uint64(NULL, NDV_DIMS(0), 1));
    CHECK_STATUS(NDV_E_NULL, ndv_set_uint64(a, 1, NULL, 1));
    CHECK_STATUS(NDV_E_NULL, ndv_set_double(NULL, NDV_DIMS(0), 1));
    CHECK_STATUS(NDV_E_NULL, ndv_set_double(a, 1, NULL, 1));
    CHECK_STATUS(NDV_E_NULL, ndv_set_complex(NULL, NDV_DIMS(0), 1, 0));
    CHECK_STATUS(NDV_E_NULL, ndv_set_complex(a, 1, NULL, 1, 0));

    CHECK_STATUS(NDV_E_NULL, ndv_get_item(NULL, NDV_DIMS(0), NDV_INT64, &i64));
    CHECK_STATUS(NDV_E_NULL, ndv_get_item(a, 1, NULL, NDV_INT64, &i64));
    CHECK_STATUS(NDV_E_NULL, ndv_get_item(a, NDV_DIMS(0), NDV_INT64, NULL));
    CHECK_STATUS(NDV_E_DTYPE, ndv_get_item(a, NDV_DIMS(0), 0, &i64));
    CHECK(i64 == 5); /* left as it was */
    CHECK_STATUS(NDV_E_NULL, ndv_get_int64(a, NDV_DIMS(0), NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_get_uint64(a, NDV_DIMS(0), NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_get_double(a, NDV_DIMS(0), NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_get_complex(a, NDV_DIMS(0), NULL, &imag));
    CHECK_STATUS(NDV_E_NULL, ndv_get_complex(a, NDV_DIMS(0), &real, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_get_int64(NULL, NDV_DIMS(0), &i64));
    CHECK(i64 == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_get_uint64(NULL, NDV_DIMS(0), &u64));
    CHECK(u64 == 0);
    i64 = 5, u64 = 5;
    CHECK_STATUS(NDV_E_NULL, ndv_get_int64(a, 1, NULL, &i64));
    CHECK(i64 == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_get_uint64(a, 1, NULL, &u64));
    CHECK(u64 == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_get_complex(NULL, NDV_DIMS(0), &real, &imag));
    CHECK(real == 0 && imag == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_get_double(NULL, NDV_DIMS(0), &real));
    CHECK(real == 0);
    CHECK_INT64S(a, 0, 1);
    ndv_release(a);
}

static void an_array_that_shows_one_element_twice_is_readonly_unless_it_insists(void) {
    static int64_t memory[8];
    ndv_array *a, *s = numbered(NDV_INT64, NDV_DIMS(3, 2));
    const int64_t overlapping[] = {8, 8}, repeated[] = {0, 8}, backwards[] = {-8, -8};
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3, 2), overlapping, 0, NULL,
                      NULL, &a));
    CHECK_STATUS(NDV_E_READONLY, ndv_set(a, s, NDV_CAST_NO));
    ndv_release(a);
    /* (i, j) lies at i + j; the last of those in C order wins: 0, 2, 4, 5 */
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3, 2), overlapping,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_set(a, s, NDV_CAST_NO));
    CHECK(memory[0] == 0 && memory[1] == 2 && memory[2] == 4 && memory[3] == 5);
    CHECK_INT64S(a, 0, 2, 2, 4, 4, 5);
    ndv_release(a);
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3, 2), repeated,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_set(a, s, NDV_CAST_NO));
    CHECK_INT64S(a, 4, 5, 4, 5, 4, 5);
    ndv_release(a);
    CHECK_OK(ndv_wrap(memory, sizeof memory, 24, NDV_INT64, NDV_DIMS(3, 2), backwards,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_set(a, s, NDV_CAST_NO));
    CHECK(memory[3] == 0 && memory[2] == 2 && memory[1] == 4 && memory[0] == 5);
    CHECK_OK(ndv_fill_int64(a, 7));
    CHECK_INT64S(a, 7, 7, 7, 7, 7, 7);
    ndv_release(a);
    ndv_release(s);
}

static void a_destination_that_overlaps_itself_and_its_source(void) {
    static int64_t memory[8] = {10, 11, 12, 13, 14, 15, 16, 17};
    const int64_t overlapping[] = {8, 8};
    ndv_array *a, *s;
    CHECK_OK(ndv_wrap(memory, sizeof memory, 8, NDV_INT64, NDV_DIMS(3, 2), overlapping,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &a));
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3, 2), NULL, 0, NULL, NULL,
                      &s));
    CHECK_OK(ndv_set(a, s, NDV_CAST_NO)); /* (i, j) at 1 + i + j gets 10 + 2 * i + j */
    CHECK(memory[0] == 10 && memory[1] == 10 && memory[2] == 12 && memory[3] == 14 &&
          memory[4] == 15 && memory[5] == 15);
    ndv_release(s);
    ndv_release(a);
}

/* ---- fill ---- */

typedef struct {
    int32_t dtype;
    int64_t lowest;
    uint64_t highest;
} integer_range;

static const integer_range ranges[] = {
    {NDV_INT8, INT8_MIN, INT8_MAX},   {NDV_INT16, INT16_MIN, INT16_MAX},
    {NDV_INT32, INT32_MIN, INT32_MAX}, {NDV_INT64, INT64_MIN, INT64_MAX},
    {NDV_UINT8, 0, UINT8_MAX},        {NDV_UINT16, 0, UINT16_MAX},
    {NDV_UINT32, 0, UINT32_MAX},      {NDV_UINT64, 0, UINT64_MAX}};

static bool is_integer(const ndv_array *array, int64_t position, int64_t expected) {
    int64_t found = 0;
    return check_read(ndv_dtype(array), model_element(array, position, NDV_ORDER_C), &found) &&
           found == expected;
}

static void fill_takes_what_fits_an_integer_type_and_nothing_else(void) {
    size_t i;
    for (i = 0; i < COUNT(ranges); i++) {
        const integer_range *r = &ranges[i];
        int64_t failures = check_state.failures;
        ndv_array *a = numbered(r->dtype, NDV_DIMS(2, 2));
        const double nan = NAN, infinite = INFINITY, complex[] = {1, 1}, real[] = {3, 0};
        const uint64_t beyond = r->highest + 1;

        CHECK_OK(ndv_fill_int64(a, r->lowest));
        CHECK(is_integer(a, 0, r->lowest) && is_integer(a, 3, r->lowest));
        CHECK_OK(ndv_fill(a, NDV_UINT64, &r->highest));
        CHECK(is_integer(a, 0, (int64_t)r->highest) && is_integer(a, 3, (int64_t)r->highest));
        if (r->highest <= INT64_MAX) {
            CHECK_OK(ndv_fill_int64(a, (int64_t)r->highest));
            CHECK_STATUS(NDV_E_VALUE, ndv_fill(a, NDV_UINT64, &beyond));
            CHECK_MESSAGE(ndv_dtype_name(r->dtype));
        }
        if (r->highest < INT64_MAX)
            CHECK_STATUS(NDV_E_VALUE, ndv_fill_int64(a, (int64_t)r->highest + 1));
        if (r->lowest > INT64_MIN) CHECK_STATUS(NDV_E_VALUE, ndv_fill_int64(a, r->lowest - 1));

        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, nan));
        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, infinite));
        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, -infinite));
        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, 1e300));
        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, -1e300));
        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, (double)r->highest + 1)); /* a power of two */
        CHECK_STATUS(NDV_E_VALUE, ndv_fill(a, NDV_COMPLEX128, complex));
        CHECK(is_integer(a, 0, (int64_t)r->highest) && is_integer(a, 3, (int64_t)r->highest));

        CHECK_OK(ndv_fill_double(a, (double)r->lowest));
        CHECK(is_integer(a, 1, r->lowest));
        CHECK_OK(ndv_fill_double(a, 100.9)); /* fractions are truncated */
        CHECK(is_integer(a, 1, 100));
        CHECK_OK(ndv_fill_double(a, -0.9));
        CHECK(is_integer(a, 1, 0));
        CHECK_OK(ndv_fill(a, NDV_COMPLEX128, real));
        CHECK(is_integer(a, 1, 3));
        ndv_release(a);
        if (check_state.failures != failures) printf("    in %s\n", ndv_dtype_name(r->dtype));
    }
}

static void fill_truncates_before_it_looks_at_the_range(void) {
    ndv_array *a = numbered(NDV_UINT8, NDV_DIMS(1)), *b = numbered(NDV_INT8, NDV_DIMS(1));
    CHECK_OK(ndv_fill_double(a, 255.9));
    CHECK_INT64S(a, 255);
    CHECK_OK(ndv_fill_double(b, -128.9));
    CHECK_INT64S(b, -128);
    CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, 256));
    CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, -1));
    CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(b, -129));
    CHECK_MESSAGE("-129");
    CHECK_MESSAGE("int8");
    ndv_release(a);
    ndv_release(b);
}

static void fill_refuses_to_make_a_finite_number_infinite(void) {
    static const struct {
        int32_t dtype;
        double largest, beyond;
    } cases[] = {{NDV_FLOAT16, 65519.99, 65520},
                 {NDV_BFLOAT16, 0x1.fep127, 0x1.ffp127},
                 {NDV_FLOAT32, FLT_MAX, 0x1.ffffffp127},
                 {NDV_COMPLEX64, FLT_MAX, 0x1.ffffffp127}};
    const double imaginary[] = {0, 1}, real[] = {2, 0}, beyond[] = {0, 1e300};
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        ndv_array *a;
        double value = 0;
        int64_t failures = check_state.failures;
        CHECK_OK(ndv_zeros(cases[i].dtype, NDV_DIMS(2), &a));
        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, cases[i].beyond));
        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, -cases[i].beyond));
        CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(a, DBL_MAX));
        CHECK_OK(ndv_get_double(a, NDV_DIMS(1), &value));
        CHECK(value == 0);
        CHECK_OK(ndv_fill_double(a, cases[i].largest));
        CHECK_OK(ndv_get_double(a, NDV_DIMS(1), &value));
        CHECK(isfinite(value) && value > cases[i].largest * 0.99);
        CHECK_OK(ndv_fill_double(a, INFINITY)); /* what is infinite already may stay so */
        CHECK_OK(ndv_get_double(a, NDV_DIMS(1), &value));
        CHECK(isinf(value) && value > 0);
        CHECK_OK(ndv_fill_double(a, NAN));
        CHECK_OK(ndv_get_double(a, NDV_DIMS(1), &value));
        CHECK(isnan(value));
        if (ndv_dtype_kind(cases[i].dtype) == 'c') {
            CHECK_OK(ndv_fill(a, NDV_COMPLEX128, imaginary));
            CHECK_STATUS(NDV_E_VALUE, ndv_fill(a, NDV_COMPLEX128, beyond));
        } else {
            CHECK_STATUS(NDV_E_VALUE, ndv_fill(a, NDV_COMPLEX128, imaginary));
        }
        CHECK_OK(ndv_fill(a, NDV_COMPLEX128, real));
        CHECK_OK(ndv_get_double(a, NDV_DIMS(1), &value));
        CHECK(value == 2);
        ndv_release(a);
        if (check_state.failures != failures) printf("    in %s\n", ndv_dtype_name(cases[i].dtype));
    }
}

static void fill_of_bool_takes_everything_but_zero_as_true(void) {
    static const double values[] = {0.0, -0.0, 0.5, -1, NAN, INFINITY};
    static const double imaginary[] = {0, 1};
    static const int64_t expected[] = {0, 0, 1, 1, 1, 1};
    ndv_array *a = NULL;
    size_t i;
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(2), &a));
    for (i = 0; i < COUNT(values); i++) {
        CHECK_OK(ndv_fill_double(a, values[i]));
        CHECK_INT64S(a, expected[i], expected[i]);
    }
    CHECK_OK(ndv_fill_int64(a, 256));
    CHECK_INT64S(a, 1, 1);
    CHECK_OK(ndv_fill_int64(a, 0));
    CHECK_INT64S(a, 0, 0);
    CHECK_OK(ndv_fill(a, NDV_COMPLEX128, imaginary));
    CHECK_INT64S(a, 1, 1);
    ndv_release(a);
}

static void fill_writes_views_and_nothing_beside_them(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3, 4)), *v;
    CHECK_OK(ndv_slice(a, "::2, 1::2", &v));
    CHECK_OK(ndv_fill_int64(v, -1));
    CHECK_INT64S(a, 0, -1, 2, -1, 4, 5, 6, 7, 8, -1, 10, -1);
    ndv_release(v);
    CHECK_OK(ndv_slice(a, "1, 2:2", &v));
    CHECK_OK(ndv_fill_int64(v, -2));
    CHECK_STATUS(NDV_E_VALUE, ndv_fill_double(v, NAN)); /* also where there is nothing to write */
    ndv_release(v);
    CHECK_OK(ndv_slice(a, "1, 2", &v));
    CHECK_OK(ndv_fill_double(v, 7.5));
    CHECK_INT64S(a, 0, -1, 2, -1, 4, 5, 7, 7, 8, -1, 10, -1);
    ndv_release(v);
    ndv_release(a);
}

/* ---- One element ---- */

static void every_type_takes_and_gives_every_kind_of_number(void) {
    size_t i;
    for (i = 0; i < COUNT(all_types); i++) {
        int32_t type = all_types[i];
        int64_t failures = check_state.failures, i64 = -1;
        uint64_t u64 = 0;
        double real = -1, imag = -1;
        bool is_bool = type == NDV_BOOL;
        ndv_array *a;
        CHECK_OK(ndv_zeros(type, NDV_DIMS(2, 3), &a));
        CHECK_OK(ndv_set_int64(a, NDV_DIMS(0, 1), 1));
        CHECK_OK(ndv_set_uint64(a, NDV_DIMS(1, 0), 2));
        CHECK_OK(ndv_set_double(a, NDV_DIMS(-1, -1), 3));
        CHECK_OK(ndv_set_complex(a, NDV_DIMS(0, 2), 4, 0));
        CHECK_OK(ndv_get_int64(a, NDV_DIMS(0, 1), &i64));
        CHECK(i64 == 1);
        CHECK_OK(ndv_get_uint64(a, NDV_DIMS(1, 0), &u64));
        CHECK(u64 == (is_bool ? 1 : 2));
        CHECK_OK(ndv_get_double(a, NDV_DIMS(1, 2), &real));
        CHECK(real == (is_bool ? 1 : 3));
        CHECK_OK(ndv_get_complex(a, NDV_DIMS(0, 2), &real, &imag));
        CHECK(real == (is_bool ? 1 : 4) && imag == 0);
        CHECK_OK(ndv_get_int64(a, NDV_DIMS(0, 0), &i64));
        CHECK(i64 == 0);
        CHECK_OK(ndv_get_int64(a, NDV_DIMS(1, 1), &i64));
        CHECK(i64 == 0);
        ndv_release(a);
        if (check_state.failures != failures) printf("    in %s\n", ndv_dtype_name(type));
    }
}

static void setters_refuse_what_does_not_fit(void) {
    size_t i;
    for (i = 0; i < COUNT(ranges); i++) {
        const integer_range *r = &ranges[i];
        int64_t failures = check_state.failures;
        ndv_array *a = numbered(r->dtype, NDV_DIMS(3));
        if (r->lowest > INT64_MIN) {
            CHECK_STATUS(NDV_E_VALUE, ndv_set_int64(a, NDV_DIMS(1), r->lowest - 1));
            CHECK_STATUS(NDV_E_VALUE, ndv_set_int64(a, NDV_DIMS(1), INT64_MIN));
        }
        if (r->highest < UINT64_MAX) {
            CHECK_STATUS(NDV_E_VALUE, ndv_set_uint64(a, NDV_DIMS(1), r->highest + 1));
            CHECK_STATUS(NDV_E_VALUE, ndv_set_uint64(a, NDV_DIMS(1), UINT64_MAX));
            CHECK_MESSAGE("18446744073709551615");
        }
        CHECK_STATUS(NDV_E_VALUE, ndv_set_double(a, NDV_DIMS(1), NAN));
        CHECK_MESSAGE("NaN");
        CHECK_STATUS(NDV_E_VALUE, ndv_set_double(a, NDV_DIMS(1), -INFINITY));
        CHECK_STATUS(NDV_E_VALUE, ndv_set_double(a, NDV_DIMS(1), 1e20));
        CHECK_STATUS(NDV_E_VALUE, ndv_set_complex(a, NDV_DIMS(1), 1, 1));
        CHECK_STATUS(NDV_E_VALUE, ndv_set_complex(a, NDV_DIMS(1), NAN, 0));
        CHECK_INT64S(a, 0, 1, 2);
        CHECK_OK(ndv_set_int64(a, NDV_DIMS(0), r->lowest));
        CHECK_OK(ndv_set_uint64(a, NDV_DIMS(2), r->highest));
        CHECK_OK(ndv_set_double(a, NDV_DIMS(1), 2.999));
        CHECK(is_integer(a, 0, r->lowest) && is_integer(a, 1, 2) &&
              is_integer(a, 2, (int64_t)r->highest));
        ndv_release(a);
        if (check_state.failures != failures) printf("    in %s\n", ndv_dtype_name(r->dtype));
    }
}

static void setters_into_narrow_floats(void) {
    ndv_array *h, *f, *d;
    double value = 0;
    CHECK_OK(ndv_zeros(NDV_FLOAT16, NDV_DIMS(1), &h));
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(1), &f));
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1), &d));
    CHECK_STATUS(NDV_E_VALUE, ndv_set_double(h, NDV_DIMS(0), 1e5));
    CHECK_STATUS(NDV_E_VALUE, ndv_set_int64(h, NDV_DIMS(0), 65520));
    CHECK_STATUS(NDV_E_VALUE, ndv_set_double(f, NDV_DIMS(0), 1e39));
    CHECK_STATUS(NDV_E_VALUE, ndv_set_complex(f, NDV_DIMS(0), 1, -1));
    CHECK_STATUS(NDV_E_VALUE, ndv_set_complex(f, NDV_DIMS(0), 1, NAN));
    CHECK_OK(ndv_set_int64(h, NDV_DIMS(0), 65519));
    CHECK_OK(ndv_get_double(h, NDV_DIMS(0), &value));
    CHECK(value == 65504);
    CHECK_OK(ndv_set_int64(f, NDV_DIMS(0), 16777217)); /* rounds */
    CHECK_OK(ndv_get_double(f, NDV_DIMS(0), &value));
    CHECK(value == 16777216);
    CHECK_OK(ndv_set_uint64(d, NDV_DIMS(0), UINT64_MAX));
    CHECK_OK(ndv_get_double(d, NDV_DIMS(0), &value));
    CHECK(value == 0x1p64);
    CHECK_OK(ndv_set_double(f, NDV_DIMS(0), 0.1));
    CHECK_OK(ndv_get_double(f, NDV_DIMS(0), &value));
    CHECK(value == (double)0.1f);
    CHECK_OK(ndv_set_double(f, NDV_DIMS(0), -INFINITY));
    CHECK_OK(ndv_get_double(f, NDV_DIMS(0), &value));
    CHECK(isinf(value) && value < 0);
    ndv_release(d);
    ndv_release(f);
    ndv_release(h);
}

static void getters_refuse_what_does_not_fit(void) {
    static const double numbers[] = {1.9, -1.9, NAN, INFINITY, 0x1p63, -0x1p63, 0x1p64, -0.5,
                                     1e300};
    static const struct {
        bool fits_signed, fits_unsigned;
        int64_t as_signed;
        uint64_t as_unsigned;
    } expected[] = {{true, true, 1, 1},
                    {true, false, -1, 0},
                    {false, false, 0, 0},
                    {false, false, 0, 0},
                    {false, true, 0, UINT64_C(1) << 63},
                    {true, false, INT64_MIN, 0},
                    {false, false, 0, 0},
                    {true, true, 0, 0},
                    {false, false, 0, 0}};
    ndv_array *a, *u, *c;
    size_t i;
    int64_t i64;
    uint64_t u64;
    double real = 5, imag = 5;
    CHECK_OK(ndv_from_data(NDV_FLOAT64, NDV_DIMS((int64_t)COUNT(numbers)), numbers, &a));
    for (i = 0; i < COUNT(numbers); i++) {
        int64_t failures = check_state.failures;
        i64 = 99, u64 = 99;
        if (expected[i].fits_signed)
            CHECK_OK(ndv_get_int64(a, NDV_DIMS((int64_t)i), &i64));
        else
            CHECK_STATUS(NDV_E_VALUE, ndv_get_int64(a, NDV_DIMS((int64_t)i), &i64));
        CHECK(i64 == expected[i].as_signed);
        if (expected[i].fits_unsigned)
            CHECK_OK(ndv_get_uint64(a, NDV_DIMS((int64_t)i), &u64));
        else
            CHECK_STATUS(NDV_E_VALUE, ndv_get_uint64(a, NDV_DIMS((int64_t)i), &u64));
        CHECK(u64 == expected[i].as_unsigned);
        if (check_state.failures != failures) printf("    in number %d\n", (int)i);
    }
    ndv_release(a);
    CHECK_OK(ndv_zeros(NDV_UINT64, NDV_DIMS(1), &u));
    CHECK_OK(ndv_set_uint64(u, NDV_DIMS(0), UINT64_MAX));
    i64 = 99;
    CHECK_STATUS(NDV_E_VALUE, ndv_get_int64(u, NDV_DIMS(0), &i64));
    CHECK(i64 == 0);
    CHECK_OK(ndv_get_double(u, NDV_DIMS(0), &real)); /* an integer beyond 2^53 is rounded */
    CHECK(real == 0x1p64);
    ndv_release(u);
    CHECK_OK(ndv_zeros(NDV_COMPLEX64, NDV_DIMS(2), &c));
    CHECK_OK(ndv_set_complex(c, NDV_DIMS(1), 3, -4));
    CHECK_STATUS(NDV_E_VALUE, ndv_get_int64(c, NDV_DIMS(1), &i64));
    CHECK_STATUS(NDV_E_VALUE, ndv_get_double(c, NDV_DIMS(1), &real));
    CHECK(real == 0);
    CHECK_OK(ndv_get_complex(c, NDV_DIMS(1), &real, &imag));
    CHECK(real == 3 && imag == -4);
    CHECK_OK(ndv_get_double(c, NDV_DIMS(0), &real));
    CHECK(real == 0);
    ndv_release(c);
}

static void items_of_other_types_are_checked_too(void) {
    ndv_array *a = numbered(NDV_INT16, NDV_DIMS(2));
    const double large = 40000, fraction = 2.5;
    const uint16_t too_large = 40000;
    uint8_t byte = 77;
    float single = 77;
    CHECK_STATUS(NDV_E_VALUE, ndv_set_item(a, NDV_DIMS(0), NDV_FLOAT64, &large));
    CHECK_STATUS(NDV_E_VALUE, ndv_set_item(a, NDV_DIMS(0), NDV_UINT16, &too_large));
    CHECK_INT64S(a, 0, 1);
    CHECK_OK(ndv_set_item(a, NDV_DIMS(0), NDV_FLOAT64, &fraction));
    CHECK_INT64S(a, 2, 1);
    CHECK_OK(ndv_set_int64(a, NDV_DIMS(1), 300));
    CHECK_STATUS(NDV_E_VALUE, ndv_get_item(a, NDV_DIMS(1), NDV_UINT8, &byte));
    CHECK_MESSAGE("300");
    CHECK_MESSAGE("uint8");
    CHECK(byte == 77); /* left as it was */
    CHECK_OK(ndv_get_item(a, NDV_DIMS(1), NDV_FLOAT32, &single));
    CHECK(single == 300);
    ndv_release(a);
}

static void an_item_of_the_arrays_own_type_arrives_bit_for_bit(void) {
    static const struct {
        int32_t dtype;
        uint64_t bits[2];
    } cases[] = {{NDV_FLOAT64, {UINT64_C(0x7FF0000000000001), 0}},  /* a signalling NaN */
                 {NDV_FLOAT64, {UINT64_C(0xFFF8DEADBEEF1234), 0}},
                 {NDV_FLOAT64, {UINT64_C(0x8000000000000000), 0}},
                 {NDV_FLOAT32, {UINT64_C(0x7F800001), 0}},
                 {NDV_FLOAT16, {UINT64_C(0x7C01), 0}},
                 {NDV_BFLOAT16, {UINT64_C(0xFF81), 0}},
                 {NDV_COMPLEX64, {UINT64_C(0xFF8000017F800001), 0}},
                 {NDV_COMPLEX128, {UINT64_C(0x7FF0000000000001), UINT64_C(0xFFF0000000000002)}},
                 {NDV_BOOL, {2, 0}},
                 {NDV_INT64, {UINT64_C(0x8000000000000000), 0}},
                 {NDV_UINT64, {UINT64_MAX, 0}}};
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        size_t size = ndv_dtype_itemsize(cases[i].dtype);
        int64_t failures = check_state.failures;
        unsigned char found[16] = {0};
        ndv_array *a, *copy;
        CHECK_OK(ndv_zeros(cases[i].dtype, NDV_DIMS(2, 2), &a));
        CHECK_OK(ndv_set_item(a, NDV_DIMS(1, 0), cases[i].dtype, cases[i].bits));
        CHECK(memcmp(model_element(a, 2, NDV_ORDER_C), cases[i].bits, size) == 0);
        CHECK_OK(ndv_get_item(a, NDV_DIMS(1, 0), cases[i].dtype, found));
        CHECK(memcmp(found, cases[i].bits, size) == 0);
        CHECK_OK(ndv_fill(a, cases[i].dtype, cases[i].bits));
        CHECK(memcmp(model_element(a, 3, NDV_ORDER_C), cases[i].bits, size) == 0);
        CHECK_OK(ndv_copy(a, NDV_ORDER_F, &copy));
        CHECK(same_elements(a, copy));
        ndv_release(copy);
        CHECK_OK(ndv_zeros(cases[i].dtype, NDV_DIMS(2, 2), &copy));
        CHECK_OK(ndv_set(copy, a, NDV_CAST_UNSAFE));
        CHECK(same_elements(a, copy));
        ndv_release(copy);
        ndv_release(a);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

static void values_may_lie_at_any_alignment(void) {
    char room[9 + 8];
    const double value = 2.5;
    double found = 0;
    ndv_array *a;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(2), &a));
    memcpy(room + 1, &value, sizeof value);
    CHECK_OK(ndv_set_item(a, NDV_DIMS(1), NDV_FLOAT64, room + 1));
    CHECK_OK(ndv_get_item(a, NDV_DIMS(1), NDV_FLOAT64, room + 3));
    memcpy(&found, room + 3, sizeof found);
    CHECK(found == 2.5);
    ndv_release(a);
}

static void an_index_that_leads_to_no_element_is_refused(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *empty = numbered(NDV_INT64, NDV_DIMS(0));
    int64_t value = 9;
    const int64_t many[65] = {0};
    CHECK_STATUS(NDV_E_INDEX, ndv_set_int64(a, NDV_DIMS(2, 0), 1));
    CHECK_MESSAGE("index 2 is out of bounds for axis 0 with size 2");
    CHECK_STATUS(NDV_E_INDEX, ndv_set_int64(a, NDV_DIMS(0, -4), 1));
    CHECK_MESSAGE("index -4 is out of bounds for axis 1 with size 3");
    CHECK_STATUS(NDV_E_INDEX, ndv_get_int64(a, NDV_DIMS(0, INT64_MAX), &value));
    CHECK(value == 0);
    CHECK_STATUS(NDV_E_INDEX, ndv_get_int64(a, NDV_DIMS(INT64_MIN, 0), &value));
    CHECK_STATUS(NDV_E_INDEX, ndv_get_int64(empty, NDV_DIMS(0), &value));
    CHECK_STATUS(NDV_E_INDEX, ndv_get_int64(empty, NDV_DIMS(-1), &value));
    CHECK_STATUS(NDV_E_INDEX_ITEMS, ndv_get_int64(a, NDV_DIMS(0), &value));
    CHECK_STATUS(NDV_E_INDEX_ITEMS, ndv_get_int64(a, NDV_DIMS(0, 0, 0), &value));
    CHECK_STATUS(NDV_E_INDEX_ITEMS, ndv_get_int64(a, NDV_NO_DIMS, &value));
    CHECK_STATUS(NDV_E_INDEX_ITEMS, ndv_set_int64(a, NDV_DIMS(1), 7));
    CHECK_STATUS(NDV_E_NDIM, ndv_set_int64(a, -1, many, 7));
    CHECK_STATUS(NDV_E_NDIM, ndv_set_int64(a, 65, many, 7));
    CHECK_STATUS(NDV_E_NDIM, ndv_get_int64(a, -1, many, &value));
    CHECK_STATUS(NDV_E_NDIM, ndv_get_int64(a, 65, many, &value));
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5);
    ndv_release(empty);
    ndv_release(a);
}

static void the_element_of_an_array_without_axes(void) {
    ndv_array *a;
    int64_t value = 0;
    double real = 0, imag = 0;
    CHECK_OK(ndv_zeros(NDV_COMPLEX128, NDV_NO_DIMS, &a));
    CHECK_OK(ndv_set_complex(a, NDV_NO_DIMS, 1.5, -2));
    CHECK_OK(ndv_get_complex(a, NDV_NO_DIMS, &real, &imag));
    CHECK(real == 1.5 && imag == -2);
    CHECK_OK(ndv_set_int64(a, NDV_NO_DIMS, 7));
    CHECK_OK(ndv_get_int64(a, NDV_NO_DIMS, &value));
    CHECK(value == 7);
    CHECK_STATUS(NDV_E_INDEX_ITEMS, ndv_get_int64(a, NDV_DIMS(0), &value));
    ndv_release(a);
}

static void elements_of_strided_and_misaligned_views(void) {
    ndv_array *a = numbered(NDV_UINT8, NDV_DIMS(33)), *part, *wide, *v;
    int64_t expected, value = 0;
    CHECK_OK(ndv_slice(a, "1:", &part));
    CHECK_OK(ndv_view_as(part, NDV_INT64, &wide));
    CHECK_OK(ndv_slice(wide, "::-2", &v)); /* the numbers at bytes 25 and 9 */
    memcpy(&expected, model_data(a) + 9, sizeof expected);
    CHECK_OK(ndv_get_int64(v, NDV_DIMS(1), &value));
    CHECK(value == expected);
    CHECK_OK(ndv_set_int64(v, NDV_DIMS(-2), -1));
    CHECK(model_data(a)[24] == 24 && model_data(a)[25] == 255 && model_data(a)[32] == 255);
    CHECK_OK(ndv_fill_int64(v, 0));
    CHECK(model_data(a)[8] == 8 && model_data(a)[9] == 0 && model_data(a)[16] == 0 &&
          model_data(a)[17] == 17 && model_data(a)[25] == 0);
    ndv_release(v);
    ndv_release(wide);
    ndv_release(part);
    ndv_release(a);
}

CHECK_MAIN(TEST(set_broadcasts_its_source), TEST(set_refuses_shapes_that_do_not_broadcast),
           TEST(set_of_no_elements_writes_nothing), TEST(set_converts_as_its_rule_allows),
           TEST(set_under_same_value_writes_all_or_nothing),
           TEST(an_array_set_to_itself_stays_as_it_is), TEST(a_readonly_array_is_not_written),
           TEST(every_function_refuses_null_and_unknown_numbers),
           TEST(an_array_that_shows_one_element_twice_is_readonly_unless_it_insists),
           TEST(a_destination_that_overlaps_itself_and_its_source),
           TEST(fill_takes_what_fits_an_integer_type_and_nothing_else),
           TEST(fill_truncates_before_it_looks_at_the_range),
           TEST(fill_refuses_to_make_a_finite_number_infinite),
           TEST(fill_of_bool_takes_everything_but_zero_as_true),
           TEST(fill_writes_views_and_nothing_beside_them),
           TEST(every_type_takes_and_gives_every_kind_of_number),
           TEST(setters_refuse_what_does_not_fit), TEST(setters_into_narrow_floats),
           TEST(getters_refuse_what_does_not_fit), TEST(items_of_other_types_are_checked_too),
           TEST(an_item_of_the_arrays_own_type_arrives_bit_for_bit),
           TEST(values_may_lie_at_any_alignment),
           TEST(an_index_that_leads_to_no_element_is_refused),
           TEST(the_element_of_an_array_without_axes),
           TEST(elements_of_strided_and_misaligned_views))
