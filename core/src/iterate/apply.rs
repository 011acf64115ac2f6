//! A caller's loop over several operands: what is checked, what needs a temporary, what order.
//!
//! The result is as if all operands had been read first and what is written were written last, one
//! operand after the other. An operand that is written works on a temporary, written back at the
//! end, if
//!
//! 1. it may share a byte with one that is only read, unless both are the same elements in the same
//!    order and the loop is elementwise: it reads an element before it writes it, and never again;
//! 2. it may share a byte with an earlier one that is written: the later one wins;
//! 3. two of its own elements may share a byte: the last one in C order wins;
//! 4. any written operand converts under the rule same-value: values are judged when all are known.

use super::buffers::{Caller, Loop, Passage};
use super::nest::{Nest, PerOperand, Sequence};
use crate::array::{Array, Flags, Handle};
use crate::buffer::{Contents, audit};
use crate::dtype::{Casting, DType};
use crate::error::{Error, Party, Result, Shape};
use crate::layout::{Dims, LayoutRef, Order, broadcast_shapes, check_shape, has_no_elements, size};
use crate::transfer::{assign, check_same_value, may_spoil};
use std::ffi::CStr;
use std::ops::{ControlFlow, Range};

/// An array that a loop works on.
#[derive(Clone, Copy)]
pub struct Operand<'a> {
    array: &'a Array,
    read: bool,
    written: bool,
    /// The type that the loop gets.
    dtype: DType,
    casting: Casting,
}

pub type Operands<'a> = PerOperand<Operand<'a>>;

/// What the caller says of the loop.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The loop wants the elements in C order.
    pub in_c_order: bool,
    /// The loop may read an element after it wrote one at another position.
    pub not_elementwise: bool,
    /// The loop takes elements at any address.
    pub unaligned: bool,
}

impl<'a> Operand<'a> {
    /// `conversion` is the type that the loop gets, and the rule for getting there and back.
    pub fn new(
        array: &'a Array,
        read: bool,
        written: bool,
        conversion: Option<(DType, Casting)>,
    ) -> Result<Operand<'a>> {
        let (dtype, casting) = conversion.unwrap_or((array.dtype(), Casting::No));
        if written {
            array.check_writeable()?;
            casting.check(dtype, array.dtype())?;
        }
        if read {
            casting.check(array.dtype(), dtype)?;
        }
        Ok(Operand { array, read, written, dtype, casting })
    }

    fn converts(&self) -> bool {
        self.dtype != self.array.dtype()
    }

    fn judges_values_written(&self) -> bool {
        self.written && self.converts() && self.casting == Casting::SameValue
    }

    /// Whether each element of one is the element of the other, once both are stretched to `shape`.
    fn has_the_elements_of(&self, other: &Operand, shape: &[i64]) -> bool {
        let (a, b) = (self.array.layout(), other.array.layout());
        let stride = |layout: &LayoutRef, axis| layout.stretched_stride(axis, shape.len());
        std::ptr::eq(self.array.data(), other.array.data())
            && a.itemsize == b.itemsize
            && (0..shape.len()).all(|axis| shape[axis] == 1 || stride(&a, axis) == stride(&b, axis))
    }

    fn temporary_bytes(&self) -> u64 {
        self.array.size() as u64 * self.dtype.itemsize() as u64
    }

    /// # Safety
    /// - The elements are valid memory that no other thread writes.
    unsafe fn temporary(&self) -> Result<Handle> {
        let contents = Contents::to_convert_into(self.dtype, self.converts());
        let aside = self.array.new_like(self.dtype, Order::K, contents)?;
        if self.read {
            // SAFETY: the caller vouches for the elements; the other array is new.
            unsafe { assign(&aside, self.array, self.casting)? };
        }
        Ok(aside)
    }
}

impl Reason {
    fn in_words(&self) -> &'static CStr {
        match self {
            Reason::OverlapsItself => c"elements of an operand that is written share bytes",
            Reason::Shares(_) => c"an operand that is written shares memory with another",
            Reason::JudgesValues => c"values are to be checked before any is written",
        }
    }
}

/// Why an operand cannot be worked on in place.
enum Reason {
    Shares(usize),
    OverlapsItself,
    JudgesValues,
}

