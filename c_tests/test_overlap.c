/* Writing over memory that is being read: every ndv_set() must come out as if its source had been
 * read first, and ndv_shares_memory() must say what the addresses say.
 *
 * The oracle reads every source element into a list through its address, then writes the list. */
#include <time.h>

#include "model.h"

enum { MEMORY = 512 };

static int64_t cases_run;

/* ---- The oracle ---- */

typedef struct {
    int64_t integer;
    double real, imag;
} number;

static number load(int32_t dtype, const unsigned char *at) {
    number n = {0, 0, 0};
    float f;
    double pair[2];
    switch (dtype) {
    case NDV_FLOAT32:
        memcpy(&f, at, sizeof f);
        n.real = (double)f;
        break;
    case NDV_FLOAT64: memcpy(&n.real, at, sizeof n.real); break;
    case NDV_COMPLEX128:
        memcpy(pair, at, sizeof pair);
        n.real = pair[0];
        n.imag = pair[1];
        break;
    default:
        CHECK(check_read(dtype, at, &n.integer));
        n.real = (double)n.integer;
    }
    return n;
}

/* Integers go to integers and floats, floats to floats. */
static void store(int32_t dtype, unsigned char *at, number n) {
    const int8_t i8 = (int8_t)n.integer;
    const int16_t i16 = (int16_t)n.integer;
    const int32_t i32 = (int32_t)n.integer;
    const float f = (float)n.real;
    const double pair[] = {n.real, n.imag};
    switch (dtype) {
    case NDV_INT8:
    case NDV_UINT8: memcpy(at, &i8, sizeof i8); break;
    case NDV_INT16: memcpy(at, &i16, sizeof i16); break;
    case NDV_INT32: memcpy(at, &i32, sizeof i32); break;
    case NDV_INT64: memcpy(at, &n.integer, sizeof n.integer); break;
    case NDV_FLOAT32: memcpy(at, &f, sizeof f); break;
    case NDV_FLOAT64: memcpy(at, pair, sizeof pair[0]); break;
    case NDV_COMPLEX128: memcpy(at, pair, sizeof pair); break;
    default: CHECK(!"a type that the oracle knows");
    }
}

/* The address of the source element that belongs to number `n` of the destination. */
static const unsigned char *broadcast_element(const ndv_array *destination, const ndv_array *source,
                                              int64_t n) {
    const unsigned char *at = model_data(source);
    int32_t i, lead = ndv_ndim(destination) - ndv_ndim(source);
    for (i = ndv_ndim(destination) - 1; i >= 0; i--) {
        int64_t extent = ndv_shape(destination)[i];
        if (i >= lead && ndv_shape(source)[i - lead] != 1)
            at += n % extent * ndv_strides(source)[i - lead];
        n /= extent;
    }
    return at;
}

/* Writes what `memory` must hold after destination[...] = source into `expected`. */
static void expect_set(const ndv_array *destination, const ndv_array *source,
                       const unsigned char *memory, unsigned char *expected) {
    static number read_first[MEMORY];
    int64_t n, size = ndv_size(destination);
    memcpy(expected, memory, MEMORY);
    CHECK(size <= MEMORY);
    for (n = 0; n < size; n++)
        read_first[n] = load(ndv_dtype(source), broadcast_element(destination, source, n));
    for (n = 0; n < size; n++)
        store(ndv_dtype(destination),
              expected + (model_element(destination, n, NDV_ORDER_C) - memory), read_first[n]);
}

static void describe(const char *name, const ndv_array *array, const unsigned char *memory) {
    int32_t i;
    printf("    %s: %s, at byte %d, shape", name, ndv_dtype_name(ndv_dtype(array)),
           (int)(model_data(array) - memory));
    for (i = 0; i < ndv_ndim(array); i++) printf(" %" PRId64, ndv_shape(array)[i]);
    printf(", strides");
    for (i = 0; i < ndv_ndim(array); i++) printf(" %" PRId64, ndv_strides(array)[i]);
    printf("\n");
}

static int64_t plans_met[8];

