//! Elements of an array that lists pick, as one thing to copy from and to assign to.

use super::aside::{Unspoilt, dense_copy};
use super::assign::{check_same_value, may_spoil, may_spoil_extent, visit_of};
use super::gather::{Selection, Spread, scatter, scatter_in_turn};
use super::marked::check_mask;
use super::marks::{Marks, count_marks};
use super::shared::gather;
use super::ways::check_positions;
use super::{Source, Visit};
use crate::array::{Array, Handle};
use crate::buffer::Contents;
use crate::buffer::audit::{self, Hidden};
use crate::dtype::{Casting, DType};
use crate::error::{Error, Result};
use crate::index::{self, Advanced, IndexItem, IndexMode, Join, List, Pick, Role};
use crate::layout::{
    self, Dims, MAX_NDIM, Order, broadcast_strides_into, check_shape, has_no_elements, size,
};
use crate::overlap::Extent;
use arrayvec::ArrayVec;

/// Elements of `array` that an index expression or one list picks: [`Picked::of`], and one step that
/// says which, for the reason that [`Advanced`] has two.
pub struct Picked<'a> {
    array: &'a Array,
    plan: Advanced<'a>,
}

impl<'a> Picked<'a> {
    /// Nothing yet.
    #[inline(always)]
    pub fn of(array: &'a Array) -> Picked<'a> {
        Picked { array, plan: Advanced::empty() }
    }

    /// What an index expression means.
    ///
    /// # Safety
    /// - The elements of all lists are valid memory that no other thread writes, while `self` is
    ///   used. So for every function that says what is picked.
    pub unsafe fn by_index(&mut self, items: &[IndexItem<'a>], join: Join) -> Result<()> {
        // SAFETY: the caller's.
        let count = |mask: &Array| unsafe { count_marks(&List::of(mask)) };
        self.plan.read(self.array.layout(), items, join, count)
    }

    /// What stands at positions along an axis, or among all elements in C order.
    ///
    /// # Safety
    /// - As for [`by_index`](Self::by_index).
    pub unsafe fn at_positions(
        &mut self,
        positions: List<'a>,
        axis: Option<i64>,
        mode: IndexMode,
    ) -> Result<()> {
        index::check_positions("the list of positions", positions.dtype)?;
        let layout = self.array.layout();
        let axis = axis.map(|axis| layout::axis(axis, layout.ndim())).transpose()?;
        self.plan.pick_from_axis(layout, axis, positions, Role::Positions(mode))
    }

    /// What stands at positions along an axis, a position for each place.
    ///
    /// # Safety
    /// - As for [`by_index`](Self::by_index).
    pub unsafe fn along_axis(
        &mut self,
        positions: &'a Array,
        axis: i64,
        mode: IndexMode,
    ) -> Result<()> {
        index::check_positions("the list of positions", positions.dtype())?;
        let layout = self.array.layout();
        let axis = layout::axis(axis, layout.ndim())?;
        self.plan.pick_along_axis(layout, axis, List::of(positions), mode)
    }

    /// What a mask of one axis marks along an axis, or among all elements in C order. It may be
    /// shorter than the axis, and longer if it marks nothing there.
    ///
    /// # Safety
    /// - As for [`by_index`](Self::by_index).
    pub unsafe fn marked(&mut self, mask: &'a Array, axis: Option<i64>) -> Result<()> {
        let array = self.array;
        check_mask(mask)?;
        if mask.ndim() != 1 {
            return Err(Error::Rank { what: "the mask", have: mask.ndim(), want: 1 });
        }
        let axis = axis.map(|axis| layout::axis(axis, array.ndim())).transpose()?;
        let extent = axis.map_or(array.size(), |axis| array.shape()[axis]);
        // SAFETY: the caller's.
        if let Some(position) = unsafe { last_mark_from(mask, extent) } {
            return Err(match axis {
                Some(axis) => Error::MaskTooLong { position, axis, extent },
                None => Error::MaskTooLongForAll { position, size: extent },
            });
        }
        // SAFETY: the caller's.
        let count = unsafe { count_marks(&List::of(mask)) };
        let mut list = List::of(mask);
        let picked = axis.map_or(array.shape(), |axis| &array.shape()[axis..=axis]);
        if let &[extent] = picked
            && mask.size() > extent
        {
            list.shape = picked; // What is beyond marks nothing.
        }
        self.plan.pick_from_axis(array.layout(), axis, list, Role::Mask { count })
    }

    pub fn dtype(&self) -> DType {
        self.array.dtype()
    }

    /// The shape of what is picked, in room that is empty before.
    pub fn shape<'s>(&self, room: &'s mut Dims) -> &'s [i64] {
        self.plan.add_result_shape(room);
        room
    }

