//! Elements picked along an axis, by a list of positions or by a mask. Always copies, in C order.

use crate::array::{Array, Handle};
use crate::buffer::{Contents, counters};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{self, Dims, Order};
use crate::transfer::{Source, Target, Visit, move_elements};

/// The elements at `positions` of an axis, negative ones counting from the end, or of all elements
/// in C order when no axis is named: NumPy's `take`. Every position is checked before anything is
/// allocated.
///
/// # Safety
/// - The elements are valid memory that no other thread writes.
pub unsafe fn take(array: &Array, positions: &[i64], axis: Option<i64>) -> Result<Handle> {
    let pick = Pick::new(array, axis)?;
    if let Some(&index) =
        positions.iter().find(|&&index| !(-pick.extent..pick.extent).contains(&index))
    {
        return Err(match pick.axis {
            Some(axis) => Error::Index { index, axis, extent: pick.extent },
            None => Error::FlatIndex { index, size: pick.extent },
        });
    }
    let counted =
        positions.iter().map(|&index| if index < 0 { index + pick.extent } else { index });
    // SAFETY: every position is inside the axis; the caller vouches for the elements.
    unsafe { pick.copy(positions.len() as i64, counted) }
}

/// The elements that a 1-D mask of bool marks along an axis, or of all elements in C order when no
/// axis is named: NumPy's `compress`. The mask may be shorter than the axis; it may be longer if it
/// marks nothing there.
///
/// # Safety
/// - The elements of both are valid memory that no other thread writes.
pub unsafe fn compress(array: &Array, mask: &Array, axis: Option<i64>) -> Result<Handle> {
    if mask.dtype() != DType::Bool {
        return Err(Error::Cast {
            from: mask.dtype(),
            to: DType::Bool,
            rule: crate::dtype::Casting::Safe,
        });
    }
    if mask.ndim() != 1 {
        return Err(Error::Rank { what: "the mask", have: mask.ndim(), want: 1 });
    }
    let pick = Pick::new(array, axis)?;
    // SAFETY: the caller vouches for the mask.
    let marked = unsafe { Marked::new(mask) };
    let count = marked.clone().count() as i64;
    if let Some(position) = marked.clone().last().filter(|&last| last >= pick.extent) {
        return Err(match pick.axis {
            Some(axis) => Error::MaskTooLong { position, axis, extent: pick.extent },
            None => Error::MaskTooLongForAll { position, size: pick.extent },
        });
    }
    // SAFETY: every marked position is inside the axis; the caller vouches for the elements.
    unsafe { pick.copy(count, marked) }
}

/// The positions at which a mask is true, ascending.
#[derive(Clone)]
struct Marked {
    data: *const u8,
    stride: i64,
    at: i64,
    end: i64,
}

impl Marked {
    /// # Safety
    /// - The mask is 1-D and of bytes, which can be read while the result is used.
    unsafe fn new(mask: &Array) -> Marked {
        Marked { data: mask.data(), stride: mask.strides()[0], at: 0, end: mask.shape()[0] }
    }
}

impl Iterator for Marked {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        while self.at < self.end {
            let position = self.at;
            self.at += 1;
            let byte = self.data.wrapping_offset(position.wrapping_mul(self.stride) as isize);
            // SAFETY: the position is inside the mask, whose bytes can be read.
            if unsafe { byte.read() } != 0 {
                return Some(position);
            }
        }
        None
    }
}

/// What is picked from: an axis with the axes before and behind it, or all elements in a row.
struct Pick<'a> {
    array: &'a Array,
    axis: Option<usize>,
    extent: i64,
}

