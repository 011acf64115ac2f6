//! Records of a few items, of which each channel lies in a row of its own on one side, or that have another
//! order of their items, or fewer of them, on the other: planar and interleaved pixels, red and blue
//! exchanged, one channel of three.
//!
//! Loops along the records use a part of each cache line at a time, and move single items. Here whole
//! vectors are read and written, and `isa/channels.rs` brings their bytes into order.

use super::isa::{self, Channels, Dealing, MOST, Order, Side, Stream, cache};
use super::plan::SHORTEST_STREAMED;
use super::walk::{Axis, Nest, Place, each_place};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

/// The largest items that are moved so.
const LARGEST: isize = 8;

/// Elements, below which making the order takes longer than it saves.
const FEWEST: isize = 1024;

/// Bytes that are made in the first cache before they are streamed.
const STAGE: isize = 16384;

#[repr(align(64))]
struct Stage(MaybeUninit<[u8; STAGE as usize]>);

/// How to move a nest of which the first axis is along the records.
#[derive(Clone, Copy)]
pub(super) struct Records {
    dealing: Dealing,
    /// Bytes of an item.
    item: isize,
    from: Channels,
    to: Channels,
    /// From channel to channel of the target.
    channel: Axis,
    /// Whether the source counts them downwards.
    reversed: bool,
    /// How many axes of the nest these are.
    axes: usize,
}

impl Records {
    /// If the nest, sorted by the target, is one of such records, of items that are copied as they are;
    /// then turns its axes so that the first is along the records.
    pub fn find(nest: &mut Nest, itemsize: usize) -> Option<Records> {
        let (first, item) = (nest.axes[0], itemsize as isize);
        if first.target != item || first.source == item {
            return None;
        }
        let records = match first.extent <= MOST as isize {
            true => Records::into_items(nest, item)?,
            false => Records::out_of_items(nest, item)?,
        };
        let (along, outside) = (nest.axes[0], &nest.axes[records.axes..]);
        let extents = outside.iter().map(|axis| axis.extent);
        let all = extents.fold(along.extent, isize::saturating_mul);
        let (lane, lanes) = (records.dealing.lane as isize, records.dealing.lanes as isize);
        // One less, as the last may be left out.
        let fits = (along.extent - 1).saturating_mul(records.item) >= lane * lanes;
        (fits && all >= FEWEST).then_some(records)
    }

    /// The target's channels are its first axis.
    fn into_items(nest: &mut Nest, item: isize) -> Option<Records> {
        let (channel, along) = (nest.axes[0], *nest.axes.get(1)?);
        let count = channel.extent as usize;
        if along.target != channel.extent * item {
            return None;
        }
        let (from, reversed) = if along.source == item {
            (Channels::Rows(count), false)
        } else if channel.source == -item {
            (Channels::Items(items_of(along.source, item, count)?), true)
        } else {
            return None;
        };
        let to = Channels::Items(count);
        let records = Records::new(item, from, to, channel, reversed, 2)?;
        nest.axes.swap(0, 1);
        Some(records)
    }

    /// The first axis is along the records; another one may be the channels.
    fn out_of_items(nest: &mut Nest, item: isize) -> Option<Records> {
        let along = nest.axes[0];
        let unit = 1 << (along.source | item).trailing_zeros().min(16);
        let (count, from) = ((item / unit) as usize, items_of(along.source, unit, 1)?);
        if unit != item {
            let channel = Axis { extent: count as isize, target: unit, source: unit };
            let (from, to) = (Channels::Items(from), Channels::Items(count));
            return Records::new(unit, from, to, channel, false, 1);
        }
        let is_channel = |axis: &Axis| {
            axis.source.unsigned_abs() == item as usize && axis.extent as usize <= from
        };
        let from = Channels::Items(from);
        match nest.axes.iter().position(is_channel) {
            Some(at) => {
                let channel = nest.axes[at];
                let to = Channels::Rows(channel.extent as usize);
                let records = Records::new(item, from, to, channel, channel.source < 0, 2)?;
                nest.axes[1..=at].rotate_right(1);
                Some(records)
            }
            None => {
                let channel = Axis { extent: 1, target: item, source: item };
                Records::new(item, from, Channels::Rows(1), channel, false, 1)
            }
        }
    }

    fn new(
        item: isize,
        from: Channels,
        to: Channels,
        channel: Axis,
        reversed: bool,
        axes: usize,
    ) -> Option<Records> {
        let dealing = (isa::table().dealing)(from.count(), to.count())?;
        let sized = item.count_ones() == 1 && item <= LARGEST;
        sized.then_some(Records { dealing, item, from, to, channel, reversed, axes })
    }

