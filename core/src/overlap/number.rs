//! The integers that equations are solved in: `i64` where everything fits, `i128` where not.
//!
//! Knows checked arithmetic and residues; knows nothing of arrays. Unchecked operators are used
//! only where the caller has bounded the result beforehand.

use core::ops::{Add, Div, Mul, Rem, Shr, Sub};

pub(super) trait Number:
    Copy
    + Ord
    + From<i64>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Shr<u32, Output = Self>
{
    const ZERO: Self;
    const ONE: Self;
    /// No stride is larger, and the product of two residues below it fits an `i128`.
    const LARGEST_STEP: Self;

    fn from_wide(wide: i128) -> Option<Self>;
    fn plus(self, other: Self) -> Option<Self>;
    fn minus(self, other: Self) -> Option<Self>;
    fn times(self, other: Self) -> Option<Self>;
    /// `self * other mod modulus`, for `0 <= self, other < modulus <= LARGEST_STEP`.
    fn times_modulo(self, other: Self, modulus: Self) -> Self;
    /// The low 64 bits, for hashing; and for what is known to fit an `i64`.
    fn low_bits(self) -> i64;
}

impl Number for i64 {
    const ZERO: i64 = 0;
    const ONE: i64 = 1;
    const LARGEST_STEP: i64 = i64::MAX;

    #[inline]
    fn from_wide(wide: i128) -> Option<i64> {
        i64::try_from(wide).ok()
    }
    #[inline]
    fn plus(self, other: i64) -> Option<i64> {
        self.checked_add(other)
    }
    #[inline]
    fn minus(self, other: i64) -> Option<i64> {
        self.checked_sub(other)
    }
    #[inline]
    fn times(self, other: i64) -> Option<i64> {
        self.checked_mul(other)
    }
    #[inline]
    fn times_modulo(self, other: i64, modulus: i64) -> i64 {
        // A 128-bit remainder costs several 64-bit ones.
        match self.checked_mul(other) {
            Some(product) => product % modulus,
            None => (i128::from(self) * i128::from(other) % i128::from(modulus)) as i64,
        }
    }
    #[inline]
    fn low_bits(self) -> i64 {
        self
    }
}

impl Number for i128 {
    const ZERO: i128 = 0;
    const ONE: i128 = 1;
    const LARGEST_STEP: i128 = 1 << 63;

    #[inline]
    fn from_wide(wide: i128) -> Option<i128> {
        Some(wide)
    }
    #[inline]
    fn plus(self, other: i128) -> Option<i128> {
        self.checked_add(other)
    }
    #[inline]
    fn minus(self, other: i128) -> Option<i128> {
        self.checked_sub(other)
    }
    #[inline]
    fn times(self, other: i128) -> Option<i128> {
        self.checked_mul(other)
    }
    #[inline]
    fn times_modulo(self, other: i128, modulus: i128) -> i128 {
        self * other % modulus
    }
    #[inline]
    fn low_bits(self) -> i64 {
        self as i64
    }
}

/// Greatest common divisor of two numbers that are not negative; `gcd(a, 0) = a`.
pub(super) fn gcd<T: Number>(mut a: T, mut b: T) -> T {
    while b != T::ZERO {
        (a, b) = (b, a % b);
    }
    a
}

/// The `x` in `0..modulus` with `value * x = 1 (mod modulus)`.
///
/// 1. `value >= 0`, `modulus >= 1`
/// 2. `gcd(value, modulus) = 1`
pub(super) fn inverse<T: Number>(value: T, modulus: T) -> T {
    // The cofactors of Euclid's algorithm alternate in sign and never exceed the modulus.
    let (mut r0, mut r1) = (modulus, value % modulus);
    let (mut x0, mut x1) = (T::ZERO, T::ONE % modulus);
    while r1 != T::ZERO {
        let quotient = r0 / r1;
        (r0, r1) = (r1, r0 - quotient * r1);
        (x0, x1) = (x1, x0 - quotient * x1);
    }
    if x0 < T::ZERO { x0 + modulus } else { x0 }
}
