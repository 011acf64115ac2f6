//! Copies that differ from their source by layout or type, and the functions that view when they
//! can.

use super::CopyPolicy;
use crate::array::{self, Array, Handle, flat_view};
use crate::buffer::allocator::Scratch;
use crate::buffer::{Contents, audit};
use crate::dtype::{Casting, DType};
use crate::error::{Error, Result};
use crate::layout::{self, Dims, LayoutRef, Order, check_shape, dense_strides, slowest_first};
use crate::overlap::{self, Extent};
use crate::transfer::{Source, Target, Visit, assign, byteswap, dense_copy, move_elements};
use std::ffi::CStr;

/// New bytes with the same elements, laid out in `order`.
///
/// # Safety
/// - The elements are valid memory that no other thread writes. So for every function here.
pub unsafe fn copy(array: &Array, order: Order) -> Result<Handle> {
    // SAFETY: the caller vouches for the elements.
    let result = unsafe { converted(array, array.dtype(), order, Casting::No)? };
    audit::made(c"copy", result.nbytes());
    Ok(result)
}

/// # Safety
/// - As for [`copy`].
unsafe fn converted(array: &Array, dtype: DType, order: Order, casting: Casting) -> Result<Handle> {
    let contents = Contents::to_convert_into(dtype, array.dtype() != dtype);
    let result = array.new_like(dtype, order, contents)?;
    // SAFETY: the caller vouches for the elements; the result is new.
    unsafe { assign(&result, array, casting)? };
    Ok(result)
}

/// The array itself if its elements lie dense in `order`, else a copy that does, as the policy
/// allows: NumPy's `ascontiguousarray`, which however makes 0-d arrays 1-d.
///
/// # Safety
/// - As for [`copy`].
pub unsafe fn contiguous(array: &Array, order: Order, policy: CopyPolicy) -> Result<Handle> {
    // SAFETY: the caller vouches for the elements.
    unsafe { astype(array, array.dtype(), order, Casting::No, policy) }
}

/// The array itself if it has the type and lies in `order`, else a converted copy, as the policy
/// allows: NumPy's `astype`.
///
/// # Safety
/// - As for [`copy`].
pub unsafe fn astype(
    array: &Array,
    dtype: DType,
    order: Order,
    casting: Casting,
    policy: CopyPolicy,
) -> Result<Handle> {
    casting.check(array.dtype(), dtype)?;
    let bytes = array.size() as u64 * dtype.itemsize() as u64;
    let gap = gap_for(array.layout(), order);
    let why = match gap {
        _ if dtype != array.dtype() => {
            Some(Error::CastCopies { from: array.dtype(), to: dtype, bytes })
        }
        Some(gap) => Some(layout_copies("making the array contiguous", order, gap, bytes)),
        None => None,
    };
    match (policy, why) {
        (CopyPolicy::Never | CopyPolicy::IfNeeded, None) => array.retain(),
        (CopyPolicy::Never, Some(why)) => Err(why),
        _ => {
            let operation = if dtype == array.dtype() { c"contiguous" } else { c"astype" };
            let copying = Copying::new(policy, operation, bytes as usize)?;
            // SAFETY: the caller vouches for the elements.
            let result = unsafe { converted(array, dtype, order, casting)? };
            copying.made();
            Ok(result)
        }
    }
}

/// A copy that is to be made because the policy says so, or because it cannot be done without.
enum Copying {
    Asked(&'static CStr, usize),
    Hidden(audit::Hidden),
}

impl Copying {
    fn new(policy: CopyPolicy, operation: &'static CStr, bytes: usize) -> Result<Copying> {
        Ok(match policy {
            CopyPolicy::Always => Copying::Asked(operation, bytes),
            _ => {
                let reason = c"the layout or the type does not allow a view";
                Copying::Hidden(audit::hidden(operation, reason, bytes)?)
            }
        })
    }

