"""Whoever may see one area learns nothing of its neighbour: not by name, count, extent, tile, tag or time."""

from __future__ import annotations

import math
import re
import time
from statistics import median
from typing import TYPE_CHECKING

import neighbours
import pytest
from answering import client_on
from neighbours import HERE, MARKS, NEIGHBOUR, NEXT, WORKER

from gis_grid.accounts.http import COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

TILE = "/ogc/collections/{layer}/tiles/WebMercatorQuad/{zoom}/{row}/{column}"
AT = "2026-11-05T08:00:00%2B08:00"

LISTS = {
    "commander": ("/api/areas", f"/api/grids?at={AT}", "/api/workers", "/api/incidents"),
    "planner": ("/api/areas", f"/api/grids?at={AT}", "/api/incidents"),
    "admin": ("/api/areas", f"/api/grids?at={AT}", "/api/accounts"),
    "worker": ("/api/areas", f"/api/grids?at={AT}", "/api/workers", "/api/incidents"),
    "consumer": ("/api/areas", f"/api/grids?at={AT}", "/api/incidents"),
}
REPORTS = ("/reports/analysis?lang=en", "/reports/hazards?lang=en", "/reports/visits?lang=en")
DOWNLOADS = tuple(f"{path}&download=true" for path in REPORTS[1:])


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Build the communities once; nothing of it is committed."""
    with engine.connect() as conn, conn.begin() as transaction:
        neighbours.build(conn)
        yield conn
        transaction.rollback()


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[TestClient]:
    with client_on(town) as client:
        yield client


@pytest.fixture(scope="module")
def secrets(town: Connection) -> dict[str, str]:
    return neighbours.sign_in_all(town)


class Asker:
    """Asks as one caller after the other."""

    def __init__(self, client: TestClient, secrets: dict[str, str]) -> None:
        self._client, self._secrets = client, secrets

    def __call__(self, who: str, path: str, **headers: str) -> httpx2.Response:
        self._client.cookies.clear()
        self._client.cookies.set(COOKIE, self._secrets[who])
        return self._client.get(path, headers=headers)


@pytest.fixture
def ask(program: TestClient, secrets: dict[str, str]) -> Asker:
    return Asker(program, secrets)


def traces(answer: httpx2.Response, area: str) -> set[str]:
    """Return what of an area's names stands in an answer's body or headers."""
    read = answer.text + repr(answer.headers)
    return {mark for mark in MARKS[area] if mark in read}


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in LISTS.items() for path in paths])
def test_a_list_names_the_own_area_and_nothing_of_the_next(ask: Asker, role: str, path: str) -> None:
    for place, other in ((HERE, NEXT), (NEXT, HERE)):
        answer = ask(f"{role}-{place[2:].lower()}", path)
        assert answer.status_code == 200
        assert traces(answer, place), "the own area is there: the test reads what it should"
        assert not traces(answer, other)


@pytest.mark.parametrize("path", REPORTS + DOWNLOADS)
def test_a_report_tells_nothing_of_the_next_area(ask: Asker, path: str) -> None:
    for place, other in ((HERE, NEXT), (NEXT, HERE)):
        answer = ask(f"planner-{place[2:].lower()}", path)
        assert answer.status_code == 200
        assert not traces(answer, other)


def test_a_count_is_of_the_own_areas(ask: Asker) -> None:
    matched = {
        who: ask(f"consumer-{who}", "/api/incidents?limit=1").json()["numberMatched"]
        for who in ("here", "next", "empty", "above", "everywhere")
    }
    assert matched == {"here": 1, "next": 2, "empty": 0, "above": 3, "everywhere": 3}


def test_positions_lie_in_the_own_area(ask: Asker) -> None:
    border = 116.304
    for path in (f"/api/grids?at={AT}", "/api/areas", "/api/incidents"):
        west, east = _reach(ask("consumer-here", path)), _reach(ask("consumer-next", path))
        assert max(west) <= border + 1e-7, path
        assert min(east) >= border - 1e-7, path


def _reach(answer: httpx2.Response) -> list[float]:
    lon = [float(found) for found in re.findall(r"\[\s*(11\d\.\d+)\s*,", answer.text)]
    assert lon
    return lon


@pytest.mark.parametrize("path", REPORTS[1:])
def test_a_report_of_an_empty_area_is_that_of_no_data_at_all(ask: Asker, path: str) -> None:
    text = ask("planner-empty", path).text
    assert not re.search(r"116\.30\d", text)
    assert not any(mark in text for area in MARKS for mark in MARKS[area])


@pytest.mark.parametrize("zoom", [14, 11, 5])
@pytest.mark.parametrize("layer", ["areas", "buildings", "grids", "boundaries", "hazards"])
def test_a_tile_is_the_bytes_of_what_one_may_see(ask: Asker, layer: str, zoom: int) -> None:
    row, column = _tile_at(116.302, 39.9015, zoom)
    path = TILE.format(layer=layer, zoom=zoom, row=row, column=column)
    if (layer, zoom) == ("areas", 5):
        assert ask("consumer-everywhere", path).status_code == 204, "counties only"
        return
    here, next_, empty = (ask(f"consumer-{who}", path) for who in ("here", "next", "empty"))
    assert here.status_code == next_.status_code == 200
    assert here.content != next_.content
    assert (empty.status_code, empty.content) == (204, b"")
    words = [tuple(mark.encode() for mark in MARKS[area]) for area in (HERE, NEXT)]
    assert any(word in here.content for word in words[0])
    assert not any(word in here.content for word in words[1])
    assert not any(word in next_.content for word in words[0])


def test_a_tile_of_heat_counts_what_one_may_see(ask: Asker) -> None:
    row, column = _tile_at(116.302, 39.9015, 14)
    path = TILE.format(layer="heat_cells", zoom=14, row=row, column=column) + "?kind=both"
    here, next_, empty = (ask(f"planner-{who}", path) for who in ("here", "next", "empty"))
    assert {here.status_code, next_.status_code} == {200}
    assert here.content != next_.content
    assert (empty.status_code, empty.content) == (204, b"")
    assert ask("planner-next", path, **{"If-None-Match": here.headers["etag"]}).status_code == 200


def test_a_tag_of_one_scope_is_no_answer_for_another(ask: Asker) -> None:
    row, column = _tile_at(116.302, 39.9015, 14)
    path = TILE.format(layer="buildings", zoom=14, row=row, column=column)
    tags = {who: ask(f"consumer-{who}", path).headers["etag"] for who in ("here", "next", "everywhere")}
    assert len(set(tags.values())) == 3
    assert ask("consumer-here", path, **{"If-None-Match": tags["here"]}).status_code == 304
    assert ask("consumer-next", path, **{"If-None-Match": tags["here"]}).status_code == 200


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return row and column of the tile in which a place lies."""
    size = 2**zoom
    north = math.asinh(math.tan(math.radians(lat)))
    return int((1 - north / math.pi) / 2 * size), int((lon + 180) / 360 * size)


