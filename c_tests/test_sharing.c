/* The section Sharing: who owns the bytes, who is kin to whom, and who reaches which byte. */
#include <math.h>

#include "model.h"

static bool shares(const ndv_array *a, const ndv_array *b) {
    bool one = false, other = true;
    CHECK_OK(ndv_shares_memory(a, b, NDV_BUDGET_DEFAULT, &one));
    CHECK_OK(ndv_shares_memory(b, a, NDV_BUDGET_DEFAULT, &other));
    CHECK(one == other);
    return one;
}

static void every_pair_of_arrays_knows_how_it_is_kin(void) {
    enum { OWNER, VIEW, OF_VIEW, OTHER_VIEW, SAME, COPY, FOREIGN, OF_FOREIGN, AGAIN, OF_AGAIN, OVER,
           COUNT_OF };
    static int64_t memory[6];
    static const int32_t U = NDV_UNRELATED, S = NDV_SAME, V = NDV_VIEW, B = NDV_SIBLINGS;
    ndv_array *x[COUNT_OF];
    const int32_t relations[COUNT_OF][COUNT_OF] = {
        {S, V, V, V, S, U, U, U, U, U, U}, {V, S, B, B, V, U, U, U, U, U, U},
        {V, B, S, B, V, U, U, U, U, U, U}, {V, B, B, S, V, U, U, U, U, U, U},
        {S, V, V, V, S, U, U, U, U, U, U}, {U, U, U, U, U, S, U, U, U, U, U},
        {U, U, U, U, U, U, S, V, U, U, U}, {U, U, U, U, U, U, V, S, U, U, U},
        {U, U, U, U, U, U, U, U, S, V, U}, {U, U, U, U, U, U, U, U, V, S, U},
        {U, U, U, U, U, U, U, U, U, U, S}};
    const bool foreign[COUNT_OF] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
    const int bases[COUNT_OF] = {-1, OWNER, OWNER, OWNER, -1, -1, -1, FOREIGN, -1, AGAIN, -1};
    /* groups of arrays that reach bytes in common */
    const int group[COUNT_OF] = {0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 0};
    int i, j;
    x[OWNER] = numbered(NDV_INT64, NDV_DIMS(6));
    CHECK_OK(ndv_view(x[OWNER], &x[VIEW]));
    CHECK_OK(ndv_slice(x[VIEW], "1:5", &x[OF_VIEW]));
    CHECK_OK(ndv_slice(x[OWNER], "::-1", &x[OTHER_VIEW]));
    x[SAME] = ndv_retain(x[OWNER]);
    CHECK_OK(ndv_copy(x[VIEW], NDV_ORDER_K, &x[COPY]));
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(6), NULL, 0, NULL, NULL,
                      &x[FOREIGN]));
    CHECK_OK(ndv_slice(x[FOREIGN], "1:4", &x[OF_FOREIGN]));
    CHECK_OK(ndv_wrap(memory, sizeof memory, 8, NDV_INT32, NDV_DIMS(9), NULL, NDV_WRAP_READONLY,
                      NULL, NULL, &x[AGAIN]));
    CHECK_OK(ndv_slice(x[AGAIN], "2:6", &x[OF_AGAIN]));
    { /* the library's own memory, wrapped by the caller: foreign and unrelated, but shared */
        void *data = NULL;
        CHECK_OK(ndv_data_mut(x[OWNER], &data));
        CHECK_OK(ndv_wrap(data, 48, 0, NDV_INT64, NDV_DIMS(6), NULL, 0, NULL, NULL, &x[OVER]));
    }
    for (i = 0; i < COUNT_OF; i++) {
        CHECK(ndv_base(x[i]) == (bases[i] < 0 ? NULL : x[bases[i]]));
        CHECK(ndv_owns_data(x[i]) == (bases[i] < 0));
        CHECK(ndv_buffer_kind(x[i]) == (foreign[i] ? NDV_BUFFER_FOREIGN : NDV_BUFFER_HEAP));
        for (j = 0; j < COUNT_OF; j++) {
            int64_t failures = check_state.failures;
            CHECK(ndv_relation(x[i], x[j]) == relations[i][j]);
            CHECK(shares(x[i], x[j]) == (group[i] == group[j]));
            CHECK(group[i] != group[j] || ndv_may_share_memory(x[i], x[j]));
            if (check_state.failures != failures) printf("    in %d, %d\n", i, j);
        }
        CHECK(ndv_relation(x[i], NULL) == 0 && ndv_relation(NULL, x[i]) == 0);
        CHECK(!ndv_may_share_memory(x[i], NULL) && !ndv_may_share_memory(NULL, x[i]));
    }
    CHECK(ndv_relation(NULL, NULL) == 0 && ndv_base(NULL) == NULL && !ndv_owns_data(NULL));
    CHECK(ndv_buffer_kind(NULL) == 0 && !ndv_may_share_memory(NULL, NULL));
    for (i = 0; i < COUNT_OF; i++) ndv_release(x[i]);
}

