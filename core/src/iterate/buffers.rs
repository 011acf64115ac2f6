//! Calls the caller's loop, by way of small buffers where an operand's elements are not of the type
//! or the alignment that the loop expects.

use super::nest::PerOperand;
use crate::buffer::allocator::Scratch;
use crate::dtype::DType;
use crate::error::Result;
use crate::transfer::{Source, Target, Visit, move_elements};
use std::ffi::{c_char, c_void};
use std::ops::ControlFlow;

/// Bytes of one operand's buffer: together with those of a few others it stays in the first cache.
const BUFFER_BYTES: usize = 8192;

/// What begins here is aligned for every type, if the scratch memory is.
const BUFFER_ALIGNMENT: usize = 64;

/// NumPy's ufunc inner loop, except that it can stop: one pointer for each operand, how many
/// elements, the bytes from one to the next for each operand, the caller's context. What it returns
/// is zero to go on.
pub type LoopFunction = unsafe extern "C-unwind" fn(
    data: *mut *mut c_char,
    dimensions: *const i64,
    strides: *const i64,
    context: *mut c_void,
) -> i32;

/// The caller's loop.
#[derive(Clone, Copy)]
pub struct Loop {
    pub function: LoopFunction,
    pub context: *mut c_void,
}

/// How an operand's elements reach the loop.
#[derive(Clone, Copy)]
pub(super) struct Passage {
    /// The type in memory.
    pub stored: DType,
    /// The type that the loop gets.
    pub dtype: DType,
    pub read: bool,
    pub written: bool,
    /// Through a buffer, not in place.
    pub buffered: bool,
    /// Bytes from element to element in memory.
    pub step: i64,
}

impl Passage {
    /// Whether the loop gets one element again and again.
    fn repeats(&self) -> bool {
        self.step == 0 && !self.written
    }

    fn item(&self) -> i64 {
        self.dtype.itemsize() as i64
    }

    /// Bytes from element to element, as the loop gets them.
    fn stride(&self) -> i64 {
        if self.buffered && !self.repeats() { self.item() } else { self.step }
    }

    /// Brings `count` elements into the buffer.
    ///
    /// # Safety
    /// - As many elements, one step apart from `place` on, can be read, and the buffer written.
    unsafe fn load(&self, buffer: *mut u8, place: *const u8, count: i64) {
        let count = if self.repeats() { 1 } else { count };
        let to = Target { data: buffer, dtype: self.dtype, strides: &[self.item()] };
        let from = Source { data: place, dtype: self.stored, strides: &[self.step] };
        // SAFETY: the caller's; no array lies in the buffer.
        unsafe { move_elements(&[count], to, from, Visit::AnyOrder) };
    }

    /// Brings `count` elements back from the buffer.
    ///
    /// # Safety
    /// - As many elements, one step apart from `place` on, can be written, and the buffer read.
    unsafe fn store(&self, buffer: *const u8, place: *mut u8, count: i64) {
        let to = Target { data: place, dtype: self.stored, strides: &[self.step] };
        let from = Source { data: buffer, dtype: self.dtype, strides: &[self.item()] };
        // SAFETY: the caller's; no array lies in the buffer.
        unsafe { move_elements(&[count], to, from, Visit::AnyOrder) };
    }
}

/// Calls the loop for row after row.
pub(super) struct Caller<'a> {
    body: Loop,
    passages: &'a [Passage],
    /// As the loop gets them.
    strides: PerOperand<i64>,
    data: PerOperand<*mut u8>,
    /// Empty if no operand needs one; else also for those that need none, without room.
    buffers: PerOperand<*mut u8>,
    /// Elements that a buffer holds; `None` without buffers.
    room: Option<i64>,
    /// Where the buffers are.
    memory: Option<Scratch>,
}

