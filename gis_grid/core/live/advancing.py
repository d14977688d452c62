"""What new fixes of some workers change: where they stand, and where they spent their time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.geometry.borders import INSIDE, OPEN, OUTSIDE
from gis_grid.core.geometry.geodesy import distance_m
from gis_grid.core.live.sides import NOWHERE, clear_sides, turns
from gis_grid.core.live.spending import Pieces, inside_seconds, spent_in_cells
from gis_grid.core.live.standing import NEVER, Ground, Ints, Spent, Standing
from gis_grid.core.track.cleaning import CleaningLimits, clean_each
from gis_grid.core.track.flags import Flag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.cleaning import Cleaned
    from gis_grid.core.track.fixes import Fixes

MAX_GAP_MS: Final = 300_000
"""Between fixes further apart time is unknown."""

_PLAIN: Final = 6
_KEPT: Final = 4
"""After so many plain steps in a row cleaning stands at the last fix, whatever was before; of them so many
are looked at again, so that it stands there the next time too. Three would do for both
(:func:`gis_grid.core.track.jumps.mark_jumps`)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """Accepted fixes of some workers, one worker after the other; `starts` as everywhere."""

    starts: Ints
    worker: Ints
    fixes: Fixes
    anew: NDArray[np.bool_]
    jumps: Ints  # flagged before, of this worker


def advance(
    standing: Standing,
    rows: Ints,
    fixes: Fixes,
    starts: Ints,
    ground: Ground,
    *,
    latest_ms: int,
    silent_ms: int = 600_000,
) -> tuple[Standing, Spent]:
    """Take in fixes of some workers.

    Parameters
    ----------
    standing : Standing
        Of all workers.
    rows : int64 array, shape (k,)
        Workers that something came of, each once.
    fixes : Fixes
        All fixes of each from its ``settled_ms`` on, in any order; where that is NEVER, all of the day from
        300 s before its beginning on. Of whom one came late, up to ``relied_ms``: pass as one of whom nothing
        has come (:meth:`Standing.forgotten`), with all fixes of the day.
    starts : int64 array, shape (k + 1,)
        Worker ``rows[i]`` has the fixes ``starts[i]`` to ``starts[i + 1] - 1``.
    ground : Ground
        Of all workers.
    latest_ms : int
        A later fix is not believed yet.
    silent_ms : int
        Who was silent for longer starts anew, inside as long as nothing says otherwise.

    Returns
    -------
    standing : Standing
        The one that was given is as before.
    spent : Spent
        Of these workers: what is for good from now on, and what it is until the next time.
    """
    limits = CleaningLimits(latest_ms=latest_ms)
    way = _accepted(clean_each(fixes, starts, limits), starts)
    before = standing.take(rows)
    settled_at, relied_at = _settled(way, before.settled_ms, limits)
    pieces = Pieces.of(way.starts, way.fixes, way.anew, settled_at, MAX_GAP_MS)
    settled_s, open_s = inside_seconds(pieces, rows, ground, MAX_GAP_MS)
    side = _sides(way, rows, ground)
    out, turning, since = (
        before.settled_out.copy(),
        before.settled_turning.copy(),
        before.settled_since_ms.copy(),
    )
    is_out, now_turning, now_since = turns(
        way.starts, way.fixes.t_ms, side, settled_at, silent_ms, before.settled_ms, out, turning, since
    )
    total_s = before.settled_s + settled_s
    has_settled = settled_at >= 0
    settled_ms, relied_ms = before.settled_ms.copy(), before.relied_ms.copy()
    settled_ms[has_settled] = way.fixes.t_ms[settled_at[has_settled]]
    relied_ms[has_settled] = way.fixes.t_ms[relied_at[has_settled]]
    advanced = standing.put(
        rows,
        settled_ms=settled_ms,
        relied_ms=relied_ms,
        settled_s=total_s,
        settled_out=out,
        settled_turning=turning,
        settled_since_ms=since,
        inside_s=total_s + open_s,
        is_out=is_out,
        turning=now_turning,
        since_ms=now_since,
    )
    some = np.diff(way.starts) > 0
    last = way.starts[1:][some] - 1
    seen = way.fixes.take(last)
    advanced = advanced.put(
        rows[some], seen_ms=seen.t_ms, lon=seen.lon, lat=seen.lat, accuracy_m=seen.accuracy_m
    )
    return advanced, spent_in_cells(pieces, rows, ground, MAX_GAP_MS)


