//! Moves the elements that a mask marks. Rows that lie dense have kernels of their own (`isa/`). For all
//! others the mask is read 64 elements at a time: runs of true among them are one call of the ordinary
//! kernels each, and where runs are many and short, the marked elements are picked one by one.
//!
//! Only what is marked is written, whoever owns the elements between; `isa/marking.rs` says why.

use super::compare::first_changed_run;
use super::copy::Wide;
use super::flow::{Cursor, move_run};
use super::isa::{self, Masked, truths_of_eight};
use super::kernel::{self, Kernel};
use super::walk::merge_neighbours;
use super::{Source, Target, Visit};
use crate::dtype::DType;
use crate::error::Number;
use crate::layout::{MAX_NDIM, continues};
use arrayvec::ArrayVec;
use std::ops::ControlFlow;

/// Bytes that decide, for each element of a shape, whether it is meant: every byte but 0 is true.
#[derive(Clone, Copy)]
pub struct Mask<'a> {
    pub data: *const u8,
    pub strides: &'a [i64],
    /// Which elements are meant: those where the mask is true, or the others.
    pub wanted: bool,
}

/// One loop over target, source and mask.
#[derive(Clone, Copy)]
struct Axis {
    extent: i64,
    steps: [i64; 3],
}

impl Axis {
    fn merged(self, outer: Axis) -> Option<Axis> {
        let goes_on = |side: usize| continues(self.steps[side], self.extent, outer.steps[side]);
        let extent = self.extent.checked_mul(outer.extent)?;
        (0..3).all(goes_on).then_some(Axis { extent, ..self })
    }
}

type Places = [*const u8; 3];

fn moved(places: Places, axis: &Axis, count: i64) -> Places {
    let mut moved = places;
    for (place, step) in moved.iter_mut().zip(axis.steps) {
        *place = place.wrapping_offset(count.wrapping_mul(step) as isize);
    }
    moved
}

/// A nest of loops over three operands. Not `walk::Nest` with one more: that one is planned, blocked
/// and tiled for two, whose parts have names, and what it carries for each loop is what a move of a
/// few elements costs. Not that of `iterate` either, which takes any number and so asks for a count
/// at every step.
struct Nest {
    start: Places,
    /// The innermost loop first; there is at least one.
    axes: ArrayVec<Axis, MAX_NDIM>,
}

impl Nest {
    /// No loops yet: two steps, so that the nest is filled where it stays, as `walk::Nest` is.
    #[inline(always)]
    fn at(start: Places) -> Nest {
        Nest { start, axes: ArrayVec::new() }
    }

    /// The loops in C order of the index. Whether there is an element; if not, there are no loops to
    /// ask about.
    #[must_use]
    fn add_axes(&mut self, shape: &[i64], strides: [&[i64]; 3]) -> bool {
        for (axis, &extent) in shape.iter().enumerate().rev() {
            match extent {
                ..=0 => return false,
                1 => {}
                _ => self.axes.push(Axis { extent, steps: strides.map(|strides| strides[axis]) }),
            }
        }
        if self.axes.is_empty() {
            self.axes.push(Axis { extent: 1, steps: [0; 3] });
        }
        true
    }

    /// Ascending in the target's memory, its smallest steps innermost.
    fn sort_by_target(&mut self) {
        for axis in self.axes.iter_mut().filter(|axis| axis.steps[0] < 0) {
            self.start = moved(self.start, axis, axis.extent - 1);
            axis.steps = axis.steps.map(i64::wrapping_neg);
        }
        self.axes.sort_unstable_by_key(|axis| axis.steps.map(i64::unsigned_abs));
    }

    fn merge(&mut self) {
        merge_neighbours(&mut self.axes, Axis::merged);
    }

    /// Calls `visit` with the beginning of every row along the first axis.
    fn each_row<B>(&self, visit: &mut impl FnMut(Places) -> ControlFlow<B>) -> ControlFlow<B> {
        each_place(&self.axes[1..], self.start, visit)
    }
}

