//! One bounded linear equation, `sum step * count = target` with `0 <= count <= most`, and the
//! two arguments that settle what ordinary arrays ask without a search.
//!
//! Terms are kept by descending step. Let `rest` be the largest sum that the terms after this
//! one reach. Then, from the largest step down:
//!
//! * *Forced.* `count` must leave between 0 and `rest`. Steps of slices grow so fast that mostly
//!   one count does, so that walking down the terms is a division each and decides.
//! * *Dense.* Let `g` be the last step. If every step of a tail is a multiple of `g` and at most
//!   `rest + g`, the tail reaches every multiple of `g` up to its largest sum: the next step
//!   starts no later than one `g` behind the end of what is already reached without a gap.
//!
//! Where several counts remain, and the tail is dense, a few are tried; otherwise `search` takes
//! over. Knows numbers only, not which array a term came from.

use super::number::Number;
use super::search::search;
use super::{Answer, MAX_NDIM};
use arrayvec::ArrayVec;

/// Two arrays' axes, and one term for the bytes inside the elements.
pub(super) const MAX_TERMS: usize = 2 * MAX_NDIM + 1;

/// Steps of slices are small multiples of the item size; beyond this the search is quicker.
const MAX_PROBES: i64 = 16;

#[derive(Clone, Copy)]
pub(super) struct Term<T> {
    pub step: T,
    pub most: T,
    /// The largest sum of the terms after this one.
    pub rest: T,
    /// The count in the solution, when there is one.
    pub count: T,
}

pub(super) struct Equation<T> {
    terms: ArrayVec<Term<T>, MAX_TERMS>,
    target: T,
    /// After a `Yes`, terms from here on are dense and share what is left of the target; their
    /// counts are computed only if a witness is wanted.
    dense_from: usize,
}

impl<T: Number> Equation<T> {
    /// 1. `target >= 0`
    #[inline]
    pub fn new(target: T) -> Self {
        Equation { terms: ArrayVec::new_const(), target, dense_from: 0 }
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
        self.terms.try_insert(at, Term { step, most, rest: T::ZERO, count: T::ZERO }).ok()
    }

    /// Is there a solution? `budget` is reduced by the nodes searched.
    #[inline]
    pub fn solve(&mut self, budget: &mut u64) -> Answer {
        let Some(last) = self.terms.last() else {
            return yes_if(self.target == T::ZERO);
        };
        let unit = last.step;
        let dense_from = self.sum_rests(unit);

        for at in 0..self.terms.len() {
            if at >= dense_from {
                self.dense_from = at;
                let term = &self.terms[at];
                let reached = self.target <= term.step * term.most + term.rest;
                return yes_if(reached && is_multiple(self.target, unit));
            }
            let term = &mut self.terms[at];
            term.count = (self.target / term.step).min(term.most);
            self.target = self.target - term.count * term.step;
            if self.target > term.rest {
                return Answer::No;
            }
            if term.count == T::ZERO || self.target + term.step > term.rest {
                continue;
            }
            self.dense_from = at + 1;
            let probed =
                if at + 1 >= dense_from { term.probe(&mut self.target, unit) } else { None };
            return probed.unwrap_or_else(|| self.search_from(at, budget));
        }
        Answer::No
    }

    #[cold]
    fn search_from(&mut self, at: usize, budget: &mut u64) -> Answer {
        self.dense_from = self.terms.len();
        let target = self.target + self.terms[at].count * self.terms[at].step;
        search(&mut self.terms[at..], target, budget)
    }

    /// Fills in every `rest`; answers where the dense tail begins.
    #[inline]
    fn sum_rests(&mut self, unit: T) -> usize {
        let mut dense_from = self.terms.len();
        let mut rest = T::ZERO;
        for (at, term) in self.terms.iter_mut().enumerate().rev() {
            term.rest = rest;
            if dense_from == at + 1 && extends_dense(term.step, rest, unit) {
                dense_from = at;
            }
            rest = rest + term.step * term.most;
        }
        dense_from
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

impl<T: Number> Term<T> {
    /// For a term in front of a dense tail: lowers the count until a multiple of `unit` is left.
    /// Remainders repeat after at most `unit` counts, mostly few; None if it takes more.
    ///
    /// 1. `left` is what the current count leaves, at most `rest`
    #[inline]
    fn probe(&mut self, left: &mut T, unit: T) -> Option<Answer> {
        for tried in 1..=MAX_PROBES {
            if is_multiple(*left, unit) {
                return Some(Answer::Yes);
            }
            if self.count == T::ZERO || *left + self.step > self.rest || T::from(tried) >= unit {
                return Some(Answer::No);
            }
            self.count = self.count - T::ONE;
            *left = *left + self.step;
        }
        None
    }
}

fn yes_if(is: bool) -> Answer {
    if is { Answer::Yes } else { Answer::No }
}

#[inline]
fn is_multiple<T: Number>(number: T, unit: T) -> bool {
    unit == T::ONE || number % unit == T::ZERO
}

/// Does a term in front of a dense tail (multiples of `unit`, up to `rest`) leave it dense?
#[inline]
pub(super) fn extends_dense<T: Number>(step: T, rest: T, unit: T) -> bool {
    step - unit <= rest && is_multiple(step, unit)
}
