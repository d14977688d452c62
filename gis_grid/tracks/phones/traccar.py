"""Traccar Client: parameters in a query or form (6.x, 10.x), or JSON (9.x).

Sources: https://www.traccar.org/osmand/ and Traccar's ``OsmAndProtocolDecoder`` with its test. A
``timestamp`` below 2^31 is seconds; a date and clock without a zone is UTC. Parameters and JSON differ in
their units: speed in knots against m/s, battery 0 to 100 against 0 to 1.
"""

from __future__ import annotations

from typing import Final

from gis_grid.tracks.phones.bodies import is_json, json_of, parameters
from gis_grid.tracks.phones.fields import Fields, shown
from gis_grid.tracks.phones.message import Fault, Health, Message, Position, Reported, Undecodable
from gis_grid.tracks.phones.values import KNOT_MPS, read_answer, read_any_moment, read_clock, read_number

MOMENT: Final = "seconds or milliseconds since 1970, or a time such as 2026-11-02T08:00:00Z"
_KNOWN: Final = frozenset(
    {"id", "deviceid", "lat", "lon", "location", "timestamp", "batt", "charge", "speed", "bearing", "heading"}
)


def decode(message: Message) -> Reported:
    """Read one position, or a heartbeat."""
    return _from_json(json_of(message)) if is_json(message) else _from_parameters(parameters(message))


def _from_parameters(given: dict[str, object]) -> Reported:
    if given and not _KNOWN & given.keys():
        raise Undecodable(f"none of the parameters {', '.join(sorted(_KNOWN))} is there")
    if "location" in given:
        lat, _, lon = str(given["location"]).partition(",")
        given = {"lat": lat, "lon": lon} | given
    fields = Fields(given)
    battery = read_number(fields.said("batt"))
    health = fields.health(
        None if battery is None else battery / 100, read_answer(fields.said("charge", "charging"))
    )
    place = None if read_answer(fields.said("valid")) is False else fields.place()
    t_ms = fields.moment(read_any_moment, MOMENT, "timestamp") if place else None
    if place is None or t_ms is None:
        return Reported([], fields.faults, health)
    position = Position(
        t_ms,
        *place,
        accuracy_m=fields.accuracy("accuracy"),
        speed_mps=fields.from_zero("speed", unit=KNOT_MPS),
        heading_deg=fields.from_zero("bearing", "heading"),
        altitude_m=fields.altitude("altitude"),
        mock=fields.is_mock("mock"),
    )
    return Reported([position], fields.faults, health)


def _from_json(body: object) -> Reported:
    """Read one message, or several in a list."""
    if isinstance(body, dict):
        return _from_object(body, "")
    if not isinstance(body, list):
        raise Undecodable(f"the body is {shown(body)}, expected an object with a location, or a list of them")
    report = Reported()
    for index, each in enumerate(body):
        if not isinstance(each, dict):
            report.faults.append(Fault(f"[{index}]", f"is {shown(each)}, expected an object with a location"))
            continue
        one = _from_object(each, f"[{index}].")
        report.positions.extend(one.positions)
        report.faults.extend(one.faults)
        if one.health is not None:
            report = Reported(report.positions, report.faults, one.health)
    return report


def _from_object(message: dict[str, object], at: str) -> Reported:
    location = message.get("location")
    if not isinstance(location, dict):
        if location is None and "device_id" in message:
            return Reported()
        return Reported(faults=[Fault(f"{at}location", f"is {shown(location)}, expected an object")])
    fields = Fields(location, f"{at}location.")
    health = _health(location)
    coords = location.get("coords")
    if coords is None:
        return Reported(health=health)
    if not isinstance(coords, dict):
        return Reported(
            [], [Fault(f"{at}location.coords", f"is {shown(coords)}, expected an object")], health
        )
    measured = Fields(coords, f"{at}location.coords.")
    place = measured.place("longitude", "latitude")
    t_ms = fields.moment(read_clock, "a time such as 2026-11-02T08:00:00Z", "timestamp") if place else None
    if place is None or t_ms is None:
        return Reported([], fields.faults + measured.faults, health)
    position = Position(
        t_ms,
        *place,
        accuracy_m=measured.accuracy("accuracy"),
        speed_mps=measured.from_zero("speed"),
        heading_deg=measured.from_zero("heading"),
        altitude_m=measured.altitude("altitude"),
        mock=fields.is_mock("mock"),
    )
    return Reported([position], fields.faults + measured.faults, health)


def _health(location: dict[str, object]) -> Health | None:
    battery = location.get("battery")
    if not isinstance(battery, dict):
        return None
    fields = Fields(battery)
    return fields.health(read_number(fields.said("level")), read_answer(fields.said("is_charging")))
