//! Which axis the kernels run along, and how the loops are cut so that memory is read and written
//! by whole cache lines.
//!
//! Kernels run along one axis. The target's smallest step is the natural choice, and right
//! whenever the source's smallest step is on the same axis. Two cases need more:
//!
//! - *The axis is short* (pixels of three channels): a call for every three elements costs more
//!   than the elements. The kernels run along the next long axis instead, in blocks, and the
//!   short axes are repeated within a block while it is in the cache.
//! - *The source's smallest step is on another axis* (a transpose): whichever of the two axes the
//!   kernels follow, one side uses a single element of each cache line it touches. Blocks of both
//!   axes keep the lines in the cache until they are used up. Where both axes are long, even that
//!   fails when the strides are powers of two, because all lines of a block then compete for the
//!   same few places in the cache; so each tile is first gathered into a small dense buffer.

use super::kernel::{self, Kernel};
use super::walk::{Axis, Nest, Place, each_place};
use crate::dtype::DType;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

/// Elements of an axis, below which one kernel call for all of them costs more than moving each
/// for itself. Measured: half a cache line or so.
fn short(itemsize: usize) -> isize {
    (48 / itemsize.max(2)) as isize
}

/// Elements in a block whose axes are visited more than once: both sides fit in the first cache.
const BLOCK: isize = 1024;

/// However much is repeated, pieces are worth a call.
const MIN_BLOCK: isize = 16;

/// The largest items that are moved by tiles; larger ones use up a cache line nearly alone.
const MAX_TILED: usize = 32;

/// How the loops of a [`Nest`] are driven; its axes are in the order that the plan needs.
pub(super) enum Plan {
    Rows(Rows),
    /// Square tiles of `edge` elements over the first two axes, by way of a dense buffer. The
    /// target's smallest step is on the first, the source's on the second.
    Tiles {
        edge: isize,
    },
}

/// Kernels run along the first axis in pieces of `block` elements; the next `within` axes are
/// visited for each piece, all others outside.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    block: isize,
    within: usize,
}

impl Plan {
    /// The fewest cache lines and the longest runs; `itemsize` is that of the larger type.
    pub fn fastest(nest: &mut Nest, itemsize: usize) -> Plan {
        nest.sort_by_target();
        nest.merge();
        if itemsize > MAX_TILED || !brings_transposed_axis_second(nest) {
            return Plan::Rows(Rows::along_a_long_axis(nest, itemsize));
        }
        let edge = tile_edge(itemsize);
        if nest.axes[..2].iter().all(|axis| axis.extent >= edge) {
            return Plan::Tiles { edge };
        }
        Plan::Rows(Rows::along_the_longer_of_two(nest))
    }
}

impl Rows {
    /// C order of the index.
    pub fn in_order(nest: &mut Nest) -> Rows {
        nest.merge();
        Rows::blocked(&nest.axes, 0)
    }

    /// As [`Plan::fastest`], for whoever has no use for tiles.
    pub fn fastest(nest: &mut Nest, itemsize: usize) -> Rows {
        nest.sort_by_target();
        nest.merge();
        match brings_transposed_axis_second(nest) {
            true => Rows::along_the_longer_of_two(nest),
            false => Rows::along_a_long_axis(nest, itemsize),
        }
    }

    fn along_the_longer_of_two(nest: &mut Nest) -> Rows {
        if nest.axes[0].extent < nest.axes[1].extent {
            nest.axes.swap(0, 1);
        }
        Rows::blocked(&nest.axes, 1)
    }

    fn along_a_long_axis(nest: &mut Nest, itemsize: usize) -> Rows {
        let is_long = |axis: &Axis| axis.extent >= short(itemsize);
        let within = nest.axes.iter().position(is_long).unwrap_or(0);
        nest.axes[..=within].rotate_right(1);
        Rows::blocked(&nest.axes, within)
    }

    fn blocked(axes: &[Axis], within: usize) -> Rows {
        let extents = axes[1..=within].iter().map(|axis| axis.extent);
        let repeated = extents.fold(1, isize::saturating_mul);
        let block = if within == 0 { axes[0].extent } else { (BLOCK / repeated).max(MIN_BLOCK) };
        Rows { block, within }
    }

