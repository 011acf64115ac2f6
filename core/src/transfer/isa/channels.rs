//! Channels: a few items that lie side by side in one array, and a row for each of them, or another order
//! of them, in the other.
//!
//! ```text
//! records   r g b r g b r g b ...          rows   r r r ...
//!                                                 g g g ...
//!                                                 b b b ...
//! ```
//!
//! A block is as many records as make the bytes of one lane in each row. On either side it is a few lanes of
//! bytes: one lane of each row, or as many one after the other. Whatever is to become of the channels, each
//! lane of the target is then a choice of bytes among all lanes of the source, and [`Order`] tells which,
//! by number. It depends on the item's size and on the two layouts, the loop below on how many lanes
//! there are. A vector may have several lanes: they are as many blocks.
//!
//! The last block reaches back over the one before it and writes some records twice, both times the same.

/// The most channels, and so the most lanes of a block.
pub(in crate::transfer) const MOST: usize = 4;

/// The bytes of the largest lane.
const LONGEST: usize = 64;

/// For every byte of a block of the target, which byte of the block of the source it is.
pub(in crate::transfer) struct Order {
    bytes: [u8; MOST * LONGEST],
    /// Records of a block.
    records: isize,
}

/// How a block lies on one side, in bytes.
#[derive(Clone, Copy)]
pub(in crate::transfer) struct Side {
    /// From a record to the next.
    pub record: isize,
    /// From a lane of the block to the next.
    pub lane: isize,
}

/// What the channels of a side are: items of one array, or rows.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::transfer) enum Channels {
    /// So many items in each record.
    Items(usize),
    /// So many rows.
    Rows(usize),
}

impl Channels {
    pub const fn count(self) -> usize {
        match self {
            Channels::Items(count) | Channels::Rows(count) => count,
        }
    }

    pub const fn are_rows(self) -> bool {
        matches!(self, Channels::Rows(_))
    }

    /// In the bytes of a block, the steps from record to record and from channel to channel.
    const fn steps(self, item: usize, lane: usize) -> (usize, usize) {
        match self {
            Channels::Items(count) => (count * item, item),
            Channels::Rows(_) => (item, lane),
        }
    }
}

impl Order {
    /// Channel `c` of the target is that of the source, or counted from the last of the target's
    /// channels down. An item has a power of two bytes, at most those of a lane.
    pub fn new(lane: usize, item: usize, from: Channels, to: Channels, reversed: bool) -> Order {
        let (from_record, from_channel) = from.steps(item, lane);
        let (to_record, to_channel) = to.steps(item, lane);
        let mut bytes = [0; MOST * LONGEST];
        let records = lane / item;
        for channel in 0..to.count() {
            let taken = if reversed { to.count() - 1 - channel } else { channel };
            for record in 0..records {
                let source = record * from_record + taken * from_channel;
                let target = record * to_record + channel * to_channel;
                for byte in 0..item {
                    bytes[target + byte] = (source + byte) as u8;
                }
            }
        }
        Order { bytes, records: records as isize }
    }
}

/// Moves `n` records: source, its layout, target, its layout, and how many.
///
/// # Safety
///
/// - There are at least [`Dealing::fewest`] records times those of the order's block.
/// - The lanes of all blocks are valid on either side, and no byte is on both.
/// - The order is made for [`Dealing::lane`], and for as many lanes as the function.
/// - The processor has the instruction set of the table.
pub(in crate::transfer) type Deal = unsafe fn(&Order, *const u8, Side, *mut u8, Side, n: usize);

/// A [`Deal`] for a number of lanes on either side.
#[derive(Clone, Copy)]
pub(in crate::transfer) struct Dealing {
    pub run: Deal,
    /// The same, past the caches: the lanes of each block of the target begin with a cache line, and the
    /// records are whole vectors of blocks.
    pub stream: Option<Deal>,
    /// Bytes of a lane.
    pub lane: usize,
    /// Lanes of a vector.
    pub lanes: usize,
}

/// One or more lanes.
///
/// # Safety
///
/// Every function needs the instruction set that the type stands for.
pub(super) trait Lanes: Copy {
    /// Bytes of a lane, at most [`LONGEST`].
    const LANE: usize;

    /// Lanes of a vector.
    const LANES: usize;

    /// # Safety
    ///
    /// A lane of bytes is valid to read from `source` on, for each lane one `pitch` further.
    unsafe fn load_lanes(source: *const u8, pitch: isize) -> Self;

    /// # Safety
    ///
    /// As [`Lanes::load_lanes`], to write.
    unsafe fn store_lanes_of(self, target: *mut u8, pitch: isize);

    /// As [`Lanes::store_lanes_of`], past the caches.
    ///
    /// # Safety
    ///
    /// As [`Lanes::store_lanes_of`], at addresses that are multiples of a lane's bytes.
    unsafe fn stream_lanes_of(self, target: *mut u8, pitch: isize);

