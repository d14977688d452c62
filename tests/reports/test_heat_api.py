"""Cells, hot spots, rates and bulletins as programs get them, and the filters that pages share with them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import shapely
import two_grids
from sqlalchemy import text

from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import IncidentRows
from gis_grid.patrols.effort import effort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

TZ = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 9, 7)
"""Of the first of nine weeks; in the last one, 2026-W45, something rises."""
WEEKS = 9
WEST, EAST = (118.7825, 32.0525), (118.7880, 32.0525)


def ms(day: date, hour: int) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=TZ).timestamp() * 1000)


def rows() -> list[tuple[str, str, int, tuple[float, float], int, int | None]]:
    """Return kind, category, time, place, severity and when it was closed."""
    found = []
    for week in range(WEEKS):
        monday = MONDAY + timedelta(weeks=week)
        for n in range(3 + week % 2):
            at = ms(monday + timedelta(days=n), 9)
            found.append(("hazard", "堆物", at, WEST, 1, at + 3_600_000))
        found.append(("incident", "噪声", ms(monday + timedelta(days=5), 22), EAST, 3, None))
    last = MONDAY + timedelta(weeks=WEEKS - 1)
    found += [("hazard", "堆物", ms(last + timedelta(days=n % 5), 10), WEST, 2, None) for n in range(20)]
    return found


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as conn, conn.begin() as transaction:
        two_grids.build(conn)
        conn.execute(text("UPDATE boundary SET valid = '[2026-01-01,)'"))
        kind, category, at, place, severity, closed = zip(*rows(), strict=True)
        n = len(kind)
        incidents.load_incidents(
            conn,
            IncidentRows(
                code=[f"X{k}" for k in range(n)],
                kind=kind,
                category=category,
                title=["三单元"] * n,
                state=["reported" if one is None else "closed" for one in closed],
                severity=severity,
                reported_at=at,
                worker_code=["W1"] * n,
                deadline=[one + 86_400_000 for one in at],
                closed_at=closed,
                lon=[lon for lon, _ in place],
                lat=[lat for _, lat in place],
            ),
        )
        patrol(conn)
        yield conn
        transaction.rollback()


def patrol(conn: Connection) -> None:
    """Let W1 be judged ten hours inside G1 in the last week, and W2 one hour inside G2."""
    last = MONDAY + timedelta(weeks=WEEKS - 1)
    for worker, grid, hours in (("W1", "G1", 2), ("W2", "G2", 0.2)):
        conn.execute(
            text("""
                INSERT INTO assignment (worker_id, grid_id, valid)
                SELECT worker.id, grid.id, '[2026-01-01,)' FROM worker, grid
                WHERE worker.code = :worker AND grid.code = :grid
            """),
            {"worker": worker, "grid": grid},
        )
        for revision, share in ((1, 0.5), (2, 1.0)):  # the newest revision counts
            judged = conn.execute(
                text("""
                    INSERT INTO judgement (worker_id, iso_week, revision, judged_at, core_version, profiles,
                        boundary_ids, input_digest, result_digest, provisional, flags, body_digest)
                    SELECT id, '2026-W45', :revision, now(), '1', '{}', '{}', '', '', false, '{}', ''
                    FROM worker WHERE code = :worker RETURNING id
                """),
                {"worker": worker, "revision": revision},
            ).scalar_one()
            for n in range(5):
                day, seconds = last + timedelta(days=n), hours * share * 3600
                start = datetime(day.year, day.month, day.day, 9, 30, tzinfo=TZ)
                spans = [[start.isoformat(), (start + timedelta(seconds=seconds)).isoformat()]]
                conn.execute(
                    text("""
                        INSERT INTO day_verdict (judgement_id, local_date, working_day, known_s, unknown_s,
                            lower_s, best_s, upper_s, intervals, verdicts)
                        VALUES (:id, :day, true, :s, 0, :s, :s, :s, CAST(:spans AS jsonb), '[]')
                    """),
                    {"id": judged, "day": day, "s": seconds, "spans": json.dumps(spans)},
                )


@pytest.fixture
def conn(town: Connection) -> Iterator[Connection]:
    """Return the town's transaction; what a test writes is undone."""
    with town.begin_nested() as part:
        yield town
        part.rollback()


