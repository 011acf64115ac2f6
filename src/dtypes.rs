//! Element types.
//!
//! A type is an int32_t code. 0 is no type; the codes of the types below are fixed for
//! ever. Elements are in the machine's own byte order. A bool is one byte; a complex
//! number is its real part followed by its imaginary part.
//!
//! To cast is to convert elements to another type. A casting rule, one of NDV_CAST_, says
//! which conversions a call may make; each rule but the last allows what the one before it
//! does. bfloat16 casts like float16: safely from bool, int8 and uint8, to float32 and
//! wider; to and from float16 within its kind.
//!
//! Raw bytes, of any size from 1 to 2^31 - 1, mean nothing; NumPy calls 7 of them V7.
//! Records have named fields, as a C struct has members: each with a type (a record, too),
//! an offset, and perhaps axes of its own. ndv_field() is the view of one field. Two
//! records with the same fields at the same places, the same itemsize and alignment are
//! one type with one code. The code of raw bytes is the same in every process; that of
//! a record is good in this one.
//!
//! Records convert to records with as many fields, field by field in their order, if
//! fields with axes have the same ones: the names do not matter but to NDV_CAST_NO and
//! NDV_CAST_EQUIV, and bytes between the fields are not written; in a new array they are
//! 0. Raw bytes convert to nothing but raw bytes of their size, and neither raw bytes nor
//! records to or from numbers. Elements of one type move bit for bit, bytes between fields
//! included.
//!
//! A record type that has been made is never unmade: it takes a few hundred bytes of the C
//! library's memory, not of ndv_set_allocator()'s, until the process ends. The limits,
//! beyond which making one is NDV_E_LIMIT: 65536 record types and 64 MiB for all of them;
//! 4096 fields; 16 records in records; 65536 fields of all depths together. A name has up
//! to 255 bytes of UTF-8.
//!
//! Nothing else here takes memory. Every function may be called from any thread at any time.

use crate::check::{self, Structs};
use crate::report::{Outcome, answer, answer_into, call};
use crate::status::ndv_status;
use ndview_core::dtype::{Field, FieldSpec, Kind, Packing};
use ndview_core::{Casting, DType, Error};
use std::ffi::c_char;
use std::ptr::null;

/// One byte, 0 or 1; any other byte counts as true too.
pub const NDV_BOOL: i32 = 1;
/// int8_t of C.
pub const NDV_INT8: i32 = 2;
/// int16_t of C.
pub const NDV_INT16: i32 = 3;
/// int32_t of C.
pub const NDV_INT32: i32 = 4;
/// int64_t of C.
pub const NDV_INT64: i32 = 5;
/// uint8_t of C.
pub const NDV_UINT8: i32 = 6;
/// uint16_t of C.
pub const NDV_UINT16: i32 = 7;
/// uint32_t of C.
pub const NDV_UINT32: i32 = 8;
/// uint64_t of C.
pub const NDV_UINT64: i32 = 9;
/// Half precision, 2 bytes: IEEE 754 binary16.
pub const NDV_FLOAT16: i32 = 10;
/// 2 bytes: the upper half of a float32.
pub const NDV_BFLOAT16: i32 = 11;
/// float of C.
pub const NDV_FLOAT32: i32 = 12;
/// double of C.
pub const NDV_FLOAT64: i32 = 13;
/// Two float32, real and imaginary: `float _Complex` of C.
pub const NDV_COMPLEX64: i32 = 14;
/// Two float64, real and imaginary: `double _Complex` of C.
pub const NDV_COMPLEX128: i32 = 15;

/// Fields without an offset stand one behind the other; nothing is aligned.
pub const NDV_RECORD_PACKED: i32 = 0;
/// Fields and itemsize are aligned as the members of a C struct are.
pub const NDV_RECORD_ALIGNED: i32 = 1;

