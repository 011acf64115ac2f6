//! Set.
//!
//! Writing elements: whole arrays, what a mask marks, one value everywhere, one element. A
//! write shows in every array that sees those bytes. Every write behaves as if its right
//! side had been read first, whatever shares memory with what; where that takes a
//! temporary, it is made and released inside the call. A write that fails has written
//! nothing.
//!
//! Writers take `ndv_array *` and return NDV_E_READONLY for a read-only array. No other
//! thread may read or write the elements meanwhile.
//!
//! A single value must fit: an integer out of range, a NaN or an infinity for an integer
//! type, a finite number that a narrower float would make infinite, and a complex number
//! with an imaginary part for a real type are NDV_E_VALUE. A fraction for an integer type
//! is truncated. For bool, everything but 0 is true. Raw bytes and records take and give
//! values of their own type alone: any other is NDV_E_CAST.

use crate::arrays::ndv_array;
use crate::check;
use crate::report::{Outcome, answer_into, call};
use crate::select::index_items;
use crate::status::ndv_status;
use crate::views::ndv_index;
use ndview_core::copies::IndexMode;
use ndview_core::error::Number;
use ndview_core::index::{IndexItems, Join, List};
use ndview_core::transfer::{self, How, Picked};
use ndview_core::{Array, Casting, DType};
use std::ffi::c_void;

/// Writes one array over another: NumPy's `destination[...] = source`. The source is
/// broadcast to the destination's shape; leading axes of one element that the
/// destination lacks are dropped.
///
/// To write a part of an array, write over a view of it.
///
/// ```c
/// ndv_array *a, *row, *left, *right;
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(2, 4), &a));
/// OK(ndv_arange(1, 5, 1, &row));
/// OK(ndv_set(a, row, NDV_CAST_SAFE));       // broadcast over both rows, int64 to float64
/// OK(ndv_slice(a, "0, :-1", &left));
/// OK(ndv_slice(a, "0, 1:", &right));
/// OK(ndv_set(right, left, NDV_CAST_NO));    // they overlap, which does no harm
/// OK(ndv_print(a));
/// ndv_release(left);
/// ndv_release(right);
/// ndv_release(row);
/// ndv_release(a);
/// ```
/// ```text
/// [[1. 1. 2. 3.]
///  [1. 2. 3. 4.]]
/// ```
///
/// @param destination  The array to write.
/// @param source       The array to read; may share memory with it in any way.
/// @param casting      One of NDV_CAST_. NumPy's default here is NDV_CAST_UNSAFE.
/// @return NDV_E_READONLY; NDV_E_CAST; NDV_E_BROADCAST; NDV_E_VALUE under
///         NDV_CAST_SAME_VALUE; NDV_E_NOMEM if the two share memory, no order of writing
///         does without a temporary, and there is no memory for it. ndv_set_plan() tells.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set(
    destination: *mut ndv_array,
    source: *const ndv_array,
    casting: i32,
) -> ndv_status {
    // SAFETY: the caller passes two arrays.
    call(|| unsafe {
        let destination = check::array("destination", destination)?;
        let source = check::array("source", source)?;
        Ok(transfer::assign(destination, source, Casting::from_code(casting)?)?)
    })
}

/// Plan of ndv_set(): nothing to do. There are no elements, or each is assigned to itself.
pub const NDV_PLAN_NOTHING: i32 = 100;
/// Plan of ndv_set(): the two share no byte.
pub const NDV_PLAN_DISJOINT: i32 = 101;
/// Plan of ndv_set(): they share bytes, and writing from low addresses to high ones
/// overwrites nothing that is still to be read.
pub const NDV_PLAN_ASCENDING: i32 = 102;
/// Plan of ndv_set(): the same, from high addresses to low ones.
pub const NDV_PLAN_DESCENDING: i32 = 103;
/// Plan of ndv_set(): every line in two parts, one upwards and one downwards.
pub const NDV_PLAN_SPLIT: i32 = 104;
/// Plan of ndv_set(): elements exchange their places, as in an array that is assigned its
/// own transpose or reverse.
pub const NDV_PLAN_SWAP: i32 = 105;
/// Plan of ndv_set(): each line of the source is copied aside, one at a time.
pub const NDV_PLAN_LINE_BUFFER: i32 = 106;
/// Plan of ndv_set(): the source is copied aside as a whole.
pub const NDV_PLAN_FULL_COPY: i32 = 107;

