//! The type of a file's elements, as its header spells it: `'<f8'`, `'|V7'`, or for records a list
//! of fields, `[('x', '<i4'), ('', '|V4'), ('y', '<f8', (3,))]`, where a field without a name is a
//! gap. Fields lie one behind the other.

#![forbid(unsafe_code)]

use super::literal::{Reader, fault_at};
use crate::buffer::list::List;
use crate::dtype::{DType, Field, FieldSpec, Kind, MAX_DEPTH, Packing, Record};
use crate::error::{Error, Result, ShortText};
use crate::layout::{Dims, MAX_NDIM};
use std::fmt::{self, Write};

/// The fewest bytes that a field takes up in a header: `('','V1'),`.
const LEAST_FIELD: usize = 9;
/// The fewest that an extent does.
const LEAST_EXTENT: usize = 2;

/// What a header says of the elements.
#[derive(Debug)]
pub struct Descr {
    /// In the machine's byte order.
    pub dtype: DType,
    pub swapped: Swapped,
}

/// Which numbers are in the other byte order.
#[derive(Debug)]
pub enum Swapped {
    None,
    All,
    /// For records: one answer for each field that is none, in the order in which they are spelled.
    Some(Leaves),
}

/// The answers, in a list of their own.
pub struct Leaves(pub List<bool>);

impl fmt::Debug for Leaves {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.as_slice().fmt(f)
    }
}

/// Reads a type. Names are in Latin-1 before version 3 of the format.
pub fn read_descr(reader: &mut Reader, latin1: bool) -> Result<Descr> {
    if !reader.rest().starts_with(b"[") {
        let leaf = read_leaf(reader)?;
        let swapped = if leaf.swapped { Swapped::All } else { Swapped::None };
        return Ok(Descr { dtype: leaf.dtype, swapped });
    }
    let length = reader.rest().len();
    let mut builder = Builder {
        latin1,
        names: List::with_room(2 * length)?,
        nodes: List::with_room(length / LEAST_FIELD + 1)?,
        extents: List::with_room(length / LEAST_EXTENT + 1)?,
        leaves: List::with_room(length / LEAST_FIELD + 1)?,
    };
    let dtype = builder.record(reader, 1)?;
    let swapped = match builder.leaves.as_slice().contains(&true) {
        true => Swapped::Some(Leaves(builder.leaves)),
        false => Swapped::None,
    };
    Ok(Descr { dtype, swapped })
}

/// A type that is no record.
struct Leaf {
    dtype: DType,
    swapped: bool,
}

