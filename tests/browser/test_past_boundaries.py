"""A boundary that has changed since: an old day keeps the outline that it was judged by."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect
from shapely.geometry import shape

from gis_grid.grids import service as grids
from gis_grid.kit import clock
from gis_grid.kit.database import make_engine
from gis_grid.sample.shifts import DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Program
    from sqlalchemy import Connection
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

WORKER = "W005"
DAY = DAYS[-4].isoformat()
AFTERWARDS = datetime.combine(DAYS[-1] + timedelta(days=1), datetime.min.time(), ZoneInfo("Asia/Shanghai"))


def grid_now(conn: Connection) -> dict[str, Any]:
    """Return the worker's grid in force now."""
    found = json.loads(grids.grids_geojson(conn, clock.now()))["features"]
    return next(grid for grid in found if grid["properties"]["worker_code"] == WORKER)


def give_half_away(conn: Connection, grid: dict[str, Any]) -> None:
    """Publish the grid without its eastern half, from the midnight after the last day."""
    outline = shape(grid["geometry"])
    west, south, _, north = outline.bounds
    half = outline & shapely.box(west, south, outline.centroid.x, north)
    facts = grid["properties"]
    columns = ([facts[name]] for name in ("code", "name", "community_code"))
    rows = grids.GridRows(*(np.array(column, dtype=object) for column in columns), np.array([half]))
    grids.load_grids(conn, rows, valid_from=AFTERWARDS)


def test_an_old_day_shows_the_grids_of_that_day_and_says_so(visit: Visit, program: Program) -> None:
    engine = make_engine(program.database_url)
    with engine.begin() as conn:
        old = grid_now(conn)
        give_half_away(conn, old)
        new = grid_now(conn)
    engine.dispose()
    then, today = (f"{grid['properties']['households']} 户" for grid in (old, new))
    assert then != today

    seen = visit(f"/?worker={WORKER}&day={DAY}")
    facts = seen.page.locator(".grid-facts .facts")
    moment = seen.page.locator(".legend", has_text=f"网格边界：{DAY} 12:00")
    expect(facts).to_contain_text(then)
    expect(moment).to_be_visible()
    asked = seen.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    of_grids = [address for address in asked if "/api/grids?" in address]
    assert of_grids == [f"{program.address}/api/grids?at={DAY}T04%3A00%3A00.000Z"]

    seen.named("button", "返回全部").click()
    seen.page.locator(".worker", has_text=WORKER).click()
    expect(facts).to_contain_text(today)
    expect(moment).to_have_count(0)
