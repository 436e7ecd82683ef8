# `make run` and `make test` are the main targets. The others are for work on the code.
CONFIG ?= Release
OUT    ?= out
DATA   ?= data
ENGINE ?= memory
export DATA ENGINE
DOTNET ?= dotnet
QUIET  := -v quiet -nologo -clp:NoSummary
# The analyzers run when the solution is built, by make test and make verify.
PROGRAM := -p:RunAnalyzers=false -p:UseSharedCompilation=true
# Code for this machine compiled ahead of time: a start takes half as long (ADR 0035). AHEAD= leaves it to the runtime.
AHEAD  ?= --use-current-runtime --no-self-contained -p:PublishReadyToRun=true
FAULT  := artifacts/bin/MetaStore.Robustness/$(shell echo $(CONFIG) | tr A-Z a-z)/metafault
FAULTS ?= kill 150 pause 50 partition 30 weather 10 power-cut 30 disk-error 20 slow-disk 10 disk-full 10 clock 10
SIM    := artifacts/bin/MetaStore.Simulation/$(shell echo $(CONFIG) | tr A-Z a-z)/metasim

.PHONY: help build run cluster test test-deps verify fix sim determinism damage robustness hostile-peer hostile-client soak mutants mutants-check fuzz crash-matrix crash-mutants bench test-perf-memory test-perf-rocksdb bench-stages budgets charts pack dist dist-test site proto docs-check clean clean-data

help:          ## Lists the targets.
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 19

build:         ## Builds the programs out/metastore and out/metactl.
	@rm -rf $(OUT)/runtimes $(OUT)/librocksdb.so # with AHEAD and without, RocksDB lies in another place: one version only
	$(DOTNET) publish src/MetaStore.Cli -c $(CONFIG) -o $(OUT) $(AHEAD) $(PROGRAM) $(QUIET)
	$(DOTNET) publish src/MetaStore.Server -c $(CONFIG) -o $(OUT) $(AHEAD) $(PROGRAM) $(QUIET)

run: build     ## Builds and runs a cluster of three nodes on ports 2379, 22379 and 32379, with its data in ./data, until Ctrl-C. ENGINE=rocksdb selects that engine.
	@bash eng/cluster.sh $(OUT)

cluster: run   ## The same as run.

clean-data:    ## Deletes the data of make run.
	rm -rf $(DATA)

test-deps:     ## Installs the programs that the tests use: etcd, etcdctl, python3-grpcio, chromium, the npm packages. Needs root for the Debian packages.
	@bash eng/test-deps.sh

# One build of the whole solution uses all processors and one shared compiler process. The programs are those of make build: hundreds are started.
test: test-deps  ## Runs every test; ends with "N passed, N failed".
	$(DOTNET) build MetaStore.sln -c $(CONFIG) $(QUIET) -p:UseSharedCompilation=true
	@$(MAKE) --no-print-directory build
	@METASTORE_BIN=$(abspath $(OUT))/metastore METASTORE_METACTL_BIN=$(abspath $(OUT))/metactl bash eng/test.sh $(CONFIG)

verify: build  ## Read-only checks: compile with warnings as errors, formatting, doc links.
	$(DOTNET) build MetaStore.sln -c $(CONFIG) $(QUIET)
	$(DOTNET) format whitespace MetaStore.sln --verify-no-changes --no-restore
	@$(MAKE) --no-print-directory docs-check

fix:           ## Formats the code.
	$(DOTNET) format whitespace MetaStore.sln --no-restore

docs-check:    ## Checks project references, stage maps and every link in the documentation.
	$(DOTNET) test tests/MetaStore.Architecture.Tests -c $(CONFIG) -nologo -v quiet

# consensus needs no server: its program starts the members itself, as separate processes.
ifeq ($(firstword $(BENCH)),consensus)
bench:
	$(DOTNET) build perf/MetaStore.Consensus -c $(CONFIG) $(QUIET)
	@$(DOTNET) artifacts/bin/MetaStore.Consensus/$(shell echo $(CONFIG) | tr A-Z a-z)/metaconsensus.dll $(wordlist 2,99,$(BENCH))
