//! What the library tells about arrays: their printed form, into memory or to C's standard output.

mod format;
mod numbers;
mod text;

pub use format::{FormatOptions, Shown, format};
pub use numbers::{FloatMode, Sign};
pub use text::{format_into, print};
