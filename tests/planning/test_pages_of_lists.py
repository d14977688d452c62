"""Lists of drafts and divisions come page by page; each row once, whatever is added meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import planned_town
import pytest
from answering import client_on
from planned_town import COMMUNITY
from planners_page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


@pytest.fixture
def page(conn: Connection) -> Iterator[Page]:
    planned_town.build(conn)
    with client_on(conn) as client:
        yield Page(client, conn, "ann", COMMUNITY)


def listed(page: Page, what: str, **query: object) -> tuple[list[int], str | None]:
    address = "&".join(f"{name}={value}" for name, value in query.items())
    answer = page.get(f"/api/{what}?{address}")
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()[what]], answer.json()["next"]


def test_drafts_come_page_by_page(page: Page) -> None:
    ids = [page.open(COMMUNITY)["id"] for _ in range(5)][::-1]
    assert listed(page, "scenarios") == (ids, None)
    first, after = listed(page, "scenarios", limit=2, community=COMMUNITY)
    page.open(COMMUNITY)
    second, then = listed(page, "scenarios", limit=2, after=after, community=COMMUNITY)
    third = listed(page, "scenarios", limit=2, after=then)
    assert (first + second, third) == (ids[:4], (ids[4:], None))


def test_divisions_come_page_by_page(page: Page) -> None:
    for year in (2100, 2101, 2102):
        page.open(COMMUNITY)
        answer = page.change("/publish", {"valid_from": f"{year}-01-01T00:00:00+08:00"})
        assert answer.status_code == 200, answer.text
    every, _ = listed(page, "divisions")
    first, after = listed(page, "divisions", limit=2)
    second, then = listed(page, "divisions", limit=2, after=after)
    assert (first + second, then) == (every, None)
    assert len(every) == 3


def test_a_page_that_is_none_is_told(page: Page) -> None:
    for after in ("x", "1-0", "-99999999999999999-1", "1-999999999999999999999"):
        answer = page.get(f"/api/scenarios?after={after}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "after"), after
    assert page.get("/api/divisions?limit=0").status_code == 422
