"""Suite: random programs, run on NumPy and ndview side by side.

A program grows a set of arrays: it makes some, takes views and copies of them, and writes through
them. After each step the result is compared in everything it says about itself, after each write
all arrays in all their elements. The steps are drawn while the program runs but recorded in full,
so that a program that fails can be run again without some of them.
"""

import gc
import random

import numpy as np

import ndview
from departures import depart
from layouts import aligned_bytes, overlaps_itself, random_bytes, root
from model import BROADCASTS, CONVERTS, NDVIEW, NUMPY_SIDE, SAME_OBJECT, WRITES, draw_step, wrap
from ndview import NUMPY, Array
from values import Refused, canonical, scalars

# How NumPy says no; Refused is the models'.
NUMPY_ERRORS = (Refused, ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError)


class Difference(Exception):
    def __init__(self, what, wanted, found):
        super().__init__(what)
        self.what, self.wanted, self.found = what, wanted, found


class Step:
    """result = op(sources, arguments)"""

    def __init__(self, result, op, sources, arguments):
        self.result, self.op, self.sources, self.arguments = result, op, sources, arguments

    def __str__(self):
        words = [f"v{s}" for s in self.sources] + [f"{a!r}" for a in self.arguments]
        return f"v{self.result} = {self.op}({', '.join(words)})"


class Slot:
    """An array on both sides: x is NumPy's, a is ndview's."""

    def __init__(self, x, a, type_, owner=None, may_overlap=False, raw=None):
        self.x, self.a, self.type = x, a, type_
        self.owner = owner or a.handle  # the handle of ndview's array that owns the bytes
        self.raw = raw  # NumPy's side of the bytes if they are wrapped memory
        self.overlaps = overlaps_itself(x.shape, x.strides, x.itemsize)
        self.may_overlap = may_overlap or self.overlaps  # views of what overlaps need not look again


def equal(what, wanted, found):
    if wanted != found:
        raise Difference(what, wanted, found)


