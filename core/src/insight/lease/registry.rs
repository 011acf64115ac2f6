//! What is leased and what is waited for, and whether a request goes with it.

use super::tree::{MAX_SLOTS, NONE, SLOT_BITS, Slot, Slots};
use super::{BUDGET, Entry, Holder, Request, bell_of, process};
use crate::error::{Error, Hold, LeaseMode, Lessee, Result, Shape3, Shape4, Wanted};
use crate::layout::MAX_NDIM;
use crate::overlap::{Answer, Overlap, overlap, shares};
use std::ops::ControlFlow;

/// The roots of the trees, the queue, and the number of the last lease.
pub struct Registry {
    slots: Slots,
    readers: u32,
    writers: u32,
    first_waiter: u32,
    last_waiter: u32,
    serial: u64,
    leased: usize,
}

/// A request in the queue.
pub struct Waiter(u32);

impl Waiter {
    pub fn slot(&self) -> u32 {
        self.0
    }
}

impl Registry {
    pub const fn new() -> Registry {
        Registry {
            slots: Slots::new(),
            readers: NONE,
            writers: NONE,
            first_waiter: NONE,
            last_waiter: NONE,
            serial: 0,
            leased: 0,
        }
    }

    pub fn leased(&self) -> usize {
        self.leased
    }

    /// Why a new request cannot be met now, if it cannot. For one that waits without end, what
    /// would keep it waiting for ever comes first.
    pub fn refusal(&self, request: &Request, endless: bool) -> Option<Error> {
        let leased = self.conflict_with_leases(request, endless);
        leased.or_else(|| self.conflict_with_queue(request, NONE))
    }

    /// The same for a request in the queue.
    pub fn refusal_of(&self, waiter: &Waiter, endless: bool) -> Option<Error> {
        let request = self.slots[waiter.0].entry.as_ref()?.request();
        let leased = self.conflict_with_leases(&request, endless);
        leased.or_else(|| self.conflict_with_queue(&request, waiter.0))
    }

