//! Large transfers in parts, for the threads of the pool.
//!
//! A transfer is cut along one axis into ranges, of which each is a transfer of its own. It must be
//! large, and no element of the target may share a byte with another, which is told from the strides:
//! each axis steps over all that smaller steps reach. What does not look like that moves in one piece.
//!
//! Whatever is decided for a transfer as a whole, as to write past the caches, is decided before.

use super::gather::{self, Selection, Spread};
use super::masked::{self, Mask};
use super::pool;
use super::walk::{MAX_AXES, Nest};
use super::{Source, Target, Visit};
use crate::error::Result;
use crate::index::{Pick, Role};
use crate::layout::{Dims, MAX_NDIM};
use arrayvec::ArrayVec;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes of the target, from which on a transfer is shared. Measured: a sleeping thread takes 20 to 50
/// microseconds to begin, and 4 MiB take one thread 80 or more.
const FROM: usize = if cfg!(test) { 256 } else { 4 << 20 };

/// The same where positions pick elements, which takes several times as long: 1 MiB is 1.2 times as fast
/// with two threads.
const PICKED_FROM: usize = if cfg!(test) { 256 } else { 1 << 20 };

/// The same for masks: with AVX-512, 4 MiB are 0.9 times as fast with two threads, 8 MiB 1.5 times.
const MASKED_FROM: usize = if cfg!(test) { 256 } else { 8 << 20 };

/// Bytes of the target that are worth a part.
const LEAST_PART: usize = if cfg!(test) { 16 } else { 256 << 10 };

/// Parts for each thread, so that one that is held up leaves the rest to others. No more, as kernels
/// that go by blocks of two axes need some room on both.
const PARTS_PER_THREAD: usize = 4;

/// Bytes that neighbours along an axis should span in each part, on both sides: then few cache lines are
/// in two parts. A transpose of few columns that is cut between them reads every line for every part
/// (float32 (250000, 16): two threads take five times as long as one).
const APART: u64 = 4096;

/// Elements of which parts are multiples, whatever an item's size: whole cache lines, and whole blocks
/// of what goes by blocks.
const UNIT: i64 = 64;

/// An axis of the target.
#[derive(Clone, Copy)]
struct Axis {
    /// Which one, if it may be cut.
    at: Option<usize>,
    extent: i64,
    stride: i64,
    /// The step on the side that is read; 0 if none is known, or it stays there.
    source: i64,
}

impl Axis {
    /// The bytes that a part spans on the side where they are fewer, as far as they matter.
    fn room(&self, parts: usize) -> u64 {
        let each = (self.extent / parts as i64) as u64;
        let span = |stride: i64| each.saturating_mul(stride.unsigned_abs()).min(APART);
        span(self.stride).min(if self.source == 0 { APART } else { span(self.source) })
    }
}

/// How a transfer is cut: along which axis, and where.
#[derive(Clone, Copy)]
struct Cut {
    axis: usize,
    extent: i64,
    parts: usize,
    /// All ranges but the first begin so many elements behind a multiple of `unit`.
    head: i64,
    unit: i64,
}

type Axes = ArrayVec<Axis, MAX_AXES>;

impl Cut {
    /// Into about so many parts. None if two of them might share a byte.
    fn of(mut axes: Axes, address: usize, itemsize: usize, parts: usize) -> Option<Cut> {
        axes.retain(|axis| axis.extent != 1);
        axes.sort_unstable_by_key(|axis| axis.stride.unsigned_abs());
        if !are_apart(&axes, itemsize) {
            return None;
        }
        // The last of equals, which is the outermost; where no axis has room for all, the longest.
        let candidates = axes.iter().filter(|axis| axis.at.is_some());
        let best = candidates.max_by_key(|axis| match axis.room(parts) {
            0 => (0, axis.extent),
            room => (room, 0),
        });
        let &Axis { at, extent, stride, .. } = best?;
        let parts = parts.min(extent as usize);
        let unit = if extent / parts as i64 >= 4 * UNIT { UNIT } else { 1 };
        let head = if unit > 1 { to_cache_line(address, stride) } else { 0 };
        Some(Cut { axis: at?, extent, parts, head, unit })
    }

