"""Each request of a phone says what the file beside it says, in SI units."""

from __future__ import annotations

import numpy as np
import pytest
from recorded import Recording, recordings

from gis_grid.tracks.phones.clients import CLIENTS
from gis_grid.tracks.phones.message import Undecodable

ALL = recordings()


@pytest.mark.parametrize("recording", ALL, ids=lambda recording: recording.name)
def test_a_recorded_request_says_what_stands_beside_it(recording: Recording) -> None:
    if "undecodable" in recording.expected:
        with pytest.raises(Undecodable) as refusal:
            recording.client.decode(recording.message)
        assert str(refusal.value) == recording.expected["undecodable"]
        return
    reported = recording.client.decode(recording.message)
    assert [(fault.where, fault.why) for fault in reported.faults] == recording.faults
    assert len(reported.positions) == len(recording.positions)
    for found, expected in zip(reported.positions, recording.positions, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        assert (found.t_ms, found.lon, found.lat, found.mock) == (
            expected.t_ms,
            expected.lon,
            expected.lat,
            expected.mock,
        )
    assert reported.health == recording.health
    assert reported.sent_ms == recording.sent_ms


def test_there_are_recordings_of_every_app() -> None:
    assert {recording.client.name for recording in ALL} == {client.name for client in CLIENTS}
