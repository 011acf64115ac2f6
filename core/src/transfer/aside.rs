//! An array to be read while another is written.

use super::assign::may_spoil;
use super::{Source, Target, Visit, move_elements};
use crate::array::Array;
use crate::buffer::allocator::Scratch;
use crate::buffer::audit::{self, Hidden};
use crate::error::Result;
use crate::layout::{Dims, LayoutRef, Order, dense_strides};

/// The elements of an array as they are before a target is written: where they stand, or a copy of
/// them, in their own type and without gaps, where writing the target might change them.
pub(crate) struct Unspoilt<'a> {
    array: &'a Array,
    aside: Option<(Scratch, Dims)>,
    temporary: Option<Hidden>,
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
        let room = |array: &Array| may_spoil(target, array).then(|| Room::new(array)).transpose();
        let (room_a, room_b) = (room(a)?, room(b)?);
        // SAFETY: the caller vouches for the elements; the rooms are as large as they take.
        unsafe { Ok((Unspoilt::moved(a, room_a), Unspoilt::moved(b, room_b))) }
    }

    /// A copy in any case.
    ///
    /// # Safety
    /// - As for [`both`](Self::both).
    pub unsafe fn copied(array: &'a Array) -> Result<Unspoilt<'a>> {
        let room = Room::new(array)?;
        // SAFETY: as above.
        unsafe { Ok(Unspoilt::moved(array, Some(room))) }
    }

    /// # Safety
    /// - As for [`both`](Self::both); the room has as many bytes as all elements.
    unsafe fn moved(array: &'a Array, room: Option<Room>) -> Unspoilt<'a> {
        let Some(Room { scratch, temporary }) = room else {
            return Unspoilt { array, aside: None, temporary: None };
        };
        let aside = {
            let dtype = array.dtype();
            let dense = dense_strides(array.shape(), dtype.itemsize(), Order::C);
            let to = Target { data: scratch.start(), dtype, strides: &dense };
            let from = Source { data: array.data(), dtype, strides: array.strides() };
            // SAFETY: the scratch memory is new and holds every element.
            unsafe { move_elements(array.shape(), to, from, Visit::AnyOrder) };
            (scratch, dense)
        };
        Unspoilt { array, aside: Some(aside), temporary: Some(temporary) }
    }

    /// Reports the copy, if there was one; for when nothing can fail any more.
    pub fn used(self) {
        if let Some(temporary) = self.temporary {
            temporary.made();
        }
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

/// Room for all elements of an array, and the leave to copy them.
struct Room {
    scratch: Scratch,
    temporary: Hidden,
}

impl Room {
    fn new(array: &Array) -> Result<Room> {
        let reason = c"what is read shares memory with what is written";
        let temporary = audit::hidden(c"write", reason, array.nbytes())?;
        Ok(Room { scratch: Scratch::new(array.nbytes())?, temporary })
    }
}
