//! Different types: for each pair one loop over elements side by side, all from this one, and around it
//! the way for elements that do not lie so.
//!
//! Elements a stride apart go through the first cache, a block at a time: the kernel that copies items
//! of their size picks them into a block, the loop makes another block of it, and the kernel that copies
//! items of the target's size spreads that. So a pair of types needs a single loop, which is the one that
//! becomes vectors.
//!
//! Not every pair needs a loop of its own. A complex number is two floats side by side: between complex
//! types the loop is that of the floats, over twice as many; and what becomes a real number is picked by
//! the size of a float. What a real number becomes is first a float, and so is what comes from a float16
//! or bfloat16, exactly, or goes to a float16: an integer that a float32 does not hold is infinite there.

use super::copy::each;
use super::isa::Table;
use super::types::Element;
use crate::dtype::DType;
use crate::dtype::Scalar::{self, Bool, Float32, Float64};
use std::mem::MaybeUninit;

/// Converts elements that lie side by side, as many as make the target full. The target is a slice so
/// that the compiler knows it to be apart from the source.
///
/// # Safety
///
/// - The bytes of the target are a multiple of the size of its elements; the source is valid for as many
///   elements, and the two share no byte.
/// - The processor has the instruction set of the table that the loop is from.
pub(super) type Dense = unsafe fn(*const u8, &mut [MaybeUninit<u8>]);

/// The loop of a [`Dense`].
///
/// # Safety
///
/// As [`Dense`].
#[inline(always)] // Into the kernels of every instruction set.
pub(super) unsafe fn convert<S: Element, T: Element>(
    source: *const u8,
    target: &mut [MaybeUninit<u8>],
) {
    let (from, to) = (size_of::<S>(), size_of::<T>());
    let (bytes, n) = (target.as_mut_ptr().cast(), target.len() / to);
    // SAFETY: the caller's.
    unsafe { each(source, from as isize, bytes, to as isize, n, S::to::<T>) }
}

/// How elements of one type become elements of another.
#[derive(Clone, Copy)]
pub(super) struct Converting {
    table: &'static Table,
    dense: Dense,
    /// What makes the elements of the target of what `dense` makes, if it takes two steps.
    second: Option<Dense>,
    /// The bytes that are read of an element, those that `dense` makes of it, and those written.
    from: usize,
    made: usize,
    to: usize,
}

/// Bytes of a block. For uint8 to float32 of every second element, in the second cache: 1 KiB 68 GB/s,
/// 2 KiB 74, 4 KiB 78; float32 to int32 is slower by 7 % with 2 KiB, and two steps lose with 8.
const BLOCK: usize = 4096;

#[repr(align(64))]
struct Block(MaybeUninit<[u8; BLOCK]>);

impl Block {
    fn new() -> Block {
        Block(MaybeUninit::uninit())
    }

