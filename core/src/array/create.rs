//! New arrays that own their buffer: fresh memory, or memory of the caller's.

use super::access::Flags;
use super::block::{Array, Handle};
use crate::buffer::allocator::Allocator;
use crate::buffer::{Buffer, Contents, Deleter, checked, quarantine};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{LayoutRef, Order, check_shape, dense_strides, kept_strides, zeros};
use crate::overlap::{self, Answer, Extent};
use std::ffi::c_void;

/// Enough to decide every layout that slicing, tiling or windows make.
const SELF_OVERLAP_BUDGET: u64 = 10_000;

impl Array {
    /// A dense array of its own memory, in C or F order.
    pub fn dense(dtype: DType, shape: &[i64], order: Order, contents: Contents) -> Result<Handle> {
        let itemsize = dtype.itemsize();
        let nbytes = check_shape(shape, itemsize)?;
        let strides = dense_strides(shape, itemsize, order);
        Array::from_heap(dtype, nbytes, contents, LayoutRef { shape, strides: &strides, itemsize })
    }

    /// A dense array of this one's shape, laid out after it in `order`.
    pub fn new_like(&self, dtype: DType, order: Order, contents: Contents) -> Result<Handle> {
        let (shape, itemsize) = (self.shape(), dtype.itemsize());
        let nbytes = check_shape(shape, itemsize)?;
        let mut strides = zeros(shape.len());
        kept_strides(self.layout(), itemsize, order, &mut strides);
        Array::from_heap(dtype, nbytes, contents, LayoutRef { shape, strides: &strides, itemsize })
    }

    /// An array in new memory of its own with any layout, its first element `offset` bytes from the
    /// buffer's start. The contents are unset; no two elements share a byte.
    pub(crate) fn in_new_buffer(
        dtype: DType,
        nbytes: usize,
        offset: i64,
        layout: LayoutRef,
    ) -> Result<Handle> {
        check_inside(layout, offset.into(), nbytes)?;
        let buffer = Buffer::heap(nbytes, Contents::Unset)?;
        Array::new_owner(buffer, dtype, Flags::WRITEABLE, layout, offset)
    }

    /// An array of its own memory, with strides that leave no gap in some order of the axes.
    pub fn laid_out(
        dtype: DType,
        shape: &[i64],
        strides: &[i64],
        contents: Contents,
    ) -> Result<Handle> {
        let itemsize = dtype.itemsize();
        let nbytes = check_shape(shape, itemsize)?;
        Array::from_heap(dtype, nbytes, contents, LayoutRef { shape, strides, itemsize })
    }

    /// As [`dense`](Self::dense), its elements from an allocator of the caller's.
    ///
    /// # Safety
    /// - As for [`Buffer::allocated`], until the array and all its views are gone.
    pub unsafe fn dense_allocated(
        allocator: Allocator,
        dtype: DType,
        shape: &[i64],
        order: Order,
        contents: Contents,
    ) -> Result<Handle> {
        let itemsize = dtype.itemsize();
        let nbytes = check_shape(shape, itemsize)?;
        let strides = dense_strides(shape, itemsize, order);
        // SAFETY: the caller's.
        let buffer = unsafe { Buffer::allocated(allocator, nbytes, contents)? };
        let layout = LayoutRef { shape, strides: &strides, itemsize };
        Array::new_owner(buffer, dtype, Flags::WRITEABLE, layout, 0)
    }

    fn from_heap(
        dtype: DType,
        nbytes: usize,
        contents: Contents,
        layout: LayoutRef,
    ) -> Result<Handle> {
        let buffer = Buffer::heap(nbytes, contents)?;
        Array::new_owner(buffer, dtype, Flags::WRITEABLE, layout, 0)
    }
}

/// Memory of the caller's, and how an array looks at it.
pub struct Foreign<'a> {
    pub start: *mut u8,
    pub nbytes: usize,
    /// From the start of the buffer to the first element, in bytes.
    pub offset: i64,
    pub dtype: DType,
    pub shape: &'a [i64],
    /// In bytes; C order when absent.
    pub strides: Option<&'a [i64]>,
    pub access: Access,
    pub deleter: Option<Deleter>,
    pub context: *mut c_void,
}

/// What the caller wants of an array's writability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Writeable, unless two elements share a byte or that cannot be told.
    Default,
    ReadOnly,
    /// Writeable even then: the caller insists.
    WriteOverlapping,
}

/// An array over foreign memory. Every element must lie inside the buffer. On an error the deleter
/// is not called, and the memory stays the caller's.
///
/// # Safety
/// - `nbytes` bytes at `start` may be read, and written unless read-only, until the deleter is
///   called; the deleter may be called once, from any thread.
pub unsafe fn wrap(foreign: Foreign) -> Result<Handle> {
    let Foreign { start, nbytes, offset, dtype, shape, deleter, context, .. } = foreign;
    let itemsize = dtype.itemsize();
    check_shape(shape, itemsize)?;
    if i64::try_from(nbytes).is_err() || start.addr().checked_add(nbytes).is_none() {
        return Err(Error::BufferTooLarge { nbytes });
    }
    if checked::is_on() && quarantine::overlaps(start.addr(), nbytes) {
        return Err(Error::GivenBack { address: start.addr() });
    }
    let dense = dense_strides(shape, itemsize, Order::C);
    let strides = foreign.strides.unwrap_or(&dense);
    let layout = LayoutRef { shape, strides, itemsize };
    check_inside(layout, offset.into(), nbytes)?;
    let flags = flags_of(layout, foreign.access);
    let buffer = Buffer::foreign(start, nbytes, deleter, context);
    Array::new_owner(buffer, dtype, flags, layout, offset)
}

/// Refuses a layout that leaves a buffer of `nbytes`. An array without elements touches no byte,
/// but must begin inside or at the end.
pub(super) fn check_inside(layout: LayoutRef, offset: i128, nbytes: usize) -> Result<()> {
    let LayoutRef { shape, strides, itemsize } = layout;
    let extent = Extent { address: 0, shape, strides, itemsize };
    let (low, high) = overlap::byte_bounds(&extent).unwrap_or((0, 0));
    let (low, high) = (low.saturating_add(offset), high.saturating_add(offset));
    if low < 0 || high > nbytes as i128 {
        let shown = |byte: i128| byte.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        let (low, high) = (shown(low), shown(high));
        return Err(Error::OutsideBuffer { low, high, nbytes });
    }
    Ok(())
}

/// What a layout and the caller's wish decide.
pub(super) fn flags_of(layout: LayoutRef, access: Access) -> Flags {
    match (access, may_overlap_itself(layout)) {
        (Access::ReadOnly, false) => Flags::NONE,
        (Access::Default, true) | (Access::ReadOnly, true) => Flags::OVERLAPPING,
        (Access::WriteOverlapping, true) => Flags::OVERLAPPING.with(Flags::WRITEABLE),
        (Access::Default | Access::WriteOverlapping, false) => Flags::WRITEABLE,
    }
}

/// Whether two elements share a byte, or that cannot be told.
pub fn may_overlap_itself(layout: LayoutRef) -> bool {
    let LayoutRef { shape, strides, itemsize } = layout;
    overlap::overlaps_itself(shape, strides, itemsize, SELF_OVERLAP_BUDGET) != Answer::No
}
