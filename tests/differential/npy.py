"""Suite: .npy files. What NumPy writes is read here and the other way round, byte for byte; files
that are broken at random are refused by both or by none, but for the departures below; and a header
that claims the world takes no memory.

As a program of its own, `npy.py --list N` prints the first N broken files on which the two differ.
"""

import contextlib
import ctypes
import io
import os
import random
import re
import resource
import sys
import tempfile
import warnings
from ctypes import byref, c_int32, c_int64, c_size_t
from pathlib import Path

import numpy as np

import departures
import ndview
from departures import depart
from layouts import random_bytes, random_shape, random_window
from ndview import DTYPES, Array, lib

TYPES = [name for name in DTYPES if name != "bfloat16"]  # which NumPy does not have
VERSIONS = [(1, 0), (2, 0), (3, 0)]

departures.TABLE.update({
    "npy-dtype": "records, strings, raw bytes, dates and the like are not supported",
    "npy-spelling": "a type is spelled as numpy.save does or without its order: not 'float64', not 'd', not 'f08'",
    "npy-literal": "strings have no prefix, escape or neighbour; numbers are decimal, no bool; no value stands in"
                   " parentheses",
    "npy-repeated": "a key that is repeated is refused; NumPy takes the last",
    "npy-indent": "blanks may stand before the dict and after it; Python takes some of them for indented lines",
    "npy-size": "no shape of more bytes than can be addressed, even if an extent is 0",
})


class Info(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("major", c_int32), ("minor", c_int32), ("dtype", c_int32),
                ("ndim", c_int32), ("order", c_int32), ("swapped", c_int32), ("size", c_int64),
                ("data_offset", c_size_t), ("nbytes", c_size_t), ("shape", c_int64 * 64)]


def load(file):
    """A file's bytes as an array."""
    return ndview._make(lib.ndv_npy_load_memory, file, len(file))


def load_path(path):
    return ndview._make(lib.ndv_npy_load, os.fsencode(path))


def save(array):
    nbytes = c_size_t()
    lib.ndv_npy_save_memory(array.handle, None, 0, byref(nbytes))
    room = ctypes.create_string_buffer(nbytes.value + 1)
    lib.ndv_npy_save_memory(array.handle, room, nbytes.value, byref(nbytes))
    return room.raw[:-1]


def read_info(file):
    info = Info(ctypes.sizeof(Info))
    lib.ndv_npy_read_info_memory(file, len(file), byref(info))
    return info


def numpy_file(x, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, x, version, allow_pickle=False)
    return file.getvalue()


def numpy_load(file):
    """The array, or the exception that says why not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return np.load(io.BytesIO(file), allow_pickle=False)
        except Exception as error:
            return error


def native(x):
    """x in the machine's byte order, bit for bit."""
    return x if x.dtype.isnative else x.byteswap().view(x.dtype.newbyteorder("="))


def summary(x):
    """What can be compared, of either side's array."""
    if isinstance(x, Array):
        return x.dtype, x.shape, x.window().tobytes()
    return x.dtype.name, x.shape, native(x).tobytes()


def dense_strides(shape, itemsize, order):
    """Those of a new array."""
    return np.ndarray(shape, f"V{itemsize}", order=order).strides if 0 not in shape else None


# Every combination


def shapes(rng):
    """One of each number of axes."""
    for ndim in (*range(9), 64):
        most = {0: 1, 1: 40, 2: 9, 3: 5}.get(ndim, 3)
        extents = [rng.randint(1, most) for _ in range(ndim)]
        if ndim == 64:
            extents = [2 if axis in rng.sample(range(64), 6) else 1 for axis in range(64)]
        if rng.random() < 0.1 and ndim:
            extents[rng.randrange(ndim)] = 0
        yield tuple(extents)


def every_combination(report, seed, folder):
    rng = random.Random(seed)
    path = folder / "one.npy"
    for name in TYPES:
        for swapped in (False, True):
            for order in "CF":
                for version in VERSIONS:
                    for shape in shapes(rng):
                        dtype = np.dtype(name)
                        raw = random_bytes(rng.randrange(2**32), name, int(np.prod(shape)) * dtype.itemsize)
                        x = np.ndarray(shape, dtype.newbyteorder("S" if swapped else "="), raw.tobytes(), order=order)
                        one_combination(report, x, version, path)