/// A field of a record. ndview_c99.h has NDV_RECORD_FIELD_INIT.
#[repr(C)]
pub struct ndv_record_field {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// UTF-8, 1 to 255 bytes and a NUL.
    pub name: *const c_char,
    /// In bytes, from the beginning of the item. -1 to make a record: behind the field
    /// before.
    pub offset: i64,
    /// The type of the field, or of each of its elements.
    pub dtype: i32,
    /// How many axes the field has in each item, 0 to 64.
    pub ndim: i32,
    /// As many extents; NULL for none.
    pub shape: *const i64,
}

/// Casting rule: only the same type.
pub const NDV_CAST_NO: i32 = 20;
/// Casting rule: as NDV_CAST_NO, and another byte order (which only files have).
pub const NDV_CAST_EQUIV: i32 = 21;
/// Casting rule: only where every value fits. int64 to float64 counts, as in NumPy.
pub const NDV_CAST_SAFE: i32 = 22;
/// Casting rule: safe, or within a kind, as float64 to float32.
pub const NDV_CAST_SAME_KIND: i32 = 23;
/// Casting rule: anything. Integers wrap; floats into integers are truncated, stop at
/// the ends of the range, and NaN becomes 0; complex numbers into real ones lose their
/// imaginary part.
pub const NDV_CAST_UNSAFE: i32 = 24;
/// Casting rule: anything whose every value arrives unchanged; NDV_E_VALUE names one
/// that does not.
pub const NDV_CAST_SAME_VALUE: i32 = 25;

const _: () = {
    let codes = [
        NDV_BOOL,
        NDV_INT8,
        NDV_INT16,
        NDV_INT32,
        NDV_INT64,
        NDV_UINT8,
        NDV_UINT16,
        NDV_UINT32,
        NDV_UINT64,
        NDV_FLOAT16,
        NDV_BFLOAT16,
        NDV_FLOAT32,
        NDV_FLOAT64,
        NDV_COMPLEX64,
        NDV_COMPLEX128,
    ];
    let mut at = 0;
    while at < codes.len() {
        assert!(codes[at] == DType::ALL[at].code());
        at += 1;
    }
    assert!(NDV_CAST_NO == Casting::No as i32 && NDV_CAST_EQUIV == Casting::Equiv as i32);
    assert!(NDV_CAST_SAFE == Casting::Safe as i32 && NDV_CAST_UNSAFE == Casting::Unsafe as i32);
    assert!(NDV_CAST_SAME_KIND == Casting::SameKind as i32);
    assert!(NDV_CAST_SAME_VALUE == Casting::SameValue as i32);
};

/// The bytes of one element.
///
/// @return 0 for a code that is no type.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_dtype_itemsize(dtype: i32) -> usize {
    DType::from_code(dtype).map_or(0, DType::itemsize)
}

/// The alignment, in bytes, that the C compiler of the platform gives the type; a
/// complex number has that of its parts, raw bytes and packed records have 1.
///
/// @return 0 for a code that is no type.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_dtype_alignment(dtype: i32) -> usize {
    DType::from_code(dtype).map_or(0, DType::alignment)
}

/// What a type's values are, by NumPy's letters: 'b' bool, 'i' signed, 'u' unsigned,
/// 'f' floating, 'c' complex, 'V' raw bytes and records (which have fields).
///
/// @return 0 for a code that is no type.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_dtype_kind(dtype: i32) -> c_char {
    let letter = DType::from_code(dtype).map_or(0, |dtype| match dtype.kind() {
        Kind::Bool => b'b',
        Kind::Signed => b'i',
        Kind::Unsigned => b'u',
        Kind::Float => b'f',
        Kind::Complex => b'c',
        Kind::Bytes | Kind::Record => b'V',
    });
    letter as c_char
}

/// A type's name, as NumPy spells it: "float64". "bytes" for raw bytes of any size,
/// "record" for every record.
///
/// @return NULL for a code that is no type. Static.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_dtype_name(dtype: i32) -> *const c_char {
    DType::from_code(dtype).map_or(null(), |dtype| dtype.c_name().as_ptr())
}

