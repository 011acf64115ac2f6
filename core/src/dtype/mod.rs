//! Element types: their codes, sizes and names, and which converts to which.
//!
//! Knows nothing of arrays, memory or conversion loops. The codes are part of the ABI and are
//! never renumbered.

#![forbid(unsafe_code)]

mod cast_rules;
#[cfg(test)]
mod tests;

pub use cast_rules::Casting;

use crate::error::{Error, Result, ShortText};
use std::fmt;

/// The type of an array's elements, native-endian in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum DType {
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

/// What a type's values are, as NumPy's `dtype.kind` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Bool,
    Unsigned,
    Signed,
    Float,
    Complex,
}

impl DType {
    pub const ALL: [DType; 15] = [
        DType::Bool,
        DType::Int8,
        DType::Int16,
        DType::Int32,
        DType::Int64,
        DType::UInt8,
        DType::UInt16,
        DType::UInt32,
        DType::UInt64,
        DType::Float16,
        DType::BFloat16,
        DType::Float32,
        DType::Float64,
        DType::Complex64,
        DType::Complex128,
    ];

    pub fn from_code(code: i32) -> Result<DType> {
        let index = usize::try_from(code).ok().and_then(|code| code.checked_sub(1));
        index.and_then(|index| DType::ALL.get(index)).copied().ok_or(Error::DType { code })
    }

    /// From NumPy's name of the type; `bfloat16` is spelled so.
    pub fn from_name(name: &[u8]) -> Result<DType> {
        let found = DType::ALL.into_iter().find(|dtype| dtype.name().as_bytes() == name);
        found.ok_or(Error::DTypeName { name: ShortText::new(name) })
    }

    pub fn code(self) -> i32 {
        self as i32
    }

    /// Bytes of one element.
    pub fn itemsize(self) -> usize {
        match self {
            DType::Bool | DType::Int8 | DType::UInt8 => 1,
            DType::Int16 | DType::UInt16 | DType::Float16 | DType::BFloat16 => 2,
            DType::Int32 | DType::UInt32 | DType::Float32 => 4,
            DType::Int64 | DType::UInt64 | DType::Float64 | DType::Complex64 => 8,
            DType::Complex128 => 16,
        }
    }

    /// The alignment that a C compiler gives the type; a complex number has that of its parts.
    pub fn alignment(self) -> usize {
        match self {
            DType::Complex64 | DType::Complex128 => self.itemsize() / 2,
            _ => self.itemsize(),
        }
    }

    pub fn kind(self) -> Kind {
        match self {
            DType::Bool => Kind::Bool,
            DType::UInt8 | DType::UInt16 | DType::UInt32 | DType::UInt64 => Kind::Unsigned,
            DType::Int8 | DType::Int16 | DType::Int32 | DType::Int64 => Kind::Signed,
            DType::Float16 | DType::BFloat16 | DType::Float32 | DType::Float64 => Kind::Float,
            DType::Complex64 | DType::Complex128 => Kind::Complex,
        }
    }

    /// The type of a complex number's real and imaginary part.
    pub fn part(self) -> Option<DType> {
        match self {
            DType::Complex64 => Some(DType::Float32),
            DType::Complex128 => Some(DType::Float64),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        self.c_name().to_str().unwrap_or_default()
    }

    pub fn c_name(self) -> &'static std::ffi::CStr {
        match self {
            DType::Bool => c"bool",
            DType::Int8 => c"int8",
            DType::Int16 => c"int16",
            DType::Int32 => c"int32",
            DType::Int64 => c"int64",
            DType::UInt8 => c"uint8",
            DType::UInt16 => c"uint16",
            DType::UInt32 => c"uint32",
            DType::UInt64 => c"uint64",
            DType::Float16 => c"float16",
            DType::BFloat16 => c"bfloat16",
            DType::Float32 => c"float32",
            DType::Float64 => c"float64",
            DType::Complex64 => c"complex64",
            DType::Complex128 => c"complex128",
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}
