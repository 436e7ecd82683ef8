#!/usr/bin/env bash
# Runs every test project, two at a time, the longest first, and adds up their counts.
# usage: test.sh [CONFIG]     environment: LANES=2 (1: one after another, for a machine that is busy otherwise)
set -uo pipefail
cd "$(dirname "$0")/.."
export config=${1:-Release} results=artifacts/test-results
rm -rf "$results" && mkdir -p "$results"

longest=(Robustness Compatibility Crashes Raft.Runtime Client Simulation Cli StateMachine Server)
projects() {
  printf 'tests/MetaStore.%s.Tests\n' "${longest[@]}"
  for project in tests/*.Tests; do
    case " ${longest[*]} " in *" $(basename "${project#tests/MetaStore.}" .Tests) "*) ;; *) echo "$project" ;; esac
  done
}

run() {
  local name result started=$SECONDS
  name=$(basename "$1")
  dotnet test "$1" -c "$config" --no-build -nologo -v quiet \
    --logger "trx;LogFileName=$name.trx" --results-directory "$results" >"$results/$name.log" 2>&1
  result=$?
  if [ $result -ne 0 ]; then
    echo "$name" >>"$results/broken"
    grep -vE '^\s*$' "$results/$name.log" | tail -n 20
  fi
  printf '%-40s %4d s\n' "$name" $((SECONDS - started))
}
export -f run

projects | xargs -P "${LANES:-2}" -I{} bash -c 'run {}'

awk -f eng/failures.awk "$results"/*.trx
count() { cat "$results"/*.trx 2>/dev/null | grep -oE "<Counters [^>]*" | grep -oE " $1=\"[0-9]+\"" | grep -oE '[0-9]+' | awk '{s+=$1} END {print s+0}'; }
passed=$(count passed)
failed=$(count failed)
skipped=$(count notExecuted)
# A project that broke without a result (a crash, a hang) must not look like a pass.
if [ -e "$results/broken" ] && [ "$failed" -eq 0 ]; then failed=$(wc -l <"$results/broken"); fi
if [ "$passed" -eq 0 ]; then failed=$((failed + 1)); fi
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
