//! Iterate.
//!
//! Loops over the elements of arrays, written by the caller and driven from here.
//! ndv_apply() runs one over several arrays at once, whatever their shapes, strides, types
//! and overlaps; ndv_apply_range() does a part of that, for threads. ndv_runs() gives the
//! bytes of an array as the fewest runs, for writev, MPI, or anything else that moves
//! bytes. ndv_scramble() makes an array that careless loops get wrong.
//!
//! The loop has the parameters of NumPy's ufunc inner loops: for each of dimensions[0]
//! elements it takes one step along each operand.
//!
//!     static int32_t add(char **data, const int64_t *dimensions,
//!                        const int64_t *strides, void *context) {
//!         char *a = data[0], *b = data[1], *sum = data[2];
//!         for (int64_t i = 0; i < dimensions[0]; i++) {
//!             *(double *)sum = *(double *)a + *(double *)b;
//!             a += strides[0], b += strides[1], sum += strides[2];
//!         }
//!         return 0;
//!     }
//!
//!     ndv_apply(NDV_OPERANDS(NDV_READS(x), NDV_READS(y), NDV_WRITES(z)), 0, add, NULL);
//!
//! What the loop may rely on, and must keep to:
//!
//! - The shapes of the operands are broadcast. What is written is not: it has the shape of
//!   all together. A stride of 0 repeats an element that is read.
//! - Axes are sorted after the memory of the first operand that is written, turned to
//!   ascend there, and merged where they can be over all operands. It is called for long
//!   rows, in an order that depends on the layouts and the flags alone. Strides may differ
//!   from call to call, and be negative.
//! - Elements are aligned for their type (see NDV_APPLY_UNALIGNED).
//! - It writes every element of an operand that is only written. One of which it may leave
//!   elements alone is read and written.
//! - It is elementwise: at each position it reads before it writes, and needs nothing of
//!   other positions (see NDV_APPLY_NOT_ELEMENTWISE).
//! - It may call the library, ndv_apply() too, but must not release the operands. It must
//!   not throw or longjmp. After a fork() within it, parent and child may both go on.
//!
//! The outcome is as if all operands had been read first, and what is written had been
//! written afterwards, one operand after the other, each in C order of its index. Where
//! that takes a temporary, it is made before the first call of the loop and written back
//! after the last. It counts in ndv_get_statistics().
//!
//! No other thread may write the elements meanwhile, or use those that are written.

use crate::arrays::ndv_array;
use crate::check::{self, Structs};
use crate::report::{Fault, OperandError, Outcome, answer_into, array_of_array, call};
use crate::status::ndv_status;
use ndview_core::iterate::{self, Loop, MAX_OPERANDS, Operand, Operands, Options};
use ndview_core::layout::{self, MAX_NDIM, Order};
use ndview_core::{Casting, DType, Error};
use std::ffi::{c_char, c_void};

/// For ndv_apply(): the elements come in C order of the index, for loops that count them.
/// Rows are still merged.
pub const NDV_APPLY_C_ORDER: i32 = 1;
/// For ndv_apply(): the loop may read an element after it has written one at another
/// position. An array that is read and written as two operands then takes a temporary.
pub const NDV_APPLY_NOT_ELEMENTWISE: i32 = 2;
/// For ndv_apply(): the loop takes elements at any address, as memcpy() does. Otherwise
/// those of an array that is not NDV_ALIGNED go through small buffers.
pub const NDV_APPLY_UNALIGNED: i32 = 4;

/// For ndv_scramble(): every element lies at a multiple of its type's alignment.
pub const NDV_SCRAMBLE_ALIGNED: i32 = 1;

/// A loop of the caller's over one row of elements of every operand.
///
/// @param data        For each operand, the first element of the row. The loop may
///                    change these pointers.
/// @param dimensions  One number: how many elements the row has, at least 1.
/// @param strides     For each operand, the bytes from one element to the next.
/// @param context     The caller's, as it was given.
/// @return 0 to go on; anything else ends the iteration with NDV_E_CALLBACK.
pub type ndv_loop = Option<
    unsafe extern "C-unwind" fn(
        data: *mut *mut c_char,
        dimensions: *const i64,
        strides: *const i64,
        context: *mut c_void,
    ) -> i32,
