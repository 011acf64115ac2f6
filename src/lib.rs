//! The C ABI of ndview: check, convert, call, report. All logic is in `ndview_core`.
//!
//! One file for each section of the header. Signatures are written out by hand, because cbindgen
//! does not see what macros make.

#![allow(non_camel_case_types)]
#![deny(unsafe_op_in_unsafe_fn)]

mod check;
mod report;

pub mod arrays;
pub mod copies;
pub mod dtypes;
pub mod insight;
pub mod set;
pub mod sharing;
pub mod status;
pub mod views;
