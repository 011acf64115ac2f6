#!/usr/bin/env bash
# Checks that both libraries export exactly the functions that ndview.h declares, that the C tests
# name every one of them, and that functions and constants are those written down in abi/. Also that
# every name in the headers begins with ndv_ or NDV_, and that every struct has an _INIT macro.
#
#   tools/symbols.sh           checks
#   tools/symbols.sh update    writes them down, and shows what changes
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

# The archive has only these, too, where tools/stage.sh can see to that.
case $(uname -s) in
    Darwin | MINGW* | MSYS* | CYGWIN*) cp $work/exported $work/archived ;;
    *) nm -g --defined-only $stage/lib/libndview.a 2>/dev/null | awk 'NF == 3 { print $3 }' |
        sort -u >$work/archived ;;
esac

# Constants with their numbers; the version's are no part of the ABI.
${CC:-cc} -E -dM -x c $stage/include/ndview.h |
    sed -nE '/NDV_VERSION_/d; s/^#define (NDV_[A-Z0-9_]+) (-?[0-9]+)$/\1 \2/p' |
    sort >$work/constants

written=(symbols constants) # in abi/ndview.*
cp $work/exported $work/symbols
if [ "${1:-}" = update ]; then
    mkdir -p abi
    for list in "${written[@]}"; do
        touch abi/ndview.$list
        { diff abi/ndview.$list $work/$list || true; } | sed -n 's/^</gone: /p; s/^>/new:  /p'
        cp $work/$list abi/ndview.$list
    done
    exit
fi

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
comm -3 $work/exported $work/archived >$work/differing
report "in the shared library, but not in the archive, or (indented) the other way round" $work/differing
for list in "${written[@]}"; do
    comm -23 abi/ndview.$list $work/$list >$work/gone
    comm -13 abi/ndview.$list $work/$list >$work/new
    report "in abi/ndview.$list, but gone: that breaks programs, see docs/abi.md" $work/gone
    report "new, and not in abi/ndview.$list: run \`make abi\`" $work/new
done
# A struct's name stands after its closing brace.
sed -n 's/^} \(ndv_[a-z0-9_]*\);.*/\1/p' $stage/include/ndview.h | sort >$work/structs
{ grep -oE '\bndv_[a-z0-9_]+' c_tests/test_layout.c || true; } | sort -u >$work/pinned
comm -23 $work/structs $work/pinned >$work/unpinned
report "a struct whose layout c_tests/test_layout.c does not pin" $work/unpinned
sed 's/ndv_\(.*\)/NDV_\1_INIT/' $work/structs | tr a-z A-Z | sort >$work/beginnings
sed -n 's/^#define \(NDV_[A-Z_]*_INIT\)\( .*\)*$/\1/p' $stage/include/ndview_c99.h | sort -u >$work/written
comm -23 $work/beginnings $work/written >$work/unwritten
report "a struct without its _INIT macro in ndview_c99.h" $work/unwritten

# Every name that the headers bring to a program: macros as they are written, in every branch, and
# what is declared outside of braces, which become a semicolon with all that is in them.
{
    sed -nE 's/^ *# *define +([A-Za-z0-9_]+).*/\1/p' $stage/include/*.h
    ${CC:-cc} -E -x c $stage/include/ndview_c99.h | awk '/^# [0-9]+ "/ { ours = /ndview/; next } ours' |
        tr '\n' ' ' | sed -E -e ':body' -e 's/\{[^{}]*\}/;/g' -e 't body' \
            -e 's/\(\*([A-Za-z0-9_]+)\)/ \1/g' -e ':list' -e 's/\([^()]*\)/ /g' -e 't list' |
        tr ';' '\n' | grep -oE '[A-Za-z0-9_]+ *$' | tr -d ' '
} | sort -u >$work/names
grep -vE '^(ndv_|NDV_|NDVIEW_|struct$)' $work/names >$work/foreign || true
report "a name in the headers that does not begin with ndv_, NDV_ or NDVIEW_" $work/foreign
report "exported, but not declared in ndview.h" $work/undeclared
report "declared in ndview.h, but not exported" $work/missing
report "not named in any C test" $work/untested

count() { wc -l <"$1" | tr -d ' '; }
echo "symbols: $(count $work/exported) exported, $(count $work/declared) declared," \
    "$(count $work/untested) of them without a C test, $(count $work/constants) constants," \
    "$(count $work/names) names in the headers"
[ -s $work/declared ] && [ $failed = 0 ]
