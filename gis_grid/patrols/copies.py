"""Tracks that look copied from another day or another worker, as signs of the day they were sent for.

With them the signs of how messages came: neither is in what made the verdicts, nor in its digest.
"""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.core import duration_en, duration_zh
from gis_grid.core.track.arrival import arrival_signs
from gis_grid.core.track.copied import pairs_between, pairs_within
from gis_grid.core.track.marks import shelf_of
from gis_grid.patrols import revision_store
from gis_grid.patrols.copies_alike import find_alike
from gis_grid.patrols.documents import canonical
from gis_grid.patrols.judging import result_digest
from gis_grid.patrols.prints import kept_days, weeks_before
from gis_grid.patrols.rows import sign_row
from gis_grid.tracks import changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.core.track.copied import Pairs
    from gis_grid.patrols.prints import KeptDay
    from gis_grid.patrols.rows import Row
    from gis_grid.patrols.weeks import Week

_AT_ONCE_MS: Final = 60_000.0


def tell_copies(conn: Connection, week: Week, run_id: int, now: datetime) -> list[int]:
    """Write down the signs that a week's own fixes do not show: of copied tracks, and of how messages came.

    A judgement of this run takes them in; of one of an earlier run the next revision is written.

    Returns
    -------
    list of int
        The workers whose judgements of earlier runs were revised.
    """
    found = _signs_beside(conn, week)
    stored = copies_told(conn, week)
    changed = [worker for worker in sorted({*found, *stored}) if found.get(worker) != stored.get(worker)]
    revised = []
    for worker, head in revision_store.heads(conn, changed, week.name).items():
        judgement_id = head.id
        if head.run_id != run_id:
            judgement_id = revision_store.revise(conn, head, run_id, now)
            revised.append(worker)
        signs = found.get(worker, [])
        rows = [{**sign, "numbers": canonical(sign["numbers"])} for sign in signs]
        revision_store.put_copied_signs(conn, judgement_id, rows, result_digest(head.body_digest, signs))
    return revised


def copies_told(conn: Connection, week: Week, workers: Sequence[int] | None = None) -> dict[int, list[Row]]:
    """Return the signs of `revision_store.BESIDE` in the latest judgements of a week, by worker."""
    told: dict[int, list[Row]] = defaultdict(list)
    for row in revision_store.copied_signs(conn, week.name, workers):
        told[row["worker_id"]].append({name: row[name] for name in _COLUMNS})
    return told


_COLUMNS = ("local_date", "kind", "numbers", "zh", "en")


def _signs_beside(conn: Connection, week: Week) -> dict[int, list[Row]]:
    """Return all signs of `revision_store.BESIDE` in a week, by worker and in order of days."""
    found = find_copies(conn, week)
    copied = {(worker, sign["local_date"]) for worker, signs in found.items() for sign in signs}
    for worker, signs in find_alike(conn, week, copied).items():
        found[worker] += signs
    for worker, day, arrivals in changes.arrivals(conn, week.first, week.last):
        for sign in arrival_signs(arrivals):
            found[worker].append(sign_row(day, sign))
    for signs in found.values():
        signs.sort(key=itemgetter("local_date", "kind"))
    return found


def find_copies(conn: Connection, week: Week) -> dict[int, list[Row]]:
    """Return the likest earlier track of each worker's day of a week, by worker and in order of days.

    All that is kept of earlier weeks is looked through. Of two tracks at the same time nobody can say which
    was first: both show the sign.
    """
    days = kept_days(conn, week)
    shelf = shelf_of([day.marks for day in days])
    likest: dict[int, _Likeness] = {}
    for a, b, share, offset_ms in _told(pairs_within(shelf)):
        first, second = (a, b) if offset_ms >= 0 else (b, a)
        _take(likest, second, days[first], share, abs(offset_ms))
        if abs(offset_ms) < _AT_ONCE_MS:
            _take(likest, first, days[second], share, abs(offset_ms))
    for earlier, workers in weeks_before(conn, week, shelf):
        others = kept_days(conn, earlier, workers)
        pairs = pairs_between(shelf, shelf_of([day.marks for day in others]))
        for own, other, share, offset_ms in _told(pairs):
            _take(likest, own, others[other], share, -offset_ms)
    found: dict[int, list[Row]] = defaultdict(list)
    for own in sorted(likest):
        found[days[own].worker_id].append(_sign(days[own], likest[own]))
    return found


class _Likeness(NamedTuple):
    """The track that one is like."""

    share: float
    other: KeptDay
    offset_s: float


def _take(likest: dict[int, _Likeness], own: int, other: KeptDay, share: float, offset_ms: float) -> None:
    """Remember the likest track; of equals the first."""
    rank = (-share, other.date, other.code)
    known = likest.get(own)
    if known is None or rank < (-known.share, known.other.date, known.other.code):
        likest[own] = _Likeness(share, other, offset_ms / 1000.0)


def _told(pairs: Pairs) -> Iterator[tuple[int, int, float, float]]:
    return zip(*(column.tolist() for column in pairs), strict=True)


def _sign(own: KeptDay, like: _Likeness) -> Row:
    other = like.other
    return {
        "local_date": own.date,
        "kind": revision_store.COPIED,
        "numbers": {
            "share": round(like.share, 6),
            "offset_s": round(like.offset_s, 3),
            "other_worker": other.code,
            "other_date": other.date.isoformat(),
        },
        "zh": f"轨迹有 {like.share:.0%} 与 {other.code} 在 {other.date} 的轨迹逐位相同，"
        f"晚 {duration_zh(like.offset_s)}。",
        "en": f"{like.share:.0%} of the track is digit for digit that of {other.code} on {other.date}, "
        f"{duration_en(like.offset_s)} later.",
    }
