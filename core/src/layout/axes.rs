//! Layouts that differ from their source by the order, the direction or the number of axes.

use super::{Axes, LayoutRef, axis, has_no_elements};
use crate::error::{Error, Result};

/// All axes in reverse: NumPy's `a.T`.
#[inline(always)]
pub fn transpose(source: LayoutRef, out: &mut Axes) {
    let axes = source.shape.iter().zip(source.strides).rev();
    for ((extent, stride), axis) in out.iter_mut().zip(axes) {
        (*extent, *stride) = (*axis.0, *axis.1);
    }
}

/// The axes in the order that `axes` names, each once: NumPy's `transpose(axes)`.
pub fn permute(source: LayoutRef, axes: &[i64], out: &mut Axes) -> Result<()> {
    check_order(axes, source.ndim())?;
    reorder(source, axes, out);
    Ok(())
}

/// Whether all axes are named, each once.
pub fn check_order(axes: &[i64], ndim: usize) -> Result<()> {
    if axes.len() != ndim {
        return Err(Error::AxisCount { given: axes.len(), ndim });
    }
    let mut seen = AxisSet::default();
    axes.iter().try_for_each(|&named| seen.insert(named, ndim).map(drop))
}

/// As [`permute`], by axes that were found to be an order.
#[inline(always)]
pub fn reorder(source: LayoutRef, axes: &[i64], out: &mut Axes) {
    for ((extent, stride), &named) in out.iter_mut().zip(axes) {
        let from = if named < 0 { named + source.ndim() as i64 } else { named } as usize;
        (*extent, *stride) = (source.shape[from], source.strides[from]);
    }
}

pub fn swap_axes(source: LayoutRef, first: i64, second: i64, out: &mut Axes) -> Result<()> {
    let first = axis(first, source.ndim())?;
    let second = axis(second, source.ndim())?;
    out.copy_from(source);
    out.shape.swap(first, second);
    out.strides.swap(first, second);
    Ok(())
}

/// Moves one axis to a new position; the others keep their order.
pub fn move_axis(source: LayoutRef, from: i64, to: i64, out: &mut Axes) -> Result<()> {
    let from = axis(from, source.ndim())?;
    let to = axis(to, source.ndim())?;
    out.copy_from(source);
    for dims in [&mut *out.shape, &mut *out.strides] {
        if from < to {
            dims[from..=to].rotate_left(1);
        } else {
            dims[to..=from].rotate_right(1);
        }
    }
    Ok(())
}

/// Reverses the named axes, or all when none is named; each at most once.
pub fn flip(source: LayoutRef, axes: Option<&[i64]>, out: &mut Axes) -> Result<i64> {
    let ndim = source.ndim();
    out.copy_from(source);
    let mut offset = 0;
    match axes {
        None => (0..ndim).for_each(|position| reverse(out, position, &mut offset)),
        Some(axes) => {
            let mut seen = AxisSet::default();
            for &named in axes {
                reverse(out, seen.insert(named, ndim)?, &mut offset);
            }
        }
    }
    Ok(if source.is_empty() { 0 } else { offset })
}

/// Turned by quarters from axis `first` towards axis `second`: NumPy's `rot90`.
pub fn rot90(
    source: LayoutRef,
    quarters: i64,
    first: i64,
    second: i64,
    out: &mut Axes,
) -> Result<i64> {
    let mut turned = AxisSet::default();
    let first = turned.insert(first, source.ndim())?;
    let second = turned.insert(second, source.ndim())?;
    let quarters = quarters.rem_euclid(4);
    out.copy_from(source);
    let mut offset = 0;
    if quarters == 1 || quarters == 2 {
        reverse(out, second, &mut offset);
    }
    if quarters == 2 || quarters == 3 {
        reverse(out, first, &mut offset);
    }
    if quarters % 2 == 1 {
        out.shape.swap(first, second);
        out.strides.swap(first, second);
    }
    Ok(if source.is_empty() { 0 } else { offset })
}

