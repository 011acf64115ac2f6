#!/usr/bin/env bash
# Builds the programs of tests/consumers against the library in every way that is offered, runs
# them, and looks at which library they took. One line a row.
#
#   tools/consumers.sh          all rows; two of the ways build the library, which takes a minute
#   tools/consumers.sh quick    the cheapest: an installation, with CMake, pkg-config and dlopen
#
# make and cargo are told where to build by CARGO_TARGET_DIR and CARGO_BUILD_TARGET, as ever.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MAKELEVEL # builds of their own, whatever make this was called from
export LC_ALL=C

cc=${CC:-cc}
cxx=${CXX:-c++}
make=${MAKE:-make}
pkg_config=${PKG_CONFIG:-pkg-config}
root=$PWD
sources=$root/tests/consumers
work=$root/build/consumers
prefix=$work/prefix # where the library is installed
name=consumers
[ "${1:-}" != quick ] || name=consumers-quick
rows=0 failed=0

rm -rf "$work"
mkdir -p "$work"

# ------------------------------------------------------------------------------------------- rows

row() { # NAME COMMAND...: one row, which passes if the command does
    local title=$1 status
    shift
    set +e
    (set -e; "$@") >"$work/log" 2>&1 </dev/null
    status=$?
    set -e
    rows=$((rows + 1))
    if [ $status = 0 ]; then
        echo "ok    $title"
    else
        failed=$((failed + 1))
        echo "FAIL  $title"
        tail -n 40 "$work/log" | sed 's/^/      | /'
    fi
}

skip() { # NAME REASON
    echo "SKIP $name, $1: $2"
}

says_hello() { # PROGRAM ARGUMENTS...
    local said
    said=$("$@")
    [ "$said" = "$(printf '[0 2 4]\nbase: the array')" ] || { echo "it says: $said"; return 1; }
}

libraries_of() { # PROGRAM: what the loader will look for
    case $(uname -s) in
        Darwin) otool -L "$1" ;;
        *) readelf -d "$1" | grep NEEDED || true ;;
    esac
}

hello_with() { # shared|static PROGRAM: it runs, and has taken that library
    local needed
    needed=$(libraries_of "$2")
    case $1:$needed in
        shared:*libndview.* | static:*) ;;
        *) echo "$2 is not linked with the shared library"; return 1 ;;
    esac
    case $1:$needed in
        static:*ndview*) echo "$2 is linked with the shared library: $needed"; return 1 ;;
    esac
    says_hello "$2"
}

# ------------------------------------------------------------------------------------------ CMake

configure_and_build() { # NAME ARGUMENTS...
    local build=$work/cmake-$1
    shift
    CC=$cc CXX=$cxx "$cmake" -S "$sources" -B "$build" -DCMAKE_BUILD_TYPE=Release "$@"
    "$cmake" --build "$build" --parallel 2
}

cmake_rows() { # NAME FOLDER ARGUMENTS...: six programs of one CMake project
    local title=$1 folder=$2 build=$work/cmake-$2 language before=$failed
    shift 2
    row "$title: configures and builds" configure_and_build "$folder" "$@"
    [ $failed = "$before" ] || return 0
    for language in "${languages[@]}"; do
        row "$title: ndview::shared, $language" hello_with shared "$build/$language-shared"
        row "$title: ndview::static, $language" hello_with static "$build/$language-static"
        row "$title: ndview::ndview, $language" hello_with shared "$build/$language-ndview"
    done
}

find_package_rows() { # NAME FOLDER PREFIX [LIBDIR]
    cmake_rows "find_package, $1" "$2" -DWAY=find_package -Dndview_DIR="$3/${4:-lib}/cmake/ndview"
}

# ------------------------------------------------------------------------------------- pkg-config

flags() { # PREFIX ARGUMENTS...: pkg-config, for what is installed there and nothing else
    PKG_CONFIG_LIBDIR=$1/lib/pkgconfig "$pkg_config" "${@:2}" ndview
}

compile() { # c|cxx PROGRAM FLAGS...
    local language=$1 program=$2
    shift 2
    # Unquoted: the compilers may carry options.
    case $language in
        c) $cc -std=c99 "$sources/hello.c" -o "$program" "$@" ;;
        cxx) $cxx -std=c++11 "$sources/hello.cpp" -o "$program" "$@" ;;
    esac
}

