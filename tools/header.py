#!/usr/bin/env python3
"""Copies the header that the build generates to include/ndview.h.

The build script writes it into its own output folder, whose name cargo chooses: cargo says which
one in its machine-readable messages.
"""

import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def cargo_messages(*arguments):
    """Runs cargo in the repository and yields what it prints, one JSON object a line."""
    cargo = subprocess.run(["cargo", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if cargo.returncode != 0:
        sys.exit(f"header: cargo {arguments[0]} failed")
    return [json.loads(line) for line in cargo.stdout.splitlines() if line.startswith("{")]


def generated_header():
    (metadata,) = cargo_messages("metadata", "--no-deps", "--format-version=1")
    (package,) = [p["id"] for p in metadata["packages"] if p["name"] == "ndview"]
    build = cargo_messages("check", "--locked", "--lib", "--package=ndview", "--message-format=json")
    for message in build:
        if message["reason"] == "build-script-executed" and message["package_id"] == package:
            return pathlib.Path(message["out_dir"], "include", "ndview.h")
    sys.exit("header: the build script of ndview has not run")


def main():
    source = generated_header()
    target = ROOT / "include" / "ndview.h"
    changed = not target.exists() or target.read_bytes() != source.read_bytes()
    if changed:
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)
    print(f"include/ndview.h {'has been updated' if changed else 'is up to date'}")


if __name__ == "__main__":
    main()
