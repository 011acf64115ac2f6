//! Every operation says which element of the source each element of the result is. The tests say it
//! too, index by index, and compare the bytes that both name.

use super::*;
use crate::error::Party;

/// A layout as the tests make it: any order of axes, gaps, directions, repeats.
#[derive(Clone, Debug)]
struct Made {
    shape: Vec<i64>,
    strides: Vec<i64>,
}

impl Made {
    fn layout(&self) -> LayoutRef<'_> {
        LayoutRef { shape: &self.shape, strides: &self.strides, itemsize: 8 }
    }

    /// The offsets of all elements, in C order of the index.
    fn offsets(&self) -> Vec<i64> {
        indices(&self.shape).iter().map(|index| self.offset(index)).collect()
    }

    fn offset(&self, index: &[i64]) -> i64 {
        index.iter().zip(&self.strides).map(|(position, stride)| position * stride).sum()
    }
}

fn indices(shape: &[i64]) -> Vec<Vec<i64>> {
    shape.iter().fold(vec![vec![]], |indices, &extent| {
        let longer = |index: &Vec<i64>, position| [index.as_slice(), &[position]].concat();
        indices.iter().flat_map(|index| (0..extent).map(move |at| longer(index, at))).collect()
    })
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as i64) % bound
    }

    fn layout(&mut self, max_ndim: i64) -> Made {
        let ndim = self.below(max_ndim + 1) as usize;
        let shape: Vec<i64> =
            (0..ndim).map(|_| [0, 1, 1, 2, 3, 4, 5][self.below(7) as usize]).collect();
        let mut axes: Vec<usize> = (0..ndim).collect();
        (0..ndim).for_each(|at| axes.swap(at, self.below(ndim as i64) as usize));
        let mut strides = vec![0; ndim];
        let mut step = 8 * (1 + self.below(2));
        for axis in axes {
            strides[axis] = [step, step, step, -step, 0][self.below(5) as usize];
            step *= shape[axis].max(1) + self.below(2);
        }
        Made { shape, strides }
    }
}

/// The result of an operation, moved to where it begins.
fn result(
    ndim: usize,
    fill: impl FnOnce(&mut Axes) -> Result<i64>,
) -> Result<(Vec<i64>, Vec<i64>)> {
    let (mut shape, mut strides) = (zeros(ndim), zeros(ndim));
    let begin = fill(&mut Axes { shape: &mut shape, strides: &mut strides })?;
    let made = Made { shape: shape.to_vec(), strides: strides.to_vec() };
    Ok((made.shape.clone(), made.offsets().iter().map(|offset| begin + offset).collect()))
}

fn at_start(done: ()) -> i64 {
    let () = done;
    0
}

#[test]
fn axes_move_as_the_index_says() {
    let mut random = Random(1);
    for _ in 0..3000 {
        let source = random.layout(4);
        let ndim = source.shape.len();
        let mut order: Vec<usize> = (0..ndim).collect();
        (0..ndim).for_each(|at| order.swap(at, random.below(ndim as i64) as usize));
        let named: Vec<i64> = order.iter().map(|&axis| axis as i64).collect();
        let permuted = Made {
            shape: order.iter().map(|&axis| source.shape[axis]).collect(),
            strides: order.iter().map(|&axis| source.strides[axis]).collect(),
        };
        let expected =
            indices(&permuted.shape).iter().map(|index| permuted.offset(index)).collect();
        let got = result(ndim, |out| permute(source.layout(), &named, out).map(at_start)).unwrap();
        assert_eq!(got, (permuted.shape.clone(), expected));

        let reversed: Vec<i64> = (0..ndim as i64).rev().collect();
        let by_name = result(ndim, |out| permute(source.layout(), &reversed, out).map(at_start));
        let transposed = result(ndim, |out| {
            transpose(source.layout(), out);
            Ok(0)
        });
        assert_eq!(transposed.unwrap(), by_name.unwrap());
    }
}

#[test]
fn flipping_reads_positions_from_the_end() {
    let mut random = Random(2);
    for _ in 0..3000 {
        let source = random.layout(4);
        let ndim = source.shape.len();
        let flipped: Vec<usize> = (0..ndim).filter(|_| random.below(2) == 0).collect();
        let named: Vec<i64> = flipped.iter().map(|&axis| axis as i64 - ndim as i64).collect();
        let from_end = |index: &Vec<i64>| {
            let mut index = index.clone();
            flipped.iter().for_each(|&axis| index[axis] = source.shape[axis] - 1 - index[axis]);
            source.offset(&index)
        };
        let expected: Vec<i64> = indices(&source.shape).iter().map(from_end).collect();
        let got = result(ndim, |out| flip(source.layout(), Some(&named), out)).unwrap();
        assert_eq!(got, (source.shape.clone(), expected));
    }
}

