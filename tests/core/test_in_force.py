import numpy as np
import shapely
from walks import SQUARE

from gis_grid.core import Boundary
from gis_grid.core.presence.in_force import eras


def test_time_is_cut_where_the_boundary_in_force_changes() -> None:
    east = shapely.transform(SQUARE, lambda xy: xy + np.array((0.01, 0)))
    cut = list(eras([Boundary.of(SQUARE, None, 100), Boundary.of(east, 50, 200)], 10, 300))
    assert [(era.start_ms, era.end_ms) for era in cut] == [(10, 50), (50, 100), (100, 200)]
    assert [round(era.boundary.area.area / SQUARE.area) for era in cut] == [1, 2, 1]


def test_the_union_of_the_same_boundaries_is_made_once() -> None:
    pair = [Boundary.of(SQUARE), Boundary.of(SQUARE.buffer(0.001))]
    one, other = (next(iter(eras(pair, *span))).boundary for span in ((0, 5), (9, 20)))
    assert one is other


def test_a_moment_or_time_before_any_boundary_has_no_era() -> None:
    assert list(eras([Boundary.of(SQUARE)], 10, 10)) == []
    assert list(eras([Boundary.of(SQUARE, 50, None)], 10, 50)) == []