const _: () = {
    assert!(NDV_PLAN_NOTHING == How::Nothing as i32);
    assert!(NDV_PLAN_DISJOINT == How::Disjoint as i32);
    assert!(NDV_PLAN_ASCENDING == How::Ascending as i32);
    assert!(NDV_PLAN_DESCENDING == How::Descending as i32);
    assert!(NDV_PLAN_SPLIT == How::Split as i32);
    assert!(NDV_PLAN_SWAP == How::Swap as i32);
    assert!(NDV_PLAN_LINE_BUFFER == How::LineBuffer as i32);
    assert!(NDV_PLAN_FULL_COPY == How::FullCopy as i32);
};

/// How ndv_set() would make an assignment. Set struct_size to sizeof(ndv_plan), or begin
/// with NDV_PLAN_INIT of ndview_c99.h.
#[repr(C)]
pub struct ndv_plan {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// One of NDV_PLAN_.
    pub plan: i32,
    /// 0.
    pub reserved: i32,
    /// Bytes of memory that it would take and give back.
    pub temporary_bytes: usize,
}

/// What ndv_set() with the same arguments would do, without doing it. Reads no element:
/// under NDV_CAST_SAME_VALUE the assignment can still be refused for a value.
///
/// ```c
/// ndv_array *a, *ahead, *behind;
/// ndv_plan plan = NDV_PLAN_INIT;
/// OK(ndv_arange(0, 10, 1, &a));
/// OK(ndv_slice(a, "1:", &ahead));
/// OK(ndv_slice(a, ":-1", &behind));
/// OK(ndv_set_plan(ahead, behind, NDV_CAST_NO, &plan));   // a[1:] = a[:-1]
/// printf("%d, %zu bytes\n", plan.plan == NDV_PLAN_DESCENDING, plan.temporary_bytes);
/// ndv_release(behind);
/// ndv_release(ahead);
/// ndv_release(a);
/// ```
/// ```text
/// 1, 0 bytes
/// ```
///
/// @param destination  The array that would be written.
/// @param source       The array that would be read.
/// @param casting      One of NDV_CAST_.
/// @param[out] plan    The plan.
/// @return What ndv_set() returns before it looks at an element; NDV_E_ARGUMENT for a
///         struct_size too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_plan(
    destination: *const ndv_array,
    source: *const ndv_array,
    casting: i32,
    plan: *mut ndv_plan,
) -> ndv_status {
    // SAFETY: the caller passes two arrays, and a struct whose first field is its size.
    call(|| unsafe {
        let destination = check::array("destination", destination)?;
        let source = check::array("source", source)?;
        let casting = Casting::from_code(casting)?;
        let struct_size = check::struct_size("plan", plan.cast_const())?;
        let (how, temporary_bytes) = transfer::how_to_assign(destination, source, casting)?;
        plan.write(ndv_plan { struct_size, plan: how as i32, reserved: 0, temporary_bytes });
        Ok(())
    })
}

/// Writes over any part of an array: NumPy's `a[items] = source`. The items mean what
/// they mean to ndv_get(); the source is broadcast to the shape that it would give. Where
/// an element is meant more than once, the last of its values in C order stays.
///
/// @param array    The array to write.
/// @param count    How many items.
/// @param items    The items; NULL for none.
/// @param source   The array to read. It and the lists may share memory with the array in
///                 any way.
/// @param casting  One of NDV_CAST_. NumPy's here is NDV_CAST_UNSAFE.
/// @return What ndv_get() and ndv_set() return; every position is checked before the first
///         element is written.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_at(
    array: *mut ndv_array,
    count: i32,
    items: *const ndv_index,
    source: *const ndv_array,
    casting: i32,
) -> ndv_status {
    // SAFETY: the caller passes two arrays, and `count` items.
    unsafe {
        assign_picked(array, source, casting, |picked| {
            let mut checked = IndexItems::new();
            index_items(count, items, &mut checked)?;
            Ok(picked.by_index(&checked, Join::Together)?)
        })
    }
}

/// As ndv_set_at(), each list for itself, as in ndv_get_outer().
///
/// @param array    The array to write.
/// @param count    How many items.
/// @param items    The items; NULL for none.
/// @param source   The array to read.
/// @param casting  One of NDV_CAST_.
/// @return What ndv_get_outer() and ndv_set() return.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_at_outer(
    array: *mut ndv_array,
    count: i32,
    items: *const ndv_index,
    source: *const ndv_array,
    casting: i32,
) -> ndv_status {
    // SAFETY: see `ndv_set_at`.
    unsafe {
        assign_picked(array, source, casting, |picked| {
            let mut checked = IndexItems::new();
            index_items(count, items, &mut checked)?;
            Ok(picked.by_index(&checked, Join::Outer)?)
        })
    }
}

