#!/usr/bin/env python3
"""Compares docs/pictures with what examples/pictures.c draws: the SVG files, and in docs/pictures.md
the text that follows each picture.

    tools/pictures.py           compares
    tools/pictures.py update    writes what is drawn
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build" / "examples" / "pictures"
PAGE = ROOT / "docs" / "pictures.md"
FOLDER = ROOT / "docs" / "pictures"

# A picture on the page, and the text block that follows it.
SHOWN = re.compile(r"(!\[[^\]]*\]\(pictures/(\w+)\.svg\)\n\n```text\n)(.*?)(\n```)", re.DOTALL)


def drawn_texts():
    """The text of each picture by its name: the program prints `name:` and the text, a blank line
    behind each."""
    printed = subprocess.run([PROGRAM, "--text"], stdout=subprocess.PIPE, text=True, check=True).stdout
    pieces = re.split(r"(?:^|\n\n)(\w+):\n", printed.rstrip("\n"))
    return dict(zip(pieces[1::2], pieces[2::2]))


def drawn_files():
    """The bytes of each SVG file by its name."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, folder], check=True)
        return {path.stem: path.read_bytes() for path in sorted(pathlib.Path(folder).glob("*.svg"))}


def main():
    texts, files = drawn_texts(), drawn_files()
    page = PAGE.read_text(encoding="utf-8")
    if sys.argv[1:] == ["update"]:
        FOLDER.mkdir(exist_ok=True)
        for name, drawn in files.items():
            (FOLDER / f"{name}.svg").write_bytes(drawn)
        new = SHOWN.sub(lambda shown: shown[1] + texts[shown[2]] + shown[4], page)
        PAGE.write_text(new, encoding="utf-8")
        return 0

    faults = []
    shown = {match[2]: match[3] for match in SHOWN.finditer(page)}
    for name in sorted(set(files) | set(shown) | {path.stem for path in FOLDER.glob("*.svg")}):
        committed = FOLDER / f"{name}.svg"
        if name not in files:
            faults.append(f"{name}: is shown, but not drawn")
            continue
        if not committed.exists() or committed.read_bytes() != files[name]:
            faults.append(f"docs/pictures/{name}.svg: is not what is drawn")
        if shown.get(name) != texts[name]:
            faults.append(f"docs/pictures.md, {name}: is not what is drawn")
        try:
            xml.etree.ElementTree.fromstring(files[name])
        except xml.etree.ElementTree.ParseError as error:
            faults.append(f"{name}: is no XML: {error}")
    for fault in faults:
        print(f"FAIL {fault}")
    if faults:
        print("make pictures writes what is drawn")
    print(f"pictures: {len(files)} drawn")
    print(f"{2 * len(files) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
