//! Arrays joined into one.

use super::recipe::{Axes, Recipe, common_dtype, place_of, strides_in_a_row};
use crate::array::Array;
use crate::dtype::DType;
use crate::error::{Error, Result, Shape};
use crate::layout::{self, Dims, Sorted, agreed_strides, check_ndim, check_shape, offset_of};
use std::ops::Range;

/// Arrays one behind another, along an axis that they have or that is new.
pub struct Joined<'a> {
    arrays: &'a [&'a Array],
    along: Along,
    shape: Dims,
    dtype: DType,
}

/// What the arrays follow one another along.
#[derive(Clone, Copy, PartialEq)]
enum Along {
    Axis(usize),
    /// An axis that the arrays do not have.
    NewAxis(usize),
    /// The only axis of the result, in which each array stands in C order.
    Row,
}

/// Along an axis that all arrays have, all else being equal; or all elements of each in C order
/// when no axis is named: NumPy's `concatenate`.
pub fn concatenate<'a>(arrays: &'a [&'a Array], axis: Option<i64>) -> Result<Joined<'a>> {
    let first = first_of(arrays)?;
    let Some(axis) = axis else {
        let sizes = arrays.iter().map(|array| array.size());
        let shape = Dims::from_iter([sizes.fold(0, i64::saturating_add)]);
        return joined(arrays, Along::Row, shape);
    };
    let axis = layout::axis(axis, first.ndim())?;
    let mut shape = Dims::from_iter(first.shape().iter().copied());
    shape[axis] = 0;
    for (item, array) in arrays.iter().enumerate() {
        append(&mut shape, array.shape(), axis, item)?;
    }
    joined(arrays, Along::Axis(axis), shape)
}

/// Along a new axis; all arrays have one shape: NumPy's `stack`.
pub fn stack<'a>(arrays: &'a [&'a Array], axis: i64) -> Result<Joined<'a>> {
    let first = first_of(arrays)?;
    check_ndim(first.ndim() + 1)?;
    let axis = layout::axis(axis, first.ndim() + 1)?;
    let mut shape = Dims::from_iter(first.shape().iter().copied());
    for (item, array) in arrays.iter().enumerate() {
        check_beside(&shape, array.shape(), None, item)?;
    }
    shape.insert(axis, arrays.len() as i64);
    joined(arrays, Along::NewAxis(axis), shape)
}

fn first_of<'a>(arrays: &[&'a Array]) -> Result<&'a Array> {
    arrays.first().copied().ok_or(Error::Count { what: "arrays", count: 0 })
}

fn joined<'a>(arrays: &'a [&'a Array], along: Along, shape: Dims) -> Result<Joined<'a>> {
    let dtype = common_dtype(arrays)?;
    check_shape(&shape, dtype.itemsize())?;
    Ok(Joined { arrays, along, shape, dtype })
}

/// Makes room for one more shape along an axis.
fn append(shape: &mut Dims, more: &[i64], axis: usize, item: usize) -> Result<()> {
    check_beside(shape, more, Some(axis), item)?;
    // What is too much is refused when the shape is checked.
    shape[axis] = shape[axis].saturating_add(more[axis]);
    Ok(())
}

/// Refuses a shape that differs from another but along an axis.
fn check_beside(beside: &[i64], shape: &[i64], but: Option<usize>, item: usize) -> Result<()> {
    let (have, want) = (shape.len(), beside.len());
    if have != want {
        return Err(Error::Rank { what: "an array to be joined", have, want });
    }
    match (0..want).find(|&axis| Some(axis) != but && shape[axis] != beside[axis]) {
        None => Ok(()),
        Some(axis) => {
            Err(Error::Join { item, axis, shape: Shape::new(shape), beside: Shape::new(beside) })
        }
    }
}

impl Joined<'_> {
    /// How far an array goes along an axis of the result, if it has a say in the order of the axes.
    fn step(&self, array: &Array, axis: usize) -> Option<u64> {
        let own = match self.along {
            Along::NewAxis(new) if axis == new => return None,
            Along::NewAxis(new) if axis > new => axis - 1,
            _ => axis,
        };
        (array.shape()[own] != 1).then(|| array.strides()[own].unsigned_abs())
    }
}

impl Recipe for Joined<'_> {
    fn shape(&self) -> &[i64] {
        &self.shape
    }

    fn dtype(&self) -> DType {
        self.dtype
    }

    fn strides(&self, itemsize: usize) -> Dims {
        if self.along == Along::Row {
            return Dims::from_iter([itemsize as i64]);
        }
        let step = |array: &&Array, axis: usize| self.step(array, axis);
        agreed_strides(
            self.arrays.iter().copied(),
            step,
            &self.shape,
            itemsize,
            Sorted::FirstToLast,
        )
    }

    fn sources(&self) -> impl Iterator<Item = &Array> {
        self.arrays.iter().copied()
    }

    fn lists(&self) -> [Range<usize>; 2] {
        [place_of(self.arrays), 0..0]
    }

    unsafe fn write(&self, target: &Array) -> Result<()> {
        let axis = match self.along {
            Along::Axis(axis) | Along::NewAxis(axis) => axis,
            Along::Row => 0,
        };
        let step = target.strides()[axis];
        let mut place = 0i64;
        for &array in self.arrays {
            let mut strides = Dims::from_iter(target.strides().iter().copied());
            let extent = match self.along {
                Along::Axis(axis) => array.shape()[axis],
                Along::NewAxis(axis) => {
                    strides.remove(axis);
                    1
                }
                Along::Row => {
                    strides = strides_in_a_row(array.shape(), step);
                    array.size()
                }
            };
            let mut axes = Axes::default();
            axes.extend(array.shape(), &strides, array.strides());
            // SAFETY: each array has its own part of the target; the caller vouches for the rest.
            unsafe { axes.move_between((target, place.wrapping_mul(step)), (array, 0))? };
            place = place.wrapping_add(extent);
        }
        Ok(())
    }
}

