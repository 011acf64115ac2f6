//! Floats into integers: truncated, saturated, NaN as 0. What `as` does, in steps of which the compiler
//! makes vectors, as it does not of `as`: first the value is brought into the range, then it is
//! converted by the processor's instruction, which is right for all values in the range.
//!
//! The comparisons are such that one instruction each does them, which takes its second operand where
//! either is NaN. So NaN becomes the lowest number, which is 0 if there is no sign, and else is put right
//! at the end.

/// Functions that do as `value as $int`, by way of a type that has an instruction. `$high` is the largest
/// number that both types hold; where it is not the largest of the integer type, that is the result from
/// `$beyond` on.
macro_rules! saturating {
    ($($name:ident: $float:ty => $int:ty as $carrier:ty, to $high:expr $(, beyond $beyond:expr)?;)*) => {$(
        #[inline(always)]
        pub(super) fn $name(value: $float) -> $int {
            const LOW: $float = <$int>::MIN as $float;
            let within = if value > LOW { value } else { LOW };
            let within = if within < $high { within } else { $high };
            // SAFETY: not NaN, and between two numbers that fit.
            let int = unsafe { within.to_int_unchecked::<$carrier>() };
            $(let int = if value >= $beyond { <$carrier>::MAX } else { int };)?
            let int = if LOW != 0.0 && value.is_nan() { 0 } else { int };
            int as $int
        }
    )*};
}

saturating! {
    f32_to_i8: f32 => i8 as i32, to 127.0;
    f32_to_u8: f32 => u8 as i32, to 255.0;
    f32_to_i16: f32 => i16 as i32, to 32767.0;
    f32_to_u16: f32 => u16 as i32, to 65535.0;
    f32_to_i32: f32 => i32 as i32, to 2147483520.0, beyond 2147483648.0;
    f32_to_u32: f32 => u32 as u32, to 4294967040.0, beyond 4294967296.0;
    f64_to_i8: f64 => i8 as i32, to 127.0;
    f64_to_u8: f64 => u8 as i32, to 255.0;
    f64_to_i16: f64 => i16 as i32, to 32767.0;
    f64_to_u16: f64 => u16 as i32, to 65535.0;
    f64_to_i32: f64 => i32 as i32, to 2147483647.0;
    f64_to_u32: f64 => u32 as u32, to 4294967295.0;
    f64_to_i64: f64 => i64 as i64, to 9223372036854774784.0, beyond 9223372036854775808.0;
    f64_to_u64: f64 => u64 as u64, to 18446744073709549568.0, beyond 18446744073709551616.0;
}

/// A float64 holds every float32.
#[inline(always)]
pub(super) fn f32_to_i64(value: f32) -> i64 {
    f64_to_i64(value.into())
}

/// As above.
#[inline(always)]
pub(super) fn f32_to_u64(value: f32) -> u64 {
    f64_to_u64(value.into())
}
