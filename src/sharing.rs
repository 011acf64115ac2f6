//! Sharing.
//!
//! Who owns the bytes, and who sees them. ndv_base() and ndv_relation() tell how arrays
//! were made from one another; ndv_may_share_memory(), ndv_shares_memory() and
//! ndv_overlap() look at addresses alone, so that they also see memory that was wrapped
//! twice.

use crate::arrays::ndv_array;
use crate::check;
use crate::report::{answer, answer_into, array_of_array, as_c, call};
use crate::status::ndv_status;
use ndview_core::Array;
use ndview_core::Error;
use ndview_core::array::Relation;
use ndview_core::buffer::BufferKind;
use ndview_core::copies::CopyPolicy;
use ndview_core::insight::{compact, footprint};
use ndview_core::overlap::{self, Answer, Overlap};
use ndview_core::transfer::{Source, all_equal};
use std::ffi::c_void;
use std::ptr::null;

/// The buffer is the library's own, from its allocator.
pub const NDV_BUFFER_HEAP: i32 = 1;
/// The buffer is wrapped memory of the caller's.
pub const NDV_BUFFER_FOREIGN: i32 = 2;
/// The buffer is from the allocator that was given to ndv_empty_with() or ndv_zeros_with().
pub const NDV_BUFFER_ALLOCATOR: i32 = 3;

/// Two arrays over different buffers.
pub const NDV_UNRELATED: i32 = 1;
/// One and the same array.
pub const NDV_SAME: i32 = 2;
/// One is a view and the other its base.
pub const NDV_VIEW: i32 = 3;
/// Two views of one base.
pub const NDV_SIBLINGS: i32 = 4;

const _: () = {
    assert!(NDV_BUFFER_HEAP == BufferKind::Heap as i32);
    assert!(NDV_BUFFER_FOREIGN == BufferKind::Foreign as i32);
    assert!(NDV_BUFFER_ALLOCATOR == BufferKind::Allocator as i32);
    assert!(NDV_UNRELATED == Relation::Unrelated as i32 && NDV_SAME == Relation::Same as i32);
    assert!(NDV_VIEW == Relation::View as i32 && NDV_SIBLINGS == Relation::Siblings as i32);
};

/// No byte is common to both arrays, or to two elements of one array.
pub const NDV_OVERLAP_DISJOINT: i32 = 40;
/// Both arrays have the same elements in the same order.
pub const NDV_OVERLAP_IDENTICAL: i32 = 41;
/// Some byte is common to both arrays, or to two elements of one array.
pub const NDV_OVERLAP_PARTIAL: i32 = 42;
/// The budget ran out before there was an answer.
pub const NDV_OVERLAP_UNKNOWN: i32 = 43;

/// A budget for ndv_shares_memory(), ndv_overlap() and ndv_overlaps_itself() that
/// answers whatever slicing and transposing make, for which hundreds of steps suffice, and
/// all but a few pairs of diagonals of diagonals, and ends within tens of milliseconds.
pub const NDV_BUDGET_DEFAULT: u64 = 1000000;

/// The owner of the bytes, if the array is a view: NumPy's `a.base`. A view of a view
/// has the same base as the view.
///
/// @return NULL exactly when the array is no view, and for NULL. Borrowed: valid while
///         the view lives; ndv_retain() it to keep it.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_base(array: *const ndv_array) -> *const ndv_array {
    // SAFETY: the caller passes NULL or an array. So in all getters below.
    answer(null(), || unsafe { check::maybe_array(array)?.base().map(as_c) })
}

/// Whether the array is no view: NumPy's `a.flags.owndata`. What a wrapped array owns
/// is the deleter.
///
/// @return False for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_owns_data(array: *const ndv_array) -> bool {
    // SAFETY: see `ndv_base`.
    answer(false, || unsafe { Some(check::maybe_array(array)?.base().is_none()) })
}

