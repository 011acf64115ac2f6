//! Sharing.
//!
//! Who owns the bytes, and who sees them. ndv_base() and ndv_relation() tell how arrays
//! were made from one another; ndv_may_share_memory() and ndv_shares_memory() look at
//! addresses alone, so that they also see memory that was wrapped twice.

use crate::arrays::ndv_array;
use crate::check;
use crate::report::{answer, answer_into, as_c, call};
use crate::status::ndv_status;
use ndview_core::Error;
use ndview_core::array::Relation;
use ndview_core::buffer::BufferKind;
use ndview_core::overlap::{self, Answer};
use ndview_core::transfer::{Source, all_equal};
use std::ffi::c_void;
use std::ptr::null;

/// The buffer is the library's own, from its allocator.
pub const NDV_BUFFER_HEAP: i32 = 1;
/// The buffer is wrapped memory of the caller's.
pub const NDV_BUFFER_FOREIGN: i32 = 2;

/// Two arrays over different buffers.
pub const NDV_UNRELATED: i32 = 1;
/// One and the same array.
pub const NDV_SAME: i32 = 2;
/// One is a view and the other its base.
pub const NDV_VIEW: i32 = 3;
/// Two views of one base.
pub const NDV_SIBLINGS: i32 = 4;

const _: () = {
    assert!(NDV_BUFFER_HEAP == BufferKind::Heap as i32);
    assert!(NDV_BUFFER_FOREIGN == BufferKind::Foreign as i32);
    assert!(NDV_UNRELATED == Relation::Unrelated as i32 && NDV_SAME == Relation::Same as i32);
    assert!(NDV_VIEW == Relation::View as i32 && NDV_SIBLINGS == Relation::Siblings as i32);
};

/// A budget for ndv_shares_memory() that answers every pair of views which slicing,
/// transposing and diagonals make, and ends within milliseconds.
pub const NDV_BUDGET_DEFAULT: u64 = 1000000;

/// The owner of the bytes, if the array is a view: NumPy's `a.base`. A view of a view
/// has the same base as the view.
///
/// @return NULL exactly when the array is no view, and for NULL. Borrowed: valid while
///         the view lives; ndv_retain() it to keep it.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_base(array: *const ndv_array) -> *const ndv_array {
    // SAFETY: the caller passes NULL or an array. So in all getters below.
    answer(null(), || unsafe { check::maybe_array(array)?.base().map(as_c) })
}

/// Whether the array is no view: NumPy's `a.flags.owndata`. What a wrapped array owns
/// is the deleter.
///
/// @return False for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_owns_data(array: *const ndv_array) -> bool {
    // SAFETY: see `ndv_base`.
    answer(false, || unsafe { Some(check::maybe_array(array)?.base().is_none()) })
}

/// Where the bytes come from, for a view as for its base.
///
/// @return NDV_BUFFER_HEAP or NDV_BUFFER_FOREIGN; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_buffer_kind(array: *const ndv_array) -> i32 {
    // SAFETY: see `ndv_base`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.buffer_kind() as i32) })
}

/// How two arrays were made from one another. Tells what a function returned: NDV_SAME is the array it was
/// given, NDV_VIEW and NDV_SIBLINGS a view, NDV_UNRELATED a copy. Elements in common
/// are another question.
///
/// @return NDV_SAME, NDV_VIEW (in either direction), NDV_SIBLINGS, NDV_UNRELATED; 0 if
///         either is NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_relation(a: *const ndv_array, b: *const ndv_array) -> i32 {
    // SAFETY: see `ndv_base`.
    answer(0, || unsafe { Some(check::maybe_array(a)?.relation(check::maybe_array(b)?) as i32) })
}

