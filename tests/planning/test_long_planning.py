"""So many communities are divided at once, and whoever waits for a place holds no connection meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import own_loop
import planned_town
import pytest
from anyio import CapacityLimiter
from planned_town import BLOCK, ROWS, SOUTH, WEST

from gis_grid.kit.errors import Unavailable
from gis_grid.planning import service as planning
from gis_grid.planning.routes import asked
from gis_grid.planning.schemas.edits import CountWanted, Merge, SplitByLine, is_long

if TYPE_CHECKING:
    from sqlalchemy import Connection


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


def test_a_long_sketch_takes_a_place_and_a_short_one_none() -> None:
    def line(vertices: int) -> Any:
        return {"type": "LineString", "coordinates": [[0.0, 0.001 * n] for n in range(vertices)]}

    def square(vertices: int) -> Any:
        return {"type": "Polygon", "coordinates": [[[0.0, 0.0]] * vertices]}

    for vertices, long in ((300, False), (301, True)):
        assert is_long(SplitByLine(op="split_by_line", grid=0, line=line(vertices))) is long
        assert is_long(CountWanted(grids=[0, 1], line=line(vertices))) is long
        assert is_long(CountWanted(polygon=square(vertices))) is long
    assert not is_long(Merge(op="merge", grids=[0, 1]))


def test_an_endless_zigzag_is_refused_with_its_number(conn: Connection) -> None:
    planned_town.build(conn)
    scenario = planned_town.open_draft(conn)
    for vertices, code in ((2_001, "too_many_vertices"), (1_000, "too_many_crossings")):
        aside = np.resize([0.2, 2.8], vertices) * BLOCK + WEST
        along = np.linspace(SOUTH - BLOCK, SOUTH + (ROWS + 1) * BLOCK, vertices)
        zigzag = {"type": "LineString", "coordinates": np.column_stack([aside, along]).tolist()}
        with pytest.raises(planning.RefusedEdit) as refused:
            planned_town.do(conn, scenario, "split_by_line", grid=0, line=zigzag, exact=True)
        assert refused.value.code == code
    assert refused.value.numbers["crossings"] > refused.value.numbers["most"]
