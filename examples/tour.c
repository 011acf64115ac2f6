/* tour.c: assignment, view, copy. What NumPy does with memory, done from C, in four stories.
 *
 * Build and run it with `make demo`. Lines of its output that begin with >>> say in NumPy's words
 * what the C code does.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <ndview_c99.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Every call that can fail goes through OK(): it shows what went wrong, and ends the program. */
#define OK(call) ok((call), #call)

static void ok(ndv_status status, const char *call) {
    if (status == NDV_OK) return;
    fprintf(stderr, "%s\n  %s: %s\n", call, ndv_status_name(status), ndv_last_error_message());
    exit(EXIT_FAILURE);
}

/* Gives one reference back for each name: RELEASE(a, b, c). */
#define RELEASE(...) release_all((ndv_array *[]){__VA_ARGS__, NULL})

static void release_all(ndv_array **arrays) {
    while (*arrays) OK(ndv_release(*arrays++));
}

static void set(ndv_array *array, int64_t position, int64_t value) {
    OK(ndv_set_int64(array, NDV_DIMS(position), value));
}

/* array[where] = value: a write to a part is a write over a view of it. */
static void plant(ndv_array *array, const char *where, int64_t value) {
    ndv_array *part;
    OK(ndv_slice(array, where, &part));
    OK(ndv_fill_int64(part, value));
    OK(ndv_release(part));
}

/* An address in short: its last digits tell the few objects of this program apart. */
static const char *address(const void *pointer, char text[16]) {
    if (!pointer) return "None";
    snprintf(text, 16, "..%06x", (unsigned)((uintptr_t)pointer & 0xffffff));
    return text;
}

static const char *kinship(const ndv_array *array, const ndv_array *origin) {
    switch (ndv_relation(array, origin)) {
    case NDV_SAME: return "the same array";
    case NDV_VIEW: return "a view";
    case NDV_SIBLINGS: return "a view of the same base";
    case NDV_UNRELATED: return "a copy";
    default: return "owns its bytes"; /* there is no origin */
    }
}

/* One array in one line, and what it is to the array that it was made from. */
static void show(const char *name, const ndv_array *array, const ndv_array *origin) {
    const int64_t *shape = ndv_shape(array), *strides = ndv_strides(array);
    char what[64], handle[16], data[16], base[16];
    if (ndv_ndim(array) == 1)
        OK(ndv_format(array, NULL, what, sizeof what, NULL));
    else
        snprintf(what, sizeof what, "(%d, %d) strides (%d, %d)", (int)shape[0], (int)shape[1],
                 (int)strides[0], (int)strides[1]);
    printf("  %-6s %-24s %-9s %-9s %-9s %s\n", name, what, address(array, handle),
           address(ndv_data(array), data), address(ndv_base(array), base), kinship(array, origin));
}

static void show_header(const char *what) {
    printf("  %-6s %-24s %-9s %-9s %s\n", "", what, "handle", "data", "base");
}

static void show_pair(const char *names, const ndv_array *a, const ndv_array *b) {
    char first[16], second[16];
    bool shares;
    OK(ndv_shares_memory(a, b, NDV_BUDGET_DEFAULT, &shares));
    printf("  %-13s %-18s %-15s %s, %s\n", names, ndv_may_share_memory(a, b) ? "True" : "False",
           shares ? "True" : "False", address(ndv_base(a), first), address(ndv_base(b), second));
}

/* MISTAKE() is for calls that are meant to fail. It folds the message into lines. */
#define MISTAKE(call) mistake((call), #call)

static void mistake(ndv_status status, const char *call) {
    int column;
    if (status == NDV_OK) exit(EXIT_FAILURE);
    printf("  %s\n", call);
    column = printf("    %s:", ndv_status_name(status));
    for (const char *word = ndv_last_error_message(); *word; word += strspn(word, " ")) {
        const int length = (int)strcspn(word, " ");
        if (column + 1 + length > 78) column = printf("\n   ") - 1;
        column += printf(" %.*s", length, word);
        word += length;
    }
    printf("\n");
}

