"""Suite: index expressions with lists and masks, for reading and for writing.

All expressions of up to four items from a pool, on an array of three axes; then random ones, on
arrays, lists and values in any layout, which may lie in one buffer. What is meant where lists
repeat a position, and what is read where something is written, is said by addresses: the positions
of all elements are indexed by NumPy, then one element is written after the other.
"""

import itertools
import random

import numpy as np

import ndview
from departures import depart
from layouts import overlaps_itself, random_window
from ndview import Array

SHAPE = (3, 4, 2)
MARKS = random.Random(7)


def mask(*shape):
    return np.array([MARKS.random() < 0.5 for _ in range(int(np.prod(shape)))], bool).reshape(shape)


POOL = [
    0, -2, 5, slice(None), slice(1, None), slice(None, None, -1), slice(2, 2), None, Ellipsis,
    np.array([1, -1, 1]), np.array([[0], [1]], np.uint8), np.array(1), np.array([], np.int64),
    np.array([True, False, True]), mask(4), mask(3, 4), mask(4, 2), mask(3, 4, 2),
    np.array(True), np.array(False),
]
LONGER = POOL[1:2] + POOL[3:6] + POOL[7:11] + POOL[13:17]  # for expressions of four items


def over(x):
    """ndview's array over the same memory."""
    return Array.over(x) if x.size else Array.from_data(x.dtype.name, x.shape, b"")


def as_items(items):
    return [over(item) if isinstance(item, np.ndarray) else item for item in items]


def shown(items):
    return ", ".join(repr(item.tolist()) + f" {item.dtype}" if isinstance(item, np.ndarray) else str(item) for item in items)


def picked(x, items):
    """NumPy's result, never a scalar; what it refuses is None."""
    view = any(item is Ellipsis or isinstance(item, np.ndarray) for item in items)
    try:
        result = np.asarray(x[tuple(items) if view else (*items, ...)])
    except (IndexError, OverflowError):
        return None
    axis = 0
    for item in items:
        if isinstance(item, np.ndarray) and item.dtype != bool and outside(item, x.shape[axis]):
            depart("uint64-positions" if item.max() >= 2**63 else "take-checks")
            return None
        axis += x.ndim - sum(map(axes_of, items)) if item is Ellipsis else axes_of(item)
    return result


def outside(positions, extent):
    return positions.size and not (-extent <= positions.min() and positions.max() < extent)


def picked_outer(x, items):
    """Each list for itself, one axis after the other."""
    taken = sum(axes_of(item) for item in items)
    if taken > x.ndim or sum(item is Ellipsis for item in items) > 1:
        return None
    axis = 0
    for item in items:
        if item is Ellipsis:
            axis += x_ndim_left(x, items)
        elif item is None:
            x = np.expand_dims(x, axis)
            axis += 1
        elif isinstance(item, slice):
            x = x[(slice(None),) * axis + (item,)]
            axis += 1
        elif isinstance(item, int):
            if not -x.shape[axis] <= item < x.shape[axis]:
                return None
            x = x.take(item, axis)
        elif item.dtype == bool:
            if x.shape[axis : axis + item.ndim] != item.shape:
                return None
            flat = x.reshape(*x.shape[:axis], item.size, *x.shape[axis + item.ndim :])
            x = flat.take(np.flatnonzero(item), axis)
            axis += 1
        else:
            if outside(item, x.shape[axis]):
                return None
            x = x.take(item.astype(np.int64), axis)
            axis += item.ndim
    return x


def axes_of(item):
    if item is None or item is Ellipsis:
        return 0
    return item.ndim if isinstance(item, np.ndarray) and item.dtype == bool else 1


def x_ndim_left(x, items):
    """The axes that an ellipsis stands for; x has lost and won some before it."""
    before = list(itertools.takewhile(lambda item: item is not Ellipsis, items))
    behind = items[len(before) + 1 :]
    won = sum(1 if item is None or isinstance(item, slice) else 0 if isinstance(item, int) else
              1 if item.dtype == bool else item.ndim for item in before)
    return x.ndim - won - sum(axes_of(item) for item in behind)


JOINS = {"": picked, "_outer": picked_outer}


def compare(report, what, wanted, run):
    """Runs ndview and compares what it gives, or that it fails where nothing is wanted."""
    report.case()
    try:
        found = run()
    except ndview.Error as error:
        if wanted is not None or error.code == "NDV_E_INTERNAL":
            report.difference(what, "success" if wanted is None else wanted, error)
        return
    if wanted is None:
        report.difference(what, "a refusal", found)
    elif wanted.shape != found.shape or wanted.tobytes() != found.tobytes():
        report.difference(what, wanted, found)