def features(client: TestClient, path: str) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    found: list[dict[str, Any]] = answer.json()["features"]
    for feature in found:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        parts = [shape] if shape.geom_type == "Polygon" else list(shape.geoms)
        assert all(part.exterior.is_ccw for part in parts)  # RFC 7946
    return found


def counts(client: TestClient, query: str) -> list[int]:
    return [one["properties"]["count"] for one in features(client, f"/api/heat/cells?{query}")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [51]),
        ("kind=incident", [9]),
        ("kind=both", [51, 9]),
        ("category=噪声", []),
        ("kind=both&category=噪声", [9]),
        ("hour_from=10&hour_to=11", [20]),
        ("kind=both&hour_from=22&hour_to=6", [9]),
        ("kind=both&weekday=6", [9]),
        ("weekday=1&weekday=2&to=2026-09-13", [2]),
        ("from=2026-11-02&to=2026-11-08", [23]),
    ],
)
def test_every_filter_leaves_what_it_says(client: TestClient, query: str, expected: list[int]) -> None:
    assert counts(client, query) == expected


def test_a_weight_is_severity_and_halves_with_each_half_life(client: TestClient) -> None:
    (noise,) = features(client, "/api/heat/cells?kind=incident&weight=severity&to=2026-09-13")
    assert noise["properties"]["weight"] == 3
    # Saturday 22:00 is two hours and a day before the end of Sunday.
    (faded,) = features(client, "/api/heat/cells?kind=incident&weight=severity&to=2026-09-13&half_life=13")
    assert faded["properties"]["weight"] == pytest.approx(3 * 2 ** (-26 / 24 / 13), abs=1e-6)


def test_hot_spots_come_with_every_cell_of_the_ground(client: TestClient) -> None:
    found = features(client, "/api/heat/cells?hot_spots=1&resolution=11")
    assert len(found) > 100
    assert sum(one["properties"]["count"] for one in found) == 51
    hottest = max(found, key=lambda one: one["properties"]["z"])["properties"]
    assert hottest["p"] < 0.001
    assert hottest["q"] >= hottest["p"]


def test_hot_spots_of_few_cells_are_refused_with_their_number(client: TestClient) -> None:
    answer = client.get("/api/heat/cells?hot_spots=1&resolution=9")
    assert answer.status_code == 400
    assert "at least 30" in answer.json()["detail"]
    assert "at least 30" in client.get("/reports/hotspots?lang=en&resolution=9").text


def test_a_rate_has_its_interval_and_too_little_effort_has_none(client: TestClient) -> None:
    by_code = {one["properties"]["code"]: one["properties"] for one in features(client, "/api/heat/rates")}
    west, east = by_code["G1"], by_code["G2"]
    assert (west["count"], west["hours"]) == (23, 10)  # of the judged days only
    assert west["rate"] == 2.3
    assert west["lower"] == pytest.approx(1.458, abs=1e-3)
    assert west["upper"] == pytest.approx(3.451, abs=1e-3)
    assert (east["hours"], east["rate"], east["lower"], east["upper"]) == (1, None, None, None)
    page = client.get("/reports/rates?lang=en").text
    assert "too little effort to say" in page
    assert "23.00\n14.58–34.51" in page


def test_effort_is_of_the_hours_and_days_that_count(conn: Connection) -> None:
    def hours(**only: Any) -> float:
        return effort(conn, None, None, TZ, **only).hours["G1"]

    assert hours(hours=[10]) == 5
    assert hours(hours=[9]) == 2.5
    assert hours(weekdays=[1, 2]) == 4
    assert hours(hours=[9, 10, 11], weekdays=[3]) == 2
    assert effort(conn, date(2026, 12, 1), None, TZ).first is None


