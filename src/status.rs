//! Status and version.
//!
//! Every function that can fail returns one of these codes. They are never renumbered;
//! a new one takes a number that was not used before. Nothing here takes memory or
//! fails, and every function may be called from any thread at any time.

use crate::report;
use ndview_core::transfer;
use std::ffi::{CStr, c_char};

/// What a call came to: NDV_OK or one of the NDV_E_ codes.
pub type ndv_status = i32;

/// All went well.
pub const NDV_OK: i32 = 0;

/// An argument is NULL that must not be.
pub const NDV_E_NULL: i32 = 1;
/// A pointer does not lead to a live array.
pub const NDV_E_HANDLE: i32 = 2;
/// A number names no constant of its kind, or a struct_size is too small.
pub const NDV_E_ARGUMENT: i32 = 3;
/// One release too many, or a lease that is not held.
pub const NDV_E_RELEASED: i32 = 4;
/// The memory has been given back: by ndv_close(), or with the array that it was.
pub const NDV_E_CLOSED: i32 = 5;

/// No such element type, or no type that holds both.
pub const NDV_E_DTYPE: i32 = 10;
/// The casting rule forbids the conversion.
pub const NDV_E_CAST: i32 = 11;
/// A value does not fit the element type, or what it is for.
pub const NDV_E_VALUE: i32 = 12;
/// The bytes cannot be viewed as that type.
pub const NDV_E_VIEW_AS: i32 = 13;
/// A record has no such field.
pub const NDV_E_FIELD: i32 = 14;

/// A shape, a length or a number of elements is wrong.
pub const NDV_E_SHAPE: i32 = 20;
/// More than 64 axes, fewer than none, or another number than expected.
pub const NDV_E_NDIM: i32 = 21;
/// More bytes than can be addressed: the most is 2^63 - 65.
pub const NDV_E_OVERFLOW: i32 = 22;
/// The shapes do not broadcast.
pub const NDV_E_BROADCAST: i32 = 23;
/// The elements leave the buffer.
pub const NDV_E_BOUNDS: i32 = 24;
/// The caller's memory is too small.
pub const NDV_E_BUFFER_SIZE: i32 = 25;
/// The elements do not lie as the caller expects.
pub const NDV_E_LAYOUT: i32 = 26;

/// An index or a position is out of range.
pub const NDV_E_INDEX: i32 = 30;
/// An axis is out of range or named twice, or a list of axes has the wrong length.
pub const NDV_E_AXIS: i32 = 31;
/// The step of a slice is zero.
pub const NDV_E_STEP: i32 = 32;
/// Slice text cannot be read; the message names the byte.
pub const NDV_E_SYNTAX: i32 = 33;
/// Index items do not go with the array: too many, too few, a second ellipsis.
pub const NDV_E_INDEX_ITEMS: i32 = 34;

/// No memory.
pub const NDV_E_NOMEM: i32 = 40;
/// The array is read-only.
pub const NDV_E_READONLY: i32 = 41;
/// It would take a copy, and the caller forbade it.
pub const NDV_E_WOULD_COPY: i32 = 42;
/// Not while arrays are alive, or others use the memory.
pub const NDV_E_BUSY: i32 = 43;
/// Memory is shared where the call needs it apart.
pub const NDV_E_OVERLAP: i32 = 44;
/// A lease stands against it; the message names it.
pub const NDV_E_LEASED: i32 = 45;
/// The thread would wait for ever, for a lease of its own or one that nobody can return.
pub const NDV_E_DEADLOCK: i32 = 46;

/// The exact answer needs more work than was allowed.
pub const NDV_E_TOO_HARD: i32 = 50;
/// A limit of the library is reached, or one of the system's.
pub const NDV_E_LIMIT: i32 = 51;
/// An element type that arrays have and a file cannot hold, or the other way round.
pub const NDV_E_UNSUPPORTED: i32 = 52;

/// Reading or writing a file or a stream failed.
pub const NDV_E_IO: i32 = 60;
/// Not a file of the format, or a malformed one; the message names the byte.
pub const NDV_E_FORMAT: i32 = 61;
/// A file ends before its elements do.
pub const NDV_E_TRUNCATED: i32 = 62;

/// A function of the caller's returned that it wants to stop.
pub const NDV_E_CALLBACK: i32 = 70;
/// Bytes that belong to no element were written.
pub const NDV_E_OVERRUN: i32 = 71;

/// A bug in the library. Please report the message.
pub const NDV_E_INTERNAL: i32 = 90;

