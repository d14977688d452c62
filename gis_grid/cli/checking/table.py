"""Days, weeks and patrols as rows for a person; the terminal and the page show the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.core.rules.calendar import local_moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.cli.checking.document import Checked
    from gis_grid.cli.checking.words import Words
    from gis_grid.core.rules.judgement import DayJudgement, PatrolJudgement, WeekJudgement
    from gis_grid.core.rules.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One verdict over one span, with its amounts; `verdict` is None where no rule applies: `note` says why.

    Then the amounts are the time inside.
    """

    span: str
    best: str
    bounds: str
    verdict: Verdict | None
    note: str = ""


def rows(checked: Checked, words: Words) -> list[Row]:
    """Give every verdict of a check, patrols first, then days, then weeks."""
    judgement = checked.judgement
    found: list[Row] = []
    for patrol in judgement.patrols:
        start, end = (local_moment(t, checked.tz) for t in (patrol.start_ms, patrol.end_ms))
        span = f"{words('patrol')} {start:%Y-%m-%d %H:%M} - {end:%H:%M}"
        found += _of(patrol, span, words, "")
    for day in judgement.days:
        span = f"{words('day')} {day.date}"
        found += _of(day, span, words, words("no_rule" if day.working_day else "not_working"))
    for week in judgement.weeks:
        found += _of(week, f"{words('week')} {week.week}", words, "")
    return found


def _of(
    judged: DayJudgement | WeekJudgement | PatrolJudgement, span: str, words: Words, without: str
) -> Iterator[Row]:
    """Give one row for each verdict; a span without any is told of when there is something to say."""
    for verdict in judged.verdicts:
        lower, best, upper = (
            words.amount(value, verdict.unit) for value in (verdict.lower, verdict.best, verdict.upper)
        )
        yield Row(span, best, f"{lower} ～ {upper}", verdict)
    if not judged.verdicts and without:
        bounds = f"{words.duration(judged.lower_s)} ～ {words.duration(judged.upper_s)}"
        yield Row(span, words.duration(judged.best_s), bounds, None, without)
