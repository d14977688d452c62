"""The routes of drafts: opened, edited in the revision that was read, taken back, published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import planned_town
import pytest
from answering import client_on
from planned_town import BLOCK, COLUMNS, COMMUNITY, ROWS, SOUTH, WEST
from signed_in import signed_in

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.planning.schemas.drafts import DraftShown, Edited

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

ELSEWHERE = "110101001002"


class Page:
    """What a planner's page does: it keeps the revision, and sends it with each change."""

    def __init__(self, client: TestClient, secret: str) -> None:
        self._client = client
        self._secret = secret
        self.path = ""
        self.etag = ""

    def open(self, **wanted: Any) -> dict[str, Any]:
        answer = self.post("/api/scenarios", {"community": COMMUNITY, **wanted})
        assert answer.status_code == 201, answer.text
        self.path = answer.headers["Location"]
        return DraftShown.model_validate(answer.json()).model_dump()

    def edit(self, op: str, **params: Any) -> httpx2.Response:
        return self.change("/edits", {"op": op, **params})

    def change(self, what: str, body: Any = None) -> httpx2.Response:
        return self.post(f"{self.path}{what}", body, {"If-Match": self.etag})

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> httpx2.Response:
        self._as_mine()
        headers = {CSRF_HEADER: csrf_token(self._secret), **(headers or {})}
        answer = self._client.post(path, json=body, headers=headers)
        self.etag = answer.headers.get("ETag", self.etag)
        return answer

    def delete(self) -> httpx2.Response:
        self._as_mine()
        headers = {CSRF_HEADER: csrf_token(self._secret), "If-Match": self.etag}
        return self._client.delete(self.path, headers=headers)

    def get(self, what: str = "") -> httpx2.Response:
        self._as_mine()
        return self._client.get(what if what.startswith("/") and "/api" in what else f"{self.path}{what}")

    def _as_mine(self) -> None:
        self._client.cookies.clear()
        self._client.cookies.set(COOKIE, self._secret)


@pytest.fixture
def client(conn: Connection) -> Iterator[TestClient]:
    planned_town.build(conn)
    with client_on(conn) as client:
        yield client


@pytest.fixture
def page(conn: Connection, client: TestClient) -> Page:
    return Page(client, signed_in(conn, "ann", [(Role.PLANNER, COMMUNITY)]))


def across(column: float) -> dict[str, Any]:
    """Return a line from south to north."""
    x = WEST + column * BLOCK
    return {"type": "LineString", "coordinates": [[x, SOUTH - BLOCK], [x, SOUTH + (ROWS + 1) * BLOCK]]}


def test_a_draft_shows_todays_grids_with_their_figures(page: Page) -> None:
    shown = page.open()
    assert page.etag == '"1"'
    assert [(grid["code"], grid["households"], grid["band"]) for grid in shown["grids"]] == [
        (f"{COMMUNITY}001", 450, "in"),
        (f"{COMMUNITY}002", 450, "in"),
    ]
    assert shown["totals"]["households"] == 900
    assert (shown["checks"], shown["history"], shown["writer"]) == ([], [], None)
    assert page.get().json()["id"] == shown["id"]
    assert [row["id"] for row in page.get("/api/scenarios").json()["scenarios"]] == [shown["id"]]
    assert page.get("/api/scenarios?community=none").json()["scenarios"] == []


def test_maps_of_a_draft_are_geojson(page: Page) -> None:
    page.open()
    grids = page.get("/grids")
    assert grids.headers["content-type"] == "application/geo+json"
    assert grids.headers["ETag"] == '"1"'
    features = grids.json()["features"]
    assert [feature["id"] for feature in features] == [0, 1]
    assert features[0]["properties"]["households"] == 450
    atoms = page.get("/atoms").json()["features"]
    assert len(atoms) == COLUMNS * ROWS
    assert {feature["properties"]["label"] for feature in atoms} == {0, 1}
    buildings = page.get("/buildings").json()["features"]
    assert {feature["geometry"]["type"] for feature in buildings} == {"Point"}
    assert sum(feature["properties"]["households"] for feature in buildings) == 900


def test_an_edit_is_answered_with_what_has_to_be_drawn_again(page: Page) -> None:
    page.open()
    answer = page.edit("split_by_line", grid=0, line=across(1))
    assert answer.status_code == 200, answer.text
    edited = Edited.model_validate(answer.json())
    assert page.etag == '"2"'
    assert {feature["id"] for feature in edited.changed["features"]} == {0, 2}
    assert edited.removed == []
    assert {grid.label: grid.households for grid in edited.scenario.grids} == {0: 300, 1: 450, 2: 150}
    assert [(check.code, check.severity, check.grids) for check in edited.scenario.checks] == [
        ("under", "error", [2]),
        ("not_compact", "warning", [0]),
    ]
    assert edited.scenario.history[0].en
    assert edited.scenario.writer is not None
    assert edited.scenario.writer.name == "ann"
    undone = page.change("/undo").json()
    assert undone["removed"] == [2]
    assert undone["scenario"]["can_redo"]
    assert undone["scenario"]["history"][0]["undone"]
    redone = page.change("/redo").json()
    assert {grid["label"] for grid in redone["scenario"]["grids"]} == {0, 1, 2}
    merged = page.edit("merge", grids=[0, 2]).json()
    assert merged["removed"] == [2]


def test_a_change_says_for_which_revision_it_is(page: Page) -> None:
    page.open()
    page.etag = ""
    missing = page.post(f"{page.path}/edits", {"op": "merge", "grids": [0, 1]})
    assert missing.status_code == 428
    assert missing.json()["title"] == "If-Match is missing"
    for wrong in ("1", "*", '"x"', '"1", "2"'):
        answer = page.post(f"{page.path}/undo", None, {"If-Match": wrong})
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["field"] == "If-Match"
        assert answer.json()["errors"][0]["value"] == wrong
    weak = page.post(f"{page.path}/edits", {"op": "merge", "grids": [0, 1]}, {"If-Match": 'W/"1"'})
    assert weak.status_code == 200
    stale = page.post(f"{page.path}/undo", None, {"If-Match": '"1"'})
    assert stale.status_code == 412
    assert {key: stale.json()[key] for key in ("code", "revision", "by")} == {
        "code": "stale",
        "revision": 2,
        "by": "ann",
    }
