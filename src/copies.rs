//! Copies.
//!
//! Every function here reads an array and makes new bytes, independent of it: the result
//! is a new reference, owns its buffer, is writeable, and its base is NULL. Two of them,
//! ndv_contiguous() and ndv_astype(), give back the very array they were given (retained)
//! when it is already as asked and the policy allows it; ndv_relation() then says so.
//!
//! The elements are read while the call runs; no other thread may write them then.

use crate::arrays::ndv_array;
use crate::check;
use crate::report::{array_of_array, call};
use crate::status::ndv_status;
use ndview_core::copies::{self, CopyPolicy, IndexMode};
use ndview_core::layout::Order;
use ndview_core::{Casting, DType};
use std::ffi::c_void;

/// In place of an axis: all elements in C order, as if they were one axis. NumPy's
/// `axis=None`.
pub const NDV_ALL_AXES: i32 = 2147483647;

/// Index mode: a position outside of its axis is NDV_E_INDEX; a negative one counts from
/// the end. NumPy's `mode='raise'`.
pub const NDV_MODE_RAISE: i32 = 60;
/// Index mode: the axis begins again, as often as it takes, in either direction. NumPy's
/// `mode='wrap'`.
pub const NDV_MODE_WRAP: i32 = 61;
/// Index mode: a position outside of its axis is the first or the last, so that a
/// negative one is the first. NumPy's `mode='clip'`.
pub const NDV_MODE_CLIP: i32 = 62;

const _: () = {
    assert!(NDV_MODE_RAISE == IndexMode::Raise as i32);
    assert!(NDV_MODE_WRAP == IndexMode::Wrap as i32);
    assert!(NDV_MODE_CLIP == IndexMode::Clip as i32);
};

/// A copy: NumPy's `a.copy(order)`.
///
/// @param array      The array.
/// @param order      The order of the copy's elements in memory: NDV_ORDER_C, F, A or
///                   K.
/// @param[out] copy  A new reference.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_copy(
    array: *const ndv_array,
    order: i32,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array, whose elements no other thread writes meanwhile, and a
    // place for the result. So in all copies below.
    unsafe {
        array_of_array(array, copy, |array| {
            let order = Order::from_code(order)?;
            Ok(move || copies::copy(array, order))
        })
    }
}

/// A copy of all elements in one axis: NumPy's `flatten`.
///
/// @param array      The array.
/// @param order      In which order they are read, as in ndv_ravel().
/// @param[out] copy  A new reference; 1-D.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_flatten(
    array: *const ndv_array,
    order: i32,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_copy`.
    unsafe {
        array_of_array(array, copy, |array| {
            let order = Order::from_code(order)?;
            Ok(move || copies::flatten(array, order))
        })
    }
}

/// The array itself if its elements lie dense in an order, else a copy that does:
/// NumPy's `ascontiguousarray` and `asfortranarray`, but without an axis for an array
/// that has none.
///
/// @param array        The array.
/// @param order        NDV_ORDER_C, NDV_ORDER_F, or NDV_ORDER_A for either.
/// @param policy       One of NDV_COPY_. Under NDV_COPY_NEVER the array itself or an
///                     error.
/// @param[out] result  A new reference, perhaps to the same array.
/// @return NDV_E_WOULD_COPY, whose message names the axis that is in the way;
///         NDV_E_LIMIT at 2^31 references to one array.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_contiguous(
    array: *const ndv_array,
    order: i32,
    policy: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_copy`.
    unsafe {
        array_of_array(array, result, |array| {
            let order = Order::from_code_without_k(order)?;
            let policy = CopyPolicy::from_code(policy)?;
            Ok(move || copies::contiguous(array, order, policy))
        })
    }
}

/// The array itself if it has the type and lies in the order, else a converted copy:
/// NumPy's `astype`, whose defaults are NDV_ORDER_K, NDV_CAST_UNSAFE and
/// NDV_COPY_ALWAYS.
///
/// ```c
/// ndv_array *a, *whole;
/// OK(ndv_linspace(0, 2, 5, 1, &a));   // [0. 0.5 1. 1.5 2.]
/// OK(ndv_astype(a, NDV_INT32, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &whole));
/// OK(ndv_print(whole));
/// ndv_release(whole);
/// ndv_release(a);
/// ```
/// ```text
/// [0 0 1 1 2]
/// ```
///
/// @param array        The array.
/// @param dtype        The type of the result.
/// @param order        NDV_ORDER_C, F, A for either, or K for whatever it is.
/// @param casting      One of NDV_CAST_; decides whether the types may be converted at
///                     all.
/// @param policy       One of NDV_COPY_. Under NDV_COPY_NEVER the array itself or an
///                     error.
/// @param[out] result  A new reference, perhaps to the same array.
/// @return NDV_E_DTYPE; NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE;
///         NDV_E_WOULD_COPY.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_astype(
    array: *const ndv_array,
    dtype: i32,
    order: i32,
    casting: i32,
    policy: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_copy`.
    unsafe {
        array_of_array(array, result, |array| {
            let (dtype, order) = (DType::from_code(dtype)?, Order::from_code(order)?);
            let (casting, policy) = (Casting::from_code(casting)?, CopyPolicy::from_code(policy)?);
            Ok(move || copies::astype(array, dtype, order, casting, policy))
        })
    }
}

/// NDV_ALL_AXES as no axis.
pub(crate) fn some_axis(axis: i32) -> Option<i64> {
    (axis != NDV_ALL_AXES).then_some(axis.into())
}

/// A copy with the bytes of every number reversed, of a complex one those of each part:
/// NumPy's `a.byteswap()`. ndv_byteswap() does it in place.
///
/// @param array      The array.
/// @param[out] copy  A new reference; in order K.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_byteswapped(
    array: *const ndv_array,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_copy`.
    unsafe { array_of_array(array, copy, |array| Ok(move || copies::byteswapped(array))) }
}

/// Copies all elements without gaps to memory of the caller's: NumPy's `tobytes`.
///
/// @param array        The array.
/// @param destination  Where to. May be among the array's own bytes, which takes a
///                     temporary; may be NULL if there are no elements.
/// @param nbytes       The room there, at least ndv_nbytes(array).
/// @param order        In which order: NDV_ORDER_C, F or A.
/// @return NDV_E_BUFFER_SIZE.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_to_buffer(
    array: *const ndv_array,
    destination: *mut c_void,
    nbytes: usize,
    order: i32,
) -> ndv_status {
    // SAFETY: the caller passes an array, and `nbytes` bytes of memory.
    call(|| unsafe {
        let array = check::array("array", array)?;
        if array.size() != 0 {
            check::pointer("destination", destination)?;
        }
        let order = Order::from_code_without_k(order)?;
        Ok(copies::to_buffer(array, destination.cast(), nbytes, order)?)
    })
}
