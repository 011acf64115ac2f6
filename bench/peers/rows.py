"""The rows of the tables: what is done, on what, and how fast it should be.

Floor and aim are ratios to the row's yardstick: memcpy of (bytes read + bytes written) / 2 unless it
says otherwise. The floor puts ndview ahead of every library that was measured when the goals were set;
the aim is near what such a machine gives. Rows of calls have nanoseconds instead.
"""

from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np

from memory import fill
from tasks import Task, bfloat16_of

TABLES = ["copies", "transposes", "permutes", "strided", "casts", "gather", "overlap", "fill", "calls"]

K, M = 1 << 10, 1 << 20
SHORT = {"uint8": "u8", "uint16": "u16", "float32": "f32", "float64": "f64", "complex128": "c128",
         "float16": "f16", "bfloat16": "bf16", "bool": "bool", "int32": "i32", "int64": "i64"}


@dataclass
class Row:
    table: str
    name: str
    size: str  # L2, L3 or DRAM: where the bytes are
    make: Callable  # from pools to a task
    floor: Optional[float] = None
    aim: Optional[float] = None
    yardstick: str = "memcpy"
    quick: bool = False
    one_way: bool = False  # each repetition works on what the last one left


_rows = []


def _row(*arguments, **named):
    _rows.append(Row(*arguments, **named))


def rows(large=False):
    """All rows. A large DRAM size leaves the largest caches behind; the usual one is quicker."""
    _rows.clear()
    dram = 256 * M if large else 64 * M
    for table in (_copies, _transposes, _permutes, _strided, _casts, _gather, _overlap, _fill, _calls):
        table(dram)
    return list(_rows)


def _layout(dtype, shape, of_source=lambda a: a, of_target=lambda a: a):
    """An assignment between views: functions of C-ordered arrays of the given shape."""
    def make(pools):
        source = of_source(pools.source.values(dtype, shape))
        to = of_target(pools.target.empty(dtype, source.shape))
        return Task("assign", to, source)
    return make


def _into(dtype, shape, target_shape, of_target):
    """A whole array into a view of a larger one."""
    def make(pools):
        to = of_target(pools.target.empty(dtype, target_shape))
        return Task("assign", to, pools.source.values(dtype, shape))
    return make


