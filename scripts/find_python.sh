#!/bin/sh
# Prints the newest Python of this machine that the program runs on and that can make virtual environments.
for python in python3.13 python3.12 python3.11 python3; do
    if "$python" -c '
import sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info < (3, 14))
' >/dev/null 2>&1; then
        command -v "$python"
        exit 0
    fi
done
echo "no Python 3.11, 3.12 or 3.13 with venv" >&2
exit 1
