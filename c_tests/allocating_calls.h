/* allocating_calls.h: every function of the library that makes an array or may need a temporary, as
 * a table of calls, and the loop that lets their memory fail: the first allocation of a call, the
 * second, and so on until the call succeeds; each alone, and each with all that follow.
 *
 * A test brings the failures: begin_failing() is called right before a call and end_failing() right
 * after it.
 */
#ifndef ALLOCATING_CALLS_H
#define ALLOCATING_CALLS_H

#include <stdlib.h>
#include <string.h>

#include "check.h"

/* What the calls work on. Everything is wrapped memory, so that one comparison tells whether a
 * failed call has written any of it. */
static struct {
    int64_t square[8][8];
    int64_t places[5];
    int64_t rows[5][8];
    int32_t few[3];
    double line[64];
    unsigned char mask[8];
    char text[4096];
} calls_memory;

static ndv_array *square;     /* int64 (8, 8) */
static ndv_array *transposed; /* its transpose */
static ndv_array *reversed;   /* its rows and columns backwards */
static ndv_array *inner;      /* its middle, (6, 6), not contiguous */
static ndv_array *column;     /* (8, 1) */
static ndv_array *repeated;   /* the column broadcast to (8, 8) */
static ndv_array *line;       /* float64 (64) */
static ndv_array *bits;       /* the line seen as int64 */
static ndv_array *mask;       /* bool (8) */
static ndv_array *complexes;  /* the line seen as complex128 (32) */
static ndv_array *fourth;     /* four elements of the line */
static ndv_array *line_square; /* the line as float64 (8, 8) */
static ndv_array *left, *right, *ahead, *evens, *odds_back; /* parts of the line */
static ndv_array *quarters, *halves; /* its bytes as float32, (80); every second one of those */
static ndv_array *pairs, *mixed; /* its bytes as records of two float64, of int64 and float64 */
static int32_t pair_type, mixed_type;
static const char *const pair_names[1] = {"y"};

/* Makes the record types, which take the C library's memory once and are then there. */
static void make_types(void) {
    ndv_record_field fields[2] = {NDV_RECORD_FIELD_INIT, NDV_RECORD_FIELD_INIT};
    ndv_array *array, *view;
    fields[0].name = "x", fields[0].dtype = NDV_FLOAT64;
    fields[1].name = "y", fields[1].dtype = NDV_FLOAT64;
    CHECK_OK(ndv_dtype_record(2, fields, 0, NDV_RECORD_PACKED, &pair_type));
    fields[0].dtype = NDV_INT64;
    CHECK_OK(ndv_dtype_record(2, fields, 0, NDV_RECORD_PACKED, &mixed_type));
    CHECK_OK(ndv_empty(pair_type, NDV_DIMS(1), &array));
    CHECK_OK(ndv_fields(array, 1, pair_names, &view));
    CHECK_OK(ndv_release(view));
    CHECK_OK(ndv_release(array));
}
static ndv_array *numbers;           /* int64 (8), a row of the square */
static ndv_array *cube;              /* the square with an axis of one element in front */
static ndv_array *nothing;           /* float64 (0) */
static ndv_array *odds;              /* the elements that `evens` leaves out */
static ndv_array *bytes, *truths;    /* the first 64 bytes of the square, (8, 8), and as bool */
static ndv_array *crossed;           /* bytes of the line, (3, 12), some of them shown twice */
static const int64_t crossed_shape[2] = {3, 12}, crossed_strides[2] = {35, 10};
static ndv_array *waves;             /* the line as (4, 8), each row half of the one before */
static const int64_t wave_strides[2] = {32, 8};
static const ndv_array *squares[4];  /* the square, its transpose, and again */

/* For lists: positions; parts of the square and of the line as they are needed to write over. */
static ndv_array *places, *column_places, *column_of_places, *small_places; /* apart from all */
static ndv_array *picked_rows, *few;                     /* destinations apart from all */
static ndv_array *five_rows, *four_rows, *four, *small;  /* of the square */
static ndv_array *small_bits, *few_bits;                 /* of the bits */
static ndv_array *one_mark;                              /* of the mask */
static ndv_array *overlapping, *overlapping_part;        /* of the line */

static void fill_memory(void) {
    int i;
    memset(&calls_memory, 0, sizeof calls_memory);
    for (i = 0; i < 64; i++) {
        calls_memory.square[i / 8][i % 8] = i * 3 - 50;
        calls_memory.line[i] = i * 2;
    }
    for (i = 0; i < 5; i++) calls_memory.places[i] = (i * 3) % 8;
    for (i = 0; i < 8; i++) calls_memory.mask[i] = (unsigned char)(i % 2);
}

