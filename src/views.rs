//! Views.
//!
//! Every function here makes a new window on the same bytes: nothing is copied, and
//! writing through either array shows in both. The result is a new reference, never the
//! handle that was given, and its base is the owner of the bytes, also when the argument
//! is itself a view. A view of a read-only array is read-only.
//!
//! A function that makes several views sets all of its results or none: on an error every
//! one of them is NULL.
//!
//! ndv_reshape() and ndv_ravel() can need a copy. They take a copy policy, so that the
//! caller says whether that may happen; ndv_base() of the result tells what did.

use crate::arrays::{NDV_WRITE_OVERLAPPING, ndv_array};
use crate::check::{self, Structs};
use crate::report::{Fault, Outcome, array_of_array, call, call_for_arrays};
use crate::status::ndv_status;
use ndview_core::array::{self, Access};
use ndview_core::copies::{self, CopyPolicy};
use ndview_core::error::Party;
use ndview_core::index::{IndexItem, Items, parse};
use ndview_core::layout::{Item, Order, Slice, broadcast_shapes, check_shape};
use ndview_core::{DType, Error};
use std::ffi::c_char;
use std::ptr::NonNull;

/// Copy policy: a view, or NDV_E_WOULD_COPY and a message that says which axes are to
/// blame and how many bytes it would cost.
pub const NDV_COPY_NEVER: i32 = 10;
/// Copy policy: a view where the strides allow it, else a copy.
pub const NDV_COPY_IF_NEEDED: i32 = 11;
/// Copy policy: a copy.
pub const NDV_COPY_ALWAYS: i32 = 12;

const _: () = {
    assert!(NDV_COPY_NEVER == CopyPolicy::Never as i32);
    assert!(NDV_COPY_IF_NEEDED == CopyPolicy::IfNeeded as i32);
    assert!(NDV_COPY_ALWAYS == CopyPolicy::Always as i32);
};

/// Index item: one position, which drops the axis. Uses `start`.
pub const NDV_INDEX_INTEGER: i32 = 1;
/// Index item: start, stop and step, each end clamped to the axis.
pub const NDV_INDEX_SLICE: i32 = 2;
/// Index item: all the axes that the other items leave over; at most once.
pub const NDV_INDEX_ELLIPSIS: i32 = 3;
/// Index item: a new axis of one element.
pub const NDV_INDEX_NEWAXIS: i32 = 4;
/// Index item: an array of positions or a mask. What it picks is no view, so that only
/// ndv_get(), ndv_set_at() and their kin take it. Uses `array`.
pub const NDV_INDEX_ARRAY: i32 = 5;

/// For a slice: `start` counts. Without it the slice begins at the end that step comes
/// from.
pub const NDV_INDEX_HAS_START: i32 = 1;
/// For a slice: `stop` counts. Without it the slice goes through to the other end.
pub const NDV_INDEX_HAS_STOP: i32 = 2;
/// For a slice: `step` counts. Without it the step is 1.
pub const NDV_INDEX_HAS_STEP: i32 = 4;

const NDV_INDEX_HAS_ALL: i32 = NDV_INDEX_HAS_START | NDV_INDEX_HAS_STOP | NDV_INDEX_HAS_STEP;

/// One item of an index. ndview_c99.h has macros that write items: NDV_AT(3),
/// NDV_RANGE(1, 4).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ndv_index {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// One of NDV_INDEX_INTEGER and so on.
    pub kind: i32,
    /// For a slice, a sum of NDV_INDEX_HAS_; else 0.
    pub flags: i32,
    /// The position, or where the slice begins.
    pub start: i64,
    /// Where the slice ends; the element there is left out.
    pub stop: i64,
    /// From one element of the slice to the next; not 0.
    pub step: i64,
    /// The positions or the mask of NDV_INDEX_ARRAY; else NULL.
    pub array: *const ndv_array,
}

/// The whole array again: NumPy's `a.view()`.
///
/// @param array      The array.
/// @param[out] view  A new reference.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_view(
    array: *const ndv_array,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array and a place for the result. So in all views below.
    unsafe { array_of_array(array, view, |array| Ok(|| array::view(array))) }
}

