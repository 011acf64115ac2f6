//! What the library tells about arrays: their printed form, into memory or to C's standard output;
//! and who may read or write which bytes at the moment.

mod digits;
mod format;
#[cfg(test)]
mod format_tests;
mod items;
pub mod lease;
mod numbers;
mod scalar;
mod text;

pub use format::{FormatOptions, Shown, format};
pub use numbers::{FloatMode, Sign};
pub use text::{format_into, print};
