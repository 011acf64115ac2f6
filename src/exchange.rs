//! Exchange.
//!
//! Arrays on their way out of the program and back: NumPy's .npy files, of versions 1.0,
//! 2.0 and 3.0. What is saved here is byte for byte what `numpy.save` writes, and what it
//! writes can be loaded here, if the elements are bools, integers, real or complex
//! numbers, raw bytes, or records of such. Strings, dates and Python objects are
//! NDV_E_UNSUPPORTED. So is saving bfloat16, which NumPy does not have, and records that
//! a header does not spell: with fields that overlap or are not in the order of their
//! offsets, with names that Python spells with escapes, or of more than 10,000 bytes. As in
//! NumPy, a record that was aligned has its gaps when it is loaded again, but is packed.
//!
//! A file may be hostile. What its header claims is believed only as far as the file is
//! large enough; a header of more than 10,000 bytes is refused, as by NumPy. A new record
//! type counts towards the limits of ndv_dtype_record(), and beyond them is NDV_E_LIMIT.
//! Bytes that follow the elements are ignored.
//!
//! Paths end in NUL and go to the system as they are; on Windows they are in the active
//! code page. Any number of threads may work on different files at the same time, and
//! read the same. Every loaded array is a new reference, owns its bytes and is writeable.

use crate::arrays::ndv_array;
use crate::check;
use crate::report::{Fault, Outcome, call, call_for_array};
use crate::status::ndv_status;
use ndview_core::exchange::npy::{self, Header, Saved};
use std::ffi::{CStr, c_char, c_void};

/// # Safety
/// - `path` is NULL or ends in NUL.
unsafe fn path<'a>(path: *const c_char) -> Outcome<&'a CStr> {
    check::pointer("path", path.cast_mut())?;
    // SAFETY: as the caller promises.
    Ok(unsafe { CStr::from_ptr(path) })
}

/// The bytes of a file; a length that no memory can have counts as the longest that can be.
///
/// # Safety
/// - `nbytes` bytes can be read at `data`, or it is NULL.
unsafe fn file_bytes<'a>(data: *const c_void, nbytes: usize) -> Outcome<&'a [u8]> {
    // SAFETY: as the caller promises.
    unsafe { check::list("data", nbytes.min(isize::MAX as usize), data.cast()) }
}

/// Reads an array from a .npy file: NumPy's `numpy.load`.
///
/// The elements stand in memory as in the file, in C or F order, but always in the
/// machine's byte order. They are read straight to their place: there is no second copy,
/// unless the file is a pipe.
///
/// @param path        The file. It may be a pipe, which is read no further than the
///                    elements go.
/// @param[out] array  A new reference. Its base is NULL, in F order too.
/// @return NDV_E_IO if the file cannot be opened or read; NDV_E_FORMAT if it is no .npy
///         file, or a malformed one, or claims more than can be addressed;
///         NDV_E_TRUNCATED if it ends early; NDV_E_UNSUPPORTED if its elements are of
///         another kind.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_npy_load(
    path: *const c_char,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes a path and a place for the result.
    unsafe {
        call_for_array(array, || {
            let path = self::path(path)?;
            Ok(move || npy::load(path))
        })
    }
}

/// As ndv_npy_load(), from the bytes of a file in memory. They are copied.
///
/// @param data        The file's bytes, from the first on.
/// @param nbytes      How many they are.
/// @param[out] array  A new reference.
/// @return NDV_E_FORMAT; NDV_E_TRUNCATED; NDV_E_UNSUPPORTED.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_npy_load_memory(
    data: *const c_void,
    nbytes: usize,
    array: *mut *mut ndv_array,
) -> ndv_status {
    // SAFETY: the caller passes `nbytes` bytes and a place for the result.
    unsafe {
        call_for_array(array, || {
            let file = file_bytes(data, nbytes)?;
            Ok(move || npy::load_memory(file))
        })
    }
}

/// Writes an array to a .npy file: NumPy's `numpy.save`, which however adds ".npy" to
/// names without.
///
/// The file appears, or replaces the one that was there, when all of it is written and
/// has been handed to the disk. Until then it has another name, ".ndview-....tmp", in the
/// same folder. If anything fails, that is removed and the old file stands unchanged.
///
/// ```c
/// ndv_array *a, *b;
/// bool equal;
/// OK(ndv_arange(0, 6, 1, &a));
/// OK(ndv_npy_save(a, "six.npy"));
/// OK(ndv_npy_load("six.npy", &b));
/// OK(ndv_equal(a, b, &equal));
/// printf("%s\n", equal ? "equal" : "different");
/// ndv_release(b);
/// ndv_release(a);
/// ```
/// ```text
/// equal
/// ```
///
/// A file that is replaced must be writeable by the caller, and hands down its
/// permissions, but not its owner, hard links or lists of access rights. A symbolic
/// link stays, and what it leads to is replaced. A pipe or a device is written straight.
///
/// @param array  The array, of any layout. Its order in the file is F if it is
///               F-contiguous and not C-contiguous, else C. At most 1 MiB of memory is
///               needed for one that is neither.
/// @param path   The file.
/// @return NDV_E_UNSUPPORTED for what .npy files cannot hold, as said above; NDV_E_IO if
///         the file cannot be written.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_npy_save(array: *const ndv_array, path: *const c_char) -> ndv_status {
    // SAFETY: the caller passes an array whose elements nobody writes meanwhile, and a path.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let path = self::path(path)?;
        Ok(npy::save(array, path)?)
    })
}

