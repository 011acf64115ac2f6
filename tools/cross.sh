#!/usr/bin/env bash
# Compiles the library for other platforms, and tests the model where a pointer has 4 bytes. What
# the machine has no parts for is skipped: `rustup target add` brings them, and a C compiler for the
# platform, <name>-gcc or zig, is needed to link.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MAKELEVEL CARGO_BUILD_TARGET

root=$PWD
work=$root/build/cross
export CARGO_TARGET_DIR=$work/target
mkdir -p "$work"
passed=0 failed=0

row() { # NAME COMMAND...: one row, which passes if the command does
    local title=$1 status=0
    shift
    set +e
    (set -e; "$@") >"$work/log" 2>&1 </dev/null
    status=$?
    set -e
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        echo "ok    $title"
    else
        failed=$((failed + 1))
        echo "FAIL  $title"
        tail -n 40 "$work/log" | sed 's/^/      | /'
    fi
}

skip() { # NAME REASON
    echo "SKIP cross, $1: $2"
}

has_std() { # TARGET: what is compiled for it
    ls "$(rustc --print target-libdir --target "$1" 2>/dev/null)"/libcore-*.rlib >/dev/null 2>&1
}

# What compiles C for a platform goes by a name that differs from Rust's.
compiler_for() { # TARGET: the path of one program
    local name=${1/-unknown-/-} zig=$work/$1-cc
    if command -v "$name-gcc"; then return; fi
    command -v zig >/dev/null || return 1
    printf '#!/bin/sh\nexec zig cc -target %s "$@"\n' "${name/i686/x86}" >"$zig"
    chmod +x "$zig"
    echo "$zig"
}

linked() { # TARGET COMPILER MACHINE: both libraries, staged, and a program with each
    local stage=$work/stage-$1 variable unwind=
    case $2 in "$work"/*) unwind=-lunwind ;; esac # zig has no libgcc
    variable=$(tr a-z- A-Z_ <<<"CARGO_TARGET_$1_LINKER")
    export CARGO_BUILD_TARGET=$1 "$variable=$2" CC=$2
    cargo build --release --locked --lib --package ndview
    tools/stage.sh "$CARGO_TARGET_DIR/$1/release" "$stage"
    "$2" -std=c99 tests/consumers/hello.c -I"$stage/include" -L"$stage/lib" -lndview \
        -o "$work/hello-shared"
    rm -rf "$work/archive"
    mkdir "$work/archive"
    cp "$stage/lib/libndview.a" "$work/archive"
    "$2" -std=c99 tests/consumers/hello.c -I"$stage/include" -L"$work/archive" -lndview \
        $(sed -n 's/^Libs.private: *//p' "$stage/lib/pkgconfig/ndview.pc") $unwind \
        -o "$work/hello-static"
    for file in "$stage/lib/libndview.so" "$work/hello-shared" "$work/hello-static"; do
        LC_ALL=C readelf -h "$file" | grep -q "Machine: *$3"
    done
    LC_ALL=C readelf -d "$work/hello-shared" | grep -q 'NEEDED.*libndview'
}

# Programs with musl need nothing of the machine but its processor.
tests_of_the_model() { # TARGET
    local variable
    variable=$(tr a-z- A-Z_ <<<"CARGO_TARGET_$1_LINKER")
    export "$variable=rust-lld"
    cargo test --locked --package ndview-core --target "$1"
}

layouts() { # on 32 bits, without a C library for it
    ${CC:-cc} -m32 -ffreestanding -std=c99 -fsyntax-only -Werror -Wall -Iinclude c_tests/test_layout.c
}

for target in aarch64-unknown-linux-gnu i686-unknown-linux-gnu x86_64-pc-windows-gnu \
    x86_64-apple-darwin aarch64-apple-darwin; do
    if has_std $target; then
        row "$target: is compiled" cargo check --locked --lib --package ndview --target $target
    else
        skip $target "Rust's standard library for it is not installed"
    fi
done
for target in aarch64-unknown-linux-gnu:AArch64 i686-unknown-linux-gnu:Intel; do
    machine=${target#*:} target=${target%:*}
    if has_std $target && compiler=$(compiler_for $target); then
        row "$target: both libraries are linked, and programs with them" \
            linked $target "$compiler" $machine
    else
        skip "$target, linked" "there is no C compiler for it, or no standard library"
    fi
done
target=i686-unknown-linux-musl
if [ "$(uname -sm)" = "Linux x86_64" ] && has_std $target; then
    row "$target: the tests of the model" tests_of_the_model $target
else
    skip $target "Rust's standard library for it is not installed, or the machine cannot run it"
fi
if ${CC:-cc} -m32 -ffreestanding -fsyntax-only -x c /dev/null 2>/dev/null; then
    row "structs on 32 bits" layouts
else
    skip "structs on 32 bits" "${CC:-cc} does not compile for them"
fi

echo "cross: $passed rows, $failed failed"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
