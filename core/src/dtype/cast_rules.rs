//! NumPy's casting rules, computed from what the types can hold, with bfloat16 beside float16.
//!
//! `can_cast` and `promote` give NumPy's answers for every pair that NumPy has; the reference
//! table is `np.can_cast` and `np.promote_types`.

#![forbid(unsafe_code)]

use super::{DType, Field, FieldSpec, Kind, Packing, Record};
use crate::error::{Error, Result};
use std::fmt;

/// How far a conversion may go; each rule allows what the ones before it allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Casting {
    /// Only the same type.
    No = 20,
    /// As `No`, and another byte order.
    Equiv = 21,
    /// Only where every value fits (int64 to float64 counts, as in NumPy).
    Safe = 22,
    /// Safe, or within a kind: float64 to float32.
    SameKind = 23,
    /// Anything.
    Unsafe = 24,
    /// Anything whose values all arrive unchanged, judged element by element.
    SameValue = 25,
}

impl Casting {
    pub fn from_code(code: i32) -> Result<Casting> {
        Ok(match code {
            20 => Casting::No,
            21 => Casting::Equiv,
            22 => Casting::Safe,
            23 => Casting::SameKind,
            24 => Casting::Unsafe,
            25 => Casting::SameValue,
            _ => return Err(Error::Argument { what: "the casting rule", value: code.into() }),
        })
    }

    /// Refuses a conversion that the rule forbids between the types, whatever the values.
    pub fn check(self, from: DType, to: DType) -> Result<()> {
        if from.can_cast(to, self) { Ok(()) } else { Err(Error::Cast { from, to, rule: self }) }
    }
}

impl fmt::Display for Casting {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Casting::No => "no",
            Casting::Equiv => "equiv",
            Casting::Safe => "safe",
            Casting::SameKind => "same-kind",
            Casting::Unsafe => "unsafe",
            Casting::SameValue => "same-value",
        })
    }
}

impl DType {
    /// NumPy's `can_cast`. Under `SameValue` the types never decide; the values do. Records convert
    /// field by field, in the order of the fields; raw bytes convert to nothing but themselves, and
    /// neither to and from numbers.
    pub fn can_cast(self, to: DType, casting: Casting) -> bool {
        if self == to {
            return true;
        }
        if self.scalar().is_none() || to.scalar().is_none() {
            return match (self.record(), to.record()) {
                (Some(from), Some(to)) => from.can_cast(to, casting),
                _ => false,
            };
        }
        match casting {
            Casting::No | Casting::Equiv => false,
            Casting::Safe => self.casts_safely_to(to),
            Casting::SameKind => self.casts_safely_to(to) || self.same_kind_as(to),
            Casting::Unsafe | Casting::SameValue => true,
        }
    }

    /// The smallest type that both convert to safely: NumPy's `promote_types`. Of two records with
    /// the same names, the record of what their fields promote to, packed unless one is aligned.
    pub fn promote(self, other: DType) -> Result<DType> {
        /// Every type stands after those whose values it holds.
        const BY_RANGE: [DType; 15] = [
            DType::Bool,
            DType::UInt8,
            DType::Int8,
            DType::UInt16,
            DType::Int16,
            DType::UInt32,
            DType::Int32,
            DType::UInt64,
            DType::Int64,
            DType::Float16,
            DType::BFloat16,
            DType::Float32,
            DType::Float64,
            DType::Complex64,
            DType::Complex128,
        ];
        match (self.record(), other.record()) {
            (Some(a), Some(b)) => return a.promote(b),
            _ if self == other => return Ok(self),
            _ if self.scalar().is_none() || other.scalar().is_none() => {
                return Err(Error::Promote { a: self, b: other });
            }
            _ => {}
        }
        let holds_both = |to: &DType| self.casts_safely_to(*to) && other.casts_safely_to(*to);
        BY_RANGE.into_iter().find(holds_both).ok_or(Error::Promote { a: self, b: other })
    }