def one_combination(report, x, version, path):
    """A file by NumPy, from memory and from the disk."""
    report.case()
    file = numpy_file(x, version)
    path.write_bytes(file)
    info, arrays = read_info(file), (load(file), load_path(path))
    fortran = x.flags.f_contiguous and not x.flags.c_contiguous
    order = "F" if fortran else "C"
    for a in arrays:
        strides = dense_strides(x.shape, x.itemsize, order)
        found = summary(a), a.base, a.owns_data, a.strides if strides is not None else None
        wanted = summary(x), None, True, strides
        if found != wanted:
            report.difference(f"loading {x.dtype.str} {x.shape} {version}", wanted, found)
    wanted = (*version, DTYPES[x.dtype.name], x.ndim, ord(order), not x.dtype.isnative, x.size,
              len(file) - x.nbytes, x.nbytes, x.shape + (0,) * (64 - x.ndim))
    found = (info.major, info.minor, info.dtype, info.ndim, info.order, bool(info.swapped), info.size,
             info.data_offset, info.nbytes, tuple(info.shape))
    if found != wanted:
        report.difference(f"the info of {x.dtype.str} {x.shape} {version}", wanted, found)
    again = save(arrays[0])
    wanted = numpy_file(native(x) if x.ndim else np.array(native(x)))
    if again != wanted:
        report.difference(f"saving {x.dtype.str} {x.shape}", wanted, again)


# Random arrays


def random_arrays(report, seed, count, folder):
    for n in range(count):
        rng = random.Random(f"npy {seed} {n}")
        name, shape = rng.choice(TYPES), random_shape(rng)
        itemsize = np.dtype(name).itemsize
        strides, offset, nbytes = random_window(rng, shape, itemsize, meeting=rng.random() < 0.1)
        if rng.random() < 0.3:
            shape, strides = shape[::-1], strides[::-1]
        raw = np.array(random_bytes(rng.randrange(2**32), name, nbytes, offset % itemsize))
        x = np.ndarray(shape, name, raw, offset, strides)
        a = Array.wrap(raw, offset, name, shape, strides)
        report.case()
        saved, wanted = save(a), numpy_file(x)
        if saved != wanted:
            report.difference(f"array {n}: saving {name} {shape} {strides}", wanted, saved)
        if summary(load(saved)) != summary(x):
            report.difference(f"array {n}: loading it again", summary(x), summary(load(saved)))
        if n % 4 == 0:
            through_files(report, x, a, folder)


def through_files(report, x, a, folder):
    ours, theirs = folder / "ours.npy", folder / "theirs.npy"
    np.save(theirs, x)
    lib.ndv_npy_save(a.handle, os.fsencode(ours))
    if ours.read_bytes() != theirs.read_bytes():
        report.difference(f"the file of {x.dtype} {x.shape} {x.strides}", theirs.read_bytes(), ours.read_bytes())
    if summary(np.load(ours)) != summary(x) or summary(load_path(theirs)) != summary(x):
        report.difference(f"reading the file of {x.dtype} {x.shape} {x.strides}", summary(x), summary(load_path(theirs)))


# Broken files


WORDS = [b" ", b"\n", b"\t", b"\x0c", b"\r", b"#", b"L", b"0", b"1", b"-", b"+", b"_", b",", b"(", b")", b"'", b'"', b"{",
         b"}", b":", b"\\", b"\0", b"True", b"False", b"()", b"[]", b"'shape'", b"<", b">", b"=", b"|", b"f8", b"O", b"u",
         b"9999999999999999999", b"4611686018427387904", b"1, ", b"0, ", b"\xff", b"\xa0", b"#x\n", b"\\\n", b" L", b"0x1"]

SPELLINGS = ["float64", "d", "<d", "f08", "f", "?", "l", "O", "|O", "S5", "<U3", "V4", "<M8[ns]", "m8", "<f16", "c32",
             "f9", "", "<", "i4,i4", "(2,)f8", "=f4", "|f8", ">b1", "u1", "i8", "B", "banana", ">c16", "T", "<c8", "b2"]


def healthy_file(rng):
    name, shape = rng.choice(TYPES), tuple(rng.choice((0, 1, 2, 3, 7)) for _ in range(rng.randint(0, 4)))
    dtype = np.dtype(name).newbyteorder(rng.choice("=S"))
    x = np.frombuffer(rng.randbytes(int(np.prod(shape)) * dtype.itemsize), dtype).reshape(shape, order=rng.choice("CF"))
    return numpy_file(x, rng.choice(VERSIONS))


def with_header(file, change):
    """The file with another header, and the length that goes with it."""
    wide = file[6] > 1
    begin = 12 if wide else 10
    end = begin + int.from_bytes(file[8:begin], "little")
    header = change(file[begin:end])
    return file[:8] + len(header).to_bytes(begin - 8, "little") + header + file[end:]


