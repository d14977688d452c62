#!/bin/sh
# Prints the Chromium that the tests drive: GIS_GRID_CHROMIUM, the system's, or the one Playwright downloaded.
for browser in "${GIS_GRID_CHROMIUM:-}" chromium google-chrome-stable google-chrome \
    "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome; do
    if [ -n "$browser" ] && command -v "$browser"; then
        exit 0
    fi
done
echo "no Chromium; set GIS_GRID_CHROMIUM to one" >&2
exit 1
