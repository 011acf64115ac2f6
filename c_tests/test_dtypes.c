/* The section Element types: codes, casting rules, promotion. */
#include "check.h"

/* Itemsizes as NumPy 2.4.6 has them, bfloat16 of two bytes; alignments as the compiler of this test
   has them, which is not 8 for every type of 8 bytes everywhere. */
#define ALIGNMENT(type) offsetof(struct { char c; type t; }, t)
static const struct {
    int32_t code, number;
    size_t itemsize, alignment;
    char kind;
    const char *name;
} types[] = {
    {NDV_BOOL, 1, 1, ALIGNMENT(bool), 'b', "bool"},
    {NDV_INT8, 2, 1, ALIGNMENT(int8_t), 'i', "int8"},
    {NDV_INT16, 3, 2, ALIGNMENT(int16_t), 'i', "int16"},
    {NDV_INT32, 4, 4, ALIGNMENT(int32_t), 'i', "int32"},
    {NDV_INT64, 5, 8, ALIGNMENT(int64_t), 'i', "int64"},
    {NDV_UINT8, 6, 1, ALIGNMENT(uint8_t), 'u', "uint8"},
    {NDV_UINT16, 7, 2, ALIGNMENT(uint16_t), 'u', "uint16"},
    {NDV_UINT32, 8, 4, ALIGNMENT(uint32_t), 'u', "uint32"},
    {NDV_UINT64, 9, 8, ALIGNMENT(uint64_t), 'u', "uint64"},
    {NDV_FLOAT16, 10, 2, ALIGNMENT(uint16_t), 'f', "float16"},
    {NDV_BFLOAT16, 11, 2, ALIGNMENT(uint16_t), 'f', "bfloat16"},
    {NDV_FLOAT32, 12, 4, ALIGNMENT(float), 'f', "float32"},
    {NDV_FLOAT64, 13, 8, ALIGNMENT(double), 'f', "float64"},
    {NDV_COMPLEX64, 14, 8, ALIGNMENT(float), 'c', "complex64"},
    {NDV_COMPLEX128, 15, 16, ALIGNMENT(double), 'c', "complex128"},
};
enum { TYPES = sizeof types / sizeof types[0] };

static const int32_t no_types[] = {0,  -1,  16,  17,        20,       24,
                                   64, 256, 777, INT32_MAX, 65536 + 131072};
enum { NO_TYPES = sizeof no_types / sizeof no_types[0] };

static const int32_t rules[] = {NDV_CAST_NO,        NDV_CAST_EQUIV,  NDV_CAST_SAFE,
                                NDV_CAST_SAME_KIND, NDV_CAST_UNSAFE, NDV_CAST_SAME_VALUE};

/* The types of the tables below, in their order: NumPy's own, and bfloat16. */
static const int32_t order[] = {
    NDV_BOOL,   NDV_INT8,   NDV_INT16,   NDV_INT32,   NDV_INT64,   NDV_UINT8,     NDV_UINT16,
    NDV_UINT32, NDV_UINT64, NDV_FLOAT16, NDV_FLOAT32, NDV_FLOAT64, NDV_COMPLEX64, NDV_COMPLEX128,
};
enum { ORDERED = sizeof order / sizeof order[0] };

static bool can_cast(int32_t from, int32_t to, int32_t rule) {
    bool allowed = false;
    CHECK_OK(ndv_can_cast(from, to, rule, &allowed));
    return allowed;
}

/* level: the lowest rule that allows it, 'N'o, 'S'afe, same-'K'ind or 'U'nsafe. */
static void check_cast(int32_t from, int32_t to, char level) {
    CHECK(can_cast(from, to, NDV_CAST_NO) == (level == 'N'));
    CHECK(can_cast(from, to, NDV_CAST_EQUIV) == (level == 'N'));
    CHECK(can_cast(from, to, NDV_CAST_SAFE) == (level == 'N' || level == 'S'));
    CHECK(can_cast(from, to, NDV_CAST_SAME_KIND) == (level != 'U'));
    CHECK(can_cast(from, to, NDV_CAST_UNSAFE));
    CHECK(can_cast(from, to, NDV_CAST_SAME_VALUE));
}

static void check_promotion(int32_t a, int32_t b, int32_t expected) {
    int32_t promoted = -1;
    CHECK_OK(ndv_promote(a, b, &promoted));
    CHECK(promoted == expected);
    promoted = -1;
    CHECK_OK(ndv_promote(b, a, &promoted));
    CHECK(promoted == expected);
}

