//! The loops of a nest against the elements that the layouts name, index by index.

use super::nest::{Nest, Sequence};
use crate::layout::{LayoutRef, size};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::ptr::without_provenance_mut;

struct Random(u64);

impl Random {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as i64) % bound
    }
}

#[derive(Debug)]
struct Made {
    shape: Vec<i64>,
    strides: Vec<i64>,
}

impl Made {
    /// A layout that broadcasts to `shape`, or has it.
    fn new(random: &mut Random, shape: &[i64], whole: bool) -> Made {
        let missing = if whole { 0 } else { random.below(shape.len() as i64 + 1) as usize };
        let mut made = Made { shape: shape[missing..].to_vec(), strides: vec![] };
        let mut step = 8;
        for extent in &mut made.shape {
            if !whole && random.below(4) == 0 {
                *extent = 1;
            }
            made.strides.push([step, -step, 8][random.below(3) as usize]);
            step *= *extent + random.below(2);
        }
        if random.below(2) == 0 {
            made.strides.reverse();
        }
        made
    }

    fn layout(&self) -> LayoutRef<'_> {
        LayoutRef { shape: &self.shape, strides: &self.strides, itemsize: 8 }
    }
}

const BASE: usize = 1 << 20;

/// The addresses of all operands at every index of the shape, in C order.
fn expected(shape: &[i64], layouts: &[LayoutRef]) -> Vec<Vec<usize>> {
    let address = |layout: &LayoutRef, position: i64| {
        let mut rest = position;
        let mut offset = 0;
        for axis in (0..shape.len()).rev() {
            offset += rest % shape[axis] * layout.stretched_stride(axis, shape.len());
            rest /= shape[axis];
        }
        BASE.wrapping_add_signed(offset as isize)
    };
    let all = |position| layouts.iter().map(|layout| address(layout, position)).collect();
    (0..size(shape)).map(all).collect()
}

/// The addresses that a walk from `start` to `stop` comes by.
fn walked(nest: &Nest, operands: usize, start: i64, stop: i64) -> Vec<Vec<usize>> {
    let mut found = vec![];
    let data = vec![without_provenance_mut::<u8>(BASE); operands];
    let outcome = nest.walk(&data, start, stop, |at, count| {
        assert!(count > 0);
        for index in 0..count {
            let steps = at.iter().zip(nest.inner_steps());
            found.push(
                steps
                    .map(|(at, step)| at.addr().wrapping_add_signed((step * index) as isize))
                    .collect(),
            );
        }
        ControlFlow::<()>::Continue(())
    });
    assert!(outcome.is_continue());
    found
}

#[test]
fn every_partition_visits_every_element_once() {
    let mut random = Random(7);
    for _ in 0..500 {
        let ndim = random.below(5) as usize;
        let shape: Vec<i64> = (0..ndim).map(|_| [1, 2, 3, 20][random.below(4) as usize]).collect();
        let operands = 1 + random.below(4) as usize;
        let made: Vec<Made> =
            (0..operands).map(|at| Made::new(&mut random, &shape, at == 0)).collect();
        let layouts: Vec<LayoutRef> = made.iter().map(Made::layout).collect();
        let wanted = expected(&shape, &layouts);
        let total = wanted.len() as i64;
        for sequence in [Sequence::Logical, Sequence::After(operands - 1)] {
            let mut nest = Nest::new(operands);
            nest.fill(&shape, &layouts, sequence);
            let whole = walked(&nest, operands, 0, total);
            let cut = random.below(total + 1);
            let mut parts = walked(&nest, operands, 0, cut);
            parts.extend(walked(&nest, operands, cut, total));
            assert_eq!(whole, parts, "{made:?} cut at {cut}");
            if sequence == Sequence::Logical {
                assert_eq!(whole, wanted, "{made:?}");
            } else {
                let sorted = |mut addresses: Vec<Vec<usize>>| {
                    addresses.sort();
                    addresses
                };
                assert_eq!(sorted(whole), sorted(wanted.clone()), "{made:?}");
            }
        }
    }
}

#[test]
fn after_an_operand_its_memory_ascends() {
    for (shape, strides) in [
        (vec![4, 20], vec![160, 8]),
        (vec![20, 4], vec![8, 160]),
        (vec![3, 2, 20], vec![-160, 480, -8]),
    ] {
        let layout = LayoutRef { shape: &shape, strides: &strides, itemsize: 8 };
        let mut nest = Nest::new(1);
        nest.fill(&shape, &[layout], Sequence::After(0));
        let found = walked(&nest, 1, 0, size(&shape));
        assert!(found.is_sorted());
        assert_eq!(found.iter().collect::<HashSet<_>>().len(), found.len());
    }
}
