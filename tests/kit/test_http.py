"""How the service answers whatever is asked of it: problem documents, headers, HEAD."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DataError

from gis_grid.kit.errors import BadInput, Conflict, NotFound, NotReady, RowError, Unavailable
from gis_grid.kit.http import install_error_handlers
from gis_grid.kit.middleware import SECURITY_HEADERS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.kit.errors import GisGridError


def failing(error: Exception) -> TestClient:
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/")
    def fail() -> None:
        raise error

    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(BadInput, 400), (NotFound, 404), (Conflict, 409), (NotReady, 503), (Unavailable, 503)],
)
def test_every_error_of_ours_is_a_problem_document(kind: type[GisGridError], status: int) -> None:
    error = kind("A title", "a detail", errors=[RowError(7, "lat", "x", "expected a number")])
    answer = failing(error).get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    document = answer.json()
    assert (document["title"], document["detail"], document["status"]) == ("A title", "a detail", status)
    assert document["errors"] == [{"row": 7, "field": "lat", "value": "x", "message": "expected a number"}]
    assert ("retry-after" in answer.headers) == (status == 503)


def test_a_fault_of_the_program_is_a_problem_document_without_inner_details() -> None:
    answer = failing(RuntimeError("secret")).get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize(
    ("statement", "value", "title"),
    [
        ("SELECT CAST(:value AS text)", "a\x00b", "A text cannot be stored"),
        ("SELECT CAST(:value AS jsonb) ->> 'a'", '{"a": "\\u0000"}', "A text cannot be stored"),
        ("SELECT CAST(:value AS smallint)", 99_999, "A number is out of range"),
        ("SELECT CAST('2026-01-01' AS date) + CAST(:value AS integer)", 2**31 - 1, "A time is out of range"),
        ("SELECT 1 / CAST(:value AS integer)", 0, "The program has a fault"),
    ],
)
def test_a_value_that_the_database_cannot_hold_is_told_for_what_it_is(
    conn: Connection, statement: str, value: object, title: str
) -> None:
    with pytest.raises(DataError) as refused, conn.begin_nested():
        conn.execute(text(statement), {"value": value}).scalar_one()
    answer = failing(refused.value).get("/")
    assert (answer.json()["title"], answer.status_code < 500) == (title, title != "The program has a fault")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/grids", "/reports/", "/"])
def test_head_is_answered_as_get_without_a_body(client: TestClient, path: str) -> None:
    answer = client.head(path)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-type"] == client.get(path).headers["content-type"]


def test_what_is_not_there_is_not_kept_by_browsers(client: TestClient) -> None:
    answer = client.get("/assets/nope.js")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")
