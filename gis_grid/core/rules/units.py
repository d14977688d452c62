"""Amounts with their units, as ``{ value = 1.5, unit = "h" }``: nothing is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.core.rules.rule import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.rules.table import Table

TIMES: Final = ("s", "min", "h")
LENGTHS: Final = ("m", "km")
SHARES: Final = ("%",)

_FACTORS: Final = {
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "m": 1.0,
    "km": 1000.0,
}


class Amount(NamedTuple):
    """A number in seconds, metres, a share from 0 to 1, or things, and the unit it was written in."""

    value: float
    written: str

    @property
    def unit(self) -> Unit:
        """What a verdict's numbers are when this is asked for."""
        if self.written in TIMES:
            return Unit.SECONDS
        return Unit.SHARE if self.written in SHARES else Unit.COUNT


def read_amount(table: Table, key: str, units: Sequence[str]) -> Amount:
    """Read an amount.

    Parameters
    ----------
    table : Table
    key : str
    units : sequence of str
        Those that make sense: of `TIMES`, `LENGTHS`, `SHARES`, or words for things that are counted.

    Raises
    ------
    BadProfile
        For a missing or other unit, what is no number, a part of a thing, or more than 100 %.
    """
    value = table.value(key)
    if not isinstance(value, Mapping):
        raise table.error(key, f'needs a unit: {{ value = ..., unit = "{units[-1]}" }}, not {value!r}')
    inner = table.table(key)
    number, unit = inner.number("value"), inner.text("unit")
    inner.finish()
    if unit not in units:
        raise inner.error("unit", f"must be one of {', '.join(units)}, not {unit!r}")
    if unit in SHARES:
        if number > 100:
            raise inner.error("value", f"must be at most 100 %, not {number:g}")
        return Amount(number / 100, unit)
    if unit not in _FACTORS and not number.is_integer():
        raise inner.error("value", f"must be whole: {unit} are counted, not {number:g}")
    return Amount(number * _FACTORS.get(unit, 1.0), unit)
