"""A merge that was a mistake is undone: states, deadlines, counts and history, and who may."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from followed_town import Town, go_by
from sqlalchemy import text

from gis_grid.incidents import service
from gis_grid.kit import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

DEADLINES = ("yellow_at", "red_at")


@pytest.fixture
def town(anonymous: TestClient, conn: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    on(monkeypatch, "2026-11-23T09:00:00")  # a Monday
    yield Town(anonymous, conn)
    conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit does: moves say how all of them stand


def on(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    now = datetime.fromisoformat(f"{moment}+08:00")
    monkeypatch.setattr(clock, "now", lambda: now)


def merge(town: Town, part: str, whole: str) -> None:
    answer = town.call("commander", "POST", f"/incidents/{part}/merge", json={"into": whole})
    assert answer.status_code == 200, answer.text


def unmerge(town: Town, part: str, who: str = "commander", why: str = "两处楼道") -> httpx2.Response:
    return town.call(who, "POST", f"/incidents/{part}/unmerge", json={"why": why})


def deadlines(incident: dict[str, Any]) -> list[str]:
    return [incident[name] for name in DEADLINES]


def test_a_part_comes_back_into_its_state_and_both_keep_their_history(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.report(code="whole")
    town.report(code="part")
    handled = town.walk("part", ("commander", "take_up", {}, "handling"))
    merge(town, "part", "whole")
    on(monkeypatch, "2026-11-25T09:00:00")
    for who, status in (("worker", 403), ("auditor", 403), ("neighbour", 404)):
        assert unmerge(town, "part", who).status_code == status
    assert unmerge(town, "part", why="").status_code == 422
    answer = unmerge(town, "part")
    assert answer.status_code == 200, answer.text
    part = answer.json()
    assert (part["state"]["name"], part["state"]["kind"], part["level"]) == ("handling", "open", "worker")
    assert (part["duplicate_of"], part["closed_at"], part["deadline"]) == (None, None, handled["deadline"])
    assert [one["move"] for one in part["history"]] == ["report", "take_up", "merge", "unmerge"]
    undone = part["history"][-1]
    assert (undone["by"], undone["other"], undone["why"]) == ("commander", "whole", "whole: 两处楼道")
    assert (undone["from"], undone["to"]) == ("closed", "handling")
    whole = town.read("whole")
    assert whole["duplicates"] == []
    assert [(one["move"], one["other"]) for one in whole["history"]] == [
        ("report", None), ("take_in", "part"), ("let_go", "part"),
    ]  # fmt: skip
    assert (whole["revision"], part["revision"]) == (3, 4)
    kept = town.conn.execute(
        text("SELECT detail FROM ledger WHERE action = 'unmerge_incidents' AND subject = 'incident:part'")
    ).scalar_one()
    assert kept == {"from": "whole"}
    assert unmerge(town, "part").status_code == 409, "once"
    town.walk("part", ("commander", "finish", {"why": "已清理"}, "done"))


def test_who_reported_and_moved_a_part_is_judged_again_and_nobody_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked(town)  # who got a grid
    town.report(code="whole")
    on(monkeypatch, "2026-11-24T09:05:00")
    town.report(code="part")
    on(monkeypatch, "2026-11-25T10:20:00")
    town.move("worker", "part", "send_up", level="community")
    days = [("W1", f"2026-11-{day}") for day in (24, 25)]
    assert marked(town) == [("W1", "2026-11-23"), *days], "of what was reported and moved"
    on(monkeypatch, "2026-11-26T09:00:00")
    merge(town, "part", "whole")
    assert marked(town) == days
    unmerge(town, "part")
    assert marked(town) == days
    town.move("commander", "part", "take_up")
    assert marked(town) == []


def marked(town: Town) -> list[tuple[str, str]]:
    """Take the marks: workers and local days."""
    query = text(
        "WITH gone AS (DELETE FROM changed_record RETURNING *)"
        " SELECT code, CAST(lower(during) AT TIME ZONE 'Asia/Shanghai' AS date) AS day"
        " FROM gone JOIN worker ON worker.id = worker_id GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [(row.code, str(row.day)) for row in town.conn.execute(query)]


def test_the_time_of_a_state_runs_anew_and_that_of_closing_does_not(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To be sent up within seven hours: on Monday at nine until Tuesday, at nine."""
    assert town.report(code="part")["red_at"] == "2026-11-24T01:00:00Z"
    closing = town.report(code="whole")["deadline"]
    merge(town, "part", "whole")
    on(monkeypatch, "2026-11-25T09:00:00")
    part = unmerge(town, "part").json()
    assert (part["red_at"], part["deadline"]) == ("2026-11-26T01:00:00Z", closing)
    assert town.read("whole")["red_at"] == "2026-11-24T01:00:00Z", "as it was"


