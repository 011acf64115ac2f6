/* Sections 7 and 10: what an array costs in memory, compacting, and drawings. What is drawn is
 * compared with a model made here from addresses, never with a picture that was drawn before. */
#include <stdlib.h>

#include "model.h"

static uint64_t random_state = 1;
static int64_t below(int64_t limit) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((random_state >> 33) % (uint64_t)limit);
}

/* ---- the model: how many elements each byte of a buffer belongs to ---- */

enum { MOST_BYTES = 4096 };

static void count_elements(const ndv_array *a, const char *low, int *elements) {
    int64_t n;
    memset(elements, 0, MOST_BYTES * sizeof *elements);
    for (n = 0; n < ndv_size(a); n++) {
        const int64_t at = (const char *)model_element(a, n, NDV_ORDER_C) - low;
        size_t byte;
        for (byte = 0; byte < ndv_itemsize(a); byte++) elements[at + (int64_t)byte]++;
    }
}

static int64_t count_touched(const int *elements, int64_t from, int64_t to) {
    int64_t touched = 0;
    for (; from < to && from < MOST_BYTES; from++) touched += elements[from] != 0;
    return touched;
}

/* A view of random shape and strides in a buffer of `nbytes` bytes, or NULL. */
static ndv_array *random_view(const ndv_array *bytes, int64_t nbytes) {
    static const int32_t types[] = {NDV_UINT8, NDV_INT16, NDV_FLOAT32, NDV_INT64, NDV_COMPLEX128};
    int64_t shape[4], strides[4];
    const int32_t ndim = (int32_t)below(5), dtype = types[below(5)];
    const int64_t itemsize = (int64_t)ndv_dtype_itemsize(dtype);
    ndv_array *typed, *view;
    int64_t low = 0, high = itemsize, axis;
    for (axis = 0; axis < ndim; axis++) {
        shape[axis] = 1 + below(5);
        strides[axis] = (below(9) - 4) * (below(2) ? itemsize : 1 + below(30));
        if (strides[axis] < 0)
            low += strides[axis] * (shape[axis] - 1);
        else
            high += strides[axis] * (shape[axis] - 1);
    }
    if (high - low > nbytes) return NULL;
    CHECK_OK(ndv_view_as(bytes, dtype, &typed));
    CHECK_OK(ndv_as_strided(typed, ndim, shape, strides, below(nbytes - (high - low) + 1) - low, 0,
                            &view));
    ndv_release(typed);
    return view;
}

/* ---- footprint ---- */

static void footprints_are_what_marking_every_byte_finds(void) {
    static int elements[MOST_BYTES];
    const int64_t nbytes = 480;
    ndv_array *bytes;
    int found = 0, crossed = 0;
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(nbytes), &bytes));
    while (found < 3000) {
        ndv_footprint_info info = NDV_FOOTPRINT_INFO_INIT;
        const void *low, *high;
        ndv_array *view = random_view(bytes, nbytes);
        int64_t touched;
        if (view == NULL) continue;
        found++;
        CHECK_OK(ndv_footprint(view, &info));
        count_elements(view, ndv_data(bytes), elements);
        touched = count_touched(elements, 0, nbytes);
        CHECK_OK(ndv_byte_bounds(view, &low, &high));
        CHECK(info.exact == 1);
        CHECK((int64_t)info.touched_bytes == touched);
        CHECK((int64_t)info.spanned_bytes == (const char *)high - (const char *)low);
        CHECK((int64_t)info.kept_bytes == nbytes);
        CHECK(info.holders == 2);
        crossed += touched < (int64_t)ndv_nbytes(view);
        ndv_release(view);
    }
    CHECK(crossed > 100);
    ndv_release(bytes);
}

static void footprint_counts_whoever_holds_the_buffer(void) {
    ndv_footprint_info info = NDV_FOOTPRINT_INFO_INIT;
    ndv_array *a, *v, *w, *alias;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(10, 10), &a));
    CHECK_OK(ndv_slice(a, ":, 3", &v));
    CHECK_OK(ndv_slice(v, "::2", &w));
    alias = ndv_retain(a);
    CHECK_OK(ndv_footprint(v, &info));
    CHECK(info.touched_bytes == 80 && info.spanned_bytes == 728 && info.kept_bytes == 800);
    CHECK(info.holders == 3 && info.exact == 1);
    ndv_release(alias);
    ndv_release(a);
    CHECK_OK(ndv_footprint(w, &info));
    CHECK(info.touched_bytes == 40 && info.kept_bytes == 800 && info.holders == 2);
    ndv_release(w);
    ndv_release(v);
}

static void footprint_of_huge_views_takes_no_time(void) {
    ndv_footprint_info info = NDV_FOOTPRINT_INFO_INIT;
    ndv_array *a, *rows, *none;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(6), &a));
    CHECK_OK(ndv_broadcast_to(a, NDV_DIMS(1000000000, 6), &rows));
    CHECK_OK(ndv_footprint(rows, &info));
    CHECK(info.touched_bytes == 48 && info.spanned_bytes == 48 && info.exact == 1);
    CHECK_OK(ndv_slice(a, "3:3", &none));
    CHECK_OK(ndv_footprint(none, &info));
    CHECK(info.touched_bytes == 0 && info.spanned_bytes == 0 && info.kept_bytes == 48);
    ndv_release(none);
    ndv_release(rows);
    ndv_release(a);
}

