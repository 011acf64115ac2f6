/* Every function of section 5: new bytes of their own, in the order and the type asked for, or the
 * very array where that is allowed. */
#include <float.h>
#include <math.h>

#include "model.h"

/* ---- copy and flatten ---- */

typedef struct {
    model_source source;
    int32_t order, ndim;
    int64_t shape[6], strides[6];
} copy_case;

static const copy_case copy_cases[] = {
#include "numpy/copies.inc"
};

static void a_copy_has_the_strides_that_its_order_asks_for(void) {
    size_t i;
    for (i = 0; i < COUNT(copy_cases); i++) {
        const copy_case *c = &copy_cases[i];
        int64_t failures = check_state.failures;
        ndv_array *owner, *a, *copy = NULL, *r;
        ndv_statistics before;
        make_source(&c->source, &owner, &a);
        before = check_statistics();
        CHECK_OK(ndv_copy(a, c->order, &copy));
        CHECK_COPIED(before, 1, (int64_t)ndv_nbytes(a));
        check_is_copy(copy, a);
        CHECK(has_layout(copy, c->ndim, c->shape, c->strides));
        CHECK(same_elements(copy, a));
        ndv_release(copy);
        CHECK_OK(ndv_readonly(a, &r));
        CHECK_OK(ndv_copy(r, c->order, &copy));
        check_is_copy(copy, r);
        CHECK_OK(ndv_fill_int64(copy, -1));
        CHECK(ndv_size(a) == 0 || model_int64(a, 0, NDV_ORDER_C) != -1);
        ndv_release(r);
        ndv_release(copy);
        ndv_release(a);
        ndv_release(owner);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

static void a_copy_of_a_broadcast_array_in_order_k_has_its_repeated_axis_innermost(void) {
    ndv_array *a = numbered(NDV_INT8, NDV_DIMS(5, 6)), *b, *copy;
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(4, 5, 6), &b));
    CHECK_OK(ndv_copy(b, NDV_ORDER_K, &copy));
    check_is_copy(copy, b);
    CHECK_STRIDES(copy, 1, 24, 4);
    CHECK(same_elements(copy, b));
    ndv_release(copy);
    CHECK_OK(ndv_copy(b, NDV_ORDER_C, &copy));
    CHECK_STRIDES(copy, 30, 6, 1);
    CHECK(same_elements(copy, b));
    ndv_release(copy);
    ndv_release(b);
    ndv_release(a);
}

typedef struct {
    model_source source;
    int32_t order;
    bool view; /* of ravel */
    int64_t count, values[24];
} flat_case;

static const flat_case flat_cases[] = {
#include "numpy/ravel.inc"
};

static void flatten_is_always_a_copy(void) {
    size_t i;
    for (i = 0; i < COUNT(flat_cases); i++) {
        const flat_case *c = &flat_cases[i];
        int64_t failures = check_state.failures, n;
        ndv_array *owner, *a, *copy = NULL;
        ndv_statistics before;
        make_source(&c->source, &owner, &a);
        before = check_statistics();
        CHECK_OK(ndv_flatten(a, c->order, &copy));
        CHECK_COPIED(before, 1, 8 * c->count);
        check_is_copy(copy, a);
        CHECK(ndv_ndim(copy) == 1 && ndv_size(copy) == c->count);
        CHECK((ndv_flags(copy) & NDV_C_CONTIGUOUS) != 0);
        for (n = 0; n < c->count && n < ndv_size(copy); n++)
            CHECK(model_int64(copy, n, NDV_ORDER_C) == c->values[n]);
        ndv_release(copy);
        ndv_release(a);
        ndv_release(owner);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

/* ---- What every function refuses ---- */

static void every_function_refuses_null_and_unknown_numbers(void) {
    static const int32_t no_orders[] = {0, -1, 'B', NDV_COPY_NEVER, INT32_MAX};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *r;
    char room[48];
    size_t i;
    CHECK_REFUSED(NDV_E_NULL, r, ndv_copy(NULL, NDV_ORDER_C, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_flatten(NULL, NDV_ORDER_C, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_contiguous(NULL, NDV_ORDER_C, NDV_COPY_IF_NEEDED, &r));
    CHECK_REFUSED(NDV_E_NULL, r, ndv_astype(NULL, NDV_INT8, NDV_ORDER_K, NDV_CAST_UNSAFE,
                                            NDV_COPY_IF_NEEDED, &r));
    CHECK_STATUS(NDV_E_NULL, ndv_to_buffer(NULL, room, sizeof room, NDV_ORDER_C));
    CHECK_STATUS(NDV_E_NULL, ndv_to_buffer(a, NULL, sizeof room, NDV_ORDER_C));

    CHECK_STATUS(NDV_E_NULL, ndv_copy(a, NDV_ORDER_C, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_flatten(a, NDV_ORDER_C, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_contiguous(a, NDV_ORDER_C, NDV_COPY_IF_NEEDED, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_astype(a, NDV_INT8, NDV_ORDER_K, NDV_CAST_UNSAFE,
                                        NDV_COPY_IF_NEEDED, NULL));

    for (i = 0; i < COUNT(no_orders); i++) {
        int32_t order = no_orders[i];
        CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_copy(a, order, &r));
        CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_flatten(a, order, &r));
        CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_contiguous(a, order, NDV_COPY_IF_NEEDED, &r));
        CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_astype(a, NDV_INT8, order, NDV_CAST_UNSAFE,
                                                    NDV_COPY_IF_NEEDED, &r));
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_to_buffer(a, room, sizeof room, order));
    }
    CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_contiguous(a, NDV_ORDER_K, NDV_COPY_IF_NEEDED, &r));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_to_buffer(a, room, sizeof room, NDV_ORDER_K));
    CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_contiguous(a, NDV_ORDER_C, 0, &r));
    CHECK_REFUSED(NDV_E_ARGUMENT, r, ndv_contiguous(a, NDV_ORDER_C, 13, &r));
    CHECK_REFUSED(NDV_E_ARGUMENT, r,
                  ndv_astype(a, NDV_INT8, NDV_ORDER_K, NDV_CAST_UNSAFE, 9, &r));
    CHECK_REFUSED(NDV_E_ARGUMENT, r,
                  ndv_astype(a, NDV_INT8, NDV_ORDER_K, 19, NDV_COPY_ALWAYS, &r));
    CHECK_REFUSED(NDV_E_ARGUMENT, r,
                  ndv_astype(a, NDV_INT8, NDV_ORDER_K, 26, NDV_COPY_ALWAYS, &r));
    CHECK_REFUSED(NDV_E_DTYPE, r,
                  ndv_astype(a, 0, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &r));
    CHECK_REFUSED(NDV_E_DTYPE, r,
                  ndv_astype(a, 77, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &r));
    CHECK_MESSAGE("77");
    CHECK(ndv_use_count(a) == 1 && ndv_view_count(a) == 0);
    ndv_release(a);
}

