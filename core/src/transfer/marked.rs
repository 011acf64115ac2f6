//! Writers that a mask directs. As for every assignment, the result is as if values and mask had been
//! read first, and nothing is written before every check has passed.

use super::aside::Unspoilt;
use super::assign::{check_same_value, is_itself, may_spoil, visit_of};
use super::masked::{Mask, first_changed_marked, marks_any, move_marked_in_order};
use super::shared::move_masked;
use super::{Source, Target};
use crate::array::Array;
use crate::dtype::{Casting, DType};
use crate::error::{Error, Result};
use crate::layout::{Dims, broadcast_strides_into, stretch};

/// Refuses what is no mask: only bool is one.
pub fn check_mask(mask: &Array) -> Result<()> {
    match mask.dtype() {
        DType::Bool => Ok(()),
        from => Err(Error::Cast { from, to: DType::Bool, rule: Casting::Safe }),
    }
}

/// Writes `source` over `target` where `mask` is true, both broadcast to its shape: NumPy's `copyto`
/// with `where`.
///
/// # Safety
/// - The elements of all three are valid memory, which no other thread writes, or reads in `target`.
pub unsafe fn copy_where(
    target: &Array,
    source: &Array,
    mask: &Array,
    casting: Casting,
) -> Result<()> {
    let to = Target::of(target)?;
    check_mask(mask)?;
    casting.check(source.dtype(), target.dtype())?;
    let shape = target.shape();
    let (mut from_strides, mut mask_strides) = (Dims::new(), Dims::new());
    from_strides.extend(shape.iter().map(|_| 0));
    mask_strides.extend(shape.iter().map(|_| 0));
    broadcast_strides_into(source.layout(), shape, &mut from_strides)?;
    stretch(mask.layout(), shape, &mut mask_strides)?;
    if target.size() == 0 {
        return Ok(());
    }
    let from = Source { strides: &from_strides, ..Source::of(source) };
    if casting == Casting::SameValue {
        let marks = Mask { data: mask.data(), strides: &mask_strides, wanted: true };
        // SAFETY: the caller vouches for the elements.
        let changed = unsafe { first_changed_marked(shape, from, marks, target.dtype()) };
        if let Some((position, value)) = changed {
            return Err(Error::SameValue { position, value, dtype: target.dtype() });
        }
    }
    if is_itself(&to, &from, shape) {
        return Ok(());
    }
    let marks = Mask { data: mask.data(), strides: &mask_strides, wanted: true };
    if !may_spoil(target, source) && !may_spoil(target, mask) {
        // SAFETY: the caller vouches for the elements; what is read shares no byte with the target.
        unsafe { move_masked(shape, to, from, marks, visit_of(target)) };
        return Ok(());
    }
    // SAFETY: as above, of what is copied aside.
    unsafe {
        let (mut dense, mut dense_mask) = (Dims::new(), Dims::new());
        let (source, mask) = Unspoilt::both(target, (source, &mut dense), (mask, &mut dense_mask))?;
        broadcast_strides_into(source.layout(), shape, &mut from_strides)?;
        stretch(mask.layout(), shape, &mut mask_strides)?;
        let marks = Mask { data: mask.data(), strides: &mask_strides, wanted: true };
        move_masked(shape, to, source.source(&from_strides), marks, visit_of(target));
        source.used();
        mask.used();
    }
    Ok(())
}

/// Writes values over the elements of `target` that `mask` marks, the nth element in C order taking
/// the nth value, which begin again after the last: NumPy's `putmask`.
///
/// # Safety
/// - As for [`copy_where`].
pub unsafe fn put_mask(
    target: &Array,
    mask: &Array,
    values: &Array,
    casting: Casting,
) -> Result<()> {
    // SAFETY: as the caller promises.
    unsafe { put_marked(target, mask, values, casting, true) }
}

/// As [`put_mask`], but the nth element that is marked takes the nth value: NumPy's `place`.
///
/// # Safety
/// - As for [`copy_where`].
pub unsafe fn place(target: &Array, mask: &Array, values: &Array, casting: Casting) -> Result<()> {
    // SAFETY: as the caller promises.
    unsafe { put_marked(target, mask, values, casting, false) }
}

/// # Safety
/// - As for [`copy_where`].
unsafe fn put_marked(
    target: &Array,
    mask: &Array,
    values: &Array,
    casting: Casting,
    by_position: bool,
) -> Result<()> {
    let to = Target::of(target)?;
    check_mask(mask)?;
    casting.check(values.dtype(), target.dtype())?;
    let (have, want) = (mask.size(), target.size());
    if have != want {
        return Err(Error::MaskSize { have, want });
    }
    if want == 0 {
        return Ok(());
    }
    // SAFETY: the caller vouches for the elements; what is read shares no byte with the target.
    unsafe {
        if values.size() == 0 {
            let marks = Mask { data: mask.data(), strides: mask.strides(), wanted: true };
            return match marks_any(mask.shape(), marks) {
                true => Err(Error::NoValues),
                false => Ok(()),
            };
        }
        if casting == Casting::SameValue {
            check_same_value(values, target.dtype())?;
        }
        let (mut dense, mut dense_mask) = (Dims::new(), Dims::new());
        let (mask, values) = Unspoilt::both(target, (mask, &mut dense_mask), (values, &mut dense))?;
        let (marks, from) = (mask.layout(), values.layout());
        move_marked_in_order(
            (target.shape(), to),
            (marks.shape, Mask { data: mask.data(), strides: marks.strides, wanted: true }),
            (from.shape, values.source(from.strides)),
            by_position,
        );
        mask.used();
        values.used();
    }
    Ok(())
}
