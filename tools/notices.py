#!/usr/bin/env python3
"""Writes THIRD-PARTY: which crates are linked into the libraries, and their notices.

    tools/notices.py          writes the file
    tools/notices.py check    fails if it is not what would be written

The crates are those of Cargo.lock that are linked on this machine: what only runs while building,
as procedural macros do, is none of them. Their licence files are where cargo has put the sources;
nothing is fetched. Every crate is taken under the MIT licence.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTICES = ROOT / "THIRD-PARTY"
LICENCE = "LICENSE-MIT"

OPENING = """\
ndview's libraries contain, besides ndview itself, the crates below and the part of Rust's standard
library that they need. This file is written by tools/notices.py; do not edit it.

Rust's standard library is licensed under MIT or Apache-2.0; its copyright notices, and those of what
it contains, are in RUST-STANDARD-LIBRARY.html, which comes from the compiler that built the
libraries, and is installed beside this file where the compiler brought it along. They are also at
https://github.com/rust-lang/rust, in COPYRIGHT.
"""


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def metadata():
    (host,) = [line[6:] for line in output("rustc", "-vV").splitlines() if line.startswith("host: ")]
    return json.loads(output("cargo", "metadata", "--format-version=1", "--locked", "--offline",
                             f"--filter-platform={host}"))


def is_linked(package):
    return not any("proc-macro" in target["kind"] for target in package["targets"])


def linked_crates():
    """What the library needs when it runs, without our own crates, by name."""
    all_of_it = metadata()
    packages = {package["id"]: package for package in all_of_it["packages"]}
    nodes = {node["id"]: node for node in all_of_it["resolve"]["nodes"]}
    (first,) = [p["id"] for p in packages.values() if p["name"] == "ndview"]
    found, to_do = {first}, [first]
    while to_do:
        for dependency in nodes[to_do.pop()]["deps"]:
            at_run_time = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            new = dependency["pkg"]
            if at_run_time and new not in found and is_linked(packages[new]):
                found.add(new)
                to_do.append(new)
    crates = [packages[i] for i in found if i not in all_of_it["workspace_members"]]
    return sorted(crates, key=lambda crate: crate["name"])


def notice(crate):
    terms = [term for choice in crate["license"].split(" OR ") for term in choice.split(" AND ")]
    if "MIT" not in terms or " AND " in crate["license"]:
        sys.exit(f"notices: {crate['name']} is under {crate['license']}: see what that asks for")
    text = pathlib.Path(crate["manifest_path"]).with_name(LICENCE).read_text().strip()
    title = f"{crate['name']} {crate['version']} ({crate['license']}, here under MIT)"
    return f"\n{'-' * 98}\n{title}\n\n{text}\n"


def main():
    text = OPENING + "".join(notice(crate) for crate in linked_crates())
    if sys.argv[1:] != ["check"]:
        NOTICES.write_text(text)
    elif not NOTICES.exists() or NOTICES.read_text() != text:
        sys.exit("THIRD-PARTY is out of date: run tools/notices.py")


if __name__ == "__main__":
    main()
