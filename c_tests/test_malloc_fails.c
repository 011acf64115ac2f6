/* What every call does when malloc itself fails, and that none calls malloc where an allocator is
 * set. The program defines malloc and its kin, which then serve the library too.
 *
 * no-valgrind: it replaces malloc, as valgrind does
 */
#include <stdio.h>
#include <stdlib.h>

#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
int main(void) {
    puts("skipped: needs glibc, and malloc not replaced by a sanitizer");
    return 77;
}
#else

#include <errno.h>

#include "allocating_calls.h"

/* glibc's own, under names that cannot be taken away. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static struct {
    bool counting, fail_on;
    int64_t asked, fail_at, failed, alive; /* alive: over the whole program, of this thread */
    int64_t all;                           /* every allocation of the program */
} mallocs;

static bool refuse(void) {
    mallocs.all++;
    if (!mallocs.counting) return false;
    mallocs.asked++;
    if (mallocs.fail_at == 0 || mallocs.asked < mallocs.fail_at ||
        (mallocs.asked > mallocs.fail_at && !mallocs.fail_on))
        return false;
    mallocs.failed++;
    errno = ENOMEM;
    return true;
}

static void *counted(void *block) {
    if (block != NULL) mallocs.alive++;
    return block;
}

void *malloc(size_t size) { return refuse() ? NULL : counted(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) {
    return refuse() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size) {
    void *moved;
    if (refuse()) return NULL;
    moved = __libc_realloc(block, size);
    if (block == NULL) return counted(moved);
    if (size == 0 && moved == NULL) mallocs.alive--;
    return moved;
}

void *aligned_alloc(size_t alignment, size_t size) {
    return refuse() ? NULL : counted(__libc_memalign(alignment, size));
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size) {
    return refuse() ? NULL : counted(__libc_memalign(alignment, size));
}

int posix_memalign(void **block, size_t alignment, size_t size);
int posix_memalign(void **block, size_t alignment, size_t size) {
    void *made = refuse() ? NULL : counted(__libc_memalign(alignment, size));
    if (made == NULL) return ENOMEM;
    *block = made;
    return 0;
}

void free(void *block) {
    if (block != NULL) mallocs.alive--;
    __libc_free(block);
}

static void begin_failing(int64_t nth, bool on) {
    mallocs.asked = mallocs.failed = 0;
    mallocs.fail_at = nth;
    mallocs.fail_on = on;
    mallocs.counting = true;
}

static int64_t end_failing(int64_t *asked) {
    mallocs.counting = false;
    *asked = mallocs.asked;
    return mallocs.failed;
}

static int64_t blocks_alive(void) { return mallocs.alive; }

static const failures by_malloc = {begin_failing, end_failing, blocks_alive};

static void malloc_serves_the_library(void) {
    ndv_array *a;
    int64_t asked;
    begin_failing(0, false);
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &a));
    end_failing(&asked);
    CHECK(asked > 0); /* else nothing below would test anything */
    CHECK_OK(ndv_release(a));
}

static void a_call_without_malloc_changes_nothing(void) {
    int64_t injected;
    make_inputs();
    injected = fail_every_allocation(&by_malloc);
    results_are_null_on_failure(&by_malloc);
    release_inputs();
    printf("    %d calls, %d injected failures\n", (int)ALLOCATING_CALLS_COUNT, (int)injected);
    CHECK(injected > ALLOCATING_CALLS_COUNT);
}

static void *allocate(size_t size, void *context) {
    (void)context;
    return __libc_malloc(size);
}

static void *allocate_zeroed(size_t size, void *context) {
    (void)context;
    return __libc_calloc(1, size);
}

static void give_back(void *block, size_t size, void *context) {
    (void)size;
    (void)context;
    __libc_free(block);
}

static void with_an_allocator_nothing_calls_malloc(void) {
    ndv_allocator a = {sizeof a, allocate, allocate_zeroed, give_back, NULL};
    int64_t asked, alive;
    int i;
    make_types();
    CHECK_OK(ndv_set_allocator(&a));
    begin_failing(0, false);
    make_inputs();
    end_failing(&asked);
    CHECK(asked == 0);
    for (i = 0; i < ALLOCATING_CALLS_COUNT; i++) {
        alive = mallocs.alive;
        asked = allocations_of(&allocating_calls[i], &by_malloc);
        if (asked != 0 || mallocs.alive != alive)
            printf("    %s: %d allocations\n", allocating_calls[i].name, (int)asked);
        CHECK(asked == 0);
        CHECK(mallocs.alive == alive); /* nor does a release free what malloc gave */
    }
    release_inputs();
    CHECK_OK(ndv_set_allocator(NULL));
}

/* A record type is one block of malloc's, whatever allocator is set; without it there is none. */
static void a_record_without_malloc_is_no_type(void) {
    ndv_allocator a = {sizeof a, allocate, allocate_zeroed, give_back, NULL};
    ndv_record_field field = NDV_RECORD_FIELD_INIT;
    int32_t dtype = 5, again = 0;
    int64_t asked, alive = mallocs.alive;
    ndv_status status;
    field.name = "without_malloc", field.dtype = NDV_INT64;
    CHECK_OK(ndv_set_allocator(&a));
    begin_failing(1, true);
    status = ndv_dtype_record(1, &field, 0, NDV_RECORD_PACKED, &dtype);
    CHECK(end_failing(&asked) == 1 && asked == 1);
    CHECK(status == NDV_E_NOMEM && dtype == 0 && mallocs.alive == alive);
    CHECK_OK(ndv_dtype_record(1, &field, 0, NDV_RECORD_PACKED, &dtype));
    CHECK(mallocs.alive == alive + 1);
    CHECK_OK(ndv_set_allocator(NULL));
    begin_failing(1, true);
    status = ndv_dtype_record(1, &field, 0, NDV_RECORD_PACKED, &again);
    CHECK(end_failing(&asked) == 0 && asked == 0);
    CHECK(status == NDV_OK && again == dtype && mallocs.alive == alive + 1);
}