static void a_footprint_that_is_too_hard_is_a_bound(void) {
    static char somewhere[1];
    const int64_t shape[] = {400, 400, 400, 400}, strides[] = {1000003, 999983, 700001, 1299709};
    const size_t span = 399u * (1000003u + 999983u + 700001u + 1299709u) + 1;
    ndv_footprint_info info = NDV_FOOTPRINT_INFO_INIT;
    ndv_array *a;
    if (sizeof(size_t) < 8) return;
    /* Never looked at: only the numbers count. */
    CHECK_OK(ndv_wrap(somewhere, span, 0, NDV_UINT8, 4, shape, strides, 0, NULL, NULL, &a));
    CHECK_OK(ndv_footprint(a, &info));
    CHECK(info.exact == 0);
    CHECK(info.touched_bytes <= span && info.spanned_bytes == span);
    ndv_release(a);
}

static void footprint_refuses_what_is_no_array_or_struct(void) {
    ndv_footprint_info info = NDV_FOOTPRINT_INFO_INIT;
    ndv_array *a;
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(3), &a));
    CHECK_STATUS(NDV_E_NULL, ndv_footprint(NULL, &info));
    CHECK_STATUS(NDV_E_NULL, ndv_footprint(a, NULL));
    info.struct_size--;
    info.kept_bytes = 7;
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_footprint(a, &info));
    CHECK(info.kept_bytes == 7);
    ndv_release(a);
}

/* ---- compact ---- */

static void compact_copies_only_what_makes_bad_use_of_its_buffer(void) {
    static const struct {
        const char *part;
        double least;
        int32_t policy;
        bool copies;
    } cases[] = {
        {"0:10", 0.5, NDV_COPY_IF_NEEDED, true},   {"0:50", 0.5, NDV_COPY_IF_NEEDED, false},
        {"0:49", 0.5, NDV_COPY_IF_NEEDED, true},   {"::2", 0.5, NDV_COPY_IF_NEEDED, false},
        {"::3", 0.5, NDV_COPY_IF_NEEDED, true},    {"0:1", 0, NDV_COPY_IF_NEEDED, false},
        {"0:99", 1, NDV_COPY_IF_NEEDED, true},     {"::-1", 1, NDV_COPY_IF_NEEDED, false},
        {"5:5", 0.01, NDV_COPY_IF_NEEDED, true},   {"...", 1, NDV_COPY_ALWAYS, true},
        {"...", 0, NDV_COPY_ALWAYS, true},         {"0:60", 0.5, NDV_COPY_NEVER, false},
    };
    ndv_array *a, *view, *result;
    size_t i;
    CHECK_OK(ndv_arange(0, 100, 1, &a));
    for (i = 0; i < COUNT(cases); i++) {
        CHECK_OK(ndv_slice(a, cases[i].part, &view));
        CHECK_OK(ndv_compact(view, cases[i].least, cases[i].policy, &result));
        CHECK((result != view) == cases[i].copies);
        CHECK(ndv_relation(result, view) == (cases[i].copies ? NDV_UNRELATED : NDV_SAME));
        CHECK(same_elements(result, view));
        if (cases[i].copies) CHECK(ndv_owns_data(result));
        ndv_release(result);
        ndv_release(view);
    }
    ndv_release(a);
}

static void compact_frees_the_buffer_that_a_small_view_kept(void) {
    ndv_array *a, *view, *small;
    ndv_statistics s;
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(100000), &a));
    CHECK_OK(ndv_slice(a, "7:10", &view));
    CHECK_OK(ndv_compact(view, 0.5, NDV_COPY_IF_NEEDED, &small));
    ndv_release(view);
    ndv_release(a);
    s = check_statistics();
    CHECK(s.bytes_alive == 3 && s.arrays_alive == 1);
    ndv_release(small);
}

static void compact_makes_no_copy_that_is_larger_than_the_buffer(void) {
    ndv_array *a, *first, *rows, *result;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(100), &a));
    CHECK_OK(ndv_slice(a, ":1", &first));
    CHECK_OK(ndv_broadcast_to(first, NDV_DIMS(1000000000, 1), &rows));
    CHECK_OK(ndv_compact(rows, 1, NDV_COPY_IF_NEEDED, &result));
    CHECK(result == rows);
    ndv_release(result);
    ndv_release(rows);
    ndv_release(first);
    ndv_release(a);
}

static void compact_refuses_with_the_bytes_in_its_message(void) {
    volatile double zero = 0;
    const double wrong[] = {-0.1, 1.5, 1 / zero, zero / zero};
    ndv_array *a, *view, *result = NULL;
    size_t i;
    CHECK_OK(ndv_arange(0, 100, 1, &a));
    CHECK_OK(ndv_slice(a, "3:5", &view));
    CHECK_STATUS(NDV_E_WOULD_COPY, ndv_compact(view, 0.5, NDV_COPY_NEVER, &result));
    CHECK_MESSAGE("would copy 16 bytes: 16 of the 800 bytes");
    for (i = 0; i < COUNT(wrong); i++)
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_compact(view, wrong[i], NDV_COPY_ALWAYS, &result));
    CHECK_STATUS(NDV_E_ARGUMENT, ndv_compact(view, 0.5, 3, &result));
    CHECK_STATUS(NDV_E_NULL, ndv_compact(NULL, 0.5, NDV_COPY_IF_NEEDED, &result));
    CHECK_STATUS(NDV_E_NULL, ndv_compact(view, 0.5, NDV_COPY_IF_NEEDED, NULL));
    CHECK(result == NULL);
    ndv_release(view);
    ndv_release(a);
}

/* ---- drawings of bytes ---- */

static char text[1 << 18];

