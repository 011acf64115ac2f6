//! What an array says of itself and of its kinship to another.

use super::block::{Array, Storage};
use crate::buffer::{Buffer, BufferKind, checked};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::LayoutRef;
use crate::overlap::Extent;
use std::mem::transmute;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Facts about an array. The bits are the ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(pub i32);

impl Flags {
    pub const NONE: Flags = Flags(0);
    pub const C_CONTIGUOUS: Flags = Flags(1);
    pub const F_CONTIGUOUS: Flags = Flags(2);
    pub const ALIGNED: Flags = Flags(4);
    pub const WRITEABLE: Flags = Flags(8);
    /// Two elements may share a byte: writes go in the order of the index, the last one stays.
    pub const OVERLAPPING: Flags = Flags(16);

    pub fn from_bits(bits: i32) -> Result<Flags> {
        if bits & !31 == 0 {
            Ok(Flags(bits))
        } else {
            Err(Error::Argument { what: "the flags", value: bits.into() })
        }
    }

    pub fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    pub fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }

    fn when(condition: bool, flag: Flags) -> Flags {
        if condition { flag } else { Flags::NONE }
    }
}

/// How one array stands to another, by the buffers they were made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Relation {
    /// Made from different buffers. Foreign memory that was wrapped twice is two buffers.
    Unrelated = 1,
    /// One and the same handle.
    Same = 2,
    /// One is the other's base.
    View = 3,
    /// Two views of one base.
    Siblings = 4,
}

/// Refuses a write that somebody else has a claim against.
pub type WriteGuard = fn(&Array) -> Result<()>;

/// What is asked before every write in checked mode: a [`WriteGuard`], or null.
static WRITE_GUARD: AtomicPtr<()> = AtomicPtr::new(null_mut());

/// Has a function asked before every write in checked mode. For whoever knows claims on bytes, and
/// stands above this module.
pub fn set_write_guard(guard: WriteGuard) {
    WRITE_GUARD.store(guard as *mut (), Ordering::Release);
}

impl Array {
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// What was decided when the array was made, and what follows from type, address and layout.
    /// The latter is worked out when somebody asks: many a view is made that nobody asks.
    pub fn flags(&self) -> Flags {
        let layout = self.layout();
        let align = self.dtype.alignment();
        let aligned = self.data.addr() & (align - 1) == 0 && layout.steps_by(align);
        self.decided
            .with(Flags::when(layout.is_c_contiguous(), Flags::C_CONTIGUOUS))
            .with(Flags::when(layout.is_f_contiguous(), Flags::F_CONTIGUOUS))
            .with(Flags::when(aligned || layout.is_empty(), Flags::ALIGNED))
    }

    /// Whether elements may be written, and whether they may share bytes.
    pub fn decided(&self) -> Flags {
        self.decided
    }

    pub fn ndim(&self) -> usize {
        self.ndim as usize
    }

    pub fn shape(&self) -> &[i64] {
        // SAFETY: `ndim` extents stand at `dims`, in the array's own block.
        unsafe { std::slice::from_raw_parts(self.dims, self.ndim()) }
    }

    /// In bytes.
    pub fn strides(&self) -> &[i64] {
        // SAFETY: `ndim` strides stand behind the extents.
        unsafe { std::slice::from_raw_parts(self.dims.add(self.ndim()), self.ndim()) }
    }

    /// The element at index zero of every axis. May lead nowhere when there is no element.
    pub fn data(&self) -> *const u8 {
        self.data
    }

    /// As [`data`](Self::data), to write through; refused for a read-only array.
    pub fn data_mut(&self) -> Result<*mut u8> {
        self.check_writeable()?;
        Ok(self.data)
    }

    /// Every writer asks this, or takes its pointer from [`data_mut`](Self::data_mut), before it writes:
    /// whatever else comes to forbid a write belongs here.
    pub fn check_writeable(&self) -> Result<()> {
        self.check_not_readonly()?;
        if checked::is_on() { self.ask_write_guard() } else { Ok(()) }
    }

