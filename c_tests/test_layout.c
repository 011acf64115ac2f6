/* The layout of every public struct, where a pointer has 8 bytes, and on x86 of 32 bits: programs
 * that were compiled with this header depend on it. This file passes when it compiles. A struct
 * grows at its end, and only there; docs/abi.md says how. */
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

SIZE(ndv_copy_report, 48);
FIELD(ndv_copy_report, struct_size, 0, 8);
FIELD(ndv_copy_report, copies, 8, 4);
FIELD(ndv_copy_report, axis, 12, 4);
FIELD(ndv_copy_report, first_axis, 16, 4);
FIELD(ndv_copy_report, last_axis, 20, 4);
FIELD(ndv_copy_report, stride, 24, 8);
FIELD(ndv_copy_report, needed_stride, 32, 8);
FIELD(ndv_copy_report, bytes, 40, 8);

SIZE(ndv_copy_event, 32);
FIELD(ndv_copy_event, struct_size, 0, 8);
FIELD(ndv_copy_event, operation, 8, 8);
FIELD(ndv_copy_event, reason, 16, 8);
FIELD(ndv_copy_event, bytes, 24, 8);
SIZE(ndv_copy_hook, 8);

SIZE(ndv_copy_counts, 40);
FIELD(ndv_copy_counts, struct_size, 0, 8);
FIELD(ndv_copy_counts, copies, 8, 8);
FIELD(ndv_copy_counts, bytes, 16, 8);
FIELD(ndv_copy_counts, hidden_copies, 24, 8);
FIELD(ndv_copy_counts, hidden_bytes, 32, 8);

SIZE(ndv_plan, 24);
FIELD(ndv_plan, struct_size, 0, 8);
FIELD(ndv_plan, plan, 8, 4);
FIELD(ndv_plan, reserved, 12, 4);
FIELD(ndv_plan, temporary_bytes, 16, 8);

SIZE(ndv_loop, 8);

SIZE(ndv_operand, 32);
FIELD(ndv_operand, struct_size, 0, 8);
FIELD(ndv_operand, source, 8, 8);
FIELD(ndv_operand, destination, 16, 8);
FIELD(ndv_operand, dtype, 24, 4);
FIELD(ndv_operand, casting, 28, 4);

SIZE(ndv_run_nest, 1072);
FIELD(ndv_run_nest, struct_size, 0, 8);
FIELD(ndv_run_nest, run_bytes, 8, 8);
FIELD(ndv_run_nest, count, 16, 8);
FIELD(ndv_run_nest, offset, 24, 8);
FIELD(ndv_run_nest, buffer_offset, 32, 8);
FIELD(ndv_run_nest, ndim, 40, 4);
FIELD(ndv_run_nest, ascending, 44, 4);
FIELD(ndv_run_nest, shape, 48, 512);
FIELD(ndv_run_nest, strides, 560, 512);

SIZE(ndv_span, 1072);
FIELD(ndv_span, struct_size, 0, 8);
FIELD(ndv_span, dtype, 8, 4);
FIELD(ndv_span, ndim, 12, 4);
FIELD(ndv_span, flags, 16, 4);
FIELD(ndv_span, reserved, 20, 4);
FIELD(ndv_span, itemsize, 24, 8);
FIELD(ndv_span, data, 32, 8);
FIELD(ndv_span, data_mut, 40, 8);
FIELD(ndv_span, shape, 48, 512);
FIELD(ndv_span, strides, 560, 512);

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

SIZE(ndv_overlap_report, 1056);
FIELD(ndv_overlap_report, struct_size, 0, 8);
FIELD(ndv_overlap_report, relation, 8, 4);
FIELD(ndv_overlap_report, a_ndim, 12, 4);
FIELD(ndv_overlap_report, b_ndim, 16, 4);
FIELD(ndv_overlap_report, address, 24, 8);
FIELD(ndv_overlap_report, a_index, 32, 512);
FIELD(ndv_overlap_report, b_index, 544, 512);

SIZE(ndv_format_options, 48);
FIELD(ndv_format_options, struct_size, 0, 8);
FIELD(ndv_format_options, precision, 8, 4);
FIELD(ndv_format_options, digits, 12, 4);
FIELD(ndv_format_options, suppress_small, 16, 4);
FIELD(ndv_format_options, sign, 20, 4);
FIELD(ndv_format_options, threshold, 24, 8);
FIELD(ndv_format_options, edge_items, 32, 8);
FIELD(ndv_format_options, line_width, 40, 8);

SIZE(ndv_footprint_info, 48);
FIELD(ndv_footprint_info, struct_size, 0, 8);
FIELD(ndv_footprint_info, touched_bytes, 8, 8);
FIELD(ndv_footprint_info, spanned_bytes, 16, 8);
FIELD(ndv_footprint_info, kept_bytes, 24, 8);
FIELD(ndv_footprint_info, holders, 32, 8);
FIELD(ndv_footprint_info, exact, 40, 4);

SIZE(ndv_draw_options, 40);
FIELD(ndv_draw_options, struct_size, 0, 8);
FIELD(ndv_draw_options, form, 8, 4);
FIELD(ndv_draw_options, subject, 12, 4);
FIELD(ndv_draw_options, width, 16, 4);
FIELD(ndv_draw_options, pairs, 20, 4);
FIELD(ndv_draw_options, first_byte, 24, 8);
FIELD(ndv_draw_options, byte_count, 32, 8);

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

