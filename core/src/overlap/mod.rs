//! Do two arrays share a byte, and where; does one array overlap itself.
//!
//! Knows addresses, shapes, strides in bytes and item sizes. Must not know element types,
//! buffers or handles, and touches no memory.
//!
//! Arrays `a` and `b` share a byte iff integers exist with
//!
//! ```text
//! address_a + sum s_i x_i + u = address_b + sum t_j y_j + v
//! 0 <= x_i < n_i,  0 <= y_j < m_j,  0 <= u < itemsize_a,  0 <= v < itemsize_b
//! ```
//!
//! Counting a's bytes up from its lowest and b's down from its highest makes all signs alike:
//! `sum step * count = target` with `0 <= count <= most`, where target is the distance from a's
//! lowest byte to b's highest. Simplified, in this order:
//!
//! 1. A negative target, of this equation or of the one with a and b exchanged, is the bounds
//!    test: No. Of the two, the smaller target is kept, because it bounds the counts.
//! 2. Axes of length 1 and strides of 0 reach nothing new, and are dropped.
//! 3. If both item sizes are one power of two, and it divides every stride and the distance of
//!    the addresses, elements coincide or are apart: counted in elements, u and v vanish.
//! 4. Equal steps become one term, of which only the sum of the counts matters; u and v are one
//!    term of step 1.
//!
//! `equation` decides what slices of one parent ask in a few divisions. What is left is bounded
//! subset sum, NP-complete, for `search` and its budget.
//!
//! Sums are formed in `i64`, and only if one does not fit, in `i128`. If it does not fit either,
//! no such memory exists, and the answer is Unknown unless the bounds say No.

#![forbid(unsafe_code)]

mod equation;
mod itself;
mod number;
mod search;
#[cfg(test)]
mod tests;

pub use itself::{overlaps_itself, self_overlap};

use arrayvec::ArrayVec;
use core::iter::repeat_n;
use equation::Equation;
use number::Number;

const MAX_NDIM: usize = 64;

/// One number for each axis.
pub type Index = ArrayVec<i64, MAX_NDIM>;

/// The bytes that an array can reach.
///
/// 1. `shape` and `strides` (in bytes) have one length, at most 64
/// 2. extents are not negative
///
/// Nothing panics where these are violated: a negative extent counts as 0, and the exact
/// questions are answered Unknown for lengths that differ or exceed 64.
#[derive(Clone, Copy)]
pub struct Extent<'a> {
    pub address: usize,
    pub shape: &'a [i64],
    pub strides: &'a [i64],
    pub itemsize: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    No,
    Yes,
    /// The budget ran out, or the numbers describe more memory than there can be.
    Unknown,
}

/// One index into each array, and an address that both elements cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    pub a: Index,
    pub b: Index,
    /// Modulo 2^64, for layouts that leave the address space.
    pub address: usize,
}

impl Witness {
    fn new() -> Self {
        Witness { a: Index::new_const(), b: Index::new_const(), address: 0 }
    }

    /// Index zero of either array, which must not have an index yet.
    fn set_zeros(&mut self, ndim_a: usize, ndim_b: usize) {
        self.a.extend(repeat_n(0, ndim_a));
        self.b.extend(repeat_n(0, ndim_b));
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "an answer about memory must not ask for memory")]
pub enum Overlap {
    Disjoint,
    /// The same elements in the same order: address, shape, itemsize, and the strides of every
    /// axis longer than 1, are the same, and there is a byte.
    Identical,
    Partial(Witness),
    /// As `Answer::Unknown`.
    Unknown,
}

/// Lowest byte address and one past the highest; None when the array has no byte. Saturates.
pub fn byte_bounds(a: &Extent) -> Option<(i128, i128)> {
    if a.is_empty() {
        return None;
    }
    let mut low = a.address as i128;
    let mut high = low + a.itemsize as i128;
    for (&extent, &stride) in a.shape.iter().zip(a.strides) {
        let length = i128::from(extent - 1) * i128::from(stride);
        if length < 0 {
            low = low.saturating_add(length);
        } else {
            high = high.saturating_add(length);
        }
    }
    Some((low, high))
}

/// Do the bounds of two arrays intersect? True means only that they *might* share a byte.
pub fn may_share(a: &Extent, b: &Extent) -> bool {
    match (byte_bounds(a), byte_bounds(b)) {
        (Some((low_a, high_a)), Some((low_b, high_b))) => low_a < high_b && low_b < high_a,
        _ => false,
    }
}

