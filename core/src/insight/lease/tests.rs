use super::tree::{NONE, Slots};
use super::*;
use crate::array::slice;
use crate::copies::arange;
use crate::error::Hold;
use crate::layout::{Item, Slice};
use std::ops::ControlFlow;

fn entry(array: &Array, low: usize, high: usize) -> Entry {
    let mut entry = Entry::new(array, LeaseMode::Write, b"").expect("memory is there");
    (entry.low, entry.high) = (low, high);
    entry
}

/// A sequence that looks random and is always the same.
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}

#[test]
fn the_tree_finds_those_that_meet_a_range_and_no_others() {
    let array = arange(0, 4, 1).expect("memory is there");
    let mut next = numbers(0x9e37_79b9_7f4a_7c15);
    let mut slots = Slots::new();
    let mut root = NONE;
    let mut model: Vec<(u32, usize, usize)> = Vec::new();
    for step in 0..4000 {
        // Grows, then shrinks to nothing.
        let grows = next(100) < if step < 2000 { 80 } else { 30 };
        if grows || model.is_empty() {
            let low = next(1000);
            let longest = if next(10) == 0 { 500 } else { 20 };
            let high = low + 1 + next(longest);
            let slot = slots.fill(entry(&array, low, high)).expect("memory is there");
            root = slots.insert(root, slot);
            model.push((slot, low, high));
        } else {
            let (slot, ..) = model.swap_remove(next(model.len()));
            root = slots.remove(root, slot);
            assert!(slots.empty(slot).is_some());
        }
        let low = next(1100);
        let high = low + next(60);
        let mut found = Vec::new();
        let _ = slots.visit::<()>(root, (low, high), &mut |slot| {
            found.extend(slot.entry.as_ref().map(|entry| (entry.low, entry.high)));
            ControlFlow::Continue(())
        });
        let meets = |&&(_, l, h): &&(u32, usize, usize)| l < high && low < h;
        let mut expected: Vec<_> = model.iter().filter(meets).map(|&(_, l, h)| (l, h)).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "step {step}");
        // An AVL tree of n nodes is at most 1.45 log2(n + 2) high.
        let most = 1.45 * (model.len() as f64 + 2.0).log2();
        assert!(f64::from(slots.height(root)) <= most, "{} slots", model.len());
    }
    for (slot, ..) in model {
        root = slots.remove(root, slot);
        assert!(slots.empty(slot).is_some());
    }
    assert_eq!(root, NONE);
}

#[test]
fn slots_that_are_free_are_used_again_and_the_last_one_gives_back_all_memory() {
    let array = arange(0, 4, 1).expect("memory is there");
    let mut slots = Slots::new();
    let fill = |slots: &mut Slots| slots.fill(entry(&array, 0, 1)).expect("memory is there");
    for _ in 0..3 {
        let mut filled: Vec<u32> = (0..100).map(|_| fill(&mut slots)).collect();
        assert_eq!(filled, Vec::from_iter(0..100));
        assert!(slots.empty(7).is_some() && slots.empty(70).is_some());
        assert!(slots.empty(7).is_none());
        assert_eq!((fill(&mut slots), fill(&mut slots)), (70, 7));
        while let Some(slot) = filled.pop() {
            assert!(slots.empty(slot).is_some());
        }
        assert!(slots.get(0).is_none());
    }
}

/// The elements from the first on with a step.
fn every(array: &Array, first: i64, step: i64) -> Handle {
    let items = [Item::Slice(Slice { start: Some(first), stop: None, step })];
    slice(array, items.into_iter()).expect("the slice is right")
}

#[test]
fn writes_conflict_with_the_leases_of_others_alone() {
    let array = arange(0, 8, 1).expect("memory is there");
    let (even, odd) = (every(&array, 0, 2), every(&array, 1, 2));
    let (here, elsewhere) = (Holder::this_thread(), Holder(u64::MAX));
    let lease = borrow(&even, LeaseMode::Read, b"even", Patience::None).expect("nobody else");
    assert_eq!(conflicts_with_write(&array, here), None);
    assert_eq!(conflicts_with_write(&odd, elsewhere), None);
    match conflicts_with_write(&array, elsewhere) {
        Some(Error::Leased { want: Wanted::Unleased, address, by, .. }) => {
            assert_eq!((by.writes, by.hold), (false, Hold::Held));
            assert_eq!(address, array.data().addr());
        }
        other => panic!("{other:?}"),
    }
    give_back(lease).expect("it is held");
    assert_eq!(conflicts_with_write(&array, elsewhere), None);
}

#[test]
fn errors_about_leases_fit_the_space_for_errors() {
    assert!(size_of::<Error>() <= 128, "{}", size_of::<Error>());
}
