//! The element types as Rust types, and how a value of one becomes a value of another.
//!
//! Every source hands its value on in one of four carriers that hold it exactly (an integer, a
//! float32, a float64, a complex number), and every target makes itself from each of the four.
//! After inlining nothing of the carriers is left, and fifteen types need no 225 conversions.

#![forbid(unsafe_code)]

use super::round::{float32_to_odd, float64_to_odd};
use super::saturate::{f32_within, f64_to_i64, f64_within};
use crate::error::Number;
use half::{bf16, f16};

/// An element as it lies in memory: no padding, and no invalid bit patterns.
pub(super) trait Element: Copy {
    /// The value, exactly.
    fn number(self) -> Number;

    /// The value as another type has it.
    fn to<T: Element>(self) -> T;

    /// Wraps in an integer; rounds to nearest even in a float.
    fn from_int(value: i128) -> Self;

    /// Truncates and saturates in an integer, where NaN is 0.
    fn from_f64(value: f64) -> Self;

    fn from_f32(value: f32) -> Self {
        Self::from_f64(value.into())
    }

    /// Only complex types, and whether anything is not zero, take notice of the imaginary part.
    fn from_complex(real: f64, _imag: f64) -> Self {
        Self::from_f64(real)
    }

    fn from_number(value: Number) -> Self {
        match value {
            Number::Int(value) => Self::from_int(value),
            Number::Float(value) => Self::from_f64(value),
            Number::Complex(real, imag) => Self::from_complex(real, imag),
        }
    }
}

macro_rules! integers {
    ($($int:ty: $from_f32:expr, $from_f64:expr;)*) => {$(
        impl Element for $int {
            fn number(self) -> Number {
                Number::Int(self.into())
            }
            fn to<T: Element>(self) -> T {
                T::from_int(self.into())
            }
            fn from_int(value: i128) -> $int {
                value as $int
            }
            fn from_f64(value: f64) -> $int {
                $from_f64(value) as $int
            }
            fn from_f32(value: f32) -> $int {
                $from_f32(value) as $int
            }
        }
    )*};
}

// What `as` does, in a way that becomes vectors, wherever that is known.
integers! {
    i8: f32_within::<-0x80, 0x7f>, f64_within::<-0x80, 0x7f>;
    i16: f32_within::<-0x8000, 0x7fff>, f64_within::<-0x8000, 0x7fff>;
    i32: std::convert::identity::<f32>, f64_within::<{ i32::MIN }, { i32::MAX }>;
    i64: std::convert::identity::<f32>, f64_to_i64;
    u8: f32_within::<0, 0xff>, f64_within::<0, 0xff>;
    u16: f32_within::<0, 0xffff>, f64_within::<0, 0xffff>;
    u32: std::convert::identity::<f32>, std::convert::identity::<f64>;
    u64: std::convert::identity::<f32>, std::convert::identity::<f64>;
}

impl Element for f32 {
    fn number(self) -> Number {
        Number::Float(self.into())
    }
    fn to<T: Element>(self) -> T {
        T::from_f32(self)
    }
    fn from_int(value: i128) -> f32 {
        value as f32
    }
    fn from_f64(value: f64) -> f32 {
        value as f32
    }
    fn from_f32(value: f32) -> f32 {
        value
    }
}

impl Element for f64 {
    fn number(self) -> Number {
        Number::Float(self)
    }
    fn to<T: Element>(self) -> T {
        T::from_f64(self)
    }
    fn from_int(value: i128) -> f64 {
        value as f64
    }
    fn from_f64(value: f64) -> f64 {
        value
    }
}

/// The crate rounds a float32 correctly and nothing wider, so whatever is wider comes to it
/// rounded to odd, which leaves the last rounding to decide.
macro_rules! halves {
    ($($half:ty)*) => {$(
        impl Element for $half {
            fn number(self) -> Number {
                Number::Float(self.to_f32().into())
            }
            fn to<T: Element>(self) -> T {
                T::from_f32(self.to_f32())
            }
            fn from_int(value: i128) -> $half {
                // Named in full: the crate has a `from_f64` of its own.
                <$half as Element>::from_f64(float64_to_odd(value))
            }
            fn from_f64(value: f64) -> $half {
                <$half>::from_f32(float32_to_odd(value))
            }
            fn from_f32(value: f32) -> $half {
                <$half>::from_f32(value)
            }
        }
    )*};
}

halves!(f16 bf16);

/// A bool as it lies in memory, where any byte may be: what is not zero is true.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Truth(u8);

impl Element for Truth {
    fn number(self) -> Number {
        Number::Int((self.0 != 0).into())
    }
    fn to<T: Element>(self) -> T {
        T::from_int((self.0 != 0).into())
    }
    fn from_int(value: i128) -> Truth {
        Truth((value != 0).into())
    }
    fn from_f64(value: f64) -> Truth {
        Truth((value != 0.0).into())
    }
    fn from_complex(real: f64, imag: f64) -> Truth {
        Truth((real != 0.0 || imag != 0.0).into())
    }
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Complex<T> {
    real: T,
    imag: T,
}

impl<F: Element + Into<f64>> Element for Complex<F> {
    fn number(self) -> Number {
        Number::Complex(self.real.into(), self.imag.into())
    }
    fn to<T: Element>(self) -> T {
        T::from_complex(self.real.into(), self.imag.into())
    }
    fn from_int(value: i128) -> Complex<F> {
        Complex { real: F::from_int(value), imag: F::from_int(0) }
    }
    fn from_f64(value: f64) -> Complex<F> {
        Complex { real: F::from_f64(value), imag: F::from_int(0) }
    }
    fn from_f32(value: f32) -> Complex<F> {
        Complex { real: F::from_f32(value), imag: F::from_int(0) }
    }
    fn from_complex(real: f64, imag: f64) -> Complex<F> {
        Complex { real: F::from_f64(real), imag: F::from_f64(imag) }
    }
}

/// Evaluates an expression with `$T` standing for the Rust type of a [`crate::dtype::Scalar`]. One
/// inside another makes a table of all pairs.
macro_rules! dispatch {
    ($scalar:expr, $T:ident => $body:expr) => {
        dispatch!(@match $scalar, $T, $body,
            Bool $crate::transfer::types::Truth,
            Int8 i8, Int16 i16, Int32 i32, Int64 i64,
            UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64,
            Float16 half::f16, BFloat16 half::bf16, Float32 f32, Float64 f64,
            Complex64 $crate::transfer::types::Complex<f32>,
            Complex128 $crate::transfer::types::Complex<f64>)
    };
    (@match $scalar:expr, $T:ident, $body:expr, $($name:ident $rust:ty),*) => {
        match $scalar {
            $($crate::dtype::Scalar::$name => {
                type $T = $rust;
                $body
            })*
        }
    };
}

pub(super) use dispatch;
