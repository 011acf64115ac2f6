use super::oracle::{Real, Value, agree, bytes_of, converted};
use super::*;
use crate::error::Number;
use std::ops::RangeInclusive;

/// Converts elements that lie one after another, to a target that does too and to one with gaps,
/// and compares each with the oracle.
fn check_values(from: DType, to: DType, source: &[u8]) {
    let (shape, strides) = dense(source, from);
    let size = to.itemsize();
    for stride in [size, size + 3] {
        let mut got = vec![0xa5; shape[0] as usize * stride];
        let target = Target { data: got.as_mut_ptr(), dtype: to, strides: &[stride as i64] };
        let from_values = Source { data: source.as_ptr(), dtype: from, strides: &strides };
        // SAFETY: as many elements on either side as `shape` says.
        unsafe { move_elements(&shape, target, from_values, Visit::AnyOrder) };
        for (value, got) in source.chunks(from.itemsize()).zip(got.chunks(stride)) {
            let (got, want) = (&got[..size], converted(value, from, to));
            let same = if from == to { got == want } else { agree(got, &want, to) };
            assert!(same, "{value:x?} as {from} to {to}: {got:x?}, not {want:x?}");
        }
    }
}

fn all_of_16_bits() -> Vec<u8> {
    (0..=u16::MAX).flat_map(u16::to_ne_bytes).collect()
}

#[test]
fn every_8_bit_value_converts_to_every_type() {
    let values: Vec<u8> = (0..=u8::MAX).collect();
    for from in [DType::Bool, DType::Int8, DType::UInt8] {
        DType::ALL.into_iter().for_each(|to| check_values(from, to, &values));
    }
}

#[test]
fn every_16_bit_value_converts_to_every_type() {
    let values = all_of_16_bits();
    for from in [DType::Int16, DType::UInt16, DType::Float16, DType::BFloat16] {
        DType::ALL.into_iter().for_each(|to| check_values(from, to, &values));
    }
}

/// Every number halfway between two neighbours in a 16-bit float type, the float64 just below it
/// and the one just above, of either sign.
fn ties(half: DType) -> Vec<f64> {
    // SAFETY: two bytes, one element.
    let number = |bits: u16| match unsafe { read_number((&raw const bits).cast(), half) } {
        Ok(Number::Float(value)) => value,
        other => unreachable!("{other:?} is not a float"),
    };
    let finite = (0..0x7fff).take_while(|&bits| number(bits).is_finite());
    let tie = |bits: u16| match number(bits + 1) {
        next if next.is_finite() => (number(bits) + next) / 2.0,
        // Infinity begins half a step above the largest value.
        _ => number(bits) + (number(bits) - number(bits - 1)) / 2.0,
    };
    let around = |tie: f64| [tie.next_down(), tie, tie.next_up()];
    finite.flat_map(|bits| around(tie(bits))).flat_map(|value| [value, -value]).collect()
}

#[test]
fn float64_rounds_once_into_16_bits_at_every_tie() {
    for half in [DType::Float16, DType::BFloat16] {
        let values: Vec<u8> = ties(half).into_iter().flat_map(f64::to_ne_bytes).collect();
        assert!(values.len() >= 8 * 6 * 0x7c00);
        check_values(DType::Float64, half, &values);
        // The other type has its ties elsewhere; complex parts round as reals do.
        check_values(DType::Float64, DType::Float32, &values);
        check_values(DType::Complex128, half, &values);
    }
}

#[test]
fn any_bits_of_the_wide_types_convert_to_every_type() {
    let mut random = Random(6);
    for from in DType::ALL.into_iter().filter(|dtype| dtype.itemsize() >= 4) {
        let mut values = random.bytes(600 * from.itemsize());
        for _ in 0..2000 {
            values.extend(oracle::any_value(&mut random).encode(from));
        }
        DType::ALL.into_iter().for_each(|to| check_values(from, to, &values));
    }
}

