//! What the library tells about arrays: their printed form, and what is alive, into memory or to C's
//! standard streams.

mod alive;
mod digits;
mod format;
#[cfg(test)]
mod format_tests;
mod items;
mod numbers;
mod scalar;
mod text;

pub use alive::{print_leaks, report_alive_into};
pub use format::{FormatOptions, Shown, format};
pub use numbers::{FloatMode, Sign};
pub use text::{format_into, print};
