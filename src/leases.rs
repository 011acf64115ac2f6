//! Leases.
//!
//! A lease says that somebody reads or writes the bytes of a view for a while. At any time
//! a byte has many read leases or one write lease: ndv_borrow() waits until that holds, and
//! ndv_try_borrow() refuses with NDV_E_LEASED and a message that names the other lease, an
//! element of each, and the byte they share. Two views are in conflict exactly if they share
//! a byte: writers of disjoint tiles, or of the even and the odd columns, go on at once.
//! Addresses count, not bases: memory that was wrapped twice is one. Where it takes more
//! than 10000 steps to tell (slices take a handful), the views count as conflicting, and
//! the message says so.
//!
//! A lease is an agreement among those who take one. It does not lock elements: functions
//! that read and write them do not ask, and who never takes a lease pays nothing. (In
//! checked mode those that write do ask: NDV_E_LEASED for what another thread holds.) Among
//! those who do, whatever was written before a lease was returned is seen by whoever is
//! given the bytes next.
//!
//! A lease keeps its bytes alive; it counts as a view. It is a number, which any thread may
//! return; until then it is held by the thread that took it. Nobody is an exception to the
//! rule: a write lease conflicts with a second lease of its holder on the same bytes, and a
//! read lease does not become a write lease.
//!
//! Waiting is fair: a request also waits for those that came before it and still wait, where
//! the two conflict, so that readers who come and go do not hold up a writer for ever. A
//! thread that holds a lease goes ahead of those who wait, since they may be waiting for it;
//! one that always holds some lease can hold others up. A thread that would wait for its
//! own lease is told so. Threads that wait for one another in a circle are not: as with
//! locks, take several leases in one order everywhere, or with a time limit.
//!
//! After fork() the child has copies of all its parent's leases. Those of the thread that
//! forked are its own to return. Those of other threads stay, as what these were writing may
//! be half-written: the child may return them by their numbers, and ndv_borrow() does not
//! wait for them. Leases do not reach from one process into another. If another thread waits
//! for a lease at that moment, fork() itself gives memory back in the child: functions of
//! ndv_set_allocator() must then be usable there, as malloc's are.
//!
//! All functions may be called from any thread, and from a deleter, but not from a signal
//! handler.

use crate::arrays::ndv_array;
use crate::check;
use crate::report::{Outcome, answer_into, call};
use crate::status::ndv_status;
use ndview_core::Error;
use ndview_core::insight::lease::{self, LeaseMode, Patience};
use std::ffi::c_char;
use std::time::Duration;

/// A lease: a number, so that it can be kept and handed on anywhere. 0 is none. The number
/// of a lease that was returned is not given out again.
pub type ndv_lease = u64;

/// A lease for reading: others may read.
pub const NDV_READ: i32 = 80;
/// A lease for writing: nobody else may read or write.
pub const NDV_WRITE: i32 = 81;

const _: () = {
    assert!(NDV_READ == LeaseMode::Read as i32);
    assert!(NDV_WRITE == LeaseMode::Write as i32);
};

fn mode(mode: i32) -> Result<LeaseMode, Error> {
    match mode {
        NDV_READ => Ok(LeaseMode::Read),
        NDV_WRITE => Ok(LeaseMode::Write),
        _ => Err(Error::Argument { what: "the mode of the lease", value: mode.into() }),
    }
}

/// # Safety
/// - `array` is an array or NULL, `tag` ends in NUL or is NULL, `lease` can be written or is NULL.
#[track_caller]
unsafe fn borrow(
    array: *const ndv_array,
    mode_code: i32,
    patience: impl FnOnce() -> Outcome<Patience>,
    tag: *const c_char,
    lease: *mut ndv_lease,
) -> ndv_status {
    // SAFETY: as the caller promises.
    unsafe {
        answer_into(lease, 0, || {
            let array = check::array("array", array)?;
            let mode = mode(mode_code)?;
            let patience = patience()?;
            let tag = if tag.is_null() { &[] } else { check::text("tag", tag)? };
            check::pointer("lease", lease)?;
            Ok(lease::borrow(array, mode, tag, patience)?)
        })
    }
}

