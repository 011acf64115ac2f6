/* Arrays whose elements come from an allocator of their own: ndv_empty_with(), ndv_zeros_with(). */
#ifndef _WIN32
#include <pthread.h>
#endif
#include <stdlib.h>

#include "check.h"

/* ------------------------------------------------------------------ an allocator that keeps books */

typedef struct {
    int64_t taken, taken_zeroed, given_back, bytes, faults;
    size_t shift, last_size; /* shift: how far a block begins behind a multiple of 64 */
    bool is_empty;
    void *start; /* of the block that was given last */
} book;

/* Behind each block's own beginning stands what malloc gave, so that any shift can be freed. */
static void *take_from(size_t size, book *books) {
    unsigned char *block, *start;
    if (size == 0) books->faults++;
    if (books->is_empty || size > 1 << 30) return NULL;
    block = (unsigned char *)malloc(size + 256);
    if (block == NULL) return NULL;
    start = block + 128;
    start += (64 - (uintptr_t)start % 64) % 64 + books->shift;
    memcpy(start - sizeof block, &block, sizeof block);
    books->bytes += (int64_t)size;
    books->last_size = size;
    books->start = start;
    return start;
}

static void *take(size_t size, void *context) {
    book *const books = (book *)context;
    void *block = take_from(size, books);
    if (block != NULL) books->taken++, memset(block, 0xcd, size);
    return block;
}

static void *take_zeroed(size_t size, void *context) {
    book *const books = (book *)context;
    void *block = take_from(size, books);
    if (block != NULL) books->taken_zeroed++, memset(block, 0, size);
    return block;
}

static void give_back(void *start, size_t size, void *context) {
    book *const books = (book *)context;
    unsigned char *block;
    memcpy(&block, (unsigned char *)start - sizeof block, sizeof block);
    books->given_back++;
    books->bytes -= (int64_t)size;
    memset(start, 0xdd, size);
    free(block);
}

static ndv_allocator allocator_of(book *books) {
    ndv_allocator a = NDV_ALLOCATOR_INIT;
    a.allocate = take;
    a.allocate_zeroed = take_zeroed;
    a.release = give_back;
    a.context = books;
    return a;
}

static int64_t alive(const book *books) {
    return books->taken + books->taken_zeroed - books->given_back;
}

/* -------------------------------------------------------------------------------- the elements */

static void elements_come_from_the_allocator(void) {
    book books = {0};
    ndv_allocator allocator = allocator_of(&books);
    const ndv_statistics before = check_statistics();
    ndv_statistics now;
    ndv_array *a, *z;
    CHECK_OK(ndv_empty_with(&allocator, NDV_INT16, NDV_DIMS(3, 5), NDV_ORDER_F, &a));
    CHECK(books.taken == 1 && books.taken_zeroed == 0 && books.last_size == 30 + 64);
    CHECK_SHAPE(a, 3, 5);
    CHECK_STRIDES(a, 2, 6);
    CHECK((const unsigned char *)ndv_data(a) == books.start);
    CHECK(((const unsigned char *)ndv_data(a))[29] == 0xcd); /* as it was given */
    CHECK(ndv_buffer_kind(a) == NDV_BUFFER_ALLOCATOR && ndv_owns_data(a) && ndv_base(a) == NULL);
    CHECK((ndv_flags(a) & (NDV_WRITEABLE | NDV_ALIGNED)) == (NDV_WRITEABLE | NDV_ALIGNED));
    now = check_statistics();
    CHECK(now.arrays_alive == before.arrays_alive + 1 && now.bytes_alive == before.bytes_alive + 30);
    CHECK(now.buffers_alive == before.buffers_alive + 1);
    memset(&allocator, 0xff, sizeof allocator); /* it is copied */
    allocator = allocator_of(&books);
    CHECK_OK(ndv_zeros_with(&allocator, NDV_INT64, NDV_DIMS(4), NDV_ORDER_C, &z));
    memset(&allocator, 0xff, sizeof allocator);
    CHECK(books.taken_zeroed == 1);
    CHECK_INT64S(z, 0, 0, 0, 0);
    CHECK_OK(ndv_release(z));
    CHECK(books.given_back == 1);
    CHECK_OK(ndv_release(a));
    CHECK(alive(&books) == 0 && books.bytes == 0 && books.faults == 0);
    now = check_statistics();
    CHECK(memcmp(&now, &before, sizeof now) == 0);
}

