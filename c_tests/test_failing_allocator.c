/* ndv_set_allocator(), and what every call does when the allocator has no memory to give. */
#include <stdlib.h>

#include "allocating_calls.h"

/* -------------------------------------------------- an allocator that keeps books and can fail */

enum { MOST_BLOCKS = 4096 };

static struct {
    void *address[MOST_BLOCKS];
    size_t size[MOST_BLOCKS];
    int64_t alive, total, faults; /* faults: what the library must not do */
    int64_t asked, fail_at, failed; /* since begin_failing(); fail_at 0: do not fail */
    bool fail_on, counting;
    void *context;
} books;

static void fault(const char *what) {
    books.faults++;
    printf("allocator: %s\n", what);
}

static void *take(size_t size, void *context, bool zeroed) {
    unsigned char *block;
    if (context != books.context) fault("another context");
    if (size == 0) fault("a block of 0 bytes is asked for");
    books.total++;
    if (books.counting) {
        books.asked++;
        if (books.fail_at != 0 &&
            (books.asked == books.fail_at || (books.fail_on && books.asked > books.fail_at))) {
            books.failed++;
            return NULL;
        }
    }
    if (size > PTRDIFF_MAX) fault("a block is asked for that no address space has");
    if ((uint64_t)size > (uint64_t)1 << 40) return NULL;
    block = (unsigned char *)malloc(size);
    if (block == NULL || books.alive == MOST_BLOCKS) {
        fault("no memory for the test itself");
        free(block);
        return NULL;
    }
    memset(block, zeroed ? 0 : 0xcd, size);
    books.address[books.alive] = block;
    books.size[books.alive] = size;
    books.alive++;
    return block;
}

static void *allocate(size_t size, void *context) { return take(size, context, false); }
static void *allocate_zeroed(size_t size, void *context) { return take(size, context, true); }

static void give_back(void *block, size_t size, void *context) {
    int64_t i;
    if (context != books.context) fault("another context");
    for (i = 0; i < books.alive && books.address[i] != block; i++) {}
    if (i == books.alive) {
        fault("a block comes back that was not given, or twice");
        return;
    }
    if (books.size[i] != size) fault("a block comes back with another size");
    memset(block, 0xdd, books.size[i]);
    free(block);
    books.alive--;
    books.address[i] = books.address[books.alive];
    books.size[i] = books.size[books.alive];
}

static ndv_allocator allocator(void) {
    ndv_allocator a = NDV_ALLOCATOR_INIT;
    a.allocate = allocate;
    a.allocate_zeroed = allocate_zeroed;
    a.release = give_back;
    a.context = &books;
    return a;
}

static void install(void) {
    ndv_allocator a = allocator();
    memset(&books, 0, sizeof books);
    books.context = &books;
    CHECK_OK(ndv_set_allocator(&a));
}

static void uninstall(void) {
    CHECK_OK(ndv_set_allocator(NULL));
    CHECK(books.alive == 0);
    CHECK(books.faults == 0);
}

static void begin_failing(int64_t nth, bool on) {
    books.asked = books.failed = 0;
    books.fail_at = nth;
    books.fail_on = on;
    books.counting = true;
}

static int64_t end_failing(int64_t *asked) {
    books.counting = false;
    *asked = books.asked;
    return books.failed;
}

static int64_t blocks_alive(void) { return books.alive; }

static const failures by_allocator = {begin_failing, end_failing, blocks_alive};

/* ----------------------------------------------------------------------------- the allocator */

static void every_block_comes_from_the_allocator(void) {
    ndv_array *a, *v, *z;
    install();
    CHECK_OK(ndv_empty(NDV_INT8, NDV_DIMS(100), &a));
    CHECK(books.alive >= 1);
    CHECK(books.total >= 1);
    CHECK(((const unsigned char *)ndv_data(a))[99] == 0xcd); /* as the allocator left it */
    CHECK((uintptr_t)ndv_data(a) % 64 == 0); /* though the allocator aligns only as malloc */
    CHECK_OK(ndv_view(a, &v));
    CHECK(books.alive >= 2);
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &z));
    CHECK_INT64S(z, 0, 0, 0);
    CHECK_OK(ndv_release(a));
    CHECK(books.alive >= 3);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(z));
    uninstall();
    {
        const int64_t total = books.total;
        CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &z)); /* by malloc again */
        CHECK_OK(ndv_release(z));
        CHECK(books.total == total);
    }
}

