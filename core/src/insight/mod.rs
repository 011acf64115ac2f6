//! What the library tells about arrays: their printed form, into memory or to C's standard
//! output; and what they cost in memory.

mod compact;
mod digits;
mod footprint;
#[cfg(test)]
mod footprint_tests;
mod format;
#[cfg(test)]
mod format_tests;
mod items;
mod numbers;
mod scalar;
mod text;

pub use compact::compact;
pub use footprint::{Footprint, footprint};
pub use format::{FormatOptions, Shown, format};
pub use numbers::{FloatMode, Sign};
pub use text::{format_into, print};
