/* A consumer that loads the library by itself, as languages with an FFI do: plugin FILE. Arrays
 * outlive dlclose(): the library stays mapped, so that what releases them is still there. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

typedef struct ndv_array ndv_array;

static void *library;
static int missing;

/* Not a cast: ISO C has none from an object to a function. */
static void find(const char *name, void *function) {
    *(void **)function = dlsym(library, name);
    if (*(void **)function == NULL) {
        fprintf(stderr, "there is no %s\n", name);
        missing = 1;
    }
}

int main(int argc, char **argv) {
    int32_t (*arange)(int64_t, int64_t, int64_t, ndv_array **);
    int32_t (*slice)(const ndv_array *, const char *, ndv_array **);
    int32_t (*print)(const ndv_array *);
    const ndv_array *(*base)(const ndv_array *);
    int32_t (*release)(ndv_array *);
    ndv_array *a, *v;

    library = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (library == NULL) {
        fprintf(stderr, "%s\n", argc > 1 ? dlerror() : "usage: plugin FILE");
        return 1;
    }
    find("ndv_arange", &arange);
    find("ndv_slice", &slice);
    find("ndv_print", &print);
    find("ndv_base", &base);
    find("ndv_release", &release);
    if (missing || arange(0, 6, 1, &a) || slice(a, "::2", &v) || print(v)) return 1;
    printf("base: %s\n", base(v) == a ? "the array" : "something else");
    dlclose(library);
    return release(v) || release(a);
}
