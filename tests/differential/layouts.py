"""Arrays in memory as nobody would lay them out: reversed, padded, transposed, misaligned, with
strides of 0, and with strides that mean nothing on axes of one element."""

import itertools
import math

import numpy as np

from ndview import NUMPY
from values import KIND, edges

_edges = {}


def random_shape(rng, most=150):
    if rng.random() < 0.02:  # long enough for what works in blocks
        return tuple(rng.sample((1, 2, 3, 17, 33, 64, 130), rng.randint(1, 2)))
    while True:
        ndim = rng.choices(range(6), (8, 30, 30, 20, 8, 4))[0]
        shape = tuple(rng.choices((0, 1, 2, 3, 4, 5, 9), (3, 20, 25, 20, 15, 10, 7))[0] for _ in range(ndim))
        if math.prod(shape) <= most:
            return shape


def random_strides(rng, shape, itemsize, meeting):
    """Strides that seldom let two elements meet, or often."""
    if meeting and rng.random() < 0.6:
        return tuple(rng.randint(-2 * itemsize, 2 * itemsize) for _ in shape)
    strides, step = [0] * len(shape), itemsize
    for axis in rng.sample(range(len(shape)), len(shape)) if rng.random() < 0.5 else reversed(range(len(shape))):
        if shape[axis] == 1 and rng.random() < 0.5:
            strides[axis] = rng.choice((0, 7, -13, 10**6 + 1, -(2**40), 2**62))
            continue
        padding = rng.choices((0, 1, itemsize, 3 * itemsize, -1 if step > itemsize else 0), (60, 8, 12, 8, 2))[0]
        stride = step * rng.choices((1, 2, 3), (80, 15, 5))[0] + padding
        step = stride * max(1, shape[axis])
        strides[axis] = 0 if rng.random() < 0.06 else stride * rng.choice((1, 1, 1, -1))
    return tuple(strides)


def random_window(rng, shape, itemsize, meeting=False):
    """Strides, the offset of the first element, and the bytes of a buffer that holds all."""
    strides = random_strides(rng, shape, itemsize, meeting)
    low, high = reach(shape, strides)
    before = rng.choices((0, itemsize, 1, 3, 16), (40, 20, 10, 10, 20))[0]
    return strides, before - low, before - low + high + itemsize + rng.choice((0, 0, 1, 8))


def reach(shape, strides):
    """The lowest and the highest element, as distances from the first."""
    if 0 in shape:
        return 0, 0
    ends = [(n - 1) * s for n, s in zip(shape, strides)]
    return sum(e for e in ends if e < 0), sum(e for e in ends if e > 0)


def overlaps_itself(shape, strides, itemsize):
    """Whether two elements share a byte, by looking at all of them."""
    if 0 in shape:
        return False
    offsets = np.zeros((), np.int64)
    for n, stride in zip(shape, strides):
        if n > 1:
            offsets = offsets[..., None] + np.arange(n) * stride
    offsets = np.sort(offsets, axis=None)
    return bool((np.diff(offsets) < itemsize).any())


def aligned_bytes(nbytes):
    """Uninitialised bytes from a multiple of 64 on, the same distance from alignment on both sides."""
    room = np.empty(nbytes + 64, np.uint8)
    start = -room.ctypes.data % 64
    return room[start : start + nbytes]


def random_bytes(seed, dtype, nbytes, phase=0):
    """Bytes that are elements of a type from `phase` on: anything, small numbers, or edge values."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(4)
    if kind == 0:
        return np.frombuffer(rng.bytes(nbytes), np.uint8)
    count = nbytes // NUMPY[dtype].itemsize + 2
    if kind < 3 and dtype != "bfloat16":
        low = -9 if KIND[dtype] in "ifc" else 0
        x = rng.integers(low, 10, count).astype(dtype)
    else:
        if dtype not in _edges:
            _edges[dtype] = edges(dtype)
        x = rng.choice(_edges[dtype], count)
    skip = -phase % x.itemsize
    return x.view(np.uint8)[skip : skip + nbytes]


def root(x):
    """The NumPy array that owns the bytes, also behind what NumPy puts between it and windows."""
    while True:
        base = x.base if isinstance(x.base, np.ndarray) else getattr(x.base, "base", None)
        if not isinstance(base, np.ndarray):
            return x
        x = base


def positions(shape):
    return itertools.product(*map(range, shape))
