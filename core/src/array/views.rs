//! Every way to another window on the same bytes. Each makes one block and one count.

#![forbid(unsafe_code)]

use super::access::Flags;
use super::block::{Array, Handle};
use crate::dtype::DType;
use crate::error::{Error, Result, Shape, ShortShape};
use crate::layout::{
    self, Axes, Item, LayoutRef, Order, Plan, Slice, Unmergeable, check_ndim, check_shape,
    dense_strides,
};

/// As [`Array::new_view`], of axes that begin at the same element.
#[inline(always)]
fn view_from_start(
    array: &Array,
    ndim: usize,
    fill: impl FnOnce(LayoutRef, &mut Axes) -> Result<()>,
) -> Result<Handle> {
    array.new_view(ndim, |source, out| fill(source, out).map(|()| 0))
}

/// The whole array again, as a view: NumPy's `a.view()`.
pub fn view(array: &Array) -> Result<Handle> {
    array.same_axes_as(array.dtype(), array.decided())
}

/// The whole array as a view that cannot be written through.
pub fn readonly(array: &Array) -> Result<Handle> {
    array.same_axes_as(array.dtype(), array.decided().without(Flags::WRITEABLE))
}

/// The same bytes as another type: NumPy's `a.view(dtype)`. Where the sizes of the items differ,
/// the last axis shrinks or grows and must be dense.
pub fn view_as(array: &Array, dtype: DType) -> Result<Handle> {
    let (old, new) = (array.itemsize(), dtype.itemsize());
    if old == new {
        return array.same_axes_as(dtype, array.decided());
    }
    let (Some(&extent), Some(&stride)) = (array.shape().last(), array.strides().last()) else {
        return Err(cannot_view_as(array, dtype, "a 0-d array keeps its itemsize"));
    };
    if extent != 1 && stride != old as i64 && array.size() != 0 {
        return Err(cannot_view_as(array, dtype, "the last axis is not contiguous"));
    }
    let row_bytes = extent as i128 * old as i128;
    if row_bytes % new as i128 != 0 {
        return Err(cannot_view_as(array, dtype, "the last axis holds no whole number of items"));
    }
    // The quotient fits, unless another axis has no elements and so bounds nothing.
    let items = i64::try_from(row_bytes / new as i128).unwrap_or(i64::MAX);
    array.new_view_as(dtype, array.decided(), array.ndim(), |source, out| {
        out.copy_from(source);
        out.set(source.ndim() - 1, items, new as i64);
        check_shape(out.shape, new)?;
        Ok(0)
    })
}

/// The real parts of complex elements; of others the whole array, as NumPy's `real`.
pub fn real(array: &Array) -> Result<Handle> {
    array.dtype().part().map_or_else(|| view(array), |part| view_part(array, part, 0))
}

/// The imaginary parts of complex elements. Others have none: NumPy's are zeros that nobody can
/// write to.
pub fn imag(array: &Array) -> Result<Handle> {
    let part = array.dtype().part().ok_or(Error::NotComplex { dtype: array.dtype() })?;
    view_part(array, part, part.itemsize() as i64)
}

/// A part of every element, which begins `offset` bytes into it.
fn view_part(array: &Array, part: DType, offset: i64) -> Result<Handle> {
    array.new_view_as(part, array.decided(), array.ndim(), |source, out| {
        out.copy_from(source);
        Ok(if source.is_empty() { 0 } else { offset })
    })
}

/// One field of every item: NumPy's `a["x"]`. The axes of the field come behind those of the array.
pub fn field(array: &Array, name: &[u8]) -> Result<Handle> {
    let dtype = array.dtype();
    let record = dtype.record().ok_or(Error::NoRecord { dtype })?;
    let field = record.field(name)?;
    let outer = array.ndim();
    let ndim = outer + field.shape.len();
    check_ndim(ndim)?;
    array.new_view_as(field.dtype, array.decided(), ndim, |source, out| {
        let inner = dense_strides(field.shape, field.dtype.itemsize(), Order::C);
        out.copy_from(source);
        out.shape[outer..].copy_from_slice(field.shape);
        out.strides[outer..].copy_from_slice(&inner);
        check_shape(out.shape, field.dtype.itemsize())?;
        Ok(field.offset.into())
    })
}

/// Some fields of every item, in the order of the names: NumPy's `a[["x", "z"]]`, records of the
/// same size with fewer fields.
pub fn fields<'a>(array: &Array, names: impl Iterator<Item = &'a [u8]> + Clone) -> Result<Handle> {
    array.same_axes_as(array.dtype().with_only(names)?, array.decided())
}

fn cannot_view_as(array: &Array, to: DType, reason: &'static str) -> Error {
    let shape = ShortShape::new(array.shape());
    let stride = array.strides().last().copied().unwrap_or(0);
    Error::ViewAs { from: array.dtype(), to, reason, shape, stride }
}

