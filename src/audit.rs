//! Copy audit.
//!
//! Who copies, and why. A copy is asked for where its result is what the caller wanted:
//! ndv_copy(), ndv_take_array(), ndv_concatenate(). It is hidden where it is made on the
//! way: by ndv_reshape() and its kin under NDV_COPY_IF_NEEDED, or as a temporary of a
//! write between arrays that share memory. A program can ask beforehand, be told of each,
//! count them, and forbid hidden ones on a thread: for tests, and for code that must not
//! wait for memory. ndv_set_plan() asks for ndv_set().
//!
//! The 8 KiB buffers of ndv_apply() and what functions take of the stack are no copies in
//! this sense.

use crate::arrays::ndv_array;
use crate::check;
use crate::report::{Outcome, call};
use crate::status::ndv_status;
use ndview_core::buffer::audit::{self, Made};
use ndview_core::buffer::counters::{self, Copies};
use ndview_core::copies::{self, WouldCopy};
use ndview_core::layout::Order;
use ndview_core::{Casting, DType};
use std::ffi::{c_char, c_void};
use std::ptr::null;
use std::sync::{Mutex, PoisonError};

/// Whether a call would copy, and why. Set struct_size to sizeof(ndv_copy_report), or
/// begin with NDV_COPY_REPORT_INIT of ndview_c99.h.
#[repr(C)]
pub struct ndv_copy_report {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// 1 if it would copy, else 0, and then so are all fields below.
    pub copies: i32,
    /// The axis whose stride is in the way; -1 if it is the type.
    pub axis: i32,
    /// The axes that would have to merge, from the first to the last: for ndv_reshape().
    /// Otherwise both are `axis`.
    pub first_axis: i32,
    /// The last of them.
    pub last_axis: i32,
    /// The stride that the axis has, in bytes.
    pub stride: i64,
    /// The stride that it would need.
    pub needed_stride: i64,
    /// The bytes that the copy would take.
    pub bytes: usize,
}

/// # Safety
/// - See the functions below.
#[track_caller]
unsafe fn report_into(
    report: *mut ndv_copy_report,
    answer: impl FnOnce() -> Outcome<Option<WouldCopy>>,
) -> ndv_status {
    // SAFETY: the caller passes a struct whose first field is its size.
    call(|| unsafe {
        let answer = answer()?;
        let struct_size = check::struct_size("report", report.cast_const())?;
        let mut filled = ndv_copy_report {
            struct_size,
            copies: 0,
            axis: 0,
            first_axis: 0,
            last_axis: 0,
            stride: 0,
            needed_stride: 0,
            bytes: 0,
        };
        if let Some(WouldCopy { axes, stride, needed_stride, bytes }) = answer {
            let (first, axis, last) = axes.unwrap_or((-1, -1, -1));
            (filled.first_axis, filled.axis, filled.last_axis) = (first, axis, last);
            (filled.stride, filled.needed_stride) = (stride, needed_stride);
            (filled.copies, filled.bytes) = (1, bytes);
        }
        report.write(filled);
        Ok(())
    })
}

/// Whether ndv_reshape() would copy, without doing it.
///
/// ```c
/// ndv_array *a, *t;
/// ndv_copy_report report = NDV_COPY_REPORT_INIT;
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(3, 4), &a));
/// OK(ndv_transpose(a, &t));
/// OK(ndv_would_copy_reshape(t, NDV_DIMS(12), NDV_ORDER_C, &report));
/// printf("%d: axis %d has stride %lld where %lld is needed, %zu bytes\n", report.copies,
///        report.axis, (long long)report.stride, (long long)report.needed_stride, report.bytes);
/// ndv_release(t);
/// ndv_release(a);
/// ```
/// ```text
/// 1: axis 0 has stride 8 where 96 is needed, 96 bytes
/// ```
///
/// @param array        The array.
/// @param ndim         Number of axes of the result.
/// @param shape        ndim extents, as for ndv_reshape().
/// @param order        NDV_ORDER_C, NDV_ORDER_F or NDV_ORDER_A.
/// @param[out] report  The answer.
/// @return What ndv_reshape() returns, except NDV_E_WOULD_COPY and NDV_E_NOMEM.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_would_copy_reshape(
    array: *const ndv_array,
    ndim: i32,
    shape: *const i64,
    order: i32,
    report: *mut ndv_copy_report,
) -> ndv_status {
    // SAFETY: the caller passes an array, `ndim` extents and a report. So for those below.
    unsafe {
        report_into(report, || {
            let array = check::array("array", array)?;
            let shape = check::axes("shape", ndim, shape)?;
            Ok(copies::would_copy_reshape(array, shape, Order::from_code_without_k(order)?)?)
        })
    }
}

