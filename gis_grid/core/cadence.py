"""When visits are due: which targets were visited in time, which are due, and since when some are overdue.

A cadence is a rule of a profile (JY-3, XY-5, FM-8): every target of a class once in every local day, ISO
week, calendar month or quarter. Periods are half-open in local days and do not depend on the visits before:
a weekly visit on a Friday and the next on the Monday after it are of two weeks.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.rules.calendar import local_date, month_of, period_days, quarter_of, week_of
from gis_grid.core.rules.rule import Days, Measure, Relief, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import ArrayLike, NDArray

    from gis_grid.core.rules.calendar import WorkDays
    from gis_grid.core.rules.rule import Profile

NEVER: Final = np.iinfo(np.int64).min
"""Day number of a target that was never visited."""

NOT_ASKED, DONE, DUE, OVERDUE = 0, 1, 2, 3
"""States in rising order of haste: nothing is asked; visited in time; still to be visited; missed."""

_NAMES: Final = {Scope.WEEK: week_of, Scope.MONTH: month_of, Scope.QUARTER: quarter_of}
_QUARTER_MS: Final = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often the targets of a class are visited, as a rule of a profile says.

    Attributes
    ----------
    profile, version, rule : str
        Where it is said: ``jianyang``, ``1``, ``JY-3/2``.
    visit_class : str
    scope : Scope
        Once in each: day, week, month or quarter.
    days : Days
        For a day: on which it is asked.
    modes : frozenset of str
        Visits that came about in one of these ways count; empty: in any.
    reduced_by : frozenset of Relief
        A week or longer in which these leave no working day asks for nothing.
    share : float
        The share of the targets that is asked, from 0 to 1.
    """

    profile: str
    version: str
    rule: str
    visit_class: str
    scope: Scope
    days: Days = Days.ALL
    modes: frozenset[str] = frozenset()
    reduced_by: frozenset[Relief] = frozenset()
    share: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """The periods in which a cadence asks for a visit, in order; day numbers, `start` in, `end` out."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How targets stand on a day; arrays of one entry a target, in the order of the targets.

    Attributes
    ----------
    state : int8 array
        `NOT_ASKED`, `DONE`, `DUE` or `OVERDUE`.
    due_on : int64 array
        Day number of the last day on which the next visit is in time; `NEVER` where none is asked.
    overdue_since : int64 array
        Day number of the first day on which the oldest missed visit was too late; `NEVER` where none is.
    missed : int64 array
        How many periods are over without a visit, since the last one.
    """

    state: NDArray[np.int8]
    due_on: NDArray[np.int64]
    overdue_since: NDArray[np.int64]
    missed: NDArray[np.int64]


def cadences_of(profiles: Iterable[Profile]) -> tuple[Cadence, ...]:
    """Return the cadences that profiles ask for, in their order; sensitive classes too, which are counted."""
    return tuple(
        Cadence(
            profile.name,
            profile.version,
            rule.id,
            rule.visit_class or "",
            rule.scope,
            rule.days,
            rule.visit_modes,
            rule.reduced_by,
            rule.required,
        )
        for profile in profiles
        for rule in profile.rules
        if rule.measure is Measure.VISIT_COVERAGE and rule.required > 0
    )


def day_number(day: dt.date) -> int:
    """Return the days since 1970.

    >>> day_number(dt.date(1970, 1, 2))
    1
    """
    return day.toordinal() - dt.date(1970, 1, 1).toordinal()


def day_of(number: int) -> dt.date:
    """Return the date of a day number."""
    return dt.date.fromordinal(number + dt.date(1970, 1, 1).toordinal())


