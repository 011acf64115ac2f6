//! Lists: arrays that say, element by element, which elements of another array are meant.

#![forbid(unsafe_code)]

use super::IndexMode;
use crate::array::Array;
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::size;

/// An array that is only read for what it picks: positions, or marks.
#[derive(Clone, Copy)]
pub struct List<'a> {
    pub data: *const u8,
    pub dtype: DType,
    pub shape: &'a [i64],
    pub strides: &'a [i64],
}

impl<'a> List<'a> {
    pub fn of(array: &'a Array) -> List<'a> {
        List {
            data: array.data(),
            dtype: array.dtype(),
            shape: array.shape(),
            strides: array.strides(),
        }
    }

    /// Positions that lie side by side; `shape` is their number.
    pub fn of_slice(positions: &'a [i64], shape: &'a [i64; 1]) -> List<'a> {
        let data = positions.as_ptr().cast();
        List { data, dtype: DType::Int64, shape, strides: &[size_of::<i64>() as i64] }
    }
}

/// How a list says what it picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// By positions, of any integer type.
    Positions(IndexMode),
    /// By marks, in C order: a mask of the axes it picks from, or of one axis for all of them. Its
    /// marks lie along the last axis of the lists' common shape.
    Mask { count: i64 },
}

/// One list over some axes of an array.
#[derive(Clone, Copy)]
pub struct Pick<'a> {
    pub list: List<'a>,
    pub role: Role,
    /// Where the list's first axis stands among those of the lists' common shape.
    pub along: usize,
    /// The first axis that it picks from, as messages count; none for positions among all elements.
    pub axis: Option<usize>,
    /// The axes that it picks from. A position over several counts their elements in C order.
    pub extents: &'a [i64],
    pub strides: &'a [i64],
}

impl Pick<'_> {
    /// The axes that the list has in the common shape.
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// Their extents; a mask has one axis, of as many positions as it has marks.
    pub fn shape(&self) -> &[i64] {
        match &self.role {
            Role::Positions(_) => self.list.shape,
            Role::Mask { count } => std::slice::from_ref(count),
        }
    }

    /// The positions that there are.
    pub fn extent(&self) -> i64 {
        size(self.extents)
    }

    /// Whether a mask gives another mark for each position of the last axis.
    pub fn marks_along_line(&self) -> bool {
        matches!(self.role, Role::Mask { count } if count != 1)
    }

    /// How far, in bytes, a step along an axis of the common shape leads in a list of positions.
    pub fn list_stride(&self, axis: usize) -> i64 {
        let own = axis.checked_sub(self.along).filter(|&own| own < self.list.shape.len());
        match (self.role, own) {
            (Role::Positions(_), Some(own)) if self.list.shape[own] != 1 => self.list.strides[own],
            _ => 0,
        }
    }

    #[cold]
    pub fn out_of_bounds(&self, index: i128) -> Error {
        match self.axis {
            Some(axis) => Error::Index { index, axis, extent: self.extent() },
            None => Error::FlatIndex { index, size: self.extent() },
        }
    }
}

/// Refuses a list whose elements are neither integers nor, where marks are meant, bools.
pub fn check_positions(what: &'static str, dtype: DType) -> Result<()> {
    if dtype.is_integer() { Ok(()) } else { Err(Error::IndexDType { what, dtype }) }
}
