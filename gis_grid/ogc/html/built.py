"""The script and styles of the pages: built with all others, found by the list that the build wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gis_grid.kit.assets import folder
from gis_grid.kit.errors import NotReady

_LIST: Final = "built.json"
_ENTRY: Final = "src/open-data.ts"


@dataclass(frozen=True, slots=True)
class Built:
    """Addresses of what a page loads."""

    script: str
    styles: tuple[str, ...]


@cache
def built() -> Built:
    """Return what the pages load; the map is not among it, which the script loads when it is needed.

    Raises
    ------
    NotReady
        When the pages were not built, or by an older program.
    """
    path = folder("web") / _LIST
    files: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if _ENTRY not in files:
        raise NotReady("Files are missing", f"no {_ENTRY} in {path}; run `make web` to build the pages")
    return Built(f"/{files[_ENTRY]['file']}", tuple(f"/{one}" for one in _styles(files, _ENTRY, set())))


def _styles(files: dict[str, Any], name: str, seen: set[str]) -> list[str]:
    """Return the style sheets of a file, those of what it imports first."""
    if name in seen:
        return []
    seen.add(name)
    found = [style for one in files[name].get("imports", ()) for style in _styles(files, one, seen)]
    return [*found, *(one for one in files[name].get("css", ()) if one not in found)]
