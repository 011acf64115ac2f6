//! What one array sees of a block, cell by cell.

use super::scene::{Block, Scale};
use crate::array::Array;
use crate::layout::{Dims, LayoutRef, MAX_NDIM, Touched, zeros};
use std::ops::Range;

/// The most cells of a row.
pub const MAX_CELLS: usize = 512;
/// The most elements that are looked at one by one.
const MAX_ELEMENTS: i64 = 4096;

/// A cell, as one array sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cell {
    /// How many of its bytes are touched.
    touched: u64,
    /// An element begins here, or its first part that is shown.
    begins: bool,
    /// How many elements, where that is known.
    seen: u64,
    /// The position in C order of the element that begins here.
    position: Option<i64>,
}

const UNSEEN: Cell = Cell { touched: 0, begins: false, seen: 0, position: None };

pub struct Row {
    cells: [Cell; MAX_CELLS],
    scale: Scale,
    /// Some bytes belong to more than one element.
    pub repeated: bool,
    /// What is said to be touched is no less than what is.
    pub is_bound: bool,
}

/// What stands in some cells of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece {
    Hole,
    /// One element, and its position in C order.
    Element(Option<i64>),
    /// A cell of as many elements.
    Repeated(u64),
    /// Cells of which so many of all bytes are touched.
    Part {
        touched: u64,
        bytes: u64,
    },
}

impl Row {
    pub fn new(array: &Array, block: &Block, scale: Scale) -> Row {
        let cells = [UNSEEN; MAX_CELLS];
        let mut row = Row { cells, scale, repeated: false, is_bound: false };
        let layout = array.layout();
        if layout.is_empty() || scale.cells == 0 {
            return row;
        }
        let offset = block.offset(array) - i128::from(scale.first);
        let moving = Moving::of(layout);
        if scale.whole_elements && moving.size <= MAX_ELEMENTS {
            row.mark_elements(&moving, layout.itemsize as u64, offset);
        } else {
            row.count_bytes(layout, offset);
            row.repeated |= moving.times > 1;
        }
        row
    }

    /// Whether a cell is seen at all.
    pub fn sees(&self, cell: usize) -> bool {
        self.cells[cell].touched != 0
    }

    fn mark_elements(&mut self, moving: &Moving, itemsize: u64, offset: i128) {
        let cell = i128::from(self.scale.cell);
        let width = (itemsize / self.scale.cell).max(1) as i128;
        moving.for_each(|position, way| {
            let start = (offset + i128::from(way)).div_euclid(cell);
            let end = (start + width).clamp(0, self.scale.cells as i128) as usize;
            let start = start.clamp(0, self.scale.cells as i128) as usize;
            for at in start..end {
                let bytes = self.scale.bytes(at);
                let marked = &mut self.cells[at];
                self.repeated |= marked.seen != 0 || moving.times > 1;
                marked.touched = bytes;
                marked.seen = marked.seen.saturating_add(moving.times);
                if at == start {
                    marked.begins = true;
                    marked.position = Some(position);
                }
            }
        });
    }

    fn count_bytes(&mut self, layout: LayoutRef, offset: i128) {
        let touched = self.countable(layout);
        let starts = self.countable(LayoutRef { itemsize: 1, ..layout });
        // Fewer bytes than the elements have together: some are shared.
        let all = i128::from(layout.size()) * layout.itemsize as i128;
        self.repeated = touched.count().is_some_and(|count| i128::from(count) < all);
        let (low, first) = (offset + i128::from(touched.low()), offset + i128::from(starts.low()));
        for at in 0..self.scale.cells {
            let from = at as i128 * i128::from(self.scale.cell);
            let to = from + i128::from(self.scale.bytes(at));
            let within = |bytes: &Touched, low| bytes.before(to - low) - bytes.before(from - low);
            self.cells[at].touched = within(&touched, low) as u64;
            self.cells[at].begins = self.scale.whole_elements && within(&starts, first) > 0;
        }
    }

    fn countable(&mut self, layout: LayoutRef) -> Touched {
        let touched = Touched::of(layout);
        if touched.count().is_some() {
            return touched;
        }
        self.is_bound = true;
        touched.covering()
    }

    /// The row from left to right, in pieces that are drawn as one.
    pub fn pieces(&self) -> impl Iterator<Item = (Range<usize>, Piece)> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at;
            (start < self.scale.cells).then(|| {
                at += 1;
                while at < self.scale.cells && self.continues(start, at) {
                    at += 1;
                }
                (start..at, self.piece(start..at))
            })
        })
    }

    fn continues(&self, start: usize, at: usize) -> bool {
        let (first, next) = (&self.cells[start], &self.cells[at]);
        if first.touched == 0 || next.touched == 0 {
            return first.touched == next.touched;
        }
        match self.scale.whole_elements {
            true => !self.counts_elements() && !next.begins,
            false => first.touched == self.scale.cell && next.touched == self.scale.bytes(at),
        }
    }

    /// Whether cells say how many elements they belong to.
    fn counts_elements(&self) -> bool {
        self.repeated && self.cells[..self.scale.cells].iter().any(|cell| cell.seen != 0)
    }

    fn piece(&self, cells: Range<usize>) -> Piece {
        let first = &self.cells[cells.start];
        if first.touched == 0 {
            return Piece::Hole;
        }
        if !self.scale.whole_elements {
            let touched = self.cells[cells.clone()].iter().map(|cell| cell.touched).sum();
            let bytes = cells.map(|cell| self.scale.bytes(cell)).sum();
            return Piece::Part { touched, bytes };
        }
        if self.counts_elements() {
            Piece::Repeated(first.seen)
        } else {
            Piece::Element(first.position)
        }
    }
}

/// The elements of a layout but for axes along which nothing moves.
struct Moving {
    shape: Dims,
    strides: Dims,
    /// How many positions in C order lie between neighbours along an axis.
    positions: Dims,
    size: i64,
    /// How many elements there are at each place.
    times: u64,
}

impl Moving {
    fn of(layout: LayoutRef) -> Moving {
        let mut moving = Moving {
            shape: Dims::new(),
            strides: Dims::new(),
            positions: Dims::new(),
            size: 1,
            times: 1,
        };
        let mut position = layout.size();
        for (&extent, &stride) in layout.shape.iter().zip(layout.strides) {
            position /= extent;
            if stride == 0 {
                moving.times = moving.times.saturating_mul(extent as u64);
            } else if extent > 1 {
                moving.shape.push(extent);
                moving.strides.push(stride);
                moving.positions.push(position);
                moving.size = moving.size.saturating_mul(extent);
            }
        }
        moving
    }

    /// Each element's position in C order, and the way to it from the first one.
    fn for_each(&self, mut see: impl FnMut(i64, i64)) {
        debug_assert!(self.shape.len() <= MAX_NDIM);
        let mut index = zeros(self.shape.len());
        for _ in 0..self.size {
            let sum = |numbers: &Dims| index.iter().zip(numbers).map(|(at, by)| at * by).sum();
            see(sum(&self.positions), sum(&self.strides));
            for axis in (0..index.len()).rev() {
                index[axis] += 1;
                if index[axis] < self.shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
    }
}
