"""Suite: text. Random arrays of random options against np.array2string, which is how ndview prints
arrays without axes too."""

import ctypes
import random

import numpy as np

import ndview
import records
from departures import depart
from ndview import DTYPES, Array
from values import edges

TYPES = [name for name in DTYPES if name != "bfloat16"]  # which NumPy does not have
MODES = {"unique": ndview.DIGITS_UNIQUE, "maxprec": ndview.DIGITS_MAXPREC,
         "maxprec_equal": ndview.DIGITS_MAXPREC_EQUAL, "fixed": ndview.DIGITS_FIXED}
PRECISION_LIMIT = 1000


def reals(rng, dtype, n):
    """n floating-point numbers of one temperament."""
    info = np.finfo(dtype)
    word = np.dtype(f"uint{8 * info.dtype.itemsize}").type
    near = dtype(rng.choice([1e-4, 1e3, 1e6, 1e8, 1.0, 99999999.5, 0.0009765]))
    narrow = rng.integers(-40, 25)
    makers = [
        lambda: rng.integers(0, np.iinfo(word).max, n, word, endpoint=True).view(dtype),  # any bits
        lambda: rng.integers(-20, 20, n),
        lambda: rng.random(n) * 10.0 ** rng.integers(-6, 10),  # one decade
        lambda: rng.standard_normal(n) * 10.0 ** rng.uniform(-10, 10, n),  # mixed magnitudes
        lambda: rng.standard_normal(n) * 10.0 ** rng.uniform(np.log10(info.tiny) - 5, np.log10(info.max), n),
        lambda: np.ldexp(np.ones(n), rng.integers(info.minexp - info.nmant, info.maxexp, n)),
        lambda: np.ldexp(np.ones(n), rng.integers(narrow, narrow + 9, n)),  # neighbours are uneven
        lambda: rng.integers(1, 2000, n).astype(word).view(dtype),  # subnormals
        lambda: rng.integers(-1000, 1000, n) / 10.0 ** rng.integers(0, 7),  # short decimals
        lambda: (2 * rng.integers(-500, 500, n) + 1) / 2.0 ** rng.integers(0, 12),  # ties
        lambda: near * (1 + info.eps * rng.integers(-3, 4, n)),  # where exponents begin
        lambda: 10.0 ** rng.integers(-5, 8) - 10.0 ** -rng.integers(1, 12, n).astype(float),  # nines
        lambda: rng.choice([np.nan, np.inf, -np.inf], n),
        lambda: rng.choice([0.0, -0.0], n),
    ]
    with np.errstate(all="ignore"):
        x = np.array(makers[rng.integers(len(makers))]()).astype(dtype)
        for chance, value in ((0.3, 0), (0.2, -0.0), (0.3, np.nan), (0.3, np.inf), (0.2, -np.inf)):
            if rng.random() < chance:
                x[rng.random(n) < 0.2] = value
        return np.abs(x) if rng.random() < 0.3 else x


def numbers(rng, name, n):
    dtype = np.dtype(name)
    if dtype.kind == "b":
        return rng.random(n) < rng.random()
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        low, high = info.min, info.max
        if rng.random() < 0.4:
            low, high = (-9 if low else 0), int(rng.choice([10, 20, 120]))
        elif rng.random() < 0.7:
            low, high = sorted(rng.integers(low, high, 2, dtype, endpoint=True))
        return rng.integers(low, high, n, dtype, endpoint=True)
    if dtype.kind == "f":
        return reals(rng, dtype.type, n)
    x = np.empty(n, dtype)
    x.real, x.imag = (reals(rng, x.real.dtype.type, n) for _ in range(2))
    return x


def random_shape(rng):
    ndim = int(rng.choice(6, p=[0.06, 0.36, 0.26, 0.16, 0.1, 0.06]))
    shape = rng.integers(1, (1, 60, 14, 7, 5, 4)[ndim] + 1, ndim)
    if ndim and rng.random() < 0.05:
        shape[rng.integers(ndim)] = 0
    elif ndim and rng.random() < 0.03:  # beyond the default threshold
        shape[rng.integers(ndim)] = 1000 // max(1, np.prod(shape) // 10)
    return shape.tolist()


