"""The operations of random programs: how their arguments are drawn, what NumPy does, what ndview does.

NumPy's side stands for what ndview is to do. Where that is not what NumPy does, the code here says
so through depart() or Refused.
"""

import math

import numpy as np

import indexing
import ndview
from departures import depart
from layouts import overlaps_itself, positions, random_bytes, random_shape, random_window, reach, root
from ndview import DTYPES, NUMPY, Array
from values import Refused, can_cast, cast, fit, keeps_values

TYPES = list(DTYPES)
ORDERS = "CFAK"
NUMPY_POLICY = {"never": False, "if_needed": None, "always": True}
MOST = 400  # elements of an array that an operation makes larger

# ------------------------------------------------------------------------------------------------
# NumPy's side. Each takes slots, and arguments; gives an array and its type.


def same_type(function):
    """An operation on one NumPy array that keeps the type."""
    return lambda slot, *arguments: (function(slot.x, *arguments), slot.type)


def make_zeros(dtype, shape):
    return np.zeros(shape, NUMPY[dtype]), dtype


def make_full(dtype, shape, value_dtype, value):
    return np.full(shape, fit(element(value_dtype, value), value_dtype, dtype)), dtype


def make_from_data(dtype, shape, seed):
    return elements(dtype, shape, seed), dtype


def make_in_order(dtype, shape, order, seed):
    x = np.empty(shape, NUMPY[dtype], order)
    x[...] = elements(dtype, shape, seed)
    return x, dtype


def wrap(shape, dtype, raw, offset, strides):
    if raw.size == 0 and 0 not in shape:
        depart("wrap-nothing")
        raise Refused("there is no byte")
    return np.ndarray(shape, dtype, raw, offset, strides)


def make_zeros_like(slot):
    return np.zeros_like(slot.x), slot.type


def make_full_like(slot, value_dtype, value):
    return np.full_like(slot.x, fit(element(value_dtype, value), value_dtype, slot.type)), slot.type


def element(dtype, data):
    return np.frombuffer(data, NUMPY[dtype]).reshape(())


def elements(dtype, shape, seed):
    data = random_bytes(seed, dtype, math.prod(shape) * NUMPY[dtype].itemsize)
    return data.copy().view(NUMPY[dtype]).reshape(shape)


def index(x, items):
    if not any(item is Ellipsis for item in items):
        items = (*items, ...)  # all integers are a view without axes here
    return x[tuple(items)]


def readonly(x):
    y = x.view()
    y.flags.writeable = False
    return y


def view_as(slot, dtype):
    return slot.x.view(NUMPY[dtype]), dtype


def reshape(x, shape, order, policy):
    if min(shape, default=0) < -1:
        depart("reshape-unknown")
        raise Refused("an extent below -1")
    return x.reshape(shape, order=order, copy=NUMPY_POLICY[policy])


def ravel(x, order, policy):
    y = x.ravel(order)
    if order == "K":
        y = read_zero_strides_last(x, y)
    if root(y) is not root(x) and policy == "never":
        raise Refused("it takes a copy")
    return y.copy() if policy == "always" else y


def flatten(x, order):
    y = x.flatten(order)
    return read_zero_strides_last(x, y) if order == "K" else y


def read_zero_strides_last(x, y):
    """y is x in one axis, as NumPy's order K has it."""
    if any(stride == 0 and n > 1 for n, stride in zip(x.shape, x.strides)):
        z = x.transpose(sorted(range(x.ndim), key=lambda axis: -abs(x.strides[axis]))).flatten()
        if z.tobytes() != y.tobytes():
            depart("ravel-K")
            return z
    return y


def squeeze(x, axes):
    if x.ndim == 0 and axes:
        depart("axis-of-0-d")
        raise Refused("no such axis")
    y = x.squeeze() if axes is None else x.squeeze(tuple(axes))
    if y is x:
        depart("squeeze-same")
        y = x.view()
    return y


def expand_dims(x, axis):
    return np.expand_dims(x, axis)


def flip(x, axes):
    return np.flip(x, axes if axes is None else tuple(axes)) if x.ndim or axes else x.view()


