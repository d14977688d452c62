"""A true way through time: from waypoints and stays to the position at any second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gis_grid.sample.network import Edge
    from gis_grid.sample.territory import Territory

DOOR_STAY_S: Final = (25.0, 150.0)
TALK_STAY_S: Final = (5.0, 45.0)


@dataclass(frozen=True, slots=True)
class Pace:
    """How somebody gets along: metres per second, how often they stop at a door or a corner (0-1)."""

    speed_mps: float
    stop_at_door: float
    stop_at_corner: float


@dataclass(slots=True, eq=False)
class Route:
    """Waypoints in metres with the seconds stayed at each; grows at its end."""

    pace: Pace
    points: list[NDArray[np.float64]] = field(default_factory=list)
    stays_s: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def go(self, line: NDArray[np.float64]) -> None:
        """Walk along a line."""
        for point in line:
            if self.points:
                off = point - self.points[-1]
                self.seconds += float(np.sqrt(off[0] ** 2 + off[1] ** 2)) / self.pace.speed_mps
            self.points.append(point)
            self.stays_s.append(0.0)

    def stay(self, seconds: float) -> None:
        """Stand at the last point."""
        self.stays_s[-1] += seconds
        self.seconds += seconds

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the positions (n, 2) at seconds from the start; after the end, the last point."""
        points = np.array(self.points)
        step = np.diff(points, axis=0)
        travel = np.concatenate([[0.0], np.sqrt((step**2).sum(axis=1)) / self.pace.speed_mps])
        stays = np.array(self.stays_s)
        leave = np.cumsum(travel + stays)
        clock = np.column_stack([leave - stays, leave]).ravel()
        twice = np.repeat(points, 2, axis=0)
        return np.column_stack([np.interp(times_s, clock, twice[:, axis]) for axis in (0, 1)])


def patrol(
    route: Route,
    territory: Territory,
    start: int,
    duration_s: float,
    *,
    border: float,
    own_side: bool,
    rng: np.random.Generator,
) -> None:
    """Extend a route through a territory until a duration is full, with stops at doors and corners."""
    for node, edge in territory.wander(start, border, rng):
        route.go(territory.walked_line(node, edge, own_side=own_side))
        _maybe_stop(route, territory, edge.other(node), rng)
        if route.seconds >= duration_s:
            return


def _maybe_stop(route: Route, territory: Territory, node: int, rng: np.random.Generator) -> None:
    """Step aside to a door and stay there, or stop where one stands, or neither."""
    drawn, length = rng.random(2).tolist()
    if node in territory.doors and drawn < route.pace.stop_at_door:
        here = route.points[-1]
        route.go(territory.doors[node][None])
        route.stay(DOOR_STAY_S[0] + length * (DOOR_STAY_S[1] - DOOR_STAY_S[0]))
        route.go(here[None])
    elif drawn > 1 - route.pace.stop_at_corner:
        route.stay(TALK_STAY_S[0] + length * (TALK_STAY_S[1] - TALK_STAY_S[0]))


def follow(route: Route, start: int, edges: Iterable[Edge]) -> int:
    """Extend a route along given edges and return the node where it ends."""
    node = start
    for edge in edges:
        route.go(edge.line_from(node))
        node = edge.other(node)
    return node
