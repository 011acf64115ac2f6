#!/usr/bin/env python3
"""Every function of the header, in checked mode, with handles that are none, and with a closed one.

The calls are made from the prototypes in the staged header, one for each handle that a function takes,
so that a new function is tested without a line here; what cannot be called from its prototype is a
failure. Everything runs in processes of their own: a crash is a failure too, of the call named last.

    tests/checked/run.py
"""

import ctypes
import os
import re
import subprocess
import sys
from ctypes import byref, c_int32, c_int64, c_size_t, c_void_p
from pathlib import Path

STAGE = Path(os.environ.get("NDVIEW_STAGE", Path(__file__).resolve().parents[2] / "build/stage"))
HEADER = re.sub(r"/\*.*?\*/", "", (STAGE / "include/ndview.h").read_text(), flags=re.S)
C = {name: int(n) for name, n in re.findall(r"#define NDV_(\w+) (-?\d+)$", HEADER, re.M)}
PROTOTYPE = re.compile(r"NDV_API (?:NDV_NODISCARD )?([\w\s]+?[\s*]+)(ndv_\w+)\((.*?)\);", re.S)

NUMBERS = {"dtype": C["FLOAT64"], "value_dtype": C["FLOAT64"], "casting": C["CAST_UNSAFE"],
           "mode": C["MODE_RAISE"], "order": C["ORDER_C"], "policy": C["COPY_IF_NEEDED"],
           "count": 1, "ndim": 1, "depth": 1, "sections": 1, "quarters": 1, "nbytes": 4096,
           "capacity": 4096, "budget": 1000}
TEXTS = {"path": b"no/such/folder/file.npy", "text": b"...", "name": b"x", "tag": b"x"}
SIZES = {"int32_t": c_int32, "int64_t": c_int64, "uint64_t": ctypes.c_uint64, "size_t": c_size_t,
         "double": ctypes.c_double, "bool": ctypes.c_bool, "char": ctypes.c_char,
         "ndv_status": c_int32}
LOOP = ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p, c_void_p)(lambda *_: 0)


class Index(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("kind", c_int32), ("flags", c_int32),
                ("start", c_int64), ("stop", c_int64), ("step", c_int64), ("array", c_void_p)]


class Operand(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("source", c_void_p), ("destination", c_void_p),
                ("dtype", c_int32), ("casting", c_int32)]


class Parameter:
    def __init__(self, declaration):
        self.type, self.name = re.fullmatch(r"(.*?)(\w+)", " ".join(declaration.split())).groups()
        self.type = self.type.replace("const ", "").replace(" ", "").replace("const*", "*")
        self.is_const = "const " in declaration

    def places(self):
        """Where handles go in it: one way to build the argument for each."""
        if self.type == "ndv_array*":
            return [lambda handle: c_void_p(handle)]
        if self.type == "ndv_array**" and self.is_const:
            return [lambda handle: (c_void_p * 1)(handle)]
        if self.type == "ndv_index*":
            size = ctypes.sizeof(Index)
            return [lambda handle: byref(Index(size, C["INDEX_ARRAY"], array=handle))]
        if self.type == "ndv_operand*":
            size = ctypes.sizeof(Operand)
            return [lambda handle: byref(Operand(size, source=handle)),
                    lambda handle: byref(Operand(size, destination=handle)),
                    lambda handle: byref(Operand(size, handle, handle))]
        return []

    def good(self, live):
        """An argument that is right, or at least not looked at before the handles are."""
        if self.type == "ndv_index*":
            return byref(Index(ctypes.sizeof(Index), C["INDEX_NEWAXIS"]))
        if self.places():
            return self.places()[0](live.get(self.name, live["other"]))
        if self.type in SIZES:
            return SIZES[self.type](NUMBERS.get(self.name, 0))
        if self.type == "char*" and self.is_const:
            return ctypes.c_char_p(TEXTS[self.name])
        if self.type == "char**":
            return (ctypes.c_char_p * 1)(b"x")
        if self.type == "ndv_loop":
            return LOOP
        if self.type == "ndv_format_options*":
            return c_void_p(None)
        if self.type == "int64_t*" and self.is_const:
            zeros = self.name in ("axes", "index", "positions", "shifts")
            return (c_int64 * 64)(*([0 if zeros else 1] * 64))
        if self.type.endswith("*"):      # where a result goes, or a struct, which begins with its size
            return (c_size_t * 512)(4096)
        raise TypeError(f"no argument is known for {self.type} {self.name}")


def functions():
    for result, name, parameters in PROTOTYPE.findall(HEADER):
        listed = [p for p in parameters.split(",") if p.strip() != "void"]
        yield result.strip(), name, [Parameter(p) for p in listed]


def check_structs(failures):
    """A handle inside a struct must be one that `places` knows."""
    known = {"ndv_index", "ndv_operand", "ndv_description"}     # the last one is a result
    for body, name in re.findall(r"typedef struct \w* ?\{(.*?)\} (ndv_\w+);", HEADER, re.S):
        if "ndv_array" in body and name not in known:
            failures.append(f"{name} holds a handle, and no test puts one there")


