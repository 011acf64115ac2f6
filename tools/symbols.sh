#!/usr/bin/env bash
# Checks that the shared library exports exactly the functions that ndview.h declares, and that
# the C tests name every one of them.
set -euo pipefail
cd "$(dirname "$0")/.."

stage=build/stage
work=build/symbols
mkdir -p $work
export LC_ALL=C # for sort and comm

case $(uname -s) in
    Darwin) nm -gU $stage/lib/libndview.dylib | awk '{ sub(/^_/, "", $3); print $3 }' ;;
    *) nm -D --defined-only $stage/lib/libndview.so | awk '{ print $3 }' ;;
esac | sort -u >$work/exported

# After the preprocessor a name before a parenthesis is a function: macros and comments are gone,
# and a callback type is written (*ndv_free_fn)(...).
${CC:-cc} -E -P -x c $stage/include/ndview.h | { grep -oE '\bndv_[A-Za-z0-9_]+ *\(' || true; } |
    tr -d ' (' | sort -u >$work/declared

find c_tests \( -name '*.c' -o -name '*.cpp' -o -name '*.h' \) -exec cat {} + |
    { grep -oE '\bndv_[A-Za-z0-9_]+' || true; } | sort -u >$work/named-in-c-tests

report() { # TEXT FILE: fails when there is something in FILE
    [ -s "$2" ] || return 0
    echo "$1:"
    sed 's/^/  /' "$2"
    failed=1
}

failed=0
comm -23 $work/exported $work/declared >$work/undeclared
comm -13 $work/exported $work/declared >$work/missing
comm -23 $work/declared $work/named-in-c-tests >$work/untested
report "exported, but not declared in ndview.h" $work/undeclared
report "declared in ndview.h, but not exported" $work/missing
report "not named in any C test" $work/untested

count() { wc -l <"$1" | tr -d ' '; }
echo "symbols: $(count $work/exported) exported, $(count $work/declared) declared," \
    "$(count $work/untested) of them without a C test"
[ -s $work/declared ] && [ $failed = 0 ]
