//! Who owns the bytes: the heap or somebody else, and how they are given back.
//!
//! A buffer knows its start, its length and its owner. It knows no arrays and counts nothing; the
//! array that brought it drops it once, when the last reference is gone.
//!
//! ```text
//!   Buffer ── start ──────────────┐
//!     │                           v
//!     └─ Heap.block ──> [ padding | bytes at a multiple of 64 ... ]
//! ```

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
        let block_bytes = nbytes.saturating_add(ALIGNMENT);
        let block = match contents {
            Contents::Unset => allocator::allocate(block_bytes)?,
            Contents::Zero => allocator::allocate_zeroed(block_bytes)?,
        };
        let padding = block.as_ptr().align_offset(ALIGNMENT);
        let start = block.as_ptr().wrapping_add(padding);
        counters::buffer_born(nbytes);
        Ok(Buffer { start, nbytes, owner: Owner::Heap { block, block_bytes } })
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
        }
    }
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
        }
    }
}
