"""Seconds inside, of many workers against their own areas at once; by worker, and by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from gis_grid.core.geometry.geodesy import distance_m
from gis_grid.core.live.sides import inside_each
from gis_grid.core.live.standing import Floats, Ground, Ints, Spent
from gis_grid.core.presence.heat import cells_at
from gis_grid.core.presence.seconds import seconds_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

RESOLUTION: Final = 11
_STEP_M: Final = 10.0
"""A cell is some 50 m wide: a piece no longer than this goes to the cell of its middle."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Ways that are joined throughout, each before or after the fix that is settled.

    Attributes
    ----------
    t_ms, lon, lat : arrays, shape (n,)
        Accepted fixes way after way; where one way goes on as another, the fix between stands twice.
    starts : int64 array, shape (ways + 1,)
    worker : int64 array, shape (ways,)
        Whose, counted among those that something came of.
    settled : bool array, shape (ways,)
    """

    t_ms: Ints
    lon: Floats
    lat: Floats
    starts: Ints
    worker: Ints
    settled: NDArray[np.bool_]

    @classmethod
    def of(
        cls, starts: Ints, fixes: Fixes, anew: NDArray[np.bool_], settled_at: Ints, max_gap_ms: int
    ) -> Self:
        """Cut where a track starts anew, where time is unknown, and at what is settled."""
        n = len(fixes)
        anew = anew | (np.diff(fixes.t_ms, prepend=fixes.t_ms[:1]) > max_gap_ms)
        twice = settled_at[settled_at >= 0]
        index = np.sort(np.concatenate((np.arange(n), twice)))
        begins = np.zeros(len(index), np.bool_)
        begins[np.searchsorted(index, starts[:-1][np.diff(starts) > 0])] = True
        begins[np.searchsorted(index, np.flatnonzero(anew))] = True
        begins[np.searchsorted(index, twice, side="right") - 1] = True
        first = np.flatnonzero(begins)
        worker = np.searchsorted(starts, index[first], side="right") - 1
        at = settled_at[worker] if len(worker) else np.zeros(0, np.int64)
        ends = np.append(first[1:], len(index))
        return cls(
            t_ms=fixes.t_ms[index],
            lon=fixes.lon[index],
            lat=fixes.lat[index],
            starts=np.append(first, len(index)).astype(np.int64),
            worker=worker.astype(np.int64),
            settled=index[ends - 1] <= at if len(first) else np.zeros(0, np.bool_),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _InForce:
    """Ways or parts of them, each with the area that is in force throughout."""

    t_ms: Ints
    lon: Floats
    lat: Floats
    starts: Ints
    worker: Ints
    settled: NDArray[np.bool_]
    area: Ints
    grid: Ints


def inside_seconds(pieces: Pieces, rows: Ints, ground: Ground, max_gap_ms: int) -> tuple[Floats, Floats]:
    """Return each worker's seconds inside on ways that are settled, and on the others."""
    settled_s, open_s = np.zeros(len(rows)), np.zeros(len(rows))
    for part in _in_force(pieces, rows, ground):
        found, _ = seconds_inside(
            part.t_ms,
            part.lon,
            part.lat,
            part.starts,
            part.area,
            ground.slabs,
            max_gap_s=max_gap_ms / 1000.0,
        )
        np.add.at(settled_s, part.worker[part.settled], found[part.settled])
        np.add.at(open_s, part.worker[~part.settled], found[~part.settled])
    return settled_s, open_s


