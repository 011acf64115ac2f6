use super::equation::Equation;
use super::*;
use std::time::{Duration, Instant};

/// SplitMix64: enough randomness for shapes, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included.
    fn within(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    fn one_in(&mut self, odds: i64) -> bool {
        self.within(1, odds) == 1
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.next() as usize % choices.len()]
    }
}

/// An array's geometry that owns its numbers.
#[derive(Clone, Debug, PartialEq)]
struct Window {
    address: i64,
    shape: Vec<i64>,
    strides: Vec<i64>,
    itemsize: usize,
}

impl Window {
    fn new(address: i64, shape: &[i64], strides: &[i64], itemsize: usize) -> Window {
        Window { address, shape: shape.to_vec(), strides: strides.to_vec(), itemsize }
    }

    fn c_order(address: i64, shape: &[i64], itemsize: usize) -> Window {
        let mut stride = itemsize as i64;
        let mut strides = vec![0; shape.len()];
        for axis in (0..shape.len()).rev() {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        Window::new(address, shape, &strides, itemsize)
    }

    /// `start`, `stop`, `step` as in Python, within bounds; for a negative step `stop` may be -1.
    fn slice(&self, axis: usize, start: i64, stop: i64, step: i64) -> Window {
        let mut slice = self.clone();
        slice.address += start * self.strides[axis];
        slice.shape[axis] = ((stop - start + step - step.signum()) / step).max(0);
        slice.strides[axis] *= step;
        slice
    }

    /// Every `step`-th from `start`, for a negative step down to the first.
    fn every(&self, axis: usize, start: i64, step: i64) -> Window {
        self.slice(axis, start, if step > 0 { self.shape[axis] } else { -1 }, step)
    }

    fn transposed(&self) -> Window {
        let mut transposed = self.clone();
        transposed.shape.reverse();
        transposed.strides.reverse();
        transposed
    }

    /// NumPy's `diagonal(offset, one, other)`: the new axis comes last.
    fn diagonal(&self, offset: i64, one: usize, other: usize) -> Window {
        let (skip_one, skip_other) = ((-offset).max(0), offset.max(0));
        let mut diagonal = self.clone();
        diagonal.address += skip_one * self.strides[one] + skip_other * self.strides[other];
        let length = (self.shape[one] - skip_one).min(self.shape[other] - skip_other);
        let stride = self.strides[one] + self.strides[other];
        for axis in [one.max(other), one.min(other)] {
            diagonal.shape.remove(axis);
            diagonal.strides.remove(axis);
        }
        diagonal.shape.push(length);
        diagonal.strides.push(stride);
        diagonal
    }

    fn extent(&self) -> Extent<'_> {
        Extent {
            address: self.address as usize,
            shape: &self.shape,
            strides: &self.strides,
            itemsize: self.itemsize,
        }
    }

    fn address_of(&self, index: &[i64]) -> i128 {
        assert_eq!(index.len(), self.shape.len());
        assert!(
            index.iter().zip(&self.shape).all(|(&at, &extent)| 0 <= at && at < extent),
            "{index:?} in {self:?}"
        );
        let offsets = index
            .iter()
            .zip(&self.strides)
            .map(|(&at, &stride)| i128::from(at) * i128::from(stride));
        i128::from(self.address) + offsets.sum::<i128>()
    }

    fn size(&self) -> i64 {
        self.shape.iter().product()
    }