/// Where the bytes come from, for a view as for its base.
///
/// @return NDV_BUFFER_HEAP, NDV_BUFFER_FOREIGN or NDV_BUFFER_ALLOCATOR; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_buffer_kind(array: *const ndv_array) -> i32 {
    // SAFETY: see `ndv_base`.
    answer(0, || unsafe { Some(check::maybe_array(array)?.buffer_kind() as i32) })
}

/// How two arrays were made from one another. Tells what a function returned: NDV_SAME is the array it was
/// given, NDV_VIEW and NDV_SIBLINGS a view, NDV_UNRELATED a copy. Elements in common
/// are another question.
///
/// @return NDV_SAME, NDV_VIEW (in either direction), NDV_SIBLINGS, NDV_UNRELATED; 0 if
///         either is NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_relation(a: *const ndv_array, b: *const ndv_array) -> i32 {
    // SAFETY: see `ndv_base`.
    answer(0, || unsafe { Some(check::maybe_array(a)?.relation(check::maybe_array(b)?) as i32) })
}

/// Whether two arrays have the same shape and equal elements: NumPy's `array_equal`.
/// Types may differ; values are compared exactly, without rounding. A NaN equals
/// nothing. Raw bytes are equal if all are; records, if they have the same names in the
/// same order, and equal fields: what lies between the fields does not count. What cannot
/// be compared is not equal.
///
/// @param a, b        Arrays.
/// @param[out] equal  The answer; false on an error.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_equal(
    a: *const ndv_array,
    b: *const ndv_array,
    equal: *mut bool,
) -> ndv_status {
    // SAFETY: the caller passes two arrays, whose elements no other thread writes meanwhile, and a
    // place for the answer.
    unsafe {
        answer_into(equal, false, || {
            let (a, b) = (check::array("a", a)?, check::array("b", b)?);
            check::pointer("equal", equal)?;
            let left = Source { data: a.data(), dtype: a.dtype(), strides: a.strides() };
            let right = Source { data: b.data(), dtype: b.dtype(), strides: b.strides() };
            Ok(a.shape() == b.shape() && all_equal(a.shape(), left, right))
        })
    }
}

/// The bytes that an array reaches, from the lowest address to one past the highest:
/// NumPy's `byte_bounds`.
///
/// @param array      The array.
/// @param[out] low   The first byte. Equal to high if there are no elements.
/// @param[out] high  One past the last byte. Both are borrowed: valid while the array
///                   lives.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_byte_bounds(
    array: *const ndv_array,
    low: *mut *const c_void,
    high: *mut *const c_void,
) -> ndv_status {
    // SAFETY: the caller passes an array and two places for the answers.
    unsafe {
        for place in [low, high] {
            if !place.is_null() {
                place.write(null());
            }
        }
        call(|| {
            let array = check::array("array", array)?;
            let (low, high) = (check::pointer("low", low)?, check::pointer("high", high)?);
            let start = array.data();
            let address = start.addr() as i128;
            let (first, end) = overlap::byte_bounds(&array.extent()).unwrap_or((address, address));
            low.write(start.wrapping_offset((first - address) as isize).cast());
            high.write(start.wrapping_offset((end - address) as isize).cast());
            Ok(())
        })
    }
}

/// Whether the byte bounds of two arrays meet: NumPy's `may_share_memory`. True means
/// only *might*: the even and the odd elements of a row share nothing. False is
/// certain.
///
/// @return False if either is NULL or has no elements.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndv_may_share_memory(a: *const ndv_array, b: *const ndv_array) -> bool {
    // SAFETY: see `ndv_base`.
    answer(false, || unsafe {
        let (a, b) = (check::maybe_open(a)?, check::maybe_open(b)?);
        Some(overlap::may_share(&a.extent(), &b.extent()))
    })
}

