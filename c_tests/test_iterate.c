/* Every function of the section Iterate: that loops see every element once, whatever the layouts,
 * types and overlaps; that runs are an array's bytes; that scrambled arrays hold the same values
 * and tell who wrote beside them.
 *
 * The oracle of ndv_apply() reads every operand into lists through its elements' addresses,
 * computes, and then writes the lists, one operand after the other. */
#include "model.h"

enum { MEMORY = 512, LISTED = 200 };

static uint64_t random_state = 1;

static int64_t choose(int64_t low, int64_t high) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return low + (int64_t)((random_state >> 33) % (uint64_t)(high - low + 1));
}

/* ---- Loops ---- */

typedef struct {
    int64_t calls, elements, longest;
    int64_t stop_at; /* returns 7 in the call of this number, from 1; 0 for never */
    bool aligned;    /* every address that was handed over was one for an int64_t */
} counts;

static void count_call(counts *c, char **data, int64_t n, int operands) {
    const uintptr_t alignment = offsetof(struct { char c; int64_t t; }, t);
    int i;
    c->calls++;
    c->elements += n;
    if (n > c->longest) c->longest = n;
    for (i = 0; i < operands; i++) c->aligned = c->aligned && (uintptr_t)data[i] % alignment == 0;
}

static counts no_counts(void) {
    counts c = {0, 0, 0, 0, true};
    return c;
}

static int64_t get(const char *at) {
    int64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static void put(char *at, int64_t value) { memcpy(at, &value, sizeof value); }

/* data[2] = data[0] + data[1] */
static int32_t add(char **data, const int64_t *dimensions, const int64_t *strides, void *context) {
    counts *c = (counts *)context;
    int64_t i;
    count_call(c, data, dimensions[0], 3);
    for (i = 0; i < dimensions[0]; i++) {
        put(data[2], get(data[0]) + get(data[1]));
        data[0] += strides[0];
        data[1] += strides[1];
        data[2] += strides[2];
    }
    return c->calls == c->stop_at ? 7 : 0;
}

/* data[0] += 1 */
static int32_t increment(char **data, const int64_t *dimensions, const int64_t *strides,
                         void *context) {
    counts *c = (counts *)context;
    int64_t i;
    count_call(c, data, dimensions[0], 1);
    for (i = 0; i < dimensions[0]; i++)
        put(data[0] + i * strides[0], get(data[0] + i * strides[0]) + 1);
    return c->calls == c->stop_at ? 7 : 0;
}

/* data[0] = 0, 1, 2 and so on, over all calls */
static int32_t number_them(char **data, const int64_t *dimensions, const int64_t *strides,
                           void *context) {
    counts *c = (counts *)context;
    int64_t i;
    for (i = 0; i < dimensions[0]; i++) put(data[0] + i * strides[0], c->elements + i);
    count_call(c, data, dimensions[0], 1);
    return 0;
}

static int32_t never(char **data, const int64_t *dimensions, const int64_t *strides,
                     void *context) {
    (void)data, (void)dimensions, (void)strides, (void)context;
    CHECK(!"the loop is called");
    return 0;
}

/* ---- Shapes, as NumPy broadcasts them ---- */

static void operands_broadcast_as_in_numpy(void) {
    static const struct {
        model_source a, b;
        int32_t ndim;
        int64_t shape[6];
        int works;
        int64_t size, expected[24];
    } cases[] = {
#include "numpy/apply.inc"
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        ndv_array *a, *b, *a_owner, *b_owner, *sum;
        counts c = no_counts();
        int64_t size = -1, n, elements = 1;
        bool good = true;
        int32_t axis;
        for (axis = 0; axis < cases[i].ndim; axis++) elements *= cases[i].shape[axis];
        make_source(&cases[i].a, &a_owner, &a);
        make_source(&cases[i].b, &b_owner, &b);
        CHECK_OK(ndv_full_int64(NDV_INT64, cases[i].ndim, cases[i].shape, -1, &sum));
        if (cases[i].works) {
            CHECK_OK(ndv_apply_size(
                NDV_OPERANDS(NDV_READS(a), NDV_READS(b), NDV_WRITES(sum)), &size));
            CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_READS(b), NDV_WRITES(sum)), 0, add,
                               &c));
        } else {
            CHECK_STATUS(NDV_E_BROADCAST,
                         ndv_apply_size(
                             NDV_OPERANDS(NDV_READS(a), NDV_READS(b), NDV_WRITES(sum)), &size));
            CHECK_STATUS(NDV_E_BROADCAST,
                         ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_READS(b), NDV_WRITES(sum)), 0,
                                   add, &c));
        }
        CHECK(size == cases[i].size);
        CHECK(c.elements == cases[i].size);
        for (n = 0; n < elements; n++)
            good = good && model_int64(sum, n, NDV_ORDER_C) == cases[i].expected[n];
        CHECK(good);
        if (!good || size != cases[i].size) printf("    case %d\n", (int)i);
        ndv_release(sum);
        ndv_release(b);
        ndv_release(b_owner);
        ndv_release(a);
        ndv_release(a_owner);
    }
}

static void what_does_not_broadcast_is_named(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *b = numbered(NDV_INT64, NDV_DIMS(4)),
              *row = numbered(NDV_INT64, NDV_DIMS(3));
    int64_t size = 5;
    CHECK_STATUS(NDV_E_BROADCAST,
                 ndv_apply_size(NDV_OPERANDS(NDV_READS(a), NDV_READS(b)), &size));
    CHECK_MESSAGE("operand 1, of shape (4,), does not broadcast with shape (2, 3) of those before it");
    CHECK_MESSAGE("axis 1 of the result is 3, not 4");
    CHECK(size == 0);
    CHECK_STATUS(NDV_E_BROADCAST,
                 ndv_apply_size(NDV_OPERANDS(NDV_READS(a), NDV_UPDATES(row)), &size));
    CHECK_MESSAGE("operand 1 has shape (3,), all operands together (2, 3)");
    ndv_release(row);
    ndv_release(b);
    ndv_release(a);
}

/* ---- Rows ---- */

