#!/usr/bin/env bash
# Compiles every public header by itself, included twice, in every C and C++ standard of every
# installed compiler, with warnings as errors.
#
#   tools/header_matrix.sh [FOLDER]    the headers of FOLDER; build/stage/include if not given
set -euo pipefail
cd "$(dirname "$0")/.."

include=${1:-build/stage/include}
work=build/header-matrix
mkdir -p $work

# A standard may go by an older name: the first that the compiler knows is taken.
c_standards=(c99 c11 "c17 c1x" "c2x c23")
cxx_standards=(c++11 c++14 c++17 "c++20 c++2a" "c++23 c++2b")

combinations=0
failed=0

standard_flag() { # COMPILER LANGUAGE NAMES...
    local compiler=$1 language=$2 name
    shift 2
    for name in "$@"; do
        if "$compiler" -std="$name" -x "$language" -fsyntax-only - </dev/null 2>/dev/null; then
            echo "-std=$name"
            return
        fi
    done
    return 1
}

try() { # COMPILER LANGUAGE WARNINGS STANDARD-NAMES HEADER
    local compiler=$1 language=$2 warnings=$3 names=$4 header=$5 flag
    # Unquoted: several names.
    flag=$(standard_flag "$compiler" "$language" $names) || return 0
    printf '#include "%s"\n#include "%s"\n' "$header" "$header" >$work/twice
    combinations=$((combinations + 1))
    if ! "$compiler" "$flag" "@$warnings" -Werror -I"$include" -c -x "$language" $work/twice \
        -o $work/twice.o 2>$work/errors; then
        head -n 20 $work/errors
        echo "FAIL $header with $compiler $flag"
        failed=$((failed + 1))
    fi
}

used=()
for compiler in gcc clang g++ clang++; do
    if ! command -v $compiler >/dev/null; then
        echo "SKIP header matrix with $compiler: $compiler is not installed"
        continue
    fi
    used+=("$compiler")
    for header in "$include"/*.h*; do
        header=${header##*/}
        case $compiler:$header in
            *++:*)
                for names in "${cxx_standards[@]}"; do
                    try $compiler c++ tools/warnings-cxx.txt "$names" "$header"
                done ;;
            *.hpp) ;; # not for C
            *)
                for names in "${c_standards[@]}"; do
                    try $compiler c tools/warnings-c.txt "$names" "$header"
                done ;;
        esac
    done
done

echo "header-matrix: $combinations combinations of header, standard and compiler (${used[*]}), $failed failed"
if [ $failed = 0 ] && [ $combinations -gt 0 ]; then
    echo "1 passed, 0 failed"
else
    echo "0 passed, 1 failed"
    exit 1
fi
