//! Where there are no POSIX threads.

use crate::error::{Error, Result};

pub fn resize(workers: usize) -> Result<()> {
    if workers == 0 { Ok(()) } else { Err(Error::NoThreads) }
}

pub fn share(_parts: usize, _work: &(dyn Fn(usize) + Sync)) -> bool {
    false
}