fn each_place<B>(
    axes: &[Axis],
    places: Places,
    visit: &mut impl FnMut(Places) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let Some((outer, inner)) = axes.split_last() else { return visit(places) };
    for index in 0..outer.extent {
        each_place(inner, moved(places, outer, index), visit)?;
    }
    ControlFlow::Continue(())
}

/// Moves the elements that the mask means, converting as [`super::move_elements`] does; nothing is
/// written over the others.
///
/// # Safety
/// - As for [`super::move_elements`], and the bytes of the mask can be read; it shares none with the
///   target.
pub unsafe fn move_masked(shape: &[i64], target: Target, source: Source, mask: Mask, visit: Visit) {
    let mut nest = Nest::at([target.data.cast_const(), source.data, mask.data]);
    if !nest.add_axes(shape, [target.strides, source.strides, mask.strides]) {
        return;
    }
    if visit == Visit::AnyOrder {
        nest.sort_by_target();
    }
    nest.merge();
    let mover = Mover::new(source.dtype, target.dtype);
    let along = nest.axes[0];
    let [to_step, from_step, mask_step] = along.steps.map(|step| step as isize);
    let _ = nest.each_row(&mut |[to, from, marks]| {
        let (from, to) = ((from, from_step), (to.cast_mut(), to_step));
        // SAFETY: the row lies within the three operands, for which the caller vouches.
        unsafe { mover.run(from, to, (marks, mask_step), mask.wanted, along.extent) };
        ControlFlow::<()>::Continue(())
    });
}

/// Writes the elements that a mask marks, in C order, side by side from `target` on, which has room for
/// `room` of them, no fewer than there are marks. False, and nothing is done, where rows of elements
/// and marks do not lie dense or there is no kernel for elements of this size.
///
/// # Safety
/// - As for [`move_masked`].
pub unsafe fn compress(
    shape: &[i64],
    source: Source,
    (marks, mark_strides): (*const u8, &[i64]),
    target: *mut u8,
    room: usize,
) -> bool {
    let size = source.dtype.itemsize();
    let Some(compress) = (isa::table().compress)(size) else { return false };
    let mut nest = Nest::at([source.data, source.data, marks]);
    if !nest.add_axes(shape, [source.strides, source.strides, mark_strides]) {
        return true;
    }
    nest.merge();
    let along = nest.axes[0];
    if along.steps != [size as i64, size as i64, 1] {
        return false;
    }
    let mut found = 0;
    let _ = nest.each_row(&mut |[from, _, marks]| {
        let to = target.wrapping_add(found * size);
        // SAFETY: the row lies within the operands, for which the caller vouches.
        found += unsafe { compress(from, marks, along.extent as usize, to, room - found) };
        ControlFlow::<()>::Continue(())
    });
    true
}

/// Moves marked elements of one type to another.
pub(super) struct Mover {
    kernel: Kernel,
    /// For rows that lie dense.
    dense: Option<Masked>,
    from: usize,
    to: usize,
    /// Neither records that differ nor bytes of any number.
    picks: bool,
}

/// Of 64 elements, so many runs are one call each.
const FEW_RUNS: u32 = 4;

impl Mover {
    pub fn new(from: DType, to: DType) -> Mover {
        let (kernel, same) = (kernel::choose(from, to), from == to);
        let size = to.itemsize();
        let dense = if same { (isa::table().masked)(size) } else { None };
        let picks = dense.is_some() || (!same && to.scalar().is_some());
        Mover { kernel, dense, from: from.itemsize(), to: size, picks }
    }

