"""Effort: how long and how far a worker went in each H3 cell.

Cells show where effort went; exact geometry decides every rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.geometry.geodesy import distance_m
from gis_grid.core.presence.heat import cells_at
from gis_grid.core.presence.joined import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from gis_grid.core.track.cleaning import Cleaned


@dataclass(frozen=True, slots=True, eq=False)
class Effort:
    """Seconds and metres per cell, by cell index ascending.

    Attributes
    ----------
    cells : int64 array, shape (n,)
    seconds, metres : float64 arrays, shape (n,)
    """

    cells: NDArray[np.int64]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.cells)

    @classmethod
    def sum(cls, parts: Sequence[Effort]) -> Effort:
        """Add the effort of several days or workers."""
        return _per_cell(
            np.concatenate([np.zeros(0, np.int64), *(part.cells for part in parts)]),
            np.concatenate([np.zeros(0), *(part.seconds for part in parts)]),
            np.concatenate([np.zeros(0), *(part.metres for part in parts)]),
        )


def effort(
    cleaned: Cleaned, *, resolution: int = 11, max_gap_s: float = 300.0, step_m: float = 5.0
) -> Effort:
    """Spread the time and way of every known segment over the cells that it crosses.

    A segment is cut into equal pieces no longer than `step_m`; each goes to the cell of its middle. A cell of
    resolution 11 is some 50 m wide, so a crossing is off by at most half a piece.

    Parameters
    ----------
    cleaned : Cleaned
        One worker's.
    resolution : int
        H3 resolution.
    max_gap_s : float
        Time between fixes further apart is unknown and belongs to no cell; nor does a step over the
        antimeridian.
    step_m : float
        Longest piece.

    Returns
    -------
    Effort
        Its seconds add up to the known time of the track.

    Raises
    ------
    CoreError
        For a step that is not above 0, or no such resolution.
    """
    if not step_m > 0:
        raise CoreError("a step is longer than 0 m", field="step_m", value=step_m)
    good, is_joined = joined(cleaned, max_gap_s)
    a = np.flatnonzero(is_joined)
    b = a + 1
    seconds = (good.t_ms[b] - good.t_ms[a]) / 1000.0
    ways = _Ways(seconds, good.lon[a], good.lat[a], good.lon[b], good.lat[b])
    return _spread(ways, resolution, step_m)


def effort_within(
    cleaned: Cleaned,
    spans_ms: ArrayLike,
    *,
    resolution: int = 10,
    max_gap_s: float = 300.0,
    step_m: float = 20.0,
) -> Effort:
    """Spread some of the known time of a track over the cells that it crosses: the time inside, say.

    Parameters
    ----------
    cleaned : Cleaned
        One worker's.
    spans_ms : array_like of int, shape (k, 2)
        From when until when, epoch milliseconds; in order, none over another.
    resolution, max_gap_s, step_m
        As of :func:`effort`; a cell of resolution 10 is some 130 m wide.

    Returns
    -------
    Effort
        Its seconds add up to those of the spans, as far as the time is known.

    Raises
    ------
    CoreError
        For a step that is not above 0, no such resolution, or spans that are not in order.

    Examples
    --------
    >>> from gis_grid.core import Fixes, clean
    >>> walk = Fixes.of([0, 100_000, 200_000], [116.300, 116.302, 116.304], [39.901, 39.901, 39.901])
    >>> float(effort_within(clean(walk), [[50_000, 80_000], [90_000, 200_000]]).seconds.sum().round(6))
    140.0
    """
    if not step_m > 0:
        raise CoreError("a step is longer than 0 m", field="step_m", value=step_m)
    spans = np.asarray(spans_ms, np.int64).reshape(-1, 2)
    if (np.diff(spans.ravel()) < 0).any():
        raise CoreError("spans are in order and none is over another", field="spans_ms")
    good, is_joined = joined(cleaned, max_gap_s)
    # Cut where a span begins or ends, and at each fix: a piece is of one segment, and in a span or in none.
    within = good.t_ms[_nth_span(spans, good.t_ms) >= 0]
    cuts = np.unique(np.concatenate((spans.ravel(), within)))
    start, end = cuts[:-1], cuts[1:]
    segment = np.searchsorted(good.t_ms, start, side="right") - 1
    known = (_nth_span(spans, start) >= 0) & (segment >= 0) & (segment < len(is_joined))
    known[known] = is_joined[segment[known]]
    start, end, a = start[known], end[known], segment[known]
    lasts = (good.t_ms[a + 1] - good.t_ms[a]).astype(np.float64)
    since, until = (start - good.t_ms[a]) / lasts, (end - good.t_ms[a]) / lasts
    wide, high = good.lon[a + 1] - good.lon[a], good.lat[a + 1] - good.lat[a]
    lon, lat = good.lon[a], good.lat[a]
    ways = _Ways(
        (end - start) / 1000.0,
        lon + since * wide,
        lat + since * high,
        lon + until * wide,
        lat + until * high,
    )
    return _spread(ways, resolution, step_m)


class _Ways(NamedTuple):
    """Straight ways from `lon`, `lat` to `to_lon`, `to_lat`, and how long each took; equal lengths."""

    seconds: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    to_lon: NDArray[np.float64]
    to_lat: NDArray[np.float64]


def _nth_span(spans: NDArray[np.int64], t_ms: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return in which half-open span each moment lies; -1 in none."""
    if not len(spans):
        return np.full(len(t_ms), -1, np.intp)
    nth = np.searchsorted(spans[:, 0], t_ms, side="right") - 1
    return np.where((nth >= 0) & (t_ms < spans[nth, 1]), nth, -1)


def _spread(ways: _Ways, resolution: int, step_m: float) -> Effort:
    """Cut ways into equal pieces no longer than a step; each goes to the cell of its middle."""
    metres = distance_m(ways.lon, ways.lat, ways.to_lon, ways.to_lat)
    pieces = np.maximum(np.ceil(metres / step_m), 1.0).astype(np.int64)
    of = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    along = (nth + 0.5) / pieces[of]
    lon = ways.lon[of] + along * (ways.to_lon - ways.lon)[of]
    lat = ways.lat[of] + along * (ways.to_lat - ways.lat)[of]
    return _per_cell(cells_at(lon, lat, resolution), (ways.seconds / pieces)[of], (metres / pieces)[of])


def _per_cell(cells: NDArray[np.int64], seconds: NDArray[np.float64], metres: NDArray[np.float64]) -> Effort:
    """Sum up by cell."""
    found, index = np.unique(cells, return_inverse=True)
    return Effort(
        found,
        np.bincount(index, weights=seconds, minlength=len(found)).astype(np.float64),
        np.bincount(index, weights=metres, minlength=len(found)).astype(np.float64),
    )
