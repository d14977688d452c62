"""The base map's layers from map files: an OpenStreetMap extract, or one file a layer."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shapely

from gis_grid.grids.mapping.buildings import BuildingMapping
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.mapping.lines import RoadMapping, WaterMapping
from gis_grid.grids.readers import open_vector
from gis_grid.grids.readers.osm import COLUMNS, OsmReader
from gis_grid.grids.readers.reference import Reference
from gis_grid.kit.errors import BadInput
from gis_grid.ogc.basemap import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from gis_grid.grids.rows import BuildingRows, RoadRows, WaterRows

LAYERS: Final = ("roads", "water", "buildings")
_OSM: Final = (".osm.pbf", ".osm", ".osm.bz2", ".osm.gz")


@dataclass(frozen=True, slots=True)
class MapFile:
    """A file and what it holds; an extract of OpenStreetMap holds all layers (`layer` is ``None``)."""

    path: Path
    layer: str | None


def map_file(name: str, as_path: Callable[[str], Path]) -> MapFile:
    """Read `FILE.osm.pbf` or `LAYER=FILE`.

    Raises
    ------
    BadInput
        When the layer is not known, or nothing says what a file holds.
    """
    layer, given, path = name.rpartition("=")
    if not given:
        if not name.lower().endswith(_OSM):
            raise BadInput(
                "Nothing says what the file holds", f"{name}: expected e.g. roads={name}, or .osm.pbf"
            )
        return MapFile(as_path(name), None)
    if layer not in LAYERS:
        raise BadInput("No such layer of the base map", f"{layer!r}; expected one of {', '.join(LAYERS)}")
    return MapFile(as_path(path), layer)


def take_files(conn: Connection, files: Sequence[MapFile], tell: Callable[[int], None]) -> int:
    """Fill the layers with what files hold and return how many rows were left out; `tell` hears of rows read.

    Raises
    ------
    BadInput
        When a file cannot be read.
    """
    left_out = 0
    for file in files:
        with _usable(file.path):
            left_out += _take_osm(conn, file.path, tell) if file.layer is None else _take(conn, file, tell)
    return left_out


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    if not path.is_file():
        raise BadInput("There is no such file", str(path))
    try:
        yield
    except OSError as error:
        raise BadInput("The file cannot be read", error.strerror or str(error), where=str(path)) from error


def _take_osm(conn: Connection, path: Path, tell: Callable[[int], None]) -> int:
    reader = OsmReader(path)
    mappings = {layer: _mapping(layer, COLUMNS[layer], path.name) for layer in LAYERS}
    wrong = 0
    for layer, features in reader.batches():
        rows, errors = mappings[layer].rows(features)
        wrong += len(errors)
        _add(conn, layer, rows)
        tell(len(features))
    return wrong + len(reader.broken)


def _take(conn: Connection, file: MapFile, tell: Callable[[int], None]) -> int:
    assert file.layer is not None
    wrong = 0
    with open_vector(file.path) as opened:
        reference = Reference(opened.crs, None, opened.file_name)
        mapping = _mapping(file.layer, opened.columns, opened.file_name)
        for raw in opened.batches(mapping.columns):
            features, misplaced = reference.apply(raw)
            rows, errors = mapping.rows(features)
            wrong += len(misplaced) + len(errors)
            _add(conn, file.layer, rows)
            tell(len(raw))
    return wrong


def _mapping(
    layer: str, columns: Sequence[str], file_name: str
) -> BuildingMapping | RoadMapping | WaterMapping:
    match layer:
        case "roads":
            return RoadMapping(columns, ColumnNames())
        case "water":
            return WaterMapping(columns, ColumnNames())
        case _:
            # Households are no matter here: whatever the file is called, it may hold parcels.
            return BuildingMapping(columns, ColumnNames(), "buildings")


def _add(conn: Connection, layer: str, rows: BuildingRows | RoadRows | WaterRows) -> None:
    columns = {"wkb": shapely.to_wkb(rows.geometry).tolist()}
    if layer != "buildings":
        columns["name"] = list(rows.column("name"))
    if layer == "roads":
        columns["class"] = list(rows.column("road_class"))
    store.add(conn, layer, columns)