/* ---- The very array, or a copy ---- */

static void contiguous_gives_the_array_itself_where_it_can(void) {
    static const struct {
        const char *text, *axes;
        bool c, f; /* dense in C order, in Fortran order */
    } cases[] = {{"", NULL, true, false},      {"", "10", false, true}, {"0", NULL, true, true},
                 {":, ::2", NULL, false, false}, {"::-1", NULL, false, false},
                 {"1:2", NULL, true, true},    {"1:", NULL, true, false}, {"0, 0", NULL, true,
                 true},
                 {"0:0, ::2", NULL, true, true}, {":, 1", NULL, false, false}};
    static const int32_t orders[] = {NDV_ORDER_C, NDV_ORDER_F, NDV_ORDER_A};
    size_t i, o;
    for (i = 0; i < COUNT(cases); i++)
        for (o = 0; o < COUNT(orders); o++) {
            const model_source source = {2, {3, 4}, cases[i].text, cases[i].axes};
            bool is = orders[o] == NDV_ORDER_C   ? cases[i].c
                      : orders[o] == NDV_ORDER_F ? cases[i].f
                                                 : cases[i].c || cases[i].f;
            int64_t failures = check_state.failures, bytes;
            ndv_array *owner, *a, *r = NULL;
            ndv_statistics before;
            make_source(&source, &owner, &a);
            bytes = (int64_t)ndv_nbytes(a);
            before = check_statistics();
            CHECK_OK(ndv_contiguous(a, orders[o], NDV_COPY_IF_NEEDED, &r));
            CHECK_COPIED(before, is ? 0 : 1, is ? 0 : bytes);
            CHECK(same_elements(r, a) && ndv_ndim(r) == ndv_ndim(a));
            if (is) {
                CHECK(r == a && ndv_relation(r, a) == NDV_SAME && ndv_use_count(a) == 2);
            } else {
                check_is_copy(r, a);
                CHECK((ndv_flags(r) &
                       (orders[o] == NDV_ORDER_F ? NDV_F_CONTIGUOUS : NDV_C_CONTIGUOUS)) != 0);
            }
            ndv_release(r);
            CHECK(ndv_use_count(a) == 1);

            if (is) {
                CHECK_OK(ndv_contiguous(a, orders[o], NDV_COPY_NEVER, &r));
                CHECK(r == a && ndv_use_count(a) == 2);
                ndv_release(r);
            } else {
                char text[64];
                CHECK_REFUSED(NDV_E_WOULD_COPY, r,
                              ndv_contiguous(a, orders[o], NDV_COPY_NEVER, &r));
                CHECK_MESSAGE("axis ");
                snprintf(text, sizeof text, "%" PRId64 " bytes", bytes);
                CHECK_MESSAGE(text);
                CHECK(ndv_use_count(a) == 1);
            }
            before = check_statistics();
            CHECK_OK(ndv_contiguous(a, orders[o], NDV_COPY_ALWAYS, &r));
            CHECK_COPIED(before, 1, bytes);
            check_is_copy(r, a);
            CHECK(same_elements(r, a));
            ndv_release(r);
            ndv_release(a);
            ndv_release(owner);
            if (check_state.failures != failures)
                printf("    in \"%s\", order %c\n", cases[i].text, (char)orders[o]);
        }
}

static void a_refused_contiguous_names_axis_and_strides(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3, 4)), *s, *r;
    CHECK_OK(ndv_slice(a, ":, :3", &s)); /* strides 32, 8; dense would be 24, 8 */
    CHECK_REFUSED(NDV_E_WOULD_COPY, r, ndv_contiguous(s, NDV_ORDER_C, NDV_COPY_NEVER, &r));
    CHECK_MESSAGE("axis 0 ");
    CHECK_MESSAGE("32");
    CHECK_MESSAGE("24");
    CHECK_MESSAGE("72 bytes");
    ndv_release(s);
    CHECK_REFUSED(NDV_E_WOULD_COPY, r, ndv_contiguous(a, NDV_ORDER_F, NDV_COPY_NEVER, &r));
    CHECK_MESSAGE("axis 0 ");
    CHECK_MESSAGE("96 bytes");
    ndv_release(a);
}

