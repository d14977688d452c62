"""Overland (iOS, Android): batches of GeoJSON features.

Sources: github.com/aaronpk/Overland-iOS, its README and ``GLManager.m``. The whole batch comes again
until the reply is exactly ``{"result":"ok"}``. Among the locations stand features that are none: a visit, the
end of a trip, an action such as ``paused_location_updates`` join a place of earlier to the clock of now.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import UNSET, MsgspecError, Struct, UnsetType, to_builtins
from msgspec.json import Decoder as JsonDecoder

from gis_grid.core.track.fixes import END_OF_TIMES_MS
from gis_grid.tracks.phones import values
from gis_grid.tracks.phones.bodies import json_of
from gis_grid.tracks.phones.fields import MOST, Fields, note, shown
from gis_grid.tracks.phones.layout import Layout, health_of, read
from gis_grid.tracks.phones.message import (
    SAID,
    Fault,
    Health,
    Message,
    Position,
    Positions,
    Reported,
    Undecodable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_LAYOUT: Final = Layout(
    time=("properties.timestamp",),
    clock=values.ISO,
    lon=("geometry.coordinates[0]",),
    lat=("geometry.coordinates[1]",),
    accuracy=("properties.horizontal_accuracy",),
    speed=("properties.speed",),
    heading=("properties.course",),
    altitude=("properties.altitude",),
    full_battery=1.0,
)
_FARTHEST: Final = np.array([180, 90, MOST, MOST, MOST, MOST]).reshape(-1, 1)
_CLOCK: Final = np.frombuffer(b"0000-00-00T00:00:00Z", np.uint8)
_IS_DIGIT: Final = ord("0") == _CLOCK
_WITHOUT_ZONE: Final = np.dtype({"names": ["clock"], "formats": ["S19"], "itemsize": len(_CLOCK)})
_PLUGGED: Final = {"charging": True, "full": True, "unplugged": False}


def decode(message: Message) -> Reported:
    """Read a batch; a bad location in it leaves the others."""
    plain = _plain(message.body)
    if plain is not None:
        return plain
    body = json_of(message)
    locations = body.get("locations") if isinstance(body, dict) else None
    if not isinstance(locations, list):
        raise Undecodable('the body is no object with a list "locations"')
    faults: list[Fault] = []
    positions = [
        position
        for index, feature in enumerate(locations)
        if (position := _any(feature, index, faults)) is not None
    ]
    properties = (one.get("properties") for one in reversed(locations) if isinstance(one, dict))
    return Reported(positions, faults, _health(properties))


class _Point(Struct, gc=False):
    coordinates: tuple[float, float]


class _Properties(Struct, gc=False):
    timestamp: str
    horizontal_accuracy: float
    speed: float
    altitude: float
    course: float = -1
    action: None = None
    type: None = None
    battery_level: float | UnsetType = UNSET
    battery_state: str | UnsetType = UNSET


class _Location(Struct, gc=False):
    geometry: _Point
    properties: _Properties


class _Batch(Struct, gc=False):
    """A message as Overland writes it; what is not read is passed over, and no object is made of it."""

    locations: list[_Location]


_BATCH: Final = JsonDecoder(_Batch)


def _plain(body: bytes) -> Reported | None:
    """Read a batch that is all as Overland writes it, and quickly; None for anything else."""
    try:
        body.decode()  # what is passed over is no text otherwise
        locations = _BATCH.decode(body).locations
        said = [one.properties for one in locations]
        times = _times([one.timestamp for one in said])
    except (MsgspecError, ValueError, RecursionError):
        return None
    numbers = np.array(
        [
            [one.geometry.coordinates[0] for one in locations],
            [one.geometry.coordinates[1] for one in locations],
            [one.horizontal_accuracy for one in said],
            [one.speed for one in said],
            [one.altitude for one in said],
            [one.course for one in said],
        ]
    )
    if (np.abs(numbers) > _FARTHEST).any():
        return None
    lon, lat, accuracy, speed, altitude, heading = numbers
    records = np.zeros(len(times), SAID)
    records["t_ms"], records["lon"], records["lat"], records["altitude_m"] = times, lon, lat, altitude
    records["accuracy_m"] = np.where(accuracy > 0, accuracy, nan)
    records["speed_mps"] = np.where(speed >= 0, speed, nan)
    records["heading_deg"] = np.where(heading >= 0, heading, nan)
    return Reported(Positions(records), [], _health(map(to_builtins, reversed(said))))


def _times(written: list[str]) -> NDArray[np.int64]:
    """Read ``2026-11-02T08:00:00Z`` and nothing else, as milliseconds; ``ValueError`` when one is no time."""
    if set(map(len, written)) - {len(_CLOCK)}:
        raise ValueError
    joined = "".join(written).encode()
    letters = np.frombuffer(joined, np.uint8).reshape(len(written), len(_CLOCK))
    digits = letters[:, _IS_DIGIT] - ord("0")
    if (digits > 9).any() or (letters[:, ~_IS_DIGIT] != _CLOCK[~_IS_DIGIT]).any():
        raise ValueError
    moments = np.frombuffer(joined, _WITHOUT_ZONE)["clock"].astype("M8[ms]")
    t_ms: NDArray[np.int64] = moments.astype(np.int64)
    if ((t_ms <= 0) | (t_ms >= END_OF_TIMES_MS)).any():
        raise ValueError
    return t_ms


def _any(feature: object, index: int, faults: list[Fault]) -> Position | None:
    """Read whatever it is, and note what is wrong with it."""
    at = f"locations[{index}]."
    said = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(said, dict):
        note(faults, [Fault(at.rstrip("."), "is no GeoJSON feature with properties")])
        return None
    kind = said.get("type")
    if said.get("action") is not None or kind in ("trip", "visit"):
        return None
    if kind not in (None, "location"):
        note(faults, [Fault(f"{at}properties.type", f"is {shown(kind)}, expected a location")])
        return None
    geometry = feature.get("geometry")
    point = geometry.get("coordinates") if isinstance(geometry, dict) else geometry
    if point is not None and not isinstance(point, list):
        note(faults, [Fault(f"{at}geometry", f"is {shown(point)}, expected a point with coordinates")])
        return None
    coordinates = {f"geometry.coordinates[{index}]": value for index, value in enumerate((point or [])[:2])}
    fields = Fields({f"properties.{name}": value for name, value in said.items()} | coordinates, at)
    report = read(fields, _LAYOUT)
    note(faults, report.faults)
    return next(iter(report.positions), None)


def _health(latest_first: Iterable[object]) -> Health | None:
    """Return what the latest properties that speak of the battery say."""
    for said in latest_first:
        if isinstance(said, dict) and ("battery_level" in said or "battery_state" in said):
            state = said.get("battery_state")
            plugged = _PLUGGED.get(state) if isinstance(state, str) else None
            return health_of(values.read_number(said.get("battery_level")), _LAYOUT, plugged)
    return None
