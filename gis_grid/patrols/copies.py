"""Tracks that look copied from another day or another worker, as signs of the day they were sent for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.core import copied, duration_en, duration_zh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from gis_grid.core import Fixes
    from gis_grid.patrols.rows import Row

LOOK_BACK: Final = timedelta(days=7)
"""Tracks of so many days before a week are compared with those of the week."""

_AT_ONCE_S: Final = 60.0

WorkerDay = tuple[str, "date"]


def copy_signs(tracks: Mapping[WorkerDay, Fixes]) -> dict[WorkerDay, Row]:
    """Return a sign for each worker's day that repeats an earlier track, the likest one.

    Of two tracks at the same time nobody can say which was first: both show the sign.
    """
    found: dict[WorkerDay, Row] = {}
    for first, second, share, offset_s in copied(tracks):
        found.setdefault(second, _sign(second, first, share, offset_s))
        if offset_s < _AT_ONCE_S:
            found.setdefault(first, _sign(first, second, share, offset_s))
    return found


def _sign(own: WorkerDay, other: WorkerDay, share: float, offset_s: float) -> Row:
    code, day = other
    return {
        "local_date": own[1],
        "kind": "copied",
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
