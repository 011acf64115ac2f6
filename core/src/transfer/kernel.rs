//! The choice of a kernel for two types. Whatever knows faster kernels for some processor is asked
//! here, and nowhere else.

use super::convert::convert;
use super::copy::{Wide, copy};
use super::types::dispatch;
use crate::dtype::DType;

/// Moves `n` elements, one stride apart on either side: source and its stride, target and its
/// stride, `n`. Both strides are in bytes.
///
/// # Safety
///
/// - `n` is not zero, and `n` elements one stride apart are valid on either side.
/// - Source and target share no byte.
/// - Elements of the target may share bytes: the kernel writes in ascending order.
pub(super) type Kernel = unsafe fn(*const u8, isize, *mut u8, isize, usize);

/// The kernel that moves elements of type `from` to type `to`.
pub(super) fn choose(from: DType, to: DType) -> Kernel {
    if from == to {
        return match from.itemsize() {
            1 => copy::<u8>,
            2 => copy::<u16>,
            4 => copy::<u32>,
            8 => copy::<u64>,
            _ => copy::<Wide>,
        };
    }
    dispatch!(from, S => dispatch!(to, T => convert::<S, T> as Kernel))
}