def _accepted(cleaned: Cleaned, starts: Ints) -> _Way:
    """Leave out what no rule may use."""
    accepted = cleaned.accepted
    before = np.concatenate(([0], np.cumsum(accepted)))
    jumps = np.concatenate(([0], np.cumsum(cleaned.flags & np.uint8(Flag.JUMP) != 0)))
    worker = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return _Way(
        starts=before[starts].astype(np.int64),
        worker=worker[accepted],
        fixes=cleaned.fixes.take(accepted),
        anew=cleaned.starts_anew[accepted],
        jumps=(jumps[1:] - jumps[starts[:-1]][worker])[accepted],
    )


def _settled(way: _Way, settled_ms: Ints, limits: CleaningLimits) -> tuple[Ints, Ints]:
    """Find up to which fix of each worker no later one can change anything, and which one shows it.

    It stands within plain steps, or before a step that is too long to be bridged by a jump, where no jump is
    in question. -1 for none.
    """
    fixes, n = way.fixes, len(way.fixes)
    settled, relied = (np.full(len(way.starts) - 1, -1, np.int64) for _ in range(2))
    if n < 2:
        return settled, relied
    step_s = np.diff(fixes.t_ms, prepend=fixes.t_ms[:1]) / 1000.0
    known_m = np.nan_to_num(fixes.accuracy_m.astype(np.float64))
    back = np.maximum(np.arange(n) - 1, 0)
    apart_m = distance_m(fixes.lon[back], fixes.lat[back], fixes.lon, fixes.lat)
    is_step = (way.worker == way.worker[back]) & (np.arange(n) > 0)
    sure = is_step & ~way.anew & (way.jumps == way.jumps[back])
    is_plain = (
        sure
        & (step_s <= limits.spike_window_s)
        & (apart_m <= limits.spike_speed_mps * step_s + known_m + known_m[back])
    )
    broken = np.maximum.accumulate(np.where(is_plain, -1, np.arange(n)))
    shown = np.flatnonzero(np.arange(n) - broken >= _PLAIN)
    _latest(settled, relied, way.worker[shown], shown, _KEPT)
    # Nothing in question since the beginning of what is looked at: a jump may be believed one fix later.
    doubts = np.cumsum(is_step & ~sure)
    clear = (way.jumps == 0) & (doubts == doubts[np.minimum(way.starts[:-1], n - 1)][way.worker])
    shown = np.flatnonzero(sure & clear & (step_s > limits.spike_window_s))
    _latest(settled, relied, way.worker[shown], shown, 1)
    found = settled >= 0
    settled[found] = np.where(fixes.t_ms[settled[found]] > settled_ms[found], settled[found], -1)
    return settled, relied


def _latest(settled: Ints, relied: Ints, worker: Ints, shown: NDArray[np.intp], kept: int) -> None:
    """Take over the last of the fixes that show it, and the one so many before, where that is later."""
    last = np.full(len(settled), -1, np.int64)
    np.maximum.at(last, worker, shown)
    later = (last >= 0) & (last - kept > settled)
    settled[later], relied[later] = last[later] - kept, last[later]


def _sides(way: _Way, rows: Ints, ground: Ground) -> NDArray[np.int8]:
    """Tell of each fix whether it is clearly inside or outside the areas that its worker has then.

    Inside one is inside; outside all is outside.
    """
    fixes, owner = way.fixes, rows[way.worker]
    side = np.full(len(fixes), NOWHERE - 1, np.int8)
    for nth in range(_most(ground, rows)):
        entry = ground.first[owner] + nth
        has = entry < ground.first[owner + 1]
        entry = np.where(has, entry, 0)
        has &= (ground.from_ms[entry] <= fixes.t_ms) & (fixes.t_ms < ground.to_ms[entry])
        area = np.where(has, ground.area[entry], NOWHERE)
        found = clear_sides(fixes.lon, fixes.lat, fixes.accuracy_m, area, ground.slabs.arrays)
        side = np.where(has, np.maximum(_RANK[found], side), side)
    return np.where(side < 0, OPEN, _SIDE[np.maximum(side, 0)]).astype(np.int8)


_RANK: Final = np.array([0, 2, 1], np.int8)
"""By side, OPEN being the last: which of two says more."""

_SIDE: Final = np.array([OUTSIDE, OPEN, INSIDE], np.int8)


def _most(ground: Ground, rows: Ints) -> int:
    """Return how many entries any of some workers has at most."""
    return int(np.max(ground.first[rows + 1] - ground.first[rows], initial=0))


__all__ = ["MAX_GAP_MS", "NEVER", "advance"]