/// Checks what every function takes that writes to picked elements, and writes.
///
/// # Safety
/// - See [`ndv_set_at`].
#[track_caller]
unsafe fn assign_picked<'a>(
    array: *mut ndv_array,
    source: *const ndv_array,
    casting: i32,
    pick: impl FnOnce(&mut Picked<'a>) -> Outcome<()>,
) -> ndv_status {
    // SAFETY: the caller's.
    call(|| unsafe {
        let mut picked = Picked::of(check::array("array", array)?);
        pick(&mut picked)?;
        let source = check::array("source", source)?;
        Ok(picked.assign(source, Casting::from_code(casting)?)?)
    })
}

/// Writes at positions among all elements in C order: NumPy's `np.put(a, positions,
/// values, mode)`, but nothing is written if a position is out of bounds. The values are
/// taken in C order, one for each position, and from the first again where they end; if
/// there are none, nothing is written. Where a position repeats, its last value stays.
///
/// @param array      The array to write.
/// @param positions  Positions, of any integer type and shape.
/// @param values     The values. They and the positions may share memory with the array.
/// @param mode       One of NDV_MODE_.
/// @param casting    One of NDV_CAST_. NumPy's here is NDV_CAST_UNSAFE.
/// @return NDV_E_READONLY; NDV_E_DTYPE for a list that does not hold integers; NDV_E_INDEX;
///         NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE; NDV_E_NOMEM.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_put(
    array: *mut ndv_array,
    positions: *const ndv_array,
    values: *const ndv_array,
    mode: i32,
    casting: i32,
) -> ndv_status {
    // SAFETY: the caller passes three arrays.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let positions = List::of(check::array("positions", positions)?);
        let values = check::array("values", values)?;
        let (mode, casting) = (IndexMode::from_code(mode)?, Casting::from_code(casting)?);
        let mut picked = Picked::of(array);
        picked.at_positions(positions, None, mode)?;
        Ok(picked.assign_in_turn(values, casting)?)
    })
}

/// Writes each value at its own position along an axis: NumPy's
/// `np.put_along_axis(a, positions, source, axis)`, where ndv_take_along_axis() reads. Where
/// a position repeats, its last value in C order stays.
///
/// @param array      The array to write.
/// @param positions  Positions, of any integer type, with as many axes as the array; the
///                   other axes of both are broadcast.
/// @param source     The array to read; broadcast to the shape that ndv_take_along_axis()
///                   would give.
/// @param axis       The axis.
/// @param mode       One of NDV_MODE_; NumPy's is NDV_MODE_RAISE.
/// @param casting    One of NDV_CAST_.
/// @return What ndv_take_along_axis() and ndv_set() return.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_put_along_axis(
    array: *mut ndv_array,
    positions: *const ndv_array,
    source: *const ndv_array,
    axis: i32,
    mode: i32,
    casting: i32,
) -> ndv_status {
    // SAFETY: see `ndv_set_at`.
    unsafe {
        assign_picked(array, source, casting, |picked| {
            let positions = check::array("positions", positions)?;
            let mode = IndexMode::from_code(mode)?;
            Ok(picked.along_axis(positions, axis.into(), mode)?)
        })
    }
}

/// Writes one array over another where a mask is true: NumPy's `copyto(destination,
/// source, casting, where=mask)`. Source and mask are broadcast to the destination's shape,
/// the source as by ndv_set(); the other elements stay as they are.
///
/// @param destination  The array to write.
/// @param source       The array to read.
/// @param mask         An array of NDV_BOOL. Both may share memory with the destination
///                     in any way.
/// @param casting      One of NDV_CAST_. NumPy's default here is NDV_CAST_SAME_KIND.
/// @return NDV_E_READONLY; NDV_E_CAST, also for a mask of another type;
///         NDV_E_BROADCAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE, for elements that the
///         mask marks; NDV_E_NOMEM if memory is shared and there is none for a temporary.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_copy_where(
    destination: *mut ndv_array,
    source: *const ndv_array,
    mask: *const ndv_array,
    casting: i32,
) -> ndv_status {
    // SAFETY: the caller passes three arrays.
    call(|| unsafe {
        let destination = check::array("destination", destination)?;
        let source = check::array("source", source)?;
        let mask = check::array("mask", mask)?;
        Ok(transfer::copy_where(destination, source, mask, Casting::from_code(casting)?)?)
    })
}

