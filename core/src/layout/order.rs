//! The orders in which a new array lays out its elements.

use super::{Dims, LayoutRef, MAX_NDIM, zeros};
use crate::error::{Error, Result};
use arrayvec::ArrayVec;
use std::cmp::Reverse;

/// NumPy's order letters; their ASCII codes are the ABI's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Order {
    /// The last axis fastest.
    C = b'C' as i32,
    /// The first axis fastest.
    F = b'F' as i32,
    /// F for a source that is F-contiguous and not C-contiguous, else C.
    A = b'A' as i32,
    /// The axes in the source's order of strides.
    K = b'K' as i32,
}

impl Order {
    pub fn from_code(code: i32) -> Result<Order> {
        [Order::C, Order::F, Order::A, Order::K]
            .into_iter()
            .find(|order| *order as i32 == code)
            .ok_or(Error::Argument { what: "the order", value: code.into() })
    }

    /// As above, for the functions that read elements in an order of the index: no K.
    pub fn from_code_without_k(code: i32) -> Result<Order> {
        match Order::from_code(code)? {
            Order::K => Err(Error::Argument { what: "the order", value: code.into() }),
            order => Ok(order),
        }
    }

    /// C or F, where the order asks to follow the source as a whole.
    pub fn resolve(self, source: LayoutRef) -> Order {
        match self {
            Order::A if source.is_f_contiguous() && !source.is_c_contiguous() => Order::F,
            Order::A => Order::C,
            order => order,
        }
    }

    pub fn letter(self) -> char {
        match self {
            Order::C => 'C',
            Order::F => 'F',
            Order::A => 'A',
            Order::K => 'K',
        }
    }
}

/// Dense strides in C or F order. An extent of zero counts as one, so that no stride is zero.
pub fn contiguous_strides(shape: &[i64], itemsize: usize, order: Order, strides: &mut [i64]) {
    let mut step = itemsize as i64;
    let axes = strides.iter_mut().zip(shape);
    let set = |(stride, &extent): (&mut i64, &i64)| {
        *stride = step;
        step = step.wrapping_mul(extent.max(1));
    };
    if order == Order::F { axes.for_each(set) } else { axes.rev().for_each(set) }
}

/// Dense strides for a new array of the source's shape, laid out in `order`.
///
/// K keeps the axes in the order of their strides' magnitudes, ties in the order of the axes, and
/// makes every stride positive: NumPy's rule, by which a broadcast axis becomes the fastest.
pub fn kept_strides(source: LayoutRef, itemsize: usize, order: Order, strides: &mut [i64]) {
    match order.resolve(source) {
        Order::K if source.is_c_contiguous() => {
            contiguous_strides(source.shape, itemsize, Order::C, strides);
        }
        Order::K if source.is_f_contiguous() => {
            contiguous_strides(source.shape, itemsize, Order::F, strides);
        }
        Order::K => strides_in_kept_order(source, itemsize, strides),
        order => contiguous_strides(source.shape, itemsize, order, strides),
    }
}

fn strides_in_kept_order(source: LayoutRef, itemsize: usize, strides: &mut [i64]) {
    strides_by_order(&slowest_first(source), source.shape, itemsize, strides);
}

/// Dense strides for axes that go from the slowest to the fastest.
fn strides_by_order(axes: &[usize], shape: &[i64], itemsize: usize, strides: &mut [i64]) {
    let mut stride = itemsize as i64;
    for &axis in axes.iter().rev() {
        strides[axis] = stride;
        stride = stride.wrapping_mul(shape[axis].max(1));
    }
}

/// From which end the axes are put in order; it matters where some pairs of axes get no vote.
#[derive(Clone, Copy, PartialEq)]
pub enum Sorted {
    /// As NumPy's `concatenate` does.
    FirstToLast,
    /// As NumPy's iterator does.
    LastToFirst,
}

/// Dense strides for a result of several operands, in the order of axes on which they agree, else
/// in C order: NumPy's rule. `step` is how far an operand goes along an axis of the result, or
/// nothing where it has no say.
pub fn agreed_strides<T>(
    operands: impl Iterator<Item = T> + Clone,
    step: impl Fn(&T, usize) -> Option<u64>,
    shape: &[i64],
    itemsize: usize,
    sorted: Sorted,
) -> Dims {
    let mut axes: ArrayVec<usize, MAX_NDIM> = (0..shape.len()).collect();
    if sorted == Sorted::LastToFirst {
        axes.reverse();
    }
    for next in 1..axes.len() {
        let mut place = next;
        for before in (0..next).rev() {
            let (inner, outer) = match sorted {
                Sorted::FirstToLast => (axes[next], axes[before]),
                Sorted::LastToFirst => (axes[before], axes[next]),
            };
            let votes = operands
                .clone()
                .filter_map(|operand| Some(step(&operand, inner)? <= step(&operand, outer)?));
            // One vote for C order decides; where nobody votes, the next axis is asked.
            match votes.reduce(|all, keeps| all | keeps) {
                None => {}
                Some(true) => break,
                Some(false) => place = before,
            }
        }
        axes[place..=next].rotate_right(1);
    }
    if sorted == Sorted::LastToFirst {
        axes.reverse();
    }
    let mut strides = zeros(shape.len());
    strides_by_order(&axes, shape, itemsize, &mut strides);
    strides
}

/// The axes from the largest stride's magnitude to the smallest, ties in the order of the axes.
pub fn slowest_first(source: LayoutRef) -> ArrayVec<usize, MAX_NDIM> {
    let mut axes: ArrayVec<usize, MAX_NDIM> = (0..source.ndim()).collect();
    axes.sort_unstable_by_key(|&axis| (Reverse(source.strides[axis].unsigned_abs()), axis));
    axes
}
