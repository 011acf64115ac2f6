"""What a conversion has to give, and values that are worth converting.

NumPy decides wherever it has the types and an answer of its own. The rest is design.md's: floats
into integers are truncated, stop at the ends of the range, and NaN is 0; bfloat16 is the upper half
of a float32, rounded once and to even; and a single value has to fit.
"""

import bisect
import math

import numpy as np

from departures import depart
from ndview import DTYPES, NUMPY

KIND = {name: "f" if name == "bfloat16" else np.dtype(name).kind for name in DTYPES}

# Every bfloat16 from 0 up to the last finite one, and what lies halfway to the next.
_BFLOATS = (np.arange(0x7F81, dtype=np.uint32) << 16).view(np.float32).astype(float)
_BFLOATS[-1] = 2.0**128
_MIDDLES = (_BFLOATS[:-1] + _BFLOATS[1:]) / 2
_MIDDLE_LIST = _MIDDLES.tolist()


class Refused(Exception):
    """The model's way to say that a call must fail."""


def quiet():
    return np.errstate(all="ignore")


# Types


def can_cast(source, target, casting):
    if casting == "same_value" or source == target:
        return True
    if "bfloat16" not in (source, target):
        return np.can_cast(source, target, casting)
    if "float16" in (source, target):
        return casting in ("same_kind", "unsafe")
    like = [name.replace("bfloat16", "float16") for name in (source, target)]
    return np.can_cast(*like, casting)


def promote(a, b):
    if "bfloat16" not in (a, b):
        return np.promote_types(a, b).name
    if {a, b} == {"bfloat16", "float16"}:
        return "float32"
    name = np.promote_types(*(n.replace("bfloat16", "float16") for n in (a, b))).name
    return "bfloat16" if name == "float16" else name


# Conversions of arrays


def cast(x, source, target):
    """A new array: x, of type `source`, as type `target`, by the rules of NDV_CAST_UNSAFE."""
    if source == target:
        return x.copy()
    if source == "bfloat16":
        return cast((x.astype(np.uint32) << 16).view(np.float32), "float32", target)
    if KIND[source] == "c" and KIND[target] not in "bc":
        x, source = x.real, {"complex64": "float32", "complex128": "float64"}[source]
    if target == "bfloat16":
        return _integers_to_bfloat16(x) if KIND[source] in "biu" else _floats_to_bfloat16(x)
    if KIND[source] == "f" and KIND[target] in "iu":
        return _saturate(x, target)
    with quiet():
        return x.astype(target)


def _saturate(x, target):
    info = np.iinfo(target)
    with quiet():
        whole = np.trunc(x.astype(np.float64))
        below, above = whole <= float(info.min), whole >= 2.0 ** (info.bits - (info.min < 0))
        inside = np.where(below | above | np.isnan(whole), 0, whole).astype(target)
    if (below | above | np.isnan(whole)).any():
        depart("float-to-integer")
    inside[below], inside[above] = info.min, info.max
    return inside


def _floats_to_bfloat16(x):
    x = np.asarray(x).astype(np.float64)
    magnitude = np.abs(x)
    code = np.searchsorted(_MIDDLES, magnitude)
    tie = _MIDDLES[np.minimum(code, len(_MIDDLES) - 1)] == magnitude
    code = np.where(tie, code + (code & 1), code)
    code = np.where(np.isnan(x), 0x7FC0, code)
    return (code + 0x8000 * np.signbit(x)).astype(np.uint16)


def _integers_to_bfloat16(x):
    def convert(n):
        code = bisect.bisect_left(_MIDDLE_LIST, abs(n))
        code += code & 1 if _MIDDLE_LIST[code] == abs(n) else 0
        return code + 0x8000 * (n < 0)

    codes = [convert(int(n)) for n in np.ravel(x)]
    return np.array(codes, np.uint16).reshape(x.shape)


def keeps_values(x, source, target):
    """Whether NDV_CAST_SAME_VALUE lets all of x pass: as numbers, they are what they were."""
    y = cast(x, source, target)
    if source == "bool":
        return True
    nan_stays = KIND[target] in "fc"
    return all(a == b or nan_stays and a != a and b != b
               for before, after in zip(scalars(x, source), scalars(y, target))
               for a, b in zip(parts(before), parts(after)))


def numpy_keeps_values(x, source, target):
    """NumPy's answer to the same, or the departure that stands against asking it."""
    if "bfloat16" in (source, target):
        return None
    if source == "bool" and x.view(np.uint8).max(initial=0) > 1:
        return depart("same-value-bytes")
    if target == "bool":
        return depart("same-value-bool")
    if source == "float16" and KIND[target] in "iu" and (x.view(np.uint16) == 0x8000).any():
        return depart("same-value-zero")
    if target == "float16" and (np.abs(x) == 65504).any():
        return depart("same-value-65504")
    try:
        with quiet():
            x.astype(target, casting="same_value")
        return True
    except ValueError:
        return False


