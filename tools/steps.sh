#!/usr/bin/env bash
# Runs the named steps of `make test` and `make check`, whatever their outcome, prints one line for
# each and the sum of all at the end, as "N passed, N failed[, N skipped]".
#
#   tools/steps.sh cargo-tests symbols
#
# What a step prints goes to build/logs/<step>.log; its end is shown when the step fails. A step that
# reports several tests counts as so many, any other counts as one. Shown in any case: the lines
# "SKIP <check>: <reason>", of what could not be run, and "<step>: <result>".
set -uo pipefail
cd "$(dirname "$0")/.."
export NDVIEW_STAGE=$PWD/build/stage

step_fmt() {
    cargo fmt --version >/dev/null 2>&1 || skip fmt rustfmt || return 0
    cargo fmt --all --check
}

step_clippy() {
    cargo clippy --version >/dev/null 2>&1 || skip clippy clippy || return 0
    cargo clippy --workspace --all-targets --locked -- -D warnings
}

step_cargo_tests() {
    cargo test --workspace --locked --no-fail-fast
}

step_c_tests() {
    tools/c_tests.sh
}

step_checked() {
    "${PYTHON:-python3}" tests/checked/run.py
}

step_differential() {
    local numpy
    if [ ! -e tests/differential/run.py ]; then
        echo "SKIP differential: tests/differential/run.py does not exist"
    elif numpy=$(tools/bootstrap.sh numpy); then
        export PYTHONPATH=$numpy${PYTHONPATH:+:$PYTHONPATH}
        local run=("${PYTHON:-python3}" tests/differential/run.py)
        # What moves elements differs from one instruction set to another; a part will do.
        for isa in portable avx2; do
            NDV_ISA=$isa "${run[@]}" --programs 1000 --seed 2 --suite casts --suite programs
        done
        "${run[@]}"
    else
        echo "SKIP differential: numpy is not installed"
    fi
}

step_header_matrix() {
    tools/header_matrix.sh
}

step_symbols() {
    tools/symbols.sh
}

step_readme() {
    "${PYTHON:-python3}" tools/readme_snippets.py
}

step_pages() {
    "${PYTHON:-python3}" tools/expectations.py &&
        "${PYTHON:-python3}" bench/peers/report.py bench/results/full.json
}

step_docs() {
    "${PYTHON:-python3}" tools/docs.py
}

step_examples() {
    "${MAKE:-make}" --no-print-directory demo
    # What it saved is a photo too.
    build/examples/photo build/examples/photo-out.npy build/examples/photo-again.npy
}

step_pictures() {
    "${MAKE:-make}" --no-print-directory build/examples/pictures
    "${PYTHON:-python3}" tools/pictures.py
}

step_consumers_quick() {
    tools/consumers.sh quick
}

step_consumers() {
    tools/consumers.sh
}

step_abi() {
    tools/abi.sh
}

step_cross() {
    tools/cross.sh
}

step_cffi() {
    local cffi
    if cffi=$(tools/bootstrap.sh cffi); then
        PYTHONPATH=$cffi${PYTHONPATH:+:$PYTHONPATH} "${PYTHON:-python3}" tests/consumers/use_cffi.py
    else
        echo "SKIP cffi: cffi is not installed"
    fi
}

step_asan() {
    "${MAKE:-make}" --no-print-directory asan
}

step_tsan() {
    tools/tsan.sh
}

step_valgrind() {
    "${MAKE:-make}" --no-print-directory valgrind
}

skip() { # CHECK TOOL
    echo "SKIP $1: $2 is not installed"
    return 1
}

# From a step's output and exit status to "passed failed skipped". Three formats are known: cargo's,
# CTest's, and the line that our own scripts end with.
tally() { # LOG STATUS
    awk -v status="$2" '
        /^test result: / { cargo = 1; passed += $4; failed += $6; skipped += $8 }
        /^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
            ctest = 1
            if (/   Passed  /) cpassed++
            else if (/\*\*\*Skipped/) cskipped++
            else cfailed++
        }
        /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ {
            own = 1; opassed = $1; ofailed = $3; oskipped = $5
        }
        /^SKIP / { skips++ }
        END {
            if (cargo) ;
            else if (ctest) { passed = cpassed; failed = cfailed; skipped = cskipped }
            else if (own) { passed = opassed; failed = ofailed; skipped = oskipped }
            else if (status == 0 && !skips) passed = 1
            if (status != 0 && !failed) failed = 1   # it broke before or after its tests
            print passed + 0, failed + 0, skipped + skips
        }' "$1"
}

show() { # LOG: the end of it, indented
    local lines
    lines=$(wc -l <"$1")
    [ "$lines" -le 200 ] || echo "    | ... $lines lines in $1"
    tail -n 200 "$1" | sed 's/^/    | /'
}

summary() { # PASSED FAILED SKIPPED
    printf '%d passed, %d failed' "$1" "$2"
    [ "$3" = 0 ] || printf ', %d skipped' "$3"
}

trap 'exit 130' INT
mkdir -p build/logs
all_passed=0 all_failed=0 all_skipped=0 broken=0
for step in "$@"; do
    log=build/logs/$step.log
    start=$SECONDS
    declare -F "step_${step//-/_}" >/dev/null || { echo "steps: no step '$step'" >&2; exit 2; }
    (set -e; "step_${step//-/_}") >"$log" 2>&1 </dev/null
    status=$?
    read -r passed failed skipped <<<"$(tally "$log" $status)"
    all_passed=$((all_passed + passed))
    all_failed=$((all_failed + failed))
    all_skipped=$((all_skipped + skipped))
    verdict=ok
    [ "$passed" != 0 ] || [ "$skipped" = 0 ] || verdict=skip
    [ "$failed" = 0 ] && [ $status = 0 ] || { verdict=FAIL broken=1; }
    result=$(sed -n "s/^$step: //p" "$log" | tail -n 1)
    printf '%-5s %-15s %s (%d s)%s\n' $verdict "$step" "$(summary "$passed" "$failed" "$skipped")" \
        $((SECONDS - start)) "${result:+: $result}"
    grep '^SKIP ' "$log"
    [ $verdict != FAIL ] || show "$log"
done

summary $all_passed $all_failed $all_skipped >build/logs/summary
echo >>build/logs/summary
cat build/logs/summary
exit $broken
