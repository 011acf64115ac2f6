//! Algorithms over vectors of any width. Nothing here names an instruction set: what a set brings is
//! a type that is a [`Vector`] and functions that it lets the algorithms be inlined into.
//!
//! # Transposing in registers
//!
//! A vector is one, two or four lanes of 16 bytes. Of items of `SIZE` bytes a lane holds
//! `GROUP = 16 / SIZE`. Take `GROUP` rows of a block, one vector of each. Interleaving two vectors
//! within their lanes is the one step that every set can do cheaply; a perfect shuffle does the rest:
//! interleave row `i` with row `i + GROUP / 2`, put the two halves of the result at `2 i` and
//! `2 i + 1`, and repeat `log2(GROUP)` times. Each time the bits of (row, place in the lane), taken as
//! one number, turn by one, so in the end row and place have changed sides: vector `c` then holds, in
//! lane `k`, `GROUP` rows of column `k GROUP + c`.
//!
//! ```text
//! a0 a1 a2 a3      a0 c0 a1 c1      a0 b0 c0 d0
//! b0 b1 b2 b3  ->  a2 c2 a3 c3  ->  a1 b1 c1 d1
//! c0 c1 c2 c3      b0 d0 b1 d1      a2 b2 c2 d2
//! d0 d1 d2 d3      b2 d2 b3 d3      a3 b3 c3 d3
//! ```
//!
//! For items of one and two bytes the lanes of a vector are read from as many groups of rows, 16 bytes
//! of each row, so that each column comes out as a whole vector. For larger items, whose rows are read by
//! whole vectors, as many groups of rows as there are lanes are turned, and their lanes exchanged in
//! turn. Where a vector is half a cache line, two such tiles are turned at once, one below the other.
//!
//! A block that is no multiple of a tile ends in a tile that reaches back over the one before it and
//! writes some elements twice, both times the same.

use std::mem::MaybeUninit;

/// Sixteen bytes `LANES` times.
///
/// # Safety
///
/// Every function needs the instruction set that the type stands for.
pub(super) trait Vector<const LANES: usize>: Copy {
    /// # Safety
    ///
    /// The bytes are valid to read, at any address.
    unsafe fn load(source: *const u8) -> Self;

    /// # Safety
    ///
    /// The bytes are valid to write, at any address.
    unsafe fn store(self, target: *mut u8);

    /// As [`Vector::store`], past the caches.
    ///
    /// # Safety
    ///
    /// The bytes are valid to write, at an address that is a multiple of their number.
    unsafe fn stream(self, target: *mut u8);

    /// Reads each lane, `pitch` bytes apart.
    ///
    /// # Safety
    ///
    /// Those bytes are valid to read, at any address.
    unsafe fn load_lanes(source: *const u8, pitch: isize) -> Self;

    /// In each lane, items of `SIZE` bytes of `self` and `other` in turn: first those of the lower
    /// halves of the lanes, then those of the upper.
    ///
    /// # Safety
    ///
    /// `SIZE` is 1, 2, 4 or 8.
    unsafe fn interleave<const SIZE: usize>(self, other: Self) -> (Self, Self);

    /// Lane `j` of vector `i` becomes lane `i` of vector `j`.
    ///
    /// # Safety
    ///
    /// None but the trait's.
    unsafe fn exchange_lanes(vectors: [Self; LANES]) -> [Self; LANES];
}

