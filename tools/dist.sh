#!/usr/bin/env bash
# Packs what cargo has built as ndview-<version>-<target>.tar.gz, with its sha256 beside it: the tree
# of an installation, which can be unpacked anywhere.
#
#   tools/dist.sh BUILT [FOLDER]    BUILT: where cargo left the libraries; FOLDER: build/dist if not
#                                   given; prints the archive's path
#
# The same libraries give the same archive, byte for byte, where tar is GNU's.
set -euo pipefail

built=${1:?usage: tools/dist.sh BUILT [FOLDER]}
folder=${2:-build/dist}
root=$(cd "$(dirname "$0")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
target=${CARGO_BUILD_TARGET:-$(rustc -vV | sed -n 's/^host: //p')}
name=ndview-$version-$target

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/tools/stage.sh" "$built" "$work/$name"

same=()
case $(tar --version) in
    *GNU*) same=(--sort=name --owner=0 --group=0 --numeric-owner --mtime=@0) ;;
esac
mkdir -p "$folder"
(cd "$work" && chmod -R u=rwX,go=rX "$name" && find "$name" -type f ! -name '*.so.*' \
    ! -name '*.dylib' ! -name '*.dll' -exec chmod a-x {} + &&
    tar ${same[@]+"${same[@]}"} -cf - "$name") | gzip -9n >"$folder/$name.tar.gz"
cd "$folder"
if command -v sha256sum >/dev/null; then
    sha256sum "$name.tar.gz" >"$name.tar.gz.sha256"
else
    shasum -a 256 "$name.tar.gz" >"$name.tar.gz.sha256"
fi
echo "$folder/$name.tar.gz"
