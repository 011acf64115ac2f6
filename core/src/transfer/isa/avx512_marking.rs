//! Items and their marks with AVX-512, which has a bit for each item of a vector in all it does: 64
//! marks become the bits of the vectors beside them, as many as an item has bytes.

use super::{Compress, Masked};
use std::arch::x86_64::*;

pub(super) fn masked(itemsize: usize) -> Option<Masked> {
    Some(match itemsize {
        1 => masked_items::<1>,
        2 => masked_items::<2>,
        4 => masked_items::<4>,
        8 => masked_items::<8>,
        16 => masked_items::<16>,
        _ => return None,
    })
}

pub(super) fn compress(itemsize: usize) -> Option<Compress> {
    Some(match itemsize {
        1 => compress_items::<1>,
        2 => compress_items::<2>,
        4 => compress_items::<4>,
        8 => compress_items::<8>,
        16 => compress_items::<16>,
        _ => return None,
    })
}

/// Up to 64 bytes that are not 0, as bits.
///
/// # Safety
///
/// `count` bytes are valid to read, and not none.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn bits_of(marks: *const u8, count: usize) -> u64 {
    // SAFETY: the caller's; what is not there is not read.
    unsafe {
        let marks = match count {
            64.. => _mm512_loadu_si512(marks.cast()),
            _ => _mm512_maskz_loadu_epi8(u64::MAX >> (64 - count), marks.cast()),
        };
        _mm512_test_epi8_mask(marks, marks)
    }
}

/// The bits for vector `part` of as many as an item has bytes, a bit for each item; of items of 16
/// bytes a bit for each half.
#[inline]
#[target_feature(enable = "bmi2")]
fn part_of<const SIZE: usize>(bits: u64, part: usize) -> u64 {
    let items = 64 / SIZE;
    let bits = bits >> (part * items) & u64::MAX >> (64 - items);
    if SIZE == 16 { _pdep_u64(bits, 0x55) * 3 } else { bits }
}

/// # Safety
///
/// Items whose bits are set are valid to read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn load<const SIZE: usize>(source: *const u8, bits: u64) -> __m512i {
    // SAFETY: the caller's; nothing else is read.
    unsafe {
        match SIZE {
            1 => _mm512_maskz_loadu_epi8(bits, source.cast()),
            2 => _mm512_maskz_loadu_epi16(bits as u32, source.cast()),
            4 => _mm512_maskz_loadu_epi32(bits as u16, source.cast()),
            _ => _mm512_maskz_loadu_epi64(bits as u8, source.cast()),
        }
    }
}

/// # Safety
///
/// Items whose bits are set are valid to write.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn store<const SIZE: usize>(target: *mut u8, bits: u64, items: __m512i) {
    // SAFETY: the caller's; nothing else is written.
    unsafe {
        match SIZE {
            1 => _mm512_mask_storeu_epi8(target.cast(), bits, items),
            2 => _mm512_mask_storeu_epi16(target.cast(), bits as u32, items),
            4 => _mm512_mask_storeu_epi32(target.cast(), bits as u16, items),
            _ => _mm512_mask_storeu_epi64(target.cast(), bits as u8, items),
        }
    }
}

/// # Safety
///
/// An item is valid to read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn repeated<const SIZE: usize>(value: *const u8) -> __m512i {
    // SAFETY: the caller's.
    unsafe {
        match SIZE {
            1 => _mm512_set1_epi8(value.cast::<i8>().read()),
            2 => _mm512_set1_epi16(value.cast::<i16>().read_unaligned()),
            4 => _mm512_set1_epi32(value.cast::<i32>().read_unaligned()),
            8 => _mm512_set1_epi64(value.cast::<i64>().read_unaligned()),
            _ => _mm512_broadcast_i32x4(_mm_loadu_si128(value.cast())),
        }
    }
}

