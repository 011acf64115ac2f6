#!/usr/bin/env python3
"""Compiles and runs the C programs in README.md and docs/*.md.

Every block fenced as `c` that contains `int main` is a program: it must compile without a warning
as C99 and return 0. If the next fenced block before the next heading is marked `text`, the program
must print exactly that.
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


def fault_of(page, line, program, expected):
    """Compiles and runs one program of a page; returns what is wrong with it, or None."""
    binary = WORK / f"{pathlib.PurePath(page).stem}-{line}"
    source = binary.with_suffix(".c")
    # Compilers then speak of the page.
    source.write_text(f'#line {line} "{page}"\n{program}', encoding="utf-8")
    compiler = shlex.split(os.environ.get("CC", "cc"))
    _, fault = run([*compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", f"-I{STAGE}/include",
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


def programs_of(text):
    """Yields (first line number, program, what it must print or None) for each program of a page."""
    blocks = list(fenced_blocks(text))
    for (language, line, content), following in zip(blocks, blocks[1:] + [(None, 0, "")]):
        if language == "c" and "int main" in content:
            yield line, content, following[2] if following[0] == "text" else None


def main():
    pages = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
             if page.exists()]
    if not pages:
        print("SKIP readme: neither README.md nor docs/*.md exists")
        return 0
    WORK.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    for path in pages:
        page = path.relative_to(ROOT).as_posix()
        for line, program, expected in programs_of(path.read_text(encoding="utf-8")):
            fault = fault_of(page, line, program, expected)
            if fault:
                failed += 1
                print(f"FAIL {page}:{line}: {fault}")
            else:
                passed += 1
                print(f"ok {page}:{line}")
    print(f"readme: {passed + failed} programs")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
