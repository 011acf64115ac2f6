//! Allocators.
//!
//! Where memory comes from: malloc, calloc and free, unless the program brings three
//! functions of its own, an ndv_allocator. ndv_set_allocator() puts them behind everything
//! that the library needs. ndv_empty_with() and ndv_zeros_with() put them behind the
//! elements of one array, for memory that is pinned for a device, shared, of huge pages, or
//! of one NUMA node; the handle, a few hundred bytes, stays with the rest. What is made from
//! such an array, a copy for example, does not ask its allocator.
//!
//! The struct is copied. What its context points to must live until the last block has come
//! back: until another allocator is set, or until the array and all views of it are
//! released, or the array is closed. ndv_view_count() and ndv_report_alive() tell who
//! still keeps it.

use crate::arrays::{dense, ndv_array};
use crate::check;
use crate::report::{Outcome, call, call_for_array};
use crate::status::ndv_status;
use ndview_core::Array;
use ndview_core::buffer::Contents;
use ndview_core::buffer::allocator::{self, Allocator};
use std::ffi::c_void;

/// Where memory comes from: three functions and what they are given. They are called from
/// any thread, must not call the library, and must align as malloc does. Begin with
/// NDV_ALLOCATOR_INIT of ndview_c99.h.
#[repr(C)]
pub struct ndv_allocator {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// `size` bytes, never 0, or NULL if there are none.
    pub allocate:
        Option<unsafe extern "C-unwind" fn(size: usize, context: *mut c_void) -> *mut c_void>,
    /// As allocate, with every byte 0.
    pub allocate_zeroed:
        Option<unsafe extern "C-unwind" fn(size: usize, context: *mut c_void) -> *mut c_void>,
    /// Takes a block back, with the size it was asked for.
    pub release:
        Option<unsafe extern "C-unwind" fn(block: *mut c_void, size: usize, context: *mut c_void)>,
    /// The caller's, given to each.
    pub context: *mut c_void,
}

/// # Safety
/// - `given` is NULL, or a struct whose first field is its size.
unsafe fn read_allocator(given: *const ndv_allocator) -> Outcome<Allocator> {
    // SAFETY: as the caller promises.
    let given = unsafe {
        check::struct_size("allocator", given)?;
        &*given
    };
    Ok(Allocator {
        allocate: check::function("allocator.allocate", given.allocate)?,
        allocate_zeroed: check::function("allocator.allocate_zeroed", given.allocate_zeroed)?,
        free: check::function("allocator.release", given.release)?,
        context: given.context,
    })
}

/// Sets where every block of memory comes from: buffers, handles and temporaries. The
/// default is malloc, calloc and free.
///
/// @param allocator  Copied; none of its functions may be NULL. NULL goes back to the
///                   default.
/// @return NDV_E_BUSY while any array is alive; NDV_E_NULL if a function is missing;
///         NDV_E_ARGUMENT if struct_size is too small.
///
/// Thread safety: no other call of the library may run at the same time.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_allocator(allocator: *const ndv_allocator) -> ndv_status {
    // SAFETY: the caller passes NULL, or a struct whose first field is its size and whose
    // functions keep their contracts, and makes no other call.
    call(|| unsafe {
        let custom = (!allocator.is_null()).then(|| read_allocator(allocator)).transpose()?;
        Ok(allocator::set(custom)?)
    })
}

/// A new array whose elements, not set, are in memory of an allocator of the caller's.
/// NumPy's PyDataMem_SetHandler sets one for all arrays of a thread's context.
///
/// One block is asked for, of 64 bytes more than the elements take; the first element is at
/// the first multiple of 64 in it. It is given back once, with the last reference or view,
/// or by ndv_close(), on the thread that lets go last; in checked mode too at once, so that
/// what was released is not found there. ndv_buffer_kind() is NDV_BUFFER_ALLOCATOR, and
/// ndv_get_statistics() counts the buffer as any other.
///
/// ```c
/// #include <ndview_c99.h>
/// #include <stdio.h>
/// #include <stdlib.h>
///
/// static void *take(size_t size, void *blocks) { ++*(int *)blocks; return malloc(size); }
/// static void *take_zeroed(size_t size, void *blocks) { ++*(int *)blocks; return calloc(size, 1); }
/// static void give_back(void *block, size_t size, void *blocks) {
///     (void)size;
///     --*(int *)blocks;
///     free(block);
/// }
///
/// int main(void) {
///     int blocks = 0;
///     ndv_array *a, *row;
///     ndv_allocator pinned = NDV_ALLOCATOR_INIT;
///     pinned.allocate = take;
///     pinned.allocate_zeroed = take_zeroed;
///     pinned.release = give_back;
///     pinned.context = &blocks;
///     if (ndv_zeros_with(&pinned, NDV_FLOAT32, NDV_DIMS(4, 4), NDV_ORDER_C, &a)) return 1;
///     if (ndv_slice(a, "2", &row)) return 1;
///     ndv_release(a);
///     printf("%d block\n", blocks);       // the view keeps it
///     ndv_release(row);
///     printf("%d blocks\n", blocks);
///     return 0;
/// }
/// ```
/// ```text
/// 1 block
/// 0 blocks
/// ```
///
/// @param allocator   Copied; none of its functions may be NULL.
/// @param dtype       Type code.
/// @param ndim        Number of axes.
/// @param shape       ndim extents; NULL for none.
/// @param order       NDV_ORDER_C or NDV_ORDER_F; the others are NDV_E_ARGUMENT here.
/// @param[out] array  A new reference.
/// @return As ndv_empty(); NDV_E_NULL if the allocator or one of its functions is missing;
///         NDV_E_ARGUMENT if its struct_size is too small; NDV_E_NOMEM also if it has no
///         memory.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_empty_with(
    allocator: *const ndv_allocator,
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    order: i32,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes a working allocator, `ndim` extents and a place for the result.
    unsafe { array_with(allocator, dtype, ndim, shape, order, Contents::Unset, array) }
}

/// As ndv_empty_with(), of zeros: the block comes from allocate_zeroed.
///
/// @param allocator   Copied; none of its functions may be NULL.
/// @param dtype       Type code.
/// @param ndim        Number of axes.
/// @param shape       ndim extents; NULL for none.
/// @param order       NDV_ORDER_C or NDV_ORDER_F; the others are NDV_E_ARGUMENT here.
/// @param[out] array  A new reference.
/// @return As ndv_empty_with().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_zeros_with(
    allocator: *const ndv_allocator,
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    order: i32,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: as for `ndv_empty_with`.
    unsafe { array_with(allocator, dtype, ndim, shape, order, Contents::Zero, array) }
}

/// # Safety
/// - `allocator` is NULL or keeps its contracts until the array is gone; `shape` holds `ndim` extents or
///   is NULL; `array` can be written or is NULL.
#[track_caller]
unsafe fn array_with(
    allocator: *const ndv_allocator,
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    order: i32,
    contents: Contents,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: as the caller promises.
    unsafe {
        call_for_array(array, || {
            let allocator = read_allocator(allocator)?;
            let (dtype, shape, order) = dense(dtype, ndim, shape, order)?;
            Ok(move || Array::dense_allocated(allocator, dtype, shape, order, contents))
        })
    }
}
