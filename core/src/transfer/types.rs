//! The element types as Rust types, and how a value of one becomes a value of another.
//!
//! Every source hands its value on in one of four carriers that hold it exactly (an integer, a
//! float32, a float64, a complex number), and every target makes itself from each of the four.
//! After inlining nothing of the carriers is left, and fifteen types need no 225 conversions.

#![forbid(unsafe_code)]

use super::round::{bfloat16_of, float32_to_odd, float64_to_odd};
use super::saturate::*;
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

    #[inline]
    fn from_f32(value: f32) -> Self {
        Self::from_f64(value.into())
    }

    /// Only complex types, and whether anything is not zero, take notice of the imaginary part.
    #[inline]
    fn from_complex(real: f64, _imag: f64) -> Self {
        Self::from_f64(real)
    }

    #[inline]
    fn from_number(value: Number) -> Self {
        match value {
            Number::Int(value) => Self::from_int(value),
            Number::Float(value) => Self::from_f64(value),
            Number::Complex(real, imag) => Self::from_complex(real, imag),
        }
    }
}

macro_rules! integers {
    ($($int:ty: $from_f32:ident, $from_f64:ident;)*) => {$(
        impl Element for $int {
            #[inline]
            fn number(self) -> Number {
                Number::Int(self.into())
            }
            #[inline]
            fn to<T: Element>(self) -> T {
                T::from_int(self.into())
            }
            #[inline]
            fn from_int(value: i128) -> $int {
                value as $int
            }
            #[inline]
            fn from_f64(value: f64) -> $int {
                $from_f64(value)
            }
            #[inline]
            fn from_f32(value: f32) -> $int {
                $from_f32(value)
            }
        }
    )*};
}

integers! {
    i8: f32_to_i8, f64_to_i8;
    i16: f32_to_i16, f64_to_i16;
    i32: f32_to_i32, f64_to_i32;
    i64: f32_to_i64, f64_to_i64;
    u8: f32_to_u8, f64_to_u8;
    u16: f32_to_u16, f64_to_u16;
    u32: f32_to_u32, f64_to_u32;
    u64: f32_to_u64, f64_to_u64;
}

impl Element for f32 {
    #[inline]
    fn number(self) -> Number {
        Number::Float(self.into())
    }
    #[inline]
    fn to<T: Element>(self) -> T {
        T::from_f32(self)
    }
    #[inline]
    fn from_int(value: i128) -> f32 {
        value as f32
    }
    #[inline]
    fn from_f64(value: f64) -> f32 {
        value as f32
    }
    #[inline]
    fn from_f32(value: f32) -> f32 {
        value
    }
}

impl Element for f64 {
    #[inline]
    fn number(self) -> Number {
        Number::Float(self)
    }
    #[inline]
    fn to<T: Element>(self) -> T {
        T::from_f64(self)
    }
    #[inline]
    fn from_int(value: i128) -> f64 {
        value as f64
    }
    #[inline]
    fn from_f64(value: f64) -> f64 {
        value
    }
}

/// The crate rounds a float32 correctly and nothing wider, so whatever is wider comes to it
/// rounded to odd, which leaves the last rounding to decide.
macro_rules! halves {
    ($($half:ty: $from_f32:expr;)*) => {$(
        impl Element for $half {
            #[inline]
            fn number(self) -> Number {
                Number::Float(self.to_f32().into())
            }
            #[inline]
            fn to<T: Element>(self) -> T {
                T::from_f32(self.to_f32())
            }
            #[inline]
            fn from_int(value: i128) -> $half {
                // Named in full: the crate has a `from_f64` of its own.
                <$half as Element>::from_f64(float64_to_odd(value))
            }
            #[inline]
            fn from_f64(value: f64) -> $half {
                <$half as Element>::from_f32(float32_to_odd(value))
            }
            #[inline]
            fn from_f32(value: f32) -> $half {
                $from_f32(value)
            }
        }
    )*};
}

halves! {
    f16: f16::from_f32;
    bf16: bfloat16_of;
}

/// A bool as it lies in memory, where any byte may be: what is not zero is true.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Truth(u8);

impl Element for Truth {
    #[inline]
    fn number(self) -> Number {
        Number::Int((self.0 != 0).into())
    }
    #[inline]
    fn to<T: Element>(self) -> T {
        // The compiler converts neither of the two when the program runs.
        if self.0 != 0 { T::from_int(1) } else { T::from_int(0) }
    }
    #[inline]
    fn from_int(value: i128) -> Truth {
        Truth((value != 0).into())
    }
    #[inline]
    fn from_f64(value: f64) -> Truth {
        Truth((value != 0.0).into())
    }
    #[inline]
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
    #[inline]
    fn number(self) -> Number {
        Number::Complex(self.real.into(), self.imag.into())
    }
    #[inline]
    fn to<T: Element>(self) -> T {
        T::from_complex(self.real.into(), self.imag.into())
    }
    #[inline]
    fn from_int(value: i128) -> Complex<F> {
        Complex { real: F::from_int(value), imag: F::from_int(0) }
    }
    #[inline]
    fn from_f64(value: f64) -> Complex<F> {
        Complex { real: F::from_f64(value), imag: F::from_int(0) }
    }
    #[inline]
    fn from_f32(value: f32) -> Complex<F> {
        Complex { real: F::from_f32(value), imag: F::from_int(0) }
    }
    #[inline]
    fn from_complex(real: f64, imag: f64) -> Complex<F> {
        Complex { real: F::from_f64(real), imag: F::from_f64(imag) }
    }
}

/// Evaluates an expression with `$T` standing for the Rust type of a [`crate::dtype::Scalar`]. One
/// inside another makes a table of all pairs.
macro_rules! dispatch {
    ($scalar:expr, $T:ident => $body:expr) => {
        $crate::transfer::types::dispatch!(@match $scalar, $T, $body,
            Bool $crate::transfer::types::Truth,
            Int8 i8, Int16 i16, Int32 i32, Int64 i64,
            UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64,
            Float16 half::f16, BFloat16 half::bf16, Float32 f32, Float64 f64,
            Complex64 $crate::transfer::types::Complex<f32>,
            Complex128 $crate::transfer::types::Complex<f64>)
    };
    (@match $scalar:expr, $T:ident, $body:expr, $($name:ident $rust:ty),* $(; $else:expr)?) => {
        match $scalar {
            $($crate::dtype::Scalar::$name => {
                type $T = $rust;
                $body
            })*
            $(_ => $else,)?
        }
    };
}

/// As [`dispatch`], for bool, integers, float32 and float64; returns None where it is another.
macro_rules! dispatch_plain {
    ($scalar:expr, $T:ident => $body:expr) => {
        $crate::transfer::types::dispatch!(@match $scalar, $T, $body,
            Bool $crate::transfer::types::Truth,
            Int8 i8, Int16 i16, Int32 i32, Int64 i64,
            UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64,
            Float32 f32, Float64 f64;
            return None)
    };
}

pub(super) use {dispatch, dispatch_plain};
