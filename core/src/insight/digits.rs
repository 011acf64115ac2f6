//! One real number's decimal digits: the shortest that read back as the same value of its type,
//! or the exact value rounded at a place.
//!
//! The digits are Rust's own, which are exact and allocate nothing; added here are the 16-bit
//! types, and room for the longest text on the stack.

#![forbid(unsafe_code)]

use half::{bf16, f16};
use std::fmt::{self, Write};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Notation {
    Positional,
    Exponent,
}

/// The type of a real number or of a complex number's part. Its values travel as `f64`.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum RealType {
    Float16,
    BFloat16,
    Float32,
    Float64,
}

impl RealType {
    /// Numbers from here on have more digits than the type can tell apart, or than are readable.
    pub(super) fn first_with_exponent(self) -> f64 {
        match self {
            RealType::Float16 | RealType::BFloat16 => 1e3,
            RealType::Float32 => 1e6,
            RealType::Float64 => 1e8,
        }
    }

    /// The nearest value of the type.
    pub(super) fn round(self, value: f64) -> f64 {
        match self {
            RealType::Float16 => f16::from_f32(value as f32).to_f64(),
            RealType::BFloat16 => bf16::from_f32(value as f32).to_f64(),
            RealType::Float32 => (value as f32).into(),
            RealType::Float64 => value,
        }
    }

    /// A quotient as the type's own division gives it; the 16-bit types divide as `f32`.
    pub(super) fn quotient(self, a: f64, b: f64) -> f64 {
        match self {
            RealType::Float64 => a / b,
            _ => self.round((a as f32 / b as f32).into()),
        }
    }

    /// Whether the decimal, read as this type, gives the value again.
    pub(super) fn reads_back(self, decimal: &Decimal, value: f64) -> bool {
        let text = decimal.text.as_str();
        match self {
            RealType::Float64 => text.parse() == Ok(value),
            RealType::Float32 => text.parse() == Ok(value as f32),
            _ => text.parse().is_ok_and(|read| self.half_interval(value).contains(read)),
        }
    }

    /// The number with the fewest digits that reads back as the value: as an `f64`, whose own
    /// shortest digits are those digits, since no narrower type needs more than nine.
    pub(super) fn shortest(self, value: f64) -> f64 {
        match self {
            RealType::Float64 => value,
            RealType::Float32 => {
                let mut text = Text::default();
                // The text of a number fits; if it did not, all digits would be shown.
                let _ = write!(text, "{:e}", value as f32);
                text.as_str().parse().unwrap_or(value)
            }
            RealType::Float16 | RealType::BFloat16 => self.shortest_half(value),
        }
    }

    /// The fewest digits that read back as the value; of two such texts that are as near to it, the
    /// one with the even last digit, as in NumPy. Rust's own may be the odd one.
    pub(super) fn fewest_digits(self, value: f64, notation: Notation) -> Decimal {
        let shortest = Decimal::shortest(self.shortest(value), notation);
        let nearest = Decimal::rounded(value, shortest.fraction_len(), notation);
        if self.reads_back(&nearest, value) { nearest } else { shortest }
    }

    /// With the fewest digits that will do, the nearest number; or, above a power of two, one that
    /// only the upper, wider half of the interval holds.
    fn shortest_half(self, value: f64) -> f64 {
        const DIGITS_THAT_ALWAYS_DO: usize = 5;
        let interval = self.half_interval(value);
        (0..DIGITS_THAT_ALWAYS_DO)
            .flat_map(|places| [(places, value), (places, interval.high)])
            .filter_map(|(places, near)| {
                Decimal::rounded(near, places, Notation::Exponent).text.as_str().parse().ok()
            })
            .find(|&read| interval.contains(read))
            .unwrap_or(value)
    }

