#!/usr/bin/env python3
"""Runs ndview beside NumPy and compares.

    PYTHONPATH=$(tools/bootstrap.sh numpy) python3 tests/differential/run.py [--programs N] [--seed S]

Prints one line a suite and, at the end, "differential: C cases, D differences"; fails if D is not 0.
All numbers come from the seed, so a difference comes again. --programs also scales the other
suites; --suite runs only those named. A program that is printed runs alone as
--suite programs --programs 1 --seed <its number>.
"""

import argparse
import faulthandler
import os
import sys
import time
import warnings

sys.dont_write_bytecode = True

import numpy as np

import casts
import departures
import indexing
import joining
import npy
import overlap
import printing
import programs
import ranges
import records
import slicetext

SHOWN = 10  # differences that a suite prints
LINES = 12  # of a result that it prints

# Suite, its function, and how many cases it makes of each program asked for.
SUITES = {
    "casts": (casts.run, 0.02),
    "indexing": (indexing.run, 0.2),
    "joining": (joining.run, 0.15),
    "npy": (npy.run, 0.4),
    "overlap": (overlap.run, 0.5),
    "programs": (programs.run, 1),
    "printing": (printing.run, 2),
    "ranges": (ranges.run, 4),
    "records": (records.run, 0.2),
    "slice-text": (slicetext.run, 8),
}


class Report:
    """Counts the cases of a suite and prints its differences."""

    def __init__(self, suite, seed):
        self.suite, self.seed = suite, seed
        self.cases = self.differences = 0

    def case(self):
        self.cases += 1

    def difference(self, what, wanted, found):
        self.differences += 1
        if self.differences > SHOWN:
            return
        print(f"DIFFERENCE in {self.suite}, seed {self.seed}: {what}")
        for side, result in (("expected", wanted), ("ndview", found)):
            lines = str(result).split("\n")
            print(f"  {side}:", "\n    ".join(lines[:LINES] + ["..."] * (len(lines) > LINES)))
        sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=int, default=int(os.environ.get("NDVIEW_PROGRAMS", 16_000)), metavar="N",
                        help="how many random programs")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--suite", action="append", choices=SUITES, help="only this one; may be repeated")
    parser.add_argument("--departures", action="store_true", help="list where ndview is to differ from NumPy")
    options = parser.parse_args()
    if np.lib.NumpyVersion(np.__version__) < "2.4.0":
        print(f"SKIP differential: needs NumPy 2.4, which casts by 'same_value', and finds {np.__version__}")
        return False
    faulthandler.enable()
    warnings.simplefilter("ignore")

    cases = differences = 0
    for suite in options.suite or SUITES:
        function, share = SUITES[suite]
        report, start = Report(suite, options.seed), time.monotonic()
        function(report, options.seed, max(1, round(options.programs * share)))
        print(f"{suite:<12}{report.cases:>9} cases, {report.differences} differences "
              f"({time.monotonic() - start:.1f} s)", flush=True)
        cases += report.cases
        differences += report.differences
    if options.departures:
        departures.show()
    print(f"differential: {cases} cases, {differences} differences")
    return differences > 0


if __name__ == "__main__":
    sys.exit(main())
