//! Basic indexing: integers, slices, ellipsis and newaxis turn a layout into another.

use super::{Axes, LayoutRef, MAX_NDIM, check_ndim, has_no_elements};
use crate::error::{Error, Result};

/// The most items that can mean anything: every axis, every new axis and an ellipsis.
pub const MAX_ITEMS: usize = 2 * MAX_NDIM + 1;

/// One item of an index expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Takes a position and drops the axis; negative counts from the end.
    Integer(i64),
    Slice(Slice),
    /// As many whole axes as the other items leave over.
    Ellipsis,
    /// A new axis of one element.
    NewAxis,
}

/// `start:stop:step`, each of the ends clamped to the axis, or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    pub start: Option<i64>,
    pub stop: Option<i64>,
    pub step: i64,
}

impl Slice {
    /// `:`, the commonest.
    pub const WHOLE: Slice = Slice { start: None, stop: None, step: 1 };
}

/// What the items come to, before they are applied.
pub struct Plan {
    /// The axes of the result.
    pub ndim: usize,
    /// The axes that the ellipsis stands for.
    left_over: usize,
}

impl Plan {
    pub fn new(source: LayoutRef, items: impl Iterator<Item = Item>) -> Result<Plan> {
        let (mut given, mut kept, mut ellipses) = (0, 0, 0);
        for item in items {
            match item {
                Item::Integer(_) => given += 1,
                Item::Slice(_) => (given, kept) = (given + 1, kept + 1),
                Item::Ellipsis => ellipses += 1,
                Item::NewAxis => kept += 1,
            }
        }
        let ndim = source.ndim();
        if ellipses > 1 {
            return Err(Error::Ellipses { given: ellipses });
        }
        let left_over = ndim.checked_sub(given).ok_or(Error::TooManyIndices { given, ndim })?;
        check_ndim(left_over + kept)?;
        Ok(Plan { ndim: left_over + kept, left_over })
    }
}

/// NumPy's basic indexing, by items that were planned for this source. Integers out of bounds are
/// errors, slices are clamped; an empty result keeps the source's first element as its own, so that
/// it points nowhere else.
#[inline]
pub fn slice(
    source: LayoutRef,
    mut items: impl Iterator<Item = Item>,
    plan: &Plan,
    out: &mut Axes,
) -> Result<i64> {
    let mut axes = source.shape.iter().copied().zip(source.strides.iter().copied());
    let mut places = out.shape.iter_mut().zip(out.strides.iter_mut());
    let mut place = |extent, stride| {
        if let Some((place_extent, place_stride)) = places.next() {
            (*place_extent, *place_stride) = (extent, stride);
        }
    };
    let mut offset = 0i64;
    items.try_for_each(|item| {
        match item {
            Item::Integer(index) => {
                let (extent, stride) = axes.next().unwrap_or_default();
                let axis = source.ndim() - axes.len() - 1;
                offset = offset.wrapping_add(position(index, axis, extent)?.wrapping_mul(stride));
            }
            Item::Slice(Slice::WHOLE) => {
                let (extent, stride) = axes.next().unwrap_or_default();
                place(extent, stride);
            }
            Item::Slice(slice) => {
                let (extent, stride) = axes.next().unwrap_or_default();
                let axis = source.ndim() - axes.len() - 1;
                let (way, count, wider) = cut_axis(slice, axis, extent, stride)?;
                offset = offset.wrapping_add(way);
                place(count, wider);
            }
            Item::Ellipsis => {
                axes.by_ref()
                    .take(plan.left_over)
                    .for_each(|(extent, stride)| place(extent, stride));
            }
            Item::NewAxis => place(1, 0),
        }
        Ok(())
    })?;
    axes.for_each(|(extent, stride)| place(extent, stride));
    // An empty axis of the source is one of the result, or an integer was out of its bounds.
    Ok(if has_no_elements(out.shape) { 0 } else { offset })
}

/// As [`slice`], by slices alone, no more than there are axes: most indices are so, and `out` begins as
/// the source.
#[inline]
pub fn slice_axes(slices: impl Iterator<Item = Slice>, out: &mut Axes) -> Result<i64> {
    let mut offset = 0i64;
    for ((axis, slice), (extent, stride)) in slices.enumerate().zip(out.iter_mut()) {
        if slice == Slice::WHOLE {
            continue;
        }
        let (way, count, wider) = cut_axis(slice, axis, *extent, *stride)?;
        (*extent, *stride) = (count, wider);
        offset = offset.wrapping_add(way);
    }
    Ok(if has_no_elements(out.shape) { 0 } else { offset })
}

/// A position that may count from the end, counted from the start; none outside of `extent`.
#[inline]
pub fn counted(index: i64, extent: i64) -> Option<i64> {
    let counted = if index < 0 { index + extent } else { index };
    (0..extent).contains(&counted).then_some(counted)
}

/// As [`counted`], of an axis, or an error that names it.
#[inline]
pub fn position(index: i64, axis: usize, extent: i64) -> Result<i64> {
    counted(index, extent).ok_or_else(|| Error::Index { index: index.into(), axis, extent })
}

/// What a slice makes of an axis: the way to its first element, and the new extent and stride.
#[inline(always)]
pub fn cut_axis(slice: Slice, axis: usize, extent: i64, stride: i64) -> Result<(i64, i64, i64)> {
    let step = slice.step;
    if step == 0 {
        return Err(Error::ZeroStep { axis });
    }
    let (first, count) = cut(extent, slice);
    // Overflows only where one element is left, whose stride means nothing.
    let wider = if count == 0 { stride } else { stride.checked_mul(step).unwrap_or(stride) };
    Ok((first.wrapping_mul(stride), count, wider))
}

/// The first position of a slice and how many it has, in an axis of `extent` elements.
#[inline(always)]
fn cut(extent: i64, Slice { start, stop, step }: Slice) -> (i64, i64) {
    if step > 0 {
        let start = start.map_or(0, |start| clamped(start, extent, 0, extent));
        let stop = stop.map_or(extent, |stop| clamped(stop, extent, 0, extent));
        return (start, steps(stop - start, step));
    }
    let last = extent - 1;
    let start = start.map_or(last, |start| clamped(start, extent, -1, last));
    let stop = stop.map_or(-1, |stop| clamped(stop, extent, -1, last));
    (start, steps(start - stop, step.checked_neg().unwrap_or(i64::MAX)))
}

/// An end of a slice, which may count from the end of the axis, brought between two positions.
#[inline(always)]
fn clamped(end: i64, extent: i64, least: i64, most: i64) -> i64 {
    if end < 0 { (end + extent).max(least) } else { end.min(most) }
}

/// How many steps begin within a distance. Most are of one, and a division costs as much as all
/// else here.
fn steps(distance: i64, step: i64) -> i64 {
    match step {
        _ if distance <= 0 => 0,
        1 => distance,
        _ => (distance - 1) / step + 1,
    }
}