static void rows_are_as_long_as_the_layouts_allow(void) {
    static const struct {
        const char *read, *written; /* slices of a (4, 60, 5) */
        bool transposed;            /* both */
        int32_t flags;
        int64_t calls, longest;
    } cases[] = {
        {"...", "...", false, 0, 1, 1200},
        {"...", "...", true, 0, 1, 1200},
        {"...", "...", true, NDV_APPLY_C_ORDER, 300, 4}, /* the first axis is now the last */
        {"::-1, ::-1, ::-1", "::-1, ::-1, ::-1", false, 0, 1, 1200},
        {":, ::2", ":, ::2", false, 0, 5, 120}, /* 5 is short: along the others, which merge */
        {":, ::2", ":, ::2", false, NDV_APPLY_C_ORDER, 120, 5},
        {"::2", "::2", false, 0, 2, 300},
        {"..., :1", "..., :1", false, 0, 1, 240},
        {"0, 0, 0", "0, 0, 0", false, 0, 1, 1},
        {"0, 0, 0", "...", false, 0, 1, 1200},
        {"0, 0", "...", false, 0, 5, 240},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4, 60, 5)),
                  *b = numbered(NDV_INT64, NDV_DIMS(4, 60, 5)), *x, *y, *xt = NULL, *yt = NULL;
        counts c = no_counts();
        CHECK_OK(ndv_slice(a, cases[i].read, &x));
        CHECK_OK(ndv_slice(b, cases[i].written, &y));
        CHECK_OK(cases[i].transposed ? ndv_transpose(x, &xt) : ndv_view(x, &xt));
        CHECK_OK(cases[i].transposed ? ndv_transpose(y, &yt) : ndv_view(y, &yt));
        CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(xt), NDV_READS(xt), NDV_WRITES(yt)),
                           cases[i].flags, add, &c));
        CHECK(c.calls == cases[i].calls && c.longest == cases[i].longest);
        CHECK(c.elements == ndv_size(yt));
        if (c.calls != cases[i].calls)
            printf("    case %d: %d calls of %d\n", (int)i, (int)c.calls, (int)c.longest);
        ndv_release(xt);
        ndv_release(yt);
        ndv_release(x);
        ndv_release(y);
        ndv_release(a);
        ndv_release(b);
    }
}

static void c_order_is_the_order_of_the_index(void) {
    static const model_source sources[] = {
        {3, {2, 3, 4}, NULL, NULL},   {3, {2, 3, 4}, NULL, "201"},
        {3, {4, 3, 2}, "::-1, 1:, ::-1", "120"}, {1, {7}, "::-2", NULL}, {0, {0}, NULL, NULL},
    };
    size_t i;
    for (i = 0; i < COUNT(sources); i++) {
        ndv_array *owner, *a;
        counts c = no_counts();
        int64_t n, start;
        bool good = true;
        make_source(&sources[i], &owner, &a);
        CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_WRITES(a)), NDV_APPLY_C_ORDER, number_them, &c));
        for (n = 0; n < ndv_size(a); n++) good = good && model_int64(a, n, NDV_ORDER_C) == n;
        CHECK_OK(ndv_fill_int64(a, -1));
        for (start = 0; start < ndv_size(a); start += 5) { /* ranges count in the same order */
            const int64_t stop = start + 5 < ndv_size(a) ? start + 5 : ndv_size(a);
            c.elements = start;
            CHECK_OK(ndv_apply_range(NDV_OPERANDS(NDV_WRITES(a)), NDV_APPLY_C_ORDER, start, stop,
                                     number_them, &c));
        }
        for (n = 0; n < ndv_size(a); n++) good = good && model_int64(a, n, NDV_ORDER_C) == n;
        CHECK(good);
        ndv_release(a);
        ndv_release(owner);
    }
}

static void without_elements_the_loop_is_not_called_without_axes_once(void) {
    ndv_array *none = numbered(NDV_INT64, NDV_DIMS(3, 0)), *one = numbered(NDV_INT64, NDV_NO_DIMS),
              *ones = numbered(NDV_INT64, NDV_DIMS(1, 1, 1));
    counts c = no_counts();
    int64_t size = -1;
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES(none)), 0, never, NULL));
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES_AS(none, NDV_FLOAT64, NDV_CAST_UNSAFE)), 0, never,
                       NULL));
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(ones), NDV_READS(none)), 0, never, NULL));
    CHECK_OK(ndv_apply_range(NDV_OPERANDS(NDV_UPDATES(none)), 0, 0, 0, never, NULL));
    CHECK_OK(ndv_apply_size(NDV_OPERANDS(NDV_READS(none)), &size));
    CHECK(size == 0);
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES(one)), 0, increment, &c));
    CHECK_INT64S(one, 1);
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES(ones)), 0, increment, &c));
    CHECK_INT64S(ones, 1);
    CHECK(c.calls == 2 && c.longest == 1);
    CHECK_OK(ndv_apply_range(NDV_OPERANDS(NDV_UPDATES(one)), 0, 1, 1, never, NULL));
    ndv_release(ones);
    ndv_release(one);
    ndv_release(none);
}

/* ---- Types and alignment ---- */

static void elements_are_converted_on_the_way(void) {
    ndv_array *a = numbered(NDV_INT8, NDV_DIMS(100, 100)),
              *b = numbered(NDV_FLOAT32, NDV_DIMS(100)), *sum, *strided;
    counts c = no_counts();
    int64_t i, found = 0, wrong = 0;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(100, 300), &sum));
    CHECK_OK(ndv_slice(sum, ":, ::-3", &strided));
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS_AS(a, NDV_INT64, NDV_CAST_SAFE),
                                    NDV_READS_AS(b, NDV_INT64, NDV_CAST_UNSAFE),
                                    NDV_WRITES_AS(strided, NDV_INT64, NDV_CAST_SAFE)),
                       0, add, &c));
    for (i = 0; i < 10000; i++) {
        CHECK_OK(ndv_get_int64(strided, NDV_DIMS(i / 100, i % 100), &found));
        wrong += found != (int8_t)i + i % 100;
    }
    CHECK(wrong == 0 && c.elements == 10000 && c.aligned);
    ndv_release(strided);
    ndv_release(sum);
    ndv_release(b);
    ndv_release(a);
}

static void a_long_row_comes_in_pieces_through_the_buffers(void) {
    ndv_array *a = numbered(NDV_INT32, NDV_DIMS(5000));
    counts c = no_counts();
    int64_t last = 0;
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES_AS(a, NDV_INT64, NDV_CAST_UNSAFE)), 0, increment,
                       &c));
    CHECK(c.elements == 5000 && c.calls == 5 && c.longest == 1024); /* 8 KiB */
    CHECK_OK(ndv_get_int64(a, NDV_DIMS(4999), &last));
    CHECK(last == 5000);
    ndv_release(a);
}

static void elements_are_aligned_unless_the_loop_does_not_mind(void) {
    static unsigned char memory[8 * 20 + 1];
    ndv_array *a;
    counts c = no_counts();
    CHECK_OK(ndv_wrap(memory, sizeof memory, 1, NDV_INT64, NDV_DIMS(20), NULL, 0, NULL, NULL, &a));
    CHECK((ndv_flags(a) & NDV_ALIGNED) == 0);
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES(a)), 0, increment, &c));
    CHECK(c.aligned);
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES(a)), NDV_APPLY_UNALIGNED, increment, &c));
    CHECK(!c.aligned);
    CHECK_INT64S(a, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
    ndv_release(a);
}

