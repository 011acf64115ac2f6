//! Assignment between arrays that share bytes: is there an order of writing in which every element
//! is read before its bytes are overwritten?
//!
//! Element `x` is read at `S + s.x` (`from` bytes) and written at `T + t.x` (`to` bytes). Writing
//! `x` destroys what is to be read for `y` iff the two stretches meet:
//!
//! ```text
//! c + t.x - from  <  s.y  <  c + t.x + to          c = T - S
//! ```
//!
//! so `y` must come before `x`, or be `x` itself. Axes are flipped and sorted such that `t` ascends
//! from the innermost axis on. Then, by how the strides of the two sides go together:
//!
//! 1. *Each other's partner.* Source and target are the same elements, and what `x` is read from is
//!    written from `x`: a transpose or a reversal in place. Pairs are exchanged.
//! 2. *All strides equal.* With `v = y - x` the condition reads `c - from < s.v < c + to`. Let `gap`
//!    be the least `s.v` of all `v` whose outermost non-zero part is positive. If `gap >= max(from,
//!    to)`, every `y` that is hit comes later for `c > 0`, and earlier for `c < 0`: the elements go
//!    in descending order, or in ascending order.
//! 3. *One axis with other strides.* The axes within it, of equal strides, make up a block, and 2
//!    orders the elements of a block by the way it moves. Along the axis, blocks are elements of a
//!    line, of the blocks' spans instead of `to` and `from`; see [`line_order`]. The axes outside
//!    of it are ordered as in 2, whole lines instead of elements: `c - high < s.v < c + span - low`.
//! 4. *Otherwise*, if the outer axes can be ordered so, a line (or what there is of unequal axes)
//!    is copied aside, one at a time; if not, everything is.
//!
//! Knows strides and sizes, and addresses as numbers.

#![forbid(unsafe_code)]

use super::walk::{Axis, Nest};
use crate::layout::MAX_NDIM;
use arrayvec::ArrayVec;

/// The order in which an assignment between arrays that share bytes goes; the nest it was made for
/// has been sorted for it.
#[expect(clippy::large_enum_variant, reason = "an assignment must not ask for memory")]
pub(super) enum Plan {
    /// Partner by partner. For each axis of the nest, the axis along which its partner moves.
    Swap {
        partner: ArrayVec<usize, MAX_NDIM>,
    },
    Ordered(Route),
    /// No order is known; what is read must be copied aside as a whole.
    FullCopy,
}

/// Axes `..block` make up a block, axes `block..line` a line of blocks, the others are outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub block: usize,
    pub line: usize,
    /// In which direction the axes outside are walked.
    pub outside: Direction,
    pub along: Line,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    pub fn opposite(self) -> Direction {
        match self {
            Direction::Ascending => Direction::Descending,
            Direction::Descending => Direction::Ascending,
        }
    }
}

/// How a line of blocks is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// There is but one block.
    Single,
    One(Direction),
    /// `..at` in the first direction, `at..` in the other.
    Split {
        at: isize,
        first: Direction,
    },
    /// Position `i` and `sum - i` exchange their elements.
    Mirror {
        sum: isize,
    },
    /// Copied aside.
    Buffered,
}

/// Bytes of an element on either side.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub to: usize,
    pub from: usize,
}

impl Plan {
    /// Sorts the nest, and finds an order for it. `same_type` tells that nothing is converted.
    pub fn new(nest: &mut Nest, sizes: Sizes, same_type: bool) -> Plan {
        nest.sort_by_target();
        nest.merge();
        if same_type && let Some(partner) = partners(nest) {
            return Plan::Swap { partner };
        }
        match route(nest, sizes, same_type) {
            Some(route) => Plan::Ordered(route),
            None => Plan::FullCopy,
        }
    }
}

/// From the source's first element to the target's.
fn way(nest: &Nest) -> i128 {
    nest.start.target.addr() as i128 - nest.start.source.addr() as i128
}

