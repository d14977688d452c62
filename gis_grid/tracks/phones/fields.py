"""The fields of one message, or of one location in it, and what was found wrong while they were read."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING, Final

from gis_grid.tracks.phones.message import Fault, Health
from gis_grid.tracks.phones.values import is_unsaid, read_answer, read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOST: Final = 1e8
"""Metres, or metres a second: nothing on Earth is larger, and it fits the columns of a fix."""

_MAX_SHOWN: Final = 60


class Fields:
    """Reads values by name. What is there and cannot be read becomes a fault, and never a value.

    A field may have several names; the first that says something counts.

    Attributes
    ----------
    faults : list of Fault
        In the order of reading.
    """

    def __init__(self, values: Mapping[str, object], at: str = "") -> None:
        self._values = values
        self._at = at
        self.faults: list[Fault] = []

    def said(self, *names: str) -> object:
        """Return the value as it came; None when it was left out."""
        for name in names:
            value = self._values.get(name)
            if not is_unsaid(value):
                return value
        return None

    def place(self, lon_name: str = "lon", lat_name: str = "lat") -> tuple[float, float] | None:
        """Return (lon, lat); None when they were left out both, or one cannot be a place on Earth."""
        lon, lat = self.said(lon_name), self.said(lat_name)
        if lon is None and lat is None:
            return None
        degrees = self._degrees(lon_name, lon, 180.0), self._degrees(lat_name, lat, 90.0)
        return None if degrees[0] is None or degrees[1] is None else (degrees[0], degrees[1])

    def moment(self, read: Callable[[object], int | None], expected: str, *names: str) -> int | None:
        """Return milliseconds since 1970; a moment that is missing is a fault."""
        value = self.said(*names)
        if value is None:
            self.blame(names[0], f"is missing, expected {expected}")
            return None
        t_ms = read(value)
        if t_ms is None:
            self.blame(names[0], f"is {shown(value)}, expected {expected}, in the years 1970 to 2200")
        return t_ms

    def accuracy(self, *names: str) -> float:
        """Metres; 0 and below are unknown, and what is larger than the Earth is the worst there is."""
        value = self._number(names, inf)
        return min(value, _MOST) if value > 0 else nan

    def from_zero(self, *names: str, unit: float = 1.0) -> float:
        """Return a speed or heading in units of `unit`; below 0 is unknown."""
        value = self._number(names, _MOST)
        return value * unit if value >= 0 else nan

    def altitude(self, *names: str) -> float:
        """Metres, above or below the sea."""
        return self._number(names, _MOST)

    def is_mock(self, *names: str) -> bool:
        """Say whether the phone called the position made up."""
        return read_answer(self.said(*names)) is True

    def health(self, battery: float | None, charging: bool | None) -> Health | None:
        """Return how the phone is: a battery that is not between 0 and 1 is unknown."""
        if battery is not None and not 0 <= battery <= 1:
            battery = None
        return None if battery is None and charging is None else Health(battery, charging)

    def blame(self, name: str, why: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(f"{self._at}{name}", why))

    def _degrees(self, name: str, value: object, limit: float) -> float | None:
        number = read_number(value)
        if number is not None and -limit <= number <= limit:
            return number
        said = "is missing" if value is None else f"is {shown(value)}"
        self.blame(name, f"{said}, expected degrees between -{limit:g} and {limit:g}")
        return None

    def _number(self, names: tuple[str, ...], most: float) -> float:
        """Return a number, or ``nan`` when it was left out or is none."""
        value = self.said(*names)
        if value is None:
            return nan
        number = read_number(value)
        if number is None or abs(number) > most:
            self.blame(names[0], f"is {shown(value)}, expected a number")
            return nan
        return number


def shown(value: object) -> str:
    """Write a value so that it can stand in a sentence and in the database, and is not long."""
    text = ascii(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."
