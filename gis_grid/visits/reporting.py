"""Takes visits and appointments in, one by one, and takes them back. What is stored is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from gis_grid.kit.days import MICROSECOND
from gis_grid.kit.errors import BadInput, Conflict, NotFound
from gis_grid.ledger import service as ledger
from gis_grid.visits import due_store
from gis_grid.visits import report_store as store
from gis_grid.visits.rows import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection, Row

AHEAD: Final = timedelta(minutes=5)
"""A phone's clock may be so much ahead."""

LATE: Final = timedelta(days=7)
"""A report may be so late: a phone without coverage. What is older comes in a file, from the office."""

LONGEST_APPOINTMENT: Final = timedelta(hours=12)
MOST_AHEAD: Final = timedelta(days=366)
AROUND_APPOINTMENT: Final = timedelta(hours=2)
"""A visit so long before or after an appointment still keeps it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target in sight."""

    id: int
    visit_class: str
    area_id: int | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Report:
    """A visit as its worker reports it; `code` makes a report that is sent twice one."""

    code: UUID
    mode: Mode
    at: datetime
    appointment: UUID | None = None


def find_target(conn: Connection, reference: str) -> Target | None:
    """Return the target that an opaque reference names; ``None`` where none is in the caller's sight."""
    row = None if "\0" in reference else store.find_target(conn, reference)
    return None if row is None else Target(row.id, row.visit_class, row.area_id, row.lon, row.lat)


def report(conn: Connection, worker_id: int, target: Target, sent: Report, *, now: datetime) -> Row[Any]:
    """Store a visit and return it; sent again with the same code it is the same visit.

    Raises
    ------
    BadInput
        When the time cannot be, or a visit that keeps an appointment was not by appointment.
    Conflict
        When the code is another visit's, or the same visit was reported under another code, or the
        appointment is of another target, called off or at another time.
    NotFound
        When there is no such appointment.
    """
    if not now - LATE <= sent.at <= now + AHEAD:
        raise BadInput(
            "The time cannot be",
            f"expected one from {LATE.days} days ago until now, not {sent.at.isoformat()}",
        )
    appointment_id = None if sent.appointment is None else _kept_by(conn, target, sent)
    values = {
        "code": sent.code,
        "target_id": target.id,
        "worker_id": worker_id,
        "at": sent.at,
        "mode": sent.mode.value,
        "appointment_id": appointment_id,
        "reported_at": now,
    }
    is_new = store.add_visit(conn, values) is not None
    found = store.find_visit(conn, sent.code)
    if found is None:
        title = "This visit was reported before" if not is_new else "The visit is out of sight"
        raise Conflict(title, "under another code; withdraw that one first, or report another time")
    same = (found.target_id, found.worker_id, found.at, found.mode, found.appointment)
    if same != (target.id, worker_id, sent.at, sent.mode.value, sent.appointment):
        raise Conflict("The code is another visit's", f"code {sent.code}; make a new one for each visit")
    return found


def _kept_by(conn: Connection, target: Target, sent: Report) -> int:
    assert sent.appointment is not None
    made = _appointment(conn, sent.appointment)
    if sent.mode is not Mode.APPOINTMENT:
        raise BadInput("A visit that keeps an appointment is by appointment", f"mode {sent.mode.value}")
    if made.target_id != target.id:
        raise Conflict("The appointment is of another target", f"appointment {sent.appointment}")
    if made.ended_at is not None:
        raise Conflict("The appointment was called off", f"appointment {sent.appointment}")
    if not made.start - AROUND_APPOINTMENT <= sent.at <= made.end + AROUND_APPOINTMENT:
        raise Conflict(
            "The appointment is at another time",
            f"from {made.start.isoformat()} until {made.end.isoformat()}, two hours before and after count",
        )
    return int(made.id)


def time_of(conn: Connection, code: UUID) -> datetime | None:
    """Return when a visit in sight was: a report that left its time out is the same when it is sent again."""
    found = store.find_visit(conn, code)
    return None if found is None else found.at


def get_visit(conn: Connection, code: UUID) -> Row[Any]:
    """Return a visit in sight.

    Raises
    ------
    NotFound
    """
    found = store.find_visit(conn, code)
    if found is None:
        raise NotFound("No such visit", str(code))
    return found


