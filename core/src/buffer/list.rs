//! A list of fixed room, for the length of one call.

use super::allocator::Scratch;
use crate::error::{Error, Result};
use std::marker::PhantomData;
use std::slice;

/// Up to as many values as there was room for from the beginning.
pub struct List<T: Copy> {
    memory: Scratch,
    room: usize,
    length: usize,
    of: PhantomData<T>,
}

impl<T: Copy> List<T> {
    /// Types that `malloc` does not align are not for lists.
    const ALIGNED: () = assert!(align_of::<T>() <= 16);

    pub fn with_room(room: usize) -> Result<List<T>> {
        let () = List::<T>::ALIGNED;
        let bytes =
            room.checked_mul(size_of::<T>()).ok_or(Error::NoMemory { bytes: usize::MAX })?;
        Ok(List { memory: Scratch::new(bytes)?, room, length: 0, of: PhantomData })
    }

    /// Whether there was room.
    #[must_use]
    pub fn push(&mut self, value: T) -> bool {
        if self.length == self.room {
            return false;
        }
        // SAFETY: the place is inside the room, which is aligned as `malloc` aligns.
        unsafe { self.memory.start().cast::<T>().add(self.length).write(value) };
        self.length += 1;
        true
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Forgets all values behind the first few.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    pub fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: so many values have been written.
        unsafe { slice::from_raw_parts_mut(self.memory.start().cast(), self.length) }
    }

    pub fn as_slice(&self) -> &[T] {
        // SAFETY: so many values have been written.
        unsafe { slice::from_raw_parts(self.memory.start().cast(), self.length) }
    }
}
