//! Select.
//!
//! Elements picked by lists of positions and by masks. What they pick lies anywhere, so
//! that the result is always a copy: a new reference that owns its bytes, in C order,
//! writeable, its base NULL. A result of more bytes than can be addressed is
//! NDV_E_OVERFLOW.
//!
//! Functions whose name ends in _into write to a destination of the caller's instead. It
//! must have the shape of the result and a type that the cast rule allows. It may share
//! memory with the array and with every list: they are read as they were before the call.
//! No other thread may use its elements meanwhile.
//!
//! A list of positions is an array of any integer type. Negative positions count from the
//! end, and unsigned ones never become negative. A mask is an array of NDV_BOOL. Every
//! position is checked before the first element is written.
//!
//! No more memory is taken than for the result, with two exceptions: what shares memory
//! with a destination is copied first, as is what NDV_CAST_SAME_VALUE judges on its way to
//! a destination of another type; and the positions of a mask's marks may be listed, 8
//! bytes for each, where the mask goes with other lists.
//!
//! ndv_set_at(), ndv_put() and ndv_put_along_axis() in the section Set write where these read.

use crate::arrays::ndv_array;
use crate::check::{self, Structs};
use crate::copies::some_axis;
use crate::report::{Outcome, answer_into, array_of_array, call, into_c};
use crate::status::ndv_status;
use crate::views::{any_item, ndv_index};
use ndview_core::copies::{self, IndexMode};
use ndview_core::index::{IndexItems, Join, List};
use ndview_core::transfer::{self, Picked};
use ndview_core::{Array, Casting, Error, Handle};
use std::ptr::null_mut;

/// Reads every item of an index, arrays included, to where they stay: there is room for many.
///
/// # Safety
/// - `count` items can be read at `items`, or it is NULL; their arrays are arrays.
pub unsafe fn index_items<'a>(
    count: i32,
    items: *const ndv_index,
    checked: &mut IndexItems<'a>,
) -> Outcome<()> {
    // SAFETY: the caller's.
    let items = unsafe { Structs::new("items", "the number of items", count, items)? };
    for (position, item) in items.iter().enumerate() {
        items.check_size(item.struct_size)?;
        // SAFETY: the caller's.
        let item = unsafe { any_item(position, item)? };
        checked.try_push(item).map_err(|_| Error::ItemCount { given: count.into() })?;
    }
    Ok(())
}

/// Any part of an array, as a copy: NumPy's `a[items]`. Items may be integers, slices, an
/// ellipsis, newaxis, lists of positions and masks, mixed by NumPy's rules.
///
/// Lists and masks are broadcast together to one shape; a mask counts as one list of the
/// places it marks, and picks from as many axes as it has. The axes of that shape come in
/// the place of the lists if these and the integers all stand side by side, and first in
/// the result if anything else stands between two of them. Without any list the result is
/// a copy of what ndv_index_items() shows.
///
/// @param array      The array.
/// @param count      How many items.
/// @param items      The items; NULL for none. NDV_PICK(list) of ndview_c99.h writes one
///                   that holds an array.
/// @param[out] copy  A new reference.
/// @return NDV_E_INDEX; NDV_E_INDEX_ITEMS; NDV_E_STEP; NDV_E_DTYPE for a list that holds
///         neither integers nor bools; NDV_E_SHAPE for a mask whose extents are not those
///         of the axes it stands for; NDV_E_BROADCAST for lists that do not go together;
///         NDV_E_NDIM; NDV_E_ARGUMENT for an unknown kind or flag, or a struct_size too
///         small; NDV_E_HANDLE, NDV_E_NULL for an item without its array.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get(
    array: *const ndv_array,
    count: i32,
    items: *const ndv_index,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array, `count` items and a place for the result; no other thread
    // writes the elements, nor those of the lists. So for every function of this section.
    unsafe {
        let mut checked = IndexItems::new();
        let checked = &mut checked;
        array_of_array(array, copy, move |array| {
            index_items(count, items, checked)?;
            Ok(move || copy_of(array, |picked| picked.by_index(checked, Join::Together)))
        })
    }
}

/// As ndv_get(), to a destination.
///
/// @param array        The array.
/// @param count        How many items.
/// @param items        The items.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write.
/// @return As ndv_get(); NDV_E_READONLY; NDV_E_SHAPE for a destination of another shape;
///         NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE; NDV_E_NOMEM if it shares
///         memory and there is none for a temporary.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_into(
    array: *const ndv_array,
    count: i32,
    items: *const ndv_index,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        picked_into(array, casting, destination, |picked| {
            let mut checked = IndexItems::new();
            index_items(count, items, &mut checked)?;
            Ok(picked.by_index(&checked, Join::Together)?)
        })
    }
}

/// A copy of what `pick` picks.
///
/// # Safety
/// - See [`ndv_get`].
unsafe fn copy_of<'a>(
    array: &'a Array,
    pick: impl FnOnce(&mut Picked<'a>) -> Result<(), Error>,
) -> Result<Handle, Error> {
    let mut picked = Picked::of(array);
    pick(&mut picked)?;
    // SAFETY: the caller's.
    unsafe { copies::copy_picked(&picked) }
}

