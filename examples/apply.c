/* apply.c: a loop of one's own over arrays of any shape, strides and type.
 *
 * The loop is written once, for doubles one stride apart. ndv_apply() brings it the elements:
 * broadcast, converted, in rows as long as the layouts allow. At the end the loop is tested on a
 * layout that is as bad as can be.
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

/* y = factor * x + y, kept between 0 and 255. */
static int32_t add_scaled(char **data, const int64_t *dimensions, const int64_t *strides,
                          void *context) {
    const double factor = *(const double *)context;
    const char *x = data[0];
    char *y = data[1];
    for (int64_t i = 0; i < dimensions[0]; i++, x += strides[0], y += strides[1]) {
        const double sum = factor * *(const double *)(const void *)x + *(double *)(void *)y;
        *(double *)(void *)y = sum < 0 ? 0 : sum > 255 ? 255 : sum;
    }
    return 0;
}

static void run(const ndv_array *x, ndv_array *y, double factor) {
    OK(ndv_apply(NDV_OPERANDS(NDV_READS_AS(x, NDV_FLOAT64, NDV_CAST_SAFE),
                              NDV_UPDATES_AS(y, NDV_FLOAT64, NDV_CAST_UNSAFE)),
                 0, add_scaled, &factor));
}

int main(void) {
    ndv_array *ramp, *x, *image, *red, *small, *hostile;
    bool equal = false;

    /* x: int16, one row. red: every third byte of an image, backwards. */
    OK(ndv_arange(0, 6, 1, &ramp));
    OK(ndv_astype(ramp, NDV_INT16, NDV_ORDER_C, NDV_CAST_UNSAFE, NDV_COPY_ALWAYS, &x));
    OK(ndv_full_int64(NDV_UINT8, NDV_DIMS(2, 6, 3), 100, &image));
    OK(ndv_slice(image, ":, ::-1, 0", &red));

    run(x, red, 40); /* the row is broadcast, its int16 and the bytes of red become doubles */
    OK(ndv_print(red));

    /* x is now among the bytes that are written; the outcome is as if it had been read first. */
    OK(ndv_slice(red, "0, 3:0:-1", &small));
    ndv_release(x);
    OK(ndv_slice(red, "0, 1:4", &x));
    run(x, small, -0.5);
    OK(ndv_print(red));

    /* The same loop where every stride is odd: it must come to the same, and write nothing else. */
    OK(ndv_scramble(red, 2024, 0, &hostile));
    run(ramp, red, -9);
    run(ramp, hostile, -9);
    OK(ndv_equal(red, hostile, &equal));
    OK(ndv_scramble_check(hostile, 2024));
    printf("%s in a hostile layout\n", equal ? "the same" : "another outcome");

    ndv_array *all[] = {hostile, small, red, image, x, ramp};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) OK(ndv_release(all[i]));
    return equal ? EXIT_SUCCESS : EXIT_FAILURE;
}
