"""Workers of grids that end go to the grid that takes most of its households."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.kit.errors import Conflict
from gis_grid.planning.store import assignments as store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection


def move_workers(conn: Connection, heirs: Mapping[int, int], at: datetime) -> dict[str, Any]:
    """Move assignments of grids that end at a time to their heirs; return rows as they were and as they are.

    Parameters
    ----------
    heirs
        The grid that takes over, by the grid that ends.
    """
    found = store.from_then_on(conn, list(heirs), at)
    was = store.as_stored(conn, [row.id for row in found])
    added = []
    for row in found:
        if row.starts_at is not None and row.starts_at >= at:
            store.move(conn, row.id, heirs[row.grid_id])
        else:
            store.end(conn, row.id, at)
            added.append(store.add(conn, row.worker_id, heirs[row.grid_id], at, row.ends_at))
    became = store.as_stored(conn, [*was, *added])
    return {
        "changed": [{"id": one, "was": was[one], "is": became[one]} for one in was],
        "added": [{"id": one, "is": became[one]} for one in added],
    }


def move_back(conn: Connection, moved: Mapping[str, Any]) -> None:
    """Give assignments the grids and times that they had.

    Raises
    ------
    Conflict
        When one of them was changed since.
    """
    ours = {row["id"]: row["is"] for row in (*moved["changed"], *moved["added"])}
    if store.as_stored(conn, list(ours)) != ours:
        raise Conflict(
            "Assignments were changed since",
            "workers whose grids end then have been given others; put that right first",
        )
    store.remove(conn, [row["id"] for row in moved["added"]])
    for row in moved["changed"]:
        store.put_back(conn, row["id"], row["was"])