static void astype_gives_the_array_itself_where_it_can(void) {
    static const struct {
        const char *text, *axes;
        int32_t order, dtype;
        bool same;
    } cases[] = {
        {"", NULL, NDV_ORDER_C, NDV_INT64, true},     {"", NULL, NDV_ORDER_F, NDV_INT64, false},
        {"", NULL, NDV_ORDER_A, NDV_INT64, true},     {"", NULL, NDV_ORDER_K, NDV_INT64, true},
        {"", "10", NDV_ORDER_C, NDV_INT64, false},    {"", "10", NDV_ORDER_F, NDV_INT64, true},
        {"", "10", NDV_ORDER_A, NDV_INT64, true},     {"", "10", NDV_ORDER_K, NDV_INT64, true},
        {"::2", NULL, NDV_ORDER_K, NDV_INT64, true},  {"::2", NULL, NDV_ORDER_A, NDV_INT64, false},
        {"::2", NULL, NDV_ORDER_C, NDV_INT64, false}, {"", NULL, NDV_ORDER_K, NDV_INT32, false},
        {"", NULL, NDV_ORDER_C, NDV_UINT64, false},   {"0", NULL, NDV_ORDER_F, NDV_INT64, true},
    };
    static const int32_t rules[] = {NDV_CAST_NO, NDV_CAST_EQUIV, NDV_CAST_SAFE,
                                    NDV_CAST_SAME_KIND, NDV_CAST_UNSAFE, NDV_CAST_SAME_VALUE};
    size_t i, rule;
    for (i = 0; i < COUNT(cases); i++) {
        const model_source source = {2, {3, 4}, cases[i].text, cases[i].axes};
        int64_t failures = check_state.failures, bytes;
        ndv_array *owner, *a, *r = NULL;
        ndv_statistics before;
        make_source(&source, &owner, &a);
        bytes = ndv_size(a) * (int64_t)ndv_dtype_itemsize(cases[i].dtype);
        before = check_statistics();
        CHECK_OK(ndv_astype(a, cases[i].dtype, cases[i].order, NDV_CAST_UNSAFE, NDV_COPY_IF_NEEDED,
                            &r));
        CHECK_COPIED(before, cases[i].same ? 0 : 1, cases[i].same ? 0 : bytes);
        if (cases[i].same)
            CHECK(r == a && ndv_relation(a, r) == NDV_SAME && ndv_use_count(a) == 2);
        else
            check_is_copy(r, a);
        CHECK(ndv_dtype(r) == cases[i].dtype);
        ndv_release(r);

        if (cases[i].same) {
            for (rule = 0; rule < COUNT(rules); rule++) {
                CHECK_OK(ndv_astype(a, cases[i].dtype, cases[i].order, rules[rule], NDV_COPY_NEVER,
                                    &r));
                CHECK(r == a && ndv_use_count(a) == 2);
                ndv_release(r);
            }
        } else {
            CHECK_REFUSED(NDV_E_WOULD_COPY, r,
                          ndv_astype(a, cases[i].dtype, cases[i].order, NDV_CAST_UNSAFE,
                                     NDV_COPY_NEVER, &r));
            CHECK_MESSAGE("bytes");
            CHECK(ndv_use_count(a) == 1);
        }
        before = check_statistics();
        CHECK_OK(ndv_astype(a, cases[i].dtype, cases[i].order, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS,
                            &r));
        CHECK_COPIED(before, 1, bytes);
        check_is_copy(r, a);
        CHECK(ndv_dtype(r) == cases[i].dtype);
        ndv_release(r);
        ndv_release(a);
        ndv_release(owner);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

static void astype_lays_its_copy_out_as_asked(void) {
    static const struct {
        int32_t order;
        int64_t strides[3];
    } cases[] = {{NDV_ORDER_C, {16, 4, 2}}, /* of shape (3, 4, 2) */
                 {NDV_ORDER_F, {2, 6, 24}},
                 {NDV_ORDER_A, {16, 4, 2}},
                 {NDV_ORDER_K, {8, 2, 24}}};
    const model_source source = {3, {2, 3, 4}, NULL, "120"};
    ndv_array *owner, *a, *r;
    size_t i;
    make_source(&source, &owner, &a);
    for (i = 0; i < COUNT(cases); i++) {
        CHECK_OK(ndv_astype(a, NDV_INT16, cases[i].order, NDV_CAST_SAME_KIND, NDV_COPY_IF_NEEDED,
                            &r));
        CHECK_SHAPE(r, 3, 4, 2);
        CHECK_STRIDES(r, cases[i].strides[0], cases[i].strides[1], cases[i].strides[2]);
        CHECK_INT64S(r, 0, 12, 1, 13, 2, 14, 3, 15, 4, 16, 5, 17, 6, 18, 7, 19, 8, 20, 9, 21, 10,
                     22, 11, 23);
        ndv_release(r);
    }
    ndv_release(a);
    ndv_release(owner);
}

/* ---- Values ---- */

#define CAST(array, dtype, result)                                                                 \
    CHECK_OK(ndv_astype(array, dtype, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, result))

static const double floats[] = {
    0.0, -0.0, 0.5, -0.5, 0.999, 1.5, -1.5, 2.5, 127.9, 128.0, -128.9, -129.0, 255.5, 256.0,
    300.7, -300.7, 32767.5, 32768.0, 65535.9, 65536.0, 2147483647.5, 2147483648.0,
    -2147483649.0, 4294967295.5, 4294967296.0, 1e10, -1e10, 9007199254740993.0,
    9223372036854774784.0, 9223372036854775808.0, -9223372036854775808.0,
    -9223372036854777856.0, 18446744073709549568.0, 18446744073709551616.0, 1e300, -1e300,
    5e-324, INFINITY, -INFINITY, NAN};

/* Truncated, stopped at the ends of the range, NaN as 0. */
static int64_t saturated(double value, double low, double high, int64_t lowest, int64_t highest) {
    if (isnan(value)) return 0;
    if (value <= low) return lowest;
    if (value >= high) return highest;
    return (int64_t)value;
}

static void floats_into_integers_are_truncated_and_stop_at_the_ends(void) {
    static const struct {
        int32_t dtype;
        double low, high; /* the first values outside or on the ends */
        int64_t lowest, highest;
    } types[] = {{NDV_INT8, -128, 127, INT8_MIN, INT8_MAX},
                 {NDV_INT16, -32768, 32767, INT16_MIN, INT16_MAX},
                 {NDV_INT32, -2147483648.0, 2147483647.0, INT32_MIN, INT32_MAX},
                 {NDV_INT64, -9223372036854775808.0, 9223372036854775808.0, INT64_MIN, INT64_MAX},
                 {NDV_UINT8, 0, 255, 0, UINT8_MAX},
                 {NDV_UINT16, 0, 65535, 0, UINT16_MAX},
                 {NDV_UINT32, 0, 4294967295.0, 0, UINT32_MAX}};
    /* contiguous, backwards and every other one: the answer must not depend on the loop that ran */
    static const char *const texts[] = {"", "::-1", "::2", "3:4"};
    ndv_array *a, *s, *r;
    size_t i, t;
    int64_t n;
    FROM(NDV_FLOAT64, floats, &a);
    for (t = 0; t < COUNT(texts); t++) {
        CHECK_OK(ndv_slice(a, texts[t], &s));
        for (i = 0; i < COUNT(types); i++) {
            CAST(s, types[i].dtype, &r);
            for (n = 0; n < ndv_size(s); n++) {
                double value;
                int64_t expected, found = 0;
                memcpy(&value, model_element(s, n, NDV_ORDER_C), sizeof value);
                expected = saturated(value, types[i].low, types[i].high, types[i].lowest,
                                     types[i].highest);
                CHECK(check_read(types[i].dtype, model_element(r, n, NDV_ORDER_C), &found));
                CHECK(found == expected);
                if (found != expected)
                    printf("    %.17g as %s\n", value, ndv_dtype_name(types[i].dtype));
            }
            ndv_release(r);
        }
        CAST(s, NDV_UINT64, &r);
        for (n = 0; n < ndv_size(s); n++) {
            double value;
            uint64_t expected, found;
            memcpy(&value, model_element(s, n, NDV_ORDER_C), sizeof value);
            memcpy(&found, model_element(r, n, NDV_ORDER_C), sizeof found);
            expected = isnan(value) || value <= 0      ? 0
                       : value >= 18446744073709551616.0 ? UINT64_MAX
                                                         : (uint64_t)value;
            CHECK(found == expected);
        }
        ndv_release(r);
        ndv_release(s);
    }
    ndv_release(a);
}

static void narrow_floats_into_integers_do_the_same(void) {
    static const float singles[] = {-1.5f, 127.5f, 128.0f, 1e10f, -1e10f, INFINITY, -INFINITY, NAN,
                                    16777216.0f, 2147483648.0f};
    static const uint16_t halves[] = {0x3C00, 0xBE00, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00,
                                      0x0001};
    static const uint16_t brains[] = {0x3F80, 0xBFC0, 0x7F7F, 0xFF7F, 0x7F80, 0xFF80, 0x7FC0,
                                      0x0001};
    ndv_array *a, *r;
    FROM(NDV_FLOAT32, singles, &a);
    CAST(a, NDV_INT8, &r);
    CHECK_INT64S(r, -1, 127, 127, 127, -128, 127, -128, 0, 127, 127);
    ndv_release(r);
    CAST(a, NDV_UINT16, &r);
    CHECK_INT64S(r, 0, 127, 128, 65535, 0, 65535, 0, 0, 65535, 65535);
    ndv_release(r);
    CAST(a, NDV_INT32, &r);
    CHECK_INT64S(r, -1, 127, 128, INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN, 0, 16777216,
                 INT32_MAX);
    ndv_release(r);
    CAST(a, NDV_INT64, &r);
    CHECK_INT64S(r, -1, 127, 128, 10000000000, -10000000000, INT64_MAX, INT64_MIN, 0, 16777216,
                 2147483648);
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_FLOAT16, halves, &a);
    CAST(a, NDV_INT16, &r);
    CHECK_INT64S(r, 1, -1, 32767, -32768, 32767, -32768, 0, 0);
    ndv_release(r);
    CAST(a, NDV_INT32, &r);
    CHECK_INT64S(r, 1, -1, 65504, -65504, INT32_MAX, INT32_MIN, 0, 0);
    ndv_release(r);
    CAST(a, NDV_UINT8, &r);
    CHECK_INT64S(r, 1, 0, 255, 0, 255, 0, 0, 0);
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_BFLOAT16, brains, &a);
    CAST(a, NDV_INT64, &r);
    CHECK_INT64S(r, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX, INT64_MIN, 0, 0);
    ndv_release(r);
    ndv_release(a);
}

