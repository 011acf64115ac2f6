//! Conversions for which there are shorter ways than the compiler finds. None depends on values, but that
//! a group of elements among which a rare one is goes a longer way.

use super::f16c::{each_vector, whole_vectors};
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

/// float32 to bfloat16: the upper halves of the words, after adding just less than half of what they
/// count, or just half where they are odd. The processor's own conversion takes small numbers for zero.
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
            if _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(a, b) != 0 {
                return with_nan(from, to, 32);
            }
            let rounded = |floats| {
                let bits = _mm512_castps_si512(floats);
                let odd = _mm512_and_si512(_mm512_srli_epi32::<16>(bits), _mm512_set1_epi32(1));
                _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd)
            };
            let upper = _mm512_loadu_si512(ODD.as_ptr().cast());
            let halves = _mm512_permutex2var_epi16(rounded(a), upper, rounded(b));
            _mm512_storeu_si512(to.cast(), halves);
        }
    };
    // SAFETY: the caller's.
    unsafe {
        let (source, rest) = whole_vectors::<32, 4, 2>(source, target, step);
        convert::<f32, bf16>(source, rest);
    }
}

/// The upper halves of the words of two vectors.
const ODD: [u16; 32] = {
    let mut order = [0; 32];
    let mut at = 0;
    while at < 32 {
        order[at] = 2 * at as u16 + 1;
        at += 1;
    }
    order
};

/// As [`to_bfloat16`]: the upper and the lower halves of the words of two vectors each become one vector, in
/// which those of the two alternate. The upper are 1 more where the lower, less 1 if the upper are even,
/// have their top bit.
///
/// # Safety
///
/// As [`Dense`](crate::transfer::convert::Dense); the processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn to_bfloat16_256(source: *const u8, target: &mut [MaybeUninit<u8>]) {
    let step = |from: *const u8, to: *mut u8| {
        // SAFETY: `whole_vectors` asks for 16 elements.
        unsafe {
            let (a, b) = (_mm256_loadu_ps(from.cast()), _mm256_loadu_ps(from.add(32).cast()));
            if _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_UNORD_Q>(a, b)) != 0 {
                return with_nan(from, to, 16);
            }
            let (a, b) = (_mm256_castps_si256(a), _mm256_castps_si256(b));
            let upper = _mm256_blend_epi16::<0xaa>(_mm256_srli_epi32::<16>(a), b);
            let lower = _mm256_blend_epi16::<0xaa>(a, _mm256_slli_epi32::<16>(b));
            let even = _mm256_andnot_si256(upper, _mm256_set1_epi16(1));
            let lower = _mm256_subs_epu16(lower, even);
            let more = _mm256_cmpgt_epi16(_mm256_setzero_si256(), lower);
            let halves = _mm256_sub_epi16(upper, more);
            let apart = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
            let halves = _mm256_shuffle_epi8(halves, _mm256_broadcastsi128_si256(apart));
            _mm256_storeu_si256(to.cast(), _mm256_permute4x64_epi64::<0b11_01_10_00>(halves));
        }
    };
    // SAFETY: the caller's.
    unsafe {
        let (source, rest) = whole_vectors::<16, 4, 2>(source, target, step);
        convert::<f32, bf16>(source, rest);
    }
}

/// The loop that minds NaN, for so many elements.
///
/// # Safety
///
/// As [`to_bfloat16_256`].
#[cold]
#[inline(never)] // So that the loop that calls it stays short.
#[target_feature(enable = "avx2")]
unsafe fn with_nan(source: *const u8, target: *mut u8, count: usize) {
    // SAFETY: the caller's.
    unsafe {
        convert::<f32, bf16>(source, std::slice::from_raw_parts_mut(target.cast(), 2 * count));
    }
}

/// So large a float64 that the last bit of its fraction counts 1: whole numbers below 2^51, of either sign,
/// are added to it exactly, and then stand in its lower bits.
const WHOLE: f64 = 6755399441055744.0; // 2^52 + 2^51

