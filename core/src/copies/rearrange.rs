//! The elements of one array again, moved about or repeated.

use super::recipe::{Axes, Recipe, place_of, strides_in_a_row};
use crate::array::{Array, Handle};
use crate::buffer::Contents;
use crate::dtype::{Casting, DType};
use crate::error::{Error, Result};
use crate::layout::{self, Dims, Order, check_shape, dense_strides, kept_strides, zeros};
use crate::transfer::{Cursor, Source, Target, assign, move_in_order, repeat_in_order};
use std::iter;
use std::ops::Range;

/// Each element several times in a row.
pub struct Repeat<'a> {
    array: &'a Array,
    axis: Option<usize>,
    counts: &'a [i64],
    shape: Dims,
}

/// Each position of an axis as often as its count says, or as the only count says; of all elements
/// in C order when no axis is named: NumPy's `repeat`.
pub fn repeat<'a>(array: &'a Array, counts: &'a [i64], axis: Option<i64>) -> Result<Repeat<'a>> {
    let axis = axis.map(|axis| layout::axis(axis, array.ndim())).transpose()?;
    let positions = axis.map_or(array.size(), |axis| array.shape()[axis]);
    if let Some(&count) = counts.iter().find(|&&count| count < 0) {
        return Err(Error::Count { what: "repetitions", count });
    }
    // What is too much is refused when the shape is checked.
    let total = match *counts {
        [count] => count.saturating_mul(positions),
        _ if counts.len() as i64 == positions => {
            counts.iter().copied().fold(0, i64::saturating_add)
        }
        _ => return Err(Error::Counts { given: counts.len(), positions }),
    };
    let mut shape = Dims::new();
    match axis {
        None => shape.push(total),
        Some(axis) => {
            shape.extend(array.shape().iter().copied());
            shape[axis] = total;
        }
    }
    check_shape(&shape, array.itemsize())?;
    Ok(Repeat { array, axis, counts, shape })
}

impl Recipe for Repeat<'_> {
    fn shape(&self) -> &[i64] {
        &self.shape
    }

    fn dtype(&self) -> DType {
        self.array.dtype()
    }

    fn sources(&self) -> impl Iterator<Item = &Array> {
        iter::once(self.array)
    }

    fn lists(&self) -> [Range<usize>; 2] {
        [place_of(self.counts), 0..0]
    }

    unsafe fn write(&self, target: &Array) -> Result<()> {
        // SAFETY: as the caller promises.
        unsafe {
            match (self.counts, self.axis) {
                (&[count], _) => self.write_evenly(target, count),
                (_, None) => {
                    let (to, from) = (Target::of(target)?, Source::of(self.array));
                    repeat_in_order(to, self.array.shape(), from, self.counts);
                    Ok(())
                }
                (_, Some(axis))
                    if self.array.shape()[axis + 1..].iter().all(|&extent| extent == 1) =>
                {
                    self.write_rows(target, axis)
                }
                (_, Some(axis)) => self.write_positions(target, axis),
            }
        }
    }
}

impl Repeat<'_> {
    /// # Safety
    /// - As for [`Recipe::write`]; so for the other two.
    unsafe fn write_evenly(&self, target: &Array, count: i64) -> Result<()> {
        let (shape, from) = (self.array.shape(), self.array.strides());
        let mut axes = Axes::default();
        let axis = self.axis.unwrap_or(0);
        let step = target.strides()[axis];
        let wide = count.wrapping_mul(step);
        match self.axis {
            None => {
                axes.extend(shape, &strides_in_a_row(shape, wide), from);
                axes.push(count, step, 0);
            }
            Some(axis) => {
                let to = target.strides();
                axes.extend(&shape[..axis], to, from);
                axes.push(shape[axis], wide, from[axis]);
                axes.push(count, step, 0);
                axes.extend(&shape[axis + 1..], &to[axis + 1..], &from[axis + 1..]);
            }
        }
        // SAFETY: the axes span the target; the caller vouches for the rest.
        unsafe { axes.move_between((target, 0), (self.array, 0)) }
    }

    /// Where a position of the axis is one element.
    unsafe fn write_rows(&self, target: &Array, axis: usize) -> Result<()> {
        let outer = &self.array.shape()[..axis];
        let mut to = Cursor::new(target.data_mut()?, outer, &target.strides()[..axis]);
        let mut from = Cursor::new(self.array.data(), outer, &self.array.strides()[..axis]);
        for _ in 0..layout::size(outer) {
            let strides = &target.strides()[axis..=axis];
            let row = Target { data: to.run().0.cast_mut(), dtype: target.dtype(), strides };
            let strides = &self.array.strides()[axis..=axis];
            let source = Source { data: from.run().0, dtype: self.array.dtype(), strides };
            // SAFETY: the rows lie within the arrays; the caller vouches for the rest.
            unsafe { repeat_in_order(row, &self.array.shape()[axis..=axis], source, self.counts) };
            to.advance(1);
            from.advance(1);
        }
        Ok(())
    }

    /// Where a position of the axis is many elements.
    unsafe fn write_positions(&self, target: &Array, axis: usize) -> Result<()> {
        let (shape, to, from) = (self.array.shape(), target.strides(), self.array.strides());
        let mut place = 0i64;
        for (position, &count) in self.counts.iter().enumerate() {
            let mut axes = Axes::default();
            axes.extend(&shape[..axis], to, from);
            axes.push(count, to[axis], 0);
            axes.extend(&shape[axis + 1..], &to[axis + 1..], &from[axis + 1..]);
            let at = (position as i64).wrapping_mul(from[axis]);
            // SAFETY: each position has its own part of the target; the caller vouches for the
            // rest.
            unsafe {
                axes.move_between((target, place.wrapping_mul(to[axis])), (self.array, at))?;
            }
            place += count;
        }
        Ok(())
    }
}

