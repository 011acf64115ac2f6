//! Does one layout reach a byte through two different index vectors.
//!
//! Let `d` be the difference of the two. Their elements meet iff `|sum stride * d|` is at most
//! `itemsize - 1`, with `|d_l| <= n_l - 1` and `d` not zero. Exchanging the two turns `d` into
//! `-d`, and flipping an axis turns `d_l` into `-d_l`, so that
//!
//! * all strides may be taken positive (a stride of 0 along more than one element is a Yes), and
//! * of the non-zero `d_l`, the one with the largest stride may be taken positive.
//!
//! Take each axis in turn for that one, by ascending stride, with all smaller ones free in
//! both directions. `slack` is how far those and the item size reach:
//! `slack = sum over smaller axes stride * (n - 1) + itemsize - 1`. Then some
//! `d_l = 1 + count` meets iff
//!
//! ```text
//! stride_l * count + sum stride_j * count_j + w = slack - stride_l
//! 0 <= count <= n_l - 2,   0 <= count_j <= 2 (n_j - 1),   0 <= w <= 2 (itemsize - 1)
//! ```
//!
//! with `d_j = count_j - (n_j - 1)`: an `equation` like any other, equal steps merged, and
//! without a solution when `slack < stride_l`. Of ordinary layouts that holds for every axis.

use super::equation::Equation;
use super::number::Number;
use super::{Answer, Extent, MAX_NDIM, Overlap, Witness, common_address};
use arrayvec::ArrayVec;

/// Do two different index vectors of one layout reach a common byte? `budget` as in `shares`.
///
/// 1. `shape` and `strides` (in bytes) have one length, at most 64; else Unknown
pub fn overlaps_itself(shape: &[i64], strides: &[i64], itemsize: usize, budget: u64) -> Answer {
    meet_itself(shape, strides, itemsize, budget, None)
}

/// As `overlaps_itself`, with two different indices whose elements meet; never Identical.
pub fn self_overlap(array: &Extent, budget: u64) -> Overlap {
    let mut witness = Witness::new();
    let Extent { shape, strides, itemsize, .. } = *array;
    match meet_itself(shape, strides, itemsize, budget, Some(&mut witness)) {
        Answer::No => Overlap::Disjoint,
        Answer::Yes => {
            witness.address = common_address(array, array, &witness);
            Overlap::Partial(witness)
        }
        Answer::Unknown => Overlap::Unknown,
    }
}

/// An axis longer than 1 with the absolute value of its stride.
#[derive(Clone, Copy)]
struct Axis<T> {
    axis: usize,
    step: T,
    most: T,
}

type Axes<T> = ArrayVec<Axis<T>, MAX_NDIM>;

#[inline]
fn meet_itself(
    shape: &[i64],
    strides: &[i64],
    itemsize: usize,
    mut budget: u64,
    mut witness: Option<&mut Witness>,
) -> Answer {
    if itemsize == 0 || shape.iter().any(|&extent| extent <= 0) {
        return Answer::No;
    }
    if shape.len() != strides.len() || shape.len() > MAX_NDIM {
        return Answer::Unknown;
    }
    if let Some(axis) = repeating_axis(shape, strides) {
        if let Some(witness) = witness {
            witness.set_zeros(shape.len(), shape.len());
            witness.a[axis] = 1;
        }
        return Answer::Yes;
    }
    let narrow = witness.as_deref_mut();
    meet_itself_in::<i64>(shape, strides, itemsize, &mut budget, narrow)
        .or_else(|| meet_itself_in::<i128>(shape, strides, itemsize, &mut budget, witness))
        .unwrap_or(Answer::Unknown)
}

fn repeating_axis(shape: &[i64], strides: &[i64]) -> Option<usize> {
    shape.iter().zip(strides).position(|(&extent, &stride)| extent > 1 && stride == 0)
}

