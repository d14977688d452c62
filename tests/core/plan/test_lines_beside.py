"""What runs beside the outline or another line is that line: no sliver, no tail, straight sides stay so."""

import numpy as np
import pytest
import shapely
import shapely.affinity
from exact_tiling import check, ground_of

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.beside import brought_onto
from gis_grid.core.plan.frame import Frame
from gis_grid.core.plan.joins import is_sliver

FRAME = Frame(116)
CORNERS = ((116.3123, 39.9012), (116.3275, 39.9023), (116.3266, 39.9113), (116.3136, 39.9093))
RING = shapely.LineString([*CORNERS, CORNERS[0]])
OUTLINE = FRAME.to_metres(np.array([shapely.Polygon(CORNERS)], dtype=object))[0]
ROUNDING_M = 0.0015
THIN_M = 0.06


def surveyed(line, points):
    """Return a line with other vertices, of seven digits, as a second survey has it."""
    shares = np.linspace(0, 1, points)
    places = shapely.line_interpolate_point(line, shares, normalized=True)
    return shapely.LineString(shapely.get_coordinates(places).round(7))


def lanes():
    """Four lanes from the south side through to the north."""
    start, end = np.array(CORNERS[0]), np.array(CORNERS[1])
    feet = [start + share * (end - start) for share in (0.2, 0.41, 0.63, 0.8)]
    return [shapely.LineString([foot, foot + np.array([0.0005, 0.012])]) for foot in feet]


def in_metres(lines):
    return list(FRAME.to_metres(np.array(lines, dtype=object)))


def houses():
    west, south, east, north = OUTLINE.bounds
    every = [
        shapely.box(x, y, x + 16, y + 12)
        for x in np.arange(round(west) + 30, east, 90)
        for y in np.arange(round(south) + 30, north, 90)
    ]
    inner = OUTLINE.buffer(-15)
    return [house for house in every if inner.contains(house)]


def tails(atoms):
    """Return how far atoms reach out by less than a hand's breadth, metres."""
    solid = shapely.buffer(shapely.buffer(atoms, -THIN_M / 2, join_style="mitre"), THIN_M / 2 + ROUNDING_M)
    thin = shapely.get_parts(shapely.difference(atoms, solid))
    far = shapely.length(thin) / 2
    return far[(far > 1) & (shapely.area(thin) > ROUNDING_M * far)]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        lanes(),
        [surveyed(RING, 9)],
        [surveyed(RING, 60), *lanes()],
        [surveyed(shapely.LineString(CORNERS[:2]), 30), *lanes()],
        [*lanes(), *(surveyed(lane, 15) for lane in lanes())],
        [shapely.affinity.translate(RING, 4e-7, 3e-7), *lanes()],
    ],
    ids=["none", "lanes", "few corners", "many corners", "one side", "lanes twice", "shifted"],
)
def test_a_straight_side_stays_straight_and_no_atom_is_a_sliver_or_has_a_tail(lines):
    ground = ground_of(OUTLINE, houses(), 25, in_metres(lines))
    made = make_atoms(ground)
    check(ground, made)
    atoms = made.atoms.polygon
    around = shapely.get_coordinates(shapely.coverage_union_all(atoms))
    assert shapely.distance(shapely.points(around), OUTLINE.boundary).max() < ROUNDING_M
    assert not is_sliver(shapely.area(atoms), shapely.length(atoms)).any()
    assert not len(tails(atoms))


def test_a_line_a_hand_away_from_a_better_one_comes_onto_it_with_all_its_vertices():
    edge = np.array([shapely.LineString([(0, 0), (30, 0), (60, 0)])])
    line = np.array([shapely.LineString([(-5, 9), (10, 0.1), (50, 0.1), (65, 9)])])
    (brought,) = brought_onto(edge, line, np.array([2]))
    assert shapely.get_coordinates(brought).tolist() == [[-5, 9], [10, 0], [30, 0], [50, 0], [65, 9]]


def test_the_better_of_two_lines_stays_and_so_do_those_that_only_meet():
    rank, lines = np.array([3, 1, 2]), ["0 0.1, 40 0.1", "0 0, 40 0", "20 0, 20 30"]
    given = np.array([shapely.from_wkt(f"LINESTRING ({each})") for each in lines])
    found = brought_onto(given[:0], given, rank)
    assert [shapely.to_wkt(each, trim=True) for each in found] == [
        "LINESTRING (0 0, 40 0)",
        "LINESTRING (20 0, 20 30)",
        "LINESTRING (0 0, 20 0, 40 0)",
    ]
