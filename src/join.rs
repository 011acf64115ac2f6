//! Join.
//!
//! New arrays of elements that stand in others: joined, repeated, moved about, picked by a
//! mask or by numbers. As in the section on copies, every result is a new reference, owns
//! its buffer, and its base is NULL.
//!
//! Each function has a twin, ndv_..._into(), that writes the same elements into an array of
//! the caller's: NumPy's `out`. It must have the shape of the result (NDV_E_SHAPE) and be
//! writeable (NDV_E_READONLY), and the cast rule must let every array whose elements are
//! taken be converted to its type (NDV_E_CAST). Under NDV_CAST_SAME_VALUE every element of
//! those arrays must keep its value (NDV_E_VALUE), whether it is taken or not. The
//! destination may share memory with anything that is read: the result is as if all had
//! been read first, which takes a temporary of the destination's size where it matters. A
//! call that fails has written nothing.
//!
//! Where there is no other rule, the elements of several arrays are converted to the type
//! that all promote to, as by ndv_promote(); NDV_E_DTYPE if there is none.
//!
//! The elements are read while the call runs; no other thread may write them then, nor use
//! those of a destination.

use crate::arrays::ndv_array;
use crate::check;
use crate::copies::some_axis;
use crate::report::{Outcome, array_of_array, call, call_for_array};
use crate::status::ndv_status;
use ndview_core::copies::{self, IndexMode, Recipe};
use ndview_core::{Array, Casting, DType, Handle, Result};

/// What a recipe makes, of another type if a code is given.
///
/// # Safety
/// - The elements that it reads are valid.
unsafe fn typed<R: Recipe>(
    recipe: Result<R>,
    dtype: Option<DType>,
    casting: Casting,
) -> Result<Handle> {
    // SAFETY: as the caller promises.
    unsafe { copies::make_as(&recipe?, dtype, casting) }
}

/// A type, or 0 for the one that follows.
fn some_dtype(dtype: i32) -> Outcome<Option<DType>> {
    Ok(if dtype == 0 { None } else { Some(DType::from_code(dtype)?) })
}

/// Writes what a recipe makes into the caller's array.
///
/// # Safety
/// - As for [`typed`]; `destination` is an array or NULL.
#[track_caller]
unsafe fn into<R: Recipe>(
    recipe: Result<R>,
    casting: i32,
    destination: *mut ndv_array,
) -> Outcome<()> {
    let casting = Casting::from_code(casting)?;
    // SAFETY: as the caller promises.
    unsafe {
        let destination = check::array("destination", destination)?;
        Ok(copies::make_into(&recipe?, destination, casting)?)
    }
}

/// The elements of several arrays one behind another along an axis that they have:
/// NumPy's `concatenate`. But for that axis, all shapes are the same.
///
/// The result lies in the order of axes on which all arrays agree, such as Fortran
/// order if all are in that, else in C order.
///
/// @param count        How many arrays.
/// @param arrays       The arrays.
/// @param axis         The axis; or NDV_ALL_AXES, for all elements of each array in C
///                     order, in one axis.
/// @param dtype        The type of the result; 0 for the one that all promote to.
/// @param casting      One of NDV_CAST_; decides whether the arrays may be converted to
///                     it. NumPy's default is NDV_CAST_SAME_KIND.
/// @param[out] result  A new reference.
/// @return NDV_E_SHAPE for no arrays, and for shapes that do not fit; NDV_E_AXIS;
///         NDV_E_DTYPE; NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_concatenate(
    count: i32,
    arrays: *const *const ndv_array,
    axis: i32,
    dtype: i32,
    casting: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes live arrays, whose elements no other thread writes, lists as long as
    // it says, and a place for the result. So in all functions here.
    unsafe {
        call_for_array(result, || {
            let arrays = check::arrays(count, arrays)?;
            let (dtype, casting) = (some_dtype(dtype)?, Casting::from_code(casting)?);
            Ok(move || typed(copies::concatenate(arrays, some_axis(axis)), dtype, casting))
        })
    }
}

/// As ndv_concatenate(), into an array of the caller's.
///
/// @param count        How many arrays.
/// @param arrays       The arrays.
/// @param axis         The axis; or NDV_ALL_AXES, for all elements of each array in C
///                     order, in one axis.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_concatenate(), and what the opening of this section says of
///         destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_concatenate_into(
    count: i32,
    arrays: *const *const ndv_array,
    axis: i32,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let arrays = check::arrays(count, arrays)?;
        into(copies::concatenate(arrays, some_axis(axis)), casting, destination)
    })
}

