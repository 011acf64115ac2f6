/* photo.c: one photo, many views, one new picture.
 *
 *     photo IN OUT...
 *     photo photo.ppm sheet.ppm sheet.npy
 *
 * Reads a photo into memory of its own, and lets ndview see it as an array of rows, columns and
 * channels. Crops, mirrors and turns it without copying a byte, writes into it through such views,
 * and at last lays all of them out on a contact sheet, the only picture that is new.
 *
 * Files are binary PPM, or NumPy's .npy where the name ends so: uint8 of shape (rows, columns, 3).
 */
#include <ndview_c99.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every call that can fail goes through OK(): it shows what went wrong, and ends the program. */
#define OK(call) ok((call), #call)

static void ok(ndv_status status, const char *call) {
    if (status == NDV_OK) return;
    fprintf(stderr, "photo: %s\n  %s: %s\n", call, ndv_status_name(status),
            ndv_last_error_message());
    exit(EXIT_FAILURE);
}

static void refuse(const char *path, const char *why) {
    fprintf(stderr, "photo: %s: %s\n", path, why);
    exit(EXIT_FAILURE);
}

static bool is_npy(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot && strcmp(dot, ".npy") == 0;
}

/* ndview calls this when a photo that was wrapped and the last view of it are gone. */
static void give_back(void *pixels, void *path) {
    free(pixels);
    printf("  the pixels of %s are given back\n", (const char *)path);
}

/* A binary PPM file is P6, width, height, 255, one blank, then three bytes for each pixel. The
 * next number of the header and the blank behind it; 0 if there is none below a million. */
static int64_t header_number(FILE *file) {
    int64_t number = 0;
    int c = fgetc(file);
    while (isspace(c) || c == '#') {
        if (c == '#')
            while (c != '\n' && c != EOF) c = fgetc(file);
        else
            c = fgetc(file);
    }
    for (; isdigit(c) && number < 1000000; c = fgetc(file)) number = 10 * number + (c - '0');
    return (isspace(c) || c == EOF) && number < 1000000 ? number : 0;
}

static ndv_array *read_ppm(const char *path) {
    unsigned char *pixels;
    int64_t width, height;
    size_t nbytes;
    ndv_array *photo;
    FILE *file = fopen(path, "rb");
    if (!file) refuse(path, "cannot be opened");
    if (fgetc(file) != 'P' || fgetc(file) != '6' || !isspace(fgetc(file)))
        refuse(path, "is no binary PPM: it does not begin with P6");
    width = header_number(file);
    height = header_number(file);
    if (width == 0 || height == 0) refuse(path, "has no proper width and height");
    if (header_number(file) != 255) refuse(path, "has no 8-bit channels: the maximum is not 255");
    if ((uint64_t)width * (uint64_t)height > SIZE_MAX / 3) refuse(path, "is too large");
    nbytes = (size_t)width * (size_t)height * 3;
    pixels = malloc(nbytes);
    if (!pixels) refuse(path, "does not fit into memory");
    if (fread(pixels, 1, nbytes, file) != nbytes) {
        free(pixels);
        refuse(path, "is truncated: pixels are missing");
    }
    fclose(file);
    OK(ndv_wrap(pixels, nbytes, 0, NDV_UINT8, NDV_DIMS(height, width, 3), NULL, 0, give_back,
                (void *)path, &photo));
    return photo;
}

static ndv_array *read_npy(const char *path) {
    ndv_array *photo;
    OK(ndv_npy_load(path, &photo));
    OK(ndv_expect(photo, NDV_UINT8, 3, 0));
    if (ndv_shape(photo)[2] != 3) refuse(path, "has another number of channels than 3");
    return photo;
}

