"""Loads buildings, roads and water: new rows are added, changed ones updated, the rest left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis_grid.grids.store import grids as grids_store
from gis_grid.grids.store import layers as store
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from gis_grid.grids.rows import BuildingRows, RoadRows, WaterRows


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did to its table, in rows."""

    new: int
    changed: int
    same: int

    @property
    def rows(self) -> int:
        """All rows that came in."""
        return self.new + self.changed + self.same


class Stage:
    """Rows of one layer on their way in: add them batch by batch, then merge them all at once."""

    def __init__(self, conn: Connection, layer: store.Layer, source: str) -> None:
        self._conn = conn
        self._layer = layer
        self._source = source
        store.open_staging(conn, layer, source)

    def add(self, rows: BuildingRows | RoadRows | WaterRows) -> None:
        """Put a batch beside the table; nothing is visible in it yet."""
        wkb = shapely.to_wkb(rows.geometry)
        columns = [_plain(rows, name) for name, _ in self._layer.columns]
        refs = rows.column("source_ref")
        store.stage(self._conn, self._layer, zip(refs, wkb.tolist(), *columns, strict=True))

    def repeated(self) -> list[RowError]:
        """Say which references came more than once."""
        return [
            RowError(f"id {row.source_ref}", "id", row.source_ref, f"expected once, comes {row.times} times")
            for row in store.repeated_refs(self._conn, self._layer)
        ]

    def drop_repeated(self) -> int:
        """Keep the first row of each reference; return how many were dropped."""
        return store.drop_repeated(self._conn, self._layer)

    def merge(self) -> Loaded:
        """Bring the rows into the table by (source, source_ref); count buildings into their grids."""
        loaded = Loaded(*store.merge(self._conn, self._layer, self._source))
        if self._layer is store.BUILDING and loaded.rows > loaded.same:
            grids_store.recount(self._conn)
        return loaded

    def stored(self) -> int:
        """Return how many rows of this source the table holds."""
        return store.count(self._conn, self._layer, self._source)


def load_buildings(conn: Connection, batches: Iterable[BuildingRows], *, source: str) -> Loaded:
    """Load buildings, put them into their communities and count the grids again.

    Parameters
    ----------
    source
        Name of where they come from; a row with the same `source_ref` of the same source is updated.

    Raises
    ------
    BadInput
        When a `source_ref` comes twice.
    """
    return _load(conn, store.BUILDING, batches, source)


def load_roads(conn: Connection, batches: Iterable[RoadRows], *, source: str) -> Loaded:
    """Load roads; see `load_buildings` for `source` and errors."""
    return _load(conn, store.ROAD, batches, source)


def load_water(conn: Connection, batches: Iterable[WaterRows], *, source: str) -> Loaded:
    """Load water; see `load_buildings` for `source` and errors."""
    return _load(conn, store.WATER, batches, source)


def place_buildings(conn: Connection) -> int:
    """Put every building into the community that covers its point; return how many moved."""
    return store.place_buildings(conn)


def _load(
    conn: Connection, layer: store.Layer, batches: Iterable[BuildingRows | RoadRows | WaterRows], source: str
) -> Loaded:
    stage = Stage(conn, layer, source)
    for rows in batches:
        stage.add(rows)
    repeated = stage.repeated()
    if repeated:
        raise BadInput("The same id comes more than once", f"{len(repeated)} ids", errors=repeated)
    return stage.merge()


def _plain(rows: BuildingRows | RoadRows | WaterRows, name: str) -> Iterator[Any] | list[Any]:
    values = rows.column("road_class" if name == "class" else name)
    if name == "floors":
        return (None if np.isnan(value) else value for value in values)
    if name == "people":
        return (None if np.isnan(value) else int(value) for value in values)
    return values
