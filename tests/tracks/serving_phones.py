"""The real program on a real port, one worker who was always on duty, and the phone of that worker."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import nan
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, text
from walking_ground import hire

from gis_grid.accounts.service import devices
from gis_grid.cli.serve import server_in_background
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings
from gis_grid.tracks import service
from gis_grid.tracks.phones.message import Position

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Served:
    """Where it is served, and the token of the phone."""

    url: str
    token: str = field(repr=False)
    owner: Engine

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def taken(self) -> tuple[list[Position], list[str]]:
        """Return the fixes that were stored since it was last asked for, and why messages were put aside."""
        with self.owner.begin() as conn:
            stored = conn.execute(text("DELETE FROM fix RETURNING *")).mappings().all()
            aside = conn.execute(text("DELETE FROM quarantine RETURNING *")).mappings().all()
        for row in aside:
            assert self.token not in f"{row['query']}{row['content_type']}{row['user_agent']}"
            assert self.token.encode() not in bytes(row["body"])
        return sorted(map(_position, stored)), [row["error"] for row in aside]

    def battery(self) -> float | None:
        """Return the battery as last heard."""
        with self.owner.begin() as conn:
            return conn.execute(text("DELETE FROM device_state RETURNING battery_share")).scalar_one()


@contextmanager
def phones_served(url: str) -> Iterator[Served]:
    """Serve an empty database."""
    owner = make_engine(url)
    engines = Engines(*(make_engine(url, role=role) for role in LOGINS))
    with owner.begin() as conn:
        worker = hire(conn, grid=None)
        service.ensure_device(conn, "phone", worker)
        token = devices.make(conn, "phone", actor="test", now=now()).secret
        service.sign_in(conn, worker, [(datetime(2010, 1, 1, tzinfo=UTC), now())])
    with server_in_background(Settings(port=0), engines) as address:
        yield Served(address.rstrip("/"), token, owner)
    engines.dispose()
    owner.dispose()


def _position(row: Any) -> Position:
    unknown = {"accuracy_m": nan, "speed_mps": nan, "heading_deg": nan, "altitude_m": nan}
    measured = {name: row[name] if row[name] is not None else nan for name in unknown}
    return Position(round(row["t"].timestamp() * 1000), row["lon"], row["lat"], **measured, mock=row["mock"])
