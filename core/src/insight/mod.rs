//! What the library tells about arrays: their printed form and pictures of them, into memory, to a
//! file or to C's standard streams; what is alive, and what they cost in memory; and who may read or write which bytes at
//! the moment.

mod alive;
mod compact;
mod digits;
mod draw;
mod footprint;
#[cfg(test)]
mod footprint_tests;
mod format;
#[cfg(test)]
mod format_tests;
mod items;
pub mod lease;
mod numbers;
mod scalar;
mod text;

pub use alive::{print_leaks, report_alive_into};
pub use compact::compact;
pub use draw::{DrawOptions, Entries, Entry, Form, MAX_ARRAYS, Subject};
pub use footprint::{Footprint, footprint};
pub use format::{FormatOptions, Shown, format};
pub use numbers::{FloatMode, Sign};
pub use text::{draw_into, format_into, print, print_drawing, save_drawing};