/* Runs one assignment within `memory` beside the oracle, and brings the memory back. */
static bool set_as_expected(ndv_array *destination, const ndv_array *source,
                            unsigned char *memory) {
    static unsigned char before[MEMORY], expected[MEMORY];
    ndv_plan plan = NDV_PLAN_INIT;
    ndv_statistics start;
    bool good;
    memcpy(before, memory, MEMORY);
    expect_set(destination, source, memory, expected);
    good = ndv_set_plan(destination, source, NDV_CAST_UNSAFE, &plan) == NDV_OK;
    good = memcmp(memory, before, MEMORY) == 0 && good;
    start = check_statistics();
    good = ndv_set(destination, source, NDV_CAST_UNSAFE) == NDV_OK && good;
    good = memcmp(memory, expected, MEMORY) == 0 && good;
    good = (check_statistics().copies > start.copies) == (plan.temporary_bytes > 0) && good;
    plans_met[plan.plan - NDV_PLAN_NOTHING]++;
    memcpy(memory, before, MEMORY);
    cases_run++;
    CHECK(good && "destination[...] = source");
    if (!good) {
        describe("destination", destination, memory);
        describe("source", source, memory);
    }
    return good;
}

/* The bytes that an array reaches, as a set of bits. */
typedef struct {
    uint64_t bits[MEMORY / 64];
    int low, high;
} byte_set;

static byte_set bytes_of(const ndv_array *array, const unsigned char *memory) {
    byte_set set;
    int64_t n;
    size_t k;
    memset(&set, 0, sizeof set);
    set.low = MEMORY;
    for (n = 0; n < ndv_size(array); n++)
        for (k = 0; k < ndv_itemsize(array); k++) {
            int byte = (int)(model_element(array, n, NDV_ORDER_C) - memory) + (int)k;
            set.bits[byte / 64] |= UINT64_C(1) << (byte % 64);
            if (byte < set.low) set.low = byte;
            if (byte + 1 > set.high) set.high = byte + 1;
        }
    return set;
}

static bool shares_as_expected(const ndv_array *a, const byte_set *of_a, const ndv_array *b,
                               const byte_set *of_b, const unsigned char *memory) {
    bool expected = false, found = false, good;
    bool bounds = ndv_size(a) > 0 && ndv_size(b) > 0 && of_a->low < of_b->high &&
                  of_b->low < of_a->high;
    size_t word;
    for (word = 0; word < MEMORY / 64; word++)
        if ((of_a->bits[word] & of_b->bits[word]) != 0) expected = true;
    good = ndv_shares_memory(a, b, NDV_BUDGET_DEFAULT, &found) == NDV_OK && found == expected &&
           ndv_may_share_memory(a, b) == bounds && (bounds || !found);
    cases_run++;
    CHECK(good && "shares_memory");
    if (!good) {
        printf("    it says %d, the addresses say %d; may_share says %d, the bounds %d\n", found,
               expected, ndv_may_share_memory(a, b), bounds);
        describe("a", a, memory);
        describe("b", b, memory);
    }
    return good;
}

/* ---- The statements of the reference ---- */

static void set_slice(ndv_array *a, const char *destination, const char *source) {
    ndv_array *d, *s;
    CHECK_OK(ndv_slice(a, destination, &d));
    CHECK_OK(ndv_slice(a, source, &s));
    CHECK_OK(ndv_set(d, s, NDV_CAST_UNSAFE));
    ndv_release(d);
    ndv_release(s);
}

static void slices_of_a_row_over_one_another(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, "::2", ":5");
    CHECK_INT64S(a, 0, 1, 1, 3, 2, 5, 3, 7, 4, 9);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, ":5", "::2");
    CHECK_INT64S(a, 0, 2, 4, 6, 8, 5, 6, 7, 8, 9);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, "1:5", "0:7:2");
    CHECK_INT64S(a, 0, 0, 2, 4, 6, 5, 6, 7, 8, 9);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, "1:", ":-1");
    CHECK_INT64S(a, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, ":-1", "1:");
    CHECK_INT64S(a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, "...", "::-1");
    CHECK_INT64S(a, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, "::2", "newaxis, :5"); /* a leading axis of one element is dropped */
    CHECK_INT64S(a, 0, 1, 1, 3, 2, 5, 3, 7, 4, 9);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, "...", "3:4"); /* the source lies in the middle of what is written */
    CHECK_INT64S(a, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(10));
    set_slice(a, "...", "7");
    CHECK_INT64S(a, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);
    ndv_release(a);
}

