"""One rule over one span: all that a measure may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.spans import merged
from gis_grid.core.rules.work import DutyKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from gis_grid.core.rules.clock import Clock
    from gis_grid.core.rules.evidence import Evidence
    from gis_grid.core.rules.rule import Profile, Rule
    from gis_grid.core.rules.spans import Span
    from gis_grid.core.rules.work import Work
    from gis_grid.core.track.cleaning import Cleaned
    from gis_grid.core.track.fixes import Fixes


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What is known from the track; `measure` finds the same of another's fixes in this grid."""

    cleaned: Cleaned
    evidence: Evidence
    patrols: Sequence[Span]
    max_gap_s: float
    measure: Callable[[Fixes], Evidence]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """All that is known of one worker; `trace` is None where only records are judged."""

    work: Work
    clock: Clock
    trace: Trace | None
    accuracy_factor: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A rule, from when to when, the local days of that span, and how much is asked over it."""

    rule: Rule
    profile: Profile
    facts: Facts
    span: Span
    days: Sequence[dt.date]
    required: float

    @property
    def work(self) -> Work:
        """What is known beside the track."""
        return self.facts.work

    @property
    def clock(self) -> Clock:
        """Local time."""
        return self.facts.clock

    @property
    def accuracy_factor(self) -> float:
        """A position is uncertain within so many of its accuracies."""
        return self.facts.accuracy_factor

    @property
    def trace(self) -> Trace:
        """What is known from the track. Raises BadProfile where a rule needs one that is not there."""
        if self.facts.trace is None:
            raise BadProfile(
                f"{self.profile.name}: {self.rule.id}: {self.rule.measure} is not judged over a"
                f" {self.rule.scope}: it needs the track",
                where=self.profile.name,
                field=self.rule.id,
                value=self.rule.scope.value,
            )
        return self.facts.trace

    def counted(self) -> list[Span]:
        """Return the time that the rule counts: its windows, and duty of its kinds at any hour.

        An appointment that was kept is duty by appointment, whatever the worker signed in for.
        """
        if not self.rule.windows:
            return [self.span]
        spans = self.clock.windows(self.rule.windows, self.days)
        kinds = self.rule.duty_kinds
        if kinds:
            duties = self.work.duties or ()
            agreed = self.work.appointments if DutyKind.APPOINTMENT in kinds else ()
            spans = merged([*spans, *agreed, *((d.start_ms, d.end_ms) for d in duties if d.kind in kinds)])
        start, end = self.span
        return [(max(a, start), min(b, end)) for a, b in spans if b > start and a < end]

    def served(self) -> list[Span]:
        """Return the time of the span that can count: where duty is kept, that on duty."""
        start, end = self.span
        if self.work.duties is None:
            return [self.span]
        return merged((max(duty.start_ms, start), min(duty.end_ms, end)) for duty in self.work.duties)

    def asks_patrol(self, patrol: Span) -> bool:
        """Whether the rule asks for duty of the kind that a patrol was; every kind where duty is not kept."""
        kinds, duties = self.rule.only_duty_kinds, self.work.duties
        if not kinds or duties is None:
            return True
        return any(duty.kind in kinds and (duty.start_ms, duty.end_ms) == patrol for duty in duties)

    def moments(self, times_ms: Iterable[int]) -> list[int]:
        """Choose the moments that the rule counts, in order, each once."""
        spans = self.counted()
        return sorted({t for t in times_ms if any(start <= t < end for start, end in spans)})