/// # Safety
///
/// As [`Masked`], for items of `SIZE` bytes.
#[target_feature(enable = "avx512f,avx512bw,bmi2")]
unsafe fn masked_items<const SIZE: usize>(
    source: *const u8,
    is_value: bool,
    marks: *const u8,
    wanted: bool,
    target: *mut u8,
    n: usize,
) {
    // SAFETY: the caller's.
    unsafe {
        match (is_value, wanted) {
            (true, true) => masked_vectors::<SIZE, true, true>(source, marks, target, n),
            (true, false) => masked_vectors::<SIZE, true, false>(source, marks, target, n),
            (false, true) => masked_vectors::<SIZE, false, true>(source, marks, target, n),
            (false, false) => masked_vectors::<SIZE, false, false>(source, marks, target, n),
        }
    }
}

/// # Safety
///
/// As [`masked_items`].
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi2")]
unsafe fn masked_vectors<const SIZE: usize, const IS_VALUE: bool, const WANTED: bool>(
    source: *const u8,
    marks: *const u8,
    target: *mut u8,
    n: usize,
) {
    let (flip, items) = const { (if WANTED { 0 } else { u64::MAX }, 64 / SIZE) };
    // SAFETY: the caller's; items are read and written where their bits are set.
    unsafe {
        let value = repeated::<SIZE>(source);
        let copy = |first: usize, bits: u64| {
            // Of a line none of whose items are marked nothing is asked for.
            if bits != 0 {
                let at = first * SIZE;
                let items = match IS_VALUE {
                    true => value,
                    false => load::<SIZE>(source.wrapping_add(at), bits),
                };
                store::<SIZE>(target.wrapping_add(at), bits, items);
            }
        };
        let mut done = 0;
        while done + 64 <= n {
            for part in 0..SIZE {
                let first = done + part * items;
                copy(first, bits_beside::<SIZE, WANTED>(marks.add(first)));
            }
            done += 64;
        }
        if done < n {
            let count = n - done;
            let bits = (bits_of(marks.add(done), count) ^ flip) & u64::MAX >> (64 - count);
            for part in 0..SIZE {
                copy(done + part * items, part_of::<SIZE>(bits, part));
            }
        }
    }
}

/// The marks of one vector, as bits for it. They stay in mask registers, from which the way by way of
/// the others takes longer than the store.
///
/// # Safety
///
/// As many bytes as the vector has items are valid to read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi2")]
unsafe fn bits_beside<const SIZE: usize, const WANTED: bool>(marks: *const u8) -> u64 {
    // SAFETY: the caller's.
    unsafe {
        match SIZE {
            1 => {
                let marks = _mm512_loadu_si512(marks.cast());
                match WANTED {
                    true => _mm512_test_epi8_mask(marks, marks),
                    false => _mm512_testn_epi8_mask(marks, marks),
                }
            }
            2 => {
                let marks = _mm256_loadu_si256(marks.cast());
                u64::from(match WANTED {
                    true => _mm256_test_epi8_mask(marks, marks),
                    false => _mm256_testn_epi8_mask(marks, marks),
                })
            }
            4 => {
                let marks = _mm_loadu_si128(marks.cast());
                u64::from(match WANTED {
                    true => _mm_test_epi8_mask(marks, marks),
                    false => _mm_testn_epi8_mask(marks, marks),
                })
            }
            8 => {
                let marks = _mm512_cvtepu8_epi64(_mm_loadu_si64(marks));
                u64::from(match WANTED {
                    true => _mm512_test_epi64_mask(marks, marks),
                    false => _mm512_testn_epi64_mask(marks, marks),
                })
            }
            _ => {
                // A mark for either half of an item.
                let marks = _mm_loadu_si32(marks);
                let marks = _mm512_cvtepu8_epi64(_mm_unpacklo_epi8(marks, marks));
                u64::from(match WANTED {
                    true => _mm512_test_epi64_mask(marks, marks),
                    false => _mm512_testn_epi64_mask(marks, marks),
                })
            }
        }
    }
}

