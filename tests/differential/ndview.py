"""ndview for Python, as thin as the differential tests need it.

Constants and prototypes are read from the staged header, so that no number stands here twice.
Functions return what they make, and a status that is not NDV_OK becomes an `Error`. Element types
go by their names.
"""

import ctypes
import os
import re
import sys
from ctypes import byref, c_int32, c_int64, c_size_t, c_uint64, c_void_p
from pathlib import Path
from types import SimpleNamespace

import numpy as np

STAGE = Path(os.environ.get("NDVIEW_STAGE", Path(__file__).resolve().parents[2] / "build/stage"))

_header = re.sub(r"/\*.*?\*/", "", (STAGE / "include/ndview.h").read_text(), flags=re.S)
_constants = {name: int(n) for name, n in re.findall(r"#define NDV_(\w+) (-?\d+)$", _header, re.M)}
globals().update(_constants)

DTYPES = {name.lower(): code for name, code in _constants.items()
          if re.fullmatch(r"BOOL|U?INT\d+|B?FLOAT\d+|COMPLEX\d+", name)}
NAMES = {code: name for name, code in DTYPES.items()}

# NumPy has no bfloat16; its elements are shown as the bits that they are.
NUMPY = {name: np.dtype("uint16" if name == "bfloat16" else name) for name in DTYPES}

POLICIES = {"never": COPY_NEVER, "if_needed": COPY_IF_NEEDED, "always": COPY_ALWAYS}
CASTS = {"no": CAST_NO, "equiv": CAST_EQUIV, "safe": CAST_SAFE, "same_kind": CAST_SAME_KIND,
         "unsafe": CAST_UNSAFE, "same_value": CAST_SAME_VALUE}


MODES = {"raise": MODE_RAISE, "wrap": MODE_WRAP, "clip": MODE_CLIP}


class Error(Exception):
    """A call that failed: the name of its code, and its message."""

    def __init__(self, status):
        self.code = lib.ndv_status_name(status).decode()
        self.message = lib.ndv_last_error_message().decode()
        super().__init__(f"{self.code}: {self.message}")


def _ctype(declaration):
    """The ctypes type of a parameter or a result; pointers are addresses."""
    if "*" in declaration:
        return c_void_p
    words = declaration.replace("const", "").split()
    return {"ndv_status": c_int32, "int32_t": c_int32, "int64_t": c_int64, "uint64_t": c_uint64,
            "ndv_lease": c_uint64,
            "size_t": c_size_t, "double": ctypes.c_double, "bool": ctypes.c_bool,
            "char": ctypes.c_char, "ndv_deleter": c_void_p,
            "ndv_loop": c_void_p, "ndv_copy_hook": c_void_p}[words[0]]


def _checked(status, function, arguments):
    if status:
        raise Error(status)


def _load():
    """The functions that the header declares, and no others."""
    name = "libndview.dylib" if sys.platform == "darwin" else "libndview.so"
    library, declared = ctypes.CDLL(str(STAGE / "lib" / name)), SimpleNamespace()
    pattern = r"NDV_API (?:NDV_NODISCARD )?([\w\s]+?[\s*]+)(ndv_\w+)\((.*?)\);"
    for result, name, parameters in re.findall(pattern, _header, re.S):
        function = getattr(library, name)
        function.argtypes = [_ctype(p) for p in parameters.split(",") if p.strip() != "void"]
        function.restype = ctypes.c_char_p if "char *" in result else _ctype(result)
        if "ndv_status" in result and name != "ndv_release":
            function.errcheck = _checked
        setattr(declared, name, function)
    return declared


lib = _load()


class _Item(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("kind", c_int32), ("flags", c_int32),
                ("start", c_int64), ("stop", c_int64), ("step", c_int64), ("array", c_void_p)]


class _Operand(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("source", c_void_p), ("destination", c_void_p),
                ("dtype", c_int32), ("casting", c_int32)]


_LOOP = ctypes.CFUNCTYPE(c_int32, ctypes.POINTER(c_void_p), ctypes.POINTER(c_int64),
                         ctypes.POINTER(c_int64), c_void_p)


class FormatOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("precision", c_int32), ("digits", c_int32),
                ("suppress_small", c_int32), ("sign", c_int32), ("threshold", c_int64),
                ("edge_items", c_int64), ("line_width", c_int64)]


class Statistics(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("arrays_alive", c_int64), ("buffers_alive", c_int64),
                ("bytes_alive", c_int64), ("copies", c_int64), ("bytes_copied", c_int64)]