static void elements_are_aligned_wherever_a_block_begins(void) {
    book books = {0};
    ndv_allocator allocator = allocator_of(&books);
    for (books.shift = 0; books.shift < 64; books.shift += 16) { /* as malloc might */
        ndv_array *a;
        CHECK_OK(ndv_zeros_with(&allocator, NDV_FLOAT64, NDV_DIMS(7, 9), NDV_ORDER_C, &a));
        CHECK((uintptr_t)ndv_data(a) % 64 == 0);
        CHECK((const char *)ndv_data(a) >= (const char *)books.start);
        CHECK((const char *)ndv_data(a) + ndv_nbytes(a) <=
              (const char *)books.start + books.last_size);
        CHECK_OK(ndv_fill_int64(a, 1));
        CHECK_OK(ndv_release(a));
    }
    CHECK(alive(&books) == 0 && books.bytes == 0);
}

static void arrays_of_any_size_come_from_it(void) {
    book books = {0};
    ndv_allocator allocator = allocator_of(&books);
    ndv_array *a;
    CHECK_OK(ndv_zeros_with(&allocator, NDV_INT32, NDV_DIMS(3, 0), NDV_ORDER_C, &a));
    CHECK(ndv_size(a) == 0 && alive(&books) == 1);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_zeros_with(&allocator, NDV_COMPLEX128, NDV_NO_DIMS, NDV_ORDER_C, &a));
    CHECK(ndv_size(a) == 1 && alive(&books) == 1);
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_empty_with(&allocator, NDV_UINT8, NDV_DIMS(5000, 1000), NDV_ORDER_C, &a));
    CHECK_OK(ndv_fill_int64(a, 7));
    CHECK_OK(ndv_release(a));
    CHECK(alive(&books) == 0 && books.bytes == 0 && books.faults == 0);
}

/* ------------------------------------------------------------------------------ who lets go last */

static void a_view_keeps_the_block(void) {
    book books = {0};
    ndv_allocator allocator = allocator_of(&books);
    ndv_array *a, *row, *part, *copy;
    CHECK_OK(ndv_zeros_with(&allocator, NDV_INT64, NDV_DIMS(3, 4), NDV_ORDER_C, &a));
    CHECK_OK(ndv_slice(a, "1", &row));
    CHECK_OK(ndv_slice(row, "1:3", &part));
    CHECK(ndv_buffer_kind(part) == NDV_BUFFER_ALLOCATOR);
    CHECK_OK(ndv_copy(row, NDV_ORDER_C, &copy)); /* of the library's own memory */
    CHECK(ndv_buffer_kind(copy) == NDV_BUFFER_HEAP && books.taken_zeroed == 1);
    CHECK_OK(ndv_release(ndv_retain(a)));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_release(row));
    CHECK(alive(&books) == 1);
    CHECK_OK(ndv_fill_int64(part, 5));
    CHECK_INT64S(part, 5, 5);
    CHECK_OK(ndv_release(part));
    CHECK(alive(&books) == 0 && books.bytes == 0);
    CHECK_INT64S(copy, 0, 0, 0, 0);
    CHECK_OK(ndv_release(copy));
}

static void closing_gives_the_block_back(void) {
    book books = {0};
    ndv_allocator allocator = allocator_of(&books);
    ndv_array *a, *view;
    CHECK_OK(ndv_empty_with(&allocator, NDV_INT64, NDV_DIMS(3, 4), NDV_ORDER_C, &a));
    CHECK_OK(ndv_view(a, &view));
    CHECK_STATUS(NDV_E_BUSY, ndv_close(a));
    CHECK(alive(&books) == 1);
    CHECK_OK(ndv_release(view));
    CHECK_OK(ndv_close(a));
    CHECK(alive(&books) == 0 && books.bytes == 0);
    CHECK(ndv_data(a) == NULL);
    CHECK_OK(ndv_release(a));
    CHECK(books.given_back == 1);
}

#ifndef _WIN32
static void *release_array(void *array) {
    return ndv_release((ndv_array *)array) == NDV_OK ? NULL : array;
}

static void any_thread_gives_the_block_back(void) {
    int i;
    for (i = 0; i < 200; i++) {
        book books = {0};
        ndv_allocator allocator = allocator_of(&books);
        ndv_array *a, *view;
        pthread_t threads[2];
        void *failed;
        int t;
        CHECK_OK(ndv_zeros_with(&allocator, NDV_INT64, NDV_DIMS(100), NDV_ORDER_C, &a));
        CHECK_OK(ndv_slice(a, "5:9", &view));
        CHECK(pthread_create(&threads[0], NULL, release_array, a) == 0);
        CHECK(pthread_create(&threads[1], NULL, release_array, view) == 0);
        for (t = 0; t < 2; t++) CHECK(pthread_join(threads[t], &failed) == 0 && failed == NULL);
        CHECK(alive(&books) == 0 && books.bytes == 0 && books.given_back == 1);
    }
}
#else
static void any_thread_gives_the_block_back(void) {}
#endif

