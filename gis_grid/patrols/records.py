"""What was recorded of many workers over some local days: one query a kind of record, however many workers.

A kind of record counts as kept when the first one of anybody lies on or before the first of the days. Before
that nothing can be held against a worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from gis_grid.attendance import service as attendance
from gis_grid.core.rules.rule import Measure
from gis_grid.grids import service as grids
from gis_grid.incidents import service as incidents
from gis_grid.kit.days import MICROSECOND
from gis_grid.tracks import service as tracks
from gis_grid.visits import facts as visits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from gis_grid.core.rules.work import Duty, Place, SignIn, Visit

_T = TypeVar("_T")
_ByWorker: TypeAlias = "Mapping[int, _T]"

EVERYTHING: Final = frozenset(Measure)
_SIGNED: Final = frozenset({Measure.SIGN_INS, Measure.DAY_STEPS, Measure.ACTIVE_DAYS})
_AT_OFFICES: Final = frozenset({Measure.SIGN_INS, Measure.DAY_STEPS})
_FILED: Final = frozenset({Measure.FORMS, Measure.DAY_STEPS, Measure.ACTIVE_DAYS})
_CHECKED: Final = frozenset({Measure.ONLINE_CHECKS})
_INSPECTED: Final = frozenset({Measure.KEY_PLACES})
_REPORTED: Final = frozenset({Measure.DAY_STEPS, Measure.ACTIVE_DAYS})
_MOVED: Final = frozenset({Measure.INCIDENTS_MOVED})
_COUNTED: Final = frozenset({Measure.VISITS, Measure.VISIT_COVERAGE})
_VISITED: Final = _COUNTED | {Measure.DAY_STEPS, Measure.ACTIVE_DAYS}
_INSIDE: Final = frozenset({Measure.TIME_INSIDE})
_COVERED: Final = frozenset({Measure.VISIT_COVERAGE})


@dataclass(frozen=True, slots=True)
class Records:
    """Records by worker, a worker without any has no key; ``None``: not kept, or nothing measures them."""

    duties: _ByWorker[list[Duty]] | None
    signatures: _ByWorker[list[SignIn]] | None = None
    offices: _ByWorker[list[Place]] | None = None
    forms: _ByWorker[set[tuple[date, str]]] | None = None
    checks_ms: _ByWorker[list[int]] | None = None
    key_places: _ByWorker[list[Place]] | None = None
    reported_ms: _ByWorker[list[int]] | None = None
    moved_ms: _ByWorker[list[int]] | None = None
    visits: _ByWorker[list[Visit]] | None = None
    appointments: _ByWorker[list[tuple[int, int]]] | None = None
    targets: _ByWorker[Mapping[str, frozenset[int]]] | None = None
    sensitive_counts: _ByWorker[Mapping[str, tuple[int, int]]] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Whose records, of which local days (both included), for which measures."""

    workers: list[int]
    first: date
    last: date
    tz: ZoneInfo
    now: datetime
    measures: frozenset[Measure] = EVERYTHING

    @property
    def start(self) -> datetime:
        """The midnight before the first day."""
        return datetime.combine(self.first, time.min, self.tz)

    @property
    def end(self) -> datetime:
        """The midnight after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.tz)

    @property
    def needs_active_days(self) -> bool:
        """Whether a rule counts the days on which anything was recorded."""
        return Measure.ACTIVE_DAYS in self.measures

    def kept(self, since: datetime | date | None) -> bool:
        """Say whether a kind of record goes back to the first day."""
        if isinstance(since, datetime):
            since = since.astimezone(self.tz).date()
        return since is not None and since <= self.first

    def read(self, needed_by: frozenset[Measure], kept: bool, query: Callable[[], _T]) -> _T | None:
        """Ask for a kind of record that is kept and measured."""
        return query() if kept and needed_by & self.measures else None


def records_of(conn: Connection, asked: Question) -> Records:
    """Read every kind of record that the measures need.

    Duty is kept as soon as there is any: where there is none there are no fixes either. Targets are those of
    the grid that a worker has at the end of the days, or now when that is earlier.
    """
    who, start, end = asked.workers, asked.start, asked.end
    days = (asked.first, asked.last)
    duties = tracks.sessions_of(conn, who, start, end, now=asked.now) if tracks.holds_duty(conn) else None
    if not asked.measures:
        return Records(duties)
    signed, placed, visited = (
        attendance.kept_since(conn),
        grids.places_kept_since(conn),
        visits.kept_since(conn),
    )
    return Records(
        duties=duties,
        signatures=asked.read(
            _SIGNED, asked.kept(signed.signatures), lambda: attendance.signatures_of(conn, who, start, end)
        ),
        offices=asked.read(
            _AT_OFFICES, asked.kept(placed.offices), lambda: grids.offices_of(conn, who, start, end)
        ),
        forms=asked.read(_FILED, asked.kept(signed.forms), lambda: attendance.forms_of(conn, who, *days)),
        checks_ms=asked.read(
            _CHECKED, asked.kept(signed.checks), lambda: attendance.checks_of(conn, who, start, end)
        ),
        key_places=asked.read(
            _INSPECTED, asked.kept(placed.key_places), lambda: grids.key_places_of(conn, who, start, end)
        ),
        reported_ms=asked.read(
            _REPORTED,
            asked.kept(incidents.kept_since(conn)),
            lambda: incidents.reported_by(conn, who, start, end),
        ),
        moved_ms=asked.read(
            _MOVED,
            asked.kept(incidents.kept_since(conn)),
            lambda: incidents.moved_by(conn, who, start, end, asked.tz),
        ),
        visits=asked.read(
            _VISITED, asked.kept(visited.visits), lambda: visits.visits_of(conn, who, start, end)
        ),
        appointments=asked.read(
            _INSIDE, visited.targets, lambda: visits.kept_appointments_of(conn, who, start, end)
        ),
        targets=asked.read(
            _COVERED,
            visited.targets,
            lambda: visits.targets_of(conn, who, min(asked.now, end - MICROSECOND), *days),
        ),
        sensitive_counts=asked.read(
            _COUNTED, visited.counters, lambda: visits.counters_of(conn, who, *days, tz=asked.tz)
        ),
    )
