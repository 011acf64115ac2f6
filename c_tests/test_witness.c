/* ndv_overlap() and ndv_overlaps_itself(): what two arrays have in common, and a witness for it.
 *
 * The oracle marks every byte of one array and looks at every byte of the other. A witness is
 * believed for nothing but two indices and an address: both indices lie within their arrays, and
 * both elements cover the byte. */
#include "model.h"

enum { MEMORY = 2048, RANDOM_PAIRS = 30000 };

static uint64_t random_state = 1;

/* From low to high, both included. */
static int64_t choose(int64_t low, int64_t high) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (int64_t)((random_state >> 33) % (uint64_t)(high - low + 1));
}

/* Whether an index lies within the array and its element covers an address. */
static bool covers(const ndv_array *array, int32_t ndim, const int64_t *index,
                   const unsigned char *address) {
    const unsigned char *at = model_data(array);
    int32_t axis;
    if (ndim != ndv_ndim(array)) return false;
    for (axis = 0; axis < ndim; axis++) {
        if (index[axis] < 0 || index[axis] >= ndv_shape(array)[axis]) return false;
        at += index[axis] * ndv_strides(array)[axis];
    }
    return at <= address && address < at + ndv_itemsize(array);
}

static bool all_zero(const int64_t *index, int32_t from) {
    for (; from < 64; from++)
        if (index[from] != 0) return false;
    return true;
}

/* The relation, after what is promised of every report. */
static int32_t checked(const ndv_array *a, const ndv_array *b, const ndv_overlap_report *r) {
    const unsigned char *address = (const unsigned char *)r->address;
    CHECK(r->struct_size == sizeof *r && r->a_ndim == ndv_ndim(a) && r->b_ndim == ndv_ndim(b));
    CHECK(all_zero(r->a_index, r->a_ndim) && all_zero(r->b_index, r->b_ndim));
    if (r->relation == NDV_OVERLAP_PARTIAL || r->relation == NDV_OVERLAP_IDENTICAL) {
        CHECK(address != NULL);
        CHECK(covers(a, r->a_ndim, r->a_index, address));
        CHECK(covers(b, r->b_ndim, r->b_index, address));
        /* the first such byte */
        CHECK(!covers(a, r->a_ndim, r->a_index, address - 1) ||
              !covers(b, r->b_ndim, r->b_index, address - 1));
    } else {
        CHECK(address == NULL && all_zero(r->a_index, 0) && all_zero(r->b_index, 0));
    }
    return r->relation;
}

static int32_t overlap(const ndv_array *a, const ndv_array *b) {
    ndv_overlap_report there = NDV_OVERLAP_REPORT_INIT, back = NDV_OVERLAP_REPORT_INIT;
    CHECK_OK(ndv_overlap(a, b, NDV_BUDGET_DEFAULT, &there));
    CHECK_OK(ndv_overlap(b, a, NDV_BUDGET_DEFAULT, &back));
    CHECK(checked(a, b, &there) == checked(b, a, &back));
    return there.relation;
}

static int32_t overlap_itself(const ndv_array *array) {
    ndv_overlap_report r = NDV_OVERLAP_REPORT_INIT;
    CHECK_OK(ndv_overlaps_itself(array, NDV_BUDGET_DEFAULT, &r));
    CHECK(checked(array, array, &r) != NDV_OVERLAP_IDENTICAL);
    if (r.relation == NDV_OVERLAP_PARTIAL)
        CHECK(memcmp(r.a_index, r.b_index, sizeof r.a_index) != 0);
    return r.relation;
}

/* ---- Cases ---- */

