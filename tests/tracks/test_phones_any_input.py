"""Whatever is sent, a decoder says what it means or refuses it: it never fails and makes no value up."""

from __future__ import annotations

import json
from datetime import datetime
from math import isnan
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded import recordings

from gis_grid.core.track.fixes import END_OF_TIMES_MS
from gis_grid.tracks.phones.clients import CLIENTS, Client
from gis_grid.tracks.phones.message import Health, Message, Reported, Undecodable
from gis_grid.tracks.phones.values import ANY, ISO, SECONDS, SECONDS_OR_ISO, Clock, read_number

QUICK = settings(max_examples=120, derandomize=True, deadline=None)

NAMES = st.sampled_from(
    [
        *(
            "_type",
            "lat",
            "lon",
            "tst",
            "t",
            "time",
            "timestamp",
            "acc",
            "accuracy",
            "hdop",
            "vel",
            "spd",
            "speed",
        ),
        *(
            "cog",
            "dir",
            "bearing",
            "heading",
            "alt",
            "altitude",
            "batt",
            "battery",
            "bs",
            "charge",
            "mock",
            "valid",
        ),
        *(
            "location",
            "coords",
            "latitude",
            "longitude",
            "level",
            "is_charging",
            "created_at",
            "locations",
            "type",
        ),
        *(
            "geometry",
            "coordinates",
            "properties",
            "horizontal_accuracy",
            "course",
            "action",
            "battery_level",
        ),
        *("battery_state", "id"),
    ]
)
ODD = st.sampled_from(
    [
        *(
            "",
            "nan",
            "inf",
            "-inf",
            "Infinity",
            "1_000",
            "１２",
            "0x10",
            "1e999",
            "1e308",
            "-0.0",
            "\0",
            "\ud800",
        ),
        *(
            "true",
            "null",
            "{0}",
            "%LAT",
            "1e5",
            "30,27",
            "0" * 5000,
            "9" * 5000,
            "[",
            "{}",
            "location",
            "encrypted",
        ),
        *(
            "2026-11-02T08:00:00Z",
            "2026-W47-1T08:00:00Z",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59Z",
        ),
        *(
            "2026-11-02 08:00:00",
            "2026-13-02T08:00:00Z",
            "2026-11-02T08:00:60Z",
            "24:00",
            "２０２６-11-02T08:00:00Z",
        ),
    ]
)
NUMBERS = st.one_of(
    st.integers(-(2**64), 2**64), st.floats(), st.integers(-200, 200), st.just(1793577600), st.just(10**400)
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, ODD, st.text(max_size=8))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=8)),
    max_leaves=20,
)
BODIES = st.one_of(
    st.binary(max_size=64),
    st.text(max_size=64).map(lambda text: text.encode("utf-8", "replace")),
    VALUES.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
    st.dictionaries(NAMES, ODD, max_size=8).map(lambda form: urlencode(form, errors="replace").encode()),
)
TYPES = st.sampled_from(
    ["", "application/json", "application/x-www-form-urlencoded", "text/plain; charset=gbk", ";", "\xff"]
)
QUERIES = st.one_of(
    st.just(""),
    st.text(max_size=40),
    st.dictionaries(NAMES, ODD, max_size=8).map(lambda query: urlencode(query, errors="replace")),
)
CLIENT_OF = {client.name: client for client in CLIENTS}
EVERY_CLIENT = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)


def decoded(client: Client, message: Message) -> Reported | None:
    """Decode twice, and check what came of it; None when it was refused."""
    reported, again = said_by(client, message), said_by(client, message)
    assert repr(again) == repr(reported)
    if isinstance(reported, str):
        is_storable(reported)
        return None
    for position in reported.positions:
        assert type(position.t_ms) is int
        assert 0 < position.t_ms < END_OF_TIMES_MS
        assert -180 <= position.lon <= 180
        assert -90 <= position.lat <= 90
        assert isnan(position.accuracy_m) or 0 < position.accuracy_m <= 1e8
        assert isnan(position.speed_mps) or 0 <= position.speed_mps <= 1e8
        assert isnan(position.heading_deg) or 0 <= position.heading_deg <= 1e8
        assert isnan(position.altitude_m) or abs(position.altitude_m) <= 1e8
        assert type(position.mock) is bool
    for fault in reported.faults:
        is_storable(fault.where)
        is_storable(fault.why)
    if reported.health is not None and reported.health.battery_share is not None:
        assert 0 <= reported.health.battery_share <= 1
    assert reported.sent_ms is None or 0 < reported.sent_ms < END_OF_TIMES_MS
    return reported


