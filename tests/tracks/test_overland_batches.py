"""A batch of Overland says the same read quickly, as the app writes it, and value by value."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_grid.tracks.phones import overland
from gis_grid.tracks.phones.message import Message, Reported, Undecodable

LOCATION: dict[str, Any] = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [116.4, 39.9]},
    "properties": {
        "timestamp": "2026-11-02T08:00:00Z",
        "altitude": 12,
        "speed": 1.5,
        "horizontal_accuracy": 5,
        "course": 10,
        "motion": ["walking"],
        "battery_state": "charging",
        "battery_level": 0.5,
        "wifi": "办公室",
    },
}
ODD_VALUES: tuple[object, ...] = (
    *(None, True, "", "1", "nan", -1, 0, 1e9, -181, 90.5, 10**30, [], {}, [1, 2], [1.5, 2, 3], "location"),
    *(
        "visit",
        "2026-11-02T08:00:00Z2",
        "026-11-02T08:00:10Z",
        "2026-11-02T08:00:60Z",
        "2026-02-30T08:00:00Z",
    ),
    *("2026-11-02T08:00:00+08:00", "2026-11-02 08:00:00Z", "0000-01-01T00:00:00Z", "2300-01-01T00:00:00Z"),
    *("2026-11-02T08:00:0\uff10Z", "-026-11-02T08:00:00Z", "1970-01-01T00:00:00Z", "now"),
)
ODD_KEYS = (
    *("timestamp", "altitude", "speed", "horizontal_accuracy", "course", "action", "type", "coordinates"),
    *("battery_state", "battery_level", "wifi"),
)
CHANGES = st.tuples(st.integers(0, 2), st.sampled_from(ODD_KEYS), st.sampled_from(("leave out", *ODD_VALUES)))


def told(body: bytes) -> tuple[object, ...]:
    try:
        reported: Reported = overland.decode(Message(body=body))
    except Undecodable as error:
        return (str(error),)
    return repr(list(reported.positions)), reported.faults, reported.health


@given(st.lists(CHANGES, max_size=4), st.integers(0, 3))
def test_both_ways_say_the_same(changes: list[tuple[int, str, object]], size: int) -> None:
    locations = [deepcopy(LOCATION) for _ in range(size)]
    for index, key, value in changes:
        if index < size:
            part = locations[index]["geometry" if key == "coordinates" else "properties"]
            part.pop(key, None) if value == "leave out" else part.update({key: value})
    body = json.dumps({"locations": locations}, ensure_ascii=False).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overland, "_plain", lambda _: None)
        expected = told(body)
    assert told(body) == expected


def test_a_batch_as_the_app_writes_it_is_read_quickly() -> None:
    body = orjson.dumps({"locations": [LOCATION, LOCATION]})
    assert overland._plain(body) is not None


@pytest.mark.parametrize(
    "unread", [b'"\xff"', b'"\xe4\xb8"', b'"\xed\xa0\x80"', rb'"\ud800"', b"[" * 5000, b"01"]
)
def test_what_is_not_read_must_be_json_too(unread: bytes) -> None:
    body = orjson.dumps({"locations": [LOCATION]}).replace('"办公室"'.encode(), unread)
    with pytest.raises(Undecodable, match="no JSON"):
        overland.decode(Message(body=body))