static void the_casting_rule_is_checked_before_the_loop_runs(void) {
    ndv_array *a = numbered(NDV_INT32, NDV_DIMS(3)), *f = numbered(NDV_FLOAT64, NDV_DIMS(3)), *r;
    CHECK_STATUS(NDV_E_CAST, ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_READS_AS(f, NDV_FLOAT32,
                                                                               NDV_CAST_SAFE)),
                                       0, never, NULL));
    CHECK_MESSAGE("operand 1: casting float64 to float32");
    CHECK_STATUS(NDV_E_CAST, /* from the loop's type to the array's */
                 ndv_apply(NDV_OPERANDS(NDV_WRITES_AS(a, NDV_FLOAT64, NDV_CAST_SAME_KIND)), 0,
                           never, NULL));
    CHECK_MESSAGE("operand 0: casting float64 to int32");
    CHECK_STATUS(NDV_E_CAST, /* both ways */
                 ndv_apply(NDV_OPERANDS(NDV_UPDATES_AS(a, NDV_INT64, NDV_CAST_SAFE)), 0, never,
                           NULL));
    CHECK_MESSAGE("casting int64 to int32");
    CHECK_OK(ndv_readonly(a, &r));
    CHECK_STATUS(NDV_E_READONLY,
                 ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_WRITES(r)), 0, never, NULL));
    CHECK_MESSAGE("operand 1: the array is read-only");
    ndv_release(r);
    ndv_release(f);
    ndv_release(a);
}

static int32_t halve(char **data, const int64_t *dimensions, const int64_t *strides,
                     void *context) {
    int64_t i;
    (void)context;
    for (i = 0; i < dimensions[0]; i++) {
        double value;
        memcpy(&value, data[0] + i * strides[0], sizeof value);
        value /= 2;
        memcpy(data[1] + i * strides[1], &value, sizeof value);
        memcpy(data[2] + i * strides[2], &value, sizeof value);
    }
    return 0;
}

static void same_value_judges_all_values_before_the_first_is_written(void) {
    ndv_array *a = numbered(NDV_FLOAT64, NDV_DIMS(4)), *d = numbered(NDV_FLOAT64, NDV_DIMS(4)),
              *i = numbered(NDV_INT32, NDV_DIMS(4));
#define HALVES                                                                                     \
    NDV_OPERANDS(NDV_READS(a), NDV_WRITES(d), NDV_WRITES_AS(i, NDV_FLOAT64, NDV_CAST_SAME_VALUE))
    CHECK_STATUS(NDV_E_VALUE, ndv_apply(HALVES, 0, halve, NULL));
    CHECK_MESSAGE("element 1 in C order: the value 0.5");
    CHECK_INT64S(d, 0, 1, 2, 3); /* though it needs no conversion itself */
    CHECK_INT64S(i, 0, 1, 2, 3);
    CHECK_STATUS(NDV_E_WOULD_COPY, ndv_apply_range(HALVES, 0, 0, 4, halve, NULL));
    CHECK_MESSAGE("operand 1 would need a temporary of 32 bytes");
    CHECK_MESSAGE("same-value");
    CHECK_OK(ndv_fill_double(a, 6));
    CHECK_OK(ndv_apply(HALVES, 0, halve, NULL));
    CHECK_INT64S(d, 3, 3, 3, 3);
    CHECK_INT64S(i, 3, 3, 3, 3);
#undef HALVES
    CHECK_OK(ndv_set_double(a, NDV_DIMS(2), 2.5));
    CHECK_STATUS(NDV_E_VALUE,
                 ndv_apply(NDV_OPERANDS(NDV_READS_AS(a, NDV_INT64, NDV_CAST_SAME_VALUE)), 0, never,
                           NULL));
    CHECK_MESSAGE("2.5");
    CHECK_STATUS(NDV_E_VALUE,
                 ndv_apply_range(NDV_OPERANDS(NDV_READS_AS(a, NDV_INT64, NDV_CAST_SAME_VALUE)), 0,
                                 0, 1, never, NULL));
    ndv_release(i);
    ndv_release(d);
    ndv_release(a);
}

/* ---- A loop that stops ---- */

static void a_loop_that_stops_is_an_error_that_names_its_value(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4, 3)), *v, *moved, *from, *narrow;
    counts c = no_counts();
    CHECK_OK(ndv_slice(a, ":, :2", &v));
    c.stop_at = 3;
    CHECK_STATUS(NDV_E_CALLBACK,
                 ndv_apply(NDV_OPERANDS(NDV_UPDATES(v)), NDV_APPLY_C_ORDER, increment, &c));
    CHECK_MESSAGE("the loop returned 7");
    CHECK(c.calls == 3);
    CHECK_INT64S(a, 1, 2, 2, 4, 5, 5, 7, 8, 8, 9, 10, 11); /* what was written stays */

    c = no_counts();
    c.stop_at = 1;
    CHECK_OK(ndv_slice(a, "1:, :2", &moved));
    CHECK_OK(ndv_slice(a, ":3, :2", &from));
    CHECK_STATUS(NDV_E_CALLBACK, /* on a temporary, which is not written back */
                 ndv_apply(NDV_OPERANDS(NDV_READS(from), NDV_READS(from), NDV_WRITES(moved)), 0,
                           add, &c));
    CHECK_INT64S(a, 1, 2, 2, 4, 5, 5, 7, 8, 8, 9, 10, 11);

    narrow = numbered(NDV_INT32, NDV_DIMS(2000));
    c = no_counts();
    c.stop_at = 2;
    CHECK_STATUS(NDV_E_CALLBACK, /* the last call's elements stay in their buffer */
                 ndv_apply(NDV_OPERANDS(NDV_UPDATES_AS(narrow, NDV_INT64, NDV_CAST_UNSAFE)), 0,
                           increment, &c));
    CHECK(c.elements == 2000);
    {
        int64_t last_written = 0, first_not = 0;
        CHECK_OK(ndv_get_int64(narrow, NDV_DIMS(1023), &last_written));
        CHECK_OK(ndv_get_int64(narrow, NDV_DIMS(1024), &first_not));
        CHECK(last_written == 1024 && first_not == 1024);
    }
    ndv_release(narrow);
    ndv_release(from);
    ndv_release(moved);
    ndv_release(v);
    ndv_release(a);
}

static int32_t fill_a_copy_of_its_own(char **data, const int64_t *dimensions,
                                      const int64_t *strides, void *context) {
    ndv_array *a = (ndv_array *)context, *copy = NULL;
    counts c = no_counts();
    bool good = ndv_copy(a, NDV_ORDER_C, &copy) == NDV_OK;
    good = good && ndv_apply(NDV_OPERANDS(NDV_UPDATES(copy)), 0, increment, &c) == NDV_OK;
    good = good && c.elements == 6 && ndv_release(copy) == NDV_OK;
    return good ? increment(data, dimensions, strides, &c) : 1;
}

static void a_loop_may_call_the_library(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3));
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES(a)), 0, fill_a_copy_of_its_own, a));
    CHECK_INT64S(a, 1, 2, 3, 4, 5, 6);
    ndv_release(a);
}

/* ---- Arguments ---- */

