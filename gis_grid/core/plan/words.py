"""What operations, checks and refusals say, in Chinese and English, from a code and its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gis_grid.core.plan.texts import REASONS, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOST_NAMES: Final = 6
_AMOUNTS: Final = frozenset({"total", "least", "most", "too_many", "too_few", "amount", "room"})


class Said(NamedTuple):
    """One sentence."""

    zh: str
    en: str


def said(code: str, numbers: Mapping[str, Any], name: Callable[[int], str] | None = None) -> Said:
    """Say what a code means.

    Parameters
    ----------
    code
        One of `TEXTS`.
    numbers
        What fills its places; `grid`, `to` and `grids` are labels of draft grids. With a `unit`, sizes
        are said in it.
    name
        What a draft grid is called; by default by its number.

    Examples
    --------
    >>> said("locked", {"grids": [3, 7]}).en
    'Grids 3, 7 may not change: locked'
    >>> said("under", {"grid": 3, "total": 250, "least": 300, "too_few": 50, "unit": "households"}).zh
    '网格3有250户，不足下限300户，还差50户'
    """
    zh, en = TEXTS[code]
    called = name or str
    return Said(
        zh.format_map(_filled(numbers, called, _ZH)), _capital(en.format_map(_filled(numbers, called, _EN)))
    )


class _Tongue(NamedTuple):
    """How numbers and names are said in a language."""

    grid: str
    grids: str
    so_many: Callable[[int], str]
    unit: Mapping[str, tuple[str, str]]
    comma: str
    more: str
    place: int


_ZH: Final = _Tongue(
    grid="网格{}",
    grids="网格{}",
    so_many=lambda number: f"{number}个网格",
    unit={"households": ("户", "户"), "people": ("人", "人")},
    comma="、",
    more="等{}个",
    place=0,
)
_EN: Final = _Tongue(
    grid="grid {}",
    grids="grids {}",
    so_many=lambda number: f"{number} grid{'' if number == 1 else 's'}",
    unit={"households": (" household", " households"), "people": (" person", " people")},
    comma=", ",
    more=" and others, {} in all",
    place=1,
)


def _filled(numbers: Mapping[str, Any], name: Callable[[int], str], tongue: _Tongue) -> dict[str, str]:
    """Return the numbers as words of a language."""
    unit = tongue.unit[numbers.get("unit", "households")]
    return {
        key: _word(key, value, name, tongue, unit if "unit" in numbers else ("", ""))
        for key, value in numbers.items()
    }


def _word(key: str, value: Any, name: Callable[[int], str], tongue: _Tongue, unit: tuple[str, str]) -> str:
    if key in {"grid", "to"}:
        return tongue.grid.format(name(value))
    if key == "grids":
        names = tongue.comma.join(name(each) for each in value[:_MOST_NAMES])
        more = tongue.more.format(len(value)) if len(value) > _MOST_NAMES else ""
        return (tongue.grid if len(value) == 1 else tongue.grids).format(names + more)
    if key in {"fewer", "more"}:
        return tongue.so_many(value)
    if key == "reason":
        return REASONS[value][tongue.place] if value in REASONS else str(value)
    if isinstance(value, list):
        return tongue.comma.join(map(str, value))
    number = f"{value:,}" if isinstance(value, int) else str(value)
    return number + unit[value != 1] if key in _AMOUNTS else number


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
