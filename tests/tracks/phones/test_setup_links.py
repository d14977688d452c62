"""What a QR code tells an app, read back as the app reads it."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from gis_grid.tracks.phones import setup

ORIGIN = "https://grid.example.gov.cn"
TOKEN = "ggd_" + "A-_9" * 11


def settings(code: str = "SAMPLE-PHONE-01", origin: str = ORIGIN) -> dict[str, object]:
    """Read the link as OwnTracks does: strict base64 of the one parameter, which both apps take as it is."""
    link = urlsplit(setup.owntracks(origin, TOKEN, code))
    assert (link.scheme, link.netloc, link.path) == ("owntracks", "", "/config")
    name, _, value = link.query.partition("=")
    assert name == "inline"
    assert value.isalnum(), "an app may read + / = or % otherwise"
    found: dict[str, object] = json.loads(base64.b64decode(value, validate=True))
    return found


def test_traccar_client_takes_the_address_up_to_the_question_mark_and_the_rest_as_settings() -> None:
    link = urlsplit(setup.traccar(ORIGIN, TOKEN, "P1"))
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{ORIGIN}/ingest/traccar"
    assert parse_qs(link.query) == {
        "id": [TOKEN],
        "accuracy": ["highest"],
        "interval": ["10"],
        "distance": ["0"],
        "fastest_interval": ["0"],
        "stop_detection": ["false"],
        "buffer": ["true"],
    }


def test_owntracks_is_told_all_that_it_needs() -> None:
    found = settings()
    assert (found["_type"], found["mode"], found["url"]) == (
        "configuration",
        3,
        f"{ORIGIN}/ingest/owntracks",
    )
    assert (found["auth"], found["username"], found["password"]) == (True, "SAMPLE-PHONE-01", TOKEN)
    assert (found["monitoring"], found["moveModeLocatorInterval"], found["locatorDisplacement"]) == (2, 10, 0)


@pytest.mark.parametrize("code", ["网格员的手机", "a:b/c", "手机-3", "--", "P"])
@pytest.mark.parametrize("origin", [ORIGIN, f"{ORIGIN}:8443", "http://127.0.0.1:8420"])
def test_whatever_a_device_is_called_its_name_fits_into_headers(code: str, origin: str) -> None:
    found = settings(code, origin)
    name = str(found["username"])
    assert name
    assert name.replace("-", "").isalnum()
    assert name.isascii()
    assert 1 <= len(str(found["tid"])) <= 2
