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
    /// Changes them where they stand, with room for as many as there are before or afterwards.
    pub apply: Apply,
}

/// Memory for axes that cannot be changed where they stand.
#[derive(Default)]
pub struct Aside {
    shape: Dims,
    strides: Dims,
}

impl Aside {
    #[inline(always)]
    fn axes(&mut self, ndim: usize) -> Axes<'_> {
        self.shape.extend(repeat_n(0, ndim));
        self.strides.extend(repeat_n(0, ndim));
        Axes { shape: &mut self.shape, strides: &mut self.strides }
    }

    /// Puts these in the place of all axes, which begin at the same element.
    #[inline(always)]
    fn change(&mut self) -> Change<impl FnOnce(&mut Axes)> {
        let (shape, strides) = (self.shape.as_slice(), self.strides.as_slice());
        let made = LayoutRef { shape, strides, itemsize: 0 };
        Change { ndim: shape.len(), way: 0, apply: move |axes: &mut Axes| axes.copy_from(made) }
    }
}

/// `start:stop:step` of one axis.
#[inline(always)]
pub fn slice_axis(
    source: LayoutRef,
    axis: i64,
    slice: Slice,
) -> Result<Change<impl FnOnce(&mut Axes) + use<>>> {
    let axis = layout::axis(axis, source.ndim())?;
    let (extent, stride) = (source.shape[axis], source.strides[axis]);
    if extent < 0 {
        return Err(Error::NegativeExtent { axis, extent });
    }
    let (way, extent, stride) = layout::cut_axis(slice, axis, extent, stride)?;
    let apply = move |axes: &mut Axes| axes.set(axis, extent, stride);
    Ok(Change { ndim: source.ndim(), way: if extent == 0 { 0 } else { way }, apply })
}

/// One position of an axis, which is dropped.
#[inline(always)]
pub fn index_axis(
    source: LayoutRef,
    axis: i64,
    index: i64,
) -> Result<Change<impl FnOnce(&mut Axes) + use<>>> {
    let axis = layout::axis(axis, source.ndim())?;
    let (extent, stride) = (source.shape[axis], source.strides[axis]);
    if extent < 0 {
        return Err(Error::NegativeExtent { axis, extent });
    }
    let way = layout::position(index, axis, extent)?.wrapping_mul(stride);
    let apply = move |axes: &mut Axes| {
        for after in axis + 1..axes.ndim() {
            axes.set(after - 1, axes.shape[after], axes.strides[after]);
        }
    };
    Ok(Change { ndim: source.ndim() - 1, way, apply })
}

#[inline(always)]
pub fn transpose_axes(source: LayoutRef) -> Change<impl FnOnce(&mut Axes) + use<>> {
    let apply = |axes: &mut Axes| {
        axes.shape.reverse();
        axes.strides.reverse();
    };
    Change { ndim: source.ndim(), way: 0, apply }
}

#[inline(always)]
pub fn swap_two_axes(
    source: LayoutRef,
    first: i64,
    second: i64,
) -> Result<Change<impl FnOnce(&mut Axes) + use<>>> {
    let first = layout::axis(first, source.ndim())?;
    let second = layout::axis(second, source.ndim())?;
    let apply = move |axes: &mut Axes| {
        axes.shape.swap(first, second);
        axes.strides.swap(first, second);
    };
    Ok(Change { ndim: source.ndim(), way: 0, apply })
}

#[inline(always)]
pub fn permute_axes<'a>(
    source: LayoutRef,
    axes: &[i64],
    aside: &'a mut Aside,
) -> Result<Change<impl FnOnce(&mut Axes) + use<'a>>> {
    layout::permute(source, axes, &mut aside.axes(source.ndim()))?;
    Ok(aside.change())
}

#[inline(always)]
pub fn squeeze_axes<'a>(
    source: LayoutRef,
    axes: Option<&[i64]>,
    aside: &'a mut Aside,
) -> Result<Change<impl FnOnce(&mut Axes) + use<'a>>> {
    let dropped = layout::squeezed(source, axes)?;
    layout::squeeze(source, dropped, &mut aside.axes(source.ndim() - dropped.count()));
    Ok(aside.change())
}

#[inline(always)]
pub fn expand_axis<'a>(
    source: LayoutRef,
    at: i64,
    aside: &'a mut Aside,
) -> Result<Change<impl FnOnce(&mut Axes) + use<'a>>> {
    let ndim = source.ndim() + 1;
    check_ndim(ndim)?;
    layout::expand_dims(source, at, &mut aside.axes(ndim))?;
    Ok(aside.change())
}

/// Another shape of the same size, if the strides allow it; one extent may be -1.
pub fn reshape_axes<'a>(
    source: LayoutRef,
    shape: &[i64],
    order: Order,
    aside: &'a mut Aside,
) -> Result<Change<impl FnOnce(&mut Axes) + use<'a>>> {
    check_shape(source.shape, source.itemsize)?;
    let mut inferred = Dims::new();
    let shape = layout::infer_extent(source, shape, &mut inferred)?;
    let out = aside.axes(shape.len());
    out.shape.copy_from_slice(shape);
    layout::reshape(source, shape, order.resolve(source), out.strides)
        .map_err(|why| reshape_copies(source, shape, why))?;
    Ok(aside.change())
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
