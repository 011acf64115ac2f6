//! Kernels for any processor: the loops as they are written, with what the compiler makes of them
//! for the oldest processor of the target.

use super::Table;

pub(super) static TABLE: Table = LOOPS;

/// The table, for others to begin with.
pub(super) const LOOPS: Table = Table {
    name: c"portable",
    same,
    repeating: |_| None,
    from_memory: |_, _| None,
    converting: converting_each,
    turning: |_| None,
    dealing: |_, _| None,
    masked,
    compress,
    count,
    looking: LOOKING,
    stream: None,
    shift: std::ptr::copy::<u8>,
    shift_apart: None,
    exchange: std::ptr::swap_nonoverlapping::<u8>,
    mirroring: |_| None,
    settle: || (),
};

super::clones::clones!(crate::transfer::copy::copy_any);
super::marking::marking!(super::marking::Words);
super::looking::looking!(crate::transfer::copy::Wide);
