"""From a QR code to a stored position: what each app sends with the very settings that the code carries."""

from __future__ import annotations

import base64
import io
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import segno
from intake_town import program_on, settle
from typer.testing import CliRunner
from walking_ground import INSIDE

from gis_grid.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake_town import Town

ORIGIN = "http://127.0.0.1:8420"


@pytest.fixture(scope="module")
def town(server: Any, migrated: str) -> Iterator[Town]:
    with server.database(migrated) as name, program_on(server.url(name)) as program:
        yield settle(program)


def set_up(town: Town, client: str) -> str:
    """Return the link that is drawn as a QR code; no camera is here, so the drawing is compared instead."""
    url = town.owner.url.render_as_string(hide_password=False)
    arguments = ["device", "setup", "phone", "--client", client, "--url", ORIGIN]
    done = CliRunner().invoke(app, arguments, env={"GIS_GRID_DATABASE_URL": url})
    assert done.exit_code == 0, done.exception
    link = done.stdout.splitlines()[-1]
    drawing = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(out=drawing, compact=True)
    assert done.stdout == f"{drawing.getvalue()}{link}\n"
    return link


def test_traccar_client_reports_with_what_its_code_says(town: Town) -> None:
    link = urlsplit(set_up(town, "traccar"))
    settings = dict(parse_qsl(link.query))
    lon, lat = INSIDE
    when = town.at(9).isoformat()
    # As its template has it, with the id once more inside the location.
    location = {
        "timestamp": when,
        "coords": {
            "latitude": lat,
            "longitude": lon,
            "accuracy": 5,
            "speed": 1,
            "heading": -1,
            "altitude": 50,
        },
        "is_moving": True,
        "odometer": 0,
        "event": "",
        "battery": {"level": 0.5, "is_charging": False},
        "activity": {"type": "walking"},
        "extras": {},
        "_": f"&id={settings['id']}&lat={lat}&lon={lon}&timestamp={when}&",
    }
    address = f"{link.scheme}://{link.netloc}{link.path}"
    sent = {"location": location, "device_id": settings["id"]}
    answer = town.client.post(address, json=sent)
    assert (answer.status_code, answer.content) == (200, b"")
    stored = town.query("SELECT lon, lat, speed_mps FROM fix WHERE t = :at", at=town.at(9))
    assert stored == [(lon, lat, 1)]
    assert town.query("SELECT client, battery_share FROM device_state") == [("traccar", 0.5)]


def test_what_is_kept_of_its_message_holds_the_token_nowhere(town: Town) -> None:
    link = urlsplit(set_up(town, "traccar"))
    token = dict(parse_qsl(link.query))["id"]
    place = {"latitude": 1, "longitude": 1}
    location = {"timestamp": "never", "coords": place, "_": f"&id={token}&lat=1&"}
    sent = {"location": location, "device_id": token}
    assert town.client.post(f"{ORIGIN}{link.path}", json=sent).status_code == 200
    (kept,) = town.query("SELECT quarantine::text FROM quarantine WHERE client = 'traccar'")
    assert "never" in bytes.fromhex(re.findall(r"\\x([0-9a-f]+)", kept[0])[0]).decode()
    assert "ggd_" not in kept[0]
    assert b"ggd_".hex() not in kept[0]


def test_a_code_that_a_camera_opens_in_the_browser_does_no_harm(town: Town) -> None:
    before = town.query("SELECT count(*) FROM fix")
    link = set_up(town, "traccar")
    assert town.client.get(link).status_code == 200
    assert town.query("SELECT count(*) FROM fix") == before


def test_owntracks_reports_with_what_its_code_says(town: Town) -> None:
    link = urlsplit(set_up(town, "owntracks"))
    settings = json.loads(base64.b64decode(link.query.removeprefix("inline="), validate=True))
    lon, lat = INSIDE
    when = town.at(10)
    body = {
        "_type": "location",
        "lat": lat,
        "lon": lon,
        "tst": int(when.timestamp()),
        "acc": 12,
        "vel": 36,
        "batt": 87,
        "tid": settings["tid"],
        "topic": f"owntracks/{settings['username']}/{settings['deviceId']}",
    }
    answer = town.client.post(
        settings["url"],
        json=body,
        auth=(settings["username"], settings["password"]),
        headers={"X-Limit-U": settings["username"], "X-Limit-D": settings["deviceId"]},
    )
    assert (answer.status_code, answer.json()) == (200, [])
    assert town.query("SELECT lon, lat, speed_mps FROM fix WHERE t = :at", at=when) == [(lon, lat, 10)]