def diagonal(x, offset, first, second):
    y = x.diagonal(offset, first, second)
    if x.flags.writeable:
        depart("diagonal-writeable")
        y.flags.writeable = True
    return y


PARTS = {"complex64": "float32", "complex128": "float64"}


def real(slot):
    if slot.type not in PARTS:
        depart("real-same")
        return slot.x.view(), slot.type
    return slot.x.real, PARTS[slot.type]


def imag(slot):
    if slot.type not in PARTS:
        depart("imag-of-real")
        raise Refused("not complex")
    return slot.x.imag, PARTS[slot.type]


def unstack(x, axis, count, which):
    y = np.moveaxis(x, axis, 0)
    if count != len(y):
        raise Refused("as many arrays as positions")
    if x.ndim == 1:
        depart("unstack-views")
    return y[which, ...]


def broadcast_arrays(slot, other):
    y = np.broadcast_to(slot.x, np.broadcast_shapes(slot.x.shape, other.x.shape))
    if y.shape == slot.x.shape:
        depart("broadcast-arrays")
    return y, slot.type


def windows(x, sizes, axes, insist):
    return np.lib.stride_tricks.sliding_window_view(x, sizes, axes, writeable=bool(insist))


def as_strided(slot, shape, strides, offset, insist):
    x, (raw, start) = slot.x, buffer_of(slot)
    low, high = reach(shape, strides)
    if 0 not in shape:
        high += x.itemsize
    if start + offset + low < 0 or start + offset + high > raw.size:
        depart("strided-bounds")
        raise Refused("outside of the buffer")
    y = np.ndarray(shape, x.dtype, raw, start + offset, strides)
    y.flags.writeable = x.flags.writeable
    if overlaps_itself(shape, strides, x.itemsize) and not insist:
        depart("strided-overlapping")
        y.flags.writeable = False
    return y, slot.type


def buffer_of(slot):
    """The bytes of the owner, and where in them the array begins."""
    raw = root(slot.x).ravel("K").view(np.uint8) if slot.raw is None else slot.raw
    return raw, slot.x.ctypes.data - raw.ctypes.data


def contiguous(x, order, policy):
    if order == "A" and not (x.flags.c_contiguous or x.flags.f_contiguous):
        depart("contiguous-A")
        order = "C"
    return np.array(x, order=order, copy=NUMPY_POLICY[policy])


def astype(slot, dtype, order, casting, policy):
    x, source = slot.x, slot.type
    if not can_cast(source, dtype, casting):
        raise Refused("casting")
    if source == dtype:
        y = x.astype(x.dtype, order=order, copy=policy == "always")
        if y is not x and policy == "never":
            raise Refused("it takes a copy")
        return y, dtype
    if policy == "never" or casting == "same_value" and not keeps_values(x, source, dtype):
        raise Refused("it takes a copy, or changes a value")
    y = np.empty_like(x, NUMPY[dtype], order=order)
    y[...] = cast(x, source, dtype)
    return y, dtype


def take(x, wanted, axis):
    if x.ndim == 0 and axis is not None:
        depart("axis-of-0-d")
        raise Refused("no such axis")
    extent = x.size if axis is None else x.shape[axis]
    result = np.asarray(x.take(wanted, axis))
    if not all(-extent <= p < extent for p in wanted):
        depart("take-checks")
        raise Refused("a position that is not there")
    return result


def compress(slot, mask, axis):
    if mask.type != "bool":
        depart("compress-bool")
        raise Refused("not a mask")
    if slot.x.ndim == 0 and axis is not None:
        depart("axis-of-0-d")
        raise Refused("no such axis")
    result = np.asarray(slot.x.compress(mask.x, axis))
    if mask.x[slot.x.size if axis is None else slot.x.shape[axis] :].any():
        depart("take-checks")
        raise Refused("a position that is not there")
    return result, slot.type


def get(slot, items):
    raw = slot.x.view(np.uint8) if slot.type == "bool" else slot.x  # reading one bool makes its byte 1
    result = indexing.picked(raw, items)
    if result is None:
        raise Refused("an index that means nothing")
    return result.copy("C").view(slot.x.dtype), slot.type


def to_buffer(slot, order):
    return slot.x.tobytes(order), slot.type


