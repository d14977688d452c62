"""Each minute is judged by the division that was in force that minute, also when a grid was split at noon."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import planned_town
import pytest
import shapely
from planned_town import COMMUNITY, RULES, block, do
from sqlalchemy import text
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, record, stroll

from gis_grid.grids import service as grids
from gis_grid.patrols import service as patrols
from gis_grid.planning import service as planning

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection, RowMapping

    from gis_grid.core import Fixes

WORKER = "W001001"
NOON = at(MONDAY, 12)
DAY_BEFORE = at(MONDAY - timedelta(days=1), 9)
KEPT, GIVEN_AWAY = (116.3005, 39.9015), (116.3025, 39.9015)
"""In the west of the first grid, and in its east, which a new grid takes at noon."""


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Return a town whose first grid is to lose its third column of blocks at Monday's noon."""
    planned_town.build(conn, households=100)
    scenario = planning.open_scenario(
        conn, planning.Wanted(COMMUNITY), who="ann", now=DAY_BEFORE, rules=RULES
    )
    east = shapely.geometry.mapping(block(2, 0, 1, 3))
    do(conn, scenario, "draw", polygon=east, now=DAY_BEFORE)
    for grid in planning.open_draft(conn, scenario).plan.division.labels().tolist():
        if grid != 2:
            do(conn, scenario, "accept", grid=grid, reason="r", now=DAY_BEFORE)
    planned_town.publish(conn, scenario, NOON, now=DAY_BEFORE)
    return conn


def walks(day_start: datetime) -> list[Fixes]:
    """Return an hour in each half of the grid, in the morning and again in the afternoon."""
    return [
        stroll(day_start + timedelta(hours=hour), 3600, place, seed=hour)
        for hour, place in ((9, KEPT), (10, GIVEN_AWAY), (14, KEPT), (15, GIVEN_AWAY))
    ]


def judged(conn: Connection, monday: date = MONDAY) -> RowMapping:
    """Walk a Monday and return how it was judged."""
    record(conn, grids.worker_ids(conn, [WORKER])[WORKER], *walks(at(monday, 0)))
    patrols.judge(conn, start=monday, end=monday, tz=SHANGHAI, now=after_the_week(monday))
    query = text(
        "SELECT best_s, boundary_ids FROM judgement JOIN day_verdict ON judgement_id = judgement.id "
        "JOIN worker ON worker.id = worker_id WHERE code = :worker AND local_date = :day"
    )
    return conn.execute(query, {"worker": WORKER, "day": monday}).mappings().one()


def test_after_a_split_at_noon_the_morning_counts_in_the_old_grid_and_the_afternoon_in_the_new(
    town: Connection,
) -> None:
    day = judged(town)
    assert day["best_s"] == pytest.approx(3 * 3600, abs=120), "the morning whole, of the afternoon one half"
    assert len(day["boundary_ids"]) == 2


def test_tracks_of_last_year_are_judged_by_the_boundaries_of_last_year(town: Connection) -> None:
    day = judged(town, MONDAY - timedelta(weeks=52))
    assert day["best_s"] == pytest.approx(4 * 3600, abs=120)
    assert len(day["boundary_ids"]) == 1


def test_a_withdrawn_division_judges_nothing(town: Connection) -> None:
    scenario = planning.drafts(town)[0]
    planning.withdraw(town, scenario["id"], revision=scenario["revision"], who="ann", now=DAY_BEFORE)
    assert judged(town)["best_s"] == pytest.approx(4 * 3600, abs=120)