/// Writes values over the elements that a mask marks, the nth element of the array taking
/// the nth value: NumPy's `putmask`. All three are read in C order, whatever their shapes;
/// the values begin again after the last.
///
/// @param array    The array to write.
/// @param mask     An array of NDV_BOOL, with as many elements as the array.
/// @param values   The values; for a mask that marks anything there must be one. Both may
///                 share memory with the array in any way.
/// @param casting  One of NDV_CAST_. NumPy's is NDV_CAST_SAFE.
/// @return NDV_E_READONLY; NDV_E_CAST, also for a mask of another type; NDV_E_SHAPE for a
///         mask of another size, and for no values; NDV_E_VALUE under NDV_CAST_SAME_VALUE,
///         for any of the values; NDV_E_NOMEM as for ndv_copy_where().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_put_mask(
    array: *mut ndv_array,
    mask: *const ndv_array,
    values: *const ndv_array,
    casting: i32,
) -> ndv_status {
    // SAFETY: the caller passes three arrays.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let mask = check::array("mask", mask)?;
        let values = check::array("values", values)?;
        Ok(transfer::put_mask(array, mask, values, Casting::from_code(casting)?)?)
    })
}

/// As ndv_put_mask(), but the nth element that the mask marks takes the nth value: NumPy's
/// `place`, which is `a[mask] = values` for as many values as the mask marks.
///
/// @param array    The array to write.
/// @param mask     An array of NDV_BOOL, with as many elements as the array.
/// @param values   The values.
/// @param casting  One of NDV_CAST_. NumPy's is NDV_CAST_UNSAFE.
/// @return As ndv_put_mask().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_place(
    array: *mut ndv_array,
    mask: *const ndv_array,
    values: *const ndv_array,
    casting: i32,
) -> ndv_status {
    // SAFETY: the caller passes three arrays.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let mask = check::array("mask", mask)?;
        let values = check::array("values", values)?;
        Ok(transfer::place(array, mask, values, Casting::from_code(casting)?)?)
    })
}

/// Exchanges the elements of two arrays of one shape and type: NumPy's
/// `a[...], b[...] = b.copy(), a.copy()`, without a temporary. Two arrays that are the same
/// elements in the same order stay as they are.
///
/// @param a  The one array.
/// @param b  The other.
/// @return NDV_E_READONLY; NDV_E_DTYPE and NDV_E_SHAPE if types or shapes differ;
///         NDV_E_OVERLAP, whose message names a byte, if an element shares memory with any
///         other element of the two; NDV_E_TOO_HARD if that cannot be told.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_swap(a: *mut ndv_array, b: *mut ndv_array) -> ndv_status {
    // SAFETY: the caller passes two arrays.
    call(|| unsafe { Ok(transfer::swap(check::array("a", a)?, check::array("b", b)?)?) })
}

/// Reverses the bytes of every number in place, of a complex one those of each part:
/// NumPy's `a.byteswap(inplace=True)`. Where elements share bytes, each is reversed once, as
/// if all had been read first. ndv_byteswapped() makes a copy.
///
/// @param array  The array to write.
/// @return NDV_E_READONLY; NDV_E_NOMEM if elements may share bytes.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_byteswap(array: *mut ndv_array) -> ndv_status {
    // SAFETY: the caller passes an array.
    call(|| unsafe { Ok(transfer::byteswap(check::array("array", array)?)?) })
}

/// Writes one value over every element: NumPy's `a.fill(value)`.
///
/// @param array  The array to write.
/// @param dtype  The type of the value. One of the array's own type arrives bit for
///               bit.
/// @param value  Where one element of that type stands.
/// @return NDV_E_DTYPE; NDV_E_READONLY; NDV_E_VALUE.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_fill(
    array: *mut ndv_array,
    dtype: i32,
    value: *const c_void,
) -> ndv_status {
    // SAFETY: the caller passes an array and a value of the type.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let dtype = DType::from_code(dtype)?;
        let value = check::pointer("value", value.cast_mut())?;
        Ok(transfer::fill_from(array, dtype, value.as_ptr().cast())?)
    })
}

/// As ndv_fill(), from an int64_t.
///
/// @param array  The array to write.
/// @param value  The value.
/// @return NDV_E_READONLY; NDV_E_VALUE.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_fill_int64(array: *mut ndv_array, value: i64) -> ndv_status {
    // SAFETY: the caller passes an array.
    call(|| unsafe {
        Ok(transfer::fill(check::array("array", array)?, Number::Int(value.into()))?)
    })
}

