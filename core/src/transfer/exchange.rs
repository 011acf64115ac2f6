//! Elements that change places with each other: rows of two places, and arrays that are assigned their
//! own elements the other way round.
//!
//! In an array in place every element has a partner, perhaps itself, and they exchange. By what axis `0`
//! or, if nothing else is left, the first axis that has a partner of its own asks for:
//!
//! - *An axis is reversed.* The elements of its lower half have their partners in the upper half, whatever
//!   the other axes do: two sets of elements that share nothing. What lies in the middle of an odd
//!   extent is an array of one axis less.
//! - *Two axes are exchanged.* Of every plane over these two, the elements right of the diagonal have
//!   their partners left of the diagonal, of the same plane or of its own partner. On the diagonal the
//!   planes that come before their partners in memory exchange with them. A plane is cut into square
//!   tiles, which are exchanged with their mirror images, one diagonal after another: the lines of
//!   neighbours in a row or a column of tiles are often a multiple of a page apart, and a processor
//!   that has just written one of them takes the next one for the same. Planes that no cache holds are cut
//!   into blocks instead, which go by way of the stack.

use super::copy::Wide;
use super::isa::{self, Mirroring};
use super::kernel;
use super::plan::{Rows, each_piece};
use super::walk::{Axis, Nest, Place, each_place};
use crate::dtype::DType;
use crate::layout::MAX_NDIM;
use arrayvec::ArrayVec;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

/// Bytes of a piece of a row that is reversed by way of the stack.
const PIECE: usize = 4096;

/// Elements below which they are exchanged one by one.
const FEW: usize = 16;

/// Elements of the edge of a tile, where no kernel says another.
const TILE: isize = 32;

/// Tiles of the edge of a block, whose lines stay in the second cache until all of each is used. Measured:
/// half of it was a tenth slower, and an eighth half as fast.
const BLOCK: isize = 32;

/// Exchanges elements of two places.
///
/// # Safety
/// - `n` elements of a type, one stride apart, are valid on either side, and no two share a byte.
pub(super) unsafe fn exchange(
    dtype: DType,
    a: *mut u8,
    a_stride: isize,
    b: *mut u8,
    b_stride: isize,
    n: usize,
) {
    let size = dtype.itemsize() as isize;
    // SAFETY: the caller's; each type has the size of an item.
    unsafe {
        if (a_stride, b_stride) == (size, size) {
            return (isa::table().exchange)(a, b, n * size as usize);
        }
        if (a_stride, b_stride) == (size, -size) && n >= FEW && size as usize * FEW <= PIECE {
            return exchange_reversed(dtype, a, b, n);
        }
        match size {
            1 => exchange_items::<u8>(a, a_stride, b, b_stride, n),
            2 => exchange_items::<u16>(a, a_stride, b, b_stride, n),
            4 => exchange_items::<u32>(a, a_stride, b, b_stride, n),
            8 => exchange_items::<u64>(a, a_stride, b, b_stride, n),
            16 => exchange_items::<Wide>(a, a_stride, b, b_stride, n),
            3 => exchange_items::<[u8; 3]>(a, a_stride, b, b_stride, n),
            12 => exchange_items::<[u32; 3]>(a, a_stride, b, b_stride, n),
            _ => {
                for index in 0..n as isize {
                    let (a, b) = (a.offset(index * a_stride), b.offset(index * b_stride));
                    std::ptr::swap_nonoverlapping(a, b, size as usize);
                }
            }
        }
    }
}

/// # Safety
/// - As for [`exchange`].
unsafe fn exchange_items<T: Copy>(
    a: *mut u8,
    a_stride: isize,
    b: *mut u8,
    b_stride: isize,
    n: usize,
) {
    for index in 0..n as isize {
        // SAFETY: the caller's.
        unsafe {
            let a = a.offset(index * a_stride).cast::<T>();
            let b = b.offset(index * b_stride).cast::<T>();
            let item = a.read_unaligned();
            a.write_unaligned(b.read_unaligned());
            b.write_unaligned(item);
        }
    }
}

