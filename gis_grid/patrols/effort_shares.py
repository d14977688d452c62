"""Into which grids a worker's judged time falls: the own one, and those of colleagues while standing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core import Intervals, time_inside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gis_grid.core import Boundary, Cleaned

    Spans = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Had:
    """A grid that a worker had from `start_ms` until `end_ms`; infinite where there is no end."""

    grid_id: int
    start_ms: float
    end_ms: float


def shares(
    cleaned: Cleaned,
    spans_ms: Spans,
    own: Sequence[Had],
    stood_in: Mapping[int, Sequence[Boundary]],
) -> dict[int, Spans]:
    """Return which spans are of which grid: together they are the spans, none is of two.

    Time that was inside both the own grid and another, as neighbours overlap that are not mended yet, is of
    the other: to walk there was why one stood in.

    Parameters
    ----------
    cleaned
        The worker's track.
    spans_ms : int64 array, shape (k, 2)
        Time inside any of the grids, in order.
    own
        In order of time, none over another.
    stood_in
        Boundaries by the id of their grid, each cut to the time of standing in.
    """
    if not len(spans_ms):
        return {}
    origin_ms = int(spans_ms[0, 0])
    rest = _intervals(spans_ms, origin_ms)
    found: dict[int, list[Intervals]] = {}
    for grid, boundaries in stood_in.items():
        inside = _intervals(time_inside(cleaned, boundaries).intervals, origin_ms)
        found.setdefault(grid, []).append(rest.intersection(inside))
        rest = rest.minus(inside)
    for had in own:
        part = rest.clip((had.start_ms - origin_ms) / 1000.0, (had.end_ms - origin_ms) / 1000.0)
        found.setdefault(had.grid_id, []).append(part)
    spans = {grid: _spans(parts, origin_ms) for grid, parts in found.items()}
    return {grid: some for grid, some in spans.items() if len(some)}


def on_day(spans_ms: Spans, start_ms: int, end_ms: int) -> Spans:
    """Return the part of spans within a day."""
    cut = np.clip(spans_ms, start_ms, end_ms)
    return cut[cut[:, 1] > cut[:, 0]]


def _intervals(spans_ms: Spans, origin_ms: int) -> Intervals:
    seconds = (spans_ms - origin_ms) / 1000.0
    return Intervals.of(seconds[:, 0], seconds[:, 1])


def _spans(parts: Sequence[Intervals], origin_ms: int) -> Spans:
    start, end = (np.concatenate([getattr(part, side) for part in parts]) for side in ("start", "end"))
    merged = Intervals.of(start, end)
    ms = np.rint(np.stack((merged.start, merged.end), axis=1) * 1000.0).astype(np.int64) + origin_ms
    return ms[ms[:, 1] > ms[:, 0]]
