use super::oracle::{Value, agree};
use super::*;
use crate::error::{Error, Number};
use Number::{Complex as ComplexNumber, Float, Int};

#[test]
fn numbers_that_fit_are_taken() {
    let nan = f64::NAN;
    for (value, dtype) in [
        (Int(127), DType::Int8),
        (Int(-128), DType::Int8),
        (Int(u64::MAX.into()), DType::UInt64),
        (Int(i64::MIN.into()), DType::Int64),
        (Float(127.9), DType::Int8),
        (Float(-128.9), DType::Int8),
        (Float(-0.9), DType::UInt8),
        (Float(-9223372036854775808.0), DType::Int64),
        (ComplexNumber(3.5, 0.0), DType::Int8),
        (ComplexNumber(3.5, -0.0), DType::Float32),
        (Int(i128::MAX), DType::Float32),
        (Int(65504), DType::Float16),
        (Float(65519.9), DType::Float16),
        (Float(nan), DType::Float16),
        (Float(f64::NEG_INFINITY), DType::BFloat16),
        (ComplexNumber(f64::INFINITY, nan), DType::Complex64),
        (Int(i128::MIN), DType::Bool),
        (Float(nan), DType::Bool),
        (ComplexNumber(0.0, 1.0), DType::Bool),
    ] {
        assert_eq!(check_number(value, dtype), Ok(()), "{value} as {dtype}");
    }
}

#[test]
fn numbers_that_do_not_fit_are_refused_and_nothing_is_written() {
    let nan = f64::NAN;
    for (value, dtype) in [
        (Int(128), DType::Int8),
        (Int(-129), DType::Int8),
        (Int(-1), DType::UInt64),
        (Int(1 << 64), DType::UInt64),
        (Int(1 << 63), DType::Int64),
        (Int(i128::MIN), DType::Int32),
        (Float(128.0), DType::Int8),
        (Float(-1.0), DType::UInt8),
        (Float(9223372036854775808.0), DType::Int64),
        (Float(18446744073709551616.0), DType::UInt64),
        (Float(f64::INFINITY), DType::Int64),
        (Float(nan), DType::Int16),
        (ComplexNumber(1.0, 1.0), DType::Int8),
        (ComplexNumber(1.0, nan), DType::Float64),
        (ComplexNumber(1e10, 0.0), DType::Int32),
        (Float(65520.0), DType::Float16),
        (Int(65520), DType::Float16),
        (Int(i128::MAX), DType::Float16),
        (Float(-3.4e38), DType::Float16),
        (Float(3.5e38), DType::BFloat16),
        (Float(3.5e38), DType::Float32),
        (ComplexNumber(0.0, 1e300), DType::Complex64),
    ] {
        let mut memory = [0xa5; 16];
        // SAFETY: sixteen bytes hold any element.
        let outcome = unsafe { write_number(memory.as_mut_ptr(), dtype, value) };
        assert!(
            matches!(outcome, Err(Error::Value { dtype: said, .. }) if said == dtype),
            "{value} as {dtype}"
        );
        assert_eq!(memory, [0xa5; 16]);
    }
}

#[test]
fn an_integer_of_any_size_rounds_once() {
    let written = |value: i128, dtype: DType| {
        let mut memory = [0; 16];
        // SAFETY: sixteen bytes hold any element.
        unsafe { write_number(memory.as_mut_ptr(), dtype, Int(value)) }.unwrap();
        memory
    };
    let mut random = Random(10);
    for _ in 0..20_000 {
        let bits = u128::from(random.next()) << 64 | u128::from(random.next());
        let value = bits as i128 >> random.below(128);
        for dtype in
            [DType::BFloat16, DType::Float32, DType::Float64, DType::Complex64, DType::Complex128]
        {
            let (got, want) = (written(value, dtype), Value::int(value).encode(dtype));
            assert!(agree(&got[..want.len()], &want, dtype), "{value} as {dtype}");
        }
    }
}

#[test]
fn what_is_read_can_be_written_back() {
    let mut random = Random(11);
    for dtype in DType::ALL {
        for _ in 0..2000 {
            let element = oracle::any_value(&mut random).encode(dtype);
            let mut memory = [0u8; 17];
            // SAFETY: an element to read, and sixteen bytes, at an odd address, to write.
            unsafe {
                let number = read_number(element.as_ptr(), dtype).unwrap();
                write_number(memory[1..].as_mut_ptr(), dtype, number).unwrap();
            }
            assert!(agree(&memory[1..=element.len()], &element, dtype), "{element:x?} as {dtype}");
        }
    }
}

#[test]
fn a_bool_reads_as_truth() {
    // SAFETY: one byte.
    assert_eq!(unsafe { read_number(&7, DType::Bool) }, Ok(Int(1)));
}
