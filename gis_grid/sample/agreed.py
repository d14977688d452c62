"""Visits and appointments of these days: one of each end, told from now, so that lists begin with something.

All to rented homes of one grid, of which the town's rules ask nothing: what is due is as it was.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from gis_grid.sample.shifts import LOCAL
from gis_grid.visits import reporting
from gis_grid.visits.reporting import Report
from gis_grid.visits.rows import Mode, PlacedClass

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.sample.visits import SampleVisits
    from gis_grid.visits.reporting import Target

_BY: Final = "demo-worker"
_HOUR: Final = timedelta(hours=1)


def load_agreed(
    conn: Connection, made: SampleVisits, *, worker_code: str, worker_id: int, now: datetime
) -> None:
    """Report visits and appointments of one worker in the days around now, through the service.

    One appointment each is open, kept, missed and called off; one visit was withdrawn, one was by phone.
    """
    homes = _rented_homes(conn, made, worker_code)

    def agree(number: int, days: int, hour: int) -> tuple[UUID, datetime]:
        start = _local(now, days, hour)
        code = _code("appointment", number)
        reporting.appoint(
            *(conn, worker_id, homes[number], code, (start, start + _HOUR)),
            by=_BY,
            now=min(now, start) - timedelta(days=1),
        )
        return code, start

    def visit(number: int, at: datetime, mode: Mode, kept: UUID | None = None) -> UUID:
        code = _code("visit", number)
        reporting.report(conn, worker_id, homes[number], Report(code, mode, at, kept), now=at)
        return code

    agree(0, 1, 10)
    kept, start = agree(1, -3, 15)
    visit(1, start + timedelta(minutes=10), Mode.APPOINTMENT, kept)
    agree(2, -2, 18)
    called_off, _ = agree(3, 2, 15)
    off = reporting.get_appointment(conn, called_off)
    reporting.call_off(conn, off, by=_BY, why="asked_off", now=now)
    wrong = reporting.get_visit(conn, visit(4, _local(now, -2, 10), Mode.DOOR))
    reporting.withdraw(conn, wrong, by=_BY, why="wrong_target", now=now)
    visit(5, _local(now, -1, 16), Mode.PHONE)


def _rented_homes(conn: Connection, made: SampleVisits, worker_code: str) -> list[Target]:
    rented = {
        reference
        for reference, word in zip(made.targets.reference, made.targets.visit_class, strict=True)
        if word == PlacedClass.RENTED
    }
    visited = zip(made.visits.reference, made.visits.worker_code, strict=True)
    theirs = sorted({reference for reference, worker in visited if worker == worker_code} & rented)
    return [target for one in theirs if (target := reporting.find_target(conn, one)) is not None]


def _local(now: datetime, days: int, hour: int) -> datetime:
    """Return an hour of the local day so many days after today."""
    day = now.astimezone(LOCAL).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), LOCAL)


def _code(what: str, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"gis-grid:sample:{what}:{number}")
