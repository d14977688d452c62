"""Fixes as they are needed, from sealed days where there are, else from the table of fixes.

Both give the same fixes in the same order. For judging, no more than one worker's are in memory at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gis_grid.core import Fixes
from gis_grid.kit.database import raw
from gis_grid.tracks import wire
from gis_grid.tracks.rows import fixes_of_rows, sorted_once
from gis_grid.tracks.sealed import codec, hot_store
from gis_grid.tracks.sealed import store as sealed_store
from gis_grid.tracks.store import fixes as fix_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
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

# As above, a row for each piece of a worker's time: a sealed day, or what lies between two.
_PIECES = """
    SELECT piece.worker_id, found.*,
        (SELECT geom FROM track_day WHERE id = piece.day_id),
        (SELECT rest FROM track_day WHERE id = piece.day_id)
    FROM unnest(%(workers)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(days)s::bigint[])
        AS piece (worker_id, starts_at, ends_at, day_id)
    CROSS JOIN LATERAL (
        SELECT array_agg(t), array_agg(point(lon, lat)), array_agg(coalesce(accuracy_m, 'NaN')),
               array_agg(mock), array_agg(track_part)
        FROM fix
        WHERE piece.day_id IS NULL AND worker_id = piece.worker_id
            AND t >= piece.starts_at AND t < piece.ends_at AND t >= %(first)s AND t < %(last)s
    ) AS found
"""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END: Final = datetime(2201, 1, 1, tzinfo=UTC)


class _Piece(NamedTuple):
    """A stretch of a worker's time: the sealed days in it, and whether the table of fixes has some too."""

    start: datetime
    end: datetime
    days: tuple[int, ...]
    hot: bool

    @property
    def united(self) -> bool:
        """Whether a fix may come from two places."""
        return len(self.days) + self.hot > 1


def each_workers_fixes(conn: Connection, spans: Mapping[int, Span]) -> Iterator[tuple[int, Fixes]]:
    """Yield (worker id, fixes) of every worker, in the order of `spans`.

    A query finds which days are sealed, another reads all; only a worker for whose sealed days something came
    in since takes some more. Fixes are in one order whatever the order of arrival. Speed, heading and
    altitude, by which nothing is judged, may be left unknown. The connection is busy until the last worker
    is taken.

    Parameters
    ----------
    spans
        From when until before when, epoch milliseconds, by worker id.
    """
    if not spans:
        return
    moments = {worker: (_moment(start), _moment(end)) for worker, (start, end) in spans.items()}
    sealed = _sealed(conn, moments)
    if not sealed:
        yield from _hot(conn, moments)
        return
    pieces = {worker: _pieces(sealed.get(worker, ()), *span) for worker, span in moments.items()}
    for united, workers in groupby(spans, key=lambda worker: any(one.united for one in pieces[worker])):
        if united:
            for worker in workers:
                yield worker, _of_rows(list(_rows(conn, worker, pieces[worker], *moments[worker])))
        else:
            yield from _sealed_and_hot(conn, {worker: pieces[worker] for worker in workers}, moments)


def fixes_of(conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, Fixes]:
    """Return each worker's fixes within [start, end), in the same order, with all that is known of them.

    A worker without a fix is left out.
    """
    sealed = _sealed(conn, dict.fromkeys(worker_ids, (start, end)))
    others = [worker for worker in worker_ids if worker not in sealed]
    hot = fix_store.fixes_of(conn, others, start, end)
    found = {worker: _in_order(fixes) for worker, fixes in hot.items()}
    for worker, days in sealed.items():
        found[worker] = _of_rows(list(_rows(conn, worker, _pieces(days, start, end), start, end)))
    return {worker: fixes for worker, fixes in found.items() if len(fixes)}


def rows_of(
    conn: Connection, worker_id: int, start: datetime = _EPOCH, end: datetime = _END
) -> Iterator[NDArray[np.void]]:
    """Yield every column of a worker's fixes, in order of time; sealed days one by one."""
    sealed = _sealed(conn, {worker_id: (start, end)})
    return _rows(conn, worker_id, _pieces(sealed.get(worker_id, ()), start, end), start, end)


def _sealed(
    conn: Connection, spans: Mapping[int, tuple[datetime, datetime]]
) -> dict[int, list[sealed_store.Covered]]:
    """Return what of each worker's time is sealed, oldest first; nothing, no key."""
    found: dict[int, list[sealed_store.Covered]] = {}
    for one in sealed_store.covered(conn, spans):
        found.setdefault(one.worker_id, []).append(one)
    return found


