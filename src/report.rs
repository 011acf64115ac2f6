//! The one place that turns what went wrong into a status and a message.

use crate::arrays::ndv_array;
use crate::check;
use crate::mode;
use crate::status::*;
use ndview_core::{Array, Error, Handle};
use std::cell::UnsafeCell;
use std::ffi::c_char;
use std::fmt::{self, Write};
use std::panic::{self, AssertUnwindSafe, Location, PanicHookInfo, catch_unwind};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Why a call failed: an argument that never reached the core, or an error from there.
pub enum Fault {
    Null {
        argument: &'static str,
    },
    Handle {
        argument: &'static str,
    },
    Closed {
        argument: &'static str,
    },
    StructSize {
        argument: &'static str,
        given: usize,
        least: usize,
    },
    /// An argument that is wrong in one operand of several.
    Operand {
        position: usize,
        error: OperandError,
    },
    Core(Error),
}

/// What is wrong with an operand.
pub enum OperandError {
    Missing,
    Handle,
    Closed,
    TwoArrays,
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
            Fault::Closed { .. } => NDV_E_CLOSED,
            Fault::StructSize { .. } => NDV_E_ARGUMENT,
            Fault::Operand { error: OperandError::Missing, .. } => NDV_E_NULL,
            Fault::Operand { error: OperandError::Handle, .. } => NDV_E_HANDLE,
            Fault::Operand { error: OperandError::Closed, .. } => NDV_E_CLOSED,
            Fault::Operand { error: OperandError::TwoArrays, .. } => NDV_E_ARGUMENT,
            Fault::Operand { error: OperandError::Core(error), .. } | Fault::Core(error) => {
                status_of(error)
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Fault::Null { argument } => write!(f, "{argument} is NULL"),
            Fault::Handle { argument } => write!(f, "{argument} is not a live array"),
            Fault::Closed { argument } => {
                write!(f, "{argument} is closed: its memory has been given back")
            }
            Fault::StructSize { argument, given, least } => {
                write!(f, "{argument}: struct_size is {given}, it must be at least {least}")
            }
            Fault::Operand { position, error } => write!(f, "operand {position}: {error}"),
            Fault::Core(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for OperandError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            OperandError::Missing => write!(f, "source and destination are NULL"),
            OperandError::Handle => write!(f, "not a live array"),
            OperandError::Closed => write!(f, "closed: its memory has been given back"),
            OperandError::TwoArrays => write!(f, "source and destination are two arrays"),
            OperandError::Core(error) => error.fmt(f),
        }
    }
}

