/* ndview.c: ndview as a peer, through its C interface. With PEER_ISA, the name of a lesser instruction
 * set, a second peer on a library of its own. */
#define _POSIX_C_SOURCE 200112L
#include "peer.h"

#include <ndview_c99.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int32_t op;
    ndv_array *to, *from, *by, *value;
    double number;
} prepared;

static volatile bool kept;

static void must(ndv_status status) {
    if (status == NDV_OK) return;
    fprintf(stderr, "ndview: %s: %s\n", ndv_status_name(status), ndv_last_error_message());
    exit(EXIT_FAILURE);
}

/* An array on the driver's memory, whose bounds follow from the strides. */
static ndv_array *wrapped(const peer_array *a) {
    int64_t before = 0, after = ndv_dtype_itemsize(a->dtype);
    ndv_array *array;
    if (!a->data) return NULL;
    for (int axis = 0; axis < a->ndim; axis++) {
        const int64_t reach = (a->shape[axis] - 1) * a->strides[axis];
        if (reach < 0) before -= reach;
        else after += reach;
    }
    must(ndv_wrap(a->data - before, (size_t)(before + after), before, a->dtype, a->ndim, a->shape,
                  a->strides, 0, NULL, NULL, &array));
    return array;
}

#ifdef PEER_ISA
/* No peer where that is what the other one uses anyhow, or the processor does not have it. */
const char *peer_names(void) {
    static bool differs;
    if (!differs) {
        const char *asked = getenv("NDV_ISA");
        if (asked) return "";
        setenv("NDV_ISA", PEER_ISA, 1); /* It is read once, at the first move. */
        differs = !strcmp(ndv_isa(), PEER_ISA);
        unsetenv("NDV_ISA");
    }
    return differs ? "ndview " PEER_ISA : "";
}
#else
const char *peer_names(void) {
    return "ndview";
}
#endif

/* How many threads all tasks use from now on: for ndview alone. */
void peer_threads(int32_t count);

void peer_threads(int32_t count) {
    must(ndv_set_threads(count));
}

void *peer_prepare(const char *name, const peer_task *task) {
    prepared *p = malloc(sizeof *p);
    (void)name;
    p->op = task->op;
    p->number = task->value;
    p->to = wrapped(&task->to);
    p->from = wrapped(&task->from);
    p->by = wrapped(&task->by);
    must(ndv_full_double(p->to ? ndv_dtype(p->to) : NDV_FLOAT64, 0, NULL, task->value, &p->value));
    return p;
}

static void once(const prepared *p) {
    ndv_array *made = NULL;
    bool shares;
    switch (p->op) {
    case PEER_ASSIGN: must(ndv_set(p->to, p->from, NDV_CAST_UNSAFE)); break;
    case PEER_FILL: must(ndv_fill_double(p->to, p->number)); break;
    case PEER_TAKE:
        must(ndv_take_array_into(p->from, p->by, 0, NDV_MODE_RAISE, NDV_CAST_NO, p->to));
        break;
    case PEER_PUT: must(ndv_put(p->to, p->by, p->from, NDV_MODE_RAISE, NDV_CAST_NO)); break;
    case PEER_COMPRESS: must(ndv_compress_into(p->from, p->by, 0, NDV_CAST_NO, p->to)); break;
    case PEER_MASKED_FILL: must(ndv_copy_where(p->to, p->value, p->by, NDV_CAST_NO)); break;
    case PEER_MASKED_COPY: must(ndv_copy_where(p->to, p->from, p->by, NDV_CAST_NO)); break;
    case PEER_TURN:
        must(ndv_transpose(p->to, &made));
        must(ndv_set(p->to, made, NDV_CAST_NO));
        break;
    case PEER_FRESH_COPY: must(ndv_copy(p->from, NDV_ORDER_C, &made)); break;
    case PEER_SLICE:
        must(ndv_index_items(p->from, NDV_ITEMS(NDV_RANGE(2, 50), NDV_ALL, NDV_BY(2)), &made));
        break;
    case PEER_TRANSPOSE: must(ndv_transpose(p->from, &made)); break;
    case PEER_RESHAPE:
        must(ndv_reshape(p->from, NDV_DIMS(1000, 100), NDV_ORDER_C, NDV_COPY_NEVER, &made));
        break;
    case PEER_BOUNDS_CHECK: kept = ndv_may_share_memory(p->to, p->from); break;
    case PEER_SHARE_CHECK:
        must(ndv_shares_memory(p->to, p->from, NDV_BUDGET_DEFAULT, &shares));
        kept = shares;
        break;
    default: abort();
    }
    if (made) ndv_release(made);
}

void peer_run(void *prepared_task, int64_t repeats) {
    while (repeats-- > 0) once(prepared_task);
}

void peer_finish(void *prepared_task) {
    prepared *p = prepared_task;
    ndv_release(p->to);
    ndv_release(p->from);
    ndv_release(p->by);
    ndv_release(p->value);
    free(p);
}
