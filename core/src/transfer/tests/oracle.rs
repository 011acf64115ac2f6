//! What a conversion should give, worked out in exact integer arithmetic and without a float.

use super::Random;
use crate::dtype::{DType, Kind};

/// A real number or what floats have besides; a finite one is `magnitude * 2^exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Real {
    Nan,
    Infinite { negative: bool },
    Finite { negative: bool, magnitude: u128, exponent: i32 },
}

/// The value of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    pub real: Real,
    pub imag: Real,
    pub kind: Kind,
}

/// A binary floating format: the bits of its fraction and of its exponent.
#[derive(Clone, Copy)]
struct Format {
    fraction: u32,
    exponent: u32,
}

impl Format {
    /// The format of a type's real and imaginary parts.
    fn of(dtype: DType) -> Format {
        match dtype {
            DType::Float16 => Format { fraction: 10, exponent: 5 },
            DType::BFloat16 => Format { fraction: 7, exponent: 8 },
            DType::Float32 | DType::Complex64 => Format { fraction: 23, exponent: 8 },
            _ => Format { fraction: 52, exponent: 11 },
        }
    }

    fn bytes(self) -> usize {
        (1 + self.fraction + self.exponent) as usize / 8
    }

    fn bias(self) -> i32 {
        (1 << (self.exponent - 1)) - 1
    }

    fn decode(self, bits: u128) -> Real {
        let negative = bits >> (self.fraction + self.exponent) != 0;
        let field = (bits >> self.fraction) as i32 & ((1 << self.exponent) - 1);
        let fraction = bits & ((1 << self.fraction) - 1);
        let unit = 1 - self.bias() - self.fraction as i32;
        match field {
            0 => Real::Finite { negative, magnitude: fraction, exponent: unit },
            _ if field < (1 << self.exponent) - 1 => Real::Finite {
                negative,
                magnitude: fraction | 1 << self.fraction,
                exponent: unit + field - 1,
            },
            _ if fraction == 0 => Real::Infinite { negative },
            _ => Real::Nan,
        }
    }

    /// Rounds to nearest, ties to even.
    fn encode(self, value: Real) -> u128 {
        let infinite = ((1u128 << self.exponent) - 1) << self.fraction;
        let (negative, bits) = match value {
            Real::Nan => return infinite | 1 << (self.fraction - 1),
            Real::Infinite { negative } => (negative, infinite),
            Real::Finite { negative, magnitude: 0, .. } => (negative, 0),
            Real::Finite { negative, magnitude, exponent } => {
                let top = 128 - magnitude.leading_zeros() as i32 + exponent;
                let smallest = 1 - self.bias() - self.fraction as i32;
                let unit = smallest.max(top - 1 - self.fraction as i32);
                let field = (unit - smallest) as u128;
                // A significand with its leading bit adds one to the field, as does one that was
                // rounded up to the next power of two.
                let bits = (field << self.fraction) + in_units(magnitude, unit - exponent);
                (negative, bits.min(infinite))
            }
        };
        bits | u128::from(negative) << (self.fraction + self.exponent)
    }
}

/// `magnitude / 2^shift`, rounded to nearest, ties to even.
fn in_units(magnitude: u128, shift: i32) -> u128 {
    match shift {
        ..=0 => magnitude << -shift,
        1..=127 => {
            let (kept, lost) = (magnitude >> shift, magnitude & ((1 << shift) - 1));
            let half = 1 << (shift - 1);
            kept + u128::from(lost > half || (lost == half && kept & 1 == 1))
        }
        _ => 0,
    }
}

impl Real {
    pub const ZERO: Real = Real::Finite { negative: false, magnitude: 0, exponent: 0 };

    fn is_zero(self) -> bool {
        matches!(self, Real::Finite { magnitude: 0, .. })
    }

    /// One way to write each number, so that equal numbers are equal values.
    fn reduced(self) -> Real {
        match self {
            Real::Finite { magnitude: 0, .. } => Real::ZERO,
            Real::Finite { negative, magnitude, exponent } => {
                let zeros = magnitude.trailing_zeros();
                let exponent = exponent + zeros as i32;
                Real::Finite { negative, magnitude: magnitude >> zeros, exponent }
            }
            other => other,
        }
    }

    fn equals(self, other: Real) -> bool {
        self != Real::Nan && self.reduced() == other.reduced()
    }

    /// Truncated to an integer, within what an `i128` can take.
    fn truncated(self) -> i128 {
        match self {
            Real::Nan => 0,
            Real::Infinite { negative } => {
                if negative {
                    i128::MIN
                } else {
                    i128::MAX
                }
            }
            Real::Finite { negative, magnitude, exponent } => {
                let room = magnitude.leading_zeros() as i32 - 1;
                let whole = match exponent {
                    0.. if magnitude == 0 => 0,
                    0.. if exponent > room => i128::MAX as u128,
                    0.. => magnitude << exponent,
                    -127..0 => magnitude >> -exponent,
                    _ => 0,
                };
                if negative { -(whole as i128) } else { whole as i128 }
            }
        }
    }
}

