"""Cleaning: order the fixes and flag the ones no rule may use, each with the number that made it so.

Nothing is deleted and nothing is smoothed: smoothing would change evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.geometry.geodesy import distance_m
from gis_grid.core.track.flags import REJECTING, Flag
from gis_grid.core.track.jumps import Path, find_jumps, find_spikes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes


@dataclass(frozen=True, slots=True)
class CleaningLimits:
    """Where a fix stops being believable.

    Attributes
    ----------
    max_accuracy_m : float
        A worse accuracy is flagged ``bad_accuracy``.
    max_speed_mps : float
        A step that needs more, after both accuracies, is a ``jump``. High enough for a car: a ride is
        evidence too (see the sign ``ridden``).
    spike_speed_mps, spike_window_s : float
        A single fix that leaves and comes back faster than this, in steps no longer than the window, is a
        ``jump``.
    reanchor_after : int
        So many held fixes that agree with each other are believed.
    latest_ms : int, optional
        A later fix is flagged ``future``. The core has no clock: the caller says.
    """

    max_accuracy_m: float = 100.0
    max_speed_mps: float = 50.0
    spike_speed_mps: float = 8.0
    spike_window_s: float = 60.0
    reanchor_after: int = 3
    latest_ms: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Cleaned:
    """All fixes in order of time, and what cleaning says of each.

    Attributes
    ----------
    fixes : Fixes
        Every fix that was given, sorted by time.
    flags : uint8 array, shape (n,)
        Bits of :class:`~gis_grid.core.track.flags.Flag`.
    measure : float32 array, shape (n,)
        The number behind the flag, ``nan`` without one: metres for ``bad_accuracy`` and ``conflict``, m/s for
        ``jump``, seconds for ``out_of_order`` and ``future``, 1 for ``mock``, 0 for ``duplicate``. Of several
        flags the rejecting one's.
    accepted : bool array, shape (n,)
        Fixes that rules use: those without a rejecting flag.
    starts_anew : bool array, shape (n,)
        Accepted fixes that must not be joined to the one before: another recording, or a new place after a
        jump.
    """

    fixes: Fixes
    flags: NDArray[np.uint8]
    measure: NDArray[np.float32]
    accepted: NDArray[np.bool_]
    starts_anew: NDArray[np.bool_]


def clean(fixes: Fixes, limits: CleaningLimits | None = None) -> Cleaned:
    """Sort by time and flag what rules may not use.

    The result depends on the fixes and not on the order in which they came, but for the flag
    ``out_of_order``, which rejects nothing.

    Parameters
    ----------
    fixes : Fixes
        One worker's fixes, any order.
    limits : CleaningLimits, optional

    Returns
    -------
    Cleaned
    """
    limits = limits or CleaningLimits()
    work = _Marks(len(fixes))
    _mark_single_fixes(fixes, limits, work)
    order = _order(fixes, work.rejected)
    fixes, work = fixes.take(order), work.take(order)
    _mark_same_moment(fixes, work)
    starts_anew = _mark_jumps(fixes, limits, work)
    accepted = ~work.rejected
    _mark_recordings(fixes, accepted, starts_anew)
    return Cleaned(fixes, work.flags, work.measure, accepted, starts_anew & accepted)


class _Marks:
    """Flags and measures while they are being found."""

    def __init__(self, n: int) -> None:
        self.flags = np.zeros(n, np.uint8)
        self.measure = np.full(n, np.nan, np.float32)

    @property
    def rejected(self) -> NDArray[np.bool_]:
        """Fixes that rules may not use."""
        rejected: NDArray[np.bool_] = (self.flags & np.uint8(REJECTING)) != 0
        return rejected

    def take(self, index: NDArray[np.intp]) -> _Marks:
        """Put the marks in another order."""
        taken = _Marks(0)
        taken.flags, taken.measure = self.flags[index], self.measure[index]
        return taken

    def set(
        self, where: NDArray[np.bool_] | NDArray[np.intp], flag: Flag, measure: NDArray[np.floating]
    ) -> None:
        """Add a flag at some fixes; `measure` has one number for each of them."""
        self.flags[where] |= np.uint8(flag)
        self.measure[where] = measure


def _mark_single_fixes(fixes: Fixes, limits: CleaningLimits, work: _Marks) -> None:
    """Mark what a fix shows by itself, least telling first: late arrival, mock, accuracy, future."""
    if not len(fixes):
        return
    behind_ms = np.maximum.accumulate(fixes.t_ms) - fixes.t_ms
    late = behind_ms > 0
    work.set(late, Flag.OUT_OF_ORDER, behind_ms[late] / 1000.0)
    work.set(fixes.mock, Flag.MOCK, np.ones(np.count_nonzero(fixes.mock)))
    bad = fixes.accuracy_m > limits.max_accuracy_m
    work.set(bad, Flag.BAD_ACCURACY, fixes.accuracy_m[bad])
    if limits.latest_ms is not None:
        future = fixes.t_ms > limits.latest_ms
        work.set(future, Flag.FUTURE, (fixes.t_ms[future] - limits.latest_ms) / 1000.0)


def _order(fixes: Fixes, rejected: NDArray[np.bool_]) -> NDArray[np.intp]:
    """By time; within a moment the most credible first, then by position so that no arrival order shows."""
    accuracy = np.where(np.isnan(fixes.accuracy_m), np.inf, fixes.accuracy_m)
    return np.lexsort((fixes.segment, fixes.lat, fixes.lon, accuracy, rejected, fixes.t_ms))


def _mark_same_moment(fixes: Fixes, work: _Marks) -> None:
    """Of fixes at one moment the first stays; the others say the same again or contradict it."""
    again = np.flatnonzero(fixes.t_ms[1:] == fixes.t_ms[:-1]) + 1
    if not len(again):
        return
    is_first = np.ones(len(fixes), np.bool_)
    is_first[again] = False
    first = np.maximum.accumulate(np.where(is_first, np.arange(len(fixes)), 0))[again]
    apart_m = distance_m(fixes.lon[first], fixes.lat[first], fixes.lon[again], fixes.lat[again])
    same = (fixes.lon[first] == fixes.lon[again]) & (fixes.lat[first] == fixes.lat[again])
    work.set(again[same], Flag.DUPLICATE, np.zeros(np.count_nonzero(same)))
    work.set(again[~same], Flag.CONFLICT, apart_m[~same])


def _mark_jumps(fixes: Fixes, limits: CleaningLimits, work: _Marks) -> NDArray[np.bool_]:
    """Flag unreachable fixes; return where the track starts anew in another place."""
    starts_anew = np.zeros(len(fixes), np.bool_)
    candidates = np.flatnonzero(~work.rejected)
    jumps = find_jumps(_path(fixes, candidates), limits.max_speed_mps, limits.reanchor_after)
    starts_anew[candidates] = jumps.starts_anew
    _set_jumps(work, candidates, jumps.speed_mps)
    candidates = np.flatnonzero(~work.rejected)
    spikes = find_spikes(_path(fixes, candidates), limits.spike_speed_mps, limits.spike_window_s)
    _set_jumps(work, candidates, spikes)
    return starts_anew


def _path(fixes: Fixes, index: NDArray[np.intp]) -> Path:
    """Take the columns that jumps are found by."""
    return Path(
        t_s=(fixes.t_ms[index] - (fixes.t_ms[0] if len(fixes) else 0)) / 1000.0,
        lon=fixes.lon[index],
        lat=fixes.lat[index],
        accuracy_m=np.nan_to_num(fixes.accuracy_m[index]).astype(np.float64),
    )


def _set_jumps(work: _Marks, candidates: NDArray[np.intp], speed_mps: NDArray[np.float64]) -> None:
    """Flag the candidates that have a speed."""
    found = speed_mps > 0
    work.set(candidates[found], Flag.JUMP, speed_mps[found])


def _mark_recordings(fixes: Fixes, accepted: NDArray[np.bool_], starts_anew: NDArray[np.bool_]) -> None:
    """Start anew at the first accepted fix of another recording."""
    index = np.flatnonzero(accepted)
    changes = fixes.segment[index[1:]] != fixes.segment[index[:-1]]
    starts_anew[index[1:][changes]] = True
