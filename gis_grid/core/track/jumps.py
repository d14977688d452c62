"""Fixes that no person could have reached: found by array arithmetic, only suspicious steps are walked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.geodesy import distance_m, metres_per_degree

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Candidate fixes in order of time, at most one a moment; unknown accuracy is 0."""

    t_s: Floats
    lon: Floats
    lat: Floats
    accuracy_m: Floats

    def excess(self, a: NDArray[np.intp], b: NDArray[np.intp], speed_mps: float) -> tuple[Floats, Floats]:
        """Distance from `a` to `b`, and how much of it a speed and both accuracies cannot explain."""
        distance = distance_m(self.lon[a], self.lat[a], self.lon[b], self.lat[b])
        slack = self.accuracy_m[a] + self.accuracy_m[b]
        return distance, distance - speed_mps * (self.t_s[b] - self.t_s[a]) - slack


@dataclass(frozen=True, slots=True, eq=False)
class Jumps:
    """Speed (m/s) that made each fix a jump, 0 for good ones; and where the track starts anew."""

    speed_mps: Floats
    starts_anew: NDArray[np.bool_]


def find_jumps(path: Path, max_speed_mps: float, reanchor_after: int) -> Jumps:
    """Hold every fix that the last good one cannot reach; believe a new place after enough fixes there.

    Keeping the first fix for ever would let one bad fix delete a track, so `reanchor_after` held fixes that
    agree with each other start the track anew; the few fixes before are then themselves the jump.
    """
    n = len(path.t_s)
    jumps = Jumps(np.zeros(n), np.zeros(n, np.bool_))
    index = np.arange(n)
    _, excess = path.excess(index[:-1], index[1:], max_speed_mps)
    suspicious = np.flatnonzero(excess > 0)
    if len(suspicious):
        _Walk(path, max_speed_mps, reanchor_after, jumps).follow(suspicious)
    return jumps


def find_spikes(path: Path, speed_mps: float, window_s: float) -> Floats:
    """Find fixes that leave and come back at once: the way over them is four times the way past them.

    Returns the speed (m/s) of the way there, 0 for good fixes. Of neighbours that each look like a spike to
    the other only every second one is taken.
    """
    n = len(path.t_s)
    speeds = np.zeros(n)
    if n < 3:
        return speeds
    index = np.arange(n)
    step_m, excess = path.excess(index[:-1], index[1:], speed_mps)
    past_m, _ = path.excess(index[:-2], index[2:], speed_mps)
    step_s = np.diff(path.t_s)
    fast = (excess > 0) & (step_s <= window_s)
    spike = np.zeros(n, np.bool_)
    spike[1:-1] = fast[:-1] & fast[1:] & (step_m[:-1] + step_m[1:] > 4 * past_m)
    found = np.flatnonzero(_every_second(spike))
    speeds[found] = step_m[found - 1] / step_s[found - 1]
    return speeds


def _every_second(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """First, third, ... of each run of marks."""
    index = np.arange(len(marks))
    run_start = np.maximum.accumulate(np.where(marks, 0, index + 1))
    odd: NDArray[np.bool_] = marks & ((index - run_start) % 2 == 0)
    return odd


class _Walk:
    """Scalar walk over the suspicious steps of one path."""

    def __init__(self, path: Path, max_speed_mps: float, reanchor_after: int, jumps: Jumps) -> None:
        self._path = path
        self._max_speed_mps = max_speed_mps
        self._reanchor_after = reanchor_after
        self._jumps = jumps
        self._east_m, self._north_m = metres_per_degree(path.lat)
        self._chain: list[int] = []

    def follow(self, suspicious: NDArray[np.intp]) -> None:
        """Settle every suspicious step, from the first to the last."""
        position = 0
        for step in suspicious.tolist():
            if step < position:
                continue
            self._chain.extend(range(position, step + 1))
            del self._chain[: -self._reanchor_after]
            position = self._settle(step)

    def _settle(self, anchor: int) -> int:
        """Hold fixes after `anchor` until one is believable; return the index from which all is plain."""
        held: list[int] = []
        agreeing = 0
        for index in range(anchor + 1, len(self._path.t_s)):
            if self._speed(anchor, index) == 0.0:
                self._reject(held, anchor)
                return index
            agrees = bool(held) and self._speed(held[-1], index) == 0.0
            agreeing = agreeing + 1 if agrees else 1
            held.append(index)
            if agreeing >= self._reanchor_after:
                return self._start_anew(held, agreeing, anchor)
        if agreeing > len(self._chain):
            return self._start_anew(held, agreeing, anchor)
        self._reject(held, anchor)
        return len(self._path.t_s)

    def _start_anew(self, held: list[int], agreeing: int, anchor: int) -> int:
        """Believe the last `agreeing` held fixes; too short a chain before them was the jump."""
        first = held[-agreeing]
        self._reject(held[:-agreeing], anchor)
        if len(self._chain) < self._reanchor_after:
            self._reject(self._chain, first)
        self._jumps.starts_anew[first] = True
        self._chain = held[-agreeing:-1]
        return held[-1]

    def _reject(self, indexes: list[int], reference: int) -> None:
        """Write down the speed at which each fix would have been reached."""
        for index in indexes:
            self._jumps.speed_mps[index] = max(self._speed(reference, index), self._max_speed_mps)

    def _speed(self, a: int, b: int) -> float:
        """Speed needed from `a` to `b` (m/s), 0 when it is a plausible one."""
        path = self._path
        turn = (path.lon[b] - path.lon[a] + 180.0) % 360.0 - 180.0
        east = turn * self._east_m[b]
        north = (path.lat[b] - path.lat[a]) * self._north_m[b]
        distance = float(np.hypot(east, north))
        elapsed = abs(float(path.t_s[b] - path.t_s[a]))
        slack = float(path.accuracy_m[a] + path.accuracy_m[b])
        return 0.0 if distance <= self._max_speed_mps * elapsed + slack else distance / elapsed
