"""The task list of a day: what is asked of a worker, what is done, what is left (JY-12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.core.rules.found import Outcome
from gis_grid.core.rules.rule import Scope

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from gis_grid.core.rules.judgement import DayJudgement, PeriodJudgement, WeekJudgement
    from gis_grid.core.rules.reasons import Reason
    from gis_grid.core.rules.rule import Measure, Profile, Unit
    from gis_grid.core.rules.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Task:
    """One rule as a task; amounts are in `unit`: seconds, a count, or a share from 0 to 1.

    Attributes
    ----------
    rule, title_zh, title_en, profile, profile_version : str
    measure : Measure
    scope : Scope
        Over what it is asked: the day, or the week, month or quarter that the day is in.
    unit : Unit
    asked, done, left : float
        `done` is the best amount; `left` is never below 0, and 0 once the rule is met.
    outcome : Outcome
        As judged so far. A task under review may be done: a person decides.
    reasons : tuple of Reason
    """

    rule: str
    title_zh: str
    title_en: str
    profile: str
    profile_version: str
    measure: Measure
    scope: Scope
    unit: Unit
    asked: float
    done: float
    left: float
    outcome: Outcome
    reasons: tuple[Reason, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.outcome is Outcome.MET


@dataclass(frozen=True, slots=True)
class TaskList:
    """A day's tasks, in the order of the profiles and their rules; those of the day first."""

    date: dt.date
    absent: bool
    tasks: tuple[Task, ...]


def task_list(
    profiles: Sequence[Profile],
    day: DayJudgement,
    week: WeekJudgement | None = None,
    periods: Sequence[PeriodJudgement] = (),
) -> TaskList:
    """List what a worker is asked for on a day.

    A rule that is not asked on the day, or of this worker, is no task; neither is one that asks for nothing,
    nor one on each patrol by itself.

    Parameters
    ----------
    profiles : sequence of Profile
        Those that were judged by.
    day : DayJudgement
    week : WeekJudgement, optional
        The week that the day is in.
    periods : sequence of PeriodJudgement
        The month and quarter that the day is in.

    Returns
    -------
    TaskList
    """
    judged = [day.verdicts, week.verdicts if week else (), *(one.verdicts for one in periods)]
    by_rule = {(one.profile, one.rule): one for verdicts in judged for one in verdicts}
    order = list(Scope)
    tasks = sorted(_tasks(profiles, by_rule), key=lambda task: order.index(task.scope))
    return TaskList(day.date, day.absent, tuple(tasks))


def _tasks(profiles: Sequence[Profile], by_rule: dict[tuple[str, str], Verdict]) -> Iterator[Task]:
    """Give each rule that asks for something."""
    for profile in profiles:
        for rule in profile.rules:
            verdict = by_rule.get((profile.name, rule.id))
            if verdict is None or verdict.required <= 0:
                continue
            is_met = verdict.outcome is Outcome.MET
            yield Task(
                rule=rule.id,
                title_zh=rule.title_zh,
                title_en=rule.title_en,
                profile=profile.name,
                profile_version=profile.version,
                measure=rule.measure,
                scope=rule.scope,
                unit=verdict.unit,
                asked=verdict.required,
                done=verdict.best,
                left=0.0 if is_met else max(verdict.required - verdict.best, 0.0),
                outcome=verdict.outcome,
                reasons=verdict.reasons,
            )
