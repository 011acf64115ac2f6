//! Words of a limited width, and names from outside, of which only what can be shown is kept.

use super::Entry;
use arrayvec::ArrayString;
use std::fmt::{self, Write};

/// Text of at most so many columns, ended by an ellipsis where it was longer.
pub struct Label {
    text: ArrayString<1024>,
    columns: usize,
    room: usize,
    cut: bool,
    ascii: bool,
}

impl Label {
    pub fn new(room: usize, ascii: bool) -> Label {
        Label { text: ArrayString::new(), columns: 0, room: room.clamp(1, 250), cut: false, ascii }
    }

    pub fn of(room: usize, ascii: bool, text: fmt::Arguments) -> Label {
        let mut label = Label::new(room, ascii);
        // It never fails: what does not fit is left out.
        let _ = label.write_fmt(text);
        label
    }

    pub fn name(entries: &[Entry], at: usize, room: usize, ascii: bool) -> Label {
        let mut label = Label::new(room, ascii);
        match entries[at].name {
            Some(name) => shown(name).for_each(|each| label.push(each)),
            None => drop(write!(label, "#{at}")),
        }
        label
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    fn push(&mut self, each: char) {
        if self.cut {
            return;
        }
        let each = if self.ascii && !each.is_ascii() { '?' } else { each };
        let wide = columns_of(each);
        // The last column is kept for an ellipsis, until it is known that nothing follows.
        if self.columns + wide > self.room || self.text.remaining_capacity() < 8 {
            self.cut = true;
            self.make_room();
            self.text.push(if self.ascii { '~' } else { '…' });
            self.columns += 1;
            return;
        }
        self.text.push(each);
        self.columns += wide;
    }

    fn make_room(&mut self) {
        while self.columns + 1 > self.room {
            let Some(last) = self.text.pop() else { return };
            self.columns -= columns_of(last);
        }
    }
}

impl Write for Label {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().for_each(|each| self.push(each));
        Ok(())
    }
}

/// The characters of a name. What is no UTF-8, no character of XML, or turns a terminal or the
/// direction of text, is shown as a replacement.
fn shown(name: &[u8]) -> impl Iterator<Item = char> {
    let chunks = name.utf8_chunks();
    let all = chunks.flat_map(|chunk| {
        let wrong = (!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(wrong)
    });
    all.map(|each| match each {
        _ if each.is_control() => char::REPLACEMENT_CHARACTER,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            char::REPLACEMENT_CHARACTER
        }
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'.. => char::REPLACEMENT_CHARACTER,
        _ => each,
    })
}

/// How many columns a terminal gives to a character.
fn columns_of(each: char) -> usize {
    match each {
        '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 2,
        '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' => 2,
        '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// A number of bytes in few columns: `640`, `12 KiB`, `9.3 GiB`.
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        const UNITS: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
        if self.0 < 10_000 {
            return write!(f, "{}", self.0);
        }
        let power = (self.0.ilog2() / 10) as usize;
        let unit = 1u64 << (10 * power);
        let whole = self.0 / unit;
        let tenths = ((self.0 % unit) as u128 * 10 / unit as u128) as u64;
        if tenths == 0 || whole >= 100 {
            write!(f, "{whole} {}B", UNITS[power])
        } else {
            write!(f, "{whole}.{tenths} {}B", UNITS[power])
        }
    }
}

/// A number with its word: `1 view`, `3 views`.
pub struct Counted(pub u64, pub &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}

/// The same character, some times.
pub fn fill(each: char, times: usize, out: &mut dyn Write) -> fmt::Result {
    (0..times).try_for_each(|_| out.write_char(each))
}