/// Whether there is a byte that both arrays reach, exactly: NumPy's `shares_memory`.
///
/// ```c
/// ndv_array *a, *even, *odd;
/// bool shares;
/// OK(ndv_arange(0, 10, 1, &a));
/// OK(ndv_slice(a, "::2", &even));
/// OK(ndv_slice(a, "1::2", &odd));
/// OK(ndv_shares_memory(even, odd, NDV_BUDGET_DEFAULT, &shares));
/// printf("might share: %d, share: %d\n", ndv_may_share_memory(even, odd), shares);
/// ndv_release(odd);
/// ndv_release(even);
/// ndv_release(a);
/// ```
/// ```text
/// might share: 1, share: 0
/// ```
///
/// @param a, b         Arrays.
/// @param budget       The most steps to take; NDV_BUDGET_DEFAULT suits. The question
///                     is hard in general, and easy for what slicing makes: a few
///                     steps, tens of nanoseconds.
/// @param[out] shares  The answer; false on an error.
/// @return NDV_E_TOO_HARD if the budget ran out.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_shares_memory(
    a: *const ndv_array,
    b: *const ndv_array,
    budget: u64,
    shares: *mut bool,
) -> ndv_status {
    // SAFETY: the caller passes two arrays and a place for the answer.
    unsafe {
        answer_into(shares, false, || {
            let (a, b) = (check::array("a", a)?, check::array("b", b)?);
            check::pointer("shares", shares)?;
            match overlap::shares(&a.extent(), &b.extent(), budget) {
                Answer::No => Ok(false),
                Answer::Yes => Ok(true),
                Answer::Unknown => Err(Error::TooHard { budget }.into()),
            }
        })
    }
}

/// What two arrays have in common, or two elements of one array, and where. Set
/// struct_size to sizeof(ndv_overlap_report), or begin with NDV_OVERLAP_REPORT_INIT of
/// ndview_c99.h.
///
/// Where bytes are common, the report names a witness: two elements, and an address that
/// both cover. There may be many; which of them is named is not specified.
#[repr(C)]
pub struct ndv_overlap_report {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// One of NDV_OVERLAP_.
    pub relation: i32,
    /// The number of axes of a: so much of a_index counts.
    pub a_ndim: i32,
    /// The number of axes of b: so much of b_index counts.
    pub b_ndim: i32,
    /// The first byte that both elements cover; NULL if no byte is known to be common.
    /// Borrowed: valid while the arrays live.
    pub address: *const c_void,
    /// An element of a; 0 from a_ndim on, and everywhere without a witness.
    pub a_index: [i64; 64],
    /// The element of b that meets it; 0 from b_ndim on, and everywhere without a witness.
    pub b_index: [i64; 64],
}

/// What two arrays have in common, exactly, and where: ndv_shares_memory() with a
/// witness. NumPy has no such function.
///
/// ```c
/// ndv_array *a, *even, *third;
/// ndv_overlap_report r = NDV_OVERLAP_REPORT_INIT;   // sets struct_size
/// OK(ndv_arange(0, 10, 1, &a));
/// OK(ndv_slice(a, "::2", &even));
/// OK(ndv_slice(a, "1::3", &third));
/// OK(ndv_overlap(even, third, NDV_BUDGET_DEFAULT, &r));
/// if (r.relation == NDV_OVERLAP_PARTIAL)
///     printf("even[%d] is third[%d]\n", (int)r.a_index[0], (int)r.b_index[0]);
/// ndv_release(third);
/// ndv_release(even);
/// ndv_release(a);
/// ```
/// ```text
/// even[2] is third[1]
/// ```
///
/// NDV_OVERLAP_IDENTICAL: address, shape, item size, and the strides of every axis of more
/// than one element are the same; the witness is the first element. Element types may
/// differ. NDV_OVERLAP_PARTIAL: anything else with a byte in common, also the same
/// elements in another order, and every element of a within b. NDV_OVERLAP_DISJOINT: no
/// byte is common; so for every array without elements. NDV_OVERLAP_UNKNOWN: the
/// budget ran out, which is no error here; to be safe, take it for PARTIAL.
///
/// @param a, b            Arrays.
/// @param budget          As for ndv_shares_memory(). The time is proportional to it at
///                        worst, whatever the extents and strides.
/// @param[in,out] report  With struct_size set; left alone on an error.
/// @return NDV_E_ARGUMENT if struct_size is too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_overlap(
    a: *const ndv_array,
    b: *const ndv_array,
    budget: u64,
    report: *mut ndv_overlap_report,
) -> ndv_status {
    // SAFETY: the caller passes two arrays, and a struct whose first field is its size.
    call(|| unsafe {
        let (a, b) = (check::array("a", a)?, check::array("b", b)?);
        let struct_size = check::struct_size("report", report.cast_const())?;
        let overlap = overlap::overlap(&a.extent(), &b.extent(), budget);
        write_report(report, struct_size, a, b, &overlap);
        Ok(())
    })
}