def visits_between(
    conn: Connection, start: datetime, end: datetime, targets: Sequence[int] | None = None
) -> Sequence[Row[Any]]:
    """Return the visits in sight within [start, end), newest first; of some targets only, if given."""
    return store.visits_between(conn, start, end, targets)


def counting(conn: Connection, rows: Sequence[Row[Any]]) -> dict[int, bool]:
    """Return which visits count for the grid, by id, with whether a stand-in made them."""
    if not rows:
        return {}
    first, last = min(row.at for row in rows), max(row.at for row in rows)
    targets = sorted({row.target_id for row in rows})
    counted = due_store.counted_visits(conn, targets, first, last + MICROSECOND)
    return {row.visit_id: row.by_stand_in for row in counted}


def withdraw(conn: Connection, visit: Row[Any], *, by: str, why: str, now: datetime) -> None:
    """Take a visit back: the visit stays as it was, with who took it back, when and why.

    Raises
    ------
    Conflict
        When it was withdrawn before.
    """
    if visit.withdrawn_at is not None:
        raise Conflict(
            "The visit was withdrawn before", f"by {visit.withdrawn_by} on {visit.withdrawn_at.isoformat()}"
        )
    if not store.withdraw(conn, visit.id, now, by, why):
        raise Conflict("The visit was withdrawn before", "at this very moment")
    ledger.record(conn, now, by, "withdraw_visit", f"visit:{visit.code}", {"why": why})


def appoint(
    conn: Connection,
    worker_id: int,
    target: Target,
    code: UUID,
    span: tuple[datetime, datetime],
    *,
    by: str,
    now: datetime,
) -> Row[Any]:
    """Store when a worker agreed to come; sent again with the same code it is the same appointment.

    Raises
    ------
    BadInput
        When the span is empty, longer than 12 h, over, or more than a year ahead.
    Conflict
        When the code is another appointment's, or one stands at the same target in that time.
    """
    start, end = span
    if not (start < end <= start + LONGEST_APPOINTMENT and end > now and start <= now + MOST_AHEAD):
        raise BadInput(
            "The time of the appointment cannot be",
            f"expected at most {LONGEST_APPOINTMENT.total_seconds() / 3600:g} h, not over, within a year;"
            f" not from {start.isoformat()} until {end.isoformat()}",
        )
    values = {
        "code": code, "target_id": target.id, "worker_id": worker_id, "made_by": by, "made_at": now,
    }  # fmt: skip
    is_new = store.add_appointment(conn, values, start, end) is not None
    found = store.find_appointment(conn, code)
    if found is None or (found.target_id, found.worker_id, found.start, found.end) != (
        target.id,
        worker_id,
        start,
        end,
    ):
        raise Conflict("The code is another appointment's", f"code {code}; make a new one for each")
    other = store.agreed_meanwhile(conn, found) if is_new else None
    if other is not None:
        raise Conflict(
            "There is an appointment at this time already", f"appointment {other}; call it off first"
        )
    return found


def get_appointment(conn: Connection, code: UUID) -> Row[Any]:
    """Return an appointment in sight.

    Raises
    ------
    NotFound
    """
    return _appointment(conn, code)


def _appointment(conn: Connection, code: UUID) -> Row[Any]:
    found = store.find_appointment(conn, code)
    if found is None:
        raise NotFound("No such appointment", str(code))
    return found


def appointments_between(conn: Connection, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Return the appointments in sight with a time within [start, end), the earliest first."""
    return store.appointments_between(conn, start, end)


def call_off(conn: Connection, made: Row[Any], *, by: str, why: str, now: datetime) -> None:
    """Call an appointment off.

    Raises
    ------
    Conflict
        When it was called off before, or was kept.
    """
    if made.ended_at is not None or made.kept:
        title = "The appointment was kept" if made.kept else "The appointment was called off before"
        raise Conflict(title, f"appointment {made.code}")
    if not store.call_off(conn, made.id, now, by, why):
        raise Conflict("The appointment was called off before", "at this very moment")
    ledger.record(conn, now, by, "call_off_appointment", f"appointment:{made.code}", {"why": why})
