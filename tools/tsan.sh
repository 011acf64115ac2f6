#!/usr/bin/env bash
# Runs the C tests of threads under the thread sanitizer, tests and library both instrumented. Only a
# nightly Rust can do that.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$PWD/build/tsan
cc=${CC:-cc}
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p "$work"

if ! cargo +nightly --version >/dev/null 2>&1; then
    echo "SKIP tsan: no nightly Rust is installed"
    exit
elif ! echo 'int main(void) { return 0; }' |
    $cc -x c - -fsanitize=thread -o "$work/probe" 2>/dev/null || ! "$work/probe" 2>/dev/null; then
    echo "SKIP tsan: $cc has no thread sanitizer, or it cannot run here"
    exit
fi

RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer" CARGO_TARGET_DIR=$work/target \
    cargo +nightly build --release --locked --lib --package ndview --target "$host"
built=$work/target/$host/release/libndview.so
ln -sf "$built" "$work/libndview.so"
# The name that the programs will look for.
ln -sf "$built" "$work/$(LC_ALL=C readelf -d "$built" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')"

# Rust's instrumentation calls these; gcc's runtime has only what it calls them by.
cat >"$work/names.c" <<'C'
#include <string.h>
void *__tsan_memcpy(void *to, const void *from, size_t n) { return memcpy(to, from, n); }
void *__tsan_memmove(void *to, const void *from, size_t n) { return memmove(to, from, n); }
void *__tsan_memset(void *to, int byte, size_t n) { return memset(to, byte, n); }
C
# Two threads write the same elements: what the sanitizer must see in the library.
cat >"$work/race.c" <<'C'
#include <pthread.h>
#include "ndview_c99.h"
static ndv_array *array;
static void *fill(void *failed) {
    int64_t i;
    for (i = 0; i < 1000; i++)
        if (ndv_fill_int64(array, i) != NDV_OK) return failed;
    return NULL;
}
int main(void) {
    pthread_t thread[2];
    int i;
    if (ndv_zeros(NDV_INT64, NDV_DIMS(100), &array) != NDV_OK) return 0;
    for (i = 0; i < 2; i++) pthread_create(&thread[i], NULL, fill, NULL);
    for (i = 0; i < 2; i++) pthread_join(thread[i], NULL);
    return (int)ndv_release(array);
}
C

compile() { # SOURCE PROGRAM; clang's runtime has those functions itself
    local names=$work/names.c
    ! $cc -dM -E -x c /dev/null | grep -q __clang__ || names=
    # Unquoted: the compiler may carry options, and names be empty.
    $cc -std=c99 -g -O1 -fno-builtin -rdynamic -fsanitize=thread -Ibuild/stage/include "$1" $names \
        -o "$2" -L"$work" -lndview -lpthread -lm -ldl -Wl,-rpath,"$work"
}

# The sanitizer does not see what is read and written by wide vectors.
export NDV_ISA=portable
passed=0 failed=0
for name in test_threads test_set_threads test_first_calls test_leases test_checked test_close race; do
    source=c_tests/$name.c
    [ $name != race ] || source=$work/race.c
    compile "$source" "$work/$name"
    status=0
    (cd "$work" && "./$name") >"$work/$name.log" 2>&1 </dev/null || status=$?
    case $name:$status in
        race:0) failed=$((failed + 1)); echo "FAIL  a race in the library goes unnoticed" ;;
        race:* | *:0) passed=$((passed + 1)) ;;
        *) failed=$((failed + 1)); echo "FAIL  $name"; tail -n 60 "$work/$name.log" ;;
    esac
done

echo "tsan: $passed programs as they should be, $failed not"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
