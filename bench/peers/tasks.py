"""Tasks: what peers are asked to do, described for C (peer.h) and done by NumPy."""

import ctypes
from ctypes import c_char_p, c_double, c_int32, c_int64, c_void_p
from itertools import repeat

import numpy as np

OPS = {name: code for code, name in enumerate(
    "assign fill take put compress masked_fill masked_copy turn fresh_copy slice transpose reshape "
    "bounds_check share_check".split(), start=1)}

# ndview's codes; bfloat16 is uint16 to NumPy.
DTYPES = {name: code for code, name in enumerate(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 "
    "complex64 complex128".split(), start=1)}


class _Array(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("dtype", c_int32), ("ndim", c_int32), ("shape", c_int64 * 8),
                ("strides", c_int64 * 8)]


class _Task(ctypes.Structure):
    _fields_ = [("op", c_int32), ("to", _Array), ("from_", _Array), ("by", _Array),
                ("value", c_double)]


def _described(array, dtype=None):
    if array is None:
        return _Array()
    return _Array(array.ctypes.data, DTYPES[dtype or array.dtype.name], array.ndim,
                  (c_int64 * 8)(*array.shape), (c_int64 * 8)(*array.strides))


class Task:
    """`to` and the others are NumPy arrays; `dtypes` names element types that NumPy has not."""

    def __init__(self, op, to=None, source=None, by=None, value=0.0, dtypes=(None, None)):
        self.op, self.to, self.source, self.by, self.value = op, to, source, by, value
        self.dtypes = dtypes

    def described(self):
        to, source = self.dtypes
        by = self.by
        return _Task(OPS[self.op], _described(self.to, to), _described(self.source, source),
                     _described(by), self.value)

    def bytes(self):
        """What is read and written, counted once each; for filling, what is written."""
        size = {name: array.nbytes if array is not None else 0
                for name, array in (("to", self.to), ("source", self.source), ("by", self.by))}
        if self.op in ("fill", "turn"):
            return size["to"] * (2 if self.op == "turn" else 1)
        if self.op == "fresh_copy":
            return 2 * size["source"]
        if self.op == "take":  # what is taken, not what it is taken from
            return 2 * size["to"] + size["by"]
        if self.op == "put":
            return 2 * size["source"] + size["by"]
        if self.op in ("masked_fill", "masked_copy"):
            return 2 * size["to"] + size["by"]
        if self.op == "assign" and self.is_broadcast():
            return size["to"]
        return size["to"] + size["source"] + size["by"]

    def is_broadcast(self):
        """Whether elements of the source are read more than once. Axes of one element have stride 0, too."""
        axes = zip(self.source.shape, self.source.strides)
        return any(extent > 1 and stride == 0 for extent, stride in axes)

    def tiny(self):
        """The same task on single elements: what NumPy's call costs beside the work."""
        def first(array):
            if array is None:
                return None
            small = array[(slice(0, 1),) * array.ndim].copy()
            small[...] = 0 if small.dtype != bool else True
            return small
        return Task(self.op, first(self.to), first(self.source), first(self.by), self.value,
                    self.dtypes)

    def in_numpy(self):
        """The calls that do the task in NumPy, by name."""
        to, source, by, value = self.to, self.source, self.by, self.value
        if "bfloat16" in self.dtypes:
            return {}
        return {
            "assign": lambda: {"NumPy": lambda: np.copyto(to, source, casting="unsafe")},
            "fill": lambda: {"NumPy": lambda: np.copyto(to, value, casting="unsafe")},
            "take": lambda: {"NumPy": lambda: np.take(source, by, axis=0, out=to),
                             "NumPy clip": lambda: np.take(source, by, axis=0, out=to, mode="clip")},
            "put": lambda: {"NumPy": lambda: to.__setitem__(by, source)},
            "compress": lambda: {"NumPy": lambda: np.compress(by, source, axis=0, out=to)},
            "masked_fill": lambda: {"NumPy": lambda: np.copyto(to, value, where=by, casting="unsafe")},
            "masked_copy": lambda: {"NumPy": lambda: np.copyto(to, source, where=by)},
            "turn": lambda: {"NumPy": lambda: np.copyto(to, to.T)},
            "fresh_copy": lambda: {"NumPy": lambda: source.copy()},
            "slice": lambda: {"NumPy, from Python": lambda: source[2:50, :, ::2]},
            "transpose": lambda: {"NumPy, from Python": lambda: source.T},
            "reshape": lambda: {"NumPy, from Python": lambda: source.reshape(1000, 100)},
            "bounds_check": lambda: {"NumPy, from Python": lambda: np.may_share_memory(to, source)},
            "share_check": lambda: {"NumPy, from Python": lambda: np.shares_memory(to, source)},
        }[self.op]()

    def is_view(self):
        return OPS[self.op] >= OPS["slice"]

    def expect(self):
        """What the task leaves where it writes, for types that NumPy has not."""
        assert self.op == "assign"
        narrowing = self.dtypes[0] == "bfloat16"
        if narrowing:
            bits = np.ascontiguousarray(self.source).view(np.uint32)
            even = (bits >> 16) & 1  # round half to even; the values are finite
            self.to[...] = ((bits + 0x7FFF + even) >> 16).astype(np.uint16)
        else:
            self.to.view(np.uint32)[...] = self.source.astype(np.uint32) << 16


def bfloat16_of(array):
    """The bits of small whole numbers as bfloat16."""
    return (array.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


class Native:
    """A peer in a shared library, with a task prepared."""

    overhead = 0.0

    def __init__(self, library, name, task):
        self.library, self.name = library, name
        self.handle = library.peer_prepare(name.encode(), ctypes.byref(task))

    def __bool__(self):
        return bool(self.handle)

    def prepare(self):
        """What is done before a time is taken; settle() is done after it."""

    def settle(self):
        pass

    def run(self, repeats):
        self.library.peer_run(self.handle, repeats)

    def close(self):
        if self.handle:
            self.library.peer_finish(self.handle)


class Threaded(Native):
    """ndview with several threads, which are there for its own turn alone."""

    def __init__(self, library, task, threads):
        super().__init__(library, "ndview", task)
        self.name, self.threads = f"ndview, {threads} threads", threads

    def prepare(self):
        self.library.peer_threads(self.threads)

    def settle(self):
        self.library.peer_threads(1)


class Called:
    """A Python function as a peer. What calling it on single elements costs is taken off."""

    def __init__(self, name, function, overhead):
        self.name, self.function, self.overhead = name, function, overhead

    def prepare(self):
        pass

    def settle(self):
        pass

    def run(self, repeats):
        function = self.function
        for _ in repeat(None, repeats):
            function()

    def close(self):
        pass


def load(path):
    library = ctypes.CDLL(str(path))
    library.peer_names.restype = c_char_p
    library.peer_prepare.argtypes, library.peer_prepare.restype = [c_char_p, c_void_p], c_void_p
    library.peer_run.argtypes, library.peer_run.restype = [c_void_p, c_int64], None
    library.peer_finish.argtypes, library.peer_finish.restype = [c_void_p], None
    return library


def memory_call(library, name, to, source, nbytes):
    """memcpy or memset of a number of bytes."""
    task = _Task(OPS["assign"])
    task.to.data, task.to.shape[0] = to.ctypes.data, nbytes
    task.from_.data = source.ctypes.data
    return Native(library, name, task)
