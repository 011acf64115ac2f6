//! Transposes: the target's smallest step is along one axis, the source's along another.
//!
//! Whichever of the two axes a loop follows, one side uses a single element of each cache line that it
//! touches. So the two axes are cut into blocks that fit the first cache, and a block goes through at
//! most three steps, each of which reads and writes runs of neighbours:
//!
//! ```text
//! source ──gather──> a dense block ──turn──> a dense block ──scatter──> target
//! ```
//!
//! - *Gather* converts, and brings together what does not lie side by side. If there is neither to do,
//!   the block is turned where it lies.
//! - *Turn* is a kernel of the instruction set, or else strided copies out of the gathered block.
//! - *Scatter* is for a target that is written past the caches, where turning does not make whole cache
//!   lines of it; and for items of one or two bytes, of which one tile makes but a part of a line: where lines of the target lie a power
//!   of two apart they compete for the same few places in the cache, and would be evicted before
//!   they are complete. Else the block is turned straight into the target.

use super::isa::{self, Stream, Turning};
use super::kernel::{self, Kernel};
use super::walk::{Axis, Nest, Place, each_place};
use crate::dtype::DType;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

/// The largest items that are moved by tiles; larger ones use up a cache line nearly alone.
pub(super) const MAX_TILED: usize = 32;

/// The fewest elements along each of both axes for which tiles pay, where strided copies turn them.
const FEWEST: isize = 32;

/// Lines of the source in a block.
const ROWS: usize = 256;

/// Bytes that a block has of each of them, about: one cache line.
const RUN: usize = 64;

/// Bytes of those lines that are moved before the next lines: while it is used, a page of the source
/// stays among those whose address the processor remembers.
const STRIP: usize = 4096;

/// Bytes between the lines of a turned block, beyond what the lines need: without them, lines would be
/// a power of two apart.
const GAP: usize = 64;

/// Room for a dense block.
#[repr(align(64))]
struct Stage<const BYTES: usize>(MaybeUninit<[u8; BYTES]>);

const GATHERED: usize = ROWS * RUN;
const TURNED: usize = (ROWS + GAP) * RUN;

/// Whether two axes of these extents are worth tiles.
pub(super) fn pay(extents: [isize; 2], itemsize: usize) -> bool {
    let fewest = match (isa::table().turning)(itemsize) {
        Some(turning) => turning.rows.max(turning.columns) as isize,
        None => FEWEST,
    };
    itemsize <= MAX_TILED && extents.iter().all(|&extent| extent >= fewest)
}

/// Moves a nest of which the first two axes are cut into blocks: the target's smallest step is on the
/// first, the source's on the second.
///
/// # Safety
///
/// - `convert` moves elements of type `from`, the source's, to type `to`, the target's.
/// - Every element of `nest` is valid, as [`super::move_elements`] asks; it has two axes or more.
/// - The larger of the two types has at most [`MAX_TILED`] bytes.
#[inline(never)] // The dense blocks would burden every small move.
pub(super) unsafe fn move_tiles(
    nest: &Nest,
    (from, to): (DType, DType),
    convert: Kernel,
    stream: Option<Stream>,
) {
    let (row, column) = (nest.axes[0], nest.axes[1]);
    let mut gathered = Stage::<GATHERED>(MaybeUninit::uninit());
    let mut turned = Stage::<TURNED>(MaybeUninit::uninit());
    let item = to.itemsize();
    let turning = (isa::table().turning)(item);
    let tiles = Tiles {
        row,
        column,
        item: item as isize,
        convert,
        same: kernel::choose(to, to),
        turning,
        gathers: from != to || column.source != item as isize || turning.is_none(),
        scatters: stream.is_some() || item < 4 || row.target != item as isize,
        stream,
        gathered: gathered.0.as_mut_ptr().cast(),
        turned: turned.0.as_mut_ptr().cast(),
    };
    let (rows, columns) = (ROWS as isize, (RUN / item) as isize);
    let (fewest_rows, fewest_columns) = turning.map_or((1, 1), |it| (it.rows, it.columns));
    let strip = (STRIP / item) as isize;
    let _ = each_place(&nest.axes[2..], nest.start, &mut |place| {
        each_block(column.extent, strip, fewest_columns as isize, |start, strip| {
            let place = place.step(&column, start);
            each_block(row.extent, rows, fewest_rows as isize, |start, rows| {
                let place = place.step(&row, start);
                each_block(strip, columns, fewest_columns as isize, |start, columns| {
                    // SAFETY: the block lies within the nest, and fits in either dense block.
                    unsafe { tiles.move_block(place.step(&column, start), rows, columns) };
                });
            });
        });
        ControlFlow::<()>::Continue(())
    });
    if stream.is_some() {
        (isa::table().settle)();
    }
}

