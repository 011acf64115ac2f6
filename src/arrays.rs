//! Arrays.
//!
//! Making arrays, holding them, and asking what they are. A new array owns its buffer:
//! its base is NULL, it is writeable, and its elements lie dense in C order (the last
//! axis fastest) from an address that is a multiple of 64. Memory that the caller brings
//! is wrapped without a copy.
//!
//! Who holds a reference keeps the array alive. Python's `b = a` is `b = ndv_retain(a)`:
//! the same array under two names. A view keeps its base alive by itself, so the base's
//! own reference may be released first; whoever wants the base back then takes
//! ndv_retain(ndv_base(view)) rather than the handle that was given up.
//!
//! Pointers that the getters return are borrowed from the array, and valid while it lives.

use crate::check;
use crate::report::{Outcome, answer, answer_into, as_c, call, call_for_array, into_c};
use crate::status::ndv_status;
use ndview_core::array::{Access, Flags, Foreign, wrap};
use ndview_core::buffer::Contents;
use ndview_core::error::Number;
use ndview_core::layout::Order;
use ndview_core::{Array, DType, Error, copies};
use std::ffi::c_void;
use std::ptr::{NonNull, null, null_mut};

/// Never made on this side: what C holds is an `Array` of the core.
pub struct ndv_array {
    _private: [u8; 0],
}

/// Order of elements: C, the last axis fastest.
pub const NDV_ORDER_C: i32 = 67;
/// Order of elements: Fortran, the first axis fastest.
pub const NDV_ORDER_F: i32 = 70;
/// Order of elements: F if the source is F-contiguous and not C-contiguous, else C.
pub const NDV_ORDER_A: i32 = 65;
/// Order of elements: the axes in the order of the source's strides, as close to it as
/// dense elements with positive strides come.
pub const NDV_ORDER_K: i32 = 75;

/// Flag: the elements lie dense in C order. Axes of one element do not matter; an array
/// without elements is contiguous in both orders.
pub const NDV_C_CONTIGUOUS: i32 = 1;
/// Flag: the elements lie dense in Fortran order.
pub const NDV_F_CONTIGUOUS: i32 = 2;
/// Flag: every element lies at a multiple of its type's alignment.
pub const NDV_ALIGNED: i32 = 4;
/// Flag: elements can be written. Decided when the array is made, and for ever.
pub const NDV_WRITEABLE: i32 = 8;
/// Flag: two elements may share bytes, as in a broadcast view. Writes then go in C
/// order of the index, and the last one stays.
pub const NDV_OVERLAPPING: i32 = 16;

const _: () = {
    assert!(NDV_ORDER_C == Order::C as i32 && NDV_ORDER_F == Order::F as i32);
    assert!(NDV_ORDER_A == Order::A as i32 && NDV_ORDER_K == Order::K as i32);
    assert!(NDV_C_CONTIGUOUS == Flags::C_CONTIGUOUS.0 && NDV_F_CONTIGUOUS == Flags::F_CONTIGUOUS.0);
    assert!(NDV_ALIGNED == Flags::ALIGNED.0 && NDV_WRITEABLE == Flags::WRITEABLE.0);
    assert!(NDV_OVERLAPPING == Flags::OVERLAPPING.0);
};

/// For ndv_wrap(): the array cannot be written.
pub const NDV_WRAP_READONLY: i32 = 1;
/// For ndv_wrap(), ndv_windows(), ndv_as_strided() and ndv_span_view(): writeable also
/// where elements share bytes, which otherwise makes an array read-only; a view, if its
/// array is.
pub const NDV_WRITE_OVERLAPPING: i32 = 2;

/// Gives wrapped memory back.
///
/// @param data     The start of the buffer, as it was given to ndv_wrap().
/// @param context  The caller's, as it was given.
pub type ndv_deleter = Option<unsafe extern "C-unwind" fn(data: *mut c_void, context: *mut c_void)>;

