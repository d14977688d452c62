"""Atoms after an import: what was not touched stays as it was."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from exact_tiling import check, ground_of
from planning.real import present, real_town
from planning.town import communities, town

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.ground import Buildings
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.remake import remake_atoms

SQUARE = "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"
FIRST_KEY = 5_000


@pytest.fixture(scope="module")
def community():
    return max(communities(town(3_000, seed=3)), key=lambda ground: len(ground.buildings))


@pytest.fixture(scope="module")
def old(community):
    return make_atoms(community).atoms


def remade(old, ground):
    found = remake_atoms(old, ground, next_key=FIRST_KEY)
    check(ground, found.made)
    assert sorted(set(found.row.tolist())) == list(range(len(found.made.atoms)))
    assert (np.diff(found.row) >= 0).all()
    assert found.next_key == FIRST_KEY + (found.made.atoms.key >= FIRST_KEY).sum()
    kept = np.flatnonzero(found.made.atoms.key < FIRST_KEY)
    before = dict(zip(old.key.tolist(), shapely.to_wkb(old.polygon).tolist(), strict=True))
    for key, polygon in zip(found.made.atoms.key[kept].tolist(), found.made.atoms.polygon[kept], strict=True):
        assert shapely.to_wkb(polygon) == before[key]
    return found


def with_building(ground, footprint, households):
    standing = ground.buildings
    return replace(
        ground,
        buildings=Buildings(
            np.append(standing.footprint, footprint),
            np.append(standing.households, households),
            np.append(standing.people, 3 * households),
        ),
    )


def with_line(ground, line, kind=LineClass.LANE):
    return replace(
        ground, line=np.append(ground.line, line), line_class=np.append(ground.line_class, np.int8(kind))
    )


def test_nothing_changes_where_nothing_was_imported(old, community):
    found = remade(old, community)
    assert found.made.atoms.key.tolist() == old.key.tolist()
    assert found.row.tolist() == found.old_row.tolist() == list(range(len(old)))
    assert found.next_key == FIRST_KEY


def test_a_new_building_changes_the_atoms_of_its_block_alone(old, community):
    at = shapely.point_on_surface(old.polygon[np.argmax(old.buildings)])
    found = remade(old, with_building(community, at.buffer(2), 90))
    new = found.made.atoms.key >= FIRST_KEY
    assert 0 < new.sum() < 60
    assert shapely.distance(found.made.atoms.polygon[new], at).max() < 300
    assert found.made.atoms.households.sum() == old.households.sum() + 90


def test_counts_alone_may_change(old, community):
    grown = replace(community.buildings, households=community.buildings.households.copy())
    grown.households[0] += 1
    found = remade(old, replace(community, buildings=grown))
    assert found.made.atoms.key.tolist() == old.key.tolist()
    assert found.made.atoms.households.sum() == old.households.sum() + 1


def test_a_new_road_cuts_the_blocks_that_it_runs_through(old, community):
    west, south, east, north = community.outline.bounds
    road = shapely.LineString([(west - 5, (south + north) / 2), (east + 5, (south + north) / 2 + 30)])
    found = remade(old, with_line(community, road))
    new = found.made.atoms.polygon[found.made.atoms.key >= FIRST_KEY]
    assert len(new)
    assert shapely.distance(new, road).max() < 150
    crossed = np.flatnonzero(shapely.crosses(road, shapely.buffer(found.made.atoms.polygon, -0.01)))
    assert set(crossed) <= set(found.made.atom_of[found.made.across])


def test_each_new_atom_knows_the_ground_that_it_came_from(old, community):
    west, south, east, north = community.outline.bounds
    road = shapely.LineString([(west - 5, (south + north) / 2), (east + 5, (south + north) / 2 + 30)])
    found = remade(old, with_line(community, road))
    atoms = found.made.atoms
    shared = np.zeros(len(atoms))
    np.add.at(shared, found.row, found.area_m2)
    np.testing.assert_allclose(shared, shapely.area(atoms.polygon), rtol=0.02, atol=0.1)
    same = found.made.atoms.key[found.row] < FIRST_KEY
    assert (atoms.key[found.row[same]] == old.key[found.old_row[same]]).all()


def cut_by_hand(ground):
    """Return the two halves that a planner cut a square into."""
    halves = shapely.segmentize([shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100)], 50)
    held = ground.buildings.households
    return Atoms(np.array([7, 9]), halves, held, held * 3, np.ones(2, dtype=np.int64))


@pytest.fixture
def two_houses():
    return ground_of(SQUARE, [shapely.box(10, 10, 20, 20), shapely.box(70, 70, 80, 80)], [4, 5])


def test_a_cut_that_a_planner_drew_is_kept(two_houses):
    found = remade(cut_by_hand(two_houses), two_houses)
    assert found.made.atoms.key.tolist() == [7, 9]
    assert found.made.atoms.households.tolist() == [4, 5]
    assert found.made.atom_of.tolist() == [0, 1]


def test_a_cut_that_would_part_a_new_building_is_not(two_houses):
    old = cut_by_hand(two_houses)
    found = remade(old, with_building(two_houses, shapely.box(45, 40, 55, 50), 1))
    assert found.made.atoms.key.tolist() == [FIRST_KEY]
    assert found.old_row.tolist() == [0, 1]
    assert found.area_m2.tolist() == [5000, 5000]


def test_a_cut_is_not_kept_where_a_road_now_runs(two_houses):
    road = shapely.LineString([(-5, 50), (105, 50)])
    found = remade(cut_by_hand(two_houses), with_line(two_houses, road))
    assert found.made.atoms.key.tolist() == [FIRST_KEY, FIRST_KEY + 1]


def test_a_cut_stays_if_it_is_given_as_a_drawn_line(two_houses):
    old = cut_by_hand(two_houses)
    drawn = with_line(two_houses, shapely.LineString([(50, 0), (50, 50), (50, 100)]), LineClass.DRAWN)
    found = remade(old, with_building(drawn, shapely.box(30, 70, 35, 75), 2))
    assert found.made.atoms.key.tolist() == [7, 9]
    assert found.made.atoms.households.tolist() == [6, 5]


def test_a_new_outline_gives_new_atoms_along_it(old, community):
    smaller = community.outline.buffer(-1)
    found = remade(old, replace(community, outline=shapely.set_precision(smaller, 0.001)))
    assert (found.made.atoms.key >= FIRST_KEY).any()
    assert (found.made.atoms.key < FIRST_KEY).any()


def test_a_real_town_is_made_again_in_part_and_loses_neither_ground_nor_households():
    if not present("nanjing_gulou"):
        pytest.skip("the files of nanjing_gulou are not there")
    ground = real_town("nanjing_gulou")
    before = make_atoms(ground).atoms
    at = shapely.point_on_surface(before.polygon[np.argmax(before.buildings)])
    west, south, east, north = ground.outline.bounds
    x, y = (west + east) / 2, (south + north) / 2
    road = shapely.LineString([(x - 150, y - 10), (x + 150, y + 10)])
    found = remade(before, with_line(with_building(ground, at.buffer(3), 70), road))
    atoms = found.made.atoms
    new = atoms.key >= FIRST_KEY
    assert 0 < new.sum() < 100
    # Each atom's ground, and what became of each old one, to a millimetre along their borders.
    for rows, polygon in ((found.row, atoms.polygon), (found.old_row, before.polygon)):
        shared = np.bincount(rows, weights=found.area_m2, minlength=len(polygon))
        assert (np.abs(shared - shapely.area(polygon)) < 0.001 * shapely.length(polygon)).all()
    gone = ~np.isin(before.key, atoms.key)
    assert set(found.old_row[new[found.row]].tolist()) == set(np.flatnonzero(gone).tolist())
    kept = found.row[~new[found.row]]
    grown = atoms.households[kept] - before.households[found.old_row[~new[found.row]]]
    assert atoms.households[new].sum() + grown.sum() == before.households[gone].sum() + 70
    assert (grown[atoms.buildings[kept] == before.buildings[found.old_row[~new[found.row]]]] == 0).all()
