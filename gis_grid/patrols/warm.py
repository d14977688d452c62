"""Compiles the core's loops ahead of their first call, by judging a short walk: later starts find them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import shapely

from gis_grid.core import Boundary, Fixes, clean, copied, judge, marks_of, signs, stops
from gis_grid.core.intervals import Intervals
from gis_grid.core.rules.work import Place, Work
from gis_grid.core.track.alike import alike
from gis_grid.core.track.marks import count_known, shelf_of
from gis_grid.patrols import profiles


def compile_loops() -> None:
    """Walk out of a grid and back, twice, and ask for everything.

    Half a minute on a new machine, half a second where the loops are kept.
    """
    lon = 116.3 + np.tile([0.001, 0.002, 0.006, 0.002], 10)
    t_ms = np.arange(len(lon)) * 10_000
    grid = Boundary.of(shapely.box(116.3, 39.9, 116.304, 39.903))
    walk = Fixes.of(t_ms, lon, np.full(len(lon), 39.901), accuracy_m=np.full(len(lon), 8.0))
    every = [profiles.load(name) for name in profiles.available()]
    place = Place(1, "", 116.302, 39.901)
    for fixes in (walk, walk.take(np.arange(len(walk))[::-1])):
        judgement = judge(fixes, [grid], every, tz=ZoneInfo("UTC"), work=Work(key_places=(place,)))
        assert judgement.presence.segments.best_s.sum() > 0
        # As judging does with the hours of duty.
        assert len(judgement.presence.inside.intersection(Intervals.of([0.0], [60.0])).clip(0.0, 30.0))
    signs(clean(walk))
    stops(clean(walk))
    copied({1: walk, 2: walk})
    alike({1: walk, 2: walk})
    marks = marks_of(walk)
    shelf = shelf_of([marks])
    count_known(shelf.hashes, shelf.starts, marks.hashes, np.array([0, len(marks.hashes)]))