/// Repeats a statement for each `$at` from 0 to `$end`, which is at most 16. A loop would do, but one that
/// the compiler leaves a loop keeps in memory the vectors that it counts through.
macro_rules! unrolled {
    ($at:ident in 0..$end:expr, $body:block) => {
        unrolled!(@ $at, $end, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (@ $at:ident, $end:expr, $body:block, $($number:literal)*) => {$({
        let $at: usize = $number;
        if $at < $end $body
    })*};
}
pub(super) use unrolled;

/// The perfect shuffle of `GROUP` vectors that the module speaks of, once.
///
/// # Safety
///
/// As [`Vector::interleave`].
#[inline(always)]
unsafe fn shuffle<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    rows: [V; GROUP],
) -> [V; GROUP]
where
    V: Vector<LANES>,
{
    let mut shuffled = rows;
    unrolled!(at in 0..GROUP / 2, {
        // SAFETY: the caller's.
        let (low, high) = unsafe { rows[at].interleave::<SIZE>(rows[at + GROUP / 2]) };
        shuffled[2 * at] = low;
        shuffled[2 * at + 1] = high;
    });
    shuffled
}

/// Transposes `GROUP` rows within their lanes.
///
/// # Safety
///
/// As [`Vector::interleave`].
#[inline(always)]
pub(super) unsafe fn turned_lanes<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    rows: [V; GROUP],
) -> [V; GROUP]
where
    V: Vector<LANES>,
{
    let mut rows = rows;
    // SAFETY: the caller's.
    unsafe {
        if GROUP > 1 {
            rows = shuffle::<V, LANES, GROUP, SIZE>(rows);
        }
        if GROUP > 2 {
            rows = shuffle::<V, LANES, GROUP, SIZE>(rows);
        }
        if GROUP > 4 {
            rows = shuffle::<V, LANES, GROUP, SIZE>(rows);
        }
        if GROUP > 8 {
            rows = shuffle::<V, LANES, GROUP, SIZE>(rows);
        }
    }
    rows
}

/// Where the lines of one side of a block begin.
pub(super) trait Lines: Copy {
    /// From the block's beginning to its nth line.
    ///
    /// # Safety
    ///
    /// There are as many lines.
    unsafe fn offset(self, line: usize) -> isize;

    /// From which beginning on, and where from there, the lines from the nth on begin.
    ///
    /// # Safety
    ///
    /// There are as many lines.
    unsafe fn skip(self, line: usize) -> (isize, Self);
}

/// So many bytes from each to the next.
impl Lines for isize {
    #[inline(always)]
    unsafe fn offset(self, line: usize) -> isize {
        line as isize * self
    }

    #[inline(always)]
    unsafe fn skip(self, line: usize) -> (isize, isize) {
        (line as isize * self, self)
    }
}

/// Each so many bytes from the beginning.
impl Lines for *const isize {
    #[inline(always)]
    unsafe fn offset(self, line: usize) -> isize {
        // SAFETY: the caller's.
        unsafe { *self.add(line) }
    }

    #[inline(always)]
    unsafe fn skip(self, line: usize) -> (isize, *const isize) {
        // SAFETY: the caller's.
        unsafe { (0, self.add(line)) }
    }
}

/// Reads `GROUP` rows from the nth on, and transposes them within their lanes.
///
/// # Safety
///
/// `GROUP` rows, one vector of each, are valid to read.
#[inline(always)]
unsafe fn turned_group<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    source: *const u8,
    lines: impl Lines,
    first: usize,
) -> [V; GROUP]
where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let mut rows = [V::load(source.offset(lines.offset(first))); GROUP];
        unrolled!(at in 0..GROUP, {
            rows[at] = V::load(source.offset(lines.offset(first + at)));
        });
        turned_lanes::<V, LANES, GROUP, SIZE>(rows)
    }
}

/// One tile of `GROUP` columns, each of which makes a whole vector, for items of one or two bytes.
///
/// # Safety
///
/// As many rows as a vector has items are valid to read, `GROUP` columns to write.
#[inline(always)]
unsafe fn turn_small<
    V,
    const LANES: usize,
    const GROUP: usize,
    const SIZE: usize,
    const STREAM: bool,
>(
    (source, from): (*const u8, impl Lines),
    (target, to): (*mut u8, impl Lines),
    (row, column): (usize, usize),
) where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let ((first_row, from), (first_column, to)) = (from.skip(row), to.skip(column));
        let source = source.offset(first_row).add(column * SIZE);
        let target = target.offset(first_column).add(row * SIZE);
        // Rows of which each vector has a lane.
        let lanes = from.offset(GROUP);
        let mut rows = [V::load_lanes(source, lanes); GROUP];
        unrolled!(at in 0..GROUP, {
            rows[at] = V::load_lanes(source.offset(from.offset(at)), lanes);
        });
        let turned = turned_lanes::<V, LANES, GROUP, SIZE>(rows);
        unrolled!(at in 0..GROUP, {
            let line = target.offset(to.offset(at));
            if STREAM { turned[at].stream(line) } else { turned[at].store(line) }
        });
    }
}

