//! Runs what [`super::order`] has found: assignment between arrays that share bytes.

use super::copy::{Wide, exchange};
use super::kernel::Kernel;
use super::order::{Direction, Line, Route};
use super::plan::each_piece;
use super::walk::{Axis, Nest, Place, each_place};
use super::{Source, Target, Visit, move_elements};
use crate::buffer::allocator::Scratch;
use crate::dtype::DType;
use crate::error::Result;
use crate::layout::Dims;
use arrayvec::ArrayVec;
use std::ops::ControlFlow;

/// A way to move elements within one memory: both types, and the kernel that moves a row of them
/// one after the other.
#[derive(Clone, Copy)]
pub(super) struct Moving {
    pub from: DType,
    pub to: DType,
    pub kernel: Kernel,
}

/// Moves the elements of a nest by a route that was found for it.
///
/// # Safety
/// - Every element of `nest` is valid to read in the source and to write in the target; no two of
///   the target share a byte.
pub(super) unsafe fn move_in_order(nest: &mut Nest, route: &Route, moving: Moving) -> Result<()> {
    let scratch = match route.along {
        Line::Buffered => Some(Scratch::new(line_bytes(nest, route, moving.from))?),
        _ => None,
    };
    // Without a line the innermost axis is the row, and goes the way of all others.
    let line = route.line.max(1);
    let first = if route.line == 0 { 0 } else { line };
    let start = turned(&mut nest.axes[first..], nest.start, route.outside);
    let (line, outside) = nest.axes.split_at(line);
    let mover = Mover { line, route, moving, scratch };
    let _ = each_place(outside, start, &mut |place| {
        // SAFETY: the caller's.
        unsafe { mover.move_line(place) };
        ControlFlow::<()>::Continue(())
    });
    Ok(())
}

/// Bytes of one line of the source, without gaps.
pub(super) fn line_bytes(nest: &Nest, route: &Route, from: DType) -> usize {
    let axes = nest.axes[..route.line].iter();
    axes.fold(from.itemsize(), |bytes, axis| bytes * axis.extent as usize)
}

/// Turns axes so that they are walked in a direction; gives the place that the walk begins at.
fn turned(axes: &mut [Axis], mut place: Place, direction: Direction) -> Place {
    if direction == Direction::Descending {
        for axis in axes {
            place = place.step(axis, axis.extent - 1);
            axis.target = axis.target.wrapping_neg();
            axis.source = axis.source.wrapping_neg();
        }
    }
    place
}

struct Mover<'a> {
    line: &'a [Axis],
    route: &'a Route,
    moving: Moving,
    scratch: Option<Scratch>,
}

impl Mover<'_> {
    /// # Safety
    /// - The elements of the line at this place are valid on either side.
    unsafe fn move_line(&self, place: Place) {
        // SAFETY: the caller's.
        unsafe {
            let Some((axis, block)) = self.line.split_last() else { return };
            let extent = axis.extent;
            match self.route.along {
                Line::Single => self.move_row(axis, place, extent),
                Line::One(direction) => self.move_part(block, axis, place, extent, direction),
                Line::Split { at, first } => {
                    self.move_part(block, axis, place, at, first);
                    let rest = place.step(axis, at);
                    self.move_part(block, axis, rest, extent - at, first.opposite());
                }
                Line::Mirror { sum } => self.mirror(axis, place, sum),
                Line::Buffered => self.move_aside(place),
            }
        }
    }

    /// # Safety
    /// - `n` elements along the axis are valid on either side.
    unsafe fn move_row(&self, axis: &Axis, place: Place, n: isize) {
        let Place { target, source } = place;
        // SAFETY: the caller's.
        unsafe { self.moving.kernel.run(source, axis.source, target, axis.target, n as usize) };
    }

    /// Moves `count` blocks, one after the other in a direction.
    ///
    /// # Safety
    /// - Their elements are valid on either side.
    unsafe fn move_part(
        &self,
        block: &[Axis],
        axis: &Axis,
        place: Place,
        count: isize,
        direction: Direction,
    ) {
        if count == 0 {
            return;
        }
        let mut axis = Axis { extent: count, ..*axis };
        let start = turned(std::slice::from_mut(&mut axis), place, direction);
        for at in 0..if block.is_empty() { 0 } else { count } {
            // SAFETY: the caller's.
            unsafe { self.move_block(block, start.step(&axis, at)) };
        }
        if block.is_empty() {
            // SAFETY: the caller's.
            unsafe { self.move_row(&axis, start, count) };
        }
    }

    /// Moves a block, all strides of which are equal, in the direction that its way asks for.
    ///
    /// # Safety
    /// - Its elements are valid on either side.
    unsafe fn move_block(&self, block: &[Axis], place: Place) {
        let mut block: ArrayVec<Axis, 64> = block.iter().copied().collect();
        let up = place.target.cast_const() <= place.source;
        let direction = if up { Direction::Ascending } else { Direction::Descending };
        let start = turned(&mut block, place, direction);
        let _ = each_place(&block[1..], start, &mut |place| {
            // SAFETY: the caller's.
            unsafe { self.move_row(&block[0], place, block[0].extent) };
            ControlFlow::<()>::Continue(())
        });
    }

    /// Exchanges the elements at `i` and `sum - i`; moves those that have no other to exchange with.
    ///
    /// # Safety
    /// - The elements of the line are valid on either side.
    unsafe fn mirror(&self, axis: &Axis, place: Place, sum: isize) {
        let n = axis.extent;
        let size = self.moving.from.itemsize();
        // Those from `low` to `high` have each other.
        let (low, high) = ((sum - n + 1).max(0), sum.min(n - 1));
        // SAFETY: the caller's; the halves share no byte, as their elements are different ones.
        unsafe {
            if low > high {
                return self.move_row(axis, place, n);
            }
            let half = (high - low + 1) / 2;
            let last = place.step(axis, high).target;
            exchange(
                size,
                place.step(axis, low).target,
                axis.target,
                last,
                -axis.target,
                half as usize,
            );
            if low > 0 {
                self.move_row(axis, place, low);
            }
            if high < n - 1 {
                self.move_row(axis, place.step(axis, high + 1), n - 1 - high);
            }
        }
    }

    /// Copies a line aside, and from there to the target.
    ///
    /// # Safety
    /// - The elements of the line are valid on either side.
    unsafe fn move_aside(&self, place: Place) {
        let Some(scratch) = &self.scratch else { return };
        let axes = || self.line.iter().rev();
        let shape: Dims = axes().map(|axis| axis.extent as i64).collect();
        let source_strides: Dims = axes().map(|axis| axis.source as i64).collect();
        let target_strides: Dims = axes().map(|axis| axis.target as i64).collect();
        let Moving { from, to, .. } = self.moving;
        let dense = crate::layout::dense_strides(&shape, from.itemsize(), crate::layout::Order::C);
        let source = Source { data: place.source, dtype: from, strides: &source_strides };
        let aside = Target { data: scratch.start(), dtype: from, strides: &dense };
        let line = Source { data: scratch.start(), dtype: from, strides: &dense };
        let target = Target { data: place.target, dtype: to, strides: &target_strides };
        // SAFETY: the caller's; the scratch memory has room for a line, and shares no byte.
        unsafe {
            move_elements(&shape, aside, source, Visit::AnyOrder);
            move_elements(&shape, target, line, Visit::AnyOrder);
        }
    }
}

