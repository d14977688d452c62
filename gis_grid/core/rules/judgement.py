"""What judging comes to: patrols, days, weeks, months and quarters with their verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from gis_grid.core.presence.inside import Presence
    from gis_grid.core.rules.evidence import Amount
    from gis_grid.core.rules.verdict import Verdict
    from gis_grid.core.track.cleaning import Cleaned


@dataclass(frozen=True, slots=True)
class _Judged:
    """An amount of time and the verdicts on it."""

    amount: Amount
    verdicts: tuple[Verdict, ...]

    @property
    def lower_s(self) -> float:
        """Seconds inside whatever the accuracy."""
        return self.amount.lower_s

    @property
    def best_s(self) -> float:
        """Seconds inside by the fixes as they are."""
        return self.amount.best_s

    @property
    def upper_s(self) -> float:
        """Seconds that can have been inside."""
        return self.amount.upper_s

    @property
    def known_s(self) -> float:
        """Seconds covered by segments."""
        return self.amount.known_s

    @property
    def unknown_s(self) -> float:
        """Seconds without a trace, also those in which nobody holds the worker to have patrolled."""
        return self.amount.unknown_s


@dataclass(frozen=True, slots=True)
class DayJudgement(_Judged):
    """One local day; `patrols` are indexes of the patrols that started on it.

    `absent`: approved absence; only what stand-ins owe is asked.
    """

    date: dt.date
    working_day: bool
    patrols: tuple[int, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class WeekJudgement(_Judged):
    """One ISO week, as ``2026-W45``; `partial` when not all of it is in the judged period."""

    week: str
    partial: bool


@dataclass(frozen=True, slots=True)
class PatrolJudgement(_Judged):
    """One patrol; belongs to the local `date` it starts on."""

    start_ms: int
    end_ms: int
    date: dt.date


@dataclass(frozen=True, slots=True)
class PeriodJudgement:
    """A month (``2026-11``) or quarter (``2026-Q4``), judged by records; `partial` when it is not over."""

    period: str
    first: dt.date
    last: dt.date
    verdicts: tuple[Verdict, ...]
    partial: bool


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Everything that judging one worker's fixes comes to; `flags` counts every flag."""

    presence: Presence
    cleaned: Cleaned
    days: tuple[DayJudgement, ...]
    weeks: tuple[WeekJudgement, ...]
    patrols: tuple[PatrolJudgement, ...]
    flags: dict[str, int]