/// Is there a byte that both reach? `budget` bounds the number of search nodes visited; most
/// pairs need none.
pub fn shares(a: &Extent, b: &Extent, budget: u64) -> Answer {
    if are_apart(a, b) {
        return Answer::No;
    }
    meet(a, b, budget, None)
}

/// Whether the bounds say No, told in a few steps: False where the sums do not fit too, and where the
/// question makes no sense.
#[inline]
fn are_apart(a: &Extent, b: &Extent) -> bool {
    match (a.small_bounds(), b.small_bounds()) {
        (Some((low_a, high_a)), Some((low_b, high_b))) => high_a <= low_b || high_b <= low_a,
        _ => false,
    }
}

/// What two arrays have in common, and if it is part of them, where.
pub fn overlap(a: &Extent, b: &Extent, budget: u64) -> Overlap {
    if identical(a, b) {
        return Overlap::Identical;
    }
    let mut witness = Witness::new();
    match meet(a, b, budget, Some(&mut witness)) {
        Answer::No => Overlap::Disjoint,
        Answer::Yes => Overlap::Partial(witness),
        Answer::Unknown => Overlap::Unknown,
    }
}

fn identical(a: &Extent, b: &Extent) -> bool {
    let same_step = |((&extent, s), t): ((&i64, &i64), &i64)| extent == 1 || s == t;
    a.address == b.address
        && a.itemsize == b.itemsize
        && a.shape == b.shape
        && a.strides.len() == b.strides.len()
        && a.shape.iter().zip(a.strides).zip(b.strides).all(same_step)
        && !a.is_empty()
}

impl Extent<'_> {
    fn is_empty(&self) -> bool {
        self.itemsize == 0 || self.shape.iter().any(|&extent| extent <= 0)
    }

    /// As [`byte_bounds`], if they fit; of a well-formed array.
    #[inline]
    fn small_bounds(&self) -> Option<(i64, i64)> {
        if !self.is_well_formed() {
            return None;
        }
        let mut low = self.address as i64;
        let mut high = low.checked_add(i64::try_from(self.itemsize).ok()?)?;
        for (&extent, &stride) in self.shape.iter().zip(self.strides) {
            if extent < 1 {
                return None;
            }
            let length = (extent - 1).checked_mul(stride)?;
            match length < 0 {
                true => low = low.checked_add(length)?,
                false => high = high.checked_add(length)?,
            }
        }
        Some((low, high))
    }

    fn is_well_formed(&self) -> bool {
        self.shape.len() == self.strides.len() && self.shape.len() <= MAX_NDIM
    }

    /// The first byte of an element, modulo 2^64.
    pub fn address_of(&self, index: &[i64]) -> usize {
        let offset = |(&at, &stride): (&i64, &i64)| at.wrapping_mul(stride) as usize;
        index.iter().zip(self.strides).map(offset).fold(self.address, usize::wrapping_add)
    }
}

/// `shares`, and on a `Yes` fills in the witness if one is wanted.
#[inline]
fn meet(a: &Extent, b: &Extent, mut budget: u64, mut witness: Option<&mut Witness>) -> Answer {
    if a.is_empty() || b.is_empty() {
        return Answer::No;
    }
    if !a.is_well_formed() || !b.is_well_formed() {
        return Answer::Unknown;
    }
    if first_elements_meet(a, b) {
        if let Some(witness) = witness {
            witness.set_zeros(a.shape.len(), b.shape.len());
            witness.address = a.address.max(b.address);
        }
        return Answer::Yes;
    }
    match meet_in::<i64>(a, b, &mut budget, witness.as_deref_mut()) {
        Some(answer) => answer,
        None => meet_in_wide(a, b, &mut budget, witness),
    }
}

#[cold]
#[inline(never)]
fn meet_in_wide(a: &Extent, b: &Extent, budget: &mut u64, witness: Option<&mut Witness>) -> Answer {
    match meet_in::<i128>(a, b, budget, witness) {
        Some(answer) => answer,
        None if !may_share(a, b) => Answer::No,
        None => Answer::Unknown,
    }
}

#[inline]
fn first_elements_meet(a: &Extent, b: &Extent) -> bool {
    let lower = if a.address <= b.address { a } else { b };
    a.address.abs_diff(b.address) < lower.itemsize
}

