//! Different types: one loop for each pair, all from this one.

use super::copy::{each, fill};
use super::types::Element;

/// Converts `n` elements.
///
/// # Safety
///
/// As [`super::kernel::Run`], for elements of types `S` and `T`.
#[inline(always)] // Into the kernels of every instruction set.
pub(super) unsafe fn convert<S: Element, T: Element>(
    source: *const u8,
    source_stride: isize,
    target: *mut u8,
    target_stride: isize,
    n: usize,
) {
    let (from, to) = (size_of::<S>() as isize, size_of::<T>() as isize);
    // SAFETY: the caller's; the second branch says again what it has just compared, so that the
    // strides are constants inside the loop.
    unsafe {
        if source_stride == 0 {
            fill(source.cast::<S>().read_unaligned().to::<T>(), target, target_stride, n);
        } else if (source_stride, target_stride) == (from, to) {
            each(source, from, target, to, n, S::to::<T>);
        } else {
            each(source, source_stride, target, target_stride, n, S::to::<T>);
        }
    }
}