static void make_lists(void) {
    static const int64_t overlapping_strides[] = {8, 8};
    CHECK_OK(ndv_wrap(calls_memory.places, sizeof calls_memory.places, 0, NDV_INT64, NDV_DIMS(5),
                      NULL, 0, NULL, NULL, &places));
    CHECK_OK(ndv_wrap(calls_memory.rows, sizeof calls_memory.rows, 0, NDV_INT64, NDV_DIMS(5, 8),
                      NULL, 0, NULL, NULL, &picked_rows));
    CHECK_OK(ndv_wrap(calls_memory.few, sizeof calls_memory.few, 0, NDV_INT32, NDV_DIMS(3), NULL, 0,
                      NULL, NULL, &few));
    CHECK_OK(ndv_expand_dims(places, 0, &column_places));
    CHECK_OK(ndv_expand_dims(places, 1, &column_of_places));
    CHECK_OK(ndv_slice(places, ":3", &small_places));
    CHECK_OK(ndv_slice(square, "3:", &five_rows));
    CHECK_OK(ndv_slice(square, "4:", &four_rows));
    CHECK_OK(ndv_slice(square, "2:6, 2:6", &four));
    CHECK_OK(ndv_slice(square, ":, 3:5", &small));
    CHECK_OK(ndv_slice(bits, "0:1", &small_bits));
    CHECK_OK(ndv_slice(bits, "1:2", &few_bits));
    CHECK_OK(ndv_slice(mask, "1:2", &one_mark));
    CHECK_OK(ndv_wrap(calls_memory.line, sizeof calls_memory.line, 0, NDV_FLOAT64, NDV_DIMS(4, 8),
                      overlapping_strides, NDV_WRITE_OVERLAPPING, NULL, NULL, &overlapping));
    CHECK_OK(ndv_slice(overlapping, ":, 2:6", &overlapping_part));
}

/* As a call of one result. */
static ndv_status all_nonzero(const ndv_array *array) {
    ndv_array *columns[2] = {NULL, NULL};
    ndv_status status = ndv_nonzero(array, columns);
    if (status != NDV_OK) CHECK(columns[0] == NULL && columns[1] == NULL);
    CHECK_OK(ndv_release(columns[0]));
    CHECK_OK(ndv_release(columns[1]));
    return status;
}

static void make_inputs(void) {
    make_types();
    fill_memory();
    CHECK_OK(ndv_wrap(calls_memory.square, sizeof calls_memory.square, 0, NDV_INT64,
                      NDV_DIMS(8, 8), NULL, 0, NULL, NULL, &square));
    CHECK_OK(ndv_wrap(calls_memory.line, sizeof calls_memory.line, 0, NDV_FLOAT64, NDV_DIMS(64),
                      NULL, 0, NULL, NULL, &line));
    CHECK_OK(ndv_wrap(calls_memory.mask, sizeof calls_memory.mask, 0, NDV_BOOL, NDV_DIMS(8), NULL,
                      0, NULL, NULL, &mask));
    CHECK_OK(ndv_transpose(square, &transposed));
    CHECK_OK(ndv_flip(square, 0, NULL, &reversed));
    CHECK_OK(ndv_slice(square, "1:7, 1:7", &inner));
    CHECK_OK(ndv_slice(square, ":, :1", &column));
    CHECK_OK(ndv_broadcast_to(column, NDV_DIMS(8, 8), &repeated));
    CHECK_OK(ndv_view_as(line, NDV_INT64, &bits));
    CHECK_OK(ndv_view_as(line, NDV_COMPLEX128, &complexes));
    CHECK_OK(ndv_slice(line, "::16", &fourth));
    CHECK_OK(ndv_reshape(line, NDV_DIMS(8, 8), NDV_ORDER_C, NDV_COPY_NEVER, &line_square));
    CHECK_OK(ndv_slice(line, ":40", &left));
    CHECK_OK(ndv_slice(line, "20:60", &right));
    CHECK_OK(ndv_slice(bits, "20:60", &ahead));
    CHECK_OK(ndv_slice(line, "::2", &evens));
    CHECK_OK(ndv_slice(line, "40:8:-1", &odds_back));
    CHECK_OK(ndv_view_as(left, NDV_FLOAT32, &quarters));
    CHECK_OK(ndv_slice(quarters, "::2", &halves));
    CHECK_OK(ndv_view_as(line, pair_type, &pairs));
    CHECK_OK(ndv_view_as(line, mixed_type, &mixed));
    CHECK_OK(ndv_slice(square, "2", &numbers));
    CHECK_OK(ndv_expand_dims(square, 0, &cube));
    CHECK_OK(ndv_slice(line, ":0", &nothing));
    CHECK_OK(ndv_slice(line, "1::2", &odds));
    CHECK_OK(ndv_wrap(calls_memory.square, 64, 0, NDV_UINT8, NDV_DIMS(8, 8), NULL, 0, NULL, NULL,
                      &bytes));
    CHECK_OK(ndv_view_as(bytes, NDV_BOOL, &truths));
    CHECK_OK(ndv_wrap(calls_memory.line, sizeof calls_memory.line, 0, NDV_FLOAT64, NDV_DIMS(4, 8),
                      wave_strides, NDV_WRITE_OVERLAPPING, NULL, NULL, &waves));
    CHECK_OK(ndv_wrap(calls_memory.line, sizeof calls_memory.line, 0, NDV_INT8, 2, crossed_shape,
                      crossed_strides, 0, NULL, NULL, &crossed));
    squares[0] = squares[2] = square;
    squares[1] = squares[3] = transposed;
    make_lists();
}

