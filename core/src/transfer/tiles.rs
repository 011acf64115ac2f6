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
//! - *Gather* brings together what does not lie side by side, and lines of small items that lie a power
//!   of two apart: they compete for the same few places in the cache, and would be evicted before they
//!   are used up. Else the block is turned where it lies.
//! - *Turn* is a kernel of the instruction set, or else strided copies out of the gathered block.
//! - *Scatter* converts, a whole line of the target at a time, and is for a target that is written past
//!   the caches, where turning does not make whole cache lines of it. Else the block is turned straight
//!   into the target. While it writes, the lines of the next block are fetched.

use super::isa::{self, Folding, Stream, Turn, Turning};
use super::kernel::Kernel;
use super::walk::{Axis, Nest, Place, each_place};
use crate::dtype::DType;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;
use std::ptr::null_mut;

/// The largest items that are moved by tiles; larger ones use up a cache line nearly alone.
pub(super) const MAX_TILED: usize = 32;

/// The fewest elements along each of both axes for which tiles pay, where strided copies turn them.
const FEWEST: isize = 32;

/// Lines of the source in a block that goes through a dense one, and bytes of each: one cache line.
const ROWS: usize = 256;
const RUN: usize = 64;

/// Lines of bytes in a block that is turned and then streamed, as they make but short runs of the target. They
/// are gathered in parts (uint8 4097 x 4097: 512 lines 8.2 GB/s, 1024 10; half as many where lines compete,
/// 4096 x 4096: 16 and 13).
const BYTE_ROWS: usize = 4 * ROWS;

/// The same for a block that is turned from where it lies to where it belongs. Its tiles are visited
/// along diagonals, so it is wide; measured, 128 and 256 lines are slower in the second and third cache.
const DIRECT_ROWS: usize = 64;
const DIRECT_RUN: usize = 1024;

/// Bytes of those lines that are moved before the next lines: while it is used, a page of the source
/// stays among those whose address the processor remembers.
const STRIP: usize = 4096;

/// Bytes between the lines of a turned block, beyond what the lines need: without them, lines would be
/// a power of two apart.
const GAP: usize = 64;

/// Lines of the source this many bytes apart, or a multiple of it, have too few places in the first cache
/// for as many of them as a tile of small items has.
const CONFLICT: isize = 512;

/// Whether lines this far apart, or a few bytes more or less, do (4097 bytes: 6.5 GB/s, gathered 8.2).
fn competes(step: isize) -> bool {
    let nearest = (step + CONFLICT / 2).rem_euclid(CONFLICT) - CONFLICT / 2;
    nearest.abs() < 16
}

/// The same for the second cache, where lines are fetched in pairs: it is better to read fewer of them,
/// and four cache lines of each (float32 64 x 64 x 64 x 64 reversed: 0.53 of memcpy against 0.24).
const FAR: isize = 64 << 10;

/// Lines this many bytes apart, or a multiple of it, all have the same few places in the first cache. Where
/// they do on both sides, they are not moved tile by tile: each cache line would wait for the one before.
/// Lines half as far apart, or on one side only, are better moved by tiles.
const SAME_SET: isize = 4096;

/// Bytes of a cache line.
const LINE: isize = 64;

/// Room for a dense block.
#[repr(align(64))]
struct Stage<const BYTES: usize>(MaybeUninit<[u8; BYTES]>);

const GATHERED: usize = ROWS * RUN;
const TURNED: usize = (BYTE_ROWS + GAP) * RUN;

/// How many of a nest's axes make the rows of a block, and how many after them its columns.
#[derive(Clone, Copy)]
pub(super) struct Folded {
    pub rows: usize,
    pub columns: usize,
}

/// Bytes of a line of the target that are worth a call, and a write past the caches. Rows that have
/// fewer are taken together with the axis on which the target goes on. Each axis more is one on which the
/// source does not: up to 1024 bytes, 6-D permutes of 100 MB and more were a tenth slower.
const LONG: isize = 512;

