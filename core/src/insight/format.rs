//! Arrays as text, laid out as NumPy's `array2string` does: nested brackets, blank lines between
//! blocks, `...` for what a summary leaves out, rows wrapped at the line width.
//!
//! Knows the geometry and where lines end; how an element looks is the business of `items` and
//! `numbers`. One walk over the shown elements finds the format of the column that they share, a
//! second one writes them. Nothing is allocated but a list of formats for records.

use super::items::Items;
use super::numbers::{FloatMode, Sign, repeat};
use crate::dtype::DType;
use crate::error::{Error, Result};
use std::fmt::{self, Write};
use std::ops::Range;

/// What is printed: the first element, the type, the shape, the strides in bytes.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub data: *const u8,
    pub dtype: DType,
    pub shape: &'a [i64],
    pub strides: &'a [i64],
}

/// NumPy's `printoptions`, where they apply to numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FormatOptions {
    /// Digits after the point, as `float_mode` understands it.
    pub precision: u16,
    pub float_mode: FloatMode,
    /// Small numbers become zeros rather than turn the column to exponents.
    pub suppress_small: bool,
    /// Arrays of more elements than this are summarised.
    pub threshold: i64,
    /// How many entries a summary shows at each end of an axis.
    pub edge_items: i64,
    pub line_width: i64,
    pub sign: Sign,
}

impl Default for FormatOptions {
    /// NumPy's defaults, except that no digit is lost: what is printed reads back as the same value.
    fn default() -> FormatOptions {
        FormatOptions {
            precision: 8,
            float_mode: FloatMode::Unique,
            suppress_small: false,
            threshold: 1000,
            edge_items: 3,
            line_width: 75,
            sign: Sign::Minus,
        }
    }
}

/// Writes the text that NumPy prints. An array without axes is its element's own text, as NumPy's
/// `str` has it (`1.0`), where no option says otherwise, and else a column of one (`1.`).
/// Fails when `out` does, and where there is no memory for the formats of a record.
///
/// # Safety
/// - shape and strides are equally long
/// - every byte that they address from `data` can be read
pub unsafe fn format(
    array: &Shown,
    options: &FormatOptions,
    out: &mut dyn fmt::Write,
) -> Result<()> {
    if array.shape.iter().any(|&extent| extent <= 0) {
        return out.write_str("[]").map_err(|_| Error::Output);
    }
    let size = array.shape.iter().fold(1i64, |size, &extent| size.saturating_mul(extent));
    let window = Window {
        array: *array,
        edge_items: (size > options.threshold).then_some(options.edge_items.max(0)),
    };
    let is_scalar = array.shape.is_empty();
    let places = |see: &mut dyn FnMut(*const u8)| window.visit(0, array.data, see);
    // SAFETY: the caller vouches for the elements.
    let items = unsafe { Items::fit(array.dtype, options, is_scalar, &places)? };
    let printer = Printer { window, items, line_width: options.line_width };
    printer.block(0, array.data, out).map_err(|_| Error::Output)
}

/// The elements that are shown. Made by `format` alone, whose caller vouches for the memory;
/// every address in it comes from `data` by steps of the strides inside the shape.
struct Window<'a> {
    array: Shown<'a>,
    /// Set when the array is summarised.
    edge_items: Option<i64>,
}

impl Window<'_> {
    fn ndim(&self) -> usize {
        self.array.shape.len()
    }

    /// Whether a summary leaves out a part of this axis; if so, how many entries it shows at
    /// either end.
    fn edges(&self, axis: usize) -> Option<i64> {
        self.edge_items.filter(|edge| edge.saturating_mul(2) < self.array.shape[axis])
    }

    /// The entries before and after the gap; all of them are after it where there is none.
    /// The last entry is always among them.
    fn shown(&self, axis: usize) -> (Range<i64>, Range<i64>) {
        let extent = self.array.shape[axis];
        match self.edges(axis) {
            Some(edge) => (0..edge, extent - edge.max(1)..extent),
            None => (0..0, 0..extent),
        }
    }

    fn entry(&self, axis: usize, at: *const u8, index: i64) -> *const u8 {
        at.wrapping_offset(self.array.strides[axis].wrapping_mul(index) as isize)
    }

    /// Every element that has a say in the width of the column. With no edge items NumPy measures
    /// the whole axis, although it shows the last entry alone.
    fn visit(&self, axis: usize, at: *const u8, see: &mut dyn FnMut(*const u8)) {
        if axis == self.ndim() {
            return see(at);
        }
        let (before, after) = match self.edges(axis) {
            Some(0) => (0..0, 0..self.array.shape[axis]),
            _ => self.shown(axis),
        };
        for index in before.chain(after) {
            self.visit(axis + 1, self.entry(axis, at, index), see);
        }
    }
}