def get(a, join, items):
    b = getattr(a, "get" + join)(items)
    assert b.base is None and b.owns_data
    return b.window()


def assigned(x, where, values):
    """x after values have been written, one after the other, to the positions `where`."""
    y = x.flatten()
    for position, value in zip(where.ravel().tolist(), np.broadcast_to(values, where.shape).ravel()):
        y[position] = value
    return y.reshape(x.shape)


def every_expression(report):
    x = np.arange(np.prod(SHAPE), dtype=np.int32).reshape(SHAPE)
    a = over(x)
    handles = {id(item): over(item) for item in POOL if isinstance(item, np.ndarray)}
    for count in range(5):
        for items in itertools.product(POOL if count < 4 else LONGER, repeat=count):
            native = [handles.get(id(item), item) for item in items]
            for join, numpys in JOINS.items():
                wanted = numpys(x, items)
                what = f"get{join}[{shown(items)}]"
                compare(report, what, wanted, lambda: get(a, join, native))
                if count < 3 and wanted is not None:
                    write(report, f"set_at{join}[{shown(items)}]", x, wanted, join, native)


def write(report, what, x, where, join, native):
    values = -1 - np.arange(where.size, dtype=np.int32).reshape(where.shape)
    y = x.copy()

    def run():
        getattr(over(y), "set_at" + join)(native, over(values))
        return y

    compare(report, what, assigned(x, where, values), run)


# ------------------------------------------------------------------------------------------------
# Random expressions


def random_list(rng, extent, shape=None, dtypes=("int8", "int32", "int64", "uint8", "uint16", "uint64")):
    dtype = rng.choice(dtypes)
    shape = rng.choice(((), (1,), (3,), (2, 1), (2, 3), (0,), (300,))) if shape is None else shape
    low = 0 if dtype.startswith("u") else -extent
    extent = min(extent, 120)
    numbers = [rng.randrange(max(low, -120), extent) if extent else 0 for _ in range(int(np.prod(shape)))]
    if numbers and rng.random() < 0.04:
        numbers[rng.randrange(len(numbers))] = {"uint64": 2**64 - 1, "int64": -(2**63)}.get(dtype, 127)
    return laid_out(rng, np.array(numbers, dtype).reshape(shape))


def laid_out(rng, x):
    """The same values somewhere in a buffer of their own."""
    strides, offset, nbytes = random_window(rng, x.shape, x.itemsize)
    if overlaps_itself(x.shape, strides, x.itemsize):
        return x
    y = np.ndarray(x.shape, x.dtype, np.zeros(nbytes, np.uint8), offset, strides)
    y[...] = x
    return y


def random_items(rng, shape):
    items, axis = [], 0
    while axis < len(shape):
        n = shape[axis]
        kind = rng.choice(("int", "slice", "slice", "list", "list", "mask", "new", "rest", "bool"))
        if kind == "int" and n:
            items.append(rng.randrange(-n, n))
        elif kind == "slice":
            items.append(slice(rng.choice((None, 0, 1, -2)), rng.choice((None, n, -1)), rng.choice((None, 2, -1))))
        elif kind == "list":
            items.append(random_list(rng, n))
        elif kind == "mask":
            ndim = rng.randint(1, min(3, len(shape) - axis))
            marks = np.array([rng.random() < 0.4 for _ in range(int(np.prod(shape[axis : axis + ndim])))], bool)
            items.append(laid_out(rng, marks.reshape(shape[axis : axis + ndim])))
            axis += ndim - 1
        elif kind == "new":
            items.append(None)
            continue
        elif kind == "bool":
            items.append(np.array(rng.random() < 0.8))
            continue
        else:
            items.append(Ellipsis)
            axis += rng.randint(0, len(shape) - axis)
            continue
        axis += 1
    return items


def random_array(rng, dtype):
    shape = tuple(rng.choice((0, 1, 2, 3, 5, 9, 40)) if rng.random() < 0.95 else 300 for _ in range(rng.randint(0, 4)))
    while np.prod(shape) > 4000:
        shape = shape[1:]
    numbers = np.arange(np.prod(shape), dtype=np.int64).reshape(shape)
    return laid_out(rng, numbers.astype(dtype))