/// Whether ndv_ravel() would copy, without doing it.
///
/// @param array        The array.
/// @param order        In which order the elements would be read.
/// @param[out] report  The answer.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_would_copy_ravel(
    array: *const ndv_array,
    order: i32,
    report: *mut ndv_copy_report,
) -> ndv_status {
    // SAFETY: see `ndv_would_copy_reshape`.
    unsafe {
        report_into(report, || {
            let array = check::array("array", array)?;
            Ok(copies::would_copy_ravel(array, Order::from_code(order)?))
        })
    }
}

/// Whether ndv_contiguous() would copy, without doing it.
///
/// @param array        The array.
/// @param order        NDV_ORDER_C, NDV_ORDER_F, or NDV_ORDER_A for either.
/// @param[out] report  The answer.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_would_copy_contiguous(
    array: *const ndv_array,
    order: i32,
    report: *mut ndv_copy_report,
) -> ndv_status {
    // SAFETY: see `ndv_would_copy_reshape`.
    unsafe {
        report_into(report, || {
            let array = check::array("array", array)?;
            let order = Order::from_code_without_k(order)?;
            Ok(copies::would_copy_astype(array, array.dtype(), order, Casting::No)?)
        })
    }
}

/// Whether ndv_astype() would copy, without doing it.
///
/// @param array        The array.
/// @param dtype        The type of the result.
/// @param order        NDV_ORDER_C, F, A or K.
/// @param casting      One of NDV_CAST_.
/// @param[out] report  The answer.
/// @return NDV_E_DTYPE; NDV_E_CAST.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_would_copy_astype(
    array: *const ndv_array,
    dtype: i32,
    order: i32,
    casting: i32,
    report: *mut ndv_copy_report,
) -> ndv_status {
    // SAFETY: see `ndv_would_copy_reshape`.
    unsafe {
        report_into(report, || {
            let array = check::array("array", array)?;
            let (dtype, order) = (DType::from_code(dtype)?, Order::from_code(order)?);
            let casting = Casting::from_code(casting)?;
            Ok(copies::would_copy_astype(array, dtype, order, casting)?)
        })
    }
}

/// A copy that the library has made, as a hook is told.
#[repr(C)]
pub struct ndv_copy_event {
    /// The size of this struct, as the library knows it.
    pub struct_size: usize,
    /// A word for what was done: "reshape", "write", "select", "join", "apply" and so on.
    /// Static text.
    pub operation: *const c_char,
    /// Of a hidden copy, why it was needed: static text. NULL if it was asked for.
    pub reason: *const c_char,
    /// The bytes that were copied.
    pub bytes: usize,
}

/// Is told of every copy, on the thread that made it, after it was made. It may call the
/// library, and must not throw or longjmp.
pub type ndv_copy_hook =
    Option<unsafe extern "C-unwind" fn(event: *const ndv_copy_event, context: *mut c_void)>;

struct Hook {
    function: unsafe extern "C-unwind" fn(*const ndv_copy_event, *mut c_void),
    context: *mut c_void,
}

// SAFETY: the context goes back to the caller's function alone, which may be called on any thread.
unsafe impl Send for Hook {}

static HOOK: Mutex<Option<Hook>> = Mutex::new(None);

