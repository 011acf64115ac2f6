//! Elements picked by lists of positions and marks, moved to or from an array that holds them side
//! by side: the one loop under every kind of advanced indexing.
//!
//! ```text
//! for each line of the shape that the lists share          outer axes
//!     for each block of the line                           at most BLOCK positions
//!         ways = what the lists say, summed                ways.rs
//!         move what lies at each way                       the axes that no list picks from
//! ```
//!
//! Of what lies at one way the elements are moved together, unless the other side has those of
//! neighbouring ways nearer to each other; then each of them is moved for the whole block.

use super::Visit;
use super::flow::Cursor;
use super::kernel::{self, Kernel};
use super::marks::Marks;
use super::walk::{Nest, Place, each_place};
use super::ways::{add_marks, add_positions};
use crate::dtype::DType;
use crate::error::Result;
use crate::index::{List, Pick, Role};
use crate::layout::{Dims, MAX_NDIM, continues, has_no_elements, next_index, zeros};
use arrayvec::ArrayVec;
use std::ops::ControlFlow;

/// Elements of an array that lists pick.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    /// The element that positions are counted from.
    pub data: *mut u8,
    pub dtype: DType,
    /// The shape that the lists have in common.
    pub shape: &'a [i64],
    /// How far a step along each of its axes leads besides what the lists say.
    pub strides: &'a [i64],
    pub picks: &'a [Pick<'a>],
    /// The axes that no list picks from.
    pub inner_shape: &'a [i64],
    pub inner_strides: &'a [i64],
}

/// The other side of a move: an element for each place of the lists' shape and of the inner axes.
#[derive(Clone, Copy)]
pub struct Spread<'a> {
    pub data: *mut u8,
    pub dtype: DType,
    /// Along the lists' shape.
    pub strides: &'a [i64],
    pub inner_strides: &'a [i64],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Gather,
    Scatter,
}

/// Moves picked elements to the other side.
///
/// # Safety
/// - As many strides as extents everywhere; every list can be read, and picks from axes that the
///   picked array has.
/// - Unless there is no element, those that positions within bounds pick can be read, all elements
///   of the other side can be written, and the two share no byte.
pub unsafe fn gather(selection: Selection, to: Spread) -> Result<()> {
    // SAFETY: the caller's.
    unsafe { move_picked(selection, to, Way::Gather, Visit::AnyOrder) }
}

/// Writes the elements of the other side over picked ones. Where several are picked at one place,
/// the last of them in C order stays; in [`Visit::LogicalOrder`] also where elements overlap, if
/// the inner axes lie behind those of the lists.
///
/// # Safety
/// - As for [`gather`], with the sides exchanged.
pub unsafe fn scatter(selection: Selection, from: Spread, visit: Visit) -> Result<()> {
    // SAFETY: the caller's.
    unsafe { move_picked(selection, from, Way::Scatter, visit) }
}

/// Positions that are looked up together.
const BLOCK: usize = 256;

/// # Safety
/// - As for [`gather`] or [`scatter`].
unsafe fn move_picked(selection: Selection, other: Spread, way: Way, visit: Visit) -> Result<()> {
    if has_no_elements(selection.shape) || has_no_elements(selection.inner_shape) {
        return Ok(());
    }
    let mover = Mover::new(&selection, &other, way, visit);
    // SAFETY: the caller's.
    unsafe {
        Lines::new(&selection, other.strides).each(|ways, other_way, step| {
            let side = other.data.wrapping_offset(other_way as isize);
            mover.move_block(selection.data, ways, side, step as isize);
        })
    }
}

/// Writes elements of a list of values over picked ones, one after the other in C order, and from
/// its beginning again where it ends: NumPy's `put`.
///
/// # Safety
/// - As for [`scatter`]; there are no inner axes, and at least one value.
pub unsafe fn scatter_in_turn(selection: Selection, values: List) -> Result<()> {
    if has_no_elements(selection.shape) {
        return Ok(());
    }
    let kernel = kernel::choose(values.dtype, selection.dtype);
    let mut turn = Cursor::new(values.data, values.shape, values.strides);
    let no_other = zeros(selection.shape.len());
    // SAFETY: the caller's.
    unsafe {
        Lines::new(&selection, &no_other).each(|ways, _, _| {
            for &way in ways {
                let target = selection.data.wrapping_offset(way as isize);
                kernel.run(turn.run().0, 0, target, 0, 1);
                turn.advance(1);
            }
        })
    }
}

