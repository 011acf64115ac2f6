"""Where ndview is to differ from NumPy, and why: the only places where the models here do not follow it."""

import collections

TABLE = {
    "copy-base": "what is a copy owns its bytes; the base of NumPy's is often a temporary nobody sees",
    "wrap-overlapping": "wrapped memory in which elements meet is read-only unless the caller insists",
    "diagonal-writeable": "a diagonal can be written where its array can; NumPy's is read-only until told otherwise",
    "single-values": "fill, full, set_item and get_item refuse what does not fit, whatever the type; NumPy's rule depends"
                     " on whether the value is Python's, a scalar of NumPy's, or an array without axes",
    "float-to-integer": "truncated, stopping at the ends of the range, NaN is 0; NumPy leaves it to the processor",
    "overlapping-writes": "the right side is read first, and the last element in C order stays; NumPy corrupts some",
    "reshape-unknown": "only -1 is an unknown extent; NumPy takes every negative number",
    "real-same": "real always makes a view; NumPy's gives the array itself where nothing is complex",
    "imag-of-real": "what is not complex has no imaginary part; NumPy makes a new array of zeros",
    "unstack-views": "unstack of one axis gives views without axes; NumPy's gives scalars",
    "broadcast-arrays": "arrays are read-only when broadcast together, and views also where nothing is repeated;"
                        " NumPy gives the array itself, and warns on the first write to the others",
    "strided-overlapping": "a view by strides in which elements meet is read-only unless the caller insists",
    "strided-bounds": "a view by strides stays inside the owner's bytes; NumPy's as_strided asks for no such thing",
    "squeeze-same": "squeeze always makes a view; NumPy's gives the array itself where there is nothing to drop",
    "contiguous-A": "order A asks for C or F; NumPy's array(order='A') lets every layout pass",
    "axis-of-0-d": "an array without axes has no axis 0 or -1; NumPy allows them in take, compress, squeeze",
    "take-checks": "every position is checked; NumPy does not where the result has no elements",
    "uint64-positions": "a position of 2^63 or more is out of bounds; NumPy reads it as a negative one",
    "wrap-nothing": "no element lies in a buffer of 0 bytes; NumPy takes 0 for unknown",
    "ravel-K": "order K reads the axes by their strides, those of stride 0 last, as copy lays them out;"
               " NumPy's ravel and flatten leave these where they are",
    "repeat-checks": "a count below 0 is refused; NumPy's repeat takes it where there is nothing to repeat",
    "block-promotes": "the type of block is that of all arrays together, as for concatenate; NumPy's depends on the size",
    "no-values": "a mask that marks anything needs a value; NumPy's putmask does nothing without",
    "compress-bool": "a mask is of type bool; NumPy converts",
    "print-precision": "more than 1000 digits are refused",
    "arange-exact": "the count of an integer range is exact; NumPy rounds it to a double, and overflows",
    "arange-backwards": "a step away from stop gives no elements, however far; NumPy fails beyond 2^63 of them",
    "linspace-one": "one number is start, bit for bit; NumPy gives 0 for -0, and NaN where stop - start is not finite",
    "slice-64-bits": "an integer beyond 64 bits is a fault of the text; NumPy clamps it in slices",
    "same-value-bytes": "a bool whose byte is neither 0 nor 1 is true and arrives as 1; NumPy says that it changed",
    "same-value-bool": "2 does not arrive unchanged as a bool; NumPy lets every number through",
    "same-value-zero": "-0 arrives unchanged as an integer 0; NumPy refuses it from float16",
    "same-value-65504": "the largest float16 arrives unchanged; NumPy refuses it",
}

met = collections.Counter()


def depart(name):
    """Notes that a model leaves NumPy, for a reason of the table."""
    assert name in TABLE, name
    met[name] += 1


def show():
    print("departures from NumPy, and how often they decided:")
    for name, reason in TABLE.items():
        print(f"{met[name]:>8}  {name}: {reason}")
