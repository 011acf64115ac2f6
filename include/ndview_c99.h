/* ndview_c99.h: what makes ndview.h pleasant in C99 and later, and in C++11 and later.
 *
 * Everything here is a macro or an inline function over ndview.h, which it includes;
 * nothing needs another library. In short, as the inside of a function that has the OK() of
 * ndview.h:
 *
 * ```c
 * NDV_AUTO ndv_array *a = NULL, *v = NULL;             // released at the scope's end
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(2, 3), &a));      // a shape in place
 * OK(ndv_index_items(a, NDV_ITEMS(NDV_AT(0), NDV_RANGE(1, 3)), &v));   // a[0, 1:3]
 * OK(ndv_fill_double(v, 0.5));
 *
 * ndv_window w;                                        // elements in a loop
 * OK(ndv_open_mut(a, NDV_FLOAT64, 2, &w));
 * for (int64_t i = 0; i < w.shape[0]; i++)
 *     for (int64_t j = 0; j < w.shape[1]; j++)
 *         NDV_REF2(double, w, i, j) = NDV_GET2(double, w, i, j) + 1;
 * OK(ndv_print(a));
 *
 * ndv_description d = NDV_DESCRIPTION_INIT;            // structs with their defaults
 * OK(ndv_describe(a, &d));
 * ```
 * ```text
 * [[1.  1.5 1.5]
 *  [1.  1.  1. ]]
 * ```
 */
#ifndef NDVIEW_C99_H
#define NDVIEW_C99_H

#include "ndview.h"

/* ----------------------------------------------------------------------------
 * Lists in place
 *
 * NDV_DIMS(2, 3) stands for two arguments: a count, and an array of int64_t that lives
 * until the end of the block (in C++, of the full expression). It writes shapes, lists of
 * axes, positions, and the index of one element. For none, write NDV_NO_DIMS.
 * ------------------------------------------------------------------------- */

#ifdef __cplusplus
#include <initializer_list>
/* Only its type is looked at, so that arguments are evaluated once. */
template <class... Items> char (&ndv_as_many(const Items &...))[sizeof...(Items)];
#define NDV_DIMS(...)                                                                     \
    static_cast<int32_t>(sizeof(ndv_as_many(__VA_ARGS__))),                               \
        std::initializer_list<int64_t>{__VA_ARGS__}.begin()
#define NDV_NO_DIMS 0, nullptr
#else
/** Two arguments: how many numbers are listed, and an array of int64_t that holds them. */
#define NDV_DIMS(...)                                                                     \
    (int32_t)(sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)),                  \
        ((const int64_t[]){__VA_ARGS__})
/** NDV_DIMS() of no numbers: 0 and NULL. */
#define NDV_NO_DIMS 0, NULL
#endif

/* ----------------------------------------------------------------------------
 * Index items, for ndv_index_items(), ndv_get() and ndv_set_at()
 *
 *     NDV_AT(3)              3              NDV_ALL             :
 *     NDV_RANGE(1, 4)        1:4            NDV_FROM(2)         2:
 *     NDV_STEPS(1, 9, 2)     1:9:2          NDV_UNTIL(-1)       :-1
 *     NDV_BY(-1)             ::-1           NDV_REST            ...
 *     NDV_NEW_AXIS           newaxis        NDV_PICK(list)      positions or a mask; not
 *                                                               for ndv_index_items()
 *
 * NDV_ITEM, and ndv_make_item() in C++, are what these are made of.
 * ------------------------------------------------------------------------- */

#ifdef __cplusplus
/* NDV_ITEM, of which C++ has no compound literal. */
inline ndv_index ndv_make_item(int32_t kind, int32_t flags, int64_t start, int64_t stop,
                               int64_t step) {
    return ndv_index{sizeof(ndv_index), kind, flags, start, stop, step, nullptr};
}
#define NDV_ITEM(kind, flags, start, stop, step)                                          \
    ndv_make_item((kind), (flags), (start), (stop), (step))
/* NDV_PICK, for the same reason. */
inline ndv_index ndv_make_pick(const ndv_array *list) {
    return ndv_index{sizeof(ndv_index), NDV_INDEX_ARRAY, 0, 0, 0, 0, list};
}
#define NDV_PICK(list) ndv_make_pick(list)
#define NDV_ITEMS(...)                                                                    \
    static_cast<int32_t>(sizeof(ndv_as_many(__VA_ARGS__))),                               \
        std::initializer_list<ndv_index>{__VA_ARGS__}.begin()
