use super::*;

#[test]
fn codes_and_names_lead_back_to_their_type() {
    for dtype in DType::ALL {
        assert_eq!(DType::from_code(dtype.code()), Ok(dtype));
        assert_eq!(DType::from_name(dtype.name().as_bytes()), Ok(dtype));
    }
    for code in [-1, 0, 16, 65535, 65536 + (1 << 17), i32::MAX] {
        assert_eq!(DType::from_code(code), Err(Error::DType { code }));
    }
    assert!(DType::from_name(b"float128").is_err());
}

#[test]
fn what_promotes_is_reached_safely_and_by_nothing_smaller() {
    for a in DType::ALL {
        for b in DType::ALL {
            let both = a.promote(b).unwrap();
            assert_eq!(b.promote(a), Ok(both));
            let safe =
                |to: &DType| a.can_cast(*to, Casting::Safe) && b.can_cast(*to, Casting::Safe);
            assert!(safe(&both));
            let smaller = |to: &DType| to.itemsize() < both.itemsize();
            assert!(!DType::ALL.iter().any(|to| safe(to) && smaller(to)), "{a} {b}");
        }
    }
}

#[test]
fn each_rule_allows_what_the_stricter_ones_do() {
    let rules = [Casting::No, Casting::Equiv, Casting::Safe, Casting::SameKind, Casting::Unsafe];
    for from in DType::ALL {
        for to in DType::ALL {
            let allowed = rules.map(|rule| from.can_cast(to, rule));
            assert!(allowed.is_sorted(), "{from} {to}");
        }
    }
}

#[test]
fn bfloat16_casts_like_float16() {
    type T = DType;
    let safe = |from: DType, to| from.can_cast(to, Casting::Safe);
    let narrow = [T::Bool, T::Int8, T::UInt8];
    assert!(narrow.iter().all(|from| safe(*from, T::BFloat16)));
    let wide = [T::Int16, T::UInt16, T::Float16, T::Float32];
    assert!(!wide.iter().any(|from| safe(*from, T::BFloat16)));
    let wider = [T::Float32, T::Float64, T::Complex64, T::Complex128];
    assert!(wider.iter().all(|to| safe(T::BFloat16, *to)));
    assert!(T::BFloat16.can_cast(T::Float16, Casting::SameKind));
    assert!(T::Float16.can_cast(T::BFloat16, Casting::SameKind));
    assert_eq!(T::Float16.promote(T::BFloat16), Ok(T::Float32));
}

fn field<'a>(name: &'a str, dtype: DType, offset: Option<i64>) -> FieldSpec<'a> {
    FieldSpec { name: name.as_bytes(), offset, dtype, shape: &[] }
}

#[test]
fn raw_bytes_have_their_size_in_their_code() {
    for size in [1, 2, 7, 65536, i64::from(i32::MAX)] {
        let dtype = DType::bytes(size).unwrap();
        assert_eq!(DType::from_code(dtype.code()), Ok(dtype));
        assert_eq!((dtype.itemsize() as i64, dtype.alignment()), (size, 1));
        assert_eq!(DType::from_name(format!("V{size}").as_bytes()), Ok(dtype));
    }
    for size in [0, -1, i64::from(i32::MAX) + 1, i64::MAX] {
        assert!(DType::bytes(size).is_err());
    }
}

#[test]
fn a_record_is_found_by_its_code_and_by_its_layout() {
    let pair = [field("a", DType::Int8, None), field("b", DType::Int32, None)];
    let make = |packing| DType::with_fields(pair.iter().copied(), None, packing).unwrap();
    let (packed, aligned) = (make(Packing::Packed), make(Packing::Aligned));
    assert_eq!((packed.itemsize(), aligned.itemsize()), (5, 8));
    assert_eq!((packed.alignment(), aligned.alignment()), (1, 4));
    for (dtype, packing) in [(packed, Packing::Packed), (aligned, Packing::Aligned)] {
        assert_eq!(make(packing), dtype);
        assert_eq!(DType::from_code(dtype.code()), Ok(dtype));
        let again = dtype.record().unwrap().fields().iter().map(Field::spec);
        assert_eq!(DType::with_fields(again, None, packing), Ok(dtype));
    }
    assert_eq!(packed.record().unwrap().position(b"b"), Ok(1));
    assert!(packed.record().unwrap().position(b"c").is_err());
    let part = aligned.with_only([&b"b"[..]].into_iter()).unwrap();
    assert_eq!((part.itemsize(), part.alignment()), (8, 1));
    assert_eq!(part.record().unwrap().fields()[0].offset, 4);
}

#[test]
fn fields_are_in_order_unless_they_overlap_or_go_back() {
    let order = |first: i64, second: i64| {
        let fields =
            [field("a", DType::Int32, Some(first)), field("b", DType::Int32, Some(second))];
        let dtype = DType::with_fields(fields.into_iter(), None, Packing::Packed).unwrap();
        dtype.record().unwrap().is_in_order()
    };
    assert!(order(0, 4) && order(3, 9));
    assert!(!order(0, 3) && !order(4, 0) && !order(0, 0));
}
