"""Cleaning: order the fixes and flag the ones no rule may use, each with the number that made it so.

Nothing is deleted and nothing is smoothed: smoothing would change evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.geometry.geodesy import separation_m
from gis_grid.core.kernel import inlined, kernel
from gis_grid.core.track.flags import REJECTING, Flag
from gis_grid.core.track.jumps import (
    Limits,
    Marks,
    Way,
    Yardstick,
    is_plain,
    mark_jumps,
    without_spikes,
    yardstick,
)
from gis_grid.core.track.order import Track, in_order, track_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

_NEVER_MS: Final = np.iinfo(np.int64).max
# Loops know numbers, not enumerations.
_BAD_ACCURACY: Final = int(Flag.BAD_ACCURACY)
_DUPLICATE: Final = int(Flag.DUPLICATE)
_OUT_OF_ORDER: Final = int(Flag.OUT_OF_ORDER)
_MOCK: Final = int(Flag.MOCK)
_FUTURE: Final = int(Flag.FUTURE)
_CONFLICT: Final = int(Flag.CONFLICT)
_REJECTING: Final = int(REJECTING)


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
    fixes, late_ms = in_order(fixes, limits.max_accuracy_m)
    return Cleaned(fixes, *_mark(track_of(fixes), late_ms, _numbers(limits)))


def clean_each(fixes: Fixes, starts: NDArray[np.int64], limits: CleaningLimits | None = None) -> Cleaned:
    """Clean many tracks in one call, each as :func:`clean` does; nothing is flagged as out of order.

    Parameters
    ----------
    fixes : Fixes
        Track after track, each in any order.
    starts : int64 array, shape (tracks + 1,)
        Track `k` is the fixes ``starts[k]`` to ``starts[k + 1] - 1``, before and after.
    limits : CleaningLimits, optional

    Returns
    -------
    Cleaned
        Of all tracks, one after the other.
    """
    numbers = _numbers(limits or CleaningLimits())
    accuracy = np.where(np.isnan(fixes.accuracy_m), np.inf, fixes.accuracy_m)
    rejected = fixes.mock | (fixes.accuracy_m > numbers.max_accuracy_m)
    track = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.lexsort((fixes.segment, fixes.lat, fixes.lon, accuracy, rejected, fixes.t_ms, track))
    fixes = fixes.take(order)
    return Cleaned(fixes, *_mark_each(track_of(fixes), starts, numbers))


def _numbers(limits: CleaningLimits) -> Limits:
    """Limits as loops take them."""
    latest_ms = _NEVER_MS if limits.latest_ms is None else limits.latest_ms
    return Limits(
        float(limits.max_accuracy_m),
        int(latest_ms),
        float(limits.max_speed_mps),
        int(limits.reanchor_after),
        float(limits.spike_speed_mps),
        limits.spike_window_s * 1000.0,
    )


@kernel
def _mark_each(
    track: Track, starts: NDArray[np.int64], limits: Limits
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the fixes of each track by itself."""
    n = len(track.t_ms)
    flags, measure = np.zeros(n, np.uint8), np.full(n, np.nan, np.float32)
    accepted, starts_anew = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    in_order = np.zeros(0, np.int64)
    for k in range(len(starts) - 1):
        a, b = starts[k], starts[k + 1]
        one = Track(
            track.t_ms[a:b],
            track.lon[a:b],
            track.lat[a:b],
            track.accuracy_m[a:b],
            track.speed_mps[a:b],
            track.heading_deg[a:b],
            track.altitude_m[a:b],
            track.mock[a:b],
            track.segment[a:b],
        )
        found = _mark(one, in_order, limits)
        flags[a:b], measure[a:b], accepted[a:b], starts_anew[a:b] = found
    return flags, measure, accepted, starts_anew


