#!/usr/bin/env bash
# kube-apiserver on MetaStore, and moved from etcd to it and back. See README.md.
# usage: KUBE_APISERVER=PROGRAM run.sh
# environment: OUT=out (programs metastore and metactl)  ENGINE=memory  ETCD=/usr/bin/etcd  ETCDUTL= (for etcd 3.5 and later)
# exit code: 0 all is well, 1 something is not, 77 there is no kube-apiserver
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${OUT:-$here/../../../out}
engine=${ENGINE:-memory}
program=${KUBE_APISERVER:-$(command -v kube-apiserver || true)}
if [ ! -x "$program" ]; then
  echo "no kube-apiserver: set KUBE_APISERVER to a program" >&2
  exit 77
fi
export PYTHONDONTWRITEBYTECODE=1
code=0
/usr/bin/python3 "$here/use.py" --kube-apiserver "$program" --store "$out/metastore" --more="--engine $engine" || code=1
/usr/bin/python3 "$here/move.py" --kube-apiserver "$program" --metastore "$out/metastore" --metactl "$out/metactl" --engine "$engine" \
  --etcd "${ETCD:-/usr/bin/etcd}" ${ETCDUTL:+--etcdutl "$ETCDUTL"} || code=1
exit "$code"
