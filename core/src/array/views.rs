//! Every way to another window on the same bytes. Each makes one block and one count.

use super::access::Flags;
use super::block::{Array, Handle, Parts};
use crate::dtype::DType;
use crate::error::{Error, Result, ShortShape};
use crate::layout::{self, Item, Layout, LayoutRef, Order, Unmergeable};

/// A view of `array` through a layout whose offset counts from its first element.
pub(crate) fn view_of(
    array: &Array,
    layout: &Layout,
    dtype: DType,
    flags: Flags,
) -> Result<Handle> {
    let data = array.data().cast_mut().wrapping_offset(layout.offset as isize);
    let flags = flags.with_layout(dtype, data, layout.as_ref(dtype.itemsize()));
    array.new_view(Parts { dtype, flags, data, shape: &layout.shape, strides: &layout.strides })
}

/// Fills a layout by `make`, and makes the view.
fn view_through(
    array: &Array,
    make: impl FnOnce(LayoutRef, &mut Layout) -> Result<()>,
) -> Result<Handle> {
    let mut layout = Layout::new();
    make(array.layout(), &mut layout)?;
    view_of(array, &layout, array.dtype(), array.flags())
}

/// A view that differs by its flags alone.
fn same_layout(array: &Array, flags: Flags) -> Result<Handle> {
    let (dtype, data) = (array.dtype(), array.data().cast_mut());
    array.new_view(Parts { dtype, flags, data, shape: array.shape(), strides: array.strides() })
}

/// The whole array again, as a view: NumPy's `a.view()`.
pub fn view(array: &Array) -> Result<Handle> {
    same_layout(array, array.flags())
}

/// The whole array as a view that cannot be written through.
pub fn readonly(array: &Array) -> Result<Handle> {
    same_layout(array, array.flags().without(Flags::WRITEABLE))
}

/// The same bytes as another type: NumPy's `a.view(dtype)`. Where the sizes of the items differ,
/// the last axis shrinks or grows and must be dense.
pub fn view_as(array: &Array, dtype: DType) -> Result<Handle> {
    let (old, new) = (array.itemsize(), dtype.itemsize());
    let mut layout = Layout::new();
    layout.copy_from(array.layout());
    if old == new {
        return view_of(array, &layout, dtype, array.flags());
    }
    let (Some(extent), Some(stride)) = (layout.shape.last_mut(), layout.strides.last_mut()) else {
        return Err(cannot_view_as(array, dtype, "a 0-d array keeps its itemsize"));
    };
    if *extent != 1 && *stride != old as i64 && array.size() != 0 {
        return Err(cannot_view_as(array, dtype, "the last axis is not contiguous"));
    }
    let row_bytes = *extent as i128 * old as i128;
    if row_bytes % new as i128 != 0 {
        return Err(cannot_view_as(array, dtype, "the last axis holds no whole number of items"));
    }
    *extent = (row_bytes / new as i128) as i64;
    *stride = new as i64;
    view_of(array, &layout, dtype, array.flags())
}

fn cannot_view_as(array: &Array, to: DType, reason: &'static str) -> Error {
    let shape = ShortShape::new(array.shape());
    let stride = array.strides().last().copied().unwrap_or(0);
    Error::ViewAs { from: array.dtype(), to, reason, shape, stride }
}

/// NumPy's basic indexing: integers, slices, ellipsis, newaxis.
pub fn slice<E: From<Error>>(
    array: &Array,
    items: impl Iterator<Item = std::result::Result<Item, E>> + Clone,
) -> std::result::Result<Handle, E> {
    let mut layout = Layout::new();
    layout::slice(array.layout(), items, &mut layout)?;
    Ok(view_of(array, &layout, array.dtype(), array.flags())?)
}

pub fn transpose(array: &Array) -> Result<Handle> {
    view_through(array, layout::transpose)
}

pub fn permute(array: &Array, axes: &[i64]) -> Result<Handle> {
    view_through(array, |source, out| layout::permute(source, axes, out))
}

pub fn swap_axes(array: &Array, first: i64, second: i64) -> Result<Handle> {
    view_through(array, |source, out| layout::swap_axes(source, first, second, out))
}

pub fn move_axis(array: &Array, from: i64, to: i64) -> Result<Handle> {
    view_through(array, |source, out| layout::move_axis(source, from, to, out))
}

pub fn flip(array: &Array, axes: Option<&[i64]>) -> Result<Handle> {
    view_through(array, |source, out| layout::flip(source, axes, out))
}

pub fn squeeze(array: &Array, axes: Option<&[i64]>) -> Result<Handle> {
    view_through(array, |source, out| layout::squeeze(source, axes, out))
}

pub fn expand_dims(array: &Array, at: i64) -> Result<Handle> {
    view_through(array, |source, out| layout::expand_dims(source, at, out))
}

/// Unlike NumPy's, writeable when the array is: no two of its elements share a byte.
pub fn diagonal(array: &Array, above: i64, first: i64, second: i64) -> Result<Handle> {
    view_through(array, |source, out| layout::diagonal(source, above, first, second, out))
}

/// Read-only, also where nothing was stretched: one written element would be many.
pub fn broadcast_to(array: &Array, shape: &[i64]) -> Result<Handle> {
    let mut layout = Layout::new();
    layout::broadcast_to(array.layout(), shape, &mut layout)?;
    let flags = array.flags().without(Flags::WRITEABLE).with(Flags::OVERLAPPING);
    view_of(array, &layout, array.dtype(), flags)
}

/// The array in another shape of the same size, if its strides allow it without a copy. `shape`
/// must have no extent left to be inferred.
pub(crate) fn reshape_view(
    array: &Array,
    shape: &[i64],
    order: Order,
) -> std::result::Result<Result<Handle>, Unmergeable> {
    let mut layout = Layout::new();
    layout::reshape(array.layout(), shape, order, &mut layout)?;
    Ok(view_of(array, &layout, array.dtype(), array.flags()))
}
