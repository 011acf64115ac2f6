//! Arrays on their way out of the process and back: NumPy's `.npy` files.
//!
//! ```text
//! npy/ ── mod.rs      load, save, and what a header says
//!      ── header.rs   a header to numbers and back
//!      ── literal.rs  the Python that a header is written in
//!      ── elements.rs any layout as a sequence of dense pieces; byte order
//! file.rs             the one place that calls the operating system
//! ```

pub(crate) mod file;
pub mod npy;