    /// Calls `visit` with the beginning and the length of every piece along the first axis.
    pub fn each<B>(
        self,
        nest: &Nest,
        mut visit: impl FnMut(Place, usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let (along, others) = (nest.axes[0], &nest.axes[1..]);
        let (within, outside) = others.split_at(self.within);
        each_place(outside, nest.start, &mut |place| {
            each_piece(along.extent, self.block, |start, count| {
                each_place(within, place.step(&along, start), &mut |place| {
                    visit(place, count as usize)
                })
            })
        })
    }
}

/// Whether the source's smallest step is not on the first axis; if so, makes it the second.
fn brings_transposed_axis_second(nest: &mut Nest) -> bool {
    let moving = nest.axes.iter().enumerate().filter(|(_, axis)| axis.source != 0);
    let nearest = moving.min_by_key(|(_, axis)| axis.source.unsigned_abs());
    match nearest {
        Some((nearest, _)) if nearest != 0 && nest.axes[0].source != 0 => {
            nest.axes[1..=nearest].rotate_right(1);
            true
        }
        _ => false,
    }
}

/// Whole cache lines on both sides of a tile, and a tile that leaves room in the first cache.
fn tile_edge(itemsize: usize) -> isize {
    match itemsize {
        1 | 2 => 128,
        4 | 8 => 64,
        _ => 32,
    }
}

/// Cuts `0..extent` into pieces of `block`, the last one perhaps shorter.
pub(super) fn each_piece<B>(
    extent: isize,
    block: isize,
    mut visit: impl FnMut(isize, isize) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut start = 0;
    while start < extent {
        let count = block.min(extent - start);
        visit(start, count)?;
        start += count;
    }
    ControlFlow::Continue(())
}

/// # Safety
///
/// - `kernel` moves elements of the types that the two sides of `nest` have.
/// - Every element of `nest` is valid, as [`super::move_elements`] asks.
pub(super) unsafe fn move_rows(nest: &Nest, rows: Rows, kernel: Kernel) {
    let along = nest.axes[0];
    let _ = rows.each(nest, |place, count| {
        // SAFETY: the elements of a piece are elements of the nest.
        unsafe { kernel.run(place.source, along.source, place.target, along.target, count) };
        ControlFlow::<()>::Continue(())
    });
}

/// Room for one tile of the source: 128 x 128 x 2, 64 x 64 x 8 or 32 x 32 x 32 bytes.
#[repr(align(64))]
struct Stage(MaybeUninit<[u8; 32768]>);

/// # Safety
///
/// - `kernel` moves elements of type `from` to the type of the target.
/// - Every element of `nest` is valid, as [`super::move_elements`] asks; it has two axes or more.
/// - `edge` is what [`tile_edge`] gives for the larger of the two types.
#[inline(never)] // The buffer would burden every small move.
pub(super) unsafe fn move_tiles(nest: &Nest, edge: isize, from: DType, kernel: Kernel) {
    let (row, column) = (nest.axes[0], nest.axes[1]);
    let mut stage = Stage(MaybeUninit::uninit());
    let buffer = stage.0.as_mut_ptr().cast::<u8>();
    let _ = each_place(&nest.axes[2..], nest.start, &mut |place| {
        each_piece(column.extent, edge, |start, columns| {
            let place = place.step(&column, start);
            each_piece(row.extent, edge, |start, rows| {
                let tile = Tile { row, column, rows, columns };
                // SAFETY: the tile lies within the nest, and its at most edge x edge elements of
                // the source fit in the buffer, which nothing else uses.
                unsafe { tile.move_through(buffer, place.step(&row, start), from, kernel) };
                ControlFlow::<()>::Continue(())
            })
        })
    });
}

/// Part of two axes: the target steps least along `row`, the source along `column`.
struct Tile {
    row: Axis,
    column: Axis,
    rows: isize,
    columns: isize,
}

impl Tile {
    /// Gathers the source along its own smallest step, then moves along the target's.
    ///
    /// # Safety
    ///
    /// - `kernel` moves elements of type `from` to the type of the target.
    /// - The tile's elements from `place` on are valid on both sides.
    /// - `buffer` has room for the tile's elements of the source, and is apart from both sides.
    unsafe fn move_through(&self, buffer: *mut u8, place: Place, from: DType, kernel: Kernel) {
        let gather = kernel::choose(from, from);
        let item = from.itemsize() as isize;
        let pitch = self.columns * item;
        for index in 0..self.rows {
            let (line, source) =
                (buffer.wrapping_offset(index * pitch), place.step(&self.row, index).source);
            // SAFETY: one line of the tile, into its line of the buffer.
            unsafe { gather.run(source, self.column.source, line, item, self.columns as usize) };
        }
        for index in 0..self.columns {
            let (line, target) =
                (buffer.wrapping_offset(index * item), place.step(&self.column, index).target);
            // SAFETY: one column of the buffer, all of it written above, into its line of the
            // target.
            unsafe { kernel.run(line, pitch, target, self.row.target, self.rows as usize) };
        }
    }
}
