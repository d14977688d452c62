"""Tracks along the path of an earlier one at its pace, though no digit agrees, as signs of their day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from heapq import nsmallest
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from gis_grid.core import Fixes, duration_en, duration_zh
from gis_grid.core.rules.calendar import day_span_ms
from gis_grid.core.track.alike import laid_over, likely_between, likely_within
from gis_grid.core.track.marks import shelf_of
from gis_grid.patrols import revision_store
from gis_grid.patrols.prints import kept_ways, ways_before
from gis_grid.tracks.reading import each_workers_fixes

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from sqlalchemy import Connection

    from gis_grid.core.track.alike import Likely
    from gis_grid.patrols.prints import KeptDay
    from gis_grid.patrols.rows import Row
    from gis_grid.patrols.weeks import Week

WorkerDay: TypeAlias = tuple[int, date]
ReadDays: TypeAlias = Callable[[Sequence[WorkerDay]], Mapping[WorkerDay, Fixes]]

_MOST_LAID: Final = 5
"""A day is laid over no more than so many others, those with the most votes."""

_AT_ONCE: Final = 250
"""Pairs whose tracks are in memory at once."""


def find_alike(
    conn: Connection,
    week: Week,
    told: Container[WorkerDay] = frozenset(),
    read_days: ReadDays | None = None,
) -> dict[int, list[Row]]:
    """Return the likest earlier track of each worker's day of a week, by worker and in order of days.

    Ways that share cells are found by what is kept of all days; only the few that agree in their times are
    read and laid over each other. What is found does not depend on the order in which anything came.

    Parameters
    ----------
    told
        Days (worker id, local date) of which a copy is known: of these nothing more is said.
    read_days
        Reads tracks by (worker id, local date); by default those that are stored.
    """
    tz = week.start.tzinfo
    assert isinstance(tz, ZoneInfo)
    days = kept_ways(conn, week)
    likely: dict[int, list[_Pair]] = defaultdict(list)
    for later, pair in _likely_pairs(conn, week, days):
        if (days[later].worker_id, days[later].date) not in told:
            likely[later].append(pair)
    pairs = [(later, pair) for later in sorted(likely) for pair in nsmallest(_MOST_LAID, likely[later])]
    likest: dict[int, _Alike] = {}
    for first in range(0, len(pairs), _AT_ONCE):
        some = pairs[first : first + _AT_ONCE]
        wanted = {_key(day) for later, pair in some for day in (days[later], pair.earlier)}
        tracks = (read_days or _Stored(conn, tz))(sorted(wanted))
        for later, pair in some:
            found = _laid(tracks, days[later], pair)
            if found is not None and (later not in likest or found < likest[later]):
                likest[later] = found
    signs: dict[int, list[Row]] = defaultdict(list)
    for later in sorted(likest):
        signs[days[later].worker_id].append(_sign(days[later], likest[later]))
    return signs


class _Pair(NamedTuple):
    """An earlier day that one may be like; the likest first."""

    unlike: float
    date: date
    code: str
    earlier: KeptDay
    later_ms: int


class _Alike(NamedTuple):
    """An earlier day that one is like; the likest first."""

    metres: float
    date: date
    code: str
    share: float
    later_s: float


def _likely_pairs(conn: Connection, week: Week, days: Sequence[KeptDay]) -> Iterator[tuple[int, _Pair]]:
    """Yield days of a week, by number, each with one that may be the earlier of the two."""
    shelf = shelf_of([day.marks for day in days])
    for own, other, share, later_ms in _listed(likely_within(shelf, [day.marks for day in days])):
        first, second = (own, other) if later_ms >= 0 else (other, own)
        yield second, _pair(days[first], share, abs(later_ms))
    for others in ways_before(conn, week):
        for own, other, share, later_ms in _listed(likely_between(shelf, [day.marks for day in others])):
            yield own, _pair(others[other], share, -later_ms)


def _listed(likely: Likely) -> Iterator[tuple[int, int, float, int]]:
    return zip(*(column.tolist() for column in likely), strict=True)


def _pair(earlier: KeptDay, share: float, later_ms: int) -> _Pair:
    return _Pair(-share, earlier.date, earlier.code, earlier, later_ms)


def _key(day: KeptDay) -> WorkerDay:
    return day.worker_id, day.date


def _laid(tracks: Mapping[WorkerDay, Fixes], later: KeptDay, pair: _Pair) -> _Alike | None:
    one, two = tracks.get(_key(pair.earlier)), tracks.get(_key(later))
    if one is None or two is None:  # no longer stored: of this nothing can be said
        return None
    overlay = laid_over(one, two, pair.later_ms)
    if not overlay.is_alike:
        return None
    return _Alike(overlay.metres, pair.date, pair.code, -pair.unlike, overlay.later_ms / 1000.0)


class _Stored(NamedTuple):
    """Reads stored tracks, everyone's of a date at a time."""

    conn: Connection
    tz: ZoneInfo

    def __call__(self, wanted: Sequence[WorkerDay]) -> dict[WorkerDay, Fixes]:
        by_date: dict[date, list[int]] = defaultdict(list)
        for worker, day in wanted:
            by_date[day].append(worker)
        return {
            (worker, day): fixes
            for day, workers in by_date.items()
            for worker, fixes in each_workers_fixes(
                self.conn, dict.fromkeys(workers, day_span_ms(day, self.tz))
            )
            if len(fixes)
        }


def _sign(own: KeptDay, like: _Alike) -> Row:
    return {
        "local_date": own.date,
        "kind": revision_store.ALIKE,
        "numbers": {
            "share": round(like.share, 6),
            "metres": round(like.metres, 2),
            "offset_s": round(like.later_s, 3),
            "other_worker": like.code,
            "other_date": like.date.isoformat(),
        },
        "zh": f"与 {like.code} 在 {like.date} 的轨迹同路同速，晚 {duration_zh(like.later_s)}："
        f"{like.share:.0%} 的路段时刻吻合，三分之一的定位点相距不到 {like.metres:.1f} 米，虽然数字并不相同。",
        "en": f"Along the way of {like.code} on {like.date} at its pace, {duration_en(like.later_s)} later: "
        f"{like.share:.0%} of the way at the same moments and a third of the fixes within "
        f"{like.metres:.1f} m, though the digits differ.",
    }