static void views_of_one_row_are_disjoint_identical_or_overlap_in_part(void) {
    static const struct {
        const char *a, *b;
        int32_t relation;
    } cases[] = {{"::2", "1::2", NDV_OVERLAP_DISJOINT},   {"::2", "::2", NDV_OVERLAP_IDENTICAL},
                 {"...", "::-1", NDV_OVERLAP_PARTIAL},    {"...", "2:5", NDV_OVERLAP_PARTIAL},
                 {"::2", "::3", NDV_OVERLAP_PARTIAL},     {"::2", "1::4", NDV_OVERLAP_DISJOINT},
                 {"3", "3", NDV_OVERLAP_IDENTICAL},       {"3", "3:4", NDV_OVERLAP_PARTIAL},
                 {"3:4", "3:5:2", NDV_OVERLAP_IDENTICAL}, {"3", "4", NDV_OVERLAP_DISJOINT},
                 {"3", "...", NDV_OVERLAP_PARTIAL},       {":0", "...", NDV_OVERLAP_DISJOINT},
                 {":0", ":0", NDV_OVERLAP_DISJOINT},      {":10", "9:", NDV_OVERLAP_PARTIAL},
                 {":10", "10:", NDV_OVERLAP_DISJOINT},    {"newaxis, :", ":", NDV_OVERLAP_PARTIAL}};
    ndv_array *row = numbered(NDV_INT64, NDV_DIMS(20)), *a, *b;
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        CHECK_OK(ndv_slice(row, cases[i].a, &a));
        CHECK_OK(ndv_slice(row, cases[i].b, &b));
        CHECK(overlap(a, b) == cases[i].relation);
        ndv_release(b);
        ndv_release(a);
    }
    ndv_release(row);
}

static void identical_is_about_bytes_and_order_not_about_types(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(2, 3)), *v, *w;
    CHECK(overlap(a, a) == NDV_OVERLAP_IDENTICAL);
    CHECK_OK(ndv_view_as(a, NDV_FLOAT64, &v));
    CHECK(overlap(a, v) == NDV_OVERLAP_IDENTICAL);
    ndv_release(v);
    CHECK_OK(ndv_view_as(a, NDV_INT32, &v));
    CHECK(overlap(a, v) == NDV_OVERLAP_PARTIAL);
    ndv_release(v);
    CHECK_OK(ndv_transpose(a, &v));
    CHECK(overlap(a, v) == NDV_OVERLAP_PARTIAL);
    CHECK_OK(ndv_transpose(v, &w));
    CHECK(overlap(a, w) == NDV_OVERLAP_IDENTICAL);
    ndv_release(w);
    ndv_release(v);
    CHECK_OK(ndv_copy(a, NDV_ORDER_C, &v));
    CHECK(overlap(a, v) == NDV_OVERLAP_DISJOINT);
    ndv_release(v);
    ndv_release(a);
}

static void parts_of_elements_meet_at_the_byte_that_is_named(void) {
    ndv_array *a, *real, *imag, *number;
    ndv_overlap_report r = NDV_OVERLAP_REPORT_INIT;
    CHECK_OK(ndv_zeros(NDV_COMPLEX128, NDV_DIMS(3, 4), &a));
    CHECK_OK(ndv_real(a, &real));
    CHECK_OK(ndv_imag(a, &imag));
    CHECK(overlap(real, imag) == NDV_OVERLAP_DISJOINT);
    CHECK_OK(ndv_slice(a, "2, 1", &number));
    CHECK_OK(ndv_overlap(imag, number, NDV_BUDGET_DEFAULT, &r));
    CHECK(r.relation == NDV_OVERLAP_PARTIAL && r.a_ndim == 2 && r.b_ndim == 0);
    CHECK(r.a_index[0] == 2 && r.a_index[1] == 1 && r.address == model_data(number) + 8);
    ndv_release(number);
    ndv_release(imag);
    ndv_release(real);
    ndv_release(a);
}

static void windows_and_repeated_axes_overlap_themselves(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(8)), *v, *w;
    const int64_t three[] = {3}, axis[] = {0};
    ndv_overlap_report r = NDV_OVERLAP_REPORT_INIT;
    CHECK(overlap_itself(a) == NDV_OVERLAP_DISJOINT);
    CHECK_OK(ndv_windows(a, 1, three, axis, 0, &v));
    CHECK(overlap_itself(v) == NDV_OVERLAP_PARTIAL);
    CHECK_OK(ndv_slice(v, "::3", &w));
    CHECK(overlap_itself(w) == NDV_OVERLAP_DISJOINT);
    ndv_release(w);
    ndv_release(v);
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(2, 8), &v));
    CHECK_OK(ndv_overlaps_itself(v, 0, &r));
    CHECK(r.relation == NDV_OVERLAP_PARTIAL && r.a_index[0] != r.b_index[0]);
    CHECK(r.a_index[1] == r.b_index[1]);
    CHECK_OK(ndv_slice(v, ":1", &w));
    CHECK(overlap_itself(w) == NDV_OVERLAP_DISJOINT);
    ndv_release(w);
    CHECK_OK(ndv_slice(v, ":, :0", &w));
    CHECK(overlap_itself(w) == NDV_OVERLAP_DISJOINT);
    ndv_release(w);
    ndv_release(v);
    ndv_release(a);
}

