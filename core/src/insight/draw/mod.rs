//! Pictures of arrays: who sees which bytes, and who stands on whom, as text or as SVG.
//!
//! `scene` sorts arrays by the memory they look at and chooses how many bytes a column stands for;
//! `row` says what one array sees in each column; `facts` are the words about an array. They know
//! no form. `text` and `svg` draw the bytes, `graph_text` and `graph_svg` the handles.
//!
//! Nothing is allocated, and the work does not grow with the arrays: elements are looked at one by
//! one where each has columns of its own, and are else counted by `layout::Touched`.

#![forbid(unsafe_code)]

mod facts;
mod graph;
mod graph_svg;
mod graph_text;
mod label;
mod row;
mod scene;
mod svg;
mod text;

use crate::array::Array;
use arrayvec::ArrayVec;
use std::fmt;

/// The most arrays in one drawing.
pub const MAX_ARRAYS: usize = 64;

/// What is drawn.
pub type Entries<'a> = ArrayVec<Entry<'a>, MAX_ARRAYS>;

/// An array, and what it is called; without a name, by its place in the list.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    pub array: &'a Array,
    pub name: Option<&'a [u8]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    /// Text of ASCII alone.
    Ascii,
    Svg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Bytes,
    Handles,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawOptions {
    pub form: Form,
    pub subject: Subject,
    /// In columns of text, or in pixels.
    pub width: usize,
    /// How many pairs of arrays are compared.
    pub pairs: usize,
    /// The part of every buffer that is shown; a count of 0 is all that follows.
    pub first_byte: u64,
    pub byte_count: u64,
}

impl Default for DrawOptions {
    fn default() -> DrawOptions {
        DrawOptions {
            form: Form::Text,
            subject: Subject::Bytes,
            width: 0,
            pairs: 6,
            first_byte: 0,
            byte_count: 0,
        }
    }
}

/// Draws at most [`MAX_ARRAYS`] arrays. Fails when `out` does.
pub fn draw(entries: &[Entry], options: &DrawOptions, out: &mut dyn fmt::Write) -> fmt::Result {
    let width = match (options.form, options.width) {
        (Form::Svg, 0) => 640,
        (Form::Svg, width) => width.clamp(320, 4096),
        (_, 0) => 80,
        (_, width) => width.clamp(40, 1024),
    };
    let options = DrawOptions { width, ..*options };
    match (options.subject, options.form) {
        (Subject::Bytes, Form::Svg) => svg::draw(entries, &options, out),
        (Subject::Bytes, _) => text::draw(entries, &options, out),
        (Subject::Handles, Form::Svg) => graph_svg::draw(entries, &options, out),
        (Subject::Handles, _) => graph_text::draw(entries, &options, out),
    }
}
