"""Programs of others send to the real program: curl, in every form that the apps use, and an HTTP client."""

from __future__ import annotations

import shutil
import subprocess
from math import nan
from typing import TYPE_CHECKING

import httpx2
import numpy as np
import pytest
from serving_phones import Served, phones_served

from gis_grid.tracks.phones.message import Position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Server

JSON = "application/json"
T_MS = 1762041612000  # 2025-11-02T00:00:12Z
LON, LAT = 120.15507, 30.274085
WALKING = Position(T_MS, LON, LAT, 8.0, 1.5, 90.0, 12.0)

CURL = pytest.mark.skipif(
    shutil.which("curl") is None, reason="curl is missing: scripts/system_packages.sh test"
)


@pytest.fixture(scope="module")
def served(server: Server, migrated: str) -> Iterator[Served]:
    with server.database(migrated) as name, phones_served(server.url(name)) as served:
        yield served


KNOTS = 1.5 * 3600 / 1852
TRACCAR = (
    f"timestamp={T_MS // 1000}&lat={LAT}&lon={LON}&speed={KNOTS}&bearing=90&altitude=12&accuracy=8&batt=87"
)
TRACCAR_JSON = (
    f'{{"location":{{"timestamp":"2025-11-02T00:00:12.000Z","coords":{{"latitude":{LAT},"longitude":{LON},'
    '"accuracy":8,"speed":1.5,"heading":90,"altitude":12},"battery":{"level":0.87,"is_charging":false}},'
    '"device_id":"{token}"}'
)
OSMAND = f"lat={LAT}&lon={LON}&timestamp={T_MS}&hdop=8&altitude=12&speed=1.5&bearing=90"
OWNTRACKS = (
    f'{{"_type":"location","lat":{LAT},"lon":{LON},"tst":{T_MS // 1000},"acc":8,"vel":5.4,"cog":90,"alt":12,'
    '"batt":87,"bs":1}'
)
GPSLOGGER = f"lat={LAT}&lon={LON}&t={T_MS // 1000}&acc=8.0&spd=1.5&dir=90.0&alt=12.0&batt=87.0"
GPSLOGGER_JSON = (
    f'{{"lat":"{LAT}","lon":"{LON}","time":"2025-11-02T00:00:12.000Z","acc":"8.0","spd":"1.5","dir":"90.0",'
    '"alt":"12.0","batt":"87.0"}'
)
FEATURE = (
    f'{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{LON},{LAT}]}},"properties":{{"timestamp":'
    '"2025-11-02T00:00:12Z","altitude":12,"speed":1.5,"course":90,"horizontal_accuracy":8,"battery_level":0.87}}'
)
OVERLAND = f'{{"locations":[{",".join([FEATURE] * 50)}]}}'

IS_JSON = ["-H", f"Content-Type: {JSON}"]
BEARER = ["-H", "Authorization: Bearer {token}"]
BASIC = ["--user", "phone:{token}"]
NOTHING = (None, b"")
LIST = (JSON, b"[]")
OK = (JSON, b'{"result":"ok"}')

SENT = {
    "traccar, query, GET": ([f"{{url}}/ingest/traccar?id={{token}}&{TRACCAR}"], NOTHING),
    "traccar, query, POST": (["-X", "POST", f"{{url}}/ingest/traccar?id={{token}}&{TRACCAR}"], NOTHING),
    "traccar, form": (["--data", f"id={{token}}&{TRACCAR}", "{url}/ingest/traccar"], NOTHING),
    "traccar, form, HTTP 1.0": (["-0", "--data", f"id={{token}}&{TRACCAR}", "{url}/ingest/traccar"], NOTHING),
    "traccar, JSON": ([*IS_JSON, "--data", TRACCAR_JSON, "{url}/ingest/traccar"], NOTHING),
    "traccar, JSON in a list": ([*IS_JSON, "--data", f"[{TRACCAR_JSON}]", "{url}/ingest/traccar"], NOTHING),
    "osmand": ([f"{{url}}/ingest/osmand?{OSMAND}&id={{token}}"], NOTHING),
    "owntracks": ([*BASIC, *IS_JSON, "--data", OWNTRACKS, "{url}/ingest/owntracks"], LIST),
    "gpslogger, query": ([f"{{url}}/ingest/gpslogger/{{token}}?{GPSLOGGER}"], NOTHING),
    "gpslogger, Basic": ([*BASIC, f"{{url}}/ingest/gpslogger?{GPSLOGGER}"], NOTHING),
    "gpslogger, form": (["--data", GPSLOGGER, "{url}/ingest/gpslogger/{token}"], NOTHING),
    "gpslogger, JSON": ([*IS_JSON, "--data", GPSLOGGER_JSON, "{url}/ingest/gpslogger/{token}"], NOTHING),
    "overland": ([*BEARER, *IS_JSON, "--data", OVERLAND, "{url}/ingest/overland"], OK),
    "overland, in pieces": (
        [*BEARER, *IS_JSON, "-H", "Transfer-Encoding: chunked", "--data", OVERLAND, "{url}/ingest/overland"],
        OK,
    ),
}