/// The type with a name.
///
/// @param name        As ndv_dtype_name() gives it for a scalar type; "V7" for 7 raw bytes.
/// @param[out] dtype  The code, or 0.
/// @return NDV_E_DTYPE for a name that is no type's.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_dtype_from_name(name: *const c_char, dtype: *mut i32) -> ndv_status {
    // SAFETY: the caller passes a string and a place for the answer, or NULL.
    unsafe { answer_into(dtype, 0, || Ok(DType::from_name(check::text("name", name)?)?.code())) }
}

/// Raw bytes: NumPy's `V7`.
///
/// @param size        How many, 1 to 2^31 - 1.
/// @param[out] dtype  The code, or 0.
/// @return NDV_E_ARGUMENT for a size out of range.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_dtype_bytes(size: usize, dtype: *mut i32) -> ndv_status {
    // SAFETY: the caller passes a place for the answer, or NULL.
    unsafe {
        answer_into(dtype, 0, || Ok(DType::bytes(size.try_into().unwrap_or(i64::MAX))?.code()))
    }
}

/// A record: NumPy's `dtype([("x", "i4"), ("y", "f8", (3,))])`.
///
/// @param count       How many fields, 1 to 4096.
/// @param fields      The fields, with struct_size set; the caller keeps them. Fields may
///                    share bytes.
/// @param itemsize    The bytes of an item; 0 for the least that holds all fields.
/// @param flags       NDV_RECORD_PACKED or NDV_RECORD_ALIGNED.
/// @param[out] dtype  The code, or 0. The same for the same record, whoever makes it.
/// @return NDV_E_ARGUMENT for no fields, unknown flags, or a struct_size too small;
///         NDV_E_NULL for a field without name; NDV_E_NDIM; NDV_E_DTYPE for a field of no
///         type, a name that is empty, too long, no UTF-8 or used twice, an offset that is
///         negative or, of an aligned record, not aligned, a negative extent, an item
///         larger than 2^31 - 1 bytes, and an itemsize that is too small or not aligned;
///         NDV_E_LIMIT; NDV_E_NOMEM.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_dtype_record(
    count: i32,
    fields: *const ndv_record_field,
    itemsize: usize,
    flags: i32,
    dtype: *mut i32,
) -> ndv_status {
    // SAFETY: the caller passes `count` fields, and a place for the answer; or NULL.
    unsafe {
        answer_into(dtype, 0, || {
            let fields = Structs::new("fields", "the number of fields", count, fields)?;
            for field in fields.iter() {
                fields.check_size(field.struct_size)?;
                check::text("the name of a field", field.name)?;
                check::axes("the shape of a field", field.ndim, field.shape)?;
                DType::from_code(field.dtype)?;
            }
            let packing = match flags {
                NDV_RECORD_PACKED => Packing::Packed,
                NDV_RECORD_ALIGNED => Packing::Aligned,
                _ => return Err(Error::Argument { what: "the flags", value: flags.into() }.into()),
            };
            let size = i64::try_from(itemsize).unwrap_or(i64::MAX);
            // All has been checked above; nothing is left out here.
            let specs = fields.iter().filter_map(|field| checked_spec(field).ok());
            let dtype = DType::with_fields(specs, (size != 0).then_some(size), packing)?;
            Ok(dtype.code())
        })
    }
}

/// # Safety
/// - The field's name ends in NUL, and its shape has as many extents as it says.
unsafe fn checked_spec(field: &ndv_record_field) -> Outcome<FieldSpec<'_>> {
    // SAFETY: as the caller promises.
    let (name, shape) = unsafe {
        (check::text("name", field.name)?, check::axes("shape", field.ndim, field.shape)?)
    };
    let offset = (field.offset != -1).then_some(field.offset);
    Ok(FieldSpec { name, offset, dtype: DType::from_code(field.dtype)?, shape })
}

