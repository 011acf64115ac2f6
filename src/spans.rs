//! Spans.
//!
//! Views without handles. A span is a plain struct in memory of the caller's, on the stack
//! for example: a type, an address, a shape and strides. To slice, permute or reshape one
//! takes no memory, counts nothing and is a few nanoseconds, for loops that make millions of
//! small views. Others call it array view (ndarray, nanoarrow) or mdspan (C++).
//!
//! A span owns nothing. It is valid while the array that it was made from lives and is not
//! closed, or as long as whatever memory it was pointed at; nothing checks that. A span of
//! one's own memory is one whose fields are set by hand.
//!
//! Functions that make a span from a span write to the last parameter, which has its
//! struct_size set and may be the same span: it is then changed in place. Of shape and
//! strides only the first ndim are read or written. On an error the result is left as it
//! was. A span of what cannot be written has a data_mut of NULL, and so has every span made
//! from it; setting it to NULL by hand does the same.
//!
//! The elements are read and written by NDV_GET1 to NDV_GET4 and NDV_REF1 to NDV_REF4 of
//! ndview_c99.h, which take a span as well as a window; by ndv_span_set(); or by loops over
//! the fields.
//!
//! ```c
//! ndv_array *a;
//! ndv_span image = NDV_SPAN_INIT, rows = NDV_SPAN_INIT, tile = NDV_SPAN_INIT;
//! OK(ndv_zeros(NDV_INT32, NDV_DIMS(4, 6), &a));
//! OK(ndv_span_of_mut(a, &image));
//! for (int64_t i = 0; i < 4; i += 2) {
//!     OK(ndv_span_slice(&image, 0, i, i + 2, 1, &rows));
//!     for (int64_t j = 0; j < 6; j += 3) {
//!         OK(ndv_span_slice(&rows, 1, j, j + 3, 1, &tile));   // image[i:i+2, j:j+3]
//!         NDV_REF2(int32_t, tile, 0, 0) = (int32_t)(10 * i + j);
//!     }
//! }
//! OK(ndv_print(a));
//! ndv_release(a);
//! ```
//! ```text
//! [[ 0  0  0  3  0  0]
//!  [ 0  0  0  0  0  0]
//!  [20  0  0 23  0  0]
//!  [ 0  0  0  0  0  0]]
//! ```
//!
//! A struct_size that is too small is NDV_E_ARGUMENT, and a number of axes that cannot be
//! NDV_E_NDIM. Of what else cannot be in a span, each function looks at what it needs:
//! NDV_E_SHAPE for a negative extent, NDV_E_DTYPE for a type, NDV_E_ARGUMENT for an
//! itemsize that is not the type's. The functions below repeat only what is their own. A
//! span is not locked: while one thread changes the struct, no other looks at it.

use crate::arrays::{NDV_OVERLAPPING, ndv_array};
use crate::check;
use crate::report::{Outcome, array_of_array, call};
use crate::status::ndv_status;
use crate::views::{overlapping_access, some_axes};
use ndview_core::array::{
    self, Access, Apply, Change, expand_axis, index_axis, permute_axes, reshape_axes, slice_axis,
    squeeze_axes, swap_two_axes, transpose_axes,
};
use ndview_core::layout::{Axes, LayoutRef, MAX_NDIM, Order, Slice, check_shape};
use ndview_core::transfer::{Elements, assign_elements};
use ndview_core::{Array, Casting, DType, Error};
use std::ptr::null_mut;
use std::slice::{from_raw_parts, from_raw_parts_mut};

/// A view without a handle. Set struct_size to sizeof(ndv_span), or begin with
/// NDV_SPAN_INIT of ndview_c99.h, which sets the whole struct, a kilobyte, and so belongs
/// outside of loops. Copying a span by `=` copies that kilobyte too; the functions do not.
#[repr(C)]
pub struct ndv_span {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// Type code.
    pub dtype: i32,
    /// Number of axes.
    pub ndim: i32,
    /// NDV_OVERLAPPING if two elements may share bytes. Else 0, as it may be where a span
    /// is set by hand: ndv_span_set() finds that out, and ndv_span_view() asks anew.
    pub flags: i32,
    /// 0.
    pub reserved: i32,
    /// Bytes of one element.
    pub itemsize: usize,
    /// The first element, to read. In bytes, so that strides can be added.
    pub data: *const u8,
    /// The first element, to write; NULL if that cannot be.
    pub data_mut: *mut u8,
    /// The extents; not set from ndim on.
    pub shape: [i64; 64],
    /// The strides, in bytes; not set from ndim on.
    pub strides: [i64; 64],
}

