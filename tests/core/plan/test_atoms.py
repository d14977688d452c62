"""Atoms of small grounds, each with something that could go wrong."""

import numpy as np
import pytest
import shapely
from exact_tiling import check, ground_of

from gis_grid.core.errors import BadGround
from gis_grid.core.plan.atomise import make_atoms

SQUARE = "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"
ROAD = "LINESTRING (50 -10, 50 110)"


def house(x, y, width=10, depth=10):
    return shapely.box(x, y, x + width, y + depth)


def made_of(*given, cap=60, **named):
    ground = ground_of(*given, **named)
    made = make_atoms(ground, cap=cap)
    check(ground, made)
    return made


def test_a_road_makes_two_blocks():
    made = made_of(SQUARE, [house(10, 10), house(70, 10)], [3, 4], [ROAD])
    assert made.atoms.households.tolist() == [3, 4]
    assert made.atoms.key.tolist() == [0, 1]
    assert shapely.area(made.atoms.polygon).tolist() == [5000, 5000]
    assert made.atom_of.tolist() == [0, 1]


def test_a_block_above_the_cap_is_divided_halfway_between_its_buildings():
    made = made_of(SQUARE, [house(10, 40), house(50, 40)], [31, 30])
    assert made.atoms.households.tolist() == [31, 30]
    assert shapely.area(made.atoms.polygon)[0] == pytest.approx(35 * 100, abs=30)


def test_a_block_at_the_cap_is_not_divided():
    assert made_of(SQUARE, [house(10, 40), house(50, 40)], [30, 30]).atoms.households.tolist() == [60]


def test_one_building_with_more_than_the_cap_is_not_divided():
    assert made_of(SQUARE, [house(10, 40)], 761).atoms.households.tolist() == [761]


def test_a_building_across_a_road_is_an_atom_of_its_own():
    made = made_of(SQUARE, [house(45, 40), house(10, 10)], [5, 2], [ROAD])
    assert made.across.tolist() == [0]
    assert made.atoms.households[made.atom_of[0]] == 5
    assert made.atoms.polygon[made.atom_of[0]].equals(house(45, 40))
    assert len(made.atoms) == 3


def test_a_road_that_ends_in_a_building_bounds_nothing():
    made = made_of(SQUARE, [house(45, 40)], 5, ["LINESTRING (50 -10, 50 45)"])
    assert len(made.atoms) == 1
    assert not len(made.across)


def test_a_road_along_a_wall_leaves_the_building_on_its_side():
    made = made_of(SQUARE, [house(40, 40)], 5, [ROAD])
    assert not len(made.across)
    assert made.atoms.households.tolist() == [5, 0]


def test_overlapping_footprints_are_one_body():
    made = made_of(SQUARE, [house(10, 40), house(15, 45), house(60, 40)], 50)
    assert made.atoms.households.tolist() == [100, 50]
    assert made.body.overlapping.tolist() == [0, 1]


def test_walls_that_overlap_by_a_centimetre_are_two_houses():
    made = made_of(SQUARE, [house(10, 40), house(19.99, 40), house(30, 40)], 50)
    assert made.atoms.households.tolist() == [50, 50, 50]
    assert not len(made.body.overlapping)


def test_a_terrace_is_parted_along_its_walls():
    made = made_of(SQUARE, [house(10 + 8 * k, 40, 8, 12) for k in range(10)], 10)
    assert made.atoms.households.tolist() == [10] * 10
    widths = np.diff(shapely.bounds(made.atoms.polygon)[:, [0, 2]], axis=1).ravel()
    assert widths[1:-1].max() < 9


def test_a_house_in_the_courtyard_of_another_has_its_cell_there():
    ring = house(20, 20, 60, 60).difference(house(30, 30, 40, 40))
    made = made_of(SQUARE, [ring, house(45, 45)], [100, 7])
    inner = made.atoms.polygon[made.atom_of[1]]
    assert house(45, 45).within(inner)
    assert inner.within(house(30, 30, 40, 40))