class OverlapReport(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("relation", c_int32), ("a_ndim", c_int32), ("b_ndim", c_int32),
                ("address", c_void_p), ("a_index", c_int64 * 64), ("b_index", c_int64 * 64)]


def statistics():
    result = Statistics(ctypes.sizeof(Statistics))
    lib.ndv_get_statistics(byref(result))
    return result


def can_cast(source, target, casting):
    allowed = ctypes.c_bool()
    lib.ndv_can_cast(DTYPES[source], DTYPES[target], CASTS[casting], byref(allowed))
    return allowed.value


def promote(a, b):
    promoted = c_int32()
    lib.ndv_promote(DTYPES[a], DTYPES[b], byref(promoted))
    return NAMES[promoted.value]


def _list(numbers):
    """Numbers as the two arguments that ndview takes: how many, and where."""
    return len(numbers), (c_int64 * len(numbers))(*numbers)


def _axes(axes):
    """As _list(), with None for all axes."""
    return (0, None) if axes is None else _list(axes)


def _item(item):
    """A part of a NumPy index as an index item."""
    size = ctypes.sizeof(_Item)
    if item is None:
        return _Item(size, INDEX_NEWAXIS)
    if item is Ellipsis:
        return _Item(size, INDEX_ELLIPSIS)
    if isinstance(item, Array):
        return _Item(size, INDEX_ARRAY, 0, 0, 0, 0, item.handle)
    if isinstance(item, int):
        return _Item(size, INDEX_INTEGER, 0, item)
    parts = [item.start, item.stop, item.step]
    flags = sum(flag for part, flag in zip(parts, (1, 2, 4)) if part is not None)
    return _Item(size, INDEX_SLICE, flags, *(part or 0 for part in parts))


def _items(items):
    return len(items), (_Item * len(items))(*map(_item, items))


def _make(function, *arguments):
    """Calls a function whose last parameter is the array that it makes."""
    out = c_void_p(1)
    try:
        function(*arguments, byref(out))
    except Error:
        assert not out.value, f"{function.__name__} failed and left a result"
        raise
    return Array(out.value)


def _make_several(count, function, *arguments):
    """Calls a function whose last parameter is room for the arrays that it makes."""
    out = (c_void_p * max(count, 1))(*[1] * max(count, 1))
    try:
        function(*arguments, out)
    except Error:
        assert not any(out[:max(count, 0)]), f"{function.__name__} failed and left a result"
        raise
    return [Array(handle) for handle in out[:count]]