#[repr(align(64))]
struct Stage<const BYTES: usize>(MaybeUninit<[u8; BYTES]>);

/// [`exchange`] of neighbours on both sides, of which the second go down: piece by piece, each of them
/// reversed as it is read.
///
/// # Safety
/// - As for [`exchange`]; a piece has room for an element.
#[inline(never)] // The piece would burden every small exchange.
unsafe fn exchange_reversed(dtype: DType, a: *mut u8, b: *mut u8, n: usize) {
    let mut stage = Stage::<PIECE>(MaybeUninit::uninit());
    let stage = stage.0.as_mut_ptr().cast::<u8>();
    let (size, same) = (dtype.itemsize() as isize, kernel::choose(dtype, dtype));
    let _ = each_piece(n as isize, PIECE as isize / size, |start, count| {
        // SAFETY: so many elements from `a` up and from `b` down are the caller's.
        unsafe {
            let (a, b) = (a.offset(start * size), b.offset(-start * size));
            let last = (count - 1) * size;
            same.run(a.offset(last), -size, stage, size, count as usize);
            same.run(b, -size, a, size, count as usize);
            stage.copy_to_nonoverlapping(b.offset(-last), (count * size) as usize);
        }
        ControlFlow::<()>::Continue(())
    });
}

/// Exchanges the elements of the two sides of a nest.
///
/// # Safety
/// - The elements of a type are valid to read and to write on both sides, and no two share a byte.
pub(super) unsafe fn exchange_nest(nest: &mut Nest, dtype: DType) {
    let rows = Rows::fastest(nest, dtype.itemsize());
    let along = nest.axes[0];
    let _ = rows.each(nest, |place, n| {
        // SAFETY: the elements of a piece are elements of the nest.
        unsafe {
            let source = place.source.cast_mut();
            exchange(dtype, place.target, along.target, source, along.source, n);
        }
        ControlFlow::<()>::Continue(())
    });
}

/// Exchanges every element with its partner, as [`super::order::Plan::Swap`] says.
///
/// # Safety
/// - Every element of `nest` is valid to read and to write, and none shares a byte with another.
pub(super) unsafe fn swap_partners(nest: &mut Nest, partner: &[usize], dtype: DType) {
    let axes = || nest.axes.iter().zip(partner).enumerate();
    let turned = axes().position(|(at, (_, &other))| at != other);
    let reversed = axes().rposition(|(at, (axis, &other))| at == other && axis.source < 0);
    // SAFETY: the caller's.
    unsafe {
        match (turned, reversed) {
            (Some(0), _) | (Some(_), None) => {
                let first = turned.unwrap_or(0);
                swap_planes(nest, [first, partner[first]], dtype);
            }
            (_, Some(axis)) => swap_halves(nest, axis, partner, dtype),
            (None, None) => {}
        }
    }
}

/// Exchanges the lower half of an axis with the upper one.
///
/// # Safety
/// - As for [`swap_partners`]; the axis is its own partner, and reversed.
unsafe fn swap_halves(nest: &mut Nest, at: usize, partner: &[usize], dtype: DType) {
    let Axis { extent, .. } = nest.axes[at];
    let mut lower = Nest { start: nest.start, axes: ArrayVec::new() };
    lower.axes.extend(nest.axes.iter().copied());
    lower.axes[at].extent = extent / 2;
    if extent / 2 == 1 && lower.axes.len() > 1 {
        lower.axes.remove(at);
    }
    // SAFETY: the caller's; no element of the lower half is one of the upper.
    unsafe { exchange_nest(&mut lower, dtype) };
    if extent % 2 == 0 {
        return;
    }
    nest.start = nest.start.step(&nest.axes[at], extent / 2);
    nest.axes.remove(at);
    let others = partner.iter().filter(|&&other| other != at);
    let others: ArrayVec<usize, MAX_NDIM> =
        others.map(|&other| other - usize::from(other > at)).collect();
    // SAFETY: the caller's.
    unsafe { swap_partners(nest, &others, dtype) };
}