/// One tile of as many rows as columns, turned, for items of four bytes and more: column `k GROUP + c` is
/// vector `k` of group `c`.
///
/// # Safety
///
/// As many rows as a vector has items are valid to read.
#[inline(always)]
unsafe fn turned_tile<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    source: *const u8,
    lines: impl Lines,
    first: usize,
) -> [[V; LANES]; GROUP]
where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let mut groups = [turned_group::<V, LANES, GROUP, SIZE>(source, lines, first); LANES];
        let mut lane = 1;
        while lane < LANES {
            let first = first + lane * GROUP;
            groups[lane] = turned_group::<V, LANES, GROUP, SIZE>(source, lines, first);
            lane += 1;
        }
        let mut columns = [[groups[0][0]; LANES]; GROUP];
        unrolled!(at in 0..GROUP, {
            let mut vectors = [groups[0][at]; LANES];
            let mut lane = 1;
            while lane < LANES {
                vectors[lane] = groups[lane][at];
                lane += 1;
            }
            columns[at] = V::exchange_lanes(vectors);
        });
        columns
    }
}

/// So many tiles, one below the other, that each column of them makes a cache line.
///
/// # Safety
///
/// `TILES` times as many rows as a vector has items are valid to read, as many columns as it has to
/// write.
#[inline(always)]
unsafe fn turn_large<
    V,
    const LANES: usize,
    const GROUP: usize,
    const SIZE: usize,
    const TILES: usize,
    const STREAM: bool,
>(
    (source, from): (*const u8, impl Lines),
    (target, to): (*mut u8, impl Lines),
    (row, column): (usize, usize),
) where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let ((first_row, from), (first_column, to)) = (from.skip(row), to.skip(column));
        let source = source.offset(first_row).add(column * SIZE);
        let target = target.offset(first_column).add(row * SIZE);
        let mut tiles = [turned_tile::<V, LANES, GROUP, SIZE>(source, from, 0); TILES];
        let mut below = 1;
        while below < TILES {
            let row = below * LANES * GROUP;
            tiles[below] = turned_tile::<V, LANES, GROUP, SIZE>(source, from, row);
            below += 1;
        }
        unrolled!(at in 0..GROUP, {
            let mut lane = 0;
            while lane < LANES {
                let line = target.offset(to.offset(lane * GROUP + at));
                let mut below = 0;
                while below < TILES {
                    let (vector, part) = (tiles[below][at][lane], line.add(below * LANES * 16));
                    if STREAM { vector.stream(part) } else { vector.store(part) }
                    below += 1;
                }
                lane += 1;
            }
        });
    }
}

/// Tiles whose rows make whole cache lines of the source, too. Lines a power of two apart, of which the
/// first cache holds few, would be evicted before the other half of them is read or written: so whole lines
/// are read to the stack, and whole lines written from there (float64 1024 x 1024, AVX2: 0.48 of memcpy
/// otherwise, and 0.68 so; 4096 x 4096, past the caches: 0.75 and 1.10).
///
/// # Safety
///
/// As [`turn_large`], for `TILES` times as many columns.
#[inline(always)]
unsafe fn turn_by_lines<
    V,
    const LANES: usize,
    const GROUP: usize,
    const SIZE: usize,
    const TILES: usize,
    const STREAM: bool,
