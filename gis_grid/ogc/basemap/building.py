"""Builds the base map: layers from the town or from files, tiles of them, one file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from gis_grid.kit.errors import BadInput
from gis_grid.ogc import tileset
from gis_grid.ogc.basemap import store
from gis_grid.ogc.basemap.files import take_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from gis_grid.ogc.basemap.files import MapFile
    from gis_grid.ogc.tileset import Written

LAST_ZOOM: Final = 15
"""Nearer, maps magnify: a unit of its tiles is under 30 cm of ground."""

OPENSTREETMAP: Final = "© OpenStreetMap contributors, ODbL 1.0"

_GROUND: Final = (
    tileset.Layer(
        "roads", "Roads by class: main, lane, path, rail", {"class": "String", "name": "String"}, 8, LAST_ZOOM
    ),
    tileset.Layer("water", "Rivers, lakes and ponds", {"name": "String"}, 6, LAST_ZOOM),
)
_BUILDINGS: Final = tileset.Layer("buildings", "Outlines of buildings", {}, 14, LAST_ZOOM)


@dataclass(frozen=True, slots=True)
class Built:
    """What went into the file."""

    features: dict[str, int]
    left_out: int
    written: Written


def build(
    conn: Connection,
    file: IO[bytes],
    files: Sequence[MapFile] = (),
    *,
    reading: Callable[[int], None] = lambda more: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Built:
    """Write the base map of the town, or of what map files hold, in the caller's transaction.

    Parameters
    ----------
    files
        Empty: the town's own roads and water; its buildings are only for those whose scope they are in.
    reading
        Hears of more rows read from files.
    progress
        Hears of tiles done, and of all.

    Raises
    ------
    BadInput
        When there is nothing to draw, or a file cannot be read.
    """
    store.make_layers(conn)
    left_out = take_files(conn, files, reading) if files else 0
    if not files:
        store.take_town(conn)
    store.ready(conn)
    layers = (*_GROUND, _BUILDINGS) if files else _GROUND
    spreads = [tileset.Spread(store.boxes(conn, one.id), one.minzoom, one.maxzoom) for one in layers]
    features = {one.id: len(spread.boxes) for one, spread in zip(layers, spreads, strict=True)}
    if not any(features.values()):
        raise BadInput("There is nothing to draw", _missing(files))
    about = tileset.About(
        "GIS Grid base map",
        "Roads, water and outlines of buildings" if files else "Roads and water",
        layers,
        attribution=OPENSTREETMAP if _is_of_openstreetmap(conn, files) else "",
        kind="baselayer",
    )
    written = tileset.write(file, spreads, partial(store.tiles, conn), about, progress)
    return Built(features, left_out, written)


def _missing(files: Sequence[MapFile]) -> str:
    if files:
        return f"{', '.join(file.path.name for file in files)}: no road, water or building in it"
    return "the town has no road and no water; import some, or name a file with --from"


def _is_of_openstreetmap(conn: Connection, files: Sequence[MapFile]) -> bool:
    if files:
        return any(file.layer is None for file in files)
    return store.is_of_openstreetmap(conn)
