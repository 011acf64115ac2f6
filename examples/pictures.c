/* pictures.c: what views look like in memory.
 *
 *     pictures FOLDER        writes a picture of each situation, FOLDER/<name>.svg
 *     pictures --text        prints them all as text, as docs/pictures.md has them
 *     pictures --garden      prints the garden of tour.c
 *     pictures --garden FILE saves it, as SVG
 *
 * docs/pictures.md shows what it makes; `make test` compares.
 */
#include <ndview_c99.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every call that can fail goes through OK(): it shows what went wrong, and ends the program. */
#define OK(call) ok((call), #call)

static void ok(ndv_status status, const char *call) {
    if (status == NDV_OK) return;
    fprintf(stderr, "%s\n  %s: %s\n", call, ndv_status_name(status), ndv_last_error_message());
    exit(EXIT_FAILURE);
}

/* Arrays under their names, which go together into a picture and are released after it. */
enum { MOST = 8 };
typedef struct {
    int32_t count;
    ndv_array *arrays[MOST];
    const char *names[MOST];
} scene;

/* Takes over the reference. */
static ndv_array *add(scene *s, const char *name, ndv_array *array) {
    if (s->count == MOST) exit(EXIT_FAILURE);
    s->names[s->count] = name;
    s->arrays[s->count++] = array;
    return array;
}

/* Adds a part of an array. */
static ndv_array *part(scene *s, const char *name, const ndv_array *array, const char *where) {
    ndv_array *view;
    OK(ndv_slice(array, where, &view));
    return add(s, name, view);
}

/* Adds 0, 1, 2 and so on in some shape; the array owns its bytes, as it is a copy. */
static ndv_array *numbers(scene *s, const char *name, int32_t ndim, const int64_t *shape) {
    ndv_array *line, *shaped;
    int64_t size = 1;
    for (int32_t axis = 0; axis < ndim; axis++) size *= shape[axis];
    OK(ndv_arange(0, size, 1, &line));
    OK(ndv_reshape(line, ndim, shape, NDV_ORDER_C, NDV_COPY_ALWAYS, &shaped));
    OK(ndv_release(line));
    return add(s, name, shaped);
}

static void slices(scene *s) {
    const ndv_array *a = numbers(s, "a", NDV_DIMS(8));
    part(s, "a[2:5]", a, "2:5");
    part(s, "a[1::3]", a, "1::3");
}

static void reversed(scene *s) {
    const ndv_array *a = numbers(s, "a", NDV_DIMS(6));
    part(s, "a[::-1]", a, "::-1");
    part(s, "a[4::-2]", a, "4::-2");
}

static void transposed(scene *s) {
    ndv_array *turned;
    const ndv_array *a = numbers(s, "a", NDV_DIMS(2, 3));
    OK(ndv_transpose(a, &turned));
    add(s, "a.T", turned);
    part(s, "a[:, 1]", a, ":, 1");
}

static void interleaved(scene *s) {
    const ndv_array *a = numbers(s, "a", NDV_DIMS(8));
    part(s, "a[::2]", a, "::2");
    part(s, "a[1::2]", a, "1::2");
}

static void windows(scene *s) {
    ndv_array *windows;
    const ndv_array *a = numbers(s, "a", NDV_DIMS(7));
    OK(ndv_windows(a, NDV_DIMS(3), NULL, 0, &windows));
    add(s, "windows of 3", windows);
    part(s, "the second", windows, "1");
    part(s, "the fourth", windows, "3");
}

static void records(scene *s) {
    const ndv_record_field fields[] = {
        {sizeof(ndv_record_field), "id", -1, NDV_INT32, 0, NULL},
        {sizeof(ndv_record_field), "place", -1, NDV_FLOAT64, 0, NULL},
    };
    ndv_array *a, *id, *place;
    int32_t dtype;
    OK(ndv_dtype_record(2, fields, 0, NDV_RECORD_ALIGNED, &dtype));
    OK(ndv_zeros(dtype, NDV_DIMS(3), &a));
    OK(ndv_field(a, "id", &id));
    OK(ndv_field(a, "place", &place));
    add(s, "a", a);
    add(s, "a['id']", id);
    add(s, "a['place']", place);
}

static void complexes(scene *s) {
    ndv_array *z, *real, *imag;
    OK(ndv_zeros(NDV_COMPLEX128, NDV_DIMS(4), &z));
    OK(ndv_real(z, &real));
    OK(ndv_imag(z, &imag));
    add(s, "z", z);
    add(s, "z.real", real);
    add(s, "z.imag", imag);
}

static void broadcast(scene *s) {
    ndv_array *rows;
    const ndv_array *a = numbers(s, "a", NDV_DIMS(4));
    OK(ndv_broadcast_to(a, NDV_DIMS(1000, 4), &rows));
    add(s, "1000 rows of a", rows);
}

static void assigned_viewed_copied(scene *s) {
    ndv_array *view, *copy;
    ndv_array *arr = numbers(s, "arr", NDV_DIMS(5));
    add(s, "alias", ndv_retain(arr));
    OK(ndv_view(arr, &view));
    OK(ndv_copy(arr, NDV_ORDER_K, &copy));
    add(s, "view", view);
    add(s, "copy", copy);
}

