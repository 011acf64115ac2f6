//! Several views at once. Each function checks everything that can be told beforehand, then gives the
//! views one by one; only memory and counts can still fail.

#![forbid(unsafe_code)]

use super::block::{Array, Handle};
use super::views::{broadcast_to, slice};
use crate::error::{Error, Party, Result};
use crate::layout::{self, Item, Slice};
use std::iter::{once, repeat_n};

/// The views of one call, each made when it is asked for.
pub trait Views: Iterator<Item = Result<Handle>> {}

impl<T: Iterator<Item = Result<Handle>>> Views for T {}

/// Sections along an axis, of sizes that differ by one at most, the larger ones first: NumPy's
/// `array_split`.
pub fn array_split(array: &Array, sections: i64, axis: i64) -> Result<impl Views> {
    let axis = layout::axis(axis, array.ndim())?;
    if sections < 1 {
        return Err(Error::Count { what: "sections", count: sections });
    }
    let extent = array.shape()[axis];
    let (each, larger) = (extent / sections, extent % sections);
    let start = move |section: i64| section * each + section.min(larger);
    let section = move |number| (start(number), start(number + 1));
    Ok((0..sections).map(move |number| cut(array, axis, section(number))))
}

/// Sections of one size: NumPy's `split`.
pub fn split(array: &Array, sections: i64, axis: i64) -> Result<impl Views> {
    let position = layout::axis(axis, array.ndim())?;
    let extent = array.shape()[position];
    if sections > 0 && extent % sections != 0 {
        return Err(Error::UnevenSplit { axis: position, extent, sections });
    }
    array_split(array, sections, axis)
}

/// Sections between positions, which are taken as the ends of slices: NumPy's `split` by a list.
pub fn split_at(array: &Array, positions: &[i64], axis: i64) -> Result<impl Views> {
    let axis = layout::axis(axis, array.ndim())?;
    let starts = once(0).chain(positions.iter().copied());
    let stops = positions.iter().copied().chain(once(array.shape()[axis]));
    Ok(starts.zip(stops).map(move |section| cut(array, axis, section)))
}

/// What stands at each position of an axis, `count` in all, without that axis: NumPy's `unstack`.
pub fn unstack(array: &Array, axis: i64, count: i64) -> Result<impl Views> {
    let axis = layout::axis(axis, array.ndim())?;
    let extent = array.shape()[axis];
    if count != extent {
        return Err(Error::UnstackCount { axis, extent, count });
    }
    Ok((0..extent).map(move |position| index_along(array, axis, Item::Integer(position))))
}

/// Each array stretched over the shape of all: NumPy's `broadcast_arrays`, but read-only.
pub fn broadcast_arrays(arrays: &[&Array]) -> Result<impl Views> {
    let shape = layout::broadcast_shapes(Party::Item, arrays.iter().map(|array| array.shape()))?;
    Ok(arrays.iter().map(move |array| broadcast_to(array, &shape)))
}

fn cut(array: &Array, axis: usize, (start, stop): (i64, i64)) -> Result<Handle> {
    index_along(array, axis, Item::Slice(Slice { start: Some(start), stop: Some(stop), step: 1 }))
}

/// The item at one axis, all others whole.
fn index_along(array: &Array, axis: usize, item: Item) -> Result<Handle> {
    slice(array, repeat_n(Item::Slice(Slice::WHOLE), axis).chain(once(item)))
}
