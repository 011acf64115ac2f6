"""The header is one that generators of bindings can read: cffi takes the declarations of the staged
ndview.h as the C preprocessor leaves them, with no name, type or function written down again.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import cffi

STAGE = Path(os.environ.get("NDVIEW_STAGE", Path(__file__).resolve().parents[2] / "build/stage"))
HEADER = STAGE / "include/ndview.h"


def preprocessed(*options):
    command = [*os.environ.get("CC", "cc").split(), "-E", *options, "-x", "c", str(HEADER)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def declarations():
    """Our own lines, without what the standard headers bring: cffi knows the types they declare."""
    ours, lines = False, []
    for line in preprocessed("-DNDV_NODISCARD=").splitlines():
        if re.match(r'# \d+ "', line):
            ours = "ndview.h" in line
        elif ours:
            lines.append(line.replace("_Bool", "bool"))
    return "\n".join(lines)


def constants():
    found = re.findall(r"^#define (NDV_\w+) (-?\d+)$", preprocessed("-dM"), re.M)
    return "".join(f"#define {name} {number}\n" for name, number in found)


def load():
    ffi = cffi.FFI()
    ffi.cdef(declarations())
    ffi.cdef(constants())
    name = "libndview.dylib" if sys.platform == "darwin" else "libndview.so"
    return ffi, ffi.dlopen(str(STAGE / "lib" / name))


def text(ffi, lib, array):
    buffer = ffi.new("char[]", 200)
    assert lib.ndv_format(array, ffi.NULL, buffer, len(buffer), ffi.NULL) == lib.NDV_OK
    return ffi.string(buffer).decode()


def main():
    ffi, lib = load()
    made = ffi.new("ndv_array *[3]")
    assert lib.ndv_arange(0, 6, 1, made) == lib.NDV_OK
    assert lib.ndv_slice(made[0], b"::2", made + 1) == lib.NDV_OK
    a, v = made[0], made[1]
    assert lib.ndv_base(v) == a and lib.ndv_base(a) == ffi.NULL
    assert lib.ndv_fill_int64(v, 9) == lib.NDV_OK
    assert text(ffi, lib, a) == "[9 1 9 3 9 5]"
    assert list(lib.ndv_shape(v)[0:1]) == [3] and lib.ndv_strides(v)[0] == 16
    assert lib.ndv_slice(a, b"7", made + 2) == lib.NDV_E_INDEX and made[2] == ffi.NULL
    assert b"index 7" in ffi.string(lib.ndv_last_error_message())

    about = ffi.new("ndv_description *", {"struct_size": ffi.sizeof("ndv_description")})
    assert lib.ndv_describe(v, about) == lib.NDV_OK
    assert (about.dtype, about.ndim, about.size) == (lib.NDV_INT64, 1, 3) and about.base == a

    deleted = []
    block = ffi.new("uint8_t[8]")
    deleter = ffi.callback("void(void *, void *)", lambda data, context: deleted.append(data))
    shape = ffi.new("int64_t[]", [8])
    assert lib.ndv_wrap(block, 8, 0, lib.NDV_UINT8, 1, shape, ffi.NULL, 0, deleter, ffi.NULL,
                        made + 2) == lib.NDV_OK
    assert lib.ndv_fill_int64(made[2], 7) == lib.NDV_OK and list(block) == [7] * 8
    for array in made:
        assert lib.ndv_release(array) == lib.NDV_OK
    assert deleted == [block]

    functions = re.findall(r"\bndv_\w+(?=\()", declarations())
    missing = [name for name in functions if not hasattr(lib, name)]
    assert not missing and len(functions) > 50, missing
    print(f"cffi: reads the header, finds {len(functions)} functions and calls some")


main()