    /// Calls back with the address of every element, in C order.
    fn for_each_element(&self, mut visit: impl FnMut(i64)) {
        let mut index = vec![0; self.shape.len()];
        for _ in 0..self.size() {
            visit(
                self.address
                    + index.iter().zip(&self.strides).map(|(at, stride)| at * stride).sum::<i64>(),
            );
            for axis in (0..index.len()).rev() {
                index[axis] += 1;
                if index[axis] < self.shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
    }

    /// Numbers small enough to look at every byte: at most 48 elements.
    fn random(random: &mut Random, address: i64) -> Window {
        let most_stride = random.one_of(&[3, 12, 40]);
        let mut window = Window::new(address, &[], &[], random.within(1, 9) as usize);
        if random.one_in(4) {
            window.itemsize = 1 << random.within(0, 3);
        }
        // Half of the windows are aligned, as real arrays are.
        let unit = if random.one_in(2) { window.itemsize as i64 } else { 1 };
        for _ in 0..random.within(0, 4) {
            let extent = if random.one_in(40) { 0 } else { random.within(1, 6) };
            if window.size() * extent <= 48 {
                window.shape.push(extent);
                window.strides.push(random.within(-most_stride, most_stride) * unit);
            }
        }
        window
    }
}

/// One flag for each byte around address 4096, to see by brute force who covers it.
struct Bytes {
    covered: Vec<bool>,
    twice: bool,
}

impl Bytes {
    const ORIGIN: i64 = 4096;

    fn new() -> Bytes {
        Bytes { covered: vec![false; 2 * Self::ORIGIN as usize], twice: false }
    }

    fn each(window: &Window, mut visit: impl FnMut(usize)) {
        window.for_each_element(|address| {
            (0..window.itemsize).for_each(|byte| visit(address as usize + byte))
        });
    }

    fn cover(&mut self, window: &Window) {
        Bytes::each(window, |byte| self.twice |= std::mem::replace(&mut self.covered[byte], true));
    }

    fn uncover(&mut self, window: &Window) {
        Bytes::each(window, |byte| self.covered[byte] = false);
        self.twice = false;
    }

    fn touched_by(&self, window: &Window) -> bool {
        let mut touched = false;
        Bytes::each(window, |byte| touched |= self.covered[byte]);
        touched
    }
}

fn yes(is: bool) -> Answer {
    if is { Answer::Yes } else { Answer::No }
}

#[track_caller]
fn check_witness(a: &Window, b: &Window, witness: &Witness) {
    for (window, index) in [(a, &witness.a), (b, &witness.b)] {
        let first = window.address_of(index);
        let common = witness.address as i128;
        assert!(
            first <= common && common < first + window.itemsize as i128,
            "{witness:?} of {a:?} and {b:?}"
        );
    }
}

/// The answer of both questions, which must agree; a witness must prove it.
#[track_caller]
fn answer(a: &Window, b: &Window, budget: u64) -> Answer {
    let (ea, eb) = (a.extent(), b.extent());
    let shared = shares(&ea, &eb, budget);
    match (overlap(&ea, &eb, budget), shared) {
        (Overlap::Partial(witness), Answer::Yes) => check_witness(a, b, &witness),
        (Overlap::Identical, Answer::Yes)
        | (Overlap::Disjoint, Answer::No)
        | (Overlap::Unknown, Answer::Unknown) => {}
        (overlap, shared) => panic!("{overlap:?} but {shared:?} for {a:?} and {b:?}"),
    }
    shared
}

#[test]
fn the_exact_answer_is_that_of_every_byte_compared() {
    let mut random = Random(1);
    let mut bytes = Bytes::new();
    let mut answers = [0; 2];
    for _ in 0..100_000 {
        let a = Window::random(&mut random, Bytes::ORIGIN);
        let distance = random.one_of(&[3, 20, 200]);
        let address = Bytes::ORIGIN + random.within(-distance, distance);
        let b = Window::random(&mut random, address);
        bytes.cover(&a);
        let expected = bytes.touched_by(&b);
        bytes.uncover(&a);
        answers[usize::from(expected)] += 1;

        assert_eq!(answer(&a, &b, 10_000), yes(expected), "{a:?} and {b:?}");
        assert!(may_share(&a.extent(), &b.extent()) || !expected, "{a:?} and {b:?}");
        if random.one_in(4) && a.size() * b.size() > 0 {
            let (ea, eb) = (a.extent(), b.extent());
            assert_eq!(shares(&eb, &ea, 10_000), yes(expected), "{b:?} and {a:?}");
            let wide = meet_in::<i128>(&ea, &eb, &mut 10_000, None);
            assert_eq!(wide, Some(yes(expected)), "{a:?} and {b:?}");
        }
    }
    assert!(answers.iter().all(|&count| count > 20_000), "the cases are lopsided: {answers:?}");
}

#[test]
fn windows_of_one_parent_are_answered_as_every_byte_compared() {
    let mut random = Random(2);
    let mut bytes = Bytes::new();
    for _ in 0..20_000 {
        let shape: Vec<i64> = (0..random.within(1, 3)).map(|_| random.within(1, 6)).collect();
        let parent = Window::c_order(Bytes::ORIGIN, &shape, random.within(1, 8) as usize);
        let mut window = || {
            let mut window = parent.clone();
            for (axis, &extent) in shape.iter().enumerate() {
                let start = random.within(0, extent - 1);
                window = window.every(axis, start, random.one_of(&[1, 2, 3, -1, -2]));
            }
            match random.next() % 3 {
                0 => window.transposed(),
                1 if shape.len() > 1 => window.diagonal(0, 0, 1),
                _ => window,
            }
        };
        let (a, b) = (window(), window());
        bytes.cover(&a);
        assert_eq!(answer(&a, &b, 10_000), yes(bytes.touched_by(&b)), "{a:?} and {b:?}");
        bytes.uncover(&a);
    }
}

#[test]
fn self_overlap_is_that_of_every_byte_counted() {
    let mut random = Random(3);
    let mut bytes = Bytes::new();
    let mut answers = [0; 2];
    for _ in 0..100_000 {
        let window = Window::random(&mut random, Bytes::ORIGIN);
        bytes.cover(&window);
        let expected = bytes.twice;
        bytes.uncover(&window);
        answers[usize::from(expected)] += 1;

        let Window { shape, strides, itemsize, .. } = &window;
        assert_eq!(overlaps_itself(shape, strides, *itemsize, 10_000), yes(expected), "{window:?}");
        match self_overlap(&window.extent(), 10_000) {
            Overlap::Partial(witness) => {
                assert_ne!(witness.a, witness.b, "{window:?}");
                check_witness(&window, &window, &witness);
                assert!(expected, "{window:?}");
            }
            other => assert!(other == Overlap::Disjoint && !expected, "{other:?} of {window:?}"),
        }
    }
    assert!(answers.iter().all(|&count| count > 20_000), "the cases are lopsided: {answers:?}");
}

#[test]
fn equations_are_answered_as_all_their_sums_enumerated() {
    let mut random = Random(4);
    let mut nodes = 0;
    for _ in 0..5_000 {
        let unit = random.one_of(&[1, 1, 2, 6]);
        let terms: Vec<(i64, i64)> = (0..random.within(2, 6))
            .map(|_| (random.within(1, 60) * unit + random.within(0, 40) / 40, random.within(0, 5)))
            .collect();
        let total: i64 = terms.iter().map(|(step, most)| step * most).sum();
        let mut reached = vec![false; total as usize + 1];
        reached[0] = true;
        for &(step, most) in &terms {
            for sum in (0..=total).rev() {
                reached[sum as usize] =
                    (0..=most.min(sum / step)).any(|count| reached[(sum - count * step) as usize]);
            }
        }
        for _ in 0..8 {
            let target = random.within(0, total);
            for solve in [Equation::solve, Equation::search] {
                let mut equation = Equation::new(target);
                terms.iter().for_each(|&(step, most)| equation.add(step, most).unwrap());
                let mut budget = 100_000;
                let answer = solve(&mut equation, &mut budget);
                nodes += 100_000 - budget;
                assert_eq!(answer, yes(reached[target as usize]), "{terms:?} = {target}");
                if answer == Answer::Yes {
                    equation.complete();
                    let sum: i64 =
                        terms.iter().map(|&(step, most)| step * equation.take(step, most)).sum();
                    assert_eq!(sum, target, "{terms:?}");
                }
            }
        }
    }
    assert!(nodes > 10_000, "hardly anything was searched: {nodes}");
}

#[test]
fn ordinary_pairs_need_no_search() {
    let x = Window::c_order(0x10000, &[1000], 8);
    let y = Window::c_order(0x20000, &[100, 80], 8);
    let z = Window::c_order(0x30000, &[50, 40], 16);
    let field =
        |offset: i64, itemsize| Window::new(0x40000 + offset, &[100, 100], &[2000, 20], itemsize);
    let part = |offset: i64| Window { address: z.address + offset, itemsize: 8, ..z.clone() };
    let windows = Window::new(x.address, &[991, 10], &[8, 8], 8);
    let cases = [
        ("separate", x.clone(), y.clone(), false),
        ("halves", x.slice(0, 0, 500, 1), x.slice(0, 500, 1000, 1), false),
        ("meeting slices", x.slice(0, 0, 501, 1), x.slice(0, 500, 1000, 1), true),
        ("odd and even", x.every(0, 0, 2), x.every(0, 1, 2), false),
        ("even backwards and odd", x.every(0, 998, -2), x.every(0, 1, 2), false),
        ("steps 3 and 2", x.every(0, 1, 3), x.every(0, 2, 2), true),
        ("left and right", y.slice(1, 0, 40, 1), y.slice(1, 40, 80, 1), false),
        (
            "overlapping tiles",
            y.slice(0, 0, 60, 1).slice(1, 0, 41, 1),
            y.slice(0, 50, 90, 1).slice(1, 40, 80, 1),
            true,
        ),
        ("two columns", y.slice(1, 3, 4, 1), y.slice(1, 4, 5, 1), false),
        ("row and column", y.slice(0, 3, 4, 1), y.slice(1, 4, 5, 1), true),
        ("checker board", y.every(0, 0, 2).every(1, 0, 2), y.every(0, 1, 2).every(1, 1, 2), false),
        ("odd columns and even rows", y.every(1, 1, 2), y.every(0, 0, 2), true),
        ("transposed", y.clone(), y.transposed().slice(0, 1, 80, 1), true),
        ("two fields", field(0, 8), field(8, 4), false),
        ("a field and one inside it", field(0, 8), field(4, 4), true),
        ("real and imag", part(0), part(8), false),
        ("windows of one row", windows.slice(0, 0, 500, 1), windows.slice(0, 600, 900, 1), false),
        ("windows and their parent", windows, x.slice(0, 1, 900, 1), true),
    ];
    for (name, a, b, expected) in cases {
        assert_eq!(answer(&a, &b, 0), yes(expected), "{name}");
    }
}

/// Section 5.5 of the reference: ordinary views of which NumPy needs seconds.
fn hard_instances() -> Vec<(&'static str, Window, Window, Answer, u64)> {
    let cube = |extent, ndim, itemsize| Window::c_order(1 << 32, &vec![extent; ndim], itemsize);
    let x2 = Window::c_order(1 << 32, &[104, 98, 102, 102], 8);
    let (x4, x5, x6, x7) = (cube(34, 6, 1), cube(150, 4, 8), cube(80, 5, 1), cube(300, 4, 1));
    let x8 = Window::c_order(1 << 32, &[25, 28, 29, 29, 28], 8);
    let ends = |x: &Window| x.every(0, 1, 2).every(x.shape.len() - 1, 0, 2);
    let a1 = Window::new(1 << 32, &[1049; 3], &[36674, 61119, 85569], 1);
    let b1 = Window::new((1 << 32) + 64_023_025, &[1049, 1049, 1], &[12223, 12224, 1], 1);
    let x8b = x8
        .transposed()
        .every(0, 26, -1)
        .every(1, 5, 2)
        .every(2, 25, -1)
        .every(3, 3, 1)
        .every(4, 23, -2);
    let wide = |address, less: i64, more: i64| {
        Window::new(address, &[1 << 31; 2], &[(1 << 31) + less, (1 << 31) + more], 1)
    };
    vec![
        ("1", a1, b1, Answer::Unknown, 100_000),
        (
            "2",
            x2.diagonal(0, 0, 3),
            x2.every(0, 2, 3).every(1, 97, -3).every(2, 101, -2).every(3, 1, 3),
            Answer::No,
            10_000,
        ),
        (
            "3",
            x2.diagonal(-1, 3, 0).transposed(),
            x2.every(0, 3, 4).every(1, 93, -3).every(2, 100, -2).every(3, 5, 4),
            Answer::No,
            10_000,
        ),
        ("4", x4.diagonal(0, 0, 5), ends(&x4), Answer::No, 10_000),
        ("5", x5.diagonal(0, 0, 3).diagonal(0, 0, 1), ends(&x5), Answer::No, 40_000),
        ("6", x6.diagonal(0, 0, 4), ends(&x6), Answer::No, 10_000),
        ("7", x7.diagonal(0, 0, 3), ends(&x7), Answer::No, 10_000),
        ("8", x8.diagonal(0, 0, 4), x8b.transposed(), Answer::Yes, 10_000),
        ("9", wide(1 << 32, -1, 1), wide((1 << 32) + 1, -5, 7), Answer::Yes, 10_000),
    ]
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "addresses beyond 2^32")]
fn hard_instances_are_answered_within_their_budget() {
    for (row, a, b, expected, budget) in hard_instances() {
        let mut left = budget;
        let _ = meet_in::<i128>(&a.extent(), &b.extent(), &mut left, None);
        println!("row {row}: {} nodes", budget - left);
        assert_eq!(answer(&a, &b, budget), expected, "row {row}");
    }
}

#[test]
fn a_budget_too_small_is_unknown() {
    let (_, a, b, ..) = hard_instances().swap_remove(4);
    assert_eq!(shares(&a.extent(), &b.extent(), 0), Answer::Unknown);
    assert_eq!(shares(&a.extent(), &b.extent(), 10), Answer::Unknown);
    assert_eq!(overlap(&a.extent(), &b.extent(), 10), Overlap::Unknown);
}

#[test]
fn identical_is_the_same_elements_in_the_same_order() {
    let x = Window::new(5000, &[3, 1, 4], &[40, 7, 8], 8);
    let with = |change: fn(&mut Window)| {
        let mut other = x.clone();
        change(&mut other);
        overlap(&x.extent(), &other.extent(), 1000)
    };
    assert_eq!(with(|_| ()), Overlap::Identical);
    assert_eq!(
        with(|y| y.strides[1] = -99),
        Overlap::Identical,
        "an axis of length 1 has no stride to compare"
    );
    let partial: [fn(&mut Window); 5] = [
        |y| y.address += 1,
        |y| y.itemsize = 7,
        |y| y.shape[2] = 3,
        |y| y.strides[0] = 48,
        |y| y.shape = vec![3, 4, 1],
    ];
    for change in partial {
        assert!(matches!(with(change), Overlap::Partial(_)));
    }
    assert_eq!(
        overlap(&Window::new(8, &[], &[], 1).extent(), &Window::new(8, &[], &[], 1).extent(), 0),
        Overlap::Identical
    );
    let backwards = x.every(0, 2, -1);
    assert!(matches!(overlap(&x.extent(), &backwards.extent(), 1000), Overlap::Partial(_)));
}

#[test]
fn an_array_without_a_byte_shares_nothing_not_even_with_itself() {
    let x = Window::c_order(64, &[4, 4], 8);
    for empty in [
        Window::new(64, &[4, 0], &[8, 8], 8),
        Window::new(64, &[0], &[0], 1),
        Window::new(64, &[4], &[8], 0),
    ] {
        for (a, b) in [(&empty, &x), (&x, &empty), (&empty, &empty)] {
            assert!(!may_share(&a.extent(), &b.extent()));
            assert_eq!(shares(&a.extent(), &b.extent(), 1000), Answer::No);
            assert_eq!(overlap(&a.extent(), &b.extent(), 1000), Overlap::Disjoint);
        }
        assert_eq!(byte_bounds(&empty.extent()), None);
        assert_eq!(overlaps_itself(&empty.shape, &empty.strides, empty.itemsize, 1000), Answer::No);
    }
}

#[test]
fn byte_bounds_follow_the_signs_of_strides() {
    let bounds = |shape: &[i64], strides: &[i64]| {
        byte_bounds(&Window::new(1000, shape, strides, 4).extent())
    };
    assert_eq!(bounds(&[], &[]), Some((1000, 1004)));
    assert_eq!(bounds(&[5], &[8]), Some((1000, 1036)));
    assert_eq!(bounds(&[5, 3], &[-8, 40]), Some((968, 1084)));
    assert_eq!(bounds(&[1, 5], &[-800, 0]), Some((1000, 1004)));
}

#[test]
fn interleaved_arrays_might_share_by_their_bounds_but_do_not() {
    let x = Window::c_order(4096, &[100], 8);
    let (even, odd) = (x.every(0, 0, 2), x.every(0, 1, 2));
    assert!(may_share(&even.extent(), &odd.extent()));
    assert_eq!(shares(&even.extent(), &odd.extent(), 0), Answer::No);
}

#[test]
fn ordinary_layouts_do_not_overlap_themselves_and_windows_do() {
    let x = Window::c_order(0, &[20, 30, 40], 8);
    for window in
        [x.clone(), x.transposed(), x.every(0, 19, -1).every(2, 1, 3), x.diagonal(2, 0, 2)]
    {
        assert_eq!(overlaps_itself(&window.shape, &window.strides, 8, 0), Answer::No, "{window:?}");
    }
    assert_eq!(overlaps_itself(&[], &[], 8, 0), Answer::No);
    assert_eq!(overlaps_itself(&[5], &[7], 8, 0), Answer::Yes);
    let rows_repeated = Window::new(4096, &[4, 3], &[8, 0], 8);
    let indices = (Index::from_iter([0, 1]), Index::from_iter([0, 0]));
    let witness = Witness { a: indices.0, b: indices.1, address: 4096 };
    assert_eq!(self_overlap(&rows_repeated.extent(), 0), Overlap::Partial(witness));
    assert_eq!(overlaps_itself(&[991, 10], &[8, 8], 8, 0), Answer::Yes);
    assert_eq!(overlaps_itself(&[991, 10], &[8, -8], 8, 0), Answer::Yes);
    assert_eq!(overlaps_itself(&[5, 3], &[24, 40], 8, 1000), Answer::No);
    assert_eq!(overlaps_itself(&[6, 4], &[24, 40], 8, 1000), Answer::Yes);
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "addresses beyond 2^32")]
fn scaling_addresses_and_strides_alike_changes_nothing() {
    let mut random = Random(7);
    let mut bytes = Bytes::new();
    for _ in 0..3_000 {
        let a = Window { itemsize: 1, ..Window::random(&mut random, Bytes::ORIGIN) };
        let address = Bytes::ORIGIN + random.within(-60, 60);
        let b = Window { itemsize: 1, ..Window::random(&mut random, address) };
        bytes.cover(&a);
        let (shared, itself) = (bytes.touched_by(&b), bytes.twice);
        bytes.uncover(&a);
        // From 2^40 on most sums leave 32 bits, from 2^52 on most leave 64.
        for scale in [(1 << 40) + 1, (1 << 52) - 1, 1 << 53] {
            let scaled = |window: &Window| -> Vec<i64> {
                window.strides.iter().map(|stride| stride * scale).collect()
            };
            let (strides_a, strides_b) = (scaled(&a), scaled(&b));
            let address = |window: &Window| {
                (1 << 63) + i128::from(window.address - Bytes::ORIGIN) * i128::from(scale)
            };
            let ea = Extent { address: address(&a) as usize, strides: &strides_a, ..a.extent() };
            let eb = Extent { address: address(&b) as usize, strides: &strides_b, ..b.extent() };
            assert_eq!(shares(&ea, &eb, 10_000), yes(shared), "{a:?} and {b:?} times {scale}");
            assert_eq!(
                overlaps_itself(&a.shape, &strides_a, 1, 10_000),
                yes(itself),
                "{a:?} times {scale}"
            );
        }
    }
}

