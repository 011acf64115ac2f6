//! Depth-first search for a solution of `sum step * count = target`, `0 <= count <= most`.
//!
//! At the root: in any solution `step * count` is congruent to the target modulo the gcd of all
//! *other* steps. That fixes `count` modulo some `m`, so `residue + m * count'` takes its place,
//! with an `m` times larger step and a smaller `most`, often 0. Repeated, because a larger step
//! enlarges the gcds that the other unknowns see.
//!
//! Below it: counts are chosen from the largest step down. With `rest` the largest sum of the
//! levels after this one and `g` their gcd, the counts worth trying at remainder `r` are those
//! with `0 <= r - step * count <= rest` and `r - step * count` a multiple of `g`: few, because
//! the range is narrow while steps are large, and the residue class is thin while they are
//! small. If the levels after this one are dense (see `equation`), the first such count settles
//! it. Refuted remainders are remembered: different counts above often leave the same below.
//!
//! What stays hard are steps of one magnitude without a common divisor, with a target near the
//! largest number that they do not reach: then nearly every partial sum looks possible. Strides
//! can be made up so; slices never are, and diagonals hardly. The reduced lattice of the steps would
//! tell, and is not worth its code.

use super::Answer;
use super::equation::{MAX_TERMS, Term};
use super::number::{Number, gcd, inverse};
use arrayvec::ArrayVec;
use core::cmp::Reverse;

/// Rounds of fixing residues. Two do nearly always; the limit bounds made-up input.
const ROUNDS: usize = 4;

/// One unknown of the search.
#[derive(Clone, Copy)]
struct Level<T> {
    step: T,
    most: T,
    /// The largest sum of the levels after this one.
    rest: T,
    /// The gcd of this step and all after it; while residues are fixed, of those after it.
    unit: T,
    /// The counts worth trying repeat modulo this; `inverse` inverts `step / unit` in it.
    modulus: T,
    inverse: T,
    /// Do the levels after this one reach every multiple of their gcd up to `rest`?
    dense_rest: bool,
    /// `terms[term]` has the count `base + scale * count`.
    term: usize,
    base: T,
    scale: T,
}

type Levels<T> = ArrayVec<Level<T>, MAX_TERMS>;

/// Searches for a solution and, on a `Yes`, leaves it in the terms' counts. `budget` is reduced
/// by one for each pair of level and remainder visited.
///
/// 1. `target >= 0`; it and the sum of `step * most` fit a `T`
/// 2. every step is at least 1 and at most `T::LARGEST_STEP`
#[cold]
#[inline(never)]
pub(super) fn search<T: Number>(terms: &mut [Term<T>], target: T, budget: &mut u64) -> Answer {
    let mut target = target;
    let mut levels = Levels::<T>::new_const();
    levels.extend(terms.iter().enumerate().map(|(at, term)| Level::new(at, term)));
    if !fix_residues(&mut levels, &mut target) {
        return Answer::No;
    }
    for level in &levels {
        terms[level.term].count = level.base;
    }
    levels.retain(|level| level.most > T::ZERO);
    prepare(&mut levels);

    match levels.first() {
        None if target == T::ZERO => Answer::Yes,
        Some(first) if target % first.unit == T::ZERO => descend(&levels, terms, target, budget),
        _ => Answer::No,
    }
}

/// Narrows every count to its residue class modulo what the other steps leave open. False when
/// there is no solution.
fn fix_residues<T: Number>(levels: &mut Levels<T>, target: &mut T) -> bool {
    for _ in 0..ROUNDS {
        let mut after = T::ZERO;
        for level in levels.iter_mut().rev() {
            level.clamp(*target);
            level.unit = after;
            after = gcd(after, level.step);
        }
        let mut changed = false;
        let mut before = T::ZERO;
        for level in levels.iter_mut() {
            let others = gcd(before, level.unit);
            if level.most > T::ZERO && others > T::ONE {
                match level.fix_residue(others, target) {
                    Some(narrower) => changed |= narrower,
                    None => return false,
                }
            }
            before = gcd(before, level.step);
        }
        if !changed {
            break;
        }
    }
    levels.iter_mut().for_each(|level| level.clamp(*target));
    true
}

