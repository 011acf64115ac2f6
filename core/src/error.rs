//! What can go wrong, as one value that carries the numbers its sentence names.
//!
//! An error never allocates: shapes are kept by their first few extents, texts are static.

#![forbid(unsafe_code)]

use crate::dtype::{Casting, DType};
use std::fmt;

pub type Result<T> = std::result::Result<T, Error>;

/// One variant for each way of failing; the C ABI gives each its status code.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    #[error("{what} {value} is not one of the values it can take")]
    Argument { what: &'static str, value: i64 },
    #[error(
        "the handle has been released once more than it was retained; {views} views still stand on it"
    )]
    Released { views: u32 },

    #[error("{code} is not the code of an element type")]
    DType { code: i32 },
    #[error("{name:?} is not the name of an element type")]
    DTypeName { name: ShortText },
    #[error("field {position}, {name:?}: {reason}")]
    Field { position: usize, name: ShortText, reason: &'static str },
    #[error(
        "an item of {itemsize} bytes cannot hold fields that need {need}, aligned to {alignment}"
    )]
    RecordSize { itemsize: i64, need: u32, alignment: u32 },
    #[error("{dtype} has no field {name:?}")]
    NoField { name: ShortText, dtype: DType },
    #[error("{dtype} has {count} fields, none at position {position}")]
    NoFieldAt { position: i64, count: usize, dtype: DType },
    #[error("{dtype} is no record, it has no fields")]
    NoRecord { dtype: DType },
    #[error("elements of type {dtype} are no numbers")]
    NoNumber { dtype: DType },
    #[error("no element type holds every value of both {a} and {b}")]
    Promote { a: DType, b: DType },
    #[error("casting {from} to {to} is not allowed under the rule {rule}")]
    Cast { from: DType, to: DType, rule: Casting },
    #[error("the value {value} does not fit in {dtype}")]
    Value { value: Number, dtype: DType },
    #[error("element {position} in C order: the value {value} does not keep its value as {dtype}")]
    SameValue { position: i64, value: Number, dtype: DType },
    #[error("viewing {from} as {to}: {reason}, shape {shape}, strides of the last axis {stride}")]
    ViewAs { from: DType, to: DType, reason: &'static str, shape: ShortShape, stride: i64 },

    #[error("elements of type {dtype} have no imaginary part")]
    NotComplex { dtype: DType },

    #[error("the array is {have}, {want} is expected")]
    ExpectDType { have: DType, want: DType },
    #[error("the array has {have} axes, {want} are expected")]
    ExpectNdim { have: usize, want: i32 },
    #[error("the array is not {property}")]
    ExpectLayout { property: &'static str },

    #[error("extent {extent} of axis {axis} is negative")]
    NegativeExtent { axis: usize, extent: i64 },
    #[error("{ndim} axes: an array has between 0 and 64")]
    TooManyAxes { ndim: i64 },
    #[error("shape {shape} of {itemsize}-byte elements needs more bytes than can be addressed")]
    TooLarge { shape: ShortShape, itemsize: usize },
    #[error("cannot reshape {size} elements of shape {from} into shape {to}")]
    ReshapeSize { size: i64, from: Shape4, to: Shape4 },
    #[error("shape {to} leaves more than one extent to be inferred")]
    ReshapeUnknowns { to: ShortShape },
    #[error(
        "cannot broadcast shape {from} to shape {to}: axis {axis} of the result is {want}, not {have}"
    )]
    Broadcast { from: Shape4, to: Shape4, axis: usize, have: i64, want: i64 },
    #[error("cannot broadcast shape {from} to shape {to}, which has fewer axes")]
    BroadcastRank { from: Shape4, to: Shape4 },
    #[error(
        "{party} {item}, of shape {shape}, does not broadcast with shape {others} of those before it: \
         axis {axis} of the result is {want}, not {have}"
    )]
    BroadcastTogether {
        party: Party,
        item: u32,
        axis: u8,
        shape: Shape4,
        others: Shape4,
        have: i64,
        want: i64,
    },
    #[error(
        "operand {operand} has shape {have}, all operands together {need}: what is written is not \
         stretched"
    )]
    WrittenOperand { operand: usize, have: Shape4, need: Shape4 },
    #[error("axis {axis} has size {extent}: only an axis of size 1 can be squeezed")]
    Squeeze { axis: usize, extent: i64 },
    #[error("{what} needs an array of at least one axis")]
    NoAxes { what: &'static str },
    #[error("axis {axis} has size {extent}, which does not divide into {sections} equal sections")]
    UnevenSplit { axis: usize, extent: i64, sections: i64 },
    #[error("axis {axis} has size {extent}: there are as many arrays to unstack, not {count}")]
    UnstackCount { axis: usize, extent: i64, count: i64 },
    #[error("a window of {window} elements does not fit in axis {axis}, which has room for {room}")]
    Window { axis: usize, window: i64, room: i64 },
    #[error("{what} has {have} axes, it must have {want}")]
    Rank { what: &'static str, have: usize, want: usize },
    #[error("the elements reach from byte {low} to byte {high} of a buffer of {nbytes} bytes")]
    OutsideBuffer { low: i64, high: i64, nbytes: usize },
    #[error("a buffer of {nbytes} bytes at this address leaves the address space")]
    BufferTooLarge { nbytes: usize },
    #[error("the destination holds {have} bytes, {need} are needed")]
    BufferTooSmall { have: usize, need: usize },
    #[error("the destination has shape {have}, the result has shape {need}")]
    Into { have: Shape4, need: Shape4 },
    #[error(
        "array {item} has shape {shape}, which does not fit beside shape {beside}: axis {axis}"
    )]
    Join { item: usize, axis: usize, shape: Shape4, beside: Shape4 },
    #[error("{given} counts for {positions} positions: one for each is needed, or one for all")]
    Counts { given: usize, positions: i64 },
    #[error("the mask has {have} elements, the array has {want}")]
    MaskSize { have: i64, want: i64 },
    #[error("there are no values for the elements that the mask marks")]
    NoValues,
    #[error("the arrays have shapes {a} and {b}, which must be the same")]
    SameShape { a: Shape4, b: Shape4 },
    #[error("the arrays have types {a} and {b}, which must be the same")]
    SameDType { a: DType, b: DType },
    #[error("byte {address:#x} belongs to more than one element to be exchanged")]
    SharedByte { address: usize },
    #[error("the mask marks position {position} of axis {axis}, which has size {extent}")]
    MaskTooLong { position: i64, axis: usize, extent: i64 },
    #[error("the number of {what} is {count}")]
    Count { what: &'static str, count: i64 },
    #[error("the mask marks position {position} of {size} elements")]
    MaskTooLongForAll { position: i64, size: i64 },
    #[error("the fraction {value:?} is not between 0 and 1")]
    Fraction { value: f64 },
    #[error("the range from {start} to {stop} by {step} is not a number of elements")]
    IntegerRange { start: i64, stop: i64, step: i64 },
    #[error("the range from {start:?} to {stop:?} by {step:?} is not a number of elements")]
    Range { start: f64, stop: f64, step: f64 },

    #[error("index {index} is out of bounds for axis {axis} with size {extent}")]
    Index { index: i128, axis: usize, extent: i64 },
    #[error("position {index} is out of bounds for {size} elements")]
    FlatIndex { index: i128, size: i64 },
    #[error("the range from {start} to {stop} leaves the {size} elements")]
    ElementRange { start: i64, stop: i64, size: i64 },
    #[error(
        "index {index}, at position {position} in C order, is out of bounds for {count} choices"
    )]
    Choice { index: i128, position: i64, count: i64 },
    #[error("{given} indices for an array of {ndim} axes")]
    TooManyIndices { given: usize, ndim: usize },
    #[error("{given} indices for an array of {ndim} axes: one element needs one for each")]
    IndexCount { given: usize, ndim: usize },
    #[error("an index may hold one ellipsis, not {given}")]
    Ellipses { given: usize },
    #[error("{given} items: an index has at most 129")]
    ItemCount { given: i64 },
    #[error("item {item}: {what} {value} is not one of the values it can take")]
    Item { item: usize, what: &'static str, value: i64 },
    #[error("item {item} is an array; a view takes integers, slices, newaxis and an ellipsis")]
    ArrayItem { item: usize },
    #[error("{what} is of type {dtype}; positions are integers and marks are bool")]
    IndexDType { what: &'static str, dtype: DType },
    #[error("the mask has {have} elements along axis {axis}, which has {extent}")]
    MaskShape { axis: usize, have: i64, extent: i64 },
    #[error("axis {axis} is out of range for {ndim} axes")]
    Axis { axis: i64, ndim: usize },
    #[error("axis {axis} is named twice")]
    RepeatedAxis { axis: usize },
    #[error("a list of {count} axes: it can name between 0 and 64")]
    ListOfAxes { count: i64 },
    #[error("{given} windows for {axes} axes: each axis needs one")]
    WindowCount { given: usize, axes: usize },
    #[error("{given} axes named for an array of {ndim}")]
    AxisCount { given: usize, ndim: usize },
    #[error("the step of the slice of axis {axis} is zero")]
    ZeroStep { axis: usize },
    #[error("slice text, byte {position}: {reason}")]
    Syntax { position: usize, reason: &'static str },

    #[error("no memory for {bytes} bytes")]
    NoMemory { bytes: usize },
    #[error("the array is read-only")]
    ReadOnly,
    #[error(
        "reshaping {from} to {to} would copy {bytes} bytes: axes {first} to {last} do not merge, \
         axis {axis} has stride {have} where {need} is needed"
    )]
    ReshapeCopies {
        from: Shape4,
        to: Shape4,
        first: u8,
        last: u8,
        axis: u8,
        have: i64,
        need: i64,
        bytes: u64,
    },
    #[error(
        "{what} would copy {bytes} bytes: axis {axis} has stride {have}, {order} order needs {need}"
    )]
    LayoutCopies { what: &'static str, order: char, axis: usize, have: i64, need: i64, bytes: u64 },
    #[error(
        "compacting would copy {bytes} bytes: {touched} of the {kept} bytes of the buffer are touched"
    )]
    CompactCopies { touched: u64, kept: usize, bytes: usize },
    #[error("converting {from} to {to} would copy {bytes} bytes")]
    CastCopies { from: DType, to: DType, bytes: u64 },
    #[error(
        "operand {operand} would need a temporary of {bytes} bytes, which ranges cannot have: it is \
         written, and shares memory with operand {other}"
    )]
    OperandsOverlap { operand: usize, other: usize, bytes: u64 },
    #[error(
        "operand {operand} would need a temporary of {bytes} bytes, which ranges cannot have: it is \
         written, and {reason}"
    )]
    OperandCopies { operand: usize, reason: &'static str, bytes: u64 },
    #[error(
        "{operation} would make a hidden copy of {bytes} bytes, which this thread forbids: {reason}"
    )]
    HiddenCopy { operation: &'static str, reason: &'static str, bytes: usize },
    #[error("this thread has not forbidden hidden copies")]
    NoCopyScope,
    #[error(
        "{want} needs byte {address:#x}, of element {index}, which is in element {theirs} of the {by}"
    )]
    Leased { want: Wanted, index: Shape4, theirs: Shape3, address: usize, by: Lessee },
    #[error(
        "{want} is taken to conflict with the {by}: whether they share a byte needs more than \
         {budget} steps to tell"
    )]
    LeaseUnknown { want: Wanted, by: Lessee, budget: u64 },
    #[error("lease {lease:#x} is not held: it was returned before, or never given out")]
    NotLeased { lease: u64 },
    #[error(
        "{} {} alive; {what} can only be set while none is",
        Count(*alive, "array"),
        if *alive == 1 { "is" } else { "are" }
    )]
    ArraysAlive { what: &'static str, alive: i64 },
    #[error("the array is closed: its memory has been given back")]
    Closed,
    #[error("a view has no memory of its own to give back: its base is what can be closed")]
    CloseView,
    #[error(
        "{} and {} use the memory of the array{}",
        Count((*.views).into(), "view"), Count((*.references).into(), "other reference"), Makers(.makers)
    )]
    InUse { views: u32, references: u32, makers: [&'static str; 3] },
    #[error("the memory at {address:#x} was an array's, which has been released")]
    GivenBack { address: usize },

    #[error("standard output cannot be written")]
    Output,
    #[error("{operation} {path:?}: {reason}")]
    File { operation: &'static str, path: ShortText, reason: SystemText },
    #[error("not a .npy file, or a malformed one: byte {position}: {reason}")]
    FileFormat { position: usize, reason: &'static str },
    #[error("the .npy file ends after {found} bytes, {expected} are expected")]
    FileTruncated { expected: u64, found: u64 },
    #[error("the elements of the .npy file are of type {descr:?}, which no array here can have")]
    FileDType { descr: ShortText },
    #[error("a .npy file cannot hold elements of type {dtype}")]
    SaveDType { dtype: DType },

    #[error("the loop returned {value}")]
    Callback { value: i32 },
    #[error(
        "byte {byte} of the buffer, {offset} bytes from the first element, was {expected:#04x} and is \
         {found:#04x}"
    )]
    Overrun { byte: i64, offset: i64, expected: u8, found: u8 },
    #[error("the array, or its base, was not made by ndv_scramble")]
    NotScrambled,

    #[error("{count} threads: a transfer can use between 1 and {most}")]
    Threads { count: i32, most: i32 },
    #[error(
        "the system starts {started} of {missing} more threads, and then refuses: its error {code}"
    )]
    ThreadNotStarted { started: usize, missing: usize, code: i32 },
    #[error("this system has no threads that the library can start")]
    NoThreads,

    #[error("the exact answer needs more than {budget} steps")]
    TooHard { budget: u64 },
    #[error("{what}: the limit of {limit} is reached")]
    Limit { what: &'static str, limit: u64 },
}

