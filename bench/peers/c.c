/* c.c: what the C library and a plain loop do: memcpy and memset of as many bytes, the yardsticks of
 * the tables; memmove where memory overlaps; and, unchecked, the loops that a C programmer writes. */
#include "peer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    enum { COPY, SET, MOVE, LOOP } kind;
    peer_task task;
    size_t bytes;
} prepared;

static void *volatile kept;

static int64_t count(const peer_array *a) {
    int64_t n = 1;
    for (int axis = 0; axis < a->ndim; axis++) n *= a->shape[axis];
    return n;
}

/* Of one dimension and without gaps, by the strides that such an array of item bytes has. */
static bool is_row(const peer_array *a, int64_t item) {
    return a->data && a->ndim == 1 && a->strides[0] == item;
}

const char *peer_names(void) {
    return "memcpy,memset,memmove,C loop";
}

/* For memcpy and memset the driver says the number of bytes in to.shape[0]. */
void *peer_prepare(const char *name, const peer_task *task) {
    prepared p = {.task = *task, .bytes = (size_t)task->to.shape[0]};
    const peer_array *to = &task->to, *from = &task->from;
    if (!strcmp(name, "memcpy")) p.kind = COPY;
    else if (!strcmp(name, "memset")) p.kind = SET;
    else if (!strcmp(name, "memmove")) {
        p.kind = MOVE;
        if (task->op != PEER_ASSIGN || to->dtype != from->dtype || to->ndim != 1) return NULL;
        if (to->strides[0] != from->strides[0] || to->strides[0] < 1) return NULL;
        p.bytes = (size_t)(to->shape[0] * to->strides[0]);
    } else {
        const bool takes = task->op == PEER_TAKE || task->op == PEER_PUT;
        const bool masks = task->op == PEER_MASKED_FILL || task->op == PEER_MASKED_COPY ||
                           task->op == PEER_COMPRESS;
        p.kind = LOOP;
        if (!(takes || masks) || !is_row(to, 4) || (from->data && !is_row(from, 4))) return NULL;
    }
    prepared *made = malloc(sizeof *made);
    *made = p;
    return made;
}

static void loop(const peer_task *t) {
    float *restrict to = (float *)t->to.data;
    const float *restrict from = (const float *)t->from.data;
    const int64_t *restrict at = (const int64_t *)t->by.data;
    const bool *restrict mask = (const bool *)t->by.data;
    const int64_t n = count(&t->by);
    const float value = (float)t->value;
    int64_t found = 0;
    switch (t->op) {
    case PEER_TAKE:
        for (int64_t i = 0; i < n; i++) to[i] = from[at[i]];
        break;
    case PEER_PUT:
        for (int64_t i = 0; i < n; i++) to[at[i]] = from[i];
        break;
    case PEER_MASKED_FILL:
        for (int64_t i = 0; i < n; i++) to[i] = mask[i] ? value : to[i];
        break;
    case PEER_MASKED_COPY:
        for (int64_t i = 0; i < n; i++) to[i] = mask[i] ? from[i] : to[i];
        break;
    default:
        for (int64_t i = 0; i < n; i++)
            if (mask[i]) to[found++] = from[i];
    }
}

/* In a function of its own, so that calls in a row are not made one. */
static void once(const prepared *p) {
    char *to = p->task.to.data, *from = p->task.from.data;
    if (p->kind == LOOP) loop(&p->task);
    else if (p->kind == SET) memset(to, 1, p->bytes);
    else if (p->kind == MOVE) memmove(to, from, p->bytes);
    else memcpy(to, from, p->bytes);
    kept = to;
}

void peer_run(void *prepared_task, int64_t repeats) {
    while (repeats-- > 0) once(prepared_task);
}

void peer_finish(void *prepared_task) {
    free(prepared_task);
}
