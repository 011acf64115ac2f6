//! What positions and marks pick, beside loops that take one element after the other.

use super::*;
use crate::error::Error;
use crate::index::{IndexMode, List, Pick, Role};
use crate::transfer::gather::{Selection, Spread, gather, scatter};
use crate::transfer::masked::{compress, move_masked};
use crate::transfer::ways::check_positions;

/// Positions that count from the end are rare, common or all.
fn positions(n: usize, extent: i64, random: &mut Random) -> Vec<i64> {
    let odds = [1, 2, 7, 1000][random.below(4)];
    let position =
        |_| random.below(extent as usize) as i64 - extent * i64::from(random.one_in(odds));
    (0..n).map(position).collect()
}

#[test]
fn one_list_of_positions_picks_and_places_as_a_naive_loop_does() {
    let mut random = Random(81);
    for _ in 0..2000 {
        let dtype = DType::bytes([1, 2, 4, 8, 16, 3, 24][random.below(7)]).unwrap();
        let size = dtype.itemsize();
        let most = if random.one_in(4) { 700 } else { 12 };
        let (n, extent) = (1 + random.below(most), 1 + random.below(60) as i64);
        let given = positions(n, extent, &mut random);
        let (picked, other) = (random.layout(&[extent], dtype), random.layout(&[n as i64], dtype));
        let (mut picked_memory, mut other_memory) =
            (random.bytes(picked.nbytes), random.bytes(other.nbytes));
        let is_gather = random.one_in(2);
        let mut want = if is_gather { other_memory.clone() } else { picked_memory.clone() };
        let (places, others) = (picked.offsets(&[extent]), other.offsets(&[n as i64]));
        for (&position, other) in given.iter().zip(others) {
            let place = places[position.rem_euclid(extent) as usize];
            let (from, to) = match is_gather {
                true => (&picked_memory[place..place + size], other),
                false => (&other_memory[other..other + size], place),
            };
            want[to..to + size].copy_from_slice(from);
        }
        let (shape, extents) = ([n as i64], [extent]);
        let picks = [Pick {
            list: List::of_slice(&given, &shape),
            role: Role::Positions(IndexMode::Raise),
            along: 0,
            axis: Some(0),
            extents: &extents,
            strides: &picked.strides,
        }];
        let selection = Selection {
            data: picked_memory.as_mut_ptr().wrapping_offset(picked.start as isize),
            dtype,
            shape: &shape,
            strides: &[0],
            picks: &picks,
            inner_shape: &[],
            inner_strides: &[],
        };
        let data = other_memory.as_mut_ptr().wrapping_offset(other.start as isize);
        let spread = Spread { data, dtype, strides: &other.strides, inner_strides: &[] };
        // SAFETY: the layouts lie within blocks of their own, and positions within the axis.
        unsafe {
            match is_gather {
                true => gather(selection, spread).unwrap(),
                false => scatter(selection, spread, Visit::AnyOrder).unwrap(),
            }
        }
        let got = if is_gather { other_memory } else { picked_memory };
        assert!(got == want, "{dtype}: {given:?} of {picked:?}, {other:?}, gather: {is_gather}");
    }
}

#[test]
fn a_position_out_of_bounds_is_found_wherever_it_stands() {
    let mut random = Random(82);
    for _ in 0..500 {
        let (n, extent) = (1 + random.below(1000), 1 + random.below(60) as i64);
        let mut given = positions(n, extent, &mut random);
        let astray = [extent, -extent - 1, i64::MAX, i64::MIN][random.below(4)];
        let is_astray = random.one_in(2);
        if is_astray {
            given[random.below(n)] = astray;
        }
        let (shape, extents) = ([n as i64], [extent]);
        let pick = Pick {
            list: List::of_slice(&given, &shape),
            role: Role::Positions(IndexMode::Raise),
            along: 0,
            axis: Some(0),
            extents: &extents,
            strides: &[1],
        };
        // SAFETY: the positions are there.
        let found = unsafe { check_positions(&pick) };
        let index = i128::from(astray);
        let want = if is_astray { Err(Error::Index { index, axis: 0, extent }) } else { Ok(()) };
        assert_eq!(found, want, "{given:?}");
    }
}

