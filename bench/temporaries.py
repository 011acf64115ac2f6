#!/usr/bin/env python3
"""The temporaries of assignments within one array: what ndview plans and takes, beside what NumPy takes.

    PYTHONPATH=$(tools/bootstrap.sh numpy) python3 bench/temporaries.py

NumPy's bytes are the peak that tracemalloc sees during the assignment, ndview's those that
ndv_set_plan() tells and ndv_get_all_copies() counts. The outcome of both is compared with a copy of
the right side first: "wrong" marks where NumPy's differs.
"""

import ctypes
import sys
import tracemalloc
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/differential"))

import numpy as np

import ndview
from ndview import Array, lib


class Plan(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("plan", ctypes.c_int32), ("reserved", ctypes.c_int32),
                ("temporary_bytes", ctypes.c_size_t)]


class Counts(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("copies", ctypes.c_int64), ("bytes", ctypes.c_int64),
                ("hidden_copies", ctypes.c_int64), ("hidden_bytes", ctypes.c_int64)]


NAMES = {code: name[5:].lower() for name, code in vars(ndview).items()
         if name.startswith("PLAN_") and isinstance(code, int)}

# Name, the array, the left side and the right side as functions of it.
CASES = [
    ("a[1:] = a[:-1]", (1_000_000,), "f8", lambda a: a[1:], lambda a: a[:-1]),
    ("a[:-1] = a[1:]", (1_000_000,), "f8", lambda a: a[:-1], lambda a: a[1:]),
    ("a[...] = a[::-1]", (1_000_000,), "f8", lambda a: a, lambda a: a[::-1]),
    ("a[::2] = a[:n/2]", (1_000_000,), "f8", lambda a: a[::2], lambda a: a[:500_000]),
    ("a[:n/2] = a[::2]", (1_000_000,), "f8", lambda a: a[:500_000], lambda a: a[::2]),
    ("b[:, ::2] = b[:, 1::2]", (1000, 1000), "f8", lambda b: b[:, ::2], lambda b: b[:, 1::2]),
    ("b[:, :500] = b[:, 500:]", (1000, 1000), "f8", lambda b: b[:, :500], lambda b: b[:, 500:]),
    ("b[1:] = b[:-1]", (1000, 1000), "f8", lambda b: b[1:], lambda b: b[:-1]),
    ("b[1:, 1:] = b[:-1, :-1]", (1000, 1000), "f8", lambda b: b[1:, 1:], lambda b: b[:-1, :-1]),
    ("b[...] = b.T", (1000, 1000), "f8", lambda b: b, lambda b: b.T),
    ("b[...] = b[::-1, ::-1]", (1000, 1000), "f8", lambda b: b, lambda b: b[::-1, ::-1]),
    ("c.real[...] = c.imag", (500, 1000), "c16", lambda c: c.real, lambda c: c.imag),
    ("f8 view of f4 row = f4 row", (1_000_000,), "f4", lambda a: a.view("f8"), lambda a: a[:500_000]),
    ("b[...] = b[0]", (1000, 1000), "f8", lambda b: b, lambda b: b[0]),
]


def numpys(shape, dtype, left, right):
    a = (np.arange(np.prod(shape)) % 8191).reshape(shape).astype(dtype)
    wanted = a.copy()
    left(wanted)[...] = right(a).copy()
    tracemalloc.start()
    left(a)[...] = right(a)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, a.tobytes() == wanted.tobytes(), wanted


def ndviews(shape, dtype, left, right, wanted):
    a = (np.arange(np.prod(shape)) % 8191).reshape(shape).astype(dtype)
    target, source = Array.over(left(a)), Array.over(right(a))
    plan = Plan(ctypes.sizeof(Plan))
    before, after = Counts(ctypes.sizeof(Counts)), Counts(ctypes.sizeof(Counts))
    lib.ndv_set_plan(target.handle, source.handle, ndview.CAST_UNSAFE, ctypes.byref(plan))
    lib.ndv_get_all_copies(ctypes.byref(before))
    target.set(source)
    lib.ndv_get_all_copies(ctypes.byref(after))
    assert a.tobytes() == wanted.tobytes(), "ndview is wrong"
    assert after.hidden_bytes - before.hidden_bytes == plan.temporary_bytes
    return plan


def main():
    print(f"{'assignment':<28}{'NumPy, bytes':>14}  {'':<7}{'ndview, bytes':>14}  plan")
    for name, shape, dtype, left, right in CASES:
        peak, good, wanted = numpys(shape, dtype, left, right)
        plan = ndviews(shape, dtype, left, right, wanted)
        print(f"{name:<28}{peak if peak > 4096 else 0:>14}  {'' if good else 'wrong':<7}"
              f"{plan.temporary_bytes:>14}  {NAMES[plan.plan]}")


if __name__ == "__main__":
    main()
