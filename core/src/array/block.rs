//! The block behind a handle: how it is made, counted and let go.

use super::access::Flags;
use crate::buffer::counters::OwnSlot;
use crate::buffer::{Buffer, allocator, checked, counters, give_back, registry, spare};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{Axes, LayoutRef};
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

/// One reference of a caller's, in the low half of the counts.
const CALLER: u64 = 1;
/// One view, in the high half but for its highest bit.
const VIEW: u64 = 1 << 32;
const CALLERS: u64 = VIEW - 1;
/// Above both counts: the buffer has been given back, and no view can come to stand on it.
const CLOSED: u64 = 1 << 63;
/// Far enough below the end of each count that no number of threads can run past it.
const CALLER_LIMIT: u64 = 1 << 31;
const VIEW_LIMIT: u64 = 1 << 30;

/// Says that a pointer leads to a live array; another word stands in a block that was freed.
const ALIVE: u32 = 0x6e64_7641;
/// Says that it leads to an array whose buffer has been given back.
const SHUT: u32 = 0x6e64_7642;
const DEAD: u32 = 0xdead_a44a;

/// An n-dimensional array: a window of some type, shape and strides onto a buffer. Lives behind a
/// counted reference, [`Handle`]; C knows it as `ndv_array`.
pub struct Array {
    pub(super) counts: AtomicU64,
    check: AtomicU32,
    pub(super) dtype: DType,
    /// Writeable, overlapping: what no layout tells.
    pub(super) decided: Flags,
    pub(super) ndim: u32,
    pub(super) data: *mut u8,
    /// The extents, then the strides, at the end of this block.
    pub(super) dims: *const i64,
    pub(super) storage: Storage,
}

/// Where an array's bytes come from.
pub(super) enum Storage {
    Owned(Buffer),
    /// The owner of the bytes, on which this array stands as a view.
    Viewed(NonNull<Array>),
}

// SAFETY: the counts are atomic and everything else is constant after creation. The elements
// behind `data` are shared memory by design; whoever writes them answers for it.
unsafe impl Send for Array {}
// SAFETY: as above.
unsafe impl Sync for Array {}

/// The axes that every block has room for: setting that many to zero takes no loop, and in the steps
/// of 16 bytes in which `malloc` works a smaller block is hardly smaller.
const LEAST_ROOM: usize = 4;

fn block_bytes(ndim: usize) -> usize {
    size_of::<Array>() + 2 * ndim.max(LEAST_ROOM) * size_of::<i64>()
}

impl Array {
    /// An array that owns its buffer, its first element `offset` bytes from the buffer's start. On
    /// an error the buffer is dropped; foreign memory stays with the caller.
    pub(super) fn new_owner(
        mut buffer: Buffer,
        dtype: DType,
        decided: Flags,
        layout: LayoutRef,
        offset: i64,
    ) -> Result<Handle> {
        match Block::new(layout.ndim()) {
            Ok(mut block) => {
                block.axes().copy_from(layout);
                let data = buffer.start().wrapping_offset(offset as isize);
                Ok(block.finish(dtype, decided, data, Storage::Owned(buffer)))
            }
            Err(error) => {
                buffer.disown();
                Err(error)
            }
        }
    }

    /// A view of the same buffer, type and flags: one block, one count. `fill` sets its axes, and gives
    /// the way from this array's first element to the view's.
    #[inline(always)]
    pub(super) fn new_view(
        &self,
        ndim: usize,
        fill: impl FnOnce(LayoutRef, &mut Axes) -> Result<i64>,
    ) -> Result<Handle> {
        let mut block = Block::new(ndim)?;
        let offset = fill(self.layout(), &mut block.axes())?;
        self.finish_view(block, self.dtype, self.decided, offset)
    }

    /// As [`new_view`](Self::new_view), of another type or other flags.
    #[inline]
    pub(super) fn new_view_as(
        &self,
        dtype: DType,
        decided: Flags,
        ndim: usize,
        fill: impl FnOnce(LayoutRef, &mut Axes) -> Result<i64>,
    ) -> Result<Handle> {
        let mut block = Block::new(ndim)?;
        let offset = fill(self.layout(), &mut block.axes())?;
        self.finish_view(block, dtype, decided, offset)
    }