    /// One row: source, target and marks, each with the bytes from element to element.
    ///
    /// # Safety
    /// - `n` is not zero, and `n` elements are valid on each side, and the target shares no byte with the others.
    pub unsafe fn run(
        &self,
        (from, from_step): (*const u8, isize),
        (to, to_step): (*mut u8, isize),
        (marks, mark_step): (*const u8, isize),
        wanted: bool,
        n: i64,
    ) {
        let is_value = from_step == 0;
        let lie_dense = mark_step == 1
            && to_step == self.to as isize
            && (is_value || from_step == self.from as isize);
        if let Some(dense) = self.dense.filter(|_| lie_dense) {
            // SAFETY: the caller's.
            return unsafe { dense(from, is_value, marks, wanted, to, n as usize) };
        }
        if mark_step == 0 {
            // SAFETY: the caller's; there is one mark.
            unsafe {
                if (marks.read() != 0) == wanted {
                    self.kernel.run(from, from_step, to, to_step, n as usize);
                }
            }
            return;
        }
        // SAFETY: the caller's; the pieces lie within the row.
        unsafe {
            let _ = each_marked_piece(marks, mark_step, n, wanted, |first, count, bits| {
                let from = from.wrapping_offset(from_step.wrapping_mul(first as isize));
                let to = to.wrapping_offset(to_step.wrapping_mul(first as isize));
                let runs = (bits & !(bits << 1)).count_ones();
                if runs > FEW_RUNS && self.picks {
                    self.pick((from, from_step), (to, to_step), count, bits);
                    return ControlFlow::<()>::Continue(());
                }
                each_run(bits, count, |first, count| {
                    let from = from.wrapping_offset(from_step.wrapping_mul(first as isize));
                    let to = to.wrapping_offset(to_step.wrapping_mul(first as isize));
                    self.kernel.run(from, from_step, to, to_step, count as usize);
                    ControlFlow::Continue(())
                })
            });
        }
    }

    /// One row, the marked elements of which take the next values.
    ///
    /// # Safety
    /// - As for [`run`](Self::run), with as many values as it takes.
    unsafe fn run_in_turn(
        &self,
        from: &mut Cursor,
        (to, to_step): (*mut u8, isize),
        (marks, mark_step): (*const u8, isize),
        wanted: bool,
        n: i64,
    ) {
        // SAFETY: the caller's; the pieces lie within the row.
        unsafe {
            let _ = each_marked_piece(marks, mark_step, n, wanted, |first, count, bits| {
                let to = to.wrapping_offset(to_step.wrapping_mul(first as isize));
                each_run(bits, count, |first, count| {
                    let place = to.wrapping_offset(to_step.wrapping_mul(first as isize));
                    let mut place = Cursor::new(place, &[count], &[to_step as i64]);
                    move_run(&mut place, from, count, self.kernel);
                    ControlFlow::<()>::Continue(())
                })
            });
        }
    }

    /// Those of at most 64 elements whose bits are set, one by one. Where they are converted, all
    /// are, aside.
    ///
    /// # Safety
    /// - As for [`run`](Self::run).
    unsafe fn pick(
        &self,
        (from, from_step): (*const u8, isize),
        to: (*mut u8, isize),
        count: i64,
        bits: u64,
    ) {
        // SAFETY: the caller's; a scalar has no more than 16 bytes.
        unsafe {
            if self.dense.is_some() {
                return self.pick_items((from, from_step), to, bits);
            }
            let mut aside = [Wide::default(); 64];
            let (aside, size) = (aside.as_mut_ptr().cast::<u8>(), self.to as isize);
            self.kernel.run(from, from_step, aside, size, count as usize);
            self.pick_items((aside, size), to, bits);
        }
    }

    /// # Safety
    /// - As for [`run`](Self::run), for items of the target's size.
    unsafe fn pick_items(&self, from: (*const u8, isize), to: (*mut u8, isize), bits: u64) {
        // SAFETY: the caller's.
        unsafe {
            match self.to {
                1 => pick_items::<u8>(from, to, bits),
                2 => pick_items::<u16>(from, to, bits),
                4 => pick_items::<u32>(from, to, bits),
                8 => pick_items::<u64>(from, to, bits),
                _ => pick_items::<Wide>(from, to, bits),
            }
        }
    }
}

/// # Safety
/// - Where bits are set, items are valid on either side.
unsafe fn pick_items<T: Copy>(
    (from, from_step): (*const u8, isize),
    (to, to_step): (*mut u8, isize),
    bits: u64,
) {
    let mut left = bits;
    while left != 0 {
        let at = left.trailing_zeros() as isize;
        // SAFETY: the caller's.
        unsafe {
            let item = from.wrapping_offset(from_step.wrapping_mul(at)).cast::<T>();
            let place = to.wrapping_offset(to_step.wrapping_mul(at)).cast::<T>();
            place.write_unaligned(item.read_unaligned());
        }
        left &= left - 1;
    }
}

