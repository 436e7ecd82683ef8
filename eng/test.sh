#!/usr/bin/env bash
# Runs every test project one after another (two cores would only make timing noisier) and adds up their counts.
set -uo pipefail
cd "$(dirname "$0")/.."
config=${1:-Release}
results=artifacts/test-results
rm -rf "$results" && mkdir -p "$results"

broken=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  started=$SECONDS
  if ! dotnet test "$project" -c "$config" --no-build -nologo -v quiet \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" >"$results/$name.log" 2>&1; then
    broken=$((broken + 1))
    grep -vE '^\s*$' "$results/$name.log" | tail -n 20
  fi
  printf '%-40s %4d s\n' "$name" $((SECONDS - started))
done

count() { cat "$results"/*.trx 2>/dev/null | grep -oE "<Counters [^>]*" | grep -oE " $1=\"[0-9]+\"" | grep -oE '[0-9]+' | awk '{s+=$1} END {print s+0}'; }
passed=$(count passed)
failed=$(count failed)
skipped=$(count notExecuted)
awk -f eng/failures.awk "$results"/*.trx
# A project that broke without a result (a crash, a hang) must not look like a pass.
if [ "$broken" -gt 0 ] && [ "$failed" -eq 0 ]; then failed=$broken; fi
if [ "$passed" -eq 0 ]; then failed=$((failed + 1)); fi
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
