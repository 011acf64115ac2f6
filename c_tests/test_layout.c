/* The layout of every public struct, where a pointer has 8 bytes: programs that were compiled with
 * this header depend on it. This file passes when it compiles. A struct grows at its end, and only
 * there; docs/abi.md says how. */
#include <stddef.h>

#include "ndview.h"

/* A condition that the compiler checks: an array of -1 characters does not exist. */
#define PINNED(condition) extern const char layout_is_pinned[(condition) ? 1 : -1]

#define SIZE(type, bytes) PINNED(sizeof(type) == (bytes))
#define FIELD(type, field, offset, bytes)                                                          \
    PINNED(offsetof(type, field) == (offset) && sizeof(((type *)0)->field) == (bytes))

#if UINTPTR_MAX == UINT64_MAX

SIZE(ndv_status, 4);
SIZE(ndv_deleter, 8);

SIZE(ndv_description, 88);
FIELD(ndv_description, struct_size, 0, 8);
FIELD(ndv_description, dtype, 8, 4);
FIELD(ndv_description, ndim, 12, 4);
FIELD(ndv_description, flags, 16, 4);
FIELD(ndv_description, buffer_kind, 20, 4);
FIELD(ndv_description, itemsize, 24, 8);
FIELD(ndv_description, size, 32, 8);
FIELD(ndv_description, nbytes, 40, 8);
FIELD(ndv_description, data, 48, 8);
FIELD(ndv_description, data_mut, 56, 8);
FIELD(ndv_description, shape, 64, 8);
FIELD(ndv_description, strides, 72, 8);
FIELD(ndv_description, base, 80, 8);

SIZE(ndv_index, 48);
FIELD(ndv_index, struct_size, 0, 8);
FIELD(ndv_index, kind, 8, 4);
FIELD(ndv_index, flags, 12, 4);
FIELD(ndv_index, start, 16, 8);
FIELD(ndv_index, stop, 24, 8);
FIELD(ndv_index, step, 32, 8);
FIELD(ndv_index, array, 40, 8);

SIZE(ndv_record_field, 40);
FIELD(ndv_record_field, struct_size, 0, 8);
FIELD(ndv_record_field, name, 8, 8);
FIELD(ndv_record_field, offset, 16, 8);
FIELD(ndv_record_field, dtype, 24, 4);
FIELD(ndv_record_field, ndim, 28, 4);
FIELD(ndv_record_field, shape, 32, 8);

SIZE(ndv_npy_info, 568);
FIELD(ndv_npy_info, struct_size, 0, 8);
FIELD(ndv_npy_info, major, 8, 4);
FIELD(ndv_npy_info, minor, 12, 4);
FIELD(ndv_npy_info, dtype, 16, 4);
FIELD(ndv_npy_info, ndim, 20, 4);
FIELD(ndv_npy_info, order, 24, 4);
FIELD(ndv_npy_info, swapped, 28, 4);
FIELD(ndv_npy_info, size, 32, 8);
FIELD(ndv_npy_info, data_offset, 40, 8);
FIELD(ndv_npy_info, nbytes, 48, 8);
FIELD(ndv_npy_info, shape, 56, 512);

SIZE(ndv_format_options, 48);
FIELD(ndv_format_options, struct_size, 0, 8);
FIELD(ndv_format_options, precision, 8, 4);
FIELD(ndv_format_options, digits, 12, 4);
FIELD(ndv_format_options, suppress_small, 16, 4);
FIELD(ndv_format_options, sign, 20, 4);
FIELD(ndv_format_options, threshold, 24, 8);
FIELD(ndv_format_options, edge_items, 32, 8);
FIELD(ndv_format_options, line_width, 40, 8);

SIZE(ndv_statistics, 48);
FIELD(ndv_statistics, struct_size, 0, 8);
FIELD(ndv_statistics, arrays_alive, 8, 8);
FIELD(ndv_statistics, buffers_alive, 16, 8);
FIELD(ndv_statistics, bytes_alive, 24, 8);
FIELD(ndv_statistics, copies, 32, 8);
FIELD(ndv_statistics, bytes_copied, 40, 8);

SIZE(ndv_allocator, 40);
FIELD(ndv_allocator, struct_size, 0, 8);
FIELD(ndv_allocator, allocate, 8, 8);
FIELD(ndv_allocator, allocate_zeroed, 16, 8);
FIELD(ndv_allocator, release, 24, 8);
FIELD(ndv_allocator, context, 32, 8);

int main(void) { return 0; }

#else

int main(void) { return 77; }

#endif
