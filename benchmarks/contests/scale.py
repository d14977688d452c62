"""How large a run is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of a run; peers get the first workers or points of what ours gets.

    Attributes
    ----------
    grids, workers, points : int
        Of the city.
    peer_workers : int
        For peers that take seconds for all of them.
    slow_workers : int
        For peers that take a second for each.
    slow_points : int
    planted : int
        Copies of each kind.
    walkers : int
        For the bounds, each with a truth.
    repeats : int
    """

    grids: int = 14_000
    workers: int = 2_000
    points: int = 1_000_000
    peer_workers: int = 300
    slow_workers: int = 5
    slow_points: int = 50_000
    planted: int = 60
    walkers: int = 500
    repeats: int = 5

    @property
    def half_m(self) -> float:
        """Half the city's side: the grids are as large in a small city."""
        return 30_000.0 * float((self.grids / 14_000) ** 0.5)


FULL = Scale()
QUICK = Scale(
    grids=200,
    workers=30,
    points=20_000,
    peer_workers=10,
    slow_workers=1,
    slow_points=1_000,
    planted=3,
    walkers=20,
    repeats=1,
)