def _copies(dram):
    goals = {"L2": (0.97, 1.0), "L3": (1.0, 1.0), "DRAM": (1.2, 1.6)}
    fresh = {"L2": (None, None), "L3": (1.0, 1.0), "DRAM": (0.46, 0.55)}
    for size, nbytes in (("L2", 256 * K), ("L3", 8 * M), ("DRAM", dram)):
        name = f"{nbytes // M} MiB" if nbytes >= M else f"{nbytes // K} KiB"
        _row("copies", f"f32 {name}", size, _layout("float32", (nbytes // 4,)), *goals[size], quick=True)
        _row("copies", f"fresh f32 {name}", size,
             lambda pools, n=nbytes: Task("fresh_copy", source=pools.source.values("float32", (n // 4,))),
             *fresh[size], quick=True)


def _transposes(dram):
    turn = lambda a: a.T
    squares = {
        "uint8": [(0.25, 0.50), (0.25, 0.50), (0.30, 0.70)],
        "uint16": [(None, None)] * 3,
        "float32": [(0.60, 0.90), (0.50, 0.85), (0.55, 1.1)],
        "float64": [(0.60, 0.90), (0.85, 0.85), (0.95, 1.1)],
        "complex128": [(0.66, 0.9)] * 3,
    }
    for dtype, goals in squares.items():
        itemsize = np.dtype(dtype).itemsize
        for size, side, (floor, aim) in zip(("L2", "L3", "DRAM"), (256, 1024, 4096), goals):
            if dtype == "complex128":
                side //= 2
            if (dtype, size) == ("uint8", "L2"):
                side = 512  # 256 KiB, as float32 has
            _row("transposes", f"{SHORT[dtype]} {side}x{side}", size, _layout(dtype, (side, side), turn),
                 floor, aim, quick=size != "L3" or itemsize == 4)
        odd = {1: (0.25, 0.50), 2: (None, None), 16: (0.66, 0.9)}.get(itemsize, (0.50, 0.80))
        side = 4097 if itemsize < 16 else 2047
        _row("transposes", f"{SHORT[dtype]} {side}x{side}", "DRAM", _layout(dtype, (side, side), turn), *odd,
             quick=itemsize in (1, 4, 8))
    for dtype, thin, wide in (("float32", 1.23, 1.73), ("float64", 0.80, 0.95), ("uint8", 0.84, 0.91)):
        aims = {"float32": (1.35, 1.9), "float64": (None, None), "uint8": (1.0, 1.0)}[dtype]
        _row("transposes", f"{SHORT[dtype]} 1000000x3", "L3", _layout(dtype, (1_000_000, 3), turn), thin, aims[0],
             quick=dtype != "float64")
        _row("transposes", f"{SHORT[dtype]} 3x1000000", "L3", _layout(dtype, (3, 1_000_000), turn), wide, aims[1],
             quick=dtype != "float64")
    if dram > 64 * M:
        _row("transposes", "f32 8192x8192", "DRAM", _layout("float32", (8192, 8192), turn), 0.55, 1.1)
        _row("transposes", "u8 8192x8192", "DRAM", _layout("uint8", (8192, 8192), turn), 0.30, 0.70)


def _permutes(dram):
    def permute(label, dtype, shape, axes, size, floor, aim, quick=False):
        name = f"{label} {SHORT[dtype]} {'x'.join(map(str, shape))} ({','.join(map(str, axes))})"
        _row("permutes", name, size, _layout(dtype, shape, lambda a: a.transpose(axes)), floor, aim, quick=quick)

    channels_last, channels_first = (0, 2, 3, 1), (0, 3, 1, 2)
    permute("NCHW>NHWC", "float32", (32, 64, 56, 56), channels_last, "DRAM", 0.82, 1.0, True)
    permute("NCHW>NHWC", "float64", (16, 64, 56, 56), channels_last, "DRAM", 0.82, 1.0)
    permute("NCHW>NHWC", "uint8", (32, 64, 56, 56), channels_last, "L3", 0.25, 0.6, True)
    permute("NHWC>NCHW", "float32", (32, 56, 56, 64), channels_first, "DRAM", 0.82, 1.0)
    permute("NHWC>NCHW", "uint8", (32, 56, 56, 64), channels_first, "L3", 0.25, 0.6)
    permute("NCHW>NHWC", "float32", (8, 3, 512, 512), channels_last, "DRAM", 1.05, 1.3, True)
    permute("NCHW>NHWC", "uint8", (8, 3, 512, 512), channels_last, "L3", 0.30, 0.8, True)
    permute("NHWC>NCHW", "float32", (8, 512, 512, 3), channels_first, "DRAM", 1.05, 1.3)
    permute("NHWC>NCHW", "uint8", (8, 512, 512, 3), channels_first, "L3", 0.30, 0.8, True)
    permute("heads", "float32", (8, 512, 16, 64), (0, 2, 1, 3), "DRAM", 0.60, 0.9, True)
    permute("heads", "uint8", (8, 512, 16, 64), (0, 2, 1, 3), "L3", 0.80, 0.9, True)
    permute("heads", "float32", (4, 64, 16, 16), (0, 2, 1, 3), "L2", 1.26, None)
    permute("reversal", "float32", (16, 16, 16, 16), (3, 2, 1, 0), "L2", 0.50, 0.8, True)
    permute("reversal", "float32", (8,) * 6, (5, 4, 3, 2, 1, 0), "L3", 0.50, 0.8)
    permute("reversal", "float32", (64, 64, 64, 64), (3, 2, 1, 0), "DRAM", 0.50, 0.8, True)
    permute("6-D", "float32", (32, 16, 24, 16, 12, 12), (5, 2, 0, 4, 1, 3), "DRAM", 0.50, 0.8)
    permute("6-D", "float64", (16, 16, 24, 16, 12, 8), (5, 2, 0, 4, 1, 3), "DRAM", 0.96, 1.0)
    permute("6-D", "float32", (16, 32, 16, 16, 16, 12), (3, 2, 0, 5, 1, 4), "DRAM", 0.51, 0.8)
    permute("6-D", "float32", (48, 24, 16, 32, 4, 16), (0, 2, 5, 1, 4, 3), "DRAM", 0.96, 1.0)
    permute("stride-1 kept", "float32", (32, 16, 24, 16, 12, 12), (4, 1, 0, 3, 2, 5), "DRAM", 0.50, 0.8, True)


def _strided(dram):
    every_second, back = lambda a: a[::2], lambda a: a[::-1]
    goals = {"float32": {"L2": ((0.50, 0.7), (0.90, 1.0)), "L3": ((0.62, 0.85), (0.85, 1.0)),
                         "DRAM": ((0.76, 0.95), (1.15, 1.45))},
             "float64": {"DRAM": ((0.78, 0.95), (1.15, 1.45))},
             "uint8": {size: ((0.35, 0.6), (0.35, 0.9)) for size in ("L2", "L3", "DRAM")}}
    counts = {"L2": 256 * K, "L3": 8 * M, "DRAM": dram}
    for dtype, sizes in goals.items():
        for size, (stepped, reversed_) in sizes.items():
            n = counts[size] // np.dtype(dtype).itemsize
            quick = size != "L3" and dtype != "float64"
            short = SHORT[dtype]
            _row("strided", f"{short} a[::2]", size, _layout(dtype, (2 * n if size != "DRAM" else n,), every_second),
                 *stepped, quick=quick)
            _row("strided", f"{short} b[::2] = a", size, _into(dtype, (n // 2,), (n,), every_second), *stepped, quick=quick)
            _row("strided", f"{short} a[::-1]", size, _layout(dtype, (n,), back), *reversed_, quick=quick)
    for dtype in ("float32", "uint8"):
        short, shape = SHORT[dtype], (4096, 4096)
        byte = dtype == "uint8"
        size = "L3" if byte else "DRAM"
        inside = lambda a: a[5:-5, 7:-7]
        _row("strided", f"{short} a[5:-5, 7:-7] of 4096x4096", size, _layout(dtype, shape, inside), 1.1, 1.4, quick=True)
        _row("strided", f"{short} b[5:-5, 7:-7] = a", size, _into(dtype, (4086, 4082), shape, inside), 1.1, 1.4)
        _row("strided", f"{short} a[:, ::3] of 4096x4096", size, _layout(dtype, shape, lambda a: a[:, ::3]),
             0.35 if byte else 0.5, 0.6 if byte else 0.85)
        _row("strided", f"{short} a[::3] of 4096x4096", size, _layout(dtype, shape, lambda a: a[::3]), 1.1, 1.4)
        _row("strided", f"{short} a[::-1] of 4096x4096", size, _layout(dtype, shape, back), 1.1, 1.4)
        _row("strided", f"{short} a[::-1, ::-1] of 4096x4096", size, _layout(dtype, shape, lambda a: a[::-1, ::-1]),
             0.35 if byte else 1.1, 0.9 if byte else 1.45)
    _row("strided", "f32 rgb[..., ::-1] 2000x2000x3", "DRAM", _layout("float32", (2000, 2000, 3), lambda a: a[..., ::-1]),
         0.6, 0.9)
    _row("strided", "u8 rgb[..., ::-1] 4000x4000x3", "DRAM", _layout("uint8", (4000, 4000, 3), lambda a: a[..., ::-1]),
         0.35, 0.9, quick=True)
    _row("strided", "u8 rgb[..., 1] 4000x4000x3", "DRAM", _layout("uint8", (4000, 4000, 3), lambda a: a[..., 1]),
         0.35, 0.6, quick=True)
    _row("strided", "f32 (1000000, 16)[:, 3:7]", "DRAM", _layout("float32", (1_000_000, 16), lambda a: a[:, 3:7]),
         0.40, 0.9, quick=True)
    _row("strided", "f32 (1000000, 4) into rows of 8", "DRAM",
         _into("float32", (1_000_000, 4), (1_000_000, 8), lambda a: a[:, :4]), 0.50, 0.9)


def _cast(source, to, shape, of_source=lambda a: a):
    """Into a new type; bfloat16 travels as its bits."""
    def make(pools):
        bits = {"bfloat16": "uint16"}
        original = pools.source.empty(bits.get(source, source), shape)
        flat = original.reshape(-1)
        fill(flat)
        if source == "bfloat16":
            flat[:] = bfloat16_of(flat)
        view = of_source(original)
        target = pools.target.empty(bits.get(to, to), view.shape)
        return Task("assign", target, view, dtypes=(
            "bfloat16" if to == "bfloat16" else None, "bfloat16" if source == "bfloat16" else None))
    return make


PAIRS = [("float64", "float32"), ("float32", "float64"), ("uint8", "float32"), ("float32", "uint8"),
         ("int64", "int32"), ("int32", "int64"), ("float32", "float16"), ("float16", "float32"),
         ("float32", "bfloat16"), ("bfloat16", "float32"), ("float64", "int64"), ("int64", "float64"),
         ("bool", "float32")]


def _casts(dram):
    favoured = {("float64", "float32"), ("uint8", "float32"), ("float32", "uint8"), ("float32", "float16"),
                ("float16", "float32"), ("float32", "bfloat16")}
    for pair in PAIRS:
        source, to = pair
        name, quick = f"{SHORT[source]}>{SHORT[to]}", pair in favoured
        widest = max(np.dtype({"bfloat16": "uint16"}.get(t, t)).itemsize for t in pair)
        l2 = 1.1 if pair == ("float32", "float64") else 1.0
        _row("casts", f"{name} contiguous", "L2", _cast(*pair, (64 * K,)), l2, 1.05, quick=quick)
        _row("casts", f"{name} contiguous", "L3", _cast(*pair, (8 * M // widest,)), 1.5, 1.5)
        _row("casts", f"{name} contiguous", "DRAM", _cast(*pair, (dram // widest,)), 1.18, 1.3, quick=quick)
        quick = quick and pair in {("float64", "float32"), ("uint8", "float32"), ("float32", "float16")}
        _row("casts", f"{name} transposed 2048x2048", "DRAM" if widest == 8 else "L3",
             _cast(*pair, (2048, 2048), lambda a: a.T), 0.26, 0.6, quick=quick)
        _row("casts", f"{name} a[::2]", "DRAM" if widest == 8 else "L3", _cast(*pair, (4 * M,), lambda a: a[::2]),
             0.8, 0.9, quick=quick)


def _random(count, below):
    return np.random.default_rng(2).integers(0, below, count)


def _mask(pools, count, density):
    mask = pools.by.empty(bool, (count,))
    mask[:] = np.random.default_rng(3).random(count, np.float32) < density
    return mask


def _gather(dram):
    def positions(pools, count, below, unique=False):
        by = pools.by.empty("int64", (count,))
        by[:] = np.random.default_rng(2).permutation(below)[:count] if unique else _random(count, below)
        return by

    def take(rows, count, width=None):
        def make(pools):
            inner = () if width is None else (width,)
            source = pools.source.values("float32", (rows, *inner))
            return Task("take", pools.target.empty("float32", (count, *inner)), source, positions(pools, count, rows))
        return make

    def put(cells, count):
        def make(pools):
            to = pools.target.empty("float32", (cells,))
            return Task("put", to, pools.source.values("float32", (count,)), positions(pools, count, cells, True))
        return make

    def masked(op, count, density):
        def make(pools):
            mask = _mask(pools, count, density)
            source = pools.source.values("float32", (count,))
            to = pools.target.empty("float32", (int(np.count_nonzero(mask)) if op == "compress" else count,))
            return Task(op, to, None if op == "masked_fill" else source, mask, value=7.0)
        return make

    _row("gather", "take rows of 64 bytes, 1000000 random", "DRAM", take(1_000_000, 1_000_000, 16), 0.30, 0.5, quick=True)
    _row("gather", "take f32 65536 of 65536", "L2", take(65536, 65536), 0.95, 1.0, "C loop", quick=True)
    _row("gather", "take f32 1000000 of 8 MiB", "L3", take(2 * M, 1_000_000), 0.95, 1.0, "C loop")
    cells = 100_000_000 if dram > 64 * M else 20_000_000
    _row("gather", f"take f32 {cells // 10} of {cells}", "DRAM", take(cells, cells // 10), 0.95, 1.0, "C loop", quick=True)
    _row("gather", "put f32 65536 into 65536", "L2", put(65536, 65536), 0.95, 1.0, "C loop", quick=True)
    _row("gather", "put f32 1000000 into 8 MiB", "L3", put(2 * M, 1_000_000), 0.95, 1.0, "C loop")
    _row("gather", f"put f32 {cells // 10} into {cells}", "DRAM", put(cells, cells // 10), 0.95, 1.0, "C loop", quick=True)
    for label, op, floor, aims in (("compress", "compress", 0.55, {"L2": 0.7, "DRAM": 1.0}),
                                   ("masked fill", "masked_fill", 1.8, {"L2": 2.0, "DRAM": 2.0}),
                                   ("masked copy", "masked_copy", 0.9, {"L2": 1.0, "DRAM": 1.0})):
        for size, count in (("L2", 64 * K), ("DRAM", dram // 4)):
            for density in (0.01, 0.5, 0.99):
                _row("gather", f"{label} f32 {density:.0%}", size, masked(op, count, density), floor, aims[size],
                     quick=density == 0.5)


def _overlap(dram):
    def shift(nbytes, forwards):
        def make(pools):
            a = pools.target.values("float32", (nbytes // 4,))
            return Task("assign", a[1:], a[:-1]) if forwards else Task("assign", a[:-1], a[1:])
        return make

    def shift_both(pools):
        a = pools.target.values("float32", (4096, 4096))
        return Task("assign", a[1:, 1:], a[:-1, :-1])

    def shift_both_down(pools):
        a = pools.target.values("float32", (4096, 4096))
        return Task("assign", a[:-1, :-1], a[1:, 1:])

    def flip(pools):
        a = pools.target.values("float32", (4096, 4096))
        return Task("assign", a, a[::-1])

    for size, nbytes, aim in (("L2", 256 * K, 1.7), ("L3", 8 * M, 2.3), ("DRAM", dram, 1.9)):
        for forwards in (True, False):
            name = "f32 a[1:] = a[:-1]" if forwards else "f32 a[:-1] = a[1:]"
            _row("overlap", name, size, shift(nbytes, forwards), 1.6, aim, quick=size != "L3", one_way=True)
    _row("overlap", "f32 a[1:, 1:] = a[:-1, :-1] 4096x4096", "DRAM", shift_both, 0.5, 1.2, quick=True, one_way=True)
    _row("overlap", "f32 a[:-1, :-1] = a[1:, 1:] 4096x4096", "DRAM", shift_both_down, 0.5, 1.2, one_way=True)
    _row("overlap", "f32 a = a[::-1] 4096x4096", "DRAM", flip, 0.5, 1.2, one_way=True)
    for dtype, factor in (("float32", 1), ("float64", 1), ("complex128", 1), ("uint16", 1), ("uint8", 2)):
        for size, side, floor, aim in (("L2", 256, 0.93, 0.95), ("L3", 1024, 0.5, 0.8), ("DRAM", 4096, 0.40, 0.9)):
            side *= factor if dtype != "complex128" or size == "L2" else 1
            _row("overlap", f"{SHORT[dtype]} a = a.T {side}x{side}", size,
                 lambda pools, n=side, d=dtype: Task("turn", pools.target.values(d, (n, n))), floor, aim,
                 quick=size != "L3" and dtype == "float32", one_way=True)
    for side, size, floor, aim in ((257, "L2", 0.93, 0.95), (4097, "DRAM", 0.40, 0.9)):
        _row("overlap", f"f32 a = a.T {side}x{side}", size,
             lambda pools, n=side: Task("turn", pools.target.values("float32", (n, n))), floor, aim, one_way=True)

    def within(dtype, nbytes, to, source, cast=None):
        """Views of one array, the source perhaps seen as another type. With an axis more, because NumPy
        overwrites what it has yet to read between lines of different strides."""
        def make(pools):
            a = pools.target.values(dtype, (nbytes // np.dtype(dtype).itemsize,))
            return Task("assign", to(a)[None], source(a if cast is None else a.view(cast))[None])
        return make

    for size, nbytes in (("L2", 256 * K), ("DRAM", dram)):
        for name, *task in (("f32 a = a[::-1]", "float32", lambda a: a, lambda a: a[::-1]),
                            ("u8 a = a[::-1]", "uint8", lambda a: a, lambda a: a[::-1]),
                            ("f32 a[::2] = a[:n/2]", "float32", lambda a: a[::2], lambda a: a[:a.size // 2]),
                            ("f32 a[:n/2] = a[::2]", "float32", lambda a: a[:a.size // 2], lambda a: a[::2]),
                            ("f32 a[3::3] = a[:-3:3]", "float32", lambda a: a[3::3], lambda a: a[:-3:3]),
                            ("f32>f64 in place", "float64", lambda a: a, lambda a: a[:a.size // 2], "float32"),
                            ("f64>f32 in place", "float32", lambda a: a[:a.size // 2], lambda a: a, "float64"),
                            ("u8>u16 in place", "uint16", lambda a: a, lambda a: a[:a.size // 2], "uint8"),
                            ("i32>f32 shifted by one", "float32", lambda a: a[1:], lambda a: a[:-1], "int32"),
                            ("f32>f16 in place", "float16", lambda a: a[:a.size // 2], lambda a: a, "float32")):
            _row("overlap", name, size, within(task[0], nbytes, *task[1:]), 0.5, 1.0, one_way=True)


def _fill(dram):
    for size, nbytes in (("L2", 256 * K), ("L3", 8 * M), ("DRAM", dram)):
        for dtype in ("uint8", "uint16", "float32", "float64", "complex128"):
            count = nbytes // np.dtype(dtype).itemsize
            _row("fill", f"{SHORT[dtype]} value", size,
                 lambda pools, d=dtype, n=count: Task("fill", pools.target.empty(d, (n,)), value=7.0), 0.97, 1.0, "memset",
                 quick=dtype == "float32" or (size == "L2" and dtype != "uint16"))

    def broadcast(rows, columns, as_row):
        def make(pools):
            line = pools.source.values("float32", (columns,) if as_row else (rows, 1))
            return Task("assign", pools.target.empty("float32", (rows, columns)), np.broadcast_to(line, (rows, columns)))
        return make

    for size, rows, columns in (("L2", 64, 1000), ("L3", 2000, 1000), ("DRAM", dram // 16000, 4000),
                                ("DRAM", dram // 16, 4), ("DRAM", dram // 64, 16)):
        for as_row in (True, False):
            floor, aim = (0.40, 0.9) if columns == 4 else (0.98, 1.0)
            _row("fill", f"{'row' if as_row else 'column'} over {rows}x{columns} f32", size,
                 broadcast(rows, columns, as_row), floor, aim, "memset", quick=size != "L3" and columns != 16)


def _calls(dram):
    def cube(pools):
        return pools.source.values("float32", (100, 100, 10))

    for op, floor, aim in (("slice", 24, 12), ("transpose", 22, 12), ("reshape", 12, 12)):
        _row("calls", {"slice": "a[2:50, :, ::2]", "transpose": "a.T", "reshape": "a.reshape(1000, 100)"}[op], "ns",
             lambda pools, op=op: Task(op, source=cube(pools)), floor, aim, quick=True)

    for name, pair in (("slices a[10:100], a[50:200]", lambda a, b: (a[10:100], a[50:200])),
                       ("interleaved a[::2], a[1::2]", lambda a, b: (a[::2], a[1::2])),
                       ("left, right b[:, :500], b[:, 500:]", lambda a, b: (b[:, :500], b[:, 500:])),
                       ("checkers b[::2, ::2], b[1::2, 1::2]", lambda a, b: (b[::2, ::2], b[1::2, 1::2])),
                       ("b, b.T", lambda a, b: (b, b.T))):
        def make(pools, op, pair=pair):
            a = pools.source.values("float32", (1_000_000,))
            to, source = pair(a, a.reshape(1000, 1000))
            return Task(op, to, source)
        _row("calls", f"may share: {name}", "ns", lambda pools, make=make: make(pools, "bounds_check"), 20, 5,
             quick="inter" in name)
        _row("calls", f"shares: {name}", "ns", lambda pools, make=make: make(pools, "share_check"), 100, 40, quick=True)


def scaling():
    """(label, function from a number of bytes to a task): one line of the scaling chart each."""
    def square(make):
        def of(nbytes):
            side = max(int((nbytes / 4) ** 0.5), 1)
            return lambda pools: make(pools, side)
        return of

    def masked(nbytes):
        def make(pools):
            mask = _mask(pools, nbytes // 4, 0.5)
            return Task("masked_fill", pools.target.empty("float32", mask.shape), None, mask, value=7.0)
        return make

    def take(nbytes):
        def make(pools):
            count = nbytes // 4
            source = pools.source.values("float32", (count,))
            by = pools.by.empty("int64", (count,))
            by[:] = _random(count, count)
            return Task("take", pools.target.empty("float32", (count,)), source, by)
        return make

    return {
        "copy f32": lambda nbytes: _layout("float32", (nbytes // 4,)),
        "transpose f32": square(lambda pools, n: _layout("float32", (n, n), lambda a: a.T)(pools)),
        "cast f32>f64": lambda nbytes: _cast("float32", "float64", (nbytes // 4,)),
        "take f32": take,
        "masked fill f32 50%": masked,
    }