/// Checks what every function with a destination takes, and writes what `pick` picks.
///
/// # Safety
/// - See [`ndv_get`].
#[track_caller]
unsafe fn picked_into<'a>(
    array: *const ndv_array,
    casting: i32,
    destination: *mut ndv_array,
    pick: impl FnOnce(&mut Picked<'a>) -> Outcome<()>,
) -> ndv_status {
    // SAFETY: the caller's.
    call(|| unsafe {
        let mut picked = Picked::of(check::array("array", array)?);
        pick(&mut picked)?;
        let casting = Casting::from_code(casting)?;
        let destination = check::array("destination", destination)?;
        Ok(copies::copy_picked_into(&picked, destination, casting)?)
    })
}

/// As ndv_get(), each list for itself: NEP 21's outer indexing, NumPy's `a[np.ix_(...)]`.
/// A list's axes come in the place of the axis it picks from, and lists are not
/// broadcast: two lists of 2 and 3 positions pick 2 x 3 elements. An integer drops its
/// axis, a mask becomes one axis.
///
/// @param array      The array.
/// @param count      How many items.
/// @param items      The items.
/// @param[out] copy  A new reference.
/// @return As ndv_get(), except NDV_E_BROADCAST.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_outer(
    array: *const ndv_array,
    count: i32,
    items: *const ndv_index,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        let mut checked = IndexItems::new();
        let checked = &mut checked;
        array_of_array(array, copy, move |array| {
            index_items(count, items, checked)?;
            Ok(move || copy_of(array, |picked| picked.by_index(checked, Join::Outer)))
        })
    }
}

/// As ndv_get_outer(), to a destination.
///
/// @param array        The array.
/// @param count        How many items.
/// @param items        The items.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write.
/// @return As ndv_get_into(), except NDV_E_BROADCAST.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_outer_into(
    array: *const ndv_array,
    count: i32,
    items: *const ndv_index,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        picked_into(array, casting, destination, |picked| {
            let mut checked = IndexItems::new();
            index_items(count, items, &mut checked)?;
            Ok(picked.by_index(&checked, Join::Outer)?)
        })
    }
}

