"""Cells as features: the figures of the maps, and nothing of what they withhold, whatever is asked for."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import h3.api.numpy_int as h3
import pytest
import shapely
from answering import client_on
from signed_in import signed_in
from sqlalchemy import text
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.core.presence.heat import middle
from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import IncidentRows
from gis_grid.patrols import effort_counting as counting
from gis_grid.patrols import effort_counting_store as store
from gis_grid.patrols.service import judge
from gis_grid.patrols.weeks import week_of_day
from gis_grid.visits import service as visits
from gis_grid.visits.rows import TargetRows, VisitRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

LARGE, SMALL = (int(h3.latlng_to_cell(39.9015, lon, 10)) for lon in (116.3005, 116.3035))
"""Cells with five visited targets and with four: from five on one is published."""
HEAT, VISITS, COVERAGE = (
    f"/ogc/collections/{name}" for name in ("heat_cells", "visit_cells", "coverage_cells")
)
WEEK: Final = week_of_day(MONDAY, SHANGHAI)
EAST: Final = (116.306, 39.9015)
EVER: Final = {"datetime": "../.."}


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Two grids, of which one week of G1 is told and G2 has too few days; visits and hazards in G1."""
    with engine.connect() as conn, conn.begin() as transaction:
        publish(conn)
        publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
        first, second = hire(conn), hire(conn, "W2", "G2")
        record(conn, first, *(stroll(at(day, 9), 3600, seed=n) for n, day in enumerate(WEEK.days[:3])))
        record(conn, second, *(stroll(at(day, 9), 3600, EAST, seed=n) for n, day in enumerate(WEEK.days[:2])))
        _count(conn)
        _visit(conn)
        _report(conn)
        yield conn
        transaction.rollback()


def _count(conn: Connection) -> None:
    judge(conn, start=WEEK.days[0], end=WEEK.days[-1], tz=SHANGHAI, now=after_the_week())
    counting.count(conn, WEEK, store.workers_due(conn, WEEK), now=after_the_week(), tz=SHANGHAI)


def _visit(conn: Connection) -> None:
    names = [f"T{cell}-{n}" for cell, many in ((LARGE, 5), (SMALL, 4)) for n in range(many)]
    places = [middle(int(name[1:].split("-")[0])) for name in names]
    lon, lat = zip(*places, strict=True)
    visits.load_targets(conn, TargetRows(names, ["household"] * 9, lon, lat))
    noon = int(at(MONDAY, 12).timestamp() * 1000)
    visits.load_visits(conn, VisitRows(names, ["W1"] * 9, [noon] * 9, ["door"] * 9))


def _report(conn: Connection) -> None:
    lon, lat = zip(*(middle(cell) for cell in (LARGE, LARGE, SMALL)), strict=True)
    times = [int(at(day, 9).timestamp() * 1000) for day in (MONDAY, WEEK.days[1], WEEK.days[2])]
    rows = IncidentRows(
        code=["H1", "H2", "I1"], kind=["hazard", "hazard", "incident"], category=["堆物"] * 3,
        title=["楼道"] * 3, state=["reported"] * 3, severity=[1, 3, 2], reported_at=times,
        worker_code=["W1"] * 3, deadline=[None] * 3, closed_at=[None] * 3, lon=lon, lat=lat,
    )  # fmt: skip
    incidents.load_incidents(conn, rows)


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[TestClient]:
    secret = signed_in(town, "everyone", [(role, None) for role in Role if role is not Role.WORKER])
    with client_on(town) as client:
        client.cookies.set(COOKIE, secret)
        yield client


def features(program: TestClient, path: str, **query: str) -> list[dict[str, Any]]:
    answer = program.get(f"{path}/items", params=query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["numberMatched"] == len(found["features"])
    return list(found["features"])


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, {}),
        ({"kind": "both", "resolution": "9"}, {}),
        ({"kind": "both", "category": "堆物", "resolution": "11"}, {}),
        ({"kind": "both"}, {"datetime": "2026-11-02T00:00:00+08:00/2026-11-03T00:00:00+08:00"}),
        ({"kind": "hazard"}, {"datetime": "2026-11-03/.."}),
    ],
)
def test_cells_of_heat_are_those_of_the_maps(
    program: TestClient, query: dict[str, str], days: dict[str, str]
) -> None:
    spans = {
        "2026-11-02T00:00:00+08:00/2026-11-03T00:00:00+08:00": {"from": "2026-11-02", "to": "2026-11-02"}
    }
    period = spans.get(days.get("datetime", ""), {"from": "2026-11-03"} if days else {})
    told = program.get("/api/heat/cells", params={**query, **period}).json()["features"]
    found = features(program, HEAT, **query, **days)
    assert found
    names = ("count", "open", "weight", "worst", "category")
    assert {one["id"]: [one["properties"][name] for name in names] for one in found} == {
        one["id"]: [one["properties"][name] for name in names] for one in told
    }
    corners = {one["id"]: one["geometry"]["coordinates"][0] for one in found}
    for one in told:
        for mine, theirs in zip(corners[one["id"]], one["geometry"]["coordinates"][0], strict=True):
            assert mine == pytest.approx(theirs, abs=1e-6)