/// As ndv_fill(), from a double.
///
/// @param array  The array to write.
/// @param value  The value.
/// @return NDV_E_READONLY; NDV_E_VALUE.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_fill_double(array: *mut ndv_array, value: f64) -> ndv_status {
    // SAFETY: the caller passes an array.
    call(|| unsafe { Ok(transfer::fill(check::array("array", array)?, Number::Float(value))?) })
}

/// Writes one element: NumPy's `a[index] = value`.
///
/// @param array  The array to write.
/// @param count  How many numbers index has: as many as the array has axes.
/// @param index  One position for each axis; NULL for none.
/// @param dtype  The type of the value. One of the array's own type arrives bit for
///               bit.
/// @param value  Where one element of that type stands.
/// @return NDV_E_NDIM for a count below 0 or above 64; NDV_E_DTYPE; NDV_E_READONLY;
///         NDV_E_INDEX_ITEMS for another count than there are axes; NDV_E_INDEX;
///         NDV_E_VALUE.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_item(
    array: *mut ndv_array,
    count: i32,
    index: *const i64,
    dtype: i32,
    value: *const c_void,
) -> ndv_status {
    // SAFETY: the caller passes an array, `count` positions, and a value of the type.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let index = check::axes("index", count, index)?;
        let dtype = DType::from_code(dtype)?;
        let value = check::pointer("value", value.cast_mut())?;
        Ok(transfer::set_item_from(array, index, dtype, value.as_ptr().cast())?)
    })
}

/// Reads one element: NumPy's `a[index]`, or `a.item(index)`. ndv_get_int64() and the others
/// below it are simpler where a conversion will do.
///
/// @param array       The array to read.
/// @param count       How many numbers index has: as many as the array has axes.
/// @param index       One position for each axis; NULL for none.
/// @param dtype       The type to read it as. The array's own type gives the element
///                    bit for bit.
/// @param[out] value  Room for one element of that type; left as it was on an error.
/// @return NDV_E_NDIM; NDV_E_DTYPE; NDV_E_INDEX_ITEMS; NDV_E_INDEX; NDV_E_VALUE if the
///         element does not fit the type.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_item(
    array: *const ndv_array,
    count: i32,
    index: *const i64,
    dtype: i32,
    value: *mut c_void,
) -> ndv_status {
    // SAFETY: the caller passes an array, `count` positions, and room for a value of the type.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let index = check::axes("index", count, index)?;
        let dtype = DType::from_code(dtype)?;
        let value = check::pointer("value", value)?;
        Ok(transfer::get_item_as(array, index, dtype, value.as_ptr().cast())?)
    })
}

/// # Safety
/// - `array` is an array or NULL; `index` holds `count` positions or is NULL.
#[track_caller]
unsafe fn set_number(
    array: *mut ndv_array,
    count: i32,
    index: *const i64,
    value: Number,
) -> ndv_status {
    // SAFETY: as the caller promises.
    call(|| unsafe {
        let array = check::array("array", array)?;
        Ok(transfer::set_item(array, check::axes("index", count, index)?, value)?)
    })
}

/// Reads one element as `dtype`, the type that `T` is.
///
/// # Safety
/// - As for [`set_number`]; `value` can be written or is NULL.
#[track_caller]
unsafe fn get_number<T: Copy + Default>(
    array: *const ndv_array,
    count: i32,
    index: *const i64,
    dtype: DType,
    value: *mut T,
) -> ndv_status {
    debug_assert_eq!(size_of::<T>(), dtype.itemsize());
    let read = |array: &Array, index: &[i64]| -> Outcome<T> {
        let mut found = T::default();
        // SAFETY: `found` has room for one element of the type.
        unsafe { transfer::get_item_as(array, index, dtype, (&raw mut found).cast())? };
        Ok(found)
    };
    // SAFETY: as the caller promises.
    unsafe {
        answer_into(value, T::default(), || {
            read(check::array("array", array)?, check::axes("index", count, index)?)
        })
    }
}

/// As ndv_set_item(), from an int64_t.
///
/// @param array  The array to write.
/// @param count  How many numbers index has.
/// @param index  One position for each axis; NULL for none.
/// @param value  The value.
/// @return As ndv_set_item().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_int64(
    array: *mut ndv_array,
    count: i32,
    index: *const i64,
    value: i64,
) -> ndv_status {
    // SAFETY: the caller passes an array and `count` positions.
    unsafe { set_number(array, count, index, Number::Int(value.into())) }
}