/// # Safety
///
/// As [`Compress`], for items of `SIZE` bytes.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt")]
unsafe fn compress_items<const SIZE: usize>(
    source: *const u8,
    marks: *const u8,
    n: usize,
    target: *mut u8,
    room: usize,
) -> usize {
    let items = const { 64 / SIZE };
    let (mut done, mut found) = (0, 0);
    // SAFETY: items are read where their bits are set, and written where there is room.
    unsafe {
        while done + 64 <= n && found + 64 <= room {
            let bits = bits_of(marks.add(done), 64);
            let marked = bits.count_ones();
            if marked <= const { few(SIZE) } {
                found += copy_few::<SIZE>(source.add(done * SIZE), bits, target.add(found * SIZE));
                done += 64;
                continue;
            }
            for _ in 0..SIZE {
                let bits = bits_beside::<SIZE, true>(marks.add(done));
                let packed = pack::<SIZE>(bits, load::<SIZE>(source.add(done * SIZE), bits));
                _mm512_storeu_si512(target.add(found * SIZE).cast(), packed);
                found += marked_items::<SIZE>(bits);
                done += items;
            }
        }
        while done < n && found < room {
            let count = (n - done).min(items);
            let bits = part_of::<SIZE>(bits_of(marks.add(done), count), 0);
            let packed = pack::<SIZE>(bits, load::<SIZE>(source.add(done * SIZE), bits));
            let marked = marked_items::<SIZE>(bits).min(room - found);
            if marked > 0 {
                store::<SIZE>(target.add(found * SIZE), first_items::<SIZE>(marked), packed);
            }
            found += marked;
            done += count;
        }
    }
    found
}

/// No more marks of 64 than these are found one by one: float32 in DRAM, 1 % 0.32 so and 0.12 by vectors, of
/// the same yardstick; 5 % 0.24 and 0.22, 10 % 0.29 and 0.33.
const fn few(size: usize) -> u32 {
    size as u32 * 3 / 2
}

/// Copies those of 64 items whose bits are set, and tells how many.
///
/// # Safety
///
/// As [`Compress`], for items of `SIZE` bytes.
#[inline]
#[target_feature(enable = "avx512f,bmi1,popcnt")]
unsafe fn copy_few<const SIZE: usize>(source: *const u8, bits: u64, target: *mut u8) -> usize {
    let (mut left, mut found) = (bits, 0);
    while left != 0 {
        let at = left.trailing_zeros() as usize;
        // SAFETY: the caller's.
        unsafe { target.add(found * SIZE).copy_from_nonoverlapping(source.add(at * SIZE), SIZE) };
        found += 1;
        left &= left - 1;
    }
    found
}

/// # Safety
///
/// As [`super::Count`].
#[target_feature(enable = "avx512f,avx512bw,popcnt")]
pub(super) unsafe fn count(marks: *const u8, n: usize) -> usize {
    let (mut done, mut total) = (0, 0);
    while done < n {
        // SAFETY: so many are left.
        let bits = unsafe { bits_of(marks.add(done), n - done) };
        total += bits.count_ones() as usize;
        done += 64;
    }
    total
}

/// How many items bits of a vector stand for.
#[inline]
#[target_feature(enable = "popcnt")]
fn marked_items<const SIZE: usize>(bits: u64) -> usize {
    let set = bits.count_ones() as usize;
    if SIZE == 16 { set / 2 } else { set }
}

/// The bits of the first items of a vector; there is one.
fn first_items<const SIZE: usize>(count: usize) -> u64 {
    u64::MAX >> (64 - if SIZE == 16 { 2 * count } else { count })
}

/// The items whose bits are set, at the beginning.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2")]
fn pack<const SIZE: usize>(bits: u64, items: __m512i) -> __m512i {
    match SIZE {
        1 => _mm512_maskz_compress_epi8(bits, items),
        2 => _mm512_maskz_compress_epi16(bits as u32, items),
        4 => _mm512_maskz_compress_epi32(bits as u16, items),
        _ => _mm512_maskz_compress_epi64(bits as u8, items),
    }
}
