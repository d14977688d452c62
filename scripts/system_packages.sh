#!/bin/sh
# Installs the system packages that are missing, after it has said which and why; silent when all are there.
#
#   scripts/system_packages.sh run     what the program needs: Python, PostgreSQL with PostGIS
#   scripts/system_packages.sh test    the same, and what the tests need: Chromium, a Chinese font, curl
#   scripts/system_packages.sh clients what it is read with in `make test-clients`: GDAL, QGIS, curl
#
# Debian 12 or later and Ubuntu 24.04 or later; elsewhere it says what to install, and stops.
set -eu

purpose=$1
packages=""
reasons=""

need() { # need PACKAGE REASON
    packages="$packages $1"
    reasons="$reasons
  $1: $2"
}

release_of() { # release_of KEY: a value of /etc/os-release, empty when there is none
    if [ -r /etc/os-release ]; then
        # shellcheck disable=SC1091
        (. /etc/os-release && eval "printf %s \"\${$1:-}\"")
    fi
}

has_python() {
    "$(dirname "$0")/find_python.sh" >/dev/null 2>&1
}

has_postgis() {
    for control in /usr/share/postgresql/*/extension/postgis.control /usr/pgsql-*/share/extension/postgis.control; do
        major=$(printf %s "$control" | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        if [ -f "$control" ] && [ "$major" -ge 15 ]; then
            return 0
        fi
    done
    command -v pg_config >/dev/null && [ -f "$(pg_config --sharedir)/extension/postgis.control" ]
}

has_libatomic() {
    /sbin/ldconfig -p | grep -q 'libatomic\.so\.1'
}

has_qgis() {
    [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import qgis.core" 2>/dev/null
}

has_chinese_font() {
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts -iname 'NotoSans*CJK*' 2>/dev/null | head -n 1)" ]
}

postgis_package() {
    case "$(release_of ID):$(release_of VERSION_ID)" in
    debian:12) echo postgresql-15-postgis-3 ;;
    debian:13) echo postgresql-17-postgis-3 ;;
    ubuntu:24.* | ubuntu:25.04) echo postgresql-16-postgis-3 ;;
    *) echo postgresql-postgis ;; # the release's own choice
    esac
}

has_python || need python3-venv "runs the program, in a virtual environment of this folder"
if [ -z "${GIS_GRID_DATABASE_URL:-}" ] && ! has_postgis; then
    need "$(postgis_package)" "the database; GIS Grid runs a private one and opens no port"
fi
if [ "$purpose" = test ]; then
    # Ubuntu has no package of it that works everywhere: scripts/chromium.sh gets one there.
    if [ "$(release_of ID)" != ubuntu ] && ! "$(dirname "$0")/find_chromium.sh" >/dev/null 2>&1; then
        need chromium-headless-shell "the browser that the tests look at the pages with"
    fi
    has_libatomic || need libatomic1 "a library that Playwright, which drives the browser, is linked to"
    has_chinese_font || need fonts-noto-cjk "the Chinese font of the tests' screenshots"
    command -v curl >/dev/null || need curl "sends as phones do, in the tests of what they are answered"
fi
if [ "$purpose" = clients ]; then
    command -v ogr2ogr >/dev/null || need gdal-bin "reads collections and tiles, as programs with GDAL do"
    has_qgis || need python3-qgis "reads collections and draws tiles without a screen, as people with QGIS do"
    command -v curl >/dev/null || need curl "sends what the documents show for it"
fi
[ -n "$packages" ] || exit 0

say_and_stop() {
    echo "GIS Grid needs these system packages:$reasons"
    echo "$1"
    exit 1
} >&2

case "$(release_of ID)" in
debian | ubuntu) ;;
*)
    say_and_stop "This is neither Debian nor Ubuntu, so nothing is installed by itself. Install: Python 3.11, 3.12 or
3.13 with its venv module; PostgreSQL 15 or later with PostGIS 3.3 or later (or set GIS_GRID_DATABASE_URL
to one on another machine); for the tests also Chromium (or set GIS_GRID_CHROMIUM), libatomic, Noto Sans CJK
and curl.
Then run the same command again."
    ;;
esac

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    say_and_stop "You are not root and there is no sudo. As root, run: apt-get install$packages"
fi

echo "GIS Grid needs these system packages, and installs them now:$reasons"

# Debian would start a public server of its own with the package; the program brings its own, private one.
if [ ! -e /etc/postgresql-common ]; then
    $as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" |
        $as_root tee /etc/postgresql-common/createcluster.d/gis-grid.conf >/dev/null
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $packages