def local_day_numbers(t_ms: ArrayLike, tz: ZoneInfo) -> NDArray[np.int64]:
    """Return the local day of each moment (epoch milliseconds), as day numbers."""
    # All zones differ from UTC by whole quarters of an hour: one instant of each quarter decides its date.
    quarters, back = np.unique(np.asarray(t_ms, np.int64) // _QUARTER_MS, return_inverse=True)
    days = [day_number(local_date(int(quarter) * _QUARTER_MS, tz)) for quarter in quarters]
    return np.array(days, np.int64)[back.reshape(np.shape(t_ms))]


def period_of(scope: Scope, day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the day, week, month or quarter that a day is in.

    >>> period_of(Scope.QUARTER, dt.date(2026, 11, 22))
    (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    """
    return (day, day) if scope is Scope.DAY else period_days(_NAMES[scope](day))


def asked_periods(
    cadence: Cadence,
    first: dt.date,
    last: dt.date,
    *,
    work_days: WorkDays,
    absent: frozenset[dt.date] = frozenset(),
) -> Periods:
    """Return the periods with a day from `first` to `last` in which a cadence asks for a visit.

    Parameters
    ----------
    first, last : date
        Both included.
    work_days : WorkDays
    absent : frozenset of date
        Local days on which nobody has the grid: approved absence without a stand-in. Days are not asked then
        at all; longer periods are not when the rule is reduced by it and no working day is left.

    Raises
    ------
    CoreError
        For a cadence over patrols, which are no calendar's.
    """
    if cadence.scope is Scope.PATROL:
        raise CoreError("a cadence is over days, weeks, months or quarters", field="scope", value="patrol")
    spans: list[tuple[int, int]] = []
    day = first
    while day <= last:
        start, end = period_of(cadence.scope, day)
        if _is_asked(cadence, start, end, work_days, absent):
            spans.append((day_number(start), day_number(end) + 1))
        day = end + dt.timedelta(days=1)
    columns = np.array(spans, np.int64).reshape(-1, 2)
    return Periods(np.ascontiguousarray(columns[:, 0]), np.ascontiguousarray(columns[:, 1]))


def standing(
    periods: Periods, last_visit: NDArray[np.int64], asked_from: NDArray[np.int64], today: int
) -> Standing:
    """Say of each target whether it was visited in time, is due, or is overdue and since when.

    Parameters
    ----------
    periods : Periods
        From the earliest day that matters until after today: what they do not reach is not asked.
    last_visit : int64 array, shape (n,)
        Day number of the last visit that counts; `NEVER` without any.
    asked_from : int64 array, shape (n,)
        Day number from which a target is to be visited: a period that began before is not asked.
    today : int

    Returns
    -------
    Standing
    """
    last_visit, asked_from = np.broadcast_arrays(
        np.asarray(last_visit, np.int64), np.asarray(asked_from, np.int64)
    )
    start, end = periods.start, periods.end
    n = len(last_visit)
    # The first period that the last visit does not serve, and that is asked of this target at all.
    open_ = np.maximum(
        np.searchsorted(start, last_visit, "right"), np.searchsorted(start, asked_from, "left")
    )
    over = int(np.searchsorted(end, today, "right"))
    missed = np.maximum(over - open_, 0)
    ahead = np.maximum(open_, over)
    is_asked, is_missed = ahead < len(start), missed > 0
    due_on, overdue_since = np.full(n, NEVER), np.full(n, NEVER)
    due_on[is_asked] = end[ahead[is_asked]] - 1
    overdue_since[is_missed] = end[open_[is_missed]]
    begun = np.zeros(n, np.bool_)
    begun[is_asked] = start[ahead[is_asked]] <= today
    state = np.full(n, NOT_ASKED, np.int8)
    state[last_visit > NEVER] = DONE
    state[is_asked & (begun | (last_visit == NEVER))] = DUE
    state[is_missed] = OVERDUE
    return Standing(state, due_on, overdue_since, missed)


def asked_number(
    cadence: Cadence,
    targets: int,
    day: dt.date,
    *,
    work_days: WorkDays,
    absent: frozenset[dt.date] = frozenset(),
) -> int:
    """Return how many of the targets a cadence asks for in the period of a day, relief taken off.

    Rounded down, in the worker's favour; the share of the rule is what its verdict asks.
    """
    first, last = period_of(cadence.scope, day)
    if not _is_asked(cadence, first, last, work_days, absent):
        return 0
    share = cadence.share
    plain, left = _days_left(cadence, _each(first, last), work_days, absent)
    if cadence.scope is not Scope.DAY and left < plain:
        share *= left / plain
    return int(np.floor(targets * share + 1e-9))


def _is_asked(
    cadence: Cadence, first: dt.date, last: dt.date, work_days: WorkDays, absent: frozenset[dt.date]
) -> bool:
    if cadence.scope is Scope.DAY:
        is_kind = cadence.days is Days.ALL or work_days.is_working(first) is (cadence.days is Days.WORKING)
        return is_kind and first not in absent
    if not cadence.reduced_by:
        return True
    plain, left = _days_left(cadence, _each(first, last), work_days, absent)
    return left > 0 or plain == 0


def _days_left(
    cadence: Cadence, days: Sequence[dt.date], work_days: WorkDays, absent: frozenset[dt.date]
) -> tuple[int, int]:
    """Return the Mondays to Fridays of a period, and what reliefs leave of them, as verdicts do."""
    plain = sum(day.weekday() < 5 for day in days)
    working = [day for day in days if work_days.is_working(day)]
    left = len(working) if Relief.HOLIDAYS in cadence.reduced_by else plain
    if Relief.ABSENCE in cadence.reduced_by:
        left -= sum(day in absent for day in working)
    return plain, max(left, 0)


def _each(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
