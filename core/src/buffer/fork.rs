//! What is to happen around a fork of the process.

use crate::error::Result;

pub type Handler = unsafe extern "C" fn();

/// Has three functions called at every later fork, in the thread that forks: before it, and after
/// it in the parent and in the child. They stay for the life of the process.
#[cfg(unix)]
pub fn at_fork(before: Handler, in_parent: Handler, in_child: Handler) -> Result<()> {
    // SAFETY: functions without arguments, and the library is never unloaded.
    match unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) } {
        0 => Ok(()),
        _ => Err(crate::error::Error::NoMemory { bytes: 3 * size_of::<Handler>() }),
    }
}

/// As [`at_fork`], in the child alone.
#[cfg(unix)]
pub fn in_child(handler: Handler) -> Result<()> {
    // SAFETY: as above.
    match unsafe { libc::pthread_atfork(None, None, Some(handler)) } {
        0 => Ok(()),
        _ => Err(crate::error::Error::NoMemory { bytes: size_of::<Handler>() }),
    }
}

/// Nothing forks here.
#[cfg(not(unix))]
pub fn at_fork(_before: Handler, _in_parent: Handler, _in_child: Handler) -> Result<()> {
    Ok(())
}
