//! NumPy's `.npy` files, from and to the file system and memory.
//!
//! What is read may be hostile: a header claims, and memory is taken only for what the file is
//! seen to hold. What is written is byte for byte what NumPy writes.

mod descr;
mod elements;
mod header;
mod literal;
#[cfg(test)]
mod tests;

pub use header::Header;

use super::file::{Reading, Writing};
use crate::array::{Array, Handle};
use crate::buffer::Contents;
use crate::buffer::allocator::Scratch;
use crate::error::{Error, Result};
use crate::layout::{Order, dense_strides};
use crate::transfer::{Source, Target, Visit, move_elements};
use elements::{each_piece, swap_elements};
use header::{MAX_PREFIX, WholeHeader, parse, parse_prefix, prefix_bytes};
use std::ffi::CStr;

/// What is taken at first for elements that arrive through a pipe; then it doubles.
const FIRST_STEP: usize = 1 << 20;

/// A file as an array with its own bytes, in the order of the file and the machine's byte order.
pub fn load(path: &CStr) -> Result<Handle> {
    load_from(&mut Input::File(Reading::open(path)?))
}

/// As [`load`], from the bytes of a file. What follows the elements is not looked at.
pub fn load_memory(file: &[u8]) -> Result<Handle> {
    load_from(&mut Input::Memory { file, at: 0 })
}

/// What a file holds, by its header alone.
pub fn read_info(path: &CStr) -> Result<Header> {
    read_header(&mut Input::File(Reading::open(path)?))
}

/// As [`read_info`], from the bytes of a file.
pub fn read_info_memory(file: &[u8]) -> Result<Header> {
    read_header(&mut Input::Memory { file, at: 0 })
}

/// Writes an array of any layout to a file, which appears or is replaced when all is written.
///
/// # Safety
/// - The elements are valid memory that no other thread writes.
pub unsafe fn save(array: &Array, path: &CStr) -> Result<()> {
    let Saved { order, header, .. } = Saved::new(array)?;
    let mut file = Writing::begin(path)?;
    // SAFETY: slices can be read; the caller vouches for the elements.
    unsafe {
        header.write(&mut |piece| file.write(piece.as_ptr(), piece.len()))?;
        if array.layout().is_empty() {
            // Nothing follows, whatever the layout.
        } else if array.layout().is_dense(order) {
            file.write(array.data(), array.nbytes())?;
        } else {
            each_piece(array, |piece, nbytes| file.write(piece, nbytes))?;
        }
    }
    file.finish()
}

/// How an array will stand in a file, and how many bytes that takes.
pub struct Saved<'a> {
    array: &'a Array,
    order: Order,
    header: WholeHeader<'a>,
}

