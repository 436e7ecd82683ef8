#!/usr/bin/env bash
# etcdctl as a user over TLS. Usage: secured_etcdctl.sh ENDPOINTS CA [CERTIFICATE KEY]
set -euo pipefail
export ETCDCTL_API=3
key=app/etcdctl
server=(--endpoints "$1" --cacert "$2" ${3:+--cert "$3" --key "$4"})

ctl() { etcdctl "${server[@]}" --command-timeout=20s --user app:app-password "$@"; }

fail() {
  printf '%s: expected %s, got %s\n' "$1" "$2" "$3" >&2
  exit 1
}

expect() { [[ $3 == *"$2"* ]] || fail "$@"; }

# refused WHAT TEXT COMMAND...: the command fails, with the text in its output.
refused() {
  local output
  if output=$("${@:3}" 2>&1); then fail "$1" "an error" "$output"; fi
  expect "$1" "$2" "$output"
}

expect put OK "$(ctl put $key one)"
expect get one "$(ctl get $key --print-value-only)"
expect txn SUCCESS "$(printf 'value("%s") = "one"\n\nput %s two\n\n\n' $key $key | ctl txn)"
refused 'get outside of the prefix' 'etcdserver: permission denied' ctl get other/key
refused 'wrong password' 'etcdserver: authentication failed, invalid user ID or password' \
  etcdctl "${server[@]}" --user app:wrong get $key

# The first event is of the past, so the watch exists when it is printed.
revision=$(ctl get $key -w fields | sed -n 's/^"ModRevision" : //p')
exec 3< <(exec etcdctl "${server[@]}" --user app:app-password watch $key --rev "$revision")
trap "kill $! 2>/dev/null || true" EXIT
read_event() { local type name; read -r -t 20 type <&3 && read -r -t 20 name <&3 && read -r -t 20 value <&3; }
read_event
expect 'event of the past' two "$value"
ctl put $key three >/dev/null
read_event
expect 'event of a put made meanwhile' three "$value"

lease=$(ctl lease grant 60 | cut -d ' ' -f 2)
expect 'put with a lease' OK "$(ctl put $key four --lease "$lease")"
expect keepalive 'keepalived with TTL(60)' "$(ctl lease keep-alive --once "$lease")"
expect delete 1 "$(ctl del $key)"

# The handshake's reason is in the log lines of --debug; that of a missing certificate is not, as it comes after the handshake of TLS 1.3.
impatient=(etcdctl --endpoints "$1" --command-timeout=1s)
refused 'without the authority' 'certificate signed by unknown authority' "${impatient[@]}" --debug get $key
if [ $# = 4 ]; then
  refused 'without a certificate' 'context deadline exceeded' "${impatient[@]}" --cacert "$2" get $key
fi
echo 'all good'
