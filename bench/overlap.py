#!/usr/bin/env python3
"""Asks NumPy what bench/overlap.c asks ndview, and prints both times.

    make bench QUICK=1                                        # builds build/bench/overlap
    PYTHONPATH=$(tools/bootstrap.sh numpy) python3 bench/overlap.py [--seconds S]

The pairs come from the program, as addresses, shapes and strides, and NumPy is given the same
layouts; nothing reads the memory, and there is none. For ordinary pairs, times are means over the
pairs of a class; where NumPy gives up within its bound of work, its time is that of giving up. Each
hard pair is NumPy's own, in a process that is ended after S seconds (30). The answers are compared.
"""

import argparse
import collections
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

PROGRAM = Path(__file__).resolve().parents[1] / "build/bench/overlap"
DISJOINT, UNKNOWN = 40, 43
WORK = 100_000  # NumPy's max_work for ordinary pairs
CALLS = 200


class Layout:
    def __init__(self, address, itemsize, shape, strides):
        numbers = [tuple(map(int, text.split(",")[:-1])) for text in (shape, strides)]
        self.__array_interface__ = {"version": 3, "typestr": f"|V{itemsize}", "data": (int(address), False),
                                    "shape": numbers[0], "strides": numbers[1]}


def read_pairs():
    output = subprocess.run([PROGRAM, "--layouts"], check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in output.splitlines():
        name, nanoseconds, answer, *layouts = line.split("|")
        yield name, float(nanoseconds), int(answer), layouts


def arrays(layouts):
    return np.asarray(Layout(*layouts[:4])), np.asarray(Layout(*layouts[4:]))


def ask_often(a, b):
    """Nanoseconds, and the answer; None if NumPy gives up."""
    start = time.perf_counter_ns()
    try:
        answer = np.shares_memory(a, b, max_work=WORK)
    except np.exceptions.TooHardError:
        return time.perf_counter_ns() - start, None
    start = time.perf_counter_ns()
    for _ in range(CALLS):
        np.shares_memory(a, b, max_work=WORK)
    return (time.perf_counter_ns() - start) / CALLS, answer


def ask_once(layouts):
    """What is run in a process of its own: prints nanoseconds and the answer."""
    a, b = arrays(layouts)
    start = time.perf_counter_ns()
    try:
        answer = np.shares_memory(a, b)
    except (OverflowError, np.exceptions.TooHardError) as error:
        answer = type(error).__name__
    print(time.perf_counter_ns() - start, answer)


def ask_apart(layouts, seconds):
    command = [sys.executable, __file__, "--ask", "|".join(layouts)]
    try:
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=seconds).stdout
    except subprocess.TimeoutExpired:
        return f"> {seconds:g} s", None
    nanoseconds, answer = output.split()
    return shown(float(nanoseconds)) + (" (no answer)" if answer.endswith("Error") else ""), {
        "True": True, "False": False}.get(answer)


def shown(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"


def compare(name, ndview, numpy):
    """How many answers differ, where both have one."""
    wrong = ndview != UNKNOWN and numpy is not None and (ndview != DISJOINT) != numpy
    if wrong:
        print(f"{name}: the answers differ")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=30, metavar="S", help="for each hard pair of NumPy's")
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        return ask_once(options.ask.split("|"))

    classes = collections.defaultdict(list)
    for name, *pair in read_pairs():
        classes[name].append(pair)
    differences = 0
    print(f"{'class':<24}{'pairs':>6}{'ndview':>12}  NumPy {np.__version__}")
    for name, pairs in classes.items():
        ours = sum(pair[0] for pair in pairs) / len(pairs)
        if name.startswith("hard"):
            (_, answer, layouts), = pairs
            theirs, numpy = ask_apart(layouts, options.seconds)
            differences += compare(name, answer, numpy)
        else:
            asked = [ask_often(*arrays(layouts)) for _, _, layouts in pairs]
            differences += sum(compare(name, pair[1], answer) for pair, (_, answer) in zip(pairs, asked))
            gave_up = sum(answer is None for _, answer in asked)
            theirs = shown(sum(times for times, _ in asked) / len(pairs)) + (f" ({gave_up} given up)" if gave_up else "")
        remark = "  unknown: the budget ran out" if pairs[0][1] == UNKNOWN else ""
        print(f"{name:<24}{len(pairs):>6}{shown(ours):>12}  {theirs}{remark}", flush=True)
    print(f"{differences} answers differ")
    return differences > 0


if __name__ == "__main__":
    sys.exit(main())
