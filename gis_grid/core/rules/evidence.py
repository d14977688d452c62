"""What a track says about any span of time: seconds known, unknown, and inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.calendar import local_date
from gis_grid.core.rules.spans import Span, Spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    import numpy as np
    from numpy.typing import NDArray

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
    """A presence, narrowed to the time that is judged; seconds count from `origin_ms`.

    `unknown` is the time that the worker may have patrolled without a trace. With duty sessions: all time on
    duty that no segment covers. Without: gaps that end on the local day on which they start, or are no longer
    than `SHORTEST_NIGHT_S` or a break of a patrol; a night between two days is not held for a patrol.
    `unrecorded` is all time without a trace, the night too: it is told of, but opens no verdict. `t_ms` are
    the times of the accepted fixes.
    """

    origin_ms: int
    certain: Spans
    inside: Spans
    possible: Spans
    known: Spans
    unknown: Spans
    unrecorded: Spans
    t_ms: NDArray[np.int64]

    @classmethod
    def on_duty(cls, presence: Presence, duties: Iterable[Span]) -> Evidence:
        """Only the time between sign-in and sign-out."""
        on_duty = Spans.union((presence.seconds(start), presence.seconds(end)) for start, end in duties)
        known = Spans.of(presence.known).within(on_duty)
        unknown = on_duty.minus(known)
        return cls(
            origin_ms=presence.origin_ms,
            certain=Spans.of(presence.certain).within(on_duty),
            inside=Spans.of(presence.inside).within(on_duty),
            possible=Spans.of(presence.possible).within(on_duty),
            known=known,
            unknown=unknown,
            unrecorded=unknown,
            t_ms=_accepted_ms(presence),
        )

    @classmethod
    def of_track(cls, presence: Presence, tz: ZoneInfo, patrol_break_s: float) -> Evidence:
        """All time that the track covers."""
        unrecorded = Spans.of(presence.unknown)
        longest_s = max(patrol_break_s, SHORTEST_NIGHT_S)
        unknown = [
            (start, end)
            for start, end in unrecorded
            if end - start <= longest_s
            or local_date(presence.origin_ms + start * 1000, tz)
            == local_date(presence.origin_ms + end * 1000, tz)
        ]
        return cls(
            origin_ms=presence.origin_ms,
            certain=Spans.of(presence.certain),
            inside=Spans.of(presence.inside),
            possible=Spans.of(presence.possible),
            known=Spans.of(presence.known),
            unknown=Spans.union(unknown),
            unrecorded=unrecorded,
            t_ms=_accepted_ms(presence),
        )

    def seconds(self, moment_ms: float) -> float:
        """Turn a moment into the seconds of the sets."""
        return (moment_ms - self.origin_ms) / 1000.0

    def amount(self, spans: Sequence[Span]) -> Amount:
        """Seconds in disjoint spans, to judge by."""
        return self._sums(spans, self.unknown)

    def reported(self, span: Span) -> Amount:
        """Seconds in a span, to report: with all unrecorded time."""
        return self._sums((span,), self.unrecorded)

    def night_s(self, spans: Sequence[Span]) -> float:
        """Seconds without a trace that nobody holds for a patrol."""
        if self.unrecorded is self.unknown:
            return 0.0
        return sum(
            self.unrecorded.total(start, end) - self.unknown.total(start, end)
            for start, end in self._in_seconds(spans)
        )

    def _sums(self, spans: Sequence[Span], unknown: Spans) -> Amount:
        """Seconds of each set in disjoint spans."""
        lower = best = upper = known = without = 0.0
        for start, end in self._in_seconds(spans):
            lower += self.certain.total(start, end)
            best += self.inside.total(start, end)
            upper += self.possible.total(start, end)
            known += self.known.total(start, end)
            without += unknown.total(start, end)
        return Amount(lower, best, upper, known, without)

    def _in_seconds(self, spans: Sequence[Span]) -> list[tuple[float, float]]:
        return [(self.seconds(start), self.seconds(end)) for start, end in spans]

    def intervals(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Spans inside (best) in some spans, epoch milliseconds; shorter than half of one they vanish."""
        parts = (part for start, end in self._in_seconds(spans) for part in self.inside.parts(start, end))
        return tuple(self.in_ms(parts))

    def in_ms(self, parts: Iterable[tuple[float, float]]) -> list[Span]:
        """Spans of seconds as epoch milliseconds."""
        found = ((round(start * 1000.0), round(end * 1000.0)) for start, end in parts)
        return [(self.origin_ms + start, self.origin_ms + end) for start, end in found if end > start]

    def fixes(self, spans: Sequence[Span]) -> tuple[int, int, int] | None:
        """First and last time, and number, of the accepted fixes in disjoint spans; None without any."""
        first = last = -1
        count = 0
        for start, end in spans:
            a = int(self.t_ms.searchsorted(start, "left"))
            b = int(self.t_ms.searchsorted(end, "right"))
            if b > a:
                first = a if first < 0 else first
                last = b - 1
                count += b - a
        return (int(self.t_ms[first]), int(self.t_ms[last]), count) if count else None


def _accepted_ms(presence: Presence) -> NDArray[np.int64]:
    """Return the times of the accepted fixes, in order."""
    cleaned = presence.cleaned
    return cleaned.fixes.t_ms[cleaned.accepted]
