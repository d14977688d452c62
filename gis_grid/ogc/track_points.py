"""A worker's fixes as GeoJSON points: what phones sent, read back by any client of OGC API Features."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.core import clean, flag_names
from gis_grid.core.rules.calendar import instant_ms, local_date
from gis_grid.ledger import service as ledger
from gis_grid.patrols.reading import worker_id_of
from gis_grid.patrols.rows import iso, known
from gis_grid.patrols.weeks import weeks_touched
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.core import Cleaned
    from gis_grid.patrols.track import Looker

LONGEST: Final = timedelta(days=31)
"""A look at a track names its days: nobody looks at a year by mistake."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which of the points are wanted: `limit` of them from the one numbered `offset` on."""

    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Points:
    """Features in order of time, and how many there are in all."""

    features: list[dict[str, Any]]
    matched: int


def points_of(
    conn: Connection,
    code: str,
    interval: tuple[datetime, datetime],
    page: Page,
    *,
    tz: ZoneInfo,
    now: datetime,
    looker: Looker,
) -> Points:
    """Return a worker's fixes within an interval, each with its flags; the look is written into the ledger.

    Whole weeks are cleaned, as for verdicts, so that a fix has the same flags here and there.

    Raises
    ------
    NotFound
        When the worker is not known.
    BadInput
        When no phone can have recorded a position then.
    """
    worker_id = worker_id_of(conn, code)
    start_ms, end_ms = (instant_ms(moment) for moment in interval)
    first, last = _days(start_ms, end_ms, tz)
    weeks = weeks_touched(first, last, tz)
    look = ledger.Look(first, last, looker.reason, own=worker_id == looker.worker_id)
    ledger.record_look(conn, now, looker.name, code, look)
    walked = tracks.fixes_of(conn, [worker_id], weeks[0].start, weeks[-1].end)
    if worker_id not in walked:
        return Points([], 0)
    cleaned = clean(walked[worker_id])
    within = np.flatnonzero((cleaned.fixes.t_ms >= start_ms) & (cleaned.fixes.t_ms <= end_ms))
    return Points(_features(cleaned, code, within, page), len(within))


def _days(start_ms: int, end_ms: int, tz: ZoneInfo) -> tuple[date, date]:
    return local_date(start_ms, tz), local_date(end_ms, tz)


def _features(cleaned: Cleaned, code: str, within: NDArray[np.intp], page: Page) -> list[dict[str, Any]]:
    fixes = cleaned.fixes
    wanted = within[page.offset : page.offset + page.limit].tolist()
    return [
        {
            "type": "Feature",
            "id": f"{code}/{iso(int(fixes.t_ms[n]))}/{n - int(np.searchsorted(fixes.t_ms, fixes.t_ms[n]))}",
            "geometry": {"type": "Point", "coordinates": [float(fixes.lon[n]), float(fixes.lat[n])]},
            "properties": {
                "worker": code,
                "time": iso(int(fixes.t_ms[n])),
                "accuracy": known(fixes.accuracy_m[n]),
                "speed_mps": known(fixes.speed_mps[n]),
                "heading_deg": known(fixes.heading_deg[n]),
                "altitude_m": known(fixes.altitude_m[n]),
                "flags": list(flag_names(int(cleaned.flags[n]))),
            },
        }
        for n in wanted
    ]