static void integers_wrap(void) {
    static const int64_t numbers[] = {0, -1, 127, 128, 255, 256, 300, -129, 65535, 65536, 70000,
                                      INT64_C(0x123456789ABCDEF0), INT64_MIN, INT64_MAX};
    static const int32_t types[] = {NDV_INT8, NDV_INT16, NDV_INT32, NDV_INT64,
                                    NDV_UINT8, NDV_UINT16, NDV_UINT32, NDV_UINT64};
    ndv_array *a, *r, *back;
    size_t i, n, t;
    FROM(NDV_INT64, numbers, &a);
    for (i = 0; i < COUNT(types); i++) {
        size_t size = ndv_dtype_itemsize(types[i]);
        CAST(a, types[i], &r);
        for (n = 0; n < COUNT(numbers); n++) {
            uint64_t mask = size == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * size)) - 1;
            int64_t found = 0;
            CHECK(check_read(types[i], model_element(r, (int64_t)n, NDV_ORDER_C), &found));
            CHECK(((uint64_t)found & mask) == ((uint64_t)numbers[n] & mask));
        }
        /* and wide again: signed ones extend their sign, unsigned ones zeros */
        for (t = 0; t < COUNT(types); t++) {
            CAST(r, types[t], &back);
            for (n = 0; n < COUNT(numbers); n++) {
                int64_t narrow = 0, wide = 0;
                size_t to = ndv_dtype_itemsize(types[t]);
                uint64_t mask = to == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * to)) - 1;
                CHECK(check_read(types[i], model_element(r, (int64_t)n, NDV_ORDER_C), &narrow));
                CHECK(check_read(types[t], model_element(back, (int64_t)n, NDV_ORDER_C), &wide));
                CHECK(((uint64_t)narrow & mask) == ((uint64_t)wide & mask));
            }
            ndv_release(back);
        }
        ndv_release(r);
    }
    ndv_release(a);
}

