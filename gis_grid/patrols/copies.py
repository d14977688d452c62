"""Tracks that look copied from another day or another worker, as signs of the day they were sent for."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from gis_grid.core import copied_marks, duration_en, duration_zh
from gis_grid.patrols import revision_store
from gis_grid.patrols.documents import canonical
from gis_grid.patrols.judging import result_digest
from gis_grid.patrols.prints import kept_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.patrols.rows import Row
    from gis_grid.patrols.weeks import Week

_AT_ONCE_S: Final = 60.0

_Day = tuple[int, "date"]


def tell_copies(conn: Connection, week: Week, run_id: int, now: datetime) -> list[int]:
    """Compare everyone's days of a week, and of the one before, and write down the signs that show.

    A judgement of this run takes them in; of one of an earlier run the next revision is written.

    Returns
    -------
    list of int
        The workers whose judgements of earlier runs were revised.
    """
    found = _signs_of(conn, week)
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
    """Return the signs of copied tracks in the latest judgements of a week, by worker; of all or some."""
    told: dict[int, list[Row]] = defaultdict(list)
    for row in revision_store.copied_signs(conn, week.name, workers):
        told[row["worker_id"]].append({name: row[name] for name in _COLUMNS})
    return told


_COLUMNS = ("local_date", "kind", "numbers", "zh", "en")


def _signs_of(conn: Connection, week: Week) -> dict[int, list[Row]]:
    """Return the likest earlier track of each worker's day of a week, by worker and in order of days.

    Of two tracks at the same time nobody can say which was first: both show the sign.
    """
    days = list(kept_days(conn, [week.before(), week]))
    codes = {worker: code for worker, code, _, _ in days}
    likest: dict[_Day, Row] = {}
    for first, second, share, offset_s in copied_marks({(one[0], one[2]): one[3] for one in days}):
        likest.setdefault(second, _sign(second, first, codes, share, offset_s))
        if offset_s < _AT_ONCE_S:
            likest.setdefault(first, _sign(first, second, codes, share, offset_s))
    found: dict[int, list[Row]] = defaultdict(list)
    for (worker, day), sign in sorted(likest.items()):
        if day >= week.first:
            found[worker].append(sign)
    return found


def _sign(own: _Day, other: _Day, codes: dict[int, str], share: float, offset_s: float) -> Row:
    code, day = codes[other[0]], other[1]
    return {
        "local_date": own[1],
        "kind": revision_store.COPIED,
        "numbers": {
            "share": round(share, 6),
            "offset_s": round(offset_s, 3),
            "other_worker": code,
            "other_date": day.isoformat(),
        },
        "zh": f"轨迹有 {share:.0%} 与 {code} 在 {day} 的轨迹逐位相同，晚 {duration_zh(offset_s)}。",
        "en": f"{share:.0%} of the track is digit for digit that of {code} on {day}, "
        f"{duration_en(offset_s)} later.",
    }
