//! The header of a `.npy` file: what it says of the elements, read and written.
//!
//! ```text
//!   0        6     8          10 (12 from version 2.0 on)            a multiple of 64
//!   | \x93NUMPY | 1 0 | length | {'descr': '<f8', ... }    ...  \n | the elements ...
//! ```
//!
//! Knows no files: it is given the bytes.

#![forbid(unsafe_code)]

use super::literal::{Reader, fault_at};
use crate::dtype::{DType, Kind};
use crate::error::{Error, Result, ShortText};
use crate::layout::{Dims, MAX_NDIM, Order, check_shape, size};
use arrayvec::ArrayString;
use std::fmt::Write;

/// What every file begins with.
pub const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The longest header that is read, NumPy's limit against hostile ones.
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
#[derive(Clone, Debug)]
pub struct Header {
    pub version: (u8, u8),
    pub dtype: DType,
    pub order: Order,
    /// Whether the elements are in the other byte order.
    pub swapped: bool,
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
            b"descr" => once(&mut descr, position, read_descr(&mut reader)?)?,
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
    let Some((dtype, swapped)) = descr else { return fault_at(end, "the key descr is missing") };
    let Some(fortran) = fortran else {
        return fault_at(end, "the key fortran_order is missing");
    };
    let Some((at, shape)) = shape else { return fault_at(end, "the key shape is missing") };
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

/// A tuple of extents.
fn read_shape(reader: &mut Reader) -> Result<Dims> {
    let mut shape = Dims::new();
    reader.expect(b'(', "a tuple is expected")?;
    reader.skip_blanks();
    let mut comma = true;
    while !reader.take(b')') {
        if !comma {
            return reader.fault("a comma or the end of the tuple is expected");
        }
        if shape.len() == MAX_NDIM {
            return reader.fault("the shape has more than 64 axes");
        }
        shape.push(reader.extent()?);
        reader.skip_blanks();
        comma = reader.take(b',');
        reader.skip_blanks();
    }
    if shape.len() == 1 && !comma {
        return reader.fault("a tuple of one extent needs a comma");
    }
    Ok(shape)
}

/// The type of the elements, and whether they are in the other byte order.
fn read_descr(reader: &mut Reader) -> Result<(DType, bool)> {
    let position = reader.position();
    // A list is a record, a tuple a type with axes of its own.
    if reader.rest().starts_with(b"[") || reader.rest().starts_with(b"(") {
        return Err(Error::FileDType { descr: ShortText::new(reader.rest()) });
    }
    let descr = reader.string("the descr is no string")?;
    let (order, name) = match descr {
        [order @ (b'<' | b'>' | b'=' | b'|'), name @ ..] => (*order, name),
        _ => (b'=', descr),
    };
    let Some(dtype) = dtype_of(name) else {
        return match name {
            [b'O' | b'S' | b'a' | b'U' | b'V' | b'M' | b'm', ..]
            | [b'f' | b'c', b'1' | b'2' | b'3', b'0' | b'2' | b'4' | b'6'] => {
                Err(Error::FileDType { descr: ShortText::new(descr) })
            }
            _ => fault_at(position, "the descr names no element type"),
        };
    };
    let other = if cfg!(target_endian = "little") { b'>' } else { b'<' };
    Ok((dtype, order == other && dtype.itemsize() > 1))
}

fn dtype_of(name: &[u8]) -> Option<DType> {
    let &[letter, ref digits @ ..] = name else { return None };
    DType::ALL.into_iter().find(|&dtype| {
        let (own, bytes) = kind_letter(dtype);
        own == Some(letter) && bytes == digits
    })
}

/// The letter and the bytes by which NumPy calls a type; no letter for what it does not have.
fn kind_letter(dtype: DType) -> (Option<u8>, &'static [u8]) {
    let letter = match dtype.kind() {
        _ if dtype == DType::BFloat16 => None,
        Kind::Bool => Some(b'b'),
        Kind::Unsigned => Some(b'u'),
        Kind::Signed => Some(b'i'),
        Kind::Float => Some(b'f'),
        Kind::Complex => Some(b'c'),
        Kind::Bytes | Kind::Record => None,
    };
    let bytes: &[u8] = match dtype.itemsize() {
        1 => b"1",
        2 => b"2",
        4 => b"4",
        8 => b"8",
        _ => b"16",
    };
    (letter, bytes)
}

/// Room for the longest header there is: 64 extents of 19 digits.
pub type HeaderText = ArrayString<2048>;

/// The whole of a file before its elements, byte for byte as NumPy writes it.
pub fn whole_header(shape: &[i64], dtype: DType, order: Order) -> Result<WholeHeader> {
    let (Some(letter), digits) = kind_letter(dtype) else {
        return Err(Error::SaveDType { dtype });
    };
    let byte_order = match dtype.itemsize() {
        1 => '|',
        _ if cfg!(target_endian = "little") => '<',
        _ => '>',
    };
    let mut text = HeaderText::new();
    let fits = write_dict(&mut text, byte_order, letter, digits, shape, order);
    debug_assert!(fits.is_ok());
    let unpadded = MIN_PREFIX + text.len() + 1;
    for _ in 0..ALIGNMENT - unpadded % ALIGNMENT {
        text.push(' ');
    }
    text.push('\n');
    Ok(WholeHeader { text })
}

fn write_dict(
    text: &mut HeaderText,
    byte_order: char,
    letter: u8,
    digits: &[u8],
    shape: &[i64],
    order: Order,
) -> std::fmt::Result {
    let digits = digits.escape_ascii();
    let fortran = if order == Order::F { "True" } else { "False" };
    write!(text, "{{'descr': '{byte_order}{}{digits}', ", char::from(letter))?;
    write!(text, "'fortran_order': {fortran}, 'shape': (")?;
    for (axis, extent) in shape.iter().enumerate() {
        let separator = if axis == 0 { "" } else { ", " };
        write!(text, "{separator}{extent}")?;
    }
    text.write_str(if shape.len() == 1 { ",), }" } else { "), }" })?;
    let growing = if order == Order::F { shape.last() } else { shape.first() };
    let Some(&growing) = growing else { return Ok(()) };
    let digits = growing.checked_ilog10().unwrap_or(0) as usize + 1;
    for _ in digits..GROWTH_DIGITS {
        text.write_char(' ')?;
    }
    Ok(())
}

/// A header of version 1.0 that is ready to be written.
pub struct WholeHeader {
    text: HeaderText,
}

impl WholeHeader {
    /// Magic, version and length.
    pub fn prefix(&self) -> [u8; MIN_PREFIX] {
        let [low, high] = (self.text.len() as u16).to_le_bytes();
        let [a, b, c, d, e, f] = *MAGIC;
        [a, b, c, d, e, f, 1, 0, low, high]
    }

    pub fn text(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Of both.
    pub fn nbytes(&self) -> usize {
        MIN_PREFIX + self.text.len()
    }
}
