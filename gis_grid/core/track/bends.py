"""How a track bends from fix to fix: the noise of a receiver, or what a program adds to a drawn way.

A bend is the second difference of the positions, made free of uneven times: where a fix lies beside the place
that the two before it lead to. Repeated positions bend nothing: phones repeat the last one they know.

Errors drawn anew for each fix have bends of which every one undoes much of the one before: their correlation
is -2/3 at one step and +1/6 at two. Errors of a receiver wander for minutes: -1/2 and 0 at most, and what a
walker does with pace and way only adds to it. So `whiteness`, the second less the first, is 5/6 for drawn
errors and at most 1/2 for wandering ones, whatever their size. Corners count among neither: bends beyond 2.5
times the median are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from gis_grid.core.track.traits import Line, Steps

Floats = NDArray[np.float64]

# Fixes closer in time are thinned first: receivers smooth over seconds, at 1 Hz nothing bends.
_LEAST_STEP_S: Final = 8.0
_CORNER: Final = 2.5


class Bends(NamedTuple):
    """Bends in metres east and north, ``nan`` where a step is too long or repeats a position."""

    east_m: Floats
    north_m: Floats


class Repeats(NamedTuple):
    """Shares of the fixes that have the accuracy, the time step or the position of the one before."""

    accuracy: float
    time: float
    position: float


@kernel
def bends_of(steps: Steps, max_gap_s: float) -> tuple[Bends, Floats, Floats]:
    """Measure the bends of a track: all in order, then the sizes of those there are, and the speeds there.

    For even errors of one deviation, bends have the same size however the times lie: the factor
    ``sqrt((1 + r + r^2) / 3)`` for steps of `r` times the length of the one before.
    """
    step_s, step_east, step_north = steps.seconds, steps.east_m, steps.north_m
    n = len(step_s)
    bend_east, bend_north = np.empty(n), np.empty(n)
    sizes, speeds = np.empty(n), np.empty(n)
    places, count = 0, 0
    before_s, before_east, before_north = 0.0, 0.0, 0.0
    seconds, east, north = 0.0, 0.0, 0.0
    for i in range(n):
        seconds, east, north = seconds + step_s[i], east + step_east[i], north + step_north[i]
        if seconds < _LEAST_STEP_S:
            continue
        usable = seconds <= max_gap_s and (east != 0.0 or north != 0.0)
        bend_east[places], bend_north[places] = np.nan, np.nan
        if usable and before_s > 0.0:
            r = seconds / before_s
            even = np.sqrt((1.0 + r + r * r) / 3.0)
            x, y = (east - before_east * r) / even, (north - before_north * r) / even
            bend_east[places], bend_north[places] = x, y
            sizes[count] = np.sqrt(x * x + y * y)
            speeds[count] = np.sqrt(east * east + north * north) / seconds
            count += 1
        places += 1
        before_s, before_east, before_north = (seconds if usable else 0.0), east, north
        seconds, east, north = 0.0, 0.0, 0.0
    return Bends(bend_east[:places], bend_north[:places]), sizes[:count], speeds[:count]


@kernel
def whiteness(bends: Bends, median_m: float) -> tuple[float, int]:
    """Correlation of bends two apart less that of neighbours, and how many neighbours there are.

    Parameters
    ----------
    bends : Bends
    median_m : float
        Of their sizes.
    """
    beyond = (_CORNER * median_m) ** 2
    one, one_of, two, two_of, neighbours = 0.0, 0.0, 0.0, 0.0, 0
    run = 0
    for i in range(len(bends.east_m)):
        east, north = bends.east_m[i], bends.north_m[i]
        size2 = east * east + north * north
        run = run + 1 if size2 <= beyond else 0
        if run >= 2:
            last_east, last_north = bends.east_m[i - 1], bends.north_m[i - 1]
            one += east * last_east + north * last_north
            one_of += (size2 + last_east * last_east + last_north * last_north) / 2
            neighbours += 1
        if run >= 3:
            last_east, last_north = bends.east_m[i - 2], bends.north_m[i - 2]
            two += east * last_east + north * last_north
            two_of += (size2 + last_east * last_east + last_north * last_north) / 2
    if one_of == 0.0 or two_of == 0.0:
        return 0.0, 0
    return two / two_of - one / one_of, neighbours


@kernel
def repeats(line: Line) -> Repeats:
    """Count what a fix has in common with the one before."""
    n = len(line.t_ms)
    accuracy, time, position = 0, 0, 0
    for i in range(1, n):
        accuracy += line.accuracy_m[i] == line.accuracy_m[i - 1]
        position += line.x[i] == line.x[i - 1] and line.lat[i] == line.lat[i - 1]
        if i >= 2:
            time += line.t_ms[i] - line.t_ms[i - 1] == line.t_ms[i - 1] - line.t_ms[i - 2]
    return Repeats(accuracy / max(n - 1, 1), time / max(n - 2, 1), position / max(n - 1, 1))
