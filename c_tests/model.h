/* model.h: what the tests of views, copies and writes know without asking the library: where an
 * element lies, what it is, and which bytes an array reaches. */
#ifndef MODEL_H
#define MODEL_H

#include <stdlib.h>

#include "check.h"

/* That a call fails with a status and sets its result to NULL. */
#define CHECK_REFUSED(expected, result, call)                                                      \
    do {                                                                                           \
        (result) = model_poison();                                                                 \
        CHECK_STATUS(expected, call);                                                              \
        CHECK((result) == NULL);                                                                   \
    } while (0)

/* How many elements there are of an array of constants. */
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A new 1-D array of the elements of a C array. */
#define FROM(dtype, list, result)                                                                  \
    CHECK_OK(ndv_from_data(dtype, NDV_DIMS((int64_t)COUNT(list)), list, result))

/* A pointer that no successful or failed call leaves in a result. */
static inline ndv_array *model_poison(void) {
    static char poison;
    return (ndv_array *)(void *)&poison;
}

static inline const unsigned char *model_data(const ndv_array *array) {
    return (const unsigned char *)ndv_data(array);
}

/* The address of the element that is number `position` in C order, or in Fortran order. */
static inline const unsigned char *model_element(const ndv_array *array, int64_t position,
                                                 int32_t order) {
    const unsigned char *at = model_data(array);
    int32_t axis, ndim = ndv_ndim(array);
    for (axis = 0; axis < ndim; axis++) {
        int32_t turn = order == NDV_ORDER_F ? axis : ndim - 1 - axis;
        int64_t extent = ndv_shape(array)[turn];
        at += position % extent * ndv_strides(array)[turn];
        position /= extent;
    }
    return at;
}

/* The same, of an int64 array, as the number there. */
static inline int64_t model_int64(const ndv_array *array, int64_t position, int32_t order) {
    int64_t value;
    memcpy(&value, model_element(array, position, order), sizeof value);
    return value;
}

/* A new array that owns its bytes, of the numbers 0, 1, 2 and so on in C order. */
static inline ndv_array *numbered(int32_t dtype, int32_t ndim, const int64_t *shape) {
    ndv_array *array = NULL;
    void *data = NULL;
    int64_t n;
    CHECK_OK(ndv_empty(dtype, ndim, shape, &array));
    CHECK_OK(ndv_data_mut(array, &data));
    for (n = 0; data != NULL && n < ndv_size(array); n++) {
        unsigned char *at = (unsigned char *)data + (size_t)n * ndv_itemsize(array);
        int8_t i8 = (int8_t)n;
        int16_t i16 = (int16_t)n;
        int32_t i32 = (int32_t)n;
        float f32 = (float)n;
        double f64 = (double)n;
        switch (dtype) {
        case NDV_INT8:
        case NDV_UINT8: memcpy(at, &i8, sizeof i8); break;
        case NDV_INT16:
        case NDV_UINT16: memcpy(at, &i16, sizeof i16); break;
        case NDV_INT32:
        case NDV_UINT32: memcpy(at, &i32, sizeof i32); break;
        case NDV_INT64:
        case NDV_UINT64: memcpy(at, &n, sizeof n); break;
        case NDV_FLOAT32: memcpy(at, &f32, sizeof f32); break;
        case NDV_FLOAT64: memcpy(at, &f64, sizeof f64); break;
        default: CHECK(!"a type that can be numbered");
        }
    }
    return array;
}

/* An array as NumPy would write it: numbered int64 of a shape, indexed by a text (NULL for not), its
 * axes permuted ("102"; NULL for not). The view is released before the owner. */
typedef struct {
    int32_t ndim;
    int64_t shape[6];
    const char *text, *axes;
} model_source;

static inline void make_source(const model_source *source, ndv_array **owner, ndv_array **array) {
    ndv_array *sliced = NULL;
    int64_t axes[8] = {0};
    int32_t axis = 0;
    *owner = numbered(NDV_INT64, source->ndim, source->shape);
    CHECK_OK(ndv_slice(*owner, source->text == NULL ? "" : source->text, &sliced));
    if (source->axes == NULL) {
        *array = sliced;
        return;
    }
    for (; source->axes[axis] != '\0'; axis++) axes[axis] = source->axes[axis] - '0';
    CHECK_OK(ndv_permute(sliced, axis, axes, array));
    ndv_release(sliced);
}

/* Whether an array has a shape, and these strides along every axis of more than one element (those
 * of the others mean nothing). */
static inline bool has_layout(const ndv_array *array, int32_t ndim, const int64_t *shape,
                              const int64_t *strides) {
    int32_t axis;
    bool empty = ndv_size(array) == 0;
    if (array == NULL || ndv_ndim(array) != ndim) return false;
    for (axis = 0; axis < ndim; axis++) {
        if (ndv_shape(array)[axis] != shape[axis]) return false;
        if (!empty && shape[axis] > 1 && ndv_strides(array)[axis] != strides[axis]) return false;
    }
    return true;
}

/* Whether two arrays of one shape and type have the same bytes, element by element. */
static inline bool same_elements(const ndv_array *a, const ndv_array *b) {
    int64_t n;
    if (a == NULL || b == NULL || ndv_size(a) != ndv_size(b)) return false;
    for (n = 0; n < ndv_size(a); n++)
        if (memcmp(model_element(a, n, NDV_ORDER_C), model_element(b, n, NDV_ORDER_C),
                   ndv_itemsize(a)) != 0)
            return false;
    return true;
}

/* That an array is new, owns its bytes, and is nobody else's yet. */
static inline void check_is_copy(const ndv_array *copy, const ndv_array *source) {
    bool shares = true;
    CHECK(copy != NULL && copy != source);
    CHECK(ndv_base(copy) == NULL && ndv_owns_data(copy));
    CHECK(ndv_buffer_kind(copy) == NDV_BUFFER_HEAP);
    CHECK(ndv_relation(copy, source) == NDV_UNRELATED);
    CHECK((ndv_flags(copy) & NDV_WRITEABLE) != 0 && (ndv_flags(copy) & NDV_OVERLAPPING) == 0);
    CHECK(ndv_use_count(copy) == 1 && ndv_view_count(copy) == 0);
    CHECK_OK(ndv_shares_memory(copy, source, NDV_BUDGET_DEFAULT, &shares));
    CHECK(!shares);
}

/* What the library counted between two calls of check_statistics(). */
static inline void check_copied(const char *file, int line, ndv_statistics before, int64_t copies,
                                int64_t bytes) {
    ndv_statistics after = check_statistics();
    if (after.copies - before.copies != copies || after.bytes_copied - before.bytes_copied != bytes)
        printf("%" PRId64 " copies of %" PRId64 " bytes, not %" PRId64 " of %" PRId64 ":\n",
               after.copies - before.copies, after.bytes_copied - before.bytes_copied, copies,
               bytes);
    check_that(file, line, "copies counted", after.copies - before.copies == copies);
    check_that(file, line, "bytes counted", after.bytes_copied - before.bytes_copied == bytes);
}
#define CHECK_COPIED(before, copies, bytes) check_copied(__FILE__, __LINE__, before, copies, bytes)

#endif /* MODEL_H */
