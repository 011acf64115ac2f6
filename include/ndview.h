/* ndview: NumPy's array memory model as a C library.
 *
 * An array is a window onto a reference-counted buffer. A view is a new window on the
 * same bytes; a copy is new bytes. This library makes both, always tells which is which,
 * and assigns correctly whatever shares memory with what. It does no arithmetic.
 *
 * This header is the manual: words and conventions first, then a section for each subject,
 * simple ones before advanced ones. A program includes ndview_c99.h, which includes this
 * file and adds NDV_DIMS, NDV_ITEMS and other macros that the examples use. The whole of a
 * first program, which `cc first.c -lndview` compiles where the library is installed:
 *
 * ```c
 * #include <ndview_c99.h>
 * #include <stdio.h>
 *
 * #define OK(call)                                               \
 *     do {                                                       \
 *         if ((call) != NDV_OK) {                                \
 *             fprintf(stderr, "%s\n", ndv_last_error_message()); \
 *             return 1;                                          \
 *         }                                                      \
 *     } while (0)
 *
 * int main(void) {
 *     ndv_array *a, *v;
 *     OK(ndv_arange(0, 6, 1, &a));   // a is [0 1 2 3 4 5]
 *     OK(ndv_slice(a, "1:4", &v));   // v is [1 2 3]: a view, and a is its base
 *     OK(ndv_fill_int64(v, 9));      // writes through the view
 *     OK(ndv_print(a));
 *     ndv_release(v);                // whatever a function hands out is given back
 *     ndv_release(a);
 *     return 0;
 * }
 * ```
 * ```text
 * [0 9 9 9 4 5]
 * ```
 *
 * Other examples are the inside of such a function, with the same OK(), or programs too.
 * The tests compile and run all of them, and compare what they print.
 *
 * The sections: 1 Status and version, 2 Element types, 3 Arrays, 4 Views, 5 Copies, 6
 * Select, 7 Join, 8 Set, 9 Sharing, 10 Leases, 11 Iterate, 12 Spans, 13 Exchange, 14
 * Copy audit, 15 Insight, 16 Allocators.
 *
 * The words, which are NumPy's:
 *
 * - The elements of an array are of one type, its dtype; itemsize is the bytes of one.
 *   They are counted along axes: ndim is the number of axes, at most 64, the extent of an
 *   axis its number of elements, the shape all extents. An array without axes has one
 *   element; an array with an extent of 0 has none.
 * - The stride of an axis is the distance in bytes from an element to the next one along
 *   it. It may be negative, and 0 where one element is shown many times.
 * - Elements are dense in C order when they follow one another without gaps, the last axis
 *   fastest, and dense in Fortran order when the first axis is fastest. Contiguous is the
 *   same.
 * - The base of a view is the array that owns the bytes: the owner. It is never a view
 *   itself.
 * - To broadcast is to repeat an array along axes where it has one element, or which it
 *   lacks at the front, until its shape is another: (3) and (2, 1) both broadcast to (2, 3).
 * - A handle is the `ndv_array *` that a program holds. Each that a call makes, and each
 *   ndv_retain(), is one reference, which ndv_release() gives back. An array is live while
 *   there is a reference to it or a view on it.
 *
 * The conventions, once for all functions:
 *
 * - What can fail returns an ndv_status: 0 is NDV_OK, errors are positive. The message
 *   of the last error on this thread is ndv_last_error_message(). A call that fails has
 *   changed nothing: no element is written, no reference taken, no memory kept.
 * - Results come through the last parameters. Every result that is an ndv_array is a new
 *   reference, which the caller gives back with ndv_release(). "Borrowed" pointers are not
 *   given back; each says how long it is valid.
 * - After an error, a result of one value is NULL, 0 or false. Other memory of the
 *   caller's is left as it was: structs, buffers, and the element of ndv_get_item(). The
 *   one exception is ndv_npy_save_memory(), which tells how large too small a buffer is.
 * - Every function that returns a status checks its arguments in their order: a NULL
 *   pointer is NDV_E_NULL, a pointer that does not lead to a live array NDV_E_HANDLE
 *   (as far as can be told: memory that was freed may hold anything; ndv_set_checked()
 *   has it told for certain), an array that ndv_close() has closed NDV_E_CLOSED, a number
 *   that names no constant NDV_E_ARGUMENT. Whatever makes an array or needs a temporary
 *   can return NDV_E_NOMEM; NDV_E_OVERFLOW where there would be more bytes than can be
 *   addressed (a broadcast view may show more than memory can hold); and NDV_E_LIMIT
 *   where an array has 2^31 references or 2^30 views. The functions below repeat only what
 *   is their own.
 * - Functions that return a value directly cannot fail; for NULL, and for a pointer that
 *   leads to no live array, they return 0, NULL or false.
 * - A struct of the caller's begins with its own size, struct_size, so that it can grow: a
 *   larger one than the library knows is fine, and what the library does not know of it is
 *   neither read nor written.
 * - A shape is given as a number of axes and an array of extents, which NDV_DIMS(2, 3)
 *   of ndview_c99.h writes as one argument. Extents, positions and indices are int64_t
 *   and count elements; strides and offsets are int64_t and count bytes; sizes of memory
 *   are size_t. For no axes the array of extents may be NULL.
 * - An axis and a position may be negative: -1 is the last.
 * - const is about the handle, not about the elements: a view of a `const ndv_array *` is
 *   as writeable as the array is. What cannot be written is made so by ndv_readonly().
 * - Threads. Handles need no lock: any functions may run on one array at the same time,
 *   ndv_release() in a thread that holds its own reference. Elements are not locked. The
 *   functions that take an `ndv_array *` without const write them, or let the caller do so
 *   (ndv_data_mut()); while one thread writes elements, no other may read or write the same
 *   ones, through whichever array. Meanwhile others may look at the handle and make views,
 *   and also write elements that share no byte with those. Leases, ndv_borrow(), let threads
 *   agree on whose turn it is. Sections and functions say where they depart from this.
 * - Callbacks must not throw or longjmp. A deleter may call the library, to release another
 *   array for example; an allocator must not.
 * - After fork() the child may go on using its copies of all arrays; in checked mode if no
 *   other thread was in a call.
 * - errno means nothing after a call: the status and the message say what went wrong. The
 *   system's functions beneath may change it, also in a call that succeeds.
 * - No function writes to a stream unless printing is its purpose, and none aborts,
 *   changes the locale, or installs a signal handler. One thing is beyond the library: glibc
 *   ends the process if a thread of a program that loaded the library by dlopen() finds no
 *   memory for its 560 bytes of thread-local data when it makes its first call.
 *
 * This file is generated from the library's sources; do not edit it.
 */
#ifndef NDVIEW_H
#define NDVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of this header; ndv_version() is that of the library. */
#define NDV_VERSION_MAJOR 0
/** Before 1.0 a new one may change the binary interface, and the name of the shared library. */
#define NDV_VERSION_MINOR 1
/** A new one changes no interface. */
#define NDV_VERSION_PATCH 0
/** The three in one number, to compare. */
#define NDV_VERSION_NUMBER (0 * 10000 + 1 * 100 + 0)
/** The three as text. */
#define NDV_VERSION_STRING "0.1.0"

/** How functions are imported. Define NDV_USE_DLL to link with ndview.dll on Windows. */
#ifndef NDV_API
#if defined(_WIN32) && defined(NDV_USE_DLL)
#define NDV_API __declspec(dllimport)
#else
#define NDV_API
#endif
#endif

/** Warns where a status is ignored. gcc warns despite a cast to void; define this as
 * nothing before including the header to do without. */
#ifndef NDV_NODISCARD
#if defined(__GNUC__) || defined(__clang__)
#define NDV_NODISCARD __attribute__((warn_unused_result))
#else
#define NDV_NODISCARD
#endif
#endif

/** Marks functions that have a successor; the message names it. Define this as nothing to
 * be left alone. */
#ifndef NDV_DEPRECATED
#if defined(__GNUC__) || defined(__clang__)
#define NDV_DEPRECATED(message) __attribute__((deprecated(message)))
#elif defined(_MSC_VER)
#define NDV_DEPRECATED(message) __declspec(deprecated(message))
#else
#define NDV_DEPRECATED(message)
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** An array. Opaque, reference-counted, made and destroyed by the library alone. Nothing
 * about it changes after it was made but its counts, the elements it shows, and whether it
 * is closed. */
typedef struct ndv_array ndv_array;

/* ============================================================================
 * 1. Status and version
 *
 * Every function that can fail returns one of these codes. They are never renumbered;
 * a new one takes a number that was not used before. Nothing here takes memory or
 * fails, and every function may be called from any thread at any time.
 * ============================================================================ */

/** All went well. */
#define NDV_OK 0

/** An argument is NULL that must not be. */
#define NDV_E_NULL 1

/** A pointer does not lead to a live array. */
#define NDV_E_HANDLE 2

/** A number names no constant of its kind, or a struct_size is too small. */
#define NDV_E_ARGUMENT 3

/** One release too many, or a lease that is not held. */
#define NDV_E_RELEASED 4

/** The memory has been given back: by ndv_close(), or with the array that it was. */
#define NDV_E_CLOSED 5

/** No such element type, or no type that holds both. */
#define NDV_E_DTYPE 10

/** The casting rule forbids the conversion. */
#define NDV_E_CAST 11

/** A value does not fit the element type, or what it is for. */
#define NDV_E_VALUE 12

/** The bytes cannot be viewed as that type. */
#define NDV_E_VIEW_AS 13

/** A record has no such field. */
#define NDV_E_FIELD 14

/** A shape, a length or a number of elements is wrong. */
#define NDV_E_SHAPE 20

/** More than 64 axes, fewer than none, or another number than expected. */
#define NDV_E_NDIM 21

/** More bytes than can be addressed: the most is 2^63 - 65. */
#define NDV_E_OVERFLOW 22

/** The shapes do not broadcast. */
#define NDV_E_BROADCAST 23

/** The elements leave the buffer. */
#define NDV_E_BOUNDS 24

/** The caller's memory is too small. */
#define NDV_E_BUFFER_SIZE 25

/** The elements do not lie as the caller expects. */
#define NDV_E_LAYOUT 26

/** An index or a position is out of range. */
#define NDV_E_INDEX 30

/** An axis is out of range or named twice, or a list of axes has the wrong length. */
#define NDV_E_AXIS 31

/** The step of a slice is zero. */
#define NDV_E_STEP 32

/** Slice text cannot be read; the message names the byte. */
#define NDV_E_SYNTAX 33

/** Index items do not go with the array: too many, too few, a second ellipsis. */
#define NDV_E_INDEX_ITEMS 34

/** No memory. */
#define NDV_E_NOMEM 40

/** The array is read-only. */
#define NDV_E_READONLY 41

/** It would take a copy, and the caller forbade it. */
#define NDV_E_WOULD_COPY 42

/** Not while arrays are alive, or others use the memory. */
#define NDV_E_BUSY 43

/** Memory is shared where the call needs it apart. */
#define NDV_E_OVERLAP 44

/** A lease stands against it; the message names it. */
#define NDV_E_LEASED 45

/** The thread would wait for ever, for a lease of its own or one that nobody can return. */
#define NDV_E_DEADLOCK 46

/** The exact answer needs more work than was allowed. */
#define NDV_E_TOO_HARD 50

/** A limit of the library is reached, or one of the system's. */
#define NDV_E_LIMIT 51

/** An element type that arrays have and a file cannot hold, or the other way round. */
#define NDV_E_UNSUPPORTED 52

/** Reading or writing a file or a stream failed. */
#define NDV_E_IO 60

/** Not a file of the format, or a malformed one; the message names the byte. */
#define NDV_E_FORMAT 61

/** A file ends before its elements do. */
#define NDV_E_TRUNCATED 62

/** A function of the caller's returned that it wants to stop. */
#define NDV_E_CALLBACK 70

/** Bytes that belong to no element were written. */
#define NDV_E_OVERRUN 71

/** A bug in the library. Please report the message. */
#define NDV_E_INTERNAL 90

/** What a call came to: NDV_OK or one of the NDV_E_ codes. */
typedef int32_t ndv_status;

/**
 * What went wrong in the last call on this thread that failed, naming the values:
 * "index 7 is out of bounds for axis 1 with size 5". Calls that succeed leave it
 * alone.
 *
 * ```c
 * ndv_array *a, *v;
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(4, 5), &a));
 * ndv_status status = ndv_slice(a, "0, 7", &v);
 * if (status != NDV_OK)
 *     printf("%s: %s\n", ndv_status_name(status), ndv_last_error_message());
 * ndv_release(v);   // NULL after an error: nothing to release, and no harm
 * ndv_release(a);
 * ```
 * ```text
 * NDV_E_INDEX: index 7 is out of bounds for axis 1 with size 5
 * ```
 *
 * @return Never NULL; empty if no call has failed. Borrowed: valid until the next call
 *         on this thread that fails, or the thread's end.
 *
 * Since 0.1.0.
 */
NDV_API const char *
ndv_last_error_message(void);

/**
 * The name of a status code, as it is spelled in this header: "NDV_E_NULL".
 *
 * @param status  Any number.
 * @return Never NULL; "unknown status" for a number that is no code. Static.
 *
 * Since 0.1.0.
 */
NDV_API const char *
ndv_status_name(int32_t status);

/**
 * The version of the library that runs, "0.1.0"; NDV_VERSION_STRING is the header's.
 *
 * @return Never NULL. Static.
 *
 * Since 0.1.0.
 */
NDV_API const char *
ndv_version(void);

/**
 * The version of the library that runs, as NDV_VERSION_NUMBER counts: major * 10000 +
 * minor * 100 + patch.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_version_number(void);

/**
 * The instruction set that elements are moved with: "avx512", "avx2", "neon" or
 * "portable". The first call that moves elements, or this one, chooses the best that
 * the processor has, once for the life of the process. NDV_ISA in the environment may
 * name a lesser one, for tests and measurements; a name that is not known, or that
 * the processor has no such set for, is ignored. Results are the same with each.
 *
 * @return Never NULL. Static.
 *
 * Since 0.1.0.
 */
NDV_API const char *
ndv_isa(void);

/* ============================================================================
 * 2. Element types
 *
 * A type is an int32_t code. 0 is no type; the codes of the types below are fixed for
 * ever. Elements are in the machine's own byte order. A bool is one byte; a complex
 * number is its real part followed by its imaginary part.
 *
 * To cast is to convert elements to another type. A casting rule, one of NDV_CAST_, says
 * which conversions a call may make; each rule but the last allows what the one before it
 * does. bfloat16 casts like float16: safely from bool, int8 and uint8, to float32 and
 * wider; to and from float16 within its kind.
 *
 * Raw bytes, of any size from 1 to 2^31 - 1, mean nothing; NumPy calls 7 of them V7.
 * Records have named fields, as a C struct has members: each with a type (a record, too),
 * an offset, and perhaps axes of its own. ndv_field() is the view of one field. Two
 * records with the same fields at the same places, the same itemsize and alignment are
 * one type with one code. The code of raw bytes is the same in every process; that of
 * a record is good in this one.
 *
 * Records convert to records with as many fields, field by field in their order, if
 * fields with axes have the same ones: the names do not matter but to NDV_CAST_NO and
 * NDV_CAST_EQUIV, and bytes between the fields are not written; in a new array they are
 * 0. Raw bytes convert to nothing but raw bytes of their size, and neither raw bytes nor
 * records to or from numbers. Elements of one type move bit for bit, bytes between fields
 * included.
 *
 * A record type that has been made is never unmade: it takes a few hundred bytes of the C
 * library's memory, not of ndv_set_allocator()'s, until the process ends. The limits,
 * beyond which making one is NDV_E_LIMIT: 65536 record types and 64 MiB for all of them;
 * 4096 fields; 16 records in records; 65536 fields of all depths together. A name has up
 * to 255 bytes of UTF-8.
 *
 * Nothing else here takes memory. Every function may be called from any thread at any time.
 * ============================================================================ */

/** One byte, 0 or 1; any other byte counts as true too. */
#define NDV_BOOL 1

/** int8_t of C. */
#define NDV_INT8 2

/** int16_t of C. */
#define NDV_INT16 3

/** int32_t of C. */
#define NDV_INT32 4

/** int64_t of C. */
#define NDV_INT64 5

/** uint8_t of C. */
#define NDV_UINT8 6

/** uint16_t of C. */
#define NDV_UINT16 7

/** uint32_t of C. */
#define NDV_UINT32 8

/** uint64_t of C. */
#define NDV_UINT64 9

/** Half precision, 2 bytes: IEEE 754 binary16. */
#define NDV_FLOAT16 10

/** 2 bytes: the upper half of a float32. */
#define NDV_BFLOAT16 11

/** float of C. */
#define NDV_FLOAT32 12

/** double of C. */
#define NDV_FLOAT64 13

/** Two float32, real and imaginary: `float _Complex` of C. */
#define NDV_COMPLEX64 14

/** Two float64, real and imaginary: `double _Complex` of C. */
#define NDV_COMPLEX128 15

/** Fields without an offset stand one behind the other; nothing is aligned. */
#define NDV_RECORD_PACKED 0

/** Fields and itemsize are aligned as the members of a C struct are. */
#define NDV_RECORD_ALIGNED 1

/** Casting rule: only the same type. */
#define NDV_CAST_NO 20

/** Casting rule: as NDV_CAST_NO, and another byte order (which only files have). */
#define NDV_CAST_EQUIV 21

/** Casting rule: only where every value fits. int64 to float64 counts, as in NumPy. */
#define NDV_CAST_SAFE 22

/** Casting rule: safe, or within a kind, as float64 to float32. */
#define NDV_CAST_SAME_KIND 23

/**
 * Casting rule: anything. Integers wrap; floats into integers are truncated, stop at
 * the ends of the range, and NaN becomes 0; complex numbers into real ones lose their
 * imaginary part.
 */
#define NDV_CAST_UNSAFE 24

/**
 * Casting rule: anything whose every value arrives unchanged; NDV_E_VALUE names one
 * that does not.
 */
#define NDV_CAST_SAME_VALUE 25

/** A field of a record. ndview_c99.h has NDV_RECORD_FIELD_INIT. */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** UTF-8, 1 to 255 bytes and a NUL. */
  const char *name;
  /**
   * In bytes, from the beginning of the item. -1 to make a record: behind the field
   * before.
   */
  int64_t offset;
  /** The type of the field, or of each of its elements. */
  int32_t dtype;
  /** How many axes the field has in each item, 0 to 64. */
  int32_t ndim;
  /** As many extents; NULL for none. */
  const int64_t *shape;
} ndv_record_field;

/**
 * The bytes of one element.
 *
 * @return 0 for a code that is no type.
 *
 * Since 0.1.0.
 */
NDV_API size_t
ndv_dtype_itemsize(int32_t dtype);

/**
 * The alignment, in bytes, that the C compiler of the platform gives the type; a
 * complex number has that of its parts, raw bytes and packed records have 1.
 *
 * @return 0 for a code that is no type.
 *
 * Since 0.1.0.
 */
NDV_API size_t
ndv_dtype_alignment(int32_t dtype);

/**
 * What a type's values are, by NumPy's letters: 'b' bool, 'i' signed, 'u' unsigned,
 * 'f' floating, 'c' complex, 'V' raw bytes and records (which have fields).
 *
 * @return 0 for a code that is no type.
 *
 * Since 0.1.0.
 */
NDV_API char
ndv_dtype_kind(int32_t dtype);

/**
 * A type's name, as NumPy spells it: "float64". "bytes" for raw bytes of any size,
 * "record" for every record.
 *
 * @return NULL for a code that is no type. Static.
 *
 * Since 0.1.0.
 */
NDV_API const char *
ndv_dtype_name(int32_t dtype);

/**
 * The type with a name.
 *
 * @param name        As ndv_dtype_name() gives it for a scalar type; "V7" for 7 raw bytes.
 * @param[out] dtype  The code, or 0.
 * @return NDV_E_DTYPE for a name that is no type's.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_dtype_from_name(const char *name, int32_t *dtype);

/**
 * Raw bytes: NumPy's `V7`.
 *
 * @param size        How many, 1 to 2^31 - 1.
 * @param[out] dtype  The code, or 0.
 * @return NDV_E_ARGUMENT for a size out of range.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_dtype_bytes(size_t size, int32_t *dtype);

/**
 * A record: NumPy's `dtype([("x", "i4"), ("y", "f8", (3,))])`.
 *
 * @param count       How many fields, 1 to 4096.
 * @param fields      The fields, with struct_size set; the caller keeps them. Fields may
 *                    share bytes.
 * @param itemsize    The bytes of an item; 0 for the least that holds all fields.
 * @param flags       NDV_RECORD_PACKED or NDV_RECORD_ALIGNED.
 * @param[out] dtype  The code, or 0. The same for the same record, whoever makes it.
 * @return NDV_E_ARGUMENT for no fields, unknown flags, or a struct_size too small;
 *         NDV_E_NULL for a field without name; NDV_E_NDIM; NDV_E_DTYPE for a field of no
 *         type, a name that is empty, too long, no UTF-8 or used twice, an offset that is
 *         negative or, of an aligned record, not aligned, a negative extent, an item
 *         larger than 2^31 - 1 bytes, and an itemsize that is too small or not aligned;
 *         NDV_E_LIMIT; NDV_E_NOMEM.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_dtype_record(int32_t count, const ndv_record_field *fields, size_t itemsize,
                 int32_t flags, int32_t *dtype);

/**
 * How many fields a record has.
 *
 * @return 0 for any other type, and for a code that is no type.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_dtype_field_count(int32_t dtype);

/**
 * A field of a record, by position.
 *
 * @param dtype          A record.
 * @param position       0 to the number of fields - 1.
 * @param[in,out] field  With struct_size set. Its pointers are static. On an error it is
 *                       left as it was.
 * @return NDV_E_DTYPE for what is no record; NDV_E_FIELD; NDV_E_ARGUMENT if struct_size is
 *         too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_dtype_field(int32_t dtype, int32_t position, ndv_record_field *field);

/**
 * The position of the field with a name.
 *
 * @param dtype          A record.
 * @param name           The name, ending in NUL.
 * @param[out] position  The position; 0 on an error.
 * @return NDV_E_DTYPE for what is no record; NDV_E_FIELD if it has no such field.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_dtype_find_field(int32_t dtype, const char *name, int32_t *position);

/**
 * Whether a casting rule allows a conversion, whatever the values: NumPy's `can_cast`.
 * Under NDV_CAST_SAME_VALUE it is the values that decide, so the answer is true.
 *
 * @param from, to      Type codes.
 * @param casting       One of NDV_CAST_.
 * @param[out] allowed  The answer; false on an error.
 * @return NDV_E_DTYPE for a code that is no type.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_can_cast(int32_t from, int32_t to, int32_t casting, bool *allowed);

/**
 * The smallest type that two types both convert to safely: NumPy's `promote_types`.
 * float16 and bfloat16 promote to float32. Two records promote if they have the same
 * names, field by field, to a packed record, or to an aligned one if either is.
 *
 * @param a, b           Type codes.
 * @param[out] promoted  The code, or 0.
 * @return NDV_E_DTYPE for a code that is no type, or where no type holds both.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_promote(int32_t a, int32_t b, int32_t *promoted);

/* ============================================================================
 * 3. Arrays
 *
 * Making arrays, holding them, and asking what they are. A new array owns its buffer:
 * its base is NULL, it is writeable, and its elements lie dense in C order (the last
 * axis fastest) from an address that is a multiple of 64. Memory that the caller brings
 * is wrapped without a copy.
 *
 * Who holds a reference keeps the array alive. Python's `b = a` is `b = ndv_retain(a)`:
 * the same array under two names. A view keeps its base alive by itself, so the base's
 * own reference may be released first; whoever wants the base back then takes
 * ndv_retain(ndv_base(view)) rather than the handle that was given up.
 *
 * Pointers that the getters return are borrowed from the array, and valid while it lives.
 * ============================================================================ */