#else
/** An item of any kind but an array: the fields of an ndv_index. */
#define NDV_ITEM(kind, flags, start, stop, step)                                          \
    ((ndv_index){sizeof(ndv_index), (kind), (flags), (start), (stop), (step), NULL})
/** An item that holds an array: positions or a mask. */
#define NDV_PICK(list) ((ndv_index){sizeof(ndv_index), NDV_INDEX_ARRAY, 0, 0, 0, 0, (list)})
/** Two arguments: how many items are listed, and an array of ndv_index that holds them. */
#define NDV_ITEMS(...)                                                                    \
    (int32_t)(sizeof((const ndv_index[]){__VA_ARGS__}) / sizeof(ndv_index)),              \
        ((const ndv_index[]){__VA_ARGS__})
#endif

/** One position, which drops the axis: `3`. */
#define NDV_AT(position) NDV_ITEM(NDV_INDEX_INTEGER, 0, position, 0, 0)
/** The whole axis: `:`. */
#define NDV_ALL NDV_ITEM(NDV_INDEX_SLICE, 0, 0, 0, 0)
/** From start on, up to stop, which is left out: `1:4`. */
#define NDV_RANGE(start, stop)                                                            \
    NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_START | NDV_INDEX_HAS_STOP, start, stop, 0)
/** As NDV_RANGE(), by steps: `1:9:2`. */
#define NDV_STEPS(start, stop, step)                                                      \
    NDV_ITEM(NDV_INDEX_SLICE,                                                             \
             NDV_INDEX_HAS_START | NDV_INDEX_HAS_STOP | NDV_INDEX_HAS_STEP, start, stop,  \
             step)
/** From start to the end: `2:`. */
#define NDV_FROM(start) NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_START, start, 0, 0)
/** From the beginning up to stop, which is left out: `:-1`. */
#define NDV_UNTIL(stop) NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_STOP, 0, stop, 0)
/** The whole axis by steps, backwards if step is negative: `::-1`. */
#define NDV_BY(step) NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_STEP, 0, 0, step)
/** All the axes that the other items leave over: `...`. */
#define NDV_REST NDV_ITEM(NDV_INDEX_ELLIPSIS, 0, 0, 0, 0)
/** A new axis of one element: `newaxis`. */
#define NDV_NEW_AXIS NDV_ITEM(NDV_INDEX_NEWAXIS, 0, 0, 0, 0)

/* ----------------------------------------------------------------------------
 * Structs with their defaults
 *
 * Initialisers: each sets struct_size, and every other field to what the struct's own
 * comment says, or to 0.
 * ------------------------------------------------------------------------- */

#ifdef __cplusplus
#define NDV_DESCRIPTION_INIT                                                              \
    { sizeof(ndv_description), 0, 0, 0, 0, 0, 0, 0, nullptr, nullptr, nullptr, nullptr, nullptr }
#define NDV_INDEX_INIT { sizeof(ndv_index), NDV_INDEX_SLICE, 0, 0, 0, 0, nullptr }
#define NDV_ALLOCATOR_INIT { sizeof(ndv_allocator), nullptr, nullptr, nullptr, nullptr }
#else
/** For ndv_describe(). */
#define NDV_DESCRIPTION_INIT                                                              \
    { sizeof(ndv_description), 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL }
/** For an item of ndv_index_items() or ndv_get(): a whole axis, as NDV_ALL. */
#define NDV_INDEX_INIT { sizeof(ndv_index), NDV_INDEX_SLICE, 0, 0, 0, 0, NULL }
/** For ndv_set_allocator(): without functions yet; all three are to be set. */
#define NDV_ALLOCATOR_INIT { sizeof(ndv_allocator), NULL, NULL, NULL, NULL }
#endif
#ifdef __cplusplus
#define NDV_OPERAND_INIT { sizeof(ndv_operand), nullptr, nullptr, 0, 0 }
#define NDV_RECORD_FIELD_INIT { sizeof(ndv_record_field), nullptr, -1, 0, 0, nullptr }
#else
/** For a field of ndv_dtype_record(): without a name and a type yet, its offset to be found. */
#define NDV_RECORD_FIELD_INIT { sizeof(ndv_record_field), NULL, -1, 0, 0, NULL }
/** For an operand of ndv_apply(): none yet. */
#define NDV_OPERAND_INIT { sizeof(ndv_operand), NULL, NULL, 0, 0 }
#endif
/** For ndv_runs(). */
#define NDV_RUN_NEST_INIT                                                                 \
    { sizeof(ndv_run_nest), 0, 0, 0, 0, 0, 0, { 0 }, { 0 } }