/// Poses the equation and solves it; None if a sum does not fit `T`.
///
/// 1. both arrays are well formed and have a byte
#[inline]
fn meet_in<T: Number>(
    a: &Extent,
    b: &Extent,
    budget: &mut u64,
    witness: Option<&mut Witness>,
) -> Option<Answer> {
    let gap = T::from_wide(b.address as i128 - a.address as i128)?;
    let (reach_a, reach_b) = (Reach::<T>::of(a)?, Reach::<T>::of(b)?);
    let a_to_b = gap.plus(reach_b.high)?.minus(reach_a.low)?;
    let b_to_a = reach_a.high.minus(reach_b.low)?.minus(gap)?;
    if a_to_b < T::ZERO || b_to_a < T::ZERO {
        return Some(Answer::No);
    }
    // All terms together sum up to this, hence nothing below overflows.
    a_to_b.plus(b_to_a)?;

    let shift = common_unit(a, b, reach_a.bits | reach_b.bits | gap.low_bits());
    let mut equation = Equation::<T>::new(a_to_b.min(b_to_a) >> shift);
    for array in [a, b] {
        for (step, most) in array.terms() {
            equation.add(T::from_wide(step.into())? >> shift, T::from(most))?;
        }
    }
    if shift == 0 {
        equation.add(T::ONE, T::from_wide(a.itemsize as i128 - 1 + (b.itemsize as i128 - 1))?)?;
    }
    let answer = equation.solve(budget);
    if let (Answer::Yes, Some(witness)) = (answer, witness) {
        equation.complete();
        // The array that is counted up from its lowest byte comes first in the equation.
        let a_counts_up = a_to_b <= b_to_a;
        read_index(a, a_counts_up, shift, &mut equation, &mut witness.a);
        read_index(b, !a_counts_up, shift, &mut equation, &mut witness.b);
        witness.address = common_address(a, b, witness);
    }
    Some(answer)
}

/// Offsets of the lowest and the highest byte from index zero, and all bits that occur in strides.
struct Reach<T> {
    low: T,
    high: T,
    bits: i64,
}

impl<T: Number> Reach<T> {
    #[inline]
    fn of(a: &Extent) -> Option<Self> {
        let mut reach =
            Reach { low: T::ZERO, high: T::from_wide(a.itemsize as i128 - 1)?, bits: 0 };
        for (&extent, &stride) in a.shape.iter().zip(a.strides) {
            if extent == 1 {
                continue;
            }
            let length = T::from(extent - 1).times(T::from(stride))?;
            if stride < 0 {
                reach.low = reach.low.plus(length)?;
            } else {
                reach.high = reach.high.plus(length)?;
            }
            reach.bits |= stride;
        }
        Some(reach)
    }
}

impl Extent<'_> {
    /// Step and largest count of every axis that reaches anything.
    #[inline]
    fn terms(&self) -> impl Iterator<Item = (u64, i64)> {
        let axes = self.shape.iter().zip(self.strides);
        axes.filter(|&(&extent, &stride)| extent > 1 && stride != 0)
            .map(|(&extent, &stride)| (stride.unsigned_abs(), extent - 1))
    }
}

/// The binary logarithm of the unit to count in: the item size where elements can only coincide
/// or be apart, else a byte.
#[inline]
fn common_unit(a: &Extent, b: &Extent, bits: i64) -> u32 {
    let apart = a.itemsize == b.itemsize
        && a.itemsize.is_power_of_two()
        && bits as u64 & (a.itemsize as u64 - 1) == 0;
    if apart { a.itemsize.trailing_zeros() } else { 0 }
}

/// What the solution means for one array: counts run up from the lowest element, or down from
/// the highest.
fn read_index<T: Number>(
    array: &Extent,
    counts_up: bool,
    shift: u32,
    equation: &mut Equation<T>,
    index: &mut Index,
) {
    index.extend(array.shape.iter().zip(array.strides).map(|(&extent, &stride)| {
        if extent == 1 || stride == 0 {
            return 0;
        }
        // Both fit, as they did when the equation was posed.
        let step = T::from_wide(i128::from(stride.unsigned_abs()) >> shift).unwrap_or(T::ONE);
        let count = equation.take(step, T::from(extent - 1)).low_bits();
        if (stride > 0) == counts_up { count } else { extent - 1 - count }
    }));
}

/// The first address that two elements known to meet have in common.
fn common_address(a: &Extent, b: &Extent, witness: &Witness) -> usize {
    let (in_a, in_b) = (a.address_of(&witness.a), b.address_of(&witness.b));
    if in_b.wrapping_sub(in_a) < a.itemsize { in_b } else { in_a }
}
