//! Basic indexing: integers, slices, ellipsis and newaxis turn a layout into another.

use super::{Axes, LayoutRef, MAX_NDIM, check_ndim, has_no_elements};
use crate::error::{Error, Result};

/// The most items that can mean anything: every axis, every new axis and an ellipsis.
pub const MAX_ITEMS: usize = 2 * MAX_NDIM + 1;

/// What an item of an index expression does; the numbers are the ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum ItemKind {
    /// Takes the position `start` and drops the axis; negative counts from the end.
    Integer = 1,
    /// `start:stop:step`, each of the ends clamped to the axis.
    Slice = 2,
    /// As many whole axes as the other items leave over.
    Ellipsis = 3,
    /// A new axis of one element.
    NewAxis = 4,
}

/// One item of an index expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    pub kind: ItemKind,
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

impl Item {
    /// `:`, the commonest slice.
    pub const WHOLE: Item = Item { kind: ItemKind::Slice, start: 0, stop: i64::MAX, step: 1 };
    pub const ELLIPSIS: Item = Item { kind: ItemKind::Ellipsis, start: 0, stop: 0, step: 0 };
    pub const NEW_AXIS: Item = Item { kind: ItemKind::NewAxis, start: 0, stop: 0, step: 0 };

    pub fn integer(index: i64) -> Item {
        Item { kind: ItemKind::Integer, start: index, stop: 0, step: 0 }
    }

    /// A slice whose ends may be left out.
    pub fn slice(start: Option<i64>, stop: Option<i64>, step: i64) -> Item {
        let (first, beyond) = ends(step);
        let (start, stop) = (start.unwrap_or(first), stop.unwrap_or(beyond));
        Item { kind: ItemKind::Slice, start, stop, step }
    }
}

/// What stands for a start and a stop that are left out: ends that lie beyond every axis, on the
/// sides where a slice of this step begins and ends. Clamping does the rest.
#[inline]
pub fn ends(step: i64) -> (i64, i64) {
    if step < 0 { (i64::MAX, i64::MIN) } else { (0, i64::MAX) }
}

/// How many items there are of each kind.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct ItemCounts {
    pub integers: usize,
    pub slices: usize,
    pub ellipses: usize,
    pub new_axes: usize,
}

impl ItemCounts {
    pub fn of(items: &[Item]) -> ItemCounts {
        let mut counts = ItemCounts::default();
        for item in items {
            match item.kind {
                ItemKind::Integer => counts.integers += 1,
                ItemKind::Slice => counts.slices += 1,
                ItemKind::Ellipsis => counts.ellipses += 1,
                ItemKind::NewAxis => counts.new_axes += 1,
            }
        }
        counts
    }

    /// Whether there are slices alone, so that every axis stays where it is.
    pub fn are_slices(self) -> bool {
        self == ItemCounts { slices: self.slices, ..ItemCounts::default() }
    }
}

/// What the items come to, before they are applied.
pub struct Plan {
    /// The axes of the result.
    pub ndim: usize,
    /// The axes that the ellipsis stands for.
    left_over: usize,
}

impl Plan {
    pub fn new(source: LayoutRef, counts: ItemCounts) -> Result<Plan> {
        let ItemCounts { integers, slices, ellipses, new_axes } = counts;
        let (given, ndim) = (integers + slices, source.ndim());
        if ellipses > 1 {
            return Err(Error::Ellipses { given: ellipses });
        }
        let left_over = ndim.checked_sub(given).ok_or(Error::TooManyIndices { given, ndim })?;
        let kept = left_over + slices + new_axes;
        check_ndim(kept)?;
        Ok(Plan { ndim: kept, left_over })
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
        match item.kind {
            ItemKind::Integer => {
                let index = item.start;
                let (extent, stride) = axes.next().unwrap_or_default();
                let axis = source.ndim() - axes.len() - 1;
                offset = offset.wrapping_add(position(index, axis, extent)?.wrapping_mul(stride));
            }
            ItemKind::Slice if item == Item::WHOLE => {
                let (extent, stride) = axes.next().unwrap_or_default();
                place(extent, stride);
            }
            ItemKind::Slice => {
                let (extent, stride) = axes.next().unwrap_or_default();
                let axis = source.ndim() - axes.len() - 1;
                let (way, count, wider) = cut_axis(&item, axis, extent, stride)?;
                offset = offset.wrapping_add(way);
                place(count, wider);
            }
            ItemKind::Ellipsis => {
                axes.by_ref()
                    .take(plan.left_over)
                    .for_each(|(extent, stride)| place(extent, stride));
            }
            ItemKind::NewAxis => place(1, 0),
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
pub fn slice_axes(items: impl Iterator<Item = Item>, out: &mut Axes) -> Result<i64> {
    let mut offset = 0i64;
    for ((axis, item), (extent, stride)) in items.enumerate().zip(out.iter_mut()) {
        if item == Item::WHOLE {
            continue;
        }
        let (way, count, wider) = cut_axis(&item, axis, *extent, *stride)?;
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
pub fn cut_axis(item: &Item, axis: usize, extent: i64, stride: i64) -> Result<(i64, i64, i64)> {
    let Item { start, stop, step, .. } = *item;
    if step == 0 {
        return Err(Error::ZeroStep { axis });
    }
    let (first, count) = cut(extent, start, stop, step);
    // Overflows only where one element is left, whose stride means nothing.
    let wider = if count == 0 { stride } else { stride.checked_mul(step).unwrap_or(stride) };
    Ok((first.wrapping_mul(stride), count, wider))
}

/// The first position of a slice and how many it has, in an axis of `extent` elements.
#[inline(always)]
fn cut(extent: i64, start: i64, stop: i64, step: i64) -> (i64, i64) {
    let from_end = |bound: i64| if bound < 0 { bound + extent } else { bound };
    if step > 0 {
        let start = from_end(start).max(0).min(extent);
        let stop = from_end(stop).max(0).min(extent);
        return (start, steps(stop - start, step));
    }
    let start = from_end(start).max(-1).min(extent - 1);
    let stop = from_end(stop).max(-1).min(extent - 1);
    (start, steps(start - stop, step.checked_neg().unwrap_or(i64::MAX)))
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
