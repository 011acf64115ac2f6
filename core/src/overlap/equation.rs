//! One bounded linear equation, `sum step * count = target` with `0 <= count <= most`, and the
//! two arguments that settle what ordinary arrays ask without a search.
//!
//! Terms are kept by descending step. Let `rest` be the largest sum that the terms after one
//! reach, and `unit` the gcd of their steps. Then:
//!
//! * Nothing is a solution unless the gcd of all steps divides the target, and no sum is larger
//!   than that of all `step * most`.
//! * *Walk.* From the largest step down, a `count` must leave between 0 and `rest`, and a
//!   multiple of `unit`. Steps of slices grow so fast that mostly one count does, so that walking
//!   down the terms is a division each and decides. Where several do, all are tried.
//! * *Dense.* Let `g` be the last step. If every step of a tail is a multiple of `g` and at most
//!   `rest + g`, the tail reaches every multiple of `g` up to its largest sum: the next step
//!   starts no later than one `g` behind the end of what is already reached without a gap. There
//!   the walk ends, successfully, as it has seen to it that what is left is such a multiple.
//!
//! A walk that has to turn back too often leaves the equation to `search`. Knows numbers only,
//! not which array a term came from.

use super::number::{Number, gcd};
use super::search::search;
use super::{Answer, MAX_NDIM};
use arrayvec::ArrayVec;

/// Two arrays' axes, and one term for the bytes inside the elements.
pub(super) const MAX_TERMS: usize = 2 * MAX_NDIM + 1;

/// How many counts a walk gives up before the search takes over, which is slower to begin and
/// quicker to end.
const PATIENCE: u32 = 64;

#[derive(Clone, Copy)]
pub(super) struct Term<T> {
    pub step: T,
    pub most: T,
    /// The largest sum of the terms after this one.
    pub rest: T,
    /// The gcd of the steps after this one; of the last term, its own step.
    pub unit: T,
    /// The count in the solution, when there is one.
    pub count: T,
}

pub(super) struct Equation<T> {
    terms: ArrayVec<Term<T>, MAX_TERMS>,
    target: T,
    /// The gcd of all steps.
    unit: T,
    /// After a `Yes`, terms from here on are dense and share what is left of the target; their
    /// counts are computed only if a witness is wanted.
    dense_from: usize,
}

impl<T: Number> Equation<T> {
    /// 1. `target >= 0`
    #[inline]
    pub fn new(target: T) -> Self {
        Equation { terms: ArrayVec::new_const(), target, unit: T::ONE, dense_from: 0 }
    }

    /// Adds a term. Equal steps become one term: only the sum of their counts matters.
    ///
    /// 1. `step >= 1`, `most >= 0`
    /// 2. the sum of `step * most` over all terms ever added fits a `T`
    #[inline]
    pub fn add(&mut self, step: T, most: T) -> Option<()> {
        if most == T::ZERO {
            return Some(());
        }
        let mut at = self.terms.len();
        while at > 0 && self.terms[at - 1].step < step {
            at -= 1;
        }
        if at > 0 && self.terms[at - 1].step == step {
            self.terms[at - 1].most = self.terms[at - 1].most + most;
            return Some(());
        }
        let term = Term { step, most, rest: T::ZERO, unit: T::ONE, count: T::ZERO };
        self.terms.try_push(term).ok()?;
        for place in (at..self.terms.len() - 1).rev() {
            self.terms[place + 1] = self.terms[place];
        }
        self.terms[at] = term;
        Some(())
    }

    /// Is there a solution? `budget` is reduced by the nodes of a search; walking is free.
    #[inline]
    pub fn solve(&mut self, budget: &mut u64) -> Answer {
        let Some(reach) = self.prepare() else {
            return yes_if(self.target == T::ZERO);
        };
        if self.target > reach || !is_multiple(self.target, self.unit) {
            return Answer::No;
        }
        let mut patience = PATIENCE;
        match self.walk(0, self.target, &mut patience) {
            Some(answer) => answer,
            None => self.search(budget),
        }
    }

    /// As `solve`, for what a walk does not settle.
    #[cold]
    pub(super) fn search(&mut self, budget: &mut u64) -> Answer {
        self.dense_from = self.terms.len();
        search(&mut self.terms, self.target, budget)
    }

    /// Fills in what each term needs to know of those after it, and where the dense tail begins.
    /// Answers the largest sum of all, None if there is no term.
    #[inline]
    fn prepare(&mut self) -> Option<T> {
        let mut unit = self.terms.last()?.step;
        let mut rest = T::ZERO;
        self.dense_from = self.terms.len();
        for (at, term) in self.terms.iter_mut().enumerate().rev() {
            (term.rest, term.unit) = (rest, unit);
            if is_multiple(term.step, unit) {
                // Dense so far, hence `unit` is the last step.
                if self.dense_from == at + 1 && term.step - unit <= rest {
                    self.dense_from = at;
                }
            } else {
                unit = gcd(unit, term.step);
            }
            rest = rest + term.step * term.most;
        }
        self.unit = unit;
        Some(rest)
    }

    /// Finds counts for the terms from `at` on, largest first. None if patience ends.
    ///
    /// 1. `target` is a multiple of the gcd of these terms' steps, and at most their largest sum
    fn walk(&mut self, at: usize, target: T, patience: &mut u32) -> Option<Answer> {
        if at >= self.dense_from {
            (self.dense_from, self.target) = (at, target);
            return Some(Answer::Yes);
        }
        let Term { step, most, rest, unit, .. } = self.terms[at];
        // Most steps are larger than what is left, and a division is what costs here.
        let mut count = if target < step { T::ZERO } else { most.min(target / step) };
        let mut left = target - count * step;
        while left <= rest {
            if is_multiple(left, unit) {
                self.terms[at].count = count;
                if self.walk(at + 1, left, patience)? == Answer::Yes {
                    return Some(Answer::Yes);
                }
            }
            if count == T::ZERO {
                break;
            }
            *patience = patience.checked_sub(1)?;
            (count, left) = (count - T::ONE, left + step);
        }
        Some(Answer::No)
    }

    /// Completes the counts after a `Yes`, so that `take` can hand them out.
    pub fn complete(&mut self) {
        for term in &mut self.terms[self.dense_from..] {
            term.count = (self.target / term.step).min(term.most);
            self.target = self.target - term.count * term.step;
        }
    }

    /// Takes back what one added term, `(step, most)`, has to contribute to the solution. Terms
    /// that were merged are served first come, first served.
    pub fn take(&mut self, step: T, most: T) -> T {
        match self.terms.iter_mut().find(|term| term.step == step) {
            Some(term) => {
                let share = term.count.min(most);
                term.count = term.count - share;
                share
            }
            None => T::ZERO,
        }
    }
}

fn yes_if(is: bool) -> Answer {
    if is { Answer::Yes } else { Answer::No }
}

#[inline]
fn is_multiple<T: Number>(number: T, unit: T) -> bool {
    unit == T::ONE || number % unit == T::ZERO
}