/// What several shapes that are broadcast together are those of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Party {
    Item,
    Operand,
    IndexArray,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Party::Item => "item",
            Party::Operand => "operand",
            Party::IndexArray => "index array",
        })
    }
}

/// How many there are of something, one or more.
pub struct Count(pub i64, pub &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}

/// The functions that made some views, as a message ends.
struct Makers<'a>(&'a [&'static str; 3]);

impl fmt::Display for Makers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (at, maker) in self.0.iter().filter(|maker| !maker.is_empty()).enumerate() {
            write!(f, "{}{maker}", if at == 0 { "; views were made by " } else { ", " })?;
        }
        Ok(())
    }
}

/// A shape as a message shows it: the first extents, then how many axes there are.
#[derive(Clone, Copy, PartialEq)]
pub struct Shape<const N: usize> {
    ndim: u8,
    dims: [i64; N],
}

pub type ShortShape = Shape<6>;
/// For the errors that name two shapes and more numbers besides.
pub type Shape4 = Shape<4>;
/// For an error whose other values take all the room that there is.
pub type Shape3 = Shape<3>;

impl<const N: usize> Shape<N> {
    pub fn new(shape: &[i64]) -> Self {
        let mut dims = [0; N];
        for (kept, &extent) in dims.iter_mut().zip(shape) {
            *kept = extent;
        }
        Shape { ndim: shape.len().min(u8::MAX as usize) as u8, dims }
    }
}