static void the_allocator_is_copied(void) {
    ndv_allocator *a = (ndv_allocator *)malloc(sizeof *a);
    ndv_array *z;
    if (a == NULL) return;
    memset(&books, 0, sizeof books);
    books.context = &books;
    *a = allocator();
    CHECK_OK(ndv_set_allocator(a));
    memset(a, 0xff, sizeof *a);
    free(a);
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &z));
    CHECK(books.alive > 0);
    CHECK_OK(ndv_release(z));
    uninstall();
}

static void the_allocator_cannot_change_while_an_array_is_alive(void) {
    ndv_allocator other = allocator();
    ndv_array *a, *v;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &a));
    CHECK_STATUS(NDV_E_BUSY, ndv_set_allocator(&other));
    CHECK_STATUS(NDV_E_BUSY, ndv_set_allocator(NULL));
    CHECK_OK(ndv_view(a, &v));
    CHECK_OK(ndv_release(a));
    CHECK_STATUS(NDV_E_BUSY, ndv_set_allocator(&other)); /* a view is alive, and its base */
    CHECK_OK(ndv_release(v));
    install();
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &a));
    CHECK_STATUS(NDV_E_BUSY, ndv_set_allocator(NULL));
    CHECK_OK(ndv_copy(a, NDV_ORDER_C, &v)); /* still from the allocator */
    CHECK(books.alive > 1);
    CHECK_OK(ndv_release(v));
    CHECK_OK(ndv_release(a));
    uninstall();
}

static void an_allocator_that_is_none_is_refused(void) {
    ndv_allocator a = NDV_ALLOCATOR_INIT;
    size_t size;
    ndv_array *z;
    CHECK_STATUS(NDV_E_NULL, ndv_set_allocator(&a));
    a = allocator();
    a.allocate = NULL;
    CHECK_STATUS(NDV_E_NULL, ndv_set_allocator(&a));
    a = allocator();
    a.allocate_zeroed = NULL;
    CHECK_STATUS(NDV_E_NULL, ndv_set_allocator(&a));
    a = allocator();
    a.release = NULL;
    CHECK_STATUS(NDV_E_NULL, ndv_set_allocator(&a));
    for (size = 0; size < sizeof a; size += sizeof(void *) / 2) {
        a = allocator();
        a.struct_size = size;
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_set_allocator(&a));
    }
    memset(&books, 0, sizeof books);
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(3), &z)); /* nothing was set */
    CHECK(books.total == 0);
    CHECK_OK(ndv_release(z));
    a = allocator();
    a.struct_size = sizeof a + 64; /* of a later version */
    books.context = &books;
    CHECK_OK(ndv_set_allocator(&a));
    uninstall();
}

/* What is added to the elements, for their alignment, must not lead beyond PTRDIFF_MAX bytes: no
 * allocator need expect that. */
static void no_block_is_larger_than_the_address_space(void) {
    int64_t extent;
    ndv_array *a, *v, *r;
    install();
    for (extent = INT64_MAX - 200; extent < INT64_MAX; extent++) {
        const ndv_status status = ndv_empty(NDV_INT8, 1, &extent, &a);
        CHECK((status == NDV_E_NOMEM || status == NDV_E_OVERFLOW) && a == NULL);
        if (books.faults > 0) break;
    }
    CHECK(books.faults == 0);
    if (books.faults > 0) printf("    INT64_MAX - %d bytes\n", (int)(INT64_MAX - extent));
    books.faults = 0;
    /* A broadcast needs no memory for its elements, and may be that large; what is made like it
     * may not. */
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_NO_DIMS, &a));
    for (extent = INT64_MAX - 200; extent < INT64_MAX; extent++) {
        ndv_status status = ndv_broadcast_to(a, 1, &extent, &v);
        CHECK(status == NDV_OK || status == NDV_E_OVERFLOW);
        if (status != NDV_OK) continue;
        status = ndv_zeros_like(v, &r);
        CHECK((status == NDV_E_NOMEM || status == NDV_E_OVERFLOW) && r == NULL);
        CHECK_OK(ndv_release(v));
    }
    CHECK(books.faults == 0);
    CHECK_OK(ndv_release(a));
    uninstall();
}

