/* What arrays cost in resident memory: zeros none until they are touched, views none; and what
 * picking elements costs beside the result: nothing; and what is resident at the worst moment of
 * large operations.
 *
 * no-valgrind: it measures the memory of the process
 */
#define _DEFAULT_SOURCE
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if !defined(__linux__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
int main(void) {
    puts("skipped: needs /proc/self/statm, and no sanitizer");
    return 77;
}
#else

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/resource.h>
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

/* How often this process has touched a page for the first time. */
static int64_t pages_touched(void) {
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    return (int64_t)usage.ru_minflt;
}

/* Untouched zeros are read from one page that all share, so that resident memory does not tell what
 * has been read; the number of first touches does. */
static void two_rows_of_a_million_are_picked_without_touching_the_others(void) {
    static const int64_t positions[] = {999999, 5};
    ndv_array *rows, *strided, *list, *pair, *copy, *mask;
    int64_t start, touched, count;
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(1000000, 512), &rows));
    CHECK_OK(ndv_slice(rows, "::-1, ::2", &strided));
    CHECK_OK(ndv_from_data(NDV_INT64, NDV_DIMS(2), positions, &list));
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(2, 256), &pair));

    start = resident();
    touched = pages_touched();
    CHECK_OK(ndv_take_array(strided, list, 0, NDV_MODE_RAISE, &copy));
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_take(strided, 2, positions, 0, &copy));
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_get(strided, NDV_ITEMS(NDV_PICK(list)), &copy));
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_take_array_into(strided, list, 0, NDV_MODE_WRAP, NDV_CAST_NO, pair));
    touched = pages_touched() - touched;
    printf("    two rows: %d pages touched\n", (int)touched);
    CHECK(touched < 30);
    CHECK(about("two rows read", resident() - start, -mebi, mebi));

    CHECK_OK(ndv_set_at(strided, NDV_ITEMS(NDV_PICK(list)), pair, NDV_CAST_NO));
    /* Two pages, or two huge ones where the system gives such. */
    CHECK(about("two rows written", resident() - start, 0, 5 * mebi));

    touched = pages_touched();
    CHECK_OK(ndv_count_nonzero(strided, &count));
    touched = pages_touched() - touched;
    printf("    all rows: %d pages touched\n", (int)touched);
    CHECK(count == 0 && touched > 100); /* else nothing has been measured above */

    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(1000000), &mask));
    CHECK_OK(ndv_set_int64(mask, NDV_DIMS(7), 1));
    CHECK_OK(ndv_compress(strided, mask, 0, &copy));
    CHECK_SHAPE(copy, 1, 256);
    CHECK_OK(ndv_release(copy));
    CHECK_OK(ndv_release(mask));
    CHECK_OK(ndv_release(pair));
    CHECK_OK(ndv_release(list));
    CHECK_OK(ndv_release(strided));
    CHECK_OK(ndv_release(rows));
}

/* ---- What is allocated beside the result ---- */

static struct {
    int64_t alive, most;
} bytes;

static void *counted(void *block, size_t size) {
    if (block != NULL) bytes.alive += (int64_t)size;
    if (bytes.alive > bytes.most) bytes.most = bytes.alive;
    return block;
}

static void *allocate(size_t size, void *context) {
    (void)context;
    return counted(malloc(size), size);
}

static void *allocate_zeroed(size_t size, void *context) {
    (void)context;
    return counted(calloc(1, size), size);
}

static void give_back(void *block, size_t size, void *context) {
    (void)context;
    bytes.alive -= (int64_t)size;
    free(block);
}

/* A handle, and what aligns the elements. */
enum { SMALL = 1024 };

