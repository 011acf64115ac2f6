"""Suite: slice text. Random texts, most of them nearly right, against Python's own reading of them.

What is a text at all is decided by the grammar of the header, written here as a regular expression;
what it means, by Python.
"""

import random
import re

import numpy as np

import ndview
from departures import depart
from model import index, random_items, text_of
from ndview import Array

_B = r"[ \t\r\n]*"
_INT = r"[+-]?[0-9]+"
_SLICE = rf"(?:{_INT})?{_B}:{_B}(?:{_INT})?{_B}(?::{_B}(?:{_INT})?)?"
_ITEM = rf"(?:\.\.\.|newaxis|None|{_SLICE}|{_INT})"
_ITEMS = rf"{_B}(?:{_ITEM}{_B}(?:,{_B}{_ITEM}{_B})*(?:,{_B})?)?"
TEXT = re.compile(rf"{_ITEMS}|{_B}\[{_ITEMS}\]{_B}")

# Words that Python reads and the grammar does not, and other things that go wrong.
TOKENS = ["1", "0", "-1", "+2", "-0", "007", "12", ":", ":", "::", ",", ",", "...", "newaxis", "None", " ", "\t", "\n",
          "[", "]", "- 1", "--1", "1_0", "0x1", "1.5", "..", ". . .", "none", "True", "a", "()", "(1)", "*", "-", "+",
          "9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809", "1" * 30,
          "newaxis1", "Nonez", "\x00", "\xa0", "é", "\x0b", ";"]


def read(text):
    """The items of a text, read by Python; None if the grammar has no such text."""
    if not TEXT.fullmatch(text):
        return None
    inner = text.strip(" \t\r\n")
    if inner.startswith("["):
        inner = inner[1:-1]
    inner = " ".join(inner.split())  # a line break ends nothing here
    if not inner:
        return (...,)
    inner = re.sub(r"(?<![0-9])0+(?=[0-9])", "", inner)  # Python refuses 007
    items = eval(f"np.s_[{inner}]", {"np": np, "newaxis": np.newaxis})
    return items if isinstance(items, tuple) else (items,)


def beyond_64_bits(items):
    parts = [p for item in items for p in ((item.start, item.stop, item.step) if isinstance(item, slice) else (item,))]
    return any(isinstance(p, int) and not -(2**63) <= p < 2**63 for p in parts)


def random_text(rng, x):
    if rng.random() < 0.2:
        return "".join(rng.choice(TOKENS) for _ in range(rng.randint(0, 6)))
    text = text_of(rng, random_items(rng, x))
    while rng.random() < 0.4:  # damage it
        at = rng.randint(0, len(text))
        end = at if rng.random() < 0.6 else min(len(text), at + rng.randint(1, 2))
        text = text[:at] + rng.choice(TOKENS if rng.random() < 0.7 else [""]) + text[end:]
    return text


def expected(x, text):
    """The view, or the codes that may say why there is none."""
    text = text.split("\x00")[0]  # where C ends
    items = read(text)
    if items is None:
        return ("NDV_E_SYNTAX",)
    if beyond_64_bits(items):
        depart("slice-64-bits")
        return ("NDV_E_SYNTAX",)
    try:
        return index(x, items)
    except IndexError:
        return ("NDV_E_INDEX", "NDV_E_INDEX_ITEMS", "NDV_E_STEP")
    except ValueError:
        return ("NDV_E_STEP", "NDV_E_INDEX", "NDV_E_INDEX_ITEMS")


def shown(result):
    if not isinstance(result, np.ndarray):
        return result
    strides = [s for n, s in zip(result.shape, result.strides) if n > 1 and result.size]
    return result.shape, strides, result.tolist()


def run(report, seed, count):
    rng = random.Random(seed)
    arrays = [np.arange(np.prod(shape, dtype=int)).reshape(shape)
              for shape in ((), (5,), (0,), (3, 4), (1, 6), (2, 3, 4), (2, 0, 3), (2, 1, 3, 2))]
    pairs = [(x, Array.over(x)) for x in arrays]
    for _ in range(count):
        report.case()
        x, a = rng.choice(pairs)
        text = random_text(rng, x)
        wanted = expected(x, text)
        try:
            view = a.slice(text.encode())
            found = view.window()
        except ndview.Error as error:
            found = error
        if isinstance(wanted, tuple):
            same = isinstance(found, ndview.Error) and found.code in wanted
        else:
            same = shown(wanted) == shown(found)
        if not same:
            report.difference(f"{text!r} of shape {x.shape}", shown(wanted), shown(found))