/* --------------------------------------------------------------------------------------- errors */

static void a_full_allocator_is_no_memory(void) {
    book books = {0};
    ndv_allocator allocator = allocator_of(&books);
    ndv_array *a = NULL, *kept;
    CHECK_OK(ndv_zeros_with(&allocator, NDV_INT64, NDV_DIMS(3), NDV_ORDER_C, &kept));
    books.is_empty = true;
    a = kept;
    CHECK_STATUS(NDV_E_NOMEM, ndv_empty_with(&allocator, NDV_INT64, NDV_DIMS(3), NDV_ORDER_C, &a));
    CHECK_MESSAGE("no memory for 88 bytes");
    CHECK(a == NULL);
    a = kept;
    CHECK_STATUS(NDV_E_NOMEM, ndv_zeros_with(&allocator, NDV_INT64, NDV_DIMS(3), NDV_ORDER_C, &a));
    CHECK(a == NULL && alive(&books) == 1);
    CHECK_INT64S(kept, 0, 0, 0);
    CHECK_OK(ndv_release(kept));
    CHECK(alive(&books) == 0 && books.bytes == 0);
}

static void arguments_are_checked(void) {
    book books = {0};
    const ndv_allocator allocator = allocator_of(&books);
    ndv_allocator wrong;
    ndv_array *a;
    const int64_t negative[] = {2, -1}, huge[] = {INT64_MAX, INT64_MAX};
    size_t size;
    CHECK_STATUS(NDV_E_NULL, ndv_empty_with(NULL, NDV_INT8, NDV_DIMS(2), NDV_ORDER_C, &a));
    CHECK_MESSAGE("allocator is NULL");
    CHECK_STATUS(NDV_E_NULL, ndv_zeros_with(NULL, NDV_INT8, NDV_DIMS(2), NDV_ORDER_C, &a));
    wrong = allocator, wrong.allocate = NULL;
    CHECK_STATUS(NDV_E_NULL, ndv_zeros_with(&wrong, NDV_INT8, NDV_DIMS(2), NDV_ORDER_C, &a));
    wrong = allocator, wrong.allocate_zeroed = NULL;
    CHECK_STATUS(NDV_E_NULL, ndv_empty_with(&wrong, NDV_INT8, NDV_DIMS(2), NDV_ORDER_C, &a));
    CHECK_MESSAGE("allocator.allocate_zeroed is NULL");
    wrong = allocator, wrong.release = NULL;
    CHECK_STATUS(NDV_E_NULL, ndv_empty_with(&wrong, NDV_INT8, NDV_DIMS(2), NDV_ORDER_C, &a));
    for (size = 0; size < sizeof wrong; size += 3) {
        wrong = allocator, wrong.struct_size = size;
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_empty_with(&wrong, NDV_INT8, NDV_DIMS(2), NDV_ORDER_C, &a));
    }
    CHECK_STATUS(NDV_E_DTYPE, ndv_empty_with(&allocator, 0, NDV_DIMS(2), NDV_ORDER_C, &a));
    CHECK_STATUS(NDV_E_NDIM, ndv_empty_with(&allocator, NDV_INT8, 65, huge, NDV_ORDER_C, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_empty_with(&allocator, NDV_INT8, 2, NULL, NDV_ORDER_C, &a));
    CHECK_STATUS(NDV_E_SHAPE, ndv_empty_with(&allocator, NDV_INT8, 2, negative, NDV_ORDER_C, &a));
    CHECK_STATUS(NDV_E_OVERFLOW, ndv_zeros_with(&allocator, NDV_INT8, 2, huge, NDV_ORDER_C, &a));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_zeros_with(&allocator, NDV_INT8, 1, huge, NDV_ORDER_K, &a));
    CHECK_STATUS(NDV_E_NULL, ndv_zeros_with(&allocator, NDV_INT8, NDV_DIMS(2), NDV_ORDER_C, NULL));
    CHECK(books.taken == 0 && books.taken_zeroed == 0);
}

/* ------------------------------------------------------------------------- beside what else is set */

