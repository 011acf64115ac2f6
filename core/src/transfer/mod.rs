//! Moves elements: copies, fills, transposes and conversions between two layouts of one shape.
//!
//! ```text
//! addresses, types and strides:
//!   move_elements ── walk.rs     shape and strides become a short nest of loops
//!                 ── plan.rs     which axis the kernels run along, and in what blocks
//!                 ── kernel.rs   the one place that chooses a kernel for two types
//!                      copy.rs     same type: bytes by item size
//!                      convert.rs  different types: values, through types.rs, round.rs, saturate.rs
//!                      isa/        the same loops and more, for each instruction set
//!                 ── tiles.rs    transposes, block by block
//!                 ── channels.rs records of a few items, apart, together or in another order
//!                 ── fields.rs   records that differ, field by field
//!   move_masked ── masked.rs     the elements that a mask marks, over a nest of three
//!   move_in_order ── flow.rs     C order between layouts of different shapes, by a cursor on each
//!   first_changed, all_equal ── compare.rs, over the same walk
//!   read_number, write_number ── number.rs, one element and the caller's numbers
//!   any of these, if large ── shared.rs  cuts it into parts
//!                               pool/      the threads that do them, if the caller asked for any
//!
//! arrays, and who may write where:
//!   assign, fill, set_item ── assign.rs  checks, overlap, the temporary where one is needed
//!                                 elements.rs  what it works on: an array's, or what has no handle
//!                                 order.rs   between arrays that share bytes: an order that needs none
//!                                 in_order.rs  moves the elements in that order
//!                                 exchange.rs  moves them by exchanging each with its partner
//!   copy_where, put_mask, place ── marked.rs  the same where a mask is true
//!   Picked ── picked.rs          the same for elements that lists pick
//!               gather.rs          the loop over what is picked
//!               ways.rs            from positions and marks to addresses
//!               marks.rs           where a mask is true
//!   swap, byteswap ── swap.rs
//!   Unspoilt, dense_copy ── aside.rs  what is read while something else is written
//! ```
//!
//! What is in the first half allocates nothing and cannot fail, but that a number may not fit an
//! element. Elements may lie at any address: every access is an unaligned one.

mod aside;
mod assign;
mod channels;
mod compare;
mod convert;
mod copy;
mod elements;
mod exchange;
mod fields;
mod flow;
mod gather;
mod in_order;
mod isa;
mod kernel;
mod marked;
mod marks;
mod masked;
mod number;
mod order;
mod picked;
mod plan;
pub mod pool;
mod round;
mod saturate;
mod shared;
mod swap;
mod tiles;
mod types;
mod walk;
mod ways;

#[cfg(test)]
mod tests;

pub(crate) use aside::dense_copy;
pub use assign::{
    How, assign, assign_elements, fill, fill_from, get_item_as, how_to_assign, set_item,
    set_item_from,
};
pub(crate) use assign::{check_same_value, may_spoil, may_spoil_extent};
pub use compare::{all_equal, first_changed};
pub use elements::Elements;
pub(crate) use flow::{Cursor, move_row};
pub use flow::{move_in_order, repeat_in_order};
pub use isa::isa;
pub use marked::{check_mask, copy_where, place, put_mask};
pub(crate) use marks::Marks;
pub use masked::{Mask, first_changed_marked};
pub use number::{check_number, read_number, write_number};
pub use picked::{Picked, count_nonzero};
pub use shared::move_masked;
pub use swap::{byteswap, swap};

use crate::array::Array;
use crate::dtype::DType;
use crate::error::Result;
use plan::{Plan, Rows};
use walk::Nest;

/// What a move reads: its first element, its type, its strides in bytes. The shape is common to
/// both operands and stands apart.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub data: *const u8,
    pub dtype: DType,
    pub strides: &'a [i64],
}

/// What a move writes: its first element, its type, its strides in bytes.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub data: *mut u8,
    pub dtype: DType,
    pub strides: &'a [i64],
}