struct Printer<'a> {
    window: Window<'a>,
    items: Items,
    line_width: i64,
}

impl Printer<'_> {
    /// The sub-array at `at` that has the axes from `axis` on.
    fn block(&self, axis: usize, at: *const u8, out: &mut dyn fmt::Write) -> fmt::Result {
        match self.window.ndim() - axis {
            0 => self.item(at, out),
            1 => self.row(axis, at, out),
            _ => self.rows(axis, at, out),
        }
    }

    fn item(&self, at: *const u8, out: &mut dyn fmt::Write) -> fmt::Result {
        // SAFETY: `at` is the address of an element, which the caller of `format` lets us read.
        unsafe { self.items.write(at, out) }
    }

    /// An axis with others inside it: each entry on a new line, with a blank line more between
    /// entries for every axis beyond two.
    fn rows(&self, axis: usize, at: *const u8, out: &mut dyn fmt::Write) -> fmt::Result {
        let line_ends = self.window.ndim() - axis - 1;
        let next_entry = |out: &mut dyn fmt::Write| {
            repeat('\n', line_ends, out)?;
            repeat(' ', axis + 1, out)
        };
        let (before, after) = self.window.shown(axis);
        out.write_char('[')?;
        for index in before {
            self.block(axis + 1, self.window.entry(axis, at, index), out)?;
            next_entry(out)?;
        }
        if self.window.edges(axis).is_some() {
            out.write_str("...")?;
            next_entry(out)?;
        }
        for index in after.clone() {
            if index > after.start {
                next_entry(out)?;
            }
            self.block(axis + 1, self.window.entry(axis, at, index), out)?;
        }
        out.write_char(']')
    }

    /// The last axis: elements side by side, on as many lines as they need.
    fn row(&self, axis: usize, at: *const u8, out: &mut dyn fmt::Write) -> fmt::Result {
        // Every line keeps room for the brackets that may close on it.
        let limit = self.line_width.saturating_sub(self.window.ndim() as i64);
        let (before, after) = self.window.shown(axis);
        out.write_char('[')?;
        let mut line = Line::new(out, self.window.ndim(), limit);
        let entry = |index| self.window.entry(axis, at, index);
        for index in before {
            line.word(|out| self.item(entry(index), out))?;
        }
        if self.window.edges(axis).is_some() {
            line.word(|out| out.write_str("..."))?;
        }
        for index in after {
            line.word(|out| self.item(entry(index), out))?;
        }
        line.end()?;
        out.write_char(']')
    }
}

/// A row under way: words with a space between them. Spaces are held back until something
/// follows them on their line, so that a wrapped line ends with its last word.
struct Line<'a> {
    out: &'a mut dyn fmt::Write,
    indent: usize,
    limit: i64,
    used: usize,
    held_spaces: usize,
}

impl<'a> Line<'a> {
    /// Begins behind the opening brackets, which take up the indent.
    fn new(out: &'a mut dyn fmt::Write, indent: usize, limit: i64) -> Line<'a> {
        Line { out, indent, limit, used: indent, held_spaces: 0 }
    }

    /// Adds a word, on a new line if this one is too full and a new one would help. The word is
    /// written twice: to learn its width, and in earnest.
    fn word(&mut self, write: impl Fn(&mut dyn fmt::Write) -> fmt::Result) -> fmt::Result {
        let mut width = Width(0);
        write(&mut width)?;
        if self.used > self.indent {
            self.write_char(' ')?;
            if (self.used + width.0) as i64 > self.limit {
                self.out.write_char('\n')?;
                self.held_spaces = self.indent;
                self.used = self.indent;
            }
        }
        write(self)
    }

    fn end(self) -> fmt::Result {
        repeat(' ', self.held_spaces, self.out)
    }
}

impl fmt::Write for Line<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let word = text.trim_end_matches(' ');
        if !word.is_empty() {
            repeat(' ', self.held_spaces, self.out)?;
            self.out.write_str(word)?;
            self.held_spaces = 0;
        }
        self.held_spaces += text.len() - word.len();
        self.used += text.len();
        Ok(())
    }
}

/// Counts what is written to it; all of it is ASCII.
struct Width(usize);

impl fmt::Write for Width {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}
