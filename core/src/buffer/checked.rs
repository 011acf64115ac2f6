//! Checked mode: handles are looked up among those alive, and what was released stays poisoned for a
//! while. Off, as it is unless asked for, each question costs one load and a branch.
//!
//! The mode is decided while no array is alive, so that either all arrays are in the registry or
//! none. Which call makes an array is told by whoever begins it, in [`begin_call`].

#![forbid(unsafe_code)]

use super::{counters, quarantine, registry, spare};
use crate::error::{Error, Result};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

static IS_ON: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// The function that makes what this thread makes now.
    static MAKER: Cell<&'static str> = const { Cell::new("") };
}

#[inline(always)]
pub fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// Turns the mode on or off; refused while any array is alive. No other call may run at the same
/// time, but for others that set the same.
pub fn set(on: bool) -> Result<()> {
    if on == is_on() {
        return Ok(());
    }
    let alive = counters::snapshot().arrays_alive;
    if alive != 0 {
        return Err(Error::ArraysAlive { what: "checked mode", alive });
    }
    if !on {
        quarantine::end();
        registry::clear();
    }
    IS_ON.store(on, Ordering::Release);
    spare::decide();
    Ok(())
}

/// Names the call that begins on this thread. A call that makes a callback run, which makes calls of
/// its own, makes no array afterwards: the name need not come back.
pub fn begin_call(name: &'static str) {
    MAKER.set(name);
}

pub(super) fn maker() -> &'static str {
    MAKER.get()
}
