#!/bin/sh
# Takes the pictures of the README and of the plan page from the running demo: `scripts/readme_picture.sh`.
set -eu
cd "$(dirname "$0")/.."
pictures=$(mktemp -d)
trap 'rm -rf "$pictures"' EXIT
GIS_GRID_SCREENSHOTS=$pictures .venv/bin/pytest -q tests/browser/test_demo_link.py \
  tests/browser/test_plan_page.py::test_ground_is_moved_and_a_border_dragged_to_what_was_told
mkdir -p docs/images/planning
cp "$pictures/demo-commander.png" docs/images/map.png
cp "$pictures/plan-border.png" docs/images/planning/page.png