/// Elements from which on half a tile is worth to be made a whole one.
const WORTH_PADDING: isize = 4096;

/// Folds the axes of a nest into two, if they are worth tiles: the target's smallest step is on the
/// first axis, the source's on the second. Short axes (those of a tensor of six) take the next ones in,
/// on which the target's lines, or the source's, go on. Puts the axes in that order.
pub(super) fn fold(nest: &mut Nest, itemsize: usize) -> Option<Folded> {
    if itemsize > MAX_TILED {
        return None;
    }
    let item = itemsize as isize;
    let mut folded = Folded { rows: 1, columns: 1 };
    let (mut rows, mut columns) = (nest.axes[0].extent, nest.axes[1].extent);
    loop {
        // A line of the source that is read whole is long enough, if the target is in want of the axis.
        let rows_first = columns * item >= LINE || rows <= columns;
        if rows * item < LONG && (rows_first || columns * item >= LONG) && folded.takes_row(nest) {
            rows *= nest.axes[folded.rows - 1].extent;
        } else if columns * item < LONG && folded.takes_column(nest) {
            columns *= nest.axes[folded.rows + folded.columns - 1].extent;
        } else if rows * item < LONG && folded.takes_row(nest) {
            rows *= nest.axes[folded.rows - 1].extent;
        } else {
            break;
        }
    }
    let (fewest_rows, fewest_columns) = match (isa::table().turning)(itemsize) {
        Some(turning) => (turning.rows as isize, turning.columns as isize),
        None => (FEWEST, FEWEST),
    };
    let elements = nest.axes.iter().map(|axis| axis.extent).fold(1, isize::saturating_mul);
    let fewer = if elements < WORTH_PADDING { 1 } else { 2 };
    if rows * fewer >= fewest_rows && columns * fewer >= fewest_columns {
        // Reads are waited for, writes are not: the source goes on from block to block.
        nest.axes[folded.rows + folded.columns..]
            .sort_unstable_by_key(|it| it.source.unsigned_abs());
        return Some(folded);
    }
    // For whoever moves the nest otherwise.
    nest.axes[1..=folded.rows].rotate_right(1);
    None
}

impl Folded {
    /// Takes in the axis, if there is one, on which the target goes on after the rows.
    fn takes_row(&mut self, nest: &mut Nest) -> bool {
        let last = nest.axes[self.rows - 1];
        let next = last.target.checked_mul(last.extent);
        let (at, used) = (self.rows, self.rows + self.columns);
        let found = nest.axes[used..].iter().position(|axis| Some(axis.target) == next);
        if let Some(found) = found {
            nest.axes[at..=used + found].rotate_right(1);
            self.rows += 1;
        }
        found.is_some()
    }

    /// The same for the source and the columns.
    fn takes_column(&mut self, nest: &mut Nest) -> bool {
        let used = self.rows + self.columns;
        let last = nest.axes[used - 1];
        let next = last.source.checked_mul(last.extent);
        let found = nest.axes[used..].iter().position(|axis| Some(axis.source) == next);
        if let Some(found) = found {
            nest.axes[used..=used + found].rotate_right(1);
            self.columns += 1;
        }
        found.is_some()
    }
}

