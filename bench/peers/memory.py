"""Memory for the benchmarks: large pages, touched beforehand, the same for every peer."""

import mmap

import numpy as np

PAGE = 2 << 20  # a large page
_PERIOD = 1_000_003  # no power of two, so that a wrong row does not look like the right one


class Pool:
    """One piece of memory that arrays are laid out in, one after another."""

    def __init__(self):
        self.nbytes = 0
        self.used = 0
        self.spare = None

    def _grow(self, nbytes):
        # Python's default is shared memory, which has large pages on few machines.
        private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
        self.memory = mmap.mmap(-1, nbytes + PAGE, **private)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            self.memory.madvise(mmap.MADV_HUGEPAGE)
        raw = np.frombuffer(self.memory, np.uint8)
        start = -raw.ctypes.data % PAGE
        self.bytes = raw[start:start + nbytes]
        self.bytes[:] = 0xA5
        self.nbytes = nbytes

    def empty(self, dtype, shape):
        """An array in C order at the start of the pool: the only one that is valid from now on."""
        dtype = np.dtype(dtype)
        count = int(np.prod(shape))
        if count * dtype.itemsize > self.nbytes:
            self._grow(-(-count * dtype.itemsize // PAGE) * PAGE)
        self.used = count * dtype.itemsize
        return self.bytes[:self.used].view(dtype).reshape(shape)

    def room(self, nbytes):
        """As many bytes to scribble on: the pool's own, or others if those are too few."""
        if self.nbytes >= nbytes:
            return self.bytes
        if self.spare is None or self.spare.nbytes < nbytes:
            self.spare = Pool()
            self.spare.empty("uint8", (nbytes,))
        return self.spare.bytes

    def values(self, dtype, shape):
        """Numbers from 0 to 199, whole, so that they pass through every cast but bool unchanged."""
        array = self.empty(dtype, shape)
        fill(array.reshape(-1))
        return array


def fill(flat):
    period = np.random.default_rng(1).integers(0, 200, min(_PERIOD, flat.size))
    period = period.astype(flat.dtype)
    whole = flat.size // period.size * period.size
    flat[:whole].reshape(-1, period.size)[:] = period
    flat[whole:] = period[:flat.size - whole]


class Pools:
    """What a row may use: where it reads, where it writes, and positions or a mask."""

    def __init__(self):
        self.source, self.target, self.by = Pool(), Pool(), Pool()
