"""A step over the antimeridian is unknown time, and never runs round the world."""

import numpy as np
import shapely

from gis_grid.core import Boundary, Fixes, Slabs, clean, seconds_inside, time_inside
from gis_grid.core.presence.coverage import swath
from gis_grid.core.presence.effort import effort

STEP = [0, 10_000, 20_000, 30_000], [179.9990, 179.9995, -179.9995, -179.9990], [0.0005] * 4
FAR = shapely.box(-1, -1, 1, 1)
WEST = shapely.box(179.99, 0, 180, 0.001)
EAST = shapely.box(-180, 0, -179.99, 0.001)


def test_it_is_in_no_area_of_the_other_side_of_the_world() -> None:
    found = [time_inside(Fixes.of(*STEP), Boundary.of(area)) for area in (FAR, WEST, EAST)]
    assert [one.best_s for one in found] == [0, 10, 10]
    assert [one.upper_s for one in found] == [0, 10, 10]
    assert {(one.known_s, one.unknown_s) for one in found} == {(20, 10)}


def test_many_tracks_at_once_find_the_same() -> None:
    slabs = Slabs.of([FAR, WEST, EAST])
    for area, best_s in enumerate([0, 10, 10]):
        inside_s, known_s = seconds_inside(*STEP, starts=[0, 4], area=[area], slabs=slabs)
        assert (inside_s.tolist(), known_s.tolist()) == ([best_s], [20])


def test_effort_and_swath_stay_beside_the_antimeridian() -> None:
    cleaned = clean(Fixes.of(*STEP))
    assert cleaned.accepted.all()
    spread = effort(cleaned)
    assert np.isclose(spread.seconds.sum(), 20)
    assert spread.metres.sum() < 2 * 60
    streets = [shapely.LineString([(-0.5, 0.0005), (0.5, 0.0005)])]
    assert swath(cleaned, Boundary.of(FAR), streets, radius_m=20).passed_m == 0