static void every_function_refuses_what_is_no_argument(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3)), *b = numbered(NDV_INT64, NDV_DIMS(3)), *copy;
    ndv_operand operands[65], one = NDV_OPERAND_INIT;
    ndv_run_nest runs = NDV_RUN_NEST_INIT;
    static char no_array[64];
    int64_t size = 5;
    size_t i;
    for (i = 0; i < COUNT(operands); i++) operands[i] = NDV_READS(a);
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply(0, operands, 0, never, NULL));
    CHECK_MESSAGE("the number of operands 0");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply(65, operands, 0, never, NULL));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply(-1, operands, 0, never, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_apply(1, NULL, 0, never, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_apply(1, operands, 0, NULL, NULL));
    CHECK_MESSAGE("loop is NULL");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply(1, operands, 8, never, NULL));
    CHECK_STATUS(NDV_E_NULL,
                 ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_READS(NULL)), 0, never, NULL));
    CHECK_MESSAGE("operand 1: source and destination are NULL");
    one = NDV_UPDATES(a);
    one.source = b;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply(1, &one, 0, never, NULL));
    CHECK_MESSAGE("two arrays");
    one.source = (const ndv_array *)(const void *)no_array;
    one.destination = NULL;
    CHECK_STATUS(NDV_E_HANDLE, ndv_apply(1, &one, 0, never, NULL));
    CHECK_MESSAGE("operand 0");
    CHECK_STATUS(NDV_E_DTYPE, ndv_apply(NDV_OPERANDS(NDV_READS_AS(a, 99, NDV_CAST_SAFE)), 0, never,
                                        NULL));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply(NDV_OPERANDS(NDV_READS_AS(a, NDV_FLOAT64, 0)), 0, never,
                                           NULL));
    operands[1].struct_size = sizeof(ndv_operand) + 8;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply(2, operands, 0, never, NULL));
    operands[0].struct_size = sizeof(ndv_operand) - 8;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply(1, operands, 0, never, NULL));
    CHECK_MESSAGE("struct_size");

    CHECK_STATUS(NDV_E_NULL, ndv_apply_size(NDV_OPERANDS(NDV_READS(a)), NULL));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_apply_size(0, NULL, &size));
    CHECK(size == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_apply_range(NDV_OPERANDS(NDV_READS(a)), 0, 0, 3, NULL, NULL));
    CHECK_STATUS(NDV_E_ARGUMENT,
                 ndv_apply_range(NDV_OPERANDS(NDV_READS(a)), -1, 0, 3, never, NULL));
    {
        static const int64_t ranges[][2] = {
            {-1, 2}, {0, 4}, {2, 1}, {4, 4}, {INT64_MIN, INT64_MAX}};
        for (i = 0; i < COUNT(ranges); i++)
            CHECK_STATUS(NDV_E_INDEX, ndv_apply_range(NDV_OPERANDS(NDV_READS(a)), 0, ranges[i][0],
                                                      ranges[i][1], never, NULL));
        CHECK_MESSAGE("leaves the 3 elements");
    }

    CHECK_STATUS(NDV_E_NULL, ndv_runs(NULL, NDV_ORDER_C, &runs));
    CHECK_STATUS(NDV_E_NULL, ndv_runs(a, NDV_ORDER_C, NULL));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_runs(a, 0, &runs));
    runs.struct_size = 8;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_runs(a, NDV_ORDER_C, &runs));
    CHECK_REFUSED(NDV_E_NULL, copy, ndv_scramble(NULL, 0, 0, &copy));
    CHECK_STATUS(NDV_E_NULL, ndv_scramble(a, 0, 0, NULL));
    CHECK_REFUSED(NDV_E_ARGUMENT, copy, ndv_scramble(a, 0, 2, &copy));
    CHECK_STATUS(NDV_E_NULL, ndv_scramble_check(NULL, 0));
    ndv_release(b);
    ndv_release(a);
}

static void operands_may_be_larger_than_the_library_knows_them(void) {
    struct {
        ndv_operand known;
        int64_t later;
    } operands[3];
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3)), *sum = numbered(NDV_INT64, NDV_DIMS(3));
    counts c = no_counts();
    int i;
    for (i = 0; i < 3; i++) {
        operands[i].known = i < 2 ? NDV_READS(a) : NDV_WRITES(sum);
        operands[i].known.struct_size = sizeof operands[0];
        operands[i].later = -1;
    }
    CHECK_OK(ndv_apply(3, &operands[0].known, 0, add, &c));
    CHECK_INT64S(sum, 0, 2, 4);
    ndv_release(sum);
    ndv_release(a);
}

static void more_elements_than_can_be_counted_are_refused(void) {
    ndv_array *one = numbered(NDV_INT8, NDV_NO_DIMS), *wide, *high, *column, *row;
    int64_t size = 5;
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS((int64_t)1 << 40), &wide));
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS((int64_t)1 << 40, 1), &high));
    CHECK_STATUS(NDV_E_OVERFLOW,
                 ndv_apply_size(NDV_OPERANDS(NDV_READS(wide), NDV_READS(high)), &size));
    CHECK(size == 0);
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS((int64_t)1 << 20), &row));
    CHECK_OK(ndv_broadcast_to(one, NDV_DIMS((int64_t)1 << 40, 1), &column));
    CHECK_OK(ndv_apply_size(NDV_OPERANDS(NDV_READS(row), NDV_READS(column)), &size));
    CHECK(size == (int64_t)1 << 60);
    ndv_release(column);
    ndv_release(row);
    ndv_release(high);
    ndv_release(wide);
    ndv_release(one);
}

/* ---- Overlap ---- */

static void an_array_may_be_read_and_written_in_place(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *bits, *back, *flipped;
    ndv_statistics before = check_statistics();
    counts c = no_counts();
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_READS(a), NDV_WRITES(a)), 0, add, &c));
    CHECK_INT64S(a, 0, 2, 4, 6, 8, 10);
    CHECK_OK(ndv_transpose(a, &bits));
    CHECK_OK(ndv_transpose(bits, &back)); /* another handle, the same elements */
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(back), NDV_READS(a), NDV_WRITES(a)), 0, add, &c));
    CHECK_INT64S(a, 0, 4, 8, 12, 16, 20);
    CHECK_COPIED(before, 0, 0);
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_READS(a), NDV_WRITES(a)),
                       NDV_APPLY_NOT_ELEMENTWISE, add, &c));
    CHECK_INT64S(a, 0, 8, 16, 24, 32, 40);
    CHECK_COPIED(before, 1, 48);
    CHECK_OK(ndv_flip(a, NDV_NO_DIMS, &flipped));
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_READS(flipped), NDV_WRITES(a)), 0, add, &c));
    CHECK_INT64S(a, 40, 40, 40, 40, 40, 40);
    CHECK_COPIED(before, 2, 96);
    CHECK_STATUS(NDV_E_WOULD_COPY,
                 ndv_apply_range(NDV_OPERANDS(NDV_READS(a), NDV_READS(flipped), NDV_WRITES(a)), 0,
                                 0, 3, never, NULL));
    CHECK_MESSAGE("operand 2 would need a temporary of 48 bytes");
    CHECK_MESSAGE("shares memory with operand 1");
    CHECK_STATUS(NDV_E_WOULD_COPY,
                 ndv_apply_range(NDV_OPERANDS(NDV_READS(a), NDV_WRITES(a)),
                                 NDV_APPLY_NOT_ELEMENTWISE, 0, 3, never, NULL));
    ndv_release(flipped);
    ndv_release(back);
    ndv_release(bits);
    ndv_release(a);
}