/** Order of elements: C, the last axis fastest. */
#define NDV_ORDER_C 67

/** Order of elements: Fortran, the first axis fastest. */
#define NDV_ORDER_F 70

/** Order of elements: F if the source is F-contiguous and not C-contiguous, else C. */
#define NDV_ORDER_A 65

/**
 * Order of elements: the axes in the order of the source's strides, as close to it as
 * dense elements with positive strides come.
 */
#define NDV_ORDER_K 75

/**
 * Flag: the elements lie dense in C order. Axes of one element do not matter; an array
 * without elements is contiguous in both orders.
 */
#define NDV_C_CONTIGUOUS 1

/** Flag: the elements lie dense in Fortran order. */
#define NDV_F_CONTIGUOUS 2

/** Flag: every element lies at a multiple of its type's alignment. */
#define NDV_ALIGNED 4

/** Flag: elements can be written. Decided when the array is made, and for ever. */
#define NDV_WRITEABLE 8

/**
 * Flag: two elements may share bytes, as in a broadcast view. Writes then go in C
 * order of the index, and the last one stays.
 */
#define NDV_OVERLAPPING 16

/** For ndv_wrap(): the array cannot be written. */
#define NDV_WRAP_READONLY 1

/**
 * For ndv_wrap(), ndv_windows(), ndv_as_strided() and ndv_span_view(): writeable also
 * where elements share bytes, which otherwise makes an array read-only; a view, if its
 * array is.
 */
#define NDV_WRITE_OVERLAPPING 2

/**
 * Gives wrapped memory back.
 *
 * @param data     The start of the buffer, as it was given to ndv_wrap().
 * @param context  The caller's, as it was given.
 */
typedef void (*ndv_deleter)(void *data, void *context);

/**
 * All that there is to know of an array, for loops that should not ask again. Set
 * struct_size to sizeof(ndv_description), or begin with NDV_DESCRIPTION_INIT of
 * ndview_c99.h.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** Type code. */
  int32_t dtype;
  /** Number of axes. */
  int32_t ndim;
  /** NDV_C_CONTIGUOUS and the other flags. */
  int32_t flags;
  /** One of NDV_BUFFER_. */
  int32_t buffer_kind;
  /** Bytes of one element. */
  size_t itemsize;
  /** Number of elements. */
  int64_t size;
  /** Bytes of all elements, without gaps. */
  size_t nbytes;
  /** The first element, to read. */
  const void *data;
  /** The first element, to write; NULL if the array is read-only. */
  void *data_mut;
  /** ndim extents. */
  const int64_t *shape;
  /** ndim strides, in bytes. */
  const int64_t *strides;
  /** The owner of the bytes if the array is a view, else NULL. */
  const ndv_array *base;
} ndv_description;

/**
 * One more reference to the same array: Python's `b = a`.
 *
 * @param array  The array, or NULL.
 * @return The same pointer, now with a reference more, which the caller releases. NULL
 *         for NULL, for a pointer that leads to no live array, and when 2^31
 *         references are held.
 *
 * Since 0.1.0.
 */
NDV_API ndv_array *
ndv_retain(const ndv_array *array);

/**
 * Gives a reference back. With the last one the array goes, and with it, when no view
 * stands on it, its buffer. The status may be ignored.
 *
 * @param array  The array; NULL is fine and does nothing.
 * @return NDV_E_RELEASED if all references were given back before and only views keep
 *         the array alive; NDV_E_HANDLE for what is no live array.
 *
 * Thread safety: may run beside any call on the same array by a thread with a
 * reference of its own. The last release may call the deleter of wrapped memory, on
 * this thread.
 *
 * Since 0.1.0.
 */
NDV_API ndv_status
ndv_release(ndv_array *array);

/**
 * Gives an array's memory back now, rather than when the last reference goes: bytes of the
 * heap are freed, for wrapped memory the deleter is called. Refused while anybody else may
 * use the memory, through a view or by a reference of his own, so that success also tells
 * that nobody does.
 *
 * The handle stays, closed, and is released as any other. What it says of itself it goes on
 * saying: ndv_shape(), ndv_dtype(), ndv_use_count() and all other functions that return a
 * value, except that ndv_data() is NULL and ndv_may_share_memory() false. Of the functions
 * that return a status ndv_release() goes on working; all others answer NDV_E_CLOSED.
 *
 * ```c
 * ndv_array *a, *v;
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 1000), &a));
 * OK(ndv_slice(a, "0", &v));
 * if (ndv_close(a) == NDV_E_BUSY) printf("%s\n", ndv_last_error_message());
 * ndv_release(v);
 * OK(ndv_close(a));              // 8 megabytes are free again
 * printf("%s\n", ndv_status_name(ndv_fill_int64(a, 1)));
 * ndv_release(a);
 * ```
 * ```text
 * 1 view and 0 other references use the memory of the array
 * NDV_E_CLOSED
 * ```
 *
 * @param array  The array, which is no view.
 * @return NDV_E_BUSY if a view stands on it or another reference is held: the message says
 *         how many, and in checked mode which functions made the views; NDV_E_ARGUMENT for
 *         a view; NDV_E_CLOSED if it is closed.
 *
 * Thread safety: counts as writing all elements. Of a view that is made at the same time,
 * and the closing, one fails. A loop of ndv_apply() must not close what it works on.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_close(ndv_array *array);

/**
 * The references that callers hold to an array; the views on it are not counted.
 *
 * @return 0 for NULL. While other threads retain and release, out of date at once.
 *
 * Since 0.1.0.
 */
NDV_API int64_t
ndv_use_count(const ndv_array *array);

/**
 * The views that stand on an array. All views of a buffer stand on its owner, so a
 * view has none.
 *
 * @return 0 for NULL.
 *
 * Since 0.1.0.
 */
NDV_API int64_t
ndv_view_count(const ndv_array *array);

/**
 * A new array whose elements are not set: NumPy's `empty`.
 *
 * @param dtype       Type code.
 * @param ndim        Number of axes, at most 64.
 * @param shape       ndim extents; NULL for none.
 * @param[out] array  A new reference.
 * @return NDV_E_DTYPE; NDV_E_NDIM; NDV_E_SHAPE for a negative extent; NDV_E_OVERFLOW,
 *         as in NumPy also where another extent is 0, so that there is no element.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_empty(int32_t dtype, int32_t ndim, const int64_t *shape, ndv_array **array);

/**
 * As ndv_empty(), with the elements laid out in C or Fortran order.
 *
 * @param dtype       Type code.
 * @param ndim        Number of axes.
 * @param shape       ndim extents; NULL for none.
 * @param order       NDV_ORDER_C or NDV_ORDER_F; the others are NDV_E_ARGUMENT here.
 * @param[out] array  A new reference.
 * @return As ndv_empty().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_empty_in_order(int32_t dtype, int32_t ndim, const int64_t *shape, int32_t order,
                   ndv_array **array);

/**
 * A new array of zeros: NumPy's `zeros`. The memory comes zeroed from the system where
 * it can, so that pages which are never touched take no room.
 *
 * ```c
 * ndv_array *a;
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(2, 3), &a));
 * OK(ndv_set_double(a, NDV_DIMS(1, -1), 0.5));   // row 1, last column
 * OK(ndv_print(a));
 * ndv_release(a);
 * ```
 * ```text
 * [[0.  0.  0. ]
 *  [0.  0.  0.5]]
 * ```
 *
 * @param dtype       Type code.
 * @param ndim        Number of axes.
 * @param shape       ndim extents; NULL for none.
 * @param[out] array  A new reference.
 * @return As ndv_empty().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_zeros(int32_t dtype, int32_t ndim, const int64_t *shape, ndv_array **array);

/**
 * A new array of which every element is one value: NumPy's `full`.
 *
 * @param dtype        Type code.
 * @param ndim         Number of axes.
 * @param shape        ndim extents; NULL for none.
 * @param value_dtype  The type of the value.
 * @param value        Where one element of that type stands.
 * @param[out] array   A new reference.
 * @return As ndv_empty(), and NDV_E_VALUE if the value does not fit, NDV_E_CAST if it is a
 *         number for raw bytes or records, or one of those for another type: see
 *         ndv_fill().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_full(int32_t dtype, int32_t ndim, const int64_t *shape, int32_t value_dtype,
         const void *value, ndv_array **array);

/**
 * As ndv_full(), from an int64_t.
 *
 * @param dtype       Type code.
 * @param ndim        Number of axes.
 * @param shape       ndim extents; NULL for none.
 * @param value       The value.
 * @param[out] array  A new reference.
 * @return As ndv_full().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_full_int64(int32_t dtype, int32_t ndim, const int64_t *shape, int64_t value,
               ndv_array **array);

/**
 * As ndv_full(), from a double.
 *
 * @param dtype       Type code.
 * @param ndim        Number of axes.
 * @param shape       ndim extents; NULL for none.
 * @param value       The value.
 * @param[out] array  A new reference.
 * @return As ndv_full().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_full_double(int32_t dtype, int32_t ndim, const int64_t *shape, double value,
                ndv_array **array);

/**
 * A new array with the shape, the type and the order of axes (NDV_ORDER_K) of another,
 * elements not set: NumPy's `empty_like`.
 *
 * @param prototype   The array to take after.
 * @param[out] array  A new reference.
 * @return NDV_E_NOMEM, also where a broadcast prototype shows more elements than
 *         memory can hold.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_empty_like(const ndv_array *prototype, ndv_array **array);

/**
 * As ndv_empty_like(), of zeros: NumPy's `zeros_like`. Untouched pages take no room.
 *
 * @param prototype   The array to take after.
 * @param[out] array  A new reference.
 * @return As ndv_empty_like().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_zeros_like(const ndv_array *prototype, ndv_array **array);

/**
 * As ndv_empty_like(), of one value: NumPy's `full_like`.
 *
 * @param prototype    The array to take after.
 * @param value_dtype  The type of the value.
 * @param value        Where one element of that type stands.
 * @param[out] array   A new reference.
 * @return As ndv_empty_like(); NDV_E_DTYPE; NDV_E_VALUE if the value does not fit;
 *         NDV_E_CAST as ndv_full().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_full_like(const ndv_array *prototype, int32_t value_dtype, const void *value,
              ndv_array **array);

/**
 * A new array with a copy of plain memory: NumPy's `array` of a C array.
 *
 * ```c
 * const int32_t numbers[2][3] = {{1, 2, 3}, {4, 5, 6}};
 * ndv_array *a;
 * OK(ndv_from_data(NDV_INT32, NDV_DIMS(2, 3), numbers, &a));
 * OK(ndv_print(a));
 * ndv_release(a);
 * ```
 * ```text
 * [[1 2 3]
 *  [4 5 6]]
 * ```
 *
 * @param dtype       Type code.
 * @param ndim        Number of axes.
 * @param shape       ndim extents; NULL for none.
 * @param data        The elements, in C order without gaps, at any alignment; NULL if
 *                    there are none. The caller keeps it.
 * @param[out] array  A new reference.
 * @return As ndv_empty().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_from_data(int32_t dtype, int32_t ndim, const int64_t *shape, const void *data,
              ndv_array **array);

/**
 * An array over memory of the caller's, without a copy: NumPy's `ndarray(buffer=...)`.
 *
 * ```c
 * #include <ndview_c99.h>
 * #include <stdio.h>
 * #include <stdlib.h>
 *
 * static void give_back(void *data, void *context) {
 *     free(data);
 *     printf("%s given back\n", (const char *)context);
 * }
 *
 * int main(void) {
 *     static char name[] = "samples";
 *     const size_t nbytes = 6 * sizeof(float);
 *     float *samples = calloc(6, sizeof(float));
 *     ndv_array *a, *second;
 *     if (!samples) return 1;
 *     if (ndv_wrap(samples, nbytes, 0, NDV_FLOAT32, NDV_DIMS(3, 2), NULL, 0, give_back, name, &a)) {
 *         free(samples);             // after an error the memory is still the caller's
 *         return 1;
 *     }
 *     samples[3] = 1.5f;             // the array shows the same bytes
 *     if (ndv_slice(a, ":, 1", &second)) return 1;
 *     ndv_release(a);                // the view keeps the memory
 *     if (ndv_print(second)) return 1;
 *     ndv_release(second);           // now it goes
 *     return 0;
 * }
 * ```
 * ```text
 * [0.  1.5 0. ]
 * samples given back
 * ```
 *
 * @param buffer      The start of the memory; may be NULL if nbytes is 0.
 * @param nbytes      Its length in bytes. Every element must lie inside.
 * @param offset      From the start to the first element, in bytes. Inside the buffer
 *                    also when there are no elements.
 * @param dtype       Type code. The elements may lie at any alignment.
 * @param ndim        Number of axes.
 * @param shape       ndim extents; NULL for none.
 * @param strides     ndim strides in bytes, of any sign; NULL for C order without
 *                    gaps.
 * @param flags       NDV_WRAP_READONLY, or NDV_WRITE_OVERLAPPING, or 0: the array is
 *                    then writeable unless two elements share bytes (or that would be
 *                    too hard to tell).
 * @param deleter     Called once, when the array and all its views are gone, from the
 *                    thread that let go last; NULL for memory that outlives them.
 * @param context     For the deleter.
 * @param[out] array  A new reference. From now on the memory belongs to the array, if
 *                    there is a deleter; on an error it stays the caller's and the
 *                    deleter is not called.
 * @return As ndv_empty(); NDV_E_NULL for a buffer that is NULL though nbytes is not 0;
 *         NDV_E_OVERFLOW also for a buffer beyond the address space; NDV_E_BOUNDS if an
 *         element would lie outside of the buffer; NDV_E_ARGUMENT for other flags; in
 *         checked mode NDV_E_CLOSED for memory that was an array's and has been released.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_wrap(void *buffer, size_t nbytes, int64_t offset, int32_t dtype, int32_t ndim,
         const int64_t *shape, const int64_t *strides, int32_t flags,
         ndv_deleter deleter, void *context, ndv_array **array);

/**
 * The integers from start towards stop, which is left out, as int64: NumPy's `arange`.
 *
 * @param start       The first number.
 * @param stop        The number to stop before.
 * @param step        The difference of two numbers; negative counts down.
 * @param[out] array  A new reference; 1-D.
 * @return NDV_E_SHAPE for a step of 0, or where there are 2^63 numbers or more;
 *         NDV_E_OVERFLOW.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_arange(int64_t start, int64_t stop, int64_t step, ndv_array **array);

/**
 * As ndv_arange(), as float64. There are ceil((stop - start) / step) numbers, so that
 * rounding may let stop in: as in NumPy, ndv_linspace() is the safer choice.
 *
 * @param start       The first number.
 * @param stop        The number to stop before.
 * @param step        The difference of two numbers; negative counts down.
 * @param[out] array  A new reference; 1-D.
 * @return NDV_E_SHAPE for a step of 0, or where the number of elements is infinite, NaN or
 *         2^63 or more; NDV_E_OVERFLOW.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_arange_double(double start, double stop, double step, ndv_array **array);

/**
 * Numbers at even distances, as float64: NumPy's `linspace`.
 *
 * @param start       The first number.
 * @param stop        The last number, or the one after it.
 * @param count       How many.
 * @param endpoint    Not 0: stop is the last number. 0: it is left out.
 * @param[out] array  A new reference; 1-D.
 * @return NDV_E_SHAPE for a negative count; NDV_E_OVERFLOW.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_linspace(double start, double stop, int64_t count, int32_t endpoint,
             ndv_array **array);

/**
 * The type code of the elements.
 *
 * @return 0 for NULL.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_dtype(const ndv_array *array);

/**
 * The number of axes.
 *
 * @return 0 for NULL, and for an array of no axes, which has one element.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_ndim(const ndv_array *array);

/**
 * The extents: ndv_ndim() numbers of elements.
 *
 * @return NULL for NULL. Borrowed: valid while the array lives, and never changes.
 *
 * Since 0.1.0.
 */
NDV_API const int64_t *
ndv_shape(const ndv_array *array);

/**
 * The strides: ndv_ndim() distances in bytes, from one element to the next along an
 * axis. May be negative or 0; of an axis with fewer than two elements it means
 * nothing.
 *
 * @return NULL for NULL. Borrowed: valid while the array lives, and never changes.
 *
 * Since 0.1.0.
 */
NDV_API const int64_t *
ndv_strides(const ndv_array *array);

/**
 * The number of elements.
 *
 * @return 0 for NULL.
 *
 * Since 0.1.0.
 */
NDV_API int64_t
ndv_size(const ndv_array *array);

/**
 * The bytes of one element.
 *
 * @return 0 for NULL.
 *
 * Since 0.1.0.
 */
NDV_API size_t
ndv_itemsize(const ndv_array *array);

/**
 * The bytes of all elements without gaps: size times itemsize, which for a broadcast
 * view is more than there are.
 *
 * @return 0 for NULL.
 *
 * Since 0.1.0.
 */
NDV_API size_t
ndv_nbytes(const ndv_array *array);

/**
 * The flags: a sum of NDV_C_CONTIGUOUS, NDV_F_CONTIGUOUS, NDV_ALIGNED, NDV_WRITEABLE,
 * NDV_OVERLAPPING.
 *
 * @return 0 for NULL.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_flags(const ndv_array *array);

/**
 * The first element (index 0 on every axis), to read. With negative strides it is not
 * the one at the lowest address.
 *
 * @return NULL for NULL, and for an array that ndv_close() has closed. Borrowed: valid
 *         while the array lives and is not closed. Leads to no element if there is none.
 *
 * Since 0.1.0.
 */
NDV_API const void *
ndv_data(const ndv_array *array);

/**
 * The first element, to write. For loops over elements, ndview_c99.h has windows:
 * ndv_open_mut() and NDV_REF1 to NDV_REF4.
 *
 * @param array      The array.
 * @param[out] data  Borrowed: valid while the array lives and is not closed.
 * @return NDV_E_READONLY.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_data_mut(ndv_array *array, void **data);

/**
 * Checks that an array is what a function expects, and says what it is if it is not.
 *
 * @param array  The array.
 * @param dtype  The type it must have; 0 for any.
 * @param ndim   The number of axes it must have; -1 for any.
 * @param flags  The flags it must have, such as NDV_ALIGNED + NDV_WRITEABLE; 0 for
 *               none.
 * @return NDV_E_DTYPE; NDV_E_NDIM; NDV_E_READONLY; NDV_E_LAYOUT for any other flag;
 *         NDV_E_ARGUMENT for unknown flags.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_expect(const ndv_array *array, int32_t dtype, int32_t ndim, int32_t flags);

/**
 * Everything about an array at once.
 *
 * ```c
 * ndv_array *a;
 * ndv_description d = NDV_DESCRIPTION_INIT;   // sets struct_size
 * OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(2, 3), &a));
 * OK(ndv_describe(a, &d));
 * printf("%d axes, %lld elements of %lu bytes\n", (int)d.ndim, (long long)d.size,
 *        (unsigned long)d.itemsize);
 * printf("rows are %lld bytes apart\n", (long long)d.strides[0]);
 * ndv_release(a);
 * ```
 * ```text
 * 2 axes, 6 elements of 4 bytes
 * rows are 12 bytes apart
 * ```
 *
 * @param array                The array.
 * @param[in,out] description  With struct_size set. Its pointers are borrowed: valid
 *                             while the array lives, data also no longer than until it is
 *                             closed. On an error it is left as it was.
 * @return NDV_E_ARGUMENT if struct_size is too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_describe(const ndv_array *array, ndv_description *description);

/* ============================================================================
 * 4. Views
 *
 * Every function here makes a new window on the same bytes: nothing is copied, and
 * writing through either array shows in both. The result is a new reference, never the
 * handle that was given, and its base is the owner of the bytes, also when the argument
 * is itself a view. A view of a read-only array is read-only.
 *
 * A function that makes several views sets all of its results or none: on an error every
 * one of them is NULL.
 *
 * ndv_reshape() and ndv_ravel() can need a copy. They take a copy policy, so that the
 * caller says whether that may happen; ndv_base() of the result tells what did.
 * ============================================================================ */

/**
 * Copy policy: a view, or NDV_E_WOULD_COPY and a message that says which axes are to
 * blame and how many bytes it would cost.
 */
#define NDV_COPY_NEVER 10

/** Copy policy: a view where the strides allow it, else a copy. */
#define NDV_COPY_IF_NEEDED 11

/** Copy policy: a copy. */
#define NDV_COPY_ALWAYS 12

/** Index item: one position, which drops the axis. Uses `start`. */
#define NDV_INDEX_INTEGER 1

/** Index item: start, stop and step, each end clamped to the axis. */
#define NDV_INDEX_SLICE 2

/** Index item: all the axes that the other items leave over; at most once. */
#define NDV_INDEX_ELLIPSIS 3

/** Index item: a new axis of one element. */
#define NDV_INDEX_NEWAXIS 4

/**
 * Index item: an array of positions or a mask. What it picks is no view, so that only
 * ndv_get(), ndv_set_at() and their kin take it. Uses `array`.
 */
#define NDV_INDEX_ARRAY 5

/**
 * For a slice: `start` counts. Without it the slice begins at the end that step comes
 * from.
 */
#define NDV_INDEX_HAS_START 1

/** For a slice: `stop` counts. Without it the slice goes through to the other end. */
#define NDV_INDEX_HAS_STOP 2

