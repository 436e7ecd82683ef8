#!/usr/bin/env bash
# Makes what a release consists of besides the NuGet packages, in artifacts/dist: metastore-VERSION-RID.tar.gz, metastore_VERSION_ARCHITECTURE.deb, SHA256SUMS.
# usage: dist.sh [RID...]     default: linux-x64 linux-arm64
# environment: VERSION (default: from the tag, docs/releasing.md)   SOURCE_DATE_EPOCH (default: the time of the commit)   DEB=no (archives only)
#   NATIVE=no (no native metactl)   NATIVE=yes (an error when it cannot be made; otherwise it is left out, with a line that says why)
set -euo pipefail
cd "$(dirname "$0")/.."
rids=("${@:-linux-x64}")
[ $# -gt 0 ] || rids+=(linux-arm64)
dist=$PWD/artifacts/dist
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH
case $(uname -m) in x86_64) native=linux-x64 ;; aarch64) native=linux-arm64 ;; *) echo "no runtime is published for $(uname -m)" >&2; exit 1 ;; esac
libc=$(sed -n 's/^Depends:.*libc6 (>= \([0-9.]*\)).*/\1/p' packaging/debian/control.in)

# The build has a folder of its own: one for a runtime identifier leaves other restored packages than one without. The programs need one framework of the two that the client
# is built for. Paths in symbols do not depend on where the tree is.
properties=("-p:ArtifactsPath=$dist/build" -p:TargetFrameworks=net10.0 "-p:PathMap=$PWD=/_" -v quiet -nologo -clp:NoSummary)
version=${VERSION:-$(dotnet msbuild src/MetaStore.Server -restore -t:MinVer -getProperty:Version "-p:ArtifactsPath=$dist/build" -p:TargetFrameworks=net10.0 -nologo)}
[ -z "${VERSION:-}" ] || properties+=("-p:MinVerVersionOverride=$VERSION")