    /// The first element of a part, and how many there are.
    fn range(&self, part: usize) -> (i64, i64) {
        let start = self.start(part);
        (start, self.start(part + 1) - start)
    }

    fn start(&self, part: usize) -> i64 {
        let (part, parts) = (part as i64, self.parts as i64);
        if part == 0 || part == parts {
            return if part == 0 { 0 } else { self.extent };
        }
        let even = self.extent / parts * part + self.extent % parts * part / parts;
        even / self.unit * self.unit + self.head
    }

    /// Calls `work` with the ranges of all parts, on several threads at once. Whether that was
    /// possible: if not, nothing has been called.
    ///
    /// # Safety
    /// - `work` may run on several threads at once, for ranges that do not meet.
    unsafe fn share(&self, work: impl Fn(i64, i64)) -> bool {
        let work = Anywhere(work);
        pool::share(self.parts, &|part| {
            let work = &work;
            let (start, count) = self.range(part);
            (work.0)(start, count);
        })
    }
}

/// What may be used on any thread, which the compiler cannot tell of addresses.
struct Anywhere<T>(T);

// SAFETY: whoever calls `share` vouches for it.
unsafe impl<T> Sync for Anywhere<T> {}

/// The bytes of a target.
fn bytes_of(extents: impl Iterator<Item = i64>, itemsize: usize) -> usize {
    let factor = |extent: i64| usize::try_from(extent).unwrap_or(0);
    extents.fold(itemsize, |bytes, extent| bytes.saturating_mul(factor(extent)))
}

fn parts_of(bytes: usize) -> usize {
    (pool::threads() * PARTS_PER_THREAD).min(bytes / LEAST_PART)
}

/// Whether no two elements share a byte, if it is easy to tell. The axes are sorted by their strides.
fn are_apart(axes: &Axes, itemsize: usize) -> bool {
    let mut span = itemsize as u64;
    axes.iter().all(|axis| {
        let stride = axis.stride.unsigned_abs();
        let apart = stride >= span;
        span = stride.saturating_mul(axis.extent as u64 - 1).saturating_add(span);
        apart
    })
}

/// How many elements come before the first that begins a cache line; 0 if none does.
fn to_cache_line(address: usize, stride: i64) -> i64 {
    let begins =
        |&at: &i64| address.wrapping_add(stride.wrapping_mul(at) as usize).is_multiple_of(64);
    (0..UNIT).find(begins).unwrap_or(0)
}

fn axes_of(shape: &[i64], strides: &[i64]) -> Axes {
    let axes = shape.iter().zip(strides).enumerate();
    axes.map(|(at, (&extent, &stride))| Axis { at: Some(at), extent, stride, source: 0 }).collect()
}

/// Moves the parts of a nest by `run`, on several threads. Whether it was possible: if not, nothing has
/// been moved.
///
/// # Safety
/// - `run` moves the elements of the nest that it is given, which is a part of this one.
#[cold]
#[inline(never)]
pub(super) unsafe fn share_nest(nest: &Nest, itemsize: usize, run: impl Fn(Nest)) -> bool {
    let bytes = bytes_of_nest(nest, itemsize);
    // SAFETY: the caller's.
    bytes >= FROM && unsafe { share_parts(nest, itemsize, parts_of(bytes), run) }
}

/// Whether `holds` for all parts of a nest that is only read. None if it was not possible to ask on
/// several threads; then nothing has been asked.
///
/// # Safety
/// - `holds` reads the elements of the nest that it is given, which is a part of this one.
#[cold]
#[inline(never)]
pub(super) unsafe fn holds_for_parts(
    nest: &Nest,
    itemsize: usize,
    holds: impl Fn(&Nest) -> bool,
) -> Option<bool> {
    let bytes = bytes_of_nest(nest, itemsize);
    if bytes < FROM {
        return None;
    }
    let all_hold = AtomicBool::new(true);
    // Small parts, since the first that does not hold is the end.
    let parts = bytes / LEAST_PART;
    // SAFETY: parts are only read; the rest is atomic.
    let asked = unsafe {
        share_parts(nest, itemsize, parts, |part| {
            if all_hold.load(Ordering::Relaxed) && !holds(&part) {
                all_hold.store(false, Ordering::Relaxed);
            }
        })
    };
    asked.then(|| all_hold.into_inner())
}

