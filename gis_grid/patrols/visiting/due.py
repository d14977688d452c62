"""Which visits are due or overdue, and how many of each class in every grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core import cadence
from gis_grid.core.cadence import NEVER
from gis_grid.kit.days import instants
from gis_grid.patrols.visiting import looking, schemas
from gis_grid.patrols.visiting.rules import LOOKED_AHEAD, LOOKED_BACK
from gis_grid.visits import due as visits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.accounts.scope import Scope
    from gis_grid.core.cadence import Cadence
    from gis_grid.kit.settings import Settings
    from gis_grid.patrols.visiting.looking import Sight
    from gis_grid.patrols.visiting.rules import AreaRules
    from gis_grid.visits.due import CountedVisits, Targets

    Absences = Mapping[int, frozenset[date]]

STATES: Final[tuple[schemas.State, ...]] = ("not_asked", "done", "due", "overdue")
"""By the number that the core has for them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which targets: of a grid, a class, a state; ``None`` leaves a side open."""

    grid: str | None = None
    visit_class: str | None = None
    state: str | None = None
    limit: int = 1000


@dataclass(slots=True, eq=False)
class _Found:
    """How each target stands, by the most pressing cadence of its class."""

    state: NDArray[np.int8]
    due_on: NDArray[np.int64]
    overdue_since: NDArray[np.int64]
    missed: NDArray[np.int64]
    rule: list[Cadence | None]
    last: NDArray[np.int64]


def due_list(
    conn: Connection, settings: Settings, scope: Scope, now: datetime, wanted: Filter
) -> schemas.DueList:
    """Return what is due of a caller's grids, most pressing first; without a state, what is not yet done.

    Raises
    ------
    NotFound
        When a grid is named that is not in sight.
    """
    sight = looking.look(conn, settings, scope, now, grid=wanted.grid)
    targets = looking.shown_targets(conn, sight, now, sight.today, sight.today)
    begin, end = sight.today - LOOKED_BACK, sight.today + LOOKED_AHEAD
    absent = looking.days_without_anybody(conn, settings, sight.grids, begin, end)
    found = _standing(conn, settings, sight, absent, targets)
    listed = _chosen(targets, found, wanted)
    order = np.lexsort(
        (targets.id[listed], found.due_on[listed], _since(found)[listed], -found.state[listed])
    )
    page = listed[order][: wanted.limit]
    references = visits.references(conn, targets.id[page].tolist())
    codes = {grid.id: grid.code for grid in sight.grids}
    return schemas.DueList(
        today=sight.today,
        due=[_row(targets, found, n, references, codes) for n in page.tolist()],
        numberMatched=len(listed),
        numberReturned=len(page),
        grids=_summary(sight, absent, targets, found),
    )


def _since(found: _Found) -> NDArray[np.int64]:
    return np.where(found.overdue_since == NEVER, np.iinfo(np.int64).max, found.overdue_since)


def _standing(
    conn: Connection, settings: Settings, sight: Sight, absent: Absences, targets: Targets
) -> _Found:
    """Say how each target stands; targets of grids with the same rules and absences are one array."""
    first, last = sight.today - LOOKED_BACK, sight.today + LOOKED_AHEAD
    start, _ = instants(first, None, settings.tz)
    made = visits.counted_visits(conn, targets, start, sight.now)
    made_on = cadence.local_day_numbers(made.t_ms, settings.tz)
    kept = visits.kept_since(conn)
    since = np.array([NEVER if one is None else cadence.day_number(one) for one in targets.since], np.int64)
    n = len(targets)
    found = _Found(
        np.zeros(n, np.int8),
        np.full(n, NEVER),
        np.full(n, NEVER),
        np.zeros(n, np.int64),
        [None] * n,
        last_visits(made, made_on, n, frozenset()),
    )
    groups: dict[tuple[int, frozenset[date]], tuple[AreaRules, list[int]]] = {}
    for grid in sight.grids:
        rules = sight.rules[grid.id]
        groups.setdefault((id(rules), absent[grid.id]), (rules, []))[1].append(grid.id)
    for (_, days), (rules, ids) in groups.items():
        theirs = np.isin(targets.grid_id, ids)
        for asked in rules.placed():
            part = np.flatnonzero(theirs & (targets.visit_class == asked.visit_class))
            if not len(part):
                continue
            periods = cadence.asked_periods(asked, first, last, work_days=rules.work_days, absent=days)
            kept_on = None if kept is None else kept.astimezone(settings.tz).date()
            asked_from = _first_asked(periods, kept_on, sight.today)
            before = last_visits(made, made_on, n, asked.modes)[part]
            stands = cadence.standing(
                periods, before, np.maximum(since[part], asked_from), cadence.day_number(sight.today)
            )
            _keep_most_pressing(found, part, stands, asked)
    return found


def _first_asked(periods: cadence.Periods, kept: date | None, today: date) -> int:
    """Return the day from which anybody is asked: of what was before visits were recorded nothing was missed.

    The present period is asked all the same, though it began before.
    """
    begun = int(np.searchsorted(periods.start, cadence.day_number(today), "right")) - 1
    if begun < 0:
        return cadence.day_number(today)
    whole = begun if kept is None else int(np.searchsorted(periods.start, cadence.day_number(kept)))
    return int(periods.start[min(whole, begun)])


def last_visits(
    made: CountedVisits, made_on: NDArray[np.int64], n: int, modes: frozenset[str]
) -> NDArray[np.int64]:
    """Return the local day of each target's last visit in some modes (none named: in any)."""
    found = np.full(n, NEVER)
    counts = np.isin(made.mode, list(modes)) if modes else np.ones(len(made.mode), np.bool_)
    np.maximum.at(found, made.target[counts], made_on[counts])
    return found


