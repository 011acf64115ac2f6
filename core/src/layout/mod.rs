//! Shape and strides: the geometry of a window, apart from the memory it looks at.
//!
//! Functions read a [`LayoutRef`] and fill [`Axes`], which stand in the new array's own block, so
//! that making a view costs nanoseconds. Where the number of axes is not plain, a function of its
//! own tells it first. What they return is the way, in bytes, from the source's first element to
//! the new one. They know neither addresses nor types, only the size of an item.
//!
//! Precondition of every function here, kept by whoever makes an array: all sizes and, unless the
//! array is empty, the distance between any two of its elements fit in `i64`.

#![forbid(unsafe_code)]

mod axes;
mod broadcast;
mod order;
mod reshape;
mod runs;
mod slice;
#[cfg(test)]
mod tests;
mod touched;
mod windows;

pub use axes::{
    AxisSet, check_order, diagonal, expand_dims, flip, insert_axis, move_axis, permute, reorder,
    rot90, squeeze, squeezed, swap_axes, transpose,
};
pub use broadcast::{
    broadcast_extent, broadcast_shapes, broadcast_strides, broadcast_strides_into, stretch,
};
pub use order::{Order, Sorted, agreed_strides, contiguous_strides, kept_strides, slowest_first};
pub use reshape::{Unmergeable, infer_extent, only_regroups, regroup, reshape};
pub use runs::{Runs, runs};
pub use slice::{Item, MAX_ITEMS, Plan, Slice, counted, cut_axis, position, slice, slice_axes};
pub use touched::{Progression, Touched};
pub use windows::windows;

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

/// A layout being made: as many axes as it will have, zero until they are set.
pub struct Axes<'a> {
    pub shape: &'a mut [i64],
    pub strides: &'a mut [i64],
}

impl Axes<'_> {
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    pub fn set(&mut self, axis: usize, extent: i64, stride: i64) {
        self.shape[axis] = extent;
        self.strides[axis] = stride;
    }

    /// Every axis's extent and stride.
    pub fn iter_mut(
        &mut self,
    ) -> impl DoubleEndedIterator<Item = (&mut i64, &mut i64)> + ExactSizeIterator {
        self.shape.iter_mut().zip(self.strides.iter_mut())
    }

    pub fn copy_from(&mut self, source: LayoutRef) {
        let axes = source.shape.iter().zip(source.strides);
        for ((extent, stride), axis) in self.iter_mut().zip(axes) {
            (*extent, *stride) = (*axis.0, *axis.1);
        }
    }
}

/// As many zeros.
pub fn zeros(ndim: usize) -> Dims {
    std::iter::repeat_n(0, ndim).collect()
}

/// The strides of one element that stands for all.
pub fn no_steps(ndim: usize) -> &'static [i64] {
    &[0; MAX_NDIM][..ndim]
}

/// The strides of a dense array.
pub fn dense_strides(shape: &[i64], itemsize: usize, order: Order) -> Dims {
    let mut strides = zeros(shape.len());
    contiguous_strides(shape, itemsize, order, &mut strides);
    strides
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
        let mut axes = self.shape.iter().zip(self.strides);
        let mut need = self.itemsize as i64;
        let fits = |(&extent, &stride): (&i64, &i64)| {
            let fits = extent == 1 || stride == need;
            need = need.wrapping_mul(extent);
            fits
        };
        if order == Order::F { axes.all(fits) } else { axes.rev().all(fits) }
    }

    /// The axis that keeps an array with elements from being dense in Fortran order or else in C
    /// order: the axis, its stride, the stride it would need.
    pub fn gap(&self, order: Order) -> Option<(usize, i64, i64)> {
        let ndim = self.ndim();
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
        has_no_elements(self.shape)
    }

    /// Whether every step from element to element is a multiple of a power of two.
    pub fn steps_by(&self, power_of_two: usize) -> bool {
        let low_bits = power_of_two as i64 - 1;
        let mut axes = self.shape.iter().zip(self.strides);
        axes.all(|(&extent, &stride)| extent <= 1 || stride & low_bits == 0)
    }
}

/// To the next index, in C order, along the first axes of a shape; after the last the first again,
/// and false.
#[inline]
pub fn next_index(index: &mut [i64], shape: &[i64]) -> bool {
    for axis in (0..index.len()).rev() {
        index[axis] += 1;
        if index[axis] < shape[axis] {
            return true;
        }
        index[axis] = 0;
    }
    false
}

/// The bytes from the first element to the one at an index.
pub fn offset_of(index: &[i64], strides: &[i64]) -> i64 {
    let steps = index.iter().zip(strides).map(|(at, stride)| at.wrapping_mul(*stride));
    steps.fold(0, i64::wrapping_add)
}

/// Whether an axis of stride `outer` goes on where the `extent` elements of one within it end, so
/// that the two can be one.
#[inline(always)]
pub fn continues(stride: i64, extent: i64, outer: i64) -> bool {
    stride.checked_mul(extent) == Some(outer)
}

/// Whether an extent is zero. One by one: a shape is short, and its extents were often written just
/// before, singly; reading them by the vector, as `contains` does, would wait for that.
#[allow(clippy::manual_contains)]
pub fn has_no_elements(shape: &[i64]) -> bool {
    shape.iter().any(|&extent| extent == 0)
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

/// The most bytes of one array: what an address space can hold, less room for aligning them.
const MAX_BYTES: i64 = isize::MAX as i64 - 64;

/// Refuses more than 64 axes, negative extents, and shapes of more bytes than there can be; gives
/// the bytes of a dense array. As in NumPy, an extent of zero excuses no other extent.
pub fn check_shape(shape: &[i64], itemsize: usize) -> Result<usize> {
    check_ndim(shape.len())?;
    let (mut bytes, mut is_empty) = (itemsize as i64, false);
    for (axis, &extent) in shape.iter().enumerate() {
        match extent {
            // One that is too large stays so.
            1.. => bytes = bytes.checked_mul(extent).unwrap_or(i64::MAX),
            0 => is_empty = true,
            _ => return Err(Error::NegativeExtent { axis, extent }),
        }
    }
    if bytes > MAX_BYTES {
        return Err(Error::TooLarge { shape: ShortShape::new(shape), itemsize });
    }
    Ok(if is_empty { 0 } else { bytes as usize })
}

pub fn check_ndim(ndim: usize) -> Result<()> {
    if ndim > MAX_NDIM { Err(Error::TooManyAxes { ndim: ndim as i64 }) } else { Ok(()) }
}

/// An axis counted from either end, as a position.
pub fn axis(axis: i64, ndim: usize) -> Result<usize> {
    let counted = if axis < 0 { axis + ndim as i64 } else { axis };
    if (0..ndim as i64).contains(&counted) {
        return Ok(counted as usize);
    }
    Err(Error::Axis { axis, ndim })
}