def said_by(client: Client, message: Message) -> Reported | str:
    try:
        return client.decode(message)
    except Undecodable as refusal:
        return str(refusal)


def is_storable(text: str) -> None:
    """Check that a text fits into the database and into a line."""
    assert text.isprintable()
    assert len(text.encode()) < 1000


@EVERY_CLIENT
@QUICK
@given(query=QUERIES, content_type=TYPES, body=BODIES)
def test_nothing_makes_a_decoder_fail(client: Client, query: str, content_type: str, body: bytes) -> None:
    decoded(client, Message("POST", query, content_type, body))


@EVERY_CLIENT
@settings(QUICK, max_examples=60)
@given(data=st.data())
def test_nor_does_a_request_of_which_a_part_was_damaged(client: Client, data: st.DataObject) -> None:
    message = data.draw(st.sampled_from([one.message for one in recordings() if one.client is client]))
    body, query = bytearray(message.body), bytearray(message.query.encode())
    for part in (body, query):
        start = data.draw(st.integers(0, len(part)))
        part[start : start + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    decoded(client, Message(message.method, query.decode("latin-1"), message.content_type, bytes(body)))


@EVERY_CLIENT
@settings(QUICK, max_examples=60)
@given(data=st.data())
def test_nor_does_a_request_with_odd_values(client: Client, data: st.DataObject) -> None:
    """Replace values in the JSON of a recorded request, its shape kept."""

    def spoilt(value: Any) -> Any:
        if data.draw(st.integers(0, 9)) == 0:
            return data.draw(VALUES)
        if isinstance(value, dict):
            return {name: spoilt(inner) for name, inner in value.items()}
        return [spoilt(inner) for inner in value] if isinstance(value, list) else value

    bodies = [one.message.body for one in recordings() if one.client is client]
    readable = [body for body in bodies if body[:1] in {b"{", b"["} and body.rstrip()[-1:] in {b"}", b"]"}]
    if not readable:
        return
    body = json.dumps(spoilt(json.loads(data.draw(st.sampled_from(readable)))))
    decoded(client, Message("POST", "", "application/json", body.encode("utf-8", "surrogatepass")))


@EVERY_CLIENT
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"location":' * 100_000,
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"_type":"location","_type":"lwt","lat":1,"lat":2}',
        b"1e999",
        b"9" * 5000,
        b'"\\ud800"',
        b"&" * 100_000,
        b"lat=%ff&lon=%00&timestamp=%",
        b"",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_nor_do_these(client: Client, body: bytes) -> None:
    for content_type in ("application/json", "application/x-www-form-urlencoded", ""):
        decoded(client, Message("POST", "", content_type, body))


YEARS = datetime(1960, 1, 1), datetime(2210, 1, 1)  # noqa: DTZ001 - the zone is written after them
PLAIN = st.fixed_dictionaries(
    {
        "lon": st.floats(-180, 180),
        "lat": st.floats(-90, 90),
        "timestamp": st.datetimes(*YEARS).map("{:%Y-%m-%dT%H:%M:%SZ}".format),
        "horizontal_accuracy": st.integers(-1, 300),
        "speed": st.integers(-1, 300),
        "altitude": st.integers(-300, 3000),
    },
    optional={"course": st.floats(-1, 360)},
)
SPOILT = st.dictionaries(
    st.sampled_from(
        ["lon", "lat", "timestamp", "horizontal_accuracy", "speed", "altitude", "course", "action", "type"]
    ),
    SCALARS | st.floats(-1e9, 1e9),
    max_size=1,
)


@settings(QUICK, max_examples=1000)
@given(plain=PLAIN, spoilt=SPOILT)
def test_what_overland_sends_is_read_the_same_quickly_and_with_care(
    plain: dict[str, Any], spoilt: dict[str, Any]
) -> None:
    """A third coordinate says nothing here, and takes the way of everything that is not plain."""
    said = plain | spoilt
    place = [said.pop("lon"), said.pop("lat")]
    read = []
    for coordinates in (place, [*place, 0]):
        feature = {"geometry": {"coordinates": coordinates}, "properties": said}
        body = json.dumps({"locations": [feature]}).encode("utf-8", "surrogatepass")
        found = said_by(CLIENT_OF["overland"], Message(body=body))
        if isinstance(found, str):
            return  # no JSON at all
        read.append(repr(([tuple(map(float, position)) for position in found.positions], found.faults)))
    assert read[0] == read[1]


