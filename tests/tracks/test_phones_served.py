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
