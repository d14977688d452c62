"""A worker's track as lines: runs of one class, as the day's track of the pages has them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.core import clean, time_inside
from gis_grid.core.geometry.geodesy import distance_m
from gis_grid.core.rules.calendar import day_span_ms
from gis_grid.kit.features import Rows
from gis_grid.patrols import collection_store
from gis_grid.patrols.desk import read_week
from gis_grid.patrols.looking import look
from gis_grid.patrols.track import runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.core import Fixes
    from gis_grid.kit.features import Reading
    from gis_grid.patrols.looking import Looked
    from gis_grid.patrols.track import Run
    from gis_grid.patrols.weeks import Week

_LINE_M: Final = 2002
"""LINESTRING M in the well-known binary of ISO 13249-3."""


def rows(reading: Reading) -> Rows:
    """Return the runs of which some time lies in an interval; the look is written down.

    Whole weeks are cleaned and measured, as for verdicts. A run is of the local day on which it begins, so
    that it is the same whichever interval is asked for, and none is of a day that no look names.

    Raises
    ------
    BadInput, NotFound
        As `look` does.
    """
    looked = look(reading)
    found = [line for week in looked.weeks for line in _lines(reading, looked, week)]
    columns = {name: [line[name] for line in found] for name in collection_store.LINE_COLUMNS}
    return Rows(collection_store.TRACK_LINES, {"worker": looked.code, **columns})


def _lines(reading: Reading, looked: Looked, week: Week) -> Iterator[dict[str, Any]]:
    walked = read_week(reading.conn, looked.worker_id, week, reading.settings.tz, reading.now)
    cleaned = clean(walked.fixes)
    segments = time_inside(cleaned, walked.boundaries).segments
    duties = [(duty.start_ms, duty.end_ms) for duty in walked.work.duties or ()]
    for day in week.days:
        if looked.first <= day <= looked.last:
            start_ms, end_ms = day_span_ms(day, reading.settings.tz)
            begun = (segments.start_ms >= start_ms) & (segments.start_ms < end_ms)
            for run in runs_of(segments, begun, duties):
                if run.start_ms <= looked.end_ms and run.end_ms > looked.start_ms:
                    yield _line(cleaned.fixes, run)


def _line(fixes: Fixes, run: Run) -> dict[str, Any]:
    lon, lat = fixes.lon[run.fixes], fixes.lat[run.fixes]
    return {
        "start_ms": run.start_ms,
        "end_ms": run.end_ms,
        "class": run.name,
        "fixes": len(run.fixes),
        "length": round(float(distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum()), 1),
        "line": _with_times(lon, lat, fixes.t_ms[run.fixes]),
    }


def _with_times(lon: Any, lat: Any, t_ms: Any) -> bytes:
    """Return a line of which each point has its time, in seconds since 1970, as measure."""
    points = np.column_stack((lon, lat, t_ms / 1000.0)).astype("<f8")
    return struct.pack("<BII", 1, _LINE_M, len(points)) + points.tobytes()