impl<const N: usize> fmt::Display for Shape<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let ndim = usize::from(self.ndim);
        f.write_str("(")?;
        for (axis, extent) in self.dims.iter().take(ndim).enumerate() {
            let separator = if axis == 0 { "" } else { ", " };
            write!(f, "{separator}{extent}")?;
        }
        match ndim {
            1 => f.write_str(",)"),
            _ if ndim > N => write!(f, ", ... {ndim} axes)"),
            _ => f.write_str(")"),
        }
    }
}

impl<const N: usize> fmt::Debug for Shape<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The beginning of a text from outside, or its end, for a message to quote.
#[derive(Clone, Copy, PartialEq)]
pub struct Text<const N: usize> {
    len: u8,
    bytes: [u8; N],
}

pub type ShortText = Text<24>;
/// What the system says of an error, without a name of its own.
pub type SystemText = Text<60>;

impl<const N: usize> Text<N> {
    pub fn new(text: &[u8]) -> Self {
        let mut bytes = [0; N];
        let len = text.len().min(N);
        bytes[..len].copy_from_slice(&text[..len]);
        Text { len: len as u8, bytes }
    }

    pub fn ending(text: &[u8]) -> Self {
        Text::new(&text[text.len().saturating_sub(N)..])
    }

    fn shown(&self) -> std::slice::EscapeAscii<'_> {
        self.bytes[..usize::from(self.len)].escape_ascii()
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "\"{}\"", self.shown())
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.shown())
    }
}

