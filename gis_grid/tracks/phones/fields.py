"""The values of one location, by the names that its app has for them, and what is wrong with them."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING, Final

from gis_grid.tracks.phones.message import Fault
from gis_grid.tracks.phones.values import is_unsaid, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gis_grid.tracks.phones.values import Clock

MOST: Final = 1e8
"""Metres, or metres a second: nothing on Earth is larger, and it fits the columns of a fix."""

MOST_FAULTS: Final = 100
_MAX_SHOWN: Final = 60


class Fields:
    """Reads values by name. What is there and cannot be read becomes a fault, and never a value.

    A value may have several names; the first that says something counts.

    Attributes
    ----------
    faults : list of Fault
        In the order of reading.
    """

    def __init__(self, values: Mapping[str, object], at: str = "") -> None:
        self._values = values
        self._at = at
        self.faults: list[Fault] = []

    def said(self, names: Iterable[str]) -> object:
        """Return the value as it came; None when it was left out."""
        for name in names:
            value = self._values.get(name)
            if not is_unsaid(value):
                return value
        return None

    def place(self, lon: tuple[str, ...], lat: tuple[str, ...]) -> tuple[float, float] | None:
        """Return (lon, lat); None when both were left out, or one cannot be of a place on Earth."""
        if self.said(lon) is None and self.said(lat) is None:
            return None
        east, north = self._degrees(lon, 180.0), self._degrees(lat, 90.0)
        return None if east is None or north is None else (east, north)

    def moment(self, names: tuple[str, ...], clock: Clock) -> int | None:
        """Return milliseconds since 1970; a moment that is missing is a fault, and never now."""
        value = self.said(names)
        t_ms = clock.read(value)
        if t_ms is None:
            self._blame(names, value, f"{clock.expected}, in the years 1970 to 2200")
        return t_ms

    def accuracy(self, names: tuple[str, ...]) -> float:
        """Metres; 0 and below are unknown, and what is larger than the Earth is the worst there is."""
        value = self._number(names, inf)
        return min(value, MOST) if value > 0 else nan

    def from_zero(self, names: tuple[str, ...]) -> float:
        """Return a speed or a heading; below 0 is unknown."""
        value = self._number(names, MOST)
        return value if value >= 0 else nan

    def altitude(self, names: tuple[str, ...]) -> float:
        """Metres, above or below the sea."""
        return self._number(names, MOST)

    def _degrees(self, names: tuple[str, ...], limit: float) -> float | None:
        value = self.said(names)
        number = read_number(value)
        if number is not None and -limit <= number <= limit:
            return number
        self._blame(names, value, f"degrees between -{limit:g} and {limit:g}")
        return None

    def _number(self, names: tuple[str, ...], most: float) -> float:
        """Return a number, or ``nan`` when it was left out, is NaN as phones write it, or none at all."""
        value = self.said(names)
        number = read_number(value)
        if number is not None and abs(number) <= most:
            return number
        if value is not None and not (isinstance(value, str) and value.strip().lower() == "nan"):
            self._blame(names, value, "a number")
        return nan

    def _blame(self, names: tuple[str, ...], value: object, expected: str) -> None:
        name = next((name for name in names if self._values.get(name) is value), names[0])
        said = "is missing" if value is None else f"is {shown(value)}"
        self.faults.append(Fault(f"{self._at}{name}", f"{said}, expected {expected}"))


def note(faults: list[Fault], found: list[Fault]) -> None:
    """Add what was found to the faults of a batch, as long as somebody would read on."""
    faults.extend(found[: MOST_FAULTS - len(faults)])


def shown(value: object) -> str:
    """Write a value so that it can stand in a sentence and in the database, and is not long."""
    text = ascii(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."
