//! What an array costs: the bytes it touches, those it spans, and the buffer that it keeps
//! alive.

#![forbid(unsafe_code)]

use crate::array::Array;
use crate::buffer::list::List;
use crate::error::Result;
use crate::layout::{Dims, LayoutRef, Progression, Touched};
use crate::overlap::{Answer, overlaps_itself};

/// The bytes of an array, in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    pub touched: u64,
    /// Otherwise `touched` is an upper bound.
    pub exact: bool,
    pub spanned: u64,
    /// The bytes of the buffer.
    pub kept: usize,
    /// The references to the owner of the buffer, and the views that stand on it.
    pub owner_uses: u32,
    pub views: u32,
}

impl Footprint {
    /// How many arrays keep the buffer alive.
    pub fn holders(&self) -> i64 {
        i64::from(self.views) + i64::from(self.owner_uses != 0)
    }
}

pub fn footprint(array: &Array) -> Result<Footprint> {
    let (touched, exact) = touched_bytes(array.layout())?;
    let owner = array.owner();
    Ok(Footprint {
        touched,
        exact,
        spanned: Touched::of(array.layout()).span() as u64,
        kept: array.buffer().nbytes(),
        owner_uses: owner.use_count(),
        views: owner.view_count(),
    })
}

/// How much searching may tell that no byte is touched twice.
const BUDGET: u64 = 10_000;
/// The most units that are marked one by one.
const MOST_MARKS: u64 = 1 << 23;

/// How many bytes a layout touches, and whether that is exact or an upper bound.
pub fn touched_bytes(layout: LayoutRef) -> Result<(u64, bool)> {
    let touched = Touched::of(layout);
    if let Some(count) = touched.count() {
        return Ok((count as u64, true));
    }
    let all = touched.progressions();
    let most = all.iter().fold(1u64, |most, each| most.saturating_mul(each.count as u64));
    let bound = most.min(touched.covering().count().unwrap_or(touched.span()) as u64);
    if is_sum_of_one(all) {
        return Ok((most, true));
    }
    let unit = all[1..].iter().fold(all[0].count as u64, |unit, each| gcd(unit, each.step as u64));
    if touched.span() as u64 / unit > MOST_MARKS {
        return Ok((bound, false));
    }
    Ok((marked(all, unit, touched.span() as u64 / unit)? * unit, true))
}

/// Whether every byte is one sum only, although steps are shorter than what others reach.
fn is_sum_of_one(all: &[Progression]) -> bool {
    let (item, axes) = (all[0].count as usize, &all[1..]);
    let counts = axes.iter().map(|each| each.count).collect::<Dims>();
    let steps = axes.iter().map(|each| each.step).collect::<Dims>();
    overlaps_itself(&counts, &steps, item, BUDGET) == Answer::No
}

/// How many of `span` units are sums, found with one bit for each.
fn marked(all: &[Progression], unit: u64, span: u64) -> Result<u64> {
    let words = span.div_ceil(64) as usize;
    let mut bits = List::<u64>::with_room(words)?;
    for word in 0..words {
        let _ = bits.push((word == 0).into());
    }
    for (at, each) in all.iter().enumerate() {
        let (step, count) = match at {
            0 => (1, each.count as u64 / unit),
            _ => (each.step as u64 / unit, each.count as u64),
        };
        // What is marked is marked again further on: 2 terms, 4, 8, and then the rest.
        let mut terms = 1;
        while terms < count {
            let more = terms.min(count - terms);
            mark_again(bits.as_mut_slice(), step * more);
            terms += more;
        }
    }
    Ok(bits.as_slice().iter().map(|word| u64::from(word.count_ones())).sum())
}

/// Marks whatever is `distance` behind a mark.
fn mark_again(bits: &mut [u64], distance: u64) {
    let (words, shift) = ((distance / 64) as usize, distance % 64);
    for to in (words..bits.len()).rev() {
        let mut marks = bits[to - words] << shift;
        if shift != 0 && to > words {
            marks |= bits[to - words - 1] >> (64 - shift);
        }
        bits[to] |= marks;
    }
}

pub(super) fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
