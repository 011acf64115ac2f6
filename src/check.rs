//! The one place that turns arguments from C into references, slices and enumerations.

use crate::arrays::ndv_array;
use crate::report::{Fault, Outcome};
use ndview_core::layout::{MAX_NDIM, check_ndim};
use ndview_core::{Array, Error};
use std::ffi::{CStr, c_char};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// # Safety
/// - `array` is NULL or an array of this library, alive for `'a`.
pub unsafe fn array<'a>(argument: &'static str, array: *const ndv_array) -> Outcome<&'a Array> {
    // SAFETY: as this function's caller promises; a wrong pointer is told by its check word where
    // it can be, and in checked mode by not being known.
    match unsafe { Array::from_ptr(array.cast()) } {
        Some(array) => Ok(array),
        // SAFETY: as above.
        None => Err(unsafe { no_array(argument, array) }),
    }
}

/// What a pointer is that does not lead to an array with memory.
///
/// # Safety
/// - As for [`array`].
#[cold]
#[inline(never)]
unsafe fn no_array(argument: &'static str, array: *const ndv_array) -> Fault {
    if array.is_null() {
        return Fault::Null { argument };
    }
    // SAFETY: as this function's caller promises.
    match unsafe { Array::closed_from_ptr(array.cast()) } {
        Some(_) => Fault::Closed { argument },
        None => Fault::Handle { argument },
    }
}

/// As [`array`], for functions that do not need its memory: it may be closed.
///
/// # Safety
/// - As for [`array`].
pub unsafe fn handle<'a>(argument: &'static str, array: *const ndv_array) -> Outcome<&'a Array> {
    if array.is_null() {
        return Err(Fault::Null { argument });
    }
    // SAFETY: as this function's caller promises.
    unsafe { maybe_array(array) }.ok_or(Fault::Handle { argument })
}

/// A list of arrays; NULL is fine for none.
///
/// # Safety
/// - `count` pointers can be read at `arrays`, or it is NULL; each is as for [`array`].
pub unsafe fn arrays<'a>(count: i32, arrays: *const *const ndv_array) -> Outcome<&'a [&'a Array]> {
    // SAFETY: as this function's caller promises.
    let listed = unsafe { counted("arrays", count.into(), arrays)? };
    for &item in listed {
        // SAFETY: as this function's caller promises.
        unsafe { array("an array of the list", item)? };
    }
    // SAFETY: each pointer has been found to lead to an array, and a reference is such a pointer.
    Ok(unsafe { std::slice::from_raw_parts(listed.as_ptr().cast(), listed.len()) })
}

/// As [`handle`], for functions that answer nothing about what is no array.
///
/// # Safety
/// - As for [`array`].
pub unsafe fn maybe_array<'a>(array: *const ndv_array) -> Option<&'a Array> {
    // SAFETY: as this function's caller promises.
    unsafe { maybe_open(array).or_else(|| Array::closed_from_ptr(array.cast())) }
}

/// As [`maybe_array`], for functions that need its memory: a closed array is none.
///
/// # Safety
/// - As for [`array`].
pub unsafe fn maybe_open<'a>(array: *const ndv_array) -> Option<&'a Array> {
    // SAFETY: as this function's caller promises.
    unsafe { Array::from_ptr(array.cast()) }
}

/// A number of axes and as many numbers; NULL is fine for none.
///
/// # Safety
/// - `count` numbers can be read at `numbers`, or it is NULL.
pub unsafe fn axes<'a>(
    argument: &'static str,
    count: i32,
    numbers: *const i64,
) -> Outcome<&'a [i64]> {
    // SAFETY: as this function's caller promises.
    unsafe { list(argument, ndim(count)?, numbers) }
}

/// A number of axes.
#[inline(always)]
pub fn ndim(count: i32) -> Outcome<usize> {
    let ndim = usize::try_from(count).map_err(|_| Error::TooManyAxes { ndim: count.into() })?;
    check_ndim(ndim)?;
    Ok(ndim)
}

/// A list of axes; NULL is fine for none.
///
/// # Safety
/// - `count` numbers can be read at `axes`, or it is NULL.
pub unsafe fn axis_list<'a>(count: i32, axes: *const i64) -> Outcome<&'a [i64]> {
    match usize::try_from(count) {
        // SAFETY: as this function's caller promises.
        Ok(listed) if listed <= MAX_NDIM => unsafe { list("axes", listed, axes) },
        _ => Err(Error::ListOfAxes { count: count.into() }.into()),
    }
}