#ifdef __cplusplus
#define NDV_SPAN_INIT                                                                     \
    { sizeof(ndv_span), 0, 0, 0, 0, 0, nullptr, nullptr, { 0 }, { 0 } }
#else
/** For ndv_span_of() and its kin. Sets a kilobyte: outside of loops. */
#define NDV_SPAN_INIT { sizeof(ndv_span), 0, 0, 0, 0, 0, NULL, NULL, { 0 }, { 0 } }
#endif
/** For ndv_set_plan(). */
#define NDV_PLAN_INIT { sizeof(ndv_plan), 0, 0, 0 }
#ifdef __cplusplus
#define NDV_COPY_EVENT_INIT { sizeof(ndv_copy_event), nullptr, nullptr, 0 }
#else
/** For a hook that passes events on: none. */
#define NDV_COPY_EVENT_INIT { sizeof(ndv_copy_event), NULL, NULL, 0 }
#endif
/** For ndv_would_copy_reshape() and its kin. */
#define NDV_COPY_REPORT_INIT { sizeof(ndv_copy_report), 0, 0, 0, 0, 0, 0, 0 }
/** For ndv_get_thread_copies() and ndv_get_all_copies(). */
#define NDV_COPY_COUNTS_INIT { sizeof(ndv_copy_counts), 0, 0, 0, 0 }
/** For ndv_get_statistics(). */
#define NDV_STATISTICS_INIT { sizeof(ndv_statistics), 0, 0, 0, 0, 0 }
#ifdef __cplusplus
#define NDV_OVERLAP_REPORT_INIT { sizeof(ndv_overlap_report), 0, 0, 0, nullptr, { 0 }, { 0 } }
#else
/** For ndv_overlap() and ndv_overlaps_itself(). */
#define NDV_OVERLAP_REPORT_INIT { sizeof(ndv_overlap_report), 0, 0, 0, NULL, { 0 }, { 0 } }
#endif
/** For ndv_footprint(). */
#define NDV_FOOTPRINT_INFO_INIT { sizeof(ndv_footprint_info), 0, 0, 0, 0, 0 }
/** For ndv_draw(): the defaults. */
#define NDV_DRAW_OPTIONS_INIT                                                             \
    { sizeof(ndv_draw_options), NDV_DRAW_TEXT, NDV_DRAW_BYTES, 0, 6, 0, 0 }
/** For ndv_npy_read_info(). */
#define NDV_NPY_INFO_INIT { sizeof(ndv_npy_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, { 0 } }
/** For ndv_format(): the defaults. */
#define NDV_FORMAT_OPTIONS_INIT                                                           \
    { sizeof(ndv_format_options), 8, NDV_DIGITS_UNIQUE, 0, '-', 1000, 3, 75 }

/* ----------------------------------------------------------------------------
 * Operands, for ndv_apply()
 *
 *     NDV_READS(a)      the loop reads a         NDV_READS_AS(a, dtype, casting)
 *     NDV_WRITES(a)     it writes a              NDV_WRITES_AS(a, dtype, casting)
 *     NDV_UPDATES(a)    it reads and writes a    NDV_UPDATES_AS(a, dtype, casting)
 *
 * Those on the right hand the elements over as another type. NDV_OPERANDS(...) lists
 * operands, as NDV_ITEMS lists items.
 * ------------------------------------------------------------------------- */

/** What NDV_READS_AS calls. */
static inline ndv_operand ndv_make_reads(const ndv_array *array, int32_t dtype,
                                         int32_t casting) {
    ndv_operand operand = NDV_OPERAND_INIT;
    operand.source = array;
    operand.dtype = dtype;
    operand.casting = casting;
    return operand;
}

/** What NDV_WRITES_AS calls. */
static inline ndv_operand ndv_make_writes(ndv_array *array, int32_t dtype,
                                          int32_t casting) {
    ndv_operand operand = NDV_OPERAND_INIT;
    operand.destination = array;
    operand.dtype = dtype;
    operand.casting = casting;
    return operand;
}

/** What NDV_UPDATES_AS calls. */
static inline ndv_operand ndv_make_updates(ndv_array *array, int32_t dtype,
                                           int32_t casting) {
    ndv_operand operand = ndv_make_writes(array, dtype, casting);
    operand.source = array;
    return operand;
}

