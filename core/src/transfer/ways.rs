//! From lists of positions to the ways, in bytes, to the elements that they pick.
//!
//! The ways that the lists of one expression say are summed, a block of them at a time, so that no
//! list is ever unpacked as a whole. Positions that are not numbers of 64 bits side by side are made so
//! first, in a block that stays in the first cache; all are compared with the bounds before any is
//! used. Only where one is outside, which `Wrap` and `Clip` allow, are they taken one by one.

use super::isa::{self, Bounds};
use super::kernel::{self, Kernel};
use super::marks::Marks;
use super::plan::Rows;
use super::walk::Nest;
use crate::dtype::DType;
use crate::error::Result;
use crate::index::{IndexMode, List, Pick, Role};
use crate::layout::{continues, offset_of};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

/// Evaluates an expression with `$T` standing for the Rust type of an integer element type; the
/// caller has refused all others.
macro_rules! for_integers {
    ($dtype:expr, $T:ident => $body:expr) => {
        for_integers!(@match $dtype, $T, $body, Int8 i8, Int16 i16, Int32 i32, Int64 i64,
            UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64)
    };
    (@match $dtype:expr, $T:ident, $body:expr, $($name:ident $rust:ty),*) => {
        match $dtype {
            $(DType::$name => {
                type $T = $rust;
                $body
            })*
            _ => unreachable!("positions are integers"),
        }
    };
}

/// Positions that are looked up together.
pub(super) const BLOCK: usize = 256;

/// Positions as numbers of 64 bits, a block at a time.
struct Dense {
    /// None where they are such numbers anyway; unsigned ones of 64 bits have none.
    kernel: Option<Kernel>,
    fits: bool,
    stride: isize,
    room: MaybeUninit<[i64; BLOCK]>,
}

impl Dense {
    #[inline(always)] // The room is not for moving.
    fn new(dtype: DType, stride: isize) -> Dense {
        let is_dense = dtype == DType::Int64 && stride == size_of::<i64>() as isize;
        let kernel = (!is_dense).then(|| kernel::choose(dtype, DType::Int64));
        Dense { kernel, fits: dtype != DType::UInt64, stride, room: MaybeUninit::uninit() }
    }

    /// # Safety
    /// - `n` positions, no more than a block, can be read from `given` on.
    #[inline(always)]
    unsafe fn block(&mut self, given: *const u8, n: usize) -> *const u8 {
        let Some(kernel) = self.kernel else { return given };
        let room = self.room.as_mut_ptr().cast::<u8>();
        // SAFETY: the caller's; there is room for a block.
        unsafe { kernel.run(given, self.stride, room, size_of::<i64>() as isize, n) };
        room
    }
}

/// Refuses the first position, in C order, that is outside of the axes it picks from.
///
/// # Safety
/// - The elements of the list can be read.
pub unsafe fn check_positions(pick: &Pick) -> Result<()> {
    let Role::Positions(mode) = pick.role else { return Ok(()) };
    let extent = pick.extent();
    if mode != IndexMode::Raise && extent > 0 {
        return Ok(()); // Each means some position.
    }
    let List { data, dtype, shape, strides } = pick.list;
    // The walk knows a side that may be written; here neither is.
    let mut nest = Nest::at(data.cast_mut(), data);
    if !nest.add_axes(shape, strides, strides) {
        return Ok(());
    }
    let rows = Rows::in_order(&mut nest);
    let stride = nest.axes[0].source;
    let outcome = rows.each(&nest, |place, n| {
        // SAFETY: the caller's; the walk stays on the elements of the list.
        match unsafe { first_outside_of_row(place.source, dtype, stride, n, extent, mode) } {
            None => ControlFlow::Continue(()),
            Some(index) => ControlFlow::Break(pick.out_of_bounds(index)),
        }
    });
    outcome.break_value().map_or(Ok(()), Err)
}

/// As [`first_outside`], by blocks.
///
/// # Safety
/// - As for [`first_outside`].
unsafe fn first_outside_of_row(
    given: *const u8,
    dtype: DType,
    stride: isize,
    n: usize,
    extent: i64,
    mode: IndexMode,
) -> Option<i128> {
    let within = isa::table().looking.within;
    let bounds = Bounds { extent, from_end: mode == IndexMode::Raise };
    let mut dense = Dense::new(dtype, stride);
    let block = if dense.kernel.is_some() { BLOCK } else { n };
    let mut done = 0;
    while done < n {
        let count = (n - done).min(block);
        let given = given.wrapping_offset(stride.wrapping_mul(done as isize));
        // SAFETY: the caller's.
        unsafe {
            if !(dense.fits && within(dense.block(given, count), count, bounds)) {
                let outside = first_outside(given, dtype, stride, count, extent, mode);
                if outside.is_some() {
                    return outside;
                }
            }
        }
        done += count;
    }
    None
}

