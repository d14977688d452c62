"""What one caller looks at: the grids in sight, their targets but for hidden classes, and the rules there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.attendance import service as attendance
from gis_grid.core.rules.calendar import day_span_ms, each_day
from gis_grid.kit.days import instants
from gis_grid.kit.errors import BadInput
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.visits import due as visits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.scope import Scope
    from gis_grid.kit.settings import Settings
    from gis_grid.patrols.visiting.rules import AreaRules
    from gis_grid.visits.due import SeenGrid, Targets

MOST_DAYS: Final = 100


@dataclass(frozen=True, slots=True)
class Sight:
    """Grids in sight at a time, and the rules of each by its id."""

    grids: tuple[SeenGrid, ...]
    rules: dict[int, AreaRules]
    today: date
    now: datetime


def look(
    conn: Connection, settings: Settings, scope: Scope, now: datetime, *, grid: str | None = None
) -> Sight:
    """Return the grids that a caller sees, workers their own and those they stand in for.

    Raises
    ------
    NotFound
        When a grid is named that is not in sight.
    BadInput
        When the rules cannot be used.
    """
    seen = visits.grids_in_sight(conn, now, areas=scope.people, oneself=scope.worker_id, code=grid)
    return sight_of(conn, settings, tuple(seen), now)


def grid_in_sight(conn: Connection, scope: Scope, now: datetime, code: str) -> SeenGrid:
    """Return one grid that a caller sees.

    Raises
    ------
    NotFound
        When it is not in sight.
    """
    (found,) = visits.grids_in_sight(conn, now, areas=scope.people, oneself=scope.worker_id, code=code)
    return found


def refuse_too_long(days: tuple[date, date]) -> None:
    """Refuse local days that are upside down or too many.

    Raises
    ------
    BadInput
    """
    if days[1] < days[0]:
        raise BadInput("The period ends before it starts", f"from {days[0]} to {days[1]}")
    if (days[1] - days[0]).days >= MOST_DAYS:
        raise BadInput("The period is too long", f"expected at most {MOST_DAYS} days")


def sight_of(conn: Connection, settings: Settings, grids: tuple[SeenGrid, ...], now: datetime) -> Sight:
    """Return the rules of grids beside them."""
    book = VisitRules.read(settings, now)
    codes = visits.codes_up(conn, sorted({one.area_id for one in grids}))
    rules = {one.id: book.of(codes.get(one.area_id, ())) for one in grids}
    return Sight(grids, rules, now.astimezone(settings.tz).date(), now)


def shown_targets(conn: Connection, sight: Sight, at: datetime, first: date, last: date) -> Targets:
    """Return the targets of the grids, without those of a class that the rules there only count."""
    targets = visits.targets_in(conn, sight.grids, at, first, last)
    pairs = zip(targets.grid_id.tolist(), targets.visit_class.tolist(), strict=True)
    shown = [word not in sight.rules[grid].hidden for grid, word in pairs]
    return targets.take(np.array(shown, np.bool_))


def days_without_anybody(
    conn: Connection, settings: Settings, grids: Sequence[SeenGrid], first: date, last: date
) -> dict[int, frozenset[date]]:
    """Return the local days on which nobody has a grid: approved absence of all, and no stand-in on the day.

    By id of grid. A grid without a worker is nobody's all the time: that is for its commander to see, and
    takes nothing off.
    """
    tz = settings.tz
    workers = sorted({worker for grid in grids for worker in grid.worker_ids})
    if not workers:
        return {grid.id: frozenset() for grid in grids}
    start, end = instants(first, last, tz)
    absent = attendance.absences_of(conn, workers, first, last)
    served: dict[int, set[date]] = {}
    for span in attendance.stand_ins_for(conn, workers, start, end):
        begin, until = span.start.astimezone(tz).date(), span.end.astimezone(tz).date()
        days = each_day(max(begin, first), min(until, last)) if begin <= last and until >= first else ()
        touched = {day for day in days if day_span_ms(day, tz)[0] < span.end.timestamp() * 1000}
        served.setdefault(span.absent_id, set()).update(touched)
    missing = {worker: absent.get(worker, frozenset()) - served.get(worker, set()) for worker in workers}
    return {
        grid.id: frozenset.intersection(*(missing[worker] for worker in grid.worker_ids))
        if grid.worker_ids
        else frozenset()
        for grid in grids
    }
