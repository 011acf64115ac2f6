//! Kernels for any processor: the loops as they are written, with what the compiler makes of them
//! for the oldest processor of the target.

use super::Table;
use crate::transfer::copy::{Wide, repeat};
use crate::transfer::kernel::Run;

pub(super) static TABLE: Table = LOOPS;

/// The table, for others to begin with.
pub(super) const LOOPS: Table = Table {
    name: c"portable",
    same,
    repeating,
    to_stream: |_, _| None,
    converting: converting_each,
    turning: |_| None,
    dealing: |_, _| None,
    masked,
    compress,
    count,
    looking: LOOKING,
    stream: None,
    shift: std::ptr::copy::<u8>,
    exchange: std::ptr::swap_nonoverlapping::<u8>,
    mirroring: |_| None,
    settle: || (),
};

super::clones::clones!(crate::transfer::copy::copy_any);
super::marking::marking!(super::marking::Words);
super::looking::looking!(crate::transfer::copy::Wide);

fn repeating(itemsize: usize) -> Option<Run> {
    Some(match itemsize {
        1 => repeat::<u8, 8, 16, 32>,
        2 => repeat::<u16, 4, 8, 16>,
        4 => repeat::<u32, 2, 4, 8>,
        8 => repeat::<u64, 1, 2, 4>,
        16 => repeat::<Wide, 1, 1, 2>,
        _ => return None,
    })
}
