"""Suite: arrays joined, rearranged, picked and written by masks; with destinations that share memory
with what is read. The oracle is NumPy on copies of everything that is read, so that an overlap
cannot matter; elements of the destination that share bytes are written in C order."""

import itertools
import random

import numpy as np

import ndview
from departures import depart
from ndview import ALL_AXES, CASTS, DTYPES, Array, _axes, _list, _make, c_void_p, lib
from layouts import overlaps_itself, reach
from values import Refused

TYPES = ["bool", "int8", "int16", "int64", "uint8", "uint32", "uint64", "float16", "float32", "float64",
         "complex64", "complex128"]
MODES = {"raise": ndview.MODE_RAISE, "wrap": ndview.MODE_WRAP, "clip": ndview.MODE_CLIP}
WRITE_OVERLAPPING = ndview.WRITE_OVERLAPPING
NUMPY_ERRORS = (Refused, ValueError, IndexError, TypeError, OverflowError)
POOL = 96  # elements that the arrays of a case share


class Pool:
    """Small numbers of one type, and windows on them for either side."""

    def __init__(self, rng, dtype):
        self.rng, self.dtype = rng, dtype
        self.item = np.dtype(dtype).itemsize
        numbers = np.random.default_rng(rng.getrandbits(32)).integers(0, 2 if dtype == "bool" else 100, POOL)
        self.numpy = numbers.astype(dtype)
        self.raw = self.numpy.view(np.uint8).copy()

    def window(self, shape, meeting=False):
        """A NumPy array and an ndview one of the same elements, anywhere in the pool."""
        rng = self.rng
        for attempt in itertools.count():
            steps, step = [0] * len(shape), 1
            for axis in rng.sample(range(len(shape)), len(shape)) if rng.random() < 0.5 else reversed(range(len(shape))):
                stride = step * rng.choice((1, 1, 1, 2)) if attempt < 20 else step
                steps[axis] = stride * rng.choice((1, 1, -1))
                step = stride * max(1, shape[axis])
                if meeting and rng.random() < 0.5:
                    steps[axis] = rng.choice((0, 1, -1, 2))
            low, high = reach(shape, steps)
            if high - low < POOL:
                break
        first = rng.randrange(-low, POOL - high)
        strides = tuple(s * self.item for s in steps)
        x = np.lib.stride_tricks.as_strided(self.numpy[first:], shape, strides)
        flags = WRITE_OVERLAPPING if meeting else 0
        return x, Array.wrap(self.raw, first * self.item, self.dtype, shape, strides, flags)

    def check(self):
        return self.numpy.tobytes(), self.raw.tobytes()


def shape_of(rng, most=40, ndim=None):
    while True:
        shape = tuple(rng.choice((0, 1, 1, 2, 3, 4, 5)) if rng.random() < 0.9 else 9
                      for _ in range(rng.choice((0, 1, 1, 2, 2, 3)) if ndim is None else ndim))
        if int(np.prod([max(1, n) for n in shape])) <= most:
            return shape


def handles(arrays):
    return (c_void_p * len(arrays))(*(a.handle for a in arrays))


def array_of(rng, pool, shape, types=None):
    """Mostly of the pool; else of memory of its own, perhaps of another type."""
    if types is None and rng.random() < 0.7:
        return pool.window(shape)
    dtype = rng.choice(types or TYPES)
    return Pool(rng, dtype).window(shape)


def axis_of(rng, ndim, none=True):
    if none and rng.random() < 0.2:
        return None
    return rng.randrange(-ndim, ndim) if ndim and rng.random() < 0.95 else rng.randint(-4, 4)


def c_axis(axis):
    return ALL_AXES if axis is None else axis


def no_axis_of_0_d(x, axis):
    if x.ndim == 0 and axis is not None:
        depart("axis-of-0-d")
        raise Refused("an array without axes has no axis")


# Each draws the arrays to read and how both sides are called: (arrays, to be converted or not),
# NumPy's function of copies of them, ndview's name and arguments, whether it takes a type, and the
# arguments of the twin if they differ.