fn status_of(error: &Error) -> ndv_status {
    match error {
        Error::NoCopyScope
        | Error::Argument { .. }
        | Error::Fraction { .. }
        | Error::Item { .. }
        | Error::NotScrambled
        | Error::CloseView => NDV_E_ARGUMENT,
        Error::Released { .. } | Error::NotLeased { .. } => NDV_E_RELEASED,
        Error::Closed | Error::GivenBack { .. } => NDV_E_CLOSED,
        Error::DType { .. }
        | Error::DTypeName { .. }
        | Error::Field { .. }
        | Error::RecordSize { .. }
        | Error::NoRecord { .. }
        | Error::Promote { .. }
        | Error::IndexDType { .. }
        | Error::NotComplex { .. }
        | Error::SameDType { .. }
        | Error::ExpectDType { .. } => NDV_E_DTYPE,
        Error::NoField { .. } | Error::NoFieldAt { .. } => NDV_E_FIELD,
        Error::Cast { .. } | Error::NoNumber { .. } => NDV_E_CAST,
        Error::Value { .. } | Error::SameValue { .. } | Error::Threads { .. } => NDV_E_VALUE,
        Error::ViewAs { .. } => NDV_E_VIEW_AS,
        Error::NegativeExtent { .. }
        | Error::ReshapeSize { .. }
        | Error::ReshapeUnknowns { .. }
        | Error::Squeeze { .. }
        | Error::UnevenSplit { .. }
        | Error::UnstackCount { .. }
        | Error::Window { .. }
        | Error::Rank { .. }
        | Error::NoAxes { .. }
        | Error::Into { .. }
        | Error::MaskShape { .. }
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
        Error::Broadcast { .. }
        | Error::BroadcastRank { .. }
        | Error::BroadcastTogether { .. }
        | Error::WrittenOperand { .. } => NDV_E_BROADCAST,
        Error::ExpectLayout { .. } => NDV_E_LAYOUT,
        Error::OutsideBuffer { .. } => NDV_E_BOUNDS,
        Error::BufferTooSmall { .. } => NDV_E_BUFFER_SIZE,
        Error::Index { .. }
        | Error::FlatIndex { .. }
        | Error::ElementRange { .. }
        | Error::Choice { .. } => NDV_E_INDEX,
        Error::TooManyIndices { .. }
        | Error::IndexCount { .. }
        | Error::ItemCount { .. }
        | Error::Ellipses { .. }
        | Error::ArrayItem { .. } => NDV_E_INDEX_ITEMS,
        Error::Axis { .. }
        | Error::RepeatedAxis { .. }
        | Error::ListOfAxes { .. }
        | Error::WindowCount { .. }
        | Error::AxisCount { .. } => NDV_E_AXIS,
        Error::ZeroStep { .. } => NDV_E_STEP,
        Error::Syntax { .. } => NDV_E_SYNTAX,
        Error::NoMemory { .. } => NDV_E_NOMEM,
        Error::ReadOnly => NDV_E_READONLY,
        Error::ReshapeCopies { .. }
        | Error::LayoutCopies { .. }
        | Error::CompactCopies { .. }
        | Error::CastCopies { .. }
        | Error::HiddenCopy { .. }
        | Error::OperandsOverlap { .. }
        | Error::OperandCopies { .. } => NDV_E_WOULD_COPY,
        Error::SharedByte { .. } => NDV_E_OVERLAP,
        Error::Leased { by, .. } | Error::LeaseUnknown { by, .. } => match by.hold.is_for_ever() {
            false => NDV_E_LEASED,
            true => NDV_E_DEADLOCK,
        },
        Error::ArraysAlive { .. } | Error::InUse { .. } => NDV_E_BUSY,
        Error::Output | Error::File { .. } => NDV_E_IO,
        Error::FileFormat { .. } => NDV_E_FORMAT,
        Error::FileTruncated { .. } => NDV_E_TRUNCATED,
        Error::FileDType { .. } | Error::SaveDType { .. } | Error::NoThreads => NDV_E_UNSUPPORTED,
        Error::Callback { .. } => NDV_E_CALLBACK,
        Error::Overrun { .. } => NDV_E_OVERRUN,
        Error::TooHard { .. } => NDV_E_TOO_HARD,
        Error::Limit { .. } | Error::ThreadNotStarted { .. } => NDV_E_LIMIT,
    }
}

/// Runs the body of a function that returns a status. In checked mode, what it makes is under the name
/// of the function that this is called from, which is what `track_caller` is for: helpers that stand
/// between pass it on.
#[track_caller]
pub fn call(body: impl FnOnce() -> Outcome<()>) -> ndv_status {
    mode::begin_call(Location::caller());
    match guarded(body) {
        Some(Ok(())) => NDV_OK,
        Some(Err(fault)) => failed(&fault),
        None => NDV_E_INTERNAL,
    }
}

/// Out of line, so that calls that succeed do not pay for it.
#[cold]
#[inline(never)]
fn failed(fault: &Fault) -> ndv_status {
    set_message(format_args!("{fault}"));
    fault.status()
}

/// As [`call`], for a function whose answer goes to the caller's memory, or `nothing` on
/// an error.
///
/// # Safety
/// - `place` is NULL or can be written.
#[track_caller]
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
#[track_caller]
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
#[track_caller]
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