def random_expression(report, rng):
    x = random_array(rng, rng.choice(("uint16", "int32", "float64", "complex128")))
    items = random_items(rng, x.shape)
    join = rng.choice(list(JOINS))
    if join == "" or sum(item is Ellipsis for item in items) < 2:
        wanted = JOINS[join](x, items)
        if wanted is not None and (wanted.ndim > 20 or wanted.size > 100_000):
            return
        a, native = over(x), as_items(items)
        compare(report, f"{x.shape}{x.strides} get{join}[{shown(items)}]", wanted, lambda: get(a, join, native))
        if wanted is not None and x.size < 60_000:
            overwrite(report, rng, x, items, join)
            copy_into(report, rng, x, items, join, wanted)


def overwrite(report, rng, x, items, join):
    """Writes values that may be of another type."""
    where = JOINS[join](np.arange(x.size).reshape(x.shape), items)
    shape = where.shape[rng.randint(0, where.ndim) :]
    shape = tuple(1 if rng.random() < 0.2 else n for n in shape)
    values = laid_out(rng, -1 - np.arange(int(np.prod(shape)), dtype=rng.choice(("int16", "int64"))).reshape(shape))
    y = laid_out(rng, x)
    if y is x:
        y = x.copy()
    a = over(y)
    compare(report, f"{x.shape} set_at{join}[{shown(items)}]", assigned(x, where, values.astype(x.dtype)),
            lambda: (getattr(a, "set_at" + join)(as_items(items), over(values)), y)[1])


def copy_into(report, rng, x, items, join, wanted):
    y = laid_out(rng, np.zeros(wanted.shape, rng.choice((x.dtype, np.dtype("complex128")))))
    compare(report, f"{x.shape} get{join}_into[{shown(items)}]", wanted.astype(y.dtype),
            lambda: (getattr(over(x), f"get{join}_into")(as_items(items), over(y)), y)[1])


def window(rng, raw, dtype, shape):
    """Some elements of a buffer; their indices in it."""
    strides = [rng.choice((1, 1, 2, 3, -1, -2)) for _ in shape]
    for axis in reversed(range(len(shape) - 1)):
        strides[axis] *= shape[axis + 1] if rng.random() < 0.7 else 1
    reach = [(n - 1) * s for n, s in zip(shape, strides)]
    low, high = sum(min(r, 0) for r in reach), sum(max(r, 0) for r in reach)
    if high - low >= raw.size:
        return None
    start = rng.randrange(-low, raw.size - high)
    index = start + sum(np.arange(n).reshape(-1, *[1] * (len(shape) - 1 - axis)) * s
                        for axis, (n, s) in enumerate(zip(shape, strides)))
    return np.broadcast_to(index, shape)


def in_one_buffer(report, rng):
    """The array, the list and the values are windows of one buffer, and may be written through
    each other: the outcome is that of copies."""
    raw = np.array([rng.randrange(6) for _ in range(30)], np.int64)
    where = [window(rng, raw, np.int64, shape) for shape in ((6,), (rng.randint(1, 5),), (1,))]
    rows = rng.choice((2, 3))
    square = window(rng, raw, np.int64, (6, rows))
    target = square if rng.random() < 0.4 and square is not None else where[0]
    if target is None or where[1] is None:
        return
    positions = raw[where[1]]
    picked = target[positions]
    shape = picked.shape[rng.randint(0, picked.ndim) :]
    source = window(rng, raw, np.int64, shape) if shape else where[2][0]
    if source is None:
        return
    wanted = raw.copy()
    for index, value in zip(picked.ravel(), np.broadcast_to(raw[source], picked.shape).ravel()):
        wanted[index] = value
    a = Array.wrap(raw, 8 * int(target.flat[0]), "int64", target.shape, byte_strides(target), ndview.WRITE_OVERLAPPING)
    lists = [of_window(raw, w) for w in (where[1], source)]
    compare(report, f"set_at in one buffer, {target.tolist()} at {where[1].tolist()} from {source.tolist()}", wanted,
            lambda: (a.set_at([lists[0]], lists[1]), raw)[1])


def byte_strides(index):
    first = index[(0,) * index.ndim]
    return [8 * int(index[(0,) * axis + (1,) + (0,) * (index.ndim - axis - 1)] - first) if n > 1 else 8
            for axis, n in enumerate(index.shape)]


