"""Duty that somebody signed for: sessions take the place of others, and their days are judged anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from psycopg.types.range import TimestamptzRange
from sqlalchemy.exc import IntegrityError

from gis_grid.core.rules.work import DutyKind
from gis_grid.kit.errors import Conflict
from gis_grid.tracks import service, sessions
from gis_grid.tracks.store import duty as store

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection


_MOMENT: Final = timedelta(milliseconds=1)


class SignedDuty(NamedTuple):
    """From when until before when, and of what kind; without an end it is open."""

    start: datetime
    end: datetime | None
    kind: DutyKind


def replace_sessions(
    conn: Connection,
    worker_id: int,
    starts: Collection[datetime],
    wanted: Sequence[SignedDuty],
    *,
    tz: ZoneInfo,
    now: datetime,
) -> bool:
    """Put sessions in place of those that begin at `starts`; say whether anything changed.

    The days of what changed are judged anew. Imported duty that they touch gives way.

    Raises
    ------
    Conflict
        When a session overlaps one that was recorded otherwise.
    """
    known = {
        SignedDuty(row.start, row.end, DutyKind(row.kind))
        for row in store.signed_beginning(conn, worker_id, list(starts))
    }
    wished = {_ended(one, now) for one in wanted}
    changed = known ^ wished
    if not changed:
        return False
    added = sorted(wished - known)
    store.drop_signed(conn, worker_id, [one.start for one in known - wished])
    counted = [TimestamptzRange(one.start, _until(one)) for one in added]
    store.drop_imported_duties(conn, [worker_id] * len(counted), counted)
    during = [TimestamptzRange(one.start, one.end) for one in added]
    try:
        with conn.begin_nested():
            store.add_signed(conn, worker_id, during, [one.kind for one in added])
    except IntegrityError as error:
        raise Conflict(
            "The session overlaps another one", "duty of that time is recorded already, from elsewhere"
        ) from error
    moments = [at for one in changed for at in (one.start, _until(one) - _MOMENT)]
    t_ms = np.array([round(at.timestamp() * 1000) for at in moments], np.int64)
    service.touch(conn, np.full(len(t_ms), worker_id), t_ms, tz)
    return True


def signed_on(conn: Connection, worker_id: int, start_ms: int, end_ms: int) -> list[SignedDuty]:
    """Return a worker's duty that counts within [start, end), epoch milliseconds; imported duty too."""
    start, end = (datetime.fromtimestamp(t_ms / 1000, UTC) for t_ms in (start_ms, end_ms))
    rows = store.duties_of(conn, [worker_id], start, end)
    found = [SignedDuty(row.starts_at, row.ends_at, DutyKind(row.kind)) for row in rows]
    return [one for one in found if one.start < end and _until(one) > start]


def _ended(one: SignedDuty, now: datetime) -> SignedDuty:
    """End an open session when its longest time is over: it would stand in the way of later ones."""
    return one if one.end is not None or _until(one) > now else one._replace(end=_until(one))


def _until(one: SignedDuty) -> datetime:
    return one.end or one.start + sessions.LONGEST_DUTY
