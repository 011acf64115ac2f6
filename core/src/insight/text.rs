//! Where printed text goes: memory of the caller's, or the C library's standard streams.

use super::draw::{DrawOptions, Entry, draw};
use super::{FormatOptions, Shown, format};
use crate::error::{Error, Result};
use crate::exchange::file::Writing;
use std::ffi::{CStr, c_int};
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
    // SAFETY: the caller vouches for the room and the elements.
    unsafe { write_into(buffer, capacity, |out| format(array, options, out)) }
}

/// Draws arrays to `capacity` bytes, as [`format_into`] writes.
///
/// # Safety
/// - `capacity` bytes can be written at `buffer`.
pub unsafe fn draw_into(
    entries: &[Entry],
    options: &DrawOptions,
    buffer: *mut u8,
    capacity: usize,
) -> Result<usize> {
    let write = |out: &mut dyn Write| draw(entries, options, out).map_err(|_| Error::Output);
    // SAFETY: the caller vouches for the room.
    unsafe { write_into(buffer, capacity, write) }
}

/// # Safety
/// - `capacity` bytes can be written at `buffer`.
unsafe fn write_into(
    buffer: *mut u8,
    capacity: usize,
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<usize> {
    // SAFETY: the caller vouches for the buffer.
    let mut cut = unsafe { Cut::new(buffer, capacity) };
    // The sink never fails.
    write(&mut cut)?;
    Ok(cut.end())
}

/// Keeps what fits, whole characters of it, and counts the rest.
pub(super) struct Cut {
    buffer: *mut u8,
    capacity: usize,
    kept: usize,
    length: usize,
}

impl Cut {
    /// # Safety
    /// - `capacity` bytes can be written at `buffer`.
    pub(super) unsafe fn new(buffer: *mut u8, capacity: usize) -> Cut {
        Cut { buffer, capacity, kept: 0, length: 0 }
    }

    /// For text, before the NUL.
    fn room(&self) -> usize {
        self.capacity.saturating_sub(1)
    }

    /// Ends the text by NUL, and gives the length of all that was written.
    pub(super) fn end(self) -> usize {
        if self.capacity != 0 {
            // SAFETY: the end of the kept text is inside the capacity.
            unsafe { self.buffer.add(self.kept).write(0) };
        }
        self.length
    }
}

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut kept = text.len().min(self.room().saturating_sub(self.length));
        while !text.is_char_boundary(kept) {
            kept -= 1;
        }
        if kept != 0 {
            // SAFETY: there is room for `kept` bytes behind what was written, which is all so far.
            unsafe {
                let end = self.buffer.add(self.length);
                end.copy_from_nonoverlapping(text.as_ptr(), kept);
            }
            self.kept += kept;
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
    // SAFETY: the caller vouches for the elements.
    print_line(|out| unsafe { format(array, options, out) })
}

/// Prints a drawing and a newline.
pub fn print_drawing(entries: &[Entry], options: &DrawOptions) -> Result<()> {
    print_line(|out| draw(entries, options, out).map_err(|_| Error::Output))
}

fn print_line(write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut output = Gathered::new(Stream::Output);
    write(&mut output)?;
    output.write_str("\n").and_then(|()| output.flush()).map_err(|_| Error::Output)
}

/// Writes a drawing and a newline to a file, which appears when it is whole.
pub fn save_drawing(entries: &[Entry], options: &DrawOptions, path: &CStr) -> Result<()> {
    let mut output = Gathered::new(File { writing: Writing::begin(path)?, fault: None });
    let written = draw(entries, options, &mut output)
        .and_then(|()| output.write_str("\n"))
        .and_then(|()| output.flush());
    let File { writing, fault } = output.sink;
    match written {
        Ok(()) => writing.finish(),
        Err(_) => Err(fault.unwrap_or(Error::Output)),
    }
}

/// Takes text as it comes, in small pieces, and passes it on in larger ones.
pub(super) struct Gathered<S> {
    sink: S,
    pending: [u8; 1024],
    length: usize,
}

/// Where gathered text goes.
pub(super) trait Sink {
    fn put(&mut self, text: &[u8]) -> fmt::Result;
}

impl<S: Sink> Gathered<S> {
    pub(super) fn new(sink: S) -> Gathered<S> {
        Gathered { sink, pending: [0; 1024], length: 0 }
    }

    pub(super) fn flush(&mut self) -> fmt::Result {
        let length = std::mem::take(&mut self.length);
        self.sink.put(&self.pending[..length])
    }
}

impl<S: Sink> Write for Gathered<S> {
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

/// A file, and what went wrong with it.
struct File<'a> {
    writing: Writing<'a>,
    fault: Option<Error>,
}

impl Sink for File<'_> {
    fn put(&mut self, text: &[u8]) -> fmt::Result {
        // SAFETY: the text is valid memory.
        let written = unsafe { self.writing.write(text.as_ptr(), text.len()) };
        written.map_err(|error| {
            self.fault = Some(error);
            fmt::Error
        })
    }
}

/// C's `stdout`, by way of `printf`, which needs no name for the stream: that differs from platform
/// to platform; or its `stderr`.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Output,
    Error,
}

impl Sink for Stream {
    fn put(&mut self, text: &[u8]) -> fmt::Result {
        let (format, length, text) = (c"%.*s".as_ptr(), text.len() as c_int, text.as_ptr());
        // SAFETY: the format takes a length and as many bytes.
        let printed = unsafe {
            match self {
                Stream::Output => libc::printf(format, length, text),
                Stream::Error => libc::fprintf(standard_error(), format, length, text),
            }
        };
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
