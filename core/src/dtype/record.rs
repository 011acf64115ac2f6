//! Records: items of several named fields, each with a type, an offset and perhaps axes of its own.
//!
//! A record type is what its layout is: two with the same fields, offsets, sizes and alignment are
//! one, with one code. What is built here is a [`Draft`]: measured, checked and not yet anywhere;
//! `table` keeps those that become types.
//!
//! Nobody can make the library keep or walk through more than it can bear: names, fields, depth,
//! the leaves of the tree of fields, and all records together have limits.

#![forbid(unsafe_code)]

use super::DType;
use super::table;
use crate::error::{Error, Result, ShortText};
use std::ffi::CStr;
use std::fmt;

/// The most fields of a record.
pub const MAX_FIELDS: usize = 4096;
/// The longest name of a field, in bytes of UTF-8.
pub const MAX_NAME: usize = 255;
/// How deep records nest; a record of scalars is one deep.
pub const MAX_DEPTH: u8 = 16;
/// The most fields of all depths together that are no records themselves.
const MAX_LEAVES: u32 = 1 << 16;
/// The most axes of a field.
const MAX_NDIM: usize = 64;

/// A field as it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec<'a> {
    pub name: &'a [u8],
    /// From the beginning of the item; behind the field before, when absent.
    pub offset: Option<i64>,
    pub dtype: DType,
    /// The axes that each item has in this field.
    pub shape: &'a [i64],
}

/// How fields without an offset are placed, and what size and alignment the record gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// One behind the other, without gaps or alignment.
    Packed,
    /// As a C compiler places the members of a struct; given offsets and size must agree.
    Aligned,
    /// Part of a record with such fields: given offsets need not agree with anything.
    Part { aligned: bool },
}

impl Packing {
    fn is_aligned(self) -> bool {
        matches!(self, Packing::Aligned | Packing::Part { aligned: true })
    }
}

/// A field of an existing record. Everything it refers to lives as long as the process.
#[derive(Clone, Copy)]
pub struct Field {
    pub name: &'static CStr,
    pub dtype: DType,
    /// In bytes, from the beginning of the item.
    pub offset: u32,
    /// The elements of each item.
    pub count: u32,
    pub shape: &'static [i64],
}

impl Field {
    pub fn nbytes(&self) -> usize {
        self.count as usize * self.dtype.itemsize()
    }

    pub fn spec(&self) -> FieldSpec<'static> {
        FieldSpec {
            name: self.name.to_bytes(),
            offset: Some(self.offset.into()),
            dtype: self.dtype,
            shape: self.shape,
        }
    }
}

/// A record type, kept for the life of the process.
pub struct Record {
    pub(super) code: i32,
    pub(super) measure: Measure,
    pub(super) fields: &'static [Field],
}

/// What a record comes to as a whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    pub itemsize: u32,
    pub alignment: u32,
    pub aligned: bool,
    pub depth: u8,
    pub leaves: u32,
}

impl Record {
    pub fn dtype(&self) -> DType {
        DType { code: self.code, itemsize: self.measure.itemsize }
    }

    pub fn fields(&self) -> &'static [Field] {
        self.fields
    }

    pub fn alignment(&self) -> usize {
        self.measure.alignment as usize
    }

    /// Whether it was made to be aligned as C aligns: NumPy's `isalignedstruct`.
    pub fn is_aligned(&self) -> bool {
        self.measure.aligned
    }

    /// How many fields of all depths are no records themselves.
    pub fn leaves(&self) -> u32 {
        self.measure.leaves
    }

    pub fn position(&self, name: &[u8]) -> Result<usize> {
        let found = self.fields.iter().position(|field| field.name.to_bytes() == name);
        found.ok_or(Error::NoField { name: ShortText::new(name), dtype: self.dtype() })
    }

    pub fn field(&self, name: &[u8]) -> Result<&'static Field> {
        Ok(&self.fields[self.position(name)?])
    }

    /// Whether no two fields share a byte and all come in the order of their offsets.
    pub fn is_in_order(&self) -> bool {
        let ends = self.fields.iter().map(|field| field.offset as usize + field.nbytes());
        self.fields.iter().skip(1).zip(ends).all(|(field, end)| field.offset as usize >= end)
    }
}

impl fmt::Display for Record {
    /// The first few names, which is enough to know it by.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        const SHOWN: usize = 4;
        f.write_str("record (")?;
        for (at, field) in self.fields.iter().take(SHOWN).enumerate() {
            let name = ShortText::new(field.name.to_bytes());
            write!(f, "{}{name}", if at == 0 { "" } else { ", " })?;
        }
        f.write_str(if self.fields.len() > SHOWN { ", ...)" } else { ")" })
    }
}