    /// As [`new_view`](Self::new_view), with axes that are this array's before `change` changes them.
    #[inline(always)]
    pub(super) fn new_view_alike(
        &self,
        change: impl FnOnce(&mut Axes) -> Result<i64>,
    ) -> Result<Handle> {
        let mut block = Block::alike(self)?;
        let offset = change(&mut block.axes())?;
        self.finish_view(block, self.dtype, self.decided, offset)
    }

    /// A view of the same axes.
    #[inline]
    pub(super) fn same_axes_as(&self, dtype: DType, decided: Flags) -> Result<Handle> {
        self.finish_view(Block::alike(self)?, dtype, decided, 0)
    }

    #[inline(always)]
    fn finish_view(
        &self,
        block: Block,
        dtype: DType,
        decided: Flags,
        offset: i64,
    ) -> Result<Handle> {
        let data = self.data.wrapping_offset(offset as isize);
        let owner = self.count_view()?;
        Ok(block.finish(dtype, decided, data, Storage::Viewed(owner)))
    }

    /// Counts one more view on the owner of the bytes.
    fn count_view(&self) -> Result<NonNull<Array>> {
        let owner = self.owner();
        // Closing is the same atomic's: whichever comes first, the other one sees.
        let before = owner.counts.fetch_add(VIEW, Ordering::Relaxed);
        if before >= VIEW_LIMIT * VIEW {
            return Err(owner.refuse_view(before));
        }
        Ok(owner.as_non_null())
    }

    /// Takes back the count of a view that cannot be.
    #[cold]
    fn refuse_view(&self, before: u64) -> Error {
        self.counts.fetch_sub(VIEW, Ordering::Relaxed);
        if before & CLOSED != 0 {
            return Error::Closed;
        }
        Error::Limit { what: "views of one array", limit: VIEW_LIMIT }
    }

    /// A pointer from outside as a reference, or `None` where it cannot be an array's. Best effort:
    /// memory that was freed may have been given to something else.
    ///
    /// # Safety
    /// - `array` is a pointer that this library gave out, alive for `'a`, or one whose first bytes
    ///   can be read.
    pub unsafe fn from_ptr<'a>(array: *const Array) -> Option<&'a Array> {
        // SAFETY: as the caller promises; the word says that this is a live array.
        unsafe { (Array::check_word(array) == ALIVE).then(|| &*array) }
    }

    /// As [`from_ptr`](Self::from_ptr), for an array that was closed: it has no memory any more, all
    /// else that it says of itself is as it was.
    ///
    /// # Safety
    /// - As for [`from_ptr`](Self::from_ptr).
    #[cold]
    #[inline(never)]
    pub unsafe fn closed_from_ptr<'a>(array: *const Array) -> Option<&'a Array> {
        // SAFETY: as the caller promises; the word says that this is an array.
        unsafe { (Array::check_word(array) == SHUT).then(|| &*array) }
    }

    /// The word that tells what a pointer leads to. In checked mode only an array's is read.
    ///
    /// # Safety
    /// - As for [`from_ptr`](Self::from_ptr); in checked mode any pointer will do.
    #[inline]
    unsafe fn check_word(array: *const Array) -> u32 {
        if array.is_null() || !array.is_aligned() {
            return DEAD;
        }
        if checked::is_on() && !registry::contains(array.addr()) {
            return DEAD;
        }
        // SAFETY: readable, as the caller promises or the registry tells; the check word decides
        // before anything else is read.
        unsafe { &(*array).check }.load(Ordering::Relaxed)
    }

    /// Gives the buffer back now, before the array goes. Refused while a view or another reference
    /// counts on it.
    ///
    /// # Safety
    /// - Nobody uses the elements any more, or holds a pointer that will be used.
    pub unsafe fn close(&self) -> Result<()> {
        let Storage::Owned(buffer) = &self.storage else {
            return Err(Error::CloseView);
        };
        let (open, closed) = (CALLER, CALLER | CLOSED);
        let swapped =
            self.counts.compare_exchange(open, closed, Ordering::AcqRel, Ordering::Relaxed);
        if let Err(counts) = swapped {
            return Err(self.in_use(counts));
        }
        self.check.store(SHUT, Ordering::Relaxed);
        // SAFETY: the buffer is read out once: only one thread closes, and `destroy` sees that it
        // was done. A deleter may release the array, which is not looked at again.
        drop(unsafe { std::ptr::read(buffer) });
        Ok(())
    }

