//! The elements of a file: any layout as a sequence of dense pieces, and the other byte order.

use super::descr::Swapped;
use crate::array::Array;
use crate::buffer::allocator::Scratch;
use crate::dtype::{DType, Kind, MAX_DEPTH};
use crate::error::Result;
use crate::layout::{Dims, Order, dense_strides, next_index, offset_of, zeros};
use crate::transfer::{Source, Target, Visit, move_elements};
use arrayvec::ArrayVec;

/// The most bytes of a piece, and of the memory that saving any layout takes.
pub const MAX_PIECE: usize = 1 << 20;

/// Gives the elements to `sink` in C order, dense, piece by piece.
///
/// As many of the last axes as a piece can hold go whole; the axis before them is cut, and those
/// before that are counted through:
///
/// ```text
///   shape   (7,  5, 1000 | 300, 20)      items of 8 bytes
///            counted  ^     whole: 48 000 bytes
///                     cut: 21 rows a piece
/// ```
///
/// # Safety
/// - The elements are valid memory that no other thread writes.
pub unsafe fn each_piece(
    array: &Array,
    mut sink: impl FnMut(*const u8, usize) -> Result<()>,
) -> Result<()> {
    if array.size() == 0 {
        return Ok(());
    }
    let (shape, strides) = (array.shape(), array.strides());
    let scratch = Scratch::new(array.nbytes().min(MAX_PIECE))?;
    let (whole, row_bytes) = whole_axes(shape, array.itemsize());
    // An array without axes is one row.
    let (counted, rows, row_stride) = match whole.checked_sub(1) {
        Some(cut) => (cut, shape[cut], strides[cut]),
        None => (0, 1, 0),
    };
    let most_rows = (MAX_PIECE / row_bytes).min(rows as usize) as i64;

    let mut piece_shape: Dims = std::iter::once(most_rows).chain(axes_from(shape, whole)).collect();
    let piece_strides: Dims =
        std::iter::once(row_stride).chain(axes_from(strides, whole)).collect();
    let dense = dense_strides(&piece_shape, array.itemsize(), Order::C);
    let mut index = zeros(counted);
    loop {
        let start = array.data().wrapping_offset(offset_of(&index, strides) as isize);
        let mut row = 0;
        while row < rows {
            piece_shape[0] = most_rows.min(rows - row);
            let data = start.wrapping_offset(row.wrapping_mul(row_stride) as isize);
            let from = Source { data, dtype: array.dtype(), strides: &piece_strides };
            let to = Target { data: scratch.start(), dtype: array.dtype(), strides: &dense };
            // SAFETY: the piece is a part of the array, whose elements the caller vouches for; the
            // scratch memory holds all of it.
            unsafe { move_elements(&piece_shape, to, from, Visit::AnyOrder) };
            sink(scratch.start(), piece_shape[0] as usize * row_bytes)?;
            row += most_rows;
        }
        if !next_index(&mut index, shape) {
            return Ok(());
        }
    }
}

/// The first of the last axes that fit together in a piece, and their bytes. Never the very first
/// axis, which can always be cut. All extents are at least one.
fn whole_axes(shape: &[i64], itemsize: usize) -> (usize, usize) {
    let (mut first, mut bytes) = (shape.len(), itemsize);
    while first > 1 {
        let more = usize::try_from(shape[first - 1]).ok().and_then(|n| bytes.checked_mul(n));
        match more {
            Some(more) if more <= MAX_PIECE => (first, bytes) = (first - 1, more),
            _ => break,
        }
    }
    (first, bytes)
}

fn axes_from(numbers: &[i64], first: usize) -> impl Iterator<Item = i64> {
    numbers[first..].iter().copied()
}

/// Turns the bytes of every number round that is in the other order.
pub fn swap_elements(bytes: &mut [u8], dtype: DType, swapped: &Swapped) {
    match swapped {
        Swapped::None => {}
        Swapped::All => swap_bytes(bytes, number_bytes(dtype)),
        Swapped::Some(leaves) => {
            let count = bytes.len() / dtype.itemsize();
            let mut steps = Steps::new();
            steps.push((count, dtype.itemsize()));
            swap_fields(bytes, 0, dtype, &mut steps, &mut leaves.0.as_slice().iter().copied());
        }
    }
}

/// Of each number of an element: a complex one is two.
fn number_bytes(dtype: DType) -> usize {
    match dtype.kind() {
        Kind::Complex => dtype.itemsize() / 2,
        _ => dtype.itemsize(),
    }
}

/// How often a field occurs, and at what distance: in the array, and in each record around it.
type Steps = ArrayVec<(usize, usize), { MAX_DEPTH as usize + 1 }>;

/// The fields in the order in which the file spells them, which is that of the answers.
fn swap_fields(
    bytes: &mut [u8],
    at: usize,
    dtype: DType,
    steps: &mut Steps,
    swapped: &mut impl Iterator<Item = bool>,
) {
    let Some(record) = dtype.record() else {
        if swapped.next() == Some(true) {
            swap_leaf(bytes, at, dtype, steps);
        }
        return;
    };
    for field in record.fields() {
        steps.push((field.count as usize, field.dtype.itemsize()));
        swap_fields(bytes, at + field.offset as usize, field.dtype, steps, swapped);
        steps.pop();
    }
}

fn swap_leaf(bytes: &mut [u8], at: usize, dtype: DType, steps: &[(usize, usize)]) {
    match steps {
        // The innermost step is the element's own size.
        [] => swap_bytes(&mut bytes[at..at + dtype.itemsize()], number_bytes(dtype)),
        &[(count, step)] if step == dtype.itemsize() => {
            swap_bytes(&mut bytes[at..at + count * step], number_bytes(dtype));
        }
        &[(count, step), ref inner @ ..] => {
            (0..count).for_each(|index| swap_leaf(bytes, at + index * step, dtype, inner));
        }
    }
}

/// Turns the bytes of every number round.
pub fn swap_bytes(bytes: &mut [u8], number: usize) {
    match number {
        2 => each_number(bytes, |x| u16::from_ne_bytes(x).swap_bytes().to_ne_bytes()),
        4 => each_number(bytes, |x| u32::from_ne_bytes(x).swap_bytes().to_ne_bytes()),
        8 => each_number(bytes, |x| u64::from_ne_bytes(x).swap_bytes().to_ne_bytes()),
        _ => debug_assert_eq!(number, 1),
    }
}

fn each_number<const N: usize>(bytes: &mut [u8], map: impl Fn([u8; N]) -> [u8; N]) {
    for number in bytes.as_chunks_mut::<N>().0 {
        *number = map(*number);
    }
}