/// NumPy's basic indexing: integers, slices, ellipsis, newaxis.
#[inline(never)]
pub fn slice(array: &Array, items: impl Iterator<Item = Item> + Clone) -> Result<Handle> {
    let plan = Plan::new(array.layout(), items.clone())?;
    array.new_view(plan.ndim, |source, out| layout::slice(source, items, &plan, out))
}

/// As [`slice`], by slices alone: every axis stays where it is.
#[inline(always)]
pub fn slice_axes(array: &Array, slices: impl ExactSizeIterator<Item = Slice>) -> Result<Handle> {
    let (given, ndim) = (slices.len(), array.ndim());
    if given > ndim {
        return Err(Error::TooManyIndices { given, ndim });
    }
    array.new_view_alike(|out| layout::slice_axes(slices, out))
}

pub fn transpose(array: &Array) -> Result<Handle> {
    view_from_start(array, array.ndim(), |source, out| {
        layout::transpose(source, out);
        Ok(())
    })
}

pub fn permute(array: &Array, axes: &[i64]) -> Result<Handle> {
    view_from_start(array, array.ndim(), |source, out| layout::permute(source, axes, out))
}

pub fn swap_axes(array: &Array, first: i64, second: i64) -> Result<Handle> {
    view_from_start(array, array.ndim(), |source, out| {
        layout::swap_axes(source, first, second, out)
    })
}

pub fn move_axis(array: &Array, from: i64, to: i64) -> Result<Handle> {
    view_from_start(array, array.ndim(), |source, out| layout::move_axis(source, from, to, out))
}

pub fn flip(array: &Array, axes: Option<&[i64]>) -> Result<Handle> {
    array.new_view(array.ndim(), |source, out| layout::flip(source, axes, out))
}

pub fn rot90(array: &Array, quarters: i64, first: i64, second: i64) -> Result<Handle> {
    array.new_view(array.ndim(), |source, out| layout::rot90(source, quarters, first, second, out))
}

pub fn squeeze(array: &Array, axes: Option<&[i64]>) -> Result<Handle> {
    let dropped = layout::squeezed(array.layout(), axes)?;
    view_from_start(array, array.ndim() - dropped.count(), |source, out| {
        layout::squeeze(source, dropped, out);
        Ok(())
    })
}

pub fn expand_dims(array: &Array, at: i64) -> Result<Handle> {
    let ndim = array.ndim() + 1;
    check_ndim(ndim)?;
    view_from_start(array, ndim, |source, out| layout::expand_dims(source, at, out))
}

/// Unlike NumPy's, writeable when the array is: no two of its elements share a byte.
pub fn diagonal(array: &Array, above: i64, first: i64, second: i64) -> Result<Handle> {
    let have = array.ndim();
    if have < 2 {
        return Err(Error::Rank { what: "an array with a diagonal", have, want: 2 });
    }
    array.new_view(have - 1, |source, out| layout::diagonal(source, above, first, second, out))
}

/// Read-only, also where nothing was stretched: one written element would be many.
pub fn broadcast_to(array: &Array, shape: &[i64]) -> Result<Handle> {
    let flags = array.decided().without(Flags::WRITEABLE).with(Flags::OVERLAPPING);
    array.new_view_as(array.dtype(), flags, shape.len(), |source, out| {
        out.shape.copy_from_slice(shape);
        layout::broadcast_strides(source, shape, out.strides).map(|()| 0)
    })
}

/// The array in another shape of the same size, or [`Error::ReshapeCopies`] if its strides do not
/// allow that. `shape` must have no extent left to be inferred.
pub(crate) fn reshape(array: &Array, shape: &[i64], order: Order) -> Result<Handle> {
    view_from_start(array, shape.len(), |source, out| {
        out.shape.copy_from_slice(shape);
        layout::reshape(source, shape, order, out.strides)
            .map_err(|why| reshape_copies(source, shape, why))
    })
}

/// As [`reshape`], in C order, where it [`only_regroups`](layout::only_regroups) the elements.
#[inline(always)]
pub(crate) fn regroup(array: &Array, shape: &[i64]) -> Result<Handle> {
    view_from_start(array, shape.len(), |source, out| {
        layout::regroup(source.itemsize, shape, out);
        Ok(())
    })
}

#[cold]
pub(super) fn reshape_copies(source: LayoutRef, shape: &[i64], why: Unmergeable) -> Error {
    Error::ReshapeCopies {
        from: Shape::new(source.shape),
        to: Shape::new(shape),
        first: why.first as u8,
        last: why.last as u8,
        axis: why.axis as u8,
        have: why.have,
        need: why.need,
        bytes: source.nbytes(),
    }
}

/// All elements in one dense axis; they must lie so.
pub(crate) fn flat_view(array: &Array) -> Result<Handle> {
    view_from_start(array, 1, |source, out| {
        out.set(0, source.size(), source.itemsize as i64);
        Ok(())
    })
}
