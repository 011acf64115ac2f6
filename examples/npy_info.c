/* npy_info.c: what a .npy file holds, and a part of it.
 *
 *     npy_info FILE [SLICE]
 *     npy_info photo.npy "::100, ::100, 0"
 *
 * Without a slice only the header is read, however large the file is. Without a file it says how it
 * is called.
 */
#include <ndview_c99.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Every call that can fail goes through OK(): it shows what went wrong, and ends the program. */
#define OK(call) ok((call), #call)

static void ok(ndv_status status, const char *call) {
    if (status == NDV_OK) return;
    fprintf(stderr, "%s\n  %s: %s\n", call, ndv_status_name(status), ndv_last_error_message());
    exit(EXIT_FAILURE);
}

static void show_header(const char *path) {
    ndv_npy_info info = NDV_NPY_INFO_INIT;
    OK(ndv_npy_read_info(path, &info));

    printf("%s: version %d.%d of the format\n", path, (int)info.major, (int)info.minor);
    printf("  type      %s%s\n", ndv_dtype_name(info.dtype),
           info.swapped ? ", in the other byte order" : "");
    printf("  shape     (");
    for (int32_t axis = 0; axis < info.ndim; axis++)
        printf(info.ndim == 1 ? "%" PRId64 "," : axis ? ", %" PRId64 : "%" PRId64,
               info.shape[axis]);
    printf(")\n");
    printf("  order     %c\n", (char)info.order);
    printf("  elements  %" PRId64 ", from byte %zu on, %zu bytes\n", info.size, info.data_offset,
           info.nbytes);
}

static void show_slice(const char *path, const char *slice) {
    ndv_array *array, *part;
    OK(ndv_npy_load(path, &array));
    OK(ndv_slice(array, slice, &part));
    printf("[%s] is\n", slice);
    OK(ndv_print(part));
    OK(ndv_release(part));
    OK(ndv_release(array));
}

int main(int argc, char **argv) {
    if (argc < 2 || argc > 3) {
        printf("usage: npy_info FILE [SLICE]\n");
        return argc == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    show_header(argv[1]);
    if (argc == 3) show_slice(argv[1], argv[2]);
    return EXIT_SUCCESS;
}
