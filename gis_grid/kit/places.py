"""Places for work of which only a few requests may do some at once."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from anyio import move_on_after

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from anyio import CapacityLimiter

    from gis_grid.kit.errors import Unavailable


@asynccontextmanager
async def taken_place(places: CapacityLimiter, patience_s: float, full: Unavailable) -> AsyncIterator[None]:
    """Hold one of a few places, waited for so long.

    Raises
    ------
    Unavailable
        `full`, when none becomes free in that time.
    """
    holder = object()
    with move_on_after(patience_s) as waiting:
        await places.acquire_on_behalf_of(holder)
    if waiting.cancelled_caught:
        raise full
    try:
        yield
    finally:
        places.release_on_behalf_of(holder)
