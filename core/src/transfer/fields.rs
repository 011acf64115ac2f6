//! Two records as pairs of fields, each pair two operands of their own: how records that differ are
//! converted and compared.
//!
//! A field with axes is one more axis of `count` elements, as both sides have the same axes there
//! and hold them without gaps. Elements of the bytes between fields are no one's.

use super::walk::{MAX_AXES, Nest, each_place};
use super::{Source, Target, Visit, all_equal, first_changed, move_elements};
use crate::dtype::{DType, Field};
use crate::error::Number;
use arrayvec::ArrayVec;
use std::ops::ControlFlow;

pub(super) type Axes = ArrayVec<i64, MAX_AXES>;

/// The pairs of fields of two types; none if either is no record.
fn pairs(a: DType, b: DType) -> impl Iterator<Item = (&'static Field, &'static Field)> {
    let fields = |dtype: DType| dtype.record().map_or(&[][..], |record| record.fields());
    fields(a).iter().zip(fields(b))
}

/// The axes of an operand, and the one that a field of some elements adds.
fn with_axis(axes: &[i64], field: &Field, axis: i64) -> Axes {
    let own = (field.count != 1).then_some(axis);
    axes.iter().copied().chain(own).take(MAX_AXES).collect()
}

pub(super) fn shape_of(shape: &[i64], field: &Field) -> Axes {
    with_axis(shape, field, field.count.into())
}

pub(super) fn strides_of(strides: &[i64], field: &Field) -> Axes {
    with_axis(strides, field, field.dtype.itemsize() as i64)
}

/// As [`move_elements`], for two record types of which one can be cast to the other.
///
/// # Safety
///
/// As [`move_elements`].
pub(super) unsafe fn move_fields(shape: &[i64], target: Target, source: Source, visit: Visit) {
    if visit == Visit::LogicalOrder {
        // SAFETY: the caller's.
        return unsafe { move_one_by_one(shape, target, source) };
    }
    for (from, to) in pairs(source.dtype, target.dtype) {
        let (shape, from_strides) = (shape_of(shape, from), strides_of(source.strides, from));
        let to_strides = strides_of(target.strides, to);
        let source = Source {
            data: source.data.wrapping_add(from.offset as usize),
            dtype: from.dtype,
            strides: &from_strides,
        };
        let target = Target {
            data: target.data.wrapping_add(to.offset as usize),
            dtype: to.dtype,
            strides: &to_strides,
        };
        // SAFETY: the fields lie in the items that the caller vouches for; two records of one
        // address and type are no pair of different types, and so are none of their fields.
        unsafe { move_elements(&shape, target, source, visit) };
    }
}

/// All fields of an element before the next element, which may share bytes with it.
///
/// # Safety
///
/// As [`move_elements`].
unsafe fn move_one_by_one(shape: &[i64], target: Target, source: Source) {
    let mut nest = Nest::at(target.data, source.data);
    if !nest.add_axes(shape, target.strides, source.strides) {
        return;
    }
    let _ = each_place(&nest.axes, nest.start, &mut |place| {
        let target = Target { data: place.target, dtype: target.dtype, strides: &[] };
        let source = Source { data: place.source, dtype: source.dtype, strides: &[] };
        // SAFETY: one element of those that the caller vouches for.
        unsafe { move_fields(&[], target, source, Visit::AnyOrder) };
        ControlFlow::<()>::Continue(())
    });
}

fn field_of<'a>(source: &Source, field: &Field, strides: &'a Axes) -> Source<'a> {
    let data = source.data.wrapping_add(field.offset as usize);
    Source { data, dtype: field.dtype, strides }
}

/// As [`all_equal`], for two record types that are comparable.
///
/// # Safety
///
/// As [`all_equal`].
pub(super) unsafe fn all_fields_equal(shape: &[i64], a: Source, b: Source) -> bool {
    pairs(a.dtype, b.dtype).all(|(left, right)| {
        let shape = shape_of(shape, left);
        let (a_strides, b_strides) = (strides_of(a.strides, left), strides_of(b.strides, right));
        let (left, right) = (field_of(&a, left, &a_strides), field_of(&b, right, &b_strides));
        // SAFETY: the fields lie in the items that the caller vouches for.
        unsafe { all_equal(&shape, left, right) }
    })
}

/// As [`first_changed`], for two record types of which one can be cast to the other: the first
/// element with a field that changes.
///
/// # Safety
///
/// As [`first_changed`].
pub(super) unsafe fn first_field_changed(
    shape: &[i64],
    source: Source,
    to: DType,
) -> Option<(i64, Number)> {
    let changed = pairs(source.dtype, to).filter_map(|(from, to)| {
        let (shape, strides) = (shape_of(shape, from), strides_of(source.strides, from));
        // SAFETY: the fields lie in the items that the caller vouches for.
        let found = unsafe { first_changed(&shape, field_of(&source, from, &strides), to.dtype) };
        found.map(|(position, value)| (position / i64::from(from.count), value))
    });
    changed.min_by_key(|&(position, _)| position)
}