    /// Why an array with these counts cannot be closed.
    fn in_use(&self, counts: u64) -> Error {
        if counts & CLOSED != 0 {
            return Error::Closed;
        }
        let mut makers = [""; 3];
        if checked::is_on() {
            let table = registry::lock();
            let views = table.entries().filter(|entry| {
                // SAFETY: what the table holds is alive while it is locked.
                let array = unsafe { Array::from_address(entry.address) };
                array.base().is_some_and(|base| std::ptr::eq(base, self))
            });
            for (place, view) in makers.iter_mut().zip(views) {
                *place = view.maker;
            }
        }
        let references = (counts & CALLERS) as u32;
        Error::InUse { views: views_in(counts), references: references.saturating_sub(1), makers }
    }

    /// An array of the registry.
    ///
    /// # Safety
    /// - The registry has it, and is locked for `'a`.
    pub(crate) unsafe fn from_address<'a>(address: usize) -> &'a Array {
        // SAFETY: alive, as the caller promises; its address was exposed when it was entered.
        unsafe { &*std::ptr::with_exposed_provenance(address) }
    }

    /// Whether the buffer has been given back.
    pub fn is_closed(&self) -> bool {
        self.counts.load(Ordering::Relaxed) & CLOSED != 0
    }

    /// The whole block, dims and all, which a reference to its head may not reach.
    fn as_non_null(&self) -> NonNull<Array> {
        // SAFETY: `dims` was made from the block's own pointer and stands right behind the head.
        unsafe { NonNull::new_unchecked(self.dims.cast_mut().cast::<Array>().sub(1)) }
    }

    /// One more reference of a caller's.
    pub fn retain(&self) -> Result<Handle> {
        if self.counts.load(Ordering::Relaxed) & CALLERS >= CALLER_LIMIT {
            return Err(Error::Limit { what: "references to one array", limit: CALLER_LIMIT });
        }
        self.counts.fetch_add(CALLER, Ordering::Relaxed);
        Ok(Handle(self.as_non_null()))
    }

    /// Gives one reference of a caller's back. One too many is an error while views keep the array
    /// alive.
    ///
    /// # Safety
    /// - `array` is alive, and the caller uses the reference it gives back no more.
    #[inline(always)]
    pub unsafe fn release(array: NonNull<Array>) -> Result<()> {
        // SAFETY: alive, as the caller promises. The reference ends before the block does.
        let counts = unsafe { &array.as_ref().counts };
        let seen = counts.load(Ordering::Acquire);
        // Whoever holds the only reference needs no atomic step: nobody else can take one.
        if seen == CALLER {
            // SAFETY: no reference and no view is left.
            unsafe { Array::destroy(array) };
            return Ok(());
        }
        // SAFETY: the caller's.
        unsafe { Array::release_one_of(seen, array) }
    }

    /// As [`release`](Self::release), where there may be more references or views.
    ///
    /// # Safety
    /// - As for [`release`](Self::release).
    #[inline(never)]
    unsafe fn release_one_of(mut seen: u64, array: NonNull<Array>) -> Result<()> {
        // SAFETY: alive, as the caller promises. The reference ends before the block does.
        let counts = unsafe { &array.as_ref().counts };
        loop {
            if seen == CALLER {
                // SAFETY: no reference and no view is left.
                unsafe { Array::destroy(array) };
                return Ok(());
            }
            if seen & CALLERS == 0 {
                return Err(Error::Released { views: views_in(seen) });
            }
            let less = seen - CALLER;
            match counts.compare_exchange_weak(seen, less, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if less == CLOSED => {
                    // SAFETY: no reference is left, and a closed array has no views.
                    unsafe { Array::destroy(array) };
                    return Ok(());
                }
                Ok(_) => return Ok(()),
                Err(now) => seen = now,
            }
        }
    }

    /// Takes away the count of a view that is going.
    ///
    /// # Safety
    /// - `owner` is alive, no view itself, and counts the view, which uses it no more.
    #[inline(always)]
    unsafe fn release_view(owner: NonNull<Array>) {
        // SAFETY: alive, as the caller promises.
        let counts = unsafe { &owner.as_ref().counts };
        let last = counts.load(Ordering::Acquire) == VIEW
            || counts.fetch_sub(VIEW, Ordering::Release) == VIEW;
        if last {
            fence(Ordering::Acquire);
            // SAFETY: no reference and no view is left.
            unsafe { Array::destroy_owner(owner) };
        }
    }

