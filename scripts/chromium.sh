#!/bin/sh
# Downloads a Chromium for the tests where neither the system nor its packages have one (Ubuntu); else silent.
set -eu
"$(dirname "$0")/find_chromium.sh" >/dev/null 2>&1 && exit 0
echo "The tests need a browser. Playwright downloads its own Chromium now, and installs the libraries it needs."
.venv/bin/playwright install --with-deps chromium && exit 0
{
    echo "The download failed. Install a Chromium in one of these ways, then run the same command again:"
    echo "  - Google Chrome's package for Debian and Ubuntu, from https://www.google.com/chrome/"
    echo "  - sudo snap install chromium"
    echo "  - any other, with its path in GIS_GRID_CHROMIUM"
} >&2
exit 1
