//! Views whose elements may share bytes: windows, and strides that the caller chooses.

#![forbid(unsafe_code)]

use super::access::Flags;
use super::block::{Array, Handle};
use super::create::{Access, check_inside, flags_of};
use crate::error::{Error, Result};
use crate::layout::{self, Axes, LayoutRef, check_ndim, check_shape, zeros};

/// Windows that slide along the named axes, or all: NumPy's `sliding_window_view`. Read-only unless
/// the caller insists, as one written element would be one of many windows.
pub fn windows(
    array: &Array,
    windows: &[i64],
    axes: Option<&[i64]>,
    access: Access,
) -> Result<Handle> {
    let (given, sliding) = (windows.len(), axes.map_or(array.ndim(), <[i64]>::len));
    if given != sliding {
        return Err(Error::WindowCount { given, axes: sliding });
    }
    let ndim = array.ndim() + given;
    check_ndim(ndim)?;
    let (mut shape, mut strides) = (zeros(ndim), zeros(ndim));
    let mut out = Axes { shape: &mut shape, strides: &mut strides };
    layout::windows(array.layout(), windows, axes, &mut out)?;
    let layout = LayoutRef { shape: &shape, strides: &strides, itemsize: array.itemsize() };
    let access = if access == Access::Default { Access::ReadOnly } else { access };
    view_of_layout(array, layout, 0, access)
}

/// A view of any layout that stays inside the owner's buffer: NumPy's `as_strided`. `offset` is the
/// way in bytes from this array's first element to the view's.
pub fn as_strided(
    array: &Array,
    shape: &[i64],
    strides: &[i64],
    offset: i64,
    access: Access,
) -> Result<Handle> {
    let itemsize = array.itemsize();
    check_shape(shape, itemsize)?;
    let buffer = array.buffer();
    let here = array.data().addr().wrapping_sub(buffer.start().addr()) as i64;
    let layout = LayoutRef { shape, strides, itemsize };
    check_inside(layout, i128::from(here) + i128::from(offset), buffer.nbytes())?;
    view_of_layout(array, layout, offset, access)
}

/// Whether its elements share bytes is asked anew: the layout says nothing of the array's own.
fn view_of_layout(array: &Array, layout: LayoutRef, offset: i64, access: Access) -> Result<Handle> {
    let mut flags = flags_of(layout, access);
    if !array.decided().contains(Flags::WRITEABLE) {
        flags = flags.without(Flags::WRITEABLE);
    }
    array.new_view_as(array.dtype(), flags, layout.ndim(), |_, out| {
        out.copy_from(layout);
        Ok(offset)
    })
}
