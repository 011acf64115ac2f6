//! Items that lie a few bytes apart on one side, and side by side on the other, by AVX-512 with VBMI:
//! any bytes of two vectors in any order is one instruction, and so is writing some bytes of a vector.
//! So a single loop each way does for items of all sizes and for all strides, in either direction.
//!
//! Vectors begin with an item. They are read as long as there are items beyond: what lies between two
//! items is read with them, but never what lies before the first or behind the last. What lies between
//! items of the target is not written. The last few items are left to the caller.

use std::arch::x86_64::*;

/// Whether items a stride apart are better moved so than one at a time, or by a loop for that stride:
/// measured for all sizes of elements and strides up to eight items.
fn pays(stride: isize, size: usize) -> bool {
    let step = stride.unsigned_abs();
    match size {
        8 | 16 => size < step && step <= 16,
        _ if size.is_power_of_two() => size < step && step <= 24,
        _ => size <= step && step <= 24,
    }
}

/// Fewer bytes than these are not worth the preparation.
const WORTH: usize = 256;

/// Copies some of the first items, if that is what the strides ask for; tells how many.
///
/// # Safety
///
/// As [`Run`](crate::transfer::kernel::Run); the processor has AVX-512 with VBMI.
#[inline(always)]
pub(super) unsafe fn copy_some(
    source: *const u8,
    source_stride: isize,
    target: *mut u8,
    target_stride: isize,
    n: usize,
    size: usize,
) -> usize {
    let dense = size as isize;
    // SAFETY: the caller's.
    unsafe {
        if n * size < WORTH {
            0
        } else if target_stride == dense && source_stride != dense && pays(source_stride, size) {
            pick(source, source_stride, target, n, size)
        } else if source_stride == dense && target_stride > dense && pays(target_stride, size) {
            spread(source, target, target_stride as usize, n, size)
        } else {
            0
        }
    }
}

/// Copies items that lie `stride` bytes apart next to each other.
///
/// # Safety
///
/// As [`copy_some`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
unsafe fn pick(source: *const u8, stride: isize, target: *mut u8, n: usize, size: usize) -> usize {
    let step = stride.unsigned_abs();
    let in_one = (64 - size) / step + 1;
    let in_two = (2 * in_one).min(64 / size);
    // Backwards, vectors end with their first item.
    let (first, back) = if stride > 0 { (0, 0) } else { (64 - size, 64 - size) };
    let mut order = [0u8; 64];
    for item in 0..in_two {
        let (vector, within) = if item < in_one { (0, item) } else { (64, item - in_one) };
        let at = if stride > 0 { first + within * step } else { first - within * step };
        for byte in 0..size {
            order[item * size + byte] = (vector + at + byte) as u8;
        }
    }
    // The second vector ends within the items, and the store within the target.
    let needed = (in_one + (64 - size).div_ceil(step) + 1).max(64usize.div_ceil(size));
    let mut at = 0;
    // SAFETY: the caller's, and what is said above.
    unsafe {
        let order = _mm512_loadu_si512(order.as_ptr().cast());
        while at + needed <= n {
            let from = source.offset(at as isize * stride);
            let low = _mm512_loadu_si512(from.sub(back).cast());
            let high = from.offset(in_one as isize * stride).sub(back);
            let high = _mm512_loadu_si512(high.cast());
            let picked = _mm512_permutex2var_epi8(low, order, high);
            _mm512_storeu_si512(target.add(at * size).cast(), picked);
            at += in_two;
        }
    }
    at
}

/// Copies items that lie next to each other `stride` bytes apart.
///
/// # Safety
///
/// As [`copy_some`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
unsafe fn spread(
    source: *const u8,
    target: *mut u8,
    stride: usize,
    n: usize,
    size: usize,
) -> usize {
    let in_one = (64 - size) / stride + 1;
    let (mut order, mut written) = ([0u8; 64], 0);
    for item in 0..in_one {
        for byte in 0..size {
            order[item * stride + byte] = (item * size + byte) as u8;
            written |= 1 << (item * stride + byte);
        }
    }
    let needed = 64usize.div_ceil(size);
    let mut at = 0;
    // SAFETY: the caller's; only the bytes of items are written.
    unsafe {
        let order = _mm512_loadu_si512(order.as_ptr().cast());
        while at + needed <= n {
            let items = _mm512_loadu_si512(source.add(at * size).cast());
            let spread = _mm512_permutexvar_epi8(order, items);
            _mm512_mask_storeu_epi8(target.add(at * stride).cast(), written, spread);
            at += in_one;
        }
    }
    at
}
