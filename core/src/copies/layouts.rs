//! Copies that differ from their source by layout or type, and the functions that view when they
//! can.

use super::CopyPolicy;
use crate::array::{self, Array, Handle, flat_view};
use crate::buffer::allocator::Scratch;
use crate::buffer::{Contents, counters};
use crate::dtype::{Casting, DType};
use crate::error::{Error, Result};
use crate::layout::{self, Dims, LayoutRef, Order, dense_strides, slowest_first};
use crate::overlap::{self, Extent};
use crate::transfer::{Source, Target, Visit, assign, byteswap, move_elements};

/// New bytes with the same elements, laid out in `order`.
///
/// # Safety
/// - The elements are valid memory that no other thread writes. So for every function here.
pub unsafe fn copy(array: &Array, order: Order) -> Result<Handle> {
    // SAFETY: the caller vouches for the elements.
    unsafe { converted(array, array.dtype(), order, Casting::No) }
}

/// # Safety
/// - As for [`copy`].
unsafe fn converted(array: &Array, dtype: DType, order: Order, casting: Casting) -> Result<Handle> {
    let contents = Contents::to_convert_into(dtype, array.dtype() != dtype);
    let result = array.new_like(dtype, order, contents)?;
    // SAFETY: the caller vouches for the elements; the result is new.
    unsafe { assign(&result, array, casting)? };
    counters::copied(result.nbytes());
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
    let gap = match order {
        Order::K => None,
        Order::A if array.layout().is_f_contiguous() => None,
        order => gap(array.layout(), order),
    };
    match policy {
        CopyPolicy::Always => {}
        _ if dtype == array.dtype() && gap.is_none() => return array.retain(),
        CopyPolicy::IfNeeded => {}
        CopyPolicy::Never => {
            return Err(match gap {
                Some(gap) if dtype == array.dtype() => {
                    layout_copies("making the array contiguous", order, gap, bytes)
                }
                _ => Error::CastCopies { from: array.dtype(), to: dtype, bytes },
            });
        }
    }
    // SAFETY: the caller vouches for the elements.
    unsafe { converted(array, dtype, order, casting) }
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
pub unsafe fn reshape(
    array: &Array,
    shape: &[i64],
    order: Order,
    policy: CopyPolicy,
) -> Result<Handle> {
    let mut inferred = Dims::new();
    let shape = layout::infer_extent(array.layout(), shape, &mut inferred)?;
    let order = order.resolve(array.layout());
    if policy != CopyPolicy::Always {
        let view = array::reshape(array, shape, order);
        if policy == CopyPolicy::Never || !matches!(view, Err(Error::ReshapeCopies { .. })) {
            return view;
        }
    }
    // SAFETY: the caller vouches for the elements.
    unsafe { copy_in_shape(array.data(), array.layout(), array.dtype(), shape, order) }
}

/// A new array of `shape`, dense in C or F order, with the elements of a layout of the same size
/// in that order.
///
/// # Safety
/// - The elements are valid memory that no other thread writes.
unsafe fn copy_in_shape(
    data: *const u8,
    source: LayoutRef,
    dtype: DType,
    shape: &[i64],
    order: Order,
) -> Result<Handle> {
    let result = Array::dense(dtype, shape, order, Contents::Unset)?;
    let dense = dense_strides(source.shape, source.itemsize, order);
    let to = Target { data: result.data_mut()?, dtype, strides: &dense };
    let from = Source { data, dtype, strides: source.strides };
    // SAFETY: the result is new and has room for all elements; the caller vouches for the source.
    unsafe { move_elements(source.shape, to, from, Visit::AnyOrder) };
    counters::copied(result.nbytes());
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
        // SAFETY: the caller vouches for the elements.
        _ => unsafe {
            copy_in_shape(array.data(), source, array.dtype(), &[array.size()], read_order)
        },
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
    let from = Source { data: array.data(), dtype: array.dtype(), strides: array.strides() };
    let move_to = |data| {
        let to = Target { data, dtype: array.dtype(), strides: &dense };
        // SAFETY: there is room for all elements, outside of the array.
        unsafe { move_elements(array.shape(), to, from, Visit::AnyOrder) };
        counters::copied(need);
    };
    let room =
        Extent { address: destination.addr(), shape: &[need as i64], strides: &[1], itemsize: 1 };
    if overlap::may_share(&array.extent(), &room) {
        let scratch = Scratch::new(need)?;
        move_to(scratch.start());
        // SAFETY: both have that many bytes, and the scratch memory is new.
        unsafe { scratch.start().copy_to_nonoverlapping(destination, need) };
    } else {
        move_to(destination);
    }
    Ok(())
}
