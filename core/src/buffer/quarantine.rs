//! What was released in checked mode: kept for a while, filled with one byte, so that no new array
//! takes the address of an old handle, whoever reads an old pointer sees nonsense, and whoever writes
//! through one is found out.
//!
//! The last blocks are kept, so many and so many bytes; a large one goes at once.

use super::allocator;
use super::lock::{Held, Lock};
use std::ptr::NonNull;

const MOST_BLOCKS: usize = 16_384;
const MOST_BYTES: usize = 16 << 20;
const LARGEST: usize = 1 << 20;
/// As a double, or a pointer, nothing that anybody would take for a good one.
const POISON: u8 = 0xdb;

#[derive(Clone, Copy)]
struct Kept {
    start: usize,
    size: usize,
}

/// A ring of blocks, the oldest at `first`.
struct Ring {
    blocks: [Kept; MOST_BLOCKS],
    first: usize,
    count: usize,
    bytes: usize,
    /// Blocks that left and were written to meanwhile.
    spoilt: u64,
}

static RING: Lock<Ring> = Lock::new(Ring {
    blocks: [Kept { start: 0, size: 0 }; MOST_BLOCKS],
    first: 0,
    count: 0,
    bytes: 0,
    spoilt: 0,
});

fn lock() -> Held<'static, Ring> {
    RING.lock()
}

/// Takes a block in place of [`allocator::free`].
///
/// # Safety
/// - As for [`allocator::free`].
#[cold]
#[inline(never)]
pub unsafe fn keep(block: NonNull<u8>, size: usize) {
    if size > LARGEST {
        // SAFETY: the caller's.
        return unsafe { allocator::free(block, size) };
    }
    // SAFETY: the block is the caller's, of this size, and nobody's from now on.
    unsafe { block.write_bytes(POISON, size) };
    let kept = Kept { start: block.addr().get(), size };
    loop {
        let mut ring = lock();
        if ring.count < MOST_BLOCKS && ring.bytes + size <= MOST_BYTES {
            return ring.push(kept, block);
        }
        let oldest = ring.pop();
        drop(ring);
        free(oldest);
    }
}

/// Gives all blocks back.
pub fn empty() {
    loop {
        let oldest = lock().pop();
        if oldest.is_none() {
            return;
        }
        free(oldest);
    }
}

/// Gives all blocks back, and forgets what was written to any.
pub fn end() {
    empty();
    lock().spoilt = 0;
}

/// Gives a block back that left the ring. The lock is not held: the allocator may be the caller's.
fn free(block: Option<Kept>) {
    let Some(kept) = block else { return };
    let start = NonNull::new(std::ptr::with_exposed_provenance_mut(kept.start));
    let start = start.expect("a block has an address");
    // SAFETY: the block was given to `keep`, and has left the ring.
    unsafe { allocator::free(start, kept.size) };
}

/// How many blocks were written to after they were released, of all that were ever kept.
pub fn spoilt() -> u64 {
    let ring = lock();
    ring.spoilt + ring.kept().filter(|kept| kept.is_spoilt()).count() as u64
}

/// Whether any of these bytes were released.
pub fn overlaps(start: usize, nbytes: usize) -> bool {
    let end = start.saturating_add(nbytes);
    lock().kept().any(|kept| kept.start < end && start < kept.start + kept.size)
}

impl Kept {
    fn is_spoilt(&self) -> bool {
        let start = std::ptr::with_exposed_provenance::<u8>(self.start);
        // SAFETY: a block in the ring is not freed, and was filled.
        let bytes = unsafe { std::slice::from_raw_parts(start, self.size) };
        bytes.iter().any(|&byte| byte != POISON)
    }
}

impl Ring {
    fn kept(&self) -> impl Iterator<Item = &Kept> {
        (0..self.count).map(|nth| &self.blocks[(self.first + nth) % MOST_BLOCKS])
    }

    fn push(&mut self, kept: Kept, block: NonNull<u8>) {
        block.as_ptr().expose_provenance();
        let end = (self.first + self.count) % MOST_BLOCKS;
        self.blocks[end] = kept;
        self.count += 1;
        self.bytes += kept.size;
    }

    fn pop(&mut self) -> Option<Kept> {
        if self.count == 0 {
            return None;
        }
        let kept = self.blocks[self.first];
        self.first = (self.first + 1) % MOST_BLOCKS;
        self.count -= 1;
        self.bytes -= kept.size;
        self.spoilt += u64::from(kept.is_spoilt());
        Some(kept)
    }
}
