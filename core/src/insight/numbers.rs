//! One column of numbers: the format that all shown elements of an array share, and each
//! element's text in it, as NumPy writes them.
//!
//! Knows no arrays: elements come by value, through a walk that can be taken twice. What is
//! decided here is how many digits a number gets, whether it has an exponent, and which blanks
//! line the column up; the digits themselves come from `digits`.

#![forbid(unsafe_code)]

use super::digits::{Decimal, Notation, RealType};
use super::format::FormatOptions;
use crate::dtype::DType;
use crate::error::Number;
use std::fmt;

/// How many digits after the point a floating-point number gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatMode {
    /// Exactly `precision`.
    Fixed,
    /// The fewest that read back as the same value, whatever `precision` says.
    Unique,
    /// As `Unique`, but at most `precision`.
    MaxPrec,
    /// As `MaxPrec`, and all elements get as many as the one that needs most.
    MaxPrecEqual,
}

/// What stands before a number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Nothing.
    Minus,
    /// A plus sign.
    Plus,
    /// A space, unless a negative number in the column makes room anyway.
    Space,
}

/// An element without its type; the floating-point types are all exact in `f64`.
#[derive(Clone, Copy)]
pub(super) enum Element {
    Bool(bool),
    Integer(i128),
    Real(f64),
    Complex(f64, f64),
}

impl Element {
    pub(super) fn new(dtype: DType, number: Number) -> Element {
        match number {
            Number::Int(value) if dtype == DType::Bool => Element::Bool(value != 0),
            Number::Int(value) => Element::Integer(value),
            Number::Float(value) => Element::Real(value),
            Number::Complex(real, imag) => Element::Complex(real, imag),
        }
    }
}

/// Calls its argument with every shown element, each time it is called itself.
pub(super) type Walk<'a> = &'a dyn Fn(&mut dyn FnMut(Element));

/// A walk that shows real numbers only.
type RealWalk<'a> = &'a dyn Fn(&mut dyn FnMut(f64));

/// The format that all elements of one array share.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Bool { true_text: &'static str },
    Integer { width: usize, sign: Sign },
    Real(RealColumn),
    Complex { real: RealColumn, imag: RealColumn },
}

impl Column {
    /// The format that suits all the elements. A scalar stands alone and is not padded.
    pub(super) fn fit(
        dtype: DType,
        options: &FormatOptions,
        is_scalar: bool,
        walk: Walk,
    ) -> Column {
        match dtype {
            DType::Bool => Column::Bool { true_text: if is_scalar { "True" } else { " True" } },
            DType::Float16 => Column::real(RealType::Float16, options, walk),
            DType::BFloat16 => Column::real(RealType::BFloat16, options, walk),
            DType::Float32 => Column::real(RealType::Float32, options, walk),
            DType::Float64 => Column::real(RealType::Float64, options, walk),
            DType::Complex64 => Column::complex(RealType::Float32, options, walk),
            DType::Complex128 => Column::complex(RealType::Float64, options, walk),
            _ => Column::integer(options.sign, walk),
        }
    }

    fn integer(sign: Sign, walk: Walk) -> Column {
        let (mut lowest, mut highest) = (i128::MAX, i128::MIN);
        walk(&mut |element| {
            if let Element::Integer(value) = element {
                lowest = lowest.min(value);
                highest = highest.max(value);
            }
        });
        let sign = if lowest < 0 && sign == Sign::Space { Sign::Minus } else { sign };
        let width_with = |value, sign| sign_text(sign, value < 0).len() + digit_count(value);
        let width = width_with(highest, sign).max(width_with(lowest, Sign::Minus));
        Column::Integer { width, sign }
    }

    fn real(kind: RealType, options: &FormatOptions, walk: Walk) -> Column {
        Column::Real(RealColumn::fit(kind, options, &|see: &mut dyn FnMut(f64)| {
            walk(&mut |element| {
                if let Element::Real(value) = element {
                    see(value);
                }
            });
        }))
    }