static void in_an_array_over_itself_the_last_element_in_c_order_stays(void) {
    int64_t memory[6] = {0, 0, 0, 0, 0, 0};
    ndv_array *windows, *all;
    counts c = no_counts();
    const int64_t strides[2] = {8, 8};
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3, 3), strides,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &windows));
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(6), NULL, 0, NULL, NULL, &all));
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_UPDATES(windows)), 0, increment, &c));
    CHECK_INT64S(all, 1, 1, 1, 1, 1, 0); /* once each, though some stand there three times */
    CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_WRITES(windows)), NDV_APPLY_C_ORDER, number_them, &c));
    CHECK_INT64S(all, 9, 12, 15, 16, 17, 0);
    CHECK_STATUS(NDV_E_WOULD_COPY,
                 ndv_apply_range(NDV_OPERANDS(NDV_UPDATES(windows)), 0, 0, 9, never, NULL));
    CHECK_MESSAGE("operand 0");
    CHECK_MESSAGE("overlaps itself");
    ndv_release(all);
    ndv_release(windows);
}

/* a * times + b, which may wrap. */
static int64_t mixed(int64_t a, uint64_t times, int64_t b) {
    const uint64_t sum = (uint64_t)a * times + (uint64_t)b;
    int64_t result;
    memcpy(&result, &sum, sizeof result);
    return result;
}

/* Two operands are read, two written, of which the last is read before. All come as int64. */
static int32_t mix(char **data, const int64_t *dimensions, const int64_t *strides, void *context) {
    counts *c = (counts *)context;
    int64_t i;
    count_call(c, data, dimensions[0], 4);
    for (i = 0; i < dimensions[0]; i++) {
        const int64_t a = get(data[0] + i * strides[0]), b = get(data[1] + i * strides[1]);
        const int64_t d = get(data[3] + i * strides[3]);
        put(data[2] + i * strides[2], mixed(a, 3, b));
        put(data[3] + i * strides[3], mixed(d, 2, mixed(a, 1, 1)));
    }
    return 0;
}

static int64_t load(const ndv_array *array, const unsigned char *at) {
    int64_t value = 0;
    CHECK(check_read(ndv_dtype(array), at, &value));
    return value;
}

static void store(const ndv_array *array, unsigned char *at, int64_t value) {
    const int8_t i8 = (int8_t)value;
    const int16_t i16 = (int16_t)value;
    const int32_t i32 = (int32_t)value;
    switch (ndv_itemsize(array)) {
    case 1: memcpy(at, &i8, 1); break;
    case 2: memcpy(at, &i16, 2); break;
    case 4: memcpy(at, &i32, 4); break;
    default: memcpy(at, &value, 8);
    }
}

/* The address of an operand's element for number `n` of the common shape. */
static const unsigned char *element_of(const ndv_array *array, const ndv_array *whole, int64_t n) {
    const unsigned char *at = model_data(array);
    const int32_t lead = ndv_ndim(whole) - ndv_ndim(array);
    int32_t axis;
    for (axis = ndv_ndim(whole) - 1; axis >= 0; axis--) {
        const int64_t extent = ndv_shape(whole)[axis];
        if (axis >= lead && ndv_shape(array)[axis - lead] != 1)
            at += n % extent * ndv_strides(array)[axis - lead];
        n /= extent;
    }
    return at;
}

/* What `memory` must hold after mix(). */
static void expect_mix(ndv_array *const *operands, const unsigned char *memory,
                       unsigned char *expected) {
    static int64_t read_first[4][LISTED];
    const ndv_array *whole = operands[2];
    int64_t n, size = ndv_size(whole);
    int i;
    memcpy(expected, memory, MEMORY);
    for (i = 0; i < 4; i++)
        for (n = 0; n < size; n++)
            read_first[i][n] = load(operands[i], element_of(operands[i], whole, n));
    for (n = 0; n < size; n++)
        store(operands[2], expected + (element_of(operands[2], whole, n) - memory),
              mixed(read_first[0][n], 3, read_first[1][n]));
    for (n = 0; n < size; n++)
        store(operands[3], expected + (element_of(operands[3], whole, n) - memory),
              mixed(read_first[3][n], 2, mixed(read_first[0][n], 1, 1)));
}

