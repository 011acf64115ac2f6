#!/usr/bin/env bash
# Runs the C tests under the address sanitizer, which looks for leaks too, and the undefined
# behaviour sanitizer. The tests are instrumented, the library is the one in the stage: its blocks
# come from malloc, so that the sanitizer knows them, and sees what a test does to them.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
stage=$root/build/stage
work=$root/build/asan
sanitize=(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g -O1)
# The tests ask for more than there is, and are to get NULL, as from malloc itself.
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1 NDVIEW_SOURCE_DIR=$root

rm -rf "$work"
mkdir -p "$work"
if ! echo 'int main(void) { return 0; }' |
    ${CC:-cc} -x c - "${sanitize[@]}" -o "$work/probe" 2>/dev/null || ! "$work/probe" 2>/dev/null; then
    echo "SKIP asan: ${CC:-cc} has no address sanitizer, or it cannot run here"
    exit
fi

compile() { # SOURCE PROGRAM
    local flags="${CC:-cc} -std=c99"
    case $1 in *.cpp) flags="${CXX:-c++} -std=c++11" ;; esac
    # Unquoted: the compilers may carry options.
    $flags "${sanitize[@]}" -I"$stage/include" "$1" -o "$2" \
        -L"$stage/lib" -lndview -lpthread -lm -ldl -Wl,-rpath,"$stage/lib"
}

# The sanitizers see what is wrong, and not only what the tests themselves look at.
planted() { # NAME TEXT: a program with a fault does not pass
    printf '#include "ndview_c99.h"\nint main(void) { ndv_array *a; %s }\n' "$2" >"$work/$1.c"
    compile "$work/$1.c" "$work/$1"
    if "$work/$1" >"$work/$1.log" 2>&1; then
        echo "FAIL  $1: it goes unnoticed"
        failed=$((failed + 1))
    fi
}

programs=0 failed=0 skipped=0
planted leak 'int i;
    for (i = 0; i < 100; i++)
        if (ndv_zeros(NDV_INT8, NDV_DIMS(9), &a)) return 0;
    return 0;'
planted released 'ndv_array *v; const int64_t *shape; volatile int64_t rows;
    if (ndv_zeros(NDV_INT8, NDV_DIMS(9), &a) || ndv_view(a, &v)) return 0;
    shape = ndv_shape(v);
    if (ndv_release(v)) return 0;
    rows = shape[0];
    return ndv_release(a) != NDV_OK && rows == 9;'
planted overrun 'if (ndv_zeros(NDV_INT8, NDV_DIMS(9), &a)) return 0;
    return ((const char *)ndv_data(a))[4096] + (ndv_release(a) != NDV_OK);'
for source in c_tests/test_*.c c_tests/test_*.cpp; do
    [ -e "$source" ] || continue
    name=$(basename "${source%.*}")
    status=0
    mkdir -p "$work/$name"
    { compile "$source" "$work/$name/program" && (cd "$work/$name" && ./program); } \
        >"$work/$name/log" 2>&1 </dev/null || status=$?
    case $status in
        0) programs=$((programs + 1)) ;;
        77) skipped=$((skipped + 1)); echo "skip  $name: $(tail -n 1 "$work/$name/log")" ;;
        *) failed=$((failed + 1)); echo "FAIL  $name"; tail -n 40 "$work/$name/log" ;;
    esac
done

echo "asan: $programs programs without an error or a leak, $failed with"
echo "$programs passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
