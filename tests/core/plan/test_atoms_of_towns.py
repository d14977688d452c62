"""Atoms of drawn and of real towns: an exact coverage, no building cut, the same once more."""

import numpy as np
import pytest
import shapely
from exact_tiling import check, check_atoms
from planning.real import REAL, municipalities, present, real_town
from planning.town import communities, town

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.frame import Frame
from gis_grid.core.plan.lines import LineClass


@pytest.mark.parametrize("seed", range(3))
def test_a_drawn_town_is_tiled(seed):
    ground = town(700, seed=seed)
    made = make_atoms(ground)
    check(ground, made)
    assert made.lost_households == 0
    assert made.atoms.households.max() <= 60


def test_a_seed_draws_the_same_town():
    one, again, other = town(300, seed=4), town(300, seed=4), town(300, seed=5)
    assert (
        shapely.to_wkb(one.buildings.footprint).tolist() == shapely.to_wkb(again.buildings.footprint).tolist()
    )
    assert one.buildings.households.tolist() == again.buildings.households.tolist()
    assert not one.outline.equals(other.outline)


def test_communities_of_a_town_share_out_its_buildings_and_lie_between_its_main_roads():
    ground = town(3_000, seed=1)
    parts = communities(ground)
    assert sum(part.buildings.households.sum() for part in parts) == ground.buildings.households.sum()
    part = max(parts, key=lambda each: len(each.buildings))
    made = make_atoms(part)
    check(part, made)
    lengths = borders(made.atoms, part).by_class_m.sum(axis=0)
    assert lengths[LineClass.RIVER] == 0
    assert lengths[LineClass.MAIN] < 0.1 * lengths[LineClass.PATH]


@pytest.mark.parametrize("name", REAL)
def test_a_real_town_is_tiled(name):
    if not present(name):
        pytest.skip(f"the files of {name} are not there")
    ground = real_town(name)
    made = make_atoms(ground)
    check(ground, made)
    assert not len(made.scattered)
    assert (made.atoms.households > 60).sum() <= (ground.buildings.households > 60).sum() + len(
        made.body.overlapping
    )


def test_communes_in_many_parts_are_tiled():
    if not present("liechtenstein"):
        pytest.skip("the files of liechtenstein are not there")
    communes = municipalities()
    for name in ("Vaduz", "Planken", "Gamprin"):
        ground = communes[name]
        assert len(shapely.get_parts(ground.outline)) > 1
        check(ground, make_atoms(ground))


@pytest.mark.parametrize("place", [(118.78, 32.05), (87.6, 43.8), (126.6, 52.9), (-71.1, 42.4)])
def test_atoms_go_to_degrees_and_back_and_tile_there_too(place):
    ground = town(700, seed=2)
    frame = Frame.of(shapely.Point(place))
    middle = shapely.get_coordinates(frame.to_metres(np.array([shapely.Point(place)])))[0]
    moved = shapely.transform(make_atoms(ground).atoms.polygon, lambda xy: (xy + middle.round()).round(3))
    degrees = frame.to_degrees(moved)
    assert shapely.coverage_is_valid(degrees)
    back = frame.to_metres(degrees)
    assert (
        shapely.to_wkb(shapely.normalize(back)).tolist() == shapely.to_wkb(shapely.normalize(moved)).tolist()
    )


def test_atoms_of_wide_open_land_tile_in_degrees():
    outline = shapely.box(0, 0, 9_000, 7_000)
    lines = np.array([shapely.LineString([(-1, 700 * k), (9_001, 7_000 - 650 * k)]) for k in range(9)])
    ground = town(100, seed=2)
    wide = type(ground)(outline, lines, np.full(9, 2, dtype=np.int8), ground.buildings)
    made = make_atoms(wide)
    check_atoms(made.atoms, outline)
    frame = Frame(118)
    moved = shapely.transform(made.atoms.polygon, lambda xy: (xy + np.array([530_000, 4_900_000])).round(3))
    assert shapely.coverage_is_valid(frame.to_degrees(moved))
