/* A consumer of two libraries that are written in Rust, both linked as archives, and of a second
 * copy of ndview under other names. */
#include <ndview_c99.h>

#include <stdio.h>

int32_t other_catches_its_own_panic(void);
ndv_status other_ndv_arange(int64_t start, int64_t stop, int64_t step, ndv_array **out);
ndv_status other_ndv_slice(const ndv_array *array, const char *text, ndv_array **out);
const ndv_array *other_ndv_base(const ndv_array *array);
ndv_status other_ndv_release(ndv_array *array);

int main(void) {
    ndv_array *a = NULL, *v = NULL, *copy = NULL, *copys_view = NULL;
    if (ndv_arange(0, 6, 1, &a) || ndv_slice(a, "::2", &v) || ndv_print(v)) return 1;
    if (other_ndv_arange(0, 6, 1, &copy) || other_ndv_slice(copy, "::2", &copys_view)) return 1;
    printf("base: %s\n", ndv_base(v) == a && other_ndv_base(copys_view) == copy ? "the array"
                                                                               : "something else");
    ndv_release(v);
    ndv_release(a);
    other_ndv_release(copys_view);
    other_ndv_release(copy);
    return !other_catches_its_own_panic();
}