    /// The parts are columns of their own; the second always has a sign, which joins the two.
    fn complex(kind: RealType, options: &FormatOptions, walk: Walk) -> Column {
        let part = |options: &FormatOptions, choose: fn(f64, f64) -> f64| {
            RealColumn::fit(kind, options, &|see: &mut dyn FnMut(f64)| {
                walk(&mut |element| {
                    if let Element::Complex(real, imag) = element {
                        see(choose(real, imag));
                    }
                });
            })
        };
        let signed = FormatOptions { sign: Sign::Plus, ..*options };
        Column::Complex { real: part(options, |real, _| real), imag: part(&signed, |_, imag| imag) }
    }

    /// The element's text, padded to its place in the column.
    pub(super) fn write(&self, element: Element, out: &mut dyn fmt::Write) -> fmt::Result {
        match (self, element) {
            (Column::Bool { true_text }, Element::Bool(value)) => {
                out.write_str(if value { true_text } else { "False" })
            }
            (&Column::Integer { width, sign }, Element::Integer(value)) => {
                let sign = sign_text(sign, value < 0);
                repeat(' ', width.saturating_sub(sign.len() + digit_count(value)), out)?;
                write!(out, "{sign}{}", value.unsigned_abs())
            }
            (Column::Real(column), Element::Real(value)) => column.write(value, "", out),
            (Column::Complex { real, imag }, Element::Complex(re, im)) => {
                real.write(re, "", out)?;
                imag.write(im, "j", out)
            }
            _ => Err(fmt::Error),
        }
    }
}

fn sign_text(sign: Sign, is_negative: bool) -> &'static str {
    match sign {
        _ if is_negative => "-",
        Sign::Minus => "",
        Sign::Plus => "+",
        Sign::Space => " ",
    }
}