#[test]
fn slices_pick_the_positions_that_a_range_does() {
    let mut random = Random(3);
    for _ in 0..20_000 {
        let extent = random.below(7);
        let bound = |random: &mut Random| match random.below(4) {
            0 => None,
            _ => Some(random.below(20) - 10),
        };
        let (start, stop) = (bound(&mut random), bound(&mut random));
        let step = [-3, -2, -1, 1, 2, 3][random.below(6) as usize];
        let source = Made { shape: vec![extent], strides: vec![16] };
        let cut = Slice { start, stop, step };
        let items = [Item::Slice(cut)];
        let plan = Plan::new(source.layout(), items.into_iter()).unwrap();
        let got =
            result(plan.ndim, |out| slice(source.layout(), items.into_iter(), &plan, out)).unwrap();
        assert_eq!(got.1, range(extent, start, stop, step), "{extent} {start:?} {stop:?} {step}");
        let in_place = result(plan.ndim, |out| {
            out.copy_from(source.layout());
            slice_axes([cut].into_iter(), out)
        });
        assert_eq!(in_place.unwrap(), got, "{extent} {start:?} {stop:?} {step}");
    }
}

/// Python's rule, position by position: walk from the first bound, stop at the second.
fn range(extent: i64, start: Option<i64>, stop: Option<i64>, step: i64) -> Vec<i64> {
    let place = |bound: i64| if bound < 0 { bound + extent } else { bound };
    let inside = (0..extent).filter(|&position| {
        let first = start.map_or(if step > 0 { 0 } else { extent - 1 }, |start| {
            let (low, high) = if step > 0 { (0, extent) } else { (-1, extent - 1) };
            place(start).max(low).min(high)
        });
        let distance = position - first;
        let before =
            |stop: i64| if step > 0 { position < place(stop) } else { position > place(stop) };
        distance % step == 0 && distance / step >= 0 && stop.is_none_or(before)
    });
    let mut offsets: Vec<i64> = inside.map(|position| position * 16).collect();
    if step < 0 {
        offsets.reverse();
    }
    offsets
}

#[test]
fn extreme_slices_are_clamped_and_never_overflow() {
    let source = Made { shape: vec![5], strides: vec![8] };
    let extremes = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    for start in extremes.map(Some).into_iter().chain([None]) {
        for stop in extremes.map(Some).into_iter().chain([None]) {
            for step in extremes.into_iter().filter(|&step| step != 0) {
                let items = [Item::Slice(Slice { start, stop, step })];
                let plan = Plan::new(source.layout(), items.into_iter()).unwrap();
                let (_, offsets) =
                    result(1, |out| slice(source.layout(), items.into_iter(), &plan, out)).unwrap();
                assert!(offsets.iter().all(|offset| (0..40).contains(offset)));
            }
        }
    }
}

#[test]
fn a_reshape_keeps_the_order_of_the_elements_or_says_why_not() {
    let mut random = Random(4);
    let (mut views, mut copies) = (0, 0);
    for _ in 0..30_000 {
        let source = random.layout(4);
        let shape = random_shape_of_size(&mut random, size(&source.shape));
        let order = if random.below(2) == 0 { Order::C } else { Order::F };
        let mut strides = zeros(shape.len());
        let same_elements = |strides: &[i64]| {
            let made = Made { shape: shape.clone(), strides: strides.to_vec() };
            in_order(&made, order) == in_order(&source, order)
        };
        match reshape(source.layout(), &shape, order, &mut strides) {
            Ok(()) => {
                views += 1;
                assert!(same_elements(&strides), "{source:?} {shape:?} {order:?}");
            }
            Err(why) => {
                copies += 1;
                assert_ne!(why.have, why.need);
                assert!(no_strides_would_do(&source, &shape, order), "{source:?} {shape:?}");
            }
        }
    }
    assert!(views > 1000 && copies > 1000, "{views} views, {copies} copies");
}

