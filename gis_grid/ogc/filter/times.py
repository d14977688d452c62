"""Conditions on when features are: the relations of two intervals, both ends included."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import DateTime, and_, cast, func, literal, literal_column, or_

from gis_grid.kit.features import Kind
from gis_grid.ogc.filter.values import wrong
from gis_grid.ogc.intervals import local_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement

    from gis_grid.ogc.filter.values import Values

_TIME: Final = DateTime(timezone=True)
_UNTIL_ITS_LAST: Final = timedelta(days=1) - timedelta(microseconds=1)
"""From the first moment of a day to its last."""


class _Span(NamedTuple):
    """From when until when, in SQL; an instant begins when it ends."""

    start: ColumnElement[Any]
    end: ColumnElement[Any]


OPERATORS: Final[dict[str, Callable[[_Span, _Span], ColumnElement[bool]]]] = {
    "t_after": lambda a, b: a.start > b.end,
    "t_before": lambda a, b: a.end < b.start,
    "t_disjoint": lambda a, b: or_(a.start > b.end, a.end < b.start),
    "t_intersects": lambda a, b: and_(a.start <= b.end, a.end >= b.start),
    "t_equals": lambda a, b: and_(a.start == b.start, a.end == b.end),
    "t_during": lambda a, b: and_(a.start > b.start, a.end < b.end),
    "t_contains": lambda a, b: and_(a.start < b.start, a.end > b.end),
    "t_starts": lambda a, b: and_(a.start == b.start, a.end < b.end),
    "t_startedby": lambda a, b: and_(a.start == b.start, a.end > b.end),
    "t_finishes": lambda a, b: and_(a.start > b.start, a.end == b.end),
    "t_finishedby": lambda a, b: and_(a.start < b.start, a.end == b.end),
    "t_meets": lambda a, b: a.end == b.start,
    "t_metby": lambda a, b: a.start == b.end,
    "t_overlaps": lambda a, b: and_(a.start < b.start, a.end > b.start, a.end < b.end),
    "t_overlappedby": lambda a, b: and_(a.start > b.start, a.start < b.end, a.end > b.end),
}


def time_condition(name: str, args: list[Any], values: Values) -> ColumnElement[bool]:
    """Return the condition of an operator of `OPERATORS`.

    Raises
    ------
    BadInput
        When it does not compare two times.
    """
    if len(args) != 2:
        raise wrong(f"{name}: expected two times, not {len(args)}")
    return OPERATORS[name](*(_span(one, name, values) for one in args))


def _span(node: Any, name: str, values: Values) -> _Span:
    if isinstance(node, dict) and set(node) == {"interval"}:
        ends = node["interval"]
        if isinstance(ends, list) and len(ends) == 2:
            return _Span(_end(ends[0], "-infinity", name, values), _end(ends[1], "infinity", name, values))
        raise wrong(f"{name}: expected INTERVAL of two ends")
    return _instant(node, name, values)


def _end(node: Any, open_end: str, name: str, values: Values) -> ColumnElement[Any]:
    limit = literal_column(f"CAST('{open_end}' AS timestamptz)", _TIME)
    if node == "..":
        return limit
    span = _instant(node, name, values)
    end = span.start if open_end.startswith("-") else span.end
    # A feature without an end is open there.
    return func.coalesce(end, limit) if isinstance(node, dict) and "property" in node else end


def _instant(node: Any, name: str, values: Values) -> _Span:
    found = values.of(node)
    if found.kind is Kind.TIME and found.written is None:
        return _Span(found.sql, found.sql)
    if found.kind is Kind.DATE and found.written is None:
        first = cast(found.sql, DateTime())
        return _Span(*(func.timezone(values.tz.key, one) for one in (first, first + _UNTIL_ITS_LAST)))
    written = values.as_time(found.written) if found.written is not None else None
    if written is None:
        raise wrong(f"{name}: expected a time, not {found.called}")
    day = isinstance(found.written, date) and not isinstance(found.written, datetime)
    last = local_day(found.written, values.tz)[1] if day else written  # type: ignore[arg-type]
    return _Span(literal(written, _TIME), literal(last, _TIME))