/// The record type with these fields, in this order. `itemsize` is the least that holds them, if
/// it is not given.
pub(super) fn make<'a>(
    fields: impl Iterator<Item = FieldSpec<'a>> + Clone,
    itemsize: Option<i64>,
    packing: Packing,
) -> Result<DType> {
    let draft = Draft::new(fields, itemsize, packing)?;
    Ok(table::intern(&draft)?.dtype())
}

impl DType {
    /// The record type with these fields; see [`FieldSpec`] and [`Packing`].
    pub fn with_fields<'a>(
        fields: impl Iterator<Item = FieldSpec<'a>> + Clone,
        itemsize: Option<i64>,
        packing: Packing,
    ) -> Result<DType> {
        make(fields, itemsize, packing)
    }

    /// The record of some of this record's fields, at their places in an item of the same size:
    /// the type of NumPy's `a[["x", "z"]]`.
    pub fn with_only<'a>(self, names: impl Iterator<Item = &'a [u8]> + Clone) -> Result<DType> {
        let record = self.record().ok_or(Error::NoRecord { dtype: self })?;
        names.clone().try_for_each(|name| record.position(name).map(drop))?;
        let fields = names.filter_map(|name| record.field(name).ok()).map(Field::spec);
        let packing = Packing::Part { aligned: record.is_aligned() };
        make(fields, Some(self.itemsize().try_into().unwrap_or(i64::MAX)), packing)
    }
}

/// A record that has been measured and found good, but perhaps for names given twice.
pub(super) struct Draft<I> {
    fields: I,
    packing: Packing,
    pub measure: Measure,
    pub count: usize,
    /// All names with their ends, and all axes.
    pub name_bytes: usize,
    pub axes: usize,
}

impl<'a, I: Iterator<Item = FieldSpec<'a>> + Clone> Draft<I> {
    fn new(fields: I, itemsize: Option<i64>, packing: Packing) -> Result<Draft<I>> {
        let mut walk = Walk::default();
        let measure = Measure {
            itemsize: 0,
            alignment: 1,
            aligned: packing.is_aligned(),
            depth: 1,
            leaves: 0,
        };
        let mut draft = Draft { fields, packing, measure, count: 0, name_bytes: 0, axes: 0 };
        for spec in draft.fields.clone() {
            draft.add(&mut walk, spec)?;
        }
        if draft.count == 0 {
            return Err(Error::Argument { what: "the number of fields", value: 0 });
        }
        draft.measure.itemsize = draft.settle_itemsize(walk.end, itemsize)?;
        Ok(draft)
    }

    fn add(&mut self, walk: &mut Walk, spec: FieldSpec) -> Result<()> {
        if self.count == MAX_FIELDS {
            return Err(Error::Limit { what: "fields of a record", limit: MAX_FIELDS as u64 });
        }
        let fault = |reason| field_fault(self.count, &spec, reason);
        check_name(spec.name).map_err(fault)?;
        walk.place(&spec, self.packing).map_err(fault)?;
        let (alignment, depth, leaves) = match spec.dtype.record() {
            None => (spec.dtype.alignment() as u32, 1, 1),
            Some(record) => {
                (record.measure.alignment, record.measure.depth + 1, record.measure.leaves)
            }
        };
        let measure = &mut self.measure;
        if self.packing == Packing::Aligned {
            measure.alignment = measure.alignment.max(alignment);
        }
        measure.depth = measure.depth.max(depth);
        measure.leaves = measure.leaves.saturating_add(leaves);
        if measure.depth > MAX_DEPTH {
            return Err(Error::Limit { what: "records in records", limit: MAX_DEPTH.into() });
        }
        if measure.leaves > MAX_LEAVES {
            return Err(Error::Limit { what: "fields of all depths", limit: MAX_LEAVES.into() });
        }
        self.count += 1;
        self.name_bytes += spec.name.len() + 1;
        self.axes += spec.shape.len();
        Ok(())
    }

    /// Refuses a name given twice. Takes long for many fields, but no record that is there has one,
    /// so that only new ones need to be checked.
    pub fn check_names(&self) -> Result<()> {
        for (at, spec) in self.fields.clone().enumerate() {
            if self.fields.clone().take(at).any(|before| before.name == spec.name) {
                return Err(field_fault(at, &spec, "the name is another field's too"));
            }
        }
        Ok(())
    }