static void write_ppm(const char *path, const ndv_array *image) {
    const int64_t *shape = ndv_shape(image);
    FILE *file;
    bool complete;
    OK(ndv_expect(image, NDV_UINT8, 3, NDV_C_CONTIGUOUS)); /* its bytes are those of the file */
    file = fopen(path, "wb");
    if (!file) refuse(path, "cannot be written");
    fprintf(file, "P6\n%lld %lld\n255\n", (long long)shape[1], (long long)shape[0]);
    complete = fwrite(ndv_data(image), 1, ndv_nbytes(image), file) == ndv_nbytes(image);
    if (fclose(file) != 0 || !complete) refuse(path, "could not be written to its end");
}

static void write_npy(const char *path, const ndv_array *image) {
    ndv_array *loaded;
    bool equal;
    OK(ndv_npy_save(image, path));
    OK(ndv_npy_load(path, &loaded));
    OK(ndv_equal(loaded, image, &equal));
    if (!equal) refuse(path, "does not hold what was saved");
    printf("  %s is saved; read back, it is equal to the sheet\n", path);
    OK(ndv_release(loaded));
}

static ndv_array *part(const ndv_array *array, const char *text) {
    ndv_array *view;
    OK(ndv_slice(array, text, &view));
    return view;
}

static ndv_array *window(const ndv_array *image, int64_t top, int64_t left, int64_t rows,
                         int64_t columns) {
    ndv_array *view;
    OK(ndv_index_items(
        image, NDV_ITEMS(NDV_RANGE(top, top + rows), NDV_RANGE(left, left + columns)), &view));
    return view;
}

static ndv_array *on_its_side(const ndv_array *image) {
    ndv_array *view;
    OK(ndv_swap_axes(image, 0, 1, &view));
    return view;
}

static void release(ndv_array *array) { OK(ndv_release(array)); }

/* image[top:top + rows, left:left + columns] = source */
static void paint(ndv_array *image, int64_t top, int64_t left, int64_t rows, int64_t columns,
                  const ndv_array *source) {
    ndv_array *area = window(image, top, left, rows, columns);
    OK(ndv_set(area, source, NDV_CAST_NO)); /* broadcasts one colour, or one channel as grey */
    release(area);
}

/* A frame of four strips around a part of an image. */
static void frame(ndv_array *image, int64_t top, int64_t left, int64_t rows, int64_t columns,
                  const ndv_array *colour) {
    const int64_t thick = 4;
    paint(image, top - thick, left - thick, thick, columns + 2 * thick, colour);
    paint(image, top + rows, left - thick, thick, columns + 2 * thick, colour);
    paint(image, top, left - thick, rows, thick, colour);
    paint(image, top, left + columns, rows, thick, colour);
}

/* Every second pixel of an image, cut to what there is room for, laid on the sheet. */
static void lay(ndv_array *sheet, int64_t top, int64_t left, int64_t rows, int64_t columns,
                const ndv_array *image) {
    ndv_array *half = part(image, "::2, ::2");
    ndv_array *cut = window(half, 0, 0, rows, columns);
    paint(sheet, top, left, rows, columns, cut);
    release(cut);
    release(half);
}

static void show(const char *name, const ndv_array *array) {
    const int64_t *shape = ndv_shape(array), *strides = ndv_strides(array);
    const void *low, *high;
    char shape_text[64], strides_text[64];
    OK(ndv_byte_bounds(array, &low, &high));
    snprintf(shape_text, sizeof shape_text, "(%d, %d, %d)", (int)shape[0], (int)shape[1],
             (int)shape[2]);
    snprintf(strides_text, sizeof strides_text, "(%d, %d, %d)", (int)strides[0], (int)strides[1],
             (int)strides[2]);
    printf("  %-28s %-14s %-15s %-5s %8lld\n", name, shape_text, strides_text,
           ndv_base(array) ? "view" : "owner",
           (long long)((const char *)high - (const char *)low));
}

static void show_pixel(const char *name, const ndv_array *image, const char *text) {
    ndv_array *pixel = part(image, text);
    printf("  %s[%s] = ", name, text);
    OK(ndv_print(pixel));
    release(pixel);
}