const _: () = assert!(MAX_NDIM == 64);

/// What a span says. Of the struct itself no reference is made: it may be changed in place, and behind
/// its axes nothing needs to be set. Its other fields are read when they are needed.
struct Given<'a> {
    span: *const ndv_span,
    shape: &'a [i64],
    strides: &'a [i64],
}

impl<'a> Given<'a> {
    /// # Safety
    /// - `span` is NULL or points to a span, of which nobody changes anything during `'a`.
    #[inline(always)]
    unsafe fn new(argument: &'static str, span: *const ndv_span) -> Outcome<Given<'a>> {
        // SAFETY: as the caller promises; of shape and strides as much is set as there are axes.
        unsafe {
            check::struct_size(argument, span)?;
            let ndim = check::ndim((*span).ndim)?;
            Ok(Given {
                span,
                shape: from_raw_parts((&raw const (*span).shape).cast(), ndim),
                strides: from_raw_parts((&raw const (*span).strides).cast(), ndim),
            })
        }
    }

    fn itemsize(&self) -> usize {
        // SAFETY: whoever made this promised that the span can be read.
        unsafe { (*self.span).itemsize }
    }

    fn data(&self) -> *const u8 {
        // SAFETY: as above.
        unsafe { (*self.span).data }
    }

    fn data_mut(&self) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.span).data_mut }
    }

    /// As it is written down. What needs the size of an item asks for the [`dtype`](Self::dtype) first.
    fn layout(&self) -> LayoutRef<'a> {
        LayoutRef { shape: self.shape, strides: self.strides, itemsize: self.itemsize() }
    }

    fn dtype(&self) -> Outcome<DType> {
        // SAFETY: as above.
        let dtype = DType::from_code(unsafe { (*self.span).dtype })?;
        if dtype.itemsize() != self.itemsize() {
            let value = i64::try_from(self.itemsize()).unwrap_or(i64::MAX);
            return Err(Error::Argument { what: "the itemsize of the span", value }.into());
        }
        Ok(dtype)
    }

    /// To be read or written as a whole, at `data`, which messages call `argument`.
    fn elements(&self, argument: &'static str, data: *mut u8) -> Outcome<Elements<'a>> {
        let (dtype, shape, strides) = (self.dtype()?, self.shape, self.strides);
        if check_shape(shape, self.itemsize())? != 0 {
            check::pointer(argument, data)?;
        }
        // SAFETY: as above.
        let overlapping = unsafe { (*self.span).flags } & NDV_OVERLAPPING != 0;
        Ok(Elements { data, dtype, shape, strides, overlapping })
    }
}

/// The axes of a span, to be set or changed.
///
/// # Safety
/// - `span` points to a span that can be written and is not looked at otherwise during `'a`. Of axes
///   that are not set nothing is read. There are at most 64.
unsafe fn axes<'a>(span: *mut ndv_span, ndim: usize) -> Axes<'a> {
    // SAFETY: as the caller promises.
    unsafe {
        Axes {
            shape: from_raw_parts_mut((&raw mut (*span).shape).cast(), ndim),
            strides: from_raw_parts_mut((&raw mut (*span).strides).cast(), ndim),
        }
    }
}

