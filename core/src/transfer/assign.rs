//! Assignment, the one primitive that every writer of whole arrays goes through.
//!
//! The result is always as if the right side had been read first. Where the two may share a byte,
//! and are not the same elements in the same order, an order of writing is looked for in which
//! nothing is overwritten before it has been read; see [`super::order`]. Where none is known the
//! right side is copied aside, which is right for every pair of layouts and types. Nothing is
//! written before every check has passed.

use super::aside::Unspoilt;
use super::elements::Elements;
use super::exchange::swap_partners;
use super::in_order::{Moving, line_bytes, move_in_order};
use super::kernel;
use super::number::carry_number;
use super::order::{Direction, Line, Plan, Sizes};
use super::walk::Nest;
use super::{Source, Target, Visit, first_changed, move_elements, read_number, write_number};
use crate::array::{Array, Flags};
use crate::buffer::allocator::Scratch;
use crate::buffer::audit;
use crate::dtype::{Casting, DType};
use crate::error::{Error, Number, Result};
use crate::layout::{Dims, broadcast_strides_into, has_no_elements, no_steps, position, zeros};
use crate::overlap::{self, Answer, Extent};
use std::mem::MaybeUninit;

/// Enough for every pair of views that slicing makes; beyond it a copy is cheaper than the proof.
const OVERLAP_BUDGET: u64 = 1_000;

/// Writes `source`, broadcast to the shape of `target`, over `target`.
///
/// # Safety
/// - The elements of both are valid memory, which no other thread writes, or reads in `target`.
pub unsafe fn assign(target: &Array, source: &Array, casting: Casting) -> Result<()> {
    // SAFETY: the caller's.
    unsafe { assign_elements(Elements::to_write(target)?, Elements::of(source), casting) }
}

/// As [`assign`], of elements that need be no array's.
///
/// # Safety
/// - As for [`assign`].
/// - The shape of either has passed [`check_shape`](crate::layout::check_shape).
#[inline(always)] // Either side is nine words, which would go through memory.
pub unsafe fn assign_elements(target: Elements, source: Elements, casting: Casting) -> Result<()> {
    let mut stretched = Dims::new();
    let (to, from) = operands(target, source, casting, &mut stretched)?;
    let shape = target.shape;
    if has_no_elements(shape) {
        return Ok(());
    }
    if casting == Casting::SameValue {
        // SAFETY: the caller vouches for the elements.
        unsafe { check_values(source, target.dtype)? };
    }
    if is_itself(&to, &from, shape) {
        return Ok(());
    }
    let visit = if target.overlapping { Visit::LogicalOrder } else { Visit::AnyOrder };
    // SAFETY: the caller vouches for the elements.
    unsafe {
        if !may_share_a_byte(&target.extent(), &source.extent()) {
            move_elements(shape, to, from, visit);
            return Ok(());
        }
        if visit == Visit::AnyOrder && move_among_themselves(shape, to, from)? {
            return Ok(());
        }
        assign_by_copy(shape, to, source, visit)
    }
}

/// Both sides of an assignment, after all checks but that of the values.
#[inline(always)] // Both are eight words, which would go through memory.
fn operands<'a>(
    target: Elements<'a>,
    source: Elements,
    casting: Casting,
    stretched: &'a mut Dims,
) -> Result<(Target<'a>, Source<'a>)> {
    casting.check(source.dtype, target.dtype)?;
    stretched.extend(target.shape.iter().map(|_| 0));
    broadcast_strides_into(source.layout(), target.shape, stretched)?;
    let to = Target { data: target.data, dtype: target.dtype, strides: target.strides };
    Ok((to, Source { data: source.data, dtype: source.dtype, strides: stretched }))
}

/// Moves elements between layouts that share bytes, if there is an order that does without a copy of
/// them all.
///
/// # Safety
/// - As for [`assign`]; there are elements, and no two of the target share a byte.
pub(super) unsafe fn move_among_themselves(
    shape: &[i64],
    to: Target,
    from: Source,
) -> Result<bool> {
    let mut nest = Nest::at(to.data, from.data);
    let (Some(kernel), true) = (
        kernel::choose_in_order(from.dtype, to.dtype),
        nest.add_axes(shape, to.strides, from.strides),
    ) else {
        return Ok(false);
    };
    let plan = Plan::new(&mut nest, sizes(&to, &from), from.dtype == to.dtype);
    // SAFETY: the caller's.
    unsafe {
        match plan {
            Plan::Swap { partner } => swap_partners(&mut nest, &partner, to.dtype),
            Plan::Ordered(route) => {
                let moving = Moving { from: from.dtype, to: to.dtype, kernel };
                let reason = c"no order of writing does without a copy of each line";
                let bytes = line_bytes(&nest, &route, from.dtype);
                let buffered = route.along == Line::Buffered;
                let temporary = buffered.then(|| audit::hidden(c"write", reason, bytes));
                let temporary = temporary.transpose()?;
                move_in_order(&mut nest, &route, moving)?;
                temporary.into_iter().for_each(audit::Hidden::made);
            }
            Plan::FullCopy => return Ok(false),
        }
    }
    Ok(true)
}

