#!/bin/sh
# Prints the Chromium that the tests drive: GIS_GRID_CHROMIUM, the system's, or the one Playwright downloaded. The headless
# one first: it is the same without windows, tabs and settings, which take a fifth of what it asks of a processor.
for browser in "${GIS_GRID_CHROMIUM:-}" chromium-headless-shell chromium google-chrome-stable google-chrome \
    "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium_headless_shell-*/chrom*/*headless*shell \
    "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome; do
    if [ -n "$browser" ] && command -v "$browser"; then
        exit 0
    fi
done
echo "no Chromium; set GIS_GRID_CHROMIUM to one" >&2
exit 1
