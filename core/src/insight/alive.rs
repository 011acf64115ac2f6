//! What is alive: the counts always, and in checked mode every array, named by the function that made
//! it. Owners that keep the most bytes come first, each with the views that stand on it.

use super::text::{Cut, Gathered, Stream};
use crate::array::Array;
use crate::buffer::list::List;
use crate::buffer::registry::{self, Entry, Table};
use crate::buffer::{BufferKind, checked, counters, quarantine};
use crate::error::{Count, Error, Result, ShortShape};
use crate::overlap;
use std::cmp::Reverse;
use std::fmt::{self, Display, Write};

/// Writes the report to `capacity` bytes, ended by NUL and cut where it does not fit; gives the length
/// of the whole text.
///
/// # Safety
/// - `capacity` bytes can be written at `buffer`.
pub unsafe fn report_alive_into(buffer: *mut u8, capacity: usize) -> Result<usize> {
    // SAFETY: the caller's.
    let mut text = unsafe { Cut::new(buffer, capacity) };
    report(&mut text)?;
    Ok(text.end())
}

/// Prints the report to the C library's standard error, if any array is alive.
pub fn print_leaks() -> Result<()> {
    if counters::snapshot().arrays_alive == 0 {
        return Ok(());
    }
    let mut output = Gathered::new(Stream::Error);
    output.write_str("ndview: not released: ").map_err(|_| Error::Output)?;
    report(&mut output)?;
    output.flush().map_err(|_| Error::Output)
}

/// Nothing is written where there is no memory to sort the arrays.
fn report(text: &mut impl Write) -> Result<()> {
    let table = registry::lock();
    let sorted = if checked::is_on() { Some(sorted(&table)?) } else { None };
    let lines = sorted.as_ref().map_or(&[][..], List::as_slice);
    write_report(text, lines).map_err(|_| Error::Output)
}

fn write_report(text: &mut impl Write, lines: &[Line]) -> fmt::Result {
    let counts = counters::snapshot();
    let arrays = Count(counts.arrays_alive, "array");
    let buffers = Count(counts.buffers_alive, "buffer");
    writeln!(text, "{arrays}, {buffers}, {}", Count(counts.bytes_alive, "byte"))?;
    if !checked::is_on() {
        return writeln!(text, "which they are is told in checked mode: NDV_CHECKED=1");
    }
    for line in lines {
        writeln!(text, "{line}")?;
    }
    match quarantine::spoilt() {
        0 => Ok(()),
        spoilt => writeln!(text, "{} written after the release", Count(spoilt as i64, "block")),
    }
}

/// An array that is alive, under the lock.
#[derive(Clone, Copy)]
struct Line<'a> {
    entry: &'a Entry,
    array: &'a Array,
    /// When its owner was made.
    owner: u64,
    /// What its buffer keeps. Read once: another thread may close the array while the lines are sorted.
    kept: usize,
}

fn sorted(table: &Table) -> Result<List<Line<'_>>> {
    let mut lines = List::with_room(table.alive())?;
    for entry in table.entries() {
        // SAFETY: what the table holds is alive while it is locked.
        let array = unsafe { Array::from_address(entry.address) };
        let owner = table.find(std::ptr::from_ref(array.owner()).addr());
        let owner = owner.map_or(0, |owner| owner.number);
        let kept = if array.is_closed() { 0 } else { array.buffer().nbytes() };
        let listed = lines.push(Line { entry, array, owner, kept });
        debug_assert!(listed);
    }
    let key = |line: &Line| {
        (Reverse(line.kept), line.owner, line.array.base().is_some(), line.entry.number)
    };
    lines.as_mut_slice().sort_unstable_by_key(key);
    Ok(lines)
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let array = self.array;
        let made = Made { maker: self.entry.maker, array };
        let references = Count(array.use_count().into(), "reference");
        if array.base().is_some() {
            let (low, high) = overlap::byte_bounds(&array.extent()).unwrap_or((0, 0));
            let spanned = Count((high - low) as i64, "byte");
            return write!(f, "    {made}, {references}, spans {spanned}");
        }
        let buffer = array.buffer();
        let views = Count(array.view_count().into(), "view");
        write!(f, "{}: {made}, {references}, {views}", Count(buffer.nbytes() as i64, "byte"))?;
        if array.is_closed() {
            return f.write_str(", closed");
        }
        if array.use_count() == 0 {
            f.write_str(", kept by views alone")?;
        }
        match buffer.kind() {
            BufferKind::Heap => return Ok(()),
            BufferKind::Allocator => return f.write_str(", from an allocator of its own"),
            BufferKind::Foreign => {}
        }
        if quarantine::overlaps(buffer.start().addr(), buffer.nbytes()) {
            return f.write_str(", wrapped, over memory that was released");
        }
        f.write_str(", wrapped")
    }
}

struct Made<'a> {
    maker: &'static str,
    array: &'a Array,
}

impl Display for Made<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let shape = ShortShape::new(self.array.shape());
        write!(f, "{} {} {shape}", self.maker, self.array.dtype())
    }
}