class Array:
    """A reference to an array, given back when this object goes."""

    __slots__ = ("handle", "keeps")

    def __init__(self, handle, keeps=None):
        self.handle = handle
        self.keeps = keeps  # Python memory that the array stands on

    def __del__(self):
        lib.ndv_release(self.handle)

    # Making

    @staticmethod
    def empty(dtype, shape, order="C"):
        return _make(lib.ndv_empty_in_order, DTYPES[dtype], *_list(shape), ord(order))

    @staticmethod
    def zeros(dtype, shape):
        return _make(lib.ndv_zeros, DTYPES[dtype], *_list(shape))

    @staticmethod
    def full(dtype, shape, value_dtype, value):
        return _make(lib.ndv_full, DTYPES[dtype], *_list(shape), DTYPES[value_dtype], value)

    @staticmethod
    def from_data(dtype, shape, data):
        return _make(lib.ndv_from_data, DTYPES[dtype], *_list(shape), data)

    @staticmethod
    def wrap(raw, offset, dtype, shape, strides, flags=0):
        """Over the bytes of a uint8 array."""
        count, shape = _list(shape)
        array = _make(lib.ndv_wrap, raw.ctypes.data, raw.nbytes, offset, DTYPES[dtype], count, shape,
                      _list(strides)[1], flags, None, None)
        array.keeps = raw
        return array

    @staticmethod
    def over(x, dtype=None):
        """Over the memory of a NumPy array, whatever its layout."""
        low, high = np.lib.array_utils.byte_bounds(x) if x.size else (x.ctypes.data,) * 2
        count, shape = _list(x.shape)
        code = DTYPES[dtype] if dtype else code_of(x.dtype)
        array = _make(lib.ndv_wrap, low, high - low, x.ctypes.data - low, code, count, shape,
                      _list(x.strides)[1], 0, None, None)
        array.keeps = x
        return array

    @staticmethod
    def arange(start, stop, step):
        return _make(lib.ndv_arange, start, stop, step)

    @staticmethod
    def arange_double(start, stop, step):
        return _make(lib.ndv_arange_double, start, stop, step)

    @staticmethod
    def linspace(start, stop, count, endpoint):
        return _make(lib.ndv_linspace, start, stop, count, endpoint)

    def zeros_like(self):
        return _make(lib.ndv_zeros_like, self.handle)

    def full_like(self, value_dtype, value):
        return _make(lib.ndv_full_like, self.handle, DTYPES[value_dtype], value)

    # Asking

    @property
    def code(self):
        return lib.ndv_dtype(self.handle)

    @property
    def dtype(self):
        """A scalar type's name, or NumPy's for as many raw bytes."""
        return NAMES.get(self.code) or f"void{8 * lib.ndv_dtype_itemsize(self.code)}"

    @property
    def shape(self):
        ndim = lib.ndv_ndim(self.handle)
        return tuple((c_int64 * ndim).from_address(lib.ndv_shape(self.handle)))

    @property
    def strides(self):
        ndim = lib.ndv_ndim(self.handle)
        return tuple((c_int64 * ndim).from_address(lib.ndv_strides(self.handle)))

    @property
    def data(self):
        return lib.ndv_data(self.handle)

    @property
    def flags(self):
        return lib.ndv_flags(self.handle)

    @property
    def base(self):
        return lib.ndv_base(self.handle)

    @property
    def owns_data(self):
        return lib.ndv_owns_data(self.handle)

    def relation(self, other):
        return lib.ndv_relation(self.handle, other.handle)

    def byte_bounds(self):
        low, high = c_void_p(), c_void_p()
        lib.ndv_byte_bounds(self.handle, byref(low), byref(high))
        return low.value, high.value

    def may_share_memory(self, other):
        return lib.ndv_may_share_memory(self.handle, other.handle)

    def shares_memory(self, other):
        shares = ctypes.c_bool()
        lib.ndv_shares_memory(self.handle, other.handle, 1_000_000, byref(shares))
        return shares.value

    def overlap(self, other):
        report = OverlapReport(ctypes.sizeof(OverlapReport))
        lib.ndv_overlap(self.handle, other.handle, 1_000_000, byref(report))
        return report

    def overlaps_itself(self):
        report = OverlapReport(ctypes.sizeof(OverlapReport))
        lib.ndv_overlaps_itself(self.handle, 1_000_000, byref(report))
        return report

    def equal(self, other):
        equal = ctypes.c_bool()
        lib.ndv_equal(self.handle, other.handle, byref(equal))
        return equal.value

    def window(self):
        """The elements as a NumPy array over the same memory, writeable in any case. Valid while
        this object lives."""
        shape, dtype = self.shape, NUMPY.get(self.dtype) or np.dtype(f"V{lib.ndv_itemsize(self.handle)}")
        if 0 in shape:
            return np.empty(shape, dtype)
        return np.asarray(_Window(self, shape, dtype))

    def format(self, options=None):
        length = c_size_t()
        address = options and byref(options)
        room = ctypes.create_string_buffer(4000)
        lib.ndv_format(self.handle, address, room, len(room), byref(length))
        if length.value >= len(room):
            room = ctypes.create_string_buffer(length.value + 1)
            lib.ndv_format(self.handle, address, room, len(room), byref(length))
        return room.raw[:length.value].decode()

    # Views

    def view(self):
        return _make(lib.ndv_view, self.handle)

    def view_as(self, dtype):
        return _make(lib.ndv_view_as, self.handle, DTYPES[dtype])

    def readonly(self):
        return _make(lib.ndv_readonly, self.handle)

    def slice(self, text):
        return _make(lib.ndv_slice, self.handle, text.encode() if isinstance(text, str) else text)

    def index_items(self, items):
        """Items as in a NumPy index."""
        return _make(lib.ndv_index_items, self.handle, *_items(items))

    def transpose(self):
        return _make(lib.ndv_transpose, self.handle)

    def permute(self, axes):
        return _make(lib.ndv_permute, self.handle, *_list(axes))

    def swap_axes(self, first, second):
        return _make(lib.ndv_swap_axes, self.handle, first, second)

    def move_axis(self, source, destination):
        return _make(lib.ndv_move_axis, self.handle, source, destination)

    def reshape(self, shape, order, policy):
        return _make(lib.ndv_reshape, self.handle, *_list(shape), ord(order), POLICIES[policy])

    def ravel(self, order, policy):
        return _make(lib.ndv_ravel, self.handle, ord(order), POLICIES[policy])

    def squeeze(self, axes):
        return _make(lib.ndv_squeeze, self.handle, *_axes(axes))

    def expand_dims(self, axis):
        return _make(lib.ndv_expand_dims, self.handle, axis)

    def broadcast_to(self, shape):
        return _make(lib.ndv_broadcast_to, self.handle, *_list(shape))

    def flip(self, axes):
        return _make(lib.ndv_flip, self.handle, *_axes(axes))

    def diagonal(self, offset, first, second):
        return _make(lib.ndv_diagonal, self.handle, offset, first, second)

    def rot90(self, quarters, first, second):
        return _make(lib.ndv_rot90, self.handle, quarters, first, second)

    def real(self):
        return _make(lib.ndv_real, self.handle)

    def imag(self):
        return _make(lib.ndv_imag, self.handle)

    def split(self, sections, axis):
        return _make_several(sections, lib.ndv_split, self.handle, sections, axis)

    def array_split(self, sections, axis):
        return _make_several(sections, lib.ndv_array_split, self.handle, sections, axis)

    def split_at(self, positions, axis):
        return _make_several(len(positions) + 1, lib.ndv_split_at, self.handle, *_list(positions), axis)

    def unstack(self, axis, count):
        return _make_several(count, lib.ndv_unstack, self.handle, axis, count)

    def broadcast_arrays(self, other):
        arrays = (c_void_p * 2)(self.handle, other.handle)
        return _make_several(2, lib.ndv_broadcast_arrays, 2, arrays)

    def windows(self, windows, axes, insist):
        flags = WRITE_OVERLAPPING if insist else 0
        return _make(lib.ndv_windows, self.handle, *_list(windows), _axes(axes)[1], flags)

    def as_strided(self, shape, strides, offset, insist):
        flags = WRITE_OVERLAPPING if insist else 0
        return _make(lib.ndv_as_strided, self.handle, *_list(shape), _list(strides)[1], offset, flags)

    # Copies

    def copy(self, order):
        return _make(lib.ndv_copy, self.handle, ord(order))

    def flatten(self, order):
        return _make(lib.ndv_flatten, self.handle, ord(order))

    def contiguous(self, order, policy):
        return _make(lib.ndv_contiguous, self.handle, ord(order), POLICIES[policy])

    def astype(self, dtype, order="K", casting="unsafe", policy="always"):
        return _make(lib.ndv_astype, self.handle, DTYPES[dtype], ord(order), CASTS[casting], POLICIES[policy])

    def take(self, positions, axis):
        axis = ALL_AXES if axis is None else axis
        return _make(lib.ndv_take, self.handle, *_list(positions), axis)

    def compress(self, mask, axis):
        return _make(lib.ndv_compress, self.handle, mask.handle, ALL_AXES if axis is None else axis)

    def compress_into(self, mask, axis, target, casting="unsafe"):
        axis = ALL_AXES if axis is None else axis
        lib.ndv_compress_into(self.handle, mask.handle, axis, CASTS[casting], target.handle)

    def take_array(self, positions, axis, mode):
        axis = ALL_AXES if axis is None else axis
        return _make(lib.ndv_take_array, self.handle, positions.handle, axis, MODES[mode])

    def take_array_into(self, positions, axis, mode, target, casting="unsafe"):
        axis = ALL_AXES if axis is None else axis
        lib.ndv_take_array_into(self.handle, positions.handle, axis, MODES[mode], CASTS[casting], target.handle)

    def take_along_axis(self, positions, axis, mode="raise"):
        return _make(lib.ndv_take_along_axis, self.handle, positions.handle, axis, MODES[mode])

    def get(self, items):
        return _make(lib.ndv_get, self.handle, *_items(items))

    def get_outer(self, items):
        return _make(lib.ndv_get_outer, self.handle, *_items(items))

    def get_into(self, items, target, casting="unsafe"):
        lib.ndv_get_into(self.handle, *_items(items), CASTS[casting], target.handle)

    def get_outer_into(self, items, target, casting="unsafe"):
        lib.ndv_get_outer_into(self.handle, *_items(items), CASTS[casting], target.handle)

    def nonzero(self):
        room = (c_void_p * len(self.shape))()
        lib.ndv_nonzero(self.handle, room)
        return [Array(handle) for handle in room]

    def argwhere(self):
        return _make(lib.ndv_argwhere, self.handle)

    def to_buffer(self, order):
        room = ctypes.create_string_buffer(lib.ndv_nbytes(self.handle) + 1)
        lib.ndv_to_buffer(self.handle, room, len(room) - 1, ord(order))
        return room.raw[:-1]

    # Writing

    def set(self, source, casting="unsafe"):
        lib.ndv_set(self.handle, source.handle, CASTS[casting])

    def set_at(self, items, source, casting="unsafe"):
        lib.ndv_set_at(self.handle, *_items(items), source.handle, CASTS[casting])

    def set_at_outer(self, items, source, casting="unsafe"):
        lib.ndv_set_at_outer(self.handle, *_items(items), source.handle, CASTS[casting])

    def put(self, positions, values, mode, casting="unsafe"):
        lib.ndv_put(self.handle, positions.handle, values.handle, MODES[mode], CASTS[casting])

    def put_along_axis(self, positions, source, axis, mode="raise", casting="unsafe"):
        lib.ndv_put_along_axis(self.handle, positions.handle, source.handle, axis, MODES[mode], CASTS[casting])

    def apply_copy(self, source, casting, flags):
        """As set(), by a loop that gets the elements as they are written."""
        itemsize = lib.ndv_itemsize(self.handle)

        @_LOOP
        def copy(data, dimensions, strides, context):
            for i in range(dimensions[0]):
                ctypes.memmove(data[1] + i * strides[1], data[0] + i * strides[0], itemsize)
            return 0

        size = ctypes.sizeof(_Operand)
        operands = (_Operand * 2)(_Operand(size, source.handle, None, DTYPES[self.dtype], CASTS[casting]),
                                  _Operand(size, None, self.handle))
        lib.ndv_apply(2, operands, flags, ctypes.cast(copy, c_void_p), None)

    def fill(self, dtype, value):
        lib.ndv_fill(self.handle, DTYPES[dtype], value)

    def set_item(self, index, dtype, value):
        lib.ndv_set_item(self.handle, *_list(index), DTYPES[dtype], value)

    def get_item(self, index, dtype):
        room = ctypes.create_string_buffer(NUMPY[dtype].itemsize)
        lib.ndv_get_item(self.handle, *_list(index), DTYPES[dtype], room)
        return room.raw


    # Records

    @staticmethod
    def of_bytes(code, shape, raw):
        """A new array of any type, by its code."""
        return _make(lib.ndv_from_data, code, *_list(shape), raw)

    def field(self, name):
        return _make(lib.ndv_field, self.handle, name.encode())

    def fields(self, names):
        encoded = (ctypes.c_char_p * len(names))(*(name.encode() for name in names))
        return _make(lib.ndv_fields, self.handle, len(names), encoded)


