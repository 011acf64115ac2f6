//! The choice of a kernel for two types. Whatever knows faster kernels for some processor is asked
//! here, and nowhere else.

use super::copy::{Wide, copy_any_in_order, copy_in_order};
use super::fields::move_fields;
use super::isa::{converting_in_order, table};
use super::{Source, Target, Visit};
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

/// A [`Run`] with the size of the items it is for; between records that differ there is none, and
/// they go field by field.
#[derive(Clone, Copy)]
pub(super) struct Kernel {
    run: Option<Run>,
    itemsize: usize,
    from: DType,
    to: DType,
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
        unsafe {
            match self.run {
                Some(run) => run(source, source_stride, target, target_stride, n, self.itemsize),
                None => self.run_fields(source, source_stride, target, target_stride, n),
            }
        }
    }

    /// # Safety
    ///
    /// As [`Run`].
    #[cold]
    unsafe fn run_fields(
        self,
        source: *const u8,
        source_stride: isize,
        target: *mut u8,
        target_stride: isize,
        n: usize,
    ) {
        let from = Source { data: source, dtype: self.from, strides: &[source_stride as i64] };
        let to = Target { data: target, dtype: self.to, strides: &[target_stride as i64] };
        // SAFETY: the caller's.
        unsafe { move_fields(&[n as i64], to, from, Visit::LogicalOrder) }
    }
}

/// The kernel that moves elements of type `from` to type `to`, to which it can be cast.
pub(super) fn choose(from: DType, to: DType) -> Kernel {
    let run = match from == to {
        true => Some(same(from.itemsize())),
        false if to.is_record() => None,
        false => Some(converting(from, to)),
    };
    Kernel { run, itemsize: from.itemsize(), from, to }
}

/// As [`choose`], for sides that may share bytes: elements are moved one after the other, each read
/// before it is written. There is none for records that differ.
pub(super) fn choose_in_order(from: DType, to: DType) -> Option<Kernel> {
    let run = match from == to {
        true => same_in_order(from.itemsize()),
        false => converting_in_order(from.scalar()?, to.scalar()?),
    };
    Some(Kernel { run: Some(run), itemsize: from.itemsize(), from, to })
}

fn same_in_order(itemsize: usize) -> Run {
    match itemsize {
        1 => copy_in_order::<u8>,
        2 => copy_in_order::<u16>,
        4 => copy_in_order::<u32>,
        8 => copy_in_order::<u64>,
        16 => copy_in_order::<Wide>,
        _ => copy_any_in_order,
    }
}

fn same(itemsize: usize) -> Run {
    (table().same)(itemsize)
}

fn converting(from: DType, to: DType) -> Run {
    let (Some(from), Some(to)) = (from.scalar(), to.scalar()) else {
        debug_assert!(false, "no kernel converts {from} to {to}");
        return nothing;
    };
    (table().converting)(from, to)
}

/// What does not convert has been refused before.
///
/// # Safety
///
/// None.
unsafe fn nothing(_: *const u8, _: isize, _: *mut u8, _: isize, _: usize, _: usize) {}
