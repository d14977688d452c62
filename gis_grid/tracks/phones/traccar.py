"""Traccar Client: parameters in a query or form (6.x, 10.x), or JSON (9.x).

Sources: traccar.org/osmand/, Traccar's ``OsmAndProtocolDecoder`` with its test, ``HttpUploader``
of the client's SDK. A ``timestamp`` below 2^31 is seconds; a date and clock without a zone is UTC. The two
ways differ in their units: speed in knots against m/s, battery 0 to 100 against 0 to 1.
"""

from __future__ import annotations

from typing import Final

from gis_grid.tracks.phones import values
from gis_grid.tracks.phones.bodies import is_json, json_of, parameters, refuse_unknown
from gis_grid.tracks.phones.fields import Fields, note, shown
from gis_grid.tracks.phones.layout import KNOT_MPS, Layout, read
from gis_grid.tracks.phones.message import Fault, Message, Position, Reported, Undecodable

_PARAMETERS: Final = Layout(
    time=("timestamp",),
    clock=values.ANY,
    accuracy=("accuracy",),
    speed=("speed",),
    speed_unit=KNOT_MPS,
    heading=("bearing", "heading"),
    altitude=("altitude",),
    mock=("mock",),
    battery=("batt",),
    charging=("charge",),
)
_NAMES: Final = _PARAMETERS.names("location", "valid")
_PLACE: Final = frozenset(_PARAMETERS.lon + _PARAMETERS.lat)
_JSON: Final = Layout(
    time=("timestamp",),
    clock=values.ISO,
    lon=("coords.longitude",),
    lat=("coords.latitude",),
    accuracy=("coords.accuracy",),
    speed=("coords.speed",),
    heading=("coords.heading",),
    altitude=("coords.altitude",),
    mock=("mock",),
    battery=("battery.level",),
    full_battery=1.0,
    charging=("battery.is_charging",),
)


def decode(message: Message) -> Reported:
    """Read one position or a heartbeat; of JSON also a list of them."""
    return _from_json(json_of(message)) if is_json(message) else _from_parameters(parameters(message))


def _from_parameters(given: dict[str, object]) -> Reported:
    refuse_unknown(given, _NAMES)
    if "location" in given:
        lat, _, lon = str(given["location"]).partition(",")
        given = {"lat": lat, "lon": lon} | given
    if values.read_answer(given.get("valid")) is False:  # where it was last, not where it is
        given = {name: value for name, value in given.items() if name not in _PLACE}
    return read(Fields(given), _PARAMETERS)


def _from_json(body: object) -> Reported:
    if isinstance(body, dict):
        return _from_object(body, "")
    if not isinstance(body, list):
        raise Undecodable(f"the body is {shown(body)}, expected an object with a location, or a list of them")
    positions: list[Position] = []
    faults: list[Fault] = []
    health = None
    for index, message in enumerate(body):
        one = _from_object(message, f"[{index}].")
        positions += one.positions
        note(faults, one.faults)
        health = one.health or health
    return Reported(positions, faults, health)


def _from_object(message: object, at: str) -> Reported:
    location = message.get("location") if isinstance(message, dict) else None
    if not isinstance(location, dict):
        return Reported(faults=[Fault(f"{at}location", f"is {shown(location)}, expected an object")])
    coords, battery = location.get("coords"), location.get("battery")
    if coords is not None and not (isinstance(coords, dict) and {"latitude", "longitude"} & coords.keys()):
        return Reported(faults=[Fault(f"{at}location.coords", f"is {shown(coords)}, expected a position")])
    flat = {f"coords.{name}": value for name, value in (coords or {}).items()}
    if isinstance(battery, dict):
        flat |= {f"battery.{name}": value for name, value in battery.items()}
    return read(Fields(location | flat, f"{at}location."), _JSON)
