//! Each element from one of several arrays.

use super::IndexMode;
use super::recipe::{Axes, Recipe, common_dtype, place_of};
use crate::array::Array;
use crate::dtype::{Casting, DType};
use crate::error::{Error, Number, Party, Result};
use crate::layout::{
    Dims, Sorted, agreed_strides, broadcast_shapes, broadcast_strides, check_shape, next_index,
    size, zeros,
};
use crate::transfer::{
    Cursor, Mask, Source, Target, Visit, check_mask, move_masked, move_row, read_number,
};
use std::ops::Range;

/// One of two arrays, by a mask.
pub struct Where<'a> {
    mask: &'a Array,
    yes: &'a Array,
    no: &'a Array,
    shape: Dims,
    dtype: DType,
}

/// The elements of `yes` where the mask is true, else those of `no`; all three broadcast: NumPy's
/// `where`.
pub fn select<'a>(mask: &'a Array, yes: &'a Array, no: &'a Array) -> Result<Where<'a>> {
    check_mask(mask)?;
    let dtype = common_dtype(&[yes, no])?;
    let shape = broadcast_shapes(Party::Item, [mask.shape(), yes.shape(), no.shape()])?;
    check_shape(&shape, dtype.itemsize())?;
    Ok(Where { mask, yes, no, shape, dtype })
}

/// The strides of an array that is broadcast.
fn stretched(array: &Array, shape: &[i64]) -> Result<Dims> {
    let mut strides = zeros(shape.len());
    broadcast_strides(array.layout(), shape, &mut strides)?;
    Ok(strides)
}

impl Recipe for Where<'_> {
    fn shape(&self) -> &[i64] {
        &self.shape
    }

    fn dtype(&self) -> DType {
        self.dtype
    }

    fn strides(&self, itemsize: usize) -> Dims {
        let step = |array: &&Array, axis: usize| {
            let step = array.layout().stretched_stride(axis, self.shape.len());
            (step != 0).then_some(step.unsigned_abs())
        };
        let operands = [self.mask, self.yes, self.no].into_iter();
        agreed_strides(operands, step, &self.shape, itemsize, Sorted::LastToFirst)
    }

    fn sources(&self) -> impl Iterator<Item = &Array> {
        [self.yes, self.no].into_iter()
    }

    fn guides(&self) -> impl Iterator<Item = &Array> {
        std::iter::once(self.mask)
    }

    unsafe fn write(&self, target: &Array) -> Result<()> {
        let shape = &self.shape;
        let no = stretched(self.no, shape)?;
        let mut axes = Axes::default();
        axes.extend(shape, target.strides(), &no);
        let (yes, mask) = (stretched(self.yes, shape)?, stretched(self.mask, shape)?);
        let to = Target::of(target)?;
        let from = Source { strides: &yes, ..Source::of(self.yes) };
        let marks = Mask { data: self.mask.data(), strides: &mask, wanted: true };
        // SAFETY: all are broadcast to the shape of the target; the caller vouches for the rest.
        unsafe {
            axes.move_between((target, 0), (self.no, 0))?;
            move_masked(shape, to, from, marks, Visit::AnyOrder);
        }
        Ok(())
    }
}

/// One of several arrays, by numbers.
pub struct Chosen<'a> {
    index: &'a Array,
    choices: &'a [&'a Array],
    mode: IndexMode,
    shape: Dims,
    dtype: DType,
}

/// The elements of the choice that an array of integers names for each; all are broadcast: NumPy's
/// `choose`. Every number is checked here; under `Raise` none counts from the end.
///
/// # Safety
/// - The elements of `index` are valid memory that no other thread writes.
pub unsafe fn choose<'a>(
    index: &'a Array,
    choices: &'a [&'a Array],
    mode: IndexMode,
) -> Result<Chosen<'a>> {
    if choices.is_empty() {
        return Err(Error::Count { what: "choices", count: 0 });
    }
    Casting::SameKind.check(index.dtype(), DType::Int64)?;
    let dtype = common_dtype(choices)?;
    let shapes = choices.iter().map(|choice| choice.shape());
    let shape = broadcast_shapes(Party::Item, std::iter::once(index.shape()).chain(shapes))?;
    check_shape(&shape, dtype.itemsize())?;
    let chosen = Chosen { index, choices, mode, shape, dtype };
    if mode == IndexMode::Raise && index.size() != 0 {
        // SAFETY: as the caller promises.
        unsafe { chosen.check_numbers()? };
    }
    Ok(chosen)
}

