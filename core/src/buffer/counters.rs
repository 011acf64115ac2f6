//! What is alive and what was copied, counted without a shared cache line.
//!
//! Making a view should cost nanoseconds, and one atomic addition to a common counter is several.
//! So every thread adds to a slot of its own with plain loads and stores, and whoever asks adds the
//! slots up. A slot belongs to one thread for ever; when more threads than slots have come and
//! gone, the late ones share the last slot by atomic additions.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI64, AtomicPtr, AtomicUsize, Ordering};

/// The sums over all threads. Exact whenever no call is running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub arrays_alive: i64,
    pub buffers_alive: i64,
    pub bytes_alive: i64,
    pub copied: Copies,
}

/// Copies, of one thread or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    pub copies: i64,
    pub bytes: i64,
    /// Of these copies, those that nobody asked for.
    pub hidden_copies: i64,
    pub hidden_bytes: i64,
}

impl Copies {
    fn plus(self, copies: i64, bytes: i64, hidden_copies: i64, hidden_bytes: i64) -> Copies {
        Copies {
            copies: self.copies.wrapping_add(copies),
            bytes: self.bytes.wrapping_add(bytes),
            hidden_copies: self.hidden_copies.wrapping_add(hidden_copies),
            hidden_bytes: self.hidden_bytes.wrapping_add(hidden_bytes),
        }
    }
}

#[repr(align(64))]
pub struct Slot {
    arrays: AtomicI64,
    buffers: AtomicI64,
    bytes: AtomicI64,
    copies: AtomicI64,
    bytes_copied: AtomicI64,
    hidden_copies: AtomicI64,
    hidden_bytes: AtomicI64,
    /// What [`spare`](super::spare) keeps for the thread, in the line that it has at hand anyway.
    pub spare: AtomicPtr<u8>,
}

const SLOTS: usize = 128;
const SHARED: usize = SLOTS - 1;
/// Not below [`SHARED`] either, so that one comparison tells a thread with a slot of its own.
const UNASSIGNED: usize = usize::MAX;

static COUNTS: [Slot; SLOTS] = [const {
    Slot {
        arrays: AtomicI64::new(0),
        buffers: AtomicI64::new(0),
        bytes: AtomicI64::new(0),
        copies: AtomicI64::new(0),
        bytes_copied: AtomicI64::new(0),
        hidden_copies: AtomicI64::new(0),
        hidden_bytes: AtomicI64::new(0),
        spare: AtomicPtr::new(null_mut()),
    }
}; SLOTS];
static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// What this thread copied, which a shared slot would not tell.
    static OWN: Cell<Copies> =
        const { Cell::new(Copies { copies: 0, bytes: 0, hidden_copies: 0, hidden_bytes: 0 }) };
    static MINE: Cell<usize> = const { Cell::new(UNASSIGNED) };
}

#[inline]
fn my_slot() -> usize {
    MINE.with(|mine| if mine.get() == UNASSIGNED { assign_slot(mine) } else { mine.get() })
}

#[cold]
fn assign_slot(mine: &Cell<usize>) -> usize {
    // The counter stops at the shared slot, so that it never wraps around.
    let next = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
        (next < SHARED).then_some(next + 1)
    });
    mine.set(next.unwrap_or(SHARED));
    mine.get()
}

fn add(slot: usize, counter: &AtomicI64, amount: i64) {
    if slot == SHARED {
        counter.fetch_add(amount, Ordering::Relaxed);
    } else {
        add_alone(counter, amount);
    }
}

/// As [`add`], to the counter of a thread that has it alone.
#[inline(always)]
fn add_alone(counter: &AtomicI64, amount: i64) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(amount), Ordering::Relaxed);
}

#[inline(always)]
pub fn array_born() {
    add_arrays(1);
}

#[inline(always)]
pub fn array_died() {
    add_arrays(-1);
}

#[inline(always)]
fn add_arrays(amount: i64) {
    match own_slot() {
        Some(slot) => add_alone(&slot.arrays, amount),
        None => add_arrays_slowly(amount),
    }
}

/// The slot that this thread has alone, once it has made an array.
#[inline(always)]
pub fn own_slot() -> Option<&'static Slot> {
    let slot = MINE.get();
    (slot < SHARED).then(|| &COUNTS[slot])
}

/// Those of all threads.
pub fn slots() -> &'static [Slot] {
    &COUNTS
}

/// On a thread's first array, or where it shares its slot.
#[cold]
#[inline(never)]
fn add_arrays_slowly(amount: i64) {
    let slot = my_slot();
    add(slot, &COUNTS[slot].arrays, amount);
}

pub fn buffer_born(nbytes: usize) {
    let slot = my_slot();
    add(slot, &COUNTS[slot].buffers, 1);
    add(slot, &COUNTS[slot].bytes, nbytes as i64);
}

pub fn buffer_died(nbytes: usize) {
    let slot = my_slot();
    add(slot, &COUNTS[slot].buffers, -1);
    add(slot, &COUNTS[slot].bytes, -(nbytes as i64));
}

/// An array's elements were moved into new memory, asked for or hidden.
pub fn copied(nbytes: usize, hidden: bool) {
    let nbytes = nbytes as i64;
    let (hidden, hidden_bytes) = if hidden { (1, nbytes) } else { (0, 0) };
    let slot = my_slot();
    let counts = &COUNTS[slot];
    add(slot, &counts.copies, 1);
    add(slot, &counts.bytes_copied, nbytes);
    add(slot, &counts.hidden_copies, hidden);
    add(slot, &counts.hidden_bytes, hidden_bytes);
    OWN.set(OWN.get().plus(1, nbytes, hidden, hidden_bytes));
}

/// The copies that this thread has made.
pub fn own_copies() -> Copies {
    OWN.get()
}

pub fn snapshot() -> Snapshot {
    let mut sum = Snapshot::default();
    for slot in &COUNTS {
        let read = |counter: &AtomicI64| counter.load(Ordering::Relaxed);
        sum.arrays_alive = sum.arrays_alive.wrapping_add(read(&slot.arrays));
        sum.buffers_alive = sum.buffers_alive.wrapping_add(read(&slot.buffers));
        sum.bytes_alive = sum.bytes_alive.wrapping_add(read(&slot.bytes));
        sum.copied = sum.copied.plus(
            read(&slot.copies),
            read(&slot.bytes_copied),
            read(&slot.hidden_copies),
            read(&slot.hidden_bytes),
        );
    }
    sum
}
