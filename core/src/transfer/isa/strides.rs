//! Items that lie a few bytes apart on one side, and side by side on the other. By AVX-512 with VBMI any
//! bytes of two vectors in any order is one instruction, and so is writing some bytes of a vector: a
//! single loop each way does for items of all sizes and for all strides, in either direction. AVX2 has
//! the first for 16 bytes. Items that lie side by side on both sides, or are one item, go to `rows.rs`.
//!
//! Vectors begin with an item. They are read as long as there are items beyond: what lies between two
//! items is read with them, but never what lies before the first or behind the last. What lies between
//! items of the target is not written. The last few items are left to the caller.

use super::{SHIFTED_APART, rows};
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

/// Fewer items than these that lie apart on both sides are not worth the preparation; nor are they from
/// memory, where they come in pieces of no more (float32 `b[::2] = a[::2]` in L2 0.30, and 0.47 by lines; of
/// 64 MiB 0.59 and 0.39).
const MANY: usize = 1024;

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
        if source_stride == 0 && target_stride == dense {
            rows::fill(source, target, n, size)
        } else if n * size < WORTH {
            0
        } else if (source_stride, target_stride) == (dense, dense) {
            rows::copy(source, target, n * size);
            n
        } else if target_stride == dense && pays(source_stride, size) {
            pick(source, source_stride, target, n, size)
        } else if source_stride == dense && target_stride > dense && pays(target_stride, size) {
            spread(source, target, target_stride as usize, n, size)
        } else if source_stride == target_stride
            && n > MANY
            && (size + 1..=SHIFTED_APART).contains(&source_stride.unsigned_abs())
        {
            let first = if source_stride > 0 { 0 } else { (n - 1) as isize * source_stride };
            let (source, target) = (source.offset(first), target.offset(first));
            shift_apart(source, target, source_stride.unsigned_abs(), n, size);
            n
        } else {
            0
        }
    }
}

/// As [`copy_some`], for a processor that has AVX2 and no AVX-512: it picks only what the compiler makes no
/// vectors of. Gaps cannot be left out of a store.
///
/// # Safety
///
/// As [`copy_some`]; the processor has AVX2.
#[inline(always)]
pub(super) unsafe fn copy_some_256(
    source: *const u8,
    source_stride: isize,
    target: *mut u8,
    target_stride: isize,
    n: usize,
    size: usize,
) -> usize {
    let step = source_stride.unsigned_abs();
    let has_loop = size.is_power_of_two() && [-1, 1, 2].contains(&(source_stride / size as isize));
    // SAFETY: the caller's.
    unsafe {
        if target_stride != size as isize {
            0
        } else if source_stride == 0 {
            rows::fill(source, target, n, size)
        } else if n * size < WORTH {
            0
        } else if source_stride == size as isize {
            rows::copy(source, target, n * size);
            n
        } else if size <= step && step + size <= 16 && !has_loop {
            pick_128(source, source_stride, target, n, size)
        } else {
            0
        }
    }
}

/// As [`pick`], from two vectors of 16 bytes.
///
/// # Safety
///
/// As [`copy_some_256`].
#[target_feature(enable = "avx2")]
unsafe fn pick_128(
    source: *const u8,
    stride: isize,
    target: *mut u8,
    n: usize,
    size: usize,
) -> usize {
    let step = stride.unsigned_abs();
    let in_one = (16 - size) / step + 1;
    let in_two = (2 * in_one).min(16 / size);
    let back = if stride > 0 { 0 } else { 16 - size };
    let word = |value: isize| _mm256_set1_epi16(value as i16);
    let places = _mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let item = match size {
        1 => places,
        _ => _mm256_mulhi_epu16(places, word((0x10000 / size + 1) as isize)),
    };
    let within = _mm256_sub_epi16(places, _mm256_mullo_epi16(item, word(size as isize)));
    let at = _mm256_add_epi16(within, _mm256_mullo_epi16(item, word(stride)));
    let low = _mm256_add_epi16(at, word(back as isize));
    let high = _mm256_add_epi16(at, word(back as isize - in_one as isize * stride));
    let in_high = _mm256_cmpgt_epi16(item, word(in_one as isize - 1));
    // A place with the uppermost bit stands for a zero.
    let bytes = |words: __m256i| {
        _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words))
    };
    let none = word(0x80);
    let low = bytes(_mm256_blendv_epi8(low, none, in_high));
    let high = bytes(_mm256_blendv_epi8(none, high, in_high));
    let needed = (in_one + (16 - size).div_ceil(step) + 1).max(16usize.div_ceil(size));
    let mut at = 0;
    // SAFETY: as in `pick`.
    unsafe {
        while at + needed <= n {
            let from = source.offset(at as isize * stride).sub(back);
            let first = _mm_loadu_si128(from.cast());
            let second = _mm_loadu_si128(from.offset(in_one as isize * stride).cast());
            let picked = _mm_or_si128(_mm_shuffle_epi8(first, low), _mm_shuffle_epi8(second, high));
            _mm_storeu_si128(target.add(at * size).cast(), picked);
            at += in_two;
        }
    }
    at
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
    let back = if stride > 0 { 0 } else { 64 - size };
    let second = 64 - in_one as isize * stride;
    let order = |bytes: __m512i| {
        let (item, within) = divided(bytes, size);
        let at = _mm512_add_epi16(within, _mm512_mullo_epi16(item, words(stride)));
        let at = _mm512_add_epi16(at, words(back as isize));
        let in_second = _mm512_cmpge_epu16_mask(item, words(in_one as isize));
        _mm512_mask_add_epi16(at, in_second, at, words(second))
    };
    let order = joined(order(places(0)), order(places(32)));
    // The second vector ends within the items, and the store within the target.
    let needed = (in_one + (64 - size).div_ceil(step) + 1).max(64usize.div_ceil(size));
    let mut at = 0;
    // SAFETY: the caller's, and what is said above.
    unsafe {
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
    let order = |bytes: __m512i| {
        let (item, within) = divided(bytes, stride);
        let inside = _mm512_cmplt_epu16_mask(within, words(size as isize))
            & _mm512_cmplt_epu16_mask(item, words(in_one as isize));
        let at = _mm512_add_epi16(within, _mm512_mullo_epi16(item, words(size as isize)));
        (at, inside)
    };
    let (low, high) = (order(places(0)), order(places(32)));
    let (order, written) = (joined(low.0, high.0), _mm512_kunpackd(high.1.into(), low.1.into()));
    let needed = 64usize.div_ceil(size);
    let mut at = 0;
    // SAFETY: the caller's; only the bytes of items are written.
    unsafe {
        while at + needed <= n {
            let to = target.add(at * stride);
            let items = _mm512_loadu_si512(source.add(at * size).cast());
            let spread = _mm512_permutexvar_epi8(order, items);
            _mm512_mask_storeu_epi8(to.cast(), written, spread);
            at += in_one;
        }
    }
    at
}

