//! The one door to memory: every block of the library, handles included, comes through here.
//!
//! By default the C library's `malloc`, `calloc` and `free`; the caller may set three functions of
//! its own while no array is alive. Nothing here aborts: no memory is an error.
//!
//! The elements of one array may come from an [`Allocator`] of their own instead: `Buffer` asks that one.

use super::{counters, quarantine, spare};
use crate::error::{Error, Result};
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};

/// Returns a block of `size` bytes aligned as `malloc` aligns, or NULL.
pub type AllocateFn = unsafe extern "C-unwind" fn(size: usize, context: *mut c_void) -> *mut c_void;
/// Takes a block back, with the size it was asked for.
pub type FreeFn =
    unsafe extern "C-unwind" fn(block: *mut c_void, size: usize, context: *mut c_void);

#[derive(Clone, Copy)]
pub struct Allocator {
    pub allocate: AllocateFn,
    /// As `allocate`, with every byte zero.
    pub allocate_zeroed: AllocateFn,
    pub free: FreeFn,
    pub context: *mut c_void,
}

impl Allocator {
    /// A block of at least one byte, all zero or unset.
    ///
    /// # Safety
    /// - The functions keep their contracts.
    pub unsafe fn allocate(&self, size: usize, zeroed: bool) -> Result<NonNull<u8>> {
        let allocate = if zeroed { self.allocate_zeroed } else { self.allocate };
        // SAFETY: the caller's.
        let block = unsafe { allocate(size.max(1), self.context) };
        NonNull::new(block.cast()).ok_or(Error::NoMemory { bytes: size })
    }

    /// # Safety
    /// - The block came from this allocator with this `size`, and is not used or freed again.
    pub unsafe fn free(&self, block: NonNull<u8>, size: usize) {
        // SAFETY: the caller's.
        unsafe { (self.free)(block.as_ptr().cast(), size.max(1), self.context) }
    }
}

/// The caller's functions, valid while `IS_CUSTOM`. Written by [`set`] alone, which must not run
/// beside any other call.
struct Custom(UnsafeCell<Option<Allocator>>);

// SAFETY: `set` documents that it must not run beside any other call of the library; all other
// accesses only read.
unsafe impl Sync for Custom {}

static CUSTOM: Custom = Custom(UnsafeCell::new(None));
static IS_CUSTOM: AtomicBool = AtomicBool::new(false);

/// Sets the functions that all later blocks come from; `None` goes back to the C library's.
/// Refused while any array is alive, as its blocks could not be given back.
///
/// # Safety
/// - The functions keep their contracts, from any thread.
/// - No other call of the library runs at the same time.
pub unsafe fn set(allocator: Option<Allocator>) -> Result<()> {
    let alive = counters::snapshot().arrays_alive;
    if alive != 0 {
        return Err(Error::ArraysAlive { what: "the allocator", alive });
    }
    // What is kept there came from the allocator so far.
    quarantine::empty();
    // SAFETY: no other call runs, so nobody reads the cell.
    unsafe { *CUSTOM.0.get() = allocator };
    IS_CUSTOM.store(allocator.is_some(), Ordering::Release);
    spare::decide();
    Ok(())
}

/// Whether blocks come from functions of the caller's.
pub fn is_custom() -> bool {
    IS_CUSTOM.load(Ordering::Acquire)
}

#[inline]
fn custom() -> Option<Allocator> {
    if !IS_CUSTOM.load(Ordering::Acquire) {
        return None;
    }
    // SAFETY: only `set` writes, and it runs beside no other call.
    unsafe { *CUSTOM.0.get() }
}

/// A block of at least one byte, contents unset.
pub fn allocate(size: usize) -> Result<NonNull<u8>> {
    let block = match custom() {
        // SAFETY: `malloc` takes any size.
        None => with_huge_pages(unsafe { libc::malloc(size.max(1)) }, size),
        // SAFETY: the caller of `set` promised a working function.
        Some(custom) => return unsafe { custom.allocate(size, false) },
    };
    NonNull::new(block.cast()).ok_or(Error::NoMemory { bytes: size })
}

/// A block of at least one byte, all zero.
pub fn allocate_zeroed(size: usize) -> Result<NonNull<u8>> {
    let block = match custom() {
        // SAFETY: `calloc` takes any size.
        None => with_huge_pages(unsafe { libc::calloc(size.max(1), 1) }, size),
        // SAFETY: the caller of `set` promised a working function.
        Some(custom) => return unsafe { custom.allocate(size, true) },
    };
    NonNull::new(block.cast()).ok_or(Error::NoMemory { bytes: size })
}

/// Asks for huge pages under a large block, as NumPy does: the kernel then clears 2 MiB at a time, which
/// makes the first writing several times as fast. What it answers changes no result.
fn with_huge_pages(block: *mut c_void, size: usize) -> *mut c_void {
    #[cfg(target_os = "linux")]
    if size >= 4 << 20 && !block.is_null() {
        const PAGE: usize = 4096;
        let skipped = block.cast::<u8>().align_offset(PAGE);
        // SAFETY: whole pages of a block that nobody else knows of; the advice changes no byte.
        unsafe {
            libc::madvise(block.add(skipped), (size - skipped) & !(PAGE - 1), libc::MADV_HUGEPAGE);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = size;
    block
}

/// Gives a block back.
///
/// # Safety
/// - The block came from this module with this `size`, and is not used or freed again.
#[inline]
pub unsafe fn free(block: NonNull<u8>, size: usize) {
    match custom() {
        // SAFETY: the block came from `malloc` or `calloc`: the allocator does not change while
        // a block is alive.
        None => unsafe { libc::free(block.as_ptr().cast()) },
        // SAFETY: as above, from the custom functions.
        Some(custom) => unsafe { custom.free(block, size) },
    }
}

/// Memory for the length of one call.
pub struct Scratch {
    block: NonNull<u8>,
    size: usize,
}

impl Scratch {
    pub fn new(size: usize) -> Result<Scratch> {
        Ok(Scratch { block: allocate(size)?, size })
    }

    pub fn start(&self) -> *mut u8 {
        self.block.as_ptr()
    }

    /// Makes every byte 0.
    pub fn clear(&self) {
        // SAFETY: the block has that many bytes, which are this one's alone.
        unsafe { self.start().write_bytes(0, self.size) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: the block came from `allocate` with this size and is freed here alone.
        unsafe { free(self.block, self.size) }
    }
}
