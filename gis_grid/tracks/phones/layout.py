"""What an app calls the values of a location, in which units: one row of a table an app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.tracks.phones.message import Health, Position, Reported
from gis_grid.tracks.phones.values import read_answer, read_number

if TYPE_CHECKING:
    from gis_grid.tracks.phones.fields import Fields
    from gis_grid.tracks.phones.values import Clock

KNOT_MPS: Final = 1852 / 3600
KMH_MPS: Final = 1 / 3.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Names, in order of trust, and units.

    Attributes
    ----------
    speed_unit : float
        Metres a second in one unit of the app's speed.
    full_battery : float
        What a full battery is in the app's units.
    """

    time: tuple[str, ...]
    clock: Clock
    lon: tuple[str, ...] = ("lon", "longitude", "lng")
    lat: tuple[str, ...] = ("lat", "latitude")
    accuracy: tuple[str, ...]
    speed: tuple[str, ...]
    speed_unit: float = 1.0
    heading: tuple[str, ...]
    altitude: tuple[str, ...]
    mock: tuple[str, ...] = ()
    battery: tuple[str, ...] = ()
    full_battery: float = 100.0
    charging: tuple[str, ...] = ()

    def names(self, *more: str) -> frozenset[str]:
        """All that is read, and the names under which phones show who they are."""
        moved = self.time + self.lon + self.lat + self.speed + self.heading + self.altitude
        whose = ("id", "deviceid", "device_id", "token")
        return frozenset(moved + self.accuracy + self.battery + self.charging + whose + more)


def read(fields: Fields, layout: Layout) -> Reported:
    """Read one location; without a longitude and a latitude it is a heartbeat."""
    health = health_of(
        read_number(fields.said(layout.battery)), layout, read_answer(fields.said(layout.charging))
    )
    place = fields.place(layout.lon, layout.lat)
    t_ms = fields.moment(layout.time, layout.clock) if place else None
    if place is None or t_ms is None:
        return Reported([], fields.faults, health)
    position = Position(
        t_ms,
        *place,
        accuracy_m=fields.accuracy(layout.accuracy),
        speed_mps=fields.from_zero(layout.speed) * layout.speed_unit,
        heading_deg=fields.from_zero(layout.heading),
        altitude_m=fields.altitude(layout.altitude),
        mock=read_answer(fields.said(layout.mock)) is True,
    )
    return Reported([position], fields.faults, health)


def health_of(battery: float | None, layout: Layout, charging: bool | None) -> Health | None:
    """Return how the phone is; a battery that is not between empty and full is unknown."""
    share = None if battery is None else battery / layout.full_battery
    if share is not None and not 0 <= share <= 1:
        share = None
    return None if share is None and charging is None else Health(share, charging)
