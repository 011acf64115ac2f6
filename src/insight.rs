//! Insight.
//!
//! Seeing what there is: arrays as text, what is alive and what was copied, checked mode,
//! and where memory comes from.

use crate::arrays::ndv_array;
use crate::check;
use crate::mode;
use crate::report::{Outcome, answer, call};
use crate::status::ndv_status;
use ndview_core::buffer::{allocator, counters};
use ndview_core::insight::{
    FloatMode, FormatOptions, Shown, Sign, format_into, print, report_alive_into,
};
use ndview_core::{Array, Error};
use std::ffi::{c_char, c_void};

/// Digits: as many as it takes to read the same number back.
pub const NDV_DIGITS_UNIQUE: i32 = 30;
/// Digits: as NDV_DIGITS_UNIQUE, but at most `precision` after the point. NumPy's
/// default.
pub const NDV_DIGITS_MAXPREC: i32 = 31;
/// Digits: as NDV_DIGITS_MAXPREC, every element with as many as the one that needs
/// most.
pub const NDV_DIGITS_MAXPREC_EQUAL: i32 = 32;
/// Digits: `precision` after the point.
pub const NDV_DIGITS_FIXED: i32 = 33;

/// How an array is printed: NumPy's `printoptions`. Begin with NDV_FORMAT_OPTIONS_INIT
/// of ndview_c99.h, which has the defaults.
#[repr(C)]
pub struct ndv_format_options {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// Digits after the point, 0 to 1000; default 8. Not used by NDV_DIGITS_UNIQUE.
    pub precision: i32,
    /// One of NDV_DIGITS_; default NDV_DIGITS_UNIQUE, which NumPy calls
    /// floatmode='unique'.
    pub digits: i32,
    /// Not 0: small numbers are shown as 0 rather than with exponents; default 0.
    pub suppress_small: i32,
    /// '-' shows the sign of negative numbers, '+' of all, ' ' leaves a blank; default
    /// '-'.
    pub sign: i32,
    /// Arrays of more elements are summarised; default 1000.
    pub threshold: i64,
    /// How many entries a summary shows at each end of an axis; default 3.
    pub edge_items: i64,
    /// Where lines are wrapped, in bytes; default 75.
    pub line_width: i64,
}

/// # Safety
/// - `options` is NULL or points to a struct whose first field is its size.
unsafe fn read_options(options: *const ndv_format_options) -> Outcome<FormatOptions> {
    if options.is_null() {
        return Ok(FormatOptions::default());
    }
    // SAFETY: as the caller promises.
    let options = unsafe {
        check::struct_size("options", options)?;
        &*options
    };
    let argument = |what, value: i32| Error::Argument { what, value: value.into() };
    let precision = u16::try_from(options.precision).ok().filter(|&precision| precision <= 1000);
    Ok(FormatOptions {
        precision: precision.ok_or(argument("the precision", options.precision))?,
        float_mode: match options.digits {
            NDV_DIGITS_UNIQUE => FloatMode::Unique,
            NDV_DIGITS_MAXPREC => FloatMode::MaxPrec,
            NDV_DIGITS_MAXPREC_EQUAL => FloatMode::MaxPrecEqual,
            NDV_DIGITS_FIXED => FloatMode::Fixed,
            other => return Err(argument("the digits", other).into()),
        },
        suppress_small: options.suppress_small != 0,
        threshold: options.threshold,
        edge_items: options.edge_items,
        line_width: options.line_width,
        sign: match u8::try_from(options.sign) {
            Ok(b'-') => Sign::Minus,
            Ok(b'+') => Sign::Plus,
            Ok(b' ') => Sign::Space,
            _ => return Err(argument("the sign", options.sign).into()),
        },
    })
}

fn shown(array: &Array) -> Shown<'_> {
    Shown {
        data: array.data(),
        dtype: array.dtype(),
        shape: array.shape(),
        strides: array.strides(),
    }
}

