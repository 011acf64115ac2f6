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
//!   kernels follow, one side uses a single element of each cache line it touches. Where both axes
//!   are long, `tiles.rs` moves them; else blocks of both axes keep the lines in the cache until they
//!   are used up.

use super::channels::Records;
use super::isa::{self, Stream, cache};
use super::kernel::{Kernel, Run};
use super::tiles::{self, Folded};
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

/// How the loops of a [`Nest`] are driven; its axes are in the order that the plan needs.
#[derive(Clone, Copy)]
pub(super) enum Plan {
    Rows(Rows),
    Tiles(Folded),
    /// Along the first axis, records of a few items.
    Records(Records),
    /// The first axis is a row of one item, of which there is one for each step along the second.
    Repeats(Run),
}

/// Kernels run along the first axis in pieces of `block` elements; the next `within` axes are
/// visited for each piece, all others outside.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    block: isize,
    within: usize,
}

impl Plan {
    /// The fewest cache lines and the longest runs. The types, of the source and of the target, become
    /// those of larger items where it is better to move such.
    pub fn fastest(nest: &mut Nest, types: &mut (DType, DType)) -> Plan {
        nest.sort_by_target();
        nest.merge();
        if types.0 == types.1
            && let Some(run) = takes_run_as_item(nest, types.0.itemsize())
        {
            *types = (run, run);
        }
        if types.0 == types.1
            && let Some(run) = repeats_items(nest, types.0.itemsize())
        {
            return Plan::Repeats(run);
        }
        if types.0 == types.1
            && let Some(records) = Records::find(nest, types.0.itemsize())
        {
            return Plan::Records(records);
        }
        let itemsize = types.0.itemsize().max(types.1.itemsize());
        if !brings_transposed_axis_second(nest) {
            let rows = Rows::along_a_long_axis(nest, itemsize);
            nest.ascend_in_source();
            return Plan::Rows(rows);
        }
        match tiles::fold(nest, itemsize) {
            Some(folded) => Plan::Tiles(folded),
            None if itemsize > tiles::MAX_TILED => {
                Plan::Rows(Rows::along_large_items(nest, itemsize))
            }
            None => Plan::Rows(Rows::along_the_longer_of_two(nest)),
        }
    }

    /// Whether what is read and written is so much that the target does not stay in the caches; the types of
    /// the source and of the target.
    pub fn exceeds_caches(&self, nest: &Nest, (from, to): (DType, DType)) -> bool {
        let large = cache::streaming_from();
        let (along, size) = (nest.axes[0], to.itemsize());
        let least = match self {
            // What is read passes through the caches, too (float32 to uint8, 64 MiB to 16: 20 GB/s with
            // the target alone in mind, and 25 so), and with it what lies between (float32 `a[:, ::3]` of
            // 64 MiB 0.35 of memcpy, streamed 0.5). From 7/8 of the cache on most of the target would not
            // stay: to copy 28 MiB in all and then read the copy takes 0.85 ms by plain stores and 0.87
            // streamed, in pages of 4 KiB 1.53 and 1.23; the copy alone 0.61 and 0.32.
            Plan::Rows(_) if along.source != 0 => {
                let step = along.source.unsigned_abs();
                // What is picked and then converted, to no more bytes, passes two blocks already, and is not
                // faster so (float64 to int64 of `a[::2]`, 32 MiB: 0.73 and 0.69).
                let by_blocks = from != to && from.itemsize() >= size && step > from.itemsize();
                let (all, read) = match by_blocks {
                    true => (large / 3 * 5, from.itemsize()),
                    false => (large / 6 * 7, step.min(LINE).max(from.itemsize())),
                };
                all / (size + read) * size
            }
            // Nothing is read but the lines that are written, of which some are still in the cache. Of
            // memset, streamed always 0.94 to 1.0; not, in pages of 4 KiB and large ones, 32 MiB of 32
            // 1.13 and 1.5, 48 MiB 1.0 and 1.13, 64 MiB 0.94 and 1.11 to 1.2, 256 MiB 0.78 and 0.99.
            Plan::Rows(_) | Plan::Repeats(_) => 3 * large,
            // Rows are several streams, which are slowed down sooner than a copy by lines that are
            // read to be written: float32 (3, 1000000), 12 MB of 32, 1.25 so, 1.6 past the caches.
            Plan::Records(_) => large / 9 * 4,
            // Lines are read here and there, which costs more the more of the cache the target takes
            // (float32 2048 x 2048, 16 MiB of 32: 0.51 of memcpy, and 0.77 streamed).
            Plan::Tiles(_) => large / 2,
        };
        bytes(&nest.axes, size) >= least as isize
    }

