#!/bin/sh
# Takes the pictures of the README and of the plan page from the running demo.
set -eu
cd "$(dirname "$0")/.."
pictures=$(mktemp -d)
trap 'rm -rf "$pictures"' EXIT
GIS_GRID_SCREENSHOTS=$pictures .venv/bin/pytest -q tests/browser/test_demo_link.py
mkdir -p docs/images
cp "$pictures/demo-commander.png" docs/images/map.png
GIS_GRID_SCREENSHOTS=$pictures .venv/bin/pytest -q tests/browser/test_plan_page.py -k border_dragged
cp "$pictures/plan-border.png" docs/images/planning/page.png
