"""Tiles and pages in their own lane are answered as by the routes, to everybody, whatever they have."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import neighbours
import pytest
from fastapi.testclient import TestClient
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.app import create_app
from gis_grid.kit import clock
from gis_grid.kit.database import Engines, login_of, make_engine
from gis_grid.kit.direct import Direct
from gis_grid.kit.errors import Unavailable
from gis_grid.kit.logins import LOGINS, SERVICE_ROLE
from gis_grid.kit.settings import Settings
from gis_grid.ogc import lane as lanes
from gis_grid.ogc import plain_pages
from gis_grid.ogc.tiles import LAYERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from datetime import datetime

    import httpx2
    from sqlalchemy import Engine

    from gis_grid.kit.direct import Ask

PLACES: Final = ("0/0/0", "14/6208/13485", "17/49667/107880")
BROTLI: Final = {"Accept-Encoding": "br"}
ASKED_PLAINLY: Final = (
    "limit=77",
    "limit=1",
    "limit=1000&f=json&lang=en",
    "bbox=118.7,31.9,118.9,32.2&limit=2",
    "bbox=118.7,31.9,0,118.9,32.2,9&crs=http://www.opengis.net/def/crs/EPSG/0/4326",
    "bbox=13213000,3750000,13236000,3780000&bbox-crs=EPSG:3857&crs=EPSG:3857",
    "bbox=170,-90,119,90",
    "bbox=118.783,-90,118.783,90",
    "bbox=1,1,2,3",
)
"""Whole pages, parts of them, boxes of each kind, every order of coordinates, and nothing."""
NOT_PLAIN: Final = (
    *("limit=0", "limit=x", "limit=1&limit=2", "limit=10001", "bbox=1,2", "bbox=1,2,3", "bbox=1,9,2,8"),
    *("crs=x", "bbox-crs=x", "f=xml", "lang=fr", "cursor=x", "unknown=1", "filter=1=1", "filter=(", "f=html"),
    *("datetime=2026-11-03", "datetime=x", "properties=code", "properties=x", "code=C", "bbox=1e400,1,2,3"),
)
CALLERS: Final = ("consumer-here", "consumer-next", "commander-above", "no-role")


class Watched(Direct):
    """Counts its answers, and fails when it is told to."""

    answers = 0
    transactions = 0
    fails = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Ask]:
        """Begin one or fail."""
        if self.fails:
            raise Unavailable("The database does not answer", "")
        async with super().transaction() as ask:
            self.transactions += 1
            yield ask

    async def row(self, statement: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Answer or fail."""
        if self.fails:
            raise Unavailable("The database does not answer", "")
        found = await super().row(statement, values)
        self.answers += 1
        return found


class Town:
    """Two communities, their callers, and both ways to a tile of theirs."""

    def __init__(
        self, lane: TestClient, routes: TestClient, direct: Watched, owner: Engine, secrets: dict[str, str]
    ):
        self.lane, self.routes, self.direct, self.owner, self.secrets = lane, routes, direct, owner, secrets

    def both(
        self, layer: str, place: str, who: str, **headers: str
    ) -> tuple[httpx2.Response, httpx2.Response]:
        """Ask both ways."""
        return self.ask(f"{layer}/tiles/WebMercatorQuad/{place}", who, **headers)

    def ask(
        self, path: str, who: str, method: str = "GET", **headers: str
    ) -> tuple[httpx2.Response, httpx2.Response]:
        """Ask both ways below the collections."""
        shown = {"Cookie": f"{COOKIE}={self.secrets[who]}", **headers}
        lane, routes = (
            one.request(method, f"/ogc/collections/{path}", headers=shown) for one in (self.lane, self.routes)
        )
        return lane, routes


@pytest.fixture(scope="module")
def town(module_database: str) -> Iterator[Town]:
    owner = make_engine(module_database)
    with owner.begin() as conn:
        neighbours.build(conn)
        secrets = neighbours.sign_in_all(conn)
        secrets["twin-here"] = signed_in(conn, "twin-here", [(Role.CONSUMER, "C-HERE")])
    service, door, intake = (make_engine(module_database, role=role) for role in LOGINS)
    direct = Watched(login_of(module_database, role=SERVICE_ROLE))
    try:
        with (
            TestClient(create_app(Settings(), Engines(service, door, intake, direct))) as lane,
            TestClient(create_app(Settings(), Engines(service, door, intake))) as routes,
        ):
            yield Town(lane, routes, direct, owner, secrets)
    finally:
        for engine in (service, door, intake, owner):
            engine.dispose()


