"""Suite: records and raw bytes. Random types are made here and in NumPy, and compared: their layout,
casting rules and promotion, views of fields, conversions, and files both ways.
"""

import random

import numpy as np

import departures
import npy
from ctypes import byref, c_bool, c_int32
from departures import depart
from ndview import CASTS, Array, Error, code_of, lib, numpy_dtype, statistics

departures.TABLE.update({
    "record-shape": "a field with axes keeps them when records convert; NumPy stretches some and drops others",
    "record-bytes": "raw bytes convert to as many raw bytes alone; NumPy pads and cuts",
    "record-number": "records, raw bytes and numbers do not convert to each other",
})

SCALARS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
           "float64", "complex64", "complex128"]
NAMES = ["x", "y", "z", "f0", "f1", "time of day", "it's", "größe", "μ", "a-b", "\"q\"", "#"]


def random_leaf(rng, orders):
    if rng.random() < 0.15:
        return np.dtype(f"V{rng.randint(1, 20)}")
    return np.dtype(rng.choice(SCALARS)).newbyteorder(rng.choice(orders))


def random_record(rng, depth=0, names=None, orders="="):
    """A record of any shape, in one of the ways that NumPy has to make one."""
    names = names or rng.sample(NAMES, rng.randint(1, 5))
    formats = []
    for _ in names:
        nested = depth < 3 and rng.random() < 0.25
        base = random_record(rng, depth + 1, orders=orders) if nested else random_leaf(rng, orders)
        # No record in a record may be of nothing but gaps, which promotion drops.
        shape = tuple(rng.randint(0 if depth == 0 and rng.random() < 0.05 else 1, 3) for _ in range(rng.choice((0, 0, 0, 1, 2))))
        formats.append((base, shape) if shape else base)
    fields = {"names": names, "formats": formats}
    way = rng.randrange(4)
    if way >= 2:  # with gaps of its own, in the order of the offsets
        offsets, end = [], 0
        for form in formats:
            offsets.append(end + rng.choice((0, 0, 1, 4)))
            end = offsets[-1] + np.dtype(form).itemsize
        fields.update(offsets=offsets, itemsize=end + rng.choice((0, 0, 3)))
    made = np.dtype(fields, align=way == 1)
    return made if made.itemsize else random_record(rng, depth, orders=orders)


def random_items(rng, dtype, shape, tame=False):
    """Random bytes, in which bools are 0 and 1; tame numbers are small ones."""
    count = int(np.prod(shape)) * dtype.itemsize
    raw = np.frombuffer(rng.randbytes(count), np.uint8).reshape(-1, dtype.itemsize).copy()
    for offset, leaf in leaves(dtype):
        if leaf.kind == "b":
            raw[:, offset] &= 1
        elif tame and leaf.kind in "iufc":
            numbers = np.array([rng.randint(0, 99) / rng.choice((1, 2, 8)) for _ in raw]).astype(leaf)
            raw[:, offset : offset + leaf.itemsize] = bytes_of_items(numbers)
    return np.frombuffer(raw.tobytes(), dtype).reshape(shape)


def leaves(dtype, offset=0):
    """Offset and type of everything in an item that is no record."""
    if dtype.subdtype:
        base, shape = dtype.subdtype
        for n in range(int(np.prod(shape))):
            yield from leaves(base, offset + n * base.itemsize)
    elif dtype.names is None:
        yield offset, dtype
    else:
        for name in dtype.names:
            inner, at = dtype.fields[name][:2]
            yield from leaves(inner, offset + at)


def native_bytes(x):
    """The bytes of x with every number in the machine's order, gaps as they are."""
    raw = bytes_of_items(x).copy()
    for offset, leaf in leaves(x.dtype):
        if not leaf.isnative:
            step = leaf.itemsize // (2 if leaf.kind == "c" else 1)
            for at in range(offset, offset + leaf.itemsize, step):
                raw[:, at : at + step] = raw[:, at : at + step][:, ::-1]
    return raw.tobytes()


def over(x):
    return Array.of_bytes(code_of(x.dtype), x.shape, x.tobytes())


def bytes_of_items(x):
    return np.frombuffer(x.tobytes(), np.uint8).reshape(-1, x.dtype.itemsize)


def same_bits(a, b):
    """Whether two NumPy arrays of one record type agree outside of the gaps; any NaN is as good as another."""
    for offset, leaf in leaves(a.dtype):
        end = offset + leaf.itemsize
        left, right = (np.frombuffer(bytes_of_items(x)[:, offset:end].tobytes(), leaf) for x in (a, b))
        if left.tobytes() != right.tobytes() and not np.array_equal(left, right, equal_nan=leaf.kind in "fc"):
            return False
    return True


# Types


