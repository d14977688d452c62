"""A clock that begins in the past, runs quickly, and is right from when on it has caught up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WalkingClock:
    """Simulated time, in epoch milliseconds.

    Attributes
    ----------
    begin_ms : int
        What it shows at `started_ms`; not later than that.
    started_ms : int
        Real time at which it was started.
    speed : float
        Simulated seconds in a real one until it has caught up; more than 1.

    Examples
    --------
    >>> clock = WalkingClock(begin_ms=0, started_ms=3_600_000, speed=61)
    >>> clock.shows(3_600_000), clock.shows(3_601_000), clock.shows(3_660_000), clock.shows(3_700_000)
    (0, 61000, 3660000, 3700000)
    >>> clock.real(61_000), clock.real(3_700_000)
    (3601000.0, 3700000)
    """

    begin_ms: int
    started_ms: int
    speed: float

    def shows(self, real_ms: int) -> int:
        """Return what it shows: never more than the real time."""
        return min(real_ms, self.begin_ms + int((real_ms - self.started_ms) * self.speed))

    def real(self, shown_ms: float) -> float:
        """Return when it shows something."""
        return max(shown_ms, self.started_ms + (shown_ms - self.begin_ms) / self.speed)

    def has_caught_up(self, real_ms: int) -> bool:
        """Say whether it is right."""
        return self.shows(real_ms) == real_ms
