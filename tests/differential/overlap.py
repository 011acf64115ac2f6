"""Suite: overlap. Views of one parent, two at a time: do they share a byte, and where; does one
overlap itself.

The oracle is NumPy's shares_memory with a bound on its work, and beyond that bound, as for an
array's overlap with itself, every byte looked at. A witness has to prove itself: both indices within
their arrays, and both elements over its address.
"""

import random

import numpy as np

import ndview
from layouts import overlaps_itself, reach
from ndview import Array

RECORD = np.dtype([("key", "i8"), ("mark", "u1"), ("weight", "f4")])  # 13 bytes, without gaps
PARENTS = [((6, 5, 7, 4), "float64"), ((6, 5, 7, 4), "complex128"), ((6, 5, 7, 4), RECORD),
           ((3, 4, 3, 2, 3, 5), "int16"), ((3, 4, 3, 2, 3, 5), "complex64"), ((3, 4, 3, 2, 3, 5), RECORD)]
NUMPY_WORK = 20_000
RELATIONS = {ndview.OVERLAP_DISJOINT: "disjoint", ndview.OVERLAP_IDENTICAL: "identical",
             ndview.OVERLAP_PARTIAL: "partial", ndview.OVERLAP_UNKNOWN: "unknown"}


class View:
    """A view of a parent in both worlds, made step by step."""

    def __init__(self, x, array):
        self.numpy, self.ndview, self.steps = x, array, []
        self.bounds = np.lib.array_utils.byte_bounds(x)

    def take(self, step, x, array):
        self.numpy, self.ndview = x, array
        self.steps.append(step)


def random_slice(rng, extent):
    step = rng.choice((1, 1, 1, 2, 3, -1, -2, -3))
    if rng.random() < 0.3:
        return slice(None, None, step)
    ends = rng.randint(0, extent // 2), rng.randint(extent // 2, extent)
    return slice(*ends, step) if step > 0 else slice(*reversed(ends), step)


def random_items(rng, view):
    extents = view.numpy.shape[:rng.randint(0, view.numpy.ndim)]
    items = tuple(rng.randrange(n) if n and rng.random() < 0.12 else random_slice(rng, n) for n in extents)
    view.take(f"[{items}]", view.numpy[items + (...,)], view.ndview.index_items(items))


def random_axes(rng, view):
    axes = rng.sample(range(view.numpy.ndim), view.numpy.ndim)
    view.take(f"permute {axes}", view.numpy.transpose(axes), view.ndview.permute(axes))


def random_diagonal(rng, view):
    x = view.numpy
    if x.ndim < 2:
        return
    first, second = rng.sample(range(x.ndim), 2)
    offset = rng.randint(-1, 1)
    view.take(f"diagonal {offset, first, second}", np.diagonal(x, offset, first, second),
              view.ndview.diagonal(offset, first, second))


def random_windows(rng, view):
    x = view.numpy
    if x.ndim == 0 or x.ndim > 6 or 0 in x.shape:
        return
    axis = rng.randrange(x.ndim)
    length = rng.randint(1, x.shape[axis])
    view.take(f"windows {length} of {axis}", np.lib.stride_tricks.sliding_window_view(x, length, axis),
              view.ndview.windows([length], [axis], False))


def random_strides(rng, view):
    """Any strides from the view's first element on, of any bytes, that stay within the parent."""
    x, bounds = view.numpy, view.bounds
    if x.size == 0:
        return
    for _ in range(8):
        shape = tuple(rng.randint(1, 5) for _ in range(rng.randint(0, 4)))
        unit = rng.choice((1, x.itemsize, 4 * x.itemsize))
        strides = tuple(rng.randint(-7, 7) * unit for _ in shape)
        low, high = reach(shape, strides)
        first = x.ctypes.data - bounds[0]
        if first + low >= 0 and first + high + x.itemsize <= bounds[1] - bounds[0]:
            view.take(f"strides {shape} {strides}", np.lib.stride_tricks.as_strided(x, shape, strides),
                      view.ndview.as_strided(shape, strides, 0, False))
            return


def random_part(rng, view):
    """A field of a record, or the real or imaginary part of a complex number."""
    x = view.numpy
    if x.dtype.names:
        name = rng.choice(x.dtype.names)
        view.take(f"field {name}", x[name], view.ndview.field(name))
    elif x.dtype.kind == "c":
        part = rng.choice(("real", "imag"))
        view.take(part, getattr(x, part), getattr(view.ndview, part)())


STEPS = [random_items] * 4 + [random_axes, random_part, random_part, random_diagonal, random_windows, random_strides]


def random_view(rng, parent):
    view = View(*parent)
    for _ in range(rng.randint(1, 3)):
        rng.choice(STEPS)(rng, view)
    return view


def elements(x):
    """The addresses of all elements."""
    offsets = np.full((), x.ctypes.data, np.int64)
    for n, stride in zip(x.shape, x.strides):
        offsets = offsets[..., None] + np.arange(n) * stride
    return offsets.ravel()


def touched(x, bounds):
    bytes_of = np.zeros(bounds[1] - bounds[0], bool)
    for byte in range(x.itemsize):
        bytes_of[elements(x) - bounds[0] + byte] = True
    return bytes_of


def shares(a, b, bounds):
    try:
        return np.shares_memory(a, b, max_work=NUMPY_WORK)
    except np.exceptions.TooHardError:
        return bool((touched(a, bounds) & touched(b, bounds)).any())


def are_identical(a, b):
    return (a.size > 0 and a.ctypes.data == b.ctypes.data and a.shape == b.shape and a.itemsize == b.itemsize
            and all(n == 1 or s == t for n, s, t in zip(a.shape, a.strides, b.strides)))


def covers(x, index, address):
    inside = len(index) == x.ndim and all(0 <= i < n for i, n in zip(index, x.shape))
    first = x.ctypes.data + sum(i * s for i, s in zip(index, x.strides))
    return inside and first <= address < first + x.itemsize


def proven(report, a, b, itself=False):
    """What the report says, with a word about a witness that is none."""
    relation = RELATIONS.get(report.relation, report.relation)
    a_index, b_index = report.a_index[:report.a_ndim], report.b_index[:report.b_ndim]
    if relation in ("identical", "partial"):
        if not (covers(a, a_index, report.address) and covers(b, b_index, report.address)):
            return f"{relation}, but {a_index} and {b_index} do not meet at {report.address}"
        if itself and a_index == b_index:
            return f"{relation}, but both are {a_index}"
    elif report.address or any(a_index) or any(b_index):
        return f"{relation}, but with a witness"
    return relation


def run(report, seed, count):
    rng = random.Random(seed)
    parents = []
    for shape, dtype in PARENTS:
        x = np.zeros(shape, dtype)
        parents.append((x, Array.over(x)))
    for _ in range(count):
        parent = rng.choice(parents)
        check(report, *(random_view(rng, parent) for _ in range(2)))


def check(report, one, other):
    a, b = one.numpy, other.numpy
    report.case()
    wanted = "identical" if are_identical(a, b) else "partial" if shares(a, b, one.bounds) else "disjoint"
    found = proven(one.ndview.overlap(other.ndview), a, b)
    if found != wanted:
        report.difference(f"{one.steps} and {other.steps} of {one.bounds}", wanted, found)
    wanted = "partial" if overlaps_itself(a.shape, a.strides, a.itemsize) else "disjoint"
    found = proven(one.ndview.overlaps_itself(), a, a, itself=True)
    if found != wanted:
        report.difference(f"{one.steps}, itself", wanted, found)
