#!/bin/sh
# Pins every package with its hashes for all Pythons and systems, from the bounds in pyproject.toml.
# runtime.txt is for a deployment of the wheel; dev.txt holds the same versions and the tools; bench.txt also
# the programs that benchmarks run beside ours.
set -eu
compile() {
    uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet "$@"
}
command -v uv >/dev/null || {
    echo "uv is not installed; it is the tool that pins: https://docs.astral.sh/uv/" >&2
    exit 1
}
compile pyproject.toml --output-file requirements/runtime.txt
compile pyproject.toml --group dev --constraints requirements/runtime.txt --output-file requirements/dev.txt
compile pyproject.toml --group dev --group bench --constraints requirements/dev.txt \
    --output-file requirements/bench.txt