class _Field(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("name", ctypes.c_char_p), ("offset", c_int64), ("dtype", c_int32),
                ("ndim", c_int32), ("shape", c_void_p)]


def code_of(dtype):
    """The code of a NumPy type: a scalar, raw bytes, or a record, which is made."""
    code = c_int32()
    if dtype.names is None:
        if dtype.kind != "V":
            return DTYPES[dtype.name]
        lib.ndv_dtype_bytes(dtype.itemsize, byref(code))
        return code.value
    fields, keeps = [], []
    for name in dtype.names:
        inner, offset = dtype.fields[name][:2]
        base, shape = inner.subdtype or (inner, ())
        keeps.append((c_int64 * len(shape))(*shape))
        fields.append(_Field(ctypes.sizeof(_Field), name.encode(), offset, code_of(base), len(shape),
                             ctypes.addressof(keeps[-1])))
    lib.ndv_dtype_record(len(fields), (_Field * len(fields))(*fields), dtype.itemsize, int(dtype.isalignedstruct),
                         byref(code))
    return code.value


def numpy_dtype(code):
    """The NumPy type of a code, by its fields."""
    count = lib.ndv_dtype_field_count(code)
    if count == 0:
        return NUMPY[NAMES[code]] if code in NAMES else np.dtype(f"V{lib.ndv_dtype_itemsize(code)}")
    parts = {"names": [], "formats": [], "offsets": [], "itemsize": lib.ndv_dtype_itemsize(code)}
    for position in range(count):
        field = _Field(ctypes.sizeof(_Field))
        lib.ndv_dtype_field(code, position, byref(field))
        shape = tuple((c_int64 * field.ndim).from_address(field.shape)) if field.ndim else ()
        parts["names"].append(field.name.decode())
        parts["formats"].append((numpy_dtype(field.dtype), shape) if shape else numpy_dtype(field.dtype))
        parts["offsets"].append(field.offset)
    return np.dtype(parts)


class _Window:
    def __init__(self, array, shape, dtype):
        self.keeps = array
        self.__array_interface__ = {"version": 3, "data": (array.data, False), "shape": shape,
                                    "strides": array.strides, "typestr": dtype.str}
