//! From the layouts of several operands to the fewest loops that visit the same elements together.
//!
//! Pure geometry: it carries addresses and never follows them. Arithmetic on them wraps, so that no
//! step overflows on the way; where an element is, the address is exact.

#![forbid(unsafe_code)]

use crate::layout::{Dims, LayoutRef, MAX_NDIM, continues};
use arrayvec::ArrayVec;
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// The most operands of one call.
pub const MAX_OPERANDS: usize = 64;

/// An inner loop of fewer elements costs more to call than to run.
const SHORT_LOOP: i64 = 16;

/// One thing for each operand.
pub type PerOperand<T> = ArrayVec<T, MAX_OPERANDS>;

/// The order in which elements are visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// C order of the index.
    Logical,
    /// Ascending in the memory of one operand, by long inner loops.
    After(usize),
}

/// Loops over all operands at once.
pub struct Nest {
    operands: usize,
    /// Innermost first; there is at least one.
    extents: Dims,
    /// For each loop, in the same order, the bytes that each operand goes on.
    steps: ArrayVec<i64, { MAX_NDIM * MAX_OPERANDS }>,
    /// From each operand's first element to where its loops begin.
    starts: PerOperand<i64>,
}

impl Nest {
    /// No loops yet. Two steps make a nest, this and [`Nest::fill`], so that its 33 kilobytes are
    /// filled where they stay, as far as they are needed.
    #[inline(always)]
    pub fn new(operands: usize) -> Nest {
        Nest { operands, extents: Dims::new(), steps: ArrayVec::new(), starts: PerOperand::new() }
    }

    /// The loops over `shape`, which all layouts broadcast to and which is not empty.
    pub fn fill(&mut self, shape: &[i64], layouts: &[LayoutRef], sequence: Sequence) {
        self.starts.extend(layouts.iter().map(|_| 0));
        let stride = |operand: usize, axis| layouts[operand].stretched_stride(axis, shape.len());
        let moving = (0..shape.len()).rev().filter(|&axis| shape[axis] != 1);
        let mut axes: ArrayVec<usize, MAX_NDIM> = moving.collect();
        if let Sequence::After(lead) = sequence {
            axes.sort_unstable_by(|&a, &b| nearer(lead, layouts.len(), &stride, a, b));
        }
        for &axis in &axes {
            let backwards = match sequence {
                Sequence::Logical => false,
                Sequence::After(lead) => first_step(lead, layouts.len(), |o| stride(o, axis)) < 0,
            };
            self.push(shape[axis], backwards, |operand| stride(operand, axis));
        }
        if self.extents.is_empty() {
            self.push(1, false, |_| 0);
        }
        if sequence != Sequence::Logical {
            self.bring_a_long_loop_inside();
        }
    }

    /// One more loop around the others, or a longer outermost one where that is the same.
    fn push(&mut self, extent: i64, backwards: bool, stride: impl Fn(usize) -> i64) {
        let outermost = self.steps.len();
        for operand in 0..self.operands {
            let step = stride(operand);
            if backwards {
                let start = &mut self.starts[operand];
                *start = start.wrapping_add((extent - 1).wrapping_mul(step));
            }
            self.steps.push(if backwards { step.wrapping_neg() } else { step });
        }
        let Some(last) = self.extents.last_mut() else {
            self.extents.push(extent);
            return;
        };
        let (inside, new) = self.steps[outermost - self.operands..].split_at(self.operands);
        let mut pairs = inside.iter().zip(new);
        if pairs.all(|(&inside, &new)| continues(inside, *last, new)) {
            *last *= extent;
            self.steps.truncate(outermost);
        } else {
            self.extents.push(extent);
        }
    }

    /// Pixels of three channels: the loop runs along a row instead, three times.
    fn bring_a_long_loop_inside(&mut self) {
        let long = self.extents.iter().position(|&extent| extent >= SHORT_LOOP).unwrap_or(0);
        self.extents[..=long].rotate_right(1);
        self.steps[..(long + 1) * self.operands].rotate_right(self.operands);
    }

    /// The bytes that each operand goes on within the inner loop.
    pub fn inner_steps(&self) -> &[i64] {
        &self.steps[..self.operands]
    }

    /// Visits the elements at the positions from `start` to `stop`, counted in the order of the
    /// loops, by rows: where each operand stands, and how many elements follow, one inner step
    /// apart.
    /// `data` is where the first element of each operand is.
    ///
    /// 1. `0 <= start <= stop`, which is at most the number of elements
    pub fn walk<B>(
        &self,
        data: &[*mut u8],
        start: i64,
        stop: i64,
        mut visit: impl FnMut(&[*mut u8], i64) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let begin = |(&data, &start): (&*mut u8, &i64)| data.wrapping_offset(start as isize);
        let mut at = PerOperand::<*mut u8>::new();
        at.extend(data.iter().zip(&self.starts).map(begin));
        let mut index = Dims::new();
        let mut rest = start;
        for (turn, &extent) in self.extents.iter().enumerate() {
            index.push(rest % extent);
            rest /= extent;
            self.step(&mut at, turn, index[turn]);
        }
        let mut position = start;
        while position < stop {
            let count = (self.extents[0] - index[0]).min(stop - position);
            visit(&at, count)?;
            position += count;
            if position < stop {
                self.next_row(&mut at, &mut index);
            }
        }
        ControlFlow::Continue(())
    }

    /// On to the beginning of the next row; there is one.
    fn next_row(&self, at: &mut [*mut u8], index: &mut [i64]) {
        if index[0] != 0 {
            self.step(at, 0, -index[0]);
            index[0] = 0;
        }
        let mut turn = 1;
        while index[turn] + 1 == self.extents[turn] {
            self.step(at, turn, -index[turn]);
            index[turn] = 0;
            turn += 1;
        }
        self.step(at, turn, 1);
        index[turn] += 1;
    }

    fn step(&self, at: &mut [*mut u8], turn: usize, count: i64) {
        let steps = &self.steps[turn * self.operands..];
        for (at, step) in at.iter_mut().zip(steps) {
            *at = at.wrapping_offset(step.wrapping_mul(count) as isize);
        }
    }
}

/// The leading operand, then all in their order.
fn by_precedence(lead: usize, operands: usize) -> impl Iterator<Item = usize> {
    std::iter::once(lead).chain(0..operands)
}

/// Which of two axes belongs further inside: the one of the smaller steps; in doubt the later one.
fn nearer(
    lead: usize,
    operands: usize,
    stride: &impl Fn(usize, usize) -> i64,
    a: usize,
    b: usize,
) -> Ordering {
    by_precedence(lead, operands)
        .map(|operand| stride(operand, a).unsigned_abs().cmp(&stride(operand, b).unsigned_abs()))
        .find(|order| order.is_ne())
        .unwrap_or(b.cmp(&a))
}

/// The step of the first operand that moves.
fn first_step(lead: usize, operands: usize, stride: impl Fn(usize) -> i64) -> i64 {
    by_precedence(lead, operands).map(stride).find(|&step| step != 0).unwrap_or(0)
}
