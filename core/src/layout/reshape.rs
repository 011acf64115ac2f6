//! Reshaping without copying, where the strides allow it.
//!
//! Both shapes are cut into groups of equal size, from the slowest axis on. A group of old axes can
//! become any group of new ones exactly when the old axes merge into one: each stride is the next
//! one's times the next one's extent. Between groups nothing is asked. Signed arithmetic covers
//! reversed and broadcast axes.
//!
//! Fortran order is C order with both shapes read backwards, so one algorithm serves both.

use super::{Axes, Dims, LayoutRef, Order, check_ndim, check_shape, contiguous_strides};
use crate::error::{Error, Result, Shape, ShortShape};
use std::ops::Range;

/// Why a reshape cannot be a view: the old axes `first..=last` would have to merge, and `axis`
/// has a stride other than the one that would let it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmergeable {
    pub first: usize,
    pub last: usize,
    pub axis: usize,
    pub have: i64,
    pub need: i64,
}

/// The shape itself, or, if one extent is -1, a copy in `inferred` with that extent worked out from
/// the number of elements.
#[inline]
pub fn infer_extent<'a>(
    source: LayoutRef,
    shape: &'a [i64],
    inferred: &'a mut Dims,
) -> Result<&'a [i64]> {
    check_ndim(shape.len())?;
    let total = source.size();
    let mut unknown = None;
    let mut known = 1i64;
    let mut empty = false;
    for (axis, &extent) in shape.iter().enumerate() {
        match extent {
            // A product too large for i64 is wrong unless a zero elsewhere makes it zero.
            1.. => known = known.checked_mul(extent).unwrap_or(i64::MAX),
            0 => empty = true,
            -1 if unknown.is_some() => {
                return Err(Error::ReshapeUnknowns { to: ShortShape::new(shape) });
            }
            -1 => unknown = Some(axis),
            _ => return Err(Error::NegativeExtent { axis, extent }),
        }
    }
    if empty {
        known = 0;
    }
    let shape = match unknown {
        None if known == total => shape,
        Some(axis) if known != 0 && total % known == 0 => {
            // It has room for as many axes as there can be.
            let _ = inferred.try_extend_from_slice(shape);
            inferred[axis] = total / known;
            inferred
        }
        _ => return Err(mismatch(source, shape)),
    };
    if total == 0 {
        // The extents beside a zero are bound by nothing else.
        check_shape(shape, source.itemsize)?;
    }
    Ok(shape)
}

/// Whether a reshape is the plain one: all extents are given and make another shape of the same size,
/// and the elements, which there are, lie dense in C order. Then so do those of the result.
#[inline(always)]
pub fn only_regroups(source: LayoutRef, shape: &[i64]) -> bool {
    let mut bytes = source.itemsize as i64;
    for (&extent, &stride) in source.shape.iter().zip(source.strides).rev() {
        if stride != bytes && extent != 1 {
            return false;
        }
        bytes = bytes.wrapping_mul(extent);
    }
    let mut wanted = source.itemsize as i64;
    for &extent in shape {
        if extent <= 0 {
            return false;
        }
        let Some(more) = wanted.checked_mul(extent) else { return false };
        wanted = more;
    }
    bytes == wanted && bytes != 0 && source.shape != shape
}

/// What such a reshape makes: the shape, dense in C order.
#[inline(always)]
pub fn regroup(itemsize: usize, shape: &[i64], out: &mut Axes) {
    let mut stride = itemsize as i64;
    for ((place, step), &extent) in out.iter_mut().zip(shape).rev() {
        (*place, *step) = (extent, stride);
        stride *= extent;
    }
}

#[cold]
fn mismatch(source: LayoutRef, shape: &[i64]) -> Error {
    let (from, to) = (Shape::new(source.shape), Shape::new(shape));
    Error::ReshapeSize { size: source.size(), from, to }
}

/// The strides of a view with another shape of the same size, in C or F order; or the axes that
/// would have to merge and do not. An unchanged shape keeps its strides.
pub fn reshape(
    source: LayoutRef,
    shape: &[i64],
    order: Order,
    strides: &mut [i64],
) -> std::result::Result<(), Unmergeable> {
    if source.shape == shape {
        strides.copy_from_slice(source.strides);
        return Ok(());
    }
    if source.is_empty() || source.is_dense(order) {
        contiguous_strides(shape, source.itemsize, order, strides);
        return Ok(());
    }
    by_groups(source, Walk { shape, order }, strides)
}

/// A shape read from its slowest axis to its fastest.
#[derive(Clone, Copy)]
struct Walk<'a> {
    shape: &'a [i64],
    order: Order,
}

impl Walk<'_> {
    fn axis(&self, step: usize) -> usize {
        if self.order == Order::F { self.shape.len() - 1 - step } else { step }
    }

    fn extent(&self, step: usize) -> i64 {
        self.shape[self.axis(step)]
    }

    fn len(&self) -> usize {
        self.shape.len()
    }
}

/// Fills the strides of the new axes, group by group. The sizes are equal and not zero, so that no
/// product of a group exceeds them, and every old axis finds its new ones. Old axes of one element
/// have no say: they are passed over before a group, and none ends with one.
fn by_groups(
    source: LayoutRef,
    new: Walk,
    strides: &mut [i64],
) -> std::result::Result<(), Unmergeable> {
    let old = Walk { shape: source.shape, order: new.order };
    let (mut old_end, mut new_end) = (0, 0);
    let mut stride = source.itemsize as i64;
    while old_end < old.len() {
        let (old_start, new_start) = (old_end, new_end);
        let mut old_size = old.extent(old_start);
        old_end += 1;
        if old_size == 1 {
            continue;
        }
        let mut new_size = new.extent(new_start);
        new_end += 1;
        while old_size != new_size {
            if old_size < new_size {
                old_size *= old.extent(old_end);
                old_end += 1;
            } else {
                new_size *= new.extent(new_end);
                new_end += 1;
            }
        }
        stride = merge(source, old, old_start..old_end)?;
        spread(new, new_start..new_end, stride, strides);
    }
    // Axes of one element are left; their strides mean nothing.
    spread(new, new_end..new.len(), stride, strides);
    Ok(())
}

/// The stride of the fastest of a group of axes that merge into one.
fn merge(
    source: LayoutRef,
    old: Walk,
    group: Range<usize>,
) -> std::result::Result<i64, Unmergeable> {
    let (slowest, fastest) = (old.axis(group.start), old.axis(group.end - 1));
    let mut outer = slowest;
    for inner in group.skip(1).map(|step| old.axis(step)) {
        if source.shape[inner] == 1 {
            continue;
        }
        let have = source.strides[outer];
        let need = source.strides[inner].wrapping_mul(source.shape[inner]);
        if have != need {
            let (first, last) = (slowest.min(fastest), slowest.max(fastest));
            return Err(Unmergeable { first, last, axis: outer, have, need });
        }
        outer = inner;
    }
    Ok(source.strides[fastest])
}

/// Lays dense strides over a group of new axes, from its fastest.
fn spread(new: Walk, group: Range<usize>, fastest: i64, strides: &mut [i64]) {
    let mut stride = fastest;
    for step in group.rev() {
        strides[new.axis(step)] = stride;
        stride = stride.wrapping_mul(new.extent(step));
    }
}