>;

/// An array that a loop works on. ndview_c99.h has macros that write operands:
/// NDV_READS(a), NDV_WRITES(a), NDV_UPDATES(a), and NDV_READS_AS(a, dtype, casting) and so
/// on for another type.
#[repr(C)]
pub struct ndv_operand {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// The array, if it is read; else NULL.
    pub source: *const ndv_array,
    /// The array, if it is written; else NULL. One that is read and written stands in
    /// both.
    pub destination: *mut ndv_array,
    /// The type that the loop works with; 0 for the array's own. Elements of another type
    /// are converted on the way, 8 KiB at a time.
    pub dtype: i32,
    /// One of NDV_CAST_: the rule for converting, from the array's type for what is read,
    /// to it for what is written. Not looked at if dtype is 0.
    pub casting: i32,
}

/// The bytes of an array as runs of consecutive bytes, and the fewest loops that go from
/// run to run: one for each of ndim extents, the last one innermost. Set struct_size to
/// sizeof(ndv_run_nest), or begin with NDV_RUN_NEST_INIT of ndview_c99.h.
#[repr(C)]
pub struct ndv_run_nest {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// Bytes of each run; 0 if the array has no elements.
    pub run_bytes: usize,
    /// How many runs there are: the product of the extents.
    pub count: i64,
    /// From ndv_data() to the first byte of the first run.
    pub offset: i64,
    /// From the start of the buffer to the first byte of the first run.
    pub buffer_offset: i64,
    /// Number of loops; 0 if there is one run.
    pub ndim: i32,
    /// 1 if every run begins at or behind the end of the one before, else 0. If 1, no byte
    /// is in two runs.
    pub ascending: i32,
    /// How often each loop runs; 0 behind ndim.
    pub shape: [i64; 64],
    /// The bytes that it goes on each time, of any sign; 0 behind ndim.
    pub strides: [i64; 64],
}

/// Runs a loop over all elements of up to 64 arrays together: what NumPy's ufuncs and
/// `nditer` do.
///
/// An array that is written works on a temporary if it shares bytes with another operand,
/// unless that one is only read and has the same elements at the same positions; if two of
/// its own elements share bytes, of which the last one in C order stays; and if any
/// operand is written with a conversion under NDV_CAST_SAME_VALUE, which judges all values
/// before it lets one through.
///
/// A loop that stops has had its last call. What its calls have written stays, except
/// where an operand works on a temporary, which is then as it was; and except for the
/// last call's elements where they go through a buffer.
///
/// @param count     Number of operands, 1 to 64.
/// @param operands  As many operands.
/// @param flags     A sum of NDV_APPLY_, or 0.
/// @param loop      The loop. Without elements it is not called; without axes, once.
/// @param context   For the loop.
/// @return NDV_E_ARGUMENT; NDV_E_DTYPE; NDV_E_READONLY; NDV_E_CAST; NDV_E_BROADCAST, also
///         if what is written would have to be stretched; NDV_E_VALUE under NDV_CAST_SAME_VALUE;
///         NDV_E_CALLBACK if the loop returned something else than 0, which the message
///         names. Only with NDV_E_CALLBACK may anything have been written.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_apply(
    count: i32,
    operands: *const ndv_operand,
    flags: i32,
    r#loop: ndv_loop,
    context: *mut c_void,
) -> ndv_status {
    // SAFETY: the caller passes `count` operands and a loop that keeps to its rows.
    call(|| unsafe {
        let mut checked = Operands::new();
        check_operands(count, operands, &mut checked)?;
        let options = options(flags)?;
        let function = check::function("loop", r#loop)?;
        Ok(iterate::apply(&checked, options, Loop { function, context })?)
    })
}

/// How many elements ndv_apply() would go through: those of the broadcast shape.
///
/// @param count      Number of operands.
/// @param operands   As many operands.
/// @param[out] size  The number; 0 on an error.
/// @return As ndv_apply().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_apply_size(
    count: i32,
    operands: *const ndv_operand,
    size: *mut i64,
) -> ndv_status {
    // SAFETY: the caller passes `count` operands and a place for the answer.
    unsafe {
        answer_into(size, 0, || {
            let mut checked = Operands::new();
            check_operands(count, operands, &mut checked)?;
            check::pointer("size", size)?;
            Ok(iterate::common_size(&checked)?)
        })
    }
}

