#!/usr/bin/env bash
# Makes a Debian package of a tree that dist.sh has staged.
# usage: deb.sh TREE VERSION OUT     (TREE ends with its runtime identifier)   environment: SOURCE_DATE_EPOCH
set -euo pipefail
tree=${1:?usage: deb.sh TREE VERSION OUT} version=${2:?} out=${3:?}
debian=$(cd "$(dirname "$0")" && pwd)/debian
case $tree in *-linux-x64) architecture=amd64 ;; *-linux-arm64) architecture=arm64 ;; *) echo "deb.sh: $tree names no architecture" >&2; exit 64 ;; esac
root=$tree.debian
doc=$root/usr/share/doc/metastore

rm -rf "$root"
mkdir -p "$root"/{DEBIAN,etc/default,etc/metastore,lib/systemd/system,usr,usr/share/lintian/overrides}
cp -a "$tree"/{bin,lib,share} "$root/usr/"
rm "$root/usr/share/metastore/metastore.service"
cp "$debian/metastore.service" "$root/lib/systemd/system/"
cp "$debian/metastore.default" "$root/etc/default/metastore"
cp "$debian/config.yaml" "$root/etc/metastore/"
cp "$debian/lintian-overrides" "$root/usr/share/lintian/overrides/metastore"
# /usr/share/doc as Debian has it: the licence is the system's copy, the changelog is compressed and there is one of the package.
rm "$doc/LICENSE" && cp "$debian/copyright" "$doc/"
mv "$doc/CHANGELOG.md" "$doc/changelog" && gzip -9n "$doc/changelog"
# '~' sorts before the end of a version, so that 0.1.0-rc.1 is older than 0.1.0.
version=${version/-/\~}-1
printf 'metastore (%s) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- %s  %s\n' "$version" \
  "$(sed -n 's/^Maintainer: //p' "$debian/control.in")" "$(date -u -R -d "@${SOURCE_DATE_EPOCH:?}")" | gzip -9n > "$doc/changelog.Debian.gz"
if [ -d "$root/usr/share/man" ]; then find "$root/usr/share/man" -type f -name '*.1' -exec gzip -9n {} +; fi

cp "$debian"/{postinst,prerm,postrm,conffiles} "$root/DEBIAN/"
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$(du -sk --apparent-size "$root" | cut -f1)/" "$debian/control.in" > "$root/DEBIAN/control"
(cd "$root" && find lib usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)
find "$root" -type d -exec chmod 755 {} +
find "$root/etc" "$root/lib" "$root/DEBIAN" "$root/usr/share" -type f -exec chmod 644 {} +
chmod 755 "$root"/DEBIAN/{postinst,prerm,postrm}
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/metastore_${version}_$architecture.deb" >/dev/null