/** For a slice: `step` counts. Without it the step is 1. */
#define NDV_INDEX_HAS_STEP 4

/**
 * One item of an index. ndview_c99.h has macros that write items: NDV_AT(3),
 * NDV_RANGE(1, 4).
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** One of NDV_INDEX_INTEGER and so on. */
  int32_t kind;
  /** For a slice, a sum of NDV_INDEX_HAS_; else 0. */
  int32_t flags;
  /** The position, or where the slice begins. */
  int64_t start;
  /** Where the slice ends; the element there is left out. */
  int64_t stop;
  /** From one element of the slice to the next; not 0. */
  int64_t step;
  /** The positions or the mask of NDV_INDEX_ARRAY; else NULL. */
  const ndv_array *array;
} ndv_index;

/**
 * The whole array again: NumPy's `a.view()`.
 *
 * @param array      The array.
 * @param[out] view  A new reference.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_view(const ndv_array *array, ndv_array **view);

/**
 * The same bytes as elements of another type: NumPy's `a.view(dtype)`. Converts
 * nothing. Where the types differ in size, the last axis shrinks or grows, and must be
 * contiguous.
 *
 * @param array      The array.
 * @param dtype      The type to see.
 * @param[out] view  A new reference.
 * @return NDV_E_DTYPE; NDV_E_VIEW_AS if the last axis is not contiguous or holds no
 *         whole number of the new elements, or if there is no axis.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_view_as(const ndv_array *array, int32_t dtype, ndv_array **view);

/**
 * One field of every item: NumPy's `a["x"]`. A field with axes of its own appends them.
 *
 * @param array      An array of records.
 * @param name       The name of the field, ending in NUL.
 * @param[out] view  A new reference.
 * @return NDV_E_DTYPE for an array of anything else; NDV_E_FIELD if it has no such field;
 *         NDV_E_NDIM if both have more than 64 axes together.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_field(const ndv_array *array, const char *name, ndv_array **view);

/**
 * Some fields of every item: NumPy's `a[["x", "z"]]`. A view whose items are records of
 * the same size, with these fields at the places where they are.
 *
 * @param array      An array of records.
 * @param count      How many names, at least 1.
 * @param names      The names, each ending in NUL, in the order that the fields get.
 * @param[out] view  A new reference.
 * @return NDV_E_ARGUMENT for no names; NDV_E_DTYPE for an array of anything else and for
 *         a name given twice; NDV_E_FIELD; NDV_E_LIMIT as ndv_dtype_record().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_fields(const ndv_array *array, int32_t count, const char *const *names,
           ndv_array **view);

/**
 * The whole array as a view that cannot be written through, nor any view of it.
 *
 * @param array      The array. It stays as writeable as it is.
 * @param[out] view  A new reference.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_readonly(const ndv_array *array, ndv_array **view);

/**
 * Part of an array, by text: NumPy's `a[1:3, ::-1, ..., newaxis]` is `ndv_slice(a,
 * "1:3, ::-1, ..., newaxis", &v)`.
 *
 * ```c
 * ndv_array *a, *m, *v;
 * OK(ndv_arange(0, 12, 1, &a));
 * OK(ndv_reshape(a, NDV_DIMS(3, 4), NDV_ORDER_C, NDV_COPY_NEVER, &m));
 * OK(ndv_slice(m, "1:, ::2", &v));   // from row 1 on, every second column
 * OK(ndv_print(v));
 * OK(ndv_fill_int64(v, 0));
 * OK(ndv_print(a));                  // all three see the same bytes
 * ndv_release(v);
 * ndv_release(m);
 * ndv_release(a);
 * ```
 * ```text
 * [[ 4  6]
 *  [ 8 10]]
 * [ 0  1  2  3  0  5  0  7  0  9  0 11]
 * ```
 *
 * The text is a list of items, one for each axis:
 *
 *     items = [item {"," item} [","]]
 *     item  = "..." | "newaxis" | "None" | int | [int] ":" [int] [":" [int]]
 *     int   = ["+" | "-"] digits
 *
 * Blanks may stand between all parts and [ ] around the whole; empty text is "...",
 * which stands for all axes that the other items leave over, as the end of the text
 * does. newaxis and None both make a new axis of one element. An integer drops its
 * axis; integers for all axes give a view without axes, of one element.
 *
 * @param array      The array.
 * @param text       The index, ending in NUL.
 * @param[out] view  A new reference.
 * @return NDV_E_SYNTAX with the byte position, counted from 0; NDV_E_INDEX for an
 *         integer out of bounds (slices are clamped); NDV_E_INDEX_ITEMS for more items
 *         than axes or a second ellipsis; NDV_E_STEP; NDV_E_NDIM.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_slice(const ndv_array *array, const char *text, ndv_array **view);

/**
 * Part of an array, by items: as ndv_slice(), for positions that a program computes.
 *
 * ```c
 * ndv_array *a, *v;
 * int64_t row = 1;
 * OK(ndv_zeros(NDV_INT8, NDV_DIMS(3, 4), &a));
 * OK(ndv_index_items(a, NDV_ITEMS(NDV_AT(row), NDV_FROM(2)), &v));   // a[row, 2:]
 * OK(ndv_fill_int64(v, 7));
 * OK(ndv_print(a));
 * ndv_release(v);
 * ndv_release(a);
 * ```
 * ```text
 * [[0 0 0 0]
 *  [0 0 7 7]
 *  [0 0 0 0]]
 * ```
 *
 * @param array      The array.
 * @param count      How many items.
 * @param items      The items; NULL for none.
 * @param[out] view  A new reference.
 * @return NDV_E_INDEX, NDV_E_INDEX_ITEMS, NDV_E_STEP, NDV_E_NDIM as ndv_slice();
 *         NDV_E_INDEX_ITEMS also for an item that is an array; NDV_E_ARGUMENT for an
 *         unknown kind, unknown flags, or a struct_size too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_index_items(const ndv_array *array, int32_t count, const ndv_index *items,
                ndv_array **view);

/**
 * The axes in reverse: NumPy's `a.T`.
 *
 * @param array      The array.
 * @param[out] view  A new reference.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_transpose(const ndv_array *array, ndv_array **view);

/**
 * The axes in another order: NumPy's `a.transpose(axes)`.
 *
 * @param array      The array.
 * @param count      How many axes are named: all of them.
 * @param axes       Axis i of the view is axis axes[i] of the array; each once.
 * @param[out] view  A new reference.
 * @return NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_permute(const ndv_array *array, int32_t count, const int64_t *axes,
            ndv_array **view);

/**
 * Two axes exchanged: NumPy's `swapaxes`.
 *
 * @param array      The array.
 * @param first      An axis.
 * @param second     Another, or the same.
 * @param[out] view  A new reference.
 * @return NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_swap_axes(const ndv_array *array, int32_t first, int32_t second, ndv_array **view);

/**
 * One axis at another place, the others in their order: NumPy's `moveaxis`.
 *
 * @param array        The array.
 * @param source       The axis to move.
 * @param destination  The place that it has in the view.
 * @param[out] view    A new reference.
 * @return NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_move_axis(const ndv_array *array, int32_t source, int32_t destination,
              ndv_array **view);

/**
 * The elements in another shape of the same size: NumPy's `reshape`. A view exactly
 * where the strides allow it.
 *
 * ```c
 * ndv_array *a, *m, *t, *flat;
 * OK(ndv_arange(0, 6, 1, &a));
 * OK(ndv_reshape(a, NDV_DIMS(2, -1), NDV_ORDER_C, NDV_COPY_NEVER, &m));   // (2, 3)
 * OK(ndv_transpose(m, &t));
 * if (ndv_reshape(t, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_NEVER, &flat) == NDV_E_WOULD_COPY)
 *     OK(ndv_reshape(t, NDV_DIMS(6), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &flat));
 * OK(ndv_print(flat));
 * printf("%s\n", ndv_base(flat) ? "a view" : "a copy");
 * ndv_release(flat);
 * ndv_release(t);
 * ndv_release(m);
 * ndv_release(a);
 * ```
 * ```text
 * [0 3 1 4 2 5]
 * a copy
 * ```
 *
 * @param array        The array.
 * @param ndim         Number of axes of the result.
 * @param shape        ndim extents; one may be -1, which is worked out from the
 *                     others.
 * @param order        In which order the elements are read and laid out: NDV_ORDER_C,
 *                     NDV_ORDER_F or NDV_ORDER_A.
 * @param policy       One of NDV_COPY_. A copy owns its bytes, dense in that order.
 * @param[out] result  A new reference.
 * @return NDV_E_SHAPE if the sizes differ or an extent is below -1; NDV_E_NDIM;
 *         NDV_E_WOULD_COPY, whose message names the axes that do not merge, the stride
 *         found and the stride needed.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_reshape(const ndv_array *array, int32_t ndim, const int64_t *shape, int32_t order,
            int32_t policy, ndv_array **result);

/**
 * All elements in one axis: NumPy's `ravel`. A view only where they lie dense in that
 * order; the view of a strided row is ndv_reshape() to -1.
 *
 * @param array        The array.
 * @param order        In which order the elements are read. NDV_ORDER_K reads along
 *                     the axes from the largest stride to the smallest.
 * @param policy       One of NDV_COPY_.
 * @param[out] result  A new reference; 1-D.
 * @return NDV_E_WOULD_COPY, whose message names the axis that is in the way.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_ravel(const ndv_array *array, int32_t order, int32_t policy, ndv_array **result);

/**
 * Without axes of one element: NumPy's `squeeze`.
 *
 * @param array      The array.
 * @param count      How many axes are named.
 * @param axes       The axes to drop; 0 and NULL drop every axis of one element.
 * @param[out] view  A new reference.
 * @return NDV_E_AXIS; NDV_E_SHAPE if a named axis has another size than 1.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_squeeze(const ndv_array *array, int32_t count, const int64_t *axes,
            ndv_array **view);

/**
 * With a new axis of one element: NumPy's `expand_dims`.
 *
 * @param array      The array.
 * @param axis       The place that the new axis has in the view.
 * @param[out] view  A new reference.
 * @return NDV_E_AXIS; NDV_E_NDIM.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_expand_dims(const ndv_array *array, int32_t axis, ndv_array **view);

/**
 * Stretched over a larger shape: NumPy's `broadcast_to`. Shapes are aligned at their
 * last axes; an axis of one element, or one that the array lacks, is repeated by a
 * stride of 0. The view is read-only.
 *
 * @param array      The array.
 * @param ndim       Number of axes of the view, not below the array's.
 * @param shape      ndim extents.
 * @param[out] view  A new reference.
 * @return NDV_E_BROADCAST; NDV_E_SHAPE for a negative extent; NDV_E_NDIM;
 *         NDV_E_OVERFLOW.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_broadcast_to(const ndv_array *array, int32_t ndim, const int64_t *shape,
                 ndv_array **view);

/**
 * Backwards along some axes: NumPy's `flip`.
 *
 * @param array      The array.
 * @param count      How many axes are named.
 * @param axes       The axes to reverse, each once; 0 and NULL reverse all.
 * @param[out] view  A new reference.
 * @return NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_flip(const ndv_array *array, int32_t count, const int64_t *axes, ndv_array **view);

/**
 * The diagonal of two axes, which becomes the last axis behind the others: NumPy's
 * `diagonal`, but writeable if the array is.
 *
 * @param array      The array, of two axes at least.
 * @param offset     Above 0 the diagonal begins that many elements further along
 *                   `second`, below 0 along `first`. Beyond the array it is empty.
 * @param first      The axis that counts rows; NumPy's default is 0.
 * @param second     The axis that counts columns; NumPy's default is 1.
 * @param[out] view  A new reference.
 * @return NDV_E_SHAPE for fewer than two axes; NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_diagonal(const ndv_array *array, int64_t offset, int32_t first, int32_t second,
             ndv_array **view);

/**
 * Turned by quarters: NumPy's `rot90`.
 *
 * @param array      The array.
 * @param quarters   How often it is turned by 90 degrees; NumPy's default is 1. Below
 *                   0 it turns back.
 * @param first      The axis to turn from; NumPy's default is 0.
 * @param second     The axis to turn towards, another one; NumPy's default is 1.
 * @param[out] view  A new reference.
 * @return NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_rot90(const ndv_array *array, int64_t quarters, int32_t first, int32_t second,
          ndv_array **view);

/**
 * The real parts: NumPy's `a.real`. Of complex elements a view of float32 or float64
 * with the array's own strides; of all others the whole array, as ndv_view().
 *
 * @param array      The array.
 * @param[out] view  A new reference.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_real(const ndv_array *array, ndv_array **view);

/**
 * The imaginary parts: NumPy's `a.imag`. Of complex elements a view of float32 or
 * float64 with the array's own strides. Other elements have none to see: NumPy then
 * makes a new array of zeros, which cannot be written.
 *
 * @param array      The array.
 * @param[out] view  A new reference.
 * @return NDV_E_DTYPE if the elements are not complex.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_imag(const ndv_array *array, ndv_array **view);

/**
 * Equal sections along an axis: NumPy's `split` into a number of sections.
 *
 * @param array       The array.
 * @param sections    How many, at least 1.
 * @param axis        The axis to cut.
 * @param[out] views  Room for as many pointers as sections; new references, each to be
 *                    released.
 * @return NDV_E_AXIS; NDV_E_SHAPE for sections below 1, or if they do not divide the
 *         axis.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_split(const ndv_array *array, int32_t sections, int32_t axis, ndv_array **views);

/**
 * Sections along an axis, as equal as can be: NumPy's `array_split` into a number of
 * sections. Where they do not divide the axis, the first ones get an element more;
 * there may be more sections than elements.
 *
 * @param array       The array.
 * @param sections    How many, at least 1.
 * @param axis        The axis to cut.
 * @param[out] views  Room for as many pointers as sections; new references, each to be
 *                    released.
 * @return NDV_E_AXIS; NDV_E_SHAPE for sections below 1.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_array_split(const ndv_array *array, int32_t sections, int32_t axis,
                ndv_array **views);

/**
 * The sections before, between and behind some positions of an axis: NumPy's `split`
 * and `array_split` with a list. `[2, 5]` makes `[:2]`, `[2:5]` and `[5:]`. As in
 * these slices, a position may count from the end, one beyond it is clamped, and what
 * ends before it begins is empty.
 *
 * @param array       The array.
 * @param count       How many positions.
 * @param positions   The positions; NULL for none.
 * @param axis        The axis to cut.
 * @param[out] views  Room for count + 1 pointers; new references, each to be released.
 * @return NDV_E_AXIS; NDV_E_SHAPE for a count below 0.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_split_at(const ndv_array *array, int32_t count, const int64_t *positions,
             int32_t axis, ndv_array **views);

/**
 * What stands at each position of an axis, without that axis: NumPy's `unstack`, but
 * views without axes where NumPy gives scalars.
 *
 * @param array       The array.
 * @param axis        The axis to take apart; NumPy's default is 0.
 * @param count       How many views there is room for: the size of that axis.
 * @param[out] views  Room for count pointers, NULL for none; new references, each to
 *                    be released.
 * @return NDV_E_AXIS; NDV_E_SHAPE if the axis has another size than count.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_unstack(const ndv_array *array, int32_t axis, int32_t count, ndv_array **views);

/**
 * Arrays stretched over one shape, that of all together: NumPy's `broadcast_arrays`.
 * Every result is a read-only view as ndv_broadcast_to() makes it, also of an array
 * that has the shape already, which NumPy gives back itself.
 *
 * @param count       How many arrays.
 * @param arrays      The arrays; NULL for none.
 * @param[out] views  Room for count pointers, apart from those of the arrays; new
 *                    references, each to be released.
 * @return NDV_E_BROADCAST, whose message says which array does not fit those before
 *         it; NDV_E_SHAPE for a count below 0; NDV_E_OVERFLOW.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_broadcast_arrays(int32_t count, const ndv_array *const *arrays, ndv_array **views);

/**
 * The shape over which two shapes stretch: NumPy's `broadcast_shapes`. For more than
 * two, pass the result as one of the next two.
 *
 * @param first_ndim   Number of axes of the first shape.
 * @param first        Its extents; NULL for none.
 * @param second_ndim  Number of axes of the second shape.
 * @param second       Its extents; NULL for none.
 * @param[out] ndim    Number of axes of the result, the larger of the two; 0 on an
 *                     error.
 * @param[out] shape   Room for so many extents, left alone on an error; may be one of
 *                     the two shapes.
 * @return NDV_E_BROADCAST; NDV_E_SHAPE for a negative extent; NDV_E_NDIM;
 *         NDV_E_OVERFLOW for more elements than there can be bytes.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_broadcast_shapes(int32_t first_ndim, const int64_t *first, int32_t second_ndim,
                     const int64_t *second, int32_t *ndim, int64_t *shape);

/**
 * Windows that slide along some axes: NumPy's `sliding_window_view`. First come the
 * array's axes, each with as many elements as a window has positions along it, then an
 * axis for each window. Neighbouring windows share elements, and so the view is
 * read-only unless the caller insists; what is written through it shows in every
 * window that has the element.
 *
 * @param array      The array.
 * @param count      How many windows: as many as axes are named, or as the array has.
 * @param windows    count sizes, in elements, none larger than its axis.
 * @param axes       The axis that each window slides along, NULL for each in turn. One
 *                   that is named again has windows of windows.
 * @param flags      NDV_WRITE_OVERLAPPING, or 0 for a read-only view.
 * @param[out] view  A new reference.
 * @return NDV_E_SHAPE for a window that is negative or larger than its axis;
 *         NDV_E_AXIS, also if no axes are named and the array has not so many;
 *         NDV_E_NDIM; NDV_E_OVERFLOW; NDV_E_ARGUMENT for other flags.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_windows(const ndv_array *array, int32_t count, const int64_t *windows,
            const int64_t *axes, int32_t flags, ndv_array **view);

/**
 * Any layout over the array's buffer: NumPy's `as_strided`, but never beyond the bytes
 * of the owner. The array may be a small part of these, and the view reach all of
 * them.
 *
 * @param array      The array; the view has its type.
 * @param ndim       Number of axes of the view.
 * @param shape      ndim extents.
 * @param strides    ndim strides in bytes, of any sign.
 * @param offset     From the array's first element to the view's, in bytes, of any
 *                   sign. The elements may lie at any alignment.
 * @param flags      NDV_WRITE_OVERLAPPING, or 0: the view is then writeable, if the
 *                   array is, unless two elements share bytes (or that would be too
 *                   hard to tell).
 * @param[out] view  A new reference.
 * @return NDV_E_BOUNDS if an element would lie outside of the buffer, or the view
 *         would begin there; NDV_E_SHAPE for a negative extent; NDV_E_NDIM;
 *         NDV_E_OVERFLOW; NDV_E_ARGUMENT for other flags.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_as_strided(const ndv_array *array, int32_t ndim, const int64_t *shape,
               const int64_t *strides, int64_t offset, int32_t flags, ndv_array **view);

/* ============================================================================
 * 5. Copies
 *
 * Every function here reads an array and makes new bytes, independent of it: the result
 * is a new reference, owns its buffer, is writeable, and its base is NULL. Two of them,
 * ndv_contiguous() and ndv_astype(), give back the very array they were given (retained)
 * when it is already as asked and the policy allows it; ndv_relation() then says so.
 *
 * The elements are read while the call runs; no other thread may write them then.
 * ============================================================================ */

/**
 * In place of an axis: all elements in C order, as if they were one axis. NumPy's
 * `axis=None`.
 */
#define NDV_ALL_AXES 2147483647

/**
 * Index mode: a position outside of its axis is NDV_E_INDEX; a negative one counts from
 * the end. NumPy's `mode='raise'`.
 */
#define NDV_MODE_RAISE 60

/**
 * Index mode: the axis begins again, as often as it takes, in either direction. NumPy's
 * `mode='wrap'`.
 */
#define NDV_MODE_WRAP 61

/**
 * Index mode: a position outside of its axis is the first or the last, so that a
 * negative one is the first. NumPy's `mode='clip'`.
 */
#define NDV_MODE_CLIP 62

/**
 * A copy: NumPy's `a.copy(order)`.
 *
 * @param array      The array.
 * @param order      The order of the copy's elements in memory: NDV_ORDER_C, F, A or
 *                   K.
 * @param[out] copy  A new reference.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_copy(const ndv_array *array, int32_t order, ndv_array **copy);

/**
 * A copy of all elements in one axis: NumPy's `flatten`.
 *
 * @param array      The array.
 * @param order      In which order they are read, as in ndv_ravel().
 * @param[out] copy  A new reference; 1-D.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_flatten(const ndv_array *array, int32_t order, ndv_array **copy);

/**
 * The array itself if its elements lie dense in an order, else a copy that does:
 * NumPy's `ascontiguousarray` and `asfortranarray`, but without an axis for an array
 * that has none.
 *
 * @param array        The array.
 * @param order        NDV_ORDER_C, NDV_ORDER_F, or NDV_ORDER_A for either.
 * @param policy       One of NDV_COPY_. Under NDV_COPY_NEVER the array itself or an
 *                     error.
 * @param[out] result  A new reference, perhaps to the same array.
 * @return NDV_E_WOULD_COPY, whose message names the axis that is in the way;
 *         NDV_E_LIMIT at 2^31 references to one array.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_contiguous(const ndv_array *array, int32_t order, int32_t policy,
               ndv_array **result);

/**
 * The array itself if it has the type and lies in the order, else a converted copy:
 * NumPy's `astype`, whose defaults are NDV_ORDER_K, NDV_CAST_UNSAFE and
 * NDV_COPY_ALWAYS.
 *
 * ```c
 * ndv_array *a, *whole;
 * OK(ndv_linspace(0, 2, 5, 1, &a));   // [0. 0.5 1. 1.5 2.]
 * OK(ndv_astype(a, NDV_INT32, NDV_ORDER_K, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &whole));
 * OK(ndv_print(whole));
 * ndv_release(whole);
 * ndv_release(a);
 * ```
 * ```text
 * [0 0 1 1 2]
 * ```
 *
 * @param array        The array.
 * @param dtype        The type of the result.
 * @param order        NDV_ORDER_C, F, A for either, or K for whatever it is.
 * @param casting      One of NDV_CAST_; decides whether the types may be converted at
 *                     all.
 * @param policy       One of NDV_COPY_. Under NDV_COPY_NEVER the array itself or an
 *                     error.
 * @param[out] result  A new reference, perhaps to the same array.
 * @return NDV_E_DTYPE; NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE;
 *         NDV_E_WOULD_COPY.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_astype(const ndv_array *array, int32_t dtype, int32_t order, int32_t casting,
           int32_t policy, ndv_array **result);

/**
 * A copy with the bytes of every number reversed, of a complex one those of each part:
 * NumPy's `a.byteswap()`. ndv_byteswap() does it in place.
 *
 * @param array      The array.
 * @param[out] copy  A new reference; in order K.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_byteswapped(const ndv_array *array, ndv_array **copy);

/**
 * Copies all elements without gaps to memory of the caller's: NumPy's `tobytes`.
 *
 * @param array        The array.
 * @param destination  Where to. May be among the array's own bytes, which takes a
 *                     temporary; may be NULL if there are no elements.
 * @param nbytes       The room there, at least ndv_nbytes(array).
 * @param order        In which order: NDV_ORDER_C, F or A.
 * @return NDV_E_BUFFER_SIZE.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_to_buffer(const ndv_array *array, void *destination, size_t nbytes, int32_t order);

/* ============================================================================
 * 6. Select
 *
 * Elements picked by lists of positions and by masks. What they pick lies anywhere, so
 * that the result is always a copy: a new reference that owns its bytes, in C order,
 * writeable, its base NULL. A result of more bytes than can be addressed is
 * NDV_E_OVERFLOW.
 *
 * Functions whose name ends in _into write to a destination of the caller's instead. It
 * must have the shape of the result and a type that the cast rule allows. It may share
 * memory with the array and with every list: they are read as they were before the call.
 * No other thread may use its elements meanwhile.
 *
 * A list of positions is an array of any integer type. Negative positions count from the
 * end, and unsigned ones never become negative. A mask is an array of NDV_BOOL. Every
 * position is checked before the first element is written.
 *
 * No more memory is taken than for the result, with two exceptions: what shares memory
 * with a destination is copied first, as is what NDV_CAST_SAME_VALUE judges on its way to
 * a destination of another type; and the positions of a mask's marks may be listed, 8
 * bytes for each, where the mask goes with other lists.
 *
 * ndv_set_at(), ndv_put() and ndv_put_along_axis() in the section Set write where these read.
 * ============================================================================ */

