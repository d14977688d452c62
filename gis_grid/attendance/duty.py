"""Signing in and out of duty, and reading when one was on duty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.attendance.signing import Session, Signed, sessions_of
from gis_grid.attendance.store import duty as store
from gis_grid.core.rules.calendar import day_span_ms
from gis_grid.core.rules.work import DutyKind, SignKind
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.tracks import service as tracks
from gis_grid.tracks.import_file import EARLIEST
from gis_grid.tracks.signed_duty import SignedDuty, replace_sessions, signed_on

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

_OPEN_BEFORE = "no sign-in of the 12 hours before is known; it counts when that arrives"


@dataclass(frozen=True, slots=True)
class Sign:
    """What somebody signs.

    Attributes
    ----------
    kind : SignKind
        In or out.
    duty : DutyKind
        What a sign-in begins.
    lon, lat, accuracy_m : float or None
        Where, in degrees WGS 84.
    """

    kind: SignKind
    at: datetime
    duty: DutyKind = DutyKind.REGULAR
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The session that a signature belongs to, if any, and what is to be said of it."""

    session: Session | None
    note: str = ""


def sign(conn: Connection, worker_id: int, signed: Sign, *, tz: ZoneInfo, now: datetime) -> Outcome:
    """Sign in or out. The same again changes nothing, and the order of arrival changes nothing either.

    The days that it touches are judged anew.

    Raises
    ------
    BadInput
        When the time is more than a day ahead, or before any phone.
    Conflict
        When a sign-in of that time for another kind of duty is known, or duty of then is recorded otherwise.
    """
    at = signed.at.replace(microsecond=signed.at.microsecond // 1000 * 1000)
    if not EARLIEST <= at <= now + tracks.MAX_AHEAD:
        raise BadInput(
            "The time cannot be", f"{at.isoformat()}: expected one from {EARLIEST:%Y} to a day from now"
        )
    tracks.lock_worker(conn, worker_id)
    duty = signed.duty if signed.kind is SignKind.IN else None
    store.add(
        conn,
        {
            "worker": worker_id,
            "at": at,
            "kind": signed.kind,
            "duty_kind": duty,
            "lon": signed.lon,
            "lat": signed.lat,
            "accuracy_m": signed.accuracy_m,
            "received_at": now,
        },
    )
    known = store.duty_kind(conn, worker_id, at, signed.kind)
    if known != duty:
        raise Conflict("Signed in for another duty", f"the sign-in of {at.isoformat()} is for {known} duty")
    rows = store.around(conn, worker_id, at)
    signatures = [
        Signed(row.at, SignKind(row.kind), DutyKind(row.duty_kind) if row.duty_kind else None) for row in rows
    ]
    found = sessions_of(signatures)
    starts = [one.at for one in signatures if one.kind is SignKind.IN]
    wanted = [SignedDuty(one.start, one.end, one.duty) for one in found]
    replace_sessions(conn, worker_id, starts, wanted, tz=tz, now=now)
    return _outcome(found, signed.kind, at)


def _outcome(sessions: list[Session], kind: SignKind, at: datetime) -> Outcome:
    """Find the session that a signature begins, goes on in or ends."""
    if kind is SignKind.IN:
        session = next(one for one in reversed(sessions) if one.start <= at)
        again = "" if session.start == at else f"on duty since {session.start.isoformat()} already"
        return Outcome(session, again)
    # One that ends at its longest time was not ended by this sign-out, but is what it was for.
    session_before = next((one for one in reversed(sessions) if one.start < at), None)
    if session_before is None or not session_before.holds(at):
        return Outcome(None, f"signed out, but {_OPEN_BEFORE}")
    return Outcome(session_before)


def own_duty(
    conn: Connection, worker_id: int, day: date | None, *, tz: ZoneInfo, now: datetime
) -> list[Session]:
    """Return the duty of a local day (by default today), open sessions first, then the newest."""
    start_ms, end_ms = day_span_ms(day or now.astimezone(tz).date(), tz)
    found = [Session(one.start, one.end, one.kind) for one in signed_on(conn, worker_id, start_ms, end_ms)]
    return sorted(found, key=lambda one: (one.end is None, one.start), reverse=True)