static void everything_but_zero_is_true(void) {
    static const double doubles[] = {0.0, -0.0, 0.5, -1.0, NAN, INFINITY, 5e-324};
    static const int64_t integers[] = {0, 1, -1, 256, INT64_MIN};
    static const uint16_t halves[] = {0x0000, 0x8000, 0x0001, 0x7E00};
    static const double complexes[] = {0, 0, 0, -0.0, 1, 0, 0, 1, NAN, 0, 0, NAN};
    static const uint8_t bytes[] = {0, 1, 2, 255};
    ndv_array *a, *r;
    FROM(NDV_FLOAT64, doubles, &a);
    CAST(a, NDV_BOOL, &r);
    CHECK_INT64S(r, 0, 0, 1, 1, 1, 1, 1);
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_INT64, integers, &a);
    CAST(a, NDV_BOOL, &r);
    CHECK_INT64S(r, 0, 1, 1, 1, 1);
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_FLOAT16, halves, &a);
    CAST(a, NDV_BOOL, &r);
    CHECK_INT64S(r, 0, 0, 1, 1);
    ndv_release(r);
    ndv_release(a);
    CHECK_OK(ndv_from_data(NDV_COMPLEX128, NDV_DIMS(6), complexes, &a));
    CAST(a, NDV_BOOL, &r);
    CHECK_INT64S(r, 0, 0, 1, 1, 1, 1);
    ndv_release(r);
    ndv_release(a);
    /* any byte but 0 is true, and is 1 as a number */
    FROM(NDV_BOOL, bytes, &a);
    CAST(a, NDV_INT32, &r);
    CHECK_INT64S(r, 0, 1, 1, 1);
    ndv_release(r);
    CAST(a, NDV_FLOAT64, &r);
    CHECK_INT64S(r, 0, 1, 1, 1);
    ndv_release(r);
    CAST(a, NDV_UINT8, &r);
    CHECK_INT64S(r, 0, 1, 1, 1);
    ndv_release(r);
    ndv_release(a);
}

static void complex_numbers_lose_their_imaginary_part_and_gain_a_zero(void) {
    static const double pairs[] = {1.5, -2, NAN, 3, 1e300, 1e300, -0.0, 7};
    static const double reals[] = {1.5, -0.0, INFINITY};
    const double *d;
    const float *f;
    ndv_array *a, *r;
    CHECK_OK(ndv_from_data(NDV_COMPLEX128, NDV_DIMS(4), pairs, &a));
    CAST(a, NDV_FLOAT64, &r);
    d = (const double *)ndv_data(r);
    CHECK(d[0] == 1.5 && isnan(d[1]) && d[2] == 1e300 && d[3] == 0 && signbit(d[3]));
    ndv_release(r);
    CAST(a, NDV_INT8, &r);
    CHECK_INT64S(r, 1, 0, 127, 0);
    ndv_release(r);
    CAST(a, NDV_COMPLEX64, &r);
    f = (const float *)ndv_data(r);
    CHECK(f[0] == 1.5f && f[1] == -2 && isnan(f[2]) && f[3] == 3 && isinf(f[4]) && isinf(f[5]));
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_FLOAT64, reals, &a);
    CAST(a, NDV_COMPLEX64, &r);
    f = (const float *)ndv_data(r);
    CHECK(f[0] == 1.5f && f[1] == 0 && f[2] == 0 && signbit(f[2]) && f[3] == 0 && isinf(f[4]));
    ndv_release(r);
    ndv_release(a);
}

static void check_bits(const ndv_array *array, const uint16_t *bits, size_t count) {
    size_t n;
    CHECK(ndv_size(array) == (int64_t)count);
    for (n = 0; n < count; n++) {
        uint16_t found;
        memcpy(&found, model_element(array, (int64_t)n, NDV_ORDER_C), sizeof found);
        CHECK(found == bits[n]);
        if (found != bits[n]) printf("    number %d: %04X, not %04X\n", (int)n, found, bits[n]);
    }
}

static void float16_rounds_to_nearest_even_once(void) {
    static const double values[] = {
        1.0, -2.0, 0.0, -0.0, 65504.0, 65519.99, 65520.0, -65520.0, 1e300, INFINITY, -INFINITY,
        1.0 / 3, 0.1, 0x1p-14, 0x1p-24, 0x1p-25, 0x1.000002p-25, -0x1p-26, 0x1.8p-24, 0x1.ffcp-15,
        0x1.ffep-15, 1 + 0x1p-11, 1 + 0x1.8p-10, 1 + 0x1p-11 + 0x1p-40, 2049, 2051, 1e-320};
    static const uint16_t bits[] = {
        0x3C00, 0xC000, 0x0000, 0x8000, 0x7BFF, 0x7BFF, 0x7C00, 0xFC00, 0x7C00, 0x7C00, 0xFC00,
        0x3555, 0x2E66, 0x0400, 0x0001, 0x0000, 0x0001, 0x8000, 0x0002, 0x0400,
        0x0400, 0x3C00, 0x3C02, 0x3C01, 0x6800, 0x6802, 0x0000};
    static const int32_t integers[] = {1, 2049, 2051, 65504, 65519, 65520, -65520, INT32_MAX};
    static const uint16_t integer_bits[] = {0x3C00, 0x6800, 0x6802, 0x7BFF, 0x7BFF, 0x7C00, 0xFC00,
                                            0x7C00};
    static const float singles[] = {65519.996f, 65520.0f, 0x1p-25f, 0x1.000002p-25f, 1.0f / 3};
    static const uint16_t single_bits[] = {0x7BFF, 0x7C00, 0x0000, 0x0001, 0x3555};
    static const double nan_value[] = {NAN};
    uint16_t found;
    ndv_array *a, *r;
    FROM(NDV_FLOAT64, values, &a);
    CAST(a, NDV_FLOAT16, &r);
    check_bits(r, bits, COUNT(bits));
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_INT32, integers, &a);
    CAST(a, NDV_FLOAT16, &r);
    check_bits(r, integer_bits, COUNT(integer_bits));
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_FLOAT32, singles, &a);
    CAST(a, NDV_FLOAT16, &r);
    check_bits(r, single_bits, COUNT(single_bits));
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_FLOAT64, nan_value, &a);
    CAST(a, NDV_FLOAT16, &r);
    memcpy(&found, ndv_data(r), sizeof found);
    CHECK((found & 0x7C00) == 0x7C00 && (found & 0x03FF) != 0);
    ndv_release(r);
    ndv_release(a);
}

