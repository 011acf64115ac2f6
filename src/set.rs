//! Set.
//!
//! Writing elements: whole arrays, one value everywhere, one element. A write shows in
//! every array that sees those bytes. Every write behaves as if its right side had been
//! read first, whatever shares memory with what; where that takes a temporary, it is
//! made and released inside the call. A write that fails has written nothing.
//!
//! Writers take `ndv_array *` and return NDV_E_READONLY for a read-only array. No other
//! thread may use the elements meanwhile.
//!
//! A single value must fit: an integer out of range, a NaN or an infinity for an integer
//! type, a finite number that a narrower float would make infinite, and a complex number
//! with an imaginary part for a real type are NDV_E_VALUE. A fraction for an integer type
//! is truncated. For bool, everything but 0 is true.

use crate::arrays::ndv_array;
use crate::check;
use crate::report::{Outcome, answer_into, call};
use crate::select::index_items;
use crate::status::ndv_status;
use crate::views::ndv_index;
use ndview_core::copies::IndexMode;
use ndview_core::error::Number;
use ndview_core::index::{Join, List};
use ndview_core::transfer::{self, Picked};
use ndview_core::{Array, Casting, DType};
use std::ffi::c_void;

/// Writes one array over another: NumPy's `destination[...] = source`. The source is
/// broadcast to the destination's shape; leading axes of one element that the
/// destination lacks are dropped.
///
/// To write a part of an array, write over a view of it.
///
/// @param destination  The array to write.
/// @param source       The array to read; may share memory with it in any way.
/// @param casting      One of NDV_CAST_. NumPy's default here is NDV_CAST_UNSAFE.
/// @return NDV_E_READONLY; NDV_E_CAST; NDV_E_BROADCAST; NDV_E_VALUE under
///         NDV_CAST_SAME_VALUE; NDV_E_NOMEM if the two share memory and there is none
///         for a temporary.
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
        assign_picked(array, source, casting, |array| {
            let items = index_items(count, items)?;
            Ok(Picked::by_index(array, &items, Join::Together)?)
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
        assign_picked(array, source, casting, |array| {
            let items = index_items(count, items)?;
            Ok(Picked::by_index(array, &items, Join::Outer)?)
        })
    }
}

/// Checks what every function takes that writes to picked elements, and writes.
///
/// # Safety
/// - See [`ndv_set_at`].
unsafe fn assign_picked<'a>(
    array: *mut ndv_array,
    source: *const ndv_array,
    casting: i32,
    pick: impl FnOnce(&'a Array) -> Outcome<Picked<'a>>,
) -> ndv_status {
    // SAFETY: the caller's.
    call(|| unsafe {
        let picked = pick(check::array("array", array)?)?;
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
        let picked = Picked::at_positions(array, positions, None, mode)?;
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
        assign_picked(array, source, casting, |array| {
            let positions = check::array("positions", positions)?;
            let mode = IndexMode::from_code(mode)?;
            Ok(Picked::along_axis(array, positions, axis.into(), mode)?)
        })
    }
}

/// Writes one value over every element: NumPy's `a.fill(value)`.
///
/// @param array  The array to write.
/// @param dtype  The type of the value. One of the array's own type arrives bit for
///               bit.
/// @param value  One element of that type.
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
/// @param value  One element of that type.
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

/// Reads one element.
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
/// @param[out] real  The real part; left as it was on an error.
/// @param[out] imag  The imaginary part; left as it was on an error.
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
    // SAFETY: the caller passes an array, `count` positions, and two places.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let index = check::axes("index", count, index)?;
        let (real, imag) = (check::pointer("real", real)?, check::pointer("imag", imag)?);
        let mut parts = [0.0f64; 2];
        transfer::get_item_as(array, index, DType::Complex128, parts.as_mut_ptr().cast())?;
        real.write(parts[0]);
        imag.write(parts[1]);
        Ok(())
    })
}
