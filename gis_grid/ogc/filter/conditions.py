"""From the tree of a filter to a condition: only operators that stand here, over properties of a list."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, false, not_, or_, true

from gis_grid.kit.features import Kind
from gis_grid.ogc.filter import places, times
from gis_grid.ogc.filter.reading import read
from gis_grid.ogc.filter.values import DEEPEST, Values, wrong
from gis_grid.ogc.selecting import geometry_of_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement

    from gis_grid.kit.features import Collection
    from gis_grid.ogc.crs import Crs
    from gis_grid.ogc.filter.reading import Language
    from gis_grid.ogc.filter.values import Value

_MOST_LISTED: Final = 1000

_COMPARISONS: Final[dict[str, Callable[[Any, Any], ColumnElement[bool]]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUAL: Final = frozenset({"=", "<>"})


def condition_of(
    text: str, language: Language, collection: Collection, crs: Crs, tz: ZoneInfo
) -> ColumnElement[bool]:
    """Return the condition of a filter on the rows of a collection.

    Parameters
    ----------
    crs
        Of the coordinates in it.
    tz
        In which its dates are days.

    Raises
    ------
    BadInput
        When it cannot be read or is too large, names an operator or property that is not allowed, or
        compares what cannot be compared; with what was expected.
    """
    return _Conditions(collection, crs, Values(collection, tz)).of(read(text, language), 0)


@dataclass(frozen=True, slots=True)
class _Conditions:
    """Makes conditions."""

    collection: Collection
    crs: Crs
    values: Values

    def of(self, node: Any, depth: int) -> ColumnElement[bool]:
        if depth > DEEPEST:
            raise wrong(f"expected at most {DEEPEST} operators within each other")
        if isinstance(node, bool):
            return true() if node else false()
        if isinstance(node, dict) and set(node) == {"property"}:
            value = self.values.of(node)
            if value.kind is not Kind.BOOLEAN:
                raise wrong(f"{value.called}: expected a condition, not {value.kind}")
            return value.sql.is_(True)
        if not (
            isinstance(node, dict)
            and set(node) == {"op", "args"}
            and isinstance(node["op"], str)
            and isinstance(node["args"], list)
        ):
            raise wrong(f"expected a condition, not {repr(node)[:100]}")
        return self._of_operator(node["op"], node["args"], depth)

    def _of_operator(self, name: str, args: list[Any], depth: int) -> ColumnElement[bool]:
        known = name.lower()
        if known in {"and", "or"}:
            if not 2 <= len(args) <= _MOST_LISTED:
                raise wrong(f"{name}: expected 2 to {_MOST_LISTED} conditions, not {len(args)}")
            join = and_ if known == "and" else or_
            return join(*(self.of(one, depth + 1) for one in args))
        if known in places.OPERATORS:
            return places.place_condition(known, args, self.collection, self.crs)
        if known in times.OPERATORS:
            return times.time_condition(known, args, self.values)
        if known in _COMPARISONS:
            return self._compared(known, self._values(name, args, 2, depth))
        made = self._OTHERS.get(known)
        if made is None:
            allowed = [*self._OTHERS, "and", "or", *_COMPARISONS, *places.OPERATORS, *times.OPERATORS]
            raise wrong(f"no operator or function {name[:60]!r} here; there are {', '.join(allowed)}")
        return made(self, args, depth)

    def _values(self, name: str, args: list[Any], count: int, depth: int) -> list[Value]:
        if len(args) != count:
            raise wrong(f"{name}: expected {count} values, not {len(args)}")
        return [self.values.of(one, depth + 1) for one in args]

    def _compared(self, name: str, both: list[Value]) -> ColumnElement[bool]:
        left, right = self.values.alike(*both)
        for one in both:
            if one.kind is Kind.OBJECT or (one.kind is Kind.BOOLEAN and name not in _EQUAL):
                raise wrong(f"{one.called}: cannot be compared by {name}")
        return _COMPARISONS[name](left, right)

    def _not(self, args: list[Any], depth: int) -> ColumnElement[bool]:
        if len(args) != 1:
            raise wrong(f"not: expected one condition, not {len(args)}")
        return not_(self.of(args[0], depth + 1))

    def _between(self, args: list[Any], depth: int) -> ColumnElement[bool]:
        found = self._values("between", args, 3, depth)
        for one in found:
            if one.kind in {Kind.OBJECT, Kind.BOOLEAN}:
                raise wrong(f"{one.called}: cannot be compared by between")
        value, low, high = self.values.alike(*found)
        return value.between(low, high)

    def _in(self, args: list[Any], depth: int) -> ColumnElement[bool]:
        listed = args[1] if len(args) == 2 else None
        if not isinstance(listed, list) or not 1 <= len(listed) <= _MOST_LISTED:
            raise wrong(f"in: expected a value and a list of 1 to {_MOST_LISTED}")
        found = [self.values.of(one, depth + 1) for one in (args[0], *listed)]
        value, *others = self.values.alike(*found)
        return value.in_(others)

    def _like(self, args: list[Any], depth: int) -> ColumnElement[bool]:
        value, pattern = self._values("like", args, 2, depth)
        for one in (value, pattern):
            if one.kind is not Kind.STRING:
                raise wrong(f"{one.called}: expected a text, as like compares texts")
        return value.sql.like(pattern.sql, escape="\\")

    def _is_null(self, args: list[Any], depth: int) -> ColumnElement[bool]:
        if len(args) == 1 and args[0] in [{"property": name} for name in places.GEOMETRY]:
            return geometry_of_rows().is_(None)
        (value,) = self._values("isNull", args, 1, depth)
        return value.sql.is_(None)

    _OTHERS = {  # noqa: RUF012 - of the class, and never changed
        "not": _not,
        "between": _between,
        "in": _in,
        "like": _like,
        "isnull": _is_null,
    }