class Watch:
    """A clock that stands."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Return its time."""
        return self._moment


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing hold that the database says of a caller from now on."""
    monkeypatch.setattr(lanes, "FRESH", timedelta(0))


def without_moment(answer: httpx2.Response) -> tuple[int, bytes, dict[str, str]]:
    """Return all of an answer but when it was made."""
    status, content, headers = told(answer)
    for name in ("content-length", "transfer-encoding"):
        headers.pop(name, None)
    return status, re.sub(rb'"timeStamp":\s*"[^"]*"', b"", content), headers


def told(answer: httpx2.Response) -> tuple[int, bytes, dict[str, str]]:
    """Return all of an answer but when it was, and in which order its headers came."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    # That of which nothing is compressed need not say that it depends on that.
    varies = {part.strip() for part in headers.get("vary", "").split(",")} - {"Accept-Encoding"}
    headers["vary"] = ", ".join(sorted(varies))
    return answer.status_code, answer.content, headers


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_both_ways_give_the_same_answer(town: Town, layer: str) -> None:
    for who in CALLERS:
        for place in PLACES:
            for headers in ({}, BROTLI, BROTLI):
                lane, routes = town.both(layer, place, who, **headers)
                assert told(lane) == told(routes), (layer, place, who)
            if tag := lane.headers.get("ETag"):
                lane, routes = town.both(layer, place, who, **BROTLI, **{"If-None-Match": f'"other", {tag}'})
                assert lane.status_code == 304
                assert told(lane) == told(routes), (layer, place, who)


