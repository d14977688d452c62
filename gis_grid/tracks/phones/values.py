"""Numbers, moments and answers as clients write them: in JSON, or as text in a query or a form.

Python's own ``float`` takes ``nan``, ``1_000`` and digits of any script, and its dates without a zone are
local ones. Here a number is ASCII and finite, and a time without a zone is none.
"""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.core.track.fixes import END_OF_TIMES_MS

if TYPE_CHECKING:
    from collections.abc import Callable

_MILLISECONDS_FROM: Final = 2**31
_LONGEST: Final = 64
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_CLOCK: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_UNSAID: Final = frozenset({"", "null"})
_ANSWERS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def is_unsaid(value: object) -> bool:
    """Say whether a client left the value out: not there, empty, or ``null`` in words."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _UNSAID)


def read_number(value: object) -> float | None:
    """Read a finite number, in quotes or not; None when it is none."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _LONGEST or _NUMBER.fullmatch(text) is None:
            return None
        number = float(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
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


def read_clock(value: object) -> int | None:
    """Read an ISO 8601 time with its zone, or ``yyyy-MM-dd HH:mm:ss`` in UTC; None when it is neither."""
    if not isinstance(value, str):
        return None
    if value[4::3] == "--T::Z":  # 2026-11-02T08:00:00Z, as nearly all are: no need to look closer
        return _from_iso(value)
    text = value.strip()
    if "T" in text:
        text = text.replace(" ", "+")  # a plus that was not escaped in a query
    found = _CLOCK.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or (found["zone"] is None and "T" in text):
        return None
    return _from_iso(text if found["zone"] else f"{text}Z")


def _read_seconds_or_clock(value: object) -> int | None:
    return read_clock(value) if _is_clock(value) else read_seconds(value)


def _read_number_or_clock(value: object) -> int | None:
    if _is_clock(value):
        return read_clock(value)
    number = read_number(value)
    if number is None:
        return None
    return _in_our_years(number if number >= _MILLISECONDS_FROM else number * 1000)


def _is_clock(value: object) -> bool:
    return isinstance(value, str) and ":" in value


def _from_iso(text: str) -> int | None:
    try:
        return _in_our_years(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _in_our_years(t_ms: float) -> int | None:
    return round(t_ms) if 0 < t_ms < END_OF_TIMES_MS else None


class Clock(NamedTuple):
    """How an app writes its times: what reads them, and what to expect, in words."""

    read: Callable[[object], int | None]
    expected: str


SECONDS: Final = Clock(read_seconds, "seconds since 1970")
ISO: Final = Clock(read_clock, "a time such as 2026-11-02T08:00:00Z")
SECONDS_OR_ISO: Final = Clock(_read_seconds_or_clock, f"{SECONDS.expected}, or {ISO.expected}")
ANY: Final = Clock(_read_number_or_clock, f"seconds or milliseconds since 1970, or {ISO.expected}")
