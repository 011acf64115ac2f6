//! The elements that an assignment works on: an array's, or some that have no handle.

use crate::array::{Array, Flags, may_overlap_itself};
use crate::dtype::DType;
use crate::error::Result;
use crate::layout::LayoutRef;
use crate::overlap::Extent;

/// Elements of one type, anywhere in memory.
#[derive(Clone, Copy)]
pub struct Elements<'a> {
    /// Written only where they are the target.
    pub data: *mut u8,
    pub dtype: DType,
    pub shape: &'a [i64],
    /// In bytes.
    pub strides: &'a [i64],
    /// Two of them may share a byte, so that the order of writing matters.
    pub overlapping: bool,
}

impl<'a> Elements<'a> {
    /// To read.
    pub fn of(array: &'a Array) -> Elements<'a> {
        Elements {
            data: array.data().cast_mut(),
            dtype: array.dtype(),
            shape: array.shape(),
            strides: array.strides(),
            overlapping: array.decided().contains(Flags::OVERLAPPING),
        }
    }

    /// To write; refuses a read-only array.
    pub fn to_write(array: &'a Array) -> Result<Elements<'a>> {
        Ok(Elements { data: array.data_mut()?, ..Elements::of(array) })
    }

    /// As told by somebody who may not know that they are overlapping.
    pub fn looked_through(self) -> Elements<'a> {
        let overlapping = self.overlapping || may_overlap_itself(self.layout());
        Elements { overlapping, ..self }
    }

    pub fn layout(&self) -> LayoutRef<'a> {
        LayoutRef { shape: self.shape, strides: self.strides, itemsize: self.dtype.itemsize() }
    }

    pub fn extent(&self) -> Extent<'a> {
        let LayoutRef { shape, strides, itemsize } = self.layout();
        Extent { address: self.data.addr(), shape, strides, itemsize }
    }

    /// The bytes of all elements, however they lie.
    pub fn nbytes(&self) -> usize {
        self.layout().nbytes() as usize
    }
}