def test_the_database_is_asked_once_while_a_map_loads(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.now()
    monkeypatch.setattr(lanes, "clock", Watch(moment))
    town.both("buildings", "17/49667/107880", "planner-here")
    before = town.direct.answers
    for later_s, asked in ((0, 0), (0.9, 0), (1.0, 1), (1.1, 1), (2.1, 2)):
        monkeypatch.setattr(lanes, "clock", Watch(moment + timedelta(seconds=later_s)))
        assert town.both("buildings", "17/49667/107880", "planner-here")[0].content
        assert town.direct.answers == before + asked, later_s


@pytest.mark.parametrize("headers", [{}, BROTLI])
@pytest.mark.parametrize("path", ["buildings/items?limit=2", "grids/items", "roads/items?bbox=1,1,2,2"])
def test_a_page_is_kept_and_told_again(town: Town, path: str, headers: dict[str, str]) -> None:
    for who in CALLERS[:3]:
        shown = {"Cookie": f"{COOKIE}={town.secrets[who]}", **headers}
        first, again = (town.lane.get(f"/ogc/collections/{path}", headers=shown) for _ in range(2))
        routes = town.routes.get(f"/ogc/collections/{path}", headers=shown)
        assert told(first) == told(again)
        assert without_moment(again) == without_moment(routes)
        shown["If-None-Match"] = again.headers["ETag"]
        assert town.lane.get(f"/ogc/collections/{path}", headers=shown).status_code == 304


@pytest.mark.parametrize("collection", [one.id for one in plain_pages.COLLECTIONS])
def test_plain_pages_are_read_as_the_routes_read_them(town: Town, collection: str) -> None:
    for who in ("consumer-here", "commander-above", "no-role"):
        for query in ASKED_PLAINLY:
            before = town.direct.transactions
            lane, routes = town.ask(f"{collection}/items?{query}", who)
            assert without_moment(lane) == without_moment(routes), (who, query)
            assert town.direct.transactions == before + 1, (who, query)
            if lane.status_code == 200:
                _follows(town, collection, lane, who)
                has_it = {"If-None-Match": f'"other", {lane.headers["ETag"]}'}
                assert town.ask(f"{collection}/items?{query}", who, **has_it)[0].status_code == 304


@pytest.mark.parametrize("collection", [one.id for one in plain_pages.COLLECTIONS])
def test_a_box_that_holds_more_than_one_look_is_read_as_any_other_page(
    town: Town, collection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_pages, "MOST_NEAR", 0)
    for limit in (1, 50):
        lane, routes = town.ask(f"{collection}/items?bbox=110,30,125,40&limit={limit}", "commander-above")
        assert without_moment(lane) == without_moment(routes)
        _follows(town, collection, lane, "commander-above")


def _follows(town: Town, collection: str, page: httpx2.Response, who: str) -> None:
    """Follow the link to the next page."""
    following = [link["href"] for link in page.json()["links"] if link["rel"] == "next"]
    for address in following:
        lane, routes = town.ask(f"{collection}/items?{address.partition('?')[2]}", who)
        assert without_moment(lane) == without_moment(routes), address
        assert lane.json()["features"]
        assert "numberMatched" not in lane.json()


@pytest.mark.parametrize("query", NOT_PLAIN)
def test_what_is_no_plain_page_is_for_the_routes(town: Town, query: str) -> None:
    for collection in ("grids", "incidents"):
        before = town.direct.transactions
        lane, routes = town.ask(f"{collection}/items?{query}", "consumer-here")
        assert without_moment(lane) == without_moment(routes)
        assert town.direct.transactions == before


def test_who_has_a_page_already_is_not_read_another(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "grids/items?bbox=118,31,119,33&limit=9"
    mark = town.ask(path, "auditor-here")[1].headers["ETag"]
    monkeypatch.setattr(plain_pages, "page_text", None)
    lane, routes = town.ask(path, "auditor-here", **{"If-None-Match": mark})
    assert lane.status_code == 304
    assert told(lane) == told(routes)


def test_a_plain_page_in_other_words_is_the_same(town: Town) -> None:
    for headers in ({"Accept-Language": "en"}, {"Accept": "application/json"}, BROTLI, {"Host": "localhost"}):
        lane, routes = town.ask("areas/items?limit=4", "planner-here", **headers)
        assert without_moment(lane) == without_moment(routes)
    lane, routes = town.ask("areas/items?limit=5", "planner-here", method="HEAD")
    assert without_moment(lane) == without_moment(routes)
    assert lane.content == b""


def test_a_page_that_is_kept_is_not_made_again(town: Town) -> None:
    shown = {"Cookie": f"{COOKIE}={town.secrets['consumer-next']}", "Accept": "application/geo+json"}
    first, again = (
        town.lane.get("/ogc/collections/buildings/items?limit=3", headers=shown) for _ in range(2)
    )
    assert first.json()["timeStamp"] == again.json()["timeStamp"]
    page = town.lane.get("/ogc/collections/buildings/items?limit=3", headers={**shown, "Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    elsewhere = {**shown, "Host": "localhost"}
    linked = town.lane.get("/ogc/collections/buildings/items?limit=3", headers=elsewhere).json()["links"]
    assert all(link["href"].startswith("http://localhost/") for link in linked)


def test_a_page_for_people_is_nobody_elses(town: Town) -> None:
    """It names who reads it, and may be asked for by parameter alone."""
    for who in ("consumer-here", "twin-here", "consumer-here"):
        shown = {"Cookie": f"{COOKIE}={town.secrets[who]}"}
        for asked in ("f=html", "f=%68tml"):
            page = town.lane.get(f"/ogc/collections/grids/items?limit=3&{asked}", headers=shown)
            assert who in page.text
            assert "form-action 'self'" in page.headers["Content-Security-Policy"]
            again = {**shown, "If-None-Match": page.headers["ETag"]}
            assert town.lane.get(page.request.url, headers=again).status_code == 304
            other = {**again, "Cookie": f"{COOKIE}={town.secrets['twin-here']}"}
            assert town.lane.get(page.request.url, headers=other).status_code == (
                304 if who == "twin-here" else 200
            )


def test_what_a_wider_scope_shows_is_not_kept_for_the_narrower_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the second that the version of a caller holds, the caller is given more to see."""
    # So it stands, and yet for no other test.
    monkeypatch.setattr(lanes, "clock", Watch(clock.now() - timedelta(minutes=1)))
    path = "/ogc/collections/buildings/items?limit=7"
    twin = {"Cookie": f"{COOKIE}={town.secrets['twin-here']}"}
    consumer = {"Cookie": f"{COOKIE}={town.secrets['consumer-here']}"}
    assert town.lane.get("/ogc/collections/buildings/items?limit=6", headers=twin).status_code == 200
    there = "account.name = 'twin-here' AND area.code = 'C-NEXT'"
    with town.owner.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO account_role (account_id, role, area_id) SELECT account.id, 'consumer', area.id "
                f"FROM account, area WHERE {there}"
            )
        )
    wide = town.lane.get(path, headers=twin).json()["features"]
    with town.owner.begin() as conn:
        conn.execute(
            text(
                "DELETE FROM account_role USING account, area "
                f"WHERE account.id = account_id AND area.id = area_id AND {there}"
            )
        )
    narrow = town.lane.get(path, headers=consumer).json()["features"]
    assert {one["properties"]["community_code"] for one in wide} == {"C-HERE", "C-NEXT"}
    assert {one["properties"]["community_code"] for one in narrow} == {"C-HERE"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": f"{COOKIE}=nobody-has-this-secret-anywhere"},
        {"Cookie": "other=1"},
        {"Authorization": "Bearer ggt_nobody-has-this-secret-anywhere"},
        {"Host": "another.example"},
    ],
)
def test_refusals_are_those_of_the_routes(town: Town, headers: dict[str, str]) -> None:
    lane, routes = town.both("grids", "14/6208/13485", "consumer-here", **headers)
    assert lane.status_code >= 400
    assert told(lane) == told(routes)


def test_a_header_that_is_no_token_leaves_the_cookie(town: Town) -> None:
    lane, routes = town.both("grids", "14/6208/13485", "consumer-here", Authorization="Basic eA==")
    assert lane.status_code == 200
    assert told(lane) == told(routes)


@pytest.mark.parametrize(
    "place", ["14/6208/16384", "25/0/0", "1/2/0", "14/6208/13485?datetime=2026-11-03", "1/1/1?x=1"]
)
def test_what_is_not_plain_goes_to_the_routes(town: Town, place: str) -> None:
    lane, routes = town.both("grids", place, "consumer-here")
    assert told(lane) == told(routes)


def test_a_change_is_seen_and_by_those_whose_it_is(town: Town, at_once: None) -> None:
    here = [town.both("buildings", "17/49667/107880", "auditor-here")[0] for _ in range(2)]
    there = town.both("buildings", "17/49667/107881", "auditor-next")[0]
    with town.owner.begin() as conn:
        conn.execute(
            text(
                "UPDATE building SET households = households + 1 FROM area "
                "WHERE area.id = area_id AND area.code = 'C-HERE'"
            )
        )
    changed = town.both(
        "buildings", "17/49667/107880", "auditor-here", **{"If-None-Match": here[0].headers["ETag"]}
    )[0]
    same = town.both(
        "buildings", "17/49667/107881", "auditor-next", **{"If-None-Match": there.headers["ETag"]}
    )[0]
    assert here[0].content == here[1].content != changed.content
    assert (changed.status_code, same.status_code) == (200, 304)


def test_an_ended_session_sees_nothing_of_what_is_kept(town: Town, at_once: None) -> None:
    assert town.both("grids", "14/6208/13485", "commander-next")[0].status_code == 200
    with town.owner.begin() as conn:
        conn.execute(
            text(
                "UPDATE session SET ended_at = now() FROM account "
                "WHERE account.id = account_id AND account.name = 'commander-next'"
            )
        )
    assert town.both("grids", "14/6208/13485", "commander-next")[0].status_code == 401


@pytest.mark.parametrize("path", ["grids/tiles/WebMercatorQuad/14/6208/13485", "grids/items?limit=8"])
def test_the_routes_answer_when_the_lane_cannot(town: Town, path: str) -> None:
    town.direct.fails = True
    try:
        lane, routes = town.ask(path, "consumer-here")
    finally:
        town.direct.fails = False
    assert lane.status_code == 200
    assert without_moment(lane) == without_moment(routes)
