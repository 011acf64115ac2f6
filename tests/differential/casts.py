"""Suite: conversions. Every pair of types over their edge values, in every kind of layout."""

import numpy as np

import ndview
from ndview import Array, DTYPES, NUMPY
from values import can_cast, canonical, cast, edges, keeps_values, numpy_keeps_values, promote

RULES = ["no", "equiv", "safe", "same_kind", "unsafe", "same_value"]


def layouts(x):
    """x as its elements may lie in memory; each kind takes another kernel."""
    yield "dense", x
    strided = np.zeros((len(x), 3), x.dtype)
    strided[:, 1] = x
    yield "strided", strided[:, 1]
    yield "reversed", x[::-1].copy()[::-1]
    raw = np.zeros(x.nbytes + 1, np.uint8)
    misaligned = np.ndarray(x.shape, x.dtype, raw, 1)
    misaligned[...] = x
    yield "misaligned", misaligned
    yield "two axes", np.asfortranarray(x[: len(x) // 4 * 4].reshape(4, -1)) if len(x) >= 4 else x.reshape(-1, 1)


def compare(report, what, wanted, found, dtype):
    if canonical(wanted, dtype).tobytes() == canonical(found, dtype).tobytes():
        return
    width = wanted.itemsize
    left, right = (np.ravel(canonical(x, dtype)).tobytes() for x in (wanted, found))
    at = next(i for i in range(wanted.size) if left[i * width:][:width] != right[i * width:][:width])
    report.difference(f"{what}, element {at}", np.ravel(wanted)[at], np.ravel(found)[at])


def check_rules(report):
    for a in DTYPES:
        for b in DTYPES:
            report.case()
            if promote(a, b) != ndview.promote(a, b):
                report.difference(f"promote {a}, {b}", promote(a, b), ndview.promote(a, b))
            for rule in RULES:
                wanted, found = can_cast(a, b, rule), ndview.can_cast(a, b, rule)
                report.case()
                if wanted != found:
                    report.difference(f"can_cast {a} to {b}, {rule}", wanted, found)


def check_pair(report, source, target, values):
    for layout, x in layouts(values):
        what = f"{source} to {target}, {layout}"
        wanted = cast(x, source, target)
        array = Array.over(x, source)
        found = array.astype(target).window()
        report.case()
        compare(report, f"astype {what}", wanted, found, target)

        room = np.zeros(x.shape + (2,), NUMPY[target])
        destination = room[..., 0]
        Array.over(destination, target).set(array)
        report.case()
        compare(report, f"set {what}", wanted, destination, target)
        if room[..., 1].any():
            report.difference(f"set {what}: bytes between the elements", "untouched", "written")


def check_single(report, source, target, values):
    """One element at a time: loops of one element, and same-value, which is all or nothing."""
    for x in values.reshape(-1, 1):
        report.case()
        array = Array.over(x, source)
        wanted = cast(x, source, target)
        compare(report, f"astype {source} to {target} of {x}", wanted, array.astype(target).window(), target)
        try:
            found = array.astype(target, casting="same_value").window()
            kept = True
            compare(report, f"same-value {source} to {target} of {x}", wanted, found, target)
        except ndview.Error as error:
            kept = False
            if error.code != "NDV_E_VALUE":
                report.difference(f"same-value {source} to {target} of {x}", "NDV_E_VALUE", error)
        wanted = keeps_values(x, source, target)
        if kept != wanted or numpy_keeps_values(x, source, target) not in (wanted, None):
            report.difference(f"same-value {source} to {target} of {x}", wanted, kept)


def run(report, seed, count):
    """`count` values for each pair one by one."""
    rng = np.random.default_rng(seed)
    check_rules(report)
    for source in DTYPES:
        values = edges(source)
        for target in DTYPES:
            check_pair(report, source, target, values)
            check_single(report, source, target, rng.permutation(values)[:count])
