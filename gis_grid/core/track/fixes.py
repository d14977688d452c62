"""Fixes as a struct of arrays: the one shape in which positions travel."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from gis_grid.core.errors import BadFixes
from gis_grid.core.geometry.datum import Datum, to_wgs84

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Fixes:
    """Reported positions, in the order in which they came.

    Attributes
    ----------
    t_ms : int64 array, shape (n,)
        Device time, milliseconds since 1970-01-01 UTC.
    lon, lat : float64 arrays, shape (n,)
        Degrees, WGS 84.
    accuracy_m, speed_mps, heading_deg, altitude_m : float32 arrays, shape (n,)
        ``nan`` where the device did not say.
    mock : bool array, shape (n,)
        The device itself called the position made up.
    segment : int32 array, shape (n,)
        Recording the fix belongs to (a GPX ``trkseg``): time is never bridged between two recordings.
    """

    t_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    accuracy_m: NDArray[np.float32]
    speed_mps: NDArray[np.float32]
    heading_deg: NDArray[np.float32]
    altitude_m: NDArray[np.float32]
    mock: NDArray[np.bool_]
    segment: NDArray[np.int32]

    @classmethod
    def of(
        cls,
        t_ms: ArrayLike,
        lon: ArrayLike,
        lat: ArrayLike,
        *,
        accuracy_m: ArrayLike | None = None,
        speed_mps: ArrayLike | None = None,
        heading_deg: ArrayLike | None = None,
        altitude_m: ArrayLike | None = None,
        mock: ArrayLike | None = None,
        segment: ArrayLike | None = None,
    ) -> Fixes:
        """Check and pack columns.

        Accuracies of 0 and below, and speeds and headings below 0, are how devices say "unknown": they become
        ``nan``. An infinite accuracy is no unknown one but the worst there is, and stays the largest number.

        Parameters
        ----------
        t_ms, lon, lat : array_like, shape (n,)
            Milliseconds since 1970 UTC; degrees WGS 84.
        accuracy_m, speed_mps, heading_deg, altitude_m, mock, segment : array_like, optional
            As the attributes; missing columns are unknown, not mock, one recording.

        Returns
        -------
        Fixes

        Raises
        ------
        BadFixes
            For unequal lengths, a position that is not finite, or one off the globe; names the first index.

        Examples
        --------
        >>> len(Fixes.of([0, 10_000], [116.3, 116.3001], [39.9, 39.9]))
        2
        """
        times = _column(t_ms, np.int64)
        n = len(times)
        columns = cls(
            t_ms=times,
            lon=_column(lon, np.float64),
            lat=_column(lat, np.float64),
            accuracy_m=_known(accuracy_m, n, above=np.float32(0)),
            speed_mps=_known(speed_mps, n, from_=np.float32(0)),
            heading_deg=_known(heading_deg, n, from_=np.float32(0)),
            altitude_m=_known(altitude_m, n),
            mock=np.zeros(n, np.bool_) if mock is None else _column(mock, np.bool_),
            segment=np.zeros(n, np.int32) if segment is None else _column(segment, np.int32),
        )
        columns._check()
        return columns

    def __len__(self) -> int:
        return len(self.t_ms)

    def take(self, index: NDArray[Any] | slice) -> Fixes:
        """Choose fixes by an index array, mask or slice."""
        return Fixes(*(np.ascontiguousarray(getattr(self, column.name)[index]) for column in fields(self)))

    def read_as(self, datum: Datum) -> Fixes:
        """Take the positions for those of a datum, and convert them to WGS 84."""
        if datum is Datum.WGS84:
            return self
        lon, lat = to_wgs84(self.lon, self.lat, datum)
        return replace(self, lon=lon, lat=lat)

    @classmethod
    def concat(cls, parts: Sequence[Fixes]) -> Fixes:
        """All parts one after the other; no part gives no fixes."""
        if not parts:
            return cls.of([], [], [])
        return cls(*(np.concatenate([getattr(p, column.name) for p in parts]) for column in fields(cls)))

    def _check(self) -> None:
        """Raise on the first fix that no rule could use."""
        for column in fields(self):
            values = getattr(self, column.name)
            if values.shape != self.t_ms.shape:
                message = f"column {column.name} has shape {values.shape}, t_ms has {self.t_ms.shape}"
                raise BadFixes(message, field=column.name)
        _inside_range(self.lon, "lon", 180.0)
        _inside_range(self.lat, "lat", 90.0)


def _column(values: ArrayLike, kind: type[Number]) -> NDArray[Number]:
    """Column as compiled loops know it: for one that is strided or read-only they were compiled once more."""
    return np.require(values, kind, ("C", "W"))


def _known(
    values: ArrayLike | None,
    n: int,
    *,
    above: np.float32 | None = None,
    from_: np.float32 | None = None,
) -> NDArray[np.float32]:
    """Column as float32 with ``nan`` for what devices send when they do not know."""
    if values is None:
        return np.full(n, np.nan, np.float32)
    with np.errstate(over="ignore"):
        column = np.array(values, dtype=np.float32)
    if above is not None:
        column[column <= above] = np.nan
        column[column == np.inf] = np.finfo(np.float32).max
    if from_ is not None:
        column[column < from_] = np.nan
    column[np.isinf(column)] = np.nan
    return column


def _inside_range(values: NDArray[np.float64], field: str, limit: float) -> None:
    """Raise where a coordinate is not finite or off the globe."""
    bad = np.flatnonzero(~(np.abs(values) <= limit))
    if not len(bad):
        return
    first = int(bad[0])
    value = float(values[first])
    hint = "; are lon and lat swapped?" if field == "lat" and np.isfinite(value) else ""
    message = f"{field} {value} of fix {first} is not between -{limit:g} and {limit:g} degrees{hint}"
    raise BadFixes(message, where=first, field=field, value=value)
