"""The one shape that every track decoder yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One row that was left out: where it stands, what stood there, what was expected."""

    row: int
    field: str | None
    value: str | None
    expected: str

    def __str__(self) -> str:
        """Say it in one sentence."""
        what = f"{self.field} is {self.value!r}, " if self.field is not None else ""
        return f"row {self.row}: {what}expected {self.expected}"


@dataclass(frozen=True, slots=True, eq=False)
class TrackBlock:
    """Some rows of a track file.

    Attributes
    ----------
    fixes : Fixes
        The good rows, in the order of the file. ``fixes.segment`` numbers the recordings of the file (a GPX
        ``trkseg``) from 0: time is never bridged between two.
    rows : int64 array, shape (n,)
        Where each fix stood: line of a CSV file, number of the point in GPX and GeoJSON; from 1.
    workers : array of str, shape (n,), or None
        What a column of users, workers or devices says; None where the format or file has none.
    problems : tuple of RowProblem
        The rows that were left out.
    untimed : int
        Points that carry no time at all (a planned route among recorded tracks): no fixes, and no problem.
    without_zone : int
        Rows whose time named no zone and was read in the zone that the caller said.
    """

    fixes: Fixes
    rows: NDArray[np.int64]
    workers: NDArray[np.str_] | None = None
    problems: tuple[RowProblem, ...] = ()
    untimed: int = 0
    without_zone: int = 0
