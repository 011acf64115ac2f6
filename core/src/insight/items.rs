//! The text of one element: a number in its column, raw bytes, or a record of such.
//!
//! Every field that is no record is a column of its own, which all shown elements share. Numbers
//! need one format; records need a list of them, the one thing here that takes memory.

use super::format::FormatOptions;
use super::numbers::{Column, Element, FloatMode, Sign};
use super::scalar;
use crate::buffer::list::List;
use crate::dtype::{DType, Field, Kind, MAX_DEPTH};
use crate::error::{Number, Result};
use crate::transfer::read_number;
use arrayvec::ArrayVec;
use std::fmt;

/// Calls its argument with the address of every shown element, each time it is called itself.
pub(super) type Places<'a> = &'a dyn Fn(&mut dyn FnMut(*const u8));

/// From an item to one of its fields, the outermost first.
type Path = ArrayVec<&'static Field, { MAX_DEPTH as usize }>;

/// How a field that is no record is written.
#[derive(Clone, Copy)]
enum Leaf {
    Column(Column),
    /// As a number by itself.
    Scalar,
    Bytes,
}

/// The formats of all fields, in the order in which they are written.
enum Leaves {
    One(Leaf),
    Many(List<Leaf>),
}

/// The format that all elements of one array share.
pub(super) struct Items {
    dtype: DType,
    leaves: Leaves,
    options: FormatOptions,
}

impl Items {
    /// The format that suits all elements; `is_scalar` if there is one alone, without axes.
    ///
    /// # Safety
    /// - Elements of `dtype` can be read where `places` leads. So for every function here.
    pub unsafe fn fit(
        dtype: DType,
        options: &FormatOptions,
        is_scalar: bool,
        places: Places,
    ) -> Result<Items> {
        let fitting = Fitting { options, is_scalar, places };
        let leaves = match dtype.record() {
            // SAFETY: the caller's.
            None => Leaves::One(unsafe { fitting.leaf(dtype, &[]) }),
            Some(record) => {
                let mut leaves = List::with_room(record.leaves() as usize)?;
                // SAFETY: the caller's.
                unsafe { fitting.record(record.fields(), &mut Path::new(), &mut leaves) };
                Leaves::Many(leaves)
            }
        };
        Ok(Items { dtype, leaves, options: *options })
    }

    /// # Safety
    /// - As for [`fit`](Self::fit), at `at`.
    pub unsafe fn write(&self, at: *const u8, out: &mut dyn fmt::Write) -> fmt::Result {
        // SAFETY: the caller's.
        unsafe {
            match &self.leaves {
                Leaves::One(leaf) => write_leaf(leaf, self.dtype, at, out),
                Leaves::Many(leaves) => self.item(self.dtype, at, leaves.as_slice(), out),
            }
        }
    }

    /// An item of the type, by the first of the leaves.
    ///
    /// # Safety
    /// - As for [`write`](Self::write).
    unsafe fn item(
        &self,
        dtype: DType,
        at: *const u8,
        mut leaves: &[Leaf],
        out: &mut dyn fmt::Write,
    ) -> fmt::Result {
        let Some(record) = dtype.record() else {
            let [leaf, ..] = leaves else { return Err(fmt::Error) };
            // SAFETY: the caller's.
            return unsafe { write_leaf(leaf, dtype, at, out) };
        };
        out.write_char('(')?;
        for (position, field) in record.fields().iter().enumerate() {
            if position > 0 {
                out.write_str(", ")?;
            }
            let at = at.wrapping_add(field.offset as usize);
            // SAFETY: the field is a part of the item.
            unsafe { self.axes(field, field.shape, at, leaves, out)? };
            let own = field.dtype.record().map_or(1, |record| record.leaves() as usize);
            leaves = leaves.get(own..).unwrap_or_default();
        }
        out.write_str(if record.fields().len() == 1 { ",)" } else { ")" })
    }

