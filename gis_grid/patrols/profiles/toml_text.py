"""TOML files of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.toml_text import TomlText

if TYPE_CHECKING:
    from pathlib import Path


def read_toml(path: Path) -> TomlText:
    """Read a file. Raises BadProfile when it cannot be read or is not TOML."""
    return TomlText.of(read_text(path), str(path))


def read_text(path: Path) -> str:
    """Read a file of the deployment. Raises BadProfile when it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadProfile(f"{path}: cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        where = f"{path}:{line}"
        raise BadProfile(f"{where}: not UTF-8", where=where) from error