/// Exchanges the elements of planes over two axes, each the other's partner.
///
/// # Safety
/// - As for [`swap_partners`]; along the axes before the two, elements are their own partners.
unsafe fn swap_planes(nest: &mut Nest, [first, second]: [usize; 2], dtype: DType) {
    let mut row = nest.axes.remove(second);
    if row.source < 0 {
        // Both run against each other: turning one makes it a plain transpose.
        nest.start = nest.start.step(&row, row.extent - 1);
        row.target = row.target.wrapping_neg();
        row.source = row.source.wrapping_neg();
    }
    let column = nest.axes.remove(first);
    let (inner, outside) = nest.axes.split_at(first);
    let size = dtype.itemsize() as isize;
    // Pixels of a few neighbours are items.
    let item = match inner {
        [] => Some(dtype),
        [within] if within.target == size => DType::bytes((within.extent * size) as i64).ok(),
        _ => None,
    };
    let (inner, dtype) = item.map_or((inner, dtype), |item| (&[][..], item));
    let plane = Plane { inner, column, row, dtype };
    let tiles = plane.tiles();
    let _ = each_place(outside, nest.start, &mut |place| {
        // SAFETY: the caller's.
        unsafe {
            match tiles {
                Some(mirroring) if plane.exceeds_caches() => plane.swap_blocks(place, mirroring),
                Some(mirroring) => plane.swap_tiles(place, mirroring),
                None => plane.swap_rows(place),
            }
        }
        ControlFlow::<()>::Continue(())
    });
}

/// How far from the diagonal on the elements of a row exchange with their partners: those on the diagonal do
/// if the plane comes before its partner in memory, and stay if it is its own.
fn beyond(place: Place) -> isize {
    isize::from(place.target.cast_const() >= place.source)
}

/// The first diagonal of tiles or blocks that is exchanged: the main one is of such as are their own images,
/// or belongs to one of two planes.
fn first_diagonal(place: Place) -> isize {
    isize::from(place.target.cast_const() > place.source)
}

/// Elements along two axes of one extent, each with what lies along the axes within.
struct Plane<'a> {
    inner: &'a [Axis],
    column: Axis,
    row: Axis,
    dtype: DType,
}