fn reason_for_temporary(
    operands: &[Operand],
    position: usize,
    shape: &[i64],
    options: Options,
) -> Option<Reason> {
    let operand = &operands[position];
    if !operand.written {
        return None;
    }
    if operand.array.decided().contains(Flags::OVERLAPPING) {
        return Some(Reason::OverlapsItself);
    }
    let spoils = |&at: &usize| {
        let other = &operands[at];
        let looked_at = if other.written { at < position } else { at != position };
        let harmless =
            !other.written && !options.not_elementwise && operand.has_the_elements_of(other, shape);
        looked_at && !harmless && may_spoil(operand.array, other.array)
    };
    if let Some(other) = (0..operands.len()).find(spoils) {
        return Some(Reason::Shares(other));
    }
    operands.iter().any(Operand::judges_values_written).then_some(Reason::JudgesValues)
}

/// The shape of all operands together, which each that is written must have by itself.
fn common_shape(operands: &[Operand]) -> Result<Dims> {
    let shape =
        broadcast_shapes(Party::Operand, operands.iter().map(|operand| operand.array.shape()))?;
    check_shape(&shape, 1)?;
    let stretched =
        |operand: &Operand| operand.written && operand.array.shape() != shape.as_slice();
    match operands.iter().position(stretched) {
        None => Ok(shape),
        Some(operand) => {
            let have = Shape::new(operands[operand].array.shape());
            Err(Error::WrittenOperand { operand, have, need: Shape::new(&shape) })
        }
    }
}

/// How many elements the loop will see.
pub fn common_size(operands: &[Operand]) -> Result<i64> {
    Ok(size(&common_shape(operands)?))
}

/// Runs a loop over all elements of all operands.
///
/// # Safety
/// - The elements are valid memory, which no other thread writes, or reads where they are written.
/// - The loop keeps to the elements that it is given, and lets no operand go.
pub unsafe fn apply(operands: &[Operand], options: Options, body: Loop) -> Result<()> {
    let shape = common_shape(operands)?;
    if has_no_elements(&shape) {
        return Ok(());
    }
    // SAFETY: the caller vouches for the elements.
    unsafe { check_values_read(operands)? };
    let mut asides = PerOperand::new();
    let mut temporaries = PerOperand::<audit::Hidden>::new();
    for (position, operand) in operands.iter().enumerate() {
        let Some(reason) = reason_for_temporary(operands, position, &shape, options) else {
            asides.push(None);
            continue;
        };
        let bytes = operand.temporary_bytes() as usize;
        temporaries.push(audit::hidden(c"apply", reason.in_words(), bytes)?);
        // SAFETY: the caller vouches for the elements.
        asides.push(Some(unsafe { operand.temporary()? }));
    }
    // SAFETY: as above; what could spoil another operand was put aside.
    unsafe {
        run(operands, &asides, &shape, options, 0..size(&shape), body)?;
        write_back(operands, &asides)?;
    }
    temporaries.into_iter().for_each(audit::Hidden::made);
    Ok(())
}

/// Runs a loop over the elements at some of the positions from 0 to [`common_size`]. Ranges that do
/// not meet may run at the same time.
///
/// # Safety
/// - As for [`apply`], for the elements of the range.
pub unsafe fn apply_range(
    operands: &[Operand],
    options: Options,
    range: Range<i64>,
    body: Loop,
) -> Result<()> {
    let shape = common_shape(operands)?;
    let (start, stop, size) = (range.start, range.end, size(&shape));
    if start < 0 || stop < start || size < stop {
        return Err(Error::ElementRange { start, stop, size });
    }
    for (position, operand) in operands.iter().enumerate() {
        if let Some(reason) = reason_for_temporary(operands, position, &shape, options) {
            return Err(temporary_refused(operand, position, reason));
        }
    }
    if range.is_empty() {
        return Ok(());
    }
    // SAFETY: the caller vouches for the elements.
    unsafe { check_values_read(operands)? };
    let in_place: PerOperand<Option<Handle>> = operands.iter().map(|_| None).collect();
    // SAFETY: as above; no operand spoils another.
    unsafe { run(operands, &in_place, &shape, options, range, body) }
}