def random_array(rng, name):
    """With gaps, flips, broadcast axes, and no alignment."""
    shape = random_shape(rng)
    steps = [int(rng.choice([1, 1, 1, 2, 3, -1, -2])) for _ in shape]
    full = [n * abs(step) for n, step in zip(shape, steps)]
    phase, n = int(rng.integers(0, 16)), int(np.prod(full))
    raw = np.frombuffer(b"\x55" * phase + numbers(rng, name, max(1, n)).tobytes(), np.uint8)
    x = np.ndarray(full, name, raw, phase)[(*(slice(None, None, step) for step in steps), ...)]
    if rng.random() < 0.3:
        x = x.transpose(rng.permutation(x.ndim))
    if x.ndim and x.size and rng.random() < 0.1:
        axis = int(rng.integers(x.ndim))
        x = np.broadcast_to(x.take([0], axis), x.shape)
    return x


def random_options(rng):
    """As NumPy's printoptions; nothing but now and then."""
    if rng.random() < 0.1:
        return None
    return dict(
        precision=int(rng.integers(0, 18)) if rng.random() < 0.97 else int(rng.choice([30, 60, 340, 1000, 1001])),
        floatmode=str(rng.choice(list(MODES))), suppress=bool(rng.random() < 0.4),
        threshold=int(rng.choice([0, 1, 5, 20, 100, 1000, 10**9])),
        edgeitems=int(rng.choice([0, 1, 2, 3, 4, 5], p=[0.03, 0.2, 0.2, 0.2, 0.2, 0.17])),
        linewidth=int(rng.integers(10, 201)) if rng.random() < 0.95 else int(rng.integers(-5, 10)),
        sign=str(rng.choice(["-", "+", " "], p=[0.6, 0.2, 0.2])))


def numpy_text(x, options):
    """None where NumPy gives up: on very long numbers."""
    try:
        with np.printoptions(**options or dict(floatmode="unique")):
            # An array without axes is printed as its scalar, where the options do not say otherwise.
            own_text = x.ndim == 0 and (not options or (options["floatmode"], options["sign"]) == ("unique", "-"))
            return str(x) if own_text else np.array2string(x)
    except RuntimeError:
        return None


def ndview_text(x, options):
    if options:
        options = ndview.FormatOptions(
            ctypes.sizeof(ndview.FormatOptions), options["precision"], MODES[options["floatmode"]], options["suppress"],
            ord(options["sign"]), options["threshold"], options["edgeitems"], options["linewidth"])
    try:
        return (records.over(x) if x.dtype.kind == "V" else Array.over(x)).format(options)
    except ndview.Error as error:
        return error.code


def check(report, x, options):
    report.case()
    wanted = numpy_text(x, options)
    if options and options["precision"] > PRECISION_LIMIT:
        depart("print-precision")
        wanted = "NDV_E_ARGUMENT"
    found = ndview_text(x, options)
    if wanted is not None and wanted != found:
        values = repr(x.tolist()) if x.size < 40 else "..."
        report.difference(f"{x.dtype} {x.shape} {x.strides} {options} {values}", wanted, found)


def check_bfloat16(report):
    """One by one: as many digits as it takes to tell a number from its neighbours."""
    bits = edges("bfloat16")
    floats = (bits.astype(np.uint32) << 16).view(np.float32)
    for some in np.array_split(np.arange(0, 65536, 37), 40):
        array = Array.over(bits[some], "bfloat16")
        report.case()
        text = array.format().replace("[", " ").replace("]", " ").split()
        with np.errstate(all="ignore"):
            back = np.array([float(word) for word in text]).astype(np.float32)
        rounded = Array.over(back).astype("bfloat16").window()
        nan = np.isnan(floats[some])
        if (rounded[~nan] != bits[some][~nan]).any() or not np.isnan(back[nan]).all():
            report.difference("bfloat16 read back", floats[some], text)


def check_records(report, seed, count):
    for n in range(count):
        rng = random.Random(f"printing records {seed} {n}")
        dtype = records.random_record(rng) if rng.random() < 0.9 else np.dtype(f"V{rng.randint(1, 9)}")
        shape = tuple(rng.choice((1, 2, 3, 12)) for _ in range(rng.choice((0, 1, 1, 2, 3))))
        check(report, records.random_items(rng, dtype, shape, tame=rng.random() < 0.5),
              random_options(np.random.default_rng(n)) if rng.random() < 0.6 else None)


def run(report, seed, count):
    check_records(report, seed, min(count // 10, 2000))
    rng = np.random.default_rng(seed)
    weights = np.array([3.0 if np.dtype(name).kind in "fc" else 1.0 for name in TYPES])
    for name in rng.choice(TYPES, count, p=weights / weights.sum()):
        check(report, random_array(rng, str(name)), random_options(rng))
    check_bfloat16(report)
