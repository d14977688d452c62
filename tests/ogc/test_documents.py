"""Documents about the service: every link leads to what it says, and everybody is told of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest
import two_grids
from answering import client_on
from fastapi.testclient import TestClient
from signed_in import give_token, signed_in
from sqlalchemy import text
from starlette.requests import Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.kit.settings import Settings
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.negotiating import DocumentFormat, Shown
from gis_grid.ogc.routes import landing
from gis_grid.reports.sentences import Lang

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

HTML: Final = "text/html"
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
NEIGHBOUR: Final = """
    INSERT INTO area (code, name, kind, geom) VALUES
        ('C2', '邻近社区', 'community', ST_Multi(ST_MakeEnvelope(118.790, 32.050, 118.800, 32.055, 4326)))
"""
FAR: Final = Settings(public_url="https://grid.example.org:8443", trusted_proxies="192.0.2.7")


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as conn, conn.begin() as transaction:
        two_grids.build(conn)
        conn.execute(text(NEIGHBOUR))
        yield conn
        transaction.rollback()


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[TestClient]:
    """A client signed in as one who may see everything everywhere."""
    secret = signed_in(town, "everyone", [(role, None) for role in Role if role is not Role.WORKER])
    with client_on(town) as client:
        client.cookies.set(COOKIE, secret)
        yield client


def asked(**headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": named})


LISTED = [one.id for one in COLLECTIONS.values() if one.listed]
"""What a program can open without parameters of ours."""


def links_of(document: Any) -> list[dict[str, Any]]:
    """Return all links of a document, however deep."""
    if isinstance(document, list):
        return [link for one in document for link in links_of(one)]
    if not isinstance(document, dict):
        return []
    return [*document.get("links", []), *(link for one in document.values() for link in links_of(one))]


def is_walked(link: dict[str, Any]) -> bool:
    """Say whether to follow a link; files are made by tests of their own, so those of one collection do."""
    return not link.get("templated") and (link["rel"] != "enclosure" or "/areas/" in link["href"])


def test_every_link_leads_to_what_it_says(program: TestClient) -> None:
    waiting, seen, wrong = [("http://testserver/ogc", "application/json")], set(), []
    while waiting:
        href, media_type = waiting.pop()
        if (href, media_type) in seen:
            continue
        seen.add((href, media_type))
        # What is asked for as it is linked; a program that takes anything gets the same.
        answer = program.get(href, headers={"Accept": f"{media_type}, */*;q=0.1"})
        told = answer.headers.get("content-type", "")
        if answer.status_code not in {200, 204} or not (told or media_type).startswith(media_type):
            wrong.append((href, media_type, answer.status_code, told))
        elif media_type == "application/json":
            waiting += [(one["href"], one["type"]) for one in links_of(answer.json()) if is_walked(one)]
    assert not wrong
    paths = {urlsplit(href).path for href, _ in seen}
    assert {f"/ogc/collections/{name}/items" for name in LISTED} <= paths
    assert {"/ogc/conformance", "/ogc/api"} <= paths


def test_classes_are_those_of_all_parts(program: TestClient) -> None:
    declared = program.get("/ogc/conformance").json()["conformsTo"]
    assert declared == sorted(set(declared))
    assert set(declared) == {*landing.CONFORMS, *(one for part in landing.PARTS for one in part.CONFORMS)}
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.1/conf/oas31" in declared
    assert program.get("/ogc/api").json()["openapi"].startswith("3.1")


def test_one_is_told_of_the_collections_that_one_may_read_and_of_no_area_but_ones_own(
    program: TestClient, town: Connection
) -> None:
    signed_in(town, "reader-here", [(Role.CONSUMER, "C1")])
    token = give_token(town, "reader-here", ["see_map"])
    headers = {"Authorization": f"Bearer {token}"}
    listed = program.get("/ogc/collections", headers=headers).json()["collections"]
    assert [one["id"] for one in listed] == ["areas", "grids", "boundaries", "buildings", "roads", "water"]
    box = listed[0]["extent"]["spatial"]["bbox"][0]
    assert box == [two_grids.WEST, two_grids.SOUTH, two_grids.EAST, two_grids.NORTH]
    both = program.get("/ogc/collections").json()["collections"]
    assert [one["id"] for one in both] == LISTED
    assert both[0]["extent"]["spatial"]["bbox"][0][2] == 118.8
    for name, status in (("incidents", 403), ("patrols", 403), ("nothing", 404), ("grids", 200)):
        answer = program.get(f"/ogc/collections/{name}", headers=headers)
        assert answer.status_code == status, name
    # Having looked which permissions there are leaves the scope as it was.
    assert program.get("/ogc/collections/grids", headers=headers).json()["extent"] == listed[1]["extent"]


@pytest.mark.parametrize("peer", ["192.0.2.7", "203.0.113.5"])
def test_links_are_right_behind_a_proxy_and_believe_no_header(
    program: TestClient, town: Connection, peer: str
) -> None:
    name = f"behind-{peer}"
    signed_in(town, name, [(Role.CONSUMER, None)])
    forged = {
        "Authorization": f"Bearer {give_token(town, name, ['see_map'])}",
        "X-Forwarded-Host": "evil.example.org",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example.org;proto=https",
    }
    # As uvicorn does it for the one proxy that is trusted.
    served = ProxyHeadersMiddleware(program.app, trusted_hosts=FAR.trusted_proxies)
    near = program.app.state.settings  # type: ignore[attr-defined]
    try:
        direct = TestClient(served, base_url="http://localhost:8420", client=("203.0.113.5", 1))
        direct.portal = program.portal
        found = links_of(direct.get("/ogc", headers=forged).json())
        assert {one["href"].partition("/ogc")[0] for one in found} == {"http://localhost:8420"}

        program.app.state.settings = FAR  # type: ignore[attr-defined]
        proxied = TestClient(served, base_url="http://localhost:8420", client=(peer, 1))
        proxied.portal = program.portal
        found = links_of(proxied.get("/ogc/collections", headers=forged).json())
        assert {one["href"].partition("/ogc")[0] for one in found} == {"https://grid.example.org:8443"}
    finally:
        program.app.state.settings = near  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", DocumentFormat.JSON),
        ("*/*", DocumentFormat.JSON),
        (BROWSER, DocumentFormat.HTML),
        ("application/json, text/html;q=0.9", DocumentFormat.JSON),
        ("text/html;q=0.5, application/geo+json;q=0.4", DocumentFormat.HTML),
        ("text/*", DocumentFormat.HTML),
        ("text/html;q=0", DocumentFormat.JSON),
        ("text/html;q=much", DocumentFormat.JSON),
        ("image/png", DocumentFormat.JSON),
    ],
)
def test_only_who_prefers_a_page_gets_one(accept: str, wanted: DocumentFormat) -> None:
    assert Shown().format(asked(accept=accept)) is wanted
    assert Shown(f=DocumentFormat.HTML).format(asked(accept="application/json")) is DocumentFormat.HTML


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [("", Lang.ZH), ("*", Lang.ZH), ("en-GB,en;q=0.9", Lang.EN), ("de, en;q=0.3, zh-CN;q=0.8", Lang.ZH)],
)
def test_the_language_is_that_of_the_browser_unless_it_is_named(accepted: str, wanted: Lang) -> None:
    assert Shown().language(asked(accept_language=accepted)) is wanted
    assert Shown(lang=Lang.EN).language(asked(accept_language="zh")) is Lang.EN


def test_a_document_is_a_page_for_people_and_json_for_programs(program: TestClient) -> None:
    page = program.get("/ogc/collections/grids", headers={"Accept": BROWSER, "Accept-Language": "en"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in page.headers["vary"]
    assert '<html lang="en"' in page.text
    assert "<h1>Grids</h1>" in page.text
    assert program.get("/ogc/collections/grids").json()["title"] == "网格"
    assert program.get("/ogc/collections/grids?lang=en").json()["title"] == "Grids"
    assert program.get("/ogc/collections/grids?f=xml").status_code == 400
    assert program.get("/ogc/collections/grids?format=html").status_code == 400


def test_who_opens_a_page_is_led_to_the_sign_in_page_and_back(anonymous: TestClient) -> None:
    answer = anonymous.get("/ogc/collections?f=html", headers={"Accept": BROWSER}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in/?lang=zh&next=%2Fogc%2Fcollections%3Ff%3Dhtml"
    assert anonymous.get("/ogc/collections").status_code == 401


def test_markup_in_names_is_text(program: TestClient, town: Connection) -> None:
    evil = """<img src=x onerror="alert(1)"> '"}</script>{{ 7 * 7 }}"""
    town.execute(text("UPDATE grid SET name = :evil WHERE code = 'G1'"), {"evil": evil})
    fid = town.execute(text("SELECT id FROM grid WHERE code = 'G1'")).scalar_one()
    for path in ("", f"/{fid}", "?code=%3Cimg%3E"):
        page = program.get(f"/ogc/collections/grids/items{path}", headers={"Accept": BROWSER})
        assert page.status_code == 200
        assert "<img src=x" not in page.text
        assert "<img>" not in page.text
        assert "</script>{" not in page.text
        assert "script-src 'self';" in page.headers["content-security-policy"]