/// Several arrays of one shape one behind another along a new axis: NumPy's `stack`.
/// The result lies as for ndv_concatenate().
///
/// @param count        How many arrays.
/// @param arrays       The arrays.
/// @param axis         Where the new axis stands among those of the result.
/// @param dtype        The type of the result; 0 for the one that all promote to.
/// @param casting      One of NDV_CAST_; decides whether the arrays may be converted to
///                     it. NumPy's default is NDV_CAST_SAME_KIND.
/// @param[out] result  A new reference.
/// @return NDV_E_SHAPE for no arrays, and for shapes that differ; NDV_E_AXIS;
///         NDV_E_NDIM; NDV_E_DTYPE; NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_stack(
    count: i32,
    arrays: *const *const ndv_array,
    axis: i32,
    dtype: i32,
    casting: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    unsafe {
        call_for_array(result, || {
            let arrays = check::arrays(count, arrays)?;
            let (dtype, casting) = (some_dtype(dtype)?, Casting::from_code(casting)?);
            Ok(move || typed(copies::stack(arrays, axis.into()), dtype, casting))
        })
    }
}

/// As ndv_stack(), into an array of the caller's.
///
/// @param count        How many arrays.
/// @param arrays       The arrays.
/// @param axis         Where the new axis stands among those of the result.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_stack(), and what the opening of this section says of destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_stack_into(
    count: i32,
    arrays: *const *const ndv_array,
    axis: i32,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let arrays = check::arrays(count, arrays)?;
        into(copies::stack(arrays, axis.into()), casting, destination)
    })
}

/// A grid, and an array for each of its cells.
///
/// # Safety
/// - `depth` numbers can be read at `grid`, and as many arrays as they make at `arrays`.
unsafe fn cells<'a>(
    depth: i32,
    grid: *const i64,
    arrays: *const *const ndv_array,
) -> Outcome<(&'a [i64], &'a [&'a Array])> {
    // SAFETY: as the caller promises.
    unsafe {
        let grid = check::axes("grid", depth, grid)?;
        let arrays = check::arrays(copies::cells_of(grid)?, arrays)?;
        Ok((grid, arrays))
    }
}

/// Arrays joined in a grid of blocks: NumPy's `block` of lists in lists. What the last
/// axis of the grid lists is joined along the last axis of the result, the blocks that
/// come of that along the last but one, and so on. Arrays with fewer axes than the
/// result get axes of one element in front. The extents along the axes that are joined
/// may differ from block to block, as long as what is joined fits.
///
/// The result lies as for ndv_concatenate().
///
/// @param depth        How many axes the grid has; 0 for a single array.
/// @param grid         How many blocks it has along each, at least 1. NumPy's `[[a, b,
///                     c], [d, e, f]]` is a grid of 2 by 3.
/// @param arrays       As many arrays as the grid has cells, in C order.
/// @param[out] result  A new reference.
/// @return NDV_E_NDIM for a depth below 0 or above 64; NDV_E_SHAPE for a grid without
///         cells, and for shapes that do not fit; NDV_E_LIMIT for more than 2^31 - 1
///         cells.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_block(
    depth: i32,
    grid: *const i64,
    arrays: *const *const ndv_array,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    unsafe {
        call_for_array(result, || {
            let (grid, arrays) = cells(depth, grid, arrays)?;
            Ok(move || typed(copies::block(grid, arrays), None, Casting::SameKind))
        })
    }
}

/// As ndv_block(), into an array of the caller's.
///
/// @param depth        How many axes the grid has; 0 for a single array.
/// @param grid         How many blocks it has along each, at least 1. NumPy's `[[a, b,
///                     c], [d, e, f]]` is a grid of 2 by 3.
/// @param arrays       As many arrays as the grid has cells, in C order.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_block(), and what the opening of this section says of destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_block_into(
    depth: i32,
    grid: *const i64,
    arrays: *const *const ndv_array,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let (grid, arrays) = cells(depth, grid, arrays)?;
        into(copies::block(grid, arrays), casting, destination)
    })
}

