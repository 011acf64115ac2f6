//! Element types: their codes, sizes and names, and which converts to which.
//!
//! Knows nothing of arrays, memory or conversion loops. The codes are part of the ABI:
//!
//! ```text
//!   1 ... 15                 the scalar types, never renumbered
//!   65536 ... 196607         records, interned for the life of the process
//!   -2 ... -2147483648       raw bytes: -1 minus their number
//!   0, -1                    never a type
//! ```

#![deny(unsafe_code)]

mod cast_rules;
mod record;
mod table;
#[cfg(test)]
mod tests;

pub use cast_rules::Casting;
pub use record::{Field, FieldSpec, MAX_DEPTH, MAX_FIELDS, MAX_NAME, Packing, Record};

use crate::error::{Error, Result, ShortText};
use std::ffi::CStr;
use std::fmt;

/// The type of an array's elements, native-endian in memory. The item's size travels with the code,
/// as every view asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DType {
    code: i32,
    itemsize: u32,
}

/// The types whose elements are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Scalar {
    Bool = 1,
    Int8 = 2,
    Int16 = 3,
    Int32 = 4,
    Int64 = 5,
    UInt8 = 6,
    UInt16 = 7,
    UInt32 = 8,
    UInt64 = 9,
    Float16 = 10,
    BFloat16 = 11,
    Float32 = 12,
    Float64 = 13,
    Complex64 = 14,
    Complex128 = 15,
}

/// What a type's values are; NumPy's `dtype.kind` says `V` for the last two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Bool,
    Unsigned,
    Signed,
    Float,
    Complex,
    Bytes,
    Record,
}

impl Scalar {
    const ALL: [Scalar; 15] = [
        Scalar::Bool,
        Scalar::Int8,
        Scalar::Int16,
        Scalar::Int32,
        Scalar::Int64,
        Scalar::UInt8,
        Scalar::UInt16,
        Scalar::UInt32,
        Scalar::UInt64,
        Scalar::Float16,
        Scalar::BFloat16,
        Scalar::Float32,
        Scalar::Float64,
        Scalar::Complex64,
        Scalar::Complex128,
    ];

    const fn itemsize(self) -> u32 {
        match self {
            Scalar::Bool | Scalar::Int8 | Scalar::UInt8 => 1,
            Scalar::Int16 | Scalar::UInt16 | Scalar::Float16 | Scalar::BFloat16 => 2,
            Scalar::Int32 | Scalar::UInt32 | Scalar::Float32 => 4,
            Scalar::Int64 | Scalar::UInt64 | Scalar::Float64 | Scalar::Complex64 => 8,
            Scalar::Complex128 => 16,
        }
    }

    /// What the C compiler of the platform aligns its type to: 8 bytes are not aligned to 8
    /// everywhere.
    const fn alignment(self) -> usize {
        match self {
            Scalar::Bool | Scalar::Int8 | Scalar::UInt8 => align_of::<u8>(),
            Scalar::Int16 | Scalar::UInt16 | Scalar::Float16 | Scalar::BFloat16 => {
                align_of::<u16>()
            }
            Scalar::Int32 | Scalar::UInt32 => align_of::<u32>(),
            Scalar::Int64 | Scalar::UInt64 => align_of::<u64>(),
            Scalar::Float32 | Scalar::Complex64 => align_of::<f32>(),
            Scalar::Float64 | Scalar::Complex128 => align_of::<f64>(),
        }
    }

    fn kind(self) -> Kind {
        match self {
            Scalar::Bool => Kind::Bool,
            Scalar::UInt8 | Scalar::UInt16 | Scalar::UInt32 | Scalar::UInt64 => Kind::Unsigned,
            Scalar::Int8 | Scalar::Int16 | Scalar::Int32 | Scalar::Int64 => Kind::Signed,
            Scalar::Float16 | Scalar::BFloat16 | Scalar::Float32 | Scalar::Float64 => Kind::Float,
            Scalar::Complex64 | Scalar::Complex128 => Kind::Complex,
        }
    }

    fn c_name(self) -> &'static CStr {
        match self {
            Scalar::Bool => c"bool",
            Scalar::Int8 => c"int8",
            Scalar::Int16 => c"int16",
            Scalar::Int32 => c"int32",
            Scalar::Int64 => c"int64",
            Scalar::UInt8 => c"uint8",
            Scalar::UInt16 => c"uint16",
            Scalar::UInt32 => c"uint32",
            Scalar::UInt64 => c"uint64",
            Scalar::Float16 => c"float16",
            Scalar::BFloat16 => c"bfloat16",
            Scalar::Float32 => c"float32",
            Scalar::Float64 => c"float64",
            Scalar::Complex64 => c"complex64",
            Scalar::Complex128 => c"complex128",
        }
    }
}