fn random_shape_of_size(random: &mut Random, size: i64) -> Vec<i64> {
    let mut shape = vec![];
    let mut rest = size;
    while rest > 1 && random.below(4) > 0 {
        let divisors: Vec<i64> = (1..=rest).filter(|divisor| rest % divisor == 0).collect();
        let extent = divisors[random.below(divisors.len() as i64) as usize];
        shape.push(extent);
        rest /= extent;
    }
    shape.push(rest);
    shape
}

fn in_order(made: &Made, order: Order) -> Vec<i64> {
    let mut indices = indices(&made.shape);
    if order == Order::F {
        indices.sort_by_key(|index| index.iter().rev().copied().collect::<Vec<_>>());
    }
    indices.iter().map(|index| made.offset(index)).collect()
}

/// Whether no strides at all give the elements in that order: the strides follow from the first
/// step along each axis, and then must fit every element.
fn no_strides_would_do(source: &Made, shape: &[i64], order: Order) -> bool {
    let offsets = in_order(source, order);
    let places = in_order(
        &Made { shape: shape.to_vec(), strides: dense_strides(shape, 1, order).to_vec() },
        order,
    );
    assert!(places.iter().copied().eq(0..places.len() as i64));
    let step = dense_strides(shape, 1, order);
    let strides: Vec<i64> = shape
        .iter()
        .zip(&step)
        .map(|(&extent, &place)| if extent > 1 { offsets[place as usize] - offsets[0] } else { 0 })
        .collect();
    let made = Made { shape: shape.to_vec(), strides };
    in_order(&made, order).iter().map(|offset| offset + offsets[0]).ne(offsets.iter().copied())
}

#[test]
fn reshapes_of_the_reference_have_the_strides_of_numpy() {
    // Shape, strides, new shape, order, new strides: from NumPy's own results.
    type Case<'a> = (&'a [i64], &'a [i64], &'a [i64], &'a [i64]);
    let cases: [Case; 6] = [
        (&[10], &[8], &[1, 10, 1], &[80, 8, 8]),
        (&[2, 3, 4], &[96, 32, -8], &[6, 4], &[32, -8]),
        (&[2, 3, 4], &[192, 32, 8], &[2, 12], &[192, 8]),
        (&[0, 3], &[24, 8], &[3, 0, 5], &[40, 40, 8]),
        (&[3, 4], &[0, 0], &[12], &[0]),
        (&[4, 1, 3], &[-24, 7, 8], &[2, 2, 3], &[-48, -24, 8]),
    ];
    for (shape, strides, new_shape, new_strides) in cases {
        let source = LayoutRef { shape, strides, itemsize: 8 };
        let mut got = zeros(new_shape.len());
        reshape(source, new_shape, Order::C, &mut got).unwrap();
        assert_eq!(got.as_slice(), new_strides, "{shape:?} to {new_shape:?}");
    }
}

#[test]
fn a_plain_reshape_is_told_from_all_others() {
    let (dense, huge) = ([96, 32, 8], i64::MAX / 2);
    // Shape, strides, new shape, whether it is plain.
    type Case<'a> = (&'a [i64], &'a [i64], &'a [i64], bool);
    let cases: [Case; 16] = [
        (&[2, 3, 4], &dense, &[6, 4], true),
        (&[2, 3, 4], &dense, &[4, 3, 2], true),
        (&[2, 1, 4], &[32, 5, 8], &[8], true),
        (&[1], &[-3], &[], true),
        (&[], &[], &[1, 1], true),
        // It keeps its strides.
        (&[2, 1, 4], &[32, 5, 8], &[2, 1, 4], false),
        (&[2, 3, 4], &dense, &[6, -1], false),
        (&[2, 3, 4], &dense, &[-6, -4], false),
        (&[2, 3, 4], &dense, &[5, 4], false),
        (&[2, 3, 4], &dense, &[0], false),
        (&[0, 3], &[24, 8], &[0], false),
        (&[2, 3], &[8, 16], &[6], false),
        (&[2, 3], &[-24, 8], &[6], false),
        (&[3, 4], &[0, 0], &[12], false),
        // Products that wrap around to the size, or to none.
        (&[8], &[8], &[huge, huge, 8], false),
        (&[4], &[8], &[1 << 62, 4], false),
    ];
    for (shape, strides, to, plain) in cases {
        let source = LayoutRef { shape, strides, itemsize: 8 };
        assert_eq!(only_regroups(source, to), plain, "{shape:?} {strides:?} to {to:?}");
        if plain {
            let mut got = zeros(to.len());
            reshape(source, to, Order::C, &mut got).unwrap();
            assert_eq!(got, dense_strides(to, 8, Order::C), "{shape:?} to {to:?}");
        }
    }
}

