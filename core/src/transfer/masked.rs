//! Moves the elements that a mask marks, by the ordinary kernels: the mask is read 64 elements at a
//! time, and every run of true among them is one call.

use super::compare::first_changed_run;
use super::flow::{Cursor, move_run};
use super::kernel;
use super::walk::merge_neighbours;
use super::{Source, Target, Visit};
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
    /// In C order of the index; nothing if there is no element.
    fn new(shape: &[i64], start: Places, strides: [&[i64]; 3]) -> Option<Nest> {
        let mut axes = ArrayVec::new();
        for (axis, &extent) in shape.iter().enumerate().rev() {
            match extent {
                ..=0 => return None,
                1 => {}
                _ => axes.push(Axis { extent, steps: strides.map(|strides| strides[axis]) }),
            }
        }
        if axes.is_empty() {
            axes.push(Axis { extent: 1, steps: [0; 3] });
        }
        Some(Nest { start, axes })
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
    let start = [target.data.cast_const(), source.data, mask.data];
    let strides = [target.strides, source.strides, mask.strides];
    let Some(mut nest) = Nest::new(shape, start, strides) else { return };
    if visit == Visit::AnyOrder {
        nest.sort_by_target();
    }
    nest.merge();
    let kernel = kernel::choose(source.dtype, target.dtype);
    let along = nest.axes[0];
    let [to_step, from_step, mask_step] = along.steps.map(|step| step as isize);
    let _ = nest.each_row(&mut |row| {
        // SAFETY: the row lies within the three operands, for which the caller vouches.
        unsafe {
            each_marked_run(row[2], mask_step, along.extent, mask.wanted, |first, count| {
                let [to, from, _] = moved(row, &along, first);
                kernel.run(from, from_step, to.cast_mut(), to_step, count as usize);
                ControlFlow::<()>::Continue(())
            })
        }
    });
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
    let start = [source.data, source.data, mask.data];
    let mut nest = Nest::new(shape, start, [source.strides, source.strides, mask.strides])?;
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
    let kernel = kernel::choose(values.dtype, target.dtype);
    let mut to = Cursor::new(target.data, shape, target.strides);
    let mut marks = Cursor::new(mask.data, mask_shape, mask.strides);
    let mut from = Cursor::new(values.data, value_shape, values.strides);
    while left > 0 {
        let (_, _, room) = to.run();
        let (mark, mark_step, marked) = marks.run();
        let step = left.min(room).min(marked);
        let step = if by_position { step.min(from.run().2) } else { step };
        let (start, to_step, _) = to.run();
        // SAFETY: the run lies within all operands, for which the caller vouches.
        unsafe {
            let _ = each_marked_run(mark, mark_step, step, mask.wanted, |first, count| {
                let place = start.wrapping_offset(to_step * first as isize);
                if by_position {
                    let (value, value_step, _) = from.run();
                    let value = value.wrapping_offset(value_step * first as isize);
                    kernel.run(value, value_step, place.cast_mut(), to_step, count as usize);
                } else {
                    let mut place = Cursor::new(place, &[count], &[to_step as i64]);
                    move_run(&mut place, &mut from, count, kernel);
                }
                ControlFlow::<()>::Continue(())
            });
        }
        to.advance(step);
        marks.advance(step);
        if by_position {
            from.advance(step);
        }
        left -= step;
    }
}

/// Whether a mask marks any element.
///
/// # Safety
/// - Its bytes can be read.
pub unsafe fn marks_any(shape: &[i64], mask: Mask) -> bool {
    let Some(mut nest) = Nest::new(shape, [mask.data; 3], [mask.strides; 3]) else { return false };
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
    let mut at = 0;
    while at < n {
        let count = (n - at).min(64);
        // SAFETY: so many are left.
        let truths = unsafe { truths(mask.wrapping_offset(at as isize * stride), stride, count) };
        let all = if count == 64 { u64::MAX } else { (1 << count) - 1 };
        let mut marked = if wanted { truths } else { !truths & all };
        if marked == u64::MAX {
            visit(at, 64)?;
            marked = 0;
        }
        while marked != 0 {
            let first = marked.trailing_zeros();
            let run = (marked >> first).trailing_ones();
            visit(at + i64::from(first), run.into())?;
            // A run of 64 was taken above, so that the shift is less.
            marked &= !(((1 << run) - 1) << first);
        }
        at += count;
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

/// One bit for each byte, the lowest first.
#[inline]
fn truths_of_eight(bytes: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The top bit of each byte says whether any bit is set; no byte carries into the next.
    let tops = (((bytes & LOW) + LOW) | bytes) & !LOW;
    // Bit 8k goes to bit 56 + k; no two of the sums meet.
    (tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_become_eight_bits() {
        for bits in 0..256u64 {
            for byte in [1u8, 2, 0x7f, 0x80, 0xff] {
                let bytes: [u8; 8] =
                    std::array::from_fn(|at| if bits >> at & 1 == 1 { byte } else { 0 });
                assert_eq!(truths_of_eight(u64::from_le_bytes(bytes)), bits);
            }
        }
    }

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
