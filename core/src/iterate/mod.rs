//! Drives a caller's inner loop over many arrays at once, and makes the hostile layouts that such
//! loops are tested with.
//!
//! ```text
//! apply, apply_range ── nest.rs     the fewest loops over all operands, and where a row begins
//!                    ── buffers.rs  elements of another type or alignment, by small pieces
//! scramble, check_scrambled ── scramble.rs
//! ```
//!
//! The caller's loop is the only code here that reads or writes elements in place; whatever else
//! moves goes through `transfer`.

mod apply;
mod buffers;
mod nest;
mod scramble;
#[cfg(test)]
mod tests;

pub use apply::{Operand, Operands, Options, apply, apply_range, common_size};
pub use buffers::{Loop, LoopFunction};
pub use nest::MAX_OPERANDS;
pub use scramble::{check_scrambled, scramble};