/// Exchanges every element with its partner, as [`super::order::Plan::Swap`] says.
///
/// # Safety
/// - Every element of `nest` is valid to read and to write, and none shares a byte with another.
pub(super) unsafe fn swap_partners(nest: &mut Nest, partner: &[usize], itemsize: usize) {
    // The innermost axis and its partner's, by tiles that stay in the cache.
    if partner[0] > 1 {
        nest.axes.swap(1, partner[0]);
    }
    let transposed = partner[0] != 0;
    let (inner, outside) = nest.axes.split_at(if transposed { 2 } else { 1 });
    let edge = if transposed { TILE } else { inner[0].extent };
    let _ = each_place(outside, nest.start, &mut |place| {
        let columns = inner.get(1).copied().unwrap_or(Axis { extent: 1, target: 0, source: 0 });
        each_piece(columns.extent, edge, |first, count| {
            let place = place.step(&columns, first);
            each_piece(inner[0].extent, edge, |start, n| {
                for column in 0..count {
                    let place = place.step(&columns, column).step(&inner[0], start);
                    // SAFETY: the caller's.
                    unsafe { swap_row(&inner[0], place, n, itemsize) };
                }
                ControlFlow::<()>::Continue(())
            })
        })
    });
}

/// Elements of a tile's edge.
const TILE: isize = 32;

/// Exchanges those of `n` elements with their partners that come before them in memory.
///
/// # Safety
/// - As for [`swap_partners`].
unsafe fn swap_row(axis: &Axis, place: Place, n: isize, itemsize: usize) {
    // SAFETY: the caller's.
    unsafe {
        match itemsize {
            1 => swap_items::<u8>(axis, place, n),
            2 => swap_items::<u16>(axis, place, n),
            4 => swap_items::<u32>(axis, place, n),
            8 => swap_items::<u64>(axis, place, n),
            16 => swap_items::<Wide>(axis, place, n),
            _ => each_before_its_partner(axis, place, n, |a, b| {
                std::ptr::swap_nonoverlapping(a, b, itemsize);
            }),
        }
    }
}

/// # Safety
/// - As for [`swap_partners`], for items of the size of `T`.
unsafe fn swap_items<T: Copy>(axis: &Axis, place: Place, n: isize) {
    // SAFETY: the caller's.
    each_before_its_partner(axis, place, n, |a, b| unsafe {
        let (a, b) = (a.cast::<T>(), b.cast::<T>());
        let item = a.read_unaligned();
        a.write_unaligned(b.read_unaligned());
        b.write_unaligned(item);
    });
}

fn each_before_its_partner(
    axis: &Axis,
    place: Place,
    n: isize,
    mut swap: impl FnMut(*mut u8, *mut u8),
) {
    for index in 0..n {
        let Place { target, source } = place.step(axis, index);
        if target.cast_const() < source {
            swap(target, source.cast_mut());
        }
    }
}
