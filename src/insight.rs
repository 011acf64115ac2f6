//! Insight.
//!
//! Seeing what there is: arrays as text, pictures of who sees which bytes, what is alive
//! and what was copied, checked mode, and threads that help with large transfers.

use crate::arrays::ndv_array;
use crate::check;
use crate::mode;
use crate::report::{Outcome, answer, call};
use crate::status::ndv_status;
use ndview_core::buffer::counters;
use ndview_core::insight::{
    DrawOptions, Entries, Entry, FloatMode, Form, FormatOptions, MAX_ARRAYS, Shown, Sign, Subject,
    draw_into, format_into, print, print_drawing, report_alive_into, save_drawing,
};
use ndview_core::transfer::pool;
use ndview_core::{Array, Error};
use std::ffi::{CStr, c_char};
use std::ptr::null;

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

/// Drawing: lines of text for a terminal, in UTF-8 with box-drawing characters.
pub const NDV_DRAW_TEXT: i32 = 90;
/// Drawing: lines of text, in ASCII.
pub const NDV_DRAW_ASCII: i32 = 91;
/// Drawing: an SVG document, on a white ground.
pub const NDV_DRAW_SVG: i32 = 92;

/// Drawing: which array sees which bytes.
pub const NDV_DRAW_BYTES: i32 = 95;
/// Drawing: which view stands on which base, and that on which buffer.
pub const NDV_DRAW_HANDLES: i32 = 96;

/// What ndv_draw() draws, and how. Begin with NDV_DRAW_OPTIONS_INIT of ndview_c99.h, which
/// has the defaults.
#[repr(C)]
pub struct ndv_draw_options {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// NDV_DRAW_TEXT, which is the default, NDV_DRAW_ASCII or NDV_DRAW_SVG.
    pub form: i32,
    /// NDV_DRAW_BYTES, which is the default, or NDV_DRAW_HANDLES.
    pub subject: i32,
    /// In columns of text, 40 to 1024, default 80; in pixels of SVG, 320 to 4096 (for
    /// handles 600 to 4096), default 640. What is less or more is taken as the least or
    /// the most; 0 is the default.
    pub width: i32,
    /// How many pairs of arrays of each buffer are compared, to tell a byte that both
    /// see; default 6.
    pub pairs: i32,
    /// The first byte of each buffer that is shown; default 0.
    pub first_byte: i64,
    /// How many bytes are shown; the default is 0, which is all from the first one on.
    pub byte_count: i64,
}

/// # Safety
/// - `options` is NULL or points to a struct whose first field is its size.
unsafe fn read_draw_options(options: *const ndv_draw_options) -> Outcome<DrawOptions> {
    if options.is_null() {
        return Ok(DrawOptions::default());
    }
    // SAFETY: as the caller promises.
    let options = unsafe {
        check::struct_size("options", options)?;
        &*options
    };
    let argument = |what, value: i64| Error::Argument { what, value };
    let not_negative = |what, value: i64| u64::try_from(value).map_err(|_| argument(what, value));
    Ok(DrawOptions {
        form: match options.form {
            NDV_DRAW_TEXT => Form::Text,
            NDV_DRAW_ASCII => Form::Ascii,
            NDV_DRAW_SVG => Form::Svg,
            other => return Err(argument("the form", other.into()).into()),
        },
        subject: match options.subject {
            NDV_DRAW_BYTES => Subject::Bytes,
            NDV_DRAW_HANDLES => Subject::Handles,
            other => return Err(argument("the subject", other.into()).into()),
        },
        width: not_negative("the width", options.width.into())? as usize,
        pairs: not_negative("the number of pairs", options.pairs.into())? as usize,
        first_byte: not_negative("the first byte", options.first_byte)?,
        byte_count: not_negative("the number of bytes", options.byte_count)?,
    })
}

/// The arrays of a drawing with their names.
///
/// # Safety
/// - `count` arrays can be read at `arrays`, and as many names at `names`, or it is NULL; all are
///   alive for `'a`.
unsafe fn read_entries<'a>(
    count: i32,
    arrays: *const *const ndv_array,
    names: *const *const c_char,
) -> Outcome<Entries<'a>> {
    // SAFETY: as the caller promises.
    let arrays = unsafe { check::arrays(count, arrays)? };
    let mut entries = Entries::new();
    for (at, &array) in arrays.iter().enumerate() {
        let name = if names.is_null() {
            null()
        } else {
            // SAFETY: as the caller promises.
            unsafe { names.add(at).read() }
        };
        // SAFETY: as the caller promises.
        let name = unsafe { (!name.is_null()).then(|| CStr::from_ptr(name).to_bytes()) };
        let limit = Error::Limit { what: "arrays of one drawing", limit: MAX_ARRAYS as u64 };
        entries.try_push(Entry { array, name }).map_err(|_| limit)?;
    }
    Ok(entries)
}