fn tell(made: &Made) {
    let hook = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(Hook { function, context }) = *hook else { return };
    // The hook may call the library, and so come here again.
    drop(hook);
    let event = ndv_copy_event {
        struct_size: size_of::<ndv_copy_event>(),
        operation: made.operation.as_ptr(),
        reason: made.reason.map_or(null(), |reason| reason.as_ptr()),
        bytes: made.bytes,
    };
    // SAFETY: the caller of `ndv_set_copy_hook` promised a working function.
    unsafe { function(&raw const event, context) };
}

/// Has a function told of every copy from now on, in the place of the one before it. A
/// call that is running on another thread may still tell the one before.
///
/// @param hook     The function; NULL for none.
/// @param context  Given to it.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_copy_hook(
    hook: ndv_copy_hook,
    context: *mut c_void,
) -> ndv_status {
    call(|| {
        let mut current = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
        *current = hook.map(|function| Hook { function, context });
        audit::set_listener(hook.is_some().then_some(tell));
        Ok(())
    })
}

/// Forbids hidden copies on this thread, until ndv_allow_hidden_copies() has been called as
/// often: whatever would make one returns NDV_E_WOULD_COPY instead, and has done nothing.
///
/// ```c
/// ndv_array *a, *even, *back;
/// OK(ndv_arange(0, 9, 1, &a));
/// OK(ndv_slice(a, "::2", &even));
/// OK(ndv_slice(a, "4::-1", &back));
/// OK(ndv_forbid_hidden_copies());
/// if (ndv_set(even, back, NDV_CAST_NO) == NDV_E_WOULD_COPY)
///     puts(ndv_last_error_message());
/// OK(ndv_allow_hidden_copies());
/// ndv_release(back);
/// ndv_release(even);
/// ndv_release(a);
/// ```
/// ```text
/// write would make a hidden copy of 40 bytes, which this thread forbids: what is read shares memory with what is written
/// ```
///
/// @return NDV_E_LIMIT after 2^32 - 1 calls.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn ndv_forbid_hidden_copies() -> ndv_status {
    call(|| Ok(audit::forbid()?))
}

/// Takes one ndv_forbid_hidden_copies() of this thread back.
///
/// @return NDV_E_ARGUMENT if there is none.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn ndv_allow_hidden_copies() -> ndv_status {
    call(|| Ok(audit::allow()?))
}

/// Copies that were made since the program began. Set struct_size to
/// sizeof(ndv_copy_counts), or begin with NDV_COPY_COUNTS_INIT of ndview_c99.h.
#[repr(C)]
pub struct ndv_copy_counts {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// Copies, asked for and hidden.
    pub copies: i64,
    /// The bytes that they wrote.
    pub bytes: i64,
    /// Of these copies, the hidden ones.
    pub hidden_copies: i64,
    /// The bytes of the hidden ones.
    pub hidden_bytes: i64,
}

/// The copies that this thread has made.
///
/// @param[out] counts  The counts.
/// @return NDV_E_ARGUMENT for a struct_size too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_thread_copies(counts: *mut ndv_copy_counts) -> ndv_status {
    // SAFETY: the caller passes a struct whose first field is its size.
    unsafe { count_into(counts, counters::own_copies) }
}

/// The copies that all threads have made together. Exact whenever no call is running.
///
/// @param[out] counts  The counts.
/// @return NDV_E_ARGUMENT for a struct_size too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_all_copies(counts: *mut ndv_copy_counts) -> ndv_status {
    // SAFETY: the caller passes a struct whose first field is its size.
    unsafe { count_into(counts, || counters::snapshot().copied) }
}

/// # Safety
/// - `counts` is NULL or points to a struct whose first field is its size.
#[track_caller]
unsafe fn count_into(counts: *mut ndv_copy_counts, count: impl FnOnce() -> Copies) -> ndv_status {
    // SAFETY: the caller's.
    call(|| unsafe {
        let struct_size = check::struct_size("counts", counts.cast_const())?;
        let Copies { copies, bytes, hidden_copies, hidden_bytes } = count();
        counts.write(ndv_copy_counts { struct_size, copies, bytes, hidden_copies, hidden_bytes });
        Ok(())
    })
}
