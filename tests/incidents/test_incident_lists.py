"""Long lists of incidents: page by page, in three orders, filtered, counted, by an index."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from followed_town import Town
from sqlalchemy import Engine, event, text

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission
from gis_grid.accounts.scope import Credential
from gis_grid.incidents.paging import Page, Place, Sort
from gis_grid.incidents.rows import Filter
from gis_grid.incidents.store import lists
from gis_grid.kit.errors import BadInput
from gis_grid.kit.logins import SERVICE_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

MANY: Final = text("""
    INSERT INTO incident (code, kind, category, title, state, severity, emergency, reported_at, red_at,
        yellow_at, area_id, place, geom, h3_r7, h3_r9, h3_r10, h3_r11, state_kind)
    SELECT 'M' || n, (ARRAY['hazard', 'incident', 'dispute'])[1 + n % 3], '路灯', '路灯 ' || n,
        CASE WHEN n % 5 = 0 THEN 'closed' ELSE 'reported' END, 1 + n % 3, n % 10 = 3,
        CAST(:now AS timestamptz) - n % 50 * interval '1 hour',
        CASE WHEN n % 5 > 0 AND n % 4 > 0
            THEN CAST(:now AS timestamptz) + (n % 30 - 9) * interval '1 hour' END,
        NULL, area.id, 'point',
        CASE WHEN n % 6 > 0 THEN ST_SetSRID(ST_MakePoint(118.7825, 32.0525), 4326) END,
        NULL, b.h3, b.h3, b.h3, CASE WHEN n % 5 = 0 THEN 'closed' ELSE 'open' END
    FROM generate_series(1, :count) AS n
    JOIN area ON area.code = CASE WHEN n % 7 = 0 THEN 'C2' ELSE 'C1' END
    CROSS JOIN LATERAL (SELECT CASE WHEN n % 6 > 0 THEN 1 END AS h3) AS b
""")


def many(town: Town, count: int) -> None:
    town.conn.execute(MANY, {"count": count, "now": datetime.now(UTC)})
    town.conn.exec_driver_sql("ANALYZE incident")


@pytest.fixture
def town(anonymous: TestClient, conn: Connection) -> Town:
    return Town(anonymous, conn)


def listed(town: Town, name: str = "commander", **asked: Any) -> dict[str, Any]:
    answer = town.call(name, "GET", "/incidents", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["properties"] for one in found["features"]]


ORDERS: Final[dict[str, Callable[[dict[str, Any]], tuple[Any, ...]]]] = {
    "newest": lambda one: (one["reported_at"], one["id"]),
    "urgency": lambda one: (-_hours(one["red_at"]), -one["id"]),
    "severity": lambda one: (one["severity"], one["reported_at"], one["id"]),
}


def _hours(at: str | None) -> float:
    return float("inf") if at is None else datetime.fromisoformat(at).timestamp()


def test_pages_hold_every_incident_once_in_order(town: Town) -> None:
    many(town, 100)
    for sort, key in ORDERS.items():
        found: list[dict[str, Any]] = []
        page = listed(town, sort=sort, limit=30)
        while True:
            found += rows(page)
            assert page["numberMatched"] == 86
            if page["next"] is None:
                break
            page = listed(town, sort=sort, limit=30, after=page["next"])
        whole = rows(listed(town, sort=sort))
        assert found == whole, sort
        urgent = [one["emergency"] and one["state_kind"] == "open" for one in whole]
        ordered = sorted(whole, key=lambda one: (one["emergency"] and one["state_kind"] == "open", *key(one)))
        assert whole == ordered[::-1], sort
        assert urgent.index(False) == sum(urgent) > 0, "emergencies first"


@pytest.mark.parametrize(
    "after", ["x", "newest.1.1.5", "urgency.0.1.5.1", "newest.0.1.never.1", "newest.0.1.-99999999999999999.1"]
)
def test_a_page_that_cannot_be_is_a_problem(town: Town, after: str) -> None:
    answer = town.call("commander", "GET", "/incidents", params={"after": after})
    assert answer.status_code == 400, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == ["after"]
    with pytest.raises(BadInput):
        Place.read(after, Sort.NEWEST)


def test_filters_fit_the_counts(town: Town) -> None:
    many(town, 100)
    counts = town.call("commander", "GET", "/incidents/counts").json()
    assert counts["matched"] == 86
    asked: dict[str, tuple[dict[str, Any], int]] = {
        "open": ({"state": "open"}, counts["open"]),
        "closed": ({"state": "closed"}, counts["matched"] - counts["open"]),
        "nowhere": ({"place": "none"}, counts["without_position"]),
        "red": ({"light": "red"}, counts["lights"]["red"]),
        "overdue": ({"overdue": True}, counts["lights"]["red"]),
        "calm": ({"light": "none"}, counts["lights"]["none"]),
        "severe": ({"severity": 3}, counts["severities"]["3"]),
        "disputes": ({"kind": "dispute"}, counts["kinds"]["dispute"]),
    }
    for name, (query, count) in asked.items():
        assert listed(town, limit=1, **query)["numberMatched"] == count > 0, name
        again = town.call("commander", "GET", "/incidents/counts", params=query).json()
        assert again["matched"] == count, name
    assert counts["states"][0] == {
        "workflow": "base", "version": 1, "name": "reported", "kind": "open", "zh": "已上报",
        "en": "reported", "count": counts["open"],
    }  # fmt: skip
    assert rows(listed(town, light="red"))[0]["light"] == "red"
    nowhere = listed(town, place="none")["features"]
    assert {one["geometry"] for one in nowhere} == {None}
    public = town.call("consumer", "GET", "/incidents/counts").json()
    assert set(public["kinds"]) == {"hazard", "incident"}
    assert public["matched"] < counts["matched"]
    assert town.call("neighbour", "GET", "/incidents/counts").json()["matched"] == 14


def test_words_are_looked_for_as_they_are(town: Town) -> None:
    town.report(code="full", title="100% 堵塞", address="示范路 1_2 号")
    town.report(code="half", title="1005 堵塞", address="示范路 132 号")
    for words, codes in {
        "100%": ["full"], "1_2": ["full"], "堵塞": ["half", "full"], "HALF": ["half"], "\\": [],
        "%' OR 1=1": [],
    }.items():  # fmt: skip
        assert [one["code"] for one in rows(listed(town, q=words))] == codes, words


@contextmanager
def as_commander(town: Town) -> Iterator[Connection]:
    """Enter the commander's scope on the service's login."""
    with town.conn.begin_nested() as begun:
        town.conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
        credential = Credential("session", town.secrets["commander"])
        assert scope.enter(town.conn, credential, Permission.SEE_INCIDENTS) is not None
        yield town.conn
        begun.rollback()


@contextmanager
def explained() -> Iterator[None]:
    """Let each query say how it would be answered."""

    def explain(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return f"EXPLAIN (COSTS OFF) {statement}", parameters

    event.listen(Engine, "before_cursor_execute", explain, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


def test_a_page_is_read_by_an_index_whoever_asks(town: Town) -> None:
    """Row level security forbids indexes whose comparisons could leak: none of these does."""
    many(town, 20_000)
    now = datetime.now(UTC)
    with as_commander(town) as conn, explained():
        for sort in Sort:
            for after in (None, Place(sort, False, 2, now - timedelta(hours=9), 5)):
                plan = "\n".join(
                    row[0] for row in lists.page(conn, Filter(), Page(50, sort, after), now, "{}")
                )
                assert f"Index Scan using incident_{sort}_idx" in plan, plan
                assert "Sort" not in plan, plan
                assert after is None or "Index Cond: (ROW(" in plan, plan
