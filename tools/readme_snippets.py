#!/usr/bin/env python3
"""Compiles and runs the C examples in README.md, docs/*.md and the comments of the headers.

Every block fenced as `c` is a program, or the inside of a function if it has no `int main`: it must
compile without a warning as C99, return 0, and, if it is the inside of a function, leave no array
alive. If the next fenced block before the next heading (in a header, before the end of the comment)
is marked `text`, the program must print exactly that.
"""

import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
STAGE = ROOT / "build" / "stage"
WORK = ROOT / "build" / "readme"


def fenced_blocks(text):
    """Yields (language, first line number, content); None as language stands for a heading."""
    fence = None
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        mark = re.match(r"(`{3,}|~{3,})\s*(\S*)", line)
        if fence is None:
            if mark:
                fence, language, first, lines = mark[1], mark[2], number + 1, []
            elif line.startswith("#"):
                yield None, number, ""
        elif mark and mark[1].startswith(fence) and not mark[2]:
            yield language, first, "".join(lines)
            fence = None
        else:
            lines.append(line)


def comments_of(header):
    """A header's comments as the lines of a page, each where it was, a heading between two."""
    page = []
    for line in header.splitlines():
        text = re.match(r"\s*\* ?(?!/)(.*)", line)
        page.append(text[1] if text else "#")
    return "\n".join(page)


# What stands around an example that is the inside of a function.
BEFORE = r"""
#include <ndview_c99.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define OK(call)                                               \
    do {                                                       \
        if ((call) != NDV_OK) {                                \
            fprintf(stderr, "%s\n", ndv_last_error_message()); \
            return 1;                                          \
        }                                                      \
    } while (0)
static int example(void) {
"""
AFTER = """
    return 0;
}
int main(void) {
    ndv_statistics s = NDV_STATISTICS_INIT;
    int failed = example();
    if (failed || ndv_get_statistics(&s) != NDV_OK) return 1;
    if (s.arrays_alive != 0) fprintf(stderr, "the example leaves arrays alive\\n");
    return s.arrays_alive != 0;
}
"""


def program_of(page, line, example):
    """An example as a program, in which compilers speak of the page."""
    placed = f'#line {line} "{page}"\n{example}'
    return placed if "int main" in example else BEFORE + placed + AFTER


def run(command):
    """Runs a command in the scratch folder; returns its output and what went wrong, if anything."""
    try:
        done = subprocess.run(command, cwd=WORK, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return "", "ran for more than 60 s"
    if done.returncode != 0:
        return done.stdout, f"{command[0]} returned {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout, None


def fault_of(page, line, example, expected):
    """Compiles and runs one example of a page; returns what is wrong with it, or None."""
    binary = WORK / f"{pathlib.PurePath(page).stem}-{line}"
    source = binary.with_suffix(".c")
    source.write_text(program_of(page, line, example), encoding="utf-8")
    compiler = shlex.split(os.environ.get("CC", "cc"))
    _, fault = run([*compiler, "-std=c99", f"@{ROOT}/tools/warnings-c.txt", "-Werror", f"-I{STAGE}/include",
                    str(source), "-o", str(binary), f"-L{STAGE}/lib", "-lndview", "-lpthread", "-lm",
                    f"-Wl,-rpath,{STAGE}/lib"])
    if fault:
        return fault
    output, fault = run([str(binary)])
    if fault is None and expected is not None and output.rstrip("\n") != expected.rstrip("\n"):
        fault = "prints something else than the page says:\n" + "\n".join(
            difflib.unified_diff(expected.splitlines(), output.splitlines(), page, "program",
                                 lineterm=""))
    return fault


def examples_of(text):
    """Yields (first line number, example, what it must print or None) for each example of a page."""
    blocks = list(fenced_blocks(text))
    for (language, line, content), following in zip(blocks, blocks[1:] + [(None, 0, "")]):
        if language == "c":
            yield line, content, following[2] if following[0] == "text" else None


def main():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")),
             *sorted((ROOT / "include").glob("*.h"))]
    WORK.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    for path in pages:
        page = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".h":
            text = comments_of(text)
        for line, example, expected in examples_of(text):
            fault = fault_of(page, line, example, expected)
            if fault:
                failed += 1
                print(f"FAIL {page}:{line}: {fault}")
            else:
                passed += 1
                print(f"ok {page}:{line}")
    print(f"readme: {passed + failed} examples")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