/** The loop reads an array, as elements of a type; how they may be converted. */
#define NDV_READS_AS(array, dtype, casting) ndv_make_reads((array), (dtype), (casting))
/** It writes an array, as elements of a type; how they may be converted. */
#define NDV_WRITES_AS(array, dtype, casting) ndv_make_writes((array), (dtype), (casting))
/** It reads and writes an array, as elements of a type. */
#define NDV_UPDATES_AS(array, dtype, casting) ndv_make_updates((array), (dtype), (casting))
/** It reads an array. */
#define NDV_READS(array) ndv_make_reads((array), 0, 0)
/** It writes all elements of an array. */
#define NDV_WRITES(array) ndv_make_writes((array), 0, 0)
/** It reads an array and writes it, or some of it. */
#define NDV_UPDATES(array) ndv_make_updates((array), 0, 0)

#ifdef __cplusplus
#define NDV_OPERANDS(...)                                                                 \
    static_cast<int32_t>(sizeof(ndv_as_many(__VA_ARGS__))),                               \
        std::initializer_list<ndv_operand>{__VA_ARGS__}.begin()
#else
/** Two arguments: how many operands are listed, and an array of ndv_operand that holds them. */
#define NDV_OPERANDS(...)                                                                 \
    (int32_t)(sizeof((const ndv_operand[]){__VA_ARGS__}) / sizeof(ndv_operand)),          \
        ((const ndv_operand[]){__VA_ARGS__})
#endif

/** From ndv_data() to the first byte of a run; number counts from 0 to runs->count. */
static inline int64_t ndv_run_offset(const ndv_run_nest *runs, int64_t number) {
    int64_t offset = runs->offset;
    int32_t axis;
    for (axis = runs->ndim - 1; axis >= 0; axis--) {
        offset += number % runs->shape[axis] * runs->strides[axis];
        number /= runs->shape[axis];
    }
    return offset;
}

/* ----------------------------------------------------------------------------
 * Release at the end of a scope
 *
 * NDV_AUTO before the declaration of an ndv_array * releases it when the scope is left,
 * by whatever way. The variable must be set from the start, to NULL if need be. Only
 * where the compiler has it (gcc and clang): NDV_HAS_AUTO is then 1, else 0.
 * ------------------------------------------------------------------------- */

#if defined(__GNUC__) || defined(__clang__)
/** 1 where NDV_AUTO is there, else 0. */
#define NDV_HAS_AUTO 1
/** What NDV_AUTO calls. */
static inline void ndv_release_variable(ndv_array **variable) { ndv_release(*variable); }
/** Before the declaration of an ndv_array *: releases it when the scope is left. */
#define NDV_AUTO __attribute__((cleanup(ndv_release_variable)))
#else
/** No NDV_AUTO here. */
#define NDV_HAS_AUTO 0
#endif

/* ----------------------------------------------------------------------------
 * Elements in a loop
 *
 * A window holds the address, extents and strides of an array of up to four axes by
 * value, so that an element is one multiplication and addition an axis, and a compiler
 * can keep all of it in registers. Opening checks type, number of axes and alignment
 * once; accesses check nothing. A window borrows the array: it is valid while that lives.
 * An ndv_span of so many axes will do as well, if its elements are aligned.
 *
 * NDV_GET1(type, window, i) to NDV_GET4 read an element; NDV_REF1 to NDV_REF4 name it,
 * to be written, and need a window from ndv_open_mut(), or a span with a data_mut. The type is the C type of the
 * elements: double for NDV_FLOAT64. NDV_OFFSET1 to NDV_OFFSET4, NDV_READ_AT and
 * NDV_WRITE_AT are what they are made of.
 * ------------------------------------------------------------------------- */

/** An array of up to four axes, by value. */
typedef struct ndv_window {
    /** The first element, to read. */
    const unsigned char *data;
    /** The first element, to write; NULL if the window was opened for reading. */
    unsigned char *data_mut;
    /** The extents; 1 from ndim on. */
    int64_t shape[4];
    /** The strides, in bytes; 0 from ndim on. */
    int64_t strides[4];
} ndv_window;

/** What ndv_open() and ndv_open_mut() do last: fills the window; the array has been checked. */
static inline ndv_status ndv_fill_window(const ndv_array *array, int32_t ndim, int writeable,
                                         ndv_window *window) {
    int32_t axis;
    ndv_description d = NDV_DESCRIPTION_INIT;
    ndv_status status = ndv_describe(array, &d);
    if (status != NDV_OK) return status;
    if (!window) return NDV_E_NULL;
#ifdef __cplusplus
    window->data = static_cast<const unsigned char *>(d.data);
    window->data_mut = writeable ? static_cast<unsigned char *>(d.data_mut) : nullptr;
#else
    window->data = (const unsigned char *)d.data;
    window->data_mut = writeable ? (unsigned char *)d.data_mut : NULL;
#endif
    for (axis = 0; axis < 4; axis++) {
        window->shape[axis] = axis < ndim ? d.shape[axis] : 1;
        window->strides[axis] = axis < ndim ? d.strides[axis] : 0;
    }
    return NDV_OK;
}

