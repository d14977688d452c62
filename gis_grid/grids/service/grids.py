"""Publishes grids: checks them against each other and their community, closes old boundaries, counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import shapely

from gis_grid.grids.service.bad_rows import require_unique
from gis_grid.grids.service.layers import Loaded, place_buildings
from gis_grid.grids.service.locating import locate
from gis_grid.grids.store import areas as areas_store
from gis_grid.grids.store import grid_checks
from gis_grid.grids.store import grids as store
from gis_grid.kit.days import microseconds_of
from gis_grid.kit.errors import BadInput, Conflict, RowError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sqlalchemy import Connection, Row

    from gis_grid.grids.rows import GridRows

TOLERATED_OVERLAP_M2 = 1.0
"""Below it, an overlap is how two drawings of the same border differ."""

TOLERATED_SHARE_OUTSIDE = 0.005
"""Share of a grid's ground that may lie outside its community: borders of two sources never agree exactly."""

HOUSEHOLDS_FEW = 300
HOUSEHOLDS_MANY = 500
"""BASE-1: a grid holds 300-500 households."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground of a community that lies in no grid; the place is inside its biggest piece."""

    community_code: str
    area_m2: float
    pieces: int
    lon: float
    lat: float

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"community {self.community_code}: {self.area_m2:,.0f} m² in {self.pieces} piece(s) lie "
            f"in no grid, the biggest at {self.lon:.6f}, {self.lat:.6f}"
        )


@dataclass(frozen=True, slots=True)
class GridsLoaded(Loaded):
    """What publishing did, in grids, with what a planner should look at."""

    created_communities: tuple[str, ...]
    gaps: tuple[Gap, ...]


def load_grids(
    conn: Connection, rows: GridRows, *, valid_from: datetime, create: bool = False
) -> GridsLoaded:
    """Publish grids from a time on; a grid whose outline is in force already is left alone.

    Parameters
    ----------
    valid_from
        Aware; the old boundary of a grid ends here and the new one begins.
    create
        Make a community that is not known from the union of its grids.

    Raises
    ------
    BadInput
        A code comes twice, a community is not known, two grids overlap by more than 1 m², or more than 0.5 %
        of a grid lies outside its community; with every such grid, the area and a place.
    Conflict
        A grid has another boundary from that time or later.
    """
    codes = rows.column("code")
    require_unique("grid", codes)
    communities = rows.column("community_code")
    wkb = shapely.to_wkb(rows.geometry).tolist()
    store.stage(conn, zip(codes, rows.column("name"), communities, wkb, strict=True))
    created = store.create_missing_communities(conn) if create else []
    if created:
        place_buildings(conn)
    _require_known_communities(conn)
    _require_apart(conn, valid_from)
    _require_inside(conn)
    _require_free_time(conn, valid_from)
    new, changed, same = store.publish(conn, valid_from)
    store.unstage(conn)
    store.recount(conn)
    areas_store.place_events(conn)
    gaps = tuple(
        Gap(row.community_code, row.area_m2, row.pieces, row.lon, row.lat)
        for row in grid_checks.gaps(conn, sorted(set(communities)), valid_from, TOLERATED_OVERLAP_M2)
    )
    return GridsLoaded(new, changed, same, tuple(created), gaps)


def recount(conn: Connection) -> int:
    """Count buildings and households of the open boundaries again; return how many boundaries changed."""
    return store.recount(conn)


def grids_geojson(conn: Connection, at: datetime, areas: Sequence[int] | None = None) -> str:
    """Return the boundaries in force at an aware time as GeoJSON text, with households and worker.

    Parameters
    ----------
    areas
        Ids of the areas whose grids are wanted; ``None`` for everywhere.
    """
    return store.collection(conn, at, areas, few=HOUSEHOLDS_FEW, many=HOUSEHOLDS_MANY)


def grid_names_geojson(conn: Connection, at: datetime, areas: Sequence[int] | None = None) -> str:
    """Return only codes and names of what `grids_geojson` returns: of a city a seventh of the bytes."""
    return store.names_collection(conn, at, areas)


def grid_at(
    conn: Connection,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    at: datetime | Sequence[datetime],
) -> NDArray[np.int64]:
    """Return the id of the boundary in force at each position (n,), -1 where there is none.

    `at` is one aware time for all positions, or one each. Borders are half-open (:mod:`.locating`).
    """
    at_us = microseconds_of(at) if isinstance(at, datetime) else [microseconds_of(one) for one in at]
    return locate(conn, lon, lat, at_us)


def _require_known_communities(conn: Connection) -> None:
    unknown = store.unknown_communities(conn)
    if unknown:
        errors = [
            RowError(
                f"grid {row.code}", "community", row.community_code, "expected the code of a known community"
            )
            for row in unknown
        ]
        raise BadInput(
            "The community is not known",
            "import it with --as areas, or let --create make it from its grids",
            errors=errors,
        )


def _require_apart(conn: Connection, at: datetime) -> None:
    errors = [
        RowError(
            f"grid {row.code}",
            None,
            None,
            f"overlaps grid {row.other}{_since(row)} by {row.area_m2:,.1f} m² at {_at(row)}",
        )
        for row in grid_checks.overlaps(conn, at, TOLERATED_OVERLAP_M2)
    ]
    if errors:
        raise BadInput("Grids overlap", f"{len(errors)} overlap(s) of more than 1 m²", errors=errors)


def _require_inside(conn: Connection) -> None:
    errors = [
        RowError(
            f"grid {row.code}",
            "community",
            row.community_code,
            f"{row.area_m2:,.0f} m² ({row.share:.1%}) lie outside it, at {_at(row)}",
        )
        for row in grid_checks.parts_outside(conn, TOLERATED_SHARE_OUTSIDE)
    ]
    if errors:
        raise BadInput(
            "A grid leaves its community",
            f"{len(errors)} grid(s) by more than 0.5 % of their ground",
            errors=errors,
        )


def _require_free_time(conn: Connection, at: datetime) -> None:
    taken = grid_checks.boundaries_in_the_way(conn, at)
    if taken:
        errors = [
            RowError(
                f"grid {row.code}", None, None, f"has another boundary from {row.valid_from.isoformat()}"
            )
            for row in taken
        ]
        raise Conflict(
            "A boundary from that time or later exists", "give a later time with --valid-from", errors=errors
        )


def _since(row: Row[Any]) -> str:
    return "" if row.since is None else f" from {row.since.isoformat()} on"


def _at(row: Row[Any]) -> str:
    return f"{row.lon:.6f}, {row.lat:.6f}"
