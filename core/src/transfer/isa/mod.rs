//! The kernels, one table of them for each instruction set, and the choice among the tables.
//!
//! ```text
//! table() ── portable.rs   any processor: the loops of copy.rs and convert.rs as they are
//!            avx2.rs       the same names, for vectors of 32 bytes
//!            avx512.rs     the same names, for vectors of 64 bytes
//!            neon.rs       the same names, for vectors of 16 bytes
//!              clones.rs     compiles the loops of copy.rs and convert.rs once more for a set
//!              vector.rs     algorithms over a vector of any width, and what a vector must do
//!              within.rs     more of them, for what is read and written in one memory
//!              strides.rs    items a few bytes apart
//!              rows.rs       items side by side, and one item many times
//!              channels.rs   items of a few channels
//!              runs.rs       items of any size up to 64 bytes
//!              f16c.rs       from and to float16
//!              by_hand.rs    conversions that the compiler makes less of
//!              marking.rs    items and the marks beside them, with what avx2_marking.rs brings;
//!                            avx512_marking.rs has loops of its own
//!              looking.rs    items and rows that positions pick
//!            cache.rs      from how many bytes on writes go past the caches
//! ```
//!
//! The choice is made once, at the first move, from what the processor says of itself. `NDV_ISA` in
//! the environment may name a lesser set, which is how each of them is tested on one machine; a name
//! that is not known, or a set that the processor does not have, changes nothing.
//!
//! What the tables promise is the same for all: bits move unchanged, elements lie at any address, no
//! byte but theirs is written, and none before the first or behind the last is read. Small gaps between
//! elements may be read with them.

pub(super) mod cache;
#[cfg_attr(
    not(any(target_arch = "x86_64", target_arch = "aarch64")),
    expect(dead_code, unused_macros, unused_imports, reason = "no table has kernels for channels")
)]
mod channels;
mod clones;
mod looking;
mod marking;
mod portable;
mod runs;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod vector;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod within;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx2_marking;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx512_marking;
#[cfg(target_arch = "x86_64")]
mod by_hand;
#[cfg(target_arch = "x86_64")]
mod f16c;
#[cfg(target_arch = "x86_64")]
mod rows;
#[cfg(target_arch = "x86_64")]
mod strides;

#[cfg(target_arch = "aarch64")]
mod neon;

#[cfg(all(test, unix))]
mod tests;

pub(super) use channels::{Channels, Deal, Dealing, MOST, Order, Side};
pub(super) use looking::{Bounds, Looking, Rowing};
pub(super) use marking::truths_of_eight;

use super::convert::Dense;
use super::kernel::Run;
use crate::dtype::{DType, Scalar};
use std::ffi::CStr;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Copies `rows` lines of `columns` items so that they become columns: source and the bytes from
/// line to line, target and the bytes from line to line, rows and columns of the source.
///
/// # Safety
///
/// - Rows and columns are no fewer than [`Turning`] says.
/// - The lines are valid, items side by side in each, and the two sides share no byte.
/// - The processor has the instruction set of the table.
pub(super) type Turn = unsafe fn(*const u8, isize, *mut u8, isize, usize, usize);

/// As [`Turn`], where each line begins so many bytes from the first: source and its rows' lines, target
/// and its lines, the columns.
///
/// # Safety
///
/// As [`Turn`]; the fewest rows and columns are those of the [`Folding`].
pub(super) type TurnFolded = unsafe fn(*const u8, &[isize], *mut u8, &[isize]);

/// A [`Turn`] for items of one size, and the smallest block that it can turn.
#[derive(Clone, Copy)]
pub(super) struct Turning {
    pub run: Turn,
    /// The same, past the caches, for lines of the target that begin with a cache line and rows that
    /// are a multiple of what one line holds.
    pub stream: Option<Turn>,
    /// For items of four bytes and more.
    pub folded: Option<Folding>,
    /// For items of four bytes, whose lines on either side all have the same few places in the first cache.
    pub alike: Option<Folding>,
    pub rows: usize,
    pub columns: usize,
}