#[test]
fn a_reshape_that_must_copy_names_the_axes() {
    let source = LayoutRef { shape: &[4, 3, 4], strides: &[192, 32, 8], itemsize: 8 };
    let why = reshape(source, &[6, 8], Order::C, &mut zeros(2)).unwrap_err();
    assert_eq!(why, Unmergeable { first: 0, last: 2, axis: 0, have: 192, need: 96 });
}

#[test]
fn one_extent_is_worked_out_from_the_others() {
    let infer = |from: &[i64], to: &[i64]| {
        let strides = dense_strides(from, 8, Order::C);
        let source = LayoutRef { shape: from, strides: &strides, itemsize: 8 };
        let mut shape = Dims::new();
        infer_extent(source, to, &mut shape).map(<[i64]>::to_vec)
    };
    assert_eq!(infer(&[2, 6], &[3, -1]).unwrap(), [3, 4]);
    assert_eq!(infer(&[0, 3], &[-1]).unwrap(), [0]);
    assert_eq!(infer(&[], &[1, -1]).unwrap(), [1, 1]);
    for (from, to) in [(&[2, 6][..], &[5, -1][..]), (&[0, 3], &[0, -1]), (&[4], &[2, 3])] {
        assert!(matches!(infer(from, to), Err(Error::ReshapeSize { .. })), "{from:?} {to:?}");
    }
    assert!(matches!(infer(&[4], &[-1, -1]), Err(Error::ReshapeUnknowns { .. })));
    assert!(matches!(infer(&[4], &[-2, 2]), Err(Error::NegativeExtent { axis: 0, extent: -2 })));
    let huge = [i64::MAX, 2, 2];
    assert!(matches!(infer(&[4], &huge), Err(Error::ReshapeSize { .. })));
    assert_eq!(infer(&[0], &[1 << 20, 2, 0]).unwrap(), [1 << 20, 2, 0]);
    for to in [&[i64::MAX, 2, 0][..], &[0, 1 << 61], &[1 << 62, 4, -1]] {
        assert!(matches!(infer(&[0], to), Err(Error::TooLarge { .. })), "{to:?}");
    }
}

#[test]
fn broadcasting_repeats_what_the_source_lacks() {
    let mut random = Random(5);
    for _ in 0..3000 {
        let source = random.layout(3);
        let mut shape: Vec<i64> = (0..random.below(3)).map(|_| random.below(3)).collect();
        let added = shape.len();
        shape.extend(source.shape.iter().map(
            |&extent| {
                if extent == 1 { random.below(4) } else { extent }
            },
        ));
        let mut strides = zeros(shape.len());
        broadcast_strides(source.layout(), &shape, &mut strides).unwrap();
        let mut unchecked = zeros(shape.len());
        stretch(source.layout(), &shape, &mut unchecked).unwrap();
        assert_eq!(unchecked, strides);
        let stretched = Made { shape: shape.clone(), strides: strides.to_vec() };
        let repeated = |index: &Vec<i64>| {
            let clamped = index[added..].iter().zip(&source.shape);
            let back: Vec<i64> =
                clamped.map(|(&at, &extent)| if extent == 1 { 0 } else { at }).collect();
            source.offset(&back)
        };
        let expected: Vec<i64> = indices(&shape).iter().map(repeated).collect();
        assert_eq!(stretched.offsets(), expected);
    }
}

#[test]
fn an_assignment_drops_leading_axes_of_one() {
    let source = LayoutRef { shape: &[1, 1, 3], strides: &[24, 24, 8], itemsize: 8 };
    let mut strides = zeros(1);
    broadcast_strides_into(source, &[3], &mut strides).unwrap();
    assert_eq!(strides.as_slice(), [8]);
    let column = LayoutRef { shape: &[3, 1], strides: &[8, 8], itemsize: 8 };
    assert!(broadcast_strides_into(column, &[3], &mut strides).is_err());
}

