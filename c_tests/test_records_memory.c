/* The memory that all record types together may take. A program of its own: afterwards no new record
 * can be made in it. */
#include "model.h"

enum { FIELDS = 256 };

static ndv_record_field fields[FIELDS];
static char names[FIELDS][256];

static ndv_status wide_record(int number, int32_t *dtype) {
    const ndv_record_field init = NDV_RECORD_FIELD_INIT;
    int i;
    for (i = 0; i < FIELDS; i++) {
        memset(names[i], 'n', 255);
        names[i][sprintf(names[i], "%d of %d", i, number)] = '-';
        fields[i] = init;
        fields[i].name = names[i];
        fields[i].dtype = NDV_FLOAT64;
    }
    return ndv_dtype_record(FIELDS, fields, 0, NDV_RECORD_PACKED, dtype);
}

static void the_memory_of_records_has_a_limit(void) {
    const size_t least = FIELDS * 256, most = FIELDS * (256 + 64);
    const size_t limit = (size_t)64 << 20;
    int32_t first, dtype, made = 0;
    ndv_array *a;
    ndv_status status = wide_record(0, &first);
    while (status == NDV_OK && made < 2000) status = wide_record(++made, &dtype);
    CHECK(status == NDV_E_LIMIT && dtype == 0);
    CHECK_MESSAGE("bytes for record types: the limit of 67108864 is reached");
    CHECK((size_t)made <= limit / least && (size_t)made >= limit / most);
    CHECK_OK(wide_record(0, &dtype));
    CHECK(dtype == first);
    CHECK_OK(ndv_zeros(first, NDV_DIMS(2), &a));
    CHECK(ndv_itemsize(a) == FIELDS * 8);
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(the_memory_of_records_has_a_limit))