impl<'a> Source<'a> {
    pub fn of(array: &'a Array) -> Source<'a> {
        Source { data: array.data(), dtype: array.dtype(), strides: array.strides() }
    }
}

impl<'a> Target<'a> {
    /// Refuses a read-only array.
    pub fn of(array: &'a Array) -> Result<Target<'a>> {
        Ok(Target { data: array.data_mut()?, dtype: array.dtype(), strides: array.strides() })
    }
}

/// In which order a move visits the elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// Whichever is fastest: axes may be sorted, flipped, merged and cut into blocks.
    AnyOrder,
    /// C order of the index: where elements of the target share bytes, the last write wins.
    LogicalOrder,
}

/// Moves every element, converting where the types differ.
///
/// A zero stride in the source repeats an element along that axis; a fill is a source whose
/// strides are all zero. Integers wrap, floats into integers truncate and saturate (NaN becomes
/// 0), narrower floats round to nearest even once, complex numbers into real ones lose their
/// imaginary part, and anything into bool is whether it is not zero. Between equal types the bits
/// move as they are. Records that differ are converted field by field, and what lies between the
/// fields of the target is not written.
///
/// # Safety
///
/// - `shape` has at most 64 extents, and both operands as many strides.
/// - Unless an extent is zero, every element that shape and strides address is valid to read in
///   the source, initialised, and valid to write in the target.
/// - [`crate::dtype::DType::can_cast`] allows the conversion under some rule.
/// - The bytes of the two are disjoint, or type, address and strides are the same.
/// - Under [`Visit::AnyOrder`] no two elements of the target share a byte, or it does not matter
///   which of them arrives.
pub unsafe fn move_elements(shape: &[i64], target: Target, source: Source, visit: Visit) {
    if target.dtype != source.dtype && target.dtype.is_record() {
        // SAFETY: the caller's.
        return unsafe { fields::move_fields(shape, target, source, visit) };
    }
    let mut nest = Nest::at(target.data, source.data);
    if !nest.add_axes(shape, target.strides, source.strides) {
        return;
    }
    if target.dtype == source.dtype && nest.is_one_place() {
        return;
    }
    // SAFETY: the caller's.
    if unsafe { moves_row(&nest, source.dtype, target.dtype) } {
        return;
    }
    let mut types = (source.dtype, target.dtype);
    let plan = match visit {
        Visit::LogicalOrder => Plan::Rows(Rows::in_order(&mut nest)),
        Visit::AnyOrder => Plan::fastest(&mut nest, &mut types),
    };
    let streams = plan.exceeds_caches(&nest, types);
    // SAFETY: the plan visits the elements that the caller vouches for, each once or, in tiles, some
    // of them twice alike; a part has a plan of its own.
    unsafe {
        let move_part = |mut part: Nest| {
            let mut types = types;
            let plan = Plan::fastest(&mut part, &mut types);
            move_nest(&part, plan, types, streams);
        };
        let may_share = visit == Visit::AnyOrder && pool::threads() > 1;
        if !(may_share && shared::share_nest(&nest, types.1.itemsize(), move_part)) {
            move_nest(&nest, plan, types, streams);
        }
    }
}

/// Fewer bytes are neither streamed nor shared.
const SMALL: isize = if cfg!(test) { 256 } else { 1 << 20 };

/// Moves a single row that no plan would turn, cut, stream or share; if it is none, nothing is done.
/// Measured: a plan for ten elements takes twice as long as they do.
///
/// # Safety
///
/// - As [`move_elements`].
#[inline(always)]
unsafe fn moves_row(nest: &Nest, from: DType, to: DType) -> bool {
    let [along] = nest.axes[..] else { return false };
    let reads_on = along.source == 0 || along.source == from.itemsize() as isize;
    let is_plain = along.target >= 0 && (reads_on || along.extent < channels::FEWEST);
    if !is_plain || along.extent.saturating_mul(to.itemsize() as isize) >= SMALL {
        return false;
    }
    let (place, n) = (nest.start, along.extent as usize);
    // SAFETY: the caller's.
    unsafe {
        kernel::choose(from, to).run(place.source, along.source, place.target, along.target, n);
    }
    true
}

/// Moves the elements of a nest, past the caches if asked to and where that can be.
///
/// # Safety
///
/// - As [`move_elements`]; the plan was made for the nest, and the types are those that it moves.
#[inline(always)]
unsafe fn move_nest(nest: &Nest, plan: Plan, types: (DType, DType), streams: bool) {
    let stream =
        isa::table().stream.filter(|_| streams && plan.can_stream(nest, types.1.itemsize()));
    let kernel = match stream.is_some() || plan.picks_from_memory(nest, types) {
        true => kernel::choose_from_memory(types.0, types.1),
        false => kernel::choose(types.0, types.1),
    };
    // SAFETY: the caller's.
    unsafe {
        match (plan, stream) {
            (Plan::Rows(rows), None) if streams && plan.spreads(nest, types.1.itemsize()) => {
                plan::spread_rows(nest, rows, kernel);
            }
            (Plan::Rows(rows), None) => plan::move_rows(nest, rows, kernel),
            (Plan::Rows(rows), Some(stream)) => {
                plan::stream_rows(nest, rows, kernel, stream, types.0 == types.1);
            }
            (Plan::Repeats(run), stream) => plan::move_repeats(nest, run, stream),
            (Plan::Records(records), stream) => channels::move_records(nest, records, stream),
            (Plan::Tiles(folded), stream) => {
                tiles::move_tiles(nest, folded, types, kernel, stream);
            }
        }
    }
}
