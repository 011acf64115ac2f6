//! Rows of bytes, copied, and rows of one item many times. By vectors at multiples of their size, with one
//! across either end: the C library takes one string instruction for rows of some kilobytes, which starts
//! slowly and suffers from ends that lie anywhere.
//!
//! By vectors of half a cache line on every processor: on the whole they were ahead of those of a whole one
//! (8 MiB 73 GB/s and 68). Fences keep the compiler from making one store of two, which would then lie
//! across two lines.

use super::vector::Vector;
use crate::transfer::copy::copy_any as copy_items;
use crate::transfer::kernel::Run;
use std::arch::x86_64::*;
use std::sync::atomic::{Ordering, compiler_fence};

/// Bytes of a vector.
const VECTOR: usize = 32;

/// Bytes that are moved at once.
const STEP: usize = 4 * VECTOR;

/// Fewer bytes than these are left to the C library.
pub(super) const WORTH: usize = 256;

/// Copies bytes. Measured: rows of 4082 bytes in L2 105 GB/s, by `memcpy` 65, by vectors at any place 102,
/// by whole cache lines 99; from 256 bytes to 16 MiB ahead of `memcpy`, or no more than 4 % behind.
///
/// # Safety
///
/// - The bytes are valid on either side, and none is on both. They are as many as a vector has, or more.
/// - The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) unsafe fn copy(source: *const u8, target: *mut u8, bytes: usize) {
    let last = bytes - VECTOR;
    // SAFETY: all within the bytes that the caller vouches for.
    unsafe {
        let vector = |at: usize| <__m256i as Vector<2>>::load(source.add(at));
        vector(0).store(target);
        let mut at = VECTOR - target.addr() % VECTOR;
        while at + STEP <= bytes {
            let vectors =
                [vector(at), vector(at + VECTOR), vector(at + 2 * VECTOR), vector(at + 3 * VECTOR)];
            store_four(vectors, target.add(at));
            at += STEP;
        }
        while at < last {
            vector(at).store(target.add(at));
            at += VECTOR;
        }
        vector(last).store(target.add(last));
    }
}

/// Copies `n` items of any size, such as rows.
///
/// # Safety
///
/// As [`Run`], for elements of `itemsize` bytes; the processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn copy_any(
    source: *const u8,
    source_stride: isize,
    target: *mut u8,
    target_stride: isize,
    n: usize,
    itemsize: usize,
) {
    let size = itemsize as isize;
    // SAFETY: the caller's.
    unsafe {
        if itemsize < WORTH || (source_stride, target_stride) == (size, size) {
            return copy_items(source, source_stride, target, target_stride, n, itemsize);
        }
        for index in 0..n as isize {
            let (from, to) = (index * source_stride, index * target_stride);
            copy(source.offset(from), target.offset(to), itemsize);
        }
    }
}

/// Fills with copies of an item, if it has 16 bytes at most and lies in a vector some whole number of
/// times. Tells how many it wrote, all or none: rows shorter than [`FILLED`] are left to the compiler's loops,
/// but for items of 16 bytes, of which it makes no vectors.
///
/// # Safety
///
/// As [`Run`](crate::transfer::kernel::Run), where the source's stride is 0 and the target's `size`; the
/// processor has AVX2.
#[inline(always)]
pub(super) unsafe fn fill(source: *const u8, target: *mut u8, n: usize, size: usize) -> usize {
    let bytes = n * size;
    let pays = bytes >= FILLED || size == 16 && bytes >= 128;
    if !(2..=16).contains(&size) || !size.is_power_of_two() || !pays {
        return 0;
    }
    // SAFETY: the source is one item, and the row as long as a vector or longer.
    unsafe { repeat(sixteen(source, size), target, bytes) };
    n
}

/// Bytes of a row, below which it is filled faster without regard to where it lies. Measured, without and
/// with: 256 bytes 102 and 78 GB/s, 512 78 and 77, 16000 83 and 116.
const FILLED: usize = 512;

/// An item of a size up to 16 bytes, a power of two, as often as it fits in 16. Made in registers: what was
/// just written in pieces is read back slowly.
///
/// # Safety
///
/// The item is valid to read.
#[inline(always)]
unsafe fn sixteen(item: *const u8, size: usize) -> u128 {
    let word = |bits: u64| u128::from(bits) << 64 | u128::from(bits);
    // SAFETY: the caller's.
    unsafe {
        match size {
            1 => word(u64::from(item.read()) * 0x0101_0101_0101_0101),
            2 => word(u64::from(item.cast::<u16>().read_unaligned()) * 0x0001_0001_0001_0001),
            4 => word(u64::from(item.cast::<u32>().read_unaligned()) * 0x0000_0001_0000_0001),
            8 => word(item.cast::<u64>().read_unaligned()),
            _ => item.cast::<u128>().read_unaligned(),
        }
    }
}