impl<'a> Saved<'a> {
    pub fn new(array: &'a Array) -> Result<Saved<'a>> {
        // F for what lies dense in F order and not in C order, as NumPy decides.
        let order = Order::A.resolve(array.layout());
        Ok(Saved { array, order, header: WholeHeader::new(array.shape(), array.dtype(), order)? })
    }

    /// Of the whole file; an array may stretch one element over more bytes than there can be.
    pub fn nbytes(&self) -> usize {
        self.array.nbytes().saturating_add(self.header.nbytes())
    }

    /// Writes the whole file to memory.
    ///
    /// # Safety
    /// - `capacity` bytes at `buffer` can be written and are none of the array's; the elements are
    ///   valid memory that no other thread writes.
    pub unsafe fn write(&self, buffer: *mut u8, capacity: usize) -> Result<()> {
        let Saved { array, order, header } = self;
        let need = self.nbytes();
        if capacity < need {
            return Err(Error::BufferTooSmall { have: capacity, need });
        }
        let dense = dense_strides(array.shape(), array.itemsize(), *order);
        let dtype = array.dtype();
        // SAFETY: there is room for the header and for all elements, outside of the array.
        unsafe {
            let mut to = buffer;
            header.write(&mut |piece| {
                piece.as_ptr().copy_to_nonoverlapping(to, piece.len());
                to = to.add(piece.len());
                Ok(())
            })?;
            let to = Target { data: to, dtype, strides: &dense };
            move_elements(array.shape(), to, Source::of(array), Visit::AnyOrder);
        }
        Ok(())
    }
}

/// Where the bytes of a file come from.
enum Input<'a> {
    File(Reading<'a>),
    Memory { file: &'a [u8], at: usize },
}

impl Input<'_> {
    /// The bytes of the whole file, where that is known beforehand.
    fn total(&self) -> Option<u64> {
        match self {
            Input::File(file) => file.total(),
            Input::Memory { file, .. } => Some(file.len() as u64),
        }
    }

    /// Reads until there are `nbytes`, or the file ends; gives how many there are.
    ///
    /// # Safety
    /// - `nbytes` bytes can be written at `to`.
    unsafe fn read(&mut self, to: *mut u8, nbytes: usize) -> Result<usize> {
        let mut done = 0;
        while done < nbytes {
            // SAFETY: the caller's; `done` is less than `nbytes`.
            let (to, room) = unsafe { (to.add(done), nbytes - done) };
            let read = match self {
                // SAFETY: the caller's.
                Input::File(file) => unsafe { file.read(to, room)? },
                Input::Memory { file, at } => {
                    let rest = &file[*at..];
                    let read = room.min(rest.len());
                    // SAFETY: there is room for so many; the caller's memory is none of the file.
                    unsafe { rest.as_ptr().copy_to_nonoverlapping(to, read) };
                    *at += read;
                    read
                }
            };
            if read == 0 {
                break;
            }
            done += read;
        }
        Ok(done)
    }

    /// As [`read`](Input::read); an end before `nbytes` is an error, which says how long a file
    /// with `before` bytes already read should be.
    ///
    /// # Safety
    /// - As for [`read`](Input::read).
    unsafe fn read_all(
        &mut self,
        to: *mut u8,
        nbytes: usize,
        before: u64,
        whole: u64,
    ) -> Result<()> {
        // SAFETY: the caller's.
        let read = unsafe { self.read(to, nbytes)? };
        if read < nbytes {
            let found = before + read as u64;
            return Err(Error::FileTruncated { expected: whole, found });
        }
        Ok(())
    }
}

fn read_header(input: &mut Input) -> Result<Header> {
    let mut prefix = [0; MAX_PREFIX];
    // SAFETY: there is room for eight bytes.
    let read = unsafe { input.read(prefix.as_mut_ptr(), 8)? };
    let prefix_len = prefix_bytes(&prefix[..read])?;
    let rest = &mut prefix[8..prefix_len];
    // SAFETY: there is room for the rest.
    unsafe { input.read_all(rest.as_mut_ptr(), rest.len(), 8, prefix_len as u64)? };
    let prefix = parse_prefix(&prefix[..prefix_len])?;

    let text = Scratch::new(prefix.header_bytes)?;
    let end = prefix.header_at + prefix.header_bytes;
    // SAFETY: there is room for the header.
    unsafe {
        input.read_all(text.start(), prefix.header_bytes, prefix.header_at as u64, end as u64)?;
    }
    // SAFETY: so many bytes have been read there.
    let text = unsafe { std::slice::from_raw_parts(text.start(), prefix.header_bytes) };
    parse(prefix, text)
}

fn load_from(input: &mut Input) -> Result<Handle> {
    let header = read_header(input)?;
    let array = match input.total() {
        Some(found) if found < header.file_bytes() => {
            return Err(Error::FileTruncated { expected: header.file_bytes(), found });
        }
        None if header.nbytes > FIRST_STEP => load_as_it_comes(input, &header)?,
        _ => {
            let array = new_array(&header)?;
            // SAFETY: the array has room for its bytes.
            unsafe { read_elements(input, &header, array.data_mut()?, 0)? };
            array
        }
    };
    if header.is_swapped() {
        // SAFETY: the array is new, and all its bytes have been read.
        let bytes = unsafe { std::slice::from_raw_parts_mut(array.data_mut()?, header.nbytes) };
        swap_elements(bytes, header.dtype, &header.swapped);
    }
    Ok(array)
}

fn new_array(header: &Header) -> Result<Handle> {
    Array::dense(header.dtype, &header.shape, header.order, Contents::Unset)
}

/// Reads the elements from byte `done` on.
///
/// # Safety
/// - All bytes of the elements can be written at `to`.
unsafe fn read_elements(
    input: &mut Input,
    header: &Header,
    to: *mut u8,
    done: usize,
) -> Result<()> {
    let before = (header.data_offset + done) as u64;
    // SAFETY: the caller's.
    unsafe { input.read_all(to.add(done), header.nbytes - done, before, header.file_bytes()) }
}

/// Reads elements of which nobody knows whether they will come: memory is taken for as many again
/// as have arrived.
fn load_as_it_comes(input: &mut Input, header: &Header) -> Result<Handle> {
    let mut arrived = Scratch::new(FIRST_STEP)?;
    let (mut done, mut room) = (0, FIRST_STEP);
    loop {
        let before = (header.data_offset + done) as u64;
        // SAFETY: there is room for so many bytes behind those that arrived.
        unsafe {
            let to = arrived.start().add(done);
            input.read_all(to, room - done, before, header.file_bytes())?;
        }
        done = room;
        if done >= header.nbytes / 2 {
            break;
        }
        let larger = Scratch::new(2 * room)?;
        // SAFETY: both have room for what arrived.
        unsafe { arrived.start().copy_to_nonoverlapping(larger.start(), done) };
        (arrived, room) = (larger, 2 * room);
    }
    let array = new_array(header)?;
    let to = array.data_mut()?;
    // SAFETY: the array has room for all bytes, of which less have arrived.
    unsafe {
        arrived.start().copy_to_nonoverlapping(to, done);
        drop(arrived);
        read_elements(input, header, to, done)?;
    }
    Ok(array)
}
