//! A list that grows, for what outlives a call.

use super::allocator;
use crate::error::{Error, Result};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::slice;

/// Values one behind the other in a block of the allocator's. Without values it needs no memory.
pub struct Growing<T> {
    block: NonNull<T>,
    room: usize,
    length: usize,
}

// SAFETY: the list owns its values and its block, as `Vec` does.
unsafe impl<T: Send> Send for Growing<T> {}

impl<T> Growing<T> {
    /// Types that `malloc` does not align are not for lists.
    const ALIGNED: () = assert!(align_of::<T>() <= 16 && size_of::<T>() > 0);

    pub const fn new() -> Growing<T> {
        let () = Growing::<T>::ALIGNED;
        Growing { block: NonNull::dangling(), room: 0, length: 0 }
    }

    /// Appends a value; without memory for it nothing changes, and the value is dropped.
    pub fn push(&mut self, value: T) -> Result<()> {
        if self.length == self.room {
            self.grow()?;
        }
        // SAFETY: the place is inside the block, and holds no value yet.
        unsafe { self.block.add(self.length).write(value) };
        self.length += 1;
        Ok(())
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        let room = (2 * self.room).max(16);
        let bytes =
            room.checked_mul(size_of::<T>()).ok_or(Error::NoMemory { bytes: usize::MAX })?;
        let block = allocator::allocate(bytes)?.cast::<T>();
        // SAFETY: the new block has room for the values, which are not looked at again in the old
        // one, and does not overlap it.
        unsafe { block.copy_from_nonoverlapping(self.block, self.length) };
        self.free_block();
        self.block = block;
        self.room = room;
        Ok(())
    }

    /// Drops all values and gives the memory back.
    pub fn clear(&mut self) {
        let length = std::mem::take(&mut self.length);
        for at in 0..length {
            // SAFETY: a value stands there, and is not looked at again.
            unsafe { self.block.add(at).drop_in_place() };
        }
        self.free_block();
        self.room = 0;
    }

    fn free_block(&mut self) {
        if self.room > 0 {
            // SAFETY: allocated with this size, and about to be replaced or forgotten.
            unsafe { allocator::free(self.block.cast(), self.room * size_of::<T>()) };
        }
    }
}

impl<T> Default for Growing<T> {
    fn default() -> Growing<T> {
        Growing::new()
    }
}

impl<T> Deref for Growing<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: so many values stand in the block.
        unsafe { slice::from_raw_parts(self.block.as_ptr(), self.length) }
    }
}

impl<T> DerefMut for Growing<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above.
        unsafe { slice::from_raw_parts_mut(self.block.as_ptr(), self.length) }
    }
}

impl<T> Drop for Growing<T> {
    fn drop(&mut self) {
        self.clear();
    }
}
