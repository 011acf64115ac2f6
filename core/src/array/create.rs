//! New arrays that own their buffer: fresh memory, or memory of the caller's.

use super::access::Flags;
use super::block::{Array, Handle};
use crate::buffer::{Buffer, Contents, Deleter};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{Layout, Order, check_shape, kept_strides, size};
use crate::overlap::{self, Answer, Extent};
use std::ffi::c_void;

/// Enough to decide every layout that slicing, tiling or windows make.
const SELF_OVERLAP_BUDGET: u64 = 10_000;

impl Array {
    /// A dense array of its own memory, in C or F order.
    pub fn new(dtype: DType, shape: &[i64], order: Order, contents: Contents) -> Result<Handle> {
        let nbytes = check_shape(shape, dtype.itemsize())?;
        let mut layout = Layout::new();
        layout.contiguous(shape, dtype.itemsize(), order);
        Array::from_heap(dtype, nbytes, contents, &layout)
    }

    /// A dense array of this one's shape, laid out after it in `order`.
    pub fn new_like(&self, dtype: DType, order: Order, contents: Contents) -> Result<Handle> {
        let nbytes = check_shape(self.shape(), dtype.itemsize())?;
        let mut layout = Layout::new();
        layout.shape.extend(self.shape().iter().copied());
        kept_strides(self.layout(), dtype.itemsize(), order, &mut layout.strides);
        Array::from_heap(dtype, nbytes, contents, &layout)
    }

    fn from_heap(
        dtype: DType,
        nbytes: usize,
        contents: Contents,
        layout: &Layout,
    ) -> Result<Handle> {
        let buffer = Buffer::heap(nbytes, contents)?;
        Array::new_owner(buffer, dtype, Flags::WRITEABLE, layout)
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
    let itemsize = foreign.dtype.itemsize();
    check_shape(foreign.shape, itemsize)?;
    let mut layout = Layout::new();
    layout.contiguous(foreign.shape, itemsize, Order::C);
    if let Some(strides) = foreign.strides {
        layout.strides.clear();
        layout.strides.extend(strides.iter().copied());
    }
    layout.offset = foreign.offset;
    check_inside(&layout, itemsize, foreign.nbytes)?;
    let flags = flags_of(&layout, itemsize, foreign.access);
    let Foreign { start, nbytes, deleter, context, .. } = foreign;
    Array::new_owner(
        Buffer::foreign(start, nbytes, deleter, context),
        foreign.dtype,
        flags,
        &layout,
    )
}

/// Refuses a layout that leaves a buffer of `nbytes`. An array without elements touches no byte,
/// but must begin inside or at the end.
fn check_inside(layout: &Layout, itemsize: usize, nbytes: usize) -> Result<()> {
    let extent = Extent { address: 0, shape: &layout.shape, strides: &layout.strides, itemsize };
    let (low, high) = overlap::byte_bounds(&extent).unwrap_or((0, 0));
    let (low, high) = (low + i128::from(layout.offset), high + i128::from(layout.offset));
    if low < 0 || high > nbytes as i128 {
        return Err(Error::OutsideBuffer { low, high, nbytes });
    }
    Ok(())
}

fn flags_of(layout: &Layout, itemsize: usize, access: Access) -> Flags {
    let overlapping = size(&layout.shape) > 1
        && overlap::overlaps_itself(&layout.shape, &layout.strides, itemsize, SELF_OVERLAP_BUDGET)
            != Answer::No;
    match (access, overlapping) {
        (Access::ReadOnly, false) => Flags::NONE,
        (Access::Default, true) | (Access::ReadOnly, true) => Flags::OVERLAPPING,
        (Access::WriteOverlapping, true) => Flags::OVERLAPPING.with(Flags::WRITEABLE),
        (Access::Default | Access::WriteOverlapping, false) => Flags::WRITEABLE,
    }
}