static const char *draw(int32_t count, ndv_array *const *arrays, const char *const *names,
                        const ndv_draw_options *options) {
    size_t length = 0;
    memset(text, 'x', sizeof text);
    CHECK_OK(ndv_draw(count, (const ndv_array *const *)arrays, names, options, text, sizeof text,
                      &length));
    CHECK(length < sizeof text && strlen(text) == length);
    return text;
}

/* The line that begins with a name and a blank; what stands behind the names goes to `row`. */
static bool row_of(const char *picture, const char *name, char *row, size_t room) {
    const size_t length = strlen(name);
    const char *line = picture;
    while (line != NULL) {
        if (strncmp(line, name, length) == 0 && line[length] == ' ') {
            /* Names are padded to that of "seen by", a direction follows between blanks. */
            const size_t start = (length > 7 ? length : 7) + 3, end = strcspn(line, "\n");
            if (end < start || end - start >= room) return false;
            memcpy(row, line + start, end - start);
            row[end - start] = '\0';
            return true;
        }
        line = strchr(line, '\n');
        if (line != NULL) line++;
    }
    return false;
}

/* How many columns stand for how many bytes. */
static void read_scale(const char *picture, int *columns, int64_t *bytes) {
    const char *word = strstr(picture, " column");
    *columns = 0;
    *bytes = 1;
    if (word == NULL || strstr(word, " for ") == NULL) return;
    *bytes = strtoll(strstr(word, " for ") + 5, NULL, 10);
    while (word > picture && word[-1] >= '0' && word[-1] <= '9') word--;
    *columns = (int)strtol(word, NULL, 10);
}

/* Compares a row with the model; `first` is the first byte that is shown. */
static void check_row(const char *picture, const char *name, const ndv_array *a, const char *low,
                      int64_t first, int64_t end, bool whole) {
    static int elements[MOST_BYTES];
    static char row[2000];
    int columns;
    int64_t bytes, from, good = 0, cells = 0;
    read_scale(picture, &columns, &bytes);
    CHECK(columns > 0 && row_of(picture, name, row, sizeof row));
    if (columns <= 0) return;
    count_elements(a, low, elements);
    for (from = first; from < end; from += bytes, cells++) {
        const int64_t to = from + bytes < end ? from + bytes : end;
        const int64_t touched = count_touched(elements, from, to);
        const char *cell = row + cells * columns;
        bool right;
        int column;
        if (strlen(row) < (size_t)((cells + 1) * columns)) break;
        if (touched == 0)
            right = cell[0] == '.' && cell[columns - 1] == '.';
        else if (whole)
            right = touched == to - from;
        else if (touched == to - from)
            right = cell[0] == '#';
        else
            right = cell[0] == (touched * 8 / (to - from) >= 4 ? '+' : '-');
        for (column = 0; column < columns; column++)
            if (touched != 0) right = right && cell[column] != '.';
        good += right;
    }
    CHECK(good == cells && (int64_t)strlen(row) == cells * columns);
    if (good != cells) printf("    %s is\n%s\n", name, picture);
}

static void rows_show_the_bytes_that_arrays_see(void) {
    static const char *const names[] = {"b", "v0", "v1", "v2"};
    const int64_t nbytes = 96;
    int round, i, drawn = 0;
    for (round = 0; round < 400; round++) {
        ndv_array *arrays[4];
        ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
        options.form = NDV_DRAW_ASCII;
        options.width = 40 + (int32_t)below(400);
        CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(nbytes), &arrays[0]));
        for (i = 1; i < 4; i++) {
            while ((arrays[i] = random_view(arrays[0], nbytes)) == NULL) continue;
        }
        {
            const char *picture = draw(4, arrays, names, &options);
            const char *low = ndv_data(arrays[0]);
            int columns;
            int64_t bytes;
            read_scale(picture, &columns, &bytes);
            /* The owner's elements are of one byte: larger columns show parts. */
            for (i = 0; i < 4 && bytes == 1; i++, drawn++)
                check_row(picture, names[i], arrays[i], low, 0, nbytes, true);
        }
        for (i = 0; i < 4; i++) ndv_release(arrays[3 - i]);
    }
    CHECK(drawn > 800);
}

static void columns_of_many_bytes_show_parts(void) {
    static const char *const parts[] = {"...", "100:300", "::-2", "5::50", "1:2", "::3"};
    static const char *const names[] = {"p0", "p1", "p2", "p3", "p4", "p5"};
    int32_t width;
    for (width = 50; width < 120; width += 7) {
        ndv_array *a, *arrays[6];
        ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
        int i;
        options.form = NDV_DRAW_ASCII;
        options.width = width;
        CHECK_OK(ndv_zeros(NDV_INT32, NDV_DIMS(1000), &a));
        for (i = 0; i < 6; i++) CHECK_OK(ndv_slice(a, parts[i], &arrays[i]));
        {
            const char *picture = draw(6, arrays, names, &options);
            for (i = 0; i < 6; i++)
                check_row(picture, names[i], arrays[i], ndv_data(a), 0, 4000, false);
        }
        for (i = 0; i < 6; i++) ndv_release(arrays[i]);
        ndv_release(a);
    }
}

