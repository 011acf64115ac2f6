//! An array to be read while another is written.

use super::assign::may_spoil;
use super::{Source, Target, Visit, move_elements};
use crate::array::Array;
use crate::buffer::allocator::Scratch;
use crate::buffer::counters;
use crate::error::Result;
use crate::layout::{Dims, LayoutRef, Order, dense_strides};

/// The elements of an array as they are before a target is written: where they stand, or a copy of
/// them, in their own type and without gaps, where writing the target might change them.
pub(crate) struct Unspoilt<'a> {
    array: &'a Array,
    aside: Option<(Scratch, Dims)>,
}

impl<'a> Unspoilt<'a> {
    /// # Safety
    /// - The elements of `array` are valid memory that no other thread writes.
    pub unsafe fn by(target: &Array, array: &'a Array) -> Result<Unspoilt<'a>> {
        if !may_spoil(target, array) {
            return Ok(Unspoilt { array, aside: None });
        }
        // SAFETY: the caller vouches for the elements.
        unsafe { Unspoilt::copied(array) }
    }

    /// A copy in any case.
    ///
    /// # Safety
    /// - As for [`by`](Self::by).
    pub unsafe fn copied(array: &'a Array) -> Result<Unspoilt<'a>> {
        let dtype = array.dtype();
        let scratch = Scratch::new(array.nbytes())?;
        let dense = dense_strides(array.shape(), dtype.itemsize(), Order::C);
        let to = Target { data: scratch.start(), dtype, strides: &dense };
        let from = Source { data: array.data(), dtype, strides: array.strides() };
        // SAFETY: the scratch memory is new and holds every element.
        unsafe { move_elements(array.shape(), to, from, Visit::AnyOrder) };
        counters::copied(array.nbytes());
        Ok(Unspoilt { array, aside: Some((scratch, dense)) })
    }

    pub fn data(&self) -> *const u8 {
        self.aside.as_ref().map_or(self.array.data(), |(scratch, _)| scratch.start())
    }

    pub fn layout(&self) -> LayoutRef<'_> {
        match &self.aside {
            None => self.array.layout(),
            Some((_, strides)) => LayoutRef { strides, ..self.array.layout() },
        }
    }

    pub fn source<'s>(&self, strides: &'s [i64]) -> Source<'s> {
        Source { data: self.data(), dtype: self.array.dtype(), strides }
    }
}
