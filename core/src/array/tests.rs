use super::*;
use crate::buffer::Contents;
use crate::dtype::DType;
use crate::error::Error;
use crate::layout::Order;
use std::sync::atomic::Ordering;

const CALLERS_AT_LIMIT: u64 = 1 << 31;
const VIEWS_AT_LIMIT: u64 = 1 << 62;

fn zeros(shape: &[i64]) -> Handle {
    Array::dense(DType::Int32, shape, Order::C, Contents::Zero).unwrap()
}

/// With the counts set to what nobody has the patience to count to.
fn with_counts<T>(array: &Array, counts: u64, run: impl FnOnce() -> T) -> T {
    let real = array.counts.swap(counts, Ordering::Relaxed);
    let result = run();
    array.counts.store(real, Ordering::Relaxed);
    result
}

#[test]
fn references_beyond_the_limit_are_refused() {
    let array = zeros(&[2]);
    with_counts(&array, CALLERS_AT_LIMIT, || {
        assert!(matches!(array.retain(), Err(Error::Limit { .. })));
        assert_eq!(array.use_count(), 1 << 31);
    });
}

#[test]
fn views_beyond_the_limit_are_refused_and_leave_nothing() {
    let array = zeros(&[2]);
    with_counts(&array, VIEWS_AT_LIMIT + 1, || {
        assert!(matches!(view(&array), Err(Error::Limit { .. })));
        assert_eq!((array.use_count(), array.view_count()), (1, 1 << 30));
    });
}

#[test]
fn a_release_too_many_is_told_while_views_live() {
    let array = zeros(&[2]);
    let seen = view(&array).unwrap();
    let base = std::ptr::NonNull::new(array.into_raw()).unwrap();
    // SAFETY: the view keeps the base alive throughout.
    unsafe {
        assert_eq!(Array::release(base), Ok(()));
        assert_eq!(Array::release(base), Err(Error::Released { views: 1 }));
        assert_eq!((base.as_ref().use_count(), base.as_ref().view_count()), (0, 1));
    }
    drop(seen);
}

#[test]
fn kin_are_told_by_their_owner() {
    let (a, other) = (zeros(&[4]), zeros(&[4]));
    let (v, w) = (view(&a).unwrap(), view(&a).unwrap());
    let of_view = view(&v).unwrap();
    assert_eq!(a.relation(&a), Relation::Same);
    assert_eq!(a.relation(&v), Relation::View);
    assert_eq!(v.relation(&w), Relation::Siblings);
    assert_eq!(of_view.relation(&v), Relation::Siblings);
    assert_eq!(a.relation(&other), Relation::Unrelated);
    assert!(of_view.base().is_some_and(|base| std::ptr::eq(base, &*a)));
    assert_eq!((a.view_count(), v.view_count()), (3, 0));
}

#[test]
fn a_pointer_that_is_no_array_is_told_by_its_check_word() {
    let words = [0u64; 32];
    let start = words.as_ptr().cast::<u8>();
    for pointer in [start, start.wrapping_add(1), std::ptr::null()] {
        // SAFETY: the memory can be read; what is not aligned, or NULL, is not read.
        assert!(unsafe { Array::from_ptr(pointer.cast()) }.is_none());
    }
}
