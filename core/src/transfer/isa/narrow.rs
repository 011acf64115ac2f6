//! From float32 to narrower types, where the processor has shorter ways than the compiler finds.

use super::f16c::whole_vectors;
use crate::transfer::convert::convert;
use half::bf16;
use std::arch::x86_64::*;
use std::mem::MaybeUninit;

/// float32 to uint8. Large values are brought down to 255 first; what is negative or NaN becomes the
/// lowest int32 or another negative number, and packing with saturation makes 0 of it. For AVX-512, too:
/// from memory, reads of 64 bytes are slower (21 GB/s against 25) and in the caches no faster.
///
/// # Safety
///
/// As [`Dense`](crate::transfer::convert::Dense); the processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn to_bytes_256(source: *const u8, target: &mut [MaybeUninit<u8>]) {
    let step = |from: *const u8, to: *mut u8| {
        // SAFETY: `whole_vectors` asks for 32 elements.
        unsafe {
            let highest = _mm256_set1_ps(255.0);
            let ints = |at: usize| {
                let floats = _mm256_loadu_ps(from.add(32 * at).cast());
                // Of the two the second, if one is NaN.
                _mm256_cvttps_epi32(_mm256_min_ps(highest, floats))
            };
            let low = _mm256_packs_epi32(ints(0), ints(1));
            let high = _mm256_packs_epi32(ints(2), ints(3));
            let bytes = _mm256_packus_epi16(low, high);
            let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
            _mm256_storeu_si256(to.cast(), _mm256_permutevar8x32_epi32(bytes, order));
        }
    };
    // SAFETY: the caller's.
    unsafe {
        let (source, rest) = whole_vectors::<32, 4, 1>(source, target, step);
        convert::<f32, u8>(source, rest);
    }
}

/// float32 to bfloat16: the upper halves of the words, plus 1 where the lower half is more than a half,
/// or just a half and the upper is odd. The processor's own conversion takes small numbers for zero.
///
/// # Safety
///
/// As [`Dense`](crate::transfer::convert::Dense); the processor has AVX-512.
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) unsafe fn to_bfloat16(source: *const u8, target: &mut [MaybeUninit<u8>]) {
    let step = |from: *const u8, to: *mut u8| {
        // SAFETY: `whole_vectors` asks for 32 elements.
        unsafe {
            let (a, b) = (_mm512_loadu_ps(from.cast()), _mm512_loadu_ps(from.add(64).cast()));
            let nan = _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(a, a);
            let nan = _mm512_kunpackw(
                u32::from(_mm512_cmp_ps_mask::<_CMP_UNORD_Q>(b, b)),
                u32::from(nan),
            );
            let (a, b) = (_mm512_castps_si512(a), _mm512_castps_si512(b));
            let lower = _mm512_loadu_si512(EVEN.as_ptr().cast());
            let upper =
                _mm512_permutex2var_epi16(a, _mm512_add_epi16(lower, _mm512_set1_epi16(1)), b);
            let lower = _mm512_permutex2var_epi16(a, lower, b);
            let odd = _mm512_and_si512(upper, _mm512_set1_epi16(1));
            // Saturated, so that nothing wraps.
            let rest = _mm512_adds_epu16(lower, odd);
            let more = _mm512_cmpgt_epu16_mask(rest, _mm512_set1_epi16(i16::MIN));
            let one = _mm512_set1_epi16(1);
            let rounded = _mm512_mask_add_epi16(upper, more, upper, one);
            // A quiet NaN, whatever it was.
            let quiet = _mm512_or_si512(upper, _mm512_set1_epi16(0x40));
            _mm512_storeu_si512(to.cast(), _mm512_mask_mov_epi16(rounded, nan, quiet));
        }
    };
    // SAFETY: the caller's.
    unsafe {
        let (source, rest) = whole_vectors::<32, 4, 2>(source, target, step);
        convert::<f32, bf16>(source, rest);
    }
}

/// The lower halves of the words of two vectors.
const EVEN: [u16; 32] = {
    let mut order = [0; 32];
    let mut at = 0;
    while at < 32 {
        order[at] = 2 * at as u16;
        at += 1;
    }
    order
};
