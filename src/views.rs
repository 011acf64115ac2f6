//! Views.
//!
//! Every function here makes a new window on the same bytes: nothing is copied, and
//! writing through either array shows in both. The result is a new reference, never the
//! handle that was given, and its base is the owner of the bytes, also when the argument
//! is itself a view. A view of a read-only array is read-only.
//!
//! ndv_reshape() and ndv_ravel() can need a copy. They take a copy policy, so that the
//! caller says whether that may happen; ndv_base() of the result tells what did.

use crate::arrays::ndv_array;
use crate::check::{self, Structs};
use crate::report::{Fault, Outcome, array_of_array};
use crate::status::ndv_status;
use ndview_core::array;
use ndview_core::copies::{self, CopyPolicy};
use ndview_core::index::{Items, parse};
use ndview_core::layout::{Item, ItemCounts, ItemKind, Order, ends};
use ndview_core::{DType, Error};
use std::ffi::c_char;

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
    assert!(NDV_INDEX_INTEGER == ItemKind::Integer as i32);
    assert!(NDV_INDEX_SLICE == ItemKind::Slice as i32);
    assert!(NDV_INDEX_ELLIPSIS == ItemKind::Ellipsis as i32);
    assert!(NDV_INDEX_NEWAXIS == ItemKind::NewAxis as i32);
};

/// Index item: one position, which drops the axis. Uses `start`.
pub const NDV_INDEX_INTEGER: i32 = 1;
/// Index item: start, stop and step, each end clamped to the axis.
pub const NDV_INDEX_SLICE: i32 = 2;
/// Index item: all the axes that the other items leave over; at most once.
pub const NDV_INDEX_ELLIPSIS: i32 = 3;
/// Index item: a new axis of one element.
pub const NDV_INDEX_NEWAXIS: i32 = 4;
/// Index item: an array of positions or a mask. Makes copies, so that no function here
/// takes it.
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
pub struct ndv_index {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// One of NDV_INDEX_INTEGER and so on.
    pub kind: i32,
    /// For a slice, a sum of NDV_INDEX_HAS_; else 0.
    pub flags: i32,
    pub start: i64,
    pub stop: i64,
    pub step: i64,
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
///     items = [item {"," item} [","]]
///     item  = "..." | "newaxis" | "None" | int | [int] ":" [int] [":" [int]]
///
/// Blanks may stand between all parts and [ ] around the whole; empty text is "...".
/// Axes that are not named stay whole. An integer drops its axis; integers for all axes
/// give a view without axes, of one element.
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
    // Out here, because five kilobytes should not move into the work.
    let mut items = Items::new();
    let items = &mut items;
    // SAFETY: see `ndv_view`; the text ends in NUL.
    unsafe {
        array_of_array(array, view, move |array| {
            parse(check::text("text", text)?, items)?;
            let items = items.as_slice();
            Ok(move || array::slice(array, items.iter().copied(), ItemCounts::of(items)))
        })
    }
}

/// Part of an array, by items: as ndv_slice(), for programs.
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
            let counts = count_items(&items)?;
            Ok(move || array::slice(array, items.iter().map(checked_item), counts))
        })
    }
}

/// Checks every item and counts their kinds.
fn count_items(items: &Structs<ndv_index>) -> Outcome<ItemCounts> {
    let mut of_kind = [0; NDV_INDEX_ARRAY as usize];
    for (position, item) in items.iter().enumerate() {
        items.check_size(item.struct_size)?;
        let Some(count) = usize::try_from(item.kind).ok().and_then(|kind| of_kind.get_mut(kind))
        else {
            return Err(no_view_item(position, item.kind));
        };
        *count += 1;
        let known_flags = if item.kind == NDV_INDEX_SLICE { NDV_INDEX_HAS_ALL } else { 0 };
        if item.flags & !known_flags != 0 {
            let (item, value) = (position, item.flags.into());
            return Err(Error::Item { item, what: "flags", value }.into());
        }
    }
    let [no_kind, integers, slices, ellipses, new_axes] = of_kind;
    if no_kind != 0 {
        let first = items.iter().position(|item| item.kind == 0);
        return Err(no_view_item(first.unwrap_or(0), 0));
    }
    Ok(ItemCounts { integers, slices, ellipses, new_axes })
}

fn no_view_item(position: usize, kind: i32) -> Fault {
    match kind {
        NDV_INDEX_ARRAY => Error::ArrayItem { item: position }.into(),
        _ => Error::Item { item: position, what: "kind", value: kind.into() }.into(),
    }
}

/// An item that [`count_items`] let through.
#[inline(always)]
fn checked_item(item: &ndv_index) -> Item {
    let kind = match item.kind {
        NDV_INDEX_INTEGER => return Item::integer(item.start),
        NDV_INDEX_SLICE => ItemKind::Slice,
        NDV_INDEX_ELLIPSIS => ItemKind::Ellipsis,
        _ => ItemKind::NewAxis,
    };
    let given = |flag, value, default| if item.flags & flag != 0 { value } else { default };
    let step = given(NDV_INDEX_HAS_STEP, item.step, 1);
    let (first, beyond) = ends(step);
    let start = given(NDV_INDEX_HAS_START, item.start, first);
    let stop = given(NDV_INDEX_HAS_STOP, item.stop, beyond);
    Item { kind, start, stop, step }
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
unsafe fn some_axes<'a>(count: i32, axes: *const i64) -> Result<Option<&'a [i64]>, Fault> {
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
