"""Frozen objects of the core as JSON that people can read, and back: every field by its name.

Moments, which the core holds as epoch milliseconds in fields that end with ``_ms``, stand there as
ISO 8601 in UTC under the name without it. What is read is checked field by field; a field with a default may
be missing, since it may be younger than what is read.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from gis_grid.core import Fixes
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.kit.errors import BadInput
from gis_grid.patrols.documents import canonical
from gis_grid.patrols.rows import iso

_T = TypeVar("_T")

_MOMENT: Final = "_ms"
_IMPORTED_FOR_TYPES: Final = {"dt": dt, "Mapping": Mapping, "Fixes": Fixes}
"""What modules of the core import for type checkers alone."""

_MOST: Final = 1 << 63
"""Whole numbers are those of the database."""

_NO_FIXES: Final = Fixes.of([], [], [])


def named(value: Any) -> Any:
    """Return JSON values: objects by the names of their fields, sets in order, no fixes."""
    if is_dataclass(value):
        found = {}
        for column in fields(value):
            one = getattr(value, column.name)
            if isinstance(one, Fixes):
                continue
            is_moment = column.name.endswith(_MOMENT)
            found[column.name.removesuffix(_MOMENT)] = _moments(one) if is_moment else named(one)
        return found
    if isinstance(value, Mapping):
        return {str(key): named(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted((named(one) for one in value), key=canonical)
    if isinstance(value, (list, tuple)):
        return [named(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else value


def read_named(kind: type[_T], value: object, where: str) -> _T:
    """Read what :func:`named` wrote.

    Parameters
    ----------
    kind
        A frozen dataclass of the core.
    where
        What it was read from, for messages.

    Raises
    ------
    BadInput
        When a field is missing, one too many, or not of its kind; names the place.
    """
    found: _T = _read(kind, value, where)
    return found


def _moments(value: Any) -> Any:
    if value is None:
        return None
    return iso(value) if isinstance(value, int) else [iso(one) for one in value]


def _read(kind: Any, value: Any, where: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        (one,) = (option for option in inner if option is not type(None))
        return None if value is None else _read(one, value, where)
    if origin is tuple and inner[1:] != (...,):
        return tuple(_read(*pair, where) for pair in zip(inner, _list(value, where, len(inner)), strict=True))
    if origin in {tuple, frozenset}:
        return origin(_read(inner[0], one, f"{where}[{n}]") for n, one in enumerate(_list(value, where)))
    if origin is Mapping:
        return {key: _read(inner[1], one, f"{where}.{key}") for key, one in _object(value, where).items()}
    return _one(kind, value, where)


def _one(kind: Any, value: Any, where: str) -> Any:
    if is_dataclass(kind):
        return _fields(kind, _object(value, where), where)
    try:
        if issubclass(kind, Enum):
            return kind(value)
        if kind in {dt.date, dt.time}:
            return kind.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _wrong(where, f"a {kind.__name__}") from error
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind or (kind is int and not -_MOST <= value < _MOST):
        raise _wrong(where, f"of type {kind.__name__}")
    return value


def _fields(kind: Any, values: Mapping[str, Any], where: str) -> Any:
    left = dict(values)
    found = {}
    for name, hint in _hints(kind).items():
        if hint is Fixes:
            found[name] = _NO_FIXES
            continue
        key = name.removesuffix(_MOMENT)
        if key not in left and name in _defaults(kind):
            continue
        if key not in left:
            raise _wrong(f"{where}.{key}", "there")
        one = left.pop(key)
        found[name] = _read(hint, _milliseconds(one, where) if name != key else one, f"{where}.{key}")
    if left:
        raise _wrong(f"{where}.{next(iter(left))}", "absent: there is no such field")
    return kind(**found)


@cache
def _defaults(kind: Any) -> frozenset[str]:
    """Name the fields that need not be there: what was written before there were any has none of them."""
    return frozenset(
        one.name for one in fields(kind) if one.default is not MISSING or one.default_factory is not MISSING
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, localns=dict(_IMPORTED_FOR_TYPES))


def _milliseconds(value: Any, where: str) -> Any:
    if isinstance(value, list):
        return [_milliseconds(one, where) for one in value]
    return None if value is None else read_moment(value, where)


def read_moment(value: Any, where: str) -> int:
    """Return a moment written in ISO 8601 as epoch milliseconds.

    Raises
    ------
    BadInput
        When it is none, or has no zone.
    """
    try:
        found = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _wrong(where, "a moment like 2026-11-02T01:00:00.000Z") from error
    if found.tzinfo is None:
        raise _wrong(where, "a moment with its zone")
    return instant_ms(found)


def _list(value: Any, where: str, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or length not in {None, len(value)}:
        raise _wrong(where, "a list" if length is None else f"a list of {length}")
    return value


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "an object")
    return value


def _wrong(where: str, expected: str) -> BadInput:
    return BadInput("What was read is not what was written", f"{where}: expected it to be {expected}")