else
bench:         ## MetaStore and, when installed, etcd in turn under the same load; prints ratios. BENCH="before --old PROGRAM|modes|knobs|engines|bulk [--old PROGRAM]|ranges|watch|leases|wide [--members N]|sizes [--keys N]|gathered|first [--old PROGRAM]|overload [--seconds N]|secured [--clusters N]|steps|tail|consensus [trials]" for other comparisons.
	$(DOTNET) build perf/MetaStore.Bench -c $(CONFIG) $(QUIET)
	@$(DOTNET) artifacts/bin/MetaStore.Bench/$(shell echo $(CONFIG) | tr A-Z a-z)/metabench.dll $(BENCH)
endif

test-perf-memory: build  ## 50 clients with 1,000 puts each, values of 100 B, 1 KiB and 10 KiB, in every batching mode on a new cluster; prints a table and a verdict. ROUNDS=N.
	@bash eng/test-perf.sh $(OUT) memory

test-perf-rocksdb: build  ## The same on RocksDB.
	@bash eng/test-perf.sh $(OUT) rocksdb

bench-stages:  ## Measures each stage of a write and a read (BenchmarkDotNet). BENCH="--filter '*Apply*'" selects one.
	$(DOTNET) run --project perf/MetaStore.Benchmarks -c Release -- $(or $(BENCH),--filter '*')

budgets:       ## Checks the bytes allocated per operation of each stage against perf/budgets.json.
	@$(DOTNET) run --project perf/MetaStore.Benchmarks -c Release -- budgets perf/budgets.json

charts:        ## Redraws the charts of the documentation from perf/results, as perf/charts.json lists them.
	$(DOTNET) build perf/MetaStore.Charts -c $(CONFIG) $(QUIET)
	@$(DOTNET) artifacts/bin/MetaStore.Charts/$(shell echo $(CONFIG) | tr A-Z a-z)/metacharts.dll .

sim:           ## Simulates clusters under random faults for 60 s, one thread per cluster. SIM_SECONDS=N, FROM=seed; SEED=n replays one seed and prints its events.
	$(DOTNET) build tests/MetaStore.Simulation -c $(CONFIG) $(QUIET)
	@$(SIM) $(if $(SEED),replay $(SEED),run --seconds $(or $(SIM_SECONDS),60) --from $(or $(FROM),1) --commit $(shell git rev-parse --short HEAD))

determinism:   ## Simulates each of 200 seeds twice and compares the events. FROM=seed.
	$(DOTNET) build tests/MetaStore.Simulation -c $(CONFIG) $(QUIET)
	@$(SIM) twice --seeds 200 --from $(or $(FROM),1)

damage:        ## Flips every bit, damages every sector and truncates at every length a log and a 64 KiB snapshot: each must be read in full or be refused.
	$(DOTNET) build tests/MetaStore.Raft.Storage.Tests -c $(CONFIG) $(QUIET)
	@METASTORE_EXHAUSTIVE=1 $(DOTNET) test tests/MetaStore.Raft.Storage.Tests -c $(CONFIG) --no-build -nologo \
		--filter FullyQualifiedName~Tests.Damage --logger "console;verbosity=detailed" | grep -E "cases in|^ case|Passed:|Failed:|Failed "

robustness:    ## Real members under kill, pause, partition, power loss, failing and full disks. Needs root. ENGINE=rocksdb, FAULTS="kill 300 pause 100".
	$(DOTNET) build tests/MetaStore.Robustness -c $(CONFIG) $(QUIET)
	@$(FAULT) run --engine $(ENGINE) $(FAULTS)

hostile-peer: ## Sends a million invalid frames to the peer ports of three real members under load, on both engines. MESSAGES=N, SEED=N.
	$(DOTNET) build tests/MetaStore.Robustness -c $(CONFIG) $(QUIET)
	@for engine in memory rocksdb; do $(FAULT) hostile-peer --engine $$engine --messages $(or $(MESSAGES),1000000) --seed $(or $(SEED),1) || exit 1; done

hostile-client: ## Hostile clients of every kind against three members, 20 minutes on each engine. SECONDS=N, SEED=N for others.
	$(DOTNET) build tests/MetaStore.Robustness.Tests -c $(CONFIG) $(QUIET)
	@METASTORE_EVERY_ROW=1 METASTORE_HOSTILE_CLIENT_SECONDS=$(or $(SECONDS),1200) METASTORE_HOSTILE_CLIENT_SEED=$(or $(SEED),1) \
	  $(DOTNET) test tests/MetaStore.Robustness.Tests -c $(CONFIG) --no-build -nologo \
	  --filter HostileClientRunTests --logger "console;verbosity=detailed"