/// For each axis the one along which its partner moves, if all elements are each other's partners.
fn partners(nest: &Nest) -> Option<ArrayVec<usize, MAX_NDIM>> {
    let axes = &nest.axes;
    let mut partner = ArrayVec::<usize, MAX_NDIM>::new();
    let mut reversed = 0i128;
    for axis in axes {
        let alike = |other: &Axis| {
            other.extent == axis.extent && other.target.unsigned_abs() == axis.source.unsigned_abs()
        };
        let found = axes.iter().position(alike)?;
        if axis.source < 0 {
            reversed += (axis.extent - 1) as i128 * axes[found].target as i128;
        }
        partner.push(found);
    }
    let mutual = partner.iter().enumerate().all(|(axis, &other)| {
        partner[other] == axis && (axes[axis].source < 0) == (axes[other].source < 0)
    });
    (mutual && way(nest) == -reversed).then_some(partner)
}

fn route(nest: &Nest, sizes: Sizes, same_type: bool) -> Option<Route> {
    let unequal = |axis: &Axis| axis.target != axis.source;
    let axes = &nest.axes[..];
    let c = way(nest);
    let Some(first) = axes.iter().position(unequal) else {
        let needs = sizes.to.max(sizes.from) as i128;
        let outside = if c > 0 { Direction::Descending } else { Direction::Ascending };
        let route = Route { block: 0, line: 0, outside, along: Line::Single };
        return (gap(axes)? >= needs).then_some(route);
    };
    let line = axes.iter().rposition(unequal)? + 1;
    let outside = outside_direction(axes, line, c, sizes)?;
    let along = if line - first == 1 { along_line(axes, first, c, sizes) } else { None };
    match along {
        // Exchanging elements converts nothing.
        Some(along) if same_type || !matches!(along, Line::Mirror { .. }) => {
            Some(Route { block: first, line, outside, along })
        }
        _ if line == axes.len() => None,
        _ => Some(Route { block: 0, line, outside, along: Line::Buffered }),
    }
}

/// The least distance between two elements of which one comes later, with the outermost axes
/// counting most; none if the axes do not go up so. From a single element there is no way to another.
fn gap(axes: &[Axis]) -> Option<i128> {
    let mut inner = 0i128;
    let mut least = i128::MAX;
    for axis in axes.iter().filter(|axis| axis.extent > 1) {
        least = least.min(axis.target as i128 - inner);
        inner += (axis.extent - 1) as i128 * axis.target as i128;
    }
    (least > 0).then_some(least)
}

/// The bytes that axes reach below and above an element of a size.
fn span(axes: &[Axis], stride: impl Fn(&Axis) -> isize, size: usize) -> (i128, i128) {
    axes.iter().fold((0, size as i128), |(low, high), axis| {
        let length = (axis.extent - 1) as i128 * stride(axis) as i128;
        (low + length.min(0), high + length.max(0))
    })
}

/// The order of the axes from `line` on: rule 2, for lines instead of elements.
fn outside_direction(axes: &[Axis], line: usize, c: i128, sizes: Sizes) -> Option<Direction> {
    let outside = &axes[line..];
    if outside.is_empty() {
        return Some(Direction::Ascending);
    }
    let gap = gap(outside)?;
    let (_, to) = span(&axes[..line], |axis| axis.target, sizes.to);
    let (low, high) = span(&axes[..line], |axis| axis.source, sizes.from);
    if c + to - low <= gap {
        Some(Direction::Ascending)
    } else if c - high >= -gap {
        Some(Direction::Descending)
    } else {
        None
    }
}

/// The order along the axis `at`, the only one whose strides differ.
fn along_line(axes: &[Axis], at: usize, c: i128, sizes: Sizes) -> Option<Line> {
    let block = &axes[..at];
    if !block.is_empty() && gap(block)? < sizes.to.max(sizes.from) as i128 {
        return None;
    }
    let (_, to) = span(block, |axis| axis.target, sizes.to);
    let (_, from) = span(block, |axis| axis.source, sizes.from);
    let Axis { extent, target, source } = axes[at];
    let line = OneLine { n: extent as i128, t: target as i128, s: source as i128, c, to, from };
    match line.order()? {
        Line::Mirror { .. } if !block.is_empty() => None,
        // One element is read before all are written, but a block is read again for each.
        Line::One(_) if source == 0 && !block.is_empty() && line.hitting().is_some() => None,
        order => Some(order),
    }
}

