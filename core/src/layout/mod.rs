//! Shape and strides: the geometry of a window, apart from the memory it looks at.
//!
//! Functions take a [`LayoutRef`] and fill a [`Layout`], whose offset is counted in bytes from the
//! source's first element. They know neither addresses nor types, only the size of an item. A
//! `Layout` is filled in place rather than returned: it is a kilobyte, and making a view should
//! cost nanoseconds.
//!
//! Precondition of every function here, kept by whoever makes an array: all sizes and, unless the
//! array is empty, the distance between any two of its elements fit in `i64`.

#![forbid(unsafe_code)]

mod axes;
mod broadcast;
mod order;
mod reshape;
mod slice;
#[cfg(test)]
mod tests;

pub use axes::{diagonal, expand_dims, flip, move_axis, permute, squeeze, swap_axes, transpose};
pub use broadcast::{broadcast_into, broadcast_to};
pub use order::{Order, contiguous_strides, kept_strides, slowest_first};
pub use reshape::{Unmergeable, infer_extent, reshape};
pub use slice::{Item, slice};

use crate::error::{Error, Result, ShortShape};
use arrayvec::ArrayVec;

/// The most axes an array can have.
pub const MAX_NDIM: usize = 64;

/// One number for each axis.
pub type Dims = ArrayVec<i64, MAX_NDIM>;

/// The shape and the strides, in bytes, of an existing array.
#[derive(Clone, Copy, Debug)]
pub struct LayoutRef<'a> {
    pub shape: &'a [i64],
    pub strides: &'a [i64],
    pub itemsize: usize,
}

/// A layout being made: its offset is in bytes from the first element of the source.
#[derive(Debug, Default)]
pub struct Layout {
    pub shape: Dims,
    pub strides: Dims,
    pub offset: i64,
}

impl Layout {
    pub const fn new() -> Layout {
        Layout { shape: ArrayVec::new_const(), strides: ArrayVec::new_const(), offset: 0 }
    }

    /// One more axis, if there is room for it.
    pub fn push(&mut self, extent: i64, stride: i64) -> Result<()> {
        match (self.shape.try_push(extent), self.strides.try_push(stride)) {
            (Ok(()), Ok(())) => Ok(()),
            _ => Err(Error::TooManyAxes { ndim: MAX_NDIM as i64 + 1 }),
        }
    }

    /// The axes of an array, which are never too many.
    pub fn copy_from(&mut self, source: LayoutRef) {
        self.shape = source.shape.iter().copied().collect();
        self.strides = source.strides.iter().copied().collect();
        self.offset = 0;
    }

    pub fn as_ref(&self, itemsize: usize) -> LayoutRef<'_> {
        LayoutRef { shape: &self.shape, strides: &self.strides, itemsize }
    }

    /// The dense layout of a shape, which must have passed [`check_shape`].
    pub fn contiguous(&mut self, shape: &[i64], itemsize: usize, order: Order) {
        self.shape.clear();
        self.shape.extend(shape.iter().copied());
        self.offset = 0;
        contiguous_strides(shape, itemsize, order, &mut self.strides);
    }
}

impl LayoutRef<'_> {
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    pub fn size(&self) -> i64 {
        size(self.shape)
    }

    pub fn nbytes(&self) -> u64 {
        self.size() as u64 * self.itemsize as u64
    }

    /// Whether the elements lie in C order without gaps. Axes of one element do not matter, and an
    /// empty array is contiguous in every order: NumPy's relaxed rule.
    pub fn is_c_contiguous(&self) -> bool {
        self.is_empty() || self.is_dense(Order::C)
    }

    /// As [`is_c_contiguous`](Self::is_c_contiguous), in Fortran order.
    pub fn is_f_contiguous(&self) -> bool {
        self.is_empty() || self.is_dense(Order::F)
    }

    /// Whether the axes of an array with elements leave no gap, in Fortran order or else in C order.
    pub fn is_dense(&self, order: Order) -> bool {
        self.gap(order).is_none()
    }

    /// The axis that keeps an array with elements from being dense in Fortran order or else in C
    /// order: the axis, its stride, the stride it would need.
    pub fn gap(&self, order: Order) -> Option<(usize, i64, i64)> {
        let ndim = self.shape.len().min(self.strides.len());
        let mut need = self.itemsize as i64;
        for step in 0..ndim {
            let axis = if order == Order::F { step } else { ndim - 1 - step };
            let (extent, stride) = (self.shape[axis], self.strides[axis]);
            if extent != 1 && stride != need {
                return Some((axis, stride, need));
            }
            need = need.wrapping_mul(extent);
        }
        None
    }

    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Whether every step from element to element is a multiple of a power of two.
    pub fn steps_by(&self, power_of_two: usize) -> bool {
        let low_bits = power_of_two as i64 - 1;
        let mut axes = self.shape.iter().zip(self.strides);
        axes.all(|(&extent, &stride)| extent <= 1 || stride & low_bits == 0)
    }
}

/// The number of elements; the shape must have passed [`check_shape`].
pub fn size(shape: &[i64]) -> i64 {
    let mut size = 1i64;
    for &extent in shape {
        if extent == 0 {
            return 0;
        }
        size = size.wrapping_mul(extent);
    }
    size
}

/// Refuses more than 64 axes, negative extents, and shapes of more bytes than `i64` counts; gives
/// the bytes of a dense array. As in NumPy, an extent of zero excuses no other extent.
pub fn check_shape(shape: &[i64], itemsize: usize) -> Result<usize> {
    check_ndim(shape.len())?;
    if let Some(axis) = shape.iter().position(|&extent| extent < 0) {
        return Err(Error::NegativeExtent { axis, extent: shape[axis] });
    }
    let non_zero = shape.iter().filter(|&&extent| extent != 0);
    let bytes = non_zero
        .copied()
        .try_fold(itemsize as i64, i64::checked_mul)
        .ok_or(Error::TooLarge { shape: ShortShape::new(shape), itemsize })?;
    Ok(if shape.contains(&0) { 0 } else { bytes as usize })
}

pub fn check_ndim(ndim: usize) -> Result<()> {
    if ndim > MAX_NDIM { Err(Error::TooManyAxes { ndim: ndim as i64 }) } else { Ok(()) }
}

/// An axis counted from either end, as a position.
pub fn axis(axis: i64, ndim: usize) -> Result<usize> {
    let counted = if axis < 0 { axis + ndim as i64 } else { axis };
    match usize::try_from(counted) {
        Ok(position) if position < ndim => Ok(position),
        _ => Err(Error::Axis { axis, ndim }),
    }
}
