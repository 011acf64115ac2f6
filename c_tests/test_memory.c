/* What arrays cost in resident memory: zeros none until they are touched, views none.
 *
 * no-valgrind: it measures the memory of the process
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>

#if !defined(__linux__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
int main(void) {
    puts("skipped: needs /proc/self/statm, and no sanitizer");
    return 77;
}
#else

#include <unistd.h>

#include "check.h"

static const int64_t mebi = 1 << 20;

/* Resident bytes of this process; no memory is taken to read them. */
static int64_t resident(void) {
    static char text[256];
    long long size = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) return -1;
    if (fgets(text, sizeof text, file) == NULL || sscanf(text, "%lld %lld", &size, &pages) != 2)
        pages = -1;
    fclose(file);
    return pages < 0 ? -1 : (int64_t)pages * (int64_t)sysconf(_SC_PAGESIZE);
}

static bool about(const char *what, int64_t grown, int64_t least, int64_t most) {
    printf("    %s: %" PRId64 " KiB\n", what, grown / 1024);
    return grown >= least && grown <= most;
}

static void the_test_can_measure(void) {
    CHECK(resident() > 0);
}

static void zeros_take_no_memory_until_they_are_touched(void) {
    const int64_t start = resident();
    ndv_array *a, *v, *like;
    void *data;
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(256, 1 << 20), &a));
    CHECK(about("256 MiB of zeros", resident() - start, -mebi, mebi));
    CHECK(check_statistics().bytes_alive >= 256 * mebi);

    CHECK_OK(ndv_slice(a, "::-1, ::3", &v));
    CHECK(about("and a view", resident() - start, -mebi, mebi));
    CHECK_OK(ndv_zeros_like(a, &like));
    CHECK(about("and zeros like them", resident() - start, -mebi, mebi));
    CHECK_OK(ndv_release(like));

    {
        const int64_t before = resident();
        CHECK_OK(ndv_data_mut(a, &data));
        ((unsigned char *)data)[128 * mebi + 5] = 1;
        /* A page, or one huge page where the system gives such. */
        CHECK(about("one byte written", resident() - before, 0, 3 * mebi));
    }
    {
        const int64_t before = resident();
        CHECK_OK(ndv_slice(a, "7:71", &like));
        CHECK_OK(ndv_fill_int64(like, 1));
        CHECK(about("64 MiB written", resident() - before, 60 * mebi, 68 * mebi));
        CHECK_OK(ndv_release(like));
    }
    CHECK_OK(ndv_release(a));
    CHECK(resident() - start >= 60 * mebi); /* the view still keeps all of it */
    CHECK_OK(ndv_release(v));
    CHECK(about("after the last release", resident() - start, -mebi, mebi));
}

static void zeros_are_zero_wherever_they_are_touched(void) {
    ndv_array *a;
    const unsigned char *at;
    int64_t i;
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(64 * mebi), &a));
    at = (const unsigned char *)ndv_data(a);
    for (i = 0; i < 64 * mebi && at[i] == 0; i += 511) {}
    CHECK(i >= 64 * mebi);
    CHECK_OK(ndv_release(a));
}

static void ten_thousand_views_take_little(void) {
    static ndv_array *views[10000];
    const int64_t start = resident();
    ndv_array *a;
    int i;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1024, 1024), &a));
    for (i = 0; i < 10000; i++) CHECK_OK(ndv_slice(a, "1:, 1:", &views[i]));
    /* A handle with two axes is some hundred bytes. */
    CHECK(about("10000 views", resident() - start, 0, 4 * mebi));
    for (i = 0; i < 10000; i++) CHECK_OK(ndv_release(views[i]));
    CHECK_OK(ndv_release(a));
}

static void nothing_grows_with_time(void) {
    int64_t start = 0;
    int i;
    ndv_array *a, *v, *c;
    int64_t value;
    for (i = 0; i < 200000; i++) {
        if (i == 1000) start = resident();
        CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4, 5), &a));
        CHECK_OK(ndv_slice(a, "1:3, ::-1", &v));
        CHECK_OK(ndv_copy(v, NDV_ORDER_C, &c));
        CHECK_STATUS(NDV_E_INDEX, ndv_get_int64(c, NDV_DIMS(2, 0), &value));
        CHECK_OK(ndv_release(a));
        CHECK_OK(ndv_release(v));
        CHECK_OK(ndv_release(c));
    }
    CHECK(about("600000 arrays later", resident() - start, -mebi, mebi));
}

CHECK_MAIN(TEST(the_test_can_measure), TEST(zeros_take_no_memory_until_they_are_touched),
           TEST(zeros_are_zero_wherever_they_are_touched), TEST(ten_thousand_views_take_little),
           TEST(nothing_grows_with_time))

#endif
