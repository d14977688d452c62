"""Fixes as a struct of arrays: the one shape in which positions travel."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from gis_grid.core.errors import BadFixes
from gis_grid.core.geometry.datum import Datum, to_wgs84

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

Number = TypeVar("Number", bound=np.generic)

END_OF_TIMES_MS: Final = 7_289_654_400_000
"""The year 2201. Fixes are of the years 1970 to 2200: beyond them a time is a mistake."""


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
            Whole milliseconds since 1970 UTC, up to the year 2200; degrees WGS 84.
        accuracy_m, speed_mps, heading_deg, altitude_m, mock, segment : array_like, optional
            As the attributes; missing columns are unknown, not mock, one recording.

        Returns
        -------
        Fixes

        Raises
        ------
        BadFixes
            For unequal lengths, a time that is no whole millisecond of the years 1970 to 2200, a position
            that is not finite or off the globe, values that are no numbers; names the first index.

        Examples
        --------
        >>> len(Fixes.of([0, 10_000], [116.3, 116.3001], [39.9, 39.9]))
        2
        """
        times = _times(t_ms)
        n = len(times)
        columns = cls(
            t_ms=times,
            lon=_column(lon, np.float64, "lon"),
            lat=_column(lat, np.float64, "lat"),
            accuracy_m=_known(accuracy_m, n, "accuracy_m", above=np.float32(0)),
            speed_mps=_known(speed_mps, n, "speed_mps", from_=np.float32(0)),
            heading_deg=_known(heading_deg, n, "heading_deg", from_=np.float32(0)),
            altitude_m=_known(altitude_m, n, "altitude_m"),
            mock=np.zeros(n, np.bool_) if mock is None else _column(mock, np.bool_, "mock"),
            segment=np.zeros(n, np.int32) if segment is None else _column(segment, np.int32, "segment"),
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


def _times(values: ArrayLike) -> NDArray[np.int64]:
    """Column of times; refuses what is no whole millisecond, or of no year that a phone has seen."""
    given: NDArray[Any] = _column(values, None, "t_ms")
    if given.dtype.kind not in "iuf":
        raise BadFixes("times are numbers of milliseconds since 1970", field="t_ms", value=str(given.dtype))
    if given.dtype.kind == "f":
        broken = np.flatnonzero(~np.isfinite(given) | (given != np.floor(given)))
        if len(broken):
            raise _bad_time(given, int(broken[0]), "is no whole number of milliseconds")
    wrong = (given < 0) | (given >= END_OF_TIMES_MS)
    if wrong.any():
        raise _bad_time(given, int(np.argmax(wrong)), "is not of the years 1970 to 2200, in milliseconds")
    return np.require(given, np.int64, ("C", "W"))


def _bad_time(times: NDArray[Any], where: int, problem: str) -> BadFixes:
    value = times.reshape(-1)[where].item()
    return BadFixes(f"time {value} of fix {where} {problem}", where=where, field="t_ms", value=value)


def _column(values: ArrayLike, kind: type[Number] | None, field: str) -> NDArray[Number]:
    """Column as compiled loops know it: for one that is strided or read-only they were compiled once more."""
    try:
        return np.require(values, kind, ("C", "W"))
    except (ValueError, TypeError, OverflowError) as error:
        raise BadFixes(f"column {field} holds a value that cannot be used: {error}", field=field) from error


def _known(
    values: ArrayLike | None,
    n: int,
    field: str,
    *,
    above: np.float32 | None = None,
    from_: np.float32 | None = None,
) -> NDArray[np.float32]:
    """Column as float32 with ``nan`` for what devices send when they do not know."""
    if values is None:
        return np.full(n, np.nan, np.float32)
    with np.errstate(over="ignore"):
        column = _column(values, np.float32, field).copy()
    if above is not None:
        column[column <= above] = np.nan
        column[column == np.inf] = np.finfo(np.float32).max
    if from_ is not None:
        column[column < from_] = np.nan
    column[np.isinf(column)] = np.nan
    return column


def _inside_range(values: NDArray[np.float64], field: str, limit: float) -> None:
    """Raise where a coordinate is not finite or off the globe."""
    good = np.abs(values) <= limit
    if good.all():
        return
    first = int(np.argmin(good))
    value = float(values[first])
    hint = "; are lon and lat swapped?" if field == "lat" and np.isfinite(value) else ""
    message = f"{field} {value} of fix {first} is not between -{limit:g} and {limit:g} degrees{hint}"
    raise BadFixes(message, where=first, field=field, value=value)