    /// Whether elements that are converted lie apart, and are more than the second cache holds.
    pub fn picks_from_memory(&self, nest: &Nest, (from, to): (DType, DType)) -> bool {
        let apart = nest.axes[0].source != from.itemsize() as isize;
        let rows = matches!(self, Plan::Rows(_));
        rows && apart && from != to && bytes(&nest.axes, to.itemsize()) >= cache::SECOND_CACHE
    }

    /// Whether the target's elements lie apart.
    pub fn spreads(&self, nest: &Nest, itemsize: usize) -> bool {
        matches!(self, Plan::Rows(_)) && nest.axes[0].target.unsigned_abs() > itemsize
    }

    /// Whether the target is written by rows that lie dense, and are long enough to go past the caches.
    pub fn can_stream(&self, nest: &Nest, itemsize: usize) -> bool {
        let along = nest.axes[0];
        if itemsize > STREAMED {
            return false;
        }
        let (dense, shortest) = match self {
            Plan::Rows(_) => (1, SHORTEST_STREAMED),
            Plan::Tiles(folded) => (folded.rows, SHORTEST_STREAMED / 2),
            Plan::Records(_) => {
                return along.extent.saturating_mul(along.target) >= SHORTEST_STREAMED;
            }
            Plan::Repeats(_) => (2, SHORTEST_STREAMED),
        };
        along.target == itemsize as isize && bytes(&nest.axes[..dense], itemsize) >= shortest
    }
}

/// Bytes of a cache line.
const LINE: usize = 64;

/// The longest run of bytes that is moved as one item.
const LONGEST_ITEM: isize = 64;

/// Items that lie side by side on both sides, and are few, are one item: that of four float32 in a row
/// has 16 bytes. Takes that axis from the nest, if there is another one.
fn takes_run_as_item(nest: &mut Nest, itemsize: usize) -> Option<DType> {
    let (along, size) = (nest.axes[0], itemsize as isize);
    if (along.target, along.source) != (size, size) || nest.axes.len() < 2 {
        return None;
    }
    let bytes = along.extent.checked_mul(size).filter(|&bytes| bytes <= LONGEST_ITEM)?;
    nest.axes.remove(0);
    DType::bytes(bytes as i64).ok()
}

/// Bytes of a row of one item and items in it, below which all first items are faster written first, then
/// all second ones. Measured: in the second cache float32 0.53 of `memset` for rows of 4 (0.47 as rows),
/// float64 of 4 0.54 (0.83).
const SHORTEST_REPEATED: (isize, isize) = (24, 5);