# What pkg-config prints is meant for a shell: blanks in paths have a backslash.
pkg_config_shared() { # LANGUAGE PREFIX
    local libdir
    libdir=$(flags "$2" --variable=libdir)
    eval 'compile "$1" "$work/program"' "$(flags "$2" --cflags --libs) -Wl,-rpath,$libdir"
    hello_with shared "$work/program"
}
pkg_config_static() { # LANGUAGE PREFIX: of an installation without the shared library
    rm -rf "$work/archive only"
    cp -R "$2" "$work/archive only"
    rm -f "$work/archive only"/lib/libndview.so* "$work/archive only"/lib/libndview*.dylib
    eval 'compile "$1" "$work/program"' "$(flags "$work/archive only" --static --cflags --libs)"
    hello_with static "$work/program"
}
pkg_config_all_static() { # LANGUAGE PREFIX
    eval 'compile "$1" "$work/program" -static' "$(flags "$2" --static --cflags --libs)"
    hello_with static "$work/program"
}

pkg_config_rows() { # NAME PREFIX LANGUAGES...
    local title=$1 language
    if ! command -v "$pkg_config" >/dev/null; then
        skip "pkg-config, $1" "pkg-config is not installed"
        return
    fi
    for language in "${@:3}"; do
        case " ${languages[*]} " in *" $language "*) ;; *) continue ;; esac
        row "pkg-config, $title: shared, $language" pkg_config_shared $language "$2"
        row "pkg-config --static, $title: static, $language" pkg_config_static $language "$2"
        if [ $name = consumers ] && links_all_static; then
            row "pkg-config --static, $title: -static, $language" pkg_config_all_static $language "$2"
        fi
    done
}

links_all_static() { # whether there is a static C library
    echo 'int main(void) { return 0; }' | $cc -static -x c - -o "$work/probe" 2>/dev/null
}

# ------------------------------------------------------------------------------------- other rows

installation() { # ARGUMENTS...: of make
    "$make" --no-print-directory install "$@"
}

dlopen() {
    local library=$prefix/lib/libndview.so
    [ -e "$library" ] || library=$prefix/lib/libndview.dylib
    $cc -std=c99 "$sources/plugin.c" -o "$work/plugin" -ldl
    says_hello "$work/plugin" "$library"
}

# A library of somebody's with the archive in it goes away at dlclose(), threads or no threads.
unloading() {
    local library=$prefix/lib/libndview.a
    $cc -shared -o "$work/libplugin.so" -Wl,--whole-archive "$library" -Wl,--no-whole-archive \
        $(flags_of_archive)
    $cc -std=c99 "$sources/unload.c" -o "$work/unload" -ldl
    "$work/unload" "$work/libplugin.so"
}

# A second copy of the archive under other names, and another library in Rust that hides nothing.
two_libraries() {
    local library=$prefix/lib/libndview.a
    nm -g --defined-only "$library" | awk '$3 ~ /^ndv_/ { print $3, "other_" $3 }' >"$work/renamed"
    objcopy --redefine-syms="$work/renamed" "$library" "$work/libcopy.a"
    rustc --edition 2024 --crate-type staticlib -O -C lto=fat "$sources/other_library.rs" \
        -o "$work/libother.a"
    $cc -std=c99 -I"$prefix/include" "$sources/two_libraries.c" -o "$work/two" \
        -Wl,--whole-archive "$library" "$work/libcopy.a" "$work/libother.a" -Wl,--no-whole-archive \
        $(flags_of_archive)
    hello_with static "$work/two"
}

flags_of_archive() { # the libraries that the archive needs, as the .pc file has them
    sed -n 's/^Libs.private: *//p' "$prefix/lib/pkgconfig/ndview.pc"
}

