//! Algorithms over vectors of any width that move bytes within one memory: what is read may be what
//! is written. As in `vector.rs`, nothing here names an instruction set.

use super::vector::{Vector, turned_lanes, unrolled};
use crate::transfer::copy::copy_part_of_line;
use std::mem::MaybeUninit;

/// Bytes after which the processor takes two addresses for the same, until it has looked closer.
const PAGE: usize = 4096;

/// Copies bytes as `memmove` does: a [`super::Shift`].
///
/// A load right behind a store waits for it if their addresses differ by little more than a multiple of a
/// page. Where the two sides share no byte, the direction is the one in which they do not; `memmove`
/// takes no heed, and was seven times slower between the rows of a picture.
///
/// # Safety
///
/// As [`super::Shift`].
#[inline(always)]
pub(super) unsafe fn shift<V: Vector<LANES>, const LANES: usize>(
    source: *const u8,
    target: *mut u8,
    bytes: usize,
) {
    // Four vectors at a time, all of them read before the first is written.
    let step = const { 4 * LANES * 16 };
    let way = target.addr().wrapping_sub(source.addr());
    // SAFETY: the caller's.
    unsafe {
        if bytes < 2 * step {
            std::ptr::copy(source, target, bytes);
        } else if way < bytes {
            downwards::<V, LANES>(source, target, bytes);
        } else if way.wrapping_neg() < bytes || way % PAGE >= PAGE / 2 {
            upwards::<V, LANES>(source, target, bytes);
        } else {
            downwards::<V, LANES>(source, target, bytes);
        }
    }
}

/// From the first byte on; the vectors that are written lie at multiples of their size.
///
/// What the two ends need is read first and written last, over bytes that are the same already.
///
/// # Safety
///
/// - As [`shift`], for eight vectors or more; the target does not begin within the source.
#[inline(always)]
unsafe fn upwards<V: Vector<LANES>, const LANES: usize>(
    source: *const u8,
    target: *mut u8,
    bytes: usize,
) {
    let (size, step) = const { (LANES * 16, 4 * LANES * 16) };
    let last = bytes - step;
    // SAFETY: all within the bytes that the caller vouches for. A write hits no byte of the source
    // behind those that have been read.
    unsafe {
        let (first, end) = (V::load(source), four::<V, LANES>(source.add(last)));
        let mut at = target.addr().wrapping_neg() % size;
        while at < last {
            store_four::<V, LANES>(four::<V, LANES>(source.add(at)), target.add(at));
            at += step;
        }
        store_four::<V, LANES>(end, target.add(last));
        first.store(target);
    }
}

/// From the last byte on.
///
/// # Safety
///
/// - As [`shift`], for eight vectors or more; the target does not end within the source.
#[inline(always)]
unsafe fn downwards<V: Vector<LANES>, const LANES: usize>(
    source: *const u8,
    target: *mut u8,
    bytes: usize,
) {
    let (size, step) = const { (LANES * 16, 4 * LANES * 16) };
    // SAFETY: as above, of the bytes before.
    unsafe {
        let (start, last) = (four::<V, LANES>(source), V::load(source.add(bytes - size)));
        let mut at = bytes - target.add(bytes).addr() % size;
        while at > step {
            at -= step;
            store_four::<V, LANES>(four::<V, LANES>(source.add(at)), target.add(at));
        }
        store_four::<V, LANES>(start, target);
        last.store(target.add(bytes - size));
    }
}

/// # Safety
///
/// Four vectors are valid to read.
#[inline(always)]
unsafe fn four<V: Vector<LANES>, const LANES: usize>(source: *const u8) -> [V; 4] {
    let size = const { LANES * 16 };
    // SAFETY: the caller's.
    unsafe {
        [
            V::load(source),
            V::load(source.add(size)),
            V::load(source.add(2 * size)),
            V::load(source.add(3 * size)),
        ]
    }
}

/// # Safety
///
/// Four vectors are valid to write.
#[inline(always)]
unsafe fn store_four<V: Vector<LANES>, const LANES: usize>(vectors: [V; 4], target: *mut u8) {
    let size = const { LANES * 16 };
    // SAFETY: the caller's.
    unsafe {
        vectors[0].store(target);
        vectors[1].store(target.add(size));
        vectors[2].store(target.add(2 * size));
        vectors[3].store(target.add(3 * size));
    }
}

/// Exchanges the bytes of two places: a [`super::Exchange`].
///
/// # Safety
///
/// As [`super::Exchange`].
#[inline(always)]
pub(super) unsafe fn exchange<V: Vector<LANES>, const LANES: usize>(
    a: *mut u8,
    b: *mut u8,
    bytes: usize,
) {
    let size = const { LANES * 16 };
    let mut at = 0;
    // SAFETY: all within the bytes that the caller vouches for.
    unsafe {
        while at + size <= bytes {
            let (of_a, of_b) = (V::load(a.add(at)), V::load(b.add(at)));
            of_b.store(a.add(at));
            of_a.store(b.add(at));
            at += size;
        }
        std::ptr::swap_nonoverlapping(a.add(at), b.add(at), bytes - at);
    }
}