    fn bytes(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

impl Converting {
    /// None for what is no number.
    pub fn new(table: &'static Table, from: DType, to: DType) -> Option<Converting> {
        let (mut read, written) = (from.itemsize(), to.itemsize());
        let (mut from, mut to) = (from.scalar()?, to.scalar()?);
        match (part(from), part(to)) {
            (Some(from_part), Some(to_part)) => (from, to) = (from_part, to_part),
            // The imaginary parts are gaps.
            (Some(part), None) if to != Bool => (from, read) = (part, read / 2),
            _ => {}
        }
        let one = |dense, second, made| Converting {
            table,
            dense,
            second,
            from: read,
            made,
            to: written,
        };
        if let Some(dense) = (table.converting)(from, to) {
            return Some(one(dense, None, written));
        }
        let (middle, made) = match part(to) {
            Some(Float64) if !is_half(from) => (Float64, 8),
            _ => (Float32, 4),
        };
        let first = (table.converting)(from, middle)?;
        Some(one(first, Some((table.converting)(middle, to)?), made))
    }

    /// # Safety
    ///
    /// As [`super::kernel::Run`].
    #[inline(always)]
    pub unsafe fn run(
        self,
        source: *const u8,
        source_stride: isize,
        target: *mut u8,
        target_stride: isize,
        n: usize,
    ) {
        let (from, to) = (self.from as isize, self.to as isize);
        let side_by_side = n == 1 || (source_stride, target_stride) == (from, to);
        // SAFETY: the caller's.
        unsafe {
            if side_by_side && self.second.is_none() {
                (self.dense)(source, bytes(target, n * self.to));
            } else if source_stride == 0 {
                self.fill(source, target, target_stride, n);
            } else {
                self.run_in_blocks(source, source_stride, target, target_stride, n);
            }
        }
    }

    /// # Safety
    ///
    /// As [`Converting::run`].
    #[inline(never)] // The blocks would burden every small move.
    unsafe fn fill(&self, source: *const u8, target: *mut u8, target_stride: isize, n: usize) {
        let (mut element, mut made) =
            ([MaybeUninit::<u8>::uninit(); 16], [MaybeUninit::uninit(); 16]);
        // SAFETY: no element has more than 16 bytes.
        unsafe {
            (self.dense)(source, &mut made[..self.made]);
            let element = match self.second {
                Some(second) => {
                    second(made.as_ptr().cast(), &mut element[..self.to]);
                    element.as_ptr()
                }
                None => made.as_ptr(),
            };
            let spread = (self.table.same)(self.to);
            spread(element.cast(), 0, target, target_stride, n, self.to);
        }
    }

    /// # Safety
    ///
    /// As [`Converting::run`].
    #[inline(never)] // As above.
    unsafe fn run_in_blocks(
        &self,
        source: *const u8,
        source_stride: isize,
        target: *mut u8,
        target_stride: isize,
        n: usize,
    ) {
        let (mut picked, mut made, mut paired) = (Block::new(), Block::new(), Block::new());
        let picks = source_stride != self.from as isize;
        let spreads = target_stride != self.to as isize;
        let widest = if self.second.is_some() || spreads {
            self.from.max(self.made).max(self.to)
        } else {
            // What goes right to the target needs no block. Measured, of uint8 to float32: 0.75 of memcpy
            // with 1024 elements in a block, 0.80 with 2048 or more; of float32 to float64 0.86 with 512
            // and 0.77 with 1024.
            self.from.max(self.to.min(2 * self.from))
        };
        let most = BLOCK / widest;
        let same = self.table.same;
        let (pick, spread) = (same(self.from), same(self.to));
        let mut at = 0;
        while at < n {
            let count = most.min(n - at);
            // SAFETY: `count` elements from `at` on, for which the blocks have room; blocks are apart
            // from everything.
            unsafe {
                let mut from = source.offset(at as isize * source_stride);
                let to = target.offset(at as isize * target_stride);
                if picks {
                    let dense = self.from as isize;
                    pick(from, source_stride, picked.bytes(), dense, count, self.from);
                    from = picked.bytes();
                }
                if let Some(second) = self.second {
                    (self.dense)(from, bytes(made.bytes(), count * self.made));
                    let to = if spreads { paired.bytes() } else { to };
                    second(made.bytes(), bytes(to, count * self.to));
                    from = to;
                } else {
                    let to = if spreads { made.bytes() } else { to };
                    (self.dense)(from, bytes(to, count * self.to));
                    from = to;
                }
                if spreads {
                    spread(from, self.to as isize, to, target_stride, count, self.to);
                }
            }
            at += count;
        }
    }
}

/// The type of both parts of a complex number.
fn part(scalar: Scalar) -> Option<Scalar> {
    match scalar {
        Scalar::Complex64 => Some(Scalar::Float32),
        Scalar::Complex128 => Some(Scalar::Float64),
        _ => None,
    }
}

fn is_half(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::Float16 | Scalar::BFloat16)
}

/// # Safety
///
/// So many bytes are valid to write.
unsafe fn bytes<'a>(target: *mut u8, count: usize) -> &'a mut [MaybeUninit<u8>] {
    // SAFETY: the caller's; bytes that are not initialised yet are said to be so.
    unsafe { std::slice::from_raw_parts_mut(target.cast(), count) }
}
