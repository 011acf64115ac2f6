//! NumPy's array memory model: n-dimensional arrays as windows onto reference-counted buffers.
//!
//! Every module imports only from those above it in this list, and any from `error`, which names
//! element types. No call allocates except through [`buffer::allocator`], and none aborts when memory
//! runs out.

#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks)]

pub mod error;

// Blank lines keep the order, which says who may import whom.
pub mod dtype;

pub mod layout;

pub mod overlap;

pub mod buffer;

pub mod array;

pub mod index;

pub mod transfer;

pub mod copies;

pub mod iterate;

pub mod exchange;

pub mod insight;

pub use array::{Array, Handle};
pub use dtype::{Casting, DType};
pub use error::{Error, Result};
