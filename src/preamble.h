/* ndview: NumPy's array memory model as a C library.
 *
 * An array is a window onto a reference-counted buffer. A view is a new window on the
 * same bytes; a copy is new bytes. This library makes both, always tells which is which,
 * and assigns correctly whatever shares memory with what. It does no arithmetic.
 *
 * This file is generated from the library's sources; do not edit it.
 *
 *     ndv_array *a, *v;
 *     ndv_arange(0, 6, 1, &a);                a = [0 1 2 3 4 5]
 *     ndv_slice(a, "1:4", &v);                v = [1 2 3], a view: base(v) is a
 *     ndv_fill_int64(v, 9);                   a = [0 9 9 9 4 5]
 *     ndv_release(v);
 *     ndv_release(a);
 *
 * The conventions, once for all functions:
 *
 * - What can fail returns an ndv_status: 0 is NDV_OK, errors are positive. The message
 *   of the last error on this thread is ndv_last_error_message(). A call that fails has
 *   changed nothing: no element is written, no reference taken, no memory kept.
 * - Results come through the last parameters. A pointer result is NULL after an
 *   error. Every result that is an ndv_array is a new reference, which the caller gives
 *   back with ndv_release(). "Borrowed" pointers are not given back; each says how long
 *   it is valid.
 * - Every function that returns a status checks its arguments in their order: a NULL
 *   pointer is NDV_E_NULL, a pointer that does not lead to a live array NDV_E_HANDLE
 *   (as far as can be told: memory that was freed may hold anything), a number
 *   that names no constant NDV_E_ARGUMENT. Whatever makes an array or needs a temporary
 *   can return NDV_E_NOMEM; NDV_E_OVERFLOW where there would be more bytes than can be
 *   addressed (a broadcast view may show more than memory can hold); and NDV_E_LIMIT
 *   where an array has 2^31 references or views. The functions below repeat only what is
 *   their own.
 * - Functions that return a value directly cannot fail; for NULL, and for a pointer that
 *   leads to no live array, they return 0, NULL or false.
 * - A struct of the caller's begins with its own size, struct_size, so that it can grow: a
 *   larger one than the library knows is fine, and what the library does not know of it is
 *   neither read nor written.
 * - Shapes are given as a number of axes and an array of extents, which NDV_DIMS(2, 3)
 *   of ndview_c99.h writes as one argument. Extents, positions and indices are int64_t
 *   and count elements; strides and offsets are int64_t and count bytes; sizes of memory
 *   are size_t. For no axes the array of extents may be NULL.
 * - An axis and a position may be negative: -1 is the last.
 * - const is about the handle, not about the elements: a view of a `const ndv_array *` is
 *   as writeable as the array is. What cannot be written is made so by ndv_readonly().
 * - Any number of threads may call functions that take `const ndv_array *` on the same
 *   array at the same time, ndv_retain() included. ndv_release() may run beside any
 *   other call by a thread that holds its own reference. Elements are not locked: two
 *   threads that touch one element, one of them writing, must take turns.
 * - Callbacks must not throw or longjmp. A deleter may call the library, to release another
 *   array for example; an allocator must not.
 * - After fork() the child may go on using its copies of all arrays.
 * - No function writes to a stream unless printing is its purpose, and none aborts,
 *   changes the locale, or installs a signal handler. One thing is beyond the library: glibc
 *   ends the process if a thread of a program that loaded the library by dlopen() finds no
 *   memory for its 544 bytes of thread-local data when it makes its first call.
 */
#ifndef NDVIEW_H
#define NDVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The version of this header; ndv_version() is that of the library. Before 1.0 a new
 * minor version may change the binary interface, and the name of the shared library. */
#define NDV_VERSION_MAJOR @MAJOR@
#define NDV_VERSION_MINOR @MINOR@
#define NDV_VERSION_PATCH @PATCH@
#define NDV_VERSION_NUMBER (@MAJOR@ * 10000 + @MINOR@ * 100 + @PATCH@)
#define NDV_VERSION_STRING "@MAJOR@.@MINOR@.@PATCH@"

/* How functions are imported. Define NDV_USE_DLL to link with ndview.dll on Windows. */
#ifndef NDV_API
#if defined(_WIN32) && defined(NDV_USE_DLL)
#define NDV_API __declspec(dllimport)
#else
#define NDV_API
#endif
#endif

/* Warns where a status is ignored. gcc warns despite a cast to void; define this as
 * nothing before including the header to do without. */
#ifndef NDV_NODISCARD
#if defined(__GNUC__) || defined(__clang__)
#define NDV_NODISCARD __attribute__((warn_unused_result))
#else
#define NDV_NODISCARD
#endif
#endif

/* Marks functions that have a successor; the message names it. Define this as nothing to
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

/* An array. Opaque, reference-counted, made and destroyed by the library alone. Nothing
 * about it changes after it was made but its counts and the elements it shows. */
typedef struct ndv_array ndv_array;