/// What went wrong in the last call on this thread that failed, naming the values:
/// "index 7 is out of bounds for axis 1 with size 5". Calls that succeed leave it
/// alone.
///
/// ```c
/// ndv_array *a, *v;
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(4, 5), &a));
/// ndv_status status = ndv_slice(a, "0, 7", &v);
/// if (status != NDV_OK)
///     printf("%s: %s\n", ndv_status_name(status), ndv_last_error_message());
/// ndv_release(v);   // NULL after an error: nothing to release, and no harm
/// ndv_release(a);
/// ```
/// ```text
/// NDV_E_INDEX: index 7 is out of bounds for axis 1 with size 5
/// ```
///
/// @return Never NULL; empty if no call has failed. Borrowed: valid until the next call
///         on this thread that fails, or the thread's end.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_last_error_message() -> *const c_char {
    report::message()
}

/// The name of a status code, as it is spelled in this header: "NDV_E_NULL".
///
/// @param status  Any number.
/// @return Never NULL; "unknown status" for a number that is no code. Static.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_status_name(status: i32) -> *const c_char {
    name(status).as_ptr()
}

fn name(status: i32) -> &'static CStr {
    match status {
        NDV_OK => c"NDV_OK",
        NDV_E_NULL => c"NDV_E_NULL",
        NDV_E_HANDLE => c"NDV_E_HANDLE",
        NDV_E_ARGUMENT => c"NDV_E_ARGUMENT",
        NDV_E_RELEASED => c"NDV_E_RELEASED",
        NDV_E_CLOSED => c"NDV_E_CLOSED",
        NDV_E_DTYPE => c"NDV_E_DTYPE",
        NDV_E_CAST => c"NDV_E_CAST",
        NDV_E_VALUE => c"NDV_E_VALUE",
        NDV_E_VIEW_AS => c"NDV_E_VIEW_AS",
        NDV_E_FIELD => c"NDV_E_FIELD",
        NDV_E_SHAPE => c"NDV_E_SHAPE",
        NDV_E_NDIM => c"NDV_E_NDIM",
        NDV_E_OVERFLOW => c"NDV_E_OVERFLOW",
        NDV_E_BROADCAST => c"NDV_E_BROADCAST",
        NDV_E_BOUNDS => c"NDV_E_BOUNDS",
        NDV_E_BUFFER_SIZE => c"NDV_E_BUFFER_SIZE",
        NDV_E_LAYOUT => c"NDV_E_LAYOUT",
        NDV_E_INDEX => c"NDV_E_INDEX",
        NDV_E_AXIS => c"NDV_E_AXIS",
        NDV_E_STEP => c"NDV_E_STEP",
        NDV_E_SYNTAX => c"NDV_E_SYNTAX",
        NDV_E_INDEX_ITEMS => c"NDV_E_INDEX_ITEMS",
        NDV_E_NOMEM => c"NDV_E_NOMEM",
        NDV_E_READONLY => c"NDV_E_READONLY",
        NDV_E_WOULD_COPY => c"NDV_E_WOULD_COPY",
        NDV_E_BUSY => c"NDV_E_BUSY",
        NDV_E_OVERLAP => c"NDV_E_OVERLAP",
        NDV_E_LEASED => c"NDV_E_LEASED",
        NDV_E_DEADLOCK => c"NDV_E_DEADLOCK",
        NDV_E_TOO_HARD => c"NDV_E_TOO_HARD",
        NDV_E_LIMIT => c"NDV_E_LIMIT",
        NDV_E_UNSUPPORTED => c"NDV_E_UNSUPPORTED",
        NDV_E_IO => c"NDV_E_IO",
        NDV_E_FORMAT => c"NDV_E_FORMAT",
        NDV_E_TRUNCATED => c"NDV_E_TRUNCATED",
        NDV_E_CALLBACK => c"NDV_E_CALLBACK",
        NDV_E_OVERRUN => c"NDV_E_OVERRUN",
        NDV_E_INTERNAL => c"NDV_E_INTERNAL",
        _ => c"unknown status",
    }
}

/// The version of the library that runs, "0.1.0"; NDV_VERSION_STRING is the header's.
///
/// @return Never NULL. Static.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The version of the library that runs, as NDV_VERSION_NUMBER counts: major * 10000 +
/// minor * 100 + patch.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_version_number() -> i32 {
    const fn number(text: &str) -> i32 {
        let bytes = text.as_bytes();
        let mut value = 0;
        let mut at = 0;
        while at < bytes.len() {
            value = value * 10 + (bytes[at] - b'0') as i32;
            at += 1;
        }
        value
    }
    number(env!("CARGO_PKG_VERSION_MAJOR")) * 10_000
        + number(env!("CARGO_PKG_VERSION_MINOR")) * 100
        + number(env!("CARGO_PKG_VERSION_PATCH"))
}

/// The instruction set that elements are moved with: "avx512", "avx2", "neon" or
/// "portable". The first call that moves elements, or this one, chooses the best that
/// the processor has, once for the life of the process. NDV_ISA in the environment may
/// name a lesser one, for tests and measurements; a name that is not known, or that
/// the processor has no such set for, is ignored. Results are the same with each.
///
/// @return Never NULL. Static.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_isa() -> *const c_char {
    transfer::isa().as_ptr()
}