/* An array somewhere in the memory; the first of `shape`'s axes may be missing, others be 1. */
static ndv_array *random_operand(unsigned char *memory, int32_t ndim, const int64_t *shape,
                                 bool whole) {
    static const int32_t types[] = {NDV_INT64, NDV_INT64, NDV_INT64,
                                    NDV_INT32, NDV_INT16, NDV_INT8};
    const int32_t type = types[choose(0, COUNT(types) - 1)];
    const int64_t item = (int64_t)ndv_dtype_itemsize(type);
    const int32_t missing = whole || ndim == 0 || choose(0, 3) != 0 ? 0 : 1;
    const bool overlapping = choose(0, 5) == 0;
    int64_t own[4] = {1, 1, 1, 1}, strides[4] = {0}, low = 0, high = item, step;
    int32_t order[4] = {0, 1, 2, 3}, i;
    ndv_array *array = NULL;
    for (i = 0; i < ndim - missing; i++)
        own[i] = !whole && choose(0, 4) == 0 ? 1 : shape[i + missing];
    for (i = ndim - missing - 1; i > 0; i--) {
        const int32_t other = (int32_t)choose(0, i), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (i = 0, step = item; i < ndim - missing; i++) {
        const int32_t axis = order[i];
        if (overlapping) strides[axis] = choose(0, 1) ? choose(-9, 9) : item * choose(-2, 2);
        else strides[axis] = choose(0, 1) ? step : -step;
        if (choose(0, 3) == 0) step += choose(0, 1) ? item : 1;
        step *= own[axis];
        if (own[axis] == 0) continue;
        if (strides[axis] < 0) low += strides[axis] * (own[axis] - 1);
        else high += strides[axis] * (own[axis] - 1);
    }
    if (high - low > MEMORY) return random_operand(memory, ndim, shape, whole);
    low = choose(0, 1) * 8 * choose(0, (MEMORY - (high - low)) / 8) - low;
    CHECK_OK(ndv_wrap(memory, MEMORY, low, type, ndim - missing, own, strides,
                      NDV_WRITE_OVERLAPPING, NULL, NULL, &array));
    return array;
}

static ndv_status run_ranges(int32_t count, const ndv_operand *operands, int32_t flags,
                             int64_t size, counts *c) {
    int64_t cuts[4], i;
    cuts[0] = 0;
    cuts[3] = size;
    cuts[1] = choose(0, size);
    cuts[2] = choose(cuts[1], size);
    for (i = 2; i >= 0; i--) { /* the last range first */
        const ndv_status status =
            ndv_apply_range(count, operands, flags, cuts[i], cuts[i + 1], mix, c);
        if (status != NDV_OK) return status;
    }
    return NDV_OK;
}

static void random_operands_over_one_another(void) {
    static unsigned char memory[MEMORY], before[MEMORY], expected[MEMORY];
    int round, failed = 0, i, refused = 0;
    int64_t copies = 0, ranged = 0;
    for (i = 0; i < MEMORY; i++) memory[i] = (unsigned char)(i * 37 + i / 7);
    memcpy(before, memory, MEMORY);
    for (round = 0; round < 30000 && failed < 10; round++) {
        ndv_array *o[4];
        ndv_statistics statistics;
        counts c = no_counts();
        int64_t shape[4];
        ndv_status status;
        const int32_t ndim = (int32_t)choose(0, 3);
        const int32_t flags = (int32_t)choose(0, 7);
        for (i = 0; i < ndim; i++) shape[i] = choose(1, ndim == 1 ? 20 : 4);
        for (i = 0; i < 4; i++) o[i] = random_operand(memory, ndim, shape, i >= 2);
        if (choose(0, 3) == 0) { /* the very same elements */
            ndv_release(o[0]);
            CHECK_OK(ndv_view(o[choose(2, 3)], &o[0]));
        }
        expect_mix(o, memory, expected);
#define MIXED                                                                                      \
    NDV_OPERANDS(NDV_READS_AS(o[0], NDV_INT64, NDV_CAST_UNSAFE),                                   \
                 NDV_READS_AS(o[1], NDV_INT64, NDV_CAST_UNSAFE),                                   \
                 NDV_WRITES_AS(o[2], NDV_INT64, NDV_CAST_UNSAFE),                                  \
                 NDV_UPDATES_AS(o[3], NDV_INT64, NDV_CAST_UNSAFE))
        statistics = check_statistics();
        status = ndv_apply(MIXED, flags, mix, &c);
        copies = check_statistics().copies - statistics.copies;
        if (status != NDV_OK || memcmp(memory, expected, MEMORY) != 0 ||
            c.elements != ndv_size(o[2]) || (!c.aligned && !(flags & NDV_APPLY_UNALIGNED))) {
            failed++;
            CHECK(!"as the oracle");
            printf("    round %d: %s\n", round, ndv_last_error_message());
        }
        memcpy(memory, before, MEMORY);
        status = run_ranges(MIXED, flags, ndv_size(o[2]), &c);
        ranged += status == NDV_OK;
        refused += status == NDV_E_WOULD_COPY;
        if (status != (copies > 0 ? NDV_E_WOULD_COPY : NDV_OK) ||
            memcmp(memory, copies > 0 ? before : expected, MEMORY) != 0) {
            failed++;
            CHECK(!"ranges do the same, or are refused");
            printf("    round %d: %s\n", round, ndv_last_error_message());
        }
        memcpy(memory, before, MEMORY);
        for (i = 0; i < 4; i++) ndv_release(o[i]);
    }
#undef MIXED
    printf("    %d rounds, %d by ranges, %d with temporaries\n", round, (int)ranged, refused);
    CHECK(ranged > 3000 && refused > 3000);
}

/* ---- Runs ---- */

static void runs_of_known_layouts(void) {
    static const struct {
        model_source source;
        int32_t order;
        size_t run_bytes;
        int64_t count, offset, buffer_offset;
        int32_t ndim;
        int64_t shape[3], strides[3];
        int ascending;
    } cases[] = {
        {{3, {2, 3, 4}, NULL, NULL}, NDV_ORDER_C, 192, 1, 0, 0, 0, {0}, {0}, 1},
        {{3, {2, 3, 4}, NULL, NULL}, NDV_ORDER_F, 8, 24, 0, 0, 3, {4, 3, 2}, {8, 32, 96}, 0},
        {{3, {2, 3, 4}, NULL, "210"}, NDV_ORDER_F, 192, 1, 0, 0, 0, {0}, {0}, 1},
        {{3, {2, 3, 4}, NULL, "210"}, NDV_ORDER_A, 192, 1, 0, 0, 0, {0}, {0}, 1},
        {{3, {2, 3, 4}, NULL, "210"}, NDV_ORDER_K, 192, 1, 0, 0, 0, {0}, {0}, 1},
        {{3, {2, 3, 4}, ":, 1:", NULL}, NDV_ORDER_C, 64, 2, 0, 32, 1, {2}, {96}, 1},
        {{3, {2, 3, 4}, "..., :2", NULL}, NDV_ORDER_C, 16, 6, 0, 0, 1, {6}, {32}, 1},
        {{1, {10}, "::2", NULL}, NDV_ORDER_C, 8, 5, 0, 0, 1, {5}, {16}, 1},
        {{1, {10}, "::-1", NULL}, NDV_ORDER_C, 8, 10, 0, 72, 1, {10}, {-8}, 0},
        {{1, {10}, "::-1", NULL}, NDV_ORDER_K, 80, 1, -72, 0, 0, {0}, {0}, 1},
        {{2, {4, 6}, "::-1, ::2", NULL}, NDV_ORDER_C, 8, 12, 0, 144, 2, {4, 3}, {-48, 16}, 0},
        {{2, {4, 6}, "::-1, ::2", NULL}, NDV_ORDER_K, 8, 12, -144, 0, 1, {12}, {16}, 1},
        {{0, {0}, NULL, NULL}, NDV_ORDER_C, 8, 1, 0, 0, 0, {0}, {0}, 1},
        {{2, {3, 0}, NULL, NULL}, NDV_ORDER_C, 0, 0, 0, 0, 1, {0}, {0}, 1},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        ndv_array *owner, *a;
        ndv_run_nest runs = NDV_RUN_NEST_INIT;
        bool good;
        int32_t axis;
        make_source(&cases[i].source, &owner, &a);
        CHECK_OK(ndv_runs(a, cases[i].order, &runs));
        good = runs.run_bytes == cases[i].run_bytes && runs.count == cases[i].count &&
               runs.offset == cases[i].offset && runs.buffer_offset == cases[i].buffer_offset &&
               runs.ndim == cases[i].ndim && runs.ascending == cases[i].ascending;
        for (axis = 0; good && axis < 64; axis++) {
            const bool known = axis < cases[i].ndim;
            good = runs.shape[axis] == (known ? cases[i].shape[axis] : 0) &&
                   runs.strides[axis] == (known ? cases[i].strides[axis] : 0);
        }
        CHECK(good);
        if (!good)
            printf("    case %d: %d runs of %d bytes, offset %d, %d loops\n", (int)i,
                   (int)runs.count, (int)runs.run_bytes, (int)runs.offset, (int)runs.ndim);
        ndv_release(a);
        ndv_release(owner);
    }
}

static void runs_of_a_broadcast_view_repeat_in_c_order_and_come_once_in_memory_order(void) {
    ndv_array *row = numbered(NDV_INT32, NDV_DIMS(4)), *v;
    ndv_run_nest runs = NDV_RUN_NEST_INIT;
    CHECK_OK(ndv_broadcast_to(row, NDV_DIMS(3, 4), &v));
    CHECK_OK(ndv_runs(v, NDV_ORDER_C, &runs));
    CHECK(runs.run_bytes == 16 && runs.count == 3 && runs.ndim == 1 && runs.strides[0] == 0);
    CHECK(!runs.ascending);
    CHECK_OK(ndv_runs(v, NDV_ORDER_K, &runs));
    CHECK(runs.run_bytes == 16 && runs.count == 1 && runs.ndim == 0 && runs.ascending);
    ndv_release(v);
    ndv_release(row);
}

/* The addresses of all elements in C or F order, byte by byte, are those of the runs. */
static bool runs_are_the_elements(const ndv_array *a, int32_t order) {
    ndv_run_nest runs = NDV_RUN_NEST_INIT;
    int64_t number, n = 0;
    size_t byte, within = 0;
    bool good = true;
    CHECK_OK(ndv_runs(a, order, &runs));
    for (number = 0; number < runs.count; number++)
        for (byte = 0; byte < runs.run_bytes; byte++) {
            const unsigned char *at = model_data(a) + ndv_run_offset(&runs, number) + byte;
            good = good && at == model_element(a, n, order) + within;
            if (++within == ndv_itemsize(a)) within = 0, n++;
        }
    return good && n == ndv_size(a);
}

/* The same bytes, none twice, and ascending if it says so. */
static bool runs_cover_the_bytes(const ndv_array *a, const unsigned char *memory) {
    static unsigned char of_elements[MEMORY], of_runs[MEMORY];
    ndv_run_nest runs = NDV_RUN_NEST_INIT;
    int64_t n, end = INT64_MIN, number;
    bool good = true;
    memset(of_elements, 0, MEMORY);
    memset(of_runs, 0, MEMORY);
    CHECK_OK(ndv_runs(a, NDV_ORDER_K, &runs));
    for (n = 0; n < ndv_size(a); n++)
        memset(of_elements + (model_element(a, n, NDV_ORDER_C) - memory), 1, ndv_itemsize(a));
    for (number = 0; number < runs.count; number++) {
        const int64_t offset = ndv_run_offset(&runs, number);
        memset(of_runs + (model_data(a) + offset - memory), 1, runs.run_bytes);
        if (runs.ascending) good = good && offset >= end;
        end = offset + (int64_t)runs.run_bytes;
    }
    return good && memcmp(of_elements, of_runs, MEMORY) == 0 &&
           runs.buffer_offset == runs.offset + (model_data(a) - memory);
}

static void runs_of_random_layouts_are_their_elements(void) {
    static unsigned char memory[MEMORY];
    int round, failed = 0;
    for (round = 0; round < 5000 && failed < 10; round++) {
        const int32_t ndim = (int32_t)choose(0, 3);
        int64_t shape[4];
        ndv_array *a;
        bool good;
        int32_t i;
        for (i = 0; i < ndim; i++) shape[i] = choose(round % 10 == 0 ? 0 : 1, 4);
        a = random_operand(memory, ndim, shape, true);
        good = runs_are_the_elements(a, NDV_ORDER_C) && runs_are_the_elements(a, NDV_ORDER_F) &&
               runs_cover_the_bytes(a, memory);
        CHECK(good);
        if (!good) failed++;
        ndv_release(a);
    }
}

/* ---- Scrambled arrays ---- */

/* The start of an array's buffer. */
static unsigned char *buffer_of(ndv_array *array) {
    ndv_run_nest runs = NDV_RUN_NEST_INIT;
    void *data = NULL;
    CHECK_OK(ndv_runs(array, NDV_ORDER_C, &runs));
    CHECK_OK(ndv_data_mut(array, &data));
    return (unsigned char *)data - (runs.buffer_offset - runs.offset);
}

static const model_source scrambled_sources[] = {
    {3, {2, 3, 4}, NULL, NULL}, {3, {2, 3, 4}, NULL, "201"}, {2, {4, 6}, "::-1, ::2", NULL},
    {1, {10}, NULL, NULL},      {0, {0}, NULL, NULL},         {3, {1, 5, 1}, NULL, NULL},
    {2, {3, 0}, NULL, NULL},    {2, {1, 1}, NULL, NULL},
};

static void a_scrambled_array_has_the_same_values_in_another_layout(void) {
    static const int32_t types[] = {NDV_INT64, NDV_INT8, NDV_FLOAT32, NDV_COMPLEX128, NDV_INT16};
    size_t i, t;
    uint64_t seed;
    int contiguous = 0, all = 0;
    for (i = 0; i < COUNT(scrambled_sources); i++)
        for (t = 0; t < COUNT(types); t++)
            for (seed = 0; seed < 40; seed++) {
                const int32_t flags = seed % 2 == 0 ? 0 : NDV_SCRAMBLE_ALIGNED;
                ndv_array *owner, *source, *a, *s = NULL, *again = NULL;
                make_source(&scrambled_sources[i], &owner, &source);
                CHECK_OK(ndv_astype(source, types[t], NDV_ORDER_K, NDV_CAST_UNSAFE,
                                    NDV_COPY_ALWAYS, &a));
                CHECK_OK(ndv_scramble(a, seed, flags, &s));
                CHECK_OK(ndv_scramble(a, seed, flags, &again));
                CHECK(same_elements(a, s) && same_elements(a, again));
                CHECK(ndv_dtype(s) == types[t] && ndv_base(s) == NULL && ndv_owns_data(s));
                CHECK(has_layout(s, ndv_ndim(a), ndv_shape(a), ndv_strides(s)));
                CHECK(has_layout(again, ndv_ndim(a), ndv_shape(a), ndv_strides(s)));
                CHECK((ndv_flags(s) & NDV_WRITEABLE) && !(ndv_flags(s) & NDV_OVERLAPPING));
                if (flags) CHECK(ndv_flags(s) & NDV_ALIGNED);
                else if (types[t] != NDV_INT8 && ndv_size(a) > 0)
                    CHECK(!(ndv_flags(s) & NDV_ALIGNED));
                if (ndv_size(a) > 1) {
                    all++;
                    contiguous += (ndv_flags(s) & NDV_C_CONTIGUOUS) != 0;
                }
                CHECK_OK(ndv_scramble_check(s, seed));
                ndv_release(again);
                ndv_release(s);
                ndv_release(a);
                ndv_release(source);
                ndv_release(owner);
            }
    CHECK(contiguous * 5 < all);
}

static void a_byte_written_beside_the_elements_is_named(void) {
    size_t i;
    uint64_t seed;
    for (i = 0; i < COUNT(scrambled_sources); i++)
        for (seed = 100; seed < 106; seed++) {
            const int64_t bytes_before = check_statistics().bytes_alive;
            ndv_array *owner, *source, *s, *v;
            unsigned char *buffer;
            int64_t byte, n, nbytes, wrong = 0, gaps = 0;
            make_source(&scrambled_sources[i], &owner, &source);
            nbytes = check_statistics().bytes_alive;
            CHECK_OK(ndv_scramble(source, seed, (int32_t)(seed % 2), &s));
            nbytes = check_statistics().bytes_alive - nbytes;
            CHECK_OK(ndv_transpose(s, &v));
            buffer = buffer_of(s);
            for (byte = 0; byte < nbytes; byte++) {
                bool in_element = false;
                char text[40];
                ndv_status status;
                for (n = 0; n < ndv_size(s); n++) {
                    const int64_t from = buffer + byte - model_element(s, n, NDV_ORDER_C);
                    in_element = in_element || (from >= 0 && from < 8);
                }
                buffer[byte] ^= 0x40;
                status = ndv_scramble_check(byte % 2 ? s : v, seed); /* a view's base is checked */
                if (!in_element) {
                    snprintf(text, sizeof text, "byte %d of the buffer", (int)byte);
                    wrong += status != NDV_E_OVERRUN;
                    wrong += strstr(ndv_last_error_message(), text) == NULL;
                    gaps++;
                } else {
                    wrong += status != NDV_OK; /* elements may be written */
                }
                buffer[byte] ^= 0x40;
            }
            CHECK(wrong == 0 && gaps >= 128 && gaps + 8 * ndv_size(s) == nbytes);
            if (ndv_size(s) > 0) {
                buffer[0] ^= 1;
                CHECK_STATUS(NDV_E_OVERRUN, ndv_scramble_check(s, seed));
                CHECK_MESSAGE("byte 0 of the buffer, -");
            }
            ndv_release(v);
            ndv_release(s);
            ndv_release(source);
            ndv_release(owner);
            CHECK(check_statistics().bytes_alive == bytes_before);
        }
}

static void only_scrambled_arrays_can_be_checked(void) {
    int64_t memory[4] = {0};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4)), *w, *part, *s, *copy;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_scramble_check(a, 1));
    CHECK_MESSAGE("ndv_scramble");
    CHECK_OK(ndv_wrap(memory, sizeof memory, 0, NDV_INT64, NDV_DIMS(3), NULL, 0, NULL, NULL, &w));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_scramble_check(w, 1));
    CHECK_OK(ndv_scramble(a, 1, 0, &s));
    CHECK_STATUS(NDV_E_OVERRUN, ndv_scramble_check(s, 2)); /* another seed */
    CHECK_OK(ndv_slice(s, "1:2", &part));
    CHECK_OK(ndv_fill_int64(part, -1));
    CHECK_OK(ndv_scramble_check(part, 1));
    CHECK_OK(ndv_copy(s, NDV_ORDER_C, &copy));
    CHECK_INT64S(copy, 0, -1, 2, 3);
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_scramble_check(copy, 1));
    ndv_release(copy);
    ndv_release(part);
    ndv_release(s);
    ndv_release(w);
    ndv_release(a);
}

