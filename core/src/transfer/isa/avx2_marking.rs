//! What AVX2 brings to items and their marks: bits by comparing 32 bytes, and marked items brought
//! together by a table of where each comes from.

use super::marking::Marking;
use std::arch::x86_64::*;

pub(super) struct Halves;

impl Marking for Halves {
    /// Measured.
    const MANY: u32 = 12;

    #[inline(always)]
    unsafe fn bits(marks: *const u8) -> u64 {
        // SAFETY: the caller's.
        unsafe {
            let none = _mm256_setzero_si256();
            let zeros = |at: usize| {
                let marks = _mm256_loadu_si256(marks.add(at).cast());
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(marks, none)) as u32
            };
            !(u64::from(zeros(0)) | u64::from(zeros(32)) << 32)
        }
    }

    #[inline(always)]
    unsafe fn compress_eight<T: Copy>(source: *const T, bits: u8, target: *mut T) {
        // SAFETY: the caller's; each branch for items of its size.
        unsafe {
            match size_of::<T>() {
                1 => {
                    let items = _mm_loadl_epi64(source.cast());
                    let packed = _mm_shuffle_epi8(items, places(bits));
                    _mm_storel_epi64(target.cast(), packed);
                }
                2 => {
                    // The two bytes of each item: 2 p and 2 p + 1.
                    let places = _mm_cvtepu8_epi16(places(bits));
                    let (twice, next) = (_mm_set1_epi16(0x0202), _mm_set1_epi16(0x0100));
                    let places = _mm_add_epi16(_mm_mullo_epi16(places, twice), next);
                    let packed = _mm_shuffle_epi8(_mm_loadu_si128(source.cast()), places);
                    _mm_storeu_si128(target.cast(), packed);
                }
                4 => {
                    let places = _mm256_cvtepu8_epi32(places(bits));
                    let items = _mm256_loadu_si256(source.cast());
                    let packed = _mm256_permutevar8x32_epi32(items, places);
                    _mm256_storeu_si256(target.cast(), packed);
                }
                8 => {
                    let (low, high) = (bits & 15, bits >> 4);
                    compress_four(source.cast(), low, target.cast());
                    let after = target.add(low.count_ones() as usize);
                    compress_four(source.add(4).cast(), high, after.cast());
                }
                _ => {
                    let mut next = target;
                    for at in 0..8 {
                        next.write_unaligned(source.add(at).read_unaligned());
                        next = next.add(usize::from(bits >> at & 1));
                    }
                }
            }
        }
    }
}

/// Four items of eight bytes, as pairs of four.
///
/// # Safety
///
/// As [`Marking::compress_eight`], for four.
#[inline(always)]
unsafe fn compress_four(source: *const u64, bits: u8, target: *mut u64) {
    // SAFETY: the caller's.
    unsafe {
        let places = _mm256_cvtepu8_epi64(places(bits));
        let lower = _mm256_add_epi64(places, places);
        let upper = _mm256_add_epi64(_mm256_slli_epi64(lower, 32), _mm256_set1_epi64x(1 << 32));
        let items = _mm256_loadu_si256(source.cast());
        let packed = _mm256_permutevar8x32_epi32(items, _mm256_or_si256(lower, upper));
        _mm256_storeu_si256(target.cast(), packed);
    }
}

/// The places of the bits that are set, a byte each, and zeros.
///
/// # Safety
///
/// None but the set's.
#[inline(always)]
unsafe fn places(bits: u8) -> __m128i {
    // SAFETY: eight bytes of the table.
    unsafe { _mm_loadl_epi64(PLACES[usize::from(bits)].as_ptr().cast()) }
}

static PLACES: [[u8; 8]; 256] = {
    let mut places = [[0; 8]; 256];
    let mut bits = 0;
    while bits < 256 {
        let (mut at, mut found) = (0, 0);
        while at < 8 {
            if bits >> at & 1 == 1 {
                places[bits][found] = at as u8;
                found += 1;
            }
            at += 1;
        }
        bits += 1;
    }
    places
};
