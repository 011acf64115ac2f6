// opencv.cpp: OpenCV's core: transpose, flip, split and merge, convertTo, and copies of images.
#include "closure.hpp"

#include <opencv2/core.hpp>

const char *const NAME = "OpenCV";

// A type of as many bytes, to be moved; the true one where arithmetic is to be done.
static int moving(const peer_array &a) {
    switch (itemsize(a)) {
    case 1: return CV_8U;
    case 2: return CV_16U;
    case 4: return CV_32S;
    case 8: return CV_32SC2;
    default: return CV_32SC4;
    }
}

static int depth(const peer_array &a) {
    switch (a.dtype) {
    case NDV_UINT8: return CV_8U;
    case NDV_INT32: return CV_32S;
    case NDV_FLOAT16: return CV_16F;
    case NDV_FLOAT32: return CV_32F;
    case NDV_FLOAT64: return CV_64F;
    default: return -1;
    }
}

// An image, of one row if the array has one dimension; its elements of a row must lie together.
static bool is_image(const peer_array &a) {
    return a.ndim <= 2 && a.strides[a.ndim - 1] == itemsize(a) && strides_from(a, 1);
}

static cv::Mat image(const peer_array &a, int type) {
    if (a.ndim == 1) return cv::Mat(1, (int)a.shape[0], type, a.data);
    return cv::Mat((int)a.shape[0], (int)a.shape[1], type, a.data, (size_t)a.strides[0]);
}

// The source of a transposition, as it lies in memory.
static cv::Mat upright(const peer_array &a, int type) {
    return cv::Mat((int)a.shape[1], (int)a.shape[0], type, a.data);
}

static Closure turned(const peer_task &t) {
    cv::Mat to = image(t.to, moving(t.to)), from = upright(t.from, moving(t.from));
    const int type = moving(t.to);
    std::vector<cv::Mat> planes;
    if (CV_MAT_CN(type) == 1 && t.to.shape[0] == 3 && itemsize(t.to) <= 4) { // (n, 3) to (3, n)
        for (int i = 0; i < 3; i++) planes.push_back(to.row(i));
        cv::Mat points(1, (int)t.to.shape[1], CV_MAKETYPE(type, 3), t.from.data);
        return [=]() mutable { cv::split(points, planes); };
    }
    if (CV_MAT_CN(type) == 1 && t.to.shape[1] == 3 && itemsize(t.to) <= 4) { // (3, n) to (n, 3)
        for (int i = 0; i < 3; i++) planes.push_back(from.row(i));
        cv::Mat points(1, (int)t.to.shape[0], CV_MAKETYPE(type, 3), t.to.data);
        return [=]() mutable { cv::merge(planes, points); };
    }
    return [=]() mutable { cv::transpose(from, to); };
}

// Axes that run backwards are turned around, then put back by cv::flip.
static Closure flipped(const peer_task &t) {
    peer_array upright = t.from;
    bool reversed[2] = {false, false};
    for (int axis = 0; axis < upright.ndim; axis++) {
        if (upright.strides[axis] > 0) continue;
        upright.data += (upright.shape[axis] - 1) * upright.strides[axis];
        upright.strides[axis] = -upright.strides[axis];
        reversed[axis + 2 - upright.ndim] = true;
    }
    if (!is_image(upright) || !(reversed[0] || reversed[1])) return Closure();
    cv::Mat to = image(t.to, moving(t.to)), from = image(upright, moving(t.from));
    const int code = reversed[0] && reversed[1] ? -1 : reversed[0] ? 0 : 1;
    return [=]() mutable { cv::flip(from, to, code); };
}

Closure prepare(const peer_task &t) {
    cv::setNumThreads(1);
    if (t.op == PEER_TURN) {
        cv::Mat square = image(t.to, moving(t.to));
        return [=]() mutable { cv::transpose(square, square); };
    }
    if (t.op == PEER_FILL && is_image(t.to) && depth(t.to) >= 0) {
        cv::Mat to = image(t.to, depth(t.to));
        return [to, value = t.value]() mutable { to.setTo(value); };
    }
    if ((t.op == PEER_MASKED_FILL || t.op == PEER_MASKED_COPY) && is_image(t.to)) {
        cv::Mat to = image(t.to, depth(t.to)), mask = image(t.by, CV_8U);
        if (t.op == PEER_MASKED_FILL) return [to, mask, value = t.value]() mutable { to.setTo(value, mask); };
        cv::Mat from = image(t.from, depth(t.from));
        return [=]() mutable { from.copyTo(to, mask); };
    }
    if (t.op != PEER_ASSIGN || overlap(t.to, t.from) || !is_image(t.to)) return Closure();
    if (t.to.dtype != t.from.dtype) {
        const int source = depth(t.from), target = depth(t.to);
        // From float to integers OpenCV rounds, where NumPy cuts off.
        if (source < 0 || target < 0 || !is_contiguous(t.to)) return Closure();
        cv::Mat to = image(t.to, target);
        if (is_image(t.from)) {
            cv::Mat from = image(t.from, source);
            return [=]() mutable { from.convertTo(to, target); };
        }
        if (!is_transposed(t.from)) return Closure();
        cv::Mat from = upright(t.from, source), between;
        return [=]() mutable {
            cv::transpose(from, between);
            between.convertTo(to, target);
        };
    }
    if (is_transposed(t.from) && is_contiguous(t.to) && t.to.ndim == 2) return turned(t);
    if (is_image(t.from)) {
        cv::Mat to = image(t.to, moving(t.to)), from = image(t.from, moving(t.from));
        return [=]() mutable { from.copyTo(to); };
    }
    return t.from.ndim <= 2 && itemsize(t.from) <= 8 ? flipped(t) : Closure();
}
