"""Judge: from fixes, boundaries and profiles to verdicts. The one way in which any verdict is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.presence.inside import time_inside
from gis_grid.core.rules.calendar import (
    WorkDays,
    at_local_ms,
    day_span_ms,
    each_day,
    local_date,
    local_dates,
    week_days,
    week_of,
)
from gis_grid.core.rules.evidence import Evidence
from gis_grid.core.rules.judgement import DayJudgement, Judgement, PatrolJudgement, WeekJudgement
from gis_grid.core.rules.patrols import patrol_spans
from gis_grid.core.rules.rule import Days, Profile, Rule, Scope
from gis_grid.core.rules.verdict import Verdict, verdict
from gis_grid.core.track.cleaning import Cleaned, CleaningLimits, clean
from gis_grid.core.track.flags import count_flags

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from gis_grid.core.geometry.boundary import Boundary
    from gis_grid.core.track.fixes import Fixes


def judge(
    fixes: Fixes,
    boundaries: Sequence[Boundary],
    profiles: Sequence[Profile],
    *,
    tz: ZoneInfo,
    duties: Sequence[tuple[int, int]] | None = None,
    period: tuple[dt.date, dt.date] | None = None,
    work_days: WorkDays | None = None,
    limits: CleaningLimits | None = None,
    max_gap_s: float = 300.0,
    patrol_break_s: float = 900.0,
    accuracy_factor: float = 1.0,
) -> Judgement:
    """Judge one worker's fixes against the worker's own grid (BASE-3, BASE-4, XY-2).

    Parameters
    ----------
    fixes : Fixes
        Any order; cleaned here.
    boundaries : sequence of Boundary
        Versions of the worker's grid; each minute counts against the one in force then.
    profiles : sequence of Profile
        Their rules are judged each for itself.
    tz : ZoneInfo
        Zone of local days and weeks.
    duties : sequence of (start_ms, end_ms), optional
        Duty sessions. Given: only time on duty counts, and every session is a patrol. Not given: patrols are
        known time joined over breaks up to `patrol_break_s`.
    period : (date, date), optional
        First and last local day to judge, both included; days without a fix are judged too. Not given: the
        days and ISO weeks that the track touches, each week as if all of it were there.
    work_days : WorkDays, optional
        Without it every Monday to Friday is worked.
    limits : CleaningLimits, optional
    max_gap_s, accuracy_factor : float
        As in :func:`~gis_grid.core.presence.inside.time_inside`.
    patrol_break_s : float

    Returns
    -------
    Judgement
        Days and weeks in order of time. A week of which only some days are in `period` is ``partial``: its
        rules are met or for review, never short.
    """
    cleaned = clean(fixes, limits)
    presence = time_inside(cleaned, boundaries, max_gap_s=max_gap_s, accuracy_factor=accuracy_factor)
    evidence = (
        Evidence.of_track(presence, tz, patrol_break_s)
        if duties is None
        else Evidence.on_duty(presence, duties)
    )
    bench = _Bench(evidence, tuple(profiles), tz, work_days or WorkDays())
    days = each_day(*period) if period else _days_touched(cleaned, duties or (), tz)
    patrols = tuple(
        bench.patrol(start_ms, end_ms)
        for start_ms, end_ms in patrol_spans(evidence, duties, patrol_break_s)
        if not period or period[0] <= local_date(start_ms, tz) <= period[1]
    )
    return Judgement(
        presence=presence,
        cleaned=cleaned,
        days=tuple(bench.day(day, patrols) for day in days),
        weeks=tuple(bench.week(week, period) for week in sorted({week_of(day) for day in days})),
        patrols=patrols,
        flags=count_flags(cleaned.flags),
    )


def _days_touched(cleaned: Cleaned, duties: Sequence[tuple[int, int]], tz: ZoneInfo) -> list[dt.date]:
    """Local days with a usable fix (with any fix when none is usable) or on duty."""
    times = cleaned.fixes.t_ms
    if cleaned.accepted.any():
        times = times[cleaned.accepted]
    starts = np.array([start for start, _ in duties], np.int64)
    return local_dates(np.append(times, starts), tz)


@dataclass(frozen=True, slots=True)
class _Bench:
    """All that a rule is judged with."""

    evidence: Evidence
    profiles: tuple[Profile, ...]
    tz: ZoneInfo
    work_days: WorkDays

    def day(self, day: dt.date, patrols: Sequence[PatrolJudgement]) -> DayJudgement:
        """Judge one local day."""
        span = day_span_ms(day, self.tz)
        working = self.work_days.is_working(day)
        verdicts = tuple(
            self._verdict(rule, profile, *self._window(rule, day, span))
            for profile, rule in self._rules(Scope.DAY)
            if rule.days in {Days.ALL, Days.WORKING if working else Days.FREE}
        )
        return DayJudgement(
            amount=self.evidence.reported(*span),
            verdicts=verdicts,
            date=day,
            working_day=working,
            patrols=tuple(n for n, patrol in enumerate(patrols) if patrol.date == day),
        )

    def week(self, week: str, period: tuple[dt.date, dt.date] | None) -> WeekJudgement:
        """Judge one ISO week, Monday's local midnight to the next Monday's."""
        days = week_days(week)
        span = (day_span_ms(days[0], self.tz)[0], day_span_ms(days[-1], self.tz)[1])
        in_period = sum(period[0] <= day <= period[1] for day in days) if period else 7
        verdicts = tuple(
            self._verdict(rule, profile, *span, days_in_period=in_period)
            for profile, rule in self._rules(Scope.WEEK)
        )
        return WeekJudgement(self.evidence.reported(*span), verdicts, week, partial=in_period < 7)

    def patrol(self, start_ms: int, end_ms: int) -> PatrolJudgement:
        """Judge one patrol."""
        verdicts = tuple(
            self._verdict(rule, profile, start_ms, end_ms) for profile, rule in self._rules(Scope.PATROL)
        )
        amount = self.evidence.reported(start_ms, end_ms)
        return PatrolJudgement(amount, verdicts, start_ms, end_ms, local_date(start_ms, self.tz))

    def _rules(self, scope: Scope) -> Iterable[tuple[Profile, Rule]]:
        """Rules of one scope, with the profile each stands in."""
        return ((profile, rule) for profile in self.profiles for rule in profile.rules if rule.scope is scope)

    def _window(self, rule: Rule, day: dt.date, span: tuple[int, int]) -> tuple[int, int]:
        """Find the part of a day that a rule counts."""
        if not rule.windows:
            return span
        (window,) = rule.windows
        return at_local_ms(day, window.start, self.tz), at_local_ms(day, window.end, self.tz)

    def _verdict(
        self, rule: Rule, profile: Profile, start_ms: int, end_ms: int, days_in_period: int = 7
    ) -> Verdict:
        """Judge one rule between two moments."""
        amount = self.evidence.amount(start_ms, end_ms)
        night_s = self.evidence.reported(start_ms, end_ms).unknown_s - amount.unknown_s
        intervals = self.evidence.intervals(start_ms, end_ms)
        return verdict(rule, profile, amount, intervals, night_s=night_s, days_in_period=days_in_period)
