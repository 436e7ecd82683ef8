#!/usr/bin/env bash
# Applies every mutant of mutants.txt to a copy of the sources, with one build for all, and runs the simulator against each, or the tests that its line "!" names.
set -euo pipefail
cd "$(dirname "$0")/.."
sim=$1
list=tests/MetaStore.Simulation/Mutants/mutants.txt
copy=artifacts/mutants
rm -rf "$copy" && mkdir -p "$copy/tests"
cp -r src proto eng Directory.* global.json "$copy/"
cp -r tests/MetaStore.* "$copy/tests/"
"$sim" mutate "$list" "$copy/src"
cp eng/mutant.cs.txt "$copy/Mutant.cs"
cp eng/mutants.targets "$copy/Directory.Build.targets"
dotnet build "$copy/tests/MetaStore.Simulation" -c Release -v quiet -nologo -clp:NoSummary -p:RunAnalyzers=false -nodeReuse:false -p:UseSharedCompilation=false
mutated=$copy/artifacts/bin/MetaStore.Simulation/release/metasim

# The line "!" of a mutant, without the mark: a test project and a filter.
tests_of() { awk -v name="$1" '/^M[0-9]+ /{mine = $1 == name} mine && /^! /{print substr($0, 3)}' "$list"; }
declare -A built

# Prints what caught a mutant, as the simulator does, or "survived".
run_tests() {
  local project=$2 filter=$3 began=$SECONDS
  if MUTANT=$1 dotnet test "$copy/tests/$project" -c Release --no-build -nologo -v quiet --filter "$filter" >"$copy/M$1.log" 2>&1; then echo survived
  elif grep -q '^Failed!' "$copy/M$1.log"; then echo "$project - $((SECONDS - began))"
  else cat "$copy/M$1.log" >&2; exit 70; fi
}

survived=0
printf '%-5s %-58s %-24s %6s %8s\n' mutant 'what is wrong' 'caught by' seed seconds
while read -r name what; do
  tests=$(tests_of "$name")
  if [ -n "$tests" ]; then
    project=${tests%% *}
    if [ -z "${built[$project]:-}" ]; then
      dotnet build "$copy/tests/$project" -c Release -v quiet -nologo -clp:NoSummary -p:RunAnalyzers=false -nodeReuse:false -p:UseSharedCompilation=false
      built[$project]=1
    fi

    line=$(run_tests "${name#M}" "$project" "${tests#* }")
  else
    line=$(MUTANT=${name#M} "$mutated" run --seeds 3000 --seconds 150 --processor --jobs 1 --no-shrink --brief || true)
  fi

  if [ "$line" = "survived" ]; then survived=$((survived + 1)); fi
  # shellcheck disable=SC2086
  printf '%-5s %-58s %-24s %6s %8s\n' "$name" "$what" $line
done < <(grep -E '^M[0-9]+ ' "$list" | grep -E "${ONLY:-.}")
echo "$survived mutants survived"
[ "$survived" -eq 0 ]
