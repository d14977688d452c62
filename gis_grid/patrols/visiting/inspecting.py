"""Key places on a day: how near each worker's track came to theirs, and how long it stayed (XY-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gis_grid.core import CleaningLimits, clean
from gis_grid.core.presence.nearby import way_to
from gis_grid.core.presence.passes import passes
from gis_grid.core.rules.calendar import day_span_ms, instant_ms
from gis_grid.grids import service as grids
from gis_grid.kit.days import instants
from gis_grid.tracks import service as tracks
from gis_grid.tracks.reading import each_workers_fixes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from gis_grid.core import Cleaned
    from gis_grid.core.rules.work import Place
    from gis_grid.patrols.visiting.rules import Stay


class Inspected(NamedTuple):
    """One key place of one worker on a day: a distance and a stay, and not when; `None`: no track."""

    worker_id: int
    place: str
    nearest_m: float | None
    stayed_s: float
    is_inspected: bool


def inspections(
    conn: Connection, workers: Sequence[int], day: date, asked: Stay, *, tz: ZoneInfo, now: datetime
) -> list[Inspected]:
    """Return the key places of workers' grids on a local day, by worker and place.

    On duty alone where duty is kept, as the verdict does. One query for all places, one for all duty, one or
    two for all fixes.

    Parameters
    ----------
    asked
        How near is at a place and how long is an inspection: `AreaRules.inspection`.
    """
    start, end = instants(day, day, tz)
    assert start is not None
    assert end is not None
    places = grids.key_places_of(conn, workers, start, end)
    duty = tracks.sessions_of(conn, list(places), start, end, now=now) if tracks.holds_duty(conn) else None
    span = day_span_ms(day, tz)
    limits = CleaningLimits(latest_ms=instant_ms(now))
    found: list[Inspected] = []
    for worker, fixes in each_workers_fixes(conn, dict.fromkeys(places, span)):
        served = [span] if duty is None else [(one.start_ms, one.end_ms) for one in duty.get(worker, ())]
        found += _of(worker, clean(fixes, limits), places[worker], _within(served, span), asked)
    return sorted(found, key=lambda one: (one.worker_id, one.place))


def _within(served: list[tuple[int, int]], span: tuple[int, int]) -> list[tuple[int, int]]:
    cut = ((max(start, span[0]), min(end, span[1])) for start, end in sorted(served))
    return [(start, end) for start, end in cut if start < end]


def _of(
    worker: int, cleaned: Cleaned, places: Sequence[Place], served: list[tuple[int, int]], asked: Stay
) -> Iterator[Inspected]:
    lon, lat = [place.lon for place in places], [place.lat for place in places]
    stays = passes(cleaned, lon, lat, asked.within_m, windows_ms=served).best_s.tolist()
    t_ms = cleaned.fixes.t_ms
    on_duty = np.zeros(len(t_ms), np.bool_)
    for start, end in served:
        on_duty |= (t_ms >= start) & (t_ms <= end)
    part = np.flatnonzero(cleaned.accepted & on_duty)
    for place, stayed in zip(places, stays, strict=True):
        nearest = round(way_to(cleaned, part, place.lon, place.lat), 1) if len(part) > 1 else None
        yield Inspected(worker, place.name, nearest, float(round(stayed)), stayed >= asked.at_least_s)