static void picked(scene *s) {
    ndv_array *copy;
    const ndv_array *a = numbers(s, "a", NDV_DIMS(8));
    part(s, "a[3:6]", a, "3:6");
    OK(ndv_take(a, NDV_DIMS(3, 4, 5), 0, &copy));
    add(s, "a[[3, 4, 5]]", copy);
}

static void diagonal(scene *s) {
    ndv_array *diagonal;
    const ndv_array *a = numbers(s, "a", NDV_DIMS(3, 3));
    OK(ndv_diagonal(a, 0, 0, 1, &diagonal));
    add(s, "diagonal", diagonal);
}

/* Memory of the caller's, wrapped twice: two buffers as far as handles tell, one as bytes go. */
static void wrapped_twice(scene *s) {
    static double memory[10];
    ndv_array *first, *second;
    OK(ndv_wrap(memory, 6 * sizeof *memory, 0, NDV_FLOAT64, NDV_DIMS(6), NULL, 0, NULL, NULL,
                &first));
    OK(ndv_wrap(memory + 4, 6 * sizeof *memory, 0, NDV_FLOAT64, NDV_DIMS(2, 3), NULL, 0, NULL,
                NULL, &second));
    add(s, "first", first);
    add(s, "second", second);
}

/* More bytes than columns: a part of each column is seen. */
static void large(scene *s) {
    ndv_array *a;
    OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(1000, 1000), &a));
    add(s, "a", a);
    part(s, "a[200:700]", a, "200:700");
    part(s, "a[:, :500]", a, ":, :500");
    part(s, "a[900:, 3]", a, "900:, 3");
}

static void garden(scene *s) {
    ndv_array *turned, *halves, *picked;
    const ndv_array *garden = numbers(s, "garden", NDV_DIMS(7, 4));
    part(s, "beds", garden, "2:6");
    OK(ndv_transpose(garden, &turned));
    OK(ndv_reshape(garden, NDV_DIMS(2, 14), NDV_ORDER_C, NDV_COPY_NEVER, &halves));
    add(s, "turned", turned);
    part(s, "turned[3]", turned, "3");
    add(s, "halves", halves);
    part(s, "halves[:, 0]", halves, ":, 0");
    OK(ndv_take(garden, NDV_DIMS(0, 6), 0, &picked));
    add(s, "picked", picked);
}

typedef struct {
    const char *name;
    void (*make)(scene *);
    int32_t subject;
} picture;

static const picture pictures[] = {
    {"slices", slices, NDV_DRAW_BYTES},
    {"reversed", reversed, NDV_DRAW_BYTES},
    {"transposed", transposed, NDV_DRAW_BYTES},
    {"interleaved", interleaved, NDV_DRAW_BYTES},
    {"windows", windows, NDV_DRAW_BYTES},
    {"records", records, NDV_DRAW_BYTES},
    {"complex", complexes, NDV_DRAW_BYTES},
    {"broadcast", broadcast, NDV_DRAW_BYTES},
    {"copy", assigned_viewed_copied, NDV_DRAW_BYTES},
    {"handles", assigned_viewed_copied, NDV_DRAW_HANDLES},
    {"picked", picked, NDV_DRAW_BYTES},
    {"diagonal", diagonal, NDV_DRAW_BYTES},
    {"wrapped", wrapped_twice, NDV_DRAW_BYTES},
    {"large", large, NDV_DRAW_BYTES},
    {"garden", garden, NDV_DRAW_BYTES},
};

/* A path saves a picture there as SVG; without one its text is printed. */
static void draw(const picture *p, const char *path) {
    scene s = {0, {NULL}, {NULL}};
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    p->make(&s);
    const ndv_array *const *arrays = (const ndv_array *const *)s.arrays;
    options.subject = p->subject;
    if (path) {
        options.form = NDV_DRAW_SVG;
        OK(ndv_draw_save(s.count, arrays, s.names, &options, path));
    } else {
        OK(ndv_draw_print(s.count, arrays, s.names, &options));
    }
    while (s.count > 0) OK(ndv_release(s.arrays[--s.count]));
}

static void draw_all(const char *folder) {
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        char path[1000];
        const int length =
            snprintf(path, sizeof path, "%s/%s.svg", folder ? folder : "", pictures[i].name);
        if (length < 0 || (size_t)length >= sizeof path) exit(EXIT_FAILURE);
        if (!folder) printf("%s:\n", pictures[i].name);
        draw(&pictures[i], folder ? path : NULL);
        if (!folder) printf("\n");
    }
}

int main(int argc, char **argv) {
    const picture *last = &pictures[sizeof pictures / sizeof *pictures - 1];
    ndv_statistics statistics = NDV_STATISTICS_INIT;
    if (argc >= 2 && strcmp(argv[1], "--garden") == 0)
        draw(last, argc >= 3 ? argv[2] : NULL);
    else if (argc == 2)
        draw_all(strcmp(argv[1], "--text") == 0 ? NULL : argv[1]);
    else
        return fprintf(stderr, "pictures --text | --garden [FILE] | FOLDER\n"), EXIT_FAILURE;
    OK(ndv_get_statistics(&statistics));
    return statistics.arrays_alive == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