static void release_inputs(void) {
    ndv_array **const all[] = {&square, &transposed, &reversed, &inner, &column,
                               &repeated, &line, &line_square, &bits, &mask, &left,
                               &right, &ahead, &evens, &odds_back, &quarters, &halves,
                               &complexes, &fourth, &pairs, &mixed, &numbers, &cube, &nothing,
                               &odds, &bytes, &truths, &waves,
                               &places, &column_places, &column_of_places, &small_places,
                               &picked_rows, &few, &five_rows, &four_rows, &four, &small,
                               &small_bits, &few_bits, &one_mark, &overlapping,
                               &overlapping_part, &crossed};
    size_t i;
    for (i = 0; i < sizeof all / sizeof all[0]; i++) CHECK_OK(ndv_release(*all[i]));
}

static const int64_t swapped_strides[2] = {8, 64};
static const int64_t one_axis[1] = {0}, swapped[2] = {1, 0}, positions[5] = {7, 0, 3, 3, -1};
static const int64_t seven = 7;
static const double half = 0.5;
static bool answer;
static size_t length;
static int64_t number;
static ndv_run_nest run_nest = NDV_RUN_NEST_INIT;
static ndv_footprint_info footprint = NDV_FOOTPRINT_INFO_INIT;
static const void *low, *high;

/* Of a call that makes several arrays: leaves the first as its result; none if it fails. */
static ndv_array *several[4];
static inline ndv_status keep_first(ndv_status status, int count, ndv_array **result) {
    int i;
    for (i = 1; i < count; i++) {
        CHECK((several[i] == NULL) == (status != NDV_OK));
        ndv_release(several[i]);
    }
    *result = several[0];
    return status;
}

static inline const ndv_array *const *to_broadcast(void) {
    static const ndv_array *arrays[3];
    arrays[0] = column;
    arrays[1] = square;
    arrays[2] = transposed;
    return arrays;
}

static ndv_lease lease;

/* More leases than need no memory, all returned again. */
static inline ndv_status borrow_many(void) {
    ndv_lease leases[40];
    ndv_status status = NDV_OK;
    int i;
    for (i = 0; i < 40 && status == NDV_OK; i++)
        status = ndv_try_borrow(reversed, NDV_READ, "many", &leases[i]);
    while (i > 0)
        if (ndv_return(leases[--i]) != NDV_OK) CHECK(!"a lease is returned");
    return status;
}

/* Returns what a call borrowed; nothing if it failed. */
static inline ndv_status returning(ndv_status status) {
    CHECK((lease != 0) == (status == NDV_OK));
    if (ndv_return(lease) != NDV_OK) CHECK(!"the lease is returned");
    return status;
}

/* As a call that allocates nothing: spans in all ways, back to where they began. */
static inline ndv_status change_spans(void) {
    static ndv_span span = NDV_SPAN_INIT, other = NDV_SPAN_INIT;
    ndv_status status = ndv_span_of_mut(square, &span);
    if (status == NDV_OK) status = ndv_span_slice(&span, 0, 1, 7, 2, &other);
    if (status == NDV_OK) status = ndv_span_transpose(&other, &other);
    if (status == NDV_OK) status = ndv_span_permute(&other, 2, swapped, &other);
    if (status == NDV_OK) status = ndv_span_swap_axes(&other, 0, 1, &other);
    if (status == NDV_OK) status = ndv_span_index(&other, 0, -1, &other);
    if (status == NDV_OK) status = ndv_span_expand_dims(&other, 0, &other);
    if (status == NDV_OK) status = ndv_span_squeeze(&other, 0, NULL, &other);
    if (status == NDV_OK) status = ndv_span_reshape(&other, NDV_DIMS(3, 1), NDV_ORDER_C, &other);
    if (status == NDV_OK) status = ndv_span_of(square, &span);
    return status;
}

/* As ndv_set(), from span to span. */
static inline ndv_status set_spans(ndv_array *to, const ndv_array *from) {
    static ndv_span target = NDV_SPAN_INIT, source = NDV_SPAN_INIT;
    ndv_status status = ndv_span_of_mut(to, &target);
    if (status == NDV_OK) status = ndv_span_of(from, &source);
    return status == NDV_OK ? ndv_span_set(&target, &source, NDV_CAST_UNSAFE) : status;
}

static inline ndv_status view_of_span(ndv_array **result) {
    static ndv_span span = NDV_SPAN_INIT;
    *result = NULL;
    if (ndv_span_of(inner, &span) != NDV_OK) return NDV_E_INTERNAL;
    return ndv_span_view(square, &span, 0, result);
}

