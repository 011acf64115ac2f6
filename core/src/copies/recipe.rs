//! What a result is made of, known and checked before there is a place for it; so that it can be
//! made anew or written into an array of the caller's by the same steps.

use super::into::{check_destination, write_into};
use crate::array::{Array, Handle};
use crate::buffer::{Contents, audit};
use crate::dtype::{Casting, DType};
use crate::error::Result;
use crate::layout::{Dims, Order, dense_strides};
use crate::overlap::Extent;
use crate::transfer::{Source, Target, check_same_value, may_spoil, may_spoil_extent};
use std::ops::Range;

/// A result of elements that come from other arrays. Whoever has one has checked all arguments.
pub trait Recipe {
    fn shape(&self) -> &[i64];

    /// The type of the result, unless another is asked for.
    fn dtype(&self) -> DType;

    /// The strides of a new result with items of this size; they leave no gap.
    fn strides(&self, itemsize: usize) -> Dims {
        dense_strides(self.shape(), itemsize, Order::C)
    }

    /// The arrays whose elements the result takes, converted to its type.
    fn sources(&self) -> impl Iterator<Item = &Array>;

    /// The other arrays that are read: a mask, positions.
    fn guides(&self) -> impl Iterator<Item = &Array> {
        std::iter::empty()
    }

    /// Where the caller's lists stand that are read while the target is written.
    fn lists(&self) -> [Range<usize>; 2] {
        [0..0, 0..0]
    }

    /// Writes every element of a target of the shape.
    ///
    /// # Safety
    /// - The target is writeable, shares no byte with what is read, and has no two elements that
    ///   share one; the elements of all arrays are valid memory that no other thread writes.
    unsafe fn write(&self, target: &Array) -> Result<()>;
}

/// The result as a new array.
///
/// # Safety
/// - The elements of all arrays that are read are valid memory that no other thread writes.
pub unsafe fn make(recipe: &impl Recipe) -> Result<Handle> {
    // SAFETY: as the caller promises.
    unsafe { make_as(recipe, None, Casting::SameKind) }
}

/// As [`make`], with elements of some type, to which the rule lets every source be cast.
///
/// # Safety
/// - As for [`make`].
pub unsafe fn make_as(
    recipe: &impl Recipe,
    dtype: Option<DType>,
    casting: Casting,
) -> Result<Handle> {
    let dtype = dtype.unwrap_or(recipe.dtype());
    // SAFETY: as the caller promises.
    unsafe { check_casts(recipe, dtype, casting)? };
    let strides = recipe.strides(dtype.itemsize());
    let converts = recipe.sources().any(|source| source.dtype() != dtype);
    let contents = Contents::to_convert_into(dtype, converts);
    let result = Array::laid_out(dtype, recipe.shape(), &strides, contents)?;
    if result.size() != 0 {
        // SAFETY: the result is new; the caller vouches for what is read.
        unsafe { recipe.write(&result)? };
    }
    audit::made(c"join", result.nbytes());
    Ok(result)
}

/// The result written into `target`, which has its shape, as if all that is read had been read
/// first. The rule must let every source be cast; under `SameValue` every element of every source
/// must keep its value, whether it is part of the result or not.
///
/// # Safety
/// - As for [`make`], and no other thread uses the elements of the target.
pub unsafe fn make_into(recipe: &impl Recipe, target: &Array, casting: Casting) -> Result<()> {
    check_destination(target, recipe.shape())?;
    let dtype = target.dtype();
    // SAFETY: as the caller promises.
    unsafe { check_casts(recipe, dtype, casting)? };
    if target.size() == 0 {
        return Ok(());
    }
    let mut read = recipe.sources().chain(recipe.guides());
    let spoils = read.any(|array| may_spoil(target, array))
        || recipe.lists().iter().any(|list| may_spoil_bytes(target, list));
    let write = |target: &Array| {
        // SAFETY: the target is the caller's or new, and nothing that is read shares a byte with it.
        unsafe { recipe.write(target) }
    };
    // SAFETY: as the caller promises.
    unsafe { write_into(spoils, target, dtype, recipe.shape(), Casting::No, write) }
}

/// The bytes that a list takes.
pub(super) fn place_of<T>(list: &[T]) -> Range<usize> {
    let start = list.as_ptr().addr();
    start..start + size_of_val(list)
}

fn may_spoil_bytes(target: &Array, bytes: &Range<usize>) -> bool {
    let (shape, strides) = ([bytes.len() as i64], [1]);
    let (shape, strides) = (&shape[..], &strides[..]);
    may_spoil_extent(target, &Extent { address: bytes.start, shape, strides, itemsize: 1 })
}

/// # Safety
/// - As for [`make`].
unsafe fn check_casts(recipe: &impl Recipe, dtype: DType, casting: Casting) -> Result<()> {
    for source in recipe.sources() {
        casting.check(source.dtype(), dtype)?;
    }
    if casting == Casting::SameValue {
        for source in recipe.sources() {
            // SAFETY: the caller vouches for the elements.
            unsafe { check_same_value(source, dtype)? };
        }
    }
    Ok(())
}

/// The type that all arrays promote to. The highest kind comes first, as in NumPy: int8 and uint8
/// both fit into float16, the int16 that they promote to does not.
pub(super) fn common_dtype(arrays: &[&Array]) -> Result<DType> {
    let dtypes = arrays.iter().map(|array| array.dtype());
    let highest = dtypes.clone().max_by_key(|dtype| dtype.kind()).unwrap_or(DType::Float64);
    dtypes.into_iter().try_fold(
        highest,
        |all, dtype| {
            if all == dtype { Ok(all) } else { all.promote(dtype) }
        },
    )
}

/// The strides of elements in C order that stand a step apart.
pub(super) fn strides_in_a_row(shape: &[i64], step: i64) -> Dims {
    let mut strides: Dims = shape.iter().map(|_| 0).collect();
    let mut next = step;
    for (stride, &extent) in strides.iter_mut().zip(shape).rev() {
        *stride = next;
        next = next.wrapping_mul(extent);
    }
    strides
}

/// Axes of a move. Axes of one element are left out, so that there are never too many: twos alone
/// would be more elements than there can be.
#[derive(Default)]
pub(super) struct Axes {
    shape: Dims,
    target: Dims,
    source: Dims,
}

impl Axes {
    pub fn push(&mut self, extent: i64, target: i64, source: i64) {
        if extent != 1 {
            self.shape.push(extent);
            self.target.push(target);
            self.source.push(source);
        }
    }

    pub fn extend(&mut self, shape: &[i64], target: &[i64], source: &[i64]) {
        for ((&extent, &target), &source) in shape.iter().zip(target).zip(source) {
            self.push(extent, target, source);
        }
    }

    /// Moves what the axes span, some bytes from the first element on either side.
    ///
    /// # Safety
    /// - That lies within both arrays, which share no byte; the target is writeable and no two of
    ///   its elements share one.
    pub unsafe fn move_between(
        &self,
        (target, to): (&Array, i64),
        (source, from): (&Array, i64),
    ) -> Result<()> {
        let to = Target {
            data: target.data_mut()?.wrapping_offset(to as isize),
            dtype: target.dtype(),
            strides: &self.target,
        };
        let from = Source {
            data: source.data().wrapping_offset(from as isize),
            dtype: source.dtype(),
            strides: &self.source,
        };
        // SAFETY: as the caller promises.
        unsafe {
            crate::transfer::move_elements(&self.shape, to, from, crate::transfer::Visit::AnyOrder)
        };
        Ok(())
    }
}
