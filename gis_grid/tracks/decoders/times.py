"""Times as files write them: ISO 8601 with or without a zone, or seconds or milliseconds since 1970."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gis_grid.core.track.fixes import END_OF_TIMES_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXPECTED: Final = (
    "a time such as 2026-11-02T08:00:00+08:00, or seconds or milliseconds since 1970, "
    "in the years 1970 to 2200"
)

# Numbers below are seconds (until the year 5138), above milliseconds (since March 1973).
_SECONDS_BELOW: Final = 1e11
_HOUR_MS: Final = 3_600_000
_EPOCH: Final = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - arithmetic on local clock readings
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_CLOCK: Final = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})[T ]\s*"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(:(?P<second>\d{2})([.,](?P<fraction>\d+))?)?\s*"
    r"(?P<zone>[zZ]|[+-]\d{2}(:?\d{2})?)?"
)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Milliseconds since 1970 UTC, and how many of them named no zone."""

    t_ms: NDArray[np.int64]
    without_zone: int


def read_alike(column: pa.Array, zone: dt.tzinfo) -> Times | None:
    """Read a whole column in which all times have the form of the first; None when they do not."""
    first = column[0].as_py() or ""
    found = _CLOCK.fullmatch(first)
    naive = found is not None and not found["zone"]
    try:
        if _NUMBER.fullmatch(first):
            t_ms = _from_numbers(pc.cast(column, pa.float64()))
        elif found is not None:
            t_ms = _from_clocks(pc.cast(column, pa.timestamp("ns", tz=None if naive else "UTC")))
        else:
            return None
    except (pa.ArrowInvalid, ValueError):
        return None
    if column.null_count:
        return None
    t_ms = _local_to_utc(t_ms, zone) if naive else t_ms
    if t_ms.min() < 0 or t_ms.max() >= END_OF_TIMES_MS:
        return None
    return Times(t_ms, len(t_ms) if naive else 0)


def read_time(text: str, zone: dt.tzinfo) -> tuple[int, bool] | None:
    """Read one time: milliseconds since 1970 UTC, and whether it named no zone; None when it is no time."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        value = float(text)
        t_ms = value * 1000 if abs(value) < _SECONDS_BELOW else value
        return (round(t_ms), False) if 0 <= t_ms < END_OF_TIMES_MS else None
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    try:
        clock = _clock(found)
        moment = clock.replace(tzinfo=_zone(found["zone"]) if found["zone"] else zone)
    except ValueError:
        return None
    t_ms = round(moment.timestamp() * 1000)
    return (t_ms, not found["zone"]) if 0 <= t_ms < END_OF_TIMES_MS else None


def _clock(found: re.Match[str]) -> dt.datetime:
    """Read what the clock showed."""
    year, month, day, hour, minute = (int(found[part]) for part in ("year", "month", "day", "hour", "minute"))
    microsecond = round(float(f"0.{found['fraction'] or 0}") * 1e6)
    clock = dt.datetime(year, month, day, hour, minute, int(found["second"] or 0))  # noqa: DTZ001 - zone follows
    return clock + dt.timedelta(microseconds=microsecond)


def _zone(text: str) -> dt.tzinfo:
    """Zone written as Z, +08, +0800 or +08:00."""
    if text in "zZ":
        return dt.UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(-offset if text[0] == "-" else offset)


def _from_clocks(column: pa.Array) -> NDArray[np.int64]:
    """Nanoseconds as milliseconds."""
    ns = column.cast(pa.int64()).to_numpy(zero_copy_only=False)
    t_ms: NDArray[np.int64] = np.floor_divide(ns + 500_000, 1_000_000)
    return t_ms


def _from_numbers(column: pa.Array) -> NDArray[np.int64]:
    """Seconds or milliseconds as milliseconds."""
    values = column.to_numpy(zero_copy_only=False)
    if not np.isfinite(values).all():
        raise ValueError
    t_ms = np.rint(np.where(np.abs(values) < _SECONDS_BELOW, values * 1000.0, values))
    if (np.abs(t_ms) >= END_OF_TIMES_MS).any():
        raise ValueError
    return np.asarray(t_ms, np.int64)


def _local_to_utc(clock_ms: NDArray[np.int64], zone: dt.tzinfo) -> NDArray[np.int64]:
    """Turn clock readings of a zone into moments; offsets are asked for once a quarter of an hour."""
    quarters, which = np.unique(np.floor_divide(clock_ms, _HOUR_MS // 4), return_inverse=True)
    offsets = [_offset_ms(_EPOCH + dt.timedelta(minutes=15 * int(quarter)), zone) for quarter in quarters]
    return clock_ms - np.array(offsets, np.int64)[which]


def _offset_ms(clock: dt.datetime, zone: dt.tzinfo) -> int:
    """Offset of a zone when its clocks show this."""
    offset = clock.replace(tzinfo=zone).utcoffset()
    return round((offset or dt.timedelta()).total_seconds() * 1000)