fn read_leaf(reader: &mut Reader) -> Result<Leaf> {
    let position = reader.position();
    // A tuple is a type with axes of its own, which only fields have.
    if reader.rest().starts_with(b"(") {
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
    let has_order = dtype.itemsize() > 1 && dtype.kind() != Kind::Bytes;
    Ok(Leaf { dtype, swapped: order == other && has_order })
}

fn dtype_of(name: &[u8]) -> Option<DType> {
    let &[letter, ref digits @ ..] = name else { return None };
    if letter == b'V' && !digits.starts_with(b"0") && !digits.starts_with(b"+") {
        return DType::from_name(name).ok();
    }
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

/// Records under way, the innermost last: a record's fields are taken off when it is a type.
struct Builder {
    latin1: bool,
    names: List<u8>,
    nodes: List<Node>,
    extents: List<i64>,
    leaves: List<bool>,
}

/// A field under way: where its name and its extents stand in the lists.
#[derive(Clone, Copy)]
struct Node {
    name: (usize, usize),
    shape: (usize, usize),
    offset: i64,
    dtype: DType,
}

impl Builder {
    fn record(&mut self, reader: &mut Reader, depth: u8) -> Result<DType> {
        if depth > MAX_DEPTH {
            return reader.fault("records nest more than 16 deep");
        }
        let position = reader.position();
        let before = (self.names.len(), self.nodes.len(), self.extents.len());
        let mut end = 0;
        reader.expect(b'[', "a list of fields is expected")?;
        reader.skip_blanks();
        while !reader.take(b']') {
            end = self.field(reader, depth, end)?;
            reader.skip_blanks();
            if !reader.take(b',') {
                reader.expect(b']', "a comma or the end of the list is expected")?;
                break;
            }
            reader.skip_blanks();
        }
        let (names, extents) = (self.names.as_slice(), self.extents.as_slice());
        let fields = self.nodes.as_slice()[before.1..].iter().map(|node| FieldSpec {
            name: &names[node.name.0..node.name.1],
            offset: Some(node.offset),
            dtype: node.dtype,
            shape: &extents[node.shape.0..node.shape.1],
        });
        let dtype = match DType::with_fields(fields, Some(end), Packing::Packed) {
            Err(Error::Field { reason, .. }) => return fault_at(position, reason),
            Err(Error::RecordSize { .. }) => {
                return fault_at(position, "an item needs more bytes than it can have");
            }
            // NumPy knows items of nothing; here they cannot be.
            Err(Error::Argument { .. }) => {
                return Err(Error::FileDType { descr: ShortText::new(b"[]") });
            }
            dtype => dtype?,
        };
        self.names.truncate(before.0);
        self.nodes.truncate(before.1);
        self.extents.truncate(before.2);
        Ok(dtype)
    }

    /// One field, which begins where the one before ends. Gives its own end.
    fn field(&mut self, reader: &mut Reader, depth: u8, begin: i64) -> Result<i64> {
        let position = reader.position();
        reader.expect(b'(', "a field is a tuple")?;
        reader.skip_blanks();
        if reader.rest().starts_with(b"(") {
            // A title and a name.
            return Err(Error::FileDType { descr: ShortText::new(reader.rest()) });
        }
        let name = reader.string("the name of a field is expected")?;
        reader.skip_blanks();
        reader.expect(b',', "a comma is expected")?;
        reader.skip_blanks();
        let leaves_before = self.leaves.len();
        let leaf = self.field_type(reader, depth)?;
        reader.skip_blanks();
        let mut shape = Dims::new();
        let mut has_shape = false;
        if reader.take(b',') {
            reader.skip_blanks();
            if reader.rest().starts_with(b"(") {
                shape = read_shape(reader)?;
                has_shape = true;
                reader.skip_blanks();
                reader.take(b',');
                reader.skip_blanks();
            }
        }
        reader.expect(b')', "the end of the field is expected")?;
        let Some(end) = end_of(begin, &shape, leaf.dtype) else {
            return fault_at(position, "a field needs more bytes than can be addressed");
        };
        let is_gap = name.is_empty() && (leaf.dtype.kind() == Kind::Bytes || has_shape);
        if is_gap {
            self.leaves.truncate(leaves_before);
            return Ok(end);
        }
        if !leaf.dtype.is_record() && !self.leaves.push(leaf.swapped) {
            return reader.fault("the header has more fields than it can have");
        }
        self.keep(name, &shape, begin, leaf.dtype, reader)?;
        Ok(end)
    }

    /// A nested record counts its own leaves, a type that is none is one.
    fn field_type(&mut self, reader: &mut Reader, depth: u8) -> Result<Leaf> {
        if !reader.rest().starts_with(b"[") {
            return read_leaf(reader);
        }
        Ok(Leaf { dtype: self.record(reader, depth + 1)?, swapped: false })
    }

    fn keep(
        &mut self,
        name: &[u8],
        shape: &[i64],
        offset: i64,
        dtype: DType,
        reader: &Reader,
    ) -> Result<()> {
        let (name_at, shape_at) = (self.names.len(), self.extents.len());
        let mut fits = shape.iter().all(|&extent| self.extents.push(extent));
        for &byte in name {
            // The first 256 characters of Unicode are Latin-1.
            let mut utf8 = [0; 2];
            match self.latin1 {
                true => {
                    let encoded = char::from(byte).encode_utf8(&mut utf8).as_bytes();
                    fits &= encoded.iter().all(|&byte| self.names.push(byte));
                }
                false => fits &= self.names.push(byte),
            }
        }
        let name = (name_at, self.names.len());
        let shape = (shape_at, self.extents.len());
        if !fits || !self.nodes.push(Node { name, shape, offset, dtype }) {
            return reader.fault("the header has more fields than it can have");
        }
        Ok(())
    }
}

fn end_of(begin: i64, shape: &[i64], dtype: DType) -> Option<i64> {
    if shape.contains(&0) {
        return Some(begin);
    }
    let nbytes = shape.iter().try_fold(dtype.itemsize() as i64, |n, &e| n.checked_mul(e))?;
    begin.checked_add(nbytes)
}

/// A tuple of extents.
pub fn read_shape(reader: &mut Reader) -> Result<Dims> {
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

pub fn write_shape(shape: &[i64], out: &mut dyn Write) -> fmt::Result {
    out.write_char('(')?;
    for (axis, extent) in shape.iter().enumerate() {
        let separator = if axis == 0 { "" } else { ", " };
        write!(out, "{separator}{extent}")?;
    }
    out.write_str(if shape.len() == 1 { ",)" } else { ")" })
}

/// Whether a file can hold elements of the type: fields in the order of their offsets, of types
/// that NumPy has, with names that Python spells without escapes.
pub fn can_be_spelled(dtype: DType) -> bool {
    match dtype.record() {
        None => dtype != DType::BFloat16,
        Some(record) => {
            let spelled = |field: &Field| {
                quote_of(field.name.to_bytes()).is_some() && can_be_spelled(field.dtype)
            };
            record.is_in_order() && record.fields().iter().all(spelled)
        }
    }
}

/// Python's quote for a string; none for one with escapes.
fn quote_of(name: &[u8]) -> Option<char> {
    if name.iter().any(|&byte| byte == b'\\' || byte.is_ascii_control()) {
        return None;
    }
    match (name.contains(&b'\''), name.contains(&b'"')) {
        (false, _) => Some('\''),
        (true, false) => Some('"'),
        (true, true) => None,
    }
}

/// Spells a type that [`can_be_spelled`].
pub fn write_descr(dtype: DType, out: &mut dyn Write) -> fmt::Result {
    if let Some(record) = dtype.record() {
        return write_record(record, out);
    }
    let order = match dtype.itemsize() {
        _ if dtype.kind() == Kind::Bytes => '|',
        1 => '|',
        _ if cfg!(target_endian = "little") => '<',
        _ => '>',
    };
    match kind_letter(dtype) {
        (Some(letter), digits) => {
            write!(out, "'{order}{}{}'", char::from(letter), digits.escape_ascii())
        }
        (None, _) => write!(out, "'{order}V{}'", dtype.itemsize()),
    }
}

fn write_record(record: &Record, out: &mut dyn Write) -> fmt::Result {
    let mut end = 0;
    let mut separator = "";
    out.write_char('[')?;
    for field in record.fields() {
        let offset = field.offset as usize;
        if offset > end {
            write!(out, "{separator}('', '|V{}')", offset - end)?;
            separator = ", ";
        }
        out.write_str(separator)?;
        write_field(field, out)?;
        separator = ", ";
        end = offset + field.nbytes();
    }
    let itemsize = record.dtype().itemsize();
    if itemsize > end {
        write!(out, "{separator}('', '|V{}')", itemsize - end)?;
    }
    out.write_char(']')
}

fn write_field(field: &Field, out: &mut dyn Write) -> fmt::Result {
    let name = field.name.to_str().unwrap_or_default();
    let quote = quote_of(name.as_bytes()).unwrap_or('\'');
    write!(out, "({quote}{name}{quote}, ")?;
    write_descr(field.dtype, out)?;
    if !field.shape.is_empty() {
        out.write_str(", ")?;
        write_shape(field.shape, out)?;
    }
    out.write_char(')')
}