    fn casts_safely_to(self, to: DType) -> bool {
        if self == to || self == DType::Bool {
            return true;
        }
        let bits = 8 * self.itemsize();
        let to_bits = 8 * to.itemsize();
        match (self.kind(), to.kind()) {
            (Kind::Signed, Kind::Signed) | (Kind::Unsigned, Kind::Unsigned) => bits <= to_bits,
            (Kind::Unsigned, Kind::Signed) => bits < to_bits,
            (Kind::Signed | Kind::Unsigned, Kind::Float | Kind::Complex) => {
                bits <= to.safe_integer_bits()
            }
            (Kind::Float, Kind::Float) => bits < to_bits,
            (Kind::Float, Kind::Complex) => bits <= to_bits / 2,
            (Kind::Complex, Kind::Complex) => bits <= to_bits,
            _ => false,
        }
    }

    /// The widest integer that counts as safe in this floating type. All of int64 counts in
    /// float64, although values above 2^53 round: NumPy's choice.
    fn safe_integer_bits(self) -> usize {
        match self {
            DType::Float16 | DType::BFloat16 => 8,
            DType::Float32 | DType::Complex64 => 16,
            _ => 64,
        }
    }

    /// Whether a conversion that may lose range or precision stays among numbers of its kind.
    /// Signed to unsigned does not; unsigned to signed does.
    fn same_kind_as(self, to: DType) -> bool {
        match (self.kind(), to.kind()) {
            (Kind::Bool, _) => true,
            (_, Kind::Bool) | (Kind::Signed, Kind::Unsigned) => false,
            (from, to) => from <= to,
        }
    }
}

impl Record {
    /// NumPy's rules: never between different numbers of fields; not `no` where places differ, nor
    /// `equiv` where names do. A field has the same axes on both sides, unlike NumPy's, which may
    /// be stretched.
    fn can_cast(&self, to: &Record, casting: Casting) -> bool {
        let pairs = || self.fields().iter().zip(to.fields());
        if self.fields().len() != to.fields().len() || pairs().any(|(a, b)| a.shape != b.shape) {
            return false;
        }
        let allowed = match casting {
            Casting::No => self.has_places_of(to) && self.has_names_of(to),
            Casting::Equiv => self.has_names_of(to),
            _ => true,
        };
        allowed && pairs().all(|(a, b)| a.dtype.can_cast(b.dtype, casting))
    }

    fn has_names_of(&self, other: &Record) -> bool {
        self.fields().iter().map(|field| field.name).eq(other.fields().iter().map(|f| f.name))
    }

    fn has_places_of(&self, other: &Record) -> bool {
        let offsets = |record: &Record| record.fields().iter().map(|field| field.offset);
        self.dtype().itemsize() == other.dtype().itemsize() && offsets(self).eq(offsets(other))
    }

    /// Whether elements of the two can be compared field by field: NumPy asks for the same names.
    pub fn is_comparable_to(&self, other: &Record) -> bool {
        let pairs = || self.fields().iter().zip(other.fields());
        self.fields().len() == other.fields().len()
            && pairs().all(|(a, b)| a.name == b.name && a.shape == b.shape)
            && pairs().all(|(a, b)| a.dtype.is_comparable_to(b.dtype))
    }

    fn promote(&self, other: &Record) -> Result<DType> {
        let shapes_agree =
            || self.fields().iter().zip(other.fields()).all(|(a, b)| a.shape == b.shape);
        if !self.has_names_of(other) || !shapes_agree() {
            return Err(Error::Promote { a: self.dtype(), b: other.dtype() });
        }
        let promoted = |(a, b): (&Field, &Field)| a.dtype.promote(b.dtype);
        let pairs = self.fields().iter().zip(other.fields());
        pairs.clone().try_for_each(|pair| promoted(pair).map(drop))?;
        let fields = pairs.filter_map(|(a, b)| {
            Some(FieldSpec { offset: None, dtype: promoted((a, b)).ok()?, ..a.spec() })
        });
        let aligned = self.is_aligned() || other.is_aligned();
        let packing = if aligned { Packing::Aligned } else { Packing::Packed };
        DType::with_fields(fields, None, packing).map_err(|error| match error {
            // Without their gaps, nothing may be left of the items.
            Error::RecordSize { .. } => Error::Promote { a: self.dtype(), b: other.dtype() },
            error => error,
        })
    }
}

impl DType {
    /// Whether elements of the two can be equal at all: any two numbers, bytes of one size, records
    /// whose fields have the same names.
    pub fn is_comparable_to(self, other: DType) -> bool {
        match (self.record(), other.record()) {
            (Some(a), Some(b)) => a.is_comparable_to(b),
            _ => self == other || (self.scalar().is_some() && other.scalar().is_some()),
        }
    }
}