pub(super) fn repeating(itemsize: usize) -> Option<Run> {
    Some(match itemsize {
        1 => repeat_items::<1>,
        2 => repeat_items::<2>,
        4 => repeat_items::<4>,
        8 => repeat_items::<8>,
        16 => repeat_items::<16>,
        _ => return None,
    })
}

/// Writes each of `n` items over and over to a row of `row` bytes; the rows lie side by side. Without a call
/// for each: float32 in L2, rows of 16 0.08 of `memset` with one, and 0.83 so.
///
/// # Safety
///
/// As [`Run`], for items of `SIZE` bytes in the source, and rows in the target; the processor has AVX2.
#[target_feature(enable = "avx2")]
unsafe fn repeat_items<const SIZE: usize>(
    source: *const u8,
    stride: isize,
    target: *mut u8,
    _row_stride: isize,
    n: usize,
    row: usize,
) {
    // SAFETY: the caller's.
    let items = |index: usize| unsafe { sixteen(source.offset(index as isize * stride), SIZE) };
    let to = |index: usize| target.wrapping_add(index * row);
    // SAFETY: the caller's.
    unsafe {
        if row >= FILLED {
            return (0..n).for_each(|index| repeat(items(index), to(index), row));
        }
        // Vectors reach into the rows that follow, which are written later; but not behind the last.
        let vector = if row <= 16 { 16 } else { VECTOR };
        let beyond = row.next_multiple_of(vector) - row;
        let exact = n.saturating_sub(beyond.div_ceil(row));
        for index in 0..exact {
            let items = broadcast::<SIZE>(source.offset(index as isize * stride));
            if row <= 16 {
                _mm_storeu_si128(to(index).cast(), _mm256_castsi256_si128(items));
                continue;
            }
            items.store(to(index));
            if row > VECTOR {
                items.store(to(index).add(VECTOR));
            }
            // A loop around all of them takes rows of 64 bytes twice as long.
            (2 * VECTOR..row).step_by(VECTOR).for_each(|at| items.store(to(index).add(at)));
        }
        (exact..n).for_each(|index| repeat_exactly(items(index), to(index), row));
    }
}

/// # Safety
///
/// - An item of `SIZE` bytes is valid to read.
/// - The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn broadcast<const SIZE: usize>(item: *const u8) -> __m256i {
    // SAFETY: the caller's.
    unsafe {
        match SIZE {
            1 => _mm256_set1_epi8(item.cast::<i8>().read()),
            2 => _mm256_set1_epi16(item.cast::<i16>().read_unaligned()),
            4 => _mm256_set1_epi32(item.cast::<i32>().read_unaligned()),
            8 => _mm256_set1_epi64x(item.cast::<i64>().read_unaligned()),
            _ => _mm256_broadcastsi128_si256(_mm_loadu_si128(item.cast())),
        }
    }
}

/// # Safety
///
/// So many bytes are valid to write.
#[inline(never)] // A few rows of many.
unsafe fn repeat_exactly(items: u128, target: *mut u8, bytes: usize) {
    for at in (0..bytes).step_by(16) {
        let items = items.to_ne_bytes();
        // SAFETY: the caller's; what is left, and no more than there is.
        unsafe { target.add(at).copy_from(items.as_ptr(), (bytes - at).min(16)) };
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn twice(items: u128) -> __m256i {
    _mm256_broadcastsi128_si256(_mm_set_epi64x((items >> 64) as i64, items as i64))
}

/// Writes 16 bytes again and again, the last time perhaps some of them.
///
/// # Safety
///
/// - The bytes are valid to write, and as many as a vector has, or more.
/// - The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn repeat(items: u128, target: *mut u8, bytes: usize) {
    let from = |at: usize| twice(items.rotate_right(8 * (at % 16) as u32));
    let last = bytes - VECTOR;
    let mut at = VECTOR - target.addr() % VECTOR;
    let inner = from(at);
    // SAFETY: all within the bytes that the caller vouches for.
    unsafe {
        from(0).store(target);
        while at + STEP <= bytes {
            store_four([inner; 4], target.add(at));
            at += STEP;
        }
        while at < last {
            inner.store(target.add(at));
            at += VECTOR;
        }
        // Not earlier: the processor fetches lines in the order of the stores.
        from(last).store(target.add(last));
    }
}

/// # Safety
///
/// - Four vectors are valid to write.
/// - The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store_four(vectors: [__m256i; 4], target: *mut u8) {
    // SAFETY: the caller's.
    unsafe {
        vectors[0].store(target);
        compiler_fence(Ordering::SeqCst);
        vectors[1].store(target.add(VECTOR));
        compiler_fence(Ordering::SeqCst);
        vectors[2].store(target.add(2 * VECTOR));
        compiler_fence(Ordering::SeqCst);
        vectors[3].store(target.add(3 * VECTOR));
    }
}