static void assignment_view_copy(void) {
    const int64_t even[] = {2, 4, 6, 8, 10};
    ndv_array *arr, *alias, *view, *copy;

    printf("(a) Assignment, view, copy\n\n"
           ">>> arr = np.array([2, 4, 6, 8, 10])\n"
           ">>> alias = arr; view = arr.view(); copy = arr.copy()\n");
    OK(ndv_from_data(NDV_INT64, NDV_DIMS(5), even, &arr));
    alias = ndv_retain(arr);
    OK(ndv_view(arr, &view));
    OK(ndv_copy(arr, NDV_ORDER_K, &copy));
    set(arr, 0, 12);
    printf(">>> arr[0] = 12\n");
    show_header("value");
    show("arr", arr, NULL);
    show("alias", alias, arr);
    show("view", view, arr);
    show("copy", copy, arr);
    printf("An alias is the same handle. A view has a handle of its own, on the same data.\n"
           "A copy has data of its own, and missed the 12.\n\n");
    RELEASE(arr, alias, view, copy);
}

static void who_shares_what(void) {
    ndv_array *arr, *part, *copy, *even, *odd;

    printf("(b) Who shares memory\n\n"
           ">>> arr = np.arange(6); part = arr[:3]; copy = arr[:3].copy()\n"
           ">>> arr[0] = 10; part[1] = 20; copy[2] = 30\n");
    OK(ndv_arange(0, 6, 1, &arr));
    OK(ndv_slice(arr, ":3", &part));
    OK(ndv_copy(part, NDV_ORDER_K, &copy));
    set(arr, 0, 10);
    set(part, 1, 20);
    set(copy, 2, 30);
    show_header("value");
    show("arr", arr, NULL);
    show("part", part, arr);
    show("copy", copy, arr);

    printf(">>> even = arr[::2]; odd = arr[1::2]\n");
    OK(ndv_slice(arr, "::2", &even));
    OK(ndv_slice(arr, "1::2", &odd));
    printf("  %-13s %-18s %-15s %s\n", "", "may_share_memory", "shares_memory", "bases");
    show_pair("arr,  part", arr, part);
    show_pair("arr,  copy", arr, copy);
    show_pair("part, copy", part, copy);
    show_pair("even, odd", even, odd);
    printf("`may` compares the bounds, and means only might: even and odd lie interleaved.\n\n");
    RELEASE(arr, part, copy, even, odd);
}

static void write_to_b(void) {
    const int64_t numbers[] = {1, 2, 3, 4, 5};
    ndv_array *a, *b;

    printf("(c) b[0] = 13: what becomes of a?\n\n"
           ">>> a = np.array([1, 2, 3, 4, 5])\n"
           ">>> b = a.copy(); b[0] = 13\n");
    OK(ndv_from_data(NDV_INT64, NDV_DIMS(5), numbers, &a));
    OK(ndv_copy(a, NDV_ORDER_K, &b));
    set(b, 0, 13);
    show("a", a, NULL);
    show("b", b, a);
    OK(ndv_release(b));

    printf(">>> b = a.view(); b[0] = 13\n");
    OK(ndv_view(a, &b));
    set(b, 0, 13);
    show("a", a, NULL);
    show("b", b, a);
    printf("\n");
    RELEASE(a, b);
}

