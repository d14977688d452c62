"""Whether buildings, roads or water were imported since a draft looked at its ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.plan.checks import Check, Severity
from gis_grid.core.plan.errors import Choice
from gis_grid.planning.service.editing import EDITABLE
from gis_grid.planning.store import ground as store

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_REFRESH: Final = Choice("refresh", {}, "do_refresh", {})


def ground_changed(conn: Connection, row: Row[Any]) -> dict[str, Any] | None:
    """Return how many buildings and lines were written since a draft looked, and `since` when, or ``None``.

    One that was written twice counts twice. What is no draft any more is not asked.
    """
    if row.state not in EDITABLE:
        return None
    seen, now = store.seen(conn, row.id, row.position), store.sums_of_changes(conn, row.area_id)
    found = {what: max(0, now[what] - seen.ground_seen[what]) for what in now}
    return {**found, "since": seen.at} if any(found.values()) else None


def check_of(changed: dict[str, Any]) -> Check:
    """Return what a draft says of it: a note, and the edit that looks at the ground anew."""
    numbers = {what: changed[what] for what in ("buildings", "lines")}
    return Check("ground_changed", Severity.NOTE, (), numbers, (_REFRESH,))