/// All that there is to know of an array, for loops that should not ask again. Set
/// struct_size to sizeof(ndv_description), or begin with NDV_DESCRIPTION_INIT of
/// ndview_c99.h.
#[repr(C)]
pub struct ndv_description {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// Type code.
    pub dtype: i32,
    /// Number of axes.
    pub ndim: i32,
    /// NDV_C_CONTIGUOUS and the other flags.
    pub flags: i32,
    /// One of NDV_BUFFER_.
    pub buffer_kind: i32,
    /// Bytes of one element.
    pub itemsize: usize,
    /// Number of elements.
    pub size: i64,
    /// Bytes of all elements, without gaps.
    pub nbytes: usize,
    /// The first element, to read.
    pub data: *const c_void,
    /// The first element, to write; NULL if the array is read-only.
    pub data_mut: *mut c_void,
    /// ndim extents.
    pub shape: *const i64,
    /// ndim strides, in bytes.
    pub strides: *const i64,
    /// The owner of the bytes if the array is a view, else NULL.
    pub base: *const ndv_array,
}

/// One more reference to the same array: Python's `b = a`.
///
/// @param array  The array, or NULL.
/// @return The same pointer, now with a reference more, which the caller releases. NULL
///         for NULL, for a pointer that leads to no live array, and when 2^31
///         references are held.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_retain(array: *const ndv_array) -> *mut ndv_array {
    // SAFETY: the caller passes NULL or an array.
    answer(null_mut(), || unsafe { check::maybe_array(array)?.retain().ok().map(into_c) })
}

/// Gives a reference back. With the last one the array goes, and with it, when no view
/// stands on it, its buffer. The status may be ignored.
///
/// @param array  The array; NULL is fine and does nothing.
/// @return NDV_E_RELEASED if all references were given back before and only views keep
///         the array alive; NDV_E_HANDLE for what is no live array.
///
/// Thread safety: may run beside any call on the same array by a thread with a
/// reference of its own. The last release may call the deleter of wrapped memory, on
/// this thread.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_release(array: *mut ndv_array) -> ndv_status {
    if array.is_null() {
        return crate::status::NDV_OK;
    }
    call(|| {
        // SAFETY: the caller passes an array, and gives up its reference.
        unsafe {
            check::handle("array", array)?;
            Ok(Array::release(NonNull::new_unchecked(array.cast()))?)
        }
    })
}

/// Gives an array's memory back now, rather than when the last reference goes: bytes of the
/// heap are freed, for wrapped memory the deleter is called. Refused while anybody else may
/// use the memory, through a view or by a reference of his own, so that success also tells
/// that nobody does.
///
/// The handle stays, closed, and is released as any other. What it says of itself it goes on
/// saying: ndv_shape(), ndv_dtype(), ndv_use_count() and all other functions that return a
/// value, except that ndv_data() is NULL and ndv_may_share_memory() false. Of the functions
/// that return a status ndv_release() goes on working; all others answer NDV_E_CLOSED.
///
/// ```c
/// ndv_array *a, *v;
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 1000), &a));
/// OK(ndv_slice(a, "0", &v));
/// if (ndv_close(a) == NDV_E_BUSY) printf("%s\n", ndv_last_error_message());
/// ndv_release(v);
/// OK(ndv_close(a));              // 8 megabytes are free again
/// printf("%s\n", ndv_status_name(ndv_fill_int64(a, 1)));
/// ndv_release(a);
/// ```
/// ```text
/// 1 view and 0 other references use the memory of the array
/// NDV_E_CLOSED
/// ```
///
/// @param array  The array, which is no view.
/// @return NDV_E_BUSY if a view stands on it or another reference is held: the message says
///         how many, and in checked mode which functions made the views; NDV_E_ARGUMENT for
///         a view; NDV_E_CLOSED if it is closed.
///
/// Thread safety: counts as writing all elements. Of a view that is made at the same time,
/// and the closing, one fails. A loop of ndv_apply() must not close what it works on.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_close(array: *mut ndv_array) -> ndv_status {
    // SAFETY: the caller passes an array, and uses its elements no more.
    call(|| unsafe { Ok(check::array("array", array)?.close()?) })
}

/// The references that callers hold to an array; the views on it are not counted.
///
/// @return 0 for NULL. While other threads retain and release, out of date at once.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_use_count(array: *const ndv_array) -> i64 {
    // SAFETY: the caller passes NULL or an array. So in all getters below.
    answer(0, || unsafe { Some(check::maybe_array(array)?.use_count().into()) })
}

