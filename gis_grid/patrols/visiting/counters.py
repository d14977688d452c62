"""What is only counted: due and done per grid, told and entered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.kit.days import MICROSECOND, instants
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.patrols.visiting import looking, schemas
from gis_grid.visits import counting
from gis_grid.visits import due as visits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.scope import Scope
    from gis_grid.kit.settings import Settings
    from gis_grid.patrols.visiting.looking import Sight
    from gis_grid.visits.due import Targets

BACK: Final = timedelta(days=31)
"""So long after a day its counter is entered; what is older comes in a file, from the office."""


def counted(
    conn: Connection,
    settings: Settings,
    scope: Scope,
    now: datetime,
    *,
    days: tuple[date, date],
    grid: str | None,
) -> schemas.CounterList:
    """Return due and done per grid of the classes that are only counted: nothing else is told of them.

    A class that was placed before a profile marked it is counted from its targets, each once; what was
    entered as a counter goes before that.
    """
    start, end = instants(*days, settings.tz)
    sight = looking.look(conn, settings, scope, now, grid=grid)
    entered = {
        (one.grid_id, one.visit_class): (one.due, one.done)
        for one in visits.counters(conn, sight.grids, *days)
        if one.visit_class in sight.rules[one.grid_id].hidden
    }
    found = dict(_counted_targets(conn, sight, (start, end), days)) | entered
    codes = {one.id: one.code for one in sight.grids}
    return schemas.CounterList(
        first=days[0],
        last=days[1],
        grids=[
            schemas.GridCounted(grid=codes[number], visit_class=word, due=due, done=done)
            for (number, word), (due, done) in sorted(
                found.items(), key=lambda one: (codes[one[0][0]], one[0][1])
            )
        ],
    )


def _counted_targets(
    conn: Connection, sight: Sight, span: tuple[datetime, datetime], days: tuple[date, date]
) -> Iterator[tuple[tuple[int, str], tuple[int, int]]]:
    """Count the targets of hidden classes, and those with a visit, by grid and class."""
    targets = visits.targets_in(conn, sight.grids, min(sight.now, span[1] - MICROSECOND), *days)
    pairs = zip(targets.grid_id.tolist(), targets.visit_class.tolist(), strict=True)
    hidden: Targets = targets.take(
        np.array([word in sight.rules[number].hidden for number, word in pairs], np.bool_)
    )
    made = visits.counted_visits(conn, hidden, *span)
    visited = set(made.target.tolist())
    counts: dict[tuple[int, str], list[int]] = {}
    for n, key in enumerate(zip(hidden.grid_id.tolist(), hidden.visit_class.tolist(), strict=True)):
        count = counts.setdefault(key, [0, 0])
        count[0] += 1
        count[1] += n in visited
    for key, (due, done) in counts.items():
        yield key, (due, done)


def enter(
    conn: Connection, settings: Settings, scope: Scope, sent: schemas.CounterEntered, now: datetime
) -> schemas.Counter:
    """Store what was due and done of a class in a grid of the caller's areas on a local day.

    Raises
    ------
    NotFound
        When the grid is not in sight.
    BadInput
        When the day is to come or more than a month ago, or more was done than due.
    Conflict
        When the rules of the area do not count the class alone; names those that they do.
    """
    sight = looking.look(conn, settings, scope, now, grid=sent.grid)
    (grid,) = sight.grids
    if scope.people is not None and grid.area_id not in scope.people:
        raise NotFound("No such grid", repr(sent.grid))
    if not sight.today - BACK <= sent.date <= sight.today:
        raise BadInput(
            "The date is out of range",
            f"{sent.date}; expected one from {sight.today - BACK} to {sight.today}",
        )
    entry = counting.Entry(grid.id, sent.visit_class, sent.date, sent.due, sent.done)
    found = counting.enter(conn, entry, counted=sight.rules[grid.id].hidden, by=scope.name, now=now)
    return schemas.Counter(
        grid=sent.grid,
        visit_class=sent.visit_class,
        date=sent.date,
        due=found.due,
        done=found.done,
        revision=found.revision,
        by=found.by,
        at=found.at,
    )
