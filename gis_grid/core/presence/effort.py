"""Effort: how long and how far a worker went in each H3 cell.

Cells show where effort went; exact geometry decides every rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.geometry.geodesy import distance_m
from gis_grid.core.presence.heat import cells_at
from gis_grid.core.presence.joined import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
    metres = distance_m(good.lon[a], good.lat[a], good.lon[b], good.lat[b])
    pieces = np.maximum(np.ceil(metres / step_m), 1.0).astype(np.int64)
    of = np.repeat(np.arange(len(a)), pieces)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    along = (nth + 0.5) / pieces[of]
    lon = good.lon[a][of] + along * (good.lon[b] - good.lon[a])[of]
    lat = good.lat[a][of] + along * (good.lat[b] - good.lat[a])[of]
    return _per_cell(cells_at(lon, lat, resolution), (seconds / pieces)[of], (metres / pieces)[of])


def _per_cell(cells: NDArray[np.int64], seconds: NDArray[np.float64], metres: NDArray[np.float64]) -> Effort:
    """Sum up by cell."""
    found, index = np.unique(cells, return_inverse=True)
    return Effort(
        found,
        np.bincount(index, weights=seconds, minlength=len(found)).astype(np.float64),
        np.bincount(index, weights=metres, minlength=len(found)).astype(np.float64),
    )
