//! Index expressions: from text to items, and what lists among the items come to.

mod advanced;
mod mode;
mod pick;
#[cfg(test)]
mod tests;
mod text;

pub use advanced::{Advanced, IndexItem, IndexItems, Join, ResultAxis};
pub use mode::IndexMode;
pub use pick::{List, Pick, Role, check_positions};
pub use text::{Items, parse};

use crate::layout::MAX_ITEMS;