/// The views that stand on an array. All views of a buffer stand on its owner, so a
/// view has none.
///
/// @return 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_view_count(array: *const ndv_array) -> i64 {
    // SAFETY: see `ndv_use_count`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.view_count().into()) })
}

/// A new array whose elements are not set: NumPy's `empty`.
///
/// @param dtype       Type code.
/// @param ndim        Number of axes, at most 64.
/// @param shape       ndim extents; NULL for none.
/// @param[out] array  A new reference.
/// @return NDV_E_DTYPE; NDV_E_NDIM; NDV_E_SHAPE for a negative extent; NDV_E_OVERFLOW,
///         as in NumPy also where another extent is 0, so that there is no element.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_empty(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes `ndim` extents and a place for the result.
    unsafe { new_array(dtype, ndim, shape, NDV_ORDER_C, Contents::Unset, array) }
}

/// As ndv_empty(), with the elements laid out in C or Fortran order.
///
/// @param dtype       Type code.
/// @param ndim        Number of axes.
/// @param shape       ndim extents; NULL for none.
/// @param order       NDV_ORDER_C or NDV_ORDER_F; the others are NDV_E_ARGUMENT here.
/// @param[out] array  A new reference.
/// @return As ndv_empty().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_empty_in_order(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    order: i32,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: as for `ndv_empty`.
    unsafe { new_array(dtype, ndim, shape, order, Contents::Unset, array) }
}

/// A new array of zeros: NumPy's `zeros`. The memory comes zeroed from the system where
/// it can, so that pages which are never touched take no room.
///
/// ```c
/// ndv_array *a;
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(2, 3), &a));
/// OK(ndv_set_double(a, NDV_DIMS(1, -1), 0.5));   // row 1, last column
/// OK(ndv_print(a));
/// ndv_release(a);
/// ```
/// ```text
/// [[0.  0.  0. ]
///  [0.  0.  0.5]]
/// ```
///
/// @param dtype       Type code.
/// @param ndim        Number of axes.
/// @param shape       ndim extents; NULL for none.
/// @param[out] array  A new reference.
/// @return As ndv_empty().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_zeros(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: as for `ndv_empty`.
    unsafe { new_array(dtype, ndim, shape, NDV_ORDER_C, Contents::Zero, array) }
}

/// # Safety
/// - `shape` holds `ndim` extents or is NULL; `array` can be written or is NULL.
#[track_caller]
unsafe fn new_array(
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
            let (dtype, shape, order) = dense(dtype, ndim, shape, order)?;
            Ok(move || Array::dense(dtype, shape, order, contents))
        })
    }
}

/// What tells of a dense array: a type, a shape, and C or Fortran order.
///
/// # Safety
/// - `shape` holds `ndim` extents or is NULL.
pub unsafe fn dense<'a>(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    order: i32,
) -> Outcome<(DType, &'a [i64], Order)> {
    let dtype = DType::from_code(dtype)?;
    // SAFETY: as the caller promises.
    let shape = unsafe { check::axes("shape", ndim, shape)? };
    let order = match Order::from_code(order)? {
        Order::C => Order::C,
        Order::F => Order::F,
        other => return Err(not_an_order(other).into()),
    };
    Ok((dtype, shape, order))
}

fn not_an_order(order: Order) -> Error {
    Error::Argument { what: "the order", value: order as i64 }
}

/// A new array of which every element is one value: NumPy's `full`.
///
/// @param dtype        Type code.
/// @param ndim         Number of axes.
/// @param shape        ndim extents; NULL for none.
/// @param value_dtype  The type of the value.
/// @param value        Where one element of that type stands.
/// @param[out] array   A new reference.
/// @return As ndv_empty(), and NDV_E_VALUE if the value does not fit, NDV_E_CAST if it is a
///         number for raw bytes or records, or one of those for another type: see
///         ndv_fill().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_full(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    value_dtype: i32,
    value: *const c_void,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes `ndim` extents, a value of the type, and a place for the result.
    unsafe {
        call_for_array(array, || {
            let dtype = DType::from_code(dtype)?;
            let shape = check::axes("shape", ndim, shape)?;
            let value_dtype = DType::from_code(value_dtype)?;
            let value = check::pointer("value", value.cast_mut())?;
            Ok(move || copies::full_from(dtype, shape, value_dtype, value.as_ptr().cast()))
        })
    }
}