/* ---- Brute force ---- */

/* How often each byte is reached, and how often one is reached twice. */
typedef struct {
    unsigned char count[MEMORY];
    bool twice;
} byte_counts;

static void count_bytes(const ndv_array *array, const unsigned char *memory, byte_counts *counts) {
    const size_t itemsize = ndv_itemsize(array);
    int64_t n;
    size_t byte;
    memset(counts, 0, sizeof *counts);
    for (n = 0; n < ndv_size(array); n++) {
        const unsigned char *at = model_element(array, n, NDV_ORDER_C);
        for (byte = 0; byte < itemsize; byte++)
            if (counts->count[at - memory + (int64_t)byte]++ > 0) counts->twice = true;
    }
}

static bool have_common_bytes(const byte_counts *a, const byte_counts *b) {
    size_t byte;
    for (byte = 0; byte < MEMORY; byte++)
        if (a->count[byte] > 0 && b->count[byte] > 0) return true;
    return false;
}

/* No more than 36 elements of 1 to 9 bytes, of any strides, near the middle of the memory. */
static ndv_array *random_array(unsigned char *memory, const int32_t *dtypes) {
    int64_t shape[4], strides[4], size = 1, low = 0;
    const int64_t itemsize = choose(1, 9), unit = choose(0, 1) == 0 ? 1 : itemsize;
    const int64_t most = choose(0, 1) == 0 ? 3 : 24 / unit + 1;
    const int32_t axes = (int32_t)choose(0, 4);
    ndv_array *array;
    int32_t ndim = 0, axis;
    for (axis = 0; axis < axes; axis++) {
        const int64_t extent = choose(0, 40) == 0 ? 0 : choose(1, 6);
        if (size * extent > 36) continue;
        size *= extent;
        shape[ndim] = extent;
        strides[ndim] = unit * choose(-most, most);
        if (extent > 1 && strides[ndim] < 0) low += (extent - 1) * strides[ndim];
        ndim++;
    }
    CHECK(low > -MEMORY / 2);
    CHECK_OK(ndv_wrap(memory, MEMORY, MEMORY / 2 + choose(-20, 20), dtypes[itemsize], ndim, shape,
                      strides, NDV_WRAP_READONLY, NULL, NULL, &array));
    return array;
}

static void random_pairs_are_answered_as_by_looking_at_every_byte(void) {
    static unsigned char memory[MEMORY];
    static byte_counts of_a, of_b;
    int32_t dtypes[10] = {0};
    int64_t answers[4] = {0}, twice = 0;
    size_t size;
    int round;
    for (size = 1; size < COUNT(dtypes); size++) CHECK_OK(ndv_dtype_bytes(size, &dtypes[size]));
    for (round = 0; round < RANDOM_PAIRS && check_state.failures == 0; round++) {
        ndv_array *a = random_array(memory, dtypes), *b = random_array(memory, dtypes);
        int32_t relation = overlap(a, b), itself = overlap_itself(a);
        bool shares = false;
        count_bytes(a, memory, &of_a);
        count_bytes(b, memory, &of_b);
        CHECK((relation != NDV_OVERLAP_DISJOINT) == have_common_bytes(&of_a, &of_b));
        CHECK((itself == NDV_OVERLAP_PARTIAL) == of_a.twice);
        CHECK(relation != NDV_OVERLAP_UNKNOWN && itself != NDV_OVERLAP_UNKNOWN);
        CHECK_OK(ndv_shares_memory(a, b, NDV_BUDGET_DEFAULT, &shares));
        CHECK(shares == (relation != NDV_OVERLAP_DISJOINT));
        answers[relation - NDV_OVERLAP_DISJOINT]++;
        twice += of_a.twice;
        ndv_release(b);
        ndv_release(a);
    }
    printf("    %d pairs: %" PRId64 " disjoint, %" PRId64 " overlap; %" PRId64
           " arrays overlap themselves\n",
           round, answers[0], answers[2], twice);
    CHECK(answers[0] > RANDOM_PAIRS / 5 && answers[2] > RANDOM_PAIRS / 5);
    CHECK(twice > RANDOM_PAIRS / 5 && twice < RANDOM_PAIRS / 5 * 4);
}