/// Draws arrays: which of them sees which bytes of which buffer, or how their handles hang
/// together. Arrays over the same memory are drawn together, those over other memory below.
///
/// NDV_DRAW_BYTES shows a row for each array, and a column or several for each piece of the
/// memory, holes included. The piece is as small as the arrays need it, so that every
/// element begins and ends with one; where the memory is too large for that, a piece is so
/// many bytes that the width suffices, and shows how many of them the array sees. An
/// element has its position in C order written in it, so that a transposed or reversed
/// array is seen to be one; an arrow says in which direction addresses run. Bytes of
/// several elements of one array have a number of elements instead. Below, "seen by" counts
/// the arrays, and letters mark for each pair of them a byte that both see. What an array
/// is stands below in words, in SVG beside its row.
///
/// NDV_DRAW_HANDLES shows each owner on its buffer and each view on its owner, with type,
/// shape, strides, flags and counts. Names of one handle stand together.
///
/// ```c
/// ndv_array *a, *even, *back;
/// char text[2000];
/// ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
/// options.form = NDV_DRAW_ASCII;
/// options.width = 70;
/// OK(ndv_arange(0, 6, 1, &a));
/// OK(ndv_slice(a, "::2", &even));
/// OK(ndv_slice(a, "2::-1", &back));
/// const ndv_array *const arrays[] = {a, even, back};
/// const char *const names[] = {"a", "even", "back"};
/// OK(ndv_draw(3, arrays, names, &options, text, sizeof text, NULL));
/// puts(text);
/// ndv_release(back);
/// ndv_release(even);
/// ndv_release(a);
/// ```
/// ```text
/// 48 bytes on the heap: 1 reference, 2 views
/// 10 columns for 8 bytes
/// byte      0         8         16        24        32        40
/// a       > [0-------][1-------][2-------][3-------][4-------][5-------]
/// even    > [0-------]..........[1-------]..........[2-------]..........
/// back    < [2-------][1-------][0-------]..............................
/// seen by   3         2         3         1         2         1
/// shared    B                   A
///                               C
/// A: even[1] and back[0] share byte 16
/// B: a[0] and even[0] share byte 0
/// C: a[2] and back[0] share byte 16
/// a       int64 (6,), strides (8,), 48 bytes, owner
/// even    int64 (3,), strides (16,), 24 bytes
/// back    int64 (3,), strides (-8,), 24 bytes
/// [n-]  the element at position n of the array, in C order
/// ```
///
/// Nothing is allocated, elements are not read, and the time does not grow with the arrays.
///
/// @param count        How many arrays, 0 to 64.
/// @param arrays       They; one may stand there more than once. NULL if count is 0.
/// @param names        Their names, in UTF-8; what a terminal or XML would not show is
///                     replaced, and long names are cut. One that is NULL is drawn as its
///                     place in the list, #0, and NULL means that all are.
/// @param options      NULL for the defaults.
/// @param buffer       Where the text goes, ending in NUL; cut before the character that
///                     does not fit. NULL if capacity is 0.
/// @param capacity     The room there, in bytes.
/// @param[out] length  The length of the whole text in bytes, without the NUL: the text
///                     was cut if it is not below capacity. 0 on an error. NULL if not
///                     wanted. The counts of references may change between two calls, and
///                     the length with them.
/// @return NDV_E_SHAPE for a negative count; NDV_E_LIMIT for more than 64 arrays;
///         NDV_E_ARGUMENT for options that are none.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_draw(
    count: i32,
    arrays: *const *const ndv_array,
    names: *const *const c_char,
    options: *const ndv_draw_options,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> ndv_status {
    let mut whole = 0;
    // SAFETY: the caller passes so many arrays and names, options or NULL, and `capacity` bytes.
    let status = call(|| unsafe {
        let entries = read_entries(count, arrays, names)?;
        let options = read_draw_options(options)?;
        if capacity != 0 {
            check::pointer("buffer", buffer)?;
        }
        whole = draw_into(&entries, &options, buffer.cast(), capacity)?;
        Ok(())
    });
    if !length.is_null() {
        // SAFETY: the caller passes a place that can be written.
        unsafe { length.write(whole) };
    }
    status
}

/// As ndv_draw(), to the C library's standard output, and a newline.
///
/// @param count    How many arrays, 0 to 64.
/// @param arrays   They; NULL if count is 0.
/// @param names    Their names, or NULL.
/// @param options  NULL for the defaults.
/// @return As ndv_draw(), and NDV_E_IO if the stream refuses.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_draw_print(
    count: i32,
    arrays: *const *const ndv_array,
    names: *const *const c_char,
    options: *const ndv_draw_options,
) -> ndv_status {
    // SAFETY: the caller passes so many arrays and names, and options or NULL.
    call(|| unsafe {
        let entries = read_entries(count, arrays, names)?;
        Ok(print_drawing(&entries, &read_draw_options(options)?)?)
    })
}

