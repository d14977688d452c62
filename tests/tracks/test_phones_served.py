"""Each request of a phone, sent as it is to the real program: the reply to the byte, and what is stored."""

from __future__ import annotations

import socket
from http.client import HTTPResponse
from typing import TYPE_CHECKING

import numpy as np
import pytest
from recorded import Recording, recordings
from serving_phones import Served, phones_served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server


@pytest.fixture(scope="module")
def served(server: Server, migrated: str) -> Iterator[Served]:
    with server.database(migrated) as name, phones_served(server.url(name)) as served:
        yield served


def answer_to(served: Served, wire: bytes) -> tuple[int, str | None, bytes]:
    """Return the status, the media type and the body."""
    with socket.create_connection(("127.0.0.1", served.port)) as line:
        line.sendall(wire)
        answer = HTTPResponse(line)
        answer.begin()
        return answer.status, answer.getheader("Content-Type"), answer.read()


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
def test_a_phone_hears_what_it_waits_for_and_its_fixes_are_stored(
    served: Served, recording: Recording
) -> None:
    client = recording.client
    answer = answer_to(served, recording.wire(served.token))
    assert answer == (200, client.reply_type or None, client.reply)
    stored, aside = served.taken()
    expected = sorted({position[:3]: position for position in recording.positions}.values())
    assert len(stored) == len(expected)
    for found, said in zip(stored, expected, strict=True):
        np.testing.assert_allclose(found, said, rtol=1e-6)
        assert found[:3] == said[:3]
    put_aside = bool(recording.faults) or "undecodable" in recording.expected
    assert len(aside) == put_aside, aside
    for fault in recording.faults:
        assert f"{fault.where}: {fault.why}" in aside[0]


def test_the_same_again_changes_nothing(served: Served) -> None:
    for recording in recordings() * 2:
        status, _, _ = answer_to(served, recording.wire(served.token))
        assert status == 200
    stored, _ = served.taken()
    places = {position[:3] for recording in recordings() for position in recording.positions}
    assert [position[:3] for position in stored] == sorted(places)


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
def test_without_a_token_nothing_is_taken(served: Served, recording: Recording) -> None:
    status, _, _ = answer_to(served, recording.wire("0"))
    assert status == 401
    assert served.taken() == ([], [])


@pytest.mark.parametrize(
    ("target", "token", "expected"),
    [
        ("POST /ingest/traccar", "", 200),
        ("POST /ingest/overland", "", 200),
        ("POST /ingest/traccar", "ggd_" + "0" * 43, 401),
        (f"POST /ingest/traccar?name={'n' * 9000}", "", 414),
        ("PUT /ingest/traccar", "", 405),
        ("POST /ingest/no-app", "", 405),
    ],
)
def test_the_lane_of_phones_answers_as_the_routes_do(
    served: Served, target: str, token: str, expected: int
) -> None:
    head = f"{target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token or served.token}\r\n"
    body = b'{"locations": []}'
    by_lane = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    # Nobody knows how long it will be: that is the routes' to count.
    by_routes = (
        f"{head}Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    )
    answer = answer_to(served, by_lane)
    assert answer[0] == expected
    assert answer == answer_to(served, by_routes)
    served.taken()


def test_a_body_that_is_too_large_is_refused_before_it_comes(served: Served) -> None:
    head = f"POST /ingest/traccar HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {served.token}\r\n"
    assert answer_to(served, f"{head}Content-Length: {2 << 20}\r\n\r\n".encode())[0] == 413
