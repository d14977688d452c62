"""What becomes of a draft: reviewed, withdrawn before its moment, dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from gis_grid.kit.errors import Conflict, NotFound, RowError
from gis_grid.ledger import service as ledger
from gis_grid.planning.service.dividing import stored_outlines
from gis_grid.planning.service.editing import for_writing
from gis_grid.planning.service.moving import move_back
from gis_grid.planning.store import assignments, boundaries, publications, scenarios
from gis_grid.planning.store.past import kept_by_the_database

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.planning.service.states import Draft


def review(
    conn: Connection, scenario_id: int, *, revision: int, who: str, now: datetime, note: str = ""
) -> None:
    """Say that somebody has looked a draft over; the next edit makes it a draft again. Errors as of `edit`.

    The writer is not asked to wait: a review changes no ground.
    """
    draft = for_writing(conn, scenario_id, revision=revision, who=who, now=now, waits=False)
    _decide(conn, draft.row, who, now, {"state": "review", "reviewed_by": who, "note": note})
    detail = {"scenario": scenario_id, "revision": revision, "created_by": draft.row.created_by}
    ledger.record(conn, now, who, "review_division", _community(draft.row), detail)


@kept_by_the_database()
def withdraw(conn: Connection, scenario_id: int, *, revision: int, who: str, now: datetime) -> None:
    """Take a publication back before its moment: every row is as it was before it.

    Raises
    ------
    NotFound, Stale
        As of `edit`.
    Conflict
        When it is not published, its moment is over, something was published after it, grids were imported
        from its moment on or given to another community, or workers have been given others, or grids that
        only it makes.
    """
    draft = for_writing(
        conn, scenario_id, revision=revision, who=who, now=now, publishing=True, states=("published",)
    )
    found = publications.of_scenario(conn, scenario_id)
    if found is None:
        raise NotFound("No such publication", str(scenario_id))
    if found.valid_from <= now:
        raise Conflict(
            "The division is in force",
            f"since {found.valid_from.isoformat()}; to go back, restore the one before and publish it",
        )
    later = publications.newest(conn, found.area_id)
    beyond = boundaries.from_then_on(conn, found.area_id, found.valid_from)
    follows = [row for row in beyond if row.ends_at is not None and row.ends_at > found.valid_from]
    if later is None or later.id != found.id or follows:
        raise Conflict("Another division begins after it", "withdraw that one first")
    _require_nothing_gone(conn, draft, found)
    _require_its_own(conn, draft, found)
    boundaries.take_away(conn, found.area_id, found.valid_from)
    boundaries.let_go_on(conn, found.area_id, found.valid_from)
    move_back(conn, found.moved)
    _require_nobody_left(conn, found)
    publications.withdraw(conn, found.id, who, now)
    _decide(conn, draft.row, who, now, {"state": "withdrawn", "valid_from": None})
    detail = {
        "scenario": scenario_id,
        "publication": found.id,
        "valid_from": found.valid_from.isoformat(),
    }
    ledger.record(conn, now, who, "withdraw_division", _community(draft.row), detail)


def drop(conn: Connection, scenario_id: int, *, revision: int, who: str, now: datetime) -> None:
    """Put a draft away; nobody sees it in lists any more. Errors as of `edit`."""
    draft = for_writing(conn, scenario_id, revision=revision, who=who, now=now)
    _decide(conn, draft.row, who, now, {"state": "dropped", "writer": None, "writer_until": None})


def _require_nothing_gone(conn: Connection, draft: Draft, found: Row[Any]) -> None:
    """Refuse where an import gave a grid of before or after to another community."""
    followed = [row.grid_id for row in scenarios.grids(conn, draft.row.id)]
    gone = boundaries.gone_elsewhere(conn, found.area_id, [*followed, *found.grids.values()])
    if gone:
        raise Conflict(
            "Grids belong to another community by now",
            f"{gone} since an import; bring them back by an import, or withdraw nothing",
        )


def _require_its_own(conn: Connection, draft: Draft, found: Row[Any]) -> None:
    """Refuse where something else begins at the same moment, which would be taken away with it."""
    label, outline = stored_outlines(draft)
    made = {found.grids[str(one)]: shape for one, shape in zip(label, outline, strict=True)}
    for grid_id, wkb in boundaries.begun(conn, found.area_id, found.valid_from).items():
        own = made.get(grid_id)
        if own is None or not shapely.equals_exact(shapely.from_wkb(wkb), own, normalize=True):
            raise Conflict(
                "Grids were imported from the same moment on",
                "they would be lost; once it is in force, restore the division before it and publish that",
            )


def _require_nobody_left(conn: Connection, found: Row[Any]) -> None:
    """Refuse to leave workers in grids that are no more."""
    left = assignments.nowhere(conn, list(found.grids.values()), found.valid_from)
    if left:
        raise Conflict(
            "Workers were given grids that would be no more",
            "end those assignments, or give them other grids, first",
            errors=[RowError(f"worker {row.worker}", "grid", row.grid, "begins with it") for row in left],
        )


def _decide(conn: Connection, row: Row[Any], who: str, now: datetime, values: dict[str, Any]) -> None:
    decided = {"revision": row.revision + 1, "changed_at": now, "changed_by": who}
    scenarios.change(conn, row.id, {**decided, **values})


def _community(row: Row[Any]) -> str:
    return f"community:{row.community_code}"
