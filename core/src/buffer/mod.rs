//! Who owns the bytes: the heap, an allocator or somebody else, and how they are given back.
//!
//! A buffer knows its start, its length and its owner. It knows no arrays and counts nothing; the
//! array that brought it drops it once, when the last reference is gone.
//!
//! ```text
//!   Buffer ── start ──────────────┐
//!     │                           v
//!     └─ Heap.block ──> [ padding | bytes at a multiple of 64 ... ]
//! ```
//!
//! A buffer from an allocator of its own has its block and that allocator in a small block of the heap,
//! so that no other buffer, and no view, is larger for it.

pub mod allocator;
pub mod audit;
pub mod checked;
pub mod counters;
pub mod fork;
pub mod growing;
pub mod list;
mod lock;
pub mod quarantine;
pub mod registry;
pub mod spare;
#[cfg(test)]
mod tests;

use crate::dtype::DType;
use crate::error::Result;
use allocator::Allocator;
use std::ffi::c_void;
use std::ptr::NonNull;

/// The first byte of a heap buffer is at a multiple of this: a cache line, an AVX-512 register.
pub const ALIGNMENT: usize = 64;

/// Gives foreign memory back: called once with the buffer's start and the caller's context.
pub type Deleter = unsafe extern "C-unwind" fn(data: *mut c_void, context: *mut c_void);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum BufferKind {
    Heap = 1,
    Foreign = 2,
    /// From an allocator that was given for this buffer alone.
    Allocator = 3,
}

/// Bytes and their owner, released when dropped.
pub struct Buffer {
    start: *mut u8,
    nbytes: usize,
    owner: Owner,
}

enum Owner {
    Heap { block: NonNull<u8>, block_bytes: usize },
    Foreign { deleter: Option<Deleter>, context: *mut c_void },
    Allocator { loan: NonNull<Loan> },
}

/// A block of somebody's allocator, and where it goes back to.
struct Loan {
    allocator: Allocator,
    block: NonNull<u8>,
    block_bytes: usize,
}

/// What a new heap buffer holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    Unset,
    Zero,
}

impl Contents {
    /// For elements of some type that come from others: those of other records leave the bytes between
    /// the fields alone, and what stood in that memory before is nobody's to see.
    pub fn to_convert_into(dtype: DType, from_others: bool) -> Contents {
        if from_others && dtype.is_record() { Contents::Zero } else { Contents::Unset }
    }
}

impl Buffer {
    /// Heap memory, aligned by hand inside a plain block: zeroed memory then comes from `calloc`,
    /// which clears no page that the system hands out clean.
    pub fn heap(nbytes: usize, contents: Contents) -> Result<Buffer> {
        let block_bytes = block_bytes(nbytes);
        let block = match contents {
            Contents::Unset => allocator::allocate(block_bytes)?,
            Contents::Zero => allocator::allocate_zeroed(block_bytes)?,
        };
        Ok(Buffer::aligned_in(block, nbytes, Owner::Heap { block, block_bytes }))
    }

    /// As [`heap`](Self::heap), from an allocator of the caller's. Its block goes back to it at once when
    /// the buffer is dropped, in checked mode too: it may be gone a moment later.
    ///
    /// # Safety
    /// - The functions keep their contracts, from any thread, until the buffer is dropped.
    pub unsafe fn allocated(
        allocator: Allocator,
        nbytes: usize,
        contents: Contents,
    ) -> Result<Buffer> {
        let block_bytes = block_bytes(nbytes);
        let loan = allocator::allocate(size_of::<Loan>())?.cast::<Loan>();
        // SAFETY: the caller promised a working allocator.
        let block = unsafe { allocator.allocate(block_bytes, contents == Contents::Zero) };
        // SAFETY: allocated above with this size, and handed to nobody.
        let give_up = |_: &_| unsafe { allocator::free(loan.cast(), size_of::<Loan>()) };
        let block = block.inspect_err(give_up)?;
        // SAFETY: the block has room for a loan, aligned as `malloc` aligns.
        unsafe { loan.write(Loan { allocator, block, block_bytes }) };
        Ok(Buffer::aligned_in(block, nbytes, Owner::Allocator { loan }))
    }

    fn aligned_in(block: NonNull<u8>, nbytes: usize, owner: Owner) -> Buffer {
        let padding = block.as_ptr().align_offset(ALIGNMENT);
        let start = block.as_ptr().wrapping_add(padding);
        counters::buffer_born(nbytes);
        Buffer { start, nbytes, owner }
    }

    /// Memory of the caller's. Dropping the buffer calls the deleter, if there is one.
    pub fn foreign(
        start: *mut u8,
        nbytes: usize,
        deleter: Option<Deleter>,
        context: *mut c_void,
    ) -> Buffer {
        counters::buffer_born(nbytes);
        Buffer { start, nbytes, owner: Owner::Foreign { deleter, context } }
    }

    /// Forgets the owner, so that dropping the buffer gives nothing back: for a creation that
    /// failed and leaves foreign memory with its caller.
    pub fn disown(&mut self) {
        if let Owner::Foreign { deleter, .. } = &mut self.owner {
            *deleter = None;
        }
    }

    pub fn start(&self) -> *mut u8 {
        self.start
    }

    pub fn nbytes(&self) -> usize {
        self.nbytes
    }

    pub fn kind(&self) -> BufferKind {
        match self.owner {
            Owner::Heap { .. } => BufferKind::Heap,
            Owner::Foreign { .. } => BufferKind::Foreign,
            Owner::Allocator { .. } => BufferKind::Allocator,
        }
    }
}

/// Room for so many bytes from a multiple of 64 on.
fn block_bytes(nbytes: usize) -> usize {
    nbytes.saturating_add(ALIGNMENT)
}

/// Gives a block back that pointers of the caller's may still lead to. In checked mode it is kept for
/// a while.
///
/// # Safety
/// - As for [`allocator::free`].
#[inline]
pub unsafe fn give_back(block: NonNull<u8>, size: usize, is_checked: bool) {
    // SAFETY: the caller's.
    unsafe { if is_checked { quarantine::keep(block, size) } else { allocator::free(block, size) } }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        counters::buffer_died(self.nbytes);
        match self.owner {
            // SAFETY: the block came from this allocator with this size, and is given back once.
            Owner::Heap { block, block_bytes } => unsafe {
                give_back(block, block_bytes, checked::is_on())
            },
            Owner::Foreign { deleter: Some(deleter), context } => {
                // SAFETY: the caller of `foreign` promised that the deleter may be called with
                // these two, once, from any thread.
                unsafe { deleter(self.start.cast(), context) }
            }
            Owner::Foreign { deleter: None, .. } => {}
            Owner::Allocator { loan } => {
                // SAFETY: the loan was written when the buffer was made, and is freed here alone.
                let ended = unsafe { loan.read() };
                // SAFETY: as above. The loan goes first: what is the caller's may do anything.
                unsafe { allocator::free(loan.cast(), size_of::<Loan>()) };
                // SAFETY: the block came from this allocator with this size, and goes back once.
                unsafe { ended.allocator.free(ended.block, ended.block_bytes) }
            }
        }
    }
}