static void bfloat16_rounds_to_nearest_even_once(void) {
    static const double values[] = {1.0, -1.0, 0.0, -0.0, 0.1, 3.141592653589793, 1 + 0x1p-8,
                                    1 + 0x1.8p-7, 1 + 0x1p-8 + 0x1p-40, 0x1.fep127, 0x1.fefffep127,
                                    0x1.ffp127, FLT_MAX, 1e300, -1e300, INFINITY, 0x1p-133,
                                    0x1p-134,
                                    0x1.8p-134, 257, 259};
    static const uint16_t bits[] = {0x3F80, 0xBF80, 0x0000, 0x8000, 0x3DCD, 0x4049, 0x3F80,
                                    0x3F82, 0x3F81, 0x7F7F, 0x7F7F,
                                    0x7F80, 0x7F80, 0x7F80, 0xFF80, 0x7F80, 0x0001, 0x0000,
                                    0x0001, 0x4380, 0x4382};
    static const int64_t integers[] = {1, 256, 257, 259, INT64_C(1) << 62};
    static const uint16_t integer_bits[] = {0x3F80, 0x4380, 0x4380, 0x4382, 0x5E80};
    static const float singles[] = {NAN, 1.0f / 3, FLT_MAX};
    static const uint16_t halves[] = {0x3C00, 0x7BFF, 0x0001};
    static const uint16_t half_bits[] = {0x3F80, 0x4780, 0x3380};
    uint16_t found[3];
    ndv_array *a, *r;
    FROM(NDV_FLOAT64, values, &a);
    CAST(a, NDV_BFLOAT16, &r);
    check_bits(r, bits, COUNT(bits));
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_INT64, integers, &a);
    CAST(a, NDV_BFLOAT16, &r);
    check_bits(r, integer_bits, COUNT(integer_bits));
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_FLOAT16, halves, &a);
    CAST(a, NDV_BFLOAT16, &r);
    check_bits(r, half_bits, COUNT(half_bits));
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_FLOAT32, singles, &a);
    CAST(a, NDV_BFLOAT16, &r);
    memcpy(found, ndv_data(r), sizeof found);
    CHECK((found[0] & 0x7F80) == 0x7F80 && (found[0] & 0x007F) != 0);
    CHECK(found[1] == 0x3EAB && found[2] == 0x7F80);
    ndv_release(r);
    ndv_release(a);
}

static void narrow_floats_widen_exactly(void) {
    static const uint16_t halves[] = {0x3C00, 0x0001, 0x03FF, 0x0400, 0x7BFF, 0x8000, 0xFC00,
                                      0x3555};
    static const double half_values[] = {1, 0x1p-24, 0x1.ff8p-15, 0x1p-14, 65504, -0.0, -INFINITY,
                                         0x1.554p-2};
    static const uint16_t brains[] = {0x3F80, 0x0001, 0x7F7F, 0x4049};
    static const double brain_values[] = {1, 0x1p-133, 0x1.fep127, 3.140625};
    const double *d;
    size_t n;
    ndv_array *a, *r;
    FROM(NDV_FLOAT16, halves, &a);
    CAST(a, NDV_FLOAT64, &r);
    d = (const double *)ndv_data(r);
    for (n = 0; n < COUNT(halves); n++) CHECK(memcmp(&d[n], &half_values[n], sizeof *d) == 0);
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_BFLOAT16, brains, &a);
    CAST(a, NDV_FLOAT64, &r);
    d = (const double *)ndv_data(r);
    for (n = 0; n < COUNT(brains); n++) CHECK(memcmp(&d[n], &brain_values[n], sizeof *d) == 0);
    ndv_release(r);
    ndv_release(a);
}

static void integers_into_floats_round_once(void) {
    static const int64_t numbers[] = {16777217, (INT64_C(1) << 60) + (INT64_C(1) << 36) + 1,
                                      INT64_MAX, INT64_MIN};
    static const uint64_t unsigneds[] = {UINT64_MAX, UINT64_C(1) << 63, 9007199254740993u};
    const volatile int64_t across = numbers[1];
    ndv_array *a, *r;
    const float *f;
    const double *d;
    FROM(NDV_INT64, numbers, &a);
    CAST(a, NDV_FLOAT32, &r);
    f = (const float *)ndv_data(r);
    CHECK(f[0] == 16777216.0f && f[2] == 0x1p63f && f[3] == -0x1p63f);
    /* valgrind's own conversion rounds twice */
    CHECK(f[1] == ((float)across == 0x1.000002p60f ? 0x1.000002p60f : (float)across));
    ndv_release(r);
    ndv_release(a);
    FROM(NDV_UINT64, unsigneds, &a);
    CAST(a, NDV_FLOAT64, &r);
    d = (const double *)ndv_data(r);
    CHECK(d[0] == 0x1p64 && d[1] == 0x1p63 && d[2] == 9007199254740992.0);
    ndv_release(r);
    ndv_release(a);
}

