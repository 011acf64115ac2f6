//! The handles as SVG: views at the left, the owners they stand on, and the buffers at the right.

use super::graph::{self, Family, families, names};
use super::label::{Counted, Label};
use super::svg::{Escaped, MARGIN, Page, SMALL, Style, on_a_card};
use super::{DrawOptions, Entry, facts};
use crate::array::Array;
use std::fmt::{self, Write};

/// Between two columns of boxes there is room for an arrow.
const GAP: usize = 36;
/// Of a box: its lines, and all of it.
const LINE: usize = 16;
const HANDLE: usize = 5 * LINE + 10;
const BUFFER: usize = 2 * LINE + 10;
const BETWEEN: usize = 12;
const NARROWEST: usize = 600;

pub fn draw(entries: &[Entry], options: &DrawOptions, out: &mut dyn Write) -> fmt::Result {
    let width = options.width.max(NARROWEST);
    on_a_card(width, "Views, the owners they stand on, and buffers", out, &|out| {
        let mut page = Page { out, y: MARGIN, width };
        if entries.is_empty() {
            page.text(MARGIN, Style::Title, "no arrays")?;
            return Ok(page.y);
        }
        let graph = Graph { entries, box_width: (width - 2 * MARGIN - 2 * GAP) / 3 };
        for (column, title) in ["views", "owners", "buffers"].iter().enumerate() {
            page.text(graph.x(column), Style::Note, title)?;
            page.y -= 18;
        }
        page.y += 24;
        for (number, family) in families(entries).enumerate() {
            graph.family(number + 1, &family, &mut page)?;
        }
        page.y -= BETWEEN;
        Ok(page.y)
    })
}

struct Graph<'a> {
    entries: &'a [Entry<'a>],
    box_width: usize,
}

impl Graph<'_> {
    fn x(&self, column: usize) -> usize {
        MARGIN + column * (self.box_width + GAP)
    }

    fn family(&self, number: usize, family: &Family, page: &mut Page) -> fmt::Result {
        let rows = family.views.len() + usize::from(family.unnamed > 0);
        let height = HANDLE.max((rows * (HANDLE + BETWEEN)).saturating_sub(BETWEEN));
        let top = page.y;
        let middle = top + height / 2;
        self.handle(page, 1, middle - HANDLE / 2, family.owner)?;
        self.frame(page, 2, middle - BUFFER / 2, BUFFER, "#ddd", 0)?;
        self.line(page, 2, middle - BUFFER / 2, 0, &|label| write!(label, "buffer {number}"))?;
        self.line(page, 2, middle - BUFFER / 2, 1, &|label| graph::buffer(family.owner, label))?;
        self.arrow(page, 1, middle, middle)?;
        for row in 0..rows {
            let y = top + row * (HANDLE + BETWEEN);
            match family.views.get(row) {
                Some(&view) => self.handle(page, 0, y, self.entries[view].array)?,
                None => {
                    self.frame(page, 0, y, HANDLE, "#fff", 6)?;
                    self.line(page, 0, y, 0, &|label| {
                        write!(label, "{}", Counted(family.unnamed as u64, "view"))
                    })?;
                    self.line(page, 0, y, 1, &|label| label.write_str("not named here"))?;
                }
            }
            // Arrows end side by side.
            let end = middle - HANDLE / 2 + HANDLE * (row + 1) / (rows + 1);
            self.arrow(page, 0, y + HANDLE / 2, end)?;
        }
        page.y = top + height + BETWEEN;
        Ok(())
    }

    /// 1. what a handle is, in five lines
    fn handle(&self, page: &mut Page, column: usize, y: usize, array: &Array) -> fmt::Result {
        let fill = if array.base().is_none() { "#fdf0d5" } else { "#dceffb" };
        self.frame(page, column, y, HANDLE, fill, 6)?;
        let name = names(self.entries, array, self.room(8.5), false);
        self.line(page, column, y, 0, &|label| label.write_str(name.text()))?;
        self.line(page, column, y, 1, &|label| graph::type_and_shape(array, label))?;
        self.line(page, column, y, 2, &|label| graph::place(array, label))?;
        self.line(page, column, y, 3, &|label| facts::about_counts(array, label))?;
        self.line(page, column, y, 4, &|label| facts::about_flags(array, label))
    }

    fn room(&self, character: f64) -> usize {
        ((self.box_width - 12) as f64 / character) as usize
    }

    fn frame(
        &self,
        page: &mut Page,
        column: usize,
        y: usize,
        height: usize,
        fill: &str,
        round: usize,
    ) -> fmt::Result {
        let (x, width) = (self.x(column), self.box_width);
        writeln!(
            page.out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" \
             fill=\"{fill}\" stroke=\"#333\"/>"
        )
    }

    /// The first line of a box is its title.
    fn line(
        &self,
        page: &mut Page,
        column: usize,
        y: usize,
        line: usize,
        write: &dyn Fn(&mut Label) -> fmt::Result,
    ) -> fmt::Result {
        let mut label = Label::new(self.room(SMALL), false);
        write(&mut label)?;
        let (x, base) = (self.x(column) + 6, y + LINE * (line + 1) + 1);
        let style =
            if line == 0 { "font-size=\"13\" font-weight=\"bold\"" } else { "font-size=\"12\"" };
        let text = Escaped(label.text());
        writeln!(page.out, "<text x=\"{x}\" y=\"{base}\" {style}>{text}</text>")
    }

    /// From the right side of a column to the left side of the next.
    fn arrow(&self, page: &mut Page, column: usize, from: usize, to: usize) -> fmt::Result {
        let (start, end) = (self.x(column) + self.box_width, self.x(column + 1));
        let (bend, neck) = (start + GAP / 2, end - 8);
        writeln!(
            page.out,
            "<path d=\"M{start} {from}C{bend} {from} {bend} {to} {neck} {to}\" fill=\"none\" \
             stroke=\"#333\" stroke-width=\"1.5\"/>\
             <path d=\"M{end} {to}l-9 -5v10z\" fill=\"#333\"/>"
        )
    }
}