/// Moves a nest whose axes have been folded.
///
/// # Safety
///
/// - `convert` moves elements of type `from`, the source's, to type `to`, the target's.
/// - Every element of `nest` is valid, as [`super::move_elements`] asks; [`fold`] has made it.
#[inline(never)] // Few moves come here.
pub(super) unsafe fn move_tiles(
    nest: &Nest,
    folded: Folded,
    (from, to): (DType, DType),
    convert: Kernel,
    stream: Option<Stream>,
) {
    let (row_axes, axes) = nest.axes.split_at(folded.rows);
    let (column_axes, outer) = axes.split_at(folded.columns);
    let (item, to_item) = (from.itemsize() as isize, to.itemsize() as isize);
    let turning = (isa::table().turning)(from.itemsize());
    let conflicts = item < 4 && competes(row_axes[0].source);
    let (n_rows, n_columns) = (extent(row_axes), extent(column_axes));
    let (fewest_rows, fewest_columns) =
        turning.map_or((1, 1), |it| (it.rows as isize, it.columns as isize));
    // A tile that is not full is filled up in the dense blocks, with whatever they hold.
    let padded = n_rows < fewest_rows || n_columns < fewest_columns;
    let dense = (column_axes[0].source, row_axes[0].target) == (item, to_item);
    let is_folded = folded.rows > 1 || folded.columns > 1;
    if let Some(turning) = turning.filter(|_| dense && !padded && from == to && stream.is_none()) {
        let alike = row_axes[0].source % SAME_SET == 0 && column_axes[0].target % SAME_SET == 0;
        let fits = |it: &Folding| n_rows >= it.rows as isize && n_columns >= it.columns as isize;
        let alike = turning.alike.filter(|it| alike && fits(it));
        if let Some(turn) = alike.or(turning.folded.filter(|_| is_folded)) {
            // SAFETY: the caller's.
            return unsafe { turn_folded(row_axes, column_axes, item, turn, (outer, nest.start)) };
        }
    }
    // Of several axes the innermost one is turned at once, if a tile fits in it. Where lines come from
    // memory, and few of them have a place in the first cache, they are better read all at once.
    let innermost = row_axes[0].extent;
    let by_runs = (stream.is_none() || row_axes[0].source % SAME_SET != 0)
        && (fewest_rows..=ROWS as isize).contains(&innermost);
    let mut tiles = Tiles {
        row_axes,
        column_axes,
        item,
        to_item,
        source_step: column_axes[0].source,
        target_step: row_axes[0].target,
        convert,
        copies: from == to,
        outer_step: outer.first().map_or(0, |axis| axis.source),
        turning,
        gathers: column_axes[0].source != item
            || (row_axes.len() > 1 && !by_runs)
            || turning.is_none()
            || conflicts
            || padded,
        scatters: from != to
            || row_axes[0].target != to_item
            || row_axes.len() > 1
            || column_axes.len() > 1
            || padded
            || stream.is_some(),
        stream,
        padded,
        gathered: null_mut(),
        turned: null_mut(),
    };
    // SAFETY: the caller's.
    unsafe {
        match tiles.gathers || tiles.scatters {
            true => move_by_dense_blocks(&mut tiles, outer, nest.start),
            false => tiles.move_blocks(outer, nest.start, DIRECT_ROWS, DIRECT_RUN),
        }
    }
    if stream.is_some() {
        (isa::table().settle)();
    }
}

/// Turns each block from where it lies to where it belongs.
///
/// # Safety
///
/// - As [`move_tiles`], of items of this size that lie side by side on either side.
/// - There are no fewer rows and columns than can be turned.
#[inline(never)] // The tables would burden a small transpose.
unsafe fn turn_folded(
    row_axes: &[Axis],
    column_axes: &[Axis],
    item: isize,
    turn: Folding,
    (outer, start): (&[Axis], Place),
) {
    let (fewest_rows, fewest_columns) = (turn.rows as isize, turn.columns as isize);
    let (mut lines, mut places) = (Lines::uninit(), Lines::uninit());
    each_block(extent(row_axes), FOLDED, fewest_rows, |first_row, rows| {
        let lines = offsets(&mut lines, row_axes, (first_row, rows), |axis| axis.source);
        each_block(extent(column_axes), FOLDED, fewest_columns, |first_column, columns| {
            let columns = (first_column, columns);
            let places = offsets(&mut places, column_axes, columns, |axis| axis.target);
            let _ = each_place(outer, start, &mut |place| {
                let source = place.source.wrapping_offset(first_column * item);
                let target = place.target.wrapping_offset(first_row * item);
                // SAFETY: the caller's.
                unsafe { (turn.run)(source, lines, target, places) };
                ControlFlow::<()>::Continue(())
            });
        });
    });
}