/// The same bytes as elements of another type: NumPy's `a.view(dtype)`. Converts
/// nothing. Where the types differ in size, the last axis shrinks or grows, and must be
/// contiguous.
///
/// @param array      The array.
/// @param dtype      The type to see.
/// @param[out] view  A new reference.
/// @return NDV_E_DTYPE; NDV_E_VIEW_AS if the last axis is not contiguous or holds no
///         whole number of the new elements, or if there is no axis.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_view_as(
    array: *const ndv_array,
    dtype: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe {
        array_of_array(array, view, |array| {
            let dtype = DType::from_code(dtype)?;
            Ok(move || array::view_as(array, dtype))
        })
    }
}

/// One field of every item: NumPy's `a["x"]`. A field with axes of its own appends them.
///
/// @param array      An array of records.
/// @param name       The name of the field, ending in NUL.
/// @param[out] view  A new reference.
/// @return NDV_E_DTYPE for an array of anything else; NDV_E_FIELD if it has no such field;
///         NDV_E_NDIM if both have more than 64 axes together.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_field(
    array: *const ndv_array,
    name: *const c_char,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the name ends in NUL.
    unsafe {
        array_of_array(array, view, |array| {
            let name = check::text("name", name)?;
            Ok(move || array::field(array, name))
        })
    }
}

/// Some fields of every item: NumPy's `a[["x", "z"]]`. A view whose items are records of
/// the same size, with these fields at the places where they are.
///
/// @param array      An array of records.
/// @param count      How many names, at least 1.
/// @param names      The names, each ending in NUL, in the order that the fields get.
/// @param[out] view  A new reference.
/// @return NDV_E_ARGUMENT for no names; NDV_E_DTYPE for an array of anything else and for
///         a name given twice; NDV_E_FIELD; NDV_E_LIMIT as ndv_dtype_record().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_fields(
    array: *const ndv_array,
    count: i32,
    names: *const *const c_char,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `count` names.
    unsafe {
        array_of_array(array, view, |array| {
            let counted = usize::try_from(count).map_err(|_| Error::Argument {
                what: "the number of names",
                value: count.into(),
            })?;
            let names = check::list("names", counted, names)?;
            names.iter().try_for_each(|&name| check::text("a name", name).map(drop))?;
            let texts = names.iter().filter_map(|&name| check::text("a name", name).ok());
            Ok(move || array::fields(array, texts))
        })
    }
}

/// The whole array as a view that cannot be written through, nor any view of it.
///
/// @param array      The array. It stays as writeable as it is.
/// @param[out] view  A new reference.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_readonly(
    array: *const ndv_array,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe { array_of_array(array, view, |array| Ok(|| array::readonly(array))) }
}

/// Part of an array, by text: NumPy's `a[1:3, ::-1, ..., newaxis]` is `ndv_slice(a,
/// "1:3, ::-1, ..., newaxis", &v)`.
///
/// ```c
/// ndv_array *a, *m, *v;
/// OK(ndv_arange(0, 12, 1, &a));
/// OK(ndv_reshape(a, NDV_DIMS(3, 4), NDV_ORDER_C, NDV_COPY_NEVER, &m));
/// OK(ndv_slice(m, "1:, ::2", &v));   // from row 1 on, every second column
/// OK(ndv_print(v));
/// OK(ndv_fill_int64(v, 0));
/// OK(ndv_print(a));                  // all three see the same bytes
/// ndv_release(v);
/// ndv_release(m);
/// ndv_release(a);
/// ```
/// ```text
/// [[ 4  6]
///  [ 8 10]]
/// [ 0  1  2  3  0  5  0  7  0  9  0 11]
/// ```
///
/// The text is a list of items, one for each axis:
///
///     items = [item {"," item} [","]]
///     item  = "..." | "newaxis" | "None" | int | [int] ":" [int] [":" [int]]
///     int   = ["+" | "-"] digits
///
/// Blanks may stand between all parts and [ ] around the whole; empty text is "...",
/// which stands for all axes that the other items leave over, as the end of the text
/// does. newaxis and None both make a new axis of one element. An integer drops its
/// axis; integers for all axes give a view without axes, of one element.
///
/// @param array      The array.
/// @param text       The index, ending in NUL.
/// @param[out] view  A new reference.
/// @return NDV_E_SYNTAX with the byte position, counted from 0; NDV_E_INDEX for an
///         integer out of bounds (slices are clamped); NDV_E_INDEX_ITEMS for more items
///         than axes or a second ellipsis; NDV_E_STEP; NDV_E_NDIM.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_slice(
    array: *const ndv_array,
    text: *const c_char,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // Out here, because six kilobytes should not move into the work.
    let mut items = Items::new();
    let items = &mut items;
    // SAFETY: see `ndv_view`; the text ends in NUL.
    unsafe {
        array_of_array(array, view, move |array| {
            parse(check::text("text", text)?, items)?;
            let items = items.as_slice();
            Ok(move || array::slice(array, items.iter().copied()))
        })
    }
}