/// The first in C order of the elements that the mask means which would not arrive unchanged in type
/// `to`: its position and value. As [`super::first_changed`].
///
/// # Safety
/// - The elements of both can be read.
pub unsafe fn first_changed_marked(
    shape: &[i64],
    source: Source,
    mask: Mask,
    to: crate::dtype::DType,
) -> Option<(i64, Number)> {
    if source.dtype == to {
        return None;
    }
    let mut nest = Nest::at([source.data, source.data, mask.data]);
    if !nest.add_axes(shape, [source.strides, source.strides, mask.strides]) {
        return None;
    }
    nest.merge();
    let along = nest.axes[0];
    let [_, from_step, mask_step] = along.steps.map(|step| step as isize);
    let mut position = 0;
    let outcome = nest.each_row(&mut |row| {
        // SAFETY: the row lies within both, for which the caller vouches.
        unsafe {
            each_marked_run(row[2], mask_step, along.extent, mask.wanted, |first, count| {
                let from = moved(row, &along, first)[1];
                match first_changed_run(from, from_step, count as usize, source.dtype, to) {
                    None => ControlFlow::Continue(()),
                    Some((at, value)) => ControlFlow::Break((position + first + at, value)),
                }
            })?;
        }
        position += along.extent;
        ControlFlow::Continue(())
    });
    outcome.break_value()
}

/// Moves values over the elements that a mask marks, all three read in C order. By position, the
/// nth element takes the nth value; else the nth that is marked does. Values begin again after the
/// last.
///
/// # Safety
/// - As for [`move_masked`]; target and mask have as many elements, and there is a value.
pub unsafe fn move_marked_in_order(
    (shape, target): (&[i64], Target),
    (mask_shape, mask): (&[i64], Mask),
    (value_shape, values): (&[i64], Source),
    by_position: bool,
) {
    let mut left: i64 = shape.iter().product();
    if left == 0 {
        return;
    }
    let mover = Mover::new(values.dtype, target.dtype);
    let mut to = Cursor::new(target.data, shape, target.strides);
    let mut marks = Cursor::new(mask.data, mask_shape, mask.strides);
    let mut from = Cursor::new(values.data, value_shape, values.strides);
    // One value is the same by position and in turn.
    let by_position = by_position || from.run().2 == i64::MAX;
    while left > 0 {
        let (_, _, room) = to.run();
        let (mark, mark_step, marked) = marks.run();
        let step = left.min(room).min(marked);
        let step = if by_position { step.min(from.run().2) } else { step };
        let (start, to_step, _) = to.run();
        let place = (start.cast_mut(), to_step);
        // SAFETY: the run lies within all operands, for which the caller vouches.
        unsafe {
            if by_position {
                let (value, value_step, _) = from.run();
                mover.run((value, value_step), place, (mark, mark_step), mask.wanted, step);
                from.advance(step);
            } else {
                mover.run_in_turn(&mut from, place, (mark, mark_step), mask.wanted, step);
            }
        }
        to.advance(step);
        marks.advance(step);
        left -= step;
    }
}

/// Whether a mask marks any element.
///
/// # Safety
/// - Its bytes can be read.
pub unsafe fn marks_any(shape: &[i64], mask: Mask) -> bool {
    let mut nest = Nest::at([mask.data; 3]);
    if !nest.add_axes(shape, [mask.strides; 3]) {
        return false;
    }
    nest.sort_by_target();
    nest.merge();
    let along = nest.axes[0];
    let outcome = nest.each_row(&mut |row| {
        // SAFETY: the row lies within the mask, for which the caller vouches.
        unsafe {
            each_marked_run(row[0], along.steps[0] as isize, along.extent, mask.wanted, |_, _| {
                ControlFlow::Break(())
            })
        }
    });
    outcome.is_break()
}