/**
 * Any part of an array, as a copy: NumPy's `a[items]`. Items may be integers, slices, an
 * ellipsis, newaxis, lists of positions and masks, mixed by NumPy's rules.
 *
 * Lists and masks are broadcast together to one shape; a mask counts as one list of the
 * places it marks, and picks from as many axes as it has. The axes of that shape come in
 * the place of the lists if these and the integers all stand side by side, and first in
 * the result if anything else stands between two of them. Without any list the result is
 * a copy of what ndv_index_items() shows.
 *
 * @param array      The array.
 * @param count      How many items.
 * @param items      The items; NULL for none. NDV_PICK(list) of ndview_c99.h writes one
 *                   that holds an array.
 * @param[out] copy  A new reference.
 * @return NDV_E_INDEX; NDV_E_INDEX_ITEMS; NDV_E_STEP; NDV_E_DTYPE for a list that holds
 *         neither integers nor bools; NDV_E_SHAPE for a mask whose extents are not those
 *         of the axes it stands for; NDV_E_BROADCAST for lists that do not go together;
 *         NDV_E_NDIM; NDV_E_ARGUMENT for an unknown kind or flag, or a struct_size too
 *         small; NDV_E_HANDLE, NDV_E_NULL for an item without its array.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get(const ndv_array *array, int32_t count, const ndv_index *items,
        ndv_array **copy);

/**
 * As ndv_get(), to a destination.
 *
 * @param array        The array.
 * @param count        How many items.
 * @param items        The items.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write.
 * @return As ndv_get(); NDV_E_READONLY; NDV_E_SHAPE for a destination of another shape;
 *         NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE; NDV_E_NOMEM if it shares
 *         memory and there is none for a temporary.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_into(const ndv_array *array, int32_t count, const ndv_index *items,
             int32_t casting, ndv_array *destination);

/**
 * As ndv_get(), each list for itself: NEP 21's outer indexing, NumPy's `a[np.ix_(...)]`.
 * A list's axes come in the place of the axis it picks from, and lists are not
 * broadcast: two lists of 2 and 3 positions pick 2 x 3 elements. An integer drops its
 * axis, a mask becomes one axis.
 *
 * @param array      The array.
 * @param count      How many items.
 * @param items      The items.
 * @param[out] copy  A new reference.
 * @return As ndv_get(), except NDV_E_BROADCAST.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_outer(const ndv_array *array, int32_t count, const ndv_index *items,
              ndv_array **copy);

/**
 * As ndv_get_outer(), to a destination.
 *
 * @param array        The array.
 * @param count        How many items.
 * @param items        The items.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write.
 * @return As ndv_get_into(), except NDV_E_BROADCAST.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_outer_into(const ndv_array *array, int32_t count, const ndv_index *items,
                   int32_t casting, ndv_array *destination);

/**
 * The elements at some positions along an axis, written in place: NumPy's
 * `a.take([2, 0], axis)` is `ndv_take(a, NDV_DIMS(2, 0), axis, &copy)`. Positions may
 * repeat.
 *
 * @param array      The array.
 * @param count      How many positions.
 * @param positions  The positions.
 * @param axis       The axis, or NDV_ALL_AXES.
 * @param[out] copy  A new reference, with `count` elements along the axis.
 * @return NDV_E_AXIS; NDV_E_INDEX; NDV_E_SHAPE for a count below 0, or of more
 *         positions than can be addressed.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_take(const ndv_array *array, int64_t count, const int64_t *positions, int32_t axis,
         ndv_array **copy);

/**
 * The elements at positions along an axis: NumPy's `np.take(a, positions, axis, mode)`.
 * The axes of the list come in the place of that axis.
 *
 * @param array      The array.
 * @param positions  Positions, of any integer type and shape.
 * @param axis       The axis, or NDV_ALL_AXES.
 * @param mode       One of NDV_MODE_.
 * @param[out] copy  A new reference.
 * @return NDV_E_DTYPE for a list that does not hold integers; NDV_E_AXIS; NDV_E_INDEX,
 *         under every mode if the axis has no elements; NDV_E_NDIM.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_take_array(const ndv_array *array, const ndv_array *positions, int32_t axis,
               int32_t mode, ndv_array **copy);

/**
 * As ndv_take_array(), to a destination: NumPy's `np.take(a, positions, axis, out, mode)`.
 *
 * @param array        The array.
 * @param positions    Positions, of any integer type and shape.
 * @param axis         The axis, or NDV_ALL_AXES.
 * @param mode         One of NDV_MODE_.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write.
 * @return As ndv_take_array() and ndv_get_into().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_take_array_into(const ndv_array *array, const ndv_array *positions, int32_t axis,
                    int32_t mode, int32_t casting, ndv_array *destination);

/**
 * For each place of the result its own position along an axis: NumPy's
 * `np.take_along_axis(a, positions, axis)`. In two dimensions, along axis 1, element
 * (i, j) of the result is a[i, positions[i, j]]. The other axes of the array and of the
 * list are broadcast.
 *
 * @param array      The array.
 * @param positions  Positions, of any integer type, with as many axes as the array.
 * @param axis       The axis.
 * @param mode       One of NDV_MODE_; NumPy's is NDV_MODE_RAISE.
 * @param[out] copy  A new reference, with as many elements along the axis as positions.
 * @return NDV_E_DTYPE for a list that does not hold integers; NDV_E_SHAPE for another
 *         number of axes; NDV_E_AXIS; NDV_E_BROADCAST; NDV_E_INDEX.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_take_along_axis(const ndv_array *array, const ndv_array *positions, int32_t axis,
                    int32_t mode, ndv_array **copy);

/**
 * As ndv_take_along_axis(), to a destination.
 *
 * @param array        The array.
 * @param positions    Positions, of any integer type, with as many axes as the array.
 * @param axis         The axis.
 * @param mode         One of NDV_MODE_.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write.
 * @return As ndv_take_along_axis() and ndv_get_into().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_take_along_axis_into(const ndv_array *array, const ndv_array *positions,
                         int32_t axis, int32_t mode, int32_t casting,
                         ndv_array *destination);

/**
 * The elements that a mask marks along an axis: NumPy's `a.compress(mask, axis)`.
 *
 * @param array      The array.
 * @param mask       A 1-D array of NDV_BOOL. It may be shorter than the axis, and
 *                   longer if it marks nothing there.
 * @param axis       The axis, or NDV_ALL_AXES.
 * @param[out] copy  A new reference, with as many elements along the axis as the mask
 *                   marks.
 * @return NDV_E_CAST for a mask of another type; NDV_E_SHAPE for one that is not 1-D
 *         or marks what is not there; NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_compress(const ndv_array *array, const ndv_array *mask, int32_t axis,
             ndv_array **copy);

/**
 * As ndv_compress(), to a destination.
 *
 * @param array        The array.
 * @param mask         A 1-D array of NDV_BOOL.
 * @param axis         The axis, or NDV_ALL_AXES.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write.
 * @return As ndv_compress() and ndv_get_into().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_compress_into(const ndv_array *array, const ndv_array *mask, int32_t axis,
                  int32_t casting, ndv_array *destination);

/**
 * How many elements are not zero: NumPy's `count_nonzero`. NaN is not zero.
 *
 * @param array       The array, of numbers or bools.
 * @param[out] count  The number.
 * @return NDV_E_CAST for records and raw bytes.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_count_nonzero(const ndv_array *array, int64_t *count);

/**
 * Where elements are not zero: NumPy's `nonzero`. For each axis an array of the
 * positions along it, in C order of the elements, so that together as items of
 * ndv_get() they pick the elements.
 *
 * @param array           The array, of one axis at least.
 * @param[out] positions  As many new references as the array has axes, each 1-D and of
 *                        NDV_INT64. On an error all are NULL, unless what is given is no
 *                        array: it cannot say how many there are.
 * @return NDV_E_SHAPE for an array without axes; NDV_E_CAST for records and raw bytes.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_nonzero(const ndv_array *array, ndv_array **positions);

/**
 * Where elements are not zero, one row of positions for each: NumPy's `argwhere`.
 *
 * @param array      The array.
 * @param[out] rows  A new reference: 2-D, of NDV_INT64, with a row for each element in
 *                   C order and a column for each axis.
 * @return NDV_E_CAST for records and raw bytes.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_argwhere(const ndv_array *array, ndv_array **rows);

/* ============================================================================
 * 7. Join
 *
 * New arrays of elements that stand in others: joined, repeated, moved about, picked by a
 * mask or by numbers. As in the section on copies, every result is a new reference, owns
 * its buffer, and its base is NULL.
 *
 * Each function has a twin, ndv_..._into(), that writes the same elements into an array of
 * the caller's: NumPy's `out`. It must have the shape of the result (NDV_E_SHAPE) and be
 * writeable (NDV_E_READONLY), and the cast rule must let every array whose elements are
 * taken be converted to its type (NDV_E_CAST). Under NDV_CAST_SAME_VALUE every element of
 * those arrays must keep its value (NDV_E_VALUE), whether it is taken or not. The
 * destination may share memory with anything that is read: the result is as if all had
 * been read first, which takes a temporary of the destination's size where it matters. A
 * call that fails has written nothing.
 *
 * Where there is no other rule, the elements of several arrays are converted to the type
 * that all promote to, as by ndv_promote(); NDV_E_DTYPE if there is none.
 *
 * The elements are read while the call runs; no other thread may write them then, nor use
 * those of a destination.
 * ============================================================================ */

/**
 * The elements of several arrays one behind another along an axis that they have:
 * NumPy's `concatenate`. But for that axis, all shapes are the same.
 *
 * The result lies in the order of axes on which all arrays agree, such as Fortran
 * order if all are in that, else in C order.
 *
 * @param count        How many arrays.
 * @param arrays       The arrays.
 * @param axis         The axis; or NDV_ALL_AXES, for all elements of each array in C
 *                     order, in one axis.
 * @param dtype        The type of the result; 0 for the one that all promote to.
 * @param casting      One of NDV_CAST_; decides whether the arrays may be converted to
 *                     it. NumPy's default is NDV_CAST_SAME_KIND.
 * @param[out] result  A new reference.
 * @return NDV_E_SHAPE for no arrays, and for shapes that do not fit; NDV_E_AXIS;
 *         NDV_E_DTYPE; NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_concatenate(int32_t count, const ndv_array *const *arrays, int32_t axis,
                int32_t dtype, int32_t casting, ndv_array **result);

/**
 * As ndv_concatenate(), into an array of the caller's.
 *
 * @param count        How many arrays.
 * @param arrays       The arrays.
 * @param axis         The axis; or NDV_ALL_AXES, for all elements of each array in C
 *                     order, in one axis.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_concatenate(), and what the opening of this section says of
 *         destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_concatenate_into(int32_t count, const ndv_array *const *arrays, int32_t axis,
                     int32_t casting, ndv_array *destination);

/**
 * Several arrays of one shape one behind another along a new axis: NumPy's `stack`.
 * The result lies as for ndv_concatenate().
 *
 * @param count        How many arrays.
 * @param arrays       The arrays.
 * @param axis         Where the new axis stands among those of the result.
 * @param dtype        The type of the result; 0 for the one that all promote to.
 * @param casting      One of NDV_CAST_; decides whether the arrays may be converted to
 *                     it. NumPy's default is NDV_CAST_SAME_KIND.
 * @param[out] result  A new reference.
 * @return NDV_E_SHAPE for no arrays, and for shapes that differ; NDV_E_AXIS;
 *         NDV_E_NDIM; NDV_E_DTYPE; NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_stack(int32_t count, const ndv_array *const *arrays, int32_t axis, int32_t dtype,
          int32_t casting, ndv_array **result);

/**
 * As ndv_stack(), into an array of the caller's.
 *
 * @param count        How many arrays.
 * @param arrays       The arrays.
 * @param axis         Where the new axis stands among those of the result.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_stack(), and what the opening of this section says of destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_stack_into(int32_t count, const ndv_array *const *arrays, int32_t axis,
               int32_t casting, ndv_array *destination);

/**
 * Arrays joined in a grid of blocks: NumPy's `block` of lists in lists. What the last
 * axis of the grid lists is joined along the last axis of the result, the blocks that
 * come of that along the last but one, and so on. Arrays with fewer axes than the
 * result get axes of one element in front. The extents along the axes that are joined
 * may differ from block to block, as long as what is joined fits.
 *
 * The result lies as for ndv_concatenate().
 *
 * @param depth        How many axes the grid has; 0 for a single array.
 * @param grid         How many blocks it has along each, at least 1. NumPy's `[[a, b,
 *                     c], [d, e, f]]` is a grid of 2 by 3.
 * @param arrays       As many arrays as the grid has cells, in C order.
 * @param[out] result  A new reference.
 * @return NDV_E_NDIM for a depth below 0 or above 64; NDV_E_SHAPE for a grid without
 *         cells, and for shapes that do not fit; NDV_E_LIMIT for more than 2^31 - 1
 *         cells.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_block(int32_t depth, const int64_t *grid, const ndv_array *const *arrays,
          ndv_array **result);

/**
 * As ndv_block(), into an array of the caller's.
 *
 * @param depth        How many axes the grid has; 0 for a single array.
 * @param grid         How many blocks it has along each, at least 1. NumPy's `[[a, b,
 *                     c], [d, e, f]]` is a grid of 2 by 3.
 * @param arrays       As many arrays as the grid has cells, in C order.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_block(), and what the opening of this section says of destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_block_into(int32_t depth, const int64_t *grid, const ndv_array *const *arrays,
               int32_t casting, ndv_array *destination);

/**
 * Each element several times in a row: NumPy's `repeat`. The result is in C order.
 *
 * @param array        The array.
 * @param count        How many numbers counts has: one for each position of the axis,
 *                     or 1.
 * @param counts       How often each position is there; a single number is for all.
 * @param axis         The axis; or NDV_ALL_AXES, for all elements in C order, in one
 *                     axis.
 * @param[out] result  A new reference.
 * @return NDV_E_AXIS; NDV_E_SHAPE for another number of counts, and for one below 0;
 *         NDV_E_OVERFLOW.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_repeat(const ndv_array *array, int64_t count, const int64_t *counts, int32_t axis,
           ndv_array **result);

/**
 * As ndv_repeat(), into an array of the caller's.
 *
 * @param array        The array.
 * @param count        How many numbers counts has: one for each position of the axis,
 *                     or 1.
 * @param counts       How often each position is there; a single number is for all.
 * @param axis         The axis; or NDV_ALL_AXES, for all elements in C order, in one
 *                     axis.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_repeat(), and what the opening of this section says of destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_repeat_into(const ndv_array *array, int64_t count, const int64_t *counts,
                int32_t axis, int32_t casting, ndv_array *destination);

/**
 * The whole array several times along each axis: NumPy's `tile`. If there are fewer
 * counts than axes, those in front are 1; if there are more, the array gets axes of
 * one element in front. The result is in C order, or if all counts are 1, as
 * ndv_copy() in order K.
 *
 * @param array        The array.
 * @param ndim         How many numbers counts has.
 * @param counts       How often the array is there along each axis.
 * @param[out] result  A new reference.
 * @return NDV_E_NDIM; NDV_E_SHAPE for a count below 0; NDV_E_OVERFLOW.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_tile(const ndv_array *array, int32_t ndim, const int64_t *counts,
         ndv_array **result);

/**
 * As ndv_tile(), into an array of the caller's.
 *
 * @param array        The array.
 * @param ndim         How many numbers counts has.
 * @param counts       How often the array is there along each axis.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_tile(), and what the opening of this section says of destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_tile_into(const ndv_array *array, int32_t ndim, const int64_t *counts,
              int32_t casting, ndv_array *destination);

/**
 * The elements a few positions further on, those that leave an axis at one end coming
 * in at the other: NumPy's `roll`. The result lies as ndv_copy() in order K, or
 * without axes in C order.
 *
 * @param array        The array.
 * @param count        How many shifts.
 * @param shifts       By how many positions, towards larger indices; may be negative,
 *                     and larger than the axis.
 * @param axes         The axis of each shift; one that is named twice is shifted by
 *                     both. NULL for the elements in C order, as if they were one
 *                     axis, shifted by all.
 * @param[out] result  A new reference.
 * @return NDV_E_SHAPE for a negative count; NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_roll(const ndv_array *array, int32_t count, const int64_t *shifts,
         const int64_t *axes, ndv_array **result);

/**
 * As ndv_roll(), into an array of the caller's.
 *
 * @param array        The array.
 * @param count        How many shifts.
 * @param shifts       By how many positions, towards larger indices; may be negative,
 *                     and larger than the axis.
 * @param axes         The axis of each shift; one that is named twice is shifted by
 *                     both. NULL for the elements in C order, as if they were one
 *                     axis, shifted by all.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_roll(), and what the opening of this section says of destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_roll_into(const ndv_array *array, int32_t count, const int64_t *shifts,
              const int64_t *axes, int32_t casting, ndv_array *destination);

/**
 * A new array of any shape, filled with the elements in C order, which begin again
 * after the last; with zeros if there are none: NumPy's function `resize`. (The method
 * of that name changes an array in place, which no array here does.) The result is in
 * C order.
 *
 * @param array        The array.
 * @param ndim         The number of axes.
 * @param shape        The extents.
 * @param[out] result  A new reference.
 * @return NDV_E_NDIM; NDV_E_SHAPE; NDV_E_OVERFLOW.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_resize(const ndv_array *array, int32_t ndim, const int64_t *shape,
           ndv_array **result);

/**
 * As ndv_resize(), into an array of the caller's.
 *
 * @param array        The array.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_resize(), and what the opening of this section says of destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_resize_into(const ndv_array *array, int32_t casting, ndv_array *destination);

/**
 * The elements of one array where a mask is true, those of another where it is not;
 * all three are broadcast: NumPy's `where`. The result lies in the order of axes on
 * which the three agree, else in C order.
 *
 * @param mask         An array of NDV_BOOL.
 * @param yes          Where the mask is true.
 * @param no           Where it is not.
 * @param[out] result  A new reference.
 * @return NDV_E_CAST for a mask of another type; NDV_E_BROADCAST.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_where(const ndv_array *mask, const ndv_array *yes, const ndv_array *no,
          ndv_array **result);

/**
 * As ndv_where(), into an array of the caller's.
 *
 * @param mask         An array of NDV_BOOL.
 * @param yes          Where the mask is true.
 * @param no           Where it is not.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_where(), and what the opening of this section says of destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_where_into(const ndv_array *mask, const ndv_array *yes, const ndv_array *no,
               int32_t casting, ndv_array *destination);

/**
 * Each element from the choice that an array of integers names; the index and all
 * choices are broadcast: NumPy's `choose`. The result is in C order.
 *
 * @param index        An array of integers or NDV_BOOL, each the position of a choice.
 * @param count        How many choices; NumPy takes 63.
 * @param choices      The choices.
 * @param mode         What a number outside of the choices means: NDV_MODE_RAISE,
 *                     under which it is refused, also if negative, WRAP or CLIP.
 * @param[out] result  A new reference.
 * @return NDV_E_ARGUMENT for an unknown mode; NDV_E_CAST for an index that is not of
 *         integers; NDV_E_SHAPE for no choices; NDV_E_BROADCAST; NDV_E_INDEX.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_choose(const ndv_array *index, int32_t count, const ndv_array *const *choices,
           int32_t mode, ndv_array **result);

/**
 * As ndv_choose(), into an array of the caller's.
 *
 * @param index        An array of integers or NDV_BOOL, each the position of a choice.
 * @param count        How many choices; NumPy takes 63.
 * @param choices      The choices.
 * @param mode         What a number outside of the choices means: NDV_MODE_RAISE,
 *                     under which it is refused, also if negative, WRAP or CLIP.
 * @param casting      One of NDV_CAST_.
 * @param destination  The array to write, of the shape of the result.
 * @return As ndv_choose(), and what the opening of this section says of destinations.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_choose_into(const ndv_array *index, int32_t count, const ndv_array *const *choices,
                int32_t mode, int32_t casting, ndv_array *destination);

/* ============================================================================
 * 8. Set
 *
 * Writing elements: whole arrays, what a mask marks, one value everywhere, one element. A
 * write shows in every array that sees those bytes. Every write behaves as if its right
 * side had been read first, whatever shares memory with what; where that takes a
 * temporary, it is made and released inside the call. A write that fails has written
 * nothing.
 *
 * Writers take `ndv_array *` and return NDV_E_READONLY for a read-only array. No other
 * thread may read or write the elements meanwhile.
 *
 * A single value must fit: an integer out of range, a NaN or an infinity for an integer
 * type, a finite number that a narrower float would make infinite, and a complex number
 * with an imaginary part for a real type are NDV_E_VALUE. A fraction for an integer type
 * is truncated. For bool, everything but 0 is true. Raw bytes and records take and give
 * values of their own type alone: any other is NDV_E_CAST.
 * ============================================================================ */

