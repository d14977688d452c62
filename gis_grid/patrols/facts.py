"""All that workers are judged on beside fixes and boundaries, put together as the core wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from gis_grid.attendance import service as attendance
from gis_grid.core.rules.calendar import instant_ms, local_dates
from gis_grid.core.rules.rule import Measure
from gis_grid.core.rules.work import StandIn, Work
from gis_grid.core.track.fixes import Fixes
from gis_grid.grids import service as grids
from gis_grid.patrols.records import EVERYTHING, Question, Records, records_of
from gis_grid.tracks import service as tracks
from gis_grid.visits import facts as visits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from gis_grid.attendance.service import StandInSpan
    from gis_grid.core.rules.work import Visit

_T = TypeVar("_T")

_BEYOND: Final = timedelta(days=1)
"""A patrol may go on over the end of the days: fixes of stand-ins are read so much further."""

_NO_FIXES: Final = Fixes.of([], [], [])


def work_of(
    conn: Connection,
    worker_ids: Sequence[int],
    first: date,
    last: date,
    *,
    tz: ZoneInfo,
    now: datetime,
    measures: Collection[Measure] = EVERYTHING,
) -> dict[int, Work]:
    """Return all that each worker is judged on beside fixes and boundaries, over local days, both included.

    Parameters
    ----------
    now
        Aware. An open duty session ends then; visit targets are those of the grid that a worker has then, or
        at the end of the days when that is earlier.
    measures
        What the rules in use measure: only what these need is read, the rest is ``None``. Duty, absences,
        stand-ins and part time are always read.

    Returns
    -------
    dict of int to Work
        One for each of `worker_ids`.
    """
    asked = Question(list(worker_ids), first, last, tz, now, frozenset(measures))
    records = records_of(conn, asked)
    absences = attendance.absences_of(conn, asked.workers, first, last)
    stand_ins = _stand_ins(conn, asked)
    by_stand_ins = _visits_of_stand_ins(conn, asked)
    part_timers = attendance.part_timers(conn, asked.workers, first, last)
    return {
        worker: replace(
            _recorded(records, worker, asked),
            absences=absences.get(worker, frozenset()),
            stand_ins=_of(stand_ins, worker),
            stand_in_visits=tuple(by_stand_ins.get(worker, ())),
            part_time=worker in part_timers,
        )
        for worker in asked.workers
    }


def stand_in_boundaries(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[grids.BoundaryInForce]]:
    """Return the boundaries of absent colleagues' grids that each worker has while standing in (JY-8).

    They come beside the worker's own, each cut to the time of standing in; none, no key.
    """
    spans = attendance.stand_ins_by(conn, worker_ids, start, end)
    absent = sorted({span.absent_id for span in spans})
    theirs = grids.boundaries_of(conn, absent, start, end) if absent else {}
    found: dict[int, list[grids.BoundaryInForce]] = {}
    for span in spans:
        cut = [_cut(boundary, span) for boundary in theirs[span.absent_id]]
        found.setdefault(span.worker_id, []).extend(one for one in cut if one is not None)
    return found


def _recorded(records: Records, worker: int, asked: Question) -> Work:
    reported = _of(records.reported_ms, worker)
    made = _of(records.visits, worker)
    forms = _of(records.forms, worker)
    work = Work(
        duties=_of(records.duties, worker),
        signatures=_of(records.signatures, worker),
        visits=made,
        appointments=_of(records.appointments, worker) or (),
        targets=None if records.targets is None else records.targets[worker],
        sensitive_counts=(records.sensitive_counts or {}).get(worker, {}),
        key_places=_of(records.key_places, worker),
        offices=_of(records.offices, worker),
        checks_ms=_of(records.checks_ms, worker),
        incidents_moved_ms=_of(records.moved_ms, worker),
        reports_ms=_sent(reported, made),
        forms=None if forms is None else frozenset(forms),
    )
    return replace(work, active_days=_active_days(work, asked.tz)) if asked.needs_active_days else work


def _of(column: Mapping[int, Iterable[_T]] | None, worker: int) -> tuple[_T, ...] | None:
    return None if column is None else tuple(column.get(worker, ()))


def _sent(reported: tuple[int, ...] | None, visits: tuple[Visit, ...] | None) -> tuple[int, ...] | None:
    """Return when something came from the handheld: an incident or a visit."""
    if reported is None and visits is None:
        return None
    return tuple(sorted((*(reported or ()), *(visit.t_ms for visit in visits or ()))))


def _active_days(work: Work, tz: ZoneInfo) -> frozenset[date] | None:
    """Return the local days on which anything was recorded (JY-4), or ``None`` when nothing is kept."""
    kept = (work.duties, work.signatures, work.reports_ms, work.forms)
    if all(records is None for records in kept):
        return None
    times = [
        *(at for duty in work.duties or () for at in (duty.start_ms, duty.end_ms - 1)),
        *(signed.t_ms for signed in work.signatures or ()),
        *(work.reports_ms or ()),
    ]
    return frozenset(local_dates(np.array(times, np.int64), tz)) | {day for day, _ in work.forms or ()}


def _stand_ins(conn: Connection, asked: Question) -> dict[int, list[StandIn]] | None:
    """Return the tracks of those who stood in, by absent worker: one query for the few who did.

    ``None`` where nobody has ever been recorded to stand in.
    """
    if not attendance.holds_stand_ins(conn):
        return None
    spans = attendance.stand_ins_for(conn, asked.workers, asked.start, asked.end)
    if not spans:
        return {}
    first = max(min(span.start for span in spans), asked.start - _BEYOND)
    last = min(max(span.end for span in spans), asked.end + _BEYOND)
    walked = tracks.fixes_of(conn, sorted({span.worker_id for span in spans}), first, last)
    found: dict[int, list[StandIn]] = {}
    for span in spans:
        start_ms, end_ms = instant_ms(span.start), instant_ms(span.end)
        fixes = walked.get(span.worker_id, _NO_FIXES)
        part = fixes.take(slice(*np.searchsorted(fixes.t_ms, [start_ms, end_ms])))
        found.setdefault(span.absent_id, []).append(StandIn(span.worker_code, start_ms, end_ms, part))
    return found


def _visits_of_stand_ins(conn: Connection, asked: Question) -> dict[int, list[Visit]]:
    """Return the visits that colleagues made while they stood in, by absent worker."""
    if Measure.VISIT_COVERAGE not in asked.measures or not attendance.holds_stand_ins(conn):
        return {}
    spans = attendance.stand_ins_for(conn, asked.workers, asked.start, asked.end)
    made = visits.visits_of(conn, sorted({span.worker_id for span in spans}), asked.start, asked.end)
    found: dict[int, list[Visit]] = {}
    for span in spans:
        start_ms, end_ms = instant_ms(span.start), instant_ms(span.end)
        theirs = (visit for visit in made.get(span.worker_id, ()) if start_ms <= visit.t_ms < end_ms)
        found.setdefault(span.absent_id, []).extend(theirs)
    return found


def _cut(boundary: grids.BoundaryInForce, span: StandInSpan) -> grids.BoundaryInForce | None:
    since = span.start if boundary.valid_from is None else max(boundary.valid_from, span.start)
    until = span.end if boundary.valid_to is None else min(boundary.valid_to, span.end)
    return replace(boundary, valid_from=since, valid_to=until) if since < until else None