static void kin_that_share_nothing_and_strangers_that_share(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4, 4)), *v, *w;
    CHECK_OK(ndv_slice(a, ":2", &v));
    CHECK_OK(ndv_slice(a, "2:", &w));
    CHECK(ndv_relation(v, w) == NDV_SIBLINGS && !shares(v, w) && !ndv_may_share_memory(v, w));
    ndv_release(w);
    CHECK_OK(ndv_slice(a, "2:2", &w)); /* no elements */
    CHECK(ndv_relation(a, w) == NDV_VIEW && !shares(a, w) && !ndv_may_share_memory(a, w));
    CHECK(!shares(w, w) && ndv_relation(w, w) == NDV_SAME && !ndv_may_share_memory(w, w));
    ndv_release(w);
    ndv_release(v);
    CHECK_OK(ndv_slice(a, ":, :2", &v)); /* the columns lie between one another */
    CHECK_OK(ndv_slice(a, ":, 2:", &w));
    CHECK(ndv_may_share_memory(v, w) && !shares(v, w));
    ndv_release(w);
    CHECK_OK(ndv_slice(a, ":, 1:3", &w));
    CHECK(ndv_may_share_memory(v, w) && shares(v, w));
    ndv_release(w);
    ndv_release(v);
    ndv_release(a);
}

static void byte_bounds_go_from_the_lowest_byte_to_past_the_highest(void) {
    static const struct {
        const char *text;
        int64_t low, high; /* in bytes of a 4 x 5 int64 matrix; equal if empty */
    } cases[] = {{"", 0, 160},        {"::-1", 0, 160},     {"::-1, ::-1", 0, 160},
                 {"1", 40, 80},       {":, 2", 16, 144},    {"1:3, 1:3", 48, 104},
                 {"2, 3", 104, 112},  {"::-2, ::-2", 40, 160}, {"newaxis, 0, 1:2", 8, 16},
                 {"0:0", 0, 0},       {":, 5:", 0, 0},      {"1:, 1:1", 0, 0}};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4, 5)), *v, *b;
    const void *low, *high;
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        CHECK_OK(ndv_slice(a, cases[i].text, &v));
        low = high = &low;
        CHECK_OK(ndv_byte_bounds(v, &low, &high));
        if (cases[i].low == cases[i].high) {
            CHECK(low == high);
        } else {
            CHECK(low == model_data(a) + cases[i].low && high == model_data(a) + cases[i].high);
        }
        ndv_release(v);
    }
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(7, 4, 5), &b)); /* repeats, and reaches no further */
    CHECK_OK(ndv_byte_bounds(b, &low, &high));
    CHECK(low == ndv_data(a) && high == model_data(a) + 160);
    ndv_release(b);
    low = high = &low;
    CHECK_STATUS(NDV_E_NULL, ndv_byte_bounds(NULL, &low, &high));
    CHECK(low == NULL && high == NULL);
    CHECK_STATUS(NDV_E_NULL, ndv_byte_bounds(a, NULL, &high));
    CHECK_STATUS(NDV_E_NULL, ndv_byte_bounds(a, &low, NULL));
    ndv_release(a);
}

/* ---- equal ---- */

static bool equal(const ndv_array *a, const ndv_array *b) {
    bool one = false, other = true;
    CHECK_OK(ndv_equal(a, b, &one));
    CHECK_OK(ndv_equal(b, a, &other));
    CHECK(one == other);
    return one;
}