/// float32 or float64, by its bytes, to int64 or uint64, truncated and saturated, NaN as 0: AVX2 has no such
/// instruction. What has less than 51 bits, as all eight mostly have, takes one addition.
///
/// # Safety
///
/// As [`Dense`](crate::transfer::convert::Dense); the processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn to_longs_256<const FROM: usize, const SIGNED: bool>(
    source: *const u8,
    target: &mut [MaybeUninit<u8>],
) {
    let step = |from: *const u8, to: *mut u8| {
        // SAFETY: `each_vector` asks for eight elements.
        unsafe {
            let four = |at: usize| {
                let floats = match FROM {
                    4 => _mm256_cvtps_pd(_mm_loadu_ps(from.add(4 * at).cast())),
                    _ => _mm256_loadu_pd(from.add(8 * at).cast()),
                };
                // Of the two the second, if one is NaN.
                if SIGNED { floats } else { _mm256_max_pd(floats, _mm256_setzero_pd()) }
            };
            let is_small = |floats| {
                let magnitude = _mm256_andnot_pd(_mm256_set1_pd(-0.0), floats);
                _mm256_cmp_pd::<_CMP_LT_OQ>(magnitude, _mm256_set1_pd((1u64 << 51) as f64))
            };
            let (a, b) = (four(0), four(4));
            let small = _mm256_and_pd(is_small(a), is_small(b));
            let (a, b) = match _mm256_movemask_pd(small) {
                0b1111 => (small_longs(a), small_longs(b)),
                _ => (longs::<SIGNED>(a), longs::<SIGNED>(b)),
            };
            _mm256_storeu_si256(to.cast(), a);
            _mm256_storeu_si256(to.add(32).cast(), b);
        }
    };
    // SAFETY: the caller's.
    unsafe { each_vector::<8, FROM, 8>(source, target, step) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn small_longs(floats: __m256d) -> __m256i {
    let whole = _mm256_round_pd::<{ _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC }>(floats);
    let sum = _mm256_castpd_si256(_mm256_add_pd(whole, _mm256_set1_pd(WHOLE)));
    _mm256_sub_epi64(sum, _mm256_set1_epi64x(WHOLE.to_bits() as i64))
}

/// By halves of 32 bits, after bringing the value into the range, ends included; the upper end has too many
/// bits, becomes the lowest number, and by inverting its bits the largest.
#[inline]
#[target_feature(enable = "avx2")]
fn longs<const SIGNED: bool>(floats: __m256d) -> __m256i {
    const HALF: f64 = 4294967296.0; // 2^32
    let (low, high) =
        if SIGNED { (-HALF * HALF / 2.0, HALF * HALF / 2.0) } else { (0.0, HALF * HALF) };
    let all = _mm256_set1_pd;
    let number = _mm256_and_pd(floats, _mm256_cmp_pd::<_CMP_ORD_Q>(floats, floats));
    let within = _mm256_min_pd(_mm256_max_pd(number, all(low)), all(high));
    let beyond = _mm256_castpd_si256(_mm256_cmp_pd::<_CMP_EQ_OQ>(within, all(high)));
    let whole = _mm256_round_pd::<{ _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC }>(within);
    let upper = _mm256_floor_pd(_mm256_mul_pd(whole, all(1.0 / HALF)));
    let lower = _mm256_sub_pd(whole, _mm256_mul_pd(upper, all(HALF)));
    let bits = |half| _mm256_castpd_si256(_mm256_add_pd(half, all(WHOLE)));
    let upper = _mm256_slli_epi64::<32>(bits(upper));
    // Of the lower half there is nothing but 32 bits.
    let long = _mm256_blend_epi32::<0b1010_1010>(bits(lower), upper);
    _mm256_xor_si256(long, beyond)
}

/// int64 to float64: the upper 16 and the lower 48 bits each become a float64 exactly, by standing in the
/// fraction of one that is large enough, and their sum rounds once.
///
/// # Safety
///
/// As [`Dense`](crate::transfer::convert::Dense); the processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn longs_to_doubles_256(source: *const u8, target: &mut [MaybeUninit<u8>]) {
    const UPPER: f64 = 442721857769029238784.0; // 3 * 2^67: the last bit counts 2^16
    const LOWER: f64 = 4503599627370496.0; // 2^52
    let step = |from: *const u8, to: *mut u8| {
        // SAFETY: `each_vector` asks for four elements.
        unsafe {
            let all = |float| _mm256_castpd_si256(_mm256_set1_pd(float));
            let longs = _mm256_loadu_si256(from.cast());
            let upper = _mm256_srai_epi32::<16>(longs);
            let upper = _mm256_blend_epi16::<0x33>(upper, _mm256_setzero_si256());
            let upper = _mm256_castsi256_pd(_mm256_add_epi64(upper, all(UPPER)));
            let lower = _mm256_castsi256_pd(_mm256_blend_epi16::<0x88>(longs, all(LOWER)));
            let upper = _mm256_sub_pd(upper, _mm256_set1_pd(UPPER + LOWER));
            _mm256_storeu_pd(to.cast(), _mm256_add_pd(upper, lower));
        }
    };
    // SAFETY: the caller's.
    unsafe { each_vector::<4, 8, 8>(source, target, step) }
}
