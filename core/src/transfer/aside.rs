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
    /// Two arrays; nothing is copied before there is room for both.
    ///
    /// # Safety
    /// - The elements of `a` and `b` are valid memory that no other thread writes.
    pub unsafe fn both(
        target: &Array,
        a: &'a Array,
        b: &'a Array,
    ) -> Result<(Unspoilt<'a>, Unspoilt<'a>)> {
        let room = |array: &Array| {
            may_spoil(target, array).then(|| Scratch::new(array.nbytes())).transpose()
        };
        let (room_a, room_b) = (room(a)?, room(b)?);
        // SAFETY: the caller vouches for the elements; the rooms are as large as they take.
        unsafe { Ok((Unspoilt::moved(a, room_a), Unspoilt::moved(b, room_b))) }
    }

    /// A copy in any case.
    ///
    /// # Safety
    /// - As for [`both`](Self::both).
    pub unsafe fn copied(array: &'a Array) -> Result<Unspoilt<'a>> {
        let room = Scratch::new(array.nbytes())?;
        // SAFETY: as above.
        unsafe { Ok(Unspoilt::moved(array, Some(room))) }
    }

    /// # Safety
    /// - As for [`both`](Self::both); the room has as many bytes as all elements.
    unsafe fn moved(array: &'a Array, room: Option<Scratch>) -> Unspoilt<'a> {
        let aside = room.map(|scratch| {
            let dtype = array.dtype();
            let dense = dense_strides(array.shape(), dtype.itemsize(), Order::C);
            let to = Target { data: scratch.start(), dtype, strides: &dense };
            let from = Source { data: array.data(), dtype, strides: array.strides() };
            // SAFETY: the scratch memory is new and holds every element.
            unsafe { move_elements(array.shape(), to, from, Visit::AnyOrder) };
            counters::copied(array.nbytes());
            (scratch, dense)
        });
        Unspoilt { array, aside }
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
