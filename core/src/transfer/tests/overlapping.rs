//! Assignment within one memory, where an order of writing is found, beside a loop that reads all before
//! it writes.

use super::super::assign::move_among_themselves;
use super::oracle::{agree, converted};
use super::*;

/// Extents of which some are equal, and some rows are long enough for pieces, tiles and blocks.
fn shape(random: &mut Random) -> Vec<i64> {
    let (one, other) = (random.below(9), random.below(5));
    let long = [0, 31, 66, 130][random.below(4)];
    let mut shape: Vec<i64> = match random.below(6) {
        0 => vec![[one, 40, 700, 3000][random.below(4)]],
        1 => vec![one + long, one + long],
        2 => vec![one, other, long],
        3 => vec![other, one + long / 4, one + long / 4],
        4 => vec![one, one, other, other],
        _ => (0..1 + random.below(4)).map(|_| random.below(6)).collect(),
    }
    .into_iter()
    .map(|extent| extent as i64 + i64::from(!random.one_in(30)))
    .collect();
    (0..shape.len()).for_each(|at| shape.swap(at, random.below(at + 1)));
    shape
}

/// A source that is like the target in some way, so that an order of writing is likely to be known.
fn source_beside(target: &Layout, shape: &[i64], from: DType, random: &mut Random) -> Layout {
    let size = from.itemsize() as i64;
    let mut source = Layout { strides: target.strides.clone(), ..*target };
    match random.below(7) {
        0 => {}
        1 => source = random.layout(shape, from),
        2 => source = random.broadcast_layout(shape, from),
        3 => {
            let mut next = size;
            for (stride, &extent) in source.strides.iter_mut().zip(shape).rev() {
                *stride = next;
                next *= extent;
            }
        }
        4 => {
            if let Some(at) = (0..shape.len()).max_by_key(|_| random.below(100)) {
                let stride = source.strides[at];
                source.strides[at] =
                    [0, 2 * stride, stride / 2, size, -size, -2 * stride][random.below(6)];
            }
        }
        _ => {
            for at in 0..shape.len() {
                let other = random.below(at + 1);
                if shape[at] == shape[other] {
                    source.strides.swap(at, other);
                }
            }
        }
    }
    // The other way round, within the same bytes if nothing else has changed.
    let turns = random.below(3);
    for (stride, &extent) in source.strides.iter_mut().zip(shape) {
        if turns == 1 || (turns == 2 && random.one_in(2)) {
            source.start += *stride * (extent - 1).max(0);
            *stride = -*stride;
        }
    }
    source.start += match random.below(4) {
        0 => random.below(19) as i64 - 9,
        1 => size * (random.below(9) as i64 - 4),
        2 => source.strides.iter().map(|stride| stride * (random.below(3) as i64 - 1)).sum(),
        _ => 0,
    };
    source
}

/// The lowest byte and the one behind the highest.
fn bounds(layout: &Layout, shape: &[i64], dtype: DType) -> (i64, i64) {
    let reach =
        layout.strides.iter().zip(shape).map(|(stride, extent)| stride * (extent - 1).max(0));
    reach.fold((layout.start, layout.start + dtype.itemsize() as i64), |(low, high), reach| {
        (low + reach.min(0), high + reach.max(0))
    })
}

fn check_assignment(
    shape: &[i64],
    (to, from): (DType, DType),
    (target, source): (&Layout, &Layout),
    random: &mut Random,
) -> bool {
    let high = bounds(target, shape, to).1.max(bounds(source, shape, from).1);
    let mut memory = random.bytes((high + Layout::GUARD) as usize);
    let before = memory.clone();
    let data = memory.as_mut_ptr();
    let target_view = Target {
        data: data.wrapping_offset(target.start as isize),
        dtype: to,
        strides: &target.strides,
    };
    let source_view = Source {
        data: data.wrapping_offset(source.start as isize).cast_const(),
        dtype: from,
        strides: &source.strides,
    };
    // SAFETY: both layouts lie within the memory; no two elements of the target share a byte.
    let found = unsafe { move_among_themselves(shape, target_view, source_view).unwrap() };
    let mut want = before.clone();
    if found {
        for (at, read) in target.offsets(shape).into_iter().zip(source.offsets(shape)) {
            let value = converted(&before[read..read + from.itemsize()], from, to);
            let got = &memory[at..at + to.itemsize()];
            let may_differ = to != from && agree(got, &value, to);
            want[at..at + value.len()].copy_from_slice(if may_differ { got } else { &value });
        }
    }
    assert!(
        memory == want,
        "{from} to {to}, shape {shape:?}, target {target:?}, source {source:?}, order found: {found}"
    );
    found
}

#[test]
fn one_element_over_a_part_of_itself_needs_no_copy() {
    let mut random = Random(62);
    for (to, from) in [
        (DType::Float64, DType::Float64),
        (DType::Int16, DType::Complex128),
        (DType::bytes(5).unwrap(), DType::bytes(5).unwrap()),
    ] {
        for way in -20..20 {
            let layout = |start| Layout { start, strides: vec![8, -3], nbytes: 0 };
            let (target, source) = (layout(70), layout(70 + way));
            assert!(check_assignment(&[1, 1], (to, from), (&target, &source), &mut random));
        }
    }
}

#[test]
fn what_is_assigned_to_its_own_memory_is_read_first() {
    const SIZES: [i64; 12] = [1, 2, 4, 8, 16, 3, 5, 12, 24, 100, 1400, 5000];
    let mut random = Random(61);
    let mut found = [0; 2];
    for round in 0..3000 {
        let shape = shape(&mut random);
        let size = SIZES[random.below(if round % 16 == 0 { 12 } else { 9 })];
        let mut to = DType::bytes(size).unwrap();
        let mut from = to;
        if random.one_in(3) {
            (to, from) = (random.dtype(), random.dtype());
            if from == DType::Bool {
                from = to;
            }
        }
        let count: i64 = shape.iter().product();
        if count == 0 || count * size > 1 << 18 {
            continue;
        }
        let mut target = random.layout(&shape, to);
        let mut source = source_beside(&target, &shape, from, &mut random);
        let low = bounds(&target, &shape, to).0.min(bounds(&source, &shape, from).0);
        let up = Layout::GUARD - low + random.below(16) as i64;
        target.start += up;
        source.start += up;
        found
            [usize::from(check_assignment(&shape, (to, from), (&target, &source), &mut random))] +=
            1;
    }
    assert!(found.iter().all(|&cases| cases > 250), "{found:?}");
}