/// Sorts the levels by descending step and computes what each needs to know of those after it.
fn prepare<T: Number>(levels: &mut Levels<T>) {
    levels.sort_unstable_by_key(|level| Reverse(level.step));
    let (mut rest, mut unit, mut dense) = (T::ZERO, T::ZERO, true);
    for level in levels.iter_mut().rev() {
        level.rest = rest;
        level.dense_rest = dense;
        level.unit = gcd(level.step, unit);
        if unit > level.unit {
            level.modulus = unit / level.unit;
            level.inverse = inverse(level.step / level.unit, level.modulus);
        }
        dense = dense && (unit == T::ZERO || (unit == level.unit && level.step - unit <= rest));
        unit = level.unit;
        rest = rest + level.step * level.most;
    }
}

impl<T: Number> Level<T> {
    fn new(term: usize, &Term { step, most, .. }: &Term<T>) -> Self {
        Level {
            step,
            most,
            rest: T::ZERO,
            unit: T::ZERO,
            modulus: T::ONE,
            inverse: T::ZERO,
            dense_rest: false,
            term,
            base: T::ZERO,
            scale: T::ONE,
        }
    }

    /// No count exceeds `target / step`. A count that can only be 0 has no step any more: it
    /// leaves the gcds alone.
    fn clamp(&mut self, target: T) {
        if self.most > T::ZERO {
            self.most = self.most.min(target / self.step);
        }
        if self.most == T::ZERO {
            self.step = T::ZERO;
        }
    }

    /// Replaces `count` by `residue + modulus * count`, where `others` is the gcd of all other
    /// steps. Answers whether that changed anything, None when no count is left.
    fn fix_residue(&mut self, others: T, target: &mut T) -> Option<bool> {
        let common = gcd(others, self.step);
        if *target % common != T::ZERO {
            return None;
        }
        let modulus = others / common;
        if modulus == T::ONE {
            return Some(false);
        }
        let back = inverse(self.step / common, modulus);
        let residue = (*target / common % modulus).times_modulo(back, modulus);
        if residue > self.most || residue * self.step > *target {
            return None;
        }
        let most = (self.most - residue) / modulus;
        // With `most` at least 1 the larger step fits, as it is at most `step * most` of before.
        let step = if most == T::ZERO { T::ZERO } else { self.step * modulus };
        if step > T::LARGEST_STEP {
            return Some(false);
        }
        *target = *target - residue * self.step;
        self.base = self.base + self.scale * residue;
        self.scale = if most == T::ZERO { T::ONE } else { self.scale * modulus };
        self.most = most;
        self.step = step;
        Some(true)
    }

    /// The least (or a smaller number) and the largest count worth trying. Down from the latter,
    /// every `modulus`-th is.
    #[inline]
    fn counts(&self, remainder: T) -> Option<(T, T)> {
        let mut most = self.most.min(remainder / self.step);
        let least = match remainder > self.rest {
            // Rounded up without a sum that might not fit.
            true => (remainder - self.rest - T::ONE) / self.step + T::ONE,
            false => T::ZERO,
        };
        if most < least {
            return None;
        }
        if self.modulus > T::ONE {
            let residue =
                (remainder / self.unit % self.modulus).times_modulo(self.inverse, self.modulus);
            if most < residue {
                return None;
            }
            most = most - (most - residue) % self.modulus;
        }
        (most >= least).then_some((least, most))
    }
}

/// A level under way: the remainder it was entered with, the counts to try and the current one.
///
/// Tried from the middle down, then from the middle up: towards the ends of the range the levels
/// below reach fewer sums, so that solutions, if any, mostly lie in the middle.
#[derive(Clone, Copy)]
struct Visit<T> {
    remainder: T,
    count: T,
    least: T,
    middle: T,
    most: T,
}

impl<T: Number> Visit<T> {
    #[inline]
    fn new(remainder: T, least: T, most: T, modulus: T) -> Self {
        let width = most - least;
        let steps = if modulus == T::ONE { width } else { width / modulus };
        let middle = most - (steps >> 1) * modulus;
        Visit { remainder, count: middle, least, middle, most }
    }

