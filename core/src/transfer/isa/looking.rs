//! From positions to the ways that lead to them, and rows that lie at such ways: loops that are compiled
//! for each instruction set.

use super::prefetch;
use crate::transfer::copy::{Wide, copy_one, copy_part_of_line};

/// What positions are within bounds, and mean.
#[derive(Clone, Copy)]
pub(in crate::transfer) struct Bounds {
    pub extent: i64,
    /// Whether those below zero count from the end.
    pub from_end: bool,
}

impl Bounds {
    #[inline(always)]
    fn lowest(self) -> i64 {
        if self.from_end { -self.extent } else { 0 }
    }
}

/// In which direction rows are copied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::transfer) enum Rowing {
    Gather,
    /// Past the caches, to rows that begin with a cache line and are so many whole ones.
    GatherPastCaches,
    Scatter,
}

/// The kernels of one instruction set for positions.
#[derive(Clone, Copy)]
pub(in crate::transfer) struct Looking {
    /// Whether positions, side by side from an address on, are within bounds. Of more than 2^62 elements it may
    /// not be known; then the answer is no.
    pub within: Within,
    /// Adds to each way where a position leads, at so many bytes from each to the next.
    pub add_ways: AddWays,
    /// Copies rows of so many bytes: an address and ways from there, an address on the other side and
    /// the bytes from each row there to the next, and the bytes of a row.
    pub rows: MoveRows,
}

/// # Safety
///
/// - So many positions are valid to read.
/// - The processor has the instruction set of the table.
pub(in crate::transfer) type Within = unsafe fn(*const u8, usize, Bounds) -> bool;

/// # Safety
///
/// - As many positions as ways are valid to read.
/// - The processor has the instruction set of the table.
pub(in crate::transfer) type AddWays = unsafe fn(*const u8, Bounds, i64, &mut [i64]);

/// # Safety
///
/// - A row is valid at each way, and as many on the other side; where one side is written, it shares
///   no byte with the other.
/// - The processor has the instruction set of the table.
pub(in crate::transfer) type MoveRows = unsafe fn(*mut u8, &[i64], *mut u8, isize, usize, Rowing);

/// # Safety
///
/// As [`Within`].
#[inline(always)]
pub(super) unsafe fn within(given: *const u8, n: usize, bounds: Bounds) -> bool {
    // The sign says of either difference that the position is outside: of those that are, none overflows.
    let (lowest, highest) = (bounds.lowest(), bounds.extent - 1);
    let mut signs = 0;
    for at in 0..n {
        // SAFETY: the caller's.
        let position = unsafe { given.cast::<i64>().add(at).read_unaligned() };
        signs |= position.wrapping_sub(lowest) | highest.wrapping_sub(position);
    }
    signs >= 0
}

/// # Safety
///
/// As [`AddWays`].
#[inline(always)]
pub(super) unsafe fn add_ways(given: *const u8, bounds: Bounds, stride: i64, ways: &mut [i64]) {
    // Few processors multiply vectors of 64 bits, and most strides are powers of two.
    if stride.count_ones() == 1 {
        let shift = stride.trailing_zeros();
        // SAFETY: the caller's.
        unsafe { add_each(given, bounds, ways, |position| position << shift) }
    } else {
        // SAFETY: the caller's.
        unsafe { add_each(given, bounds, ways, |position| position.wrapping_mul(stride)) }
    }
}

/// # Safety
///
/// As [`AddWays`].
#[inline(always)]
unsafe fn add_each(given: *const u8, bounds: Bounds, ways: &mut [i64], way: impl Fn(i64) -> i64) {
    let behind = if bounds.from_end { bounds.extent } else { 0 };
    for (at, to) in ways.iter_mut().enumerate() {
        // SAFETY: the caller's.
        let position = unsafe { given.cast::<i64>().add(at).read_unaligned() };
        let position = position.wrapping_add(position >> 63 & behind);
        *to = to.wrapping_add(way(position));
    }
}

/// So many bytes as a set moves at once.
///
/// # Safety
///
/// Every function needs the instruction set that the type stands for.
pub(super) trait Unit: Copy {
    /// Writes past the caches, if the set can.
    ///
    /// # Safety
    ///
    /// The bytes are valid to write, at an address that is a multiple of their number.
    unsafe fn stream(self, target: *mut u8);
}

impl Unit for Wide {
    #[inline(always)]
    unsafe fn stream(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { target.cast::<Wide>().write(self) }
    }
}

#[cfg(target_arch = "x86_64")]
impl Unit for std::arch::x86_64::__m256i {
    #[inline(always)]
    unsafe fn stream(self, target: *mut u8) {
        // SAFETY: the caller's.
        unsafe { std::arch::x86_64::_mm256_stream_si256(target.cast(), self) }
    }
}