/* ------------------------------------------------------------------------------ its failures */

static void a_call_without_memory_changes_nothing(void) {
    int64_t injected;
    install();
    make_inputs();
    injected = fail_every_allocation(&by_allocator);
    CHECK(books.faults == 0);
    release_inputs();
    uninstall();
    printf("    %d calls, %d injected failures\n", (int)ALLOCATING_CALLS_COUNT, (int)injected);
    CHECK(injected > ALLOCATING_CALLS_COUNT);
}

static void a_result_that_cannot_be_made_is_null(void) {
    install();
    make_inputs();
    results_are_null_on_failure(&by_allocator);
    release_inputs();
    uninstall();
}

/* A view costs one allocation; what makes no array and needs no temporary costs none. */
static void a_view_is_one_allocation(void) {
    static const char *const views[] = {
        "view", "view_as", "readonly", "slice", "index_items", "transpose", "permute", "swap_axes",
        "move_axis", "reshape", "ravel", "squeeze", "expand_dims", "broadcast_to", "flip",
        "diagonal", "wrap", "span_view"};
    static const char *const nones[] = {"contiguous", "fill",     "fill_int64",  "set_item",
                                        "get_item",   "to_buffer", "byte_bounds", "apply",
                                        "apply_in_place", "apply_size", "runs",
                                        "change_spans", "span_set_in_order",
                                        "take_array_into", "set_at", "put"};
    size_t n;
    int i, found = 0;
    install();
    make_inputs();
    for (i = 0; i < ALLOCATING_CALLS_COUNT; i++) {
        const int64_t asked = allocations_of(&allocating_calls[i], &by_allocator);
        for (n = 0; n < sizeof views / sizeof views[0]; n++)
            if (strcmp(views[n], allocating_calls[i].name) == 0) {
                found++;
                CHECK(asked == 1);
                if (asked != 1) printf("    %s: %d\n", views[n], (int)asked);
            }
        for (n = 0; n < sizeof nones / sizeof nones[0]; n++)
            if (strcmp(nones[n], allocating_calls[i].name) == 0) {
                found++;
                CHECK(asked == 0);
                if (asked != 0) printf("    %s: %d\n", nones[n], (int)asked);
            }
    }
    CHECK(found == (int)(sizeof views / sizeof views[0] + sizeof nones / sizeof nones[0]));
    release_inputs();
    uninstall();
}

/* Thousands of arrays, then none: the books are even. */
static void every_block_is_given_back(void) {
    static ndv_array *many[1000];
    int i;
    install();
    for (i = 0; i < 1000; i++) {
        if (i % 3 == 0) CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(i, 3), &many[i]));
        else CHECK_OK(ndv_view(many[i / 3 * 3], &many[i]));
    }
    CHECK(books.alive >= 1000);
    for (i = 0; i < 1000; i++) CHECK_OK(ndv_release(many[(i * 7) % 1000]));
    uninstall();
}

CHECK_MAIN(TEST(every_block_comes_from_the_allocator), TEST(the_allocator_is_copied),
           TEST(the_allocator_cannot_change_while_an_array_is_alive),
           TEST(an_allocator_that_is_none_is_refused),
           TEST(no_block_is_larger_than_the_address_space),
           TEST(a_call_without_memory_changes_nothing),
           TEST(a_result_that_cannot_be_made_is_null), TEST(a_view_is_one_allocation),
           TEST(every_block_is_given_back))
