//! Layouts that differ from their source by the order, the direction or the number of axes.

use super::{Dims, Layout, LayoutRef, axis, check_ndim};
use crate::error::{Error, Result};

/// All axes in reverse: NumPy's `a.T`.
pub fn transpose(source: LayoutRef, out: &mut Layout) -> Result<()> {
    for (&extent, &stride) in source.shape.iter().zip(source.strides).rev() {
        out.push(extent, stride)?;
    }
    Ok(())
}

/// The axes in the order that `axes` names, each once: NumPy's `transpose(axes)`.
pub fn permute(source: LayoutRef, axes: &[i64], out: &mut Layout) -> Result<()> {
    let ndim = source.ndim();
    if axes.len() != ndim {
        return Err(Error::AxisCount { given: axes.len(), ndim });
    }
    let mut seen = AxisSet::default();
    for &named in axes {
        let position = seen.insert(named, ndim)?;
        out.push(source.shape[position], source.strides[position])?;
    }
    Ok(())
}

pub fn swap_axes(source: LayoutRef, first: i64, second: i64, out: &mut Layout) -> Result<()> {
    let first = axis(first, source.ndim())?;
    let second = axis(second, source.ndim())?;
    out.copy_from(source);
    out.shape.swap(first, second);
    out.strides.swap(first, second);
    Ok(())
}

/// Moves one axis to a new position; the others keep their order.
pub fn move_axis(source: LayoutRef, from: i64, to: i64, out: &mut Layout) -> Result<()> {
    let from = axis(from, source.ndim())?;
    let to = axis(to, source.ndim())?;
    out.copy_from(source);
    let rotate = |dims: &mut Dims| {
        if from < to {
            dims[from..=to].rotate_left(1);
        } else {
            dims[to..=from].rotate_right(1);
        }
    };
    rotate(&mut out.shape);
    rotate(&mut out.strides);
    Ok(())
}

/// Reverses the named axes, or all when none is named; each at most once.
pub fn flip(source: LayoutRef, axes: Option<&[i64]>, out: &mut Layout) -> Result<()> {
    out.copy_from(source);
    let ndim = source.ndim();
    match axes {
        None => (0..ndim).for_each(|position| reverse(out, position)),
        Some(axes) => {
            let mut seen = AxisSet::default();
            for &named in axes {
                reverse(out, seen.insert(named, ndim)?);
            }
        }
    }
    if out.shape.contains(&0) {
        out.offset = 0;
    }
    Ok(())
}

fn reverse(out: &mut Layout, position: usize) {
    let stride = out.strides[position];
    let last = (out.shape[position] - 1).max(0);
    out.offset = out.offset.wrapping_add(last.wrapping_mul(stride));
    out.strides[position] = stride.checked_neg().unwrap_or(stride);
}

/// Drops the named axes, which must have one element each, or every such axis when none is named.
pub fn squeeze(source: LayoutRef, axes: Option<&[i64]>, out: &mut Layout) -> Result<()> {
    let ndim = source.ndim();
    let mut dropped = AxisSet::default();
    for &named in axes.unwrap_or_default() {
        let position = dropped.insert(named, ndim)?;
        let extent = source.shape[position];
        if extent != 1 {
            return Err(Error::Squeeze { axis: position, extent });
        }
    }
    for (position, (&extent, &stride)) in source.shape.iter().zip(source.strides).enumerate() {
        let drop = if axes.is_some() { dropped.contains(position) } else { extent == 1 };
        if !drop {
            out.push(extent, stride)?;
        }
    }
    Ok(())
}

/// Inserts an axis of one element; `at` counts in the result. Its stride is the one that a reshape
/// would give it, as in NumPy, where `a[:, None]` gives 0.
pub fn expand_dims(source: LayoutRef, at: i64, out: &mut Layout) -> Result<()> {
    let ndim = source.ndim() + 1;
    check_ndim(ndim)?;
    let position = axis(at, ndim)?;
    let stride = match position {
        0 if source.ndim() == 0 => source.itemsize as i64,
        0 => source.strides[0].wrapping_mul(source.shape[0]),
        after => source.strides[after - 1],
    };
    for old in 0..ndim - 1 {
        if old == position {
            out.push(1, stride)?;
        }
        out.push(source.shape[old], source.strides[old])?;
    }
    if position == ndim - 1 {
        out.push(1, stride)?;
    }
    Ok(())
}

/// The other axes in their order, then the diagonal of two: NumPy's `diagonal`. `above` shifts it
/// towards larger indices of `second`, below zero of `first`.
pub fn diagonal(
    source: LayoutRef,
    above: i64,
    first: i64,
    second: i64,
    out: &mut Layout,
) -> Result<()> {
    let ndim = source.ndim();
    if ndim < 2 {
        return Err(Error::Rank { what: "an array with a diagonal", have: ndim, want: 2 });
    }
    let (first, second) = (axis(first, ndim)?, axis(second, ndim)?);
    if first == second {
        return Err(Error::RepeatedAxis { axis: first });
    }
    for position in (0..ndim).filter(|&position| position != first && position != second) {
        out.push(source.shape[position], source.strides[position])?;
    }
    let (rows, columns) = (source.shape[first], source.shape[second]);
    let (row_stride, column_stride) = (source.strides[first], source.strides[second]);
    let (skipped, stride, length) = if above >= 0 {
        (above, column_stride, rows.min(columns.saturating_sub(above)))
    } else {
        let below = above.checked_neg().unwrap_or(i64::MAX);
        (below, row_stride, columns.min(rows.saturating_sub(below)))
    };
    // A diagonal of one element may name strides whose sum means nothing.
    out.push(length.max(0), row_stride.checked_add(column_stride).unwrap_or(row_stride))?;
    if !out.shape.contains(&0) {
        out.offset = skipped.wrapping_mul(stride);
    }
    Ok(())
}

/// Axes already named.
#[derive(Default)]
struct AxisSet(u64);

impl AxisSet {
    fn insert(&mut self, named: i64, ndim: usize) -> Result<usize> {
        let position = axis(named, ndim)?;
        if self.contains(position) {
            return Err(Error::RepeatedAxis { axis: position });
        }
        self.0 |= 1 << position;
        Ok(position)
    }

    fn contains(&self, position: usize) -> bool {
        self.0 >> position & 1 == 1
    }
}