>(
    (source, from): (*const u8, impl Lines),
    to: (*mut u8, impl Lines),
    (row, column): (usize, usize),
) where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let (first_row, from) = from.skip(row);
        let source = source.offset(first_row).add(column * SIZE);
        let mut stage = MaybeUninit::<[[V; TILES]; 16]>::uninit();
        let stage = stage.as_mut_ptr().cast::<u8>();
        let (side, line, vector) = (LANES * GROUP, TILES * LANES * 16, LANES * 16);
        unrolled!(at in 0..TILES * LANES * GROUP, {
            unrolled!(part in 0..TILES, {
                let items = source.offset(from.offset(at)).add(part * vector);
                V::load(items).store(stage.add(at * line + part * vector));
            });
        });
        let (target, lines) = to;
        let target = target.add(row * SIZE);
        unrolled!(tile in 0..TILES, {
            let (first, lines) = lines.skip(column + tile * side);
            turn_large::<V, LANES, GROUP, SIZE, TILES, STREAM>(
                (stage.cast_const().add(tile * vector), line as isize),
                (target.offset(first), lines),
                (0, 0),
            );
        });
    }
}

/// The smallest block that [`turn`] can turn, rows and columns.
pub(super) const fn smallest(lanes: usize, size: usize) -> (usize, usize) {
    let rows = lanes * 16 / size;
    (rows, if size < 4 { 16 / size } else { rows })
}

/// A block, tile by tile: a [`super::Turn`].
///
/// # Safety
///
/// - As [`super::Turn`], for items of `SIZE` bytes, of which a lane holds `GROUP`.
/// - If it is to stream, as [`super::Turning`] says.
#[inline(always)]
pub(super) unsafe fn turn<
    V,
    const LANES: usize,
    const GROUP: usize,
    const SIZE: usize,
    const STREAM: bool,
>(
    from: (*const u8, impl Lines),
    to: (*mut u8, impl Lines),
    (rows, columns): (usize, usize),
) where
    V: Vector<LANES>,
{
    let extents = (rows, columns);
    // SAFETY: the caller's.
    unsafe {
        let line = 64 / SIZE;
        if LANES != 2 || rows < line {
            turn_tiles::<V, LANES, GROUP, SIZE, 1, 1, STREAM>(from, to, extents);
        } else if SIZE < 4 || columns % line != 0 {
            turn_tiles::<V, LANES, GROUP, SIZE, 2, 1, STREAM>(from, to, extents);
        } else {
            turn_tiles::<V, LANES, GROUP, SIZE, 2, 2, STREAM>(from, to, extents);
        }
    }
}

/// As [`turn`], `TILES` tiles at a time, one below the other, and `ACROSS` side by side.
///
/// They are visited along diagonals: lines a power of two apart compete for the same few places of the
/// first cache, those of the source in tiles one below the other, those of the target in tiles side by
/// side.
///
/// # Safety
///
/// As [`turn`], for as many rows as `TILES` tiles have or more, and as many columns as `ACROSS` have.
#[inline(always)]
unsafe fn turn_tiles<
    V,
    const LANES: usize,
    const GROUP: usize,
    const SIZE: usize,
    const TILES: usize,
    const ACROSS: usize,
    const STREAM: bool,
>(
    from: (*const u8, impl Lines),
    to: (*mut u8, impl Lines),
    (rows, columns): (usize, usize),
) where
    V: Vector<LANES>,
{
    const { assert!(GROUP * SIZE == 16) };
    let (tile_rows, tile_columns) = const { smallest(LANES, SIZE) };
    let (tile_rows, tile_columns) = (TILES * tile_rows, ACROSS * tile_columns);
    debug_assert!(rows >= tile_rows && columns >= tile_columns);
    let mut first = 0;
    while first < columns {
        let (mut row, mut column) = (0, first);
        while row < rows {
            let (last_row, last_column) = (rows - tile_rows, columns - tile_columns);
            // SAFETY: the tile lies within the block.
            unsafe {
                let at = (row.min(last_row), column.min(last_column));
                if SIZE < 4 {
                    let mut below = 0;
                    while below < TILES {
                        let at = (at.0 + below * tile_rows / TILES, at.1);
                        turn_small::<V, LANES, GROUP, SIZE, STREAM>(from, to, at);
                        below += 1;
                    }
                } else if ACROSS == 1 {
                    turn_large::<V, LANES, GROUP, SIZE, TILES, STREAM>(from, to, at);
                } else {
                    turn_by_lines::<V, LANES, GROUP, SIZE, TILES, STREAM>(from, to, at);
                }
            }
            row += tile_rows;
            column += tile_columns;
            if column >= columns {
                column = 0;
            }
        }
        first += tile_columns;
    }
}

