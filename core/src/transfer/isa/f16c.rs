//! Between float16 and the other floats, by the processor's own conversion between float16 and
//! float32.
//!
//! Elements go through a short row of float32 in the first cache, eight at a time in registers. From
//! float64 they are first rounded to odd there, as everywhere (see `round.rs`), so that the second
//! rounding decides; a float16 is a float32 and a float64 exactly. NaN stays NaN, and a signalling one
//! becomes quiet, as in any conversion.

use crate::dtype::Scalar;
use crate::transfer::convert::convert;
use crate::transfer::copy::copy;
use crate::transfer::kernel::Run;
use crate::transfer::round::float32_to_odd;
use crate::transfer::types::Element;
use std::arch::x86_64::*;
use std::mem::MaybeUninit;

/// Elements that are converted at once: both rows fit easily in the first cache.
const ROW: usize = 512;

/// The kernel, if the pair has one here.
pub(super) fn converting(from: Scalar, to: Scalar) -> Option<Run> {
    use Scalar::{Float16, Float32, Float64};
    Some(match (from, to) {
        (Float16, Float32) => widen::<f32>,
        (Float16, Float64) => widen::<f64>,
        (Float32, Float16) => narrow::<f32>,
        (Float64, Float16) => narrow::<f64>,
        _ => return None,
    })
}

/// What is, or is made from and to, a float32.
trait Float: Element {
    fn to_odd(self) -> f32;
}

impl Float for f32 {
    #[inline(always)]
    fn to_odd(self) -> f32 {
        self
    }
}

impl Float for f64 {
    #[inline(always)]
    fn to_odd(self) -> f32 {
        float32_to_odd(self)
    }
}

/// # Safety
///
/// As [`Run`], from float16 to `T`; the processor has F16C and AVX2.
#[target_feature(enable = "avx2,f16c")]
unsafe fn widen<T: Float>(
    source: *const u8,
    source_stride: isize,
    target: *mut u8,
    target_stride: isize,
    n: usize,
    _itemsize: usize,
) {
    let mut halves = MaybeUninit::<[u16; ROW]>::uninit();
    let mut floats = MaybeUninit::<[f32; ROW]>::uninit();
    let (halves, floats) = (halves.as_mut_ptr().cast::<u8>(), floats.as_mut_ptr().cast::<u8>());
    let mut at = 0;
    while at < n {
        let count = ROW.min(n - at);
        // SAFETY: `count` elements from `at` on, of either side and of the rows, which have room
        // for so many and up to seven more, that are neither read nor written.
        unsafe {
            let from = source.offset(at as isize * source_stride);
            let to = target.offset(at as isize * target_stride);
            // Two bytes apart the halves are a row already, as is the target of float32.
            let from = if source_stride == 2 {
                from
            } else {
                copy::<u16>(from, source_stride, halves, 2, count);
                halves.cast_const()
            };
            if size_of::<T>() == 4 && target_stride == 4 {
                widen_row(from, to, count);
            } else {
                widen_row(from, floats, count);
                convert::<f32, T>(floats, 4, to, target_stride, count);
            }
        }
        at += count;
    }
}

/// # Safety
///
/// As [`Run`], from `S` to float16; the processor has F16C and AVX2.
#[target_feature(enable = "avx2,f16c")]
unsafe fn narrow<S: Float>(
    source: *const u8,
    source_stride: isize,
    target: *mut u8,
    target_stride: isize,
    n: usize,
    _itemsize: usize,
) {
    let mut halves = MaybeUninit::<[u16; ROW]>::uninit();
    let mut floats = MaybeUninit::<[f32; ROW]>::uninit();
    let (halves, floats) = (halves.as_mut_ptr().cast::<u8>(), floats.as_mut_ptr().cast::<u8>());
    let size = size_of::<S>() as isize;
    let mut at = 0;
    while at < n {
        let count = ROW.min(n - at);
        // SAFETY: as in `widen`.
        unsafe {
            let from = source.offset(at as isize * source_stride);
            let to = target.offset(at as isize * target_stride);
            let from = if size == 4 && source_stride == 4 {
                from
            } else {
                if source_stride == size {
                    each_to_odd::<S>(from, size, floats, count);
                } else {
                    each_to_odd::<S>(from, source_stride, floats, count);
                }
                floats.cast_const()
            };
            if target_stride == 2 {
                narrow_row(from, to, count);
            } else {
                narrow_row(from, halves, count);
                copy::<u16>(halves, 2, to, target_stride, count);
            }
        }
        at += count;
    }
}

/// # Safety
///
/// `n` elements, one stride apart, and as many float32 are valid.
#[inline(always)]
unsafe fn each_to_odd<S: Float>(source: *const u8, stride: isize, target: *mut u8, n: usize) {
    // SAFETY: the caller's.
    unsafe { crate::transfer::copy::each(source, stride, target, 4, n, |item: S| item.to_odd()) }
}

/// # Safety
///
/// `n` float16 side by side, and as many float32, are valid; the processor has F16C.
#[target_feature(enable = "avx2,f16c")]
unsafe fn widen_row(source: *const u8, target: *mut u8, n: usize) {
    let whole = n & !7;
    let mut at = 0;
    // SAFETY: the caller's. Of what is left over, exactly so many elements go through a vector.
    unsafe {
        while at < whole {
            let halves = _mm_loadu_si128(source.add(2 * at).cast());
            _mm256_storeu_ps(target.add(4 * at).cast(), _mm256_cvtph_ps(halves));
            at += 8;
        }
        if at < n {
            let (mut halves, mut floats) = ([0u16; 8], [0f32; 8]);
            let (from, to) = (source.add(2 * at), target.add(4 * at));
            from.copy_to_nonoverlapping(halves.as_mut_ptr().cast(), 2 * (n - at));
            let widened = _mm256_cvtph_ps(_mm_loadu_si128(halves.as_ptr().cast()));
            _mm256_storeu_ps(floats.as_mut_ptr(), widened);
            to.copy_from_nonoverlapping(floats.as_ptr().cast(), 4 * (n - at));
        }
    }
}

/// # Safety
///
/// `n` float32 side by side, and as many float16, are valid; the processor has F16C.
#[target_feature(enable = "avx2,f16c")]
unsafe fn narrow_row(source: *const u8, target: *mut u8, n: usize) {
    const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT;
    let whole = n & !7;
    let mut at = 0;
    // SAFETY: as in `widen_row`.
    unsafe {
        while at < whole {
            let floats = _mm256_loadu_ps(source.add(4 * at).cast());
            _mm_storeu_si128(target.add(2 * at).cast(), _mm256_cvtps_ph::<NEAREST>(floats));
            at += 8;
        }
        if at < n {
            let (mut floats, mut halves) = ([0f32; 8], [0u16; 8]);
            let (from, to) = (source.add(4 * at), target.add(2 * at));
            from.copy_to_nonoverlapping(floats.as_mut_ptr().cast(), 4 * (n - at));
            let narrowed = _mm256_cvtps_ph::<NEAREST>(_mm256_loadu_ps(floats.as_ptr()));
            _mm_storeu_si128(halves.as_mut_ptr().cast(), narrowed);
            to.copy_from_nonoverlapping(halves.as_ptr().cast(), 2 * (n - at));
        }
    }
}
