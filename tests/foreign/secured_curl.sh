#!/usr/bin/env bash
# curl at the JSON gateway as a user over TLS. Usage: secured_curl.sh ENDPOINTS CA [CERTIFICATE KEY]
set -euo pipefail
first=${1%%,*}
last=${1##*,}
tls=(--cacert "$2" ${3:+--cert "$3" --key "$4"})

fail() {
  printf '%s: expected %s, got %s\n' "$1" "$2" "$3" >&2
  exit 1
}

expect() { [[ $3 == *"$2"* ]] || fail "$@"; }

bytes() { printf %s "$1" | base64; }

# post PATH JSON [OPTION...]: prints the answer, also of a refused call.
post() { curl --silent --show-error --max-time 20 "${tls[@]}" "${@:3}" --data "$2" "$last$1"; }

call() { post "$1" "$2" --header "Authorization: $token"; }

key=$(bytes app/curl)
token=$(curl --silent --show-error --max-time 20 "${tls[@]}" --data '{"name": "app", "password": "app-password"}' "$first/v3/auth/authenticate" \
  | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
[ -n "$token" ] || fail authenticate 'a token' nothing

expect put '"revision"' "$(call /v3/kv/put "{\"key\": \"$key\", \"value\": \"$(bytes one)\"}")"
expect get "\"value\":\"$(bytes one)\"" "$(call /v3/kv/range "{\"key\": \"$key\"}")"
expect txn '"succeeded":true' "$(call /v3/kv/txn "{
  \"compare\": [{\"key\": \"$key\", \"target\": \"VALUE\", \"value\": \"$(bytes one)\"}],
  \"success\": [{\"request_put\": {\"key\": \"$key\", \"value\": \"$(bytes two)\"}}]}")"

exec 3< <(exec curl --silent --show-error --no-buffer --max-time 20 "${tls[@]}" --header "Authorization: $token" \
  --data "{\"create_request\": {\"key\": \"$key\"}}" "$last/v3/watch")
trap "kill $! 2>/dev/null || true" EXIT
read -r created <&3
expect watch '"created":true' "$created"
call /v3/kv/put "{\"key\": \"$key\", \"value\": \"$(bytes three)\"}" >/dev/null
read -r event <&3
expect event "\"value\":\"$(bytes three)\"" "$event"

lease=$(call /v3/lease/grant '{"TTL": 60}' | sed -n 's/.*"ID":"\([0-9]*\)".*/\1/p')
expect 'put with a lease' '"revision"' "$(call /v3/kv/put "{\"key\": \"$key\", \"value\": \"$(bytes four)\", \"lease\": \"$lease\"}")"
expect keepalive '"TTL":"60"' "$(call /v3/lease/keepalive "{\"ID\": \"$lease\"}")"
expect delete '"deleted":"1"' "$(call /v3/kv/deleterange "{\"key\": \"$key\"}")"

denied=$(call /v3/kv/range "{\"key\": \"$(bytes other/key)\"}")
expect 'get outside of the prefix' 'etcdserver: permission denied' "$denied"
expect 'its code' '"code":7' "$denied"
expect 'wrong password' 'etcdserver: authentication failed, invalid user ID or password' \
  "$(post /v3/auth/authenticate '{"name": "app", "password": "wrong"}')"

code=0
curl --silent --max-time 20 "$last/v3/kv/range" --data '{}' || code=$?
expect 'without the authority' 60 $code
# The server's alert comes after the handshake of TLS 1.3, so curl's code is that of whatever it does then.
if [ $# = 4 ] && curl --silent --max-time 20 --cacert "$2" "$last/v3/kv/range" --data '{}'; then
  fail 'without a certificate' 'an error' 'an answer'
fi
echo 'all good'