/// The most rows, or columns, of a block whose lines are known one by one. Measured (float32 12 x 12 x 12
/// x 12 x 12 reversed): 64 0.61 of memcpy, 128 0.64, 256 0.68.
const FOLDED: isize = 256;

type Lines = MaybeUninit<[isize; FOLDED as usize]>;

/// How far the indices from the first on, so many, are from the first of all.
fn offsets<'a>(
    room: &'a mut Lines,
    axes: &[Axis],
    (first, count): (isize, isize),
    step: impl Fn(&Axis) -> isize,
) -> &'a [isize] {
    let (room, count) = (room.as_mut_ptr().cast::<isize>(), count.min(FOLDED));
    let (inner, extent) = (step(&axes[0]), axes[0].extent);
    let (mut at, mut left) = (0, extent - first % extent);
    while at < count {
        let start = offset(axes, first + at, &step);
        let end = count.min(at + left);
        for index in at..end {
            // SAFETY: within the room.
            unsafe { *room.offset(index) = start.wrapping_add((index - at).wrapping_mul(inner)) };
        }
        (at, left) = (end, extent);
    }
    // SAFETY: they have just been written.
    unsafe { std::slice::from_raw_parts(room, count as usize) }
}

/// # Safety
///
/// As [`move_tiles`].
#[inline(never)] // The dense blocks would burden a small transpose.
unsafe fn move_by_dense_blocks(tiles: &mut Tiles, outer: &[Axis], start: Place) {
    let mut gathered = Stage::<GATHERED>(MaybeUninit::uninit());
    let mut turned = Stage::<TURNED>(MaybeUninit::uninit());
    tiles.gathered = gathered.0.as_mut_ptr().cast();
    tiles.turned = turned.0.as_mut_ptr().cast();
    let axis = tiles.row_axes[0];
    // What is turned run by run is cut between runs, and what is streamed is better cut so.
    let by_runs = tiles.row_axes.len() > 1 && (!tiles.gathers || tiles.stream.is_some());
    let run_rows = if by_runs { axis.extent as usize } else { 1 };
    let whole = if tiles.gathers { 1 } else { run_rows };
    let (rows, run) = match tiles.stream {
        Some(_) if tiles.item == 1 && tiles.turning.is_some() => {
            (if axis.source % CONFLICT == 0 { BYTE_ROWS / 2 } else { BYTE_ROWS }, RUN)
        }
        _ if axis.source % FAR == 0 && whole <= ROWS / 4 => (ROWS / 4, 4 * RUN),
        _ => (ROWS, RUN),
    };
    let rows = if run_rows <= rows { rows / run_rows * run_rows } else { rows };
    if let Some(turning) = tiles.turning.filter(|_| tiles.padded) {
        let lines = rows.min(extent(tiles.row_axes) as usize).max(turning.rows);
        let line = run.max(turning.columns * tiles.item as usize);
        // SAFETY: within the first dense block.
        unsafe { tiles.gathered.write_bytes(0, (lines * line).min(GATHERED)) };
    }
    // SAFETY: the caller's.
    unsafe { tiles.move_blocks(outer, start, rows, run) };
}

fn extent(axes: &[Axis]) -> isize {
    axes.iter().map(|axis| axis.extent).product()
}