/// Arrays in a grid of blocks, whose last axis lies along the last axis of the result.
pub struct Blocks<'a> {
    grid: &'a [i64],
    arrays: &'a [&'a Array],
    shape: Dims,
    dtype: DType,
}

/// Joins what the last axis of the grid lists along the last axis of the result, those along the
/// last but one, and so on: NumPy's `block` of lists in lists. Arrays that have fewer axes than the
/// result get axes of one element in front. `arrays` has as many as the grid has cells.
pub fn block<'a>(grid: &'a [i64], arrays: &'a [&'a Array]) -> Result<Blocks<'a>> {
    first_of(arrays)?;
    let ndim = arrays.iter().map(|array| array.ndim()).fold(grid.len(), usize::max);
    let dtype = common_dtype(arrays)?;
    let mut blocks = Blocks { grid, arrays, shape: Dims::new(), dtype };
    blocks.shape = blocks.each(ndim, &mut |_, _| Ok(()))?;
    check_shape(&blocks.shape, dtype.itemsize())?;
    Ok(blocks)
}

/// The cells of a grid; refuses one that has none.
pub fn cells_of(grid: &[i64]) -> Result<i32> {
    if let Some(&count) = grid.iter().find(|&&count| count < 1) {
        return Err(Error::Count { what: "blocks along an axis of the grid", count });
    }
    let cells = grid.iter().try_fold(1i64, |cells, &count| cells.checked_mul(count));
    let cells = cells.and_then(|cells| i32::try_from(cells).ok());
    cells.ok_or(Error::Limit { what: "blocks of a grid", limit: i32::MAX as u64 })
}

impl<'a> Blocks<'a> {
    /// Visits the arrays with where each begins along the axes of the result, and gives the shape
    /// that they take together.
    fn each(
        &self,
        ndim: usize,
        visit: &mut dyn FnMut(&'a Array, &Dims) -> Result<()>,
    ) -> Result<Dims> {
        let mut place: Dims = std::iter::repeat_n(0, ndim).collect();
        self.each_from(&mut place, 0, &mut 0, visit)
    }

    /// As [`each`](Self::each), for the part of the grid that begins with a cell.
    fn each_from(
        &self,
        place: &mut Dims,
        level: usize,
        cell: &mut usize,
        visit: &mut dyn FnMut(&'a Array, &Dims) -> Result<()>,
    ) -> Result<Dims> {
        let ndim = place.len();
        if level == self.grid.len() {
            let array = self.arrays[*cell];
            visit(array, place)?;
            *cell += 1;
            let padding = std::iter::repeat_n(1, ndim - array.ndim());
            return Ok(padding.chain(array.shape().iter().copied()).collect());
        }
        let axis = ndim - (self.grid.len() - level);
        let start = place[axis];
        let mut shape = Dims::new();
        for block in 0..self.grid[level] {
            let item = *cell;
            let part = self.each_from(place, level + 1, cell, visit)?;
            if block == 0 {
                shape = part;
            } else {
                append(&mut shape, &part, axis, item)?;
            }
            place[axis] = start.saturating_add(shape[axis]);
        }
        place[axis] = start;
        Ok(shape)
    }
}

impl Recipe for Blocks<'_> {
    fn shape(&self) -> &[i64] {
        &self.shape
    }

    fn dtype(&self) -> DType {
        self.dtype
    }

    fn strides(&self, itemsize: usize) -> Dims {
        let step = |array: &&Array, axis: usize| {
            let own = (axis + array.ndim()).checked_sub(self.shape.len())?;
            (array.shape()[own] != 1).then(|| array.strides()[own].unsigned_abs())
        };
        agreed_strides(
            self.arrays.iter().copied(),
            step,
            &self.shape,
            itemsize,
            Sorted::FirstToLast,
        )
    }

    fn sources(&self) -> impl Iterator<Item = &Array> {
        self.arrays.iter().copied()
    }

    fn lists(&self) -> [Range<usize>; 2] {
        [place_of(self.arrays), place_of(self.grid)]
    }

    unsafe fn write(&self, target: &Array) -> Result<()> {
        let strides = target.strides();
        self.each(strides.len(), &mut |array, place| {
            let offset = offset_of(place, strides);
            let mut axes = Axes::default();
            let own = &strides[strides.len() - array.ndim()..];
            axes.extend(array.shape(), own, array.strides());
            // SAFETY: each array has its own part of the target; the caller vouches for the rest.
            unsafe { axes.move_between((target, offset), (array, 0)) }
        })?;
        Ok(())
    }
}
