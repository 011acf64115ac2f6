#!/usr/bin/env bash
# Builds the C tests into build/c_tests/bin and runs them through CTest; without cmake, with $CC
# and a loop. They run with the best instruction set that the machine has, and with each lesser one.
#
#   tools/c_tests.sh            builds and runs
#   tools/c_tests.sh build      only builds
set -euo pipefail
cd "$(dirname "$0")/.."

cc=${CC:-cc}
cxx=${CXX:-c++}
stage=$PWD/build/stage
build=build/c_tests

build_with_cmake() {
    # A cache that was made with other tools or in another folder is of no use.
    local made_with="$PWD | $cc | $cxx | $cmake | ${CFLAGS:-} | ${CXXFLAGS:-}"
    if [ "$(cat $build/made-with 2>/dev/null)" != "$made_with" ]; then
        rm -rf $build
        mkdir -p $build
    fi
    "$cmake" -S c_tests -B $build -DNDVIEW_STAGE="$stage"
    echo "$made_with" >$build/made-with
    # A build of its own, whatever make this was called from.
    env -u MAKEFLAGS -u MAKELEVEL "$cmake" --build $build --parallel "$(getconf _NPROCESSORS_ONLN)"
}

build_by_hand() {
    local source flags
    rm -rf $build
    mkdir -p $build/bin
    for source in c_tests/test_*.c c_tests/test_*.cpp; do
        [ -e "$source" ] || continue
        case $source in
            *.c) flags="$cc -std=c99 @tools/warnings-c.txt" ;;
            *) flags="$cxx -std=c++11 @tools/warnings-cxx.txt" ;;
        esac
        if ! command -v "${flags%% *}" >/dev/null; then
            echo "SKIP $(program_of "$source"): ${flags%% *} is not installed"
            continue
        fi
        # Unquoted: $CC may carry options.
        $flags -Werror -O1 -g -I"$stage/include" "$source" -o "$build/bin/$(program_of "$source")" \
            -L"$stage/lib" -lndview -lpthread -lm -ldl -Wl,-rpath,"$stage/lib"
    done
}

program_of() { # c_tests/test_views.c -> test_views
    local name=${1##*/}
    echo "${name%.*}"
}

run_by_hand() {
    local program scratch status passed=0 failed=0 skipped=0 log=$PWD/$build/output.log
    : >"$log"
    for program in "$PWD/$build"/bin/test_*; do
        scratch=$build/tmp/${program##*/}
        mkdir -p "$scratch"
        status=0
        (export NDVIEW_SOURCE_DIR=$PWD; cd "$scratch" && "$program" >>"$log" 2>&1) || status=$?
        case $status in
            0) passed=$((passed + 1)) ;;
            77) skipped=$((skipped + 1)) ;;
            *) failed=$((failed + 1)); echo "failed: ${program##*/}" ;;
        esac
    done
    [ $failed = 0 ] || cat "$log"
    count_checks "$log"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed = 0 ]
}

run_with_ctest() {
    local status=0
    (cd $build && "$(dirname "$cmake")/ctest" --output-on-failure --no-tests=error) || status=$?
    count_checks $build/Testing/Temporary/LastTest.log
    return $status
}

count_checks() { # LOG: a program may say what it did, as check.h does
    awk '/^[0-9]+ tests, [0-9]+ checks, [0-9]+ failures$/ { tests += $1; checks += $3 }
        END { if (tests) print "c-tests: " tests " test functions, " checks " checks" }' "$1"
}

if ! ls c_tests/test_*.c >/dev/null 2>&1; then
    echo "SKIP C tests: there is no c_tests/test_*.c"
    exit
fi
if cmake=$(tools/bootstrap.sh cmake); then
    build_with_cmake
else
    echo "cmake cannot be had: compiling the C tests with $cc"
    build_by_hand
fi
[ "${1:-}" != build ] || exit 0
# What a name asks for that is not there is the best again: no more than a repetition.
for isa in portable avx2 avx512; do
    export NDV_ISA=$isa
    if [ -n "$cmake" ]; then run_with_ctest; else run_by_hand; fi
done