    /// Refuses positions out of bounds, whether or not anything is picked.
    ///
    /// # Safety
    /// - The lists can be read.
    unsafe fn check(&self) -> Result<()> {
        // SAFETY: the caller's.
        self.plan.picks.iter().try_for_each(|pick| unsafe { check_positions(pick) })
    }

    /// Whether writing to an array might change what is still to be read of this one or its lists.
    pub fn may_be_spoiled_by(&self, target: &Array) -> bool {
        may_spoil(target, self.array)
            || self.plan.picks.iter().any(|pick| may_spoil_list(target, &pick.list))
    }

    /// Copies the picked elements to an array of their shape. Fails before it has written anything.
    ///
    /// # Safety
    /// - The picked array's elements and the lists can be read, the target's written, and they
    ///   share no byte.
    pub unsafe fn copy_to(&self, target: &Array) -> Result<()> {
        let data = target.data_mut()?;
        // SAFETY: the caller's; every position has been found within bounds.
        unsafe {
            self.check()?;
            self.with_settled_lists(None, |plan| {
                let (mut strides, mut inner_strides) = (Dims::new(), Dims::new());
                plan.tell_apart(target.strides(), &mut strides, &mut inner_strides);
                let (strides, inner_strides) = (&strides[..], &inner_strides[..]);
                let to = Spread { data, dtype: target.dtype(), strides, inner_strides };
                gather(self.selection(plan), to)
            })
        }
    }

    /// Writes `source`, broadcast to the shape of the picked elements, over them. Where one is
    /// picked more than once, the last of its values in C order stays.
    ///
    /// # Safety
    /// - All elements and lists are valid memory, which no other thread writes, or reads in the
    ///   picked array.
    pub unsafe fn assign(&self, source: &Array, casting: Casting) -> Result<()> {
        let (mut shape, mut stretched, mut dense) = (Dims::new(), Dims::new(), Dims::new());
        // SAFETY: the caller's.
        unsafe {
            let shape = self.shape(&mut shape);
            stretched.extend(shape.iter().map(|_| 0));
            self.array.check_writeable()?;
            casting.check(source.dtype(), self.dtype())?;
            broadcast_strides_into(source.layout(), shape, &mut stretched)?;
            let Some(values) = self.values(source, casting, &mut dense)? else { return Ok(()) };
            broadcast_strides_into(values.layout(), shape, &mut stretched)?;
            let visit = visit_of(self.array);
            self.with_settled_lists(Some(visit), |plan| {
                let (mut strides, mut inner_strides) = (Dims::new(), Dims::new());
                plan.tell_apart(&stretched, &mut strides, &mut inner_strides);
                let (strides, inner_strides) = (&strides[..], &inner_strides[..]);
                let data = values.data().cast_mut();
                let from = Spread { data, dtype: source.dtype(), strides, inner_strides };
                scatter(self.selection(plan), from, visit)
            })?;
            values.used();
            Ok(())
        }
    }