/// Part of an array, by items: as ndv_slice(), for positions that a program computes.
///
/// ```c
/// ndv_array *a, *v;
/// int64_t row = 1;
/// OK(ndv_zeros(NDV_INT8, NDV_DIMS(3, 4), &a));
/// OK(ndv_index_items(a, NDV_ITEMS(NDV_AT(row), NDV_FROM(2)), &v));   // a[row, 2:]
/// OK(ndv_fill_int64(v, 7));
/// OK(ndv_print(a));
/// ndv_release(v);
/// ndv_release(a);
/// ```
/// ```text
/// [[0 0 0 0]
///  [0 0 7 7]
///  [0 0 0 0]]
/// ```
///
/// @param array      The array.
/// @param count      How many items.
/// @param items      The items; NULL for none.
/// @param[out] view  A new reference.
/// @return NDV_E_INDEX, NDV_E_INDEX_ITEMS, NDV_E_STEP, NDV_E_NDIM as ndv_slice();
///         NDV_E_INDEX_ITEMS also for an item that is an array; NDV_E_ARGUMENT for an
///         unknown kind, unknown flags, or a struct_size too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_index_items(
    array: *const ndv_array,
    count: i32,
    items: *const ndv_index,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `count` items.
    unsafe {
        array_of_array(array, view, |array| {
            let items = Structs::new("items", "the number of items", count, items)?;
            let are_slices = are_slices(items);
            if !are_slices {
                check_items(items)?;
            }
            Ok(move || match are_slices {
                true => array::slice_axes(array, items.iter().map(slice_of)),
                false => array::slice(array, items.iter().map(checked_item)),
            })
        })
    }
}

/// Whether there are slices alone, with nothing wrong about them, as most indices are.
#[inline(always)]
fn are_slices(items: Structs<ndv_index>) -> bool {
    items.iter().all(|item| {
        items.has_size(item.struct_size)
            && item.kind == NDV_INDEX_SLICE
            && item.flags & !NDV_INDEX_HAS_ALL == 0
    })
}

#[inline(never)]
fn check_items(items: Structs<ndv_index>) -> Outcome<()> {
    for (position, item) in items.iter().enumerate() {
        items.check_size(item.struct_size)?;
        match item.kind {
            NDV_INDEX_INTEGER | NDV_INDEX_SLICE | NDV_INDEX_ELLIPSIS | NDV_INDEX_NEWAXIS => {
                check_flags(position, item)?;
            }
            kind => return Err(no_view_item(position, kind)),
        }
    }
    Ok(())
}

#[inline(always)]
fn check_flags(position: usize, item: &ndv_index) -> Outcome<()> {
    let known_flags = if item.kind == NDV_INDEX_SLICE { NDV_INDEX_HAS_ALL } else { 0 };
    if item.flags & !known_flags != 0 {
        return Err(unknown_flags(position, item.flags));
    }
    Ok(())
}

#[cold]
fn unknown_flags(item: usize, flags: i32) -> Fault {
    Error::Item { item, what: "flags", value: flags.into() }.into()
}