static void a_type_has_its_itemsize_alignment_kind_and_name(void) {
    int i;
    for (i = 0; i < TYPES; i++) {
        CHECK(types[i].code == types[i].number);
        CHECK(ndv_dtype_itemsize(types[i].code) == types[i].itemsize);
        CHECK(ndv_dtype_alignment(types[i].code) == types[i].alignment);
        CHECK(ndv_dtype_kind(types[i].code) == types[i].kind);
        CHECK(strcmp(ndv_dtype_name(types[i].code), types[i].name) == 0);
    }
}

static void a_name_leads_back_to_its_type(void) {
    static const char *const not_names[] = {"",     " ",      "float",    "Float64", "float64 ",
                                            "<f8",  " int8",  "int",      "f8",      "float640",
                                            "void", "object", "float6",   "complex", "uint",
                                            "bool_", "b",     "longlong", "str",     "float128"};
    size_t i;
    int t;
    int32_t dtype;
    for (t = 0; t < TYPES; t++) {
        dtype = -1;
        CHECK_OK(ndv_dtype_from_name(types[t].name, &dtype));
        CHECK(dtype == types[t].code);
    }
    for (i = 0; i < sizeof not_names / sizeof not_names[0]; i++) {
        dtype = -1;
        CHECK_STATUS(NDV_E_DTYPE, ndv_dtype_from_name(not_names[i], &dtype));
        CHECK(dtype == 0);
    }
    dtype = -1;
    CHECK_STATUS(NDV_E_NULL, ndv_dtype_from_name(NULL, &dtype));
    CHECK(dtype == 0);
    CHECK_STATUS(NDV_E_NULL, ndv_dtype_from_name("int8", NULL));
}

static void a_code_that_is_no_type_is_nothing_everywhere(void) {
    int i;
    for (i = 0; i < NO_TYPES; i++) {
        const int32_t none = no_types[i];
        bool allowed = true;
        int32_t promoted = -1;
        CHECK(ndv_dtype_itemsize(none) == 0);
        CHECK(ndv_dtype_alignment(none) == 0);
        CHECK(ndv_dtype_kind(none) == 0);
        CHECK(ndv_dtype_name(none) == NULL);
        CHECK_STATUS(NDV_E_DTYPE, ndv_can_cast(none, NDV_INT8, NDV_CAST_UNSAFE, &allowed));
        CHECK(!allowed);
        allowed = true;
        CHECK_STATUS(NDV_E_DTYPE, ndv_can_cast(NDV_INT8, none, NDV_CAST_UNSAFE, &allowed));
        CHECK(!allowed);
        allowed = true;
        CHECK_STATUS(NDV_E_DTYPE, ndv_can_cast(none, none, NDV_CAST_NO, &allowed));
        CHECK(!allowed);
        CHECK_STATUS(NDV_E_DTYPE, ndv_promote(none, NDV_INT8, &promoted));
        CHECK(promoted == 0);
        promoted = -1;
        CHECK_STATUS(NDV_E_DTYPE, ndv_promote(NDV_INT8, none, &promoted));
        CHECK(promoted == 0);
    }
}

