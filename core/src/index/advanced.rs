//! Advanced indexing: which axes lists pick from, what shape they have in common, and where its
//! axes stand in the result. NumPy's rules:
//!
//! 1. A mask picks from as many axes as it has and must have their extents; its marks count as one
//!    list. A mask without axes picks from none.
//! 2. Beside lists, integers count as lists without axes.
//! 3. The lists are broadcast together. Where they and the integers stand side by side, their
//!    common axes take their place among the other axes; where anything stands between them, also
//!    an ellipsis for no axis, the common axes come first.
//!
//! Outer indexing (NEP 21's `oindex`) does without 2 and 3: each list's axes take its own place.

#![forbid(unsafe_code)]

use super::pick::{List, Pick, Role, check_positions};
use super::{IndexMode, MAX_ITEMS};
use crate::array::Array;
use crate::dtype::DType;
use crate::error::{Error, Party, Result, Shape};
use crate::layout::{
    Dims, Item, LayoutRef, MAX_NDIM, broadcast_extent, broadcast_shapes, check_ndim, cut_axis,
    position,
};
use arrayvec::ArrayVec;

/// An item of an index expression that may hold lists.
#[derive(Clone, Copy)]
pub enum IndexItem<'a> {
    Basic(Item),
    /// Positions or marks.
    List(&'a Array),
}

pub type IndexItems<'a> = ArrayVec<IndexItem<'a>, MAX_ITEMS>;

/// How the lists of one expression go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// As one, broadcast: NumPy's indexing.
    Together,
    /// Each for itself: NEP 21's outer indexing.
    Outer,
}

/// An axis of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultAxis {
    /// Of the lists' common shape.
    Lists(usize),
    /// Of those that no list picks from.
    Inner(usize),
}

/// What an index expression with lists comes to. Two steps make it, [`Advanced::empty`] and one that
/// fills it, so that it is filled where it stays: moving its ten kilobytes takes longer than picking a
/// thousand elements.
#[derive(Clone)]
pub struct Advanced<'a> {
    /// From the array's first element to the one that lists count from, in bytes.
    pub offset: i64,
    /// The lists' common shape.
    pub shape: Dims,
    /// How far a step along each of its axes leads besides what the lists say.
    pub strides: Dims,
    pub picks: ArrayVec<Pick<'a>, MAX_NDIM>,
    /// The axes that no list picks from.
    pub inner_shape: Dims,
    pub inner_strides: Dims,
    pub axes: ArrayVec<ResultAxis, MAX_NDIM>,
}

impl<'a> Advanced<'a> {
    /// `count` tells how many marks a mask has.
    pub fn read(
        &mut self,
        source: LayoutRef<'a>,
        items: &[IndexItem<'a>],
        join: Join,
        count: impl Fn(&Array) -> i64,
    ) -> Result<()> {
        let left_over = left_over(source, items)?;
        let mut walk = Walk { source, axis: 0, count, join, place: Place::default(), plan: self };
        for &item in items {
            walk.item(item, left_over)?;
        }
        walk.whole_axes(source.ndim() - walk.axis)?;
        walk.finish()
    }

    #[inline(always)]
    pub fn empty() -> Advanced<'a> {
        Advanced {
            offset: 0,
            shape: Dims::new(),
            strides: Dims::new(),
            picks: ArrayVec::new(),
            inner_shape: Dims::new(),
            inner_strides: Dims::new(),
            axes: ArrayVec::new(),
        }
    }

    /// One list along an axis, in whose place its own axes come, or among all elements in C order:
    /// NumPy's `take` and `put`.
    pub fn pick_from_axis(
        &mut self,
        source: LayoutRef<'a>,
        axis: Option<usize>,
        list: List<'a>,
        role: Role,
    ) -> Result<()> {
        let plan = self;
        let picked = axis.map_or(0..source.ndim(), |axis| axis..axis + 1);
        let (extents, strides) = (&source.shape[picked.clone()], &source.strides[picked.clone()]);
        let pick = Pick { list, role, along: 0, axis, extents, strides };
        check_ndim(pick.ndim() + source.ndim() - picked.len())?;
        for at in 0..picked.start {
            plan.add_inner_axis(source.shape[at], source.strides[at]);
        }
        for (at, &extent) in pick.shape().iter().enumerate() {
            plan.axes.push(ResultAxis::Lists(at));
            plan.shape.push(extent);
            plan.strides.push(0);
        }
        for at in picked.end..source.ndim() {
            plan.add_inner_axis(source.shape[at], source.strides[at]);
        }
        plan.picks.push(pick);
        Ok(())
    }

    /// There must be room for it.
    fn add_inner_axis(&mut self, extent: i64, stride: i64) {
        self.axes.push(ResultAxis::Inner(self.inner_shape.len()));
        self.inner_shape.push(extent);
        self.inner_strides.push(stride);
    }