/// Axes of the lists' shape that are walked as one: their extent, and the axis whose strides they
/// have.
#[derive(Clone, Copy)]
struct Merged {
    extent: i64,
    axis: usize,
}

/// The lines of the lists' shape, and the place among them.
struct Lines<'a> {
    selection: &'a Selection<'a>,
    /// Those of the other side along the lists' shape.
    other: &'a [i64],
    line: Option<Merged>,
    outer: ArrayVec<Merged, MAX_NDIM>,
    outer_shape: Dims,
    /// Along the outer axes.
    index: Dims,
    /// What masks of a single mark add to every way.
    constant: i64,
}

impl<'a> Lines<'a> {
    /// Before the first line.
    ///
    /// # Safety
    /// - The lists can be read.
    unsafe fn new(selection: &'a Selection<'a>, other: &'a [i64]) -> Lines<'a> {
        let mut outer = merged_axes(selection, other);
        let line = outer.pop();
        let mut constant = [0];
        let masks = selection.picks.iter().filter(|pick| matches!(pick.role, Role::Mask { .. }));
        for pick in masks.filter(|pick| !pick.marks_along_line()) {
            // SAFETY: the caller's.
            add_marks(pick, &mut unsafe { Marks::new(pick.list) }, &mut constant);
        }
        let outer_shape = outer.iter().map(|merged| merged.extent).collect();
        let index = zeros(outer.len());
        Lines { selection, other, line, outer, outer_shape, index, constant: constant[0] }
    }

    /// Calls `visit` with blocks of ways, each with the way to its first element on the other side
    /// and the step to the next.
    ///
    /// # Safety
    /// - The lists can be read.
    unsafe fn each(self, visit: impl FnMut(&[i64], i64, i64)) -> Result<()> {
        let has_masks = self.selection.picks.iter().any(|pick| pick.marks_along_line());
        // SAFETY: the caller's.
        unsafe {
            if has_masks { self.each_with_masks(visit) } else { self.each_block(&mut [], visit) }
        }
    }

    /// With room for the places in the masks.
    ///
    /// # Safety
    /// - As for [`each`](Self::each).
    #[inline(never)] // The room would burden every index without a mask.
    unsafe fn each_with_masks(self, visit: impl FnMut(&[i64], i64, i64)) -> Result<()> {
        let masks = self.selection.picks.iter().filter(|pick| pick.marks_along_line());
        // SAFETY: the caller's.
        let mut marks: ArrayVec<Marks, MAX_NDIM> =
            masks.map(|pick| unsafe { Marks::new(pick.list) }).collect();
        // SAFETY: the caller's.
        unsafe { self.each_block(&mut marks, visit) }
    }

    /// # Safety
    /// - As for [`each`](Self::each); `marks` are those of the masks that mark along the line, in
    ///   order.
    unsafe fn each_block(
        mut self,
        marks: &mut [Marks],
        mut visit: impl FnMut(&[i64], i64, i64),
    ) -> Result<()> {
        let extent = self.line.map_or(1, |line| line.extent);
        let step = self.step(|axis| self.selection.strides[axis]);
        let other_step = self.step(|axis| self.other[axis]);
        let mut ways = [0i64; BLOCK];
        loop {
            let start = self.start(|axis| self.selection.strides[axis]);
            let start = start.wrapping_add(self.constant);
            let other_start = self.start(|axis| self.other[axis]);
            marks.iter_mut().for_each(Marks::rewind);
            let mut done = 0;
            while done < extent {
                let count = (extent - done).min(BLOCK as i64);
                let ways = &mut ways[..count as usize];
                for (at, way) in (done..).zip(&mut *ways) {
                    *way = start.wrapping_add(step.wrapping_mul(at));
                }
                // SAFETY: the caller's.
                unsafe { self.add_ways(done, ways, marks)? };
                visit(ways, other_start.wrapping_add(other_step.wrapping_mul(done)), other_step);
                done += count;
            }
            if !next_index(&mut self.index, &self.outer_shape) {
                return Ok(());
            }
        }
    }

    /// Adds what the lists say from `done` on along the line.
    ///
    /// # Safety
    /// - As for [`each`](Self::each).
    unsafe fn add_ways(&self, done: i64, ways: &mut [i64], marks: &mut [Marks]) -> Result<()> {
        let mut marks = marks.iter_mut();
        for pick in self.selection.picks {
            match pick.role {
                Role::Positions(mode) => {
                    let stride = self.step(|axis| pick.list_stride(axis));
                    let start = self.start(|axis| pick.list_stride(axis));
                    let start = start.wrapping_add(stride.wrapping_mul(done));
                    let given = pick.list.data.wrapping_offset(start as isize);
                    // SAFETY: the caller's.
                    unsafe { add_positions(pick, given, stride as isize, mode, ways)? };
                }
                Role::Mask { .. } if pick.marks_along_line() => {
                    if let Some(marks) = marks.next() {
                        add_marks(pick, marks, ways);
                    }
                }
                Role::Mask { .. } => {}
            }
        }
        Ok(())
    }

    /// How far from its beginning an operand is at the beginning of this line.
    fn start(&self, stride: impl Fn(usize) -> i64) -> i64 {
        let axes = self.outer.iter().zip(&self.index);
        axes.fold(0i64, |way, (merged, &index)| {
            way.wrapping_add(stride(merged.axis).wrapping_mul(index))
        })
    }

    /// How far apart an operand's neighbours along the line are.
    fn step(&self, stride: impl Fn(usize) -> i64) -> i64 {
        self.line.map_or(0, |line| stride(line.axis))
    }
}

/// The lists' shape without axes of one element, and with neighbours as one axis wherever they
/// continue each other in every operand.
fn merged_axes(selection: &Selection, other: &[i64]) -> ArrayVec<Merged, MAX_NDIM> {
    let goes_on = |outer: usize, inner: Merged| {
        let Merged { extent, axis } = inner;
        continues(selection.strides[axis], extent, selection.strides[outer])
            && continues(other[axis], extent, other[outer])
            && selection.picks.iter().all(|pick| {
                !pick.marks_along_line()
                    && continues(pick.list_stride(axis), extent, pick.list_stride(outer))
            })
    };
    let mut merged = ArrayVec::<Merged, MAX_NDIM>::new();
    let axes = (0..selection.shape.len()).rev().filter(|&axis| selection.shape[axis] != 1);
    for axis in axes {
        let extent = selection.shape[axis];
        match merged.last_mut() {
            Some(inner) if goes_on(axis, *inner) => inner.extent *= extent,
            _ => merged.push(Merged { extent, axis }),
        }
    }
    merged.reverse();
    merged
}

/// How the elements at one way, or at a block of them, are moved.
struct Mover {
    /// The inner axes, from null on both sides.
    inner: Nest,
    way: Way,
    visit: Visit,
    kernel: Kernel,
    /// The size of an item, where nothing is converted.
    items: Option<usize>,
}

impl Mover {
    fn new(selection: &Selection, other: &Spread, way: Way, visit: Visit) -> Mover {
        let ((target, to), (source, from)) = match way {
            Way::Gather => {
                ((other.inner_strides, other.dtype), (selection.inner_strides, selection.dtype))
            }
            Way::Scatter => {
                ((selection.inner_strides, selection.dtype), (other.inner_strides, other.dtype))
            }
        };
        let mut inner = Nest::at(std::ptr::null_mut(), std::ptr::null());
        let has_elements = inner.add_axes(selection.inner_shape, target, source);
        debug_assert!(has_elements);
        if visit == Visit::AnyOrder {
            inner.sort_by_target();
        }
        inner.merge();
        let items = (from == to).then(|| from.itemsize());
        Mover { inner, way, visit, kernel: kernel::choose(from, to), items }
    }

