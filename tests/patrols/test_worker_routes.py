"""HTTP of workers: days with verdicts, tracks by class, and the ledger of looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from walking_ground import (
    INSIDE,
    MONDAY,
    OUTSIDE,
    SHANGHAI,
    after_the_week,
    at,
    hire,
    publish,
    record,
    straight,
    stroll,
)

from gis_grid.core import Fixes
from gis_grid.patrols import service

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def judged(conn: Connection) -> int:
    """Judge a worker with a morning inside and an afternoon that crosses out, on Monday."""
    publish(conn)
    worker = hire(conn)
    hire(conn, "W2", grid=None)
    morning = stroll(at(MONDAY, 9), 3600)
    wild = Fixes.of(morning.t_ms[50:51] + 5000, [OUTSIDE[0]], [OUTSIDE[1]], accuracy_m=[400])
    afternoon = straight(at(MONDAY, 14), 3600, INSIDE, (116.306, 39.9015))
    record(conn, worker, Fixes.concat([morning, wild]), afternoon)
    service.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())
    return worker


def track(client: TestClient, day: object = MONDAY) -> list[dict[str, Any]]:
    answer = client.get("/api/workers/W1/track", params={"date": str(day)})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    features: list[dict[str, Any]] = answer.json()["features"]
    return features


def test_workers_are_listed_with_their_grid_and_their_verdicts_counted(
    client: TestClient, judged: int
) -> None:
    first, second = client.get("/api/workers").json()["workers"]
    assert (first["code"], first["grid_code"], first["grid_name"]) == ("W1", "G1", "网格G1")
    assert (first["first_date"], first["last_date"]) == ("2026-11-02", "2026-11-08")
    # The time of five working days and of two sums of the week, two patrols of an hour, and twice a day:
    # two patrols on Monday, none on the other days; key places, which nobody listed.
    counts = {"met": 1, "short": 5 + 2 + 2 + 4, "review": 5, "contested": 0, "set_aside": 0}
    assert first["outcomes"] == counts
    assert (second["grid_code"], second["first_date"]) == (None, None)


def test_days_of_a_worker_have_verdicts_with_reasons_and_intervals(client: TestClient, judged: int) -> None:
    found = client.get("/api/workers/W1/days", params={"from": "2026-11-02", "to": "2026-11-03"}).json()
    monday, tuesday = found["days"]
    assert (monday["date"], tuesday["date"]) == ("2026-11-02", "2026-11-03")
    assert monday["best_s"] == 5400.0
    verdict, patrols, _ = monday["verdicts"]
    assert (verdict["rule"], verdict["outcome"], verdict["required_s"]) == ("BASE-3", "short", 7200.0)
    assert (verdict["unit"], verdict["required"], verdict["best"]) == ("s", 7200.0, 5400.0)
    assert verdict["fixes"]["first"] == "2026-11-02T01:00:00Z"
    assert (patrols["rule"], patrols["unit"], patrols["best"]) == ("XY-1", "count", 2.0)
    assert (patrols["required"], patrols["required_s"]) == (2.0, None)
    assert verdict["reasons"][0]["zh"]
    assert verdict["intervals"] == [
        ["2026-11-02T01:00:00.000Z", "2026-11-02T02:00:00.000Z"],
        ["2026-11-02T06:00:00.000Z", "2026-11-02T06:30:00.000Z"],
    ]
    assert [week["week"] for week in found["weeks"]] == ["2026-W45"]
    assert [(p["date"], p["start"]) for p in found["patrols"]] == [
        ("2026-11-02", "2026-11-02T01:00:00Z"),
        ("2026-11-02", "2026-11-02T06:00:00Z"),
    ]
    assert found["profiles"] == [
        {"name": "base", "version": "1"},
        {"name": "xiangyang", "version": "1"},
    ]
    assert client.get("/api/workers/W1/days").json()["days"][0] == monday


def test_only_the_latest_revision_is_given_out(client: TestClient, conn: Connection, judged: int) -> None:
    record(conn, judged, stroll(at(TUESDAY, 9), 7200))
    service.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())
    found = client.get("/api/workers/W1/days").json()
    assert [(week["week"], week["revision"]) for week in found["weeks"]] == [("2026-W45", 2)]
    assert len(found["days"]) == 7
    assert found["days"][1]["best_s"] == 7200.0


def test_revisions_of_a_week_say_what_each_one_changed(
    client: TestClient, conn: Connection, judged: int
) -> None:
    record(conn, judged, stroll(at(TUESDAY, 9), 7200))
    service.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())
    first, second = client.get("/api/workers/W1/weeks/2026-W45/revisions").json()["revisions"]
    assert (first["revision"], first["changes"]) == (1, [])
    tuesday = next(one for one in second["changes"] if one["rule"] == "BASE-3")
    assert (tuesday["date"], tuesday["before"], tuesday["after"]) == ("2026-11-03", "short", "met")
    assert (tuesday["before_s"], tuesday["after_s"]) == (0.0, 7200.0)
    assert client.get("/api/workers/W1/weeks/2026-W01/revisions").json() == {"revisions": []}


@pytest.mark.parametrize(
    "week", ["yesterday", "2026-W99", "2026-W00", "2025-W53", "0000-W01", "２０２６-W45"]
)
def test_a_week_that_is_not_in_the_calendar_is_a_400_problem(
    client: TestClient, judged: int, week: str
) -> None:
    answer = client.get(f"/api/workers/W1/weeks/{week}/revisions")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "No such week"


@pytest.mark.parametrize("week", ["2026-W53", "9999-W52"])
def test_a_week_that_was_never_judged_has_no_revision(client: TestClient, judged: int, week: str) -> None:
    assert client.get(f"/api/workers/W1/weeks/{week}/revisions").json() == {"revisions": []}


def test_a_track_is_runs_of_one_class_with_a_break_between_sessions(client: TestClient, judged: int) -> None:
    runs = [f for f in track(client) if f["properties"]["kind"] == "segment"]
    classes = [run["properties"]["class"] for run in runs]
    assert classes[0] == "inside"
    assert classes[-1] == "outside"
    assert "unknown" not in classes
    assert sum(run["properties"]["seconds"] for run in runs) == 7200.0
    inside = [run["properties"] for run in runs if run["properties"]["class"] == "inside"]
    assert inside[0]["start"] == "2026-11-02T01:00:00.000Z"
    assert inside[0]["end"] == "2026-11-02T02:00:00.000Z"
    first, after = runs[-2]["geometry"]["coordinates"], runs[-1]["geometry"]["coordinates"]
    assert first[-1] == after[0]


def test_a_run_tells_of_each_fix_when_and_how_exactly_it_was_taken(client: TestClient, judged: int) -> None:
    for run in (f for f in track(client) if f["properties"]["kind"] == "segment"):
        told, fixes = run["properties"], len(run["geometry"]["coordinates"])
        assert [len(told[name]) for name in ("t_ms", "accuracy_m", "speed_mps")] == [fixes] * 3
        assert told["t_ms"] == sorted(told["t_ms"])
        ends = (datetime.fromtimestamp(told["t_ms"][end] / 1000, UTC) for end in (0, -1))
        assert [datetime.fromisoformat(told[name]) for name in ("start", "end")] == list(ends)
        assert all(accuracy is None or accuracy > 0 for accuracy in told["accuracy_m"])


def test_fixes_that_no_rule_uses_are_points_with_the_number_behind_the_flag(
    client: TestClient, judged: int
) -> None:
    (point,) = [f for f in track(client) if f["properties"]["kind"] == "fix"]
    assert point["properties"]["flags"] == ["bad_accuracy"]
    assert point["properties"]["measure"] == 400.0
    assert point["geometry"]["coordinates"] == [OUTSIDE[0], OUTSIDE[1]]


def test_a_gap_on_duty_is_an_unknown_run(client: TestClient, conn: Connection) -> None:
    publish(conn)
    walk = stroll(at(MONDAY, 9), 3600)
    record(conn, hire(conn), walk.take((walk.t_ms < walk.t_ms[100]) | (walk.t_ms > walk.t_ms[200])))
    classes = [(f["properties"]["class"], f["properties"]["seconds"]) for f in track(client)]
    assert classes == [("inside", 990.0), ("unknown", 1020.0), ("inside", 1590.0)]


def test_a_day_without_a_track_is_an_empty_collection(client: TestClient, judged: int) -> None:
    assert track(client, TUESDAY) == []


def test_every_look_at_a_track_is_in_the_ledger(client: TestClient, judged: int) -> None:
    assert client.get("/api/workers/W1/looks").json() == {"looks": []}
    track(client)
    track(client, TUESDAY)
    looks = client.get("/api/workers/W1/looks").json()["looks"]
    assert [(look["actor"], look["from"], look["to"]) for look in looks] == [
        ("everyone", "2026-11-02", "2026-11-02"),
        ("everyone", "2026-11-03", "2026-11-03"),
    ]
    assert client.get("/api/workers/W2/looks").json() == {"looks": []}


@pytest.mark.parametrize("code", ["nobody", "W1 "])
@pytest.mark.parametrize("path", ["days", "track?date=2026-11-02", "looks", "weeks/2026-W45/revisions"])
def test_an_unknown_worker_is_a_404_problem(client: TestClient, judged: int, path: str, code: str) -> None:
    answer = client.get(f"/api/workers/{code}/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "No such worker"


@pytest.mark.parametrize("path", ["days?from=yesterday", "track?date=2026-02-30", "track"])
def test_a_malformed_date_is_a_422_problem(client: TestClient, judged: int, path: str) -> None:
    answer = client.get(f"/api/workers/W1/{path}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_period_that_ends_before_it_starts_is_a_400_problem(client: TestClient, judged: int) -> None:
    answer = client.get("/api/workers/W1/days", params={"from": "2026-11-03", "to": "2026-11-02"})
    assert answer.status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_phone_can_have_recorded_is_a_400_problem(
    client: TestClient, judged: int, day: str
) -> None:
    answer = client.get("/api/workers/W1/track", params={"date": day})
    assert answer.status_code == 400
    assert "out of range" in answer.json()["title"]
