"""How much of what is to be visited was visited in a week, month or quarter; and what is only counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core import cadence
from gis_grid.core.rules.calendar import period_days, quarter_of
from gis_grid.core.rules.rule import Scope as Span
from gis_grid.kit.days import MICROSECOND, instants
from gis_grid.kit.errors import BadInput
from gis_grid.patrols.visiting import looking, schemas
from gis_grid.patrols.visiting.due import last_visits
from gis_grid.patrols.weeks import FIRST_DAY, LAST_DAY
from gis_grid.visits import due as visits

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.scope import Scope
    from gis_grid.kit.settings import Settings
    from gis_grid.visits.due import SeenGrid

_HOUSEHOLD: Final = "household"
_FEWEST_DAYS: Final = {Span.WEEK: 7, Span.MONTH: 28, Span.QUARTER: 90}


def coverage(
    conn: Connection,
    settings: Settings,
    scope: Scope,
    now: datetime,
    *,
    period: str | None,
    grid: str | None,
) -> schemas.Coverage:
    """Return how many targets of every grid and class were visited in a period, by the rules over such ones.

    Households count by address: one target is one household at one address, whoever lives there (XY-5).
    Targets are those of the grid at the end of the period, or now when that is earlier.

    Parameters
    ----------
    period
        ``2026-W47``, ``2026-11`` or ``2026-Q4``; ``None``: the quarter of today.

    Raises
    ------
    BadInput
        For a period that there is not.
    NotFound
        When a grid is named that is not in sight.
    """
    named = period or quarter_of(now.astimezone(settings.tz).date())
    first, last = _days(named)
    start, end = instants(first, last, settings.tz)
    sight = looking.look(conn, settings, scope, now, grid=grid)
    targets = looking.shown_targets(conn, sight, min(now, end - MICROSECOND), first, last)
    made = visits.counted_visits(conn, targets, start, min(now, end))
    made_on = cadence.local_day_numbers(made.t_ms, settings.tz)
    absent = looking.days_without_anybody(conn, settings, sight.grids, first, last)
    span = next(kind for kind, days in reversed(_FEWEST_DAYS.items()) if (last - first).days + 1 >= days)
    rows = []
    for seen in sight.grids:
        rules = sight.rules[seen.id]
        for asked in rules.placed():
            if asked.scope is not span:
                continue
            part = (targets.grid_id == seen.id) & (targets.visit_class == asked.visit_class)
            visited = last_visits(made, made_on, len(targets), asked.modes) > cadence.NEVER
            number, done = int(part.sum()), int((part & visited).sum())
            wanted = cadence.asked_number(
                asked, number, first, work_days=rules.work_days, absent=absent[seen.id]
            )
            rows.append(_row(seen, asked, number, wanted, done))
    return schemas.Coverage(period=named, first=first, last=last, grids=rows)


def _row(seen: SeenGrid, asked: cadence.Cadence, number: int, wanted: int, done: int) -> schemas.GridCovered:
    is_household = asked.visit_class == _HOUSEHOLD
    return schemas.GridCovered(
        grid=seen.code,
        workers=list(seen.worker_codes),
        visit_class=asked.visit_class,
        rule=asked.rule,
        profile=asked.profile,
        profile_version=asked.version,
        due=number,
        asked=wanted,
        done=done,
        left=number - done,
        percent=round(100 * done / number, 1) if number else None,
        households=seen.households if is_household else None,
        without_a_target=max(seen.households - number, 0) if is_household else None,
    )


def _days(period: str) -> tuple[date, date]:
    try:
        first, last = period_days(period)
    except (ValueError, OverflowError) as error:
        raise BadInput("The period cannot be read", str(error)) from None
    if not FIRST_DAY <= first <= last <= LAST_DAY:
        raise BadInput("The period is out of range", f"{period}; expected one from {FIRST_DAY} to {LAST_DAY}")
    return first, last