# Programs with the runtime and code compiled ahead of time (ADR 0035). metactl first: where both have an assembly, the server's stays.
publish() {
  local rid=$1 out=$2 project
  for project in MetaStore.Cli MetaStore.Server; do
    dotnet publish "src/$project" -c Release -r "$rid" --self-contained -p:PublishReadyToRun=true -o "$out" "${properties[@]}"
  done
  rm -f "$out"/*.xml
}

# Why no native metactl is made for a platform; nothing when it is.
obstacle() {
  if [ "${NATIVE:-}" = no ]; then echo "NATIVE=no"
  elif [ "$1" != "$native" ]; then echo "it is made on its own platform only"
  elif ! command -v clang >/dev/null && ! command -v gcc >/dev/null; then echo "there is no clang and no gcc"
  elif ! command -v objcopy >/dev/null || ! command -v objdump >/dev/null; then echo "there are no binutils"
  fi
}

# The C library that a program needs, as 2.34.
needed_libc() { objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sed s/GLIBC_// | sort -uV | tail -1; }

# bin/metactl as a program without a runtime, which starts in a tenth of the time; the managed one stays in lib/metastore for what needs it (ADR 0050).
# It is built in a folder of its own: the settings of a native program would get into the managed one's.
native_metactl() {
  local rid=$1 root=$2 built=$dist/native why
  why=$(obstacle "$rid")
  if [ -z "$why" ]; then
    rm -rf "$built"
    # The linker takes the newest version of each function of the C library: one that is newer than what the packages ask for would not start everywhere.
    if ! dotnet publish src/MetaStore.Cli -c Release -r "$rid" -p:NativeProgram=true -o "$built" "${properties[@]}" "-p:ArtifactsPath=$dist/build-native"; then
      why="it could not be compiled and linked here, see above"
    elif [ "$(printf '%s\n' "$libc" "$(needed_libc "$built/metactl")" | sort -V | tail -1)" = "$libc" ]; then
      rm "$root/bin/metactl"
      cp "$built/metactl" "$root/bin/metactl"
      return
    else
      why="linked here it needs a C library of version $(needed_libc "$built/metactl"), and releases run on $libc"
    fi
  fi
  echo "$(basename "$root"): no native metactl: $why" >&2
  [ "${NATIVE:-}" != yes ] || [ "$rid" != "$native" ]
}

# The tree fits below /usr/local and /usr as it is.
stage() {
  local rid=$1 root=$2
  rm -rf "$root"
  mkdir -p "$root"/{bin,lib/metastore,share/doc/metastore,share/metastore}
  publish "$rid" "$root/lib/metastore"
  ln -s ../lib/metastore/metastore "$root/bin/metastore"
  ln -s ../lib/metastore/metactl "$root/bin/metactl"
  native_metactl "$rid" "$root"
  cp LICENSE README.md CHANGELOG.md "$root/share/doc/metastore/"
  notices "$rid" > "$root/share/doc/metastore/THIRD-PARTY-NOTICES.txt"
  cp configs/config.yaml packaging/debian/metastore.service "$root/share/metastore/"
}

# What is linked or copied, and then the runtime's own notices.
notices() {
  local rid=$1 packages pack
  cat packaging/THIRD-PARTY-NOTICES.txt
  packages=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
  for pack in microsoft.netcore.app.runtime microsoft.aspnetcore.app.runtime; do
    printf '\n%s\n\n' "==== $pack.$rid"
    cat "$packages/$pack.$rid/$(dotnet msbuild src/MetaStore.Server -getProperty:BundledNETCoreAppPackageVersion -nologo)/THIRD-PARTY-NOTICES.TXT"
  done
}

# A manual page of what a program's help says: NAME SUMMARY PROGRAM ARGUMENT
manual() {
  printf '.TH %s 1 "" MetaStore "MetaStore Manual"\n.SH NAME\n%s \\- %s\n.SH DESCRIPTION\n.nf\n' "${1^^}" "$1" "$2"
  "$3" "$4" | sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"
  echo '.fi'
}

# Manual pages and completion come out of the programs, those for this machine. metactl writes a page for every verb where it has the verb for that.
reference() {
  local bin=$1 share=$2/share
  mkdir -p "$share/man/man1"
  manual metastore "replicated key-value store with the API of etcd v3" "$bin/metastore" --help > "$share/man/man1/metastore.1"
  if "$bin/metactl" completion bash >/dev/null 2>&1; then
    mkdir -p "$share"/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
    "$bin/metactl" completion bash > "$share/bash-completion/completions/metactl"
    "$bin/metactl" completion zsh > "$share/zsh/vendor-completions/_metactl"
    "$bin/metactl" completion fish > "$share/fish/vendor_completions.d/metactl.fish"
    "$bin/metactl" docs man "$share/man/man1"
  else
    manual metactl "command line client of MetaStore and etcd v3" "$bin/metactl" help > "$share/man/man1/metactl.1"
  fi
}

# The same files give the same archive: names sorted, one time, one owner. Packages of the runtime mark their assemblies as executable: these files are.
pack() {
  local root=$1
  find "$root" -type d -exec chmod 755 {} +
  find "$root" -type f -exec chmod 644 {} +
  chmod 755 "$root/lib/metastore"/{metastore,metactl,createdump} "$root/bin/metactl"
  tar --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    -C "$(dirname "$root")" -cf - "$(basename "$root")" | gzip -9n > "$dist/$(basename "$root").tar.gz"
}

name() { echo "metastore-$version-$1"; }
rm -rf "$dist/stage" "$dist"/*.tar.gz "$dist"/*.deb "$dist/SHA256SUMS"
for rid in "${rids[@]}"; do stage "$rid" "$dist/stage/$(name "$rid")"; done
for rid in "${rids[@]}"; do
  root=$dist/stage/$(name "$rid")
  if [ -d "$dist/stage/$(name "$native")" ]; then reference "$dist/stage/$(name "$native")/bin" "$root"; fi
  pack "$root"
  [ "${DEB:-yes}" = no ] || bash packaging/deb.sh "$root" "$version" "$dist"
done
(cd "$dist" && sha256sum -- metastore[-_]* > SHA256SUMS && cat SHA256SUMS)