/// Powers of two and their neighbours, ties of every float type, and the ends of the range.
fn notable_integers() -> Vec<i128> {
    let mut integers = vec![0, i64::MAX.into(), i64::MIN.into(), u64::MAX.into()];
    for power in 0..64 {
        for fraction in [7, 10, 23, 52] {
            let unit = 1i128 << (power - fraction).max(0);
            for significand in [1i128 << power, (1 << power) + unit, (1 << power) + 3 * unit] {
                for tie in [significand, significand + unit / 2, significand + unit / 2 + 1] {
                    integers.extend([tie - 1, tie, tie + 1]);
                }
            }
        }
    }
    integers.iter().flat_map(|&value| [value, -value]).collect()
}

#[test]
fn notable_integers_round_once_and_wrap() {
    let all = notable_integers();
    let types: [(DType, RangeInclusive<i128>); 4] = [
        (DType::Int64, i64::MIN.into()..=i64::MAX.into()),
        (DType::UInt64, 0..=u64::MAX.into()),
        (DType::Int32, i32::MIN.into()..=i32::MAX.into()),
        (DType::UInt32, 0..=u32::MAX.into()),
    ];
    for (from, range) in types {
        let fitting = all.iter().filter(|value| range.contains(value));
        let values: Vec<u8> =
            fitting.flat_map(|&value| bytes_of(value as u128, from.itemsize())).collect();
        DType::ALL.into_iter().for_each(|to| check_values(from, to, &values));
    }
}

#[test]
fn floats_into_integers_truncate_saturate_and_take_nan_for_zero() {
    for from in [DType::Float32, DType::Float64, DType::Complex64, DType::Complex128] {
        let mut values = Vec::new();
        for integer in notable_integers() {
            let (negative, magnitude) = (integer < 0, integer.unsigned_abs());
            for (magnitude, exponent) in [(magnitude, 0), (2 * magnitude + 1, -1), (magnitude, -3)]
            {
                let real = Real::Finite { negative, magnitude, exponent };
                values.extend(Value::real(real).encode(from));
            }
        }
        for real in
            [Real::Nan, Real::Infinite { negative: true }, Real::Infinite { negative: false }]
        {
            values.extend(Value::real(real).encode(from));
        }
        DType::ALL.into_iter().for_each(|to| check_values(from, to, &values));
    }
}

#[test]
fn conversions_say_in_numbers_what_the_oracle_says_in_bits() {
    assert_eq!(convert::<f64, u8>(300.7), 255);
    assert_eq!(convert::<f64, i8>(-1e300), -128);
    assert_eq!(convert::<f32, i64>(f32::NAN), 0);
    assert_eq!(convert::<i32, u8>(-1), 255);
    assert_eq!(convert::<u64, i32>(1 << 40 | 5), 5);
    assert_eq!(convert::<[f64; 2], f32>([1.5, 9.0]), 1.5);
    assert_eq!(convert::<i16, [f32; 2]>(-3), [-3.0, 0.0]);
    assert_eq!(convert::<u64, f32>((1 << 24) + 1), 16777216.0);
}

/// One value through `move_elements`.
fn convert<S: Typed, T: Typed + Default>(value: S) -> T {
    let mut converted = T::default();
    let source = Source { data: (&raw const value).cast(), dtype: S::DTYPE, strides: &[] };
    let data = (&raw mut converted).cast();
    let target = Target { data, dtype: T::DTYPE, strides: &[] };
    // SAFETY: one element of the type on either side.
    unsafe { move_elements(&[], target, source, Visit::AnyOrder) };
    converted
}

trait Typed: Copy {
    const DTYPE: DType;
}

macro_rules! typed {
    ($($rust:ty => $name:ident),*) => {$(
        impl Typed for $rust {
            const DTYPE: DType = DType::$name;
        }
    )*};
}

typed!(i8 => Int8, u8 => UInt8, i16 => Int16, i32 => Int32, i64 => Int64, u64 => UInt64,
    f32 => Float32, f64 => Float64, [f32; 2] => Complex64, [f64; 2] => Complex128);
