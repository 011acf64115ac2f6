//! The header of a `.npy` file: what it says of the elements, read and written.
//!
//! ```text
//!   0        6     8          10 (12 from version 2.0 on)            a multiple of 64
//!   | \x93NUMPY | 1 0 | length | {'descr': '<f8', ... }    ...  \n | the elements ...
//! ```
//!
//! Knows no files: it is given the bytes.

#![forbid(unsafe_code)]

use super::descr::{Swapped, can_be_spelled, read_descr, read_shape, write_descr, write_shape};
use super::literal::{Reader, fault_at};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{Dims, Order, check_shape, size};
use arrayvec::ArrayVec;
use std::fmt::{self, Write};

/// What every file begins with.
pub const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The longest header that is read, NumPy's limit against hostile ones, and so the longest that is
/// written.
pub const MAX_LENGTH: usize = 10_000;
/// The most that a file has before its header: magic, version, length.
pub const MAX_PREFIX: usize = 12;
/// The least.
pub const MIN_PREFIX: usize = 10;

/// The elements begin at a multiple of this.
const ALIGNMENT: usize = 64;
/// The first axis has room to grow to as many digits without moving the elements.
const GROWTH_DIGITS: usize = 21;

/// What a file holds.
#[derive(Debug)]
pub struct Header {
    pub version: (u8, u8),
    pub dtype: DType,
    pub order: Order,
    /// Which numbers are in the other byte order.
    pub swapped: Swapped,
    pub shape: Dims,
    /// The position of the first element.
    pub data_offset: usize,
    /// Of the elements.
    pub nbytes: usize,
}

impl Header {
    pub fn size(&self) -> i64 {
        size(&self.shape)
    }

    pub fn is_swapped(&self) -> bool {
        !matches!(self.swapped, Swapped::None)
    }

    /// The bytes of a whole file.
    pub fn file_bytes(&self) -> u64 {
        self.data_offset as u64 + self.nbytes as u64
    }
}

/// The prefix of a file: its version, and where its header stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    pub version: (u8, u8),
    pub header_at: usize,
    pub header_bytes: usize,
}

/// How long the prefix is, once its first eight bytes are known. `bytes` may be fewer if the file
/// has no more: what is there decides whether it is truncated or another file altogether.
pub fn prefix_bytes(bytes: &[u8]) -> Result<usize> {
    let differs = MAGIC.iter().zip(bytes).position(|(a, b)| a != b);
    if let Some(position) = differs {
        return fault_at(position, "a .npy file begins with \\x93NUMPY");
    }
    match bytes {
        [.., 1, 0] if bytes.len() == 8 => Ok(10),
        [.., 2 | 3, 0] if bytes.len() == 8 => Ok(12),
        _ if bytes.len() >= 8 => fault_at(6, "the version is not 1.0, 2.0 or 3.0"),
        _ => Err(Error::FileTruncated { expected: MIN_PREFIX as u64, found: bytes.len() as u64 }),
    }
}

/// Reads a whole prefix, which [`prefix_bytes`] has measured.
pub fn parse_prefix(bytes: &[u8]) -> Result<Prefix> {
    let header_bytes = match bytes[8..] {
        [a, b] => usize::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => return fault_at(8, "the length of the header is expected"),
    };
    if header_bytes > MAX_LENGTH {
        return fault_at(8, "the header is longer than 10000 bytes");
    }
    Ok(Prefix { version: (bytes[6], bytes[7]), header_at: bytes.len(), header_bytes })
}

/// Reads a header: a dict with exactly the keys that NumPy writes, in any order.
pub fn parse(prefix: Prefix, text: &[u8]) -> Result<Header> {
    let Prefix { version, header_at, header_bytes } = prefix;
    if let (3.., Err(error)) = (version.0, std::str::from_utf8(text)) {
        return fault_at(header_at + error.valid_up_to(), "the header is not UTF-8");
    }
    let mut reader = Reader::new(text, header_at, version.0 < 3);
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    reader.skip_blanks();
    reader.expect(b'{', "a dict is expected")?;
    reader.skip_blanks();
    while !reader.take(b'}') {
        let position = reader.position();
        let key = reader.string("a key or the end of the dict is expected")?;
        reader.skip_blanks();
        reader.expect(b':', "a colon is expected")?;
        reader.skip_blanks();
        match key {
            b"descr" => once(&mut descr, position, read_descr(&mut reader, version.0 < 3)?)?,
            b"fortran_order" => once(&mut fortran, position, reader.boolean()?)?,
            b"shape" => {
                let at = reader.position();
                once(&mut shape, position, (at, read_shape(&mut reader)?))?;
            }
            _ => return fault_at(position, "a key other than descr, fortran_order and shape"),
        }
        reader.skip_blanks();
        if !reader.take(b',') {
            reader.expect(b'}', "a comma or the end of the dict is expected")?;
            break;
        }
        reader.skip_blanks();
    }
    let end = reader.position() - 1;
    reader.skip_blanks();
    if !reader.at_end() {
        return reader.fault("something follows the dict");
    }
    let Some(descr) = descr else { return fault_at(end, "the key descr is missing") };
    let Some(fortran) = fortran else {
        return fault_at(end, "the key fortran_order is missing");
    };
    let Some((at, shape)) = shape else { return fault_at(end, "the key shape is missing") };
    let (dtype, swapped) = (descr.dtype, descr.swapped);
    let Ok(nbytes) = check_shape(&shape, dtype.itemsize()) else {
        return fault_at(at, "the shape needs more bytes than can be addressed");
    };
    let order = if fortran { Order::F } else { Order::C };
    let data_offset = header_at + header_bytes;
    Ok(Header { version, dtype, order, swapped, shape, data_offset, nbytes })
}

