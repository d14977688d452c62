"""Every client app: where it sends to, who reads its messages, and the reply that it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.tracks.phones import gpslogger, osmand, overland, owntracks, traccar

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis_grid.tracks.phones.message import Message, Reported


@dataclass(frozen=True, slots=True)
class Client:
    """One app.

    Attributes
    ----------
    name : str
        Last part of its path, ``/ingest/<name>``.
    decode : callable
        Message to what it says; raises ``Undecodable``.
    reply, reply_type : bytes, str
        Body and media type of the 200 that ends the phone's retrying.
    """

    name: str
    title: str
    methods: tuple[str, ...]
    decode: Callable[[Message], Reported]
    reply: bytes = b""
    reply_type: str = ""


_BOTH: Final = ("GET", "POST")
_JSON: Final = "application/json"

CLIENTS: Final = (
    Client("traccar", "Traccar Client", _BOTH, traccar.decode),
    Client("osmand", "OsmAnd", _BOTH, osmand.decode),
    Client("owntracks", "OwnTracks", ("POST",), owntracks.decode, b"[]", _JSON),
    Client("gpslogger", "GPSLogger", _BOTH, gpslogger.decode),
    Client("overland", "Overland", ("POST",), overland.decode, b'{"result":"ok"}', _JSON),
)
