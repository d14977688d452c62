"""Which pages there are: the one list of them, made from their folders and from what the program writes."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from gis_grid.reports.content import Name

_FOLDER: Final = Path(__file__).resolve().parent.parent.parent / "web"

STATES: Final[dict[str, tuple[str, ...]]] = {
    "/": ("", "?worker=W001&day=2026-11-10"),
    "/plan/": ("", "?scenario={draft}&grids=1,2", "?scenario={draft}&tab=publish"),
    "/incidents/": ("", "?incident=NEW-0004&q=NEW-0"),
    "/visits/": (
        "?state=all",
        "?tab=made&from=2026-11-02&to=2026-11-15",
        "?tab=coverage&period=2026-Q4",
    ),
    "/reports/": ("", "?report=scorecards&period=2026-W46"),
    "/welcome/": ("#not-a-secret",),
}
"""What is worth a look on a page that shows more than one thing; of all others, what it opens with."""

FOR_NOBODY: Final = ("/sign-in/", "/welcome/")
"""Pages for one who is not signed in."""

_WRITTEN: Final[dict[str, str]] = {
    "landing": "/ogc",
    "api": "/ogc/api",
    "conformance": "/ogc/conformance",
    "collections": "/ogc/collections",
    "collection": "/ogc/collections/grids",
    "items": "/ogc/collections/grids/items?limit=20",
    "item": "/ogc/collections/grids/items/{grid}",
    "queryables": "/ogc/collections/grids/queryables",
    "schema": "/ogc/collections/grids/schema",
    "styles": "/ogc/styles",
    "matrix_sets": "/ogc/tileMatrixSets",
    "tilesets": "/ogc/collections/grids/tiles",
    "tileset": "/ogc/collections/grids/tiles/WebMercatorQuad",
}
"""Where each template of open data is to be seen."""

_PARTS: Final = {"frame", "parts"}
_PERIOD: Final = {Name.ANALYSIS: "?period=2026-W46", Name.SCORECARDS: "?period=2026-W46"}


def every_page() -> list[str]:
    """Return the address of each page, with ``{draft}`` and ``{grid}`` where it shows one."""
    folders = [one.parent.name for one in _FOLDER.glob("*/index.html") if one.parent.name != "dist"]
    paths = ["/", *(f"/{name}/" for name in sorted(folders))]
    shown = [f"{path}{state}" for path in paths for state in STATES.get(path, ("",))]
    reports = [f"/reports/{name}{_PERIOD.get(name, '')}" for name in Name]
    return [*shown, *reports, *(_WRITTEN[template] for template in _templates())]


def _templates() -> list[str]:
    """Return the names of the templates that are pages; a new one has to say above where it is seen."""
    all_of_them = files("gis_grid.ogc.html").joinpath("templates").iterdir()
    return sorted({one.name.removesuffix(".html") for one in all_of_them} - _PARTS)
