#!/usr/bin/env bash
# Runs a three-node cluster on this machine until Ctrl-C. The data stays in DATA and the next run uses it, with any ENGINE.
# usage: cluster.sh OUT     (OUT holds the programs metastore and metactl)
# environment: DATA=data  HOST=127.0.0.1  CLIENT_PORTS="2379 22379 32379"  PEER_PORTS="2380 22380 32380"  ENGINE=memory  FLAGS="--log-level debug ..."
set -euo pipefail
out=${1:?usage: cluster.sh OUT}
data=${DATA:-data}
host=${HOST:-127.0.0.1}
read -ra client <<< "${CLIENT_PORTS:-2379 22379 32379}"
read -ra peer <<< "${PEER_PORTS:-2380 22380 32380}"
names=(node1 node2 node3)
mkdir -p "$data"

cluster=""
endpoints=""
for i in 0 1 2; do
  cluster+="${cluster:+,}${names[i]}=http://$host:${peer[i]}"
  endpoints+="${endpoints:+,}$host:${client[i]}"
done

# A data directory belongs to one engine. If an earlier run used another one, its data is converted.
engine=${ENGINE:-memory}
for name in "${names[@]}"; do
  if [ -f "$data/$name/identity" ] && ! "$out/metactl" engine convert --data-dir "$data/$name" --to "$engine" > "$data/$name.convert.log" 2>&1; then
    cat "$data/$name.convert.log" >&2
    echo "the state of an earlier run in $data/$name cannot be kept by the engine $engine; to start without it: make clean-data run ENGINE=$engine" >&2
    exit 1
  fi
done

pids=()
stop() {
  trap - INT TERM EXIT
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  wait || true
}
trap 'echo; echo "stopping; the data stays in $data (make clean-data removes it)"; stop; exit 0' INT TERM
trap stop EXIT

for i in 0 1 2; do
  # A terminal sends Ctrl-C to the whole process group. With setsid only this script receives it, and then stops the nodes itself.
  # shellcheck disable=SC2086
  setsid "$out/metastore" --name "${names[i]}" --data-dir "$data/${names[i]}" \
    --listen-client-urls "http://$host:${client[i]}" --advertise-client-urls "http://$host:${client[i]}" \
    --listen-peer-urls "http://$host:${peer[i]}" --initial-advertise-peer-urls "http://$host:${peer[i]}" \
    --initial-cluster "$cluster" --log-format console --engine "$engine" ${FLAGS:-} > "$data/${names[i]}.log" 2>&1 &
  pids+=($!)
done

# First wait for the ports, which is cheap; then check each endpoint with one linearizable read.
patience=30
for i in 0 1 2; do
  until (exec 3<>"/dev/tcp/$host/${client[i]}") 2>/dev/null; do
    if ! kill -0 "${pids[i]}" 2>/dev/null; then
      echo "${names[i]} did not start:" >&2
      tail -n 3 "$data/${names[i]}.log" >&2
      exit 1
    fi
    if [ "$SECONDS" -ge "$patience" ]; then echo "${names[i]} does not listen after $patience s; see $data/${names[i]}.log" >&2; exit 1; fi
    sleep 0.1
  done
done
until health=$("$out/metactl" --endpoints "$endpoints" --command-timeout 2s endpoint health 2>&1); do
  if [ "$SECONDS" -ge "$patience" ]; then
    printf '%s\n' "$health" "not healthy after $patience s; see $data/*.log" >&2
    exit 1
  fi
  sleep 0.1
done

cat <<TXT
Three nodes are ready: $endpoints
Try:
  ETCDCTL_API=3 etcdctl --endpoints $endpoints put hello world
  ETCDCTL_API=3 etcdctl --endpoints $endpoints get hello
  $out/metactl --endpoints $endpoints put hello world
  $out/metactl --endpoints $endpoints batch compare       # batched and unbatched puts, in a minute and a half
Health and metrics: http://$host:${client[0]}/health  http://$host:${client[0]}/metrics
Logs: $data/node1.log and so on. Ctrl-C stops the cluster.
TXT
# Report a node that exits on its own; the others keep running.
while true; do
  wait -n "${pids[@]}" && code=0 || code=$?
  alive=()
  for pid in "${pids[@]}"; do if kill -0 "$pid" 2>/dev/null; then alive+=("$pid"); fi; done
  echo "a node exited with code $code; ${#alive[@]} still running" >&2
  pids=("${alive[@]}")
  [ ${#pids[@]} -gt 0 ] || exit 1
done