def spent_in_cells(pieces: Pieces, rows: Ints, ground: Ground, max_gap_ms: int) -> Spent:
    """Spread the seconds inside over the cells that the ways cross.

    A segment is cut into equal pieces; one whose middle is outside the area counts nowhere. Cells show where
    somebody was: no rule counts by them.
    """
    parts = [_cells(part, rows, ground, max_gap_ms) for part in _in_force(pieces, rows, ground)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else [_NONE] * 6
    return _summed(columns)


_NONE: Final = np.zeros(0, np.int64)


def _cells(part: _InForce, rows: Ints, ground: Ground, max_gap_ms: int) -> tuple[NDArray[np.generic], ...]:
    """Return (row, grid, cell, seconds, until when, whether settled) of every piece inside."""
    way = np.repeat(np.arange(len(part.worker)), np.diff(part.starts))
    a = np.flatnonzero(way[1:] == way[:-1])
    b = a + 1
    joined = (part.t_ms[b] - part.t_ms[a] <= max_gap_ms) & (np.abs(part.lon[b] - part.lon[a]) <= 180.0)
    a, b = a[joined], b[joined]
    metres = distance_m(part.lon[a], part.lat[a], part.lon[b], part.lat[b])
    count = np.maximum(np.ceil(metres / _STEP_M), 1.0).astype(np.int64)
    of = np.repeat(np.arange(len(a)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    along = (nth + 0.5) / count[of]
    lon = part.lon[a][of] + along * (part.lon[b] - part.lon[a])[of]
    lat = part.lat[a][of] + along * (part.lat[b] - part.lat[a])[of]
    own = way[a][of]
    keep = inside_each(lon, lat, part.area[own], ground.slabs.arrays)
    own, of = own[keep], of[keep]
    return (
        rows[part.worker[own]],
        part.grid[own],
        cells_at(lon[keep], lat[keep], RESOLUTION),
        ((part.t_ms[b] - part.t_ms[a]) / 1000.0 / count)[of],
        part.t_ms[b][of],
        part.settled[own],
    )


def _summed(columns: Sequence[NDArray[np.generic]]) -> Spent:
    """Add up by worker, grid, cell and whether it is settled."""
    row, grid, cell, seconds, seen_ms, settled = columns
    order = np.lexsort((settled, cell, grid, row))
    keys = [column[order] for column in (row, grid, cell, settled)]
    first = np.zeros(len(order), np.bool_)
    first[:1] = True
    for column in keys:
        first[1:] |= column[1:] != column[:-1]
    at = np.flatnonzero(first)
    sums = np.add.reduceat(seconds[order].astype(np.float64), at) if len(at) else np.zeros(0)
    last = np.maximum.reduceat(seen_ms[order].astype(np.int64), at) if len(at) else _NONE
    rows, grids, cells, is_settled = (column[at] for column in keys)
    return Spent(
        rows.astype(np.int64),
        grids.astype(np.int64),
        cells.astype(np.int64),
        sums,
        last,
        is_settled.astype(np.bool_),
    )


def _in_force(pieces: Pieces, rows: Ints, ground: Ground) -> Iterator[_InForce]:
    """Yield the ways with the area that each worker has, once for each entry that any of them has at most."""
    owner = rows[pieces.worker]
    many = ground.first[owner + 1] - ground.first[owner]
    begin, end = pieces.starts[:-1], pieces.starts[1:] - 1
    for nth in range(int(np.max(many, initial=0))):
        entry = np.where(nth < many, ground.first[owner] + nth, 0)
        since, until = ground.from_ms[entry], ground.to_ms[entry]
        begins, ends = pieces.t_ms[begin], pieces.t_ms[end]
        touches = (nth < many) & (begins < until) & (ends > since)
        whole = touches & (since <= begins) & (ends < until)
        yield _chosen(pieces, np.flatnonzero(whole), entry[whole], ground)
        for way in np.flatnonzero(touches & ~whole).tolist():  # at midnight, and when a border changed
            yield _part(pieces, way, int(entry[way]), ground)


def _chosen(pieces: Pieces, ways: NDArray[np.intp], entry: Ints, ground: Ground) -> _InForce:
    length = np.diff(pieces.starts)[ways]
    starts = np.concatenate(([0], np.cumsum(length))).astype(np.int64)
    index = np.repeat(pieces.starts[:-1][ways] - starts[:-1], length) + np.arange(int(starts[-1]))
    return _InForce(
        pieces.t_ms[index],
        pieces.lon[index],
        pieces.lat[index],
        starts,
        pieces.worker[ways],
        pieces.settled[ways],
        ground.area[entry],
        ground.grid[entry],
    )


def _part(pieces: Pieces, way: int, entry: int, ground: Ground) -> _InForce:
    """Cut a way to the time in which an area is in force: it is straight between two fixes, and even."""
    index = slice(pieces.starts[way], pieces.starts[way + 1])
    t_ms, lon, lat = pieces.t_ms[index], pieces.lon[index], pieces.lat[index]
    since, until = max(ground.from_ms[entry], t_ms[0]), min(ground.to_ms[entry], t_ms[-1])
    moments = np.concatenate(([since], t_ms[(t_ms > since) & (t_ms < until)], [until]))
    return _InForce(
        moments,
        np.interp(moments, t_ms, lon),
        np.interp(moments, t_ms, lat),
        np.array([0, len(moments)], np.int64),
        pieces.worker[way : way + 1],
        pieces.settled[way : way + 1],
        ground.area[entry : entry + 1],
        ground.grid[entry : entry + 1],
    )