def library():
    name = "libndview.dylib" if sys.platform == "darwin" else "libndview.so"
    return ctypes.CDLL(str(STAGE / "lib" / name))


def zeros(lib, dtype="INT64"):
    made = c_void_p()
    assert lib.ndv_zeros(C[dtype], 1, (c_int64 * 1)(1), byref(made)) == 0
    return made.value


def expectations(lib, live):
    """Handles that are none, and the status that each is."""
    released, twice, closed = zeros(lib), zeros(lib), zeros(lib)
    # A block that looks like an array's in every byte.
    forged = ctypes.create_string_buffer(4096)
    start = ctypes.addressof(forged) + -ctypes.addressof(forged) % 64
    ctypes.memmove(start, live["other"], 64)
    assert lib.ndv_release(c_void_p(released)) == 0 == lib.ndv_release(c_void_p(twice))
    assert lib.ndv_release(c_void_p(twice)) == C["E_HANDLE"]
    assert lib.ndv_close(c_void_p(closed)) == 0
    none = {"released": released, "released twice": twice, "forged": start, "wild": 0x5ead_beef_0000,
            "odd": live["other"] + 1, "low": 8}
    cases = [(what, handle, C["E_HANDLE"]) for what, handle in none.items()]
    return cases + [("closed", closed, C["E_CLOSED"])], forged


def check_function(lib, live, cases, result, name, parameters, failures):
    """One call for each handle that the function takes, and each that is none."""
    function, calls = getattr(lib, name), 0
    function.restype = c_void_p if "*" in result else SIZES[result]
    function.argtypes = None
    for at, parameter in enumerate(parameters):
        for place in parameter.places():
            for what, handle, status in cases:
                arguments = [p.good(live) for p in parameters]
                arguments[at] = place(handle)
                print(f"{name}: {parameter.name}: {what}", flush=True)
                answer = function(*arguments)
                calls += 1
                if result != "ndv_status":
                    right = what == "closed" or not answer
                elif what == "closed" and name == "ndv_release":
                    right = answer == 0
                elif parameter.type == "ndv_index*" and name == "ndv_index_items":
                    right = answer == C["E_INDEX_ITEMS"]     # it takes no array, whichever it is
                else:
                    right = answer == status
                if not right:
                    failures.append(f"{name}: {parameter.name}: {what}: {answer}")
    return calls


def child():
    lib = library()
    lib.ndv_retain.restype = c_void_p
    assert lib.ndv_checked() == C["CHECKED_ON"]
    live, failures = {"other": zeros(lib), "mask": zeros(lib, "BOOL")}, []
    tested = calls = 0
    cases, _kept = expectations(lib, live)
    check_structs(failures)
    lib.ndv_retain(c_void_p(cases[-1][1]))      # for ndv_release(), which works on a closed one
    for result, name, parameters in functions():
        try:
            made = check_function(lib, live, cases, result, name, parameters, failures)
        except (TypeError, KeyError) as error:
            failures.append(f"{name}: {error}")
        tested += made > 0
        calls += made
    handled = [name for _, name, ps in functions() if any("ndv_array" in p.type for p in ps)]
    if tested < 100 or tested < len(handled) - 20:
        failures.append(f"only {tested} functions were tested")
    print(f"tested {tested} functions, {calls} calls")
    print("\n".join(f"failure {failure}" for failure in failures))


def leak(mode):
    """What a program with an array too many prints to the standard error."""
    program = ("import sys; sys.path.insert(0, sys.argv[1]); import run; lib = run.library();"
               "a = run.zeros(lib); v = run.c_void_p();"
               "assert lib.ndv_slice(run.c_void_p(a), b':', run.byref(v)) == 0")
    environment = dict(os.environ, NDV_CHECKED=mode, PYTHONDONTWRITEBYTECODE="1")
    run = subprocess.run([sys.executable, "-c", program, str(Path(__file__).parent)],
                         env=environment, capture_output=True, text=True)
    return run.returncode, run.stdout, run.stderr


def main():
    failures = []
    run = subprocess.run([sys.executable, __file__, "child"], env=dict(os.environ, NDV_CHECKED="1"),
                         capture_output=True, text=True)
    lines = run.stdout.splitlines()
    failures += [line.removeprefix("failure ") for line in lines if line.startswith("failure ")]
    told = [line for line in lines if line.startswith("tested ")]
    if run.returncode != 0 or not told:
        failures.append(f"status {run.returncode} after {lines[-1:]}: {run.stderr}")
    listed = ("ndview: not released: 2 arrays, 1 buffer, 8 bytes\n"
              "8 bytes: ndv_zeros int64 (1,), 1 reference, 1 view\n"
              "    ndv_slice int64 (1,), 1 reference, spans 8 bytes\n")
    for mode, expected in [("leaks", listed), ("1", ""), ("0", ""), ("", "")]:
        found = leak(mode)
        if found != (0, "", expected):
            failures.append(f"NDV_CHECKED={mode}: {found}")
    print("\n".join(failures))
    print(f"checked: {told[0] if told else 'nothing tested'}")
    print(f"{5 - min(len(failures), 5)} passed, {len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    child() if sys.argv[1:] == ["child"] else main()