/* An allocator for elements that has memory always, none of it malloc's. */
static void *take_block(size_t size, void *context) {
    static double blocks[512];
    (void)context;
    return size <= sizeof blocks ? memset(blocks, 0, size) : NULL;
}
static void give_block_back(void *block, size_t size, void *context) {
    (void)block, (void)size, (void)context;
}
static inline const ndv_allocator *of_elements(void) {
    static ndv_allocator allocator = NDV_ALLOCATOR_INIT;
    allocator.allocate = take_block;
    allocator.allocate_zeroed = take_block;
    allocator.release = give_block_back;
    return &allocator;
}

/* A loop that leaves all elements as they are. */
static int32_t look_on(char **data, const int64_t *dimensions, const int64_t *strides,
                       void *context) {
    (void)data, (void)dimensions, (void)strides, (void)context;
    return 0;
}

/* CALL(name, call): `result` is where the call puts an array; calls that make none leave it. */
#define ALLOCATING_CALLS(CALL)                                                                     \
    CALL(empty, ndv_empty(NDV_INT32, NDV_DIMS(3, 4), result))                                      \
    CALL(empty_of_nothing, ndv_empty(NDV_INT32, NDV_DIMS(3, 0), result))                           \
    CALL(empty_in_order, ndv_empty_in_order(NDV_INT32, NDV_DIMS(3, 4), NDV_ORDER_F, result))       \
    CALL(zeros, ndv_zeros(NDV_INT32, NDV_DIMS(3, 4), result))                                      \
    CALL(zeros_many, ndv_zeros(NDV_INT32, NDV_DIMS(3000, 100), result))                            \
    CALL(empty_with,                                                                               \
         ndv_empty_with(of_elements(), NDV_INT32, NDV_DIMS(3, 4), NDV_ORDER_F, result))            \
    CALL(zeros_with,                                                                               \
         ndv_zeros_with(of_elements(), NDV_INT32, NDV_DIMS(3, 4), NDV_ORDER_C, result))            \
    CALL(full, ndv_full(NDV_INT32, NDV_DIMS(3, 4), NDV_INT64, &seven, result))                     \
    CALL(full_int64, ndv_full_int64(NDV_FLOAT16, NDV_DIMS(3, 4), 7, result))                       \
    CALL(full_double, ndv_full_double(NDV_INT32, NDV_DIMS(3, 4), 7.5, result))                     \
    CALL(empty_like, ndv_empty_like(transposed, result))                                           \
    CALL(zeros_like, ndv_zeros_like(repeated, result))                                             \
    CALL(full_like, ndv_full_like(inner, NDV_INT64, &seven, result))                               \
    CALL(from_data, ndv_from_data(NDV_FLOAT64, NDV_DIMS(4, 16), calls_memory.line, result))        \
    CALL(wrap, ndv_wrap(calls_memory.line, 512, 0, NDV_FLOAT64, NDV_DIMS(4, 16), NULL, 0, NULL,    \
                        NULL, result))                                                             \
    CALL(arange, ndv_arange(0, 100, 3, result))                                                    \
    CALL(arange_double, ndv_arange_double(0, 1, 0.125, result))                                    \
    CALL(linspace, ndv_linspace(0, 1, 9, 1, result))                                               \
    CALL(view, ndv_view(square, result))                                                           \
    CALL(view_as, ndv_view_as(square, NDV_INT16, result))                                          \
    CALL(field, ndv_field(pairs, "y", result))                                                     \
    CALL(fields, ndv_fields(pairs, 1, pair_names, result))                                         \
    CALL(full_record, ndv_full(pair_type, NDV_DIMS(3), pair_type, calls_memory.line, result))      \
    CALL(astype_record, ndv_astype(pairs, mixed_type, NDV_ORDER_C, NDV_CAST_UNSAFE,                \
                                   NDV_COPY_ALWAYS, result))                                       \
    CALL(set_record, ndv_set(mixed, pairs, NDV_CAST_UNSAFE))                                       \
    CALL(fill_record, ndv_fill(pairs, pair_type, &calls_memory.line[3]))                           \
    CALL(set_record_item, ndv_set_item(pairs, NDV_DIMS(2), pair_type, calls_memory.line))          \
    CALL(equal_records, ndv_equal(pairs, mixed, &answer))                                          \
    CALL(readonly, ndv_readonly(square, result))                                                   \
    CALL(slice, ndv_slice(square, "1:7:2, ..., newaxis, ::-1", result))                            \
    CALL(index_items, ndv_index_items(square, NDV_ITEMS(NDV_AT(2), NDV_BY(-1)), result))           \
    CALL(transpose, ndv_transpose(square, result))                                                 \
    CALL(permute, ndv_permute(square, 2, swapped, result))                                         \
    CALL(swap_axes, ndv_swap_axes(square, 0, 1, result))                                           \
    CALL(move_axis, ndv_move_axis(square, 0, -1, result))                                          \
    CALL(reshape, ndv_reshape(square, NDV_DIMS(4, -1), NDV_ORDER_C, NDV_COPY_NEVER, result))       \
    CALL(reshape_to_a_copy,                                                                        \
         ndv_reshape(transposed, NDV_DIMS(4, -1), NDV_ORDER_C, NDV_COPY_IF_NEEDED, result))        \
    CALL(ravel, ndv_ravel(square, NDV_ORDER_C, NDV_COPY_NEVER, result))                            \
    CALL(ravel_to_a_copy, ndv_ravel(inner, NDV_ORDER_F, NDV_COPY_ALWAYS, result))                  \
    CALL(squeeze, ndv_squeeze(column, 0, NULL, result))                                            \
    CALL(expand_dims, ndv_expand_dims(square, 1, result))                                          \
    CALL(broadcast_to, ndv_broadcast_to(column, NDV_DIMS(5, 8, 8), result))                        \
    CALL(flip, ndv_flip(square, 1, one_axis, result))                                              \
    CALL(diagonal, ndv_diagonal(square, 1, 0, 1, result))                                          \
    CALL(rot90, ndv_rot90(square, 1, 0, 1, result))                                                \
    CALL(real, ndv_real(complexes, result))                                                        \
    CALL(imag, ndv_imag(complexes, result))                                                        \
    CALL(split, keep_first(ndv_split(square, 4, 0, several), 4, result))                           \
    CALL(array_split, keep_first(ndv_array_split(inner, 4, 1, several), 4, result))                \
    CALL(split_at, keep_first(ndv_split_at(square, 2, swapped, 1, several), 3, result))            \
    CALL(unstack, keep_first(ndv_unstack(fourth, 0, 4, several), 4, result))                       \
    CALL(broadcast_arrays,                                                                         \
         keep_first(ndv_broadcast_arrays(3, to_broadcast(), several), 3, result))                  \
    CALL(windows, ndv_windows(square, NDV_DIMS(3, 2), NULL, 0, result))                            \
    CALL(as_strided, ndv_as_strided(inner, NDV_DIMS(8, 8), swapped_strides, -72,                   \
                                    NDV_WRITE_OVERLAPPING, result))                                \
    CALL(change_spans, change_spans())                                                             \
    CALL(span_view, view_of_span(result))                                                          \
    CALL(span_set_in_order, set_spans(square, transposed))                                         \
    CALL(span_set_aside, set_spans(overlapping, waves))                                            \
    CALL(copy, ndv_copy(square, NDV_ORDER_C, result))                                              \
    CALL(copy_of_a_view, ndv_copy(reversed, NDV_ORDER_K, result))                                  \
    CALL(flatten, ndv_flatten(transposed, NDV_ORDER_C, result))                                    \
    CALL(contiguous, ndv_contiguous(square, NDV_ORDER_C, NDV_COPY_NEVER, result))                  \
    CALL(contiguous_copy, ndv_contiguous(inner, NDV_ORDER_F, NDV_COPY_IF_NEEDED, result))          \
    CALL(astype, ndv_astype(transposed, NDV_FLOAT32, NDV_ORDER_C, NDV_CAST_UNSAFE,                 \
                            NDV_COPY_ALWAYS, result))                                              \
    CALL(astype_same_value, ndv_astype(line, NDV_INT16, NDV_ORDER_K, NDV_CAST_SAME_VALUE,          \
                                       NDV_COPY_IF_NEEDED, result))                                \
    CALL(take, ndv_take(square, 5, positions, 1, result))                                          \
    CALL(take_all, ndv_take(transposed, 5, positions, NDV_ALL_AXES, result))                       \
    CALL(take_array, ndv_take_array(square, places, 1, NDV_MODE_RAISE, result))                    \
    CALL(take_array_into, ndv_take_array_into(square, places, 0, NDV_MODE_CLIP, NDV_CAST_NO,       \
                                              picked_rows))                                        \
    CALL(take_array_into_itself, ndv_take_array_into(square, places, 0, NDV_MODE_RAISE,            \
                                                     NDV_CAST_NO, five_rows))                      \
    CALL(take_along_axis, ndv_take_along_axis(transposed, column_places, 1, NDV_MODE_WRAP,         \
                                              result))                                             \
    CALL(take_along_axis_into_its_list,                                                            \
         ndv_take_along_axis_into(square, small, 1, NDV_MODE_WRAP, NDV_CAST_NO, small))            \
    CALL(get, ndv_get(square, NDV_ITEMS(NDV_PICK(places), NDV_BY(-2)), result))                    \
    CALL(get_marked, ndv_get(transposed, NDV_ITEMS(NDV_ALL, NDV_PICK(mask)), result))              \
    CALL(get_into_itself, ndv_get_into(square, NDV_ITEMS(NDV_PICK(places)), NDV_CAST_NO,           \
                                       five_rows))                                                 \
    CALL(get_into_same_value, ndv_get_into(line, NDV_ITEMS(NDV_PICK(small_places)),                \
                                           NDV_CAST_SAME_VALUE, few))                              \
    CALL(get_outer, ndv_get_outer(square, NDV_ITEMS(NDV_PICK(mask), NDV_PICK(places)), result))    \
    CALL(get_outer_of_masks,                                                                       \
         ndv_get_outer(square, NDV_ITEMS(NDV_PICK(mask), NDV_PICK(mask)), result))                 \
    CALL(get_outer_into_itself, ndv_get_outer_into(square, NDV_ITEMS(NDV_PICK(mask),               \
                                                                     NDV_PICK(mask)),              \
                                                   NDV_CAST_NO, four))                             \
    CALL(compress_into_itself, ndv_compress_into(square, mask, 0, NDV_CAST_NO, four_rows))         \
    CALL(argwhere, ndv_argwhere(square, result))                                                   \
    CALL(nonzero, all_nonzero(square))                                                             \
    CALL(set_at, ndv_set_at(square, NDV_ITEMS(NDV_PICK(places)), column_of_places,                 \
                            NDV_CAST_NO))                                                          \
    CALL(set_at_from_itself, ndv_set_at(square, NDV_ITEMS(NDV_PICK(places)), five_rows,            \
                                        NDV_CAST_NO))                                              \
    CALL(set_at_by_itself, ndv_set_at(bits, NDV_ITEMS(NDV_PICK(small_bits)), few_bits,             \
                                      NDV_CAST_NO))                                                \
    CALL(set_at_marked_by_itself, ndv_set_at(mask, NDV_ITEMS(NDV_PICK(mask)), one_mark,            \
                                             NDV_CAST_NO))                                         \
    CALL(set_at_outer, ndv_set_at_outer(square, NDV_ITEMS(NDV_PICK(mask), NDV_PICK(mask)), four,   \
                                        NDV_CAST_NO))                                              \
    CALL(set_at_overlapping, ndv_set_at_outer(overlapping, NDV_ITEMS(NDV_ALL, NDV_PICK(mask)),     \
                                              overlapping_part, NDV_CAST_NO))                      \
    CALL(put, ndv_put(square, places, places, NDV_MODE_WRAP, NDV_CAST_NO))                         \
    CALL(put_by_itself, ndv_put(bits, small_bits, few_bits, NDV_MODE_WRAP, NDV_CAST_NO))           \
    CALL(put_along_axis_by_itself,                                                                 \
         ndv_put_along_axis(square, small, small, 1, NDV_MODE_WRAP, NDV_CAST_NO))                  \
    CALL(compress, ndv_compress(square, mask, 0, result))                                          \
    CALL(compress_all, ndv_compress(transposed, mask, NDV_ALL_AXES, result))                       \
    CALL(byteswapped, ndv_byteswapped(transposed, result))                                         \
    CALL(concatenate, ndv_concatenate(2, squares, 0, 0, NDV_CAST_NO, result))                      \
    CALL(concatenate_all, ndv_concatenate(2, squares, NDV_ALL_AXES, NDV_INT8, NDV_CAST_UNSAFE,     \
         result))                                                                                  \
    CALL(concatenate_into_an_input, ndv_concatenate_into(1, squares + 1, 1, NDV_CAST_NO, square))  \
    CALL(stack, ndv_stack(2, squares, -1, 0, NDV_CAST_NO, result))                                 \
    CALL(stack_into, ndv_stack_into(1, squares + 1, 0, NDV_CAST_UNSAFE, cube))                     \
    CALL(block, ndv_block(NDV_DIMS(2, 2), squares, result))                                        \
    CALL(block_into, ndv_block_into(NDV_DIMS(1, 1), squares + 1, NDV_CAST_NO, square))             \
    CALL(repeat, ndv_repeat(square, NDV_DIMS(2), 0, result))                                       \
    CALL(repeat_by_position, ndv_repeat(inner, NDV_DIMS(1, 0, 2, 0, 1, 3), 1, result))             \
    CALL(repeat_into, ndv_repeat_into(transposed, NDV_DIMS(1), 0, NDV_CAST_NO, square))            \
    CALL(tile, ndv_tile(inner, NDV_DIMS(2, 3), result))                                            \
    CALL(tile_into, ndv_tile_into(transposed, NDV_DIMS(1), NDV_CAST_NO, square))                   \
    CALL(roll, ndv_roll(square, NDV_DIMS(3), NULL, result))                                        \
    CALL(roll_axes, ndv_roll(transposed, NDV_DIMS(3, 1), swapped, result))                         \
    CALL(roll_into_itself, ndv_roll_into(square, NDV_DIMS(3), NULL, NDV_CAST_NO, square))          \
    CALL(resize, ndv_resize(inner, NDV_DIMS(5, 11), result))                                       \
    CALL(resize_into, ndv_resize_into(transposed, NDV_CAST_NO, square))                            \
    CALL(resize_nothing_into, ndv_resize_into(nothing, NDV_CAST_UNSAFE, square))                   \
    CALL(where, ndv_where(mask, square, column, result))                                           \
    CALL(where_into, ndv_where_into(mask, transposed, column, NDV_CAST_NO, square))                \
    CALL(choose, ndv_choose(numbers, 2, squares, NDV_MODE_WRAP, result))                           \
    CALL(choose_into, ndv_choose_into(numbers, 2, squares, NDV_MODE_CLIP, NDV_CAST_NO, square))    \
    CALL(to_buffer, ndv_to_buffer(transposed, calls_memory.text, 512, NDV_ORDER_C))                \
    CALL(set, ndv_set(square, column, NDV_CAST_NO))                                                \
    CALL(set_casting, ndv_set(left, ahead, NDV_CAST_UNSAFE))                                       \
    CALL(set_ahead, ndv_set(right, left, NDV_CAST_NO))                                             \
    CALL(set_behind, ndv_set(left, right, NDV_CAST_NO))                                            \
    CALL(set_transposed, ndv_set(square, transposed, NDV_CAST_NO))                                 \
    CALL(set_reversed, ndv_set(square, reversed, NDV_CAST_NO))                                     \
    CALL(set_column, ndv_set(square, repeated, NDV_CAST_NO))                                       \
    CALL(set_evens_from_others, ndv_set(evens, odds_back, NDV_CAST_NO))                            \
    CALL(set_same_value, ndv_set(halves, left, NDV_CAST_SAME_VALUE))                               \
    CALL(copy_where, ndv_copy_where(square, column, mask, NDV_CAST_NO))                            \
    CALL(copy_where_transposed, ndv_copy_where(square, transposed, mask, NDV_CAST_NO))             \
    CALL(copy_where_bytes, ndv_copy_where(bytes, column, truths, NDV_CAST_UNSAFE))                 \
    CALL(put_mask, ndv_put_mask(numbers, mask, transposed, NDV_CAST_NO))                           \
    CALL(place, ndv_place(numbers, mask, transposed, NDV_CAST_NO))                                 \
    CALL(swap, ndv_swap(evens, odds))                                                              \
    CALL(byteswap, ndv_byteswap(square))                                                           \
    CALL(byteswap_overlapping, ndv_byteswap(waves))                                                \
    CALL(fill, ndv_fill(inner, NDV_FLOAT64, &half))                                                \
    CALL(fill_int64, ndv_fill_int64(inner, 5))                                                     \
    CALL(set_item, ndv_set_item(square, NDV_DIMS(1, 2), NDV_FLOAT64, &half))                       \
    CALL(get_item, ndv_get_item(square, NDV_DIMS(1, 2), NDV_FLOAT64, calls_memory.text))           \
    CALL(equal, ndv_equal(square, transposed, &answer))                                            \
    CALL(equal_to_another_type, ndv_equal(line, bits, &answer))                                    \
    CALL(byte_bounds, ndv_byte_bounds(reversed, &low, &high))                                      \
    CALL(shares_memory, ndv_shares_memory(evens, odds_back, NDV_BUDGET_DEFAULT, &answer))          \
    CALL(borrow, returning(ndv_borrow(square, NDV_WRITE, "borrow", &lease)))                       \
    CALL(try_borrow, returning(ndv_try_borrow(inner, NDV_WRITE, "try", &lease)))                   \
    CALL(borrow_timed, returning(ndv_borrow_timed(line, NDV_READ, 1000, NULL, &lease)))            \
    CALL(borrow_many, borrow_many())                                                               \
    CALL(apply, ndv_apply(NDV_OPERANDS(NDV_READS(transposed), NDV_READS(column),                   \
                                       NDV_UPDATES(line_square)),                                  \
                          0, look_on, NULL))                                                       \
    CALL(apply_in_place,                                                                           \
         ndv_apply(NDV_OPERANDS(NDV_READS(square), NDV_UPDATES(square)), 0, look_on, NULL))        \
    CALL(apply_with_temporaries,                                                                   \
         ndv_apply(NDV_OPERANDS(NDV_READS(left), NDV_UPDATES(right), NDV_UPDATES(ahead)), 0,       \
                   look_on, NULL))                                                                 \
    CALL(apply_with_buffers,                                                                       \
         ndv_apply(NDV_OPERANDS(NDV_READS_AS(mask, NDV_FLOAT64, NDV_CAST_SAFE),                    \
                                NDV_UPDATES_AS(square, NDV_FLOAT32, NDV_CAST_UNSAFE)),             \
                   0, look_on, NULL))                                                              \
    CALL(apply_range,                                                                              \
         ndv_apply_range(NDV_OPERANDS(NDV_UPDATES_AS(halves, NDV_FLOAT64, NDV_CAST_SAME_KIND)), 0, \
                         3, 20, look_on, NULL))                                                    \
    CALL(apply_size, ndv_apply_size(NDV_OPERANDS(NDV_READS(square), NDV_READS(column)), &number))  \
    CALL(runs, ndv_runs(reversed, NDV_ORDER_K, &run_nest))                                         \
    CALL(scramble, ndv_scramble(transposed, 1, 0, result))                                         \
    CALL(format, ndv_format(line, NULL, calls_memory.text, sizeof calls_memory.text, &length))     \
    CALL(format_integers, ndv_format(transposed, NULL, calls_memory.text, 10, &length))            \
    CALL(format_records, ndv_format(mixed, NULL, calls_memory.text, 100, &length))                 \
    CALL(print, ndv_print(mask))                                                                   \
    CALL(footprint, ndv_footprint(crossed, &footprint))                                            \
    CALL(compact, ndv_compact(fourth, 0.5, NDV_COPY_IF_NEEDED, result))                            \
    CALL(compact_crossed, ndv_compact(crossed, 0.5, NDV_COPY_IF_NEEDED, result))                   \
    CALL(draw, ndv_draw(4, squares, NULL, NULL, calls_memory.text, sizeof calls_memory.text,       \
                        &length))