/// The kernel for rows of one item each that lie side by side.
fn repeats_items(nest: &Nest, itemsize: usize) -> Option<Run> {
    let &[along, outer, ..] = &nest.axes[..] else { return None };
    let row = along.extent.checked_mul(along.target)?;
    let pays = row >= SHORTEST_REPEATED.0 || along.extent >= SHORTEST_REPEATED.1;
    let is_dense = along.target == itemsize as isize && outer.target == row;
    if along.source != 0 || !is_dense || !pays || row > STREAMED as isize {
        return None;
    }
    (isa::table().repeating)(itemsize)
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
        if let [along] = nest.axes[..] {
            return Rows { block: along.extent, within: 0 };
        }
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

    /// For items so large that they are lines of the caches nearly by themselves: where the source goes
    /// on if the caches do not hold it, as [`read_on`] does; else where the target does (uint8 heads of
    /// 64 bytes in 4 MiB: 45 GB/s so, 32 otherwise; float32 runs of 48 bytes in 113 MB: 0.50 and 0.70).
    fn along_large_items(nest: &mut Nest, itemsize: usize) -> Rows {
        if bytes(&nest.axes, itemsize) >= cache::streaming_from() as isize
            && nest.axes[1].extent <= STREAMS
        {
            nest.axes.swap(0, 1);
        }
        Rows::blocked(&nest.axes, 0)
    }

    fn along_a_long_axis(nest: &mut Nest, itemsize: usize) -> Rows {
        let is_long = |axis: &Axis| axis.extent >= short(itemsize);
        let within = nest.axes.iter().position(is_long).unwrap_or(0);
        nest.axes[..=within].rotate_right(1);
        if within == 0 {
            read_on(nest);
        }
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
        if self.within == 0 && self.block == along.extent {
            let count = along.extent as usize;
            return each_place(others, nest.start, &mut |place| visit(place, count));
        }
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

/// The most places of the target that are written to in turn, each of them onward.
const STREAMS: isize = 64;

/// Makes the second axis the one on which the source goes on after the first, if it is short (attention
/// heads, channels of runs): reading where one has just read and writing in a few places is faster
/// than the other way round, because the processor waits for what it reads.
fn read_on(nest: &mut Nest) {
    let Some(others) = nest.axes.get(1..) else { return };
    let moving = others.iter().enumerate().filter(|(_, axis)| axis.source != 0);
    let nearest = moving.min_by_key(|(_, axis)| axis.source.unsigned_abs());
    if let Some((at, axis)) = nearest
        && axis.extent <= STREAMS
    {
        nest.axes[1..=at + 1].rotate_right(1);
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
    if let Kernel::Same(_, size) = kernel
        && let Some(rows) = nest.axes.get(1)
        && (along.target, along.source) == (size as isize, size as isize)
    {
        // Rows that lie dense are items: without a call for each, of 4000 bytes in L3 0.94 and not 0.90.
        let bytes = along.extent as usize * size;
        let run = (isa::table().same)(bytes);
        let _ = each_place(&nest.axes[2..], nest.start, &mut |place| {
            let count = rows.extent as usize;
            // SAFETY: the elements of the rows are elements of the nest.
            unsafe { run(place.source, rows.source, place.target, rows.target, count, bytes) };
            ControlFlow::<()>::Continue(())
        });
        return;
    }
    // SAFETY: the caller's.
    unsafe { move_pieces(nest, rows, kernel) }
}

/// # Safety
///
/// As [`move_rows`].
#[inline(always)]
unsafe fn move_pieces(nest: &Nest, rows: Rows, kernel: Kernel) {
    let along = nest.axes[0];
    let _ = rows.each(nest, |place, count| {
        // SAFETY: the elements of a piece are elements of the nest.
        unsafe { kernel.run(place.source, along.source, place.target, along.target, count) };
        ControlFlow::<()>::Continue(())
    });
}

/// Cache lines that are read before they are written.
const FETCHED: usize = 64;

/// As [`move_rows`], where the target's elements lie apart in more lines than the caches hold: these are read
/// many at a time, because the processor waits for more reads than writes at once. Of `memcpy`, float32
/// `b[::2] = a` of 64 MiB 0.62 without and 0.67 so, in pages of 4 KiB 0.63 and 0.89.
///
/// # Safety
///
/// As [`move_rows`].
pub(super) unsafe fn spread_rows(nest: &Nest, rows: Rows, kernel: Kernel) {
    let along = nest.axes[0];
    let in_line = (LINE / along.target.unsigned_abs()).max(1);
    let _ = rows.each(nest, |place, count| {
        each_piece(count as isize, (FETCHED * in_line) as isize, |start, n| {
            let place = place.step(&along, start);
            // SAFETY: the elements of a piece are elements of the nest.
            unsafe {
                for at in (0..n).step_by(in_line) {
                    let to = place.target.offset(at * along.target);
                    let _ = to.cast::<MaybeUninit<u8>>().read_volatile();
                }
                kernel.run(place.source, along.source, place.target, along.target, n as usize);
            }
            ControlFlow::<()>::Continue(())
        })
    });
}

/// As [`move_rows`] or, past the caches, [`stream_rows`], for [`Plan::Repeats`].
///
/// # Safety
///
/// - As for those; `run` is the plan's.
pub(super) unsafe fn move_repeats(nest: &Nest, run: Run, stream: Option<Stream>) {
    let mut nest = nest.part(0, 0, 1);
    nest.axes.remove(0);
    let kernel = Kernel::Same(run, nest.axes[0].target as usize);
    let rows = Rows::blocked(&nest.axes, 0);
    // SAFETY: the caller's.
    unsafe {
        match stream {
            None => move_pieces(&nest, rows, kernel),
            Some(stream) => stream_rows(&nest, rows, kernel, stream, false),
        }
    }
}

/// How many bytes all elements have.
fn bytes(axes: &[Axis], itemsize: usize) -> isize {
    axes.iter().map(|axis| axis.extent).fold(itemsize as isize, isize::saturating_mul)
}

/// Bytes of a row, below which the parts of cache lines at both its ends weigh too much.
pub(super) const SHORTEST_STREAMED: isize = 512;

/// Bytes that are made in the first cache before they are streamed.
const STREAMED: usize = 4096;

/// The same where that is little work, which the processor then does while lines are read for the next
/// ones: float64 `a[::2]` of 64 MiB 0.85 of `memcpy` with 4 KiB at a time, 1.0 with 512 bytes.
const PICKED: usize = 512;

/// How many elements are made before they are streamed: as many whole cache lines as `bytes` have room
/// for, if any number of elements is that.
fn streamed_at_once(bytes: usize, itemsize: isize) -> isize {
    let most = bytes as isize / itemsize;
    let in_lines = LINE as isize >> itemsize.trailing_zeros().min(LINE.trailing_zeros());
    if most < in_lines { most } else { most - most % in_lines }
}

#[repr(align(64))]
struct Stage(MaybeUninit<[u8; STREAMED]>);

/// Bytes of a row that are streamed in one go, the last of them first: memory that is written for the first
/// time is faster so. Into a fresh 64 MiB 14 GB/s upwards, 17.5 so, and 44 either way if its pages are
/// there; by 64 KiB 19.6, and 37.
const AT_ONCE: usize = if cfg!(test) { 4096 } else { 1 << 20 };

/// # Safety
///
/// - On both sides so many bytes are valid, and those of the target are disjoint from the source.
unsafe fn stream_bytes(place: Place, bytes: usize, stream: Stream) {
    let mut end = bytes;
    while end > 0 {
        // Pieces begin at multiples of their length.
        let start = end.saturating_sub((place.target.addr() + end - 1) % AT_ONCE + 1);
        // SAFETY: a part of the bytes.
        unsafe { stream(place.source.add(start), place.target.add(start), end - start) };
        end = start;
    }
}

/// As [`move_rows`], writing past the caches.
///
/// # Safety
///
/// - As [`move_rows`]; `copies` tells whether the kernel moves bytes as they are.
/// - Along the first axis the target's elements lie side by side.
#[inline(never)] // The buffer would burden every small move.
pub(super) unsafe fn stream_rows(
    nest: &Nest,
    rows: Rows,
    kernel: Kernel,
    stream: Stream,
    copies: bool,
) {
    let along = nest.axes[0];
    let mut stage = Stage(MaybeUninit::uninit());
    let stage = stage.0.as_mut_ptr().cast::<u8>();
    let (from, to) = (along.source, along.target);
    let picks = copies && from.abs() > to && to <= LINE as isize;
    let block = streamed_at_once(if picks { PICKED } else { STREAMED }, to);
    let _ = rows.each(nest, |place, count| {
        let count = count as isize;
        if copies && from == to {
            // SAFETY: on both sides the elements of a piece are so many bytes.
            unsafe { stream_bytes(place, (count * to) as usize, stream) };
            return ControlFlow::<()>::Continue(());
        }
        // The first piece ends where a cache line does, and so all others.
        let (mut start, mut end) = (0, block - (place.target.addr() % LINE) as isize / to);
        while start < count {
            let (n, place) = (end.min(count) - start, place.step(&along, start));
            // SAFETY: the elements of a piece are elements of the nest, and fit in the stage.
            unsafe {
                if from != 0 {
                    kernel.run(place.source, from, stage, to, n as usize);
                } else if start == 0 {
                    kernel.run(place.source, 0, stage, to, block.min(count) as usize);
                }
                stream(stage, place.target, (n * to) as usize);
            }
            (start, end) = (start + n, end + block);
        }
        ControlFlow::Continue(())
    });
    (isa::table().settle)();
}
