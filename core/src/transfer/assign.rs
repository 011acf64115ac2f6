//! Assignment, the one primitive that every writer of whole arrays goes through.
//!
//! The result is always as if the right side had been read first. Where the two may share a byte,
//! and are not the same elements in the same order, the right side is copied aside; that is right
//! for every pair of layouts and types. Nothing is written before every check has passed.

use super::aside::Unspoilt;
use super::number::carry_number;
use super::{Source, Target, Visit, first_changed, move_elements, read_number, write_number};
use crate::array::{Array, Flags};
use crate::buffer::allocator::Scratch;
use crate::dtype::{Casting, DType};
use crate::error::{Error, Number, Result};
use crate::layout::{broadcast_strides_into, position, zeros};
use crate::overlap::{self, Answer, Extent};
use std::mem::MaybeUninit;

/// Enough for every pair of views that slicing makes; beyond it a copy is cheaper than the proof.
const OVERLAP_BUDGET: u64 = 1_000;

/// Writes `source`, broadcast to the shape of `target`, over `target`.
///
/// # Safety
/// - The elements of both are valid memory, which no other thread writes, or reads in `target`.
pub unsafe fn assign(target: &Array, source: &Array, casting: Casting) -> Result<()> {
    let data = target.data_mut()?;
    casting.check(source.dtype(), target.dtype())?;
    let mut stretched = zeros(target.ndim());
    broadcast_strides_into(source.layout(), target.shape(), &mut stretched)?;
    if target.size() == 0 {
        return Ok(());
    }
    if casting == Casting::SameValue {
        // SAFETY: the caller vouches for the elements.
        unsafe { check_same_value(source, target.dtype())? };
    }
    let to = Target { data, dtype: target.dtype(), strides: target.strides() };
    let from = Source { data: source.data(), dtype: source.dtype(), strides: &stretched };
    if is_itself(&to, &from, target.shape()) {
        return Ok(());
    }
    let visit = visit_of(target);
    if !may_spoil(target, source) {
        // SAFETY: no byte is shared; the caller vouches for the elements.
        unsafe { move_elements(target.shape(), to, from, visit) };
        return Ok(());
    }
    // SAFETY: as above.
    unsafe { assign_by_copy(target.shape(), to, source, visit) }
}

/// Whether writing the target might change what is still to be read of the source.
pub(crate) fn may_spoil(target: &Array, source: &Array) -> bool {
    may_spoil_extent(target, &source.extent())
}

pub(crate) fn may_spoil_extent(target: &Array, source: &Extent) -> bool {
    overlap::shares(&target.extent(), source, OVERLAP_BUDGET) != Answer::No
}

/// The order in which a target must be written: the last write stays where elements overlap.
pub(crate) fn visit_of(target: &Array) -> Visit {
    if target.decided().contains(Flags::OVERLAPPING) {
        Visit::LogicalOrder
    } else {
        Visit::AnyOrder
    }
}

/// Whether each element would be assigned to itself.
pub(super) fn is_itself(to: &Target, from: &Source, shape: &[i64]) -> bool {
    let strides_agree = shape
        .iter()
        .zip(to.strides.iter().zip(from.strides))
        .all(|(&extent, (a, b))| extent == 1 || a == b);
    std::ptr::eq(to.data, from.data) && to.dtype == from.dtype && strides_agree
}

/// Refuses an array of which some value would change in type `dtype`.
///
/// # Safety
/// - The elements of `source` are valid memory.
pub(crate) unsafe fn check_same_value(source: &Array, dtype: DType) -> Result<()> {
    let from = Source { data: source.data(), dtype: source.dtype(), strides: source.strides() };
    // SAFETY: the caller vouches for the elements.
    match unsafe { first_changed(source.shape(), from, dtype) } {
        Some((position, value)) => Err(Error::SameValue { position, value, dtype }),
        None => Ok(()),
    }
}

/// Copies the source aside and assigns from there.
///
/// # Safety
/// - As for [`assign`].
unsafe fn assign_by_copy(shape: &[i64], to: Target, source: &Array, visit: Visit) -> Result<()> {
    // SAFETY: the caller vouches for the elements.
    let copy = unsafe { Unspoilt::copied(source)? };
    let mut stretched = zeros(shape.len());
    broadcast_strides_into(copy.layout(), shape, &mut stretched)?;
    // SAFETY: the copy shares no byte with the target.
    unsafe { move_elements(shape, to, copy.source(&stretched), visit) };
    Ok(())
}