    /// # Safety
    /// - At each way from `data`, and as many steps from `other`, all inner elements are valid.
    unsafe fn move_block(&self, data: *mut u8, ways: &[i64], other: *mut u8, step: isize) {
        let nearest = self.inner.axes[0];
        let beside = match self.way {
            Way::Gather => nearest.target,
            Way::Scatter => nearest.source,
        };
        let single = self.inner.axes.len() == 1 && nearest.extent == 1;
        let across = self.visit == Visit::AnyOrder && step.unsigned_abs() < beside.unsigned_abs();
        if single || across {
            let _ = each_place(&self.inner.axes, self.inner.start, &mut |place| {
                let (data_way, other_way) = self.sides(place);
                let (data, other) =
                    (data.wrapping_offset(data_way), other.wrapping_offset(other_way));
                // SAFETY: one inner element at each way.
                unsafe { self.move_elements(data, ways, other, step) };
                ControlFlow::<()>::Continue(())
            });
            return;
        }
        for (at, &way) in ways.iter().enumerate() {
            let data = data.wrapping_offset(way as isize);
            let other = other.wrapping_offset(step.wrapping_mul(at as isize));
            let _ = each_place(&self.inner.axes[1..], self.inner.start, &mut |place| {
                let (data_way, other_way) = self.sides(place);
                let (data, other) =
                    (data.wrapping_offset(data_way), other.wrapping_offset(other_way));
                let (source, target) = self.directed(data, other);
                // SAFETY: a row of inner elements at this way.
                unsafe {
                    self.kernel.run(
                        source,
                        nearest.source,
                        target,
                        nearest.target,
                        nearest.extent as usize,
                    )
                };
                ControlFlow::<()>::Continue(())
            });
        }
    }