def concatenate(rng, pool):
    shape = shape_of(rng, 12)
    axis = axis_of(rng, len(shape))
    arrays = []
    for _ in range(rng.choice((1, 2, 2, 3, 4))):
        extents = list(shape)
        if axis is None:
            extents = shape_of(rng, 8)
        elif -len(shape) <= axis < len(shape):
            extents[axis] = rng.randrange(4)
        if rng.random() < 0.02:
            extents = shape_of(rng, 8)
        arrays.append(array_of(rng, pool, tuple(extents)))
    xs, bs = zip(*arrays)
    f = lambda *xs, **types: np.concatenate(xs, axis, **types)
    return xs, bs, [], f, "concatenate", (len(bs), handles(bs), c_axis(axis)), True, None


def stack(rng, pool):
    shape = shape_of(rng, 10)
    axis = axis_of(rng, len(shape) + 1, False)
    arrays = [array_of(rng, pool, shape if rng.random() < 0.99 else shape_of(rng, 8))
              for _ in range(rng.choice((1, 2, 2, 3, 4)))]
    xs, bs = zip(*arrays)
    f = lambda *xs, **types: np.stack(xs, axis, **types)
    return xs, bs, [], f, "stack", (len(bs), handles(bs), axis), True, None


def block(rng, pool):
    grid = [rng.randint(1, 3) for _ in range(rng.choice((0, 1, 2, 2, 3)))]
    ndim = max(len(grid), rng.choice((0, 1, 2, 3)))
    extents = [[rng.choice((0, 1, 1, 2, 3)) for _ in range(grid[axis - ndim] if axis - ndim >= -len(grid) else 1)]
               for axis in range(ndim)]
    arrays = []

    def cells(index):
        if len(index) == len(grid):
            at = (0,) * (ndim - len(grid)) + index
            shape = [extents[axis][at[axis]] for axis in range(ndim)]
            while shape and shape[0] == 1 and rng.random() < 0.5:
                shape.pop(0)
            if rng.random() < 0.01:
                shape = shape_of(rng, 8)
            arrays.append(array_of(rng, pool, tuple(shape)))
            return len(arrays) - 1
        return [cells((*index, at)) for at in range(grid[len(index)])]

    tree = cells(())
    xs, bs = zip(*arrays)

    def f(*xs):
        take = lambda tree: [take(t) for t in tree] if isinstance(tree, list) else xs[tree]
        dtype = np.result_type(*(x.dtype for x in xs))
        if np.block(take(tree)).dtype != dtype:
            depart("block-promotes")
            xs = [x.astype(dtype) for x in xs]
        return np.block(take(tree))

    return xs, bs, [], f, "block", (*_list(grid), handles(bs)), False, None


def repeat(rng, pool):
    x, b = array_of(rng, pool, shape_of(rng, 20))
    axis = axis_of(rng, x.ndim)
    n = x.size if axis is None else x.shape[axis] if -x.ndim <= axis < x.ndim else 1
    counts = [rng.choice((0, 1, 2, 3)) for _ in range(rng.choice((1, n, n, n + (rng.random() < 0.05))))]
    if counts and rng.random() < 0.02:
        counts[0] = -1

    def f(x):
        no_axis_of_0_d(x, axis)
        if any(count < 0 for count in counts):
            depart("repeat-checks")
            raise Refused("a count below 0")
        return np.repeat(x, np.array(counts, int), axis)

    return [x], [b], [], f, "repeat", (b.handle, *_list(counts), c_axis(axis)), False, None


def tile(rng, pool):
    x, b = array_of(rng, pool, shape_of(rng, 12))
    counts = [rng.choice((0, 1, 1, 1, 2, 2, 3)) for _ in range(rng.randrange(4))]
    return [x], [b], [], lambda x: np.tile(x, counts), "tile", (b.handle, *_list(counts)), False, None