    /// A list of as many axes as the source, which says for each of its places the position along
    /// one axis: NumPy's `take_along_axis`.
    pub fn pick_along_axis(
        &mut self,
        source: LayoutRef<'a>,
        axis: usize,
        list: List<'a>,
        mode: IndexMode,
    ) -> Result<()> {
        let (have, want) = (list.shape.len(), source.ndim());
        if have != want {
            return Err(Error::Rank { what: "the list of positions", have, want });
        }
        let plan = self;
        plan.shape.extend(list.shape.iter().copied());
        plan.strides.extend(source.strides.iter().copied());
        plan.strides[axis] = 0;
        for at in (0..source.ndim()).filter(|&at| at != axis) {
            let (have, want) = (source.shape[at], list.shape[at]);
            plan.shape[at] = broadcast_extent(want, have).ok_or_else(|| {
                let (from, to) = (Shape::new(source.shape), Shape::new(&plan.shape));
                Error::Broadcast { from, to, axis: at, have, want }
            })?;
            if have == 1 {
                plan.strides[at] = 0;
            }
        }
        plan.axes.extend((0..want).map(ResultAxis::Lists));
        let (extents, strides) = (&source.shape[axis..=axis], &source.strides[axis..=axis]);
        let role = Role::Positions(mode);
        plan.picks.push(Pick { list, role, along: 0, axis: Some(axis), extents, strides });
        Ok(())
    }

    /// Whether all axes of the result are those of the lists.
    pub fn is_in_result_order(&self) -> bool {
        self.inner_shape.is_empty()
    }

    /// The same elements in the same order, with all axes of the result among those of the lists:
    /// for a target whose elements overlap. No list may be a mask.
    pub fn put_in_result_order(&mut self) {
        let (mut shape, mut strides) = (Dims::new(), Dims::new());
        let mut place = Dims::from_iter(self.shape.iter().map(|_| 0));
        for (at, axis) in self.axes.iter_mut().enumerate() {
            let (extent, stride) = match *axis {
                ResultAxis::Lists(axis) => {
                    place[axis] = at as i64;
                    (self.shape[axis], self.strides[axis])
                }
                ResultAxis::Inner(axis) => (self.inner_shape[axis], self.inner_strides[axis]),
            };
            shape.push(extent);
            strides.push(stride);
            *axis = ResultAxis::Lists(at);
        }
        for pick in self.picks.iter_mut().filter(|pick| !pick.list.shape.is_empty()) {
            pick.along = place[pick.along] as usize;
        }
        (self.shape, self.strides) = (shape, strides);
        self.inner_shape.clear();
        self.inner_strides.clear();
    }

    /// The shape of the result, added to `shape`.
    pub fn add_result_shape(&self, shape: &mut Dims) {
        let extent = |axis: &ResultAxis| match *axis {
            ResultAxis::Lists(axis) => self.shape[axis],
            ResultAxis::Inner(axis) => self.inner_shape[axis],
        };
        shape.extend(self.axes.iter().map(extent));
    }

    /// Strides of the result's axes, told apart: along the lists' shape, and along the others.
    pub fn tell_apart(&self, strides: &[i64], lists: &mut Dims, inner: &mut Dims) {
        lists.extend(self.shape.iter().map(|_| 0));
        inner.extend(self.inner_shape.iter().map(|_| 0));
        for (axis, &stride) in self.axes.iter().zip(strides) {
            match *axis {
                ResultAxis::Lists(axis) => lists[axis] = stride,
                ResultAxis::Inner(axis) => inner[axis] = stride,
            }
        }
    }
}

/// The axes of an array that an item takes.
fn axes_of(item: &IndexItem) -> usize {
    match item {
        IndexItem::Basic(Item::Integer(_) | Item::Slice(_)) => 1,
        IndexItem::Basic(Item::Ellipsis | Item::NewAxis) => 0,
        IndexItem::List(mask) if mask.dtype() == DType::Bool => mask.ndim(),
        IndexItem::List(_) => 1,
    }
}

/// The axes that an ellipsis stands for.
fn left_over(source: LayoutRef, items: &[IndexItem]) -> Result<usize> {
    let is_ellipsis = |item: &&IndexItem| matches!(item, IndexItem::Basic(Item::Ellipsis));
    let ellipses = items.iter().filter(is_ellipsis).count();
    if ellipses > 1 {
        return Err(Error::Ellipses { given: ellipses });
    }
    let (given, ndim) = (items.iter().map(axes_of).sum::<usize>(), source.ndim());
    ndim.checked_sub(given).ok_or(Error::TooManyIndices { given, ndim })
}

/// Where the common axes of the lists stand, as far as the items have been read.
#[derive(Default)]
struct Place {
    /// How many other axes of the result come before them.
    before: Option<usize>,
    /// Whether an item has come between them.
    left: bool,
    apart: bool,
}

impl Place {
    fn list(&mut self, axes_so_far: usize) {
        self.before.get_or_insert(axes_so_far);
        self.apart |= self.left;
    }

