"""A worker objects to a verdict, a reviewer answers; the verdict itself stays as it was computed."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from answering import client_on
from rich.console import Console
from signed_in import signed_in
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.cli.checking.words import Lang
from gis_grid.cli.verdict_table import rendered
from gis_grid.patrols import service
from gis_grid.patrols.week_report import week_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

WEEK = "2026-W45"
TUESDAY = MONDAY + timedelta(days=1)
SHORT_DAY = {
    "week": WEEK,
    "subject": "day",
    "date": str(MONDAY),
    "rule": "BASE-3",
    "revision": 1,
    "words": "手机没电，人一直在网格里。",
}


class People:
    """A judged worker with an hour of the two that are asked for, and everybody who has to do with it."""

    def __init__(self, client: TestClient, conn: Connection) -> None:
        self.client, self.conn = client, conn
        publish(conn)
        self.worker_id = hire(conn)
        hire(conn, "W2")
        record(conn, self.worker_id, stroll(at(MONDAY, 9), 3600))
        self.judge()
        community = "C-G1"
        self.secrets = {
            "worker": signed_in(conn, "worker", [(Role.WORKER, community)], worker="W1"),
            "mate": signed_in(conn, "mate", [(Role.WORKER, community)], worker="W2"),
            "auditor": signed_in(conn, "auditor", [(Role.AUDITOR, community)]),
            "chief": signed_in(conn, "chief", [(Role.COMMANDER, community)]),
            "both": signed_in(conn, "both", [(Role.AUDITOR, None), (Role.WORKER, community)]),
        }

    def judge(self) -> None:
        service.judge(self.conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())

    def ask(self, who: str, path: str, **query: Any) -> httpx2.Response:
        return self._as(who).get(path, params=query)

    def send(self, who: str, path: str, body: Any = None) -> httpx2.Response:
        return self._as(who).post(path, json=body)

    def file(self, who: str = "worker", code: str = "W1", **other: Any) -> httpx2.Response:
        return self.send(who, f"/api/workers/{code}/contests", {**SHORT_DAY, **other})

    def filed(self, **other: Any) -> dict[str, Any]:
        answer = self.file(**other)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def decide(self, who: str, contest: dict[str, Any], outcome: str = "accepted") -> httpx2.Response:
        body = {"outcome": outcome, "words": "照片说明人在网格内。"}
        return self.send(who, f"/api/contests/{contest['id']}/decide", body)

    def listed(self, who: str = "auditor", **query: Any) -> list[dict[str, Any]]:
        answer = self.ask(who, "/api/contests", **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["contests"]
        return found

    def noted(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        query = "SELECT actor, action, subject, detail FROM ledger WHERE action LIKE '%contest' ORDER BY id"
        return [tuple(row) for row in self.conn.execute(text(query))]

    def _as(self, who: str) -> TestClient:
        self.client.cookies.set(COOKIE, self.secrets[who])
        self.client.headers[CSRF_HEADER] = csrf_token(self.secrets[who])
        return self.client


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[People]:
    """Build a judged worker, colleagues, a reviewer and a commander once; nothing of it is committed."""
    with engine.connect() as conn, conn.begin() as transaction, client_on(conn) as client:
        yield People(client, conn)
        transaction.rollback()


@pytest.fixture
def people(town: People) -> Iterator[People]:
    """Undo after each test what it did."""
    with town.conn.begin_nested() as part:
        yield town
        part.rollback()


def test_a_worker_contests_a_verdict_and_a_reviewer_accepts_it(people: People) -> None:
    filed = people.filed()
    expected = {**SHORT_DAY, "worker": "W1", "state": "open", "outcome_then": "short", "outcome_now": "short"}
    assert filed.items() >= expected.items()
    assert (filed["starts_at"], filed["judged_again"], filed["answer"]) == (None, False, None)
    before = people.ask("worker", "/api/workers/W1/days").json()

    decided = people.decide("auditor", filed)
    assert decided.status_code == 200, decided.text
    found = decided.json()
    assert (found["state"], found["decided_by"], found["answer"]) == (
        "accepted",
        "auditor",
        "照片说明人在网格内。",
    )
    assert found["decided_at"] >= found["filed_at"]
    # What was computed can be computed again: it does not change.
    assert people.ask("worker", "/api/workers/W1/days").json() == before
    assert people.listed("worker") == people.listed("auditor") == people.listed("chief") == [found]


def test_each_step_is_in_the_ledger_without_a_word_of_anybody(people: People) -> None:
    first = people.filed()
    assert people.send("worker", f"/api/contests/{first['id']}/withdraw").status_code == 200
    second = people.filed(words="再说一次")
    people.decide("auditor", second, "rejected")
    noted = people.noted()
    assert [(actor, action, subject, detail["state"]) for actor, action, subject, detail in noted] == [
        ("worker", "file_contest", "worker:W1", "open"),
        ("worker", "withdraw_contest", "worker:W1", "withdrawn"),
        ("worker", "file_contest", "worker:W1", "open"),
        ("auditor", "decide_contest", "worker:W1", "rejected"),
    ]
    assert noted[0][3] == {
        "contest": first["id"],
        "week": WEEK,
        "revision": 1,
        "subject": "day",
        "date": str(MONDAY),
        "rule": "BASE-3",
        "verdict": "short",
        "state": "open",
    }


def test_weeks_and_patrols_are_contested_too(people: People) -> None:
    days = people.ask("worker", "/api/workers/W1/days").json()
    week = next(one for one in days["weeks"][0]["verdicts"] if one["outcome"] == "short")
    patrol = days["patrols"][0]
    of_patrol = next(one for one in patrol["verdicts"] if one["outcome"] != "met")
    people.filed(subject="week", date=None, rule=week["rule"])
    found = people.filed(subject="patrol", starts_at=patrol["start"], rule=of_patrol["rule"])
    assert (found["starts_at"], found["outcome_then"]) == (patrol["start"], of_patrol["outcome"])
    assert {one["subject"] for one in people.listed()} == {"week", "patrol"}


QUARTER = {"week": None, "period": "2026-Q4", "subject": "period", "date": None, "rule": "XY-5"}


def test_a_quarter_is_contested_too(people: People) -> None:
    (shown,) = people.ask("worker", "/api/workers/W1/periods").json()["periods"]
    assert (shown["period"], shown["from"], shown["to"]) == ("2026-Q4", "2026-10-01", "2026-12-31")
    assert [(one["rule"], one["outcome"]) for one in shown["verdicts"]] == [("XY-5", "review")]
    contest = people.filed(**QUARTER)
    assert (contest["week"], contest["period"], contest["date"]) == (None, "2026-Q4", None)
    assert (contest["outcome_then"], contest["outcome_now"], contest["judged_again"]) == (
        "review",
        "review",
        False,
    )
    assert people.file(**QUARTER).json()["title"] == "The verdict is contested already"
    assert [one["id"] for one in people.listed(state="open")] == [contest["id"]]
    assert people.decide("auditor", contest).json()["state"] == "accepted"
    assert people.file(**QUARTER).json()["title"] == "The contest was decided on"
    (_, filed), (who, decided) = [(one[0], one[3]) for one in people.noted()]
    assert (who, decided["period"], decided["state"]) == ("auditor", "2026-Q4", "accepted")
    assert "week" not in filed


def test_a_quarter_that_was_judged_anew_is_contested_as_it_is_now(people: People) -> None:
    contest = people.filed(**QUARTER)
    people.conn.execute(
        text(
            "INSERT INTO period_judgement SELECT worker_id, period, 2, judged_at, core_version, profiles,"
            " result_digest, false, jsonb_set(verdicts, '{0,outcome}', '\"short\"') FROM period_judgement"
        )
    )
    (now,) = people.listed()
    assert (now["judged_again"], now["outcome_now"]) == (True, "short")
    outdated = people.file(**QUARTER).json()
    assert (outdated["title"], outdated["revision"]) == ("It was judged anew", 2)
    assert people.send("worker", f"/api/contests/{contest['id']}/withdraw").json()["state"] == "withdrawn"
    assert people.filed(**QUARTER, revision=2)["outcome_then"] == "short"


def test_periods_are_asked_for_by_their_days(people: People) -> None:
    def found(who: str = "auditor", **query: str) -> list[str]:
        periods = people.ask(who, "/api/workers/W1/periods", **query).json()["periods"]
        return [one["period"] for one in periods]

    assert found(**{"from": "2026-12-31"}) == found(to="2026-10-01") == ["2026-Q4"]
    assert found(**{"from": "2027-01-01"}) == found(to="2026-09-30") == []
    turned = people.ask("auditor", "/api/workers/W1/periods", **{"from": "2026-11-02", "to": "2026-11-01"})
    assert (turned.status_code, turned.json()["title"]) == (400, "The period ends before it starts")
    assert people.ask("mate", "/api/workers/W1/periods").status_code == 404


def test_a_verdict_has_one_open_contest_at_a_time(people: People) -> None:
    first = people.filed()
    again = people.file()
    assert (again.status_code, again.json()["title"]) == (409, "The verdict is contested already")
    withdrawn = people.send("worker", f"/api/contests/{first['id']}/withdraw").json()
    assert (withdrawn["state"], withdrawn["decided_by"]) == ("withdrawn", None)
    assert withdrawn["withdrawn_at"]
    assert people.filed()["id"] > first["id"]


def test_what_was_decided_is_contested_again_only_when_the_verdict_is_another(people: People) -> None:
    people.decide("auditor", people.filed(), "rejected")
    again = people.file()
    assert (again.status_code, again.json()["title"]) == (409, "The contest was decided on")
    record(people.conn, people.worker_id, stroll(at(TUESDAY, 9), 7200))
    people.judge()
    # Another revision of the week, and the same of that Monday.
    assert people.file(revision=2).json()["title"] == "The contest was decided on"
    record(people.conn, people.worker_id, stroll(at(MONDAY, 14), 600))
    people.judge()
    assert people.filed(revision=3)["outcome_now"] == "short"


def test_only_the_newest_judging_is_contested(people: People) -> None:
    filed = people.filed()
    record(people.conn, people.worker_id, stroll(at(MONDAY, 14), 7200))
    people.judge()
    assert people.listed()[0] == {**filed, "judged_again": True, "outcome_now": "met"}
    outdated = people.file(rule="XY-1")
    assert (outdated.status_code, outdated.json()["revision"]) == (409, 2)
    met = people.file(revision=2)
    assert (met.status_code, met.json()["title"]) == (409, "The verdict cannot be contested")


@pytest.mark.parametrize(
    "other",
    [
        {"rule": "BASE-77"},
        {"week": "2026-W40", "date": "2026-09-28"},
        {"subject": "week", "date": None, "rule": "BASE-3"},
        {"subject": "patrol", "starts_at": "2026-11-02T01:00:01Z"},
    ],
)
def test_a_verdict_that_there_is_not_is_not_found(people: People, other: dict[str, Any]) -> None:
    assert people.file(**other).status_code == 404


@pytest.mark.parametrize(
    "other",
    [
        {"words": ""},
        {"words": " \n "},
        {"words": "x" * 1001},
        {"words": "a\x07b"},
        {"words": "\u202e"},
        {"week": "2026-W54"},
        {"week": "yesterday"},
        {"date": None},
        {"date": "2026-11-09"},
        {"subject": "month"},
        {"subject": "week"},
        {"subject": "patrol"},
        {"starts_at": "2026-11-02T01:00:00Z"},
        {"period": "2026-Q4"},
        {"week": None},
        {"week": None, "period": "2026-Q4", "subject": "period"},
        {"week": None, "period": "2026-13", "subject": "period", "date": None},
        {"week": None, "period": "2026-W45", "subject": "period", "date": None},
        {"subject": "patrol", "starts_at": "2026-11-02T01:00:00"},
        {"rule": "\x00"},
        {"revision": 0},
        {"revision": 2**31},
        {"state": "accepted"},
    ],
)
def test_what_names_no_verdict_or_says_nothing_is_malformed(people: People, other: dict[str, Any]) -> None:
    assert people.file(**other).status_code == 422


def test_words_are_kept_as_they_can_be_seen(people: People) -> None:
    assert people.filed(words=" <b>a</b>\u202e\n'b' ")["words"] == "<b>a</b>\n'b'"


def test_nobody_contests_for_another_and_no_commander_decides(people: People) -> None:
    assert people.file("mate").status_code == 404
    assert people.file("mate", "W9").status_code == 404
    for who in ("auditor", "chief"):
        assert people.file(who).status_code == 403
    filed = people.filed()
    for who in ("worker", "mate", "chief"):
        assert people.decide(who, filed).status_code == 403
    assert people.send("mate", f"/api/contests/{filed['id']}/withdraw").status_code == 404
    assert people.send("auditor", f"/api/contests/{filed['id']}/withdraw").status_code == 403
    assert people.listed("mate") == []
    assert people.ask("mate", "/api/contests", worker="W1").status_code == 404


def test_nobody_decides_on_ones_own_contest_in_another_role(people: People) -> None:
    people.conn.execute(text("UPDATE account SET worker_id = NULL WHERE name = 'worker'"))
    people.conn.execute(
        text("UPDATE account SET worker_id = (SELECT id FROM worker WHERE code = 'W1') WHERE name = 'both'")
    )
    filed = people.filed(who="both")
    refused = people.decide("both", filed)
    assert (refused.status_code, refused.json()["title"]) == (403, "Not on one's own behalf")
    assert people.decide("auditor", filed).status_code == 200


def test_a_contest_ends_once(people: People) -> None:
    filed = people.filed()
    assert people.decide("auditor", filed, "rejected").status_code == 200
    assert people.decide("auditor", filed).status_code == 409
    assert people.send("worker", f"/api/contests/{filed['id']}/withdraw").status_code == 409
    assert people.decide("auditor", {"id": 77999}).status_code == 404
    for change in ("DELETE FROM contest", "UPDATE contest SET state = 'open'"):
        with pytest.raises(ProgrammingError, match="ends once"), people.conn.begin_nested():
            people.conn.execute(text(change))


def test_what_was_filed_stays_as_it_was(people: People) -> None:
    people.filed()
    with pytest.raises(ProgrammingError, match="as it was filed"), people.conn.begin_nested():
        people.conn.execute(text("UPDATE contest SET words = 'x'"))


def test_contests_are_listed_by_worker_and_state_page_by_page(people: People) -> None:
    record(people.conn, people.worker_id, stroll(at(TUESDAY, 9), 600))
    people.judge()
    made = [people.filed(date=str(MONDAY + timedelta(days=n)), revision=2)["id"] for n in range(3)]
    people.decide("auditor", {"id": made[0]})
    newest = made[::-1]
    assert [one["id"] for one in people.listed(worker="W1")] == newest
    assert [one["id"] for one in people.listed(state="open")] == newest[:2]
    assert people.listed(worker="W2") == []
    page = people.ask("auditor", "/api/contests", limit=2).json()
    assert ([one["id"] for one in page["contests"]], page["next"]) == (newest[:2], newest[1])
    rest = people.ask("auditor", "/api/contests", limit=2, before=page["next"]).json()
    assert ([one["id"] for one in rest["contests"]], rest["next"]) == (newest[2:], None)


def test_what_is_contested_or_set_aside_counts_as_nothing_else(people: People) -> None:
    def counted() -> dict[str, int]:
        found = people.ask("chief", "/api/workers").json()["workers"]
        outcomes: dict[str, int] = next(one for one in found if one["code"] == "W1")["outcomes"]
        return outcomes

    def of_rule(name: str) -> dict[str, int]:
        (week,) = week_report(people.conn, after_the_week(), MONDAY, MONDAY, ["W1"]).weeks
        return next(one for one in week.rules if one.rule == name).outcomes.model_dump()

    before = counted()
    filed = people.filed()
    assert counted() == {**before, "short": before["short"] - 1, "contested": 1}
    assert of_rule("BASE-3") == {"met": 0, "short": 4, "review": 0, "contested": 1, "set_aside": 0}
    people.decide("auditor", filed)
    assert of_rule("BASE-3") == {"met": 0, "short": 4, "review": 0, "contested": 0, "set_aside": 1}
    assert people.file().json()["title"] == "The contest was decided on"
    # Judged otherwise later it counts as it is.
    record(people.conn, people.worker_id, stroll(at(MONDAY, 14), 7200))
    people.judge()
    assert of_rule("BASE-3") == {"met": 1, "short": 4, "review": 0, "contested": 0, "set_aside": 0}


def test_scorecards_and_the_table_name_what_is_contested(people: People) -> None:
    people.filed()
    page = people.ask("chief", "/reports/scorecards", period=WEEK).text
    assert "<b>1</b> ! 有异议" in page
    assert "<b>0</b> − 不计" in page
    told = StringIO()
    report = week_report(people.conn, after_the_week(), MONDAY, MONDAY, ["W1"])
    Console(file=told, width=120).print(rendered(report, Lang.EN))
    assert "4✗ 1!" in told.getvalue()


def test_what_was_rejected_or_taken_back_counts_as_it_was_computed(people: People) -> None:
    before = people.ask("chief", "/api/workers").json()
    people.decide("auditor", people.filed(), "rejected")
    week = people.filed(subject="week", date=None, rule="BASE-4")
    people.send("worker", f"/api/contests/{week['id']}/withdraw")
    assert people.ask("chief", "/api/workers").json() == before
