"""Lines noded with a coverage, the proof that a cut is exact, and what a plan keeps from edit to edit."""

from __future__ import annotations

import numpy as np
import shapely
from squares import key_at, squares

from gis_grid.core.plan import cut as cutting
from gis_grid.core.plan.operations.move import move
from gis_grid.core.plan.operations.split_by_line import split_by_line
from gis_grid.core.plan.segments import odd_sides, sides
from gis_grid.core.plan.snapping import snapped

SQUARE = shapely.box(0, 0, 10, 10)
HALVES = [shapely.box(0, 0, 10, 4), shapely.box(0, 4, 10, 10)]


def as_array(*shapes):
    return shapely.normalize(np.array(shapes, dtype=object))


def noded(*xy):
    """The pieces of a line and of the sides of a square that it cuts, in millimetres."""
    part, of = snapped(np.array([shapely.LineString(xy)], dtype=object), sides(as_array(SQUARE)).end_m)
    cut = np.bincount(of)[of] > 1
    return {tuple(each) for each in part[cut].tolist()}, int((of == 4).sum())


def test_a_line_cuts_sides_at_the_nearest_whole_millimetre():
    found, pieces = noded((-1, 5.00036), (11, 5.00036))
    assert pieces == 3
    assert (0, 0, 0, 5000) in found
    assert (0, 5000, 10_000, 5000) in found


def test_a_line_within_a_millimetre_of_a_corner_goes_through_it():
    part, of = snapped(
        np.array([shapely.LineString([(-1, 9.0004), (1, 11.0004)])], dtype=object),
        sides(as_array(SQUARE)).end_m,
    )
    assert np.bincount(of).tolist() == [1, 1, 1, 1, 2]
    assert part[of == 4].tolist() == [[-1000, 9000, 0, 10_000], [0, 10_000, 1000, 11_000]]


def test_sides_cancel_out_where_the_same_ground_is_covered():
    with_corners = shapely.Polygon([(0, 0), (10, 0), (10, 4), (10, 10), (0, 10), (0, 4)])
    assert len(odd_sides(as_array(*HALVES), as_array(with_corners))) == 0
    gap = [shapely.box(0, 0, 10, 3.999), HALVES[1]]
    assert len(odd_sides(as_array(*gap), as_array(with_corners))) > 0


def test_what_does_not_fit_at_first_is_noded_with_all_around(monkeypatch):
    plan = squares(4, 4, lambda _x, _y: 0, households=40)
    line = shapely.LineString([(-9, 61.2), (209, 133.7)])
    straight = plan.after(split_by_line(plan, grid=0, line=line, exact=True))
    tried = []
    fits = cutting._fits

    def only_later(*given):
        tried.append(len(given[1]))
        return len(tried) > 1 and fits(*given)

    monkeypatch.setattr(cutting, "_fits", only_later)
    plan = squares(4, 4, lambda _x, _y: 0, households=40)
    around = plan.after(split_by_line(plan, grid=0, line=line, exact=True))
    assert len(tried) == 2
    assert tried[0] < tried[1]
    assert shapely.coverage_is_valid(around.division.atoms.polygon)
    assert np.allclose(around.figures.area_m2, straight.figures.area_m2, atol=0.1)


def test_outlines_are_kept_of_grids_that_an_edit_does_not_touch():
    plan = squares(9, 2, lambda x, _y: x // 3)
    before = [plan.outline(grid) for grid in range(3)]
    after = plan.after(move(plan, atoms=[key_at(plan, 3, 0)], to=0))
    assert after.outline(2) is before[2]
    assert after.outline(0).area == before[0].area + 2500
    assert after.outline(1).area == before[1].area - 2500
