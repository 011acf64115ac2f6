#!/usr/bin/env python3
"""Checks that the tests which docs/expectations.md names are there, and counts its states; and that
CHANGELOG.md begins with the version that this is, and says what that means for the API and the ABI.

A row's last cell names tests: a file of c_tests/ and the functions in it that follow, scripts of
tools/, or rows of tools/consumers.sh and tools/cross.sh by their titles.
"""

import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/expectations.md"
FOLDERS = ("", "c_tests", "tools", "include", "src", "docs")


def rows():
    """Number, state and test of each row."""
    for line in PAGE.read_text().splitlines():
        cells = re.split(r"(?<!\\) \| ", line.strip("| "))
        if cells[0].isdigit() and len(cells) == 5:
            yield int(cells[0]), cells[2], cells[4]
        elif cells[0].isdigit():
            yield int(cells[0]), None, line


def path_of(name):
    return next((ROOT / f / name for f in FOLDERS if (ROOT / f / name).is_file()), None)


def is_file_name(word):
    return re.fullmatch(r"[\w./-]+\.(c|cpp|h|rs|py|sh|md|txt|cmake|in)", word) is not None


def functions_of(path):
    return set(re.findall(r"^ *(?:static |pub )?(?:void|fn|int) (\w+)\(", path.read_text(), re.M))


def faults(number, test):
    """What a row's last cell names and is not there."""
    inside = None
    for word in re.findall(r"`([^`]+)`", test):
        if is_file_name(word):
            inside = path_of(word)
            if inside is None:
                yield f"row {number}: there is no file {word}"
        elif re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+){2,}", word):
            if inside is None or inside.suffix not in (".c", ".cpp", ".rs"):
                yield f"row {number}: {word} follows no file of tests"
            elif word not in functions_of(inside):
                yield f"row {number}: {inside.name} has no {word}"
    consumers = (ROOT / "tools/consumers.sh").read_text() + (ROOT / "tools/cross.sh").read_text()
    for title in re.findall(r'"([^"]+)"', test):
        if title.split(",")[0] not in consumers:
            yield f'row {number}: no script has a row "{title}"'


def changelog_faults():
    (version,) = re.findall(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[:1]
    entry = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.M)[1]
    if not re.match(rf"{re.escape(version)}\b", entry):
        yield f"CHANGELOG.md does not begin with {version}"
    for interface in ("API", "ABI"):
        if f"\n- {interface}: " not in entry:
            yield f"CHANGELOG.md has no line '- {interface}: ' for {version}"


def main():
    table = list(rows())
    wrong = [fault for number, _, test in table for fault in faults(number, test)]
    wrong += [f"row {number} has not five cells" for number, state, _ in table if state is None]
    states = Counter(state for _, state, _ in table)
    if [number for number, _, _ in table] != list(range(1, len(table) + 1)):
        wrong.append("the rows are not numbered one after another")
    wrong = [f"docs/expectations.md, {fault}" for fault in wrong] + list(changelog_faults())
    for fault in wrong:
        print(fault)
    counts = ", ".join(f"{states[state]} {state}" for state in ("met", "partly", "not met"))
    print(f"pages: {len(table)} expectations, {counts}; {len(wrong)} faults in what the page names")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
