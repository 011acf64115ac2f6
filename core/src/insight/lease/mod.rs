//! Leases: who may read or write which bytes at the moment.
//!
//! A lease is of the bytes that a view reaches, for reading or for writing. Any number of read
//! leases may have a byte in common; with a write lease no other may. Bytes are addresses: whose
//! base they belong to does not count, so that memory that was wrapped twice is one. Whether two
//! views share a byte is told exactly (`overlap`); where that takes more than [`BUDGET`] steps they
//! are taken to.
//!
//! All leases stand in one registry behind one lock, in two trees by address (`tree`), readers and
//! writers. A request is compared with those alone whose bounds meet its own, and readers with
//! writers alone.
//!
//! # Waiting
//!
//! Requests that wait stand in a queue. Whoever comes later waits for earlier requests as for
//! leases, where the two conflict, so that readers that come and go do not keep a writer waiting for
//! ever. A thread that holds a lease goes ahead of the queue: some request in it may be waiting for
//! that lease.
//!
//! # Fork
//!
//! The lock is taken before a fork and let go after it, so that the child finds the registry whole.
//! In the child, requests that waited have nobody who waits.
//!
//! # Memory
//!
//! A lease keeps a view of its own. The registry needs no memory for the first 32, and gives back
//! all it took when nothing is leased. The locks of the standard library need none where they are
//! futexes (Linux, Windows, the BSDs); those of macOS take a block of the system's when first used.

#![forbid(unsafe_code)]

mod registry;
#[cfg(test)]
mod tests;
mod tree;

use crate::array::{Array, Handle, set_write_guard, view};
use crate::buffer::fork::at_fork;
pub use crate::error::LeaseMode;
use crate::error::{Error, Result, ShortText, Wanted};
use crate::overlap::{Extent, byte_bounds};
use registry::{Registry, Waiter};
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most steps to tell whether two views share a byte: some hundred microseconds, with the lock
/// held. Slices need a handful.
pub const BUDGET: u64 = 10_000;

/// How long to wait for a lease that cannot be had at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    None,
    For(Duration),
    /// Until it can be had; refused where this thread would wait for itself.
    Endless,
}

/// Who takes a lease: a thread. Numbers are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder(u64);

impl Holder {
    pub fn this_thread() -> Holder {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        thread_local! {
            static MINE: Cell<u64> = const { Cell::new(0) };
        }
        MINE.with(|mine| {
            if mine.get() == 0 {
                mine.set(NEXT.fetch_add(1, Ordering::Relaxed));
            }
            Holder(mine.get())
        })
    }
}

/// A lease, or a request for one.
pub struct Entry {
    view: Handle,
    mode: LeaseMode,
    tag: ShortText,
    holder: Holder,
    /// Counts the forks before this process.
    process: u32,
    low: usize,
    high: usize,
}

impl Entry {
    fn new(array: &Array, mode: LeaseMode, tag: &[u8]) -> Result<Entry> {
        let view = view(array)?;
        let (low, high) = bounds(&view.extent());
        let tag = ShortText::new(tag);
        let holder = Holder::this_thread();
        Ok(Entry { view, mode, tag, holder, process: process(), low, high })
    }

    fn request(&self) -> Request<'_> {
        Request {
            wanted: match self.mode {
                LeaseMode::Read => Wanted::ToRead,
                LeaseMode::Write => Wanted::ToWrite,
            },
            extent: self.view.extent(),
            bounds: (self.low, self.high),
            holder: self.holder,
        }
    }
}

/// What is compared with the leases that there are.
struct Request<'a> {
    wanted: Wanted,
    extent: Extent<'a>,
    bounds: (usize, usize),
    holder: Holder,
}

fn bounds(extent: &Extent) -> (usize, usize) {
    let Some((low, high)) = byte_bounds(extent) else { return (0, 0) };
    // What leaves the address space reaches to its end.
    let address = |at: i128| usize::try_from(at.max(0)).unwrap_or(usize::MAX);
    (address(low), address(high))
}

/// Borrows the bytes of an array; the lease is a number, never 0.
pub fn borrow(array: &Array, mode: LeaseMode, tag: &[u8], patience: Patience) -> Result<u64> {
    if mode == LeaseMode::Write {
        array.check_not_readonly()?;
    }
    set_write_guard(guard_write);
    prepare_for_forks()?;
    let entry = Entry::new(array, mode, tag)?;
    // The end of a time too long to be told is none.
    let end = match patience {
        Patience::For(time) => Instant::now().checked_add(time),
        _ => None,
    };
    let mut registry = lock();
    let endless = patience == Patience::Endless;
    let result = match registry.refusal(&entry.request(), endless) {
        None => registry.lease(entry),
        Some(error) if patience == Patience::None || is_for_ever(&error) => Err(error),
        Some(_) => match registry.wait_for(entry) {
            Err(error) => Err(error),
            Ok(waiter) => {
                let result;
                (registry, result) = wait(registry, waiter, end, endless);
                result
            }
        },
    };
    unlock(registry);
    result
}

fn is_for_ever(error: &Error) -> bool {
    match error {
        Error::Leased { by, .. } | Error::LeaseUnknown { by, .. } => by.hold.is_for_ever(),
        _ => true,
    }
}

