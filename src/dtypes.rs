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
//! Nothing here takes memory. Every function may be called from any thread at any time.

use crate::check;
use crate::report::answer_into;
use crate::status::ndv_status;
use ndview_core::dtype::Kind;
use ndview_core::{Casting, DType};
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
    assert!(NDV_BOOL == DType::Bool as i32 && NDV_INT8 == DType::Int8 as i32);
    assert!(NDV_INT16 == DType::Int16 as i32 && NDV_INT32 == DType::Int32 as i32);
    assert!(NDV_INT64 == DType::Int64 as i32 && NDV_UINT8 == DType::UInt8 as i32);
    assert!(NDV_UINT16 == DType::UInt16 as i32 && NDV_UINT32 == DType::UInt32 as i32);
    assert!(NDV_UINT64 == DType::UInt64 as i32 && NDV_FLOAT16 == DType::Float16 as i32);
    assert!(NDV_BFLOAT16 == DType::BFloat16 as i32 && NDV_FLOAT32 == DType::Float32 as i32);
    assert!(NDV_FLOAT64 == DType::Float64 as i32 && NDV_COMPLEX64 == DType::Complex64 as i32);
    assert!(NDV_COMPLEX128 == DType::Complex128 as i32);
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

/// The alignment, in bytes, that a C compiler gives the type.
///
/// @return 0 for a code that is no type.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn ndv_dtype_alignment(dtype: i32) -> usize {
    DType::from_code(dtype).map_or(0, DType::alignment)
}

/// What a type's values are, by NumPy's letters: 'b' bool, 'i' signed, 'u' unsigned,
/// 'f' floating, 'c' complex.
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
    });
    letter as c_char
}

/// A type's name, as NumPy spells it: "float64".
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
/// @param name        As ndv_dtype_name() gives it.
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
/// float16 and bfloat16 promote to float32.
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