    /// Writes the elements of `source` in C order over the picked ones, from its beginning again
    /// where it ends; nothing if it has none. There must be no axes that no list picks from.
    ///
    /// # Safety
    /// - As for [`assign`](Self::assign).
    pub unsafe fn assign_in_turn(&self, source: &Array, casting: Casting) -> Result<()> {
        self.array.check_writeable()?;
        casting.check(source.dtype(), self.dtype())?;
        let mut dense = Dims::new();
        // SAFETY: the caller's.
        unsafe {
            let Some(values) = self.values(source, casting, &mut dense)? else { return Ok(()) };
            if source.size() == 0 {
                return Ok(());
            }
            self.with_settled_lists(Some(Visit::LogicalOrder), |plan| {
                scatter_in_turn(self.selection(plan), values.list())
            })?;
            values.used();
            Ok(())
        }
    }

    /// What is to be written, after all checks: the source, or a copy of it if writing might change
    /// it. None if nothing is picked.
    ///
    /// # Safety
    /// - As for [`assign`](Self::assign).
    unsafe fn values<'s>(
        &self,
        source: &'s Array,
        casting: Casting,
        dense: &'s mut Dims,
    ) -> Result<Option<Unspoilt<'s>>> {
        // SAFETY: the caller's.
        unsafe {
            self.check()?;
            if has_no_elements(&self.plan.shape) || has_no_elements(&self.plan.inner_shape) {
                return Ok(None);
            }
            if casting == Casting::SameValue {
                check_same_value(source, self.dtype())?;
            }
            Unspoilt::one(self.array, source, dense).map(Some)
        }
    }

    fn selection<'p>(&self, plan: &'p Advanced) -> Selection<'p> {
        Selection {
            data: self.array.data().cast_mut().wrapping_offset(plan.offset as isize),
            dtype: self.dtype(),
            shape: &plan.shape,
            strides: &plan.strides,
            picks: &plan.picks,
            inner_shape: &plan.inner_shape,
            inner_strides: &plan.inner_strides,
        }
    }

    /// Calls `run` with the plan, in which lists have been replaced by others that pick the same,
    /// as [`ListIs`] says. `writing` is the order in which the picked elements are written.
    ///
    /// # Safety
    /// - The lists can be read.
    unsafe fn with_settled_lists(
        &self,
        writing: Option<Visit>,
        run: impl FnOnce(&Advanced) -> Result<()>,
    ) -> Result<()> {
        let in_order = writing == Some(Visit::LogicalOrder);
        let state = |pick: &Pick| self.state_of(pick, writing);
        let as_it_is = !in_order || self.plan.is_in_result_order();
        if as_it_is && self.plan.picks.iter().all(|pick| state(pick) == ListIs::Fine) {
            return run(&self.plan);
        }
        let mut made = ArrayVec::<(Handle, Hidden), MAX_NDIM>::new();
        for pick in &self.plan.picks {
            // SAFETY: the caller's.
            let list = unsafe {
                match state(pick) {
                    ListIs::Fine => continue,
                    ListIs::Stray => positions_of(&pick.list)?,
                    ListIs::Spoiled => copy_of_list(&pick.list)?,
                }
            };
            made.push(list);
        }
        let mut plan = self.plan.clone();
        let mut next = made.iter();
        for pick in &mut plan.picks {
            let state = state(pick);
            if state == ListIs::Stray {
                pick.role = Role::Positions(IndexMode::Raise);
            }
            if let Some((list, _)) = (state != ListIs::Fine).then(|| next.next()).flatten() {
                pick.list = List::of(list);
            }
        }
        if in_order {
            plan.put_in_result_order();
        }
        run(&plan)?;
        drop(plan);
        // What fails has copied nothing.
        made.into_iter().for_each(|(_, temporary)| temporary.made());
        Ok(())
    }

    fn state_of(&self, pick: &Pick, writing: Option<Visit>) -> ListIs {
        let last = self.plan.shape.len().wrapping_sub(1);
        let moves_on = writing == Some(Visit::LogicalOrder) || pick.along != last;
        let is_mask = matches!(pick.role, Role::Mask { .. });
        if is_mask && (moves_on || self.is_worth_a_list(pick)) {
            ListIs::Stray
        } else if writing.is_some() && may_spoil_list(self.array, &pick.list) {
            ListIs::Spoiled
        } else {
            ListIs::Fine
        }
    }

    /// Whether a mask would be searched again for every line of the lists' shape, and its marks as
    /// positions take no more than an eighth of the bytes that are moved.
    fn is_worth_a_list(&self, mask: &Pick) -> bool {
        let Some((_, outer)) = self.plan.shape.split_last() else { return false };
        let (lines, inner) = (size(outer), size(&self.plan.inner_shape));
        let moved = lines.saturating_mul(inner).saturating_mul(self.dtype().itemsize() as i64);
        mask.marks_along_line() && lines > 1 && moved >= 8 * size_of::<i64>() as i64
    }
}