class World:
    """The arrays of a program, by the number of the step that made them."""

    def __init__(self):
        self.slots = {}
        self.raws = {}  # wrapped memory: the bytes on either side

    def run(self, step):
        if any(s not in self.slots for s in step.sources):
            return  # made by a step that failed, or that was left out
        sources = [self.slots[s] for s in step.sources]
        try:
            if step.op == "release":
                del self.slots[step.sources[0]]
            elif step.op in ("wrap", "wrap_again"):
                self.wrap(step)
            elif step.op in WRITES:
                self.write(step, sources)
            else:
                self.make(step, sources)
        except AssertionError as error:
            raise Difference("the binding's own checks", "", error)

    def both(self, step, on_numpy, on_ndview):
        """Both results, or None where both sides fail."""
        wanted = found = refusal = error = None
        try:
            with np.errstate(all="ignore"):
                wanted = on_numpy()
        except NUMPY_ERRORS as e:
            refusal = f"{type(e).__name__}: {e}"
        try:
            found = on_ndview()
        except ndview.Error as e:
            error = str(e)
        if error and "NDV_E_INTERNAL" in error or bool(refusal) != bool(error):
            raise Difference("who fails", refusal or "success", error or "success")
        return None if error else (wanted, found)

    def make(self, step, sources):
        """A step that makes an array or some other result, and writes nothing."""
        arguments = step.arguments
        results = self.both(step, lambda: NUMPY_SIDE[step.op](*sources, *arguments),
                            lambda: NDVIEW[step.op](*(s.a for s in sources), *arguments))
        if results is None:
            return
        (y, type_), b = results
        if not isinstance(b, Array):
            wanted, found = (canonical(np.frombuffer(data, NUMPY[type_]), type_) for data in (y, b))
            if wanted.tobytes() != found.tobytes():
                raise Difference("the bytes given back", wanted, found)
            return
        source = sources[0] if sources else None
        if source and step.op in SAME_OBJECT and y is source.x:
            equal("the same array", source.a.handle, b.handle)
            slot = Slot(y, b, type_, source.owner, source.may_overlap, source.raw)
        else:
            is_view = source is not None and root(y) is root(source.x)
            if y.base is not None and not is_view:
                depart("copy-base")
            may_overlap = is_view and (source.may_overlap or step.op in BROADCASTS)
            owner, raw = (source.owner, source.raw) if is_view else (None, None)
            slot = Slot(y, b, type_, owner, may_overlap, raw)
            if source and b.handle == source.a.handle:
                raise Difference("the same array", "another", "the one that was given")
        self.take_nan_bits(step, slot, source)
        self.check(slot)
        if source:
            self.check_relation(slot, source)
        self.slots[step.result] = slot

    def wrap(self, step):
        if step.op == "wrap":
            seed, nbytes, *window = step.arguments
            raws = aligned_bytes(nbytes), aligned_bytes(nbytes)
            for raw in raws:
                raw[...] = random_bytes(seed, window[0], nbytes, window[3])
        else:
            which, *window = step.arguments
            if which not in self.raws:
                return
            raws = self.raws[which]
        dtype, shape, strides, offset, flags = window
        results = self.both(
            step, lambda: wrap(shape, NUMPY[dtype], raws[0], offset, strides),
            lambda: Array.wrap(raws[1], offset, dtype, shape, strides, flags))
        if results is None:
            return
        x, a = results
        x.flags.writeable = not flags & ndview.WRAP_READONLY
        if overlaps_itself(shape, strides, x.itemsize) and not flags & ndview.WRAP_WRITE_OVERLAPPING:
            depart("wrap-overlapping")
            x.flags.writeable = False
        slot = Slot(x, a, dtype, raw=raws[0])
        self.check(slot)
        self.slots[step.result] = slot
        self.raws[step.result] = raws

    def write(self, step, sources):
        target, arguments = sources[0], step.arguments
        done = self.both(step, lambda: NUMPY_SIDE[step.op](*sources, *arguments),
                         lambda: NDVIEW[step.op](*(s.a for s in sources), *arguments))
        if done:
            self.take_nan_bits(step, target, sources[-1])
        self.check_all_values()

    def take_nan_bits(self, step, slot, source):
        """Which NaN a conversion to or from 16 bits gives is left open: NumPy's side takes over
        ndview's, so that what follows can be compared bit for bit."""
        if step.op in CONVERTS or source and source.type != slot.type:
            window = slot.a.window()
            if slot.x.shape == window.shape and slot.x.tobytes() != window.tobytes():
                if canonical(slot.x, slot.type).tobytes() == canonical(window, slot.type).tobytes():
                    slot.x[...] = window

    # Comparing

    def check(self, slot):
        x, a = slot.x, slot.a
        equal("dtype", slot.type, a.dtype)
        equal("shape", x.shape, a.shape)
        if x.size:
            seen = lambda strides: [s for n, s in zip(x.shape, strides) if n > 1]
            equal("strides of the axes that have more than one element", seen(x.strides), seen(a.strides))
        flags = [(ndview.C_CONTIGUOUS, x.flags.c_contiguous), (ndview.F_CONTIGUOUS, x.flags.f_contiguous),
                 (ndview.ALIGNED, x.flags.aligned), (ndview.WRITEABLE, x.flags.writeable),
                 (ndview.OVERLAPPING, slot.overlaps or slot.may_overlap and a.flags & ndview.OVERLAPPING)]
        names = "C_CONTIGUOUS F_CONTIGUOUS ALIGNED WRITEABLE OVERLAPPING".split()
        named = lambda flags: " ".join(n for n, (_, on) in zip(names, flags) if on)
        equal("flags", named(flags), named([(flag, a.flags & flag) for flag, _ in flags]))
        equal("base", None if slot.owner == a.handle else slot.owner, a.base)
        equal("owns_data", slot.owner == a.handle, a.owns_data)
        self.check_values(slot)

    def check_values(self, slot):
        window = slot.a.window()
        if slot.x.tobytes() != window.tobytes():
            raise Difference("elements", slot.x, window)

    def check_all_values(self):
        for slot in self.slots.values():
            self.check_values(slot)
        for number, (left, right) in self.raws.items():
            if left.tobytes() != right.tobytes():
                at = np.flatnonzero(left != right)[0]
                raise Difference(f"wrapped memory of v{number}, byte {at}", left[at], right[at])

    def check_relation(self, one, other):
        if one.a.handle == other.a.handle:
            wanted = ndview.SAME
        elif one.owner != other.owner:
            wanted = ndview.UNRELATED
        else:
            owner = one.owner in (one.a.handle, other.a.handle)
            wanted = ndview.VIEW if owner else ndview.SIBLINGS
        equal("relation", wanted, one.a.relation(other.a))

    def check_end(self):
        self.check_all_values()
        slots = list(self.slots.items())
        for i, (m, one) in enumerate(slots):
            if one.x.size:
                bounds = np.lib.array_utils.byte_bounds(one.x)
                wanted = [b - one.x.ctypes.data for b in bounds]
                equal(f"byte_bounds of v{m}", wanted, [b - one.a.data for b in one.a.byte_bounds()])
            for n, other in slots[i:]:
                self.check_relation(one, other)
                equal(f"may_share_memory(v{m}, v{n})", np.may_share_memory(one.x, other.x),
                      one.a.may_share_memory(other.a))
                try:
                    found = one.a.shares_memory(other.a)
                except ndview.Error as error:
                    found = error
                equal(f"shares_memory(v{m}, v{n})", np.shares_memory(one.x, other.x), found)
                if one.x.shape == other.x.shape and one.x.size < 100:
                    wanted = scalars(one.x, one.type) == scalars(other.x, other.type)
                    equal(f"equal(v{m}, v{n})", wanted, one.a.equal(other.a))


def replay(steps):
    """Runs recorded steps; the difference that they end in, or None."""
    world = World()
    try:
        for step in steps:
            world.run(step)
        world.check_end()
    except Difference as difference:
        return difference.with_traceback(None)  # which would keep the arrays
    return None


def shrink(steps, difference):
    """Leaves steps out while the rest still fails."""
    at = len(steps) - 1
    while at >= 0:
        fewer = steps[:at] + steps[at + 1 :]
        if still := replay(fewer):
            steps, difference = fewer, still
        at -= 1
    return steps, difference


def run_program(seed):
    """Draws and runs a program; its steps, and the difference or None."""
    rng, world, steps = random.Random(seed), World(), []
    length = rng.randint(4, 22)
    try:
        while len(steps) < length:
            result, op, sources, arguments = draw_step(rng, world, len(steps))
            steps.append(Step(result, op, sources, arguments))
            world.run(steps[-1])
        world.check_end()
    except Difference as difference:
        return steps, difference.with_traceback(None)
    return steps, None


def run(report, seed, count):
    """Program i has the seed `seed + i`, so that one can be run alone."""
    gc.collect()  # arrays that other suites have left in cycles are not to go while a program runs
    for number in range(seed, seed + count):
        before = ndview.statistics().arrays_alive
        report.case()
        steps, difference = run_program(number)
        if difference:
            steps, difference = shrink(steps, difference)
            program = "\n".join(f"    {step}" for step in steps)
            report.difference(f"program {number}\n{program}\n  {difference.what}", difference.wanted, difference.found)
            difference = None  # it may hold an array
            continue
        alive = ndview.statistics().arrays_alive
        if alive != before:
            report.difference(f"program {number}: arrays alive afterwards", before, alive)
