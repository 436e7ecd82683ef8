#!/usr/bin/env bash
# Fuzzes targets of tests/MetaStore.Fuzz, separated by commas (default all), for some seconds each: afl-fuzz with the coverage of the instrumented assemblies.
# Then gives each target some inputs made from what was found and from the committed corpus, without coverage and so much faster.
# What was found and the whole corpus stay in artifacts/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v afl-fuzz >/dev/null || { echo "afl-fuzz is not installed: apt-get install afl++" >&2; exit 69; }
targets=$1
seconds=$2
inputs=$3
bin=artifacts/fuzz/bin
findings=artifacts/fuzz/findings
dotnet build tests/MetaStore.Fuzz -c Release -v quiet -nologo -clp:NoSummary -p:RunAnalyzers=false
dotnet tool restore >/dev/null
rm -rf "$bin" && mkdir -p "$bin" "$findings"
cp -r artifacts/bin/MetaStore.Fuzz/release/. "$bin"
for assembly in metastore MetaStore.Raft.Runtime MetaStore.Raft.Storage MetaStore.Batching MetaStore.StateMachine MetaStore.Engines MetaStore.Bolt MetaStore.IO MetaStore.Protocol; do
  dotnet sharpfuzz "$bin/$assembly.dll"
done

export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_FORKSRV_INIT_TMOUT=60000
export DOTNET_TieredPGO=0 DOTNET_gcServer=0 DOTNET_DbgEnableMiniDump=0
[ -n "$targets" ] || targets=$(dotnet "$bin/metafuzz.dll" list | paste -sd,)
failed=0
printf '%-12s %10s %8s %9s %8s %8s %9s\n' target runs runs/s corpus crashes hangs 'coverage'
for target in ${targets//,/ }; do
  rm -rf "${findings:?}/$target"
  afl-fuzz -i "tests/MetaStore.Fuzz/Corpus/$target" -o "$findings/$target" -V "$seconds" -t 10000 -m none -- dotnet "$bin/metafuzz.dll" "$target" >"$findings/$target.log" 2>&1 \
    || { tail -20 "$findings/$target.log" >&2; exit 70; }
  stats=$findings/$target/default/fuzzer_stats
  of() { sed -n "s/^$1 *: *//p" "$stats"; }
  crashes=$(of saved_crashes)
  hangs=$(of saved_hangs)
  printf '%-12s %10s %8s %9s %8s %8s %9s\n' "$target" "$(of execs_done)" "$(of execs_per_sec)" "$(of corpus_count)" "$crashes" "$hangs" "$(of bitmap_cvg)"
  [ "$crashes$hangs" = 00 ] || { failed=1; find "$findings/$target/default/crashes" "$findings/$target/default/hangs" -name 'id*'; }
  [ "$inputs" = 0 ] || dotnet artifacts/bin/MetaStore.Fuzz/release/metafuzz.dll mutate "$target" "$inputs" "$(date +%s)" "tests/MetaStore.Fuzz/Corpus/$target" "$findings/$target/default/queue" || failed=1
done
exit $failed