static void a_cast_that_its_rule_forbids_is_refused(void) {
    static const struct {
        int32_t from, to, rule;
        bool allowed;
    } cases[] = {{NDV_INT32, NDV_INT64, NDV_CAST_NO, false},
                 {NDV_INT32, NDV_INT64, NDV_CAST_EQUIV, false},
                 {NDV_INT32, NDV_INT64, NDV_CAST_SAFE, true},
                 {NDV_INT64, NDV_INT32, NDV_CAST_SAFE, false},
                 {NDV_INT64, NDV_INT32, NDV_CAST_SAME_KIND, true},
                 {NDV_INT64, NDV_FLOAT64, NDV_CAST_SAFE, true},
                 {NDV_INT8, NDV_UINT8, NDV_CAST_SAME_KIND, false},
                 {NDV_INT8, NDV_UINT8, NDV_CAST_UNSAFE, true},
                 {NDV_UINT8, NDV_INT8, NDV_CAST_SAME_KIND, true},
                 {NDV_FLOAT64, NDV_INT64, NDV_CAST_SAME_KIND, false},
                 {NDV_FLOAT64, NDV_FLOAT32, NDV_CAST_SAFE, false},
                 {NDV_FLOAT64, NDV_FLOAT32, NDV_CAST_SAME_KIND, true},
                 {NDV_FLOAT32, NDV_COMPLEX64, NDV_CAST_SAFE, true},
                 {NDV_INT8, NDV_BOOL, NDV_CAST_SAME_KIND, false}};
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        ndv_array *a = numbered(cases[i].from, NDV_DIMS(4)), *r;
        if (cases[i].allowed) {
            CHECK_OK(ndv_astype(a, cases[i].to, NDV_ORDER_K, cases[i].rule, NDV_COPY_IF_NEEDED,
                                &r));
            CHECK(ndv_dtype(r) == cases[i].to);
            ndv_release(r);
        } else {
            CHECK_REFUSED(NDV_E_CAST, r, ndv_astype(a, cases[i].to, NDV_ORDER_K, cases[i].rule,
                                                    NDV_COPY_IF_NEEDED, &r));
            CHECK_MESSAGE(ndv_dtype_name(cases[i].from));
            CHECK_MESSAGE(ndv_dtype_name(cases[i].to));
        }
        ndv_release(a);
    }
}

typedef struct {
    int32_t from, to;
    double real, imag;
    bool kept;
} value_case;

static const value_case value_cases[] = {
    {NDV_INT64, NDV_INT8, 127, 0, true},         {NDV_INT64, NDV_INT8, 128, 0, false},
    {NDV_INT64, NDV_INT8, -128, 0, true},        {NDV_INT64, NDV_INT8, -129, 0, false},
    {NDV_INT64, NDV_UINT8, -1, 0, false},        {NDV_INT64, NDV_UINT64, -1, 0, false},
    {NDV_INT64, NDV_UINT64, 5, 0, true},         {NDV_UINT64, NDV_INT64, 0x1p63, 0, false},
    {NDV_UINT64, NDV_INT64, 0x1p62, 0, true},    {NDV_INT64, NDV_FLOAT32, 16777217, 0, false},
    {NDV_INT64, NDV_FLOAT32, 16777216, 0, true}, {NDV_INT64, NDV_FLOAT16, 2049, 0, false},
    {NDV_INT64, NDV_FLOAT16, 65536, 0, false},   {NDV_INT64, NDV_BFLOAT16, 257, 0, false},
    {NDV_INT64, NDV_BFLOAT16, 256, 0, true},     {NDV_INT64, NDV_BOOL, 2, 0, false},
    {NDV_INT64, NDV_BOOL, 1, 0, true},           {NDV_INT64, NDV_BOOL, 0, 0, true},
    {NDV_FLOAT64, NDV_INT64, 1.5, 0, false},     {NDV_FLOAT64, NDV_INT64, 1, 0, true},
    {NDV_FLOAT64, NDV_INT64, NAN, 0, false},     {NDV_FLOAT64, NDV_INT64, INFINITY, 0, false},
    {NDV_FLOAT64, NDV_INT64, 0x1p63, 0, false},  {NDV_FLOAT64, NDV_INT64, -0x1p63, 0, true},
    {NDV_FLOAT64, NDV_UINT64, 0x1p63, 0, true},  {NDV_FLOAT64, NDV_UINT64, 0x1p64, 0, false},
    {NDV_FLOAT64, NDV_UINT8, -1, 0, false},      {NDV_FLOAT64, NDV_FLOAT32, 0.1, 0, false},
    {NDV_FLOAT64, NDV_FLOAT32, 0.5, 0, true},    {NDV_FLOAT64, NDV_FLOAT32, 1e300, 0, false},
    {NDV_FLOAT64, NDV_FLOAT32, NAN, 0, true},    {NDV_FLOAT64, NDV_FLOAT32, -INFINITY, 0, true},
    {NDV_FLOAT64, NDV_FLOAT16, 65504, 0, true},  {NDV_FLOAT64, NDV_FLOAT16, 65505, 0, false},
    {NDV_FLOAT64, NDV_FLOAT16, 0x1p-24, 0, true}, {NDV_FLOAT64, NDV_FLOAT16, 0x1p-25, 0, false},
    {NDV_FLOAT64, NDV_BOOL, 0.5, 0, false},      {NDV_FLOAT64, NDV_BOOL, 1, 0, true},
    {NDV_FLOAT64, NDV_COMPLEX64, 0.1, 0, false}, {NDV_FLOAT64, NDV_COMPLEX64, 0.25, 0, true},
    {NDV_COMPLEX128, NDV_FLOAT64, 1, 2, false},  {NDV_COMPLEX128, NDV_FLOAT64, 1, 0, true},
    {NDV_COMPLEX128, NDV_INT8, 1, 0, true},      {NDV_COMPLEX128, NDV_INT8, 1.5, 0, false},
    {NDV_COMPLEX128, NDV_COMPLEX64, 0.5, 0.1, false},
    {NDV_COMPLEX128, NDV_COMPLEX64, 0.5, 0.25, true},
};