    fn conflict_with_leases(&self, request: &Request, endless: bool) -> Option<Error> {
        let mut first = None;
        let mut look = |slot: &Slot| {
            let Some(entry) = &slot.entry else { return ControlFlow::Continue(()) };
            let hold = self.hold_on(entry, request, endless);
            // When there is a conflict already, only a worse one matters.
            if first.is_some() && !hold.is_for_ever() {
                return ControlFlow::Continue(());
            }
            let Some(conflict) = conflict(request, entry, hold) else {
                return ControlFlow::Continue(());
            };
            first = Some(conflict);
            if endless && !hold.is_for_ever() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        let readers = if request.wanted == Wanted::ToRead { NONE } else { self.readers };
        let _ = match self.slots.visit(self.writers, request.bounds, &mut look) {
            ControlFlow::Continue(()) => self.slots.visit(readers, request.bounds, &mut look),
            found => found,
        };
        first
    }

    /// How a lease would stand in the way.
    fn hold_on(&self, entry: &Entry, request: &Request, endless: bool) -> Hold {
        match () {
            () if !endless => Hold::Held,
            () if entry.holder == request.holder => Hold::ByThisThread,
            () if entry.process != process() => Hold::BeforeFork,
            () => Hold::Held,
        }
    }

    /// Compares with the requests before one in the queue, or with all of them.
    fn conflict_with_queue(&self, request: &Request, end: u32) -> Option<Error> {
        if self.first_waiter == NONE || request.wanted == Wanted::Unleased {
            return None;
        }
        let mut at = self.first_waiter;
        while at != end && at != NONE {
            let slot = &self.slots[at];
            if let Some(entry) = &slot.entry
                && bounds_meet(entry, request)
                && !go_together(entry.mode, request.wanted)
                && let Some(conflict) = conflict(request, entry, Hold::Awaited)
            {
                return if self.holds_any(request.holder) { None } else { Some(conflict) };
            }
            at = slot.next;
        }
        None
    }

    fn holds_any(&self, holder: Holder) -> bool {
        let mut held = self.slots.iter().filter(|slot| slot.serial != 0);
        held.any(|slot| slot.entry.as_ref().is_some_and(|entry| entry.holder == holder))
    }

    /// Enters a lease that nothing stands against.
    pub fn lease(&mut self, entry: Entry) -> Result<u64> {
        let slot = self.slots.fill(entry)?;
        Ok(self.enter(slot))
    }

    fn enter(&mut self, slot: u32) -> u64 {
        // Zero is no lease. After years of leases the numbers begin again.
        self.serial = (self.serial + 1) & (u64::MAX >> SLOT_BITS);
        self.serial = self.serial.max(1);
        self.slots[slot].serial = self.serial;
        let root = self.root_of(slot);
        *self.root(slot) = self.slots.insert(root, slot);
        self.leased += 1;
        self.serial << SLOT_BITS | u64::from(slot)
    }

    /// The tree that a slot belongs to.
    fn root(&mut self, slot: u32) -> &mut u32 {
        match self.slots[slot].entry.as_ref().map(|entry| entry.mode) {
            Some(LeaseMode::Read) => &mut self.readers,
            _ => &mut self.writers,
        }
    }

    fn root_of(&mut self, slot: u32) -> u32 {
        *self.root(slot)
    }

    /// Takes a lease out again, and wakes those who may have waited for it.
    pub fn give_back(&mut self, lease: u64) -> Result<Entry> {
        let (serial, slot) = (lease >> SLOT_BITS, (lease as u32) & (MAX_SLOTS as u32 - 1));
        let held = self.slots.get(slot).is_some_and(|place| place.serial == serial && serial != 0);
        if !held {
            return Err(Error::NotLeased { lease });
        }
        let root = self.root_of(slot);
        *self.root(slot) = self.slots.remove(root, slot);
        self.slots[slot].serial = 0;
        self.leased -= 1;
        let entry = self.slots.empty(slot).ok_or(Error::NotLeased { lease })?;
        self.ring(self.first_waiter, &entry);
        Ok(entry)
    }

    /// Puts a request at the end of the queue.
    pub fn wait_for(&mut self, entry: Entry) -> Result<Waiter> {
        let slot = self.slots.fill(entry)?;
        self.slots[slot].next = NONE;
        match self.last_waiter {
            NONE => self.first_waiter = slot,
            last => self.slots[last].next = slot,
        }
        self.last_waiter = slot;
        Ok(Waiter(slot))
    }

    /// Makes a request in the queue a lease.
    pub fn admit(&mut self, waiter: Waiter) -> u64 {
        self.unlink(waiter.0);
        self.enter(waiter.0)
    }

    /// Takes a request back, and wakes those behind it.
    pub fn withdraw(&mut self, waiter: Waiter) {
        let behind = self.unlink(waiter.0);
        if let Some(entry) = self.slots.empty(waiter.0) {
            self.ring(behind, &entry);
        }
    }

    /// Takes a slot out of the queue; answers the one behind it.
    fn unlink(&mut self, slot: u32) -> u32 {
        let behind = self.slots[slot].next;
        let mut before = NONE;
        let mut at = self.first_waiter;
        while at != slot && at != NONE {
            before = at;
            at = self.slots[at].next;
        }
        match before {
            NONE => self.first_waiter = behind,
            before => self.slots[before].next = behind,
        }
        if self.last_waiter == slot {
            self.last_waiter = before;
        }
        behind
    }

    /// Wakes those in the queue, from one on, who may have waited for an entry.
    fn ring(&self, first: u32, gone: &Entry) {
        let mut at = first;
        while at != NONE {
            let slot = &self.slots[at];
            if slot.entry.as_ref().is_some_and(|entry| bounds_meet(entry, &gone.request())) {
                bell_of(at).notify_all();
            }
            at = slot.next;
        }
    }

    /// In the child of a fork: the threads that waited are not in it.
    pub fn forget_waiters(&mut self) {
        while self.first_waiter != NONE {
            let slot = self.first_waiter;
            self.unlink(slot);
            // A view of an array that this process may use no more; it takes no lock to drop it.
            drop(self.slots.empty(slot));
        }
    }
}

fn bounds_meet(entry: &Entry, request: &Request) -> bool {
    entry.low < request.bounds.1 && request.bounds.0 < entry.high
}

fn go_together(mode: LeaseMode, wanted: Wanted) -> bool {
    mode == LeaseMode::Read && wanted == Wanted::ToRead
}

/// The error, if the two share a byte or may.
///
/// 1. their modes do not go together
fn conflict(request: &Request, entry: &Entry, hold: Hold) -> Option<Error> {
    if request.wanted == Wanted::Unleased && entry.holder == request.holder {
        return None;
    }
    let (mine, theirs) = (request.extent, entry.view.extent());
    let by = Lessee { tag: entry.tag, writes: entry.mode == LeaseMode::Write, hold };
    match shares(&mine, &theirs, BUDGET) {
        Answer::No => None,
        Answer::Unknown => Some(Error::LeaseUnknown { want: request.wanted, by, budget: BUDGET }),
        Answer::Yes => Some(leased(request, entry, by)),
    }
}

/// The error with its witness, which is only looked for when it is told.
#[cold]
fn leased(request: &Request, entry: &Entry, by: Lessee) -> Error {
    let (mine, theirs) = (request.extent, entry.view.extent());
    let want = request.wanted;
    match overlap(&mine, &theirs, BUDGET) {
        Overlap::Partial(witness) => Error::Leased {
            want,
            index: Shape4::new(&witness.a),
            theirs: Shape3::new(&witness.b),
            address: witness.address,
            by,
        },
        // The same elements: the first is one of them.
        _ => {
            let first = &[0; MAX_NDIM][..mine.shape.len()];
            let (index, theirs) = (Shape4::new(first), Shape3::new(first));
            Error::Leased { want, index, theirs, address: mine.address, by }
        }
    }
}
