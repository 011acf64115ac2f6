//! What is said in words: of an array, of a block, of two arrays.

use super::label::{Bytes, Counted, Label};
use super::row::Row;
use super::scene::{Block, Scale, same_owner};
use super::{DrawOptions, Entry};
use crate::array::{Array, Flags, Relation};
use crate::buffer::BufferKind;
use crate::error::ShortShape;
use crate::layout::Touched;
use crate::overlap::{self, Overlap};
use std::fmt::{self, Write};

/// How much searching a comparison of two arrays may take.
const BUDGET: u64 = 100_000;

/// `float64 (2, 3), strides (24, 8), 48 bytes, owner`.
pub fn about(entries: &[Entry], at: usize, out: &mut dyn Write) -> fmt::Result {
    let array = entries[at].array;
    write!(out, "{} {}", array.dtype(), ShortShape::new(array.shape()))?;
    if array.ndim() != 0 {
        write!(out, ", strides {}", ShortShape::new(array.strides()))?;
    }
    let touched = Touched::of(array.layout());
    match touched.count() {
        Some(count) => write!(out, ", {}", Size(count as u64))?,
        None => write!(out, ", at most {}", Size(touched.span() as u64))?,
    }
    let same = |other: &Entry| std::ptr::eq(other.array, array);
    match entries[..at].iter().position(same) {
        Some(first) => {
            write!(out, ", the same as {}", Label::name(entries, first, 16, false).text())
        }
        None => out.write_str(if array.base().is_none() { ", owner" } else { "" }),
    }
}

/// A number of bytes with its unit: `1 byte`, `640 bytes`, `12 KiB`.
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.0 < 10_000 { Counted(self.0, "byte").fmt(f) } else { Bytes(self.0).fmt(f) }
    }
}

/// How addresses run as the index grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// There is one element, or none.
    None,
    Forwards,
    Backwards,
    Both,
    /// All elements are one.
    Still,
}

impl Direction {
    pub fn of(array: &Array) -> Direction {
        let axes = array.shape().iter().zip(array.strides()).filter(|(extent, _)| **extent > 1);
        let (mut forwards, mut backwards, mut still) = (false, false, false);
        for (_, stride) in axes {
            match stride.signum() {
                1 => forwards = true,
                -1 => backwards = true,
                _ => still = true,
            }
        }
        match (forwards, backwards) {
            _ if array.layout().is_empty() => Direction::None,
            (true, true) => Direction::Both,
            (true, false) => Direction::Forwards,
            (false, true) => Direction::Backwards,
            (false, false) if still => Direction::Still,
            (false, false) => Direction::None,
        }
    }

    pub fn sign(self, ascii: bool) -> char {
        match (self, ascii) {
            (Direction::None, _) => ' ',
            (Direction::Forwards, false) => '→',
            (Direction::Backwards, false) => '←',
            (Direction::Both, false) => '↔',
            (Direction::Forwards, true) => '>',
            (Direction::Backwards, true) => '<',
            (Direction::Both, true) => 'x',
            (Direction::Still, _) => '=',
        }
    }
}

/// `48 bytes on the heap: 1 reference, 2 views`.
pub fn about_block(entries: &[Entry], block: &Block, out: &mut dyn Write) -> fmt::Result {
    let array = entries[block.members[0]].array;
    if block.buffers > 1 {
        return write!(
            out,
            "{} in {} buffers over the same memory",
            Size(block.nbytes),
            block.buffers
        );
    }
    let kind = match array.buffer_kind() {
        BufferKind::Heap => "on the heap",
        BufferKind::Foreign => "of foreign memory",
        BufferKind::Allocator => "from an allocator",
    };
    write!(out, "{} {kind}: ", Size(block.nbytes))?;
    about_counts(array.owner(), out)
}

/// `1 reference, 2 views`.
pub fn about_counts(array: &Array, out: &mut dyn Write) -> fmt::Result {
    write!(out, "{}", Counted(array.use_count().into(), "reference"))?;
    match array.view_count() {
        0 => Ok(()),
        views => write!(out, ", {}", Counted(views.into(), "view")),
    }
}

/// The flags that are set, in words.
pub fn about_flags(array: &Array, out: &mut dyn Write) -> fmt::Result {
    let flags = array.flags();
    let words = [
        (Flags::C_CONTIGUOUS, "C "),
        (Flags::F_CONTIGUOUS, "F "),
        (Flags::ALIGNED, "aligned "),
        (Flags::OVERLAPPING, "overlapping "),
    ];
    for (flag, word) in words {
        if flags.contains(flag) {
            out.write_str(word)?;
        }
    }
    out.write_str(if flags.contains(Flags::WRITEABLE) { "writeable" } else { "read-only" })
}