# What rustc says is what the .pc file and the CMake package say. A compiler adds -lc and -lgcc_s.
native_static_libraries() {
    local platform=3 # of ndviewTargets.cmake: Windows, macOS, others
    [ "$(uname -s)" != Darwin ] || platform=2
    cargo rustc --locked --lib --package ndview --crate-type staticlib \
        -- --print native-static-libs 2>&1 | tee "$work/cargo" |
        sed -n 's/.*native-static-libs: //p' | words | grep -vxE -e '-lc|-lgcc_s' >"$work/rustc" ||
        cat "$work/cargo"
    flags_of_archive | words >"$work/pc"
    sed -n 's/^  set(_ndview_system \(.*\))/\1/p' "$prefix/lib/cmake/ndview/ndviewTargets.cmake" |
        sed -n ${platform}p | sed 's/[^ ][^ ]*/-l&/g' | words >"$work/package"
    diff "$work/rustc" "$work/pc"
    diff "$work/rustc" "$work/package"
}
words() { tr -s ' ' '\n' | sed '/^$/d' | sort -u; }

moves() { # an installation goes elsewhere
    mv "$prefix" "$work/moved prefix"
}

destdir() { # installed for /usr, but not there
    installation DESTDIR="$work/destdir" PREFIX=/usr
    # No file says where it was built or packed.
    ! grep -rIF "$root" "$work/destdir/usr/lib"
}

uninstalls() { # what is left of a prefix is what was there before
    local prefix=$work/shared-prefix
    mkdir -p "$prefix/lib/pkgconfig"
    touch "$prefix/lib/pkgconfig/other.pc"
    installation PREFIX="$prefix"
    "$make" --no-print-directory uninstall PREFIX="$prefix"
    [ "$(find "$prefix" ! -type d)" = "$prefix/lib/pkgconfig/other.pc" ]
    [ -z "$(find "$prefix" -name '*ndview*')" ]
}

licences() { # what is linked into the libraries is named, with its notice
    local folder=$prefix/share/licenses/ndview
    cmp LICENSE-MIT "$folder/LICENSE-MIT"
    cmp LICENSE-APACHE "$folder/LICENSE-APACHE"
    cmp THIRD-PARTY "$folder/THIRD-PARTY"
    tools/notices.py check
    [ ! -e "$(rustc --print sysroot)/share/doc/rust/COPYRIGHT-library.html" ] ||
        grep -q 'The Rust Standard Library' "$folder/RUST-STANDARD-LIBRARY.html"
}

# From the sources that cargo has fetched before; where that can be done, in a network of nothing.
offline() {
    local alone=()
    ! unshare -rn true 2>/dev/null || alone=(unshare -rn)
    CARGO_TARGET_DIR="$work/offline" ${alone[@]+"${alone[@]}"} \
        cargo build --offline --locked --lib --package ndview
}