def _pieces(sealed: Sequence[sealed_store.Covered], start: datetime, end: datetime) -> list[_Piece]:
    """Cut a worker's time at the borders of sealed days; days of two time zones may overlap."""
    pieces: list[_Piece] = []
    at = start
    for one in sealed:
        if pieces and pieces[-1].days and one.start < at:
            last = pieces.pop()
            days = (*last.days, one.id)
            pieces.append(_Piece(last.start, max(last.end, one.end), days, hot=last.hot or one.stale))
        else:
            if one.start > at:
                pieces.append(_Piece(at, one.start, (), hot=True))
            pieces.append(_Piece(one.start, one.end, (one.id,), hot=one.stale))
        at = pieces[-1].end
    if at < end or not pieces:
        pieces.append(_Piece(at, end, (), hot=True))
    return pieces


def _hot(conn: Connection, moments: Mapping[int, tuple[datetime, datetime]]) -> Iterator[tuple[int, Fixes]]:
    """Yield the fixes of workers none of whose days is sealed."""
    starts, ends = (list(column) for column in zip(*moments.values(), strict=True))
    wanted = {
        "workers": list(moments),
        "starts": starts,
        "ends": ends,
        "first": min(starts),
        "last": max(ends),
    }
    with wire.array_cursor(raw(conn)) as cursor:
        for row in cursor.stream(_FIXES, wanted):
            yield row[0], _in_order(_fixes(*row[1:]))


def _sealed_and_hot(
    conn: Connection,
    pieces: Mapping[int, Sequence[_Piece]],
    moments: Mapping[int, tuple[datetime, datetime]],
) -> Iterator[tuple[int, Fixes]]:
    """Yield the fixes of workers of whom each lies in one place only."""
    listed = [(worker, piece) for worker, several in pieces.items() for piece in several]
    starts, ends = [piece.start for _, piece in listed], [piece.end for _, piece in listed]
    wanted = {
        "workers": [worker for worker, _ in listed],
        "starts": starts,
        "ends": ends,
        "days": [piece.days[0] if piece.days else None for _, piece in listed],
        "first": min(starts),
        "last": max(ends),
    }
    with wire.array_cursor(raw(conn)) as cursor:
        for worker, rows in groupby(cursor.stream(_PIECES, wanted), key=lambda row: int(row[0])):
            parts = [
                _fixes(*hot) if rest is None else codec.unpack_fixes(line, rest)
                for _, *hot, line, rest in rows
            ]
            yield worker, _in_order(_within(Fixes.concat(parts), *moments[worker]))


def _rows(
    conn: Connection, worker_id: int, pieces: Sequence[_Piece], start: datetime, end: datetime
) -> Iterator[NDArray[np.void]]:
    """Yield the rows of pieces, each fix once; of one that is sealed and came again, as it is sealed."""
    first, last = (np.datetime64(at.replace(tzinfo=None), "us") for at in (start, end))
    for piece in pieces:
        parts = [codec.unpack(*packed, worker_id) for packed in sealed_store.packed(conn, piece.days)]
        if piece.hot:
            parts += hot_store.hot_rows(conn, [(worker_id, piece.start, piece.end)])
        rows = sorted_once(np.concatenate(parts))
        rows = rows[(rows["t"] >= first) & (rows["t"] < last)]
        if len(rows):
            yield rows


def _fixes(t_ms: Any, points: Any, accuracy_m: Any, mock: Any, track_part: Any) -> Fixes:
    """Pack the arrays of one worker; all are ``None`` when there is no fix."""
    if t_ms is None:
        return Fixes.of([], [], [])
    unknown = np.full(len(t_ms), np.nan, np.float32)
    lon, lat = np.ascontiguousarray(points.T)
    return Fixes(t_ms, lon, lat, accuracy_m, unknown, unknown, unknown, mock, track_part)


def _of_rows(parts: Sequence[NDArray[np.void]]) -> Fixes:
    return _in_order(fixes_of_rows(np.concatenate(parts))) if parts else Fixes.of([], [], [])


def _within(fixes: Fixes, start: datetime, end: datetime) -> Fixes:
    """Leave out what a sealed day has beyond the time asked for."""
    inside = (fixes.t_ms >= _millis(start)) & (fixes.t_ms < _millis(end))
    return fixes if inside.all() else fixes.take(inside)


def _in_order(fixes: Fixes) -> Fixes:
    """Put fixes into the one order that depends on nothing but themselves."""
    if (fixes.t_ms[1:] > fixes.t_ms[:-1]).all():
        return fixes
    return fixes.take(
        np.lexsort((fixes.mock, fixes.accuracy_m, fixes.segment, fixes.lat, fixes.lon, fixes.t_ms))
    )


def _moment(t_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=t_ms)


def _millis(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
