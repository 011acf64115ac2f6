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
@SECTIONS@ *
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
#define NDV_VERSION_MAJOR @MAJOR@
/** Before 1.0 a new one may change the binary interface, and the name of the shared library. */
#define NDV_VERSION_MINOR @MINOR@
/** A new one changes no interface. */
#define NDV_VERSION_PATCH @PATCH@
/** The three in one number, to compare. */
#define NDV_VERSION_NUMBER (@MAJOR@ * 10000 + @MINOR@ * 100 + @PATCH@)
/** The three as text. */
#define NDV_VERSION_STRING "@MAJOR@.@MINOR@.@PATCH@"

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