fn bytes_of_nest(nest: &Nest, itemsize: usize) -> usize {
    bytes_of(nest.axes.iter().map(|axis| axis.extent as i64), itemsize)
}

/// # Safety
/// - As for [`share_nest`].
unsafe fn share_parts(nest: &Nest, itemsize: usize, parts: usize, run: impl Fn(Nest)) -> bool {
    let axes = nest.axes.iter().enumerate().map(|(at, axis)| Axis {
        at: Some(at),
        extent: axis.extent as i64,
        stride: axis.target as i64,
        source: axis.source as i64,
    });
    let Some(cut) = Cut::of(axes.collect(), nest.start.target.addr(), itemsize, parts) else {
        return false;
    };
    // SAFETY: parts write bytes of their own.
    unsafe { cut.share(|start, count| run(nest.part(cut.axis, start as isize, count as isize))) }
}

/// As [`masked::move_masked`], on several threads where that pays.
///
/// # Safety
/// - As for that.
pub unsafe fn move_masked(shape: &[i64], target: Target, source: Source, mask: Mask, visit: Visit) {
    // SAFETY: the caller's.
    unsafe {
        let shared = visit == Visit::AnyOrder
            && pool::threads() > 1
            && share_masked(shape, target, source, mask);
        if !shared {
            masked::move_masked(shape, target, source, mask, visit);
        }
    }
}

/// # Safety
/// - As for [`masked::move_masked`].
#[cold]
unsafe fn share_masked(shape: &[i64], target: Target, source: Source, mask: Mask) -> bool {
    let itemsize = target.dtype.itemsize();
    let bytes = bytes_of(shape.iter().copied(), itemsize);
    if bytes < MASKED_FROM {
        return false;
    }
    let mut axes = axes_of(shape, target.strides);
    axes.iter_mut().zip(source.strides).for_each(|(axis, &stride)| axis.source = stride);
    let Some(cut) = Cut::of(axes, target.data.addr(), itemsize, parts_of(bytes)) else {
        return false;
    };
    let move_part = |start: i64, count: i64| {
        let way = |strides: &[i64]| strides[cut.axis].wrapping_mul(start) as isize;
        let mut shape: Dims = shape.iter().copied().collect();
        shape[cut.axis] = count;
        let target = Target { data: target.data.wrapping_offset(way(target.strides)), ..target };
        let source = Source { data: source.data.wrapping_offset(way(source.strides)), ..source };
        let mask = Mask { data: mask.data.wrapping_offset(way(mask.strides)), ..mask };
        // SAFETY: the caller's, of a part of all.
        unsafe { masked::move_masked(&shape, target, source, mask, Visit::AnyOrder) };
    };
    // SAFETY: parts write bytes of their own.
    unsafe { cut.share(move_part) }
}

/// As [`gather::gather`], on several threads where that pays.
///
/// # Safety
/// - As for that.
pub(super) unsafe fn gather(selection: Selection, to: Spread) -> Result<()> {
    // SAFETY: the caller's. What fails in a part is found again.
    unsafe {
        if pool::threads() > 1 && share_gather(selection, to) {
            return Ok(());
        }
        gather::gather(selection, to)
    }
}