/// Exchanges the items of square tiles with their mirror images: a [`super::Mirror`].
///
/// # Safety
///
/// As [`super::Mirror`], for items of `SIZE` bytes, of which 16 bytes hold `GROUP`.
#[inline(always)]
pub(super) unsafe fn mirror<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    a: *mut u8,
    b: *mut u8,
    pitch: isize,
    tiles: usize,
) where
    V: Vector<LANES>,
{
    let along = (LANES * GROUP) as isize * pitch + (LANES * 16) as isize;
    for tile in 0..tiles as isize {
        // SAFETY: the tile is one of those that the caller vouches for.
        unsafe {
            let (a, b) = (a.offset(tile * along), b.offset(tile * along));
            mirror_tile::<V, LANES, GROUP, SIZE>(a, b, pitch);
        }
    }
}

/// Exchanges the items of one tile.
///
/// It is made of strips of 16 bytes of every row. Lane `k` of vector `i` is row `k GROUP + i` of a
/// strip, so that turning the vectors within their lanes makes whole columns of them. One tile is
/// turned and kept, in the registers if they are enough, while the other is turned into its place.
///
/// # Safety
///
/// As [`mirror`].
#[inline(always)]
unsafe fn mirror_tile<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    a: *mut u8,
    b: *mut u8,
    pitch: isize,
) where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        if GROUP == 1 {
            let kept = turned_lines::<V, LANES>(a, pitch);
            let other = turned_lines::<V, LANES>(b, pitch);
            if a != b {
                store_rows::<V, LANES, LANES>(other, a, pitch);
            }
            return store_rows::<V, LANES, LANES>(kept, b, pitch);
        }
        let mut kept = [[V::load(a); GROUP]; LANES];
        unrolled!(strip in 0..LANES, {
            kept[strip] = turned_strip::<V, LANES, GROUP, SIZE>(a.add(strip * 16), pitch);
        });
        if a != b {
            unrolled!(strip in 0..LANES, {
                let turned = turned_strip::<V, LANES, GROUP, SIZE>(b.add(strip * 16), pitch);
                store_rows(turned, a.offset((strip * GROUP) as isize * pitch), pitch);
            });
        }
        unrolled!(strip in 0..LANES, {
            store_rows(kept[strip], b.offset((strip * GROUP) as isize * pitch), pitch);
        });
    }
}

/// A tile of items as large as a lane. Of rows that are read lane by lane the compiler would write each
/// lane for itself (complex128 256 x 256: 77 GB/s so, and 90 by whole vectors).
///
/// # Safety
///
/// As [`mirror`].
#[inline(always)]
unsafe fn turned_lines<V, const LANES: usize>(source: *const u8, pitch: isize) -> [V; LANES]
where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        let mut rows = [V::load(source); LANES];
        unrolled!(at in 0..LANES, { rows[at] = V::load(source.offset(at as isize * pitch)) });
        V::exchange_lanes(rows)
    }
}

/// # Safety
///
/// As [`mirror`], for 16 bytes of each row of a tile.
#[inline(always)]
unsafe fn turned_strip<V, const LANES: usize, const GROUP: usize, const SIZE: usize>(
    source: *const u8,
    pitch: isize,
) -> [V; GROUP]
where
    V: Vector<LANES>,
{
    let lanes = GROUP as isize * pitch;
    // SAFETY: the caller's.
    unsafe {
        let mut rows = [V::load_lanes(source, lanes); GROUP];
        unrolled!(at in 0..GROUP, {
            rows[at] = V::load_lanes(source.offset(at as isize * pitch), lanes);
        });
        turned_lanes::<V, LANES, GROUP, SIZE>(rows)
    }
}

/// # Safety
///
/// A vector is valid to write in each row.
#[inline(always)]
unsafe fn store_rows<V, const LANES: usize, const GROUP: usize>(
    rows: [V; GROUP],
    target: *mut u8,
    pitch: isize,
) where
    V: Vector<LANES>,
{
    // SAFETY: the caller's.
    unsafe {
        unrolled!(at in 0..GROUP, { rows[at].store(target.offset(at as isize * pitch)) });
    }
}

/// The most bytes of a line of a block: of bytes, which make a block of as many lines, half as many as of
/// other items.
pub(super) const fn longest_line(size: usize) -> usize {
    if size == 1 { 128 } else { 256 }
}

/// Where a block of any items fits: 128 lines of 256 bytes.
#[repr(align(64))]
struct Stage(MaybeUninit<[u8; 128 * 256]>);