static void a_part_of_the_memory_can_be_shown_larger(void) {
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *arrays[2];
    static const char *const names[] = {"a", "v"};
    CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(2000), &arrays[0]));
    CHECK_OK(ndv_slice(arrays[0], "::3", &arrays[1]));
    options.form = NDV_DRAW_ASCII;
    options.first_byte = 3000;
    options.byte_count = 40;
    draw(2, arrays, names, &options);
    CHECK(strstr(text, "bytes 3000 to 3040 of it") != NULL);
    check_row(text, "a", arrays[0], ndv_data(arrays[0]), 3000, 3040, true);
    check_row(text, "v", arrays[1], ndv_data(arrays[0]), 3000, 3040, true);
    options.first_byte = 9999999; /* behind all of it */
    draw(2, arrays, names, &options);
    options.first_byte = INT64_MAX;
    options.byte_count = INT64_MAX;
    draw(2, arrays, names, &options);
    ndv_release(arrays[1]);
    ndv_release(arrays[0]);
}

/* An element's box begins at its address and holds its position in C order. */
static void boxes_hold_the_positions_of_their_elements(void) {
    static const char *const parts[] = {"...", "::-1, ::-1", "1, ::2", ":, 1", "::2, 1:3"};
    static char row[2000];
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *a, *view, *turned;
    size_t i;
    options.form = NDV_DRAW_ASCII;
    options.width = 200;
    CHECK_OK(ndv_zeros(NDV_INT32, NDV_DIMS(3, 5), &a));
    for (i = 0; i < 2 * COUNT(parts); i++) {
        static const char *const name = "v";
        int columns;
        int64_t bytes, n;
        CHECK_OK(ndv_slice(a, parts[i / 2], &view));
        CHECK_OK(i % 2 ? ndv_transpose(view, &turned) : ndv_view(view, &turned));
        draw(1, &turned, &name, &options);
        read_scale(text, &columns, &bytes);
        CHECK(columns >= 5 && row_of(text, "v", row, sizeof row));
        for (n = 0; n < ndv_size(turned) && columns >= 5; n++) {
            const int64_t at = (const char *)model_element(turned, n, NDV_ORDER_C) -
                               (const char *)ndv_data(a);
            const char *box = row + at / bytes * columns;
            CHECK(box[0] == '[' && strtol(box + 1, NULL, 10) == n);
            CHECK(box[columns * 4 / bytes - 1] == ']');
        }
        ndv_release(turned);
        ndv_release(view);
    }
    ndv_release(a);
}

static void elements_that_share_bytes_are_counted(void) {
    static const int counts[] = {1, 2, 3, 3, 2, 1};
    static const char *const name = "w";
    static char row[2000];
    static int elements[MOST_BYTES];
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *a, *windows, *rows;
    int columns, i;
    int64_t bytes;
    options.form = NDV_DRAW_ASCII;
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(6), &a));
    CHECK_OK(ndv_windows(a, NDV_DIMS(3), NULL, 0, &windows));
    count_elements(windows, ndv_data(a), elements);
    draw(1, &windows, &name, &options);
    read_scale(text, &columns, &bytes);
    CHECK(bytes == 8 && columns >= 4 && row_of(text, "w", row, sizeof row));
    for (i = 0; i < 6; i++) {
        CHECK(elements[8 * i] == counts[i]);
        CHECK(strncmp(row + i * columns, "{x", 2) == 0 && row[i * columns + 2] == '0' + counts[i]);
    }
    CHECK_OK(ndv_broadcast_to(windows, NDV_DIMS(1000000, 4, 3), &rows));
    draw(1, &rows, &name, &options);
    CHECK(row_of(text, "w", row, sizeof row) && strstr(row, "{x3000000") == row + 2 * columns);
    ndv_release(rows);
    ndv_release(windows);
    ndv_release(a);
}

static void seen_by_counts_the_arrays_at_each_byte(void) {
    static const char *const names[] = {"a", "v0", "v1"};
    static const char *const parts[] = {"...", "2:9", "::3"};
    static int elements[MOST_BYTES];
    static char row[2000];
    int sights[12] = {0}, columns, i, n;
    int64_t bytes;
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *a, *arrays[3];
    options.form = NDV_DRAW_ASCII;
    CHECK_OK(ndv_arange(0, 12, 1, &a));
    for (i = 0; i < 3; i++) {
        CHECK_OK(ndv_slice(a, parts[i], &arrays[i]));
        count_elements(arrays[i], ndv_data(a), elements);
        for (n = 0; n < 12; n++) sights[n] += elements[8 * n] != 0;
    }
    draw(3, arrays, names, &options);
    read_scale(text, &columns, &bytes);
    CHECK(bytes == 8 && row_of(text, "seen by", row, sizeof row));
    for (n = 0; n < 12; n++) CHECK(row[n * columns] == '0' + sights[n]);
    for (i = 0; i < 3; i++) ndv_release(arrays[i]);
    ndv_release(a);
}