static void a_matrix_over_its_transpose_and_its_rows(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(3, 3)), *t;
    CHECK_OK(ndv_transpose(a, &t));
    CHECK_OK(ndv_set(a, t, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 3, 6, 1, 4, 7, 2, 5, 8);
    CHECK_OK(ndv_set(t, a, NDV_CAST_NO));
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    ndv_release(t);
    set_slice(a, "1:", ":-1");
    CHECK_INT64S(a, 0, 1, 2, 0, 1, 2, 3, 4, 5);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(3, 3));
    set_slice(a, "...", "1"); /* one row over all */
    CHECK_INT64S(a, 3, 4, 5, 3, 4, 5, 3, 4, 5);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(3, 3));
    set_slice(a, "...", ":, 1:2"); /* one column over all */
    CHECK_INT64S(a, 1, 1, 1, 4, 4, 4, 7, 7, 7);
    ndv_release(a);
    a = numbered(NDV_INT64, NDV_DIMS(3, 3));
    set_slice(a, "::-1, ::-1", "...");
    CHECK_INT64S(a, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    set_slice(a, "1:, 1:", ":-1, :-1");
    CHECK_INT64S(a, 8, 7, 6, 5, 8, 7, 2, 5, 4);
    ndv_release(a);
}

static void widening_and_narrowing_in_place(void) {
    const char *const halves[] = {":10", "10:", "5:15", "::2", "::-2"};
    size_t i;
    for (i = 0; i < COUNT(halves); i++) {
        static const int64_t first[] = {0, 10, 5, 0, 19}, step[] = {1, 1, 1, 2, -2};
        ndv_array *a = numbered(NDV_FLOAT32, NDV_DIMS(20)), *wide, *source;
        int64_t n;
        CHECK_OK(ndv_view_as(a, NDV_FLOAT64, &wide));
        CHECK_OK(ndv_slice(a, halves[i], &source));
        CHECK_OK(ndv_set(wide, source, NDV_CAST_SAFE));
        for (n = 0; n < 10; n++) {
            double value = -1;
            memcpy(&value, model_element(wide, n, NDV_ORDER_C), sizeof value);
            CHECK(value == (double)(first[i] + n * step[i]));
        }
        ndv_release(source);
        ndv_release(wide);
        ndv_release(a);
    }
    for (i = 0; i < 3; i++) {
        static const char *const targets[] = {":10", "10:", "::-2"};
        ndv_array *a = numbered(NDV_FLOAT64, NDV_DIMS(10)), *narrow, *target;
        CHECK_OK(ndv_view_as(a, NDV_FLOAT32, &narrow));
        CHECK_OK(ndv_slice(narrow, targets[i], &target));
        CHECK_OK(ndv_set(target, a, NDV_CAST_SAME_KIND));
        CHECK_INT64S(target, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        ndv_release(target);
        ndv_release(narrow);
        ndv_release(a);
    }
}

static void one_element_that_lies_across_two_of_the_destination(void) {
    ndv_array *raw = numbered(NDV_INT32, NDV_DIMS(12)), *all, *part, *one;
    int64_t across, n;
    memcpy(&across, model_data(raw) + 4, sizeof across);
    CHECK_OK(ndv_view_as(raw, NDV_INT64, &all));
    CHECK_OK(ndv_slice(raw, "1:3", &part));
    CHECK_OK(ndv_view_as(part, NDV_INT64, &one));
    CHECK_SHAPE(one, 1);
    CHECK_OK(ndv_set(all, one, NDV_CAST_NO));
    for (n = 0; n < 6; n++) CHECK(model_int64(all, n, NDV_ORDER_C) == across);
    ndv_release(one);
    ndv_release(part);
    ndv_release(all);
    ndv_release(raw);
}

static void a_write_under_same_value_that_fails_has_written_nothing(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(10)), *bytes, *target;
    CHECK_OK(ndv_set_int64(a, NDV_DIMS(9), 1000));
    CHECK_OK(ndv_view_as(a, NDV_INT8, &bytes));
    CHECK_OK(ndv_slice(bytes, "1:11", &target));
    CHECK_STATUS(NDV_E_VALUE, ndv_set(target, a, NDV_CAST_SAME_VALUE));
    CHECK_INT64S(a, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1000);
    CHECK_OK(ndv_set_int64(a, NDV_DIMS(9), 100));
    CHECK_OK(ndv_set(target, a, NDV_CAST_SAME_VALUE));
    CHECK_INT64S(target, 0, 1, 2, 3, 4, 5, 6, 7, 8, 100);
    ndv_release(target);
    ndv_release(bytes);
    ndv_release(a);
}