#[test]
fn a_diagonal_takes_equal_positions_of_two_axes() {
    let mut random = Random(6);
    for _ in 0..3000 {
        let source = random.layout(4);
        let ndim = source.shape.len();
        if ndim < 2 {
            continue;
        }
        let first = random.below(ndim as i64) as usize;
        let second = (first + 1 + random.below(ndim as i64 - 1) as usize) % ndim;
        let above = random.below(9) - 4;
        let on_diagonal = |index: &&Vec<i64>| index[second] - index[first] == above;
        let mut expected: Vec<(Vec<i64>, i64)> = indices(&source.shape)
            .iter()
            .filter(on_diagonal)
            .map(|index| {
                let mut key: Vec<i64> = (0..ndim)
                    .filter(|&axis| axis != first && axis != second)
                    .map(|axis| index[axis])
                    .collect();
                key.push(index[first]);
                (key, source.offset(index))
            })
            .collect();
        expected.sort();
        let expected: Vec<i64> = expected.into_iter().map(|(_, offset)| offset).collect();
        let (_, got) = result(ndim - 1, |out| {
            diagonal(source.layout(), above, first as i64, second as i64, out)
        })
        .unwrap();
        assert_eq!(got, expected, "{source:?} {above} {first} {second}");
    }
}

#[test]
fn a_quarter_turn_reads_the_second_axis_backwards_as_the_first() {
    let mut random = Random(8);
    for _ in 0..4000 {
        let mut made = random.layout(4);
        while made.shape.len() < 2 {
            made = random.layout(4);
        }
        let ndim = made.shape.len() as i64;
        let first = random.below(ndim);
        let second = (first + 1 + random.below(ndim - 1)) % ndim;
        let quarters = random.below(14) - 7;
        let turned =
            result(ndim as usize, |out| rot90(made.layout(), quarters, first - ndim, second, out));
        // Element [i, j] of a turned array is element [j, n - 1 - i] of what was turned.
        let (first, second) = (first as usize, second as usize);
        let mut shapes = vec![made.shape.clone()];
        for turn in 0..quarters.rem_euclid(4) as usize {
            let mut shape = shapes[turn].clone();
            shape.swap(first, second);
            shapes.push(shape);
        }
        let (shape, before) = shapes.split_last().unwrap();
        let source_index = |mut index: Vec<i64>| {
            for shape in before.iter().rev() {
                (index[first], index[second]) = (index[second], shape[second] - 1 - index[first]);
            }
            index
        };
        let expected = indices(shape).into_iter().map(|index| made.offset(&source_index(index)));
        assert_eq!(turned, Ok((shape.clone(), expected.collect())), "{made:?} {quarters}");
    }
    let square = Made { shape: vec![2, 2], strides: vec![16, 8] };
    for axes in [(0, 0), (1, -1), (0, 2), (-3, 1)] {
        assert!(result(2, |out| rot90(square.layout(), 0, axes.0, axes.1, out)).is_err());
    }
}

#[test]
fn a_window_shows_the_elements_from_its_position_on() {
    let mut random = Random(9);
    let mut fitting = 0;
    for _ in 0..4000 {
        let made = random.layout(3);
        let ndim = made.shape.len();
        let count = if ndim == 0 { 0 } else { random.below(3) as usize };
        let axes: Vec<i64> = (0..count).map(|_| random.below(ndim as i64)).collect();
        let sizes: Vec<i64> = (0..count).map(|_| random.below(4)).collect();
        let mut room = made.shape.clone();
        for (&axis, &size) in axes.iter().zip(&sizes) {
            room[axis as usize] -= size - 1;
        }
        let seen = result(ndim + count, |out| {
            windows(made.layout(), &sizes, Some(&axes), out).map(at_start)
        });
        if seen.is_err() {
            let too_large = |(axis, extent): (usize, &i64)| {
                let used = axes.iter().zip(&sizes).filter(|&(&along, _)| along == axis as i64);
                used.map(|(_, size)| size - 1)
                    .scan(*extent, |left, size| {
                        *left -= size;
                        Some(*left)
                    })
                    .any(|left| left < 1)
            };
            assert!(made.shape.iter().enumerate().any(too_large), "{made:?} {axes:?} {sizes:?}");
            continue;
        }
        fitting += 1;
        let shape = [room, sizes].concat();
        let expected = indices(&shape).into_iter().map(|index| {
            let mut source = index[..ndim].to_vec();
            for (&axis, within) in axes.iter().zip(&index[ndim..]) {
                source[axis as usize] += within;
            }
            made.offset(&source)
        });
        assert_eq!(seen, Ok((shape.clone(), expected.collect())), "{made:?} {axes:?}");
    }
    assert!(fitting > 1000, "{fitting}");
}

