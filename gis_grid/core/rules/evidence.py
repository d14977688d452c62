"""What a track says about any span of time: seconds known, unknown, and inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.intervals import Intervals
from gis_grid.core.rules.calendar import local_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from gis_grid.core.presence.inside import Presence


SHORTEST_NIGHT_S: Final = 2 * 3600.0
"""A longer gap over midnight is a night between two days. One of up to so long may have been the middle
of a late patrol: nobody goes home, sleeps and comes back within it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Seconds in some span of time."""

    lower_s: float
    best_s: float
    upper_s: float
    known_s: float
    unknown_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A presence, narrowed to the time that is judged.

    `unknown` is the time that the worker may have patrolled without a trace. With duty sessions: all time on
    duty that no segment covers. Without: gaps that end on the local day on which they start, or are no longer
    than `SHORTEST_NIGHT_S` or a break of a patrol; a night between two days is not held for a patrol.
    `unrecorded` is all time without a trace, the night too: it is told of, but opens no verdict.
    """

    presence: Presence
    certain: Intervals
    inside: Intervals
    possible: Intervals
    known: Intervals
    unknown: Intervals
    unrecorded: Intervals

    @classmethod
    def on_duty(cls, presence: Presence, duties: Sequence[tuple[int, int]]) -> Evidence:
        """Only the time between sign-in and sign-out."""
        on_duty = spans_of(presence, duties)
        known = presence.known.intersection(on_duty)
        unknown = on_duty.minus(known)
        return cls(
            presence=presence,
            certain=presence.certain.intersection(on_duty),
            inside=presence.inside.intersection(on_duty),
            possible=presence.possible.intersection(on_duty),
            known=known,
            unknown=unknown,
            unrecorded=unknown,
        )

    @classmethod
    def of_track(cls, presence: Presence, tz: ZoneInfo, patrol_break_s: float) -> Evidence:
        """All time that the track covers."""
        unknown = presence.unknown
        days = [
            [local_date(float(presence.origin_ms + s * 1000), tz) for s in side]
            for side in (unknown.start, unknown.end)
        ]
        same_day = np.array([a == b for a, b in zip(*days, strict=True)], np.bool_)
        counts = same_day | (unknown.end - unknown.start <= max(patrol_break_s, SHORTEST_NIGHT_S))
        return cls(
            presence=presence,
            certain=presence.certain,
            inside=presence.inside,
            possible=presence.possible,
            known=presence.known,
            unknown=Intervals(unknown.start[counts], unknown.end[counts]),
            unrecorded=unknown,
        )

    def amount(self, start_ms: float, end_ms: float) -> Amount:
        """Seconds between two moments, to judge by."""
        return self._sums(start_ms, end_ms, self.unknown)

    def reported(self, start_ms: float, end_ms: float) -> Amount:
        """Seconds between two moments, to report: with all unrecorded time."""
        return self._sums(start_ms, end_ms, self.unrecorded)

    def _sums(self, start_ms: float, end_ms: float, unknown: Intervals) -> Amount:
        """Seconds of each set between two moments."""
        start, end = self.presence.seconds(start_ms), self.presence.seconds(end_ms)
        lower, best, upper, known, without = (
            float(spans.within(start, end))
            for spans in (self.certain, self.inside, self.possible, self.known, unknown)
        )
        return Amount(lower, best, upper, known, without)

    def intervals(self, start_ms: float, end_ms: float) -> tuple[tuple[int, int], ...]:
        """Spans inside (best) between two moments, epoch milliseconds."""
        part = self.inside.clip(self.presence.seconds(start_ms), self.presence.seconds(end_ms))
        return tuple((int(a), int(b)) for a, b in self.presence.to_ms(part))


def spans_of(presence: Presence, spans_ms: Sequence[tuple[int, int]]) -> Intervals:
    """Spans of epoch milliseconds in the seconds of a presence."""
    return Intervals.of(
        [presence.seconds(start) for start, _ in spans_ms], [presence.seconds(end) for _, end in spans_ms]
    )