/// Cuts `0..extent` into pieces of `block`. The last is not shorter than `fewest`, if the extent is
/// not: it reaches back over the piece before.
fn each_block(extent: isize, block: isize, fewest: isize, mut visit: impl FnMut(isize, isize)) {
    let mut start = 0;
    while start < extent {
        let count = (extent - start).min(block);
        let back = (fewest - count).clamp(0, start);
        visit(start - back, count + back);
        start += count;
    }
}

struct Tiles {
    /// Along which the target steps least.
    row: Axis,
    /// Along which the source does.
    column: Axis,
    /// The size of an item of the target, and of the dense blocks.
    item: isize,
    convert: Kernel,
    same: Kernel,
    turning: Option<Turning>,
    gathers: bool,
    scatters: bool,
    stream: Option<Stream>,
    gathered: *mut u8,
    turned: *mut u8,
}

impl Tiles {
    /// # Safety
    ///
    /// - The block's elements from `place` on are valid on both sides.
    /// - It has at most [`ROWS`] lines of [`RUN`] bytes.
    unsafe fn move_block(&self, place: Place, rows: isize, columns: isize) {
        let (source, pitch) = match self.gathers {
            // SAFETY: the caller's.
            true => unsafe { self.gather(place, rows, columns) },
            false => (place.source, self.row.source),
        };
        let fits = |it: &Turning| rows as usize >= it.rows && columns as usize >= it.columns;
        let Some(turning) = self.turning.filter(fits) else {
            // SAFETY: the caller's; the columns of the block are its items one line apart.
            return unsafe { self.copy_columns(source, pitch, place.target, rows, columns) };
        };
        let (n_rows, n_columns) = (rows as usize, columns as usize);
        // SAFETY: the block is large enough to turn, and dense along its lines on both sides.
        unsafe {
            if let Some(stream) = turning.stream.filter(|_| self.streams_from(place, rows)) {
                let to = self.column.target;
                return stream(source, pitch, place.target, to, n_rows, n_columns);
            }
            if !self.scatters {
                let to = self.column.target;
                return (turning.run)(source, pitch, place.target, to, n_rows, n_columns);
            }
            let turned_pitch = rows * self.item + GAP as isize;
            (turning.run)(source, pitch, self.turned, turned_pitch, n_rows, n_columns);
            self.scatter(turned_pitch, place.target, rows, columns);
        }
    }

    /// Whether what is turned can be streamed as it is: it makes whole cache lines of the target.
    fn streams_from(&self, place: Place, rows: isize) -> bool {
        let lines = place.target as isize | self.column.target | (rows * self.item);
        self.stream.is_some() && self.row.target == self.item && lines % 64 == 0
    }

    /// # Safety
    ///
    /// As [`Tiles::move_block`].
    unsafe fn gather(&self, place: Place, rows: isize, columns: isize) -> (*const u8, isize) {
        let pitch = columns * self.item;
        for index in 0..rows {
            let line = self.gathered.wrapping_offset(index * pitch);
            let source = place.step(&self.row, index).source;
            // SAFETY: one line of the block.
            unsafe {
                self.convert.run(source, self.column.source, line, self.item, columns as usize);
            }
        }
        (self.gathered, pitch)
    }

    /// # Safety
    ///
    /// As [`Tiles::move_block`].
    unsafe fn copy_columns(
        &self,
        source: *const u8,
        pitch: isize,
        target: *mut u8,
        rows: isize,
        columns: isize,
    ) {
        for index in 0..columns {
            let column = source.wrapping_offset(index * self.item);
            let line = target.wrapping_offset(index.wrapping_mul(self.column.target));
            // SAFETY: one column of the block, one line of the target.
            unsafe { self.same.run(column, pitch, line, self.row.target, rows as usize) };
        }
    }

    /// # Safety
    ///
    /// As [`Tiles::move_block`]; the block has been turned.
    unsafe fn scatter(&self, pitch: isize, target: *mut u8, rows: isize, columns: isize) {
        for index in 0..columns {
            let line = self.turned.wrapping_offset(index * pitch);
            let target = target.wrapping_offset(index.wrapping_mul(self.column.target));
            // SAFETY: one line of either side; streamed lines are dense.
            unsafe {
                match self.stream {
                    Some(stream) => stream(line, target, (rows * self.item) as usize),
                    None => self.same.run(line, self.item, target, self.row.target, rows as usize),
                }
            }
        }
    }
}
