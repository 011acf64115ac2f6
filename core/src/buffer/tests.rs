use super::*;
use crate::error::Error;
use std::cell::Cell;

#[test]
fn heap_buffers_begin_at_a_cache_line() {
    for nbytes in [0, 1, 63, 64, 65, 1000, 1 << 20] {
        let buffer = Buffer::heap(nbytes, Contents::Zero).unwrap();
        assert_eq!(buffer.start().addr() % ALIGNMENT, 0);
        assert_eq!((buffer.nbytes(), buffer.kind()), (nbytes, BufferKind::Heap));
        // SAFETY: the buffer holds that many bytes, all set.
        let bytes = unsafe { std::slice::from_raw_parts(buffer.start(), nbytes) };
        assert!(bytes.iter().all(|&byte| byte == 0));
    }
}

#[test]
fn more_than_memory_can_hold_is_an_error() {
    let nbytes = isize::MAX as usize - ALIGNMENT;
    let refused = Buffer::heap(nbytes, Contents::Unset).err();
    assert_eq!(refused, Some(Error::NoMemory { bytes: nbytes + ALIGNMENT }));
}

unsafe extern "C-unwind" fn count_call(_: *mut c_void, context: *mut c_void) {
    // SAFETY: the tests pass a counter.
    let calls = unsafe { &*context.cast::<Cell<u32>>() };
    calls.set(calls.get() + 1);
}

#[test]
fn the_deleter_runs_once_unless_the_buffer_was_disowned() {
    let calls = Cell::new(0u32);
    let mut memory = [0u8; 8];
    let context = (&raw const calls).cast_mut().cast();
    let foreign = |memory: &mut [u8; 8]| {
        Buffer::foreign(memory.as_mut_ptr(), memory.len(), Some(count_call), context)
    };
    let buffer = foreign(&mut memory);
    assert_eq!((buffer.kind(), calls.get()), (BufferKind::Foreign, 0));
    drop(buffer);
    assert_eq!(calls.get(), 1);
    let mut disowned = foreign(&mut memory);
    disowned.disown();
    drop(disowned);
    assert_eq!(calls.get(), 1);
}
