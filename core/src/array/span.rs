//! Views without a handle: from one layout to another, for whoever has the memory for it.
//!
//! The axes are changed in the storage that holds them, or a copy of them. A layout here may be
//! anything that a caller has written down: nothing panics, whatever its numbers are.

#![forbid(unsafe_code)]

use super::block::{Array, Handle};
use super::create::Access;
use super::strided::as_strided;
use super::views::reshape_copies;
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{
    self, Axes, Dims, LayoutRef, Order, Slice, check_ndim, check_shape, has_no_elements,
};
use std::iter::repeat_n;

/// What becomes of some axes, told before the first of them changes.
pub struct Change<Apply> {
    /// How many there are afterwards.
    pub ndim: usize,
    /// From the first element to the one that is first afterwards, in bytes.
    pub way: i64,
    /// An [`Apply`].
    pub apply: Apply,
}

/// Sets axes after others, or, where none are given, changes them where they stand. There is room for as
/// many as there are before or afterwards.
pub trait Apply: FnOnce(Option<LayoutRef>, &mut Axes) {}

impl<F: FnOnce(Option<LayoutRef>, &mut Axes)> Apply for F {}

/// Begins with the axes as they were.
#[inline(always)]
fn begin_with(before: Option<LayoutRef>, axes: &mut Axes) {
    if let Some(source) = before {
        axes.copy_from(source);
    }
}

/// Makes axes from the `ndim` that there were, which are put aside if they stand in the way.
#[inline(always)]
fn make_from(
    before: Option<LayoutRef>,
    ndim: usize,
    axes: &mut Axes,
    make: impl FnOnce(LayoutRef, &mut Axes),
) {
    if let Some(source) = before {
        return make(source, axes);
    }
    let shape: Dims = axes.shape[..ndim].iter().copied().collect();
    let strides: Dims = axes.strides[..ndim].iter().copied().collect();
    make(LayoutRef { shape: &shape, strides: &strides, itemsize: 0 }, axes)
}

/// `start:stop:step` of one axis.
#[inline(always)]
pub fn slice_axis(
    source: LayoutRef,
    axis: i64,
    slice: Slice,
) -> Result<Change<impl Apply + use<>>> {
    let axis = layout::axis(axis, source.ndim())?;
    let (extent, stride) = (source.shape[axis], source.strides[axis]);
    if extent < 0 {
        return Err(Error::NegativeExtent { axis, extent });
    }
    let (way, extent, stride) = layout::cut_axis(slice, axis, extent, stride)?;
    let apply = move |before: Option<LayoutRef>, axes: &mut Axes| {
        begin_with(before, axes);
        axes.set(axis, extent, stride);
    };
    Ok(Change { ndim: source.ndim(), way: if extent == 0 { 0 } else { way }, apply })
}

/// One position of an axis, which is dropped.
#[inline(always)]
pub fn index_axis(source: LayoutRef, axis: i64, index: i64) -> Result<Change<impl Apply + use<>>> {
    let axis = layout::axis(axis, source.ndim())?;
    let (extent, stride) = (source.shape[axis], source.strides[axis]);
    if extent < 0 {
        return Err(Error::NegativeExtent { axis, extent });
    }
    let way = layout::position(index, axis, extent)?.wrapping_mul(stride);
    let apply = move |before: Option<LayoutRef>, axes: &mut Axes| {
        begin_with(before, axes);
        for after in axis + 1..axes.ndim() {
            axes.set(after - 1, axes.shape[after], axes.strides[after]);
        }
    };
    Ok(Change { ndim: source.ndim() - 1, way, apply })
}

#[inline(always)]
pub fn transpose_axes(source: LayoutRef) -> Change<impl Apply + use<>> {
    let apply = |before: Option<LayoutRef>, axes: &mut Axes| match before {
        Some(source) => layout::transpose(source, axes),
        None => {
            axes.shape.reverse();
            axes.strides.reverse();
        }
    };
    Change { ndim: source.ndim(), way: 0, apply }
}