/* "A: x[i] and y[j] share byte n": the byte is in both elements, and A stands over it. */
static void witnesses_are_bytes_of_both_elements(void) {
    static const char *const names[] = {"x", "y"};
    static char row[2000];
    int shared = 0, apart = 0, round;
    for (round = 0; round < 300; round++) {
        ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
        ndv_array *a, *arrays[2];
        int64_t start[2], step[2];
        bool shares;
        int i;
        const char *line;
        options.form = NDV_DRAW_ASCII;
        CHECK_OK(ndv_arange(0, 20, 1, &a));
        for (i = 0; i < 2; i++) {
            start[i] = below(6);
            step[i] = 2 + below(4);
            CHECK_OK(ndv_index_items(a, NDV_ITEMS(NDV_STEPS(start[i], 20, step[i])), &arrays[i]));
        }
        CHECK_OK(ndv_shares_memory(arrays[0], arrays[1], NDV_BUDGET_DEFAULT, &shares));
        draw(2, arrays, names, &options);
        line = strstr(text, "A: ");
        if (!shares) {
            apart++;
            CHECK(line == NULL && strstr(text, "x and y have no byte in common") != NULL);
        } else if (start[0] == start[1] && step[0] == step[1]) {
            CHECK(line == NULL && strstr(text, "x and y are the same elements") != NULL);
        } else {
            int x = 0, y = 0, byte = 0, columns;
            int64_t bytes;
            shared++;
            CHECK(line != NULL &&
                  sscanf(line, "A: x[%d] and y[%d] share byte %d", &x, &y, &byte) == 3);
            CHECK(byte / 8 == start[0] + x * step[0] && byte / 8 == start[1] + y * step[1]);
            read_scale(text, &columns, &bytes);
            CHECK(row_of(text, "shared", row, sizeof row));
            CHECK(strcspn(row, "A") == (size_t)(byte / bytes * columns));
        }
        ndv_release(arrays[1]);
        ndv_release(arrays[0]);
        ndv_release(a);
    }
    CHECK(shared > 50 && apart > 5);
}

static size_t count_of(const char *where, const char *what) {
    size_t count = 0;
    for (where = strstr(where, what); where != NULL; where = strstr(where + 1, what)) count++;
    return count;
}

static void every_buffer_has_a_picture_of_its_own(void) {
    static const char *const names[] = {"a", "b", "v", "c"};
    ndv_array *arrays[4];
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &arrays[0]));
    CHECK_OK(ndv_zeros(NDV_INT64, NDV_DIMS(4), &arrays[1]));
    CHECK_OK(ndv_slice(arrays[0], "1:", &arrays[2]));
    CHECK_OK(ndv_copy(arrays[0], NDV_ORDER_C, &arrays[3]));
    draw(4, arrays, names, NULL);
    CHECK(count_of(text, " on the heap: 1 reference") == 3);
    CHECK(strstr(text, "\nv ") < strstr(text, "\nb "));
    ndv_release(arrays[2]);
    ndv_release(arrays[3]);
    ndv_release(arrays[1]);
    ndv_release(arrays[0]);
}

static void memory_that_was_wrapped_twice_is_drawn_once(void) {
    static double memory[10];
    static const char *const names[] = {"first", "second"};
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *arrays[2];
    CHECK_OK(ndv_wrap(memory, 48, 0, NDV_FLOAT64, NDV_DIMS(6), NULL, 0, NULL, NULL, &arrays[0]));
    CHECK_OK(ndv_wrap(memory + 4, 48, 0, NDV_FLOAT64, NDV_DIMS(6), NULL, 0, NULL, NULL,
                      &arrays[1]));
    options.form = NDV_DRAW_ASCII;
    draw(2, arrays, names, &options);
    CHECK(strstr(text, "80 bytes in 2 buffers over the same memory") == text);
    check_row(text, "first", arrays[0], (const char *)memory, 0, 80, true);
    check_row(text, "second", arrays[1], (const char *)memory, 0, 80, true);
    CHECK(strstr(text, "share byte") != NULL);
    ndv_release(arrays[1]);
    ndv_release(arrays[0]);
}

static void huge_arrays_are_drawn_as_quickly_as_small_ones(void) {
    static char somewhere[1];
    static const char *const names[] = {"all", "column", "tangled", "page"};
    const int64_t million = 1000000;
    const int64_t tangled_shape[] = {400, 400, 400}, tangled[] = {1000003, 999983, 700001};
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *arrays[4];
    int form, subject;
    if (sizeof(size_t) < 8) return;
    /* 8 TB that are not there: a drawing reads no element. */
    CHECK_OK(ndv_wrap(somewhere, (size_t)(8 * million * million), 0, NDV_FLOAT64,
                      NDV_DIMS(million, million), NULL, 0, NULL, NULL, &arrays[0]));
    CHECK_OK(ndv_slice(arrays[0], ":, ::-500000", &arrays[1]));
    CHECK_OK(ndv_as_strided(arrays[0], 3, tangled_shape, tangled, 0, 0, &arrays[2]));
    CHECK_OK(ndv_slice(arrays[0], "500000:500003", &arrays[3]));
    for (form = NDV_DRAW_TEXT; form <= NDV_DRAW_SVG; form++)
        for (subject = NDV_DRAW_BYTES; subject <= NDV_DRAW_HANDLES; subject++) {
            options.form = form;
            options.subject = subject;
            draw(4, arrays, names, &options);
        }
    options.form = NDV_DRAW_ASCII;
    options.subject = NDV_DRAW_BYTES;
    draw(4, arrays, names, &options);
    {
        static char row[2000];
        CHECK(row_of(text, "all", row, sizeof row) && strspn(row, "#") == strlen(row));
        CHECK(row_of(text, "column", row, sizeof row) && strspn(row, "-") == strlen(row));
        CHECK(row_of(text, "page", row, sizeof row) && strcspn(row, "-") == strlen(row) / 2);
    }
    CHECK(strstr(text, "too tangled to count") != NULL);
    ndv_release(arrays[3]);
    ndv_release(arrays[2]);
    ndv_release(arrays[1]);
    ndv_release(arrays[0]);
}

/* ---- forms ---- */

/* Whether a text is well-formed as far as XML needs it here: tags nest, attributes are quoted,
 * ampersands begin entities, and every character may stand in XML. */