    fn other_item(&mut self) {
        self.left |= self.before.is_some();
    }
}

struct Walk<'a, 'p, Count> {
    source: LayoutRef<'a>,
    /// The next axis of the source.
    axis: usize,
    count: Count,
    join: Join,
    place: Place,
    plan: &'p mut Advanced<'a>,
}

impl<'a, Count: Fn(&Array) -> i64> Walk<'a, '_, Count> {
    fn item(&mut self, item: IndexItem<'a>, left_over: usize) -> Result<()> {
        match item {
            IndexItem::Basic(item) => self.basic(item, left_over),
            IndexItem::List(mask) if mask.dtype() == DType::Bool => self.mask(mask),
            IndexItem::List(list) => {
                check_positions("an index array", list.dtype())?;
                self.list(List::of(list), Role::Positions(IndexMode::Raise), 1)
            }
        }
    }

    fn basic(&mut self, item: Item, left_over: usize) -> Result<()> {
        match item {
            Item::Integer(index) => {
                let axis = self.axis;
                let at = position(index, axis, self.source.shape[axis])?;
                self.move_start(at.wrapping_mul(self.source.strides[axis]));
                self.axis += 1;
                if self.join == Join::Together {
                    self.place.list(self.plan.inner_shape.len());
                }
                return Ok(());
            }
            Item::Slice(slice) => {
                let axis = self.axis;
                let (extent, stride) = (self.source.shape[axis], self.source.strides[axis]);
                let (offset, extent, stride) = cut_axis(slice, axis, extent, stride)?;
                self.move_start(offset);
                self.inner_axis(extent, stride)?;
                self.axis += 1;
            }
            Item::Ellipsis => self.whole_axes(left_over)?,
            Item::NewAxis => self.inner_axis(1, 0)?,
        }
        self.place.other_item();
        Ok(())
    }

    fn move_start(&mut self, offset: i64) {
        self.plan.offset = self.plan.offset.wrapping_add(offset);
    }

    fn whole_axes(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            self.inner_axis(self.source.shape[self.axis], self.source.strides[self.axis])?;
            self.axis += 1;
        }
        Ok(())
    }

    fn inner_axis(&mut self, extent: i64, stride: i64) -> Result<()> {
        check_ndim(self.plan.inner_shape.len() + 1)?;
        check_ndim(self.plan.axes.len() + 1)?;
        self.plan.add_inner_axis(extent, stride);
        Ok(())
    }

    fn result_axis(&mut self, axis: ResultAxis) -> Result<()> {
        check_ndim(self.plan.axes.len() + 1)?;
        self.plan.axes.push(axis);
        Ok(())
    }

    fn mask(&mut self, mask: &'a Array) -> Result<()> {
        let axes = self.source.shape[self.axis..].iter().zip(mask.shape());
        for (at, (&extent, &have)) in axes.enumerate() {
            if have != extent {
                return Err(Error::MaskShape { axis: self.axis + at, have, extent });
            }
        }
        let role = Role::Mask { count: (self.count)(mask) };
        self.list(List::of(mask), role, mask.ndim())
    }

    /// A list over the next `count` axes.
    fn list(&mut self, list: List<'a>, role: Role, count: usize) -> Result<()> {
        let axes = self.axis..self.axis + count;
        let mut pick = Pick {
            list,
            role,
            along: 0,
            axis: Some(self.axis),
            extents: &self.source.shape[axes.clone()],
            strides: &self.source.strides[axes],
        };
        self.axis += count;
        match self.join {
            Join::Together => self.place.list(self.plan.inner_shape.len()),
            Join::Outer => {
                pick.along = self.plan.shape.len();
                for &extent in pick.shape() {
                    self.result_axis(ResultAxis::Lists(self.plan.shape.len()))?;
                    self.plan.shape.push(extent);
                }
            }
        }
        if self.plan.picks.try_push(pick).is_err() {
            let given = self.plan.picks.len() + 1;
            return Err(Error::TooManyIndices { given, ndim: self.source.ndim() });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        if self.join == Join::Together {
            self.join_lists()?;
        }
        self.plan.strides.extend(self.plan.shape.iter().map(|_| 0));
        Ok(())
    }

    fn join_lists(&mut self) -> Result<()> {
        let shapes = self.plan.picks.iter().map(|pick| pick.shape());
        self.plan.shape = broadcast_shapes(Party::IndexArray, shapes)?;
        let ndim = self.plan.shape.len();
        for pick in &mut self.plan.picks {
            pick.along = ndim - pick.ndim();
        }
        let before = if self.place.apart { 0 } else { self.place.before.unwrap_or(0) };
        check_ndim(self.plan.axes.len() + ndim)?;
        for axis in 0..ndim {
            self.plan.axes.insert(before + axis, ResultAxis::Lists(axis));
        }
        Ok(())
    }
}