    /// How the source lies, and the target if its rows are so many bytes apart.
    fn sides(&self, along: Axis, row: isize) -> (Side, Side) {
        let lane = |channels: Channels, row: isize| match channels {
            Channels::Items(_) => self.dealing.lane as isize,
            Channels::Rows(_) => row,
        };
        let from = Side { record: along.source, lane: lane(self.from, self.channel.source) };
        (from, Side { record: along.target, lane: lane(self.to, row) })
    }
}

/// How many items a record of the source has, at least `fewest`.
fn items_of(record: isize, item: isize, fewest: usize) -> Option<usize> {
    let count = record / item;
    let is_whole = record % item == 0 && count >= fewest as isize && count <= MOST as isize;
    is_whole.then_some(count as usize)
}

/// Moves a nest as [`Records::find`] has found it.
///
/// # Safety
///
/// Every element of `nest` is valid, as [`super::move_elements`] asks.
#[inline(never)] // The order and the stage would burden every small move.
pub(super) unsafe fn move_records(nest: &Nest, records: Records) {
    let (along, outside) = (nest.axes[0], &nest.axes[records.axes..]);
    let (item, from, to) = (records.item as usize, records.from, records.to);
    let order = Order::new(records.dealing.lane, item, from, to, records.reversed);
    let moving = Moving { records, along, order };
    let stream = isa::table().stream.filter(|_| moving.streams(outside));
    let mut stage = Stage(MaybeUninit::uninit());
    let _ = each_place(outside, nest.start, &mut |place| {
        // SAFETY: the records are those of the nest.
        unsafe {
            match stream {
                None => moving.deal(place, records.channel.target, along.extent),
                Some(stream) => moving.stream(place, stream, stage.0.as_mut_ptr().cast()),
            }
        }
        ControlFlow::<()>::Continue(())
    });
    if stream.is_some() {
        (isa::table().settle)();
    }
}

struct Moving {
    records: Records,
    along: Axis,
    order: Order,
}

impl Moving {
    /// Whether the target is so large that it does not stay in the caches.
    fn streams(&self, outside: &[Axis]) -> bool {
        let row = self.along.extent.saturating_mul(self.along.target);
        let extents = outside.iter().map(|axis| axis.extent);
        let rows = match self.records.to {
            Channels::Items(_) => 1,
            Channels::Rows(count) => count as isize,
        };
        let bytes = extents.fold(row.saturating_mul(rows), isize::saturating_mul);
        row >= SHORTEST_STREAMED && bytes >= cache::streaming_from() as isize
    }

    /// Moves `n` records to rows that are so many bytes apart, or to records.
    ///
    /// # Safety
    ///
    /// They are valid on either side, and no fewer than [`Records::find`] asks for.
    unsafe fn deal(&self, place: Place, row: isize, n: isize) {
        let (records, along) = (&self.records, &self.along);
        let (from, to) = records.sides(*along, row);
        // The lowest of the channels.
        let below = if records.reversed { records.channel.extent - 1 } else { 0 };
        let source = place.source.wrapping_offset(below * records.channel.source);
        // What follows the last item of the last record is no element.
        let leaves_some = records.from.count() > records.to.count();
        let whole = n - isize::from(leaves_some);
        // SAFETY: the caller's; all bytes between the first and the last of these records lie between
        // elements.
        unsafe {
            (records.dealing.run)(&self.order, source, from, place.target, to, whole as usize)
        };
        if leaves_some {
            let last = place.step(along, n - 1);
            for channel in 0..records.channel.extent {
                let from = last.source.wrapping_offset(channel * records.channel.source);
                let step = if records.to == Channels::Items(records.to.count()) {
                    records.item
                } else {
                    row
                };
                let to = last.target.wrapping_offset(channel * step);
                // SAFETY: an item of the last record.
                unsafe { from.copy_to_nonoverlapping(to, records.item as usize) };
            }
        }
    }

    /// As [`Moving::deal`], past the caches, by way of a stage.
    ///
    /// # Safety
    ///
    /// As [`Moving::deal`], for all records along the axis.
    unsafe fn stream(&self, place: Place, stream: Stream, stage: *mut u8) {
        let (records, along) = (&self.records, &self.along);
        let rows = match records.to {
            Channels::Items(_) => 1,
            Channels::Rows(count) => count as isize,
        };
        let most = STAGE / (along.target * rows) / 64 * 64;
        let mut start = 0;
        while start < along.extent {
            let at = start.min((along.extent - most).max(0));
            let n = most.min(along.extent - at);
            let (place, bytes) = (place.step(along, at), n * along.target);
            let staged = Place { target: stage, source: place.source };
            // SAFETY: the caller's; the rows fit in the stage.
            unsafe {
                self.deal(staged, bytes, n);
                for row in 0..rows {
                    let to = place.target.wrapping_offset(row * records.channel.target);
                    stream(stage.offset(row * bytes), to, bytes as usize);
                }
            }
            start += n;
        }
    }
}