    fn made(self) {
        match self {
            Copying::Asked(operation, bytes) => audit::made(operation, bytes),
            Copying::Hidden(hidden) => hidden.made(),
        }
    }
}

/// Where the elements do not lie in the order that is asked for.
fn gap_for(layout: LayoutRef, order: Order) -> Option<(usize, i64, i64)> {
    match order {
        Order::K => None,
        Order::A if layout.is_f_contiguous() => None,
        order => gap(layout, order),
    }
}

/// Where the elements do not lie dense in an order; nowhere, if there are none.
fn gap(layout: LayoutRef, order: Order) -> Option<(usize, i64, i64)> {
    if layout.is_empty() { None } else { layout.gap(order) }
}

fn layout_copies(what: &'static str, order: Order, gap: (usize, i64, i64), bytes: u64) -> Error {
    let (axis, have, need) = gap;
    Error::LayoutCopies { what, order: order.letter(), axis, have, need, bytes }
}

/// The elements in another shape of the same size, read and laid in `order` (C, F or A); one
/// extent may be -1. A view where the strides allow it, else as the policy says: NumPy's `reshape`.
///
/// # Safety
/// - As for [`copy`].
#[inline]
pub unsafe fn reshape(
    array: &Array,
    shape: &[i64],
    order: Order,
    policy: CopyPolicy,
) -> Result<Handle> {
    // Most are so, and then the rest below would take longer than making the view.
    let is_plain = policy != CopyPolicy::Always && order == Order::C;
    if is_plain && layout::only_regroups(array.layout(), shape) {
        return array::regroup(array, shape);
    }
    // SAFETY: the caller's.
    unsafe { reshape_any(array, shape, order, policy) }
}

/// # Safety
/// - As for [`copy`].
#[inline(never)]
unsafe fn reshape_any(
    array: &Array,
    shape: &[i64],
    order: Order,
    policy: CopyPolicy,
) -> Result<Handle> {
    let mut inferred = Dims::new();
    let shape = layout::infer_extent(array.layout(), shape, &mut inferred)?;
    let order = order.resolve(array.layout());
    if policy != CopyPolicy::Always {
        match array::reshape(array, shape, order) {
            Ok(view) => return Ok(view),
            Err(Error::ReshapeCopies { .. }) if policy == CopyPolicy::IfNeeded => {}
            Err(error) => return Err(error),
        }
    }
    let copying = Copying::new(policy, c"reshape", array.nbytes())?;
    // SAFETY: the caller vouches for the elements.
    let result = unsafe { dense_copy(Source::of(array), array.shape(), shape, order)? };
    copying.made();
    Ok(result)
}

/// All elements in one axis, read in `order`. A view only where they lie dense in that order, even
/// if a reshape could do without a copy: NumPy's `ravel`.
///
/// # Safety
/// - As for [`copy`].
pub unsafe fn ravel(array: &Array, order: Order, policy: CopyPolicy) -> Result<Handle> {
    let order = order.resolve(array.layout());
    let (mut shape, mut strides) = (Dims::new(), Dims::new());
    let source = in_reading_order(array.layout(), order, &mut shape, &mut strides);
    let read_order = if order == Order::F { Order::F } else { Order::C };
    match (policy, gap(source, read_order)) {
        (CopyPolicy::Never, Some(gap)) => {
            Err(layout_copies("ravelling", order, gap, array.nbytes() as u64))
        }
        (CopyPolicy::Never | CopyPolicy::IfNeeded, None) => flat_view(array),
        _ => {
            let copying = Copying::new(policy, c"ravel", array.nbytes())?;
            let from = Source { strides: source.strides, ..Source::of(array) };
            // SAFETY: the caller vouches for the elements.
            let result = unsafe { dense_copy(from, source.shape, &[array.size()], read_order)? };
            copying.made();
            Ok(result)
        }
    }
}

/// A copy of all elements in one axis, read in `order`: NumPy's `flatten`.
///
/// # Safety
/// - As for [`copy`].
pub unsafe fn flatten(array: &Array, order: Order) -> Result<Handle> {
    // SAFETY: the caller vouches for the elements.
    unsafe { ravel(array, order, CopyPolicy::Always) }
}

/// A copy with the bytes of every number reversed, of a complex one those of each part: NumPy's
/// `byteswap`.
///
/// # Safety
/// - As for [`copy`].
pub unsafe fn byteswapped(array: &Array) -> Result<Handle> {
    // SAFETY: the caller vouches for the elements; the copy is new.
    unsafe {
        let result = copy(array, Order::K)?;
        byteswap(&result)?;
        Ok(result)
    }
}

/// The layout whose C order (or F order, for F) reads the elements in `order`: for K the axes go
/// from the largest stride to the smallest, with their directions as they are.
fn in_reading_order<'a>(
    source: LayoutRef<'a>,
    order: Order,
    shape: &'a mut Dims,
    strides: &'a mut Dims,
) -> LayoutRef<'a> {
    if order != Order::K || source.is_c_contiguous() {
        return source;
    }
    let axes = slowest_first(source);
    shape.extend(axes.iter().map(|&axis| source.shape[axis]));
    strides.extend(axes.iter().map(|&axis| source.strides[axis]));
    LayoutRef { shape, strides, itemsize: source.itemsize }
}