static void windows_on_a_garden(void) {
    const bool dry[] = {true, false, false, false, false, false, true};
    ndv_array *garden, *beds, *turned, *halves, *picked, *mask, *masked, *line;

    printf("(d) One garden, many windows\n\n"
           ">>> garden = np.zeros((7, 4), int)\n"
           ">>> beds = garden[2:6]; turned = garden.T; halves = garden.reshape(2, 14)\n"
           ">>> picked = garden[[0, 6]]; masked = garden[mask]\n");
    OK(ndv_zeros(NDV_INT64, NDV_DIMS(7, 4), &garden));
    OK(ndv_slice(garden, "2:6", &beds));
    OK(ndv_transpose(garden, &turned));
    OK(ndv_reshape(garden, NDV_DIMS(2, 14), NDV_ORDER_C, NDV_COPY_NEVER, &halves));
    OK(ndv_take(garden, NDV_DIMS(0, 6), 0, &picked));
    OK(ndv_from_data(NDV_BOOL, NDV_DIMS(7), dry, &mask));
    OK(ndv_compress(garden, mask, 0, &masked));
    show_header("shape and layout");
    show("garden", garden, NULL);
    show("beds", beds, garden);
    show("turned", turned, garden);
    show("halves", halves, garden);
    show("picked", picked, garden);
    show("masked", masked, garden);

    printf(">>> beds[:] = 1; turned[3] = 2; halves[:, 0] = 3; picked[:] = 8; masked[:] = 9\n"
           ">>> print(garden)\n");
    plant(beds, ":", 1);
    plant(turned, "3", 2);
    plant(halves, ":, 0", 3);
    plant(picked, ":", 8);
    plant(masked, ":", 9);
    OK(ndv_print(garden));
    printf("What went into a view grew in the garden. Positions and masks make copies.\n"
           "beds begins two strides of 32 bytes further; a transpose swaps the strides.\n\n"
           "A shape that the strides cannot follow takes a copy, unless that is forbidden:\n");
    MISTAKE(ndv_reshape(turned, NDV_DIMS(-1), NDV_ORDER_C, NDV_COPY_NEVER, &line));
    OK(ndv_reshape(turned, NDV_DIMS(-1), NDV_ORDER_C, NDV_COPY_IF_NEEDED, &line));
    printf("With NDV_COPY_IF_NEEDED, line = turned.reshape(-1) is %s.\n\n", kinship(line, turned));
    RELEASE(garden, beds, turned, halves, picked, mask, masked, line);
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static ndv_status copy_of(const ndv_array *array, ndv_array **copy) {
    return ndv_copy(array, NDV_ORDER_K, copy);
}

/* Makes arrays from an array and releases them: the bytes of one, and the median of the time. */
static void show_cost(const char *name, const ndv_array *array,
                      ndv_status (*make)(const ndv_array *, ndv_array **), int repeat) {
    enum { ROUNDS = 25 };
    double rounds[ROUNDS];
    ndv_statistics before = NDV_STATISTICS_INIT, after = NDV_STATISTICS_INIT;
    ndv_array *made;

    OK(ndv_get_statistics(&before));
    OK(make(array, &made));
    OK(ndv_get_statistics(&after));
    OK(ndv_release(made));
    for (int round = 0; round < ROUNDS; round++) {
        const double start = microseconds();
        for (int i = 0; i < repeat; i++) {
            OK(make(array, &made));
            OK(ndv_release(made));
        }
        rounds[round] = (microseconds() - start) / repeat;
    }
    qsort(rounds, ROUNDS, sizeof rounds[0], by_value);
    printf("  %-6s %8lld bytes new, %8lld bytes copied, %10.3f microseconds\n", name,
           (long long)(after.bytes_alive - before.bytes_alive),
           (long long)(after.bytes_copied - before.bytes_copied), rounds[ROUNDS / 2]);
}

static void view_and_copy_a_million(void) {
    ndv_array *million;
    printf(">>> million = np.arange(1e6); million.view(); million.copy()\n");
    OK(ndv_arange_double(0, 1e6, 1, &million));
    show_cost("a view", million, ndv_view, 1000);
    show_cost("a copy", million, copy_of, 4);
    printf("\n");
    OK(ndv_release(million));
}

static void mistakes(void) {
    ndv_array *arr, *part, *bytes;
    int64_t value;

    printf("Mistakes get a name and a sentence, and change nothing\n\n"
           ">>> arr = np.arange(6); bytes = np.zeros(3, np.uint8)\n");
    OK(ndv_arange(0, 6, 1, &arr));
    OK(ndv_zeros(NDV_UINT8, NDV_DIMS(3), &bytes));
    MISTAKE(ndv_get_int64(arr, NDV_DIMS(6), &value));
    MISTAKE(ndv_slice(arr, "1;3", &part));
    MISTAKE(ndv_set_int64(bytes, NDV_DIMS(0), 300));
    RELEASE(arr, bytes);
}

int main(void) {
    ndv_statistics statistics = NDV_STATISTICS_INIT;

    assignment_view_copy();
    who_shares_what();
    write_to_b();
    windows_on_a_garden();
    view_and_copy_a_million();
    mistakes();

    OK(ndv_get_statistics(&statistics));
    printf("\nAt the end, %lld arrays and %lld buffers are alive.\n",
           (long long)statistics.arrays_alive, (long long)statistics.buffers_alive);
    return statistics.arrays_alive == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
