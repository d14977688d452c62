"""Takes visits in and gives them out per cell, never so that one visited place can be told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.presence.heat import cells_at
from gis_grid.core.presence.release import release
from gis_grid.kit.columns import instants_of, numbered, require_equal_lengths
from gis_grid.kit.days import GRACE, instants
from gis_grid.kit.errors import BadInput, RowError
from gis_grid.visits import store
from gis_grid.visits.rows import SENSITIVE_CLASSES, Mode, PlacedClass, VisitCells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from gis_grid.visits.rows import CounterRows, TargetRows, VisitRows

HEAT_LEVEL: Final = 10
"""H3 resolution at which visits are published; a coarser one adds up what is published at this."""


def load_targets(conn: Connection, rows: TargetRows, *, also_sensitive: Collection[str] = frozenset()) -> int:
    """Store visit targets and return how many.

    Parameters
    ----------
    also_sensitive
        Classes that the profiles in use mark sensitive, besides those that always are.

    Raises
    ------
    BadInput
        When a class is sensitive (it may not have a place) or unknown, a reference comes twice or is
        stored already, or a position is wrong; every such row is named and nothing is stored.
    """
    require_equal_lengths(rows)
    _refuse(_target_errors(rows, SENSITIVE_CLASSES | set(also_sensitive)), "Visit targets cannot be used")
    lon, lat = [float(value) for value in rows.lon], [float(value) for value in rows.lat]
    store.stage(conn, "target", numbered(rows.reference, rows.visit_class, lon, lat))
    _refuse(_staged_errors(conn, "target"), "Visit targets cannot be used")
    return store.add_staged(conn, "target")


def load_visits(conn: Connection, rows: VisitRows) -> int:
    """Store visits and return how many were new; a visit that is stored already is the same visit.

    Raises
    ------
    BadInput
        When a mode is unknown, or a target or worker is not stored; nothing is stored then.
    """
    require_equal_lengths(rows)
    _refuse(_word_errors("mode", rows.mode, list(Mode)), "Visits cannot be used")
    store.stage(conn, "visit", numbered(rows.reference, rows.worker_code, instants_of(rows.at), rows.mode))
    _refuse(_staged_errors(conn, "visit"), "Visits cannot be used")
    return store.add_staged(conn, "visit")


def load_counters(
    conn: Connection, rows: CounterRows, *, also_sensitive: Collection[str] = frozenset()
) -> int:
    """Store what was due and done of sensitive classes per grid and day; the newest count stands.

    Raises
    ------
    BadInput
        When a class is not sensitive (its visits are stored one by one), a number is negative, a row
        comes twice or a grid is not stored; nothing is stored then.
    """
    require_equal_lengths(rows)
    sensitive = sorted(SENSITIVE_CLASSES | set(also_sensitive))
    _refuse(_counter_errors(rows, sensitive), "Visit counters cannot be used")
    due, done = [int(value) for value in rows.due], [int(value) for value in rows.done]
    store.stage(conn, "counter", numbered(rows.grid_code, rows.visit_class, rows.local_date, due, done))
    _refuse(_staged_errors(conn, "counter"), "Visit counters cannot be used")
    return store.add_staged(conn, "counter")


def visit_cells(
    conn: Connection,
    first: date | None,
    last: date | None,
    resolution: int = HEAT_LEVEL,
    *,
    now: datetime,
    tz: ZoneInfo,
    min_targets: int,
    also_sensitive: Collection[str],
    areas: Sequence[int] | None = None,
) -> VisitCells:
    """Return what is published of the visits of whole weeks: docs/decisions/0026-heat.md says why only that.

    Parameters
    ----------
    first, last
        Local days; every ISO week that they touch counts whole. ``None`` leaves that side open.
    resolution
        H3 resolution of the cells; the published ones are added up to it.
    now
        A week is published when it has been over for two days: until then it grows, visit by visit.
    min_targets
        Least number of distinct targets of a week, community and cell (k-anonymity).
    also_sensitive
        Classes left out besides those that always are: a profile may have become stricter since they
        were stored. Never left to a default: who forgets it tells them.
    areas
        Ids of the areas that are looked at; ``None`` for everywhere.
    """
    start, end = _whole_weeks(first, last, now, tz)
    classes = [word for word in PlacedClass if word not in set(also_sensitive)]
    visited = store.visited_targets(conn, (start, end), tz.key, classes, areas)
    cells = cells_at(visited.lon, visited.lat, HEAT_LEVEL)
    published = release(visited.week, visited.area_id, cells, visited.target_id, least=min_targets)
    weeks = [date.fromordinal(week) for week in np.unique(published.weeks).tolist()]
    return VisitCells(published.per_cell(resolution), min_targets, weeks)


def _whole_weeks(
    first: date | None, last: date | None, now: datetime, tz: ZoneInfo
) -> tuple[datetime | None, datetime]:
    """Return when the weeks begin and end that are asked for, as far as they are published."""
    start, _ = instants(first, last, tz)
    today = (now - GRACE).astimezone(tz).date()
    newest = today - timedelta(days=today.isoweekday())
    if last is not None and last < newest:
        newest = last + timedelta(days=7 - last.isoweekday())
    if first is not None:
        start, _ = instants(first - timedelta(days=first.isoweekday() - 1), None, tz)
    _, end = instants(None, newest, tz)
    return start, end


def _target_errors(rows: TargetRows, sensitive: Collection[str]) -> Iterator[RowError]:
    for row, word in enumerate(rows.visit_class, start=1):
        if word in sensitive:
            yield RowError(row, "visit_class", word, "is sensitive: it is counted per grid, never placed")
        elif word not in list(PlacedClass):
            yield RowError(row, "visit_class", word, f"one of {', '.join(PlacedClass)}")
    seen: set[str] = set()
    for row, reference in enumerate(rows.reference, start=1):
        if not reference or reference in seen:
            yield RowError(row, "reference", reference, "a reference is there once")
        seen.add(reference)
    try:
        cells_at(rows.lon, rows.lat, 0)
    except CoreError as error:
        position = error.where + 1 if isinstance(error.where, int) else "all"
        yield RowError(position, error.field, str(error.value), error.message)


def _counter_errors(rows: CounterRows, sensitive: list[str]) -> Iterator[RowError]:
    yield from _word_errors("visit_class", rows.visit_class, sensitive)
    seen: set[tuple[object, ...]] = set()
    for row, key in enumerate(zip(rows.grid_code, rows.visit_class, rows.local_date, strict=True), start=1):
        if key in seen:
            yield RowError(row, None, None, "a grid, class and day is there once")
        seen.add(key)
    for name in ("due", "done"):
        for row, number in enumerate(getattr(rows, name), start=1):
            if number < 0:
                yield RowError(row, name, str(number), "0 or more")


def _word_errors(name: str, values: Sequence[str], words: Sequence[str]) -> Iterator[RowError]:
    for row, value in enumerate(values, start=1):
        if value not in words:
            yield RowError(row, name, value, f"one of {', '.join(words)}")


def _staged_errors(conn: Connection, what: store.Staged) -> Iterator[RowError]:
    for row, field, value, message in store.staged_problems(conn, what):
        yield RowError(row, field, value, message)


def _refuse(found: Iterator[RowError], title: str) -> None:
    errors = list(found)
    if errors:
        raise BadInput(title, f"{len(errors)} errors, the first: {errors[0]}", errors=errors)
