#!/usr/bin/env bash
# Installs what cargo has built, or takes it away again.
#
#   PREFIX=/usr/local DESTDIR= LIBDIR=lib tools/install.sh install BUILT
#   ... tools/install.sh uninstall BUILT
#
# PREFIX: where it will be used, DESTDIR: what to put before that for now, LIBDIR: relative to
# PREFIX, or a folder below it. What is installed does not depend on PREFIX, and can be moved.
set -euo pipefail

usage="usage: tools/install.sh install|uninstall BUILT"
action=${1:?$usage} built=${2:?$usage}
prefix=${PREFIX:-/usr/local}
libdir=${LIBDIR:-lib}
libdir=${libdir#"${prefix%/}"/}
case $prefix in /*) ;; *) echo "install: PREFIX is not an absolute path: $prefix" >&2; exit 1 ;; esac
case $libdir in
    /* | *..*) echo "install: LIBDIR is not below PREFIX: $libdir" >&2; exit 1 ;;
esac
target=${DESTDIR:-}${prefix%/}

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
"$(dirname "$0")/stage.sh" "$built" "$stage" "${libdir%/}"

cd "$stage"
find . \( -type f -o -type l \) | sort | while read -r file; do
    to=$target/${file#./}
    case $action in
        install)
            install -d "$(dirname "$to")"
            if [ -L "$file" ]; then
                ln -sfn "$(readlink "$file")" "$to"
            else
                mode=644
                case $file in *.so.* | *.dylib | *.dll) mode=755 ;; esac
                install -m $mode "$file" "$to"
            fi ;;
        uninstall)
            rm -f "$to"
            # Folders of ours; the others may have been there before.
            case ${file%/*} in *ndview*) rmdir "${to%/*}" 2>/dev/null || true ;; esac ;;
        *) echo "$usage" >&2; exit 2 ;;
    esac
done
echo "install: ${action}ed in $target"