/// Bytes of each line of the target, and of each of the source, that [`turn_alike`] moves at once. Measured
/// (float32 1024 x 1024): 512 and 256 0.46 of memcpy, 256 and 256 0.39, 512 and 512 0.41, 1024 and 256 0.40,
/// 512 and 128 0.34.
#[cfg(target_arch = "x86_64")] // NEON goes tile by tile.
const ALIKE: (usize, usize) = (512, 256);

/// The smallest block that [`turn_alike`] can turn, rows and columns.
#[cfg(target_arch = "x86_64")]
pub(super) const fn smallest_alike(size: usize) -> (usize, usize) {
    (ALIKE.0 / size, ALIKE.1 / size)
}

/// A block whose lines, on either side, all have the same few places in the first cache: a
/// [`super::TurnFolded`]. A line that is fetched there waits for the one before, so several cache lines are
/// asked for of each line of the source, and several written of each of the target, by way of a stage.
///
/// # Safety
///
/// As [`turn`], for items of four bytes and more, and as many rows and columns as [`smallest_alike`] says.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) unsafe fn turn_alike<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    source: *const u8,
    rows: &[isize],
    target: *mut u8,
    columns: &[isize],
) where
    V: Vector<LANES>,
{
    /// With no more than the bytes of a line, these would lie a power of two apart.
    const PITCH: usize = ALIKE.0 + 64;
    #[repr(align(64))]
    struct Stage(MaybeUninit<[u8; PITCH * ALIKE.1 / 4]>);
    let mut stage = Stage(MaybeUninit::uninit());
    let stage = stage.0.as_mut_ptr().cast::<u8>();
    let (height, width) = const { smallest_alike(SIZE) };
    let (tile_rows, tile_columns) = const { smallest(LANES, SIZE) };
    for first_row in pieces(rows.len(), height) {
        for first_column in pieces(columns.len(), width) {
            // SAFETY: the caller's; the stage has a line for each column.
            unsafe {
                let source = source.add(first_column * SIZE);
                for row in (0..height).step_by(tile_rows) {
                    let lines = rows.as_ptr().add(first_row + row);
                    unrolled!(line in 0..tile_rows, {
                        let line = source.offset(*lines.add(line));
                        unrolled!(part in 0..ALIKE.1 / 64, {
                            super::prefetch::<1>(line.add(part * 64));
                        });
                    });
                    for column in (0..width).step_by(tile_columns) {
                        let from = (source.add(column * SIZE), lines);
                        let to = (stage.add(column * PITCH + row * SIZE), PITCH as isize);
                        turn_large::<V, LANES, GROUP, SIZE, 1, false>(from, to, (0, 0));
                    }
                }
                let target = target.add(first_row * SIZE);
                for column in 0..width {
                    let line = target.offset(*columns.as_ptr().add(first_column + column));
                    for at in (0..ALIKE.0).step_by(LANES * 16) {
                        V::load(stage.add(column * PITCH + at)).store(line.add(at));
                        // Or the compiler calls the C library for each line.
                        std::sync::atomic::compiler_fence(std::sync::atomic::Ordering::SeqCst);
                    }
                }
            }
        }
    }
}

/// Where pieces of this length begin that make up so much; the last reaches back over the one before.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn pieces(extent: usize, piece: usize) -> impl Iterator<Item = usize> {
    (0..extent).step_by(piece).map(move |start| start.min(extent - piece))
}