    /// # Safety
    /// - Both counts have come to zero, or the caller holds the last of them.
    #[inline(always)]
    unsafe fn destroy(array: NonNull<Array>) {
        // Before anything is read that would have to be kept meanwhile.
        let own = counters::own_slot();
        // SAFETY: alive until it is freed below; nobody else refers to it any more.
        match unsafe { &array.as_ref().storage } {
            // SAFETY: the caller's.
            Storage::Owned(_) => unsafe { Array::destroy_owner(array) },
            // SAFETY: as above; and this view was counted in its owner.
            &Storage::Viewed(owner) => unsafe {
                Array::destroy_block(array, own);
                Array::release_view(owner);
            },
        }
    }

    /// # Safety
    /// - As for [`destroy`](Self::destroy), of an array that is no view.
    #[inline(never)]
    unsafe fn destroy_owner(array: NonNull<Array>) {
        // SAFETY: alive until it is freed below; nobody else refers to it any more.
        let dying = unsafe { array.as_ref() };
        let Storage::Owned(buffer) = &dying.storage else { return };
        let was_closed = dying.is_closed();
        // SAFETY: the buffer is read out of a block that is not looked at again.
        unsafe {
            let buffer = ManuallyDrop::new(std::ptr::read(buffer));
            Array::destroy_block(array, counters::own_slot());
            if !was_closed {
                drop(ManuallyDrop::into_inner(buffer));
            }
        }
    }

    /// # Safety
    /// - As for [`destroy`](Self::destroy); what the block holds is not dropped.
    #[inline(always)]
    unsafe fn destroy_block(array: NonNull<Array>, own: OwnSlot) {
        // SAFETY: alive until it is freed below; nobody else refers to it any more.
        let dying = unsafe { array.as_ref() };
        let ndim = dying.ndim();
        dying.check.store(DEAD, Ordering::Relaxed);
        counters::array_died(own);
        // SAFETY: of the size that is kept, and this is its end.
        if ndim > LEAST_ROOM || !unsafe { spare::keep(own, array.cast()) } {
            // SAFETY: as above.
            unsafe { Array::give_block_back(array, ndim) };
        }
    }

    /// Out of line: most blocks are kept.
    ///
    /// # Safety
    /// - As for [`destroy_block`](Self::destroy_block), of an array of `ndim` axes.
    #[inline(never)]
    unsafe fn give_block_back(array: NonNull<Array>, ndim: usize) {
        let is_checked = checked::is_on();
        if is_checked {
            registry::remove(array.addr().get());
        }
        // SAFETY: the block was allocated with this size, and this is its end.
        unsafe { give_back(array.cast(), block_bytes(ndim), is_checked) }
    }

    /// The references that callers hold.
    pub fn use_count(&self) -> u32 {
        (self.counts.load(Ordering::Relaxed) & CALLERS) as u32
    }

    /// The views that stand on this array. A view has none: its own views stand on its base.
    pub fn view_count(&self) -> u32 {
        views_in(self.counts.load(Ordering::Relaxed))
    }
}

fn views_in(counts: u64) -> u32 {
    ((counts & !CLOSED) / VIEW) as u32
}

/// The memory of an array that is being made: its axes stand, its head does not yet. Given back
/// when dropped.
struct Block {
    array: NonNull<Array>,
    ndim: usize,
    /// The slot of the thread that makes it.
    own: OwnSlot,
}

impl Block {
    /// With zeros for axes.
    #[inline(always)]
    fn new(ndim: usize) -> Result<Block> {
        let block = Block::unset(ndim)?;
        // SAFETY: every block has room for so many numbers behind its head.
        unsafe { block.dims().cast().write([0i64; 2 * LEAST_ROOM]) };
        if ndim > LEAST_ROOM {
            // SAFETY: this one has room for so many.
            unsafe { block.dims().write_bytes(0, 2 * ndim) };
        }
        Ok(block)
    }