static void loops_over_scrambled_arrays_give_the_same(void) {
    uint64_t seed;
    for (seed = 0; seed < 200; seed++) {
        ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3, 1, 5)),
                  *b = numbered(NDV_INT32, NDV_DIMS(4, 1)),
                  *sum = numbered(NDV_INT64, NDV_DIMS(3, 4, 5)), *sa, *sb, *ssum;
        const int32_t flags = (int32_t)(seed % 2), apply_flags = (int32_t)(seed % 8);
        counts c = no_counts();
        bool equal = false;
        CHECK_OK(ndv_scramble(a, seed, flags, &sa));
        CHECK_OK(ndv_scramble(b, seed + 1, flags, &sb));
        CHECK_OK(ndv_scramble(sum, seed + 2, flags, &ssum));
        CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(a), NDV_READS_AS(b, NDV_INT64, NDV_CAST_SAFE),
                                        NDV_WRITES(sum)),
                           0, add, &c));
        CHECK_OK(ndv_apply(NDV_OPERANDS(NDV_READS(sa), NDV_READS_AS(sb, NDV_INT64, NDV_CAST_SAFE),
                                        NDV_WRITES(ssum)),
                           apply_flags, add, &c));
        CHECK(c.elements == 120);
        CHECK_OK(ndv_equal(sum, ssum, &equal));
        CHECK(equal);
        CHECK_OK(ndv_scramble_check(sa, seed));
        CHECK_OK(ndv_scramble_check(sb, seed + 1));
        CHECK_OK(ndv_scramble_check(ssum, seed + 2));
        ndv_release(ssum);
        ndv_release(sb);
        ndv_release(sa);
        ndv_release(sum);
        ndv_release(b);
        ndv_release(a);
    }
}