def _keep_most_pressing(
    found: _Found, part: NDArray[np.int64], stands: cadence.Standing, asked: Cadence
) -> None:
    """Of several cadences of a class the one in the worse state counts, then the one that is due first."""
    due = np.where(stands.due_on == NEVER, np.iinfo(np.int64).max, stands.due_on)
    before = np.where(found.due_on[part] == NEVER, np.iinfo(np.int64).max, found.due_on[part])
    worse = (stands.state > found.state[part]) | ((stands.state == found.state[part]) & (due < before))
    chosen = part[worse]
    found.state[chosen], found.due_on[chosen] = stands.state[worse], stands.due_on[worse]
    found.overdue_since[chosen], found.missed[chosen] = stands.overdue_since[worse], stands.missed[worse]
    for n in chosen.tolist():
        found.rule[n] = asked


def _chosen(targets: Targets, found: _Found, wanted: Filter) -> NDArray[np.int64]:
    if wanted.state is None:
        chosen = found.state >= cadence.DUE
    elif wanted.state == "all":
        chosen = np.ones(len(targets), np.bool_)
    else:
        chosen = found.state == [str(one) for one in STATES].index(wanted.state)
    if wanted.visit_class is not None:
        chosen &= targets.visit_class == wanted.visit_class
    return np.flatnonzero(chosen)


def _row(
    targets: Targets, found: _Found, n: int, references: dict[int, str], codes: dict[int, str]
) -> schemas.Due:
    asked = found.rule[n]
    return schemas.Due(
        target=references.get(int(targets.id[n]), ""),
        visit_class=str(targets.visit_class[n]),
        grid=codes[int(targets.grid_id[n])],
        lon=float(targets.lon[n]),
        lat=float(targets.lat[n]),
        state=STATES[int(found.state[n])],
        due_on=_day(found.due_on[n]),
        overdue_since=_day(found.overdue_since[n]),
        missed=int(found.missed[n]),
        last_visit=_day(found.last[n]),
        rule=None if asked is None else asked.rule,
        profile=None if asked is None else asked.profile,
        profile_version=None if asked is None else asked.version,
    )


def _day(number: np.int64) -> date | None:
    return None if number == NEVER else cadence.day_of(int(number))


def _summary(sight: Sight, absent: Absences, targets: Targets, found: _Found) -> list[schemas.GridDue]:
    """Count the targets of every grid and class by state, with how many the rule asks once relief is off."""
    rows: list[schemas.GridDue] = []
    for grid in sight.grids:
        of_grid = targets.grid_id == grid.id
        rules = sight.rules[grid.id]
        for asked in rules.placed():
            part = of_grid & (targets.visit_class == asked.visit_class)
            number = int(part.sum())
            if not number:
                continue
            by_state = np.bincount(found.state[part], minlength=len(STATES)).tolist()
            rows.append(
                schemas.GridDue(
                    grid=grid.code,
                    workers=list(grid.worker_codes),
                    visit_class=asked.visit_class,
                    rule=asked.rule,
                    profile=asked.profile,
                    each=asked.scope.value,
                    targets=number,
                    asked=cadence.asked_number(
                        asked, number, sight.today, work_days=rules.work_days, absent=absent[grid.id]
                    ),
                    done=by_state[cadence.DONE],
                    due=by_state[cadence.DUE],
                    overdue=by_state[cadence.OVERDUE],
                )
            )
    return rows