/** Plan of ndv_set(): nothing to do. There are no elements, or each is assigned to itself. */
#define NDV_PLAN_NOTHING 100

/** Plan of ndv_set(): the two share no byte. */
#define NDV_PLAN_DISJOINT 101

/**
 * Plan of ndv_set(): they share bytes, and writing from low addresses to high ones
 * overwrites nothing that is still to be read.
 */
#define NDV_PLAN_ASCENDING 102

/** Plan of ndv_set(): the same, from high addresses to low ones. */
#define NDV_PLAN_DESCENDING 103

/** Plan of ndv_set(): every line in two parts, one upwards and one downwards. */
#define NDV_PLAN_SPLIT 104

/**
 * Plan of ndv_set(): elements exchange their places, as in an array that is assigned its
 * own transpose or reverse.
 */
#define NDV_PLAN_SWAP 105

/** Plan of ndv_set(): each line of the source is copied aside, one at a time. */
#define NDV_PLAN_LINE_BUFFER 106

/** Plan of ndv_set(): the source is copied aside as a whole. */
#define NDV_PLAN_FULL_COPY 107

/**
 * How ndv_set() would make an assignment. Set struct_size to sizeof(ndv_plan), or begin
 * with NDV_PLAN_INIT of ndview_c99.h.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** One of NDV_PLAN_. */
  int32_t plan;
  /** 0. */
  int32_t reserved;
  /** Bytes of memory that it would take and give back. */
  size_t temporary_bytes;
} ndv_plan;

/**
 * Writes one array over another: NumPy's `destination[...] = source`. The source is
 * broadcast to the destination's shape; leading axes of one element that the
 * destination lacks are dropped.
 *
 * To write a part of an array, write over a view of it.
 *
 * ```c
 * ndv_array *a, *row, *left, *right;
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(2, 4), &a));
 * OK(ndv_arange(1, 5, 1, &row));
 * OK(ndv_set(a, row, NDV_CAST_SAFE));       // broadcast over both rows, int64 to float64
 * OK(ndv_slice(a, "0, :-1", &left));
 * OK(ndv_slice(a, "0, 1:", &right));
 * OK(ndv_set(right, left, NDV_CAST_NO));    // they overlap, which does no harm
 * OK(ndv_print(a));
 * ndv_release(left);
 * ndv_release(right);
 * ndv_release(row);
 * ndv_release(a);
 * ```
 * ```text
 * [[1. 1. 2. 3.]
 *  [1. 2. 3. 4.]]
 * ```
 *
 * @param destination  The array to write.
 * @param source       The array to read; may share memory with it in any way.
 * @param casting      One of NDV_CAST_. NumPy's default here is NDV_CAST_UNSAFE.
 * @return NDV_E_READONLY; NDV_E_CAST; NDV_E_BROADCAST; NDV_E_VALUE under
 *         NDV_CAST_SAME_VALUE; NDV_E_NOMEM if the two share memory, no order of writing
 *         does without a temporary, and there is no memory for it. ndv_set_plan() tells.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set(ndv_array *destination, const ndv_array *source, int32_t casting);

/**
 * What ndv_set() with the same arguments would do, without doing it. Reads no element:
 * under NDV_CAST_SAME_VALUE the assignment can still be refused for a value.
 *
 * ```c
 * ndv_array *a, *ahead, *behind;
 * ndv_plan plan = NDV_PLAN_INIT;
 * OK(ndv_arange(0, 10, 1, &a));
 * OK(ndv_slice(a, "1:", &ahead));
 * OK(ndv_slice(a, ":-1", &behind));
 * OK(ndv_set_plan(ahead, behind, NDV_CAST_NO, &plan));   // a[1:] = a[:-1]
 * printf("%d, %zu bytes\n", plan.plan == NDV_PLAN_DESCENDING, plan.temporary_bytes);
 * ndv_release(behind);
 * ndv_release(ahead);
 * ndv_release(a);
 * ```
 * ```text
 * 1, 0 bytes
 * ```
 *
 * @param destination  The array that would be written.
 * @param source       The array that would be read.
 * @param casting      One of NDV_CAST_.
 * @param[out] plan    The plan.
 * @return What ndv_set() returns before it looks at an element; NDV_E_ARGUMENT for a
 *         struct_size too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_plan(const ndv_array *destination, const ndv_array *source, int32_t casting,
             ndv_plan *plan);

/**
 * Writes over any part of an array: NumPy's `a[items] = source`. The items mean what
 * they mean to ndv_get(); the source is broadcast to the shape that it would give. Where
 * an element is meant more than once, the last of its values in C order stays.
 *
 * @param array    The array to write.
 * @param count    How many items.
 * @param items    The items; NULL for none.
 * @param source   The array to read. It and the lists may share memory with the array in
 *                 any way.
 * @param casting  One of NDV_CAST_. NumPy's here is NDV_CAST_UNSAFE.
 * @return What ndv_get() and ndv_set() return; every position is checked before the first
 *         element is written.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_at(ndv_array *array, int32_t count, const ndv_index *items,
           const ndv_array *source, int32_t casting);

/**
 * As ndv_set_at(), each list for itself, as in ndv_get_outer().
 *
 * @param array    The array to write.
 * @param count    How many items.
 * @param items    The items; NULL for none.
 * @param source   The array to read.
 * @param casting  One of NDV_CAST_.
 * @return What ndv_get_outer() and ndv_set() return.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_at_outer(ndv_array *array, int32_t count, const ndv_index *items,
                 const ndv_array *source, int32_t casting);

/**
 * Writes at positions among all elements in C order: NumPy's `np.put(a, positions,
 * values, mode)`, but nothing is written if a position is out of bounds. The values are
 * taken in C order, one for each position, and from the first again where they end; if
 * there are none, nothing is written. Where a position repeats, its last value stays.
 *
 * @param array      The array to write.
 * @param positions  Positions, of any integer type and shape.
 * @param values     The values. They and the positions may share memory with the array.
 * @param mode       One of NDV_MODE_.
 * @param casting    One of NDV_CAST_. NumPy's here is NDV_CAST_UNSAFE.
 * @return NDV_E_READONLY; NDV_E_DTYPE for a list that does not hold integers; NDV_E_INDEX;
 *         NDV_E_CAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE; NDV_E_NOMEM.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_put(ndv_array *array, const ndv_array *positions, const ndv_array *values,
        int32_t mode, int32_t casting);

/**
 * Writes each value at its own position along an axis: NumPy's
 * `np.put_along_axis(a, positions, source, axis)`, where ndv_take_along_axis() reads. Where
 * a position repeats, its last value in C order stays.
 *
 * @param array      The array to write.
 * @param positions  Positions, of any integer type, with as many axes as the array; the
 *                   other axes of both are broadcast.
 * @param source     The array to read; broadcast to the shape that ndv_take_along_axis()
 *                   would give.
 * @param axis       The axis.
 * @param mode       One of NDV_MODE_; NumPy's is NDV_MODE_RAISE.
 * @param casting    One of NDV_CAST_.
 * @return What ndv_take_along_axis() and ndv_set() return.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_put_along_axis(ndv_array *array, const ndv_array *positions,
                   const ndv_array *source, int32_t axis, int32_t mode,
                   int32_t casting);

/**
 * Writes one array over another where a mask is true: NumPy's `copyto(destination,
 * source, casting, where=mask)`. Source and mask are broadcast to the destination's shape,
 * the source as by ndv_set(); the other elements stay as they are.
 *
 * @param destination  The array to write.
 * @param source       The array to read.
 * @param mask         An array of NDV_BOOL. Both may share memory with the destination
 *                     in any way.
 * @param casting      One of NDV_CAST_. NumPy's default here is NDV_CAST_SAME_KIND.
 * @return NDV_E_READONLY; NDV_E_CAST, also for a mask of another type;
 *         NDV_E_BROADCAST; NDV_E_VALUE under NDV_CAST_SAME_VALUE, for elements that the
 *         mask marks; NDV_E_NOMEM if memory is shared and there is none for a temporary.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_copy_where(ndv_array *destination, const ndv_array *source, const ndv_array *mask,
               int32_t casting);

/**
 * Writes values over the elements that a mask marks, the nth element of the array taking
 * the nth value: NumPy's `putmask`. All three are read in C order, whatever their shapes;
 * the values begin again after the last.
 *
 * @param array    The array to write.
 * @param mask     An array of NDV_BOOL, with as many elements as the array.
 * @param values   The values; for a mask that marks anything there must be one. Both may
 *                 share memory with the array in any way.
 * @param casting  One of NDV_CAST_. NumPy's is NDV_CAST_SAFE.
 * @return NDV_E_READONLY; NDV_E_CAST, also for a mask of another type; NDV_E_SHAPE for a
 *         mask of another size, and for no values; NDV_E_VALUE under NDV_CAST_SAME_VALUE,
 *         for any of the values; NDV_E_NOMEM as for ndv_copy_where().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_put_mask(ndv_array *array, const ndv_array *mask, const ndv_array *values,
             int32_t casting);

/**
 * As ndv_put_mask(), but the nth element that the mask marks takes the nth value: NumPy's
 * `place`, which is `a[mask] = values` for as many values as the mask marks.
 *
 * @param array    The array to write.
 * @param mask     An array of NDV_BOOL, with as many elements as the array.
 * @param values   The values.
 * @param casting  One of NDV_CAST_. NumPy's is NDV_CAST_UNSAFE.
 * @return As ndv_put_mask().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_place(ndv_array *array, const ndv_array *mask, const ndv_array *values,
          int32_t casting);

/**
 * Exchanges the elements of two arrays of one shape and type: NumPy's
 * `a[...], b[...] = b.copy(), a.copy()`, without a temporary. Two arrays that are the same
 * elements in the same order stay as they are.
 *
 * @param a  The one array.
 * @param b  The other.
 * @return NDV_E_READONLY; NDV_E_DTYPE and NDV_E_SHAPE if types or shapes differ;
 *         NDV_E_OVERLAP, whose message names a byte, if an element shares memory with any
 *         other element of the two; NDV_E_TOO_HARD if that cannot be told.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_swap(ndv_array *a, ndv_array *b);

/**
 * Reverses the bytes of every number in place, of a complex one those of each part:
 * NumPy's `a.byteswap(inplace=True)`. Where elements share bytes, each is reversed once, as
 * if all had been read first. ndv_byteswapped() makes a copy.
 *
 * @param array  The array to write.
 * @return NDV_E_READONLY; NDV_E_NOMEM if elements may share bytes.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_byteswap(ndv_array *array);

/**
 * Writes one value over every element: NumPy's `a.fill(value)`.
 *
 * @param array  The array to write.
 * @param dtype  The type of the value. One of the array's own type arrives bit for
 *               bit.
 * @param value  Where one element of that type stands.
 * @return NDV_E_DTYPE; NDV_E_READONLY; NDV_E_VALUE.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_fill(ndv_array *array, int32_t dtype, const void *value);

/**
 * As ndv_fill(), from an int64_t.
 *
 * @param array  The array to write.
 * @param value  The value.
 * @return NDV_E_READONLY; NDV_E_VALUE.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_fill_int64(ndv_array *array, int64_t value);

/**
 * As ndv_fill(), from a double.
 *
 * @param array  The array to write.
 * @param value  The value.
 * @return NDV_E_READONLY; NDV_E_VALUE.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_fill_double(ndv_array *array, double value);

/**
 * Writes one element: NumPy's `a[index] = value`.
 *
 * @param array  The array to write.
 * @param count  How many numbers index has: as many as the array has axes.
 * @param index  One position for each axis; NULL for none.
 * @param dtype  The type of the value. One of the array's own type arrives bit for
 *               bit.
 * @param value  Where one element of that type stands.
 * @return NDV_E_NDIM for a count below 0 or above 64; NDV_E_DTYPE; NDV_E_READONLY;
 *         NDV_E_INDEX_ITEMS for another count than there are axes; NDV_E_INDEX;
 *         NDV_E_VALUE.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_item(ndv_array *array, int32_t count, const int64_t *index, int32_t dtype,
             const void *value);

/**
 * Reads one element: NumPy's `a[index]`, or `a.item(index)`. ndv_get_int64() and the others
 * below it are simpler where a conversion will do.
 *
 * @param array       The array to read.
 * @param count       How many numbers index has: as many as the array has axes.
 * @param index       One position for each axis; NULL for none.
 * @param dtype       The type to read it as. The array's own type gives the element
 *                    bit for bit.
 * @param[out] value  Room for one element of that type; left as it was on an error.
 * @return NDV_E_NDIM; NDV_E_DTYPE; NDV_E_INDEX_ITEMS; NDV_E_INDEX; NDV_E_VALUE if the
 *         element does not fit the type.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_item(const ndv_array *array, int32_t count, const int64_t *index, int32_t dtype,
             void *value);

/**
 * As ndv_set_item(), from an int64_t.
 *
 * @param array  The array to write.
 * @param count  How many numbers index has.
 * @param index  One position for each axis; NULL for none.
 * @param value  The value.
 * @return As ndv_set_item().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_int64(ndv_array *array, int32_t count, const int64_t *index, int64_t value);

/**
 * As ndv_set_item(), from a uint64_t.
 *
 * @param array  The array to write.
 * @param count  How many numbers index has.
 * @param index  One position for each axis; NULL for none.
 * @param value  The value.
 * @return As ndv_set_item().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_uint64(ndv_array *array, int32_t count, const int64_t *index, uint64_t value);

/**
 * As ndv_set_item(), from a double.
 *
 * @param array  The array to write.
 * @param count  How many numbers index has.
 * @param index  One position for each axis; NULL for none.
 * @param value  The value.
 * @return As ndv_set_item().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_double(ndv_array *array, int32_t count, const int64_t *index, double value);

/**
 * As ndv_set_item(), from the two parts of a complex number.
 *
 * @param array  The array to write.
 * @param count  How many numbers index has.
 * @param index  One position for each axis; NULL for none.
 * @param real   The real part.
 * @param imag   The imaginary part.
 * @return As ndv_set_item().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_complex(ndv_array *array, int32_t count, const int64_t *index, double real,
                double imag);

/**
 * As ndv_get_item(), as an int64_t. A fraction is truncated.
 *
 * @param array       The array to read.
 * @param count       How many numbers index has.
 * @param index       One position for each axis; NULL for none.
 * @param[out] value  The value; 0 on an error.
 * @return As ndv_get_item().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_int64(const ndv_array *array, int32_t count, const int64_t *index,
              int64_t *value);

/**
 * As ndv_get_item(), as a uint64_t. A fraction is truncated.
 *
 * @param array       The array to read.
 * @param count       How many numbers index has.
 * @param index       One position for each axis; NULL for none.
 * @param[out] value  The value; 0 on an error.
 * @return As ndv_get_item().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_uint64(const ndv_array *array, int32_t count, const int64_t *index,
               uint64_t *value);

/**
 * As ndv_get_item(), as a double. An integer beyond 2^53 is rounded.
 *
 * @param array       The array to read.
 * @param count       How many numbers index has.
 * @param index       One position for each axis; NULL for none.
 * @param[out] value  The value; 0 on an error.
 * @return As ndv_get_item().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_double(const ndv_array *array, int32_t count, const int64_t *index,
               double *value);

/**
 * As ndv_get_item(), as the two parts of a complex number; of a real one, the second
 * is 0.
 *
 * @param array      The array to read.
 * @param count      How many numbers index has.
 * @param index      One position for each axis; NULL for none.
 * @param[out] real  The real part; 0 on an error.
 * @param[out] imag  The imaginary part; 0 on an error.
 * @return As ndv_get_item().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_complex(const ndv_array *array, int32_t count, const int64_t *index,
                double *real, double *imag);

/* ============================================================================
 * 9. Sharing
 *
 * Who owns the bytes, and who sees them. ndv_base() and ndv_relation() tell how arrays
 * were made from one another; ndv_may_share_memory(), ndv_shares_memory() and
 * ndv_overlap() look at addresses alone, so that they also see memory that was wrapped
 * twice.
 * ============================================================================ */

/** The buffer is the library's own, from its allocator. */
#define NDV_BUFFER_HEAP 1

/** The buffer is wrapped memory of the caller's. */
#define NDV_BUFFER_FOREIGN 2

/** The buffer is from the allocator that was given to ndv_empty_with() or ndv_zeros_with(). */
#define NDV_BUFFER_ALLOCATOR 3

/** Two arrays over different buffers. */
#define NDV_UNRELATED 1

/** One and the same array. */
#define NDV_SAME 2

/** One is a view and the other its base. */
#define NDV_VIEW 3

/** Two views of one base. */
#define NDV_SIBLINGS 4

/** No byte is common to both arrays, or to two elements of one array. */
#define NDV_OVERLAP_DISJOINT 40

/** Both arrays have the same elements in the same order. */
#define NDV_OVERLAP_IDENTICAL 41

/** Some byte is common to both arrays, or to two elements of one array. */
#define NDV_OVERLAP_PARTIAL 42

/** The budget ran out before there was an answer. */
#define NDV_OVERLAP_UNKNOWN 43

/**
 * A budget for ndv_shares_memory(), ndv_overlap() and ndv_overlaps_itself() that
 * answers whatever slicing and transposing make, for which hundreds of steps suffice, and
 * all but a few pairs of diagonals of diagonals, and ends within tens of milliseconds.
 */
#define NDV_BUDGET_DEFAULT 1000000

/**
 * What two arrays have in common, or two elements of one array, and where. Set
 * struct_size to sizeof(ndv_overlap_report), or begin with NDV_OVERLAP_REPORT_INIT of
 * ndview_c99.h.
 *
 * Where bytes are common, the report names a witness: two elements, and an address that
 * both cover. There may be many; which of them is named is not specified.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** One of NDV_OVERLAP_. */
  int32_t relation;
  /** The number of axes of a: so much of a_index counts. */
  int32_t a_ndim;
  /** The number of axes of b: so much of b_index counts. */
  int32_t b_ndim;
  /**
   * The first byte that both elements cover; NULL if no byte is known to be common.
   * Borrowed: valid while the arrays live.
   */
  const void *address;
  /** An element of a; 0 from a_ndim on, and everywhere without a witness. */
  int64_t a_index[64];
  /** The element of b that meets it; 0 from b_ndim on, and everywhere without a witness. */
  int64_t b_index[64];
} ndv_overlap_report;

/** What an array costs. Begin with NDV_FOOTPRINT_INFO_INIT of ndview_c99.h. */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /**
   * The bytes that belong to elements, each counted once, however many elements it
   * belongs to.
   */
  size_t touched_bytes;
  /**
   * From the lowest of them to the highest, with all between: the distance that
   * ndv_byte_bounds() gives.
   */
  size_t spanned_bytes;
  /**
   * The bytes of the buffer, which the array keeps alive, all of them. For wrapped
   * memory, as many as were given to ndv_wrap().
   */
  size_t kept_bytes;
  /**
   * How many arrays keep the buffer alive: its views, and its owner if there are
   * references to that. When the last of them goes, the buffer does.
   */
  int64_t holders;
  /**
   * 1 if touched_bytes is exact. 0 if it is an upper bound, which happens where strides
   * cross each other over a span of more than 8 million steps and a short search does
   * not tell whether elements share bytes. Nothing made by slicing, transposing,
   * diagonals or windows does.
   */
  int32_t exact;
} ndv_footprint_info;

/**
 * The owner of the bytes, if the array is a view: NumPy's `a.base`. A view of a view
 * has the same base as the view.
 *
 * @return NULL exactly when the array is no view, and for NULL. Borrowed: valid while
 *         the view lives; ndv_retain() it to keep it.
 *
 * Since 0.1.0.
 */
NDV_API const ndv_array *
ndv_base(const ndv_array *array);

/**
 * Whether the array is no view: NumPy's `a.flags.owndata`. What a wrapped array owns
 * is the deleter.
 *
 * @return False for NULL.
 *
 * Since 0.1.0.
 */
NDV_API bool
ndv_owns_data(const ndv_array *array);

/**
 * Where the bytes come from, for a view as for its base.
 *
 * @return NDV_BUFFER_HEAP, NDV_BUFFER_FOREIGN or NDV_BUFFER_ALLOCATOR; 0 for NULL.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_buffer_kind(const ndv_array *array);

/**
 * How two arrays were made from one another. Tells what a function returned: NDV_SAME is the array it was
 * given, NDV_VIEW and NDV_SIBLINGS a view, NDV_UNRELATED a copy. Elements in common
 * are another question.
 *
 * @return NDV_SAME, NDV_VIEW (in either direction), NDV_SIBLINGS, NDV_UNRELATED; 0 if
 *         either is NULL.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_relation(const ndv_array *a, const ndv_array *b);

/**
 * Whether two arrays have the same shape and equal elements: NumPy's `array_equal`.
 * Types may differ; values are compared exactly, without rounding. A NaN equals
 * nothing. Raw bytes are equal if all are; records, if they have the same names in the
 * same order, and equal fields: what lies between the fields does not count. What cannot
 * be compared is not equal.
 *
 * @param a, b        Arrays.
 * @param[out] equal  The answer; false on an error.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_equal(const ndv_array *a, const ndv_array *b, bool *equal);

/**
 * The bytes that an array reaches, from the lowest address to one past the highest:
 * NumPy's `byte_bounds`.
 *
 * @param array      The array.
 * @param[out] low   The first byte. Equal to high if there are no elements.
 * @param[out] high  One past the last byte. Both are borrowed: valid while the array
 *                   lives.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_byte_bounds(const ndv_array *array, const void **low, const void **high);

/**
 * Whether the byte bounds of two arrays meet: NumPy's `may_share_memory`. True means
 * only *might*: the even and the odd elements of a row share nothing. False is
 * certain.
 *
 * @return False if either is NULL or has no elements.
 *
 * Since 0.1.0.
 */
NDV_API bool
ndv_may_share_memory(const ndv_array *a, const ndv_array *b);