    /// The numbers that round to this value of a 16-bit type. Its bounds are exact in `f64`, so
    /// nothing is rounded twice.
    fn half_interval(self, value: f64) -> Interval {
        let (bits, of_bits): (u16, fn(u16) -> f64) = match self {
            RealType::BFloat16 => {
                (bf16::from_f32(value as f32).to_bits(), |bits| bf16::from_bits(bits).to_f64())
            }
            _ => (f16::from_f32(value as f32).to_bits(), |bits| f16::from_bits(bits).to_f64()),
        };
        let below = if bits == 0 { -of_bits(1) } else { of_bits(bits - 1) };
        let next = of_bits(bits.saturating_add(1));
        // Above the largest value the numbers would go on as they went below it.
        let above = if next.is_finite() { next } else { 2.0 * value - below };
        Interval {
            low: (below + value) / 2.0,
            high: (value + above) / 2.0,
            // Ties go to the value with the even last bit.
            closed: bits & 1 == 0,
        }
    }
}

struct Interval {
    low: f64,
    high: f64,
    closed: bool,
}

impl Interval {
    fn contains(&self, number: f64) -> bool {
        (self.low < number && number < self.high)
            || (self.closed && (number == self.low || number == self.high))
    }
}

/// A number that is not negative, in decimal digits.
pub(super) struct Decimal {
    text: Text,
    /// Zeros after the text's last digit.
    more_zeros: usize,
}

impl Decimal {
    /// The fewest digits that read back as the number.
    pub(super) fn shortest(number: f64, notation: Notation) -> Decimal {
        let mut text = Text::default();
        // Cannot fail: see `Text`.
        let _ = match notation {
            Notation::Positional => write!(text, "{number}"),
            Notation::Exponent => write!(text, "{number:e}"),
        };
        Decimal { text, more_zeros: 0 }
    }

    /// So many digits after the point; a tie goes to the even digit.
    pub(super) fn rounded(number: f64, places: usize, notation: Notation) -> Decimal {
        let written = places.min(Text::MOST_PLACES);
        let mut text = Text::default();
        // Cannot fail: see `Text`.
        let _ = match notation {
            Notation::Positional => write!(text, "{number:.written$}"),
            Notation::Exponent => write!(text, "{number:.written$e}"),
        };
        Decimal { text, more_zeros: places - written }
    }

    pub(super) fn trim_zeros(&mut self) {
        let fraction = self.fraction().len();
        let kept = self.fraction().trim_end_matches('0').len();
        let whole = self.whole().len();
        self.more_zeros = 0;
        self.text.remove(whole + 1 + kept, fraction - kept);
    }

    pub(super) fn followed_by(self, zeros: usize) -> Decimal {
        Decimal { more_zeros: self.more_zeros + zeros, ..self }
    }

    fn mantissa(&self) -> &str {
        let text = self.text.as_str();
        text.split_once('e').map_or(text, |(mantissa, _)| mantissa)
    }

    pub(super) fn whole(&self) -> &str {
        self.mantissa().split_once('.').map_or(self.mantissa(), |(whole, _)| whole)
    }

    /// The written digits after the point; `more_zeros` come behind them.
    pub(super) fn fraction(&self) -> &str {
        self.mantissa().split_once('.').map_or("", |(_, fraction)| fraction)
    }

    pub(super) fn more_zeros(&self) -> usize {
        self.more_zeros
    }

    pub(super) fn fraction_len(&self) -> usize {
        self.fraction().len() + self.more_zeros
    }

    /// Zero where none is written.
    pub(super) fn exponent(&self) -> i32 {
        let exponent = self.text.as_str().split_once('e').map(|(_, exponent)| exponent);
        exponent.and_then(|exponent| exponent.parse().ok()).unwrap_or(0)
    }
}

/// Room for the digits of any number a column writes: without an exponent numbers are below
/// 10^8, and no `f64` has digits after the 1074th place.
struct Text {
    bytes: [u8; Text::CAPACITY],
    len: usize,
}

impl Text {
    const MOST_PLACES: usize = 1074;
    const CAPACITY: usize = Text::MOST_PLACES + 16;

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }

    fn remove(&mut self, start: usize, count: usize) {
        if count > 0 && start + count <= self.len {
            self.bytes.copy_within(start + count..self.len, start);
            self.len -= count;
        }
    }
}

impl Default for Text {
    fn default() -> Text {
        Text { bytes: [0; Text::CAPACITY], len: 0 }
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let room = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