/// # Safety
/// - `count` items can be read at `items`, or it is NULL.
pub unsafe fn list<'a, T>(
    argument: &'static str,
    count: usize,
    items: *const T,
) -> Outcome<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if items.is_null() {
        return Err(Fault::Null { argument });
    }
    // SAFETY: as this function's caller promises.
    Ok(unsafe { std::slice::from_raw_parts(items, count) })
}

/// # Safety
/// - `text` is NULL or ends in NUL.
pub unsafe fn text<'a>(argument: &'static str, text: *const c_char) -> Outcome<&'a [u8]> {
    if text.is_null() {
        return Err(Fault::Null { argument });
    }
    // SAFETY: as this function's caller promises.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A pointer that must not be NULL.
pub fn pointer<T>(argument: &'static str, pointer: *mut T) -> Outcome<NonNull<T>> {
    NonNull::new(pointer).ok_or(Fault::Null { argument })
}

/// A struct of the caller's, whose first field says how large the caller knows it: at least as
/// large as in the version that brought it in.
///
/// # Safety
/// - `given` is NULL or points to a `size_t`.
#[inline(always)]
pub unsafe fn struct_size<T>(argument: &'static str, given: *const T) -> Outcome<usize> {
    if given.is_null() {
        return Err(Fault::Null { argument });
    }
    let least = size_of::<T>();
    // SAFETY: as this function's caller promises.
    let given = unsafe { given.cast::<usize>().read() };
    if given < least {
        return Err(Fault::StructSize { argument, given, least });
    }
    Ok(given)
}

/// As [`list`], for a count from C; no more than an address space holds.
///
/// # Safety
/// - `count` items can be read at `items`, or it is NULL.
pub unsafe fn counted<'a, T>(
    argument: &'static str,
    count: i64,
    items: *const T,
) -> Outcome<&'a [T]> {
    let most = isize::MAX as usize / size_of::<T>();
    let listed = usize::try_from(count).ok().filter(|&listed| listed <= most);
    let listed = listed.ok_or(Error::Count { what: argument, count })?;
    // SAFETY: as this function's caller promises.
    unsafe { list(argument, listed, items) }
}

/// A function pointer that must not be NULL.
pub fn function<F>(argument: &'static str, function: Option<F>) -> Outcome<F> {
    function.ok_or(Fault::Null { argument })
}

/// A list of structs of the caller's, who may know them larger: the first one's size is the step
/// from each to the next, and whoever reads the others checks that they agree.
#[derive(Clone, Copy)]
pub struct Structs<'a, T> {
    argument: &'static str,
    first: *const T,
    step: usize,
    count: usize,
    of: PhantomData<&'a T>,
}

impl<'a, T> Structs<'a, T> {
    /// # Safety
    /// - `count` structs can be read at `first`, each beginning with its size, or it is NULL.
    #[inline(always)]
    pub unsafe fn new(
        argument: &'static str,
        what: &'static str,
        count: i32,
        first: *const T,
    ) -> Outcome<Structs<'a, T>> {
        let count =
            usize::try_from(count).map_err(|_| Error::Argument { what, value: count.into() })?;
        // SAFETY: as this function's caller promises.
        let step = if count == 0 { 0 } else { unsafe { struct_size(argument, first)? } };
        if step % align_of::<T>() != 0 {
            return Err(Fault::StructSize { argument, given: step, least: size_of::<T>() });
        }
        Ok(Structs { argument, first, step, count, of: PhantomData })
    }

    /// Refuses a struct that gives another size than the first.
    #[inline(always)]
    pub fn check_size(&self, given: usize) -> Outcome<()> {
        if self.has_size(given) {
            return Ok(());
        }
        Err(Fault::StructSize { argument: self.argument, given, least: self.step })
    }

    /// Whether a struct gives the size of the first.
    #[inline(always)]
    pub fn has_size(&self, given: usize) -> bool {
        given == self.step
    }

    #[inline(always)]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a T> + Clone + use<'a, T> {
        let (mut next, step) = (self.first, self.step);
        (0..self.count).map(move |_| {
            let this = next;
            next = this.wrapping_byte_add(step);
            // SAFETY: the caller of `new` promised that the structs can be read for `'a`; they are
            // aligned, as the first is and the step keeps it.
            unsafe { &*this }
        })
    }
}
