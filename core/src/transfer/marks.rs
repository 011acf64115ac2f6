//! Where a mask is true: the positions of what is not zero, in C order, found piece by piece.
//!
//! A piece is a stretch of the mask's last axis. Its elements become bytes that are 0 or not, and
//! those become positions by a loop without a branch: every position is written, and the next one
//! over it unless it counted.

use super::kernel::{self, Kernel};
use crate::dtype::DType;
use crate::index::List;
use crate::layout::{Dims, has_no_elements};

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
        Marks {
            list,
            to_bool: kernel::choose(list.dtype, DType::Bool),
            line: Dims::from_iter(std::iter::repeat_n(0, outer)),
            line_data: list.data,
            next: 0,
            at_end: has_no_elements(list.shape),
            piece: 0,
            found: [0; PIECE],
            found_count: 0,
            given: 0,
        }
    }

    /// Back before the first mark.
    pub fn rewind(&mut self) {
        self.line.iter_mut().for_each(|index| *index = 0);
        self.line_data = self.list.data;
        self.next = 0;
        self.at_end = has_no_elements(self.list.shape);
        (self.found_count, self.given) = (0, 0);
    }

    /// How many marks there are from here on.
    pub fn count(mut self) -> i64 {
        let mut count = 0;
        while let Some(found) = self.take(PIECE) {
            count += found.steps.len() as i64;
        }
        count
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
            self.at_end = !self.step_line();
            if self.at_end {
                return;
            }
        }
        let len = (extent - self.next).min(PIECE as i64) as usize;
        let data = self.line_data.wrapping_offset((self.next as isize).wrapping_mul(stride));
        let mut truth = [0u8; PIECE];
        // SAFETY: `new`'s caller vouches for the elements; the piece has no more than fit.
        unsafe { self.to_bool.run(data, stride, truth.as_mut_ptr(), 1, len) };
        let mut count = 0;
        for (step, &byte) in truth[..len].iter().enumerate() {
            self.found[count] = step as u8;
            count += usize::from(byte != 0);
        }
        self.found_count = count;
        self.piece = self.next;
        self.next += len as i64;
    }

    /// To the next line in C order; false after the last.
    fn step_line(&mut self) -> bool {
        for axis in (0..self.line.len()).rev() {
            let (extent, stride) = (self.list.shape[axis], self.list.strides[axis] as isize);
            self.line[axis] += 1;
            self.line_data = self.line_data.wrapping_offset(stride);
            if self.line[axis] < extent {
                return true;
            }
            let back = stride.wrapping_mul(extent as isize).wrapping_neg();
            self.line_data = self.line_data.wrapping_offset(back);
            self.line[axis] = 0;
        }
        false
    }
}
