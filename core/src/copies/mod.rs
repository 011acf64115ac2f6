//! Whatever brings new bytes. A copy owns its buffer and has no base, whatever NumPy's hidden
//! temporaries do; what may be a view or a copy takes a policy and says which axes are to blame.

mod choose;
mod create;
mod into;
mod join;
mod layouts;
mod rearrange;
mod recipe;
mod select;

pub use choose::{Chosen, Where, choose, select};
pub use create::{arange, arange_float, from_data, full, full_from, full_like, linspace};
pub use join::{Blocks, Joined, block, cells_of, concatenate, stack};
pub use layouts::{
    WouldCopy, astype, byteswapped, contiguous, copy, flatten, ravel, reshape, to_buffer,
    would_copy_astype, would_copy_ravel, would_copy_reshape,
};
pub use rearrange::{Repeat, Resize, Roll, Tile, repeat, resize, roll, tile};
pub use recipe::{Recipe, make, make_as, make_into};
pub use select::{argwhere, copy_picked, copy_picked_into, nonzero};

pub use crate::index::IndexMode;

use crate::error::{Error, Result};

/// What a function that may view or copy is allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum CopyPolicy {
    /// A view, or an error that says why not.
    Never = 10,
    /// A view where the strides allow it, else a copy.
    IfNeeded = 11,
    /// A copy.
    Always = 12,
}

impl CopyPolicy {
    pub fn from_code(code: i32) -> Result<CopyPolicy> {
        Ok(match code {
            10 => CopyPolicy::Never,
            11 => CopyPolicy::IfNeeded,
            12 => CopyPolicy::Always,
            _ => return Err(Error::Argument { what: "the copy policy", value: code.into() }),
        })
    }
}
