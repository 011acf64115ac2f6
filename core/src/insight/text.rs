//! Where printed text goes: memory of the caller's, or the C library's standard output.

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
    let mut cut = Cut { buffer, room: capacity.saturating_sub(1), length: 0 };
    // SAFETY: the caller vouches for the elements. The sink never fails.
    unsafe { format(array, options, &mut cut)? };
    if capacity != 0 {
        // SAFETY: the end of the kept text is inside the capacity.
        unsafe { buffer.add(cut.length.min(cut.room)).write(0) };
    }
    Ok(cut.length)
}

/// Keeps what fits and counts the rest.
struct Cut {
    buffer: *mut u8,
    room: usize,
    length: usize,
}

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let kept = text.len().min(self.room.saturating_sub(self.length));
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
    let mut output = StandardOutput { pending: [0; 1024], length: 0 };
    // SAFETY: the caller vouches for the elements.
    unsafe { format(array, options, &mut output)? };
    output.write_str("\n").and_then(|()| output.flush()).map_err(|_| Error::Output)
}

/// C's `stdout`, by way of `printf`, which needs no name for the stream: that differs from platform
/// to platform. Text is gathered first, as it comes in small pieces.
struct StandardOutput {
    pending: [u8; 1024],
    length: usize,
}

impl StandardOutput {
    fn flush(&mut self) -> fmt::Result {
        let length = self.length as c_int;
        // SAFETY: the format takes a length and as many bytes.
        let printed = unsafe { libc::printf(c"%.*s".as_ptr(), length, self.pending.as_ptr()) };
        self.length = 0;
        if printed == length { Ok(()) } else { Err(fmt::Error) }
    }
}

impl Write for StandardOutput {
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
