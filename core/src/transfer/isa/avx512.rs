//! AVX-512 with VBMI2, as from Ice Lake and Zen 4 on: vectors of 64 bytes, four lanes. The processors
//! before, which lack it, slow their clock for vectors so wide; AVX2 is better for them.

use super::channels::Lanes;
use super::vector::Vector;
use super::{Table, avx2, avx512_marking, by_hand, strides};
use crate::dtype::DType;
use crate::dtype::Scalar::{self, BFloat16, Float32, UInt8};
use crate::transfer::convert::Dense;
use std::arch::x86_64::*;

/// Bytes are streamed and shifted as by AVX2: two stores of half a cache line were faster than one of a
/// whole, wherever it was measured.
static TABLE: Table = Table {
    name: c"avx512",
    same,
    from_memory,
    converting,
    turning,
    dealing,
    masked: avx512_marking::masked,
    compress: avx512_marking::compress,
    count: avx512_marking::count,
    looking: LOOKING,
    shift_apart: Some(strides::shift_apart),
    ..avx2::KERNELS
};

/// The table, if the processor has the instruction set and AVX2's, of which some kernels are.
pub(super) fn table() -> Option<&'static Table> {
    let has = avx2::table().is_some()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("bmi2");
    has.then_some(&TABLE)
}

/// From memory, loads of half a cache line were faster: float32 `a[::2]` of 64 MiB 0.64 of `memcpy`, and 0.78
/// as by AVX2; float32 to float64 1.1 and 1.4; int64 to float64 of `a[::2]`, 32 MiB, 0.44 and 0.62. These are the
/// conversions of which AVX2 is as capable.
fn from_memory(from: DType, to: DType) -> Option<&'static Table> {
    use DType as T;
    let as_capable = match from {
        T::Float64 => matches!(to, T::Float32 | T::Int64),
        T::Float32 => matches!(to, T::Float64 | T::Float16 | T::BFloat16 | T::UInt8),
        T::Int64 => matches!(to, T::Int32 | T::Float64),
        T::Int32 => to == T::Int64,
        T::Float16 | T::UInt8 | T::Bool => to == T::Float32,
        _ => false,
    };
    (as_capable || from == to).then_some(&avx2::TABLE)
}

super::clones::clones!(
    super::rows::copy_any,
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,f16c")]
    super::strides::copy_some
);
super::f16c::halves!(__m512, #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,f16c")]);
super::looking::looking!(
    __m256i,
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
);
super::vector::turning!(__m512i, 4, true, avx2::alike, #[target_feature(enable = "avx512f,avx512bw")]);

super::channels::dealing!(
    __m512i, true,
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
);

fn converting(from: Scalar, to: Scalar) -> Option<Dense> {
    match (from, to) {
        (Float32, UInt8) => Some(by_hand::to_bytes_256),
        (Float32, BFloat16) => Some(by_hand::to_bfloat16),
        _ => halves(from, to).or_else(|| converting_each(from, to)),
    }
}

impl Vector<4> for __m512i {
    #[inline(always)]
    unsafe fn load(source: *const u8) -> __m512i {
        // SAFETY: the caller's.
        unsafe { _mm512_loadu_si512(source.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { _mm512_storeu_si512(target.cast(), self) }
    }

    #[inline(always)]
    unsafe fn stream(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { _mm512_stream_si512(target.cast(), self) }
    }

    #[inline(always)]
    unsafe fn load_lanes(source: *const u8, pitch: isize) -> __m512i {
        // SAFETY: the caller's.
        unsafe {
            let lane = |at: isize| _mm_loadu_si128(source.offset(at * pitch).cast());
            let lanes = _mm512_castsi128_si512(lane(0));
            let lanes = _mm512_mask_broadcast_i32x4(lanes, 0x00f0, lane(1));
            let lanes = _mm512_mask_broadcast_i32x4(lanes, 0x0f00, lane(2));
            _mm512_mask_broadcast_i32x4(lanes, 0xf000, lane(3))
        }
    }

    #[inline(always)]
    unsafe fn interleave<const SIZE: usize>(self, other: __m512i) -> (__m512i, __m512i) {
        // SAFETY: the caller's.
        unsafe {
            match SIZE {
                1 => (_mm512_unpacklo_epi8(self, other), _mm512_unpackhi_epi8(self, other)),
                2 => (_mm512_unpacklo_epi16(self, other), _mm512_unpackhi_epi16(self, other)),
                4 => (_mm512_unpacklo_epi32(self, other), _mm512_unpackhi_epi32(self, other)),
                _ => (_mm512_unpacklo_epi64(self, other), _mm512_unpackhi_epi64(self, other)),
            }
        }
    }

    #[inline(always)]
    unsafe fn exchange_lanes([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
        // SAFETY: the caller's.
        unsafe {
            // Of two vectors each: their lower lanes, then their upper; of those, the even and odd.
            let ab = (_mm512_shuffle_i32x4(a, b, 0x44), _mm512_shuffle_i32x4(a, b, 0xee));
            let cd = (_mm512_shuffle_i32x4(c, d, 0x44), _mm512_shuffle_i32x4(c, d, 0xee));
            [
                _mm512_shuffle_i32x4(ab.0, cd.0, 0x88),
                _mm512_shuffle_i32x4(ab.0, cd.0, 0xdd),
                _mm512_shuffle_i32x4(ab.1, cd.1, 0x88),
                _mm512_shuffle_i32x4(ab.1, cd.1, 0xdd),
            ]
        }
    }
}

/// One lane: a byte is looked up in two vectors at once, by the lower seven bits of the order.
impl Lanes for __m512i {
    const LANE: usize = 64;
    const LANES: usize = 1;

    #[inline(always)]
    unsafe fn load_lanes(source: *const u8, _pitch: isize) -> __m512i {
        // SAFETY: the caller's.
        unsafe { _mm512_loadu_si512(source.cast()) }
    }

    #[inline(always)]
    unsafe fn store_lanes_of(self, target: *mut u8, _pitch: isize) {
        // SAFETY: the caller's.
        unsafe { _mm512_storeu_si512(target.cast(), self) }
    }

    #[inline(always)]
    unsafe fn stream_lanes_of(self, target: *mut u8, _pitch: isize) {
        // SAFETY: the caller's.
        unsafe {
            _mm512_stream_si512(target.cast(), self);
        }
    }

    #[inline(always)]
    unsafe fn picking<const IN: usize>(order: *const u8) -> [__m512i; IN] {
        // SAFETY: the caller's.
        unsafe { [_mm512_loadu_si512(order.cast()); IN] }
    }

    #[inline(always)]
    unsafe fn pick<const IN: usize>(vectors: &[__m512i; IN], picking: &[__m512i; IN]) -> __m512i {
        let order = picking[0];
        // SAFETY: the caller's.
        unsafe {
            let first = _mm512_permutex2var_epi8(vectors[0], order, vectors[1]);
            let in_others = _mm512_movepi8_mask(order);
            match IN {
                2 => first,
                3 => _mm512_mask_permutexvar_epi8(first, in_others, order, vectors[2]),
                _ => {
                    let second = _mm512_permutex2var_epi8(vectors[2], order, vectors[IN - 1]);
                    _mm512_mask_blend_epi8(in_others, first, second)
                }
            }
        }
    }
}