/// Any item, arrays included.
///
/// # Safety
/// - An array that the item names is one of this library, alive for `'a`.
pub unsafe fn any_item<'a>(position: usize, item: &ndv_index) -> Outcome<IndexItem<'a>> {
    check_flags(position, item)?;
    match item.kind {
        // SAFETY: the caller's.
        NDV_INDEX_ARRAY => unsafe {
            check::array("the array of an index item", item.array).map(IndexItem::List)
        },
        NDV_INDEX_INTEGER | NDV_INDEX_SLICE | NDV_INDEX_ELLIPSIS | NDV_INDEX_NEWAXIS => {
            Ok(IndexItem::Basic(checked_item(item)))
        }
        kind => Err(no_view_item(position, kind)),
    }
}

#[cold]
fn no_view_item(position: usize, kind: i32) -> Fault {
    match kind {
        NDV_INDEX_ARRAY => Error::ArrayItem { item: position }.into(),
        _ => Error::Item { item: position, what: "kind", value: kind.into() }.into(),
    }
}

/// An item that [`check_items`] let through.
#[inline(always)]
fn checked_item(item: &ndv_index) -> Item {
    match item.kind {
        NDV_INDEX_INTEGER => Item::Integer(item.start),
        NDV_INDEX_SLICE => Item::Slice(slice_of(item)),
        NDV_INDEX_ELLIPSIS => Item::Ellipsis,
        _ => Item::NewAxis,
    }
}

#[inline(always)]
fn slice_of(item: &ndv_index) -> Slice {
    if item.flags == 0 {
        return Slice::WHOLE;
    }
    let given = |flag, value| (item.flags & flag != 0).then_some(value);
    Slice {
        start: given(NDV_INDEX_HAS_START, item.start),
        stop: given(NDV_INDEX_HAS_STOP, item.stop),
        step: given(NDV_INDEX_HAS_STEP, item.step).unwrap_or(1),
    }
}

/// The axes in reverse: NumPy's `a.T`.
///
/// @param array      The array.
/// @param[out] view  A new reference.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_transpose(
    array: *const ndv_array,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe { array_of_array(array, view, |array| Ok(|| array::transpose(array))) }
}

/// The axes in another order: NumPy's `a.transpose(axes)`.
///
/// @param array      The array.
/// @param count      How many axes are named: all of them.
/// @param axes       Axis i of the view is axis axes[i] of the array; each once.
/// @param[out] view  A new reference.
/// @return NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_permute(
    array: *const ndv_array,
    count: i32,
    axes: *const i64,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `count` axes.
    unsafe {
        array_of_array(array, view, |array| {
            let axes = check::axis_list(count, axes)?;
            Ok(move || array::permute(array, axes))
        })
    }
}

/// Two axes exchanged: NumPy's `swapaxes`.
///
/// @param array      The array.
/// @param first      An axis.
/// @param second     Another, or the same.
/// @param[out] view  A new reference.
/// @return NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_swap_axes(
    array: *const ndv_array,
    first: i32,
    second: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe {
        array_of_array(array, view, |array| {
            Ok(move || array::swap_axes(array, first.into(), second.into()))
        })
    }
}

/// One axis at another place, the others in their order: NumPy's `moveaxis`.
///
/// @param array        The array.
/// @param source       The axis to move.
/// @param destination  The place that it has in the view.
/// @param[out] view    A new reference.
/// @return NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_move_axis(
    array: *const ndv_array,
    source: i32,
    destination: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe {
        array_of_array(array, view, |array| {
            Ok(move || array::move_axis(array, source.into(), destination.into()))
        })
    }
}

