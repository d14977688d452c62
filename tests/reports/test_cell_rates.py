"""Rates cell by cell: incidents and hours of the same weeks and ground, and of nobody's single day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import two_grids
from sqlalchemy import text

from gis_grid.core.presence.heat import cells_at
from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import IncidentRows

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

TZ = ZoneInfo("Asia/Shanghai")
FIRST, SECOND = date(2026, 9, 7), date(2026, 9, 14)
"""Mondays; of the grid in the east only the second week is told."""
WEST, EAST, ALONE = (118.7825, 32.0525), (118.7880, 32.0525), (118.7812, 32.0512)
W, E, A = (int(cells_at([lon], [lat], 10)[0]) for lon, lat in (WEST, EAST, ALONE))
HOURS = [("G1", FIRST, W, 2.0), ("G1", SECOND, W, 3.0), ("G2", SECOND, E, 4.0), ("G1", FIRST, A, 0.5)]
FOUND = [
    *[("hazard", "堆物", FIRST + timedelta(days=n), WEST) for n in range(6)],
    ("hazard", "坑洼", SECOND, WEST),
    ("incident", "噪声", SECOND, EAST),
    ("hazard", "堆物", FIRST, EAST),  # the hours of that week are not told
    ("hazard", "堆物", SECOND + timedelta(days=7), WEST),  # nor of that
    ("hazard", "堆物", SECOND, ALONE),
]


@pytest.fixture
def town(conn: Connection) -> Connection:
    two_grids.build(conn)
    conn.execute(text("UPDATE boundary SET valid = '[2026-01-01,)'"))
    kind, category, day, place = zip(*FOUND, strict=True)
    n = len(FOUND)
    at = [int(datetime(one.year, one.month, one.day, 9, tzinfo=TZ).timestamp() * 1000) for one in day]
    rows = IncidentRows(
        code=[f"X{k}" for k in range(n)],
        kind=kind,
        category=category,
        title=["三单元"] * n,
        state=["reported"] * n,
        severity=[1] * n,
        reported_at=at,
        worker_code=["W1"] * n,
        deadline=[one + 86_400_000 for one in at],
        closed_at=[None] * n,
        lon=[lon for lon, _ in place],
        lat=[lat for _, lat in place],
    )
    incidents.load_incidents(conn, rows)
    conn.execute(
        text("INSERT INTO patrol_effort_week SELECT :week, id, 5 FROM grid WHERE code = :grid"),
        [{"grid": grid, "week": week} for grid, week in sorted({row[:2] for row in HOURS})],
    )
    conn.execute(
        text("INSERT INTO patrol_effort SELECT :week, id, :cell, :hours * 3600 FROM grid WHERE code = :grid"),
        [dict(zip(("grid", "week", "cell", "hours"), row, strict=True)) for row in HOURS],
    )
    return conn


def told(client: TestClient, query: str = "") -> dict[str, dict[str, Any]]:
    answer = client.get(f"/api/heat/rates?by=cell&{query}")
    assert answer.status_code == 200, answer.text
    return {one["id"]: one["properties"] for one in answer.json()["features"]}


@pytest.mark.usefixtures("town")
def test_count_hours_and_rate_are_of_the_same_weeks_and_grids(client: TestClient) -> None:
    found = told(client, "kind=both")
    assert {cell: (one["count"], one["hours"]) for cell, one in found.items()} == {
        f"{W:x}": (7, 5),
        f"{E:x}": (1, 4),
        f"{A:x}": (1, 0.5),
    }
    west = found[f"{W:x}"]
    assert west["rate"] == 1.4
    assert west["lower"] == pytest.approx(0.5628, abs=1e-3)
    assert west["upper"] == pytest.approx(2.8845, abs=1e-3)
    nothing = [found[f"{A:x}"][name] for name in ("rate", "lower", "upper")]
    assert nothing == [None, None, None]  # half an hour is near nothing


@pytest.mark.usefixtures("town")
def test_kinds_categories_and_least_hours_choose(client: TestClient) -> None:
    assert told(client, "kind=incident")[f"{W:x}"]["count"] == 0
    assert told(client, "category=坑洼")[f"{W:x}"]["count"] == 1
    assert told(client, "least_hours=4.5")[f"{E:x}"]["rate"] is None
    assert told(client, "least_hours=4.5")[f"{W:x}"]["rate"] is not None


@pytest.mark.usefixtures("town")
def test_a_period_only_chooses_whole_weeks(client: TestClient) -> None:
    week = told(client, "from=2026-09-07&to=2026-09-13")
    assert (week[f"{W:x}"]["count"], week[f"{W:x}"]["hours"]) == (6, 2)
    for first, last in ((0, 0), (2, 4), (6, 6)):
        days = f"from={FIRST + timedelta(days=first)}&to={FIRST + timedelta(days=last)}"
        assert told(client, days) == week
    answer = client.get("/api/heat/rates?by=cell&from=2026-09-09&to=2026-09-16").json()
    assert (answer["first"], answer["last"]) == ("2026-09-07", "2026-09-20")


@pytest.mark.usefixtures("town")
def test_a_coarser_level_adds_up(client: TestClient) -> None:
    coarse = told(client, "resolution=9&kind=both")
    assert sum(one["hours"] for one in coarse.values()) == 9.5
    assert sum(one["count"] for one in coarse.values()) == 9


@pytest.mark.parametrize(
    "query", ["hour_from=8", "weekday=1", "resolution=11", "from=2026-09-09&to=2026-09-01"]
)
def test_hours_weekdays_and_finer_cells_are_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/heat/rates?by=cell&{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_hatches_what_cannot_be_told_and_offers_grids(client: TestClient, lang: str) -> None:
    page = client.get(f"/reports/rates?by=cell&lang={lang}&kind=both").text
    assert '"css": "unsaid"' in page.replace('\\"', '"')
    assert page.count('"css": "heat-') == 2
    assert f'href="rates?lang={lang}&amp;kind=both&amp;resolution=10"' in page  # the switch to grids
    assert 'name="hour_from"' not in page
    assert 'name="least_hours"' in page
    grids = client.get(f"/reports/rates?lang={lang}&hour_from=9&hour_to=11").text
    assert f'href="rates?lang={lang}&amp;by=cell&amp;least_hours=1.0&amp;resolution=10"' in grids
    alone = client.get(f"/reports/rates?by=cell&lang={lang}&download=1").text
    assert 'class="switch"' not in alone


def test_without_a_told_week_the_page_says_so(client: TestClient) -> None:
    assert "No week of this period is told by cell yet" in client.get("/reports/rates?by=cell&lang=en").text
    assert told(client) == {}