/// Exchanges a block with its mirror image: a [`super::MirrorBlock`].
///
/// The image is read and turned. Then each line of the block changes places with one of those; what has
/// come of the block is turned, and written where the image was.
///
/// # Safety
///
/// - As [`super::MirrorBlock`], for items of `size` bytes.
/// - `turn` is a [`super::Mirror`] for such items, in tiles of `edge`.
#[inline(always)]
pub(super) unsafe fn mirror_block<V: Vector<LANES>, const LANES: usize>(
    (a, b): (*mut u8, *mut u8),
    pitch: isize,
    (rows, columns): (usize, usize),
    size: usize,
    (turn, edge): (super::Mirror, usize),
) {
    let line = longest_line(size);
    let mut stage = Stage(MaybeUninit::uninit());
    let stage = stage.0.as_mut_ptr().cast::<u8>();
    let tiles = rows.max(columns).div_ceil(edge);
    let at = |index: usize| (index as isize * pitch, index * line);
    // SAFETY: the lines are the caller's, and fit in the stage; so do the tiles, whose edge divides that
    // of the largest block.
    unsafe {
        if rows != columns || rows % edge != 0 {
            stage.write_bytes(0, tiles * edge * line); // What is turned must be something.
        }
        let turn = || {
            for tile in 0..tiles {
                let (right, down) = (tile * edge * size, tile * edge * line);
                turn(stage.add(right), stage.add(down), line as isize, tiles - tile);
            }
        };
        for index in 0..columns {
            let (from, to) = at(index);
            copy_line::<V, LANES>(b.offset(from), stage.add(to), rows * size);
        }
        turn();
        if a != b {
            for index in 0..rows {
                let (from, to) = at(index);
                exchange::<V, LANES>(a.offset(from), stage.add(to), columns * size);
            }
            turn();
        }
        for index in 0..columns {
            let (to, from) = at(index);
            copy_line::<V, LANES>(stage.add(from), b.offset(to), rows * size);
        }
    }
}

/// # Safety
///
/// So many bytes are valid on either side, and none is on both.
#[inline(always)]
unsafe fn copy_line<V: Vector<LANES>, const LANES: usize>(
    source: *const u8,
    target: *mut u8,
    bytes: usize,
) {
    let size = const { LANES * 16 };
    let mut at = 0;
    // SAFETY: the caller's; less than a vector is left.
    unsafe {
        while at + size <= bytes {
            V::load(source.add(at)).store(target.add(at));
            at += size;
        }
        copy_part_of_line(source.add(at), target.add(at), bytes - at);
    }
}

/// Makes `shift` and `exchange` for a [`super::Table`].
macro_rules! shifting {
    ($vector:ty, $lanes:literal, #[$feature:meta]) => {
        /// # Safety
        ///
        /// As [`Shift`](crate::transfer::isa::Shift).
        #[$feature]
        unsafe fn shift(source: *const u8, target: *mut u8, bytes: usize) {
            // SAFETY: the caller's.
            unsafe { crate::transfer::isa::within::shift::<$vector, $lanes>(source, target, bytes) }
        }

        /// # Safety
        ///
        /// As [`Exchange`](crate::transfer::isa::Exchange).
        #[$feature]
        unsafe fn exchange(a: *mut u8, b: *mut u8, bytes: usize) {
            // SAFETY: the caller's.
            unsafe { crate::transfer::isa::within::exchange::<$vector, $lanes>(a, b, bytes) }
        }
    };
}

/// Makes `mirroring` for a [`super::Table`].
macro_rules! mirroring {
    ($vector:ty, $lanes:literal, #[$feature:meta]) => {
        fn mirroring(itemsize: usize) -> Option<crate::transfer::isa::Mirroring> {
            use crate::transfer::isa::{Mirror, MirrorBlock, Mirroring, within::longest_line};
            let (run, run_block): (Mirror, MirrorBlock) = match itemsize {
                1 => (mirror::<16, 1>, mirror_block::<16, 1>),
                2 => (mirror::<8, 2>, mirror_block::<8, 2>),
                4 => (mirror::<4, 4>, mirror_block::<4, 4>),
                8 => (mirror::<2, 8>, mirror_block::<2, 8>),
                16 => (mirror::<1, 16>, mirror_block::<1, 16>),
                _ => return None,
            };
            let (edge, block) = ($lanes * 16 / itemsize, longest_line(itemsize) / itemsize);
            Some(Mirroring { run, edge, run_block, block })
        }

        /// # Safety
        ///
        /// As [`MirrorBlock`](crate::transfer::isa::MirrorBlock), for items of `SIZE` bytes, of which 16
        /// bytes hold `GROUP`.
        #[$feature]
        unsafe fn mirror_block<const GROUP: usize, const SIZE: usize>(
            a: *mut u8,
            b: *mut u8,
            pitch: isize,
            rows: usize,
            columns: usize,
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::isa::within::mirror_block::<$vector, $lanes>(
                    (a, b),
                    pitch,
                    (rows, columns),
                    SIZE,
                    (mirror::<GROUP, SIZE>, $lanes * 16 / SIZE),
                )
            }
        }

        /// # Safety
        ///
        /// As [`Mirror`](crate::transfer::isa::Mirror), for items of `SIZE` bytes, of which 16 bytes
        /// hold `GROUP`.
        #[$feature]
        unsafe fn mirror<const GROUP: usize, const SIZE: usize>(
            a: *mut u8,
            b: *mut u8,
            pitch: isize,
            tiles: usize,
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::isa::within::mirror::<$vector, $lanes, GROUP, SIZE>(
                    a, b, pitch, tiles,
                )
            }
        }
    };
}

pub(super) use {mirroring, shifting};