impl Plane<'_> {
    /// The kernel for its tiles, if there is one, and a tile.
    fn tiles(&self) -> Option<Mirroring> {
        let (table, itemsize) = (isa::table(), self.dtype.itemsize());
        if !self.inner.is_empty() || self.column.target != itemsize as isize {
            return None;
        }
        let mirroring = (table.mirroring)(itemsize)?;
        (self.column.extent >= mirroring.edge as isize).then_some(mirroring)
    }

    /// The place of an element, and that of its partner.
    fn at(&self, place: Place, row: isize, column: isize) -> (*mut u8, *mut u8) {
        let to = |row: isize, column: isize| {
            row.wrapping_mul(self.row.target).wrapping_add(column.wrapping_mul(self.column.target))
        };
        let (a, b) = (place.target, place.source.cast_mut());
        (a.wrapping_offset(to(row, column)), b.wrapping_offset(to(column, row)))
    }

    /// Whether lines are better read and written whole, by way of the stack: no cache holds the plane, or not
    /// the second, and tiles would use small parts of lines (uint8 2048 x 2048: 13 GB/s, and 29 so) or parts
    /// of two (float32 1025 x 1025: 12, and 28 so).
    fn exceeds_caches(&self) -> bool {
        let bytes = self.column.extent.saturating_mul(self.row.target.saturating_abs());
        let in_parts = self.dtype.itemsize() <= 2 || self.row.target % 64 != 0;
        let third_cache = isa::cache::streaming_from() as isize;
        bytes > if in_parts { isa::cache::SECOND_CACHE.min(third_cache) } else { third_cache }
    }

    /// Exchanges blocks with their mirror images, one diagonal after another.
    ///
    /// # Safety
    /// - The elements of the plane at this place, and of its partner, are valid.
    unsafe fn swap_blocks(&self, place: Place, mirroring: Mirroring) {
        let (edge, pitch, extent) = (mirroring.block as isize, self.row.target, self.column.extent);
        let size = self.dtype.itemsize() as isize;
        let count = extent.div_euclid(edge) + isize::from(extent % edge != 0);
        for diagonal in first_diagonal(place)..count {
            for row in 0..count - diagonal {
                let (row, column) = (row * edge, (row + diagonal) * edge);
                let (rows, columns) = (edge.min(extent - row), edge.min(extent - column));
                let (a, b) = self.at(place, row, column);
                if column + edge < extent {
                    // The lines of the next are on their way while these are turned.
                    for line in 0..edge {
                        let next = edge * (pitch + size) + line * pitch;
                        for at in (0..edge * size).step_by(64) {
                            isa::prefetch::<2>(a.wrapping_offset(next + at));
                            isa::prefetch::<2>(b.wrapping_offset(next + at));
                        }
                    }
                }
                // SAFETY: the block lies within the plane, and its image within the partner.
                unsafe { (mirroring.run_block)(a, b, pitch, rows as usize, columns as usize) };
            }
        }
    }

    /// # Safety
    /// - The elements of the plane at this place, and of its partner, are valid.
    unsafe fn swap_tiles(&self, place: Place, mirroring: Mirroring) {
        let (edge, pitch) = (mirroring.edge as isize, self.row.target);
        let extent = self.column.extent;
        let count = extent / edge;
        let end = count * edge;
        let each_block = |rows: isize, columns: isize| {
            let (n_rows, n_columns) = (BLOCK.min(count - rows), BLOCK.min(count - columns));
            let lowest = if rows == columns { first_diagonal(place) } else { 1 - n_rows };
            for diagonal in lowest..n_columns {
                let row = (-diagonal).max(0);
                let tiles = n_rows.min(n_columns - diagonal) - row;
                let (first_row, first_column) = (rows + row, columns + row + diagonal);
                let (a, b) = self.at(place, first_row * edge, first_column * edge);
                // SAFETY: the tiles lie within the plane and its partner.
                unsafe { (mirroring.run)(a, b, pitch, tiles as usize) };
            }
        };
        for rows in (0..count).step_by(BLOCK as usize) {
            for columns in (rows..count).step_by(BLOCK as usize) {
                each_block(rows, columns);
            }
        }
        // What is left at the end of every row.
        let rows = if end < extent { extent } else { 0 };
        for row in 0..rows {
            let column = end.max(row + beyond(place));
            // SAFETY: as above.
            unsafe { self.swap_row(place, row, column, extent - column) };
        }
    }

    /// # Safety
    /// - As for [`Plane::swap_tiles`].
    unsafe fn swap_rows(&self, place: Place) {
        let extent = self.column.extent;
        let each_tile = |first_row: isize, first_column: isize| {
            let end = extent.min(first_column + TILE);
            for row in first_row..extent.min(first_row + TILE) {
                let column = first_column.max(row + beyond(place));
                // SAFETY: the caller's.
                unsafe { self.swap_row(place, row, column, end - column) };
            }
        };
        for row in (0..extent).step_by(TILE as usize) {
            for column in (row..extent).step_by(TILE as usize) {
                each_tile(row, column);
            }
        }
    }

    /// # Safety
    /// - As for [`Plane::swap_tiles`], for `n` elements right of the diagonal, or on it where it is exchanged.
    unsafe fn swap_row(&self, place: Place, row: isize, column: isize, n: isize) {
        let (target, source) = self.at(place, row, column);
        let (target_step, source_step) = (self.column.target, self.row.target);
        // SAFETY: the caller's.
        unsafe {
            if n <= 0 {
                return;
            }
            let Some((along, inner)) = self.inner.split_first() else {
                return exchange(self.dtype, target, target_step, source, source_step, n as usize);
            };
            for index in 0..n {
                let place = Place {
                    target: target.wrapping_offset(index * target_step),
                    source: source.wrapping_offset(index * source_step),
                };
                let _ = each_place(inner, place, &mut |Place { target, source }| {
                    let source = source.cast_mut();
                    let n = along.extent as usize;
                    exchange(self.dtype, target, along.target, source, along.source, n);
                    ControlFlow::<()>::Continue(())
                });
            }
        }
    }
}