/// How far the index at this position, counted along all of the axes, is from the first.
#[inline(always)]
fn offset(axes: &[Axis], position: isize, step: impl Fn(&Axis) -> isize) -> isize {
    let (mut position, mut offset) = (position, 0isize);
    for axis in &axes[..axes.len() - 1] {
        offset = offset.wrapping_add(step(axis).wrapping_mul(position % axis.extent));
        position /= axis.extent;
    }
    offset.wrapping_add(step(&axes[axes.len() - 1]).wrapping_mul(position))
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

/// Rows and columns of what is folded.
#[derive(Clone, Copy)]
struct Block {
    /// Of the first row and column that there are.
    place: Place,
    first_row: isize,
    rows: isize,
    first_column: isize,
    columns: isize,
}

impl Block {
    /// So many of its lines, or those that there are.
    fn lines(&self, first: isize, count: isize) -> Block {
        let first = first.min(self.rows);
        Block { first_row: self.first_row + first, rows: count.min(self.rows - first), ..*self }
    }
}

/// On one side rows and columns each are a single axis, whatever has been folded: the target goes on
/// along the rows, the source along the columns.
struct Tiles<'a> {
    row_axes: &'a [Axis],
    column_axes: &'a [Axis],
    /// The size of an item of the source, and of the dense blocks.
    item: isize,
    to_item: isize,
    /// From column to column.
    source_step: isize,
    /// From row to row.
    target_step: isize,
    convert: Kernel,
    /// Whether that moves bits as they are.
    copies: bool,
    /// In the source, from the end of rows and columns to where they most often begin anew.
    outer_step: isize,
    turning: Option<Turning>,
    gathers: bool,
    scatters: bool,
    padded: bool,
    stream: Option<Stream>,
    gathered: *mut u8,
    turned: *mut u8,
}