def test_a_bulletin_counts_and_names_the_rise_and_what_is_overdue(client: TestClient) -> None:
    told = client.get("/api/analysis?period=2026-W45").json()
    assert (told["first"], told["last"], len(told["compared"])) == ("2026-11-02", "2026-11-08", 8)
    assert told["all"]["reported"] == 24
    by_kind = {line["code"]: line for line in told["kinds"]}
    assert (by_kind["hazard"]["reported"], by_kind["hazard"]["closed"]) == (23, 3)
    assert by_kind["hazard"]["mean"] == 3.5
    assert by_kind["hazard"]["rise"]
    assert not by_kind["incident"]["rise"]
    assert by_kind["incident"]["open"] == 9
    grids = {line["code"]: line["reported"] for line in told["grids"]}
    assert grids == {"G1": 23, "G2": 1}
    assert told["overdue"][0]["code"] == "X3"  # the noise of the first week
    assert len(told["overdue"]) == 10
    page = client.get("/reports/analysis?lang=en&period=2026-W45").text
    assert "beyond chance" in page
    assert "exact Poisson test" in page


@pytest.mark.parametrize(
    ("period", "reported", "compared"), [("2026-09-12", 1, 0), ("2026-11", 24, 1), ("2026-11-07", 1, 8)]
)
def test_a_day_a_month_and_their_earlier_ones(
    client: TestClient, period: str, reported: int, compared: int
) -> None:
    told = client.get(f"/api/analysis?period={period}").json()
    assert told["all"]["reported"] == reported
    assert len(told["compared"]) == compared


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/analysis?period=2026-W60", 400),
        ("/api/analysis?period=lately", 400),
        ("/api/analysis?period=9999-12", 400),
        ("/api/analysis?period=2199-01-01", 400),
        ("/api/analysis?period=2026-W45&community=nowhere", 404),
        ("/api/heat/cells?hour_from=24", 422),
        ("/api/heat/cells?weekday=8", 422),
        ("/api/heat/cells?half_life=-1", 422),
        ("/api/heat/cells?kind=dispute", 422),
        ("/api/heat/cells?resolution=8", 400),
        ("/api/heat/cells?from=0001-01-01", 400),
        ("/api/heat/visits?resolution=11", 400),
        ("/api/heat/visits?from=0001-01-01&to=9999-12-31", 400),
        ("/reports/film?step=year", 422),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_problem(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_no_map_counts_what_concerns_homes(client: TestClient, conn: Connection) -> None:
    conn.execute(text("UPDATE incident SET kind = 'dispute' WHERE kind = 'incident'"))
    assert counts(client, "kind=both") == [51]
    told = client.get("/api/analysis?period=2026-W45").json()
    assert {line["code"] for line in told["kinds"]} == {"hazard", "dispute"}  # a bulletin sums them up


def test_a_duplicate_counts_nowhere(client: TestClient, conn: Connection) -> None:
    conn.execute(
        text("UPDATE incident SET duplicate_of = (SELECT id FROM incident WHERE code = 'X3'), "
             "state_kind = 'closed' WHERE code = 'X8'")
    )  # fmt: skip
    assert sum(counts(client, "kind=both")) == 59


def test_each_step_of_a_film_holds_what_was_reported_then(client: TestClient) -> None:
    for step, pictures, told in (
        ("week", 9, "3|4|3|4|3|4|3|4|23"),
        ("hour", 24, "|31|20|"),
        ("weekday", 7, "|"),
    ):
        page = client.get(f"/reports/film?step={step}").text
        counted = page.partition('data-counts="')[2].partition('"')[0]
        assert len(counted.split("|")) == pictures
        assert told in counted
        assert sum(map(int, counted.split("|"))) == 51


def test_pages_keep_what_was_asked_in_their_links(client: TestClient) -> None:
    page = client.get("/reports/hazards?kind=both&hour_from=8&hour_to=18&weekday=1&half_life=7&lang=en").text
    for part in ("hour_from=8", "hour_to=18", "weekday=1", "half_life=7.0", "kind=both"):
        assert part in page.partition("<main>")[0]