/// A [`ShiftApart`](super::ShiftApart), by whole lines of the target, of which only the bytes of items are
/// read and written. Measured, float32 `a[3::3] = a[:-3:3]` in L2: one by one 0.32 of `memcpy`, vectors that
/// begin with an item 0.40, lines 0.52.
///
/// # Safety
///
/// As [`ShiftApart`](super::ShiftApart); the processor has AVX-512.
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) unsafe fn shift_apart(
    source: *const u8,
    target: *mut u8,
    stride: usize,
    n: usize,
    size: usize,
) {
    let before = target.addr() % 64;
    let end = before + (n - 1) * stride + size;
    let last = (end - 1) / 64;
    // Which bytes are those of items, if the first of them is an item's first.
    let mut items = (1u128 << size) - 1;
    let mut known = stride;
    while known < 128 {
        items |= items << known;
        known *= 2;
    }
    let of_items = |line: usize| (items >> ((line * 64 + 64 * stride - before) % stride)) as u64;
    let within = |line: usize| {
        let from = if line == 0 { before } else { 0 };
        let to = if line == last { (end - 1) % 64 } else { 63 };
        of_items(line) & (!0 << from) & (!0 >> (63 - to))
    };
    let copy = |line: usize, written: u64| {
        let at = (line * 64).wrapping_sub(before) as isize;
        // SAFETY: the bytes that are not masked out are those of items.
        unsafe {
            let bytes = _mm512_maskz_loadu_epi8(written, source.wrapping_offset(at).cast());
            _mm512_mask_storeu_epi8(target.wrapping_offset(at).cast(), written, bytes);
        }
    };
    // What is read must not have been written: upwards if the target lies below.
    let up = target.cast_const() < source;
    let (first, way) = if up { (0, 1) } else { (last, -1) };
    copy(first, within(first));
    // After so many lines items lie in them alike again; a list of more lines is begun anew less often.
    let period = stride >> stride.trailing_zeros();
    let mut masks = [0; 3 * SHIFTED_APART];
    let listed = masks.len() / period * period;
    let (mut line, mut left) = (first, last.saturating_sub(1));
    for at in 0..listed.min(left) {
        line = line.wrapping_add_signed(way);
        masks[at] = if at < period { of_items(line) } else { masks[at - period] };
    }
    line = first;
    while left > 0 {
        let count = listed.min(left);
        for &mask in &masks[..count] {
            line = line.wrapping_add_signed(way);
            copy(line, mask);
        }
        left -= count;
    }
    if last > 0 {
        copy(last - first, within(last - first));
    }
}

// The orders are made in registers: to write them to memory and read them back takes as long as to move
// a few hundred items.

/// The places of 32 bytes of a vector, as words.
#[target_feature(enable = "avx512f,avx512bw")]
fn places(first: i16) -> __m512i {
    const PLACES: [i16; 32] = {
        let mut places = [0; 32];
        let mut at = 0;
        while at < 32 {
            places[at] = at as i16;
            at += 1;
        }
        places
    };
    // SAFETY: as many bytes.
    let places = unsafe { _mm512_loadu_si512(PLACES.as_ptr().cast()) };
    _mm512_add_epi16(places, _mm512_set1_epi16(first))
}

#[target_feature(enable = "avx512f")]
fn words(value: isize) -> __m512i {
    _mm512_set1_epi16(value as i16)
}

/// Quotients and rests of words below 64, by a divisor up to 64.
#[target_feature(enable = "avx512f,avx512bw")]
fn divided(places: __m512i, by: usize) -> (__m512i, __m512i) {
    let quotient = if by == 1 {
        places
    } else {
        _mm512_mulhi_epu16(places, words((0x10000 / by + 1) as isize))
    };
    (quotient, _mm512_sub_epi16(places, _mm512_mullo_epi16(quotient, words(by as isize))))
}

/// Two vectors of words as one of bytes.
#[target_feature(enable = "avx512f,avx512bw")]
fn joined(low: __m512i, high: __m512i) -> __m512i {
    let low = _mm512_castsi256_si512(_mm512_cvtepi16_epi8(low));
    _mm512_inserti64x4::<1>(low, _mm512_cvtepi16_epi8(high))
}
