//! Elements compared by value, across any two types and without rounding.

use super::plan::Rows;
use super::types::{Element, dispatch};
use super::walk::Nest;
use super::{Source, fields, pool, shared};
use crate::dtype::DType;
use crate::error::Number;
use std::ops::ControlFlow;

/// Whether `n` elements, one stride apart on either side, are equal. The last number is the size of
/// an item of `a`.
type EqualRun = unsafe fn(*const u8, isize, *const u8, isize, usize, usize) -> bool;

/// How many of `n` elements, one stride apart, come before the first that a conversion changes.
type KeptRun = unsafe fn(*const u8, isize, usize) -> usize;

/// Whether every element of `a` equals that of `b`: NaN equals nothing, bools are compared as
/// truth, and no number is rounded for the comparison. Raw bytes are equal if all are, records if
/// all fields are; what cannot be compared is not equal.
///
/// # Safety
///
/// - `shape` has at most 64 extents, and both operands as many strides.
/// - Unless an extent is zero, every element that shape and strides address is valid to read and
///   initialised.
pub unsafe fn all_equal(shape: &[i64], a: Source, b: Source) -> bool {
    if !a.dtype.is_comparable_to(b.dtype) {
        return shape.contains(&0);
    }
    if a.dtype.is_record() {
        // SAFETY: the caller's.
        return unsafe { fields::all_fields_equal(shape, a, b) };
    }
    // The walk knows a side that may be written; here neither is.
    let mut nest = Nest::at(a.data.cast_mut(), b.data);
    if !nest.add_axes(shape, a.strides, b.strides) {
        return true;
    }
    let rows = Rows::fastest(&mut nest, a.dtype.itemsize().max(b.dtype.itemsize()));
    let along = nest.axes[0];
    let run = match (a.dtype.scalar(), b.dtype.scalar()) {
        (Some(a), Some(b)) => dispatch!(a, A => dispatch!(b, B => equal_run::<A, B> as EqualRun)),
        _ => equal_bytes,
    };
    let itemsize = a.dtype.itemsize();
    let equal = |nest: &Nest| {
        let outcome = rows.each(nest, |place, n| {
            // SAFETY: the caller's; the walk stays on the elements that shape and strides address.
            let equal =
                unsafe { run(place.target, along.target, place.source, along.source, n, itemsize) };
            if equal { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        outcome.is_continue()
    };
    // SAFETY: elements are only read.
    let shared = (pool::threads() > 1)
        .then(|| unsafe { shared::holds_for_parts(&nest, itemsize, equal) })
        .flatten();
    shared.unwrap_or_else(|| equal(&nest))
}

/// The first element in C order, its position and value, that would not arrive unchanged in
/// type `to`: NumPy's `casting='same_value'`.
///
/// Changed is what is out of range or inexact, NaN or infinite in an integer type, complex with
/// an imaginary part in a real one. NaN and infinities among floats are unchanged.
///
/// # Safety
///
/// - `shape` has at most 64 extents, and `source` as many strides.
/// - Unless an extent is zero, every element that shape and strides address is valid to read and
///   initialised.
pub unsafe fn first_changed(shape: &[i64], source: Source, to: DType) -> Option<(i64, Number)> {
    if source.dtype == to {
        return None;
    }
    let (Some(from), Some(into)) = (source.dtype.scalar(), to.scalar()) else {
        // SAFETY: the caller's.
        return unsafe { fields::first_field_changed(shape, source, to) };
    };
    let mut nest = Nest::at(source.data.cast_mut(), source.data);
    if !nest.add_axes(shape, source.strides, source.strides) {
        return None;
    }
    let rows = Rows::in_order(&mut nest);
    let stride = nest.axes[0].source;
    let run = dispatch!(from, S => dispatch!(into, T => kept_run::<S, T> as KeptRun));
    let mut position = 0;
    let outcome = rows.each(&nest, |place, n| {
        // SAFETY: the caller's; the walk stays on the elements that shape and strides address.
        let kept = unsafe { run(place.source, stride, n) };
        position += kept as i64;
        if kept == n {
            return ControlFlow::Continue(());
        }
        let changed = place.source.wrapping_offset(stride * kept as isize);
        // SAFETY: element `kept` of the run, which is shorter than the run.
        ControlFlow::Break(unsafe { super::read_number(changed, source.dtype) })
    });
    outcome.break_value().map(|value| (position, value.unwrap_or(Number::Int(0))))
}

/// As [`first_changed`], for a row.
///
/// # Safety
///
/// - `n` elements of type `from`, one stride apart, are valid to read.
pub(super) unsafe fn first_changed_run(
    data: *const u8,
    stride: isize,
    n: usize,
    from: DType,
    to: DType,
) -> Option<(i64, Number)> {
    let source = Source { data, dtype: from, strides: &[stride as i64] };
    // SAFETY: the caller's.
    unsafe { first_changed(&[n as i64], source, to) }
}

/// Equality of the numbers themselves.
#[inline(always)]
pub(super) fn equal(a: Number, b: Number) -> bool {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Int(int), b) => is_integer(b, int),
        (a, Number::Int(int)) => is_integer(a, int),
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Float(a), Number::Complex(b, imag))
        | (Number::Complex(b, imag), Number::Float(a)) => a == b && imag == 0.0,
        (Number::Complex(a, a_imag), Number::Complex(b, b_imag)) => a == b && a_imag == b_imag,
    }
}

