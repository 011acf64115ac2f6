//! Floats into integers: truncated, saturated, NaN as 0. What `as` does, in steps of which the compiler
//! makes vectors, as it does not of `as`: first the value is brought into the range, then it is
//! converted by the processor's instruction, which is right for all values in the range.

/// As `value as T` for an integer type from `LOW` to `HIGH`, both of which a float32 holds exactly.
#[inline(always)]
pub(super) fn f32_within<const LOW: i32, const HIGH: i32>(value: f32) -> i32 {
    const { assert!(LOW as f32 as i64 == LOW as i64 && HIGH as f32 as i64 == HIGH as i64) };
    let value = if value.is_nan() { 0.0 } else { value };
    let value = if value < LOW as f32 { LOW as f32 } else { value };
    let value = if value > HIGH as f32 { HIGH as f32 } else { value };
    // SAFETY: not NaN, and between two numbers that fit.
    unsafe { value.to_int_unchecked() }
}

/// As `value as T` for an integer type from `LOW` to `HIGH`.
#[inline(always)]
pub(super) fn f64_within<const LOW: i32, const HIGH: i32>(value: f64) -> i32 {
    let value = if value.is_nan() { 0.0 } else { value };
    let value = if value < f64::from(LOW) { f64::from(LOW) } else { value };
    let value = if value > f64::from(HIGH) { f64::from(HIGH) } else { value };
    // SAFETY: not NaN, and between two numbers that fit.
    unsafe { value.to_int_unchecked() }
}

/// As `value as i64`.
#[inline(always)]
pub(super) fn f64_to_i64(value: f64) -> i64 {
    const LOW: f64 = -9223372036854775808.0;
    const BEYOND: f64 = 9223372036854775808.0;
    /// The last float before it.
    const HIGH: f64 = 9223372036854774784.0;
    let within = if value.is_nan() { 0.0 } else { value };
    let within = if within < LOW { LOW } else { within };
    let within = if within > HIGH { HIGH } else { within };
    // SAFETY: not NaN, and between two numbers that fit.
    let int = unsafe { within.to_int_unchecked::<i64>() };
    if value >= BEYOND { i64::MAX } else { int }
}
