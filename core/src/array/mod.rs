//! The array handle: a typed window onto a counted buffer. Moves no element.
//!
//! # Memory layout
//!
//! An array is one heap block, with room for at least four axes. A view is a small block that stands
//! on the owner of the bytes, never on another view:
//!
//! ```text
//!   a = zeros(2, 3)           v = a[:, 1]            w = v[::-1]
//!   ┌──────────────┐          ┌──────────────┐       ┌──────────────┐
//!   │ counts  1, 2 │<─────────┤ base         │  ┌────┤ base         │
//!   │ (callers,    │<─────────┼──────────────┼──┘    │ counts  1, 0 │
//!   │  views)      │          │ counts  1, 0 │       │ data ────────┼──┐
//!   │ data, buffer ├──┐       │ data ────────┼──┐    │ shape 2      │  │
//!   │ shape 2 3    │  │       │ shape 2      │  │    │ strides -24  │  │
//!   │ strides 24 8 │  │       │ strides 24   │  │    └──────────────┘  │
//!   └──────────────┘  v       └──────────────┘  v                      v
//!                     [ 0.0 ] [ 0.0 ] ...       (the second element)   (the last but one)
//! ```
//!
//! # Sharing
//!
//! Two counts in one atomic word: the references that callers hold, and the views that stand on the
//! array. The block goes when both are zero. A bit above them says that the array is closed: its buffer
//! has been given back, which it can be while there is one reference and no view. Nothing else in it
//! changes after creation, so any number of threads may read it.

mod access;
mod block;
mod create;
mod several;
mod span;
mod strided;
#[cfg(test)]
mod tests;
mod views;

pub use access::{Flags, Relation, set_write_guard};
pub use block::{Array, Handle};
pub use create::{Access, Foreign, may_overlap_itself, wrap};
pub use several::{array_split, broadcast_arrays, split, split_at, unstack};
pub use span::{
    Apply, Change, expand_axis, index_axis, permute_axes, reshape_axes, slice_axis, squeeze_axes,
    swap_two_axes, transpose_axes, view_of_span,
};
pub use strided::{as_strided, windows};
pub use views::{
    broadcast_to, diagonal, expand_dims, field, fields, flip, imag, move_axis, permute, readonly,
    real, rot90, slice, slice_axes, squeeze, swap_axes, transpose, view, view_as,
};
pub(crate) use views::{flat_view, regroup, reshape};