    fn settle_itemsize(&self, end: u32, given: Option<i64>) -> Result<u32> {
        let alignment = self.measure.alignment;
        let need = end.checked_next_multiple_of(alignment).unwrap_or(u32::MAX);
        let itemsize = given.unwrap_or(need.into());
        match u32::try_from(itemsize) {
            Ok(fit @ 1..=DType::MAX_ITEMSIZE) if fit >= end && fit % alignment == 0 => Ok(fit),
            _ => Err(Error::RecordSize { itemsize, need, alignment }),
        }
    }

    /// The fields with their offsets.
    pub fn placed(&self) -> impl Iterator<Item = Placed<'a>> + use<'a, I> {
        let (mut walk, packing) = (Walk::default(), self.packing);
        self.fields.clone().map_while(move |spec| walk.place(&spec, packing).ok())
    }

    pub fn matches(&self, record: &Record) -> bool {
        let agree = |(placed, field): (Placed, &Field)| {
            placed.offset == field.offset
                && placed.spec.dtype == field.dtype
                && placed.spec.shape == field.shape
                && placed.spec.name == field.name.to_bytes()
        };
        self.measure == record.measure
            && self.count == record.fields.len()
            && self.placed().zip(record.fields).all(agree)
    }

    /// FNV-1a, over all that [`matches`](Self::matches) compares.
    pub fn hash(&self) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        let mut add = |bytes: &[u8]| {
            for &byte in bytes {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        };
        add(&self.measure.itemsize.to_le_bytes());
        add(&[self.measure.alignment as u8, self.measure.aligned.into()]);
        for placed in self.placed() {
            add(placed.spec.name);
            add(&[0]);
            add(&placed.offset.to_le_bytes());
            add(&placed.spec.dtype.code().to_le_bytes());
            for extent in placed.spec.shape {
                add(&extent.to_le_bytes());
            }
        }
        hash
    }
}

/// A field with its place.
pub(super) struct Placed<'a> {
    pub spec: FieldSpec<'a>,
    pub offset: u32,
    pub count: u32,
}

/// Where the fields so far end.
#[derive(Default)]
struct Walk {
    /// Of the field before.
    last: u32,
    /// Of whichever reaches farthest.
    end: u32,
}

impl Walk {
    fn place<'a>(
        &mut self,
        spec: &FieldSpec<'a>,
        packing: Packing,
    ) -> std::result::Result<Placed<'a>, &'static str> {
        const TOO_LARGE: &str = "it needs more bytes than an item can have, 2147483647";
        let align = match packing {
            Packing::Aligned => spec.dtype.alignment() as u32,
            _ => 1,
        };
        let offset = match spec.offset {
            Some(offset) if offset < 0 => return Err("the offset is negative"),
            Some(offset) => u32::try_from(offset).map_err(|_| TOO_LARGE)?,
            None => self.last.checked_next_multiple_of(align).ok_or(TOO_LARGE)?,
        };
        if offset % align != 0 {
            return Err("the offset is no multiple of the type's alignment");
        }
        if spec.shape.len() > MAX_NDIM {
            return Err("it has more than 64 axes");
        }
        if spec.shape.iter().any(|&extent| extent < 0) {
            return Err("an extent is negative");
        }
        let count = if spec.shape.contains(&0) {
            Some(0)
        } else {
            let mut extents = spec.shape.iter().map(|&extent| u32::try_from(extent).ok());
            extents.try_fold(1u32, |count, extent| count.checked_mul(extent?))
        };
        let count = count.ok_or(TOO_LARGE)?;
        let nbytes = count.checked_mul(spec.dtype.itemsize).ok_or(TOO_LARGE)?;
        let end = offset.checked_add(nbytes).ok_or(TOO_LARGE)?;
        if end > DType::MAX_ITEMSIZE {
            return Err(TOO_LARGE);
        }
        self.last = end;
        self.end = self.end.max(end);
        Ok(Placed { spec: *spec, offset, count })
    }
}

fn check_name(name: &[u8]) -> std::result::Result<(), &'static str> {
    match std::str::from_utf8(name) {
        Err(_) => Err("the name is not UTF-8"),
        Ok("") => Err("the name is empty"),
        Ok(_) if name.len() > MAX_NAME => Err("the name is longer than 255 bytes"),
        Ok(text) if text.contains('\0') => Err("the name holds a zero byte"),
        Ok(_) => Ok(()),
    }
}

fn field_fault(position: usize, spec: &FieldSpec, reason: &'static str) -> Error {
    Error::Field { position, name: ShortText::new(spec.name), reason }
}
