"""Local days to instants: where a period that a person names begins and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, overload

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MICROSECOND: Final = timedelta(microseconds=1)
"""The least by which the database tells two moments apart."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

GRACE: Final = timedelta(hours=48)
"""How long after its end a period waits for phones that were without coverage."""


def microseconds_of(moment: datetime) -> int:
    """Return how many there were since 1970."""
    return (moment - _EPOCH) // MICROSECOND


def moment_of(microseconds: int) -> datetime:
    """Return the moment so many after 1970 began, in UTC; OverflowError where calendars end."""
    return _EPOCH + microseconds * MICROSECOND


@overload
def instants(first: date, last: date, tz: ZoneInfo) -> tuple[datetime, datetime]: ...
@overload
def instants(first: date, last: None, tz: ZoneInfo) -> tuple[datetime, None]: ...
@overload
def instants(first: None, last: date, tz: ZoneInfo) -> tuple[None, datetime]: ...
@overload
def instants(
    first: date | None, last: date | None, tz: ZoneInfo
) -> tuple[datetime | None, datetime | None]: ...
def instants(first: date | None, last: date | None, tz: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return the start of the first local day and the end of the last: a half-open period.

    Parameters
    ----------
    first, last
        Local days, both inside the period; ``None`` leaves that side open.

    Raises
    ------
    BadInput
        When the last day lies before the first, or the calendar ends there.
    """
    if first is not None and last is not None and last < first:
        raise BadInput("The period ends before it starts", f"from {first} to {last}")
    if last == date.max or (first is not None and first == date.min):
        raise BadInput("The period is too long", "the calendar ends there; leave that side open")
    start = datetime.combine(first, time.min, tz) if first is not None else None
    end = datetime.combine(last + timedelta(days=1), time.min, tz) if last is not None else None
    return start, end