static ndv_statistics show_statistics(void) {
    ndv_statistics s = NDV_STATISTICS_INIT;
    OK(ndv_get_statistics(&s));
    printf("  alive: arrays %lld, buffers %lld, bytes %lld; bytes copied so far: %lld\n\n",
           (long long)s.arrays_alive, (long long)s.buffers_alive, (long long)s.bytes_alive,
           (long long)s.bytes_copied);
    return s;
}

int main(int argc, char **argv) {
    const uint8_t yellow[] = {255, 221, 0};
    ndv_array *photo, *eye, *mirrored, *upside_down, *side, *green, *small;
    ndv_array *colour, *mirrored_eye, *sheet, *hanging;

    if (argc < 3) {
        fprintf(stderr, "usage: photo IN OUT..., each .ppm or .npy\n");
        return EXIT_FAILURE;
    }
    photo = is_npy(argv[1]) ? read_npy(argv[1]) : read_ppm(argv[1]);
    const int64_t height = ndv_shape(photo)[0], width = ndv_shape(photo)[1];
    if (width < 320 || height < 260) refuse(argv[1], "is too small: 320 x 260 is the least");

    printf("Views of %s\n", argv[1]);
    eye = part(photo, "76:156, 126:216");
    mirrored = part(photo, ":, ::-1");
    upside_down = part(photo, "::-1");
    side = on_its_side(photo);
    green = part(photo, ":, :, 1:2");
    small = part(photo, "::2, ::2");
    printf("  %-28s %-14s %-15s %-5s %8s\n", "", "shape", "strides", "", "spans");
    show("photo", photo);
    show("eye = photo[76:156, 126:216]", eye);
    show("mirrored = photo[:, ::-1]", mirrored);
    show("upside_down = photo[::-1]", upside_down);
    show("side = photo.swapaxes(0, 1)", side);
    show("green = photo[:, :, 1:2]", green);
    show("small = photo[::2, ::2]", small);
    show_statistics();

    printf("A yellow frame around the eye, and the eye mirrored in the corner\n");
    show_pixel("side", side, "130, 75");
    OK(ndv_from_data(NDV_UINT8, NDV_DIMS(3), yellow, &colour));
    mirrored_eye = part(eye, ":, ::-1");
    frame(photo, 76, 126, 80, 90, colour);
    frame(photo, height - 100, width - 110, 80, 90, colour);
    paint(photo, height - 100, width - 110, 80, 90, mirrored_eye);
    release(mirrored_eye);
    release(colour);
    printf("  now\n");
    show_pixel("side", side, "130, 75");
    show_pixel("photo", photo, "75, 130");
    show_statistics();

    printf("The contact sheet, one new buffer that all of them are assigned into\n");
    /* The photo at the left above two halves of it, and two more on their sides at the right. */
    const int64_t gap = 10, low = height / 2, wide = (width - gap) / 2;
    const int64_t tall = width / 2 < (height + low) / 2 ? width / 2 : (height + low) / 2;
    const int64_t below = height + 2 * gap, beside = width + 2 * gap;
    OK(ndv_full_int64(NDV_UINT8, NDV_DIMS(height + low + 3 * gap, width + low + 3 * gap, 3), 32,
                      &sheet));
    hanging = on_its_side(upside_down);
    paint(sheet, gap, gap, height, width, photo);
    lay(sheet, below, gap, low, wide, mirrored);
    lay(sheet, below, 2 * gap + wide, low, wide, green);
    lay(sheet, gap, beside, tall, low, side);
    lay(sheet, 2 * gap + tall, beside, tall, low, hanging);
    release(hanging);
    show("sheet", sheet);
    for (int out = 2; out < argc; out++) {
        if (is_npy(argv[out]))
            write_npy(argv[out], sheet);
        else
            write_ppm(argv[out], sheet);
    }
    show_statistics();
    release(sheet);

    printf("The photo is released, its views are not\n");
    release(photo);
    show_statistics();
    printf("The views are released as well\n");
    release(eye);
    release(mirrored);
    release(upside_down);
    release(side);
    release(green);
    release(small);
    return show_statistics().arrays_alive == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