/**
 * Whether there is a byte that both arrays reach, exactly: NumPy's `shares_memory`.
 *
 * ```c
 * ndv_array *a, *even, *odd;
 * bool shares;
 * OK(ndv_arange(0, 10, 1, &a));
 * OK(ndv_slice(a, "::2", &even));
 * OK(ndv_slice(a, "1::2", &odd));
 * OK(ndv_shares_memory(even, odd, NDV_BUDGET_DEFAULT, &shares));
 * printf("might share: %d, share: %d\n", ndv_may_share_memory(even, odd), shares);
 * ndv_release(odd);
 * ndv_release(even);
 * ndv_release(a);
 * ```
 * ```text
 * might share: 1, share: 0
 * ```
 *
 * @param a, b         Arrays.
 * @param budget       The most steps to take; NDV_BUDGET_DEFAULT suits. The question
 *                     is hard in general, and easy for what slicing makes: a few
 *                     steps, tens of nanoseconds.
 * @param[out] shares  The answer; false on an error.
 * @return NDV_E_TOO_HARD if the budget ran out.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_shares_memory(const ndv_array *a, const ndv_array *b, uint64_t budget,
                  bool *shares);

/**
 * What two arrays have in common, exactly, and where: ndv_shares_memory() with a
 * witness. NumPy has no such function.
 *
 * ```c
 * ndv_array *a, *even, *third;
 * ndv_overlap_report r = NDV_OVERLAP_REPORT_INIT;   // sets struct_size
 * OK(ndv_arange(0, 10, 1, &a));
 * OK(ndv_slice(a, "::2", &even));
 * OK(ndv_slice(a, "1::3", &third));
 * OK(ndv_overlap(even, third, NDV_BUDGET_DEFAULT, &r));
 * if (r.relation == NDV_OVERLAP_PARTIAL)
 *     printf("even[%d] is third[%d]\n", (int)r.a_index[0], (int)r.b_index[0]);
 * ndv_release(third);
 * ndv_release(even);
 * ndv_release(a);
 * ```
 * ```text
 * even[2] is third[1]
 * ```
 *
 * NDV_OVERLAP_IDENTICAL: address, shape, item size, and the strides of every axis of more
 * than one element are the same; the witness is the first element. Element types may
 * differ. NDV_OVERLAP_PARTIAL: anything else with a byte in common, also the same
 * elements in another order, and every element of a within b. NDV_OVERLAP_DISJOINT: no
 * byte is common; so for every array without elements. NDV_OVERLAP_UNKNOWN: the
 * budget ran out, which is no error here; to be safe, take it for PARTIAL.
 *
 * @param a, b            Arrays.
 * @param budget          As for ndv_shares_memory(). The time is proportional to it at
 *                        worst, whatever the extents and strides.
 * @param[in,out] report  With struct_size set; left alone on an error.
 * @return NDV_E_ARGUMENT if struct_size is too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_overlap(const ndv_array *a, const ndv_array *b, uint64_t budget,
            ndv_overlap_report *report);

/**
 * Whether two elements of one array share a byte, exactly, and which. They do in sliding
 * windows and where an axis is repeated; slicing, transposing and diagonals never make
 * them. What is written to one of them changes the other.
 *
 * @param array           The array.
 * @param budget          As for ndv_overlap().
 * @param[in,out] report  With struct_size set; left alone on an error. NDV_OVERLAP_PARTIAL
 *                        if there are two such elements, at a_index and b_index, which
 *                        are never the same; NDV_OVERLAP_DISJOINT if not;
 *                        NDV_OVERLAP_UNKNOWN if the budget ran out.
 * @return NDV_E_ARGUMENT if struct_size is too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_overlaps_itself(const ndv_array *array, uint64_t budget,
                    ndv_overlap_report *report);

/**
 * How many bytes an array touches, spans and keeps alive. A small view keeps all of its
 * buffer; ndv_compact() makes a copy instead.
 *
 * ```c
 * ndv_array *table, *column;
 * ndv_footprint_info f = NDV_FOOTPRINT_INFO_INIT;
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 10), &table));
 * OK(ndv_slice(table, ":, 3", &column));
 * ndv_release(table);
 * OK(ndv_footprint(column, &f));
 * printf("%d bytes touched, %d spanned, %d kept by %d array\n", (int)f.touched_bytes,
 *        (int)f.spanned_bytes, (int)f.kept_bytes, (int)f.holders);
 * ndv_release(column);
 * ```
 * ```text
 * 8000 bytes touched, 79928 spanned, 80000 kept by 1 array
 * ```
 *
 * @param array         The array.
 * @param[in,out] info  With struct_size set; left alone on an error. Other threads that
 *                      make and release views may change `holders` at any time.
 * @return NDV_E_ARGUMENT if struct_size is too small; NDV_E_NOMEM where strides cross each
 *         other, which takes up to 1 MiB.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_footprint(const ndv_array *array, ndv_footprint_info *info);

/**
 * The array itself if it makes good use of its buffer, else a copy, so that the buffer can
 * go. A copy is independent of the array: what is written to one is not seen in the other.
 * The library never makes one by itself.
 *
 * ```c
 * ndv_array *table, *row, *kept;
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 10), &table));
 * OK(ndv_slice(table, "3", &row));
 * OK(ndv_compact(row, 0.5, NDV_COPY_IF_NEEDED, &kept));   // 80 of 80000 bytes
 * ndv_release(row);
 * ndv_release(table);                                     // frees the table
 * ndv_statistics s = NDV_STATISTICS_INIT;
 * OK(ndv_get_statistics(&s));
 * printf("%d bytes are alive\n", (int)s.bytes_alive);
 * ndv_release(kept);
 * ```
 * ```text
 * 80 bytes are alive
 * ```
 *
 * @param array        The array.
 * @param least        The part of the buffer's bytes that makes good use of it, 0 to 1:
 *                     there is need for a copy if the array touches less, by the numbers
 *                     of ndv_footprint(), and a copy has fewer bytes than the buffer. 0
 *                     is never; 1 is whenever a byte is not touched.
 * @param policy       One of NDV_COPY_. Under NDV_COPY_NEVER the array itself or an
 *                     error; NDV_COPY_ALWAYS copies also without need.
 * @param[out] result  A new reference, perhaps to the same array; a copy is in order K.
 * @return NDV_E_ARGUMENT if least is not between 0 and 1; NDV_E_WOULD_COPY, whose message
 *         names the bytes.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_compact(const ndv_array *array, double least, int32_t policy, ndv_array **result);

/* ============================================================================
 * 10. Leases
 *
 * A lease says that somebody reads or writes the bytes of a view for a while. At any time
 * a byte has many read leases or one write lease: ndv_borrow() waits until that holds, and
 * ndv_try_borrow() refuses with NDV_E_LEASED and a message that names the other lease, an
 * element of each, and the byte they share. Two views are in conflict exactly if they share
 * a byte: writers of disjoint tiles, or of the even and the odd columns, go on at once.
 * Addresses count, not bases: memory that was wrapped twice is one. Where it takes more
 * than 10000 steps to tell (slices take a handful), the views count as conflicting, and
 * the message says so.
 *
 * A lease is an agreement among those who take one. It does not lock elements: functions
 * that read and write them do not ask, and who never takes a lease pays nothing. (In
 * checked mode those that write do ask: NDV_E_LEASED for what another thread holds.) Among
 * those who do, whatever was written before a lease was returned is seen by whoever is
 * given the bytes next.
 *
 * A lease keeps its bytes alive; it counts as a view. It is a number, which any thread may
 * return; until then it is held by the thread that took it. Nobody is an exception to the
 * rule: a write lease conflicts with a second lease of its holder on the same bytes, and a
 * read lease does not become a write lease.
 *
 * Waiting is fair: a request also waits for those that came before it and still wait, where
 * the two conflict, so that readers who come and go do not hold up a writer for ever. A
 * thread that holds a lease goes ahead of those who wait, since they may be waiting for it;
 * one that always holds some lease can hold others up. A thread that would wait for its
 * own lease is told so. Threads that wait for one another in a circle are not: as with
 * locks, take several leases in one order everywhere, or with a time limit.
 *
 * After fork() the child has copies of all its parent's leases. Those of the thread that
 * forked are its own to return. Those of other threads stay, as what these were writing may
 * be half-written: the child may return them by their numbers, and ndv_borrow() does not
 * wait for them. Leases do not reach from one process into another. If another thread waits
 * for a lease at that moment, fork() itself gives memory back in the child: functions of
 * ndv_set_allocator() must then be usable there, as malloc's are.
 *
 * All functions may be called from any thread, and from a deleter, but not from a signal
 * handler.
 * ============================================================================ */

/** A lease for reading: others may read. */
#define NDV_READ 80

/** A lease for writing: nobody else may read or write. */
#define NDV_WRITE 81

/**
 * A lease: a number, so that it can be kept and handed on anywhere. 0 is none. The number
 * of a lease that was returned is not given out again.
 */
typedef uint64_t ndv_lease;

/**
 * Takes a lease of the bytes of an array, and waits until it can be had.
 *
 * ```c
 * ndv_array *image, *left, *right;
 * ndv_lease writer, other;
 * OK(ndv_zeros(NDV_UINT8, NDV_DIMS(4, 6), &image));
 * OK(ndv_slice(image, ":, :3", &left));
 * OK(ndv_slice(image, ":, 3:", &right));
 * OK(ndv_borrow(left, NDV_WRITE, "blur", &writer));
 * OK(ndv_borrow(right, NDV_WRITE, "sharpen", &other));   // goes on at once
 * OK(ndv_fill_int64(left, 1));
 * ndv_return(other);
 * printf("%d\n", ndv_try_borrow(image, NDV_READ, "save", &other) == NDV_E_LEASED);
 * ndv_return(writer);
 * ndv_release(right);
 * ndv_release(left);
 * ndv_release(image);
 * ```
 * ```text
 * 1
 * ```
 *
 * @param array       The array, most often a view of what will be read or written. One
 *                    without elements conflicts with nothing.
 * @param mode        NDV_READ or NDV_WRITE.
 * @param tag         A name for messages, ending in NUL; its first 24 bytes are kept. NULL
 *                    for none.
 * @param[out] lease  The lease, to be given back with ndv_return(). 0 on an error.
 * @return NDV_E_READONLY for a write lease of a read-only array; NDV_E_DEADLOCK if this
 *         thread itself holds a lease in conflict, or, in the child of a fork, another
 *         thread of the parent did: it would wait for ever; NDV_E_LIMIT for more than
 *         1048576 leases.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_borrow(const ndv_array *array, int32_t mode, const char *tag, ndv_lease *lease);

/**
 * As ndv_borrow(), without waiting.
 *
 * @param array       The array.
 * @param mode        NDV_READ or NDV_WRITE.
 * @param tag         A name for messages, or NULL.
 * @param[out] lease  The lease, to be given back with ndv_return(). 0 on an error.
 * @return NDV_E_LEASED if it cannot be had now: because of a lease, this thread's own
 *         included, or of a request that waits; NDV_E_READONLY; NDV_E_LIMIT.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_try_borrow(const ndv_array *array, int32_t mode, const char *tag, ndv_lease *lease);

/**
 * As ndv_borrow(), waiting only so long. Waits for leases of this thread too, since another
 * thread may return them.
 *
 * @param array        The array.
 * @param mode         NDV_READ or NDV_WRITE.
 * @param nanoseconds  The longest time to wait, not negative; 0 is ndv_try_borrow().
 * @param tag          A name for messages, or NULL.
 * @param[out] lease   The lease, to be given back with ndv_return(). 0 on an error.
 * @return NDV_E_LEASED if it could not be had in that time; NDV_E_ARGUMENT if the time is
 *         negative; NDV_E_READONLY; NDV_E_LIMIT.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_borrow_timed(const ndv_array *array, int32_t mode, int64_t nanoseconds,
                 const char *tag, ndv_lease *lease);

/**
 * Gives a lease back, from whichever thread, and wakes those who wait for it. If the array
 * has been released meanwhile, and nothing else stands on it, it goes with the lease.
 *
 * @param lease  The lease; 0 is fine.
 * @return NDV_E_RELEASED if the lease is not held: it was returned before, or never given
 *         out. Nothing has changed then.
 *
 * Since 0.1.0.
 */
NDV_API ndv_status
ndv_return(ndv_lease lease);

/* ============================================================================
 * 11. Iterate
 *
 * Loops over the elements of arrays, written by the caller and driven from here.
 * ndv_apply() runs one over several arrays at once, whatever their shapes, strides, types
 * and overlaps; ndv_apply_range() does a part of that, for threads. ndv_runs() gives the
 * bytes of an array as the fewest runs, for writev, MPI, or anything else that moves
 * bytes. ndv_scramble() makes an array that careless loops get wrong.
 *
 * The loop has the parameters of NumPy's ufunc inner loops: for each of dimensions[0]
 * elements it takes one step along each operand.
 *
 *     static int32_t add(char **data, const int64_t *dimensions,
 *                        const int64_t *strides, void *context) {
 *         char *a = data[0], *b = data[1], *sum = data[2];
 *         for (int64_t i = 0; i < dimensions[0]; i++) {
 *             *(double *)sum = *(double *)a + *(double *)b;
 *             a += strides[0], b += strides[1], sum += strides[2];
 *         }
 *         return 0;
 *     }
 *
 *     ndv_apply(NDV_OPERANDS(NDV_READS(x), NDV_READS(y), NDV_WRITES(z)), 0, add, NULL);
 *
 * What the loop may rely on, and must keep to:
 *
 * - The shapes of the operands are broadcast. What is written is not: it has the shape of
 *   all together. A stride of 0 repeats an element that is read.
 * - Axes are sorted after the memory of the first operand that is written, turned to
 *   ascend there, and merged where they can be over all operands. It is called for long
 *   rows, in an order that depends on the layouts and the flags alone. Strides may differ
 *   from call to call, and be negative.
 * - Elements are aligned for their type (see NDV_APPLY_UNALIGNED).
 * - It writes every element of an operand that is only written. One of which it may leave
 *   elements alone is read and written.
 * - It is elementwise: at each position it reads before it writes, and needs nothing of
 *   other positions (see NDV_APPLY_NOT_ELEMENTWISE).
 * - It may call the library, ndv_apply() too, but must not release the operands. It must
 *   not throw or longjmp. After a fork() within it, parent and child may both go on.
 *
 * The outcome is as if all operands had been read first, and what is written had been
 * written afterwards, one operand after the other, each in C order of its index. Where
 * that takes a temporary, it is made before the first call of the loop and written back
 * after the last. It counts in ndv_get_statistics().
 *
 * No other thread may write the elements meanwhile, or use those that are written.
 * ============================================================================ */

/**
 * For ndv_apply(): the elements come in C order of the index, for loops that count them.
 * Rows are still merged.
 */
#define NDV_APPLY_C_ORDER 1

/**
 * For ndv_apply(): the loop may read an element after it has written one at another
 * position. An array that is read and written as two operands then takes a temporary.
 */
#define NDV_APPLY_NOT_ELEMENTWISE 2

/**
 * For ndv_apply(): the loop takes elements at any address, as memcpy() does. Otherwise
 * those of an array that is not NDV_ALIGNED go through small buffers.
 */
#define NDV_APPLY_UNALIGNED 4

/** For ndv_scramble(): every element lies at a multiple of its type's alignment. */
#define NDV_SCRAMBLE_ALIGNED 1

/**
 * An array that a loop works on. ndview_c99.h has macros that write operands:
 * NDV_READS(a), NDV_WRITES(a), NDV_UPDATES(a), and NDV_READS_AS(a, dtype, casting) and so
 * on for another type.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** The array, if it is read; else NULL. */
  const ndv_array *source;
  /**
   * The array, if it is written; else NULL. One that is read and written stands in
   * both.
   */
  ndv_array *destination;
  /**
   * The type that the loop works with; 0 for the array's own. Elements of another type
   * are converted on the way, 8 KiB at a time.
   */
  int32_t dtype;
  /**
   * One of NDV_CAST_: the rule for converting, from the array's type for what is read,
   * to it for what is written. Not looked at if dtype is 0.
   */
  int32_t casting;
} ndv_operand;

/**
 * A loop of the caller's over one row of elements of every operand.
 *
 * @param data        For each operand, the first element of the row. The loop may
 *                    change these pointers.
 * @param dimensions  One number: how many elements the row has, at least 1.
 * @param strides     For each operand, the bytes from one element to the next.
 * @param context     The caller's, as it was given.
 * @return 0 to go on; anything else ends the iteration with NDV_E_CALLBACK.
 */
typedef int32_t (*ndv_loop)(char **data,
                            const int64_t *dimensions,
                            const int64_t *strides,
                            void *context);

/**
 * The bytes of an array as runs of consecutive bytes, and the fewest loops that go from
 * run to run: one for each of ndim extents, the last one innermost. Set struct_size to
 * sizeof(ndv_run_nest), or begin with NDV_RUN_NEST_INIT of ndview_c99.h.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** Bytes of each run; 0 if the array has no elements. */
  size_t run_bytes;
  /** How many runs there are: the product of the extents. */
  int64_t count;
  /** From ndv_data() to the first byte of the first run. */
  int64_t offset;
  /** From the start of the buffer to the first byte of the first run. */
  int64_t buffer_offset;
  /** Number of loops; 0 if there is one run. */
  int32_t ndim;
  /**
   * 1 if every run begins at or behind the end of the one before, else 0. If 1, no byte
   * is in two runs.
   */
  int32_t ascending;
  /** How often each loop runs; 0 behind ndim. */
  int64_t shape[64];
  /** The bytes that it goes on each time, of any sign; 0 behind ndim. */
  int64_t strides[64];
} ndv_run_nest;

/**
 * Runs a loop over all elements of up to 64 arrays together: what NumPy's ufuncs and
 * `nditer` do.
 *
 * An array that is written works on a temporary if it shares bytes with another operand,
 * unless that one is only read and has the same elements at the same positions; if two of
 * its own elements share bytes, of which the last one in C order stays; and if any
 * operand is written with a conversion under NDV_CAST_SAME_VALUE, which judges all values
 * before it lets one through.
 *
 * A loop that stops has had its last call. What its calls have written stays, except
 * where an operand works on a temporary, which is then as it was; and except for the
 * last call's elements where they go through a buffer.
 *
 * @param count     Number of operands, 1 to 64.
 * @param operands  As many operands.
 * @param flags     A sum of NDV_APPLY_, or 0.
 * @param loop      The loop. Without elements it is not called; without axes, once.
 * @param context   For the loop.
 * @return NDV_E_ARGUMENT; NDV_E_DTYPE; NDV_E_READONLY; NDV_E_CAST; NDV_E_BROADCAST, also
 *         if what is written would have to be stretched; NDV_E_VALUE under NDV_CAST_SAME_VALUE;
 *         NDV_E_CALLBACK if the loop returned something else than 0, which the message
 *         names. Only with NDV_E_CALLBACK may anything have been written.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_apply(int32_t count, const ndv_operand *operands, int32_t flags, ndv_loop loop,
          void *context);

/**
 * How many elements ndv_apply() would go through: those of the broadcast shape.
 *
 * @param count      Number of operands.
 * @param operands   As many operands.
 * @param[out] size  The number; 0 on an error.
 * @return As ndv_apply().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_apply_size(int32_t count, const ndv_operand *operands, int64_t *size);

/**
 * As ndv_apply(), for a part of the elements: those at the positions from start to stop,
 * counted in the order in which ndv_apply() goes through them. However the positions
 * from 0 to ndv_apply_size() are cut into ranges, each element is in one of them.
 *
 * A range has no temporary. What would need one in ndv_apply() is refused here.
 *
 * @param count     Number of operands.
 * @param operands  As many operands, the same for all ranges.
 * @param flags     A sum of NDV_APPLY_, the same for all ranges.
 * @param start     The first position.
 * @param stop      The position to stop before.
 * @param loop      The loop. For an empty range it is not called.
 * @param context   For the loop.
 * @return As ndv_apply(); NDV_E_INDEX for a range that is none; NDV_E_WOULD_COPY, whose
 *         message names the operands that share memory.
 *
 * Thread safety: calls with the same operands, for ranges that have no position in
 * common, may run at the same time.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_apply_range(int32_t count, const ndv_operand *operands, int32_t flags,
                int64_t start, int64_t stop, ndv_loop loop, void *context);

/**
 * The runs of an array: its bytes, as the fewest pieces that lie without gaps.
 *
 * In the orders C and F every element comes once, in that order of the index, also where
 * elements share bytes. In the order K the axes are sorted by stride and turned to
 * ascend, and those of stride 0 are left out: the bytes, in whatever order of the
 * elements. Then the runs ascend if the axes nest, as all do that slicing makes.
 *
 * @param array         The array.
 * @param order         NDV_ORDER_C, F, A or K.
 * @param[in,out] runs  With struct_size set. On an error it is left as it was.
 * @return NDV_E_ARGUMENT.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_runs(const ndv_array *array, int32_t order, ndv_run_nest *runs);

/**
 * A copy in a hostile layout, to test loops with: the axes lie in another order in
 * memory, some backwards, with gaps between the elements and around them, at addresses
 * that are not aligned; axes of one element have strides that mean nothing. Shape and
 * values are those of the array.
 *
 * The bytes in the gaps hold numbers that follow from the seed, by which
 * ndv_scramble_check() sees whether a loop wrote where no element is.
 *
 * @param array      The array.
 * @param seed       Any number. The same seed, type and shape make the same layout.
 * @param flags      NDV_SCRAMBLE_ALIGNED or 0.
 * @param[out] copy  A new reference. It owns its bytes: its base is NULL.
 * @return NDV_E_ARGUMENT for other flags.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_scramble(const ndv_array *array, uint64_t seed, int32_t flags, ndv_array **copy);

/**
 * Whether the gaps of a scrambled array are untouched.
 *
 * @param array  What ndv_scramble() made, or a view of it.
 * @param seed   The seed it was made with.
 * @return NDV_E_OVERRUN, whose message names the first byte that has changed: its place
 *         in the buffer, and its distance from the first element. NDV_E_ARGUMENT if the
 *         array, or its base, does not own a buffer with gaps.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_scramble_check(const ndv_array *array, uint64_t seed);

/* ============================================================================
 * 12. Spans
 *
 * Views without handles. A span is a plain struct in memory of the caller's, on the stack
 * for example: a type, an address, a shape and strides. To slice, permute or reshape one
 * takes no memory, counts nothing and is a few nanoseconds, for loops that make millions of
 * small views. Others call it array view (ndarray, nanoarrow) or mdspan (C++).
 *
 * A span owns nothing. It is valid while the array that it was made from lives and is not
 * closed, or as long as whatever memory it was pointed at; nothing checks that. A span of
 * one's own memory is one whose fields are set by hand.
 *
 * Functions that make a span from a span write to the last parameter, which has its
 * struct_size set and may be the same span: it is then changed in place. Of shape and
 * strides only the first ndim are read or written. On an error the result is left as it
 * was. A span of what cannot be written has a data_mut of NULL, and so has every span made
 * from it; setting it to NULL by hand does the same.
 *
 * The elements are read and written by NDV_GET1 to NDV_GET4 and NDV_REF1 to NDV_REF4 of
 * ndview_c99.h, which take a span as well as a window; by ndv_span_set(); or by loops over
 * the fields.
 *
 * ```c
 * ndv_array *a;
 * ndv_span image = NDV_SPAN_INIT, rows = NDV_SPAN_INIT, tile = NDV_SPAN_INIT;
 * OK(ndv_zeros(NDV_INT32, NDV_DIMS(4, 6), &a));
 * OK(ndv_span_of_mut(a, &image));
 * for (int64_t i = 0; i < 4; i += 2) {
 *     OK(ndv_span_slice(&image, 0, i, i + 2, 1, &rows));
 *     for (int64_t j = 0; j < 6; j += 3) {
 *         OK(ndv_span_slice(&rows, 1, j, j + 3, 1, &tile));   // image[i:i+2, j:j+3]
 *         NDV_REF2(int32_t, tile, 0, 0) = (int32_t)(10 * i + j);
 *     }
 * }
 * OK(ndv_print(a));
 * ndv_release(a);
 * ```
 * ```text
 * [[ 0  0  0  3  0  0]
 *  [ 0  0  0  0  0  0]
 *  [20  0  0 23  0  0]
 *  [ 0  0  0  0  0  0]]
 * ```
 *
 * A struct_size that is too small is NDV_E_ARGUMENT, and a number of axes that cannot be
 * NDV_E_NDIM. Of what else cannot be in a span, each function looks at what it needs:
 * NDV_E_SHAPE for a negative extent, NDV_E_DTYPE for a type, NDV_E_ARGUMENT for an
 * itemsize that is not the type's. The functions below repeat only what is their own. A
 * span is not locked: while one thread changes the struct, no other looks at it.
 * ============================================================================ */

