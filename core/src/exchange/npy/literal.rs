//! Reads the little of Python's syntax that headers are written in: a dict of strings, integers,
//! `True`, `False` and tuples, with blanks and comments anywhere between them.
//!
//! Knows nothing of arrays. A fault carries its position in the file.

#![forbid(unsafe_code)]

use crate::error::{Error, Result};

/// A text and how far it has been read.
pub struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    /// The position of the text in the file.
    start: usize,
    /// Whether integers may end in `L`, as Python 2 wrote them.
    long_integers: bool,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a [u8], start: usize, long_integers: bool) -> Reader<'a> {
        Reader { text, at: 0, start, long_integers }
    }

    /// The next byte's position in the file.
    pub fn position(&self) -> usize {
        self.start + self.at
    }

    pub fn fault<T>(&self, reason: &'static str) -> Result<T> {
        fault_at(self.position(), reason)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The text from here on.
    pub fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    pub fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Skips blanks, line ends and comments.
    pub fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\x0c' | b'\n' | b'\r' => self.at += 1,
                b'#' => self.skip_comment(),
                _ => break,
            }
        }
    }

    /// To the end of the line; a zero byte is none of a comment's either.
    fn skip_comment(&mut self) {
        while self.peek().is_some_and(|byte| !matches!(byte, b'\n' | b'\r' | b'\0')) {
            self.at += 1;
        }
    }

    /// Skips one byte if it is this one.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub fn expect(&mut self, byte: u8, otherwise: &'static str) -> Result<()> {
        if self.take(byte) { Ok(()) } else { self.fault(otherwise) }
    }

    /// A string in single or double quotes, without escapes.
    pub fn string(&mut self, otherwise: &'static str) -> Result<&'a [u8]> {
        let Some(quote @ (b'\'' | b'"')) = self.peek() else {
            return self.fault(otherwise);
        };
        self.at += 1;
        let begin = self.at;
        loop {
            match self.peek() {
                Some(byte) if byte == quote => break,
                Some(b'\n' | b'\r') | None => return self.fault("a string does not end"),
                Some(b'\\' | b'\0') => return self.fault("a string holds an escape"),
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(&self.text[begin..self.at - 1])
    }

    pub fn boolean(&mut self) -> Result<bool> {
        for (word, value) in [(&b"True"[..], true), (&b"False"[..], false)] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.fault("True or False is expected")
    }

    /// A decimal integer that is not negative. As in Python, it may have a sign but no leading
    /// zeros.
    pub fn extent(&mut self) -> Result<i64> {
        let position = self.position();
        let negative = self.peek() == Some(b'-');
        if negative || self.peek() == Some(b'+') {
            self.at += 1;
            self.skip_blanks();
        }
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = &self.rest()[..digits];
        if digits == 0 {
            return self.fault("an integer is expected");
        }
        if number[0] == b'0' && number.iter().any(|&digit| digit != b'0') {
            return self.fault("an integer begins with a zero");
        }
        self.at += digits;
        self.skip_long_suffix();
        let value = number.iter().try_fold(0i64, |value, digit| {
            value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
        });
        match value {
            Some(value) if value == 0 || !negative => Ok(value),
            _ if negative => fault_at(position, "an extent is negative"),
            _ => fault_at(position, "an extent does not fit in 64 bits"),
        }
    }

    fn skip_long_suffix(&mut self) {
        if !self.long_integers {
            return;
        }
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\x0c');
        let blanks = self.rest().iter().take_while(is_blank).count();
        if self.rest().get(blanks) == Some(&b'L') {
            self.at += blanks + 1;
        }
    }
}

pub fn fault_at<T>(position: usize, reason: &'static str) -> Result<T> {
    Err(Error::FileFormat { position, reason })
}