/** What they do first: ndv_expect(), for a number of axes that is meant, and for which a
 * window has room. */
static inline ndv_status ndv_expect_window(const ndv_array *array, int32_t dtype, int32_t ndim,
                                           int32_t flags) {
    ndv_status status = ndv_expect(array, dtype, ndim == -1 ? -2 : ndim, flags);
    return status == NDV_OK && ndim > 4 ? ndv_expect(array, 0, 4, 0) : status;
}

/** Opens an array of a type and a number of axes (0 to 4) for reading. NDV_E_DTYPE,
 * NDV_E_NDIM or NDV_E_LAYOUT (not aligned) if it is another; the window is then not set. */
static inline ndv_status ndv_open(const ndv_array *array, int32_t dtype, int32_t ndim,
                                  ndv_window *window) {
    ndv_status status = ndv_expect_window(array, dtype, ndim, NDV_ALIGNED);
    return status != NDV_OK ? status : ndv_fill_window(array, ndim, 0, window);
}

/** As ndv_open(), for writing too; NDV_E_READONLY if that cannot be. */
static inline ndv_status ndv_open_mut(ndv_array *array, int32_t dtype, int32_t ndim,
                                      ndv_window *window) {
    ndv_status status = ndv_expect_window(array, dtype, ndim, NDV_ALIGNED | NDV_WRITEABLE);
    return status != NDV_OK ? status : ndv_fill_window(array, ndim, 1, window);
}

/** The distance in bytes from the first element to another, of a window of one axis. */
#define NDV_OFFSET1(w, i) ((i) * (w).strides[0])
/** The distance in bytes from the first element to another, of a window of two axes. */
#define NDV_OFFSET2(w, i, j) (NDV_OFFSET1(w, i) + (j) * (w).strides[1])
/** The distance in bytes from the first element to another, of a window of three axes. */
#define NDV_OFFSET3(w, i, j, k) (NDV_OFFSET2(w, i, j) + (k) * (w).strides[2])
/** The distance in bytes from the first element to another, of a window of four axes. */
#define NDV_OFFSET4(w, i, j, k, l) (NDV_OFFSET3(w, i, j, k) + (l) * (w).strides[3])

#ifdef __cplusplus
#define NDV_READ_AT(type, w, offset)                                                      \
    (*static_cast<const type *>(static_cast<const void *>((w).data + (offset))))
#define NDV_WRITE_AT(type, w, offset)                                                     \
    (*static_cast<type *>(static_cast<void *>((w).data_mut + (offset))))
#else
/** The element at an offset in bytes, to read. */
#define NDV_READ_AT(type, w, offset) (*(const type *)(const void *)((w).data + (offset)))
/** The element at an offset in bytes, to write. */
#define NDV_WRITE_AT(type, w, offset) (*(type *)(void *)((w).data_mut + (offset)))
#endif

/** An element, to read, of a window of one axis. */
#define NDV_GET1(type, w, i) NDV_READ_AT(type, w, NDV_OFFSET1(w, i))
/** An element, to read, of a window of two axes. */
#define NDV_GET2(type, w, i, j) NDV_READ_AT(type, w, NDV_OFFSET2(w, i, j))
/** An element, to read, of a window of three axes. */
#define NDV_GET3(type, w, i, j, k) NDV_READ_AT(type, w, NDV_OFFSET3(w, i, j, k))
/** An element, to read, of a window of four axes. */
#define NDV_GET4(type, w, i, j, k, l) NDV_READ_AT(type, w, NDV_OFFSET4(w, i, j, k, l))
/** An element, to write, of a window of one axis. */
#define NDV_REF1(type, w, i) NDV_WRITE_AT(type, w, NDV_OFFSET1(w, i))
/** An element, to write, of a window of two axes. */
#define NDV_REF2(type, w, i, j) NDV_WRITE_AT(type, w, NDV_OFFSET2(w, i, j))
/** An element, to write, of a window of three axes. */
#define NDV_REF3(type, w, i, j, k) NDV_WRITE_AT(type, w, NDV_OFFSET3(w, i, j, k))
/** An element, to write, of a window of four axes. */
#define NDV_REF4(type, w, i, j, k, l) NDV_WRITE_AT(type, w, NDV_OFFSET4(w, i, j, k, l))

#endif /* NDVIEW_C99_H */
