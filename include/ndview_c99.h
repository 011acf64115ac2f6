/* ndview_c99.h: what makes ndview.h pleasant in C99 and later, and in C++11 and later.
 *
 * Everything here is a macro or an inline function over ndview.h; nothing needs another
 * library. In short:
 *
 *     ndv_zeros(NDV_FLOAT64, NDV_DIMS(2, 3), &a);              a shape in place
 *     ndv_index_items(a, NDV_ITEMS(NDV_AT(0), NDV_RANGE(1, 3)), &v);     a[0, 1:3]
 *     NDV_AUTO ndv_array *a = NULL;                            released at the scope's end
 *     ndv_description d = NDV_DESCRIPTION_INIT;                structs with their defaults
 *
 *     ndv_window w;                                            elements in a loop
 *     if (ndv_open_mut(a, NDV_FLOAT64, 2, &w) == NDV_OK)
 *         for (int64_t i = 0; i < w.shape[0]; i++)
 *             for (int64_t j = 0; j < w.shape[1]; j++)
 *                 NDV_REF2(double, w, i, j) = NDV_GET2(double, w, i, j) + 1;
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
#define NDV_DIMS(...)                                                                     \
    (int32_t)(sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)),                  \
        ((const int64_t[]){__VA_ARGS__})
#define NDV_NO_DIMS 0, NULL
#endif

/* ----------------------------------------------------------------------------
 * Index items, for ndv_index_items()
 *
 *     NDV_AT(3)              3              NDV_ALL             :
 *     NDV_RANGE(1, 4)        1:4            NDV_FROM(2)         2:
 *     NDV_STEPS(1, 9, 2)     1:9:2          NDV_UNTIL(-1)       :-1
 *     NDV_BY(-1)             ::-1           NDV_REST            ...
 *     NDV_NEW_AXIS           newaxis
 * ------------------------------------------------------------------------- */

#ifdef __cplusplus
inline ndv_index ndv_make_item(int32_t kind, int32_t flags, int64_t start, int64_t stop,
                               int64_t step) {
    return ndv_index{sizeof(ndv_index), kind, flags, start, stop, step, nullptr};
}
#define NDV_ITEM(kind, flags, start, stop, step)                                          \
    ndv_make_item((kind), (flags), (start), (stop), (step))
#define NDV_ITEMS(...)                                                                    \
    static_cast<int32_t>(sizeof(ndv_as_many(__VA_ARGS__))),                               \
        std::initializer_list<ndv_index>{__VA_ARGS__}.begin()
#else
#define NDV_ITEM(kind, flags, start, stop, step)                                          \
    ((ndv_index){sizeof(ndv_index), (kind), (flags), (start), (stop), (step), NULL})
#define NDV_ITEMS(...)                                                                    \
    (int32_t)(sizeof((const ndv_index[]){__VA_ARGS__}) / sizeof(ndv_index)),              \
        ((const ndv_index[]){__VA_ARGS__})
#endif

#define NDV_AT(position) NDV_ITEM(NDV_INDEX_INTEGER, 0, position, 0, 0)
#define NDV_ALL NDV_ITEM(NDV_INDEX_SLICE, 0, 0, 0, 0)
#define NDV_RANGE(start, stop)                                                            \
    NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_START | NDV_INDEX_HAS_STOP, start, stop, 0)
#define NDV_STEPS(start, stop, step)                                                      \
    NDV_ITEM(NDV_INDEX_SLICE,                                                             \
             NDV_INDEX_HAS_START | NDV_INDEX_HAS_STOP | NDV_INDEX_HAS_STEP, start, stop,  \
             step)
#define NDV_FROM(start) NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_START, start, 0, 0)
#define NDV_UNTIL(stop) NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_STOP, 0, stop, 0)
#define NDV_BY(step) NDV_ITEM(NDV_INDEX_SLICE, NDV_INDEX_HAS_STEP, 0, 0, step)
#define NDV_REST NDV_ITEM(NDV_INDEX_ELLIPSIS, 0, 0, 0, 0)
#define NDV_NEW_AXIS NDV_ITEM(NDV_INDEX_NEWAXIS, 0, 0, 0, 0)

/* ----------------------------------------------------------------------------
 * Structs with their defaults
 * ------------------------------------------------------------------------- */

#ifdef __cplusplus
#define NDV_DESCRIPTION_INIT                                                              \
    { sizeof(ndv_description), 0, 0, 0, 0, 0, 0, 0, nullptr, nullptr, nullptr, nullptr, nullptr }
#else
#define NDV_DESCRIPTION_INIT                                                              \
    { sizeof(ndv_description), 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL }
#endif
#ifdef __cplusplus
#define NDV_RECORD_FIELD_INIT { sizeof(ndv_record_field), nullptr, -1, 0, 0, nullptr }
#else
#define NDV_RECORD_FIELD_INIT { sizeof(ndv_record_field), NULL, -1, 0, 0, NULL }
#endif
#define NDV_STATISTICS_INIT { sizeof(ndv_statistics), 0, 0, 0, 0, 0 }
#define NDV_NPY_INFO_INIT { sizeof(ndv_npy_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, { 0 } }
#define NDV_FORMAT_OPTIONS_INIT                                                           \
    { sizeof(ndv_format_options), 8, NDV_DIGITS_UNIQUE, 0, '-', 1000, 3, 75 }