def canonical(x, name):
    """x with one NaN for all NaNs: what may differ between two right conversions."""
    if name == "bfloat16":
        return np.where((x & 0x7FFF) > 0x7F80, np.uint16(0x7FC0), x)
    if KIND[name] == "c":
        y = x.copy()
        y.real, y.imag = canonical(x.real, "float64"), canonical(x.imag, "float64")
        return y
    return np.where(np.isnan(x), x.dtype.type(np.nan), x) if KIND[name] == "f" else x


# Single values


def scalars(x, name):
    """The elements as Python's exact numbers."""
    if name == "bfloat16":
        x = cast(x, name, "float32")
    return np.ravel(x).tolist()


def fit(value, source, target):
    """A single value of type `source`, as a 0-d array, as type `target`; Refused if it does not fit."""
    if source == target:
        return value
    (number,) = scalars(value, source)
    if KIND[target] == "b":
        return np.array(number != 0)
    if isinstance(number, complex) and KIND[target] != "c":
        if number.imag != 0:
            depart("single-values")
            raise Refused("an imaginary part")
        number, value, source = number.real, value.real, f"float{4 * value.itemsize}"
    if KIND[target] in "iu":
        info = np.iinfo(target)
        if not math.isfinite(number) or not info.min <= int(number) <= info.max:
            depart("single-values")
            raise Refused("out of range")
        return np.array(int(number), target)
    result = cast(value, source, target)
    for before, after in zip(parts(number), parts(scalars(result, target)[0])):
        if math.isfinite(before) and math.isinf(after):
            depart("single-values")
            raise Refused("too large")
    return result


def parts(number):
    return (number.real, number.imag)


# Values to try


def edges(name):
    """The values at which conversions go wrong, of one type; for the 16-bit floats, all there are."""
    if name == "bool":
        return np.array([0, 1, 2, 255], np.uint8).view(bool)
    if KIND[name] in "iu":
        return _edge_integers(name)
    if name in ("float16", "bfloat16"):
        return np.arange(65536, dtype=np.uint16).view(NUMPY[name])
    if KIND[name] == "f":
        return _edge_floats(name)
    half = _edge_floats(f"float{4 * np.dtype(name).itemsize}")
    x = np.empty((2, len(half)), name)
    x.real, x.imag = half, np.stack([np.zeros_like(half), half[::-1]])
    return x.ravel()


def _edge_integers(name):
    info = np.iinfo(name)
    powers = [s * 2**e + d for e in range(65) for s in (1, -1) for d in (-2, -1, 0, 1, 2)]
    # halfway between two bfloat16, float16, float32, float64, and beside
    ties = [s * (2**e + 2 ** (e - p) + d) for p in (8, 11, 24, 53) for e in range(p, 65)
            for s in (1, -1) for d in (-1, 0, 1)]
    ties += [s * (2**e + 3 * 2 ** (e - p) + d) for p in (8, 11, 24, 53) for e in range(p, 65)
             for s in (1, -1) for d in (-1, 0, 1)]
    few = [65503, 65504, 65505, 65519, 65520, 65521, -65519, -65520]
    wanted = sorted({n for n in powers + ties + few if info.min <= n <= info.max})
    return np.array(wanted, name)


def _edge_floats(name):
    dtype = np.dtype(name)
    bits = {4: np.uint32, 8: np.uint64}[dtype.itemsize]
    x = [0.0, 0.1, 0.5, 0.99, 1.0, 1.5, 2.5, 254.5, 255.9, 256.0, 65504, 65519.9, 65520, 2.0**-14, 2.0**-24,
         2.0**-25, 3 * 2.0**-25, 2.0**-126, 2.0**-149, 2.0**-133, 2.0**-134, 3 * 2.0**-134, 5e-324,
         3.3895313892515355e38, 3.3961775292304601e38, 3.4028234663852886e38, 3.4028235677973366e38, 1e308, math.inf]
    x += [2.0**e for e in range(-30, 70)] + [2.0**e + 2.0 ** (e - p) for e in range(-30, 70) for p in (8, 11, 24)]
    with quiet():
        x = np.array(x).astype(dtype)
        x = np.concatenate([x, np.nextafter(x, dtype.type(0)), np.nextafter(x, dtype.type(np.inf))])
    quiet_bit = bits(1) << bits(np.finfo(dtype).nmant - 1)
    exponent = np.array(np.inf, dtype).view(bits)
    nans = np.array([quiet_bit, quiet_bit | bits(5), bits(1), quiet_bit - bits(1), quiet_bit | quiet_bit >> bits(3)],
                    bits) | exponent
    some = np.random.default_rng(1).integers(0, np.iinfo(bits).max, 500, bits, endpoint=True)
    x = np.concatenate([x, nans.view(dtype), some.view(dtype)])
    return np.concatenate([x, -x])
