"""What each worker's fixes, duty and clock say: one word, and since when it is so.

Every moment follows from the facts alone and not from when somebody looked, so a program that was away for a
while says the same as one that was there.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.live.standing import NEVER, Floats, Ints

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.live.standing import Standing


class State(enum.IntEnum):
    """What is so of a worker now."""

    OFF_DUTY = 0
    NOT_STARTED = 1
    IN_GRID = 2
    OUT_OF_GRID = 3
    SILENT = 4
    OVERDUE = 5


@dataclass(frozen=True, slots=True, eq=False)
class Calling:
    """What is asked of all workers today, and their duty; arrays of equal length.

    Attributes
    ----------
    expected : bool array
        A patrol is expected: a working day, no approved absence, a grid.
    has_grid : bool array
        A grid is the worker's now, or one that is stood in for.
    duty_ms : int64 array
        Since when on duty; NEVER: off duty.
    ended_ms : int64 array
        When the last duty of today ended; NEVER without one.
    asked_day_s, asked_week_s : float64 arrays
        Seconds inside that the rules ask for, today and in this week.
    before_s : float64 array
        Seconds inside in this week before today, as judged.
    """

    expected: NDArray[np.bool_]
    has_grid: NDArray[np.bool_]
    duty_ms: Ints
    ended_ms: Ints
    asked_day_s: Floats
    asked_week_s: Floats
    before_s: Floats

    def owed_day_s(self, standing: Standing) -> Floats:
        """Return the seconds still owed today."""
        return np.maximum(self.asked_day_s - standing.inside_s, 0.0)

    def owed_week_s(self, standing: Standing) -> Floats:
        """Return the seconds still owed this week."""
        return np.maximum(self.asked_week_s - self.before_s - standing.inside_s, 0.0)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Moments of one day that states turn on, epoch milliseconds, and after how long one is silent."""

    now_ms: int
    day_ms: int
    start_by_ms: int
    due_by_ms: int
    silent_ms: int = 600_000


def states(standing: Standing, calling: Calling, clocks: Clocks) -> tuple[NDArray[np.int8], Ints]:
    """Tell the state of all workers.

    On duty, silence says more than where somebody was last; nobody is out of a grid that there is none of.
    Off duty, minutes owed from a time of day on say more than that nothing has been heard at all.

    Parameters
    ----------
    standing : Standing
    calling : Calling
    clocks : Clocks

    Returns
    -------
    state : int8 array of State
    since_ms : int64 array
        From when on it is so: of silence the last sign of life, of what a time of day brings that time.

    Examples
    --------
    >>> import numpy as np
    >>> from gis_grid.core.live.standing import NEVER, Standing
    >>> one = lambda value: np.array([value])
    >>> asked = Calling(one(True), one(True), one(NEVER), one(NEVER), one(7200.0), one(0.0), one(0.0))
    >>> clock = Clocks(now_ms=40_000_000, day_ms=0, start_by_ms=34_000_000, due_by_ms=64_000_000)
    >>> state, since_ms = states(Standing.unseen(1), asked, clock)
    >>> State(state[0]).name, since_ms.tolist()
    ('NOT_STARTED', [34000000])
    """
    now_ms, on_duty = clocks.now_ms, calling.duty_ms != NEVER
    life_ms = np.maximum(np.maximum(standing.heard_ms, standing.seen_ms), calling.duty_ms)
    silent = on_duty & (now_ms - life_ms >= clocks.silent_ms)
    is_out = standing.is_out & calling.has_grid & (standing.seen_ms >= calling.duty_ms)
    off_ms = np.maximum(calling.ended_ms, clocks.day_ms)
    owes = calling.expected & (calling.owed_day_s(standing) > 0)
    overdue = ~on_duty & owes & (now_ms >= clocks.due_by_ms)
    unseen = (calling.ended_ms == NEVER) & (standing.seen_ms < clocks.day_ms)
    not_started = ~on_duty & calling.expected & unseen & (now_ms >= clocks.start_by_ms)
    choices = [
        (overdue, State.OVERDUE, np.maximum(off_ms, clocks.due_by_ms)),
        (not_started, State.NOT_STARTED, np.maximum(off_ms, clocks.start_by_ms)),
        (~on_duty, State.OFF_DUTY, off_ms),
        (silent, State.SILENT, life_ms),
        (is_out, State.OUT_OF_GRID, standing.since_ms),
    ]
    inside_since = np.maximum(standing.since_ms, calling.duty_ms)
    conditions = [condition for condition, _, _ in choices]
    state = np.select(conditions, [kind.value for _, kind, _ in choices], State.IN_GRID.value)
    since_ms = np.select(conditions, [since for _, _, since in choices], inside_since)
    return state.astype(np.int8), since_ms.astype(np.int64)