/// As ndv_apply(), for a part of the elements: those at the positions from start to stop,
/// counted in the order in which ndv_apply() goes through them. However the positions
/// from 0 to ndv_apply_size() are cut into ranges, each element is in one of them.
///
/// A range has no temporary. What would need one in ndv_apply() is refused here.
///
/// @param count     Number of operands.
/// @param operands  As many operands, the same for all ranges.
/// @param flags     A sum of NDV_APPLY_, the same for all ranges.
/// @param start     The first position.
/// @param stop      The position to stop before.
/// @param loop      The loop. For an empty range it is not called.
/// @param context   For the loop.
/// @return As ndv_apply(); NDV_E_INDEX for a range that is none; NDV_E_WOULD_COPY, whose
///         message names the operands that share memory.
///
/// Thread safety: calls with the same operands, for ranges that have no position in
/// common, may run at the same time.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_apply_range(
    count: i32,
    operands: *const ndv_operand,
    flags: i32,
    start: i64,
    stop: i64,
    r#loop: ndv_loop,
    context: *mut c_void,
) -> ndv_status {
    // SAFETY: as for `ndv_apply`.
    call(|| unsafe {
        let mut checked = Operands::new();
        check_operands(count, operands, &mut checked)?;
        let options = options(flags)?;
        let function = check::function("loop", r#loop)?;
        Ok(iterate::apply_range(&checked, options, start..stop, Loop { function, context })?)
    })
}

/// Adds the operands to a list, which stays where it is: it is large.
///
/// # Safety
/// - `count` operands can be read at `operands`, or it is NULL.
unsafe fn check_operands(
    count: i32,
    operands: *const ndv_operand,
    checked: &mut Operands,
) -> Outcome<()> {
    const WHAT: &str = "the number of operands";
    if !(1..=MAX_OPERANDS as i32).contains(&count) {
        return Err(Error::Argument { what: WHAT, value: count.into() }.into());
    }
    // SAFETY: as this function's caller promises.
    let given = unsafe { Structs::new("operands", WHAT, count, operands)? };
    for (position, operand) in given.iter().enumerate() {
        given.check_size(operand.struct_size)?;
        // SAFETY: the caller passes arrays in them.
        let outcome = unsafe { checked_operand(operand) };
        checked.push(outcome.map_err(|error| Fault::Operand { position, error })?);
    }
    Ok(())
}

/// # Safety
/// - The operand's arrays are arrays or NULL.
unsafe fn checked_operand<'a>(operand: &ndv_operand) -> Result<Operand<'a>, OperandError> {
    let (source, destination) = (operand.source, operand.destination.cast_const());
    let (read, written) = (!source.is_null(), !destination.is_null());
    let array = if read { source } else { destination };
    if array.is_null() {
        return Err(OperandError::Missing);
    }
    if read && written && source != destination {
        return Err(OperandError::TwoArrays);
    }
    // SAFETY: as this function's caller promises.
    let array = unsafe { check::maybe_array(array) }.ok_or(OperandError::Handle)?;
    if array.is_closed() {
        return Err(OperandError::Closed);
    }
    let conversion = || match operand.dtype {
        0 => Ok(None),
        code => Ok(Some((DType::from_code(code)?, Casting::from_code(operand.casting)?))),
    };
    conversion()
        .and_then(|conversion| Operand::new(array, read, written, conversion))
        .map_err(OperandError::Core)
}

fn options(flags: i32) -> Outcome<Options> {
    let known = NDV_APPLY_C_ORDER | NDV_APPLY_NOT_ELEMENTWISE | NDV_APPLY_UNALIGNED;
    if flags & !known != 0 {
        return Err(Error::Argument { what: "the apply flags", value: flags.into() }.into());
    }
    Ok(Options {
        in_c_order: flags & NDV_APPLY_C_ORDER != 0,
        not_elementwise: flags & NDV_APPLY_NOT_ELEMENTWISE != 0,
        unaligned: flags & NDV_APPLY_UNALIGNED != 0,
    })
}

/// The runs of an array: its bytes, as the fewest pieces that lie without gaps.
///
/// In the orders C and F every element comes once, in that order of the index, also where
/// elements share bytes. In the order K the axes are sorted by stride and turned to
/// ascend, and those of stride 0 are left out: the bytes, in whatever order of the
/// elements. Then the runs ascend if the axes nest, as all do that slicing makes.
///
/// @param array         The array.
/// @param order         NDV_ORDER_C, F, A or K.
/// @param[in,out] runs  With struct_size set. On an error it is left as it was.
/// @return NDV_E_ARGUMENT.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_runs(
    array: *const ndv_array,
    order: i32,
    runs: *mut ndv_run_nest,
) -> ndv_status {
    // SAFETY: the caller passes an array and a struct whose first field is its size.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let order = Order::from_code(order)?;
        let struct_size = check::struct_size("runs", runs.cast_const())?;
        let found = layout::runs(array.layout(), order);
        let padded = |numbers: &[i64]| {
            let mut all = [0; MAX_NDIM];
            all[..numbers.len()].copy_from_slice(numbers);
            all
        };
        runs.write(ndv_run_nest {
            struct_size,
            run_bytes: found.run_bytes as usize,
            count: found.count(),
            offset: found.offset,
            buffer_offset: array.buffer_offset().wrapping_add(found.offset),
            ndim: found.shape.len() as i32,
            ascending: i32::from(found.ascend()),
            shape: padded(&found.shape),
            strides: padded(&found.strides),
        });
        Ok(())
    })
}

