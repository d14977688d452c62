#!/bin/sh
# Takes the picture of the README from the running program, as the browser tests see it.
set -eu
cd "$(dirname "$0")/.."
pictures=$(mktemp -d)
trap 'rm -rf "$pictures"' EXIT
GIS_GRID_SCREENSHOTS=$pictures .venv/bin/pytest -q tests/browser -k both_languages
mkdir -p docs/images
cp "$pictures/day-zh-light.png" docs/images/map.png
