#!/bin/sh
# Writes the API's description and the pages' types of it; with --check it only says whether they are old.
set -eu
PATH="$PWD/.venv/bin:$PATH"
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
gis-grid openapi >"$fresh/openapi.json"
node web/node_modules/openapi-typescript/bin/cli.js "$fresh/openapi.json" --output "$fresh/schema.d.ts" >"$fresh/log" 2>&1 || {
    cat "$fresh/log" >&2
    exit 1
}
for pair in openapi.json:web/openapi.json schema.d.ts:web/src/api/schema.d.ts; do
    new=$fresh/${pair%%:*}
    file=${pair#*:}
    cmp -s "$new" "$file" && continue
    if [ "${1:-}" = --check ]; then
        echo "out of date: $file (make docs writes it)" >&2
        exit 1
    fi
    cp "$new" "$file"
    echo "wrote: $file"
done
