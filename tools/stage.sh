#!/usr/bin/env bash
# Lays the library out as an installation would be: headers, archive, shared library with its
# version links, pkg-config file, CMake package, licences and notices. The version is the one in Cargo.toml.
#
#   tools/stage.sh BUILT STAGE [LIBDIR]    BUILT: where cargo left the libraries; STAGE: filled;
#                                          LIBDIR: where in it the libraries go, lib if not given
#
# Nothing in the stage says where it is, so that it can be moved. A file that has not changed is
# left alone, so that nothing that depends on it is built again. From the environment:
# CARGO_BUILD_TARGET if that is not this machine, and CC, whose binutils take the archive apart.
set -euo pipefail

source_root=$(cd "$(dirname "$0")/.." && pwd)
built=${1:?usage: tools/stage.sh BUILT STAGE [LIBDIR]}
stage=${2:?usage: tools/stage.sh BUILT STAGE [LIBDIR]}
libdir=${3:-lib}
to_prefix=$(sed 's|[^/][^/]*|..|g' <<<"$libdir") # from the libraries back to the prefix
cc=${CC:-cc}

version=$(sed -n 's/^version = "\([0-9]*\.[0-9]*\.[0-9]*\)[^"]*".*/\1/p' "$source_root/Cargo.toml" | head -n 1)
[ -n "$version" ] || { echo "stage: no version = \"x.y.z\" in Cargo.toml" >&2; exit 1; }
IFS=. read -r major minor _ <<<"$version"
# Before 1.0 every minor version may change the ABI.
if [ "$major" = 0 ]; then abi=0.$minor; else abi=$major; fi

# What differs by platform, here and in cmake/ndviewTargets.cmake: the archives as cargo calls them,
# the shared library as it is installed, the links to it, the one for the loader first, and the
# system libraries that the archive needs. These are rustc's list (tools/consumers.sh compares)
# without -lc and -lgcc_s: the compiler adds them by itself, and there is no static libgcc_s.
case ${CARGO_BUILD_TARGET:-$(uname -s)} in
    *-apple-* | Darwin)
        elf=no archives=(libndview.a) shared=libndview.dylib
        installed=libndview.$version.dylib links=("libndview.$abi.dylib" libndview.dylib)
        system=(System m) ;;
    *-windows-* | MINGW* | MSYS* | CYGWIN*)
        elf=no archives=(libndview.a libndview.dll.a ndview.lib ndview.dll.lib) shared=ndview.dll
        installed=ndview.dll links=()
        system=(kernel32 ntdll userenv ws2_32 dbghelp) ;;
    *)
        elf=yes archives=(libndview.a) shared=libndview.so
        installed=libndview.so.$version links=("libndview.so.$abi" libndview.so)
        system=(util rt pthread m dl) ;;
esac

# Bytes of a pointer: the fifth byte of an ELF file is 1 where that is 4.
word=8
[ $elf = no ] || [ "$(od -An -tu1 -j4 -N1 "$built/$shared" | tr -d ' ')" != 1 ] || word=4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

kept=$'\n'
put() { # FILE NAME: copies under another name first, as a running program may have it mapped
    local to=$stage/$2
    kept+=./$2$'\n'
    cmp -s "$1" "$to" && [ ! -L "$to" ] && return
    mkdir -p "$(dirname "$to")"
    cp -p "$1" "$to.new"
    mv -f "$to.new" "$to"
}
put_link() { # TARGET NAME
    kept+=./$2$'\n'
    [ "$(readlink "$stage/$2" || true)" = "$1" ] || ln -sfn "$1" "$stage/$2"
}
put_filled() { # TEMPLATE NAME: @THIS@ is replaced
    sed -e "s|@VERSION@|$version|g" -e "s|@MAJOR@|$major|g" -e "s|@MINOR@|$minor|g" \
        -e "s|@TO_PREFIX@|$to_prefix|g" -e "s|@WORD@|$word|g" \
        -e "s|@LIBS@|${system[*]/#/-l}|g" \
        "$source_root/cmake/$1" >"$work/$1"
    put "$work/$1" "$2"
}