fn temporary_refused(operand: &Operand, position: usize, reason: Reason) -> Error {
    let bytes = operand.temporary_bytes();
    let refused = |reason| Error::OperandCopies { operand: position, reason, bytes };
    match reason {
        Reason::Shares(other) => Error::OperandsOverlap { operand: position, other, bytes },
        Reason::OverlapsItself => refused("overlaps itself"),
        Reason::JudgesValues => refused("values are written under same-value"),
    }
}

/// # Safety
/// - The elements are valid memory that no other thread writes.
unsafe fn check_values_read(operands: &[Operand]) -> Result<()> {
    let judged = |operand: &&Operand| operand.read && operand.casting == Casting::SameValue;
    for operand in operands.iter().filter(judged) {
        // SAFETY: the caller vouches for the elements.
        unsafe { check_same_value(operand.array, operand.dtype)? };
    }
    Ok(())
}

/// Runs the loop on the operands, or on what stands aside for them. Lists are extended where they
/// stay: to collect them would move kilobytes, which takes longer than a small loop.
///
/// # Safety
/// - As for [`apply`]; the shape is not empty, and no operand spoils another.
unsafe fn run<'a>(
    operands: &[Operand<'a>],
    asides: &'a [Option<Handle>],
    shape: &[i64],
    options: Options,
    range: Range<i64>,
    body: Loop,
) -> Result<()> {
    let mut arrays = PerOperand::<&Array>::new();
    let in_use = |(operand, aside): (&Operand<'a>, &'a Option<Handle>)| match aside {
        Some(aside) => &**aside,
        None => operand.array,
    };
    arrays.extend(operands.iter().zip(asides).map(in_use));
    let mut layouts = PerOperand::<LayoutRef>::new();
    layouts.extend(arrays.iter().map(|array| array.layout()));
    let mut nest = Nest::new(operands.len());
    nest.fill(shape, &layouts, sequence(operands, shape, options));

    let passage = |((operand, array), &step): ((&Operand, &&Array), &i64)| Passage {
        stored: array.dtype(),
        dtype: operand.dtype,
        read: operand.read,
        written: operand.written,
        buffered: array.dtype() != operand.dtype
            || !(options.unaligned || array.flags().contains(Flags::ALIGNED)),
        step,
    };
    let mut passages = PerOperand::<Passage>::new();
    passages.extend(operands.iter().zip(&arrays).zip(nest.inner_steps()).map(passage));
    let mut caller = Caller::new(body, &passages);
    caller.prepare()?;
    let mut data = PerOperand::<*mut u8>::new();
    data.extend(arrays.iter().map(|array| array.data().cast_mut()));
    // SAFETY: the walk stays on the elements, for which the caller vouches; an operand that is
    // written is not read-only.
    let visit = |at: &[*mut u8], count| unsafe { caller.row(at, count) };
    match nest.walk(&data, range.start, range.end, visit) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(value) => Err(Error::Callback { value }),
    }
}

/// After the memory of the first operand that is written, else of one that is not stretched.
fn sequence(operands: &[Operand], shape: &[i64], options: Options) -> Sequence {
    if options.in_c_order {
        return Sequence::Logical;
    }
    let whole = |operand: &Operand| operand.array.shape() == shape;
    let lead = operands
        .iter()
        .position(|operand| operand.written)
        .or_else(|| operands.iter().position(whole));
    Sequence::After(lead.unwrap_or(0))
}

/// # Safety
/// - As for [`apply`].
unsafe fn write_back(operands: &[Operand], asides: &[Option<Handle>]) -> Result<()> {
    let written = || {
        let with_aside = operands.iter().zip(asides);
        with_aside.filter_map(|(operand, aside)| Some((operand, aside.as_deref()?)))
    };
    for (operand, aside) in written().filter(|(operand, _)| operand.judges_values_written()) {
        // SAFETY: the loop has written every element of the temporary.
        unsafe { check_same_value(aside, operand.array.dtype())? };
    }
    for (operand, aside) in written() {
        // SAFETY: the caller vouches for the elements.
        unsafe { assign(operand.array, aside, operand.casting)? };
    }
    Ok(())
}
