"""Requests of phones as they come over the wire (the folder ``phones``), and what they say."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from math import nan
from pathlib import Path
from typing import Any

from gis_grid.tracks.phones.clients import CLIENTS, Client
from gis_grid.tracks.phones.message import Fault, Health, Message, Position

FOLDER = Path(__file__).with_name("phones")


@dataclass(frozen=True, slots=True)
class Recording:
    """One request, and the file that says what is in it."""

    name: str
    head: str
    body: bytes
    expected: dict[str, Any]

    @property
    def client(self) -> Client:
        app = self.name.partition("-")[0]
        return next(client for client in CLIENTS if client.name == app)

    def wire(self, token: str) -> bytes:
        """Return the request as a phone with this token sends it."""
        basic = b64encode(f"phone:{token}".encode()).decode()
        body = self.body.replace(b"{token}", token.encode())
        head = self.head.replace("{token}", token).replace("{basic}", basic)
        return head.replace("{length}", str(len(body))).encode() + b"\r\n\r\n" + body

    @property
    def message(self) -> Message:
        request_line, *headers = self.head.split("\r\n")
        method, address, _ = request_line.split(" ")
        said = dict(line.split(": ", 1) for line in headers)
        return Message(
            method, address.partition("?")[2], said.get("Content-Type", ""), self.body, said["User-Agent"]
        )

    @property
    def positions(self) -> list[Position]:
        return [_position(**given) for given in self.expected.get("positions", [])]

    @property
    def faults(self) -> list[Fault]:
        return [Fault(*given) for given in self.expected.get("faults", [])]

    @property
    def health(self) -> Health | None:
        return Health(**self.expected["health"]) if "health" in self.expected else None

    @property
    def sent_ms(self) -> int | None:
        return _t_ms(self.expected["sent"]) if "sent" in self.expected else None


def recordings() -> list[Recording]:
    """Return all of them, by name."""
    return [_read(file) for file in sorted(FOLDER.glob("*.http"))]


def _read(file: Path) -> Recording:
    head, _, body = file.read_bytes().partition(b"\r\n\r\n")
    return Recording(file.stem, head.decode(), body, json.loads(file.with_suffix(".json").read_text()))


def _position(
    t: str,
    lon: float,
    lat: float,
    accuracy_m: float = nan,
    speed_mps: float = nan,
    heading_deg: float = nan,
    altitude_m: float = nan,
    mock: bool = False,
) -> Position:
    return Position(_t_ms(t), lon, lat, accuracy_m, speed_mps, heading_deg, altitude_m, mock)


def _t_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