/// As ndv_full(), from an int64_t.
///
/// @param dtype       Type code.
/// @param ndim        Number of axes.
/// @param shape       ndim extents; NULL for none.
/// @param value       The value.
/// @param[out] array  A new reference.
/// @return As ndv_full().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_full_int64(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    value: i64,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: as for `ndv_empty`.
    unsafe { full_of(dtype, ndim, shape, Number::Int(value.into()), array) }
}

/// As ndv_full(), from a double.
///
/// @param dtype       Type code.
/// @param ndim        Number of axes.
/// @param shape       ndim extents; NULL for none.
/// @param value       The value.
/// @param[out] array  A new reference.
/// @return As ndv_full().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_full_double(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    value: f64,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: as for `ndv_empty`.
    unsafe { full_of(dtype, ndim, shape, Number::Float(value), array) }
}

/// # Safety
/// - As for [`new_array`].
#[track_caller]
unsafe fn full_of(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    value: Number,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: as the caller promises.
    unsafe {
        call_for_array(array, || {
            let dtype = DType::from_code(dtype)?;
            let shape = check::axes("shape", ndim, shape)?;
            Ok(move || copies::full(dtype, shape, value))
        })
    }
}

/// A new array with the shape, the type and the order of axes (NDV_ORDER_K) of another,
/// elements not set: NumPy's `empty_like`.
///
/// @param prototype   The array to take after.
/// @param[out] array  A new reference.
/// @return NDV_E_NOMEM, also where a broadcast prototype shows more elements than
///         memory can hold.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_empty_like(
    prototype: *const ndv_array,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array and a place for the result.
    unsafe { new_like(prototype, Contents::Unset, array) }
}

/// As ndv_empty_like(), of zeros: NumPy's `zeros_like`. Untouched pages take no room.
///
/// @param prototype   The array to take after.
/// @param[out] array  A new reference.
/// @return As ndv_empty_like().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_zeros_like(
    prototype: *const ndv_array,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array and a place for the result.
    unsafe { new_like(prototype, Contents::Zero, array) }
}

/// # Safety
/// - `prototype` is an array or NULL; `array` can be written or is NULL.
#[track_caller]
unsafe fn new_like(
    prototype: *const ndv_array,
    contents: Contents,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: as the caller promises.
    unsafe {
        call_for_array(array, || {
            let prototype = check::array("prototype", prototype)?;
            Ok(move || prototype.new_like(prototype.dtype(), Order::K, contents))
        })
    }
}

/// As ndv_empty_like(), of one value: NumPy's `full_like`.
///
/// @param prototype    The array to take after.
/// @param value_dtype  The type of the value.
/// @param value        Where one element of that type stands.
/// @param[out] array   A new reference.
/// @return As ndv_empty_like(); NDV_E_DTYPE; NDV_E_VALUE if the value does not fit;
///         NDV_E_CAST as ndv_full().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_full_like(
    prototype: *const ndv_array,
    value_dtype: i32,
    value: *const c_void,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array, a value of the type, and a place for the result.
    unsafe {
        call_for_array(array, || {
            let prototype = check::array("prototype", prototype)?;
            let value_dtype = DType::from_code(value_dtype)?;
            let value = check::pointer("value", value.cast_mut())?;
            Ok(move || copies::full_like(prototype, value_dtype, value.as_ptr().cast()))
        })
    }
}