/// An array as text, as NumPy prints it: `[[0 1 2]\n [3 4 5]]`. Numbers have as many
/// digits as it takes to read them back, columns are aligned, large arrays are
/// summarised by `...`. Records are `[(1, 2.5) (3, 4. )]`, each field a column of its own;
/// raw bytes are `b'\x00\x2A'`.
///
/// ```c
/// ndv_array *a;
/// char text[64];
/// ndv_format_options options = NDV_FORMAT_OPTIONS_INIT;
/// options.digits = NDV_DIGITS_FIXED;
/// options.precision = 2;
/// OK(ndv_linspace(0, 1, 4, 1, &a));
/// OK(ndv_format(a, &options, text, sizeof text, NULL));
/// printf("a is %s\n", text);
/// ndv_release(a);
/// ```
/// ```text
/// a is [0.00 0.33 0.67 1.00]
/// ```
///
/// @param array        The array. No other thread may write its elements meanwhile.
/// @param options      NULL for the defaults.
/// @param buffer       Where the text goes, ending in NUL; cut if it does not fit. NULL
///                     if capacity is 0.
/// @param capacity     The room there, in bytes.
/// @param[out] length  The length of the whole text, without the NUL: the text was cut
///                     if it is not below capacity. 0 on an error. NULL if not wanted.
/// @return NDV_E_ARGUMENT for options that are none; NDV_E_NOMEM for records alone.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_format(
    array: *const ndv_array,
    options: *const ndv_format_options,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> ndv_status {
    let mut whole = 0;
    // SAFETY: the caller passes an array, whose elements no other thread writes meanwhile, options
    // or NULL, and `capacity` bytes.
    let status = call(|| unsafe {
        let array = check::array("array", array)?;
        let options = read_options(options)?;
        if capacity != 0 {
            check::pointer("buffer", buffer)?;
        }
        whole = format_into(&shown(array), &options, buffer.cast(), capacity)?;
        Ok(())
    });
    if !length.is_null() {
        // SAFETY: the caller passes a place that can be written.
        unsafe { length.write(whole) };
    }
    status
}

/// Prints an array and a newline to the C library's standard output: NumPy's
/// `print(a)`.
///
/// @param array  The array. No other thread may write its elements meanwhile.
/// @return NDV_E_IO if the stream refuses.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_print(array: *const ndv_array) -> ndv_status {
    // SAFETY: the caller passes an array, whose elements no other thread writes meanwhile.
    call(|| unsafe {
        let array = check::array("array", array)?;
        Ok(print(&shown(array), &FormatOptions::default())?)
    })
}

/// What is alive, and what was copied since the program began. Set struct_size to
/// sizeof(ndv_statistics), or begin with NDV_STATISTICS_INIT of ndview_c99.h.
#[repr(C)]
pub struct ndv_statistics {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// Arrays, views included.
    pub arrays_alive: i64,
    /// Buffers: arrays that own their bytes.
    pub buffers_alive: i64,
    /// Bytes of those buffers, of wrapped ones as much as was given.
    pub bytes_alive: i64,
    /// Copies made: by the functions of section 5, by ndv_reshape() and ndv_ravel(),
    /// and as temporaries of ndv_set().
    pub copies: i64,
    /// The bytes that these copies wrote. Elements that ndv_set() moves from one array
    /// to another are no copy in this sense: the caller made both.
    pub bytes_copied: i64,
}

/// The library's counts, of all threads together.
///
/// ```c
/// ndv_statistics s = NDV_STATISTICS_INIT;   // sets struct_size
/// OK(ndv_get_statistics(&s));
/// printf("%lld arrays were not released\n", (long long)s.arrays_alive);
/// ```
/// ```text
/// 0 arrays were not released
/// ```
///
/// @param[in,out] statistics  With struct_size set; left alone on an error. Exact if no
///                            other call is running.
/// @return NDV_E_ARGUMENT if struct_size is too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_statistics(statistics: *mut ndv_statistics) -> ndv_status {
    // SAFETY: the caller passes a struct whose first field is its size.
    call(|| unsafe {
        let struct_size = check::struct_size("statistics", statistics.cast_const())?;
        let counts = counters::snapshot();
        statistics.write(ndv_statistics {
            struct_size,
            arrays_alive: counts.arrays_alive,
            buffers_alive: counts.buffers_alive,
            bytes_alive: counts.bytes_alive,
            copies: counts.copies,
            bytes_copied: counts.bytes_copied,
        });
        Ok(())
    })
}

/// Checked mode: off. Costs nothing.
pub const NDV_CHECKED_OFF: i32 = 0;
/// Checked mode: on.
pub const NDV_CHECKED_ON: i32 = 1;
/// Checked mode: on, and what is not released is listed on the C library's standard error
/// when the program exits.
pub const NDV_CHECKED_LEAKS: i32 = 2;

