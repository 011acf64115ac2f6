//! Threads that help with large transfers, where the caller has asked for some.
//!
//! ```text
//! a transfer ── holds the turn, opens its work, wakes ──> workers
//!      │                                                     │ take parts, until none is left
//!      ├─ takes parts too                                    │
//!      └─ closes the work, waits for those who are inside <──┘
//! ```
//!
//! The pool is our own. What libraries offer (rayon, and what is built on channels) puts each job in
//! queues that grow by the global allocator, and starts threads by `std::thread`, which takes memory
//! from there too: without memory both abort. Here [`set_threads`] starts all threads and may fail, the
//! tables are static, and a transfer takes no memory.
//!
//! - *The turn* belongs to one transfer, or to a call that changes the pool. A transfer that does not
//!   get it at once moves everything itself, so that none waits for another thread's.
//! - *Parts* are counted off, and work is closed when none is left: a worker that the system does not
//!   let run holds nobody up.
//! - *Fork.* The child has no workers, and begins anew without looking at what was locked.
//! - *Exit*, and unloading: workers are ended before their code may go.
//! - *Cancelling* a thread waits until it has left the pool.
//! - *Signals* are blocked in workers, and go to the program's own threads.
//!
//! The locks are those of POSIX, as the standard library's take memory on macOS, and the thread
//! sanitizer does not see them. Without POSIX there are no workers.

#[cfg(unix)]
mod lock;
#[cfg(not(unix))]
mod none;
#[cfg(unix)]
mod posix;
#[cfg(all(test, unix))]
pub mod tests;

use crate::error::{Error, Result};
#[cfg(not(unix))]
use none as system;
#[cfg(unix)]
use posix as system;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most threads, the caller's own included.
pub const MOST_THREADS: usize = 256;

/// Those that a transfer may use, the one that calls it included.
static THREADS: AtomicUsize = AtomicUsize::new(1);

/// How many threads a large transfer may use, its own included.
#[inline(always)]
pub fn threads() -> usize {
    THREADS.load(Ordering::Relaxed)
}

/// Lets large transfers use so many threads, their own included. Starts those that are missing, or
/// ends those that are too many; on an error there are as many as before.
pub fn set_threads(count: i32) -> Result<()> {
    let given = usize::try_from(count).ok().filter(|given| (1..=MOST_THREADS).contains(given));
    let given = given.ok_or(Error::Threads { count, most: MOST_THREADS as i32 })?;
    system::resize(given - 1)
}

/// Calls `work` with each number below `parts`, on this thread and on the workers. Whether that was
/// possible: if not, nothing has been called.
pub(super) fn share(parts: usize, work: &(dyn Fn(usize) + Sync)) -> bool {
    system::share(parts, work)
}
