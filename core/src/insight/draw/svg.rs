//! The bytes as SVG: a bar for each array, on a white card that is legible on any page.
//!
//! The colours are those of Okabe and Ito, which people who are colour-blind can tell apart; no fact
//! is told by colour alone.

use super::facts::{self, Direction, Seen};
use super::label::{Bytes, Label};
use super::row::{MAX_CELLS, Piece, Row};
use super::scene::{Block, Scale, blocks, tick};
use super::{DrawOptions, Entry};
use std::fmt::{self, Write};

/// The margin around everything, and what a character of the larger and the smaller size takes.
pub const MARGIN: usize = 12;
pub const LARGE: f64 = 8.5;
pub const SMALL: f64 = 7.3;
/// A bar, and the least width of a cell.
const BAR: usize = 24;
const NARROWEST_CELL: usize = 4;
const WIDEST_CELL: usize = 72;

struct Colour {
    fill: &'static str,
    text: &'static str,
}

const COLOURS: [Colour; 7] = [
    Colour { fill: "#56B4E9", text: "#000" },
    Colour { fill: "#E69F00", text: "#000" },
    Colour { fill: "#009E73", text: "#000" },
    Colour { fill: "#CC79A7", text: "#000" },
    Colour { fill: "#0072B2", text: "#fff" },
    Colour { fill: "#F0E442", text: "#000" },
    Colour { fill: "#D55E00", text: "#000" },
];

/// Bytes that more arrays see are darker.
const SIGHTS: [Colour; 4] = [
    Colour { fill: "#fff", text: "#000" },
    Colour { fill: "#ddd", text: "#000" },
    Colour { fill: "#aaa", text: "#000" },
    Colour { fill: "#555", text: "#fff" },
];

pub fn draw(entries: &[Entry], options: &DrawOptions, out: &mut dyn Write) -> fmt::Result {
    on_a_card(options.width, "Which array sees which bytes", out, &|out| {
        let mut page = Page { out, y: MARGIN, width: options.width };
        if entries.is_empty() {
            page.text(MARGIN, Style::Title, "no arrays")?;
        }
        let mut seen = Seen::default();
        for block in blocks(entries) {
            Picture::new(entries, &block, options).draw(&mut seen, &mut page)?;
        }
        explain(&seen, &mut page)?;
        Ok(page.y)
    })
}

/// An SVG document as high as what is drawn in it, which is drawn once to learn that.
pub fn on_a_card(
    width: usize,
    title: &str,
    out: &mut dyn Write,
    content: &dyn Fn(&mut dyn Write) -> Result<usize, fmt::Error>,
) -> fmt::Result {
    let height = content(&mut Nowhere)? + MARGIN;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\">"
    )?;
    writeln!(out, "<title>{title}</title>")?;
    writeln!(out, "<rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"#fff\"/>")?;
    content(out)?;
    out.write_str("</svg>")
}

struct Nowhere;

impl Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}

/// Text with the characters that mean something to XML written as entities.
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for each in self.0.chars() {
            match each {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ => f.write_char(each)?,
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Style {
    Title,
    Note,
}

/// Where the next line of the picture goes.
pub struct Page<'a> {
    pub out: &'a mut dyn Write,
    pub y: usize,
    pub width: usize,
}

impl Page<'_> {
    /// A line of text, which moves the page on.
    pub fn text(&mut self, x: usize, style: Style, text: &str) -> fmt::Result {
        self.y += 18;
        let (size, more) = match style {
            Style::Title => (14, "font-weight=\"bold\" fill=\"#000\""),
            Style::Note => (12, "fill=\"#333\""),
        };
        let base = self.y - 5;
        let text = Escaped(text);
        writeln!(
            self.out,
            "<text x=\"{x}\" y=\"{base}\" font-size=\"{size}\" xml:space=\"preserve\" \
             {more}>{text}</text>"
        )
    }

    /// How many characters of a style fit on a line.
    pub fn room(&self, style: Style) -> usize {
        let width = if style == Style::Title { LARGE } else { SMALL };
        ((self.width - 2 * MARGIN) as f64 / width) as usize
    }

    pub fn note(&mut self, write: &dyn Fn(&mut Label) -> fmt::Result) -> fmt::Result {
        let mut label = Label::new(self.room(Style::Note), false);
        write(&mut label)?;
        self.text(MARGIN, Style::Note, label.text())
    }
}

struct Picture<'a> {
    entries: &'a [Entry<'a>],
    block: &'a Block,
    options: &'a DrawOptions,
    scale: Scale,
    cell: usize,
}

