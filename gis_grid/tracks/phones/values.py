"""Numbers, moments and answers as clients write them: in JSON, or as text in a query or a form.

Python's own ``float`` takes ``nan``, ``1_000`` and digits of any script, and its dates without a zone are
local ones. Here a number is ASCII and finite, and a time without a zone is none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Final

from gis_grid.core.track.fixes import END_OF_TIMES_MS

KNOT_MPS: Final = 1852 / 3600
KMH_MPS: Final = 1 / 3.6

_MILLISECONDS_FROM: Final = 2**31
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_ROUNDING: Final = timedelta(microseconds=500)
_LONGEST: Final = 64
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_CLOCK: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_UNSAID: Final = frozenset({"", "null", "nan"})
_ANSWERS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def is_unsaid(value: object) -> bool:
    """Say whether a client left the value out: not there, empty, or ``null`` or ``NaN`` in words."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _UNSAID)


def read_number(value: object) -> float | None:
    """Read a finite number, in quotes or not; None when it is none."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _LONGEST or _NUMBER.fullmatch(text) is None:
            return None
        number = float(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            return None
    else:
        return None
    return number if isfinite(number) else None


def read_answer(value: object) -> bool | None:
    """Read a yes or no; None when it is neither."""
    if isinstance(value, bool):
        return value
    return _ANSWERS.get(str(value).strip().lower()) if isinstance(value, str | int) else None


def read_seconds(value: object) -> int | None:
    """Read seconds since 1970 as milliseconds; None when that is no time of the years 1970 to 2200."""
    number = read_number(value)
    return None if number is None else _in_our_years(number * 1000)


def read_seconds_or_milliseconds(value: object) -> int | None:
    """Read seconds (below 2^31) or milliseconds since 1970; None as :func:`read_seconds`."""
    number = read_number(value)
    if number is None:
        return None
    return _in_our_years(number * 1000 if number < _MILLISECONDS_FROM else number)


def read_clock(value: object) -> int | None:
    """Read an ISO 8601 time with its zone, or ``yyyy-MM-dd HH:mm:ss`` in UTC; None when it is neither."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = value.strip()
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    if found["zone"] is None:
        if "T" in text:
            return None
        text += "Z"
    return read_iso(text)


def read_iso(text: str) -> int | None:
    """Read a time that is written as :func:`read_clock` wants it, without looking at how it is written."""
    try:
        moment = datetime.fromisoformat(text)
        return _in_our_years((moment - _EPOCH + _ROUNDING) // _MILLISECOND)
    except (ValueError, OverflowError, TypeError):
        return None


def read_any_moment(value: object) -> int | None:
    """Read a time as Traccar takes it: seconds or milliseconds since 1970, or as :func:`read_clock`."""
    if isinstance(value, str) and ":" in value:
        return read_clock(value)
    return read_seconds_or_milliseconds(value)


def _in_our_years(t_ms: float) -> int | None:
    return round(t_ms) if 0 < t_ms < END_OF_TIMES_MS else None
