"""When somebody is called to look: after a state has lasted, and no longer than it does.

An alert is raised once, and cleared when what it says has been over for a while; so what comes and goes
within a minute calls nobody, and one message in a long silence is not two alerts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.live.standing import NEVER, Ints
from gis_grid.core.live.states import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

CALLING: Final = (State.NOT_STARTED, State.OUT_OF_GRID, State.SILENT, State.OVERDUE)
"""States that call somebody; each has a column of its own below, in this order."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a state has lasted before it calls, and how long it is over before the alert is cleared."""

    out_ms: int = 300_000
    silent_ms: int = 600_000
    clear_ms: int = 120_000
    settle_ms: int = 60_000

    def of(self, state: State) -> int:
        """Return after how long a state calls: where a time of day or a silence says it, at once, nearly."""
        if state is State.OUT_OF_GRID:
            return self.out_ms
        return self.settle_ms + (self.silent_ms if state is State.SILENT else 0)


@dataclass(frozen=True, slots=True, eq=False)
class Alerts:
    """Which alerts are open, by worker and kind; arrays of shape (workers, kinds).

    Attributes
    ----------
    is_open : bool array
    over_ms : int64 array
        Since when an open one is not so any more; NEVER: it still is.
    """

    is_open: NDArray[np.bool_]
    over_ms: Ints

    @classmethod
    def none(cls, workers: int) -> Alerts:
        """No open alert of anybody."""
        shape = (workers, len(CALLING))
        return cls(np.zeros(shape, np.bool_), np.full(shape, NEVER, np.int64))

    def take(self, rows: Ints) -> Alerts:
        """Return those of some workers, in the order of `rows`; -1 is one without any."""
        blank = Alerts.none(1)
        return Alerts(
            np.concatenate((self.is_open, blank.is_open))[rows],
            np.concatenate((self.over_ms, blank.over_ms))[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """What changes: indexes (worker, kind) of alerts to raise and to clear, and what is open then."""

    raised: tuple[NDArray[np.intp], NDArray[np.intp]]
    cleared: tuple[NDArray[np.intp], NDArray[np.intp]]
    alerts: Alerts


def call(
    alerts: Alerts,
    state: NDArray[np.int8],
    since_ms: Ints,
    now_ms: int,
    patience: Patience | None = None,
) -> Called:
    """Say which alerts begin and end.

    Parameters
    ----------
    alerts : Alerts
        Those that are open.
    state, since_ms : arrays, shape (workers,)
        As from :func:`gis_grid.core.live.states.states`.
    now_ms : int
    patience : Patience, optional

    Returns
    -------
    Called
        One alert of a kind is open for a worker at most.
    """
    patience = patience or Patience()
    is_so = state[:, None] == np.array(CALLING, np.int8)
    after_ms = np.array([patience.of(one) for one in CALLING], np.int64)
    lasts = is_so & (now_ms - since_ms[:, None] >= after_ms)
    raised = lasts & ~alerts.is_open
    over_ms = np.where(is_so, NEVER, np.where(alerts.over_ms == NEVER, now_ms, alerts.over_ms))
    cleared = alerts.is_open & ~is_so & (now_ms - over_ms >= patience.clear_ms)
    is_open = (alerts.is_open | raised) & ~cleared
    return Called(_index(raised), _index(cleared), Alerts(is_open, np.where(is_open, over_ms, NEVER)))


def _index(chosen: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    worker, kind = np.nonzero(chosen)
    return worker, kind
