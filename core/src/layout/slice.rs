//! Basic indexing: integers, slices, ellipsis and newaxis turn a layout into another.

use super::{Layout, LayoutRef, MAX_NDIM, check_ndim};
use crate::error::{Error, Result};

/// The most items that can mean anything: every axis, every new axis and an ellipsis.
pub const MAX_ITEMS: usize = 2 * MAX_NDIM + 1;

/// One item of an index expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Takes one position and drops the axis; negative counts from the end.
    Integer(i64),
    /// `start:stop:step`, each of the ends clamped to the axis.
    Slice { start: Option<i64>, stop: Option<i64>, step: i64 },
    /// As many whole axes as the other items leave over.
    Ellipsis,
    /// A new axis of one element.
    NewAxis,
}

impl Item {
    pub const ALL: Item = Item::Slice { start: None, stop: None, step: 1 };
}

/// NumPy's basic indexing. Integers out of bounds are errors, slices are clamped; an empty result
/// keeps the source's first element as its own, so that it points nowhere else.
pub fn slice(source: LayoutRef, items: &[Item], out: &mut Layout) -> Result<()> {
    let plan = Plan::new(source, items)?;
    let mut axis = 0;
    for (position, item) in items.iter().enumerate() {
        match *item {
            Item::Integer(index) => {
                out.offset = out.offset.wrapping_add(take(source, axis, index)?);
                axis += 1;
            }
            Item::Slice { start, stop, step } => {
                if step == 0 {
                    return Err(Error::ZeroStep { item: position });
                }
                cut(source, axis, Cut { start, stop, step }, out);
                axis += 1;
            }
            Item::Ellipsis => axis = keep(source, axis, axis + plan.left_over, out),
            Item::NewAxis => out.push(1, 0),
        }
    }
    keep(source, axis, source.ndim(), out);
    if out.shape.contains(&0) {
        out.offset = 0;
    }
    Ok(())
}

/// How the items spread over the axes.
struct Plan {
    /// The axes that the ellipsis stands for.
    left_over: usize,
}

impl Plan {
    fn new(source: LayoutRef, items: &[Item]) -> Result<Plan> {
        let (mut integers, mut slices, mut new_axes, mut ellipses) = (0, 0, 0, 0);
        for (position, item) in items.iter().enumerate() {
            match item {
                Item::Integer(_) => integers += 1,
                Item::Slice { .. } => slices += 1,
                Item::NewAxis => new_axes += 1,
                Item::Ellipsis if ellipses == 1 => {
                    return Err(Error::SecondEllipsis { item: position });
                }
                Item::Ellipsis => ellipses += 1,
            }
        }
        let (given, ndim) = (integers + slices, source.ndim());
        if given > ndim {
            return Err(Error::TooManyIndices { given, ndim });
        }
        check_ndim(ndim - integers + new_axes)?;
        Ok(Plan { left_over: ndim - given })
    }
}

/// The bytes from the first element to position `index` of an axis.
fn take(source: LayoutRef, axis: usize, index: i64) -> Result<i64> {
    let extent = source.shape[axis];
    let counted = if index < 0 { index + extent } else { index };
    if counted < 0 || counted >= extent {
        return Err(Error::Index { index, axis, extent });
    }
    Ok(counted.wrapping_mul(source.strides[axis]))
}

struct Cut {
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
}

fn cut(source: LayoutRef, axis: usize, cut: Cut, out: &mut Layout) {
    let (extent, stride) = (source.shape[axis], source.strides[axis]);
    let (first, count) = cut.resolve(extent);
    if count == 0 {
        out.push(0, stride);
        return;
    }
    // The product can only overflow where one element is left, whose stride means nothing.
    out.push(count, stride.checked_mul(cut.step).unwrap_or(stride));
    out.offset = out.offset.wrapping_add(first.wrapping_mul(stride));
}

impl Cut {
    /// The first position and how many there are, in an axis of `extent` elements.
    fn resolve(&self, extent: i64) -> (i64, i64) {
        let from_end = |bound: i64| if bound < 0 { bound + extent } else { bound };
        if self.step > 0 {
            let start = self.start.map_or(0, |start| from_end(start).clamp(0, extent));
            let stop = self.stop.map_or(extent, |stop| from_end(stop).clamp(0, extent));
            let count = if stop > start { (stop - start - 1) / self.step + 1 } else { 0 };
            return (start, count);
        }
        let start = self.start.map_or(extent - 1, |start| from_end(start).clamp(-1, extent - 1));
        let stop = self.stop.map_or(-1, |stop| from_end(stop).clamp(-1, extent - 1));
        let backwards = self.step.checked_neg().unwrap_or(i64::MAX);
        let count = if start > stop { (start - stop - 1) / backwards + 1 } else { 0 };
        (start, count)
    }
}

/// Carries the axes from `axis` up to `end` over whole; gives `end`.
fn keep(source: LayoutRef, axis: usize, end: usize, out: &mut Layout) -> usize {
    for axis in axis..end {
        out.push(source.shape[axis], source.strides[axis]);
    }
    end
}