impl Pick<'_> {
    fn new(array: &Array, axis: Option<i64>) -> Result<Pick<'_>> {
        Ok(match axis {
            None => Pick { array, axis: None, extent: array.size() },
            Some(axis) => {
                let axis = layout::axis(axis, array.ndim())?;
                Pick { array, axis: Some(axis), extent: array.shape()[axis] }
            }
        })
    }

    /// # Safety
    /// - Every position is inside the extent, there are `count`, and the elements can be read.
    unsafe fn copy(
        &self,
        count: i64,
        positions: impl Iterator<Item = i64> + Clone,
    ) -> Result<Handle> {
        let mut shape = Dims::new();
        match self.axis {
            None => shape.push(count),
            Some(axis) => {
                shape.extend(self.array.shape().iter().copied());
                shape[axis] = count;
            }
        }
        let result = Array::dense(self.array.dtype(), &shape, Order::C, Contents::Unset)?;
        if result.size() != 0 {
            // SAFETY: as for this function; the result is new.
            unsafe {
                match self.axis {
                    None => self.gather_flat(result.data_mut()?, positions),
                    Some(axis) => self.gather(result.data_mut()?, axis, count, positions),
                }
            }
        }
        counters::copied(result.nbytes());
        Ok(result)
    }

    /// # Safety
    /// - As for [`copy`](Self::copy); `to` has room for every element.
    unsafe fn gather_flat(&self, to: *mut u8, positions: impl Iterator<Item = i64>) {
        let layout = self.array.layout();
        let itemsize = self.array.itemsize();
        for (place, position) in positions.enumerate() {
            let mut rest = position;
            let mut offset = 0i64;
            for (&extent, &stride) in layout.shape.iter().zip(layout.strides).rev() {
                offset = offset.wrapping_add((rest % extent).wrapping_mul(stride));
                rest /= extent;
            }
            let from = self.array.data().wrapping_offset(offset as isize);
            // SAFETY: the position is an element of the array; the place is one of the result.
            unsafe { from.copy_to_nonoverlapping(to.add(place * itemsize), itemsize) };
        }
    }

    /// Goes through the axes before the picked one in C order, then through the positions, and
    /// moves what lies behind the axis at once.
    ///
    /// # Safety
    /// - As for [`gather_flat`](Self::gather_flat).
    unsafe fn gather(
        &self,
        mut to: *mut u8,
        axis: usize,
        count: i64,
        positions: impl Iterator<Item = i64> + Clone,
    ) {
        let layout = self.array.layout();
        let inner = layout::LayoutRef {
            shape: &layout.shape[axis + 1..],
            strides: &layout.strides[axis + 1..],
            itemsize: layout.itemsize,
        };
        let block = Block::new(self.array, inner);
        let step = count.wrapping_mul(block.nbytes as i64) as usize;
        let mut outer = Odometer::new(&layout.shape[..axis], &layout.strides[..axis]);
        loop {
            let row = self.array.data().wrapping_offset(outer.offset as isize);
            let mut place = to;
            for position in positions.clone() {
                let from =
                    row.wrapping_offset(position.wrapping_mul(layout.strides[axis]) as isize);
                // SAFETY: the position is inside the axis, the outer index inside its axes; the
                // result has room for every block in turn.
                unsafe {
                    block.copy(from, place);
                    place = place.add(block.nbytes);
                }
            }
            to = to.wrapping_add(step);
            if !outer.advance() {
                return;
            }
        }
    }
}

/// The elements behind one position of the picked axis.
struct Block<'a> {
    layout: layout::LayoutRef<'a>,
    dtype: DType,
    dense: bool,
    nbytes: usize,
    strides: Dims,
}

impl<'a> Block<'a> {
    fn new(array: &Array, layout: layout::LayoutRef<'a>) -> Block<'a> {
        let strides = layout::dense_strides(layout.shape, layout.itemsize, Order::C);
        Block {
            layout,
            dtype: array.dtype(),
            dense: layout.is_c_contiguous(),
            nbytes: layout.nbytes() as usize,
            strides,
        }
    }

    /// # Safety
    /// - The block can be read at `from`, and dense elements written at `to`.
    unsafe fn copy(&self, from: *const u8, to: *mut u8) {
        if self.dense {
            // SAFETY: as for this function.
            return unsafe { from.copy_to_nonoverlapping(to, self.nbytes) };
        }
        let target = Target { data: to, dtype: self.dtype, strides: &self.strides };
        let source = Source { data: from, dtype: self.dtype, strides: self.layout.strides };
        // SAFETY: as for this function.
        unsafe { move_elements(self.layout.shape, target, source, Visit::AnyOrder) };
    }
}

/// An index that counts through some axes in C order, with its offset in bytes.
struct Odometer<'a> {
    shape: &'a [i64],
    strides: &'a [i64],
    index: Dims,
    offset: i64,
}

impl<'a> Odometer<'a> {
    fn new(shape: &'a [i64], strides: &'a [i64]) -> Odometer<'a> {
        Odometer { shape, strides, index: shape.iter().map(|_| 0).collect(), offset: 0 }
    }

    /// To the next index; false after the last.
    fn advance(&mut self) -> bool {
        for axis in (0..self.shape.len()).rev() {
            self.index[axis] += 1;
            self.offset = self.offset.wrapping_add(self.strides[axis]);
            if self.index[axis] < self.shape[axis] {
                return true;
            }
            let back = self.index[axis].wrapping_mul(self.strides[axis]);
            self.offset = self.offset.wrapping_sub(back);
            self.index[axis] = 0;
        }
        false
    }
}