#[test]
fn shapes_broadcast_together_exactly_if_each_axis_has_one_size_besides_1() {
    let mut random = Random(10);
    let mut fitting = 0;
    for _ in 0..4000 {
        let shapes: Vec<Vec<i64>> = (0..random.below(4)).map(|_| random.layout(3).shape).collect();
        let ndim = shapes.iter().map(Vec::len).max().unwrap_or(0);
        let at = |shape: &Vec<i64>, axis| {
            if axis + shape.len() < ndim { 1 } else { shape[axis + shape.len() - ndim] }
        };
        let sizes =
            |axis| shapes.iter().map(move |shape| at(shape, axis)).filter(|&size| size != 1);
        let expected: Vec<i64> = (0..ndim).map(|axis| sizes(axis).next().unwrap_or(1)).collect();
        let fits = (0..ndim).all(|axis| sizes(axis).all(|size| size == expected[axis]));
        match broadcast_shapes(Party::Item, shapes.iter().map(Vec::as_slice)) {
            Ok(joint) => {
                fitting += 1;
                assert!(fits && joint.as_slice() == expected, "{shapes:?}");
            }
            Err(Error::BroadcastTogether { item, have, want, .. }) => {
                assert!(!fits && have != want && have != 1 && want != 1, "{shapes:?}");
                assert!((item as usize) < shapes.len());
            }
            Err(error) => panic!("{error} {shapes:?}"),
        }
    }
    assert!(fitting > 1000, "{fitting}");
}

#[test]
fn kept_order_sorts_axes_by_their_strides() {
    // Shape, strides, strides of the copy: from NumPy's `copy('K')`.
    let cases: [(&[i64], &[i64], &[i64]); 5] = [
        (&[4, 5, 6], &[0, 24, 4], &[1, 24, 4]),
        (&[8, 8, 3, 3], &[10, 1, 10, 1], &[72, 3, 24, 1]),
        (&[2, 3], &[1, 2], &[1, 2]),
        (&[2, 3], &[3, -1], &[3, 1]),
        (&[2, 3, 4], &[4, 8, 1], &[4, 8, 1]),
    ];
    for (shape, strides, copy) in cases {
        let source = LayoutRef { shape, strides, itemsize: 1 };
        let mut got = zeros(shape.len());
        kept_strides(source, 1, Order::K, &mut got);
        assert_eq!(got.as_slice(), copy, "{shape:?} {strides:?}");
    }
}

#[test]
fn shapes_that_cannot_be_are_refused() {
    assert_eq!(check_shape(&[2, 3], 8), Ok(48));
    assert_eq!(check_shape(&[], 8), Ok(8));
    assert_eq!(check_shape(&[3, 0], 8), Ok(0));
    assert!(matches!(check_shape(&[-1], 1), Err(Error::NegativeExtent { .. })));
    assert!(matches!(check_shape(&[1; 65], 1), Err(Error::TooManyAxes { ndim: 65 })));
    for shape in [[1 << 40, 1 << 40, 0], [1 << 62, 2, 1]] {
        assert!(matches!(check_shape(&shape, 8), Err(Error::TooLarge { .. })), "{shape:?}");
    }
    let most = isize::MAX as i64 - 64; // also where that is less than an i64 holds
    assert_eq!(check_shape(&[most], 1), Ok(most as usize));
    assert!(matches!(check_shape(&[most + 1], 1), Err(Error::TooLarge { .. })));
}

#[test]
fn contiguity_overlooks_axes_of_one_element() {
    let check = |shape: &[i64], strides: &[i64]| {
        let layout = LayoutRef { shape, strides, itemsize: 8 };
        (layout.is_c_contiguous(), layout.is_f_contiguous())
    };
    assert_eq!(check(&[2, 3], &[24, 8]), (true, false));
    assert_eq!(check(&[2, 3], &[8, 16]), (false, true));
    assert_eq!(check(&[1, 3], &[-5, 8]), (true, true));
    assert_eq!(check(&[], &[]), (true, true));
    assert_eq!(check(&[2, 0], &[1, 1]), (true, true));
    assert_eq!(check(&[3], &[-8]), (false, false));
}