/// A copy in a hostile layout, to test loops with: the axes lie in another order in
/// memory, some backwards, with gaps between the elements and around them, at addresses
/// that are not aligned; axes of one element have strides that mean nothing. Shape and
/// values are those of the array.
///
/// The bytes in the gaps hold numbers that follow from the seed, by which
/// ndv_scramble_check() sees whether a loop wrote where no element is.
///
/// @param array      The array.
/// @param seed       Any number. The same seed, type and shape make the same layout.
/// @param flags      NDV_SCRAMBLE_ALIGNED or 0.
/// @param[out] copy  A new reference. It owns its bytes: its base is NULL.
/// @return NDV_E_ARGUMENT for other flags.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_scramble(
    array: *const ndv_array,
    seed: u64,
    flags: i32,
    copy: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array, whose elements no other thread writes meanwhile, and a
    // place for the result.
    unsafe {
        array_of_array(array, copy, |array| {
            if flags & !NDV_SCRAMBLE_ALIGNED != 0 {
                return Err(
                    Error::Argument { what: "the scramble flags", value: flags.into() }.into()
                );
            }
            Ok(move || iterate::scramble(array, seed, flags & NDV_SCRAMBLE_ALIGNED != 0))
        })
    }
}

/// Whether the gaps of a scrambled array are untouched.
///
/// @param array  What ndv_scramble() made, or a view of it.
/// @param seed   The seed it was made with.
/// @return NDV_E_OVERRUN, whose message names the first byte that has changed: its place
///         in the buffer, and its distance from the first element. NDV_E_ARGUMENT if the
///         array, or its base, does not own a buffer with gaps.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_scramble_check(array: *const ndv_array, seed: u64) -> ndv_status {
    // SAFETY: the caller passes an array, whose buffer no other thread writes meanwhile.
    call(|| unsafe { Ok(iterate::check_scrambled(check::array("array", array)?, seed)?) })
}
