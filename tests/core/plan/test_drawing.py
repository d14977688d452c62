"""Drawing grids and dragging borders on a community of squares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from squares import SIDE_M, households, key_at, line, refusal, squares

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.operations import OPERATIONS
from gis_grid.core.plan.operations.border import border
from gis_grid.core.plan.operations.draw import draw
from gis_grid.core.plan.operations.move import move
from gis_grid.core.plan.operations.split_by_line import split_by_line

HALVES = squares(6, 3, lambda x, _y: 0 if x < 3 else 1)


def box(west, south, east, north):
    """A rectangle given in squares."""
    return shapely.box(*(SIDE_M * each for each in (west, south, east, north)))


def whole(plan):
    """Nothing is torn, lost or cut."""
    atoms = plan.division.atoms
    assert shapely.coverage_is_valid(atoms.polygon)
    assert abs(shapely.area(atoms.polygon).sum() - plan.ground.outline.area) < 0.01
    assert atoms.households.sum() == plan.ground.buildings.households.sum()
    assert atoms.buildings.sum() == len(plan.ground.buildings)
    core = shapely.buffer(plan.ground.buildings.footprint, -0.02)
    assert len(shapely.STRtree(atoms.polygon).query(core, predicate="intersects")[0]) == len(core)
    return plan


def test_a_drawn_grid_takes_the_atoms_at_least_half_inside():
    drawn = HALVES.after(draw(HALVES, polygon=box(1.4, -1, 4.4, 2.3)))
    assert households(drawn) == {0: 200, 1: 280, 2: 240}


def test_an_exact_drawing_cuts_atoms_but_goes_round_buildings_along_their_walls():
    drawn = whole(HALVES.after(draw(HALVES, polygon=box(1.47, 0.2, 3.7, 1.9), exact=True)))
    ground = drawn.outline(2)
    building = box(1.4, 0.4, 1.6, 0.6)
    assert ground.covers(building)
    assert ground.symmetric_difference(box(1.47, 0.2, 3.7, 1.9)).area < 3 * building.area
    assert households(drawn) == {0: 200, 1: 280, 2: 240}


class Crowded(list):
    """What was cut last, where somebody else always cuts a moment later."""

    def __setitem__(self, place, cuts):
        super().__setitem__(place, [OTHERS])


OTHERS = HALVES.after(draw(HALVES, polygon=box(3.2, 0.2, 5.7, 2.9), exact=True))


def test_a_drawing_is_not_mixed_up_with_what_somebody_else_draws_at_that_moment():
    alone = draw(HALVES, polygon=box(1.47, 0.2, 3.7, 1.9), exact=True)
    crowded = draw(replace(HALVES, cuts=Crowded()), polygon=box(1.47, 0.2, 3.7, 1.9), exact=True)
    assert shapely.equals_identical(crowded.after.polygon, alone.after.polygon).all()
    assert households(whole(HALVES.after(crowded))) == {0: 200, 1: 280, 2: 240}


def test_all_of_an_empty_draft_may_be_drawn_around():
    plan = squares(3, 3, lambda _x, _y: GAP)
    drawn = plan.after(draw(plan, polygon=box(-1, -1, 4, 4)))
    assert households(drawn) == {0: 360}
    assert refusal(draw, drawn, polygon=box(-1, -1, 4, 4)).code == "nothing_changes"


def test_a_drawing_into_a_grid_enlarges_it_and_one_elsewhere_is_refused():
    drawn = HALVES.after(draw(HALVES, polygon=box(3, 0, 4, 2), into=0))
    assert households(drawn) == {0: 440, 1: 280}
    assert refusal(draw, HALVES, polygon=box(5, 0, 6, 1), into=0).code == "not_touching"


def test_a_drawing_over_a_locked_grid_is_refused_and_beside_it_leaves_it_as_it_was():
    plan = squares(6, 3, lambda x, _y: 0 if x < 3 else 1, locked=[1])
    refused = refusal(draw, plan, polygon=box(2, 0, 4, 2))
    assert (refused.code, refused.numbers) == ("locked", {"grids": [1]})
    (unlock,) = refused.choices
    opened = plan.after(OPERATIONS[unlock.operation](plan, **unlock.parameters))
    assert households(opened.after(draw(opened, polygon=box(2, 0, 4, 2)))) == {0: 280, 1: 280, 2: 160}
    beside = whole(plan.after(draw(plan, polygon=box(2.2, 0.3, 3.3, 2), exact=True)))
    assert beside.outline(1).symmetric_difference(plan.outline(1)).area < 0.01


@pytest.mark.parametrize(
    ("polygon", "code"),
    [
        (box(-5, -5, -2, -2), "nothing_inside"),
        (box(2.1, 0.1, 2.2, 0.2), "nothing_inside"),
        (box(0, 0, 3, 3), "nothing_changes"),
        (shapely.Polygon([(0, 0), (150, 150), (150, 0), (0, 150)]), "polygon_crosses_itself"),
        (shapely.Polygon(), "not_a_polygon"),
        (line((0, 0), (1, 1)), "not_a_polygon"),
        (shapely.Polygon([(0, 0), (0.0001, 0), (0, 0.0001)]), "not_a_polygon"),
        (shapely.MultiPolygon([box(0, 0, 1, 1), box(4, 0, 5, 1)]), "not_a_polygon"),
        (shapely.Point(5, 5).buffer(60, quad_segs=4000), "too_many_vertices"),
    ],
)
def test_polygons_that_draw_nothing_are_refused_with_their_fault(polygon, code):
    assert refusal(draw, HALVES, polygon=polygon).code == code


def test_a_drawing_that_holds_two_ends_but_not_the_middle_offers_the_larger_end():
    dumbbell = shapely.union_all([box(0, 0, 2, 3), box(1, 1.3, 5, 1.6), box(4, 0, 6, 2)])
    refused = refusal(draw, HALVES, polygon=dumbbell)
    assert (refused.code, refused.numbers) == ("drawn_in_parts", {"parts": 2})
    (choice,) = refused.choices
    assert households(HALVES.after(draw(HALVES, **choice.parameters))) == {0: 120, 1: 360, 2: 240}


def test_a_small_drawing_inside_one_atom_is_cut_out_when_told_exactly():
    refused = refusal(draw, HALVES, polygon=box(1.3, 1.3, 1.7, 1.7))
    (choice,) = refused.choices
    drawn = whole(HALVES.after(draw(HALVES, **choice.parameters)))
    assert households(drawn) == {0: 320, 1: 360, 2: 40}


def test_a_polygon_with_a_hole_leaves_the_hole_to_its_grid():
    plan = squares(5, 5, lambda _x, _y: 0)
    ring = box(1, 1, 4, 4).difference(box(2.1, 2.1, 2.9, 2.9))
    drawn = whole(plan.after(draw(plan, polygon=ring, exact=True)))
    assert households(drawn) == {0: 640 + 40, 1: 320}


def test_a_dragged_border_moves_atoms_between_two_grids_and_nobody_else():
    plan = squares(6, 3, lambda x, _y: x // 2)
    moved = plan.after(border(plan, grids=[0, 1], line=line((3, -0.5), (2.9, 4))))
    assert households(moved) == {0: 360, 1: 120, 2: 240}


def test_an_exact_border_follows_the_line_and_ends_at_the_outline_though_drawn_a_little_short():
    drawn = line((2.3, 0.01), (2.8, 1.5), (2.3, 2.99))
    moved = whole(HALVES.after(border(HALVES, grids=[1, 0], line=drawn, exact=True)))
    kept = moved.outline(0)
    assert kept.boundary.buffer(0.3).covers(
        shapely.difference(drawn, shapely.union_all(shapely.buffer(HALVES.ground.buildings.footprint, 0.1)))
    )
    assert set(moved.division.labels()) == {0, 1}


@pytest.mark.parametrize(
    ("grids", "drawn", "code"),
    [
        ([0, 2], line((2, -1), (2, 4)), "not_touching"),
        ([0], line((2, -1), (2, 4)), "not_two_grids"),
        ([0, 1], line((2, 1), (2, 2)), "line_does_not_cross"),
        ([0, 1], line((5, -1), (5, 4)), "line_does_not_cross"),
        ([0, 1], line((2, -1), (2, 4)), "nothing_changes"),
        ([0, 1], line((0.1, -1), (0.1, 4)), "grid_would_vanish"),
    ],
)
def test_borders_that_cannot_be_are_refused(grids, drawn, code):
    plan = squares(6, 3, lambda x, _y: x // 2)
    assert refusal(border, plan, grids=grids, line=drawn).code == code


def test_a_border_that_leaves_a_grid_in_parts_is_refused():
    plan = squares(6, 3, lambda x, y: 0 if y == 0 else 1)
    drawn = line((-1, 1), (2, 1), (2, 4), (4, 4), (4, 1), (7, 1))
    assert refusal(border, plan, grids=[0, 1], line=drawn).code == "falls_apart"


def test_an_exact_split_goes_round_the_building_in_its_way():
    split = whole(HALVES.after(split_by_line(HALVES, grid=0, line=line((1.5, -1), (1.52, 4)), exact=True)))
    assert sorted(households(split).values()) in ([120, 240, 360], [80, 280, 360])
    assert len(split.division.atoms) == 21


def test_an_exact_split_leaves_no_slivers_along_a_border_that_it_nearly_follows():
    split = whole(
        HALVES.after(split_by_line(HALVES, grid=0, line=line((1.0001, -1), (0.9999, 4)), exact=True))
    )
    assert len(split.division.atoms) == 18
    assert households(split) == {0: 240, 1: 360, 2: 120}


def test_the_only_building_of_an_atom_moves_with_all_of_it():
    moved = HALVES.after(move(HALVES, at=shapely.Point(175, 75), to=0))
    assert households(moved) == {0: 400, 1: 320}
    assert moved.division.atoms is HALVES.division.atoms


def test_one_of_two_buildings_moves_with_its_own_cell():
    plan = squares(2, 1, lambda x, _y: x, pair=True)
    moved = whole(plan.after(move(plan, at=shapely.Point(60, 25), to=0)))
    assert households(moved) == {0: 60, 1: 20}
    assert refusal(move, plan, at=shapely.Point(90, 25), to=0).code == "not_touching"
    assert refusal(move, plan, at=shapely.Point(-90, 25), to=0).code == "outside"


def test_an_atom_may_be_taken_out_of_all_grids():
    moved = HALVES.after(move(HALVES, atoms=[key_at(HALVES, 0, 0)], to=GAP))
    assert households(moved) == {0: 320, 1: 360}
    assert np.sum(moved.division.label == GAP) == 1


def test_a_building_that_reaches_in_from_outside_is_not_cut_either():
    plan = squares(3, 1, lambda _x, _y: 0, also=[shapely.box(70, 40, 80, 90)])
    split = plan.after(split_by_line(plan, grid=0, line=line((1.5, -1), (1.5, 2)), exact=True))
    reaching_in = shapely.box(70.1, 40.1, 79.9, 49.9)
    assert len(shapely.STRtree(split.division.atoms.polygon).query(reaching_in, "intersects")) == 1
    assert split.home[-1] == -1
