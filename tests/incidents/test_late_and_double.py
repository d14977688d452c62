"""What is late calls once a deadline; what is double is found, told with its parts, merged by a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from followed_town import IN_WEST, REPORT, Town
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from gis_grid.core.workflow.alike import likeness
from gis_grid.incidents import service
from gis_grid.kit import clock

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

METRE = 1 / 94_340  # degrees of longitude at 32 degrees north


@pytest.fixture
def town(anonymous: TestClient, conn: Connection) -> Town:
    return Town(anonymous, conn)


def local(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}+08:00")


def calls(town: Town, name: str = "commander") -> list[tuple[str, str]]:
    alerts = town.call(name, "GET", "/incidents/alerts").json()["alerts"]
    return [(one["kind"], one["level"]) for one in alerts]


def test_a_deadline_calls_yellow_red_and_the_level_above_each_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reported on Monday at 8:30: within seven hours, by 17:30; yellow after 5:15, at 15:45."""
    monkeypatch.setattr(clock, "now", lambda: local("2026-11-23T08:30:00"))
    code = town.report()["code"]
    raised = {
        moment: service.raise_due(town.conn, local(f"2026-11-{moment}"))
        for moment in (
            *("23T15:44:59", "23T15:45:00", "23T16:00:00", "23T17:30:00", "23T23:00:00"),
            *("24T17:29:59", "24T17:30:00", "25T12:00:00"),
        )
    }
    assert list(raised.values()) == [0, 1, 0, 1, 0, 0, 1, 0]
    assert calls(town) == [("escalated", "community"), ("red", "worker"), ("yellow", "worker")]
    assert calls(town, "neighbour") == []
    monkeypatch.setattr(clock, "now", lambda: local("2026-11-25T12:00:00"))
    town.walk(code, ("worker", "send_up", {"level": "subdistrict"}, "sent_up"))
    assert service.raise_due(town.conn, local("2026-11-25T12:00:00")) == 0, "a new state has a new deadline"
    # Seven hours from Wednesday noon: 3:30 in its afternoon, 3:30 on Thursday morning.
    assert service.raise_due(town.conn, local("2026-11-26T12:00:00")) == 1
    assert calls(town)[1] == ("red", "worker")


def test_what_is_closed_calls_no_more(town: Town) -> None:
    code = town.report()["code"]
    town.walk(code, ("worker", "close_on_spot", {"why": "清理完毕"}, "closed"))
    assert service.raise_due(town.conn, datetime.now(UTC) + timedelta(days=99)) == 0


def test_two_reports_of_one_thing_are_found_and_merged(town: Town) -> None:
    lon, lat = IN_WEST
    first = town.report(code="first")
    second = town.report("helper", code="second", title="三单元楼道堆满杂物", lon=lon + 20 * METRE)
    town.report(code="elsewhere", lon=lon + 200 * METRE)
    town.report(code="another", title="路灯不亮", category="city.street_lamp")
    looked = {**REPORT, "title": "3单元楼道堆物严重", "lon": lon + 5 * METRE, "lat": lat}
    told = town.call("worker", "POST", "/incidents/duplicates/look", json=looked).json()["duplicates"]
    assert [one["code"] for one in told] == ["first", "second"]
    (found,) = town.call("commander", "GET", "/incidents/second/duplicates").json()["duplicates"]
    assert (found["code"], round(found["metres"])) == ("first", 20)
    parts = found["likeness"]
    assert (parts["place"], parts["category"]) == (pytest.approx(0.8, abs=0.01), 1)
    assert parts["text"] > 0.6

    (pair,) = town.call("auditor", "GET", "/incidents/duplicates").json()["pairs"]
    assert (pair["codes"], pair["likeness"]) == (["first", "second"], parts)
    assert town.call("neighbour", "GET", "/incidents/duplicates").json()["pairs"] == []
    years = {"from": "2020-01-01", "to": "2026-01-01"}
    for period in (years, {"to": "0001-01-01"}, {"from": "9999-12-31"}):
        answer = town.call("auditor", "GET", "/incidents/duplicates", params=period)
        assert answer.status_code == 400, answer.text

    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"):
        answer = town.call("worker", "POST", "/incidents/duplicates/look", json={**looked, "at": at})
        assert answer.status_code == 422, answer.text

    path = "/incidents/second/merge"
    assert town.call("worker", "POST", path, json={"into": "first"}).status_code == 403
    assert town.call("neighbour", "POST", path, json={"into": "first"}).status_code == 404
    assert town.call("commander", "POST", path, json={"into": "second"}).status_code == 400
    merged = town.call("commander", "POST", path, json={"into": "first", "why": "同一处"})
    assert (merged.status_code, merged.json()["duplicates"]) == (200, ["second"])
    part = town.read("second")
    assert (part["duplicate_of"], part["state"]["name"], part["allowed"]) == ("first", "closed", [])
    assert [one["move"] for one in part["history"]] == ["report", "merge"]
    assert [one["move"] for one in merged.json()["history"]] == ["report", "take_in"]
    assert town.move("commander", "second", "take_up").status_code == 409
    assert town.call("commander", "POST", path, json={"into": "first"}).status_code == 409
    assert service.extent(town.conn, service_filter()).count == 3, "counts once"
    assert town.call("auditor", "GET", "/incidents/duplicates").json()["pairs"] == []
    assert first["revision"] + 1 == merged.json()["revision"]
    assert second["code"] not in [
        one["code"]
        for one in town.call("commander", "GET", "/incidents/first/duplicates").json()["duplicates"]
    ]


