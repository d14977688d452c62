"""One worker's rules over patrols, days and weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.core.rules.calendar import each_day, week_days
from gis_grid.core.rules.case import Case
from gis_grid.core.rules.judgement import DayJudgement, PatrolJudgement, WeekJudgement
from gis_grid.core.rules.reasons import not_over_reason, partial_week_reason
from gis_grid.core.rules.requirement import requirement
from gis_grid.core.rules.rule import Measure, Scope
from gis_grid.core.rules.verdict import verdict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from gis_grid.core.rules.case import Facts
    from gis_grid.core.rules.evidence import Evidence
    from gis_grid.core.rules.reasons import Reason
    from gis_grid.core.rules.rule import Profile, Rule
    from gis_grid.core.rules.spans import Span
    from gis_grid.core.rules.verdict import Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """Facts, the rules to judge them by, and the moment up to which they are complete (None: all are)."""

    facts: Facts
    profiles: Sequence[Profile]
    now_ms: int | None = None

    def patrol(self, span: Span, evidence: Evidence) -> PatrolJudgement:
        """Judge one patrol; it belongs to the local date it starts on."""
        clock = self.facts.clock
        date, last = clock.date(span[0]), clock.date(span[1])
        days = each_day(date, last)
        verdicts = self._verdicts(
            span,
            days,
            [
                (profile, rule)
                for profile, rule in self._rules(Scope.PATROL)
                if self._is_asked(rule, date) and clock.asks(rule.days, date)
            ],
            self._not_over(span, Scope.PATROL),
        )
        return PatrolJudgement(evidence.reported(span), verdicts, span[0], span[1], date)

    def day(self, day: dt.date, patrols: Sequence[int], evidence: Evidence) -> DayJudgement:
        """Judge one local day; `patrols` are the indexes of those that started on it."""
        clock = self.facts.clock
        span = clock.day(day)
        rules = [
            (profile, rule)
            for profile, rule in self._rules(Scope.DAY)
            if self._is_asked(rule, day) and clock.asks(rule.days, day)
        ]
        return DayJudgement(
            amount=evidence.reported(span),
            verdicts=self._verdicts(span, (day,), rules, self._not_over(span, Scope.DAY)),
            date=day,
            working_day=clock.work_days.is_working(day),
            patrols=tuple(patrols),
            absent=day in self.facts.work.absences,
        )

    def week(self, week: str, period: tuple[dt.date, dt.date] | None, evidence: Evidence) -> WeekJudgement:
        """Judge one ISO week, Monday's local midnight to the next Monday's."""
        days = week_days(week)
        span = self.facts.clock.days(days)
        in_period = sum(period[0] <= day <= period[1] for day in days) if period else 7
        partial = partial_week_reason(in_period) if in_period < 7 else self._not_over(span, Scope.WEEK)
        verdicts = self._verdicts(span, days, list(self._rules(Scope.WEEK)), partial)
        return WeekJudgement(evidence.reported(span), verdicts, week, partial=partial is not None)

    def period(self, days: Sequence[dt.date], scope: Scope) -> tuple[tuple[Verdict, ...], bool]:
        """Judge one month or quarter, and say whether it is not over."""
        span = self.facts.clock.days(days)
        partial = self._not_over(span, scope)
        return self._verdicts(span, days, list(self._rules(scope)), partial), partial is not None

    def _rules(self, scope: Scope) -> Iterator[tuple[Profile, Rule]]:
        """Rules of one scope, with the profile each stands in."""
        return ((profile, rule) for profile in self.profiles for rule in profile.rules if rule.scope is scope)

    def _is_asked(self, rule: Rule, day: dt.date) -> bool:
        """On approved absence only the stand-ins are asked, on other days everyone else."""
        return (day in self.facts.work.absences) is (rule.measure is Measure.STAND_IN_TIME)

    def _not_over(self, span: Span, scope: Scope) -> Reason | None:
        """Say that a span is not over, if it is not."""
        return None if self.now_ms is None or span[1] <= self.now_ms else not_over_reason(scope)

    def _verdicts(
        self,
        span: Span,
        days: Sequence[dt.date],
        rules: Sequence[tuple[Profile, Rule]],
        partial: Reason | None,
    ) -> tuple[Verdict, ...]:
        """Judge some rules over one span."""
        facts = self.facts
        found = []
        for profile, rule in rules:
            asked = requirement(rule, facts.work, facts.clock, days)
            case = Case(rule, profile, facts, span, days, asked.amount)
            found.append(verdict(case, asked.terms, partial))
        return tuple(one for one in found if one is not None)
