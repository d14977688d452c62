"""Every workflow from its start to its end by the API, with what stands in the way."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pytest
from followed_town import IN_WEST, REPORT, Town, go_by
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gis_grid.kit import clock

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

WHY: Final = {"why": "已处理"}
UP: Final = {"level": "subdistrict"}
BOTH: Final = {**WHY, **UP}
FIVE: Final = {"rating": 5}


@pytest.fixture
def town(anonymous: TestClient, conn: Connection) -> Town:
    return Town(anonymous, conn)


@pytest.fixture
def profile(request: pytest.FixtureRequest, tmp_path: Path, anonymous: TestClient) -> str:
    """Let the community go by a profile."""
    name = str(request.param)
    go_by(anonymous, tmp_path / "rules.toml", name)
    return name


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    now = datetime.fromisoformat(f"{moment}+08:00")
    monkeypatch.setattr(clock, "now", lambda: now)


WALKS: Final = {
    "base": (
        "safety.stairway",
        "reported",
        [
            ("worker", "send_up", UP, "sent_up"),
            ("commander", "pass_on", {"level": "hotline", **WHY}, "sent_up"),
            ("commander", "take_up", {}, "handling"),
            ("worker", "feed_back", WHY, "handling"),
            ("commander", "finish", WHY, "done"),
            ("worker", "tell", {}, "told"),
            ("worker", "rate", FIVE, "closed"),
        ],
    ),
    "xiangyang": (
        "disputes.neighbours",
        "reported",
        [
            ("worker", "mediate", WHY, "community_mediation"),
            ("commander", "pass_on", BOTH, "passed_on"),
            ("colleague", "take_up", {}, "handling"),
            ("worker", "follow", WHY, "handling"),
            ("colleague", "finish", WHY, "done"),
            ("worker", "tell", {}, "told"),
            ("worker", "rate", FIVE, "closed"),
        ],
    ),
    "xiangyang/information": (
        "information.house_changed",
        "collected",
        [
            ("commander", "return", WHY, "returned"),
            ("worker", "submit", WHY, "collected"),
            ("commander", "review_secretary", {}, "reviewed_once"),
            ("police", "review_police", {}, "reviewed_twice"),
            ("colleague", "enter", {}, "closed"),
        ],
    ),
    "jianyang": (
        "city.street_lamp",
        "reported",
        [
            ("worker", "send_up", UP, "sent_up"),
            ("commander", "pass_on", {"level": "department", **WHY}, "sent_up"),
            ("commander", "take_up", {}, "handling"),
            ("commander", "finish", WHY, "done"),
            ("worker", "tell", WHY, "told"),
            ("worker", "rate", {"rating": 3}, "closed"),
        ],
    ),
    "linshui": (
        "errands.certificate",
        "accepted",
        [
            ("worker", "collect_papers", {}, "papers"),
            ("worker", "hand_in", {"level": "community"}, "handed_in"),
            ("worker", "feed_back", WHY, "fed_back"),
            ("worker", "deliver", {}, "delivered"),
            ("worker", "rate", FIVE, "closed"),
        ],
    ),
    "linshui/information": (
        "information.house_changed",
        "collected",
        [("worker", "check", {}, "checked"), ("commander", "enter", {}, "closed")],
    ),
    "fengmao": (
        "city.rubbish",
        "reported",
        [
            ("worker", "send_up", UP, "sent_up"),
            ("commander", "take_up", {}, "handling"),
            ("commander", "finish", WHY, "closed"),
            ("worker", "reopen", WHY, "handling"),
            ("commander", "finish", WHY, "closed"),
            ("worker", "follow_up", FIVE, "visited"),
        ],
    ),
}


@pytest.mark.parametrize(
    ("profile", "walk"), [(key.partition("/")[0], key) for key in WALKS], ids=WALKS, indirect=["profile"]
)
def test_a_workflow_goes_from_its_start_to_its_end(town: Town, profile: str, walk: str) -> None:
    category, start, steps = WALKS[walk]
    incident = town.report(category=category)
    assert (incident["state"]["name"], incident["state"]["kind"]) == (start, "open")
    assert incident["workflow"]["id"].startswith(profile)
    done = town.walk(incident["code"], *steps)  # type: ignore[arg-type]
    assert done["state"]["kind"] == "closed"
    assert done["closed_at"]
    assert [one["move"] for one in done["history"]] == ["report", *(move for _, move, *_ in steps)]
    assert [one["by"] for one in done["history"]] == ["worker", *(name for name, *_ in steps)]
    again = town.move("worker", incident["code"], "send_up", **UP)
    assert again.status_code == 409, "what is over goes nowhere"
    assert again.json()["state"] == done["state"]["name"]
    kept = town.conn.execute(
        text("SELECT action, actor FROM ledger WHERE subject = :subject ORDER BY id"),
        {"subject": f"incident:{incident['code']}"},
    ).all()
    assert kept == [
        ("report_incident", "worker"),
        *(("move_incident", name) for name, *_ in steps),
    ]


def test_a_move_that_is_not_allowed_says_which_are(town: Town) -> None:
    code = town.report()["code"]
    answer = town.move("worker", code, "finish", **WHY)
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["state"], problem["revision"]) == ("reported", 1)
    assert [one["move"] for one in problem["allowed"]] == ["close_on_spot", "send_up"]
    assert problem["allowed"][1] == {
        "move": "send_up", "zh": "报送上级", "en": "send up", "to": "sent_up", "needs": ["level"],
    }  # fmt: skip
    assert [one["move"] for one in town.read(code)["allowed"]] == ["close_on_spot", "send_up", "take_up"]
    assert town.move("worker", code, "fly").status_code == 409


@pytest.mark.parametrize("profile", ["xiangyang"], indirect=True)
def test_a_review_is_another_persons(town: Town, profile: str) -> None:
    code = town.report(category="information.house_changed")["code"]
    assert town.move("commander", code, "review_secretary").status_code == 200
    answer = town.move("commander", code, "review_police")
    assert answer.status_code == 409
    assert "another person" in answer.json()["detail"]
    assert [one["move"] for one in answer.json()["allowed"]] == ["return"]
    assert town.move("police", code, "review_police").status_code == 200


@pytest.mark.parametrize(
    ("move", "sent", "field"),
    [
        ("send_up", {}, "level"),
        ("close_on_spot", {}, "why"),
        ("close_on_spot", {"why": "  \n"}, "why"),
        ("close_on_spot", {**WHY, "rating": 4}, "rating"),
    ],
)
def test_what_a_move_lacks_is_named(town: Town, move: str, sent: dict[str, Any], field: str) -> None:
    answer = town.move("worker", town.report()["code"], move, **sent)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_of_two_who_move_at_once_one_wins(town: Town) -> None:
    incident = town.report()
    tag = {"If-Match": f'"{incident["revision"]}"'}
    path = f"/incidents/{incident['code']}/moves"
    first = town.call("commander", "POST", path, json={"move": "take_up"}, headers=tag)
    assert (first.status_code, first.headers["ETag"]) == (200, '"2-br"'), "it is compressed"
    late = town.call("colleague", "POST", path, json={"move": "take_up"}, headers=tag)
    assert late.status_code == 412
    assert (late.json()["state"], late.json()["revision"]) == ("handling", 2)
    assert "finish" in [one["move"] for one in late.json()["allowed"]]
    without = town.call("colleague", "POST", path, json={"move": "take_up"})
    assert (without.status_code, without.json()["state"]) == (409, "handling")
    assert town.call("commander", "POST", path, json={"move": "finish"}, headers={"If-Match": "x"}).is_error


def test_what_is_sent_twice_is_one_incident(town: Town) -> None:
    lon, lat = IN_WEST
    body = {**REPORT, "lon": lon, "lat": lat, "code": "0b7e1c9a-phone-7"}
    first = town.call("worker", "POST", "/incidents", json=body)
    assert (first.status_code, first.headers["Location"]) == (201, "/api/incidents/0b7e1c9a-phone-7")
    town.move("worker", body["code"], "send_up", **UP)
    again = town.call("worker", "POST", "/incidents", json=body)
    assert (again.status_code, again.json()["state"]["name"]) == (200, "sent_up")
    other = town.call("worker", "POST", "/incidents", json={**body, "title": "另一件"})
    assert (other.status_code, other.json()["title"]) == (409, "The code is taken")
    hidden = town.call("neighbour", "POST", "/incidents", json={**body, "lon": 118.795})
    assert hidden.status_code == 409
    assert town.conn.execute(text("SELECT count(*) FROM incident")).scalar_one() == 1


def test_a_deadline_over_a_week_end_and_the_national_day_week(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Medium: 35 working hours, five days. Wednesday 30 September, 16:30, is followed by seven holidays; then
    8, 9, Saturday 10 (made up), 12 and 13 October have seven hours each."""
    at(monkeypatch, "2026-09-30T16:30:00")
    incident = town.report()
    assert incident["deadline"] == "2026-10-13T08:30:00Z"  # 16:30 local: 1 + 4 * 7 + 6
    # To be sent up or closed within seven hours: one on Wednesday, six on Thursday 8 October.
    assert incident["red_at"] == "2026-10-08T08:30:00Z"
    # Three quarters of seven hours are 5:15, of which 4:15 are on the 8th.
    assert incident["yellow_at"] == "2026-10-08T06:45:00Z"
    at(monkeypatch, "2026-10-08T14:44:59")
    assert town.read(incident["code"])["light"] == "none"
    at(monkeypatch, "2026-10-08T14:45:00")
    assert town.read(incident["code"])["light"] == "yellow"
    at(monkeypatch, "2026-10-08T16:30:00")
    assert town.read(incident["code"])["light"] == "red"
    late = town.call("commander", "GET", "/incidents", params={"overdue": True}).json()
    assert late["numberMatched"] == 1
    # What was taken up has only the deadline of closing: three quarters of 35 hours.
    taken = town.walk(incident["code"], ("commander", "take_up", {}, "handling"))
    assert taken["red_at"] == incident["deadline"]
    # 26:15 are one hour, three days of seven, and 4:15 on Monday the 12th.
    assert taken["yellow_at"] == "2026-10-12T06:45:00Z"