/// Whether two arrays have the same shape and equal elements: NumPy's `array_equal`.
/// Types may differ; values are compared exactly, without rounding. A NaN equals
/// nothing. Raw bytes are equal if all are; records, if they have the same names in the
/// same order, and equal fields: what lies between the fields does not count. What cannot
/// be compared is not equal.
///
/// @param a, b        Arrays.
/// @param[out] equal  The answer; false on an error.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_equal(
    a: *const ndv_array,
    b: *const ndv_array,
    equal: *mut bool,
) -> ndv_status {
    // SAFETY: the caller passes two arrays, whose elements no other thread writes meanwhile, and a
    // place for the answer.
    unsafe {
        answer_into(equal, false, || {
            let (a, b) = (check::array("a", a)?, check::array("b", b)?);
            check::pointer("equal", equal)?;
            let left = Source { data: a.data(), dtype: a.dtype(), strides: a.strides() };
            let right = Source { data: b.data(), dtype: b.dtype(), strides: b.strides() };
            Ok(a.shape() == b.shape() && all_equal(a.shape(), left, right))
        })
    }
}

/// The bytes that an array reaches, from the lowest address to one past the highest:
/// NumPy's `byte_bounds`.
///
/// @param array      The array.
/// @param[out] low   The first byte. Equal to high if there are no elements.
/// @param[out] high  One past the last byte. Both are borrowed: valid while the array
///                   lives.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_byte_bounds(
    array: *const ndv_array,
    low: *mut *const c_void,
    high: *mut *const c_void,
) -> ndv_status {
    // SAFETY: the caller passes an array and two places for the answers.
    unsafe {
        for place in [low, high] {
            if !place.is_null() {
                place.write(null());
            }
        }
        call(|| {
            let array = check::array("array", array)?;
            let (low, high) = (check::pointer("low", low)?, check::pointer("high", high)?);
            let start = array.data();
            let address = start.addr() as i128;
            let (first, end) = overlap::byte_bounds(&array.extent()).unwrap_or((address, address));
            low.write(start.wrapping_offset((first - address) as isize).cast());
            high.write(start.wrapping_offset((end - address) as isize).cast());
            Ok(())
        })
    }
}

/// Whether the byte bounds of two arrays meet: NumPy's `may_share_memory`. True means
/// only *might*: the even and the odd elements of a row share nothing. False is
/// certain.
///
/// @return False if either is NULL or has no elements.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_may_share_memory(a: *const ndv_array, b: *const ndv_array) -> bool {
    // SAFETY: see `ndv_base`.
    answer(false, || unsafe {
        let (a, b) = (check::maybe_open(a)?, check::maybe_open(b)?);
        Some(overlap::may_share(&a.extent(), &b.extent()))
    })
}

/// Whether there is a byte that both arrays reach, exactly: NumPy's `shares_memory`.
///
/// ```c
/// ndv_array *a, *even, *odd;
/// bool shares;
/// OK(ndv_arange(0, 10, 1, &a));
/// OK(ndv_slice(a, "::2", &even));
/// OK(ndv_slice(a, "1::2", &odd));
/// OK(ndv_shares_memory(even, odd, NDV_BUDGET_DEFAULT, &shares));
/// printf("might share: %d, share: %d\n", ndv_may_share_memory(even, odd), shares);
/// ndv_release(odd);
/// ndv_release(even);
/// ndv_release(a);
/// ```
/// ```text
/// might share: 1, share: 0
/// ```
///
/// @param a, b         Arrays.
/// @param budget       The most steps to take; NDV_BUDGET_DEFAULT suits. The question
///                     is hard in general, and easy for what slicing makes: a few
///                     steps, tens of nanoseconds.
/// @param[out] shares  The answer; false on an error.
/// @return NDV_E_TOO_HARD if the budget ran out.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_shares_memory(
    a: *const ndv_array,
    b: *const ndv_array,
    budget: u64,
    shares: *mut bool,
) -> ndv_status {
    // SAFETY: the caller passes two arrays and a place for the answer.
    unsafe {
        answer_into(shares, false, || {
            let (a, b) = (check::array("a", a)?, check::array("b", b)?);
            check::pointer("shares", shares)?;
            match overlap::shares(&a.extent(), &b.extent(), budget) {
                Answer::No => Ok(false),
                Answer::Yes => Ok(true),
                Answer::Unknown => Err(Error::TooHard { budget }.into()),
            }
        })
    }
}