def get_item(slot, position, dtype):
    if len(position) != slot.x.ndim:
        raise Refused("as many positions as axes")
    return fit(slot.x[(*position, ...)], slot.type, dtype).tobytes(), dtype


# Writes. The right side is read first, whatever it shares memory with: NumPy's own overlapping
# assignment decides nothing here.


def write(x, values):
    values = np.broadcast_to(values.copy(), x.shape)
    if overlaps_itself(x.shape, x.strides, x.itemsize):
        for position in positions(x.shape):
            x[(*position, ...)] = values[(*position, ...)]
    else:
        x[...] = values


def set_array(target, source, casting):
    if not target.x.flags.writeable:
        raise Refused("read-only")
    if not can_cast(source.type, target.type, casting):
        raise Refused("casting")
    x = without_surplus_axes(source.x, target.x.ndim)
    np.broadcast_to(x, target.x.shape)
    if casting == "same_value" and target.x.size and not keeps_values(x, source.type, target.type):
        raise Refused("a value changes")
    if np.may_share_memory(x, target.x):
        depart("overlapping-writes")
    write(target.x, cast(x, source.type, target.type))


def without_surplus_axes(x, ndim):
    while x.ndim > ndim and x.shape[0] == 1:
        x = x[0, ...]
    return x


def set_at(target, source, items):
    x = target.x
    where = indexing.picked(np.arange(x.size).reshape(x.shape), items)
    if where is None or not x.flags.writeable:
        raise Refused("read-only, or an index that means nothing")
    values = cast(without_surplus_axes(source.x, where.ndim), source.type, target.type)
    values = np.broadcast_to(values.copy(), where.shape)
    for place in positions(where.shape):
        x[(*np.unravel_index(where[place], x.shape), ...)] = values[(*place, ...)]


def apply_copy(target, source, casting, flags):
    if source.x.ndim > target.x.ndim:
        raise Refused("what is written is not stretched")
    set_array(target, source, casting)


def fill(target, dtype, value):
    if not target.x.flags.writeable:
        raise Refused("read-only")
    write(target.x, fit(element(dtype, value), dtype, target.type))


def set_item(target, position, dtype, value):
    if not target.x.flags.writeable:
        raise Refused("read-only")
    if len(position) != target.x.ndim:
        raise Refused("as many positions as axes")
    target.x[(*position, ...)] = fit(element(dtype, value), dtype, target.type)


NUMPY_SIDE = {
    "zeros": make_zeros,
    "full": make_full,
    "from_data": make_from_data,
    "in_order": make_in_order,
    "zeros_like": make_zeros_like,
    "full_like": make_full_like,
    "slice": same_type(lambda x, text, items: index(x, items)),
    "index_items": same_type(index),
    "view": same_type(lambda x: x.view()),
    "view_as": view_as,
    "readonly": same_type(readonly),
    "transpose": same_type(lambda x: x.T),
    "permute": same_type(lambda x, axes: x.transpose(axes)),
    "swap_axes": same_type(lambda x, first, second: x.swapaxes(first, second)),
    "move_axis": same_type(lambda x, source, destination: np.moveaxis(x, source, destination)),
    "reshape": same_type(reshape),
    "ravel": same_type(ravel),
    "squeeze": same_type(squeeze),
    "expand_dims": same_type(expand_dims),
    "broadcast_to": same_type(lambda x, shape: np.broadcast_to(x, shape)),
    "flip": same_type(flip),
    "diagonal": same_type(diagonal),
    "rot90": same_type(lambda x, quarters, first, second: np.rot90(x, quarters, (first, second))),
    "real": real,
    "imag": imag,
    "split": same_type(lambda x, sections, axis, which: np.split(x, sections, axis)[which]),
    "array_split": same_type(lambda x, sections, axis, which: np.array_split(x, sections, axis)[which]),
    "split_at": same_type(lambda x, at, axis, which: np.split(x, at, axis)[which]),
    "unstack": same_type(unstack),
    "broadcast_arrays": broadcast_arrays,
    "windows": same_type(windows),
    "as_strided": as_strided,
    "copy": same_type(lambda x, order: x.copy(order)),
    "flatten": same_type(flatten),
    "contiguous": same_type(contiguous),
    "astype": astype,
    "take": same_type(take),
    "get": get,
    "compress": compress,
    "to_buffer": to_buffer,
    "get_item": get_item,
    "set": set_array,
    "set_at": set_at,
    "apply_copy": apply_copy,
    "fill": fill,
    "set_item": set_item,
}

