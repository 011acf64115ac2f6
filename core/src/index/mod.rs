//! Index expressions: from text to items.

#![forbid(unsafe_code)]

#[cfg(test)]
mod tests;
mod text;

pub use text::{Items, parse};
