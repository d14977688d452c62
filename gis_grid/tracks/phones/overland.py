"""Overland (iOS, Android): batches of GeoJSON features.

Sources: github.com/aaronpk/Overland-iOS, its README and ``GLManager.m``. The whole batch comes again
until the reply is exactly ``{"result":"ok"}``. Among the locations stand features that are none: a visit, the
end of a trip, an action such as ``paused_location_updates`` join a place of earlier to the clock of now.
"""

from __future__ import annotations

from math import nan
from typing import Any, Final

import numpy as np

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
_NUMBER: Final = {int, float}
_FARTHEST: Final = np.array([180, 90, MOST, MOST, MOST, MOST]).reshape(-1, 1)
_SECONDS: Final = {f"{second:02}Z": second * 1000 for second in range(60)}
_PLUGGED: Final = {"charging": True, "full": True, "unplugged": False}


def decode(message: Message) -> Reported:
    """Read a batch; a bad location in it leaves the others."""
    body = json_of(message)
    locations = body.get("locations") if isinstance(body, dict) else None
    if not isinstance(locations, list):
        raise Undecodable('the body is no object with a list "locations"')
    plain = _plain(locations)
    if plain is not None:
        return Reported(plain, [], _health(locations))
    faults: list[Fault] = []
    positions = [
        position
        for index, feature in enumerate(locations)
        if (position := _any(feature, index, faults)) is not None
    ]
    return Reported(positions, faults, _health(locations))


class _Minutes(dict[str, int]):
    """When a minute began, by how it is written (``2026-11-02T08:00:``): each is read once in a batch."""

    def __missing__(self, minute: str) -> int:
        t_ms = values.read_clock(f"{minute}00Z")
        if t_ms is None:
            raise KeyError(minute)
        self[minute] = t_ms
        return t_ms


def _plain(locations: list[Any]) -> Positions | None:
    """Read a batch that is all as Overland writes it, and quickly; None for anything else."""
    minutes = _Minutes()
    try:
        said = [one["properties"] for one in locations]
        points = [one["geometry"]["coordinates"] for one in locations]
        times = [minutes[time[:17]] + _SECONDS[time[17:]] for time in (one["timestamp"] for one in said)]
        columns = [
            [lon for lon, _ in points],
            [lat for _, lat in points],
            *([one[name] for one in said] for name in ("horizontal_accuracy", "speed", "altitude")),
            [one.get("course", -1) for one in said],
        ]
        if {kind for column in columns for kind in set(map(type, column))} - _NUMBER:
            return None
        numbers = np.array(columns, np.float64).reshape(len(columns), -1)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None
    if any("action" in one or "type" in one for one in said):
        return None
    if (np.abs(numbers) > _FARTHEST).any():
        return None
    lon, lat, accuracy, speed, altitude, heading = numbers
    records = np.zeros(len(times), SAID)
    records["t_ms"], records["lon"], records["lat"], records["altitude_m"] = times, lon, lat, altitude
    records["accuracy_m"] = np.where(accuracy > 0, accuracy, nan)
    records["speed_mps"] = np.where(speed >= 0, speed, nan)
    records["heading_deg"] = np.where(heading >= 0, heading, nan)
    return Positions(records)


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


def _health(locations: list[object]) -> Health | None:
    """Return what the latest location in the batch says of the battery."""
    for feature in reversed(locations):
        said = feature.get("properties") if isinstance(feature, dict) else None
        if isinstance(said, dict) and ("battery_level" in said or "battery_state" in said):
            state = said.get("battery_state")
            plugged = _PLUGGED.get(state) if isinstance(state, str) else None
            return health_of(values.read_number(said.get("battery_level")), _LAYOUT, plugged)
    return None