/// A line of elements, or of blocks that count as such.
struct OneLine {
    n: i128,
    /// Above zero.
    t: i128,
    s: i128,
    c: i128,
    to: i128,
    from: i128,
}

impl OneLine {
    /// Writing `i` hits the source of those `j` for which `c + t i - from < s j < c + t i + to`.
    ///
    /// - `s = 0`: a single element is read once, before anything is written.
    /// - `s > 0`: `i` hits nothing later iff `e(i) = c + (t - s) i <= s - to`, and nothing earlier
    ///   iff `e(i) >= from - s`. `e` is linear, so that where it rises, the elements up to some
    ///   place can ascend and those from it on descend, or the whole goes one way. A rising line's
    ///   two parts hit only themselves; in a falling line the parts must also leave each other
    ///   alone, which asks of the last of the first part what an ascending one asks of it.
    /// - `s < 0`: what `i` hits moves down as `i` moves up. If only one part of the line hits
    ///   anything, one way may do; if `s = -t` and elements meet exactly, pairs are exchanged.
    fn order(&self) -> Option<Line> {
        let Some((first, last)) = self.hitting() else {
            return Some(Line::One(Direction::Ascending));
        };
        match self.s {
            0 => Some(Line::One(Direction::Ascending)),
            1.. => self.same_direction(first, last),
            _ => self.opposite_direction(first, last),
        }
    }

    /// The first and the last position whose write can hit any source.
    fn hitting(&self) -> Option<(i128, i128)> {
        let reach = (self.n - 1) * self.s;
        let (low, high) = (reach.min(0), reach.max(0));
        // c + t i - from < high  and  low < c + t i + to
        let last = (high - self.c + self.from - 1).div_euclid(self.t).min(self.n - 1);
        let first = (low - self.c - self.to).div_euclid(self.t) + 1;
        let first = first.max(0);
        (first <= last).then_some((first, last))
    }

    fn same_direction(&self, first: i128, last: i128) -> Option<Line> {
        let excess = |i: i128| self.c + (self.t - self.s) * i;
        let ascends = |i| excess(i) <= self.s - self.to;
        let descends = |i| excess(i) >= self.from - self.s;
        if ascends(first) && ascends(last) {
            return Some(Line::One(Direction::Ascending));
        }
        if descends(first) && descends(last) {
            return Some(Line::One(Direction::Descending));
        }
        let slope = self.t - self.s;
        if slope > 0 {
            // The first that can descend.
            let at = ceil_div(self.from - self.s - self.c, slope).clamp(first, last + 1);
            let fits = (at == first || ascends(at - 1)) && (at > last || descends(at));
            return fits.then_some(Line::Split { at: at as isize, first: Direction::Ascending });
        }
        // Behind the first that can ascend.
        let at = ceil_div(self.c - (self.s - self.to), -slope) + 1;
        let fits = first < at && at <= last && ascends(at - 1) && descends(at - 1);
        fits.then_some(Line::Split { at: at as isize, first: Direction::Descending })
    }

    fn opposite_direction(&self, first: i128, last: i128) -> Option<Line> {
        let down = -self.s;
        if -self.c - self.t * first + self.from - 1 < down * (first + 1) {
            return Some(Line::One(Direction::Ascending));
        }
        if -self.c - self.t * last - self.to + 1 > down * (last - 1) {
            return Some(Line::One(Direction::Descending));
        }
        let exact = down == self.t && self.c % self.t == 0 && self.to == self.from;
        let sum = isize::try_from(-self.c / self.t).ok()?;
        (exact && self.to <= self.t).then_some(Line::Mirror { sum })
    }
}

fn ceil_div(a: i128, b: i128) -> i128 {
    -(-a).div_euclid(b)
}