#[test]
fn numbers_near_the_end_of_the_range_neither_panic_nor_lie() {
    let extremes =
        [0, 1, 2, 3, 1 << 31, (1 << 31) + 1, (1 << 62) - 1, 1 << 62, i64::MAX - 1, i64::MAX];
    let addresses = [0, 1, 1 << 20, usize::MAX / 2, usize::MAX - 7, usize::MAX];
    let itemsizes = [1, 1, 8, 8, 9, usize::MAX];
    let mut random = Random(5);
    let mut extreme = |signed: bool| {
        let value = random.one_of(&extremes);
        if signed && random.one_in(2) { -value - i64::from(random.one_in(2)) } else { value }
    };
    let mut choice = Random(6);
    let mut unknown = 0;
    for round in 0..10_000 {
        let mut window = |ndim: usize| {
            let shape: Vec<i64> = (0..ndim).map(|_| extreme(false)).collect();
            let strides: Vec<i64> = (0..ndim).map(|_| extreme(true)).collect();
            (shape, strides)
        };
        let ndim = if round % 100 == 0 { 64 } else { round % 4 };
        let ((shape_a, strides_a), (shape_b, strides_b)) = (window(ndim), window(round / 4 % 4));
        let mut extent = |shape, strides| Extent {
            address: choice.one_of(&addresses),
            shape,
            strides,
            itemsize: choice.one_of(&itemsizes),
        };
        let (a, b) = (extent(&shape_a[..], &strides_a[..]), extent(&shape_b[..], &strides_b[..]));
        let answer = shares(&a, &b, 200);
        unknown += usize::from(answer == Answer::Unknown);
        match overlap(&a, &b, 200) {
            Overlap::Disjoint => assert_eq!(answer, Answer::No),
            Overlap::Unknown => assert_eq!(answer, Answer::Unknown),
            Overlap::Identical => assert_eq!(answer, Answer::Yes),
            Overlap::Partial(witness) => {
                assert_eq!(answer, Answer::Yes);
                let (in_a, in_b) =
                    (wrapping_address(&a, &witness.a), wrapping_address(&b, &witness.b));
                assert!(
                    witness.address.wrapping_sub(in_a) < a.itemsize
                        && witness.address.wrapping_sub(in_b) < b.itemsize
                );
            }
        }
        assert!(may_share(&a, &b) || answer == Answer::No);
        let itself = overlaps_itself(a.shape, a.strides, a.itemsize, 200);
        match self_overlap(&a, 200) {
            Overlap::Partial(witness) => {
                assert_eq!(itself, Answer::Yes);
                assert_ne!(witness.a, witness.b);
                for index in [&witness.a, &witness.b] {
                    let first = wrapping_address(&a, index);
                    assert!(witness.address.wrapping_sub(first) < a.itemsize);
                }
            }
            Overlap::Disjoint => assert_eq!(itself, Answer::No),
            Overlap::Unknown => assert_eq!(itself, Answer::Unknown),
            Overlap::Identical => panic!("an array is never called identical to itself"),
        }
    }
    assert!(unknown < 1_000, "{unknown} of 10000 were not answered");
}