soak:          ## A year in a day: members replaced, certificates rotated, backups, leases, compactions and more every few seconds, on both engines in turn; memory, descriptors, threads and disk must stay flat. MINUTES=45, PERIOD=20 (seconds).
	$(DOTNET) build tests/MetaStore.Robustness -c $(CONFIG) $(QUIET)
	@for engine in memory rocksdb; do $(FAULT) soak --engine $$engine --minutes $(or $(MINUTES),45) --period $(or $(PERIOD),20) || exit 1; done

mutants:       ## Applies the mutants to a copy of the sources, one at a time; the simulator, or the tests that a mutant names, must detect each. ONLY='M1 ' selects one.
	$(DOTNET) build tests/MetaStore.Simulation -c $(CONFIG) $(QUIET)
	@bash eng/mutants.sh $(SIM)

mutants-check: ## Checks that every mutant can still be applied to the sources, without running it. Part of make test.
	$(DOTNET) test tests/MetaStore.Simulation.Tests -c $(CONFIG) -nologo -v quiet --filter FullyQualifiedName~MutantListTests

crash-matrix: ## kill -9 in 500 rounds on RocksDB, during every kind of write, each with a full comparison. ROUNDS=N, SEED=first seed.
	$(DOTNET) build tests/MetaStore.Crashes.Tests -c $(CONFIG) $(QUIET)
	@METASTORE_CRASH_ROUNDS=$(or $(ROUNDS),500) METASTORE_CRASH_SEED=$(or $(SEED),1) \
	  $(DOTNET) test tests/MetaStore.Crashes.Tests -c $(CONFIG) --no-build -nologo -v quiet --filter CrashMatrixTests; \
	  result=$$?; cat artifacts/crash-matrix.txt; exit $$result

crash-mutants: build  ## Applies the crash mutants to a copy of the server, one at a time; the crash matrix must detect each. ONLY='C1 ' selects one.
	$(DOTNET) build tests/MetaStore.Simulation -c $(CONFIG) $(QUIET)
	$(DOTNET) build tests/MetaStore.Crashes.Tests -c $(CONFIG) $(QUIET)
	@bash eng/crash-mutants.sh $(SIM) $(CONFIG)

pack:          ## Packs client, hosting library, metactl and server into artifacts/packages. PACK="-p:..." for more properties.
	rm -rf artifacts/packages
	$(DOTNET) pack MetaStore.sln -c $(CONFIG) -o artifacts/packages $(QUIET) $(PACK)

dist:          ## Makes archives and Debian packages for Linux on x64 and arm64 in artifacts/dist: runtime included, reproducible. VERSION=1.2.3 for another version.
	@bash packaging/dist.sh $(RIDS)

dist-test:     ## Tests what make dist has made: unpacked without an SDK, and as a Debian package in a root of its own. Needs root and debootstrap for the latter.
	$(DOTNET) build tests/MetaStore.Packaging.Tests -c $(CONFIG) $(QUIET)
	@METASTORE_DIST=$(abspath artifacts/dist) $(DOTNET) test tests/MetaStore.Packaging.Tests -c $(CONFIG) --no-build -nologo \
	  --filter FullyQualifiedName~Tests.Released --logger "console;verbosity=normal"

fuzz:          ## Fuzzes the readers of input from outside with afl-fuzz, guided by coverage; fails at a crash. TARGET=token,crl (default all), SECONDS=N and then INPUTS=N for each.
	@bash eng/fuzz.sh "$(TARGET)" $(or $(SECONDS),60) $(or $(INPUTS),100000)

site:          ## Builds the documentation as a site in artifacts/site, with search, and checks all its links.
	@bash eng/site.sh $(CONFIG)

proto:         ## Regenerates the messages from proto/ (a build does it too).
	$(DOTNET) build src/MetaStore.Protocol -c $(CONFIG) -t:Rebuild $(QUIET)

clean:         ## Removes build output.
	rm -rf artifacts $(OUT)