/// How many rows ahead memory is asked for.
const AHEAD: usize = 16;

/// Of a long row the processor finds the rest itself.
const ASKED: usize = 256;

/// From so many bytes on a row is worth a call of the C library.
const LONG: usize = 1024;

/// # Safety
///
/// As [`MoveRows`].
#[inline(always)]
pub(super) unsafe fn rows<U: Unit>(
    data: *mut u8,
    ways: &[i64],
    other: *mut u8,
    step: isize,
    bytes: usize,
    rowing: Rowing,
) {
    // SAFETY: the caller's; rows that are streamed are whole cache lines.
    unsafe {
        match rowing {
            Rowing::Gather if bytes >= LONG => {
                each_row(data, ways, other, step, bytes, |data, other| {
                    other.copy_from_nonoverlapping(data, bytes);
                });
            }
            Rowing::Gather => {
                each_row(data, ways, other, step, bytes, |data, other| {
                    copy_row::<U>(data, other, bytes);
                });
            }
            Rowing::GatherPastCaches => {
                each_row(data, ways, other, step, bytes, |data, other| {
                    for at in (0..bytes).step_by(size_of::<U>()) {
                        data.add(at).cast::<U>().read_unaligned().stream(other.add(at));
                    }
                });
            }
            Rowing::Scatter if bytes >= LONG => {
                each_row(data, ways, other, step, bytes, |data, other| {
                    data.copy_from_nonoverlapping(other, bytes);
                });
            }
            Rowing::Scatter => {
                each_row(data, ways, other, step, bytes, |data, other| {
                    copy_row::<U>(other, data, bytes);
                });
            }
        }
    }
}

#[inline(always)]
fn each_row(
    data: *mut u8,
    ways: &[i64],
    other: *mut u8,
    step: isize,
    bytes: usize,
    visit: impl Fn(*mut u8, *mut u8),
) {
    let mut other = other;
    for (at, &way) in ways.iter().enumerate() {
        if let Some(&next) = ways.get(at + AHEAD) {
            let next = data.wrapping_offset(next as isize);
            for line in (0..bytes.min(ASKED)).step_by(64) {
                prefetch::<1>(next.wrapping_add(line));
            }
        }
        visit(data.wrapping_offset(way as isize), other);
        other = other.wrapping_offset(step);
    }
}

/// # Safety
///
/// `bytes` are valid on either side, and none is on both.
#[inline(always)]
unsafe fn copy_row<U: Copy>(source: *const u8, target: *mut u8, bytes: usize) {
    let unit = size_of::<U>();
    // SAFETY: the caller's. What ends in a part of a unit ends in a unit that reaches back.
    unsafe {
        if bytes < unit {
            return copy_part_of_line(source, target, bytes);
        }
        let mut at = 0;
        while at + unit <= bytes {
            copy_one::<U>(source.add(at), target.add(at));
            at += unit;
        }
        if at < bytes {
            copy_one::<U>(source.add(bytes - unit), target.add(bytes - unit));
        }
    }
}

/// Makes `LOOKING` for a [`super::Table`] out of the loops above; the arguments are what the set moves at
/// once, and the attribute that allows it.
macro_rules! looking {
    ($unit:ty $(, #[$feature:meta])?) => {
        const LOOKING: crate::transfer::isa::Looking =
            crate::transfer::isa::Looking { within, add_ways, rows };

        /// # Safety
        ///
        /// As [`Within`](crate::transfer::isa::looking::Within).
        $(#[$feature])?
        unsafe fn within(given: *const u8, n: usize, bounds: crate::transfer::isa::Bounds) -> bool {
            // SAFETY: the caller's.
            unsafe { crate::transfer::isa::looking::within(given, n, bounds) }
        }

        /// # Safety
        ///
        /// As [`AddWays`](crate::transfer::isa::looking::AddWays).
        $(#[$feature])?
        unsafe fn add_ways(
            given: *const u8,
            bounds: crate::transfer::isa::Bounds,
            stride: i64,
            ways: &mut [i64],
        ) {
            // SAFETY: the caller's.
            unsafe { crate::transfer::isa::looking::add_ways(given, bounds, stride, ways) }
        }

        /// # Safety
        ///
        /// As [`MoveRows`](crate::transfer::isa::looking::MoveRows).
        $(#[$feature])?
        unsafe fn rows(
            data: *mut u8,
            ways: &[i64],
            other: *mut u8,
            step: isize,
            bytes: usize,
            rowing: crate::transfer::isa::Rowing,
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::isa::looking::rows::<$unit>(data, ways, other, step, bytes, rowing)
            }
        }
    };
}

pub(super) use looking;