/* The array's elements alone come from its allocator; the process's gets the rest. */
static void the_process_has_an_allocator_too(void) {
    book everything = {0}, elements = {0};
    const ndv_allocator process = allocator_of(&everything), allocator = allocator_of(&elements);
    ndv_array *a, *view;
    CHECK_OK(ndv_set_allocator(&process));
    CHECK_OK(ndv_zeros_with(&allocator, NDV_INT64, NDV_DIMS(1000), NDV_ORDER_C, &a));
    CHECK(elements.taken_zeroed == 1 && elements.taken == 0);
    CHECK(alive(&everything) > 0 && everything.bytes < 1000);
    CHECK_OK(ndv_slice(a, "::2", &view));
    CHECK(alive(&elements) == 1);
    CHECK_STATUS(NDV_E_BUSY, ndv_set_allocator(NULL));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_release(view));
    CHECK(alive(&elements) == 0 && elements.bytes == 0);
    elements.is_empty = true;
    CHECK_STATUS(NDV_E_NOMEM, ndv_empty_with(&allocator, NDV_INT8, NDV_DIMS(9), NDV_ORDER_C, &a));
    CHECK_OK(ndv_set_allocator(NULL));
    CHECK(alive(&everything) == 0 && everything.bytes == 0);
    /* And where the handle cannot be made, the elements go back. */
    CHECK_OK(ndv_set_allocator(&process));
    elements.is_empty = false;
    everything.is_empty = true;
    CHECK_STATUS(NDV_E_NOMEM, ndv_empty_with(&allocator, NDV_INT8, NDV_DIMS(9), NDV_ORDER_C, &a));
    CHECK(alive(&elements) == 0 && elements.bytes == 0);
    everything.is_empty = false;
    CHECK_OK(ndv_set_allocator(NULL));
}

static void checked_mode_gives_the_block_back_at_once(void) {
    book books = {0};
    const ndv_allocator allocator = allocator_of(&books);
    ndv_array *a, *view;
    char text[600];
    const int32_t mode = ndv_checked();
    CHECK_OK(ndv_set_checked(NDV_CHECKED_ON));
    CHECK_OK(ndv_zeros_with(&allocator, NDV_INT64, NDV_DIMS(10), NDV_ORDER_C, &a));
    CHECK_OK(ndv_slice(a, "2:5", &view));
    CHECK_OK(ndv_release(a));
    CHECK_OK(ndv_report_alive(text, sizeof text, NULL));
    CHECK(strstr(text, "80 bytes: ndv_zeros_with int64 (10,), 0 references, 1 view, kept by views "
                       "alone, from an allocator of its own\n    ndv_slice int64 (3,)") != NULL);
    CHECK(alive(&books) == 1);
    CHECK_OK(ndv_release(view));
    CHECK(alive(&books) == 0 && books.bytes == 0);
    CHECK_STATUS(NDV_E_HANDLE, ndv_release(view));
    CHECK_OK(ndv_set_checked(mode));
}

static void pictures_say_where_it_is_from(void) {
    book books = {0};
    const ndv_allocator allocator = allocator_of(&books);
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *a;
    const ndv_array *list[1];
    char text[2000];
    CHECK_OK(ndv_zeros_with(&allocator, NDV_INT64, NDV_DIMS(3), NDV_ORDER_C, &a));
    list[0] = a;
    options.form = NDV_DRAW_ASCII;
    CHECK_OK(ndv_draw(1, list, NULL, &options, text, sizeof text, NULL));
    CHECK(strstr(text, "24 bytes from an allocator: 1 reference") != NULL);
    options.subject = NDV_DRAW_HANDLES;
    CHECK_OK(ndv_draw(1, list, NULL, &options, text, sizeof text, NULL));
    CHECK(strstr(text, "allocator, 24 bytes") != NULL);
    CHECK_OK(ndv_release(a));
    CHECK(alive(&books) == 0);
}

CHECK_MAIN(TEST(elements_come_from_the_allocator),
           TEST(elements_are_aligned_wherever_a_block_begins),
           TEST(arrays_of_any_size_come_from_it), TEST(a_view_keeps_the_block),
           TEST(closing_gives_the_block_back), TEST(any_thread_gives_the_block_back),
           TEST(a_full_allocator_is_no_memory), TEST(arguments_are_checked),
           TEST(the_process_has_an_allocator_too),
           TEST(checked_mode_gives_the_block_back_at_once), TEST(pictures_say_where_it_is_from))
