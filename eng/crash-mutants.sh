#!/usr/bin/env bash
# Applies every mutant of the crash matrix's mutants.txt to a copy of the server, with one build for all, and runs the matrix against each.
set -euo pipefail
cd "$(dirname "$0")/.."
sim=$1
config=$2
list=tests/MetaStore.Crashes.Tests/Mutants/mutants.txt
copy=artifacts/crash-mutants
rm -rf "$copy" && mkdir -p "$copy"
cp -r src proto eng Directory.* global.json "$copy/"
"$sim" mutate "$list" "$copy/src"
cp eng/mutant.cs.txt "$copy/Mutant.cs"
cp eng/mutants.targets "$copy/Directory.Build.targets"
dotnet publish "$copy/src/MetaStore.Server" -c Release -o "$copy/out" -v quiet -nologo -clp:NoSummary -p:RunAnalyzers=false \
  -nodeReuse:false -p:UseSharedCompilation=false

survived=0
while read -r name what; do
  started=$SECONDS
  # A received state is what every fifth round is about; for such a bug all rounds are.
  case $what in *received*) export METASTORE_CRASH_INSTALLS=${ROUNDS:-100} ;; *) unset METASTORE_CRASH_INSTALLS ;; esac
  if MUTANT=${name#C} METASTORE_BIN="$PWD/$copy/out/metastore" METASTORE_CRASH_ROUNDS="${ROUNDS:-100}" dotnet test \
      "artifacts/bin/MetaStore.Crashes.Tests/${config,,}/MetaStore.Crashes.Tests.dll" --filter CrashMatrixTests >"$copy/$name.log" 2>&1; then
    survived=$((survived + 1))
    result=survived
  else
    result="caught: $(awk '/Error Message:/ {getline; gsub(/^ +/, ""); print substr($0, 1, 160); exit}' "$copy/$name.log")"
  fi
  printf '%-4s %-60s %4d s  %s\n' "$name" "$what" $((SECONDS - started)) "$result"
done < <(grep -E '^C[0-9]+ ' "$list" | grep -E "${ONLY:-.}")
echo "$survived mutants survived"
[ "$survived" -eq 0 ]
