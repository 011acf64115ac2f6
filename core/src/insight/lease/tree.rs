//! The slots that leases stand in, and two trees of them by address.
//!
//! A tree is an AVL tree by lowest byte whose every node also knows how far the bytes below it
//! reach, so that those which meet a range are found without looking at the others. Nodes are
//! slots, and links are their numbers. Knows ranges of addresses, and nothing of what they mean.

use super::Entry;
use crate::buffer::growing::Growing;
use crate::error::{Error, Result};
use std::ops::{ControlFlow, Index, IndexMut};

/// No slot.
pub const NONE: u32 = u32::MAX;
/// The most slots: their numbers are the low bits of a lease.
pub const MAX_SLOTS: usize = 1 << SLOT_BITS;
pub const SLOT_BITS: u32 = 20;
/// So many slots need no memory of the allocator's.
const FIRST: usize = 32;

/// A place for a lease, or for a request that waits.
pub struct Slot {
    pub entry: Option<Entry>,
    /// Of the lease that is held here, else 0.
    pub serial: u64,
    /// The next free slot, or the next that waits.
    pub next: u32,
    left: u32,
    right: u32,
    height: u8,
    low: usize,
    high: usize,
    /// The largest `high` of this slot and all below it.
    reach: usize,
}

impl Slot {
    const EMPTY: Slot = Slot {
        entry: None,
        serial: 0,
        next: NONE,
        left: NONE,
        right: NONE,
        height: 0,
        low: 0,
        high: 0,
        reach: 0,
    };
}

/// The slots, of which those that nobody uses hang together in a list.
pub struct Slots {
    first: [Slot; FIRST],
    more: Growing<Slot>,
    /// How many of the first were ever used.
    begun: usize,
    free: u32,
    used: usize,
}

impl Index<u32> for Slots {
    type Output = Slot;

    #[inline]
    fn index(&self, slot: u32) -> &Slot {
        let slot = slot as usize;
        if slot < FIRST { &self.first[slot] } else { &self.more[slot - FIRST] }
    }
}

impl IndexMut<u32> for Slots {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut Slot {
        let slot = slot as usize;
        if slot < FIRST { &mut self.first[slot] } else { &mut self.more[slot - FIRST] }
    }
}

impl Slots {
    pub const fn new() -> Slots {
        let first = [const { Slot::EMPTY }; FIRST];
        Slots { first, more: Growing::new(), begun: 0, free: NONE, used: 0 }
    }

    fn len(&self) -> usize {
        self.begun + self.more.len()
    }

    /// The slot of that number, if there is one.
    pub fn get(&self, slot: u32) -> Option<&Slot> {
        ((slot as usize) < self.len()).then(|| &self[slot])
    }

