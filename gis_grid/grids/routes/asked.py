"""What the routes of grids are asked with: a moment, a point."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import Depends, Query

from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput


def _moment(
    at: Annotated[
        datetime | None, Query(description="ISO 8601 time with its offset; left out: this moment")
    ] = None,
) -> datetime:
    if at is None:
        return clock.now()
    if at.tzinfo is None:
        raise BadInput(
            "The time has no offset", f"at={at.isoformat()}; expected e.g. 2026-11-09T08:00:00+08:00"
        )
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadInput("The time is out of range", "at: expected one from year 1 to 9999 in UTC") from None


At = Annotated[datetime, Depends(_moment)]
Lon = Annotated[float, Query(ge=-180, le=180, description="Degrees, WGS 84.")]
Lat = Annotated[float, Query(ge=-90, le=90)]


def _how_near(
    within_m: Annotated[float | None, Query(ge=0, le=5_000, description="All within so many metres.")] = None,
    k: Annotated[int | None, Query(ge=1, le=200, description="Or the nearest so many.")] = None,
) -> Within | Nearest:
    if (within_m is None) == (k is None):
        raise BadInput("How near?", "expected either within_m or k")
    return Nearest(k) if within_m is None and k is not None else Within(within_m or 0.0)


class Within(NamedTuple):
    """All that is at most so far away."""

    metres: float


class Nearest(NamedTuple):
    """The nearest so many."""

    many: int


HowNear = Annotated[Within | Nearest, Depends(_how_near)]
