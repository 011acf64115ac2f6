//! Transfers on several threads leave what they leave on one. In tests they are shared from a few
//! hundred bytes on.

use super::*;
use crate::index::{IndexMode, List, Pick, Role};
use crate::transfer::gather::{self, Selection, Spread};
use crate::transfer::pool::tests::{SHARED, Threads};
use crate::transfer::{masked, shared};
use std::sync::atomic::Ordering;

#[test]
fn moves_and_comparisons_on_three_threads_pass_the_same_tests() {
    let _threads = Threads::set(3);
    moving::moves_items_of_any_size_bit_for_bit();
    moving::moves_any_shape_strides_and_types_as_a_naive_loop_does();
    moving::moves_within_a_type_keep_every_bit();
    moving::transposes_with_long_axes_go_through_tiles();
    comparing::one_unequal_element_is_found_wherever_it_lies();
    comparing::equality_is_that_of_the_exact_numbers();
}

/// Not all are: a transfer that finds another test's at work does everything itself.
#[test]
fn large_transfers_are_shared() {
    let _threads = Threads::set(2);
    let (source, mut target) = (vec![7u8; 10_000], vec![0; 10_000]);
    let before = SHARED.load(Ordering::Relaxed);
    while SHARED.load(Ordering::Relaxed) < before + 100 {
        let from = Source { data: source.as_ptr(), dtype: DType::UInt8, strides: &[1] };
        let to = Target { data: target.as_mut_ptr(), dtype: DType::UInt8, strides: &[1] };
        // SAFETY: so many bytes on either side.
        unsafe { move_elements(&[10_000], to, from, Visit::AnyOrder) };
    }
    assert_eq!(target, source);
}

#[test]
fn masked_moves_on_three_threads_are_those_on_one() {
    let _threads = Threads::set(3);
    let mut random = Random(71);
    for _ in 0..2000 {
        let (shape, to, from) = (random.shape(), random.dtype(), random.dtype());
        let layout = random.layout(&shape, to);
        let sources = random.broadcast_layout(&shape, from);
        let marks = random.broadcast_layout(&shape, DType::Bool);
        let mut shared_memory = random.bytes(layout.nbytes);
        let mut memory = shared_memory.clone();
        let (mut values, mut mask) = (random.bytes(sources.nbytes), random.bytes(marks.nbytes));
        mask.iter_mut().for_each(|mark| *mark &= 1);
        sources.fill_with_values(&shape, &mut values, from, &mut random);
        let source = sources.source(&values, from);
        let data = mask[marks.start as usize..].as_ptr();
        let mask = Mask { data, strides: &marks.strides, wanted: random.one_in(2) };
        // SAFETY: the layouts lie within blocks of their own.
        unsafe {
            let target = layout.target(&mut shared_memory, to);
            shared::move_masked(&shape, target, source, mask, Visit::AnyOrder);
            let target = layout.target(&mut memory, to);
            masked::move_masked(&shape, target, source, mask, Visit::AnyOrder);
        }
        assert!(shared_memory == memory, "{from} to {to}, shape {shape:?}, {layout:?}");
    }
}

/// Lists over the first axes of an array, one for each, of which some move along one axis of their
/// common shape alone.
#[test]
fn gathering_on_three_threads_is_gathering_on_one() {
    let _threads = Threads::set(3);
    let mut random = Random(72);
    for _ in 0..2000 {
        let (shape, from) = (random.shape(), random.dtype());
        let to = if random.one_in(2) { from } else { random.dtype() };
        let picked = random.below(shape.len() + 1);
        let lists = random.shape();
        let (lists, inner) = (&lists[..lists.len().min(3)], &shape[picked..]);
        let sources = random.layout(&shape, from);
        let mut values = random.bytes(sources.nbytes);
        sources.fill_with_values(&shape, &mut values, from, &mut random);
        let places: Vec<Layout> =
            (0..picked).map(|_| random.broadcast_layout(lists, DType::Int64)).collect();
        let positions: Vec<Vec<u8>> = places
            .iter()
            .zip(&shape)
            .map(|(places, &extent)| {
                let mut bytes = random.bytes(places.nbytes);
                for offset in places.offsets(lists) {
                    let position = random.below(extent.max(1) as usize) as i64;
                    bytes[offset..offset + 8].copy_from_slice(&position.to_ne_bytes());
                }
                bytes
            })
            .collect();
        let picks: Vec<Pick> = (0..picked)
            .map(|axis| Pick {
                list: List {
                    data: positions[axis][places[axis].start as usize..].as_ptr(),
                    dtype: DType::Int64,
                    shape: lists,
                    strides: &places[axis].strides,
                },
                role: Role::Positions(IndexMode::Raise),
                along: 0,
                axis: Some(axis),
                extents: &shape[axis..=axis],
                strides: &sources.strides[axis..=axis],
            })
            .collect();
        let selection = Selection {
            data: values.as_mut_ptr().wrapping_offset(sources.start as isize),
            dtype: from,
            shape: lists,
            strides: &vec![0; lists.len()],
            picks: &picks,
            inner_shape: inner,
            inner_strides: &sources.strides[picked..],
        };
        let whole: Vec<i64> = lists.iter().chain(inner).copied().collect();
        if shape.contains(&0) || whole.iter().product::<i64>() > 100_000 {
            continue;
        }
        let layout = random.layout(&whole, to);
        let mut shared_memory = random.bytes(layout.nbytes);
        let mut memory = shared_memory.clone();
        let (strides, inner_strides) = layout.strides.split_at(lists.len());
        let spread = |memory: &mut [u8]| {
            let data = memory.as_mut_ptr().wrapping_offset(layout.start as isize);
            Spread { data, dtype: to, strides, inner_strides }
        };
        // SAFETY: the layouts lie within blocks of their own, and positions within the axes.
        unsafe {
            shared::gather(selection, spread(&mut shared_memory)).unwrap();
            gather::gather(selection, spread(&mut memory)).unwrap();
        }
        assert!(shared_memory == memory, "{from} to {to}, {shape:?} by {lists:?}");
    }
}
