//! Each element from one of several arrays.

use super::IndexMode;
use super::recipe::{Axes, Recipe, common_dtype};
use crate::array::Array;
use crate::dtype::{Casting, DType};
use crate::error::{Error, Number, Result};
use crate::layout::{
    Dims, Sorted, agreed_strides, broadcast_shapes, broadcast_strides, check_shape, size, zeros,
};
use crate::transfer::{
    Cursor, Mask, Source, Target, Visit, check_mask, move_elements, move_masked, read_number,
};

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
    let shape = broadcast_shapes([mask.shape(), yes.shape(), no.shape()])?;
    check_shape(&shape, dtype.itemsize())?;
    Ok(Where { mask, yes, no, shape, dtype })
}

/// The strides of an array that is broadcast.
fn stretched(array: &Array, shape: &[i64]) -> Result<Dims> {
    let mut strides = zeros(shape.len());
    broadcast_strides(array.layout(), shape, &mut strides)?;
    Ok(strides)
}

/// The stride along an axis of a shape of `ndim` axes.
fn stretched_step(array: &Array, axis: usize, ndim: usize) -> i64 {
    match (axis + array.ndim()).checked_sub(ndim) {
        Some(own) if array.shape()[own] != 1 => array.strides()[own],
        _ => 0,
    }
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
            let step = stretched_step(array, axis, self.shape.len());
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
        let strides = target.strides();
        let to = Target { data: target.data_mut()?, dtype: target.dtype(), strides };
        let from = Source { data: self.yes.data(), dtype: self.yes.dtype(), strides: &yes };
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
    let shape = broadcast_shapes(std::iter::once(index.shape()).chain(shapes))?;
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
        Number::Int(index) => index,
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

    /// Row by row along the last axis, and in a row what follows one another from one choice at
    /// once.
    unsafe fn write(&self, target: &Array) -> Result<()> {
        let shape = &self.shape[..];
        let ndim = shape.len();
        let (outer, row) = shape.split_at(ndim.saturating_sub(1));
        let length = size(row);
        let step =
            |array: &Array| if row.is_empty() { 0 } else { stretched_step(array, ndim - 1, ndim) };
        let (to_step, index_step) =
            (target.strides().last().copied().unwrap_or(0), step(self.index));
        let index_strides = stretched(self.index, shape)?;
        let mut to = Cursor::new(target.data_mut()?, outer, &target.strides()[..outer.len()]);
        let mut marks = Cursor::new(self.index.data(), outer, &index_strides[..outer.len()]);
        let mut at = zeros(outer.len());
        for _ in 0..size(outer) {
            let mut first = 0;
            while first < length {
                let place = |cursor: &Cursor, step: i64, position: i64| {
                    cursor.run().0.wrapping_offset(step.wrapping_mul(position) as isize)
                };
                // SAFETY: elements of the index, which is broadcast to the shape.
                let picked = |position| unsafe { self.pick(place(&marks, index_step, position)) };
                let pick = picked(first);
                let end = match index_step {
                    0 => length,
                    _ => (first + 1..length).find(|&next| picked(next) != pick).unwrap_or(length),
                };
                let choice = self.choices[pick];
                let choice_step = step(choice);
                let offset = at
                    .iter()
                    .enumerate()
                    .map(|(axis, &at)| stretched_step(choice, axis, ndim).wrapping_mul(at))
                    .fold(choice_step.wrapping_mul(first), i64::wrapping_add);
                let run = Target {
                    data: place(&to, to_step, first).cast_mut(),
                    dtype: target.dtype(),
                    strides: &[to_step],
                };
                let from = Source {
                    data: choice.data().wrapping_offset(offset as isize),
                    dtype: choice.dtype(),
                    strides: &[choice_step],
                };
                // SAFETY: both lie within their arrays; the caller vouches for the rest.
                unsafe { move_elements(&[end - first], run, from, Visit::AnyOrder) };
                first = end;
            }
            to.advance(1);
            marks.advance(1);
            advance(&mut at, outer);
        }
        Ok(())
    }
}

/// To the next index in C order.
fn advance(index: &mut [i64], shape: &[i64]) {
    for (at, &extent) in index.iter_mut().zip(shape).rev() {
        *at += 1;
        if *at < extent {
            return;
        }
        *at = 0;
    }
}
