//! Windows that slide over a layout.

use super::{Axes, LayoutRef, axis, check_shape};
use crate::error::{Error, Result};

/// NumPy's `sliding_window_view`: first the axes of the source, each with as many elements as a
/// window has positions along it, then an axis for each window. An axis may be named more than once:
/// windows of windows.
///
/// 1. `axes` names as many axes as there are windows; without it there is a window for each axis
/// 2. `out` has an axis for each of the source's and each window
pub fn windows(
    source: LayoutRef,
    windows: &[i64],
    axes: Option<&[i64]>,
    out: &mut Axes,
) -> Result<()> {
    let ndim = source.ndim();
    for (position, (&extent, &stride)) in source.shape.iter().zip(source.strides).enumerate() {
        out.set(position, extent, stride);
    }
    for (number, &window) in windows.iter().enumerate() {
        if window < 0 {
            return Err(Error::NegativeExtent { axis: number, extent: window });
        }
        let along = axes.map_or(Ok(number), |axes| axis(axes[number], ndim))?;
        let room = out.shape[along];
        if window > room {
            return Err(Error::Window { axis: along, window, room });
        }
        out.shape[along] = (room - window).saturating_add(1);
        out.set(ndim + number, window, source.strides[along]);
    }
    check_shape(out.shape, source.itemsize).map(|_| ())
}
