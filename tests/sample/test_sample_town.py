"""The sample town is whole: it tiles, nothing is cut, everything hangs together, and a seed says it all."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_grid.sample import Town, make_town
from gis_grid.sample.frame import DECIMALS


def test_the_town_holds_about_twelve_thousand_households_in_three_communities(town: Town) -> None:
    assert 11_500 <= town.grids.households.sum() <= 12_500
    assert town.areas.kind == ("subdistrict", "community", "community", "community")
    assert town.buildings.households.sum() == town.grids.households.sum()
    assert 30 <= len(town.grids.code) <= 36


def test_two_grids_are_over_and_two_under_the_range(town: Town) -> None:
    assert (town.grids.households > 500).sum() == 2
    assert (town.grids.households < 300).sum() == 2


def test_the_grids_tile_each_community_without_gap_or_overlap(town: Town) -> None:
    assert shapely.coverage_is_valid(town.grids.geometry)
    assert shapely.is_valid(town.grids.geometry).all()
    for code, outline in zip(town.areas.code[1:], town.areas.geometry[1:], strict=True):
        mine = town.grids.geometry[np.array(town.grids.community_code) == code]
        assert shapely.coverage_union_all(mine).normalize().equals(outline.normalize())
        assert abs(shapely.area(mine).sum() - outline.area) < 1e-15


def test_the_communities_tile_the_subdistrict(town: Town) -> None:
    assert shapely.coverage_is_valid(town.areas.geometry[1:])
    assert shapely.coverage_union_all(town.areas.geometry[1:]).equals(town.areas.geometry[0])


def test_every_grid_is_one_piece_without_a_hole(town: Town) -> None:
    assert {shape.geom_type for shape in town.grids.geometry} == {"Polygon"}
    assert shapely.get_num_interior_rings(town.grids.geometry).sum() == 0


def test_no_building_is_cut_by_a_border_or_stands_on_another(town: Town) -> None:
    own = town.grids.geometry[town.buildings.grid]
    assert shapely.contains_properly(own, town.buildings.geometry).all()
    tree = shapely.STRtree(town.buildings.geometry)
    one, other = tree.query(town.buildings.geometry, predicate="intersects")
    assert (one == other).all()


def test_no_building_stands_on_a_road_or_in_the_river(town: Town) -> None:
    tree = shapely.STRtree(town.buildings.geometry)
    assert tree.query(town.roads.geometry, predicate="intersects").size == 0
    assert tree.query(town.water.geometry, predicate="intersects").size == 0


def test_codes_have_fifteen_digits_under_their_community_and_start_with_no_real_province(town: Town) -> None:
    assert len(set(town.grids.code)) == len(town.grids.code)
    for code, community in zip(town.grids.code, town.grids.community_code, strict=True):
        assert len(code) == 15
        assert code.isdecimal()
        assert code.startswith(community)
        assert code.startswith("999")


def test_every_coordinate_has_at_most_seven_decimals_and_outer_rings_run_counter_clockwise(
    town: Town,
) -> None:
    for layer in (
        town.areas,
        town.grids,
        town.buildings,
        town.roads,
        town.water,
        town.compounds,
        town.greens,
    ):
        xy = shapely.get_coordinates(layer.geometry)
        assert (xy == xy.round(DECIMALS)).all()
        assert shapely.is_valid(layer.geometry).all()
        rings = shapely.get_exterior_ring(layer.geometry)
        assert shapely.is_ccw(rings[~shapely.is_missing(rings)]).all()


def test_one_can_walk_from_everywhere_to_everywhere(town: Town) -> None:
    seen, todo = {0}, [0]
    while todo:
        node = todo.pop()
        fresh = {town.network.edges[number].other(node) for number in town.network.at_node[node]} - seen
        seen |= fresh
        todo += fresh
    assert len(seen) == len(town.network.nodes)


def test_the_same_seed_makes_the_same_town_and_another_seed_another(town: Town) -> None:
    again, other = make_town(1), make_town(2)
    assert (
        shapely.to_wkb(again.buildings.geometry).tolist() == shapely.to_wkb(town.buildings.geometry).tolist()
    )
    assert again.buildings.name == town.buildings.name
    assert shapely.to_wkb(other.grids.geometry).tolist() != shapely.to_wkb(town.grids.geometry).tolist()


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_towns_of_other_seeds_are_whole_too(seed: int) -> None:
    town = make_town(seed)
    assert shapely.coverage_is_valid(town.grids.geometry)
    assert {shape.geom_type for shape in town.grids.geometry} == {"Polygon"}
    assert 9_000 <= town.grids.households.sum() <= 15_000
    own = town.grids.geometry[town.buildings.grid]
    assert shapely.contains_properly(own, town.buildings.geometry).all()