def test_buildings_may_be_points():
    points = [shapely.Point(20, 50), shapely.Point(80, 50), shapely.Point(80, 50)]
    made = made_of(SQUARE, points, [40, 30, 20])
    assert made.atoms.households.tolist() == [40, 50]
    assert shapely.area(made.atoms.polygon).tolist() == [5000, 5000]


def test_a_point_on_a_road_is_counted_once():
    made = made_of(SQUARE, [shapely.Point(50, 50)], 5, [ROAD])
    assert made.atoms.households.tolist() == [5, 0]


def test_parts_of_a_building_that_do_not_touch_share_an_atom_where_they_can():
    both = shapely.MultiPolygon([house(10, 40), house(30, 40)])
    made = made_of(SQUARE, [both, house(70, 40)], 50)
    assert made.atoms.households.tolist() == [50, 50]
    assert not len(made.scattered)


def test_parts_of_a_building_on_both_sides_of_a_road_join_the_two_sides():
    made = made_of(SQUARE, [shapely.MultiPolygon([house(10, 40), house(70, 40)])], 5, [ROAD])
    assert len(made.atoms) == 1
    assert made.fused == 1


def test_parts_of_a_building_too_far_apart_are_told():
    far = "MULTIPOLYGON (((0 0, 40 0, 40 100, 0 100, 0 0)), ((60 0, 100 0, 100 100, 60 100, 60 0)))"
    made = made_of(far, [shapely.MultiPolygon([house(10, 40), house(70, 40)])], 5)
    assert len(made.atoms) == 2
    assert made.scattered.tolist() == [0]


def test_a_building_over_the_outline_counts_where_its_middle_is():
    made = made_of(SQUARE, [house(94, 10), house(97, 40), house(200, 40)], [3, 4, 5], [ROAD])
    assert made.atoms.households.tolist() == [0, 3]
    assert made.outside.tolist() == [1, 2]
    assert made.lost_households == 9


def test_a_hole_in_the_outline_is_no_atom():
    holed = shapely.from_wkt(SQUARE).difference(house(40, 40, 20, 20))
    made = made_of(holed, [house(10, 10), house(45, 45)], 5, [ROAD])
    assert shapely.area(made.atoms.polygon).sum() == 10_000 - 400
    assert made.outside.tolist() == [1]


def test_islands_have_their_own_atoms():
    islands = shapely.union_all([house(0, 0, 40, 40), house(60, 60, 40, 40)])
    assert len(made_of(islands, [house(10, 10), house(70, 70)], 5).atoms) == 2


def test_without_roads_the_outline_is_the_block():
    assert made_of(SQUARE, [house(10, 10)], 5).atoms.polygon[0].equals(shapely.from_wkt(SQUARE))


def test_without_buildings_blocks_are_empty():
    made = made_of(SQUARE, lines=[ROAD])
    assert made.atoms.households.tolist() == [0, 0]
    assert made.atoms.buildings.tolist() == [0, 0]


def test_dangling_doubled_and_outer_lines_change_nothing():
    lines = [
        ROAD,
        ROAD,
        "LINESTRING (50 20, 50 90)",
        "LINESTRING (50 50, 80 50)",
        "LINESTRING (200 0, 200 90)",
    ]
    lines += ["LINESTRING (0 0, 100 0, 100 100)", "LINESTRING (3 3, 3 3)", "LINESTRING EMPTY"]
    assert len(made_of(SQUARE, [house(10, 10)], 5, lines).atoms) == 2


def test_two_copies_of_a_road_leave_no_sliver():
    made = made_of(SQUARE, [house(10, 10)], 5, [ROAD, "LINESTRING (50.03 -10, 50.01 110)"])
    assert len(made.atoms) == 2
    assert made.slivers == 0


