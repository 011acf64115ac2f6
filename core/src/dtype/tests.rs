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
