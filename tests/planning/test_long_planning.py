"""So many communities are divided at once, and whoever waits for a place holds no connection meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import own_loop
import pytest
from anyio import CapacityLimiter

from gis_grid.kit.errors import Unavailable
from gis_grid.planning.routes import asked


def request(places: int) -> Any:
    state = SimpleNamespace(long_planning=CapacityLimiter(places))
    return SimpleNamespace(app=SimpleNamespace(state=state))


def test_no_more_are_at_work_than_there_are_places() -> None:
    at_work, most = 0, 0

    async def one(asking: Any) -> None:
        nonlocal at_work, most
        async with asynccontextmanager(asked.one_of_few)(asking):
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0.01)
            at_work -= 1

    async def all_of_them() -> None:
        asking = request(2)
        await asyncio.gather(*(one(asking) for _ in range(7)))

    own_loop.run(all_of_them())
    assert most == 2


def test_whoever_waits_too_long_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_PATIENCE_S", 0.02)

    async def second_comes_too_late() -> None:
        asking = request(1)
        place = asynccontextmanager(asked.one_of_few)
        async with place(asking):
            with pytest.raises(Unavailable, match="being divided"):
                async with place(asking):
                    pass
        async with place(asking):
            pass

    own_loop.run(second_comes_too_late())
