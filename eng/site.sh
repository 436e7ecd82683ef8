#!/usr/bin/env bash
# Builds the documentation as a site in artifacts/site and checks its links. docfx is a tool of the repository (.config/dotnet-tools.json).
# usage: site.sh [CONFIG]
set -euo pipefail
cd "$(dirname "$0")/.."
config=${1:-Release}
site=artifacts/site

# The list of decisions is made of their headings, so that a new one needs no entry.
{
  for adr in docs/adr/0*.md; do
    name=$(basename "$adr")
    title=$(sed -n '1s/^# //p' "$adr")
    printf -- '- name: "%s"\n  href: %s\n' "${title//\"/\\\"}" "$name"
  done
} > docs/adr/toc.yml

rm -rf "$site"
dotnet tool restore > /dev/null
dotnet docfx build docfx.json --warningsAsErrors
# The documentation begins at docs/; the root of the site leads there.
printf '<!DOCTYPE html>\n<meta charset="utf-8">\n<title>MetaStore</title>\n<meta http-equiv="refresh" content="0; url=docs/index.html">\n<a href="docs/index.html">MetaStore documentation</a>\n' > "$site/index.html"
METASTORE_SITE=$site dotnet test tests/MetaStore.Architecture.Tests -c "$config" -nologo -v quiet --filter FullyQualifiedName~SiteTests
echo "$(find "$site" -name '*.html' | wc -l) pages in $site; begin with $site/index.html"