/// Turns checked mode on or off, for looking for faults in a program. The variable
/// NDV_CHECKED in the environment does so without a change to the program: `1` is
/// NDV_CHECKED_ON, `leaks` NDV_CHECKED_LEAKS, nothing or `0` NDV_CHECKED_OFF. It is read
/// once, in the first call of the process, and must not change meanwhile.
///
/// In checked mode every handle is looked up among those that are alive. One that was
/// released, or released twice, or was never an array is NDV_E_HANDLE, or 0, NULL or false,
/// in every function, whatever memory it leads to; otherwise that can be told as long as
/// nothing else has taken the memory. What is released is kept for a while, filled with
/// the byte 0xDB: the last 16384 blocks, up to 16 MiB, of at most 1 MiB each. A handle is
/// told from an array made later until then. Pointers to released elements read those
/// bytes, writing through them is counted by ndv_report_alive(), and wrapping them is
/// NDV_E_CLOSED.
///
/// Memory for the table of handles comes from malloc, whatever ndv_set_allocator() says;
/// where there is none for it, making an array is NDV_E_NOMEM. What is kept came from
/// that allocator, goes back to it later than without checked mode, and goes back before
/// another one is set. The table is behind one lock: while a thread forks, no other may be
/// in a call.
///
/// @param mode  NDV_CHECKED_OFF, NDV_CHECKED_ON or NDV_CHECKED_LEAKS.
/// @return NDV_E_ARGUMENT; NDV_E_BUSY while any array is alive, for a change of more than
///         whether leaks are listed; NDV_E_NOMEM.
///
/// Thread safety: no other call of the library may run at the same time.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn ndv_set_checked(mode: i32) -> ndv_status {
    call(|| Ok(mode::set(mode)?))
}

/// The mode: one of NDV_CHECKED_.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_checked() -> i32 {
    answer(NDV_CHECKED_OFF, || Some(mode::get()))
}

/// What is alive, as text for people. The first line has the counts; in checked mode a line
/// follows for every array, named by the function that made it. Owners come first that keep
/// the most bytes, each with its views below it, so that a small view that keeps a large
/// buffer is seen at once. A last line counts blocks that were written after they were
/// released, if there are any. The words may change.
///
/// ```c
/// ndv_array *a, *v;
/// char text[400];
/// OK(ndv_set_checked(NDV_CHECKED_ON));
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 1000), &a));
/// OK(ndv_slice(a, "5, :3", &v));
/// ndv_release(a);
/// OK(ndv_report_alive(text, sizeof text, NULL));
/// printf("%s", text);
/// ndv_release(v);
/// ```
/// ```text
/// 2 arrays, 1 buffer, 8000000 bytes
/// 8000000 bytes: ndv_zeros float64 (1000, 1000), 0 references, 1 view, kept by views alone
///     ndv_slice float64 (3,), 1 reference, spans 24 bytes
/// ```
///
/// @param buffer       Where the text goes, ending in NUL; cut if it does not fit. NULL if
///                     capacity is 0.
/// @param capacity     The room there, in bytes.
/// @param[out] length  The length of the whole text, without the NUL. 0 on an error. NULL if
///                     not wanted.
/// @return NDV_E_NOMEM in checked mode alone.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_report_alive(
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> ndv_status {
    let mut whole = 0;
    // SAFETY: the caller passes `capacity` bytes.
    let status = call(|| unsafe {
        if capacity != 0 {
            check::pointer("buffer", buffer)?;
        }
        whole = report_alive_into(buffer.cast(), capacity)?;
        Ok(())
    });
    if !length.is_null() {
        // SAFETY: the caller passes a place that can be written.
        unsafe { length.write(whole) };
    }
    status
}

/// Where the library takes memory from: three functions and what they are given. They
/// are called from any thread, must not call the library, and must align as malloc
/// does.
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
        let custom = if allocator.is_null() {
            None
        } else {
            check::struct_size("allocator", allocator)?;
            let given = &*allocator;
            Some(allocator::Allocator {
                allocate: check::function("allocator.allocate", given.allocate)?,
                allocate_zeroed: check::function(
                    "allocator.allocate_zeroed",
                    given.allocate_zeroed,
                )?,
                free: check::function("allocator.release", given.release)?,
                context: given.context,
            })
        };
        Ok(allocator::set(custom)?)
    })
}
