//! From and to float16, by the processor's own conversion between it and float32.
//!
//! From float64 values are first rounded to odd (see `round.rs`), so that the second rounding decides. A
//! float16 is a float32 exactly. NaN stays NaN, and a signalling one becomes quiet, as in any conversion.

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

/// A vector of float32.
///
/// Every function asks for as many elements as the vector has, at any address, and for a processor that
/// has the instructions.
pub(super) trait Floats: Copy {
    const COUNT: usize;

    unsafe fn load(source: *const u8) -> Self;
    unsafe fn store(self, target: *mut u8);
    unsafe fn from_halves(source: *const u8) -> Self;
    unsafe fn to_halves(self, target: *mut u8);
    /// Rounded to odd as far as a float16 asks: what is too small for it may become zero, what is too
    /// large infinite.
    unsafe fn from_doubles(source: *const u8) -> Self;
}

/// Makes `halves` for a [`super::Table`], the loops from and to float16: the vector, and the attribute
/// that allows its instructions.
macro_rules! halves {
    ($floats:ty, $(#[$feature:meta])?) => {
        fn halves(
            from: crate::dtype::Scalar,
            to: crate::dtype::Scalar,
        ) -> Option<crate::transfer::convert::Dense> {
            use crate::dtype::Scalar::{Float16, Float32, Float64};
            use super::f16c::{Floats, each_vector};
            use std::mem::MaybeUninit;

            /// # Safety
            ///
            /// As [`Dense`](crate::transfer::convert::Dense).
            $(#[$feature])?
            unsafe fn widen(source: *const u8, target: &mut [MaybeUninit<u8>]) {
                // SAFETY: the caller's.
                unsafe {
                    each_vector::<{ <$floats>::COUNT }, 2, 4>(source, target, |from, to| {
                        <$floats>::from_halves(from).store(to)
                    })
                }
            }

            /// # Safety
            ///
            /// As [`Dense`](crate::transfer::convert::Dense).
            $(#[$feature])?
            unsafe fn narrow(source: *const u8, target: &mut [MaybeUninit<u8>]) {
                // SAFETY: the caller's.
                unsafe {
                    each_vector::<{ <$floats>::COUNT }, 4, 2>(source, target, |from, to| {
                        <$floats as Floats>::load(from).to_halves(to)
                    })
                }
            }

            /// # Safety
            ///
            /// As [`Dense`](crate::transfer::convert::Dense).
            $(#[$feature])?
            unsafe fn narrow_doubles(source: *const u8, target: &mut [MaybeUninit<u8>]) {
                // SAFETY: the caller's.
                unsafe {
                    each_vector::<{ <$floats>::COUNT }, 8, 2>(source, target, |from, to| {
                        <$floats>::from_doubles(from).to_halves(to)
                    })
                }
            }

            match (from, to) {
                (Float16, Float32) => Some(widen),
                (Float32, Float16) => Some(narrow),
                (Float64, Float16) => Some(narrow_doubles),
                _ => None,
            }
        }
    };
}

pub(super) use halves;

/// Converts as many elements, of `FROM` bytes to `TO` bytes, as make the target full.
///
/// # Safety
///
/// - As [`Dense`](crate::transfer::convert::Dense).
/// - `step` converts `COUNT` elements.
#[inline(always)] // Into functions that have the instructions.
pub(super) unsafe fn each_vector<const COUNT: usize, const FROM: usize, const TO: usize>(
    source: *const u8,
    target: &mut [MaybeUninit<u8>],
    step: impl Fn(*const u8, *mut u8),
) {
    let (mut from, mut to) = ([[0u8; FROM]; COUNT], [[0u8; TO]; COUNT]);
    // SAFETY: the caller's. Of what is left over, exactly so many elements go through a vector.
    unsafe {
        let (source, rest) = whole_vectors::<COUNT, FROM, TO>(source, target, &step);
        if !rest.is_empty() {
            let left = rest.len() / TO;
            from.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(source, FROM * left);
            step(from.as_ptr().cast(), to.as_mut_ptr().cast());
            let rest = rest.as_mut_ptr().cast::<u8>();
            rest.copy_from_nonoverlapping(to.as_ptr().cast(), TO * left);
        }
    }
}

/// As [`each_vector`], as far as whole vectors go; gives what is left over on either side.
///
/// # Safety
///
/// As [`each_vector`].
#[inline(always)] // As above.
pub(super) unsafe fn whole_vectors<const COUNT: usize, const FROM: usize, const TO: usize>(
    source: *const u8,
    target: &mut [MaybeUninit<u8>],
    step: impl Fn(*const u8, *mut u8),
) -> (*const u8, &mut [MaybeUninit<u8>]) {
    let (n, to) = (target.len() / TO, target.as_mut_ptr().cast::<u8>());
    let mut at = 0;
    // SAFETY: the caller's.
    unsafe {
        while at + 2 * COUNT <= n {
            step(source.add(FROM * at), to.add(TO * at));
            step(source.add(FROM * (at + COUNT)), to.add(TO * (at + COUNT)));
            at += 2 * COUNT;
        }
        if at + COUNT <= n {
            step(source.add(FROM * at), to.add(TO * at));
            at += COUNT;
        }
        (source.add(FROM * at), target.get_unchecked_mut(TO * at..))
    }
}

/// The bits of a float64 that a float32 has no room for.
const LOW: i64 = (1 << 29) - 1;

impl Floats for __m256 {
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn load(source: *const u8) -> __m256 {
        // SAFETY: the caller's.
        unsafe { _mm256_loadu_ps(source.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { _mm256_storeu_ps(target.cast(), self) }
    }

    #[inline(always)]
    unsafe fn from_halves(source: *const u8) -> __m256 {
        // SAFETY: the caller's.
        unsafe { _mm256_cvtph_ps(_mm_loadu_si128(source.cast())) }
    }

    #[inline(always)]
    unsafe fn to_halves(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe {
            let halves = _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(self);
            _mm_storeu_si128(target.cast(), halves);
        }
    }

    #[inline(always)]
    unsafe fn from_doubles(source: *const u8) -> __m256 {
        // SAFETY: the caller's.
        unsafe {
            let four = |at| {
                let bits = _mm256_loadu_si256(source.add(at).cast());
                let low = _mm256_set1_epi64x(LOW);
                // The sum has the bit above the low ones if any of them is set.
                let odd = _mm256_add_epi64(_mm256_and_si256(bits, low), low);
                let bits = _mm256_andnot_si256(low, _mm256_or_si256(bits, odd));
                _mm256_cvtpd_ps(_mm256_castsi256_pd(bits))
            };
            _mm256_set_m128(four(32), four(0))
        }
    }
}

impl Floats for __m512 {
    const COUNT: usize = 16;

    #[inline(always)]
    unsafe fn load(source: *const u8) -> __m512 {
        // SAFETY: the caller's.
        unsafe { _mm512_loadu_ps(source.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { _mm512_storeu_ps(target.cast(), self) }
    }

    #[inline(always)]
    unsafe fn from_halves(source: *const u8) -> __m512 {
        // SAFETY: the caller's.
        unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(source.cast())) }
    }

    #[inline(always)]
    unsafe fn to_halves(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe {
            let halves = _mm512_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(self);
            _mm256_storeu_si256(target.cast(), halves);
        }
    }

    #[inline(always)]
    unsafe fn from_doubles(source: *const u8) -> __m512 {
        // SAFETY: the caller's.
        unsafe {
            let eight = |at| {
                let bits = _mm512_loadu_si512(source.add(at).cast());
                let low = _mm512_set1_epi64(LOW);
                // As above.
                let odd = _mm512_add_epi64(_mm512_and_si512(bits, low), low);
                let bits = _mm512_andnot_si512(low, _mm512_or_si512(bits, odd));
                _mm512_cvtpd_ps(_mm512_castsi512_pd(bits))
            };
            _mm512_insertf32x8::<1>(_mm512_castps256_ps512(eight(0)), eight(64))
        }
    }
}