/// A whole array several times along each axis.
pub struct Tile<'a> {
    array: &'a Array,
    counts: Dims,
    shape: Dims,
}

/// The array, one count for each axis; whichever of array and counts are fewer get ones in front:
/// NumPy's `tile`.
pub fn tile<'a>(array: &'a Array, counts: &[i64]) -> Result<Tile<'a>> {
    if let Some(&count) = counts.iter().find(|&&count| count < 0) {
        return Err(Error::Count { what: "repetitions", count });
    }
    let ndim = array.ndim().max(counts.len());
    let in_front = |numbers: &[i64]| -> Dims {
        iter::repeat_n(1, ndim - numbers.len()).chain(numbers.iter().copied()).collect()
    };
    let counts = in_front(counts);
    let mut shape = in_front(array.shape());
    for (extent, &count) in shape.iter_mut().zip(&counts) {
        *extent = extent.saturating_mul(count);
    }
    check_shape(&shape, array.itemsize())?;
    Ok(Tile { array, counts, shape })
}

impl Recipe for Tile<'_> {
    fn shape(&self) -> &[i64] {
        &self.shape
    }

    fn dtype(&self) -> DType {
        self.array.dtype()
    }

    /// In C order, unless it is a mere copy: then as the array's.
    fn strides(&self, itemsize: usize) -> Dims {
        let mut strides = dense_strides(&self.shape, itemsize, Order::C);
        if self.counts.iter().all(|&count| count == 1) {
            let new = self.shape.len() - self.array.ndim();
            kept_strides(self.array.layout(), itemsize, Order::K, &mut strides[new..]);
        }
        strides
    }

    fn sources(&self) -> impl Iterator<Item = &Array> {
        iter::once(self.array)
    }

    unsafe fn write(&self, target: &Array) -> Result<()> {
        let new = self.shape.len() - self.array.ndim();
        let mut axes = Axes::default();
        for (axis, (&count, &to)) in self.counts.iter().zip(target.strides()).enumerate() {
            let own = axis.checked_sub(new);
            let extent = own.map_or(1, |own| self.array.shape()[own]);
            axes.push(count, extent.wrapping_mul(to), 0);
            axes.push(extent, to, own.map_or(0, |own| self.array.strides()[own]));
        }
        // SAFETY: the axes span the target; the caller vouches for the rest.
        unsafe { axes.move_between((target, 0), (self.array, 0)) }
    }
}

/// The elements a few positions further on; what leaves one end comes in at the other.
pub struct Roll<'a> {
    array: &'a Array,
    /// One for each axis, or one for all elements in C order; each from 0 to less than there are
    /// positions.
    shifts: Dims,
    flat: bool,
}

/// By a shift for each of some axes, which may repeat; or by all shifts together of the elements in
/// C order when no axes are named: NumPy's `roll`.
pub fn roll<'a>(array: &'a Array, shifts: &[i64], axes: Option<&[i64]>) -> Result<Roll<'a>> {
    let further = |at: i64, shift: i64, positions: i64| {
        // Neither the shift nor its sum with where it begins is more than the positions.
        if positions == 0 {
            0
        } else {
            (at - positions + shift.rem_euclid(positions)).rem_euclid(positions)
        }
    };
    let Some(axes) = axes else {
        let size = array.size();
        let shift = shifts.iter().fold(0, |at, &shift| further(at, shift, size));
        return Ok(Roll { array, shifts: Dims::from_iter([shift]), flat: true });
    };
    let mut by_axis = zeros(array.ndim());
    for (&shift, &axis) in shifts.iter().zip(axes) {
        let axis = layout::axis(axis, array.ndim())?;
        by_axis[axis] = further(by_axis[axis], shift, array.shape()[axis]);
    }
    Ok(Roll { array, shifts: by_axis, flat: false })
}