/// Writes one value over every element; refuses a value that does not fit.
///
/// # Safety
/// - The elements are valid memory that no other thread uses.
pub unsafe fn fill(target: &Array, value: Number) -> Result<()> {
    let mut element = [0u8; 16];
    target.check_writeable()?;
    // SAFETY: the widest element has 16 bytes.
    unsafe { write_number(element.as_mut_ptr(), target.dtype(), value)? };
    // SAFETY: one element of the target's type stands there; the caller vouches for the others.
    unsafe { fill_bytes(target, element.as_ptr()) }
}

/// As [`fill`], from an element in memory; one of the same type arrives bit for bit.
///
/// # Safety
/// - As for [`fill`], and one element of `dtype` can be read at `value`.
pub unsafe fn fill_from(target: &Array, dtype: DType, value: *const u8) -> Result<()> {
    target.check_writeable()?;
    if dtype == target.dtype() {
        let itemsize = dtype.itemsize();
        let mut small = MaybeUninit::<[u8; 16]>::uninit();
        let large = if itemsize > 16 { Some(Scratch::new(itemsize)?) } else { None };
        let element = large.as_ref().map_or(small.as_mut_ptr().cast(), Scratch::start);
        // SAFETY: there is room for the element. The value is read first, as it may lie in the
        // target.
        unsafe { value.copy_to_nonoverlapping(element, itemsize) };
        // SAFETY: as for `fill`.
        return unsafe { fill_bytes(target, element) };
    }
    // SAFETY: the caller vouches for the value and for the elements.
    unsafe { fill(target, read_number(value, dtype)?) }
}

/// # Safety
/// - As for [`fill`]; `element` holds one element of the target's type, outside of the target.
unsafe fn fill_bytes(target: &Array, element: *const u8) -> Result<()> {
    if target.size() == 0 {
        return Ok(());
    }
    let still = zeros(target.ndim());
    let to = Target { data: target.data_mut()?, dtype: target.dtype(), strides: target.strides() };
    let from = Source { data: element, dtype: target.dtype(), strides: &still };
    // SAFETY: the element lies outside of the target; the caller vouches for the rest.
    unsafe { move_elements(target.shape(), to, from, visit_of(target)) };
    Ok(())
}

/// The bytes from the first element to the one at `index`, one number for each axis.
fn element_offset(array: &Array, index: &[i64]) -> Result<isize> {
    let ndim = array.ndim();
    if index.len() != ndim {
        return Err(Error::IndexCount { given: index.len(), ndim });
    }
    let mut offset = 0i64;
    for (axis, &given) in index.iter().enumerate() {
        let counted = position(given, axis, array.shape()[axis])?;
        offset = offset.wrapping_add(counted.wrapping_mul(array.strides()[axis]));
    }
    Ok(offset as isize)
}

/// One element, negative positions counting from the end.
fn element(array: &Array, index: &[i64]) -> Result<*const u8> {
    Ok(array.data().wrapping_offset(element_offset(array, index)?))
}

/// Writes one number to one element; refuses a value that does not fit.
///
/// # Safety
/// - The element is valid memory that no other thread uses.
pub unsafe fn set_item(array: &Array, index: &[i64], value: Number) -> Result<()> {
    let data = array.data_mut()?;
    let offset = element_offset(array, index)?;
    // SAFETY: the index is inside the array; the caller vouches for the element.
    unsafe { write_number(data.wrapping_offset(offset), array.dtype(), value) }
}

/// As [`set_item`], from an element in memory; one of the same type arrives bit for bit.
///
/// # Safety
/// - As for [`set_item`], and one element of `dtype` can be read at `value`.
pub unsafe fn set_item_from(
    array: &Array,
    index: &[i64],
    dtype: DType,
    value: *const u8,
) -> Result<()> {
    let data = array.data_mut()?.wrapping_offset(element_offset(array, index)?);
    if dtype != array.dtype() {
        // SAFETY: the caller vouches for the value and for the element.
        return unsafe { carry_number(value, dtype, data, array.dtype()) };
    }
    // SAFETY: as above; the two may be one place.
    unsafe { value.copy_to(data, dtype.itemsize()) };
    Ok(())
}

/// Reads one element as another type, by the rules of [`set_item`].
///
/// # Safety
/// - The element can be read, and an element of `dtype` written at `value`.
pub unsafe fn get_item_as(
    array: &Array,
    index: &[i64],
    dtype: DType,
    value: *mut u8,
) -> Result<()> {
    let found = element(array, index)?;
    if dtype == array.dtype() {
        // SAFETY: the caller vouches for the element and for the value.
        unsafe { found.copy_to(value, dtype.itemsize()) };
        return Ok(());
    }
    // SAFETY: as above.
    unsafe { carry_number(found, array.dtype(), value, dtype) }
}