/* That a call never takes more memory than its result (NULL: none), a little, and `more`. */
#define CHECK_TAKES(more, call)                                                                    \
    do {                                                                                           \
        const int64_t earlier = bytes.alive;                                                       \
        int64_t beside;                                                                            \
        result = NULL;                                                                             \
        bytes.most = bytes.alive;                                                                  \
        CHECK_OK(call);                                                                            \
        beside = bytes.most - earlier - (int64_t)ndv_nbytes(result);                               \
        if (beside > (more) + SMALL) printf("    %" PRId64 " bytes beside the result\n", beside);  \
        CHECK(beside <= (more) + SMALL);                                                           \
        CHECK_OK(ndv_release(result));                                                             \
    } while (0)

static void picking_takes_no_memory_beside_the_result(void) {
    const ndv_allocator allocator = {sizeof allocator, allocate, allocate_zeroed, give_back, NULL};
    const int64_t n = 100000, marks = 50000;
    ndv_array *line, *square, *list, *mask, *short_mask, *wide_mask;
    ndv_array *column, *grid, *values, *to, *one;
    ndv_array *result = NULL, *columns[2] = {NULL, NULL};
    int64_t before, i;
    CHECK_OK(ndv_set_allocator(&allocator));
    CHECK_OK(ndv_arange(0, n, 1, &line));
    CHECK_OK(ndv_reshape(line, NDV_DIMS(-1, 250), NDV_ORDER_C, NDV_COPY_NEVER, &square));
    CHECK_OK(ndv_arange(n - 1, -1, -1, &list));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(n), &mask));
    CHECK_OK(ndv_slice(mask, "::2", &result));
    CHECK_OK(ndv_fill_int64(result, 1));
    CHECK_OK(ndv_release(result));
    CHECK_OK(ndv_slice(mask, ":400", &short_mask));
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(400, 1), &column));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(400, 250), &grid));
    CHECK_OK(ndv_fill_int64(grid, 1));
    CHECK_OK(ndv_arange(0, marks, 1, &values));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(marks), &to));
    CHECK_OK(ndv_full_int64(NDV_INT64, NDV_NO_DIMS, 3, &one));

    CHECK_TAKES(0, ndv_get(line, NDV_ITEMS(NDV_PICK(list)), &result));
    CHECK_TAKES(0, ndv_get(line, NDV_ITEMS(NDV_PICK(mask)), &result));
    CHECK_TAKES(0, ndv_get(square, NDV_ITEMS(NDV_PICK(grid)), &result));
    CHECK_TAKES(0, ndv_get(square, NDV_ITEMS(NDV_PICK(short_mask), NDV_BY(-1)), &result));
    CHECK_TAKES(0, ndv_get_into(line, NDV_ITEMS(NDV_PICK(mask)), NDV_CAST_NO, to));
    CHECK_TAKES(0, ndv_get_outer(square, NDV_ITEMS(NDV_ALL, NDV_PICK(column)), &result));
    /* A mask before other lists becomes a list of its own. */
    CHECK_TAKES(8 * 200, ndv_get_outer(square, NDV_ITEMS(NDV_PICK(short_mask), NDV_PICK(column)),
                                       &result));
    /* So does one that would be searched for many lines; a list of an eighth of the result. */
    CHECK_OK(ndv_slice(mask, ":250", &wide_mask));
    CHECK_TAKES(8 * 125,
                ndv_get(square, NDV_ITEMS(NDV_PICK(column), NDV_PICK(wide_mask)), &result));
    CHECK_OK(ndv_release(wide_mask));
    CHECK_TAKES(0, ndv_take_array(line, list, 0, NDV_MODE_RAISE, &result));
    CHECK_TAKES(0, ndv_take_array(square, list, NDV_ALL_AXES, NDV_MODE_WRAP, &result));
    CHECK_TAKES(0, ndv_take_along_axis(square, column, 1, NDV_MODE_CLIP, &result));
    CHECK_TAKES(0, ndv_compress(line, mask, 0, &result));
    CHECK_TAKES(0, ndv_compress_into(line, mask, 0, NDV_CAST_NO, to));
    CHECK_TAKES(0, ndv_argwhere(grid, &result));
    CHECK_TAKES(0, ndv_set_at(line, NDV_ITEMS(NDV_PICK(list)), one, NDV_CAST_NO));
    CHECK_TAKES(0, ndv_set_at(line, NDV_ITEMS(NDV_PICK(mask)), values, NDV_CAST_NO));
    CHECK_TAKES(0, ndv_set_at(square, NDV_ITEMS(NDV_PICK(grid)), one, NDV_CAST_NO));
    CHECK_TAKES(0, ndv_set_at_outer(square, NDV_ITEMS(NDV_ALL, NDV_PICK(column)), one,
                                    NDV_CAST_NO));
    CHECK_TAKES(0, ndv_put(square, list, values, NDV_MODE_RAISE, NDV_CAST_NO));
    CHECK_TAKES(0, ndv_put_along_axis(square, column, one, 1, NDV_MODE_RAISE, NDV_CAST_NO));

    /* What shares memory is read first: the values, or the list. */
    CHECK_TAKES(8 * n, ndv_set_at(line, NDV_ITEMS(NDV_PICK(list)), line, NDV_CAST_NO));
    CHECK_OK(ndv_set(line, list, NDV_CAST_NO));
    CHECK_TAKES(8 * n, ndv_set_at(line, NDV_ITEMS(NDV_PICK(line)), one, NDV_CAST_NO));

    before = bytes.most = bytes.alive;
    CHECK_OK(ndv_nonzero(grid, columns));
    CHECK(bytes.most - before <= 2 * (8 * n + SMALL));
    for (i = 0; i < 2; i++) CHECK_OK(ndv_release(columns[i]));
    {
        ndv_array *const all[] = {line, square, list, mask, short_mask,
                                  column, grid, values, to, one};
        for (i = 0; i < 10; i++) CHECK_OK(ndv_release(all[i]));
    }
    CHECK(bytes.alive == 0);
    CHECK_OK(ndv_set_allocator(NULL));
}