/// None if a sum does not fit `T`.
#[inline]
fn meet_itself_in<T: Number>(
    shape: &[i64],
    strides: &[i64],
    itemsize: usize,
    budget: &mut u64,
    witness: Option<&mut Witness>,
) -> Option<Answer> {
    let inside = T::from_wide(itemsize as i128 - 1)?;
    if is_nested(shape, strides, inside)? {
        return Some(Answer::No);
    }
    let mut axes = Axes::<T>::new_const();
    sort_axes(shape, strides, &mut axes)?;
    let mut slack = inside;
    let mut answer = Answer::No;
    for (at, axis) in axes.iter().enumerate() {
        if axis.step <= slack {
            let mut equation = pose(&axes[..at], axis, inside, slack)?;
            match equation.solve(budget) {
                Answer::Yes => {
                    if let Some(witness) = witness {
                        difference(strides, &axes[..at], axis, &mut equation, witness);
                    }
                    return Some(Answer::Yes);
                }
                Answer::Unknown => answer = Answer::Unknown,
                Answer::No => {}
            }
        }
        slack = slack.plus(axis.step.times(axis.most)?)?;
    }
    Some(answer)
}

/// Is every stride, from the last axis on, beyond the reach of those before it? Settles C order
/// and its slices without sorting.
#[inline]
fn is_nested<T: Number>(shape: &[i64], strides: &[i64], inside: T) -> Option<bool> {
    let mut slack = inside;
    for (&extent, &stride) in shape.iter().zip(strides).rev() {
        if extent > 1 {
            let step = T::from_wide(stride.unsigned_abs().into())?;
            if step <= slack {
                return Some(false);
            }
            slack = slack.plus(step.times(T::from(extent - 1))?)?;
        }
    }
    Some(true)
}

/// Collects the axes longer than 1, by ascending step.
fn sort_axes<T: Number>(shape: &[i64], strides: &[i64], axes: &mut Axes<T>) -> Option<()> {
    for (axis, (&extent, &stride)) in shape.iter().zip(strides).enumerate() {
        if extent > 1 {
            let step = T::from_wide(stride.unsigned_abs().into())?;
            let larger = axes.iter().rev().take_while(|other| other.step > step).count();
            axes.insert(axes.len() - larger, Axis { axis, step, most: T::from(extent - 1) });
        }
    }
    Some(())
}

/// Solvable iff two elements meet whose indices differ along `axis`, and otherwise only along
/// `smaller` ones.
///
/// 1. `slack` is `inside` and the lengths of all `smaller` axes together, `axis.step <= slack`
#[inline]
fn pose<T: Number>(
    smaller: &[Axis<T>],
    axis: &Axis<T>,
    inside: T,
    slack: T,
) -> Option<Equation<T>> {
    // All terms together sum up to this, hence nothing below overflows.
    axis.step.times(axis.most)?.plus(slack)?.plus(slack)?;
    let mut equation = Equation::new(slack - axis.step);
    equation.add(axis.step, axis.most - T::ONE)?;
    for other in smaller.iter().rev() {
        equation.add(other.step, other.most + other.most)?;
    }
    equation.add(T::ONE, inside + inside)?;
    Some(equation)
}

/// Two indices that differ by the solution.
fn difference<T: Number>(
    strides: &[i64],
    smaller: &[Axis<T>],
    axis: &Axis<T>,
    equation: &mut Equation<T>,
    witness: &mut Witness,
) {
    equation.complete();
    witness.set_zeros(strides.len(), strides.len());
    let mut set = |axis: usize, difference: i64| {
        let a_is_ahead = (difference > 0) == (strides[axis] > 0);
        let ahead = if a_is_ahead { &mut witness.a } else { &mut witness.b };
        ahead[axis] = difference.abs();
    };
    set(axis.axis, 1 + equation.take(axis.step, axis.most - T::ONE).low_bits());
    for other in smaller {
        let count = equation.take(other.step, other.most + other.most);
        set(other.axis, (count - other.most).low_bits());
    }
}
