"""The `datetime` parameter of OGC API Features: RFC 3339 instants and intervals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from gis_grid.kit.errors import BadInput

_EXPECTED: Final = "expected an interval such as 2026-11-02T00:00:00Z/2026-11-03T00:00:00Z, or one instant"


def closed_interval(value: str, *, longest: timedelta) -> tuple[datetime, datetime]:
    """Return both ends of an interval, which belong to it; an instant is an interval of no length.

    Raises
    ------
    BadInput
        When it cannot be read, has an open end, ends before it starts or is longer than `longest`.
    """
    # An offset's plus sign that was not escaped has become a space.
    parts = value.replace(" ", "+").split("/")
    if len(parts) > 2 or not all(parts) or ".." in parts:
        raise BadInput("The interval cannot be used", f"datetime={value!r}: {_EXPECTED}, both ends")
    start, end = (_moment(part) for part in (parts[0], parts[-1]))
    if start is None or end is None:
        raise BadInput("The interval cannot be used", f"datetime={value!r}: {_EXPECTED}")
    if end < start:
        raise BadInput("The interval ends before it starts", f"datetime={value!r}")
    if end - start > longest:
        raise BadInput("The interval is too long", f"datetime={value!r}: at most {longest.days} days")
    return start, end


def _moment(text: str) -> datetime | None:
    """Read a date and time with its zone; ``None`` when it is none."""
    try:
        moment = datetime.fromisoformat(text.upper())
        return moment.astimezone(UTC) if "T" in text.upper() and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
