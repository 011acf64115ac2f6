"""Why rows are below their floor, or behind the best peer with AVX2, as far as it was measured.

Figures are ratios to memcpy of the row's bytes, as in the tables, unless they say otherwise. "Bare" is a loop
that only loads and stores as the row does: bench/limits.c has most of them.
"""

import re

# Repeated runs of the same row differ by as much, as parts of memcpy and of the best peer.
NOISE = {"L2": 0.05, "L3": 0.35, "DRAM": 0.10}
NOISE_BESIDE_PEER = {"L2": 0.05, "L3": 0.10, "DRAM": 0.10}

ONE_STORE_EACH = ("bare, one store to each element and one load from each line, 0.65 to 0.74; whole lines (0.75) would "
                  "write what lies between")
CHECKED_FIRST = ("the check reads the list once more before anything is written: a C loop that does, before the "
                 "unchecked one, 0.88 of it")

# Table, what is found in "name where" (a regular expression), and the reason with its figures.
BELOW = [
    ("permutes", r"^heads f32 4x64", "bare lines in the target's order 0.99 to 1.00, so that 1.26 is out of reach; "
     "within 5 % of the best peer"),
    ("permutes", r"^reversal f32 (16|8)x", "lines 4 KiB apart share one set of the first cache: bare, four cache lines of "
     "each in turn, 0.51 to 0.57; a C kernel with nothing but these blocks 0.53"),
    ("permutes", r"^reversal f32 64x", "lines 1 MiB apart: bare, 256 bytes of each in turn, 0.53"),
    ("transposes", r"^f(32|64) 1024x1024 L3", "lines 4 or 8 KiB apart share one set of the first cache: bare, four cache "
     "lines of each in turn, float32 0.51 to 0.57, float64 0.36 to 0.50; 1.2 to 1.8 of the best peer"),
    ("transposes", r"^f32 3x1000000", "bare, one stream and the stores past the caches, 0.95 to 1.11; the floor is of a run in "
     "which memcpy was slow"),
    ("casts", r"^f32>(u8|f16|bf16) a\[::2\]", "half of each line counts, but all of it is read: bare 0.31 to 0.46 for uint8, "
     "0.36 to 0.48 for 16 bits"),
    ("casts", r"^(f64>f32|i64>i32) a\[::2\]", "half of each line counts, but all of it is read: bare 0.41, and 0.61 to "
     "0.66 past the caches"),
    ("casts", r"^(f64>i64|i64>f64) a\[::2\]", "half of each line counts, but all of it is read: bare 0.47 to 0.57, past the "
     "caches 0.82 to 0.88; converted in blocks and then streamed 0.69, as it is 0.73"),
    ("casts", r"^f64>i64 contiguous L2", "a C loop with the same steps 0.96, with the conversion alone 0.97"),
    ("strided", r"^f32 a\[:, ::3\]", "a third of each line counts, but all of it is read: bare 0.59 to 0.63"),
    ("strided", r"\[:, 3:7\]", "a quarter of each line counts, but all of it is read: bare 0.41 to 0.47"),
    ("strided", r"b\[::2\] = a DRAM", ONE_STORE_EACH),
    ("strided", r"^(u8|f32) a\[::(3|-1)\] of 4096x4096", "rows of 4 or 16 KiB in the order of the source, by memcpy 0.75, "
     "past the caches 0.92 (f32 a[::3]): memcpy of all at once has no rows"),
    ("overlap", r"^f32 a\[3::3\]", "bare stores of one float each, one a clock, 0.26 in L2, which AVX2 is held to; by lines "
     "under masks, in C and with the masks of this stride alone, 0.52"),
    ("overlap", r"^u(8 a = a\.T 512|16 a = a\.T 256)", "turning alone, in C on 16 KiB of the first cache: 42 to 57 GB/s for "
     "uint8, 49 to 69 for uint16, of 115"),
    ("overlap", r"^f32 a = a\.T 257", "lines begin anywhere, and every other store crosses a line: tiles alone, in C, "
     "without the odd row and column, 0.52"),
    ("overlap", r"^(u8 a = a\.T 2048|u16 a = a\.T 1024|f32 a = a\.T 1024)", "lines 2 or 4 KiB apart share a set or two of "
     "the first cache: the best of direct tiles and of blocks of three sizes, in C, 36 GB/s for uint8, 50 for uint16, 46 for "
     "float32"),
    ("gather", r"^take f32 65536", CHECKED_FIRST),
    ("fill", r"^(row|column) over 64x1000", "64 rows of 4000 bytes: each by memcpy 0.81 to 0.84 of one memset, by memset 0.89"),
    ("calls", r"^a\.reshape", "making and releasing any view is 12.5 ns (a.T); without comparing the shapes it is 13.3"),
    ("casts", r"^f32>u8 contiguous L3", "bare 1.04, and less with the next lines asked for: 1.5 is of a run in which memcpy "
     "was slow. Why OpenCV is a tenth ahead was not found"),
    ("casts", r"contiguous L3", "the floor of 1.5 is of a run in which memcpy was slow; the best peer has the same speed"),
    ("casts", r"^f32>f64 contiguous L2", "the floor is of another run; no peer is faster than 1.0"),
]

AVX2 = [
    ("gather", r"^masked fill", "AVX2 has no masked store that is fast on this processor (0.11 at any density), and what is "
     "not marked may not be written; the peers are compiled for AVX-512"),
    ("gather", r"^take f32", CHECKED_FIRST),
    ("transposes", r"^f32 256x256", "OpenBLAS is compiled for AVX-512; so is ndview's other set, which is ahead"),
    ("copies", r"^fresh", "memory that is touched for the first time is filled faster from its end: NumPy's memcpy, which "
     "goes down there, 20 GB/s, by pieces of 1 MiB past the caches 17.5, upwards 14, and 12.5 by the same memcpy from 256 MiB on"),
    ("casts", r"^bf16>f32 contiguous L2", "half is compiled for AVX-512; 0.98 of memcpy"),
    ("casts", r"(f64>i64|i64>f64) contiguous L2", "AVX2 has no such instruction: 14 instructions for eight elements"),
    ("strided", r"b\[::2\] = a DRAM", ONE_STORE_EACH),
]


def _found(reasons, row):
    for table, pattern, reason in reasons:
        if row["table"] == table and re.search(pattern, f"{row['name']} {row['size']}"):
            return reason
    return None


def _within(noise, row, share):
    """A sentence if a share below 1 may be noise."""
    least = noise.get(row["size"], 0)
    return f"by no more than runs differ ({least:.0%})" if share >= 1 - least else None


def why(row, share):
    """The reason of a row that reaches this share of its floor, None if none is known."""
    return _found(BELOW, row) or _within(NOISE, row, share)


def why_avx2(row):
    """The reason of a row that is behind the best peer with AVX2, None if none is known."""
    return _found(AVX2, row) or _within(NOISE_BESIDE_PEER, row, row["lesser"]["to_best_peer"])
