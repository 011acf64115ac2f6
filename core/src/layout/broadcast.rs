//! Broadcasting: a layout stretched over a larger shape by strides of zero.

use super::{Layout, LayoutRef, check_shape};
use crate::error::{Error, Result, Shape, ShortShape};

/// NumPy's `broadcast_to`: shapes are aligned at their last axes; an axis of one element, and every
/// axis that the source lacks, is stretched with stride 0, also over one element.
pub fn broadcast_to(source: LayoutRef, shape: &[i64], out: &mut Layout) -> Result<()> {
    check_shape(shape, 1)?;
    let new = shape.len().checked_sub(source.ndim()).ok_or(Error::BroadcastRank {
        from: ShortShape::new(source.shape),
        to: ShortShape::new(shape),
    })?;
    for (axis, &want) in shape.iter().enumerate() {
        let Some(old) = axis.checked_sub(new) else {
            out.push(want, 0)?;
            continue;
        };
        let have = source.shape[old];
        if have != want && have != 1 {
            let (from, to) = (Shape::new(source.shape), Shape::new(shape));
            return Err(Error::Broadcast { from, to, axis, have, want });
        }
        out.push(want, if have == 1 { 0 } else { source.strides[old] })?;
    }
    Ok(())
}

/// As [`broadcast_to`], for the right side of an assignment: leading axes of one element that the
/// destination lacks are dropped.
pub fn broadcast_into(source: LayoutRef, shape: &[i64], out: &mut Layout) -> Result<()> {
    let surplus = source.ndim().saturating_sub(shape.len());
    let dropped = source.shape[..surplus].iter().take_while(|&&extent| extent == 1).count();
    let trimmed = LayoutRef {
        shape: &source.shape[dropped..],
        strides: &source.strides[dropped..],
        itemsize: source.itemsize,
    };
    broadcast_to(trimmed, shape, out)
}
