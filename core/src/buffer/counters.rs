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
    /// The slot that this thread has alone.
    static MINE: Cell<Option<&'static Slot>> = const { Cell::new(None) };
}

#[inline]
fn my_slot() -> &'static Slot {
    own_slot().unwrap_or_else(assign_slot)
}

/// On a thread's first array, or where it shares its slot.
#[cold]
fn assign_slot() -> &'static Slot {
    // The counter stops at the shared slot, so that it never wraps around.
    let next = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
        (next < SHARED).then_some(next + 1)
    });
    let own = next.ok().map(|next| &COUNTS[next]);
    MINE.set(own);
    own.unwrap_or(&COUNTS[SHARED])
}

fn add(slot: &Slot, counter: &AtomicI64, amount: i64) {
    if std::ptr::eq(slot, &COUNTS[SHARED]) {
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

/// An array was made by the thread whose slot is given.
#[inline(always)]
pub fn array_born(own: OwnSlot) {
    add_arrays(own, 1);
}

#[inline(always)]
pub fn array_died(own: OwnSlot) {
    add_arrays(own, -1);
}

#[inline(always)]
fn add_arrays(own: OwnSlot, amount: i64) {
    match own {
        Some(slot) => add_alone(&slot.arrays, amount),
        None => add_arrays_slowly(amount),
    }
}

/// The slot that a thread has alone, once it has made an array.
pub type OwnSlot = Option<&'static Slot>;

/// This thread's. To find it, a shared library asks the loader: once a call will do.
#[inline(always)]
pub fn own_slot() -> OwnSlot {
    MINE.get()
}

/// Those of all threads.
pub fn slots() -> &'static [Slot] {
    &COUNTS
}

#[cold]
#[inline(never)]
fn add_arrays_slowly(amount: i64) {
    let slot = my_slot();
    add(slot, &slot.arrays, amount);
}

pub fn buffer_born(nbytes: usize) {
    let slot = my_slot();
    add(slot, &slot.buffers, 1);
    add(slot, &slot.bytes, nbytes as i64);
}

pub fn buffer_died(nbytes: usize) {
    let slot = my_slot();
    add(slot, &slot.buffers, -1);
    add(slot, &slot.bytes, -(nbytes as i64));
}

/// An array's elements were moved into new memory, asked for or hidden.
pub fn copied(nbytes: usize, hidden: bool) {
    let nbytes = nbytes as i64;
    let (hidden, hidden_bytes) = if hidden { (1, nbytes) } else { (0, 0) };
    let slot = my_slot();
    add(slot, &slot.copies, 1);
    add(slot, &slot.bytes_copied, nbytes);
    add(slot, &slot.hidden_copies, hidden);
    add(slot, &slot.hidden_bytes, hidden_bytes);
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