@pytest.mark.parametrize(
    "path",
    [
        "/api/workers/{}/days",
        "/api/workers/{}/days?from=2026-11-03&to=2026-11-02",
        "/api/workers/{}/track?date=2026-11-02",
        "/api/workers/{}/weeks/2026-W45/revisions",
        "/api/workers/{}/weeks/2026-W99/revisions",
    ],
)
def test_an_error_about_what_is_elsewhere_is_the_one_about_what_is_nowhere(ask: Asker, path: str) -> None:
    nobody = "W-NONE"
    elsewhere, nowhere = (ask("commander-here", path.format(code)) for code in (NEIGHBOUR, nobody))
    assert elsewhere.status_code == nowhere.status_code >= 400
    assert elsewhere.text == nowhere.text.replace(nobody, NEIGHBOUR)


def test_the_time_of_an_answer_does_not_tell_elsewhere_from_nowhere(ask: Asker) -> None:
    def taken(code: str) -> float:
        start = time.perf_counter()
        assert ask("commander-here", f"/api/workers/{code}/track?date=2026-11-02").status_code == 404
        return time.perf_counter() - start

    taken(NEIGHBOUR)
    pairs = [(taken(NEIGHBOUR), taken("W-NONE")) for _ in range(15)]
    elsewhere, nowhere = (median(times) for times in zip(*pairs, strict=True))
    assert 0.2 < elsewhere / nowhere < 5


def test_the_same_question_of_a_worker_in_sight_is_answered(ask: Asker) -> None:
    assert ask("commander-here", f"/api/workers/{WORKER}/track?date=2026-11-02").json()["features"]