#[inline(always)]
pub fn swap_two_axes(
    source: LayoutRef,
    first: i64,
    second: i64,
) -> Result<Change<impl Apply + use<>>> {
    let first = layout::axis(first, source.ndim())?;
    let second = layout::axis(second, source.ndim())?;
    let apply = move |before: Option<LayoutRef>, axes: &mut Axes| {
        begin_with(before, axes);
        axes.shape.swap(first, second);
        axes.strides.swap(first, second);
    };
    Ok(Change { ndim: source.ndim(), way: 0, apply })
}

/// The order is kept aside: the caller's list may lie in the span that is made.
#[inline(always)]
pub fn permute_axes<'a>(
    source: LayoutRef,
    order: &[i64],
    kept: &'a mut Dims,
) -> Result<Change<impl Apply + use<'a>>> {
    let ndim = source.ndim();
    layout::check_order(order, ndim)?;
    kept.extend(order.iter().copied());
    let apply = move |before: Option<LayoutRef>, axes: &mut Axes| {
        make_from(before, ndim, axes, |source, axes| layout::reorder(source, kept, axes));
    };
    Ok(Change { ndim, way: 0, apply })
}

#[inline(always)]
pub fn squeeze_axes(source: LayoutRef, axes: Option<&[i64]>) -> Result<Change<impl Apply + use<>>> {
    let ndim = source.ndim();
    let dropped = layout::squeezed(source, axes)?;
    let apply = move |before: Option<LayoutRef>, axes: &mut Axes| {
        make_from(before, ndim, axes, |source, axes| layout::squeeze(source, dropped, axes));
    };
    Ok(Change { ndim: ndim - dropped.count(), way: 0, apply })
}

#[inline(always)]
pub fn expand_axis(source: LayoutRef, at: i64) -> Result<Change<impl Apply + use<>>> {
    let ndim = source.ndim();
    check_ndim(ndim + 1)?;
    let position = layout::axis(at, ndim + 1)?;
    let itemsize = source.itemsize;
    let apply = move |before: Option<LayoutRef>, axes: &mut Axes| {
        make_from(before, ndim, axes, |source, axes| {
            layout::insert_axis(LayoutRef { itemsize, ..source }, position, axes);
        });
    };
    Ok(Change { ndim: ndim + 1, way: 0, apply })
}

/// Another shape of the same size, if the strides allow it; one extent may be -1. `made` is memory for
/// what is made: the caller's list may lie in the span that is changed.
#[inline(always)]
pub fn reshape_axes<'a>(
    source: LayoutRef,
    shape: &[i64],
    order: Order,
    made: &'a mut (Dims, Dims),
) -> Result<Change<impl Apply + use<'a>>> {
    check_shape(source.shape, source.itemsize)?;
    let itemsize = source.itemsize;
    let only_regroups = order == Order::C && layout::only_regroups(source, shape);
    match only_regroups {
        true => made.0.extend(shape.iter().copied()),
        false => reshape_aside(source, shape, order, made)?,
    }
    let ndim = shape.len();
    let apply = move |_: Option<LayoutRef>, axes: &mut Axes| match only_regroups {
        true => layout::regroup(itemsize, &made.0, axes),
        false => axes.copy_from(LayoutRef { shape: &made.0, strides: &made.1, itemsize }),
    };
    Ok(Change { ndim, way: 0, apply })
}

#[inline(never)]
fn reshape_aside(
    source: LayoutRef,
    shape: &[i64],
    order: Order,
    (made, strides): &mut (Dims, Dims),
) -> Result<()> {
    let mut inferred = Dims::new();
    let shape = layout::infer_extent(source, shape, &mut inferred)?;
    made.extend(shape.iter().copied());
    strides.extend(repeat_n(0, shape.len()));
    layout::reshape(source, shape, order.resolve(source), strides)
        .map_err(|why| reshape_copies(source, shape, why))
}

/// A view of an array whose elements are those of a span over the array's buffer: what
/// [`as_strided`] makes.
pub fn view_of_span(
    array: &Array,
    dtype: DType,
    address: usize,
    layout: LayoutRef,
    access: Access,
) -> Result<Handle> {
    if dtype != array.dtype() {
        return Err(Error::ExpectDType { have: array.dtype(), want: dtype });
    }
    // Without elements a span may point anywhere.
    let empty = has_no_elements(layout.shape);
    let offset = if empty { 0 } else { address.wrapping_sub(array.data().addr()) as i64 };
    as_strided(array, layout.shape, layout.strides, offset, access)
}