/* ---- Brute force ---- */

static uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);

/* A number from low to high, both included. */
static int64_t choose(int64_t low, int64_t high) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return low + (int64_t)((seed >> 11) % (uint64_t)(high - low + 1));
}

/* Bytes that make finite, different numbers of every type. */
static void scatter_bytes(unsigned char *memory) {
    int i;
    for (i = 0; i < MEMORY; i++) memory[i] = (unsigned char)choose(0, 0x3F);
}

static ndv_array *wrapped(unsigned char *memory) {
    ndv_array *bytes = NULL;
    CHECK_OK(ndv_wrap(memory, MEMORY, 0, NDV_UINT8, NDV_DIMS(MEMORY), NULL, 0, NULL, NULL, &bytes));
    return bytes;
}

/* Twelve elements of a type from a byte on. */
static ndv_array *twelve_elements(const ndv_array *bytes, int32_t dtype, int64_t offset) {
    int64_t end = offset + 12 * (int64_t)ndv_dtype_itemsize(dtype);
    ndv_array *part = NULL, *twelve = NULL;
    CHECK_OK(ndv_index_items(bytes, NDV_ITEMS(NDV_RANGE(offset, end)), &part));
    CHECK_OK(ndv_view_as(part, dtype, &twelve));
    CHECK(ndv_size(twelve) == 12);
    ndv_release(part);
    return twelve;
}

typedef struct {
    ndv_array *view;
    byte_set bytes;
} piece;

/* Every slice of twelve elements, in steps of up to four, that differs from the others in its elements or their order; one of
 * no elements. */
static int all_slices(const ndv_array *twelve, const unsigned char *memory, piece *pieces) {
    int count = 0;
    int64_t start, length, step;
    for (step = -4; step <= 4; step++)
        for (start = 0; start < 12; start++)
            for (length = 0; length <= 12; length++) {
                int64_t last = start + (length - 1) * step, stop = last + (step > 0 ? 1 : -1);
                ndv_index item = NDV_STEPS(start, stop, step);
                if (step == 0 || last < 0 || last > 11) continue;
                if (length < 2 && step != 1) continue;
                if (length == 0 && start != 1) continue;
                if (length == 0) item.stop = start;
                if (stop < 0) item.flags &= ~NDV_INDEX_HAS_STOP;
                CHECK_OK(ndv_index_items(twelve, 1, &item, &pieces[count].view));
                CHECK(ndv_size(pieces[count].view) == length);
                pieces[count].bytes = bytes_of(pieces[count].view, memory);
                count++;
            }
    return count;
}

typedef struct {
    int32_t destination, source;
    int64_t at, from; /* bytes */
    bool wrapped_twice;
} pairing;

