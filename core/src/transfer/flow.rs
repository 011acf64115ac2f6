//! Elements in C order between layouts of different shapes: what ends a row on one side may be the
//! middle of a row on the other.

use super::kernel::{self, Kernel};
use super::{Source, Target};
use crate::layout::{MAX_NDIM, continues};
use arrayvec::ArrayVec;

/// A loop, and how far it has come.
#[derive(Clone, Copy)]
struct Turn {
    extent: i64,
    stride: i64,
    at: i64,
}

/// A place that goes through the elements of a layout in C order, run by run, and begins again
/// after the last.
pub(crate) struct Cursor {
    place: *const u8,
    /// The innermost loop first; there is at least one.
    turns: ArrayVec<Turn, MAX_NDIM>,
}

impl Cursor {
    /// At the first element; there must be one.
    pub fn new(data: *const u8, shape: &[i64], strides: &[i64]) -> Cursor {
        let mut cursor = Cursor::at(data);
        cursor.add_axes(shape, strides);
        cursor
    }

    /// No loops yet: two steps, so that the cursor is filled where it stays, as `walk::Nest` is.
    #[inline(always)]
    pub fn at(data: *const u8) -> Cursor {
        Cursor { place: data, turns: ArrayVec::new() }
    }

    /// The loops, once.
    pub fn add_axes(&mut self, shape: &[i64], strides: &[i64]) {
        let turns = &mut self.turns;
        for (&extent, &stride) in shape.iter().zip(strides).rev().filter(|axis| *axis.0 != 1) {
            match turns.last_mut() {
                Some(inner) if continues(inner.stride, inner.extent, stride) => {
                    inner.extent *= extent;
                }
                _ => turns.push(Turn { extent, stride, at: 0 }),
            }
        }
        if turns.is_empty() {
            // One element, again and again, in a run that does not end.
            turns.push(Turn { extent: i64::MAX, stride: 0, at: 0 });
        }
    }

    /// The next element, the bytes from each to the next, and how many follow one another so.
    pub fn run(&self) -> (*const u8, isize, i64) {
        let inner = &self.turns[0];
        (self.place, inner.stride as isize, inner.extent - inner.at)
    }

    /// Goes on by no more than the run.
    pub fn advance(&mut self, count: i64) {
        let mut count = count;
        for turn in &mut self.turns {
            turn.at += count;
            self.place = self.place.wrapping_offset(count.wrapping_mul(turn.stride) as isize);
            if turn.at < turn.extent {
                return;
            }
            turn.at = 0;
            let back = turn.extent.wrapping_mul(turn.stride);
            self.place = self.place.wrapping_offset(back.wrapping_neg() as isize);
            count = 1;
        }
    }

    /// Goes from the first element to the one at a position in C order.
    pub fn seek(mut self, position: i64) -> Cursor {
        let mut rest = position;
        for turn in &mut self.turns {
            turn.at = rest % turn.extent;
            rest /= turn.extent;
            let offset = turn.at.wrapping_mul(turn.stride);
            self.place = self.place.wrapping_offset(offset as isize);
        }
        self
    }
}

/// Moves the next `count` elements of one layout to the next of another. Both begin again where
/// they end.
///
/// # Safety
/// - `kernel` moves elements of the source's type to the target's.
/// - The elements of both are valid, those of the target to write, and they share no byte.
pub(crate) unsafe fn move_run(to: &mut Cursor, from: &mut Cursor, count: i64, kernel: Kernel) {
    let mut left = count;
    while left > 0 {
        let (target, target_stride, room) = to.run();
        let (source, source_stride, have) = from.run();
        let step = left.min(room).min(have);
        // SAFETY: both runs have that many elements; the caller vouches for them.
        unsafe {
            kernel.run(source, source_stride, target.cast_mut(), target_stride, step as usize);
        }
        to.advance(step);
        from.advance(step);
        left -= step;
    }
}

/// Moves `count` elements in C order: those of the source from `first` on, which begins again after
/// its last, over those of the target from `place` on, which has so many.
///
/// # Safety
/// - As for [`super::move_elements`], each side with its own shape; neither is empty.
pub unsafe fn move_in_order(
    (target_shape, target, place): (&[i64], Target, i64),
    (source_shape, source, first): (&[i64], Source, i64),
    count: i64,
) {
    let mut to = Cursor::new(target.data, target_shape, target.strides).seek(place);
    let mut from = Cursor::new(source.data, source_shape, source.strides).seek(first);
    let kernel = kernel::choose(source.dtype, target.dtype);
    // SAFETY: as the caller promises.
    unsafe { move_run(&mut to, &mut from, count, kernel) };
}

/// Moves the elements of the source in C order, the nth as often as the nth count says, into a row;
/// the counts begin again after the last.
///
/// # Safety
/// - As for [`super::move_elements`]: `target` has a single stride, and room for all.
pub unsafe fn repeat_in_order(target: Target, shape: &[i64], source: Source, counts: &[i64]) {
    let kernel = kernel::choose(source.dtype, target.dtype);
    let (mut to, step) = (target.data, target.strides[0]);
    let mut from = Cursor::new(source.data, shape, source.strides);
    let mut counts = counts.iter().cycle();
    let mut left: i64 = shape.iter().product();
    while left > 0 {
        let (start, stride, run) = from.run();
        let run = run.min(left);
        for (at, &count) in counts.by_ref().take(run as usize).enumerate() {
            if count > 0 {
                let element = start.wrapping_offset(at as isize * stride);
                // SAFETY: an element of the source, and as many places; the caller vouches for
                // both.
                unsafe { kernel.run(element, 0, to, step as isize, count as usize) };
                to = to.wrapping_offset(count.wrapping_mul(step) as isize);
            }
        }
        from.advance(run);
        left -= run;
    }
}

/// Moves a row of elements, one or a few.
///
/// # Safety
/// - As for [`super::move_elements`] of one axis; there is an element.
pub(crate) unsafe fn move_row(n: i64, target: Target, source: Source) {
    let kernel = kernel::choose(source.dtype, target.dtype);
    let (from_step, to_step) = (source.strides[0] as isize, target.strides[0] as isize);
    // SAFETY: as the caller promises.
    unsafe { kernel.run(source.data, from_step, target.data, to_step, n as usize) };
}