static void what_is_too_large_to_scramble_is_refused(void) {
    ndv_array *one = numbered(NDV_INT8, NDV_NO_DIMS), *v, *s;
    static const int64_t large = INT64_MAX - 64, apart[3] = {(int64_t)1 << 31, (int64_t)1 << 31, 1};
    CHECK_OK(ndv_broadcast_to(one, 1, &large, &v));
    CHECK_REFUSED(NDV_E_OVERFLOW, s, ndv_scramble(v, 1, 0, &s));
    ndv_release(v);
    CHECK_OK(ndv_broadcast_to(one, 3, apart, &v));
    {
        const ndv_status status = ndv_scramble(v, 1, 0, &s);
        CHECK((status == NDV_E_NOMEM || status == NDV_E_OVERFLOW) && s == NULL);
    }
    ndv_release(v);
    ndv_release(one);
}

CHECK_MAIN(TEST(operands_broadcast_as_in_numpy), TEST(what_does_not_broadcast_is_named),
           TEST(rows_are_as_long_as_the_layouts_allow), TEST(c_order_is_the_order_of_the_index),
           TEST(without_elements_the_loop_is_not_called_without_axes_once),
           TEST(elements_are_converted_on_the_way),
           TEST(a_long_row_comes_in_pieces_through_the_buffers),
           TEST(elements_are_aligned_unless_the_loop_does_not_mind),
           TEST(the_casting_rule_is_checked_before_the_loop_runs),
           TEST(same_value_judges_all_values_before_the_first_is_written),
           TEST(a_loop_that_stops_is_an_error_that_names_its_value),
           TEST(a_loop_may_call_the_library), TEST(every_function_refuses_what_is_no_argument),
           TEST(operands_may_be_larger_than_the_library_knows_them),
           TEST(more_elements_than_can_be_counted_are_refused),
           TEST(an_array_may_be_read_and_written_in_place),
           TEST(in_an_array_over_itself_the_last_element_in_c_order_stays),
           TEST(random_operands_over_one_another), TEST(runs_of_known_layouts),
           TEST(runs_of_a_broadcast_view_repeat_in_c_order_and_come_once_in_memory_order),
           TEST(runs_of_random_layouts_are_their_elements),
           TEST(a_scrambled_array_has_the_same_values_in_another_layout),
           TEST(a_byte_written_beside_the_elements_is_named),
           TEST(only_scrambled_arrays_can_be_checked),
           TEST(loops_over_scrambled_arrays_give_the_same),
           TEST(what_is_too_large_to_scramble_is_refused))
