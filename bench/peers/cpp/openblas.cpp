// openblas.cpp: OpenBLAS's matrix copies. They multiply by 1, so they move finite numbers only.
#include "closure.hpp"

#include <cblas.h>

const char *const NAME = "OpenBLAS";

Closure prepare(const peer_task &t) {
    if (t.op == PEER_TURN && t.to.dtype == NDV_FLOAT32) {
        const blasint n = (blasint)t.to.shape[0];
        float *square = (float *)t.to.data;
        return [=] { cblas_simatcopy(CblasRowMajor, CblasTrans, n, n, 1, square, n, n); };
    }
    if (!is_move(t) || !is_contiguous(t.to) || !is_transposed(t.from)) return Closure();
    const blasint m = (blasint)t.from.shape[1], n = (blasint)t.from.shape[0];
    void *to = t.to.data, *from = t.from.data;
    switch (t.to.dtype) {
    case NDV_FLOAT32:
        return [=] { cblas_somatcopy(CblasRowMajor, CblasTrans, m, n, 1, (float *)from, n, (float *)to, m); };
    case NDV_FLOAT64:
        return [=] { cblas_domatcopy(CblasRowMajor, CblasTrans, m, n, 1, (double *)from, n, (double *)to, m); };
    case NDV_COMPLEX128: {
        return [=] {
            const double one[2] = {1, 0};
            cblas_zomatcopy(CblasRowMajor, CblasTrans, m, n, one, (double *)from, n, (double *)to, m);
        };
    }
    default: return Closure();
    }
}
