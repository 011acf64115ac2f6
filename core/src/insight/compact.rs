//! A copy instead of a small view that keeps a large buffer alive.

use super::footprint::touched_bytes;
use crate::array::{Array, Handle};
use crate::copies::{self, CopyPolicy};
use crate::error::{Error, Result};
use crate::layout::Order;

/// The array itself if it touches at least the fraction `least` of its buffer, or if a copy would
/// hold no fewer bytes than the buffer; else a copy, as the policy allows.
///
/// # Safety
/// - The elements are valid memory that no other thread writes.
pub unsafe fn compact(array: &Array, least: f64, policy: CopyPolicy) -> Result<Handle> {
    if !(0.0..=1.0).contains(&least) {
        return Err(Error::Fraction { value: least });
    }
    if policy != CopyPolicy::Always {
        let (touched, _) = touched_bytes(array.layout())?;
        let (kept, bytes) = (array.buffer().nbytes(), array.nbytes());
        if touched as f64 >= least * kept as f64 || bytes >= kept {
            return array.retain();
        }
        if policy == CopyPolicy::Never {
            return Err(Error::CompactCopies { touched, kept, bytes });
        }
    }
    // SAFETY: the caller vouches for the elements.
    unsafe { copies::copy(array, Order::K) }
}
