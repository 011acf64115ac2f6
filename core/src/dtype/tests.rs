use super::*;

#[test]
fn codes_and_names_lead_back_to_their_type() {
    for dtype in DType::ALL {
        assert_eq!(DType::from_code(dtype.code()), Ok(dtype));
        assert_eq!(DType::from_name(dtype.name().as_bytes()), Ok(dtype));
    }
    for code in [i32::MIN, -1, 0, 16, i32::MAX] {
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
    use DType::*;
    let safe = |from: DType, to| from.can_cast(to, Casting::Safe);
    assert!([Bool, Int8, UInt8].iter().all(|from| safe(*from, BFloat16)));
    assert!(![Int16, UInt16, Float16, Float32].iter().any(|from| safe(*from, BFloat16)));
    assert!([Float32, Float64, Complex64, Complex128].iter().all(|to| safe(BFloat16, *to)));
    assert!(BFloat16.can_cast(Float16, Casting::SameKind));
    assert!(Float16.can_cast(BFloat16, Casting::SameKind));
    assert_eq!(Float16.promote(BFloat16), Ok(Float32));
}