/**
 * A view without a handle. Set struct_size to sizeof(ndv_span), or begin with
 * NDV_SPAN_INIT of ndview_c99.h, which sets the whole struct, a kilobyte, and so belongs
 * outside of loops. Copying a span by `=` copies that kilobyte too; the functions do not.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** Type code. */
  int32_t dtype;
  /** Number of axes. */
  int32_t ndim;
  /**
   * NDV_OVERLAPPING if two elements may share bytes. Else 0, as it may be where a span
   * is set by hand: ndv_span_set() finds that out, and ndv_span_view() asks anew.
   */
  int32_t flags;
  /** 0. */
  int32_t reserved;
  /** Bytes of one element. */
  size_t itemsize;
  /** The first element, to read. In bytes, so that strides can be added. */
  const uint8_t *data;
  /** The first element, to write; NULL if that cannot be. */
  uint8_t *data_mut;
  /** The extents; not set from ndim on. */
  int64_t shape[64];
  /** The strides, in bytes; not set from ndim on. */
  int64_t strides[64];
} ndv_span;

/**
 * A span of all elements of an array, to read: its data_mut is NULL.
 *
 * @param array         The array.
 * @param[in,out] span  With struct_size set. Valid while the array lives and is not
 *                      closed.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_of(const ndv_array *array, ndv_span *span);

/**
 * As ndv_span_of(), to read and to write. Leases of other threads, which in checked mode
 * keep elements from being written, are looked at now and not when they are written.
 *
 * @param array         The array.
 * @param[in,out] span  With struct_size set. Valid while the array lives and is not
 *                      closed.
 * @return NDV_E_READONLY.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_of_mut(ndv_array *array, ndv_span *span);

/**
 * A slice of one axis: NumPy's `a[..., start:stop:step, ...]`. The ends are clamped to the
 * axis, and count from its end if they are negative. To go to the end, stop is INT64_MAX;
 * backwards, start is INT64_MAX and stop INT64_MIN, which lie beyond every axis.
 *
 * @param span            The span.
 * @param axis            The axis.
 * @param start           The first position.
 * @param stop            The position to stop before.
 * @param step            From one position to the next; not 0.
 * @param[in,out] result  The slice, which may be the span.
 * @return NDV_E_AXIS; NDV_E_STEP.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_slice(const ndv_span *span, int32_t axis, int64_t start, int64_t stop,
               int64_t step, ndv_span *result);

/**
 * One position of one axis, which drops the axis: NumPy's `a[..., position, ...]`.
 *
 * @param span            The span.
 * @param axis            The axis.
 * @param position        The position; negative counts from the end.
 * @param[in,out] result  What stands there, which may be the span.
 * @return NDV_E_AXIS; NDV_E_INDEX.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_index(const ndv_span *span, int32_t axis, int64_t position, ndv_span *result);

/**
 * All axes in reverse: NumPy's `a.T`.
 *
 * @param span            The span.
 * @param[in,out] result  The transpose, which may be the span.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_transpose(const ndv_span *span, ndv_span *result);

/**
 * The axes in another order: NumPy's `transpose(axes)`.
 *
 * @param span            The span.
 * @param count           How many axes are named: all of them.
 * @param axes            Axis axes[i] becomes axis i. NULL for none. No part of the
 *                        result.
 * @param[in,out] result  The span in that order, which may be the span.
 * @return NDV_E_AXIS, also for an axis named twice and for too few or too many.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_permute(const ndv_span *span, int32_t count, const int64_t *axes,
                 ndv_span *result);

/**
 * Two axes exchanged: NumPy's `swapaxes`.
 *
 * @param span            The span.
 * @param first           One axis.
 * @param second          The other.
 * @param[in,out] result  The span with these exchanged, which may be the span.
 * @return NDV_E_AXIS.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_swap_axes(const ndv_span *span, int32_t first, int32_t second,
                   ndv_span *result);

/**
 * The elements in another shape of the same size, where the strides allow it: NumPy's
 * `reshape` with copy=False.
 *
 * @param span            The span.
 * @param ndim            Number of axes.
 * @param shape           ndim extents; one of them may be -1, to be inferred. NULL for
 *                        none. No part of the result.
 * @param order           NDV_ORDER_C, F or A: the order in which elements are counted.
 * @param[in,out] result  The span in that shape, which may be the span.
 * @return NDV_E_WOULD_COPY, whose message says which axes are to blame; NDV_E_SHAPE;
 *         NDV_E_ARGUMENT for another order.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_reshape(const ndv_span *span, int32_t ndim, const int64_t *shape,
                 int32_t order, ndv_span *result);

/**
 * Without axes of one element: NumPy's `squeeze`.
 *
 * @param span            The span.
 * @param count           How many axes are named.
 * @param axes            The axes to drop; 0 and NULL drop every axis of one element.
 * @param[in,out] result  The span without them, which may be the span.
 * @return NDV_E_AXIS; NDV_E_SHAPE for an axis of another size.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_squeeze(const ndv_span *span, int32_t count, const int64_t *axes,
                 ndv_span *result);

/**
 * With a new axis of one element: NumPy's `expand_dims`.
 *
 * @param span            The span.
 * @param axis            The position of the axis in the result.
 * @param[in,out] result  The span with it, which may be the span.
 * @return NDV_E_AXIS; NDV_E_NDIM for a 65th axis.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_expand_dims(const ndv_span *span, int32_t axis, ndv_span *result);

/**
 * Writes the elements of one span over those of another: ndv_set(), with its broadcasting,
 * its rules of casting, and its promise that the source is as if it had been read first,
 * whatever the two share. Where elements of the destination share bytes, the last in C
 * order of the index stays.
 *
 * ```c
 * const float numbers[2][3] = {{1, 2, 3}, {4, 5, 6}};
 * ndv_array *a;
 * ndv_span to = NDV_SPAN_INIT, from = NDV_SPAN_INIT;
 * from.dtype = NDV_FLOAT32;              // a span of memory that is no array
 * from.itemsize = sizeof(float);
 * from.data = (const uint8_t *)numbers;
 * from.ndim = 2;
 * from.shape[0] = 2, from.strides[0] = 3 * sizeof(float);
 * from.shape[1] = 3, from.strides[1] = sizeof(float);
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(3, 4), &a));
 * OK(ndv_span_of_mut(a, &to));
 * OK(ndv_span_slice(&to, 1, 1, 3, 1, &to));       // a[:, 1:3]
 * OK(ndv_span_transpose(&to, &to));
 * OK(ndv_span_set(&to, &from, NDV_CAST_SAFE));    // a[:, 1:3].T = numbers
 * OK(ndv_print(a));
 * ndv_release(a);
 * ```
 * ```text
 * [[0. 1. 4. 0.]
 *  [0. 2. 5. 0.]
 *  [0. 3. 6. 0.]]
 * ```
 *
 * @param destination  The elements to write. The struct itself is not changed.
 * @param source       The elements to read; may share memory with them in any way.
 * @param casting      One of NDV_CAST_.
 * @return As ndv_set(): NDV_E_READONLY if data_mut is NULL. NDV_E_NULL if there are
 *         elements and the source's data is NULL.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_set(const ndv_span *destination, const ndv_span *source, int32_t casting);

/**
 * An array of the elements of a span: a view, which keeps the array that they belong to
 * alive, as ndv_as_strided() makes it. The span may have been made from the array, from
 * any other over the same buffer, or by hand; that all elements lie in the buffer is
 * checked. A span of what cannot be written gives a read-only view.
 *
 * @param array      The array whose buffer it is, of the span's type.
 * @param span       The span.
 * @param flags      NDV_WRITE_OVERLAPPING, or 0: the view is then read-only also where
 *                   two elements share bytes.
 * @param[out] view  A new reference.
 * @return NDV_E_DTYPE if the array has another type; NDV_E_BOUNDS if an element lies
 *         outside of the buffer; NDV_E_OVERFLOW; NDV_E_ARGUMENT for other flags.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_span_view(const ndv_array *array, const ndv_span *span, int32_t flags,
              ndv_array **view);

/* ============================================================================
 * 13. Exchange
 *
 * Arrays on their way out of the program and back: NumPy's .npy files, of versions 1.0,
 * 2.0 and 3.0. What is saved here is byte for byte what `numpy.save` writes, and what it
 * writes can be loaded here, if the elements are bools, integers, real or complex
 * numbers, raw bytes, or records of such. Strings, dates and Python objects are
 * NDV_E_UNSUPPORTED. So is saving bfloat16, which NumPy does not have, and records that
 * a header does not spell: with fields that overlap or are not in the order of their
 * offsets, with names that Python spells with escapes, or of more than 10,000 bytes. As in
 * NumPy, a record that was aligned has its gaps when it is loaded again, but is packed.
 *
 * A file may be hostile. What its header claims is believed only as far as the file is
 * large enough; a header of more than 10,000 bytes is refused, as by NumPy. A new record
 * type counts towards the limits of ndv_dtype_record(), and beyond them is NDV_E_LIMIT.
 * Bytes that follow the elements are ignored.
 *
 * Paths end in NUL and go to the system as they are; on Windows they are in the active
 * code page. Any number of threads may work on different files at the same time, and
 * read the same. Every loaded array is a new reference, owns its bytes and is writeable.
 * ============================================================================ */

/**
 * What a .npy file holds, as its header says it. Set struct_size to
 * sizeof(ndv_npy_info).
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** The version of the format: 1, 2 or 3. */
  int32_t major;
  /** The version's second number: 0. */
  int32_t minor;
  /** The type of the elements. */
  int32_t dtype;
  /** The number of axes. */
  int32_t ndim;
  /** NDV_ORDER_C or NDV_ORDER_F: how the elements follow one another. */
  int32_t order;
  /** Not 0: the elements are in the other byte order, and loading converts them. */
  int32_t swapped;
  /** The number of elements. */
  int64_t size;
  /** Where the first element stands in the file, in bytes. */
  size_t data_offset;
  /** The bytes of all elements. */
  size_t nbytes;
  /** The extents; 0 from ndim on. */
  int64_t shape[64];
} ndv_npy_info;

/**
 * Reads an array from a .npy file: NumPy's `numpy.load`.
 *
 * The elements stand in memory as in the file, in C or F order, but always in the
 * machine's byte order. They are read straight to their place: there is no second copy,
 * unless the file is a pipe.
 *
 * @param path        The file. It may be a pipe, which is read no further than the
 *                    elements go.
 * @param[out] array  A new reference. Its base is NULL, in F order too.
 * @return NDV_E_IO if the file cannot be opened or read; NDV_E_FORMAT if it is no .npy
 *         file, or a malformed one, or claims more than can be addressed;
 *         NDV_E_TRUNCATED if it ends early; NDV_E_UNSUPPORTED if its elements are of
 *         another kind.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_npy_load(const char *path, ndv_array **array);

/**
 * As ndv_npy_load(), from the bytes of a file in memory. They are copied.
 *
 * @param data        The file's bytes, from the first on.
 * @param nbytes      How many they are.
 * @param[out] array  A new reference.
 * @return NDV_E_FORMAT; NDV_E_TRUNCATED; NDV_E_UNSUPPORTED.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_npy_load_memory(const void *data, size_t nbytes, ndv_array **array);

/**
 * Writes an array to a .npy file: NumPy's `numpy.save`, which however adds ".npy" to
 * names without.
 *
 * The file appears, or replaces the one that was there, when all of it is written and
 * has been handed to the disk. Until then it has another name, ".ndview-....tmp", in the
 * same folder. If anything fails, that is removed and the old file stands unchanged.
 *
 * ```c
 * ndv_array *a, *b;
 * bool equal;
 * OK(ndv_arange(0, 6, 1, &a));
 * OK(ndv_npy_save(a, "six.npy"));
 * OK(ndv_npy_load("six.npy", &b));
 * OK(ndv_equal(a, b, &equal));
 * printf("%s\n", equal ? "equal" : "different");
 * ndv_release(b);
 * ndv_release(a);
 * ```
 * ```text
 * equal
 * ```
 *
 * A file that is replaced must be writeable by the caller, and hands down its
 * permissions, but not its owner, hard links or lists of access rights. A symbolic
 * link stays, and what it leads to is replaced. A pipe or a device is written straight.
 *
 * @param array  The array, of any layout. Its order in the file is F if it is
 *               F-contiguous and not C-contiguous, else C. At most 1 MiB of memory is
 *               needed for one that is neither.
 * @param path   The file.
 * @return NDV_E_UNSUPPORTED for what .npy files cannot hold, as said above; NDV_E_IO if
 *         the file cannot be written.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_npy_save(const ndv_array *array, const char *path);

/**
 * As ndv_npy_save(), to memory of the caller's: the bytes that the file would have.
 *
 * @param array        The array.
 * @param buffer       Where to; none of the array's own bytes. NULL if capacity is 0,
 *                     to ask for the size alone.
 * @param capacity     The room there, in bytes.
 * @param[out] nbytes  The size of the file in bytes, also when there is no room for it;
 *                     0 if the array cannot be saved at all.
 * @return NDV_E_BUFFER_SIZE if the room is too small, and nothing is written;
 *         NDV_E_UNSUPPORTED as ndv_npy_save().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_npy_save_memory(const ndv_array *array, void *buffer, size_t capacity,
                    size_t *nbytes);

/**
 * What a .npy file holds, without reading its elements: whether they are all there is
 * not looked at.
 *
 * @param path          The file.
 * @param[in,out] info  With struct_size set; left alone on an error.
 * @return NDV_E_ARGUMENT if struct_size is too small; NDV_E_IO; NDV_E_FORMAT;
 *         NDV_E_TRUNCATED if the file ends within the header; NDV_E_UNSUPPORTED.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_npy_read_info(const char *path, ndv_npy_info *info);

/**
 * As ndv_npy_read_info(), from the bytes of a file in memory.
 *
 * @param data          The file's bytes, from the first on; the header is enough.
 * @param nbytes        How many they are.
 * @param[in,out] info  With struct_size set; left alone on an error.
 * @return NDV_E_ARGUMENT if struct_size is too small; NDV_E_FORMAT; NDV_E_TRUNCATED if
 *         the bytes end within the header; NDV_E_UNSUPPORTED.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_npy_read_info_memory(const void *data, size_t nbytes, ndv_npy_info *info);

/* ============================================================================
 * 14. Copy audit
 *
 * Who copies, and why. A copy is asked for where its result is what the caller wanted:
 * ndv_copy(), ndv_take_array(), ndv_concatenate(). It is hidden where it is made on the
 * way: by ndv_reshape() and its kin under NDV_COPY_IF_NEEDED, or as a temporary of a
 * write between arrays that share memory. A program can ask beforehand, be told of each,
 * count them, and forbid hidden ones on a thread: for tests, and for code that must not
 * wait for memory. ndv_set_plan() asks for ndv_set().
 *
 * The 8 KiB buffers of ndv_apply() and what functions take of the stack are no copies in
 * this sense.
 * ============================================================================ */

/**
 * Whether a call would copy, and why. Set struct_size to sizeof(ndv_copy_report), or
 * begin with NDV_COPY_REPORT_INIT of ndview_c99.h.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** 1 if it would copy, else 0, and then so are all fields below. */
  int32_t copies;
  /** The axis whose stride is in the way; -1 if it is the type. */
  int32_t axis;
  /**
   * The axes that would have to merge, from the first to the last: for ndv_reshape().
   * Otherwise both are `axis`.
   */
  int32_t first_axis;
  /** The last of them. */
  int32_t last_axis;
  /** The stride that the axis has, in bytes. */
  int64_t stride;
  /** The stride that it would need. */
  int64_t needed_stride;
  /** The bytes that the copy would take. */
  size_t bytes;
} ndv_copy_report;

/** A copy that the library has made, as a hook is told. */
typedef struct {
  /** The size of this struct, as the library knows it. */
  size_t struct_size;
  /**
   * A word for what was done: "reshape", "write", "select", "join", "apply" and so on.
   * Static text.
   */
  const char *operation;
  /** Of a hidden copy, why it was needed: static text. NULL if it was asked for. */
  const char *reason;
  /** The bytes that were copied. */
  size_t bytes;
} ndv_copy_event;

/**
 * Is told of every copy, on the thread that made it, after it was made. It may call the
 * library, and must not throw or longjmp.
 */
typedef void (*ndv_copy_hook)(const ndv_copy_event *event, void *context);

/**
 * Copies that were made since the program began. Set struct_size to
 * sizeof(ndv_copy_counts), or begin with NDV_COPY_COUNTS_INIT of ndview_c99.h.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** Copies, asked for and hidden. */
  int64_t copies;
  /** The bytes that they wrote. */
  int64_t bytes;
  /** Of these copies, the hidden ones. */
  int64_t hidden_copies;
  /** The bytes of the hidden ones. */
  int64_t hidden_bytes;
} ndv_copy_counts;

/**
 * Whether ndv_reshape() would copy, without doing it.
 *
 * ```c
 * ndv_array *a, *t;
 * ndv_copy_report report = NDV_COPY_REPORT_INIT;
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(3, 4), &a));
 * OK(ndv_transpose(a, &t));
 * OK(ndv_would_copy_reshape(t, NDV_DIMS(12), NDV_ORDER_C, &report));
 * printf("%d: axis %d has stride %lld where %lld is needed, %zu bytes\n", report.copies,
 *        report.axis, (long long)report.stride, (long long)report.needed_stride, report.bytes);
 * ndv_release(t);
 * ndv_release(a);
 * ```
 * ```text
 * 1: axis 0 has stride 8 where 96 is needed, 96 bytes
 * ```
 *
 * @param array        The array.
 * @param ndim         Number of axes of the result.
 * @param shape        ndim extents, as for ndv_reshape().
 * @param order        NDV_ORDER_C, NDV_ORDER_F or NDV_ORDER_A.
 * @param[out] report  The answer.
 * @return What ndv_reshape() returns, except NDV_E_WOULD_COPY and NDV_E_NOMEM.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_would_copy_reshape(const ndv_array *array, int32_t ndim, const int64_t *shape,
                       int32_t order, ndv_copy_report *report);

/**
 * Whether ndv_ravel() would copy, without doing it.
 *
 * @param array        The array.
 * @param order        In which order the elements would be read.
 * @param[out] report  The answer.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_would_copy_ravel(const ndv_array *array, int32_t order, ndv_copy_report *report);

/**
 * Whether ndv_contiguous() would copy, without doing it.
 *
 * @param array        The array.
 * @param order        NDV_ORDER_C, NDV_ORDER_F, or NDV_ORDER_A for either.
 * @param[out] report  The answer.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_would_copy_contiguous(const ndv_array *array, int32_t order,
                          ndv_copy_report *report);

/**
 * Whether ndv_astype() would copy, without doing it.
 *
 * @param array        The array.
 * @param dtype        The type of the result.
 * @param order        NDV_ORDER_C, F, A or K.
 * @param casting      One of NDV_CAST_.
 * @param[out] report  The answer.
 * @return NDV_E_DTYPE; NDV_E_CAST.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_would_copy_astype(const ndv_array *array, int32_t dtype, int32_t order,
                      int32_t casting, ndv_copy_report *report);

/**
 * Has a function told of every copy from now on, in the place of the one before it. A
 * call that is running on another thread may still tell the one before.
 *
 * @param hook     The function; NULL for none.
 * @param context  Given to it.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_copy_hook(ndv_copy_hook hook, void *context);

/**
 * Forbids hidden copies on this thread, until ndv_allow_hidden_copies() has been called as
 * often: whatever would make one returns NDV_E_WOULD_COPY instead, and has done nothing.
 *
 * ```c
 * ndv_array *a, *even, *back;
 * OK(ndv_arange(0, 9, 1, &a));
 * OK(ndv_slice(a, "::2", &even));
 * OK(ndv_slice(a, "4::-1", &back));
 * OK(ndv_forbid_hidden_copies());
 * if (ndv_set(even, back, NDV_CAST_NO) == NDV_E_WOULD_COPY)
 *     puts(ndv_last_error_message());
 * OK(ndv_allow_hidden_copies());
 * ndv_release(back);
 * ndv_release(even);
 * ndv_release(a);
 * ```
 * ```text
 * write would make a hidden copy of 40 bytes, which this thread forbids: what is read shares memory with what is written
 * ```
 *
 * @return NDV_E_LIMIT after 2^32 - 1 calls.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_forbid_hidden_copies(void);

/**
 * Takes one ndv_forbid_hidden_copies() of this thread back.
 *
 * @return NDV_E_ARGUMENT if there is none.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_allow_hidden_copies(void);

/**
 * The copies that this thread has made.
 *
 * @param[out] counts  The counts.
 * @return NDV_E_ARGUMENT for a struct_size too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_thread_copies(ndv_copy_counts *counts);

/**
 * The copies that all threads have made together. Exact whenever no call is running.
 *
 * @param[out] counts  The counts.
 * @return NDV_E_ARGUMENT for a struct_size too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_all_copies(ndv_copy_counts *counts);

/* ============================================================================
 * 15. Insight
 *
 * Seeing what there is: arrays as text, pictures of who sees which bytes, what is alive
 * and what was copied, checked mode, and threads that help with large transfers.
 * ============================================================================ */