dist() { # packed, checked, and unpacked elsewhere
    local archive before
    archive=$("$make" -s --no-print-directory dist | tail -n 1)
    before=$(cat "$archive.sha256")
    "$make" -s --no-print-directory dist
    [ "$before" = "$(cat "$archive.sha256")" ] # the same again
    (cd "${archive%/*}" && if command -v sha256sum; then sha256sum -c ./*.sha256
        else shasum -a 256 -c ./*.sha256; fi)
    mkdir -p "$work/un packed"
    tar -xzf "$archive" -C "$work/un packed"
    mv "$work/un packed"/ndview-* "$work/un packed/ndview"
    diff -r --no-dereference "$prefix" "$work/un packed/ndview"
}

finds_version() { # WANTED
    "$cmake" -S "$sources" -B "$work/cmake-version" -DWAY=find_package -DWANTED="$1" \
        -Dndview_DIR="$prefix/lib/cmake/ndview"
}
refuses_version() { # WANTED
    if finds_version "$1"; then return 1; fi
}
versions() { # the same minor version, no other
    local version
    version=$(sed -n 's/^Version: //p' "$prefix/lib/pkgconfig/ndview.pc")
    IFS=. read -r major minor patch <<<"$version"
    finds_version "$version"
    finds_version "$major.$minor"
    refuses_version "$major.$minor.$((patch + 1))"
    refuses_version "$major.$((minor + 1))"
    refuses_version "$((major + 1)).$minor"
    [ "$minor" = 0 ] || refuses_version "$major.$((minor - 1))"
}

# The project by itself: one of the C tests, and the same installation as make's.
cmake_by_itself() {
    local build=$work/cmake-itself
    "$cmake" -S . -B "$build" -DCMAKE_INSTALL_PREFIX="$work/cmake-prefix" -DCMAKE_INSTALL_LIBDIR=lib \
        -DNDVIEW_BUILD_TESTS=ON -DNDVIEW_CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}"
    "$cmake" --build "$build" --target ndview_build test_layout
    (cd "$build" && "${cmake%/*}/ctest" --output-on-failure --no-tests=error -R '^test_layout$')
    "$cmake" --install "$build"
    installation PREFIX="$work/make-prefix"
    diff -r --no-dereference "$work/cmake-prefix" "$work/make-prefix"
}

says_what_it_needs_to_cross_compile() {
    if env -u CARGO_BUILD_TARGET "$cmake" -S . -B "$work/cmake-cross" -DCMAKE_SYSTEM_NAME=Linux \
        -DCMAKE_SYSTEM_PROCESSOR=aarch64 2>"$work/said"; then return 1; fi
    grep NDVIEW_RUST_TARGET "$work/said"
}

# A source archive, a default target folder, and the target named.
fetch_rows() {
    local host
    host=$(rustc -vV | sed -n 's/^host: //p')
    row "an archive of the sources" \
        tar -czf "$work/ndview.tar.gz" --exclude=./target --exclude=./build --exclude=./.git .
    unset CARGO_TARGET_DIR CARGO_BUILD_TARGET
    cmake_rows FetchContent fetch -DWAY=FetchContent -DSOURCE="$work/ndview.tar.gz" \
        -DNDVIEW_RUST_TARGET="$host"
}

# ------------------------------------------------------------------------------------------- runs

quick_rows() {
    row "make install" installation PREFIX="$prefix"
    if [ -n "$cmake" ]; then find_package_rows "install tree" install "$prefix"; fi
    pkg_config_rows "install tree" "$prefix" c
    row "dlopen, before and after dlclose" dlopen
}

all_rows() {
    pkg_config_rows "install tree" "$prefix" cxx
    row "the system libraries of the archive are what rustc says" native_static_libraries
    if [ "$(uname -s)" = Linux ]; then
        row "two libraries in Rust and a second ndview in one program" two_libraries
        row "dlclose of a library with the archive in it and threads started" unloading
    fi
    row "make install DESTDIR=" destdir
    pkg_config_rows "DESTDIR" "$work/destdir/usr" c cxx
    row "make install LIBDIR=" installation PREFIX="$work/deep" LIBDIR=lib64/deep
    row "make uninstall" uninstalls
    if [ -n "$cmake" ]; then
        find_package_rows "build tree" stage "$root/build/stage"
        find_package_rows "DESTDIR" destdir "$work/destdir/usr"
        find_package_rows "LIBDIR" deep "$work/deep" lib64/deep
        row "find_package takes the same minor version, no other" versions
        cmake_rows add_subdirectory subdirectory -DWAY=add_subdirectory -DSOURCE="$root" \
            -DNDVIEW_CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}"
        row "CMake by itself tests, and installs what make does" cmake_by_itself
        row "cross-compiling without NDVIEW_RUST_TARGET fails and says so" \
            says_what_it_needs_to_cross_compile
        fetch_rows
    fi
    row "the licences and notices are installed" licences
    row "cargo build --offline" offline
    row "make dist" dist
    if [ -n "$cmake" ]; then find_package_rows "prebuilt archive" dist "$work/un packed/ndview"; fi
    pkg_config_rows "prebuilt archive" "$work/un packed/ndview" c cxx
    row "an installation is moved" moves
    if [ -n "$cmake" ]; then find_package_rows "moved prefix" moved "$work/moved prefix"; fi
    pkg_config_rows "moved prefix" "$work/moved prefix" c cxx
}

languages=(c)
if command -v "${cxx%% *}" >/dev/null; then
    languages+=(cxx)
else
    skip "C++" "$cxx is not installed"
fi
cmake=$(tools/bootstrap.sh cmake) || skip CMake "cmake is not installed"
quick_rows
[ $name = consumers-quick ] || all_rows

echo "$name: $rows rows, $failed failed"
echo "$((rows - failed)) passed, $failed failed"
[ $failed = 0 ]
