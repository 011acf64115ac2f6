//! The handles as a graph: views that stand on owners, each of which brought a buffer.

use super::facts;
use super::label::Label;
use super::scene::same_owner;
use super::{Entry, MAX_ARRAYS};
use crate::array::Array;
use crate::buffer::BufferKind;
use crate::error::ShortShape;
use arrayvec::ArrayVec;
use std::fmt::{self, Write};

/// An owner with the views on it that are named.
pub struct Family<'a> {
    pub entries: &'a [Entry<'a>],
    pub owner: &'a Array,
    /// Each view once, by the first entry that has it.
    pub views: ArrayVec<usize, MAX_ARRAYS>,
    /// Views that no entry has.
    pub unnamed: usize,
}

/// The families, in the order in which the entries name one of them.
pub fn families<'a>(entries: &'a [Entry<'a>]) -> impl Iterator<Item = Family<'a>> + Clone {
    let first =
        |&at: &usize| !entries[..at].iter().any(|other| same_owner(other.array, entries[at].array));
    (0..entries.len()).filter(first).map(|at| {
        let owner = entries[at].array.owner();
        let is_view = |&view: &usize| {
            let array = entries[view].array;
            array.base().is_some()
                && same_owner(array, owner)
                && !entries[..view].iter().any(|other| std::ptr::eq(other.array, array))
        };
        let views = (0..entries.len()).filter(is_view).collect();
        Family { entries, owner, views, unnamed: facts::unnamed_views(entries, owner) }
    })
}

/// All names of one handle: `a`, `a = b` for an alias, or that there is none.
pub fn names(entries: &[Entry], array: &Array, room: usize, ascii: bool) -> Label {
    let mut label = Label::new(room, ascii);
    let named = (0..entries.len()).filter(|&at| std::ptr::eq(entries[at].array, array));
    for (number, at) in named.enumerate() {
        let name = Label::name(entries, at, 24, ascii);
        let between = if number == 0 { "" } else { " = " };
        // It never fails: what does not fit is left out.
        let _ = write!(label, "{between}{}", name.text());
    }
    if label.columns() == 0 {
        let _ = label.write_str("(not named here)");
    }
    label
}

/// `float64 (2, 3)`.
pub fn type_and_shape(array: &Array, out: &mut dyn Write) -> fmt::Result {
    write!(out, "{} {}", array.dtype(), ShortShape::new(array.shape()))
}

/// `strides (24, 8)`, with the way from the buffer's first byte if there is one.
pub fn place(array: &Array, out: &mut dyn Write) -> fmt::Result {
    write!(out, "strides {}", ShortShape::new(array.strides()))?;
    match array.buffer_offset() {
        0 => Ok(()),
        offset => write!(out, " from byte {offset}"),
    }
}

/// `heap, 48 bytes`.
pub fn buffer(owner: &Array, out: &mut dyn Write) -> fmt::Result {
    let kind = match owner.buffer_kind() {
        BufferKind::Heap => "heap",
        BufferKind::Foreign => "foreign",
        BufferKind::Allocator => "allocator",
    };
    write!(out, "{kind}, {}", facts::Size(owner.buffer().nbytes() as u64))
}