impl<'a> Picture<'a> {
    fn new(entries: &'a [Entry<'a>], block: &'a Block, options: &'a DrawOptions) -> Picture<'a> {
        let room = options.width - 2 * MARGIN;
        let scale = Scale::new(entries, block, options, (room / NARROWEST_CELL).min(MAX_CELLS));
        let cell = (room / scale.cells.max(1)).clamp(NARROWEST_CELL, WIDEST_CELL);
        Picture { entries, block, options, scale, cell }
    }

    fn x(&self, cell: usize) -> usize {
        MARGIN + cell * self.cell
    }

    fn draw(&self, seen: &mut Seen, page: &mut Page) -> fmt::Result {
        let mut title = Label::new(page.room(Style::Title), false);
        facts::about_block(self.entries, self.block, &mut title)?;
        page.text(MARGIN, Style::Title, title.text())?;
        page.note(&|label| {
            let Scale { first, shown, cell, .. } = self.scale;
            if shown != self.block.nbytes {
                write!(label, "bytes {first} to {} of it; ", first + shown)?;
            }
            match cell {
                0..10_000 => write!(label, "a column stands for {}", facts::Size(cell)),
                _ => write!(label, "a column stands for {cell} bytes ({})", Bytes(cell)),
            }
        })?;
        let mut sights = [0u8; MAX_CELLS];
        for &member in &self.block.members {
            let row = Row::new(self.entries[member].array, self.block, self.scale);
            for (cell, sight) in sights.iter_mut().enumerate().take(self.scale.cells) {
                *sight += u8::from(row.sees(cell));
            }
            seen.add(&row);
            self.row(member, &row, page)?;
        }
        if self.scale.cells > 0 {
            self.sights(&sights[..self.scale.cells], page)?;
            self.ruler(page)?;
            self.witnesses(page)?;
        }
        page.y += 10;
        Ok(())
    }

    /// The name in bold and the facts behind it on one line if they fit there, else on two; and
    /// below, the bar.
    fn row(&self, member: usize, row: &Row, page: &mut Page) -> fmt::Result {
        let colour = &COLOURS[member % COLOURS.len()];
        let name = Label::name(self.entries, member, 24, false);
        let array = self.entries[member].array;
        let sign = match Direction::of(array) {
            Direction::Forwards => " →",
            Direction::Backwards => " ← reversed",
            Direction::Both => " ↔ both directions",
            Direction::Still => " one element, repeated",
            Direction::None => "",
        };
        page.y += 4;
        let heading =
            Label::of(page.room(Style::Title), false, format_args!("{}{sign}", name.text()));
        page.text(MARGIN, Style::Title, heading.text())?;
        let mut facts = Label::new(250, false);
        facts::about(self.entries, member, &mut facts)?;
        let behind = MARGIN + ((heading.columns() + 2) as f64 * LARGE) as usize;
        let width = (facts.columns() as f64 * SMALL) as usize;
        if behind + width + MARGIN <= page.width {
            page.y -= 18;
            page.text(behind, Style::Note, facts.text())?;
        } else {
            page.note(&|label| facts::about(self.entries, member, label))?;
        }
        self.outline(page)?;
        for (cells, piece) in row.pieces() {
            let (x, width) = (self.x(cells.start), cells.len() * self.cell);
            match piece {
                Piece::Hole => {}
                Piece::Element(position) => {
                    let label = match position {
                        Some(position) => Label::of(20, false, format_args!("{position}")),
                        None => Label::new(1, false),
                    };
                    self.cell(page, x, width, colour, label.text())?;
                }
                Piece::Repeated(times) => {
                    let label = Label::of(20, false, format_args!("×{times}"));
                    self.cell(page, x, width, colour, label.text())?;
                    let y = page.y + BAR - 6;
                    let inset = usize::from(width > 5);
                    writeln!(
                        page.out,
                        "<rect x=\"{}\" y=\"{y}\" width=\"{}\" height=\"3\" fill=\"#000\"/>",
                        x + 2 * inset,
                        width - 4 * inset
                    )?;
                }
                Piece::Part { touched, bytes } => {
                    let part = u128::from(touched) * BAR as u128 / u128::from(bytes.max(1));
                    let height = (part as usize).clamp(3, BAR);
                    let y = page.y + BAR - height;
                    let fill = colour.fill;
                    writeln!(
                        page.out,
                        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
                         fill=\"{fill}\"/>"
                    )?;
                }
            }
        }
        page.y += BAR + 4;
        Ok(())
    }

    /// The extent of the memory, around what is seen of it.
    fn outline(&self, page: &mut Page) -> fmt::Result {
        let (x, y, width) = (MARGIN, page.y, self.scale.cells * self.cell);
        writeln!(
            page.out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{BAR}\" fill=\"#f3f3f3\" \
             stroke=\"#888\"/>"
        )
    }

    /// One box with a label, if it has room for one.
    fn cell(
        &self,
        page: &mut Page,
        x: usize,
        width: usize,
        colour: &Colour,
        label: &str,
    ) -> fmt::Result {
        let (fill, y) = (colour.fill, page.y);
        // Boxes of some width do not touch, so that each is one.
        let (inset, round) = if width >= 6 { (1, 3) } else { (0, 0) };
        writeln!(
            page.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{round}\" fill=\"{fill}\" \
             stroke=\"#333\" stroke-width=\"{inset}\"/>",
            x + inset,
            y + 1,
            width - 2 * inset,
            BAR - 2
        )?;
        if label.chars().count() as f64 * SMALL + 4.0 <= width as f64 {
            let (middle, base, text) = (x as f64 + width as f64 / 2.0, y + 16, colour.text);
            writeln!(
                page.out,
                "<text x=\"{middle}\" y=\"{base}\" font-size=\"12\" text-anchor=\"middle\" \
                 fill=\"{text}\">{}</text>",
                Escaped(label)
            )?;
        }
        Ok(())
    }

    /// How many arrays see the bytes of each column, in shades and, where there is room, in digits.
    fn sights(&self, sights: &[u8], page: &mut Page) -> fmt::Result {
        if self.block.members.len() == 1 {
            return Ok(());
        }
        page.y += 4;
        page.note(&|label| label.write_str("how many of these arrays see the bytes"))?;
        let mut start = 0;
        for end in 1..=sights.len() {
            if end < sights.len() && sights[end] == sights[start] {
                continue;
            }
            let (x, y, width) = (self.x(start), page.y, (end - start) * self.cell);
            let sight = sights[start];
            let colour = &SIGHTS[usize::from(sight).min(SIGHTS.len() - 1)];
            let fill = colour.fill;
            writeln!(
                page.out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"18\" fill=\"{fill}\" \
                 stroke=\"#888\" stroke-width=\"0.5\"/>"
            )?;
            if width >= 12 {
                let (middle, base, text) = (x as f64 + width as f64 / 2.0, y + 13, colour.text);
                writeln!(
                    page.out,
                    "<text x=\"{middle}\" y=\"{base}\" font-size=\"12\" text-anchor=\"middle\" \
                     fill=\"{text}\">{sight}</text>"
                )?;
            }
            start = end;
        }
        page.y += 18;
        Ok(())
    }

    fn ruler(&self, page: &mut Page) -> fmt::Result {
        let widest = self.scale.first + self.scale.shown;
        let widest = Label::of(20, false, format_args!("{}", Bytes(widest)));
        let step = tick((widest.columns().max(2) as f64 * SMALL) as usize + 14, self.cell);
        let (y, base) = (page.y, page.y + 18);
        for cell in (0..=self.scale.cells).step_by(step) {
            let offset = self.scale.first + cell as u64 * self.scale.cell;
            if offset > self.scale.first + self.scale.shown {
                break;
            }
            let x = self.x(cell);
            writeln!(page.out, "<path d=\"M{x} {y}v6\" stroke=\"#333\"/>")?;
            let label = Label::of(20, false, format_args!("{}", Bytes(offset)));
            let half = (label.columns() as f64 * SMALL / 2.0) as usize;
            let anchor = match () {
                () if x < half => "start",
                () if x + half > page.width => "end",
                () => "middle",
            };
            writeln!(
                page.out,
                "<text x=\"{x}\" y=\"{base}\" font-size=\"12\" text-anchor=\"{anchor}\" \
                 fill=\"#333\">{}</text>",
                label.text()
            )?;
        }
        page.y += 22;
        Ok(())
    }

    /// A letter for each pair under a byte that both see, and then what pairs have in common.
    fn witnesses(&self, page: &mut Page) -> fmt::Result {
        let pairs = || facts::pairs(self.entries, self.block, self.options, self.scale);
        let mut letters = [0u8; MAX_CELLS];
        let mut lines = 0;
        for (cell, letter) in pairs().filter_map(|common| common.mark) {
            let middle = self.x(cell) as f64 + self.cell as f64 / 2.0;
            if letters[cell] == 0 {
                let (left, right, top, foot) = (middle - 4.0, middle + 4.0, page.y, page.y + 8);
                writeln!(page.out, "<path d=\"M{left} {foot}L{middle} {top}L{right} {foot}z\"/>")?;
            }
            letters[cell] += 1;
            lines = lines.max(letters[cell]);
            let base = page.y + 8 + 14 * usize::from(letters[cell]);
            writeln!(
                page.out,
                "<text x=\"{middle}\" y=\"{base}\" font-size=\"12\" font-weight=\"bold\" \
                 text-anchor=\"middle\">{letter}</text>"
            )?;
        }
        page.y += if lines == 0 { 0 } else { 12 + 14 * usize::from(lines) };
        for common in pairs() {
            page.note(&|label| common.tell(self.entries, self.block, false, label))?;
        }
        match facts::other_pairs(self.block, self.options) {
            0 => Ok(()),
            1 => page.note(&|label| label.write_str("   and 1 more pair")),
            others => page.note(&|label| write!(label, "   and {others} more pairs")),
        }
    }
}

fn explain(seen: &Seen, page: &mut Page) -> fmt::Result {
    let lines = [
        (seen.elements, "number in a box: the element's position in C order"),
        (seen.repeated, "×n over a black line: bytes of n elements of the array"),
        (seen.parts, "height: how many of a column's bytes are seen"),
        (seen.is_bound, "some rows are too tangled to count: they show more bytes than are seen"),
    ];
    for (_, text) in lines.iter().filter(|(shown, _)| *shown) {
        page.note(&|label| label.write_str(text))?;
    }
    Ok(())
}
