"""Publishes drafts: everything that a division changes, in one transaction, from one moment on."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import BadInput, Conflict, RowError
from gis_grid.ledger import service as ledger
from gis_grid.planning.service.checking import require_sound
from gis_grid.planning.service.dividing import divided, write_atoms, write_boundaries, write_lineage
from gis_grid.planning.service.editing import for_writing
from gis_grid.planning.service.flows import flows, followed
from gis_grid.planning.service.moving import move_workers, moves
from gis_grid.planning.store import boundaries, publications, scenarios
from gis_grid.planning.store.past import kept_by_the_database

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.planning.rules import PlanningRules
    from gis_grid.planning.service.states import Draft

FARTHEST: Final = timedelta(days=36_525)
"""The last days that a calendar has are days that no other zone and no later moment has."""


@kept_by_the_database()
def publish(
    conn: Connection,
    scenario_id: int,
    *,
    revision: int,
    who: str,
    now: datetime,
    rules: PlanningRules,
    valid_from: datetime | None = None,
) -> int:
    """Put a draft into force from a moment on and return the publication's id.

    Parameters
    ----------
    valid_from
        Aware, not before `now`; the next local midnight where it is not given.

    Raises
    ------
    BadInput
        When the moment is over or a century away, or codes of new grids cannot be made.
    Conflict
        When the draft has errors, the division that it follows upon is not the one in force then, or the
        moment is over by the clock of the database.
    NotFound, Stale, AnotherWriter
        As of `edit`.
    """
    draft = for_writing(conn, scenario_id, revision=revision, who=who, now=now, publishing=True)
    at = next_midnight(now, rules) if valid_from is None else valid_from
    if at < now:
        raise BadInput(
            "The moment is over", f"valid_from {at.isoformat()}; expected from {now.isoformat()} on"
        )
    if at > now + FARTHEST:
        raise BadInput(
            "The moment is too far away",
            f"valid_from {at.isoformat()}; expected until {(now + FARTHEST).isoformat()}",
        )
    _require_followed(conn, draft, at)
    require_sound(conn, draft)
    before = followed(conn, draft)
    flowing = flows(draft, before)
    new = divided(conn, draft, rules)
    child = write_boundaries(conn, new, before, at)
    write_lineage(conn, new, flowing, child)
    publication_id = publications.add(
        conn,
        {
            "area_id": draft.row.area_id,
            "scenario_id": draft.row.id,
            "meridian": draft.row.meridian,
            "valid_from": at,
            "published_by": who,
            "reviewed_by": draft.row.reviewed_by,
            "at": now,
            "moved": move_workers(conn, moves(conn, draft, before, flowing, at), new.grid_of, at),
            "exceptions": {
                str(new.grid_of[label]): why for label, why in draft.plan.division.exceptions.items()
            },
            "grids": {str(label): grid_id for label, grid_id in new.grid_of.items()},
        },
    )
    write_atoms(conn, new, publication_id, at)
    scenarios.change(
        conn,
        draft.row.id,
        {
            "state": "published",
            "valid_from": at,
            "revision": draft.row.revision + 1,
            "changed_at": now,
            "changed_by": who,
            "writer": None,
            "writer_until": None,
        },
    )
    detail = {
        "scenario": draft.row.id,
        "publication": publication_id,
        "valid_from": at.isoformat(),
        "grids": len(new.label),
        "new": new.codes,
        "ended": [one.code for one in before if one.label not in new.grid_of],
        "reviewed_by": draft.row.reviewed_by,
    }
    ledger.record(conn, now, who, "publish_division", f"community:{draft.row.community_code}", detail)
    return publication_id


def next_midnight(now: datetime, rules: PlanningRules) -> datetime:
    """Return when the next local day begins."""
    tomorrow = now.astimezone(rules.tz).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), rules.tz)


def _require_followed(conn: Connection, draft: Draft, at: datetime) -> None:
    """Refuse a moment at which other boundaries are in force than those that the draft follows upon."""
    wanted = {row.boundary_id for row in scenarios.grids(conn, draft.row.id)} - {None}
    found = boundaries.from_then_on(conn, draft.row.area_id, at)
    later = [row for row in found if row.starts_at is not None and row.starts_at >= at]
    if later:
        since = min(row.starts_at for row in later)
        raise Conflict(
            "Another division begins then or later",
            f"from {since.isoformat()}; withdraw it, or publish from a later moment",
            errors=[RowError(f"grid {row.code}", None, None, f"begins {row.starts_at}") for row in later],
        )
    newest = publications.newest(conn, draft.row.area_id)
    if newest is not None and newest.valid_from >= at:
        # It may have left every outline as it was.
        raise Conflict(
            "Another division begins then or later",
            f"from {newest.valid_from.isoformat()}; withdraw it, or publish from a later moment",
        )
    if {row.id for row in found} != wanted or any(row.ends_at is not None for row in found):
        raise Conflict(
            "The draft follows upon another division",
            "the boundaries in force have changed since it was opened; open a new draft of them",
        )
