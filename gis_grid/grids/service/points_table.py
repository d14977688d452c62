"""A CSV table of points: longitude, latitude, and a time where each has its own."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.grids.readers.csv_points import LAT_NAMES, LON_NAMES
from gis_grid.kit.days import microseconds_of
from gis_grid.kit.encoding import fits
from gis_grid.kit.errors import BadInput, Malformed, RowError, TooLarge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from numpy.typing import NDArray

TIME_NAMES: Final = ("time", "t", "at", "datetime", "时间")
SEPARATORS: Final = ",;\t|"
_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Places:
    """In which columns longitude, latitude and time stand; no time when there is none."""

    lon: int
    lat: int
    time: int | None

    @classmethod
    def of(cls, header: Sequence[str]) -> Places:
        """Find the columns by their usual names; capitals do not matter.

        Raises
        ------
        Malformed
            When there is no longitude or latitude, with the columns that there are.
        """
        names = [name.strip().lower() for name in header]

        def place(wanted: Sequence[str]) -> int | None:
            return next((names.index(name) for name in wanted if name in names), None)

        lon, lat = place(LON_NAMES), place(LAT_NAMES)
        if lon is None or lat is None:
            wanted = f"expected one of {', '.join(LON_NAMES)} and one of {', '.join(LAT_NAMES)}"
            listed = ", ".join(name.strip() for name in header)[:200] or "no column at all"
            raise Malformed("The table has no positions", f"{wanted}; it has: {listed}")
        return cls(lon, lat, place(TIME_NAMES))


@dataclass(frozen=True, slots=True, eq=False)
class PointsTable:
    """A table as it came, and its points as columns; `at_us` is ``None`` when it has no times."""

    header: list[str]
    rows: list[list[str]]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    at_us: NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def read(cls, body: bytes, *, most: int) -> PointsTable:
        """Read a whole table of at most so many rows, in UTF-8 or GB18030.

        Raises
        ------
        Malformed
            When it cannot be read, or has rows that cannot; with row, field and value.
        TooLarge
            When it has more rows.
        """
        encoding = next((one for one in ("utf-8-sig", "gb18030") if fits((body,), one)), None)
        if encoding is None:
            raise Malformed("The table cannot be read", "expected UTF-8 or GB18030")
        text = body.decode(encoding)
        separator = max(SEPARATORS, key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            header = next(reader, [])
            places = Places.of(header)
            numbered = [(reader.line_num, cells) for cells in reader if cells]
        except csv.Error as error:
            raise Malformed("The table cannot be read", str(error)) from error
        rows, lines = [cells for _, cells in numbered], [line for line, _ in numbered]
        if len(rows) > most:
            first = RowError(lines[most], None, None, "the first row too many")
            raise TooLarge("Too many points", f"{len(rows):,} rows; at most {most:,}", errors=[first])
        return cls(header, rows, *read_points(rows, lines, places))


Columns = tuple["NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.int64] | None"]
"""Longitudes, latitudes, microseconds since 1970 UTC."""


def read_points(
    rows: Sequence[Sequence[str]], lines: Sequence[int], places: Places, tz: tzinfo | None = None
) -> Columns:
    """Read the points of rows; `lines` are their numbers in the file, `tz` the zone of times without one.

    Raises
    ------
    Malformed
        With the first rows that cannot be read, each with field and value.
    """
    lon, errors = _degrees(rows, lines, places.lon, ("lon", 180.0))
    lat, wrong = _degrees(rows, lines, places.lat, ("lat", 90.0))
    errors += wrong
    at_us = None
    if places.time is not None:
        at_us, wrong = _times(rows, lines, places.time, tz)
        errors += wrong
    if errors:
        errors.sort(key=lambda error: int(error.row))
        raise Malformed("Some rows cannot be read", f"{len(errors):,} values", errors=errors[:_LISTED])
    return lon, lat, at_us


def _degrees(
    rows: Sequence[Sequence[str]], lines: Sequence[int], place: int, meaning: tuple[str, float]
) -> tuple[NDArray[np.float64], list[RowError]]:
    field, most = meaning
    try:
        values = np.array([row[place] for row in rows], np.float64)
    except (ValueError, IndexError):
        values = np.array([_number(_cell(row, place)) for row in rows], np.float64)
    message = f"expected degrees from {-most:g} to {most:g}"
    wrong = np.flatnonzero(~(np.abs(values) <= most)).tolist()
    return values, [_error(lines[index], field, _cell(rows[index], place), message) for index in wrong]


def _times(
    rows: Sequence[Sequence[str]], lines: Sequence[int], place: int, tz: tzinfo | None
) -> tuple[NDArray[np.int64], list[RowError]]:
    values, errors = np.zeros(len(rows), np.int64), []
    for index, row in enumerate(rows):
        cell = _cell(row, place)
        try:
            values[index] = read_moment(cell, tz)
        except BadInput as error:
            errors.append(_error(lines[index], "time", cell, error.detail))
    return values, errors


def _error(line: int, field: str, cell: str, message: str) -> RowError:
    return RowError(line, field, cell[:100] or None, message)


def read_moment(text: str, tz: tzinfo | None = None) -> int:
    """Return an ISO 8601 time as microseconds since 1970 UTC; without an offset it is of a zone, if any.

    Raises
    ------
    BadInput
        When it is none.
    """
    expected = "expected ISO 8601 with an offset, e.g. 2026-11-09T08:00:00+08:00"
    try:
        at = datetime.fromisoformat(text.strip())
        at = at.replace(tzinfo=at.tzinfo or tz)
        if at.tzinfo is None:
            raise BadInput("The time has no offset", expected)
        return microseconds_of(at)
    except (ValueError, OverflowError) as error:
        raise BadInput("The time cannot be read", expected) from error


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
