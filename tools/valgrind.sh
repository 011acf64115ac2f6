#!/usr/bin/env bash
# Runs the C tests and the examples under valgrind. Anything left on the heap is an error, whether
# something still points to it or not, but for what tools/valgrind.supp lists.
#
# A test that cannot run so says why in its source: "no-valgrind: <reason>".
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v valgrind >/dev/null; then
    echo "SKIP valgrind: valgrind is not installed"
    exit
fi
tools/c_tests.sh build >/dev/null

root=$PWD
logs=$root/build/valgrind
rm -rf "$logs"
mkdir -p "$logs"
programs=0 failed=0 all_errors=0 all_bytes=0

# "ERRORS BYTES" of a program's run, from valgrind's log of each of its processes; no log at all is
# an error. A forked child ends with its parent's blocks still on the heap: that is no leak of its
# own, so only its other errors count. (--error-exitcode would not let us tell the two apart.)
totals() { # LOG...
    awk '
        function number() {
            gsub(",", "")
            match($0, /: [0-9]+/)
            return substr($0, RSTART + 2, RLENGTH - 2)
        }
        FNR == 1 { process = $1; gsub("=", "", process) }
        / Parent PID: / { parent[process] = $NF }
        / in loss record / { leaks[process]++ }
        / (definitely|indirectly|possibly) lost: | still reachable: / { left[process] += number() }
        / ERROR SUMMARY: / { found[process] += number() }
        END {
            for (process in parent) {
                errors += found[process]
                if (parent[process] in parent) errors -= leaks[process]
                else bytes += left[process]
                if (!(process in found)) errors++
                processes++
            }
            print errors + !processes, bytes + 0
        }' "$@"
}

run() { # NAME FOLDER COMMAND...
    local name=$1 folder=$2 status=0 errors bytes
    shift 2
    mkdir -p "$folder"
    (cd "$folder" && NDVIEW_SOURCE_DIR=$root valgrind --leak-check=full --show-leak-kinds=all \
        --errors-for-leak-kinds=all --suppressions="$root/tools/valgrind.supp" --log-file="$logs/$name.%p.log" "$@") \
        >"$logs/$name.out" 2>&1 </dev/null || status=$?
    if [ $status = 77 ]; then
        echo "SKIP valgrind $name: the test skips itself"
        return
    fi
    read -r errors bytes <<<"$(totals "$logs/$name".*.log)"
    programs=$((programs + 1))
    all_errors=$((all_errors + errors))
    all_bytes=$((all_bytes + bytes))
    if [ $status = 0 ] && [ "$errors" = 0 ] && [ "$bytes" = 0 ]; then
        echo "ok    $name: 0 errors, 0 bytes lost"
    else
        failed=$((failed + 1))
        echo "FAIL  $name: $errors errors, $bytes bytes lost, exit status $status"
        cat "$logs/$name.out" "$logs/$name".*.log
    fi
}

for source in c_tests/test_*.c c_tests/test_*.cpp; do
    [ -e "$source" ] || continue
    name=$(basename "${source%.*}")
    reason=$(sed -n 's/.*no-valgrind: *\(.*[^ */]\)[ */]*$/\1/p' "$source" | head -n 1)
    if [ -n "$reason" ]; then
        echo "SKIP valgrind $name: $reason"
    elif [ -x build/c_tests/bin/$name ]; then
        run "$name" "build/c_tests/tmp/$name" "$root/build/c_tests/bin/$name"
    else
        echo "SKIP valgrind $name: it was not built"
    fi
done
for source in examples/*.c; do
    [ -e "$source" ] || continue
    name=$(basename "${source%.c}")
    case $name in
        pictures) arguments=(build/examples) ;;
        photo) arguments=(examples/data/photo.ppm build/examples/photo-out.{ppm,npy}) ;;
        *) arguments=() ;;
    esac
    run "$name" . "build/examples/$name" ${arguments[@]+"${arguments[@]}"}
done

echo "valgrind: $programs programs, $all_errors errors, $all_bytes bytes lost"
echo "$((programs - failed)) passed, $failed failed"
[ $failed = 0 ]