def test_a_corner_too_small_to_be_of_use_goes_to_its_neighbour():
    made = made_of(SQUARE, [house(10, 10)], 5, ["LINESTRING (-1 2.2, 2.2 -1)"])
    assert len(made.atoms) == 1
    assert made.slivers == 1


def test_what_is_no_whole_millimetre_becomes_one():
    made = made_of(
        "POLYGON ((0 0, 100.00049 0.00013, 100 100, 0 100.0004, 0 0))",
        lines=["LINESTRING (33.33333 -1, 66.66666 101)"],
    )
    assert shapely.area(made.atoms.polygon).sum() == pytest.approx(10_000, abs=0.1)


def test_long_sides_get_vertices_so_that_they_do_not_bend_in_degrees():
    made = made_of("POLYGON ((0 0, 1000 0, 1000 1000, 0 1000, 0 0))")
    around = shapely.get_coordinates(made.atoms.polygon[0])
    assert np.hypot(*np.diff(around, axis=0).T).max() <= 50.01


def test_a_footprint_that_crosses_itself_is_mended():
    made = made_of(SQUARE, ["POLYGON ((10 10, 20 20, 20 10, 10 20, 10 10))"], 5)
    assert made.body.mended.tolist() == [0]
    assert made.atoms.households.tolist() == [5]


def test_a_footprint_without_an_area_is_a_point():
    flat = [
        "POLYGON ((10 10, 20 20, 30 30, 10 10))",
        "LINESTRING (60 60, 70 70)",
        "POLYGON ((1 1, 1 1, 1 1, 1 1))",
    ]
    made = made_of(SQUARE, flat, 5)
    assert made.body.flat.tolist() == [0, 1, 2]
    assert made.atoms.buildings.tolist() == [3]


def test_heights_are_left_out():
    made = made_of(
        SQUARE, ["POLYGON Z ((10 10 3, 20 10 3, 20 20 3, 10 10 3))"], 5, ["LINESTRING Z (50 -10 1, 50 110 2)"]
    )
    assert not shapely.has_z(made.atoms.polygon).any()


@pytest.mark.parametrize(
    ("ground", "says"),
    [
        (ground_of(SQUARE, [house(1, 1), "POLYGON EMPTY"]), "building in row 1 has no footprint"),
        (ground_of(SQUARE, [None]), "building in row 0 has no footprint"),
        (ground_of(SQUARE, ["POINT (NaN 1)", house(1, 1)]), "row 0"),
        (ground_of(SQUARE, [house(1, 1), "POLYGON ((0 0, Inf 0, 1 1, 0 0))"]), "row 1"),
        (ground_of(SQUARE, lines=[ROAD, None]), "line in row 1"),
        (ground_of(SQUARE, lines=["LINESTRING (0 0, NaN 1)"]), "line in row 0"),
        (ground_of("POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))"), "not valid: Self-intersection"),
        (ground_of("POLYGON EMPTY"), "with an area"),
        (ground_of(ROAD), "with an area"),
        (ground_of("POLYGON ((0 0, 0.0001 0, 0 0.0001, 0 0))"), "smaller than a millimetre"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_row(ground, says):
    with pytest.raises(BadGround, match=says):
        make_atoms(ground)


def test_the_same_ground_gives_the_same_bytes_whatever_the_order_of_its_lines():
    houses = [house(15 * x + 3, 15 * y + 3, 8, 8) for x in range(6) for y in range(6)]
    lines = [ROAD, "LINESTRING (-5 20, 110 70)", "LINESTRING (0 90, 100 80)"]
    one = made_of(SQUARE, houses, 10, lines).atoms
    again = made_of(SQUARE, houses, 10, lines).atoms
    other = made_of(SQUARE, houses, 10, lines[::-1]).atoms
    bytes_of = [shapely.to_wkb(atoms.polygon).tolist() for atoms in (one, again, other)]
    assert bytes_of[0] == bytes_of[1] == bytes_of[2]