/// Whether a list can be read while elements are moved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ListIs {
    Fine,
    /// A mask whose marks do not lie along the last axis, or lie there for many lines: it becomes a
    /// list of positions.
    Stray,
    /// It may share bytes with what is written: it is copied.
    Spoiled,
}

fn may_spoil_list(target: &Array, list: &List) -> bool {
    let List { data, dtype, shape, strides } = *list;
    let list = Extent { address: data.addr(), shape, strides, itemsize: dtype.itemsize() };
    may_spoil_extent(target, &list)
}

/// # Safety
/// - The elements of the list can be read.
unsafe fn copy_of_list(list: &List) -> Result<(Handle, Hidden)> {
    let List { data, dtype, shape, strides } = *list;
    let reason = c"what is read shares memory with what is written";
    let temporary = audit::hidden(c"select", reason, check_shape(shape, dtype.itemsize())?)?;
    // SAFETY: the caller's.
    let copy = unsafe { dense_copy(Source { data, dtype, strides }, shape, shape, Order::C)? };
    Ok((copy, temporary))
}

/// The positions of a mask's marks, which count its elements in C order.
///
/// # Safety
/// - The elements of the mask can be read.
unsafe fn positions_of(mask: &List) -> Result<(Handle, Hidden)> {
    // SAFETY: the caller's.
    let (count, mut marks) = unsafe { (count_marks(mask), Marks::new(*mask)) };
    let reason = c"a mask beside other lists becomes a list of positions";
    let temporary = audit::hidden(c"select", reason, check_shape(&[count], size_of::<i64>())?)?;
    let positions = Array::dense(DType::Int64, &[count], Order::C, Contents::Unset)?;
    let data = positions.data_mut()?.cast::<i64>();
    let extent = mask.shape.last().copied().unwrap_or(1);
    let mut place = 0;
    while let Some(found) = marks.take((count - place) as usize) {
        let line = found.line.iter().zip(mask.shape);
        let line = line.fold(0, |line, (&index, &extent)| line * extent + index);
        for &step in found.steps {
            let position = line * extent + found.start + i64::from(step);
            // SAFETY: no more positions than there is room for; the array is new.
            unsafe { data.add(place as usize).write(position) };
            place += 1;
        }
    }
    Ok((positions, temporary))
}

/// How many elements are not zero; they must be numbers or bools.
///
/// # Safety
/// - The elements can be read.
pub unsafe fn count_nonzero(array: &Array) -> Result<i64> {
    if array.dtype().scalar().is_none() {
        let (from, to) = (array.dtype(), DType::Bool);
        return Err(Error::Cast { from, to, rule: Casting::Unsafe });
    }
    // SAFETY: the caller's.
    Ok(unsafe { count_marks(&List::of(array)) })
}

/// The last position that a mask of one axis marks, if it is no less than `extent`.
///
/// # Safety
/// - The elements can be read.
unsafe fn last_mark_from(mask: &Array, extent: i64) -> Option<i64> {
    let (shape, stride) = ([mask.size() - extent], mask.strides()[0]);
    if shape[0] <= 0 {
        return None;
    }
    let data = mask.data().wrapping_offset(stride.wrapping_mul(extent) as isize);
    let list = List { data, shape: &shape, ..List::of(mask) };
    // SAFETY: the caller's.
    let mut marks = unsafe { Marks::new(list) };
    let mut last = None;
    while let Some(found) = marks.take(usize::MAX) {
        last = found.steps.last().map(|&step| extent + found.start + i64::from(step));
    }
    last
}
