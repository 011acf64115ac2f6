#!/usr/bin/env bash
# Builds the libraries that compare.py loads: ndview and libc always, Rust crates where there is cargo,
# and each C++ library whose package is found. One that cannot be built is skipped, and said so.
#
#   bench/peers/build.sh STAGE OUT    STAGE: ndview, laid out by `make stage`; OUT: filled
#
# From the environment: CC, CXX, and PEERS_ROOT, a folder that packages were unpacked in (as by
# `dpkg -x`), if they are not installed. Everything is compiled for this machine (-march=native): the
# peers get every instruction that it has, while ndview is the library as it ships.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
stage=$(realpath "${1:?usage: build.sh STAGE OUT}")
mkdir -p "${2:?usage: build.sh STAGE OUT}"
out=$(realpath "$2")
cc=${CC:-cc} cxx=${CXX:-c++} root=${PEERS_ROOT:-}
flags=(-O3 -march=native -DNDEBUG -fPIC -shared -I"$here" -I"$stage/include")

fresh() { # LIBRARY SOURCE...: whether it is there and no source is newer
    local library=$1 source
    shift
    [ -e "$library" ] || return 1
    for source; do [ "$source" -nt "$library" ] && return 1; done
    return 0
}

skip() { echo "SKIP $1: $2" >&2; }

"$cc" -std=c99 "${flags[@]}" "$here/c.c" -o "$out/c.so" || exit 1
"$cc" -std=c99 "${flags[@]}" "$here/ndview.c" -o "$out/ndview.so" \
    -L"$stage/lib" -lndview -Wl,-rpath,"$stage/lib" || exit 1
# The same under a lesser instruction set, beside it in one process: with the archive inside.
"$cc" -std=c99 "${flags[@]}" -DPEER_ISA='"avx2"' "$here/ndview.c" -o "$out/ndview_avx2.so" \
    -Wl,--exclude-libs,ALL "$stage/lib/libndview.a" -lpthread -lm -ldl || exit 1

rust() {
    local built=$out/../rust
    command -v cargo >/dev/null || { skip "the Rust crates" "there is no cargo"; return; }
    if env -u CARGO_BUILD_TARGET RUSTFLAGS="-C target-cpu=native" CARGO_TARGET_DIR="$built" \
        cargo build --quiet --release --locked --manifest-path "$here/rust/Cargo.toml"; then
        # Renamed into place, for a benchmark that runs may have the old one open.
        cp "$built/release/libpeers.so" "$out/rust.so.new" && mv "$out/rust.so.new" "$out/rust.so"
    else
        rm -f "$out/rust.so"
        skip "the Rust crates" "cargo could not fetch or build them"
    fi
}

cpp() { # NAME HEADER LIBRARIES FOLDER...: folders are below usr/, of headers or of libraries
    local name=$1 header=$2 libraries=$3 folder log=$out/$1.log
    local library=$out/$1.so source=$here/cpp/$1.cpp paths=()
    shift 3
    for folder in include include/"$(uname -m)"-linux-gnu "$@"; do
        paths+=(-isystem "$root/usr/$folder")
        [ -n "$root" ] || [ "$folder" != include ] || paths=()
    done
    for folder in lib/"$(uname -m)"-linux-gnu "$@"; do
        [ -n "$root" ] && paths+=(-L"$root/usr/$folder" -Wl,-rpath,"$root/usr/$folder"
                                  -Wl,-rpath-link,"$root/usr/$folder")
    done
    # The old kind of path counts for the libraries that a library needs, too.
    [ -n "$root" ] && paths+=(-Wl,--disable-new-dtags)
    if ! echo "#include <$header>" | "$cxx" -std=c++17 "${paths[@]}" -E -x c++ - >/dev/null 2>&1; then
        rm -f "$library"
        skip "$name" "<$header> is not installed"
        return
    fi
    fresh "$library" "$source" "$here/cpp/closure.hpp" "$here/peer.h" "$stage/include/ndview.h" && return
    # shellcheck disable=SC2086 # several libraries
    if ! "$cxx" -std=c++17 "${flags[@]}" "${paths[@]}" "$source" -o "$library" $libraries 2>"$log"; then
        rm -f "$library"
        skip "$name" "it does not build; see $log"
    fi
}

rust
multi=lib/$(uname -m)-linux-gnu
blas=$multi/openblas-pthread # where Debian's liblapack is, too, which OpenCV needs
cpp eigen Eigen/Core "" include/eigen3
cpp xtensor xtensor/xarray.hpp ""
cpp opencv opencv2/core.hpp -lopencv_core include/opencv4 "$blas"
cpp onednn dnnl.hpp -ldnnl
cpp openblas cblas.h -lopenblas "include/$(uname -m)-linux-gnu/openblas-pthread" "$blas"
