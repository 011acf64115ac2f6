//! NEON, which every 64-bit ARM processor has: vectors of 16 bytes, one lane. The compiler uses it for
//! the loops of the portable table too, so only the transposes are new.

use super::channels::Lanes;
use super::vector::Vector;
use super::{Table, portable};
use std::arch::aarch64::*;

static TABLE: Table =
    Table { name: c"neon", turning, dealing, shift, exchange, mirroring, ..portable::LOOPS };

/// The table.
pub(super) fn table() -> Option<&'static Table> {
    Some(&TABLE)
}

super::vector::turning!(uint8x16_t, 1, false, |_| None, #[target_feature(enable = "neon")]);
super::within::shifting!(uint8x16_t, 1, #[target_feature(enable = "neon")]);
super::within::mirroring!(uint8x16_t, 1, #[target_feature(enable = "neon")]);

super::channels::dealing!(uint8x16_t, false, #[target_feature(enable = "neon")]);

impl Vector<1> for uint8x16_t {
    #[inline(always)]
    unsafe fn load(source: *const u8) -> uint8x16_t {
        // SAFETY: the caller's.
        unsafe { vld1q_u8(source) }
    }

    #[inline(always)]
    unsafe fn store(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { vst1q_u8(target, self) }
    }

    /// There is no such store in the set that the compiler could be asked for.
    #[inline(always)]
    unsafe fn stream(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { vst1q_u8(target, self) }
    }

    #[inline(always)]
    unsafe fn load_lanes(source: *const u8, _pitch: isize) -> uint8x16_t {
        // SAFETY: the caller's.
        unsafe { vld1q_u8(source) }
    }

    #[inline(always)]
    unsafe fn interleave<const SIZE: usize>(self, other: uint8x16_t) -> (uint8x16_t, uint8x16_t) {
        // SAFETY: the caller's.
        unsafe {
            match SIZE {
                1 => (vzip1q_u8(self, other), vzip2q_u8(self, other)),
                2 => {
                    let (a, b) = (vreinterpretq_u16_u8(self), vreinterpretq_u16_u8(other));
                    (vreinterpretq_u8_u16(vzip1q_u16(a, b)), vreinterpretq_u8_u16(vzip2q_u16(a, b)))
                }
                4 => {
                    let (a, b) = (vreinterpretq_u32_u8(self), vreinterpretq_u32_u8(other));
                    (vreinterpretq_u8_u32(vzip1q_u32(a, b)), vreinterpretq_u8_u32(vzip2q_u32(a, b)))
                }
                _ => {
                    let (a, b) = (vreinterpretq_u64_u8(self), vreinterpretq_u64_u8(other));
                    (vreinterpretq_u8_u64(vzip1q_u64(a, b)), vreinterpretq_u8_u64(vzip2q_u64(a, b)))
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn exchange_lanes(vectors: [uint8x16_t; 1]) -> [uint8x16_t; 1] {
        vectors
    }
}

/// The set has this very look-up.
impl Lanes for uint8x16_t {
    const LANE: usize = 16;
    const LANES: usize = 1;

    #[inline(always)]
    unsafe fn load_lanes(source: *const u8, _pitch: isize) -> uint8x16_t {
        // SAFETY: the caller's.
        unsafe { vld1q_u8(source) }
    }

    #[inline(always)]
    unsafe fn store_lanes_of(self, target: *mut u8, _pitch: isize) {
        // SAFETY: the caller's.
        unsafe { vst1q_u8(target, self) }
    }

    #[inline(always)]
    unsafe fn stream_lanes_of(self, target: *mut u8, _pitch: isize) {
        // SAFETY: the caller's.
        unsafe {
            vst1q_u8(target, self);
        }
    }

    #[inline(always)]
    unsafe fn picking<const IN: usize>(order: *const u8) -> [uint8x16_t; IN] {
        // SAFETY: the caller's.
        unsafe { [vld1q_u8(order); IN] }
    }

    #[inline(always)]
    unsafe fn pick<const IN: usize>(
        vectors: &[uint8x16_t; IN],
        picking: &[uint8x16_t; IN],
    ) -> uint8x16_t {
        // SAFETY: the caller's.
        unsafe {
            match *vectors.as_slice() {
                [a, b] => vqtbl2q_u8(uint8x16x2_t(a, b), picking[0]),
                [a, b, c] => vqtbl3q_u8(uint8x16x3_t(a, b, c), picking[0]),
                [a, b, c, d] => vqtbl4q_u8(uint8x16x4_t(a, b, c, d), picking[0]),
                _ => picking[0],
            }
        }
    }
}
