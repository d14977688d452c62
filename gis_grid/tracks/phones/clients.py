"""Every client app: where it sends to, who reads its messages, and the reply that it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.tracks.phones import traccar

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


CLIENTS: Final = (Client("traccar", "Traccar Client", ("GET", "POST"), traccar.decode),)
