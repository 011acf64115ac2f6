//! The arrays that are alive, in checked mode: a hash table of their addresses, behind one lock.
//!
//! Its memory comes from the C library and not from the allocator that the caller may set: it is none
//! of what the program asked for, and outlives every array. Room is reserved before an array is made,
//! so that entering it cannot fail.
//!
//! Every array in the table may be read while the lock is held: it is taken out before it goes.
//!
//! What is called for every array stays out of line, so that it costs nothing where the mode is off.

use super::checked;
use super::lock::{Held, Lock};
use crate::error::{Error, Result};
use std::ptr::{NonNull, null_mut};

/// An array that is alive.
#[derive(Clone, Copy)]
pub struct Entry {
    pub address: usize,
    /// The function that made it.
    pub maker: &'static str,
    /// Later arrays have higher numbers.
    pub number: u64,
}

type Slot = Option<Entry>;

/// Open addressing with linear steps, at most half full.
pub struct Table {
    slots: *mut Slot,
    /// A power of two, or 0 before the first array.
    room: usize,
    alive: usize,
    reserved: usize,
    made: u64,
}

// SAFETY: the slots are the table's own.
unsafe impl Send for Table {}

static TABLE: Lock<Table> =
    Lock::new(Table { slots: null_mut(), room: 0, alive: 0, reserved: 0, made: 0 });

/// The table, which must not be held while anything of the caller's runs.
pub fn lock() -> Held<'static, Table> {
    TABLE.lock()
}

/// Makes sure of room for one more array, until it is entered or the reservation given back.
#[cold]
#[inline(never)]
pub fn reserve() -> Result<()> {
    lock().reserve()
}

#[cold]
#[inline(never)]
pub fn cancel() {
    lock().reserved -= 1;
}

/// Enters an array, for which room was reserved, under the call that runs on this thread.
#[cold]
#[inline(never)]
pub fn enter(address: usize) {
    let maker = checked::maker();
    lock().enter(address, maker);
}

#[cold]
#[inline(never)]
pub fn remove(address: usize) {
    lock().remove(address);
}

#[cold]
#[inline(never)]
pub fn contains(address: usize) -> bool {
    lock().find(address).is_some()
}

/// Gives the memory back, when no array is alive.
pub fn clear() {
    let mut table = lock();
    // SAFETY: the slots came from `malloc`, or are null.
    unsafe { libc::free(table.slots.cast()) };
    (table.slots, table.room) = (null_mut(), 0);
}

impl Table {
    /// Those alive, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.slots().iter().flatten()
    }

    pub fn alive(&self) -> usize {
        self.alive
    }

    pub fn find(&self, address: usize) -> Option<&Entry> {
        if self.room == 0 {
            return None;
        }
        self.slots()[self.place_of(address)].as_ref()
    }

    /// Where the address is, or the free slot where it would go.
    fn place_of(&self, address: usize) -> usize {
        let mut at = self.home(address);
        while self.slots()[at].is_some_and(|entry| entry.address != address) {
            at = self.next(at);
        }
        at
    }

    /// The first slot to look at. Blocks lie at multiples of 16.
    fn home(&self, address: usize) -> usize {
        let mixed = (address as u64 >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize & (self.room - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.room - 1)
    }

    fn slots(&self) -> &[Slot] {
        if self.room == 0 {
            return &[];
        }
        // SAFETY: so many slots were written when the memory was taken.
        unsafe { std::slice::from_raw_parts(self.slots, self.room) }
    }

    fn slots_mut(&mut self) -> &mut [Slot] {
        if self.room == 0 {
            return &mut [];
        }
        // SAFETY: as above, and the table is borrowed alone.
        unsafe { std::slice::from_raw_parts_mut(self.slots, self.room) }
    }

    fn reserve(&mut self) -> Result<()> {
        if 2 * (self.alive + self.reserved + 1) > self.room {
            self.grow()?;
        }
        self.reserved += 1;
        Ok(())
    }

    fn grow(&mut self) -> Result<()> {
        let room = (2 * self.room).max(64);
        let bytes = room * size_of::<Slot>();
        // SAFETY: `malloc` takes any size.
        let slots = NonNull::new(unsafe { libc::malloc(bytes) }.cast::<Slot>());
        let slots = slots.ok_or(Error::NoMemory { bytes })?.as_ptr();
        for at in 0..room {
            // SAFETY: inside the new memory.
            unsafe { slots.add(at).write(None) };
        }
        let mut larger = Table { slots, room, ..*self };
        for &entry in self.entries() {
            let place = larger.place_of(entry.address);
            larger.slots_mut()[place] = Some(entry);
        }
        // SAFETY: the slots came from `malloc`, or are null, and are not used again.
        unsafe { libc::free(self.slots.cast()) };
        *self = larger;
        Ok(())
    }

    fn enter(&mut self, address: usize, maker: &'static str) {
        self.reserved -= 1;
        self.alive += 1;
        self.made += 1;
        let (place, number) = (self.place_of(address), self.made);
        self.slots_mut()[place] = Some(Entry { address, maker, number });
    }

    /// Closes the gap that an entry leaves: whatever stands behind it, and would be looked for from
    /// the gap or before, moves up.
    fn remove(&mut self, address: usize) {
        if self.find(address).is_none() {
            return;
        }
        self.alive -= 1;
        let mut gap = self.place_of(address);
        let mut at = self.next(gap);
        while let Some(entry) = self.slots()[at] {
            let steps_from = |start: usize| at.wrapping_sub(start) & (self.room - 1);
            if steps_from(self.home(entry.address)) >= steps_from(gap) {
                self.slots_mut()[gap] = Some(entry);
                gap = at;
            }
            at = self.next(at);
        }
        self.slots_mut()[gap] = None;
    }
}
