/* The smallest consumer: an array, a view of it, and whose view that is. */
#include <ndview_c99.h>

#include <stdio.h>
#include <string.h>

int main(void) {
    ndv_array *a = NULL, *v = NULL;
    if (ndv_arange(0, 6, 1, &a) || ndv_slice(a, "::2", &v) || ndv_print(v)) {
        fprintf(stderr, "%s\n", ndv_last_error_message());
        return 1;
    }
    printf("base: %s\n", ndv_base(v) == a ? "the array" : "something else");
    ndv_release(v);
    ndv_release(a);
    return strcmp(ndv_version(), NDV_VERSION_STRING) != 0;
}