/// As ndv_draw(), to a file, and a newline. The file appears when it is whole, or not at
/// all; ndv_npy_save() says more of that.
///
/// @param count    How many arrays, 0 to 64.
/// @param arrays   They; NULL if count is 0.
/// @param names    Their names, or NULL.
/// @param options  NULL for the defaults.
/// @param path     The file.
/// @return As ndv_draw(), and NDV_E_IO if the file cannot be written.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_draw_save(
    count: i32,
    arrays: *const *const ndv_array,
    names: *const *const c_char,
    options: *const ndv_draw_options,
    path: *const c_char,
) -> ndv_status {
    // SAFETY: the caller passes so many arrays and names, options or NULL, and a path.
    call(|| unsafe {
        let entries = read_entries(count, arrays, names)?;
        let options = read_draw_options(options)?;
        check::text("path", path)?;
        Ok(save_drawing(&entries, &options, CStr::from_ptr(path))?)
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
    /// Copies made: new arrays of elements that stand in others, as the functions of the
    /// sections Copies, Select and Join, ndv_reshape(), ndv_ravel() and ndv_scramble() make
    /// them; what ndv_to_buffer() writes; and temporaries.
    pub copies: i64,
    /// The bytes that these copies wrote. Elements that are moved from one array of the
    /// caller's to another, by ndv_set() or to a destination, are no copy in this sense.
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
            copies: counts.copied.copies,
            bytes_copied: counts.copied.bytes,
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
/// In checked mode a write into bytes that another thread has leased is NDV_E_LEASED; see
/// the section Leases.
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
/// Thread safety: in checked mode other threads that make or release arrays wait until it
/// is done, and memory for the lines is taken meanwhile: an allocator of the caller's must
/// not call the library, as ever.
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

/// Lets large transfers use several threads. Off, as it is unless asked for, no thread is
/// ever started; and results are the same, whatever the number.
///
/// The threads are started here, sleep until a transfer needs them, and are ended by
/// setting 1, at the exit of the process, and before the library is unloaded. They have
/// 256 KiB of stack, besides what the program keeps for each thread, block all signals but
/// faults, call nothing of the caller's, and are called "ndview" where the system tells
/// names.
///
/// What uses them writes 4 MiB or more, and may in any order: copies, conversions, fills and
/// transposes, whichever function makes them; from 1 MiB on what positions gather, as in
/// ndv_take_array() and ndv_get(); from 8 MiB on ndv_copy_where(); and ndv_equal() of 4 MiB
/// or more. The calling thread alone does writes between arrays that share memory, scatters,
/// ndv_compress(), and ndv_apply(). It always does its part, and a transfer that finds the
/// threads busy with that of another thread of the caller's does without them: it does not
/// wait for it. Nor does it take memory.
///
/// ```c
/// ndv_array *a, *t;
/// OK(ndv_set_threads(2));
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 2000), &a));
/// OK(ndv_transpose(a, &t));
/// ndv_array *copy;
/// OK(ndv_copy(t, NDV_ORDER_C, &copy));   // by two threads
/// printf("%d threads\n", ndv_threads());
/// ndv_release(copy);
/// ndv_release(t);
/// ndv_release(a);
/// OK(ndv_set_threads(1));
/// ```
/// ```text
/// 2 threads
/// ```
///
/// The child of a fork has none of the threads, and 1 set, whatever its parent does at that
/// moment; it may set its own.
///
/// @param count  How many threads a transfer may use, the one that calls it included: 1 to
///               256. 1 ends all others, and returns when they are gone.
/// @return NDV_E_VALUE for another number; NDV_E_LIMIT if the system refuses to start a
///         thread, NDV_E_NOMEM if it cannot note what to do at a fork and at the exit:
///         then there are as many threads as before. NDV_E_UNSUPPORTED for more than 1
///         where there are no POSIX threads, as on Windows.
///
/// Ownership: the memory of threads is the system's; nothing comes from ndv_set_allocator().
///
/// Thread safety: may be called from any thread at any time, though not from a signal
/// handler. Calls at the same time are done one after the other, and each waits for a
/// transfer that uses the threads. A thread is not cancelled by pthread_cancel() while it
/// uses them, or in here.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn ndv_set_threads(count: i32) -> ndv_status {
    call(|| Ok(pool::set_threads(count)?))
}

/// How many threads a transfer may use: 1, unless ndv_set_threads() has set more.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_threads() -> i32 {
    answer(1, || Some(pool::threads() as i32))
}