/// Makes the functions of a [`super::Table`] that come from this module: the vector, its lanes, whether the
/// set can stream, what [`alike`] made, perhaps of another set, and the attribute that allows its instructions.
macro_rules! turning {
    ($vector:ty, $lanes:literal, $streams:literal, $alike:expr, #[$feature:meta]) => {
        fn turning(itemsize: usize) -> Option<crate::transfer::isa::Turning> {
            use crate::transfer::isa::{Folding, Turn, TurnFolded, Turning, vector::smallest};
            let (run, stream): (Turn, Option<Turn>) = match itemsize {
                1 => (turn::<16, 1, false>, Some(turn::<16, 1, $streams>)),
                2 => (turn::<8, 2, false>, Some(turn::<8, 2, $streams>)),
                4 => (turn::<4, 4, false>, Some(turn::<4, 4, $streams>)),
                8 => (turn::<2, 8, false>, Some(turn::<2, 8, $streams>)),
                16 => (turn::<1, 16, false>, Some(turn::<1, 16, $streams>)),
                _ => return None,
            };
            let folded: Option<TurnFolded> = match itemsize {
                4 => Some(turn_folded::<4, 4>),
                8 => Some(turn_folded::<2, 8>),
                16 => Some(turn_folded::<1, 16>),
                _ => None,
            };
            let (rows, columns) = smallest($lanes, itemsize);
            let folded = folded.map(|run| Folding { run, rows, columns });
            let whole_lines = $lanes == 4 || itemsize >= 4;
            let stream = stream.filter(|_| $streams && whole_lines);
            Some(Turning { run, stream, folded, alike: $alike(itemsize), rows, columns })
        }

        /// # Safety
        ///
        /// As [`Turn`](crate::transfer::isa::Turn), for items of `SIZE` bytes, of which 16 bytes
        /// hold `GROUP`; if it streams, as [`Turning`](crate::transfer::isa::Turning) says.
        #[$feature]
        unsafe fn turn<const GROUP: usize, const SIZE: usize, const STREAM: bool>(
            source: *const u8,
            source_pitch: isize,
            target: *mut u8,
            target_pitch: isize,
            rows: usize,
            columns: usize,
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::isa::vector::turn::<$vector, $lanes, GROUP, SIZE, STREAM>(
                    (source, source_pitch),
                    (target, target_pitch),
                    (rows, columns),
                )
            }
        }

        /// # Safety
        ///
        /// As [`TurnFolded`](crate::transfer::isa::TurnFolded), for items of `SIZE` bytes, of which 16
        /// bytes hold `GROUP`.
        #[$feature]
        unsafe fn turn_folded<const GROUP: usize, const SIZE: usize>(
            source: *const u8,
            rows: &[isize],
            target: *mut u8,
            columns: &[isize],
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::isa::vector::turn::<$vector, $lanes, GROUP, SIZE, false>(
                    (source, rows.as_ptr()),
                    (target, columns.as_ptr()),
                    (rows.len(), columns.len()),
                )
            }
        }
    };
}

pub(super) use turning;

/// Makes the choice of a [`turn_alike`] by the size of the items: the vector, its lanes, and the attribute
/// that allows its instructions. Items of 8 bytes, a tile of which has but four rows, were slower so in the
/// third cache (float64 1024 x 1024: 0.5 of memcpy, 0.7 by tiles), those of 16 no faster.
#[cfg(target_arch = "x86_64")]
macro_rules! alike {
    ($vector:ty, $lanes:literal, #[$feature:meta]) => {
        pub(super) fn alike(itemsize: usize) -> Option<crate::transfer::isa::Folding> {
            let run = match itemsize {
                4 => turn_alike::<4, 4>,
                _ => return None,
            };
            let (rows, columns) = crate::transfer::isa::vector::smallest_alike(itemsize);
            Some(crate::transfer::isa::Folding { run, rows, columns })
        }

        /// # Safety
        ///
        /// As [`TurnFolded`](crate::transfer::isa::TurnFolded), for items of `SIZE` bytes, of which 16
        /// bytes hold `GROUP`.
        #[$feature]
        unsafe fn turn_alike<const GROUP: usize, const SIZE: usize>(
            source: *const u8,
            rows: &[isize],
            target: *mut u8,
            columns: &[isize],
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::isa::vector::turn_alike::<$vector, $lanes, GROUP, SIZE>(
                    source, rows, target, columns,
                )
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub(super) use alike;