fn digit_count(value: i128) -> usize {
    value.unsigned_abs().checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// In place of a width in a format string, which has to be below 2^16.
pub(super) fn repeat(what: char, times: usize, out: &mut dyn fmt::Write) -> fmt::Result {
    (0..times).try_for_each(|_| out.write_char(what))
}

/// A column of real numbers, their points one below the other.
#[derive(Clone, Copy)]
pub(super) struct RealColumn {
    kind: RealType,
    sign: Sign,
    notation: Notation,
    /// Digits serve to tell a value from its neighbours; otherwise they are those of the exact
    /// value.
    unique: bool,
    /// The most digits after the point.
    precision: usize,
    /// Whether all numbers have exactly `precision` of them.
    equal: bool,
    /// Characters before the point, sign included, and after it.
    left: usize,
    right: usize,
    exponent_digits: usize,
}

impl RealColumn {
    fn fit(kind: RealType, options: &FormatOptions, walk: RealWalk) -> RealColumn {
        let mut census = Census::default();
        walk(&mut |value| census.count(value));
        let mode = options.float_mode;
        let mut column = RealColumn {
            kind,
            sign: options.sign,
            notation: census.notation(kind, options.suppress_small),
            unique: mode != FloatMode::Fixed,
            precision: match mode {
                FloatMode::Unique => usize::MAX,
                _ => options.precision.into(),
            },
            equal: mode == FloatMode::Fixed,
            left: 0,
            right: 0,
            exponent_digits: 0,
        };
        walk(&mut |value| column.make_room_for(value));
        column.settle(mode, &census);
        column
    }

    fn make_room_for(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        let decimal = self.decimal(value);
        self.left = self.left.max(self.sign(value).len() + decimal.whole().len());
        self.right = self.right.max(decimal.fraction_len());
        let exponent_digits = digit_count(decimal.exponent().into());
        self.exponent_digits = self.exponent_digits.max(exponent_digits).max(2);
    }

    /// With every finite value's width known: how many digits all get, and room for signs, nan
    /// and inf.
    fn settle(&mut self, mode: FloatMode, census: &Census) {
        let exponent = self.notation == Notation::Exponent;
        if exponent || matches!(mode, FloatMode::Fixed | FloatMode::MaxPrecEqual) {
            self.equal = true;
            self.precision = self.right;
        }
        if exponent {
            self.right += 2 + self.exponent_digits;
        }
        if self.sign == Sign::Space && !census.negative {
            self.left += 1;
        }
        if census.not_finite {
            let signed = self.sign != Sign::Minus || census.negative_infinity;
            let longest = "inf".len() + usize::from(signed);
            self.left = self.left.max(longest.saturating_sub(self.right + 1));
        }
    }

    /// The sign as it is written; the space that may stand in its place is padding.
    fn sign(&self, value: f64) -> &'static str {
        sign_text(self.sign, value.is_sign_negative()).trim_end()
    }

    fn write(&self, value: f64, unit: &str, out: &mut dyn fmt::Write) -> fmt::Result {
        if !value.is_finite() {
            return self.write_not_finite(value, unit, out);
        }
        let sign = self.sign(value);
        let decimal = self.decimal(value);
        let (whole, fraction) = (decimal.whole(), decimal.fraction());
        repeat(' ', self.left.saturating_sub(sign.len() + whole.len()), out)?;
        write!(out, "{sign}{whole}.{fraction}")?;
        repeat('0', decimal.more_zeros(), out)?;
        if self.notation == Notation::Exponent {
            let exponent = decimal.exponent();
            let (sign, width) = (sign_text(Sign::Plus, exponent < 0), self.exponent_digits);
            return write!(out, "e{sign}{:0width$}{unit}", exponent.unsigned_abs());
        }
        out.write_str(unit)?;
        repeat(' ', self.right.saturating_sub(decimal.fraction_len()), out)
    }

    fn write_not_finite(&self, value: f64, unit: &str, out: &mut dyn fmt::Write) -> fmt::Result {
        let (name, is_negative) =
            if value.is_nan() { ("nan", false) } else { ("inf", value < 0.0) };
        let sign = sign_text(self.sign, is_negative).trim_end();
        repeat(' ', (self.left + self.right + 1).saturating_sub(sign.len() + name.len()), out)?;
        write!(out, "{sign}{name}{unit}")
    }

    /// The digits of a finite value, rounded as the column wants them.
    fn decimal(&self, value: f64) -> Decimal {
        let value = value.abs();
        if self.equal {
            return self.rounded(value, self.precision);
        }
        let shortest = self.shortest(value);
        let mut decimal = self.rounded(value, shortest.fraction_len().min(self.precision));
        decimal.trim_zeros();
        decimal
    }

    fn shortest(&self, value: f64) -> Decimal {
        Decimal::shortest(self.kind.shortest(value), self.notation)
    }

    /// The value with `places` digits after the point. Rounding the exact value finds the digits
    /// that read back, if any do, but for powers of two: below them the neighbour is nearer than
    /// above, and the shortest text may be the farther one.
    fn rounded(&self, value: f64, places: usize) -> Decimal {
        let nearest = Decimal::rounded(value, places, self.notation);
        if !self.unique || self.kind.reads_back(&nearest, value) {
            return nearest;
        }
        let shortest = self.shortest(value);
        match places.checked_sub(shortest.fraction_len()) {
            Some(zeros) => shortest.followed_by(zeros),
            None => nearest,
        }
    }
}

/// What the choice of a format needs to know of a column's values.
struct Census {
    /// Of the finite values other than zero.
    smallest: f64,
    largest: f64,
    /// Among the finite values, negative zero included.
    negative: bool,
    not_finite: bool,
    negative_infinity: bool,
}

impl Default for Census {
    fn default() -> Census {
        Census {
            smallest: f64::INFINITY,
            largest: 0.0,
            negative: false,
            not_finite: false,
            negative_infinity: false,
        }
    }
}

impl Census {
    fn count(&mut self, value: f64) {
        if !value.is_finite() {
            self.not_finite = true;
            self.negative_infinity |= value == f64::NEG_INFINITY;
            return;
        }
        self.negative |= value.is_sign_negative();
        if value != 0.0 {
            self.smallest = self.smallest.min(value.abs());
            self.largest = self.largest.max(value.abs());
        }
    }

    /// Exponents for large numbers, and, unless they are suppressed, for small ones and for
    /// ranges of more than three decades. NumPy compares in the precision of the type.
    fn notation(&self, kind: RealType, suppress_small: bool) -> Notation {
        if self.largest == 0.0 {
            return Notation::Positional;
        }
        let wide =
            self.smallest < kind.round(1e-4) || kind.quotient(self.largest, self.smallest) > 1000.0;
        if self.largest >= kind.first_with_exponent() || (wide && !suppress_small) {
            Notation::Exponent
        } else {
            Notation::Positional
        }
    }
}
