// eigen.cpp: Eigen's maps for one and two dimensions, its tensors for permutations of more.
#include "closure.hpp"

#include <Eigen/Core>
#include <unsupported/Eigen/CXX11/Tensor>

using namespace Eigen;

const char *const NAME = "Eigen";

template <class T> using Rows = Matrix<T, Dynamic, Dynamic, RowMajor>;
template <class T> using Columns = Matrix<T, Dynamic, Dynamic, ColMajor>;
template <class T> using Strided = Map<Rows<T>, 0, Stride<Dynamic, Dynamic>>;

// A row if it has one dimension.
template <class T> static Strided<T> strided(const peer_array &a) {
    const int64_t size = sizeof(T), last = a.ndim - 1;
    const int64_t outer = a.ndim == 2 ? a.strides[0] / size : a.shape[last] * a.strides[last] / size;
    return Strided<T>((T *)a.data, a.ndim == 2 ? a.shape[0] : 1, a.shape[last],
                      Stride<Dynamic, Dynamic>(outer, a.strides[last] / size));
}

template <class T> static Map<Rows<T>> plain(const peer_array &a) {
    return Map<Rows<T>>((T *)a.data, a.ndim == 2 ? a.shape[0] : 1, a.shape[a.ndim - 1]);
}

template <class T> static Closure move(const peer_task &t) {
    auto to = plain<T>(t.to);
    if (is_contiguous(t.to) && is_contiguous(t.from)) {
        auto from = plain<T>(t.from);
        return [=]() mutable { to.noalias() = from; };
    }
    if (is_contiguous(t.to) && is_transposed(t.from)) {
        Map<Columns<T>> from((T *)t.from.data, t.from.shape[0], t.from.shape[1]);
        return [=]() mutable { to.noalias() = from; };
    }
    auto target = strided<T>(t.to), source = strided<T>(t.from);
    return [=]() mutable { target.noalias() = source; };
}

// from must be a permutation of an array in C order: axes sorted by stride give that array.
template <class T, int N> static Closure shuffle(const peer_task &t) {
    std::array<int, N> axes, order;
    for (int i = 0; i < N; i++) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](int x, int y) { return t.from.strides[x] > t.from.strides[y]; });
    array<Index, N> source_shape, target_shape;
    int64_t expected = sizeof(T);
    for (int i = N - 1; i >= 0; i--) {
        if (t.from.strides[order[i]] != expected) return Closure();
        source_shape[i] = t.from.shape[order[i]];
        target_shape[order[i]] = source_shape[i];
        expected *= source_shape[i];
        axes[order[i]] = i;
    }
    TensorMap<Tensor<T, N, RowMajor>> to((T *)t.to.data, target_shape), from((T *)t.from.data, source_shape);
    return [=]() mutable { to = from.shuffle(axes); };
}

Closure prepare(const peer_task &t) {
    if (t.op == PEER_TURN && t.to.dtype == NDV_FLOAT32) {
        Map<Rows<float>> square((float *)t.to.data, t.to.shape[0], t.to.shape[0]);
        return [=]() mutable { square.transposeInPlace(); };
    }
    if (t.op != PEER_ASSIGN || overlap(t.to, t.from)) return Closure();
    if (t.to.ndim > 2) {
        if (!is_move(t) || !is_contiguous(t.to)) return Closure();
        return by_item(t.to, [&](auto type) -> Closure {
            using T = typename decltype(type)::type;
            if (t.to.ndim == 4) return shuffle<T, 4>(t);
            return t.to.ndim == 6 ? shuffle<T, 6>(t) : Closure();
        });
    }
    if (t.to.dtype == t.from.dtype)
        return by_item(t.to, [&](auto type) { return move<typename decltype(type)::type>(t); });
    return by_cast(t, [&](auto source, auto target) -> Closure {
        using From = typename decltype(source)::type;
        using To = typename decltype(target)::type;
        auto to = plain<To>(t.to);
        if (is_contiguous(t.from)) {
            auto from = plain<From>(t.from);
            return [=]() mutable { to.noalias() = from.template cast<To>(); };
        }
        auto from = strided<From>(t.from);
        return [=]() mutable { to.noalias() = from.template cast<To>(); };
    });
}
