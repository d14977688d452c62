"""Asks the tracks whether visits were made: a job, for all of a day at once, as no person looks at any track.

What is kept is how near a track came to a target and how long it stayed, never where it was; so reading a
proof is no look at a track. A proof decides nothing: a visit counts without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid import __version__
from gis_grid.core import CleaningLimits, clean
from gis_grid.core.presence.nearby import NEAR, proofs
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.kit.database import transaction
from gis_grid.kit.days import GRACE
from gis_grid.tracks.reading import each_workers_fixes
from gis_grid.visits import proof_store as store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection, Engine, Row

    from gis_grid.core import Fixes
    from gis_grid.core.presence.nearby import Near, Proofs

_SETTLED: Final = GRACE + timedelta(days=1)
"""So long after a visit late fixes may still come."""

_BEFORE_MS: Final = 30 * 60 * 1000
"""Fixes are cleaned with some of those before and after: a jump is told by its neighbours."""


@dataclass(slots=True)
class Proved:
    """How many visits were asked about, and of how many something new is known."""

    asked: int = 0
    written: int = 0


def prove_due(
    engine: Engine, *, now: datetime, tz: ZoneInfo, stopping: Callable[[], bool], near: Near = NEAR
) -> Proved:
    """Prove every visit of which the track was not asked yet, or before late fixes were in; a day at a time.

    Each day is a transaction of its own; told to stop, the rest waits for the next time.
    """
    with transaction(engine) as conn:
        days = store.days_to_prove(conn, store.Asked(now, tz.key, _SETTLED))
    found = Proved()
    for day in days:
        if stopping():
            break
        with transaction(engine) as conn:
            done = prove_day(conn, day, now=now, tz=tz, near=near)
        found.asked += done.asked
        found.written += done.written
    return found


def prove_day(conn: Connection, day: date, *, now: datetime, tz: ZoneInfo, near: Near = NEAR) -> Proved:
    """Prove the visits of a local day: one query for them, one or two for all fixes of their workers.

    Only what is not the same as before is written, as a new revision.
    """
    rows = store.visits_to_prove(conn, day, store.Asked(now, tz.key, _SETTLED))
    visits = {worker: list(part) for worker, part in groupby(rows, key=lambda row: int(row.worker_id))}
    reach_ms = round(near.around_s * 1000) + _BEFORE_MS
    spans = {
        worker: (part[0].t_ms - reach_ms, part[-1].t_ms + reach_ms + 1) for worker, part in visits.items()
    }
    limits = CleaningLimits(latest_ms=instant_ms(now))
    news: list[dict[str, Any]] = []
    # Read one worker after the other, kept none: a day of a town is not in memory.
    for worker, fixes in each_workers_fixes(conn, spans):
        news += _news(visits[worker], _proofs(visits[worker], fixes, limits, near), near, now)
    store.add(conn, news)
    return Proved(len(rows), len(news))


def _proofs(rows: Sequence[Row[Any]], fixes: Fixes, limits: CleaningLimits, near: Near) -> Proofs:
    return proofs(
        clean(fixes, limits),
        [row.t_ms for row in rows],
        [row.lon for row in rows],
        [row.lat for row in rows],
        near,
    )


def _news(rows: Sequence[Row[Any]], found: Proofs, near: Near, now: datetime) -> list[dict[str, Any]]:
    """Return the rows of what is not known yet; distances to the decimetre, stays to the second."""
    said = []
    for n, row in enumerate(rows):
        nearest = None if np.isnan(found.nearest_m[n]) else round(float(found.nearest_m[n]), 1)
        if found.state[n] == "no_track":
            nearest = None
        stayed, fixes = float(round(found.stayed_s[n])), int(found.fixes[n])
        before = (
            row.state,
            None if row.nearest_m is None else round(row.nearest_m, 1),
            row.stayed_s,
            row.fixes,
        )
        if before == (str(found.state[n]), nearest, stayed, fixes):
            continue
        said.append(
            {
                "visit_id": row.id,
                "revision": (row.revision or 0) + 1,
                "computed_at": now,
                "state": str(found.state[n]),
                "nearest_m": nearest,
                "stayed_s": stayed,
                "fixes": fixes,
                "within_m": near.within_m,
                "at_least_s": near.at_least_s,
                "around_s": near.around_s,
                "core_version": __version__,
            }
        )
    return said