impl Chosen<'_> {
    /// # Safety
    /// - As for [`choose`]; there is an element.
    unsafe fn check_numbers(&self) -> Result<()> {
        let mut place = Cursor::new(self.index.data(), self.index.shape(), self.index.strides());
        for position in 0..self.index.size() {
            // SAFETY: an element of the array, for which the caller vouches.
            let index = unsafe { integer_at(place.run().0, self.index.dtype()) };
            let count = self.choices.len() as i64;
            if !(0..i128::from(count)).contains(&index) {
                return Err(Error::Choice { index, position, count });
            }
            place.advance(1);
        }
        Ok(())
    }

    /// Which choice an element of the index names.
    ///
    /// # Safety
    /// - It is an element of the index.
    unsafe fn pick(&self, element: *const u8) -> usize {
        // SAFETY: as the caller promises.
        let index = unsafe { integer_at(element, self.index.dtype()) };
        // Whoever wrote the index since it was checked has broken the promise, but gets no more
        // than a wrong choice.
        self.mode.position(index, self.choices.len() as i64).unwrap_or(0) as usize
    }
}

/// # Safety
/// - An element of an integer type, or of bool, can be read.
unsafe fn integer_at(element: *const u8, dtype: DType) -> i128 {
    // SAFETY: as the caller promises.
    match unsafe { read_number(element, dtype) } {
        Ok(Number::Int(index)) => index,
        _ => unreachable!("the type has been checked"),
    }
}

impl Recipe for Chosen<'_> {
    fn shape(&self) -> &[i64] {
        &self.shape
    }

    fn dtype(&self) -> DType {
        self.dtype
    }

    fn sources(&self) -> impl Iterator<Item = &Array> {
        self.choices.iter().copied()
    }

    fn guides(&self) -> impl Iterator<Item = &Array> {
        std::iter::once(self.index)
    }

    fn lists(&self) -> [Range<usize>; 2] {
        [place_of(self.choices), 0..0]
    }

    /// Row by row along the last axis.
    unsafe fn write(&self, target: &Array) -> Result<()> {
        let outer = &self.shape[..self.shape.len().saturating_sub(1)];
        let index_strides = stretched(self.index, &self.shape)?;
        let mut to = Cursor::new(target.data_mut()?, outer, &target.strides()[..outer.len()]);
        let mut index = Cursor::new(self.index.data(), outer, &index_strides[..outer.len()]);
        let mut at = zeros(outer.len());
        for _ in 0..size(outer) {
            let row = Row {
                at: &at,
                to: to.run().0.cast_mut(),
                to_step: target.strides().last().copied().unwrap_or(0),
                dtype: target.dtype(),
                index: index.run().0,
                index_step: index_strides.last().copied().unwrap_or(0),
            };
            // SAFETY: the row lies within the target and the index, which is broadcast to its
            // shape; the caller vouches for the rest.
            unsafe { self.write_row(row) };
            to.advance(1);
            index.advance(1);
            next_index(&mut at, outer);
        }
        Ok(())
    }
}

/// A row of the result, and of the index.
struct Row<'a> {
    /// Where it is along the other axes.
    at: &'a [i64],
    to: *mut u8,
    to_step: i64,
    dtype: DType,
    index: *const u8,
    index_step: i64,
}

impl Chosen<'_> {
    /// Moves at once what comes from one choice in a row.
    ///
    /// # Safety
    /// - The row lies within the target and the index; the rest as for [`Recipe::write`].
    unsafe fn write_row(&self, row: Row) {
        let length = self.shape.last().copied().unwrap_or(1);
        let pick_at = |position: i64| {
            let place = row.index.wrapping_offset(position.wrapping_mul(row.index_step) as isize);
            // SAFETY: an element of the index.
            unsafe { self.pick(place) }
        };
        let (mut first, mut pick) = (0, pick_at(0));
        for next in 1..=length {
            // Past the end nothing is picked, which ends the last run.
            let after = (next < length).then(|| pick_at(next));
            if after == Some(pick) {
                continue;
            }
            // SAFETY: the run lies within the row, and within the choice, which is broadcast.
            unsafe { self.write_run(&row, self.choices[pick], first, next - first) };
            (first, pick) = (next, after.unwrap_or(pick));
        }
    }

    /// # Safety
    /// - As for [`write_row`](Self::write_row); the run lies within the row.
    unsafe fn write_run(&self, row: &Row, choice: &Array, first: i64, n: i64) {
        let ndim = self.shape.len();
        let layout = choice.layout();
        let step = if ndim == 0 { 0 } else { layout.stretched_stride(ndim - 1, ndim) };
        let mut offset = step.wrapping_mul(first);
        for (axis, &at) in row.at.iter().enumerate() {
            offset = offset.wrapping_add(layout.stretched_stride(axis, ndim).wrapping_mul(at));
        }
        let to = Target {
            data: row.to.wrapping_offset(row.to_step.wrapping_mul(first) as isize),
            dtype: row.dtype,
            strides: &[row.to_step],
        };
        let from = Source {
            data: choice.data().wrapping_offset(offset as isize),
            dtype: choice.dtype(),
            strides: &[step],
        };
        // SAFETY: as the caller promises.
        unsafe { move_row(n, to, from) };
    }
}
