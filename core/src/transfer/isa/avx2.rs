//! AVX2 and F16C, which every processor has that has the first: vectors of 32 bytes, two lanes.

use super::channels::Lanes;
use super::vector::Vector;
use super::{Table, by_hand, rows};
use crate::dtype::Scalar::{self, BFloat16, Float32, Float64, Int64, UInt8, UInt64};
use crate::transfer::convert::Dense;
use crate::transfer::copy::copy_part_of_line;
use std::arch::x86_64::*;

pub(super) static TABLE: Table = KERNELS;

/// The table, for others to begin with.
pub(super) const KERNELS: Table = Table {
    name: c"avx2",
    same,
    repeating: rows::repeating,
    from_memory: |_, _| None,
    converting,
    turning,
    dealing,
    masked,
    compress,
    count,
    looking: LOOKING,
    stream: Some(stream),
    shift,
    shift_apart: None,
    exchange,
    mirroring,
    settle,
};

/// The table, if the processor has the instruction set.
pub(super) fn table() -> Option<&'static Table> {
    let has = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("f16c");
    has.then_some(&TABLE)
}

super::clones::clones!(
    super::rows::copy_any,
    #[target_feature(enable = "avx2,f16c")]
    super::strides::copy_some_256
);
super::f16c::halves!(__m256, #[target_feature(enable = "avx2,f16c")]);
super::vector::turning!(__m256i, 2, true, alike, #[target_feature(enable = "avx2")]);
super::vector::alike!(__m256i, 2, #[target_feature(enable = "avx2")]);
super::within::shifting!(__m256i, 2, #[target_feature(enable = "avx2")]);
super::within::mirroring!(__m256i, 2, #[target_feature(enable = "avx2")]);
super::marking::marking!(
    super::avx2_marking::Halves,
    #[target_feature(enable = "avx2,bmi1,popcnt")]
);
super::looking::looking!(__m256i, #[target_feature(enable = "avx2")]);

super::channels::dealing!(__m256i, true, #[target_feature(enable = "avx2")]);

fn converting(from: Scalar, to: Scalar) -> Option<Dense> {
    match (from, to) {
        (Float32, UInt8) => Some(by_hand::to_bytes_256),
        (Float32, BFloat16) => Some(by_hand::to_bfloat16_256),
        (Float32, Int64) => Some(by_hand::to_longs_256::<4, true>),
        (Float32, UInt64) => Some(by_hand::to_longs_256::<4, false>),
        (Float64, Int64) => Some(by_hand::to_longs_256::<8, true>),
        (Float64, UInt64) => Some(by_hand::to_longs_256::<8, false>),
        (Int64, Float64) => Some(by_hand::longs_to_doubles_256),
        _ => halves(from, to).or_else(|| converting_each(from, to)),
    }
}

impl Vector<2> for __m256i {
    #[inline(always)]
    unsafe fn load(source: *const u8) -> __m256i {
        // SAFETY: the caller's.
        unsafe { _mm256_loadu_si256(source.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { _mm256_storeu_si256(target.cast(), self) }
    }

    #[inline(always)]
    unsafe fn stream(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { _mm256_stream_si256(target.cast(), self) }
    }

    #[inline(always)]
    unsafe fn load_lanes(source: *const u8, pitch: isize) -> __m256i {
        // SAFETY: the caller's.
        unsafe {
            let (low, high) = (source.cast(), source.offset(pitch).cast());
            let low = _mm256_castsi128_si256(_mm_loadu_si128(low));
            _mm256_inserti128_si256(low, _mm_loadu_si128(high), 1)
        }
    }

    #[inline(always)]
    unsafe fn interleave<const SIZE: usize>(self, other: __m256i) -> (__m256i, __m256i) {
        // SAFETY: the caller's.
        unsafe {
            match SIZE {
                1 => (_mm256_unpacklo_epi8(self, other), _mm256_unpackhi_epi8(self, other)),
                2 => (_mm256_unpacklo_epi16(self, other), _mm256_unpackhi_epi16(self, other)),
                4 => (_mm256_unpacklo_epi32(self, other), _mm256_unpackhi_epi32(self, other)),
                _ => (_mm256_unpacklo_epi64(self, other), _mm256_unpackhi_epi64(self, other)),
            }
        }
    }

    #[inline(always)]
    unsafe fn exchange_lanes([a, b]: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: the caller's.
        unsafe { [_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31)] }
    }
}

/// Each lane of 16 bytes is looked up in every lane of the source, where a byte of the order that has its
/// top bit gives zero.
impl Lanes for __m256i {
    const LANE: usize = 16;
    const LANES: usize = 2;

    #[inline(always)]
    unsafe fn load_lanes(source: *const u8, pitch: isize) -> __m256i {
        // SAFETY: the caller's.
        unsafe { <__m256i as Vector<2>>::load_lanes(source, pitch) }
    }

    #[inline(always)]
    unsafe fn store_lanes_of(self, target: *mut u8, pitch: isize) {
        // SAFETY: the caller's.
        unsafe {
            _mm_storeu_si128(target.cast(), _mm256_castsi256_si128(self));
            _mm_storeu_si128(target.offset(pitch).cast(), _mm256_extracti128_si256(self, 1));
        }
    }

    #[inline(always)]
    unsafe fn stream_lanes_of(self, target: *mut u8, pitch: isize) {
        // SAFETY: the caller's.
        unsafe {
            _mm_stream_si128(target.cast(), _mm256_castsi256_si128(self));
            _mm_stream_si128(target.offset(pitch).cast(), _mm256_extracti128_si256(self, 1));
        }
    }

    #[inline(always)]
    unsafe fn picking<const IN: usize>(order: *const u8) -> [__m256i; IN] {
        // SAFETY: the caller's.
        unsafe {
            let order = _mm256_broadcastsi128_si256(_mm_loadu_si128(order.cast()));
            let mut picking = [order; IN];
            let mut lane = 0;
            while lane < IN {
                let within = _mm256_sub_epi8(order, _mm256_set1_epi8(lane as i8 * 16));
                // From 16 on the sum has the top bit.
                picking[lane] = _mm256_adds_epu8(within, _mm256_set1_epi8(0x70));
                lane += 1;
            }
            picking
        }
    }

    #[inline(always)]
    unsafe fn pick<const IN: usize>(vectors: &[__m256i; IN], picking: &[__m256i; IN]) -> __m256i {
        // SAFETY: the caller's.
        unsafe {
            let mut picked = _mm256_shuffle_epi8(vectors[0], picking[0]);
            let mut lane = 1;
            while lane < IN {
                let others = _mm256_shuffle_epi8(vectors[lane], picking[lane]);
                picked = _mm256_or_si256(picked, others);
                lane += 1;
            }
            picked
        }
    }
}

/// # Safety
///
/// As [`super::Stream`].
#[target_feature(enable = "avx2")]
unsafe fn stream(source: *const u8, target: *mut u8, bytes: usize) {
    let head = target.align_offset(64).min(bytes);
    // SAFETY: all within the bytes that the caller vouches for; what is streamed begins on a line.
    unsafe {
        copy_part_of_line(source, target, head);
        let mut at = head;
        while at + 64 <= bytes {
            let (low, high) = (source.add(at).cast(), source.add(at + 32).cast());
            let (low, high) = (_mm256_loadu_si256(low), _mm256_loadu_si256(high));
            _mm256_stream_si256(target.add(at).cast(), low);
            _mm256_stream_si256(target.add(at + 32).cast(), high);
            at += 64;
        }
        copy_part_of_line(source.add(at), target.add(at), bytes - at);
    }
}

fn settle() {
    // SAFETY: every processor of 64 bits has it.
    unsafe { _mm_sfence() };
}
