"""What was published, what was in force when, and what came from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.grids import service as grids
from gis_grid.kit.errors import NotFound
from gis_grid.planning.paging import WHOLE
from gis_grid.planning.store import ground, lineage, publications

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.planning.paging import Page


def divisions(conn: Connection, community: str | None = None, page: Page = WHOLE) -> list[dict[str, Any]]:
    """Return publications, newest first, those withdrawn too; of a community where it is named.

    One more than the page shows says that there are others behind it.
    """
    return [
        {
            "id": row.id,
            "community": {"code": row.community_code, "name": row.community_name},
            "scenario": {"id": row.scenario_id, "name": row.name},
            "valid_from": row.valid_from,
            "grids": None if row.withdrawn_at else row.grids,
            "published_by": row.published_by,
            "reviewed_by": row.reviewed_by,
            "at": row.at,
            "withdrawn_by": row.withdrawn_by,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in publications.every(conn, community, page)
    ]


def division_at(conn: Connection, community: str, at: datetime) -> str:
    """Return the boundaries of a community in force at a moment as the text of a GeoJSON collection.

    Raises
    ------
    NotFound
        When there is no such community.
    """
    area = ground.community(conn, community)
    if area is None:
        raise NotFound("No such community", repr(community))
    return grids.grids_geojson(conn, at, [area.id])


def lineage_of(conn: Connection, code: str) -> dict[str, Any]:
    """Return all boundaries that a grid's came from or that came from them, and what each took over.

    Returns
    -------
    dict
        `boundaries`: id, grid code and name, from when until when, households; oldest first. `links`:
        parent and child by id, kind (edit, split, merge), households and area_m2.

    Raises
    ------
    NotFound
        When there is no such grid.
    """
    found = lineage.graph(conn, code)
    if not found:
        raise NotFound("No such grid", repr(code))
    ids = [row.id for row in found]
    return {
        "grid": code,
        "boundaries": [
            {
                "id": row.id,
                "code": row.code,
                "name": row.name,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "households": row.households,
            }
            for row in found
        ],
        "links": [
            {
                "parent": row.parent_boundary_id,
                "child": row.child_boundary_id,
                "kind": row.kind,
                "households": row.households,
                "area_m2": round(row.area_m2, 1),
            }
            for row in lineage.links(conn, ids)
        ],
    }


def versions_beside(conn: Connection, boundary_id: int) -> tuple[list[int], list[int]]:
    """Return the boundaries that one came from, and those that came from it: of its own grid and of others.

    Only those within sight.
    """
    found = lineage.beside(conn, boundary_id)
    return [row.id for row in found if row.before], [row.id for row in found if not row.before]


def boundary_in_force(conn: Connection, grid_id: int, at: datetime) -> int | None:
    """Return the boundary of a grid in force at a moment; ``None`` where it has none then."""
    return lineage.in_force(conn, grid_id, at)
