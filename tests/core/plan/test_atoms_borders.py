"""Who touches whom, for how long, and what lies there."""

import numpy as np
import pytest
import shapely
from exact_tiling import ground_of

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.lines import LineClass

SQUARE = "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"


def measured(*given, **named):
    ground = ground_of(*given, **named)
    made = make_atoms(ground)
    return made.atoms, borders(made.atoms, ground)


def test_a_border_is_as_long_as_the_line_between():
    _, found = measured(SQUARE, lines=["LINESTRING (40 -5, 40 105)"], classes=LineClass.MAIN)
    assert found.first.tolist() == [0]
    assert found.second.tolist() == [1]
    assert found.by_class_m.tolist() == [[0, 100, 0, 0, 0, 0]]
    assert found.outer_m.tolist() == [180, 220]


def test_each_stretch_counts_for_the_line_along_it():
    lines = ["LINESTRING (40 0, 40 30)", "LINESTRING (40 30, 40 100)"]
    _, found = measured(SQUARE, lines=lines, classes=[LineClass.LANE, LineClass.RIVER])
    assert found.by_class_m.tolist() == [[70, 0, 30, 0, 0, 0]]


def test_a_road_beside_a_river_does_not_bridge_it():
    lines = ["LINESTRING (40 -1, 40 101)", "LINESTRING (40.004 -1, 40.004 101)"]
    _, found = measured(SQUARE, lines=lines, classes=[LineClass.MAIN, LineClass.RIVER])
    assert found.by_class_m[0, LineClass.RIVER] == pytest.approx(100, abs=0.01)


def test_between_buildings_of_a_block_there_is_no_line():
    boxes = [shapely.box(10, 40, 20, 50), shapely.box(60, 40, 70, 50)]
    _, found = measured(SQUARE, boxes, 50)
    assert found.by_class_m[0, LineClass.INSIDE] == pytest.approx(100, abs=2)


def test_corners_that_meet_are_no_border():
    lines = ["LINESTRING (50 -5, 50 105)", "LINESTRING (-5 50, 105 50)"]
    atoms, found = measured(SQUARE, lines=lines)
    assert len(atoms) == 4
    assert len(found.first) == 4


def test_pairs_are_in_order_and_there_once():
    lines = [f"LINESTRING ({x} -5, {100 - x} 105)" for x in range(5, 100, 7)]
    _, found = measured(SQUARE, lines=lines)
    pairs = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert (found.first < found.second).all()


def test_an_enclave_touches_its_surroundings_alone():
    _, found = measured(SQUARE, lines=["LINESTRING (40 40, 60 40, 60 60, 40 60, 40 40)"])
    assert found.by_class_m.sum() == 80
    assert sorted(found.outer_m.tolist()) == [0, 400]


def test_one_atom_has_no_borders():
    _, found = measured(SQUARE)
    assert found.first.shape == found.second.shape == (0,)
    assert found.by_class_m.shape == (0, len(LineClass))
    assert found.outer_m.tolist() == [400]


def test_borders_far_from_the_origin_are_as_long():
    def moved(shape):
        return shapely.transform(
            shapely.from_wkt(shape), lambda xy: xy + np.array([512_345.678, 4_412_345.123])
        )

    _, found = measured(moved(SQUARE), lines=[moved("LINESTRING (40 -5, 40 105)")], classes=LineClass.PATH)
    assert found.by_class_m[0, LineClass.PATH] == pytest.approx(100, abs=0.002)
    np.testing.assert_allclose(found.outer_m, [180, 220], atol=0.004)
