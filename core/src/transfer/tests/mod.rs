//! Every move against a naive loop, every conversion against integer arithmetic.

mod comparing;
mod converting;
mod moving;
mod numbers;
pub mod oracle;
mod overlapping;
mod picking;
#[cfg(unix)]
mod sharing;

use super::*;

/// A deterministic generator: splitmix64.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    fn dtype(&mut self) -> DType {
        DType::ALL[self.below(15)]
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    /// Extents whose product stays small; with one or two axes they are sometimes long enough for
    /// blocks and tiles.
    fn shape(&mut self) -> Vec<i64> {
        let ndim = self.below(6);
        let bound = match ndim {
            1 if self.one_in(2) => 3000,
            2 if self.one_in(4) => 160,
            0..=3 => 12,
            _ => 6,
        };
        (0..ndim).map(|_| self.below(bound) as i64 + i64::from(!self.one_in(20))).collect()
    }

    /// Elements in a row of their own each: axes in any order, either direction, with gaps.
    fn layout(&mut self, shape: &[i64], dtype: DType) -> Layout {
        let mut axes: Vec<usize> = (0..shape.len()).collect();
        if !self.one_in(3) {
            (0..axes.len()).for_each(|at| axes.swap(at, self.below(at + 1)));
        } else {
            axes.reverse();
        }
        let (padded, flipped) = (self.one_in(2), self.one_in(2));
        let mut layout = Layout { start: 0, strides: vec![0; shape.len()], nbytes: 0 };
        let mut span = dtype.itemsize() as i64;
        for axis in axes {
            let gap = if padded { self.below(5) as i64 } else { 0 };
            let stride = span + gap;
            let reach = stride * (shape[axis] - 1).max(0);
            span += reach;
            layout.strides[axis] = stride;
            if flipped && self.one_in(2) {
                layout.strides[axis] = -stride;
                layout.start += reach;
            }
        }
        layout.with_room(span, self)
    }

    /// As [`Random::layout`], but some axes do not move.
    fn broadcast_layout(&mut self, shape: &[i64], dtype: DType) -> Layout {
        let odds = [1, 3, 1000][self.below(3)];
        let repeated: Vec<bool> = shape.iter().map(|_| self.one_in(odds)).collect();
        let kept: Vec<i64> = shape
            .iter()
            .zip(&repeated)
            .map(|(&extent, &zero)| if zero { 1 } else { extent })
            .collect();
        let mut layout = self.layout(&kept, dtype);
        for (stride, zero) in layout.strides.iter_mut().zip(repeated) {
            *stride *= i64::from(!zero);
        }
        layout
    }
}

/// Where the elements of a shape lie in a block of bytes with guards around them.
#[derive(Debug)]
struct Layout {
    start: i64,
    strides: Vec<i64>,
    nbytes: usize,
}

impl Layout {
    const GUARD: i64 = 64;

    /// Puts `span` bytes between guards, at any alignment.
    fn with_room(mut self, span: i64, random: &mut Random) -> Layout {
        self.start += Layout::GUARD + random.below(16) as i64;
        self.nbytes = (span + 2 * Layout::GUARD + 16) as usize;
        self
    }

    /// The offset of every element, in C order.
    fn offsets(&self, shape: &[i64]) -> Vec<usize> {
        let mut offsets = vec![self.start];
        for (&extent, &stride) in shape.iter().zip(&self.strides) {
            let longer = |&offset: &i64| (0..extent).map(move |index| offset + index * stride);
            offsets = offsets.iter().flat_map(longer).collect();
        }
        offsets.into_iter().map(|offset| offset as usize).collect()
    }

    fn source<'a>(&'a self, memory: &'a [u8], dtype: DType) -> Source<'a> {
        let data = memory.as_ptr().wrapping_offset(self.start as isize);
        Source { data, dtype, strides: &self.strides }
    }

    fn target<'a>(&'a self, memory: &'a mut [u8], dtype: DType) -> Target<'a> {
        let data = memory.as_mut_ptr().wrapping_offset(self.start as isize);
        Target { data, dtype, strides: &self.strides }
    }

    /// Overwrites the elements with values of every magnitude, special ones among them.
    fn fill_with_values(
        &self,
        shape: &[i64],
        memory: &mut [u8],
        dtype: DType,
        random: &mut Random,
    ) {
        for offset in self.offsets(shape) {
            let value = oracle::any_value(random);
            memory[offset..offset + dtype.itemsize()].copy_from_slice(&value.encode(dtype));
        }
    }
}

/// Elements one after another, for tests about values.
fn dense(memory: &[u8], dtype: DType) -> (Vec<i64>, Vec<i64>) {
    (vec![(memory.len() / dtype.itemsize()) as i64], vec![dtype.itemsize() as i64])
}
