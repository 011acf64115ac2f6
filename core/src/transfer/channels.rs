//! Records of a few items, of which each channel lies in a row of its own on one side, or that have another
//! order of their items, or fewer of them, on the other: planar and interleaved pixels, red and blue
//! exchanged, one channel of three.
//!
//! Loops along the records use a part of each cache line at a time, and move single items. Here whole
//! vectors are read and written, and `isa/channels.rs` brings their bytes into order.

use super::isa::{self, Channels, Deal, Dealing, MOST, Order, Side, Stream};
use super::walk::{Axis, Nest, Place, each_place};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

/// The largest items that are moved so.
const LARGEST: isize = 8;

/// Elements, below which making the order takes longer than it saves.
pub(super) const FEWEST: isize = 1024;

/// Bytes of a cache line.
const LINE: isize = 64;

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
        let extents = nest.axes.iter().map(|axis| axis.extent);
        if extents.fold(1, isize::saturating_mul) < FEWEST {
            return None;
        }
        match first.extent <= MOST as isize {
            true => Records::into_items(nest, item),
            false => Records::out_of_items(nest, item),
        }
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
        let records = Records::new(along.extent, item, from, to, channel, reversed, 2)?;
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
            return Records::new(along.extent, unit, from, to, channel, false, 1);
        }
        let is_channel = |axis: &Axis| {
            axis.source.unsigned_abs() == item as usize && axis.extent as usize <= from
        };
        let from = Channels::Items(from);
        match nest.axes.iter().position(is_channel) {
            Some(at) => {
                let channel = nest.axes[at];
                let to = Channels::Rows(channel.extent as usize);
                let records =
                    Records::new(along.extent, item, from, to, channel, channel.source < 0, 2)?;
                nest.axes[1..=at].rotate_right(1);
                Some(records)
            }
            None => {
                let channel = Axis { extent: 1, target: item, source: item };
                Records::new(along.extent, item, from, Channels::Rows(1), channel, false, 1)
            }
        }
    }

    /// If there is a kernel, and so many records are enough for it.
    fn new(
        n: isize,
        item: isize,
        from: Channels,
        to: Channels,
        channel: Axis,
        reversed: bool,
        axes: usize,
    ) -> Option<Records> {
        let dealing = (isa::table().dealing)(from.count(), to.count())?;
        let sized = item.count_ones() == 1 && item <= LARGEST;
        let records = Records { dealing, item, from, to, channel, reversed, axes };
        // One more, as the last may be left out.
        (sized && n > records.step()).then_some(records)
    }

    /// How many rows the target has for the channels.
    fn rows(&self) -> isize {
        match self.to {
            Channels::Items(_) => 1,
            Channels::Rows(count) => count as isize,
        }
    }

    /// Records of a vector of blocks.
    fn step(&self) -> isize {
        (self.dealing.lane * self.dealing.lanes) as isize / self.item
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

/// Moves a nest as [`Records::find`] has found it; with `stream`, past the caches.
///
/// # Safety
///
/// Every element of `nest` is valid, as [`super::move_elements`] asks.
#[inline(never)] // The order and the stage would burden every small move.
pub(super) unsafe fn move_records(nest: &Nest, records: Records, stream: Option<Stream>) {
    let (along, outside) = (nest.axes[0], &nest.axes[records.axes..]);
    let (item, from, to) = (records.item as usize, records.from, records.to);
    let order = Order::new(records.dealing.lane, item, from, to, records.reversed);
    let moving = Moving { records, along, order };
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
    /// Where the lowest of a record's channels is.
    fn lowest(&self, source: *const u8) -> *const u8 {
        let records = &self.records;
        let below = if records.reversed { records.channel.extent - 1 } else { 0 };
        source.wrapping_offset(below * records.channel.source)
    }

    /// Moves `n` records to rows that are so many bytes apart, or to records.
    ///
    /// # Safety
    ///
    /// They are valid on either side, and no fewer than [`Records::find`] asks for.
    unsafe fn deal(&self, place: Place, row: isize, n: isize) {
        let (records, along) = (&self.records, &self.along);
        let (from, to) = records.sides(*along, row);
        let source = self.lowest(place.source);
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
                let step = if records.to.are_rows() { row } else { records.item };
                let to = last.target.wrapping_offset(channel * step);
                // SAFETY: an item of the last record.
                unsafe { from.copy_to_nonoverlapping(to, records.item as usize) };
            }
        }
    }

    /// As [`Moving::deal`], past the caches.
    ///
    /// # Safety
    ///
    /// As [`Moving::deal`], for all records along the axis.
    unsafe fn stream(&self, place: Place, stream: Stream, stage: *mut u8) {
        let records = &self.records;
        // SAFETY: the caller's.
        unsafe {
            match (records.dealing.stream, self.records_before_a_line(place)) {
                (Some(deal), Some(before)) => self.stream_blocks(place, deal, before),
                _ => self.stream_staged(place, stream, stage),
            }
        }
    }

    /// How many records there are before one at which all lanes of the target begin with a cache line: no
    /// fewer than [`Moving::deal`] can move.
    fn records_before_a_line(&self, place: Place) -> Option<isize> {
        let alike = self.records.rows() == 1 || self.records.channel.target % LINE == 0;
        let begins = |&at: &isize| place.step(&self.along, at).target as isize % LINE == 0;
        let fewest = self.records.step() + 1; // The last may be left out.
        (fewest..fewest + LINE).find(begins).filter(|_| alike)
    }

    /// As [`Moving::stream`], straight from the registers. No line is written both so and otherwise, which
    /// would take longer than all others of a row (float32 `a[:, ::3]` of 4096 x 4096: 0.38, 0.52 so).
    ///
    /// # Safety
    ///
    /// As [`Moving::stream`]; the record after so many others begins with a cache line.
    unsafe fn stream_blocks(&self, place: Place, deal: Deal, before: isize) {
        let (records, along) = (&self.records, &self.along);
        let (step, row) = (records.step(), records.channel.target);
        let in_lines = step.max(LINE / records.item);
        let whole = (along.extent - before - step - 1) / in_lines * in_lines;
        let (from, to) = records.sides(*along, row);
        // SAFETY: the caller's; ahead of the blocks and behind them are as many records as a block has.
        unsafe {
            if whole <= 0 {
                return self.deal(place, row, along.extent);
            }
            self.deal(place, row, before);
            let first = place.step(along, before);
            deal(&self.order, self.lowest(first.source), from, first.target, to, whole as usize);
            let rest = before + whole;
            self.deal(place.step(along, rest), row, along.extent - rest);
        }
    }

    /// As [`Moving::stream`], by way of a stage.
    ///
    /// # Safety
    ///
    /// As [`Moving::stream`].
    unsafe fn stream_staged(&self, place: Place, stream: Stream, stage: *mut u8) {
        let (records, along) = (&self.records, &self.along);
        let rows = records.rows();
        let most = STAGE / (along.target * rows) / LINE * LINE;
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
