"""Suite: ranges. arange, arange_double and linspace, bit for bit."""

import math
import random

import numpy as np

import ndview
from departures import depart
from ndview import Array
from values import quiet

MOST = 20_000  # elements; a range that would have more is not made
LARGE = 2**63


def integers(rng):
    """start, stop, step"""
    if rng.random() < 0.2:  # near the ends of int64
        start = rng.choice((-1, 1)) * (LARGE - 1 - rng.randrange(100))
        step = rng.choice((1, -1, 2**62, -(2**62), 2**60 + 1, rng.randrange(1, 2**55)))
        stop = start + step * rng.randrange(-3, 50) + rng.randrange(-2, 3)
        return start, max(-LARGE, min(LARGE - 1, stop)), step
    limit = rng.choice((5, 100, 10**6, 2**40))
    start, stop = rng.randint(-limit, limit), rng.randint(-limit, limit)
    step = rng.choice((0, 1, -1, 2, -3, rng.randint(-limit, limit)))
    return start, stop, step


def real(rng):
    return rng.choice((
        lambda: rng.uniform(-1, 1), lambda: rng.uniform(-1000, 1000), lambda: float(rng.randint(-20, 20)),
        lambda: rng.randint(-100, 100) / 10, lambda: rng.gauss(0, 1) * 10.0 ** rng.uniform(-300, 300),
        lambda: rng.choice((0.0, -0.0, 5e-324, 1e308, -1e308, math.inf, -math.inf, math.nan))))()


def reals(rng):
    start, stop = real(rng), real(rng)
    kind = rng.random()
    if kind < 0.1:
        return start, stop, real(rng)
    if kind < 0.6:  # ends on a number of steps, nearly
        step = real(rng)
        return start, start + step * rng.randrange(-3, 200), step
    span = stop - start
    return start, stop, span / rng.choice((1, 3, 7, 10, 49, 100, rng.uniform(0.1, 500)))


def numpy_arange(start, stop, step):
    if step == 0:
        return None
    count = len(range(start, stop, step))
    exact = np.array([start + i * step for i in range(count)], np.int64)
    try:
        x = np.arange(start, stop, step, np.int64)
    except (OverflowError, ValueError):
        x = None
    if x is None or x.tobytes() != exact.tobytes():
        depart("arange-exact")
    return exact


def numpy_arange_double(start, stop, step):
    if step != 0 and (stop - start) / step < -LARGE:
        depart("arange-backwards")
        return np.empty(0)
    try:
        return np.arange(start, stop, step, np.float64)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def numpy_linspace(start, stop, n, endpoint):
    if n < 0:
        return None
    x = np.linspace(start, stop, n, endpoint)
    if n == 1 and endpoint and x.tobytes() != np.array([start]).tobytes():
        depart("linspace-one")
        return np.array([start])
    return x


def too_many(start, stop, step):
    try:
        return (stop - start) / step > MOST
    except (ZeroDivisionError, OverflowError):
        return False


def result_of(function, *arguments):
    try:
        return function(*arguments).window()
    except ndview.Error as error:
        return error


def one_nan(x):
    return np.where(np.isnan(x), np.nan, x)


def compare(report, what, wanted, found):
    report.case()
    if wanted is None or isinstance(found, ndview.Error):
        failed = isinstance(found, ndview.Error) and found.code in ("NDV_E_SHAPE", "NDV_E_OVERFLOW")
        same = wanted is None and failed
    else:
        same = one_nan(wanted).tobytes() == one_nan(found).tobytes()
    if not same:
        report.difference(what, wanted, found)


def run(report, seed, count):
    rng = random.Random(seed)
    with quiet():
        for _ in range(count):
            check(report, rng)


def check(report, rng):
    name = rng.choice(("arange", "arange_double", "linspace"))
    if name == "linspace":
        start = real(rng)
        stop = real(rng) if rng.random() < 0.9 else start
        count = rng.choice((0, 1, 2, 3, 10, 50, 100, rng.randrange(1000), -1))
        arguments, model = (start, stop, count, rng.random() < 0.7), numpy_linspace
    else:
        arguments, model = (integers(rng), numpy_arange) if name == "arange" else (reals(rng), numpy_arange_double)
        if too_many(*arguments):
            return
    compare(report, f"{name}{arguments}", model(*arguments), result_of(getattr(Array, name), *arguments))
