//! From a shape and two sets of strides to the fewest loops that visit the same elements.
//!
//! Pure geometry but for the pointers it carries and never follows. An address is computed only
//! for an element that is visited, and by wrapping arithmetic, so that no step overflows on the
//! way.

#![forbid(unsafe_code)]

use crate::dtype::MAX_DEPTH;
use crate::layout::MAX_NDIM;
use arrayvec::ArrayVec;
use std::ops::ControlFlow;

/// Those of an array, and one for each depth of a field in records in records.
pub(super) const MAX_AXES: usize = MAX_NDIM + MAX_DEPTH as usize;

/// One loop: how often, and how many bytes each side goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    pub extent: isize,
    pub target: isize,
    pub source: isize,
}

impl Axis {
    /// The same places from the last to the first, of which `start` becomes the one where it was.
    fn turn(&mut self, start: &mut Place) {
        *start = start.step(self, self.extent - 1);
        self.target = self.target.wrapping_neg();
        self.source = self.source.wrapping_neg();
    }

    /// The one axis that visits what `self` within `outer` visits, in the same order.
    fn merged(self, outer: Axis) -> Option<Axis> {
        let goes_on = |stride: isize, next: isize| stride.checked_mul(self.extent) == Some(next);
        if !goes_on(self.target, outer.target) || !goes_on(self.source, outer.source) {
            return None;
        }
        Some(Axis { extent: self.extent.checked_mul(outer.extent)?, ..self })
    }
}

/// Where both sides stand.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub target: *mut u8,
    pub source: *const u8,
}

impl Place {
    pub fn step(self, axis: &Axis, count: isize) -> Place {
        Place {
            target: self.target.wrapping_offset(axis.target.wrapping_mul(count)),
            source: self.source.wrapping_offset(axis.source.wrapping_mul(count)),
        }
    }
}

/// A nest of loops over two operands.
pub(super) struct Nest {
    pub start: Place,
    /// The innermost loop first; there is at least one.
    pub axes: ArrayVec<Axis, MAX_AXES>,
}

impl Nest {
    /// No loops yet. Two steps make a nest, this and [`Nest::add_axes`], so that it is filled
    /// where it stays: moving its kilobyte would take longer than copying a small array.
    #[inline(always)]
    pub fn at(target: *mut u8, source: *const u8) -> Nest {
        Nest { start: Place { target, source }, axes: ArrayVec::new() }
    }

    /// The loops in C order of the index, without the axes of extent 1. Whether there is an
    /// element to visit; if not, there are no loops to ask about.
    #[must_use]
    pub fn add_axes(&mut self, shape: &[i64], target: &[i64], source: &[i64]) -> bool {
        let strides = target.iter().zip(source);
        for (&extent, (&target, &source)) in shape.iter().zip(strides).rev() {
            match extent {
                ..=0 => return false,
                1 => {}
                _ => self.axes.push(Axis {
                    extent: extent as isize,
                    target: target as isize,
                    source: source as isize,
                }),
            }
        }
        if self.axes.is_empty() {
            self.axes.push(Axis { extent: 1, target: 0, source: 0 });
        }
        true
    }

    /// The loops of which one is cut to `count` elements from `start` on.
    pub fn part(&self, axis: usize, start: isize, count: isize) -> Nest {
        let mut axes = self.axes.clone();
        axes[axis].extent = count;
        Nest { start: self.start.step(&self.axes[axis], start), axes }
    }

    /// Whether both sides visit the same addresses in the same order.
    pub fn is_one_place(&self) -> bool {
        self.start.target.cast_const() == self.start.source
            && self.axes.iter().all(|axis| axis.target == axis.source)
    }

    /// Turns the loops so that the target ascends in memory, its smallest steps innermost.
    /// Gives up the order of the index.
    pub fn sort_by_target(&mut self) {
        for axis in self.axes.iter_mut().filter(|axis| axis.target < 0) {
            axis.turn(&mut self.start);
        }
        self.axes
            .sort_unstable_by_key(|axis| (axis.target.unsigned_abs(), axis.source.unsigned_abs()));
    }

    /// Turns the outer loops so that the source ascends: lines are fetched ahead of reads that do, while
    /// writes need not wait (float32 `a[::-1]` of 4096 x 4096 0.98 of `memcpy` so that the target ascends, and
    /// 1.6 so).
    pub fn ascend_in_source(&mut self) {
        for axis in self.axes[1..].iter_mut().filter(|axis| axis.source < 0) {
            axis.turn(&mut self.start);
        }
    }

    /// Makes one loop of neighbours that continue each other on both sides. Keeps the order.
    pub fn merge(&mut self) {
        merge_neighbours(&mut self.axes, Axis::merged);
    }
}

/// Replaces neighbours by what is `merged` of them, an inner and the next outer one, where anything
/// is. There is at least one axis.
#[inline(always)]
pub(super) fn merge_neighbours<A: Copy, const N: usize>(
    axes: &mut ArrayVec<A, N>,
    merged: impl Fn(A, A) -> Option<A>,
) {
    let mut kept = 0;
    for next in 1..axes.len() {
        match merged(axes[kept], axes[next]) {
            Some(axis) => axes[kept] = axis,
            None => {
                kept += 1;
                axes[kept] = axes[next];
            }
        }
    }
    axes.truncate(kept + 1);
}

/// Visits every place of the loops over `axes` (innermost first), the last axis outermost.
pub(super) fn each_place<B>(
    axes: &[Axis],
    place: Place,
    visit: &mut impl FnMut(Place) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let Some((outer, inner)) = axes.split_last() else { return visit(place) };
    if inner.is_empty() {
        return (0..outer.extent).try_for_each(|index| visit(place.step(outer, index)));
    }
    for index in 0..outer.extent {
        each_place(inner, place.step(outer, index), visit)?;
    }
    ControlFlow::Continue(())
}