/// What two arrays of one block have in common.
pub struct Common {
    pub a: usize,
    pub b: usize,
    overlap: Overlap,
    /// Where a byte that both see is shown, and the letter that marks it.
    pub mark: Option<(usize, char)>,
}

impl Common {
    /// `B: even[2] and odd[0] share byte 16`.
    pub fn tell(
        &self,
        entries: &[Entry],
        block: &Block,
        ascii: bool,
        out: &mut dyn Write,
    ) -> fmt::Result {
        match self.mark {
            Some((_, letter)) => write!(out, "{letter}: ")?,
            None => out.write_str("   ")?,
        }
        let name = |at| Label::name(entries, at, 16, ascii);
        let (a, b) = (name(self.a), name(self.b));
        let (a, b) = (a.text(), b.text());
        match &self.overlap {
            Overlap::Disjoint => write!(out, "{a} and {b} have no byte in common"),
            Overlap::Identical => write!(out, "{a} and {b} are the same elements"),
            Overlap::Unknown => write!(out, "{a} and {b} may have bytes in common"),
            Overlap::Partial(witness) => {
                let (in_a, in_b) = (At(&witness.a), At(&witness.b));
                let byte = witness.address.wrapping_sub(block.low);
                write!(out, "{a}{in_a} and {b}{in_b} share byte {byte}")
            }
        }
    }
}

/// An index behind the name of its array: `[2, 0]`.
struct At<'a>(&'a [i64]);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (axis, index) in self.0.iter().enumerate() {
            write!(f, "{}{index}", if axis == 0 { "[" } else { ", " })?;
        }
        f.write_str(if self.0.is_empty() { "" } else { "]" })
    }
}

/// The pairs of a block that are compared. A view and its base come last: that they share is known.
pub fn pairs<'a>(
    entries: &'a [Entry<'a>],
    block: &'a Block,
    options: &DrawOptions,
    scale: Scale,
) -> impl Iterator<Item = Common> + 'a {
    let all = move || {
        let members = block.members.iter().enumerate();
        members.flat_map(move |(at, &a)| block.members[at + 1..].iter().map(move |&b| (a, b)))
    };
    let kin =
        |(a, b): (usize, usize)| entries[a].array.relation(entries[b].array) == Relation::View;
    let ordered = all().filter(move |&pair| !kin(pair)).chain(all().filter(move |&pair| kin(pair)));
    let mut letters = 'A'..='Z';
    ordered.take(options.pairs).map(move |(a, b)| {
        let overlap =
            overlap::overlap(&entries[a].array.extent(), &entries[b].array.extent(), BUDGET);
        let cell = match &overlap {
            Overlap::Partial(witness) => {
                scale.cell_of(witness.address.wrapping_sub(block.low) as u64)
            }
            _ => None,
        };
        Common { a, b, overlap, mark: cell.and_then(|cell| Some((cell, letters.next()?))) }
    })
}

/// How many pairs a block has beyond those that are compared.
pub fn other_pairs(block: &Block, options: &DrawOptions) -> usize {
    if options.pairs == 0 {
        return 0;
    }
    let count = block.members.len();
    (count * count.saturating_sub(1) / 2).saturating_sub(options.pairs)
}

/// Which explanations the pictures of some rows need.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    pub elements: bool,
    pub repeated: bool,
    pub parts: bool,
    pub is_bound: bool,
}

impl Seen {
    pub fn add(&mut self, row: &Row) {
        use super::row::Piece;
        self.is_bound |= row.is_bound;
        for (_, piece) in row.pieces() {
            match piece {
                Piece::Hole => {}
                Piece::Element(position) => self.elements |= position.is_some(),
                Piece::Repeated(_) => self.repeated = true,
                Piece::Part { .. } => self.parts = true,
            }
        }
    }
}

/// Views of an owner that no entry names.
pub fn unnamed_views(entries: &[Entry], owner: &Array) -> usize {
    let is_first = |&at: &usize| {
        let array = entries[at].array;
        array.base().is_some()
            && same_owner(array, owner)
            && !entries[..at].iter().any(|other| std::ptr::eq(other.array, array))
    };
    let named = (0..entries.len()).filter(is_first).count();
    (owner.view_count() as usize).saturating_sub(named)
}