/* ---- Errors, and answers that are none ---- */

static void a_report_is_left_alone_on_an_error(void) {
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4));
    ndv_overlap_report r = NDV_OVERLAP_REPORT_INIT, before;
    r.relation = -1;
    r.a_index[3] = 7;
    memcpy(&before, &r, sizeof r);
    CHECK_STATUS(NDV_E_NULL, ndv_overlap(NULL, a, 1, &r));
    CHECK_MESSAGE("a is NULL");
    CHECK_STATUS(NDV_E_NULL, ndv_overlap(a, NULL, 1, &r));
    CHECK_MESSAGE("b is NULL");
    CHECK_STATUS(NDV_E_NULL, ndv_overlap(a, a, 1, NULL));
    CHECK_STATUS(NDV_E_NULL, ndv_overlaps_itself(NULL, 1, &r));
    CHECK_STATUS(NDV_E_NULL, ndv_overlaps_itself(a, 1, NULL));
    CHECK(memcmp(&r, &before, sizeof r) == 0);
    r.struct_size = before.struct_size = sizeof r - 1;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_overlap(a, a, 1, &r));
    CHECK_MESSAGE("struct_size");
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_overlaps_itself(a, 1, &r));
    CHECK(memcmp(&r, &before, sizeof r) == 0);
    ndv_release(a);
}

static void a_larger_report_is_filled_as_far_as_it_is_known(void) {
    struct {
        ndv_overlap_report known;
        int64_t beyond;
    } larger = {NDV_OVERLAP_REPORT_INIT, 99};
    ndv_array *a = numbered(NDV_INT64, NDV_DIMS(4));
    larger.known.struct_size = sizeof larger;
    CHECK_OK(ndv_overlap(a, a, 1, &larger.known));
    CHECK(larger.known.struct_size == sizeof larger && larger.beyond == 99);
    CHECK(larger.known.relation == NDV_OVERLAP_IDENTICAL);
    ndv_release(a);
}

static void without_a_budget_what_is_hard_is_unknown_and_no_error(void) {
    /* Nothing but addresses: no byte of it is looked at. */
    static unsigned char somewhere;
    static const int64_t shape[] = {1049, 1049, 1049}, strides[] = {36674, 61119, 85569};
    static const int64_t b_shape[] = {1049, 1049, 1}, b_strides[] = {12223, 12224, 1};
    const size_t nbytes = 192163377;
    ndv_overlap_report r = NDV_OVERLAP_REPORT_INIT;
    ndv_array *a, *b;
    CHECK_OK(ndv_wrap(&somewhere, nbytes, 0, NDV_INT8, 3, shape, strides, NDV_WRAP_READONLY, NULL,
                      NULL, &a));
    CHECK_OK(ndv_wrap(&somewhere, nbytes, 64023025, NDV_INT8, 3, b_shape, b_strides,
                      NDV_WRAP_READONLY, NULL, NULL, &b));
    CHECK_OK(ndv_overlap(a, b, 1000, &r));
    CHECK(checked(a, b, &r) == NDV_OVERLAP_UNKNOWN);
    CHECK_OK(ndv_overlap(a, a, 0, &r));
    CHECK(checked(a, a, &r) == NDV_OVERLAP_IDENTICAL);
    ndv_release(b);
    ndv_release(a);
}

CHECK_MAIN(TEST(views_of_one_row_are_disjoint_identical_or_overlap_in_part),
           TEST(identical_is_about_bytes_and_order_not_about_types),
           TEST(parts_of_elements_meet_at_the_byte_that_is_named),
           TEST(windows_and_repeated_axes_overlap_themselves),
           TEST(random_pairs_are_answered_as_by_looking_at_every_byte),
           TEST(a_report_is_left_alone_on_an_error),
           TEST(a_larger_report_is_filled_as_far_as_it_is_known),
           TEST(without_a_budget_what_is_hard_is_unknown_and_no_error))