impl Tiles<'_> {
    /// Cuts everything into blocks of so many lines of so many bytes.
    ///
    /// # Safety
    ///
    /// As [`move_tiles`]; blocks of that size fit in the dense ones, if these are used.
    #[inline(always)]
    unsafe fn move_blocks(&self, outer: &[Axis], start: Place, rows: usize, run: usize) {
        let (rows, columns) = (rows as isize, run as isize / self.item);
        let (fewest_rows, fewest_columns) =
            self.turning.map_or((1, 1), |it| (it.rows as isize, it.columns as isize));
        let (n_rows, n_columns) = (extent(self.row_axes), extent(self.column_axes));
        let strip = STRIP as isize / self.item;
        let _ = each_place(outer, start, &mut |place| {
            each_block(n_columns, strip, fewest_columns, |strip, strip_columns| {
                each_block(n_rows, rows, fewest_rows, |first_row, rows| {
                    each_block(strip_columns, columns, fewest_columns, |column, columns| {
                        let first_column = strip + column;
                        let block = Block { place, first_row, rows, first_column, columns };
                        // SAFETY: the block lies within the nest, and fits in either dense block.
                        unsafe { self.move_block(&block) };
                    });
                });
            });
            ControlFlow::<()>::Continue(())
        });
    }

    /// # Safety
    ///
    /// - The block's elements are valid on both sides.
    /// - If it is gathered or scattered, it has at most [`BYTE_ROWS`] lines of [`RUN`] bytes, and if it cannot
    ///   be turned, [`ROWS`].
    unsafe fn move_block(&self, block: &Block) {
        let Some(turning) = self.turning else {
            // SAFETY: the caller's; the columns of the block are its items one line apart.
            unsafe {
                let (source, pitch) = self.gather(block);
                return self.move_columns(source, pitch, block);
            }
        };
        let rows = block.rows.max(turning.rows as isize);
        let columns = block.columns.max(turning.columns as isize);
        // SAFETY: the block is large enough to turn, and dense along its lines on both sides.
        unsafe {
            let (target, to_pitch) = (self.line_of_column(block, 0), self.column_axes[0].target);
            let whole = (rows, columns) == (block.rows, block.columns);
            if whole
                && self.streams_from(target, rows)
                && let Some(stream) = turning.stream
            {
                // What is fetched of lines 4 KiB apart is evicted again (float32 4096 x 4096: 0.92 of memcpy
                // without, 0.85 so); float32 32 x 64 x 56 x 56 (0, 2, 3, 1) 0.58 without, 0.96 so.
                if self.row_axes[0].source % SAME_SET != 0 {
                    self.fetch(&self.next(block));
                }
                return self.turn(stream, block, target, to_pitch);
            }
            if !self.scatters {
                return self.turn(turning.run, block, target, to_pitch);
            }
            let turned_pitch = rows * self.item + GAP as isize;
            self.turn(turning.run, block, self.turned, turned_pitch);
            self.scatter(turned_pitch, block);
        }
    }

    /// # Safety
    ///
    /// As [`Turn`], for the block, which is gathered if need be, and filled up then; the target's rows lie side by
    /// side.
    unsafe fn turn(&self, turn: Turn, block: &Block, target: *mut u8, to_pitch: isize) {
        let (fewest_rows, fewest_columns) =
            self.turning.map_or((1, 1), |it| (it.rows as isize, it.columns as isize));
        let columns = block.columns.max(fewest_columns) as usize;
        if self.gathers {
            return each_block(block.rows, ROWS as isize, fewest_rows, |row, count| {
                let target = target.wrapping_offset(row * self.item);
                let rows = count.max(fewest_rows) as usize;
                // SAFETY: the caller's; these lines have room in the dense block.
                unsafe {
                    let (source, pitch) = self.gather(&block.lines(row, count));
                    turn(source, pitch, target, to_pitch, rows, columns);
                }
            });
        }
        let pitch = self.row_axes[0].source;
        self.each_run(block, |source, row, count| {
            let target = target.wrapping_offset(row * self.item);
            // SAFETY: the caller's; a run is no shorter than a tile.
            unsafe { turn(source, pitch, target, to_pitch, count as usize, columns) };
        });
    }

    /// Where the block's columns begin in a row of the source.
    #[inline(always)]
    fn line_of_row(&self, block: &Block, row: isize) -> *const u8 {
        let along = self.source_step.wrapping_mul(block.first_column);
        let source = block.place.source.wrapping_offset(along);
        source.wrapping_offset(offset(self.row_axes, row, |axis| axis.source))
    }

    /// Where the block's rows begin in the target, in one of its columns.
    #[inline(always)]
    fn line_of_column(&self, block: &Block, column: isize) -> *mut u8 {
        let along = self.target_step.wrapping_mul(block.first_row);
        let target = block.place.target.wrapping_offset(along);
        let column = block.first_column + column;
        target.wrapping_offset(offset(self.column_axes, column, |axis| axis.target))
    }

    /// Whether what is turned can be streamed as it is: it makes whole cache lines of the target.
    fn streams_from(&self, target: *mut u8, rows: isize) -> bool {
        let runs = match self.gathers || self.row_axes.len() == 1 {
            true => rows,
            false => self.row_axes[0].extent,
        };
        let lines = target as isize | self.column_axes[0].target | ((rows | runs) * self.item);
        self.stream.is_some()
            && self.copies
            && self.target_step == self.to_item
            && self.column_axes.len() == 1
            && lines % LINE == 0
    }

    /// Visits the lines of a block in the source, so many at once as lie equally far apart: the first,
    /// its number in the block, and how many.
    fn each_run(&self, block: &Block, mut visit: impl FnMut(*const u8, isize, isize)) {
        if self.row_axes.len() == 1 {
            return visit(self.line_of_row(block, block.first_row), 0, block.rows);
        }
        let extent = self.row_axes[0].extent;
        let mut row = 0;
        let mut count = extent - block.first_row % extent;
        while row < block.rows {
            count = count.min(block.rows - row);
            visit(self.line_of_row(block, block.first_row + row), row, count);
            row += count;
            count = extent;
        }
    }

    /// # Safety
    ///
    /// As [`Tiles::move_block`].
    unsafe fn gather(&self, block: &Block) -> (*const u8, isize) {
        let item = self.item;
        let bytes = block.columns * item;
        let pitch = bytes.max(self.turning.map_or(0, |it| it.columns as isize) * item);
        if self.source_step == item {
            // A line of the block is an item for once: a call for each would cost more than to move it.
            let run = (isa::table().same)(bytes as usize);
            let step = self.row_axes[0].source;
            self.each_run(block, |source, row, count| {
                let line = self.gathered.wrapping_offset(row * pitch);
                // SAFETY: lines of the block.
                unsafe { run(source, step, line, pitch, count as usize, bytes as usize) };
            });
            return (self.gathered, pitch);
        }
        let run = (isa::table().same)(item as usize);
        for row in 0..block.rows {
            let line = self.gathered.wrapping_offset(row * pitch);
            let source = self.line_of_row(block, block.first_row + row);
            let columns = block.columns as usize;
            // SAFETY: one line of the block.
            unsafe { run(source, self.source_step, line, item, columns, item as usize) };
        }
        (self.gathered, pitch)
    }

    /// # Safety
    ///
    /// As [`Tiles::move_block`].
    unsafe fn move_columns(&self, source: *const u8, pitch: isize, block: &Block) {
        for index in 0..block.columns {
            let column = source.wrapping_offset(index * self.item);
            let line = self.line_of_column(block, index);
            // SAFETY: one column of the block, one line of the target.
            unsafe { self.convert.run(column, pitch, line, self.target_step, block.rows as usize) };
        }
    }

    /// # Safety
    ///
    /// As [`Tiles::move_block`]; the block has been turned.
    unsafe fn scatter(&self, pitch: isize, block: &Block) {
        let next = self.stream.map(|_| self.next(block));
        // Lines are asked for while others are written, as all at once they hold up the writes (6-D float64 of
        // 151 MB: 0.85 of memcpy, and 0.93 so); not those that compete for places in the second cache
        // (float32 64 x 64 x 64 x 64 reversed: 0.41 so, and 0.53 all at once).
        let rows = match self.row_axes[0].source % FAR == 0 {
            true => block.rows,
            false => (block.rows + block.columns - 1) / block.columns,
        };
        for index in 0..block.columns {
            if let Some(next) = &next {
                self.fetch(&next.lines(index * rows, rows));
            }
            let line = self.turned.wrapping_offset(index * pitch);
            // SAFETY: one line of the turned block, one of the target.
            unsafe { self.move_line(line, self.line_of_column(block, index), block.rows as usize) };
        }
    }

    /// The block after this one.
    fn next(&self, block: &Block) -> Block {
        let (mut next, rows, columns) = (*block, extent(self.row_axes), extent(self.column_axes));
        if block.first_column + block.columns < columns {
            next.first_column += block.columns;
        } else if block.first_row + block.rows < rows {
            next.first_row += block.rows;
        } else {
            (next.first_row, next.first_column) = (0, 0);
            next.place.source = next.place.source.wrapping_offset(self.outer_step);
        }
        next
    }

    /// Asks for the cache lines of a block, with the last byte of each of its lines: where lines do not begin
    /// with a cache line, the first is here already.
    fn fetch(&self, block: &Block) {
        let step = self.row_axes[0].source;
        let last = block.columns * self.item - 1;
        self.each_run(block, |line, _, count| {
            for row in 0..count {
                let line = line.wrapping_offset(row.wrapping_mul(step));
                let mut at = last % LINE;
                while at <= last {
                    isa::prefetch::<2>(line.wrapping_offset(at));
                    at += LINE;
                }
            }
        });
    }

    /// # Safety
    ///
    /// - `rows` items at `line`, side by side, and a line of the target are valid.
    #[inline(always)]
    unsafe fn move_line(&self, line: *const u8, target: *mut u8, rows: usize) {
        let (item, to_item) = (self.item, self.to_item);
        // SAFETY: the caller's; streamed lines are dense, and what was gathered has been turned.
        unsafe {
            match self.stream {
                None => self.convert.run(line, item, target, self.target_step, rows),
                Some(stream) if self.copies => stream(line, target, rows * to_item as usize),
                Some(stream) => {
                    self.convert.run(line, item, self.gathered, to_item, rows);
                    stream(self.gathered, target, rows * to_item as usize);
                }
            }
        }
    }
}
