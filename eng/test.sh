#!/usr/bin/env bash
# Runs every test project, three at a time, the longest first, and adds up the counts. Methods with a failure run once more, with nothing else
# running, because tests of whole clusters can time out on an overloaded machine. A method that fails twice counts as failed; one that failed
# only the first time is listed with its reason, to be investigated.
# usage: test.sh [CONFIG]     environment: LANES=3 (1: one after another)  AGAIN=1 (0: what fails once fails)
set -uo pipefail
cd "$(dirname "$0")/.."
export config=${1:-Release} results=artifacts/test-results
# A test process ends before code instrumented for a profile pays off: without it the tests need a tenth to a quarter less processor time.
export DOTNET_TieredPGO=${DOTNET_TieredPGO:-0}
# 512 calls instead of 30 before a method is compiled again: a tenth less processor time, and members start with less too.
export DOTNET_TC_CallCountThreshold=${DOTNET_TC_CallCountThreshold:-200}
rm -rf "$results" && mkdir -p "$results/again"

# Lines of "NAME PROJECT [FILTER]"; NAME is the name of the result file. The longest project is split into parts of similar duration.
parts() {
  local first=(Crashes Cli Server Dashboard Packaging Client Engines StateMachine Raft.Runtime Raft.Storage Batching Simulation) name project
  local hostile=(HostileClient HostilePeer Peers Memory Descriptors) is='' isnot='' robustness=tests/MetaStore.Robustness.Tests
  for name in "${hostile[@]}"; do
    is+="|FullyQualifiedName~Robustness.Tests.$name."
    isnot+="&FullyQualifiedName!~Robustness.Tests.$name."
  done
  echo "MetaStore.Robustness.Tests.Faults $robustness FullyQualifiedName~.Faults."
  echo "MetaStore.Compatibility.Tests tests/MetaStore.Compatibility.Tests"
  echo "MetaStore.Robustness.Tests $robustness FullyQualifiedName!~.Faults.$isnot"
  echo "MetaStore.Robustness.Tests.Hostile $robustness ${is#|}"
  for name in "${first[@]}"; do
    echo "MetaStore.$name.Tests tests/MetaStore.$name.Tests"
  done
  for project in tests/*.Tests; do
    name=${project#tests/MetaStore.}
    case " Robustness Compatibility ${first[*]} " in *" ${name%.Tests} "*) ;; *) echo "$(basename "$project") $project" ;; esac
  done
}

# run FOLDER NAME PROJECT [FILTER]: writes FOLDER/NAME.trx, and a line to FOLDER/broken when a test failed
run() {
  local folder=$1 name=$2 project=$3 filter=${4:-} started=$SECONDS
  # The assembly, not the project: nothing is evaluated by MSBuild, which takes two seconds of processor time for each.
  if ! dotnet test "artifacts/bin/$(basename "$project")/${config,,}/$(basename "$project").dll" ${filter:+--filter "$filter"} \
        --logger "trx;LogFileName=$name.trx" --results-directory "$folder" >"$folder/$name.log" 2>&1 </dev/null; then
    echo "$name $project" >>"$folder/broken"
    grep -vE '^\s*$' "$folder/$name.log" | tail -n 20
  fi
  times >"$folder/$name.times"
  printf '%-40s %4d s, processor time %s\n' "$name" $((SECONDS - started)) "$(awk 'NR == 2 {print $1 " user " $2 " system"}' "$folder/$name.times")"
}
export -f run

# count FOLDER WHAT: sum of a counter over all results in FOLDER
count() { cat "$1"/*.trx 2>/dev/null | grep -oE "<Counters [^>]*" | grep -oE " $2=\"[0-9]+\"" | grep -oE '[0-9]+' | awk '{s+=$1} END {print s+0}'; }

parts | xargs -P "${LANES:-3}" -L 1 bash -c 'run "$results" "$@"' run

passed=$(count "$results" passed)
failed=$(count "$results" failed)
skipped=$(count "$results" notExecuted)
while read -r name project; do
  filter=$(awk -f eng/failed-methods.awk "$results/$name.trx" 2>/dev/null)
  if [ -z "$filter" ]; then
    # A project that ended without a result file (crash, hang) must count as failed.
    echo "FAILED $name ended without a result"
    failed=$((failed + 1))
  elif [ "${AGAIN:-1}" = 1 ]; then
    echo "Failed; running again alone:"
    awk -f eng/failures.awk "$results/$name.trx"
    run "$results/again" "$name" "$project" "$filter"
    before=$(awk -f eng/failures.awk "$results/$name.trx" | grep -c '^FAILED ')
    now=$(awk -f eng/failures.awk "$results/again/$name.trx" 2>/dev/null | grep -c '^FAILED ')
    if [ ! -e "$results/again/$name.trx" ]; then now=$before; fi
    passed=$((passed + before - now))
    failed=$((failed - before + now))
  fi
done < <(cat "$results/broken" 2>/dev/null)

if [ "$failed" -gt 0 ]; then
  if [ "${AGAIN:-1}" = 1 ]; then awk -f eng/failures.awk "$results"/again/*.trx; else awk -f eng/failures.awk "$results"/*.trx; fi 2>/dev/null
fi
if [ "$passed" -eq 0 ]; then failed=$((failed + 1)); fi
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
