"""Key places on a day: how near each worker's track came to theirs, and how long it stayed (XY-3).

A job asks the tracks, for all workers of a day at once, as no person looks at any track. What is kept tells a
distance and a stay, and not when. Distances to a few known places, or a stay of hours, would tell where
somebody sat all day: so both are told up to four times what the rule asks, distances in tenths of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gis_grid import __version__
from gis_grid.attendance import service as attendance
from gis_grid.core import CleaningLimits, clean
from gis_grid.core.presence.nearby import way_to
from gis_grid.core.presence.passes import passes
from gis_grid.core.rules.calendar import day_span_ms, instant_ms
from gis_grid.core.rules.found import enough
from gis_grid.grids import service as grids
from gis_grid.kit.database import transaction
from gis_grid.kit.days import GRACE, MICROSECOND, instants
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.tracks import service as tracks
from gis_grid.tracks.reading import each_workers_fixes
from gis_grid.visits import due as visits
from gis_grid.visits import inspection_store as store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Engine, Row

    from gis_grid.core import Cleaned
    from gis_grid.core.rules.work import Place
    from gis_grid.kit.settings import Settings
    from gis_grid.patrols.visiting.rules import Stay

_BACK: Final = timedelta(days=30)
"""So far back a day is looked at that never was: the program may not have run."""

_SETTLED: Final = GRACE + timedelta(days=1)
"""So long after a day late fixes may still come."""

_STEPS: Final = 10
_TOLD_TO: Final = 4


Span = tuple[int, int]


class Inspected(NamedTuple):
    """One key place of one worker on a day; `nearest_m` is ``None`` without a track."""

    worker_id: int
    place_id: int
    grid_id: int
    nearest_m: float | None
    stayed_s: float
    is_inspected: bool
    within_m: float
    at_least_s: float


@dataclass(frozen=True, slots=True)
class _Round:
    """Places that a worker had for some time of the day: the own all day, those of others standing in."""

    places: tuple[Place, ...]
    during: Span


def inspect_due(engine: Engine, settings: Settings, *, now: datetime, stopping: Callable[[], bool]) -> int:
    """Ask the tracks of each day that is over and was not asked, or may have got late fixes.

    Returns how many rows are new. Each day is a transaction of its own.
    """
    today = now.astimezone(settings.tz).date()
    rules = VisitRules.read(settings, now)
    with transaction(engine) as conn:
        known = store.days_inspected(conn, today - _BACK, today)
    written = 0
    for back in range(_BACK.days, 0, -1):
        day = today - timedelta(days=back)
        _, end = instants(day, day, settings.tz)
        if day in known and now > end + _SETTLED + timedelta(days=1):
            continue
        if stopping():
            break
        with transaction(engine) as conn:
            written += inspect_day(conn, rules, day, tz=settings.tz, now=now)
    return written


def inspect_day(conn: Connection, rules: VisitRules, day: date, *, tz: ZoneInfo, now: datetime) -> int:
    """Write down what tracks say of a day's key places where it is new, and return how many rows."""
    found = inspections(conn, rules, day, tz=tz, now=now)
    fields = Inspected._fields
    before = {
        (row.worker_id, row.place_id): (row.revision, Inspected(*(getattr(row, name) for name in fields)))
        for row in store.known(conn, day)
    }
    news: list[dict[str, Any]] = []
    for one in found:
        revision, known = before.get((one.worker_id, one.place_id), (0, None))
        if one != known:
            news.append(
                {
                    **one._asdict(),
                    "local_date": day,
                    "revision": revision + 1,
                    "computed_at": now,
                    "core_version": __version__,
                }
            )
    store.add(conn, news)
    return len(news)