    /// With the axes of an array.
    #[inline(always)]
    fn alike(array: &Array) -> Result<Block> {
        let block = Block::unset(array.ndim())?;
        let (from, to) = (array.dims, block.dims().as_ptr());
        // SAFETY: every block has room for so many numbers behind its head, all of which are set when it
        // is made; and the two are apart.
        unsafe { to.copy_from_nonoverlapping(from, 2 * LEAST_ROOM) };
        if block.ndim > LEAST_ROOM {
            // SAFETY: these two have so many.
            unsafe { to.copy_from_nonoverlapping(from, 2 * block.ndim) };
        }
        Ok(block)
    }

    /// With numbers behind the head that are still to be set. What the usual block takes does not
    /// depend on `ndim`, so that nothing waits for that.
    #[inline(always)]
    fn unset(ndim: usize) -> Result<Block> {
        let own = counters::own_slot();
        if ndim <= LEAST_ROOM
            && let Some(block) = spare::take(own)
        {
            return Ok(Block { array: block.cast(), ndim, own });
        }
        Ok(Block { array: Block::allocate(ndim)?, ndim, own })
    }

    /// Out of line: most blocks are spare ones.
    #[inline(never)]
    fn allocate(ndim: usize) -> Result<NonNull<Array>> {
        let size = block_bytes(ndim);
        let block = if checked::is_on() { reserve(size)? } else { allocator::allocate(size)? };
        Ok(block.cast())
    }

    /// Where the extents stand, and the strides behind them.
    fn dims(&self) -> NonNull<i64> {
        // SAFETY: the block is larger than the head, by what the axes take.
        unsafe { self.array.add(1).cast() }
    }

    fn axes(&mut self) -> Axes<'_> {
        // SAFETY: twice `ndim` numbers were written there; this borrow is the only one.
        unsafe {
            Axes {
                shape: std::slice::from_raw_parts_mut(self.dims().as_ptr(), self.ndim),
                strides: std::slice::from_raw_parts_mut(
                    self.dims().add(self.ndim).as_ptr(),
                    self.ndim,
                ),
            }
        }
    }

    /// Inlined, so that the storage is written once, where it stays.
    #[inline(always)]
    fn finish(self, dtype: DType, decided: Flags, data: *mut u8, storage: Storage) -> Handle {
        let block = ManuallyDrop::new(self);
        // SAFETY: the block has room for the head, and nothing else refers to it yet.
        unsafe {
            block.array.write(Array {
                counts: AtomicU64::new(CALLER),
                check: AtomicU32::new(ALIVE),
                dtype,
                decided,
                ndim: block.ndim as u32,
                data,
                dims: block.dims().as_ptr(),
                storage,
            });
        }
        counters::array_born(block.own);
        if checked::is_on() {
            registry::enter(block.array.as_ptr().expose_provenance());
        }
        Handle(block.array)
    }
}

/// Memory for an array, and room in the registry.
#[cold]
#[inline(never)]
fn reserve(size: usize) -> Result<NonNull<u8>> {
    registry::reserve()?;
    allocator::allocate(size).inspect_err(|_| registry::cancel())
}

impl Drop for Block {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: allocated with this size, and never handed out.
        unsafe { give_up(self.array.cast(), block_bytes(self.ndim)) };
    }
}

/// Gives back what was to become an array. Out of line, and told by values: a block that nobody refers
/// to stands in registers.
///
/// # Safety
/// - As for [`allocator::free`].
#[cold]
#[inline(never)]
unsafe fn give_up(block: NonNull<u8>, size: usize) {
    if checked::is_on() {
        registry::cancel();
    }
    // SAFETY: the caller's.
    unsafe { allocator::free(block, size) };
}

/// A counted reference to an array; dropping it gives the reference back.
pub struct Handle(NonNull<Array>);

// SAFETY: an `Array` may be shared and sent, and the counts are atomic.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Handle {
    /// The reference as a bare pointer, for C; `Array::release` gives it back.
    pub fn into_raw(self) -> *mut Array {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// The reference again.
    ///
    /// # Safety
    /// - `array` came from [`into_raw`](Self::into_raw), and the caller gives its reference away.
    pub unsafe fn from_raw(array: *mut Array) -> Handle {
        // SAFETY: a handle's pointer is never null.
        Handle(unsafe { NonNull::new_unchecked(array) })
    }
}

impl Deref for Handle {
    type Target = Array;

    fn deref(&self) -> &Array {
        // SAFETY: the handle keeps the array alive.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle holds one reference, which it gives back here.
        let released = unsafe { Array::release(self.0) };
        debug_assert!(released.is_ok());
    }
}