# ------------------------------------------------------------------------------------------------
# ndview's side, where it is more than the method of that name.


def ndview_in_order(dtype, shape, order, seed):
    a = Array.empty(dtype, shape, order)
    a.window()[...] = elements(dtype, shape, seed)
    return a


NDVIEW = {name: getattr(Array, name, None) for name in NUMPY_SIDE}
NDVIEW["from_data"] = lambda dtype, shape, seed: Array.from_data(dtype, shape, elements(dtype, shape, seed).tobytes())
NDVIEW["in_order"] = ndview_in_order
NDVIEW["slice"] = lambda a, text, items: a.slice(text)
NDVIEW["get"] = lambda a, items: a.get(indexing.as_items(items))
NDVIEW["set_at"] = lambda a, b, items: a.set_at(indexing.as_items(items), b)
for _op in ("split", "array_split", "split_at", "unstack"):
    NDVIEW[_op] = lambda a, *arguments, _op=_op: getattr(a, _op)(*arguments[:-1])[arguments[-1]]
NDVIEW["broadcast_arrays"] = lambda a, b: a.broadcast_arrays(b)[0]

SAME_OBJECT = ("contiguous", "astype")  # may give back the very array
BROADCASTS = ("broadcast_to", "broadcast_arrays")  # marked as overlapping, also where nothing is repeated
CONVERTS = ("full", "full_like", "fill", "set_item")  # a value that may be of another type
WRITES = ("set", "set_at", "apply_copy", "fill", "set_item")

# ------------------------------------------------------------------------------------------------
# Drawing arguments: mostly such that the call succeeds.


def random_axis(rng, ndim):
    if ndim == 0 or rng.random() < 0.03:
        return rng.choice((ndim, -ndim - 1, 0))
    return rng.randrange(-ndim, ndim)


def random_axes(rng, ndim, count):
    axes = [axis - rng.choice((0, ndim)) for axis in rng.sample(range(ndim), count)]
    if rng.random() < 0.03:
        axes += [random_axis(rng, ndim)]
    return axes


def random_position(rng, x):
    position = [rng.randrange(-n, n) if n and rng.random() > 0.02 else rng.choice((n, -n - 1)) for n in x.shape]
    if rng.random() < 0.03:
        position.append(0)
    return position


def random_item(rng, n):
    if n and rng.random() < 0.25:
        return rng.randrange(-n, n) if rng.random() > 0.03 else rng.choice((n, -n - 1))

    def end():
        if rng.random() < 0.4:
            return None
        return rng.randint(-n - 2, n + 2) if rng.random() > 0.03 else rng.choice((2**63 - 1, -(2**63)))

    step = rng.choices((None, 1, 2, 3, -1, -2, -3, 7, 2**62, -(2**63), 0), (40, 5, 15, 5, 20, 8, 3, 1, 0.5, 0.5, 0.5))[0]
    return slice(end(), end(), step)


def random_items(rng, x):
    items = [random_item(rng, n) for n in x.shape[: rng.randint(0, x.ndim)]]
    if rng.random() < 0.3:
        at = rng.randint(0, len(items))
        items[at:] = [..., *(random_item(rng, n) for n in x.shape[x.ndim - len(items) + at :])]
    while rng.random() < 0.12:
        items.insert(rng.randint(0, len(items)), None)
    if rng.random() < 0.02:
        items.append(rng.choice((..., 0, slice(None))))
    return tuple(items)