/* ----------------------------------------------------------------------------
 * Release at the end of a scope
 *
 * NDV_AUTO before the declaration of an ndv_array * releases it when the scope is left,
 * by whatever way. The variable must be set from the start, to NULL if need be. Only
 * where the compiler has it (gcc and clang): NDV_HAS_AUTO is then 1, else 0.
 * ------------------------------------------------------------------------- */

#if defined(__GNUC__) || defined(__clang__)
#define NDV_HAS_AUTO 1
static inline void ndv_release_variable(ndv_array **variable) { ndv_release(*variable); }
#define NDV_AUTO __attribute__((cleanup(ndv_release_variable)))
#else
#define NDV_HAS_AUTO 0
#endif

/* ----------------------------------------------------------------------------
 * Elements in a loop
 *
 * A window holds the address, extents and strides of an array of up to four axes by
 * value, so that an element is one multiplication and addition an axis, and a compiler
 * can keep all of it in registers. Opening checks type, number of axes and alignment
 * once; accesses check nothing. A window borrows the array: it is valid while that lives.
 *
 * NDV_GET1(type, window, i) to NDV_GET4 read an element; NDV_REF1 to NDV_REF4 name it,
 * to be written, and need a window from ndv_open_mut().
 * ------------------------------------------------------------------------- */

typedef struct ndv_window {
    const unsigned char *data;
    unsigned char *data_mut; /* NULL if opened for reading */
    int64_t shape[4];
    int64_t strides[4]; /* in bytes */
} ndv_window;

/* Fills the window; the array has been checked. */
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

/* As ndv_expect(), for a number of axes that is meant, and for which a window has room. */
static inline ndv_status ndv_expect_window(const ndv_array *array, int32_t dtype, int32_t ndim,
                                           int32_t flags) {
    ndv_status status = ndv_expect(array, dtype, ndim == -1 ? -2 : ndim, flags);
    return status == NDV_OK && ndim > 4 ? ndv_expect(array, 0, 4, 0) : status;
}

/* Opens an array of a type and a number of axes (0 to 4) for reading. NDV_E_DTYPE,
 * NDV_E_NDIM or NDV_E_LAYOUT (not aligned) if it is another; the window is then not set. */
static inline ndv_status ndv_open(const ndv_array *array, int32_t dtype, int32_t ndim,
                                  ndv_window *window) {
    ndv_status status = ndv_expect_window(array, dtype, ndim, NDV_ALIGNED);
    return status != NDV_OK ? status : ndv_fill_window(array, ndim, 0, window);
}

/* As ndv_open(), for writing too; NDV_E_READONLY if that cannot be. */
static inline ndv_status ndv_open_mut(ndv_array *array, int32_t dtype, int32_t ndim,
                                      ndv_window *window) {
    ndv_status status = ndv_expect_window(array, dtype, ndim, NDV_ALIGNED | NDV_WRITEABLE);
    return status != NDV_OK ? status : ndv_fill_window(array, ndim, 1, window);
}

#define NDV_OFFSET1(w, i) ((i) * (w).strides[0])
#define NDV_OFFSET2(w, i, j) (NDV_OFFSET1(w, i) + (j) * (w).strides[1])
#define NDV_OFFSET3(w, i, j, k) (NDV_OFFSET2(w, i, j) + (k) * (w).strides[2])
#define NDV_OFFSET4(w, i, j, k, l) (NDV_OFFSET3(w, i, j, k) + (l) * (w).strides[3])

#ifdef __cplusplus
#define NDV_READ_AT(type, w, offset)                                                      \
    (*static_cast<const type *>(static_cast<const void *>((w).data + (offset))))
#define NDV_WRITE_AT(type, w, offset)                                                     \
    (*static_cast<type *>(static_cast<void *>((w).data_mut + (offset))))
#else
#define NDV_READ_AT(type, w, offset) (*(const type *)(const void *)((w).data + (offset)))
#define NDV_WRITE_AT(type, w, offset) (*(type *)(void *)((w).data_mut + (offset)))
#endif

#define NDV_GET1(type, w, i) NDV_READ_AT(type, w, NDV_OFFSET1(w, i))
#define NDV_GET2(type, w, i, j) NDV_READ_AT(type, w, NDV_OFFSET2(w, i, j))
#define NDV_GET3(type, w, i, j, k) NDV_READ_AT(type, w, NDV_OFFSET3(w, i, j, k))
#define NDV_GET4(type, w, i, j, k, l) NDV_READ_AT(type, w, NDV_OFFSET4(w, i, j, k, l))
#define NDV_REF1(type, w, i) NDV_WRITE_AT(type, w, NDV_OFFSET1(w, i))
#define NDV_REF2(type, w, i, j) NDV_WRITE_AT(type, w, NDV_OFFSET2(w, i, j))
#define NDV_REF3(type, w, i, j, k) NDV_WRITE_AT(type, w, NDV_OFFSET3(w, i, j, k))
#define NDV_REF4(type, w, i, j, k, l) NDV_WRITE_AT(type, w, NDV_OFFSET4(w, i, j, k, l))

#endif /* NDVIEW_C99_H */