/// A [`TurnFolded`] for items of one size, and the smallest block that it can turn.
#[derive(Clone, Copy)]
pub(super) struct Folding {
    pub run: TurnFolded,
    pub rows: usize,
    pub columns: usize,
}

/// Copies bytes, past the caches where it writes whole cache lines: source, target, and how many.
///
/// # Safety
///
/// - The bytes are valid on either side, and none is on both.
/// - Before another thread may know of them, there is a [`Table::settle`].
/// - The processor has the instruction set of the table.
pub(super) type Stream = unsafe fn(*const u8, *mut u8, usize);

/// Copies bytes within one memory: source, target, and how many. As if all had been read first.
///
/// # Safety
///
/// - The bytes are valid on either side, and may be on both.
/// - The processor has the instruction set of the table.
pub(super) type Shift = unsafe fn(*const u8, *mut u8, usize);

/// Copies items that lie the same bytes apart on both sides, within one memory: source, target, the bytes from
/// each item to the next, how many items, and the bytes of one. As if all had been read first.
///
/// # Safety
///
/// - The bytes from item to item are more than one has, and no more than [`SHIFTED_APART`].
/// - The items are valid on either side, there is one, and their bytes may be on both.
/// - The processor has the instruction set of the table.
pub(super) type ShiftApart = unsafe fn(*const u8, *mut u8, usize, usize, usize);

/// Where items lie further apart, too few of them share a cache line.
pub(super) const SHIFTED_APART: usize = 16;

/// Exchanges so many bytes of two places.
///
/// # Safety
///
/// - The bytes are valid on either side, and none is on both.
/// - The processor has the instruction set of the table.
pub(super) type Exchange = unsafe fn(*mut u8, *mut u8, usize);

/// Exchanges tiles with their mirror images: the first of either, the bytes from line to line, and the
/// number of tiles, of which each is one edge lower and one edge further right than the one before.
/// Item `j` of line `i` of a tile becomes item `i` of line `j` of its image.
///
/// # Safety
///
/// - The tiles, [`Mirroring::edge`] lines of as many items side by side, are valid on either side.
/// - No two of them share a byte; or each is its own image, and the two places are one.
/// - The processor has the instruction set of the table.
pub(super) type Mirror = unsafe fn(*mut u8, *mut u8, isize, usize);

/// Exchanges the items of a block with those of its mirror image, by way of the stack, so that lines which
/// compete for the same places of the first cache are read and written whole: the first of either, the
/// bytes from line to line, and how many lines and columns the block has.
///
/// # Safety
///
/// - They are no more than [`Mirroring::block`], and valid: so many lines of so many items, and as many
///   lines as there are columns on the other side.
/// - The two share no byte; or the block is its own image, and the two places are one.
/// - The processor has the instruction set of the table.
pub(super) type MirrorBlock = unsafe fn(*mut u8, *mut u8, isize, usize, usize);

/// A [`Mirror`] for items of one size, and how many make up the edge of a tile; the same for blocks.
#[derive(Clone, Copy)]
pub(super) struct Mirroring {
    pub run: Mirror,
    pub edge: usize,
    pub run_block: MirrorBlock,
    pub block: usize,
}

/// Copies the items that are meant, of sides that lie dense: source, whether that is one value for
/// all, a mark for each item, whether those that are marked are meant or the others, target, and how
/// many items there are. A byte that is 0 marks nothing, any other does.
///
/// # Safety
///
/// - Target and marks are valid for all items, the source too if it is no value, else for one; they
///   share no byte with the target.
/// - The processor has the instruction set of the table.
pub(super) type Masked = unsafe fn(*const u8, bool, *const u8, bool, *mut u8, usize);

/// Writes the marked items of a source one after the other: source, a mark for each item, how many
/// there are, target, and how many it has room for. Returns how many were written; behind them, as far
/// as there is room, may stand anything.
///
/// # Safety
///
/// - All are valid, and share no byte with the target.
/// - The processor has the instruction set of the table.
pub(super) type Compress = unsafe fn(*const u8, *const u8, usize, *mut u8, usize) -> usize;

