#!/usr/bin/env python3
"""Puts faults into a copy of the library, one at a time, and shows that the quick tests catch each.

    tools/mutations.py [WORD ...]     all of them, or those whose name holds one of the words

A fault is one replacement in one file. The copy is built in build/mutations and tested by `make
quick` there; what is shown is the step that failed first, and one line of why. Ends with "N of N
faults caught", and fails if one was not, or if the copy fails without a fault.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPY = ROOT / "build/mutations/tree"

# Name, file, what stands there once, what stands there instead.
FAULTS = [
    ("a slice that copies", "src/views.rs",
     "Ok(move || array::slice(array, items.iter().map(checked_item), counts))",
     "Ok(move || copies::copy(&*array::slice(array, items.iter().map(checked_item), counts)?, Order::K))"),
    ("a reshape in memory order", "core/src/copies/layouts.rs",
     "    let order = order.resolve(array.layout());\n    if policy != CopyPolicy::Always {",
     "    let order = if array.layout().is_f_contiguous() { Order::F } else { order.resolve(array.layout()) };\n"
     "    if policy != CopyPolicy::Always {"),
    ("a broadcast that can be written", "core/src/array/views.rs",
     "array.decided().without(Flags::WRITEABLE).with(Flags::OVERLAPPING)",
     "array.decided().with(Flags::OVERLAPPING)"),
    ("an assignment that overwrites what it has yet to read", "core/src/transfer/assign.rs",
     "    overlap::shares(target, source, OVERLAP_BUDGET) != Answer::No",
     "    overlap::shares(target, source, OVERLAP_BUDGET) == Answer::Unknown"),
    ("a shift in the wrong direction", "core/src/transfer/order.rs",
     "let outside = if c > 0 {", "let outside = if c < 0 {"),
    ("an index one beyond the end", "core/src/index/mode.rs",
     "if (0..end).contains(&index) {", "if (0..=end).contains(&index) {"),
    ("positions that are not checked before the first write", "core/src/transfer/picked.rs",
     "self.plan.picks.iter().try_for_each(|pick| unsafe { check_positions(pick) })",
     "self.plan.picks.iter().take(0).try_for_each(|pick| unsafe { check_positions(pick) })"),
    ("a base one step short", "core/src/array/block.rs",
     "        let owner = self.owner();\n        // Closing", "        let owner = self;\n        // Closing"),
    ("a view that is counted twice", "core/src/array/block.rs",
     "owner.counts.fetch_add(VIEW, Ordering::Relaxed)", "owner.counts.fetch_add(2 * VIEW, Ordering::Relaxed)"),
    ("lists beside an ellipsis for no axis taken for neighbours", "core/src/index/advanced.rs",
     "self.left |= self.before.is_some();", "let _ = &self.left;"),
    ("large unsigned positions that become negative", "core/src/transfer/ways.rs",
     "let given = i128::from(unsafe { given.read_unaligned() });\n            let position",
     "let given = i128::from(unsafe { given.read_unaligned() } as i64);\n            let position"),
    ("repeated positions of which the first stays", "core/src/transfer/gather.rs",
     "let item = from.cast::<T>().read_unaligned();\n            data.wrapping_offset(way as isize)",
     "let item = from.cast::<T>().read_unaligned();\n            if ways[..at].contains(&way) { continue; }\n"
     "            data.wrapping_offset(way as isize)"),
    ("positions from the end that are not counted from there", "core/src/transfer/gather.rs",
     "visit(item(from_start(position(at))), place(at));", "visit(item(position(at)), place(at));"),
    ("positions that are checked in the first block alone", "core/src/transfer/ways.rs",
     "if !(dense.fits && within(dense.block(given, count), count, bounds)) {",
     "if done == 0 && !(dense.fits && within(dense.block(given, count), count, bounds)) {"),
    ("marked elements of a row that take the room of all", "core/src/transfer/masked.rs",
     "compress(from, marks, along.extent as usize, to, room - found)",
     "compress(from, marks, along.extent as usize, to, room)"),
    ("a value that is overwritten by its first copies", "core/src/transfer/in_order.rs",
     "        if axis.source == 0 {\n            // SAFETY", "        if axis.source == 1 {\n            // SAFETY"),
    ("floats that wrap in integers", "core/src/transfer/types.rs",
     "fn from_f64(value: f64) -> $int {\n                $from_f64(value)",
     "fn from_f64(value: f64) -> $int {\n                value as i64 as $int"),
    ("a block that goes back to another allocator", "core/src/buffer/mod.rs",
     "unsafe { ended.allocator.free(ended.block, ended.block_bytes) }",
     "unsafe { allocator::free(ended.block, ended.block_bytes) }"),
    ("a span that writes what its array keeps from being written", "src/spans.rs",
     "span_of_array(array, array.data_mut()?, span)", "span_of_array(array, array.data().cast_mut(), span)"),
    ("a span of another buffer's elements", "core/src/array/span.rs",
     "let offset = if empty { 0 } else { address", "let offset = if !empty { 0 } else { address"),
    ("neighbours that share a byte", "core/src/overlap/mod.rs",
     "low_a < high_b && low_b < high_a", "low_a <= high_b && low_b <= high_a"),
]


def run(command, **options):
    return subprocess.run(command, cwd=COPY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def copy_tree():
    """What git knows of, as it stands in the working tree. Files that are the same keep their times,
    so that only what changed is built again."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    for name in filter(None, files.decode().split("\0")):
        source, target = ROOT / name, COPY / name
        if not source.exists() or target.exists() and source.read_bytes() == target.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        shutil.copymode(source, target)
    tools = ROOT / "build/tools"  # what was fetched for the tests
    if tools.is_dir() and not (COPY / "build/tools").exists():
        (COPY / "build").mkdir(parents=True, exist_ok=True)
        (COPY / "build/tools").symlink_to(tools)


def first_failure(log):
    """The step that failed, and the first line that looks like the reason."""
    step = re.search(r"^FAIL +(\S+)", log, re.M)
    if not step:
        return "DOES NOT BUILD", next((line for line in log.splitlines() if "error" in line), "it does not build")
    reason = re.search(r"^.*(CHECK|DIFFERENCE|panicked|expected|Failed|FAILED|SEGFAULT).*$", log[step.start():], re.M)
    return step.group(1), reason.group(0).strip(" |") if reason else ""


def quick():
    result = run(["make", "quick"])
    return result.returncode == 0, result.stdout


def main():
    wanted = [fault for fault in FAULTS if not sys.argv[1:] or any(word in fault[0] for word in sys.argv[1:])]
    copy_tree()
    passed, log = quick()
    if not passed:
        sys.exit(f"the tests fail without a fault:\n{log[-3000:]}")
    caught = 0
    for name, path, old, new in wanted:
        file, start = COPY / path, time.monotonic()
        text = file.read_text()
        if text.count(old) != 1:
            sys.exit(f"{name}: what it replaces stands {text.count(old)} times in {path}")
        file.write_text(text.replace(old, new))
        try:
            passed, log = quick()
        finally:
            file.write_text(text)
        step, reason = ("NOT CAUGHT", "") if passed else first_failure(log)
        caught += step not in ("NOT CAUGHT", "DOES NOT BUILD")
        print(f"{step:<14} {name} ({time.monotonic() - start:.0f} s)\n               {reason[:150]}", flush=True)
    print(f"{caught} of {len(wanted)} faults caught")
    return caught != len(wanted)


if __name__ == "__main__":
    os.environ.pop("NDVIEW_STAGE", None)
    sys.exit(main())