fn once<T>(place: &mut Option<T>, position: usize, value: T) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => fault_at(position, "a key is repeated"),
    }
}

/// A header that is ready to be written, byte for byte as NumPy writes it.
pub struct WholeHeader<'a> {
    shape: &'a [i64],
    dtype: DType,
    order: Order,
    /// 1.0, or 3.0 where a name needs it.
    version: u8,
    /// With its padding.
    text_bytes: usize,
}

impl<'a> WholeHeader<'a> {
    pub fn new(shape: &'a [i64], dtype: DType, order: Order) -> Result<WholeHeader<'a>> {
        let mut header = WholeHeader { shape, dtype, order, version: 1, text_bytes: 0 };
        let mut count = Count { characters: 0, bytes: 0, beyond_latin1: false };
        if !can_be_spelled(dtype) || header.write_dict(&mut count).is_err() {
            return Err(Error::SaveDType { dtype });
        }
        let mut length = count.characters;
        if count.beyond_latin1 {
            (header.version, length) = (3, count.bytes);
        }
        let unpadded = header.prefix_bytes() + length + 1;
        header.text_bytes = length + ALIGNMENT - unpadded % ALIGNMENT + 1;
        Ok(header)
    }

    fn prefix_bytes(&self) -> usize {
        if self.version < 3 { MIN_PREFIX } else { MAX_PREFIX }
    }

    pub fn nbytes(&self) -> usize {
        self.prefix_bytes() + self.text_bytes
    }

    /// Gives the whole to `sink`, in pieces.
    pub fn write(&self, sink: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let length = (self.text_bytes as u32).to_le_bytes();
        let mut pieces = Pieces { sink, held: ArrayVec::new(), failed: None };
        for &byte in MAGIC.iter().chain(&[self.version, 0]) {
            pieces.push(byte);
        }
        for &byte in &length[..self.prefix_bytes() - 8] {
            pieces.push(byte);
        }
        let mut text = Encoded { pieces, latin1: self.version < 3, written: 0 };
        let fits = self.write_dict(&mut text);
        debug_assert!(fits.is_ok());
        for _ in text.written + 1..self.text_bytes {
            text.pieces.push(b' ');
        }
        text.pieces.push(b'\n');
        text.pieces.finish()
    }

    fn write_dict(&self, text: &mut dyn Write) -> fmt::Result {
        let fortran = if self.order == Order::F { "True" } else { "False" };
        text.write_str("{'descr': ")?;
        write_descr(self.dtype, text)?;
        write!(text, ", 'fortran_order': {fortran}, 'shape': ")?;
        write_shape(self.shape, text)?;
        text.write_str(", }")?;
        let (first, last) = (self.shape.first(), self.shape.last());
        let growing = if self.order == Order::F { last } else { first };
        let Some(&growing) = growing else { return Ok(()) };
        let digits = growing.checked_ilog10().unwrap_or(0) as usize + 1;
        (digits..GROWTH_DIGITS).try_for_each(|_| text.write_char(' '))
    }
}

/// Measures a text, up to the longest that may be.
struct Count {
    characters: usize,
    bytes: usize,
    beyond_latin1: bool,
}

impl Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes += text.len();
        for character in text.chars() {
            self.characters += 1;
            self.beyond_latin1 |= character > '\u{ff}';
        }
        // The padding is at most this.
        if self.bytes + ALIGNMENT > MAX_LENGTH { Err(fmt::Error) } else { Ok(()) }
    }
}

/// A text on its way into a file: in Latin-1 before version 3, then in UTF-8.
struct Encoded<'a> {
    pieces: Pieces<'a>,
    latin1: bool,
    written: usize,
}

impl Write for Encoded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            let mut utf8 = [0; 4];
            let bytes = match u8::try_from(character) {
                Ok(byte) if self.latin1 => {
                    utf8[0] = byte;
                    &utf8[..1]
                }
                _ => character.encode_utf8(&mut utf8).as_bytes(),
            };
            bytes.iter().for_each(|&byte| self.pieces.push(byte));
            self.written += bytes.len();
        }
        Ok(())
    }
}

/// Gathers bytes, which come one by one. The first failure of the sink is kept.
struct Pieces<'a> {
    sink: &'a mut dyn FnMut(&[u8]) -> Result<()>,
    held: ArrayVec<u8, 512>,
    failed: Option<Error>,
}

impl Pieces<'_> {
    fn push(&mut self, byte: u8) {
        if self.held.is_full() {
            self.flush();
        }
        self.held.push(byte);
    }

    fn flush(&mut self) {
        if self.failed.is_none() {
            self.failed = (self.sink)(&self.held).err();
        }
        self.held.clear();
    }

    fn finish(mut self) -> Result<()> {
        self.flush();
        self.failed.map_or(Ok(()), Err)
    }
}