/** Digits: as many as it takes to read the same number back. */
#define NDV_DIGITS_UNIQUE 30

/**
 * Digits: as NDV_DIGITS_UNIQUE, but at most `precision` after the point. NumPy's
 * default.
 */
#define NDV_DIGITS_MAXPREC 31

/**
 * Digits: as NDV_DIGITS_MAXPREC, every element with as many as the one that needs
 * most.
 */
#define NDV_DIGITS_MAXPREC_EQUAL 32

/** Digits: `precision` after the point. */
#define NDV_DIGITS_FIXED 33

/** Drawing: lines of text for a terminal, in UTF-8 with box-drawing characters. */
#define NDV_DRAW_TEXT 90

/** Drawing: lines of text, in ASCII. */
#define NDV_DRAW_ASCII 91

/** Drawing: an SVG document, on a white ground. */
#define NDV_DRAW_SVG 92

/** Drawing: which array sees which bytes. */
#define NDV_DRAW_BYTES 95

/** Drawing: which view stands on which base, and that on which buffer. */
#define NDV_DRAW_HANDLES 96

/** Checked mode: off. Costs nothing. */
#define NDV_CHECKED_OFF 0

/** Checked mode: on. */
#define NDV_CHECKED_ON 1

/**
 * Checked mode: on, and what is not released is listed on the C library's standard error
 * when the program exits.
 */
#define NDV_CHECKED_LEAKS 2

/**
 * How an array is printed: NumPy's `printoptions`. Begin with NDV_FORMAT_OPTIONS_INIT
 * of ndview_c99.h, which has the defaults.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** Digits after the point, 0 to 1000; default 8. Not used by NDV_DIGITS_UNIQUE. */
  int32_t precision;
  /**
   * One of NDV_DIGITS_; default NDV_DIGITS_UNIQUE, which NumPy calls
   * floatmode='unique'.
   */
  int32_t digits;
  /** Not 0: small numbers are shown as 0 rather than with exponents; default 0. */
  int32_t suppress_small;
  /**
   * '-' shows the sign of negative numbers, '+' of all, ' ' leaves a blank; default
   * '-'.
   */
  int32_t sign;
  /** Arrays of more elements are summarised; default 1000. */
  int64_t threshold;
  /** How many entries a summary shows at each end of an axis; default 3. */
  int64_t edge_items;
  /** Where lines are wrapped, in bytes; default 75. */
  int64_t line_width;
} ndv_format_options;

/**
 * What ndv_draw() draws, and how. Begin with NDV_DRAW_OPTIONS_INIT of ndview_c99.h, which
 * has the defaults.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** NDV_DRAW_TEXT, which is the default, NDV_DRAW_ASCII or NDV_DRAW_SVG. */
  int32_t form;
  /** NDV_DRAW_BYTES, which is the default, or NDV_DRAW_HANDLES. */
  int32_t subject;
  /**
   * In columns of text, 40 to 1024, default 80; in pixels of SVG, 320 to 4096 (for
   * handles 600 to 4096), default 640. What is less or more is taken as the least or
   * the most; 0 is the default.
   */
  int32_t width;
  /**
   * How many pairs of arrays of each buffer are compared, to tell a byte that both
   * see; default 6.
   */
  int32_t pairs;
  /** The first byte of each buffer that is shown; default 0. */
  int64_t first_byte;
  /** How many bytes are shown; the default is 0, which is all from the first one on. */
  int64_t byte_count;
} ndv_draw_options;

/**
 * What is alive, and what was copied since the program began. Set struct_size to
 * sizeof(ndv_statistics), or begin with NDV_STATISTICS_INIT of ndview_c99.h.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** Arrays, views included. */
  int64_t arrays_alive;
  /** Buffers: arrays that own their bytes. */
  int64_t buffers_alive;
  /** Bytes of those buffers, of wrapped ones as much as was given. */
  int64_t bytes_alive;
  /**
   * Copies made: new arrays of elements that stand in others, as the functions of the
   * sections Copies, Select and Join, ndv_reshape(), ndv_ravel() and ndv_scramble() make
   * them; what ndv_to_buffer() writes; and temporaries.
   */
  int64_t copies;
  /**
   * The bytes that these copies wrote. Elements that are moved from one array of the
   * caller's to another, by ndv_set() or to a destination, are no copy in this sense.
   */
  int64_t bytes_copied;
} ndv_statistics;

/**
 * An array as text, as NumPy prints it: `[[0 1 2]\n [3 4 5]]`. Numbers have as many
 * digits as it takes to read them back, columns are aligned, large arrays are
 * summarised by `...`. Records are `[(1, 2.5) (3, 4. )]`, each field a column of its own;
 * raw bytes are `b'\x00\x2A'`.
 *
 * ```c
 * ndv_array *a;
 * char text[64];
 * ndv_format_options options = NDV_FORMAT_OPTIONS_INIT;
 * options.digits = NDV_DIGITS_FIXED;
 * options.precision = 2;
 * OK(ndv_linspace(0, 1, 4, 1, &a));
 * OK(ndv_format(a, &options, text, sizeof text, NULL));
 * printf("a is %s\n", text);
 * ndv_release(a);
 * ```
 * ```text
 * a is [0.00 0.33 0.67 1.00]
 * ```
 *
 * @param array        The array. No other thread may write its elements meanwhile.
 * @param options      NULL for the defaults.
 * @param buffer       Where the text goes, ending in NUL; cut if it does not fit. NULL
 *                     if capacity is 0.
 * @param capacity     The room there, in bytes.
 * @param[out] length  The length of the whole text, without the NUL: the text was cut
 *                     if it is not below capacity. 0 on an error. NULL if not wanted.
 * @return NDV_E_ARGUMENT for options that are none; NDV_E_NOMEM for records alone.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_format(const ndv_array *array, const ndv_format_options *options, char *buffer,
           size_t capacity, size_t *length);

/**
 * Prints an array and a newline to the C library's standard output: NumPy's
 * `print(a)`.
 *
 * @param array  The array. No other thread may write its elements meanwhile.
 * @return NDV_E_IO if the stream refuses.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_print(const ndv_array *array);

/**
 * Draws arrays: which of them sees which bytes of which buffer, or how their handles hang
 * together. Arrays over the same memory are drawn together, those over other memory below.
 *
 * NDV_DRAW_BYTES shows a row for each array, and a column or several for each piece of the
 * memory, holes included. The piece is as small as the arrays need it, so that every
 * element begins and ends with one; where the memory is too large for that, a piece is so
 * many bytes that the width suffices, and shows how many of them the array sees. An
 * element has its position in C order written in it, so that a transposed or reversed
 * array is seen to be one; an arrow says in which direction addresses run. Bytes of
 * several elements of one array have a number of elements instead. Below, "seen by" counts
 * the arrays, and letters mark for each pair of them a byte that both see. What an array
 * is stands below in words, in SVG beside its row.
 *
 * NDV_DRAW_HANDLES shows each owner on its buffer and each view on its owner, with type,
 * shape, strides, flags and counts. Names of one handle stand together.
 *
 * ```c
 * ndv_array *a, *even, *back;
 * char text[2000];
 * ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
 * options.form = NDV_DRAW_ASCII;
 * options.width = 70;
 * OK(ndv_arange(0, 6, 1, &a));
 * OK(ndv_slice(a, "::2", &even));
 * OK(ndv_slice(a, "2::-1", &back));
 * const ndv_array *const arrays[] = {a, even, back};
 * const char *const names[] = {"a", "even", "back"};
 * OK(ndv_draw(3, arrays, names, &options, text, sizeof text, NULL));
 * puts(text);
 * ndv_release(back);
 * ndv_release(even);
 * ndv_release(a);
 * ```
 * ```text
 * 48 bytes on the heap: 1 reference, 2 views
 * 10 columns for 8 bytes
 * byte      0         8         16        24        32        40
 * a       > [0-------][1-------][2-------][3-------][4-------][5-------]
 * even    > [0-------]..........[1-------]..........[2-------]..........
 * back    < [2-------][1-------][0-------]..............................
 * seen by   3         2         3         1         2         1
 * shared    B                   A
 *                               C
 * A: even[1] and back[0] share byte 16
 * B: a[0] and even[0] share byte 0
 * C: a[2] and back[0] share byte 16
 * a       int64 (6,), strides (8,), 48 bytes, owner
 * even    int64 (3,), strides (16,), 24 bytes
 * back    int64 (3,), strides (-8,), 24 bytes
 * [n-]  the element at position n of the array, in C order
 * ```
 *
 * Nothing is allocated, elements are not read, and the time does not grow with the arrays.
 *
 * @param count        How many arrays, 0 to 64.
 * @param arrays       They; one may stand there more than once. NULL if count is 0.
 * @param names        Their names, in UTF-8; what a terminal or XML would not show is
 *                     replaced, and long names are cut. One that is NULL is drawn as its
 *                     place in the list, #0, and NULL means that all are.
 * @param options      NULL for the defaults.
 * @param buffer       Where the text goes, ending in NUL; cut before the character that
 *                     does not fit. NULL if capacity is 0.
 * @param capacity     The room there, in bytes.
 * @param[out] length  The length of the whole text in bytes, without the NUL: the text
 *                     was cut if it is not below capacity. 0 on an error. NULL if not
 *                     wanted. The counts of references may change between two calls, and
 *                     the length with them.
 * @return NDV_E_SHAPE for a negative count; NDV_E_LIMIT for more than 64 arrays;
 *         NDV_E_ARGUMENT for options that are none.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_draw(int32_t count, const ndv_array *const *arrays, const char *const *names,
         const ndv_draw_options *options, char *buffer, size_t capacity,
         size_t *length);

/**
 * As ndv_draw(), to the C library's standard output, and a newline.
 *
 * @param count    How many arrays, 0 to 64.
 * @param arrays   They; NULL if count is 0.
 * @param names    Their names, or NULL.
 * @param options  NULL for the defaults.
 * @return As ndv_draw(), and NDV_E_IO if the stream refuses.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_draw_print(int32_t count, const ndv_array *const *arrays, const char *const *names,
               const ndv_draw_options *options);

/**
 * As ndv_draw(), to a file, and a newline. The file appears when it is whole, or not at
 * all; ndv_npy_save() says more of that.
 *
 * @param count    How many arrays, 0 to 64.
 * @param arrays   They; NULL if count is 0.
 * @param names    Their names, or NULL.
 * @param options  NULL for the defaults.
 * @param path     The file.
 * @return As ndv_draw(), and NDV_E_IO if the file cannot be written.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_draw_save(int32_t count, const ndv_array *const *arrays, const char *const *names,
              const ndv_draw_options *options, const char *path);

/**
 * The library's counts, of all threads together.
 *
 * ```c
 * ndv_statistics s = NDV_STATISTICS_INIT;   // sets struct_size
 * OK(ndv_get_statistics(&s));
 * printf("%lld arrays were not released\n", (long long)s.arrays_alive);
 * ```
 * ```text
 * 0 arrays were not released
 * ```
 *
 * @param[in,out] statistics  With struct_size set; left alone on an error. Exact if no
 *                            other call is running.
 * @return NDV_E_ARGUMENT if struct_size is too small.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_get_statistics(ndv_statistics *statistics);

/**
 * Turns checked mode on or off, for looking for faults in a program. The variable
 * NDV_CHECKED in the environment does so without a change to the program: `1` is
 * NDV_CHECKED_ON, `leaks` NDV_CHECKED_LEAKS, nothing or `0` NDV_CHECKED_OFF. It is read
 * once, in the first call of the process, and must not change meanwhile.
 *
 * In checked mode a write into bytes that another thread has leased is NDV_E_LEASED; see
 * the section Leases.
 *
 * In checked mode every handle is looked up among those that are alive. One that was
 * released, or released twice, or was never an array is NDV_E_HANDLE, or 0, NULL or false,
 * in every function, whatever memory it leads to; otherwise that can be told as long as
 * nothing else has taken the memory. What is released is kept for a while, filled with
 * the byte 0xDB: the last 16384 blocks, up to 16 MiB, of at most 1 MiB each. A handle is
 * told from an array made later until then. Pointers to released elements read those
 * bytes, writing through them is counted by ndv_report_alive(), and wrapping them is
 * NDV_E_CLOSED.
 *
 * Memory for the table of handles comes from malloc, whatever ndv_set_allocator() says;
 * where there is none for it, making an array is NDV_E_NOMEM. What is kept came from
 * that allocator, goes back to it later than without checked mode, and goes back before
 * another one is set. The table is behind one lock: while a thread forks, no other may be
 * in a call.
 *
 * @param mode  NDV_CHECKED_OFF, NDV_CHECKED_ON or NDV_CHECKED_LEAKS.
 * @return NDV_E_ARGUMENT; NDV_E_BUSY while any array is alive, for a change of more than
 *         whether leaks are listed; NDV_E_NOMEM.
 *
 * Thread safety: no other call of the library may run at the same time.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_checked(int32_t mode);

/**
 * The mode: one of NDV_CHECKED_.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_checked(void);

/**
 * What is alive, as text for people. The first line has the counts; in checked mode a line
 * follows for every array, named by the function that made it. Owners come first that keep
 * the most bytes, each with its views below it, so that a small view that keeps a large
 * buffer is seen at once. A last line counts blocks that were written after they were
 * released, if there are any. The words may change.
 *
 * ```c
 * ndv_array *a, *v;
 * char text[400];
 * OK(ndv_set_checked(NDV_CHECKED_ON));
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 1000), &a));
 * OK(ndv_slice(a, "5, :3", &v));
 * ndv_release(a);
 * OK(ndv_report_alive(text, sizeof text, NULL));
 * printf("%s", text);
 * ndv_release(v);
 * ```
 * ```text
 * 2 arrays, 1 buffer, 8000000 bytes
 * 8000000 bytes: ndv_zeros float64 (1000, 1000), 0 references, 1 view, kept by views alone
 *     ndv_slice float64 (3,), 1 reference, spans 24 bytes
 * ```
 *
 * @param buffer       Where the text goes, ending in NUL; cut if it does not fit. NULL if
 *                     capacity is 0.
 * @param capacity     The room there, in bytes.
 * @param[out] length  The length of the whole text, without the NUL. 0 on an error. NULL if
 *                     not wanted.
 * @return NDV_E_NOMEM in checked mode alone.
 *
 * Thread safety: in checked mode other threads that make or release arrays wait until it
 * is done, and memory for the lines is taken meanwhile: an allocator of the caller's must
 * not call the library, as ever.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_report_alive(char *buffer, size_t capacity, size_t *length);

/**
 * Lets large transfers use several threads. Off, as it is unless asked for, no thread is
 * ever started; and results are the same, whatever the number.
 *
 * The threads are started here, sleep until a transfer needs them, and are ended by
 * setting 1, at the exit of the process, and before the library is unloaded. They have
 * 256 KiB of stack, besides what the program keeps for each thread, block all signals but
 * faults, call nothing of the caller's, and are called "ndview" where the system tells
 * names.
 *
 * What uses them writes 4 MiB or more, and may in any order: copies, conversions, fills and
 * transposes, whichever function makes them; from 1 MiB on what positions gather, as in
 * ndv_take_array() and ndv_get(); from 8 MiB on ndv_copy_where(); and ndv_equal() of 4 MiB
 * or more. The calling thread alone does writes between arrays that share memory, scatters,
 * ndv_compress(), and ndv_apply(). It always does its part, and a transfer that finds the
 * threads busy with that of another thread of the caller's does without them: it does not
 * wait for it. Nor does it take memory.
 *
 * ```c
 * ndv_array *a, *t;
 * OK(ndv_set_threads(2));
 * OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(1000, 2000), &a));
 * OK(ndv_transpose(a, &t));
 * ndv_array *copy;
 * OK(ndv_copy(t, NDV_ORDER_C, &copy));   // by two threads
 * printf("%d threads\n", ndv_threads());
 * ndv_release(copy);
 * ndv_release(t);
 * ndv_release(a);
 * OK(ndv_set_threads(1));
 * ```
 * ```text
 * 2 threads
 * ```
 *
 * The child of a fork has none of the threads, and 1 set, whatever its parent does at that
 * moment; it may set its own.
 *
 * @param count  How many threads a transfer may use, the one that calls it included: 1 to
 *               256. 1 ends all others, and returns when they are gone.
 * @return NDV_E_VALUE for another number; NDV_E_LIMIT if the system refuses to start a
 *         thread, NDV_E_NOMEM if it cannot note what to do at a fork and at the exit:
 *         then there are as many threads as before. NDV_E_UNSUPPORTED for more than 1
 *         where there are no POSIX threads, as on Windows.
 *
 * Ownership: the memory of threads is the system's; nothing comes from ndv_set_allocator().
 *
 * Thread safety: may be called from any thread at any time, though not from a signal
 * handler. Calls at the same time are done one after the other, and each waits for a
 * transfer that uses the threads. A thread is not cancelled by pthread_cancel() while it
 * uses them, or in here.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_threads(int32_t count);

/**
 * How many threads a transfer may use: 1, unless ndv_set_threads() has set more.
 *
 * Since 0.1.0.
 */
NDV_API int32_t
ndv_threads(void);

/* ============================================================================
 * 16. Allocators
 *
 * Where memory comes from: malloc, calloc and free, unless the program brings three
 * functions of its own, an ndv_allocator. ndv_set_allocator() puts them behind everything
 * that the library needs. ndv_empty_with() and ndv_zeros_with() put them behind the
 * elements of one array, for memory that is pinned for a device, shared, of huge pages, or
 * of one NUMA node; the handle, a few hundred bytes, stays with the rest. What is made from
 * such an array, a copy for example, does not ask its allocator.
 *
 * The struct is copied. What its context points to must live until the last block has come
 * back: until another allocator is set, or until the array and all views of it are
 * released, or the array is closed. ndv_view_count() and ndv_report_alive() tell who
 * still keeps it.
 * ============================================================================ */

/**
 * Where memory comes from: three functions and what they are given. They are called from
 * any thread, must not call the library, and must align as malloc does. Begin with
 * NDV_ALLOCATOR_INIT of ndview_c99.h.
 */
typedef struct {
  /** The size of this struct, as the caller knows it. */
  size_t struct_size;
  /** `size` bytes, never 0, or NULL if there are none. */
  void *(*allocate)(size_t size, void *context);
  /** As allocate, with every byte 0. */
  void *(*allocate_zeroed)(size_t size, void *context);
  /** Takes a block back, with the size it was asked for. */
  void (*release)(void *block, size_t size, void *context);
  /** The caller's, given to each. */
  void *context;
} ndv_allocator;

/**
 * Sets where every block of memory comes from: buffers, handles and temporaries. The
 * default is malloc, calloc and free.
 *
 * @param allocator  Copied; none of its functions may be NULL. NULL goes back to the
 *                   default.
 * @return NDV_E_BUSY while any array is alive; NDV_E_NULL if a function is missing;
 *         NDV_E_ARGUMENT if struct_size is too small.
 *
 * Thread safety: no other call of the library may run at the same time.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_set_allocator(const ndv_allocator *allocator);

/**
 * A new array whose elements, not set, are in memory of an allocator of the caller's.
 * NumPy's PyDataMem_SetHandler sets one for all arrays of a thread's context.
 *
 * One block is asked for, of 64 bytes more than the elements take; the first element is at
 * the first multiple of 64 in it. It is given back once, with the last reference or view,
 * or by ndv_close(), on the thread that lets go last; in checked mode too at once, so that
 * what was released is not found there. ndv_buffer_kind() is NDV_BUFFER_ALLOCATOR, and
 * ndv_get_statistics() counts the buffer as any other.
 *
 * ```c
 * #include <ndview_c99.h>
 * #include <stdio.h>
 * #include <stdlib.h>
 *
 * static void *take(size_t size, void *blocks) { ++*(int *)blocks; return malloc(size); }
 * static void *take_zeroed(size_t size, void *blocks) { ++*(int *)blocks; return calloc(size, 1); }
 * static void give_back(void *block, size_t size, void *blocks) {
 *     (void)size;
 *     --*(int *)blocks;
 *     free(block);
 * }
 *
 * int main(void) {
 *     int blocks = 0;
 *     ndv_array *a, *row;
 *     ndv_allocator pinned = NDV_ALLOCATOR_INIT;
 *     pinned.allocate = take;
 *     pinned.allocate_zeroed = take_zeroed;
 *     pinned.release = give_back;
 *     pinned.context = &blocks;
 *     if (ndv_zeros_with(&pinned, NDV_FLOAT32, NDV_DIMS(4, 4), NDV_ORDER_C, &a)) return 1;
 *     if (ndv_slice(a, "2", &row)) return 1;
 *     ndv_release(a);
 *     printf("%d block\n", blocks);       // the view keeps it
 *     ndv_release(row);
 *     printf("%d blocks\n", blocks);
 *     return 0;
 * }
 * ```
 * ```text
 * 1 block
 * 0 blocks
 * ```
 *
 * @param allocator   Copied; none of its functions may be NULL.
 * @param dtype       Type code.
 * @param ndim        Number of axes.
 * @param shape       ndim extents; NULL for none.
 * @param order       NDV_ORDER_C or NDV_ORDER_F; the others are NDV_E_ARGUMENT here.
 * @param[out] array  A new reference.
 * @return As ndv_empty(); NDV_E_NULL if the allocator or one of its functions is missing;
 *         NDV_E_ARGUMENT if its struct_size is too small; NDV_E_NOMEM also if it has no
 *         memory.
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_empty_with(const ndv_allocator *allocator, int32_t dtype, int32_t ndim,
               const int64_t *shape, int32_t order, ndv_array **array);

/**
 * As ndv_empty_with(), of zeros: the block comes from allocate_zeroed.
 *
 * @param allocator   Copied; none of its functions may be NULL.
 * @param dtype       Type code.
 * @param ndim        Number of axes.
 * @param shape       ndim extents; NULL for none.
 * @param order       NDV_ORDER_C or NDV_ORDER_F; the others are NDV_E_ARGUMENT here.
 * @param[out] array  A new reference.
 * @return As ndv_empty_with().
 *
 * Since 0.1.0.
 */
NDV_API NDV_NODISCARD ndv_status
ndv_zeros_with(const ndv_allocator *allocator, int32_t dtype, int32_t ndim,
               const int64_t *shape, int32_t order, ndv_array **array);

#ifdef __cplusplus
}
#endif

#endif /* NDVIEW_H */
