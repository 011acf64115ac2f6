//! NumPy's array memory model: n-dimensional arrays as windows onto reference-counted buffers.
//!
//! Every module imports only from those above it in this list. No call allocates except through
//! [`buffer::allocator`], and none aborts when memory runs out.

#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks)]

pub mod error;

pub mod array;
pub mod buffer;
pub mod copies;
pub mod dtype;
pub mod index;
pub mod insight;
pub mod layout;
pub mod overlap;
pub mod transfer;

pub use array::{Array, Handle};
pub use dtype::{Casting, DType};
pub use error::{Error, Result};
