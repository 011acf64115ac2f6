#!/usr/bin/env bash
# Finds a tool that the tests need, or installs it under build/tools with pip, never elsewhere.
#
#   tools/bootstrap.sh cmake    prints the path of a cmake, 3.16 or newer, with ctest beside it
#   tools/bootstrap.sh numpy    prints the folder to put on PYTHONPATH
#   tools/bootstrap.sh cffi     the same
#   tools/bootstrap.sh doxygen  prints the path of an installed doxygen, 1.9 or newer; fetches none
#
# Prints nothing and fails when the tool can be neither found nor installed.
set -euo pipefail
cd "$(dirname "$0")/.."

cmake_version=3.31.10
numpy_version=2.4.6 # the oracle of the differential tests
cffi_version=2.0.0 # stands for the tools that read a C header

python=${PYTHON:-python3}
tools=$PWD/build/tools

fetch() { # NAME VERSION [PACKAGE]: into build/tools/NAME, complete or not at all
    local fresh=$tools/$1.new
    rm -rf "$fresh"
    mkdir -p "$tools"
    echo "installing $1 $2 into build/tools" >&2
    PIP_ROOT_USER_ACTION=ignore "$python" -m pip install --quiet --no-input --retries 2 \
        --disable-pip-version-check --target "$fresh" "${3:-$1}==$2" </dev/null >&2 ||
        { rm -rf "$fresh"; return 1; }
    rm -rf "${tools:?}/$1"
    mv "$fresh" "$tools/$1"
}

usable_cmake() { # CMAKE: new enough, and with a ctest
    local version
    version=$("$1" --version 2>/dev/null | sed -n 's/^cmake version \([0-9]*\.[0-9]*\).*/\1/p')
    [ -n "$version" ] && [ -x "$(dirname "$1")/ctest" ] || return 1
    [ "${version%.*}" -gt 3 ] || { [ "${version%.*}" = 3 ] && [ "${version#*.}" -ge 16 ]; }
}

find_cmake() {
    local own=$tools/cmake/cmake/data/bin/cmake installed
    installed=$(command -v cmake || true)
    if [ -n "$installed" ] && usable_cmake "$installed"; then
        echo "$installed"
    elif usable_cmake "$own" || { fetch cmake $cmake_version && usable_cmake "$own"; }; then
        echo "$own"
    else
        return 1
    fi
}

has_numpy() { # FOLDER VERSION-PREFIX
    PYTHONPATH=$1 "$python" -c \
        'import sys, numpy; sys.exit(not numpy.__version__.startswith(sys.argv[1]))' "$2" 2>/dev/null
}

find_numpy() {
    if has_numpy "$tools/numpy" $numpy_version || fetch numpy $numpy_version; then
        echo "$tools/numpy"
    elif has_numpy "" 2.; then
        echo "using the installed numpy, as $numpy_version cannot be had" >&2
        echo "$tools/numpy"
    else
        return 1
    fi
}

has_cffi() { # FOLDER
    PYTHONPATH=$1 "$python" -c 'import cffi; cffi.FFI()' 2>/dev/null
}

find_cffi() {
    has_cffi "$tools/cffi" || fetch cffi $cffi_version && has_cffi "$tools/cffi" || return 1
    echo "$tools/cffi"
}

usable_doxygen() { # DOXYGEN: new enough
    local version
    version=$("$1" --version 2>/dev/null | sed -n 's/^\([0-9]*\.[0-9]*\).*/\1/p')
    [ -n "$version" ] || return 1
    [ "${version%.*}" -gt 1 ] || { [ "${version%.*}" = 1 ] && [ "${version#*.}" -ge 9 ]; }
}

find_doxygen() {
    local installed
    installed=$(command -v doxygen) && usable_doxygen "$installed" && echo "$installed"
}

case ${1:-} in
    cmake) find_cmake ;;
    numpy) find_numpy ;;
    cffi) find_cffi ;;
    doxygen) find_doxygen ;;
    *) echo "usage: tools/bootstrap.sh cmake|numpy|cffi|doxygen" >&2; exit 2 ;;
esac