static void all_pairs_of_slices_of_twelve_elements(void) {
    static const pairing pairings[] = {
        {NDV_INT8, NDV_INT8, 0, 0, false},           {NDV_INT64, NDV_INT64, 0, 0, false},
        {NDV_INT64, NDV_INT64, 0, 0, true},          {NDV_INT64, NDV_INT64, 0, 3, false},
        {NDV_INT64, NDV_INT64, 9, 1, true},          {NDV_INT16, NDV_INT16, 0, 1, false},
        {NDV_INT16, NDV_INT16, 3, 0, false},         {NDV_INT32, NDV_INT32, 4, 2, false},
        {NDV_INT64, NDV_INT32, 0, 0, false},         {NDV_INT32, NDV_INT64, 0, 0, false},
        {NDV_INT64, NDV_INT8, 0, 0, false},          {NDV_INT8, NDV_INT64, 0, 0, true},
        {NDV_INT8, NDV_INT64, 40, 0, false},         {NDV_INT64, NDV_INT8, 0, 70, false},
        {NDV_INT16, NDV_INT32, 1, 0, false},         {NDV_INT32, NDV_INT16, 1, 21, false},
        {NDV_INT64, NDV_INT32, 8, 43, false},        {NDV_FLOAT64, NDV_FLOAT32, 0, 0, false},
        {NDV_FLOAT64, NDV_FLOAT32, 0, 40, false},    {NDV_FLOAT32, NDV_FLOAT64, 0, 0, false},
        {NDV_FLOAT32, NDV_FLOAT64, 37, 0, false},    {NDV_COMPLEX128, NDV_COMPLEX128, 0, 8, false},
        {NDV_COMPLEX128, NDV_FLOAT64, 0, 8, false},  {NDV_FLOAT64, NDV_INT64, 0, 0, false},
        {NDV_FLOAT64, NDV_INT64, 8, 0, false},
    };
    static unsigned char memory[MEMORY];
    static piece destinations[320], sources[320];
    int64_t sets = 0, pairs = 0;
    size_t p;
    int i, j;
    for (p = 0; p < COUNT(pairings); p++) {
        const pairing *c = &pairings[p];
        ndv_array *bytes = wrapped(memory), *again = wrapped(memory), *twelve, *other;
        int count, source_count, failed = 0;
        scatter_bytes(memory);
        twelve = twelve_elements(bytes, c->destination, c->at);
        other = twelve_elements(c->wrapped_twice ? again : bytes, c->source, c->from);
        count = all_slices(twelve, memory, destinations);
        source_count = all_slices(other, memory, sources);
        for (i = 0; i < count; i++)
            for (j = 0; j < source_count && failed < 5; j++) {
                const piece *d = &destinations[i], *s = &sources[j];
                int64_t length = ndv_size(d->view);
                pairs++;
                if (!shares_as_expected(d->view, &d->bytes, s->view, &s->bytes, memory)) failed++;
                if (ndv_size(s->view) != length && ndv_size(s->view) != 1) continue;
                sets++;
                if (!set_as_expected(d->view, s->view, memory)) failed++;
            }
        if (failed > 0) printf("    in pairing %d (no more than five are shown)\n", (int)p);
        for (i = 0; i < count; i++) ndv_release(destinations[i].view);
        for (j = 0; j < source_count; j++) ndv_release(sources[j].view);
        ndv_release(twelve);
        ndv_release(other);
        ndv_release(bytes);
        ndv_release(again);
    }
    printf("    %" PRId64 " assignments, %" PRId64 " pairs\n", sets, pairs);
}

/* A view of the parent with these extents as far as that goes, else with axes of one element:
 * random axes, starts, steps and flips. */
static ndv_array *random_view(const ndv_array *parent, const int64_t *extents, bool stretch) {
    int32_t ndim = ndv_ndim(parent), i;
    int64_t axes[3] = {0, 1, 2}, back[3];
    ndv_index items[3];
    ndv_array *cut = NULL, *view = NULL;
    for (i = ndim - 1; i > 0; i--) {
        int32_t other = (int32_t)choose(0, i);
        int64_t swap = axes[i];
        axes[i] = axes[other];
        axes[other] = swap;
    }
    for (i = 0; i < ndim; i++) { /* axis i of the view is axis axes[i] of the parent */
        int64_t n = ndv_shape(parent)[axes[i]], extent = extents[i], most, step, start, stop;
        if (extent > n || (stretch && choose(0, 5) == 0)) extent = 1;
        most = extent > 1 ? (n - 1) / (extent - 1) : 3;
        step = choose(1, most < 3 ? most : 3);
        start = choose(0, n - 1 - (extent - 1) * step);
        if (choose(0, 1) == 0) {
            start += (extent - 1) * step;
            step = -step;
        }
        stop = start + extent * step;
        items[axes[i]] = NDV_STEPS(start, stop, step);
        if (stop < 0) items[axes[i]].flags &= ~NDV_INDEX_HAS_STOP;
        back[i] = axes[i];
    }
    CHECK_OK(ndv_index_items(parent, ndim, items, &cut));
    CHECK_OK(ndv_permute(cut, ndim, back, &view));
    ndv_release(cut);
    if (stretch && choose(0, 7) == 0 && ndv_shape(view)[0] == 1) { /* a source of fewer axes */
        ndv_array *fewer;
        CHECK_OK(ndv_slice(view, "0", &fewer));
        ndv_release(view);
        view = fewer;
    }
    return view;
}