def text_of(rng, items):
    """Items as slice text, in one of its spellings."""

    def blank():
        return rng.choices(("", " ", "\t "), (90, 9, 1))[0]

    def number(n):
        return "" if n is None else rng.choice(("", "", "", "+"))[: n >= 0] + str(n)

    def spell(item):
        if item is None:
            return rng.choice(("newaxis", "None"))
        if item is Ellipsis:
            return "..."
        if isinstance(item, int):
            return number(item)
        parts = [number(item.start), number(item.stop)]
        if item.step is not None or rng.random() < 0.1:
            parts.append(number(item.step))
        return (blank() + ":" + blank()).join(parts)

    text = ("," + rng.choice(("", " "))).join(blank() + spell(item) + blank() for item in items)
    if items and rng.random() < 0.05:
        text += ","
    return f"[{text}]" if rng.random() < 0.1 else text


def draw_slice(rng, slot):
    items = random_items(rng, slot.x)
    return text_of(rng, items), items


def draw_shape(rng, slot):
    """A shape of the same size, nearly always."""
    n, shape = slot.x.size, []
    if rng.random() < 0.15 and slot.x.ndim:
        shape = list(slot.x.shape)
        rng.shuffle(shape)
    elif n == 0:
        shape = [rng.choice((0, 1, 2, 3)) for _ in range(rng.randint(0, 3))] + [0]
        rng.shuffle(shape)
    else:
        while n > 1:
            divisor = rng.choice([d for d in range(1, n + 1) if n % d == 0])
            shape.append(divisor)
            n //= divisor
        while rng.random() < 0.15:
            shape.insert(rng.randint(0, len(shape)), 1)
    if shape and rng.random() < 0.25:
        shape[rng.randrange(len(shape))] = -1
    if rng.random() < 0.03:
        shape.append(rng.choice((-1, 2, -2, 0)))
    return shape


def draw_reshape(rng, slot):
    return draw_shape(rng, slot), rng.choice("CCCFA"), draw_policy(rng)


def draw_policy(rng):
    return rng.choices(("if_needed", "never", "always"), (70, 20, 10))[0]


def draw_broadcast(rng, slot):
    shape = [n if n != 1 or rng.random() < 0.3 else rng.choice((0, 1, 2, 3, 4)) for n in slot.x.shape]
    while rng.random() < 0.4:
        shape.insert(0, rng.choice((0, 1, 2, 3)))
    if shape and rng.random() < 0.05:
        shape[rng.randrange(len(shape))] = rng.choice((-1, 0, 2, 5))
    if shape and rng.random() < 0.02:
        del shape[0]
    return (shape if math.prod(shape) <= MOST else list(slot.x.shape),)


def draw_some_axes(rng, slot):
    if rng.random() < 0.4 or not slot.x.ndim:
        return (None,)
    return (random_axes(rng, slot.x.ndim, rng.randint(1, slot.x.ndim)) or None,)


def draw_squeeze(rng, slot):
    ones = [axis for axis, n in enumerate(slot.x.shape) if n == 1]
    if rng.random() < 0.5 or not ones:
        return (None,)
    axes = [axis - rng.choice((0, slot.x.ndim)) for axis in rng.sample(ones, rng.randint(1, len(ones)))]
    return (axes + ([random_axis(rng, slot.x.ndim)] if rng.random() < 0.05 else []),)


def draw_diagonal(rng, slot):
    ndim = slot.x.ndim
    first, second = rng.sample(range(ndim), 2) if ndim > 1 else (0, 1)
    if rng.random() < 0.03:
        second = random_axis(rng, ndim)
    return rng.choice((0, 0, 0, 1, -1, 2, -2, 9, -9)), first - rng.choice((0, ndim)), second


def draw_sections(rng, slot):
    axis, extent = random_axis_and_extent(rng, slot)
    sections = rng.choice([n for n in range(1, extent + 2) if extent % n == 0 or rng.random() < 0.3])
    if rng.random() < 0.03:
        sections = rng.choice((0, -1))
    return sections, axis, rng.randrange(max(1, sections))


def draw_split_at(rng, slot):
    axis, extent = random_axis_and_extent(rng, slot)
    at = [rng.randint(-extent - 1, extent + 2) for _ in range(rng.randint(0, 3))]
    return at if rng.random() < 0.3 else sorted(at), axis, rng.randrange(len(at) + 1)