/// Calls `visit` with the first and the number of every run of elements that are meant; a run may
/// come in pieces.
///
/// # Safety
/// - `n` bytes, one stride apart, can be read.
unsafe fn each_marked_run<B>(
    mask: *const u8,
    stride: isize,
    n: i64,
    wanted: bool,
    mut visit: impl FnMut(i64, i64) -> ControlFlow<B>,
) -> ControlFlow<B> {
    if stride == 0 {
        // SAFETY: there is one.
        let marked = unsafe { mask.read() } != 0;
        return if marked == wanted { visit(0, n) } else { ControlFlow::Continue(()) };
    }
    // SAFETY: the caller's.
    unsafe {
        each_marked_piece(mask, stride, n, wanted, |start, count, bits| {
            each_run(bits, count, |first, count| visit(start + first, count))
        })
    }
}

/// Calls `visit` with the first and the number of every piece of at most 64 elements some of which are
/// meant, and bits that say which.
///
/// # Safety
/// - `n` bytes, one stride apart, can be read.
unsafe fn each_marked_piece<B>(
    mask: *const u8,
    stride: isize,
    n: i64,
    wanted: bool,
    mut visit: impl FnMut(i64, i64, u64) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut at = 0;
    while at < n {
        let count = (n - at).min(64);
        // SAFETY: so many are left.
        let truths = unsafe { truths(mask.wrapping_offset(at as isize * stride), stride, count) };
        let all = u64::MAX >> (64 - count);
        let marked = if wanted { truths } else { !truths & all };
        if marked != 0 {
            visit(at, count, marked)?;
        }
        at += count;
    }
    ControlFlow::Continue(())
}

/// Calls `visit` with the first and the number of every run of bits among `count`.
#[inline]
fn each_run<B>(
    bits: u64,
    count: i64,
    mut visit: impl FnMut(i64, i64) -> ControlFlow<B>,
) -> ControlFlow<B> {
    if bits == u64::MAX {
        return visit(0, count);
    }
    let mut left = bits;
    while left != 0 {
        let first = left.trailing_zeros();
        let run = (left >> first).trailing_ones();
        visit(i64::from(first), run.into())?;
        // A run of 64 was taken above, so that the shift is less.
        left &= !(((1 << run) - 1) << first);
    }
    ControlFlow::Continue(())
}

/// Up to 64 bytes, one stride apart, as bits: the first is the lowest, and anything but 0 is 1.
///
/// # Safety
/// - `count` bytes, no more than 64, can be read.
#[inline]
unsafe fn truths(mask: *const u8, stride: isize, count: i64) -> u64 {
    let mut bits = 0;
    if stride == 1 && count == 64 {
        for word in 0..8 {
            // SAFETY: eight of the 64 bytes.
            let bytes = unsafe { mask.add(8 * word).cast::<u64>().read_unaligned() };
            bits |= truths_of_eight(u64::from_le(bytes)) << (8 * word);
        }
        return bits;
    }
    for at in 0..count {
        // SAFETY: one of the bytes.
        let byte = unsafe { mask.wrapping_offset(at as isize * stride).read() };
        bits |= u64::from(byte != 0) << at;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_whatever_their_length_and_stride() {
        for n in [0usize, 1, 7, 63, 64, 65, 128, 200] {
            for period in [1usize, 2, 3, 64, 65, 100] {
                for stride in [1isize, 3, -1] {
                    let mask: Vec<u8> =
                        (0..3 * n.max(1)).map(|at| u8::from(at / period % 2 == 0)).collect();
                    let start = if stride < 0 { n.max(1) - 1 } else { 0 };
                    for wanted in [false, true] {
                        let mut found = vec![false; n];
                        let place = mask[start..].as_ptr();
                        // SAFETY: the bytes lie in the vector.
                        let _ = unsafe {
                            each_marked_run(place, stride, n as i64, wanted, |first, count| {
                                assert!(count > 0);
                                for at in first..first + count {
                                    assert!(!found[at as usize]);
                                    found[at as usize] = true;
                                }
                                ControlFlow::<()>::Continue(())
                            })
                        };
                        for (at, &found) in found.iter().enumerate() {
                            let byte = mask[(start as isize + at as isize * stride) as usize];
                            assert_eq!(found, (byte != 0) == wanted, "{n} {period} {stride}");
                        }
                    }
                }
            }
        }
    }
}
