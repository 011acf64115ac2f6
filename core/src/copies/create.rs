//! New arrays with values: filled, copied from plain memory, or counted out.

use crate::array::{Array, Handle};
use crate::buffer::Contents;
use crate::dtype::DType;
use crate::error::{Error, Number, Result};
use crate::layout::{Dims, Order};
use crate::transfer::{check_number, fill, fill_from, read_number};

/// Every element the same number: NumPy's `full`.
pub fn full(dtype: DType, shape: &[i64], value: Number) -> Result<Handle> {
    check_number(value, dtype)?;
    let array = Array::dense(dtype, shape, Order::C, Contents::Unset)?;
    // SAFETY: the array is new and nobody else's.
    unsafe { fill(&array, value)? };
    Ok(array)
}

/// As [`full`], from an element in memory.
///
/// # Safety
/// - One element of `value_dtype` can be read at `value`.
pub unsafe fn full_from(
    dtype: DType,
    shape: &[i64],
    value_dtype: DType,
    value: *const u8,
) -> Result<Handle> {
    // SAFETY: the caller vouches for the value.
    unsafe { check_fits(dtype, value_dtype, value)? };
    let array = Array::dense(dtype, shape, Order::C, Contents::Unset)?;
    // SAFETY: the array is new and nobody else's; the caller vouches for the value.
    unsafe { fill_from(&array, value_dtype, value)? };
    Ok(array)
}

/// As [`full_from`], with the shape, type and order of axes of another array.
///
/// # Safety
/// - One element of `value_dtype` can be read at `value`.
pub unsafe fn full_like(prototype: &Array, value_dtype: DType, value: *const u8) -> Result<Handle> {
    // SAFETY: the caller vouches for the value.
    unsafe { check_fits(prototype.dtype(), value_dtype, value)? };
    let array = prototype.new_like(prototype.dtype(), Order::K, Contents::Unset)?;
    // SAFETY: as above.
    unsafe { fill_from(&array, value_dtype, value)? };
    Ok(array)
}

/// Refuses a value that does not fit, before memory is taken for it.
///
/// # Safety
/// - One element of `value_dtype` can be read at `value`.
unsafe fn check_fits(dtype: DType, value_dtype: DType, value: *const u8) -> Result<()> {
    if dtype == value_dtype {
        return Ok(());
    }
    // SAFETY: the caller vouches for the value.
    check_number(unsafe { read_number(value, value_dtype)? }, dtype)
}

/// A copy of plain memory that holds the elements in C order without gaps.
///
/// # Safety
/// - That many bytes can be read at `data`, which may be NULL when there are none.
pub unsafe fn from_data(dtype: DType, shape: &[i64], data: *const u8) -> Result<Handle> {
    let array = Array::dense(dtype, shape, Order::C, Contents::Unset)?;
    if array.size() != 0 {
        // SAFETY: the new buffer has the size of the shape, and so has the caller's.
        unsafe { data.copy_to_nonoverlapping(array.data_mut()?, array.nbytes()) };
    }
    Ok(array)
}

/// The int64 numbers from `start` towards `stop`, which is left out: NumPy's `arange`.
pub fn arange(start: i64, stop: i64, step: i64) -> Result<Handle> {
    let range = || Error::IntegerRange { start, stop, step };
    if step == 0 {
        return Err(range());
    }
    let distance = (i128::from(stop) - i128::from(start)) * i128::from(step.signum());
    let step_size = i128::from(step).abs();
    let count = if distance <= 0 { 0 } else { (distance - 1) / step_size + 1 };
    let count = i64::try_from(count).map_err(|_| range())?;
    let numbers = Numbers::new(DType::Int64, count)?;
    Ok(numbers.write(|position| start.wrapping_add(step.wrapping_mul(position))))
}

/// The float64 numbers from `start` towards `stop`, which is left out unless rounding lets it in:
/// NumPy's `arange`, rounding included.
pub fn arange_float(start: f64, stop: f64, step: f64) -> Result<Handle> {
    let steps = (stop - start) / step;
    if step == 0.0 || steps.is_nan() || steps >= i64::MAX as f64 {
        return Err(Error::Range { start, stop, step });
    }
    // A step so wide that the quotient vanishes still begins at the start, if it goes towards stop.
    let lone = steps == 0.0 && stop != start && steps.is_sign_positive();
    let count = if lone { 1 } else { steps.ceil().max(0.0) as i64 };
    let numbers = Numbers::new(DType::Float64, count)?;
    // NumPy takes the first two numbers and goes on by their difference.
    let next = start + step;
    let delta = next - start;
    Ok(numbers.write(|position| match position {
        0 => start,
        1 => next,
        _ => start + position as f64 * delta,
    }))
}

/// `count` float64 numbers evenly from `start` to `stop`, which is the last one or left out:
/// NumPy's `linspace`, rounding included.
pub fn linspace(start: f64, stop: f64, count: i64, endpoint: bool) -> Result<Handle> {
    if count < 0 {
        return Err(Error::Count { what: "numbers", count });
    }
    let numbers = Numbers::new(DType::Float64, count)?;
    let intervals = (if endpoint { count - 1 } else { count }) as f64;
    let delta = stop - start;
    let step = delta / intervals;
    let last = count - 1;
    Ok(numbers.write(|position| {
        let at = position as f64;
        if endpoint && position == last && position > 0 {
            stop
        } else if position == 0 && intervals <= 0.0 {
            start
        } else if step == 0.0 {
            at / intervals * delta + start
        } else {
            at * step + start
        }
    }))
}

/// A new 1-D array of numbers to be counted out.
struct Numbers(Handle);

impl Numbers {
    fn new(dtype: DType, count: i64) -> Result<Numbers> {
        let shape = Dims::from_iter([count]);
        Ok(Numbers(Array::dense(dtype, &shape, Order::C, Contents::Unset)?))
    }

    fn write<T>(self, value: impl Fn(i64) -> T) -> Handle {
        debug_assert_eq!(size_of::<T>(), self.0.itemsize());
        let data = self.0.data().cast_mut().cast::<T>();
        for position in 0..self.0.size() {
            // SAFETY: the new array holds `size` aligned numbers of this size.
            unsafe { data.add(position as usize).write(value(position)) };
        }
        self.0
    }
}
