"""How long workers were in each cell of each grid today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gis_grid.core.live.standing import Spent

Place = tuple[int, int]
"""Grid and cell."""

AT_LEAST_S: Final = 10.0
"""A cell with less was only brushed, as in :func:`gis_grid.core.presence.coverage.coverage`."""


@dataclass(slots=True)
class Cells:
    """Seconds by grid and cell, and by worker what of them is for good and what is looked at again."""

    seconds: dict[int, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    seen_ms: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    changed: set[Place] = field(default_factory=set)
    turned: set[int] = field(default_factory=set)
    _settled: dict[int, dict[Place, float]] = field(default_factory=lambda: defaultdict(dict))
    _open: dict[int, list[tuple[Place, float]]] = field(default_factory=lambda: defaultdict(list))

    def take_in(self, workers: Iterable[int], spent: Spent, ids: NDArray[np.int64]) -> None:
        """Put what was spent in place of what was open of some workers."""
        for worker in workers:
            for place, seconds in self._open.pop(worker, ()):
                self._add(place, -seconds)
        columns = (ids[spent.row], spent.grid, spent.cell, spent.seconds, spent.seen_ms, spent.settled)
        for worker, grid, cell, seconds, seen_ms, settled in zip(*(c.tolist() for c in columns), strict=True):
            place = (grid, cell)
            self._add(place, seconds)
            seen = self.seen_ms[grid]
            seen[cell] = max(seen.get(cell, 0), seen_ms)
            if settled:
                own = self._settled[worker]
                own[place] = own.get(place, 0.0) + seconds
            else:
                self._open[worker].append((place, seconds))

    def forget(self, worker: int) -> None:
        """Take away all that a worker spent: the day is counted anew."""
        parts = [*self._settled.pop(worker, {}).items(), *self._open.pop(worker, ())]
        for place, seconds in parts:
            self._add(place, -seconds)

    def covered(self, grid: int, walkable: NDArray[np.int64]) -> int:
        """Count the walkable cells of a grid that saw enough time."""
        enough = [cell for cell, seconds in self.seconds.get(grid, {}).items() if seconds >= AT_LEAST_S]
        return int(np.isin(walkable, np.array(enough, np.int64)).sum())

    def _add(self, place: Place, seconds: float) -> None:
        grid, cell = place
        held = self.seconds[grid]
        before = held.get(cell, 0.0)
        now = held[cell] = before + seconds
        self.changed.add(place)
        if (before >= AT_LEAST_S) is not (now >= AT_LEAST_S):
            self.turned.add(grid)
