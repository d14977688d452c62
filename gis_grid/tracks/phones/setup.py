"""Links that set a phone's app up: read from a QR code, they carry the address, the token and how to report.

A fix every ten seconds, at any distance, never asleep while standing: with the apps' own defaults minutes lie
between two fixes, and nothing can be told of a patrol.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_S: Final = 10


def traccar(origin: str, token: str, code: str) -> str:
    """Return the address that Traccar Client (9 and later) takes its settings from; the token is its id."""
    settings = {
        "id": token,
        "accuracy": "highest",
        "interval": EVERY_S,
        "distance": 0,
        # 0 is no limit: two fixes may follow each other within the app's own 30 s.
        "fastest_interval": 0,
        "stop_detection": "false",
        "buffer": "true",
    }
    return f"{origin}/ingest/traccar?{urlencode(settings)}"


def owntracks(origin: str, token: str, code: str) -> str:
    """Return the link that OwnTracks takes its settings from; the token is its password."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", code).strip("-") or "phone"  # both go into headers
    settings = {
        "_type": "configuration",
        "mode": 3,  # HTTP
        "url": f"{origin}/ingest/owntracks",
        "auth": True,
        "username": name,
        "password": token,
        "deviceId": name,
        "tid": name[-2:].strip("-"),
        "monitoring": 2,  # move: high accuracy, by time
        "moveModeLocatorInterval": EVERY_S,
        "locatorInterval": EVERY_S,
        "locatorDisplacement": 0,
        "ignoreInaccurateLocations": 0,
        # Names of wireless networks are nobody's business; nobody steers the phone from here.
        "pubExtendedData": False,
        "extendedData": False,
        "cmd": False,
        "remoteConfiguration": False,
    }
    text = json.dumps(settings, separators=(",", ":"))
    # Padded with spaces, base64 ends without `=`; and ASCII without `>?~` gives neither `+` nor `/`: the apps
    # differ in how they read those in an address.
    text += " " * (-len(text) % 3)
    return f"owntracks:///config?inline={base64.b64encode(text.encode()).decode()}"


LINKS: Final[dict[str, Callable[[str, str, str], str]]] = {"traccar": traccar, "owntracks": owntracks}
"""Of each app that can be set up so: the link from the address, a token and the device's code."""
