"""A planner of one community sees and changes nothing of another: as if it were not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import planned_town
import pytest
from answering import client_on
from planned_town import BLOCK, COLUMNS, COMMUNITY, WEST
from planners_page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

NEXT = "110101001002"


@pytest.fixture
def client(conn: Connection) -> Iterator[TestClient]:
    planned_town.build(conn)
    planned_town.build(conn, NEXT, west=WEST + COLUMNS * BLOCK)
    with client_on(conn) as client:
        yield client


def test_a_planner_sees_and_changes_nothing_of_another_community(
    conn: Connection, client: TestClient
) -> None:
    ann = Page(client, conn, "ann", COMMUNITY)
    bob = Page(client, conn, "bob", NEXT)
    mine = ann.open(COMMUNITY)
    published = ann.change("/publish", {"valid_from": "2100-01-01T00:00:00+08:00"}).json()["publication"]
    before = ann.get().json()
    bob.path, bob.etag = ann.path, ann.etag
    assert bob.post("/api/scenarios", {"community": COMMUNITY}).status_code == 404
    for what in ("", "/grids", "/atoms", "/buildings", "/comparison"):
        assert bob.get(what).status_code == 404, what
    line = {"type": "LineString", "coordinates": [[WEST, 39.9], [WEST + 1, 39.9]]}
    for what, body in (
        ("/edits", {"op": "merge", "grids": [0, 1]}),
        ("/edits", {"op": "refresh"}),
        ("/undo", None),
        ("/redo", None),
        ("/count", {"grid": 0, "line": line}),
        ("/proposals", None),
        ("/review", {"note": "mine now"}),
        ("/publish", None),
        ("/withdraw", None),
    ):
        answer = bob.change(what, body)
        assert answer.status_code == 404, (what, answer.text)
        assert answer.json()["title"] == "No such draft"
    assert bob.drop().status_code == 404
    assert bob.post(f"/api/divisions/{published}/restore").status_code == 404
    assert bob.get(f"/api/grids/{COMMUNITY}001/lineage").status_code == 404
    assert bob.get("/api/scenarios").json()["scenarios"] == []
    assert bob.get(f"/api/scenarios?community={COMMUNITY}").json()["scenarios"] == []
    assert bob.get("/api/divisions").json()["divisions"] == []
    assert ann.get().json() == before
    assert [one["id"] for one in ann.get("/api/scenarios").json()["scenarios"]] == [mine["id"]]
    assert bob.open(NEXT)["totals"]["grids"] == 2


def test_two_planners_work_on_two_communities_at_once(conn: Connection, client: TestClient) -> None:
    ann = Page(client, conn, "ann", COMMUNITY)
    bob = Page(client, conn, "bob", NEXT)
    ann.open(COMMUNITY)
    bob.open(NEXT)
    assert ann.edited("merge", grids=[0, 1]).scenario.writer is not None
    assert bob.edited("merge", grids=[0, 1]).scenario.totals.households == 900
    assert ann.change("/undo").status_code == 200
