//! Which bytes a layout touches, counted without visiting its elements.
//!
//! The bytes are all sums of one term from each of several progressions 0, step, 2 step and so on:
//! one of step 1 for the bytes of an item, and one for every axis that moves. As sets of sums,
//!
//! 1. the order of progressions does not matter, nor the sign of a step, but for where they begin;
//! 2. a step that is `k` times another one of `n >= k` terms only makes that one longer, by `k` for
//!    each term but the first: windows and broadcasts, rows without gaps, all become plain;
//! 3. if every step is at least as long as all smaller progressions reach, each byte is one sum
//!    only, and those below any address are counted from the largest step down.
//!
//! Slices, transposes, diagonals and windows end in 3. What does not is left as progressions, for
//! others to count or to cover.

use super::LayoutRef;
use arrayvec::ArrayVec;

/// The bytes of one item, and every axis.
const MOST: usize = super::MAX_NDIM + 1;

/// `count` numbers from 0 in steps of `step`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progression {
    pub step: i64,
    pub count: i64,
}

impl Progression {
    /// From the first number to the last.
    fn length(self) -> i64 {
        self.step * (self.count - 1)
    }
}

/// The bytes that a layout touches.
#[derive(Clone, Debug)]
pub struct Touched {
    /// By ascending step; none if nothing is touched.
    progressions: ArrayVec<Progression, MOST>,
    low: i64,
}

impl Touched {
    pub fn of(layout: LayoutRef) -> Touched {
        let mut touched = Touched { progressions: ArrayVec::new(), low: 0 };
        if layout.is_empty() || layout.itemsize == 0 {
            return touched;
        }
        touched.insert(Progression { step: 1, count: layout.itemsize as i64 });
        for (&extent, &stride) in layout.shape.iter().zip(layout.strides) {
            if extent == 1 || stride == 0 {
                continue;
            }
            if stride < 0 {
                touched.low += stride * (extent - 1);
            }
            touched.insert(Progression { step: stride.abs(), count: extent });
        }
        touched.merge();
        touched
    }

    /// From the layout's first element to the lowest byte.
    pub fn low(&self) -> i64 {
        self.low
    }

    /// From the lowest byte to behind the highest.
    pub fn span(&self) -> i64 {
        match self.progressions.is_empty() {
            true => 0,
            false => 1 + self.progressions.iter().map(|each| each.length()).sum::<i64>(),
        }
    }

    pub fn progressions(&self) -> &[Progression] {
        &self.progressions
    }

    /// How many bytes are touched; None where it takes more than a look at the progressions.
    pub fn count(&self) -> Option<i64> {
        match self.first_crossed() {
            None if self.progressions.is_empty() => Some(0),
            // No more than the span.
            None => Some(self.progressions.iter().map(|each| each.count).product()),
            Some(_) => None,
        }
    }

    /// How many touched bytes lie less than `distance` behind the lowest one.
    ///
    /// 1. `count` knows the number of all, or these bytes are a [`covering`](Self::covering)
    pub fn before(&self, distance: i128) -> i64 {
        let mut all = self.count().unwrap_or(0);
        let Ok(mut rest) = i64::try_from(distance.clamp(0, self.span().into())) else { return 0 };
        let mut found = 0;
        for each in self.progressions.iter().rev() {
            all /= each.count;
            let whole = rest / each.step;
            if whole >= each.count {
                return found + all * each.count;
            }
            found += whole * all;
            rest -= whole * each.step;
        }
        found
    }

    /// Bytes that can be counted, and with these all others between them, where these cannot: a
    /// superset.
    pub fn covering(&self) -> Touched {
        let mut covering = self.clone();
        while let Some(crossed) = covering.first_crossed() {
            let solid =
                1 + covering.progressions[..crossed].iter().map(|each| each.length()).sum::<i64>();
            covering.progressions.drain(..crossed);
            covering.progressions.insert(0, Progression { step: 1, count: solid });
            covering.merge();
        }
        covering
    }

    /// The first progression whose step is shorter than those before it reach.
    fn first_crossed(&self) -> Option<usize> {
        let mut reach = 1;
        self.progressions.iter().position(|each| {
            let crossed = each.step < reach;
            reach += each.length();
            crossed
        })
    }

    fn insert(&mut self, new: Progression) {
        let at = self.progressions.iter().take_while(|each| each.step <= new.step).count();
        self.progressions.insert(at, new);
    }

    /// Makes progressions longer by others, as long as there is one that can be.
    fn merge(&mut self) {
        while let Some((kept, gone)) = self.mergeable() {
            let longer = self.progressions.remove(gone);
            let kept = &mut self.progressions[kept];
            kept.count += longer.length() / kept.step;
        }
    }

    fn mergeable(&self) -> Option<(usize, usize)> {
        let all = &self.progressions;
        for (kept, short) in all.iter().enumerate() {
            for (gone, long) in all.iter().enumerate().skip(kept + 1) {
                if long.step % short.step == 0 && long.step / short.step <= short.count {
                    return Some((kept, gone));
                }
            }
        }
        None
    }
}