static ndv_array *random_parent(const ndv_array *bytes, int32_t dtype, int32_t ndim,
                                const int64_t *shape) {
    int64_t count = 1, offset = choose(0, 2) == 0 ? choose(0, 15) : 0;
    ndv_array *part = NULL, *row = NULL, *parent = NULL;
    int32_t i;
    for (i = 0; i < ndim; i++) count *= shape[i];
    count *= (int64_t)ndv_dtype_itemsize(dtype);
    CHECK_OK(ndv_index_items(bytes, NDV_ITEMS(NDV_RANGE(offset, offset + count)), &part));
    CHECK_OK(ndv_view_as(part, dtype, &row));
    CHECK_OK(ndv_reshape(row, ndim, shape, NDV_ORDER_C, NDV_COPY_NEVER, &parent));
    ndv_release(part);
    ndv_release(row);
    return parent;
}

static void random_pairs_of_views_of_matrices_and_cubes(void) {
    static const int32_t types[] = {NDV_INT8, NDV_INT16, NDV_INT32, NDV_INT64, NDV_INT8, NDV_INT64};
    static const int64_t shapes[][3] = {{6, 8, 0}, {5, 5, 0}, {3, 14, 0}, {3, 4, 4}, {2, 5, 4},
                                        {3, 3, 3}};
    static unsigned char memory[MEMORY];
    ndv_array *bytes = wrapped(memory);
    int round, failed = 0;
    scatter_bytes(memory);
    for (round = 0; round < 20000 && failed < 10; round++) {
        int64_t which = choose(0, COUNT(shapes) - 1);
        int32_t ndim = which < 3 ? 2 : 3, i;
        int32_t type = types[choose(0, COUNT(types) - 1)];
        int32_t source_type = choose(0, 2) == 0 ? types[choose(0, COUNT(types) - 1)] : type;
        ndv_array *parent = random_parent(bytes, type, ndim, shapes[which]);
        ndv_array *other = choose(0, 2) == 0 || source_type != type
                               ? random_parent(bytes, source_type, ndim, shapes[which])
                               : ndv_retain(parent);
        ndv_array *destination, *source;
        int64_t extents[3];
        byte_set of_destination, of_source;
        for (i = 0; i < ndim; i++) extents[i] = choose(1, shapes[which][i]);
        destination = random_view(parent, extents, false);
        for (i = 0; i < ndim; i++) extents[i] = ndv_shape(destination)[i];
        source = random_view(other, extents, true);
        of_destination = bytes_of(destination, memory);
        of_source = bytes_of(source, memory);
        if (!shares_as_expected(destination, &of_destination, source, &of_source, memory)) failed++;
        if (!set_as_expected(destination, source, memory)) failed++;
        ndv_release(source);
        ndv_release(destination);
        ndv_release(other);
        ndv_release(parent);
    }
    ndv_release(bytes);
}