/* In checked mode the table of what is alive is malloc's, whatever allocator is set. */
static void an_array_that_checked_mode_cannot_note_is_not_made(void) {
    enum { MANY = 200 };
    static ndv_array *arrays[MANY];
    ndv_allocator a = {sizeof a, allocate, allocate_zeroed, give_back, NULL};
    const int32_t mode = ndv_checked();
    int64_t asked, alive = mallocs.alive;
    int i, refused = 0, wrong = 0;
    CHECK_OK(ndv_set_checked(NDV_CHECKED_OFF));
    CHECK_OK(ndv_set_allocator(&a));
    CHECK_OK(ndv_set_checked(NDV_CHECKED_ON));
    for (i = 0; i < MANY; i++) { /* without memory, and then with it */
        ndv_status status;
        begin_failing(1, true);
        status = ndv_zeros(NDV_INT8, NDV_DIMS(3), &arrays[i]);
        end_failing(&asked);
        if (status == NDV_OK) continue;
        refused++;
        if (status != NDV_E_NOMEM || arrays[i] != NULL) wrong++;
        if (check_statistics().arrays_alive != i || check_statistics().buffers_alive != i) wrong++;
        if (ndv_zeros(NDV_INT8, NDV_DIMS(3), &arrays[i]) != NDV_OK) wrong++;
    }
    CHECK(wrong == 0 && refused >= 3); /* the table grows as often */
    for (i = 0; i < MANY; i++)
        if (ndv_size(arrays[i]) != 3 || ndv_release(arrays[i]) != NDV_OK) wrong++;
    CHECK(wrong == 0);
    CHECK_OK(ndv_set_allocator(NULL));
    CHECK_OK(ndv_set_checked(NDV_CHECKED_OFF));
    CHECK(mallocs.alive == alive);
    CHECK_OK(ndv_set_checked(mode));
}

/* An error needs no memory for its message: without any, it is itself or NDV_E_NOMEM. */
static void an_error_without_memory_is_still_an_error(void) {
    static const int64_t tall[3] = {1000000, 1000000, 1000000};
    ndv_array *a, *r, *t;
    int64_t asked, value;
    int32_t dtype;
    ndv_status statuses[12];
    int i, n = 0;
    static const ndv_status expected[12] = {
        NDV_E_INDEX, NDV_E_SYNTAX,     NDV_E_BROADCAST, NDV_E_SHAPE, NDV_E_WOULD_COPY, NDV_E_DTYPE,
        NDV_E_CAST,  NDV_E_WOULD_COPY, NDV_E_VALUE,     NDV_E_NULL,  NDV_E_BUSY,       NDV_E_INDEX,
    };
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(2, 3), &a));
    CHECK_OK(ndv_transpose(a, &t));
    begin_failing(1, true);
    statuses[n++] = ndv_slice(a, "7", &r);
    statuses[n++] = ndv_slice(a, "1, banana", &r);
    statuses[n++] = ndv_broadcast_to(a, 3, tall, &r);
    statuses[n++] = ndv_reshape(a, 1, &tall[1], NDV_ORDER_C, NDV_COPY_NEVER, &r);
    statuses[n++] = ndv_ravel(t, NDV_ORDER_C, NDV_COPY_NEVER, &r);
    statuses[n++] = ndv_dtype_from_name("banana", &dtype);
    statuses[n++] = ndv_set(a, t, 0) == NDV_E_ARGUMENT
                        ? ndv_astype(a, NDV_BOOL, NDV_ORDER_K, NDV_CAST_SAFE, NDV_COPY_NEVER, &r)
                        : NDV_OK;
    statuses[n++] = ndv_contiguous(t, NDV_ORDER_C, NDV_COPY_NEVER, &r);
    statuses[n++] = ndv_full_int64(NDV_INT8, NDV_DIMS(3), 1000, &r);
    statuses[n++] = ndv_copy(NULL, NDV_ORDER_C, &r);
    statuses[n++] = ndv_set_allocator(NULL);
    statuses[n++] = ndv_get_int64(a, NDV_DIMS(0, 99), &value);
    end_failing(&asked);
    for (i = 0; i < n; i++) {
        const bool good = statuses[i] == expected[i] || statuses[i] == NDV_E_NOMEM;
        if (!good) printf("    case %d: %s\n", i, ndv_status_name(statuses[i]));
        CHECK(good);
    }
    CHECK_MESSAGE("index 99 is out of bounds for axis 1 with size 3");
    CHECK_OK(ndv_release(t));
    CHECK_OK(ndv_release(a));
}

CHECK_MAIN(TEST(malloc_serves_the_library), TEST(a_call_without_malloc_changes_nothing),
           TEST(with_an_allocator_nothing_calls_malloc), TEST(a_record_without_malloc_is_no_type),
           TEST(an_array_that_checked_mode_cannot_note_is_not_made),
           TEST(an_error_without_memory_is_still_an_error))

#endif
