//! The copy audit: who copies, why, and whether that is allowed.
//!
//! A copy is asked for where its result is what the caller wanted. A hidden one is made on the way:
//! a temporary, or the copy behind a function that views when it can. Every hidden copy is announced
//! here before it is made, so that a thread can forbid them; every copy is reported after it has been
//! made, to the counters and to a listener.

use super::counters;
use crate::error::{Error, Result};
use std::cell::Cell;
use std::ffi::CStr;
use std::mem::transmute;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A copy that has been made.
pub struct Made {
    pub operation: &'static CStr,
    /// Of a hidden copy, why it was needed.
    pub reason: Option<&'static CStr>,
    pub bytes: usize,
}

pub type Listener = fn(&Made);

/// A [`Listener`], or null.
static LISTENER: AtomicPtr<()> = AtomicPtr::new(null_mut());

thread_local! {
    /// How many scopes are open on this thread in which no hidden copy is made.
    static FORBIDDEN: Cell<u32> = const { Cell::new(0) };
}

/// Reports a copy that was asked for.
pub fn made(operation: &'static CStr, bytes: usize) {
    report(&Made { operation, reason: None, bytes });
}

/// A hidden copy that may be made.
#[must_use = "a copy is reported once it has been made"]
pub struct Hidden(Made);

/// Asks for leave to make a hidden copy.
pub fn hidden(operation: &'static CStr, reason: &'static CStr, bytes: usize) -> Result<Hidden> {
    if FORBIDDEN.get() != 0 {
        let shown = |text: &'static CStr| text.to_str().unwrap_or_default();
        let (operation, reason) = (shown(operation), shown(reason));
        return Err(Error::HiddenCopy { operation, reason, bytes });
    }
    Ok(Hidden(Made { operation, reason: Some(reason), bytes }))
}

impl Hidden {
    pub fn made(self) {
        report(&self.0);
    }
}

fn report(made: &Made) {
    counters::copied(made.bytes, made.reason.is_some());
    let listener = LISTENER.load(Ordering::Acquire);
    if !listener.is_null() {
        // SAFETY: what is stored is null or a `Listener`.
        let listener = unsafe { transmute::<*mut (), Listener>(listener) };
        listener(made);
    }
}

pub fn set_listener(listener: Option<Listener>) {
    let listener = listener.map_or(null_mut(), |listener| listener as *mut ());
    LISTENER.store(listener, Ordering::Release);
}

/// Opens a scope on this thread in which hidden copies are errors.
pub fn forbid() -> Result<()> {
    let open = FORBIDDEN.get();
    if open == u32::MAX {
        return Err(Error::Limit { what: "scopes without hidden copies", limit: open.into() });
    }
    FORBIDDEN.set(open + 1);
    Ok(())
}

/// Closes the scope that was opened last.
pub fn allow() -> Result<()> {
    let open = FORBIDDEN.get().checked_sub(1).ok_or(Error::NoCopyScope)?;
    FORBIDDEN.set(open);
    Ok(())
}