def test_a_cell_is_one_feature_and_filters_choose_among_them(program: TestClient) -> None:
    (one, other) = features(program, HEAT, kind="both")
    alone = program.get(f"{HEAT}/items/{one['id']}", params={"kind": "both"}).json()
    assert alone["properties"] == one["properties"]
    assert [x["id"] for x in features(program, HEAT, kind="both", filter="count > 1")] == [f"{LARGE:x}"]
    assert {one["id"], other["id"]} == {f"{LARGE:x}", f"{SMALL:x}"}


def test_hours_by_cell_are_those_of_the_table_week_by_week(program: TestClient, town: Connection) -> None:
    rows = town.execute(text("SELECT to_hex(cell), seconds FROM patrol_effort ORDER BY 1")).all()
    hours = {cell: round(seconds / 3600, 3) for cell, seconds in rows}
    assert sum(hours.values()) == pytest.approx(3, abs=0.02)
    for query in ({}, EVER, {"datetime": "2026-11-04"}, {"datetime": "2026-11-08T12:00:00Z/.."}):
        found = features(program, COVERAGE, **query)
        assert {one["properties"]["cell"]: one["properties"]["hours"] for one in found} == hours
        assert {one["properties"]["grid_code"] for one in found} == {"G1"}
        assert {one["properties"]["iso_week"] for one in found} == {WEEK.name}
    assert features(program, COVERAGE, datetime="2026-11-09/..") == []
    assert features(program, COVERAGE, datetime="../2026-11-01") == []


def everything(program: TestClient) -> list[tuple[str, int, str]]:
    """Return every answer about published cells: lists, boxes, filters, one by one, files, documents."""
    west, south, east, north = 116.2, 39.8, 116.4, 40.0
    boxes = [f"{west},{south},{east},{north}", "116.303,39.901,116.3036,39.902", "116.3,39.9,116.301,39.902"]
    found = []
    for path, size in ((VISITS, "targets"), (COVERAGE, "hours")):
        asked = [
            {**span, **more}
            for span, more in itertools.product(
                (
                    {},
                    {"datetime": "2026-11-03T01:00:00Z/2026-11-20T00:00:00Z"},
                ),
                (
                    {},
                    *({"bbox": one} for one in boxes),
                    {"filter": f"{size} < 5"},
                    {"filter": f"cell = '{SMALL:x}'"},
                    {"limit": "1"},
                    {"resolution": "9"},
                ),
            )
        ]
        found += [program.get(f"{path}/items", params=one) for one in asked]
        found += [
            program.get(f"{path}/items/{one}")
            for one in (f"{LARGE:x}", f"{SMALL:x}", f"{WEEK.name}-2-{SMALL:x}")
        ]
        found += [program.get(f"{path}/export", params={"f": "csv", **EVER}), program.get(path)]
    return [(str(one.url), one.status_code, _timeless(one.text)) for one in found]


def _timeless(answer: str) -> str:
    if not answer.startswith("{"):
        return answer
    told = json.loads(answer)
    told.pop("timeStamp", None)
    return json.dumps(told)


def test_nothing_tells_a_cell_that_is_not_published(program: TestClient, town: Connection) -> None:
    """Whatever is withheld may be there or not: every answer is the same to the byte."""
    before = everything(program)
    assert sum(status == 200 for _, status, _ in before) > 25
    published = features(program, VISITS, **EVER)
    assert [(one["id"], one["properties"]["targets"]) for one in published] == [(f"{LARGE:x}", 5)]
    with town.begin_nested() as undone:
        # Visits are never taken away, and what is counted is made by a job.
        town.execute(text("ALTER TABLE visit DISABLE TRIGGER USER"))
        gone = town.execute(
            text("DELETE FROM visit USING visit_target t WHERE t.id = target_id AND t.reference LIKE :small"),
            {"small": f"T{SMALL}-%"},
        ).rowcount
        town.execute(text("ALTER TABLE visit ENABLE TRIGGER USER"))
        record(town, hire(town, "W3", "G2"), stroll(at(WEEK.days[1], 14), 7200, EAST, seed=8))
        _count(town)
        assert gone == 4
        assert everything(program) == before
        undone.rollback()


def test_what_is_told_is_weeks_over_and_never_a_day(program: TestClient) -> None:
    for path in (VISITS, COVERAGE):
        days = [features(program, path, datetime=str(MONDAY + timedelta(days=n))) for n in range(7)]
        assert days[0]
        assert all(one == days[0] for one in days)
    assert {one["properties"]["first_day"] for one in days[0]} == {str(WEEK.first)}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"{HEAT}/items?resolution=8", "7, 9, 10, 11"),
        (f"{VISITS}/items?resolution=11", "9, 10"),
        (f"{HEAT}/items?kind=dispute", "hazard, incident, both"),
        (f"{COVERAGE}/items?resolution=9", "resolution"),
        (f"{VISITS}/items?filter=visit_class%20%3D%20'x'", "visit_class"),
    ],
)
def test_what_is_not_told_cannot_be_asked_for(program: TestClient, path: str, words: str) -> None:
    answer = program.get(path)
    assert answer.status_code == 400
    assert words in answer.text
