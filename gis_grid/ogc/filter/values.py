"""Values of filters: properties, literals, arithmetic and texts whatever their case; each with its kind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Date, DateTime, Double, Numeric, Text, cast, func, literal

from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Kind
from gis_grid.ogc.intervals import local_day, moment
from gis_grid.ogc.selecting import column_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement

    from gis_grid.kit.features import Collection

DEEPEST: Final = 40
"""How many operators may be within each other."""

_NUMBERS: Final = frozenset({Kind.INTEGER, Kind.NUMBER})
_TIMES: Final = frozenset({Kind.DATE, Kind.TIME})
_KIND_NAMES: Final = {
    Kind.STRING: "a text",
    Kind.INTEGER: "a number",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "a date",
    Kind.TIME: "a date and time with its zone",
    Kind.OBJECT: "an object",
}


def wrong(detail: str) -> BadInput:
    """Return the refusal of a filter that can be read, but not used."""
    return BadInput("The filter cannot be used", detail)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a filter.

    Attributes
    ----------
    sql : ColumnElement
    kind : Kind
    called : str
        What it is called in a refusal.
    written : str, date, datetime or None
        The literal that it is, where another kind may be read from it.
    """

    sql: ColumnElement[Any]
    kind: Kind
    called: str
    written: str | date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """Reads values over the properties of a collection; days are those of a time zone."""

    collection: Collection
    tz: ZoneInfo

    def of(self, node: Any, depth: int = 0) -> Value:
        """Return the value that a node of the tree is.

        Raises
        ------
        BadInput
            When it is none, or names what is not in the lists.
        """
        if depth > DEEPEST:
            raise wrong(f"expected at most {DEEPEST} operators within each other")
        if isinstance(node, bool):
            return Value(literal(node), Kind.BOOLEAN, str(node).lower())
        if isinstance(node, int | float):
            return Value(literal(_finite(node), Double), Kind.NUMBER, f"{node!r:.40}")
        if isinstance(node, str):
            return Value(literal(_sound(node), Text), Kind.STRING, f"{node[:40]!r}", node)
        if isinstance(node, dict):
            if set(node) == {"property"}:
                return self._property(node["property"])
            if set(node) in ({"date"}, {"timestamp"}):
                return self._moment(next(iter(node.items())))
            if set(node) == {"op", "args"} and isinstance(node["args"], list):
                return self._computed(node["op"], node["args"], depth)
        raise wrong(f"expected a property or a value, not {repr(node)[:100]}")

    def _property(self, name: Any) -> Value:
        known = {one.name: one for one in self.collection.properties if one.filters}
        if not isinstance(name, str) or name not in known:
            places = ["geometry"] * (self.collection.shape != "none")
            raise wrong(f"no property {repr(name)[:100]}; there are {', '.join([*known, *places])}")
        return Value(column_of(self.collection, name), known[name].kind, name)

    def _moment(self, item: tuple[str, Any]) -> Value:
        name, text = item
        read = date_of(text) if name == "date" else moment_of(text)
        if read is None:
            example = "2026-11-02" if name == "date" else "2026-11-02T08:00:00Z"
            raise wrong(f"{name.upper()}({repr(text)[:60]}): expected one such as '{example}'")
        if isinstance(read, datetime):
            return Value(literal(read, DateTime(timezone=True)), Kind.TIME, f"{text}", read)
        return Value(literal(read, Date), Kind.DATE, f"{text}", read)

    def _computed(self, name: Any, args: list[Any], depth: int) -> Value:
        if name == "casei" and len(args) == 1:
            text = self.of(args[0], depth + 1)
            if text.kind is not Kind.STRING:
                raise wrong(f"casei: expected a text, not {text.called}")
            return Value(func.lower(text.sql), Kind.STRING, f"casei({text.called})")
        if isinstance(name, str) and name in _ARITHMETIC and len(args) == 2:
            both = [self.of(one, depth + 1) for one in args]
            for one in both:
                if one.kind not in _NUMBERS:
                    raise wrong(f"{name}: expected a number, not {one.called}")
            left, right = (cast(one.sql, Double) for one in both)
            return Value(_ARITHMETIC[name](left, right), Kind.NUMBER, f"what {name} makes")
        raise wrong(f"no operator or function {repr(name)[:60]} of {len(args)} values here")

    def alike(self, *values: Value) -> list[ColumnElement[Any]]:
        """Return values that can be compared with each other: literals are read as what they are beside.

        Raises
        ------
        BadInput
            When their kinds differ; with the expected one.
        """
        first = next((one for one in values if one.written is None), values[0])
        return [self._as_kind(one, first).sql for one in values]

    def _as_kind(self, value: Value, beside: Value) -> Value:
        kind = beside.kind
        if value.kind is kind or {value.kind, kind} <= _NUMBERS:
            return value
        if kind in _TIMES and value.written is not None:
            read = self.as_time(value.written) if kind is Kind.TIME else self._as_date(value.written)
            if read is not None:
                column = DateTime(timezone=True) if kind is Kind.TIME else Date()
                return Value(literal(read, column), kind, value.called)
        raise wrong(f"{beside.called}: expected {_KIND_NAMES[kind]}, not {value.called}")

    def as_time(self, written: str | date | datetime) -> datetime | None:
        """Return a literal as a moment; a date is the first one of that day in the town."""
        read = (moment_of(written) or date_of(written)) if isinstance(written, str) else written
        if read is None or isinstance(read, datetime):
            return read
        return local_day(read, self.tz)[0]

    def _as_date(self, written: str | date | datetime) -> date | None:
        if isinstance(written, str):
            return date_of(written)
        return written.astimezone(self.tz).date() if isinstance(written, datetime) else written


def date_of(text: Any) -> date | None:
    """Return the date that is written, or ``None``; those at the ends of the calendar have no local day."""
    try:
        read = date.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return read if 1 < read.year < 9999 else None


def moment_of(text: Any) -> datetime | None:
    """Return the moment that is written, or ``None``."""
    read = moment(text) if isinstance(text, str) else None
    return read if read is not None and 1 < read.astimezone(UTC).year < 9999 else None


def _finite(number: float) -> float:
    try:
        found = float(number)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise wrong("expected numbers that are finite")
    return found


def _sound(text: str) -> str:
    if "\0" in text:
        raise wrong("expected no NUL in a text")
    try:
        text.encode()
    except UnicodeEncodeError:  # half a pair of surrogates, as JSON can write it
        raise wrong("expected texts that can be stored") from None
    return text


def _remainder(left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.mod(cast(left, Numeric), cast(right, Numeric)), Double)


_ARITHMETIC: Final[dict[str, Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "div": lambda left, right: func.trunc(left / right),
    "%": _remainder,
    "^": func.power,
}
