#!/usr/bin/env bash
# Applies every mutant of mutants.txt to a copy of the sources, with one build for all, and runs the simulator against each.
set -euo pipefail
cd "$(dirname "$0")/.."
sim=$1
list=tests/MetaStore.Simulation/Mutants/mutants.txt
copy=artifacts/mutants
rm -rf "$copy" && mkdir -p "$copy/tests"
cp -r src proto eng Directory.* global.json "$copy/"
cp -r tests/MetaStore.Simulation "$copy/tests/"
"$sim" mutate "$list" "$copy/src"
cp eng/mutant.cs.txt "$copy/Mutant.cs"
cp eng/mutants.targets "$copy/Directory.Build.targets"
dotnet build "$copy/tests/MetaStore.Simulation" -c Release -v quiet -nologo -clp:NoSummary -p:RunAnalyzers=false -nodeReuse:false -p:UseSharedCompilation=false
mutated=$copy/artifacts/bin/MetaStore.Simulation/release/metasim

survived=0
printf '%-5s %-58s %-24s %6s %8s\n' mutant 'what is wrong' 'caught by' seed seconds
while read -r name what; do
  line=$(MUTANT=${name#M} "$mutated" run --seeds 3000 --seconds 60 --processor --jobs 1 --no-shrink --brief || true)
  if [ "$line" = "survived" ]; then survived=$((survived + 1)); fi
  # shellcheck disable=SC2086
  printf '%-5s %-58s %-24s %6s %8s\n' "$name" "$what" $line
done < <(grep -E '^M[0-9]+ ' "$list" | grep -E "${ONLY:-.}")
echo "$survived mutants survived"
[ "$survived" -eq 0 ]
