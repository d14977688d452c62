"""Compression: what is coded differently has another strong ETag, and each client may show its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gis_grid.kit.compression import Compression
from gis_grid.kit.revision import is_current, revision_of

if TYPE_CHECKING:
    from starlette.requests import Request

LONG = b"0123456789" * 500


def answer(request: Request) -> Response:
    tag = request.query_params.get("tag", '"7"')
    if is_current(tag, request.headers.get("If-None-Match")):
        return Response(status_code=304, headers={"ETag": tag})
    body = LONG if "short" not in request.query_params else b"short"
    media_type = request.query_params.get("type", "application/geo+json")
    return Response(body, headers={"ETag": tag, "X-If-Match": request.headers.get("If-Match", "")},
                    media_type=media_type)  # fmt: skip


CLIENT = TestClient(Compression(Starlette(routes=[Route("/", answer)])))


def get(query: str = "", coding: str = "br", **headers: str) -> Any:
    return CLIENT.get(f"/?{query}", headers={"Accept-Encoding": coding, **headers})


@pytest.mark.parametrize(
    ("accepted", "coding", "tag"),
    [
        ("br, gzip", "br", '"7-br"'),
        ("gzip, zstd", "gzip", '"7-gzip"'),
        ("identity", None, '"7"'),
        ("br;q=0, gzip", "gzip", '"7-gzip"'),
    ],
)
def test_each_coding_has_a_strong_tag_of_its_own(accepted: str, coding: str | None, tag: str) -> None:
    found = get(coding=accepted)
    assert found.content == LONG
    assert (found.headers.get("Content-Encoding"), found.headers["ETag"]) == (coding, tag)
    assert found.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("shown", ['"7"', '"7-br"', '"7-gzip"', 'W/"7"', '"6-br", "7-br"', "*"])
def test_a_client_has_it_in_whatever_coding_it_has_it(shown: str) -> None:
    found = get(**{"If-None-Match": shown})
    assert found.status_code == 304
    assert found.headers["ETag"] == (
        '"7-br"' if "7-br" in shown else '"7-gzip"' if "gzip" in shown else '"7"'
    )


def test_a_client_that_has_another_is_sent_the_new_one() -> None:
    for shown in ('"6"', '"77"', '"7-br-br"', "7", '"6-br"'):
        assert get(**{"If-None-Match": shown}).status_code == 200, shown


def test_a_change_is_made_with_the_tag_as_it_was_sent() -> None:
    for coding in ("br", "gzip", "identity"):
        tag = get(coding=coding).headers["ETag"]
        seen = get(**{"If-Match": tag}).headers["X-If-Match"]
        assert (seen, revision_of(seen)) == ('"7"', 7)


@pytest.mark.parametrize("query", ["short", "type=image/png", "type=application/zip"])
def test_what_is_short_or_does_not_shrink_is_sent_as_it_is(query: str) -> None:
    found = get(query)
    assert "Content-Encoding" not in found.headers
    assert found.headers["ETag"] == '"7"'


def test_a_weak_tag_stays_what_it_is() -> None:
    assert get('tag=W/"x"').headers["ETag"] == 'W/"x"'


@pytest.mark.parametrize(
    "media_type",
    [
        *("application/vnd.mapbox-vector-tile", "application/problem+json", "application/geo+json"),
        *("application/schema+json", "application/vnd.mapbox.style+json", "text/csv", "text/html"),
    ],
)
def test_what_the_program_sends_is_compressed(media_type: str) -> None:
    assert get(f"type={media_type.replace('+', '%2B')}").headers["Content-Encoding"] == "br"
