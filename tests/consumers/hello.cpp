// The smallest consumer in C++: an array, a view of it, and whose view that is.
#include <ndview_c99.h>

#include <cstring>
#include <iostream>
#include <memory>

struct releases {
    void operator()(ndv_array *array) const { ndv_release(array); }
};
using array = std::unique_ptr<ndv_array, releases>;

int main() {
    ndv_array *made = nullptr, *seen = nullptr;
    if (ndv_arange(0, 6, 1, &made) || ndv_slice(made, "::2", &seen) || ndv_print(seen)) {
        std::cerr << ndv_last_error_message() << '\n';
        return 1;
    }
    const array a(made), v(seen);
    std::cout << "base: " << (ndv_base(v.get()) == a.get() ? "the array" : "something else") << '\n';
    return std::strcmp(ndv_version(), NDV_VERSION_STRING) != 0;
}