def test_nobody_has_to_read_more_than_a_hundred_faults() -> None:
    for app, body in (("overland", {"locations": [0] * 50_000}), ("traccar", [0] * 50_000)):
        reported = CLIENT_OF[app].decode(
            Message(content_type="application/json", body=json.dumps(body).encode())
        )
        assert len(reported.faults) == 100


@pytest.mark.parametrize("app", ["traccar", "osmand", "gpslogger"])
def test_more_parameters_than_any_app_sends_are_refused(app: str) -> None:
    many = "&".join(["lat=30&lon=120&timestamp=1762041612", *(f"x{n}=1" for n in range(1000))])
    for message in (Message(query=many), Message(body=many.encode())):
        assert said_by(CLIENT_OF[app], message) == "more than 1000 parameters"


@pytest.mark.parametrize(
    ("state", "charging"),
    [
        (0, None),
        (1, False),
        (2, True),
        (3, True),
        ("2", True),
        (7, None),
        (-1, None),
        ("x", None),
        (None, None),
    ],
)
def test_the_battery_of_owntracks_charges_or_not_or_nobody_knows(
    state: object, charging: bool | None
) -> None:
    body = json.dumps({"_type": "location", "bs": state, "batt": 50}).encode()
    health = CLIENT_OF["owntracks"].decode(Message(body=body)).health
    assert health == Health(0.5, charging)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            " ",
            "nan",
            "inf",
            "1_000",
            "１２",
            "٣",
            "0x10",
            "1e999",
            "1,5",
            "--1",
            "1e",
            ".",
            "0" * 65,
            "1\0",
        ),
        *(None, True, [], {}, float("nan"), float("inf")),
    ],
)
def test_this_is_no_number(value: object) -> None:
    assert read_number(value) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12", 12),
        (" +12.50 ", 12.5),
        (".5", 0.5),
        ("5.", 5),
        ("-1E-4", -0.0001),
        (7, 7),
        (7.5, 7.5),
        (2**64, 2**64),
    ],
)
def test_this_is_one(value: object, number: float) -> None:
    assert read_number(value) == number


EIGHT = 1793606400000  # 2026-11-02T08:00:00Z


@pytest.mark.parametrize(
    ("clock", "value", "t_ms"),
    [
        (ANY, "1793606400", EIGHT),
        (ANY, "1793606400.25", EIGHT + 250),
        (ANY, "1793606400000", EIGHT),
        (ANY, 1793606400000, EIGHT),
        (ANY, str(2**31 - 1), (2**31 - 1) * 1000),
        (ANY, str(2**31), 2**31),
        (ANY, "2026-11-02 08:00:00", EIGHT),
        (ANY, "2026-11-02T08:00:00Z", EIGHT),
        (ANY, "2026-11-02T16:00:00.000+0800", EIGHT),
        (ANY, "2026-11-02T08:00:00", None),
        (ANY, "2026-11-02", None),
        (ANY, "20261102T080000Z", None),
        (ANY, "0", None),
        (ANY, "-1", None),
        (ANY, "1e300", None),
        (ISO, "2026-11-02T08:00:00Z", EIGHT),
        (ISO, "2026-11-02T08:00:00.1234567Z", EIGHT + 123),
        (ISO, "2026-11-02T16:00:00 08:00", EIGHT),
        (ISO, "2026-11-02T08:00:00-00:00", EIGHT),
        (ISO, "2026-02-29T08:00:00Z", None),
        (ISO, "２０２６-11-02T08:00:00Z", None),
        (ISO, "2201-01-01T00:00:00Z", None),
        (ISO, "1969-12-31T23:59:59Z", None),
        (ISO, 1793606400, None),
        (SECONDS, "1793606400", EIGHT),
        (SECONDS, 1793606400, EIGHT),
        (SECONDS, 1793606400000, None),
        (SECONDS, "2026-11-02T08:00:00Z", None),
        (SECONDS, None, None),
        (SECONDS, True, None),
        (SECONDS_OR_ISO, "1793606400", EIGHT),
        (SECONDS_OR_ISO, "2026-11-02T08:00:00.000Z", EIGHT),
    ],
)
def test_a_time_is_read_as_its_app_writes_it_or_not_at_all(
    clock: Clock, value: object, t_ms: int | None
) -> None:
    assert clock.read(value) == t_ms