def test_what_was_merged_goes_along_when_its_whole_is_merged(town: Town) -> None:
    for code in ("a", "b", "c"):
        town.report(code=code)
    for part, whole in (("a", "b"), ("b", "c")):
        town.call("commander", "POST", f"/incidents/{part}/merge", json={"into": whole})
    assert town.read("c")["duplicates"] == ["a", "b"]
    assert town.call("commander", "POST", "/incidents/c/merge", json={"into": "a"}).status_code == 409


def test_what_is_open_is_not_merged_into_what_is_closed_and_keeps_the_earlier_deadline(town: Town) -> None:
    town.report(code="slow")
    town.report(code="urgent", category="emergency.fire")
    town.report(code="over")
    town.move("worker", "over", "close_on_spot", why="已清理")
    refused = town.call("commander", "POST", "/incidents/slow/merge", json={"into": "over"})
    assert refused.status_code == 409, refused.text
    assert "over is closed" in refused.json()["detail"]
    # A file may bring what is closed with its deadline.
    town.conn.execute(text("UPDATE incident SET red_at = '2000-01-01Z' WHERE code = 'over'"))
    red_at = town.read("slow")["red_at"]
    assert town.call("commander", "POST", "/incidents/over/merge", json={"into": "slow"}).status_code == 200
    assert town.read("slow")["red_at"] == red_at

    urgent = town.read("urgent")["red_at"]
    assert urgent < town.read("slow")["red_at"]
    calls = town.call("commander", "GET", "/incidents/alerts").json()["alerts"]
    assert "urgent" in {one["code"] for one in calls}
    town.call("commander", "POST", "/incidents/urgent/merge", json={"into": "slow"})
    assert town.read("slow")["red_at"] == urgent
    assert town.call("commander", "GET", "/incidents/alerts").json()["alerts"] == []


def test_moves_count_as_work_and_an_incident_once_a_day(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def on(moment: str) -> None:
        monkeypatch.setattr(clock, "now", lambda: local(moment))

    on("2026-11-23T09:00:00")
    town.report(code="one")
    town.report(code="two")
    town.report(code="two-again")
    town.call("commander", "POST", "/incidents/two-again/merge", json={"into": "two"})
    on("2026-11-23T10:00:00")
    town.move("worker", "one", "send_up", level="community")
    on("2026-11-24T09:00:00")
    town.move("commander", "one", "take_up")
    town.move("worker", "one", "feed_back", why="已联系物业")
    worker = town.conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    period = (local("2026-11-23T00:00:00"), local("2026-11-25T00:00:00"))
    moved = service.moved_by(town.conn, [worker], *period, ZoneInfo("Asia/Shanghai"))
    at = [
        datetime.fromtimestamp(t / 1000, ZoneInfo("Asia/Shanghai")).strftime("%d %H") for t in moved[worker]
    ]
    assert at == ["23 09", "23 09", "24 09"], "FM-3: two on Monday, one on Tuesday"
    assert len(service.reported_by(town.conn, [worker], *period)[worker]) == 5


def service_filter() -> Any:
    from gis_grid.incidents.rows import Filter

    return Filter()


texts = st.text(max_size=20)


@given(st.floats(0, 200), st.integers(0, 10**9), texts, texts, st.booleans())
def test_likeness_is_the_same_both_ways_and_within_bounds(
    metres: float, apart: int, one: str, other: str, same: bool
) -> None:
    there = likeness(metres=metres, apart_ms=apart, texts=(one, other), same_category=same)
    back = likeness(metres=metres, apart_ms=-apart, texts=(other, one), same_category=same)
    assert there == back
    assert 0 <= there.score <= 1