/// Whether a floating number is `int`, which is within 65 bits, as the values of elements are.
#[inline(always)]
fn is_integer(value: Number, int: i128) -> bool {
    let (real, imag) = match value {
        Number::Int(value) => return value == int,
        Number::Float(real) => (real, 0.0),
        Number::Complex(real, imag) => (real, imag),
    };
    // Up to 2^53 the conversion to float64 is exact. Above, it may have rounded to a float that
    // is no longer this integer.
    let exact = int.unsigned_abs() <= 1 << 53;
    int as f64 == real && imag == 0.0 && (exact || real as i128 == int)
}

/// As [`equal`], but among floats a NaN that is still NaN has been kept.
#[inline(always)]
fn kept(before: Number, after: Number) -> bool {
    let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
    match (parts(before), parts(after)) {
        (Some((real, imag)), Some((real_after, imag_after))) => {
            same(real, real_after) && same(imag, imag_after)
        }
        _ => equal(before, after),
    }
}

/// Real and imaginary part of a floating number.
#[inline(always)]
fn parts(value: Number) -> Option<(f64, f64)> {
    match value {
        Number::Int(_) => None,
        Number::Float(value) => Some((value, 0.0)),
        Number::Complex(real, imag) => Some((real, imag)),
    }
}

/// # Safety
///
/// `n` elements, of type `A` and type `B`, one stride apart, are valid to read on either side.
unsafe fn equal_run<A: Element, B: Element>(
    a: *const u8,
    a_stride: isize,
    b: *const u8,
    b_stride: isize,
    n: usize,
    _itemsize: usize,
) -> bool {
    /// No exit within so many elements, so that the compiler makes vectors of them.
    const CHUNK: isize = 256;
    let (a_size, b_size) = (size_of::<A>() as isize, size_of::<B>() as isize);
    let n = n as isize;
    let mut start = 0;
    // SAFETY: the caller's; a chunk ends at `n` or before.
    unsafe {
        if (a_stride, b_stride) == (a_size, b_size) {
            while start + CHUNK <= n {
                let (a, b) = (a.offset(start * a_size), b.offset(start * b_size));
                let mut unequal = 0u32;
                for index in 0..CHUNK {
                    unequal += u32::from(!equal_at::<A, B>(a, a_size, b, b_size, index));
                }
                if unequal != 0 {
                    return false;
                }
                start += CHUNK;
            }
        }
        (start..n).all(|index| equal_at::<A, B>(a, a_stride, b, b_stride, index))
    }
}

/// # Safety
///
/// `n` elements of `itemsize` bytes, one stride apart, are valid to read on either side.
unsafe fn equal_bytes(
    a: *const u8,
    a_stride: isize,
    b: *const u8,
    b_stride: isize,
    n: usize,
    itemsize: usize,
) -> bool {
    (0..n as isize).all(|index| {
        // SAFETY: the caller's.
        unsafe {
            let left = std::slice::from_raw_parts(a.offset(index * a_stride), itemsize);
            left == std::slice::from_raw_parts(b.offset(index * b_stride), itemsize)
        }
    })
}

/// # Safety
///
/// Element `index`, one stride apart from those before, is valid to read on either side.
#[inline(always)]
unsafe fn equal_at<A: Element, B: Element>(
    a: *const u8,
    a_stride: isize,
    b: *const u8,
    b_stride: isize,
    index: isize,
) -> bool {
    // SAFETY: the caller's.
    let (left, right) = unsafe {
        let left = a.offset(index * a_stride).cast::<A>().read_unaligned();
        (left, b.offset(index * b_stride).cast::<B>().read_unaligned())
    };
    equal(left.number(), right.number())
}

/// # Safety
///
/// `n` elements of type `S`, one stride apart, are valid to read.
unsafe fn kept_run<S: Element, T: Element>(data: *const u8, stride: isize, n: usize) -> usize {
    let changed = |index: &isize| {
        // SAFETY: the caller's.
        let value = unsafe { data.offset(index * stride).cast::<S>().read_unaligned() };
        !kept(value.number(), value.to::<T>().number())
    };
    (0..n as isize).find(changed).unwrap_or(n as isize) as usize
}
