"""Tracks that nobody walked: copies of another's, and made-up ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from city.phone import Faults, wandering_noise
from city.plane import SCALE_M, to_lonlat, to_metres
from gis_grid.core import Fixes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from city.tracks import Tracks

_DAY_MS: Final = 86_400_000
_STEP_S: Final = 10.0


def _as_it_is(fixes: Fixes, _: np.random.Generator) -> Fixes:
    return fixes


def _part(fixes: Fixes, random: np.random.Generator) -> Fixes:
    length = int(0.4 * len(fixes))
    first = int(random.integers(0, len(fixes) - length))
    return fixes.take(slice(first, first + length))


def _other_pace(fixes: Fixes, random: np.random.Generator) -> Fixes:
    since_ms = (fixes.t_ms - fixes.t_ms[0]) * random.uniform(0.95, 1.05)
    return replace(fixes, t_ms=fixes.t_ms[0] + np.rint(since_ms).astype(np.int64))


def _rounded(fixes: Fixes, _: np.random.Generator) -> Fixes:
    return replace(fixes, lon=np.round(fixes.lon, 5), lat=np.round(fixes.lat, 5))


def _thinned(fixes: Fixes, _: np.random.Generator) -> Fixes:
    return fixes.take(slice(None, None, 2))


def _shaken(metres: float) -> Callable[[Fixes, np.random.Generator], Fixes]:
    def shake(fixes: Fixes, random: np.random.Generator) -> Fixes:
        east, north = random.normal(0, metres, (2, len(fixes))) / SCALE_M[:, None]
        return replace(fixes, lon=np.round(fixes.lon + east, 7), lat=np.round(fixes.lat + north, 7))

    return shake


COPIES: Final[Mapping[str, Callable[[Fixes, np.random.Generator], Fixes]]] = {
    "as it is, another day": _as_it_is,
    "40 % of it": _part,
    "5 % slower or faster": _other_pace,
    "rounded to 1e-5 degrees": _rounded,
    "every second fix": _thinned,
    "1 m of noise added": _shaken(1.0),
    "3 m of noise added": _shaken(3.0),
}
"""Ways to copy a track."""


def copy_of(fixes: Fixes, way: str, random: np.random.Generator) -> Fixes:
    """Return a track sent again some days later by one of the ways of `COPIES`."""
    later_ms = int(random.integers(1, 20)) * _DAY_MS + int(random.integers(-7_200_000, 7_200_000))
    copy = COPIES[way](fixes, random)
    return replace(copy, t_ms=copy.t_ms + later_ms)


def walked_again(tracks: Tracks, worker: int, random: np.random.Generator) -> Fixes:
    """Return an honest track of the same walk on another day: the same places, but other noise."""
    mine = tracks.span(worker)
    true_xy = to_metres(np.stack((tracks.true_lon[mine], tracks.true_lat[mine]), axis=1))
    noise_m, _ = wandering_noise(len(true_xy), _STEP_S, Faults(), random)
    lon, lat = to_lonlat(true_xy + noise_m).T
    return Fixes.of(tracks.t_ms[mine] + 7 * _DAY_MS, lon, lat, accuracy_m=tracks.accuracy_m[mine])


def made_up(jitter_m: float, random: np.random.Generator) -> Fixes:
    """Return a straight stroll computed by a program: evenly timed and measured when without jitter."""
    count = 900
    turns = random.uniform(0, 2 * np.pi, 60)
    legs_m = random.uniform(40, 300, 60)[:, None] * np.stack((np.cos(turns), np.sin(turns)), axis=1)
    corners = np.concatenate((np.zeros((1, 2)), np.cumsum(legs_m, axis=0)))
    along_m = np.concatenate(([0.0], np.cumsum(np.hypot(*legs_m.T))))
    steps_s = np.full(count, _STEP_S) if jitter_m == 0 else _STEP_S + random.uniform(-0.4, 0.4, count)
    t_s = np.cumsum(steps_s)
    way_m = t_s * random.uniform(0.9, 1.5) % along_m[-1]
    xy = np.stack([np.interp(way_m, along_m, c) for c in corners.T], axis=1)
    lon, lat = to_lonlat(xy + random.normal(0, jitter_m, (count, 2))).T
    accuracy_m = np.full(count, 5.0) if jitter_m == 0 else random.choice([3.0, 4.0, 5.0, 6.0, 8.0], count)
    return Fixes.of(np.rint(t_s * 1000).astype(np.int64), lon, lat, accuracy_m=accuracy_m)