def layouts(report, rng, dtype):
    code = code_of(dtype)
    report.case()
    found = numpy_dtype(code), lib.ndv_dtype_alignment(code), lib.ndv_dtype_itemsize(code)
    wanted = dtype, dtype.alignment, dtype.itemsize
    if found != wanted or code_of(dtype) != code:
        report.difference(f"the layout of {dtype}", wanted, found)
    # Without offsets the same places are found.
    if not any(inner.subdtype and 0 in inner.subdtype[1] for inner, *_ in dtype.fields.values()):
        for align in (False, True):
            again = np.dtype([(name, dtype.fields[name][0]) for name in dtype.names], align=align)
            report.case()
            if numpy_dtype(code_of(again)) != again:
                report.difference(f"the places of {again}", again, numpy_dtype(code_of(again)))


def altered(rng, dtype):
    """A record that has something in common with another."""
    names = list(dtype.names)
    if rng.random() < 0.3:
        rng.shuffle(names)
    formats = []
    for name in dtype.names:
        inner = dtype.fields[name][0]
        base, shape = inner.subdtype or (inner, ())
        if base.names is not None and rng.random() < 0.5:
            base = altered(rng, base)
        elif base.names is None and base.kind != "V" and rng.random() < 0.6:
            base = np.dtype(rng.choice(SCALARS))
        if shape and rng.random() < 0.05:
            shape = tuple(n + 1 for n in shape)
        formats.append((base, shape) if shape else base)
    made = np.dtype({"names": names, "formats": formats}, align=rng.random() < 0.5)
    return made if made.itemsize else dtype


def departure(a, b):
    """Why two types may convert in NumPy and not here."""
    if a.names is None and b.names is None:
        if a.kind != "V" and b.kind != "V" or a == b:
            return None
        return "record-bytes" if a.kind == b.kind else "record-number"
    if a.names is None or b.names is None:
        return "record-number"
    if len(a.names) != len(b.names):
        return None
    for left, right in zip(a.names, b.names):
        left, right = a.fields[left][0], b.fields[right][0]
        (left, shape), (right, other) = left.subdtype or (left, ()), right.subdtype or (right, ())
        if shape != other:
            return "record-shape"
        if found := departure(left, right):
            return found
    return None


def formats(dtype):
    """A type without its places."""
    if dtype.subdtype:
        return formats(dtype.subdtype[0]), dtype.subdtype[1]
    if dtype.names is None:
        return dtype.str
    return [(name, formats(dtype.fields[name][0])) for name in dtype.names]


def promoted_alike(a, b):
    """NumPy's sub-arrays keep the alignment of what they were promoted from, and nested records are not always
    made anew, so that places are compared where there is neither."""
    plain = a.names is None or all(inner.subdtype is None and inner.names is None for inner, *_ in a.fields.values())
    return a == b if plain else formats(a) == formats(b)


def rules(report, a, b):
    codes = code_of(a), code_of(b)
    for rule, number in CASTS.items():
        if rule == "same_value":
            continue
        allowed, wanted = c_bool(), np.can_cast(a, b, rule)
        lib.ndv_can_cast(*codes, number, byref(allowed))
        report.case()
        if allowed.value != wanted:
            why = departure(a, b)
            if why and not allowed.value:
                depart(why)
            else:
                report.difference(f"casting {a} to {b} by {rule}", wanted, allowed.value)
    promoted = c_int32()
    try:
        wanted = np.promote_types(a, b)
    except TypeError:
        wanted = None
    try:
        lib.ndv_promote(*codes, byref(promoted))
        found = numpy_dtype(promoted.value)
    except Error:
        found = None
    if wanted and not wanted.itemsize:
        return  # here no item is of nothing
    report.case()
    if (found is None) != (wanted is None) or found and not promoted_alike(found, wanted):
        report.difference(f"promoting {a} and {b}", wanted, found)


# Elements


def conversions(report, rng, a, b):
    x = random_items(rng, a, (rng.randint(0, 3), rng.randint(0, 4)))
    if departure(a, b) or not np.can_cast(a, b, "unsafe"):
        return
    if any(leaf.kind in "fc" for _, leaf in leaves(a)) and any(leaf.kind in "iu" for _, leaf in leaves(b)):
        return  # NumPy leaves floats out of range undefined; the suite of casts looks at them
    gaps = random_items(rng, b, x.shape)
    report.case()
    wanted = gaps.copy()
    wanted[...] = x
    target = over(gaps)
    target.set(over(x))
    found = np.frombuffer(target.window().tobytes(), b).reshape(x.shape)
    if not same_bits(found, wanted):
        report.difference(f"converting {a} to {b}", wanted, found)
    # Between the fields nothing is written, which NumPy does not promise. Records in records may be of one type on
    # both sides, and then move whole.
    kept = np.ones(b.itemsize, bool)
    for inner, offset in (b.fields[name][:2] for name in b.names):
        kept[offset : offset + inner.itemsize] = False
    before, after = (bytes_of_items(y)[:, kept] for y in (gaps, found))
    if a != b and not np.array_equal(before, after):
        report.difference(f"the gaps of {b}", before, after)


