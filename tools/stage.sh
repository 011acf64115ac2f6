#!/usr/bin/env bash
# Lays the library out as an installation would be: headers, archive, shared library with its
# version links. The version is the one in Cargo.toml.
#
#   tools/stage.sh BUILT STAGE    BUILT: where cargo left the libraries; STAGE/{include,lib}: filled
#
# A file that has not changed is left alone, so that nothing that depends on it is built again.
set -euo pipefail

source_root=$(cd "$(dirname "$0")/.." && pwd)
built=${1:?usage: tools/stage.sh BUILT STAGE}
stage=${2:?usage: tools/stage.sh BUILT STAGE}

version=$(sed -n 's/^version = "\([0-9]*\.[0-9]*\.[0-9]*\)[^"]*".*/\1/p' "$source_root/Cargo.toml" | head -n 1)
[ -n "$version" ] || { echo "stage: no version = \"x.y.z\" in Cargo.toml" >&2; exit 1; }
IFS=. read -r major minor _ <<<"$version"
# Before 1.0 every minor version may change the ABI.
if [ "$major" = 0 ]; then abi=0.$minor; else abi=$major; fi

# The names differ by platform, here and nowhere else: the files as cargo calls them, the shared
# library as it is installed, and the links to it, the one for the loader first.
case $(uname -s) in
    Darwin)
        files=(libndview.a) shared=libndview.dylib
        installed=libndview.$version.dylib links=("libndview.$abi.dylib" libndview.dylib) ;;
    MINGW* | MSYS* | CYGWIN*)
        files=(libndview.a libndview.dll.a ndview.lib ndview.dll.lib) shared=ndview.dll
        installed=ndview.dll links=() ;;
    *)
        files=(libndview.a) shared=libndview.so
        installed=libndview.so.$version links=("libndview.so.$abi" libndview.so) ;;
esac

kept=" "
put() { # FROM TO: copies under another name first, as a running program may have TO mapped
    kept+="$2 "
    cmp -s "$1" "$2" && [ ! -L "$2" ] && return
    cp -p "$1" "$2.new"
    mv -f "$2.new" "$2"
}
link() { # TARGET NAME
    kept+="$2 "
    [ "$(readlink "$2" || true)" = "$1" ] || ln -sfn "$1" "$2"
}

mkdir -p "$stage/include" "$stage/lib"
for header in "$source_root"/include/*.h*; do
    put "$header" "$stage/include/$(basename "$header")"
done
for file in "${files[@]}"; do
    # On Windows the set depends on the toolchain.
    if [ -e "$built/$file" ] || [ ${#files[@]} = 1 ]; then put "$built/$file" "$stage/lib/$file"; fi
done
put "$built/$shared" "$stage/lib/$installed"
for name in ${links[@]+"${links[@]}"}; do link "$installed" "$stage/lib/$name"; done

# Leftovers of an earlier version would be found by compilers and loaders.
for file in "$stage"/include/* "$stage"/lib/*; do
    case $kept in *" $file "*) ;; *) rm -rf "$file" ;; esac
done

# The loader looks for the name inside the library; a link by another name would be of no use.
if [ "$(uname -s)" = Linux ] && command -v readelf >/dev/null; then
    soname=$(LC_ALL=C readelf -d "$stage/lib/$installed" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
    if [ "$soname" != "${links[0]}" ]; then
        echo "stage: $installed calls itself '$soname', expected '${links[0]}'" >&2
        exit 1
    fi
fi
