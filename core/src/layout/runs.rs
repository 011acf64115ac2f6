//! The runs of a layout: consecutive bytes, and the fewest loops that go from one to the next.

use super::{Dims, LayoutRef, Order, continues, slowest_first};

/// What `runs` finds: `shape` and `strides`, outermost first, are the loops around one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs {
    /// The bytes of one run; 0 if there are no elements.
    pub run_bytes: i64,
    /// From the layout's first element to the first byte of the first run.
    pub offset: i64,
    pub shape: Dims,
    pub strides: Dims,
}

/// One loop, and one more within it.
#[derive(Clone, Copy)]
struct Loop {
    extent: i64,
    stride: i64,
}

/// The elements as runs, in C or F order of the index; in order K with their axes sorted by stride
/// and turned to ascend, without those along which nothing moves.
pub fn runs(source: LayoutRef, order: Order) -> Runs {
    let mut runs = Runs { run_bytes: 0, offset: 0, shape: Dims::new(), strides: Dims::new() };
    if source.is_empty() {
        runs.shape.push(0);
        runs.strides.push(0);
        return runs;
    }
    runs.run_bytes = source.itemsize as i64;
    let ndim = source.ndim();
    match order.resolve(source) {
        Order::F => (0..ndim).for_each(|axis| runs.surround(source, axis)),
        Order::K => {
            let turned = |&axis: &usize| runs.surround_turned(source, axis);
            slowest_first(source).iter().rev().for_each(turned);
        }
        _ => (0..ndim).rev().for_each(|axis| runs.surround(source, axis)),
    }
    runs.shape.reverse();
    runs.strides.reverse();
    runs
}

impl Runs {
    /// How many runs there are.
    pub fn count(&self) -> i64 {
        super::size(&self.shape)
    }

    /// From the layout's first element to the first byte of a run, counted in their order.
    pub fn at(&self, number: i64) -> i64 {
        let loops = self.shape.iter().zip(&self.strides).rev();
        let (_, offset) = loops.fold((number, self.offset), |(rest, offset), (extent, stride)| {
            (rest / extent, offset.wrapping_add((rest % extent).wrapping_mul(*stride)))
        });
        offset
    }

    /// Whether every run begins at or behind the end of the one before. Where it does, no byte is
    /// in two runs.
    pub fn ascend(&self) -> bool {
        let mut reach = i128::from(self.run_bytes);
        self.shape.iter().zip(&self.strides).rev().all(|(&extent, &stride)| {
            let (extent, stride) = (i128::from(extent), i128::from(stride));
            let ascends = extent <= 1 || stride >= reach;
            reach += (extent - 1) * stride;
            ascends
        })
    }

    fn surround(&mut self, source: LayoutRef, axis: usize) {
        self.push(Loop { extent: source.shape[axis], stride: source.strides[axis] });
    }

    fn surround_turned(&mut self, source: LayoutRef, axis: usize) {
        let (extent, stride) = (source.shape[axis], source.strides[axis]);
        if stride < 0 && extent > 1 {
            self.offset = self.offset.wrapping_add((extent - 1).wrapping_mul(stride));
        }
        if stride != 0 {
            self.push(Loop { extent, stride: stride.wrapping_abs() });
        }
    }

    /// One more loop around the others, which still stand innermost first.
    fn push(&mut self, outer: Loop) {
        if outer.extent == 1 {
            return;
        }
        if self.shape.is_empty() {
            if outer.stride == self.run_bytes {
                self.run_bytes *= outer.extent;
                return;
            }
        } else {
            let last = self.shape.len() - 1;
            if continues(self.strides[last], self.shape[last], outer.stride) {
                self.shape[last] *= outer.extent;
                return;
            }
        }
        self.shape.push(outer.extent);
        self.strides.push(outer.stride);
    }
}