/// Each element several times in a row: NumPy's `repeat`. The result is in C order.
///
/// @param array        The array.
/// @param count        How many numbers counts has: one for each position of the axis,
///                     or 1.
/// @param counts       How often each position is there; a single number is for all.
/// @param axis         The axis; or NDV_ALL_AXES, for all elements in C order, in one
///                     axis.
/// @param[out] result  A new reference.
/// @return NDV_E_AXIS; NDV_E_SHAPE for another number of counts, and for one below 0;
///         NDV_E_OVERFLOW.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_repeat(
    array: *const ndv_array,
    count: i64,
    counts: *const i64,
    axis: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    unsafe {
        array_of_array(array, result, |array| {
            let counts = check::counted("counts", count, counts)?;
            Ok(move || {
                typed(copies::repeat(array, counts, some_axis(axis)), None, Casting::SameKind)
            })
        })
    }
}

/// As ndv_repeat(), into an array of the caller's.
///
/// @param array        The array.
/// @param count        How many numbers counts has: one for each position of the axis,
///                     or 1.
/// @param counts       How often each position is there; a single number is for all.
/// @param axis         The axis; or NDV_ALL_AXES, for all elements in C order, in one
///                     axis.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_repeat(), and what the opening of this section says of destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_repeat_into(
    array: *const ndv_array,
    count: i64,
    counts: *const i64,
    axis: i32,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let counts = check::counted("counts", count, counts)?;
        into(copies::repeat(array, counts, some_axis(axis)), casting, destination)
    })
}

/// The whole array several times along each axis: NumPy's `tile`. If there are fewer
/// counts than axes, those in front are 1; if there are more, the array gets axes of
/// one element in front. The result is in C order, or if all counts are 1, as
/// ndv_copy() in order K.
///
/// @param array        The array.
/// @param ndim         How many numbers counts has.
/// @param counts       How often the array is there along each axis.
/// @param[out] result  A new reference.
/// @return NDV_E_NDIM; NDV_E_SHAPE for a count below 0; NDV_E_OVERFLOW.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_tile(
    array: *const ndv_array,
    ndim: i32,
    counts: *const i64,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    unsafe {
        array_of_array(array, result, |array| {
            let counts = check::axes("counts", ndim, counts)?;
            Ok(move || typed(copies::tile(array, counts), None, Casting::SameKind))
        })
    }
}

/// As ndv_tile(), into an array of the caller's.
///
/// @param array        The array.
/// @param ndim         How many numbers counts has.
/// @param counts       How often the array is there along each axis.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_tile(), and what the opening of this section says of destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_tile_into(
    array: *const ndv_array,
    ndim: i32,
    counts: *const i64,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let counts = check::axes("counts", ndim, counts)?;
        into(copies::tile(array, counts), casting, destination)
    })
}

/// The elements a few positions further on, those that leave an axis at one end coming
/// in at the other: NumPy's `roll`. The result lies as ndv_copy() in order K, or
/// without axes in C order.
///
/// @param array        The array.
/// @param count        How many shifts.
/// @param shifts       By how many positions, towards larger indices; may be negative,
///                     and larger than the axis.
/// @param axes         The axis of each shift; one that is named twice is shifted by
///                     both. NULL for the elements in C order, as if they were one
///                     axis, shifted by all.
/// @param[out] result  A new reference.
/// @return NDV_E_SHAPE for a negative count; NDV_E_AXIS.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_roll(
    array: *const ndv_array,
    count: i32,
    shifts: *const i64,
    axes: *const i64,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    unsafe {
        array_of_array(array, result, |array| {
            let shifts = check::counted("shifts", count.into(), shifts)?;
            let axes =
                if axes.is_null() { None } else { Some(check::list("axes", shifts.len(), axes)?) };
            Ok(move || typed(copies::roll(array, shifts, axes), None, Casting::SameKind))
        })
    }
}

/// As ndv_roll(), into an array of the caller's.
///
/// @param array        The array.
/// @param count        How many shifts.
/// @param shifts       By how many positions, towards larger indices; may be negative,
///                     and larger than the axis.
/// @param axes         The axis of each shift; one that is named twice is shifted by
///                     both. NULL for the elements in C order, as if they were one
///                     axis, shifted by all.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_roll(), and what the opening of this section says of destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_roll_into(
    array: *const ndv_array,
    count: i32,
    shifts: *const i64,
    axes: *const i64,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let shifts = check::counted("shifts", count.into(), shifts)?;
        let axes =
            if axes.is_null() { None } else { Some(check::list("axes", shifts.len(), axes)?) };
        into(copies::roll(array, shifts, axes), casting, destination)
    })
}