/// Makes a span from a span, or changes it: `change` tells what becomes of its axes.
///
/// # Safety
/// - `span` and `result` are NULL or point to spans, perhaps to the same one.
#[inline(always)]
#[track_caller]
unsafe fn span_of_span<A: Apply>(
    span: *const ndv_span,
    result: *mut ndv_span,
    change: impl FnOnce(&Given) -> Outcome<Change<A>>,
) -> ndv_status {
    // SAFETY: as the caller promises. The slices of what is given are used no more when a span that
    // is changed in place is written.
    call(|| unsafe {
        let source = Given::new("span", span)?;
        let Change { ndim, way, apply } = change(&source)?;
        check::struct_size("result", result.cast_const())?;
        let room = ndim.max(source.shape.len());
        let (data, data_mut) = (source.data(), source.data_mut());
        let is_elsewhere = !std::ptr::eq(span, result);
        if is_elsewhere {
            (*result).dtype = (*span).dtype;
            (*result).flags = (*span).flags;
            (*result).reserved = 0;
            (*result).itemsize = (*span).itemsize;
        }
        apply(is_elsewhere.then(|| source.layout()), &mut axes(result, room));
        (*result).ndim = ndim as i32;
        (*result).data = data.wrapping_offset(way as isize);
        (*result).data_mut = match data_mut.is_null() {
            true => null_mut(),
            false => data_mut.wrapping_offset(way as isize),
        };
        Ok(())
    })
}

/// A span of all elements of an array, to read: its data_mut is NULL.
///
/// @param array         The array.
/// @param[in,out] span  With struct_size set. Valid while the array lives and is not
///                      closed.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_of(array: *const ndv_array, span: *mut ndv_span) -> ndv_status {
    // SAFETY: the caller passes an array, and a struct whose first field is its size.
    call(|| unsafe {
        let array = check::array("array", array)?;
        span_of_array(array, null_mut(), span)
    })
}

/// As ndv_span_of(), to read and to write. Leases of other threads, which in checked mode
/// keep elements from being written, are looked at now and not when they are written.
///
/// @param array         The array.
/// @param[in,out] span  With struct_size set. Valid while the array lives and is not
///                      closed.
/// @return NDV_E_READONLY.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_of_mut(array: *mut ndv_array, span: *mut ndv_span) -> ndv_status {
    // SAFETY: as for `ndv_span_of`.
    call(|| unsafe {
        let array = check::array("array", array)?;
        span_of_array(array, array.data_mut()?, span)
    })
}

/// # Safety
/// - `span` is NULL or points to a span.
#[inline(always)]
unsafe fn span_of_array(array: &Array, data_mut: *mut u8, span: *mut ndv_span) -> Outcome<()> {
    // SAFETY: as the caller promises.
    unsafe {
        check::struct_size("span", span.cast_const())?;
        (*span).dtype = array.dtype().code();
        (*span).ndim = array.ndim() as i32;
        (*span).flags = array.decided().0 & NDV_OVERLAPPING;
        (*span).reserved = 0;
        (*span).itemsize = array.itemsize();
        (*span).data = array.data();
        (*span).data_mut = data_mut;
        axes(span, array.ndim()).copy_from(array.layout());
    }
    Ok(())
}

/// A slice of one axis: NumPy's `a[..., start:stop:step, ...]`. The ends are clamped to the
/// axis, and count from its end if they are negative. To go to the end, stop is INT64_MAX;
/// backwards, start is INT64_MAX and stop INT64_MIN, which lie beyond every axis.
///
/// @param span            The span.
/// @param axis            The axis.
/// @param start           The first position.
/// @param stop            The position to stop before.
/// @param step            From one position to the next; not 0.
/// @param[in,out] result  The slice, which may be the span.
/// @return NDV_E_AXIS; NDV_E_STEP.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_slice(
    span: *const ndv_span,
    axis: i32,
    start: i64,
    stop: i64,
    step: i64,
    result: *mut ndv_span,
) -> ndv_status {
    // SAFETY: the caller passes two spans, perhaps the same. So in all functions below.
    unsafe {
        span_of_span(span, result, |source| {
            let slice = Slice { start: Some(start), stop: Some(stop), step };
            Ok(slice_axis(source.layout(), axis.into(), slice)?)
        })
    }
}

