//! Runs what [`super::order`] has found: assignment between arrays that share bytes.
//!
//! An order says that no write hits what is read after it. So it does no harm to read *earlier* than the
//! order says, only to read later, as long as the writes keep their order or hit nothing of each other.
//! That is what lets a row go piece by piece: a piece is read as a whole, to the stack if the two
//! sides of the piece meet, and then written as a whole. What the first elements of the piece write may
//! be what its last ones read, and has been read; what they write is nothing that a later piece reads,
//! because the order is right. The kernels that know nothing of shared bytes can do both.

use super::exchange::exchange;
use super::isa;
use super::kernel::{self, Kernel};
use super::order::{Direction, Line, Route};
use super::plan::each_piece;
use super::walk::{Axis, Nest, Place, each_place};
use super::{Source, Target, Visit, move_elements};
use crate::buffer::allocator::Scratch;
use crate::dtype::DType;
use crate::error::Result;
use crate::layout::Dims;
use arrayvec::ArrayVec;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

/// Elements of a row, below which moving one after the other takes no longer than pieces do.
const FEW: isize = 32;

/// Bytes of a piece on the stack.
const PIECE: usize = 4096;

#[repr(align(64))]
struct Stage(MaybeUninit<[u8; PIECE]>);

/// A way to move elements within one memory: both types, and what [`kernel::choose_in_order`] says.
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

/// Whether the elements of a piece of these sizes, source and target, lie in bytes that are apart.
fn is_apart(axis: &Axis, place: Place, sizes: (isize, isize)) -> bool {
    let reach = |first: usize, stride: isize, size: isize| {
        let last = first.wrapping_add_signed((axis.extent - 1).wrapping_mul(stride));
        (first.min(last), first.max(last).wrapping_add_signed(size))
    };
    let source = reach(place.source.addr(), axis.source, sizes.0);
    let target = reach(place.target.addr(), axis.target, sizes.1);
    source.1 <= target.0 || target.1 <= source.0
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
        let Moving { from, to, kernel } = self.moving;
        let size = from.itemsize() as isize;
        let same_steps = from == to && axis.source == axis.target;
        let is_large = from.itemsize().max(to.itemsize()) > PIECE;
        let down = axis.target.wrapping_neg().saturating_mul(n);
        let is_far_down = size >= 4 && down >= isa::cache::streaming_from() as isize;
        // SAFETY: the caller's. Of a source that does not move, the one element is read first; where
        // neighbours stay neighbours, their bytes move as one.
        unsafe {
            if same_steps && axis.target.abs() == size && n >= FEW {
                let first = if axis.target > 0 { 0 } else { (n - 1) * axis.target };
                let (source, target) = (source.offset(first), target.offset(first));
                (isa::table().shift)(source, target, (n * size) as usize);
            } else if same_steps
                && (size + 1..=isa::SHIFTED_APART as isize).contains(&axis.target.abs())
                && n >= FEW
                && let Some(shift_apart) = isa::table().shift_apart
            {
                let first = if axis.target > 0 { 0 } else { (n - 1) * axis.target };
                let (source, target) = (source.offset(first), target.offset(first));
                shift_apart(source, target, axis.target.unsigned_abs(), n as usize, size as usize);
            } else if from == to
                && (n < FEW || axis.source == 0 || is_large || same_steps || is_far_down)
            {
                // Of equal steps neither side gains by pieces, which took twice as long; and down through
                // memory the processor reads ahead of items, not of pieces (float32 `a[::2] = a[:n/2]`
                // of 64 MiB: 11 GB/s by pieces, 16 so). Smaller items are too many to go one by one.
                kernel.run(source, axis.source, target, axis.target, n as usize);
            } else {
                self.move_pieces(axis, place, n);
            }
        }
    }

    /// Moves a row piece by piece; see the head of the module.
    ///
    /// # Safety
    /// - As for [`Mover::move_row`], for elements that fit in a piece.
    #[inline(never)] // The piece would burden every short row.
    unsafe fn move_pieces(&self, axis: &Axis, place: Place, n: isize) {
        let mut stage = Stage(MaybeUninit::uninit());
        let stage = stage.0.as_mut_ptr().cast::<u8>();
        let Moving { from, to, .. } = self.moving;
        let (convert, same) = (kernel::choose(from, to), kernel::choose(to, to));
        if axis.source == 0 {
            // SAFETY: the caller's; the stage has room for one element, which is all that is read.
            return unsafe {
                convert.run(place.source, 0, stage, 0, 1);
                same.run(stage, 0, place.target, axis.target, n as usize);
            };
        }
        let sizes = (from.itemsize() as isize, to.itemsize() as isize);
        let _ = each_piece(n, PIECE as isize / sizes.0.max(sizes.1), |start, count| {
            let mut piece = [Axis { extent: count, ..*axis }];
            // Within a piece the direction is free, and the kernels are best where the target ascends.
            let place = match axis.target < 0 {
                true => turned(&mut piece, place.step(axis, start), Direction::Descending),
                false => place.step(axis, start),
            };
            let [Axis { target, source, .. }] = piece;
            let n = count as usize;
            // SAFETY: the elements of a piece are the caller's, and fit in the stage.
            unsafe {
                if is_apart(&piece[0], place, sizes) {
                    convert.run(place.source, source, place.target, target, n);
                } else {
                    convert.run(place.source, source, stage, sizes.1, n);
                    same.run(stage, sizes.1, place.target, target, n);
                }
            }
            ControlFlow::<()>::Continue(())
        });
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
                self.moving.from,
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