static void numbers_of_different_types_are_compared_exactly(void) {
    static const int64_t beyond[] = {INT64_C(9007199254740993)}, highest[] = {INT64_MAX},
                         minus_one[] = {-1}, one[] = {1}, even[] = {INT64_C(9007199254740992)},
                         lowest[] = {INT64_MIN}, two[] = {2}, zero[] = {0};
    static const uint64_t all_bits[] = {UINT64_MAX}, half[] = {UINT64_C(1) << 63},
                          beyond_unsigned[] = {UINT64_C(9007199254740993)};
    static const double p53[] = {9007199254740992.0}, p63[] = {0x1p63}, p64[] = {0x1p64},
                        fraction[] = {1.5}, tenth[] = {0.1}, nan[] = {NAN}, infinite[] = {INFINITY},
                        minus_zero[] = {-0.0}, one_f[] = {1}, minus_p63[] = {-0x1p63};
    static const float tenth_single[] = {0.1f}, one_single[] = {1};
    static const uint8_t true_bytes[] = {2}, false_byte[] = {0};
    static const uint16_t one_half[] = {0x3C00}, one_brain[] = {0x3F80}, tenth_half[] = {0x2E66};
    static const double complex_one[] = {1, 0}, complex_i[] = {1, 1}, complex_nan[] = {1, NAN};
    static const struct {
        int32_t a_dtype;
        const void *a;
        int32_t b_dtype;
        const void *b;
        bool equal;
    } cases[] = {
        {NDV_INT64, beyond, NDV_FLOAT64, p53, false},
        {NDV_INT64, even, NDV_FLOAT64, p53, true},
        {NDV_UINT64, beyond_unsigned, NDV_FLOAT64, p53, false},
        {NDV_INT64, beyond, NDV_UINT64, beyond_unsigned, true},
        {NDV_INT64, highest, NDV_FLOAT64, p63, false},
        {NDV_INT64, lowest, NDV_FLOAT64, minus_p63, true},
        {NDV_UINT64, half, NDV_FLOAT64, p63, true},
        {NDV_UINT64, all_bits, NDV_FLOAT64, p64, false},
        {NDV_UINT64, all_bits, NDV_INT64, minus_one, false},
        {NDV_UINT64, half, NDV_INT64, lowest, false},
        {NDV_INT64, one, NDV_FLOAT64, fraction, false},
        {NDV_INT64, one, NDV_FLOAT64, one_f, true},
        {NDV_INT64, one, NDV_FLOAT32, one_single, true},
        {NDV_INT64, one, NDV_FLOAT16, one_half, true},
        {NDV_FLOAT16, one_half, NDV_BFLOAT16, one_brain, true},
        {NDV_FLOAT16, tenth_half, NDV_FLOAT64, tenth, false},
        {NDV_FLOAT32, tenth_single, NDV_FLOAT64, tenth, false},
        {NDV_FLOAT64, nan, NDV_FLOAT64, nan, false},
        {NDV_FLOAT64, nan, NDV_INT64, zero, false},
        {NDV_FLOAT64, infinite, NDV_FLOAT64, infinite, true},
        {NDV_FLOAT64, infinite, NDV_INT64, highest, false},
        {NDV_FLOAT64, minus_zero, NDV_INT64, zero, true},
        {NDV_BOOL, true_bytes, NDV_INT64, one, true}, /* any byte but 0 is true */
        {NDV_BOOL, true_bytes, NDV_INT64, two, false},
        {NDV_BOOL, true_bytes, NDV_BOOL, minus_one, true},
        {NDV_BOOL, false_byte, NDV_FLOAT64, minus_zero, true},
        {NDV_COMPLEX128, complex_one, NDV_INT64, one, true},
        {NDV_COMPLEX128, complex_i, NDV_INT64, one, false},
        {NDV_COMPLEX128, complex_i, NDV_COMPLEX128, complex_i, true},
        {NDV_COMPLEX128, complex_nan, NDV_COMPLEX128, complex_nan, false},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        ndv_array *a, *b;
        int64_t failures = check_state.failures;
        CHECK_OK(ndv_from_data(cases[i].a_dtype, NDV_DIMS(1), cases[i].a, &a));
        CHECK_OK(ndv_from_data(cases[i].b_dtype, NDV_DIMS(1), cases[i].b, &b));
        CHECK(equal(a, b) == cases[i].equal);
        ndv_release(a);
        ndv_release(b);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

static void equal_arrays_have_one_shape_and_any_strides(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *b, *c, *t;
    CHECK_OK(ndv_copy(a, NDV_ORDER_F, &b));
    CHECK(equal(a, b) && equal(a, a));
    CHECK_OK(ndv_set_int64(b, NDV_DIMS(1, 2), -1));
    CHECK(!equal(a, b));
    ndv_release(b);
    CHECK_OK(ndv_astype(a, NDV_FLOAT32, NDV_ORDER_F, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &b));
    CHECK(equal(a, b));
    CHECK_OK(ndv_transpose(b, &t));
    CHECK(!equal(a, t)); /* another shape */
    ndv_release(t);
    ndv_release(b);
    b = numbered(NDV_INT64, NDV_DIMS(6));
    CHECK(!equal(a, b));
    CHECK_OK(ndv_slice(a, "newaxis, ...", &c));
    CHECK(!equal(a, c)); /* nothing is broadcast */
    ndv_release(c);
    ndv_release(b);
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(0, 3), &b));
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(0, 3), &c));
    CHECK(equal(b, c));
    ndv_release(c);
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(3, 0), &c));
    CHECK(!equal(b, c));
    ndv_release(c);
    ndv_release(b);
    b = numbered(NDV_INT64, NDV_NO_DIMS);
    c = numbered(NDV_INT64, NDV_DIMS(1));
    CHECK(equal(b, b) && !equal(b, c));
    ndv_release(c);
    ndv_release(b);
    ndv_release(a);
}