    /// Moves to the next count; false when all were tried.
    #[inline]
    fn advance(&mut self, modulus: T) -> bool {
        if self.count <= self.middle {
            if self.count - self.least >= modulus {
                self.count = self.count - modulus;
                return true;
            }
            self.count = self.middle;
        }
        let more = self.most - self.count >= modulus;
        if more {
            self.count = self.count + modulus;
        }
        more
    }
}

/// The search proper, from the largest step down, on a stack of its own.
///
/// 1. `levels` is prepared and not empty; its first `unit` divides `target`
fn descend<T: Number>(
    levels: &Levels<T>,
    terms: &mut [Term<T>],
    target: T,
    budget: &mut u64,
) -> Answer {
    let mut visits = ArrayVec::<Visit<T>, MAX_TERMS>::new_const();
    let mut memo = None;
    let mut nodes = 0u32;
    let mut remainder = target;
    loop {
        let at = visits.len();
        let level = &levels[at];
        if *budget == 0 {
            return Answer::Unknown;
        }
        *budget -= 1;
        nodes = nodes.saturating_add(1);
        if nodes == Memo::<T>::WORTH_IT {
            memo = Some(Memo::new());
        }
        let known = memo.as_ref().is_some_and(|memo| memo.refuted(at, remainder));
        match level.counts(remainder) {
            Some((least, most)) if !known => {
                visits.push(Visit::new(remainder, least, most, level.modulus));
                // Always so at the last level, hence there is a next level to enter otherwise.
                if level.dense_rest {
                    finish(levels, terms, &visits);
                    return Answer::Yes;
                }
            }
            _ => back_up(levels, &mut visits, &mut memo),
        }
        let Some(visit) = visits.last() else {
            return Answer::No;
        };
        remainder = visit.remainder - visit.count * levels[visits.len() - 1].step;
    }
}

/// Leaves the levels whose counts are used up and moves the deepest other one, if any, to its
/// next count.
#[inline]
fn back_up<T: Number>(
    levels: &Levels<T>,
    visits: &mut ArrayVec<Visit<T>, MAX_TERMS>,
    memo: &mut Option<Memo<T>>,
) {
    while let Some(mut visit) = visits.pop() {
        let at = visits.len();
        if visit.advance(levels[at].modulus) {
            visits.push(visit);
            return;
        }
        if let Some(memo) = memo {
            memo.refute(at, visit.remainder);
        }
    }
}

/// Writes the solution into the terms: the counts chosen so far, and for the dense levels after
/// them the largest that fit.
fn finish<T: Number>(levels: &Levels<T>, terms: &mut [Term<T>], visits: &[Visit<T>]) {
    let mut remainder = T::ZERO;
    for (at, level) in levels.iter().enumerate() {
        let count = match visits.get(at) {
            Some(visit) => {
                remainder = visit.remainder;
                visit.count
            }
            None => level.most.min(remainder / level.step),
        };
        remainder = remainder - count * level.step;
        terms[level.term].count = level.base + level.scale * count;
    }
}

/// Refuted pairs of level and remainder, as many as fit: a newer pair takes an older one's place.
struct Memo<T> {
    pairs: [(T, usize); Memo::<i64>::SIZE],
}

impl<T: Number> Memo<T> {
    const SIZE: usize = 1024;
    /// Searches of fewer nodes than this do not pay for clearing the table.
    const WORTH_IT: u32 = 64;
    /// No level has this number.
    const EMPTY: usize = usize::MAX;

    fn new() -> Self {
        Memo { pairs: [(T::ZERO, Self::EMPTY); Memo::<i64>::SIZE] }
    }

    #[inline]
    fn slot(level: usize, remainder: T) -> usize {
        // Fibonacci hashing: the upper bits of the product depend on all bits of the key.
        let key = (remainder.low_bits() as u64).wrapping_add((level as u64) << 56);
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) as usize % Memo::<i64>::SIZE
    }

    #[inline]
    fn refuted(&self, level: usize, remainder: T) -> bool {
        self.pairs[Self::slot(level, remainder)] == (remainder, level)
    }

    #[inline]
    fn refute(&mut self, level: usize, remainder: T) {
        self.pairs[Self::slot(level, remainder)] = (remainder, level);
    }
}