#elif defined(__i386__) /* an int64_t begins at a multiple of 4 */

SIZE(ndv_status, 4);
SIZE(ndv_deleter, 4);

SIZE(ndv_description, 56);
FIELD(ndv_description, struct_size, 0, 4);
FIELD(ndv_description, dtype, 4, 4);
FIELD(ndv_description, ndim, 8, 4);
FIELD(ndv_description, flags, 12, 4);
FIELD(ndv_description, buffer_kind, 16, 4);
FIELD(ndv_description, itemsize, 20, 4);
FIELD(ndv_description, size, 24, 8);
FIELD(ndv_description, nbytes, 32, 4);
FIELD(ndv_description, data, 36, 4);
FIELD(ndv_description, data_mut, 40, 4);
FIELD(ndv_description, shape, 44, 4);
FIELD(ndv_description, strides, 48, 4);
FIELD(ndv_description, base, 52, 4);

SIZE(ndv_index, 40);
FIELD(ndv_index, struct_size, 0, 4);
FIELD(ndv_index, kind, 4, 4);
FIELD(ndv_index, flags, 8, 4);
FIELD(ndv_index, start, 12, 8);
FIELD(ndv_index, stop, 20, 8);
FIELD(ndv_index, step, 28, 8);
FIELD(ndv_index, array, 36, 4);

SIZE(ndv_span, 1056);
FIELD(ndv_span, struct_size, 0, 4);
FIELD(ndv_span, dtype, 4, 4);
FIELD(ndv_span, ndim, 8, 4);
FIELD(ndv_span, flags, 12, 4);
FIELD(ndv_span, reserved, 16, 4);
FIELD(ndv_span, itemsize, 20, 4);
FIELD(ndv_span, data, 24, 4);
FIELD(ndv_span, data_mut, 28, 4);
FIELD(ndv_span, shape, 32, 512);
FIELD(ndv_span, strides, 544, 512);

SIZE(ndv_npy_info, 556);
FIELD(ndv_npy_info, struct_size, 0, 4);
FIELD(ndv_npy_info, major, 4, 4);
FIELD(ndv_npy_info, minor, 8, 4);
FIELD(ndv_npy_info, dtype, 12, 4);
FIELD(ndv_npy_info, ndim, 16, 4);
FIELD(ndv_npy_info, order, 20, 4);
FIELD(ndv_npy_info, swapped, 24, 4);
FIELD(ndv_npy_info, size, 28, 8);
FIELD(ndv_npy_info, data_offset, 36, 4);
FIELD(ndv_npy_info, nbytes, 40, 4);
FIELD(ndv_npy_info, shape, 44, 512);

SIZE(ndv_overlap_report, 1044);
FIELD(ndv_overlap_report, struct_size, 0, 4);
FIELD(ndv_overlap_report, relation, 4, 4);
FIELD(ndv_overlap_report, a_ndim, 8, 4);
FIELD(ndv_overlap_report, b_ndim, 12, 4);
FIELD(ndv_overlap_report, address, 16, 4);
FIELD(ndv_overlap_report, a_index, 20, 512);
FIELD(ndv_overlap_report, b_index, 532, 512);

SIZE(ndv_format_options, 44);
FIELD(ndv_format_options, struct_size, 0, 4);
FIELD(ndv_format_options, precision, 4, 4);
FIELD(ndv_format_options, digits, 8, 4);
FIELD(ndv_format_options, suppress_small, 12, 4);
FIELD(ndv_format_options, sign, 16, 4);
FIELD(ndv_format_options, threshold, 20, 8);
FIELD(ndv_format_options, edge_items, 28, 8);
FIELD(ndv_format_options, line_width, 36, 8);

SIZE(ndv_footprint_info, 28);
FIELD(ndv_footprint_info, struct_size, 0, 4);
FIELD(ndv_footprint_info, touched_bytes, 4, 4);
FIELD(ndv_footprint_info, spanned_bytes, 8, 4);
FIELD(ndv_footprint_info, kept_bytes, 12, 4);
FIELD(ndv_footprint_info, holders, 16, 8);
FIELD(ndv_footprint_info, exact, 24, 4);

SIZE(ndv_draw_options, 36);
FIELD(ndv_draw_options, struct_size, 0, 4);
FIELD(ndv_draw_options, form, 4, 4);
FIELD(ndv_draw_options, subject, 8, 4);
FIELD(ndv_draw_options, width, 12, 4);
FIELD(ndv_draw_options, pairs, 16, 4);
FIELD(ndv_draw_options, first_byte, 20, 8);
FIELD(ndv_draw_options, byte_count, 28, 8);

SIZE(ndv_statistics, 44);
FIELD(ndv_statistics, struct_size, 0, 4);
FIELD(ndv_statistics, arrays_alive, 4, 8);
FIELD(ndv_statistics, buffers_alive, 12, 8);
FIELD(ndv_statistics, bytes_alive, 20, 8);
FIELD(ndv_statistics, copies, 28, 8);
FIELD(ndv_statistics, bytes_copied, 36, 8);

SIZE(ndv_allocator, 20);
FIELD(ndv_allocator, struct_size, 0, 4);
FIELD(ndv_allocator, allocate, 4, 4);
FIELD(ndv_allocator, allocate_zeroed, 8, 4);
FIELD(ndv_allocator, release, 12, 4);
FIELD(ndv_allocator, context, 16, 4);

int main(void) { return 0; }

#else

int main(void) { return 77; }

#endif
