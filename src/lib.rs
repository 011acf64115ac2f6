//! The C ABI of ndview: check, convert, call, report. All logic is in `ndview_core`.
//!
//! One file for each section of the header. Signatures are written out by hand, because cbindgen
//! does not see what macros make.

#![allow(non_camel_case_types)]
#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks)]
// The header's preamble says what callers in C must keep to, in C's words; each comment here is
// copied into it.
#![allow(clippy::missing_safety_doc)]
#![allow(clippy::too_many_arguments)]

mod check;
mod mode;
mod report;

pub mod allocators;
pub mod arrays;
pub mod audit;
pub mod copies;
pub mod dtypes;
pub mod exchange;
pub mod insight;
pub mod iterate;
pub mod join;
pub mod leases;
pub mod select;
pub mod set;
pub mod sharing;
pub mod spans;
pub mod status;
pub mod views;
