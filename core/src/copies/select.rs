//! Copies of elements that lists pick, in C order, and of the places where elements are not zero.

use super::into::write_into;
use crate::array::{Array, Handle};
use crate::buffer::{Contents, audit};
use crate::dtype::{Casting, DType};
use crate::error::{Error, Result};
use crate::index::List;
use crate::layout::{Dims, MAX_NDIM, Order};
use crate::transfer::{Marks, Picked, count_nonzero};
use arrayvec::ArrayVec;

/// A new array of the picked elements.
///
/// # Safety
/// - The elements of the array and its lists are valid memory that no other thread writes. So for
///   every function here.
pub unsafe fn copy_picked(picked: &Picked) -> Result<Handle> {
    let mut shape = Dims::new();
    let shape = picked.shape(&mut shape);
    let result = Array::dense(picked.dtype(), shape, Order::C, Contents::Unset)?;
    // SAFETY: the caller's; the result is new.
    unsafe { picked.copy_to(&result)? };
    audit::made(c"select", result.nbytes());
    Ok(result)
}

/// The picked elements in an array of the caller's.
///
/// # Safety
/// - As for [`copy_picked`]; no other thread uses the target's elements.
pub unsafe fn copy_picked_into(picked: &Picked, target: &Array, casting: Casting) -> Result<()> {
    let spoiled = picked.may_be_spoiled_by(target);
    let mut shape = Dims::new();
    let shape = picked.shape(&mut shape);
    // SAFETY: the caller's; what may share bytes is not written in pieces.
    unsafe { write_into(spoiled, target, picked.dtype(), shape, casting, |to| picked.copy_to(to)) }
}

/// For each axis the positions along it of the elements that are not zero, in C order: NumPy's
/// `nonzero`.
///
/// # Safety
/// - As for [`copy_picked`].
pub unsafe fn nonzero(array: &Array) -> Result<ArrayVec<Handle, MAX_NDIM>> {
    if array.ndim() == 0 {
        return Err(Error::NoAxes { what: "nonzero" });
    }
    // SAFETY: the caller's.
    let count = unsafe { count_nonzero(array)? };
    let mut positions = ArrayVec::new();
    let mut columns = ArrayVec::<Column, MAX_NDIM>::new();
    for _ in 0..array.ndim() {
        let column = Array::dense(DType::Int64, &[count], Order::C, Contents::Unset)?;
        columns.push(Column { data: column.data_mut()?.cast(), step: 1 });
        positions.push(column);
    }
    // SAFETY: the caller's; the columns are new and have room for all.
    unsafe { write_positions(array, count, &columns) };
    Ok(positions)
}

/// A row of positions for each element that is not zero, in C order: NumPy's `argwhere`.
///
/// # Safety
/// - As for [`copy_picked`].
pub unsafe fn argwhere(array: &Array) -> Result<Handle> {
    // SAFETY: the caller's.
    let count = unsafe { count_nonzero(array)? };
    let ndim = array.ndim();
    let rows = Array::dense(DType::Int64, &[count, ndim as i64], Order::C, Contents::Unset)?;
    let data = rows.data_mut()?.cast::<i64>();
    let column = |axis| Column { data: data.wrapping_add(axis), step: ndim };
    let columns: ArrayVec<Column, MAX_NDIM> = (0..ndim).map(column).collect();
    // SAFETY: the caller's; the columns are new and have room for all.
    unsafe { write_positions(array, count, &columns) };
    Ok(rows)
}

/// Where the positions along one axis go.
struct Column {
    data: *mut i64,
    step: usize,
}

/// # Safety
/// - The array's elements can be read; `columns` are as many as it has axes, and each has room for
///   `count` positions.
unsafe fn write_positions(array: &Array, count: i64, columns: &[Column]) {
    let Some((last, outer)) = columns.split_last() else { return };
    // SAFETY: the caller's.
    let mut marks = unsafe { Marks::new(List::of(array)) };
    let mut row = 0;
    while let Some(found) = marks.take(count as usize - row) {
        for (column, &index) in outer.iter().zip(found.line) {
            for at in 0..found.steps.len() {
                // SAFETY: no more rows than there is room for.
                unsafe { column.data.add((row + at) * column.step).write(index) };
            }
        }
        for (at, &step) in found.steps.iter().enumerate() {
            let index = found.start + i64::from(step);
            // SAFETY: as above.
            unsafe { last.data.add((row + at) * last.step).write(index) };
        }
        row += found.steps.len();
    }
}