static bool is_well_formed(const char *svg) {
    char open[16][16];
    int depth = 0;
    const char *c = svg;
    for (; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 && *c != '\n') return false;
        if (*c == '>') return false;
        if (*c == '&' && strncmp(c, "&amp;", 5) != 0 && strncmp(c, "&lt;", 4) != 0 &&
            strncmp(c, "&gt;", 4) != 0 && strncmp(c, "&quot;", 6) != 0 &&
            strncmp(c, "&#39;", 5) != 0)
            return false;
        if (*c == '<') {
            const bool closes = c[1] == '/';
            const char *name = c + 1 + closes;
            const size_t length = strcspn(name, " />");
            bool quoted = false;
            if (length == 0 || length > 15) return false;
            for (; *c != '\0' && (quoted || *c != '>'); c++) {
                if (*c == '"') quoted = !quoted;
                if (*c == '<' && c + 1 + closes != name) return false;
            }
            if (*c == '\0') return false;
            if (closes) {
                if (depth == 0 || strlen(open[--depth]) != length ||
                    strncmp(open[depth], name, length) != 0)
                    return false;
            } else if (c[-1] != '/') {
                if (depth == 16) return false;
                memcpy(open[depth], name, length);
                open[depth++][length] = '\0';
            }
        }
    }
    return depth == 0;
}

static bool is_ascii(const char *c) {
    for (; *c != '\0'; c++)
        if ((unsigned char)*c >= 0x7f || ((unsigned char)*c < 0x20 && *c != '\n')) return false;
    return true;
}

/* Draws in all forms, both subjects, and several widths, and checks what holds for all. */
static void check_forms(int32_t count, ndv_array *const *arrays, const char *const *names) {
    static const int32_t widths[] = {0, 1, 40, 57, 80, 400, 2000, INT32_MAX};
    int32_t form, subject;
    size_t i;
    for (form = NDV_DRAW_TEXT; form <= NDV_DRAW_SVG; form++)
        for (subject = NDV_DRAW_BYTES; subject <= NDV_DRAW_HANDLES; subject++)
            for (i = 0; i < COUNT(widths); i++) {
                ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
                const char *line;
                options.form = form;
                options.subject = subject;
                options.width = widths[i];
                draw(count, arrays, names, &options);
                CHECK(text[0] != '\0');
                if (form == NDV_DRAW_SVG) {
                    CHECK(is_well_formed(text));
                    CHECK(strncmp(text, "<svg xmlns=\"http://www.w3.org/2000/svg\"", 39) == 0);
                    continue;
                }
                if (form != NDV_DRAW_ASCII) continue;
                CHECK(is_ascii(text));
                for (line = text; line != NULL; line = strchr(line, '\n')) {
                    const size_t most = widths[i] == 0      ? 80
                                        : widths[i] < 60    ? 60 /* the legend */
                                        : widths[i] > 1024 ? 1024
                                                            : (size_t)widths[i];
                    line += *line == '\n';
                    if (strcspn(line, "\n") > most && strstr(line, "(some rows") != line)
                        check_that(__FILE__, __LINE__, "the line is not too wide", 0),
                            printf("    %.*s\n", (int)strcspn(line, "\n"), line);
                }
            }
}

static void every_form_of_every_kind_of_array_is_sound(void) {
    static const char *const names[] = {"a", "scalar", "none", "deep", "far", "rows", "same"};
    int64_t ones[64], thin[2] = {2, 1};
    const int64_t steps[2] = {1 << 20, 8};
    ndv_array *arrays[7];
    int i;
    for (i = 0; i < 64; i++) ones[i] = 1;
    ones[63] = 2;
    CHECK_OK(ndv_zeros(NDV_FLOAT64, NDV_DIMS(3, 4), &arrays[0]));
    CHECK_OK(ndv_zeros(NDV_COMPLEX128, 0, NULL, &arrays[1]));
    CHECK_OK(ndv_zeros(NDV_INT8, NDV_DIMS(0, 5), &arrays[2]));
    CHECK_OK(ndv_zeros(NDV_UINT16, 64, ones, &arrays[3]));
    CHECK_OK(ndv_zeros(NDV_UINT8, NDV_DIMS(3 << 20), &arrays[5]));
    CHECK_OK(ndv_as_strided(arrays[5], 2, thin, steps, 0, 0, &arrays[4]));
    ndv_release(arrays[5]);
    CHECK_OK(ndv_broadcast_to(arrays[0], NDV_DIMS(7, 3, 4), &arrays[5]));
    arrays[6] = ndv_retain(arrays[0]);
    check_forms(7, arrays, names);
    check_forms(7, arrays, NULL);
    check_forms(0, NULL, NULL);
    check_forms(1, arrays + 2, names);
    check_forms(1, arrays + 1, names);
    for (i = 6; i >= 0; i--) ndv_release(arrays[i]);
}

