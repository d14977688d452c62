#!/bin/sh
# Takes the picture of the README from the running demo, signed in by the link that it prints.
set -eu
cd "$(dirname "$0")/.."
pictures=$(mktemp -d)
trap 'rm -rf "$pictures"' EXIT
GIS_GRID_SCREENSHOTS=$pictures .venv/bin/pytest -q tests/browser/test_demo_link.py
mkdir -p docs/images
cp "$pictures/demo-commander.png" docs/images/map.png