/// Gives a lease back; 0 is none.
pub fn give_back(lease: u64) -> Result<()> {
    if lease == 0 {
        return Ok(());
    }
    // Whoever has a lease sees that there is one. Before there was any, the lock is left alone.
    if LEASED.load(Ordering::Acquire) == 0 {
        return Err(Error::NotLeased { lease });
    }
    let mut registry = lock();
    let entry = registry.give_back(lease);
    unlock(registry);
    // Its view may be the last reference, whose deleter may call the library: without the lock.
    entry.map(drop)
}

/// Whether writing elements without a lease would touch bytes that somebody else has leased. One
/// load when nothing is leased.
#[inline]
pub fn conflicts_with_write(array: &Array, holder: Holder) -> Option<Error> {
    if LEASED.load(Ordering::Relaxed) == 0 { None } else { conflict_now(array, holder) }
}

/// In checked mode, before every write.
fn guard_write(array: &Array) -> Result<()> {
    conflicts_with_write(array, Holder::this_thread()).map_or(Ok(()), Err)
}

#[cold]
fn conflict_now(array: &Array, holder: Holder) -> Option<Error> {
    let extent = array.extent();
    let bounds = bounds(&extent);
    let request = Request { wanted: Wanted::Unleased, extent, bounds, holder };
    let registry = lock();
    let conflict = registry.refusal(&request, false);
    unlock(registry);
    conflict
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry::new());

/// The leases held, as of the last change under the lock. Stored when the lock is let go, and loaded
/// when it is taken, it orders once more what happens under it: the thread sanitizer does not see into
/// the standard library, where a lock that is fought over is taken.
static LEASED: AtomicUsize = AtomicUsize::new(0);

/// A waiting request's bell is that of its slot, modulo their number.
static BELLS: [Condvar; 64] = [const { Condvar::new() }; 64];

/// A panic under the lock is a bug, and leaves the registry usable: that the lock is poisoned then
/// is no reason to fail ever after.
fn lock() -> MutexGuard<'static, Registry> {
    let registry = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
    LEASED.load(Ordering::Acquire);
    registry
}

fn unlock(registry: MutexGuard<Registry>) {
    LEASED.store(registry.leased(), Ordering::Release);
}

/// Until the request can be met, or will not be.
fn wait(
    mut registry: MutexGuard<'static, Registry>,
    waiter: Waiter,
    end: Option<Instant>,
    endless: bool,
) -> (MutexGuard<'static, Registry>, Result<u64>) {
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        match registry.refusal_of(&waiter, endless) {
            None => {
                let lease = registry.admit(waiter);
                return (registry, Ok(lease));
            }
            Some(error) if left == Some(Duration::ZERO) || is_for_ever(&error) => {
                registry.withdraw(waiter);
                return (registry, Err(error));
            }
            Some(_) => registry = sleep(registry, &waiter, left),
        }
    }
}

fn sleep(
    registry: MutexGuard<'static, Registry>,
    waiter: &Waiter,
    left: Option<Duration>,
) -> MutexGuard<'static, Registry> {
    LEASED.store(registry.leased(), Ordering::Release);
    let bell = bell_of(waiter.slot());
    let registry = match left {
        None => bell.wait(registry).unwrap_or_else(PoisonError::into_inner),
        Some(left) => bell.wait_timeout(registry, left).unwrap_or_else(PoisonError::into_inner).0,
    };
    LEASED.load(Ordering::Acquire);
    registry
}

fn bell_of(slot: u32) -> &'static Condvar {
    &BELLS[slot as usize % BELLS.len()]
}

/// How many forks lie between the first process and this one.
static FORKS: AtomicU32 = AtomicU32::new(0);

fn process() -> u32 {
    FORKS.load(Ordering::Relaxed)
}

thread_local! {
    /// The lock, while this thread forks. Without a destructor, which would need memory.
    static AT_FORK: Cell<Option<ManuallyDrop<MutexGuard<'static, Registry>>>> =
        const { Cell::new(None) };
}

/// Done before the lock is first taken. Two threads may both do it: the second call of a handler
/// at a fork finds nothing to do.
fn prepare_for_forks() -> Result<()> {
    static PREPARED: AtomicBool = AtomicBool::new(false);
    if !PREPARED.load(Ordering::Acquire) {
        at_fork(before_fork, in_parent, in_child)?;
        PREPARED.store(true, Ordering::Release);
    }
    Ok(())
}

extern "C" fn before_fork() {
    AT_FORK.with(|held| {
        let registry = held.take().unwrap_or_else(|| ManuallyDrop::new(lock()));
        held.set(Some(registry));
    });
}

extern "C" fn in_parent() {
    if let Some(registry) = AT_FORK.with(Cell::take) {
        unlock(ManuallyDrop::into_inner(registry));
    }
}

extern "C" fn in_child() {
    if let Some(mut registry) = AT_FORK.with(Cell::take) {
        FORKS.fetch_add(1, Ordering::Relaxed);
        registry.forget_waiters();
        unlock(ManuallyDrop::into_inner(registry));
    }
}
