//! Elements copied aside, to be read while others are written or to be kept.

use super::assign::may_spoil;
use super::elements::Elements;
use super::{Source, Target, Visit, move_elements};
use crate::array::{Array, Handle};
use crate::buffer::Contents;
use crate::buffer::allocator::Scratch;
use crate::buffer::audit::{self, Hidden};
use crate::error::Result;
use crate::index::List;
use crate::layout::{Dims, LayoutRef, Order, dense_strides};

/// Elements as they are before a target is written: where they stand, or a copy of them, in their own
/// type and without gaps, where writing the target might change them. The strides of a copy are the
/// caller's to keep, in room that is empty before.
pub(crate) struct Unspoilt<'a> {
    elements: Elements<'a>,
    room: Option<Room>,
}

impl<'a> Unspoilt<'a> {
    /// # Safety
    /// - As for [`both`](Self::both).
    pub unsafe fn one(
        target: &Array,
        array: &'a Array,
        dense: &'a mut Dims,
    ) -> Result<Unspoilt<'a>> {
        let room = Room::aside(target, array)?;
        // SAFETY: the caller's; the room is as large as the elements take.
        unsafe { Ok(Unspoilt::moved(Elements::of(array), room, dense)) }
    }

    /// Two arrays; nothing is copied before there is room for both.
    ///
    /// # Safety
    /// - The elements of `a` and `b` are valid memory that no other thread writes.
    pub unsafe fn both(
        target: &Array,
        (a, dense_a): (&'a Array, &'a mut Dims),
        (b, dense_b): (&'a Array, &'a mut Dims),
    ) -> Result<(Unspoilt<'a>, Unspoilt<'a>)> {
        let (room_a, room_b) = (Room::aside(target, a)?, Room::aside(target, b)?);
        // SAFETY: the caller vouches for the elements; the rooms are as large as they take.
        unsafe {
            let a = Unspoilt::moved(Elements::of(a), room_a, dense_a);
            Ok((a, Unspoilt::moved(Elements::of(b), room_b, dense_b)))
        }
    }

    /// A copy in any case.
    ///
    /// # Safety
    /// - As for [`both`](Self::both).
    pub unsafe fn copied(elements: Elements<'a>, dense: &'a mut Dims) -> Result<Unspoilt<'a>> {
        let room = Room::new(elements)?;
        // SAFETY: as above.
        unsafe { Ok(Unspoilt::moved(elements, Some(room), dense)) }
    }

    /// # Safety
    /// - As for [`both`](Self::both); the room has as many bytes as all elements.
    unsafe fn moved(
        elements: Elements<'a>,
        room: Option<Room>,
        dense: &'a mut Dims,
    ) -> Unspoilt<'a> {
        let Some(room) = room else { return Unspoilt { elements, room: None } };
        let Elements { data, dtype, shape, strides, .. } = elements;
        *dense = dense_strides(shape, dtype.itemsize(), Order::C);
        let to = Target { data: room.scratch.start(), dtype, strides: dense };
        let from = Source { data, dtype, strides };
        // SAFETY: the scratch memory is new and holds every element.
        unsafe { move_elements(shape, to, from, Visit::AnyOrder) };
        let elements = Elements { data: to.data, strides: dense, ..elements };
        Unspoilt { elements, room: Some(room) }
    }

    /// Reports the copy, if there was one; for when nothing can fail any more.
    pub fn used(self) {
        if let Some(room) = self.room {
            room.temporary.made();
        }
    }

    pub fn data(&self) -> *const u8 {
        self.elements.data
    }

    pub fn layout(&self) -> LayoutRef<'_> {
        self.elements.layout()
    }

    pub fn list(&self) -> List<'_> {
        let Elements { data, dtype, shape, strides, .. } = self.elements;
        List { data, dtype, shape, strides }
    }

    pub fn source<'s>(&self, strides: &'s [i64]) -> Source<'s> {
        Source { data: self.data(), dtype: self.elements.dtype, strides }
    }
}

/// Room for all elements, and the leave to copy them.
struct Room {
    scratch: Scratch,
    temporary: Hidden,
}

impl Room {
    /// Where writing the target might change the elements.
    fn aside(target: &Array, array: &Array) -> Result<Option<Room>> {
        may_spoil(target, array).then(|| Room::new(Elements::of(array))).transpose()
    }

    fn new(elements: Elements) -> Result<Room> {
        let reason = c"what is read shares memory with what is written";
        let temporary = audit::hidden(c"write", reason, elements.nbytes())?;
        Ok(Room { scratch: Scratch::new(elements.nbytes())?, temporary })
    }
}

/// A new array of `shape`, dense in C or F order, with the elements of a source of the same size in
/// that order.
///
/// # Safety
/// - The elements of the source, which has `source_shape`, are valid memory that no other thread
///   writes.
pub(crate) unsafe fn dense_copy(
    source: Source,
    source_shape: &[i64],
    shape: &[i64],
    order: Order,
) -> Result<Handle> {
    let result = Array::dense(source.dtype, shape, order, Contents::Unset)?;
    let dense = dense_strides(source_shape, source.dtype.itemsize(), order);
    let to = Target { strides: &dense, ..Target::of(&result)? };
    // SAFETY: the result is new and has room for all elements; the caller vouches for the source.
    unsafe { move_elements(source_shape, to, source, Visit::AnyOrder) };
    Ok(result)
}