    pub fn check_not_readonly(&self) -> Result<()> {
        if self.decided.contains(Flags::WRITEABLE) { Ok(()) } else { Err(Error::ReadOnly) }
    }

    #[cold]
    fn ask_write_guard(&self) -> Result<()> {
        let guard = WRITE_GUARD.load(Ordering::Acquire);
        if guard.is_null() {
            return Ok(());
        }
        // SAFETY: what is stored is null or a `WriteGuard`.
        unsafe { transmute::<*mut (), WriteGuard>(guard)(self) }
    }

    /// Refuses an array that is not what a function expects; `None` stands for anything.
    pub fn expect(&self, dtype: Option<DType>, ndim: Option<i32>, flags: Flags) -> Result<()> {
        if let Some(want) = dtype.filter(|&want| want != self.dtype) {
            return Err(Error::ExpectDType { have: self.dtype, want });
        }
        if let Some(want) = ndim.filter(|&want| i64::from(want) != i64::from(self.ndim)) {
            return Err(Error::ExpectNdim { have: self.ndim(), want });
        }
        if flags.contains(Flags::WRITEABLE) {
            self.check_not_readonly()?;
        }
        let missing = flags.without(self.flags());
        let property = match () {
            () if missing.contains(Flags::C_CONTIGUOUS) => "C-contiguous",
            () if missing.contains(Flags::F_CONTIGUOUS) => "F-contiguous",
            () if missing.contains(Flags::ALIGNED) => "aligned",
            () if missing.contains(Flags::OVERLAPPING) => "overlapping itself",
            () => return Ok(()),
        };
        Err(Error::ExpectLayout { property })
    }

    pub fn layout(&self) -> LayoutRef<'_> {
        LayoutRef { shape: self.shape(), strides: self.strides(), itemsize: self.dtype.itemsize() }
    }

    pub fn itemsize(&self) -> usize {
        self.dtype.itemsize()
    }

    pub fn size(&self) -> i64 {
        self.layout().size()
    }

    /// The bytes of all elements, however they lie.
    pub fn nbytes(&self) -> usize {
        self.layout().nbytes() as usize
    }

    /// The bytes that the array can reach.
    pub fn extent(&self) -> Extent<'_> {
        Extent {
            address: self.data.addr(),
            shape: self.shape(),
            strides: self.strides(),
            itemsize: self.itemsize(),
        }
    }

    /// The owner of the bytes, exactly when this array is a view.
    pub fn base(&self) -> Option<&Array> {
        match &self.storage {
            Storage::Owned(_) => None,
            // SAFETY: a view is counted in its base and so keeps it alive.
            Storage::Viewed(base) => Some(unsafe { base.as_ref() }),
        }
    }

    /// The array that brought the buffer: the base, or this array.
    pub fn owner(&self) -> &Array {
        self.base().unwrap_or(self)
    }

    pub fn buffer(&self) -> &Buffer {
        match &self.owner().storage {
            Storage::Owned(buffer) => buffer,
            Storage::Viewed(_) => unreachable!("a base owns its buffer"),
        }
    }

    /// From the buffer's start to the first element, in bytes.
    pub fn buffer_offset(&self) -> i64 {
        self.data.addr().wrapping_sub(self.buffer().start().addr()) as i64
    }

    pub fn buffer_kind(&self) -> BufferKind {
        self.buffer().kind()
    }

    pub fn relation(&self, other: &Array) -> Relation {
        let same = |a: &Array, b: &Array| std::ptr::eq(a, b);
        if same(self, other) {
            Relation::Same
        } else if !same(self.owner(), other.owner()) {
            Relation::Unrelated
        } else if self.base().is_some() && other.base().is_some() {
            Relation::Siblings
        } else {
            Relation::View
        }
    }
}