    pub fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.first[..self.begun].iter().chain(self.more.iter())
    }

    /// Puts an entry into a free slot.
    pub fn fill(&mut self, entry: Entry) -> Result<u32> {
        let slot = self.free_slot()?;
        let place = &mut self[slot];
        place.low = entry.low;
        place.high = entry.high;
        place.entry = Some(entry);
        self.used += 1;
        Ok(slot)
    }

    fn free_slot(&mut self) -> Result<u32> {
        let slot = self.free;
        if slot != NONE {
            self.free = self[slot].next;
            return Ok(slot);
        }
        let slot = self.len();
        if slot == MAX_SLOTS {
            return Err(Error::Limit { what: "leases", limit: MAX_SLOTS as u64 });
        }
        if slot < FIRST {
            self.begun += 1;
        } else {
            self.more.push(Slot::EMPTY)?;
        }
        Ok(slot as u32)
    }

    /// Takes the entry out of its slot, which is free then. The last one to go gives back all
    /// memory.
    ///
    /// 1. the slot is in no tree and no queue
    pub fn empty(&mut self, slot: u32) -> Option<Entry> {
        let entry = self[slot].entry.take()?;
        self[slot].next = self.free;
        self.free = slot;
        self.used -= 1;
        if self.used == 0 {
            self.more.clear();
            self.begun = 0;
            self.free = NONE;
        }
        Some(entry)
    }

    /// Adds a slot to a tree; answers the tree's new root.
    pub fn insert(&mut self, root: u32, slot: u32) -> u32 {
        if root == NONE {
            let place = &mut self[slot];
            place.left = NONE;
            place.right = NONE;
            place.height = 1;
            place.reach = place.high;
            return slot;
        }
        if self.key(slot) < self.key(root) {
            self[root].left = self.insert(self[root].left, slot);
        } else {
            self[root].right = self.insert(self[root].right, slot);
        }
        self.balance(root)
    }

    /// Takes a slot out of a tree; answers the tree's new root.
    ///
    /// 1. the slot is in this tree
    pub fn remove(&mut self, root: u32, slot: u32) -> u32 {
        if root == NONE {
            return NONE;
        }
        if root != slot {
            if self.key(slot) < self.key(root) {
                self[root].left = self.remove(self[root].left, slot);
            } else {
                self[root].right = self.remove(self[root].right, slot);
            }
            return self.balance(root);
        }
        let (left, right) = (self[root].left, self[root].right);
        if right == NONE {
            return left;
        }
        let (successor, rest) = self.take_lowest(right);
        self[successor].left = left;
        self[successor].right = rest;
        self.balance(successor)
    }

    /// The lowest slot of a tree, and the root of the others.
    fn take_lowest(&mut self, root: u32) -> (u32, u32) {
        if self[root].left == NONE {
            return (root, self[root].right);
        }
        let (lowest, rest) = self.take_lowest(self[root].left);
        self[root].left = rest;
        (lowest, self.balance(root))
    }

    /// Calls a function for each slot of a tree with bytes in a range, until it breaks.
    pub fn visit<B>(
        &self,
        root: u32,
        (low, high): (usize, usize),
        found: &mut impl FnMut(&Slot) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        if root == NONE || self[root].reach <= low {
            return ControlFlow::Continue(());
        }
        let slot = &self[root];
        self.visit(slot.left, (low, high), found)?;
        if slot.low >= high {
            return ControlFlow::Continue(());
        }
        if slot.high > low {
            found(slot)?;
        }
        self.visit(slot.right, (low, high), found)
    }

    fn key(&self, slot: u32) -> (usize, u32) {
        (self[slot].low, slot)
    }

    pub(super) fn height(&self, root: u32) -> i32 {
        if root == NONE { 0 } else { self[root].height.into() }
    }

    /// Positive when the left side is higher.
    fn lean(&self, root: u32) -> i32 {
        self.height(self[root].left) - self.height(self[root].right)
    }

    /// Restores a root whose sides are right in themselves and differ by two at most.
    fn balance(&mut self, root: u32) -> u32 {
        let (left, right) = (self[root].left, self[root].right);
        match self.lean(root) {
            2 => {
                if self.lean(left) < 0 {
                    self[root].left = self.turn_left(left);
                }
                self.turn_right(root)
            }
            -2 => {
                if self.lean(right) > 0 {
                    self[root].right = self.turn_right(right);
                }
                self.turn_left(root)
            }
            _ => {
                self.sum_up(root);
                root
            }
        }
    }

    fn turn_left(&mut self, root: u32) -> u32 {
        let right = self[root].right;
        self[root].right = self[right].left;
        self[right].left = root;
        self.sum_up(root);
        self.sum_up(right);
        right
    }

    fn turn_right(&mut self, root: u32) -> u32 {
        let left = self[root].left;
        self[root].left = self[left].right;
        self[left].right = root;
        self.sum_up(root);
        self.sum_up(left);
        left
    }

    /// Height and reach from the two sides.
    fn sum_up(&mut self, root: u32) {
        let (left, right) = (self[root].left, self[root].right);
        let height = 1 + self.height(left).max(self.height(right));
        let below = |side: u32| if side == NONE { 0 } else { self[side].reach };
        let reach = self[root].high.max(below(left)).max(below(right));
        self[root].height = height as u8;
        self[root].reach = reach;
    }
}