static void same_value_lets_through_what_arrives_unchanged(void) {
    size_t i;
    for (i = 0; i < COUNT(value_cases); i++) {
        const value_case *c = &value_cases[i];
        int64_t failures = check_state.failures;
        ndv_array *a, *r;
        CHECK_OK(ndv_zeros(c->from, NDV_DIMS(2, 3), &a));
        CHECK_OK(ndv_set_complex(a, NDV_DIMS(1, 1), c->real, c->imag));
        if (c->kept) {
            double real = 0, imag = 0;
            CHECK_OK(ndv_astype(a, c->to, NDV_ORDER_K, NDV_CAST_SAME_VALUE, NDV_COPY_IF_NEEDED,
                                &r));
            CHECK_OK(ndv_get_complex(r, NDV_DIMS(1, 1), &real, &imag));
            CHECK((real == c->real || (isnan(real) && isnan(c->real))) && imag == c->imag);
            ndv_release(r);
        } else {
            CHECK_REFUSED(NDV_E_VALUE, r, ndv_astype(a, c->to, NDV_ORDER_K, NDV_CAST_SAME_VALUE,
                                                     NDV_COPY_IF_NEEDED, &r));
            CHECK_MESSAGE(ndv_dtype_name(c->to));
            CHECK_MESSAGE("4"); /* its position in C order */
        }
        ndv_release(a);
        if (check_state.failures != failures) printf("    in case %d\n", (int)i);
    }
}

/* ---- to_buffer ---- */

static void to_buffer_writes_dense_elements_in_order(void) {
    const model_source source = {2, {4, 4}, "::2, ::-2", NULL}; /* [[3 1] [11 9]] */
    static const int64_t c_order[] = {3, 1, 11, 9}, f_order[] = {3, 11, 1, 9};
    int64_t room[5];
    ndv_array *owner, *a, *t;
    ndv_statistics before;
    int i;
    make_source(&source, &owner, &a);
    for (i = 0; i < 5; i++) room[i] = -1;
    before = check_statistics();
    CHECK_OK(ndv_to_buffer(a, room, 32, NDV_ORDER_C));
    CHECK_COPIED(before, 1, 32);
    CHECK(memcmp(room, c_order, 32) == 0 && room[4] == -1);
    CHECK_OK(ndv_to_buffer(a, room, sizeof room, NDV_ORDER_F));
    CHECK(memcmp(room, f_order, 32) == 0 && room[4] == -1); /* what is beyond stays as it was */
    CHECK_OK(ndv_to_buffer(a, room, sizeof room, NDV_ORDER_A));
    CHECK(memcmp(room, c_order, 32) == 0);
    CHECK_OK(ndv_to_buffer(a, (char *)room + 1, 32, NDV_ORDER_C)); /* at any alignment */
    CHECK(memcmp((char *)room + 1, c_order, 32) == 0);
    ndv_release(a);
    ndv_release(owner);

    a = numbered(NDV_INT64, NDV_DIMS(2, 2));
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_to_buffer(t, room, 32, NDV_ORDER_A)); /* F-contiguous alone: memory order */
    CHECK(room[0] == 0 && room[1] == 1 && room[2] == 2 && room[3] == 3);
    CHECK_OK(ndv_to_buffer(t, room, 32, NDV_ORDER_C));
    CHECK(room[0] == 0 && room[1] == 2 && room[2] == 1 && room[3] == 3);
    ndv_release(t);
    ndv_release(a);
}

static void to_buffer_refuses_too_little_room(void) {
    char room[16];
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2)), *empty;
    memset(room, 0x55, sizeof room);
    CHECK_STATUS(NDV_E_BUFFER_SIZE, ndv_to_buffer(a, room, 15, NDV_ORDER_C));
    CHECK_MESSAGE("15");
    CHECK_MESSAGE("16");
    CHECK_STATUS(NDV_E_BUFFER_SIZE, ndv_to_buffer(a, room, 0, NDV_ORDER_C));
    CHECK(room[0] == 0x55 && room[8] == 0x55);
    CHECK_OK(ndv_to_buffer(a, room, 16, NDV_ORDER_C));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3, 0), &empty));
    CHECK_OK(ndv_to_buffer(empty, NULL, 0, NDV_ORDER_C));
    CHECK_OK(ndv_to_buffer(empty, room, 0, NDV_ORDER_F));
    ndv_release(empty);
    ndv_release(a);
}

CHECK_MAIN(TEST(a_copy_has_the_strides_that_its_order_asks_for),
           TEST(a_copy_of_a_broadcast_array_in_order_k_has_its_repeated_axis_innermost),
           TEST(flatten_is_always_a_copy), TEST(every_function_refuses_null_and_unknown_numbers),
           TEST(contiguous_gives_the_array_itself_where_it_can),
           TEST(a_refused_contiguous_names_axis_and_strides),
           TEST(astype_gives_the_array_itself_where_it_can),
           TEST(astype_lays_its_copy_out_as_asked),
           TEST(floats_into_integers_are_truncated_and_stop_at_the_ends),
           TEST(narrow_floats_into_integers_do_the_same), TEST(integers_wrap),
           TEST(everything_but_zero_is_true),
           TEST(complex_numbers_lose_their_imaginary_part_and_gain_a_zero),
           TEST(float16_rounds_to_nearest_even_once), TEST(bfloat16_rounds_to_nearest_even_once),
           TEST(narrow_floats_widen_exactly), TEST(integers_into_floats_round_once),
           TEST(a_cast_that_its_rule_forbids_is_refused),
           TEST(same_value_lets_through_what_arrives_unchanged),
           TEST(to_buffer_writes_dense_elements_in_order), TEST(to_buffer_refuses_too_little_room))