/// Whether two elements of one array share a byte, exactly, and which. They do in sliding
/// windows and where an axis is repeated; slicing, transposing and diagonals never make
/// them. What is written to one of them changes the other.
///
/// @param array           The array.
/// @param budget          As for ndv_overlap().
/// @param[in,out] report  With struct_size set; left alone on an error. NDV_OVERLAP_PARTIAL
///                        if there are two such elements, at a_index and b_index, which
///                        are never the same; NDV_OVERLAP_DISJOINT if not;
///                        NDV_OVERLAP_UNKNOWN if the budget ran out.
/// @return NDV_E_ARGUMENT if struct_size is too small.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_overlaps_itself(
    array: *const ndv_array,
    budget: u64,
    report: *mut ndv_overlap_report,
) -> ndv_status {
    // SAFETY: the caller passes an array, and a struct whose first field is its size.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let struct_size = check::struct_size("report", report.cast_const())?;
        let overlap = overlap::self_overlap(&array.extent(), budget);
        write_report(report, struct_size, array, array, &overlap);
        Ok(())
    })
}

/// # Safety
/// - `report` can be written.
unsafe fn write_report(
    report: *mut ndv_overlap_report,
    struct_size: usize,
    a: &Array,
    b: &Array,
    overlap: &Overlap,
) {
    // In place: moving a kilobyte takes longer than most answers. All fields may be 0.
    // SAFETY: as the caller promises.
    let report = unsafe {
        report.write_bytes(0, 1);
        &mut *report
    };
    report.struct_size = struct_size;
    (report.a_ndim, report.b_ndim) = (a.ndim() as i32, b.ndim() as i32);
    report.relation = match overlap {
        Overlap::Disjoint => NDV_OVERLAP_DISJOINT,
        Overlap::Identical => NDV_OVERLAP_IDENTICAL,
        Overlap::Partial(_) => NDV_OVERLAP_PARTIAL,
        Overlap::Unknown => NDV_OVERLAP_UNKNOWN,
    };
    match overlap {
        Overlap::Identical => report.address = a.data().cast(),
        Overlap::Partial(witness) => {
            let from_a = witness.address.wrapping_sub(a.data().addr());
            report.address = a.data().wrapping_add(from_a).cast();
            report.a_index[..witness.a.len()].copy_from_slice(&witness.a);
            report.b_index[..witness.b.len()].copy_from_slice(&witness.b);
        }
        Overlap::Disjoint | Overlap::Unknown => {}
    }
}

/// What an array costs. Begin with NDV_FOOTPRINT_INFO_INIT of ndview_c99.h.
#[repr(C)]
pub struct ndv_footprint_info {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// The bytes that belong to elements, each counted once, however many elements it
    /// belongs to.
    pub touched_bytes: usize,
    /// From the lowest of them to the highest, with all between: the distance that
    /// ndv_byte_bounds() gives.
    pub spanned_bytes: usize,
    /// The bytes of the buffer, which the array keeps alive, all of them. For wrapped
    /// memory, as many as were given to ndv_wrap().
    pub kept_bytes: usize,
    /// How many arrays keep the buffer alive: its views, and its owner if there are
    /// references to that. When the last of them goes, the buffer does.
    pub holders: i64,
    /// 1 if touched_bytes is exact. 0 if it is an upper bound, which happens where strides
    /// cross each other over a span of more than 8 million steps and a short search does
    /// not tell whether elements share bytes. Nothing made by slicing, transposing,
    /// diagonals or windows does.
    pub exact: i32,
}