fn reverse(out: &mut Axes, position: usize, offset: &mut i64) {
    let stride = out.strides[position];
    let last = (out.shape[position] - 1).max(0);
    *offset = offset.wrapping_add(last.wrapping_mul(stride));
    out.strides[position] = stride.checked_neg().unwrap_or(stride);
}

/// The axes that [`squeeze`] drops: the named ones, which must have one element each, or every such
/// axis when none is named.
pub fn squeezed(source: LayoutRef, axes: Option<&[i64]>) -> Result<AxisSet> {
    let mut dropped = AxisSet::default();
    let Some(axes) = axes else {
        for position in (0..source.ndim()).filter(|&position| source.shape[position] == 1) {
            dropped.0 |= 1 << position;
        }
        return Ok(dropped);
    };
    for &named in axes {
        let position = dropped.insert(named, source.ndim())?;
        let extent = source.shape[position];
        if extent != 1 {
            return Err(Error::Squeeze { axis: position, extent });
        }
    }
    Ok(dropped)
}

/// Without the dropped axes.
#[inline(always)]
pub fn squeeze(source: LayoutRef, dropped: AxisSet, out: &mut Axes) {
    let kept = (0..source.ndim()).filter(|&position| !dropped.contains(position));
    for (position, from) in kept.enumerate() {
        out.set(position, source.shape[from], source.strides[from]);
    }
}

/// Inserts an axis of one element; `at` counts in the result. Its stride is the one that a reshape
/// would give it, as in NumPy, where `a[:, None]` gives 0.
pub fn expand_dims(source: LayoutRef, at: i64, out: &mut Axes) -> Result<()> {
    insert_axis(source, axis(at, out.ndim())?, out);
    Ok(())
}

/// As [`expand_dims`], at a position in the result.
#[inline(always)]
pub fn insert_axis(source: LayoutRef, position: usize, out: &mut Axes) {
    let stride = match position {
        0 if source.ndim() == 0 => source.itemsize as i64,
        0 => source.strides[0].wrapping_mul(source.shape[0]),
        after => source.strides[after - 1],
    };
    out.set(position, 1, stride);
    for old in 0..source.ndim() {
        let place = if old < position { old } else { old + 1 };
        out.set(place, source.shape[old], source.strides[old]);
    }
}

/// The other axes in their order, then the diagonal of two: NumPy's `diagonal`. `above` shifts it
/// towards larger indices of `second`, below zero of `first`. The source has two axes at least.
pub fn diagonal(
    source: LayoutRef,
    above: i64,
    first: i64,
    second: i64,
    out: &mut Axes,
) -> Result<i64> {
    let ndim = source.ndim();
    let (first, second) = (axis(first, ndim)?, axis(second, ndim)?);
    if first == second {
        return Err(Error::RepeatedAxis { axis: first });
    }
    let others = (0..ndim).filter(|&position| position != first && position != second);
    for (position, from) in others.enumerate() {
        out.set(position, source.shape[from], source.strides[from]);
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
    let step = row_stride.checked_add(column_stride).unwrap_or(row_stride);
    out.set(ndim - 2, length.max(0), step);
    Ok(if has_no_elements(out.shape) { 0 } else { skipped.wrapping_mul(stride) })
}

/// Some of the axes of an array.
#[derive(Clone, Copy, Default)]
pub struct AxisSet(u64);

impl AxisSet {
    #[inline(always)]
    fn insert(&mut self, named: i64, ndim: usize) -> Result<usize> {
        let position = axis(named, ndim)?;
        if self.contains(position) {
            return Err(Error::RepeatedAxis { axis: position });
        }
        self.0 |= 1 << position;
        Ok(position)
    }

    fn contains(self, position: usize) -> bool {
        self.0 >> position & 1 == 1
    }

    pub fn count(self) -> usize {
        self.0.count_ones() as usize
    }
}
