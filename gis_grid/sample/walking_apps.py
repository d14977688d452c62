"""What phones send, as three apps write it: where to, with which token shown how."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
import orjson

from gis_grid.sample.workers import Habit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gis_grid.core import Fixes
    from gis_grid.sample.workers import SampleWorker

_KMH: Final = 3.6
_JSON: Final = {"Content-Type": "application/json"}


class Sent(NamedTuple):
    """A request: its path, headers and body, and how many fixes it carries."""

    path: str
    headers: dict[str, str]
    body: bytes
    fixes: int


def traccar(fixes: Fixes, token: str, battery: float) -> Iterator[Sent]:
    """Traccar Client (9 and later): a message a fix; the token is its identifier."""
    for row in _rows(fixes):
        coords = {
            "latitude": row["lat"],
            "longitude": row["lon"],
            "accuracy": row["accuracy_m"],
            "speed": row["speed_mps"],
            "heading": row["heading_deg"],
            "altitude": 40,
        }
        location = {
            "timestamp": _clock(row["t_ms"], "milliseconds"),
            "coords": coords,
            "mock": row["mock"],
            "battery": {"level": battery, "is_charging": False},
        }
        body = orjson.dumps({"location": location, "device_id": token})
        yield Sent("/ingest/traccar", _JSON, body, 1)


def owntracks(fixes: Fixes, token: str, battery: float) -> Iterator[Sent]:
    """OwnTracks in HTTP mode: a message a fix; the token is its password."""
    headers = {**_JSON, "Authorization": f"Basic {b64encode(f'phone:{token}'.encode()).decode()}"}
    for row in _rows(fixes):
        said = {
            "_type": "location",
            "lat": row["lat"],
            "lon": row["lon"],
            "tst": row["t_ms"] // 1000,
            "acc": row["accuracy_m"],
            "vel": round(row["speed_mps"] * _KMH),
            "cog": row["heading_deg"],
            "alt": 40,
            "batt": round(battery * 100),
            "bs": 1,
        }
        yield Sent("/ingest/owntracks", headers, orjson.dumps(said), 1)


def overland(fixes: Fixes, token: str, battery: float) -> Iterator[Sent]:
    """Overland: all that waits in one message."""
    locations = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {
                "timestamp": _clock(row["t_ms"] // 1000 * 1000, "seconds"),
                "horizontal_accuracy": row["accuracy_m"],
                "speed": row["speed_mps"],
                "course": row["heading_deg"],
                "altitude": 40,
                "battery_level": battery,
                "battery_state": "unplugged",
            },
        }
        for row in _rows(fixes)
    ]
    headers = {**_JSON, "Authorization": f"Bearer {token}"}
    yield Sent("/ingest/overland", headers, orjson.dumps({"locations": locations}), len(fixes))


App: TypeAlias = Callable[["Fixes", str, float], "Iterator[Sent]"]
"""Writes fixes with a token and how full the battery is (0 to 1)."""

APPS: Final[tuple[App, ...]] = (traccar, owntracks, overland)


def app_of(worker: SampleWorker, number: int) -> App:
    """Return the app of a worker's phone: in turns, but where the habit needs one that can do it."""
    if worker.habit is Habit.MOCK:
        return traccar  # the only one that says so
    return overland if worker.habit is Habit.RESENDS else APPS[number % len(APPS)]


def signature(token: str, action: str, at_ms: int, place: tuple[float, float] | None = None) -> Sent:
    """Sign in or out of duty by the phone."""
    said: dict[str, Any] = {"action": action, "at": _clock(at_ms, "milliseconds")}
    if place is not None:
        said |= {"lon": place[0], "lat": place[1], "accuracy_m": 8}
    return Sent("/ingest/duty", {**_JSON, "Authorization": f"Bearer {token}"}, orjson.dumps(said), 0)


def emergency(token: str, code: str, at_ms: int, place: tuple[float, float]) -> Sent:
    """Report a fire that is none, by the token of a worker's account."""
    said = {
        "code": code,
        "category": "emergency.fire",
        "title": "楼道冒烟（模拟）",
        "description": "模拟程序上报，无真实警情。Made up by the simulator: there is no fire.",
        "at": _clock(at_ms, "milliseconds"),
        "lon": place[0],
        "lat": place[1],
    }
    return Sent("/api/incidents", {**_JSON, "Authorization": f"Bearer {token}"}, orjson.dumps(said), 0)


def _rows(fixes: Fixes) -> Iterator[dict[str, Any]]:
    """Yield each fix as plain values; what is not known is below zero, as apps write it."""
    measured = {name: _plain(getattr(fixes, name)) for name in ("accuracy_m", "speed_mps", "heading_deg")}
    told = {name: getattr(fixes, name).tolist() for name in ("t_ms", "lon", "lat", "mock")}
    columns = told | measured
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _plain(measured: NDArray[np.float32]) -> list[float]:
    plain: list[float] = np.nan_to_num(measured.astype(np.float64), nan=-1).round(2).tolist()
    return plain


def _clock(t_ms: int, precision: str) -> str:
    return f"{datetime.fromtimestamp(t_ms / 1000, UTC).replace(tzinfo=None).isoformat(timespec=precision)}Z"
