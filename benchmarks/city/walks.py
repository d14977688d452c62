"""Where workers of a made-up city really were: noise-free walks in metres, one waypoint after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from city.plane import Floats, to_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPEED_MPS: Final = (0.7, 1.6)
_BORDER_WALK_M: Final = (200.0, 800.0)
_EXCURSION_M: Final = (300.0, 1200.0)
_STOP_S: Final = (120.0, 1200.0)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a worker spends the time; the shares are of the decisions what to do next, the rest are stops."""

    hours: float = 3.0
    inside_share: float = 0.50
    border_share: float = 0.22
    excursion_share: float = 0.08
    border_aside_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """One grid as a walker knows it: places inside it and its outline, in metres."""

    places: Floats
    outline: Floats

    @classmethod
    def of(cls, area: shapely.Polygon | shapely.MultiPolygon, random: np.random.Generator) -> Ground:
        """Look at a grid; places are drawn by lot."""
        west, south, east, north = area.bounds
        lon, lat = random.uniform(west, east, 300), random.uniform(south, north, 300)
        shapely.prepare(area)
        inside = shapely.contains_xy(area, lon, lat)
        main = area.geoms[0] if isinstance(area, shapely.MultiPolygon) else area
        places = np.stack((lon[inside], lat[inside]), axis=1)
        return cls(to_metres(places), to_metres(np.asarray(main.exterior.coords)))

    def place(self, random: np.random.Generator) -> Floats:
        """Return one of the places."""
        return np.asarray(self.places[random.integers(len(self.places))])

    def along_the_border(self, random: np.random.Generator, aside_m: float) -> list[Floats]:
        """Follow some hundred metres of the outline, up to `aside_m` beside it."""
        corners = self.outline[:-1]
        if random.random() < 0.5:
            corners = corners[::-1]
        way_m, aside_m = random.uniform(*_BORDER_WALK_M), random.uniform(-aside_m, aside_m)
        here, walked_m, points = int(random.integers(len(corners))), 0.0, []
        while walked_m < way_m:
            start, end = corners[here], corners[(here + 1) % len(corners)]
            east, north = end - start
            length_m = float(np.hypot(east, north))
            points.append(start + aside_m * np.array((-north, east)) / max(length_m, 1e-9))
            walked_m, here = walked_m + length_m, (here + 1) % len(corners)
        return points


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Waypoints: seconds after the start, shape (n,), and places in metres, shape (n, 2)."""

    t_s: Floats
    xy: Floats

    def at(self, t_s: Floats) -> Floats:
        """Return where the walker was."""
        return np.stack([np.interp(t_s, self.t_s, c) for c in self.xy.T], axis=1)


def walk(ground: Ground, habits: Habits, random: np.random.Generator) -> Walk:
    """Walk about for some hours: through the grid, along its border, out of it, or stand still."""
    duration_s = habits.hours * 3600 * random.uniform(0.8, 1.2)
    times, points = [0.0], [ground.place(random)]
    while times[-1] < duration_s:
        speed_mps = random.uniform(*_SPEED_MPS)
        targets = _next(ground, habits, points[-1], random)
        if not targets:
            times.append(times[-1] + random.uniform(*_STOP_S))
            points.append(points[-1])
        for target in targets:
            times.append(times[-1] + max(float(np.hypot(*(target - points[-1]))) / speed_mps, 1e-3))
            points.append(target)
    return Walk(np.array(times), np.array(points))


def _next(ground: Ground, habits: Habits, here: Floats, random: np.random.Generator) -> Sequence[Floats]:
    """Decide where to go; nowhere is a stop."""
    choice = random.random()
    if choice < habits.inside_share:
        return [ground.place(random)]
    choice -= habits.inside_share
    if choice < habits.border_share:
        return ground.along_the_border(random, habits.border_aside_m)
    choice -= habits.border_share
    if choice < habits.excursion_share:
        turn = random.uniform(0, 2 * np.pi)
        return [here + random.uniform(*_EXCURSION_M) * np.array((np.cos(turn), np.sin(turn)))]
    return []