/// The elements at some positions along an axis, written in place: NumPy's
/// `a.take([2, 0], axis)` is `ndv_take(a, NDV_DIMS(2, 0), axis, &copy)`. Positions may
/// repeat.
///
/// @param array      The array.
/// @param count      How many positions.
/// @param positions  The positions.
/// @param axis       The axis, or NDV_ALL_AXES.
/// @param[out] copy  A new reference, with `count` elements along the axis.
/// @return NDV_E_AXIS; NDV_E_INDEX; NDV_E_SHAPE for a count below 0, or of more
///         positions than can be addressed.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_take(
    array: *const ndv_array,
    count: i64,
    positions: *const i64,
    axis: i32,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`; the caller passes `count` positions.
    unsafe {
        array_of_array(array, copy, |array| {
            let positions = check::counted("positions", count, positions)?;
            Ok(move || {
                let shape = [positions.len() as i64];
                let list = List::of_slice(positions, &shape);
                let (axis, mode) = (some_axis(axis), IndexMode::Raise);
                copy_of(array, |picked| picked.at_positions(list, axis, mode))
            })
        })
    }
}

/// The elements at positions along an axis: NumPy's `np.take(a, positions, axis, mode)`.
/// The axes of the list come in the place of that axis.
///
/// @param array      The array.
/// @param positions  Positions, of any integer type and shape.
/// @param axis       The axis, or NDV_ALL_AXES.
/// @param mode       One of NDV_MODE_.
/// @param[out] copy  A new reference.
/// @return NDV_E_DTYPE for a list that does not hold integers; NDV_E_AXIS; NDV_E_INDEX,
///         under every mode if the axis has no elements; NDV_E_NDIM.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_take_array(
    array: *const ndv_array,
    positions: *const ndv_array,
    axis: i32,
    mode: i32,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        array_of_array(array, copy, |array| {
            let positions = List::of(check::array("positions", positions)?);
            let (axis, mode) = (some_axis(axis), IndexMode::from_code(mode)?);
            Ok(move || copy_of(array, |picked| picked.at_positions(positions, axis, mode)))
        })
    }
}

/// As ndv_take_array(), to a destination: NumPy's `np.take(a, positions, axis, out, mode)`.
///
/// @param array        The array.
/// @param positions    Positions, of any integer type and shape.
/// @param axis         The axis, or NDV_ALL_AXES.
/// @param mode         One of NDV_MODE_.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write.
/// @return As ndv_take_array() and ndv_get_into().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_take_array_into(
    array: *const ndv_array,
    positions: *const ndv_array,
    axis: i32,
    mode: i32,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        picked_into(array, casting, destination, |picked| {
            let positions = List::of(check::array("positions", positions)?);
            let (axis, mode) = (some_axis(axis), IndexMode::from_code(mode)?);
            Ok(picked.at_positions(positions, axis, mode)?)
        })
    }
}

/// For each place of the result its own position along an axis: NumPy's
/// `np.take_along_axis(a, positions, axis)`. In two dimensions, along axis 1, element
/// (i, j) of the result is a[i, positions[i, j]]. The other axes of the array and of the
/// list are broadcast.
///
/// @param array      The array.
/// @param positions  Positions, of any integer type, with as many axes as the array.
/// @param axis       The axis.
/// @param mode       One of NDV_MODE_; NumPy's is NDV_MODE_RAISE.
/// @param[out] copy  A new reference, with as many elements along the axis as positions.
/// @return NDV_E_DTYPE for a list that does not hold integers; NDV_E_SHAPE for another
///         number of axes; NDV_E_AXIS; NDV_E_BROADCAST; NDV_E_INDEX.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_take_along_axis(
    array: *const ndv_array,
    positions: *const ndv_array,
    axis: i32,
    mode: i32,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        array_of_array(array, copy, |array| {
            let positions = check::array("positions", positions)?;
            let mode = IndexMode::from_code(mode)?;
            Ok(move || copy_of(array, |picked| picked.along_axis(positions, axis.into(), mode)))
        })
    }
}

/// As ndv_take_along_axis(), to a destination.
///
/// @param array        The array.
/// @param positions    Positions, of any integer type, with as many axes as the array.
/// @param axis         The axis.
/// @param mode         One of NDV_MODE_.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write.
/// @return As ndv_take_along_axis() and ndv_get_into().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_take_along_axis_into(
    array: *const ndv_array,
    positions: *const ndv_array,
    axis: i32,
    mode: i32,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        picked_into(array, casting, destination, |picked| {
            let positions = check::array("positions", positions)?;
            let mode = IndexMode::from_code(mode)?;
            Ok(picked.along_axis(positions, axis.into(), mode)?)
        })
    }
}

/// The elements that a mask marks along an axis: NumPy's `a.compress(mask, axis)`.
///
/// @param array      The array.
/// @param mask       A 1-D array of NDV_BOOL. It may be shorter than the axis, and
///                   longer if it marks nothing there.
/// @param axis       The axis, or NDV_ALL_AXES.
/// @param[out] copy  A new reference, with as many elements along the axis as the mask
///                   marks.
/// @return NDV_E_CAST for a mask of another type; NDV_E_SHAPE for one that is not 1-D
///         or marks what is not there; NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_compress(
    array: *const ndv_array,
    mask: *const ndv_array,
    axis: i32,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        array_of_array(array, copy, |array| {
            let mask = check::array("mask", mask)?;
            Ok(move || copy_of(array, |picked| picked.marked(mask, some_axis(axis))))
        })
    }
}

/// As ndv_compress(), to a destination.
///
/// @param array        The array.
/// @param mask         A 1-D array of NDV_BOOL.
/// @param axis         The axis, or NDV_ALL_AXES.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write.
/// @return As ndv_compress() and ndv_get_into().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_compress_into(
    array: *const ndv_array,
    mask: *const ndv_array,
    axis: i32,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe {
        picked_into(array, casting, destination, |picked| {
            let mask = check::array("mask", mask)?;
            Ok(picked.marked(mask, some_axis(axis))?)
        })
    }
}

/// How many elements are not zero: NumPy's `count_nonzero`. NaN is not zero.
///
/// @param array       The array, of numbers or bools.
/// @param[out] count  The number.
/// @return NDV_E_CAST for records and raw bytes.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_count_nonzero(array: *const ndv_array, count: *mut i64) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe { answer_into(count, 0, || Ok(transfer::count_nonzero(check::array("array", array)?)?)) }
}

/// Where elements are not zero: NumPy's `nonzero`. For each axis an array of the
/// positions along it, in C order of the elements, so that together as items of
/// ndv_get() they pick the elements.
///
/// @param array           The array, of one axis at least.
/// @param[out] positions  As many new references as the array has axes, each 1-D and of
///                        NDV_INT64. On an error all are NULL, unless what is given is no
///                        array: it cannot say how many there are.
/// @return NDV_E_SHAPE for an array without axes; NDV_E_CAST for records and raw bytes.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_nonzero(
    array: *const ndv_array,
    positions: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`; the caller passes a place for each axis.
    unsafe {
        let ndim = check::maybe_array(array).map_or(0, Array::ndim);
        for axis in (0..ndim).filter(|_| !positions.is_null()) {
            positions.add(axis).write(null_mut());
        }
        call(|| {
            let array = check::array("array", array)?;
            let positions = check::pointer("positions", positions)?;
            for (axis, handle) in copies::nonzero(array)?.into_iter().enumerate() {
                positions.add(axis).write(into_c(handle));
            }
            Ok(())
        })
    }
}

/// Where elements are not zero, one row of positions for each: NumPy's `argwhere`.
///
/// @param array      The array.
/// @param[out] rows  A new reference: 2-D, of NDV_INT64, with a row for each element in
///                   C order and a column for each axis.
/// @return NDV_E_CAST for records and raw bytes.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_argwhere(
    array: *const ndv_array,
    rows: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_get`.
    unsafe { array_of_array(array, rows, |array| Ok(|| copies::argwhere(array))) }
}