def respelled(rng, header):
    """The header as others might write it; now and then as nobody should."""
    items = dict(re.findall(r"'(\w+)': (\(.*?\)|'.*?'|\w+)", header.decode()))
    items["shape"] = re.sub(r"\d+", lambda n: rng.choice(("{}", "{}", "{}L", "{} L", "+{}")).format(n[0]), items["shape"])
    if rng.random() < 0.1:
        items["shape"] = rng.choice(("(0, 2305843009213693952)", "(0, 1152921504606846968)", "(4611686018427387904, 0, 4)"))
    keys = rng.sample(sorted(items), 3)
    if rng.random() < 0.1:
        keys.insert(rng.randrange(4), rng.choice(keys))

    def blank():
        return rng.choice(("", "", "", " ", "  ", "\t", "\n", "\r\n", "\f", "# \x93 {\n"))

    def quoted(key):
        return rng.choice(("'{}'", '"{}"')).format(key)

    def value(key):
        text = items[key].replace("'", rng.choice("'\""))
        return re.sub(r"[(),]", lambda mark: blank() + mark[0] + blank(), text) if key == "shape" else text

    comma = rng.choice((",", "", ", "))
    text = ",".join(blank() + quoted(key) + blank() + ":" + blank() + value(key) + blank() for key in keys)
    return (rng.choice(("", "", " ", "\t", "\n")) + "{" + text + comma + blank() + "}" + blank()).encode("latin1")


def broken_file(rng):
    """A file in which a few things are unusual or wrong, mostly in its header."""
    file = healthy_file(rng)
    if rng.random() < 0.3:
        return with_header(file, lambda header: respelled(rng, header))
    if rng.random() < 0.25:
        text = rng.choice(SPELLINGS).encode()
        return with_header(file, lambda header: re.sub(rb"'[<>|=]\w+'", lambda _: b"'%s'" % text, header, count=1))
    if rng.random() < 0.25:
        return with_header(file, lambda header: words_into(rng, header))
    file = bytearray(file)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(min(len(file), rng.choice((12, 80, 80, 140)))) if file else 0
        kind = rng.randrange(6)
        if kind == 0 and file:
            file[at] ^= 1 << rng.randrange(8)
        elif kind == 1 and file:
            file[at] = rng.randrange(256)
        elif kind == 2:
            del file[rng.randrange(len(file) + 1):]
        elif kind == 3:
            file[at:at] = rng.choice(WORDS)
        elif kind == 4:
            del file[at : at + rng.randint(1, 4)]
        else:
            file[at : at + 1] = rng.choice(WORDS)
    return bytes(file)


def words_into(rng, header):
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(header.rstrip()) + 2)
        if rng.random() < 0.6:
            header = header[:at] + rng.choice(WORDS) + header[at:]
        else:
            header = header[:at] + rng.choice(WORDS) + header[at + 1 :]
    return header


_B = r"(?:[ \t\f\r\n]|#[^\r\n\0]*)*"
_STRING = r"""(?:'[^'\\\r\n\0]*'|"[^"\\\r\n\0]*")"""
_INT = rf"[+-]?{_B}(?:0+|[1-9][0-9]*)(?:[ \t\f]*L)?"
_TUPLE = rf"\({_B}(?:{_INT}{_B},{_B}(?:{_INT}{_B}(?:,{_B}{_INT}{_B})*,?{_B})?)?\)"
_VALUE = rf"(?:{_STRING}|{_TUPLE}|True|False)"
_ITEM = rf"({_STRING}){_B}:{_B}({_VALUE}){_B}"
HEADER = re.compile(rf"{_B}\{{{_B}(?:{_ITEM},{_B}){{2}}{_ITEM},?{_B}\}}{_B}", re.S)
ITEM = re.compile(_ITEM, re.S)
TYPE = re.compile(r"[<>=|]?(b1|[iu][1248]|f[248]|c8|c16)")


def reason(file, x):
    """Why ndview is to refuse a file that NumPy loads as x: a departure; None if it is not."""
    begin = 12 if file[6] > 1 else 10
    header = file[begin : begin + int.from_bytes(file[8:begin], "little")].decode("latin1")
    if x.dtype.name not in TYPES:
        return "npy-dtype"
    if header.count("descr") > 1 or header.count("fortran_order") > 1 or header.count("shape") > 1:
        return "npy-repeated"
    if not HEADER.fullmatch(header):
        return "npy-literal"
    (descr,) = [value for key, value in ITEM.findall(header) if "descr" in key]
    if not TYPE.fullmatch(descr[1:-1]):
        return "npy-spelling"
    if 0 in x.shape and np.prod([n for n in x.shape if n], dtype=object) * x.itemsize > 2**63 - 65:
        return "npy-size"
    return None


