#!/usr/bin/env python3
"""Builds the documentation site in build/docs/html with doxygen, and fails if that warns.

    tools/docs.py          builds the site; says so and builds none where doxygen is not to be had
    tools/docs.py FILE     prints a header or a page as doxygen is to read it, line by line the same

doxygen is the one that DOXYGEN names, else the one that tools/bootstrap.sh finds; nothing is installed.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SITE = ROOT / "build" / "docs"


def header_for_doxygen(name, text):
    """The opening comment documents the file, each section of the header is a group."""
    stem = name.removesuffix(".h")
    text = text.replace("/* ", f"/** @file {name}\n", 1).replace("\n * \n", "\n *\n", 1)
    lines, sections = [], 0
    for line in text.splitlines():
        if re.fullmatch(r"/\* ([=-])\1+", line):
            sections += 1
            # The blank line before a section closes the one before it.
            lines[-1] = "/** @} */" if sections > 1 else lines[-1]
            # The title follows; both take two lines.
            lines.append(f"/** @defgroup {stem}_{sections}")
        elif lines and lines[-1] == f"/** @defgroup {stem}_{sections}":
            lines[-1] += f" {line[3:]}"
            lines.append(" *")
        elif re.fullmatch(r" \* ([=-])\1+ \*/", line):
            lines.append(" * @{ */")
        else:
            lines.append(re.sub(r"^NDV_API (NDV_NODISCARD )?", "", line))
    end = max(i for i, line in enumerate(lines) if line == "")
    lines[end] = "/** @} */"
    return "\n".join(lines)


def for_doxygen(path):
    text = path.read_text(encoding="utf-8")
    return header_for_doxygen(path.name, text) if path.suffix == ".h" else text


def find_doxygen():
    if "DOXYGEN" in os.environ:
        return os.environ["DOXYGEN"]
    found = subprocess.run([ROOT / "tools" / "bootstrap.sh", "doxygen"], stdout=subprocess.PIPE,
                           text=True)
    return found.stdout.strip() if found.returncode == 0 else None


def build():
    doxygen = find_doxygen()
    if not doxygen:
        print("SKIP docs: doxygen is not installed")
        return 0
    SITE.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([doxygen, "docs/Doxyfile"], cwd=ROOT)
    warnings = (SITE / "warnings").read_text(encoding="utf-8", errors="replace")
    print(warnings, end="")
    if done.returncode != 0 or warnings:
        return 1
    print(f"docs: {(SITE / 'html' / 'index.html').relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(for_doxygen(pathlib.Path(sys.argv[1])))
    else:
        sys.exit(build())
