//! Which arrays look at the same memory, and at which scale it is shown.

use super::row::MAX_CELLS;
use super::{DrawOptions, Entry, MAX_ARRAYS};
use crate::array::Array;
use crate::insight::footprint::gcd;
use arrayvec::ArrayVec;

/// The arrays over one stretch of memory: one buffer, or several that wrap the same bytes.
pub struct Block {
    /// Places in the list of entries.
    pub members: ArrayVec<usize, MAX_ARRAYS>,
    pub low: usize,
    pub nbytes: u64,
    pub buffers: usize,
}

/// The blocks, in the order in which the entries name them.
pub fn blocks<'a>(entries: &'a [Entry<'a>]) -> impl Iterator<Item = Block> + 'a {
    (0..entries.len()).filter_map(move |at| {
        let block = Block::of(entries, at);
        (block.members[0] == at).then_some(block)
    })
}

impl Block {
    fn of(entries: &[Entry], at: usize) -> Block {
        let (low, high) = region(entries, at);
        let inside = |&other: &usize| {
            same_owner(entries[other].array, entries[at].array)
                || (low < high && region(entries, other) == (low, high))
        };
        let members: ArrayVec<usize, MAX_ARRAYS> = (0..entries.len()).filter(inside).collect();
        let is_first = |&&member: &&usize| {
            let same = |&&other: &&usize| same_owner(entries[member].array, entries[other].array);
            members.iter().find(same) == Some(&member)
        };
        let buffers = members.iter().filter(is_first).count();
        Block { members, low, nbytes: (high - low) as u64, buffers }
    }

    /// From the block's first byte to an array's first element.
    pub fn offset(&self, array: &Array) -> i128 {
        array.data().addr() as i128 - self.low as i128
    }
}

pub fn same_owner(a: &Array, b: &Array) -> bool {
    std::ptr::eq(a.owner(), b.owner())
}

/// The addresses of an array's buffer, and of all buffers that reach into them.
fn region(entries: &[Entry], at: usize) -> (usize, usize) {
    let (mut low, mut high) = bounds(entries[at].array);
    loop {
        let before = (low, high);
        for (first, end) in entries.iter().map(|entry| bounds(entry.array)) {
            if first < high && low < end && first < end {
                (low, high) = (low.min(first), high.max(end));
            }
        }
        if (low, high) == before {
            return before;
        }
    }
}

fn bounds(array: &Array) -> (usize, usize) {
    let low = array.buffer().start().addr();
    (low, low + array.buffer().nbytes())
}

/// What part of a block is shown, and how: in cells of so many bytes, the last one perhaps less.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The first byte that is shown, from the block's.
    pub first: u64,
    pub shown: u64,
    pub cell: u64,
    pub cells: usize,
    /// Every element begins and ends with a cell.
    pub whole_elements: bool,
}

impl Scale {
    pub fn new(entries: &[Entry], block: &Block, options: &DrawOptions, most: usize) -> Scale {
        let most = most.clamp(1, MAX_CELLS) as u64;
        let first = options.first_byte.min(block.nbytes);
        let rest = block.nbytes - first;
        let shown = if options.byte_count == 0 { rest } else { rest.min(options.byte_count) };
        let arrays = block.members.iter().map(|&member| entries[member].array);
        let unit = arrays.fold(0, |unit, array| unit_of(unit, array, block, first));
        let unit = if unit == 0 { 1 } else { unit };
        let units = shown.div_ceil(unit);
        let many = units > most;
        let cell = if many { unit.saturating_mul(rounded_up(units.div_ceil(most))) } else { unit };
        let cells = shown.div_ceil(cell) as usize;
        Scale { first, shown, cell, cells, whole_elements: !many }
    }

    /// The cell that shows a byte, counted from the block's first, if any does.
    pub fn cell_of(&self, byte: u64) -> Option<usize> {
        let within = byte.checked_sub(self.first)?;
        (within < self.shown).then(|| (within / self.cell) as usize)
    }

    /// The bytes of a cell.
    pub fn bytes(&self, cell: usize) -> u64 {
        self.cell.min(self.shown.saturating_sub(cell as u64 * self.cell))
    }
}

/// The greatest number of bytes that divides also the places where the elements of an array begin
/// and end.
fn unit_of(unit: u64, array: &Array, block: &Block, first: u64) -> u64 {
    if array.layout().is_empty() {
        return unit;
    }
    let from = (block.offset(array) - i128::from(first)).unsigned_abs() as u64;
    let unit = gcd(gcd(unit, array.itemsize() as u64), from);
    let axes = array.shape().iter().zip(array.strides()).filter(|(extent, _)| **extent > 1);
    axes.fold(unit, |unit, (_, stride)| gcd(unit, stride.unsigned_abs()))
}

/// The next number that is pleasant to count in: 1 to 4, and then 5, 6 or 8 times a power of two.
fn rounded_up(number: u64) -> u64 {
    if number <= 4 {
        return number;
    }
    let mut power = 1u64;
    loop {
        for times in [5, 6, 8] {
            match power.checked_mul(times) {
                Some(round) if round < number => {}
                Some(round) => return round,
                None => return number,
            }
        }
        power *= 2;
    }
}

/// Every how many cells a ruler has room for a label, in pleasant numbers.
pub fn tick(label: usize, cell: usize) -> usize {
    rounded_up(label.div_ceil(cell.max(1)) as u64) as usize
}