/// The elements in another shape of the same size: NumPy's `reshape`. A view exactly
/// where the strides allow it.
///
/// ```c
/// ndv_array *a, *m, *t, *flat;
/// OK(ndv_arange(0, 6, 1, &a));
/// OK(ndv_reshape(a, NDV_DIMS(2, -1), NDV_ORDER_C, NDV_COPY_NEVER, &m));   // (2, 3)
/// OK(ndv_transpose(m, &t));
/// if (ndv_reshape(t, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_NEVER, &flat) == NDV_E_WOULD_COPY)
///     OK(ndv_reshape(t, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &flat));
/// OK(ndv_print(flat));
/// printf("%s\n", ndv_base(flat) ? "a view" : "a copy");
/// ndv_release(flat);
/// ndv_release(t);
/// ndv_release(m);
/// ndv_release(a);
/// ```
/// ```text
/// [0 3 1 4 2 5]
/// a copy
/// ```
///
/// @param array        The array.
/// @param ndim         Number of axes of the result.
/// @param shape        ndim extents; one may be -1, which is worked out from the
///                     others.
/// @param order        In which order the elements are read and laid out: NDV_ORDER_C,
///                     NDV_ORDER_F or NDV_ORDER_A.
/// @param policy       One of NDV_COPY_. A copy owns its bytes, dense in that order.
/// @param[out] result  A new reference.
/// @return NDV_E_SHAPE if the sizes differ or an extent is below -1; NDV_E_NDIM;
///         NDV_E_WOULD_COPY, whose message names the axes that do not merge, the stride
///         found and the stride needed.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_reshape(
    array: *const ndv_array,
    ndim: i32,
    shape: *const i64,
    order: i32,
    policy: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `ndim` extents, and no other thread writes the
    // elements meanwhile.
    unsafe {
        array_of_array(array, result, |array| {
            let shape = check::axes("shape", ndim, shape)?;
            let order = Order::from_code_without_k(order)?;
            let policy = CopyPolicy::from_code(policy)?;
            Ok(move || copies::reshape(array, shape, order, policy))
        })
    }
}

/// All elements in one axis: NumPy's `ravel`. A view only where they lie dense in that
/// order; the view of a strided row is ndv_reshape() to -1.
///
/// @param array        The array.
/// @param order        In which order the elements are read. NDV_ORDER_K reads along
///                     the axes from the largest stride to the smallest.
/// @param policy       One of NDV_COPY_.
/// @param[out] result  A new reference; 1-D.
/// @return NDV_E_WOULD_COPY, whose message names the axis that is in the way.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_ravel(
    array: *const ndv_array,
    order: i32,
    policy: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; no other thread writes the elements meanwhile.
    unsafe {
        array_of_array(array, result, |array| {
            let (order, policy) = (Order::from_code(order)?, CopyPolicy::from_code(policy)?);
            Ok(move || copies::ravel(array, order, policy))
        })
    }
}

/// A list of axes, of which NULL means all.
///
/// # Safety
/// - `count` numbers can be read at `axes`, or it is NULL.
pub unsafe fn some_axes<'a>(count: i32, axes: *const i64) -> Result<Option<&'a [i64]>, Fault> {
    if axes.is_null() && count == 0 {
        return Ok(None);
    }
    // SAFETY: as the caller promises.
    Ok(Some(unsafe { check::axis_list(count, axes)? }))
}

/// Without axes of one element: NumPy's `squeeze`.
///
/// @param array      The array.
/// @param count      How many axes are named.
/// @param axes       The axes to drop; 0 and NULL drop every axis of one element.
/// @param[out] view  A new reference.
/// @return NDV_E_AXIS; NDV_E_SHAPE if a named axis has another size than 1.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_squeeze(
    array: *const ndv_array,
    count: i32,
    axes: *const i64,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `count` axes.
    unsafe {
        array_of_array(array, view, |array| {
            let axes = some_axes(count, axes)?;
            Ok(move || array::squeeze(array, axes))
        })
    }
}

/// With a new axis of one element: NumPy's `expand_dims`.
///
/// @param array      The array.
/// @param axis       The place that the new axis has in the view.
/// @param[out] view  A new reference.
/// @return NDV_E_AXIS; NDV_E_NDIM.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_expand_dims(
    array: *const ndv_array,
    axis: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe {
        array_of_array(array, view, |array| Ok(move || array::expand_dims(array, axis.into())))
    }
}

/// Stretched over a larger shape: NumPy's `broadcast_to`. Shapes are aligned at their
/// last axes; an axis of one element, or one that the array lacks, is repeated by a
/// stride of 0. The view is read-only.
///
/// @param array      The array.
/// @param ndim       Number of axes of the view, not below the array's.
/// @param shape      ndim extents.
/// @param[out] view  A new reference.
/// @return NDV_E_BROADCAST; NDV_E_SHAPE for a negative extent; NDV_E_NDIM;
///         NDV_E_OVERFLOW.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_broadcast_to(
    array: *const ndv_array,
    ndim: i32,
    shape: *const i64,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `ndim` extents.
    unsafe {
        array_of_array(array, view, |array| {
            let shape = check::axes("shape", ndim, shape)?;
            Ok(move || array::broadcast_to(array, shape))
        })
    }
}