/* ---- The most memory that is resident at any moment of a call ---- */

/* Makes the greatest resident memory so far the present one; false where the system has no such. */
static bool forget_the_greatest(void) {
    FILE *file = fopen("/proc/self/clear_refs", "w");
    bool done;
    if (file == NULL) return false;
    done = fputs("5", file) >= 0;
    return fclose(file) == 0 && done;
}

/* The greatest resident memory, in bytes; no memory is taken to read it. */
static int64_t greatest(void) {
    static char text[8192];
    long long kibi = -1;
    size_t length;
    const char *line;
    FILE *file = fopen("/proc/self/status", "r");
    if (file == NULL) return -1;
    setvbuf(file, NULL, _IONBF, 0);
    length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    line = strstr(text, "VmHWM:");
    if (line == NULL || sscanf(line + strlen("VmHWM:"), "%lld", &kibi) != 1) return -1;
    return kibi * 1024;
}

/* That a call never has more resident than before it, its result (NULL: none), `more`, and 1 MiB. */
#define CHECK_PEAK(more, call)                                                                     \
    do {                                                                                           \
        int64_t beside;                                                                            \
        result = NULL;                                                                             \
        CHECK(forget_the_greatest());                                                              \
        beside = -resident();                                                                      \
        CHECK_OK(call);                                                                            \
        beside += greatest() - (int64_t)ndv_nbytes(result) - (more);                               \
        if (beside > mebi) printf("    %s: %" PRId64 " KiB too many\n", #call, beside / 1024);     \
        CHECK(beside <= mebi);                                                                     \
        CHECK_OK(ndv_release(result));                                                             \
    } while (0)

/* Bytes that ndv_set says it takes. */
static int64_t planned(const ndv_array *to, const ndv_array *from) {
    ndv_plan plan = NDV_PLAN_INIT;
    CHECK_OK(ndv_set_plan(to, from, NDV_CAST_UNSAFE, &plan));
    return (int64_t)plan.temporary_bytes;
}

static void large_operations_have_their_result_and_little_more_resident(void) {
    const int64_t side = 2048;
    ndv_array *a, *turned, *doubles, *list, *mask, *part, *other, *result = NULL;
    if (!forget_the_greatest()) return; /* Older systems cannot be asked. */
#ifdef M_MMAP_THRESHOLD
    /* So that what is given back leaves, and what is taken next is seen. */
    CHECK(mallopt(M_MMAP_THRESHOLD, 128 * 1024) == 1);
#endif
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(side, side), &a)); /* 16 MiB */
    CHECK_OK(ndv_fill_int64(a, 1));
    CHECK_OK(ndv_transpose(a, &turned));
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(side, side), &doubles));
    CHECK_OK(ndv_fill_int64(doubles, 2));
    CHECK_OK(ndv_arange(side - 1, -1, -1, &list));
    CHECK_OK(ndv_zeros(NDV_BOOL, NDV_DIMS(side, side), &mask));
    CHECK_OK(ndv_slice(mask, ":, ::2", &part));
    CHECK_OK(ndv_fill_int64(part, 1));
    CHECK_OK(ndv_release(part));

    CHECK_PEAK(0, ndv_copy(a, NDV_ORDER_C, &result));
    CHECK_PEAK(0, ndv_copy(turned, NDV_ORDER_C, &result));
    CHECK_PEAK(0, ndv_copy(a, NDV_ORDER_F, &result));
    CHECK_PEAK(0, ndv_astype(a, NDV_FLOAT64, NDV_ORDER_C, NDV_CAST_SAFE, NDV_COPY_ALWAYS, &result));
    CHECK_PEAK(0, ndv_astype(turned, NDV_INT16, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS,
                             &result));
    CHECK_PEAK(0, ndv_take_array(a, list, 0, NDV_MODE_RAISE, &result));
    CHECK_PEAK(0, ndv_take_array(a, list, 1, NDV_MODE_RAISE, &result));
    CHECK_PEAK(0, ndv_get(a, NDV_ITEMS(NDV_PICK(mask)), &result));
    CHECK_PEAK(0, ndv_set(a, doubles, NDV_CAST_UNSAFE));
    CHECK_PEAK(0, ndv_copy_where(a, doubles, mask, NDV_CAST_UNSAFE));

    /* Onto itself, turned and shifted, and a plan that says it copies. */
    CHECK(planned(a, turned) == 0);
    CHECK_PEAK(0, ndv_set(a, turned, NDV_CAST_NO));
    CHECK_OK(ndv_slice(a, "1:, 1:", &part));
    CHECK_OK(ndv_slice(a, ":-1, :-1", &other));
    CHECK(planned(part, other) == 0);
    CHECK_PEAK(0, ndv_set(part, other, NDV_CAST_NO));
    CHECK_PEAK(0, ndv_set(other, part, NDV_CAST_NO));
    CHECK_OK(ndv_release(part));
    CHECK_OK(ndv_release(other));
    CHECK_OK(ndv_slice(turned, "1:, 1:", &part));
    CHECK_OK(ndv_slice(a, ":-1, :-1", &other));
    CHECK(planned(part, other) > 0);
    CHECK_PEAK(planned(part, other), ndv_set(part, other, NDV_CAST_NO));
    CHECK_OK(ndv_release(part));
    CHECK_OK(ndv_release(other));
    {
        ndv_array *const all[] = {a, turned, doubles, list, mask};
        int i;
        for (i = 0; i < 5; i++) CHECK_OK(ndv_release(all[i]));
    }
}

CHECK_MAIN(TEST(the_test_can_measure), TEST(zeros_take_no_memory_until_they_are_touched),
           TEST(zeros_are_zero_wherever_they_are_touched), TEST(ten_thousand_views_take_little),
           TEST(nothing_grows_with_time),
           TEST(two_rows_of_a_million_are_picked_without_touching_the_others),
           TEST(picking_takes_no_memory_beside_the_result),
           TEST(large_operations_have_their_result_and_little_more_resident))

#endif
