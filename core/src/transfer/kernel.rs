//! The choice of a kernel for two types. Whatever knows faster kernels for some processor is asked
//! here, and nowhere else.

use super::convert::Converting;
use super::copy::{Wide, copy_any_in_order, copy_in_order};
use super::fields::move_fields;
use super::isa::{Table, table};
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

/// What moves a row of elements.
#[derive(Clone, Copy)]
pub(super) enum Kernel {
    /// Of one type, with the size of its items.
    Same(Run, usize),
    Converting(Converting),
    /// Records that differ go field by field.
    Fields(DType, DType),
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
            match self {
                Kernel::Same(run, size) => {
                    run(source, source_stride, target, target_stride, n, size)
                }
                Kernel::Converting(it) => it.run(source, source_stride, target, target_stride, n),
                Kernel::Fields(from, to) => {
                    let from =
                        Source { data: source, dtype: from, strides: &[source_stride as i64] };
                    let to = Target { data: target, dtype: to, strides: &[target_stride as i64] };
                    run_fields(from, to, n);
                }
            }
        }
    }
}

/// # Safety
///
/// As [`Run`].
#[cold]
unsafe fn run_fields(from: Source, to: Target, n: usize) {
    // SAFETY: the caller's.
    unsafe { move_fields(&[n as i64], to, from, Visit::LogicalOrder) }
}

/// The kernel that moves elements of type `from` to type `to`, to which it can be cast.
pub(super) fn choose(from: DType, to: DType) -> Kernel {
    choose_from(table(), from, to)
}

/// As [`choose`], for what is read from memory, or written past the caches.
pub(super) fn choose_from_memory(from: DType, to: DType) -> Kernel {
    let own = table();
    choose_from((own.from_memory)(from, to).unwrap_or(own), from, to)
}

#[inline(always)]
fn choose_from(table: &'static Table, from: DType, to: DType) -> Kernel {
    if from == to {
        return Kernel::Same((table.same)(from.itemsize()), from.itemsize());
    }
    match Converting::new(table, from, to) {
        Some(converting) => Kernel::Converting(converting),
        None => {
            // What cannot be cast has been refused before.
            debug_assert!(to.is_record(), "no kernel converts {from} to {to}");
            Kernel::Fields(from, to)
        }
    }
}

/// As [`choose`], for sides that may share bytes: no element of the same type is written before those
/// that are read later, by the order of the row, have been read; what is converted is the caller's to
/// read first. There is none for records that differ.
pub(super) fn choose_in_order(from: DType, to: DType) -> Option<Kernel> {
    if from == to {
        return Some(Kernel::Same(same_in_order(from.itemsize()), from.itemsize()));
    }
    Converting::new(table(), from, to).map(Kernel::Converting)
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