/// Backwards along some axes: NumPy's `flip`.
///
/// @param array      The array.
/// @param count      How many axes are named.
/// @param axes       The axes to reverse, each once; 0 and NULL reverse all.
/// @param[out] view  A new reference.
/// @return NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_flip(
    array: *const ndv_array,
    count: i32,
    axes: *const i64,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `count` axes.
    unsafe {
        array_of_array(array, view, |array| {
            let axes = some_axes(count, axes)?;
            Ok(move || array::flip(array, axes))
        })
    }
}

/// The diagonal of two axes, which becomes the last axis behind the others: NumPy's
/// `diagonal`, but writeable if the array is.
///
/// @param array      The array, of two axes at least.
/// @param offset     Above 0 the diagonal begins that many elements further along
///                   `second`, below 0 along `first`. Beyond the array it is empty.
/// @param first      The axis that counts rows; NumPy's default is 0.
/// @param second     The axis that counts columns; NumPy's default is 1.
/// @param[out] view  A new reference.
/// @return NDV_E_SHAPE for fewer than two axes; NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_diagonal(
    array: *const ndv_array,
    offset: i64,
    first: i32,
    second: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe {
        array_of_array(array, view, |array| {
            Ok(move || array::diagonal(array, offset, first.into(), second.into()))
        })
    }
}

/// Turned by quarters: NumPy's `rot90`.
///
/// @param array      The array.
/// @param quarters   How often it is turned by 90 degrees; NumPy's default is 1. Below
///                   0 it turns back.
/// @param first      The axis to turn from; NumPy's default is 0.
/// @param second     The axis to turn towards, another one; NumPy's default is 1.
/// @param[out] view  A new reference.
/// @return NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_rot90(
    array: *const ndv_array,
    quarters: i64,
    first: i32,
    second: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe {
        array_of_array(array, view, |array| {
            Ok(move || array::rot90(array, quarters, first.into(), second.into()))
        })
    }
}

/// The real parts: NumPy's `a.real`. Of complex elements a view of float32 or float64
/// with the array's own strides; of all others the whole array, as ndv_view().
///
/// @param array      The array.
/// @param[out] view  A new reference.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_real(
    array: *const ndv_array,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe { array_of_array(array, view, |array| Ok(|| array::real(array))) }
}

/// The imaginary parts: NumPy's `a.imag`. Of complex elements a view of float32 or
/// float64 with the array's own strides. Other elements have none to see: NumPy then
/// makes a new array of zeros, which cannot be written.
///
/// @param array      The array.
/// @param[out] view  A new reference.
/// @return NDV_E_DTYPE if the elements are not complex.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_imag(
    array: *const ndv_array,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`.
    unsafe { array_of_array(array, view, |array| Ok(|| array::imag(array))) }
}

/// Equal sections along an axis: NumPy's `split` into a number of sections.
///
/// @param array       The array.
/// @param sections    How many, at least 1.
/// @param axis        The axis to cut.
/// @param[out] views  Room for as many pointers as sections; new references, each to be
///                    released.
/// @return NDV_E_AXIS; NDV_E_SHAPE for sections below 1, or if they do not divide the
///         axis.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_split(
    array: *const ndv_array,
    sections: i32,
    axis: i32,
    views: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array, and room for the results.
    unsafe {
        call_for_arrays(sections.into(), views, || {
            let array = check::array("array", array)?;
            Ok(move || array::split(array, sections.into(), axis.into()))
        })
    }
}

/// Sections along an axis, as equal as can be: NumPy's `array_split` into a number of
/// sections. Where they do not divide the axis, the first ones get an element more;
/// there may be more sections than elements.
///
/// @param array       The array.
/// @param sections    How many, at least 1.
/// @param axis        The axis to cut.
/// @param[out] views  Room for as many pointers as sections; new references, each to be
///                    released.
/// @return NDV_E_AXIS; NDV_E_SHAPE for sections below 1.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_array_split(
    array: *const ndv_array,
    sections: i32,
    axis: i32,
    views: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_split`.
    unsafe {
        call_for_arrays(sections.into(), views, || {
            let array = check::array("array", array)?;
            Ok(move || array::array_split(array, sections.into(), axis.into()))
        })
    }
}

