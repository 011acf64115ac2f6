/* peer.h: what a library under measurement implements.
 *
 * The driver, compare.py, describes a task by arrays in its own memory. Every peer that can do the
 * task prepares it once and repeats it on those same buffers; preparing is not timed, so that a
 * peer may make its views and plans there. A shared library may hold several peers.
 */
#ifndef NDVIEW_BENCH_PEER_H
#define NDVIEW_BENCH_PEER_H

#include <stdint.h>

enum { PEER_MOST_DIMS = 8 };

enum {
    PEER_ASSIGN = 1,       /* to[...] = from, which is broadcast and may have another type */
    PEER_FILL = 2,         /* to[...] = value */
    PEER_TAKE = 3,         /* to[...] = from[by], rows of the first axis, bounds checked */
    PEER_PUT = 4,          /* to[by] = from, all of one dimension, bounds checked */
    PEER_COMPRESS = 5,     /* to[...] = from[by] */
    PEER_MASKED_FILL = 6,  /* to[by] = value */
    PEER_MASKED_COPY = 7,  /* to[by] = from[by] */
    PEER_TURN = 8,         /* to[...] = to.T, a square */
    PEER_FRESH_COPY = 9,   /* from.copy(), and giving it back */
    PEER_SLICE = 10,       /* from[2:50, :, ::2], and giving it back: a view, as the next two */
    PEER_TRANSPOSE = 11,   /* from.T */
    PEER_RESHAPE = 12,     /* from.reshape(1000, 100) */
    PEER_BOUNDS_CHECK = 13, /* whether the ranges of bytes of to and from meet */
    PEER_SHARE_CHECK = 14, /* whether to and from share an element, exactly */
};

/* data is the first element; strides count bytes; dtype is one of ndview's. */
typedef struct {
    char *data;
    int32_t dtype, ndim;
    int64_t shape[PEER_MOST_DIMS], strides[PEER_MOST_DIMS];
} peer_array;

typedef struct {
    int32_t op;
    peer_array to, from, by; /* by: int64 positions or a bool mask */
    double value;
} peer_task;

#ifdef __cplusplus
extern "C" {
#endif

/* The names of the peers in this library, with commas between them. */
const char *peer_names(void);

/* NULL if the peer called name has no way to do the task. The task must not outlive the call. */
void *peer_prepare(const char *name, const peer_task *task);

void peer_run(void *prepared, int64_t repeats);
void peer_finish(void *prepared);

#ifdef __cplusplus
}
#endif

#endif