/// Writes the elements, in C or F order (or A) and without gaps, to the caller's memory: NumPy's
/// `tobytes`.
///
/// # Safety
/// - As for [`copy`]; `nbytes` bytes at `destination` can be written.
pub unsafe fn to_buffer(
    array: &Array,
    destination: *mut u8,
    nbytes: usize,
    order: Order,
) -> Result<()> {
    let need = array.nbytes();
    if nbytes < need {
        return Err(Error::BufferTooSmall { have: nbytes, need });
    }
    let dense = dense_strides(array.shape(), array.itemsize(), order.resolve(array.layout()));
    let from = Source::of(array);
    let move_to = |data| {
        let to = Target { data, dtype: array.dtype(), strides: &dense };
        // SAFETY: there is room for all elements, outside of the array.
        unsafe { move_elements(array.shape(), to, from, Visit::AnyOrder) };
    };
    let room =
        Extent { address: destination.addr(), shape: &[need as i64], strides: &[1], itemsize: 1 };
    if overlap::may_share(&array.extent(), &room) {
        let temporary =
            audit::hidden(c"to_buffer", c"the destination is among the elements", need)?;
        let scratch = Scratch::new(need)?;
        move_to(scratch.start());
        // SAFETY: both have that many bytes, and the scratch memory is new.
        unsafe { scratch.start().copy_to_nonoverlapping(destination, need) };
        temporary.made();
    } else {
        move_to(destination);
        audit::made(c"to_buffer", need);
    }
    Ok(())
}

/// Why a function that views when it can would copy.
pub struct WouldCopy {
    /// The first axis that would have to merge, the one in the way, the last; none if it is the type.
    pub axes: Option<(i32, i32, i32)>,
    pub stride: i64,
    pub needed_stride: i64,
    pub bytes: usize,
}

impl WouldCopy {
    fn for_gap((axis, stride, needed_stride): (usize, i64, i64), bytes: usize) -> WouldCopy {
        let axis = axis as i32;
        WouldCopy { axes: Some((axis, axis, axis)), stride, needed_stride, bytes }
    }
}

/// What keeps [`reshape`] from a view.
pub fn would_copy_reshape(array: &Array, shape: &[i64], order: Order) -> Result<Option<WouldCopy>> {
    let mut inferred = Dims::new();
    let layout = array.layout();
    let shape = layout::infer_extent(layout, shape, &mut inferred)?;
    let mut strides = layout::zeros(shape.len());
    let bytes = array.nbytes();
    Ok(layout::reshape(layout, shape, order.resolve(layout), &mut strides).err().map(|why| {
        let axes = (why.first as i32, why.axis as i32, why.last as i32);
        WouldCopy { axes: Some(axes), stride: why.have, needed_stride: why.need, bytes }
    }))
}

/// What keeps [`ravel`] from a view.
pub fn would_copy_ravel(array: &Array, order: Order) -> Option<WouldCopy> {
    let order = order.resolve(array.layout());
    let (mut shape, mut strides) = (Dims::new(), Dims::new());
    let source = in_reading_order(array.layout(), order, &mut shape, &mut strides);
    let read_order = if order == Order::F { Order::F } else { Order::C };
    Some(WouldCopy::for_gap(gap(source, read_order)?, array.nbytes()))
}

/// What keeps [`astype`] from giving the array itself.
pub fn would_copy_astype(
    array: &Array,
    dtype: DType,
    order: Order,
    casting: Casting,
) -> Result<Option<WouldCopy>> {
    casting.check(array.dtype(), dtype)?;
    let bytes = check_shape(array.shape(), dtype.itemsize())?;
    if dtype != array.dtype() {
        return Ok(Some(WouldCopy { axes: None, stride: 0, needed_stride: 0, bytes }));
    }
    Ok(gap_for(array.layout(), order).map(|gap| WouldCopy::for_gap(gap, bytes)))
}