/// A new array with a copy of plain memory: NumPy's `array` of a C array.
///
/// ```c
/// const int32_t numbers[2][3] = {{1, 2, 3}, {4, 5, 6}};
/// ndv_array *a;
/// OK(ndv_from_data(NDV_INT32, NDV_DIMS(2, 3), numbers, &a));
/// OK(ndv_print(a));
/// ndv_release(a);
/// ```
/// ```text
/// [[1 2 3]
///  [4 5 6]]
/// ```
///
/// @param dtype       Type code.
/// @param ndim        Number of axes.
/// @param shape       ndim extents; NULL for none.
/// @param data        The elements, in C order without gaps, at any alignment; NULL if
///                    there are none. The caller keeps it.
/// @param[out] array  A new reference.
/// @return As ndv_empty().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_from_data(
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    data: *const c_void,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes `ndim` extents, as many elements, and a place for the result.
    unsafe {
        call_for_array(array, || {
            let dtype = DType::from_code(dtype)?;
            let shape = check::axes("shape", ndim, shape)?;
            if data.is_null() && !shape.contains(&0) {
                check::pointer("data", data.cast_mut())?;
            }
            Ok(move || copies::from_data(dtype, shape, data.cast()))
        })
    }
}

/// An array over memory of the caller's, without a copy: NumPy's `ndarray(buffer=...)`.
///
/// ```c
/// #include <ndview_c99.h>
/// #include <stdio.h>
/// #include <stdlib.h>
///
/// static void give_back(void *data, void *context) {
///     free(data);
///     printf("%s given back\n", (const char *)context);
/// }
///
/// int main(void) {
///     static char name[] = "samples";
///     const size_t nbytes = 6 * sizeof(float);
///     float *samples = calloc(6, sizeof(float));
///     ndv_array *a, *second;
///     if (!samples) return 1;
///     if (ndv_wrap(samples, nbytes, 0, NDV_FLOAT32, NDV_DIMS(3, 2), NULL, 0, give_back, name, &a)) {
///         free(samples);             // after an error the memory is still the caller's
///         return 1;
///     }
///     samples[3] = 1.5f;             // the array shows the same bytes
///     if (ndv_slice(a, ":, 1", &second)) return 1;
///     ndv_release(a);                // the view keeps the memory
///     if (ndv_print(second)) return 1;
///     ndv_release(second);           // now it goes
///     return 0;
/// }
/// ```
/// ```text
/// [0.  1.5 0. ]
/// samples given back
/// ```
///
/// @param buffer      The start of the memory; may be NULL if nbytes is 0.
/// @param nbytes      Its length in bytes. Every element must lie inside.
/// @param offset      From the start to the first element, in bytes. Inside the buffer
///                    also when there are no elements.
/// @param dtype       Type code. The elements may lie at any alignment.
/// @param ndim        Number of axes.
/// @param shape       ndim extents; NULL for none.
/// @param strides     ndim strides in bytes, of any sign; NULL for C order without
///                    gaps.
/// @param flags       NDV_WRAP_READONLY, or NDV_WRITE_OVERLAPPING, or 0: the array is
///                    then writeable unless two elements share bytes (or that would be
///                    too hard to tell).
/// @param deleter     Called once, when the array and all its views are gone, from the
///                    thread that let go last; NULL for memory that outlives them.
/// @param context     For the deleter.
/// @param[out] array  A new reference. From now on the memory belongs to the array, if
///                    there is a deleter; on an error it stays the caller's and the
///                    deleter is not called.
/// @return As ndv_empty(); NDV_E_NULL for a buffer that is NULL though nbytes is not 0;
///         NDV_E_OVERFLOW also for a buffer beyond the address space; NDV_E_BOUNDS if an
///         element would lie outside of the buffer; NDV_E_ARGUMENT for other flags; in
///         checked mode NDV_E_CLOSED for memory that was an array's and has been released.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_wrap(
    buffer: *mut c_void,
    nbytes: usize,
    offset: i64,
    dtype: i32,
    ndim: i32,
    shape: *const i64,
    strides: *const i64,
    flags: i32,
    deleter: ndv_deleter,
    context: *mut c_void,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes memory that it owns, `ndim` extents and strides, and a place for
    // the result.
    unsafe {
        call_for_array(array, || {
            if nbytes != 0 {
                check::pointer("buffer", buffer)?;
            }
            let dtype = DType::from_code(dtype)?;
            let shape = check::axes("shape", ndim, shape)?;
            let strides =
                if strides.is_null() { None } else { Some(check::axes("strides", ndim, strides)?) };
            let access = wrap_access(flags)?;
            let start = buffer.cast();
            let foreign =
                Foreign { start, nbytes, offset, dtype, shape, strides, access, deleter, context };
            Ok(move || wrap(foreign))
        })
    }
}

