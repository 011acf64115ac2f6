//! Broadcasting: a layout stretched over a larger shape by strides of zero.

use super::{Dims, LayoutRef, check_ndim, check_shape};
use crate::error::{Error, Party, Result, Shape};

/// The extent over which both stretch, if they do.
pub fn broadcast_extent(a: i64, b: i64) -> Option<i64> {
    match (a, b) {
        (1, _) => Some(b),
        _ => (a == b || b == 1).then_some(a),
    }
}

/// The shape over which all of these stretch: NumPy's `broadcast_shapes`. How many bytes that is
/// depends on the items, and is for [`broadcast_strides`] to check.
pub fn broadcast_shapes<'a>(
    party: Party,
    shapes: impl IntoIterator<Item = &'a [i64]>,
) -> Result<Dims> {
    let mut joint = Dims::new();
    for (item, shape) in shapes.into_iter().enumerate() {
        if shape == joint.as_slice() {
            continue;
        }
        check_ndim(shape.len())?;
        let mut pairs = shape.iter().rev().zip(joint.iter().rev());
        if let Some(from_end) = pairs.position(|(&a, &b)| broadcast_extent(a, b).is_none()) {
            let axis = joint.len().max(shape.len()) - 1 - from_end;
            return Err(Error::BroadcastTogether {
                party,
                item: item as u32,
                axis: axis as u8,
                shape: Shape::new(shape),
                others: Shape::new(&joint),
                have: shape[shape.len() - 1 - from_end],
                want: joint[joint.len() - 1 - from_end],
            });
        }
        while joint.len() < shape.len() {
            joint.insert(0, 1);
        }
        for (extent, &other) in joint.iter_mut().rev().zip(shape.iter().rev()) {
            if *extent == 1 {
                *extent = other;
            }
        }
    }
    Ok(joint)
}

impl LayoutRef<'_> {
    /// The stride along an axis of a shape of `ndim` axes that the layout is stretched over.
    pub fn stretched_stride(&self, axis: usize, ndim: usize) -> i64 {
        match (axis + self.ndim()).checked_sub(ndim) {
            Some(own) if self.shape[own] != 1 => self.strides[own],
            _ => 0,
        }
    }
}

/// The strides that stretch a layout over `shape`, by NumPy's `broadcast_to`: shapes are aligned at
/// their last axes; an axis of one element, and every axis that the source lacks, gets stride 0,
/// also over one element.
pub fn broadcast_strides(source: LayoutRef, shape: &[i64], strides: &mut [i64]) -> Result<()> {
    check_shape(shape, source.itemsize)?;
    let new = shape.len().checked_sub(source.ndim()).ok_or_else(|| Error::BroadcastRank {
        from: Shape::new(source.shape),
        to: Shape::new(shape),
    })?;
    strides[..new].fill(0);
    for (old, &have) in source.shape.iter().enumerate() {
        let axis = new + old;
        let want = shape[axis];
        if have != want && have != 1 {
            let (from, to) = (Shape::new(source.shape), Shape::new(shape));
            return Err(Error::Broadcast { from, to, axis, have, want });
        }
        strides[axis] = if have == 1 { 0 } else { source.strides[old] };
    }
    Ok(())
}

/// As [`broadcast_strides`], of a layout that has passed [`check_shape`]: over its own shape there is
/// nothing left to check.
#[inline]
pub fn stretch(source: LayoutRef, shape: &[i64], strides: &mut [i64]) -> Result<()> {
    if source.shape != shape {
        return broadcast_strides(source, shape, strides);
    }
    for (stretched, (&extent, &stride)) in strides.iter_mut().zip(shape.iter().zip(source.strides))
    {
        *stretched = if extent == 1 { 0 } else { stride };
    }
    Ok(())
}

/// As [`broadcast_strides`], for the right side of an assignment: leading axes of one element that
/// the destination lacks are dropped.
pub fn broadcast_strides_into(source: LayoutRef, shape: &[i64], strides: &mut [i64]) -> Result<()> {
    let surplus = source.ndim().saturating_sub(shape.len());
    let dropped = source.shape[..surplus].iter().take_while(|&&extent| extent == 1).count();
    let trimmed = LayoutRef {
        shape: &source.shape[dropped..],
        strides: &source.strides[dropped..],
        itemsize: source.itemsize,
    };
    stretch(trimmed, shape, strides)
}