def broken_files(report, seed, count):
    for n in range(count):
        file = broken_file(random.Random(f"broken {seed} {n}"))
        report.case()
        wanted, before = numpy_load(file), ndview.statistics().bytes_alive
        try:
            found = load(file)
        except ndview.Error as error:
            found = error
        if outcome := differ(file, wanted, found):
            report.difference(f"broken file {n}: {outcome}: {file[:160]!r}", shown(wanted), shown(found))
        del found
        if ndview.statistics().bytes_alive != before:
            report.difference(f"broken file {n} leaves memory", 0, ndview.statistics().bytes_alive - before)


def differ(file, wanted, found):
    """What is wrong about ndview's outcome, if anything is; notes departures."""
    counts[type(wanted) is np.ndarray, type(found) is Array] += 1
    if isinstance(found, ndview.Error) and found.code not in ("NDV_E_FORMAT", "NDV_E_TRUNCATED", "NDV_E_UNSUPPORTED"):
        return "another status"
    if isinstance(wanted, Exception):
        if isinstance(found, Array) and not isinstance(wanted.__cause__, IndentationError):
            return "NumPy refuses"
        return depart("npy-indent") if isinstance(found, Array) else None
    if isinstance(found, Array):
        return "another array" if summary(found) != summary(wanted) else None
    departure = reason(file, wanted)
    if departure is None:
        return "NumPy accepts"
    depart(departure)
    return None


counts = {(theirs, ours): 0 for theirs in (True, False) for ours in (True, False)}


def shown(outcome):
    if isinstance(outcome, Exception):
        return f"{type(outcome).__name__}: {outcome}"
    return summary(outcome)


# Hostile headers


@contextlib.contextmanager
def little_memory(more):
    """The process may take so many bytes more than it has."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def hostile_files(report, folder):
    """Claims of much more than there is: refused for what the file is, not for want of memory."""
    if not sys.platform.startswith("linux"):
        return
    path = folder / "hostile.npy"
    for name in TYPES:
        for shape in ((2**26,), (2**31, 3), (2**58,), (2**60,), (2**62,), (2**40, 2**40), (1000,) * 6, (2,) * 59):
            file = np.lib.format.magic(1, 0)
            header = repr({"descr": np.dtype(name).str, "fortran_order": False, "shape": shape}).encode()
            file += len(header).to_bytes(2, "little") + header + b"\0" * 1000
            path.write_bytes(file)
            read, write = os.pipe()
            os.write(write, file)
            os.close(write)
            with little_memory(8 << 20):
                for load_it in (lambda: load(file), lambda: load_path(path), lambda: load_path(f"/dev/fd/{read}")):
                    report.case()
                    try:
                        load_it()
                        found = "an array"
                    except ndview.Error as error:
                        found = error.code
                    if found not in ("NDV_E_TRUNCATED", "NDV_E_FORMAT"):
                        report.difference(f"a claim of {name} {shape}", "NDV_E_TRUNCATED", found)
            os.close(read)


def run(report, seed, count):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        every_combination(report, seed, folder)
        random_arrays(report, seed, count // 2, folder)
        hostile_files(report, folder)
        if left := [path.name for path in folder.iterdir() if path.name.startswith(".ndview")]:
            report.difference("temporary files are left", [], left)
    broken_files(report, seed, count - count // 2)


def main():
    """Lists what both make of broken files, and where they differ."""
    for n in range(int(sys.argv[2])):
        file = broken_file(random.Random(f"broken 1 {n}"))
        wanted = numpy_load(file)
        try:
            found = load(file)
        except ndview.Error as error:
            found = error
        differs = differ(file, wanted, found)
        if differs or isinstance(wanted, np.ndarray) != isinstance(found, Array):
            why = differs or isinstance(wanted, np.ndarray) and reason(file, wanted) or "npy-indent"
            print(n, why, file[:140], shown(wanted), shown(found), sep="\n    ")
    for (theirs, ours), files in counts.items():
        print(f"{files:>8} files: NumPy {'accepts' if theirs else 'refuses'}, ndview {'accepts' if ours else 'refuses'}")
    departures.show()


if __name__ == "__main__":
    main()
