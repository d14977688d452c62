"""A worker's day as GeoJSON: runs of one class, and the fixes that no rule uses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from gis_grid.core import Cleaned, SegmentClass, Segments, clean, flag_names, time_inside
from gis_grid.core.rules.calendar import day_span_ms
from gis_grid.ledger import service as ledger
from gis_grid.patrols.desk import read_week
from gis_grid.patrols.reading import worker_id_of
from gis_grid.patrols.rows import iso, known
from gis_grid.patrols.weeks import week_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.tracks.sessions import Span

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks at a track, which worker that is, if any, and why."""

    name: str
    worker_id: int | None
    reason: str


def look_at_track(
    conn: Connection, code: str, day: date, *, tz: ZoneInfo, now: datetime, looker: Looker
) -> str:
    """Return a day's track as GeoJSON text and write the look into the ledger.

    The whole week is cleaned and measured, as for its verdicts, so that both agree at midnight too. A look
    of the worker's own is written down too, as such: somebody else may have the worker's phone.

    Raises
    ------
    NotFound
        When the worker is not known.
    BadInput
        When the day is out of range.
    """
    worker_id = worker_id_of(conn, code)
    look = ledger.Look(day, day, looker.reason, own=worker_id == looker.worker_id)
    ledger.record_look(conn, now, looker.name, code, look)
    week = week_of_day(day, tz)
    walked = read_week(conn, worker_id, week, tz, now)
    cleaned = clean(walked.fixes)
    segments = time_inside(cleaned, walked.boundaries).segments
    span = day_span_ms(day, tz)
    duties = [(duty.start_ms, duty.end_ms) for duty in walked.work.duties or ()]
    runs = runs_of(segments, _overlaps(segments, span), duties)
    features = [*_lines(cleaned, runs), *_flagged(cleaned, span)]
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, separators=(",", ":"), allow_nan=False
    )


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Consecutive segments of one class: the places of their fixes in order of time, and its span."""

    kind: SegmentClass
    fixes: list[int]
    start_ms: int
    end_ms: int

    @property
    def name(self) -> str:
        """Return the class as it is told."""
        return self.kind.name.lower()


def runs_of(segments: Segments, chosen: NDArray[np.bool_], duties: Sequence[Span]) -> Iterable[Run]:
    """Yield the runs of some segments; time between two sessions of duty is no segment."""
    shown = np.flatnonzero(chosen & _on_one_duty(segments, duties))
    # A run ends where the class changes or a segment is missing: consecutive ones keep index - position.
    keyed = groupby(enumerate(shown.tolist()), key=lambda at: (int(segments.kind[at[1]]), at[1] - at[0]))
    for (kind, _), run in keyed:
        index = [number for _, number in run]
        first, last = index[0], index[-1]
        fixes = [*(int(segments.start[number]) for number in index), int(segments.end[last])]
        yield Run(SegmentClass(kind), fixes, int(segments.start_ms[first]), int(segments.end_ms[last]))


def _lines(cleaned: Cleaned, runs: Iterable[Run]) -> Iterable[Feature]:
    for run in runs:
        yield _feature(
            "LineString",
            [_position(cleaned, number) for number in run.fixes],
            {
                "kind": "segment",
                "class": run.name,
                "start": iso(run.start_ms),
                "end": iso(run.end_ms),
                "seconds": (run.end_ms - run.start_ms) / 1000,
                **_of_each_fix(cleaned, run.fixes),
            },
        )


def _of_each_fix(cleaned: Cleaned, numbers: Sequence[int]) -> Feature:
    """Return when each fix of a line was taken and what the device said of it: what a replay is made of."""
    fixes = cleaned.fixes
    return {
        "t_ms": fixes.t_ms[numbers].tolist(),
        "accuracy_m": [known(value) for value in fixes.accuracy_m[numbers]],
        "speed_mps": [known(value) for value in fixes.speed_mps[numbers]],
    }


def _overlaps(segments: Segments, span: Span) -> NDArray[np.bool_]:
    return (segments.start_ms < span[1]) & (segments.end_ms > span[0])


def _on_one_duty(segments: Segments, duties: Sequence[Span]) -> NDArray[np.bool_]:
    """Tell the segments with both fixes in one session: a night between two places is no track."""
    found = np.zeros(len(segments.kind), np.bool_)
    for start, end in duties:
        found |= (segments.start_ms >= start) & (segments.end_ms <= end)
    return found


def _flagged(cleaned: Cleaned, span: Span) -> Iterable[Feature]:
    """Yield the flagged fixes of the day, each with the number behind its flag."""
    fixes = cleaned.fixes
    in_day = (fixes.t_ms >= span[0]) & (fixes.t_ms < span[1])
    for number in np.flatnonzero(in_day & (cleaned.flags != 0)).tolist():
        yield _feature(
            "Point",
            _position(cleaned, number),
            {
                "kind": "fix",
                "time": iso(int(fixes.t_ms[number])),
                "accuracy_m": known(fixes.accuracy_m[number]),
                "flags": list(flag_names(int(cleaned.flags[number]))),
                "measure": known(cleaned.measure[number]),
            },
        )


def _feature(kind: str, coordinates: Sequence[object], properties: Feature) -> Feature:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _position(cleaned: Cleaned, number: int) -> list[float]:
    return [round(float(cleaned.fixes.lon[number]), 7), round(float(cleaned.fixes.lat[number]), 7)]