static void names_are_only_shown(void) {
    static char longest[5000];
    static const char *const names[] = {
        "<script>alert(\"1 & 2\")</script>", "]]>", "'\"&amp;<!--", "\x1b[31mred\x1b[0m\r\n\t",
        "\xff\xfe\xc3(", "\xe2\x80\xae" "gnirts", "", "\xed\xa0\x80 \xef\xbf\xbf", NULL, longest,
        "\xe6\xbc\xa2\xe5\xad\x97\xe3\x81\x8b\xe3\x81\xaa", "\xf3\xa0\x80\x81%s%n"};
    ndv_array *a, *arrays[COUNT(names)];
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    size_t i;
    memset(longest, 'm', sizeof longest - 1);
    CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(4), &a));
    for (i = 0; i < COUNT(names); i++) CHECK_OK(ndv_view(a, &arrays[i]));
    check_forms((int32_t)COUNT(names), arrays, names);
    draw((int32_t)COUNT(names), arrays, names, &options);
    CHECK(strchr(text, '\x1b') == NULL && strchr(text, '\r') == NULL && strchr(text, '\t') == NULL);
    CHECK(strstr(text, "\xe2\x80\xae") == NULL);     /* turns the direction of text */
    CHECK(strstr(text, "\nmmmmmmmmmmmmmmm\xe2\x80\xa6 ") != NULL);
    CHECK(strstr(text, "\n#8 ") != NULL);
    options.form = NDV_DRAW_SVG;
    draw((int32_t)COUNT(names), arrays, names, &options);
    CHECK(strstr(text, "&lt;script&gt;alert(&quot;1 &amp;") != NULL);
    for (i = 0; i < COUNT(names); i++) ndv_release(arrays[i]);
    ndv_release(a);
}

static void text_that_does_not_fit_is_cut_before_a_character(void) {
    static const char *const name = "\xce\xb1";
    static char cut[4000];
    const ndv_array *list[1];
    ndv_array *a;
    size_t capacity, length = 0;
    CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(4), &a));
    list[0] = a;
    draw(1, &a, &name, NULL);
    for (capacity = 0; capacity < strlen(text) + 2; capacity++) {
        size_t kept;
        memset(cut, 'x', sizeof cut);
        CHECK_OK(ndv_draw(1, list, &name, NULL, capacity ? cut : NULL, capacity, &length));
        CHECK(length == strlen(text));
        CHECK(cut[capacity] == 'x');
        if (capacity == 0) continue;
        kept = strlen(cut);
        CHECK(kept < capacity && strncmp(cut, text, kept) == 0);
        /* No byte within a character follows. */
        CHECK(kept + 4 > capacity || kept == length);
        CHECK(((unsigned char)text[kept] & 0xc0) != 0x80);
    }
    CHECK_OK(ndv_draw(1, list, &name, NULL, cut, sizeof cut, NULL));
    CHECK(strcmp(cut, text) == 0);
    ndv_release(a);
}

static void drawings_refuse_what_they_cannot_read(void) {
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    const ndv_array *list[65];
    ndv_array *a;
    char room[8] = "before";
    size_t length = 7;
    int i;
    CHECK_OK(ndv_zeros(NDV_INT16, NDV_DIMS(4), &a));
    for (i = 0; i < 65; i++) list[i] = a;
    CHECK_STATUS(NDV_E_LIMIT, ndv_draw(65, list, NULL, NULL, room, sizeof room, &length));
    CHECK_MESSAGE("64");
    CHECK(length == 0 && strcmp(room, "before") == 0);
    CHECK_OK(ndv_draw(64, list, NULL, NULL, NULL, 0, &length));
    CHECK(length > 64);
    CHECK_STATUS(NDV_E_SHAPE, ndv_draw(-1, list, NULL, NULL, room, sizeof room, &length));
    CHECK_STATUS(NDV_E_NULL, ndv_draw(1, NULL, NULL, NULL, room, sizeof room, &length));
    CHECK_STATUS(NDV_E_NULL, ndv_draw(1, list, NULL, NULL, NULL, 9, &length));
    list[2] = NULL;
    CHECK_STATUS(NDV_E_NULL, ndv_draw(3, list, NULL, NULL, room, sizeof room, &length));
    CHECK_STATUS(NDV_E_NULL, ndv_draw_print(3, list, NULL, NULL));
#define REFUSED(field, value)                                                                      \
    do {                                                                                           \
        ndv_draw_options wrong = options;                                                          \
        wrong.field = value;                                                                       \
        CHECK_STATUS(NDV_E_ARGUMENT, ndv_draw(1, list, NULL, &wrong, room, sizeof room, &length)); \
    } while (0)
    REFUSED(form, 0);
    REFUSED(form, NDV_ORDER_F);
    REFUSED(subject, NDV_ORDER_K);
    REFUSED(subject, 0);
    REFUSED(width, -1);
    REFUSED(pairs, -1);
    REFUSED(first_byte, -1);
    REFUSED(byte_count, -1);
    REFUSED(struct_size, sizeof options - 1);
#undef REFUSED
    CHECK_STATUS(NDV_E_NULL, ndv_draw_save(1, list, NULL, NULL, NULL));
    CHECK_STATUS(NDV_E_IO, ndv_draw_save(1, list, NULL, NULL, "no/such/folder/picture.svg"));
    ndv_release(a);
}

static void a_saved_drawing_is_the_drawn_one_and_a_newline(void) {
    static char saved[sizeof text];
    static const char *const name = "a";
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    const ndv_array *list[1];
    ndv_array *a;
    FILE *file;
    size_t length;
    CHECK_OK(ndv_arange(0, 500, 1, &a));
    list[0] = a;
    options.form = NDV_DRAW_SVG;
    options.width = 4096;
    CHECK_OK(ndv_draw_save(1, list, &name, &options, "drawing.svg"));
    draw(1, &a, &name, &options);
    CHECK(strlen(text) > 10000); /* in several pieces */
    file = fopen("drawing.svg", "rb");
    CHECK(file != NULL);
    if (file != NULL) {
        length = fread(saved, 1, sizeof saved - 1, file);
        saved[length] = '\0';
        fclose(file);
        CHECK(length == strlen(text) + 1 && saved[length - 1] == '\n');
        CHECK(strncmp(saved, text, length - 1) == 0);
        remove("drawing.svg");
    }
    CHECK_OK(ndv_draw_print(1, list, &name, NULL));
    ndv_release(a);
}