def roll(rng, pool):
    x, b = array_of(rng, pool, shape_of(rng))
    big = lambda: rng.choice((rng.randint(-6, 6), rng.randint(-100, 100), 2**62, -(2**63), 2**63 - 1))
    shifts = [big() for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    if rng.random() < 0.3:
        f = lambda x: np.roll(x, sum(shifts) % max(1, x.size))
        return [x], [b], [], f, "roll", (b.handle, *_list(shifts), None), False, None
    axes = [axis_of(rng, x.ndim, False) for _ in shifts]

    def f(x):
        for shift, axis in zip(shifts, axes):
            if not -x.ndim <= axis < x.ndim:
                raise Refused("no such axis")
        moved = [0] * x.ndim
        for shift, axis in zip(shifts, axes):
            moved[axis] += shift
        return np.roll(x, [m % max(1, n) for m, n in zip(moved, x.shape)], range(x.ndim)) if x.ndim else x.copy()

    return [x], [b], [], f, "roll", (b.handle, *_list(shifts), _list(axes)[1] if axes else (ndview.c_int64 * 1)()), \
        False, None


def resize(rng, pool):
    x, b = array_of(rng, pool, shape_of(rng, 20))
    shape = shape_of(rng)
    return [x], [b], [], lambda x: np.resize(x, shape), "resize", (b.handle, *_list(shape)), False, (b.handle,)


def stretched(rng, shape):
    """A shape that broadcasts to another, mostly."""
    if rng.random() < 0.02:
        return shape_of(rng, 8)
    cut = shape[rng.randrange(len(shape) + 1):] if rng.random() < 0.3 else shape
    return tuple(1 if rng.random() < 0.2 else n for n in cut)


def where(rng, pool):
    shape = shape_of(rng)
    m, mask = array_of(rng, pool, stretched(rng, shape), ["bool"]) if pool.dtype != "bool" or rng.random() < 0.3 else \
        pool.window(stretched(rng, shape))
    (x, yes), (y, no) = (array_of(rng, pool, stretched(rng, shape)) for _ in range(2))
    f = lambda x, y, m: np.where(m, x, y)
    return [x, y], [yes, no, mask], [m], f, "where", (mask.handle, yes.handle, no.handle), False, None


def choose(rng, pool):
    shape = shape_of(rng)
    choices = [array_of(rng, pool, stretched(rng, shape)) for _ in range(rng.choice((1, 2, 3, 5)))]
    xs, bs = zip(*choices)
    if rng.random() < 0.4 and pool.dtype in ("bool", "int8", "int16", "int64", "uint8", "uint32", "uint64"):
        i, index = pool.window(stretched(rng, shape))
        mode = rng.choice(("wrap", "clip", "raise"))
    else:
        own = Pool(rng, rng.choice(["bool", "int8", "int64", "uint8", "uint64", "float32"]))
        mode = rng.choice(tuple(MODES))
        low = -len(xs) if own.dtype.startswith("int") and (mode != "raise" or rng.random() < 0.1) else 0
        high = len(xs) if mode == "raise" and rng.random() < 0.9 else 50
        numbers = np.array([rng.randrange(low, high) for _ in range(POOL)])
        own.numpy[...] = numbers.astype(own.dtype)
        if own.dtype.endswith("64") and mode != "raise":
            own.numpy[::5] = np.array([2**63 - 1 if own.dtype == "int64" else 2**64 - 1], own.dtype)
        own.raw[...] = own.numpy.view(np.uint8)
        i, index = own.window(stretched(rng, shape))

    def f(*operands):
        *xs, i = operands
        if i.dtype.kind not in "biu":
            raise Refused("the index is not of integers")
        dtype = np.result_type(*(x.dtype for x in xs))
        joint = np.broadcast_shapes(i.shape, *(x.shape for x in xs))
        numbers = [int(n) for n in i.ravel()]
        if mode == "raise":
            if any(not 0 <= n < len(xs) for n in numbers):
                raise Refused("no such choice")
        elif mode == "wrap":
            numbers = [n % len(xs) for n in numbers]
        else:
            numbers = [max(0, min(n, len(xs) - 1)) for n in numbers]
        picks = np.array(numbers, np.intp).reshape(i.shape)
        return np.choose(np.broadcast_to(picks, joint), [x.astype(dtype) for x in xs])

    return xs, [*bs, index], [i], f, "choose", (index.handle, len(bs), handles(bs), MODES[mode]), False, None


def assign(x, values):
    """Element by element in C order, where elements of x share bytes."""
    if overlaps_itself(x.shape, x.strides, x.itemsize):
        values = np.broadcast_to(values, x.shape).astype(x.dtype)
        for at in itertools.product(*map(range, x.shape)):
            x[at] = values[at]
    else:
        x[...] = values


def compare_new(name, y, b):
    assert b.owns_data and not b.base
    wanted = y.dtype.name, y.shape, y.tobytes()
    found = b.dtype, b.shape, b.window().tobytes()
    significant = lambda strides: [s for n, s in zip(y.shape, strides) if n > 1]
    if y.size and y.base is None and name != "block":  # whose order in NumPy hangs on the size
        wanted, found = (*wanted, significant(y.strides)), (*found, significant(b.strides))
    return wanted, found


def both(on_numpy, on_ndview):
    """Both results and how each failed."""
    wanted = found = refusal = error = None
    try:
        with np.errstate(all="ignore"):
            wanted = on_numpy()
    except NUMPY_ERRORS as e:
        refusal = f"{type(e).__name__}: {e}"
    try:
        found = on_ndview()
    except ndview.Error as e:
        error = str(e)
    return wanted, found, refusal, error


def making(report, rng, draw, seed):
    pool = Pool(rng, rng.choice(TYPES))
    xs, bs, guides, f, name, arguments, typed, into = draw(rng, pool)
    text = f"{name} of {[(x.dtype.name, x.shape, x.strides) for x in [*xs, *guides]]}, case {seed}"
    dtype = casting = None
    types, more = {}, ()
    if typed:
        dtype = rng.choice((None, None, rng.choice(TYPES)))
        casting = rng.choice(("same_kind", "same_kind", "unsafe", "safe", "no"))
        types = {"casting": casting} | ({"dtype": dtype} if dtype else {})
        more = (DTYPES[dtype] if dtype else 0, CASTS[casting])
    report.case()
    result = []

    def on_numpy():
        result.append(f(*xs, *guides, **types))
        return result[0]

    y, b, refusal, error = both(on_numpy, lambda: _make(getattr(lib, f"ndv_{name}"), *arguments, *more))
    if bool(refusal) != bool(error):
        return report.difference(text, refusal or "success", error or "success")
    if not error:
        wanted, found = compare_new(name, y, b)
        if wanted != found:
            return report.difference(text, wanted, found)
    shape = y.shape if not refusal else shape_of(rng)
    if int(np.prod([max(1, n) for n in shape])) > 60:
        return
    # The twin
    x, target = pool.window(shape, rng.random() < 0.2) if rng.random() < 0.8 else array_of(rng, pool, shape)
    casting = rng.choice(("same_kind", "unsafe", "unsafe", "no"))
    text = f"{name}_into {x.dtype.name} {x.shape} {x.strides}, {text}"
    copies = [s.copy() for s in xs]

    def into_numpy():
        if not all(np.can_cast(s.dtype, x.dtype, casting) for s in xs):
            raise Refused("no such cast")
        values = f(*(s.astype(x.dtype) for s in copies), *(g.copy() for g in guides))
        if values.shape != x.shape:
            raise Refused("another shape")
        assign(x, values)

    twin = getattr(lib, f"ndv_{name}_into")
    report.case()
    _, _, refusal, error = both(
        into_numpy, lambda: twin(*(arguments if into is None else into), CASTS[casting], target.handle))
    if bool(refusal) != bool(error):
        return report.difference(text, refusal or "success", error or "success")
    wanted, found = pool.check()
    if wanted != found or x.tobytes() != target.window().tobytes():
        report.difference(text, pool.numpy, pool.raw.view(pool.dtype))


def writing(report, rng, seed):
    pool = Pool(rng, rng.choice(TYPES))
    shape = shape_of(rng)
    x, target = pool.window(shape, rng.random() < 0.2)
    operation = rng.choice(("copy_where", "put_mask", "place", "byteswap", "swap"))
    casting = rng.choice(("unsafe", "same_kind", "safe", "same_value"))
    meets = overlaps_itself(x.shape, x.strides, x.itemsize)
    text = f"{operation} {casting} {x.dtype.name} {x.shape} {x.strides}, case {seed}"
    if operation == "swap":
        y, other = pool.window(shape, rng.random() < 0.1) if rng.random() < 0.95 else pool.window(shape_of(rng))

        def on_numpy():
            same = x.ctypes.data == y.ctypes.data and x.shape == y.shape and \
                all(s == t for n, s, t in zip(x.shape, x.strides, y.strides) if n > 1) and x.size
            if x.shape != y.shape:
                raise Refused("another shape")
            if not same and x.size and (np.shares_memory(x, y) or meets or overlaps_itself(y.shape, y.strides, y.itemsize)):
                raise Refused("they share memory")
            if not same:
                x[...], y[...] = y.copy(), x.copy()

        call = lambda: lib.ndv_swap(target.handle, other.handle)
    elif operation == "byteswap":
        on_numpy = lambda: assign(x, x.copy().byteswap())
        call = lambda: lib.ndv_byteswap(target.handle)
        b = _make(lib.ndv_byteswapped, target.handle)
        assert b.window().tobytes() == x.byteswap().tobytes() and b.owns_data
    else:
        masks = lambda shape: pool.window(shape) if pool.dtype == "bool" else array_of(rng, pool, shape, ["bool"])
        if operation == "copy_where":
            m, mask = masks(stretched(rng, shape))
            v, values = array_of(rng, pool, stretched(rng, shape))
        else:
            m, mask = masks(shape) if rng.random() < 0.7 else masks((int(np.prod(shape)),))
            v, values = array_of(rng, pool, shape_of(rng, 12))

        def on_numpy():
            mm, vv = m.copy(), v.copy()
            if not np.can_cast(v.dtype, x.dtype, "unsafe" if casting == "same_value" else casting):
                raise Refused("no such cast")
            if operation == "copy_where":
                marks = np.broadcast_to(mm, x.shape)
                while vv.ndim > x.ndim and vv.shape[0] == 1:
                    vv = vv[0]
                new = np.broadcast_to(vv, x.shape)
                picked = new[marks]
            else:
                marks = mm.reshape(x.shape)
                if marks.any() and vv.size == 0:
                    depart("no-values")
                    raise Refused("no values")
                picked = vv
            if casting == "same_value" and x.size:
                with np.errstate(all="ignore"):
                    kept = picked.astype(x.dtype) == picked
                if not kept.all():
                    raise Refused("a value changes")
            if operation != "copy_where":
                new = np.zeros(x.shape, v.dtype)
                if not marks.any():
                    return
                if operation == "put_mask":
                    new = np.resize(vv, x.shape)
                else:
                    new[marks] = np.resize(vv, int(marks.sum()))
            with np.errstate(all="ignore"):
                new = new.astype(x.dtype)
            for at in itertools.product(*map(range, x.shape)):
                if marks[at]:
                    x[at] = new[at]

        name = getattr(lib, f"ndv_{operation}")
        order = (values, mask) if operation == "copy_where" else (mask, values)
        call = lambda: name(target.handle, *(o.handle for o in order), CASTS[casting])
        text += f", values {v.dtype.name} {v.shape} {v.strides}, mask {m.shape} {m.strides}"
    report.case()
    _, _, refusal, error = both(on_numpy, call)
    if bool(refusal) != bool(error):
        return report.difference(text, refusal or "success", error or "success")
    wanted, found = pool.check()
    if wanted != found:
        report.difference(text, pool.numpy, pool.raw.view(pool.dtype))


MAKERS = (concatenate, stack, block, repeat, tile, roll, resize, where, choose)


def run(report, seed, count):
    for case in range(seed, seed + count):
        rng = random.Random(case)
        for draw in MAKERS:
            making(report, rng, draw, case)
        for _ in range(4):
            writing(report, rng, case)