def test_the_whole_has_the_deadlines_that_it_would_have_without(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = deadlines(town.report(code="whole"))
    fire = deadlines(town.report(code="fire", category="emergency.fire"))
    gas = deadlines(town.report(code="gas", category="emergency.gas_leak"))
    assert gas[1] < own[1]
    merge(town, "fire", "whole")
    merge(town, "gas", "whole")
    unmerge(town, "fire")
    assert deadlines(town.read("whole")) == gas, "the other is waited for still"
    assert deadlines(town.read("fire")) == fire
    unmerge(town, "gas")
    assert deadlines(town.read("whole")) == own
    calling = town.call("commander", "GET", "/incidents/alerts").json()["alerts"]
    assert {one["code"] for one in calling} == {"fire", "gas"}, "emergencies call again"
    # What has moved on since has the deadlines of its new state.
    merge(town, "gas", "whole")
    on(monkeypatch, "2026-11-23T10:00:00")
    taken = deadlines(town.walk("whole", ("commander", "take_up", {}, "handling")))
    unmerge(town, "gas")
    assert deadlines(town.read("whole")) == taken


def test_what_was_closed_stays_so_and_a_file_gives_back_its_deadline(town: Town) -> None:
    town.report(code="over")
    closed = town.walk("over", ("worker", "close_on_spot", {"why": "已清理"}, "closed"))
    town.report(code="whole")
    town.conn.exec_driver_sql(
        "INSERT INTO incident (code, kind, category, title, state, severity, reported_at, deadline, red_at,"
        " area_id) SELECT 'of-a-file', 'hazard', 'x', 'x', 'handling', 2, '2026-11-20Z', '2026-11-24Z',"
        " '2026-11-24Z', id FROM area WHERE code = 'C1'"
    )
    merge(town, "over", "whole")
    assert unmerge(town, "over").json()["closed_at"] == closed["closed_at"]
    assert town.read("over")["state"]["kind"] == "closed"
    merge(town, "whole", "of-a-file")
    back = unmerge(town, "whole").json()
    assert back["state"]["name"] == "reported"
    assert town.read("of-a-file")["red_at"] == "2026-11-24T00:00:00Z"


def test_what_went_along_comes_back(town: Town) -> None:
    for code in "abcd":
        town.report(code=code)
    for part, whole in (("a", "b"), ("b", "c"), ("c", "d")):
        merge(town, part, whole)
    unmerge(town, "b")
    assert (town.read("b")["duplicates"], town.read("d")["duplicates"]) == (["a"], ["c"])
    unmerge(town, "c")
    unmerge(town, "a")
    assert [town.read(code)["duplicate_of"] for code in "abcd"] == [None] * 4


def test_it_counts_again_for_its_reporter(town: Town) -> None:
    """FM-3 and FM-4; merging itself is nobody's handling of anything."""
    town.report(code="whole")
    town.report("helper", code="part")
    merge(town, "part", "whole")
    helper = town.conn.execute(text("SELECT id FROM worker WHERE code = 'W2'")).scalar_one()
    town.conn.exec_driver_sql(
        "INSERT INTO account_role (account_id, role, area_id) SELECT account.id, 'commander', area.id"
        " FROM account, area WHERE account.name = 'helper' AND area.code = 'C1'"
    )
    period = (
        datetime.fromisoformat("2026-11-23T00:00+08:00"),
        datetime.fromisoformat("2026-11-24T00:00+08:00"),
    )

    def moved() -> int:
        found = service.moved_by(town.conn, [helper], *period, ZoneInfo("Asia/Shanghai"))
        return len(found.get(helper, []))

    assert moved() == 0
    assert unmerge(town, "part", "helper").status_code == 200
    assert moved() == 1
    assert len(service.reported_by(town.conn, [helper], *period)[helper]) == 1


def test_merging_lets_nobody_review_what_they_submitted(
    town: Town, tmp_path: Path, anonymous: TestClient
) -> None:
    go_by(anonymous, tmp_path / "rules.toml", "xiangyang")
    for code in ("mine", "other"):
        town.report("commander", code=code, category="information.house_changed")
    town.call("colleague", "POST", "/incidents/other/merge", json={"into": "mine"})
    assert town.move("commander", "mine", "review_secretary").status_code == 409
    assert unmerge(town, "other", "colleague").status_code == 200
    for code in ("mine", "other"):
        assert town.move("commander", code, "review_secretary").status_code == 409
        assert town.move("colleague", code, "review_secretary").status_code == 200