# Rust's archives bring the standard library along, every symbol of it global, so that two of them
# in one program clash. This one becomes a single object of what the API needs, with only the API
# global. Debug information stays if the shared library has it, too.
only_the_api() { # FROM TO
    local ld ar nm objcopy readelf strip=--strip-debug
    ld=$($cc -print-prog-name=ld) ar=$($cc -print-prog-name=ar) nm=$($cc -print-prog-name=nm)
    objcopy=$($cc -print-prog-name=objcopy) readelf=$($cc -print-prog-name=readelf)
    "$nm" -g --defined-only "$1" 2>/dev/null |
        awk '$3 ~ /^ndv_/ { print "--undefined=" $3 }' >"$work/api" || return
    "$ld" -r --gc-sections --force-group-allocation "@$work/api" "$1" -o "$work/ndview.o" \
        2>"$work/ld.log" || { tail -n 1 "$work/ld.log" >&2; return 1; }
    case $("$readelf" -S "$built/$shared") in *.debug_info*) strip= ;; esac
    "$objcopy" $strip --remove-section=.llvmbc --remove-section=.llvmcmd \
        --wildcard --keep-global-symbol='ndv_*' "$work/ndview.o" || return
    rm -f "$2"
    "$ar" rcsD "$2" "$work/ndview.o"
}

for header in "$source_root"/include/*.h*; do
    put "$header" "include/$(basename "$header")"
done
for file in "${archives[@]}"; do
    if [ $elf = yes ] && only_the_api "$built/$file" "$work/$file"; then
        put "$work/$file" "$libdir/$file"
    elif [ -e "$built/$file" ] || [ ${#archives[@]} = 1 ]; then
        # On Windows the set depends on the toolchain.
        [ $elf = no ] ||
            echo "stage: $file is as cargo made it: it may clash with other Rust libraries" >&2
        put "$built/$file" "$libdir/$file"
    fi
done
put "$built/$shared" "$libdir/$installed"
for name in ${links[@]+"${links[@]}"}; do put_link "$installed" "$libdir/$name"; done
put_filled ndview.pc.in "$libdir/pkgconfig/ndview.pc"
put_filled ndviewConfig.cmake.in "$libdir/cmake/ndview/ndviewConfig.cmake"
put_filled ndviewConfigVersion.cmake.in "$libdir/cmake/ndview/ndviewConfigVersion.cmake"
put "$source_root/cmake/ndviewTargets.cmake" "$libdir/cmake/ndview/ndviewTargets.cmake"
for licence in LICENSE-MIT LICENSE-APACHE THIRD-PARTY; do
    put "$source_root/$licence" "share/licenses/ndview/$licence"
done
# The notices of Rust's standard library come with the compiler, if it was not packed without them.
notices=$(rustc --print sysroot 2>/dev/null || true)/share/doc/rust/COPYRIGHT-library.html
[ ! -e "$notices" ] || put "$notices" share/licenses/ndview/RUST-STANDARD-LIBRARY.html

# Leftovers of an earlier version would be found by compilers and loaders. All our names say ndview.
(cd "$stage" && find . \( -type f -o -type l \) -path '*ndview*') | while read -r file; do
    case $kept in *$'\n'"$file"$'\n'*) ;; *) rm -f "$stage/$file" ;; esac
done

# The loader looks for the name inside the library; a link by another name would be of no use.
if [ $elf = yes ] && command -v readelf >/dev/null; then
    soname=$(LC_ALL=C readelf -d "$stage/$libdir/$installed" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
    if [ "$soname" != "${links[0]}" ]; then
        echo "stage: $installed calls itself '$soname', expected '${links[0]}'" >&2
        exit 1
    fi
fi