/// A new array of any shape, filled with the elements in C order, which begin again
/// after the last; with zeros if there are none: NumPy's function `resize`. (The method
/// of that name changes an array in place, which no array here does.) The result is in
/// C order.
///
/// @param array        The array.
/// @param ndim         The number of axes.
/// @param shape        The extents.
/// @param[out] result  A new reference.
/// @return NDV_E_NDIM; NDV_E_SHAPE; NDV_E_OVERFLOW.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_resize(
    array: *const ndv_array,
    ndim: i32,
    shape: *const i64,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    unsafe {
        array_of_array(array, result, |array| {
            let shape = check::axes("shape", ndim, shape)?;
            Ok(move || typed(copies::resize(array, shape), None, Casting::SameKind))
        })
    }
}

/// As ndv_resize(), into an array of the caller's.
///
/// @param array        The array.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_resize(), and what the opening of this section says of destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_resize_into(
    array: *const ndv_array,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let shape = check::array("destination", destination)?.shape();
        into(copies::resize(array, shape), casting, destination)
    })
}

/// The elements of one array where a mask is true, those of another where it is not;
/// all three are broadcast: NumPy's `where`. The result lies in the order of axes on
/// which the three agree, else in C order.
///
/// @param mask         An array of NDV_BOOL.
/// @param yes          Where the mask is true.
/// @param no           Where it is not.
/// @param[out] result  A new reference.
/// @return NDV_E_CAST for a mask of another type; NDV_E_BROADCAST.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_where(
    mask: *const ndv_array,
    yes: *const ndv_array,
    no: *const ndv_array,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    unsafe {
        call_for_array(result, || {
            let mask = check::array("mask", mask)?;
            let yes = check::array("yes", yes)?;
            let no = check::array("no", no)?;
            Ok(move || typed(copies::select(mask, yes, no), None, Casting::SameKind))
        })
    }
}

/// As ndv_where(), into an array of the caller's.
///
/// @param mask         An array of NDV_BOOL.
/// @param yes          Where the mask is true.
/// @param no           Where it is not.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_where(), and what the opening of this section says of destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_where_into(
    mask: *const ndv_array,
    yes: *const ndv_array,
    no: *const ndv_array,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let mask = check::array("mask", mask)?;
        let yes = check::array("yes", yes)?;
        let no = check::array("no", no)?;
        into(copies::select(mask, yes, no), casting, destination)
    })
}

/// Each element from the choice that an array of integers names; the index and all
/// choices are broadcast: NumPy's `choose`. The result is in C order.
///
/// @param index        An array of integers or NDV_BOOL, each the position of a choice.
/// @param count        How many choices; NumPy takes 63.
/// @param choices      The choices.
/// @param mode         What a number outside of the choices means: NDV_MODE_RAISE,
///                     under which it is refused, also if negative, WRAP or CLIP.
/// @param[out] result  A new reference.
/// @return NDV_E_ARGUMENT for an unknown mode; NDV_E_CAST for an index that is not of
///         integers; NDV_E_SHAPE for no choices; NDV_E_BROADCAST; NDV_E_INDEX.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_choose(
    index: *const ndv_array,
    count: i32,
    choices: *const *const ndv_array,
    mode: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    unsafe {
        call_for_array(result, || {
            let index = check::array("index", index)?;
            let choices = check::arrays(count, choices)?;
            let mode = IndexMode::from_code(mode)?;
            Ok(move || typed(copies::choose(index, choices, mode), None, Casting::SameKind))
        })
    }
}

/// As ndv_choose(), into an array of the caller's.
///
/// @param index        An array of integers or NDV_BOOL, each the position of a choice.
/// @param count        How many choices; NumPy takes 63.
/// @param choices      The choices.
/// @param mode         What a number outside of the choices means: NDV_MODE_RAISE,
///                     under which it is refused, also if negative, WRAP or CLIP.
/// @param casting      One of NDV_CAST_.
/// @param destination  The array to write, of the shape of the result.
/// @return As ndv_choose(), and what the opening of this section says of destinations.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_choose_into(
    index: *const ndv_array,
    count: i32,
    choices: *const *const ndv_array,
    mode: i32,
    casting: i32,
    destination: *mut ndv_array,
) -> ndv_status {
    // SAFETY: see `ndv_concatenate`.
    call(|| unsafe {
        let index = check::array("index", index)?;
        let choices = check::arrays(count, choices)?;
        let mode = IndexMode::from_code(mode)?;
        into(copies::choose(index, choices, mode), casting, destination)
    })
}
