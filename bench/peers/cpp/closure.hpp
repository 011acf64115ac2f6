// closure.hpp: peer.h for C++. A file that includes it names itself in NAME and defines prepare(),
// which returns a closure that does the task once, or an empty one.
#ifndef NDVIEW_BENCH_CLOSURE_HPP
#define NDVIEW_BENCH_CLOSURE_HPP

#include "../peer.h"

#include <ndview.h>

#include <complex>
#include <cstddef>
#include <functional>
#include <vector>

using Closure = std::function<void()>;

extern const char *const NAME;
Closure prepare(const peer_task &task);

inline int64_t itemsize(const peer_array &a) {
    switch (a.dtype) {
    case NDV_BOOL: case NDV_INT8: case NDV_UINT8: return 1;
    case NDV_INT16: case NDV_UINT16: case NDV_FLOAT16: case NDV_BFLOAT16: return 2;
    case NDV_INT32: case NDV_UINT32: case NDV_FLOAT32: return 4;
    case NDV_COMPLEX128: return 16;
    default: return 8;
    }
}

inline int64_t count(const peer_array &a) {
    int64_t n = 1;
    for (int axis = 0; axis < a.ndim; axis++) n *= a.shape[axis];
    return n;
}

// In C order, without gaps.
inline bool is_contiguous(const peer_array &a) {
    int64_t expected = itemsize(a);
    for (int axis = a.ndim - 1; axis >= 0; axis--) {
        if (a.shape[axis] != 1 && a.strides[axis] != expected) return false;
        expected *= a.shape[axis];
    }
    return true;
}

inline bool is_transposed(const peer_array &a) {
    return a.ndim == 2 && a.strides[0] == itemsize(a) && a.strides[1] == a.shape[0] * itemsize(a);
}

// Whether every stride is at least as asked; 1 leaves out reversed and broadcast arrays.
inline bool strides_from(const peer_array &a, int64_t least) {
    for (int axis = 0; axis < a.ndim; axis++)
        if (a.strides[axis] < least) return false;
    return true;
}

inline bool overlap(const peer_array &a, const peer_array &b) {
    const auto range = [](const peer_array &x) {
        const char *low = x.data, *high = x.data + itemsize(x);
        for (int axis = 0; axis < x.ndim; axis++) {
            const int64_t reach = (x.shape[axis] - 1) * x.strides[axis];
            (reach < 0 ? low : high) += reach;
        }
        return std::pair<const char *, const char *>(low, high);
    };
    return range(a).first < range(b).second && range(b).first < range(a).second;
}

inline bool is_move(const peer_task &t) {
    return t.op == PEER_ASSIGN && t.to.dtype == t.from.dtype && !overlap(t.to, t.from);
}

template <class T> struct As { using type = T; };

// Calls f(As<T>()) for an element type that moves as the given one does.
template <class F> Closure by_item(const peer_array &a, F f) {
    switch (itemsize(a)) {
    case 1: return f(As<uint8_t>());
    case 2: return f(As<uint16_t>());
    case 4: return f(As<float>());
    case 8: return f(As<double>());
    default: return f(As<std::complex<double>>());
    }
}

// Calls f(As<From>(), As<To>()) for the casts that C++ has as NumPy has them.
template <class F> Closure by_cast(const peer_task &t, F f) {
    const int from = t.from.dtype, to = t.to.dtype;
    if (from == NDV_FLOAT64 && to == NDV_FLOAT32) return f(As<double>(), As<float>());
    if (from == NDV_FLOAT32 && to == NDV_FLOAT64) return f(As<float>(), As<double>());
    if (from == NDV_UINT8 && to == NDV_FLOAT32) return f(As<uint8_t>(), As<float>());
    if (from == NDV_FLOAT32 && to == NDV_UINT8) return f(As<float>(), As<uint8_t>());
    if (from == NDV_INT64 && to == NDV_INT32) return f(As<int64_t>(), As<int32_t>());
    if (from == NDV_INT32 && to == NDV_INT64) return f(As<int32_t>(), As<int64_t>());
    if (from == NDV_FLOAT64 && to == NDV_INT64) return f(As<double>(), As<int64_t>());
    if (from == NDV_INT64 && to == NDV_FLOAT64) return f(As<int64_t>(), As<double>());
    return Closure();
}

extern "C" const char *peer_names(void) { return NAME; }

extern "C" void *peer_prepare(const char *, const peer_task *task) {
    Closure closure = prepare(*task);
    return closure ? new Closure(closure) : nullptr;
}

extern "C" void peer_run(void *prepared, int64_t repeats) {
    Closure &closure = *static_cast<Closure *>(prepared);
    while (repeats-- > 0) closure();
}

extern "C" void peer_finish(void *prepared) { delete static_cast<Closure *>(prepared); }

#endif