impl Value {
    pub fn real(real: Real) -> Value {
        Value { real, imag: Real::ZERO, kind: Kind::Float }
    }

    pub fn int(value: i128) -> Value {
        let (negative, magnitude) = (value < 0, value.unsigned_abs());
        let real = Real::Finite { negative, magnitude, exponent: 0 };
        Value { real, imag: Real::ZERO, kind: Kind::Signed }
    }

    pub fn decode(bytes: &[u8], dtype: DType) -> Value {
        let kind = dtype.kind();
        match kind {
            Kind::Bool => Value { kind, ..Value::int((bytes[0] != 0).into()) },
            Kind::Unsigned => Value { kind, ..Value::int(bits_of(bytes) as i128) },
            Kind::Signed => {
                let unused = 128 - 8 * bytes.len();
                Value { kind, ..Value::int((bits_of(bytes) << unused) as i128 >> unused) }
            }
            Kind::Float => Value { kind, ..Value::real(Format::of(dtype).decode(bits_of(bytes))) },
            Kind::Complex => {
                let (real, imag) = bytes.split_at(bytes.len() / 2);
                let part = |bytes| Format::of(dtype).decode(bits_of(bytes));
                Value { real: part(real), imag: part(imag), kind }
            }
            Kind::Bytes | Kind::Record => unreachable!("{dtype} is no number"),
        }
    }

    /// The bytes of the value in another type, by the rules of `move_elements`.
    pub fn encode(self, dtype: DType) -> Vec<u8> {
        let (size, bits) = (dtype.itemsize(), 8 * dtype.itemsize() as u32);
        let floating = |real| {
            let format = Format::of(dtype);
            bytes_of(format.encode(real), format.bytes())
        };
        match dtype.kind() {
            Kind::Bool => vec![u8::from(!self.real.is_zero() || !self.imag.is_zero())],
            Kind::Unsigned | Kind::Signed if self.kind <= Kind::Signed => {
                bytes_of(self.real.truncated() as u128, size)
            }
            Kind::Unsigned => {
                bytes_of(self.real.truncated().clamp(0, (1 << bits) - 1) as u128, size)
            }
            Kind::Signed => {
                let limit = 1i128 << (bits - 1);
                bytes_of(self.real.truncated().clamp(-limit, limit - 1) as u128, size)
            }
            Kind::Float => floating(self.real),
            Kind::Complex => [floating(self.real), floating(self.imag)].concat(),
            Kind::Bytes | Kind::Record => unreachable!("{dtype} is no number"),
        }
    }

    pub fn equals(self, other: Value) -> bool {
        self.real.equals(other.real) && self.imag.equals(other.imag)
    }

    /// Whether `self`, once converted to `after`, is what it was.
    pub fn is_kept_as(self, after: Value) -> bool {
        let floating = self.kind >= Kind::Float && after.kind >= Kind::Float;
        let same = |a: Real, b: Real| a.equals(b) || (floating && (a, b) == (Real::Nan, Real::Nan));
        same(self.real, after.real) && same(self.imag, after.imag)
    }
}

/// A conversion as the library should do it. Between equal types no bit changes.
pub fn converted(bytes: &[u8], from: DType, to: DType) -> Vec<u8> {
    if from == to { bytes.to_vec() } else { Value::decode(bytes, from).encode(to) }
}

/// Whether the bytes are the same, or NaN where NaN is expected, whatever its payload.
pub fn agree(got: &[u8], want: &[u8], dtype: DType) -> bool {
    let parts = if dtype.kind() == Kind::Complex { 2 } else { 1 };
    let size = dtype.itemsize() / parts;
    got.chunks(size).zip(want.chunks(size)).all(|(got, want)| {
        let is_nan = |bytes| Format::of(dtype).decode(bits_of(bytes)) == Real::Nan;
        got == want || (dtype.kind() >= Kind::Float && is_nan(got) && is_nan(want))
    })
}

/// Numbers of every magnitude, many of them integers, and the special values.
pub fn any_value(random: &mut Random) -> Value {
    let negative = random.one_in(2);
    let magnitude = u128::from(random.next() >> random.below(64));
    let exponent = if random.one_in(2) { 0 } else { random.below(140) as i32 - 120 };
    let real = match random.below(16) {
        0 => Real::Nan,
        1 => Real::Infinite { negative },
        2 => Real::ZERO,
        _ => Real::Finite { negative, magnitude, exponent },
    };
    let imag = if random.one_in(2) { Real::ZERO } else { real };
    Value { real, imag, kind: Kind::Complex }
}

pub fn bits_of(bytes: &[u8]) -> u128 {
    let mut wide = [0; 16];
    let kept = if cfg!(target_endian = "big") { 16 - bytes.len() } else { 0 };
    wide[kept..kept + bytes.len()].copy_from_slice(bytes);
    u128::from_ne_bytes(wide)
}

pub fn bytes_of(bits: u128, size: usize) -> Vec<u8> {
    let kept = if cfg!(target_endian = "big") { 16 - size } else { 0 };
    bits.to_ne_bytes()[kept..kept + size].to_vec()
}