/// One position of one axis, which drops the axis: NumPy's `a[..., position, ...]`.
///
/// @param span            The span.
/// @param axis            The axis.
/// @param position        The position; negative counts from the end.
/// @param[in,out] result  What stands there, which may be the span.
/// @return NDV_E_AXIS; NDV_E_INDEX.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_index(
    span: *const ndv_span,
    axis: i32,
    position: i64,
    result: *mut ndv_span,
) -> ndv_status {
    // SAFETY: see `ndv_span_slice`.
    unsafe {
        span_of_span(span, result, |source| Ok(index_axis(source.layout(), axis.into(), position)?))
    }
}

/// All axes in reverse: NumPy's `a.T`.
///
/// @param span            The span.
/// @param[in,out] result  The transpose, which may be the span.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_transpose(
    span: *const ndv_span,
    result: *mut ndv_span,
) -> ndv_status {
    // SAFETY: see `ndv_span_slice`.
    unsafe { span_of_span(span, result, |source| Ok(transpose_axes(source.layout()))) }
}

/// The axes in another order: NumPy's `transpose(axes)`.
///
/// @param span            The span.
/// @param count           How many axes are named: all of them.
/// @param axes            Axis axes[i] becomes axis i. NULL for none. No part of the
///                        result.
/// @param[in,out] result  The span in that order, which may be the span.
/// @return NDV_E_AXIS, also for an axis named twice and for too few or too many.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_permute(
    span: *const ndv_span,
    count: i32,
    axes: *const i64,
    result: *mut ndv_span,
) -> ndv_status {
    let mut kept = Default::default();
    // SAFETY: see `ndv_span_slice`; the caller passes `count` axes.
    unsafe {
        span_of_span(span, result, |source| {
            Ok(permute_axes(source.layout(), check::axis_list(count, axes)?, &mut kept)?)
        })
    }
}

/// Two axes exchanged: NumPy's `swapaxes`.
///
/// @param span            The span.
/// @param first           One axis.
/// @param second          The other.
/// @param[in,out] result  The span with these exchanged, which may be the span.
/// @return NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_swap_axes(
    span: *const ndv_span,
    first: i32,
    second: i32,
    result: *mut ndv_span,
) -> ndv_status {
    // SAFETY: see `ndv_span_slice`.
    unsafe {
        span_of_span(span, result, |source| {
            Ok(swap_two_axes(source.layout(), first.into(), second.into())?)
        })
    }
}

/// The elements in another shape of the same size, where the strides allow it: NumPy's
/// `reshape` with copy=False.
///
/// @param span            The span.
/// @param ndim            Number of axes.
/// @param shape           ndim extents; one of them may be -1, to be inferred. NULL for
///                        none. No part of the result.
/// @param order           NDV_ORDER_C, F or A: the order in which elements are counted.
/// @param[in,out] result  The span in that shape, which may be the span.
/// @return NDV_E_WOULD_COPY, whose message says which axes are to blame; NDV_E_SHAPE;
///         NDV_E_ARGUMENT for another order.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_reshape(
    span: *const ndv_span,
    ndim: i32,
    shape: *const i64,
    order: i32,
    result: *mut ndv_span,
) -> ndv_status {
    let mut made = Default::default();
    // SAFETY: see `ndv_span_slice`; the caller passes `ndim` extents.
    unsafe {
        span_of_span(span, result, |source| {
            source.dtype()?;
            let shape = check::axes("shape", ndim, shape)?;
            let order = Order::from_code_without_k(order)?;
            Ok(reshape_axes(source.layout(), shape, order, &mut made)?)
        })
    }
}

/// Without axes of one element: NumPy's `squeeze`.
///
/// @param span            The span.
/// @param count           How many axes are named.
/// @param axes            The axes to drop; 0 and NULL drop every axis of one element.
/// @param[in,out] result  The span without them, which may be the span.
/// @return NDV_E_AXIS; NDV_E_SHAPE for an axis of another size.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_squeeze(
    span: *const ndv_span,
    count: i32,
    axes: *const i64,
    result: *mut ndv_span,
) -> ndv_status {
    // SAFETY: see `ndv_span_slice`; the caller passes `count` axes.
    unsafe {
        span_of_span(span, result, |source| {
            Ok(squeeze_axes(source.layout(), some_axes(count, axes)?)?)
        })
    }
}