typedef struct {
    const char *name;
    ndv_status (*call)(ndv_array **result);
} allocating_call;

#define DEFINE_CALL(name, ...)                                                                     \
    static ndv_status call_##name(ndv_array **result) {                                            \
        (void)result;                                                                              \
        return __VA_ARGS__;                                                                        \
    }
#define LIST_CALL(name, ...) {#name, call_##name},
ALLOCATING_CALLS(DEFINE_CALL)
static const allocating_call allocating_calls[] = {ALLOCATING_CALLS(LIST_CALL)};
enum { ALLOCATING_CALLS_COUNT = sizeof allocating_calls / sizeof allocating_calls[0] };

typedef struct {
    /* From now on the nth allocation fails, and those after it too if `on`. 0: none does. */
    void (*begin_failing)(int64_t nth, bool on);
    /* From now on memory lasts. Returns how many failed, and how many were asked for. */
    int64_t (*end_failing)(int64_t *asked);
    /* Blocks that were taken and not given back. */
    int64_t (*blocks_alive)(void);
} failures;

/* What a call that succeeds, with every allocation served, asks for. */
static inline int64_t allocations_of(const allocating_call *c, const failures *f) {
    ndv_array *result = NULL;
    int64_t asked;
    ndv_status status;
    fill_memory();
    f->begin_failing(0, false);
    status = c->call(&result);
    f->end_failing(&asked);
    CHECK_OK(status);
    CHECK_OK(ndv_release(result));
    return asked;
}