static void random_strides_over_one_another_the_last_write_stays(void) {
    /* Destinations that overlap themselves: whatever the strides, C order decides. */
    static const int32_t types[] = {NDV_INT8, NDV_INT16, NDV_INT64};
    static unsigned char memory[MEMORY];
    int round, failed = 0;
    scatter_bytes(memory);
    for (round = 0; round < 20000 && failed < 10; round++) {
        ndv_array *pair[2] = {NULL, NULL};
        int64_t shape[3];
        int32_t ndim = (int32_t)choose(1, 3), type = types[choose(0, 2)], i;
        byte_set sets[2];
        int which;
        for (i = 0; i < ndim; i++) shape[i] = choose(1, 4);
        for (which = 0; which < 2; which++) {
            int64_t strides[3], own[3], low = 0;
            for (i = 0; i < ndim; i++) {
                own[i] = which == 1 && choose(0, 5) == 0 ? 1 : shape[i];
                strides[i] = choose(0, 2) == 0 ? 8 * choose(-5, 5) : choose(-9, 9);
                low += strides[i] < 0 ? strides[i] * (own[i] - 1) : 0;
            }
            CHECK_OK(ndv_wrap(memory, MEMORY, choose(0, 30) - low, type, ndim, own, strides,
                              NDV_WRAP_WRITE_OVERLAPPING, NULL, NULL, &pair[which]));
            sets[which] = bytes_of(pair[which], memory);
        }
        if (!shares_as_expected(pair[0], &sets[0], pair[1], &sets[1], memory)) failed++;
        if (!set_as_expected(pair[0], pair[1], memory)) failed++;
        ndv_release(pair[0]);
        ndv_release(pair[1]);
    }
}

/* Of a C-ordered int64 (6, 6), or a line of 36: destination, source, the plan, its bytes. */
static void the_plan_of_an_assignment_is_told(void) {
    static const struct {
        const char *destination, *source;
        bool line, transposed;
        int32_t plan;
        size_t bytes;
    } cases[] = {
        {"...", "...", true, false, NDV_PLAN_NOTHING, 0},
        {":0", ":0", true, false, NDV_PLAN_NOTHING, 0},
        {":18", "18:", true, false, NDV_PLAN_DISJOINT, 0},
        {"::2", "1::2", true, false, NDV_PLAN_DISJOINT, 0},
        {"1:", ":-1", true, false, NDV_PLAN_DESCENDING, 0},
        {":-1", "1:", true, false, NDV_PLAN_ASCENDING, 0},
        {":18", "::2", true, false, NDV_PLAN_ASCENDING, 0},
        {"::2", ":18", true, false, NDV_PLAN_DESCENDING, 0},
        {"::2", "9:27", true, false, NDV_PLAN_SPLIT, 0},
        {"9:27", "::2", true, false, NDV_PLAN_SPLIT, 0},
        {"...", "::-1", true, false, NDV_PLAN_SWAP, 0},
        {"1:", ":0:-1", true, false, NDV_PLAN_SWAP, 0},
        {":-2", ":1:-1", true, false, NDV_PLAN_SWAP, 0},
        {"::2", "17::-1", true, false, NDV_PLAN_FULL_COPY, 18 * 8},
        {"::2", "1", true, false, NDV_PLAN_DISJOINT, 0},
        {"...", "1", true, false, NDV_PLAN_ASCENDING, 0},
        {"...", "...", false, true, NDV_PLAN_SWAP, 0},
        {"...", "::-1, ::-1", false, false, NDV_PLAN_SWAP, 0},
        {"...", ":, ::-1", false, false, NDV_PLAN_SWAP, 0},
        {"...", "::-1", false, false, NDV_PLAN_SWAP, 0},
        {":, ::2", ":, 1::2", false, false, NDV_PLAN_DISJOINT, 0},
        {":3, :3", "3:, 3:", false, false, NDV_PLAN_DISJOINT, 0},
        {":3, :3", ":3, 3:", false, false, NDV_PLAN_DISJOINT, 0},
        {"1:", ":-1", false, false, NDV_PLAN_DESCENDING, 0},
        {":, 1:", ":, :-1", false, false, NDV_PLAN_DESCENDING, 0},
        {"1:, 1:", ":-1, :-1", false, false, NDV_PLAN_DESCENDING, 0},
        {":-1, 1:", "1:, :-1", false, false, NDV_PLAN_ASCENDING, 0},
        {"::2", ":3", false, false, NDV_PLAN_DESCENDING, 0},
        {":3, 1:", "::2, :-1", false, false, NDV_PLAN_ASCENDING, 0},
        {":, ::2", ":, 2::-1", false, false, NDV_PLAN_LINE_BUFFER, 3 * 8},
        {"...", "0", false, false, NDV_PLAN_FULL_COPY, 6 * 8},
        {"1:", ":-1", false, true, NDV_PLAN_FULL_COPY, 30 * 8},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        int64_t failures = check_state.failures;
        ndv_array *line, *square, *turned, *destination, *source;
        ndv_plan plan = NDV_PLAN_INIT;
        CHECK_OK(ndv_arange(0, 36, 1, &line));
        CHECK_OK(ndv_reshape(line, NDV_DIMS(6, 6), NDV_ORDER_C, NDV_COPY_NEVER, &square));
        CHECK_OK(ndv_transpose(square, &turned));
        CHECK_OK(ndv_slice(cases[i].line ? line : square, cases[i].destination, &destination));
        CHECK_OK(ndv_slice(cases[i].line         ? line
                           : cases[i].transposed ? turned
                                                 : square,
                           cases[i].source, &source));
        if (ndv_ndim(source) == 2 && ndv_shape(source)[0] != ndv_shape(destination)[0]) {
            ndv_array *other = source; /* 5 x 6 of the transpose over 5 x 6 */
            CHECK_OK(ndv_transpose(other, &source));
            ndv_release(other);
        }
        CHECK_OK(ndv_set_plan(destination, source, NDV_CAST_NO, &plan));
        CHECK(plan.plan == cases[i].plan && plan.temporary_bytes == cases[i].bytes);
        if (check_state.failures != failures)
            printf("    %s = %s: plan %d, %d bytes\n", cases[i].destination, cases[i].source,
                   (int)plan.plan, (int)plan.temporary_bytes);
        ndv_release(destination);
        ndv_release(source);
        ndv_release(turned);
        ndv_release(square);
        ndv_release(line);
    }
}

