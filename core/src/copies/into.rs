//! Results that go into an array of the caller's, as if every input had been read first.

use crate::array::{Array, Flags};
use crate::buffer::{Contents, audit};
use crate::dtype::{Casting, DType};
use crate::error::{Error, Result, Shape};
use crate::layout::{Order, check_shape};
use crate::transfer::assign;

/// Has `write` fill `target`, or, where writing there in pieces could be wrong, a new array of
/// `dtype` that is then assigned: where writing the target `spoils` something that is read, where two
/// of its own elements may share a byte, and where values must be checked before the first is written.
///
/// `write` gets an array of the given shape, of `dtype` or the target's type. It fails only before
/// it has written anything.
///
/// # Safety
/// - The elements of the target are valid memory that no other thread uses; `write` may write them.
pub(super) unsafe fn write_into(
    spoils: bool,
    target: &Array,
    dtype: DType,
    shape: &[i64],
    casting: Casting,
    write: impl FnOnce(&Array) -> Result<()>,
) -> Result<()> {
    check_destination(target, shape)?;
    casting.check(dtype, target.dtype())?;
    let judges_values = casting == Casting::SameValue && dtype != target.dtype();
    if !(spoils || judges_values || target.decided().contains(Flags::OVERLAPPING)) {
        return write(target);
    }
    let reason = match spoils {
        true => c"the destination shares memory with what is read",
        false => c"values are to be checked, or elements of the destination share bytes",
    };
    let nbytes = check_shape(shape, dtype.itemsize())?;
    let temporary = audit::hidden(c"into", reason, nbytes)?;
    let aside = Array::dense(dtype, shape, Order::C, Contents::Unset)?;
    if dtype.is_record() && dtype == target.dtype() {
        // What lies between the fields comes from nowhere if they are converted, and is to stay.
        // SAFETY: the caller vouches for the target; the other array is new.
        unsafe { assign(&aside, target, Casting::No)? };
    }
    write(&aside)?;
    // SAFETY: the caller vouches for the target; the other array is new.
    unsafe { assign(target, &aside, casting)? };
    temporary.made();
    Ok(())
}

/// Refuses a destination that cannot be written or has another shape than the result.
pub(super) fn check_destination(target: &Array, shape: &[i64]) -> Result<()> {
    target.check_writeable()?;
    if target.shape() == shape {
        return Ok(());
    }
    Err(Error::Into { have: Shape::new(target.shape()), need: Shape::new(shape) })
}