/// With a new axis of one element: NumPy's `expand_dims`.
///
/// @param span            The span.
/// @param axis            The position of the axis in the result.
/// @param[in,out] result  The span with it, which may be the span.
/// @return NDV_E_AXIS; NDV_E_NDIM for a 65th axis.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_expand_dims(
    span: *const ndv_span,
    axis: i32,
    result: *mut ndv_span,
) -> ndv_status {
    // SAFETY: see `ndv_span_slice`.
    unsafe { span_of_span(span, result, |source| Ok(expand_axis(source.layout(), axis.into())?)) }
}

/// Writes the elements of one span over those of another: ndv_set(), with its broadcasting,
/// its rules of casting, and its promise that the source is as if it had been read first,
/// whatever the two share. Where elements of the destination share bytes, the last in C
/// order of the index stays.
///
/// ```c
/// const float numbers[2][3] = {{1, 2, 3}, {4, 5, 6}};
/// ndv_array *a;
/// ndv_span to = NDV_SPAN_INIT, from = NDV_SPAN_INIT;
/// from.dtype = NDV_FLOAT32;              // a span of memory that is no array
/// from.itemsize = sizeof(float);
/// from.data = (const uint8_t *)numbers;
/// from.ndim = 2;
/// from.shape[0] = 2, from.strides[0] = 3 * sizeof(float);
/// from.shape[1] = 3, from.strides[1] = sizeof(float);
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(3, 4), &a));
/// OK(ndv_span_of_mut(a, &to));
/// OK(ndv_span_slice(&to, 1, 1, 3, 1, &to));       // a[:, 1:3]
/// OK(ndv_span_transpose(&to, &to));
/// OK(ndv_span_set(&to, &from, NDV_CAST_SAFE));    // a[:, 1:3].T = numbers
/// OK(ndv_print(a));
/// ndv_release(a);
/// ```
/// ```text
/// [[0. 1. 4. 0.]
///  [0. 2. 5. 0.]
///  [0. 3. 6. 0.]]
/// ```
///
/// @param destination  The elements to write. The struct itself is not changed.
/// @param source       The elements to read; may share memory with them in any way.
/// @param casting      One of NDV_CAST_.
/// @return As ndv_set(): NDV_E_READONLY if data_mut is NULL. NDV_E_NULL if there are
///         elements and the source's data is NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_set(
    destination: *const ndv_span,
    source: *const ndv_span,
    casting: i32,
) -> ndv_status {
    // SAFETY: the caller passes two spans with memory behind them.
    call(|| unsafe {
        let to = Given::new("destination", destination)?;
        let from = Given::new("source", source)?;
        let casting = Casting::from_code(casting)?;
        if to.data_mut().is_null() {
            return Err(Error::ReadOnly.into());
        }
        let to = to.elements("destination.data_mut", to.data_mut())?.looked_through();
        let from = from.elements("source.data", from.data().cast_mut())?;
        Ok(assign_elements(to, from, casting)?)
    })
}

/// An array of the elements of a span: a view, which keeps the array that they belong to
/// alive, as ndv_as_strided() makes it. The span may have been made from the array, from
/// any other over the same buffer, or by hand; that all elements lie in the buffer is
/// checked. A span of what cannot be written gives a read-only view.
///
/// @param array      The array whose buffer it is, of the span's type.
/// @param span       The span.
/// @param flags      NDV_WRITE_OVERLAPPING, or 0: the view is then read-only also where
///                   two elements share bytes.
/// @param[out] view  A new reference.
/// @return NDV_E_DTYPE if the array has another type; NDV_E_BOUNDS if an element lies
///         outside of the buffer; NDV_E_OVERFLOW; NDV_E_ARGUMENT for other flags.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_span_view(
    array: *const ndv_array,
    span: *const ndv_span,
    flags: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array, a span, and a place for the result.
    unsafe {
        array_of_array(array, view, |array| {
            let span = Given::new("span", span)?;
            let dtype = span.dtype()?;
            let access = overlapping_access(flags)?;
            let access = if span.data_mut().is_null() { Access::ReadOnly } else { access };
            Ok(move || array::view_of_span(array, dtype, span.data().addr(), span.layout(), access))
        })
    }
}