/// The first of `n` positions that is out of bounds.
///
/// # Safety
/// - That many positions of an integer type, `stride` apart, can be read.
unsafe fn first_outside(
    given: *const u8,
    dtype: DType,
    stride: isize,
    n: usize,
    extent: i64,
    mode: IndexMode,
) -> Option<i128> {
    for_integers!(dtype, T => (0..n as isize).find_map(|at| {
        let given = given.wrapping_offset(stride.wrapping_mul(at)).cast::<T>();
        // SAFETY: the caller's.
        let given = i128::from(unsafe { given.read_unaligned() });
        mode.position(given, extent).is_none().then_some(given)
    }))
}

/// Adds the ways of as many positions as there are `ways`, no more than a block, from `given` on.
///
/// # Safety
/// - That many positions, `stride` apart, can be read.
pub(super) unsafe fn add_positions(
    pick: &Pick,
    given: *const u8,
    stride: isize,
    mode: IndexMode,
    ways: &mut [i64],
) -> Result<()> {
    let extent = pick.extent();
    let looking = isa::table().looking;
    let bounds = Bounds { extent, from_end: mode == IndexMode::Raise };
    let mut dense = Dense::new(pick.list.dtype, stride);
    if let Some(step) = single_stride(pick)
        && dense.fits
        && !ways.is_empty()
    {
        // SAFETY: the caller's.
        unsafe {
            let positions = dense.block(given, ways.len());
            if (looking.within)(positions, ways.len(), bounds) {
                (looking.add_ways)(positions, bounds, step, ways);
                return Ok(());
            }
        }
    }
    for_integers!(pick.list.dtype, T => {
        for (at, way) in ways.iter_mut().enumerate() {
            let given = given.wrapping_offset(stride.wrapping_mul(at as isize)).cast::<T>();
            // SAFETY: the caller's.
            let given = i128::from(unsafe { given.read_unaligned() });
            let position = mode.position(given, extent).ok_or_else(|| pick.out_of_bounds(given))?;
            *way = way.wrapping_add(way_to(pick, position));
        }
    });
    Ok(())
}

/// The bytes from each position to the next, if that is the same for all: the picked axes are one, or
/// continue each other.
pub(super) fn single_stride(pick: &Pick) -> Option<i64> {
    let mut axes = pick.extents.iter().zip(pick.strides).rev().filter(|axis| *axis.0 != 1);
    let Some((&extent, &step)) = axes.next() else { return Some(0) };
    let mut within = extent;
    for (&extent, &stride) in axes {
        if !continues(step, within, stride) {
            return None;
        }
        within = within.saturating_mul(extent);
    }
    Some(step)
}

/// Adds the ways of the next marks, as many as there are `ways`.
pub(super) fn add_marks(pick: &Pick, marks: &mut Marks, mut ways: &mut [i64]) {
    while !ways.is_empty() {
        let Some(found) = marks.take(ways.len()) else { return };
        let (now, later) = ways.split_at_mut(found.steps.len());
        ways = later;
        if found.line.len() + 1 == pick.strides.len() {
            let (&step, outer) = pick.strides.split_last().unwrap_or((&0, &[]));
            let line = offset_of(found.line, outer);
            let start = line.wrapping_add(found.start.wrapping_mul(step));
            for (way, &at) in now.iter_mut().zip(found.steps) {
                *way = way.wrapping_add(start.wrapping_add(i64::from(at).wrapping_mul(step)));
            }
        } else {
            for (way, &at) in now.iter_mut().zip(found.steps) {
                *way = way.wrapping_add(way_to(pick, found.start + i64::from(at)));
            }
        }
    }
}

/// The way to the element at a position that has been counted from the start.
#[inline(always)]
fn way_to(pick: &Pick, position: i64) -> i64 {
    match pick.strides {
        &[stride] => position.wrapping_mul(stride),
        _ => way_in_c_order(pick, position),
    }
}

/// The way to an element that is counted among those of several axes.
fn way_in_c_order(pick: &Pick, position: i64) -> i64 {
    let mut rest = position;
    let mut way = 0i64;
    for (&extent, &stride) in pick.extents.iter().zip(pick.strides).rev() {
        way = way.wrapping_add((rest % extent).wrapping_mul(stride));
        rest /= extent;
    }
    way
}
