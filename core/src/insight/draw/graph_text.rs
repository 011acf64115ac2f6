//! The handles as lines of text: under each buffer its owner, under that its views, and arrows that
//! point to what something stands on.

use super::graph::{self, Family, families};
use super::label::{Counted, Label};
use super::{DrawOptions, Entry, Form, facts};
use crate::array::Array;
use std::fmt::{self, Write};

pub fn draw(entries: &[Entry], options: &DrawOptions, out: &mut dyn Write) -> fmt::Result {
    if entries.is_empty() {
        return out.write_str("no arrays");
    }
    let ascii = options.form == Form::Ascii;
    for (number, family) in families(entries).enumerate() {
        if number > 0 {
            out.write_str("\n\n")?;
        }
        Tree { family: &family, width: options.width, ascii }.draw(number + 1, out)?;
    }
    Ok(())
}

struct Tree<'a> {
    family: &'a Family<'a>,
    width: usize,
    ascii: bool,
}

impl Tree<'_> {
    fn draw(&self, number: usize, out: &mut dyn Write) -> fmt::Result {
        let (up, last) = if self.ascii { ("^", "`--") } else { ("▲", "└──") };
        let (owner, family) = (self.family.owner, self.family);
        let mut label = Label::new(self.width, self.ascii);
        write!(label, "buffer {number}: ")?;
        graph::buffer(owner, &mut label)?;
        write!(out, "{}\n{up}\n", label.text())?;
        self.array(owner, last, "    ", out)?;
        let rows = family.views.len() + usize::from(family.unnamed > 0);
        if rows > 0 {
            write!(out, "\n    {up}")?;
        }
        for (row, &view) in family.views.iter().enumerate() {
            let (branch, beside) = self.branch(row + 1 == rows);
            out.write_char('\n')?;
            self.array(family.entries[view].array, branch, beside, out)?;
        }
        if family.unnamed > 0 {
            let (branch, _) = self.branch(true);
            write!(out, "\n{branch} {} not named here", Counted(family.unnamed as u64, "view"))?;
        }
        Ok(())
    }

    /// What stands before a view, and before its second line.
    fn branch(&self, is_last: bool) -> (&'static str, &'static str) {
        match (is_last, self.ascii) {
            (true, false) => ("    └──", "        "),
            (true, true) => ("    `--", "        "),
            (false, false) => ("    ├──", "    │   "),
            (false, true) => ("    |--", "    |   "),
        }
    }

    /// Name, type, shape, counts; and where and how it lies, in a second line.
    fn array(&self, array: &Array, branch: &str, beside: &str, out: &mut dyn Write) -> fmt::Result {
        let entries = self.family.entries;
        let mut label = Label::new(self.width, self.ascii);
        let name = graph::names(entries, array, 32, self.ascii);
        write!(label, "{branch} {}: ", name.text())?;
        graph::type_and_shape(array, &mut label)?;
        label.write_str(", ")?;
        facts::about_counts(array, &mut label)?;
        writeln!(out, "{}", label.text())?;
        let mut label = Label::new(self.width, self.ascii);
        label.write_str(beside)?;
        graph::place(array, &mut label)?;
        label.write_str(", ")?;
        facts::about_flags(array, &mut label)?;
        out.write_str(label.text())
    }
}
