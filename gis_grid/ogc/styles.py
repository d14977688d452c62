"""Styles for MapLibre and whatever reads them: `tiles/styles` with the addresses of this service."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gis_grid.kit.assets import folder
from gis_grid.kit.errors import NotFound
from gis_grid.kit.features import Told
from gis_grid.ogc.links import link

if TYPE_CHECKING:
    from gis_grid.ogc.links import Link

MAPBOX: Final = "application/vnd.mapbox.style+json"
STYLES: Final = ("day", "night", "print")
"""Names of the styles; the first is the one for those who have no wish."""


def title_of(name: str) -> Told:
    """Return what a style is called."""
    title: dict[str, str] = _document(name)["metadata"]["gis-grid:title"]
    return Told(title["zh"], title["en"])


def style(name: str, base: str) -> dict[str, Any]:
    """Return a style whose sources are addresses that begin with `base`.

    Raises
    ------
    NotFound
        When there is none of this name, with those there are.
    """
    document = _document(name)
    sources = {
        key: {**source, "tiles": [f"{base}{path}" for path in source["tiles"]]}
        for key, source in document["sources"].items()
    }
    return {**document, "sources": sources}


def style_links(base: str, name: str, title: str) -> list[Link]:
    """Return the links of a style in the list of them."""
    return [link("stylesheet", f"{base}/ogc/styles/{name}", MAPBOX, title)]


@cache
def _document(name: str) -> dict[str, Any]:
    if name not in STYLES:
        raise NotFound("No such style", f"{name!r}; there are: {', '.join(STYLES)}")
    found: dict[str, Any] = json.loads((folder("tiles") / "styles" / f"{name}.json").read_text("utf-8"))
    return found
