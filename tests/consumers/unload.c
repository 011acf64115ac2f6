/* A consumer that loads and unloads a library that the archive is linked into: unload FILE. Unlike
 * the shared library, such a one goes away, and the threads that it started must be gone before. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

typedef struct ndv_array ndv_array;

static void *library;

/* Not a cast: ISO C has none from an object to a function. */
static int find(const char *name, void *function) {
    *(void **)function = dlsym(library, name);
    return *(void **)function == NULL;
}

/* A copy of 8 MB, by three threads; they are left behind. */
static int use_threads(void) {
    int32_t (*set_threads)(int32_t);
    int32_t (*arange)(int64_t, int64_t, int64_t, ndv_array **);
    int32_t (*copy)(const ndv_array *, int32_t, ndv_array **);
    int32_t (*release)(ndv_array *);
    ndv_array *a, *b;
    if (find("ndv_set_threads", &set_threads) || find("ndv_arange", &arange) ||
        find("ndv_copy", &copy) || find("ndv_release", &release))
        return 1;
    if (set_threads(3) || arange(0, 1000000, 1, &a) || copy(a, 'C', &b)) return 1;
    return release(a) || release(b);
}

int main(int argc, char **argv) {
    int times;
    for (times = 0; times < 20; times++) {
        library = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
        if (library == NULL) {
            fprintf(stderr, "%s\n", argc > 1 ? dlerror() : "usage: unload FILE");
            return 1;
        }
        if (use_threads()) {
            fprintf(stderr, "it does not work the %d. time\n", times + 1);
            return 1;
        }
        dlclose(library);
        if (dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) != NULL) {
            fprintf(stderr, "the library is still there\n");
            return 1;
        }
    }
    return 0;
}
