#!/usr/bin/env bash
# Runs every batching mode on a new three-node cluster: 50 clients with 1,000 puts each, for three value sizes. Prints a table and a verdict;
# exits with 1 when a put failed. Stops the cluster and deletes its data at the end.
# usage: test-perf.sh OUT ENGINE      (OUT holds the programs metastore and metactl)
# environment: ROUNDS=3  CLIENTS=50  PUTS=1000  SIZES=100,1KiB,10KiB  MODES=all  ARGS="--report FILE.html ..."
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: test-perf.sh OUT ENGINE}
engine=${2:?usage: test-perf.sh OUT ENGINE}
data=$(mktemp -d)
log=$data/cluster.log
: > "$log"

# Six consecutive free ports below the range that the kernel uses for outgoing connections.
free() { for port in "$@"; do if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 1; fi; done; }
first=$((15000 + RANDOM % 10000))
until free $(seq $first $((first + 5))); do first=$((15000 + RANDOM % 10000)); done

DATA=$data/members ENGINE=$engine CLIENT_PORTS="$(seq -s ' ' $first $((first + 2)))" PEER_PORTS="$(seq -s ' ' $((first + 3)) $((first + 5)))" \
  FLAGS="--quota-backend-bytes=8589934592" bash eng/cluster.sh "$out" > "$log" 2>&1 &
cluster=$!
stop() {
  trap - EXIT
  kill -TERM "$cluster" 2>/dev/null || true
  wait "$cluster" 2>/dev/null || true
  rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

until grep -q 'nodes are ready' "$log"; do
  if ! kill -0 "$cluster" 2>/dev/null; then cat "$log" >&2; exit 1; fi
  sleep 0.1
done

# --compact: 50,000 puts of 10 KiB are half a GiB per mode and round.
echo "engine $engine"
"$out/metactl" --endpoints "127.0.0.1:$first" --command-timeout 30s batch compare --force --compact \
  --modes "${MODES:-all}" --loads "${CLIENTS:-50}" --puts "${PUTS:-1000}" --value-sizes "${SIZES:-100,1KiB,10KiB}" --rounds "${ROUNDS:-3}" ${ARGS:-}