def inspections(
    conn: Connection, rules: VisitRules, day: date, *, tz: ZoneInfo, now: datetime
) -> list[Inspected]:
    """Return the key places of all grids on a local day, by worker and place, by the rules of their areas.

    A place is told of who had it all day, as in the verdict, and of who stood in there (JY-8), for that time.
    On duty alone where duty is kept. Of who left no track it is told only where the day asked for one: it was
    a working day and no absence was approved. One query for each kind of record, one or two for all fixes.
    """
    start, end = instants(day, day, tz)
    span = day_span_ms(day, tz)
    rounds = _rounds(conn, start, end, span)
    if not rounds:
        return []
    workers = list(rounds)
    places = sorted({place.id for some in rounds.values() for one in some for place in one.places})
    lies_in = {row.place_id: row for row in store.grids_of_places(conn, places, end - MICROSECOND)}
    codes = visits.codes_up(conn, sorted({row.area_id for row in lies_in.values()}))
    by_area = {area: rules.of(up) for area, up in codes.items()}
    excused = attendance.absences_of(conn, workers, day, day)
    duty = tracks.sessions_of(conn, workers, start, end, now=now) if tracks.holds_duty(conn) else None
    limits = CleaningLimits(latest_ms=instant_ms(now))
    found: list[Inspected] = []
    for worker, fixes in each_workers_fixes(conn, dict.fromkeys(workers, span)):
        cleaned = clean(fixes, limits)
        on_duty = [span] if duty is None else [(one.start_ms, one.end_ms) for one in duty.get(worker, ())]
        for had in rounds[worker]:
            served = _within(on_duty, had.during)
            for area_id, some in _by_area(had.places, lies_in):
                area = by_area[area_id]
                is_asked = area.work_days.is_working(day) and worker not in excused
                told = _told(cleaned, some, served, area.inspection)
                found += [
                    Inspected(worker, place.id, lies_in[place.id].grid_id, *one, *area.inspection)
                    for place, one in zip(some, told, strict=True)
                    if is_asked or one[0] is not None
                ]
    return sorted(found, key=lambda one: (one.worker_id, one.place_id))


def _rounds(conn: Connection, start: datetime, end: datetime, span: Span) -> dict[int, list[_Round]]:
    """Return what each worker had to inspect: of the own grid what was the worker's all day."""
    listed = grids.key_places_of(conn, store.workers_between(conn, start, end), start, end)
    own = {
        worker: _Round(tuple(place for place in places if _covers(place, span)), span)
        for worker, places in listed.items()
    }
    found = {worker: [had] for worker, had in own.items() if had.places}
    for stands in attendance.stand_ins_for(conn, list(found), start, end):
        during = max(instant_ms(stands.start), span[0]), min(instant_ms(stands.end), span[1])
        found.setdefault(stands.worker_id, []).append(_Round(own[stands.absent_id].places, during))
    return found


def _covers(place: Place, span: Span) -> bool:
    since, until = place.since_ms, place.until_ms
    return (since is None or since <= span[0]) and (until is None or until >= span[1])


def _within(served: Sequence[Span], span: Span) -> list[Span]:
    cut = ((max(start, span[0]), min(end, span[1])) for start, end in sorted(served))
    return [(start, end) for start, end in cut if start < end]


def _by_area(places: Sequence[Place], lies_in: Mapping[int, Row[Any]]) -> Iterator[tuple[int, list[Place]]]:
    """Yield the places of each area, without those that lie in no grid at the end of the day."""
    of_area: dict[int, list[Place]] = {}
    for place in places:
        if place.id in lies_in:
            of_area.setdefault(lies_in[place.id].area_id, []).append(place)
    yield from of_area.items()


def _served_fixes(cleaned: Cleaned, served: Sequence[Span]) -> NDArray[np.int64]:
    t_ms = cleaned.fixes.t_ms
    on_duty = np.zeros(len(t_ms), np.bool_)
    for start, end in served:
        on_duty |= (t_ms >= start) & (t_ms <= end)
    return np.flatnonzero(cleaned.accepted & on_duty)


def _told(
    cleaned: Cleaned, places: Sequence[Place], served: Sequence[Span], asked: Stay
) -> Iterator[tuple[float | None, float, bool]]:
    """Yield of each place how near the track came, the longest stay, and whether that is an inspection."""
    part = _served_fixes(cleaned, served)
    lon, lat = [place.lon for place in places], [place.lat for place in places]
    stays = passes(cleaned, lon, lat, asked.within_m, windows_ms=served).best_s.tolist()
    for place, stay in zip(places, stays, strict=True):
        if len(part) < 2:
            yield None, 0.0, False
        else:
            nearest = _coarse(way_to(cleaned, part, place.lon, place.lat), asked.within_m)
            stayed = min(float(round(stay)), _TOLD_TO * asked.at_least_s)
            yield nearest, stayed, stay >= enough(asked.at_least_s)


def _coarse(nearest_m: float, within_m: float) -> float:
    """Return a distance as it is told; what is within the distance asked stays within it."""
    return min(ceil(nearest_m / within_m * _STEPS), _TOLD_TO * _STEPS) * within_m / _STEPS