/// How many fields a record has.
///
/// @return 0 for any other type, and for a code that is no type.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_dtype_field_count(dtype: i32) -> i32 {
    answer(0, || Some(DType::from_code(dtype).ok()?.record()?.fields().len() as i32))
}

/// A field of a record, by position.
///
/// @param dtype          A record.
/// @param position       0 to the number of fields - 1.
/// @param[in,out] field  With struct_size set. Its pointers are static. On an error it is
///                       left as it was.
/// @return NDV_E_DTYPE for what is no record; NDV_E_FIELD; NDV_E_ARGUMENT if struct_size is
///         too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_dtype_field(
    dtype: i32,
    position: i32,
    field: *mut ndv_record_field,
) -> ndv_status {
    // SAFETY: the caller passes a struct whose first field is its size, or NULL.
    call(|| unsafe {
        let fields = fields_of(dtype)?;
        let found = usize::try_from(position).ok().and_then(|position| fields.get(position));
        let (count, code, position) = (fields.len(), DType::from_code(dtype)?, position.into());
        let found = found.ok_or(Error::NoFieldAt { position, count, dtype: code })?;
        let struct_size = check::struct_size("field", field.cast_const())?;
        field.write(ndv_record_field {
            struct_size,
            name: found.name.as_ptr(),
            offset: found.offset.into(),
            dtype: found.dtype.code(),
            ndim: found.shape.len() as i32,
            shape: if found.shape.is_empty() { null() } else { found.shape.as_ptr() },
        });
        Ok(())
    })
}

fn fields_of(dtype: i32) -> Outcome<&'static [Field]> {
    let dtype = DType::from_code(dtype)?;
    Ok(dtype.record().ok_or(Error::NoRecord { dtype })?.fields())
}

/// The position of the field with a name.
///
/// @param dtype          A record.
/// @param name           The name, ending in NUL.
/// @param[out] position  The position; 0 on an error.
/// @return NDV_E_DTYPE for what is no record; NDV_E_FIELD if it has no such field.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_dtype_find_field(
    dtype: i32,
    name: *const c_char,
    position: *mut i32,
) -> ndv_status {
    // SAFETY: the caller passes a string and a place for the answer, or NULL.
    unsafe {
        answer_into(position, 0, || {
            let dtype = DType::from_code(dtype)?;
            let record = dtype.record().ok_or(Error::NoRecord { dtype })?;
            Ok(record.position(check::text("name", name)?)? as i32)
        })
    }
}

/// Whether a casting rule allows a conversion, whatever the values: NumPy's `can_cast`.
/// Under NDV_CAST_SAME_VALUE it is the values that decide, so the answer is true.
///
/// @param from, to      Type codes.
/// @param casting       One of NDV_CAST_.
/// @param[out] allowed  The answer; false on an error.
/// @return NDV_E_DTYPE for a code that is no type.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_can_cast(
    from: i32,
    to: i32,
    casting: i32,
    allowed: *mut bool,
) -> ndv_status {
    // SAFETY: the caller passes a place for the answer, or NULL.
    unsafe {
        answer_into(allowed, false, || {
            let (from, to) = (DType::from_code(from)?, DType::from_code(to)?);
            Ok(from.can_cast(to, Casting::from_code(casting)?))
        })
    }
}

/// The smallest type that two types both convert to safely: NumPy's `promote_types`.
/// float16 and bfloat16 promote to float32. Two records promote if they have the same
/// names, field by field, to a packed record, or to an aligned one if either is.
///
/// @param a, b           Type codes.
/// @param[out] promoted  The code, or 0.
/// @return NDV_E_DTYPE for a code that is no type, or where no type holds both.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_promote(a: i32, b: i32, promoted: *mut i32) -> ndv_status {
    // SAFETY: the caller passes a place for the answer, or NULL.
    unsafe {
        answer_into(promoted, 0, || Ok(DType::from_code(a)?.promote(DType::from_code(b)?)?.code()))
    }
}