/// As [`call_for_array`], for a function that makes `count` arrays: all of them, or none.
///
/// # Safety
/// - `results` is NULL, or `count` pointers can be written there; a count below 0 is none.
#[track_caller]
pub unsafe fn call_for_arrays<Work, Handles>(
    count: i64,
    results: *mut *mut ndv_array,
    arguments: impl FnOnce() -> Outcome<Work>,
) -> ndv_status
where
    Work: FnOnce() -> Result<Handles, Error>,
    Handles: Iterator<Item = Result<Handle, Error>>,
{
    let count = usize::try_from(count).unwrap_or(0);
    let mut places = Places { results, written: 0 };
    for place in 0..if results.is_null() { 0 } else { count } {
        // SAFETY: the caller passes room for so many.
        unsafe { results.add(place).write(null_mut()) };
    }
    call(move || {
        let work = arguments()?;
        if results.is_null() && count > 0 {
            return Err(Fault::Null { argument: "the place for the results" });
        }
        for handle in work()?.take(count) {
            // SAFETY: fewer than `count` are written, and there is room for so many.
            unsafe { places.write(handle?) };
        }
        std::mem::forget(places);
        Ok(())
    })
}

/// The caller's pointers for results, of which the first are written. Dropped before all are, it
/// releases them and sets them to NULL.
struct Places {
    results: *mut *mut ndv_array,
    written: usize,
}

impl Places {
    /// # Safety
    /// - There is room for one more.
    unsafe fn write(&mut self, handle: Handle) {
        // SAFETY: as the caller promises.
        unsafe { self.results.add(self.written).write(into_c(handle)) };
        self.written += 1;
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        for place in 0..self.written {
            // SAFETY: an array was written there, whose only reference this is.
            unsafe {
                let array = self.results.add(place).replace(null_mut());
                drop(Handle::from_raw(array.cast()));
            }
        }
    }
}

pub fn into_c(handle: Handle) -> *mut ndv_array {
    handle.into_raw().cast()
}

pub fn as_c(array: &Array) -> *const ndv_array {
    (&raw const *array).cast()
}

/// Runs the body of a function that returns a value and cannot fail.
pub fn answer<T>(nothing: T, body: impl FnOnce() -> Option<T>) -> T {
    mode::begin_answer();
    guarded(body).flatten().unwrap_or(nothing)
}

/// Runs a body. A panic, which is a bug of the library, goes no further: it leaves its message and
/// no value.
fn guarded<T>(body: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // A payload's own drop might panic again.
            std::mem::forget(payload);
            None
        }
    }
}

/// Rust prints a panic to the standard error unless a hook takes it. The hook is this library's
/// own, as the standard library in it is: another one in the process keeps its hook.
pub fn keep_panics_quiet() {
    static QUIET: AtomicBool = AtomicBool::new(false);
    if !QUIET.swap(true, Relaxed) {
        // A box of a function's name is no allocation, which could fail.
        panic::set_hook(Box::new(report_panic));
    }
}

fn report_panic(panic: &PanicHookInfo) {
    let payload = panic.payload();
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown");
    match panic.location() {
        Some(place) => set_message(format_args!("internal error at {place}: {text}")),
        None => set_message(format_args!("internal error: {text}")),
    }
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
        // SAFETY: the cell is this thread's, and formatting calls nothing that touches it; if it
        // panics, what it has written is not touched again.
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;
    use std::process::Command;

    #[test]
    fn a_panic_becomes_an_internal_error_that_says_where() {
        let seven = std::hint::black_box(7);
        let status = call(|| panic!("{seven} is odd"));
        let number = answer(0, || -> Option<i32> { panic!("{seven} is prime") });
        // Faults of the test itself are to be seen.
        drop(panic::take_hook());
        // SAFETY: the message ends in NUL and this thread makes no call meanwhile.
        let message = unsafe { CStr::from_ptr(message()) }.to_str().expect("the message is UTF-8");
        assert_eq!((status, number), (NDV_E_INTERNAL, 0));
        assert!(message.starts_with("internal error at src/report.rs:"), "{message}");
        assert!(message.ends_with("7 is prime"), "{message}");
    }

    #[test]
    fn a_panic_prints_nothing() {
        let test = "report::tests::a_panic_becomes_an_internal_error_that_says_where";
        let program = std::env::current_exe().expect("a test knows its program");
        let run = Command::new(program).args(["--exact", test, "--nocapture"]).output();
        let run = run.expect("a test can be run by itself");
        let told = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && told.contains("1 passed"), "{told}");
        assert_eq!(String::from_utf8_lossy(&run.stderr), "");
    }
}
