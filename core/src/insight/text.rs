//! Where printed text goes: memory of the caller's, or the C library's standard streams.

use super::{FormatOptions, Shown, format};
use crate::error::{Error, Result};
use std::ffi::c_int;
use std::fmt::{self, Write};

/// Writes the text of an array to `capacity` bytes, ended by NUL and cut where it does not fit;
/// gives the length of the whole text.
///
/// # Safety
/// - The elements can be read, and `capacity` bytes written at `buffer`.
pub unsafe fn format_into(
    array: &Shown,
    options: &FormatOptions,
    buffer: *mut u8,
    capacity: usize,
) -> Result<usize> {
    // SAFETY: the caller vouches for the buffer.
    let mut cut = unsafe { Cut::new(buffer, capacity) };
    // SAFETY: the caller vouches for the elements. The sink never fails.
    unsafe { format(array, options, &mut cut)? };
    Ok(cut.end())
}

/// Keeps what fits and counts the rest.
pub(super) struct Cut {
    buffer: *mut u8,
    capacity: usize,
    length: usize,
}

impl Cut {
    /// # Safety
    /// - `capacity` bytes can be written at `buffer`.
    pub(super) unsafe fn new(buffer: *mut u8, capacity: usize) -> Cut {
        Cut { buffer, capacity, length: 0 }
    }

    /// For text, before the NUL.
    fn room(&self) -> usize {
        self.capacity.saturating_sub(1)
    }

    /// Ends the text by NUL, and gives the length of all that was written.
    pub(super) fn end(self) -> usize {
        if self.capacity != 0 {
            // SAFETY: the end of the kept text is inside the capacity.
            unsafe { self.buffer.add(self.length.min(self.room())).write(0) };
        }
        self.length
    }
}

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let kept = text.len().min(self.room().saturating_sub(self.length));
        if kept != 0 {
            // SAFETY: there is room for `kept` bytes behind what was written.
            unsafe {
                let end = self.buffer.add(self.length);
                end.copy_from_nonoverlapping(text.as_ptr(), kept);
            }
        }
        self.length += text.len();
        Ok(())
    }
}

/// Prints the text of an array and a newline.
///
/// # Safety
/// - The elements can be read.
pub unsafe fn print(array: &Shown, options: &FormatOptions) -> Result<()> {
    let mut output = Stream::output();
    // SAFETY: the caller vouches for the elements.
    unsafe { format(array, options, &mut output)? };
    output.write_str("\n").and_then(|()| output.flush()).map_err(|_| Error::Output)
}

/// C's `stdout`, by way of `printf`, which needs no name for the stream: that differs from platform
/// to platform; or its `stderr`. Text is gathered first, as it comes in small pieces.
pub(super) struct Stream {
    to: To,
    pending: [u8; 1024],
    length: usize,
}

#[derive(Clone, Copy)]
enum To {
    Output,
    Error,
}

impl Stream {
    pub(super) fn output() -> Stream {
        Stream { to: To::Output, pending: [0; 1024], length: 0 }
    }

    pub(super) fn error() -> Stream {
        Stream { to: To::Error, pending: [0; 1024], length: 0 }
    }

    pub(super) fn flush(&mut self) -> fmt::Result {
        let (format, length, text) = (c"%.*s".as_ptr(), self.length as c_int, &self.pending);
        // SAFETY: the format takes a length and as many bytes.
        let printed = unsafe {
            match self.to {
                To::Output => libc::printf(format, length, text.as_ptr()),
                To::Error => libc::fprintf(standard_error(), format, length, text.as_ptr()),
            }
        };
        self.length = 0;
        if printed == length { Ok(()) } else { Err(fmt::Error) }
    }
}

/// C's `stderr`, under the name that it has on the platform.
fn standard_error() -> *mut libc::FILE {
    #[cfg(windows)]
    unsafe extern "C" {
        fn __acrt_iob_func(number: u32) -> *mut libc::FILE;
    }
    #[cfg(windows)]
    // SAFETY: the third stream is there.
    return unsafe { __acrt_iob_func(2) };

    #[cfg(not(windows))]
    unsafe extern "C" {
        #[cfg_attr(target_vendor = "apple", link_name = "__stderrp")]
        static mut stderr: *mut libc::FILE;
    }
    #[cfg(not(windows))]
    // SAFETY: the C library sets it before the program begins; a program that sets it anew does so
    // while nothing is printed.
    return unsafe { stderr };
}

impl Write for Stream {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for piece in text.as_bytes().chunks(self.pending.len()) {
            if self.length + piece.len() > self.pending.len() {
                self.flush()?;
            }
            self.pending[self.length..self.length + piece.len()].copy_from_slice(piece);
            self.length += piece.len();
        }
        Ok(())
    }
}
