/* tiles.c: an image seen tile by tile, without an allocation.
 *
 * A span is a view without a handle, in memory of the program's own. The loops below make tens of
 * thousands of them; the library's counts tell that no array was made for it.
 *
 *     build/examples/tiles
 */
#include <ndview_c99.h>

#include <stdio.h>
#include <stdlib.h>

/* Every call that can fail goes through OK(): it shows what went wrong, and ends the program. */
#define OK(call) ok((call), #call)

static void ok(ndv_status status, const char *call) {
    if (status == NDV_OK) return;
    fprintf(stderr, "%s\n  %s: %s\n", call, ndv_status_name(status), ndv_last_error_message());
    exit(EXIT_FAILURE);
}

enum { HEIGHT = 720, WIDTH = 1280, TILE = 8 };

/* The mean of a tile, over all of it: what a mosaic shows. */
static void flatten(const ndv_span *tile) {
    int64_t sum = 0;
    for (int64_t i = 0; i < tile->shape[0]; i++)
        for (int64_t j = 0; j < tile->shape[1]; j++) sum += NDV_GET2(uint8_t, *tile, i, j);
    const uint8_t mean = (uint8_t)(sum / (tile->shape[0] * tile->shape[1]));
    for (int64_t i = 0; i < tile->shape[0]; i++)
        for (int64_t j = 0; j < tile->shape[1]; j++) NDV_REF2(uint8_t, *tile, i, j) = mean;
}

/* Calls a function for each tile of an image, those at the edges being smaller. */
static int64_t for_each_tile(const ndv_span *image, void (*function)(const ndv_span *tile)) {
    ndv_span rows = NDV_SPAN_INIT, tile = NDV_SPAN_INIT; /* once: each is a kilobyte */
    int64_t count = 0;
    for (int64_t i = 0; i < image->shape[0]; i += TILE) {
        OK(ndv_span_slice(image, 0, i, i + TILE, 1, &rows));
        for (int64_t j = 0; j < rows.shape[1]; j += TILE, count++) {
            OK(ndv_span_slice(&rows, 1, j, j + TILE, 1, &tile));
            function(&tile);
        }
    }
    return count;
}

/* Exchanges rows and columns within each tile: written over its own transpose. */
static void turn(const ndv_span *tile) {
    static ndv_span turned = NDV_SPAN_INIT;
    OK(ndv_span_transpose(tile, &turned));
    OK(ndv_span_set(tile, &turned, NDV_CAST_NO)); /* as if it had been read first */
}

static int64_t arrays_alive(void) {
    ndv_statistics s = NDV_STATISTICS_INIT;
    OK(ndv_get_statistics(&s));
    return s.arrays_alive;
}

int main(void) {
    ndv_array *image, *corner;
    ndv_span whole = NDV_SPAN_INIT, channel = NDV_SPAN_INIT, part = NDV_SPAN_INIT;
    int64_t count = 0;
    OK(ndv_empty(NDV_UINT8, NDV_DIMS(HEIGHT, WIDTH, 3), &image));
    OK(ndv_span_of_mut(image, &whole));
    for (int64_t i = 0; i < HEIGHT; i++)
        for (int64_t j = 0; j < WIDTH; j++)
            for (int64_t c = 0; c < 3; c++)
                NDV_REF3(uint8_t, whole, i, j, c) = (uint8_t)(8 * i + 2 * j + 20 * c);

    const int64_t before = arrays_alive();
    for (int64_t c = 0; c < 3; c++) {
        OK(ndv_span_index(&whole, 2, c, &channel)); /* image[:, :, c] */
        count += for_each_tile(&channel, c == 1 ? turn : flatten);
    }
    printf("%d tiles, %d arrays made for them\n", (int)count, (int)(arrays_alive() - before));

    /* A span that is to stay becomes a view, which keeps the image. */
    OK(ndv_span_index(&whole, 2, 1, &part));
    OK(ndv_span_slice(&part, 0, 0, 4, 1, &part));
    OK(ndv_span_slice(&part, 1, 0, 8, 1, &part));
    OK(ndv_span_view(image, &part, 0, &corner));
    OK(ndv_release(image));
    OK(ndv_print(corner));
    OK(ndv_release(corner));
    return EXIT_SUCCESS;
}
