//! One element by itself, as NumPy's scalars print: no column to fit, and a number keeps its point.

#![forbid(unsafe_code)]

use super::digits::{Notation, RealType};
use super::numbers::Element;
use crate::dtype::DType;
use std::fmt;

pub(super) fn write(dtype: DType, element: Element, out: &mut dyn fmt::Write) -> fmt::Result {
    let kind = match dtype {
        DType::Float16 => RealType::Float16,
        DType::BFloat16 => RealType::BFloat16,
        DType::Float32 | DType::Complex64 => RealType::Float32,
        _ => RealType::Float64,
    };
    match element {
        Element::Bool(value) => out.write_str(if value { "True" } else { "False" }),
        Element::Integer(value) => write!(out, "{value}"),
        Element::Real(value) => write_real(kind, value, ".0", out),
        // A real part of zero is not shown, unless it is negative.
        Element::Complex(real, imag) if real == 0.0 && real.is_sign_positive() => {
            write_real(kind, imag, "", out)?;
            out.write_str("j")
        }
        Element::Complex(real, imag) => {
            out.write_str("(")?;
            write_real(kind, real, "", out)?;
            if imag.is_nan() || imag.is_sign_positive() {
                out.write_str("+")?;
            }
            write_real(kind, imag, "", out)?;
            out.write_str("j)")
        }
    }
}

/// The shortest digits, with an exponent for very large and very small numbers; `whole` follows one
/// that has neither fraction nor exponent.
fn write_real(kind: RealType, value: f64, whole: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    if value.is_nan() {
        return out.write_str("nan");
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let size = value.abs();
    if size.is_infinite() {
        return write!(out, "{sign}inf");
    }
    let most = match kind {
        RealType::Float64 => 1e16,
        _ => kind.first_with_exponent(),
    };
    let positional = size == 0.0 || (1e-4..most).contains(&size);
    let notation = if positional { Notation::Positional } else { Notation::Exponent };
    let digits = kind.fewest_digits(size, notation);
    let point = if digits.fraction().is_empty() { "" } else { "." };
    write!(out, "{sign}{}{point}{}", digits.whole(), digits.fraction())?;
    if !positional {
        let exponent = digits.exponent();
        let sign = if exponent < 0 { '-' } else { '+' };
        return write!(out, "e{sign}{:02}", exponent.unsigned_abs());
    }
    if point.is_empty() { out.write_str(whole) } else { Ok(()) }
}
