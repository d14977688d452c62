"""Workers of a grid that ends go to the one that takes most of its households, and back when it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.kit.errors import Conflict
from gis_grid.planning.service.flows import heirs
from gis_grid.planning.store import assignments as store
from gis_grid.planning.store import publications, scenarios

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.planning.service.flows import Before, Flow
    from gis_grid.planning.service.states import Draft

    Move = tuple[Row[Any], int]


def moves(
    conn: Connection, draft: Draft, before: Sequence[Before], flowing: Sequence[Flow], at: datetime
) -> list[Move]:
    """Return the assignments that a draft changes from a time on, each with the label it goes to.

    Who walked a grid that comes back, and was moved because it had ended, goes back to it.
    """
    back = _returning(conn, draft)
    taken = {grid_id: label for grid_id, label in heirs(draft, before, flowing).items() if label is not None}
    found = store.from_then_on(conn, list(taken), list(back), at)
    return [(row, back[row.id] if row.id in back else taken[row.grid_id]) for row in found]


def move_workers(
    conn: Connection, wanted: Sequence[Move], grid_of: Mapping[int, int], at: datetime
) -> dict[str, Any]:
    """Move assignments from a time on; return rows as they were and as they are.

    Parameters
    ----------
    wanted
        Of `moves`.
    grid_of
        The grid of each label.
    """
    was = store.as_stored(conn, [row.id for row, _ in wanted])
    added = {}
    for row, label in wanted:
        if row.starts_at is not None and row.starts_at >= at:
            store.move(conn, row.id, grid_of[label])
        else:
            store.end(conn, row.id, at)
            added[store.add(conn, row.worker_id, grid_of[label], at, row.ends_at)] = row.id
    became = store.as_stored(conn, [*was, *added])
    return {
        "changed": [{"id": one, "was": was[one], "is": became[one]} for one in was],
        "added": [{"id": one, "of": came_from, "is": became[one]} for one, came_from in added.items()],
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


def _returning(conn: Connection, draft: Draft) -> dict[int, int]:
    """Return labels, by assignment, of grids that come back, for who was moved away from them.

    Of several that somebody was moved away from, one after the other, the first is home.
    """
    left = set(draft.plan.division.labels().tolist())
    label = {
        row.grid_id: row.label
        for row in scenarios.grids(conn, draft.row.id)
        if row.boundary_id is None and row.label in left
    }
    if not label:
        return {}
    ours: dict[int, Mapping[str, Any]] = {}
    left_behind: dict[int, list[int]] = {}
    for moved in publications.moved(conn, draft.row.area_id):
        was = {row["id"]: row["was"]["grid_id"] for row in moved["changed"]}
        whole = [
            (row, row["id"]) for row in moved["changed"] if row["is"]["grid_id"] != row["was"]["grid_id"]
        ]
        for row, of in (*whole, *((row, row["of"]) for row in moved["added"])):
            ours[row["id"]], here = row["is"], row["is"]["grid_id"]
            way = [*left_behind.get(of, []), was[of]]
            # Who has gone back was moved away from nothing since.
            left_behind[row["id"]] = way[: way.index(here)] if here in way else way
    back = {
        one: label[next(grid for grid in way if grid in label)]
        for one, way in left_behind.items()
        if not label.keys().isdisjoint(way)
    }
    return _as_we_left_them(conn, ours, back)


def _as_we_left_them(
    conn: Connection, ours: Mapping[int, Mapping[str, Any]], back: Mapping[int, int]
) -> dict[int, int]:
    """Leave out what somebody has changed since."""
    now: Collection[int] = [one for one, its in store.as_stored(conn, list(ours)).items() if its == ours[one]]
    return {one: back[one] for one in now}