    /// The last axes of a field, all on one line.
    ///
    /// # Safety
    /// - As for [`write`](Self::write).
    unsafe fn axes(
        &self,
        field: &Field,
        shape: &[i64],
        at: *const u8,
        leaves: &[Leaf],
        out: &mut dyn fmt::Write,
    ) -> fmt::Result {
        let Some((&extent, inner)) = shape.split_first() else {
            // SAFETY: the caller's.
            return unsafe { self.item(field.dtype, at, leaves, out) };
        };
        let step = inner.iter().product::<i64>() as usize * field.dtype.itemsize();
        let edge = self.options.edge_items.max(0);
        let summarised = i64::from(field.count) > self.options.threshold && extent > 2 * edge;
        out.write_char('[')?;
        let mut separator = "";
        let mut entry = |index: i64, out: &mut dyn fmt::Write| {
            out.write_str(std::mem::replace(&mut separator, ", "))?;
            // SAFETY: the index is inside the axis.
            unsafe { self.axes(field, inner, at.wrapping_add(index as usize * step), leaves, out) }
        };
        if summarised {
            (0..edge).try_for_each(|index| entry(index, out))?;
            out.write_str(if edge == 0 { "..., " } else { ", ..." })?;
            // With no edge NumPy means to show none, and shows all.
            let rest = if edge == 0 { 0 } else { extent - edge };
            (rest..extent).try_for_each(|index| entry(index, out))?;
        } else {
            (0..extent).try_for_each(|index| entry(index, out))?;
        }
        out.write_char(']')
    }
}

/// What the formats are found from.
struct Fitting<'a> {
    options: &'a FormatOptions,
    is_scalar: bool,
    places: Places<'a>,
}

impl Fitting<'_> {
    /// # Safety
    /// - As for [`Items::fit`].
    unsafe fn record(&self, fields: &'static [Field], path: &mut Path, leaves: &mut List<Leaf>) {
        for field in fields {
            path.push(field);
            match field.dtype.record() {
                // SAFETY: the caller's.
                Some(record) => unsafe { self.record(record.fields(), path, leaves) },
                None => {
                    // SAFETY: the caller's.
                    let leaf = unsafe { self.leaf(field.dtype, path) };
                    let fits = leaves.push(leaf);
                    debug_assert!(fits, "a record counts its leaves");
                }
            }
            path.pop();
        }
    }

    /// # Safety
    /// - As for [`Items::fit`]; `path` leads from an element to a field of type `dtype`.
    unsafe fn leaf(&self, dtype: DType, path: &[&'static Field]) -> Leaf {
        let FormatOptions { float_mode, sign, .. } = *self.options;
        let own_text = self.is_scalar && float_mode == FloatMode::Unique && sign == Sign::Minus;
        if dtype.kind() == Kind::Bytes {
            return Leaf::Bytes;
        }
        // In a record by itself only real numbers are what they are by themselves.
        if own_text && (path.is_empty() || dtype.kind() == Kind::Float) {
            return Leaf::Scalar;
        }
        let alone = self.is_scalar && path.iter().all(|field| field.shape.is_empty());
        Leaf::Column(Column::fit(dtype, self.options, alone, &|see| {
            (self.places)(&mut |at| {
                each_in(path, at, &mut |at| {
                    // SAFETY: the caller's.
                    see(unsafe { element(dtype, at) });
                });
            });
        }))
    }
}

/// Every element of a field.
fn each_in(path: &[&'static Field], at: *const u8, visit: &mut dyn FnMut(*const u8)) {
    let Some((field, inner)) = path.split_first() else { return visit(at) };
    for index in 0..field.count as usize {
        let offset = field.offset as usize + index * field.dtype.itemsize();
        each_in(inner, at.wrapping_add(offset), visit);
    }
}

/// # Safety
/// - An element of `dtype`, a number, can be read at `at`.
unsafe fn element(dtype: DType, at: *const u8) -> Element {
    // SAFETY: the caller's.
    let number = unsafe { read_number(at, dtype) };
    Element::new(dtype, number.unwrap_or(Number::Int(0)))
}

/// # Safety
/// - An element of `dtype` can be read at `at`.
unsafe fn write_leaf(
    leaf: &Leaf,
    dtype: DType,
    at: *const u8,
    out: &mut dyn fmt::Write,
) -> fmt::Result {
    // SAFETY: the caller's.
    unsafe {
        match leaf {
            Leaf::Column(column) => column.write(element(dtype, at), out),
            Leaf::Scalar => scalar::write(dtype, element(dtype, at), out),
            Leaf::Bytes => {
                out.write_str("b'")?;
                for index in 0..dtype.itemsize() {
                    write!(out, "\\x{:02X}", at.add(index).read())?;
                }
                out.write_char('\'')
            }
        }
    }
}