    /// From a place of the inner axes, which begin at null: the ways on the picked side and on the
    /// other.
    fn sides(&self, place: Place) -> (isize, isize) {
        let (target, source) = (place.target.addr() as isize, place.source.addr() as isize);
        match self.way {
            Way::Gather => (source, target),
            Way::Scatter => (target, source),
        }
    }

    /// Source and target.
    fn directed(&self, data: *mut u8, other: *mut u8) -> (*const u8, *mut u8) {
        match self.way {
            Way::Gather => (data, other),
            Way::Scatter => (other, data),
        }
    }

    /// # Safety
    /// - An element is valid at each way, and as many `step` apart from `other` on.
    unsafe fn move_elements(&self, data: *mut u8, ways: &[i64], other: *mut u8, step: isize) {
        // SAFETY: the caller's.
        unsafe {
            match (self.items, self.way) {
                (Some(1), Way::Gather) => gather_items::<u8>(data, ways, other, step),
                (Some(2), Way::Gather) => gather_items::<u16>(data, ways, other, step),
                (Some(4), Way::Gather) => gather_items::<u32>(data, ways, other, step),
                (Some(8), Way::Gather) => gather_items::<u64>(data, ways, other, step),
                (Some(1), Way::Scatter) => scatter_items::<u8>(data, ways, other, step),
                (Some(2), Way::Scatter) => scatter_items::<u16>(data, ways, other, step),
                (Some(4), Way::Scatter) => scatter_items::<u32>(data, ways, other, step),
                (Some(8), Way::Scatter) => scatter_items::<u64>(data, ways, other, step),
                _ => {
                    for (at, &way) in ways.iter().enumerate() {
                        let data = data.wrapping_offset(way as isize);
                        let other = other.wrapping_offset(step.wrapping_mul(at as isize));
                        let (source, target) = self.directed(data, other);
                        self.kernel.run(source, 0, target, 0, 1);
                    }
                }
            }
        }
    }
}

/// # Safety
/// - An item can be read at each way, and as many, `step` apart, be written from `to` on.
unsafe fn gather_items<T: Copy>(data: *const u8, ways: &[i64], to: *mut u8, step: isize) {
    for (at, &way) in ways.iter().enumerate() {
        // SAFETY: the caller's.
        unsafe {
            let item = data.wrapping_offset(way as isize).cast::<T>().read_unaligned();
            let to = to.wrapping_offset(step.wrapping_mul(at as isize));
            to.cast::<T>().write_unaligned(item);
        }
    }
}

/// # Safety
/// - As for [`gather_items`], with the sides exchanged.
unsafe fn scatter_items<T: Copy>(data: *mut u8, ways: &[i64], from: *const u8, step: isize) {
    for (at, &way) in ways.iter().enumerate() {
        // SAFETY: the caller's.
        unsafe {
            let from = from.wrapping_offset(step.wrapping_mul(at as isize));
            let item = from.cast::<T>().read_unaligned();
            data.wrapping_offset(way as isize).cast::<T>().write_unaligned(item);
        }
    }
}
