//! Rounding to odd: the way to round twice and get what rounding once would have given.
//!
//! A value between two floats goes to the one whose last bit is odd. That bit then says "there was
//! more": a later rounding to a format at least two bits narrower never sees a tie that was none,
//! nor misses one (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).

#![forbid(unsafe_code)]

use half::bf16;

/// The float32 next to `value`, odd if it is not exact. NaN stays NaN; too large a value becomes
/// the largest finite one, which is odd.
#[inline]
pub(super) fn float32_to_odd(value: f64) -> f32 {
    let nearest = value as f32;
    let back = f64::from(nearest);
    let bits = nearest.to_bits();
    // Neither holds for NaN. The bits of a float without its sign are in the order of its values.
    let (above, below) = (back.abs() > value.abs(), back.abs() < value.abs());
    let even = bits & 1 == 0;
    f32::from_bits(bits + u32::from(even && below) - u32::from(even && above))
}

/// A float64 next to `value`, odd if it is not exact.
#[inline]
pub(super) fn float64_to_odd(value: i128) -> f64 {
    let magnitude = value.unsigned_abs();
    if magnitude < 1 << 53 {
        return value as i64 as f64;
    }
    // What does not fit in 53 bits is gathered in the last bit that does.
    let excess = 128 - 53 - magnitude.leading_zeros();
    let kept = (magnitude >> excess) as u64;
    let lost = u128::from(kept) << excess != magnitude;
    let power = f64::from_bits(u64::from(1023 + excess) << 52);
    let odd = (kept | u64::from(lost)) as f64 * power;
    if value < 0 { -odd } else { odd }
}

/// As the crate rounds, in steps of which the compiler makes vectors.
#[inline]
pub(super) fn bfloat16_of(value: f32) -> bf16 {
    let bits = value.to_bits();
    // Half of the last bit that stays, less one where that bit is even.
    let half = 0x7fff + (bits >> 16 & 1);
    let quiet = bits | 0x0040_0000;
    let rounded = if value.is_nan() { quiet } else { bits.wrapping_add(half) };
    bf16::from_bits((rounded >> 16) as u16)
}