#[allow(non_upper_case_globals)] // They are the names of types.
impl DType {
    pub const Bool: DType = DType::of(Scalar::Bool);
    pub const Int8: DType = DType::of(Scalar::Int8);
    pub const Int16: DType = DType::of(Scalar::Int16);
    pub const Int32: DType = DType::of(Scalar::Int32);
    pub const Int64: DType = DType::of(Scalar::Int64);
    pub const UInt8: DType = DType::of(Scalar::UInt8);
    pub const UInt16: DType = DType::of(Scalar::UInt16);
    pub const UInt32: DType = DType::of(Scalar::UInt32);
    pub const UInt64: DType = DType::of(Scalar::UInt64);
    pub const Float16: DType = DType::of(Scalar::Float16);
    pub const BFloat16: DType = DType::of(Scalar::BFloat16);
    pub const Float32: DType = DType::of(Scalar::Float32);
    pub const Float64: DType = DType::of(Scalar::Float64);
    pub const Complex64: DType = DType::of(Scalar::Complex64);
    pub const Complex128: DType = DType::of(Scalar::Complex128);
}

impl DType {
    /// The most bytes of an item.
    pub const MAX_ITEMSIZE: u32 = i32::MAX as u32;

    /// The scalar types.
    pub const ALL: [DType; 15] = {
        let mut all = [DType::of(Scalar::Bool); 15];
        let mut at = 0;
        while at < all.len() {
            all[at] = DType::of(Scalar::ALL[at]);
            at += 1;
        }
        all
    };

    const fn of(scalar: Scalar) -> DType {
        DType { code: scalar as i32, itemsize: scalar.itemsize() }
    }

    /// Items of so many bytes that mean nothing: NumPy's `V7`.
    pub fn bytes(size: i64) -> Result<DType> {
        match u32::try_from(size) {
            Ok(itemsize @ 1..=DType::MAX_ITEMSIZE) => {
                Ok(DType { code: -1 - size as i32, itemsize })
            }
            _ => Err(Error::Argument { what: "the number of raw bytes", value: size }),
        }
    }

    pub fn from_code(code: i32) -> Result<DType> {
        match code {
            1..=15 => Ok(DType::ALL[code as usize - 1]),
            ..=-2 => Ok(DType { code, itemsize: (-1 - code) as u32 }),
            _ => match table::record(code) {
                Some(record) => Ok(record.dtype()),
                None => Err(Error::DType { code }),
            },
        }
    }

    /// From NumPy's name of the type; `bfloat16` is spelled so, and raw bytes as `V7`.
    pub fn from_name(name: &[u8]) -> Result<DType> {
        let found = DType::ALL.into_iter().find(|dtype| dtype.name().as_bytes() == name);
        let found = found.or_else(|| {
            let digits = std::str::from_utf8(name.strip_prefix(b"V")?).ok()?;
            DType::bytes(digits.parse().ok()?).ok()
        });
        found.ok_or(Error::DTypeName { name: ShortText::new(name) })
    }

    pub const fn code(self) -> i32 {
        self.code
    }

    /// Bytes of one element.
    #[inline(always)]
    pub const fn itemsize(self) -> usize {
        self.itemsize as usize
    }

    /// The alignment that a C compiler gives the type; a complex number has that of its parts, raw
    /// bytes and packed records have none.
    pub fn alignment(self) -> usize {
        match self.scalar() {
            Some(scalar) => scalar.alignment(),
            None => self.record().map_or(1, Record::alignment),
        }
    }

    /// The type as a number's, unless it is another. Written out, so that it costs a comparison.
    #[inline]
    pub fn scalar(self) -> Option<Scalar> {
        Some(match self.code {
            1 => Scalar::Bool,
            2 => Scalar::Int8,
            3 => Scalar::Int16,
            4 => Scalar::Int32,
            5 => Scalar::Int64,
            6 => Scalar::UInt8,
            7 => Scalar::UInt16,
            8 => Scalar::UInt32,
            9 => Scalar::UInt64,
            10 => Scalar::Float16,
            11 => Scalar::BFloat16,
            12 => Scalar::Float32,
            13 => Scalar::Float64,
            14 => Scalar::Complex64,
            15 => Scalar::Complex128,
            _ => return None,
        })
    }

    /// What there is to know of a record.
    #[inline(never)] // Rare, and it would burden every question about a number.
    pub fn record(self) -> Option<&'static Record> {
        table::record(self.code)
    }

    pub fn is_record(self) -> bool {
        self.kind() == Kind::Record
    }

    pub fn kind(self) -> Kind {
        match self.scalar() {
            Some(scalar) => scalar.kind(),
            None if self.code < 0 => Kind::Bytes,
            None => Kind::Record,
        }
    }

    pub fn is_integer(self) -> bool {
        matches!(self.kind(), Kind::Signed | Kind::Unsigned)
    }

    /// The type of a complex number's real and imaginary part.
    pub fn part(self) -> Option<DType> {
        match self {
            DType::Complex64 => Some(DType::Float32),
            DType::Complex128 => Some(DType::Float64),
            _ => None,
        }
    }

    /// A word for the type; raw bytes of all sizes share one, and so do records.
    pub fn name(self) -> &'static str {
        self.c_name().to_str().unwrap_or_default()
    }

    pub fn c_name(self) -> &'static CStr {
        match self.scalar() {
            Some(scalar) => scalar.c_name(),
            None if self.code < 0 => c"bytes",
            None => c"record",
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (self.kind(), self.record()) {
            (Kind::Bytes, _) => write!(f, "V{}", self.itemsize),
            (_, Some(record)) => record.fmt(f),
            _ => f.write_str(self.name()),
        }
    }
}

impl fmt::Debug for DType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