/* Lets every allocation of every call fail. Returns how many failures there were. */
static inline int64_t fail_every_allocation(const failures *f) {
    static unsigned char before[sizeof calls_memory];
    int64_t injected = 0, nth, failed, asked;
    int i, on;
    for (i = 0; i < ALLOCATING_CALLS_COUNT; i++)
        for (on = 0; on <= 1; on++)
            for (nth = 1;; nth++) {
                const allocating_call *c = &allocating_calls[i];
                ndv_array *const poison = (ndv_array *)(void *)before;
                ndv_array *result = poison;
                const int64_t blocks = f->blocks_alive();
                const int64_t problems = check_state.failures;
                ndv_statistics earlier, later;
                ndv_status status;
                fill_memory();
                memcpy(before, &calls_memory, sizeof before);
                earlier = check_statistics();
                f->begin_failing(nth, on != 0);
                status = c->call(&result);
                failed = f->end_failing(&asked);
                if (failed == 0) {
                    CHECK(status == NDV_OK);
                    if (result != poison) CHECK_OK(ndv_release(result));
                    CHECK(f->blocks_alive() == blocks);
                    break;
                }
                injected += failed;
                later = check_statistics();
                CHECK(status == NDV_E_NOMEM);
                CHECK(ndv_last_error_message()[0] != '\0');
                CHECK(result == NULL || result == poison);
                CHECK(memcmp(&earlier, &later, sizeof earlier) == 0);
                CHECK(memcmp(before, &calls_memory, sizeof before) == 0);
                CHECK(f->blocks_alive() == blocks);
                if (status == NDV_OK && result != poison) CHECK_OK(ndv_release(result));
                if (check_state.failures != problems)
                    printf("    in %s, allocation %d%s of %d: %s\n", c->name, (int)nth,
                           on ? " and all after it" : "", (int)asked, ndv_status_name(status));
                if (nth == 1000) { /* a call that retries for ever */
                    CHECK(nth < 1000);
                    break;
                }
            }
    return injected;
}

/* Calls that must set their result to NULL are those that make one when memory lasts. */
static inline void results_are_null_on_failure(const failures *f) {
    int i;
    for (i = 0; i < ALLOCATING_CALLS_COUNT; i++) {
        ndv_array *const poison = (ndv_array *)(void *)&calls_memory;
        ndv_array *made = poison, *result = poison;
        int64_t asked;
        ndv_status status;
        bool makes_one;
        fill_memory();
        f->begin_failing(0, false);
        status = allocating_calls[i].call(&made);
        f->end_failing(&asked);
        CHECK(status == NDV_OK);
        makes_one = made != poison;
        if (makes_one) CHECK_OK(ndv_release(made));
        if (!makes_one || asked == 0) continue;
        fill_memory();
        f->begin_failing(1, false);
        status = allocating_calls[i].call(&result);
        f->end_failing(&asked);
        CHECK(status == NDV_E_NOMEM);
        CHECK(result == NULL);
        if (result != NULL) printf("    in %s\n", allocating_calls[i].name);
    }
}

#endif /* ALLOCATING_CALLS_H */
