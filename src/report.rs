//! The one place that turns what went wrong into a status and a message.

use crate::arrays::ndv_array;
use crate::check;
use crate::status::*;
use ndview_core::{Array, Error, Handle};
use std::any::Any;
use std::cell::UnsafeCell;
use std::ffi::c_char;
use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

/// Why a call failed: an argument that never reached the core, or an error from there.
pub enum Fault {
    Null { argument: &'static str },
    Handle { argument: &'static str },
    StructSize { argument: &'static str, given: usize, least: usize },
    Core(Error),
}

/// How messages name the parameter for a result.
const RESULT: &str = "the place for the result";

pub type Outcome<T> = Result<T, Fault>;

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Core(error)
    }
}

impl Fault {
    fn status(&self) -> ndv_status {
        match self {
            Fault::Null { .. } => NDV_E_NULL,
            Fault::Handle { .. } => NDV_E_HANDLE,
            Fault::StructSize { .. } => NDV_E_ARGUMENT,
            Fault::Core(error) => status_of(error),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Fault::Null { argument } => write!(f, "{argument} is NULL"),
            Fault::Handle { argument } => write!(f, "{argument} is not a live array"),
            Fault::StructSize { argument, given, least } => {
                write!(f, "{argument}: struct_size is {given}, it must be at least {least}")
            }
            Fault::Core(error) => error.fmt(f),
        }
    }
}

fn status_of(error: &Error) -> ndv_status {
    match error {
        Error::Argument { .. } | Error::Item { .. } => NDV_E_ARGUMENT,
        Error::Released { .. } => NDV_E_RELEASED,
        Error::DType { .. }
        | Error::DTypeName { .. }
        | Error::Promote { .. }
        | Error::SameDType { .. }
        | Error::ExpectDType { .. } => NDV_E_DTYPE,
        Error::Cast { .. } => NDV_E_CAST,
        Error::Value { .. } | Error::SameValue { .. } => NDV_E_VALUE,
        Error::ViewAs { .. } => NDV_E_VIEW_AS,
        Error::NegativeExtent { .. }
        | Error::ReshapeSize { .. }
        | Error::ReshapeUnknowns { .. }
        | Error::Squeeze { .. }
        | Error::Rank { .. }
        | Error::Into { .. }
        | Error::Join { .. }
        | Error::Counts { .. }
        | Error::MaskSize { .. }
        | Error::NoValues
        | Error::SameShape { .. }
        | Error::MaskTooLong { .. }
        | Error::MaskTooLongForAll { .. }
        | Error::Count { .. }
        | Error::IntegerRange { .. }
        | Error::Range { .. } => NDV_E_SHAPE,
        Error::TooManyAxes { .. } | Error::ExpectNdim { .. } => NDV_E_NDIM,
        Error::TooLarge { .. } | Error::BufferTooLarge { .. } => NDV_E_OVERFLOW,
        Error::Broadcast { .. } | Error::BroadcastRank { .. } | Error::BroadcastTogether { .. } => {
            NDV_E_BROADCAST
        }
        Error::ExpectLayout { .. } => NDV_E_LAYOUT,
        Error::OutsideBuffer { .. } => NDV_E_BOUNDS,
        Error::BufferTooSmall { .. } => NDV_E_BUFFER_SIZE,
        Error::Index { .. } | Error::FlatIndex { .. } | Error::Choice { .. } => NDV_E_INDEX,
        Error::TooManyIndices { .. }
        | Error::IndexCount { .. }
        | Error::Ellipses { .. }
        | Error::ArrayItem { .. } => NDV_E_INDEX_ITEMS,
        Error::Axis { .. }
        | Error::RepeatedAxis { .. }
        | Error::ListOfAxes { .. }
        | Error::AxisCount { .. } => NDV_E_AXIS,
        Error::ZeroStep { .. } => NDV_E_STEP,
        Error::Syntax { .. } => NDV_E_SYNTAX,
        Error::NoMemory { .. } => NDV_E_NOMEM,
        Error::ReadOnly => NDV_E_READONLY,
        Error::ReshapeCopies { .. } | Error::LayoutCopies { .. } | Error::CastCopies { .. } => {
            NDV_E_WOULD_COPY
        }
        Error::SharedByte { .. } => NDV_E_OVERLAP,
        Error::ArraysAlive { .. } => NDV_E_BUSY,
        Error::Output | Error::File { .. } => NDV_E_IO,
        Error::FileFormat { .. } => NDV_E_FORMAT,
        Error::FileTruncated { .. } => NDV_E_TRUNCATED,
        Error::FileDType { .. } | Error::SaveDType { .. } => NDV_E_UNSUPPORTED,
        Error::TooHard { .. } => NDV_E_TOO_HARD,
        Error::Limit { .. } => NDV_E_LIMIT,
    }
}

/// Runs the body of a function that returns a status. A panic, which is a bug of the library, goes
/// no further.
pub fn call(body: impl FnOnce() -> Outcome<()>) -> ndv_status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => NDV_OK,
        Ok(Err(fault)) => {
            set_message(format_args!("{fault}"));
            fault.status()
        }
        Err(payload) => internal_error(payload),
    }
}