impl Recipe for Roll<'_> {
    fn shape(&self) -> &[i64] {
        self.array.shape()
    }

    fn dtype(&self) -> DType {
        self.array.dtype()
    }

    fn strides(&self, itemsize: usize) -> Dims {
        let order = if self.flat { Order::C } else { Order::K };
        let mut strides = zeros(self.array.ndim());
        kept_strides(self.array.layout(), itemsize, order, &mut strides);
        strides
    }

    fn sources(&self) -> impl Iterator<Item = &Array> {
        iter::once(self.array)
    }

    unsafe fn write(&self, target: &Array) -> Result<()> {
        if !self.flat {
            let mut part = Dims::from_iter(self.shape().iter().copied());
            // SAFETY: as the caller promises; the part is the whole array.
            return unsafe { self.write_parts(target, &self.shifts, &mut part, (0, 0)) };
        }
        let (shape, size) = (self.array.shape(), self.array.size());
        let (to, from) = (Target::of(target)?, Source::of(self.array));
        // SAFETY: both have so many elements; the caller vouches for the rest.
        unsafe { move_in_order((shape, to, self.shifts[0]), (shape, from, 0), size) };
        Ok(())
    }
}

impl Roll<'_> {
    /// Cuts the last axes, as many as there are shifts, where they are rolled, and moves the parts.
    ///
    /// # Safety
    /// - As for [`Recipe::write`]; the part begins at two offsets within the arrays.
    unsafe fn write_parts(
        &self,
        target: &Array,
        shifts: &[i64],
        part: &mut Dims,
        (to, from): (i64, i64),
    ) -> Result<()> {
        let Some((&shift, rest)) = shifts.split_first() else {
            let mut axes = Axes::default();
            axes.extend(part, target.strides(), self.array.strides());
            // SAFETY: as the caller promises.
            return unsafe { axes.move_between((target, to), (self.array, from)) };
        };
        // SAFETY: as the caller promises; each part lies within the axis.
        unsafe {
            if shift == 0 {
                return self.write_parts(target, rest, part, (to, from));
            }
            let axis = part.len() - shifts.len();
            let extent = part[axis];
            let kept = extent - shift;
            part[axis] = kept;
            let ahead = to.wrapping_add(shift.wrapping_mul(target.strides()[axis]));
            self.write_parts(target, rest, part, (ahead, from))?;
            part[axis] = shift;
            let tail = from.wrapping_add(kept.wrapping_mul(self.array.strides()[axis]));
            self.write_parts(target, rest, part, (to, tail))?;
            part[axis] = extent;
        }
        Ok(())
    }
}

/// The elements in C order, again and again until a shape is full.
pub struct Resize<'a> {
    array: &'a Array,
    shape: &'a [i64],
}

/// Elements of any shape made from those of the array in C order, which begin again after the last;
/// zeros if there are none: NumPy's function `resize`.
pub fn resize<'a>(array: &'a Array, shape: &'a [i64]) -> Result<Resize<'a>> {
    check_shape(shape, array.itemsize())?;
    Ok(Resize { array, shape })
}

impl Recipe for Resize<'_> {
    fn shape(&self) -> &[i64] {
        self.shape
    }

    fn dtype(&self) -> DType {
        self.array.dtype()
    }

    fn sources(&self) -> impl Iterator<Item = &Array> {
        iter::once(self.array)
    }

    unsafe fn write(&self, target: &Array) -> Result<()> {
        let (size, have) = (target.size(), self.array.size());
        if have == 0 {
            let zero: Handle = Array::dense(self.dtype(), &[], Order::C, Contents::Zero)?;
            // SAFETY: the caller vouches for the target.
            return unsafe { assign(target, &zero, Casting::Unsafe) };
        }
        let mut done = 0;
        if target.layout().is_c_contiguous() && size >= have {
            let itemsize = target.itemsize() as i64;
            let shape = self.array.shape();
            let mut axes = Axes::default();
            axes.push(size / have, have.wrapping_mul(itemsize), 0);
            axes.extend(shape, &strides_in_a_row(shape, itemsize), self.array.strides());
            done = size - size % have;
            // SAFETY: so many whole arrays fit; the caller vouches for the rest.
            unsafe { axes.move_between((target, 0), (self.array, 0))? };
        }
        if done < size {
            let (to, from) = (Target::of(target)?, Source::of(self.array));
            // SAFETY: the target has as many elements left; the caller vouches for the rest.
            unsafe {
                move_in_order((self.shape, to, done), (self.array.shape(), from, 0), size - done);
            }
        }
        Ok(())
    }
}
