//! The text form of an index, `"1:3, ::-1, ..., newaxis"`, as people write it.
//!
//! ```text
//! items = [item {"," item} [","]]
//! item  = "..." | "newaxis" | "None" | int | [int] ":" [int] [":" [int]]
//! int   = ["+"|"-"] digits
//! ```
//!
//! Blanks stand anywhere between tokens, one pair of brackets may stand around the whole, and empty
//! text is `...`. Every fault is reported with the byte it was met at.

#![forbid(unsafe_code)]

use crate::error::{Error, Result};
use crate::layout::{Item, MAX_ITEMS, Slice};
use arrayvec::ArrayVec;

pub type Items = ArrayVec<Item, MAX_ITEMS>;

/// Reads index text; appends its items.
pub fn parse(text: &[u8], items: &mut Items) -> Result<()> {
    let mut reader = Reader { text, at: 0 };
    let bracketed = reader.eat(b'[');
    if reader.at_end(bracketed) {
        items.push(Item::Ellipsis);
    }
    while !reader.at_end(bracketed) {
        let item = reader.item()?;
        if items.try_push(item).is_err() {
            return Err(reader.fault("too many items"));
        }
        if !reader.eat(b',') && !reader.at_end(bracketed) {
            return Err(reader.fault("expected a comma or the end"));
        }
    }
    reader.finish(bracketed)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn fault(&self, reason: &'static str) -> Error {
        Error::Syntax { position: self.at, reason }
    }

    #[inline(never)]
    fn skip_blanks(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        if let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.get(self.at) {
            self.skip_blanks();
        }
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, token: u8) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, word: &[u8]) -> bool {
        let found = self.text[self.at..].starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn at_end(&mut self, bracketed: bool) -> bool {
        match self.peek() {
            None => true,
            Some(b']') => bracketed,
            Some(_) => false,
        }
    }

    fn finish(&mut self, bracketed: bool) -> Result<()> {
        if bracketed && !self.eat(b']') {
            return Err(self.fault("expected the closing bracket"));
        }
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault("expected the end after the closing bracket")),
        }
    }

    fn item(&mut self) -> Result<Item> {
        match self.peek() {
            Some(b'.') if self.eat_word(b"...") => Ok(Item::Ellipsis),
            Some(b'n') if self.eat_word(b"newaxis") => Ok(Item::NewAxis),
            Some(b'N') if self.eat_word(b"None") => Ok(Item::NewAxis),
            _ => self.integer_or_slice(),
        }
    }

    fn integer_or_slice(&mut self) -> Result<Item> {
        let start = self.integer()?;
        if !self.eat(b':') {
            let expected = "expected an integer, a slice, \"...\" or \"newaxis\"";
            return start.map(Item::Integer).ok_or_else(|| self.fault(expected));
        }
        let stop = self.integer()?;
        let step = if self.eat(b':') { self.integer()? } else { None };
        Ok(Item::Slice(Slice { start, stop, step: step.unwrap_or(1) }))
    }

    #[inline(always)]
    fn integer(&mut self) -> Result<Option<i64>> {
        match self.peek() {
            Some(b'0'..=b'9') => self.digits(self.at, false).map(Some),
            Some(sign @ (b'-' | b'+')) => self.signed(sign == b'-').map(Some),
            _ => Ok(None),
        }
    }

    /// A number that begins with its sign.
    #[inline(never)]
    fn signed(&mut self, negative: bool) -> Result<i64> {
        let begin = self.at;
        self.at += 1;
        if !matches!(self.text.get(self.at), Some(b'0'..=b'9')) {
            self.at = begin;
            return Err(self.fault("expected digits after the sign"));
        }
        self.digits(begin, negative)
    }

    /// The number whose text begins at `begin`. Counts downwards from zero, as there is one negative
    /// number more.
    fn digits(&mut self, begin: usize, negative: bool) -> Result<i64> {
        let mut value = Some(0i64);
        while let Some(digit @ b'0'..=b'9') = self.text.get(self.at) {
            let digit = i64::from(digit - b'0');
            value = value.and_then(|value| value.checked_mul(10)?.checked_sub(digit));
            self.at += 1;
        }
        let value = if negative { value } else { value.and_then(i64::checked_neg) };
        value
            .ok_or(Error::Syntax { position: begin, reason: "the integer does not fit in 64 bits" })
    }
}