static void equal_and_shares_memory_refuse_null(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2));
    bool answer = true;
    CHECK_STATUS(NDV_E_NULL, ndv_equal(NULL, a, &answer));
    CHECK(!answer);
    answer = true;
    CHECK_STATUS(NDV_E_NULL, ndv_equal(a, NULL, &answer));
    CHECK(!answer);
    CHECK_STATUS(NDV_E_NULL, ndv_equal(a, a, NULL));
    answer = true;
    CHECK_STATUS(NDV_E_NULL, ndv_shares_memory(NULL, a, 1, &answer));
    CHECK(!answer);
    answer = true;
    CHECK_STATUS(NDV_E_NULL, ndv_shares_memory(a, NULL, 1, &answer));
    CHECK(!answer);
    CHECK_STATUS(NDV_E_NULL, ndv_shares_memory(a, a, 1, NULL));
    ndv_release(a);
}

/* ---- Hard questions ---- */

static void a_question_that_is_too_hard_says_so(void) {
    static const int64_t a_shape[] = {1049, 1049, 1049}, a_strides[] = {36674, 61119, 85569};
    static const int64_t b_shape[] = {1049, 1049, 1}, b_strides[] = {12223, 12224, 1};
    static const int64_t nbytes = 192163377;
    ndv_array *buffer, *a, *b;
    void *data = NULL;
    bool answer = true;
    CHECK_OK(ndv_empty(NDV_INT8, NDV_DIMS(nbytes), &buffer));
    CHECK_OK(ndv_data_mut(buffer, &data));
    CHECK_OK(ndv_wrap(data, (size_t)nbytes, 0, NDV_INT8, 3, a_shape, a_strides, NDV_WRAP_READONLY,
                      NULL, NULL, &a));
    CHECK_OK(ndv_wrap(data, (size_t)nbytes, 64023025, NDV_INT8, 3, b_shape, b_strides,
                      NDV_WRAP_READONLY, NULL, NULL, &b));
    CHECK(ndv_may_share_memory(a, b));
    CHECK_STATUS(NDV_E_TOO_HARD, ndv_shares_memory(a, b, NDV_BUDGET_DEFAULT, &answer));
    CHECK_MESSAGE("1000000");
    CHECK(!answer);
    answer = true;
    CHECK_STATUS(NDV_E_TOO_HARD, ndv_shares_memory(a, b, 0, &answer));
    CHECK_MESSAGE(" 0 ");
    CHECK(!answer);
    CHECK_STATUS(NDV_E_TOO_HARD, ndv_shares_memory(b, a, 777, &answer));
    CHECK_MESSAGE("777");
    ndv_release(b);
    ndv_release(a);
    ndv_release(buffer);
}

