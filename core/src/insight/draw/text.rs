//! The bytes as lines of text: a row for each array, a column or several for each cell.

use super::facts::{self, Direction, Seen};
use super::label::{Bytes, Label, fill};
use super::row::{MAX_CELLS, Piece, Row};
use super::scene::{Block, Scale, blocks};
use super::{DrawOptions, Entry, Form};
use std::fmt::{self, Write};

/// No cell takes more columns.
const WIDEST_CELL: usize = 10;
const LONGEST_NAME: usize = 16;
/// What precedes a row for the bytes of a block rather than an array.
const SEEN_BY: &str = "seen by";
const SHARED: &str = "shared";

pub fn draw(entries: &[Entry], options: &DrawOptions, out: &mut dyn Write) -> fmt::Result {
    let ascii = options.form == Form::Ascii;
    if entries.is_empty() {
        return out.write_str("no arrays");
    }
    let mut seen = Seen::default();
    for (number, block) in blocks(entries).enumerate() {
        if number > 0 {
            out.write_str("\n\n")?;
        }
        Picture::new(entries, &block, options, ascii).draw(&mut seen, out)?;
    }
    explain(&seen, ascii, out)
}

struct Picture<'a> {
    entries: &'a [Entry<'a>],
    block: &'a Block,
    options: &'a DrawOptions,
    ascii: bool,
    scale: Scale,
    /// The columns of names, and those of a cell.
    names: usize,
    cell: usize,
}

