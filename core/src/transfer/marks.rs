//! Where a mask is true: the positions of what is not zero, in C order, found piece by piece.
//!
//! A piece is a stretch of the mask's last axis. Its elements become bytes that are 0 or not, if they
//! are not such bytes, and those become positions: of the numbers from 0 on, the ones they mark.

use super::isa;
use super::kernel::{self, Kernel};
use super::plan::Rows;
use super::walk::Nest;
use crate::dtype::DType;
use crate::index::List;
use crate::layout::{Dims, has_no_elements, next_index, offset_of};
use std::iter::repeat_n;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

/// Elements of one piece; a position in it fits in a byte.
const PIECE: usize = 256;

/// A place in a mask, which gives the positions of what is true from there on.
pub struct Marks<'a> {
    list: List<'a>,
    to_bool: Kernel,
    /// The index along all axes but the last, and the first element of that line.
    line: Dims,
    line_data: *const u8,
    /// Where along the line the next piece begins.
    next: i64,
    at_end: bool,
    piece: i64,
    found: [u8; PIECE],
    found_count: usize,
    given: usize,
}

/// Some of the positions, ascending: all of one line.
pub struct Found<'m> {
    /// The index along all axes but the last.
    pub line: &'m [i64],
    /// Along the last axis each of `steps` lies this far from the start.
    pub start: i64,
    pub steps: &'m [u8],
}

impl<'a> Marks<'a> {
    /// Before the first mark.
    ///
    /// # Safety
    /// - The elements of the list can be read while the result is used; they are of a scalar type.
    pub unsafe fn new(list: List<'a>) -> Marks<'a> {
        let outer = list.shape.len().saturating_sub(1);
        let mut marks = Marks {
            list,
            to_bool: kernel::choose(list.dtype, DType::Bool),
            line: Dims::new(),
            line_data: list.data,
            next: 0,
            at_end: has_no_elements(list.shape),
            piece: 0,
            found: [0; PIECE],
            found_count: 0,
            given: 0,
        };
        marks.line.extend(repeat_n(0, outer));
        marks
    }

    /// Back before the first mark.
    pub fn rewind(&mut self) {
        self.line.iter_mut().for_each(|index| *index = 0);
        self.line_data = self.list.data;
        self.next = 0;
        self.at_end = has_no_elements(self.list.shape);
        (self.found_count, self.given) = (0, 0);
    }

    /// The next marks, at most `most`; none after the last, nor where none are wanted.
    pub fn take(&mut self, most: usize) -> Option<Found<'_>> {
        if most == 0 {
            return None;
        }
        while self.given == self.found_count {
            if self.at_end {
                return None;
            }
            self.read_piece();
        }
        let first = self.given;
        self.given = self.found_count.min(first + most);
        Some(Found { line: &self.line, start: self.piece, steps: &self.found[first..self.given] })
    }

    /// Reads the piece that `next` begins, after a step to the next line where this one is done.
    fn read_piece(&mut self) {
        let extent = self.list.shape.last().copied().unwrap_or(1);
        let stride = self.list.strides.last().copied().unwrap_or(0) as isize;
        (self.found_count, self.given) = (0, 0);
        if self.next == extent {
            self.next = 0;
            self.at_end = !next_index(&mut self.line, self.list.shape);
            if self.at_end {
                return;
            }
            self.line_data = match self.line.split_last() {
                // Nearly always, and shorter.
                Some((1.., outer)) => {
                    self.line_data.wrapping_offset(self.list.strides[outer.len()] as isize)
                }
                _ => {
                    let way = offset_of(&self.line, self.list.strides);
                    self.list.data.wrapping_offset(way as isize)
                }
            };
        }
        let len = (extent - self.next).min(PIECE as i64) as usize;
        let data = self.line_data.wrapping_offset((self.next as isize).wrapping_mul(stride));
        let mut truth = MaybeUninit::<[u8; PIECE]>::uninit();
        let compress = (isa::table().compress)(1);
        // SAFETY: `new`'s caller vouches for the elements; the piece has no more than fit.
        self.found_count = unsafe {
            let truth = bytes_of(self.to_bool, &self.list, (data, stride), len, &mut truth);
            compress.map_or(0, |compress| {
                compress(STEPS.as_ptr(), truth, len, self.found.as_mut_ptr(), PIECE)
            })
        };
        self.piece = self.next;
        self.next += len as i64;
    }
}

/// The steps of a piece.
static STEPS: [u8; PIECE] = {
    let mut steps = [0; PIECE];
    let mut at = 0;
    while at < PIECE {
        steps[at] = at as u8;
        at += 1;
    }
    steps
};

/// Elements as bytes that are 0 or not: where they stand, or in `room`.
///
/// # Safety
/// - `n` elements of the list's type, which is a scalar one, can be read; no more than fit.
unsafe fn bytes_of(
    to_bool: Kernel,
    list: &List,
    (data, stride): (*const u8, isize),
    n: usize,
    room: &mut MaybeUninit<[u8; PIECE]>,
) -> *const u8 {
    if list.dtype.itemsize() == 1 && stride == 1 {
        return data;
    }
    let room = room.as_mut_ptr().cast::<u8>();
    // SAFETY: the caller's.
    unsafe { to_bool.run(data, stride, room, 1, n) };
    room
}

/// How many elements are not zero.
///
/// # Safety
/// - The elements can be read; they are of a scalar type.
pub unsafe fn count_marks(list: &List) -> i64 {
    let List { data, dtype, shape, strides } = *list;
    // The walk knows a side that may be written; here neither is.
    let mut nest = Nest::at(data.cast_mut(), data);
    if !nest.add_axes(shape, strides, strides) {
        return 0;
    }
    let rows = Rows::fastest(&mut nest, dtype.itemsize());
    let (to_bool, count) = (kernel::choose(dtype, DType::Bool), isa::table().count);
    let stride = nest.axes[0].source;
    let mut room = MaybeUninit::<[u8; PIECE]>::uninit();
    let mut total = 0;
    let _ = rows.each(&nest, |place, n| {
        let piece = if dtype.itemsize() == 1 && stride == 1 { n } else { PIECE };
        let mut done = 0;
        while done < n {
            let len = piece.min(n - done);
            let data = place.source.wrapping_offset(stride.wrapping_mul(done as isize));
            // SAFETY: the caller's; the walk stays on the elements.
            unsafe {
                let bytes = bytes_of(to_bool, list, (data, stride), len, &mut room);
                total += count(bytes, len) as i64;
            }
            done += len;
        }
        ControlFlow::<()>::Continue(())
    });
    total
}
