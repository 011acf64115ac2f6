//! The block of a released array, kept by each thread for the next array that it makes.
//!
//! Views come and go, and `malloc` and `free` are the larger part of what the plainest ones cost. So
//! every thread keeps one block, of the size that most arrays have, in the slot of its counters. It
//! is a block of the C library's: none is kept while the caller's functions give memory, in checked
//! mode, or where somebody watches `malloc`, who should see each block go. What a thread kept when it
//! ended stays in its slot: a block a slot at most.

use super::counters::{self, OwnSlot};
use super::{allocator, checked};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// Whether blocks are kept now.
static KEEPS: AtomicBool = AtomicBool::new(false);
/// Whether they may be, for all that is known of the process.
static IS_ALLOWED: AtomicBool = AtomicBool::new(false);

/// Says that nobody watches `malloc` in this process.
pub fn allow() {
    IS_ALLOWED.store(true, Ordering::Relaxed);
    decide();
}

/// Decides anew, after the allocator or the mode was set, and frees what is kept if nothing may be. No
/// other call may run at the same time, but for others that change nothing.
pub fn decide() {
    let keeps = IS_ALLOWED.load(Ordering::Relaxed) && !checked::is_on() && !allocator::is_custom();
    KEEPS.store(keeps, Ordering::Relaxed);
    if keeps {
        return;
    }
    for slot in counters::slots() {
        let block = slot.spare.swap(null_mut(), Ordering::Relaxed);
        // SAFETY: null, or kept: from `malloc`, and given away by whoever had it.
        unsafe { libc::free(block.cast()) };
    }
}

/// The block that this thread, whose slot is given, keeps: none where none may be kept, as
/// [`decide`] sees to. It is the caller's from now on.
#[inline(always)]
pub fn take(own: OwnSlot) -> Option<NonNull<u8>> {
    take_from(&own?.spare)
}

/// Keeps a block, if this thread keeps none. All that are kept have one size.
///
/// # Safety
/// - The block came from the allocator; if the answer is true, the caller uses it no more.
#[inline(always)]
pub unsafe fn keep(own: OwnSlot, block: NonNull<u8>) -> bool {
    KEEPS.load(Ordering::Relaxed) && own.is_some_and(|slot| keep_in(&slot.spare, block))
}

/// A thread's own place: nobody comes between the two steps.
#[inline(always)]
fn take_from(spare: &AtomicPtr<u8>) -> Option<NonNull<u8>> {
    let block = NonNull::new(spare.load(Ordering::Relaxed))?;
    spare.store(null_mut(), Ordering::Relaxed);
    Some(block)
}

#[inline(always)]
fn keep_in(spare: &AtomicPtr<u8>, block: NonNull<u8>) -> bool {
    let is_free = spare.load(Ordering::Relaxed).is_null();
    if is_free {
        spare.store(block.as_ptr(), Ordering::Relaxed);
    }
    is_free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_keeps_one_block_and_gives_it_once() {
        let (place, mut blocks) = (AtomicPtr::new(null_mut()), [0u8; 2]);
        let [first, second] = blocks.each_mut().map(NonNull::from);
        assert_eq!(take_from(&place), None);
        assert!(keep_in(&place, first) && !keep_in(&place, second));
        assert_eq!((take_from(&place), take_from(&place)), (Some(first), None));
    }

    #[test]
    fn nothing_is_kept_until_it_is_allowed() {
        counters::array_born(None);
        let own = counters::own_slot();
        counters::array_died(own);
        let mut block = 0u8;
        // SAFETY: the block is not kept.
        assert!(!unsafe { keep(own, NonNull::from(&mut block)) });
        assert_eq!(take(own), None);
    }
}