@kernel
def _mark(
    track: Track, late_ms: NDArray[np.int64], limits: Limits
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark all fixes: flags, measures, what is accepted and where the track starts anew."""
    n = len(track.t_ms)
    flags, measure, starts_anew = np.zeros(n, np.uint8), np.full(n, np.nan, np.float32), np.zeros(n, np.bool_)
    marks = Marks(flags, measure, starts_anew)
    for i in range(len(late_ms)):
        if late_ms[i] > 0:
            flags[i], measure[i] = _OUT_OF_ORDER, late_ms[i] * 0.001
    mark_jumps(track, _way(track, limits, marks), limits, marks)
    accepted = np.zeros(n, np.bool_)
    before = -1
    for i in range(n):
        accepted[i] = flags[i] & _REJECTING == 0
        if accepted[i]:
            starts_anew[i] |= before >= 0 and track.segment[i] != track.segment[before]
            before = i
    return flags, measure, accepted, starts_anew


@kernel
def _way(track: Track, limits: Limits, marks: Marks) -> Way:
    """Mark what a fix shows by itself or beside others of its moment, and spikes; the rest is the way."""
    n = len(track.t_ms)
    kept, plain = np.empty(n, np.int64), np.zeros(n, np.bool_)
    yard = yardstick(track, limits)
    usual = _usual(track, limits, yard)
    first = 0  # of the moment: the most credible
    last, count = -1, 0  # the way so far
    for i in range(n):
        if usual[i] and last == i - 1:
            kept[count], plain[count] = i, True
            first, last, count = i, i, count + 1
            continue
        again = i > 0 and track.t_ms[i] == track.t_ms[first]
        if not again:
            first = i
        bad = _is_bad(track, i, limits)
        if bad:
            _mark_bad(track, i, limits, marks)
        if again:
            _mark_again(track, i, first, marks)
        if bad or again:
            continue
        is_step_plain = count > 0 and is_plain(track, kept[count - 1], i, limits, yard)
        if not is_step_plain:
            count = without_spikes(track, kept[:count], i, limits, marks)
        kept[count], plain[count] = i, is_step_plain
        last, count = i, count + 1
    return Way(kept[:count], plain[:count])


@kernel
def _usual(track: Track, limits: Limits, yard: Yardstick) -> NDArray[np.bool_]:
    """Tell which fixes show nothing by themselves and are a plain step from the one before."""
    n = len(track.t_ms)
    usual = np.zeros(n, np.bool_)
    for i in range(1, n):
        is_later = track.t_ms[i] > track.t_ms[i - 1]
        usual[i] = is_later & is_plain(track, i - 1, i, limits, yard) & (not _is_bad(track, i, limits))
    return usual


@inlined
def _is_bad(track: Track, i: int, limits: Limits) -> bool:
    """Tell whether a fix is useless by itself."""
    is_poor, is_future = track.accuracy_m[i] > limits.max_accuracy_m, track.t_ms[i] > limits.latest_ms
    return bool(track.mock[i] | is_poor | is_future)


@kernel
def _mark_bad(track: Track, i: int, limits: Limits, marks: Marks) -> None:
    """Mark what makes a fix useless by itself, least telling first."""
    if track.mock[i]:
        marks.flags[i] |= _MOCK
        marks.measure[i] = 1.0
    if track.accuracy_m[i] > limits.max_accuracy_m:
        marks.flags[i] |= _BAD_ACCURACY
        marks.measure[i] = track.accuracy_m[i]
    if track.t_ms[i] > limits.latest_ms:
        marks.flags[i] |= _FUTURE
        marks.measure[i] = (track.t_ms[i] - limits.latest_ms) * 0.001


@kernel
def _mark_again(track: Track, i: int, first: int, marks: Marks) -> None:
    """Of fixes at one moment the first stays; the others say the same again or contradict it."""
    if track.lon[i] == track.lon[first] and track.lat[i] == track.lat[first]:
        marks.flags[i] |= _DUPLICATE
        marks.measure[i] = 0.0
    else:
        marks.flags[i] |= _CONFLICT
        marks.measure[i] = separation_m(track.lon[first], track.lat[first], track.lon[i], track.lat[i])