def test_moves_are_never_changed(town: Town) -> None:
    town.report()
    for statement in (
        "UPDATE incident_move SET why = 'x'",
        "DELETE FROM incident_move",
        "TRUNCATE incident_move",
    ):
        with pytest.raises(DBAPIError, match="append-only"), town.conn.begin_nested():
            town.conn.exec_driver_sql(statement)


@pytest.mark.parametrize("length", [10_000, 10_001])
def test_texts_are_kept_as_they_are_seen(town: Town, length: int) -> None:
    wild = "<img src=x onerror=alert(1)> 👨‍👩‍👧"
    unseen = "\u202e\u2066\u200f\ufeff\u200b"
    body = {**REPORT, "title": unseen + wild + unseen, "description": wild + "长" * (length - len(wild))}
    answer = town.call("worker", "POST", "/incidents", json=body)
    assert answer.status_code == (201 if length == 10_000 else 422)
    if length == 10_000:
        assert answer.json()["title"] == wild
        listed = town.call("worker", "GET", "/incidents")
        assert listed.json()["features"][0]["properties"]["title"] == wild
        assert listed.headers["content-type"].startswith("application/geo+json")


BAD: Final = [
    ({"title": "a\0b"}, 422),
    ({"description": "\ud800"}, 422),
    ({"title": ""}, 422),
    ({"title": "\u202e\u200b"}, 422),
    ({"address": "\u009b31m"}, 422),
    ({"code": "../up"}, 422),
    ({"code": "alerts"}, 422),
    ({"category": "safety"}, 400),
    ({"category": "<img>"}, 400),
    ({"lon": None}, 422),
    ({"lon": 181}, 422),
    ({"lon": "NaN"}, 422),
    ({"persons": -1}, 422),
    ({"persons": 10**9}, 422),
    ({"at": "2020-01-01T00:00:00Z"}, 400),
    ({"at": "2999-01-01T00:00:00Z"}, 400),
    ({"at": "2026-11-01T00:00:00"}, 422),
    ({"building_id": 2**62, "lon": None, "lat": None}, 400),
    ({"resident": "张三"}, 422),
]


