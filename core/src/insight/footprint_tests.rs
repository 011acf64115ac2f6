//! The bytes that a layout touches, against marking each of them.

use super::footprint::touched_bytes;
use crate::layout::{LayoutRef, Touched};

/// A generator of small numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) % limit) as i64
    }
}

/// Every byte, marked; the lowest one first.
fn marks(layout: LayoutRef) -> Vec<bool> {
    let axes = || layout.shape.iter().zip(layout.strides);
    let low: i64 = axes().map(|(extent, stride)| (stride * (extent - 1)).min(0)).sum();
    let high: i64 = axes().map(|(extent, stride)| (stride * (extent - 1)).max(0)).sum();
    let mut marks = vec![false; (high - low) as usize + layout.itemsize];
    let size: i64 = layout.shape.iter().product();
    for number in 0..size {
        let (_, at) = axes().rev().fold((number, -low), |(rest, at), (extent, stride)| {
            (rest / extent, at + rest % extent * stride)
        });
        marks[at as usize..at as usize + layout.itemsize].fill(true);
    }
    marks
}

fn each_of_many(mut check: impl FnMut(LayoutRef, &[bool])) {
    let mut numbers = Numbers(1);
    for _ in 0..20_000 {
        let ndim = numbers.below(5) as usize;
        let shape: Vec<i64> = (0..ndim).map(|_| 1 + numbers.below(5)).collect();
        let strides: Vec<i64> = (0..ndim).map(|_| numbers.below(61) - 30).collect();
        let layout =
            LayoutRef { shape: &shape, strides: &strides, itemsize: 1 + numbers.below(8) as usize };
        check(layout, &marks(layout));
    }
}

#[test]
fn touched_bytes_are_those_that_marking_finds() {
    let mut uncounted = 0;
    each_of_many(|layout, marks| {
        let expected = marks.iter().filter(|&&mark| mark).count() as u64;
        assert_eq!(touched_bytes(layout), Ok((expected, true)), "{layout:?}");
        assert_eq!(Touched::of(layout).span(), marks.len() as i64, "{layout:?}");
        uncounted += u32::from(Touched::of(layout).count().is_none());
    });
    assert!((1000..19_000).contains(&uncounted), "{uncounted} are not counted at a glance");
}

#[test]
fn bytes_before_any_other_are_counted() {
    each_of_many(|layout, marks| {
        let touched = Touched::of(layout);
        let mut before = 0;
        for (distance, &mark) in marks.iter().enumerate() {
            if touched.count().is_some() {
                assert_eq!(touched.before(distance as i128), before, "{layout:?} {distance}");
            }
            before += i64::from(mark);
        }
        assert!(touched.covering().before(i128::MAX) >= before, "{layout:?}");
        assert_eq!(touched.covering().before(-1), 0);
    });
}

#[test]
fn a_covering_touches_all_that_is_touched() {
    each_of_many(|layout, marks| {
        let covering = Touched::of(layout).covering();
        for (distance, _) in marks.iter().enumerate().filter(|(_, mark)| **mark) {
            let distance = distance as i128;
            let here = covering.before(distance + 1) - covering.before(distance);
            assert_eq!(here, 1, "{layout:?} {distance}");
        }
    });
}

#[test]
fn what_cannot_be_counted_is_bounded() {
    let layout =
        LayoutRef { shape: &[100, 100, 100], strides: &[1_000_003, 999_983, 700_001], itemsize: 7 };
    let span = 99 * (1_000_003 + 999_983 + 700_001) + 7;
    let (bound, exact) = touched_bytes(layout).expect("nothing is allocated");
    assert!(bound <= 7_000_000 && bound < span, "{bound}");
    // Whether the search proves that no byte is shared or not, 7 bytes each is what it can be.
    assert!(exact || bound == 7_000_000);
}

#[test]
fn layouts_of_any_size_are_counted() {
    let million = 1_000_000;
    let cases: [(&[i64], &[i64], usize, u64); 5] = [
        (&[million, million], &[8 * million, 8], 8, 8_000_000_000_000),
        (&[million, million], &[0, 8], 8, 8_000_000),
        (&[million, 3], &[8, 8], 8, 8 * (million as u64 + 2)),
        (
            &[million - 2, 1000, 3, 1000],
            &[8_000_000, 8, 8_000_000, 8],
            8,
            million as u64 * 1999 * 8,
        ),
        (&[], &[], 16, 16),
    ];
    for (shape, strides, itemsize, expected) in cases {
        let layout = LayoutRef { shape, strides, itemsize };
        assert_eq!(touched_bytes(layout), Ok((expected, true)), "{layout:?}");
    }
}