/// As ndv_npy_save(), to memory of the caller's: the bytes that the file would have.
///
/// @param array        The array.
/// @param buffer       Where to; none of the array's own bytes. NULL if capacity is 0,
///                     to ask for the size alone.
/// @param capacity     The room there, in bytes.
/// @param[out] nbytes  The size of the file in bytes, also when there is no room for it;
///                     0 if the array cannot be saved at all.
/// @return NDV_E_BUFFER_SIZE if the room is too small, and nothing is written;
///         NDV_E_UNSUPPORTED as ndv_npy_save().
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_npy_save_memory(
    array: *const ndv_array,
    buffer: *mut c_void,
    capacity: usize,
    nbytes: *mut usize,
) -> ndv_status {
    if let Ok(nbytes) = check::pointer("nbytes", nbytes) {
        // SAFETY: the caller passes a place that can be written.
        unsafe { nbytes.write(0) };
    }
    // SAFETY: the caller passes an array whose elements nobody writes meanwhile, `capacity` bytes
    // and a place for their number.
    call(|| unsafe {
        let array = check::array("array", array)?;
        let saved = Saved::new(array)?;
        if let Ok(nbytes) = check::pointer("nbytes", nbytes) {
            nbytes.write(saved.nbytes());
        }
        if capacity != 0 {
            check::pointer("buffer", buffer)?;
        }
        check::pointer("nbytes", nbytes)?;
        if buffer.is_null() {
            return Ok(());
        }
        Ok(saved.write(buffer.cast(), capacity)?)
    })
}

/// What a .npy file holds, as its header says it. Set struct_size to
/// sizeof(ndv_npy_info).
#[repr(C)]
pub struct ndv_npy_info {
    /// The size of this struct, as the caller knows it.
    pub struct_size: usize,
    /// The version of the format: 1, 2 or 3.
    pub major: i32,
    /// The version's second number: 0.
    pub minor: i32,
    /// The type of the elements.
    pub dtype: i32,
    /// The number of axes.
    pub ndim: i32,
    /// NDV_ORDER_C or NDV_ORDER_F: how the elements follow one another.
    pub order: i32,
    /// Not 0: the elements are in the other byte order, and loading converts them.
    pub swapped: i32,
    /// The number of elements.
    pub size: i64,
    /// Where the first element stands in the file, in bytes.
    pub data_offset: usize,
    /// The bytes of all elements.
    pub nbytes: usize,
    /// The extents; 0 from ndim on.
    pub shape: [i64; 64],
}

/// # Safety
/// - `info` is NULL or a struct of the caller's whose first field is its size.
unsafe fn answer_info(
    info: *mut ndv_npy_info,
    read: impl FnOnce() -> Result<Header, Fault>,
) -> Outcome<()> {
    // SAFETY: as the caller promises.
    let struct_size = unsafe { check::struct_size("info", info.cast_const())? };
    let header = read()?;
    let mut shape = [0; 64];
    shape[..header.shape.len()].copy_from_slice(&header.shape);
    let answer = ndv_npy_info {
        struct_size,
        major: header.version.0.into(),
        minor: header.version.1.into(),
        dtype: header.dtype.code(),
        ndim: header.shape.len() as i32,
        order: header.order as i32,
        swapped: header.is_swapped().into(),
        size: header.size(),
        data_offset: header.data_offset,
        nbytes: header.nbytes,
        shape,
    };
    // SAFETY: as above; the struct is at least as large as this one.
    unsafe { info.write(answer) };
    Ok(())
}

/// What a .npy file holds, without reading its elements: whether they are all there is
/// not looked at.
///
/// @param path          The file.
/// @param[in,out] info  With struct_size set; left alone on an error.
/// @return NDV_E_ARGUMENT if struct_size is too small; NDV_E_IO; NDV_E_FORMAT;
///         NDV_E_TRUNCATED if the file ends within the header; NDV_E_UNSUPPORTED.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_npy_read_info(
    path: *const c_char,
    info: *mut ndv_npy_info,
) -> ndv_status {
    // SAFETY: the caller passes a path, and a struct whose first field is its size.
    call(|| unsafe {
        let path = self::path(path)?;
        answer_info(info, || Ok(npy::read_info(path)?))
    })
}

/// As ndv_npy_read_info(), from the bytes of a file in memory.
///
/// @param data          The file's bytes, from the first on; the header is enough.
/// @param nbytes        How many they are.
/// @param[in,out] info  With struct_size set; left alone on an error.
/// @return NDV_E_ARGUMENT if struct_size is too small; NDV_E_FORMAT; NDV_E_TRUNCATED if
///         the bytes end within the header; NDV_E_UNSUPPORTED.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn ndv_npy_read_info_memory(
    data: *const c_void,
    nbytes: usize,
    info: *mut ndv_npy_info,
) -> ndv_status {
    // SAFETY: the caller passes `nbytes` bytes, and a struct whose first field is its size.
    call(|| unsafe {
        let file = file_bytes(data, nbytes)?;
        answer_info(info, || Ok(npy::read_info_memory(file)?))
    })
}