fn wrapping_address(array: &Extent, index: &[i64]) -> usize {
    assert!(
        index.len() == array.shape.len()
            && index.iter().zip(array.shape).all(|(at, extent)| 0 <= *at && at < extent)
    );
    let offset = |(at, stride): (&i64, &i64)| at.wrapping_mul(*stride) as usize;
    index.iter().zip(array.strides).map(offset).fold(array.address, usize::wrapping_add)
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "addresses beyond 2^32")]
fn the_address_space_is_used_to_its_ends() {
    let top = Extent { address: usize::MAX - 7, shape: &[], strides: &[], itemsize: 8 };
    let down =
        Extent { address: usize::MAX - 15, shape: &[1 << 61, 2], strides: &[-8, 8], itemsize: 8 };
    let bottom = Extent { address: 0, shape: &[1 << 60], strides: &[8], itemsize: 8 };
    assert_eq!(byte_bounds(&top), Some(((1 << 64) - 8, 1 << 64)));
    assert_eq!(shares(&top, &down, 0), Answer::Yes);
    assert_eq!(shares(&bottom, &down, 0), Answer::Yes);
    assert_eq!(shares(&bottom, &top, 0), Answer::No);
}

#[test]
fn sixty_four_axes_are_enough_and_more_are_unknown() {
    let shape = [2; 65];
    let strides: [i64; 65] = std::array::from_fn(|axis| 3 + axis as i64 * 2);
    let extent = |address, ndim: usize| Extent {
        address,
        shape: &shape[..ndim],
        strides: &strides[..ndim],
        itemsize: 1,
    };
    assert_eq!(shares(&extent(9, 64), &extent(10, 64), 1000), Answer::Yes);
    assert_eq!(overlaps_itself(&shape[..64], &strides[..64], 1, 1000), Answer::Yes);
    assert_eq!(shares(&extent(9, 65), &extent(9, 64), 1000), Answer::Unknown);
    assert_eq!(overlap(&extent(9, 65), &extent(9, 64), 1000), Overlap::Unknown);
    assert_eq!(overlaps_itself(&shape, &strides, 1, 1000), Answer::Unknown);
    assert_eq!(overlaps_itself(&shape[..3], &strides[..2], 1, 1000), Answer::Unknown);
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "addresses beyond 2^32")]
fn a_budget_ends_every_question_in_proportion() {
    let mut random = Random(9);
    let mut unknown = 0;
    // Strides without a common divisor, up to near 2^62, and few counts each: what is hardest.
    for (ndim, bits) in [(3, 62), (8, 58), (16, 56), (64, 54), (64, 62), (64, 20)] {
        for budget in [0, 1_000, 30_000] {
            let mut window = |address| Window {
                address,
                shape: (0..ndim).map(|_| random.within(2, 3)).collect(),
                strides: (0..ndim).map(|_| random.within(1 << (bits - 2), 1 << bits) | 1).collect(),
                itemsize: 1,
            };
            let (a, mut b) = (window(1 << 50), window(1 << 50));
            b.address += a.strides[..ndim / 2].iter().fold(0, |sum, s| (sum + s) % (1 << 60));
            // In an optimised build a node costs 0.1 us, and what goes before them less than 2 ms.
            let limit = Duration::from_millis(200) + Duration::from_micros(20) * budget;
            let begun = Instant::now();
            let answer = shares(&a.extent(), &b.extent(), budget.into());
            assert!(begun.elapsed() < limit, "{:?} for {budget} nodes", begun.elapsed());
            let begun = Instant::now();
            overlaps_itself(&a.shape, &a.strides, 1, budget.into());
            assert!(begun.elapsed() < limit, "itself: {:?} for {budget} nodes", begun.elapsed());
            unknown += usize::from(answer == Answer::Unknown);
        }
    }
    assert!(unknown >= 12, "only {unknown} of 18 were hard");
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "addresses beyond 2^32")]
fn views_of_large_parents_are_answered_within_the_budget() {
    let mut random = Random(10);
    // Slices need hundreds of nodes at most; diagonals may need as many as NDV_BUDGET_DEFAULT.
    for (diagonals, budget) in [(0, 1_000), (1, 1_000_000)] {
        for _ in 0..3_000 {
            let cube = random.one_in(2).then(|| random.within(2, 150));
            let extents = (0..random.within(2, 6)).map(|_| cube.unwrap_or(random.within(2, 150)));
            let shape: Vec<i64> = extents.collect();
            let parent = Window::c_order(1 << 40, &shape, 1 << random.within(0, 4));
            let mut view = || {
                let mut view = parent.clone();
                if random.within(0, diagonals) > 0 {
                    let one = random.within(0, shape.len() as i64 - 1) as usize;
                    let other = (one + 1) % shape.len();
                    view = view.diagonal(random.within(-1, 1), one, other);
                }
                for axis in 0..view.shape.len() {
                    let (extent, start) =
                        (view.shape[axis], random.within(0, view.shape[axis]) / 4);
                    let step = random.one_of(&[1, 1, 2, 3, 4, -1, -2, -3]);
                    view =
                        view.every(axis, if step < 0 { extent - 1 - start } else { start }, step);
                }
                view
            };
            let (a, b) = (view(), view());
            assert_ne!(answer(&a, &b, budget), Answer::Unknown, "{a:?} and {b:?}");
        }
    }
}
