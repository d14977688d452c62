"""What no browser of a person sends is refused at once; what is logged of a fault tells on nobody."""

from __future__ import annotations

import io
import json
import logging
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from gis_grid.app import MOST_BODY_BYTES, create_app
from gis_grid.cli.serve import server_in_background
from gis_grid.kit.database import Engines
from gis_grid.kit.errors import Unavailable
from gis_grid.kit.http import install_error_handlers
from gis_grid.kit.logs import Discreet, named
from gis_grid.kit.middleware import MOST_HEADER_BYTES, MOST_URL_BYTES
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

SIGN_IN = "/api/session"
WHOSE = "wang-xiaoming"
JSON = {"Content-Type": "application/json"}


def title(answer: httpx2.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    found: str = answer.json()["title"]
    return found


@pytest.mark.parametrize("size", [MOST_BODY_BYTES + 1, 30 * MOST_BODY_BYTES])
def test_a_body_that_is_too_long_is_refused(anonymous: TestClient, size: int) -> None:
    answer = anonymous.post(SIGN_IN, content=b" " * size, headers=JSON)
    assert title(answer, 413) == "Content Too Large"


def test_a_body_that_does_not_say_how_long_it_is_is_counted_as_it_comes(anonymous: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 65536
            yield b" " * 65536

    answer = anonymous.post(SIGN_IN, content=endless(), headers=JSON)
    assert "content-length" not in answer.request.headers
    assert title(answer, 413) == "Content Too Large"


@pytest.mark.parametrize("path", ["/api/workers/W1%00/days", "/api/grids?at=%00", "/%00", "/reports/a%00"])
def test_a_nul_in_the_address_is_refused(client: TestClient, path: str) -> None:
    assert title(client.get(path), 400) == "The address is no text"


@pytest.mark.parametrize("path", ["/api/workers/%ff/days", "/api/grids?at=%c3", "/%c0%af", "/api/%ed%a0%80"])
def test_an_address_that_is_not_utf_8_is_refused(client: TestClient, path: str) -> None:
    assert title(client.get(path), 400) == "The address is no text"


def test_a_nul_in_a_body_is_never_a_fault(anonymous: TestClient) -> None:
    answer = anonymous.post(SIGN_IN, json={"name": "a\0b", "password": "a\0b"})
    assert 400 <= answer.status_code < 500


def test_an_address_and_headers_have_a_greatest_length(client: TestClient) -> None:
    long = client.get("/api/grids?at=" + "x" * MOST_URL_BYTES)
    assert title(long, 414) == "The address is too long"
    many = client.get("/api/grids", headers={"X-Long": "x" * MOST_HEADER_BYTES})
    assert title(many, 431) == "The headers are too long"


def test_what_a_body_held_is_not_repeated(anonymous: TestClient) -> None:
    answer = anonymous.post(SIGN_IN, json={"name": 1, "password": {"mine": "hunter2"}})
    assert title(answer, 422) == "The request is malformed"
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("path", ["/api/areas", "/api/workers", "/api/incidents", "/api/nothing"])
def test_no_cache_gives_the_answer_for_one_to_another(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["cache-control"] in {"private, no-store", "no-store"}
    assert {"Cookie", "Authorization"} <= {part.strip() for part in headers["vary"].split(",")}


def test_a_report_is_kept_by_its_own_browser_at_most(client: TestClient) -> None:
    assert "private" in client.get("/reports/").headers["cache-control"]


def test_pages_may_not_be_framed_nor_ask_for_what_a_map_does_not_need(anonymous: TestClient) -> None:
    headers = anonymous.get("/healthz").headers
    assert headers["x-frame-options"] == "DENY"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_only_the_page_where_one_reports_may_ask_where_one_is(anonymous: TestClient) -> None:
    pages = ("/", "/plan/", "/incidents/", "/visits/", "/report/")
    policies = {page: anonymous.get(page).headers["permissions-policy"] for page in pages}
    assert [page for page in pages if "geolocation=(self)" in policies[page]] == ["/report/"]


PUBLIC = Settings(public_url="https://grid.example.org", trusted_proxies="127.0.0.1")


def test_behind_a_proxy_its_name_is_ours_and_browsers_keep_to_tls(engine: Engine) -> None:
    with TestClient(create_app(PUBLIC, Engines(*[engine] * 3))) as client:
        answer = client.get("/healthz", headers={"Host": "grid.example.org"})
        assert answer.status_code == 200
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert client.get("/healthz", headers={"Host": "evil.example.org"}).status_code == 400


@pytest.mark.parametrize(("settings", "believed"), [(Settings(port=0), False), (PUBLIC, True)])
def test_only_a_named_proxy_is_believed_for_whom_it_asks(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, settings: Settings, believed: bool
) -> None:
    seen: list[str] = []
    plain = create_app

    def with_spy(*arguments: object) -> FastAPI:
        app = plain(*arguments)  # type: ignore[arg-type]

        @app.middleware("http")
        async def note(request, call_next):  # type: ignore[no-untyped-def]
            seen.append(request.client.host)
            return await call_next(request)

        return app

    monkeypatch.setattr("gis_grid.cli.serve.create_app", with_spy)
    served = settings.model_copy(update={"port": 0})
    with server_in_background(served, Engines(*[engine] * 3)) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(
                b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.9\r\n"
                b"Connection: close\r\n\r\n"
            )
            while line.recv(65536):
                pass
    assert seen == ["203.0.113.9" if believed else "127.0.0.1"]


def test_a_fault_of_the_served_program_is_in_its_log_without_what_it_worked_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def with_fault(settings: Settings, engines: Engines) -> FastAPI:
        app = FastAPI()
        install_error_handlers(app)

        @app.get("/{name}")
        def fail(name: str) -> None:
            raise RuntimeError(name)

        return app

    monkeypatch.setattr("gis_grid.cli.serve.create_app", with_fault)
    with server_in_background(Settings(port=0), Engines(*[engine] * 3)) as url:
        answer = httpx2.get(f"{url}{WHOSE}?day=2026-11-02")
    assert (answer.status_code, answer.json()["title"]) == (500, "The program has a fault")
    log = capsys.readouterr().err
    assert "builtins.RuntimeError" in log
    assert "raise RuntimeError(name)" in log
    assert WHOSE not in log
    assert "2026-11-02" not in log


def logged(error: BaseException) -> str:
    """Return what is logged of an exception as it leaves a request."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Discreet("%(levelname)s %(message)s"))
    log = logging.getLogger("gis_grid.test_limits")
    log.addHandler(handler)
    log.error("a request failed", exc_info=error)
    log.removeHandler(handler)
    return written.getvalue()


def test_a_fault_is_logged_by_class_and_line_without_what_it_worked_on() -> None:
    try:
        try:
            float("116.4074, 39.9042")
        except ValueError as error:
            raise RuntimeError(f"the track of {WHOSE}") from error
    except RuntimeError as error:
        told = logged(error)
    assert "builtins.ValueError" in told
    assert "builtins.RuntimeError" in told
    assert "test_limits.py" in told
    assert WHOSE not in told.replace('raise RuntimeError("the track of wang-xiaoming") from error', "")
    assert "could not convert" not in told


def test_what_the_database_says_of_a_row_is_logged_as_its_code(conn: Connection) -> None:
    insert = text("INSERT INTO worker (code, name) VALUES (:code, :name)")
    row = {"code": "W-secret", "name": "王晓明"}
    conn.execute(insert, row)
    with pytest.raises(IntegrityError) as caught, conn.begin_nested():
        conn.execute(insert, row)
    told = logged(caught.value)
    assert "psycopg.errors.UniqueViolation [23505]" in told
    assert "W-secret" not in told
    assert "王晓明" not in told
    assert "W-secret" not in str(caught.value).replace(str(caught.value.orig), "")
    assert named(caught.value) == "sqlalchemy.exc.IntegrityError [23505]"


def test_why_the_database_does_not_answer_is_not_told_to_whoever_asks() -> None:
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/")
    def fail() -> None:
        refused = OperationalError("", {}, Exception("host db-7 refused user gis_grid"))
        raise Unavailable("The database does not answer", str(refused.orig)) from refused

    answer = TestClient(app).get("/")
    assert answer.status_code == 503
    assert json.loads(answer.text) == {
        "type": "about:blank",
        "title": "The database does not answer",
        "status": 503,
    }


ENDLESS = {
    "header": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ",
    "address": b"GET /",
    "trailer": b"POST /api/session HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-A: ",
}


@pytest.mark.parametrize("begun", ENDLESS.values(), ids=ENDLESS)
def test_a_head_without_an_end_ends_the_connection_and_keeps_nobody_waiting(
    engine: Engine, begun: bytes
) -> None:
    with server_in_background(Settings(port=0), Engines(*[engine] * 3)) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(begun)
            with suppress(ConnectionError):
                for _ in range(1_000):
                    line.sendall(b"a" * 4096)
            line.settimeout(5)
            with suppress(ConnectionError):
                while line.recv(65536):
                    pass
        assert httpx2.get(f"{url}healthz", timeout=2).status_code == 200
