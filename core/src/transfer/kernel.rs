//! The choice of a kernel for two types. Whatever knows faster kernels for some processor is asked
//! here, and nowhere else.

use super::convert::convert;
use super::copy::{Wide, copy, copy_any};
use super::types::dispatch;
use crate::dtype::DType;

/// Moves `n` elements, one stride apart on either side: source and its stride, target and its
/// stride, `n`, and the size of an item. Strides and size are in bytes; only the kernels for items
/// of any size look at the last.
///
/// # Safety
///
/// - `n` is not zero, and `n` elements one stride apart are valid on either side.
/// - Source and target share no byte.
/// - Elements of the target may share bytes: the kernel writes in ascending order.
pub(super) type Run = unsafe fn(*const u8, isize, *mut u8, isize, usize, usize);

/// A [`Run`] with the size of the items it is for.
#[derive(Clone, Copy)]
pub(super) struct Kernel {
    run: Run,
    itemsize: usize,
}

impl Kernel {
    /// # Safety
    ///
    /// As [`Run`].
    #[inline(always)]
    pub unsafe fn run(
        self,
        source: *const u8,
        source_stride: isize,
        target: *mut u8,
        target_stride: isize,
        n: usize,
    ) {
        // SAFETY: the caller's.
        unsafe { (self.run)(source, source_stride, target, target_stride, n, self.itemsize) }
    }
}

/// The kernel that moves elements of type `from` to type `to`, which are one type or two scalar
/// ones.
pub(super) fn choose(from: DType, to: DType) -> Kernel {
    let run = if from == to { same(from.itemsize()) } else { converting(from, to) };
    Kernel { run, itemsize: from.itemsize() }
}

fn same(itemsize: usize) -> Run {
    match itemsize {
        1 => copy::<u8>,
        2 => copy::<u16>,
        4 => copy::<u32>,
        8 => copy::<u64>,
        16 => copy::<Wide>,
        3 => copy::<[u8; 3]>,
        6 => copy::<[u16; 3]>,
        12 => copy::<[u32; 3]>,
        24 => copy::<[u64; 3]>,
        32 => copy::<[u64; 4]>,
        _ => copy_any,
    }
}

fn converting(from: DType, to: DType) -> Run {
    let (Some(from), Some(to)) = (from.scalar(), to.scalar()) else {
        debug_assert!(false, "no kernel converts {from} to {to}");
        return nothing;
    };
    dispatch!(from, S => dispatch!(to, T => convert::<S, T> as Run))
}

/// What does not convert has been refused before.
///
/// # Safety
///
/// None.
unsafe fn nothing(_: *const u8, _: isize, _: *mut u8, _: isize, _: usize, _: usize) {}