/// What a lease lets its holder do. The numbers are the ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum LeaseMode {
    Read = 80,
    Write = 81,
}

/// What was refused because of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    ToRead,
    ToWrite,
    /// To write elements without a lease.
    Unleased,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Wanted::ToRead => "a read lease",
            Wanted::ToWrite => "a write lease",
            Wanted::Unleased => "writing",
        })
    }
}

/// The lease that a request conflicts with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lessee {
    pub tag: ShortText,
    pub writes: bool,
    pub hold: Hold,
}

/// How a lease stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Held,
    /// Asked for earlier, and waited for.
    Awaited,
    /// By the thread that would wait for it.
    ByThisThread,
    /// By a thread of the process that this one was forked from.
    BeforeFork,
}

impl Hold {
    /// Whether a thread that waits for its return waits for ever, as far as can be told.
    pub fn is_for_ever(self) -> bool {
        matches!(self, Hold::ByThisThread | Hold::BeforeFork)
    }
}

impl fmt::Display for Lessee {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(if self.writes { "write lease " } else { "read lease " })?;
        match self.tag.len {
            0 => f.write_str("without a tag")?,
            _ => write!(f, "{:?}", self.tag)?,
        }
        f.write_str(match self.hold {
            Hold::Held => "",
            Hold::Awaited => ", which a thread waits for",
            Hold::ByThisThread => ", which this thread holds and would wait for without end",
            Hold::BeforeFork => ", whose thread stayed behind when this process was forked",
        })
    }
}

/// One number on its way between the caller and an element, of whatever type either has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i128),
    Float(f64),
    Complex(f64, f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Number::Int(value) => write!(f, "{value}"),
            Number::Float(value) => write!(f, "{value:?}"),
            Number::Complex(real, imag) => write!(f, "{real:?}{imag:+?}j"),
        }
    }
}
