"""The GDAL of the system, by its commands: what `ogrinfo` and `ogr2ogr` say of the served town."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from served_town import Town

_PATIENCE_S: Final = 120


def run(town: Town, *command: str) -> str:
    """Run a command of GDAL with the token in a header; a warning or error on the way fails."""
    environment = {**os.environ, "GDAL_HTTP_HEADERS": town.header, "GDAL_HTTP_TIMEOUT": "60"}
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=_PATIENCE_S
    )
    assert ended.returncode == 0, (command, ended.stdout[-500:], ended.stderr)
    assert "ERROR" not in ended.stderr, (command, ended.stderr)
    return ended.stdout


def read(town: Town, source: str, *options: str) -> list[dict[str, Any]]:
    """Return the features that `ogr2ogr` reads from a source."""
    text = run(town, "ogr2ogr", "-f", "GeoJSONSeq", "/vsistdout/", source, *options)
    return [json.loads(line) for line in text.splitlines() if line]
