//! Basic indexing: integers, slices, ellipsis and newaxis turn a layout into another.

use super::{Layout, LayoutRef};
use crate::error::{Error, Result};

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

/// NumPy's basic indexing. Integers out of bounds are errors, slices are clamped; an empty result
/// keeps the source's first element as its own, so that it points nowhere else.
///
/// The items are read as they come, and those behind an ellipsis once more before it, to know how
/// many axes it leaves over.
pub fn slice<E: From<Error>>(
    source: LayoutRef,
    mut items: impl Iterator<Item = std::result::Result<Item, E>> + Clone,
    out: &mut Layout,
) -> std::result::Result<(), E> {
    let ndim = source.ndim();
    let too_many = |given| Error::TooManyIndices { given, ndim };
    let (mut axis, mut position) = (0, 0);
    let mut seen_ellipsis = false;
    while let Some(item) = items.next() {
        match item? {
            Item::Integer(index) => {
                if axis == ndim {
                    return Err(too_many(axis + 1 + axes_taken(&items)).into());
                }
                out.offset = out.offset.wrapping_add(take(source, axis, index)?);
                axis += 1;
            }
            Item::Slice { start, stop, step } => {
                if axis == ndim {
                    return Err(too_many(axis + 1 + axes_taken(&items)).into());
                }
                if step == 0 {
                    return Err(Error::ZeroStep { item: position }.into());
                }
                cut(source, axis, Cut { start, stop, step }, out)?;
                axis += 1;
            }
            Item::Ellipsis if seen_ellipsis => {
                return Err(Error::SecondEllipsis { item: position }.into());
            }
            Item::Ellipsis => {
                seen_ellipsis = true;
                let behind = axes_taken(&items);
                let end = ndim.checked_sub(behind).filter(|&end| end >= axis);
                axis = keep(source, axis, end.ok_or(too_many(axis + behind))?, out)?;
            }
            Item::NewAxis => out.push(1, 0)?,
        }
        position += 1;
    }
    keep(source, axis, ndim, out)?;
    if out.shape.contains(&0) {
        out.offset = 0;
    }
    Ok(())
}

/// How many axes the items take up.
fn axes_taken<E>(items: &(impl Iterator<Item = std::result::Result<Item, E>> + Clone)) -> usize {
    let takes_one = |item: &_| matches!(item, Ok(Item::Integer(_) | Item::Slice { .. }));
    items.clone().filter(takes_one).count()
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

fn cut(source: LayoutRef, axis: usize, cut: Cut, out: &mut Layout) -> Result<()> {
    let (extent, stride) = (source.shape[axis], source.strides[axis]);
    if let Cut { start: None, stop: None, step: 1 } = cut {
        return out.push(extent, stride);
    }
    let (first, count) = cut.resolve(extent);
    if count == 0 {
        return out.push(0, stride);
    }
    out.offset = out.offset.wrapping_add(first.wrapping_mul(stride));
    // The product can only overflow where one element is left, whose stride means nothing.
    out.push(count, stride.checked_mul(cut.step).unwrap_or(stride))
}

impl Cut {
    /// The first position and how many there are, in an axis of `extent` elements.
    fn resolve(&self, extent: i64) -> (i64, i64) {
        let from_end = |bound: i64| if bound < 0 { bound + extent } else { bound };
        if self.step > 0 {
            let start = self.start.map_or(0, |start| from_end(start).clamp(0, extent));
            let stop = self.stop.map_or(extent, |stop| from_end(stop).clamp(0, extent));
            return (start, steps(stop - start, self.step));
        }
        let start = self.start.map_or(extent - 1, |start| from_end(start).clamp(-1, extent - 1));
        let stop = self.stop.map_or(-1, |stop| from_end(stop).clamp(-1, extent - 1));
        let backwards = self.step.checked_neg().unwrap_or(i64::MAX);
        (start, steps(start - stop, backwards))
    }
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

/// Carries the axes from `axis` up to `end` over whole; gives `end`.
fn keep(source: LayoutRef, axis: usize, end: usize, out: &mut Layout) -> Result<usize> {
    for axis in axis..end {
        out.push(source.shape[axis], source.strides[axis])?;
    }
    Ok(end)
}