def test_a_report_that_cannot_be_is_a_problem(town: Town) -> None:
    for changed, status in BAD:
        body = {**REPORT, "lon": IN_WEST[0], "lat": IN_WEST[1], **changed}
        content = json.dumps({key: value for key, value in body.items() if value is not None})
        headers = {"Content-Type": "application/json"}
        answer = town.call("worker", "POST", "/incidents", content=content, headers=headers)
        assert answer.status_code == status, (changed, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert town.call("commander", "GET", "/incidents").json()["numberMatched"] == 0


def test_what_lies_in_no_community_goes_to_the_reporters_own(town: Town) -> None:
    town.report(code="lost", category="emergency.fire", lon=0, lat=0)
    town.conn.exec_driver_sql("SELECT gis_grid_place_events()")
    lost = town.read("lost")
    assert (lost["grid_code"], lost["area_code"]) == (None, "C1")
    calling = town.call("commander", "GET", "/incidents/alerts").json()["alerts"]
    assert [one["code"] for one in calling] == ["lost"]


def test_what_has_no_position_is_listed_and_on_no_map(town: Town) -> None:
    nowhere = town.report(lon=None, lat=None, address="示范路 1 号")
    assert (nowhere["geometry"], nowhere["place"], nowhere["area_code"]) == (None, "address", "C1")
    assert town.report(lon=None, lat=None)["place"] == "none"
    listed = town.call("commander", "GET", "/incidents").json()
    assert [one["geometry"] for one in listed["features"]] == [None, None]
    assert town.call("neighbour", "GET", "/incidents").json()["numberMatched"] == 0


def test_an_emergency_is_sent_up_at_once_and_first_in_the_list(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-10-03T02:00:00")  # a Saturday night in the holidays
    fire = town.report(category="emergency.fire", title="三单元起火")
    assert (fire["state"]["name"], fire["level"], fire["emergency"]) == ("sent_up", "subdistrict", True)
    assert fire["deadline"] == "2026-10-02T19:00:00Z", "an hour, whatever the hour"
    later = town.report(at="2026-10-03T02:04:00+08:00")
    codes = [
        one["properties"]["code"] for one in town.call("commander", "GET", "/incidents").json()["features"]
    ]
    assert codes == [fire["code"], later["code"]]
    alerts = town.call("commander", "GET", "/incidents/alerts").json()["alerts"]
    assert [(one["code"], one["kind"]) for one in alerts] == [(fire["code"], "emergency")]
    path = f"/incidents/alerts/{alerts[0]['id']}/acknowledge"
    assert town.call("neighbour", "POST", path).status_code == 404
    assert town.call("commander", "POST", path).status_code == 204
    assert town.call("commander", "GET", "/incidents/alerts").json()["alerts"] == []