fn wrap_access(flags: i32) -> Result<Access, Error> {
    match flags {
        0 => Ok(Access::Default),
        NDV_WRAP_READONLY => Ok(Access::ReadOnly),
        NDV_WRITE_OVERLAPPING => Ok(Access::WriteOverlapping),
        _ => Err(Error::Argument { what: "the wrap flags", value: flags.into() }),
    }
}

/// The integers from start towards stop, which is left out, as int64: NumPy's `arange`.
///
/// @param start       The first number.
/// @param stop        The number to stop before.
/// @param step        The difference of two numbers; negative counts down.
/// @param[out] array  A new reference; 1-D.
/// @return NDV_E_SHAPE for a step of 0, or where there are 2^63 numbers or more;
///         NDV_E_OVERFLOW.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_arange(
    start: i64,
    stop: i64,
    step: i64,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes a place for the result.
    unsafe { call_for_array(array, || Ok(|| copies::arange(start, stop, step))) }
}

/// As ndv_arange(), as float64. There are ceil((stop - start) / step) numbers, so that
/// rounding may let stop in: as in NumPy, ndv_linspace() is the safer choice.
///
/// @param start       The first number.
/// @param stop        The number to stop before.
/// @param step        The difference of two numbers; negative counts down.
/// @param[out] array  A new reference; 1-D.
/// @return NDV_E_SHAPE for a step of 0, or where the number of elements is infinite, NaN or
///         2^63 or more; NDV_E_OVERFLOW.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_arange_double(
    start: f64,
    stop: f64,
    step: f64,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes a place for the result.
    unsafe { call_for_array(array, || Ok(|| copies::arange_float(start, stop, step))) }
}

/// Numbers at even distances, as float64: NumPy's `linspace`.
///
/// @param start       The first number.
/// @param stop        The last number, or the one after it.
/// @param count       How many.
/// @param endpoint    Not 0: stop is the last number. 0: it is left out.
/// @param[out] array  A new reference; 1-D.
/// @return NDV_E_SHAPE for a negative count; NDV_E_OVERFLOW.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_linspace(
    start: f64,
    stop: f64,
    count: i64,
    endpoint: i32,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes a place for the result.
    unsafe { call_for_array(array, || Ok(|| copies::linspace(start, stop, count, endpoint != 0))) }
}

/// The type code of the elements.
///
/// @return 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_dtype(array: *const ndv_array) -> i32 {
    // SAFETY: see `ndv_use_count`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.dtype().code()) })
}

/// The number of axes.
///
/// @return 0 for NULL, and for an array of no axes, which has one element.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_ndim(array: *const ndv_array) -> i32 {
    // SAFETY: see `ndv_use_count`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.ndim() as i32) })
}

/// The extents: ndv_ndim() numbers of elements.
///
/// @return NULL for NULL. Borrowed: valid while the array lives, and never changes.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_shape(array: *const ndv_array) -> *const i64 {
    // SAFETY: see `ndv_use_count`.
    answer(null(), || unsafe { Some(check::maybe_array(array)?.shape().as_ptr()) })
}

/// The strides: ndv_ndim() distances in bytes, from one element to the next along an
/// axis. May be negative or 0; of an axis with fewer than two elements it means
/// nothing.
///
/// @return NULL for NULL. Borrowed: valid while the array lives, and never changes.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_strides(array: *const ndv_array) -> *const i64 {
    // SAFETY: see `ndv_use_count`.
    answer(null(), || unsafe { Some(check::maybe_array(array)?.strides().as_ptr()) })
}

/// The number of elements.
///
/// @return 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_size(array: *const ndv_array) -> i64 {
    // SAFETY: see `ndv_use_count`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.size()) })
}

/// The bytes of one element.
///
/// @return 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_itemsize(array: *const ndv_array) -> usize {
    // SAFETY: see `ndv_use_count`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.itemsize()) })
}

/// The bytes of all elements without gaps: size times itemsize, which for a broadcast
/// view is more than there are.
///
/// @return 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_nbytes(array: *const ndv_array) -> usize {
    // SAFETY: see `ndv_use_count`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.nbytes()) })
}

