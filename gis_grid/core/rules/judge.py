"""Judge: from fixes, boundaries, records and profiles to verdicts. The one way in which any is reached."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.presence.inside import time_inside
from gis_grid.core.rules.bench import Bench
from gis_grid.core.rules.calendar import WorkDays, each_day, local_date, local_dates, period_days, week_of
from gis_grid.core.rules.case import Facts, Trace
from gis_grid.core.rules.clock import Clock
from gis_grid.core.rules.evidence import Evidence
from gis_grid.core.rules.judgement import Judgement, PeriodJudgement
from gis_grid.core.rules.patrols import patrol_spans
from gis_grid.core.rules.rule import Scope
from gis_grid.core.rules.work import Work
from gis_grid.core.track.cleaning import Cleaned, CleaningLimits, clean
from gis_grid.core.track.flags import count_flags

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from gis_grid.core.geometry.boundary import Boundary
    from gis_grid.core.presence.inside import Presence
    from gis_grid.core.rules.rule import Profile
    from gis_grid.core.rules.work import Duty
    from gis_grid.core.track.fixes import Fixes

_BREAK_S = 900.0


def judge(
    fixes: Fixes,
    boundaries: Sequence[Boundary],
    profiles: Sequence[Profile],
    *,
    tz: ZoneInfo,
    work: Work | None = None,
    period: tuple[dt.date, dt.date] | None = None,
    work_days: WorkDays | None = None,
    limits: CleaningLimits | None = None,
    max_gap_s: float = 300.0,
    patrol_break_s: float | None = None,
    accuracy_factor: float = 1.0,
    now_ms: int | None = None,
) -> Judgement:
    """Judge one worker's fixes and records: rules over a patrol, a day or a week.

    Parameters
    ----------
    fixes : Fixes
        Any order; cleaned here.
    boundaries : sequence of Boundary
        Versions of the worker's grid; each minute counts against the one in force then. For who stands in
        for a colleague, the colleague's too.
    profiles : sequence of Profile
        Their rules are judged each for itself.
    tz : ZoneInfo
        Zone of local days and weeks.
    work : Work, optional
        Duty, sign-ins, visits, absences. With ``duties`` only time on duty counts, and every session is a
        patrol; without, patrols are known time joined over short breaks.
    period : (date, date), optional
        First and last local day to judge, both included; days without a fix are judged too. Not given: the
        days and ISO weeks that the track touches, each week as if all of it were there.
    work_days : WorkDays, optional
        Without it every Monday to Friday is worked.
    limits : CleaningLimits, optional
    max_gap_s, accuracy_factor : float
        As in :func:`~gis_grid.core.presence.inside.time_inside`.
    patrol_break_s : float, optional
        The longest break within a patrol; not given: the profiles' own, of several the longest.
    now_ms : int, optional
        Epoch milliseconds up to which everything has arrived; a day or week that is not over then is
        ``partial``. The core has no clock: the caller says.

    Returns
    -------
    Judgement
        Days and weeks in order of time. A span that is not all in `period`, or not over, is ``partial``: its
        rules are met or for review, never short.

    Raises
    ------
    CoreError
        For a gap limit, a break or a factor that is no such number, a period that ends before it starts.
    """
    if period and period[1] < period[0]:
        raise CoreError("the period ends before it starts", field="period", value=period)
    _refuse_unless_times(max_gap_s=max_gap_s, patrol_break_s=patrol_break_s, accuracy_factor=accuracy_factor)
    work = work or Work()
    break_s = patrol_break_s
    if break_s is None:
        break_s = max((profile.patrol_break_s for profile in profiles), default=_BREAK_S)
    measure = partial(time_inside, boundary=boundaries, max_gap_s=max_gap_s, accuracy_factor=accuracy_factor)
    cleaned = clean(fixes, limits)
    presence = measure(cleaned)
    evidence = _evidence(presence, work.duties, tz, break_s)
    spans = [
        span
        for span in patrol_spans(evidence, work.duties, break_s)
        if not period or period[0] <= local_date(span[0], tz) <= period[1]
    ]

    def of_another(others: Fixes) -> Evidence:
        return Evidence.of_track(measure(clean(others, limits)), tz, break_s)

    trace = Trace(cleaned, evidence, spans, max_gap_s, of_another)
    facts = Facts(work, Clock(tz, work_days or WorkDays()), trace, accuracy_factor)
    bench = Bench(facts, profiles, now_ms)
    days = each_day(*period) if period else _days_touched(cleaned, work.duties or (), tz)
    patrols = tuple(bench.patrol(span, evidence) for span in spans)
    return Judgement(
        presence=presence,
        cleaned=cleaned,
        days=tuple(
            bench.day(day, [n for n, patrol in enumerate(patrols) if patrol.date == day], evidence)
            for day in days
        ),
        weeks=tuple(bench.week(week, period, evidence) for week in sorted({week_of(day) for day in days})),
        patrols=patrols,
        flags=count_flags(cleaned.flags),
    )


def judge_period(
    work: Work,
    profiles: Sequence[Profile],
    *,
    period: str,
    tz: ZoneInfo,
    work_days: WorkDays | None = None,
    now_ms: int | None = None,
) -> PeriodJudgement:
    """Judge one worker's records over a month or a quarter (JY-3, JY-4, XY-5, FM-8).

    Parameters
    ----------
    work : Work
        Records of the whole period.
    profiles : sequence of Profile
    period : str
        ``2026-11`` or ``2026-Q4``.
    tz : ZoneInfo
    work_days : WorkDays, optional
        Without it every Monday to Friday is worked.
    now_ms : int, optional
        Epoch milliseconds up to which everything has arrived. A period that is not over then is ``partial``.

    Returns
    -------
    PeriodJudgement

    Raises
    ------
    ValueError
        For a period that is not in the calendar, or is a week: a week needs the track.
    BadProfile
        For a rule over a month or quarter that needs a track.
    """
    first, last = period_days(period)
    if "W" in period:
        raise ValueError(f"{period!r} is a week; a month or quarter such as 2026-11, 2026-Q4 is judged here")
    scope = Scope.QUARTER if "Q" in period else Scope.MONTH
    bench = Bench(Facts(work, Clock(tz, work_days or WorkDays()), trace=None), profiles, now_ms)
    verdicts, is_partial = bench.period(each_day(first, last), scope)
    return PeriodJudgement(period, first, last, verdicts, is_partial)


def _refuse_unless_times(*, max_gap_s: float, patrol_break_s: float | None, accuracy_factor: float) -> None:
    """Refuse settings that are no number of seconds, or no factor."""
    if not 0 < max_gap_s < math.inf:
        raise CoreError("max_gap_s is a positive number of seconds", field="max_gap_s", value=max_gap_s)
    for name, value in (("patrol_break_s", patrol_break_s), ("accuracy_factor", accuracy_factor)):
        if value is not None and not 0 <= value < math.inf:
            raise CoreError(f"{name} is 0 or a positive number", field=name, value=value)


def _evidence(
    presence: Presence, duties: Sequence[Duty] | None, tz: ZoneInfo, patrol_break_s: float
) -> Evidence:
    """Narrow a presence to the time on duty, where duty is kept."""
    if duties is None:
        return Evidence.of_track(presence, tz, patrol_break_s)
    return Evidence.on_duty(presence, ((duty.start_ms, duty.end_ms) for duty in duties))


def _days_touched(cleaned: Cleaned, duties: Sequence[Duty], tz: ZoneInfo) -> list[dt.date]:
    """Local days with a usable fix (with any fix when none is usable) or on duty."""
    times = cleaned.fixes.t_ms
    if cleaned.accepted.any():
        times = times[cleaned.accepted]
    starts = np.array([duty.start_ms for duty in duties], np.int64)
    return local_dates(np.append(times, starts), tz)