impl<'a> Caller<'a> {
    /// Without buffers yet. Two steps make a caller, this and [`Caller::prepare`], so that its
    /// lists are filled where they stay.
    #[inline(always)]
    pub fn new(body: Loop, passages: &'a [Passage]) -> Caller<'a> {
        Caller {
            body,
            passages,
            strides: PerOperand::new(),
            data: PerOperand::new(),
            buffers: PerOperand::new(),
            room: None,
            memory: None,
        }
    }

    /// Makes the buffers, all in one block.
    pub fn prepare(&mut self) -> Result<()> {
        self.strides.extend(self.passages.iter().map(Passage::stride));
        let buffered = self.passages.iter().filter(|passage| passage.buffered);
        let Some(largest) = buffered.map(|passage| passage.dtype.itemsize()).max() else {
            return Ok(());
        };
        let room = (BUFFER_BYTES / largest.max(1)).max(1);
        let bytes_of = |passage: &Passage| match passage.buffered {
            true => (room * passage.dtype.itemsize()).next_multiple_of(BUFFER_ALIGNMENT),
            false => 0,
        };
        let memory = Scratch::new(self.passages.iter().map(bytes_of).sum())?;
        let mut end = memory.start();
        if self.passages.iter().any(|passage| passage.buffered && passage.dtype.is_record()) {
            // What lies between the fields is not converted.
            memory.clear();
        }
        for passage in self.passages {
            self.buffers.push(end);
            end = end.wrapping_add(bytes_of(passage));
        }
        self.room = Some(room as i64);
        self.memory = Some(memory);
        Ok(())
    }

    /// Runs the loop over `count` elements from `at` on; breaks with what it returned.
    ///
    /// # Safety
    /// - The elements are valid memory, which no other thread writes, or reads where it is written.
    /// - The loop keeps to the elements that it is given.
    pub unsafe fn row(&mut self, at: &[*mut u8], count: i64) -> ControlFlow<i32> {
        let Some(room) = self.room else {
            self.data.clear();
            self.data.extend(at.iter().copied());
            // SAFETY: the caller's.
            return unsafe { self.call(count) };
        };
        let mut done = 0;
        while done < count {
            let piece = room.min(count - done);
            // SAFETY: the caller's: the piece is part of the row.
            unsafe { self.piece(at, done, piece)? };
            done += piece;
        }
        ControlFlow::Continue(())
    }

    /// As [`row`](Self::row), for the elements from `first` on, which the buffers have room for.
    ///
    /// # Safety
    /// - As for [`row`](Self::row).
    unsafe fn piece(&mut self, at: &[*mut u8], first: i64, count: i64) -> ControlFlow<i32> {
        let place = |operand: usize, passage: &Passage| {
            at[operand].wrapping_offset(passage.step.wrapping_mul(first) as isize)
        };
        self.data.clear();
        for (operand, passage) in self.passages.iter().enumerate() {
            let (place, buffer) = (place(operand, passage), self.buffers[operand]);
            if passage.buffered && passage.read {
                // SAFETY: the caller's.
                unsafe { passage.load(buffer, place, count) };
            }
            self.data.push(if passage.buffered { buffer } else { place });
        }
        // SAFETY: the caller's; a buffer has room for the piece.
        unsafe { self.call(count)? };
        for (operand, passage) in self.passages.iter().enumerate() {
            if passage.buffered && passage.written {
                let place = place(operand, passage);
                // SAFETY: the caller's; what is written is not read-only.
                unsafe { passage.store(self.buffers[operand], place, count) };
            }
        }
        ControlFlow::Continue(())
    }

    /// # Safety
    /// - `data` leads to `count` elements of each operand, one stride apart.
    unsafe fn call(&mut self, count: i64) -> ControlFlow<i32> {
        let (data, strides) = (self.data.as_mut_ptr().cast(), self.strides.as_ptr());
        // SAFETY: the caller of `apply` promised a function that may be called so.
        match unsafe { (self.body.function)(data, &raw const count, strides, self.body.context) } {
            0 => ControlFlow::Continue(()),
            value => ControlFlow::Break(value),
        }
    }
}