/// Where some are marked; few, many or all.
fn marks(n: usize, random: &mut Random) -> Vec<u8> {
    let (odds, rare) = ([1, 2, 5, 60][random.below(4)], random.one_in(2));
    (0..n).map(|_| u8::from(random.one_in(odds) == rare) * (1 + random.below(255) as u8)).collect()
}

#[test]
fn marked_elements_of_several_rows_come_together_and_nothing_behind_them_is_written() {
    const BEHIND: usize = 200;
    let mut random = Random(83);
    for _ in 0..2000 {
        let dtype = DType::bytes([1, 2, 4, 8, 16][random.below(5)]).unwrap();
        let size = dtype.itemsize();
        let (rows, columns) = (1 + random.below(9), 2 + random.below(150));
        let pad = random.below(3);
        let marks = marks(rows * columns, &mut random);
        let source = random.bytes(rows * (columns + pad) * size);
        let mut want = vec![];
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |c| (row, c))) {
            if marks[row * columns + column] != 0 {
                let at = (row * (columns + pad) + column) * size;
                want.extend(&source[at..at + size]);
            }
        }
        let room = want.len() / size;
        let mut got = random.bytes(want.len() + BEHIND);
        want.extend(&got[want.len()..]);
        let strides = [((columns + pad) * size) as i64, size as i64];
        let from = Source { data: source.as_ptr(), dtype, strides: &strides };
        let marked = (marks.as_ptr(), &[columns as i64, 1][..]);
        let shape = [rows as i64, columns as i64];
        // SAFETY: so many elements and marks, and room for those that are marked.
        assert!(unsafe { compress(&shape, from, marked, got.as_mut_ptr(), room) });
        assert!(got == want, "{rows} x {columns} items of {size}, {room} marked");
    }
}

#[test]
fn masked_moves_write_what_a_naive_loop_writes() {
    let mut random = Random(84);
    for _ in 0..2000 {
        let (shape, to) = (random.shape(), random.dtype());
        let from = if random.one_in(2) { to } else { random.dtype() };
        let layout = random.layout(&shape, to);
        let sources = random.broadcast_layout(&shape, from);
        let marked = random.broadcast_layout(&shape, DType::Bool);
        let mask = marks(marked.nbytes, &mut random);
        let (mut memory, mut values) = (random.bytes(layout.nbytes), random.bytes(sources.nbytes));
        sources.fill_with_values(&shape, &mut values, from, &mut random);
        let (mut want, wanted) = (memory.clone(), random.one_in(2));
        let data = mask.as_ptr().wrapping_offset(marked.start as isize);
        let mask_view = Mask { data, strides: &marked.strides, wanted };
        let source = sources.source(&values, from);
        // SAFETY: the layouts lie within blocks of their own.
        unsafe {
            let target = layout.target(&mut memory, to);
            move_masked(&shape, target, source, mask_view, Visit::AnyOrder);
        }
        let (reads, writes) = (sources.offsets(&shape), layout.offsets(&shape));
        for (mark, (read, write)) in
            marked.offsets(&shape).into_iter().zip(reads.into_iter().zip(writes))
        {
            if (mask[mark] != 0) == wanted {
                let value = oracle::converted(&values[read..read + from.itemsize()], from, to);
                let got = &memory[write..write + to.itemsize()];
                let may_differ = to != from && oracle::agree(got, &value, to);
                let value = if may_differ { got } else { &value };
                want[write..write + value.len()].copy_from_slice(value);
            }
        }
        assert!(
            memory == want,
            "{from} to {to}, shape {shape:?}, {layout:?}, {sources:?}, {marked:?}"
        );
    }
}
