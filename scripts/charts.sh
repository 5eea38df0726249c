#!/usr/bin/env bash
# The chart scripts in src/Graft.Reports/Vega are unaltered files of the npm packages that package.json there pins.
#
#   scripts/charts.sh            takes them from npm again, for example after a change of version
#   scripts/charts.sh --check    fails if they differ from the packages' files
#
# Needs npm. A build does not: it embeds the files as they are.
set -euo pipefail
folder=$(cd "$(dirname "$0")/../src/Graft.Reports/Vega" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$folder"/package.json "$folder"/package-lock.json "$folder"/.npmrc "$work"
npm --prefix "$work" ci --silent
for package in vega vega-lite vega-embed; do
  for file in build/$package.min.js LICENSE; do
    source=$work/node_modules/$package/$file
    target=$folder/${file/build\//}
    [ "$file" = LICENSE ] && target=$folder/LICENSE-$package
    if [ "${1:-}" = --check ]; then
      cmp "$source" "$target"
    else
      cp "$source" "$target"
    fi
  done
done