def views(report, rng, dtype):
    x = random_items(rng, dtype, (3, 4))
    a = over(x)
    name = rng.choice(dtype.names)
    report.case()
    found, wanted = a.field(name), x[name]
    outcome = found.shape, found.strides, found.data - a.data, numpy_dtype(found.code), found.base
    expected = (wanted.shape, wanted.strides, wanted.ctypes.data - x.ctypes.data, wanted.dtype, a.handle)
    if 0 not in wanted.shape and outcome != expected:
        report.difference(f"field {name} of {dtype}", expected, outcome)
    names = rng.sample(dtype.names, rng.randint(1, len(dtype.names)))
    report.case()
    found, wanted = a.fields(names), x[names]
    outcome = numpy_dtype(found.code), lib.ndv_dtype_alignment(found.code), found.strides
    expected = wanted.dtype, wanted.dtype.alignment, wanted.strides
    if outcome != expected:
        report.difference(f"fields {names} of {dtype}", expected, outcome)
    report.case()
    again = over(random_items(rng, dtype, x.shape))
    again.set(a, "no")
    if again.window().tobytes() != x.tobytes():
        report.difference(f"copying {dtype}", x.tobytes(), again.window().tobytes())


# Files


def files(report, rng, dtype):
    shape = tuple(rng.choice((0, 1, 2, 3)) for _ in range(rng.randint(0, 3)))
    x = random_items(rng, dtype, shape)
    try:
        file = npy.numpy_file(x, None)
    except ValueError:
        return
    report.case()
    if len(file) - x.nbytes > 9_990:
        return
    a = npy.load(file)
    native = x.dtype.newbyteorder("=")
    if a.shape != x.shape or numpy_dtype(a.code) != native or a.window().tobytes() != native_bytes(x):
        report.difference(f"loading {dtype} {shape}", (native, native_bytes(x)), (numpy_dtype(a.code), a.window().tobytes()))
        return
    y = np.frombuffer(native_bytes(x), native).reshape(x.shape)
    wanted, found = npy.numpy_file(y), npy.save(over(y))
    if wanted != found:
        report.difference(f"saving {native} {shape}", wanted, found)


def broken_file(report, rng, dtype):
    """What is accepted of a broken file is what NumPy makes of it; what is not has a status for it. NumPy reads more:
    what else it takes is in the departures of .npy files."""
    x = random_items(rng, dtype, (rng.randint(0, 3),))
    try:
        file = npy.with_header(npy.numpy_file(x), lambda header: npy.words_into(rng, header))
    except ValueError:
        return
    report.case()
    wanted, before = npy.numpy_load(file), statistics().bytes_alive
    try:
        found = npy.load(file)
    except Error as error:
        found = None
        if error.code not in ("NDV_E_FORMAT", "NDV_E_TRUNCATED", "NDV_E_UNSUPPORTED"):
            report.difference(f"a broken file {file[:200]!r}", wanted, error)
    if found and not isinstance(wanted, np.ndarray):
        if not isinstance(wanted.__cause__, IndentationError):
            report.difference(f"a broken file {file[:200]!r}", wanted, found.window())
    elif found and not loaded_alike(found, wanted):
        report.difference(f"a broken file {file[:200]!r}", wanted, found.window())
    del found
    if statistics().bytes_alive != before:
        report.difference(f"a broken file leaves memory: {file[:200]!r}", before, statistics().bytes_alive)


def loaded_alike(a, x):
    """Whether an array is what NumPy loaded, which leaves the gaps of records as they happen to be."""
    native = x.dtype.newbyteorder("=")
    if numpy_dtype(a.code) != native or a.shape != x.shape:
        return False
    ours, theirs = a.window().tobytes(), native_bytes(x)
    return x.size == 0 or same_bits(np.frombuffer(ours, native), np.frombuffer(theirs, native))


def run(report, seed, count):
    for n in range(min(count, 6000)):  # There are only so many record types in a process.
        rng = random.Random(f"records {seed} {n}")
        dtype = random_record(rng)
        other = altered(rng, dtype) if rng.random() < 0.8 else random_record(rng)
        layouts(report, rng, dtype)
        rules(report, dtype, other)
        rules(report, dtype, random_leaf(rng, "="))
        rules(report, random_leaf(rng, "="), random_leaf(rng, "="))
        views(report, rng, dtype)
        conversions(report, rng, dtype, other)
        files(report, rng, random_record(rng, orders=rng.choice(("=", "=S", "S"))))
        files(report, rng, np.dtype(f"V{rng.randint(1, 300)}"))
        broken_file(report, rng, random_record(rng, depth=2, orders="=S"))
