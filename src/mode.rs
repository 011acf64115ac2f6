//! How a call begins: the first of a process reads the environment, and in checked mode each tells
//! which function of the header makes what.

use crate::insight::{NDV_CHECKED_LEAKS, NDV_CHECKED_OFF, NDV_CHECKED_ON};
use crate::report;
use ndview_core::buffer::{checked, spare};
use ndview_core::{Error, insight};
use std::ffi::CStr;
#[cfg(target_os = "linux")]
use std::ffi::c_void;
#[cfg(target_os = "linux")]
use std::mem::MaybeUninit;
use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU8};

/// Where the functions of the header begin: file, line, name; sorted. Written by `build.rs`.
static FUNCTIONS: &[(&str, u32, &str)] = include!(concat!(env!("OUT_DIR"), "/functions.rs"));

static LISTS_LEAKS: AtomicBool = AtomicBool::new(false);

/// What there is to do when a call begins: nothing, as a rule.
static BEGINNING: AtomicU8 = AtomicU8::new(FIRST_CALL);
const FIRST_CALL: u8 = 0;
const NOTHING: u8 = 1;
const CHECKED: u8 = 2;

/// Begins a call that may make an array, at a place in one of the functions of the header.
#[inline(always)]
pub fn begin_call(place: &'static Location<'static>) {
    if BEGINNING.load(Acquire) != NOTHING {
        begin_with_more(Some(place));
    }
}

/// Begins a call that makes none.
#[inline(always)]
pub fn begin_answer() {
    if BEGINNING.load(Acquire) != NOTHING {
        begin_with_more(None);
    }
}

/// Calls that run beside the first one do what it does again, so that none goes on before it is done.
#[cold]
#[inline(never)]
fn begin_with_more(place: Option<&'static Location<'static>>) {
    if BEGINNING.load(Acquire) == FIRST_CALL {
        report::keep_panics_quiet();
        read_environment();
        if malloc_is_unwatched() {
            spare::allow();
        }
        tell_how_calls_begin();
    }
    if let Some(place) = place.filter(|_| checked::is_on()) {
        checked::begin_call(function_at(place));
    }
}

/// Whether `malloc` is the C library's own, and nothing was loaded before it: valgrind is, sanitizers and
/// other tools bring theirs.
#[cfg(target_os = "linux")]
fn malloc_is_unwatched() -> bool {
    let object_of = |address: *const c_void| {
        let mut found = MaybeUninit::<libc::Dl_info>::zeroed();
        // SAFETY: any address will do; all of the struct may be zero.
        unsafe {
            libc::dladdr(address, found.as_mut_ptr());
            found.assume_init().dli_fbase
        }
    };
    // SAFETY: the name ends in NUL.
    let is_preloaded = !unsafe { libc::getenv(c"LD_PRELOAD".as_ptr()) }.is_null();
    !is_preloaded
        && object_of(libc::malloc as *const c_void) == object_of(libc::getenv as *const c_void)
}

/// Nobody asked there.
#[cfg(not(target_os = "linux"))]
fn malloc_is_unwatched() -> bool {
    false
}

fn tell_how_calls_begin() {
    BEGINNING.store(if checked::is_on() { CHECKED } else { NOTHING }, Release);
}

fn function_at(place: &Location<'static>) -> &'static str {
    let file = place.file().rsplit(['/', '\\']).next().unwrap_or_default();
    let behind = FUNCTIONS.partition_point(|&(name, line, _)| (name, line) <= (file, place.line()));
    match behind.checked_sub(1).map(|at| FUNCTIONS[at]) {
        Some((name, _, function)) if name == file => function,
        _ => "unknown",
    }
}

pub fn get() -> i32 {
    match (checked::is_on(), LISTS_LEAKS.load(Relaxed)) {
        (false, _) => NDV_CHECKED_OFF,
        (true, false) => NDV_CHECKED_ON,
        (true, true) => NDV_CHECKED_LEAKS,
    }
}

pub fn set(mode: i32) -> Result<(), Error> {
    let (on, leaks) = match mode {
        NDV_CHECKED_OFF => (false, false),
        NDV_CHECKED_ON => (true, false),
        NDV_CHECKED_LEAKS => (true, true),
        _ => return Err(Error::Argument { what: "the mode", value: mode.into() }),
    };
    if leaks {
        list_leaks_at_exit()?;
    }
    checked::set(on)?;
    tell_how_calls_begin();
    LISTS_LEAKS.store(leaks, Relaxed);
    Ok(())
}

/// The mode that `NDV_CHECKED` names. Read by `getenv`, which takes no memory. What cannot be is not
/// told: there is nobody to tell.
fn read_environment() {
    // SAFETY: the name ends in NUL; the program does not change its environment meanwhile, as the
    // header says.
    let value = unsafe { libc::getenv(c"NDV_CHECKED".as_ptr()) };
    if value.is_null() {
        return;
    }
    // SAFETY: a variable's value ends in NUL.
    let _ = set(match unsafe { CStr::from_ptr(value) }.to_bytes() {
        b"" | b"0" => NDV_CHECKED_OFF,
        b"leaks" => NDV_CHECKED_LEAKS,
        _ => NDV_CHECKED_ON,
    });
}

fn list_leaks_at_exit() -> Result<(), Error> {
    static REGISTERED: AtomicBool = AtomicBool::new(false);
    if REGISTERED.swap(true, Relaxed) {
        return Ok(());
    }
    // SAFETY: the function takes nothing and may run at any exit.
    if unsafe { libc::atexit(list_leaks) } != 0 {
        REGISTERED.store(false, Relaxed);
        return Err(Error::NoMemory { bytes: size_of::<extern "C" fn()>() });
    }
    Ok(())
}

extern "C" fn list_leaks() {
    if get() == NDV_CHECKED_LEAKS {
        // Nobody is left to be told what went wrong.
        let _ = insight::print_leaks();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_functions_of_the_header() {
        assert!(FUNCTIONS.is_sorted() && FUNCTIONS.len() > 100);
        assert!(FUNCTIONS.iter().all(|(_, _, name)| name.starts_with("ndv_")));
    }

    #[test]
    fn a_place_is_in_the_function_that_begins_before_it() {
        assert_eq!(function_at(Location::caller()), "unknown");
    }
}
