#!/usr/bin/env bash
# Compares the binary interface with that of the last release, parameters and all, with libabigail.
#
#   tools/abi.sh           compares with abi/ndview.<machine>.abi; new functions are no difference
#   tools/abi.sh update    writes that file: for a release
set -euo pipefail
cd "$(dirname "$0")/.."

tool=abidiff
[ "${1:-}" != update ] || tool=abidw
described=abi/ndview.$(uname -m).abi

if ! command -v $tool >/dev/null; then
    echo "SKIP abi: $tool is not installed"
    exit
elif [ $tool = abidiff ] && [ ! -e "$described" ]; then
    echo "SKIP abi: there is no $described: no release has been described on such a machine"
    exit
fi

# Without debug information a parameter that changes its type is not seen.
export CARGO_TARGET_DIR=$PWD/build/abi CARGO_PROFILE_RELEASE_DEBUG=2 CARGO_PROFILE_RELEASE_STRIP=none
cargo build --release --locked --lib --package ndview
library=$CARGO_TARGET_DIR/${CARGO_BUILD_TARGET:+$CARGO_BUILD_TARGET/}release/libndview.so

if [ $tool = abidw ]; then
    # Without the folders of the machine that builds.
    abidw --no-corpus-path --no-show-locs --no-comp-dir-path "$library" |
        sed "s|path='[^']*/@/|path='|" >"$described"
else
    abidiff --no-added-syms "$described" "$library"
fi
