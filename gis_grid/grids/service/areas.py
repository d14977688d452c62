"""Loads and shows the tree of areas: county, subdistrict, community."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

import shapely

from gis_grid.grids.service.bad_rows import require_unique
from gis_grid.grids.service.layers import Loaded, place_buildings
from gis_grid.grids.store import areas as store
from gis_grid.grids.store import grids as grids_store
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from gis_grid.grids.rows import AreaRows


def load_areas(conn: Connection, rows: AreaRows, *, synthetic: bool = False) -> Loaded:
    """Load areas by code and put the stored buildings into their communities.

    Parameters
    ----------
    synthetic
        The areas are made up, as those of the sample town; every page says so.

    Raises
    ------
    BadInput
        When a code comes twice, a parent is neither stored nor among the rows, or an area would lie below
        itself.
    """
    require_unique("area", rows.column("code"))
    columns = [rows.column(name) for name in ("code", "name", "kind", "parent_code")]
    wkb = shapely.to_wkb(rows.geometry).tolist()
    store.stage(conn, zip(*columns, repeat(synthetic, len(rows)), wkb, strict=True))
    _require_known_parents(conn)
    loaded = Loaded(*store.merge(conn))
    _require_tree(conn)
    if place_buildings(conn):
        grids_store.recount(conn)
    store.place_events(conn)
    return loaded


def areas_geojson(conn: Connection, areas: Sequence[int] | None = None) -> str:
    """Return areas as GeoJSON text, all or those of some ids; properties code, name, kind, synthetic."""
    return store.collection(conn, areas)


def extent(conn: Connection, areas: Sequence[int] | None = None) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of all or some areas in degrees, or ``None`` without areas."""
    return store.extent(conn, areas)


def holds_real_areas(conn: Connection) -> bool:
    """Say whether the database holds a real place, which a sample must not mix with."""
    return store.any_real(conn)


def _require_known_parents(conn: Connection) -> None:
    orphans = store.unknown_parents(conn)
    if orphans:
        errors = [
            RowError(f"area {row.code}", "parent", row.parent_code, "expected a known area")
            for row in orphans
        ]
        raise BadInput("The area above is not known", "load it first or in the same file", errors=errors)


def _require_tree(conn: Connection) -> None:
    rings = store.below_themselves(conn)
    if rings:
        errors = [
            RowError(f"area {row.code}", "parent", row.parent_code, "expected an area that is not below it")
            for row in rings
        ]
        raise BadInput("An area lies below itself", f"{len(errors)} area(s)", errors=errors)