    /// What [`Lanes::pick`] needs to know to pick such bytes from `IN` lanes, in each lane the same.
    ///
    /// # Safety
    ///
    /// A lane of bytes is valid to read from `order` on.
    unsafe fn picking<const IN: usize>(order: *const u8) -> [Self; IN];

    /// In each lane, bytes of the same lane of `vectors`, counted through from the first.
    ///
    /// # Safety
    ///
    /// None but the trait's.
    unsafe fn pick<const IN: usize>(vectors: &[Self; IN], picking: &[Self; IN]) -> Self;
}

/// Repeats a statement for each `$at` from 0 to `$end`, which is at most [`MOST`]. A loop would do, but one
/// that the compiler leaves a loop keeps in memory the vectors that it counts through.
macro_rules! unrolled {
    ($at:ident in 0..$end:expr, $body:block) => {
        unrolled!(@ $at, $end, $body, 0 1 2 3)
    };
    (@ $at:ident, $end:expr, $body:block, $($number:literal)*) => {$({
        let $at: usize = $number;
        if $at < $end $body
    })*};
}

/// A [`Deal`] from `IN` lanes to `OUT`.
///
/// # Safety
///
/// As [`Deal`]; if it is to stream, as [`Dealing::stream`] says.
#[inline(always)]
pub(super) unsafe fn deal<V: Lanes, const IN: usize, const OUT: usize, const STREAM: bool>(
    order: &Order,
    source: *const u8,
    from: Side,
    target: *mut u8,
    to: Side,
    n: usize,
) {
    let step = order.records * V::LANES as isize;
    let last = n as isize - step;
    debug_assert!(last >= 0);
    // SAFETY: the order has a lane for each of the target's.
    let picking = unsafe {
        let mut picking = [V::picking::<IN>(order.bytes.as_ptr()); OUT];
        unrolled!(at in 0..OUT, {
            picking[at] = V::picking(order.bytes.as_ptr().add(at * V::LANE));
        });
        picking
    };
    let (from_pitch, to_pitch) = (order.records * from.record, order.records * to.record);
    let mut next = 0;
    while next < n as isize {
        let at = next.min(last);
        // SAFETY: the blocks lie within the records.
        unsafe {
            let (source, target) = (source.offset(at * from.record), target.offset(at * to.record));
            let mut vectors = [V::load_lanes(source, from_pitch); IN];
            unrolled!(at in 0..IN, {
                vectors[at] = V::load_lanes(source.offset(at as isize * from.lane), from_pitch);
            });
            unrolled!(at in 0..OUT, {
                let picked = V::pick(&vectors, &picking[at]);
                let lane = target.offset(at as isize * to.lane);
                if STREAM {
                    picked.stream_lanes_of(lane, to_pitch);
                } else {
                    picked.store_lanes_of(lane, to_pitch);
                }
            });
        }
        next += step;
    }
}

/// Makes `dealing` for a [`super::Table`]: the vector, whether the set can stream, and the attribute that
/// allows its instructions.
macro_rules! dealing {
    ($vector:ty, $streams:literal, #[$feature:meta]) => {
        fn dealing(from: usize, to: usize) -> Option<crate::transfer::isa::Dealing> {
            use crate::transfer::isa::{Deal, Dealing, channels::Lanes};
            let (run, stream): (Deal, Deal) = match (from, to) {
                (2, 2) => (deal::<2, 2, false>, deal::<2, 2, $streams>),
                (3, 1) => (deal::<3, 1, false>, deal::<3, 1, $streams>),
                (3, 2) => (deal::<3, 2, false>, deal::<3, 2, $streams>),
                (3, 3) => (deal::<3, 3, false>, deal::<3, 3, $streams>),
                (4, 1) => (deal::<4, 1, false>, deal::<4, 1, $streams>),
                (4, 3) => (deal::<4, 3, false>, deal::<4, 3, $streams>),
                (4, 4) => (deal::<4, 4, false>, deal::<4, 4, $streams>),
                _ => return None,
            };
            let stream = $streams.then_some(stream);
            Some(Dealing { run, stream, lane: <$vector>::LANE, lanes: <$vector>::LANES })
        }

        /// # Safety
        ///
        /// As [`Deal`](crate::transfer::isa::Deal), for so many lanes on either side; if it streams,
        /// as [`Dealing`](crate::transfer::isa::Dealing) says.
        #[$feature]
        unsafe fn deal<const IN: usize, const OUT: usize, const STREAM: bool>(
            order: &crate::transfer::isa::Order,
            source: *const u8,
            from: crate::transfer::isa::Side,
            target: *mut u8,
            to: crate::transfer::isa::Side,
            n: usize,
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::isa::channels::deal::<$vector, IN, OUT, STREAM>(
                    order, source, from, target, to, n,
                )
            }
        }
    };
}

pub(super) use dealing;