/// Whether all has been gathered.
///
/// # Safety
/// - As for [`gather::gather`].
#[cold]
unsafe fn share_gather(selection: Selection, to: Spread) -> bool {
    if selection.picks.iter().any(|pick| matches!(pick.role, Role::Mask { .. })) {
        return false; // A mask has no beginning for each part.
    }
    let itemsize = to.dtype.itemsize();
    let extents = selection.shape.iter().chain(selection.inner_shape).copied();
    let bytes = bytes_of(extents, itemsize);
    if bytes < PICKED_FROM {
        return false;
    }
    let mut axes = axes_of(selection.shape, to.strides);
    let inner = selection.inner_shape.iter().zip(to.inner_strides);
    let inner = inner.map(|(&extent, &stride)| Axis { at: None, extent, stride, source: 0 });
    axes.extend(inner.take(axes.remaining_capacity()));
    let Some(cut) = Cut::of(axes, to.data.addr(), itemsize, parts_of(bytes)) else { return false };
    let all_done = AtomicBool::new(true);
    let gather_part = |start: i64, count: i64| {
        let way = |stride: i64| stride.wrapping_mul(start) as isize;
        let mut shape: Dims = selection.shape.iter().copied().collect();
        shape[cut.axis] = count;
        let picks: ArrayVec<Pick, MAX_NDIM> = selection
            .picks
            .iter()
            .map(|pick| {
                let mut part = *pick;
                let data = part.list.data.wrapping_offset(way(pick.list_stride(cut.axis)));
                part.list.data = data;
                part
            })
            .collect();
        let data = selection.data.wrapping_offset(way(selection.strides[cut.axis]));
        let part = Selection { data, shape: &shape, picks: &picks, ..selection };
        let to = Spread { data: to.data.wrapping_offset(way(to.strides[cut.axis])), ..to };
        // SAFETY: the caller's, of a part of all.
        if unsafe { gather::gather(part, to) }.is_err() {
            all_done.store(false, Ordering::Relaxed);
        }
    };
    // SAFETY: parts write bytes of their own, and lists are only read.
    unsafe { cut.share(gather_part) && all_done.into_inner() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_one_another_and_begin_with_cache_lines_where_they_can() {
        for extent in [2, 3, 11, 12, 13, 255, 1000, 3071, 3072, 100_000, 1 << 61] {
            for (itemsize, stride) in [(8, 8i64), (8, -8), (8, 24), (3, 3), (300, 300)] {
                for address in [64, 72, 8, 1] {
                    let axes = axes_of(&[extent], &[stride]);
                    let cut = Cut::of(axes, address, itemsize, 12).unwrap();
                    let mut next = 0;
                    for part in 0..cut.parts {
                        let (start, count) = cut.range(part);
                        assert!(start == next && count > 0, "{extent} {stride} {address}");
                        next += count;
                        let at = address.wrapping_add(start.wrapping_mul(stride) as usize);
                        assert!(start == 0 || cut.head == 0 || at.is_multiple_of(64));
                    }
                    assert_eq!(next, extent);
                }
            }
        }
    }

    #[test]
    fn a_target_whose_elements_may_share_bytes_is_not_cut() {
        for (shape, strides) in [([100, 100], [0, 8]), ([100, 100], [8, 8]), ([1000, 10], [8, 16])]
        {
            assert!(Cut::of(axes_of(&shape, &strides), 64, 8, 12).is_none());
        }
        assert!(Cut::of(axes_of(&[100, 100], &[8, -800]), 64, 8, 12).is_some());
    }

    #[test]
    fn a_cut_leaves_room_for_cache_lines_on_both_sides() {
        // Rows by columns, the source's strides along them, and the axis that is cut.
        for (shape, source, axis) in [
            ([16, 250_000], [4, 64], 1),
            ([250_000, 16], [4, 1_000_000], 0),
            ([2000, 2000], [4, 8000], 0),
            ([2000, 2000], [8000, 4], 0),
            ([16, 250_000], [0, 4], 0),
            ([3, 250_000], [1_000_000, 4], 1),
        ] {
            let mut axes = axes_of(&shape, &[4 * shape[1], 4]);
            axes.iter_mut().zip(source).for_each(|(axis, stride)| axis.source = stride);
            let cut = Cut::of(axes, 64, 4, 8).unwrap();
            assert_eq!(cut.axis, axis, "{shape:?} {source:?}");
        }
    }
}