/// The sections before, between and behind some positions of an axis: NumPy's `split`
/// and `array_split` with a list. `[2, 5]` makes `[:2]`, `[2:5]` and `[5:]`. As in
/// these slices, a position may count from the end, one beyond it is clamped, and what
/// ends before it begins is empty.
///
/// @param array       The array.
/// @param count       How many positions.
/// @param positions   The positions; NULL for none.
/// @param axis        The axis to cut.
/// @param[out] views  Room for count + 1 pointers; new references, each to be released.
/// @return NDV_E_AXIS; NDV_E_SHAPE for a count below 0.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_split_at(
    array: *const ndv_array,
    count: i32,
    positions: *const i64,
    axis: i32,
    views: *mut *mut ndv_array,
) -> ndv_status {
    let sections = if count < 0 { 0 } else { i64::from(count) + 1 };
    // SAFETY: see `ndv_split`; the caller passes `count` positions.
    unsafe {
        call_for_arrays(sections, views, || {
            let array = check::array("array", array)?;
            let positions = check::counted("positions", count.into(), positions)?;
            Ok(move || array::split_at(array, positions, axis.into()))
        })
    }
}

/// What stands at each position of an axis, without that axis: NumPy's `unstack`, but
/// views without axes where NumPy gives scalars.
///
/// @param array       The array.
/// @param axis        The axis to take apart; NumPy's default is 0.
/// @param count       How many views there is room for: the size of that axis.
/// @param[out] views  Room for count pointers, NULL for none; new references, each to
///                    be released.
/// @return NDV_E_AXIS; NDV_E_SHAPE if the axis has another size than count.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_unstack(
    array: *const ndv_array,
    axis: i32,
    count: i32,
    views: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_split`.
    unsafe {
        call_for_arrays(count.into(), views, || {
            let array = check::array("array", array)?;
            Ok(move || array::unstack(array, axis.into(), count.into()))
        })
    }
}

/// Arrays stretched over one shape, that of all together: NumPy's `broadcast_arrays`.
/// Every result is a read-only view as ndv_broadcast_to() makes it, also of an array
/// that has the shape already, which NumPy gives back itself.
///
/// @param count       How many arrays.
/// @param arrays      The arrays; NULL for none.
/// @param[out] views  Room for count pointers, apart from those of the arrays; new
///                    references, each to be released.
/// @return NDV_E_BROADCAST, whose message says which array does not fit those before
///         it; NDV_E_SHAPE for a count below 0; NDV_E_OVERFLOW.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_broadcast_arrays(
    count: i32,
    arrays: *const *const ndv_array,
    views: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes `count` arrays, and room for the results.
    unsafe {
        call_for_arrays(count.into(), views, || {
            let arrays = check::arrays(count, arrays)?;
            Ok(move || array::broadcast_arrays(arrays))
        })
    }
}

/// The shape over which two shapes stretch: NumPy's `broadcast_shapes`. For more than
/// two, pass the result as one of the next two.
///
/// @param first_ndim   Number of axes of the first shape.
/// @param first        Its extents; NULL for none.
/// @param second_ndim  Number of axes of the second shape.
/// @param second       Its extents; NULL for none.
/// @param[out] ndim    Number of axes of the result, the larger of the two; 0 on an
///                     error.
/// @param[out] shape   Room for so many extents, left alone on an error; may be one of
///                     the two shapes.
/// @return NDV_E_BROADCAST; NDV_E_SHAPE for a negative extent; NDV_E_NDIM;
///         NDV_E_OVERFLOW for more elements than there can be bytes.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_broadcast_shapes(
    first_ndim: i32,
    first: *const i64,
    second_ndim: i32,
    second: *const i64,
    ndim: *mut i32,
    shape: *mut i64,
) -> ndv_status {
    // SAFETY: the caller passes two shapes of so many extents, and places for the results.
    unsafe {
        if !ndim.is_null() {
            ndim.write(0);
        }
        call(|| {
            let first = check::axes("the first shape", first_ndim, first)?;
            let second = check::axes("the second shape", second_ndim, second)?;
            let ndim = check::pointer("ndim", ndim)?;
            check_shape(first, 1)?;
            check_shape(second, 1)?;
            let joint = broadcast_shapes(Party::Item, [first, second])?;
            check_shape(&joint, 1)?;
            if !joint.is_empty() {
                let shape = check::pointer("shape", shape)?;
                shape.copy_from_nonoverlapping(NonNull::from(joint.as_slice()).cast(), joint.len());
            }
            ndim.write(joint.len() as i32);
            Ok(())
        })
    }
}

/// Windows that slide along some axes: NumPy's `sliding_window_view`. First come the
/// array's axes, each with as many elements as a window has positions along it, then an
/// axis for each window. Neighbouring windows share elements, and so the view is
/// read-only unless the caller insists; what is written through it shows in every
/// window that has the element.
///
/// @param array      The array.
/// @param count      How many windows: as many as axes are named, or as the array has.
/// @param windows    count sizes, in elements, none larger than its axis.
/// @param axes       The axis that each window slides along, NULL for each in turn. One
///                   that is named again has windows of windows.
/// @param flags      NDV_WRITE_OVERLAPPING, or 0 for a read-only view.
/// @param[out] view  A new reference.
/// @return NDV_E_SHAPE for a window that is negative or larger than its axis;
///         NDV_E_AXIS, also if no axes are named and the array has not so many;
///         NDV_E_NDIM; NDV_E_OVERFLOW; NDV_E_ARGUMENT for other flags.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_windows(
    array: *const ndv_array,
    count: i32,
    windows: *const i64,
    axes: *const i64,
    flags: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `count` sizes and axes.
    unsafe {
        array_of_array(array, view, |array| {
            let windows = check::axes("windows", count, windows)?;
            let axes = if axes.is_null() { None } else { Some(check::axis_list(count, axes)?) };
            let access = overlapping_access(flags)?;
            Ok(move || array::windows(array, windows, axes, access))
        })
    }
}

/// Any layout over the array's buffer: NumPy's `as_strided`, but never beyond the bytes
/// of the owner. The array may be a small part of these, and the view reach all of
/// them.
///
/// @param array      The array; the view has its type.
/// @param ndim       Number of axes of the view.
/// @param shape      ndim extents.
/// @param strides    ndim strides in bytes, of any sign.
/// @param offset     From the array's first element to the view's, in bytes, of any
///                   sign. The elements may lie at any alignment.
/// @param flags      NDV_WRITE_OVERLAPPING, or 0: the view is then writeable, if the
///                   array is, unless two elements share bytes (or that would be too
///                   hard to tell).
/// @param[out] view  A new reference.
/// @return NDV_E_BOUNDS if an element would lie outside of the buffer, or the view
///         would begin there; NDV_E_SHAPE for a negative extent; NDV_E_NDIM;
///         NDV_E_OVERFLOW; NDV_E_ARGUMENT for other flags.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_as_strided(
    array: *const ndv_array,
    ndim: i32,
    shape: *const i64,
    strides: *const i64,
    offset: i64,
    flags: i32,
    view: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_view`; the caller passes `ndim` extents and strides.
    unsafe {
        array_of_array(array, view, |array| {
            let shape = check::axes("shape", ndim, shape)?;
            let strides = check::axes("strides", ndim, strides)?;
            let access = overlapping_access(flags)?;
            Ok(move || array::as_strided(array, shape, strides, offset, access))
        })
    }
}

pub fn overlapping_access(flags: i32) -> Result<Access, Error> {
    match flags {
        0 => Ok(Access::Default),
        NDV_WRITE_OVERLAPPING => Ok(Access::WriteOverlapping),
        _ => Err(Error::Argument { what: "the flags", value: flags.into() }),
    }
}
