//! The record types of the process, which live as long as it does.
//!
//! ```text
//!   code - 65536 ──> SLOTS [ . . o . . o . . . ]     a hash table of fixed size
//!                                │
//!                                v  one block each, written once
//!                           [ Record | Field, Field ... | extents | names ]
//! ```
//!
//! A record's slot is its code: finding one by code is one load, by layout a short probe. A new one
//! is published by a single exchange, so that there is no lock: no thread waits, and a child after
//! `fork` finds the table whole.
//!
//! The blocks come from `malloc` itself, not from the allocator that the caller may have set: they
//! outlive every such allocator, which may be taken away whenever no array is alive.

#![allow(unsafe_code)]

use super::record::{Draft, Field, FieldSpec, Placed, Record};
use crate::error::{Error, Result};
use std::ffi::{CStr, c_void};
use std::ptr::{NonNull, null_mut};
use std::slice;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// The code of the first slot. Below is room for scalar types to come.
const FIRST_CODE: i32 = 1 << 16;
/// The most records there can be, and the most memory for all of them: more than a program needs,
/// and what hostile files can make it lose.
const MAX_RECORDS: usize = 1 << 16;
const MAX_BYTES: usize = 64 << 20;

/// Never more than half full, so that probes are short.
static SLOTS: [AtomicPtr<Record>; 2 * MAX_RECORDS] =
    [const { AtomicPtr::new(null_mut()) }; 2 * MAX_RECORDS];
static RECORDS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

fn in_slot(slot: usize) -> Option<&'static Record> {
    // SAFETY: a block is published when all of it is written, and never changes or goes.
    unsafe { SLOTS[slot].load(Ordering::Acquire).as_ref() }
}

pub(super) fn record(code: i32) -> Option<&'static Record> {
    let slot = code.checked_sub(FIRST_CODE).and_then(|slot| usize::try_from(slot).ok())?;
    if slot < SLOTS.len() { in_slot(slot) } else { None }
}

/// The record that a draft describes: the one that is there, or a new one.
pub(super) fn intern<'a, I>(draft: &Draft<I>) -> Result<&'static Record>
where
    I: Iterator<Item = FieldSpec<'a>> + Clone,
{
    let mut slot = (draft.hash() % SLOTS.len() as u64) as usize;
    let mut block = None;
    loop {
        match in_slot(slot) {
            Some(record) if draft.matches(record) => return Ok(record),
            Some(_) => slot = (slot + 1) % SLOTS.len(),
            None => {
                let new = match block.take() {
                    Some(block) => block,
                    None => {
                        draft.check_names()?;
                        Block::new(draft)?
                    }
                };
                // Another thread may have been faster; then its record is looked at in turn.
                match new.publish(slot) {
                    Ok(record) => return Ok(record),
                    Err(new) => block = Some(new),
                }
            }
        }
    }
}

/// A record that nobody else knows yet. Freed when dropped.
struct Block {
    record: NonNull<Record>,
    nbytes: usize,
}

impl Block {
    fn new<'a, I>(draft: &Draft<I>) -> Result<Block>
    where
        I: Iterator<Item = FieldSpec<'a>> + Clone,
    {
        // Each part is a multiple of the alignment that the next one needs.
        let nbytes = size_of::<Record>()
            + draft.count * size_of::<Field>()
            + draft.axes * size_of::<i64>()
            + draft.name_bytes;
        let record = record_memory(nbytes)?.cast::<Record>();
        // SAFETY: the parts lie one behind the other in the block, in this order and with the sizes
        // that its length was summed up from; nothing refers to them yet.
        unsafe {
            let fields = record.add(1).cast::<Field>();
            let mut extents = fields.add(draft.count).cast::<i64>();
            let mut names = extents.add(draft.axes).cast::<u8>();
            for (at, placed) in draft.placed().enumerate() {
                let Placed { spec, offset, count } = placed;
                let (ndim, length) = (spec.shape.len(), spec.name.len());
                extents.copy_from_nonoverlapping(NonNull::from(spec.shape).cast(), ndim);
                names.copy_from_nonoverlapping(NonNull::from(spec.name).cast(), length);
                names.add(length).write(0);
                let name = slice::from_raw_parts(names.as_ptr(), length + 1);
                fields.add(at).write(Field {
                    name: CStr::from_bytes_with_nul_unchecked(name),
                    dtype: spec.dtype,
                    offset,
                    count,
                    shape: slice::from_raw_parts(extents.as_ptr(), ndim),
                });
                extents = extents.add(ndim);
                names = names.add(length + 1);
            }
            let fields = slice::from_raw_parts(fields.as_ptr(), draft.count);
            record.write(Record { code: 0, measure: draft.measure, fields });
        }
        Ok(Block { record, nbytes })
    }

    /// Makes the record a type of the process, unless the slot is taken.
    fn publish(self, slot: usize) -> std::result::Result<&'static Record, Block> {
        let record = self.record.as_ptr();
        // SAFETY: nobody else knows the block yet.
        unsafe { (*record).code = FIRST_CODE + slot as i32 };
        let place = &SLOTS[slot];
        match place.compare_exchange(null_mut(), record, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => {
                std::mem::forget(self);
                // SAFETY: from here on the block neither changes nor goes.
                Ok(unsafe { &*record })
            }
            Err(_) => Err(self),
        }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        give_back(self.nbytes);
        // SAFETY: the block came from `malloc` and was not published.
        unsafe { libc::free(self.record.as_ptr().cast()) };
    }
}

/// Memory for one more record, within the limits. A function of its own, so that
/// tools/valgrind.supp can name what stays until the process ends.
#[inline(never)]
fn record_memory(nbytes: usize) -> Result<NonNull<c_void>> {
    reserve(&RECORDS, 1, MAX_RECORDS, "record types of a process")?;
    if let Err(error) = reserve(&BYTES, nbytes, MAX_BYTES, "bytes for record types") {
        RECORDS.fetch_sub(1, Ordering::Relaxed);
        return Err(error);
    }
    // SAFETY: `malloc` takes any size.
    NonNull::new(unsafe { libc::malloc(nbytes) }).ok_or_else(|| {
        give_back(nbytes);
        Error::NoMemory { bytes: nbytes }
    })
}

fn reserve(counter: &AtomicUsize, more: usize, limit: usize, what: &'static str) -> Result<()> {
    if counter.fetch_add(more, Ordering::Relaxed) + more <= limit {
        return Ok(());
    }
    counter.fetch_sub(more, Ordering::Relaxed);
    Err(Error::Limit { what, limit: limit as u64 })
}

fn give_back(nbytes: usize) {
    RECORDS.fetch_sub(1, Ordering::Relaxed);
    BYTES.fetch_sub(nbytes, Ordering::Relaxed);
}