static void a_plan_is_refused_as_the_assignment_is(void) {
    ndv_array *a, *b, *fixed;
    ndv_plan plan = NDV_PLAN_INIT, small = NDV_PLAN_INIT;
    small.struct_size = 8;
    plan.temporary_bytes = 7;
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(3), &a));
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(4), &b));
    CHECK_OK(ndv_readonly(a, &fixed));
    CHECK_STATUS(NDV_E_NULL, ndv_set_plan(NULL, b, NDV_CAST_NO, &plan));
    CHECK_STATUS(NDV_E_NULL, ndv_set_plan(a, NULL, NDV_CAST_NO, &plan));
    CHECK_STATUS(NDV_E_NULL, ndv_set_plan(a, b, NDV_CAST_NO, NULL));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_set_plan(a, b, 0, &plan));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_set_plan(a, a, NDV_CAST_NO, &small));
    CHECK_STATUS(NDV_E_READONLY, ndv_set_plan(fixed, a, NDV_CAST_NO, &plan));
    CHECK_STATUS(NDV_E_CAST, ndv_set_plan(a, b, NDV_CAST_SAFE, &plan));
    CHECK_STATUS(NDV_E_BROADCAST, ndv_set_plan(a, b, NDV_CAST_UNSAFE, &plan));
    CHECK(plan.temporary_bytes == 7);
    ndv_release(fixed);
    ndv_release(b);
    ndv_release(a);
}

static void every_plan_has_been_met(void) {
    size_t i;
    for (i = 0; i < COUNT(plans_met); i++) CHECK(plans_met[i] > 0);
    printf("    plans:");
    for (i = 0; i < COUNT(plans_met); i++) printf(" %" PRId64, plans_met[i]);
    printf("\n");
}

static void brute_force_ends_in_time(void) {
    double seconds = (double)clock() / (double)CLOCKS_PER_SEC;
    printf("    %" PRId64 " cases, %.2f s\n", cases_run, seconds);
    CHECK(cases_run > 5000);
}

CHECK_MAIN(TEST(slices_of_a_row_over_one_another), TEST(a_matrix_over_its_transpose_and_its_rows),
           TEST(widening_and_narrowing_in_place),
           TEST(one_element_that_lies_across_two_of_the_destination),
           TEST(a_write_under_same_value_that_fails_has_written_nothing),
           TEST(all_pairs_of_slices_of_twelve_elements),
           TEST(random_pairs_of_views_of_matrices_and_cubes),
           TEST(random_strides_over_one_another_the_last_write_stays),
           TEST(the_plan_of_an_assignment_is_told), TEST(a_plan_is_refused_as_the_assignment_is),
           TEST(every_plan_has_been_met), TEST(brute_force_ends_in_time))