static void a_budget_of_zero_still_answers_what_the_bounds_tell(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(8)), *v, *w;
    bool answer = true;
    CHECK_OK(ndv_slice(a, ":4", &v));
    CHECK_OK(ndv_slice(a, "4:", &w));
    CHECK_OK(ndv_shares_memory(v, w, 0, &answer));
    CHECK(!answer);
    answer = true;
    ndv_release(w);
    CHECK_OK(ndv_slice(a, "4:4", &w));
    CHECK_OK(ndv_shares_memory(a, w, 0, &answer));
    CHECK(!answer);
    ndv_release(w);
    ndv_release(v);
    ndv_release(a);
}

static void views_that_are_slow_in_numpy_are_answered(void) {
    /* Rows 4 to 8 of the reference's table of hard instances, those up to 7 made smaller. */
    ndv_array *x, *d, *e, *v;
    CHECK_OK(ndv_empty(NDV_INT8, NDV_DIMS(20, 20, 20, 20, 20, 20), &x));
    CHECK_OK(ndv_diagonal(x, 0, 0, 5, &d));
    CHECK_OK(ndv_slice(x, "1::2, :, :, :, :, ::2", &v));
    CHECK(!shares(d, v) && ndv_may_share_memory(d, v));
    ndv_release(v);
    ndv_release(d);
    ndv_release(x);
    CHECK_OK(ndv_empty(NDV_FLOAT64, NDV_DIMS(40, 40, 40, 40), &x));
    CHECK_OK(ndv_diagonal(x, 0, 0, 3, &e));
    CHECK_OK(ndv_diagonal(e, 0, 0, 1, &d));
    CHECK_OK(ndv_slice(x, "1::2, :, :, ::2", &v));
    CHECK(!shares(d, v));
    ndv_release(v);
    ndv_release(d);
    ndv_release(e);
    ndv_release(x);
    CHECK_OK(ndv_empty(NDV_INT8, NDV_DIMS(30, 30, 30, 30, 30), &x));
    CHECK_OK(ndv_diagonal(x, 0, 0, 4, &d));
    CHECK_OK(ndv_slice(x, "1::2, :, :, :, ::2", &v));
    CHECK(!shares(d, v));
    ndv_release(v);
    ndv_release(d);
    ndv_release(x);
    CHECK_OK(ndv_empty(NDV_INT8, NDV_DIMS(90, 90, 90, 90), &x));
    CHECK_OK(ndv_diagonal(x, 0, 0, 3, &d));
    CHECK_OK(ndv_slice(x, "1::2, :, :, ::2", &v));
    CHECK(!shares(d, v));
    ndv_release(v);
    CHECK_OK(ndv_slice(x, "1::2, :, :, 1::2", &v)); /* now they meet */
    CHECK(shares(d, v));
    ndv_release(v);
    ndv_release(d);
    ndv_release(x);
    CHECK_OK(ndv_empty(NDV_FLOAT64, NDV_DIMS(25, 28, 29, 29, 28), &x));
    CHECK_OK(ndv_diagonal(x, 0, 0, 4, &d));
    CHECK_OK(ndv_slice(x, "23::-2, 3::1, 25::-1, 5::2, 26::-1", &v));
    CHECK(shares(d, v));
    ndv_release(v);
    ndv_release(d);
    ndv_release(x);
}

CHECK_MAIN(TEST(every_pair_of_arrays_knows_how_it_is_kin),
           TEST(kin_that_share_nothing_and_strangers_that_share),
           TEST(byte_bounds_go_from_the_lowest_byte_to_past_the_highest),
           TEST(numbers_of_different_types_are_compared_exactly),
           TEST(equal_arrays_have_one_shape_and_any_strides),
           TEST(equal_and_shares_memory_refuse_null), TEST(a_question_that_is_too_hard_says_so),
           TEST(a_budget_of_zero_still_answers_what_the_bounds_tell),
           TEST(views_that_are_slow_in_numpy_are_answered))