/* Every function of the library that takes a type refuses what is none. */
static void a_code_that_is_no_type_is_refused_everywhere(void) {
    ndv_array *a, *r;
    int i;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2), &a));
    for (i = 0; i < NO_TYPES; i++) {
        const int32_t none = no_types[i];
        int64_t value = 5, memory[2] = {3, 4};
        CHECK_STATUS(NDV_E_DTYPE, ndv_empty(none, NDV_DIMS(2), &r));
        CHECK(r == NULL);
        CHECK_STATUS(NDV_E_DTYPE, ndv_empty_in_order(none, NDV_DIMS(2), NDV_ORDER_F, &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_zeros(none, NDV_DIMS(2), &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_full(none, NDV_DIMS(2), NDV_INT64, &value, &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_full(NDV_INT64, NDV_DIMS(2), none, &value, &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_full_int64(none, NDV_DIMS(2), 1, &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_full_double(none, NDV_DIMS(2), 1, &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_full_like(a, none, &value, &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_from_data(none, NDV_DIMS(2), memory, &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_wrap(memory, sizeof memory, 0, none, NDV_DIMS(2), NULL, 0,
                                           NULL, NULL, &r));
        CHECK_STATUS(NDV_E_DTYPE, ndv_view_as(a, none, &r));
        CHECK_STATUS(NDV_E_DTYPE,
                     ndv_astype(a, none, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &r));
        CHECK(r == NULL);
        CHECK_STATUS(NDV_E_DTYPE, ndv_fill(a, none, &value));
        CHECK_STATUS(NDV_E_DTYPE, ndv_set_item(a, NDV_DIMS(0), none, &value));
        CHECK_STATUS(NDV_E_DTYPE, ndv_get_item(a, NDV_DIMS(0), none, &value));
        CHECK(value == 5);
        if (none != 0) CHECK_STATUS(NDV_E_DTYPE, ndv_expect(a, none, -1, 0));
    }
    CHECK_INT64S(a, 0, 0);
    CHECK_OK(ndv_release(a));
}

/* The table of NumPy 2.4.6: row from, column to, both as `order`. */
static void casts_are_numpys(void) {
    static const char table[ORDERED][ORDERED + 1] = {
        "NSSSSSSSSSSSSS", /* bool */
        "UNSSSUUUUSSSSS", /* int8 */
        "UKNSSUUUUKSSSS", /* int16 */
        "UKKNSUUUUKKSKS", /* int32 */
        "UKKKNUUUUKKSKS", /* int64 */
        "UKSSSNSSSSSSSS", /* uint8 */
        "UKKSSKNSSKSSSS", /* uint16 */
        "UKKKSKKNSKKSKS", /* uint32 */
        "UKKKKKKKNKKSKS", /* uint64 */
        "UUUUUUUUUNSSSS", /* float16 */
        "UUUUUUUUUKNSSS", /* float32 */
        "UUUUUUUUUKKNKS", /* float64 */
        "UUUUUUUUUUUUNS", /* complex64 */
        "UUUUUUUUUUUUKN", /* complex128 */
    };
    int from, to;
    for (from = 0; from < ORDERED; from++)
        for (to = 0; to < ORDERED; to++) check_cast(order[from], order[to], table[from][to]);
}

/* As float16, except between the two, which is same-kind. */
static void casts_of_bfloat16_are_like_those_of_float16(void) {
    static const char from_bfloat16[] = "UUUUUUUUUKSSSS";
    static const char to_bfloat16[] = "SSKKKSKKKKKKUU";
    int i;
    check_cast(NDV_BFLOAT16, NDV_BFLOAT16, 'N');
    for (i = 0; i < ORDERED; i++) {
        check_cast(NDV_BFLOAT16, order[i], from_bfloat16[i]);
        check_cast(order[i], NDV_BFLOAT16, to_bfloat16[i]);
    }
}

static void a_rule_that_is_none_is_refused(void) {
    static const int32_t no_rules[] = {0, 1, -1, 19, 26, 100, INT32_MAX, INT32_MIN};
    size_t i;
    bool allowed;
    for (i = 0; i < sizeof no_rules / sizeof no_rules[0]; i++) {
        allowed = true;
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_can_cast(NDV_INT8, NDV_INT8, no_rules[i], &allowed));
        CHECK(!allowed);
    }
    for (i = 0; i < sizeof rules / sizeof rules[0]; i++)
        CHECK_STATUS(NDV_E_NULL, ndv_can_cast(NDV_INT8, NDV_INT8, rules[i], NULL));
}

/* The table of NumPy 2.4.6. */
static void promotions_are_numpys(void) {
    enum {
        B = NDV_BOOL, I1 = NDV_INT8, I2 = NDV_INT16, I4 = NDV_INT32, I8 = NDV_INT64,
        U1 = NDV_UINT8, U2 = NDV_UINT16, U4 = NDV_UINT32, U8 = NDV_UINT64,
        F2 = NDV_FLOAT16, F4 = NDV_FLOAT32, F8 = NDV_FLOAT64,
        C8 = NDV_COMPLEX64, C16 = NDV_COMPLEX128
    };
    static const int32_t table[ORDERED][ORDERED] = {
        {B, I1, I2, I4, I8, U1, U2, U4, U8, F2, F4, F8, C8, C16},
        {I1, I1, I2, I4, I8, I2, I4, I8, F8, F2, F4, F8, C8, C16},
        {I2, I2, I2, I4, I8, I2, I4, I8, F8, F4, F4, F8, C8, C16},
        {I4, I4, I4, I4, I8, I4, I4, I8, F8, F8, F8, F8, C16, C16},
        {I8, I8, I8, I8, I8, I8, I8, I8, F8, F8, F8, F8, C16, C16},
        {U1, I2, I2, I4, I8, U1, U2, U4, U8, F2, F4, F8, C8, C16},
        {U2, I4, I4, I4, I8, U2, U2, U4, U8, F4, F4, F8, C8, C16},
        {U4, I8, I8, I8, I8, U4, U4, U4, U8, F8, F8, F8, C16, C16},
        {U8, F8, F8, F8, F8, U8, U8, U8, U8, F8, F8, F8, C16, C16},
        {F2, F2, F4, F8, F8, F2, F4, F8, F8, F2, F4, F8, C8, C16},
        {F4, F4, F4, F8, F8, F4, F4, F8, F8, F4, F4, F8, C8, C16},
        {F8, F8, F8, F8, F8, F8, F8, F8, F8, F8, F8, F8, C16, C16},
        {C8, C8, C8, C16, C16, C8, C8, C16, C16, C8, C8, C16, C8, C16},
        {C16, C16, C16, C16, C16, C16, C16, C16, C16, C16, C16, C16, C16, C16},
    };
    /* With bfloat16: as with float16, but bfloat16 where that was float16; and the two give
     * float32. */
    static const int32_t with_bfloat16[ORDERED] = {
        NDV_BFLOAT16, NDV_BFLOAT16, F4, F8, F8, NDV_BFLOAT16, F4, F8, F8, F4, F4, F8, C8, C16,
    };
    int a, b;
    for (a = 0; a < ORDERED; a++) {
        for (b = 0; b < ORDERED; b++) check_promotion(order[a], order[b], table[a][b]);
        check_promotion(NDV_BFLOAT16, order[a], with_bfloat16[a]);
    }
    check_promotion(NDV_BFLOAT16, NDV_BFLOAT16, NDV_BFLOAT16);
    CHECK_STATUS(NDV_E_NULL, ndv_promote(NDV_INT8, NDV_INT8, NULL));
}

/* What the header says of a promotion, whatever the table. */
static void both_types_convert_safely_to_their_promotion(void) {
    int a, b;
    for (a = 0; a < TYPES; a++)
        for (b = 0; b < TYPES; b++) {
            int32_t promoted;
            CHECK_OK(ndv_promote(types[a].code, types[b].code, &promoted));
            CHECK(can_cast(types[a].code, promoted, NDV_CAST_SAFE));
            CHECK(can_cast(types[b].code, promoted, NDV_CAST_SAFE));
        }
}

/* bfloat16 is the upper half of a float32: nearest, ties to even; NaN stays NaN. */
static void bfloat16_is_the_upper_half_of_a_float32(void) {
    static const struct {
        float value;
        uint16_t bits;
    } cases[] = {
        {0.0f, 0x0000},       {-0.0f, 0x8000},          {1.0f, 0x3f80},
        {-2.0f, 0xc000},      {3.140625f, 0x4049},      {255.0f, 0x437f},
        {256.0f, 0x4380},     {1.00390625f, 0x3f80},    /* a tie: to even, down */
        {1.01171875f, 0x3f82},                          /* a tie: to even, up */
        {1.0039064f, 0x3f81}, {3.3961776e38f, 0x7f80},  /* a tie beyond the largest: infinity */
        {1e-45f, 0x0000},     {9.183549615799121e-41f, 0x0001},
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ndv_array *a, *b;
        uint16_t bits = 0;
        CHECK_OK(ndv_from_data(NDV_FLOAT32, NDV_NO_DIMS, &cases[i].value, &a));
        CHECK_OK(ndv_astype(a, NDV_BFLOAT16, NDV_ORDER_K, NDV_CAST_SAME_KIND, NDV_COPY_ALWAYS,
                            &b));
        CHECK_OK(ndv_get_item(b, NDV_NO_DIMS, NDV_BFLOAT16, &bits));
        if (bits != cases[i].bits) printf("case %d: 0x%04x\n", (int)i, (unsigned)bits);
        CHECK(bits == cases[i].bits);
        CHECK_OK(ndv_release(b));
        CHECK_OK(ndv_release(a));
    }
    for (i = 0; i < 0x10000; i++) { /* every bfloat16 is the float32 with 16 bits of zeros more */
        static ndv_array *a = NULL, *b = NULL;
        const uint16_t half = (uint16_t)i;
        const uint32_t expected = (uint32_t)i << 16;
        const bool nan = (i & 0x7f80) == 0x7f80 && (i & 0x7f) != 0;
        uint32_t found;
        if (i % 64 != 0 && i % 64 != 1 && i % 64 != 63) continue;
        CHECK_OK(ndv_from_data(NDV_BFLOAT16, NDV_NO_DIMS, &half, &a));
        CHECK_OK(ndv_astype(a, NDV_FLOAT32, NDV_ORDER_K, NDV_CAST_SAFE, NDV_COPY_ALWAYS, &b));
        memcpy(&found, ndv_data(b), sizeof found);
        CHECK(nan ? (found & 0x7f800000) == 0x7f800000 && (found & 0x7fffff) != 0
                  : found == expected);
        CHECK_OK(ndv_release(b));
        CHECK_OK(ndv_release(a));
    }
}

CHECK_MAIN(TEST(a_type_has_its_itemsize_alignment_kind_and_name),
           TEST(a_name_leads_back_to_its_type),
           TEST(a_code_that_is_no_type_is_nothing_everywhere),
           TEST(a_code_that_is_no_type_is_refused_everywhere), TEST(casts_are_numpys),
           TEST(casts_of_bfloat16_are_like_those_of_float16), TEST(a_rule_that_is_none_is_refused),
           TEST(promotions_are_numpys), TEST(both_types_convert_safely_to_their_promotion),
           TEST(bfloat16_is_the_upper_half_of_a_float32))