/// How many bytes an array touches, spans and keeps alive. A small view keeps all of its
/// buffer; ndv_compact() makes a copy instead.
///
/// ```c
/// ndv_array *table, *column;
/// ndv_footprint_info f = NDV_FOOTPRINT_INFO_INIT;
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 10), &table));
/// OK(ndv_slice(table, ":, 3", &column));
/// ndv_release(table);
/// OK(ndv_footprint(column, &f));
/// printf("%d bytes touched, %d spanned, %d kept by %d array\n", (int)f.touched_bytes,
///        (int)f.spanned_bytes, (int)f.kept_bytes, (int)f.holders);
/// ndv_release(column);
/// ```
/// ```text
/// 8000 bytes touched, 79928 spanned, 80000 kept by 1 array
/// ```
///
/// @param array         The array.
/// @param[in,out] info  With struct_size set; left alone on an error. Other threads that
///                      make and release views may change `holders` at any time.
/// @return NDV_E_ARGUMENT if struct_size is too small; NDV_E_NOMEM where strides cross each
///         other, which takes up to 1 MiB.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_footprint(
    array: *const ndv_array,
    info: *mut ndv_footprint_info,
) -> ndv_status {
    // SAFETY: the caller passes an array and a struct whose first field is its size.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let struct_size = check::struct_size("info", info.cast_const())?;
        let found = footprint(array)?;
        info.write(ndv_footprint_info {
            struct_size,
            touched_bytes: found.touched as usize,
            spanned_bytes: found.spanned as usize,
            kept_bytes: found.kept,
            holders: found.holders(),
            exact: found.exact.into(),
        });
        Ok(())
    })
}

/// The array itself if it makes good use of its buffer, else a copy, so that the buffer can
/// go. A copy is independent of the array: what is written to one is not seen in the other.
/// The library never makes one by itself.
///
/// ```c
/// ndv_array *table, *row, *kept;
/// OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 10), &table));
/// OK(ndv_slice(table, "3", &row));
/// OK(ndv_compact(row, 0.5, NDV_COPY_IF_NEEDED, &kept));   // 80 of 80000 bytes
/// ndv_release(row);
/// ndv_release(table);                                     // frees the table
/// ndv_statistics s = NDV_STATISTICS_INIT;
/// OK(ndv_get_statistics(&s));
/// printf("%d bytes are alive\n", (int)s.bytes_alive);
/// ndv_release(kept);
/// ```
/// ```text
/// 80 bytes are alive
/// ```
///
/// @param array        The array.
/// @param least        The part of the buffer's bytes that makes good use of it, 0 to 1:
///                     there is need for a copy if the array touches less, by the numbers
///                     of ndv_footprint(), and a copy has fewer bytes than the buffer. 0
///                     is never; 1 is whenever a byte is not touched.
/// @param policy       One of NDV_COPY_. Under NDV_COPY_NEVER the array itself or an
///                     error; NDV_COPY_ALWAYS copies also without need.
/// @param[out] result  A new reference, perhaps to the same array; a copy is in order K.
/// @return NDV_E_ARGUMENT if least is not between 0 and 1; NDV_E_WOULD_COPY, whose message
///         names the bytes.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_compact(
    array: *const ndv_array,
    least: f64,
    policy: i32,
    result: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes an array, whose elements no other thread writes meanwhile, and a
    // place for the result.
    unsafe {
        array_of_array(array, result, |array| {
            let policy = CopyPolicy::from_code(policy)?;
            Ok(move || compact(array, least, policy))
        })
    }
}