/// As ndv_set_item(), from a uint64_t.
///
/// @param array  The array to write.
/// @param count  How many numbers index has.
/// @param index  One position for each axis; NULL for none.
/// @param value  The value.
/// @return As ndv_set_item().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_uint64(
    array: *mut ndv_array,
    count: i32,
    index: *const i64,
    value: u64,
) -> ndv_status {
    // SAFETY: see `ndv_set_int64`.
    unsafe { set_number(array, count, index, Number::Int(value.into())) }
}

/// As ndv_set_item(), from a double.
///
/// @param array  The array to write.
/// @param count  How many numbers index has.
/// @param index  One position for each axis; NULL for none.
/// @param value  The value.
/// @return As ndv_set_item().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_double(
    array: *mut ndv_array,
    count: i32,
    index: *const i64,
    value: f64,
) -> ndv_status {
    // SAFETY: see `ndv_set_int64`.
    unsafe { set_number(array, count, index, Number::Float(value)) }
}

/// As ndv_set_item(), from the two parts of a complex number.
///
/// @param array  The array to write.
/// @param count  How many numbers index has.
/// @param index  One position for each axis; NULL for none.
/// @param real   The real part.
/// @param imag   The imaginary part.
/// @return As ndv_set_item().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_set_complex(
    array: *mut ndv_array,
    count: i32,
    index: *const i64,
    real: f64,
    imag: f64,
) -> ndv_status {
    // SAFETY: see `ndv_set_int64`.
    unsafe { set_number(array, count, index, Number::Complex(real, imag)) }
}

/// As ndv_get_item(), as an int64_t. A fraction is truncated.
///
/// @param array       The array to read.
/// @param count       How many numbers index has.
/// @param index       One position for each axis; NULL for none.
/// @param[out] value  The value; 0 on an error.
/// @return As ndv_get_item().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_int64(
    array: *const ndv_array,
    count: i32,
    index: *const i64,
    value: *mut i64,
) -> ndv_status {
    // SAFETY: the caller passes an array, `count` positions, and a place for the value.
    unsafe { get_number(array, count, index, DType::Int64, value) }
}

/// As ndv_get_item(), as a uint64_t. A fraction is truncated.
///
/// @param array       The array to read.
/// @param count       How many numbers index has.
/// @param index       One position for each axis; NULL for none.
/// @param[out] value  The value; 0 on an error.
/// @return As ndv_get_item().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_uint64(
    array: *const ndv_array,
    count: i32,
    index: *const i64,
    value: *mut u64,
) -> ndv_status {
    // SAFETY: see `ndv_get_int64`.
    unsafe { get_number(array, count, index, DType::UInt64, value) }
}

/// As ndv_get_item(), as a double. An integer beyond 2^53 is rounded.
///
/// @param array       The array to read.
/// @param count       How many numbers index has.
/// @param index       One position for each axis; NULL for none.
/// @param[out] value  The value; 0 on an error.
/// @return As ndv_get_item().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_double(
    array: *const ndv_array,
    count: i32,
    index: *const i64,
    value: *mut f64,
) -> ndv_status {
    // SAFETY: see `ndv_get_int64`.
    unsafe { get_number(array, count, index, DType::Float64, value) }
}

/// As ndv_get_item(), as the two parts of a complex number; of a real one, the second
/// is 0.
///
/// @param array      The array to read.
/// @param count      How many numbers index has.
/// @param index      One position for each axis; NULL for none.
/// @param[out] real  The real part; 0 on an error.
/// @param[out] imag  The imaginary part; 0 on an error.
/// @return As ndv_get_item().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_get_complex(
    array: *const ndv_array,
    count: i32,
    index: *const i64,
    real: *mut f64,
    imag: *mut f64,
) -> ndv_status {
    let mut parts = [0.0f64; 2];
    // SAFETY: the caller passes an array and `count` positions.
    let status = call(|| unsafe {
        let array = check::array("array", array)?;
        let index = check::axes("index", count, index)?;
        check::pointer("real", real)?;
        check::pointer("imag", imag)?;
        Ok(transfer::get_item_as(array, index, DType::Complex128, parts.as_mut_ptr().cast())?)
    });
    for (place, part) in [(real, parts[0]), (imag, parts[1])] {
        if !place.is_null() {
            // SAFETY: the caller passes two places that can be written.
            unsafe { place.write(part) };
        }
    }
    status
}
