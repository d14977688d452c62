"""The fixes that judging needs, worker by worker: no more than one worker's are in memory at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.core import Fixes
from gis_grid.kit.database import raw
from gis_grid.tracks import wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from gis_grid.tracks.sessions import Span

# The outer bounds are there for the planner, which leaves out partitions by them. One worker after the other
# is one range of the index after the other: nothing is sorted, and rows come as soon as they are read.
_FIXES = """
    SELECT wanted.worker_id, found.*
    FROM unnest(%(workers)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        AS wanted (worker_id, starts_at, ends_at)
    CROSS JOIN LATERAL (
        SELECT array_agg(t), array_agg(point(lon, lat)), array_agg(coalesce(accuracy_m, 'NaN')),
               array_agg(mock), array_agg(track_part)
        FROM fix
        WHERE worker_id = wanted.worker_id AND t >= wanted.starts_at AND t < wanted.ends_at
            AND t >= %(first)s AND t < %(last)s
    ) AS found
"""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def each_workers_fixes(conn: Connection, spans: Mapping[int, Span]) -> Iterator[tuple[int, Fixes]]:
    """Yield (worker id, fixes) of every worker, in the order of `spans`, in one query.

    Fixes are in one order whatever the order of arrival. Speed, heading and altitude, by which nothing is
    judged, are left unknown. The connection is busy until the last worker is taken.

    Parameters
    ----------
    spans
        From when until before when, epoch milliseconds, by worker id.
    """
    if not spans:
        return
    starts = [_moment(start) for start, _ in spans.values()]
    ends = [_moment(end) for _, end in spans.values()]
    wanted = {"workers": list(spans), "starts": starts, "ends": ends, "first": min(starts), "last": max(ends)}
    with wire.array_cursor(raw(conn)) as cursor:
        for row in cursor.stream(_FIXES, wanted):
            yield row[0], _fixes(*row[1:])


def _fixes(t_ms: Any, points: Any, accuracy_m: Any, mock: Any, track_part: Any) -> Fixes:
    """Pack the arrays of one worker; all are ``None`` when there is no fix."""
    if t_ms is None:
        return Fixes.of([], [], [])
    unknown = np.full(len(t_ms), np.nan, np.float32)
    lon, lat = np.ascontiguousarray(points.T)
    fixes = Fixes(t_ms, lon, lat, accuracy_m, unknown, unknown, unknown, mock, track_part)
    if (t_ms[1:] > t_ms[:-1]).all():
        return fixes
    return fixes.take(np.lexsort((track_part, lat, lon, t_ms)))


def _moment(t_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=t_ms)