/// Takes a lease of the bytes of an array, and waits until it can be had.
///
/// ```c
/// ndv_array *image, *left, *right;
/// ndv_lease writer, other;
/// OK(ndv_zeros(NDV_UINT8, NDV_DIMS(4, 6), &image));
/// OK(ndv_slice(image, ":, :3", &left));
/// OK(ndv_slice(image, ":, 3:", &right));
/// OK(ndv_borrow(left, NDV_WRITE, "blur", &writer));
/// OK(ndv_borrow(right, NDV_WRITE, "sharpen", &other));   // goes on at once
/// OK(ndv_fill_int64(left, 1));
/// ndv_return(other);
/// printf("%d\n", ndv_try_borrow(image, NDV_READ, "save", &other) == NDV_E_LEASED);
/// ndv_return(writer);
/// ndv_release(right);
/// ndv_release(left);
/// ndv_release(image);
/// ```
/// ```text
/// 1
/// ```
///
/// @param array       The array, most often a view of what will be read or written. One
///                    without elements conflicts with nothing.
/// @param mode        NDV_READ or NDV_WRITE.
/// @param tag         A name for messages, ending in NUL; its first 24 bytes are kept. NULL
///                    for none.
/// @param[out] lease  The lease, to be given back with ndv_return(). 0 on an error.
/// @return NDV_E_READONLY for a write lease of a read-only array; NDV_E_DEADLOCK if this
///         thread itself holds a lease in conflict, or, in the child of a fork, another
///         thread of the parent did: it would wait for ever; NDV_E_LIMIT for more than
///         1048576 leases.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_borrow(
    array: *const ndv_array,
    mode: i32,
    tag: *const c_char,
    lease: *mut ndv_lease,
) -> ndv_status {
    // SAFETY: the caller passes an array, a text or NULL, and a place for the lease.
    unsafe { borrow(array, mode, || Ok(Patience::Endless), tag, lease) }
}

/// As ndv_borrow(), without waiting.
///
/// @param array       The array.
/// @param mode        NDV_READ or NDV_WRITE.
/// @param tag         A name for messages, or NULL.
/// @param[out] lease  The lease, to be given back with ndv_return(). 0 on an error.
/// @return NDV_E_LEASED if it cannot be had now: because of a lease, this thread's own
///         included, or of a request that waits; NDV_E_READONLY; NDV_E_LIMIT.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_try_borrow(
    array: *const ndv_array,
    mode: i32,
    tag: *const c_char,
    lease: *mut ndv_lease,
) -> ndv_status {
    // SAFETY: see `ndv_borrow`.
    unsafe { borrow(array, mode, || Ok(Patience::None), tag, lease) }
}

/// As ndv_borrow(), waiting only so long. Waits for leases of this thread too, since another
/// thread may return them.
///
/// @param array        The array.
/// @param mode         NDV_READ or NDV_WRITE.
/// @param nanoseconds  The longest time to wait, not negative; 0 is ndv_try_borrow().
/// @param tag          A name for messages, or NULL.
/// @param[out] lease   The lease, to be given back with ndv_return(). 0 on an error.
/// @return NDV_E_LEASED if it could not be had in that time; NDV_E_ARGUMENT if the time is
///         negative; NDV_E_READONLY; NDV_E_LIMIT.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_borrow_timed(
    array: *const ndv_array,
    mode: i32,
    nanoseconds: i64,
    tag: *const c_char,
    lease: *mut ndv_lease,
) -> ndv_status {
    let patience = || match u64::try_from(nanoseconds) {
        Ok(0) => Ok(Patience::None),
        Ok(time) => Ok(Patience::For(Duration::from_nanos(time))),
        Err(_) => Err(Error::Argument { what: "the time to wait", value: nanoseconds }.into()),
    };
    // SAFETY: see `ndv_borrow`.
    unsafe { borrow(array, mode, patience, tag, lease) }
}

/// Gives a lease back, from whichever thread, and wakes those who wait for it. If the array
/// has been released meanwhile, and nothing else stands on it, it goes with the lease.
///
/// @param lease  The lease; 0 is fine.
/// @return NDV_E_RELEASED if the lease is not held: it was returned before, or never given
///         out. Nothing has changed then.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_return(lease: ndv_lease) -> ndv_status {
    call(|| Ok(lease::give_back(lease)?))
}
