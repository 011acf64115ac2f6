//! The same values in a layout that a careless loop gets wrong, and whether it wrote beside them.
//!
//! ```text
//!   canaries | element | canaries | element | ... | canaries
//!   ^ the buffer's start, at a multiple of 64
//! ```
//!
//! Every byte that belongs to no element holds a number made of the seed and its position, so that
//! the seed is all that a check needs.

use crate::array::{Array, Handle};
use crate::buffer::{BufferKind, audit};
use crate::dtype::Casting;
use crate::error::{Error, Result, ShortShape};
use crate::layout::{self, LayoutRef, MAX_NDIM, Order, check_shape, zeros};
use crate::transfer::assign;
use arrayvec::ArrayVec;

/// The fewest canaries before the first byte of an element, and behind the last. Aligned for every
/// type.
const GUARD: i64 = 64;

/// The values of an array in memory of their own, the axes in another order, some backwards, with
/// gaps between the elements; misaligned, unless `aligned`. The same seed makes the same layout.
///
/// # Safety
/// - The elements are valid memory that no other thread writes.
pub unsafe fn scramble(array: &Array, seed: u64, aligned: bool) -> Result<Handle> {
    let hostile = Hostile::new(array, seed, aligned);
    let itemsize = array.itemsize();
    let too_large = || Error::TooLarge { shape: ShortShape::new(array.shape()), itemsize };
    let Some((strides, offset, nbytes)) = hostile.layout() else { return Err(too_large()) };
    check_shape(&[nbytes], 1).map_err(|_| too_large())?;
    let nbytes = nbytes as usize;
    let layout = LayoutRef { shape: array.shape(), strides: &strides, itemsize };
    let result = Array::in_new_buffer(array.dtype(), nbytes, offset, layout)?;
    // SAFETY: the buffer is new and has that many bytes.
    let bytes = unsafe { std::slice::from_raw_parts_mut(result.buffer().start(), nbytes) };
    for (position, byte) in bytes.iter_mut().enumerate() {
        *byte = canary(seed, position as i64);
    }
    // SAFETY: the caller vouches for the elements; the result is new.
    unsafe { assign(&result, array, Casting::No)? };
    audit::made(c"scramble", result.nbytes());
    Ok(result)
}

/// Refuses a scrambled array, or a view of one, beside whose elements a byte has changed.
///
/// # Safety
/// - No other thread writes the buffer.
pub unsafe fn check_scrambled(array: &Array, seed: u64) -> Result<()> {
    let owner = array.owner();
    let buffer = owner.buffer();
    let runs = layout::runs(owner.layout(), Order::K);
    let has_gaps = buffer.nbytes() > owner.nbytes();
    if buffer.kind() != BufferKind::Heap || !has_gaps || !runs.ascend() {
        return Err(Error::NotScrambled);
    }
    // SAFETY: the buffer has that many bytes, all of them set.
    let bytes = unsafe { std::slice::from_raw_parts(buffer.start(), buffer.nbytes()) };
    let first = owner.buffer_offset();
    let check = |gap: std::ops::Range<i64>| {
        let mut places = gap.map(|byte| (byte, bytes[byte as usize], canary(seed, byte)));
        match places.find(|(_, found, expected)| found != expected) {
            None => Ok(()),
            Some((byte, found, expected)) => {
                Err(Error::Overrun { byte, offset: byte - first, expected, found })
            }
        }
    };
    let mut checked = 0;
    for number in 0..runs.count() {
        let run = first + runs.at(number);
        check(checked..run)?;
        checked = run + runs.run_bytes;
    }
    check(checked..bytes.len() as i64)
}

fn canary(seed: u64, position: i64) -> u8 {
    Random(seed ^ (position as u64).wrapping_mul(0xd1b5_4a32_d192_ed03)).next() as u8
}

/// Numbers from a seed: splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: i64) -> i64 {
        (self.next() % bound as u64) as i64
    }
}

/// A layout being drawn.
struct Hostile<'a> {
    array: &'a Array,
    random: Random,
    /// What every stride is a multiple of.
    unit: i64,
}

impl<'a> Hostile<'a> {
    fn new(array: &'a Array, seed: u64, aligned: bool) -> Hostile<'a> {
        let unit = if aligned { array.dtype().alignment() as i64 } else { 1 };
        Hostile { array, random: Random(seed), unit }
    }

    /// Strides, the offset of the first element, and the bytes of the buffer; `None` if there would
    /// be too many.
    fn layout(mut self) -> Option<(layout::Dims, i64, i64)> {
        let shape = self.array.shape();
        let mut strides = zeros(shape.len());
        let front = self.guard();
        let mut first = front;
        let mut span = if self.array.size() == 0 { 0 } else { self.array.itemsize() as i64 };
        for &axis in &self.axes() {
            if shape[axis] == 1 || span == 0 {
                strides[axis] = self.meaningless_stride();
                continue;
            }
            let gap = self.unit * self.random.below(4);
            let ragged = span % self.unit;
            let filled = if ragged == 0 { 0 } else { self.unit - ragged };
            let stride = span.checked_add(filled + gap)?;
            let reach = stride.checked_mul(shape[axis] - 1)?;
            let backwards = self.random.below(2) == 1;
            strides[axis] = if backwards { -stride } else { stride };
            first = first.checked_add(if backwards { reach } else { 0 })?;
            span = span.checked_add(reach)?;
        }
        let back = GUARD + self.random.below(GUARD);
        Some((strides, first, front.checked_add(span)?.checked_add(back)?))
    }

    /// The axes from the fastest to the slowest.
    fn axes(&mut self) -> ArrayVec<usize, MAX_NDIM> {
        let mut axes: ArrayVec<usize, MAX_NDIM> = (0..self.array.ndim()).collect();
        for last in (1..axes.len()).rev() {
            axes.swap(last, self.random.below(last as i64 + 1) as usize);
        }
        axes
    }

    /// An odd number, for an axis along which nothing moves.
    fn meaningless_stride(&mut self) -> i64 {
        2 * self.random.below(10_000) - 9_999
    }

    /// The bytes before the lowest element.
    fn guard(&mut self) -> i64 {
        let guard = GUARD + self.unit * self.random.below(GUARD / self.unit);
        let alignment = self.array.dtype().alignment() as i64;
        if self.unit < alignment && guard % alignment == 0 { guard + 1 } else { guard }
    }
}