def curl(served: Served, folder: Path, *arguments: str) -> tuple[int, str | None, bytes]:
    """Send with curl, and return the status, the media type and the body."""
    reply = folder / "reply"
    reply.touch()
    said = [part.replace("{url}", served.url).replace("{token}", served.token) for part in arguments]
    command = ["curl", "-q", "-sS", "--noproxy", "*", "--max-time", "60", "-o", reply]
    ended = subprocess.run(
        [*command, "-w", "%{http_code} %{content_type}", *said], check=True, capture_output=True, text=True
    )
    status, _, kind = ended.stdout.partition(" ")
    return int(status), kind or None, reply.read_bytes()


def assert_walking(served: Served) -> None:
    """Check that the one fix of someone who walks is stored, and only that."""
    stored, aside = served.taken()
    assert aside == []
    (found,) = stored
    np.testing.assert_allclose(found, WALKING, rtol=1e-6)
    assert found[:3] == WALKING[:3]


@CURL
@pytest.mark.parametrize("name", SENT)
def test_curl_is_answered_as_the_app_wants_and_its_fix_is_stored(
    served: Served, tmp_path: Path, name: str
) -> None:
    arguments, reply = SENT[name]
    assert curl(served, tmp_path, *arguments) == (200, *reply)
    assert_walking(served)
    assert served.battery() == pytest.approx(None if name == "osmand" else 0.87)


@CURL
def test_an_empty_message_of_owntracks_is_acknowledged(served: Served, tmp_path: Path) -> None:
    assert curl(served, tmp_path, *BASIC, "-X", "POST", "{url}/ingest/owntracks") == (200, *LIST)
    assert served.taken() == ([], [])


@CURL
def test_what_cannot_be_read_is_acknowledged_and_put_aside(served: Served, tmp_path: Path) -> None:
    damaged = [*BEARER, *IS_JSON, "--data", OVERLAND[:-40], "{url}/ingest/overland"]
    assert curl(served, tmp_path, *damaged) == (200, *OK)
    stored, aside = served.taken()
    assert (stored, len(aside)) == ([], 1)


@CURL
def test_a_phone_without_a_good_token_hears_401(served: Served, tmp_path: Path) -> None:
    status, kind, _ = curl(
        served, tmp_path, "--user", "phone:wrong", "--data", OWNTRACKS, "{url}/ingest/owntracks"
    )
    assert (status, kind) == (401, "application/problem+json")
    assert served.taken() == ([], [])


def test_a_connection_that_is_kept_carries_one_message_after_the_other(served: Served) -> None:
    with httpx2.Client(base_url=served.url, auth=("phone", served.token), trust_env=False) as phone:
        for n in range(20):
            sent = {"_type": "location", "lat": LAT, "lon": LON, "tst": T_MS // 1000 + 10 * n}
            assert phone.post("/ingest/owntracks", json=sent).content == b"[]"
    stored, aside = served.taken()
    assert [position.t_ms for position in stored] == [T_MS + 10_000 * n for n in range(20)]
    assert aside == []
    assert all(np.isnan(position.accuracy_m) and repr(position.speed_mps) == repr(nan) for position in stored)