def of_window(raw, index):
    index = np.asarray(index)
    return Array.wrap(raw, 8 * int(index.flat[0]), "int64", index.shape, byte_strides(index), ndview.WRITE_OVERLAPPING)


# ------------------------------------------------------------------------------------------------
# take, put, compress, nonzero


def take_and_put(report, rng):
    x = random_array(rng, rng.choice(("uint8", "int32", "float64")))
    axis = rng.choice((None, *range(-x.ndim, x.ndim)))
    extent = x.size if axis is None else x.shape[axis]
    mode = rng.choice(("raise", "wrap", "clip"))
    positions = random_list(rng, extent if mode == "raise" else 3 * extent + 1)
    wanted = taken(x, positions, axis, mode)
    a, p = over(x), over(positions)
    what = f"{x.shape} at {shown([positions])}, axis {axis}, {mode}"
    compare(report, "take " + what, wanted, lambda: a.take_array(p, axis, mode).window())
    y = laid_out(rng, x)
    y = x.copy() if y is x else y
    values = laid_out(rng, np.arange(rng.choice((0, 1, 2, 7, 400)), dtype=rng.choice(("int8", "int64")) ))
    flat = resolved(positions, x.size, mode)
    if flat is not None:
        flat = x.flatten()
        if values.size:
            for place, position in enumerate(resolved(positions, x.size, mode)):
                flat[position] = values[place % values.size].astype(x.dtype)
        flat = flat.reshape(x.shape)
    compare(report, "put " + what, flat, lambda: (over(y).put(p, over(values), mode), y)[1])
    if flat is None and y.tobytes() != x.tobytes():
        report.difference("put wrote before it failed, " + what, x, y)


def resolved(positions, extent, mode):
    """Positions from the start, in C order; None if one is refused."""
    result = []
    for position in positions.ravel().tolist():
        if mode == "raise" and -extent <= position < 0:
            position += extent
        elif mode == "wrap" and extent:
            position %= extent
        elif mode == "clip" and extent:
            position = min(max(position, 0), extent - 1)
        if not 0 <= position < extent:
            return None
        result.append(position)
    return result


def taken(x, positions, axis, mode):
    flat = resolved(positions, x.size if axis is None else x.shape[axis], mode)
    if flat is None:
        if positions.size and 0 in x.shape:
            depart("take-checks")
        return None
    return np.take(x, np.array(flat, np.int64).reshape(positions.shape), axis)


def along_axis(report, rng):
    shape = tuple(rng.randint(1, 5) for _ in range(rng.randint(1, 4)))
    axis = rng.randrange(-len(shape), len(shape))
    x = laid_out(rng, np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape))
    listed = [1 if rng.random() < 0.2 else n for n in shape]
    listed[axis] = rng.randint(0, 6)
    positions = random_list(rng, shape[axis], tuple(listed))
    try:
        signed = positions.astype(object)
        wanted = np.take_along_axis(x, signed.astype(np.int64), axis)
    except (IndexError, OverflowError):
        wanted = None
    a, p = over(x), over(positions)
    what = f"{shape} along {axis} at {shown([positions])}"
    compare(report, "take_along_axis " + what, wanted, lambda: a.take_along_axis(p, axis).window())
    if wanted is None:
        return
    where = np.take_along_axis(np.arange(x.size).reshape(shape), positions.astype(np.int64), axis)
    values = -1 - np.arange(where.size).reshape(where.shape)
    y = x.copy()
    compare(report, "put_along_axis " + what, assigned(x, where, values),
            lambda: (over(y).put_along_axis(p, over(values), axis), y)[1])


def marks(report, rng):
    x = random_array(rng, rng.choice(("bool", "uint8", "float32", "complex64")))
    if rng.random() < 0.7:
        x[np.array([rng.random() < 0.6 for _ in range(x.size)], bool).reshape(x.shape)] = 0
    a = over(x)
    wanted = np.argwhere(x)
    compare(report, f"argwhere {x.shape}", wanted, lambda: a.argwhere().window())
    columns = np.array(np.nonzero(x)) if x.ndim else None
    compare(report, f"nonzero {x.shape}", columns,
            lambda: np.array([c.window() for c in a.nonzero()], np.int64).reshape(x.ndim, -1))


def run(report, seed, count):
    every_expression(report)
    rng = random.Random(seed)
    for _ in range(count):
        random_expression(report, rng)
        in_one_buffer(report, rng)
        take_and_put(report, rng)
        along_axis(report, rng)
        marks(report, rng)