static void null_stands_for_the_default_options(void) {
    static char first[4000];
    const ndv_draw_options defaults = NDV_DRAW_OPTIONS_INIT;
    ndv_draw_options eighty = NDV_DRAW_OPTIONS_INIT;
    ndv_array *a;
    CHECK_OK(ndv_arange(0, 60, 1, &a));
    strncpy(first, draw(1, &a, NULL, NULL), sizeof first - 1);
    CHECK(strcmp(first, draw(1, &a, NULL, &defaults)) == 0);
    eighty.width = 80;
    CHECK(strcmp(first, draw(1, &a, NULL, &eighty)) == 0);
    ndv_release(a);
}

/* ---- drawings of handles ---- */

static void the_graph_shows_views_on_their_owners(void) {
    static const char *const names[] = {"a", "v", "alias", "w", "b"};
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *arrays[5], *more;
    const char *a, *v, *w, *b;
    options.form = NDV_DRAW_ASCII;
    options.subject = NDV_DRAW_HANDLES;
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(2, 3), &arrays[0]));
    CHECK_OK(ndv_slice(arrays[0], "1", &arrays[1]));
    arrays[2] = ndv_retain(arrays[0]);
    CHECK_OK(ndv_readonly(arrays[1], &arrays[3]));
    CHECK_OK(ndv_view(arrays[0], &more));
    CHECK_OK(ndv_copy(arrays[0], NDV_ORDER_F, &arrays[4]));
    draw(5, arrays, names, &options);
    a = strstr(text, "`-- a = alias: float32 (2, 3), 2 references, 3 views\n");
    v = strstr(text, "    |-- v: float32 (3,), 1 reference\n");
    w = strstr(text, "    |-- w: float32 (3,), 1 reference\n");
    b = strstr(text, "`-- b: float32 (2, 3), 1 reference\n");
    CHECK(a != NULL && v != NULL && w != NULL && b != NULL && a < v && v < w && w < b);
    CHECK(strstr(text, "    `-- 1 view not named here") != NULL);
    CHECK(strstr(text, "buffer 1: heap, 24 bytes\n") == text);
    CHECK(strstr(text, "buffer 2: heap, 24 bytes\n") != NULL);
    CHECK(strstr(text, "strides (4,) from byte 12, C F aligned writeable") != NULL);
    CHECK(strstr(text, "strides (4,) from byte 12, C F aligned read-only") != NULL);
    options.form = NDV_DRAW_SVG;
    draw(5, arrays, names, &options);
    CHECK(count_of(text, ">a = alias<") == 1 && count_of(text, ">v<") == 1);
    CHECK(count_of(text, ">buffer ") == 2);
    CHECK(count_of(text, "l-9 -5v10z") == 5); /* three views and two owners point somewhere */
    ndv_release(arrays[4]);
    ndv_release(more);
    ndv_release(arrays[3]);
    ndv_release(arrays[2]);
    ndv_release(arrays[1]);
    ndv_release(arrays[0]);
}

static void an_owner_without_a_name_is_shown_too(void) {
    static const char *const name = "v";
    ndv_draw_options options = NDV_DRAW_OPTIONS_INIT;
    ndv_array *a, *v;
    options.form = NDV_DRAW_ASCII;
    options.subject = NDV_DRAW_HANDLES;
    CHECK_OK(ndv_zeros(NDV_FLOAT32, NDV_DIMS(5), &a));
    CHECK_OK(ndv_slice(a, "1:", &v));
    ndv_release(a);
    draw(1, &v, &name, &options);
    CHECK(strstr(text, "`-- (not named here): float32 (5,), 0 references, 1 view\n") != NULL);
    ndv_release(v);
}

CHECK_MAIN(TEST(footprints_are_what_marking_every_byte_finds),
           TEST(footprint_counts_whoever_holds_the_buffer),
           TEST(footprint_of_huge_views_takes_no_time),
           TEST(a_footprint_that_is_too_hard_is_a_bound),
           TEST(footprint_refuses_what_is_no_array_or_struct),
           TEST(compact_copies_only_what_makes_bad_use_of_its_buffer),
           TEST(compact_frees_the_buffer_that_a_small_view_kept),
           TEST(compact_makes_no_copy_that_is_larger_than_the_buffer),
           TEST(compact_refuses_with_the_bytes_in_its_message),
           TEST(rows_show_the_bytes_that_arrays_see),
           TEST(columns_of_many_bytes_show_parts),
           TEST(a_part_of_the_memory_can_be_shown_larger),
           TEST(boxes_hold_the_positions_of_their_elements),
           TEST(elements_that_share_bytes_are_counted),
           TEST(seen_by_counts_the_arrays_at_each_byte),
           TEST(witnesses_are_bytes_of_both_elements),
           TEST(every_buffer_has_a_picture_of_its_own),
           TEST(memory_that_was_wrapped_twice_is_drawn_once),
           TEST(huge_arrays_are_drawn_as_quickly_as_small_ones),
           TEST(every_form_of_every_kind_of_array_is_sound),
           TEST(names_are_only_shown),
           TEST(text_that_does_not_fit_is_cut_before_a_character),
           TEST(drawings_refuse_what_they_cannot_read),
           TEST(a_saved_drawing_is_the_drawn_one_and_a_newline),
           TEST(null_stands_for_the_default_options),
           TEST(the_graph_shows_views_on_their_owners),
           TEST(an_owner_without_a_name_is_shown_too))
