use super::oracle::Value;
use super::*;
use crate::error::Number;

#[test]
pub(super) fn equality_is_that_of_the_exact_numbers() {
    let mut random = Random(7);
    for a in DType::ALL {
        for b in DType::ALL {
            for _ in 0..400 {
                // The second is often the first, converted there or back.
                let first = oracle::any_value(&mut random).encode(a);
                let other = if random.one_in(4) {
                    oracle::any_value(&mut random).encode(b)
                } else {
                    oracle::converted(&first, a, b)
                };
                let want = Value::decode(&first, a).equals(Value::decode(&other, b));
                assert_eq!(
                    equal(a, &first, b, &other),
                    want,
                    "{first:x?} as {a}, {other:x?} as {b}"
                );
            }
        }
    }
}

fn equal(a: DType, first: &[u8], b: DType, second: &[u8]) -> bool {
    let first = Source { data: first.as_ptr(), dtype: a, strides: &[] };
    let second = Source { data: second.as_ptr(), dtype: b, strides: &[] };
    // SAFETY: one element on either side.
    unsafe { all_equal(&[], first, second) }
}

#[test]
fn equality_does_not_round() {
    let equal_numbers = |int: i64, float: f64| {
        equal(DType::Int64, &int.to_ne_bytes(), DType::Float64, &float.to_ne_bytes())
    };
    assert!(equal_numbers(1 << 53, 9007199254740992.0));
    assert!(!equal_numbers((1 << 53) + 1, 9007199254740992.0));
    assert!(!equal_numbers(i64::MAX, 9223372036854775808.0));
    assert!(equal_numbers(i64::MIN, -9223372036854775808.0));
    assert!(equal_numbers(0, -0.0));
    let nan = f64::NAN.to_ne_bytes();
    assert!(!equal(DType::Float64, &nan, DType::Float64, &nan));
    assert!(equal(DType::Bool, &[2], DType::Bool, &[1]));
    assert!(equal(DType::UInt64, &u64::MAX.to_ne_bytes(), DType::UInt64, &u64::MAX.to_ne_bytes()));
    assert!(!equal(DType::UInt64, &u64::MAX.to_ne_bytes(), DType::Int8, &[0xff]));
}

#[test]
pub(super) fn one_unequal_element_is_found_wherever_it_lies() {
    let mut random = Random(8);
    for _ in 0..3000 {
        let shape = random.shape();
        let (a, b) = (random.dtype(), random.dtype());
        let (a_layout, b_layout) = (random.layout(&shape, a), random.layout(&shape, b));
        let mut a_memory = random.bytes(a_layout.nbytes);
        let mut b_memory = random.bytes(b_layout.nbytes);
        let offsets: Vec<_> =
            a_layout.offsets(&shape).into_iter().zip(b_layout.offsets(&shape)).collect();
        for (index, &(at, bt)) in offsets.iter().enumerate() {
            let value = Value::int(index as i128 % 2);
            a_memory[at..at + a.itemsize()].copy_from_slice(&value.encode(a));
            b_memory[bt..bt + b.itemsize()].copy_from_slice(&value.encode(b));
        }
        let equal = |a_memory: &[u8], b_memory: &[u8]| {
            // SAFETY: the layouts lie within their blocks.
            unsafe { all_equal(&shape, a_layout.source(a_memory, a), b_layout.source(b_memory, b)) }
        };
        assert!(equal(&a_memory, &b_memory), "{a} {b} {shape:?} {a_layout:?} {b_layout:?}");
        if !offsets.is_empty() {
            let (_, at) = offsets[random.below(offsets.len())];
            let value = Value::decode(&b_memory[at..at + b.itemsize()], b);
            let other = Value::int(i128::from(value.equals(Value::int(0)))).encode(b);
            b_memory[at..at + b.itemsize()].copy_from_slice(&other);
            assert!(!equal(&a_memory, &b_memory), "{a} {b} {shape:?} {a_layout:?} {b_layout:?}");
        }
    }
}

#[test]
fn the_first_changed_element_is_the_first_in_c_order() {
    let mut random = Random(9);
    for _ in 0..4000 {
        let shape = random.shape();
        let (from, to) = (random.dtype(), random.dtype());
        let layout = random.broadcast_layout(&shape, from);
        let mut memory = random.bytes(layout.nbytes);
        let offsets = layout.offsets(&shape);
        for &offset in &offsets {
            let kept = Value::int(random.below(2) as i128).encode(from);
            memory[offset..offset + from.itemsize()].copy_from_slice(&kept);
        }
        for _ in 0..offsets.len().min(random.below(3)) {
            let offset = offsets[random.below(offsets.len())];
            let value = oracle::any_value(&mut random).encode(from);
            memory[offset..offset + from.itemsize()].copy_from_slice(&value);
        }
        let changed = |&offset: &usize| {
            let bytes = &memory[offset..offset + from.itemsize()];
            let after = Value::decode(&oracle::converted(bytes, from, to), to);
            !Value::decode(bytes, from).is_kept_as(after)
        };
        let want = if from == to { None } else { offsets.iter().position(changed) };
        // SAFETY: the layout lies within `memory`.
        let got = unsafe { first_changed(&shape, layout.source(&memory, from), to) };
        assert_eq!(
            got.map(|(position, _)| position as usize),
            want,
            "{from} {to} {shape:?} {layout:?}"
        );
    }
}

#[test]
fn what_changes_is_reported_with_its_value() {
    let changed = |value: f64, to: DType| {
        let data = [0.0, value];
        let source = Source { data: data.as_ptr().cast(), dtype: DType::Float64, strides: &[8] };
        // SAFETY: two elements.
        unsafe { first_changed(&[2], source, to) }
    };
    assert_eq!(changed(300.0, DType::UInt8), Some((1, Number::Float(300.0))));
    assert_eq!(changed(0.5, DType::Int64), Some((1, Number::Float(0.5))));
    assert_eq!(changed(0.1, DType::Float32), Some((1, Number::Float(0.1))));
    assert_eq!(changed(1e300, DType::Float32), Some((1, Number::Float(1e300))));
    assert_eq!(changed(f64::INFINITY, DType::Int64), Some((1, Number::Float(f64::INFINITY))));
    assert!(changed(f64::NAN, DType::Int8).is_some());
    assert_eq!(changed(f64::NAN, DType::BFloat16), None);
    assert_eq!(changed(f64::INFINITY, DType::Float16), None);
    assert_eq!(changed(f64::NAN, DType::Complex64), None);
    assert_eq!(changed(-0.0, DType::Int8), None);
    assert_eq!(changed(1.0, DType::Bool), None);
    assert_eq!(changed(2.0, DType::Bool), Some((1, Number::Float(2.0))));
}

#[test]
fn nothing_compares_equal_and_unchanged() {
    let source = |dtype| Source { data: std::ptr::null(), dtype, strides: &[1, 1] };
    // SAFETY: no element is addressed.
    unsafe {
        assert!(all_equal(&[3, 0], source(DType::Int8), source(DType::Float64)));
        assert_eq!(first_changed(&[0, 3], source(DType::Int8), DType::Bool), None);
    }
}