fn sizes(to: &Target, from: &Source) -> Sizes {
    Sizes { to: to.dtype.itemsize(), from: from.dtype.itemsize() }
}

/// How an assignment is made; the codes are the ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum How {
    /// There is nothing to do: no elements, or each is assigned to itself.
    Nothing = 100,
    /// No byte is shared; any order will do.
    Disjoint = 101,
    /// In ascending order of the target's memory.
    Ascending = 102,
    Descending = 103,
    /// Part of every line in one direction, the rest in the other.
    Split = 104,
    /// Elements are exchanged with each other.
    Swap = 105,
    /// Every line is copied aside, one at a time.
    LineBuffer = 106,
    /// The whole source is copied aside.
    FullCopy = 107,
}

/// What [`assign`] would do, and the bytes of the temporary it would take. Reads no element.
pub fn how_to_assign(target: &Array, source: &Array, casting: Casting) -> Result<(How, usize)> {
    let mut stretched = Dims::new();
    let (writing, reading) = (Elements::to_write(target)?, Elements::of(source));
    let (to, from) = operands(writing, reading, casting, &mut stretched)?;
    if target.size() == 0 || is_itself(&to, &from, target.shape()) {
        return Ok((How::Nothing, 0));
    }
    if !may_spoil(target, source) {
        return Ok((How::Disjoint, 0));
    }
    let full_copy = (How::FullCopy, source.nbytes());
    let mut nest = Nest::at(to.data, from.data);
    let has_kernel = kernel::choose_in_order(from.dtype, to.dtype).is_some();
    if visit_of(target) == Visit::LogicalOrder
        || !has_kernel
        || !nest.add_axes(target.shape(), to.strides, from.strides)
    {
        return Ok(full_copy);
    }
    Ok(match Plan::new(&mut nest, sizes(&to, &from), from.dtype == to.dtype) {
        Plan::Swap { .. } => (How::Swap, 0),
        Plan::FullCopy => full_copy,
        Plan::Ordered(route) => match route.along {
            Line::Single => (how_of(route.outside), 0),
            Line::One(direction) => (how_of(direction), 0),
            Line::Split { .. } => (How::Split, 0),
            Line::Mirror { .. } => (How::Swap, 0),
            Line::Buffered => (How::LineBuffer, line_bytes(&nest, &route, from.dtype)),
        },
    })
}

fn how_of(direction: Direction) -> How {
    match direction {
        Direction::Ascending => How::Ascending,
        Direction::Descending => How::Descending,
    }
}

/// Whether writing the target might change what is still to be read of the source.
pub(crate) fn may_spoil(target: &Array, source: &Array) -> bool {
    may_spoil_extent(target, &source.extent())
}

pub(crate) fn may_spoil_extent(target: &Array, source: &Extent) -> bool {
    may_share_a_byte(&target.extent(), source)
}

fn may_share_a_byte(target: &Extent, source: &Extent) -> bool {
    overlap::shares(target, source, OVERLAP_BUDGET) != Answer::No
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
    // SAFETY: the caller's.
    unsafe { check_values(Elements::of(source), dtype) }
}

/// # Safety
/// - As for [`check_same_value`].
unsafe fn check_values(source: Elements, dtype: DType) -> Result<()> {
    let from = Source { data: source.data, dtype: source.dtype, strides: source.strides };
    // SAFETY: the caller vouches for the elements.
    match unsafe { first_changed(source.shape, from, dtype) } {
        Some((position, value)) => Err(Error::SameValue { position, value, dtype }),
        None => Ok(()),
    }
}

/// Copies the source aside and assigns from there.
///
/// # Safety
/// - As for [`assign`].
unsafe fn assign_by_copy(shape: &[i64], to: Target, source: Elements, visit: Visit) -> Result<()> {
    let mut dense = Dims::new();
    // SAFETY: the caller vouches for the elements.
    let copy = unsafe { Unspoilt::copied(source, &mut dense)? };
    let mut stretched = zeros(shape.len());
    broadcast_strides_into(copy.layout(), shape, &mut stretched)?;
    // SAFETY: the copy shares no byte with the target.
    unsafe { move_elements(shape, to, copy.source(&stretched), visit) };
    copy.used();
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
    let to = Target { data: target.data_mut()?, dtype: target.dtype(), strides: target.strides() };
    let from = Source { data: element, dtype: target.dtype(), strides: no_steps(target.ndim()) };
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