/// The flags: a sum of NDV_C_CONTIGUOUS, NDV_F_CONTIGUOUS, NDV_ALIGNED, NDV_WRITEABLE,
/// NDV_OVERLAPPING.
///
/// @return 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_flags(array: *const ndv_array) -> i32 {
    // SAFETY: see `ndv_use_count`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.flags().0) })
}

/// The first element (index 0 on every axis), to read. With negative strides it is not
/// the one at the lowest address.
///
/// @return NULL for NULL, and for an array that ndv_close() has closed. Borrowed: valid
///         while the array lives and is not closed. Leads to no element if there is none.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_data(array: *const ndv_array) -> *const c_void {
    // SAFETY: see `ndv_use_count`.
    answer(null(), || unsafe { Some(check::maybe_open(array)?.data().cast()) })
}

/// The first element, to write. For loops over elements, ndview_c99.h has windows:
/// ndv_open_mut() and NDV_REF1 to NDV_REF4.
///
/// @param array      The array.
/// @param[out] data  Borrowed: valid while the array lives and is not closed.
/// @return NDV_E_READONLY.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_data_mut(array: *mut ndv_array, data: *mut *mut c_void) -> ndv_status {
    // SAFETY: the caller passes an array and a place for the answer.
    unsafe {
        answer_into(data, null_mut(), || Ok(check::array("array", array)?.data_mut()?.cast()))
    }
}

/// Checks that an array is what a function expects, and says what it is if it is not.
///
/// @param array  The array.
/// @param dtype  The type it must have; 0 for any.
/// @param ndim   The number of axes it must have; -1 for any.
/// @param flags  The flags it must have, such as NDV_ALIGNED + NDV_WRITEABLE; 0 for
///               none.
/// @return NDV_E_DTYPE; NDV_E_NDIM; NDV_E_READONLY; NDV_E_LAYOUT for any other flag;
///         NDV_E_ARGUMENT for unknown flags.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_expect(
    array: *const ndv_array,
    dtype: i32,
    ndim: i32,
    flags: i32,
) -> ndv_status {
    // SAFETY: the caller passes an array.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let dtype = if dtype == 0 { None } else { Some(DType::from_code(dtype)?) };
        let ndim = if ndim == -1 { None } else { Some(ndim) };
        Ok(array.expect(dtype, ndim, Flags::from_bits(flags)?)?)
    })
}

/// Everything about an array at once.
///
/// ```c
/// ndv_array *a;
/// ndv_description d = NDV_DESCRIPTION_INIT;   // sets struct_size
/// OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(2, 3), &a));
/// OK(ndv_describe(a, &d));
/// printf("%d axes, %lld elements of %lu bytes\n", (int)d.ndim, (long long)d.size,
///        (unsigned long)d.itemsize);
/// printf("rows are %lld bytes apart\n", (long long)d.strides[0]);
/// ndv_release(a);
/// ```
/// ```text
/// 2 axes, 6 elements of 4 bytes
/// rows are 12 bytes apart
/// ```
///
/// @param array                The array.
/// @param[in,out] description  With struct_size set. Its pointers are borrowed: valid
///                             while the array lives, data also no longer than until it is
///                             closed. On an error it is left as it was.
/// @return NDV_E_ARGUMENT if struct_size is too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_describe(
    array: *const ndv_array,
    description: *mut ndv_description,
) -> ndv_status {
    // SAFETY: the caller passes an array and a struct whose first field is its size.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let struct_size = check::struct_size("description", description.cast_const())?;
        description.write(describe(array, struct_size));
        Ok(())
    })
}

fn describe(array: &Array, struct_size: usize) -> ndv_description {
    let writeable = array.decided().contains(Flags::WRITEABLE);
    let data = array.data().cast_mut().cast();
    ndv_description {
        struct_size,
        dtype: array.dtype().code(),
        ndim: array.ndim() as i32,
        flags: array.flags().0,
        buffer_kind: array.buffer_kind() as i32,
        itemsize: array.itemsize(),
        size: array.size(),
        nbytes: array.nbytes(),
        data,
        data_mut: if writeable { data } else { null_mut() },
        shape: array.shape().as_ptr(),
        strides: array.strides().as_ptr(),
        base: array.base().map_or(null(), as_c),
    }
}