impl<'a> Picture<'a> {
    fn new(
        entries: &'a [Entry<'a>],
        block: &'a Block,
        options: &'a DrawOptions,
        ascii: bool,
    ) -> Picture<'a> {
        let width = |&at: &usize| Label::name(entries, at, LONGEST_NAME, ascii).columns();
        let names = block.members.iter().map(width).max().unwrap_or(0).max(SEEN_BY.len());
        // Behind the name, a direction between blanks.
        let room = options.width - names - 3;
        let scale = Scale::new(entries, block, options, room.min(MAX_CELLS));
        let cell = if scale.whole_elements { room / scale.cells.max(1) } else { 1 };
        let cell = cell.clamp(1, WIDEST_CELL);
        Picture { entries, block, options, ascii, scale, names, cell }
    }

    fn glyph(&self, unicode: char, ascii: char) -> char {
        if self.ascii { ascii } else { unicode }
    }

    fn draw(&self, seen: &mut Seen, out: &mut dyn Write) -> fmt::Result {
        self.title(out)?;
        self.ruler(out)?;
        let mut sights = [0u8; MAX_CELLS];
        for &member in &self.block.members {
            let row = Row::new(self.entries[member].array, self.block, self.scale);
            for (cell, sight) in sights.iter_mut().enumerate().take(self.scale.cells) {
                *sight += u8::from(row.sees(cell));
            }
            seen.add(&row);
            self.row(member, &row, out)?;
        }
        if self.block.members.len() > 1 && self.scale.cells > 0 {
            self.sights(&sights[..self.scale.cells], out)?;
        }
        self.witnesses(out)?;
        self.facts(out)
    }

    fn line(&self, out: &mut dyn Write, write: &dyn Fn(&mut Label) -> fmt::Result) -> fmt::Result {
        let mut label = Label::new(self.options.width, self.ascii);
        write(&mut label)?;
        writeln!(out, "{}", label.text())
    }

    fn title(&self, out: &mut dyn Write) -> fmt::Result {
        self.line(out, &|label| facts::about_block(self.entries, self.block, label))?;
        self.line(out, &|label| {
            let Scale { first, shown, cell, .. } = self.scale;
            if shown != self.block.nbytes {
                write!(label, "bytes {first} to {} of it; ", first + shown)?;
            }
            write!(label, "{} for ", super::label::Counted(self.cell as u64, "column"))?;
            if cell < 10_000 {
                write!(label, "{}", facts::Size(cell))
            } else {
                write!(label, "{cell} bytes ({})", Bytes(cell))
            }
        })
    }

    fn name(&self, label: &Label, sign: char, out: &mut dyn Write) -> fmt::Result {
        out.write_str(label.text())?;
        fill(' ', self.names - label.columns() + 1, out)?;
        out.write_char(sign)?;
        out.write_char(' ')
    }

    fn named(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        self.name(&Label::of(self.names, self.ascii, format_args!("{name}")), ' ', out)
    }

    /// Offsets over the first column of their cell, as many as fit.
    fn ruler(&self, out: &mut dyn Write) -> fmt::Result {
        if self.scale.cells == 0 {
            return Ok(());
        }
        self.named("byte", out)?;
        let widest =
            Label::of(20, true, format_args!("{}", Bytes(self.scale.first + self.scale.shown)));
        let step = super::scene::tick(widest.columns().max(2) + 2, self.cell);
        let columns = self.options.width - self.names - 3;
        let mut column = 0;
        for cell in (0..=self.scale.cells).step_by(step) {
            let offset = self.scale.first + cell as u64 * self.scale.cell;
            if offset > self.scale.first + self.scale.shown {
                break;
            }
            let label = Label::of(20, true, format_args!("{}", Bytes(offset)));
            if cell * self.cell + label.columns() > columns {
                break;
            }
            fill(' ', cell * self.cell - column, out)?;
            out.write_str(label.text())?;
            column = cell * self.cell + label.columns();
        }
        out.write_char('\n')
    }

    fn row(&self, member: usize, row: &Row, out: &mut dyn Write) -> fmt::Result {
        let sign = Direction::of(self.entries[member].array).sign(self.ascii);
        self.name(&Label::name(self.entries, member, LONGEST_NAME, self.ascii), sign, out)?;
        for (cells, piece) in row.pieces() {
            let columns = cells.len() * self.cell;
            match piece {
                Piece::Hole => fill(self.glyph('·', '.'), columns, out)?,
                Piece::Element(position) => self.element(position, columns, out)?,
                Piece::Repeated(times) => self.repeated(times, columns, out)?,
                Piece::Part { touched, bytes } => {
                    fill(self.shade(touched, bytes), columns, out)?;
                }
            }
        }
        out.write_char('\n')
    }

    fn element(&self, position: Option<i64>, columns: usize, out: &mut dyn Write) -> fmt::Result {
        if columns == 1 {
            return out.write_char(self.glyph('█', '#'));
        }
        let mut label = Label::new(20, true);
        if let Some(position) = position {
            write!(label, "{position}")?;
        }
        let (open, line, close) = if self.ascii { ('[', '-', ']') } else { ('├', '─', '┤') };
        self.boxed(open, line, close, &label, columns, out)
    }

    fn repeated(&self, times: u64, columns: usize, out: &mut dyn Write) -> fmt::Result {
        if columns == 1 {
            let digit = char::from_digit(times.min(10) as u32, 10);
            return out.write_char(digit.unwrap_or('+'));
        }
        let sign = self.glyph('×', 'x');
        let label = Label::of(20, self.ascii, format_args!("{sign}{times}"));
        let (open, line, close) = if self.ascii { ('{', '=', '}') } else { ('╞', '═', '╡') };
        self.boxed(open, line, close, &label, columns, out)
    }

    /// The label in a box, or before the end of one, where there is room for it.
    ///
    /// 1. there are at least two columns
    fn boxed(
        &self,
        open: char,
        line: char,
        close: char,
        label: &Label,
        columns: usize,
        out: &mut dyn Write,
    ) -> fmt::Result {
        let inside = columns - 1;
        let label = if label.columns() <= inside { label.text() } else { "" };
        let shown = label.chars().count();
        if shown < inside {
            out.write_char(open)?;
        }
        out.write_str(label)?;
        fill(line, inside.saturating_sub(shown + 1), out)?;
        out.write_char(close)
    }

    /// As high as the part is large; full or empty only if it is all or nothing.
    fn shade(&self, touched: u64, bytes: u64) -> char {
        const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        if touched >= bytes {
            return self.glyph('█', '#');
        }
        let eighths = (u128::from(touched) * 8 / u128::from(bytes)).clamp(1, 7) as usize;
        self.glyph(EIGHTHS[eighths], if eighths >= 4 { '+' } else { '-' })
    }

    fn sights(&self, sights: &[u8], out: &mut dyn Write) -> fmt::Result {
        self.named(SEEN_BY, out)?;
        // Blanks are held back until something follows them.
        let mut held = 0;
        for &sight in sights {
            fill(' ', std::mem::take(&mut held), out)?;
            match sight {
                0 => fill(self.glyph('·', '.'), self.cell, out)?,
                _ => {
                    out.write_char(char::from_digit(sight.into(), 10).unwrap_or('+'))?;
                    held = self.cell - 1;
                }
            }
        }
        out.write_char('\n')
    }

    /// A letter for each pair under a byte that both see, and then what pairs have in common.
    fn witnesses(&self, out: &mut dyn Write) -> fmt::Result {
        let pairs = || facts::pairs(self.entries, self.block, self.options, self.scale);
        // Letters for the same cell stand on lines of their own.
        let mut lines = 0;
        let mut letters = [0u8; MAX_CELLS];
        for (cell, _) in pairs().filter_map(|common| common.mark) {
            letters[cell] += 1;
            lines = lines.max(letters[cell]);
        }
        for line in 0..lines {
            self.named(if line == 0 { SHARED } else { "" }, out)?;
            self.letters(line, &mut pairs().filter_map(|common| common.mark), out)?;
        }
        for common in pairs() {
            self.line(out, &|label| common.tell(self.entries, self.block, self.ascii, label))?;
        }
        match facts::other_pairs(self.block, self.options) {
            0 => Ok(()),
            1 => out.write_str("   and 1 more pair\n"),
            others => writeln!(out, "   and {others} more pairs"),
        }
    }

    /// Of all marks, the first one of each cell, or another one.
    fn letters(
        &self,
        number: u8,
        marks: &mut dyn Iterator<Item = (usize, char)>,
        out: &mut dyn Write,
    ) -> fmt::Result {
        let mut found = [0u8; MAX_CELLS];
        let mut line = [None; MAX_CELLS];
        for (cell, letter) in marks {
            if found[cell] == number {
                line[cell] = Some(letter);
            }
            found[cell] += 1;
        }
        let mut column = 0;
        for (cell, letter) in line.iter().enumerate() {
            if let Some(letter) = letter {
                fill(' ', cell * self.cell - column, out)?;
                out.write_char(*letter)?;
                column = cell * self.cell + 1;
            }
        }
        out.write_char('\n')
    }

    /// What each array is.
    fn facts(&self, out: &mut dyn Write) -> fmt::Result {
        for (number, &member) in self.block.members.iter().enumerate() {
            if number > 0 {
                out.write_char('\n')?;
            }
            let mut label = Label::new(self.options.width, self.ascii);
            let name = Label::name(self.entries, member, LONGEST_NAME, self.ascii);
            label.write_str(name.text())?;
            fill(' ', self.names - name.columns() + 1, &mut label)?;
            facts::about(self.entries, member, &mut label)?;
            out.write_str(label.text())?;
        }
        Ok(())
    }
}

fn explain(seen: &Seen, ascii: bool, out: &mut dyn Write) -> fmt::Result {
    let (element, repeated, part) = match ascii {
        true => ("[n-]", "{xn}", "# + -"),
        false => ("├n─┤", "╞×n╡", "█ ▇ ▁"),
    };
    let lines = [
        (seen.elements, element, "the element at position n of the array, in C order"),
        (seen.repeated, repeated, "bytes of n elements of the array"),
        (seen.parts, part, "all, most, few of the bytes that a column stands for"),
        (
            seen.is_bound,
            "",
            "(some rows show more bytes than are seen: they are too tangled to count)",
        ),
    ];
    for (_, sign, text) in lines.iter().filter(|(shown, ..)| *shown) {
        write!(out, "\n{sign}{}{text}", if sign.is_empty() { "" } else { "  " })?;
    }
    Ok(())
}
