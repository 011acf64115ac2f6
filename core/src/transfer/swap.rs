//! Elements exchanged, and the bytes of elements reversed.

use super::aside::Unspoilt;
use super::assign::visit_of;
use super::copy::each;
use super::elements::Elements;
use super::exchange::exchange_nest;
use super::fields::{shape_of, strides_of};
use super::plan::Rows;
use super::walk::{Axis, Nest};
use super::{Target, Visit, move_elements};
use crate::array::{Array, Flags};
use crate::dtype::DType;
use crate::error::{Error, Result, Shape};
use crate::layout::Dims;
use crate::overlap::{self, Overlap};
use std::ops::ControlFlow;

/// Work to prove that arrays share no byte; as there is no way but the proof, there is more of it
/// than for an assignment.
const OVERLAP_BUDGET: u64 = 1_000_000;

/// Exchanges the elements of two arrays of one shape and type. They must share no byte, or be the
/// same elements in the same order, of which nothing is left to do.
///
/// # Safety
/// - The elements of both are valid memory that no other thread uses.
pub unsafe fn swap(a: &Array, b: &Array) -> Result<()> {
    let (first, second) = (a.data_mut()?, b.data_mut()?);
    if a.dtype() != b.dtype() {
        return Err(Error::SameDType { a: a.dtype(), b: b.dtype() });
    }
    if a.shape() != b.shape() {
        return Err(Error::SameShape { a: Shape::new(a.shape()), b: Shape::new(b.shape()) });
    }
    match overlap::overlap(&a.extent(), &b.extent(), OVERLAP_BUDGET) {
        Overlap::Identical => return Ok(()),
        Overlap::Partial(witness) => return Err(Error::SharedByte { address: witness.address }),
        Overlap::Unknown => return Err(Error::TooHard { budget: OVERLAP_BUDGET }),
        Overlap::Disjoint => {}
    }
    check_apart(a)?;
    check_apart(b)?;
    let mut nest = Nest::at(first, second);
    if !nest.add_axes(a.shape(), a.strides(), b.strides()) {
        return Ok(());
    }
    // SAFETY: the elements are valid, and the arrays share no byte.
    unsafe { exchange_nest(&mut nest, a.dtype()) };
    Ok(())
}

/// Refuses an array of which two elements share a byte.
fn check_apart(array: &Array) -> Result<()> {
    if !array.decided().contains(Flags::OVERLAPPING) {
        return Ok(());
    }
    match overlap::self_overlap(&array.extent(), OVERLAP_BUDGET) {
        Overlap::Partial(witness) => Err(Error::SharedByte { address: witness.address }),
        Overlap::Unknown => Err(Error::TooHard { budget: OVERLAP_BUDGET }),
        Overlap::Disjoint | Overlap::Identical => Ok(()),
    }
}

/// Reverses the bytes of every number, of a complex one those of each part, of a record those of
/// each field; raw bytes stay as they are: NumPy's
/// `byteswap(inplace=True)`. Where elements share bytes, each is as if all had been read first, and
/// the last in C order stays.
///
/// # Safety
/// - The elements are valid memory that no other thread uses.
pub unsafe fn byteswap(array: &Array) -> Result<()> {
    let to = Target::of(array)?;
    let (shape, dtype) = (array.shape(), array.dtype());
    // SAFETY: the caller vouches for the elements.
    unsafe {
        if visit_of(array) == Visit::AnyOrder {
            reverse_bytes(shape, to.data, to.strides, dtype);
            return Ok(());
        }
        let mut dense = Dims::new();
        let before = Unspoilt::copied(Elements::of(array), &mut dense)?;
        let strides = before.layout().strides;
        reverse_bytes(shape, before.data().cast_mut(), strides, dtype);
        move_elements(shape, to, before.source(strides), Visit::LogicalOrder);
        before.used();
    }
    Ok(())
}

/// # Safety
/// - The elements are valid, and no two share a byte.
unsafe fn reverse_bytes(shape: &[i64], data: *mut u8, strides: &[i64], dtype: DType) {
    for field in dtype.record().map_or(&[][..], |record| record.fields()) {
        let data = data.wrapping_add(field.offset as usize);
        let (shape, strides) = (shape_of(shape, field), strides_of(strides, field));
        // SAFETY: the fields lie in the items that the caller vouches for.
        unsafe { reverse_bytes(&shape, data, &strides, field.dtype) };
    }
    if dtype.scalar().is_none() {
        return;
    }
    let number = dtype.part().unwrap_or(dtype).itemsize();
    let mut nest = Nest::at(data, data);
    if number == 1 || !nest.add_axes(shape, strides, strides) {
        return;
    }
    if number < dtype.itemsize() {
        let parts = (dtype.itemsize() / number) as isize;
        let step = number as isize;
        nest.axes.insert(0, Axis { extent: parts, target: step, source: step });
    }
    let rows = Rows::fastest(&mut nest, number);
    let step = nest.axes[0].target;
    let _ = rows.each(&nest, |place, n| {
        let (from, to) = (place.source, place.target);
        // SAFETY: the caller's; each number is read before it is written.
        unsafe {
            match number {
                2 => each(from, step, to, step, n, u16::swap_bytes),
                4 => each(from, step, to, step, n, u32::swap_bytes),
                _ => each(from, step, to, step, n, u64::swap_bytes),
            }
        }
        ControlFlow::<()>::Continue(())
    });
}
