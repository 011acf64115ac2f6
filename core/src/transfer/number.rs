//! One element to and from the caller's numbers, by the rules of NumPy's scalars: a value that
//! does not fit is refused.

use super::compare::equal;
use super::types::{Element, dispatch};
use crate::dtype::{DType, Scalar};
use crate::error::{Error, Number, Result};

/// The value of an element, exactly; refused for what is no number.
///
/// # Safety
///
/// `data` is valid to read for one element of `dtype`; it need not be aligned.
#[inline]
pub unsafe fn read_number(data: *const u8, dtype: DType) -> Result<Number> {
    let scalar = scalar(dtype)?;
    // SAFETY: the caller's.
    Ok(unsafe { read_scalar(data, scalar) })
}

/// # Safety
///
/// As [`read_number`].
#[inline(always)]
unsafe fn read_scalar(data: *const u8, scalar: Scalar) -> Number {
    // SAFETY: the caller's, and every bit pattern is a value.
    dispatch!(scalar, T => unsafe { data.cast::<T>().read_unaligned() }.number())
}

#[inline(always)]
fn scalar(dtype: DType) -> Result<Scalar> {
    match dtype.scalar() {
        Some(scalar) => Ok(scalar),
        None => Err(Error::NoNumber { dtype }),
    }
}

/// Whether [`write_number`] takes the value.
///
/// An integer must be in range. A float into an integer loses its fraction, but NaN, infinities
/// and what is out of range are refused, as is a finite number that would become infinite, and
/// a complex number into a real type unless its imaginary part is zero. Bool takes everything.
pub fn check_number(value: Number, dtype: DType) -> Result<()> {
    check_scalar(value, scalar(dtype)?, dtype)
}

#[inline(always)]
fn check_scalar(value: Number, scalar: Scalar, dtype: DType) -> Result<()> {
    if scalar == Scalar::Bool || dispatch!(scalar, T => fits::<T>(value)) {
        Ok(())
    } else {
        Err(Error::Value { value, dtype })
    }
}

/// Writes one element, or refuses and writes nothing; see [`check_number`].
///
/// # Safety
///
/// `data` is valid to write for one element of `dtype`; it need not be aligned.
pub unsafe fn write_number(data: *mut u8, dtype: DType, value: Number) -> Result<()> {
    // SAFETY: the caller's.
    unsafe { write_scalar(data, scalar(dtype)?, dtype, value) }
}

/// Writes an element as one of another type, by the rules of [`write_number`].
///
/// # Safety
///
/// As for [`read_number`] and [`write_number`].
pub(super) unsafe fn carry_number(
    from: *const u8,
    from_dtype: DType,
    to: *mut u8,
    to_dtype: DType,
) -> Result<()> {
    // Both types are judged first: the value then needs no place in a result on its way.
    let (source, target) = (scalar(from_dtype)?, scalar(to_dtype)?);
    // SAFETY: the caller's.
    unsafe { write_scalar(to, target, to_dtype, read_scalar(from, source)) }
}

/// # Safety
///
/// As for [`write_number`]; `scalar` is `dtype`.
#[inline(always)]
unsafe fn write_scalar(data: *mut u8, scalar: Scalar, dtype: DType, value: Number) -> Result<()> {
    if let (Number::Float(value), Scalar::Float64) = (value, scalar) {
        // The commonest, and there is nothing to convert.
        // SAFETY: the caller's.
        unsafe { data.cast::<f64>().write_unaligned(value) };
        return Ok(());
    }
    check_scalar(value, scalar, dtype)?;
    // SAFETY: the caller's.
    dispatch!(scalar, T => unsafe { data.cast::<T>().write_unaligned(T::from_number(value)) });
    Ok(())
}

/// Converts, and judges by what has become of the value.
fn fits<T: Element>(value: Number) -> bool {
    match (value, T::from_number(value).number()) {
        (Number::Complex(real, imag), Number::Int(_) | Number::Float(_)) => {
            imag == 0.0 && fits::<T>(Number::Float(real))
        }
        (Number::Float(value), Number::Int(kept)) => {
            equal(Number::Float(value.trunc()), Number::Int(kept))
        }
        (Number::Int(value), Number::Int(kept)) => value == kept,
        (value, kept) => is_finite(kept) || !is_finite(value),
    }
}

/// Whether no part is infinite; NaN passes for finite, because every float type has it.
fn is_finite(value: Number) -> bool {
    match value {
        Number::Int(_) => true,
        Number::Float(value) => !value.is_infinite(),
        Number::Complex(real, imag) => !real.is_infinite() && !imag.is_infinite(),
    }
}
