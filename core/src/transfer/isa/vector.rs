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
//! For items of one and two bytes these lanes are stored as they are, 16 bytes to each column: all
//! the rows that would make a column fill a vector do not fit in the registers. For larger items, as
//! many groups of rows as there are lanes are turned, and their lanes exchanged in turn, so that each
//! column is stored as a whole vector.
//!
//! A block that is no multiple of a tile ends in a tile that reaches back over the one before it and
//! writes some elements twice, both times the same.

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

    /// Writes each lane, `pitch` bytes apart.
    ///
    /// # Safety
    ///
    /// Those bytes are valid to write, at any address.
    unsafe fn store_lanes(self, target: *mut u8, pitch: isize);

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

/// Transposes `GROUP` rows within their lanes.
///
/// # Safety
///
/// `GROUP` rows, one vector of each, are valid to read.
#[inline(always)]
unsafe fn turned_group<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    source: *const u8,
    pitch: isize,
) -> [V; GROUP]
where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let mut rows = [V::load(source); GROUP];
        unrolled!(at in 0..GROUP, {
            rows[at] = V::load(source.offset(at as isize * pitch));
        });
        turned_lanes::<V, LANES, GROUP, SIZE>(rows)
    }
}

/// One tile, `GROUP` rows of a vector each, for items of one or two bytes.
///
/// # Safety
///
/// The rows are valid to read, and as many columns as a vector has items to write.
#[inline(always)]
unsafe fn turn_small<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    source: *const u8,
    source_pitch: isize,
    target: *mut u8,
    target_pitch: isize,
) where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let turned = turned_group::<V, LANES, GROUP, SIZE>(source, source_pitch);
        unrolled!(at in 0..GROUP, {
            let column = target.offset(at as isize * target_pitch);
            turned[at].store_lanes(column, GROUP as isize * target_pitch);
        });
    }
}

/// One tile of as many rows as columns, for items of four bytes and more.
///
/// # Safety
///
/// As many rows as a vector has items are valid to read, as many columns to write.
#[inline(always)]
unsafe fn turn_large<
    V,
    const LANES: usize,
    const GROUP: usize,
    const SIZE: usize,
    const STREAM: bool,
>(
    source: *const u8,
    source_pitch: isize,
    target: *mut u8,
    target_pitch: isize,
) where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let first = turned_group::<V, LANES, GROUP, SIZE>(source, source_pitch);
        let mut groups = [first; LANES];
        let mut lane = 1;
        while lane < LANES {
            let rows = source.offset((lane * GROUP) as isize * source_pitch);
            groups[lane] = turned_group::<V, LANES, GROUP, SIZE>(rows, source_pitch);
            lane += 1;
        }
        unrolled!(at in 0..GROUP, {
            let mut vectors = [groups[0][at]; LANES];
            let mut lane = 1;
            while lane < LANES {
                vectors[lane] = groups[lane][at];
                lane += 1;
            }
            let vectors = V::exchange_lanes(vectors);
            let mut lane = 0;
            while lane < LANES {
                let column = (lane * GROUP + at) as isize;
                let line = target.offset(column * target_pitch);
                if STREAM { vectors[lane].stream(line) } else { vectors[lane].store(line) }
                lane += 1;
            }
        });
    }
}

/// The smallest block that [`turn`] can turn, rows and columns.
pub(super) const fn smallest(lanes: usize, size: usize) -> (usize, usize) {
    let columns = lanes * 16 / size;
    (if size < 4 { 16 / size } else { columns }, columns)
}

/// A block, tile by tile: a [`super::Turn`].
///
/// # Safety
///
/// - As [`super::Turn`], for items of `SIZE` bytes, of which a lane holds `GROUP`.
/// - If it is to stream, `SIZE` is 4 or more, the rows are whole tiles, and the columns begin at
///   multiples of a vector's bytes.
#[inline(always)]
pub(super) unsafe fn turn<
    V,
    const LANES: usize,
    const GROUP: usize,
    const SIZE: usize,
    const STREAM: bool,
>(
    source: *const u8,
    source_pitch: isize,
    target: *mut u8,
    target_pitch: isize,
    rows: usize,
    columns: usize,
) where
    V: Vector<LANES>,
{
    const { assert!(GROUP * SIZE == 16) };
    let (tile_rows, tile_columns) = const { smallest(LANES, SIZE) };
    debug_assert!(rows >= tile_rows && columns >= tile_columns);
    let mut next_column = 0;
    while next_column < columns {
        let column = next_column.min(columns - tile_columns);
        let mut next_row = 0;
        while next_row < rows {
            let row = next_row.min(rows - tile_rows);
            // SAFETY: the tile lies within the block.
            unsafe {
                let from = source.offset(row as isize * source_pitch).add(column * SIZE);
                let to = target.offset(column as isize * target_pitch).add(row * SIZE);
                if SIZE < 4 {
                    turn_small::<V, LANES, GROUP, SIZE>(from, source_pitch, to, target_pitch);
                } else {
                    turn_large::<V, LANES, GROUP, SIZE, STREAM>(
                        from,
                        source_pitch,
                        to,
                        target_pitch,
                    );
                }
            }
            next_row += tile_rows;
        }
        next_column += tile_columns;
    }
}

/// Makes the functions of a [`super::Table`] that come from this module; the last argument is how many
/// bytes a vector has if that is a cache line, which then is streamed as it is.
macro_rules! turning {
    ($vector:ty, $lanes:literal, $streams:literal, #[$feature:meta]) => {
        fn turning(itemsize: usize) -> Option<crate::transfer::isa::Turning> {
            use crate::transfer::isa::{Turn, Turning, vector::smallest};
            let (run, stream): (Turn, Option<Turn>) = match itemsize {
                1 => (turn::<16, 1, false>, None),
                2 => (turn::<8, 2, false>, None),
                4 => (turn::<4, 4, false>, Some(turn::<4, 4, $streams>)),
                8 => (turn::<2, 8, false>, Some(turn::<2, 8, $streams>)),
                16 => (turn::<1, 16, false>, Some(turn::<1, 16, $streams>)),
                _ => return None,
            };
            let (rows, columns) = smallest($lanes, itemsize);
            Some(Turning { run, stream: stream.filter(|_| $streams), rows, columns })
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
                    source,
                    source_pitch,
                    target,
                    target_pitch,
                    rows,
                    columns,
                )
            }
        }
    };
}

pub(super) use turning;
