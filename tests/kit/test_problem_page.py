"""What a person reads whose browser opens an address that is refused; programs get the same as a document."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from gis_grid.accounts.http import COOKIE

if TYPE_CHECKING:
    import httpx2

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/audit/", 404, "没有找到"),
        ("/api/no-such-thing", 404, "没有找到"),
        ("/ogc/collections/grids/items/nowhere", 404, "没有找到"),
        ("/ogc/collections/grids/items?limit=many", 400, "这个地址无法处理"),
        ("/reports/scorecards?period=soon", 400, "这个地址无法处理"),
    ],
)
def test_a_person_reads_a_page_and_a_program_the_document(
    client: TestClient, path: str, status: int, words: str
) -> None:
    page = client.get(path, headers=BROWSER)
    document = client.get(path, headers={"Accept": "application/json"})

    assert (page.status_code, document.status_code) == (status, status)
    assert document.headers["Content-Type"] == "application/problem+json"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert words in page.text
    assert document.json()["title"] in page.text
    assert 'href="/"' in page.text
    assert_styled_by_itself_alone(page)


def test_each_error_is_told_with_its_field_and_value(client: TestClient) -> None:
    page = client.get("/ogc/collections/grids/items?limit=many", headers=BROWSER)
    assert "<b>query.limit</b>" in page.text
    assert "many" in page.text


def test_markup_in_an_address_is_text(client: TestClient) -> None:
    page = client.get("/ogc/collections/grids/items?limit=<script>alert(1)</script>", headers=BROWSER)
    assert page.status_code == 400
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


def test_who_is_not_signed_in_is_led_to_where_one_signs_in_and_back(anonymous: TestClient) -> None:
    page = anonymous.get("/api/workers?limit=3", headers=BROWSER)
    assert page.status_code == 401
    assert page.headers["WWW-Authenticate"] == "Bearer"
    assert 'href="/sign-in/?next=%2Fapi%2Fworkers%3Flimit%3D3"' in page.text


def test_a_script_of_a_page_gets_the_document(client: TestClient) -> None:
    """A page asks with `Accept: */*`, and whoever writes is a script."""
    assert client.get("/api/nothing", headers={"Accept": "*/*"}).json()["status"] == 404
    assert client.post("/api/nothing", headers=BROWSER).headers["Content-Type"] == "application/problem+json"


def test_a_fault_of_the_program_is_a_page_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> str:
        raise RuntimeError("the secret of the log")

    monkeypatch.setattr("gis_grid.app.find_chromium", lambda _: fails())
    outside = TestClient(client.app, raise_server_exceptions=False, cookies={COOKIE: client.cookies[COOKIE]})
    page = outside.get("/api/about", headers=BROWSER)
    assert page.status_code == 500
    assert "程序出错了" in page.text
    assert "secret" not in page.text
    assert_styled_by_itself_alone(page)


def assert_styled_by_itself_alone(page: httpx2.Response) -> None:
    style = re.search("<style>(.*)</style>", page.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = page.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