/// Counts bytes that are not 0.
///
/// # Safety
///
/// - The bytes are valid to read.
/// - The processor has the instruction set of the table.
pub(super) type Count = unsafe fn(*const u8, usize) -> usize;

/// The kernels for one instruction set. Whoever calls one vouches that the processor has it, as it
/// does if the table came from [`table`].
pub(super) struct Table {
    pub name: &'static CStr,
    /// For items of a size that are copied as they are.
    pub same: fn(usize) -> Run,
    /// For items of a size of which each fills a row; the rows lie side by side, and the size that the
    /// [`Run`] is told is that of a row. For some sizes there is none.
    pub repeating: fn(usize) -> Option<Run>,
    /// The table whose loops are better for what is read from memory or written past the caches, by source
    /// and target, if another one's are.
    pub from_memory: fn(DType, DType) -> Option<&'static Table>,
    /// For elements that change their type, if it takes one step; see [`super::convert`].
    pub converting: fn(Scalar, Scalar) -> Option<Dense>,
    /// For blocks of items of a size; for some sizes there is none.
    pub turning: fn(usize) -> Option<Turning>,
    /// For records that have so many lanes on either side; for some numbers there is none.
    pub dealing: fn(usize, usize) -> Option<Dealing>,
    /// For items of a size that a mask marks; for some sizes there is none.
    pub masked: fn(usize) -> Option<Masked>,
    /// For items of a size that are brought together; for the same sizes.
    pub compress: fn(usize) -> Option<Compress>,
    pub count: Count,
    pub looking: Looking,
    /// None where writes cannot go past the caches.
    pub stream: Option<Stream>,
    pub shift: Shift,
    pub shift_apart: Option<ShiftApart>,
    pub exchange: Exchange,
    /// For squares of items of a size; for some sizes there is none.
    pub mirroring: fn(usize) -> Option<Mirroring>,
    /// Orders what was streamed before whatever is written next.
    pub settle: fn(),
}

/// The tables that this machine can use, the best first.
fn available() -> impl Iterator<Item = &'static Table> {
    #[cfg(target_arch = "x86_64")]
    let others = [avx512::table(), avx2::table()];
    #[cfg(target_arch = "aarch64")]
    let others = [neon::table()];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let others: [Option<&'static Table>; 0] = [];
    others.into_iter().flatten().chain([&portable::TABLE])
}

/// The table in use.
#[inline]
pub(super) fn table() -> &'static Table {
    // Two threads may both choose; they choose the same.
    let chosen = CHOSEN.load(Ordering::Relaxed);
    // SAFETY: null, or one of the tables, which live as long as the program and never change.
    unsafe { chosen.as_ref() }.unwrap_or_else(choose)
}

static CHOSEN: AtomicPtr<Table> = AtomicPtr::new(null_mut());

#[cold]
fn choose() -> &'static Table {
    // SAFETY: the name ends in NUL. As always with the environment, it must not be changed by
    // another thread at that moment.
    let asked = unsafe { libc::getenv(c"NDV_ISA".as_ptr()) };
    // SAFETY: what is not NULL is a string that ends in NUL.
    let asked = (!asked.is_null()).then(|| unsafe { CStr::from_ptr(asked) });
    let named = available().find(|table| Some(table.name) == asked);
    let table = named.or_else(|| available().next()).unwrap_or(&portable::TABLE);
    CHOSEN.store((&raw const *table).cast_mut(), Ordering::Relaxed);
    table
}

/// Asks for the cache line that this address is in, which need not be a valid one, into the first cache or
/// the second.
#[inline(always)]
pub(super) fn prefetch<const CACHE: u8>(address: *const u8) {
    const { assert!(CACHE == 1 || CACHE == 2) };
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every processor of 64 bits has it, and no address is a wrong one.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _MM_HINT_T1, _mm_prefetch};
        match CACHE {
            1 => _mm_prefetch::<_MM_HINT_T0>(address.cast()),
            _ => _mm_prefetch::<_MM_HINT_T1>(address.cast()),
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// The name of the instruction set in use.
pub fn isa() -> &'static CStr {
    table().name
}
