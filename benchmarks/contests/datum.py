"""The datums of China's maps: how fast positions become WGS 84, and how far there and back is off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from contests.race import Contender, race
from contests.report import Section, rate
from contests.tasks import Bent
from gis_grid.core.geometry.datum import Datum, from_wgs84
from gis_grid.core.geometry.geodesy import distance_m

if TYPE_CHECKING:
    from contests.scale import Scale

# Where China is, roughly.
_LON, _LAT = (75.0, 134.0), (19.0, 53.0)
_NAMES: Final = {Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}


def contest(scale: Scale) -> Section:
    """Bend positions all over the country, and find them again."""
    random = np.random.default_rng(2)
    count = scale.points // 5
    lon, lat = random.uniform(*_LON, count), random.uniform(*_LAT, count)
    section = Section(
        "GCJ-02 and BD-09 to WGS 84",
        ("datum", "positions", "positions/s/core", "bent by", "largest error"),
    )
    tasks = {_NAMES[datum]: Bent(*from_wgs84(lon, lat, datum), datum) for datum in _NAMES}
    contenders = [Contender(name, "ours", "unbend", task, count) for name, task in tasks.items()]
    for name, outcome in race(contenders, only=(), repeats=scale.repeats).items():
        bent_m = distance_m(lon, lat, tasks[name].lon, tasks[name].lat)
        off_mm = 1000 * distance_m(lon, lat, *outcome.answer).max()
        section.rows.append(
            (
                name,
                f"{count:,}",
                rate(outcome.per_s),
                f"{bent_m.min():,.0f}-{bent_m.max():,.0f} m",
                f"{off_mm:.2g} mm",
            )
        )
    return section