def draw_unstack(rng, slot):
    axis, extent = random_axis_and_extent(rng, slot)
    wrong = extent == 0 or rng.random() < 0.03  # of no arrays there is none to compare
    return axis, extent + wrong, rng.randrange(max(1, extent))


def random_axis_and_extent(rng, slot):
    axis = random_axis(rng, slot.x.ndim)
    return axis, slot.x.shape[axis] if -slot.x.ndim <= axis < slot.x.ndim else 3


def draw_rot90(rng, slot):
    ndim = slot.x.ndim
    first, second = rng.sample(range(ndim), 2) if ndim > 1 else (0, 1)
    if rng.random() < 0.03:
        second = random_axis(rng, ndim)
    return rng.choice((0, 1, 1, 2, 3, -1, -6, 2**62 + 3)), first - rng.choice((0, ndim)), second


def draw_windows(rng, slot):
    x, insist = slot.x, int(rng.random() < 0.5)
    axes = None if rng.random() < 0.4 else [random_axis(rng, x.ndim) for _ in range(rng.randint(0, 2) if x.ndim else 0)]
    extents = x.shape if axes is None else [x.shape[a] if -x.ndim <= a < x.ndim else 1 for a in axes]
    sizes = [rng.choice((1, 2, 2, 3, n, n // 2)) if rng.random() < 0.97 else rng.choice((n + 1, -1, 0)) for n in extents]
    sizes = [min(size, n + 1) for size, n in zip(sizes, extents)]
    if rng.random() < 0.02:
        sizes, axes = [*sizes, 1], None
    if x.size * math.prod(max(size, 1) for size in sizes) > MOST:
        sizes = [1] * len(sizes)
    return sizes, axes, insist


def draw_as_strided(rng, slot):
    insist, (raw, start) = int(rng.random() < 0.4), buffer_of(slot)
    for _ in range(6):
        shape = random_shape(rng, most=max(4, 2 * slot.x.size))
        strides, offset, nbytes = random_window(rng, shape, slot.x.itemsize, meeting=bool(insist))
        if nbytes <= raw.size:
            offset += rng.randint(0, raw.size - nbytes)
            break
    return shape, strides, offset - start, insist


def draw_view_as(rng, slot):
    like = [t for t in TYPES if NUMPY[t].itemsize == slot.x.itemsize]
    return (rng.choice(like if rng.random() < 0.5 else TYPES),)


def draw_astype(rng, slot):
    dtype = slot.type if rng.random() < 0.2 else rng.choice(TYPES)
    casting = rng.choices(list(ndview.CASTS), (3, 3, 5, 10, 74, 5))[0]
    return dtype, rng.choice("KKCFA"), casting, rng.choices(("always", "if_needed", "never"), (50, 45, 5))[0]


def draw_take(rng, slot):
    axis = None if rng.random() < 0.25 else random_axis(rng, slot.x.ndim)
    inside = axis is not None and -slot.x.ndim <= axis < slot.x.ndim
    extent = slot.x.shape[axis] if inside else slot.x.size
    wanted = [rng.randrange(-extent, extent) if extent else 0 for _ in range(rng.randint(0, 5) if extent else 0)]
    if rng.random() < 0.04:
        wanted.append(rng.choice((extent, -extent - 1, 2**62)))
    return wanted, axis


def draw_items(rng, slot):
    """Items of any kind, for a result that is not too large."""
    while True:
        items = indexing.random_items(rng, slot.x.shape)
        try:
            if indexing.picked(np.empty(slot.x.shape, np.bool), items).size <= MOST:
                return items
        except AttributeError:
            return items


def random_value(rng, target=None):
    """A value as a type and its bytes."""
    dtype = target if target and rng.random() < 0.4 else rng.choice(TYPES)
    return dtype, random_bytes(rng.randrange(2**32), dtype, NUMPY[dtype].itemsize).tobytes()


CREATE = {
    "zeros": (2, lambda rng: (rng.choice(TYPES), random_shape(rng))),
    "full": (3, lambda rng: (rng.choice(TYPES), random_shape(rng), *random_value(rng))),
    "from_data": (6, lambda rng: (rng.choice(TYPES), random_shape(rng), rng.randrange(2**32))),
    "in_order": (6, lambda rng: (rng.choice(TYPES), random_shape(rng), rng.choice("CF"), rng.randrange(2**32))),
}

UNARY = {
    "zeros_like": (1, lambda rng, slot: ()),
    "full_like": (1, lambda rng, slot: random_value(rng, slot.type)),
    "slice": (14, draw_slice),
    "index_items": (8, lambda rng, slot: (random_items(rng, slot.x),)),
    "view": (1, lambda rng, slot: ()),
    "view_as": (6, draw_view_as),
    "readonly": (0.7, lambda rng, slot: ()),
    "transpose": (4, lambda rng, slot: ()),
    "permute": (4, lambda rng, slot: (random_axes(rng, slot.x.ndim, slot.x.ndim),)),
    "swap_axes": (2, lambda rng, slot: (random_axis(rng, slot.x.ndim), random_axis(rng, slot.x.ndim))),
    "move_axis": (2, lambda rng, slot: (random_axis(rng, slot.x.ndim), random_axis(rng, slot.x.ndim))),
    "reshape": (10, draw_reshape),
    "ravel": (6, lambda rng, slot: (rng.choice(ORDERS), draw_policy(rng))),
    "squeeze": (2, draw_squeeze),
    "expand_dims": (2, lambda rng, slot: (random_axis(rng, slot.x.ndim + 1),)),
    "broadcast_to": (5, draw_broadcast),
    "flip": (4, draw_some_axes),
    "diagonal": (4, draw_diagonal),
    "rot90": (2, draw_rot90),
    "real": (2, lambda rng, slot: ()),
    "imag": (0.5, lambda rng, slot: ()),
    "split": (2, draw_sections),
    "array_split": (2, draw_sections),
    "split_at": (2, draw_split_at),
    "unstack": (2, draw_unstack),
    "windows": (4, draw_windows),
    "as_strided": (4, draw_as_strided),
    "copy": (4, lambda rng, slot: (rng.choice(ORDERS),)),
    "flatten": (3, lambda rng, slot: (rng.choice(ORDERS),)),
    "contiguous": (4, lambda rng, slot: (rng.choice("CFA"), draw_policy(rng))),
    "astype": (8, draw_astype),
    "take": (5, draw_take),
    "get": (8, lambda rng, slot: (draw_items(rng, slot),)),
    "to_buffer": (2, lambda rng, slot: (rng.choice("CFA"),)),
    "get_item": (2, lambda rng, slot: (random_position(rng, slot.x), random_value(rng, slot.type)[0])),
    "fill": (4, lambda rng, slot: random_value(rng, slot.type)),
    "set_item": (4, lambda rng, slot: (random_position(rng, slot.x), *random_value(rng, slot.type))),
}

# Steps that take more than a slot and what can be drawn from it.
OTHER = {"set": 28, "set_at": 12, "apply_copy": 10, "compress": 3, "release": 3, "wrap": 6, "wrap_again": 2,
         "broadcast_arrays": 2}

_weights = {**{op: w for op, (w, _) in UNARY.items()}, **OTHER}
_ops, _cumulative = list(_weights), np.cumsum(list(_weights.values())).tolist()


def draw_step(rng, world, number):
    """The next step of a program: result, operation, sources, arguments."""
    if number < 2 or not world.slots or rng.random() < 0.05:
        return draw_creation(rng, world, number)
    op = rng.choices(_ops, cum_weights=_cumulative)[0]
    slots = list(world.slots)
    source = rng.choice(slots[-4:]) if rng.random() < 0.6 else rng.choice(slots)
    if op == "diagonal":
        source = rng.choice([n for n in slots if world.slots[n].x.ndim > 1] or slots)
    if op in ("real", "imag"):
        source = rng.choice([n for n in slots if world.slots[n].type in PARTS] or slots)
    slot = world.slots[source]
    if op == "as_strided" and slot.x.size == 0:
        op = "view"  # where an array without elements begins is left open
    if op == "release":
        return number, op, [source], []
    if op in ("wrap", "wrap_again"):
        return draw_wrap(rng, world, number, op)
    if op in ("set", "apply_copy"):
        _, _, sources, arguments = draw_set(rng, world, number)
        flags = [rng.randrange(8)] if op == "apply_copy" else []
        return number, op, sources, arguments + flags
    if op == "set_at":
        return draw_set_at(rng, world, number)
    if op == "broadcast_arrays":
        return draw_broadcast_arrays(rng, world, number, source)
    if op == "compress":
        return draw_compress(rng, world, number, source)
    return number, op, [source], UNARY[op][1](rng, slot)


def draw_creation(rng, world, number):
    if rng.random() < 0.55:
        return draw_wrap(rng, world, number, "wrap")
    op = rng.choices(list(CREATE), [w for w, _ in CREATE.values()])[0]
    return number, op, [], CREATE[op][1](rng)


def draw_wrap(rng, world, number, op):
    dtype, shape = rng.choice(TYPES), random_shape(rng)
    flags = rng.choices((0, ndview.WRAP_READONLY, ndview.WRITE_OVERLAPPING), (75, 5, 20))[0]
    meeting = flags == ndview.WRITE_OVERLAPPING
    strides, offset, nbytes = random_window(rng, shape, NUMPY[dtype].itemsize, meeting)
    window = (dtype, shape, strides, offset, flags)
    roomy = [n for n, (raw, _) in world.raws.items() if raw.size >= nbytes]
    if op == "wrap_again" and roomy:
        return number, op, [], (rng.choice(roomy), *window)
    if rng.random() < 0.03:
        nbytes = max(0, nbytes - rng.choice((1, 8, 30)))
    return number, "wrap", [], (rng.randrange(2**32), nbytes, *window)


def draw_set(rng, world, number):
    writeable = [n for n, slot in world.slots.items() if slot.x.flags.writeable]
    target = rng.choice(writeable if writeable and rng.random() > 0.03 else list(world.slots))
    source = draw_source(rng, world, target, world.slots[target].x.shape)
    return number, "set", [target, source], [rng.choices(list(ndview.CASTS), (3, 3, 4, 10, 75, 5))[0]]


def draw_set_at(rng, world, number):
    writeable = [n for n, slot in world.slots.items() if slot.x.flags.writeable]
    target = rng.choice(writeable if writeable and rng.random() > 0.03 else list(world.slots))
    slot = world.slots[target]
    items = draw_items(rng, slot)
    meant = indexing.picked(np.empty(slot.x.shape, np.bool), items)
    source = draw_source(rng, world, target, () if meant is None else meant.shape)
    return number, "set_at", [target, source], [items]


def draw_source(rng, world, target, shape):
    """An array that can be broadcast to a shape, often one that shares memory with the target."""
    fitting = [n for n, other in world.slots.items() if fits(other.x.shape, shape)] or list(world.slots)
    kin = [n for n in fitting if n != target and world.slots[n].owner == world.slots[target].owner]
    return rng.choice(kin if kin and rng.random() < 0.6 else fitting if rng.random() < 0.95 else list(world.slots))


def draw_broadcast_arrays(rng, world, number, source):
    x = world.slots[source].x
    small = [n for n, slot in world.slots.items() if slot.x.size * x.size <= MOST]
    fitting = [n for n in small if fits(x.shape, world.slots[n].x.shape) or fits(world.slots[n].x.shape, x.shape)]
    other = rng.choice(fitting if fitting and rng.random() < 0.9 else small or [source])
    return number, "broadcast_arrays", [source, other], []


def fits(source, target):
    """Whether a shape broadcasts to another."""
    return len(source) <= len(target) and all(n in (1, m) for n, m in zip(source[::-1], target[::-1]))


def draw_compress(rng, world, number, source):
    x = world.slots[source].x
    masks = [n for n, slot in world.slots.items() if slot.type == "bool" and slot.x.ndim == 1]
    if rng.random() < 0.03:
        masks = list(world.slots)
    if not masks:
        extent = rng.choice(x.shape or (1,)) + rng.choice((0, 0, 0, 1, -1))
        return number, "from_data", [], ("bool", (max(0, extent),), rng.randrange(2**32))
    axis = None if rng.random() < 0.3 else random_axis(rng, x.ndim)
    return number, "compress", [source, rng.choice(masks)], [axis]