/// As [`call`], for a function whose answer goes to the caller's memory, or `nothing` on
/// an error.
///
/// # Safety
/// - `place` is NULL or can be written.
pub unsafe fn answer_into<T: Copy>(
    place: *mut T,
    nothing: T,
    body: impl FnOnce() -> Outcome<T>,
) -> ndv_status {
    // Written last: the place may be one of the arguments too.
    let mut answer = nothing;
    let status = call(|| {
        answer = body()?;
        if place.is_null() { Err(Fault::Null { argument: RESULT }) } else { Ok(()) }
    });
    if !place.is_null() {
        // SAFETY: the caller passes a place that can be written.
        unsafe { place.write(answer) };
    }
    status
}

/// As [`call`], for a function whose result is an array: first its arguments are checked, then the
/// place for the result, which stands behind them, then the work is done.
///
/// # Safety
/// - `result` is NULL or can be written.
pub unsafe fn call_for_array<Work>(
    result: *mut *mut ndv_array,
    arguments: impl FnOnce() -> Outcome<Work>,
) -> ndv_status
where
    Work: FnOnce() -> Result<Handle, Error>,
{
    if !result.is_null() {
        // SAFETY: the caller passes a pointer that can be written.
        unsafe { result.write(null_mut()) };
    }
    call(|| {
        let work = arguments()?;
        if result.is_null() {
            return Err(Fault::Null { argument: RESULT });
        }
        let handle = work()?;
        // SAFETY: as above.
        unsafe { result.write(into_c(handle)) };
        Ok(())
    })
}

/// As [`call_for_array`], for a function that makes an array from an array.
///
/// # Safety
/// - `array` is an array or NULL; `result` can be written or is NULL.
pub unsafe fn array_of_array<'a, Work>(
    array: *const ndv_array,
    result: *mut *mut ndv_array,
    arguments: impl FnOnce(&'a Array) -> Outcome<Work>,
) -> ndv_status
where
    Work: FnOnce() -> Result<Handle, Error>,
{
    // SAFETY: as the caller promises.
    unsafe { call_for_array(result, || arguments(check::array("array", array)?)) }
}

pub fn into_c(handle: Handle) -> *mut ndv_array {
    handle.into_raw().cast()
}

pub fn as_c(array: &Array) -> *const ndv_array {
    (&raw const *array).cast()
}

/// Runs the body of a function that returns a value and cannot fail.
pub fn answer<T>(nothing: T, body: impl FnOnce() -> Option<T>) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value.unwrap_or(nothing),
        Err(payload) => {
            internal_error(payload);
            nothing
        }
    }
}

fn internal_error(payload: Box<dyn Any + Send>) -> ndv_status {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    set_message(format_args!("internal error: {}", text.unwrap_or("unknown")));
    // A payload's own drop might panic again.
    std::mem::forget(payload);
    NDV_E_INTERNAL
}

/// The message of the last error on this thread, cut where it does not fit; always ends in NUL.
struct Message {
    bytes: [u8; Message::CAPACITY],
    len: usize,
}

impl Message {
    const CAPACITY: usize = 512;
}

impl Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut kept = text.len().min(Message::CAPACITY - 1 - self.len);
        while !text.is_char_boundary(kept) {
            kept -= 1;
        }
        self.bytes[self.len..self.len + kept].copy_from_slice(&text.as_bytes()[..kept]);
        self.len += kept;
        if kept < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

thread_local! {
    // No destructor: the message needs no memory and outlives every other destructor.
    static MESSAGE: UnsafeCell<Message> =
        const { UnsafeCell::new(Message { bytes: [0; Message::CAPACITY], len: 0 }) };
}

pub fn set_message(text: fmt::Arguments) {
    MESSAGE.with(|cell| {
        // SAFETY: the cell is this thread's, and formatting calls nothing that touches it.
        let message = unsafe { &mut *cell.get() };
        message.len = 0;
        // An error means that the text was cut.
        let _ = message.write_fmt(text);
        message.bytes[message.len] = 0;
    });
}

pub fn message() -> *const c_char {
    MESSAGE.with(|cell| cell.get().cast_const().cast())
}
